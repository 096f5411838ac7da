//! Whom to ring next: pure, from who is on duty, who is busy, and who was tried already. It explains itself.
//!
//! Rules: an officer is never rung while in a call or a consultation, and never twice while a caller waits once; whoever
//! fits topic and language comes before who does not; who waits longer is served first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::flows::Strategy;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Gender, Instant, Language};
use crate::offices::TopicId;
use crate::people::{Lack, Skills};
use crate::shifts::{Duty, IfNobodyFits, OnDuty, Rules, Tier};

use super::why::{Against, Chosen, Names, Why};

/// What is known of an officer's calls lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    pub rang_at: Option<Instant>,
    pub talked_until: Option<Instant>,
    /// Talks in the shift that runs.
    pub talks: i64,
}

/// How a flow wants it.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    pub strategy: Strategy,
    /// Empty: every tier.
    pub tiers: &'a BTreeSet<u8>,
    /// Decides where the strategy is chance.
    pub seed: u128,
    /// How many telephones can ring at once.
    pub parallel: usize,
}

/// What a caller wants advice about, in which language, and with whom they wish to speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    pub topic: Option<TopicId>,
    pub language: Language,
    pub officer: Option<Gender>,
}

/// The facts of this moment.
#[derive(Clone, Debug, Default)]
pub struct Situation {
    pub duty: Duty,
    pub rules: Rules,
    pub wish: Wish,
    /// Who is in a call, in a consultation or in the pause after a talk.
    pub busy: BTreeMap<OfficerId, Against>,
    pub tried: BTreeSet<OfficerId>,
    /// Shifts in which the telephone failed twice.
    pub unreachable: BTreeSet<ShiftId>,
    /// Shifts whose officers sit at a duty telephone.
    pub present: BTreeSet<ShiftId>,
    pub names: Names,
    pub skills: BTreeMap<OfficerId, Skills>,
    pub lately: BTreeMap<OfficerId, Lately>,
    /// Who has spoken with this caller before, and when last.
    pub known: BTreeMap<OfficerId, Instant>,
    /// Callers who have waited longer, the first of them first.
    pub ahead: Vec<Wish>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Ring them: one, or several at once.
    Ring(Vec<Choice>),
    /// Somebody may become free, or is left to whoever has waited longer.
    AllBusy,
    /// Nobody is left to be rung.
    Nobody,
}

/// Who is rung next, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub officer: OfficerId,
    pub why: Why,
}

/// Who would be rung, if nobody answered: at each step one, or several at once; and who would not, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    pub rung: Vec<Vec<Choice>>,
    pub not: Vec<(OfficerId, Against)>,
}

/// Decides again and again, until nobody is left.
pub fn foresee(order: &Order, situation: &Situation) -> Outlook {
    let mut situation = situation.clone();
    let mut outlook = Outlook::default();
    while let Decision::Ring(choices) = decide(order, &situation) {
        situation.tried.extend(choices.iter().map(|choice| choice.officer));
        outlook.rung.push(choices);
    }
    let rung = |officer: OfficerId| outlook.rung.iter().flatten().any(|choice| choice.officer == officer);
    let on = situation.duty.on.iter().filter(|on| !rung(on.officer));
    let against = |on: &OnDuty| match order.asks_for(on) {
        true => situation.reason_against(on).map(|against| (on.officer, against)),
        false => Some((on.officer, Against::OtherTier)),
    };
    outlook.not = situation.away().chain(on.filter_map(against)).collect();
    outlook
}

