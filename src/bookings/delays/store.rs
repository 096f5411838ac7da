//! The SQL of delays.

use crate::args;
use crate::db::{DbError, Read, Tx};
use crate::kernel::id::{BookingId, OfficerId};
use crate::kernel::{Instant, Span};

const SAVE: &str = "INSERT INTO delays (booking_id, starts_at, minutes, said_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (booking_id) DO UPDATE
    SET starts_at = excluded.starts_at, minutes = excluded.minutes, said_at = excluded.said_at";
const DELETE: &str = "DELETE FROM delays WHERE booking_id = $1";
const LIST: &str = "SELECT d.booking_id, d.minutes FROM bookings b JOIN delays d ON d.booking_id = b.id
    WHERE b.officer_id = $1 AND b.starts_at >= $2 AND b.starts_at < $3 AND d.starts_at = b.starts_at";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[SAVE, DELETE, LIST];

pub async fn save(
    tx: &mut Tx,
    (id, starts_at): (BookingId, Instant),
    minutes: i64,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(SAVE, args![id, starts_at, minutes, now]).await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: BookingId) -> Result<(), DbError> {
    tx.run(DELETE, args![id]).await?;
    Ok(())
}

/// What the officer said of their appointments that start in the window, in minutes.
pub async fn list(mut from: impl Read, officer: OfficerId, window: Span) -> Result<Vec<(BookingId, i64)>, DbError> {
    from.all(LIST, args![officer, window.start, window.end]).await
}
