//! Calls on a hotline: the flow that a caller walks through, the officers who are rung, and what is explained after.
//!
//! Not who is on duty (`shifts`) and not what a provider calls things (`provider`). Rules: a webhook counts once and
//! is answered alike when repeated; an officer is leased before the ring; every path ends in words or at a person.

mod blocks;
mod bring_in;
mod call;
mod callbacks;
mod card;
mod control;
mod duty_line;
mod failure;
mod given;
mod http;
mod neighbours;
mod orders;
mod outage;
mod page;
pub mod provider;
mod queue;
mod replay;
mod ringing_back;
mod room;
mod route;
mod situation;
mod store;
mod turn;
mod voicemail;
mod webhook;
mod whisper;
mod who;
mod why;
mod wished;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::flows::{Context, Edition, Event, Speech, spoken};
use crate::kernel::id::{AttemptId, CallId};
use crate::kernel::{Instant, Language, Phone, Span};
use crate::library::{self, LibraryError};
use crate::people::{self, Actor};
use crate::shifts;
use crate::vault::Place;
use crate::web;

use provider::{Inbound, LegStatus, Step, Then};
use store::Announced;
use turn::{Row, Turn};
use whisper::Whisper;

pub use blocks::{
    Block, BlockState, Proposal, Verdict, decide_block, end_blocks, find_block, is_withheld, lift_block, list_blocks,
    propose_block,
};
pub use bring_in::{BroughtIn, NotBroughtIn, bring_in, watch};
pub use call::{
    Attempt, Call, CallState, Callback, CallbackState, Ending, Outcome, Reached, Try, Voicemail, VoicemailState,
};
pub use callbacks::{CallbackPerson, OpenedCallback, call_back, close_callback, end_lost_tries, list_callbacks};
pub use card::{
    Checked, DutyCard, Standby, card_name, draw_cards, recall_cards, renew_cards, standby_webhooks, verify_card,
};
pub use control::{Control, Talk, control, find_talk};
pub use given::{Became, Given, list_given, list_given_in};
pub use http::api;
pub use neighbours::{Help, list_help};
pub use orders::{OrderState, What, doubt_orders};
pub use page::pages;
pub use replay::{Compared, Fate, Habits, Replay, replay};
pub use ringing_back::{MOST_ROUNDS, ring_back};
pub use room::stop_left_legs;
pub use route::{Choice, Outlook, Wish};
pub use store::{Listed, Live, PastStep, STATEMENTS};
pub use voicemail::{
    OpenedVoicemail, delete_voicemail, erase_sounds, forget_voicemails, list_voicemails, load_voicemail, mark_heard,
    play_voicemail,
};
pub use webhook::webhooks;
pub use who::{Answer, Connection, Neighbourly, Question, who};
pub use why::{Against, Names};

#[derive(Debug, thiserror::Error)]
pub enum CallsError {
    #[error("this call is not there, or not yours")]
    NoSuchCall,
    #[error("this call-back is not there, or not yours")]
    NoSuchCallback,
    #[error("this call-back is closed already")]
    ClosedAlready,
    #[error("whoever calls back is an officer with a telephone number")]
    NoTelephone,
    #[error("the caller is still on the line")]
    StillCalling,
    #[error("somebody calls this person back at this moment")]
    CalledBackNow,
    #[error("this officer is in a call, or is rung for one")]
    InCall,
    #[error("this officer has a pause after a talk until {}", .0.rfc3339())]
    Recovering(Instant),
    #[error("nobody is called back at this number: it is no ordinary line in Germany or Europe, or one of our own")]
    NotCallable,
    #[error("you are in no call, or not in this one any more")]
    NoTalk,
    #[error("something else that was ordered in this call is still being carried out")]
    OtherOrder,
    #[error("nobody else is free who fits")]
    NobodyFree,
    #[error("somebody is being asked already")]
    AskedAlready,
    #[error("this number is withheld: it cannot be blocked")]
    NumberWithheld,
    #[error(
        "the number of this call is deleted: a block can be proposed while a call lasts, or after it was ended as abusive"
    )]
    NumberGone,
    #[error("a block needs a reason of 5 to 500 characters and lasts 1 to 90 days")]
    BadBlock,
    #[error("a block is decided by a supervisor who has not proposed it")]
    NotYoursToDecide,
    #[error("this block is not there, or not yours")]
    NoSuchBlock,
    #[error("this block is decided already, or over")]
    BlockDecided,
    #[error("an order was sent, and nobody knows what became of it: it is not sent again")]
    FateUnknown,
    #[error("the provider did not do it: {0}")]
    ProviderRefused(String),
    #[error("this message is not there, or not yours")]
    NoSuchVoicemail,
    #[error("this message is deleted already")]
    DeletedAlready,
    #[error("there is no sound of this message")]
    NoSound,
    #[error("the sound of this message cannot be fetched now: {0}")]
    SoundAway(String),
    #[error("the hotline {0} names a flow that is not there")]
    NoSuchFlow(String),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Which provider carries a call; the word stands in the addresses of its webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Twilio,
    Simulated,
}

