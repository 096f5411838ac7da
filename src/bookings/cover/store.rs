//! The SQL of handing appointments over.

use super::{Handover, Reason};
use crate::args;
use crate::bookings::offer::Load;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;
use crate::kernel::id::{BookingId, OfficerId};
use crate::offices::OfficeId;

const LIST_LOADS: &str = "SELECT officer_id, count(*), max(created_at) FROM bookings
    WHERE officer_id IN (SELECT id FROM officers WHERE office_id = $1)
      AND created_at > $2 AND state IN ('held', 'requested', 'confirmed', 'attended', 'no_show')
    GROUP BY officer_id";
const INSERT: &str = "INSERT INTO handovers (booking_id, office_id, from_id, to_id, reason, at)
    VALUES ($1, $2, $3, $4, $5, $6)";
const LIST: &str = "SELECT booking_id, from_id, to_id, reason, at FROM handovers
    WHERE office_id = $1 AND at >= $2 ORDER BY at DESC, booking_id";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[LIST_LOADS, INSERT, LIST];

/// What the officers of an office were given since.
pub async fn list_loads(
    mut from: impl Read,
    office: OfficeId,
    since: Instant,
) -> Result<Vec<(OfficerId, Load)>, DbError> {
    let rows: Vec<(OfficerId, i64, Instant)> = from.all(LIST_LOADS, args![Text(office), since]).await?;
    Ok(rows.into_iter().map(|(officer, recent, last)| (officer, Load { recent, last })).collect())
}

pub async fn insert(tx: &mut Tx, office: OfficeId, handover: &Handover) -> Result<(), DbError> {
    let Handover { booking, from, to, reason, at } = *handover;
    tx.run(INSERT, args![booking, Text(office), from, to, Text(reason), at]).await?;
    Ok(())
}

/// What was handed over at an office since then, the newest first.
pub async fn list(mut from: impl Read, office: OfficeId, since: Instant) -> Result<Vec<Handover>, DbError> {
    type Row = (BookingId, OfficerId, OfficerId, Text<Reason>, Instant);
    let rows: Vec<Row> = from.all(LIST, args![Text(office), since]).await?;
    let read = |(booking, from, to, reason, at): Row| Handover { booking, from, to, reason: *reason, at };
    Ok(rows.into_iter().map(read).collect())
}
