//! When a consultation hour takes place: a rhythm, its first and last day, and what departs from it.
//!
//! Not the slots (see `hour`), and nothing of holidays: the office's calendar takes days away later. Rule: an exception
//! is known by the day of the occurrence that it changes, so a series that is moved on keeps its exceptions.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday, WeekdaySet};
use serde::{Deserialize, Serialize};

use crate::kernel::local;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Series {
    pub weekdays: WeekdaySet,
    pub rhythm: Rhythm,
    pub window: Window,
    pub first_day: NaiveDate,
    /// The last day on which it may take place; none: until it is ended.
    pub last_day: Option<NaiveDate>,
    pub exceptions: Exceptions,
}

/// By the day of the occurrence that departs, or of the one that comes on top.
pub type Exceptions = BTreeMap<NaiveDate, Exception>;

/// How often the weekdays come round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rhythm {
    /// Each so-many-th week, 1 to 52, counted from the week of the first occurrence.
    Weeks(i64),
    /// The n-th such weekday of each month, 1 to 4.
    Nth(u32),
    /// The last such weekday of each month.
    Last,
}

/// From when to when, in wall time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Window {
    pub opens: NaiveTime,
    /// 00:00 is the day's last midnight.
    pub closes: NaiveTime,
}

/// How one occurrence departs from the series.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Exception {
    Closed,
    /// To another day, or to other times of the same one.
    Moved {
        day: NaiveDate,
        window: Window,
    },
    /// An occurrence on top of the series.
    Extra {
        window: Window,
    },
}

/// One time that it takes place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Occurrence {
    pub day: NaiveDate,
    pub opens: NaiveTime,
    pub closes: NaiveTime,
    /// The day by which an exception knows it.
    pub of: NaiveDate,
    pub origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    Regular,
    Moved,
    Extra,
}

impl Series {
    /// The times that it takes place on these local days, in order.
    pub fn occurrences(&self, days: RangeInclusive<NaiveDate>) -> Vec<Occurrence> {
        let first = self.first_day.max(*days.start());
        let last = self.last_day.map_or(*days.end(), |last| last.min(*days.end()));
        let regular = first.iter_days().take_while(|day| *day <= last).filter(|day| self.takes_place(*day));
        let regular = regular.map(|day| occurrence(day, day, self.window, Origin::Regular));
        let others = self.exceptions.iter().filter_map(|(of, exception)| self.departed(*of, *exception));
        let others = others.filter(|other| days.contains(&other.day) && self.contains(other.day));
        let mut all: Vec<Occurrence> = regular.chain(others).collect();
        all.sort();
        all
    }

    /// Whether the rhythm alone brings an occurrence on this day.
    pub fn is_regular(&self, day: NaiveDate) -> bool {
        let in_rhythm = || match self.rhythm {
            Rhythm::Weeks(every) => (local::monday(day) - self.first_monday()).num_weeks() % every.max(1) == 0,
            Rhythm::Nth(n) => day.day0() / 7 + 1 == n,
            Rhythm::Last => (day + TimeDelta::weeks(1)).month() != day.month(),
        };
        self.contains(day) && self.weekdays.contains(day.weekday()) && in_rhythm()
    }

    /// The series until the day before `day`, and the exceptions for one that begins then.
    pub fn split(mut self, day: NaiveDate) -> (Self, Exceptions) {
        let mut later = self.exceptions.split_off(&day);
        let over = |of: &NaiveDate, exception: &Exception| match exception {
            Exception::Moved { day: to, window } if (*of < day) != (*to < day) => Some((*of, *to, *window)),
            Exception::Moved { .. } | Exception::Closed | Exception::Extra { .. } => None,
        };
        let onwards: Vec<_> = self.exceptions.iter().filter_map(|(of, exception)| over(of, exception)).collect();
        let back: Vec<_> = later.iter().filter_map(|(of, exception)| over(of, exception)).collect();
        // What was moved over the border is gone on its side and comes on top on the other.
        for (of, to, window) in onwards {
            self.exceptions.insert(of, Exception::Closed);
            later.entry(to).or_insert(Exception::Extra { window });
        }
        for (of, to, window) in back {
            later.insert(of, Exception::Closed);
            self.exceptions.entry(to).or_insert(Exception::Extra { window });
        }
        self.last_day = Some(day - TimeDelta::days(1));
        (self, later)
    }

    /// Without the exceptions that mean nothing in this rhythm and between these days.
    pub fn trimmed(mut self) -> Self {
        let exceptions = std::mem::take(&mut self.exceptions);
        let means_something = |of: &NaiveDate, exception: &Exception| match exception {
            Exception::Closed => self.is_regular(*of),
            Exception::Moved { day, .. } => self.is_regular(*of) && self.contains(*day),
            Exception::Extra { .. } => self.contains(*of),
        };
        self.exceptions = exceptions.into_iter().filter(|(of, exception)| means_something(of, exception)).collect();
        self
    }