impl Dialect {
    pub fn named(name: &str) -> Option<Self> {
        [Self::Twilio, Self::Simulated].into_iter().find(|dialect| dialect.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Twilio => "twilio",
            Self::Simulated => "simulated",
        }
    }

    /// Whether a telephone can begin to ring while another one still does. Twilio's Dial rings all of its numbers at once.
    fn staggers(self) -> bool {
        self == Self::Simulated
    }
}

/// How long an officer who picked up may take to press a key.
const SCREENING: TimeDelta = TimeDelta::seconds(12);
/// How long an officer who does not accept hears that the call goes on, until the telephone is free again.
const LAST_WORD: TimeDelta = TimeDelta::seconds(15);
/// Beyond ringing and screening: then a lost webhook frees the officer.
const GRACE: TimeDelta = TimeDelta::seconds(30);
/// The longest talk that a provider carries (Twilio: `timeLimit` of Dial, 4 hours).
const LONGEST_TALK: TimeDelta = TimeDelta::hours(4);
/// Whose leg is over sooner than this after they accepted was gone before the two were connected.
const SHORTEST_TALK: TimeDelta = TimeDelta::seconds(2);
/// After so long without a webhook a call in the flow is lost.
const SILENCE: TimeDelta = TimeDelta::minutes(15);

/// How many callers are on the line now, and how far they are.
pub async fn count_live(desk: &Desk) -> Result<Live, DbError> {
    store::count_live(&desk.db).await
}

/// A call comes in. Announced again, it is answered as the first time.
pub async fn incoming(desk: &Desk, now: Instant, dialect: Dialect, inbound: &Inbound) -> Result<Step, CallsError> {
    let mut glance = desk.db.glance().await?;
    let hotline = match &inbound.called {
        Some(number) => shifts::find_hotline_by_number(&mut glance, number).await?.filter(|hotline| hotline.active),
        None => None,
    };
    let Some(hotline) = hotline else {
        drop(glance);
        if duty_line::is_called(desk, inbound.called.as_ref()) {
            return duty_line::incoming(desk, now, dialect, inbound).await;
        }
        tracing::warn!(leg = %inbound.leg, "a call came for a number that is no hotline");
        return Ok(Step::hang_up(in_every_language("call-unknown-number")));
    };
    let edition = desk.flows.published(&hotline.flow).ok_or_else(|| CallsError::NoSuchFlow(hotline.name.clone()))?;
    let (flow, place) = turn::beginning(&edition);
    let call = Call {
        id: CallId::mint(),
        hotline: hotline.id,
        office: hotline.office,
        state: CallState::Running,
        flow,
        place,
        step: 1,
        started_at: now,
    };
    if let Some(number) = &inbound.caller
        && let Some(block) = blocks::find(&mut glance, desk, now, (&call, number)).await?
    {
        drop(glance);
        return blocks::turn_away(desk, now, &call, (dialect, &inbound.leg), block).await;
    }
    let seal = |number: &Phone| desk.vault.seal(caller_of(&call.id), number.as_str().as_bytes());
    let announced = Announced {
        provider: dialect.name(),
        provider_call: inbound.leg.to_string(),
        caller: inbound.caller.as_ref().map(seal),
        caller_hash: inbound.caller.as_ref().map(|number| caller_hash(desk, now, number)),
    };
    let context = turn::context(&mut glance, desk, now, (&hotline, &edition.flow), inbound.caller.clone()).await?;
    // Whoever waits for the right to write holds nothing that others wait for.
    drop(glance);
    let (tx, row) = (desk.db.begin().await?, Row::New(announced));
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
    match turn.play(0, "started".into(), Event::Started).await {
        // The provider has announced this call before.
        Err(CallsError::Db(DbError::Taken)) => {}
        result => return result,
    }
    let mut tx = desk.db.begin().await?;
    let known = store::find_by_provider(&mut tx, dialect.name(), inbound.leg.as_str()).await?;
    repeated(desk, tx, known.ok_or(CallsError::NoSuchCall)?, 0).await
}

