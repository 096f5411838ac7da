//! The SQL of orders to a provider.

use crate::args;
use crate::calls::orders::{OrderState, Ordered, Placed, What};
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;
use crate::kernel::id::{AttemptId, CallId, OfficerId, OrderId};

const INSERT_ORDER: &str = "INSERT INTO provider_orders
        (id, provider, what, call_id, attempt_id, officer_id, detail, state, leg, instruction, sent_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'sent', $8, $9, $10, $10)";
const SETTLE_ORDER: &str = "UPDATE provider_orders SET state = $2, leg = COALESCE($3, leg), why = $4, changed_at = $5,
        instruction = NULL
    WHERE id = $1 AND state IN ('sent', 'unknown')";
const FIND_ORDER: &str = "SELECT id, what, call_id, attempt_id, officer_id, detail, state, leg, why, step, sent_at
    FROM provider_orders WHERE id = $1";
const FIND_ORDER_OF: &str = "SELECT id, what, call_id, attempt_id, officer_id, detail, state, leg, why, step, sent_at
    FROM provider_orders WHERE attempt_id = $1 AND what = $2 ORDER BY sent_at DESC, id DESC LIMIT 1";
const LIST_ORDERS: &str = "SELECT id, what, call_id, attempt_id, officer_id, detail, state, leg, why, step, sent_at
    FROM provider_orders WHERE call_id = $1 ORDER BY sent_at, id";
// Whoever sent it has died, or nobody fetched it.
const DOUBT_ORDERS: &str = "UPDATE provider_orders SET state = 'unknown', changed_at = $2, instruction = NULL,
        why = 'nobody told what became of it'
    WHERE state = 'sent' AND sent_at < $1";
const ANSWER_ORDER: &str = "UPDATE provider_orders SET step = $2 WHERE id = $1 AND step IS NULL";
// Legs that were begun, or led elsewhere, for calls that are over, and that nobody has ended.
const LIST_LEFT: &str =
    "SELECT o.id, o.what, o.call_id, o.attempt_id, o.officer_id, o.detail, o.state, o.leg, o.why, o.step, o.sent_at
    FROM provider_orders o JOIN calls c ON c.id = o.call_id
    WHERE o.what IN ('add_officer', 'room') AND o.state = 'done' AND o.leg IS NOT NULL AND o.sent_at > $1
        AND c.state = 'ended' AND NOT EXISTS (SELECT 1 FROM provider_orders e
            WHERE e.call_id = o.call_id AND e.what = 'end' AND e.detail = o.leg)";
const LIST_LEFT_OF: &str =
    "SELECT o.id, o.what, o.call_id, o.attempt_id, o.officer_id, o.detail, o.state, o.leg, o.why, o.step, o.sent_at
    FROM provider_orders o
    WHERE o.call_id = $1 AND o.what IN ('add_officer', 'room') AND o.state = 'done' AND o.leg IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM provider_orders e
            WHERE e.call_id = o.call_id AND e.what = 'end' AND e.detail = o.leg)";
const LIST_TO_FETCH: &str = "SELECT id, instruction FROM provider_orders
    WHERE state = 'sent' AND provider = $1 AND instruction IS NOT NULL ORDER BY sent_at, id";

/// Every statement, for the test that prepares them on both engines.
pub(super) const STATEMENTS: &[&str] = &[
    INSERT_ORDER,
    SETTLE_ORDER,
    FIND_ORDER,
    FIND_ORDER_OF,
    LIST_ORDERS,
    DOUBT_ORDERS,
    LIST_TO_FETCH,
    ANSWER_ORDER,
    LIST_LEFT,
    LIST_LEFT_OF,
];

crate::row! {
    struct OrderRow {
        id: OrderId,
        what: Text<What>,
        call_id: CallId,
        attempt_id: AttemptId,
        officer_id: OfficerId,
        detail: String,
        state: Text<OrderState>,
        leg: Option<String>,
        why: String,
        step: Option<i64>,
        sent_at: Instant,
    }
}

impl From<OrderRow> for Ordered {
    fn from(row: OrderRow) -> Self {
        Self {
            id: row.id,
            what: row.what.0,
            call: row.call_id,
            attempt: row.attempt_id,
            officer: row.officer_id,
            detail: row.detail,
            state: row.state.0,
            leg: row.leg.as_deref().and_then(crate::calls::provider::LegId::parse),
            why: row.why,
            step: row.step,
            sent_at: row.sent_at,
        }
    }
}

/// `DbError::Taken` where an order of this kind is under way, or nobody knows what became of it.
pub async fn insert_order(
    tx: &mut Tx,
    placed: &Placed,
    instruction: Option<Vec<u8>>,
    now: Instant,
) -> Result<(), DbError> {
    let Placed { id, dialect, what, call, attempt, officer, detail, .. } = placed;
    let leg = placed.leg().map(|leg| leg.to_string());
    let what = Text(*what);
    let values = args![*id, dialect.name(), what, *call, *attempt, *officer, detail.clone(), leg, instruction, now];
    tx.run(INSERT_ORDER, values).await?;
    Ok(())
}

/// False where it was settled before.
pub async fn settle_order(
    tx: &mut Tx,
    id: OrderId,
    state: OrderState,
    (leg, why): (Option<&str>, &str),
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.run(SETTLE_ORDER, args![id, Text(state), leg.map(str::to_owned), why.to_owned(), now]).await? == 1)
}

pub async fn find_order(mut from: impl Read, id: OrderId) -> Result<Option<Ordered>, DbError> {
    Ok(from.first::<OrderRow>(FIND_ORDER, args![id]).await?.map(Ordered::from))
}

/// The latest order of a kind for an attempt.
pub async fn find_order_of(mut from: impl Read, attempt: AttemptId, what: What) -> Result<Option<Ordered>, DbError> {
    Ok(from.first::<OrderRow>(FIND_ORDER_OF, args![attempt, Text(what)]).await?.map(Ordered::from))
}

pub async fn list_orders(mut from: impl Read, call: CallId) -> Result<Vec<Ordered>, DbError> {
    Ok(from.all::<OrderRow>(LIST_ORDERS, args![call]).await?.into_iter().map(Ordered::from).collect())
}

/// Nobody knows any more what became of orders that were sent before and never settled. Says how many.
pub async fn doubt_orders(tx: &mut Tx, before: Instant, now: Instant) -> Result<u64, DbError> {
    tx.run(DOUBT_ORDERS, args![before, now]).await
}

/// Orders that wait to be fetched, with their sealed instructions.
pub async fn list_to_fetch(mut from: impl Read, provider: &'static str) -> Result<Vec<(OrderId, Vec<u8>)>, DbError> {
    from.all(LIST_TO_FETCH, args![provider]).await
}

/// At which step of the call an order was answered.
pub async fn answer_order(tx: &mut Tx, id: OrderId, step: i64) -> Result<(), DbError> {
    tx.run(ANSWER_ORDER, args![id, step]).await?;
    Ok(())
}

/// Orders whose legs nobody needs any more, because their calls are over.
pub async fn list_left(mut from: impl Read, since: Instant) -> Result<Vec<Ordered>, DbError> {
    Ok(from.all::<OrderRow>(LIST_LEFT, args![since]).await?.into_iter().map(Ordered::from).collect())
}

/// Orders of a call whose legs have not been ended.
pub async fn list_left_of(mut from: impl Read, call: CallId) -> Result<Vec<Ordered>, DbError> {
    Ok(from.all::<OrderRow>(LIST_LEFT_OF, args![call]).await?.into_iter().map(Ordered::from).collect())
}
