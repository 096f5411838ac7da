//! Call-backs: whom to call back and until when, and the call itself: first the officer rings, then the citizen.
//!
//! Rule: the citizen sees the hotline's number and hears the Kennwort first; one officer at a time calls a person back,
//! and nobody is rung twice for it by an order whose fate is unknown.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::flows::Opening;
use crate::kernel::id::{AttemptId, CallbackId, HotlineId, OfficerId, OrderId};
use crate::kernel::{Instant, Phone, Span};
use crate::offices;
use crate::people::{self, Actor};
use crate::shifts::{self, Hotline};
use crate::vault::Place;

use super::call::{Attempt, CallState, Callback, CallbackState, Outcome, Reached, Try};
use super::orders::{self, OrderState, Placed, What};
use super::provider::order::{Fate, NewCall, Order};
use super::provider::{DialOutcome, Inbound, LegStatus, Step, Then, Transfer};
use super::queue;
use super::situation::LATELY;
use super::turn::LONGEST_WAIT;
use super::whisper::Whisper;
use super::{CallsError, Dialect, GRACE, LONGEST_TALK, SCREENING, address, failure, officer_says, store, wished};

/// How long the citizen's telephone rings, in seconds.
const CITIZEN_RINGS: u32 = 30;
/// How far ahead an opening is looked for.
const AHEAD: TimeDelta = TimeDelta::days(30);

/// A call-back as an officer sees it: with the number, while it is open.
#[derive(Clone, Debug)]
pub struct OpenedCallback {
    pub callback: Callback,
    pub person: Option<CallbackPerson>,
    /// In order.
    pub tries: Vec<Try>,
    /// The place in the hotline's queue, callers who wait among them; none once it is closed.
    pub position: Option<usize>,
}

/// Whom to call back, and the word to say first.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct CallbackPerson {
    pub number: Phone,
    pub passphrase: String,
}

impl OpenedCallback {
    /// How often the person was rung and was not there.
    pub fn not_reached(&self) -> usize {
        self.tries.iter().filter(|tried| tried.result == Some(Reached::NotReached)).count()
    }

    /// Whoever calls back at this moment.
    pub fn running(&self) -> Option<&Try> {
        self.tries.iter().find(|tried| tried.ended_at.is_none())
    }

    /// Whether an order to ring this officer was sent of which nobody knows what became.
    pub fn is_in_doubt(&self, officer: OfficerId) -> bool {
        let open = |tried: &Try| matches!(tried.order, OrderState::Sent | OrderState::Unknown);
        self.tries.iter().any(|tried| tried.officer == officer && open(tried))
    }
}

/// Call-backs requested in the window that the actor may see, newest first.
pub async fn list_callbacks(desk: &Desk, actor: &Actor, window: Span) -> Result<Vec<OpenedCallback>, DbError> {
    let mut rows = store::list_callbacks(&desk.db, window).await?;
    let queues = queues(&desk.db, &rows, window.end).await?;
    rows.retain(|(callback, _)| actor.may_see(&callback.office));
    let mut tries: BTreeMap<CallbackId, Vec<Try>> = BTreeMap::new();
    for tried in store::list_tries(&desk.db, window).await? {
        tries.entry(tried.callback).or_default().push(tried);
    }
    let open = |row: store::CallbackWithPerson| {
        let before = |since: &Instant| *since < row.0.waiting_since;
        let queue = queues.get(&row.0.hotline).filter(|_| row.0.state == CallbackState::Open);
        let position = queue.map(|queue| queue.iter().filter(|since| before(since)).count() + 1);
        let tries = tries.remove(&row.0.id).unwrap_or_default();
        let (callback, person) = opened(desk, row);
        OpenedCallback { callback, person, tries, position }
    };
    Ok(rows.into_iter().map(open).collect())
}

/// Since when people wait for each hotline: on the line, and for a call-back.
async fn queues(
    from: impl Read,
    rows: &[store::CallbackWithPerson],
    now: Instant,
) -> Result<BTreeMap<HotlineId, Vec<Instant>>, DbError> {
    let open = rows.iter().filter(|(callback, _)| callback.state == CallbackState::Open);
    let callbacks = open.map(|(callback, _)| (callback.hotline, callback.waiting_since));
    let callers = store::list_in_queues(from, now - LONGEST_WAIT).await?;
    let mut queues: BTreeMap<HotlineId, Vec<Instant>> = BTreeMap::new();
    for (hotline, since) in callers.into_iter().chain(callbacks) {
        queues.entry(hotline).or_default().push(since);
    }
    Ok(queues)
}