/// The next webhook on the caller's leg: keys, silence, or how a ring ended.
pub async fn advance(
    desk: &Desk,
    now: Instant,
    dialect: Dialect,
    (call, step): (CallId, i64),
    inbound: &Inbound,
) -> Result<Step, CallsError> {
    let mut tx = desk.db.begin().await?;
    let Some(loaded) = store::take(&mut tx, &desk.vault, call, step, now).await? else {
        if inbound.dialled.as_ref().is_some_and(|dialled| dialled.bridged == Some(false)) {
            store::deny_talk(&mut tx, call, step).await?;
        }
        return repeated(desk, tx, call, step).await;
    };
    let (hotline, edition, context) = of_call(&mut tx, desk, now, &loaded).await?;
    let (id, call, row) = (call, loaded.call, Row::Kept);
    let mut turn = Turn {
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
    let ended = inbound.caller_is_gone();
    if inbound.dialled.is_some()
        && !ended
        && turn.call.state == CallState::Talking
        && let Some(order) = room::leads_there(&mut turn.tx, id).await?
    {
        store::answer_order(&mut turn.tx, order.id, step).await?;
        return room::enter(turn, step, order.detail == room::INSTRUCTED).await;
    }
    let was_talking = turn.call.state == CallState::Talking;
    let answer = go_on(turn, step, inbound).await?;
    if was_talking && answer.then == Then::HangUp {
        room::stop_legs(desk, now, id).await;
    }
    Ok(answer)
}

/// What the caller's leg has told, in the flow.
async fn go_on(turn: Turn<'_>, step: i64, inbound: &Inbound) -> Result<Step, CallsError> {
    match (&inbound.dialled, &inbound.recording, inbound.keys.len()) {
        (Some(_), _, _) => turn.ring_ended(step, inbound).await,
        (None, Some(recorded), _) => turn.recorded(step, recorded, inbound).await,
        (None, None, _) if inbound.caller_is_gone() => turn.gone(step).await,
        (None, None, 0) => {
            let word = if turn.call.place.connecting_since().is_some() { "waited" } else { "silence" };
            turn.play(step, word.into(), Event::Silence).await
        }
        (None, None, 1) => turn.play(step, format!("key {}", inbound.keys), Event::Key(inbound.keys.clone())).await,
        // What was typed is a number: it stays out of the record.
        (None, None, _) => turn.play(step, "number".into(), Event::Key(inbound.keys.clone())).await,
    }
}

/// What a call goes on with: its hotline, its edition, and the facts of this moment.
async fn of_call(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    loaded: &store::Loaded,
) -> Result<(shifts::Hotline, Arc<Edition>, Context), CallsError> {
    let hotline = shifts::find_hotline(&mut *tx, loaded.call.hotline).await?.ok_or(CallsError::NoSuchCall)?;
    let edition = edition_of(desk, &hotline, &loaded.call).await?;
    let caller = number_of(desk, loaded);
    let context = turn::context(&mut *tx, desk, now, (&hotline, &edition.flow), caller).await?;
    Ok((hotline, edition, context))
}

/// The caller's number, as long as the call lasts, and where it is not withheld.
fn number_of(desk: &Desk, loaded: &store::Loaded) -> Option<Phone> {
    let bytes = desk.vault.open(caller_of(&loaded.call.id), loaded.caller.as_ref()?).ok()?;
    Phone::of_caller(&String::from_utf8_lossy(&bytes))
}

/// The edition on which a call stays, also where another node has published it meanwhile.
async fn edition_of(desk: &Desk, hotline: &shifts::Hotline, call: &Call) -> Result<Arc<Edition>, CallsError> {
    match library::load_edition(desk, &call.flow.name, call.flow.version).await {
        Ok(edition) => Ok(edition),
        Err(LibraryError::Db(error)) => Err(error.into()),
        Err(error) => {
            tracing::error!(call = %call.id, %error, "a call goes on in the published edition of its flow");
            desk.flows.published(&hotline.flow).ok_or_else(|| CallsError::NoSuchFlow(hotline.name.clone()))
        }
    }
}

/// The answer that a webhook got before, or gets at this moment: whoever committed it did so before this commit.
/// A call that is over gets no more words.
async fn repeated(desk: &Desk, mut tx: Tx, call: CallId, step: i64) -> Result<Step, CallsError> {
    let earlier = store::find_reply(&mut tx, &desk.vault, call, step).await?;
    tx.commit().await?;
    Ok(earlier.unwrap_or_else(|| Step::hang_up(vec![])))
}

/// An officer has picked up, or their mailbox: says what it is about and asks for a key.
pub async fn screen(desk: &Desk, dialect: Dialect, attempt: AttemptId) -> Result<Step, CallsError> {
    let mut glance = desk.db.glance().await?;
    let attempt = store::find_attempt(&mut glance, attempt).await?.ok_or(CallsError::NoSuchCall)?;
    let loaded = store::find_call(&mut glance, &desk.vault, attempt.call).await?.ok_or(CallsError::NoSuchCall)?;
    if attempt.outcome == Outcome::Taken {
        return Ok(Step::hang_up(officer_says("call-screen-taken", &[])));
    }
    if attempt.outcome != Outcome::Ringing || loaded.call.state == CallState::Ended {
        return Ok(Step::hang_up(officer_says("call-screen-gone", &[])));
    }
    let hotline = shifts::find_hotline(&mut glance, loaded.call.hotline).await?.ok_or(CallsError::NoSuchCall)?;
    let again = again(&mut glance, &loaded.call).await?;
    let office = hotline.office.name();
    let hotline = match attempt.helper {
        Some(_) => web::text_with(Language::De, "call-screen-help", &[("hotline", &hotline.name), ("office", office)]),
        None => hotline.name,
    };
    let place = &loaded.call.place;
    let values = [("hotline", hotline.as_str()), ("again", &again)];
    let whisper =
        Whisper { text: "call-screen", topic: place.topic.as_deref(), language: place.language, values: &values };
    Ok(whisper.ask(address(desk, dialect, &format!("accept/{}", attempt.id))))
}

/// ", dritter Anruf in dieser Woche", or nothing. Never who it is.
async fn again(from: impl Read, call: &Call) -> Result<String, DbError> {
    let earlier = u32::try_from(store::count_earlier(from, call.id).await?).unwrap_or_default();
    if earlier == 0 {
        return Ok(String::new());
    }
    let ordinal = spoken::ordinal(earlier.saturating_add(1), Language::De);
    Ok(web::text_with(Language::De, "call-screen-again", &[("ordinal", &ordinal)]))
}

/// The officer's key: 1 accepts, 2 declines, anything else is no acceptance.
pub async fn answer_screen(desk: &Desk, now: Instant, attempt: AttemptId, keys: &str) -> Result<Step, CallsError> {
    let mut tx = desk.db.begin().await?;
    let attempt = store::find_attempt(&mut tx, attempt).await?.ok_or(CallsError::NoSuchCall)?;
    let outcome = match keys.as_bytes().first() {
        Some(b'1') => return accept(tx, now, attempt).await,
        Some(b'2') => Outcome::Declined,
        _ => Outcome::NotAccepted,
    };
    // Whoever still hears the last word would be rung in vain.
    store::end_screened(&mut tx, attempt.id, outcome, (now, now + LAST_WORD)).await?;
    tx.commit().await?;
    Ok(Step::hang_up(officer_says("call-screen-declined", &[])))
}

async fn accept(mut tx: Tx, now: Instant, attempt: Attempt) -> Result<Step, CallsError> {
    let bridge = Step { say: vec![], then: Then::Bridge };
    // Call first, attempt second, as everywhere: two webhooks at once never wait for each other.
    let running = store::talk(&mut tx, attempt.call, now).await?;
    if running && store::accept(&mut tx, attempt.id, now).await? {
        store::extend_lease(&mut tx, attempt.id, now + LONGEST_TALK).await?;
        store::take_from_others(&mut tx, attempt.call, attempt.id, now).await?;
        tx.commit().await?;
        return Ok(bridge);
    }
    if running {
        // Whoever comes too late must not leave the call as one in which somebody talks: it rings at the next.
        store::run_on(&mut tx, attempt.call).await?;
    }
    let now_so = store::find_attempt(&mut tx, attempt.id).await?.map(|attempt| (attempt.outcome, attempt.ended_at));
    tx.commit().await?;
    match now_so {
        // The same key told again.
        Some((Outcome::Accepted, None)) => Ok(bridge),
        Some((Outcome::Taken, _)) => Ok(Step::hang_up(officer_says("call-screen-taken", &[]))),
        _ => Ok(Step::hang_up(officer_says("call-screen-gone", &[]))),
    }
}

/// A report on the officer's leg. Only the end of a ring counts, and only once.
pub async fn leg_changed(desk: &Desk, now: Instant, attempt: AttemptId, inbound: &Inbound) -> Result<(), CallsError> {
    let outcome = match inbound.status {
        Some(LegStatus::InProgress) => return picked_up(desk, now, attempt).await,
        Some(LegStatus::Busy) => Outcome::Busy,
        Some(LegStatus::NoAnswer) => Outcome::NoAnswer,
        Some(LegStatus::Failed) => Outcome::of_failure(inbound),
        // Picked up, and hung up without a key; who has accepted does not ring any more.
        Some(LegStatus::Completed) => Outcome::NotAccepted,
        Some(LegStatus::Queued | LegStatus::Initiated | LegStatus::Ringing | LegStatus::Canceled) | None => {
            return Ok(());
        }
    };
    let mut tx = desk.db.begin().await?;
    if store::end_leg(&mut tx, attempt, now).await? {
        // The end of a talk is told on the caller's leg.
        return Ok(tx.commit().await?);
    }
    if outcome == Outcome::NotAccepted && is_plain(&mut tx, attempt).await? {
        // Nobody presses a key there.
        return Ok(());
    }
    failure::end_attempt(&mut tx, desk, attempt, outcome, now).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(())
}

async fn is_plain(from: impl Read, attempt: AttemptId) -> Result<bool, DbError> {
    Ok(store::find_attempt(from, attempt).await?.is_some_and(|attempt| attempt.is_plain))
}

/// Where the officer has said that they sit at this telephone, picking up is accepting.
async fn picked_up(desk: &Desk, now: Instant, attempt: AttemptId) -> Result<(), CallsError> {
    match store::find_attempt(&desk.db, attempt).await?.filter(|attempt| attempt.is_plain) {
        Some(attempt) => accept(desk.db.begin().await?, now, attempt).await.map(|_| ()),
        None => Ok(()),
    }
}

/// A report on the caller's leg: once it is over, officers stop being leased.
pub async fn call_changed(desk: &Desk, now: Instant, dialect: Dialect, inbound: &Inbound) -> Result<(), CallsError> {
    if !inbound.status.is_some_and(LegStatus::is_over) {
        return Ok(());
    }
    let mut tx = desk.db.begin().await?;
    let known = store::find_by_provider(&mut tx, dialect.name(), inbound.leg.as_str()).await?;
    let Some(call) = known else { return Ok(()) };
    let loaded = store::find_call(&mut tx, &desk.vault, call).await?;
    let Some(state) = loaded.map(|loaded| loaded.call.state).filter(|it| *it != CallState::Ended) else {
        return Ok(());
    };
    store::end_told(&mut tx, call, state, now).await?;
    tx.commit().await?;
    room::stop_legs(desk, now, call).await;
    Ok(())
}

/// Ends calls of which nothing was heard for long. Called by rounds; says how many.
pub async fn end_lost_calls(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let lost = store::list_lost(&desk.db, now, (now - SILENCE, now - LONGEST_TALK - SILENCE)).await?;
    let mut ended = 0;
    for call in lost {
        let mut tx = desk.db.begin().await?;
        ended += u64::from(store::end(&mut tx, call, Ending::Lost, now).await?);
        tx.commit().await?;
    }
    Ok(ended)
}

/// Empties numbers whose time is over: of call-backs, and in what was said. Called by rounds; says how many.
pub async fn forget(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    duty_line::forget(desk, now).await?;
    let before = now - TimeDelta::hours(desk.config.retention.callback_hours.0);
    let mut tx = desk.db.begin().await?;
    let callbacks = store::forget_callbacks(&mut tx, before, now).await?;
    let steps = store::empty_steps(&mut tx, Span { start: before - TimeDelta::days(30), end: before }).await?;
    tx.commit().await?;
    Ok(callbacks + steps)
}

/// Calls that began in the window and that the actor may see, newest first; those that ended so, or all.
pub async fn list_calls(
    desk: &Desk,
    actor: &Actor,
    window: Span,
    ending: Option<Ending>,
    page: (i64, i64),
) -> Result<Vec<Listed>, DbError> {
    let office = (actor.role != people::Role::Administrator).then_some(actor.office);
    store::list_calls(&desk.db, window, (office, ending), page).await
}

/// A call, told afterwards: what happened, who was rung, why, and how it ended.
#[derive(Clone, Debug)]
pub struct Explained {
    pub call: Listed,
    pub steps: Vec<PastStep>,
    pub attempts: Vec<Attempt>,
}

pub async fn explain_call(desk: &Desk, actor: &Actor, id: CallId) -> Result<Explained, CallsError> {
    let call = store::find_listed(&desk.db, id).await?.filter(|call| actor.may_see(&call.office));
    let call = call.ok_or(CallsError::NoSuchCall)?;
    let steps = store::list_steps(&desk.db, id).await?;
    Ok(Explained { call, steps, attempts: store::list_attempts(&desk.db, id).await? })
}

/// What callers did in one flow within a window.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// How many took each way: from, by, to.
    pub ways: BTreeMap<(String, String, String), i64>,
    /// How many hung up at each node.
    pub hung_up: BTreeMap<String, i64>,
}

