//! The SQL of call-backs.

use crate::args;
use crate::calls::call::{Callback, CallbackState, Outcome, Reached, Try};
use crate::calls::orders::OrderState;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{AttemptId, CallId, CallbackId, HotlineId, OfficerId};
use crate::kernel::{Instant, Language, Span};
use crate::offices::OfficeId;

const INSERT_CALLBACK: &str = "INSERT INTO callbacks
        (id, call_id, hotline_id, office_id, topic, language, person, state, requested_at, due_at, waiting_since)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10)";
const FIND_CALLBACK: &str =
    "SELECT id, call_id, hotline_id, office_id, topic, language, state, requested_at, closed_at,
        due_at, waiting_since, person, rounds, next_round_at FROM callbacks WHERE id = $1";
const LIST_CALLBACKS: &str =
    "SELECT id, call_id, hotline_id, office_id, topic, language, state, requested_at, closed_at,
        due_at, waiting_since, person, rounds, next_round_at FROM callbacks WHERE requested_at >= $1 AND requested_at < $2 ORDER BY requested_at DESC";
// Open, allowed by the hotline's rule, and nobody calls back or has done so.
const LIST_TO_RING: &str = "SELECT c.id, c.call_id, c.hotline_id, c.office_id, c.topic, c.language, c.state,
        c.requested_at, c.closed_at, c.due_at, c.waiting_since, c.person, c.rounds, c.next_round_at
    FROM hotlines h JOIN callbacks c ON c.hotline_id = h.id
    WHERE c.state = 'open' AND c.person IS NOT NULL AND c.rounds < $2
        AND (c.next_round_at IS NULL OR c.next_round_at <= $1)
        AND h.active AND (h.callbacks_ring = 'when_free' OR (h.callbacks_ring = 'when_due' AND c.due_at <= $1))
        AND NOT EXISTS (SELECT 1 FROM callback_tries t
            WHERE t.callback_id = c.id AND (t.ended_at IS NULL OR t.result = 'reached'))
    ORDER BY c.waiting_since, c.id";
const CLAIM_ROUND: &str = "UPDATE callbacks SET rounds = rounds + 1, next_round_at = $3
    WHERE id = $1 AND rounds = $2 AND state = 'open'";
const LIST_TRIES_OF: &str =
    "SELECT t.attempt_id, t.callback_id, a.officer_id, a.outcome, t.result, a.rang_at, t.ended_at, o.state
    FROM callback_tries t JOIN attempts a ON a.id = t.attempt_id
        JOIN provider_orders o ON o.attempt_id = a.id AND o.what = 'call_back'
    WHERE t.callback_id = $1 ORDER BY a.rang_at, a.id";
const CLOSE_CALLBACK: &str = "UPDATE callbacks SET state = $2, closed_at = $3, person = NULL
    WHERE id = $1 AND state = 'open'";
const LIST_OPEN_FOR: &str =
    "SELECT id, call_id, hotline_id, office_id, topic, language, state, requested_at, closed_at,
        due_at, waiting_since, person, rounds, next_round_at
    FROM callbacks WHERE hotline_id = $1 AND state = 'open' AND person IS NOT NULL ORDER BY requested_at, id";
const JOIN_CALLBACK: &str = "UPDATE callbacks SET topic = $2, language = $3, person = $4
    WHERE id = $1 AND state = 'open'";
const FIND_LEASE: &str = "SELECT l.until, a.ended_at FROM leases l LEFT JOIN attempts a ON a.id = l.attempt_id
    WHERE l.officer_id = $1 AND l.until > $2";
const FORGET_CALLBACKS: &str = "UPDATE callbacks SET state = CASE state WHEN 'open' THEN 'given_up' ELSE state END,
        closed_at = $2, person = NULL
    WHERE requested_at < $1 AND person IS NOT NULL";
const INSERT_TRY: &str = "INSERT INTO callback_tries (attempt_id, callback_id) VALUES ($1, $2)";
const LIST_TRIES: &str =
    "SELECT t.attempt_id, t.callback_id, a.officer_id, a.outcome, t.result, a.rang_at, t.ended_at, o.state
    FROM callbacks c JOIN callback_tries t ON t.callback_id = c.id JOIN attempts a ON a.id = t.attempt_id
        JOIN provider_orders o ON o.attempt_id = a.id AND o.what = 'call_back'
    WHERE c.requested_at >= $1 AND c.requested_at < $2 ORDER BY a.rang_at, a.id";
const FIND_TRY: &str =
    "SELECT t.attempt_id, t.callback_id, a.officer_id, a.outcome, t.result, a.rang_at, t.ended_at, o.state
    FROM callback_tries t JOIN attempts a ON a.id = t.attempt_id
        JOIN provider_orders o ON o.attempt_id = a.id AND o.what = 'call_back'
    WHERE t.attempt_id = $1";
