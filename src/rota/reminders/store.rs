//! The SQL of reminders and alarms. The primary keys are what keeps several nodes from posting one twice.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Turn;
use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Secret, Span};
use crate::offices::OfficeId;

const LIST_DUE: &str = "SELECT s.id, s.officer_id, s.starts_at, s.ends_at FROM shifts s
    JOIN officers o ON o.id = s.officer_id
    WHERE s.state = 'published' AND s.starts_at > $1 AND s.starts_at <= $2 AND o.active
      AND NOT EXISTS (SELECT 1 FROM shift_confirmations c WHERE c.shift_id = s.id AND c.officer_id = s.officer_id
                      AND c.starts_at = s.starts_at AND c.ends_at = s.ends_at)
    ORDER BY s.starts_at";
const INSERT: &str = "INSERT INTO shift_confirmations
    (shift_id, officer_id, starts_at, ends_at, secret_hash, reminded_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING";
const CONFIRM: &str = "INSERT INTO shift_confirmations (shift_id, officer_id, starts_at, ends_at, confirmed_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (shift_id, officer_id, starts_at, ends_at) DO UPDATE SET confirmed_at = $5
    WHERE shift_confirmations.confirmed_at IS NULL";
const FIND_BY_SECRET: &str = "SELECT shift_id, officer_id, starts_at, ends_at, confirmed_at FROM shift_confirmations
    WHERE secret_hash = $1";
const LIST_CONFIRMED: &str = "SELECT c.shift_id, c.officer_id, c.starts_at, c.ends_at FROM shift_confirmations c
    JOIN shifts s ON s.id = c.shift_id JOIN hotlines h ON h.id = s.hotline_id
    WHERE h.office_id = $1 AND c.confirmed_at IS NOT NULL AND s.ends_at > $2 AND s.starts_at < $3
    AND s.starts_at > $2 - 93600000000";
const IS_CONFIRMED: &str = "SELECT confirmed_at FROM shift_confirmations
    WHERE shift_id = $1 AND officer_id = $2 AND starts_at = $3 AND ends_at = $4 AND confirmed_at IS NOT NULL";
const INSERT_ALARM: &str = "INSERT INTO rota_alarms (office_id, day, posted_at) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] =
    &[LIST_DUE, INSERT, CONFIRM, FIND_BY_SECRET, LIST_CONFIRMED, IS_CONFIRMED, INSERT_ALARM];

type TurnRow = (ShiftId, OfficerId, Instant, Instant);

fn turn((shift, officer, start, end): TurnRow) -> Turn {
    Turn { shift, officer, span: Span { start, end } }
}

/// Published shifts that start in the window, of whose time the officer was not reminded and which they did not confirm.
pub async fn list_due(mut from: impl Read, window: Span) -> Result<Vec<Turn>, DbError> {
    let rows: Vec<TurnRow> = from.all(LIST_DUE, args![window.start, window.end]).await?;
    Ok(rows.into_iter().map(turn).collect())
}

/// False where it is written down already.
pub async fn insert(tx: &mut Tx, it: Turn, secret: &Secret, now: Instant) -> Result<bool, DbError> {
    let values = args![it.shift, it.officer, it.span.start, it.span.end, secret.hash(), now];
    Ok(tx.run(INSERT, values).await? == 1)
}

/// False where it was confirmed before.
pub async fn confirm(tx: &mut Tx, it: Turn, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(CONFIRM, args![it.shift, it.officer, it.span.start, it.span.end, now]).await? == 1)
}

pub async fn find_by_secret(mut from: impl Read, secret: &Secret) -> Result<Option<(Turn, Option<Instant>)>, DbError> {
    let row: Option<(ShiftId, OfficerId, Instant, Instant, Option<Instant>)> =
        from.first(FIND_BY_SECRET, args![secret.hash()]).await?;
    Ok(row.map(|(shift, officer, start, end, confirmed_at)| (turn((shift, officer, start, end)), confirmed_at)))
}

pub async fn is_confirmed(mut from: impl Read, it: Turn) -> Result<bool, DbError> {
    let found: Option<(Instant,)> =
        from.first(IS_CONFIRMED, args![it.shift, it.officer, it.span.start, it.span.end]).await?;
    Ok(found.is_some())
}

/// What is confirmed on the hotlines of an office, of shifts that touch the window.
pub async fn list_confirmed(mut from: impl Read, office: OfficeId, window: Span) -> Result<BTreeSet<Turn>, DbError> {
    let rows: Vec<TurnRow> = from.all(LIST_CONFIRMED, args![Text(office), window.start, window.end]).await?;
    Ok(rows.into_iter().map(turn).collect())
}

/// False where the office's mail of this day is posted already.
pub async fn insert_alarm(tx: &mut Tx, office: OfficeId, day: NaiveDate, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(INSERT_ALARM, args![Text(office), Text(day), now]).await? == 1)
}
