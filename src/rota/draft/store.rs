//! All SQL of drafts. Decides nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::args;
use crate::db::{DbError, Json, Read, Text, Tx};
use crate::kernel::id::{DraftId, HotlineId, OfficerId, PublicationId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::Actor;
use crate::rota::PlannedShift;
use crate::shifts::Tier;

use super::difference::Standing;
use super::draft::{Draft, DraftShift, Made, Placed, Step, StepKind};
use super::publish::Publication;

const INSERT: &str = "INSERT INTO drafts
    (id, office_id, name, first_day, last_day, version, created_by, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $7)";
const COPY_SHIFTS: &str = "INSERT INTO draft_shifts (draft_id, shift_id, hotline_id, officer_id, starts_at, ends_at,
        tier, position, pinned, removed, base_sequence, version, changed_by)
    SELECT d.id, s.id, s.hotline_id, s.officer_id, s.starts_at, s.ends_at, s.tier, s.position, 1 = 0, 1 = 0, s.sequence,
        d.version, d.created_by
    FROM drafts d JOIN hotlines h ON h.office_id = d.office_id JOIN shifts s ON s.hotline_id = h.id
    WHERE d.id = $1 AND s.state = 'published' AND s.starts_at >= $2 AND s.starts_at < $3";
const COPY_OPEN: &str = "INSERT INTO draft_shifts (draft_id, shift_id, hotline_id, officer_id, starts_at, ends_at,
        tier, position, pinned, removed, base_sequence, version, changed_by)
    SELECT d.id, s.id, s.hotline_id, NULL, s.starts_at, s.ends_at, s.tier, s.position, 1 = 0, 1 = 0, s.sequence,
        d.version, d.created_by
    FROM drafts d JOIN hotlines h ON h.office_id = d.office_id JOIN open_shifts s ON s.hotline_id = h.id
    WHERE d.id = $1 AND s.state = 'open' AND s.starts_at >= $2 AND s.starts_at < $3";
const BUMP: &str = "UPDATE drafts SET version = version + 1, updated_at = $2 WHERE id = $1";
const MARK_PUBLISHED: &str = "UPDATE drafts SET published_at = $2 WHERE id = $1";
const DELETE: &str = "DELETE FROM drafts WHERE id = $1";
const FIND: &str = "SELECT id, office_id, name, first_day, last_day, version, created_by, created_at, updated_at,
    published_at FROM drafts WHERE id = $1";
const LIST: &str = "SELECT id, office_id, name, first_day, last_day, version, created_by, created_at, updated_at,
    published_at FROM drafts WHERE office_id = $1 ORDER BY first_day DESC, created_at DESC";
const FIND_SHIFT: &str = "SELECT shift_id, hotline_id, officer_id, starts_at, ends_at, tier, position, pinned, removed,
    base_sequence, version, changed_by FROM draft_shifts WHERE draft_id = $1 AND shift_id = $2";
const LIST_SHIFTS: &str =
    "SELECT shift_id, hotline_id, officer_id, starts_at, ends_at, tier, position, pinned, removed,
    base_sequence, version, changed_by FROM draft_shifts
    WHERE draft_id = $1 AND ends_at > $2 AND starts_at < $3 AND starts_at > $2 - 93600000000
    ORDER BY starts_at, tier, position, shift_id";
const LIST_CHANGED: &str = "SELECT shift_id, hotline_id, officer_id, starts_at, ends_at, tier, position, pinned,
    removed, base_sequence, version, changed_by FROM draft_shifts WHERE draft_id = $1 AND version > $2
    ORDER BY starts_at, tier, position, shift_id";
const LAST_POSITION: &str = "SELECT max(position) FROM draft_shifts
    WHERE draft_id = $1 AND hotline_id = $2 AND tier = $3 AND NOT removed AND ends_at > $4 AND starts_at < $5
    AND starts_at > $4 - 93600000000";
const SAVE_SHIFT: &str = "INSERT INTO draft_shifts (draft_id, shift_id, hotline_id, officer_id, starts_at, ends_at,
        tier, position, pinned, removed, version, changed_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (draft_id, shift_id) DO UPDATE SET hotline_id = excluded.hotline_id,
        officer_id = excluded.officer_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
        tier = excluded.tier, position = excluded.position, pinned = excluded.pinned, removed = excluded.removed,
        version = excluded.version, changed_by = excluded.changed_by";
