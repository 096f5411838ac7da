//! The language of a page: which one, its texts, and addresses within it.
//!
//! German pages stand at `/…`, English ones at `/en/…`: no cookie decides what an address shows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::FromRequestParts;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};
use http::request::Parts;

use crate::kernel::Language;

static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "de",
        // Isolation marks would stand in mails and in what is read aloud.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static DE: LanguageIdentifier = langid!("de");
static EN: LanguageIdentifier = langid!("en");
static SIMPLE: LazyLock<LanguageIdentifier> = LazyLock::new(|| langid!("de-simple"));

/// The texts of one language, and the address of the page that asks for them.
#[derive(Clone, Debug)]
pub struct Locale {
    pub language: Language,
    /// Path and query of this page without the language's prefix.
    pub here: String,
}

/// A text of `locales/`, by its key. What is not written in simple German is given in German.
pub fn text(language: Language, key: &str) -> String {
    TEXTS.lookup(identifier(language), key)
}

/// A text with variables.
pub fn text_with(language: Language, key: &str, values: &[(&'static str, &str)]) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        values.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value))).collect();
    TEXTS.lookup_with_args(identifier(language), key, &values)
}

fn identifier(language: Language) -> &'static LanguageIdentifier {
    match language {
        Language::De => &DE,
        Language::En => &EN,
        Language::Simple => &SIMPLE,
    }
}

impl Locale {
    pub fn new(language: Language) -> Self {
        Self { language, here: "/".into() }
    }

    pub fn tr(&self, key: &str) -> String {
        text(self.language, key)
    }

    /// A text with one variable.
    pub fn with(&self, key: &str, name: &'static str, value: impl std::fmt::Display) -> String {
        text_with(self.language, key, &[(name, &value.to_string())])
    }

    /// A text with several variables.
    pub fn with_all(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        text_with(self.language, key, values)
    }

    /// A text that depends on a number.
    pub fn count(&self, key: &str, n: i64) -> String {
        let values = HashMap::from([(Cow::Borrowed("n"), FluentValue::from(n))]);
        TEXTS.lookup_with_args(identifier(self.language), key, &values)
    }

    /// The address of `path` in this language.
    pub fn path(&self, path: &str) -> String {
        match (self.language, path) {
            (Language::De | Language::Simple, path) => path.to_owned(),
            (Language::En, "/") => "/en".to_owned(),
            (Language::En, path) => format!("/en{path}"),
        }
    }

    /// This page in another language.
    pub fn other(&self, language: Language) -> String {
        Self::new(language).path(&self.here)
    }

    /// This page in every language that pages have: the language's tag, the address, the language's own name.
    pub fn in_every_language(&self) -> [(&'static str, String, String); Language::WRITTEN.len()] {
        Language::WRITTEN.map(|language| (language.tag(), self.other(language), text(language, "layout-language")))
    }

    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    pub fn is_german(&self) -> bool {
        self.language == Language::De
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let uri = parts.extensions.get::<axum::extract::OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let whole = uri.path_and_query().map_or("/", |p| p.as_str());
        let english = match whole.strip_prefix("/en") {
            Some("") => Some("/"),
            Some(rest) if rest.starts_with('/') || rest.starts_with('?') => Some(rest),
            _ => None,
        };
        Ok(match english {
            Some(here) => Self { language: Language::En, here: here.to_owned() },
            None => Self { language: Language::De, here: whole.to_owned() },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use super::*;

    /// Each text of one language: its key, and the variables it uses.
    fn texts(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut texts = BTreeMap::<String, BTreeSet<String>>::new();
        let mut key = String::new();
        for file in files(&format!("locales/{}", language.tag()), &["ftl"]) {
            for line in std::fs::read_to_string(file).unwrap().lines() {
                if let Some((name, _)) = line.split_once(" =").filter(|(name, _)| is_key(name)) {
                    key = name.to_owned();
                    assert!(texts.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
                }
                let variables = line.split('$').skip(1).map(|rest| name_at_start(rest).to_owned());
                if let Some(known) = texts.get_mut(&key) {
                    known.extend(variables);
                }
            }
        }
        texts
    }

    fn is_key(text: &str) -> bool {
        text.starts_with(|c: char| c.is_ascii_lowercase()) && name_at_start(text) == text
    }

    fn name_at_start(text: &str) -> &str {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(text.len());
        &text[..end]
    }

    fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                match entry.path() {
                    path if path.is_dir() => waiting.push(path),
                    path if path.extension().is_some_and(|e| endings.iter().any(|known| e == *known)) => {
                        found.push(path)
                    }
                    _ => {}
                }
            }
        }
        found
    }

    #[test]
    fn every_text_is_there_in_every_language_with_the_same_variables() {
        let german = texts(Language::De);
        for language in Language::WRITTEN {
            let other = texts(language);
            let differing: Vec<_> =
                german.keys().chain(other.keys()).filter(|k| german.get(*k) != other.get(*k)).collect();
            assert!(differing.is_empty(), "{} differs from de: {differing:?}", language.tag());
        }
    }

    #[test]
    fn a_text_of_simple_german_is_a_german_text_with_the_same_variables() {
        let (german, simple) = (texts(Language::De), texts(Language::Simple));
        for (key, variables) in &simple {
            assert_eq!(german.get(key), Some(variables), "{key}");
        }
        assert_ne!(text(Language::Simple, "call-apology"), text(Language::De, "call-apology"));
    }

    #[test]
    fn what_is_not_written_in_simple_german_is_given_in_german() {
        assert!(!texts(Language::Simple).contains_key("layout-language"));
        assert_eq!(text(Language::Simple, "layout-language"), text(Language::De, "layout-language"));
        assert_eq!(Locale::new(Language::Simple).path("/termin"), "/termin");
    }

    #[test]
    fn every_text_that_templates_and_code_ask_for_is_there() {
        let known = texts(Language::De);
        let mut missing = BTreeSet::new();
        for file in files("src", &["rs", "html"]) {
            let source = std::fs::read_to_string(&file).unwrap();
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            for asking in ["t.tr(\"", "t.with(\"", "t.with_all(\"", "t.count(\""] {
                let asked = source.split(asking).skip(1).filter_map(|rest| rest.split('"').next());
                missing.extend(
                    asked.filter(|key| !known.contains_key(*key)).map(|key| format!("{}: {key}", file.display())),
                );
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn an_address_keeps_its_page_in_another_language() {
        let t = Locale { language: Language::De, here: "/termin?woche=2".into() };
        assert_eq!(t.other(Language::En), "/en/termin?woche=2");
        assert_eq!(Locale::new(Language::En).path("/"), "/en");
    }
}
