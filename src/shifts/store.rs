//! All SQL of hotlines and shifts. Decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::args;
use crate::db::{DbError, Json, Read, Text, Tx};
use crate::kernel::id::{ClosureId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Phone, Span};
use crate::offices::{OfficeId, OpeningHours, TopicId};
use crate::people::OPEN_END;

use super::closure::{Closure, Reasons};
use super::hotline::{CallbacksRing, Hotline, IfNobodyFits, Instruction, Rules};
use super::shift::{Shift, ShiftState, Tier};

const INSERT_HOTLINE: &str = "INSERT INTO hotlines
    (id, office_id, name, number, flow, hours, ring_seconds, active, created_at, updated_at,
        if_nobody_fits, known_caller_first, pause_seconds, neighbours_after_seconds, overlap_seconds, priority_topics,
        head_start_seconds, callbacks_ring, instruction)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
const UPDATE_HOTLINE: &str = "UPDATE hotlines
    SET name = $2, number = $3, flow = $4, hours = $5, ring_seconds = $6, active = $7, updated_at = $8,
        if_nobody_fits = $10, known_caller_first = $11, pause_seconds = $12, neighbours_after_seconds = $13,
        overlap_seconds = $14, priority_topics = $15, head_start_seconds = $16, callbacks_ring = $17, instruction = $18,
        sequence = sequence + 1
    WHERE id = $1 AND sequence = $9";
const FIND_HOTLINE: &str = "SELECT id, office_id, name, number, flow, hours, ring_seconds, active, sequence,
    if_nobody_fits, known_caller_first, pause_seconds, neighbours_after_seconds, overlap_seconds,
    priority_topics, head_start_seconds, callbacks_ring, instruction FROM hotlines WHERE id = $1";
const FIND_HOTLINE_BY_NUMBER: &str = "SELECT id, office_id, name, number, flow, hours, ring_seconds, active, sequence,
    if_nobody_fits, known_caller_first, pause_seconds, neighbours_after_seconds, overlap_seconds,
    priority_topics, head_start_seconds, callbacks_ring, instruction FROM hotlines WHERE number = $1 AND active";
const LIST_HOTLINES: &str = "SELECT id, office_id, name, number, flow, hours, ring_seconds, active, sequence,
    if_nobody_fits, known_caller_first, pause_seconds, neighbours_after_seconds, overlap_seconds,
    priority_topics, head_start_seconds, callbacks_ring, instruction FROM hotlines";

const INSERT_CLOSURE: &str = "INSERT INTO hotline_closures
    (id, hotline_id, starts_at, ends_at, reason, closed_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const END_CLOSURE: &str = "UPDATE hotline_closures SET ended_at = $2
    WHERE id = $1 AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > $2)";
const LOAD_CLOSURE: &str = "SELECT id, hotline_id, starts_at, ends_at, reason, closed_by, created_at, ended_at
    FROM hotline_closures WHERE id = $1";
const FIND_CLOSURE: &str = "SELECT id, hotline_id, starts_at, ends_at, reason, closed_by, created_at, ended_at
    FROM hotline_closures WHERE hotline_id = $1 AND starts_at <= $2 AND (ends_at IS NULL OR ends_at > $2)
    AND (ended_at IS NULL OR ended_at > $2) ORDER BY created_at DESC, id DESC LIMIT 1";
const LIST_CLOSURES: &str = "SELECT id, hotline_id, starts_at, ends_at, reason, closed_by, created_at, ended_at
    FROM hotline_closures WHERE hotline_id = $1 AND starts_at < $3 AND (ends_at IS NULL OR ends_at > $2)
    AND (ended_at IS NULL OR (ended_at > $2 AND ended_at > starts_at)) ORDER BY starts_at, id";

