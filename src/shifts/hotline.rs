//! A hotline (Beratungstelefon): a number, the flow a caller walks through, its opening hours.
//!
//! Not its shifts and not its calls. Rule: a number belongs to one hotline.

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
    pub active: bool,
    /// Counts the changes.
    pub sequence: i64,
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
        match (named, flow, rings) {
            (false, _, _) => Err(HotlineFault::Name),
            (_, false, _) => Err(HotlineFault::Flow),
            (_, _, false) => Err(HotlineFault::RingSeconds),
            (true, true, true) => Ok(()),
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
            active: true,
            sequence: 0,
        };
        assert_eq!(good.check(), Ok(()));
        for (bad, fault) in [
            (Hotline { name: "  ".into(), ..good.clone() }, HotlineFault::Name),
            (Hotline { flow: "../../etc/passwd".into(), ..good.clone() }, HotlineFault::Flow),
            (Hotline { ring_seconds: 4, ..good.clone() }, HotlineFault::RingSeconds),
            (Hotline { ring_seconds: 61, ..good.clone() }, HotlineFault::RingSeconds),
        ] {
            assert_eq!(bad.check(), Err(fault));
        }
    }
}
