//! The SQL of swaps and of an office's terms for changes. Repeats one rule: a whole shift is offered once at a time.

use super::swap::{State, Swap};
use super::terms::Terms;
use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{OfficerId, ShiftId, SwapId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::shifts::Shift;

/// The columns of a swap, in the order of [`Row`].
macro_rules! swap {
    () => {
        "SELECT id, office_id, shift_id, officer_id, starts_at, ends_at, asked_id, return_id, note, state, taken_by,
        why, asked_at, expires_at, ended_at, sequence, wants_return FROM swaps "
    };
}

const INSERT: &str = "INSERT INTO swaps
    (id, office_id, shift_id, officer_id, starts_at, ends_at, asked_id, return_id, note, state, taken_by, why,
        asked_at, expires_at, ended_at, sequence, wants_return)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
const UPDATE: &str =
    "UPDATE swaps SET starts_at = $3, ends_at = $4, state = $5, taken_by = $6, why = $7, ended_at = $8,
    return_id = $9, expires_at = $10, sequence = sequence + 1 WHERE id = $1 AND sequence = $2";
const FIND: &str = concat!(swap!(), "WHERE id = $1");
// Parts, each found by an index: all that has ever ended is many.
const LIST: &str = concat!(
    swap!(),
    "WHERE office_id = $1 AND state = 'open' UNION ",
    swap!(),
    "WHERE office_id = $1 AND state = 'agreed' UNION ",
    swap!(),
    "WHERE office_id = $1 AND asked_at >= $2 ORDER BY asked_at DESC, id DESC"
);
const LIST_WAITING: &str =
    concat!(swap!(), "WHERE shift_id = $1 AND state IN ('open', 'agreed') ORDER BY asked_at, id");
// What is given in return may have been moved to an earlier time since.
const LIST_RUN_OUT: &str = concat!(
    swap!(),
    "WHERE state IN ('open', 'agreed') AND (expires_at <= $1
        OR EXISTS (SELECT 1 FROM shifts s WHERE s.id = return_id AND s.starts_at <= $1))"
);
const LIST_OVERTAKEN: &str = "SELECT w.id FROM swaps w JOIN shifts s ON s.id = w.shift_id
    WHERE w.state IN ('open', 'agreed') AND (s.state <> 'published' OR s.officer_id <> w.officer_id
        OR w.starts_at >= s.ends_at OR w.ends_at <= s.starts_at)";
const FOLLOW: &str = "UPDATE swaps SET shift_id = $2
    WHERE shift_id = $1 AND state IN ('open', 'agreed') AND starts_at >= $3 AND ends_at <= $4";
const FIND_TERMS: &str = "SELECT swaps_need_approval, sick_asks_cover FROM change_terms WHERE office_id = $1";
const SET_TERMS: &str = "INSERT INTO change_terms (office_id, swaps_need_approval, sick_asks_cover)
    VALUES ($1, $2, $3)
    ON CONFLICT (office_id) DO UPDATE SET swaps_need_approval = $2, sick_asks_cover = $3";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] =
    &[INSERT, UPDATE, FIND, LIST, LIST_WAITING, LIST_RUN_OUT, LIST_OVERTAKEN, FOLLOW, FIND_TERMS, SET_TERMS];

crate::row! {
    struct Row {
        id: SwapId,
        office_id: Text<OfficeId>,
        shift_id: ShiftId,
        officer_id: OfficerId,
        starts_at: Option<Instant>,
        ends_at: Option<Instant>,
        asked_id: Option<OfficerId>,
        return_id: Option<ShiftId>,
        note: String,
        state: Text<State>,
        taken_by: Option<OfficerId>,
        why: String,
        asked_at: Instant,
        expires_at: Instant,
        ended_at: Option<Instant>,
        sequence: i64,
        wants_return: bool,
    }
}

