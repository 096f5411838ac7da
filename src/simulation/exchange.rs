//! The telephone network of a simulated day: it rings, waits, connects and tells the engine by webhook, as a provider does.
//!
//! Events in the order of their time, one after another, with a clock that jumps. Rule: it does only what a provider
//! could, and every decision about a call is the engine's.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::provider::{Ask, DialOutcome, Ring, Standing, Step, Then};
use crate::calls::{self, Dialect, DutyCard};
use crate::db::DbError;
use crate::desk::{Desk, KeptCard};
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Phone, Span, local};
use crate::people::{self, Actor};
use crate::{rounds, shifts};

use super::chance::Chance;
use super::door::{Answer, Door};
use super::faults::{self, Fault, seconds_of};
use super::habits::{self, Caller, Reaction};
use super::sabotage::{Guard, Sabotage};
use super::store;
use super::watch::{Accepted, How, Watch};
use super::{Plan, SimulationError};

/// A provider tries again after so long, and so often before it turns to the duty card.
const TRY_AGAIN: TimeDelta = TimeDelta::seconds(5);
const TRIES: u32 = 3;
/// The SIP answer "not found" (RFC 3261 § 21.4.5).
const NOT_FOUND: u16 = 404;
/// How often lost calls and expired holds are looked for.
const SWEEP: TimeDelta = TimeDelta::minutes(5);
/// A change of the rota is on the duty card so soon.
const RENEW: TimeDelta = TimeDelta::seconds(15);

pub struct Exchange<'a> {
    pub plan: &'a Plan,
    pub desk: Desk,
    pub door: Door,
    /// The same node while its database is away.
    pub cut_off: Door,
    pub hotline: shifts::Hotline,
    pub day: Span,
    pub outages: Vec<Span>,
    pub chance: Chance,
    pub watch: Watch,
    pub lines: Vec<Line>,
    pub telephones: BTreeMap<Phone, Telephone>,
    pub counted: Counted,
    /// What happened on the line that is followed.
    pub story: Vec<String>,
    queue: BinaryHeap<Due>,
    queued: u64,
    now: Instant,
    card: Option<DutyCard>,
}

/// What one simulated day took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    pub webhooks: u64,
    pub faults: u64,
}

/// A caller's line.
pub struct Line {
    pub caller: Caller,
    pub chance: Chance,
    pub arrives: Instant,
    pub phase: Phase,
    /// When an officer and the caller were connected, or somebody whom the card reached.
    pub reached: Option<Instant>,
    pub over: Option<(Instant, How)>,
    /// Counts what has happened: what was meant to happen before is passed over.
    turn: u32,
    /// Officers were rung just now, and nobody accepted.
    rang: bool,
}

impl Line {
    pub fn new(caller: Caller, chance: Chance, arrives: Instant) -> Self {
        Self { caller, chance, arrives, phase: Phase::Before, reached: None, over: None, turn: 0, rang: false }
    }
}

#[derive(Debug)]
pub enum Phase {
    Before,
    /// Something is under way on the line: words, keys, a webhook.
    Busy,
    Ringing(Ringing),
    Recording(String),
    Talking(Talk),
    Card(Standing),
    Over,
}

/// A caller and an officer, and what the provider tells afterwards.
#[derive(Debug)]
pub struct Talk {
    number: Phone,
    status: String,
    action: String,
}

#[derive(Debug)]
pub struct Ringing {
    action: String,
    legs: Vec<Leg>,
}

/// An officer's telephone that rings for a line.
#[derive(Clone, Debug)]
struct Leg {
    number: Phone,
    attempt: String,
    /// None: picking up is accepting.
    screen: Option<String>,
    status: String,
    reaction: Reaction,
    pressed: bool,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Rings,
    PickedUp,
    Over,
}

#[derive(Clone, Debug, Default)]
pub struct Telephone {
    /// On this day the number is not there.
    pub dead: bool,
    busy: bool,
}

/// A webhook on its way.
struct Webhook {
    line: usize,
    from: From,
    address: String,
    body: Value,
    tries: u32,
    /// What the engine said when nobody heard it, and when.
    unheard: Option<(Instant, Vec<u8>)>,
}

/// Whose leg a webhook is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Caller,
    /// The caller is gone: whatever is answered, nobody hears it.
    Gone,
    /// The officer's telephone with this place in the ring.
    Officer(usize),
}

enum Event {
    Arrives(usize),
    Send(Webhook),
    Repeats { line: usize, address: String, body: Value, first: Vec<u8> },
    Reports { line: usize, address: String, body: Value },
    Presses { line: usize, turn: u32, address: String, keys: String },
    Rings { line: usize, turn: u32, ring: Ring, decided: Instant },
    Leg { line: usize, turn: u32, place: usize, does: Does },
    Outside { line: usize, turn: u32, address: String, talked: bool },
    Records { line: usize, turn: u32, address: String },
    ComesBack { line: usize, turn: u32, address: String },
    Parts { line: usize, turn: u32 },
    Ends { line: usize, turn: u32 },
    Card { line: usize, turn: u32, place: usize },
    GivesUp(usize),
    Deploys,
    Back(OfficerId),
    Sweeps,
    Renews,
}