const INSERT_SHIFT: &str = "INSERT INTO shifts
    (id, hotline_id, officer_id, starts_at, ends_at, tier, position, state, sequence, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const UPDATE_SHIFT: &str =
    "UPDATE shifts SET hotline_id = $3, officer_id = $4, starts_at = $5, ends_at = $6, tier = $7,
    position = $8, state = $9, sequence = $10, updated_at = $11 WHERE id = $1 AND sequence = $2";
const LAST_POSITION: &str = "SELECT max(position) FROM shifts
    WHERE hotline_id = $1 AND tier = $2 AND state = 'published' AND ends_at > $3 AND starts_at < $4
    AND starts_at > $3 - 93600000000";
const FIND_SHIFT: &str = "SELECT id, hotline_id, officer_id, starts_at, ends_at, tier, position, state, sequence,
    created_at, updated_at FROM shifts WHERE id = $1";
// A shift lasts 26 hours at most (the table's CHECK): so a window is found by starts alone, however long the past.
const LIST_SHIFTS: &str = "SELECT id, hotline_id, officer_id, starts_at, ends_at, tier, position, state, sequence,
    created_at, updated_at FROM shifts
    WHERE hotline_id = $1 AND ends_at > $2 AND starts_at < $3 AND starts_at > $2 - 93600000000
    ORDER BY starts_at, tier, position, id";
const LIST_SHIFTS_OF: &str = "SELECT id, hotline_id, officer_id, starts_at, ends_at, tier, position, state, sequence,
    created_at, updated_at FROM shifts
    WHERE officer_id = $1 AND ends_at > $2 AND starts_at < $3 AND starts_at > $2 - 93600000000
    ORDER BY starts_at, tier, position, id";
const LIST_SHIFTS_AT: &str = "SELECT s.id, s.hotline_id, s.officer_id, s.starts_at, s.ends_at, s.tier, s.position,
    s.state, s.sequence, s.created_at, s.updated_at FROM shifts s JOIN hotlines h ON h.id = s.hotline_id
    WHERE h.office_id = $1 AND s.ends_at > $2 AND s.starts_at < $3 AND s.starts_at > $2 - 93600000000
    ORDER BY s.starts_at, s.tier, s.position, s.id";
const MARK_OF_SHIFTS: &str = "SELECT count(*), CAST(coalesce(sum(s.sequence), 0) AS BIGINT)
    FROM shifts s JOIN hotlines h ON h.id = s.hotline_id
    WHERE h.office_id = $1 AND s.ends_at > $2 AND s.starts_at < $3 AND s.starts_at > $2 - 93600000000";
const LIST_SHIFTS_OF_STAFF: &str =
    "SELECT s.id, s.hotline_id, s.officer_id, s.starts_at, s.ends_at, s.tier, s.position,
    s.state, s.sequence, s.created_at, s.updated_at FROM officers o JOIN shifts s ON s.officer_id = o.id
    WHERE o.office_id = $1 AND s.ends_at > $2 AND s.starts_at < $3 AND s.starts_at > $2 - 93600000000
    ORDER BY s.starts_at, s.tier, s.position, s.id";
const MARK_UNREACHABLE: &str = "INSERT INTO unreachable_shifts (shift_id, since) VALUES ($1, $2)
    ON CONFLICT (shift_id) DO NOTHING";
const DELETE_UNREACHABLE: &str = "DELETE FROM unreachable_shifts WHERE shift_id = $1";
const LIST_UNREACHABLE: &str = "SELECT u.shift_id, u.since FROM shifts s JOIN unreachable_shifts u ON u.shift_id = s.id
    WHERE s.hotline_id = $1 AND s.starts_at <= $2 AND s.ends_at > $2 AND s.starts_at > $2 - 93600000000
    AND u.since <= $2";
const CONFIRM_PRESENCE: &str = "INSERT INTO presences (shift_id, since) VALUES ($1, $2)
    ON CONFLICT (shift_id) DO NOTHING";
const END_PRESENCE: &str = "DELETE FROM presences WHERE shift_id = $1";
const LIST_PRESENT: &str = "SELECT s.id FROM shifts s JOIN presences p ON p.shift_id = s.id
    JOIN officers o ON o.id = s.officer_id
    WHERE s.hotline_id = $1 AND s.starts_at <= $2 AND s.ends_at > $2 AND s.starts_at > $2 - 93600000000
    AND p.since <= $2 AND o.duty_telephone";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT_HOTLINE,
    UPDATE_HOTLINE,
    FIND_HOTLINE,
    FIND_HOTLINE_BY_NUMBER,
    LIST_HOTLINES,
    INSERT_CLOSURE,
    END_CLOSURE,
    LOAD_CLOSURE,
    FIND_CLOSURE,
    LIST_CLOSURES,
    INSERT_SHIFT,
    UPDATE_SHIFT,
    LAST_POSITION,
    FIND_SHIFT,
    LIST_SHIFTS,
    LIST_SHIFTS_OF,
    LIST_SHIFTS_AT,
    MARK_OF_SHIFTS,
    LIST_SHIFTS_OF_STAFF,
    MARK_UNREACHABLE,
    DELETE_UNREACHABLE,
    LIST_UNREACHABLE,
    CONFIRM_PRESENCE,
    END_PRESENCE,
    LIST_PRESENT,
];

