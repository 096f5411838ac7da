//! Free times by weeks, for choosing a first time and for moving to another.
//!
//! Rule: a week without free times names the next one that has some.

use chrono::{NaiveDate, TimeDelta};

use super::Choice;
use crate::bookings::{self, BookingError, Day, Time, Wish};
use crate::desk::Desk;
use crate::kernel::{Instant, Span, local};
use crate::web::{Locale, say};

/// A week of free times.
pub(super) struct Week {
    pub(super) name: String,
    pub(super) choice: Choice,
    pub(super) days: Vec<Day>,
    pub(super) earlier: Option<String>,
    pub(super) later: Option<String>,
    /// The next free time, named, and the address of its week; where this week has none.
    pub(super) next: Option<(String, String)>,
}

impl Week {
    /// Nothing is free here, nor later.
    pub(super) fn is_without_any(&self) -> bool {
        self.days.is_empty() && self.next.is_none()
    }
}

/// How the weeks of a page are addressed, and what a button there does.
pub(super) struct Weeks<'a> {
    pub(super) t: &'a Locale,
    pub(super) wish: Wish,
    /// The page, with its query if it has one.
    pub(super) page: String,
    pub(super) action: String,
    pub(super) hidden: Vec<(&'static str, String)>,
    /// A time not to offer: that which a booking has already.
    pub(super) except: Option<Instant>,
}

impl Weeks<'_> {
    /// The named week; without a name, that of the first free time.
    pub(super) async fn load(self, desk: &Desk, now: Instant, name: &str) -> Result<Week, BookingError> {
        let this_week = local::monday(local::day(now));
        let last_week = local::monday(local::day(now + bookings::AHEAD));
        let first = match local::week_start(name) {
            Some(monday) => monday.clamp(this_week, last_week),
            None => match bookings::next_free(desk, now, &self.wish, now).await? {
                Some(time) => local::monday(local::day(time.span.start)),
                None => this_week,
            },
        };
        let after = first + TimeDelta::weeks(1);
        let window = Span { start: local::whole_day(first).start, end: local::whole_day(after).start };
        let mut days = bookings::list_free(desk, now, &self.wish, window).await?;
        for day in &mut days {
            day.times.retain(|time| Some(time.span.start) != self.except);
        }
        days.retain(|day| !day.times.is_empty());
        let next = match days.is_empty() {
            true => bookings::next_free(desk, now, &self.wish, window.end).await?,
            false => None,
        };
        Ok(Week {
            name: self.week_name(first),
            earlier: (first > this_week).then(|| self.link(first - TimeDelta::weeks(1))),
            later: (after <= last_week).then(|| self.link(after)),
            next: next.map(|time| self.next(&time)),
            choice: Choice::of_days(self.action, self.hidden, &days, self.t.language),
            days,
        })
    }

    fn link(&self, monday: NaiveDate) -> String {
        let sign = if self.page.contains('?') { '&' } else { '?' };
        format!("{}{sign}woche={}", self.page, local::week_name(monday))
    }

    fn next(&self, time: &Time) -> (String, String) {
        let start = time.span.start;
        (say::moment(self.t.language, start), self.link(local::monday(local::day(start))))
    }

    fn week_name(&self, monday: NaiveDate) -> String {
        let last = monday + TimeDelta::days(6);
        let (from, until) = (say::day(self.t.language, monday), say::day(self.t.language, last));
        self.t.with_all("bookings-week", &[("from", &from), ("until", &until)])
    }
}
