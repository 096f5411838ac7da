//! Which keys a text tells callers to press: "drücken Sie die 1", "press star".
//!
//! Knows German and English words for it. One rule: rather miss a key than see one that is not meant.

use std::collections::BTreeSet;

/// A sentence speaks of keys if a word begins so.
const PRESSING: [&str; 9] = ["drück", "tipp", "tast", "taste", "wähl", "press", "push", "dial", "key"];
/// What can stand before a key that is spelled out.
const BEFORE: [&str; 4] = ["die", "taste", "press", "key"];
const DIGITS: [[&str; 2]; 10] = [
    ["null", "zero"],
    ["eins", "one"],
    ["zwei", "two"],
    ["drei", "three"],
    ["vier", "four"],
    ["fünf", "five"],
    ["sechs", "six"],
    ["sieben", "seven"],
    ["acht", "eight"],
    ["neun", "nine"],
];
/// A number before one of these is a time or an amount.
const UNITS: [&str; 8] = ["uhr", "am", "pm", "minuten", "minutes", "sekunden", "seconds", "mal"];

/// The keys that a text names.
pub(super) fn named(text: &str) -> BTreeSet<char> {
    text.to_lowercase().split(['.', '!', '?', ';', '\n']).flat_map(of_sentence).collect()
}

fn of_sentence(sentence: &str) -> Vec<char> {
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '*' | '#' | '{' | '}' | '+');
    let words: Vec<&str> = sentence.split(|c| !is_letter(c)).filter(|word| !word.is_empty()).collect();
    if !words.iter().any(|word| PRESSING.iter().any(|pressing| word.starts_with(pressing))) {
        return Vec::new();
    }
    let key = |(i, word): (usize, &&str)| {
        let before = i.checked_sub(1).and_then(|i| words.get(i)).copied().unwrap_or_default();
        let after = words.get(i + 1).copied().unwrap_or_default();
        key_of(word, before).filter(|_| !UNITS.contains(&after))
    };
    words.iter().enumerate().filter_map(key).collect()
}

fn key_of(word: &str, before: &str) -> Option<char> {
    if word.starts_with("stern") || word == "star" {
        return Some('*');
    }
    if word.starts_with("raute") || matches!(word, "hash" | "pound") {
        return Some('#');
    }
    let mut characters = word.chars();
    if let (Some(key @ ('0'..='9' | '*' | '#')), None) = (characters.next(), characters.next()) {
        return Some(key);
    }
    let spelled = DIGITS.iter().position(|names| names.contains(&word)).filter(|_| BEFORE.contains(&before))?;
    char::from_digit(u32::try_from(spelled).ok()?, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_heard_in_both_languages() {
        for (text, keys) in [
            ("Bei Betrug drücken Sie die 1.", "1"),
            ("Zum Schutz vor Einbruch drücken Sie bitte die Taste 2", "2"),
            ("Drücken Sie die Eins oder die Sterntaste.", "*1"),
            ("For fraud, press one. To hear this again, press star.", "*1"),
            ("Tippen Sie die Nummer und drücken Sie danach die Rautetaste.", "#"),
            ("Drücken Sie \"*\" oder die #-Taste.", "#*"),
            // No keys.
            ("In einer Notlage wählen Sie bitte die 110.", ""),
            ("Wir sind von 9 bis 5 Uhr da.", ""),
            ("Drücken Sie erst nach 5 Sekunden.", ""),
            ("Drücken Sie die {key}.", ""),
            ("Es sind 3 Personen vor Ihnen.", ""),
            ("This is one of our lines; you may press a button.", ""),
        ] {
            assert_eq!(named(text).into_iter().collect::<String>(), keys, "{text}");
        }
    }
}