/// Topics as they stand in a column. One that the program does not know any more is nobody's.
pub(super) fn topics_of(words: &str) -> BTreeSet<TopicId> {
    words.split_whitespace().filter_map(|code| code.parse().ok()).collect()
}

pub(super) fn words_of(topics: &BTreeSet<TopicId>) -> String {
    topics.iter().map(|topic| topic.as_str()).collect::<Vec<_>>().join(" ")
}

crate::row! {
    struct HotlineRow {
        id: HotlineId,
        office_id: Text<OfficeId>,
        name: String,
        number: Text<Phone>,
        flow: String,
        hours: Json<OpeningHours>,
        ring_seconds: i64,
        active: bool,
        sequence: i64,
        if_nobody_fits: Text<IfNobodyFits>,
        known_caller_first: bool,
        pause_seconds: i64,
        neighbours_after_seconds: i64,
        overlap_seconds: i64,
        priority_topics: String,
        head_start_seconds: i64,
        callbacks_ring: Text<CallbacksRing>,
        instruction: Json<Instruction>,
    }
}

impl From<HotlineRow> for Hotline {
    fn from(row: HotlineRow) -> Self {
        let rules = Rules {
            if_nobody_fits: row.if_nobody_fits.0,
            known_caller_first: row.known_caller_first,
            pause_seconds: row.pause_seconds,
            neighbours_after_seconds: row.neighbours_after_seconds,
            overlap_seconds: row.overlap_seconds,
            priority_topics: topics_of(&row.priority_topics),
            head_start_seconds: row.head_start_seconds,
            callbacks_ring: row.callbacks_ring.0,
            instruction: row.instruction.0,
        };
        Self {
            rules,
            id: row.id,
            office: row.office_id.0,
            name: row.name,
            number: row.number.0,
            flow: row.flow,
            hours: row.hours.0,
            ring_seconds: row.ring_seconds,
            active: row.active,
            sequence: row.sequence,
        }
    }
}

crate::row! {
    struct ClosureRow {
        id: ClosureId,
        hotline_id: HotlineId,
        starts_at: Instant,
        ends_at: Option<Instant>,
        reason: Json<Reasons>,
        closed_by: String,
        created_at: Instant,
        ended_at: Option<Instant>,
    }
}

impl From<ClosureRow> for Closure {
    fn from(row: ClosureRow) -> Self {
        let planned = row.ends_at.unwrap_or(OPEN_END);
        let end = row.ended_at.map_or(planned, |ended| planned.min(ended.max(row.starts_at)));
        Self {
            id: row.id,
            hotline: row.hotline_id,
            span: Span { start: row.starts_at, end },
            reason: row.reason.0,
            closed_by: row.closed_by,
            created_at: row.created_at,
            ended_at: row.ended_at,
        }
    }
}

crate::row! {
    struct ShiftRow {
        id: ShiftId,
        hotline_id: HotlineId,
        officer_id: OfficerId,
        starts_at: Instant,
        ends_at: Instant,
        tier: i64,
        position: i64,
        state: Text<ShiftState>,
        sequence: i64,
        created_at: Instant,
        updated_at: Instant,
    }
}

impl TryFrom<ShiftRow> for Shift {
    type Error = DbError;

