//! Changes of the published rota, held against the rules within their own transaction.
//!
//! Not what the rules are. Rule: what is newly broken of a hard rule is refused, unless whoever changes it says why it
//! must be; then the reason is kept with the breach, as publishing keeps it. All that decides is loaded once, however many
//! changes follow; of two who change an office's rota at once, the second weighs what the first has made of it.

use chrono::TimeDelta;

use crate::db::{DbError, Tx};
use crate::kernel::Span;
use crate::kernel::id::OfficerId;
use crate::offices::{self, OfficeId};
use crate::rota::PlannedShift;
use crate::rota::rules::{self, Breach, Ground, Plan, RulesError};
use crate::shifts::direct::{Despite, Guard};
use crate::shifts::edit::{Author, Change};
use crate::shifts::{Shift, ShiftsError};

use super::AROUND;
use super::board::{Outcome, unwaived};

/// The published rota around a span, with the changes that were admitted since, and all that the rules must know of it.
pub struct Scale {
    ground: Ground,
    plan: Plan,
}

impl Guard for Scale {
    async fn before(tx: &mut Tx, office: OfficeId, at: Span) -> Result<Self, DbError> {
        offices::hold(&mut *tx, office).await?;
        let period = around(at, AROUND);
        let published = rules::load_published(&mut *tx, office, period).await?;
        Ok(Self { ground: rules::load_ground(tx, office, period).await?, plan: Plan::new(&published) })
    }

    async fn weigh(
        &mut self,
        tx: &mut Tx,
        by: Author<'_>,
        despite: Despite,
        changes: &[Change],
    ) -> Result<(), ShiftsError> {
        let broken = self.put(changes);
        match (broken.is_empty(), despite) {
            (true, _) => Ok(()),
            (false, Despite::Nothing) => {
                self.take_back(changes);
                Err(ShiftsError::AgainstRules(broken.iter().map(Breach::text).collect()))
            }
            (false, Despite::Rules) => {
                let waived = rules::waive(tx, by.now, by.actor, self.ground.office, (&broken, by.reason)).await;
                waived.map_err(|error| match error {
                    RulesError::Db(error) => error.into(),
                    RulesError::Forbidden => ShiftsError::Forbidden,
                    _ => ShiftsError::NoReason,
                })
            }
        }
    }
}

impl Scale {
    /// Puts changes on, and tells what of the hard rules they newly break.
    fn put(&mut self, changes: &[Change]) -> Vec<Breach> {
        let officers = concerned(changes);
        let was = unwaived(&self.ground, &self.plan, &officers);
        changes.iter().for_each(|change| self.replace(change.before.as_ref(), change.after.as_ref()));
        let mut broken = Outcome::between(&was, &unwaived(&self.ground, &self.plan, &officers)).new;
        broken.retain(Breach::is_hard);
        broken
    }

    /// As if they had never been put on.
    fn take_back(&mut self, changes: &[Change]) {
        changes.iter().rev().for_each(|change| self.replace(change.after.as_ref(), change.before.as_ref()));
    }

    /// What lies outside the period is known to the ground.
    fn replace(&mut self, gone: Option<&Shift>, come: Option<&Shift>) {
        if let Some(gone) = gone {
            self.plan.take(gone.id, gone.officer);
        }
        if let Some(come) = come.filter(|it| it.is_published() && self.ground.period.contains(it.span.start)) {
            self.plan.put(PlannedShift::from(come));
        }
    }
}

/// The officers whose shifts differ.
fn concerned(changes: &[Change]) -> Vec<OfficerId> {
    let sides = changes.iter().flat_map(|change| [&change.before, &change.after]);
    let mut officers: Vec<OfficerId> = sides.flatten().map(|shift| shift.officer).collect();
    officers.sort();
    officers.dedup();
    officers
}

/// A span with so much before and after it.
pub fn around(Span { start, end }: Span, by: TimeDelta) -> Span {
    Span { start: start - by, end: end + by }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::{HotlineId, ShiftId};
    use crate::kernel::{Instant, local};
    use crate::rota::rules::RuleSet;
    use crate::shifts::{ShiftState, Tier};

    fn scale() -> Scale {
        let period =
            Span { start: local::whole_day(day("2026-11-16")).start, end: local::whole_day(day("2026-11-29")).end };
        let ground = Ground {
            office: OfficeId::STATE,
            period,
            known: period,
            rules: RuleSet::default(),
            officers: vec![],
            people: Default::default(),
            waivers: vec![],
        };
        Scale { ground, plan: Plan::default() }
    }

    fn day(text: &str) -> chrono::NaiveDate {
        text.parse().unwrap()
    }

    fn shift(officer: OfficerId, (on, from, until): (&str, &str, &str)) -> Shift {
        Shift {
            id: ShiftId::mint(),
            hotline: HotlineId(uuid::Uuid::nil()),
            officer,
            span: local::span(day(on), local::time(from).unwrap(), local::time(until).unwrap()),
            tier: Tier::FIRST,
            position: 1,
            state: ShiftState::Published,
            sequence: 0,
            created_at: Instant(0),
            updated_at: Instant(0),
        }
    }

    fn new(shift: &Shift) -> [Change; 1] {
        [Change { before: None, after: Some(shift.clone()) }]
    }

    #[test]
    fn of_many_changes_each_is_weighed_with_those_that_were_admitted_and_without_those_that_were_not() {
        let anna = OfficerId::mint();
        let mut scale = scale();
        let late = shift(anna, ("2026-11-17", "14:00", "22:00"));
        assert!(scale.put(&new(&late)).is_empty());
        let early = shift(anna, ("2026-11-18", "06:00", "12:00"));
        let broken = scale.put(&new(&early));
        assert!(!broken.is_empty(), "eight hours of rest after what was admitted");
        scale.take_back(&new(&early));
        let noon = shift(anna, ("2026-11-18", "12:00", "16:00"));
        assert!(scale.put(&new(&noon)).is_empty(), "what was not admitted is in nobody's way");
    }

    #[test]
    fn what_was_broken_before_is_not_told_again_and_what_moves_leaves_nothing_behind() {
        let (anna, bela) = (OfficerId::mint(), OfficerId::mint());
        let mut scale = scale();
        let late = shift(anna, ("2026-11-17", "14:00", "22:00"));
        let early = shift(anna, ("2026-11-18", "06:00", "12:00"));
        scale.put(&new(&late));
        scale.put(&new(&early));
        assert!(scale.put(&new(&shift(anna, ("2026-11-20", "08:00", "12:00")))).is_empty());
        let given = Shift { officer: bela, ..early.clone() };
        assert!(scale.put(&[Change { before: Some(early), after: Some(given) }]).is_empty());
        let late_again = shift(bela, ("2026-11-18", "16:00", "18:00"));
        assert!(scale.put(&new(&late_again)).is_empty());
        let next = shift(bela, ("2026-11-19", "04:00", "06:00"));
        assert!(!scale.put(&new(&next)).is_empty(), "what moved counts where it is now");
    }
}
