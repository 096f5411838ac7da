//! A demand proposed from past calls: what called in each half hour of the week, and how many advisors that needs.
//!
//! Only counts and computes; whoever plans takes it or leaves it. Rule: days on which the hotline was closed are no
//! quiet days, so they are left out of the average.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Weekday};

use crate::kernel::id::{DemandId, HotlineId};
use crate::kernel::{Instant, local};
use crate::offices::{Calendar, OpeningHours};

use super::need::{Demand, MOST_OFFICERS, Want, Weekdays};
use super::staffing::{Load, Model, Target, rostered};

/// The calls of a half hour of an average week, and who is needed for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HalfHour {
    pub weekday: Weekday,
    pub from: NaiveTime,
    pub calls: f64,
    pub load: Load,
    pub officers: u32,
}

/// What a proposal is made of.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The past days that are looked at.
    pub days: Vec<NaiveDate>,
    /// How many calls began in the half hour that begins then.
    pub calls: Vec<(Instant, u32)>,
    /// Talk and wrap-up, on average.
    pub seconds_per_call: f64,
}

/// How a proposal counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    pub model: Model,
    pub target: Target,
    /// The share of their duty, 0 to below 1, in which officers are away from the telephone.
    pub shrinkage: f64,
}

impl Basis {
    /// Every half hour of the week in which the hotline opens, in order.
    pub fn half_hours(&self, hours: &OpeningHours, calendar: &Calendar, aim: &Aim) -> Vec<HalfHour> {
        let days: BTreeSet<NaiveDate> =
            self.days.iter().copied().filter(|day| calendar.closed(*day).is_none()).collect();
        let mut calls: BTreeMap<(u32, NaiveTime), u32> = BTreeMap::new();
        for (at, count) in &self.calls {
            let wall = local::wall(*at);
            if days.contains(&wall.date_naive()) {
                *calls.entry((number(wall.weekday()), half_hour(wall.time()))).or_default() += count;
            }
        }
        let of_weekday = |weekday| days.iter().filter(|day| day.weekday() == weekday).count().max(1) as f64;
        let one = |(weekday, from): (Weekday, NaiveTime)| {
            let calls = f64::from(calls.get(&(number(weekday), from)).copied().unwrap_or(0)) / of_weekday(weekday);
            let load = Load { calls_per_hour: 2.0 * calls, seconds_per_call: self.seconds_per_call };
            let officers = rostered(load.advisors(aim.model, &aim.target), aim.shrinkage).min(MOST_OFFICERS as u32);
            HalfHour { weekday, from, calls, load, officers }
        };
        open_half_hours(hours).map(one).collect()
    }
}

/// The demands that say the same as these half hours in the fewest lines: runs of equal numbers, then equal days.
pub fn demands(hotline: HotlineId, want: Want, half_hours: &[HalfHour]) -> Vec<Demand> {
    let mut runs: BTreeMap<(NaiveTime, NaiveTime, u32), Vec<Weekday>> = BTreeMap::new();
    let follows = |one: &HalfHour, next: &HalfHour| {
        one.weekday == next.weekday && one.officers == next.officers && later(one.from) == next.from
    };
    for run in half_hours.chunk_by(follows) {
        let (first, last) = (&run[0], &run[run.len() - 1]);
        runs.entry((first.from, later(last.from), first.officers)).or_default().push(first.weekday);
    }
    let demand = |((from, until, officers), days): ((NaiveTime, NaiveTime, u32), Vec<Weekday>)| Demand {
        id: DemandId::mint(),
        hotline,
        weekdays: days.into_iter().collect::<Weekdays>(),
        from,
        until,
        want,
        officers: i64::from(officers),
    };
    runs.into_iter().map(demand).collect()
}

