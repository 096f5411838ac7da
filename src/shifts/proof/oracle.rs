//! Whether the proof is right: an oracle lives through every minute, with the real `walk` and every key, and the two
//! must agree. Where the proof is made blind in one eye, they must not.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta, Weekday};
use proptest::prelude::*;

use super::*;
use crate::flows::{
    Command, Connect, Context, Edition, Errand, Event, HangUp, Load, Node, Passed, Place, Prompt, Provider, Queue,
    Ringing, Strategy as Order, Surroundings, parse, walk,
};
use crate::kernel::id::HotlineId;
use crate::kernel::{Language, local};
use crate::offices::{DayException, Opening as DayOpening, OpeningHours, WeeklyRule};
use crate::people::AbsenceKind;
use crate::shifts::duty::example::{absence, at, planned, shift};
use crate::shifts::{Duty, ShiftPlan, Tier};

const FIRST: &str = r##"
title: first
hotline: { name: first, provider: twilio, longest_wait: 5 min }
languages: [de]
start: notice
nodes:
  notice: { say: { text: { de: "Im Notfall 110. Nicht aufgezeichnet. {web}" }, next: language } }
  language: { language: { keys: { 9: { language: de, say: "Drücken Sie die 9." } }, timeout: 2 s, next: hours } }
  hours: { hours: { open: subject, closed: night, holiday: holiday, by_hand: by_hand } }
  subject:
    menu:
      prompt: { de: "Worum geht es?" }
      keys:
        1: { say: { de: "Drücken Sie die 1." }, to: load, topic: einbruchschutz }
        2: { say: { de: "Drücken Sie die 2." }, to: caller }
        3: { say: { de: "Drücken Sie die 3." }, to: other }
      timeout: 5 s
      silence: { repeat: 1, to: load }
      wrong_key: { repeat: 1, to: goodbye }
  load: { branch: { load: { nobody_on_duty: sorry, waiting: { longer_than: 2 min, to: slots }, otherwise: topic } } }
  topic: { branch: { topic: { when: { einbruchschutz: second_tier }, otherwise: officers } } }
  caller: { branch: { caller: { known: officers, withheld: message } } }
  officers:
    connect:
      say: { de: "Moment." }
      ring: 20 s
      longest_wait: 45 s
      waiting: { say: { de: "Bitte warten oder drücken Sie die *." }, every: 20 s }
      leave: { key: "*", to: call_back }
      nobody: sorry
  second_tier: { connect: { strategy: all_at_once, tiers: [2, 3], ring: 20 s, longest_wait: 40 s, nobody: officers } }
  other: { connect: { hotline: "+49 89 99998220", strategy: random, ring: 30 s, longest_wait: 60 s, nobody: sorry } }
  sorry: { say: { text: { de: "Leider ist niemand da." }, next: goodbye } }
  slots:
    appointment:
      offer: { de: "Frei ist:" }
      option: { de: "Taste {key}: {slot}" }
      known: { de: "Ihre {number}? Ja: 1, nein: 2." }
      type: { de: "Nummer?" }
      read_back: { de: "{number}? 1 oder 2" }
      booked: { de: "Gebucht: {slot}, {code}." }
      done: goodbye
      refused: goodbye
      none: call_back
  call_back:
    callback:
      known: { de: "Ihre {number}? Ja: 1, nein: 2." }
      type: { de: "Nummer?" }
      read_back: { de: "{number}? 1 oder 2" }
      done: goodbye
      refused: goodbye
  message: { voicemail: { announcement: { de: "Bitte sprechen Sie." }, longest: 20 s, next: goodbye } }
  holiday: { say: { text: { de: "Feiertag." }, next: goodbye } }
  by_hand: { transfer: { say: { de: "Wir verbinden." }, number: "+49 89 99998110", ring: 30 s, failed: goodbye } }
  night: { jump: { flow: second } }
  goodbye: { hang_up: { say: { de: "Auf Wiederhören." } } }
"##;

