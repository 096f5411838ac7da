//! The SQL of the board.

use chrono::TimeDelta;

use super::Open;
use crate::args;
use crate::db::{DbError, Read, Text};
use crate::kernel::id::{OfficerId, SlotId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;

const LIST_OPEN: &str = "SELECT s.id, s.officer_id, s.starts_at, s.ends_at, h.buffer_minutes
    FROM slots s JOIN consultation_hours h ON h.id = s.hour_id
    WHERE s.office_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND s.state = 'open'
    ORDER BY s.starts_at, s.officer_id";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[LIST_OPEN];

/// The slots of an office that are offered in the window, taken or not.
pub async fn list_open(mut from: impl Read, office: OfficeId, window: Span) -> Result<Vec<Open>, DbError> {
    type Row = (SlotId, OfficerId, Instant, Instant, i64);
    let rows: Vec<Row> = from.all(LIST_OPEN, args![Text(office), window.start, window.end]).await?;
    let open = |(slot, officer, start, end, buffer_minutes)| Open {
        slot,
        officer,
        span: Span { start, end },
        pause: TimeDelta::minutes(buffer_minutes),
    };
    Ok(rows.into_iter().map(open).collect())
}
