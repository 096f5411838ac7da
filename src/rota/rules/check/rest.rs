//! Rules about rest: of the day, of the week, after nights, and the break within work.

use chrono::TimeDelta;

use crate::kernel::{Instant, Span};

use super::work::{Stretch, Work, is_night};
use super::{Case, Fault, Measured};

/// AzUVO § 11 (1): of work over six hours, so much is a break.
const BREAK: TimeDelta = TimeDelta::minutes(30);

impl Case<'_> {
    /// From one day's work to that of the next, and within 24 hours from the beginning of a day of several parts.
    pub(super) fn daily_rest(&self, hours: i64) -> Vec<Fault> {
        let (limit, stretches) = (TimeDelta::hours(hours), self.worked.stretches());
        let day = |stretch: &Stretch| self.worked.works[stretch.first].day;
        let days: Vec<&[Stretch]> = stretches.chunk_by(|a, b| day(a) == day(b)).collect();
        let nights = days.windows(2).filter_map(|pair| {
            let (last, first) = (pair[0].last()?, pair[1].first()?);
            Some((Span { start: last.span.end, end: first.span.start }, [last.last, first.first]))
        });
        let next = |place: usize| Some(days.get(place + 1)?.first()?.span.start);
        let split = days.iter().enumerate().filter(|(_, parts)| parts.len() > 1).filter_map(|(place, parts)| {
            // What ends with the next day's work is told as a night.
            longest_rest(parts, next(place)).filter(|(rest, _)| Some(rest.end) != next(place))
        });
        let short = nights.chain(split).filter(|(rest, _)| rest.length() < limit);
        short
            .filter_map(|(rest, around)| {
                let works = around.map(|place| &self.worked.works[place]);
                Fault::of(works, rest, Measured::Time { is: rest.length(), limit })
            })
            .collect()
    }

    /// Each week has a rest of its own that is long enough; one over the end of a week counts where most of it lies.
    pub(super) fn weekly_rest(&self, hours: i64) -> Vec<Fault> {
        let (limit, rests) = (TimeDelta::hours(hours), self.rests());
        let mut spent = self.worked.known.start;
        let mut found = Vec::new();
        for week in self.worked.weeks() {
            let taken = rests.iter().find_map(|rest| {
                let start = rest.start.max(spent).max(week.start - limit / 2);
                (start + limit / 2 <= week.end && start + limit <= rest.end).then_some(start + limit)
            });
            let Some(end) = taken else {
                let left = rests.iter().filter_map(|rest| Span::new(rest.start.max(spent), rest.end)?.shared(week));
                let is = left.map(Span::length).max().unwrap_or_default().min(limit);
                found.extend(Fault::of(self.worked.within(week), week, Measured::Time { is, limit }));
                continue;
            };
            spent = end;
        }
        found
    }

    /// After two or more nights in a row.
    pub(super) fn after_nights(&self, hours: i64) -> Vec<Fault> {
        let limit = TimeDelta::hours(hours);
        let blocks = self.night_blocks();
        let faults = blocks.iter().filter(|block| block.len() > 1).filter_map(|block| {
            let last = block.last()?;
            let next = self.worked.works.iter().find(|work| work.span.start > last.span.start)?;
            let free = Span { start: last.span.end, end: next.span.start.max(last.span.end) };
            let is = free.length();
            (is < limit).then(|| Fault::of([*last, next], free, Measured::Time { is, limit })).flatten()
        });
        faults.collect()
    }

    /// Who works long without a pause must be relieved for the break.
    pub(super) fn breaks(&self, hours: i64) -> Vec<Fault> {
        let long = self.worked.stretches().into_iter().filter(|it| it.span.length() > TimeDelta::hours(hours));
        long.filter_map(|stretch| {
            let works = self.worked.of(stretch);
            let relieved = works.iter().filter_map(|work| Some((work.hotline?, work.span)));
            let others = relieved.flat_map(|(hotline, span)| self.plan.others_on(hotline, span, self.officer));
            let alone: TimeDelta = stretch.span.without(others).into_iter().map(Span::length).sum();
            let is = stretch.span.length() - alone;
            (is < BREAK).then(|| Fault::of(works, stretch.span, Measured::Time { is, limit: BREAK })).flatten()
        })
        .collect()
    }

    /// Night shifts on days that follow each other.
    pub(super) fn night_blocks(&self) -> Vec<Vec<&Work>> {
        let mut blocks: Vec<Vec<&Work>> = Vec::new();
        for night in self.worked.works.iter().filter(|work| is_night(work.span)) {
            match blocks.last_mut() {
                Some(block) if block.last().is_some_and(|last| (night.day - last.day).num_days() <= 1) => {
                    block.push(night);
                }
                _ => blocks.push(vec![night]),
            }
        }
        blocks
    }

    /// Every rest, also before the first and after the last work.
    fn rests(&self) -> Vec<Span> {
        let stretches = self.worked.stretches();
        let bounds: Vec<(Instant, Instant)> = stretches.iter().map(|it| (it.span.start, it.span.end)).collect();
        let starts = std::iter::once(self.worked.known.start).chain(bounds.iter().map(|(_, end)| *end));
        let ends = bounds.iter().map(|(start, _)| *start).chain([self.worked.known.end]);
        starts.zip(ends).filter_map(|(start, end)| Span::new(start, end)).collect()
    }
}

/// The longest rest in the 24 hours from the beginning of a day of several parts, and the works around it.
fn longest_rest(parts: &[Stretch], next: Option<Instant>) -> Option<(Span, [usize; 2])> {
    let (first, last) = (parts.first()?, parts.last()?);
    let day_after = first.span.start + TimeDelta::hours(24);
    let end = next.map_or(day_after, |next| next.min(day_after));
    let after = Span { start: last.span.end, end: last.span.end.max(end) };
    let between = parts.windows(2).map(|pair| {
        let rest = Span { start: pair[0].span.end, end: pair[1].span.start };
        (rest, [pair[0].last, pair[1].first])
    });
    between.chain([(after, [first.first, last.last])]).max_by_key(|(rest, _)| rest.length())
}
