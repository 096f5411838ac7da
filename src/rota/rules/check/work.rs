//! The work of one officer in order of time, and the rests, days, weeks, nights and weekends in it.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Weekday};

use crate::kernel::id::{HotlineId, ShiftId};
use crate::kernel::{Instant, Span, local};
use crate::rota::PlannedShift;
use crate::rota::rules::RuleSet;
use crate::shifts::Tier;

/// Night time (Directive 2003/88/EC art. 2 no. 3: at least seven hours with midnight to 5:00 among them).
const NIGHT: (NaiveTime, NaiveTime) = (hour(23), hour(6));
/// So much of a shift at night makes it a night shift (art. 2 no. 4).
const AT_NIGHT: TimeDelta = TimeDelta::hours(3);

#[allow(clippy::unwrap_used, reason = "the hours are constants of a clock")]
const fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
}

/// Something that an officer works.
#[derive(Clone, Debug)]
pub struct Work {
    pub span: Span,
    /// None: a consultation.
    pub shift: Option<ShiftId>,
    pub hotline: Option<HotlineId>,
    /// Belongs to the plan that is looked at.
    pub planned: bool,
    /// Takes the whole attention.
    pub exclusive: bool,
    /// So much of it counts as work.
    pub percent: i64,
    /// So much of it is a break that does not count.
    pub unpaid: TimeDelta,
    /// The day on which it starts.
    pub day: NaiveDate,
}

/// All that counts as work, sorted.
pub struct Worked {
    pub works: Vec<Work>,
    /// Outside of it nothing is known.
    pub known: Span,
}

/// Work without a pause, as a range of `works`.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    pub span: Span,
    pub first: usize,
    pub last: usize,
}

type Parts<'a> = (Vec<&'a PlannedShift>, Vec<&'a PlannedShift>, &'a [Span]);

impl Worked {
    /// Of the plan's shifts, other shifts, and consultations.
    pub fn new((shifts, others, consultations): Parts<'_>, known: Span, rules: &RuleSet) -> Self {
        let own: Vec<Span> = shifts.iter().chain(&others).map(|shift| shift.span).collect();
        let work = |shift: &PlannedShift, planned| Work {
            span: shift.span,
            shift: Some(shift.id),
            hotline: Some(shift.hotline),
            planned,
            exclusive: shift.tier == Tier::FIRST,
            percent: if shift.tier == Tier::FIRST { 100 } else { rules.standby_percent },
            unpaid: unpaid(shift, rules),
            day: local::day(shift.span.start),
        };
        let mut works: Vec<Work> = shifts.iter().map(|shift| work(shift, true)).collect();
        works.extend(others.iter().map(|shift| work(shift, false)));
        works.retain(|work| work.percent > 0);
        // A consultation within a backup shift is not counted twice.
        let consulted = consultations.iter().flat_map(|span| span.without(own.iter().copied()));
        works.extend(consulted.map(|span| Work {
            span,
            shift: None,
            hotline: None,
            planned: false,
            exclusive: true,
            percent: 100,
            unpaid: TimeDelta::zero(),
            day: local::day(span.start),
        }));
        works.sort_by_key(|work| (work.span, work.shift));
        Self { works, known }
    }

    pub fn planned(&self) -> impl Iterator<Item = &Work> {
        self.works.iter().filter(|work| work.planned)
    }

    /// Works that touch a span.
    pub fn within(&self, span: Span) -> impl Iterator<Item = &Work> + Clone {
        self.works.iter().filter(move |work| work.span.overlaps(span))
    }

    /// What touches or overlaps, taken together.
    pub fn stretches(&self) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        for (place, work) in self.works.iter().enumerate() {
            match stretches.last_mut() {
                Some(last) if work.span.start <= last.span.end => {
                    last.span.end = last.span.end.max(work.span.end);
                    last.last = place;
                }
                _ => stretches.push(Stretch { span: work.span, first: place, last: place }),
            }
        }
        stretches
    }

    pub fn of(&self, stretch: Stretch) -> &[Work] {
        &self.works[stretch.first..=stretch.last]
    }

    /// The weeks in which the plan has a shift.
    pub fn weeks(&self) -> impl Iterator<Item = Span> {
        let mondays: BTreeSet<NaiveDate> =
            self.planned().flat_map(|work| [work.day, last_day(work.span)]).map(local::monday).collect();
        mondays.into_iter().map(|monday| days(monday, 7))
    }

    /// Days on which something starts, in order.
    pub fn days(&self) -> Vec<NaiveDate> {
        let mut days: Vec<NaiveDate> = self.works.iter().map(|work| work.day).collect();
        days.dedup();
        days
    }
}

impl Work {
    /// What of it counts within a span, which has its part of the break.
    pub fn counted(&self, within: Span) -> TimeDelta {
        let Some(part) = self.span.shared(within).map(Span::length) else { return TimeDelta::zero() };
        let [unpaid, part_minutes, all] = [self.unpaid, part, self.span.length()].map(|time| time.num_minutes());
        percent(part - TimeDelta::minutes(unpaid * part_minutes / all.max(1)), self.percent)
    }
}

/// Whole local days from one on.
pub fn days(first: NaiveDate, count: i64) -> Span {
    let start = |day: NaiveDate| local::start(day.and_time(NaiveTime::MIN));
    Span { start: start(first), end: start(first + TimeDelta::days(count)) }
}

/// The last day that a span touches.
pub fn last_day(span: Span) -> NaiveDate {
    local::day(span.end - TimeDelta::microseconds(1))
}

fn percent(time: TimeDelta, percent: i64) -> TimeDelta {
    TimeDelta::microseconds(time.num_microseconds().unwrap_or(0) / 100 * percent)
}

/// What a shift counts as work: its length in hours that pass, so that a night of the clock change has 9 or 11, less the
/// break where the office does not count it.
pub fn credited(shift: &PlannedShift, rules: &RuleSet) -> TimeDelta {
    let counts = if shift.tier == Tier::FIRST { 100 } else { rules.standby_percent };
    percent(shift.span.length() - unpaid(shift, rules), counts)
}

/// The break in a shift that does not count; a backup waits through its breaks.
fn unpaid(shift: &PlannedShift, rules: &RuleSet) -> TimeDelta {
    if shift.tier == Tier::FIRST { rules.unpaid_break(shift.span.length()) } else { TimeDelta::zero() }
}

/// At least three hours of it lie between 23:00 and 6:00.
pub fn is_night(span: Span) -> bool {
    let day = local::day(span.start);
    let by_day = (6..23).contains(&local::wall(span.start).hour()) && span.end <= at(day, NIGHT.0);
    let nights = || [day - TimeDelta::days(1), day].map(|day| local::span(day, NIGHT.0, NIGHT.1));
    !by_day
        && nights().into_iter().filter_map(|night| span.shared(night)).map(Span::length).sum::<TimeDelta>() >= AT_NIGHT
}

fn at(day: NaiveDate, time: NaiveTime) -> Instant {
    local::start(day.and_time(time))
}

/// The Saturdays of the weekends that a span touches.
pub fn saturdays(span: Span) -> impl Iterator<Item = NaiveDate> {
    let (first, last) = (local::day(span.start), last_day(span));
    let mut found: Vec<NaiveDate> = first.iter_days().take_while(|day| *day <= last).filter_map(saturday_of).collect();
    found.dedup();
    found.into_iter()
}

fn saturday_of(day: NaiveDate) -> Option<NaiveDate> {
    match day.weekday() {
        Weekday::Sat => Some(day),
        Weekday::Sun => day.pred_opt(),
        _ => None,
    }
}