/// Why nobody is rung, in German: "Anna im Gespräch, Ben nicht im Dienst (im Einsatz)".
pub fn why_nobody(order: &Order, situation: &Situation) -> String {
    let against = |on: &OnDuty| match order.asks_for(on) {
        true => situation.reason_against(on),
        false => Some(Against::OtherTier),
    };
    let on = situation.duty.on.iter().map(|on| (on.officer, against(on)));
    let away = situation.away().map(|(officer, against)| (officer, Some(against)));
    let words = on.chain(away).map(|(officer, against)| {
        let name = situation.names.get(&officer).map_or("?", String::as_str);
        let why = against.map_or_else(|| "ist für längere Wartende da".to_owned(), |it| it.words(Language::De));
        format!("{name} {why}")
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "niemand ist eingeteilt".to_owned() } else { words.join(", ") }
}

/// Decides whom to ring: the first in the strategy's order of the lowest tier who is on duty, free, and not tried yet.
pub fn decide(order: &Order, situation: &Situation) -> Decision {
    let in_order = order.of(situation);
    let free = situation.left_free(&in_order);
    let Some(first) = free.first() else {
        return if situation.may_change(&in_order) { Decision::AllBusy } else { Decision::Nobody };
    };
    let at_once = match order.strategy {
        Strategy::AllAtOnce => order.parallel.max(1),
        _ => 1,
    };
    let chosen = free.iter().filter(|on| situation.rank(on) == situation.rank(first)).take(at_once);
    let before = |on: &OnDuty| {
        let place = in_order.iter().position(|other| other.officer == on.officer).unwrap_or_default();
        let before = in_order[..place].iter();
        let before = before.filter_map(|on| Some((on.officer, situation.reason_against(on)?)));
        // In the rota's order they come first, and lack what is asked for.
        let earlier = situation.duty.on.iter().take_while(|other| other.officer != on.officer);
        let fits = situation.lack(on, situation.wish).is_none();
        let later = |other: &&OnDuty| fits && in_order[place..].iter().any(|it| it.officer == other.officer);
        let lack = |on: &OnDuty| Some((on.officer, Against::Lacks(situation.lack(on, situation.wish)?)));
        situation.away().chain(before).chain(earlier.filter(later).filter_map(lack)).collect()
    };
    Decision::Ring(chosen.map(|on| order.choice(on, situation, before(on))).collect())
}

impl Order<'_> {
    fn of<'s>(&self, situation: &'s Situation) -> Vec<&'s OnDuty> {
        let mut in_order: Vec<&OnDuty> = situation.duty.on.iter().filter(|on| self.asks_for(on)).collect();
        let lately = |on: &&OnDuty| situation.lately(on);
        // The duty comes by tier and position; sorting is stable.
        match self.strategy {
            Strategy::InOrder | Strategy::AllAtOnce => {}
            Strategy::ByTurns => in_order.sort_by_key(|on| lately(on).rang_at),
            Strategy::LongestIdle => in_order.sort_by_key(|on| lately(on).talked_until),
            Strategy::FewestCalls => in_order.sort_by_key(|on| lately(on).talks),
            Strategy::Random => in_order.sort_by_cached_key(|on| Reverse(self.lot(on.officer))),
        }
        in_order.sort_by_key(|on| situation.rank(on));
        in_order
    }

    fn lot(&self, officer: OfficerId) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, officer).hash(&mut hasher);
        hasher.finish()
    }

    fn asks_for(&self, on: &OnDuty) -> bool {
        self.tiers.is_empty() || u8::try_from(on.tier.number()).is_ok_and(|tier| self.tiers.contains(&tier))
    }

    fn choice(&self, on: &OnDuty, situation: &Situation, passed: Vec<(OfficerId, Against)>) -> Choice {
        let place = situation.duty.on.iter().position(|other| other.officer == on.officer).unwrap_or_default() + 1;
        let chosen = match self.strategy {
            Strategy::InOrder => Chosen::Place(place),
            Strategy::ByTurns => Chosen::Turn,
            Strategy::LongestIdle => Chosen::LongestIdle,
            Strategy::FewestCalls => Chosen::FewestCalls(situation.lately(on).talks),
            Strategy::AllAtOnce => Chosen::AllAtOnce,
            Strategy::Random => Chosen::Lot,
        };
        let (known, lack) = (situation.known.contains_key(&on.officer), situation.lack(on, situation.wish));
        Choice { officer: on.officer, why: Why { tier: on.tier.number(), chosen, known, lack, help: None, passed } }
    }
}

impl Situation {
    fn lately(&self, on: &OnDuty) -> Lately {
        self.lately.get(&on.officer).copied().unwrap_or_default()
    }