const SECOND: &str = r##"
title: second
hotline: { name: second, provider: twilio, longest_wait: 2 min }
languages: [de]
start: hello
nodes:
  hello: { say: { text: { de: "Im Notfall 110. Nicht aufgezeichnet. {web}" }, next: ask } }
  ask:
    menu:
      prompt: { de: "Jemand wach?" }
      keys: { 1: { say: { de: "Drücken Sie die 1." }, to: watch } }
      timeout: 5 s
      silence: { repeat: 0, to: bye }
      wrong_key: { repeat: 0, to: bye }
  watch: { connect: { tiers: [1], ring: 20 s, longest_wait: 30 s, nobody: bye } }
  bye: { hang_up: { say: { de: "Gute Nacht." } } }
"##;

const OTHER: &str = "+498999998220";

/// What a minute is told for, without the ways that lead there.
type Labels = BTreeSet<(&'static str, String)>;

fn edition(name: &str, text: &str) -> Arc<Edition> {
    let flow = parse(name, text.as_bytes(), &Surroundings::default()).unwrap_or_else(|wrong| panic!("\n{wrong}"));
    Arc::new(Edition { name: name.into(), version: 1, text: text.into(), flow })
}

/// Ways in which a flow may be worse than any that passes the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoilt {
    Not,
    SilentGoodbye,
    ShortWait,
    NoSecondFlow,
}

fn flows(spoilt: Spoilt) -> BTreeMap<String, Arc<Edition>> {
    let (mut first, second) = (edition("first", FIRST), edition("second", SECOND));
    let flow = &mut Arc::get_mut(&mut first).unwrap().flow;
    // Carries one telephone at once.
    flow.hotline.provider = Provider::find("vonage").unwrap();
    match spoilt {
        Spoilt::SilentGoodbye => {
            flow.nodes.values_mut().for_each(|node| {
                if let Node::HangUp(last) = node {
                    *last = HangUp { say: None };
                }
            });
        }
        Spoilt::ShortWait => flow.hotline.longest_wait = 50,
        Spoilt::Not | Spoilt::NoSecondFlow => {}
    }
    let second = Some(second).filter(|_| spoilt != Spoilt::NoSecondFlow);
    [first].into_iter().chain(second).map(|edition| (edition.name.clone(), edition)).collect()
}

fn hotline(hours: OpeningHours) -> Hotline {
    Hotline {
        id: HotlineId::mint(),
        office: "ka".parse().unwrap(),
        name: "Beratungstelefon".into(),
        number: "+49 89 99998210".parse().unwrap(),
        flow: "first".into(),
        hours,
        ring_seconds: 20,
        rules: crate::shifts::Rules::default(),
        active: true,
        sequence: 0,
    }
}

// ---- the oracle ----

/// One minute, as callers live through it.
struct Minute<'a> {
    premises: &'a Premises,
    own: Duty,
    other: Option<Duty>,
    context: Context,
    labels: Labels,
    seen: HashSet<String>,
}

#[derive(Clone, Debug)]
struct Caller {
    flow: String,
    place: Place,
    heard: bool,
    /// Since the answer or the last key, in seconds.
    silent: u32,
    stated: u32,
}

impl<'a> Minute<'a> {
    fn labels(premises: &'a Premises, at: Instant, own: Duty, other: Option<Duty>) -> Labels {
        let mut labels = Labels::new();
        for known in [true, false] {
            for longest_waiting in [0, 3600] {
                let on_duty = u32::try_from(own.on.len()).unwrap();
                let context = Context {
                    now: at,
                    opening: opening(premises, at),
                    hours: BTreeMap::new(),
                    hotline: "x".into(),
                    web: "x".into(),
                    caller: known.then(|| "+49 89 99998300".parse().unwrap()),
                    ours: Vec::new(),
                    load: Load { on_duty, longest_waiting },
                };
                let (own, other) = (own.clone(), other.clone());
                let mut minute = Self { premises, own, other, context, labels, seen: HashSet::new() };
                minute.call();
                labels = minute.labels;
            }
        }
        labels
    }

