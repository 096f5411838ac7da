//! The strip: half hour by half hour, how many are wanted, how many are planned, and how many are there.
//!
//! Knows nothing of opening hours as rules: it takes the open spans. Rules: a half hour counts as what its worst moment
//! is; only the first tier counts, since who stands by may be in a consultation.

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};

use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span, local};
use crate::people::Skills;
use crate::shifts::{Rota, Tier};

use super::need::{Demand, Want};

/// The step of the strip, and of every demand.
pub const STEP: TimeDelta = TimeDelta::minutes(30);

/// A part of a day with the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Whole half hours, without a gap to the next one.
    pub span: Span,
    /// None: the hotline is closed.
    pub staff: Option<Staff>,
}

/// Officers of the first tier who serve a want.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// 0: nothing is said about this time.
    pub wanted: usize,
    /// In shifts.
    pub planned: usize,
    /// In shifts, and neither absent nor deployed.
    pub present: usize,
}

/// How the numbers stand to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Closed,
    /// Nothing is wanted; somebody may be there all the same.
    NoDemand,
    Enough,
    /// Enough stand in the plan, but some are away.
    Away,
    /// Too few stand in the plan.
    Short,
}

/// All that the strip of one hotline is made of.
#[derive(Clone, Copy, Debug)]
pub struct Seats<'a> {
    pub rota: &'a Rota,
    pub skills: &'a HashMap<OfficerId, Skills>,
    pub demands: &'a [Demand],
    pub open: &'a [Span],
}

impl Stretch {
    pub fn level(&self) -> Level {
        match self.staff {
            None => Level::Closed,
            Some(Staff { wanted: 0, .. }) => Level::NoDemand,
            Some(Staff { wanted, planned, .. }) if planned < wanted => Level::Short,
            Some(Staff { wanted, present, .. }) if present < wanted => Level::Away,
            Some(_) => Level::Enough,
        }
    }
}

impl Staff {
    /// So many are wanted and not there.
    pub fn missing(&self) -> usize {
        self.wanted.saturating_sub(self.present)
    }
}

/// What is wanted of these, the whole first.
pub fn wants(demands: &[Demand]) -> Vec<Want> {
    let mut wants: Vec<Want> = demands.iter().map(|demand| demand.want).collect();
    wants.sort();
    wants.dedup();
    wants
}

impl Seats<'_> {
    /// The strip of a local day: half hours without gap between them, neighbours with the same numbers joined.
    pub fn strip(&self, want: Want, day: NaiveDate) -> Vec<Stretch> {
        let window = local::whole_day(day);
        let rota = self.rota.within(window);
        let open: Vec<Span> = self.open.iter().copied().filter(|open| open.overlaps(window)).collect();
        Seats { rota: &rota, open: &open, ..*self }.strip_of(want, (day, window))
    }

    fn strip_of(&self, want: Want, (day, window): (NaiveDate, Span)) -> Vec<Stretch> {
        let planned = Rota { absences: Vec::new(), ..self.rota.clone() };
        let counts = [self.counts(&planned, want, window), self.counts(self.rota, want, window)];
        let wanted = self.wanted(want, day);
        let mut strip: Vec<Stretch> = Vec::new();
        for span in half_hours(window) {
            let staff = self.staff(span, &wanted, &counts);
            match strip.last_mut() {
                Some(last) if last.staff == staff => last.span.end = span.end,
                _ => strip.push(Stretch { span, staff }),
            }
        }
        strip
    }

    /// The demands that reach into a day, of yesterday's night, too.
    fn wanted(&self, want: Want, day: NaiveDate) -> Vec<(Span, usize)> {
        let of_want = self.demands.iter().filter(move |demand| demand.want == want);
        let days = [day - TimeDelta::days(1), day];
        let spans = of_want.flat_map(|it| days.iter().filter_map(|day| Some((it.span(*day)?, it.officers as usize))));
        spans.collect()
    }

    /// How many of those on duty serve the want, and from when until when.
    fn counts(&self, rota: &Rota, want: Want, window: Span) -> Vec<(Span, usize)> {
        let serves = |officer: &OfficerId| self.skills.get(officer).is_none_or(|skills| want.is_served_by(skills));
        let counted = rota.changes(window).into_iter().map(|(span, duty)| {
            (span, duty.on.iter().filter(|on| on.tier == Tier::FIRST && serves(&on.officer)).count())
        });
        counted.collect()
    }

    fn staff(&self, span: Span, wanted: &[(Span, usize)], counts: &[Vec<(Span, usize)>; 2]) -> Option<Staff> {
        let open: Vec<Span> = self.open.iter().filter_map(|open| open.shared(span)).collect();
        let during = |at: &Span| open.iter().any(|open| open.overlaps(*at));
        let of = |list: &[(Span, usize)]| -> Vec<usize> {
            // Sorted and without gaps: whatever touches this half hour lies together.
            let from = list.partition_point(|(it, _)| it.end <= span.start);
            let near = list[from..].iter().take_while(|(it, _)| it.start < span.end);
            near.filter(|(it, _)| during(it)).map(|(_, n)| *n).collect()
        };
        let fewest = |list: &[(Span, usize)]| of(list).into_iter().min().unwrap_or(0);
        let most = wanted.iter().filter(|(it, _)| during(it)).map(|(_, n)| *n).max().unwrap_or(0);
        let [planned, present] = counts;
        (!open.is_empty()).then(|| Staff { wanted: most, planned: fewest(planned), present: fewest(present) })
    }
}

