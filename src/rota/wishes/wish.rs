//! What an officer wishes for the rota: available, rather not, or cannot, once or each week.
//!
//! Not leave: that is asked for and decided. Rule: a wish of each week is kept as wall times and made into instants late.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveTime, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::id::{OfficerId, WishId};
use crate::kernel::{Instant, Span, local};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Leaning {
    /// Would like to.
    Available,
    RatherNot,
    Cannot,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub id: WishId,
    pub officer: OfficerId,
    pub leaning: Leaning,
    pub when: When,
    /// In the officer's words, 200 characters at most; may be empty.
    pub note: String,
    pub created_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Once(Span),
    /// Each week; an end not after the start is on the next day.
    Weekly {
        weekday: Weekday,
        from: NaiveTime,
        until: NaiveTime,
    },
}

impl Wish {
    /// When it applies, as far as that touches the window; in order.
    pub fn spans(&self, window: Span) -> Vec<Span> {
        self.when.spans(window)
    }
}

impl When {
    /// Its spans that touch the window; in order.
    pub fn spans(self, window: Span) -> Vec<Span> {
        match self {
            Self::Once(span) => span.overlaps(window).then_some(span).into_iter().collect(),
            Self::Weekly { weekday, from, until } => {
                let (first, last) = (local::day(window.start) - TimeDelta::days(1), local::day(window.end));
                let days = first.iter_days().take_while(|day| *day <= last).filter(|day| day.weekday() == weekday);
                days.map(|day| local::span(day, from, until)).filter(|span| span.overlaps(window)).collect()
            }
        }
    }
}

impl Leaning {
    pub const ALL: [Self; 3] = [Self::Available, Self::RatherNot, Self::Cannot];

    /// The words on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Available => "gern",
            Self::RatherNot => "lieber nicht",
            Self::Cannot => "kann nicht",
        }
    }
}

impl fmt::Display for Leaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Available => "available",
            Self::RatherNot => "rather_not",
            Self::Cannot => "cannot",
        })
    }
}

impl FromStr for Leaning {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|leaning| leaning.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not available, rather_not or cannot"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekly_wish_keeps_its_wall_time_over_a_clock_change() {
        let night = When::Weekly {
            weekday: Weekday::Sat,
            from: local::time("20:00").unwrap(),
            until: local::time("06:00").unwrap(),
        };
        let days = |first: &str, last: &str| Span {
            start: local::whole_day(first.parse().unwrap()).start,
            end: local::whole_day(last.parse().unwrap()).end,
        };
        let spans = night.spans(days("2026-10-18", "2026-11-01"));
        let hours: Vec<i64> = spans.iter().map(|span| span.length().num_hours()).collect();
        // The first began on the Saturday before the window.
        assert_eq!(hours, [10, 11, 10]);
    }

    #[test]
    fn a_wish_of_once_applies_only_where_it_touches_the_window() {
        let span = |start, end| Span { start: Instant(start), end: Instant(end) };
        assert_eq!(When::Once(span(5, 9)).spans(span(0, 6)), [span(5, 9)]);
        assert_eq!(When::Once(span(5, 9)).spans(span(9, 12)), []);
    }
}
