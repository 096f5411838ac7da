//! A week template: shifts by weekday and wall time over one week or several. Pure.
//!
//! Rule: a shift keeps its wall time whatever the clock does, and belongs to the day on which it starts.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use crate::kernel::id::{HotlineId, OfficerId, ShiftId, TemplateId};
use crate::kernel::{Span, local, name};
use crate::offices::{Calendar, OfficeId};
use crate::rota::PlannedShift;
use crate::shifts::Tier;

/// The longest template, in weeks.
pub const MOST_WEEKS: i64 = 12;
/// The most shifts of a template.
const MOST_SHIFTS: usize = 1000;

/// Shifts that repeat every week, or every few weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub id: TemplateId,
    /// Counts the changes; who changes it says which count they saw. 0: it is new.
    pub sequence: i64,
    pub office: OfficeId,
    /// 1 to 80 characters.
    pub name: String,
    /// After so many weeks it begins again, 1 to 12.
    pub weeks: i64,
    pub holidays: Holidays,
    pub shifts: Vec<TemplateShift>,
}

/// One shift of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateShift {
    /// From 1; at most as many as the template has weeks.
    pub week: i64,
    pub weekday: Weekday,
    pub from: NaiveTime,
    /// Not after `from` means on the next day; equal to it means a whole day.
    pub until: NaiveTime,
    pub hotline: HotlineId,
    /// None: somebody is wanted.
    pub officer: Option<OfficerId>,
    pub tier: Tier,
}

/// What becomes of shifts that would start on a day on which the office is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holidays {
    Plan,
    Skip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    #[error("a template's name has 1 to 80 characters")]
    Name,
    #[error("a template has 1 to {MOST_WEEKS} weeks")]
    Weeks,
    #[error("a shift stands in a week that the template does not have")]
    Week,
    #[error("a template has {MOST_SHIFTS} shifts at most")]
    TooMany,
}

impl Template {
    pub fn check(&self) -> Result<(), TemplateFault> {
        match self {
            it if !name::is_readable(&it.name, 80) => Err(TemplateFault::Name),
            it if !(1..=MOST_WEEKS).contains(&it.weeks) => Err(TemplateFault::Weeks),
            it if it.shifts.iter().any(|line| !(1..=it.weeks).contains(&line.week)) => Err(TemplateFault::Week),
            it if it.shifts.len() > MOST_SHIFTS => Err(TemplateFault::TooMany),
            _ => Ok(()),
        }
    }

    /// Its shifts from the first day to the last, both included. The week of the first day is the first one.
    pub fn shifts(&self, (first, last): (NaiveDate, NaiveDate), calendar: &Calendar) -> Vec<PlannedShift> {
        let monday = local::monday(first);
        let open = |day: &NaiveDate| self.holidays == Holidays::Plan || calendar.closed(*day).is_none();
        let mut made = Vec::new();
        for day in first.iter_days().take_while(|day| *day <= last).filter(open) {
            let week = (day - monday).num_days() / 7 % self.weeks + 1;
            let lines = self.shifts.iter().filter(|it| it.week == week && it.weekday == day.weekday());
            made.extend(lines.enumerate().filter_map(|(place, it)| it.on(day, place as i64 + 1)));
        }
        made
    }
}

impl TemplateShift {
    /// The line that a shift would be in a template of one week.
    pub fn of(it: &PlannedShift) -> Self {
        let wall = |at| local::wall(at).time();
        Self {
            week: 1,
            weekday: local::day(it.span.start).weekday(),
            from: wall(it.span.start),
            until: wall(it.span.end),
            hotline: it.hotline,
            officer: it.officer,
            tier: it.tier,
        }
    }

    /// None where the clock change skips all of it.
    fn on(&self, day: NaiveDate, position: i64) -> Option<PlannedShift> {
        let Span { start, end } = local::span(day, self.from, self.until);
        let Self { hotline, officer, tier, .. } = *self;
        let span = Span::new(start, end)?;
        Some(PlannedShift { id: ShiftId::mint(), hotline, officer, span, tier, position, pinned: false })
    }
}

