//! Whether an officer may have a shift, before anything is written: still there, not away, within the rules.
//!
//! Not whether their time is free: the database says that when it is taken.

use super::ChangeError;
use crate::db::Tx;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people;
use crate::shifts::{Shift, ShiftsError};

/// An officer who is to have a shift, or a part of it.
#[derive(Clone, Copy, Debug)]
pub struct Assignment<'a> {
    pub shift: &'a Shift,
    pub span: Span,
    pub officer: OfficerId,
    /// A shift of theirs that they give away in exchange.
    pub without: Option<ShiftId>,
}

/// Refuses where the officer has left or works elsewhere, is away then, or a hard rule would be broken.
pub async fn check(
    tx: &mut Tx,
    now: Instant,
    office: &OfficeId,
    assignment: &Assignment<'_>,
) -> Result<(), ChangeError> {
    let officer = people::find_officer(&mut *tx, assignment.officer).await?;
    if !officer.is_some_and(|officer| officer.active && officer.office == *office) {
        return Err(ShiftsError::NoSuchOfficer.into());
    }
    let to_come = Span { start: assignment.span.start.max(now), ..assignment.span };
    let away = people::list_absences_of(&mut *tx, assignment.officer, to_come).await?;
    let away: Vec<String> =
        away.iter().filter(|it| it.touches(to_come)).map(|it| it.kind.german().to_owned()).collect();
    if away.is_empty() { Ok(()) } else { Err(ChangeError::AgainstRules(away)) }
}
