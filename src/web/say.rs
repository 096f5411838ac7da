//! Instants and days in the words of a language: "Dienstag, 14. Juli 2026, 10:00 bis 10:30 Uhr".

use chrono::{Datelike, NaiveDate, Timelike};

use crate::kernel::{Instant, Language, Span, local};

/// "Dienstag, 14. Juli 2026" / "Tuesday, 14 July 2026".
pub fn day(language: Language, day: NaiveDate) -> String {
    let (weekday, month) = (language.weekday(day.weekday()), language.month(day.month0()));
    match language {
        Language::De | Language::Simple => format!("{weekday}, {}. {month} {}", day.day(), day.year()),
        Language::En => format!("{weekday}, {} {month} {}", day.day(), day.year()),
    }
}

/// "10:00" on Berlin's clocks.
pub fn time(at: Instant) -> String {
    local::wall(at).format("%H:%M").to_string()
}

/// "10:00 bis 10:30 Uhr" / "10:00 to 10:30".
pub fn times(language: Language, span: Span) -> String {
    match language {
        Language::De | Language::Simple => format!("{} bis {} Uhr", time(span.start), time(span.end)),
        Language::En => format!("{} to {}", time(span.start), time(span.end)),
    }
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
    let day = day(language, local::day(at));
    match language {
        Language::De | Language::Simple => format!("{day}, {} Uhr", time(at)),
        Language::En => format!("{day}, {}", time(at)),
    }
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
    }
}
