//! What is only known during a call, in words that a text-to-speech voice reads properly.
//!
//! Each function gives a part of a sentence and names the sentence that it fits. What may stand before a full stop and
//! could be taken for an ordinal there is written out.
//! One rule: different values are never said alike, but for what a caller cannot tell apart (the doubled hour).

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

pub use super::numeral::{cardinal, ordinal};
use crate::kernel::{Instant, Language, Phone, local};

/// How many digits are said without a pause.
const DIGITS_AT_ONCE: usize = 4;

/// The spelling alphabet of DIN 5009:2022, from A.
const CITIES: [&str; 26] = [
    "Aachen",
    "Berlin",
    "Chemnitz",
    "Düsseldorf",
    "Essen",
    "Frankfurt",
    "Goslar",
    "Hamburg",
    "Ingelheim",
    "Jena",
    "Köln",
    "Leipzig",
    "München",
    "Nürnberg",
    "Offenbach",
    "Potsdam",
    "Quickborn",
    "Rostock",
    "Salzwedel",
    "Tübingen",
    "Unna",
    "Völklingen",
    "Wuppertal",
    "Xanten",
    "Ypsilon",
    "Zwickau",
];

/// The spelling alphabet of the ICAO (annex 10, volume II, 5.2.1.3), from A.
const ICAO: [&str; 26] = [
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo", "Lima",
    "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor", "Whiskey", "X-ray",
    "Yankee", "Zulu",
];