    fn call(&mut self) {
        let first = &self.premises.flows["first"].flow;
        let (place, stated) = (Place::start(first), first.hotline.longest_wait);
        self.live(Caller { flow: "first".into(), place, heard: false, silent: 0, stated }, Event::Started);
    }

    fn live(&mut self, before: Caller, event: Event) {
        let flow = &self.premises.flows[&before.flow].flow;
        let (place, commands) = walk(flow, &before.place, event, &self.context);
        let mut caller = Caller { place, ..before };
        for Passed { from, by, .. } in caller.place.trail.clone() {
            let is_key = by.len() == 1;
            let stay = self.stay(&flow.nodes[&from]);
            (caller.silent, caller.stated) =
                if is_key { (0, flow.hotline.longest_wait) } else { (caller.silent + stay, caller.stated) };
        }
        caller.place.trail.clear();
        for command in commands {
            match command {
                Command::Say(_) => caller.heard = true,
                Command::TakeCallback { .. } => {}
                last => return self.go_on(caller, last),
            }
        }
        panic!("a walk ends in a command that waits");
    }

    fn go_on(&mut self, caller: Caller, last: Command) {
        if !self.seen.insert(format!("{caller:?}")) {
            return;
        }
        let after = Caller { heard: false, ..caller.clone() };
        let node = caller.place.node.to_string();
        match last {
            Command::Ask { digits: 1, .. } => {
                for key in ["0", "1", "2", "3", "9"] {
                    self.live(after.clone(), Event::Key(key.into()));
                }
                self.live(after, Event::Silence);
            }
            Command::Ask { .. } => {
                self.live(after.clone(), Event::Key("08999998301#".into()));
                self.live(after, Event::Silence);
            }
            Command::Connect(ringing) => self.ring(after, &ringing),
            Command::Wait { .. } => self.live(after, Event::Key("*".into())),
            Command::Record { .. } => self.live(after, Event::Recorded),
            Command::Transfer { .. } => self.live(after, Event::NobodyLeft),
            Command::FindTimes => {
                self.live(caller.clone(), Event::Times(vec![]));
                self.live(caller, Event::Times(vec![self.context.now]));
            }
            Command::Book { .. } => self.live(after, Event::Booked { code: "AB".into() }),
            Command::Own(errand) => {
                for event in match errand {
                    Errand::Find { .. } => {
                        let found = Event::Found { booking: "b".into(), time: self.context.now };
                        vec![Event::WordAsked, Event::Unknown, found]
                    }
                    Errand::FindTimes { .. } => vec![Event::Times(vec![]), Event::Times(vec![self.context.now])],
                    Errand::Cancel { .. } => vec![Event::Cancelled],
                    Errand::Move { time, .. } => vec![Event::Moved { time }],
                } {
                    self.live(after.clone(), event);
                }
            }
            Command::Jump { flow } => match self.premises.flows.get(&flow) {
                Some(edition) => {
                    let place = caller.place.onward(&edition.flow);
                    self.live(Caller { flow, place, ..caller }, Event::Started);
                }
                None => {
                    self.end(&caller);
                    self.labels.insert(("no flow", node));
                }
            },
            Command::HangUp => {
                self.end(&caller);
                if !caller.heard {
                    self.labels.insert(("silence", node));
                }
            }
            Command::Say(_) | Command::TakeCallback { .. } => {}
        }
    }

    fn end(&mut self, caller: &Caller) {
        let last = &self.premises.flows[&caller.flow].flow.nodes[&caller.place.node];
        if caller.silent + self.stay(last) > caller.stated {
            self.labels.insert(("too long", String::new()));
        }
    }

