//! The SQL of outcomes: one word a booking, and how often each was said.

use super::Ending;
use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::BookingId;
use crate::kernel::{Instant, Span};
use crate::offices::{OfficeId, TopicId};

const SAVE: &str = "INSERT INTO outcomes (booking_id, outcome, ending, noted_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (booking_id) DO UPDATE
    SET outcome = excluded.outcome, ending = excluded.ending, noted_at = excluded.noted_at";
const COUNT: &str = "SELECT b.topic, o.ending, count(*) FROM bookings b JOIN outcomes o ON o.booking_id = b.id
    WHERE b.office_id = $1 AND b.starts_at >= $2 AND b.starts_at < $3 GROUP BY b.topic, o.ending";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[SAVE, COUNT];

pub async fn save(tx: &mut Tx, id: BookingId, ending: &Ending, now: Instant) -> Result<(), DbError> {
    tx.run(SAVE, args![id, ending.outcome.as_str(), ending.code, now]).await?;
    Ok(())
}

/// How often each ending came about on each topic, for appointments of an office that start in the window.
pub async fn count(
    mut from: impl Read,
    office: OfficeId,
    window: Span,
) -> Result<Vec<(TopicId, &'static Ending, i64)>, DbError> {
    let rows: Vec<(Text<TopicId>, String, i64)> =
        from.all(COUNT, args![Text(office), window.start, window.end]).await?;
    let known = |(topic, code, count): (Text<TopicId>, String, i64)| Some((*topic, Ending::find(&code)?, count));
    Ok(rows.into_iter().filter_map(known).collect())
}
