//! Whether an officer may have a shift, before anything is written: still there, not away, within the rules.
//!
//! Rule: what the shift would break is what `rules` says of it in the published rota; a breach of a hard rule refuses.

use chrono::TimeDelta;

use super::ChangeError;
use crate::db::Tx;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Span, local};
use crate::offices::OfficeId;
use crate::people::{self, Actor};
use crate::rota::PlannedShift;
use crate::rota::rules::{self, Breach, Plan};
use crate::shifts::ShiftsError;

/// An officer who is to have a shift, or a part of it.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// As it is now, with somebody or open.
    pub shift: PlannedShift,
    pub span: Span,
    pub officer: OfficerId,
    /// A shift of theirs that they give away in exchange.
    pub without: Option<ShiftId>,
}

/// Refuses where the officer has left or works elsewhere, or where they would break a hard rule: be away, have
/// something else then, or rest too short. Only they themselves, and whoever plans them, are told the particulars.
pub async fn check(tx: &mut Tx, actor: &Actor, office: &OfficeId, assignment: &Assignment) -> Result<(), ChangeError> {
    let broken = list_broken(tx, office, assignment).await?;
    match (broken.is_empty(), actor.may_excuse(assignment.officer, office)) {
        (true, _) => Ok(()),
        (false, true) => Err(against(&broken)),
        (false, false) => Err(ChangeError::AgainstRules(broken.iter().map(Breach::discreet_text).collect())),
    }
}

/// The same, but where somebody says why it must be, the hard rules that they break are told instead.
pub async fn list_broken(tx: &mut Tx, office: &OfficeId, assignment: &Assignment) -> Result<Vec<Breach>, ChangeError> {
    let officer = people::find_officer(&mut *tx, assignment.officer).await?;
    if !officer.is_some_and(|officer| officer.active && officer.office == *office) {
        return Err(ShiftsError::NoSuchOfficer.into());
    }
    let mut broken = list_breaches(tx, *office, assignment).await?;
    broken.retain(Breach::is_hard);
    // No reason makes two of one officer.
    if broken.iter().any(|breach| breach.rule.is_fixed()) {
        return Err(ShiftsError::OfficerBusy(Vec::new()).into());
    }
    Ok(broken)
}

pub fn against(broken: &[Breach]) -> ChangeError {
    ChangeError::AgainstRules(broken.iter().map(Breach::text).collect())
}

/// What it would break in the weeks around it.
async fn list_breaches(tx: &mut Tx, office: OfficeId, assignment: &Assignment) -> Result<Vec<Breach>, ChangeError> {
    let Assignment { ref shift, span, officer, without } = *assignment;
    let monday = local::monday(local::day(span.start));
    let period =
        Span { start: local::whole_day(monday).start, end: local::whole_day(monday + TimeDelta::days(13)).end };
    let mut ground = rules::load_ground(&mut *tx, office, period).await?;
    ground.people.values_mut().for_each(|person| person.others.retain(|it| Some(it.id) != without));
    let mut published = rules::load_published(tx, office, period).await?;
    published.retain(|it| Some(it.id) != without && it.id != shift.id);
    let theirs = PlannedShift { officer: Some(officer), span, ..shift.clone() };
    Ok(ground.would_break(&Plan::new(&published), &theirs))
}
