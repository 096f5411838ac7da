//! The checker: watches the telephone network from outside and says where a rule of calls is broken.
//!
//! It knows nothing of the engine's leases, places and decisions: only who rings, who is connected, what was heard when,
//! what was planned, and, when the day is over, what stands in the database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::Serialize;

use crate::calls::provider::Step;
use crate::flows::{Branch, Edition, Node, Speech};
use crate::kernel::id::{HotlineId, OfficerId};
use crate::kernel::{Instant, Language, Phone, Span};
use crate::people::{Commitment, CommitmentKind};
use crate::shifts::Rota;

use super::store::{KeptAttempt, KeptCall};

/// What holds for every call, whatever happens (the rules of calls).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invariant {
    /// Every caller ends in a stated way.
    StatedEnd,
    /// Nobody hears silence for long.
    NoSilence,
    /// Nobody waits longer than the flow states.
    LongestWait,
    /// Nobody is connected with a telephone on which key 1 was not pressed, but where its officer said that they sit at it.
    AcceptedByKey,
    /// Nobody is rung who is off shift, absent or deployed.
    OnDuty,
    /// Nobody is rung before and during a consultation.
    NoConsultation,
    /// Nobody is rung who rings or talks already.
    OneCallAtATime,
    /// Two callers never have the same officer.
    OneCallerAnOfficer,
    /// Each try to reach an officer is recorded as it ended.
    AttemptRecorded,
    /// After one who does not accept the next is rung, if somebody is free.
    RoundGoesOn,
    /// A repeated webhook is answered as the first time.
    AnsweredAlike,
    /// A repeated webhook has one effect.
    OneEffect,
    /// While the database is away callers are asked for patience, and then hear the duty card.
    OutageHeard,
    /// The caller's number is not told to officers.
    NumberUntold,
    /// The caller's number does not stand in the database in clear.
    NumberUnkept,
    /// Nothing is recorded but a message after its announcement.
    NoRecording,
    /// Who waits for a person has heard of 110, and that the call is not recorded.
    Notice,
    /// Each webhook is answered, in words that the provider knows.
    Answered,
}

/// Where a rule was broken.
#[derive(Clone, Debug, Serialize)]
pub struct Breach {
    pub invariant: Invariant,
    /// With this seed and without `--calls`, the day is the same again.
    pub seed: u64,
    /// Counted from 1.
    pub call: usize,
    pub at: Instant,
    pub what: String,
}

/// What was planned: who may be rung.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub rotas: BTreeMap<HotlineId, Rota>,
    pub consultations: Vec<Commitment>,
    /// Who sits at a duty telephone, where picking up is accepting.
    pub present: BTreeMap<OfficerId, Span>,
}

/// How a call looked from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Talked with an officer.
    Person,
    /// Talked with somebody whom the duty card reached.
    ByCard,
    /// The engine ended it, with words.
    Ended,
    /// The caller hung up.
    GaveUp,
}

/// One call as it was seen.
#[derive(Clone, Debug, Default)]
struct Seen {
    number: Option<Phone>,
    /// Since when the caller has done nothing but listen and wait.
    idle_since: Option<Instant>,
    sound_until: Option<Instant>,
    heard: Heard,
    tried: BTreeSet<OfficerId>,
    rung_since: Option<Instant>,
    /// Some webhook of it went wrong.
    disturbed: bool,
    /// That an officer's leg was over was never told, or late.
    untold: bool,
    card: bool,
    talking: bool,
    how: Option<How>,
    /// Addresses that came as webhooks of the caller's leg.
    steps: BTreeSet<String>,
    legs: BTreeMap<String, &'static str>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    emergency: bool,
    unrecorded: bool,
}

/// What an officer does, as far as the engine brought it about.
#[derive(Clone, Debug, Default)]
struct Busy {
    rings_for: BTreeSet<usize>,
    talks_with: Option<usize>,
    free_since: Option<Instant>,
    faults: u32,
}

/// What the flows state.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Without a person and without doing anything.
    wait: TimeDelta,
    /// Without a sound.
    silence: TimeDelta,
    /// Of one wait for a person; None where officers are chosen in ways that cannot be judged from outside.
    connect: Option<TimeDelta>,
}

