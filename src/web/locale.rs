//! The language of a page: which one, its texts, and addresses within it.
//!
//! German pages stand at `/…`, those of another language at `/TAG/…`: no cookie decides what an address shows.
//! Rule: a folder of `locales/` is a language. The program knows none of its words, not even its name.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use axum::extract::FromRequestParts;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
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

static IDENTIFIERS: LazyLock<BTreeMap<Language, LanguageIdentifier>> = LazyLock::new(|| {
    Language::WRITTEN.iter().filter_map(|language| Some((*language, language.tag().parse().ok()?))).collect()
});

/// The texts of one language, and the address of the page that asks for them.
#[derive(Clone, Debug)]
pub struct Locale {
    pub language: Language,
    /// Path and query of this page without the language's prefix.
    pub here: String,
}

/// A text of `locales/`, by its key. What is not written in a language is given in German.
pub fn text(language: Language, key: &str) -> String {
    TEXTS.lookup(identifier(language), key)
}

/// A text with variables.
pub fn text_with(language: Language, key: &str, values: &[(&'static str, &str)]) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        values.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value))).collect();
    TEXTS.lookup_with_args(identifier(language), key, &values)
}

/// A text that a language may have of its own, and need not.
pub fn find_text(language: Language, key: &str) -> Option<String> {
    TEXTS.lookup_single_language::<&str>(identifier(language), key, None).ok()
}

/// A text that depends on a number.
pub fn text_of_number(language: Language, key: &str, n: i64) -> String {
    let values = HashMap::from([(Cow::Borrowed("n"), FluentValue::from(n))]);
    TEXTS.lookup_with_args(identifier(language), key, &values)
}

fn identifier(language: Language) -> &'static LanguageIdentifier {
    IDENTIFIERS.get(&language).unwrap_or_else(|| TEXTS.fallback())
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
        text_of_number(self.language, key, n)
    }

    /// The address of `path` in this language.
    pub fn path(&self, path: &str) -> String {
        match (self.language, path) {
            (Language::De, path) => path.to_owned(),
            (other, "/") => format!("/{}", other.tag()),
            (other, path) => format!("/{}{path}", other.tag()),
        }
    }

    /// This page in another language.
    pub fn other(&self, language: Language) -> String {
        Self::new(language).path(&self.here)
    }

    /// This page in every language that pages have: the language's tag, the address, the language's own name.
    pub fn in_every_language(&self) -> impl Iterator<Item = (&'static str, String, String)> {
        let languages = Language::WRITTEN.iter().copied();
        languages.map(|language| (language.tag(), self.other(language), text(language, "layout-language")))
    }

    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The language that stands in front of an address, and the rest of it.
    fn at_front_of(whole: &str) -> Option<(Language, &str)> {
        let path = whole.strip_prefix('/')?;
        let end = path.find(['/', '?']).unwrap_or(path.len());
        let language = Language::written(&path[..end]).filter(|language| *language != Language::De)?;
        Some((language, if end == path.len() { "/" } else { &path[end..] }))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let uri = parts.extensions.get::<axum::extract::OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let whole = uri.path_and_query().map_or("/", |p| p.as_str());
        let (language, here) = Self::at_front_of(whole).unwrap_or((Language::De, whole));
        Ok(Self { language, here: here.to_owned() })
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
            let text = std::fs::read_to_string(file).unwrap();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
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

    /// What stands in other files than these is read by citizens, so it is written in each language of the pages.
    const NOT_FOR_CITIZENS: [&str; 4] = ["calls", "leave", "people", "webmasters"];
    /// What a language may say otherwise than the tables of the program, and need not.
    const OF_ITS_OWN: &str = "topic-";

    #[test]
    fn german_and_english_have_every_text_with_the_same_variables() {
        let (german, english) = (texts(Language::De), texts(Language::En));
        let differing: Vec<_> =
            german.keys().chain(english.keys()).filter(|k| german.get(*k) != english.get(*k)).collect();
        assert!(differing.is_empty(), "en differs from de: {differing:?}");
    }

    #[test]
    fn every_language_has_every_text_for_citizens_with_the_same_variables() {
        let german = texts(Language::De);
        for language in Language::WRITTEN {
            let own = texts(*language);
            for (key, variables) in own.iter().filter(|(key, _)| !key.starts_with(OF_ITS_OWN)) {
                assert_eq!(german.get(key), Some(variables), "{}: {key}", language.tag());
            }
            let is_asked = |key: &&String| !NOT_FOR_CITIZENS.contains(&german_file(key).as_str());
            let missing: Vec<_> = german.keys().filter(|key| !own.contains_key(*key)).filter(is_asked).collect();
            assert!(missing.is_empty(), "{} lacks {missing:#?}", language.tag());
        }
    }

    /// The file of `locales/de` in which a text stands.
    fn german_file(key: &str) -> String {
        let stands_in = |file: &PathBuf| {
            std::fs::read_to_string(file).unwrap().lines().any(|line| line.starts_with(&format!("{key} =")))
        };
        let file = files("locales/de", &["ftl"]).into_iter().find(stands_in).unwrap();
        file.file_stem().unwrap().to_string_lossy().into_owned()
    }

    #[test]
    fn what_a_language_lacks_is_given_in_german() {
        assert!(!texts(Language::Simple).contains_key("sign-in-demo"));
        assert_eq!(text(Language::Simple, "sign-in-demo"), text(Language::De, "sign-in-demo"));
        assert_eq!(find_text(Language::Simple, "sign-in-demo"), None);
        assert_ne!(text(Language::Simple, "call-apology"), text(Language::De, "call-apology"));
    }

    #[test]
    fn every_text_is_used_somewhere() {
        let sources: Vec<String> =
            files("src", &["rs", "html"]).iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
        let is_used = |key: &str| sources.iter().any(|source| source.contains(&format!("\"{key}\"")));
        // A key may be put together: "call-screen-language-{}", or "firm-asked" and what follows.
        let is_made = |key: &str| {
            let cuts = key.match_indices('-').skip(1).map(|(at, _)| &key[..at]);
            let mut fronts = cuts.flat_map(|front| [format!("\"{front}-{{"), format!("\"{front}\"")]);
            fronts.any(|front| sources.iter().any(|source| source.contains(&front)))
        };
        let keys = texts(Language::De).into_keys();
        let unused: Vec<_> = keys.filter(|key| !is_used(key) && !is_made(key)).collect();
        assert!(unused.is_empty(), "nobody asks for {unused:#?}");
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
        assert_eq!(t.other(Language::Simple), "/de-simple/termin?woche=2");
        assert_eq!(Locale::new(Language::En).path("/"), "/en");
    }

    #[test]
    fn the_language_stands_in_front_of_the_address() {
        let at = Locale::at_front_of;
        assert_eq!(at("/en"), Some((Language::En, "/")));
        assert_eq!(at("/en?x=1"), Some((Language::En, "?x=1")));
        assert_eq!(at("/de-simple/termin"), Some((Language::Simple, "/termin")));
        for german in ["/", "/termin", "/ende", "/de/termin", "/de-simpler"] {
            assert_eq!(at(german), None, "{german}");
        }
    }
}