    /// Whether the day lies between the first and the last.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first_day <= day && self.last_day.is_none_or(|last| day <= last)
    }

    fn takes_place(&self, day: NaiveDate) -> bool {
        let stays = matches!(self.exceptions.get(&day), None | Some(Exception::Extra { .. }));
        stays && self.is_regular(day)
    }

    fn departed(&self, of: NaiveDate, exception: Exception) -> Option<Occurrence> {
        match exception {
            Exception::Closed => None,
            Exception::Moved { day, window } => self.is_regular(of).then(|| occurrence(day, of, window, Origin::Moved)),
            Exception::Extra { window } => Some(occurrence(of, of, window, Origin::Extra)),
        }
    }

    /// The Monday of the week from which weeks are counted: that of the first occurrence (RFC 5545, WKST=MO).
    fn first_monday(&self) -> NaiveDate {
        let mut week = self.first_day.iter_days().take(7);
        let first = week.find(|day| self.weekdays.contains(day.weekday()));
        local::monday(first.unwrap_or(self.first_day))
    }
}

fn occurrence(day: NaiveDate, of: NaiveDate, window: Window, origin: Origin) -> Occurrence {
    Occurrence { day, opens: window.opens, closes: window.closes, of, origin }
}

impl Occurrence {
    pub fn window(&self) -> Window {
        Window { opens: self.opens, closes: self.closes }
    }
}

impl Window {
    /// Reads two times such as `09:00` and `12:00`.
    pub fn read(opens: &str, closes: &str) -> Option<Self> {
        Some(Self { opens: local::time(opens)?, closes: local::time(closes)? })
    }

    /// Beginning and end on a day, in wall time.
    pub fn on(self, day: NaiveDate) -> (NaiveDateTime, NaiveDateTime) {
        let last_day = if self.closes == NaiveTime::MIN { day + TimeDelta::days(1) } else { day };
        (day.and_time(self.opens), last_day.and_time(self.closes))
    }

    /// None where it closes before it opens.
    pub fn length(self) -> Option<TimeDelta> {
        let (opens, closes) = self.on(NaiveDate::MIN);
        Some(closes - opens).filter(|length| *length > TimeDelta::zero())
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bis {} Uhr", self.opens.format("%H:%M"), self.closes.format("%H:%M"))
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weeks(every) => write!(f, "weeks:{every}"),
            Self::Nth(n) => write!(f, "month:{n}"),
            Self::Last => f.write_str("month:last"),
        }
    }
}

impl FromStr for Rhythm {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("\"{text}\" is not weeks:1 to weeks:52, month:1 to month:4 or month:last");
        match text.split_once(':').ok_or_else(unknown)? {
            ("weeks", every) => every.parse().ok().filter(|every| (1..=52).contains(every)).map(Self::Weeks),
            ("month", "last") => Some(Self::Last),
            ("month", n) => n.parse().ok().filter(|n| (1..=4).contains(n)).map(Self::Nth),
            _ => None,
        }
        .ok_or_else(unknown)
    }
}

/// Weekdays as they stand in the table: 1 is Monday (ISO 8601), for instance `135`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weekdays(pub WeekdaySet);

impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter(Weekday::Mon).try_for_each(|day| write!(f, "{}", day.number_from_monday()))
    }
}