fn open_half_hours(hours: &OpeningHours) -> impl Iterator<Item = (Weekday, NaiveTime)> {
    hours.rules().iter().flat_map(|rule| {
        let (opens, closes) =
            (minute(rule.opens), if rule.closes == NaiveTime::MIN { 1440 } else { minute(rule.closes) });
        let at = |n: u32| NaiveTime::from_hms_opt(n / 2, n % 2 * 30, 0).unwrap_or_default();
        (opens / 30..closes.div_ceil(30)).map(move |n| (rule.weekday, at(n)))
    })
}

fn minute(time: NaiveTime) -> u32 {
    time.hour() * 60 + time.minute()
}

fn half_hour(time: NaiveTime) -> NaiveTime {
    NaiveTime::from_hms_opt(time.hour(), time.minute() / 30 * 30, 0).unwrap_or(time)
}

fn later(time: NaiveTime) -> NaiveTime {
    time.overflowing_add_signed(TimeDelta::minutes(30)).0
}

fn number(weekday: Weekday) -> u32 {
    weekday.num_days_from_monday()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AIM: Aim = Aim {
        model: Model::C,
        target: Target { share: 0.8, seconds: 30.0, occupancy: 0.85, minimum: 1 },
        shrinkage: 0.0,
    };

    fn time(text: &str) -> NaiveTime {
        local::time(text).unwrap()
    }

    fn at(day: &str, from: &str) -> Instant {
        local::start(day.parse::<NaiveDate>().unwrap().and_time(time(from)))
    }

    /// Two weeks of which the second one's Friday is a holiday (6 January, Erscheinungsfest, is a Wednesday here).
    fn basis(calls: Vec<(Instant, u32)>) -> Basis {
        let first: NaiveDate = "2026-12-28".parse().unwrap();
        Basis { days: first.iter_days().take(14).collect(), calls, seconds_per_call: 480.0 }
    }

    #[test]
    fn the_calls_of_a_weekday_are_averaged_over_the_days_on_which_it_was_open() {
        let hours = OpeningHours::on(&[Weekday::Wed, Weekday::Thu], time("09:00"), time("10:00")).unwrap();
        let calls = vec![
            (at("2026-12-30", "09:00"), 5),
            (at("2026-12-31", "09:30"), 4),
            (at("2027-01-07", "09:30"), 6),
            (at("2027-01-07", "20:00"), 9),
        ];
        let found = basis(calls).half_hours(&hours, &Calendar::default(), &AIM);
        let said: Vec<_> = found.iter().map(|it| (it.weekday, it.from, it.calls, it.officers)).collect();
        let expected = [
            (Weekday::Wed, time("09:00"), 5.0, 3),
            (Weekday::Wed, time("09:30"), 0.0, 1),
            (Weekday::Thu, time("09:00"), 0.0, 1),
            (Weekday::Thu, time("09:30"), 5.0, 3),
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn equal_half_hours_and_equal_days_become_one_line() {
        let line = |weekday, from: &str, officers| HalfHour {
            weekday,
            from: time(from),
            calls: 0.0,
            load: Load { calls_per_hour: 0.0, seconds_per_call: 0.0 },
            officers,
        };
        let days = [Weekday::Mon, Weekday::Tue];
        let half_hours: Vec<HalfHour> = days
            .iter()
            .flat_map(|day| {
                [line(*day, "08:00", 2), line(*day, "08:30", 2), line(*day, "09:00", 1), line(*day, "23:30", 1)]
            })
            .collect();
        let found = demands(HotlineId::mint(), Want::default(), &half_hours);
        let said: Vec<_> = found.iter().map(|it| (it.weekdays.to_string(), it.from, it.until, it.officers)).collect();
        let expected = [
            ("12".to_owned(), time("08:00"), time("09:00"), 2),
            ("12".to_owned(), time("09:00"), time("09:30"), 1),
            ("12".to_owned(), time("23:30"), time("24:00"), 1),
        ];
        assert_eq!(said, expected);
        assert!(found.iter().all(|demand| demand.check() == Ok(())));
    }
}
