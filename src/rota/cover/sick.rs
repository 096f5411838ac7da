//! Sick by one button: the absence, the shifts that need cover because of it, and word to those who plan.

use chrono::NaiveDate;

use super::{Cover, CoverError, Need, SHORTLY, letter};
use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span, local};
use crate::people::{self, Absence, AbsenceKind, Actor};
use crate::rota::swaps;
use crate::shifts::{self, Shift};

/// What came of a sick report.
#[derive(Clone, Debug)]
pub struct Sick {
    pub absence: Absence,
    /// The officer's shifts over which it lies.
    pub shifts: Vec<Shift>,
    /// The searches that it set off.
    pub covers: Vec<Cover>,
}

/// Reports an officer sick from now until the end of a day. It holds at once; the shifts that lie in it need cover.
pub async fn report_sick(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    officer: OfficerId,
    last_day: NaiveDate,
) -> Result<Sick, CoverError> {
    let span = Span { start: now, end: local::whole_day(last_day).end };
    let absence = people::enter_absence(desk, now, actor, officer, (AbsenceKind::Sick, span)).await?;
    let mut shifts = shifts::list_shifts_of(&desk.db, officer, absence.span).await?;
    shifts.retain(Shift::is_published);
    let office = people::load_officer(&desk.db, officer).await?.office;
    let mut covers = Vec::new();
    if swaps::load_terms(&desk.db, office).await?.sick_asks_cover {
        for shift in shifts.iter().filter(|shift| shift.span.start < now + SHORTLY) {
            covers.extend(search(desk, now, shift).await?);
        }
    }
    let mut tx = desk.db.begin().await?;
    letter::sick(&mut tx, desk, now, (&absence, &shifts, office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(Sick { absence, shifts, covers })
}

/// None where cover is being looked for already.
async fn search(desk: &Desk, now: Instant, shift: &Shift) -> Result<Option<Cover>, CoverError> {
    let mut tx = desk.db.begin().await?;
    let hotline = shifts::load_hotline(&mut tx, &Actor::system(), shift.hotline).await?;
    match super::ask_all(&mut tx, desk, now, (&Need::Away(shift.clone()), hotline)).await {
        Ok(search) => {
            tx.commit().await?;
            Ok(Some(search.cover))
        }
        Err(CoverError::AskedAlready | CoverError::Over(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
