//! On what terms a consultation hour is offered: how long, how soon, to how many, for what and for whom.
//!
//! Rule: who books for somebody at the office needs no notice; an interpreter needs hers whoever books.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta};

use super::hour::Format;
use super::needs::{Need, Needs};
use super::offer::{Channel, Wish};
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::{Calendar, TopicId};

/// The longest pause that an hour may ask for, in minutes.
pub const LONGEST_BUFFER: i64 = 120;
/// How far ahead an hour may be offered, in weeks; slots are made so far.
pub const LONGEST_HORIZON: i64 = 12;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// 5 to 240.
    pub slot_minutes: i64,
    /// The pause to the officer's next consultation, 0 to 120. Of two neighbours the larger one counts.
    pub buffer_minutes: i64,
    pub notice: Notice,
    /// So many weeks ahead it can be booked, 1 to 12.
    pub horizon_weeks: i64,
    pub contingents: Contingents,
    /// Empty: every topic.
    pub topics: Vec<TopicId>,
    pub formats: Vec<Format>,
    /// Empty: every language.
    pub languages: Vec<Language>,
    /// What can be served beyond what is served everywhere.
    pub needs: Needs,
}

/// How long before an appointment it can still be booked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// 0 to 336.
    Hours(i64),
    /// 0 to 30; days on which the office works, after today.
    BusinessDays(i64),
}

/// How many of a day's slots may be booked by each way; none: as many as there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Contingents {
    pub web: Option<i64>,
    pub hotline: Option<i64>,
    pub staff: Option<i64>,
}

/// What is asked of the offer, and when.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    pub now: Instant,
    pub wish: &'a Wish,
    /// An interpreter needs to know so many business days before.
    pub interpreter_days: i64,
}

impl Terms {
    /// Slots of so many minutes, of every kind and for everybody, as soon and as far ahead as slots are made.
    pub fn new(slot_minutes: i64) -> Self {
        Self {
            slot_minutes,
            buffer_minutes: 0,
            notice: Notice::Hours(0),
            horizon_weeks: LONGEST_HORIZON,
            contingents: Contingents::default(),
            topics: Vec::new(),
            formats: Format::ALL.to_vec(),
            languages: Vec::new(),
            needs: Needs::NONE,
        }
    }

    pub fn slot_length(&self) -> TimeDelta {
        TimeDelta::minutes(self.slot_minutes)
    }

    /// From the beginning of one slot to that of the next.
    pub fn step(&self) -> TimeDelta {
        TimeDelta::minutes(self.slot_minutes + self.buffer_minutes)
    }

    /// Whether what is wished for is offered at all.
    pub fn suit(&self, wish: &Wish) -> bool {
        self.formats.contains(&wish.format)
            && (wish.any_topic || self.topics.is_empty() || self.topics.contains(&wish.topic))
            && (self.languages.is_empty() || self.languages.contains(&spoken(wish.language)))
            && wish.needs.are_served_by(self.needs)
    }

    /// Between which instants a slot must begin to be booked now.
    pub fn bookable(&self, look: &Look<'_>, calendar: &Calendar) -> Span {
        let notice = match look.wish.channel {
            Channel::Web | Channel::Hotline => self.notice,
            Channel::Staff => Notice::Hours(0),
        };
        let interpreter = match look.wish.needs.contains(Need::SignLanguage) {
            true => Notice::BusinessDays(look.interpreter_days),
            false => Notice::Hours(0),
        };
        let last = local::day(look.now) + TimeDelta::weeks(self.horizon_weeks);
        Span {
            start: notice.earliest(look.now, calendar).max(interpreter.earliest(look.now, calendar)),
            end: local::whole_day(last).end,
        }
    }
}

/// Simple German is spoken by whoever speaks German.
fn spoken(language: Language) -> Language {
    match language {
        Language::De | Language::Simple => Language::De,
        Language::En | Language::Other(_) => language,
    }
}

impl Notice {
    pub fn is_possible(self) -> bool {
        match self {
            Self::Hours(hours) => (0..=336).contains(&hours),
            Self::BusinessDays(days) => (0..=30).contains(&days),
        }
    }

    /// The first instant at which a slot may begin. One that begins now is past.
    fn earliest(self, now: Instant, calendar: &Calendar) -> Instant {
        let soonest = Instant(now.0 + 1);
        match self {
            Self::Hours(hours) => soonest.max(now + TimeDelta::hours(hours)),
            Self::BusinessDays(days) => {
                let day: NaiveDate = calendar.business_days_after(local::day(now), days);
                soonest.max(local::whole_day(day).start)
            }
        }
    }
}

impl Contingents {
    pub fn of(self, channel: Channel) -> Option<i64> {
        match channel {
            Channel::Web => self.web,
            Channel::Hotline => self.hotline,
            Channel::Staff => self.staff,
        }
    }

    pub fn are_possible(self) -> bool {
        [self.web, self.hotline, self.staff].into_iter().flatten().all(|most| (0..=200).contains(&most))
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(hours) => write!(f, "hours:{hours}"),
            Self::BusinessDays(days) => write!(f, "business_days:{days}"),
        }
    }
}