pub struct Watch {
    seed: u64,
    faults: bool,
    own: HotlineId,
    pause: TimeDelta,
    pub truth: Truth,
    officers: BTreeMap<Phone, OfficerId>,
    busy: BTreeMap<OfficerId, Busy>,
    calls: Vec<Seen>,
    limits: Limits,
    announcements: Vec<String>,
    pub breaches: Vec<Breach>,
}

/// Before a consultation an officer is left in peace.
const BEFORE_CONSULTATION: TimeDelta = TimeDelta::minutes(5);
/// Words, and the last officer's time to press a key, may come on top of a stated wait.
const SLACK: TimeDelta = TimeDelta::seconds(45);
/// A provider tries again for so long before it gives a webhook up, and several may go wrong one after another.
const TROUBLE: TimeDelta = TimeDelta::seconds(90);

impl Watch {
    pub fn new(seed: u64, faults: bool, (own, pause): (HotlineId, i64), flows: &[std::sync::Arc<Edition>]) -> Self {
        let nodes = || flows.iter().flat_map(|edition| edition.flow.nodes.values());
        Self {
            seed,
            faults,
            own,
            pause: TimeDelta::seconds(pause),
            truth: Truth::default(),
            officers: BTreeMap::new(),
            busy: BTreeMap::new(),
            calls: Vec::new(),
            limits: Limits::of(flows),
            announcements: nodes().flat_map(announcements).collect(),
            breaches: Vec::new(),
        }
    }

    /// Where callers wait for somebody who fits, it cannot be seen from outside who is free for them.
    pub fn does_not_judge_rounds(&mut self) {
        self.limits.connect = None;
    }

    pub fn knows(&mut self, number: Phone, officer: OfficerId) {
        self.officers.insert(number, officer);
    }

    fn breach(&mut self, invariant: Invariant, call: usize, at: Instant, what: impl Into<String>) {
        self.breaches.push(Breach { invariant, seed: self.seed, call: call + 1, at, what: what.into() });
    }

    pub fn arrives(&mut self, number: Option<Phone>, at: Instant) {
        let seen = Seen { number, idle_since: Some(at), sound_until: Some(at), ..Seen::default() };
        self.calls.push(seen);
    }

    /// A webhook of the caller's leg was sent to this address for the first time, or again.
    pub fn sends(&mut self, call: usize, address: &str) {
        let path = address.split('?').next().unwrap_or(address);
        self.calls[call].steps.insert(path.to_owned());
    }

    pub fn disturbed(&mut self, call: usize) {
        self.calls[call].disturbed = true;
    }

    pub fn untold(&mut self, call: usize) {
        self.calls[call].untold = true;
    }

    pub fn unanswered(&mut self, call: usize, at: Instant, what: String) {
        self.breach(Invariant::Answered, call, at, what);
    }

    /// The same webhook was answered before, and is answered now.
    pub fn repeated(&mut self, call: usize, at: Instant, (first, now): (&[u8], &[u8])) {
        if first != now {
            let [first, now] = [first, now].map(String::from_utf8_lossy);
            self.breach(Invariant::AnsweredAlike, call, at, format!("first {first}, then {now}"));
        }
    }

    // ---- what callers hear ----

    /// The caller hears these words, for so long; `step` is what the exchange shall do.
    pub fn hears(&mut self, call: usize, at: Instant, (said, lasts): (&[Speech], TimeDelta)) {
        self.sound(call, at, lasts);
        let heard = &mut self.calls[call].heard;
        for speech in said {
            let text = speech.text.to_lowercase();
            heard.emergency |= text.contains("110");
            heard.unrecorded |= UNRECORDED.iter().any(|words| text.contains(words));
        }
    }

    fn sound(&mut self, call: usize, at: Instant, lasts: TimeDelta) {
        let (limit, seen) = (self.limits.silence, &mut self.calls[call]);
        let limit = if seen.disturbed { limit + TROUBLE } else { limit };
        let silent = seen.sound_until.map_or(TimeDelta::zero(), |until| at - until);
        seen.sound_until = Some((at + lasts).max(seen.sound_until.unwrap_or(at)));
        if silent > limit {
            self.breach(Invariant::NoSilence, call, at, format!("{} seconds without a sound", silent.num_seconds()));
        }
    }

