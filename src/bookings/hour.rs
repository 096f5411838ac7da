//! A consultation hour (Sprechstunde): the weekly window in which one officer offers slots.
//!
//! Rule: slots follow the wall clock. The hour that is skipped in spring is not offered, the doubled one in autumn once,
//! and a slot fits into its window whole.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};

use crate::kernel::id::{HourId, OfficerId, SlotId};
use crate::kernel::{Instant, Span, local};
use crate::offices::{Calendar, OfficeId, TopicId};

/// How far ahead slots are made.
pub const AHEAD: TimeDelta = TimeDelta::weeks(12);

/// How citizen and officer speak.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Video,
    Telephone,
    /// At the office: "auf der Dienststelle".
    Office,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Video, Self::Telephone, Self::Office];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Telephone => "telephone",
            Self::Office => "office",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.as_str() == text);
        found.ok_or_else(|| format!("\"{text}\" is not video, telephone or office"))
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsultationHour {
    pub id: HourId,
    pub office: OfficeId,
    pub officer: OfficerId,
    pub plan: Plan,
    pub state: HourState,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// What is offered, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    pub weekday: Weekday,
    pub opens: NaiveTime,
    /// 00:00 is the day's last midnight.
    pub closes: NaiveTime,
    pub first_day: NaiveDate,
    /// The last day on which it may take place; none: until it is ended.
    pub last_day: Option<NaiveDate>,
    /// 5 to 240.
    pub slot_minutes: i64,
    /// Empty: every topic.
    pub topics: Vec<TopicId>,
    pub formats: Vec<Format>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HourState {
    Offered,
    Ended,
}

impl HourState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for HourState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for HourState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "offered" => Ok(Self::Offered),
            "ended" => Ok(Self::Ended),
            _ => Err(format!("\"{text}\" is not offered or ended")),
        }
    }
}

/// A consultation hour that cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HourFault {
    #[error("it closes before it opens; a night is two consultation hours")]
    ClosesBeforeItOpens,
    #[error("a slot has 5 to 240 minutes")]
    SlotLength,
    #[error("not one slot fits into it")]
    TooShort,
    #[error("the last day is before the first")]
    LastDayBeforeFirst,
    #[error("name at least one format")]
    NoFormat,
}

/// A slot (Termin) as it stands in the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    pub id: SlotId,
    pub hour: HourId,
    pub office: OfficeId,
    pub officer: OfficerId,
    pub span: Span,
}

impl Plan {
    pub fn check(&self) -> Result<(), HourFault> {
        if !(5..=240).contains(&self.slot_minutes) {
            return Err(HourFault::SlotLength);
        }
        if self.closes != NaiveTime::MIN && self.closes <= self.opens {
            return Err(HourFault::ClosesBeforeItOpens);
        }
        let (opens, closes) = self.window(self.first_day);
        if closes - opens < self.slot_length() {
            return Err(HourFault::TooShort);
        }
        if self.last_day.is_some_and(|last| last < self.first_day) {
            return Err(HourFault::LastDayBeforeFirst);
        }
        if self.formats.is_empty() {
            return Err(HourFault::NoFormat);
        }
        Ok(())
    }

    pub fn slot_length(&self) -> TimeDelta {
        TimeDelta::minutes(self.slot_minutes)
    }

    /// The slots of these local days, in order. On days on which the office is closed there are none.
    pub fn slots(&self, days: RangeInclusive<NaiveDate>, calendar: &Calendar) -> Vec<Span> {
        let first = self.first_day.max(*days.start());
        let last = self.last_day.map_or(*days.end(), |last| last.min(*days.end()));
        first
            .iter_days()
            .take_while(|day| *day <= last)
            .filter(|day| day.weekday() == self.weekday && calendar.closed(*day).is_none())
            .flat_map(|day| self.slots_of(day))
            .collect()
    }

    fn slots_of(&self, day: NaiveDate) -> Vec<Span> {
        let (mut wall, closes) = self.window(day);
        let closing = local::end(closes);
        let mut slots: Vec<Span> = Vec::new();
        while self.slot_minutes > 0 && wall + self.slot_length() <= closes {
            if let Some(start) = local::existing(wall) {
                let span = Span { start, end: start + self.slot_length() };
                // After the skipped hour wall times lie closer together than slots are long.
                let after_last = slots.last().is_none_or(|last| last.end <= start);
                if after_last && span.end <= closing {
                    slots.push(span);
                }
            }
            wall += self.slot_length();
        }
        slots
    }

    fn window(&self, day: NaiveDate) -> (NaiveDateTime, NaiveDateTime) {
        let last_day = if self.closes == NaiveTime::MIN { day + TimeDelta::days(1) } else { day };
        (day.and_time(self.opens), last_day.and_time(self.closes))
    }
}

/// What must change so that the table holds the slots that the plan wants.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    pub add: Vec<Span>,
    pub open: Vec<SlotId>,
    pub close: Vec<SlotId>,
}

/// A slot in the table as a round finds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Laid {
    pub id: SlotId,
    pub span: Span,
    pub is_open: bool,
}

