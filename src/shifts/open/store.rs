//! All SQL of open shifts. Decides nothing.

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{HotlineId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::shifts::shift::Tier;

use super::{OpenShift, OpenState};

const SAVE: &str = "INSERT INTO open_shifts
    (id, hotline_id, starts_at, ends_at, tier, position, state, sequence, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (id) DO UPDATE SET hotline_id = excluded.hotline_id, starts_at = excluded.starts_at,
        ends_at = excluded.ends_at, tier = excluded.tier, position = excluded.position, state = excluded.state,
        sequence = excluded.sequence, updated_at = excluded.updated_at
    WHERE open_shifts.sequence < excluded.sequence";
const FIND: &str = "SELECT id, hotline_id, starts_at, ends_at, tier, position, state, sequence, created_at, updated_at
    FROM open_shifts WHERE id = $1";
const LIST_AT: &str = "SELECT o.id, o.hotline_id, o.starts_at, o.ends_at, o.tier, o.position, o.state, o.sequence,
    o.created_at, o.updated_at FROM open_shifts o JOIN hotlines h ON h.id = o.hotline_id
    WHERE h.office_id = $1 AND o.state = 'open' AND o.ends_at > $2 AND o.starts_at < $3
    AND o.starts_at > $2 - 93600000000 ORDER BY o.starts_at, o.tier, o.position, o.id";

const MARK: &str = "SELECT count(*), CAST(coalesce(sum(o.sequence), 0) AS BIGINT)
    FROM open_shifts o JOIN hotlines h ON h.id = o.hotline_id
    WHERE h.office_id = $1 AND o.ends_at > $2 AND o.starts_at < $3 AND o.starts_at > $2 - 93600000000";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[SAVE, FIND, LIST_AT, MARK];

crate::row! {
    struct OpenRow {
        id: ShiftId,
        hotline_id: HotlineId,
        starts_at: Instant,
        ends_at: Instant,
        tier: i64,
        position: i64,
        state: Text<OpenState>,
        sequence: i64,
        created_at: Instant,
        updated_at: Instant,
    }
}

impl TryFrom<OpenRow> for OpenShift {
    type Error = DbError;

    fn try_from(row: OpenRow) -> Result<Self, DbError> {
        let unreadable = |_| DbError::Unreadable { column: "open_shifts.tier", value: row.tier.to_string() };
        Ok(Self {
            id: row.id,
            hotline: row.hotline_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            tier: Tier::new(row.tier).map_err(unreadable)?,
            position: row.position,
            state: row.state.0,
            sequence: row.sequence,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Saves an open shift with the sequence that it shall have; false where somebody else was faster.
pub async fn save(tx: &mut Tx, open: &OpenShift) -> Result<bool, DbError> {
    let OpenShift { id, hotline, span, position, sequence, created_at, updated_at, .. } = *open;
    let (tier, state) = (open.tier.number(), Text(open.state));
    let values = args![id, hotline, span.start, span.end, tier, position, state, sequence, created_at, updated_at];
    Ok(tx.run(SAVE, values).await? == 1)
}

/// An open shift, filled and withdrawn ones too.
pub async fn find_open_shift(mut from: impl Read, id: ShiftId) -> Result<Option<OpenShift>, DbError> {
    from.first::<OpenRow>(FIND, args![id]).await?.map(OpenShift::try_from).transpose()
}

/// How many touch the window, filled and withdrawn ones too, and the sum of their sequences.
pub async fn mark_of_open_shifts(mut from: impl Read, office: OfficeId, window: Span) -> Result<(i64, i64), DbError> {
    let found = from.first(MARK, args![Text(office), window.start, window.end]).await?;
    Ok(found.unwrap_or_default())
}

/// What is still open on the hotlines of an office and touches the window.
pub async fn list_open_shifts(mut from: impl Read, office: OfficeId, window: Span) -> Result<Vec<OpenShift>, DbError> {
    let rows: Vec<OpenRow> = from.all(LIST_AT, args![Text(office), window.start, window.end]).await?;
    rows.into_iter().map(OpenShift::try_from).collect()
}