/// What an officer's telephone does next.
#[derive(Clone, Debug)]
enum Does {
    PicksUp,
    IsBusy,
    Fails,
    RingsOut,
    Presses(String, String),
    Connects,
    HangsUp,
}

struct Due {
    at: Instant,
    place: u64,
    event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    /// The heap gives the greatest first: that is the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.place).cmp(&(self.at, self.place))
    }
}

/// What the exchange is answered on the caller's leg.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Card { card: Standing },
    Step(Step),
}

/// The provider's name of a caller's leg.
pub fn leg_name(line: usize) -> String {
    format!("simulated-{}", line + 1)
}

impl<'a> Exchange<'a> {
    pub fn new(plan: &'a Plan, desk: Desk, cut_off: Desk, hotline: shifts::Hotline, watch: Watch) -> Self {
        let day = Span { start: desk.now(), end: desk.now() };
        Self {
            plan,
            door: Door::of(desk.clone()),
            cut_off: Door::of(cut_off),
            now: desk.now(),
            desk,
            hotline,
            day,
            outages: Vec::new(),
            chance: Chance::new(plan.seed, 0),
            watch,
            lines: Vec::new(),
            telephones: BTreeMap::new(),
            counted: Counted::default(),
            story: Vec::new(),
            queue: BinaryHeap::new(),
            queued: 0,
            card: None,
        }
    }

    fn at(&mut self, at: Instant, event: Event) {
        self.queued += 1;
        self.queue.push(Due { at: at.max(self.now), place: self.queued, event });
    }

    fn after(&mut self, seconds: f64, event: Event) {
        self.at(self.now + seconds_of(seconds), event);
    }

    fn is_away(&self) -> bool {
        faults::is_away(&self.outages, self.now)
    }

    /// Plays until nothing more happens, or `stop` says so.
    pub async fn play(&mut self, stop: impl Fn() -> bool) -> Result<(), SimulationError> {
        self.look_up().await?;
        for line in 0..self.lines.len() {
            self.at(self.lines[line].arrives, Event::Arrives(line));
        }
        if let (Some(first), Some(last)) = (self.lines.first(), self.lines.last()) {
            let (first, last) = (first.arrives, last.arrives);
            let mut sweep = first;
            while sweep < last {
                self.at(sweep, Event::Sweeps);
                sweep = sweep + SWEEP;
            }
            self.plan_duty(Span { start: first, end: last });
        }
        self.renew().await?;
        if let Some(Sabotage::AtBeginning(guard)) = self.plan.sabotage {
            store::break_guard(&self.desk.db, guard).await?;
        }
        while let Some(due) = self.queue.pop() {
            if stop() {
                break;
            }
            self.desk.clock.advance(due.at - self.desk.now());
            self.now = due.at;
            self.happens(due.event).await?;
        }
        Ok(())
    }

    /// Somebody is called away in the middle of a shift; duty cards follow the rota.
    fn plan_duty(&mut self, span: Span) {
        let seconds = span.length().num_seconds() as f64;
        if self.chance.share(0.6) {
            let at = self.chance.between(0.0, seconds);
            self.at(span.start + seconds_of(at), Event::Deploys);
        }
        let rota = self.watch.truth.rotas.get(&self.hotline.id);
        let changes = rota.map(|rota| rota.changes(self.day)).unwrap_or_default();
        for (stretch, _) in changes {
            self.at(stretch.start + RENEW, Event::Renews);
        }
    }

    async fn look_up(&mut self) -> Result<(), DbError> {
        let mut rotas = BTreeMap::new();
        for hotline in shifts::list_hotlines(&self.desk.db, None).await? {
            let rota = shifts::load_rota(&self.desk.db, hotline.id, self.day).await?;
            if !rota.shifts.is_empty() {
                rotas.insert(hotline.id, rota);
            }
        }
        self.watch.truth.rotas = rotas;
        self.watch.truth.add(people::list_commitments(&self.desk.db, self.day).await?);
        Ok(())
    }

    /// Draws up the duty card, as rounds do, and lays it where the provider and the node find it.
    async fn renew(&mut self) -> Result<(), DbError> {
        let cards = calls::draw_cards(&self.desk, self.now).await?;
        let Some(card) = cards.into_iter().find(|card| card.hotline == self.hotline.id) else { return Ok(()) };
        let bare = DutyCard { officers: vec![], ..card.clone() };
        let kept = KeptCard {
            number: card.number.clone(),
            document: card.document(Dialect::Simulated),
            bare: bare.document(Dialect::Simulated),
            officers_until: card.officers_until,
            delivered: None,
            fault: None,
        };
        self.desk.cards.keep((card.hotline, Dialect::Simulated.name()), kept);
        self.card = Some(card);
        Ok(())
    }