impl From<Row> for Swap {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            office: *row.office_id,
            shift: row.shift_id,
            officer: row.officer_id,
            part: row.starts_at.zip(row.ends_at).map(|(start, end)| Span { start, end }),
            asked: row.asked_id,
            in_return: row.return_id,
            wants_return: row.wants_return,
            note: row.note,
            state: *row.state,
            taken_by: row.taken_by,
            why: row.why,
            asked_at: row.asked_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            sequence: row.sequence,
        }
    }
}

/// `Taken` where the whole shift is offered already.
pub async fn insert(tx: &mut Tx, swap: &Swap) -> Result<(), DbError> {
    let Swap { id, office, shift, officer, part, asked, in_return, note, state, taken_by, .. } = swap;
    let (start, end) = (part.map(|part| part.start), part.map(|part| part.end));
    let values = args![
        *id,
        Text(*office),
        *shift,
        *officer,
        start,
        end,
        *asked,
        *in_return,
        *note,
        Text(*state),
        *taken_by,
        swap.why,
        swap.asked_at,
        swap.expires_at,
        swap.ended_at,
        swap.sequence,
        swap.wants_return
    ];
    tx.run(INSERT, values).await?;
    Ok(())
}

/// Saves a swap over the version that has its sequence, and counts on; false where somebody else was faster.
pub async fn update(tx: &mut Tx, swap: &Swap) -> Result<bool, DbError> {
    let (start, end) = (swap.part.map(|part| part.start), swap.part.map(|part| part.end));
    let state = Text(swap.state);
    let Swap { id, sequence, taken_by, why, ended_at, in_return, expires_at, .. } = swap;
    let values = args![*id, *sequence, start, end, state, *taken_by, *why, *ended_at, *in_return, *expires_at];
    Ok(tx.run(UPDATE, values).await? == 1)
}

pub async fn find(mut from: impl Read, id: SwapId) -> Result<Option<Swap>, DbError> {
    Ok(from.first::<Row>(FIND, args![id]).await?.map(Swap::from))
}

/// An office's swaps that wait, and those asked for since then, the newest first.
pub async fn list(mut from: impl Read, office: OfficeId, since: Instant) -> Result<Vec<Swap>, DbError> {
    let rows: Vec<Row> = from.all(LIST, args![Text(office), since]).await?;
    Ok(rows.into_iter().map(Swap::from).collect())
}

/// What waits for an answer about a shift.
pub async fn list_waiting(mut from: impl Read, shift: ShiftId) -> Result<Vec<Swap>, DbError> {
    let rows: Vec<Row> = from.all(LIST_WAITING, args![shift]).await?;
    Ok(rows.into_iter().map(Swap::from).collect())
}

pub async fn list_run_out(mut from: impl Read, now: Instant) -> Result<Vec<Swap>, DbError> {
    let rows: Vec<Row> = from.all(LIST_RUN_OUT, args![now]).await?;
    Ok(rows.into_iter().map(Swap::from).collect())
}

/// Waiting swaps of whose shift nothing is left to take.
pub async fn list_overtaken(mut from: impl Read) -> Result<Vec<SwapId>, DbError> {
    let rows: Vec<(SwapId,)> = from.all(LIST_OVERTAKEN, args![]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What waits about a part that now lies in another shift of the same officer moves to that one.
pub async fn follow(tx: &mut Tx, before: ShiftId, piece: &Shift) -> Result<(), DbError> {
    tx.run(FOLLOW, args![before, piece.id, piece.span.start, piece.span.end]).await?;
    Ok(())
}

pub async fn find_terms(mut from: impl Read, office: OfficeId) -> Result<Option<Terms>, DbError> {
    let found: Option<(bool, bool)> = from.first(FIND_TERMS, args![Text(office)]).await?;
    Ok(found.map(|(swaps_need_approval, sick_asks_cover)| Terms { swaps_need_approval, sick_asks_cover }))
}

pub async fn set_terms(tx: &mut Tx, office: OfficeId, terms: Terms) -> Result<(), DbError> {
    tx.run(SET_TERMS, args![Text(office), terms.swaps_need_approval, terms.sick_asks_cover]).await?;
    Ok(())
}
