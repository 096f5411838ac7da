//! A room in which more than two talk: a colleague who is asked to join, and the legs that are led there and out.
//!
//! The officer's leg goes first: then the provider asks on the caller's leg what comes next. Rule: who was rung by order,
//! or led to a room, is led out by order once the caller is gone; the caller never sits in a room alone.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::{AttemptId, CallId, OrderId};
use crate::kernel::{Instant, Language};
use crate::offices::TopicId;
use crate::people;
use crate::shifts::{self, Hotline};

use super::call::{Attempt, CallState, Ending, Outcome};
use super::control::{Talk, load_talk, said};
use super::orders::{self, OrderState, Ordered, Placed, What};
use super::provider::order::{Fate, NewCall, Order};
use super::provider::{Inbound, LegId, LegStatus, Room, Step, Then};
use super::route::{self, Decision, Situation, Wish};
use super::situation::{self, Calls};
use super::turn::Turn;
use super::whisper::Whisper;
use super::{CallsError, Dialect, GRACE, LONGEST_TALK, SCREENING, address, failure, officer_says, store};
use crate::flows::{Speech, Strategy};

/// In the order that leads to a room: the caller hears the agreed instruction on the way.
pub const INSTRUCTED: &str = "instructed";
/// So long after an order its leg is looked for.
const LOOKS_BACK: TimeDelta = TimeDelta::hours(5);

/// Leads an officer's leg to the room; the caller's leg follows by itself.
pub async fn move_there(tx: &mut Tx, desk: &Desk, attempt: &Attempt, detail: &str) -> Result<Placed, CallsError> {
    let (dialect, _) = store::find_line(&mut *tx, attempt.call).await?;
    let leg = store::find_leg(&mut *tx, attempt.id).await?.ok_or(CallsError::NoTalk)?;
    let id = OrderId::mint();
    let url = address(desk, dialect, &format!("order/{id}"));
    let Attempt { id: attempt, call, officer, .. } = *attempt;
    let order = Order::Redirect { leg, url };
    Ok(Placed { id, dialect, what: What::Room, call, attempt, officer, detail: detail.to_owned(), order })
}

pub fn of_officer(desk: &Desk, dialect: Dialect, call: CallId, attempt: AttemptId) -> Room {
    Room::of(call, address(desk, dialect, &format!("room/{attempt}")))
}

/// The order that leads the caller to a room at this step, if there is one that has not done so.
pub async fn leads_there(tx: &mut Tx, call: CallId) -> Result<Option<Ordered>, DbError> {
    let orders = store::list_orders(tx, call).await?;
    let leads =
        |order: &Ordered| order.what == What::Room && order.state != OrderState::Refused && order.step.is_none();
    Ok(orders.into_iter().find(leads))
}

/// The caller goes to the room, and hears the agreed instruction before, or not.
pub async fn enter(turn: Turn<'_>, step: i64, instructed: bool) -> Result<Step, CallsError> {
    let action = address(turn.desk, turn.dialect, &format!("step/{}/{}", turn.call.id, step + 1));
    let language = turn.call.place.language;
    let (word, say) = match instructed {
        true => ("instructed", vec![instruction(turn.hotline, language)]),
        false => ("room", vec![]),
    };
    let reply = Step { say, then: Then::Room(Room::of(turn.call.id, action)) };
    turn.answer(step, word, reply, Ending::Person).await
}

/// The hotline's agreed words for somebody in danger, or the product's own.
fn instruction(hotline: &Hotline, language: Language) -> Speech {
    match hotline.rules.instruction.get(&language).filter(|text| !text.trim().is_empty()) {
        Some(text) => Speech::new(text.clone(), language),
        None => said("call-instruction", language),
    }
}

/// Keeps the id of an officer's leg.
pub async fn note_leg(desk: &Desk, attempt: AttemptId, leg: &LegId) -> Result<(), CallsError> {
    let mut tx = desk.db.begin().await?;
    store::set_leg(&mut tx, attempt, leg.as_str()).await?;
    Ok(tx.commit().await?)
}

// ---- a colleague joins ----

