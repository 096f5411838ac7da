//! A rotation: several officers take turns on a hotline, by the hour, day, week or month. Pure.
//!
//! Rules: every turn is reckoned from the first one, so nothing drifts; it hands off at a wall time, and one that would
//! fall into a clock change neither gaps nor moves the next one. Who is next stands behind as a backup, where the rotation
//! has several tiers.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::kernel::id::{HotlineId, OfficerId, RotationId, ShiftId};
use crate::kernel::{Instant, Span, local, name};
use crate::offices::OfficeId;
use crate::rota::PlannedShift;
use crate::shifts::Tier;

/// The most officers who take turns.
pub const MOST_OFFICERS: usize = 60;

/// Several officers who take turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    pub id: RotationId,
    /// Counts the changes; who changes it says which count they saw. 0: it is new.
    pub sequence: i64,
    pub office: OfficeId,
    pub hotline: HotlineId,
    /// 1 to 80 characters.
    pub name: String,
    /// In order; nobody twice.
    pub officers: Vec<OfficerId>,
    /// A turn lasts so many units, 1 to 52.
    pub every: i64,
    pub unit: Unit,
    /// On which the first turn begins.
    pub first_day: NaiveDate,
    /// The wall time at which a turn ends and the next one begins.
    pub hand_off: NaiveTime,
    /// The part of each day that is covered; None: all of it, cut at the hand-off.
    pub daily: Option<Daily>,
    /// How many are on call at once: the first in turn, who is next as a backup, and so on; 1 to 9.
    pub tiers: i64,
    /// By how many places the order is turned, so that nobody's turn changes when somebody leaves.
    pub ahead: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
}

/// Wall times of each day; an end not after the start is on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Daily {
    pub from: NaiveTime,
    pub until: NaiveTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationFault {
    #[error("a rotation's name has 1 to 80 characters")]
    Name,
    #[error("1 to {MOST_OFFICERS} officers take turns, nobody twice")]
    Officers,
    #[error("a turn lasts 1 to 52 units")]
    Every,
    #[error("1 to 9 are on call at once, and no more than take turns")]
    Tiers,
}

impl Rotation {
    pub fn check(&self) -> Result<(), RotationFault> {
        let mut once = self.officers.clone();
        once.sort();
        once.dedup();
        match self {
            it if !name::is_readable(&it.name, 80) => Err(RotationFault::Name),
            it if once.len() != it.officers.len() || !(1..=MOST_OFFICERS).contains(&once.len()) => {
                Err(RotationFault::Officers)
            }
            it if !(1..=52).contains(&it.every) => Err(RotationFault::Every),
            it if !(1..=9).contains(&it.tiers) || it.tiers > it.officers.len() as i64 => Err(RotationFault::Tiers),
            _ => Ok(()),
        }
    }

    /// The turn in which an instant lies, counted from 0; None before the first.
    pub fn turn_at(&self, at: Instant) -> Option<i64> {
        if at < self.begins(0) {
            return None;
        }
        let mut turn = self.about(at).max(0);
        while self.begins(turn) > at {
            turn -= 1;
        }
        while self.begins(turn + 1) <= at {
            turn += 1;
        }
        Some(turn)
    }

    /// Who has a turn on a tier.
    pub fn officer(&self, turn: i64, tier: Tier) -> Option<OfficerId> {
        let count = self.officers.len() as i64;
        let place = (turn + self.ahead + tier.number() - 1).checked_rem_euclid(count)?;
        self.officers.get(usize::try_from(place).ok()?).copied()
    }

    /// The same rotation without an officer. Whoever has the turn at `now` keeps it, unless it is them who leave.
    pub fn without(&self, officer: OfficerId, now: Instant) -> Self {
        let Some(left) = self.officers.iter().position(|it| *it == officer) else { return self.clone() };
        let mut officers = self.officers.clone();
        officers.remove(left);
        let count = officers.len() as i64;
        let turn = self.turn_at(now).unwrap_or(0);
        let active = (turn + self.ahead).rem_euclid(self.officers.len() as i64);
        let active = if active > left as i64 { active - 1 } else { active };
        let ahead = if count == 0 { 0 } else { (active - turn).rem_euclid(count) };
        Self { officers, ahead, tiers: self.tiers.min(count.max(1)), ..self.clone() }
    }

    /// Its shifts that start in the window, a day long at most.
    pub fn shifts(&self, window: Span) -> Vec<PlannedShift> {
        let first = local::day(window.start) - TimeDelta::days(1);
        let last = local::day(window.end);
        let mut made = Vec::new();
        for day in first.iter_days().take_while(|day| *day <= last) {
            for (turn, span) in self.pieces(self.of_day(day)) {
                if window.contains(span.start) {
                    made.extend(self.tiers().filter_map(|tier| self.shift(turn, tier, span)));
                }
            }
        }
        made
    }