    fn try_from(row: ShiftRow) -> Result<Self, DbError> {
        let unreadable = |_| DbError::Unreadable { column: "shifts.tier", value: row.tier.to_string() };
        Ok(Self {
            id: row.id,
            hotline: row.hotline_id,
            officer: row.officer_id,
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

pub async fn insert_hotline(tx: &mut Tx, hotline: &Hotline, now: Instant) -> Result<(), DbError> {
    let Hotline { id, office, name, number, flow, hours, ring_seconds, rules, active, sequence: _ } = hotline;
    let (office, number, hours) = (Text(*office), number.as_str().to_owned(), Json(hours.clone()));
    let rule = Text(rules.if_nobody_fits);
    let values = args![
        *id,
        office,
        *name,
        number,
        *flow,
        hours,
        *ring_seconds,
        *active,
        now,
        rule,
        rules.known_caller_first,
        rules.pause_seconds,
        rules.neighbours_after_seconds,
        rules.overlap_seconds,
        words_of(&rules.priority_topics),
        rules.head_start_seconds,
        Text(rules.callbacks_ring),
        Json(rules.instruction.clone())
    ];
    tx.run(INSERT_HOTLINE, values).await?;
    Ok(())
}

/// Saves a hotline over the version that has its sequence, and counts on; false where somebody else was faster.
pub async fn update_hotline(tx: &mut Tx, hotline: &Hotline, now: Instant) -> Result<bool, DbError> {
    let Hotline { id, office: _, name, number, flow, hours, ring_seconds, rules, active, sequence } = hotline;
    let (number, hours) = (number.as_str().to_owned(), Json(hours.clone()));
    let rule = Text(rules.if_nobody_fits);
    let values = args![
        *id,
        *name,
        number,
        *flow,
        hours,
        *ring_seconds,
        *active,
        now,
        *sequence,
        rule,
        rules.known_caller_first,
        rules.pause_seconds,
        rules.neighbours_after_seconds,
        rules.overlap_seconds,
        words_of(&rules.priority_topics),
        rules.head_start_seconds,
        Text(rules.callbacks_ring),
        Json(rules.instruction.clone())
    ];
    Ok(tx.run(UPDATE_HOTLINE, values).await? == 1)
}

pub async fn find_hotline(mut from: impl Read, id: HotlineId) -> Result<Option<Hotline>, DbError> {
    Ok(from.first::<HotlineRow>(FIND_HOTLINE, args![id]).await?.map(Hotline::from))
}

pub async fn find_hotline_by_number(mut from: impl Read, number: &Phone) -> Result<Option<Hotline>, DbError> {
    let number = number.as_str().to_owned();
    Ok(from.first::<HotlineRow>(FIND_HOTLINE_BY_NUMBER, args![number]).await?.map(Hotline::from))
}

pub async fn list_hotlines(mut from: impl Read) -> Result<Vec<Hotline>, DbError> {
    Ok(from.all::<HotlineRow>(LIST_HOTLINES, args![]).await?.into_iter().map(Hotline::from).collect())
}

pub async fn insert_closure(tx: &mut Tx, closure: &Closure) -> Result<(), DbError> {
    let Closure { id, hotline, span, reason, closed_by, created_at, ended_at: _ } = closure;
    let end = Some(span.end).filter(|end| *end != OPEN_END);
    tx.run(INSERT_CLOSURE, args![*id, *hotline, span.start, end, Json(reason.clone()), *closed_by, *created_at])
        .await?;
    Ok(())
}

/// False where it was over already.
pub async fn end_closure(tx: &mut Tx, id: ClosureId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(END_CLOSURE, args![id, now]).await? == 1)
}

pub async fn closure(mut from: impl Read, id: ClosureId) -> Result<Option<Closure>, DbError> {
    Ok(from.first::<ClosureRow>(LOAD_CLOSURE, args![id]).await?.map(Closure::from))
}

/// The closure of a hotline at an instant; the one that was entered last, where there are several.
pub async fn find_closure(mut from: impl Read, hotline: HotlineId, at: Instant) -> Result<Option<Closure>, DbError> {
    Ok(from.first::<ClosureRow>(FIND_CLOSURE, args![hotline, at]).await?.map(Closure::from))
}

/// A hotline's closures that touch the window, by start, without those that were taken back before they began.
pub async fn list_closures(mut from: impl Read, hotline: HotlineId, window: Span) -> Result<Vec<Closure>, DbError> {
    let rows: Vec<ClosureRow> = from.all(LIST_CLOSURES, args![hotline, window.start, window.end]).await?;
    Ok(rows.into_iter().map(Closure::from).collect())
}

pub async fn insert_shift(tx: &mut Tx, shift: &Shift) -> Result<(), DbError> {
    let Shift { id, hotline, officer, span, position, sequence, created_at, updated_at, .. } = *shift;
    let (tier, state) = (shift.tier.number(), Text(shift.state));
    let values =
        args![id, hotline, officer, span.start, span.end, tier, position, state, sequence, created_at, updated_at];
    tx.run(INSERT_SHIFT, values).await?;
    Ok(())
}

/// Saves a shift over the version that was seen; false where somebody else was faster.
pub async fn update_shift(tx: &mut Tx, seen: i64, shift: &Shift) -> Result<bool, DbError> {
    let Shift { id, hotline, officer, span, position, sequence, updated_at, .. } = *shift;
    let (tier, state) = (shift.tier.number(), Text(shift.state));
    let values = args![id, seen, hotline, officer, span.start, span.end, tier, position, state, sequence, updated_at];
    Ok(tx.run(UPDATE_SHIFT, values).await? == 1)
}

/// The highest position among the published shifts that the shift meets on its tier; 0 where there is none.
pub async fn last_position(mut from: impl Read, shift: &Shift) -> Result<i64, DbError> {
    let values = args![shift.hotline, shift.tier.number(), shift.span.start, shift.span.end];
    Ok(from.first::<(Option<i64>,)>(LAST_POSITION, values).await?.and_then(|row| row.0).unwrap_or(0))
}

pub async fn find_shift(mut from: impl Read, id: ShiftId) -> Result<Option<Shift>, DbError> {
    from.first::<ShiftRow>(FIND_SHIFT, args![id]).await?.map(Shift::try_from).transpose()
}

/// A hotline's shifts that touch the window, removed ones too.
pub async fn list_shifts(mut from: impl Read, hotline: HotlineId, window: Span) -> Result<Vec<Shift>, DbError> {
    shifts(from.all(LIST_SHIFTS, args![hotline, window.start, window.end]).await?)
}

/// An officer's shifts that touch the window, removed ones too.
pub async fn list_shifts_of(mut from: impl Read, officer: OfficerId, window: Span) -> Result<Vec<Shift>, DbError> {
    shifts(from.all(LIST_SHIFTS_OF, args![officer, window.start, window.end]).await?)
}

/// The shifts on all hotlines of an office that touch the window, removed ones too.
pub async fn list_shifts_at(mut from: impl Read, office: OfficeId, window: Span) -> Result<Vec<Shift>, DbError> {
    shifts(from.all(LIST_SHIFTS_AT, args![Text(office), window.start, window.end]).await?)
}

/// How many shifts touch the window, removed ones too, and the sum of their sequences.
pub async fn mark_of_shifts(mut from: impl Read, office: OfficeId, window: Span) -> Result<(i64, i64), DbError> {
    let found = from.first(MARK_OF_SHIFTS, args![Text(office), window.start, window.end]).await?;
    Ok(found.unwrap_or_default())
}

/// The shifts of all who work at an office, on whatever hotline, that touch the window; removed ones too.
pub async fn list_shifts_of_staff(mut from: impl Read, office: OfficeId, window: Span) -> Result<Vec<Shift>, DbError> {
    shifts(from.all(LIST_SHIFTS_OF_STAFF, args![Text(office), window.start, window.end]).await?)
}

/// Nobody is rung in this shift any more. False where it stood so already.
pub async fn mark_unreachable(tx: &mut Tx, id: ShiftId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(MARK_UNREACHABLE, args![id, now]).await? == 1)
}

/// The officer is rung in this shift again. False where nothing kept them from it.
pub async fn delete_unreachable(tx: &mut Tx, id: ShiftId) -> Result<bool, DbError> {
    Ok(tx.run(DELETE_UNREACHABLE, args![id]).await? == 1)
}

/// Shifts on a hotline at an instant in which the officer's telephone has failed twice, and since when.
pub async fn list_unreachable(
    mut from: impl Read,
    hotline: HotlineId,
    at: Instant,
) -> Result<BTreeMap<ShiftId, Instant>, DbError> {
    let rows: Vec<(ShiftId, Instant)> = from.all(LIST_UNREACHABLE, args![hotline, at]).await?;
    Ok(rows.into_iter().collect())
}

fn shifts(rows: Vec<ShiftRow>) -> Result<Vec<Shift>, DbError> {
    rows.into_iter().map(Shift::try_from).collect()
}

pub async fn confirm_presence(tx: &mut Tx, shift: ShiftId, now: Instant) -> Result<(), DbError> {
    tx.run(CONFIRM_PRESENCE, args![shift, now]).await?;
    Ok(())
}

pub async fn end_presence(tx: &mut Tx, shift: ShiftId) -> Result<(), DbError> {
    tx.run(END_PRESENCE, args![shift]).await?;
    Ok(())
}

/// The shifts on a hotline that last at an instant and whose officers sit at a duty telephone.
pub async fn list_present(mut from: impl Read, hotline: HotlineId, at: Instant) -> Result<BTreeSet<ShiftId>, DbError> {
    let rows: Vec<(ShiftId,)> = from.all(LIST_PRESENT, args![hotline, at]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