/// Chooses and leases a colleague who is free and fits.
pub async fn invite(tx: &mut Tx, desk: &Desk, now: Instant, talk: &Talk) -> Result<Placed, CallsError> {
    let Talk { call, hotline, .. } = talk;
    let attempts = store::list_attempts(&mut *tx, call.id).await?;
    if attempts.iter().any(|attempt| attempt.outcome == Outcome::Ringing) {
        return Err(CallsError::AskedAlready);
    }
    let doubted = |order: &&Ordered| {
        order.what == What::AddOfficer && matches!(order.state, OrderState::Sent | OrderState::Unknown)
    };
    let mut tried: BTreeSet<_> = attempts.iter().filter(|it| it.is_accepted()).map(|it| it.officer).collect();
    tried.extend(talk.orders.iter().filter(doubted).map(|order| order.officer));
    let wish = Wish {
        topic: call.place.topic.as_deref().and_then(|topic| topic.parse::<TopicId>().ok()),
        language: call.place.language,
        officer: call.place.wish,
    };
    let duty = shifts::load_duty(&mut *tx, hotline.id, now).await?;
    let there = situation::load(&mut *tx, hotline, duty, (now, Calls::Now)).await?;
    let situation = Situation { wish, tried, ..there };
    let (strategy, tiers, seed) = (Strategy::LongestIdle, &BTreeSet::new(), call.id.0.as_u128());
    let order = route::Order { strategy, tiers, seed, parallel: 1 };
    let Decision::Ring(choices) = route::decide(&order, &situation) else { return Err(CallsError::NobodyFree) };
    let choice = choices.into_iter().next().ok_or(CallsError::NobodyFree)?;
    let number = people::list_numbers(&mut *tx, &desk.vault, &[choice.officer]).await?.remove(&choice.officer);
    let number = number.ok_or(CallsError::NobodyFree)?;
    let attempt = Attempt {
        id: AttemptId::mint(),
        call: call.id,
        officer: choice.officer,
        tier: choice.why.tier,
        why: format!("dazugeholt; {}", choice.why.words(Language::De, &situation.names)),
        outcome: Outcome::Ringing,
        rang_at: now,
        accepted_at: None,
        ended_at: None,
        helper: None,
        is_plain: false,
    };
    if !store::lease(tx, &attempt, now + TimeDelta::seconds(hotline.ring_seconds) + SCREENING + GRACE, now).await? {
        return Err(CallsError::NobodyFree);
    }
    store::insert_attempt(tx, &attempt).await?;
    let (dialect, _) = store::find_line(&mut *tx, call.id).await?;
    let new_call = NewCall {
        to: number,
        caller_id: hotline.number.clone(),
        seconds: u32::try_from(hotline.ring_seconds).unwrap_or(20),
        url: address(desk, dialect, &format!("join/{}/screen", attempt.id)),
        status_url: address(desk, dialect, &format!("join/{}/leg", attempt.id)),
    };
    let (detail, order) = (talk.attempt.id.to_string(), Order::Call(new_call));
    let (id, call, attempt, officer) = (OrderId::mint(), call.id, attempt.id, attempt.officer);
    Ok(Placed { id, dialect, what: What::AddOfficer, call, attempt, officer, detail, order })
}

/// What the provider refused has not happened: nobody rings, and nobody is left in a room alone.
pub async fn refused(desk: &Desk, now: Instant, placed: &Placed) -> Result<(), CallsError> {
    match placed.what {
        What::AddOfficer => {
            let mut tx = desk.db.begin().await?;
            store::end_attempt(&mut tx, placed.attempt, Outcome::Failed, now).await?;
            Ok(tx.commit().await?)
        }
        What::Room => end_empty(desk, now, placed.call, true).await,
        What::CallBack | What::Abuse | What::Requeue | What::Instruct | What::End => Ok(()),
    }
}

/// A colleague has picked up: who asks, about what, in which language.
pub async fn screen(
    desk: &Desk,
    now: Instant,
    dialect: Dialect,
    attempt: AttemptId,
    inbound: &Inbound,
) -> Result<Step, CallsError> {
    let mut tx = desk.db.begin().await?;
    let order = orders::prove(&mut tx, now, (attempt, What::AddOfficer), &inbound.leg).await?;
    let found = store::find_attempt(&mut tx, attempt).await?.ok_or(CallsError::NoSuchCall)?;
    let rings = found.outcome == Outcome::Ringing;
    let talk = load_talk(&mut tx, desk, found).await?.filter(|_| rings);
    let asking = order.and_then(|order| order.detail.parse::<AttemptId>().ok());
    let asking = match asking {
        Some(asking) => store::find_attempt(&mut tx, asking).await?.map(|attempt| attempt.officer),
        None => None,
    };
    let name = match asking {
        Some(officer) => people::find_officer(&mut tx, officer).await?.map(|officer| officer.name),
        None => None,
    };
    tx.commit().await?;
    let Some(talk) = talk else { return Ok(Step::hang_up(officer_says("call-screen-gone", &[]))) };
    let (place, officer) = (&talk.call.place, name.unwrap_or_default());
    let values = [("hotline", talk.hotline.name.as_str()), ("officer", &officer)];
    let whisper =
        Whisper { text: "join-screen", topic: place.topic.as_deref(), language: place.language, values: &values };
    Ok(whisper.ask(address(desk, dialect, &format!("join/{attempt}/key"))))
}

