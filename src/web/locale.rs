//! The language of a page: which one, its texts, and addresses within it.
//!
//! German pages stand at `/…`, English ones at `/en/…`: no cookie decides what an address shows.

use std::borrow::Cow;
use std::collections::HashMap;

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

/// The texts of one language, and the address of the page that asks for them.
#[derive(Clone, Debug)]
pub struct Locale {
    pub language: Language,
    /// Path and query of this page without the language's prefix.
    pub here: String,
}

/// A text of `locales/`, by its key.
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
            (Language::De, path) => path.to_owned(),
            (Language::En, "/") => "/en".to_owned(),
            (Language::En, path) => format!("/en{path}"),
        }
    }

    /// This page in another language.
    pub fn other(&self, language: Language) -> String {
        Self::new(language).path(&self.here)
    }

    /// This page in every language: the language's tag, the address, the language's own name.
    pub fn in_every_language(&self) -> [(&'static str, String, String); Language::ALL.len()] {
        Language::ALL.map(|language| (language.tag(), self.other(language), text(language, "layout-language")))
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
