//! Rules about the rhythm of duty: nights in a row, weekends, forward rotation, lone days, Friday evenings.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, TimeDelta, Timelike, Weekday};

use crate::kernel::{Span, local};

use super::work::{Work, days, last_day, saturdays};
use super::{Case, Fault, Measured};

impl Case<'_> {
    pub(super) fn nights_in_row(&self, most: i64) -> Vec<Fault> {
        let blocks = self.night_blocks();
        let faults = blocks.iter().filter_map(|block| {
            let (first, last) = (block.first()?, block.last()?);
            let is = (last.day - first.day).num_days() + 1;
            let span = Span { start: first.span.start, end: last.span.end };
            let fault = || Fault::of(block.iter().copied(), span, Measured::Count { is, limit: most });
            (is > most).then(fault).flatten()
        });
        faults.collect()
    }

    /// Of four weekends that end with one of the plan.
    pub(super) fn weekends(&self, most: i64) -> Vec<Fault> {
        let worked: BTreeSet<NaiveDate> = self.worked.works.iter().flat_map(|work| saturdays(work.span)).collect();
        let planned: BTreeSet<NaiveDate> = self.worked.planned().flat_map(|work| saturdays(work.span)).collect();
        let faults = planned.into_iter().filter_map(|saturday| {
            let four = (0..4).map(|weeks| saturday - TimeDelta::weeks(weeks));
            let is = four.filter(|saturday| worked.contains(saturday)).count() as i64;
            let weekend = days(saturday, 2);
            let fault = || Fault::of(self.worked.within(weekend), weekend, Measured::Count { is, limit: most });
            (is > most).then(fault).flatten()
        });
        faults.collect()
    }

    pub(super) fn forward(&self, hours: i64) -> Vec<Fault> {
        let limit = TimeDelta::hours(hours);
        let mut firsts: Vec<&Work> = self.worked.works.iter().collect();
        firsts.dedup_by_key(|work| work.day);
        let faults = firsts.windows(2).filter_map(|pair| {
            let &[before, after] = pair else { return None };
            let is = time_of_day(before) - time_of_day(after);
            let next_day = before.day.succ_opt() == Some(after.day);
            let fault = || Fault::of([before, after], after.span, Measured::Time { is, limit });
            (next_day && is > limit).then(fault).flatten()
        });
        faults.collect()
    }

    pub(super) fn lone(&self) -> Vec<Fault> {
        let worked = self.worked.days();
        let is_worked = |day: Option<NaiveDate>| day.is_some_and(|day| worked.binary_search(&day).is_ok());
        let is_lone = |day: NaiveDate| !is_worked(day.pred_opt()) && !is_worked(day.succ_opt());
        let lone = self.worked.planned().filter(|work| is_lone(work.day));
        lone.filter_map(|work| Fault::of([work], work.span, Measured::Plainly)).collect()
    }

    pub(super) fn friday_late(&self, hour: i64) -> Vec<Fault> {
        let latest = TimeDelta::hours(hour);
        let late = self.worked.planned().filter(|work| {
            let friday = last_day(work.span);
            let ends = work.span.end - days(friday, 1).start;
            friday.weekday() == Weekday::Fri && ends > latest && self.is_free(days(friday + TimeDelta::days(1), 2))
        });
        late.filter_map(|work| Fault::of([work], work.span, Measured::Plainly)).collect()
    }

    fn is_free(&self, span: Span) -> bool {
        self.worked.within(span).next().is_none()
    }
}

/// When work begins, since midnight.
fn time_of_day(work: &Work) -> TimeDelta {
    TimeDelta::seconds(i64::from(local::wall(work.span.start).num_seconds_from_midnight()))
}
