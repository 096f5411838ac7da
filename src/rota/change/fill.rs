//! An empty shift gets an officer, throughout or for a part of it.
//!
//! Not who is chosen. Rule: what nobody takes of it stays empty and is wanted as before.

use super::allowed::{Assignment, check};
use super::{ChangeError, Cut, checked};
use crate::db::Tx;
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::{self, Actor};
use crate::rota::PlannedShift;
use crate::shifts::edit::{self, Author, Edit, Vacancy, Wanted};
use crate::shifts::{self, OpenShift, Shift, ShiftsError};

/// Who takes which part of an empty shift.
#[derive(Clone, Copy, Debug)]
pub struct Taking<'a> {
    pub open: &'a OpenShift,
    pub office: OfficeId,
    pub officer: OfficerId,
    pub part: Span,
}

/// A shift that was filled, and what stays empty beside it.
#[derive(Clone, Debug)]
pub struct Filled {
    pub shift: Shift,
    pub rest: Vec<OpenShift>,
}

/// Gives an empty shift that is published, or a part of it, to an officer whom the rules allow it. Refused where it is not
/// as it was seen.
pub async fn fill(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    ((shift, seen), officer, part): ((ShiftId, i64), OfficerId, Span),
    reason: &str,
) -> Result<Filled, ChangeError> {
    let reason = checked(reason)?;
    let mut tx = desk.db.begin().await?;
    let open = shifts::find_open_shift(&mut tx, shift).await?.filter(OpenShift::is_open);
    let open = open.ok_or(ShiftsError::NoSuchShift)?;
    let hotline = shifts::load_hotline(&mut tx, actor, open.hotline).await?;
    if !actor.may_plan(&hotline.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    if open.sequence != seen {
        return Err(ShiftsError::OpenChanged(shift).into());
    }
    let taking = Taking { open: &open, office: hotline.office, officer, part };
    let by = Author { now, actor, reason };
    let filled = fill_part(&mut tx, by, taking).await?;
    people::record(&mut tx, now, actor, "fill_shift", (&filled.shift.id, &hotline.office)).await?;
    let change = edit::Change { before: None, after: Some(filled.shift.clone()) };
    shifts::news::post(&mut tx, desk, by, &[change]).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(filled)
}

/// The same within the caller's transaction, whoever may decide it.
pub(in crate::rota) async fn fill_part(tx: &mut Tx, by: Author<'_>, taking: Taking<'_>) -> Result<Filled, ChangeError> {
    let Taking { open, office, officer, part } = taking;
    let to_come = |span| Cut::at(open.span, span, by.now).map(|cut| cut.part);
    let part = to_come(part).ok_or(ChangeError::NoEffect)?;
    let assignment = Assignment { shift: PlannedShift::from(open), span: part, officer, without: None };
    check(tx, by.actor, &office, &assignment).await?;
    let OpenShift { hotline, tier, position, .. } = *open;
    let mut edit = Edit::begin(tx, by);
    let wanted = Wanted { hotline, officer, span: part, tier, position: Some(position) };
    let shift = edit.fill_as(open, &wanted).await?;
    let mut rest = Vec::new();
    for span in open.span.without([part]).into_iter().filter_map(to_come) {
        rest.push(edit.open(ShiftId::mint(), &Vacancy { hotline, span, tier, position }, None).await?);
    }
    edit.settle().await?;
    Ok(Filled { shift, rest })
}
