//! Orders to a provider: recorded, sent, and noted what became of them.
//!
//! Rule: an order is in the database before it is sent, and one of which nobody knows what became is not given again for
//! the same call and officer: not at once, not after a restart.

use std::future::Future;

use chrono::TimeDelta;

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::{AttemptId, CallId, OfficerId, OrderId};
use crate::vault::Place;

use super::call::{Attempt, Outcome};
use super::provider::LegId;
use super::provider::order::{Fate, Order};
use super::provider::twilio::Account;
use super::{CallsError, Dialect, store};

/// After so long an order that was sent is taken to be lost: whoever sent it waits shorter than that.
const LOST: TimeDelta = TimeDelta::seconds(60);

/// What an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Rings an officer, to be connected with a citizen.
    CallBack,
    /// Rings a second officer for a talk.
    AddOfficer,
    /// Leads an officer's leg into a room with the caller.
    Room,
    /// Ends an abusive call in words.
    Abuse,
    /// Puts the caller back to the queue's front.
    Requeue,
    /// Plays the agreed instruction to a caller in danger.
    Instruct,
    /// Ends a leg that nobody needs any more.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    Sent,
    Done,
    Refused,
    Unknown,
}

/// An order as it is kept.
#[derive(Clone, Debug)]
pub struct Ordered {
    pub id: OrderId,
    pub what: What,
    pub call: CallId,
    pub attempt: AttemptId,
    pub officer: OfficerId,
    /// A topic, or the leg that is ended.
    pub detail: String,
    pub state: OrderState,
    /// The leg that came of it, or that goes on elsewhere.
    pub leg: Option<LegId>,
    pub why: String,
    /// The step of the call at which it was answered.
    pub step: Option<i64>,
    pub sent_at: Instant,
}

/// An order that is about to be sent.
#[derive(Clone, Debug)]
pub struct Placed {
    pub id: OrderId,
    pub dialect: Dialect,
    pub what: What,
    pub call: CallId,
    pub attempt: AttemptId,
    pub officer: OfficerId,
    pub detail: String,
    pub order: Order,
}

super::call::words! {
    What: CallBack = "call_back", AddOfficer = "add_officer", Room = "room", Abuse = "abuse", Requeue = "requeue",
        Instruct = "instruct", End = "end";
    OrderState: Sent = "sent", Done = "done", Refused = "refused", Unknown = "unknown";
}

impl Ordered {
    /// Whether it is still being carried out: the provider has it, and nothing has come of it yet.
    pub fn is_under_way(&self, attempts: &[Attempt]) -> bool {
        let rings = |attempt: &Attempt| attempt.id == self.attempt && attempt.outcome == Outcome::Ringing;
        let is_taken = matches!(self.state, OrderState::Sent | OrderState::Done);
        match self.what {
            What::AddOfficer => is_taken && attempts.iter().any(rings),
            What::CallBack | What::Room | What::Abuse | What::Requeue | What::Instruct | What::End => {
                is_taken && self.step.is_none()
            }
        }
    }
}

impl Placed {
    /// The leg that it is about, if it is there already.
    pub fn leg(&self) -> Option<&LegId> {
        match &self.order {
            Order::Call(_) => None,
            Order::Redirect { leg, .. } | Order::End { leg } => Some(leg),
        }
    }
}

/// Writes an order down, in the transaction of what it is for. `DbError::Taken` where one like it is open.
pub async fn record(tx: &mut Tx, desk: &Desk, now: Instant, placed: &Placed) -> Result<(), DbError> {
    let instruction = match placed.dialect {
        Dialect::Twilio => None,
        // The test telephone fetches it.
        Dialect::Simulated => Some(desk.vault.seal_json(instruction_of(&placed.id), &placed.order)),
    };
    store::insert_order(tx, placed, instruction, now).await
}

