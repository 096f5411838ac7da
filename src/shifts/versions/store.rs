//! All SQL of versions. Decides nothing.

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::shifts::shift::{ShiftState, Tier};

use super::{Verb, Version};

/// What is kept with a version besides the shift itself.
#[derive(Clone, Debug)]
pub struct Stamp {
    pub verb: Verb,
    pub reason: String,
    pub changed_by: String,
    pub changed_at: Instant,
}

const KEEP_SHIFT: &str = "INSERT INTO shift_versions
    (shift_id, sequence, hotline_id, officer_id, starts_at, ends_at, tier, position, state,
        verb, reason, changed_by, changed_at)
    SELECT id, sequence, hotline_id, officer_id, starts_at, ends_at, tier, position, state,
        CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT)
    FROM shifts WHERE id = $1";
const KEEP_OPEN: &str = "INSERT INTO shift_versions
    (shift_id, sequence, hotline_id, starts_at, ends_at, tier, position, state, verb, reason, changed_by, changed_at)
    SELECT id, sequence, hotline_id, starts_at, ends_at, tier, position,
        CASE state WHEN 'open' THEN 'published' ELSE 'removed' END,
        CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT)
    FROM open_shifts WHERE id = $1";
const LIST: &str = "SELECT shift_id, sequence, hotline_id, officer_id, starts_at, ends_at, tier, position, state,
    verb, reason, changed_by, changed_at FROM shift_versions WHERE shift_id = $1 ORDER BY sequence DESC";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[KEEP_SHIFT, KEEP_OPEN, LIST];

crate::row! {
    struct VersionRow {
        shift_id: ShiftId,
        sequence: i64,
        hotline_id: HotlineId,
        officer_id: Option<OfficerId>,
        starts_at: Instant,
        ends_at: Instant,
        tier: i64,
        position: i64,
        state: Text<ShiftState>,
        verb: Text<Verb>,
        reason: String,
        changed_by: String,
        changed_at: Instant,
    }
}

impl TryFrom<VersionRow> for Version {
    type Error = DbError;

    fn try_from(row: VersionRow) -> Result<Self, DbError> {
        let unreadable = |_| DbError::Unreadable { column: "shift_versions.tier", value: row.tier.to_string() };
        Ok(Self {
            shift: row.shift_id,
            sequence: row.sequence,
            hotline: row.hotline_id,
            officer: row.officer_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            tier: Tier::new(row.tier).map_err(unreadable)?,
            position: row.position,
            state: row.state.0,
            verb: row.verb.0,
            reason: row.reason,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        })
    }
}

/// Keeps a shift as it stands now.
pub async fn keep_shift(tx: &mut Tx, id: ShiftId, stamp: &Stamp) -> Result<(), DbError> {
    keep(tx, KEEP_SHIFT, id, stamp).await
}

/// Keeps an open shift as it stands now.
pub async fn keep_open(tx: &mut Tx, id: ShiftId, stamp: &Stamp) -> Result<(), DbError> {
    keep(tx, KEEP_OPEN, id, stamp).await
}

async fn keep(tx: &mut Tx, statement: &'static str, id: ShiftId, stamp: &Stamp) -> Result<(), DbError> {
    let Stamp { verb, reason, changed_by, changed_at } = stamp;
    tx.run(statement, args![id, Text(*verb), *reason, *changed_by, *changed_at]).await?;
    Ok(())
}

/// All versions of a shift, the newest first.
pub async fn list_versions(mut from: impl Read, shift: ShiftId) -> Result<Vec<Version>, DbError> {
    let rows: Vec<VersionRow> = from.all(LIST, args![shift]).await?;
    rows.into_iter().map(Version::try_from).collect()
}