/// Compares what the plan wants with what is there. A slot that is wanted no more is closed, never deleted: somebody may
/// have booked it.
pub fn changes(wanted: &[Span], laid: &[Laid]) -> Changes {
    let is_wanted = |slot: &Laid| wanted.binary_search(&slot.span).is_ok();
    let there: BTreeSet<Instant> = laid.iter().map(|slot| slot.span.start).collect();
    let ids = |chosen: &dyn Fn(&Laid) -> bool| laid.iter().filter(|slot| chosen(slot)).map(|slot| slot.id).collect();
    Changes {
        add: wanted.iter().filter(|span| !there.contains(&span.start)).copied().collect(),
        open: ids(&|slot| !slot.is_open && is_wanted(slot)),
        close: ids(&|slot| slot.is_open && !is_wanted(slot)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offices::{DayException, Opening};

    fn plan(weekday: Weekday, opens: &str, closes: &str, slot_minutes: i64) -> Plan {
        Plan {
            weekday,
            opens: local::time(opens).unwrap(),
            closes: local::time(closes).unwrap(),
            first_day: "2026-01-01".parse().unwrap(),
            last_day: None,
            slot_minutes,
            topics: vec![],
            formats: vec![Format::Telephone],
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn on(plan: &Plan, first: &str, last: &str) -> Vec<Span> {
        plan.slots(day(first)..=day(last), &Calendar::default())
    }

    fn starts(plan: &Plan, on_day: &str) -> String {
        let slots = on(plan, on_day, on_day);
        slots.iter().map(|s| local::wall(s.start).format("%H:%M").to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_empty_day_has_twenty_four_hours() {
        assert_eq!(on(&plan(Weekday::Tue, "00:00", "24:00", 60), "2026-07-14", "2026-07-14").len(), 24);
    }

    #[test]
    fn the_last_slot_must_fit() {
        assert_eq!(starts(&plan(Weekday::Tue, "09:00", "11:20", 60), "2026-07-14"), "09:00 10:00");
    }

    #[test]
    fn the_skipped_hour_is_not_offered_and_the_doubled_one_once() {
        let spring = "2026-03-29";
        let autumn = "2026-10-25";
        for (opens, closes, minutes, on_day, expected) in [
            ("00:00", "06:00", 60, spring, "00:00 01:00 03:00 04:00 05:00"),
            ("00:50", "06:00", 100, spring, "00:50 04:10"),
            ("01:30", "04:30", 30, spring, "01:30 03:00 03:30 04:00"),
            ("01:00", "04:00", 30, autumn, "01:00 01:30 02:00 02:30 03:00 03:30"),
        ] {
            assert_eq!(starts(&plan(Weekday::Sun, opens, closes, minutes), on_day), expected, "{on_day} {opens}");
        }
    }

    #[test]
    fn slots_never_overlap_whatever_the_clock_does() {
        for minutes in [5, 7, 20, 45, 90, 100, 240] {
            for on_day in ["2026-03-29", "2026-10-25", "2026-07-12"] {
                let slots = on(&plan(Weekday::Sun, "00:00", "24:00", minutes), on_day, on_day);
                assert!(slots.windows(2).all(|pair| pair[0].end <= pair[1].start), "{on_day} {minutes}");
                assert!(slots.iter().all(|slot| slot.length() == TimeDelta::minutes(minutes)));
            }
        }
    }

    #[test]
    fn an_afternoon_on_the_day_of_the_change_is_not_moved() {
        let slots = on(&plan(Weekday::Sun, "13:00", "18:00", 60), "2026-03-29", "2026-03-29");
        assert_eq!(slots.first().unwrap().start.rfc3339(), "2026-03-29T11:00:00Z");
        assert_eq!(slots.last().unwrap().end.rfc3339(), "2026-03-29T16:00:00Z");
    }

    #[test]
    fn it_takes_place_from_its_first_to_its_last_day_and_not_on_closed_days() {
        let mut hour = plan(Weekday::Thu, "09:00", "10:00", 30);
        hour.first_day = day("2026-05-28");
        hour.last_day = Some(day("2026-06-18"));
        let own = DayException { day: day("2026-06-11"), opening: Opening::Closed, name: "Umzug".into() };
        let calendar = Calendar::new([own]);
        let days: Vec<String> = hour
            .slots(day("2026-05-01")..=day("2026-07-31"), &calendar)
            .iter()
            .map(|slot| local::wall(slot.start).format("%d.%m. %H:%M").to_string())
            .collect();
        // 4 June is Corpus Christi.
        assert_eq!(days, ["28.05. 09:00", "28.05. 09:30", "18.06. 09:00", "18.06. 09:30"]);
    }

    #[test]
    fn an_hour_that_cannot_be_is_refused() {
        let good = plan(Weekday::Mon, "09:00", "12:00", 30);
        for (bad, fault) in [
            (Plan { closes: local::time("08:00").unwrap(), ..good.clone() }, HourFault::ClosesBeforeItOpens),
            (Plan { closes: local::time("09:20").unwrap(), ..good.clone() }, HourFault::TooShort),
            (Plan { slot_minutes: 0, ..good.clone() }, HourFault::SlotLength),
            (Plan { last_day: Some(day("2025-12-31")), ..good.clone() }, HourFault::LastDayBeforeFirst),
            (Plan { formats: vec![], ..good.clone() }, HourFault::NoFormat),
        ] {
            assert_eq!(bad.check(), Err(fault));
            // Even then, asking for its slots does no harm.
            on(&bad, "2026-07-13", "2026-07-13");
        }
        assert_eq!(good.check(), Ok(()));
    }

    #[test]
    fn a_round_adds_what_is_missing_and_closes_what_is_wanted_no_more() {
        let wanted = on(&plan(Weekday::Tue, "09:00", "11:00", 30), "2026-07-14", "2026-07-14");
        let laid = |span, is_open| Laid { id: SlotId::mint(), span, is_open };
        let later = Span { start: wanted[3].end, end: wanted[3].end + TimeDelta::minutes(30) };
        let there = [laid(wanted[0], true), laid(wanted[1], false), laid(later, true)];
        let changes = changes(&wanted, &there);
        assert_eq!(changes, Changes { add: wanted[2..].to_vec(), open: vec![there[1].id], close: vec![there[2].id] });
    }
}