    pub fn presses(&mut self, call: usize, at: Instant) {
        self.calls[call].idle_since = Some(at);
    }

    /// An answer is to be followed on the caller's leg.
    pub fn told(&mut self, call: usize, at: Instant, step: &Step) {
        use crate::calls::provider::Then;
        if let Then::Record(_) = &step.then {
            let announced = step.say.iter().any(|said| self.announcements.iter().any(|it| said.text.starts_with(it)));
            if !announced {
                self.breach(Invariant::NoRecording, call, at, "a recording begins without its announcement");
            }
        }
        let waits = match &step.then {
            Then::Ring(_) | Then::Transfer(_) => true,
            Then::Ask(_) | Then::Record(_) | Then::Redirect { .. } | Then::Pause { .. } => false,
            Then::Bridge | Then::Room(_) | Then::HangUp => false,
        };
        let heard = self.calls[call].heard;
        if waits && !(heard.emergency && heard.unrecorded) {
            self.breach(Invariant::Notice, call, at, "waits for a person without having heard the notices");
        }
        if step.then == Then::HangUp && step.say.is_empty() && !self.calls[call].talking {
            self.breach(Invariant::StatedEnd, call, at, "ends without a word");
        }
    }

    // ---- officers ----

    /// An officer's telephone begins to ring; the engine decided so at `decided`.
    pub fn rings(&mut self, call: usize, at: Instant, decided: Instant, rung: Rung<'_>) {
        let Rung { number, attempt, asks } = rung;
        self.sound(call, at, TimeDelta::zero());
        self.calls[call].legs.insert(attempt.to_owned(), "");
        self.calls[call].rung_since.get_or_insert(at);
        let Some(officer) = self.officers.get(number).copied() else {
            return self.breach(Invariant::OnDuty, call, at, "a telephone rings that is no officer's");
        };
        self.calls[call].tried.insert(officer);
        if !self.truth.is_on_duty(officer, decided) {
            self.breach(Invariant::OnDuty, call, at, format!("{officer} rings and is not on duty"));
        }
        if self.truth.is_consulting(officer, decided) {
            self.breach(Invariant::NoConsultation, call, at, format!("{officer} rings and has a consultation"));
        }
        if !asks && !self.truth.is_present(officer, decided) {
            let what = format!("{officer} rings without being asked for a key");
            self.breach(Invariant::AcceptedByKey, call, at, what);
        }
        let busy = self.busy.entry(officer).or_default();
        let elsewhere = busy.talks_with.is_some() || busy.rings_for.iter().any(|other| *other != call);
        busy.rings_for.insert(call);
        if elsewhere {
            self.breach(Invariant::OneCallAtATime, call, at, format!("{officer} rings and is in another call"));
        }
    }

    /// An officer's telephone does not ring any more; `outcome` is how that must be recorded.
    pub fn stops(&mut self, call: usize, at: Instant, (number, attempt): (&Phone, &str), outcome: &'static str) {
        if let Some(known) = self.calls[call].legs.get_mut(attempt) {
            *known = outcome;
        }
        if let Some(busy) = self.officers.get(number).and_then(|officer| self.busy.get_mut(officer)) {
            busy.rings_for.remove(&call);
            busy.free_since = Some(at);
            busy.faults += u32::from(matches!(outcome, "failed" | "invalid_number"));
        }
        self.calls[call].sound_until = Some(at);
    }

