//! Wall time in Baden-Württemberg made into instants, and instants shown as wall time.
//!
//! Rules over a clock change: a start in the skipped hour is the first instant after it; a start in the doubled
//! hour is its first occurrence; an end in the doubled hour is its last. Duty may overlap, it never gaps.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Weekday};
use chrono_tz::Europe::Berlin;
use chrono_tz::Tz;

use super::{Instant, Span};

/// The zone in which the authority's wall clocks run.
pub const ZONE: Tz = Berlin;

/// The instant at which something starts that the rule puts at `wall`.
pub fn start(wall: NaiveDateTime) -> Instant {
    at(wall).earliest().map_or_else(|| after_gap(wall), into)
}

/// The instant at which something ends that the rule puts at `wall`.
pub fn end(wall: NaiveDateTime) -> Instant {
    at(wall).latest().map_or_else(|| after_gap(wall), into)
}

/// The instant of `wall` where it exists; None in the skipped hour, the first occurrence in the doubled one.
pub fn existing(wall: NaiveDateTime) -> Option<Instant> {
    at(wall).earliest().map(into)
}

/// A span of wall times that starts on `day`; an end not after the start is on the next day, so start = end is 24 hours.
pub fn span(day: NaiveDate, from: NaiveTime, until: NaiveTime) -> Span {
    let last_day = if until > from { day } else { day + TimeDelta::days(1) };
    Span { start: start(day.and_time(from)), end: end(last_day.and_time(until)) }
}

/// Wall time at an instant.
pub fn wall(at: Instant) -> DateTime<Tz> {
    at.utc().with_timezone(&ZONE)
}

/// The local day of an instant.
pub fn day(at: Instant) -> NaiveDate {
    wall(at).date_naive()
}

/// A whole local day: 23, 24 or 25 hours.
pub fn whole_day(day: NaiveDate) -> Span {
    span(day, NaiveTime::MIN, NaiveTime::MIN)
}

/// The calendar month that holds `day`.
pub fn whole_month(day: NaiveDate) -> Span {
    let first = day - TimeDelta::days(i64::from(day.day0()));
    Span { start: whole_day(first).start, end: whole_day(first + Months::new(1)).start }
}

/// The Monday of the week that holds `day`.
pub fn monday(day: NaiveDate) -> NaiveDate {
    day - TimeDelta::days(i64::from(day.weekday().num_days_from_monday()))
}

/// The days that can be planned, 2000 to 2199: far from where a calendar ends.
pub fn is_plannable(day: NaiveDate) -> bool {
    (2000..2200).contains(&day.year())
}

/// Reads `2026-11-20`, if that can be planned.
pub fn plannable(text: &str) -> Option<NaiveDate> {
    text.trim().parse().ok().filter(|day| is_plannable(*day))
}

/// Reads `2026-W47` (ISO 8601 week) as its Monday, if that can be planned.
pub fn week_start(text: &str) -> Option<NaiveDate> {
    let (year, week) = text.split_once("-W")?;
    let monday = NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon);
    monday.filter(|day| is_plannable(*day))
}

/// The Monday of the week that an address names, or of this week where it names none; None where there is no such week.
pub fn named_week(text: &str, now: Instant) -> Option<NaiveDate> {
    if text.is_empty() { Some(monday(day(now))) } else { week_start(text) }
}

/// The ISO 8601 week of a day, for instance `2026-W47`.
pub fn week_name(day: NaiveDate) -> String {
    let week = day.iso_week();
    format!("{}-W{:02}", week.year(), week.week())
}

/// Reads `HH:MM`; `24:00` is the midnight that ends the day.
pub fn time(text: &str) -> Option<NaiveTime> {
    match text.trim() {
        "24:00" => Some(NaiveTime::MIN),
        text => NaiveTime::parse_from_str(text, "%H:%M").ok(),
    }
}

fn at(wall: NaiveDateTime) -> chrono::LocalResult<DateTime<Tz>> {
    ZONE.from_local_datetime(&wall)
}

fn into(at: DateTime<Tz>) -> Instant {
    at.to_utc().into()
}

/// The first instant after the skipped hour that holds `wall`. Clocks are changed at whole minutes.
fn after_gap(wall: NaiveDateTime) -> Instant {
    let minute = wall - TimeDelta::seconds(i64::from(wall.second()));
    let later = (1..=180).map(|minutes| minute + TimeDelta::minutes(minutes));
    // No zone has ever skipped three hours; where one did, the time is read as UTC.
    later.into_iter().find_map(existing).unwrap_or_else(|| wall.and_utc().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall_time(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn starts_and_ends_over_the_clock_changes() {
        for (which, wall, instant) in [
            ("start", "2027-03-28 02:30", "2027-03-28T01:00:00Z"),
            ("start", "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
            ("end", "2026-10-25 02:30", "2026-10-25T01:30:00Z"),
            ("end", "2027-03-28 02:30", "2027-03-28T01:00:00Z"),
            ("start", "2026-07-01 08:00", "2026-07-01T06:00:00Z"),
        ] {
            let got = if which == "start" { start(wall_time(wall)) } else { end(wall_time(wall)) };
            assert_eq!(got.rfc3339(), instant, "{which} {wall}");
        }
    }

    #[test]
    fn a_night_shift_lasts_nine_hours_in_spring_and_eleven_in_autumn() {
        for (day, hours) in [("2027-03-27", 9), ("2026-10-24", 11), ("2026-11-20", 10)] {
            let night = span(day.parse().unwrap(), time("20:00").unwrap(), time("06:00").unwrap());
            assert_eq!(night.length().num_hours(), hours, "{day}");
        }
    }

    #[test]
    fn equal_start_and_end_mean_the_whole_day() {
        let eight = time("08:00").unwrap();
        assert_eq!(span("2027-03-27".parse().unwrap(), eight, eight).length().num_hours(), 23);
        assert_eq!(span("2026-10-24".parse().unwrap(), eight, eight).length().num_hours(), 25);
        assert_eq!(whole_day("2026-11-20".parse().unwrap()).length().num_hours(), 24);
    }

    #[test]
    fn days_far_from_any_plan_are_none() {
        assert_eq!(plannable(" 2026-11-20 ").map(|day| day.to_string()).as_deref(), Some("2026-11-20"));
        for text in ["", "heute", "2026-02-30", "1999-12-31", "2200-01-01", "+262142-12-31", "-0001-01-01"] {
            assert_eq!(plannable(text), None, "{text}");
        }
    }

    #[test]
    fn weeks_are_read_and_named_as_iso_8601_does() {
        let monday = week_start("2026-W47").unwrap();
        assert_eq!(monday.to_string(), "2026-11-16");
        assert_eq!(week_name(monday), "2026-W47");
        assert_eq!(week_start("2026-W54"), None);
        assert_eq!(week_start("soon"), None);
        assert_eq!(week_start("262142-W52"), None);
    }
}
