//! Rules about hours: of a day, a week, four months, a night.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use crate::kernel::{Span, local};
use crate::people::AbsenceKind;

use super::work::{Work, days, is_night};
use super::{Case, Fault, Measured};

/// Four months, in weeks.
const WEEKS: i64 = 17;
/// Where fewer days are left of four months, an average says nothing.
const FEWEST_DAYS: i64 = 28;

impl Case<'_> {
    pub(super) fn day_hours(&self, hours: i64) -> Vec<Fault> {
        let limit = TimeDelta::hours(hours);
        let mut by_day: BTreeMap<NaiveDate, Vec<&Work>> = BTreeMap::new();
        for work in &self.worked.works {
            by_day.entry(work.day).or_default().push(work);
        }
        let faults = by_day.into_values().filter_map(|works| {
            let is: TimeDelta = works.iter().map(|work| work.counted(work.span)).sum();
            if is <= limit {
                return None;
            }
            let start = works.first()?.span.start;
            let end = works.iter().map(|work| work.span.end).max()?;
            Fault::of(works, Span { start, end }, Measured::Time { is, limit })
        });
        faults.collect()
    }

    pub(super) fn week_hours(&self, hours: i64) -> Vec<Fault> {
        let limit = TimeDelta::hours(hours);
        let faults = self.worked.weeks().filter_map(|week| {
            let works = self.worked.within(week);
            let is: TimeDelta = works.clone().map(|work| work.counted(week)).sum();
            (is > limit).then(|| Fault::of(works, week, Measured::Time { is, limit })).flatten()
        });
        faults.collect()
    }

    /// The worst four months that end with a week of the plan.
    pub(super) fn average_hours(&self, hours: i64) -> Vec<Fault> {
        let limit = TimeDelta::hours(hours);
        let averages = self.worked.weeks().filter_map(|week| {
            let window = days(local::day(week.start) - TimeDelta::weeks(WEEKS - 1), 7 * WEEKS);
            Some((self.average(window)?, window))
        });
        let Some((is, window)) = averages.max().filter(|(is, _)| *is > limit) else { return Vec::new() };
        Fault::of(self.worked.within(window), window, Measured::Time { is, limit }).into_iter().collect()
    }

    /// Work a week within a window; days of leave and sickness are left out (Directive 2003/88/EC art. 16 b).
    fn average(&self, window: Span) -> Option<TimeDelta> {
        let worked: TimeDelta = self.worked.within(window).map(|work| work.counted(window)).sum();
        let out = |kind| matches!(kind, AbsenceKind::Leave | AbsenceKind::Sick);
        let absences = self.person.absences.iter().filter(|absence| out(absence.kind));
        let away: TimeDelta = absences.filter_map(|absence| absence.span.shared(window)).map(Span::length).sum();
        let days = 7 * WEEKS - away.num_days();
        (days >= FEWEST_DAYS).then(|| TimeDelta::minutes(worked.num_minutes() * 7 / days))
    }

    pub(super) fn night_hours(&self, hours: i64) -> Vec<Fault> {
        let limit = TimeDelta::hours(hours);
        let long = self.worked.planned().filter(|work| work.span.length() > limit && is_night(work.span));
        long.filter_map(|work| Fault::of([work], work.span, Measured::Time { is: work.span.length(), limit })).collect()
    }
}