    /// The caller and an officer are connected; `key` says whether 1 was pressed on the officer's telephone.
    pub fn bridged(&mut self, call: usize, at: Instant, (number, attempt): (&Phone, &str), key: Accepted) {
        self.waited(call, at);
        if key == Accepted::WithoutKey {
            self.breach(Invariant::AcceptedByKey, call, at, "connected with a telephone on which nobody pressed 1");
        }
        if self.calls[call].talking {
            self.breach(Invariant::OneCallerAnOfficer, call, at, "a second officer is connected with the caller");
        }
        self.calls[call].talking = true;
        self.calls[call].legs.insert(attempt.to_owned(), "accepted");
        let Some(officer) = self.officers.get(number).copied() else { return };
        let busy = self.busy.entry(officer).or_default();
        busy.rings_for.remove(&call);
        if let Some(other) = busy.talks_with.replace(call) {
            let what = format!("{officer} talks with the caller of call {}, too", other + 1);
            self.breach(Invariant::OneCallerAnOfficer, call, at, what);
        }
    }

    pub fn parted(&mut self, call: usize, at: Instant, number: &Phone) {
        let officer = self.officers.get(number).and_then(|officer| self.busy.get_mut(officer));
        if let Some(busy) = officer {
            busy.talks_with = busy.talks_with.filter(|with| *with != call);
            busy.free_since = Some(at);
        }
        self.calls[call].sound_until = Some(at);
    }

    /// A document for an officer's telephone.
    pub fn told_officer(&mut self, call: usize, at: Instant, document: &str) {
        let digits: Option<String> = self.calls[call].number.as_ref().map(|it| it.as_str()[3..].to_owned());
        let plain: String = document.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.is_some_and(|digits| plain.contains(&digits)) {
            self.breach(Invariant::NumberUntold, call, at, "an officer is told the caller's number");
        }
    }

    /// Somebody did not accept, and the engine rings nobody more for the caller.
    pub fn round_ended(&mut self, call: usize, at: Instant) {
        let seen = &self.calls[call];
        let others = self.calls.iter().enumerate().any(|(n, it)| n != call && it.how.is_none() && !it.talking);
        let (Some(connect), Some(since)) = (self.limits.connect, seen.rung_since) else { return };
        if self.faults || others || at - since > connect - TimeDelta::seconds(30) {
            return;
        }
        let Some(rota) = self.truth.rotas.get(&self.own) else { return };
        let peace = self.pause + TimeDelta::seconds(2);
        let free = rota.on_duty(at).on.into_iter().map(|on| on.officer).find(|officer| {
            let busy = self.busy.get(officer);
            let idle = busy.is_none_or(|busy| {
                let rested = busy.free_since.is_none_or(|since| at - since > peace);
                busy.talks_with.is_none() && busy.rings_for.is_empty() && rested && busy.faults == 0
            });
            idle && !seen.tried.contains(officer) && !self.truth.is_consulting(*officer, at)
        });
        if let Some(officer) = free {
            self.breach(Invariant::RoundGoesOn, call, at, format!("nobody more is rung, and {officer} is free"));
        }
    }

    // ---- outages ----

    /// A caller's webhook came while the database was away, or an officer's.
    pub fn in_outage(&mut self, call: usize, at: Instant, step: &Step) {
        use crate::calls::provider::Then;
        let good = match &step.then {
            Then::Pause { seconds, .. } => *seconds <= 5 && !step.say.is_empty(),
            Then::Ask(ask) => ask.timeout_seconds <= 5 && !ask.prompts.is_empty(),
            Then::HangUp | Then::Ring(_) | Then::Transfer(_) => false,
            Then::Record(_) | Then::Redirect { .. } | Then::Bridge | Then::Room(_) => false,
        };
        if !good {
            self.breach(Invariant::OutageHeard, call, at, "is cut off while the database is away");
        }
    }

    pub fn card(&mut self, call: usize) {
        self.calls[call].card = true;
        self.calls[call].disturbed = true;
    }

    // ---- the end ----

    pub fn over(&mut self, call: usize, at: Instant, how: How) {
        if !self.calls[call].talking {
            self.waited(call, at);
        }
        self.sound(call, at, TimeDelta::zero());
        self.calls[call].how.get_or_insert(how);
    }

    fn waited(&mut self, call: usize, at: Instant) {
        let seen = &self.calls[call];
        let limit = self.limits.wait + SLACK + if seen.disturbed { TROUBLE } else { TimeDelta::zero() };
        let waited = seen.idle_since.map_or(TimeDelta::zero(), |since| at - since);
        if waited > limit && !seen.card {
            self.breach(Invariant::LongestWait, call, at, format!("waited {} seconds", waited.num_seconds()));
        }
    }

