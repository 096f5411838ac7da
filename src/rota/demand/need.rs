//! A demand: so many advisors on a hotline, on these weekdays between these wall times, for all calls or for a topic or
//! language.
//!
//! Not who is there: `strip` holds that against it. Rule: what is wanted of a special kind is wanted within the whole,
//! never on top of it.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

use crate::kernel::id::{DemandId, HotlineId};
use crate::kernel::{Language, Span, local};
use crate::offices::TopicId;
use crate::people::Skills;

/// The most officers that can be wanted at a time.
pub const MOST_OFFICERS: i64 = 99;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    pub id: DemandId,
    pub hotline: HotlineId,
    pub weekdays: Weekdays,
    pub from: NaiveTime,
    /// Not after `from`: on the next day; the same: a whole day.
    pub until: NaiveTime,
    pub want: Want,
    /// 1 to [`MOST_OFFICERS`].
    pub officers: i64,
}

/// What callers want to be advised on, and in which language. Nothing: any call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Want {
    pub topic: Option<TopicId>,
    pub language: Option<Language>,
}

/// Days of the week, as a set. Stands in columns as the numbers of ISO 8601, 1 is Monday: "12345".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weekdays(u8);

/// What a demand cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DemandFault {
    #[error("a demand is for one weekday at least")]
    NoDay,
    #[error("a demand begins and ends at a full or half hour")]
    NotAHalfHour,
    #[error("1 to {MOST_OFFICERS} officers can be wanted")]
    Officers,
}

impl Demand {
    pub fn check(&self) -> Result<(), DemandFault> {
        let half_hour = |time: NaiveTime| time.minute().is_multiple_of(30) && time.second() == 0;
        match self {
            _ if self.weekdays == Weekdays::default() => Err(DemandFault::NoDay),
            _ if !half_hour(self.from) || !half_hour(self.until) => Err(DemandFault::NotAHalfHour),
            _ if !(1..=MOST_OFFICERS).contains(&self.officers) => Err(DemandFault::Officers),
            _ => Ok(()),
        }
    }

    /// When it applies of what begins on a day; over a clock change it keeps its wall times.
    pub fn span(&self, day: NaiveDate) -> Option<Span> {
        let Span { start, end } = local::span(day, self.from, self.until);
        self.weekdays.contains(day.weekday()).then_some(())?;
        Span::new(start, end)
    }
}

impl Want {
    /// Whether an officer with these skills serves it.
    pub fn is_served_by(self, skills: &Skills) -> bool {
        skills.lack(self.topic, self.language.unwrap_or_default(), None).is_none()
    }
}

impl Weekdays {
    pub const ALL: Self = Self(0b111_1111);

    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// From Monday.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        (0..7).map(|n| Weekday::try_from(n).unwrap_or(Weekday::Mon)).filter(move |day| self.contains(*day))
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |all, day| all | bit(day)))
    }
}

impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|day| write!(f, "{}", day.number_from_monday()))
    }
}

impl FromStr for Weekdays {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let day = |letter: char| letter.to_digit(10).filter(|n| (1..=7).contains(n));
        text.chars().map(|letter| day(letter).and_then(|n| Weekday::try_from(n as u8 - 1).ok()).ok_or(())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(weekdays: &str, from: &str, until: &str) -> Demand {
        Demand {
            id: DemandId::mint(),
            hotline: HotlineId::mint(),
            weekdays: weekdays.parse().unwrap(),
            from: local::time(from).unwrap(),
            until: local::time(until).unwrap(),
            want: Want::default(),
            officers: 1,
        }
    }

    #[test]
    fn weekdays_are_written_as_iso_8601_numbers_them() {
        let days: Weekdays = "715".parse().unwrap();
        assert_eq!(days.to_string(), "157");
        assert!(days.contains(Weekday::Sun) && !days.contains(Weekday::Tue));
        assert_eq!(Weekdays::ALL.iter().count(), 7);
        assert_eq!("8".parse::<Weekdays>(), Err(()));
    }

    #[test]
    fn what_a_demand_cannot_be_is_named() {
        let good = demand("12345", "08:00", "20:00");
        for (bad, fault) in [
            (demand("", "08:00", "20:00"), DemandFault::NoDay),
            (demand("1", "08:15", "20:00"), DemandFault::NotAHalfHour),
            (Demand { officers: 0, ..good.clone() }, DemandFault::Officers),
            (Demand { officers: 100, ..good.clone() }, DemandFault::Officers),
        ] {
            assert_eq!(bad.check(), Err(fault));
        }
        assert_eq!(good.check(), Ok(()));
    }

    #[test]
    fn a_demand_keeps_its_wall_times_and_a_night_belongs_to_the_day_it_begins() {
        for (day, from, until, hours) in [
            ("2026-11-16", "08:00", "20:00", Some(12)),
            ("2026-10-24", "20:00", "06:00", Some(11)),
            ("2027-03-27", "20:00", "06:00", Some(9)),
            ("2026-11-16", "00:00", "24:00", Some(24)),
            ("2026-11-17", "08:00", "20:00", None),
        ] {
            let wanted = demand("16", from, until);
            let span = wanted.span(day.parse().unwrap());
            assert_eq!(span.map(|span| span.length().num_hours()), hours, "{day} {from}-{until}");
        }
    }

    #[test]
    fn a_topic_or_language_is_served_by_whoever_advises_on_it() {
        let topic = |code: &str| code.parse::<TopicId>().unwrap();
        let all = Skills::default();
        let one = Skills { topics: [topic("einbruchschutz")].into(), languages: [Language::En].into(), gender: None };
        let fraud = Want { topic: Some(topic("callcenterbetrug")), ..Want::default() };
        let english = Want { language: Some(Language::En), ..Want::default() };
        for (want, skills, served) in [
            (Want::default(), &one, true),
            (fraud, &all, true),
            (fraud, &one, false),
            (english, &all, false),
            (english, &one, true),
        ] {
            assert_eq!(want.is_served_by(skills), served, "{want:?} {skills:?}");
        }
    }
}
