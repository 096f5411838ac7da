//! Every path through a flow in one state, those with the fewest keys first, and what is wrong on them.
//!
//! It knows what `flows::walk` makes of each kind of node; a test holds the two together. Rule: a place is visited once,
//! by its shortest way.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::flows::{
    Appointment, Branch, Connect, Flow, HangUp, Hours, Menu, Node, NodeName, NumberPrompts, OwnBooking, Prompt,
    SHORTEST_RING, Strategy,
};

use super::state::{Crew, Opening, Posts, State};
use super::{Cause, End, Fault, Finding, Other, Premises, Severity, Step};

/// What is wrong for callers who meet this state.
pub fn findings(premises: &Premises, state: &State) -> Vec<Finding> {
    let mut paths = Paths { premises, state, found: Vec::new(), longest: BTreeMap::new() };
    paths.explore();
    paths.found
}

/// Where a caller stands, with all that decides how they can go on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot<'a> {
    flow: &'a str,
    node: &'a NodeName,
    topic: Option<&'a str>,
    /// Whether the caller's number is known, once the flow has asked.
    known: Option<bool>,
    /// Words were said since the call last waited for something.
    heard: bool,
}

/// A way on.
struct Exit<'a> {
    to: Spot<'a>,
    steps: Vec<Step>,
}

struct Paths<'a> {
    premises: &'a Premises,
    state: &'a State<'a>,
    found: Vec<Finding>,
    /// How long a caller is silent from a spot on, in seconds.
    longest: BTreeMap<Spot<'a>, u32>,
}

/// Whom a connect would ring.
enum Asked {
    /// By tier.
    Officers(Vec<Posts>),
    Nobody(Cause),
}

impl<'a> Spot<'a> {
    fn start(flow: &'a str, of: &'a Flow) -> Self {
        Self { flow, node: &of.start, topic: None, known: None, heard: false }
    }

    fn to(self, node: &'a NodeName) -> Self {
        Self { node, ..self }
    }

    /// The keys with which a caller agrees on a number.
    fn agreeing(self) -> Vec<Step> {
        let agree = Step::Key(NumberPrompts::AGREE);
        if self.known == Some(false) { vec![Step::Number, agree] } else { vec![agree] }
    }
}

impl<'a> Exit<'a> {
    fn by(step: Step, to: Spot<'a>) -> Self {
        Self { to, steps: vec![step] }
    }

    fn itself(to: Spot<'a>) -> Self {
        Self { to, steps: Vec::new() }
    }

    fn has_key(&self) -> bool {
        self.steps.iter().any(|step| step.is_key())
    }
}

impl<'a> Paths<'a> {
    fn explore(&mut self) {
        let name = &self.premises.hotline.flow;
        let Some((name, first)) = self.premises.flows.get_key_value(name) else {
            let fault = Fault::NoFlow { name: name.clone() };
            let (flow, node, steps) = (name.clone(), None, Vec::new());
            return self.found.push(Finding { severity: Severity::Breach, fault, flow, node, steps });
        };
        let start = Spot::start(name, &first.flow);
        // Ordered by the keys pressed, then by the steps told, then by the order of the flow.
        let mut ahead = BinaryHeap::from([Reverse((0, 0, 0, start, Vec::new()))]);
        let (mut seen, mut entries, mut count) = (BTreeSet::new(), vec![(start, Vec::new())], 0);
        while let Some(Reverse((pressed, _, _, spot, steps))) = ahead.pop() {
            if !seen.insert(spot) {
                continue;
            }
            self.look(spot, &steps);
            for exit in self.exits(spot) {
                let pressed = pressed + exit.steps.iter().filter(|step| step.is_pressed()).count();
                let by_key = exit.has_key();
                let steps: Vec<Step> = steps.iter().copied().chain(exit.steps).collect();
                if by_key {
                    entries.push((exit.to, steps.clone()));
                }
                count += 1;
                ahead.push(Reverse((pressed, steps.len(), count, exit.to, steps)));
            }
        }
        self.look_at_length(&entries);
    }

