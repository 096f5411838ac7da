//! Holds the shifts of an officer against the rules. Pure: the ground was loaded before.
//!
//! Not what to do about a breach. Rule: a breach is told only where a shift of the plan has part in it; what was wrong
//! before the plan is not its fault.

mod hours;
mod presence;
mod rest;
mod rhythm;
mod work;

use crate::kernel::Span;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::rota::PlannedShift;
use crate::rota::wishes::Leaning;

use super::breach::{Breach, Measured};
use super::ground::{Ground, Person};
use super::plan::Plan;
use super::rule::{Rule, RuleKey};

use work::{Work, Worked};
pub use work::{credited, is_night, saturdays};

/// What one rule found.
struct Fault {
    shifts: Vec<ShiftId>,
    span: Span,
    measured: Measured,
}

impl Fault {
    /// None where no shift of the plan has part in it.
    fn of<'a>(works: impl IntoIterator<Item = &'a Work>, span: Span, measured: Measured) -> Option<Self> {
        let mut planned = false;
        let shifts = works.into_iter().inspect(|work| planned |= work.planned).filter_map(|work| work.shift).collect();
        planned.then_some(Self { shifts, span, measured })
    }
}

/// An officer with all their work.
struct Case<'a> {
    officer: OfficerId,
    person: &'a Person,
    plan: &'a Plan,
    worked: Worked,
}

impl Ground {
    /// The breaches by the shifts of one officer.
    pub fn check_officer(&self, plan: &Plan, officer: OfficerId) -> Vec<Breach> {
        self.breaches(plan, officer, plan.shifts_of(officer).iter().collect())
    }

    /// What a shift would break where it stands in the plan, whether it stands there already or not: nothing that is
    /// broken without it.
    pub fn would_break(&self, plan: &Plan, shift: &PlannedShift) -> Vec<Breach> {
        let Some(officer) = shift.officer else { return Vec::new() };
        let mut shifts: Vec<&PlannedShift> = plan.shifts_of(officer).iter().filter(|it| it.id != shift.id).collect();
        let before = self.breaches(plan, officer, shifts.clone());
        shifts.push(shift);
        let mut after = self.breaches(plan, officer, shifts);
        after.retain(|breach| !before.contains(breach));
        after
    }

    fn breaches(&self, plan: &Plan, officer: OfficerId, shifts: Vec<&PlannedShift>) -> Vec<Breach> {
        if shifts.is_empty() {
            return Vec::new();
        }
        let nobody = Person::default();
        let person = self.people.get(&officer).unwrap_or(&nobody);
        let is_replaced = |other: &PlannedShift| plan.holds(other.id) || shifts.iter().any(|it| it.id == other.id);
        let others = person.others.iter().filter(|other| !is_replaced(other)).collect();
        let worked = Worked::new((shifts, others, &person.consultations), self.known, &self.rules);
        let case = Case { officer, person, plan, worked };
        let breaches = self.rules.active().flat_map(|(rule, Rule { level, value })| {
            let breach =
                move |Fault { shifts, span, measured }| Breach { rule, level, officer, shifts, span, measured };
            case.faults(rule, value).into_iter().map(breach)
        });
        breaches.collect()
    }
}

impl Case<'_> {
    fn faults(&self, rule: RuleKey, value: i64) -> Vec<Fault> {
        match rule {
            RuleKey::Twice => self.twice(),
            RuleKey::Away => self.away(),
            RuleKey::Cannot => self.against_wishes(Leaning::Cannot),
            RuleKey::RatherNot => self.against_wishes(Leaning::RatherNot),
            RuleKey::LeaveAsked => self.leave_asked(),
            RuleKey::DailyRest => self.daily_rest(value),
            RuleKey::WeeklyRest => self.weekly_rest(value),
            RuleKey::DayHours => self.day_hours(value),
            RuleKey::WeekHours => self.week_hours(value),
            RuleKey::AverageHours => self.average_hours(value),
            RuleKey::AgreedHours => self.person.terms.max_week_hours.map_or(Vec::new(), |most| self.week_hours(most)),
            RuleKey::Break => self.breaks(value),
            RuleKey::NightHours => self.night_hours(value),
            RuleKey::NightsInRow => self.nights_in_row(value),
            RuleKey::AfterNights => self.after_nights(value),
            RuleKey::Weekends => self.weekends(value),
            RuleKey::Forward => self.forward(value),
            RuleKey::Lone => self.lone(),
            RuleKey::FridayLate => self.friday_late(value),
            RuleKey::OwnBackup => self.own_backup(),
        }
    }
}

#[cfg(test)]
mod tests;