    /// When the day is over: what stands in the database.
    pub fn audit(&mut self, at: Instant, kept: &Kept) {
        for call in 0..self.calls.len() {
            let name = super::exchange::leg_name(call);
            let row = kept.calls.get(&name);
            self.audit_end(call, at, row);
            let kept_steps = kept.steps.get(&name).copied().unwrap_or_default();
            let sent = self.calls[call].steps.len();
            if usize::try_from(kept_steps).unwrap_or_default() > sent {
                self.breach(Invariant::OneEffect, call, at, format!("{sent} webhooks had {kept_steps} effects"));
            }
            self.audit_attempts(call, at, kept.attempts.get(&name).map_or(&[], Vec::as_slice));
        }
    }

    fn audit_end(&mut self, call: usize, at: Instant, row: Option<&KeptCall>) {
        let seen = &self.calls[call];
        let troubled = seen.disturbed || self.faults;
        let ending = row.and_then(|row| row.ending.as_deref());
        let good = match (seen.how, ending) {
            (None, _) => false,
            (_, None) => row.is_none() && troubled,
            (Some(How::Person), Some(ending)) => ending == "person" || troubled,
            (Some(How::ByCard), Some(_)) => true,
            (Some(How::Ended), Some(ending)) => ending != "caller_gone" && ending != "lost" || troubled,
            // Whoever accepted and vanished is taken to talk where nothing else was told.
            (Some(How::GaveUp), Some("person")) => seen.untold,
            (Some(How::GaveUp), Some(ending)) => ending != "lost" || troubled,
        };
        if !good {
            let what = format!("seen as {:?}, recorded as {ending:?}", seen.how);
            self.breach(Invariant::StatedEnd, call, at, what);
        }
    }

    fn audit_attempts(&mut self, call: usize, at: Instant, kept: &[KeptAttempt]) {
        let seen = self.calls[call].clone();
        for (attempt, outcome) in &seen.legs {
            let row = kept.iter().find(|row| row.id.to_string() == *attempt);
            let recorded = row.map(|row| row.outcome.as_str());
            let exactly = !self.faults && seen.legs.len() == kept.len();
            let good = match (recorded, row.and_then(|row| row.ended_at)) {
                (Some(recorded), Some(_)) => !exactly || outcome.is_empty() || fits(outcome, recorded),
                _ => false,
            };
            if !good {
                self.breach(Invariant::AttemptRecorded, call, at, format!("ended as {outcome}, kept as {recorded:?}"));
            }
        }
        let unknown = kept.iter().filter(|row| !seen.legs.contains_key(&row.id.to_string()));
        // Whose telephone was to ring later may be overtaken while words are still said before the first one rings.
        let unseen = unknown.filter(|row| !["invalid_number", "taken"].contains(&row.outcome.as_str())).count();
        // Who hung up in the middle of an answer was not rung for any more.
        if unseen > 0 && !seen.disturbed && seen.how != Some(How::GaveUp) {
            self.breach(Invariant::OneEffect, call, at, format!("{unseen} tries are recorded that nobody saw"));
        }
    }

    /// The bytes of the database, in which a range of numbers must not stand.
    pub fn audit_bytes(&mut self, at: Instant, bytes: &[u8], range: &str) {
        if contains(bytes, range.as_bytes()) {
            self.breach(Invariant::NumberUnkept, 0, at, "a caller's number stands in the database in clear");
        }
    }
}

/// A telephone that begins to ring.
#[derive(Clone, Copy, Debug)]
pub struct Rung<'a> {
    pub number: &'a Phone,
    pub attempt: &'a str,
    /// Whether whoever picks up is asked for a key.
    pub asks: bool,
}

/// How an officer came to be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    ByKey,
    WithoutKey,
}

/// What stands in the database when the day is over, by the provider's name of the call.
pub struct Kept {
    pub calls: BTreeMap<String, KeptCall>,
    pub attempts: BTreeMap<String, Vec<KeptAttempt>>,
    pub steps: BTreeMap<String, i64>,
}

