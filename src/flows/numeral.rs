//! Numbers as words, in German and English: a voice may read "23." as an ordinal, a cardinal or the end of a sentence.
//!
//! Rule: from a million on it gives up and writes figures; nothing that is said on the telephone is so large.

use crate::kernel::Language;

const GERMAN: [&str; 20] = [
    "null",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];
const GERMAN_TENS: [&str; 10] =
    ["", "zehn", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];
const GERMAN_ORDINALS: [(&str, &str); 4] =
    [("eins", "erste"), ("drei", "dritte"), ("sieben", "siebte"), ("acht", "achte")];

const ENGLISH: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const ENGLISH_TENS: [&str; 10] =
    ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ENGLISH_ORDINALS: [(&str, &str); 8] = [
    ("one", "first"),
    ("two", "second"),
    ("three", "third"),
    ("five", "fifth"),
    ("eight", "eighth"),
    ("nine", "ninth"),
    ("twelve", "twelfth"),
    ("y", "ieth"),
];

/// `einundzwanzig`, `twenty-one`: as one counts, so 1 is `eins`.
pub fn cardinal(n: u32, language: Language) -> String {
    match language {
        Language::De | Language::Simple => german(n),
        Language::En | Language::Other(_) => english(n),
    }
}

/// `einundzwanzigste`, `twenty-first`, from 1; in German as it stands after `der`, `die` or `das`.
pub fn ordinal(n: u32, language: Language) -> String {
    let word = cardinal(n, language);
    let (irregular, ending) = match language {
        Language::De | Language::Simple if (1..20).contains(&(n % 100)) => (GERMAN_ORDINALS.as_slice(), "te"),
        Language::De | Language::Simple => ([].as_slice(), "ste"),
        Language::En | Language::Other(_) => (ENGLISH_ORDINALS.as_slice(), "th"),
    };
    let changed = irregular.iter().find_map(|(from, to)| Some(format!("{}{to}", word.strip_suffix(from)?)));
    changed.unwrap_or_else(|| word + ending)
}

fn german(n: u32) -> String {
    match n {
        0..20 => GERMAN[n as usize].to_owned(),
        20..100 if n.is_multiple_of(10) => GERMAN_TENS[n as usize / 10].to_owned(),
        20..100 => format!("{}und{}", german_in_front(n % 10), GERMAN_TENS[n as usize / 10]),
        100..1_000 => format!("{}hundert{}", german_in_front(n / 100), german_behind(n % 100)),
        1_000..1_000_000 => format!("{}tausend{}", german_in_front(n / 1_000), german_behind(n % 1_000)),
        _ => n.to_string(),
    }
}

/// `ein` in `einhundert`, `einhundertein` in `einhunderteintausend`.
fn german_in_front(n: u32) -> String {
    let word = german(n);
    match n % 100 {
        1 => word.trim_end_matches('s').to_owned(),
        _ => word,
    }
}

fn german_behind(n: u32) -> String {
    if n == 0 { String::new() } else { german(n) }
}

fn english(n: u32) -> String {
    match n {
        0..20 => ENGLISH[n as usize].to_owned(),
        20..100 if n.is_multiple_of(10) => ENGLISH_TENS[n as usize / 10].to_owned(),
        20..100 => format!("{}-{}", ENGLISH_TENS[n as usize / 10], english(n % 10)),
        100..1_000 => format!("{} hundred{}", english(n / 100), english_behind(n % 100)),
        1_000..1_000_000 => format!("{} thousand{}", english(n / 1_000), english_behind(n % 1_000)),
        _ => n.to_string(),
    }
}

/// ` and one`, ` one hundred`.
fn english_behind(n: u32) -> String {
    match n {
        0 => String::new(),
        1..100 => format!(" and {}", english(n)),
        _ => format!(" {}", english(n)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_counted_as_people_count() {
        for (n, de, en) in [
            (0, "null", "zero"),
            (1, "eins", "one"),
            (11, "elf", "eleven"),
            (12, "zwölf", "twelve"),
            (16, "sechzehn", "sixteen"),
            (17, "siebzehn", "seventeen"),
            (20, "zwanzig", "twenty"),
            (21, "einundzwanzig", "twenty-one"),
            (30, "dreißig", "thirty"),
            (31, "einunddreißig", "thirty-one"),
            (66, "sechsundsechzig", "sixty-six"),
            (77, "siebenundsiebzig", "seventy-seven"),
            (100, "einhundert", "one hundred"),
            (101, "einhunderteins", "one hundred and one"),
            (121, "einhunderteinundzwanzig", "one hundred and twenty-one"),
            (1_000, "eintausend", "one thousand"),
            (1_001, "eintausendeins", "one thousand and one"),
            (1_100, "eintausendeinhundert", "one thousand one hundred"),
            (21_017, "einundzwanzigtausendsiebzehn", "twenty-one thousand and seventeen"),
            (101_000, "einhunderteintausend", "one hundred and one thousand"),
            (
                999_999,
                "neunhundertneunundneunzigtausendneunhundertneunundneunzig",
                "nine hundred and ninety-nine thousand nine hundred and ninety-nine",
            ),
            (1_000_000, "1000000", "1000000"),
        ] {
            assert_eq!([cardinal(n, Language::De), cardinal(n, Language::En)], [de, en]);
            assert_eq!(cardinal(n, Language::Simple), de);
        }
    }

    #[test]
    fn ordinals_change_at_their_end() {
        for (n, de, en) in [
            (1, "erste", "first"),
            (2, "zweite", "second"),
            (3, "dritte", "third"),
            (5, "fünfte", "fifth"),
            (7, "siebte", "seventh"),
            (8, "achte", "eighth"),
            (9, "neunte", "ninth"),
            (11, "elfte", "eleventh"),
            (12, "zwölfte", "twelfth"),
            (13, "dreizehnte", "thirteenth"),
            (16, "sechzehnte", "sixteenth"),
            (17, "siebzehnte", "seventeenth"),
            (18, "achtzehnte", "eighteenth"),
            (19, "neunzehnte", "nineteenth"),
            (20, "zwanzigste", "twentieth"),
            (21, "einundzwanzigste", "twenty-first"),
            (23, "dreiundzwanzigste", "twenty-third"),
            (28, "achtundzwanzigste", "twenty-eighth"),
            (30, "dreißigste", "thirtieth"),
            (31, "einunddreißigste", "thirty-first"),
            (100, "einhundertste", "one hundredth"),
            (101, "einhunderterste", "one hundred and first"),
        ] {
            assert_eq!([ordinal(n, Language::De), ordinal(n, Language::En)], [de, en]);
        }
    }

    #[test]
    fn small_numbers_are_never_said_alike() {
        for language in Language::ALL {
            let said: HashSet<String> =
                (1..20_000).flat_map(|n| [cardinal(n, language), ordinal(n, language)]).collect();
            assert_eq!(said.len(), 2 * 19_999);
        }
    }

    proptest! {
        #[test]
        fn different_numbers_are_never_said_alike(one in 0u32..1_000_000, other in 0u32..1_000_000) {
            for language in Language::ALL {
                prop_assert_eq!(one == other, cardinal(one, language) == cardinal(other, language));
                prop_assert!(!cardinal(one, language).contains(|c: char| c.is_ascii_digit()));
            }
        }
    }
}