impl FromStr for Notice {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<i64>().ok();
        let read = match text.split_once(':') {
            Some(("hours", hours)) => number(hours).map(Self::Hours),
            Some(("business_days", days)) => number(days).map(Self::BusinessDays),
            _ => None,
        };
        let read = read.filter(|notice| notice.is_possible());
        read.ok_or_else(|| format!("\"{text}\" is not hours:0 to hours:336 or business_days:0 to business_days:30"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offices::{DayException, Opening};

    fn wish() -> Wish {
        Wish::new("einbruchschutz".parse().unwrap(), Format::Telephone)
    }

    /// Noon in Berlin, in summer.
    fn noon(day: &str) -> Instant {
        Instant::parse(&format!("{day}T10:00:00Z")).unwrap()
    }

    fn earliest(terms: &Terms, wish: &Wish, now: Instant) -> String {
        let look = Look { now, wish, interpreter_days: 3 };
        let start = terms.bookable(&look, &Calendar::default()).start;
        local::wall(start).format("%a %d.%m. %H:%M").to_string()
    }

    #[test]
    fn two_business_days_notice_skip_the_weekend_and_the_holidays() {
        let terms = Terms { notice: Notice::BusinessDays(2), ..Terms::new(30) };
        for (today, expected) in [
            ("2026-07-13", "Wed 15.07. 00:00"),
            ("2026-07-16", "Mon 20.07. 00:00"),
            ("2026-07-17", "Tue 21.07. 00:00"),
            ("2026-07-18", "Tue 21.07. 00:00"),
            ("2026-07-19", "Tue 21.07. 00:00"),
            // 14 May is Ascension Day, 4 June Corpus Christi.
            ("2026-05-12", "Fri 15.05. 00:00"),
            ("2026-06-03", "Mon 08.06. 00:00"),
        ] {
            assert_eq!(earliest(&terms, &wish(), noon(today)), expected, "{today}");
        }
        let own = DayException { day: "2026-07-14".parse().unwrap(), opening: Opening::Closed, name: "Umzug".into() };
        let look = Look { now: noon("2026-07-13"), wish: &wish(), interpreter_days: 0 };
        let start = terms.bookable(&look, &Calendar::new([own])).start;
        assert_eq!(local::day(start).to_string(), "2026-07-16", "a day on which the office is closed is none");
    }

    #[test]
    fn hours_of_notice_are_counted_to_the_minute_and_the_staff_needs_none() {
        let now = noon("2026-07-17");
        let terms = Terms { notice: Notice::Hours(24), ..Terms::new(30) };
        assert_eq!(earliest(&terms, &wish(), now), "Sat 18.07. 12:00");
        assert_eq!(earliest(&terms, &Wish { channel: Channel::Staff, ..wish() }, now), "Fri 17.07. 12:00");
        assert_eq!(earliest(&terms, &Wish { channel: Channel::Hotline, ..wish() }, now), "Sat 18.07. 12:00");
    }

    #[test]
    fn an_interpreter_needs_her_days_also_where_the_staff_books() {
        let needs: Needs = [Need::SignLanguage].into_iter().collect();
        let now = noon("2026-07-13");
        for channel in Channel::ALL {
            let wish = Wish { needs, channel, ..wish() };
            assert_eq!(earliest(&Terms::new(30), &wish, now), "Thu 16.07. 00:00", "{channel}");
        }
    }

    #[test]
    fn the_horizon_ends_with_its_last_day() {
        let terms = Terms { horizon_weeks: 2, ..Terms::new(30) };
        let look = Look { now: noon("2026-07-13"), wish: &wish(), interpreter_days: 0 };
        let end = terms.bookable(&look, &Calendar::default()).end;
        assert_eq!(local::wall(end).format("%d.%m. %H:%M").to_string(), "28.07. 00:00");
    }

    #[test]
    fn an_hour_suits_whoever_finds_topic_format_language_and_needs_in_it() {
        let terms = Terms {
            topics: vec![wish().topic],
            formats: vec![Format::Telephone],
            languages: vec![Language::De],
            needs: [Need::Captions].into_iter().collect(),
            ..Terms::new(30)
        };
        let needs = |need| [need].into_iter().collect::<Needs>();
        for (wish, suits) in [
            (wish(), true),
            (Wish { language: Language::Simple, ..wish() }, true),
            (Wish { language: Language::En, ..wish() }, false),
            (Wish { format: Format::Video, ..wish() }, false),
            (Wish { topic: "stalking".parse().unwrap(), ..wish() }, false),
            (Wish { needs: needs(Need::Captions), ..wish() }, true),
            (Wish { needs: needs(Need::Company), ..wish() }, true),
            (Wish { needs: needs(Need::SignLanguage), ..wish() }, false),
        ] {
            assert_eq!(terms.suit(&wish), suits, "{wish:?}");
        }
        let open = Terms::new(30);
        assert!(open.suit(&Wish { topic: "stalking".parse().unwrap(), language: Language::En, ..wish() }));
    }

    #[test]
    fn a_notice_is_read_as_it_is_written() {
        for text in ["hours:0", "hours:336", "business_days:2"] {
            assert_eq!(text.parse::<Notice>().unwrap().to_string(), text);
        }
        for text in ["", "hours:-1", "hours:337", "business_days:31", "weeks:1"] {
            assert!(text.parse::<Notice>().is_err(), "{text}");
        }
    }
}