/// The colleague's key: 1 joins, and both others come to the room.
pub async fn answer(
    desk: &Desk,
    now: Instant,
    dialect: Dialect,
    attempt: AttemptId,
    inbound: &Inbound,
) -> Result<Step, CallsError> {
    let mut tx = desk.db.begin().await?;
    let found = store::find_attempt(&mut tx, attempt).await?.ok_or(CallsError::NoSuchCall)?;
    let call = found.call;
    let outcome = match inbound.keys.as_bytes().first() {
        Some(b'1') => Outcome::Accepted,
        Some(b'2') => Outcome::Declined,
        _ => Outcome::NotAccepted,
    };
    if outcome != Outcome::Accepted {
        store::end_attempt(&mut tx, attempt, outcome, now).await?;
        tx.commit().await?;
        return Ok(Step::hang_up(officer_says("join-declined", &[])));
    }
    let here = Step { say: vec![], then: Then::Room(of_officer(desk, dialect, call, attempt)) };
    let again = found.is_accepted();
    let talk = load_talk(&mut tx, desk, found).await?;
    let Some(talk) = talk.filter(|_| !again) else {
        tx.commit().await?;
        return Ok(if again { here } else { Step::hang_up(officer_says("call-screen-gone", &[])) });
    };
    if !store::accept(&mut tx, attempt, now).await? {
        tx.commit().await?;
        return Ok(Step::hang_up(officer_says("call-screen-gone", &[])));
    }
    store::set_leg(&mut tx, attempt, inbound.leg.as_str()).await?;
    store::extend_lease(&mut tx, attempt, now + LONGEST_TALK).await?;
    let attempts = store::list_attempts(&mut tx, call).await?;
    let first = attempts.into_iter().find(|it| it.is_accepted() && it.id != attempt);
    let placed = match first.filter(|_| !talk.is_in_room()) {
        Some(first) => Some(move_there(&mut tx, desk, &first, "").await?),
        None => None,
    };
    if let Some(placed) = &placed {
        orders::record(&mut tx, desk, now, placed).await?;
    }
    tx.commit().await?;
    if let Some(placed) = placed {
        send_beside(desk, now, placed);
    }
    Ok(here)
}

/// Leads the first officer to the room while the colleague's leg is answered; refused, the colleague is let go.
#[allow(clippy::disallowed_methods, reason = "it ends by itself after the provider's patience")]
fn send_beside(desk: &Desk, now: Instant, placed: Placed) {
    let desk = desk.clone();
    tokio::spawn(async move {
        let fate = orders::send(&desk, now, &placed).await;
        if let Ok(Some(Fate::Refused { .. })) = fate
            && let Err(error) = let_go(&desk, now, placed.call).await
        {
            tracing::error!(call = %placed.call, %error, "a colleague could not be let go");
        }
    });
}

/// The talk stays as it was: who was to join is led out.
async fn let_go(desk: &Desk, now: Instant, call: CallId) -> Result<(), CallsError> {
    let left = store::list_left_of(&desk.db, call).await?;
    for order in left.into_iter().filter(|order| order.what == What::AddOfficer) {
        end_leg(desk, now, &order).await?;
        let mut tx = desk.db.begin().await?;
        store::end_accepted(&mut tx, order.attempt, (now, now)).await?;
        tx.commit().await?;
    }
    end_empty(desk, now, call, false).await
}

/// A report on a colleague's leg.
pub async fn leg_changed(desk: &Desk, now: Instant, attempt: AttemptId, inbound: &Inbound) -> Result<(), CallsError> {
    let outcome = match inbound.status {
        Some(LegStatus::Busy) => Outcome::Busy,
        Some(LegStatus::NoAnswer | LegStatus::Canceled) => Outcome::NoAnswer,
        Some(LegStatus::Failed) => Outcome::of_failure(inbound),
        Some(LegStatus::Completed) => Outcome::NotAccepted,
        Some(LegStatus::Queued | LegStatus::Initiated | LegStatus::Ringing | LegStatus::InProgress) | None => {
            return Ok(());
        }
    };
    let mut tx = desk.db.begin().await?;
    orders::prove(&mut tx, now, (attempt, What::AddOfficer), &inbound.leg).await?;
    failure::end_attempt(&mut tx, desk, attempt, outcome, now).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    left(desk, now, attempt).await
}

