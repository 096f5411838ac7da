//! What an officer can do with a call in which they talk: end it when it is abusive, ask a colleague to join, put the
//! caller back to the queue's front, play the agreed instruction to somebody in danger.
//!
//! Each is an order to the provider, who then comes with the leg, and only then it has happened. Rule: whoever presses
//! twice gets it once; whoever does not talk in this call gets nothing.

use chrono::TimeDelta;

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::flows::{Event, Speech};
use crate::kernel::id::{AttemptId, CallId, OfficerId, OrderId};
use crate::kernel::{Instant, Language, Phone};
use crate::offices::TopicId;
use crate::outbox::{self, Mail, Message};
use crate::people::{self, Actor};
use crate::shifts::{self, Hotline};
use crate::web::{self, say};

use super::call::{Attempt, Call, CallState, Ending, Outcome};
use super::orders::{self, OrderState, Ordered, Placed, What};
use super::provider::order::{Fate, Order};
use super::provider::{Inbound, Room, Step, Then};
use super::turn::{Row, Turn};
use super::{CallsError, Dialect, address, blocks, repeated, room, store};

/// After an abusive call the officer is left in peace for so long, or for the hotline's pause where that is longer.
const AFTER_ABUSE: TimeDelta = TimeDelta::minutes(5);

/// What an officer wants of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    EndAbuse,
    AddOfficer,
    /// Back to the queue's front, about something else.
    Requeue(Option<TopicId>),
    Instruct,
}

/// The call that an officer has now.
#[derive(Clone, Debug)]
pub struct Talk {
    pub attempt: Attempt,
    pub call: Call,
    pub hotline: Hotline,
    /// What was ordered in it so far.
    pub orders: Vec<Ordered>,
}

impl Control {
    /// The keys by which an officer asks for it, where the provider hands them over.
    pub fn of_keys(keys: &str) -> Option<Self> {
        match keys {
            "*9" => Some(Self::EndAbuse),
            "*1" => Some(Self::AddOfficer),
            "*0" => Some(Self::Requeue(None)),
            _ => None,
        }
    }

    /// Whether it cannot be meant beside an order that is still being carried out.
    fn contradicts(self, open: &Ordered) -> bool {
        match (self, open.what) {
            (Self::EndAbuse, What::Requeue) => true,
            (Self::EndAbuse, _) => false,
            (Self::Requeue(topic), What::Requeue) => detail_of(topic) != open.detail,
            (Self::Requeue(_), What::Abuse | What::AddOfficer | What::Room | What::Instruct) => true,
            (Self::AddOfficer | Self::Instruct, What::Abuse | What::Requeue) => true,
            (Self::AddOfficer | Self::Instruct, What::AddOfficer | What::Room | What::Instruct) => false,
            (_, What::CallBack | What::End) => false,
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::EndAbuse => "end_abusive_call",
            Self::AddOfficer => "add_officer",
            Self::Requeue(_) => "requeue_call",
            Self::Instruct => "play_instruction",
        }
    }
}

impl Talk {
    /// The order of a kind that was given in this talk, unless the provider refused it.
    fn given(&self, what: What) -> Option<&Ordered> {
        self.orders.iter().find(|order| order.what == what && order.state != OrderState::Refused)
    }

    /// Whether the talk has moved to a room.
    pub fn is_in_room(&self) -> bool {
        self.given(What::Room).is_some()
    }

    /// The order by which the caller is about to leave this talk.
    fn is_ending(&self) -> Option<&Ordered> {
        self.given(What::Abuse).or_else(|| self.given(What::Requeue))
    }
}

/// A topic, as it stands in an order.
fn detail_of(topic: Option<TopicId>) -> String {
    topic.map(|topic| topic.to_string()).unwrap_or_default()
}

