//! Whether an officer is a woman or a man, for callers who wish to speak with the one or the other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Woman,
    Man,
}

impl Gender {
    pub const ALL: [Self; 2] = [Self::Woman, Self::Man];
    /// As they stand in a flow file, in the order of `ALL`.
    pub const WORDS: [&str; 2] = ["woman", "man"];
}

impl fmt::Display for Gender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Woman => "woman",
            Self::Man => "man",
        })
    }
}

impl FromStr for Gender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|gender| gender.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is neither woman nor man"))
    }
}
