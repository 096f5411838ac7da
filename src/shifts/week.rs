//! A week of one hotline: its shifts, opening hours, gaps and what needs cover, day by day.
//!
//! Only looks at what was loaded. Rule: the week is that of the wall clock, Monday to Sunday (ISO 8601).

use chrono::{Days, NaiveDate};

use crate::kernel::{Instant, Language, Span, local};
use crate::offices::Calendar;

use super::closure::Closure;
use super::coverage::{self, Gap, NeedsCover, Stretch};
use super::duty::Rota;
use super::hotline::Hotline;
use super::shift::Shift;

#[derive(Clone, Debug)]
pub struct Week {
    pub hotline: Hotline,
    pub monday: NaiveDate,
    pub rota: Rota,
    /// The days on which the hotline's office is closed.
    pub calendar: Calendar,
    /// When the hotline is closed by hand.
    pub closures: Vec<Closure>,
}

impl Week {
    /// From Monday's first midnight until Sunday's last.
    pub fn window(monday: NaiveDate) -> Span {
        let last = monday + Days::new(6);
        Span { start: local::whole_day(monday).start, end: local::whole_day(last).end }
    }

    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        self.monday.iter_days().take(7)
    }

    /// When the hotline is open on a day.
    pub fn open(&self, day: NaiveDate) -> Vec<Span> {
        let hours = self.hotline.hours.spans(day, &self.calendar);
        let closed = || self.closures.iter().map(|closure| closure.span);
        hours.into_iter().flat_map(|span| span.without(closed())).collect()
    }

    pub fn open_at(&self, at: Instant) -> bool {
        let closed = self.closures.iter().any(|closure| closure.covers(at));
        self.hotline.hours.open_at(at, &self.calendar) && !closed
    }

    /// The holiday or own day on which the office is closed.
    pub fn closure(&self, day: NaiveDate) -> Option<&str> {
        self.calendar.closed(day).map(|closure| closure.name(Language::De))
    }

    /// The published shifts that start on a day.
    pub fn shifts(&self, day: NaiveDate) -> impl Iterator<Item = &Shift> {
        self.rota.shifts.iter().filter(move |shift| shift.is_published() && shift.day() == day)
    }

    /// Those that were taken back, by start.
    pub fn removed(&self) -> impl Iterator<Item = &Shift> {
        self.rota.shifts.iter().filter(|shift| !shift.is_published())
    }

    pub fn gaps(&self, day: NaiveDate, now: Instant) -> Vec<Gap> {
        coverage::gaps(&self.rota, &self.open(day), now)
    }

    /// The coverage of the whole local day.
    pub fn strip(&self, day: NaiveDate) -> Vec<Stretch> {
        coverage::strip(&self.rota, &self.open(day), local::whole_day(day))
    }

    pub fn needs_cover(&self) -> Vec<NeedsCover> {
        coverage::needs_cover(&self.rota, Self::window(self.monday))
    }
}
