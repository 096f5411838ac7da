//! The SQL of the board.

use crate::args;
use crate::db::{DbError, Read, Text};
use crate::kernel::id::{OfficerId, SlotId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;

const LIST_OPEN: &str = "SELECT id, officer_id, starts_at, ends_at FROM slots
    WHERE office_id = $1 AND starts_at >= $2 AND starts_at < $3 AND state = 'open' ORDER BY starts_at, officer_id";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[LIST_OPEN];

/// The slots of an office that are offered in the window, taken or not.
pub async fn list_open(
    mut from: impl Read,
    office: OfficeId,
    window: Span,
) -> Result<Vec<(SlotId, OfficerId, Span)>, DbError> {
    type Row = (SlotId, OfficerId, Instant, Instant);
    let rows: Vec<Row> = from.all(LIST_OPEN, args![Text(office), window.start, window.end]).await?;
    Ok(rows.into_iter().map(|(slot, officer, start, end)| (slot, officer, Span { start, end })).collect())
}
