//! Whom to ring next: pure, from who is on duty, who is busy, and who was tried already. It explains itself.
//!
//! Rule: an officer is never rung while in a call or a consultation, and never twice for the same call.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::id::OfficerId;
use crate::shifts::{Duty, OnDuty, Reason};

/// Why somebody on duty is not rung now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// Rings for another caller, or talks with one.
    InCall,
    /// In a booked consultation, or within five minutes before one.
    InConsultation,
}

/// Who is rung next, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub officer: OfficerId,
    pub tier: i64,
    /// In words for the call's page.
    pub why: String,
}

/// The first in ring order who is on duty, free, and not tried yet; None where nobody is left.
pub fn choose(
    duty: &Duty,
    busy: &BTreeMap<OfficerId, Busy>,
    tried: &BTreeSet<OfficerId>,
    names: &BTreeMap<OfficerId, String>,
) -> Option<Choice> {
    let name = |officer: OfficerId| names.get(&officer).map_or("?", String::as_str);
    let mut passed: Vec<String> =
        duty.not.iter().map(|not| format!("{} nicht im Dienst ({})", name(not.officer), reason(not.reason))).collect();
    for (place, on) in duty.on.iter().enumerate() {
        let because = match (tried.contains(&on.officer), busy.get(&on.officer)) {
            (true, _) => "schon versucht",
            (false, Some(Busy::InCall)) => "im Gespräch",
            (false, Some(Busy::InConsultation)) => "in einer Sprechstunde",
            (false, None) => return Some(chosen(on, place, &passed)),
        };
        passed.push(format!("{} {because}", name(on.officer)));
    }
    None
}

fn chosen(on: &OnDuty, place: usize, passed: &[String]) -> Choice {
    let tier = on.tier.number();
    let mut why = format!("Stufe {tier}, Platz {} der Reihenfolge", place + 1);
    if !passed.is_empty() {
        why.push_str("; davor: ");
        why.push_str(&passed.join(", "));
    }
    Choice { officer: on.officer, tier, why }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Deployed => "im Einsatz",
        Reason::Absent(kind) => kind.german(),
        Reason::Retired => "ausgeschieden",
    }
}
