//! Changes of a published rota: replace, add or remove somebody over a part of a shift.
//!
//! Not swaps and cover, which end here. Rule: a shift is cut at the seams by [`Cut`], all pieces are written in one
//! transaction with the reason, and who saw an older version of the shift is refused.

mod allowed;
mod cut;
mod fill;
mod http;
mod page;

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::ShiftId;
use crate::kernel::{Instant, Span};
use crate::people::{self, Actor};
use crate::rota::PlannedShift;
use crate::rota::rules::{self, RulesError};
use crate::shifts::edit::{self, Author, Edit, Vacancy};
use crate::shifts::{self, Gap, Hotline, OpenShift, Shift, ShiftsError};

pub(super) use allowed::{Assignment, check};
use allowed::{against, list_broken};
pub use cut::{Change, Cut, Pieces};
pub use fill::{Filled, fill};
pub(super) use fill::{Taking, fill_part};
pub use http::api;
pub use page::pages;
pub(super) use page::refused;

/// A reason has so many characters at most.
pub const LONGEST_REASON: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("the shift does not last then, or that is over: nothing would change")]
    NoEffect,
    #[error("this officer has the shift already")]
    SameOfficer,
    #[error("say why, in 1 to {LONGEST_REASON} characters")]
    BadReason,
    #[error("this is against the rules: {}", .0.join("; "))]
    AgainstRules(Vec<String>),
    #[error(transparent)]
    Rules(#[from] RulesError),
    #[error(transparent)]
    Shift(#[from] ShiftsError),
}

/// What somebody wants to be different, and which version of the shift they saw.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub shift: ShiftId,
    /// The sequence that they saw.
    pub sequence: i64,
    pub part: Span,
    pub change: Change,
    /// 1 to [`LONGEST_REASON`] characters; it stands with every version that comes of it.
    pub reason: String,
    /// They know that a hard rule is broken, and the reason, of at least 3 characters, says why that must be: it is kept.
    pub despite_rules: bool,
}

/// A part of a shift, and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub shift: &'a Shift,
    pub part: Span,
    pub change: Change,
}

/// What came of a step.
#[derive(Clone, Debug)]
pub struct Written {
    /// What changed: the wanted part, as far as it is to come and within the shift.
    pub part: Span,
    /// The shift itself and those that came beside it, as they are now.
    pub shifts: Vec<Shift>,
    /// What is empty now, and somebody is wanted for.
    pub empty: Option<OpenShift>,
}

/// A changed shift, and where nobody is on duty any more while the hotline is open.
#[derive(Clone, Debug)]
pub struct Changed {
    pub written: Written,
    pub gaps: Vec<Gap>,
}

impl Written {
    /// What became of each officer's shift, for the letter about it.
    fn changes(&self, before: &Shift) -> Vec<edit::Change> {
        let of = |after: &Shift| edit::Change {
            before: (after.id == before.id).then(|| before.clone()),
            after: after.is_published().then(|| after.clone()),
        };
        self.shifts.iter().map(of).collect()
    }
}

impl From<DbError> for ChangeError {
    fn from(error: DbError) -> Self {
        Self::Shift(error.into())
    }
}

