//! The nouns of the library: a published edition and who published it, a draft, and how edition and file agree.
//!
//! Knows no YAML. One rule: an edition takes account of one file, by its hash; any other file is news.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::kernel::Instant;

/// Where an edition came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A file of the operator's folder, or of the program.
    File,
    /// A draft of the staff pages.
    Editor,
    /// An older edition, published anew.
    RollBack,
}

/// Who published an edition, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imprint {
    /// The flow's file name without its ending.
    pub name: String,
    /// From 1.
    pub version: i64,
    pub origin: Origin,
    /// Empty where a file was taken over.
    pub reason: String,
    /// The name of whoever published it, as it was then.
    pub author: String,
    pub published_at: Instant,
}

/// An edition as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub imprint: Imprint,
    pub text: String,
    /// The file that this edition takes account of: taken over, or set aside.
    pub file_hash: Vec<u8>,
}

/// What somebody is changing in a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    /// The version that was published when the draft was begun.
    pub base: i64,
    pub text: String,
    /// The name of whoever changed it last.
    pub author: String,
    pub updated_at: Instant,
    /// Counts the changes.
    pub sequence: i64,
}

/// How the published edition and the file agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    Same,
    NoFile,
    /// Changed in the program, and the file has stayed: the edition stands.
    Edited,
    /// The file has changed and nothing else: the next start publishes it.
    FileChanged,
    /// Both have changed: the edition stands until somebody decides.
    Conflict,
}

impl Agreement {
    pub fn of(edition: &Kept, file: Option<&str>) -> Self {
        let Some(file) = file.map(hash) else { return Self::NoFile };
        let published = hash(&edition.text);
        match &edition.file_hash {
            _ if file == published => Self::Same,
            settled if *settled == file => Self::Edited,
            settled if *settled == published => Self::FileChanged,
            _ => Self::Conflict,
        }
    }
}

/// The SHA-256 of a text.
pub fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Editor => "editor",
            Self::RollBack => "roll_back",
        })
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::File, Self::Editor, Self::RollBack];
        let found = all.into_iter().find(|origin| origin.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not file, editor or roll_back"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_and_edition_never_disagree_unknown() {
        for (text, settled, file, expected) in [
            ("a", "a", None, Agreement::NoFile),
            ("a", "a", Some("a"), Agreement::Same),
            ("a", "a", Some("b"), Agreement::FileChanged),
            ("b", "a", Some("a"), Agreement::Edited),
            ("b", "a", Some("c"), Agreement::Conflict),
            // What was edited has been written into the file.
            ("b", "a", Some("b"), Agreement::Same),
            // The file c was set aside; then it changed again.
            ("b", "c", Some("c"), Agreement::Edited),
            ("b", "c", Some("d"), Agreement::Conflict),
        ] {
            let imprint = Imprint {
                name: "x".into(),
                version: 1,
                origin: Origin::Editor,
                reason: String::new(),
                author: String::new(),
                published_at: Instant(0),
            };
            let kept = Kept { imprint, text: text.into(), file_hash: hash(settled) };
            assert_eq!(Agreement::of(&kept, file), expected, "{text} {settled} {file:?}");
        }
    }
}