    async fn happens(&mut self, event: Event) -> Result<(), SimulationError> {
        match event {
            Event::Arrives(line) => self.arrives(line),
            Event::Send(webhook) => self.send(webhook).await?,
            Event::Repeats { line, address, body, first } => self.repeats(line, &address, &body, &first).await,
            Event::Reports { line, address, body } => {
                self.counted.webhooks += 1;
                let door = if self.is_away() { &self.cut_off } else { &self.door };
                let answer = door.post(&address, &body).await;
                if answer.status >= 300 {
                    self.watch.disturbed(line);
                }
                self.tell(line, (&address, &body), (Fault::None, Some(&answer)));
            }
            Event::Presses { line, turn, address, keys } if self.is_on(line, turn) => {
                if !keys.is_empty() {
                    self.watch.presses(line, self.now);
                }
                self.tells(line, From::Caller, address, json!({ "keys": keys }));
            }
            Event::Rings { line, turn, ring, decided } if self.is_on(line, turn) => self.rings(line, ring, decided),
            Event::Leg { line, turn, place, does } if self.is_on(line, turn) => self.leg(line, place, does),
            Event::Outside { line, turn, address, talked } if self.is_on(line, turn) => {
                let outcome = if talked { DialOutcome::Completed } else { DialOutcome::NoAnswer };
                let dialled = json!({ "outcome": outcome, "bridged": talked });
                self.tells(line, From::Caller, address, json!({ "dialled": dialled }));
            }
            Event::Records { line, turn, address } if self.is_on(line, turn) => self.recorded(line, address, None),
            Event::ComesBack { line, turn, address } if self.is_on(line, turn) => {
                self.tells(line, From::Caller, address, json!({}));
            }
            Event::Parts { line, turn } if self.is_on(line, turn) => self.parts(line),
            Event::Ends { line, turn } if self.is_on(line, turn) => {
                let how = if self.lines[line].reached.is_some() { How::Person } else { How::Ended };
                self.over(line, how);
            }
            Event::Card { line, turn, place } if self.is_on(line, turn) => self.card_rings(line, place),
            Event::GivesUp(line) => self.gives_up(line),
            Event::Deploys => self.deploys().await?,
            Event::Back(officer) if !self.is_away() => {
                // Somebody planned may have called the officer back.
                let _ = people::back(&self.desk, self.now, &Actor::system(), officer).await;
                self.look_up().await?;
                self.at(self.now + RENEW, Event::Renews);
            }
            Event::Back(officer) => self.at(self.now + TRY_AGAIN, Event::Back(officer)),
            Event::Sweeps if !self.is_away() => {
                rounds::sweep(&self.desk).await;
                self.watch.truth.add(people::list_commitments(&self.desk.db, self.day).await?);
            }
            Event::Renews if !self.is_away() => self.renew().await?,
            Event::Renews => self.at(self.now + RENEW, Event::Renews),
            // Something else came first.
            _ => {}
        }
        Ok(())
    }

    fn is_on(&self, line: usize, turn: u32) -> bool {
        self.lines[line].turn == turn && !matches!(self.lines[line].phase, Phase::Over)
    }

    /// Something else happens now: whatever was to come is passed over.
    fn turn(&mut self, line: usize, phase: Phase) -> u32 {
        let line = &mut self.lines[line];
        line.phase = phase;
        line.turn += 1;
        line.turn
    }

    fn arrives(&mut self, line: usize) {
        let (number, patience) = (self.lines[line].caller.number.clone(), self.lines[line].caller.patience);
        self.watch.arrives(number, self.now);
        self.after(patience, Event::GivesUp(line));
        self.turn(line, Phase::Busy);
        self.tells(line, From::Caller, "/telephony/simulated/voice".to_owned(), json!({}));
    }

    // ---- webhooks ----

    /// Tells the engine something; its answer is followed.
    fn tells(&mut self, line: usize, from: From, address: String, facts: Value) {
        let mut body = match from {
            From::Caller | From::Gone => {
                let number = self.lines[line].caller.number.as_ref().map(Phone::as_str);
                json!({ "leg": leg_name(line), "from": number, "to": self.hotline.number.as_str() })
            }
            From::Officer(place) => {
                let leg = format!("{}-{}-{place}", leg_name(line), self.lines[line].turn);
                json!({ "leg": leg, "parent": leg_name(line), "from": self.hotline.number.as_str() })
            }
        };
        if let (Some(body), Value::Object(facts)) = (body.as_object_mut(), facts) {
            body.extend(facts);
        }
        if let From::Caller | From::Gone = from {
            self.watch.sends(line, &address);
            if from == From::Caller {
                self.turn(line, Phase::Busy);
            }
        }
        let webhook = Webhook { line, from, address, body, tries: 0, unheard: None };
        self.at(self.now, Event::Send(webhook));
    }

