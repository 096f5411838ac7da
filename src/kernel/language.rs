//! The languages that citizens read and hear. The first is the default.
//!
//! Rule: what is spoken on the telephone is put together in the program, so these languages are few and named here; what
//! is written needs a folder of `locales/` and nothing else.

use std::borrow::Cow;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Language {
    #[default]
    De,
    En,
    /// German in short sentences and everyday words ("Leichte Sprache").
    Simple,
    /// Another one that pages and mails are written in, by its tag: a folder of `locales/`. Where words are put together
    /// in the program, they are English.
    Other(&'static str),
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

    /// What pages and mails are written in: the folders of `locales/`, listed when the program is built.
    pub const WRITTEN: &'static [Self] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

    /// The tag of RFC 5646, as HTML's `lang` wants it; `simple` is a registered variant.
    pub fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Simple => "de-simple",
            Self::Other(tag) => tag,
        }
    }

    /// One that callers may hear.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// One that pages are written in.
    pub fn written(tag: &str) -> Option<Self> {
        Self::WRITTEN.iter().copied().find(|language| language.tag() == tag)
    }

    /// The German or the English one: for words that simple German has no others for.
    pub fn pick<T>(self, [german, english]: [T; 2]) -> T {
        match self {
            Self::De | Self::Simple => german,
            Self::En | Self::Other(_) => english,
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

impl Serialize for Language {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let tag = <Cow<'de, str>>::deserialize(from)?;
        Self::written(&tag).ok_or_else(|| {
            let known: Vec<&str> = Self::WRITTEN.iter().map(|language| language.tag()).collect();
            serde::de::Error::custom(format!("\"{tag}\" is none of {}", known.join(", ")))
        })
    }
}

impl utoipa::PartialSchema for Language {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::WRITTEN.iter().map(|language| language.tag())))
            .into()
    }
}

impl utoipa::ToSchema for Language {}

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

    #[test]
    fn pages_are_written_in_german_first_and_in_what_callers_hear() {
        assert_eq!(Language::WRITTEN[..3], Language::ALL);
        assert!(Language::WRITTEN.iter().all(|language| Language::written(language.tag()) == Some(*language)));
    }
}
