//! A shift: one officer on one hotline over a span, on a tier.
//!
//! Not who is on duty: that is `duty`. Rule: a shift is entered as a day with wall times and belongs to the day on
//! which it starts; what it is in instants comes out of `kernel::local`.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ical::Revision;
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span, local};
use crate::people::{Commitment, CommitmentKind};

/// One officer on one hotline over a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    pub id: ShiftId,
    pub hotline: HotlineId,
    pub officer: OfficerId,
    pub span: Span,
    pub tier: Tier,
    /// Place in the ring order of its tier; the lower one is rung first.
    pub position: i64,
    pub state: ShiftState,
    /// Counts the changes (RFC 5545 § 3.8.7.4); who changes a shift says which count they saw.
    pub sequence: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Which officers are rung before which: 1 first, 2 and up are backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tier(i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tier is a number from 1 to 9")]
pub struct NotATier;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ShiftState {
    Published,
    /// Taken back. It is kept, so that calendars learn of it and it can be restored.
    Removed,
}

/// A shift as somebody enters it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShiftPlan {
    pub officer: OfficerId,
    pub day: NaiveDate,
    pub from: NaiveTime,
    /// Not after `from` means on the next day; equal to it means a whole day.
    pub until: NaiveTime,
    pub tier: Tier,
    /// None puts it behind those that are there.
    pub position: Option<i64>,
}

impl Tier {
    pub const FIRST: Self = Self(1);

    pub fn new(number: i64) -> Result<Self, NotATier> {
        (1..=9).contains(&number).then_some(Self(number)).ok_or(NotATier)
    }

    pub fn number(self) -> i64 {
        self.0
    }

    /// The first tier takes the officer's whole attention; a backup may still give a consultation.
    pub fn commitment(self) -> CommitmentKind {
        if self == Self::FIRST { CommitmentKind::Shift } else { CommitmentKind::Standby }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Tier {
    type Err = NotATier;

    fn from_str(text: &str) -> Result<Self, NotATier> {
        text.trim().parse().map_err(|_| NotATier).and_then(Self::new)
    }
}

impl fmt::Display for ShiftState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Published => "published",
            Self::Removed => "removed",
        })
    }
}

impl FromStr for ShiftState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Published, Self::Removed].into_iter().find(|state| state.to_string() == text).ok_or(())
    }
}

impl ShiftPlan {
    /// The instants of the plan; None where the clock change skips all of it.
    pub fn span(&self) -> Option<Span> {
        let Span { start, end } = local::span(self.day, self.from, self.until);
        Span::new(start, end)
    }

    /// The same plan some days later, at the same wall times.
    pub fn later(self, by: TimeDelta) -> Self {
        Self { day: self.day + by, ..self }
    }
}

impl Shift {
    pub fn is_published(&self) -> bool {
        self.state == ShiftState::Published
    }

    /// What a calendar is told of its age.
    pub fn revision(&self) -> Revision {
        Revision { sequence: self.sequence, created: self.created_at, changed: self.updated_at }
    }

    /// The shift as it would be entered now.
    pub fn plan(&self) -> ShiftPlan {
        ShiftPlan {
            officer: self.officer,
            day: self.day(),
            from: local::wall(self.span.start).time(),
            until: local::wall(self.span.end).time(),
            tier: self.tier,
            position: Some(self.position),
        }
    }

    /// The day to which it belongs: on which it starts.
    pub fn day(&self) -> NaiveDate {
        local::day(self.span.start)
    }

    /// Whether this is already what a plan asks for.
    pub fn fulfils(&self, plan: &ShiftPlan) -> bool {
        self.officer == plan.officer && self.tier == plan.tier && plan.span() == Some(self.span)
    }

    /// What it takes of the officer's time.
    pub fn commitment(&self) -> Commitment {
        let (id, kind) = (self.id.commitment(), self.tier.commitment());
        Commitment { id, officer: self.officer, kind, span: self.span, buffer_minutes: 0, expires_at: None }
    }

    /// Begun: what was of it stays as it was.
    pub fn has_begun(&self, now: Instant) -> bool {
        self.is_published() && self.span.start < now
    }

    /// The span of a running shift after a change: only the end may differ, and not lie in the past. Else None.
    pub fn changed_while_it_runs(&self, plan: &ShiftPlan, now: Instant) -> Option<Span> {
        let end = plan.span()?.end;
        let same = (self.officer, self.tier, self.day()) == (plan.officer, plan.tier, plan.day);
        let same_start = local::wall(self.span.start).time() == plan.from;
        (same && same_start && end >= now).then_some(Span { end, ..self.span })
    }