    /// Rings one after the other, or tier after tier, as long as the walk does.
    fn ring(&mut self, caller: Caller, ringing: &Ringing) {
        let node = caller.place.node.to_string();
        let tiers = self.callable(ringing.hotline.is_some(), &ringing.tiers);
        if tiers.is_empty() {
            self.labels.insert(("rings nobody", node));
            return self.live(caller, Event::NobodyLeft);
        }
        let parallel = self.premises.flows[&caller.flow].flow.hotline.provider.parallel;
        let at_once = if ringing.strategy == Order::AllAtOnce { parallel } else { 1 };
        if ringing.strategy == Order::AllAtOnce && tiers.iter().any(|tier| *tier > parallel) {
            self.labels.insert(("too many", node.clone()));
        }
        let wanted = |tiers: &[usize]| tiers.iter().map(|tier| tier.div_ceil(at_once)).sum();
        let rounds = self.rounds(&caller, wanted(&tiers));
        let never = match ringing.strategy {
            Order::InOrder | Order::AllAtOnce => rounds < wanted(&tiers),
            _ => rounds <= wanted(&tiers[..tiers.len() - 1]),
        };
        if never {
            self.labels.insert(("never rung", node));
        }
        self.live(caller.clone(), Event::NobodyLeft);
        self.live(caller, Event::AllBusy(Queue { position: 1, minutes: None }));
    }

    /// How many rings of those that are wanted the walk allows.
    fn rounds(&self, caller: &Caller, wanted: usize) -> usize {
        let flow = &self.premises.flows[&caller.flow].flow;
        let mut context = self.context.clone();
        let (mut place, mut rounds) = (caller.place.clone(), 1);
        let Node::Connect(connect) = &flow.nodes[&place.node] else { panic!("rings at no connect") };
        let ring = i64::from(connect.ring).min(self.premises.hotline.ring_seconds);
        while rounds < wanted {
            context.now = context.now + TimeDelta::seconds(ring);
            let (next, commands) = walk(flow, &place, Event::Silence, &context);
            if !matches!(commands.last(), Some(Command::Connect(_))) || next.node != place.node {
                break;
            }
            (place, rounds) = (next, rounds + 1);
        }
        rounds
    }

    /// How many telephones there are in each tier that has any.
    fn callable(&self, at_other: bool, tiers: &BTreeSet<u8>) -> Vec<usize> {
        let duty = if at_other { self.other.as_ref() } else { Some(&self.own) };
        let mut counts = BTreeMap::new();
        for on in duty.iter().flat_map(|duty| &duty.on) {
            let tier = u8::try_from(on.tier.number()).unwrap();
            if self.premises.with_phone.contains(&on.officer) && (tiers.is_empty() || tiers.contains(&tier)) {
                *counts.entry(tier).or_default() += 1;
            }
        }
        counts.into_values().collect()
    }

    fn stay(&self, node: &Node) -> u32 {
        match node {
            Node::Connect(Connect { hotline, tiers, say, .. })
                if self.callable(hotline.is_some(), tiers).is_empty() =>
            {
                say.as_ref().map_or(0, Prompt::seconds)
            }
            node => node.longest_stay(),
        }
    }
}

fn opening(premises: &Premises, at: Instant) -> crate::flows::Opening {
    use crate::flows::Opening;
    let day = local::day(at);
    match () {
        () if premises.closures.iter().any(|closed| closed.contains(at)) => Opening::ByHand(BTreeMap::new()),
        () if premises.hotline.hours.open_at(at, &premises.calendar) => Opening::Open,
        () if premises.calendar.closed(day).is_some() => {
            let name = |language| premises.calendar.closed(day).map(|it| it.name(language).to_owned());
            Opening::Holiday(
                Language::ALL.into_iter().filter_map(|language| Some((language, name(language)?))).collect(),
            )
        }
        () => Opening::Closed,
    }
}

/// The minutes of the window with what is wrong in each. Minutes that meet the very same facts are lived through once.
fn by_the_minute(premises: &Premises) -> Vec<(Instant, Labels)> {
    let mut known: HashMap<String, Labels> = HashMap::new();
    let mut minutes = Vec::new();
    let mut at = premises.window.start;
    let other = premises.others.values().find_map(|other| match other {
        Other::Active(rota) => Some(rota),
        Other::Inactive => None,
    });
    while at < premises.window.end {
        let (own, other) = (premises.rota.on_duty(at), other.map(|rota| rota.on_duty(at)));
        let facts = format!("{:?} {own:?} {other:?}", opening(premises, at));
        let labels = known.entry(facts).or_insert_with(|| Minute::labels(premises, at, own, other));
        minutes.push((at, labels.clone()));
        at = at + TimeDelta::minutes(1);
    }
    minutes
}

