//! A consultation hour (Sprechstunde): by whom, when and on what terms slots are offered, and the slots that follow.
//!
//! Rule: slots follow the wall clock. The hour that is skipped in spring is not offered, the doubled one in autumn once,
//! and a slot fits into its window whole.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta, Weekday, WeekdaySet};
use serde::{Deserialize, Serialize};

use super::booking::Booking;
use super::series::{Exception, Exceptions, Occurrence, Rhythm, Series, Window};
use super::terms::{Contingents, LONGEST_BUFFER, LONGEST_HORIZON, Terms};
use crate::kernel::id::{HourId, OfficerId, SlotId};
use crate::kernel::{Instant, Span, local};
use crate::offices::{Calendar, OfficeId};
use crate::people::Actor;

/// How far ahead slots are made.
pub const AHEAD: TimeDelta = TimeDelta::weeks(LONGEST_HORIZON);

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
    /// The first of those that follow from each other by "from here on"; its own id where it is the first.
    pub lineage: HourId,
    pub office: OfficeId,
    pub plan: Plan,
    pub state: HourState,
    /// Counts the changes, so that nobody overwrites somebody else's unseen.
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// By whom it is offered, when, and on what terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Slots are laid for each of them.
    pub team: Vec<Member>,
    pub series: Series,
    pub terms: Terms,
}

/// An officer of a consultation hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Member {
    pub officer: OfficerId,
    /// Has agreed to be booked by name.
    pub by_name: bool,
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
    #[error("name at least one officer, each once")]
    NoOfficer,
    #[error("name at least one weekday")]
    NoWeekday,
    #[error("the pause has 0 to 120 minutes")]
    Buffer,
    #[error("the notice has 0 to 336 hours, or 0 to 30 business days")]
    Notice,
    #[error("it is offered 1 to 12 weeks ahead")]
    Horizon,
    #[error("a contingent has 0 to 200 slots a day")]
    Contingent,
    #[error("an exception lies on a day that this hour does not have")]
    Exception,
}

/// A slot (Termin) as it stands in the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    pub id: SlotId,
    pub hour: HourId,
    pub office: OfficeId,
    pub officer: OfficerId,
    pub span: Span,
    /// The pause around it, of its hour.
    pub buffer_minutes: i64,
    pub contingents: Contingents,
}

impl Slot {
    pub fn buffer(&self) -> TimeDelta {
        TimeDelta::minutes(self.buffer_minutes)
    }
}

/// A time that an officer could give.
pub type Offered = (OfficerId, Span);

impl ConsultationHour {
    /// Whether this may be changed by an actor: by a planner, or by an officer who has it alone.
    pub fn may_be_changed_by(&self, actor: &Actor) -> bool {
        self.plan.team.iter().all(|member| actor.may_excuse(member.officer, &self.office))
    }

    pub fn has(&self, officer: OfficerId) -> bool {
        self.plan.team.iter().any(|member| member.officer == officer)
    }

    /// Whether a consultation lies within the hour and is one that it offers.
    pub fn serves(&self, booking: &Booking) -> bool {
        let Plan { series, terms, .. } = &self.plan;
        let day = local::day(booking.span.start);
        let within = |it: &Occurrence| {
            let (opens, closes) = it.window().on(it.day);
            local::start(opens) <= booking.span.start && booking.span.end <= local::end(closes)
        };
        self.state == HourState::Offered
            && self.has(booking.officer)
            && terms.formats.contains(&booking.format)
            && (terms.topics.is_empty() || terms.topics.contains(&booking.topic))
            && series.occurrences(day..=day).iter().any(within)
    }
}

impl Plan {
    /// Each week, for one officer, as the terms say by default.
    pub fn weekly(officer: OfficerId, weekday: Weekday, window: Window, first_day: NaiveDate) -> Self {
        Self {
            team: vec![Member { officer, by_name: false }],
            series: Series {
                weekdays: WeekdaySet::single(weekday),
                rhythm: Rhythm::Weeks(1),
                window,
                first_day,
                last_day: None,
                exceptions: Exceptions::new(),
            },
            terms: Terms::new(30),
        }
    }

    pub fn check(&self) -> Result<(), HourFault> {
        let Self { team, series, terms } = self;
        let officers: BTreeSet<OfficerId> = team.iter().map(|member| member.officer).collect();
        for (good, fault) in [
            (!team.is_empty() && officers.len() == team.len(), HourFault::NoOfficer),
            (!series.weekdays.is_empty(), HourFault::NoWeekday),
            ((5..=240).contains(&terms.slot_minutes), HourFault::SlotLength),
            ((0..=LONGEST_BUFFER).contains(&terms.buffer_minutes), HourFault::Buffer),
            (terms.notice.is_possible(), HourFault::Notice),
            ((1..=LONGEST_HORIZON).contains(&terms.horizon_weeks), HourFault::Horizon),
            (terms.contingents.are_possible(), HourFault::Contingent),
            (series.last_day.is_none_or(|last| series.first_day <= last), HourFault::LastDayBeforeFirst),
            (!terms.formats.is_empty(), HourFault::NoFormat),
        ] {
            if !good {
                return Err(fault);
            }
        }
        self.check_window(series.window)?;
        series.exceptions.iter().try_for_each(|(of, exception)| self.check_exception(*of, *exception))
    }

