//! The rules of a rota: what they are, whether a plan keeps them, and who lets a breach stand, for which reason.
//!
//! Not what makes a rota good: that is `balance` and `wishes`. Rule: every check goes through [`Ground`], so that the
//! draft, the board, a swap and "who can?" say the same.

mod breach;
mod check;
mod ground;
mod http;
mod page;
mod plan;
mod rule;
mod store;
mod waiver;

use chrono::TimeDelta;

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, WaiverId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::{self, AbsenceState, Actor};
use crate::shifts;

use super::{PlannedShift, terms, wishes};

pub use crate::shifts::say::length;
pub use breach::{Breach, Measured};
pub use check::{credited, is_night, saturdays};
pub use ground::{Ground, Person, Verdict};
pub use http::api;
pub use page::pages;
pub use plan::Plan;
pub use rule::{Level, RULES, Rule, RuleFacts, RuleFault, RuleKey, RuleSet, Unit};
pub use store::{STATEMENTS, list_waivers, load_rules};
pub use waiver::{LONGEST_REASON, Waiver};

#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    #[error("your role does not allow this")]
    Forbidden,
    #[error("somebody else has changed the rules since you saw them; they are now at sequence {}", .0.sequence)]
    ChangedMeanwhile(Box<RuleSet>),
    #[error("a reason has 3 to 500 characters")]
    BadReason,
    #[error("this breach is not there any more")]
    NoSuchBreach,
    #[error(transparent)]
    BadRule(#[from] RuleFault),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// So far before the period work is looked at: the four months of the average, and a week to be whole.
const BEFORE: TimeDelta = TimeDelta::weeks(18);
/// And so far after it: rest and weeks over the border.
const AFTER: TimeDelta = TimeDelta::weeks(2);

/// Everything that the rules must know for plans of an office in a period: ten statements, whatever its length.
pub async fn load_ground(mut from: impl Read, office: OfficeId, period: Span) -> Result<Ground, DbError> {
    let known = Span { start: period.start - BEFORE, end: period.end + AFTER };
    let rules = load_rules(&mut from, office).await?;
    let waivers = list_waivers(&mut from, office, known).await?;
    let officers = people::list_officers(&mut from, Some(&office)).await?;
    let mut ground = Ground { office, period, known, rules, officers, people: Default::default(), waivers };
    let own: Vec<_> = shifts::list_hotlines(&mut from, Some(&office)).await?.iter().map(|it| it.id).collect();
    for shift in shifts::list_shifts_of_staff(&mut from, office, known).await? {
        let replaced = own.contains(&shift.hotline) && period.contains(shift.span.start);
        if shift.is_published() && !replaced {
            ground.person(shift.officer).others.push(PlannedShift::from(&shift));
        }
    }
    for (officer, span) in people::list_consultations_of_staff(&mut from, office, known).await? {
        ground.person(officer).consultations.push(span);
    }
    for absence in people::list_absences_of_staff(&mut from, office, known).await? {
        if absence.state == AbsenceState::Entered {
            ground.person(absence.officer).absences.push(absence);
        }
    }
    for (officer, terms) in terms::list_terms(&mut from, office).await? {
        ground.person(officer).terms = terms;
    }
    for wish in wishes::list_wishes_at(&mut from, office, known).await? {
        ground.person(wish.officer).wishes.push(wish);
    }
    for request in wishes::list_open_requests(from, office).await? {
        ground.person(request.officer).leave_asked.push(request.span);
    }
    Ok(ground)
}

/// What is published on an office's hotlines and starts within the period.
pub async fn load_published(from: impl Read, office: OfficeId, period: Span) -> Result<Vec<PlannedShift>, DbError> {
    let shifts = shifts::list_shifts_at(from, office, period).await?;
    let within = shifts.iter().filter(|shift| shift.is_published() && period.contains(shift.span.start));
    Ok(within.map(PlannedShift::from).collect())
}

/// What the rules say of the published rota.
pub async fn judge_published(mut from: impl Read, office: OfficeId, period: Span) -> Result<Verdict, DbError> {
    let ground = load_ground(&mut from, office, period).await?;
    let published = load_published(from, office, period).await?;
    Ok(ground.judge(&Plan::new(&published)))
}

/// Saves the rules of an office as they were loaded and then changed.
pub async fn set_rules(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    office: OfficeId,
    rules: &RuleSet,
) -> Result<RuleSet, RulesError> {
    if !actor.may_plan(&office) {
        return Err(RulesError::Forbidden);
    }
    rules.check()?;
    let mut tx = desk.db.begin().await?;
    let saved = store::save_rules(&mut tx, office, rules, now).await?;
    let current = load_rules(&mut tx, office).await?;
    if !saved {
        return Err(RulesError::ChangedMeanwhile(Box::new(current)));
    }
    people::record(&mut tx, now, actor, "set_rota_rules", (&office, &office)).await?;
    tx.commit().await?;
    Ok(current)
}

/// Lets breaches stand for a reason, within the transaction that publishes them.
pub async fn waive(
    tx: &mut Tx,
    now: Instant,
    actor: &Actor,
    office: OfficeId,
    (breaches, reason): (&[Breach], &str),
) -> Result<(), RulesError> {
    if !actor.may_plan(&office) {
        return Err(RulesError::Forbidden);
    }
    let reason = reason.trim();
    if !(3..=LONGEST_REASON).contains(&reason.chars().count()) {
        return Err(RulesError::BadReason);
    }
    for breach in breaches {
        let waiver = Waiver {
            id: WaiverId::mint(),
            rule: breach.rule,
            officer: breach.officer,
            span: breach.span,
            excess: breach.excess(),
            reason: reason.to_owned(),
            granted_by: actor.name.clone(),
            granted_at: now,
        };
        store::insert_waiver(tx, office, &waiver).await?;
        people::record(tx, now, actor, "waive_rota_rule", (&waiver.id, &office)).await?;
    }
    Ok(())
}

/// Lets one breach of the rota that is published for a period stand.
pub async fn waive_published(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (office, period): (OfficeId, Span),
    (found, reason): (Found, &str),
) -> Result<(), RulesError> {
    let mut tx = desk.db.begin().await?;
    let verdict = judge_published(&mut tx, office, period).await?;
    let breach = verdict.blocking.into_iter().find(|breach| found.is(breach)).ok_or(RulesError::NoSuchBreach)?;
    waive(&mut tx, now, actor, office, (&[breach], reason)).await?;
    Ok(tx.commit().await?)
}

/// How somebody names a breach that they saw: the rule, whose it is, and when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub rule: RuleKey,
    pub officer: OfficerId,
    pub start: Instant,
}

impl Found {
    fn is(self, breach: &Breach) -> bool {
        (self.rule, self.officer, self.start) == (breach.rule, breach.officer, breach.span.start)
    }
}