const SET_BASE: &str = "UPDATE draft_shifts SET base_sequence = $3 WHERE draft_id = $1 AND shift_id = $2";
const INSERT_STEP: &str = "INSERT INTO draft_steps (draft_id, number, verb, undone, made_by, made_at)
    VALUES ($1, $2, $3, 1 = 0, $4, $5)";
const INSERT_CHANGE: &str = "INSERT INTO draft_changes (draft_id, number, shift_id, was, became)
    VALUES ($1, $2, $3, $4, $5)";
const DROP_UNDONE: &str = "DELETE FROM draft_steps WHERE draft_id = $1 AND undone";
const LAST_STEP: &str = "SELECT number, verb, undone, made_by, made_at FROM draft_steps
    WHERE draft_id = $1 AND NOT undone ORDER BY number DESC LIMIT 1";
const FIRST_UNDONE: &str = "SELECT number, verb, undone, made_by, made_at FROM draft_steps
    WHERE draft_id = $1 AND undone ORDER BY number LIMIT 1";
const MARK_UNDONE: &str = "UPDATE draft_steps SET undone = $3 WHERE draft_id = $1 AND number = $2";
const LIST_STEP_CHANGES: &str = "SELECT shift_id, was, became FROM draft_changes WHERE draft_id = $1 AND number = $2";
// What the draft holds of a window, and what it has pushed out of it, is compared with what is published.
const LIST_MINE: &str = "SELECT shift_id, hotline_id, officer_id, starts_at, ends_at, tier, position, pinned, removed,
    base_sequence, version, changed_by FROM draft_shifts
    WHERE draft_id = $1 AND ((starts_at >= $2 AND starts_at < $3) OR shift_id IN (
        SELECT s.id FROM shifts s JOIN hotlines h ON h.id = s.hotline_id JOIN drafts d ON d.office_id = h.office_id
        WHERE d.id = $1 AND s.starts_at >= $2 AND s.starts_at < $3) OR shift_id IN (
        SELECT s.id FROM open_shifts s JOIN hotlines h ON h.id = s.hotline_id JOIN drafts d ON d.office_id = h.office_id
        WHERE d.id = $1 AND s.starts_at >= $2 AND s.starts_at < $3))";
const LIST_PUBLISHED_SHIFTS: &str = "SELECT s.id, s.hotline_id, s.officer_id, s.starts_at, s.ends_at, s.tier,
    s.position, s.state, s.sequence FROM shifts s JOIN hotlines h ON h.id = s.hotline_id
    JOIN drafts d ON d.office_id = h.office_id WHERE d.id = $1 AND s.starts_at >= $2 AND s.starts_at < $3
    UNION SELECT s.id, s.hotline_id, s.officer_id, s.starts_at, s.ends_at, s.tier, s.position, s.state, s.sequence
    FROM draft_shifts m JOIN shifts s ON s.id = m.shift_id
    WHERE m.draft_id = $1 AND m.starts_at >= $2 AND m.starts_at < $3";
const LIST_PUBLISHED_OPEN: &str = "SELECT s.id, s.hotline_id, NULL AS officer_id, s.starts_at, s.ends_at, s.tier,
    s.position, s.state, s.sequence FROM open_shifts s JOIN hotlines h ON h.id = s.hotline_id
    JOIN drafts d ON d.office_id = h.office_id WHERE d.id = $1 AND s.starts_at >= $2 AND s.starts_at < $3
    UNION SELECT s.id, s.hotline_id, NULL AS officer_id, s.starts_at, s.ends_at, s.tier, s.position, s.state,
        s.sequence
    FROM draft_shifts m JOIN open_shifts s ON s.id = m.shift_id
    WHERE m.draft_id = $1 AND m.starts_at >= $2 AND m.starts_at < $3";
const LIST_BASES: &str = "SELECT v.shift_id AS id, v.hotline_id, v.officer_id, v.starts_at, v.ends_at, v.tier,
    v.position, v.state, v.sequence FROM draft_shifts m
    JOIN shift_versions v ON v.shift_id = m.shift_id AND v.sequence = m.base_sequence
    WHERE m.draft_id = $1 AND m.starts_at >= $2 AND m.starts_at < $3";