    /// Who is planned, and yet not on duty.
    fn away(&self) -> impl Iterator<Item = (OfficerId, Against)> {
        self.duty.not.iter().map(|not| (not.officer, Against::Away(not.reason)))
    }

    /// Before all else: who fits, then who knows the caller, then the lower tier.
    fn rank(&self, on: &OnDuty) -> (bool, Reverse<Option<Instant>>, Tier) {
        let known = self.known.get(&on.officer).copied();
        (self.lack(on, self.wish).is_some(), Reverse(known), on.tier)
    }

    fn lack(&self, on: &OnDuty, wish: Wish) -> Option<Lack> {
        self.skills.get(&on.officer)?.lack(wish.topic, wish.language, wish.officer)
    }

    /// Whether picking up is accepting for an officer.
    pub fn is_present(&self, officer: OfficerId) -> bool {
        self.duty.on.iter().any(|on| on.officer == officer && self.present.contains(&on.shift))
    }

    /// As it is for a neighbour's caller: only whoever fits is rung.
    pub fn of_helper(self) -> Self {
        let rules = Rules { if_nobody_fits: IfNobodyFits::Wait, ..self.rules };
        Self { rules, ..self }
    }

    /// Whether neighbours who fit are asked before whoever is here and does not fit: nobody here who fits may be rung now.
    pub fn asks_elsewhere_first(&self) -> bool {
        let fits = |on: &&OnDuty| self.lack(on, self.wish).is_none() && self.occupied(on).is_none_or(Against::may_pass);
        self.rules.if_nobody_fits == IfNobodyFits::OtherOffice && !self.duty.on.iter().any(|on| fits(&on))
    }

    fn reason_against(&self, on: &OnDuty) -> Option<Against> {
        let waits = self.rules.if_nobody_fits != IfNobodyFits::NextBest;
        let lack = self.lack(on, self.wish).filter(|_| waits).map(Against::Lacks);
        self.occupied(on).or(lack)
    }

    /// The same, whatever the caller wants.
    fn occupied(&self, on: &OnDuty) -> Option<Against> {
        match (self.tried.contains(&on.officer), self.unreachable.contains(&on.shift)) {
            (true, _) => Some(Against::Tried),
            (_, true) => Some(Against::Unreachable),
            (false, false) => self.busy.get(&on.officer).copied(),
        }
    }