    /// Over: what was is not changed afterwards.
    pub fn is_over(&self, now: Instant) -> bool {
        self.span.end <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(day: &str, from: &str, until: &str) -> ShiftPlan {
        ShiftPlan {
            officer: OfficerId::mint(),
            day: day.parse().unwrap(),
            from: local::time(from).unwrap(),
            until: local::time(until).unwrap(),
            tier: Tier::FIRST,
            position: None,
        }
    }

    #[test]
    fn of_a_running_shift_only_the_end_can_change() {
        let before = ShiftPlan { officer: OfficerId::mint(), ..plan("2026-11-16", "08:00", "12:00") };
        let span = before.span().unwrap();
        let now = span.start + TimeDelta::hours(2);
        let shift = Shift {
            id: ShiftId::mint(),
            hotline: HotlineId::mint(),
            officer: before.officer,
            span,
            tier: before.tier,
            position: 1,
            state: ShiftState::Published,
            sequence: 0,
            created_at: now,
            updated_at: now,
        };
        assert!(shift.has_begun(now) && !shift.has_begun(span.start));
        let until = |time| ShiftPlan { until: local::time(time).unwrap(), ..before };
        let longer = shift.changed_while_it_runs(&until("14:00"), now).unwrap();
        assert_eq!((longer.start, longer.length().num_hours()), (span.start, 6));
        for refused in [
            until("09:00"),
            ShiftPlan { from: local::time("09:00").unwrap(), ..before },
            ShiftPlan { officer: OfficerId::mint(), ..before },
            ShiftPlan { tier: Tier::new(2).unwrap(), ..before },
        ] {
            assert_eq!(shift.changed_while_it_runs(&refused, now), None, "{refused:?}");
        }
    }

    #[test]
    fn a_shift_keeps_its_wall_times_over_a_clock_change() {
        for (day, from, until, start, end) in [
            ("2026-10-19", "08:00", "20:00", "2026-10-19T06:00:00Z", "2026-10-19T18:00:00Z"),
            ("2026-10-26", "08:00", "20:00", "2026-10-26T07:00:00Z", "2026-10-26T19:00:00Z"),
            ("2026-10-24", "08:00", "08:00", "2026-10-24T06:00:00Z", "2026-10-25T07:00:00Z"),
            ("2027-03-27", "08:00", "08:00", "2027-03-27T07:00:00Z", "2027-03-28T06:00:00Z"),
            ("2026-11-16", "20:00", "24:00", "2026-11-16T19:00:00Z", "2026-11-16T23:00:00Z"),
            ("2027-03-28", "02:30", "08:00", "2027-03-28T01:00:00Z", "2027-03-28T06:00:00Z"),
            ("2026-10-24", "20:00", "02:30", "2026-10-24T18:00:00Z", "2026-10-25T01:30:00Z"),
        ] {
            let span = plan(day, from, until).span().unwrap();
            assert_eq!((span.start.rfc3339(), span.end.rfc3339()), (start.into(), end.into()), "{day} {from}-{until}");
        }
    }

    #[test]
    fn a_shift_that_lies_in_the_skipped_hour_is_none() {
        assert_eq!(plan("2027-03-28", "02:00", "02:45").span(), None);
        assert_eq!(plan("2027-03-28", "02:00", "03:00").span(), None);
    }

    #[test]
    fn weekly_shifts_hand_over_without_gap_or_overlap_across_the_clock_change() {
        for first in ["2026-10-18", "2027-03-21"] {
            let nightly: Vec<Span> = (0..14)
                .flat_map(|n| {
                    let by = TimeDelta::days(n);
                    [plan(first, "08:00", "20:00").later(by), plan(first, "20:00", "08:00").later(by)]
                })
                .map(|plan| plan.span().unwrap())
                .collect();
            assert!(nightly.windows(2).all(|pair| pair[0].end == pair[1].start), "{first}");
        }
    }

    #[test]
    fn only_the_first_tier_is_exclusive() {
        assert_eq!("1".parse::<Tier>().unwrap().commitment(), CommitmentKind::Shift);
        assert_eq!("2".parse::<Tier>().unwrap().commitment(), CommitmentKind::Standby);
        for text in ["0", "10", "", "-1", "erste"] {
            assert_eq!(text.parse::<Tier>(), Err(NotATier), "{text}");
        }
    }
}