/// Closes a call-back: done, or given up. The number is deleted with it.
pub async fn close_callback(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: CallbackId,
    state: CallbackState,
) -> Result<(), CallsError> {
    let (callback, _) = load(&desk.db, actor, id).await?;
    let mut tx = desk.db.begin().await?;
    if !store::close_callback(&mut tx, id, state, now).await? {
        return Err(CallsError::ClosedAlready);
    }
    people::record(&mut tx, now, actor, "close_callback", (&id, &callback.office)).await?;
    Ok(tx.commit().await?)
}

async fn load(from: impl Read, actor: &Actor, id: CallbackId) -> Result<store::CallbackWithPerson, CallsError> {
    let found = store::find_callback(from, id).await?.filter(|(callback, _)| actor.may_see(&callback.office));
    found.ok_or(CallsError::NoSuchCallback)
}

pub(super) fn opened(desk: &Desk, (callback, sealed): store::CallbackWithPerson) -> (Callback, Option<CallbackPerson>) {
    let place = Place { column: "callbacks.person", record: &callback.id };
    let person = sealed.and_then(|sealed| desk.vault.open_json(place, &sealed).ok());
    (callback, person)
}

/// Until when somebody should be called back who asks for it now: as soon as the hotline is open, after those in front.
pub async fn due_at(tx: &mut Tx, now: Instant, hotline: &Hotline, opening: &Opening) -> Result<Instant, DbError> {
    let begins = match opening {
        Opening::Open => now,
        Opening::Closed | Opening::Holiday(_) | Opening::ByHand(_) => {
            let calendar =
                offices::load_calendar(&mut *tx, hotline.office, Span { start: now, end: now + AHEAD }).await?;
            hotline.hours.next_opening(now, &calendar).unwrap_or(now)
        }
    };
    let ahead = store::count_in_front(&mut *tx, hotline.id, now - LONGEST_WAIT).await?;
    let talks = store::latest_talks(&mut *tx, hotline.id, now - LATELY).await?;
    let on_duty = shifts::load_duty(&mut *tx, hotline.id, begins).await?.on.len().max(1);
    let position = usize::try_from(ahead).unwrap_or_default() + 1;
    let (_, most) = queue::expected_wait(&talks, position, on_duty).unwrap_or_default();
    Ok(begins + TimeDelta::minutes(i64::from(most)))
}

// ---- the officer rings ----

/// Rings the actor's own telephone, to be connected with the person.
pub async fn call_back(desk: &Desk, now: Instant, actor: &Actor, id: CallbackId) -> Result<(), CallsError> {
    let officer = actor.officer.ok_or(CallsError::NoTelephone)?;
    let (desk, actor) = (desk.clone(), actor.clone());
    orders::to_the_end(async move { ring(&desk, now, &actor, (id, officer)).await }).await
}

async fn ring(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (id, officer): (CallbackId, OfficerId),
) -> Result<(), CallsError> {
    let mut tx = desk.db.begin().await?;
    let (callback, person) = load(&mut tx, actor, id).await?;
    if callback.state != CallbackState::Open || person.is_none() {
        return Err(CallsError::ClosedAlready);
    }
    let chosen = Chosen { officer, tier: 1, why: "ruft zurück".into() };
    let placed = place(&mut tx, desk, now, (&callback, chosen)).await?;
    people::record(&mut tx, now, actor, "call_back", (&id, &callback.office)).await?;
    tx.commit().await?;
    send(desk, now, &placed).await
}

/// Sends the order by which an officer rings; refused, nothing has rung.
pub async fn send(desk: &Desk, now: Instant, placed: &Placed) -> Result<(), CallsError> {
    match orders::send(desk, now, placed).await? {
        // The test telephone fetches it.
        None | Some(Fate::Done { .. }) => Ok(()),
        Some(Fate::Unknown { .. }) => Err(CallsError::FateUnknown),
        Some(Fate::Refused { why, .. }) => {
            let mut tx = desk.db.begin().await?;
            // Nothing has rung: the telephone is not at fault.
            store::end_attempt(&mut tx, placed.attempt, Outcome::Failed, now).await?;
            store::end_try(&mut tx, placed.attempt, now).await?;
            tx.commit().await?;
            Err(CallsError::ProviderRefused(why))
        }
    }
}

/// Who calls a person back, and why they do.
pub struct Chosen {
    pub officer: OfficerId,
    pub tier: i64,
    pub why: String,
}

