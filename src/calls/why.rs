//! Why an officer is rung, and why not those before: data for routing, words for whoever asks.
//!
//! German where it stands in a call's story, English on the command line. Rule: a reason is decided once, in `route`.

use std::collections::BTreeMap;

use crate::kernel::id::OfficerId;
use crate::kernel::{Gender, Language};
use crate::people::Lack;
use crate::shifts::Reason;

/// What officers are called.
pub type Names = BTreeMap<OfficerId, String>;

/// Why somebody is rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    pub tier: i64,
    pub chosen: Chosen,
    /// Has spoken with this caller before.
    pub known: bool,
    /// What the officer lacks for the call, where nobody had it who could be rung.
    pub lack: Option<Lack>,
    /// Neighbours' help: the name of the office that helps.
    pub help: Option<String>,
    /// Who would have come before, and why not.
    pub passed: Vec<(OfficerId, Against)>,
}

/// What put somebody first among their tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The place in the order of the rota, from 1.
    Place(usize),
    Turn,
    LongestIdle,
    /// So many talks in the shift that runs.
    FewestCalls(i64),
    AllAtOnce,
    Lot,
}

/// Why somebody is not rung at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Planned, and yet not on duty.
    Away(Reason),
    /// The flow asks for other tiers.
    OtherTier,
    /// Was rung for this caller already.
    Tried,
    /// The telephone failed twice in this shift.
    Unreachable,
    /// The hotline lets callers wait for somebody who fits.
    Lacks(Lack),
    /// Rings for another caller, or talks with one.
    InCall,
    /// In a booked consultation, or within five minutes before one.
    InConsultation,
    /// Has a pause after a talk.
    Recovering,
}

impl Against {
    /// Whether it may be over while a caller waits.
    pub fn may_pass(self) -> bool {
        match self {
            Self::InCall | Self::InConsultation | Self::Recovering => true,
            Self::Away(_) | Self::OtherTier | Self::Tried | Self::Unreachable | Self::Lacks(_) => false,
        }
    }

    pub fn words(self, language: Language) -> String {
        let words = match self {
            Self::Away(reason) => {
                let away = away(reason, language);
                return language.pick([format!("nicht im Dienst ({away})"), format!("not on duty ({away})")]);
            }
            Self::OtherTier => ["in einer Reihe, die nicht gefragt ist", "on a tier that is not asked for"],
            Self::Tried => ["schon versucht", "tried already"],
            Self::Unreachable => [
                "nicht mehr angerufen: Telefon in diesem Dienst zweimal nicht erreichbar",
                "skipped: the telephone failed twice in this shift",
            ],
            Self::Lacks(lack) => lacks(lack),
            Self::Recovering => ["in der Pause nach einem Gespräch", "in the pause after a talk"],
            Self::InCall => ["im Gespräch", "in a call"],
            Self::InConsultation => ["in einer Sprechstunde", "in a consultation"],
        };
        language.pick(words).to_owned()
    }
}

impl Chosen {
    fn words(self, language: Language) -> String {
        let words = match self {
            Self::Place(place) => {
                return language
                    .pick([format!("Platz {place} der Reihenfolge"), format!("place {place} of the order")]);
            }
            Self::FewestCalls(talks) => {
                let german = format!("die wenigsten Gespräche in diesem Dienst ({talks})");
                return language.pick([german, format!("the fewest talks in this shift ({talks})")]);
            }
            Self::Turn => ["reihum: am längsten nicht angerufen", "by turns: not rung for the longest time"],
            Self::LongestIdle => ["am längsten ohne Gespräch", "without a talk for the longest time"],
            Self::AllAtOnce => ["alle zugleich", "all at once"],
            Self::Lot => ["ausgelost", "drawn by lot for each call"],
        };
        language.pick(words).to_owned()
    }
}

impl Why {
    /// Without who was passed over.
    pub fn rung(&self, language: Language) -> String {
        let mut words = match &self.help {
            Some(office) => format!("{} {office}, ", language.pick(["Nachbarschaftshilfe:", "neighbours' help:"])),
            None => String::new(),
        };
        words += &format!("{} {}, ", language.pick(["Reihe", "tier"]), self.tier);
        match self.known {
            true => words += language.pick(["hat schon mit dieser Person gesprochen", "has spoken with this person"]),
            false => words += &self.chosen.words(language),
        }
        if let Some(lack) = self.lack {
            words = format!("{words}, {}", language.pick(lacks(lack)));
            words += language.pick([" (niemand Passendes frei)", " (nobody who fits is free)"]);
        }
        words
    }

    /// "Reihe 1, Platz 3 der Reihenfolge; davor: Anna schon versucht".
    pub fn words(&self, language: Language, names: &Names) -> String {
        let passed = self.passed.iter().map(|(officer, against)| {
            let name = names.get(officer).map_or("?", String::as_str);
            format!("{name} {}", against.words(language))
        });
        let passed: Vec<String> = passed.collect();
        let rung = self.rung(language);
        match passed.is_empty() {
            true => rung,
            false => format!("{rung}; {}: {}", language.pick(["davor", "passed over"]), passed.join(", ")),
        }
    }
}

fn lacks(lack: Lack) -> [&'static str; 2] {
    match lack {
        Lack::Language => ["spricht die Sprache nicht", "does not speak the language"],
        Lack::Topic => ["berät nicht zu diesem Thema", "does not advise on this topic"],
        Lack::Wished(Gender::Woman) => ["ist nicht als Frau eingetragen", "is not entered as a woman"],
        Lack::Wished(Gender::Man) => ["ist nicht als Mann eingetragen", "is not entered as a man"],
    }
}

fn away(reason: Reason, language: Language) -> String {
    match reason {
        Reason::Deployed => language.pick(["im Einsatz", "deployed"]).to_owned(),
        // Why somebody is absent concerns whoever plans.
        Reason::Absent(_) => language.pick(["abwesend", "absent"]).to_owned(),
        Reason::Retired => language.pick(["ausgeschieden", "retired"]).to_owned(),
    }
}