impl FromStr for Weekdays {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut days = WeekdaySet::EMPTY;
        for digit in text.chars() {
            let number = digit.to_digit(8).and_then(|n| u8::try_from(n).ok()).and_then(|n| n.checked_sub(1));
            let day = number.and_then(|n| Weekday::try_from(n).ok());
            days.insert(day.ok_or_else(|| format!("\"{text}\" is not weekdays, 1 is Monday"))?);
        }
        Ok(Self(days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn window(opens: &str, closes: &str) -> Window {
        Window { opens: local::time(opens).unwrap(), closes: local::time(closes).unwrap() }
    }

    fn series(weekdays: &str, rhythm: &str, first_day: &str) -> Series {
        Series {
            weekdays: weekdays.parse::<Weekdays>().unwrap().0,
            rhythm: rhythm.parse().unwrap(),
            window: window("08:00", "12:00"),
            first_day: day(first_day),
            last_day: None,
            exceptions: Exceptions::new(),
        }
    }

    fn days(series: &Series, first: &str, last: &str) -> String {
        let all = series.occurrences(day(first)..=day(last));
        all.iter().map(|it| it.day.format("%-d.%-m.").to_string()).collect::<Vec<_>>().join(" ")
    }

    fn told(series: &Series, first: &str, last: &str) -> Vec<String> {
        let all = series.occurrences(day(first)..=day(last));
        all.iter().map(|it| format!("{} {:?}", it.day.format("%-d.%-m."), it.origin)).collect()
    }

    #[test]
    fn every_two_weeks_is_counted_from_the_first_occurrence_and_the_last_day_is_included() {
        let mut fortnightly = series("3", "weeks:2", "2019-07-17");
        assert_eq!(days(&fortnightly, "2019-08-12", "2019-08-19"), "14.8.");
        fortnightly.last_day = Some(day("2019-08-14"));
        assert_eq!(days(&fortnightly, "2019-08-14", "2019-12-31"), "14.8.");
        fortnightly.last_day = Some(day("2019-08-13"));
        assert_eq!(days(&fortnightly, "2019-08-01", "2019-12-31"), "");
        // The first day is a Thursday: the first Monday after it begins the count.
        assert_eq!(days(&series("1", "weeks:2", "2026-07-16"), "2026-07-01", "2026-08-20"), "20.7. 3.8. 17.8.");
    }

    #[test]
    fn the_rhythms_find_their_days() {
        for (weekdays, rhythm, expected) in [
            ("12345", "weeks:1", "1.10. 2.10. 5.10. 6.10. 7.10. 8.10. 9.10."),
            ("47", "weeks:3", "1.10. 4.10. 22.10. 25.10. 12.11. 15.11."),
            ("1", "month:1", "5.10. 2.11. 7.12."),
            ("24", "month:4", "22.10. 27.10. 24.11. 26.11. 22.12. 24.12."),
            ("6", "month:last", "31.10. 28.11. 26.12."),
        ] {
            let found = days(&series(weekdays, rhythm, "2026-10-01"), "2026-09-01", "2026-12-31");
            assert!(found.starts_with(expected), "{weekdays} {rhythm}: {found}");
        }
    }

    #[test]
    fn an_exception_replaces_the_occurrence_of_its_day_and_no_other() {
        let mut weekly = series("12345", "weeks:1", "2026-07-13");
        weekly.exceptions = Exceptions::from([
            (day("2026-07-14"), Exception::Moved { day: day("2026-07-14"), window: window("10:00", "15:00") }),
            (day("2026-07-15"), Exception::Closed),
            (day("2026-07-16"), Exception::Moved { day: day("2026-07-18"), window: window("08:00", "12:00") }),
            (day("2026-07-17"), Exception::Extra { window: window("18:00", "20:00") }),
        ]);
        let found = weekly.occurrences(day("2026-07-13")..=day("2026-07-19"));
        let found: Vec<String> = found.iter().map(|it| format!("{} {}", it.day.format("%a"), it.window())).collect();
        assert_eq!(
            found,
            [
                "Mon 08:00 bis 12:00 Uhr",
                "Tue 10:00 bis 15:00 Uhr",
                "Fri 08:00 bis 12:00 Uhr",
                "Fri 18:00 bis 20:00 Uhr",
                "Sat 08:00 bis 12:00 Uhr"
            ]
        );
    }

    #[test]
    fn a_split_series_takes_place_as_before_and_its_exceptions_go_with_it() {
        let mut before = series("1", "weeks:1", "2026-07-06");
        let at = window("14:00", "16:00");
        before.exceptions = Exceptions::from([
            (day("2026-07-13"), Exception::Closed),
            (day("2026-07-20"), Exception::Moved { day: day("2026-08-05"), window: at }),
            (day("2026-08-03"), Exception::Moved { day: day("2026-07-22"), window: at }),
            (day("2026-08-10"), Exception::Closed),
            (day("2026-08-12"), Exception::Extra { window: at }),
        ]);
        let span = ("2026-07-01", "2026-08-31");
        let whole = days(&before, span.0, span.1);
        for border in ["2026-07-13", "2026-07-27", "2026-08-03", "2026-08-11"] {
            let (first, exceptions) = before.clone().split(day(border));
            let second = Series { first_day: day(border), exceptions, ..before.clone() };
            let halves = [days(&first, span.0, span.1), days(&second, span.0, span.1)].join(" ");
            assert_eq!(halves, whole, "split at {border}");
            assert_eq!((first.clone().trimmed(), second.clone().trimmed()), (first, second), "nothing is left over");
        }
    }

    #[test]
    fn exceptions_of_days_that_are_none_any_more_are_trimmed() {
        let mut moved = series("1", "weeks:1", "2026-07-06");
        moved.exceptions = Exceptions::from([
            (day("2026-07-13"), Exception::Closed),
            (day("2026-07-16"), Exception::Extra { window: moved.window }),
        ]);
        let on_tuesdays = Series { weekdays: WeekdaySet::single(Weekday::Tue), ..moved }.trimmed();
        assert_eq!(told(&on_tuesdays, "2026-07-06", "2026-07-19"), ["7.7. Regular", "14.7. Regular", "16.7. Extra"]);
        assert_eq!(on_tuesdays.exceptions.len(), 1);
    }

    #[test]
    fn rhythms_and_weekdays_are_read_as_they_are_written() {
        for text in ["weeks:1", "weeks:52", "month:1", "month:4", "month:last"] {
            assert_eq!(text.parse::<Rhythm>().unwrap().to_string(), text);
        }
        for text in ["", "weeks", "weeks:0", "weeks:53", "month:5", "month:0", "year:1"] {
            assert!(text.parse::<Rhythm>().is_err(), "{text}");
        }
        assert_eq!("135".parse::<Weekdays>().unwrap().to_string(), "135");
        assert!("0".parse::<Weekdays>().is_err() && "8".parse::<Weekdays>().is_err());
    }
}
