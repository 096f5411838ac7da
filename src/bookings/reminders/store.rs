//! The SQL of reminders. The unique index is what keeps several nodes from posting one twice.

use super::Ahead;
use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::BookingId;
use crate::kernel::{Instant, Span};

const LIST: &str = "SELECT b.id FROM bookings b
    WHERE b.state = 'confirmed' AND b.starts_at > $1 AND b.starts_at <= $2 AND b.asked_at IS NULL
      AND b.updated_at <= b.starts_at - $3
      AND NOT EXISTS (SELECT 1 FROM reminders r
                      WHERE r.booking_id = b.id AND r.kind = $4 AND r.starts_at = b.starts_at)
    ORDER BY b.starts_at";
const INSERT: &str = "INSERT INTO reminders (booking_id, kind, starts_at, posted_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[LIST, INSERT];

/// Firm bookings that start in the window, stood so before the point, and were not reminded so.
pub async fn list(mut from: impl Read, ahead: Ahead, window: Span) -> Result<Vec<BookingId>, DbError> {
    let point = ahead.point().num_microseconds().unwrap_or(i64::MAX);
    let rows: Vec<(BookingId,)> = from.all(LIST, args![window.start, window.end, point, Text(ahead)]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// False where it is written down already.
pub async fn insert(
    tx: &mut Tx,
    (id, ahead): (BookingId, Ahead),
    starts_at: Instant,
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.run(INSERT, args![id, Text(ahead), starts_at, now]).await? == 1)
}