    /// Who can be rung, in order, when each caller in front has taken the last who fits them.
    fn left_free<'d>(&self, in_order: &[&'d OnDuty]) -> Vec<&'d OnDuty> {
        let mut free: Vec<&OnDuty> = in_order.iter().copied().filter(|on| self.occupied(on).is_none()).collect();
        for wish in &self.ahead {
            let fits = free.iter().rposition(|on| self.lack(on, *wish).is_none());
            let taken = match self.rules.if_nobody_fits {
                IfNobodyFits::Wait | IfNobodyFits::OtherOffice => fits,
                IfNobodyFits::NextBest => fits.or(free.len().checked_sub(1)),
            };
            if let Some(taken) = taken {
                free.remove(taken);
            }
        }
        free.retain(|on| self.reason_against(on).is_none());
        free
    }

    /// Whether waiting may help: somebody becomes free, or comes who fits.
    fn may_change(&self, in_order: &[&OnDuty]) -> bool {
        let against = |on: &&OnDuty| self.reason_against(on);
        let nobody_fits = in_order.iter().all(|on| matches!(against(on), Some(Against::Lacks(_))));
        (nobody_fits && !in_order.is_empty()) || in_order.iter().any(|on| against(on).is_none_or(Against::may_pass))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::kernel::Span;
    use crate::shifts::{NotOnDuty, Reason};

    const NOW: Instant = Instant(1_800_000_000_000_000);

    fn officer(number: u128) -> OfficerId {
        OfficerId(uuid::Uuid::from_u128(number))
    }

    /// Officers 1, 2, 3 on tier 1 and officer 4 on tier 2.
    fn situation() -> Situation {
        let on = |number: u128, tier: i64| OnDuty {
            officer: officer(number),
            tier: Tier::new(tier).unwrap(),
            shift: ShiftId::mint(),
            span: Span { start: NOW, end: NOW + TimeDelta::hours(8) },
        };
        let not = NotOnDuty { officer: officer(9), shift: ShiftId::mint(), reason: Reason::Deployed };
        let names = (1..=9).map(|number| (officer(number), format!("O{number}"))).collect();
        let duty = Duty { on: vec![on(1, 1), on(2, 1), on(3, 1), on(4, 2)], not: vec![not] };
        Situation { duty, names, ..Situation::default() }
    }

    fn rung(strategy: Strategy, situation: &Situation) -> Vec<u128> {
        rung_with(&Order { strategy, tiers: &BTreeSet::new(), seed: 7, parallel: 10 }, situation)
    }

    fn rung_with(order: &Order, situation: &Situation) -> Vec<u128> {
        match decide(order, situation) {
            Decision::Ring(choices) => choices.iter().map(|choice| choice.officer.0.as_u128()).collect(),
            Decision::AllBusy => vec![100],
            Decision::Nobody => vec![],
        }
    }

    #[test]
    fn each_strategy_has_its_order() {
        let ago = |minutes| Some(NOW - TimeDelta::minutes(minutes));
        let mut situation = situation();
        for (number, rang, talked, talks) in
            [(1, ago(5), ago(90), 2), (2, ago(60), ago(10), 1), (3, ago(30), ago(40), 3)]
        {
            let lately = Lately { rang_at: rang, talked_until: talked, talks };
            situation.lately.insert(officer(number), lately);
        }
        for (strategy, first) in [
            (Strategy::InOrder, vec![1]),
            (Strategy::ByTurns, vec![2]),
            (Strategy::LongestIdle, vec![1]),
            (Strategy::FewestCalls, vec![2]),
            (Strategy::AllAtOnce, vec![1, 2, 3]),
        ] {
            assert_eq!(rung(strategy, &situation), first, "{strategy:?}");
        }
        // Who was never rung comes before everybody.
        situation.lately.remove(&officer(3));
        assert_eq!(rung(Strategy::ByTurns, &situation), [3]);
    }

    #[test]
    fn that_nobody_is_rung_has_a_reason_for_each() {
        let order = Order { strategy: Strategy::InOrder, tiers: &BTreeSet::new(), seed: 7, parallel: 1 };
        let mut situation = situation();
        situation.tried = (1..=3).map(officer).collect();
        situation.busy.insert(officer(4), Against::InCall);
        let tried = "O1 schon versucht, O2 schon versucht, O3 schon versucht";
        let expected = format!("{tried}, O4 im Gespräch, O9 nicht im Dienst (im Einsatz)");
        assert_eq!(why_nobody(&order, &situation), expected);
        let first = BTreeSet::from([1]);
        let expected = format!("{tried}, O4 in einer Reihe, die nicht gefragt ist, O9 nicht im Dienst (im Einsatz)");
        assert_eq!(why_nobody(&Order { tiers: &first, ..order }, &situation), expected);
        assert_eq!(why_nobody(&order, &Situation::default()), "niemand ist eingeteilt");
    }

    #[test]
    fn whoever_comes_first_in_the_rota_and_lacks_what_is_asked_for_is_named() {
        let order = Order { strategy: Strategy::InOrder, tiers: &BTreeSet::new(), seed: 7, parallel: 1 };
        let mut situation = situation();
        situation.wish.language = Language::En;
        let english = Skills { languages: [Language::En].into(), ..Skills::default() };
        situation.skills = [(officer(1), Skills::default()), (officer(2), english)].into();
        let Decision::Ring(choices) = decide(&order, &situation) else { panic!("nobody is rung") };
        let passed = &choices[0].why.passed;
        assert!(passed.contains(&(officer(1), Against::Lacks(Lack::Language))), "{passed:?}");
    }

    #[test]
    fn chance_is_fair_and_the_same_for_the_same_call() {
        let situation = situation();
        let tiers = BTreeSet::new();
        let of =
            |seed| rung_with(&Order { strategy: Strategy::Random, tiers: &tiers, seed, parallel: 1 }, &situation)[0];
        let firsts: Vec<u128> = (0..300).map(of).collect();
        for number in 1..=3 {
            let count = firsts.iter().filter(|first| **first == number).count();
            assert!((60..140).contains(&count), "{number}: {count}");
        }
        assert_eq!(of(5), of(5));
    }

    #[test]
    fn the_next_tier_comes_when_the_first_is_tried_and_then_nobody_is_left() {
        let mut situation = situation();
        situation.tried = [1, 2, 3].map(officer).into();
        assert_eq!(rung(Strategy::AllAtOnce, &situation), [4]);
        let only_first = BTreeSet::from([1]);
        let order = Order { strategy: Strategy::InOrder, tiers: &only_first, seed: 0, parallel: 1 };
        assert_eq!(decide(&order, &situation), Decision::Nobody);
        situation.tried.insert(officer(4));
        assert_eq!(rung(Strategy::InOrder, &situation), [] as [u128; 0]);
    }

    #[test]
    fn who_waits_longer_is_served_first() {
        let mut situation = situation();
        situation.busy = [(officer(1), Against::InCall), (officer(2), Against::InConsultation)].into();
        situation.ahead = vec![Wish::default()];
        // Officers 3 and 4 are free; one of them is for the caller in front.
        assert_eq!(rung(Strategy::InOrder, &situation), [3]);
        situation.ahead = vec![Wish::default(); 2];
        assert_eq!(
            decide(&Order { strategy: Strategy::InOrder, tiers: &BTreeSet::new(), seed: 0, parallel: 1 }, &situation),
            Decision::AllBusy
        );
    }

    /// Nobody has named topics or languages.
    fn unskilled() -> Situation {
        let skills = (1..=4).map(|number| (officer(number), Skills::default())).collect();
        Situation { skills, ..situation() }
    }

    /// Officer 2 advises on burglary alone, officer 3 speaks English.
    fn skilled() -> Situation {
        let mut situation = unskilled();
        let burglary = Skills { topics: [topic("einbruchschutz")].into(), ..Skills::default() };
        let english = Skills { languages: [Language::En].into(), ..Skills::default() };
        situation.skills.extend([(officer(2), burglary), (officer(3), english)]);
        situation
    }

    fn topic(code: &str) -> TopicId {
        code.parse().unwrap()
    }

    #[test]
    fn whoever_fits_topic_and_language_comes_first() {
        let english = |topic| Wish { topic, language: Language::En, officer: None };
        let fraud = Some(topic("callcenterbetrug"));
        for (wish, busy, next_best, wait) in [
            // All advise on burglary; on fraud all but officer 2.
            (
                Wish { topic: Some(topic("einbruchschutz")), language: Language::De, officer: None },
                None,
                vec![1],
                vec![1],
            ),
            (Wish { topic: fraud, language: Language::Simple, officer: None }, Some(1), vec![3], vec![3]),
            (english(fraud), None, vec![3], vec![3]),
            (english(fraud), Some(3), vec![1], vec![100]),
        ] {
            let mut situation = Situation { wish, ..skilled() };
            situation.busy = busy.map(|number| (officer(number), Against::InCall)).into_iter().collect();
            assert_eq!(rung(Strategy::InOrder, &situation), next_best, "{wish:?}");
            situation.rules.if_nobody_fits = IfNobodyFits::Wait;
            assert_eq!(rung(Strategy::InOrder, &situation), wait, "{wish:?}");
        }
    }

    #[test]
    fn where_nobody_fits_callers_wait_or_are_told_that_it_is_in_vain() {
        let wish = Wish { topic: None, language: Language::En, officer: None };
        let mut situation = Situation { wish, ..unskilled() };
        situation.rules.if_nobody_fits = IfNobodyFits::Wait;
        assert_eq!(rung(Strategy::InOrder, &situation), [100], "somebody may come who speaks English");
        let english = Skills { languages: [Language::En].into(), ..Skills::default() };
        situation.skills.insert(officer(3), english);
        assert_eq!(rung(Strategy::InOrder, &situation), [3]);
        situation.tried.insert(officer(3));
        assert_eq!(rung(Strategy::InOrder, &situation), [] as [u128; 0], "the only one did not answer");
    }

    #[test]
    fn whoever_waits_in_front_for_somebody_else_keeps_nobody_waiting() {
        let mut situation =
            Situation { ahead: vec![Wish { topic: None, language: Language::En, officer: None }], ..skilled() };
        situation.rules.if_nobody_fits = IfNobodyFits::Wait;
        situation.tried = [1, 2].map(officer).into();
        situation.busy.insert(officer(3), Against::InCall);
        assert_eq!(rung(Strategy::InOrder, &situation), [4], "officer 4 does not speak English");
        situation.busy.clear();
        assert_eq!(rung(Strategy::InOrder, &situation), [4], "officer 3 is left to who waits for them");
    }

    #[test]
    fn whoever_spoke_with_the_caller_is_rung_first_and_alone() {
        let mut situation = situation();
        situation.known = [(officer(3), NOW - TimeDelta::hours(1)), (officer(4), NOW)].into();
        assert_eq!(rung(Strategy::AllAtOnce, &situation), [4]);
        situation.busy.insert(officer(4), Against::Recovering);
        assert_eq!(rung(Strategy::FewestCalls, &situation), [3]);
        situation.tried.insert(officer(3));
        assert_eq!(rung(Strategy::AllAtOnce, &situation), [1, 2]);
    }

    #[test]
    fn a_telephone_that_failed_twice_is_skipped_in_its_shift() {
        let mut situation = situation();
        situation.unreachable.insert(situation.duty.on[0].shift);
        assert_eq!(rung(Strategy::InOrder, &situation), [2]);
        situation.unreachable = situation.duty.on.iter().map(|on| on.shift).collect();
        assert_eq!(rung(Strategy::InOrder, &situation), [] as [u128; 0], "waiting would not help");
    }

    #[test]
    fn it_says_why() {
        let mut situation = situation();
        situation.tried.insert(officer(1));
        situation.busy.insert(officer(2), Against::InCall);
        let tiers = BTreeSet::new();
        let Decision::Ring(choices) =
            decide(&Order { strategy: Strategy::InOrder, tiers: &tiers, seed: 0, parallel: 1 }, &situation)
        else {
            panic!("nobody")
        };
        assert_eq!(
            choices[0].why.words(Language::De, &situation.names),
            "Reihe 1, Platz 3 der Reihenfolge; davor: O9 nicht im Dienst (im Einsatz), O1 schon versucht, O2 im Gespräch"
        );
        assert_eq!(
            choices[0].why.words(Language::En, &situation.names),
            "tier 1, place 3 of the order; passed over: O9 not on duty (deployed), O1 tried already, O2 in a call"
        );
    }

    #[test]
    fn what_would_be_decided_can_be_foreseen_to_its_end() {
        let mut situation = situation();
        situation.busy.insert(officer(2), Against::InCall);
        let foreseen = |strategy, tiers: &BTreeSet<u8>| {
            let outlook = foresee(&Order { strategy, tiers, seed: 0, parallel: 10 }, &situation);
            let number = |choice: &Choice| choice.officer.0.as_u128();
            let rung = outlook.rung.iter().map(|at_once| at_once.iter().map(number).collect()).collect();
            (rung, outlook.not.iter().map(|(officer, against)| (officer.0.as_u128(), *against)).collect())
        };
        type Seen = (Vec<Vec<u128>>, Vec<(u128, Against)>);
        let not = [(9, Against::Away(Reason::Deployed)), (2, Against::InCall)];
        let seen: Seen = foreseen(Strategy::InOrder, &BTreeSet::new());
        assert_eq!(seen, (vec![vec![1], vec![3], vec![4]], not.to_vec()));
        let seen: Seen = foreseen(Strategy::AllAtOnce, &BTreeSet::from([1]));
        assert_eq!(seen, (vec![vec![1, 3]], [&not[..], &[(4, Against::OtherTier)]].concat()));
    }
}