fn by_proof(proof: &Proof, at: Instant) -> Labels {
    let now = proof.found.iter().filter(|it| it.spans.iter().any(|span| span.contains(at)));
    now.map(|it| {
        let node = it.finding.node.clone().unwrap_or_default();
        match it.finding.fault {
            Fault::RingsNobody { .. } => ("rings nobody", node),
            Fault::Silence => ("silence", node),
            Fault::TooLong { .. } => ("too long", String::new()),
            Fault::NeverRung { .. } => ("never rung", node),
            Fault::TooManyAtOnce { .. } => ("too many", node),
            Fault::NoFlow { .. } => ("no flow", node),
        }
    })
    .collect()
}

/// The first minute of which the two say different things.
fn disagreement(premises: &Premises, proof: &Proof) -> Option<String> {
    let minutes = by_the_minute(premises);
    let differs = minutes.iter().find(|(at, lived)| by_proof(proof, *at) != *lived);
    differs.map(|(at, lived)| format!("{at}: lived {lived:?}, proven {:?}", by_proof(proof, *at)))
}

// ---- agreement ----

fn weeks() -> impl Strategy<Value = OpeningHours> {
    let rule = (0..3usize, 0u32..95, 1u32..96);
    prop::collection::vec(rule, 0..5).prop_map(|rules| {
        let quarter = |n: u32| chrono::NaiveTime::from_hms_opt(n / 4 % 24, n % 4 * 15, 0).unwrap();
        let rule = |(day, opens, length): (usize, u32, u32)| WeeklyRule {
            weekday: [Weekday::Sat, Weekday::Sun, Weekday::Mon][day],
            opens: quarter(opens),
            closes: quarter((opens + length).min(96)),
        };
        OpeningHours::new(rules.into_iter().map(rule).collect()).unwrap()
    })
}

/// Shifts and absences over three days around `day`.
fn rotas(day: NaiveDate, most: usize) -> impl Strategy<Value = Rota> {
    let shift = (0..9u128, -1i64..=1, 0u32..96, 0u32..96, 1i64..=3, 1i64..=2);
    let away = (0..9u128, 0i64..4320, 1i64..900, 0..4usize);
    (prop::collection::vec(shift, 0..most), prop::collection::vec(away, 0..4)).prop_map(move |(shifts, away)| {
        let officer = |n: u128| OfficerId(uuid::Uuid::from_u128(n));
        let quarter = |n: u32| chrono::NaiveTime::from_hms_opt(n / 4, n % 4 * 15, 0).unwrap();
        let shifts = shifts.into_iter().map(|(who, days, from, until, tier, position)| ShiftPlan {
            officer: officer(who),
            day: day + TimeDelta::days(days),
            from: quarter(from),
            until: quarter(until),
            tier: Tier::new(tier).unwrap(),
            position: Some(position),
        });
        let kinds = [AbsenceKind::Leave, AbsenceKind::Sick, AbsenceKind::Training, AbsenceKind::Deployment];
        let start = local::whole_day(day).start - TimeDelta::days(1);
        let absences = away.into_iter().map(|(who, from, minutes, kind)| {
            absence(officer(who), kinds[kind], start + TimeDelta::minutes(from), minutes)
        });
        let shifts = shifts.filter(|plan| plan.span().is_some()).map(planned);
        Rota { shifts: shifts.collect(), absences: absences.collect(), retired: BTreeSet::new() }
    })
}