    fn check_window(&self, window: Window) -> Result<(), HourFault> {
        match window.length() {
            None => Err(HourFault::ClosesBeforeItOpens),
            Some(length) if length < self.terms.slot_length() => Err(HourFault::TooShort),
            Some(_) => Ok(()),
        }
    }

    fn check_exception(&self, of: NaiveDate, exception: Exception) -> Result<(), HourFault> {
        let (day, window) = match exception {
            Exception::Closed => (of, None),
            Exception::Moved { day, window } => (day, Some(window)),
            Exception::Extra { window } => (of, Some(window)),
        };
        if !self.series.contains(of) || !self.series.contains(day) {
            return Err(HourFault::Exception);
        }
        window.map_or(Ok(()), |window| self.check_window(window))
    }

    /// Whether both want the same time of an officer on one of these days.
    pub fn overlaps(&self, other: &Self, days: &RangeInclusive<NaiveDate>) -> bool {
        if !self.team.iter().any(|member| other.team.iter().any(|it| it.officer == member.officer)) {
            return false;
        }
        let span = |it: &Occurrence| it.window().on(it.day);
        let others: Vec<_> = other.series.occurrences(days.clone()).iter().map(span).collect();
        let own = self.series.occurrences(days.clone());
        own.iter().map(span).any(|(opens, closes)| others.iter().any(|(from, until)| opens < *until && *from < closes))
    }

    /// The slots of these local days for one officer, in order. On days on which the office is closed there are none.
    pub fn slots(&self, days: RangeInclusive<NaiveDate>, calendar: &Calendar) -> Vec<Span> {
        let occurrences = self.series.occurrences(days);
        let open = occurrences.iter().filter(|it| calendar.closed(it.day).is_none());
        let mut slots: Vec<Span> = open.flat_map(|it| self.slots_of(it)).collect();
        slots.sort();
        slots.dedup();
        slots
    }

    /// The same for each officer.
    pub fn offered(&self, days: RangeInclusive<NaiveDate>, calendar: &Calendar) -> BTreeSet<Offered> {
        let slots = self.slots(days, calendar);
        let of = |member: &Member| slots.iter().map(|span| (member.officer, *span)).collect::<Vec<_>>();
        self.team.iter().flat_map(of).collect()
    }

    fn slots_of(&self, occurrence: &Occurrence) -> Vec<Span> {
        let (mut wall, closes) = occurrence.window().on(occurrence.day);
        let (closing, length) = (local::end(closes), self.terms.slot_length());
        let mut slots: Vec<Span> = Vec::new();
        while self.terms.slot_minutes > 0 && wall + length <= closes {
            if let Some(start) = local::existing(wall) {
                let span = Span { start, end: start + length };
                // After the skipped hour wall times lie closer together than slots are long.
                let after_last = slots.last().is_none_or(|last| last.start + self.terms.step() <= start);
                if after_last && span.end <= closing {
                    slots.push(span);
                }
            }
            wall += self.terms.step();
        }
        slots
    }
}

/// What must change so that the table holds the slots that the plan wants.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    pub add: Vec<Offered>,
    pub open: Vec<SlotId>,
    pub close: Vec<SlotId>,
}