const INSERT_PUBLICATION: &str = "INSERT INTO publications (id, office_id, draft_id, starts_at, ends_at, changes, told,
    reason, overridden, published_by, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT,
    COPY_SHIFTS,
    COPY_OPEN,
    BUMP,
    MARK_PUBLISHED,
    DELETE,
    FIND,
    LIST,
    FIND_SHIFT,
    LIST_SHIFTS,
    LIST_CHANGED,
    LAST_POSITION,
    SAVE_SHIFT,
    SET_BASE,
    INSERT_STEP,
    INSERT_CHANGE,
    DROP_UNDONE,
    LAST_STEP,
    FIRST_UNDONE,
    MARK_UNDONE,
    LIST_STEP_CHANGES,
    LIST_MINE,
    LIST_PUBLISHED_SHIFTS,
    LIST_PUBLISHED_OPEN,
    LIST_BASES,
    INSERT_PUBLICATION,
];

crate::row! {
    struct DraftRow {
        id: DraftId,
        office_id: Text<OfficeId>,
        name: String,
        first_day: Text<NaiveDate>,
        last_day: Text<NaiveDate>,
        version: i64,
        created_by: String,
        created_at: Instant,
        updated_at: Instant,
        published_at: Option<Instant>,
    }
}

impl From<DraftRow> for Draft {
    fn from(row: DraftRow) -> Self {
        Self {
            id: row.id,
            office: row.office_id.0,
            name: row.name,
            first_day: row.first_day.0,
            last_day: row.last_day.0,
            version: row.version,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            published_at: row.published_at,
        }
    }
}

crate::row! {
    struct ShiftRow {
        shift_id: ShiftId,
        hotline_id: HotlineId,
        officer_id: Option<OfficerId>,
        starts_at: Instant,
        ends_at: Instant,
        tier: i64,
        position: i64,
        pinned: bool,
        removed: bool,
        base_sequence: Option<i64>,
        version: i64,
        changed_by: String,
    }
}

impl TryFrom<ShiftRow> for DraftShift {
    type Error = DbError;

    fn try_from(row: ShiftRow) -> Result<Self, DbError> {
        let planned = PlannedShift {
            id: row.shift_id,
            hotline: row.hotline_id,
            officer: row.officer_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            tier: tier(row.tier)?,
            position: row.position,
            pinned: row.pinned,
        };
        let (removed, base, version, changed_by) = (row.removed, row.base_sequence, row.version, row.changed_by);
        Ok(Self { planned, removed, base, version, changed_by })
    }
}

crate::row! {
    /// A shift as it stands published, or stood when it was copied.
    struct StandingRow {
        id: ShiftId,
        hotline_id: HotlineId,
        officer_id: Option<OfficerId>,
        starts_at: Instant,
        ends_at: Instant,
        tier: i64,
        position: i64,
        state: String,
        sequence: i64,
    }
}

impl TryFrom<StandingRow> for (ShiftId, Standing) {
    type Error = DbError;

    fn try_from(row: StandingRow) -> Result<Self, DbError> {
        let planned = PlannedShift {
            id: row.id,
            hotline: row.hotline_id,
            officer: row.officer_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            tier: tier(row.tier)?,
            position: row.position,
            pinned: false,
        };
        let there = matches!(row.state.as_str(), "published" | "open");
        Ok((row.id, Standing { sequence: row.sequence, planned: there.then_some(planned) }))
    }
}

/// A shift as a step keeps it.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    hotline: HotlineId,
    officer: Option<OfficerId>,
    start: Instant,
    end: Instant,
    tier: i64,
    position: i64,
    pinned: bool,
    removed: bool,
    #[serde(default)]
    base: Option<i64>,
}

impl From<&Placed> for Kept {
    fn from(Placed { planned, removed, base }: &Placed) -> Self {
        let PlannedShift { hotline, officer, span, tier, position, pinned, .. } = *planned;
        let Span { start, end } = span;
        Self { hotline, officer, start, end, tier: tier.number(), position, pinned, removed: *removed, base: *base }
    }
}

impl Kept {
    fn placed(self, id: ShiftId) -> Result<Placed, DbError> {
        let Self { hotline, officer, start, end, position, pinned, removed, base, .. } = self;
        let (span, tier) = (Span { start, end }, tier(self.tier)?);
        Ok(Placed { planned: PlannedShift { id, hotline, officer, span, tier, position, pinned }, removed, base })
    }
}

fn tier(number: i64) -> Result<Tier, DbError> {
    Tier::new(number).map_err(|_| DbError::Unreadable { column: "draft_shifts.tier", value: number.to_string() })
}