/// Takes the officer and the call-back, and writes the order down. It is sent once that is committed.
pub async fn place(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (callback, chosen): (&Callback, Chosen),
) -> Result<Placed, CallsError> {
    let (id, Chosen { officer, tier, why }) = (callback.id, chosen);
    let call = store::find_call(&mut *tx, &desk.vault, callback.call).await?.ok_or(CallsError::NoSuchCall)?.call;
    if call.state != CallState::Ended {
        return Err(CallsError::StillCalling);
    }
    let person = store::find_callback(&mut *tx, id).await?.and_then(|found| opened(desk, found).1);
    let person = person.ok_or(CallsError::ClosedAlready)?;
    if !person.number.is_ordinary() || wished::ours(&mut *tx, desk).await?.contains(&person.number) {
        return Err(CallsError::NotCallable);
    }
    let (dialect, _) = store::find_line(&mut *tx, call.id).await?;
    let hotline = shifts::find_hotline(&mut *tx, callback.hotline).await?.ok_or(CallsError::NoSuchCallback)?;
    let number = people::list_numbers(&mut *tx, &desk.vault, &[officer]).await?.remove(&officer);
    let number = number.ok_or(CallsError::NoTelephone)?;
    let attempt = Attempt {
        id: AttemptId::mint(),
        call: call.id,
        officer,
        tier,
        why,
        helper: None,
        is_plain: false,
        outcome: Outcome::Ringing,
        rang_at: now,
        accepted_at: None,
        ended_at: None,
    };
    let until = now + TimeDelta::seconds(hotline.ring_seconds) + SCREENING + GRACE;
    if !store::lease(tx, &attempt, until, now).await? {
        let pause = store::find_pause(&mut *tx, officer, now).await?;
        return Err(pause.map_or(CallsError::InCall, CallsError::Recovering));
    }
    store::insert_attempt(tx, &attempt).await?;
    taken_as(store::insert_try(tx, attempt.id, id).await, CallsError::CalledBackNow)?;
    let new_call = NewCall {
        to: number,
        caller_id: hotline.number.clone(),
        seconds: u32::try_from(hotline.ring_seconds).unwrap_or(20),
        url: address(desk, dialect, &format!("callback/{}/screen", attempt.id)),
        status_url: address(desk, dialect, &format!("callback/{}/leg", attempt.id)),
    };
    let placed = Placed {
        id: OrderId::mint(),
        dialect,
        what: What::CallBack,
        call: call.id,
        attempt: attempt.id,
        officer,
        detail: id.to_string(),
        order: Order::Call(new_call),
    };
    taken_as(orders::record(tx, desk, now, &placed).await, CallsError::FateUnknown)?;
    Ok(placed)
}

fn taken_as<T>(result: Result<T, DbError>, meaning: CallsError) -> Result<T, CallsError> {
    result.map_err(|error| if matches!(error, DbError::Taken) { meaning } else { error.into() })
}

// ---- what the provider tells ----

/// The officer's telephone, or their mailbox, has picked up: says whom it is about and asks for a key.
pub async fn screen_callback(
    desk: &Desk,
    now: Instant,
    dialect: Dialect,
    attempt: AttemptId,
    inbound: &Inbound,
) -> Result<Step, CallsError> {
    let mut tx = desk.db.begin().await?;
    orders::prove(&mut tx, now, (attempt, What::CallBack), &inbound.leg).await?;
    let tried = store::find_try(&mut tx, attempt).await?.ok_or(CallsError::NoSuchCallback)?;
    let found = store::find_callback(&mut tx, tried.callback).await?.ok_or(CallsError::NoSuchCallback)?;
    let hotline = shifts::find_hotline(&mut tx, found.0.hotline).await?.ok_or(CallsError::NoSuchCallback)?;
    tx.commit().await?;
    let (callback, person) = opened(desk, found);
    let Some(person) = person.filter(|_| tried.outcome == Outcome::Ringing && tried.ended_at.is_none()) else {
        return Ok(Step::hang_up(officer_says("callback-gone", &[])));
    };
    let (topic, language) = (callback.topic.as_deref(), callback.language);
    let values = [("hotline", hotline.name.as_str()), ("passphrase", &person.passphrase)];
    let whisper = Whisper { text: "callback-screen", topic, language, values: &values };
    Ok(whisper.ask(address(desk, dialect, &format!("callback/{attempt}/key"))))
}