const NOTE_RESULT: &str = "UPDATE callback_tries SET result = $2 WHERE attempt_id = $1 AND result IS NULL";
const END_TRY: &str = "UPDATE callback_tries SET ended_at = $2 WHERE attempt_id = $1 AND ended_at IS NULL";
// The officer is not leased any more, so nothing will be told of it.
const LIST_LOST_TRIES: &str = "SELECT t.attempt_id FROM callback_tries t
    WHERE t.ended_at IS NULL AND NOT EXISTS
        (SELECT 1 FROM leases l WHERE l.attempt_id = t.attempt_id AND l.until > $1)";
const LIST_IN_QUEUES: &str = "SELECT hotline_id, waiting_since FROM calls
    WHERE waiting_since IS NOT NULL AND state = 'running' AND updated_at > $1";
const COUNT_IN_FRONT: &str = "SELECT (SELECT count(*) FROM callbacks WHERE hotline_id = $1 AND state = 'open')
        + (SELECT count(*) FROM calls
            WHERE hotline_id = $1 AND waiting_since IS NOT NULL AND state = 'running' AND updated_at > $2)";

/// Every statement, for the test that prepares them on both engines.
pub(super) const STATEMENTS: &[&str] = &[
    INSERT_CALLBACK,
    FIND_CALLBACK,
    LIST_CALLBACKS,
    LIST_TO_RING,
    CLAIM_ROUND,
    LIST_TRIES_OF,
    CLOSE_CALLBACK,
    LIST_OPEN_FOR,
    JOIN_CALLBACK,
    FIND_LEASE,
    FORGET_CALLBACKS,
    INSERT_TRY,
    LIST_TRIES,
    FIND_TRY,
    NOTE_RESULT,
    END_TRY,
    LIST_LOST_TRIES,
    LIST_IN_QUEUES,
    COUNT_IN_FRONT,
];

crate::row! {
    struct CallbackRow {
        id: CallbackId,
        call_id: CallId,
        hotline_id: HotlineId,
        office_id: Text<OfficeId>,
        topic: Option<String>,
        language: String,
        state: Text<CallbackState>,
        requested_at: Instant,
        due_at: Instant,
        waiting_since: Instant,
        closed_at: Option<Instant>,
        person: Option<Vec<u8>>,
        rounds: i64,
        next_round_at: Option<Instant>,
    }
}

/// A call-back and its sealed number, as long as that is kept.
pub type CallbackWithPerson = (Callback, Option<Vec<u8>>);

impl From<CallbackRow> for CallbackWithPerson {
    fn from(row: CallbackRow) -> Self {
        let callback = Callback {
            id: row.id,
            call: row.call_id,
            hotline: row.hotline_id,
            office: row.office_id.0,
            topic: row.topic,
            language: Language::from_tag(&row.language).unwrap_or_default(),
            state: row.state.0,
            requested_at: row.requested_at,
            due_at: row.due_at,
            waiting_since: row.waiting_since,
            closed_at: row.closed_at,
            rounds: row.rounds,
            next_round_at: row.next_round_at,
        };
        (callback, row.person)
    }
}

pub async fn insert_callback(tx: &mut Tx, callback: &Callback, person: Vec<u8>) -> Result<(), DbError> {
    let Callback { id, call, hotline, office, topic, language, requested_at, due_at, waiting_since, .. } = callback;
    let (office, topic, language) = (Text(*office), topic.clone(), language.tag());
    let values = args![*id, *call, *hotline, office, topic, language, person, *requested_at, *due_at, *waiting_since];
    tx.run(INSERT_CALLBACK, values).await?;
    Ok(())
}

pub async fn find_callback(mut from: impl Read, id: CallbackId) -> Result<Option<CallbackWithPerson>, DbError> {
    Ok(from.first::<CallbackRow>(FIND_CALLBACK, args![id]).await?.map(CallbackWithPerson::from))
}

pub async fn list_callbacks(mut from: impl Read, window: Span) -> Result<Vec<CallbackWithPerson>, DbError> {
    let rows: Vec<CallbackRow> = from.all(LIST_CALLBACKS, args![window.start, window.end]).await?;
    Ok(rows.into_iter().map(CallbackWithPerson::from).collect())
}

/// Call-backs that may ring by themselves now and were tried so less than `most` times; who waits longest comes first.
pub async fn list_to_ring(mut from: impl Read, now: Instant, most: i64) -> Result<Vec<Callback>, DbError> {
    let rows: Vec<CallbackRow> = from.all(LIST_TO_RING, args![now, most]).await?;
    Ok(rows.into_iter().map(|row| CallbackWithPerson::from(row).0).collect())
}

/// Takes the next round of a call-back; false where another node has it.
pub async fn claim_round(tx: &mut Tx, callback: &Callback, next: Instant) -> Result<bool, DbError> {
    Ok(tx.run(CLAIM_ROUND, args![callback.id, callback.rounds, next]).await? == 1)
}

