//! An officer's figures of a month: hours, nights, weekends, holidays.
//!
//! Credited are real hours: a night of the clock change counts 9 or 11. Rule: a shift counts in the month in which its
//! hours lie, as a night or weekend in the month in which it begins.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};

use crate::kernel::{Span, local};
use crate::offices::Calendar;
use crate::shifts::Shift;

/// Between these hours a shift is night work (Directive 2003/88/EC art. 2: at least three hours of it).
const NIGHT: (u32, u32) = (23, 6);
const NIGHT_WORK: TimeDelta = TimeDelta::hours(3);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub time: TimeDelta,
    pub nights: usize,
    /// Shifts that begin on a Saturday or Sunday.
    pub weekends: usize,
    /// Shifts that begin on a day on which the office is closed.
    pub holidays: usize,
}

/// What an officer's published shifts come to in the month that holds `day`.
pub fn figures(shifts: &[Shift], calendar: &Calendar, day: NaiveDate) -> Figures {
    let month = local::whole_month(day);
    let mut figures = Figures::default();
    for shift in shifts.iter().filter(|shift| shift.is_published()) {
        let Some(within) = shift.span.shared(month) else { continue };
        figures.time += within.length();
        if month.contains(shift.span.start) {
            figures.nights += usize::from(is_night(shift.span));
            figures.weekends += usize::from(shift.day().weekday().num_days_from_monday() >= 5);
            figures.holidays += usize::from(calendar.closed(shift.day()).is_some());
        }
    }
    figures
}

/// At least three hours of it lie in the night.
fn is_night(span: Span) -> bool {
    let clock = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let night = |day| local::span(day, clock(NIGHT.0), clock(NIGHT.1));
    let day = local::day(span.start);
    [day - TimeDelta::days(1), day]
        .into_iter()
        .filter_map(|day| night(day).shared(span))
        .any(|it| it.length() >= NIGHT_WORK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(day: &str, times: &str) -> Span {
        let (from, until) = times.split_once('-').unwrap();
        local::span(day.parse().unwrap(), local::time(from).unwrap(), local::time(until).unwrap())
    }

    #[test]
    fn a_shift_is_night_work_when_three_hours_of_it_lie_in_the_night() {
        for (times, night) in [
            ("20:00-06:00", true),
            ("20:00-01:00", false),
            ("22:00-02:00", true),
            ("03:00-09:00", true),
            ("04:00-12:00", false),
            ("08:00-20:00", false),
        ] {
            assert_eq!(is_night(span("2026-11-16", times)), night, "{times}");
        }
    }
}