/// Replaces, adds or removes somebody over a part of a published shift. Says where nobody is on duty then.
pub async fn change_part(desk: &Desk, now: Instant, actor: &Actor, wanted: &Wanted) -> Result<Changed, ChangeError> {
    let reason = checked(&wanted.reason)?;
    let mut tx = desk.db.begin().await?;
    let (shift, hotline) = shifts::load_shift(&mut tx, actor, wanted.shift).await?;
    if !actor.may_plan(&hotline.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    if shift.sequence != wanted.sequence {
        return Err(ShiftsError::ChangedMeanwhile(Box::new(shift)).into());
    }
    let part = Cut::at(shift.span, wanted.part, now).ok_or(ChangeError::NoEffect)?.part;
    if let Some(officer) = wanted.change.officer().filter(|officer| *officer != shift.officer) {
        let planned = PlannedShift::from(&shift);
        let assignment = Assignment { shift: planned, span: part, officer, without: None };
        let broken = list_broken(&mut tx, &hotline.office, &assignment).await?;
        match (broken.is_empty(), wanted.despite_rules) {
            (true, _) => {}
            (false, true) => rules::waive(&mut tx, now, actor, hotline.office, (&broken, reason)).await?,
            (false, false) => return Err(against(&broken)),
        }
    }
    let step = Step { shift: &shift, part, change: wanted.change };
    let by = Author { now, actor, reason };
    let mut written = apply(&mut tx, by, &[step]).await?;
    people::record(&mut tx, now, actor, "change_part", (&shift.id, &hotline.office)).await?;
    let changes: Vec<edit::Change> = written.iter().flat_map(|written| written.changes(&shift)).collect();
    shifts::news::post(&mut tx, desk, by, &changes).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    let written = written.pop().ok_or(ChangeError::NoEffect)?;
    let gaps = list_gaps(desk, now, &hotline, written.part).await?;
    Ok(Changed { written, gaps })
}

/// Cuts shifts and writes their pieces within the caller's transaction, whoever may decide it. Officers' time is given
/// back first and taken last, so that two can exchange theirs. A refusal leaves nothing to commit.
pub(super) async fn apply(tx: &mut Tx, by: Author<'_>, steps: &[Step<'_>]) -> Result<Vec<Written>, ChangeError> {
    let mut edit = Edit::begin(tx, by);
    let mut all = Vec::new();
    for step in steps {
        all.push(write(&mut edit, by.now, step).await?);
    }
    edit.settle().await?;
    // What waits for an answer about a part moves along to the piece in which the part lies now.
    for (step, written) in steps.iter().zip(&all) {
        for piece in written.shifts.iter().filter(|piece| piece.officer == step.shift.officer) {
            super::swaps::follow(tx, step.shift.id, piece).await?;
        }
    }
    Ok(all)
}

async fn write(edit: &mut Edit<'_>, now: Instant, step: &Step<'_>) -> Result<Written, ChangeError> {
    let Step { shift, part, change } = *step;
    if change.officer() == Some(shift.officer) {
        return Err(ChangeError::SameOfficer);
    }
    let cut = Cut::at(shift.span, part, now).ok_or(ChangeError::NoEffect)?;
    let pieces = cut.pieces(shift.officer, change);
    let wanted = |officer, span| edit::Wanted { officer, span, ..edit::Wanted::from(shift) };
    let itself = match pieces.itself {
        Some((officer, span)) if (officer, span) == (shift.officer, shift.span) => shift.clone(),
        Some((officer, span)) => edit.change(shift, &wanted(officer, span)).await?,
        None => edit.remove(shift).await?,
    };
    let mut shifts = vec![itself];
    for (officer, span) in pieces.fresh {
        shifts.push(edit.plan(ShiftId::mint(), &wanted(officer, span)).await?);
    }
    let mut empty = None;
    if let Some(span) = pieces.empty {
        // A shift that is emptied throughout keeps its id.
        let id = if pieces.itself.is_none() { shift.id } else { ShiftId::mint() };
        let seen = pieces.itself.is_none().then_some(shifts[0].sequence);
        empty = Some(edit.open(id, &Vacancy { span, ..Vacancy::from(shift) }, seen).await?);
    }
    Ok(Written { part: cut.part, shifts, empty })
}

/// When the hotline is open within a span and nobody is on duty.
async fn list_gaps(desk: &Desk, now: Instant, hotline: &Hotline, span: Span) -> Result<Vec<Gap>, ChangeError> {
    let open = shifts::open_spans(&desk.db, hotline, span).await?;
    let rota = shifts::load_rota(&desk.db, hotline.id, span).await?;
    Ok(shifts::gaps(&rota, &open, now))
}

fn checked(reason: &str) -> Result<&str, ChangeError> {
    let reason = reason.trim();
    (1..=LONGEST_REASON).contains(&reason.chars().count()).then_some(reason).ok_or(ChangeError::BadReason)
}