fn half_hours(window: Span) -> impl Iterator<Item = Span> {
    let starts = std::iter::successors(Some(window.start), |at: &Instant| Some(*at + STEP));
    starts.take_while(move |at| *at < window.end).map(|start| Span { start, end: start + STEP })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Language;
    use crate::kernel::id::{AbsenceId, DemandId, HotlineId, ShiftId};
    use crate::people::{Absence, AbsenceKind, AbsenceState};
    use crate::shifts::{Shift, ShiftState};

    fn span(day: &str, from: &str, until: &str) -> Span {
        local::span(day.parse().unwrap(), local::time(from).unwrap(), local::time(until).unwrap())
    }

    fn shift(officer: OfficerId, span: Span, tier: i64) -> Shift {
        Shift {
            id: ShiftId::mint(),
            hotline: HotlineId::mint(),
            officer,
            span,
            tier: Tier::new(tier).unwrap(),
            position: 1,
            state: ShiftState::Published,
            sequence: 0,
            created_at: span.start,
            updated_at: span.start,
        }
    }

    fn sick(officer: OfficerId, span: Span) -> Absence {
        Absence {
            id: AbsenceId::mint(),
            officer,
            kind: AbsenceKind::Sick,
            span,
            state: AbsenceState::Entered,
            sequence: 0,
            created_at: span.start,
            updated_at: span.start,
        }
    }

    fn demand(want: Want, from: &str, until: &str, officers: i64) -> Demand {
        Demand {
            id: DemandId::mint(),
            hotline: HotlineId::mint(),
            weekdays: super::super::need::Weekdays::ALL,
            from: local::time(from).unwrap(),
            until: local::time(until).unwrap(),
            want,
            officers,
        }
    }

    /// "08:00 2/1/1" and what it means, of a strip.
    fn said(strip: &[Stretch]) -> Vec<(String, Level)> {
        let one = |it: &Stretch| {
            let numbers = it.staff.map_or(String::new(), |s| format!(" {}/{}/{}", s.wanted, s.planned, s.present));
            (format!("{}{numbers}", local::wall(it.span.start).format("%H:%M")), it.level())
        };
        strip.iter().map(one).collect()
    }

    #[test]
    fn wanted_planned_and_present_stand_side_by_side() {
        let [anna, bela, cem] = [OfficerId::mint(), OfficerId::mint(), OfficerId::mint()];
        let day = "2026-11-16";
        let rota = Rota {
            shifts: vec![
                shift(anna, span(day, "08:00", "14:00"), 1),
                shift(bela, span(day, "09:45", "12:00"), 1),
                shift(cem, span(day, "08:00", "14:00"), 2),
            ],
            absences: vec![sick(bela, span(day, "11:00", "12:00"))],
            ..Rota::default()
        };
        let demands = [demand(Want::default(), "08:00", "12:00", 2)];
        let open = [span(day, "08:00", "13:00")];
        let skills = HashMap::new();
        let seats = Seats { rota: &rota, skills: &skills, demands: &demands, open: &open };
        let expected = [
            ("00:00", Level::Closed),
            ("08:00 2/1/1", Level::Short),
            ("10:00 2/2/2", Level::Enough),
            ("11:00 2/2/1", Level::Away),
            ("12:00 0/1/1", Level::NoDemand),
            ("13:00", Level::Closed),
        ];
        let found = said(&seats.strip(Want::default(), day.parse().unwrap()));
        assert_eq!(found.iter().map(|(text, level)| (text.as_str(), *level)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_language_counts_only_those_who_speak_it() {
        let [anna, bela] = [OfficerId::mint(), OfficerId::mint()];
        let day = "2026-11-16";
        let english = Want { language: Some(Language::En), ..Want::default() };
        let whole = span(day, "08:00", "12:00");
        let rota = Rota { shifts: vec![shift(anna, whole, 1), shift(bela, whole, 1)], ..Rota::default() };
        let speaks = Skills { languages: [Language::En].into(), ..Skills::default() };
        let skills = [(anna, Skills::default()), (bela, speaks)].into();
        let demands = [demand(english, "08:00", "12:00", 2), demand(Want::default(), "08:00", "12:00", 2)];
        let seats = Seats { rota: &rota, skills: &skills, demands: &demands, open: &[whole] };
        assert_eq!(wants(&demands), [Want::default(), english]);
        assert_eq!(said(&seats.strip(english, day.parse().unwrap()))[1], ("08:00 2/1/1".into(), Level::Short));
        assert_eq!(said(&seats.strip(Want::default(), day.parse().unwrap()))[1], ("08:00 2/2/2".into(), Level::Enough));
    }

    #[test]
    fn a_night_demand_reaches_into_the_next_morning_also_when_the_clock_changes() {
        let rota = Rota::default();
        let demands = [demand(Want::default(), "20:00", "06:00", 1)];
        let skills = HashMap::new();
        for (day, half_hours) in [("2026-10-25", 50), ("2027-03-28", 46), ("2026-11-16", 48)] {
            let day: NaiveDate = day.parse().unwrap();
            let open = [local::whole_day(day)];
            let strip =
                Seats { rota: &rota, skills: &skills, demands: &demands, open: &open }.strip(Want::default(), day);
            let said: Vec<_> = said(&strip).into_iter().map(|(text, _)| text).collect();
            assert_eq!(said, ["00:00 1/0/0", "06:00 0/0/0", "20:00 1/0/0"], "{day}");
            let length: i64 = strip.iter().map(|it| it.span.length().num_minutes() / 30).sum();
            assert_eq!(length, half_hours, "{day}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn the_strip_equals_a_walk_minute_by_minute(
            shifts in prop::collection::vec((0..4usize, 0u32..96, 1u32..96, 1i64..=2), 0..8),
            away in prop::collection::vec((0..4usize, 0i64..1440, 1i64..600), 0..3),
            wanted in prop::collection::vec((0u32..48, 0u32..48, 1i64..4), 0..4),
            (opens, closes) in (0i64..96, 1i64..96),
            day in prop_oneof![Just("2026-10-25"), Just("2027-03-28"), Just("2026-11-18")],
        ) {
            let day: NaiveDate = day.parse().unwrap();
            let window = local::whole_day(day);
            let people: [OfficerId; 4] = std::array::from_fn(|n| OfficerId(uuid::Uuid::from_u128(n as u128)));
            let speaks = |n: usize| Skills { languages: n.is_multiple_of(2).then_some(Language::En).into_iter().collect(), ..Skills::default() };
            let skills: HashMap<_, _> = people.iter().enumerate().map(|(n, id)| (*id, speaks(n))).collect();
            let english = Want { language: Some(Language::En), ..Want::default() };
            let time = |half: u32| NaiveTime::from_hms_opt(half / 2, half % 2 * 30, 0).unwrap();
            let at = |minutes: i64| window.start + TimeDelta::minutes(minutes);
            let rota = Rota {
                shifts: shifts.into_iter().map(|(who, from, length, tier)| {
                    let start = at(i64::from(from) * 15 - 240);
                    shift(people[who], Span { start, end: start + TimeDelta::minutes(i64::from(length) * 15) }, tier)
                }).collect(),
                absences: away.into_iter().map(|(who, from, length)| sick(people[who], Span { start: at(from), end: at(from + length) })).collect(),
                ..Rota::default()
            };
            let demands: Vec<Demand> = wanted.into_iter().map(|(from, until, officers)| {
                Demand { from: time(from), until: time(until), ..demand(english, "00:00", "00:00", officers) }
            }).collect();
            let open: Vec<Span> = Span::new(at(opens * 15), at((opens + closes) * 15)).into_iter().collect();
            let seats = Seats { rota: &rota, skills: &skills, demands: &demands, open: &open };
            let strip = seats.strip(english, day);
            let planned = Rota { absences: Vec::new(), ..rota.clone() };
            for half in half_hours(window) {
                let minutes: Vec<Instant> = (0..30).map(|n| half.start + TimeDelta::minutes(n))
                    .filter(|at| open.iter().any(|open| open.contains(*at))).collect();
                let count = |rota: &Rota, at: Instant| rota.on_duty(at).on.iter()
                    .filter(|on| on.tier == Tier::FIRST && skills[&on.officer].languages.contains(&Language::En)).count();
                let fewest = |rota: &Rota| minutes.iter().map(|at| count(rota, *at)).min().unwrap_or(0);
                let most = minutes.iter().flat_map(|at| demands.iter().filter(|demand| {
                    [day, day - TimeDelta::days(1)].iter().filter_map(|day| demand.span(*day)).any(|span| span.contains(*at))
                })).map(|demand| demand.officers as usize).max().unwrap_or(0);
                let expected = (!minutes.is_empty()).then(|| Staff { wanted: most, planned: fewest(&planned), present: fewest(&rota) });
                let found = strip.iter().find(|it| it.span.contains(half.start)).unwrap();
                prop_assert_eq!(found.staff, expected, "{:?}", half);
            }
        }
    }
}