fn premises() -> impl Strategy<Value = Premises> {
    let days = prop_oneof![Just("2026-10-25"), Just("2027-03-28"), Just("2026-11-15"), Just("2026-04-05")];
    let spoilt = prop_oneof![
        3 => Just(Spoilt::Not), 1 => Just(Spoilt::SilentGoodbye), 1 => Just(Spoilt::ShortWait), 1 => Just(Spoilt::NoSecondFlow)
    ];
    let of_day = |day: &str| {
        let day: NaiveDate = day.parse().unwrap();
        (Just(day), rotas(day, 14), rotas(day, 4))
    };
    let closed = prop::collection::vec((0i64..130_000, 1i64..20_000), 0..3);
    let (closed_day, other, phones) = (prop::option::of(0..3i64), 0..3u8, prop::collection::btree_set(0..9u128, 3..9));
    (days.prop_flat_map(of_day), weeks(), spoilt, closed, (closed_day, other, phones)).prop_map(
        |((day, rota, others), hours, spoilt, closed, (closed_day, other, phones))| {
            let window = Span { start: local::whole_day(day).start - TimeDelta::hours(6), ..local::whole_day(day) };
            let closed_day = closed_day.map(|days| DayException {
                day: day + TimeDelta::days(days - 1),
                opening: DayOpening::Closed,
                name: "Betriebsausflug".into(),
            });
            let closures = closed.into_iter().map(|(from, seconds)| {
                let start = window.start + TimeDelta::seconds(from);
                Span { start, end: start + TimeDelta::seconds(seconds) }
            });
            let other = match other {
                0 => None,
                1 => Some(Other::Inactive),
                _ => Some(Other::Active(others)),
            };
            Premises {
                hotline: hotline(hours),
                window,
                flows: flows(spoilt),
                calendar: Calendar::new(closed_day),
                closures: closures.collect(),
                rota,
                others: other.into_iter().map(|other| (OTHER.parse().unwrap(), other)).collect(),
                with_phone: phones.into_iter().map(|n| OfficerId(uuid::Uuid::from_u128(n))).collect(),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_proof_tells_what_callers_live_through_in_every_minute(premises in premises()) {
        let proof = prove(&premises);
        prop_assert_eq!(disagreement(&premises, &proof), None);
        let strip = &proof.strip;
        prop_assert_eq!(strip.first().map(|it| it.0.start), Some(premises.window.start));
        prop_assert_eq!(strip.last().map(|it| it.0.end), Some(premises.window.end));
        prop_assert!(strip.windows(2).all(|two| two[0].0.end == two[1].0.start && two[0].1 != two[1].1));
    }
}

#[test]
fn what_is_drawn_for_the_agreement_has_every_kind_of_fault() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds = BTreeSet::new();
    for _ in 0..200 {
        let premises = premises().new_tree(&mut runner).unwrap().current();
        let proof = prove(&premises);
        let at = proof.found.iter().flat_map(|it| &it.spans).map(|span| span.start);
        kinds.extend(at.flat_map(|at| by_proof(&proof, at)).map(|(kind, _)| kind));
    }
    let all = ["never rung", "no flow", "rings nobody", "silence", "too long", "too many"];
    assert_eq!(kinds, all.into());
}

/// A night with a minute in which nobody is on duty, and a hand-made closure that begins at a second.
fn night() -> Premises {
    let [anna, bela] = [1, 2].map(|n| OfficerId(uuid::Uuid::from_u128(n)));
    let always = local::time("00:00").unwrap();
    use Weekday::*;
    let shifts = vec![shift(anna, "2026-10-24", "12:00-23:59"), shift(bela, "2026-10-25", "00:00-12:00")];
    Premises {
        hotline: hotline(OpeningHours::on(&[Mon, Tue, Wed, Thu, Fri, Sat, Sun], always, always).unwrap()),
        window: Span { start: at("2026-10-24 18:00"), end: at("2026-10-25 12:00") },
        flows: flows(Spoilt::Not),
        calendar: Calendar::default(),
        closures: vec![Span {
            start: at("2026-10-25 06:00") + TimeDelta::seconds(7),
            end: at("2026-10-25 06:00") + TimeDelta::seconds(47),
        }],
        rota: Rota { shifts, ..Rota::default() },
        others: BTreeMap::new(),
        with_phone: [anna, bela].into(),
    }
}

fn of_node<'p>(proof: &'p Proof, node: &str) -> Vec<&'p CounterExample> {
    proof.found.iter().filter(|it| it.finding.node.as_deref() == Some(node)).collect()
}