/// The call that the actor has now.
pub async fn find_talk(desk: &Desk, actor: &Actor) -> Result<Option<Talk>, CallsError> {
    let Some(officer) = actor.officer else { return Ok(None) };
    let mut tx = desk.db.begin().await?;
    let attempt = store::find_talk(&mut tx, officer).await?;
    let talk = match attempt {
        Some(attempt) => load_talk(&mut tx, desk, attempt).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(talk)
}

pub async fn load_talk(tx: &mut Tx, desk: &Desk, attempt: Attempt) -> Result<Option<Talk>, CallsError> {
    let found = store::find_call(&mut *tx, &desk.vault, attempt.call).await?;
    let Some(call) = found.map(|loaded| loaded.call).filter(|call| call.state == CallState::Talking) else {
        return Ok(None);
    };
    let hotline = shifts::find_hotline(&mut *tx, call.hotline).await?.ok_or(CallsError::NoSuchCall)?;
    let orders = store::list_orders(&mut *tx, call.id).await?;
    Ok(Some(Talk { attempt, call, hotline, orders }))
}

/// Orders it, in the call that the actor has now; refused where that is another one than they think, or where something
/// else that was ordered is still being carried out.
pub async fn control(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (call, control): (CallId, Control),
) -> Result<(), CallsError> {
    let officer = actor.officer.ok_or(CallsError::NoTalk)?;
    let (desk, actor) = (desk.clone(), actor.clone());
    orders::to_the_end(async move { ask(&desk, now, &actor, (officer, call), control).await }).await
}

/// The same by keys on the officer's telephone.
pub async fn control_by_keys(desk: &Desk, now: Instant, attempt: AttemptId, keys: &str) -> Result<(), CallsError> {
    let Some(control) = Control::of_keys(keys) else { return Ok(()) };
    let attempt = store::find_attempt(&desk.db, attempt).await?.ok_or(CallsError::NoTalk)?;
    let actor = Actor { officer: Some(attempt.officer), ..Actor::system() };
    self::control(desk, now, &actor, (attempt.call, control)).await
}

async fn ask(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (officer, call): (OfficerId, CallId),
    control: Control,
) -> Result<(), CallsError> {
    let mut tx = desk.db.begin().await?;
    let attempt = store::find_talk(&mut tx, officer).await?.filter(|attempt| attempt.call == call);
    let talk = load_talk(&mut tx, desk, attempt.ok_or(CallsError::NoTalk)?).await?.ok_or(CallsError::NoTalk)?;
    let attempts = store::list_attempts(&mut tx, talk.call.id).await?;
    if talk.orders.iter().any(|order| order.is_under_way(&attempts) && control.contradicts(order)) {
        return Err(CallsError::OtherOrder);
    }
    // Whatever was asked for before: it happens once.
    if let Some(given) = talk.is_ending() {
        return of_given(given);
    }
    let placed = match control {
        Control::AddOfficer => Some(room::invite(&mut tx, desk, now, &talk).await?),
        Control::EndAbuse => Some(lead_caller(&mut tx, desk, &talk, What::Abuse, "").await?),
        Control::Requeue(topic) => Some(lead_caller(&mut tx, desk, &talk, What::Requeue, &detail_of(topic)).await?),
        Control::Instruct => instruct(&mut tx, desk, &talk).await?,
    };
    let Some(placed) = placed else { return Ok(()) };
    match orders::record(&mut tx, desk, now, &placed).await {
        Err(DbError::Taken) => return Err(CallsError::FateUnknown),
        recorded => recorded?,
    }
    people::record(&mut tx, now, actor, control.verb(), (&talk.call.id, &talk.call.office)).await?;
    tx.commit().await?;
    match orders::send(desk, now, &placed).await? {
        None | Some(Fate::Done { .. }) => Ok(()),
        Some(Fate::Unknown { .. }) => Err(CallsError::FateUnknown),
        Some(Fate::Refused { why, .. }) => {
            room::refused(desk, now, &placed).await?;
            Err(CallsError::ProviderRefused(why))
        }
    }
}

fn of_given(given: &Ordered) -> Result<(), CallsError> {
    match given.state {
        OrderState::Unknown => Err(CallsError::FateUnknown),
        OrderState::Sent | OrderState::Done | OrderState::Refused => Ok(()),
    }
}

/// Leads the caller's leg to where the order is carried out.
async fn lead_caller(tx: &mut Tx, desk: &Desk, talk: &Talk, what: What, detail: &str) -> Result<Placed, CallsError> {
    let (dialect, leg) = store::find_line(&mut *tx, talk.call.id).await?;
    let id = OrderId::mint();
    let url = address(desk, dialect, &format!("order/{id}"));
    let (call, attempt, officer) = (talk.call.id, talk.attempt.id, talk.attempt.officer);
    Ok(Placed {
        id,
        dialect,
        what,
        call,
        attempt,
        officer,
        detail: detail.to_owned(),
        order: Order::Redirect { leg, url },
    })
}

/// In a room the caller leaves it to hear the instruction; else both go to a room, and the caller hears it before.
async fn instruct(tx: &mut Tx, desk: &Desk, talk: &Talk) -> Result<Option<Placed>, CallsError> {
    let waits = |order: &&Ordered| {
        let plays = order.what == What::Instruct || (order.what == What::Room && order.detail == room::INSTRUCTED);
        plays && order.step.is_none() && order.state != OrderState::Refused
    };
    if let Some(given) = talk.orders.iter().find(waits) {
        return of_given(given).map(|()| None);
    }
    match talk.is_in_room() {
        true => {
            // Each time that it was played is one order.
            let times = talk.orders.iter().filter(|order| order.what == What::Instruct).count().to_string();
            Ok(Some(lead_caller(tx, desk, talk, What::Instruct, &times).await?))
        }
        false => Ok(Some(room::move_there(tx, desk, &talk.attempt, room::INSTRUCTED).await?)),
    }
}

// ---- the leg comes ----

/// A leg that an order has led here: what the order is for happens now, once.
pub async fn carry_out(
    desk: &Desk,
    now: Instant,
    dialect: Dialect,
    order: OrderId,
    inbound: &Inbound,
) -> Result<Step, CallsError> {
    let mut tx = desk.db.begin().await?;
    let order = store::find_order(&mut tx, order).await?.ok_or(CallsError::NoSuchCall)?;
    let loaded = store::find_call(&mut tx, &desk.vault, order.call).await?.ok_or(CallsError::NoSuchCall)?;
    if let Some(step) = order.step.filter(|_| order.what != What::Room) {
        return repeated(desk, tx, order.call, step).await;
    }
    let step = loaded.call.step;
    let is_talk = loaded.call.state == CallState::Talking;
    if order.what == What::Room {
        orders::settle(&mut tx, order.id, &Fate::Done { leg: inbound.leg.clone() }, now).await?;
        tx.commit().await?;
        let here = Then::Room(room::of_officer(desk, dialect, order.call, order.attempt));
        return Ok(if is_talk { Step { say: vec![], then: here } } else { Step::hang_up(vec![]) });
    }
    let Some(loaded) = store::take(&mut tx, &desk.vault, order.call, step, now).await?.filter(|_| is_talk) else {
        tx.commit().await?;
        return Ok(Step::hang_up(vec![]));
    };
    orders::settle(&mut tx, order.id, &Fate::Done { leg: inbound.leg.clone() }, now).await?;
    store::answer_order(&mut tx, order.id, step).await?;
    let caller = super::number_of(desk, &loaded);
    let (hotline, edition, context) = super::of_call(&mut tx, desk, now, &loaded).await?;
    let (call, row) = (loaded.call, Row::Kept);
    let turn = Turn {
        desk,
        now,
        dialect,
        hotline: &hotline,
        edition,
        call,
        context,
        row,
        tx,
        waiting_since: None,
        not_rung: vec![],
    };
    let call = order.call;
    let answer = match order.what {
        What::Abuse => end_abuse(turn, step, &order, caller).await?,
        What::Requeue => requeue(turn, step, &order).await?,
        What::Instruct => room::enter(turn, step, true).await?,
        What::CallBack | What::AddOfficer | What::Room | What::End => Step::hang_up(vec![]),
    };
    if order.what != What::Instruct {
        room::stop_legs(desk, now, call).await;
    }
    Ok(answer)
}

/// Polite words and the end; the officer has a pause, those who plan are told, and a block may be proposed.
async fn end_abuse(mut turn: Turn<'_>, step: i64, order: &Ordered, caller: Option<Phone>) -> Result<Step, CallsError> {
    let (desk, now, hotline) = (turn.desk, turn.now, turn.hotline);
    let known = caller.is_some();
    blocks::note(&mut turn.tx, desk, now, &turn.call, caller).await?;
    let block = if known { "abuse-may-block" } else { "abuse-withheld" };
    tell(&mut turn.tx, desk, now, (hotline, order, block)).await?;
    let rest = AFTER_ABUSE.max(TimeDelta::seconds(hotline.rules.pause_seconds));
    store::end_accepted(&mut turn.tx, order.attempt, (now, now + rest)).await?;
    let say = vec![said("call-abuse", turn.call.place.language)];
    turn.answer(step, "abuse", Step::hang_up(say), Ending::Abuse).await
}

async fn tell(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (hotline, order, block): (&Hotline, &Ordered, &str),
) -> Result<(), CallsError> {
    let name = people::find_officer(&mut *tx, order.officer).await?.map(|officer| officer.name).unwrap_or_default();
    let (at, page) = (say::short(now), desk.address(&format!("/dienst/anrufe/{}", order.call)));
    let values = [("officer", name.as_str()), ("hotline", &hotline.name), ("at", &at), ("page", &page)];
    let subject = web::text_with(Language::De, "abuse-subject", &values);
    let [text, block] = ["abuse-text", block].map(|key| web::text_with(Language::De, key, &values));
    let text = format!("{text}\n{block}");
    for to in people::list_planners(&mut *tx, &desk.vault, hotline.office).await? {
        let mail = Mail { to, subject: subject.clone(), text: text.clone(), invitation: None };
        outbox::post(tx, desk, now, &order.call, &Message::Mail(mail)).await?;
    }
    Ok(())
}

/// The talk is over, the call is not: the caller is first among those who wait.
async fn requeue(mut turn: Turn<'_>, step: i64, order: &Ordered) -> Result<Step, CallsError> {
    let (now, hotline) = (turn.now, turn.hotline);
    let waiting = store::list_waiting(&mut turn.tx, hotline.id, now - super::turn::LONGEST_WAIT).await?;
    let first = waiting.iter().map(|waiting| waiting.since).min().unwrap_or(now);
    let front = first - TimeDelta::seconds(hotline.rules.head_start_seconds) - TimeDelta::microseconds(1);
    let rest = now + TimeDelta::seconds(hotline.rules.pause_seconds);
    for attempt in store::list_attempts(&mut turn.tx, order.call).await?.iter().filter(|it| it.ended_at.is_none()) {
        store::end_attempt(&mut turn.tx, attempt.id, Outcome::Taken, now).await?;
        store::end_accepted(&mut turn.tx, attempt.id, (now, rest)).await?;
    }
    store::run_on(&mut turn.tx, order.call).await?;
    let topic = Some(order.detail.clone()).filter(|topic| !topic.is_empty());
    turn.call.state = CallState::Running;
    turn.call.place = turn.call.place.connect_anew(now, topic, front);
    turn.play(step, "requeued".into(), Event::Silence).await
}

pub fn said(key: &str, language: Language) -> Speech {
    Speech::new(web::text(language, key), language)
}

impl Room {
    pub fn of(call: CallId, action: String) -> Self {
        Self { name: call.to_string(), action }
    }
}