    async fn send(&mut self, mut webhook: Webhook) -> Result<(), SimulationError> {
        let line = webhook.line;
        if !self.is_wanted(&webhook) {
            return Ok(());
        }
        if self.plan.sabotage == Some(Sabotage::Always(Guard::Leases)) {
            store::break_guard(&self.desk.db, Guard::Leases).await?;
        }
        let fault = match self.plan.faults && webhook.tries + 1 < TRIES {
            true => Fault::draw(&mut self.lines[line].chance),
            false => Fault::None,
        };
        let away = self.is_away();
        let door = if away { &self.cut_off } else { &self.door };
        let (address, body) = (&webhook.address, &webhook.body);
        let answer = match fault {
            Fault::Lost => None,
            Fault::Killed(trips) => door.post_killed(address, body, trips).await,
            Fault::None | Fault::Twice(_) | Fault::AnswerLost => Some(door.post(address, body).await),
        };
        self.counted.webhooks += 1;
        self.counted.faults += u64::from(fault != Fault::None);
        let rang = self.lines[line].rang;
        let answer = answer.map(|answer| self.altered(line, answer, (away, rang)));
        self.tell(line, (&webhook.address, &webhook.body), (fault, answer.as_ref()));
        match answer {
            Some(answer) if fault == Fault::AnswerLost && !away => {
                webhook.unheard.get_or_insert((self.now, answer.body));
                self.tries_again(webhook);
            }
            Some(answer) if fault != Fault::AnswerLost && answer.status < 500 => {
                // While the database is away it is told what there is.
                if let (Fault::Twice(later), false) = (fault, away) {
                    let (address, body) = (webhook.address.clone(), webhook.body.clone());
                    let first = answer.body.clone();
                    self.after(later.into(), Event::Repeats { line, address, body, first });
                }
                self.answered(webhook, &answer, away);
            }
            _ => self.tries_again(webhook),
        }
        Ok(())
    }

    /// Writes down a webhook of the line that is followed.
    fn tell(&mut self, line: usize, (address, body): (&str, &Value), (fault, answer): (Fault, Option<&Answer>)) {
        if self.plan.follow != Some(line + 1) {
            return;
        }
        let at = local::wall(self.now).format("%H:%M:%S%.3f");
        let path = address.split("/telephony/").last().unwrap_or(address);
        let answer = answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
        let fault = if fault == Fault::None { String::new() } else { format!(" [{fault:?}]") };
        self.story.push(format!("{at}{fault} {path} {body}\n    {}", answer.as_deref().unwrap_or("no answer")));
    }

    /// Whether anybody still waits for the answer.
    fn is_wanted(&mut self, webhook: &Webhook) -> bool {
        match webhook.from {
            From::Gone => true,
            From::Caller => !matches!(self.lines[webhook.line].phase, Phase::Over),
            From::Officer(place) => self.find_leg(webhook.line, place).is_some(),
        }
    }

    fn tries_again(&mut self, mut webhook: Webhook) {
        self.watch.disturbed(webhook.line);
        webhook.tries += 1;
        if webhook.tries < TRIES {
            return self.at(self.now + TRY_AGAIN, Event::Send(webhook));
        }
        match webhook.from {
            From::Caller => self.turns_to_card(webhook.line),
            From::Officer(place) => self.leg(webhook.line, place, Does::HangsUp),
            From::Gone => {}
        }
    }

    /// The provider tells it once more, as providers do.
    async fn repeats(&mut self, line: usize, address: &str, body: &Value, first: &[u8]) {
        self.watch.disturbed(line);
        // What is asked while the database is away is asked again; an officer is told how it stands now.
        if self.is_away() || contains(first, "moment=") {
            return;
        }
        self.counted.webhooks += 1;
        let answer = self.door.post(address, body).await;
        let mut answer = self.altered(line, answer, (false, false));
        if self.plan.sabotage == Some(Sabotage::AnswersOtherwise) {
            answer.body.push(b' ');
        }
        if address.contains("/voice") || address.contains("/step/") {
            self.watch.repeated(line, self.now, (first, &answer.body));
        }
    }