impl fmt::Display for Holidays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plan => "plan",
            Self::Skip => "skip",
        })
    }
}

impl FromStr for Holidays {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Plan, Self::Skip].into_iter().find(|it| it.to_string() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Instant;

    fn template(weeks: i64, lines: &[(i64, Weekday, &str, &str)]) -> Template {
        let line = |(week, weekday, from, until): &(i64, Weekday, &str, &str)| TemplateShift {
            week: *week,
            weekday: *weekday,
            from: local::time(from).unwrap(),
            until: local::time(until).unwrap(),
            hotline: HotlineId::mint(),
            officer: Some(OfficerId::mint()),
            tier: Tier::FIRST,
        };
        Template {
            id: TemplateId::mint(),
            sequence: 0,
            office: OfficeId::STATE,
            name: "Woche".into(),
            weeks,
            holidays: Holidays::Plan,
            shifts: lines.iter().map(line).collect(),
        }
    }

    fn shifts(template: &Template, first: &str, last: &str) -> Vec<Span> {
        let days = (first.parse().unwrap(), last.parse().unwrap());
        template.shifts(days, &Calendar::default()).iter().map(|it| it.span).collect()
    }

    fn at(text: &str) -> Instant {
        local::start(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn on(spans: &[Span], text: &str) -> bool {
        spans.iter().any(|span| span.contains(at(text)))
    }

    #[test]
    fn cases_1_to_3_a_day_a_night_and_a_working_week() {
        let day = shifts(&template(1, &[(1, Weekday::Mon, "08:00", "20:00")]), "2026-11-16", "2026-11-22");
        assert!(on(&day, "2026-11-16 08:00") && !on(&day, "2026-11-16 20:00"));
        let night = shifts(&template(1, &[(1, Weekday::Mon, "20:00", "08:00")]), "2026-11-16", "2026-11-22");
        for (when, expected) in [("2026-11-17 07:59", true), ("2026-11-17 08:00", false), ("2026-11-16 09:00", false)] {
            assert_eq!(on(&night, when), expected, "{when}");
        }
        let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let lines: Vec<_> = weekdays.into_iter().map(|day| (1, day, "08:00", "08:00")).collect();
        let week = shifts(&template(1, &lines), "2026-11-16", "2026-11-22");
        assert!(on(&week, "2026-11-21 07:00") && !on(&week, "2026-11-21 08:00"));
    }

    #[test]
    fn case_10_a_weekly_shift_keeps_its_wall_time_over_a_clock_change() {
        let lines = [(1, Weekday::Sun, "08:00", "20:00"), (1, Weekday::Sun, "20:00", "08:00")];
        for (first, last) in [("2027-03-15", "2027-04-04"), ("2026-10-12", "2026-11-01")] {
            for span in shifts(&template(1, &lines), first, last) {
                let hour = local::wall(span.start).format("%H:%M").to_string();
                assert!(hour == "08:00" || hour == "20:00", "{hour}");
            }
        }
    }

    #[test]
    fn several_weeks_take_turns_from_the_week_of_the_first_day() {
        let turns = template(2, &[(1, Weekday::Mon, "08:00", "12:00"), (2, Weekday::Tue, "08:00", "12:00")]);
        let days: Vec<String> =
            shifts(&turns, "2026-11-18", "2026-12-06").iter().map(|span| local::day(span.start).to_string()).collect();
        assert_eq!(days, ["2026-11-24", "2026-11-30"]);
    }

    #[test]
    fn a_template_that_cannot_be_is_refused() {
        let line = [(2, Weekday::Mon, "08:00", "12:00")];
        assert_eq!(template(1, &line).check(), Err(TemplateFault::Week));
        assert_eq!(template(13, &[]).check(), Err(TemplateFault::Weeks));
        assert_eq!(Template { name: " ".into(), ..template(1, &[]) }.check(), Err(TemplateFault::Name));
        assert_eq!(template(2, &line).check(), Ok(()));
    }
}
