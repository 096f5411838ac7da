//! The SQL of call-backs.

use crate::args;
use crate::calls::call::{Callback, CallbackState};
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{CallId, CallbackId, HotlineId};
use crate::kernel::{Instant, Language, Span};
use crate::offices::OfficeId;

const INSERT_CALLBACK: &str = "INSERT INTO callbacks
        (id, call_id, hotline_id, office_id, topic, language, person, state, requested_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8)";
const FIND_CALLBACK: &str =
    "SELECT id, call_id, hotline_id, office_id, topic, language, state, requested_at, closed_at,
        person FROM callbacks WHERE id = $1";
const LIST_CALLBACKS: &str =
    "SELECT id, call_id, hotline_id, office_id, topic, language, state, requested_at, closed_at,
        person FROM callbacks WHERE requested_at >= $1 AND requested_at < $2 ORDER BY requested_at DESC";
const CLOSE_CALLBACK: &str = "UPDATE callbacks SET state = $2, closed_at = $3, person = NULL
    WHERE id = $1 AND state = 'open'";
const FORGET_CALLBACKS: &str = "UPDATE callbacks SET state = CASE state WHEN 'open' THEN 'given_up' ELSE state END,
        closed_at = $2, person = NULL
    WHERE requested_at < $1 AND person IS NOT NULL";

/// Every statement, for the test that prepares them on both engines.
pub(super) const STATEMENTS: &[&str] =
    &[INSERT_CALLBACK, FIND_CALLBACK, LIST_CALLBACKS, CLOSE_CALLBACK, FORGET_CALLBACKS];

#[derive(sqlx::FromRow)]
struct CallbackRow {
    id: CallbackId,
    call_id: CallId,
    hotline_id: HotlineId,
    office_id: Text<OfficeId>,
    topic: Option<String>,
    language: String,
    state: Text<CallbackState>,
    requested_at: Instant,
    closed_at: Option<Instant>,
    person: Option<Vec<u8>>,
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
            closed_at: row.closed_at,
        };
        (callback, row.person)
    }
}

pub async fn insert_callback(tx: &mut Tx, callback: &Callback, person: Vec<u8>) -> Result<(), DbError> {
    let Callback { id, call, hotline, office, topic, language, requested_at, .. } = callback;
    let values = args![*id, *call, *hotline, Text(*office), topic.clone(), language.tag(), person, *requested_at];
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

/// Closes a call-back and empties its number. False where it is not open.
pub async fn close_callback(tx: &mut Tx, id: CallbackId, state: CallbackState, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(CLOSE_CALLBACK, args![id, Text(state), now]).await? == 1)
}

/// Empties the numbers of call-backs requested before.
pub async fn forget_callbacks(tx: &mut Tx, before: Instant, now: Instant) -> Result<u64, DbError> {
    tx.run(FORGET_CALLBACKS, args![before, now]).await
}
