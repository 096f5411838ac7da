//! Instants and days in the words of a language: "Dienstag, 14. Juli 2026, 10:00 bis 10:30 Uhr".
//!
//! The words and their order stand in `locales/*/dates.ftl`.

use chrono::{Datelike, NaiveDate, Timelike};

use super::{text_of_number, text_with};
use crate::kernel::{Instant, Language, Span, local};

/// "Dienstag, 14. Juli 2026" / "Tuesday, 14 July 2026".
pub fn day(language: Language, day: NaiveDate) -> String {
    let weekday = text_of_number(language, "date-weekday", i64::from(day.weekday().number_from_monday()));
    let month = text_of_number(language, "date-month", i64::from(day.month()));
    let (number, year) = (day.day().to_string(), day.year().to_string());
    let values = [("weekday", weekday.as_str()), ("day", &number), ("month", &month), ("year", &year)];
    text_with(language, "date-day", &values)
}

/// "10:00" on Berlin's clocks.
pub fn time(at: Instant) -> String {
    local::wall(at).format("%H:%M").to_string()
}

/// "10:00 bis 10:30 Uhr" / "10:00 to 10:30".
pub fn times(language: Language, span: Span) -> String {
    text_with(language, "date-times", &[("from", &time(span.start)), ("until", &time(span.end))])
}

/// Day and times of a span that ends on the day it starts; else both days.
pub fn span(language: Language, span: Span) -> String {
    let (first, last) = (local::day(span.start), local::day(span.end));
    if first == last {
        return format!("{}, {}", day(language, first), times(language, span));
    }
    format!("{} – {}", moment(language, span.start), moment(language, span.end))
}

/// "Dienstag, 14. Juli 2026, 10:00 Uhr" / "Tuesday, 14 July 2026, 10:00".
pub fn moment(language: Language, at: Instant) -> String {
    text_with(language, "date-moment", &[("day", &day(language, local::day(at))), ("time", &time(at))])
}

/// "14.07. 10:00": short, for tables of the staff pages.
pub fn short(at: Instant) -> String {
    let wall = local::wall(at);
    format!("{:02}.{:02}. {:02}:{:02}", wall.day(), wall.month(), wall.hour(), wall.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_as_people_say_them() {
        let at = |text| Instant::parse(text).unwrap();
        let half_hour = Span { start: at("2026-07-14T08:00:00Z"), end: at("2026-07-14T08:30:00Z") };
        assert_eq!(span(Language::De, half_hour), "Dienstag, 14. Juli 2026, 10:00 bis 10:30 Uhr");
        assert_eq!(span(Language::En, half_hour), "Tuesday, 14 July 2026, 10:00 to 10:30");
        assert_eq!(span(Language::Simple, half_hour), "Dienstag, 14. Juli 2026, von 10:00 Uhr bis 10:30 Uhr");
        assert_eq!(moment(Language::De, half_hour.start), "Dienstag, 14. Juli 2026, 10:00 Uhr");
    }

    #[test]
    fn every_weekday_and_month_has_its_name() {
        let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        for language in Language::ALL {
            for n in 0..7 {
                let date = monday + chrono::TimeDelta::days(n);
                assert!(day(language, date).starts_with(language.weekday(date.weekday())), "{date}");
            }
            for month in 1..=12 {
                let date = NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
                assert!(day(language, date).contains(language.month(month - 1)), "{date}");
            }
        }
    }
}