    fn answered(&mut self, webhook: Webhook, answer: &Answer, away: bool) {
        let Webhook { line, from, unheard, .. } = webhook;
        let document = serde_json::from_slice::<Document>(&answer.body);
        let Ok(document) = document else {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            self.watch.unanswered(line, self.now, format!("{} {text}", answer.status));
            return match from {
                From::Caller => self.turns_to_card(line),
                From::Officer(place) => self.leg(line, place, Does::HangsUp),
                From::Gone => {}
            };
        };
        let decided = match unheard {
            Some((at, first)) if !away && !contains(&answer.body, "moment=") && !contains(&first, "moment=") => {
                if from == From::Caller {
                    self.watch.repeated(line, self.now, (&first, &answer.body));
                }
                at
            }
            _ => self.now,
        };
        match (from, document) {
            (From::Gone, _) => {}
            (From::Caller, Document::Card { card }) => self.follows_card(line, card),
            (From::Caller, Document::Step(step)) => {
                if away {
                    self.watch.disturbed(line);
                    self.watch.in_outage(line, self.now, &step);
                }
                self.follows(line, step, decided);
            }
            (From::Officer(place), Document::Step(step)) => {
                // Who has waited in vain hears that the call goes on without them.
                let goes_on = step.then == Then::HangUp && !step.say.is_empty();
                if away && !goes_on {
                    self.watch.in_outage(line, self.now, &step);
                }
                self.watch.told_officer(line, self.now, &String::from_utf8_lossy(&answer.body));
                self.whispers(line, place, step);
            }
            (From::Officer(_), Document::Card { .. }) => {
                self.watch.unanswered(line, self.now, "an officer hears the duty card".to_owned());
            }
        }
    }

    fn altered(&self, line: usize, answer: Answer, moment: (bool, bool)) -> Answer {
        match self.plan.sabotage {
            Some(sabotage) => sabotage.alter(answer, self.lines[line].caller.number.as_ref(), moment),
            None => answer,
        }
    }

    // ---- the caller's leg ----

    fn follows(&mut self, line: usize, step: Step, decided: Instant) {
        if matches!(self.lines[line].phase, Phase::Over) {
            return;
        }
        let words = habits::seconds_of(&step.say);
        self.watch.hears(line, self.now, (&step.say, seconds_of(words)));
        self.watch.told(line, self.now, &step);
        let turn = self.turn(line, Phase::Busy);
        if std::mem::take(&mut self.lines[line].rang) && matches!(step.then, Then::Ask(_) | Then::HangUp) {
            self.watch.round_ended(line, self.now);
        }
        match step.then {
            Then::Ask(ask) => self.is_asked(line, words, ask),
            Then::Ring(ring) => self.after(words, Event::Rings { line, turn, ring, decided }),
            Then::Transfer(transfer) => {
                let talked = self.lines[line].chance.share(0.6);
                let lasts = if talked { 60.0 } else { f64::from(transfer.seconds) };
                self.after(words + lasts, Event::Outside { line, turn, address: transfer.action, talked });
            }
            Then::Record(record) => {
                let lasts = self.lines[line].chance.between(2.0, f64::from(record.longest_seconds));
                self.lines[line].phase = Phase::Recording(record.action.clone());
                self.after(words + lasts, Event::Records { line, turn, address: record.action });
            }
            Then::Redirect { url } => self.after(words, Event::ComesBack { line, turn, address: url }),
            Then::Pause { seconds, url } => {
                self.after(words + f64::from(seconds), Event::ComesBack { line, turn, address: url });
            }
            Then::HangUp => self.after(words, Event::Ends { line, turn }),
            // Nobody asks for a third person here.
            Then::Bridge | Then::Room(_) => {
                self.watch.unanswered(line, self.now, "a caller is told to connect".to_owned());
            }
        }
    }

    fn is_asked(&mut self, line: usize, words: f64, ask: Ask) {
        let heard = habits::seconds_of(&ask.prompts) + habits::music_of(&ask);
        let at = self.now + seconds_of(words);
        self.watch.hears(line, at, (&ask.prompts, seconds_of(heard)));
        let (turn, Line { caller, chance, .. }) = (self.lines[line].turn, &mut self.lines[line]);
        let silence = || (heard + f64::from(ask.timeout_seconds), String::new());
        let (after, keys) = caller.answer(chance, &ask).unwrap_or_else(silence);
        self.after(words + after, Event::Presses { line, turn, address: ask.action, keys });
    }

    fn recorded(&mut self, line: usize, address: String, status: Option<&str>) {
        let seconds = 2 + self.lines[line].chance.below(60);
        let recording = json!({ "url": "https://provider.example/recordings/1", "seconds": seconds });
        match status {
            None => self.tells(line, From::Caller, address, json!({ "recording": recording })),
            Some(status) => {
                self.tells(line, From::Gone, address, json!({ "recording": recording, "status": status }));
            }
        }
    }

    fn gives_up(&mut self, line: usize) {
        let phase = std::mem::replace(&mut self.lines[line].phase, Phase::Busy);
        match phase {
            // Who talks is not impatient any more, and afterwards it is over.
            Phase::Talking(_) | Phase::Over | Phase::Before => {
                self.lines[line].phase = phase;
                return;
            }
            Phase::Busy if self.lines[line].reached.is_some() => return,
            Phase::Card(_) | Phase::Busy => {}
            Phase::Ringing(ringing) => {
                for leg in ringing.legs.iter().filter(|leg| leg.stage != Stage::Over) {
                    self.stops(line, leg, "caller_gone", "canceled");
                }
                let dialled = json!({ "outcome": DialOutcome::Canceled, "bridged": false });
                let facts = json!({ "dialled": dialled, "status": "completed" });
                self.tells(line, From::Gone, ringing.action, facts);
            }
            Phase::Recording(action) => self.recorded(line, action, Some("completed")),
        }
        self.over(line, How::GaveUp);
    }

