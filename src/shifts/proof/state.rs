//! What a call meets at an instant: whether the hotline is open, and who can be rung; and when that changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Phone, Span, local};

use super::super::duty::{Duty, Rota};
use super::{Other, Premises};

/// Everything that decides a caller's paths and is known beforehand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct State<'a> {
    pub opening: Opening,
    pub own: Crew,
    /// Those of the other hotlines that are in operation.
    pub others: BTreeMap<&'a Phone, Crew>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
    Open,
    Closed,
    Holiday,
    ByHand,
}

/// The officers of a hotline, as far as it matters to a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crew {
    pub tiers: BTreeMap<u8, Posts>,
    /// Somebody is planned, but not there.
    pub away: bool,
}

/// Of one tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posts {
    pub on_duty: usize,
    /// On duty, and with a telephone number.
    pub callable: usize,
}

impl State<'_> {
    pub fn is_open(&self) -> bool {
        self.opening == Opening::Open
    }
}

impl Crew {
    fn of(duty: &Duty, with_phone: &BTreeSet<OfficerId>) -> Self {
        let mut crew = Self { away: !duty.not.is_empty(), ..Self::default() };
        for on in &duty.on {
            let posts = crew.tiers.entry(u8::try_from(on.tier.number()).unwrap_or(u8::MAX)).or_default();
            posts.on_duty += 1;
            posts.callable += usize::from(with_phone.contains(&on.officer));
        }
        crew
    }

    pub fn on_duty(&self) -> usize {
        self.tiers.values().map(|posts| posts.on_duty).sum()
    }

    /// Those of the tiers that are asked for, by tier; every tier where none is named.
    pub fn asked(&self, tiers: &BTreeSet<u8>) -> Vec<Posts> {
        let asked = self.tiers.iter().filter(|(tier, _)| tiers.is_empty() || tiers.contains(tier));
        asked.map(|(_, posts)| *posts).collect()
    }
}

/// The states of a window.
pub struct Timeline<'a> {
    premises: &'a Premises,
    own: Vec<(Span, Crew)>,
    others: BTreeMap<&'a Phone, Vec<(Span, Crew)>>,
}

impl<'a> Timeline<'a> {
    pub fn new(premises: &'a Premises) -> Self {
        let crews = |rota: &Rota| -> Vec<(Span, Crew)> {
            let changes = rota.changes(premises.window).into_iter();
            changes.map(|(span, duty)| (span, Crew::of(&duty, &premises.with_phone))).collect()
        };
        let others = premises.others.iter().filter_map(|(number, other)| match other {
            Other::Active(rota) => Some((number, crews(rota))),
            Other::Inactive => None,
        });
        Self { premises, own: crews(&premises.rota), others: others.collect() }
    }

    /// Every instant at which the state may change, the window's ends among them.
    pub fn cuts(&self) -> Vec<Instant> {
        let Premises { window, hotline, calendar, closures, .. } = self.premises;
        let days = local::day(window.start).iter_days().take_while(|day| *day <= local::day(window.end));
        let hours = days.flat_map(|day| {
            let midnight = local::whole_day(day);
            hotline.hours.spans(day, calendar).into_iter().chain([midnight])
        });
        let crews = self.others.values().chain([&self.own]).flatten().map(|(span, _)| *span);
        let spans = hours.chain(crews).chain(closures.iter().copied());
        let mut cuts: BTreeSet<Instant> = spans.flat_map(|span| [span.start, span.end]).collect();
        cuts.retain(|at| window.contains(*at));
        cuts.extend([window.start, window.end]);
        cuts.into_iter().collect()
    }

    pub fn at(&self, at: Instant) -> State<'a> {
        let others = self.others.iter().map(|(number, crews)| (*number, crew_at(crews, at)));
        State { opening: self.opening(at), own: crew_at(&self.own, at), others: others.collect() }
    }

    fn opening(&self, at: Instant) -> Opening {
        let Premises { hotline, calendar, closures, .. } = self.premises;
        match () {
            () if closures.iter().any(|closed| closed.contains(at)) => Opening::ByHand,
            () if hotline.hours.open_at(at, calendar) => Opening::Open,
            () if calendar.closed(local::day(at)).is_some() => Opening::Holiday,
            () => Opening::Closed,
        }
    }
}

fn crew_at(crews: &[(Span, Crew)], at: Instant) -> Crew {
    let later = crews.partition_point(|(span, _)| span.end <= at);
    crews.get(later).map(|(_, crew)| crew.clone()).unwrap_or_default()
}