/// An officer has left the room, or the call was never in one.
pub async fn left(desk: &Desk, now: Instant, attempt: AttemptId) -> Result<(), CallsError> {
    let mut tx = desk.db.begin().await?;
    let Some(found) = store::find_attempt(&mut tx, attempt).await? else { return Ok(tx.commit().await?) };
    let talk = load_talk(&mut tx, desk, found).await?.filter(Talk::is_in_room);
    let Some(talk) = talk else { return Ok(tx.commit().await?) };
    let rest = now + TimeDelta::seconds(talk.hotline.rules.pause_seconds);
    store::end_accepted(&mut tx, attempt, (now, rest)).await?;
    tx.commit().await?;
    end_empty(desk, now, talk.call.id, false).await
}

/// Where no officer is left in the room, the caller is not left there either. A caller who has not come yet is not
/// there.
async fn end_empty(desk: &Desk, now: Instant, call: CallId, was_refused: bool) -> Result<(), CallsError> {
    let mut tx = desk.db.begin().await?;
    let loaded = store::find_call(&mut tx, &desk.vault, call).await?;
    let attempts = store::list_attempts(&mut tx, call).await?;
    let orders = store::list_orders(&mut tx, call).await?;
    let came = orders.iter().find(|order| order.what == What::Room && order.step.is_some());
    let is_talk = loaded.is_some_and(|loaded| loaded.call.state == CallState::Talking);
    let is_empty = was_refused || !attempts.iter().any(Attempt::is_accepted);
    let Some(came) = came.filter(|_| is_talk && is_empty) else { return Ok(tx.commit().await?) };
    let (dialect, leg) = store::find_line(&mut tx, call).await?;
    let (id, attempt, officer, detail) = (OrderId::mint(), came.attempt, came.officer, leg.to_string());
    let placed = Placed { id, dialect, what: What::End, call, attempt, officer, detail, order: Order::End { leg } };
    match orders::record(&mut tx, desk, now, &placed).await {
        Err(DbError::Taken) => return Ok(()),
        recorded => recorded?,
    }
    store::end(&mut tx, call, Ending::Person, now).await?;
    tx.commit().await?;
    orders::send_beside(desk, now, placed);
    stop_legs(desk, now, call).await;
    Ok(())
}

// ---- the end ----

/// Ends what was rung or led elsewhere for a call that is over. What fails here is done by the next round.
pub async fn stop_legs(desk: &Desk, now: Instant, call: CallId) {
    let stopped = async {
        for order in store::list_left_of(&desk.db, call).await? {
            end_leg(desk, now, &order).await?;
        }
        Ok::<_, CallsError>(())
    };
    if let Err(error) = stopped.await {
        tracing::error!(%call, %error, "the legs of a call that is over ring or talk on");
    }
}

/// The same for all calls that are over, where a node died before. Called by rounds; says how many.
pub async fn stop_left_legs(desk: &Desk, now: Instant) -> Result<u64, CallsError> {
    let left = store::list_left(&desk.db, now - LOOKS_BACK).await?;
    for order in &left {
        end_leg(desk, now, order).await?;
    }
    Ok(left.len() as u64)
}

async fn end_leg(desk: &Desk, now: Instant, order: &Ordered) -> Result<(), CallsError> {
    let Some(leg) = order.leg.clone() else { return Ok(()) };
    let mut tx = desk.db.begin().await?;
    let (dialect, _) = store::find_line(&mut tx, order.call).await?;
    let (id, call, detail) = (OrderId::mint(), order.call, leg.to_string());
    let (attempt, officer) = (order.attempt, order.officer);
    let placed = Placed { id, dialect, what: What::End, call, attempt, officer, detail, order: Order::End { leg } };
    match orders::record(&mut tx, desk, now, &placed).await {
        // Somebody else ends it.
        Err(DbError::Taken) => return Ok(()),
        recorded => recorded?,
    }
    tx.commit().await?;
    orders::send_beside(desk, now, placed);
    Ok(())
}