    fn node(&self, spot: Spot<'a>) -> Option<&'a Node> {
        self.premises.flows.get(spot.flow)?.flow.nodes.get(spot.node)
    }

    // ---- ways ----

    fn exits(&self, spot: Spot<'a>) -> Vec<Exit<'a>> {
        let after = Spot { heard: false, ..spot };
        match self.node(spot) {
            Some(Node::Say(it)) => vec![Exit::itself(Spot { heard: true, ..spot.to(&it.next) })],
            Some(Node::Language(it)) => {
                let keys = it.keys.keys().map(|key| Exit::by(Step::Key(*key), after.to(&it.next)));
                keys.chain([Exit::by(Step::NoKey, after.to(&it.next))]).collect()
            }
            Some(Node::Menu(it)) => choices(after, it),
            Some(Node::Hours(it)) => vec![Exit::itself(spot.to(self.by_hours(it)))],
            Some(Node::Branch(it)) => self.branches(spot, it),
            Some(Node::Connect(it)) => self.after_ringing(after, it),
            Some(Node::Appointment(it)) => {
                let booked = [Step::Key('1')].into_iter().chain(spot.agreeing()).collect();
                vec![
                    Exit { to: Spot { heard: true, ..spot.to(&it.done) }, steps: booked },
                    Exit::by(Step::NoKey, after.to(&it.refused)),
                    Exit::by(Step::Key(Appointment::REFUSE), after.to(&it.refused)),
                    Exit::by(Step::NoFreeTime, spot.to(&it.none)),
                ]
            }
            Some(Node::OwnBooking(it)) => {
                let told = Spot { heard: true, ..spot };
                let cancelled = vec![Step::Number, Step::Key(OwnBooking::CANCEL), Step::Key(OwnBooking::CANCEL)];
                vec![
                    Exit { to: told.to(&it.done), steps: cancelled },
                    Exit::by(Step::NoKey, after.to(&it.refused)),
                    Exit { to: after.to(&it.refused), steps: vec![Step::Number, Step::Key(OwnBooking::LEAVE)] },
                    Exit::by(Step::WrongKey, told.to(&it.unknown)),
                    Exit::by(Step::NoFreeTime, after.to(&it.none)),
                ]
            }
            Some(Node::Callback(it)) => vec![
                Exit { to: after.to(&it.done), steps: spot.agreeing() },
                Exit::by(Step::NoKey, after.to(&it.refused)),
            ],
            Some(Node::Voicemail(it)) => vec![Exit::itself(after.to(&it.next))],
            Some(Node::Transfer(it)) => vec![Exit::by(Step::NotTaken, after.to(&it.failed))],
            Some(Node::Jump(it)) => {
                let there = self.premises.flows.get_key_value(&it.flow);
                let onward = |(name, edition): (&'a String, &'a std::sync::Arc<crate::flows::Edition>)| {
                    Exit::itself(Spot { flow: name, node: &edition.flow.start, ..spot })
                };
                there.map(onward).into_iter().collect()
            }
            Some(Node::HangUp(_)) | None => Vec::new(),
        }
    }

    fn by_hours(&self, hours: &'a Hours) -> &'a NodeName {
        match self.state.opening {
            Opening::Open => &hours.open,
            Opening::Closed => &hours.closed,
            Opening::Holiday => hours.holiday.as_ref().unwrap_or(&hours.closed),
            Opening::ByHand => hours.by_hand.as_ref().unwrap_or(&hours.closed),
        }
    }

    fn branches(&self, spot: Spot<'a>, branch: &'a Branch) -> Vec<Exit<'a>> {
        match branch {
            Branch::Topic { when, otherwise } => {
                let to = spot.topic.and_then(|topic| when.get(topic)).unwrap_or(otherwise);
                vec![Exit::itself(spot.to(to))]
            }
            Branch::Caller { known, withheld } => {
                let ways = [(true, Step::Known, known), (false, Step::Withheld, withheld)];
                let open = ways.into_iter().filter(|(is, ..)| spot.known.is_none_or(|known| known == *is));
                open.map(|(is, step, to)| match spot.known {
                    Some(_) => Exit::itself(spot.to(to)),
                    None => Exit::by(step, Spot { known: Some(is), ..spot.to(to) }),
                })
                .collect()
            }
            Branch::Load { nobody_on_duty: Some(to), .. } if self.state.own.on_duty() == 0 => {
                vec![Exit::itself(spot.to(to))]
            }
            Branch::Load { waiting, otherwise, .. } => {
                let long = waiting.iter().map(|(_, to)| Exit::by(Step::LongQueue, spot.to(to)));
                [Exit::itself(spot.to(otherwise))].into_iter().chain(long).collect()
            }
        }
    }

    fn after_ringing(&self, after: Spot<'a>, connect: &'a Connect) -> Vec<Exit<'a>> {
        if !self.rings(connect) {
            return vec![Exit::itself(after.to(&connect.nobody))];
        }
        let leave = connect.leave.iter().filter(|_| connect.waiting.is_some());
        let leave = leave.map(|(key, to)| Exit::by(Step::Key(*key), after.to(to)));
        [Exit::by(Step::NotTaken, after.to(&connect.nobody))].into_iter().chain(leave).collect()
    }

    // ---- persons ----

    fn rings(&self, connect: &Connect) -> bool {
        matches!(self.asked(connect), Asked::Officers(_))
    }

    fn asked(&self, connect: &Connect) -> Asked {
        let crew = match &connect.hotline {
            None => &self.state.own,
            Some(number) if *number == self.premises.hotline.number => &self.state.own,
            Some(number) => match (self.state.others.get(number), self.premises.others.get(number)) {
                (Some(crew), _) => crew,
                (None, Some(Other::Active(_) | Other::Inactive)) => {
                    return Asked::Nobody(Cause::OtherInactive(number.clone()));
                }
                (None, None) => return Asked::Nobody(Cause::OtherUnknown(number.clone())),
            },
        };
        let asked = crew.asked(&connect.tiers);
        match asked.iter().any(|posts| posts.callable > 0) {
            true => Asked::Officers(asked),
            false => Asked::Nobody(cause(crew, connect)),
        }
    }

    // ---- what is wrong ----

    fn look(&mut self, spot: Spot<'a>, steps: &[Step]) {
        match self.node(spot) {
            Some(Node::Connect(connect)) => match self.asked(connect) {
                Asked::Nobody(cause) => {
                    let ends = self.ending(Spot { heard: false, ..spot.to(&connect.nobody) });
                    // Outside of its hours a hotline promises less.
                    let severity = if self.state.is_open() { Severity::Breach } else { Severity::Warning };
                    self.tell(spot, steps, severity, Fault::RingsNobody { cause, ends });
                }
                Asked::Officers(posts) => self.look_at_rings(spot, steps, connect, &posts),
            },
            Some(Node::HangUp(HangUp { say: None })) if !spot.heard => {
                self.tell(spot, steps, Severity::Breach, Fault::Silence);
            }
            Some(Node::Jump(jump)) if !self.premises.flows.contains_key(&jump.flow) => {
                self.tell(spot, steps, Severity::Breach, Fault::NoFlow { name: jump.flow.clone() });
            }
            _ => {}
        }
    }

    fn look_at_rings(&mut self, spot: Spot<'a>, steps: &[Step], connect: &Connect, posts: &[Posts]) {
        let of: usize = posts.iter().map(|posts| posts.callable).sum();
        let ring = i64::from(connect.ring).min(self.premises.hotline.ring_seconds).max(1);
        let parallel = self.parallel(spot);
        let unrung = unrung(connect, ring, parallel, posts);
        if unrung > 0 {
            self.tell(spot, steps, Severity::Warning, Fault::NeverRung { officers: unrung, of });
        }
        let most = posts.iter().map(|posts| posts.callable).max().unwrap_or(0);
        if connect.strategy == Strategy::AllAtOnce && most > parallel {
            self.tell(spot, steps, Severity::Warning, Fault::TooManyAtOnce { officers: most, parallel });
        }
    }

    /// How many telephones the provider rings at once.
    fn parallel(&self, spot: Spot<'a>) -> usize {
        self.premises.flows.get(spot.flow).map_or(1, |edition| edition.flow.hotline.provider.parallel).max(1)
    }

    fn tell(&mut self, spot: Spot<'a>, steps: &[Step], severity: Severity, fault: Fault) {
        let (flow, node) = (spot.flow.to_owned(), Some(spot.node.to_string()));
        let told = |known: &Finding| (&known.fault, &known.flow, &known.node) == (&fault, &flow, &node);
        if !self.found.iter().any(told) {
            self.found.push(Finding { severity, fault, flow, node, steps: steps.to_vec() });
        }
    }

    /// How the call ends from here on for a caller who presses nothing and whom nobody answers.
    fn ending(&self, from: Spot<'a>) -> End {
        let mut spot = from;
        let mut passed = BTreeSet::new();
        while passed.insert(spot) {
            let end = match self.node(spot) {
                Some(Node::Callback(_)) => Some(End::CallbackOffer),
                Some(Node::Appointment(_)) => Some(End::ConsultationOffer),
                Some(Node::Voicemail(_)) => Some(End::Voicemail),
                Some(Node::Transfer(_)) => Some(End::OutsideNumber),
                Some(Node::Connect(connect)) if self.rings(connect) => Some(End::Person),
                Some(Node::HangUp(last)) if last.say.is_some() || spot.heard => Some(End::Announcement),
                Some(Node::Menu(menu)) => self.offered(spot, menu),
                _ => None,
            };
            let onward = || self.exits(spot).into_iter().find(|exit| !exit.has_key());
            spot = match (end, onward()) {
                (Some(end), _) => return end,
                (None, Some(exit)) => exit.to,
                (None, None) => return End::Silence,
            };
        }
        End::Silence
    }

    /// What a menu offers in place of a person.
    fn offered(&self, spot: Spot<'a>, menu: &'a Menu) -> Option<End> {
        let targets = menu.order.iter().filter_map(|key| self.node(spot.to(&menu.keys.get(key)?.to)));
        let offers = targets.filter_map(|node| match node {
            Node::Callback(_) => Some(End::CallbackOffer),
            Node::Appointment(_) => Some(End::ConsultationOffer),
            Node::Voicemail(_) => Some(End::Voicemail),
            _ => None,
        });
        offers.min()
    }

    // ---- how long it takes ----

    /// Tells the longest silence, counted from the answer or a key, where it is longer than stated where it began.
    fn look_at_length(&mut self, entries: &[(Spot<'a>, Vec<Step>)]) {
        let mut worst: Option<(u32, u32, usize)> = None;
        for (i, (spot, _)) in entries.iter().enumerate() {
            let stated = self.premises.flows.get(spot.flow).map_or(u32::MAX, |it| it.flow.hotline.longest_wait);
            let seconds = self.silence_from(*spot, &mut BTreeSet::new());
            if seconds > stated && worst.is_none_or(|(most, ..)| seconds > most) {
                worst = Some((seconds, stated, i));
            }
        }
        if let Some((seconds, stated, i)) = worst {
            let (spot, steps) = &entries[i];
            self.tell(*spot, steps, Severity::Breach, Fault::TooLong { seconds, stated });
        }
    }

    /// A circle without a key would last for ever; the checks of flows refuse it.
    fn silence_from(&mut self, spot: Spot<'a>, above: &mut BTreeSet<Spot<'a>>) -> u32 {
        if let Some(known) = self.longest.get(&spot) {
            return *known;
        }
        if !above.insert(spot) {
            return u32::MAX;
        }
        let onward = self.exits(spot).into_iter().filter(|exit| !exit.has_key()).map(|exit| exit.to);
        let after = onward.map(|to| self.silence_from(to, above)).max().unwrap_or(0);
        above.remove(&spot);
        let seconds = self.stay(spot).saturating_add(after);
        self.longest.insert(spot, seconds);
        seconds
    }

    fn stay(&self, spot: Spot<'a>) -> u32 {
        match self.node(spot) {
            Some(Node::Connect(connect)) if !self.rings(connect) => connect.say.as_ref().map_or(0, Prompt::seconds),
            Some(node) => node.longest_stay(),
            None => 0,
        }
    }
}

fn choices<'a>(after: Spot<'a>, menu: &'a Menu) -> Vec<Exit<'a>> {
    let offered = menu.order.iter().filter_map(|key| Some((key, menu.keys.get(key)?)));
    let chosen = offered.map(|(key, choice)| {
        let topic = choice.topic.as_deref().or(after.topic);
        Exit::by(Step::Key(*key), Spot { topic, ..after.to(&choice.to) })
    });
    let silence = Exit::by(Step::NoKey, after.to(&menu.silence.to));
    let wrong = Exit::by(Step::WrongKey, after.to(&menu.wrong_key.to));
    chosen.chain([silence, wrong]).collect()
}

fn cause(crew: &Crew, connect: &Connect) -> Cause {
    let asked = crew.asked(&connect.tiers);
    match (crew.on_duty(), crew.away) {
        (0, true) => Cause::OnlyAway,
        (0, false) => Cause::NobodyPlanned,
        _ if asked.iter().all(|posts| posts.on_duty == 0) => Cause::NobodyInTiers(connect.tiers.clone()),
        _ => Cause::NoNumber,
    }
}

/// How many officers are rung in no call at all: those who come after the last ring for which there is time. Where a
/// tier's order changes from call to call, only whole tiers are counted.
fn unrung(connect: &Connect, ring: i64, parallel: usize, posts: &[Posts]) -> usize {
    // The next ring needs at least the shortest one.
    let rings = (i64::from(connect.longest_wait) - SHORTEST_RING).max(0) / ring + 1;
    let rings = usize::try_from(rings).unwrap_or(usize::MAX);
    let at_once = if connect.strategy == Strategy::AllAtOnce { parallel } else { 1 };
    let (mut before, mut unrung) = (0_usize, 0);
    for posts in posts {
        let rung = rings.saturating_sub(before).saturating_mul(at_once);
        unrung += match connect.strategy {
            Strategy::InOrder | Strategy::AllAtOnce => posts.callable.saturating_sub(rung),
            Strategy::ByTurns | Strategy::LongestIdle | Strategy::FewestCalls | Strategy::Random if rung > 0 => 0,
            Strategy::ByTurns | Strategy::LongestIdle | Strategy::FewestCalls | Strategy::Random => posts.callable,
        };
        before += posts.callable.div_ceil(at_once);
    }
    unrung
}