/// Words that say that a call is not recorded.
const UNRECORDED: [&str; 5] =
    ["nicht aufgezeichnet", "nicht aufgenommen", "nehmen das gespräch nicht auf", "not recorded", "not be recorded"];

/// Where the provider tells of the end of a ring in several ways, more than one word is right.
fn fits(outcome: &str, recorded: &str) -> bool {
    let also: &[&str] = match outcome {
        "not_accepted" => &["no_answer", "caller_gone", "busy", "failed"],
        "no_answer" => &["caller_gone"],
        "caller_gone" => &["no_answer", "not_accepted", "declined", "accepted"],
        "taken" => &["no_answer", "not_accepted", "declined", "busy", "failed"],
        "declined" | "busy" | "failed" | "invalid_number" => &["caller_gone"],
        _ => &[],
    };
    outcome == recorded || also.contains(&recorded)
}

pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(part) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// How the announcements of a voicemail begin, before anything is filled in.
fn announcements(node: &Node) -> Vec<String> {
    let Node::Voicemail(voicemail) = node else { return vec![] };
    let said = Language::ALL.into_iter().filter_map(|language| voicemail.announcement.said(language));
    let begin = said.map(|said| said.written().split('{').next().unwrap_or_default().to_owned());
    begin.filter(|text| !text.is_empty()).collect()
}

impl Limits {
    fn of(flows: &[std::sync::Arc<Edition>]) -> Self {
        let nodes = || flows.iter().flat_map(|edition| edition.flow.nodes.values());
        let wait: u32 = flows.iter().map(|edition| edition.flow.hotline.longest_wait).sum();
        let quiet = nodes().map(|node| match node {
            Node::Menu(menu) => menu.timeout,
            Node::Language(choice) => choice.timeout,
            Node::Connect(it) => it.waiting.as_ref().map_or(0, |waiting| waiting.every),
            _ => 10,
        });
        let silence = TimeDelta::seconds(i64::from(quiet.max().unwrap_or(10)) + 12);
        let plain = nodes().all(|node| match node {
            Node::Connect(it) => it.tiers.is_empty() && it.hotline.is_none(),
            Node::Branch(Branch::Load { .. }) => false,
            _ => true,
        });
        let connects = nodes().filter_map(|node| match node {
            Node::Connect(it) => Some(it.longest_wait.saturating_sub(it.ring)),
            _ => None,
        });
        let connect = connects.min().filter(|_| plain).map(|seconds| TimeDelta::seconds(seconds.into()));
        Self { wait: TimeDelta::seconds(wait.into()), silence, connect }
    }
}

impl Truth {
    /// What was planned stays planned; callers book more.
    pub fn add(&mut self, commitments: Vec<Commitment>) {
        let is_new = |it: &Commitment| self.consultations.iter().all(|known| known.id != it.id);
        let new: Vec<Commitment> = commitments.into_iter().filter(is_new).collect();
        self.consultations.extend(new);
    }

    /// On duty for any hotline: offices help each other.
    fn is_on_duty(&self, officer: OfficerId, at: Instant) -> bool {
        self.rotas.values().any(|rota| rota.on_duty(at).on.iter().any(|on| on.officer == officer))
    }

    fn is_present(&self, officer: OfficerId, at: Instant) -> bool {
        self.present.get(&officer).is_some_and(|span| span.contains(at))
    }

    fn is_consulting(&self, officer: OfficerId, at: Instant) -> bool {
        self.consultations.iter().any(|it| {
            let span = Span { start: it.span.start - BEFORE_CONSULTATION, end: it.span.end };
            it.kind == CommitmentKind::Consultation && it.officer == officer && span.contains(at) && it.counts(at)
        })
    }

    /// Who is on duty for a hotline.
    pub fn on_duty(&self, hotline: HotlineId, at: Instant) -> Vec<OfficerId> {
        let rota = self.rotas.get(&hotline);
        rota.map(|rota| rota.on_duty(at).on.into_iter().map(|on| on.officer).collect()).unwrap_or_default()
    }
}