    fn over(&mut self, line: usize, how: How) {
        self.turn(line, Phase::Over);
        let how = self.lines[line].over.map_or(how, |(_, how)| how);
        self.lines[line].over = Some((self.now, how));
        self.watch.over(line, self.now, how);
        let number = self.lines[line].caller.number.as_ref().map(Phone::as_str);
        let body = json!({ "leg": leg_name(line), "from": number, "to": self.hotline.number.as_str(),
            "status": "completed" });
        self.reports(line, "/telephony/simulated/status".to_owned(), body);
    }

    /// A report that needs no answer: where webhooks go wrong it may be lost, late, or come twice.
    fn reports(&mut self, line: usize, address: String, body: Value) {
        let (late, times) = match self.plan.faults {
            true => faults::report(&mut self.lines[line].chance),
            false => (TimeDelta::zero(), 1),
        };
        if times != 1 {
            self.watch.disturbed(line);
            self.counted.faults += 1;
        }
        for _ in 0..times {
            self.at(self.now + late, Event::Reports { line, address: address.clone(), body: body.clone() });
        }
    }

    // ---- officers' telephones ----

    fn rings(&mut self, line: usize, ring: Ring, decided: Instant) {
        let turn = self.turn(line, Phase::Busy);
        let mut legs = Vec::new();
        for (place, it) in ring.telephones.into_iter().enumerate() {
            let attempt = it.status_url.rsplit('/').next().unwrap_or_default().to_owned();
            self.watch.rings(line, self.now, decided, (&it.number, &attempt));
            let telephone = self.telephones.entry(it.number.clone()).or_default();
            let reaction = match (telephone.busy, telephone.dead) {
                (true, _) => Reaction::Busy,
                (_, true) => Reaction::Dead,
                (false, false) => Reaction::draw(&mut self.lines[line].chance),
            };
            let reaction = match reaction {
                Reaction::Mailbox if it.screen_url.is_none() => Reaction::Rings,
                reaction => reaction,
            };
            if reaction != Reaction::Busy {
                telephone.busy = true;
            }
            let does = match reaction {
                Reaction::Busy => (1.5, Does::IsBusy),
                Reaction::Dead | Reaction::Unreachable => (2.5, Does::Fails),
                Reaction::Rings => (f64::from(ring.seconds), Does::RingsOut),
                Reaction::Accepts
                | Reaction::Declines
                | Reaction::Fumbles
                | Reaction::HangsUp
                | Reaction::Vanishes
                | Reaction::Mailbox => {
                    let latest = f64::from(ring.seconds).min(14.0);
                    (self.lines[line].chance.between(1.5, latest), Does::PicksUp)
                }
            };
            self.after(does.0 + f64::from(it.after_seconds), Event::Leg { line, turn, place, does: does.1 });
            legs.push(Leg {
                number: it.number,
                attempt,
                screen: it.screen_url,
                status: it.status_url,
                reaction,
                pressed: false,
                stage: Stage::Rings,
            });
        }
        self.lines[line].phase = Phase::Ringing(Ringing { action: ring.action, legs });
    }

    fn find_leg(&mut self, line: usize, place: usize) -> Option<&mut Leg> {
        match &mut self.lines[line].phase {
            Phase::Ringing(ringing) => ringing.legs.get_mut(place).filter(|leg| leg.stage != Stage::Over),
            _ => None,
        }
    }

    fn leg(&mut self, line: usize, place: usize, does: Does) {
        let Some(leg) = self.find_leg(line, place) else { return };
        match does {
            Does::PicksUp => {
                leg.stage = Stage::PickedUp;
                let (screen, status) = (leg.screen.clone(), leg.status.clone());
                match screen {
                    Some(screen) => self.tells(line, From::Officer(place), screen, json!({})),
                    None => self.picks_up_plainly(line, place, status),
                }
            }
            Does::Presses(address, keys) => {
                leg.pressed |= keys == "1";
                let misheard = self.plan.sabotage == Some(Sabotage::HearsKeys) && keys.is_empty();
                let keys = if misheard { "1".to_owned() } else { keys };
                self.tells(line, From::Officer(place), address, json!({ "keys": keys }));
            }
            Does::Connects => self.connects(line, place),
            Does::IsBusy => self.leg_over(line, place, (DialOutcome::Busy, "busy")),
            Does::RingsOut => self.leg_over(line, place, (DialOutcome::NoAnswer, "no_answer")),
            Does::Fails if leg.reaction == Reaction::Dead => {
                self.leg_over(line, place, (DialOutcome::Failed, "invalid_number"));
            }
            Does::Fails => self.leg_over(line, place, (DialOutcome::Failed, "failed")),
            Does::HangsUp => {
                let recorded = match leg.reaction {
                    Reaction::Declines => "declined",
                    Reaction::Vanishes => "failed",
                    _ => "not_accepted",
                };
                self.leg_over(line, place, (DialOutcome::Completed, recorded));
            }
        }
    }