    /// When a turn begins.
    fn begins(&self, turn: i64) -> Instant {
        match self.unit {
            Unit::Hours => local::start(self.first()) + TimeDelta::hours(turn * self.every),
            Unit::Days | Unit::Weeks | Unit::Months => local::start(self.wall(turn)),
        }
    }

    /// When a turn ends: in the doubled hour at its last occurrence.
    fn ends(&self, turn: i64) -> Instant {
        match self.unit {
            Unit::Hours => self.begins(turn + 1),
            Unit::Days | Unit::Weeks | Unit::Months => local::end(self.wall(turn + 1)),
        }
    }

    fn first(&self) -> NaiveDateTime {
        self.first_day.and_time(self.hand_off)
    }

    /// The wall time at which a turn begins, where turns are counted in days or longer.
    fn wall(&self, turn: i64) -> NaiveDateTime {
        let count = turn * self.every;
        match self.unit {
            Unit::Hours => self.first() + TimeDelta::hours(count),
            Unit::Days => self.first() + TimeDelta::days(count),
            Unit::Weeks => self.first() + TimeDelta::weeks(count),
            // From the first day each time: a month that is too short ends early, and the next one does not.
            Unit::Months => self.first() + Months::new(u32::try_from(count).unwrap_or(0)),
        }
    }

    /// About which turn an instant lies in.
    fn about(&self, at: Instant) -> i64 {
        let days = (local::day(at) - self.first_day).num_days();
        match self.unit {
            Unit::Hours => (at - self.begins(0)).num_hours() / self.every,
            Unit::Days => days / self.every,
            Unit::Weeks => days / 7 / self.every,
            Unit::Months => {
                let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
                (months(local::day(at)) - months(self.first_day)) / self.every
            }
        }
    }

    /// What of a day is covered.
    fn of_day(&self, day: NaiveDate) -> Span {
        let Daily { from, until } = self.daily.unwrap_or(Daily { from: self.hand_off, until: self.hand_off });
        local::span(day, from, until)
    }

    /// A day's span, cut where turns hand off.
    fn pieces(&self, span: Span) -> Vec<(i64, Span)> {
        let from = span.start.max(self.begins(0));
        let Some(first) = self.turn_at(from) else { return Vec::new() };
        let turns = (first..).take_while(|turn| self.begins(*turn) < span.end);
        let piece = |turn| Span { start: self.begins(turn), end: self.ends(turn) }.shared(span).map(|it| (turn, it));
        turns.filter_map(piece).collect()
    }

    fn tiers(&self) -> impl Iterator<Item = Tier> + use<> {
        (1..=self.tiers).filter_map(|number| Tier::new(number).ok())
    }

    fn shift(&self, turn: i64, tier: Tier, span: Span) -> Option<PlannedShift> {
        let (id, hotline, officer) = (ShiftId::mint(), self.hotline, self.officer(turn, tier)?);
        Some(PlannedShift { id, hotline, officer: Some(officer), span, tier, position: 1, pinned: false })
    }
}

impl Unit {
    pub const ALL: [Self; 4] = [Self::Hours, Self::Days, Self::Weeks, Self::Months];

    /// The word on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Hours => "Stunden",
            Self::Days => "Tage",
            Self::Weeks => "Wochen",
            Self::Months => "Monate",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
        })
    }
}

