//! The VTIMEZONE of Europe/Berlin (RFC 5545 § 3.6.5): one observance a clock change, taken from the time zone
//! database that the program carries.
//!
//! Rule: no recurrence is guessed; if the law changes, a new database says so and this follows.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, TzOffset};

use super::lines::Lines;
use crate::kernel::local::ZONE;

/// Writes the zone so that it holds in `years`: from the clock changes of the year before until those of the last.
pub fn write(lines: &mut Lines, years: RangeInclusive<i32>) {
    lines.raw("BEGIN", "VTIMEZONE");
    lines.raw("TZID", ZONE.name());
    for at in changes(years.start() - 1..=*years.end()) {
        observance(lines, at);
    }
    lines.raw("END", "VTIMEZONE");
}

/// An observance starts at the wall time that the clocks showed before the change.
fn observance(lines: &mut Lines, at: DateTime<Utc>) {
    let (before, after) = (offset(at - TimeDelta::seconds(1)), offset(at));
    let kind = if after.dst_offset().is_zero() { "STANDARD" } else { "DAYLIGHT" };
    let wall = at.naive_utc() + TimeDelta::seconds(seconds(&before));
    lines.raw("BEGIN", kind);
    lines.raw("DTSTART", &wall.format("%Y%m%dT%H%M%S").to_string());
    lines.raw("TZOFFSETFROM", &written(&before));
    lines.raw("TZOFFSETTO", &written(&after));
    if let Some(name) = after.abbreviation() {
        lines.raw("TZNAME", name);
    }
    lines.raw("END", kind);
}

/// The instants at which the clocks change in these years: found day by day, then to the second by bisection.
fn changes(years: RangeInclusive<i32>) -> Vec<DateTime<Utc>> {
    let end = first_of(years.end() + 1);
    let mut found = Vec::new();
    let mut day = first_of(*years.start());
    while day < end {
        let next = day + TimeDelta::days(1);
        if seconds(&offset(day)) != seconds(&offset(next)) {
            found.push(bisect(day, next));
        }
        day = next;
    }
    found
}

/// The first second between the two at which the offset is the later one's.
fn bisect(mut before: DateTime<Utc>, mut after: DateTime<Utc>) -> DateTime<Utc> {
    let old = seconds(&offset(before));
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if seconds(&offset(middle)) == old { before = middle } else { after = middle }
    }
    after
}

fn first_of(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN).and_utc()
}

fn offset(at: DateTime<Utc>) -> TzOffset {
    ZONE.offset_from_utc_datetime(&at.naive_utc())
}

fn seconds(offset: &TzOffset) -> i64 {
    i64::from(offset.fix().local_minus_utc())
}

/// RFC 5545 § 3.3.14, for instance `+0200`.
fn written(offset: &TzOffset) -> String {
    let seconds = seconds(offset);
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;

    use super::*;

    fn text(years: RangeInclusive<i32>) -> String {
        let mut lines = Lines::default();
        write(&mut lines, years);
        lines.finish()
    }

    /// Start in UTC and offset in seconds of each observance, read as a calendar program reads them.
    fn observances(text: &str) -> Vec<(NaiveDateTime, i64)> {
        let value = |block: &str, name: &str| {
            block.lines().find_map(|l| l.strip_prefix(name)).map(str::to_owned).unwrap_or_default()
        };
        let offset = |text: String| {
            let number: i64 = text.parse().unwrap();
            (number / 100 * 60 + number % 100) * 60
        };
        text.split("BEGIN:")
            .filter(|block| block.starts_with("STANDARD") || block.starts_with("DAYLIGHT"))
            .map(|block| {
                let wall = NaiveDateTime::parse_from_str(&value(block, "DTSTART:"), "%Y%m%dT%H%M%S").unwrap();
                let from = offset(value(block, "TZOFFSETFROM:"));
                (wall - TimeDelta::seconds(from), offset(value(block, "TZOFFSETTO:")))
            })
            .collect()
    }

    #[test]
    fn offsets_equal_the_database_every_half_hour_over_both_clock_changes() {
        let observances = observances(&text(2026..=2027));
        let mut at = first_of(2026);
        while at < first_of(2028) {
            let in_force = observances.iter().rev().find(|(start, _)| *start <= at.naive_utc()).unwrap();
            assert_eq!(in_force.1, seconds(&offset(at)), "{at}");
            at += TimeDelta::minutes(30);
        }
    }

    #[test]
    fn each_change_is_written_once() {
        let text = text(2026..=2026);
        assert_eq!(text.matches("BEGIN:DAYLIGHT").count(), 2, "2025 and 2026");
        assert!(text.contains("BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\nEND:STANDARD\r\n"));
        assert!(text.contains("BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n"));
    }
}