    /// At a duty telephone that needs no key; there is no mailbox behind it.
    fn picks_up_plainly(&mut self, line: usize, place: usize, status: String) {
        if let Some(leg) = self.find_leg(line, place) {
            leg.pressed = true;
        }
        let body = json!({ "leg": format!("{}-{place}", leg_name(line)), "parent": leg_name(line),
            "status": "in-progress" });
        self.reports(line, status, body);
        self.connects(line, place);
    }

    /// What an officer hears who has picked up.
    fn whispers(&mut self, line: usize, place: usize, step: Step) {
        let turn = self.lines[line].turn;
        let Some(reaction) = self.find_leg(line, place).map(|leg| leg.reaction) else { return };
        let words = habits::seconds_of(&step.say);
        let (after, does) = match step.then {
            Then::Ask(ask) if ask.action.contains("moment=") => {
                let waits = habits::seconds_of(&ask.prompts) + f64::from(ask.timeout_seconds);
                (waits, Does::Presses(ask.action, String::new()))
            }
            Then::Ask(_) if reaction == Reaction::HangsUp => (3.0, Does::HangsUp),
            Then::Ask(ask) => {
                let waits = habits::seconds_of(&ask.prompts) + f64::from(ask.timeout_seconds);
                let after = if reaction.key().is_empty() { waits } else { waits.min(6.0) };
                (after, Does::Presses(ask.action, reaction.key().to_owned()))
            }
            Then::Bridge if reaction == Reaction::Vanishes => (0.4, Does::HangsUp),
            Then::Bridge => (0.2, Does::Connects),
            Then::HangUp => (words, Does::HangsUp),
            Then::Ring(_) | Then::Transfer(_) | Then::Record(_) | Then::Room(_) => {
                return self.watch.unanswered(line, self.now, "an officer is told what no officer can do".to_owned());
            }
            Then::Redirect { .. } | Then::Pause { .. } => {
                return self.watch.unanswered(line, self.now, "an officer is told what no officer can do".to_owned());
            }
        };
        self.after(after, Event::Leg { line, turn, place, does });
    }

    fn stops(&mut self, line: usize, leg: &Leg, recorded: &'static str, status: &str) {
        self.watch.stops(line, self.now, (&leg.number, &leg.attempt), recorded);
        if leg.reaction != Reaction::Busy
            && let Some(telephone) = self.telephones.get_mut(&leg.number)
        {
            telephone.busy = false;
        }
        let mut body = json!({ "leg": format!("{}-{}", leg_name(line), leg.attempt), "parent": leg_name(line),
            "status": status });
        if let (Reaction::Dead, Some(body)) = (leg.reaction, body.as_object_mut()) {
            body.insert("sip_code".to_owned(), NOT_FOUND.into());
        }
        self.reports(line, leg.status.clone(), body);
    }

