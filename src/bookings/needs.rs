//! What a citizen needs so that the talk works: asked as a need, never as a diagnosis.
//!
//! Rule: a need that an hour must be able to serve (an interpreter, captions) is a reason not to offer it; slow speech
//! and company are served everywhere.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A sign-language interpreter (Deutsche Gebärdensprache), who must be ordered.
    SignLanguage,
    /// Written instead of spoken: live captions.
    Captions,
    /// "Leichte Sprache".
    SimpleLanguage,
    SlowSpeech,
    /// Somebody comes along.
    Company,
}

impl Need {
    pub const ALL: [Self; 5] =
        [Self::SignLanguage, Self::Captions, Self::SimpleLanguage, Self::SlowSpeech, Self::Company];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignLanguage => "sign_language",
            Self::Captions => "captions",
            Self::SimpleLanguage => "simple_language",
            Self::SlowSpeech => "slow_speech",
            Self::Company => "company",
        }
    }

    /// The words on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::SignLanguage => "Gebärdensprache (DGS)",
            Self::Captions => "Schriftlich statt mündlich",
            Self::SimpleLanguage => "Leichte Sprache",
            Self::SlowSpeech => "Langsam sprechen",
            Self::Company => "Kommt in Begleitung",
        }
    }

    /// Whether any officer can do so, without arrangements.
    pub fn is_served_everywhere(self) -> bool {
        match self {
            Self::SlowSpeech | Self::Company => true,
            Self::SignLanguage | Self::Captions | Self::SimpleLanguage => false,
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Need {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|need| need.as_str() == text);
        found.ok_or_else(|| format!("\"{text}\" is no need that we know"))
    }
}

/// A set of needs. In JSON a list.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Need>", into = "Vec<Need>")]
pub struct Needs(u8);

impl Needs {
    pub const NONE: Self = Self(0);

    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    pub fn contains(self, need: Need) -> bool {
        self.0 & need.bit() != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Need> {
        Need::ALL.into_iter().filter(move |need| self.contains(*need))
    }

    /// Whether an hour that can serve `served` can serve these.
    pub fn are_served_by(self, served: Self) -> bool {
        self.iter().all(|need| need.is_served_everywhere() || served.contains(need))
    }
}

impl FromIterator<Need> for Needs {
    fn from_iter<I: IntoIterator<Item = Need>>(needs: I) -> Self {
        Self(needs.into_iter().fold(0, |bits, need| bits | need.bit()))
    }
}

impl From<Vec<Need>> for Needs {
    fn from(needs: Vec<Need>) -> Self {
        needs.into_iter().collect()
    }
}

impl From<Needs> for Vec<Need> {
    fn from(needs: Needs) -> Self {
        needs.iter().collect()
    }
}

impl fmt::Debug for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_a_list_in_json_and_each_stands_there_once() {
        let needs: Needs = [Need::Company, Need::SignLanguage, Need::Company].into_iter().collect();
        let json = serde_json::to_value(needs).unwrap();
        assert_eq!(json, serde_json::json!(["sign_language", "company"]));
        assert_eq!(serde_json::from_value::<Needs>(json).unwrap(), needs);
        for need in Need::ALL {
            assert_eq!(need.as_str().parse(), Ok(need));
            assert_eq!(serde_json::to_value(need).unwrap(), need.as_str());
        }
    }

    #[test]
    fn an_interpreter_must_be_offered_and_slow_speech_is_a_matter_of_course() {
        let of = |needs: &[Need]| needs.iter().copied().collect::<Needs>();
        for (needs, served, are_served) in [
            (of(&[]), of(&[]), true),
            (of(&[Need::SlowSpeech, Need::Company]), of(&[]), true),
            (of(&[Need::SignLanguage]), of(&[Need::Captions]), false),
            (of(&[Need::SignLanguage, Need::Company]), of(&[Need::SignLanguage]), true),
        ] {
            assert_eq!(needs.are_served_by(served), are_served, "{needs:?} by {served:?}");
        }
    }
}
