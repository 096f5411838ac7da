//! Sick by one button: the absence, the shifts that need cover because of it, and word to those who plan.
//!
//! Rule: whoever is sick is so by one report; another one says until when, and well again ends all that run.

use chrono::{NaiveDate, TimeDelta};

use super::{Cover, CoverError, Need, SHORTLY, letter};
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span, local};
use crate::people::{self, Absence, AbsenceKind, Actor, Officer, PeopleError};
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

/// Reports an officer sick from now until the end of a day, or as [`sick_until`] says; whoever is sick already is so until
/// then. It holds at once, and those who plan are told in the same breath; the shifts that lie in it need cover.
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
    let absence = note(&mut tx, now, actor, &officer, span).await?;
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

/// Moves the end of the report that runs the longest, and ends the others; enters one where none runs.
async fn note(tx: &mut Tx, now: Instant, actor: &Actor, officer: &Officer, span: Span) -> Result<Absence, PeopleError> {
    let mut running = list_sick(&mut *tx, now, officer.id).await?;
    let Some(longest) = running.pop() else {
        return people::note_absence(tx, now, actor, officer, (AbsenceKind::Sick, span)).await;
    };
    for shorter in running {
        people::take_absence_back(tx, now, actor, shorter.id).await?;
    }
    people::move_absence_end(tx, now, actor, (officer, longest), span.end).await
}

/// The officer is well: every sick report that runs ends now. Where none runs, it is as wished.
pub async fn report_well(desk: &Desk, now: Instant, actor: &Actor, officer: OfficerId) -> Result<(), PeopleError> {
    let mut tx = desk.db.begin().await?;
    for sick in list_sick(&mut tx, now, officer).await? {
        people::take_absence_back(&mut tx, now, actor, sick.id).await?;
    }
    Ok(tx.commit().await?)
}

/// The sick reports of an officer that run now, the longest last.
async fn list_sick(from: impl Read, now: Instant, officer: OfficerId) -> Result<Vec<Absence>, DbError> {
    let mut all = people::list_absences_of(from, officer, local::whole_day(local::day(now))).await?;
    all.retain(|it| it.kind == AbsenceKind::Sick && it.covers(now));
    all.sort_by_key(|it| it.span.end);
    Ok(all)
}

/// How long before their shift somebody who says that they are sick means that shift, too.
const AHEAD: TimeDelta = TimeDelta::hours(24);

/// Until when somebody who says no more than that they are sick now is away: the end of the day on which the shift ends
/// that runs now or begins within 24 hours, else of today, and no earlier than they are reported sick already.
pub async fn sick_until(mut from: impl Read, now: Instant, officer: OfficerId) -> Result<Instant, DbError> {
    let today = local::whole_day(local::day(now));
    let soon = Span { start: now, end: now + AHEAD };
    let shifts = shifts::list_shifts_of(&mut from, officer, soon).await?;
    let sick = list_sick(&mut from, now, officer).await?;
    let ends = shifts.iter().filter(|shift| shift.is_published()).map(|shift| shift.span.end);
    let end = ends.chain(sick.iter().map(|it| it.span.end)).fold(today.end, Instant::max);
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