/// A length of time: its seconds, and one and many of it in German and English.
type Unit = (u32, [[&'static str; 2]; 2]);

const HOURS: Unit = (3_600, [["eine Stunde", "Stunden"], ["one hour", "hours"]]);
const MINUTES: Unit = (60, [["eine Minute", "Minuten"], ["one minute", "minutes"]]);
const SECONDS: Unit = (1, [["eine Sekunde", "Sekunden"], ["one second", "seconds"]]);

/// `null sieben eins eins, zwei drei vier, fünf sechs`: as a caller in Germany would type it, with a pause after each
/// group.
pub fn number(number: &Phone, language: Language) -> String {
    let international = number.to_string();
    let dialled = match international.strip_prefix("+49") {
        Some(national) => format!("0{}", national.trim_start()),
        None => international.replacen('+', "00", 1),
    };
    let groups = dialled.split(|c: char| !c.is_ascii_digit()).flat_map(groups);
    let say = |digits: &[u8]| joined(digits.iter().map(|digit| cardinal(u32::from(digit - b'0'), language)), " ");
    joined(groups.map(say), ", ")
}

/// Digits in groups of nearly the same length.
fn groups(digits: &str) -> impl Iterator<Item = &[u8]> {
    let pieces = digits.len().div_ceil(DIGITS_AT_ONCE).max(1);
    digits.as_bytes().chunks(digits.len().div_ceil(pieces).max(1))
}

/// Why a typed number is not taken.
pub fn no_such_line(language: Language) -> &'static str {
    match language {
        Language::De => {
            "Diese Nummer können wir nicht anrufen. Es muss ein Festnetz- oder Handyanschluss in Deutschland sein."
        }
        Language::Simple => "Diese Nummer können wir nicht anrufen. Wir rufen nur Nummern in Deutschland an.",
        Language::En | Language::Other(_) => {
            "We cannot call this number. It must be an ordinary or mobile telephone number in Germany."
        }
    }
}

/// `K wie Köln, sieben; P wie Potsdam` for `K7-P`: letters and digits one by one, any other sign is a longer pause.
pub fn code(code: &str, language: Language) -> String {
    let parts = code.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    joined(parts.map(|part| joined(part.chars().map(|sign| self::sign(sign, language)), ", ")), "; ")
}

fn sign(sign: char, language: Language) -> String {
    if let Some(digit) = sign.to_digit(10) {
        return cardinal(digit, language);
    }
    let letter = sign.to_ascii_uppercase();
    let (like, alphabet) = language.pick([("wie", &CITIES), ("for", &ICAO)]);
    format!("{letter} {like} {}", alphabet[(letter as usize).saturating_sub('A' as usize) % 26])
}

/// `14 Uhr 30`, `12 Uhr mittags`, `2:30 pm`, `midnight`. Fits "Es ist {time}", "It is {time}", and after "um" and "at".
pub fn time(at: Instant, language: Language) -> String {
    clock(local::wall(at).time(), language)
}

/// What a clock shows.
pub fn clock(time: NaiveTime, language: Language) -> String {
    match language {
        Language::En | Language::Other(_) => english_time(time),
        Language::De | Language::Simple => match (time.hour(), time.minute()) {
            (12, 0) => "12 Uhr mittags".to_owned(),
            (hour, 0) => format!("{hour} Uhr"),
            (hour, minute) => german_time(hour, minute),
        },
    }
}

/// `9 bis 17 Uhr`, `9 am to 5 pm`; midnight as an end is `24 Uhr`. Fits after "von" and "from".
pub fn times(opens: NaiveTime, closes: NaiveTime, language: Language) -> String {
    if matches!(language, Language::En | Language::Other(_)) {
        return format!("{} to {}", english_time(opens), english_time(closes));
    }
    let opens = german_time(opens.hour(), opens.minute());
    let closes = if closes == NaiveTime::MIN { (24, 0) } else { (closes.hour(), closes.minute()) };
    match closes {
        (hour, 0) => format!("{opens} bis {hour} Uhr"),
        (hour, minute) => format!("{opens} bis {}", german_time(hour, minute)),
    }
}

/// `9`, or `9 Uhr 30`.
fn german_time(hour: u32, minute: u32) -> String {
    match minute {
        0 => hour.to_string(),
        minute => format!("{hour} Uhr {minute}"),
    }
}

/// `9 am`, `9:05 am`, `noon`, `midnight`.
fn english_time(time: NaiveTime) -> String {
    let (afternoon, hour) = time.hour12();
    let half = if afternoon { "pm" } else { "am" };
    match (time.hour(), time.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "noon".to_owned(),
        (_, 0) => format!("{hour} {half}"),
        (_, minute) => format!("{hour}:{minute:02} {half}"),
    }
}

/// `Montag, der dreiundzwanzigste November`, `Monday, November the twenty-third`, without the year: over four years
/// the weekday tells it. Fits "Heute ist {date}", "Today is {date}".
pub fn date(at: Instant, language: Language) -> String {
    date_of(local::day(at), language)
}

fn date_of(day: NaiveDate, language: Language) -> String {
    let weekday = language.weekday(day.weekday());
    let (month, day) = (language.month(day.month0()), ordinal(day.day(), language));
    match language {
        Language::De | Language::Simple => format!("{weekday}, der {day} {month}"),
        Language::En | Language::Other(_) => format!("{weekday}, {month} the {day}"),
    }
}

/// `heute`, `morgen`, or the date. Fits "Ihr Termin ist: {day}", "Your appointment is: {day}".
pub fn day(day: NaiveDate, now: Instant, language: Language) -> String {
    let today = local::day(now);
    match (day - today).num_days() {
        0 => language.pick(["heute", "today"]).to_owned(),
        1 => language.pick(["morgen", "tomorrow"]).to_owned(),
        _ => date_of(day, language),
    }
}

/// `morgen um 14 Uhr 30`, `Monday, November the twenty-third, at noon`; in simple German a date and its time are two
/// sentences. Fits "Ihr Termin ist: {slot}.", and stands alone.
pub fn moment(at: Instant, now: Instant, language: Language) -> String {
    let (day, time) = (day(local::day(at), now, language), time(at, language));
    match language {
        // A date has commas of its own; "heute" and "morgen" need none.
        Language::De if day.contains(',') => format!("{day}, um {time}"),
        Language::En | Language::Other(_) if day.contains(',') => format!("{day}, at {time}"),
        Language::Simple if day.contains(',') => format!("{day}. Um {time}"),
        Language::De | Language::Simple => format!("{day} um {time}"),
        Language::En | Language::Other(_) => format!("{day} at {time}"),
    }
}

/// A place in the queue, from 1: `an erster Stelle`, `an Stelle drei`; `first`, `number three`; `als Nächstes dran`,
/// `Nummer drei`. Fits "Sie sind {position} der Warteschlange", "You are {position} in the queue", and in simple German
/// "Sie sind {position}".
pub fn position(position: u32, language: Language) -> String {
    match (language, position) {
        (Language::De, 1) => "an erster Stelle".to_owned(),
        (Language::En | Language::Other(_), 1) => "first".to_owned(),
        (Language::Simple, 1) => "als Nächstes dran".to_owned(),
        (Language::De, n) => format!("an Stelle {}", cardinal(n, language)),
        (Language::En | Language::Other(_), n) => format!("number {}", cardinal(n, language)),
        (Language::Simple, n) => format!("Nummer {}", cardinal(n, language)),
    }
}

/// An expected wait in minutes, the shorter first: `etwa 2 bis 4 Minuten`, `weniger als eine Minute`; `einige Minuten`
/// where nothing is known of it. Fits "Die Wartezeit beträgt {wait}", "The expected wait is {wait}", "Es dauert {wait}".
pub fn wait(minutes: Option<(u32, u32)>, language: Language) -> String {
    let Some((shortest, longest)) = minutes else {
        return language.pick(["einige Minuten", "a few minutes"]).to_owned();
    };
    let (at_most, to) = language.pick([("höchstens", "bis"), ("at most", "to")]);
    let about = match language {
        Language::De => "etwa ",
        Language::En | Language::Other(_) => "about ",
        Language::Simple => "",
    };
    let upper = count(longest, MINUTES, language);
    match shortest {
        _ if longest == 0 => language.pick(["weniger als eine Minute", "less than a minute"]).to_owned(),
        0 => format!("{at_most} {upper}"),
        same if same == longest => format!("{about}{upper}"),
        shortest => format!("{about}{shortest} {to} {upper}"),
    }
}

/// A length of time in seconds: `20 Sekunden`, `eine Minute`, `eine Stunde und 5 Minuten`. Fits "Das dauert {duration}".
pub fn duration(seconds: u32, language: Language) -> String {
    let mut left = seconds;
    let parts = [HOURS, MINUTES, SECONDS].into_iter().filter_map(|unit| {
        let number = left / unit.0;
        left %= unit.0;
        (number > 0).then(|| count(number, unit, language))
    });
    match seconds {
        0 => count(0, SECONDS, language),
        _ => joined(parts, language.pick([" und ", " and "])),
    }
}

fn count(number: u32, (_, names): Unit, language: Language) -> String {
    let [one, many] = language.pick(names);
    if number == 1 { one.to_owned() } else { format!("{number} {many}") }
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    /// Says every value in every language, and sees that none sounds like another.
    fn are_told_apart<T>(values: impl Iterator<Item = T> + Clone, say: impl Fn(&T, Language) -> String) {
        for language in Language::ALL {
            let mut said = HashSet::new();
            for value in values.clone() {
                let words = say(&value, language);
                assert!(said.insert(words.clone()), "{words}");
            }
        }
    }

    #[test]
    fn telephone_numbers_are_said_in_groups() {
        for (typed, de, en) in [
            (
                "+49 711 2345678",
                "null sieben eins eins, zwei drei vier fünf, sechs sieben acht",
                "zero seven one one, two three four five, six seven eight",
            ),
            (
                "+49 89 99998110",
                "null acht neun, neun neun neun neun, acht eins eins null",
                "zero eight nine, nine nine nine nine, eight one one zero",
            ),
            (
                "+33 1 99 00 12 34",
                "null null drei drei, eins, neun neun, null null, eins zwei, drei vier",
                "zero zero three three, one, nine nine, zero zero, one two, three four",
            ),
        ] {
            let phone = typed.parse().unwrap();
            assert_eq!([number(&phone, Language::De), number(&phone, Language::En)], [de, en]);
        }
    }

    #[test]
    fn a_code_is_spelled() {
        assert_eq!(
            code("K7M-2PX", Language::De),
            "K wie Köln, sieben, M wie München; zwei, P wie Potsdam, X wie Xanten"
        );
        assert_eq!(code("k7m 2px", Language::En), "K for Kilo, seven, M for Mike; two, P for Papa, X for X-ray");
        assert_eq!(code("", Language::De), "");
        for (letter, (city, word)) in ('A'..='Z').zip(CITIES.into_iter().zip(ICAO)) {
            assert!(city.starts_with(letter) && word.starts_with(letter), "{letter}");
        }
    }

    #[test]
    fn times_of_day_are_said_as_people_say_them() {
        for (wall, de, en) in [
            ("00:00", "0 Uhr", "midnight"),
            ("00:05", "0 Uhr 5", "12:05 am"),
            ("01:00", "1 Uhr", "1 am"),
            ("08:00", "8 Uhr", "8 am"),
            ("12:00", "12 Uhr mittags", "noon"),
            ("12:30", "12 Uhr 30", "12:30 pm"),
            ("14:30", "14 Uhr 30", "2:30 pm"),
            ("23:59", "23 Uhr 59", "11:59 pm"),
        ] {
            let time = local::time(wall).unwrap();
            assert_eq!([clock(time, Language::De), clock(time, Language::En)], [de, en]);
            assert_eq!(clock(time, Language::Simple), de);
        }
        let hours = ["08:30", "24:00"].map(|text| local::time(text).unwrap());
        assert_eq!(times(hours[0], hours[1], Language::De), "8 Uhr 30 bis 24 Uhr");
        assert_eq!(times(hours[0], hours[1], Language::En), "8:30 am to midnight");
    }

    #[test]
    fn in_the_doubled_hour_the_clock_shows_the_same_twice() {
        for instant in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            assert_eq!(time(at(instant), Language::De), "2 Uhr 30");
            assert_eq!(time(at(instant), Language::En), "2:30 am");
        }
        // The skipped hour is never said.
        assert_eq!(time(at("2027-03-28T00:59:00Z"), Language::De), "1 Uhr 59");
        assert_eq!(time(at("2027-03-28T01:00:00Z"), Language::De), "3 Uhr");
    }

    #[test]
    fn a_moment_is_told_as_seen_from_now() {
        let now = at("2026-11-20T22:59:00Z");
        for (instant, [de, en, simple]) in [
            ("2026-11-20T13:30:00Z", ["heute um 14 Uhr 30", "today at 2:30 pm", "heute um 14 Uhr 30"]),
            ("2026-11-20T23:00:00Z", ["morgen um 0 Uhr", "tomorrow at midnight", "morgen um 0 Uhr"]),
            (
                "2026-11-23T11:00:00Z",
                [
                    "Montag, der dreiundzwanzigste November, um 12 Uhr mittags",
                    "Monday, November the twenty-third, at noon",
                    "Montag, der dreiundzwanzigste November. Um 12 Uhr mittags",
                ],
            ),
            (
                "2026-11-19T08:05:00Z",
                [
                    "Donnerstag, der neunzehnte November, um 9 Uhr 5",
                    "Thursday, November the nineteenth, at 9:05 am",
                    "Donnerstag, der neunzehnte November. Um 9 Uhr 5",
                ],
            ),
        ] {
            assert_eq!(Language::ALL.map(|language| moment(at(instant), now, language)), [de, en, simple]);
        }
        assert_eq!(date(now, Language::De), "Freitag, der zwanzigste November");
    }

    #[test]
    fn a_caller_hears_where_they_stand_and_how_long_it_takes() {
        for (place, said) in [
            (1, ["an erster Stelle", "first", "als Nächstes dran"]),
            (2, ["an Stelle zwei", "number two", "Nummer zwei"]),
            (21, ["an Stelle einundzwanzig", "number twenty-one", "Nummer einundzwanzig"]),
        ] {
            assert_eq!(Language::ALL.map(|language| position(place, language)), said);
        }
        for (minutes, said) in [
            (None, ["einige Minuten", "a few minutes", "einige Minuten"]),
            (Some((0, 0)), ["weniger als eine Minute", "less than a minute", "weniger als eine Minute"]),
            (Some((0, 1)), ["höchstens eine Minute", "at most one minute", "höchstens eine Minute"]),
            (Some((0, 3)), ["höchstens 3 Minuten", "at most 3 minutes", "höchstens 3 Minuten"]),
            (Some((1, 1)), ["etwa eine Minute", "about one minute", "eine Minute"]),
            (Some((1, 2)), ["etwa 1 bis 2 Minuten", "about 1 to 2 minutes", "1 bis 2 Minuten"]),
            (Some((2, 4)), ["etwa 2 bis 4 Minuten", "about 2 to 4 minutes", "2 bis 4 Minuten"]),
        ] {
            assert_eq!(Language::ALL.map(|language| wait(minutes, language)), said);
        }
    }

    #[test]
    fn durations_are_said_in_their_units() {
        for (seconds, de, en) in [
            (0, "0 Sekunden", "0 seconds"),
            (1, "eine Sekunde", "one second"),
            (20, "20 Sekunden", "20 seconds"),
            (60, "eine Minute", "one minute"),
            (90, "eine Minute und 30 Sekunden", "one minute and 30 seconds"),
            (180, "3 Minuten", "3 minutes"),
            (3_900, "eine Stunde und 5 Minuten", "one hour and 5 minutes"),
        ] {
            assert_eq!([duration(seconds, Language::De), duration(seconds, Language::En)], [de, en]);
        }
    }

    #[test]
    fn every_minute_of_a_day_is_said_differently() {
        let minutes = (0..24 * 60).map(|minute| NaiveTime::MIN + TimeDelta::minutes(minute));
        are_told_apart(minutes, |time, language| clock(*time, language));
    }

    #[test]
    fn every_day_of_four_years_is_said_differently() {
        let now = at("2026-01-01T12:00:00Z");
        let days = local::day(now).iter_days().take(4 * 365 + 1);
        are_told_apart(days.clone(), |day, language| date_of(*day, language));
        are_told_apart(days, |day, language| self::day(*day, now, language));
    }

    #[test]
    fn every_place_wait_and_duration_is_said_differently() {
        are_told_apart(1..2_000, |place, language| position(*place, language));
        are_told_apart(0..8_000, |seconds, language| duration(*seconds, language));
        let waits = (0..60).flat_map(|longest| (0..=longest).map(move |shortest| (shortest, longest)));
        are_told_apart(waits, |minutes, language| wait(Some(*minutes), language));
    }

    proptest! {
        #[test]
        fn a_number_is_heard_as_it_is_dialled(digits in "[1-9][0-9]{6,13}", german in any::<bool>()) {
            let (international, dialled) = match german {
                true => (format!("+49{digits}"), format!("0{digits}")),
                false => (format!("+1{digits}"), format!("001{digits}")),
            };
            let Some(phone) = Phone::of_caller(&international) else { return Ok(()) };
            for language in Language::ALL {
                let digit = |word: &str| (0..10).find(|digit| cardinal(*digit, language) == word);
                let said = number(&phone, language);
                let heard: Option<String> =
                    said.split([',', ' ']).filter(|word| !word.is_empty()).map(|word| digit(word).map(|d| d.to_string())).collect();
                prop_assert_eq!(heard, Some(dialled.clone()));
                prop_assert!(said.split(", ").all(|group| group.split(' ').count() <= DIGITS_AT_ONCE));
            }
        }

        #[test]
        fn different_codes_are_never_spelled_alike(one in "[A-Z0-9]{3}-[A-Z0-9]{3}", other in "[A-Z0-9]{3}-[A-Z0-9]{3}") {
            for language in Language::ALL {
                prop_assert_eq!(one == other, code(&one, language) == code(&other, language));
            }
        }

        #[test]
        fn any_code_is_spelled(text in "\\PC{0,20}") {
            for language in Language::ALL {
                let said = code(&text, language);
                prop_assert_eq!(said.is_empty(), !text.contains(|c: char| c.is_ascii_alphanumeric()));
            }
        }
    }
}
