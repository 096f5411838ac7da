//! The languages that citizens read and hear. The first is the default.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    De,
    En,
    /// German in short sentences and everyday words ("Leichte Sprache").
    #[serde(rename = "de-simple")]
    Simple,
}

const WEEKDAYS: [[&str; 2]; 7] = [
    ["Montag", "Monday"],
    ["Dienstag", "Tuesday"],
    ["Mittwoch", "Wednesday"],
    ["Donnerstag", "Thursday"],
    ["Freitag", "Friday"],
    ["Samstag", "Saturday"],
    ["Sonntag", "Sunday"],
];

const MONTHS: [[&str; 2]; 12] = [
    ["Januar", "January"],
    ["Februar", "February"],
    ["März", "March"],
    ["April", "April"],
    ["Mai", "May"],
    ["Juni", "June"],
    ["Juli", "July"],
    ["August", "August"],
    ["September", "September"],
    ["Oktober", "October"],
    ["November", "November"],
    ["Dezember", "December"],
];

impl Language {
    /// What a caller may hear.
    pub const ALL: [Self; 3] = [Self::De, Self::En, Self::Simple];

    /// What the web pages are written in.
    pub const WRITTEN: [Self; 2] = [Self::De, Self::En];

    /// The tag of RFC 5646, as HTML's `lang` wants it; `simple` is a registered variant.
    pub fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Simple => "de-simple",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The German or the English one: for words that simple German has no others for.
    pub fn pick<T>(self, [german, english]: [T; 2]) -> T {
        match self {
            Self::De | Self::Simple => german,
            Self::En => english,
        }
    }

    pub fn weekday(self, weekday: Weekday) -> &'static str {
        self.pick(WEEKDAYS[weekday.num_days_from_monday() as usize])
    }

    /// The name of a month, 0 is January.
    pub fn month(self, month0: u32) -> &'static str {
        self.pick(MONTHS[month0 as usize % 12])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_written_everywhere_by_its_tag() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            assert_eq!(serde_json::to_value(language).unwrap(), language.tag());
            assert_eq!(serde_json::from_value::<Language>(language.tag().into()).unwrap(), language);
        }
        assert_eq!(Language::from_tag("de-DE"), None);
    }
}
