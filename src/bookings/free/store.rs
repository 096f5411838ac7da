//! What the feed asks of the database.

use crate::args;
use crate::db::{DbError, Read};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;

const LIST_GIVEN_BACK: &str = "SELECT starts_at, MAX(updated_at) FROM bookings
    WHERE office_id = $1 AND starts_at >= $2 AND starts_at < $3 AND state = 'cancelled' GROUP BY starts_at";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[LIST_GIVEN_BACK];

pub async fn list_given_back(
    mut from: impl Read,
    office: OfficeId,
    window: Span,
) -> Result<Vec<(Instant, Instant)>, DbError> {
    from.all(LIST_GIVEN_BACK, args![office.to_string(), window.start, window.end]).await
}