impl Traffic {
    fn count<'t>(&mut self, ways: impl Iterator<Item = [&'t str; 3]>, calls: i64) {
        for way in ways {
            let [from, by, to] = way.map(str::to_owned);
            *self.ways.entry((from, by, to)).or_default() += calls;
        }
    }
}

pub async fn count_traffic(desk: &Desk, flow: &str, window: Span) -> Result<Traffic, DbError> {
    let mut traffic = Traffic::default();
    for (trail, calls) in store::count_trails(&desk.db, flow, window).await? {
        traffic.count(store::ways(&trail), calls);
    }
    // A call may have jumped here, over others too, within one webhook.
    for other in desk.flows.list_published().into_iter().filter(|edition| edition.name != flow) {
        for (trail, calls) in store::count_trails(&desk.db, &other.name, window).await? {
            traffic.count(store::ways_onward(&trail, flow), calls);
        }
    }
    traffic.hung_up = store::count_hung_up(&desk.db, flow, window).await?.into_iter().collect();
    Ok(traffic)
}

/// The same for the same caller within a week, and for nobody else.
fn caller_hash(desk: &Desk, at: Instant, number: &Phone) -> Vec<u8> {
    let week = crate::kernel::local::week_name(crate::kernel::local::day(at));
    desk.vault.keyed_hash(&format!("caller {week}"), number.as_str())
}

fn caller_of(call: &CallId) -> Place<'_> {
    Place { column: "calls.caller", record: call }
}

/// A full address of a webhook.
fn address(desk: &Desk, dialect: Dialect, rest: &str) -> String {
    desk.address(&format!("/telephony/{}/{rest}", dialect.name()))
}

/// What is said when something is broken: never silence.
pub fn apology() -> Step {
    Step::hang_up(in_every_language("call-apology"))
}

fn in_every_language(key: &str) -> Vec<Speech> {
    Language::ALL.into_iter().map(|language| Speech::new(web::text(language, key), language)).collect()
}

/// Officers are spoken to in German.
fn officer_says(key: &str, values: &[(&'static str, &str)]) -> Vec<Speech> {
    vec![Speech::new(web::text_with(Language::De, key, values), Language::De)]
}