impl FromStr for Unit {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|unit| unit.to_string() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Instant {
        local::start(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn rotation(unit: Unit, every: i64, first_day: &str, officers: usize) -> Rotation {
        Rotation {
            id: RotationId::mint(),
            sequence: 0,
            office: OfficeId::STATE,
            hotline: HotlineId::mint(),
            name: "Rufdienst".into(),
            officers: (0..officers).map(|_| OfficerId::mint()).collect(),
            every,
            unit,
            first_day: first_day.parse().unwrap(),
            hand_off: local::time("08:00").unwrap(),
            daily: None,
            tiers: 1,
            ahead: 0,
        }
    }

    fn window(start: &str, end: &str) -> Span {
        Span { start: at(start), end: at(end) }
    }

    fn on_duty(shifts: &[PlannedShift], when: Instant) -> Vec<OfficerId> {
        shifts.iter().filter(|it| it.span.contains(when)).filter_map(|it| it.officer).collect()
    }

    #[test]
    fn case_9_a_daily_hand_off_lasts_23_or_25_hours_over_a_clock_change() {
        for (first, day, hours) in [("2027-03-20", "2027-03-27", 23), ("2026-10-20", "2026-10-24", 25)] {
            let daily = rotation(Unit::Days, 1, first, 3);
            let day: NaiveDate = day.parse().unwrap();
            let shifts = daily.shifts(local::whole_day(day));
            assert_eq!(shifts.iter().map(|it| it.span.length().num_hours()).collect::<Vec<_>>(), [hours], "{day}");
        }
    }

    #[test]
    fn case_13_who_is_on_duty_stays_so_when_the_one_before_leaves() {
        let weekly = rotation(Unit::Weeks, 1, "2026-11-02", 3);
        let now = at("2026-11-18 12:00");
        let turn = weekly.turn_at(now).unwrap();
        let active = weekly.officer(turn, Tier::FIRST).unwrap();
        assert_eq!(active, weekly.officers[2]);
        for (leaving, next) in [(0, 1), (1, 0)] {
            let left = weekly.without(weekly.officers[leaving], now);
            assert_eq!(left.officer(turn, Tier::FIRST), Some(active));
            assert_eq!(left.officer(turn + 1, Tier::FIRST), Some(weekly.officers[next]));
        }
        let left = weekly.without(active, now);
        assert_eq!(left.officer(turn, Tier::FIRST), Some(weekly.officers[0]), "the next one takes over");
    }

    #[test]
    fn case_14_a_monthly_rotation_from_the_31st_does_not_drift() {
        let monthly = rotation(Unit::Months, 1, "2026-12-31", 2);
        let begins: Vec<String> = (0..5).map(|turn| local::day(monthly.begins(turn)).to_string()).collect();
        assert_eq!(begins, ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]);
        assert_eq!(monthly.turn_at(at("2027-02-28 07:59")), Some(1));
        assert_eq!(monthly.turn_at(at("2027-02-28 08:00")), Some(2));
        assert_eq!(monthly.turn_at(at("2026-12-31 07:59")), None);
    }

    #[test]
    fn turns_by_the_hour_are_cut_and_whoever_is_next_is_the_backup() {
        let hourly = Rotation { tiers: 2, ..rotation(Unit::Hours, 6, "2026-11-16", 3) };
        let shifts = hourly.shifts(window("2026-11-16 08:00", "2026-11-17 08:00"));
        let turns: Vec<(i64, OfficerId)> = shifts.iter().map(|it| (it.tier.number(), it.officer.unwrap())).collect();
        let [a, b, c] = [hourly.officers[0], hourly.officers[1], hourly.officers[2]];
        assert_eq!(turns, [(1, a), (2, b), (1, b), (2, c), (1, c), (2, a), (1, a), (2, b)]);
    }

    #[test]
    fn only_the_covered_part_of_a_day_becomes_shifts() {
        let daily = Daily { from: local::time("18:00").unwrap(), until: local::time("06:00").unwrap() };
        let nights = Rotation { daily: Some(daily), ..rotation(Unit::Weeks, 1, "2026-11-16", 2) };
        let shifts = nights.shifts(window("2026-11-16 00:00", "2026-11-30 00:00"));
        assert_eq!(shifts.len(), 14);
        assert!(shifts.iter().all(|it| it.span.length().num_hours() == 12));
        assert_eq!(shifts[6].officer, Some(nights.officers[0]));
        assert_eq!(shifts[7].officer, Some(nights.officers[1]));
    }

    #[test]
    fn a_rotation_that_cannot_be_is_refused() {
        let good = rotation(Unit::Days, 1, "2026-11-16", 2);
        assert_eq!(good.check(), Ok(()));
        let twice = vec![good.officers[0]; 2];
        assert_eq!(Rotation { officers: twice, ..good.clone() }.check(), Err(RotationFault::Officers));
        assert_eq!(Rotation { tiers: 3, ..good.clone() }.check(), Err(RotationFault::Tiers));
        assert_eq!(Rotation { every: 0, ..good }.check(), Err(RotationFault::Every));
    }

    proptest! {
        #[test]
        fn at_every_minute_somebody_has_the_turn_and_it_is_who_the_order_says(
            unit in 0usize..4, every in 1i64..9, count in 1usize..5, start in 0i64..700, hour in 0u32..24
        ) {
            let first = "2026-01-01".parse::<NaiveDate>().unwrap() + TimeDelta::days(start);
            let hand_off = NaiveTime::from_hms_opt(hour, 30, 0).unwrap();
            let turns = Rotation { hand_off, ..rotation(Unit::ALL[unit], every, &first.to_string(), count) };
            let begin = turns.begins(0);
            let window = Span { start: begin, end: begin + TimeDelta::days(9) };
            let shifts = turns.shifts(window);
            for quarter in 0..9 * 96 {
                let when = begin + TimeDelta::minutes(15 * quarter);
                let wanted = turns.officer(turns.turn_at(when).unwrap(), Tier::FIRST).unwrap();
                prop_assert!(on_duty(&shifts, when).contains(&wanted), "{}", when.rfc3339());
            }
            prop_assert!(shifts.iter().all(|it| it.span.length() <= TimeDelta::hours(25)));
        }
    }
}
