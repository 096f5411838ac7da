//! A hotline (Beratungstelefon): a number, the flow a caller walks through, its opening hours.
//!
//! Not its shifts and not its calls. Rule: a number belongs to one hotline.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kernel::id::HotlineId;
use crate::kernel::{Language, Phone};
use crate::offices::{OfficeId, OpeningHours, TopicId};

/// A telephone number with call flow and opening hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hotline {
    pub id: HotlineId,
    pub office: OfficeId,
    pub name: String,
    pub number: Phone,
    /// Names a file in `ivr-flows/`, without its ending.
    pub flow: String,
    pub hours: OpeningHours,
    /// How long one officer's telephone rings, 5 to 60 seconds.
    pub ring_seconds: i64,
    pub rules: Rules,
    pub active: bool,
    /// Counts the changes.
    pub sequence: i64,
}

/// How a hotline chooses among those on duty, and what it does for those who wait or are in danger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub if_nobody_fits: IfNobodyFits,
    /// Whoever spoke with a caller in this week is rung first when they call again.
    pub known_caller_first: bool,
    /// For so long after a talk an officer is left in peace, 0 to 900 seconds.
    pub pause_seconds: i64,
    /// So long callers wait for the hotline's own officers before neighbours are asked for help, 0 to 3,600 seconds. Where
    /// none of its own is left to be rung, neighbours are asked at once.
    pub neighbours_after_seconds: i64,
    /// So long before a telephone gives up the next officer's begins to ring, 0 to 30 seconds, if the provider can.
    pub overlap_seconds: i64,
    /// Callers with these topics count as having waited longer by this, 0 to 900 seconds: so nobody waits for ever.
    pub priority_topics: BTreeSet<TopicId>,
    pub head_start_seconds: i64,
    pub callbacks_ring: CallbacksRing,
    /// What a caller in danger hears, by language, 400 characters at most; where it is missing, the product's own words.
    pub instruction: Instruction,
}

/// The agreed words for callers in danger.
pub type Instruction = BTreeMap<Language, String>;

/// The longest instruction, in characters: about half a minute when it is spoken.
pub const LONGEST_INSTRUCTION: usize = 400;

impl Default for Rules {
    fn default() -> Self {
        Self {
            if_nobody_fits: IfNobodyFits::default(),
            known_caller_first: false,
            pause_seconds: 0,
            neighbours_after_seconds: 60,
            overlap_seconds: 0,
            priority_topics: BTreeSet::new(),
            head_start_seconds: 0,
            callbacks_ring: CallbacksRing::default(),
            instruction: Instruction::new(),
        }
    }
}

/// Whether call-backs ring by themselves, and from when on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallbacksRing {
    /// Somebody presses the button.
    #[default]
    ByHand,
    /// From the time on until which they were promised.
    WhenDue,
    /// As soon as an officer is free for whom nobody waits on the line.
    WhenFree,
}

impl CallbacksRing {
    pub const ALL: [Self; 3] = [Self::ByHand, Self::WhenDue, Self::WhenFree];
}

impl fmt::Display for CallbacksRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByHand => "by_hand",
            Self::WhenDue => "when_due",
            Self::WhenFree => "when_free",
        })
    }
}

impl FromStr for CallbacksRing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|rule| rule.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is none of by_hand, when_due and when_free"))
    }
}

/// What happens to callers whose topic or language nobody has who could be rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IfNobodyFits {
    /// They wait for somebody who fits, as long as the flow lets them.
    Wait,
    /// Whoever is on duty is rung.
    #[default]
    NextBest,
    /// Neighbours who fit are asked at once; where there are none, whoever is on duty is rung.
    OtherOffice,
}

impl IfNobodyFits {
    pub const ALL: [Self; 3] = [Self::NextBest, Self::Wait, Self::OtherOffice];
}

impl fmt::Display for IfNobodyFits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wait => "wait",
            Self::NextBest => "next_best",
            Self::OtherOffice => "other_office",
        })
    }
}

impl FromStr for IfNobodyFits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|rule| rule.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is none of wait, next_best and other_office"))
    }
}

