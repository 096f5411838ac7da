//! Sick by one button: the absence, the shifts that need cover because of it, and word to those who plan.

use chrono::{NaiveDate, TimeDelta};

use super::{Cover, CoverError, Need, SHORTLY, letter};
use crate::db::{DbError, Read};
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

/// Reports an officer sick from now until the end of a day, or as [`sick_until`] says. It holds at once, and those who
/// plan are told in the same breath; the shifts that lie in it need cover.
pub async fn report_sick(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    officer: OfficerId,
    last_day: Option<NaiveDate>,
) -> Result<Sick, CoverError> {
    let mut tx = desk.db.begin().await?;
    let officer = people::load_excusable(&mut tx, actor, officer).await?;
    let end = match last_day {
        Some(day) => local::whole_day(day).end,
        None => sick_until(&mut tx, now, officer.id).await?,
    };
    let span = Span { start: now, end };
    let absence = people::note_absence(&mut tx, now, actor, &officer, (AbsenceKind::Sick, span)).await?;
    let mut shifts = shifts::list_shifts_of(&mut tx, officer.id, span).await?;
    shifts.retain(Shift::is_published);
    letter::sick(&mut tx, desk, now, (&absence, &shifts, officer.office)).await?;
    let asks = swaps::load_terms(&mut tx, officer.office).await?.sick_asks_cover;
    tx.commit().await?;
    desk.absence_bell.notify_one();
    let mut covers = Vec::new();
    for shift in shifts.iter().filter(|shift| asks && shift.span.start < now + SHORTLY) {
        match search(desk, now, shift).await {
            Ok(cover) => covers.extend(cover),
            // They are sick all the same, and those who plan know which shifts need cover.
            Err(error) => tracing::error!(%error, shift = %shift.id, "no search for cover was begun"),
        }
    }
    desk.outbox_bell.notify_one();
    Ok(Sick { absence, shifts, covers })
}

/// Until when somebody who says no more than that they are sick now is away: the end of the day on which the shift ends
/// that they have today.
pub async fn sick_until(from: impl Read, now: Instant, officer: OfficerId) -> Result<Instant, DbError> {
    let today = local::whole_day(local::day(now));
    let shifts = shifts::list_shifts_of(from, officer, today).await?;
    let ends = shifts.iter().filter(|shift| shift.is_published()).map(|shift| shift.span.end);
    let end = ends.fold(today.end, Instant::max);
    Ok(local::whole_day(local::day(end - TimeDelta::minutes(1))).end)
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
