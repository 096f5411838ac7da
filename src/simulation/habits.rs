//! How people on the telephone behave: callers who listen, press keys and lose patience, officers who pick up or do not.
//!
//! Callers know nothing of the flow: they press what they are told they may press.

use crate::calls::provider::Ask;
use crate::flows::Speech;
use crate::kernel::{Language, Phone};

use super::chance::Chance;

/// Ranges that the Bundesnetzagentur keeps free for films and plays (Mitteilung 148/2021), each with 1000 numbers.
pub const RANGES: [&str; 3] = ["3023125", "4066969", "2214710"];

/// What voices read in a second, in characters.
const CHARACTERS_A_SECOND: f64 = 14.0;
/// Music that is played while somebody waits lasts about so long, in seconds.
const MUSIC: f64 = 20.0;

pub struct Caller {
    /// None: withheld.
    pub number: Option<Phone>,
    /// Whom to call back, as it is typed.
    typed: String,
    /// After so many seconds without a person they hang up.
    pub patience: f64,
    language: Language,
    /// Now and then presses nothing, or what is not offered.
    careless: f64,
}

impl Caller {
    pub fn new(chance: &mut Chance, range: &str) -> Self {
        // Some call again: there are 200 of them.
        let line = 300 + chance.below(200);
        let number = Phone::of_caller(&format!("+49{range}{line}")).filter(|_| !chance.share(0.12));
        let patience = match chance.below(10) {
            0 => chance.between(5.0, 40.0),
            _ => chance.log_normal(240.0, 0.7),
        };
        let languages = [(0.86, Language::De), (0.1, Language::En), (0.04, Language::Simple)];
        let language = chance.weighed(&languages, Language::De);
        let careless = if chance.share(0.2) { 0.4 } else { 0.05 };
        Self { number, typed: format!("0{range}{line}"), patience, language, careless }
    }

    /// After how many seconds which keys are pressed; None waits until the time for keys is over.
    pub fn answer(&self, chance: &mut Chance, ask: &Ask) -> Option<(f64, String)> {
        let heard = seconds_of(&ask.prompts);
        let until = heard + f64::from(ask.timeout_seconds) + music_of(ask);
        let at = chance.between(heard * 0.4, until.min(heard + 5.0) - 0.2).max(0.5);
        if ask.digits > 1 {
            return self.number_typed(chance).map(|keys| (heard + keys.len() as f64 * 0.6, keys));
        }
        let offered = offered(&ask.prompts);
        if chance.share(self.careless) {
            let any = ["1", "2", "4", "5", "7", "0", "*", "#"];
            return chance.pick(&any).filter(|_| chance.share(0.5)).map(|key| (at, (*key).to_owned()));
        }
        if speaks_several(&ask.prompts) {
            let own = ask.prompts.iter().find(|said| said.language == self.language)?;
            let key = super::habits::offered(std::slice::from_ref(own)).first().copied();
            return key.filter(|_| self.language != Language::De).map(|key| (at, key.to_string()));
        }
        // Who waits in a queue stays, as a rule.
        if offered == ['*'] && !chance.share(0.04) {
            return None;
        }
        chance.pick(&offered).map(|key| (at, key.to_string()))
    }

    fn number_typed(&self, chance: &mut Chance) -> Option<String> {
        match chance.below(10) {
            0 => None,
            1 => Some("123#".to_owned()),
            _ => Some(format!("{}#", self.typed)),
        }
    }
}

/// How long it takes to say this, in seconds.
pub fn seconds_of(said: &[Speech]) -> f64 {
    said.iter().map(|speech| speech.text.chars().count()).sum::<usize>() as f64 / CHARACTERS_A_SECOND
}

/// How long music plays before keys are waited for, in seconds.
pub fn music_of(ask: &Ask) -> f64 {
    if ask.music.is_some() { MUSIC } else { 0.0 }
}

/// A choice of language is said in several.
fn speaks_several(prompts: &[Speech]) -> bool {
    prompts.iter().any(|said| said.language != Language::De) && prompts.iter().any(|said| said.language == Language::De)
}

/// The keys of which the words speak: single digits, and the star.
fn offered(prompts: &[Speech]) -> Vec<char> {
    let mut keys = Vec::new();
    for said in prompts {
        let words = said.text.split(|c: char| !c.is_alphanumeric());
        for word in words {
            let key = match word {
                "Sterntaste" | "star" => Some('*'),
                _ => word.chars().next().filter(|c| c.is_ascii_digit() && word.len() == 1),
            };
            keys.extend(key.filter(|key| !keys.contains(key)));
        }
    }
    keys
}

/// What an officer's telephone does when it rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Picks up and presses 1.
    Accepts,
    /// Picks up and presses 2.
    Declines,
    /// Picks up and presses another key.
    Fumbles,
    /// Picks up and hangs up without a key.
    HangsUp,
    /// Presses 1 and is gone before the two are connected.
    Vanishes,
    /// The mailbox picks up, and presses nothing.
    Mailbox,
    Rings,
    Busy,
    Unreachable,
    /// There is no such number.
    Dead,
}

impl Reaction {
    pub fn draw(chance: &mut Chance) -> Self {
        let shares = [
            (0.70, Self::Accepts),
            (0.06, Self::Declines),
            (0.01, Self::Fumbles),
            (0.015, Self::HangsUp),
            (0.015, Self::Vanishes),
            (0.04, Self::Mailbox),
            (0.10, Self::Rings),
            (0.04, Self::Busy),
            (0.02, Self::Unreachable),
        ];
        chance.weighed(&shares, Self::Rings)
    }

    /// The key that is pressed when asked, if any is.
    pub fn key(self) -> &'static str {
        match self {
            Self::Accepts | Self::Vanishes => "1",
            Self::Declines => "2",
            Self::Fumbles => "7",
            Self::HangsUp | Self::Mailbox | Self::Rings | Self::Busy | Self::Unreachable | Self::Dead => "",
        }
    }
}

/// How long a talk lasts, in seconds.
pub fn talk_seconds(chance: &mut Chance) -> f64 {
    chance.log_normal(250.0, 0.8).clamp(5.0, 5400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_press_what_they_are_told_they_may_press() {
        let said = |text: &str, language| Speech::new(text, language);
        let menu = [
            said("Bei Betrug drücken Sie die 1. In einer Notlage 110.", Language::De),
            said("Für alles andere die 0.", Language::De),
        ];
        assert_eq!(offered(&menu), ['1', '0']);
        assert_eq!(offered(&[said("Möchten Sie nicht warten, drücken Sie die Sterntaste.", Language::De)]), ['*']);
        assert!(offered(&[said("Worum geht es?", Language::De)]).is_empty());
    }
}