    /// One telephone is over; if it was the last, the caller's leg goes on.
    fn leg_over(&mut self, line: usize, place: usize, (outcome, recorded): (DialOutcome, &'static str)) {
        let Some(leg) = self.find_leg(line, place) else { return };
        leg.stage = Stage::Over;
        let leg = leg.clone();
        let status = match outcome {
            DialOutcome::Completed => "completed",
            DialOutcome::Busy => "busy",
            DialOutcome::NoAnswer => "no-answer",
            DialOutcome::Failed => "failed",
            DialOutcome::Canceled => "canceled",
        };
        self.stops(line, &leg, recorded, status);
        let Phase::Ringing(ringing) = &self.lines[line].phase else { return };
        if ringing.legs.iter().any(|leg| leg.stage != Stage::Over) {
            return;
        }
        let mut facts = json!({ "dialled": { "outcome": outcome, "bridged": false } });
        if let (Reaction::Dead, Some(facts)) = (leg.reaction, facts.as_object_mut()) {
            facts.insert("sip_code".to_owned(), NOT_FOUND.into());
        }
        let action = ringing.action.clone();
        self.tells(line, From::Caller, action, facts);
        self.lines[line].rang = true;
    }

    fn connects(&mut self, line: usize, place: usize) {
        let phase = std::mem::replace(&mut self.lines[line].phase, Phase::Busy);
        let Phase::Ringing(ringing) = phase else { return };
        for (other, leg) in ringing.legs.iter().enumerate() {
            if other != place && leg.stage != Stage::Over {
                self.stops(line, leg, "taken", "canceled");
            }
        }
        let Some(leg) = ringing.legs.get(place) else { return };
        let accepted = if leg.pressed { Accepted::ByKey } else { Accepted::WithoutKey };
        let number = self.one_for_all(leg.number.clone());
        self.watch.bridged(line, self.now, (&number, &leg.attempt), accepted);
        self.lines[line].reached = Some(self.now);
        self.lines[line].over = Some((self.now, How::Person));
        let talk = Talk { number, status: leg.status.clone(), action: ringing.action };
        let turn = self.turn(line, Phase::Talking(talk));
        let lasts = habits::talk_seconds(&mut self.lines[line].chance);
        self.after(lasts, Event::Parts { line, turn });
    }

    fn one_for_all(&self, number: Phone) -> Phone {
        match self.plan.sabotage {
            Some(Sabotage::BridgesToOne) => self.telephones.keys().next().cloned().unwrap_or(number),
            _ => number,
        }
    }

    fn parts(&mut self, line: usize) {
        if matches!(self.lines[line].phase, Phase::Card(_)) {
            return self.over(line, How::ByCard);
        }
        let phase = std::mem::replace(&mut self.lines[line].phase, Phase::Busy);
        let Phase::Talking(Talk { number, status, action }) = phase else { return };
        self.watch.parted(line, self.now, &number);
        if let Some(telephone) = self.telephones.get_mut(&number) {
            telephone.busy = false;
        }
        let body = json!({ "leg": format!("{}-officer", leg_name(line)), "parent": leg_name(line),
            "status": "completed" });
        self.reports(line, status, body);
        let dialled = json!({ "outcome": DialOutcome::Completed, "bridged": true });
        match self.lines[line].chance.share(0.5) {
            true => {
                self.tells(line, From::Gone, action, json!({ "dialled": dialled, "status": "completed" }));
                self.over(line, How::Person);
            }
            false => self.tells(line, From::Caller, action, json!({ "dialled": dialled })),
        }
    }

    // ---- the duty card ----

    /// The provider has given up on the engine, and does what the card says that lies elsewhere.
    fn turns_to_card(&mut self, line: usize) {
        let document = self.card.as_ref().map(|card| card.document(Dialect::Simulated));
        match document.as_deref().map(serde_json::from_str::<Document>) {
            Some(Ok(Document::Card { card })) => self.follows_card(line, card),
            _ => self.over(line, How::Ended),
        }
    }

    fn follows_card(&mut self, line: usize, card: Standing) {
        self.watch.card(line);
        let words = habits::seconds_of(&card.say);
        self.watch.hears(line, self.now, (&card.say, seconds_of(words)));
        let turn = self.turn(line, Phase::Card(card));
        self.after(words, Event::Card { line, turn, place: 0 });
    }

    fn card_rings(&mut self, line: usize, place: usize) {
        let turn = self.lines[line].turn;
        let Phase::Card(card) = &self.lines[line].phase else { return };
        let (number, seconds) = (card.numbers.get(place).cloned(), f64::from(card.seconds));
        let Some(number) = number else {
            let ending = card.ending.clone();
            self.watch.hears(line, self.now, (&ending, seconds_of(habits::seconds_of(&ending))));
            return self.over(line, How::Ended);
        };
        self.watch.hears(line, self.now, (&[], seconds_of(seconds)));
        let telephone = self.telephones.entry(number).or_default();
        let reaction = match telephone.busy || telephone.dead {
            true => Reaction::Busy,
            false => Reaction::draw(&mut self.lines[line].chance),
        };
        match reaction {
            Reaction::Accepts | Reaction::Declines | Reaction::Fumbles | Reaction::Vanishes | Reaction::Mailbox => {
                self.lines[line].reached = Some(self.now);
                self.lines[line].over = Some((self.now, How::ByCard));
                let lasts = habits::talk_seconds(&mut self.lines[line].chance);
                self.watch.hears(line, self.now, (&[], seconds_of(lasts)));
                self.after(lasts, Event::Parts { line, turn });
            }
            Reaction::Rings | Reaction::HangsUp => self.after(seconds, Event::Card { line, turn, place: place + 1 }),
            Reaction::Busy | Reaction::Unreachable | Reaction::Dead => {
                self.after(2.0, Event::Card { line, turn, place: place + 1 });
            }
        }
    }

    // ---- the rota ----

    async fn deploys(&mut self) -> Result<(), SimulationError> {
        if self.is_away() {
            self.at(self.now + TRY_AGAIN, Event::Deploys);
            return Ok(());
        }
        let on_duty = self.watch.truth.on_duty(self.hotline.id, self.now);
        let Some(officer) = self.chance.pick(&on_duty).copied() else { return Ok(()) };
        if people::deploy(&self.desk, self.now, &Actor::system(), officer).await.is_ok() {
            self.look_up().await?;
            let minutes = self.chance.between(10.0, 90.0);
            self.after(minutes * 60.0, Event::Back(officer));
            self.at(self.now + RENEW, Event::Renews);
        }
        Ok(())
    }
}

fn contains(bytes: &[u8], part: &str) -> bool {
    super::watch::contains(bytes, part.as_bytes())
}
