//! A hotline (Beratungstelefon): a number, the flow a caller walks through, its opening hours.
//!
//! Not its shifts and not its calls. Rule: a number belongs to one hotline.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kernel::Phone;
use crate::kernel::id::HotlineId;
use crate::offices::{OfficeId, OpeningHours};

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

/// How a hotline chooses among those on duty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    pub if_nobody_fits: IfNobodyFits,
    /// Whoever spoke with a caller in this week is rung first when they call again.
    pub known_caller_first: bool,
    /// For so long after a talk an officer is left in peace, 0 to 900 seconds.
    pub pause_seconds: i64,
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
}

impl fmt::Display for IfNobodyFits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wait => "wait",
            Self::NextBest => "next_best",
        })
    }
}

impl FromStr for IfNobodyFits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Self::Wait, Self::NextBest].into_iter().find(|rule| rule.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is neither wait nor next_best"))
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
        let pauses = (0..=900).contains(&self.rules.pause_seconds);
        match (named, flow, rings, pauses) {
            (false, ..) => Err(HotlineFault::Name),
            (_, false, ..) => Err(HotlineFault::Flow),
            (_, _, false, _) => Err(HotlineFault::RingSeconds),
            (.., false) => Err(HotlineFault::Pause),
            (true, true, true, true) => Ok(()),
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
        for (bad, fault) in [
            (Hotline { name: "  ".into(), ..good.clone() }, HotlineFault::Name),
            (Hotline { flow: "../../etc/passwd".into(), ..good.clone() }, HotlineFault::Flow),
            (Hotline { ring_seconds: 4, ..good.clone() }, HotlineFault::RingSeconds),
            (Hotline { ring_seconds: 61, ..good.clone() }, HotlineFault::RingSeconds),
            (Hotline { rules: Rules { pause_seconds: 901, ..good.rules }, ..good.clone() }, HotlineFault::Pause),
        ] {
            assert_eq!(bad.check(), Err(fault));
        }
    }
}
