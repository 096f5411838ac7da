//! The SQL of the terms of work.

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;
use crate::kernel::id::OfficerId;
use crate::offices::OfficeId;

use super::work::Terms;

const FIND: &str = "SELECT percent, max_week_hours, sequence FROM terms_of_work WHERE officer_id = $1";
const LIST: &str = "SELECT t.officer_id, t.percent, t.max_week_hours, t.sequence
    FROM officers o JOIN terms_of_work t ON t.officer_id = o.id WHERE o.office_id = $1";
const INSERT: &str = "INSERT INTO terms_of_work (officer_id, percent, max_week_hours, sequence, updated_at)
    VALUES ($1, $2, $3, 1, $4) ON CONFLICT (officer_id) DO NOTHING";
const UPDATE: &str = "UPDATE terms_of_work
    SET percent = $3, max_week_hours = $4, sequence = sequence + 1, updated_at = $5
    WHERE officer_id = $1 AND sequence = $2";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[FIND, LIST, INSERT, UPDATE];

type Row = (i64, Option<i64>, i64);

fn terms((percent, max_week_hours, sequence): Row) -> Terms {
    Terms { percent, max_week_hours, sequence }
}

/// Full-time where nothing is entered.
pub async fn load_terms(mut from: impl Read, officer: OfficerId) -> Result<Terms, DbError> {
    let row: Option<Row> = from.first(FIND, args![officer]).await?;
    Ok(row.map(terms).unwrap_or_default())
}

/// What is entered for those who work at an office.
pub async fn list_terms(mut from: impl Read, office: OfficeId) -> Result<Vec<(OfficerId, Terms)>, DbError> {
    let rows: Vec<(OfficerId, i64, Option<i64>, i64)> = from.all(LIST, args![Text(office)]).await?;
    Ok(rows.into_iter().map(|(officer, percent, most, sequence)| (officer, terms((percent, most, sequence)))).collect())
}

/// Saves them over the version that has their sequence; false where somebody else was faster.
pub async fn save_terms(tx: &mut Tx, officer: OfficerId, it: &Terms, now: Instant) -> Result<bool, DbError> {
    let saved = match it.sequence {
        0 => tx.run(INSERT, args![officer, it.percent, it.max_week_hours, now]).await?,
        seen => tx.run(UPDATE, args![officer, seen, it.percent, it.max_week_hours, now]).await?,
    };
    Ok(saved == 1)
}