/// What a hotline cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HotlineFault {
    #[error("a hotline's name has 1 to 120 characters")]
    Name,
    #[error("a flow's name is made of 1 to 64 small letters, digits and hyphens")]
    Flow,
    #[error("a telephone rings for 5 to 60 seconds")]
    RingSeconds,
    #[error("a pause after a talk lasts 0 to 900 seconds")]
    Pause,
    #[error("callers wait 0 to 3600 seconds before neighbours are asked")]
    NeighboursAfter,
    #[error("telephones overlap for 0 to 30 seconds, and for less than one rings")]
    Overlap,
    #[error("a head start is 0 to 900 seconds")]
    HeadStart,
    #[error("a head start is for topics: name one at least")]
    NoPriority,
    #[error("an instruction has 400 characters at most")]
    Instruction(Language),
}

impl Hotline {
    /// Whether somebody means it who gives a name, a number or an id.
    pub fn is_called(&self, asked: &str) -> bool {
        let number = asked.parse().is_ok_and(|number: Phone| self.number == number);
        self.name == asked || self.id.to_string() == asked || number
    }

    /// Whether its facts can be; what is wrong first is told first.
    pub fn check(&self) -> Result<(), HotlineFault> {
        let named = (1..=120).contains(&self.name.trim().chars().count());
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let flow = (1..=64).contains(&self.flow.len()) && self.flow.bytes().all(plain);
        let rings = (5..=60).contains(&self.ring_seconds);
        for (is_good, fault) in [
            (named, HotlineFault::Name),
            (flow, HotlineFault::Flow),
            (rings, HotlineFault::RingSeconds),
            ((0..=900).contains(&self.rules.pause_seconds), HotlineFault::Pause),
            ((0..=3600).contains(&self.rules.neighbours_after_seconds), HotlineFault::NeighboursAfter),
            ((0..=30.min(self.ring_seconds - 1)).contains(&self.rules.overlap_seconds), HotlineFault::Overlap),
            ((0..=900).contains(&self.rules.head_start_seconds), HotlineFault::HeadStart),
            (self.rules.head_start_seconds == 0 || !self.rules.priority_topics.is_empty(), HotlineFault::NoPriority),
        ] {
            if !is_good {
                return Err(fault);
            }
        }
        let is_long = |text: &String| text.chars().count() > LONGEST_INSTRUCTION;
        match self.rules.instruction.iter().find(|(_, text)| is_long(text)) {
            Some((language, _)) => Err(HotlineFault::Instruction(*language)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hotline_is_named_and_its_flow_is_no_path() {
        let good = Hotline {
            id: HotlineId::mint(),
            office: "ka".parse().unwrap(),
            name: "Beratungstelefon".into(),
            number: "+49 89 99998110".parse().unwrap(),
            flow: "beratungstelefon".into(),
            hours: OpeningHours::default(),
            ring_seconds: 20,
            rules: Rules::default(),
            active: true,
            sequence: 0,
        };
        assert_eq!(good.check(), Ok(()));
        let with = |rules: Rules| Hotline { rules, ..good.clone() };
        for (bad, fault) in [
            (Hotline { name: "  ".into(), ..good.clone() }, HotlineFault::Name),
            (Hotline { flow: "../../etc/passwd".into(), ..good.clone() }, HotlineFault::Flow),
            (Hotline { ring_seconds: 4, ..good.clone() }, HotlineFault::RingSeconds),
            (Hotline { ring_seconds: 61, ..good.clone() }, HotlineFault::RingSeconds),
            (with(Rules { pause_seconds: 901, ..Rules::default() }), HotlineFault::Pause),
            (with(Rules { neighbours_after_seconds: -1, ..Rules::default() }), HotlineFault::NeighboursAfter),
            (with(Rules { overlap_seconds: 20, ..Rules::default() }), HotlineFault::Overlap),
            (with(Rules { head_start_seconds: 901, ..Rules::default() }), HotlineFault::HeadStart),
            (with(Rules { head_start_seconds: 60, ..Rules::default() }), HotlineFault::NoPriority),
            (
                with(Rules { instruction: [(Language::En, "x".repeat(401))].into(), ..Rules::default() }),
                HotlineFault::Instruction(Language::En),
            ),
        ] {
            assert_eq!(bad.check(), Err(fault));
        }
    }
}