/// The officer's key: 1 dials the person, anything else does not.
pub async fn answer_callback(
    desk: &Desk,
    now: Instant,
    dialect: Dialect,
    attempt: AttemptId,
    keys: &str,
) -> Result<Step, CallsError> {
    let mut tx = desk.db.begin().await?;
    let tried = store::find_try(&mut tx, attempt).await?.ok_or(CallsError::NoSuchCallback)?;
    let found = store::find_callback(&mut tx, tried.callback).await?.ok_or(CallsError::NoSuchCallback)?;
    let (callback, person) = opened(desk, found);
    let outcome = match (keys.as_bytes().first(), &person) {
        (Some(b'1'), Some(_)) => Outcome::Accepted,
        (Some(b'2'), _) => Outcome::Declined,
        _ => Outcome::NotAccepted,
    };
    let person = match (outcome, person) {
        (Outcome::Accepted, Some(person)) => person,
        _ => {
            store::end_attempt(&mut tx, attempt, outcome, now).await?;
            store::end_try(&mut tx, attempt, now).await?;
            tx.commit().await?;
            return Ok(Step::hang_up(officer_says("callback-stays", &[])));
        }
    };
    let is_new = store::accept(&mut tx, attempt, now).await?;
    if !is_new && (tried.outcome != Outcome::Accepted || tried.result.is_some() || tried.ended_at.is_some()) {
        tx.commit().await?;
        return Ok(Step::hang_up(officer_says("callback-gone", &[])));
    }
    if is_new {
        store::extend_lease(&mut tx, attempt, now + LONGEST_TALK).await?;
    }
    let hotline = shifts::find_hotline(&mut tx, callback.hotline).await?.ok_or(CallsError::NoSuchCallback)?;
    tx.commit().await?;
    let say = officer_says("callback-first", &[("passphrase", person.passphrase.as_str())]);
    let then = Then::Transfer(Transfer {
        number: person.number,
        caller_id: hotline.number,
        seconds: CITIZEN_RINGS,
        action: address(desk, dialect, &format!("callback/{attempt}/ended")),
    });
    Ok(Step { say, then })
}

/// How dialling the person ended, told on the officer's leg.
pub async fn callback_ended(
    desk: &Desk,
    now: Instant,
    attempt: AttemptId,
    inbound: &Inbound,
) -> Result<Step, CallsError> {
    let dialled = inbound.dialled.as_ref();
    let bridged = dialled.is_some_and(|it| it.outcome == DialOutcome::Completed && it.bridged != Some(false));
    let result = if bridged { Reached::Reached } else { Reached::NotReached };
    let mut tx = desk.db.begin().await?;
    let tried = store::find_try(&mut tx, attempt).await?.ok_or(CallsError::NoSuchCallback)?;
    if tried.outcome == Outcome::Accepted {
        store::note_result(&mut tx, attempt, result).await?;
        end_talk(&mut tx, now, &tried).await?;
    }
    tx.commit().await?;
    Ok(Step::hang_up(match result {
        Reached::Reached => vec![],
        Reached::NotReached => officer_says("callback-not-reached", &[]),
    }))
}

/// A report on the officer's leg: once it is over, so is the try.
pub async fn callback_leg(desk: &Desk, now: Instant, attempt: AttemptId, inbound: &Inbound) -> Result<(), CallsError> {
    let mut tx = desk.db.begin().await?;
    orders::prove(&mut tx, now, (attempt, What::CallBack), &inbound.leg).await?;
    let tried = store::find_try(&mut tx, attempt).await?.ok_or(CallsError::NoSuchCallback)?;
    let outcome = match inbound.status {
        Some(LegStatus::Busy) => Outcome::Busy,
        Some(LegStatus::NoAnswer | LegStatus::Canceled) => Outcome::NoAnswer,
        Some(LegStatus::Failed) => Outcome::of_failure(inbound),
        Some(LegStatus::Completed) => Outcome::NotAccepted,
        Some(LegStatus::Queued | LegStatus::Initiated | LegStatus::Ringing | LegStatus::InProgress) | None => {
            return Ok(tx.commit().await?);
        }
    };
    failure::end_attempt(&mut tx, desk, attempt, outcome, now).await?;
    end_talk(&mut tx, now, &tried).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(())
}

/// The try is over; whoever talked has the hotline's pause.
async fn end_talk(tx: &mut Tx, now: Instant, tried: &Try) -> Result<(), DbError> {
    let callback = store::find_callback(&mut *tx, tried.callback).await?.map(|(callback, _)| callback);
    let hotline = match callback {
        Some(callback) => shifts::find_hotline(&mut *tx, callback.hotline).await?,
        None => None,
    };
    let pause = hotline.map_or(0, |hotline| hotline.rules.pause_seconds);
    store::end_accepted(tx, tried.attempt, (now, now + TimeDelta::seconds(pause))).await?;
    store::end_try(tx, tried.attempt, now).await?;
    Ok(())
}

/// Ends tries of which nothing more will be told. Called by rounds; says how many.
pub async fn end_lost_tries(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut ended = 0;
    for attempt in store::list_lost_tries(&desk.db, now).await? {
        let mut tx = desk.db.begin().await?;
        store::end_attempt(&mut tx, attempt, Outcome::NoAnswer, now).await?;
        store::end_accepted(&mut tx, attempt, (now, now)).await?;
        ended += u64::from(store::end_try(&mut tx, attempt, now).await?);
        tx.commit().await?;
    }
    Ok(ended)
}