#[test]
fn a_missing_minute_is_told_with_its_keys_its_cause_and_its_end() {
    let proof = prove(&night());
    let [found] = of_node(&proof, "officers")[..] else { panic!("{:#?}", proof.found) };
    assert_eq!(
        found.to_string(),
        "Sat 24 Oct 23:59 to 24:00 (1 min): no key, key 2, number known, nobody on duty, rings 0 officers, \
         ends in an announcement"
    );
    assert_eq!((found.length(), found.finding.severity), (TimeDelta::minutes(1), Severity::Breach));
    assert!(proof.is_breached());
}

#[test]
fn a_closure_cuts_to_the_second_and_the_doubled_hour_is_named() {
    let mut premises = night();
    let proof = prove(&premises);
    let [found] = of_node(&proof, "other")[..] else { panic!("{:#?}", proof.found) };
    // An unknown other hotline leaves callers alone whenever it is open.
    let ends: Vec<Instant> = found.spans.iter().flat_map(|span| [span.start, span.end]).collect();
    let Span { start, end } = premises.closures[0];
    assert_eq!(ends, [premises.window.start, start, end, premises.window.end]);
    premises.rota.shifts[1] = shift(premises.rota.shifts[1].officer, "2026-10-25", "02:30-12:00");
    let proof = prove(&premises);
    let [found] = of_node(&proof, "officers")[..] else { panic!("{:#?}", proof.found) };
    assert!(found.to_string().starts_with("Sat 24 Oct 23:59 to Sun 25 Oct 02:30 CEST (2 h 31 min): "), "{found}");
}

#[test]
fn without_its_flow_a_hotline_is_breached_throughout() {
    let premises = Premises { flows: BTreeMap::new(), ..night() };
    let proof = prove(&premises);
    assert_eq!(proof.found.len(), 1);
    assert_eq!(proof.found[0].spans, [premises.window]);
    assert_eq!(proof.strip, [(premises.window, Verdict::Breach)]);
}

#[test]
fn a_change_brings_what_was_not_there_before() {
    let (before, mut premises) = (prove(&night()), night());
    premises.rota.shifts[1] = shift(premises.rota.shifts[1].officer, "2026-10-25", "00:00-11:00");
    let news = prove(&premises).beyond(&before);
    let told: BTreeSet<Span> = news.iter().flat_map(|it| it.spans.clone()).collect();
    assert_eq!(told, [Span { start: at("2026-10-25 11:00"), end: at("2026-10-25 12:00") }].into());
    assert_eq!(before.beyond(&before), []);
}

// ---- negative controls ----

#[test]
fn the_oracle_agrees_with_the_night_and_not_with_a_proof_that_is_blind_in_one_eye() {
    let premises = night();
    let whole = prove(&premises);
    assert_eq!(disagreement(&premises, &whole), None);
    let timeline = Timeline::new(&premises);

    let missing_minute = at("2026-10-24 23:59");
    let cuts: Vec<Instant> = timeline.cuts().into_iter().filter(|cut| *cut != missing_minute).collect();
    assert_eq!(cuts.len() + 1, timeline.cuts().len());
    let without_a_cut = prove_between(&premises, &timeline, &cuts);
    assert!(disagreement(&premises, &without_a_cut).is_some());

    let nobody_has_a_phone = Premises { with_phone: BTreeSet::new(), ..premises.clone() };
    assert!(disagreement(&nobody_has_a_phone, &whole).is_some());

    let other_is_there = Premises {
        others: [(OTHER.parse().unwrap(), Other::Active(premises.rota.clone()))].into(),
        ..premises.clone()
    };
    assert!(disagreement(&other_is_there, &whole).is_some());

    let closed_by_hand = Premises { closures: vec![premises.window], ..premises };
    assert!(disagreement(&closed_by_hand, &whole).is_some());
}