impl Changes {
    pub fn len(&self) -> usize {
        self.add.len() + self.open.len() + self.close.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A slot in the table as a round finds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Laid {
    pub id: SlotId,
    pub officer: OfficerId,
    pub span: Span,
    pub is_open: bool,
}

/// Compares what the plan wants with what is there. A slot that is wanted no more is closed, never deleted: somebody may
/// have booked it.
pub fn changes(wanted: &BTreeSet<Offered>, laid: &[Laid]) -> Changes {
    let is_wanted = |slot: &Laid| wanted.contains(&(slot.officer, slot.span));
    let there: BTreeSet<Offered> = laid.iter().map(|slot| (slot.officer, slot.span)).collect();
    let ids = |chosen: &dyn Fn(&Laid) -> bool| laid.iter().filter(|slot| chosen(slot)).map(|slot| slot.id).collect();
    Changes {
        add: wanted.difference(&there).copied().collect(),
        open: ids(&|slot| !slot.is_open && is_wanted(slot)),
        close: ids(&|slot| slot.is_open && !is_wanted(slot)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bookings::terms::Notice;
    use crate::offices::{DayException, Opening};

    fn window(opens: &str, closes: &str) -> Window {
        Window { opens: local::time(opens).unwrap(), closes: local::time(closes).unwrap() }
    }

    fn plan(weekday: Weekday, opens: &str, closes: &str, slot_minutes: i64) -> Plan {
        let plan = Plan::weekly(OfficerId::mint(), weekday, window(opens, closes), "2026-01-01".parse().unwrap());
        Plan { terms: Terms::new(slot_minutes), ..plan }
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
        hour.series.first_day = day("2026-05-28");
        hour.series.last_day = Some(day("2026-06-18"));
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
        let series = |change: &dyn Fn(&mut Series)| {
            let mut plan = good.clone();
            change(&mut plan.series);
            plan
        };
        let terms = |change: &dyn Fn(&mut Terms)| {
            let mut plan = good.clone();
            change(&mut plan.terms);
            plan
        };
        let monday = day("2026-07-13");
        let except = |of, exception| series(&|s| s.exceptions = Exceptions::from([(of, exception)]));
        let short = Exception::Moved { day: monday, window: window("09:00", "09:20") };
        for (bad, fault) in [
            (Plan { team: vec![], ..good.clone() }, HourFault::NoOfficer),
            (Plan { team: [good.team.clone(), good.team.clone()].concat(), ..good.clone() }, HourFault::NoOfficer),
            (series(&|s| s.window = window("09:00", "08:00")), HourFault::ClosesBeforeItOpens),
            (series(&|s| s.window = window("09:00", "09:20")), HourFault::TooShort),
            (series(&|s| s.weekdays = WeekdaySet::EMPTY), HourFault::NoWeekday),
            (series(&|s| s.last_day = Some(day("2025-12-31"))), HourFault::LastDayBeforeFirst),
            (terms(&|t| t.slot_minutes = 0), HourFault::SlotLength),
            (terms(&|t| t.formats = vec![]), HourFault::NoFormat),
            (terms(&|t| t.buffer_minutes = 121), HourFault::Buffer),
            (terms(&|t| t.notice = Notice::Hours(-1)), HourFault::Notice),
            (terms(&|t| t.horizon_weeks = 13), HourFault::Horizon),
            (terms(&|t| t.contingents.web = Some(-1)), HourFault::Contingent),
            (except(day("2025-12-29"), Exception::Closed), HourFault::Exception),
            (except(monday, short), HourFault::TooShort),
        ] {
            assert_eq!(bad.check(), Err(fault));
            // Even then, asking for its slots does no harm.
            on(&bad, "2026-07-13", "2026-07-13");
        }
        assert_eq!(good.check(), Ok(()));
    }

    #[test]
    fn a_pause_lies_between_the_slots_and_not_after_the_last() {
        let mut hour = plan(Weekday::Tue, "09:00", "11:00", 30);
        hour.terms.buffer_minutes = 15;
        assert_eq!(starts(&hour, "2026-07-14"), "09:00 09:45 10:30");
    }

    #[test]
    fn an_occurrence_of_its_own_replaces_that_of_the_series_and_holidays_take_both() {
        let mut hour = plan(Weekday::Thu, "09:00", "11:00", 60);
        hour.series.exceptions = Exceptions::from([
            (day("2026-05-28"), Exception::Moved { day: day("2026-05-28"), window: window("14:00", "15:00") }),
            (day("2026-05-29"), Exception::Extra { window: window("10:00", "11:00") }),
            // Ascension Day and Corpus Christi.
            (day("2026-05-14"), Exception::Moved { day: day("2026-05-15"), window: window("09:00", "10:00") }),
            (day("2026-06-02"), Exception::Moved { day: day("2026-06-04"), window: window("09:00", "10:00") }),
        ]);
        for (on_day, expected) in [
            ("2026-05-28", "14:00"),
            ("2026-05-29", "10:00"),
            ("2026-05-14", ""),
            ("2026-05-15", "09:00"),
            ("2026-06-04", ""),
            ("2026-06-11", "09:00 10:00"),
        ] {
            assert_eq!(starts(&hour, on_day), expected, "{on_day}");
        }
    }

    #[test]
    fn a_round_adds_what_is_missing_and_closes_what_is_wanted_no_more() {
        let plan = plan(Weekday::Tue, "09:00", "11:00", 30);
        let officer = plan.team[0].officer;
        let wanted = on(&plan, "2026-07-14", "2026-07-14");
        let laid = |officer, span, is_open| Laid { id: SlotId::mint(), officer, span, is_open };
        let longer = Span { end: wanted[2].end + TimeDelta::minutes(15), ..wanted[2] };
        let colleague = OfficerId::mint();
        let there = [
            laid(officer, wanted[0], true),
            laid(officer, wanted[1], false),
            laid(officer, longer, true),
            laid(colleague, wanted[3], true),
        ];
        let offered = plan.offered(day("2026-07-14")..=day("2026-07-14"), &Calendar::default());
        let changes = changes(&offered, &there);
        let add = vec![(officer, wanted[2]), (officer, wanted[3])];
        assert_eq!(changes, Changes { add, open: vec![there[1].id], close: vec![there[2].id, there[3].id] });
    }
}