/// The tries of one call-back, in order.
pub async fn list_tries_of(mut from: impl Read, callback: CallbackId) -> Result<Vec<Try>, DbError> {
    Ok(from.all::<TryRow>(LIST_TRIES_OF, args![callback]).await?.into_iter().map(Try::from).collect())
}

/// The open call-backs of a hotline, the oldest first.
pub async fn list_open_for(mut from: impl Read, hotline: HotlineId) -> Result<Vec<CallbackWithPerson>, DbError> {
    let rows: Vec<CallbackRow> = from.all(LIST_OPEN_FOR, args![hotline]).await?;
    Ok(rows.into_iter().map(CallbackWithPerson::from).collect())
}

/// What a second request changes: the topic, the language and the words; never the place.
pub async fn join_callback(tx: &mut Tx, callback: &Callback, person: Vec<u8>) -> Result<(), DbError> {
    let Callback { id, topic, language, .. } = callback;
    tx.run(JOIN_CALLBACK, args![*id, topic.clone(), language.tag(), person]).await?;
    Ok(())
}

/// Until when an officer who has talked is left in peace; none where they are in a call or rung for one.
pub async fn find_pause(mut from: impl Read, officer: OfficerId, now: Instant) -> Result<Option<Instant>, DbError> {
    let lease: Option<(Instant, Option<Instant>)> = from.first(FIND_LEASE, args![officer, now]).await?;
    Ok(lease.and_then(|(until, ended)| ended.map(|_| until)))
}

/// Closes a call-back and empties its number. False where it is not open.
pub async fn close_callback(tx: &mut Tx, id: CallbackId, state: CallbackState, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(CLOSE_CALLBACK, args![id, Text(state), now]).await? == 1)
}

/// Empties the numbers of call-backs requested before.
pub async fn forget_callbacks(tx: &mut Tx, before: Instant, now: Instant) -> Result<u64, DbError> {
    tx.run(FORGET_CALLBACKS, args![before, now]).await
}

crate::row! {
    struct TryRow {
        attempt_id: AttemptId,
        callback_id: CallbackId,
        officer_id: OfficerId,
        outcome: Text<Outcome>,
        result: Option<Text<Reached>>,
        rang_at: Instant,
        ended_at: Option<Instant>,
        state: Text<OrderState>,
    }
}

impl From<TryRow> for Try {
    fn from(row: TryRow) -> Self {
        Self {
            attempt: row.attempt_id,
            callback: row.callback_id,
            officer: row.officer_id,
            outcome: row.outcome.0,
            result: row.result.map(|result| result.0),
            rang_at: row.rang_at,
            ended_at: row.ended_at,
            order: row.state.0,
        }
    }
}

/// `DbError::Taken` where somebody calls this person back at this moment.
pub async fn insert_try(tx: &mut Tx, attempt: AttemptId, callback: CallbackId) -> Result<(), DbError> {
    tx.run(INSERT_TRY, args![attempt, callback]).await?;
    Ok(())
}

/// All tries of call-backs that were requested in the window, in order.
pub async fn list_tries(mut from: impl Read, window: Span) -> Result<Vec<Try>, DbError> {
    let rows: Vec<TryRow> = from.all(LIST_TRIES, args![window.start, window.end]).await?;
    Ok(rows.into_iter().map(Try::from).collect())
}

pub async fn find_try(mut from: impl Read, attempt: AttemptId) -> Result<Option<Try>, DbError> {
    Ok(from.first::<TryRow>(FIND_TRY, args![attempt]).await?.map(Try::from))
}

/// Whether the citizen was reached; the first word of it counts.
pub async fn note_result(tx: &mut Tx, attempt: AttemptId, result: Reached) -> Result<(), DbError> {
    tx.run(NOTE_RESULT, args![attempt, Text(result)]).await?;
    Ok(())
}

/// False where it is over.
pub async fn end_try(tx: &mut Tx, attempt: AttemptId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(END_TRY, args![attempt, now]).await? == 1)
}

/// Tries of which nothing more will be told.
pub async fn list_lost_tries(mut from: impl Read, now: Instant) -> Result<Vec<AttemptId>, DbError> {
    let rows: Vec<(AttemptId,)> = from.all(LIST_LOST_TRIES, args![now]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Since when callers wait, by hotline; of whom something was heard since.
pub async fn list_in_queues(mut from: impl Read, alive: Instant) -> Result<Vec<(HotlineId, Instant)>, DbError> {
    from.all(LIST_IN_QUEUES, args![alive]).await
}

/// How many wait for a hotline: on the line, of whom something was heard since, and for a call-back.
pub async fn count_in_front(mut from: impl Read, hotline: HotlineId, alive: Instant) -> Result<i64, DbError> {
    Ok(from.first::<(i64,)>(COUNT_IN_FRONT, args![hotline, alive]).await?.map_or(0, |row| row.0))
}
