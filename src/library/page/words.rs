//! What the editor calls the fields of a station, in German.

use crate::flows::{self, EditKind, Editable, Recordings};
use crate::kernel::Language;
use crate::offices::TopicId;

/// "Leichte Sprache".
pub fn language(language: Language) -> &'static str {
    match language {
        Language::De => "Deutsch",
        Language::En => "Englisch",
        Language::Simple => "Leichte Sprache",
        Language::Other(tag) => tag,
    }
}

/// What kind of station it is, as far as the text can be read.
pub fn kind(text: &str, station: &str) -> &'static str {
    let flow = flows::recall(text, &Recordings::default());
    let node = flow.as_ref().and_then(|flow| flow.nodes.iter().find(|(name, _)| name.as_str() == station));
    node.map_or("Station", |(_, node)| node.german())
}

/// "Taste 1, Text (Deutsch)".
pub fn label(word: &Editable) -> String {
    let names: Vec<&str> = word.path.split('/').skip(3).collect();
    let mut parts = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let above = i.checked_sub(1).and_then(|above| names.get(above)).copied();
        parts.extend(part(name, above, word.kind));
    }
    let mut label = parts.join(", ");
    if let EditKind::Text(spoken) = word.kind {
        label = format!("{label} ({})", language(spoken));
    }
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn part(name: &str, above: Option<&str>, kind: EditKind) -> Option<String> {
    let topic = || name.parse::<TopicId>().map_or(name, |topic| topic.title(Language::De)).to_owned();
    match above {
        Some("keys") => return Some(format!("Taste {name}")),
        Some("when") => return Some(format!("Thema {}", topic())),
        Some(_) | None if Language::from_tag(name).is_some() => return None,
        Some(_) | None => {}
    }
    let is_text = matches!(kind, EditKind::Text(_));
    let word = match name {
        // Names that only gather others.
        "keys" | "when" | "topic" | "caller" | "load" => return None,
        // The text of a recording stands below its language.
        "text" if above.is_some() => return None,
        "text" | "say" => "Text",
        "prompt" => "Frage",
        "to" => "führt zu",
        "next" => "danach",
        "timeout" => "so lange wird auf eine Taste gewartet",
        "silence" => "keine Taste",
        "wrong_key" => "falsche Taste",
        "repeat" => "Wiederholungen",
        "open" => "offen",
        "closed" => "geschlossen",
        "holiday" => "Feiertag",
        "by_hand" => "von Hand geschlossen",
        "known" if is_text => "Frage, ob die angezeigte Nummer stimmt",
        "known" => "Nummer bekannt",
        "withheld" => "Nummer unterdrückt",
        "nobody_on_duty" => "niemand im Dienst",
        "waiting" => "Warteschlange",
        "longer_than" => "wenn jemand länger wartet als",
        "otherwise" => "sonst",
        "ring" => "so lange klingelt es bei einer Person",
        "longest_wait" => "so lange wartet jemand höchstens",
        "every" => "Abstand der Ansagen",
        "leave" => "Warteschlange verlassen",
        "nobody" => "niemand frei",
        "offer" => "Angebot",
        "option" => "Ansage zu jedem Termin",
        "type" => "Bitte um eine andere Nummer",
        "read_back" => "Nummer vorlesen",
        "sms" => "Frage nach einer SMS",
        "booked" => "Bestätigung",
        "done" => "danach",
        "refused" => "nicht gewünscht",
        "none" => "kein Termin frei",
        "announcement" => "Ansage vor der Aufnahme",
        "longest" => "längste Nachricht",
        "failed" => "nicht erreicht",
        other => other,
    };
    Some(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::shipped;

    #[test]
    fn every_field_of_the_advice_line_has_a_german_label_of_its_own() {
        let text = &shipped().published("beratungstelefon").unwrap().text;
        let words = flows::editables(text);
        for (path, expected) in [
            ("nodes/subject/menu/keys/1/say/de", "Taste 1, Text (Deutsch)"),
            ("nodes/subject/menu/keys/1/to", "Taste 1, führt zu"),
            ("nodes/officers/connect/waiting/say/de-simple", "Warteschlange, Text (Leichte Sprache)"),
            ("nodes/opening_hours/hours/by_hand", "Von Hand geschlossen"),
        ] {
            assert_eq!(words.iter().find(|word| word.path == path).map(label).as_deref(), Some(expected), "{path}");
        }
        let mut seen = std::collections::BTreeSet::new();
        for word in words.iter().filter(|word| word.path.starts_with("nodes/")) {
            let station = word.path.split('/').nth(1);
            assert!(!label(word).contains('_'), "{}: {}", word.path, label(word));
            assert!(seen.insert((station, label(word))), "twice: {} {}", word.path, label(word));
        }
    }
}