pub async fn insert(tx: &mut Tx, draft: &Draft) -> Result<(), DbError> {
    let Draft { id, office, name, first_day, last_day, created_by, created_at, .. } = draft;
    let values = args![*id, Text(*office), *name, Text(*first_day), Text(*last_day), *created_by, *created_at];
    tx.run(INSERT, values).await?;
    Ok(())
}

/// Takes what is published in the window into the draft.
pub async fn copy_published(tx: &mut Tx, id: DraftId, window: Span) -> Result<(), DbError> {
    tx.run(COPY_SHIFTS, args![id, window.start, window.end]).await?;
    tx.run(COPY_OPEN, args![id, window.start, window.end]).await?;
    Ok(())
}

/// Counts a change, and keeps others from changing the draft until the transaction ends. False where it is not there.
pub async fn bump(tx: &mut Tx, id: DraftId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(BUMP, args![id, now]).await? == 1)
}

pub async fn mark_published(tx: &mut Tx, id: DraftId, now: Instant) -> Result<(), DbError> {
    tx.run(MARK_PUBLISHED, args![id, now]).await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: DraftId) -> Result<(), DbError> {
    tx.run(DELETE, args![id]).await?;
    Ok(())
}

pub async fn find(mut from: impl Read, id: DraftId) -> Result<Option<Draft>, DbError> {
    Ok(from.first::<DraftRow>(FIND, args![id]).await?.map(Draft::from))
}

/// The drafts of an office, the latest period first.
pub async fn list(mut from: impl Read, office: OfficeId) -> Result<Vec<Draft>, DbError> {
    let rows: Vec<DraftRow> = from.all(LIST, args![Text(office)]).await?;
    Ok(rows.into_iter().map(Draft::from).collect())
}

/// A shift in a draft, taken out or not.
pub async fn find_shift(mut from: impl Read, draft: DraftId, id: ShiftId) -> Result<Option<DraftShift>, DbError> {
    from.first::<ShiftRow>(FIND_SHIFT, args![draft, id]).await?.map(DraftShift::try_from).transpose()
}

/// Shifts that touch the window, those that were taken out, too.
pub async fn list_shifts(mut from: impl Read, draft: DraftId, window: Span) -> Result<Vec<DraftShift>, DbError> {
    let rows: Vec<ShiftRow> = from.all(LIST_SHIFTS, args![draft, window.start, window.end]).await?;
    rows.into_iter().map(DraftShift::try_from).collect()
}

/// Shifts that were changed after a version of the draft, those that were taken out, too: what another supervisor's
/// page has to draw anew.
pub async fn list_changed(mut from: impl Read, draft: DraftId, since: i64) -> Result<Vec<DraftShift>, DbError> {
    let rows: Vec<ShiftRow> = from.all(LIST_CHANGED, args![draft, since]).await?;
    rows.into_iter().map(DraftShift::try_from).collect()
}

/// The highest position among the shifts that this one meets on its tier; 0 where there is none.
pub async fn last_position(mut from: impl Read, draft: DraftId, shift: &PlannedShift) -> Result<i64, DbError> {
    let values = args![draft, shift.hotline, shift.tier.number(), shift.span.start, shift.span.end];
    Ok(from.first::<(Option<i64>,)>(LAST_POSITION, values).await?.and_then(|row| row.0).unwrap_or(0))
}

/// Puts a shift into the draft as its version has it.
pub async fn save_shift(tx: &mut Tx, draft: &Draft, placed: &Placed, by: &str) -> Result<(), DbError> {
    let PlannedShift { id, hotline, officer, span, tier, position, pinned } = placed.planned;
    let (tier, by) = (tier.number(), by.to_owned());
    let values = args![
        draft.id,
        id,
        hotline,
        officer,
        span.start,
        span.end,
        tier,
        position,
        pinned,
        placed.removed,
        draft.version,
        by
    ];
    tx.run(SAVE_SHIFT, values).await?;
    Ok(())
}

/// Remembers with which sequence a shift stands published; None where that is not known.
pub async fn set_base(tx: &mut Tx, draft: DraftId, shift: ShiftId, sequence: Option<i64>) -> Result<(), DbError> {
    tx.run(SET_BASE, args![draft, shift, sequence]).await?;
    Ok(())
}