/// Sends an order that is recorded and committed, and notes what became of it.
pub async fn send(desk: &Desk, now: Instant, placed: &Placed) -> Result<Option<Fate>, DbError> {
    let fate = match placed.dialect {
        Dialect::Simulated => return Ok(None),
        Dialect::Twilio => match Account::of(&desk.config.telephony.twilio) {
            Some(account) => account.carry_out(&placed.order).await,
            None => Fate::Refused { why: "no account is configured (telephony.twilio)".into(), status: None },
        },
    };
    if !matches!(fate, Fate::Done { .. }) {
        tracing::warn!(order = %placed.id, what = %placed.what, ?fate, "a provider did not carry out an order");
    }
    let mut tx = desk.db.begin().await?;
    settle(&mut tx, placed.id, &fate, now).await?;
    tx.commit().await?;
    Ok(Some(fate))
}

/// Notes what became of an order, unless that is known.
pub async fn settle(tx: &mut Tx, id: OrderId, fate: &Fate, now: Instant) -> Result<bool, DbError> {
    let (state, leg, why) = match fate {
        Fate::Done { leg } => (OrderState::Done, Some(leg.as_str()), ""),
        Fate::Refused { why, .. } => (OrderState::Refused, None, why.as_str()),
        Fate::Unknown { why } => (OrderState::Unknown, None, why.as_str()),
    };
    store::settle_order(tx, id, state, (leg, why), now).await
}

/// A leg of an attempt has come to us: so the order by which it rings was carried out.
pub async fn prove(
    tx: &mut Tx,
    now: Instant,
    (attempt, what): (AttemptId, What),
    leg: &LegId,
) -> Result<Option<Ordered>, DbError> {
    let Some(order) = store::find_order_of(&mut *tx, attempt, what).await? else { return Ok(None) };
    settle(tx, order.id, &Fate::Done { leg: leg.clone() }, now).await?;
    Ok(Some(order))
}

/// Orders that nobody settled, because a node died or no test telephone is there. Called by rounds; says how many.
pub async fn doubt_orders(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let doubted = store::doubt_orders(&mut tx, now - LOST, now).await?;
    tx.commit().await?;
    Ok(doubted)
}

/// Sends an order beside what is going on: whoever is on the line does not wait for it.
#[allow(clippy::disallowed_methods, reason = "it ends by itself after the provider's patience")]
pub fn send_beside(desk: &Desk, now: Instant, placed: Placed) {
    let desk = desk.clone();
    tokio::spawn(async move {
        if let Err(error) = send(&desk, now, &placed).await {
            tracing::error!(order = %placed.id, %error, "what became of an order could not be noted");
        }
    });
}

/// What a test telephone with these legs is to do; each order is given to one of them.
pub async fn fetch(desk: &Desk, now: Instant, legs: &[String]) -> Result<Vec<(LegId, Order)>, DbError> {
    let mut fetched = Vec::new();
    for (id, sealed) in store::list_to_fetch(&desk.db, Dialect::Simulated.name()).await? {
        let Ok(order) = desk.vault.open_json::<Order>(instruction_of(&id), &sealed) else { continue };
        let leg = match &order {
            Order::Call(_) => LegId::parse(&format!("test-{id}")),
            Order::Redirect { leg, .. } | Order::End { leg } => {
                Some(leg.clone()).filter(|leg| legs.iter().any(|own| own == leg.as_str()))
            }
        };
        let Some(leg) = leg else { continue };
        let mut tx = desk.db.begin().await?;
        let is_mine = settle(&mut tx, id, &Fate::Done { leg: leg.clone() }, now).await?;
        tx.commit().await?;
        fetched.extend(is_mine.then_some((leg, order)));
    }
    Ok(fetched)
}

/// Does something to its end, also when the browser that asked for it goes away meanwhile.
#[allow(clippy::disallowed_methods, reason = "whoever asked waits for it, and a shutdown waits for them")]
pub async fn to_the_end<T: Send + 'static>(
    verb: impl Future<Output = Result<T, CallsError>> + Send + 'static,
) -> Result<T, CallsError> {
    match tokio::spawn(verb).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(CallsError::Db(DbError::Gone)),
    }
}

fn instruction_of(id: &OrderId) -> Place<'_> {
    Place { column: "provider_orders.instruction", record: id }
}
