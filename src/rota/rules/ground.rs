//! What the rules must know beside a plan: the rules themselves, and of each officer what lies around the plan.
//!
//! Loaded once for an office and a period; everything after it is pure. Rule: what is published on other hotlines, before
//! and after the period counts as much as the plan itself.

use std::collections::BTreeMap;

use crate::kernel::Span;
use crate::kernel::id::OfficerId;
use crate::offices::OfficeId;
use crate::people::{Absence, Officer};
use crate::rota::PlannedShift;
use crate::rota::terms::Terms;
use crate::rota::wishes::Wish;

use super::breach::Breach;
use super::plan::Plan;
use super::rule::RuleSet;
use super::waiver::Waiver;

/// The ground on which the plans of an office for a period stand.
#[derive(Clone, Debug)]
pub struct Ground {
    pub office: OfficeId,
    pub period: Span,
    /// What was loaded: four months before the period, and two weeks after it.
    pub known: Span,
    pub rules: RuleSet,
    /// Those who work at the office, by name.
    pub officers: Vec<Officer>,
    pub people: BTreeMap<OfficerId, Person>,
    pub waivers: Vec<Waiver>,
}

/// What is known of one officer beside the plan.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub terms: Terms,
    /// Published shifts that the plan does not replace.
    pub others: Vec<PlannedShift>,
    pub consultations: Vec<Span>,
    /// Entered ones.
    pub absences: Vec<Absence>,
    pub wishes: Vec<Wish>,
    /// Leave that is asked for and not decided.
    pub leave_asked: Vec<Span>,
}

/// What the rules say about a plan.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Hard, and no reason was given: with these it cannot be published.
    pub blocking: Vec<Breach>,
    /// Hard, and somebody lets it stand.
    pub waived: Vec<(Breach, Waiver)>,
    /// Soft.
    pub warnings: Vec<Breach>,
}

impl Ground {
    /// Every breach of the plan, in order of time.
    pub fn check(&self, plan: &Plan) -> Vec<Breach> {
        let mut breaches: Vec<Breach> = plan.officers().flat_map(|officer| self.check_officer(plan, officer)).collect();
        breaches.sort_by_key(|breach| (breach.span, breach.officer, breach.rule));
        breaches
    }

    /// The breaches, and which of them keep the plan from being published.
    pub fn judge(&self, plan: &Plan) -> Verdict {
        let mut verdict = Verdict::default();
        for breach in self.check(plan) {
            match self.waiver_of(&breach) {
                _ if !breach.is_hard() => verdict.warnings.push(breach),
                Some(waiver) => verdict.waived.push((breach, waiver.clone())),
                None => verdict.blocking.push(breach),
            }
        }
        verdict
    }

    /// What is known of an officer, to be filled.
    pub(super) fn person(&mut self, officer: OfficerId) -> &mut Person {
        self.people.entry(officer).or_default()
    }

    /// The reason for which a breach stands.
    pub fn waiver_of(&self, breach: &Breach) -> Option<&Waiver> {
        self.waivers.iter().find(|waiver| waiver.covers(breach))
    }

    pub fn officer(&self, id: OfficerId) -> Option<&Officer> {
        self.officers.iter().find(|officer| officer.id == id)
    }
}

impl Verdict {
    pub fn is_clear(&self) -> bool {
        self.blocking.is_empty()
    }
}