/// Keeps a step; those that were undone can no more be done again.
pub async fn insert_step(tx: &mut Tx, draft: DraftId, step: &Step, made: &[Made]) -> Result<(), DbError> {
    tx.run(DROP_UNDONE, args![draft]).await?;
    let Step { number, kind, made_by, made_at, .. } = step;
    tx.run(INSERT_STEP, args![draft, *number, Text(*kind), *made_by, *made_at]).await?;
    for it in made {
        let (was, became) = (Json(Kept::from(&it.was)), Json(Kept::from(&it.became)));
        tx.run(INSERT_CHANGE, args![draft, *number, it.became.planned.id, was, became]).await?;
    }
    Ok(())
}

/// The step that undo would take back.
pub async fn last_step(from: impl Read, draft: DraftId) -> Result<Option<Step>, DbError> {
    step(from, LAST_STEP, draft).await
}

/// The step that redo would do again.
pub async fn first_undone(from: impl Read, draft: DraftId) -> Result<Option<Step>, DbError> {
    step(from, FIRST_UNDONE, draft).await
}

async fn step(mut from: impl Read, statement: &'static str, draft: DraftId) -> Result<Option<Step>, DbError> {
    type Row = (i64, Text<StepKind>, bool, String, Instant);
    let row: Option<Row> = from.first(statement, args![draft]).await?;
    Ok(row.map(|(number, kind, undone, made_by, made_at)| Step { number, kind: kind.0, undone, made_by, made_at }))
}

pub async fn mark_undone(tx: &mut Tx, draft: DraftId, number: i64, undone: bool) -> Result<(), DbError> {
    tx.run(MARK_UNDONE, args![draft, number, undone]).await?;
    Ok(())
}

pub async fn list_step_changes(mut from: impl Read, draft: DraftId, number: i64) -> Result<Vec<Made>, DbError> {
    let rows: Vec<(ShiftId, Json<Kept>, Json<Kept>)> = from.all(LIST_STEP_CHANGES, args![draft, number]).await?;
    let made = |(id, was, became): (ShiftId, Json<Kept>, Json<Kept>)| {
        Ok(Made { was: was.0.placed(id)?, became: became.0.placed(id)? })
    };
    rows.into_iter().map(made).collect()
}

/// What of the draft starts in the window, or started there when it was published.
pub async fn list_mine(mut from: impl Read, draft: DraftId, window: Span) -> Result<Vec<DraftShift>, DbError> {
    let rows: Vec<ShiftRow> = from.all(LIST_MINE, args![draft, window.start, window.end]).await?;
    rows.into_iter().map(DraftShift::try_from).collect()
}

/// What stands published in the window, or of what the draft has there; taken back ones, too.
pub async fn list_published(
    mut from: impl Read,
    draft: DraftId,
    window: Span,
) -> Result<BTreeMap<ShiftId, Standing>, DbError> {
    let mut found = standings(&mut from, LIST_PUBLISHED_SHIFTS, draft, window).await?;
    for (id, open) in standings(&mut from, LIST_PUBLISHED_OPEN, draft, window).await? {
        if found.get(&id).is_none_or(|shift| shift.planned.is_none() && shift.sequence <= open.sequence) {
            found.insert(id, open);
        }
    }
    Ok(found)
}

/// What the draft's shifts in the window were when they were copied.
pub async fn list_bases(from: impl Read, draft: DraftId, window: Span) -> Result<BTreeMap<ShiftId, Standing>, DbError> {
    standings(from, LIST_BASES, draft, window).await
}

/// Keeps what was published, when, by whom and why.
pub async fn insert_publication(
    tx: &mut Tx,
    draft: &Draft,
    window: Span,
    (publication, changes): (&Publication, usize),
    (now, actor): (Instant, &Actor),
) -> Result<(), DbError> {
    let (reason, overridden) = (publication.reason.trim().to_owned(), publication.override_reason.trim().to_owned());
    let values = args![
        PublicationId::mint(),
        Text(draft.office),
        draft.id,
        window.start,
        window.end,
        changes as i64,
        Text(publication.tell),
        reason,
        overridden,
        actor.id.to_string(),
        now
    ];
    tx.run(INSERT_PUBLICATION, values).await?;
    Ok(())
}

async fn standings(
    mut from: impl Read,
    statement: &'static str,
    draft: DraftId,
    window: Span,
) -> Result<BTreeMap<ShiftId, Standing>, DbError> {
    let rows: Vec<StandingRow> = from.all(statement, args![draft, window.start, window.end]).await?;
    rows.into_iter().map(StandingRow::try_into).collect()
}
