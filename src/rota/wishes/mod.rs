//! Wishes of officers for the rota, and asking for leave.
//!
//! Not absences themselves: approved leave becomes one in `people`. Rule: an officer wishes for themself, and who plans
//! their office may enter it for them; leave is decided by who plans.

mod http;
mod leave;
mod letter;
mod page;
mod store;
mod wish;

use chrono::TimeDelta;

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{LeaveRequestId, OfficerId, WishId};
use crate::kernel::{Instant, Span};
use crate::people::{self, AbsenceKind, Actor, Officer, PeopleError};

pub use http::api;
pub use leave::{Decided, LeaveRequest, LeaveState};
pub use page::pages;
pub use store::{STATEMENTS, list_open_requests, list_requests_of, list_wishes_at, list_wishes_of};
pub use wish::{Leaning, When, Wish};

#[derive(Debug, thiserror::Error)]
pub enum WishesError {
    #[error("this officer is not there, or not yours")]
    NoSuchOfficer,
    #[error("this wish is not there, or not yours")]
    NoSuchWish,
    #[error("this request for leave is not there, or not yours")]
    NoSuchRequest,
    #[error("your role does not allow this")]
    Forbidden,
    #[error("this ends after it begins, within a year, and is not over yet")]
    BadSpan,
    #[error("a note has 200 characters at most")]
    BadNote,
    #[error("leave that is {0} cannot be decided or taken back any more")]
    Settled(LeaveState),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 200;
/// Wishes are kept so long after they are over.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Enters a wish. The same one that is there already is not entered twice.
pub async fn wish(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    officer: OfficerId,
    (leaning, when, note): (Leaning, When, &str),
) -> Result<Wish, WishesError> {
    let officer = load_own(&desk.db, actor, officer).await?;
    let note = checked_note(note)?;
    if let When::Once(span) = when {
        check_span(span, now)?;
    }
    let wish = Wish { id: WishId::mint(), officer: officer.id, leaning, when, note, created_at: now };
    let mut tx = desk.db.begin().await?;
    let there = store::list_wishes_of(&mut tx, officer.id, now).await?;
    let same = |it: &Wish| (it.leaning, it.when, &it.note) == (wish.leaning, wish.when, &wish.note);
    if let Some(there) = there.into_iter().find(same) {
        return Ok(there);
    }
    store::insert_wish(&mut tx, &wish).await?;
    people::record(&mut tx, now, actor, "wish", (&wish.id, &officer.office)).await?;
    tx.commit().await?;
    Ok(wish)
}

/// Takes a wish back.
pub async fn take_back(desk: &Desk, now: Instant, actor: &Actor, id: WishId) -> Result<(), WishesError> {
    let mut tx = desk.db.begin().await?;
    let wish = store::find_wish(&mut tx, id).await?.ok_or(WishesError::NoSuchWish)?;
    let officer = load_own(&mut tx, actor, wish.officer).await.map_err(|error| match error {
        WishesError::NoSuchOfficer => WishesError::NoSuchWish,
        error => error,
    })?;
    store::delete_wish(&mut tx, id).await?;
    people::record(&mut tx, now, actor, "take_wish_back", (&id, &officer.office)).await?;
    Ok(tx.commit().await?)
}

/// Asks for leave; those who plan the office are told by mail. What is asked already is not asked twice.
pub async fn ask_for_leave(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    officer: OfficerId,
    (span, note): (Span, &str),
) -> Result<LeaveRequest, WishesError> {
    let officer = load_own(&desk.db, actor, officer).await?;
    check_span(span, now)?;
    let request = LeaveRequest {
        id: LeaveRequestId::mint(),
        officer: officer.id,
        span,
        note: checked_note(note)?,
        state: LeaveState::Asked,
        answer: String::new(),
        decided: None,
        absence: None,
        created_at: now,
    };
    let mut tx = desk.db.begin().await?;
    let there = store::list_requests_of(&mut tx, officer.id, now).await?;
    let same = |it: &LeaveRequest| (it.state, it.span) == (LeaveState::Asked, request.span);
    if let Some(there) = there.into_iter().find(same) {
        return Ok(there);
    }
    store::insert_request(&mut tx, &request).await?;
    people::record(&mut tx, now, actor, "ask_for_leave", (&request.id, &officer.office)).await?;
    letter::tell_planners(&mut tx, desk, now, (&officer, &request)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(request)
}

/// Grants leave: it becomes an absence. Published shifts in it then need cover.
pub async fn approve_leave(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (id, answer): (LeaveRequestId, &str),
) -> Result<LeaveRequest, WishesError> {
    let (mut tx, officer, request) = begin_decision(desk, actor, id).await?;
    let kind = (AbsenceKind::Leave, request.span);
    let absence = people::note_absence(&mut tx, now, actor, &officer, kind).await.map_err(of_people)?;
    let decided = Some(Decided { by: actor.name.clone(), at: now });
    let (answer, absence) = (checked_note(answer)?, Some(absence.id));
    let request = LeaveRequest { state: LeaveState::Approved, answer, decided, absence, ..request };
    settle(desk, tx, now, actor, (&officer, &request)).await?;
    desk.absence_bell.notify_one();
    Ok(request)
}

/// Refuses leave.
pub async fn refuse_leave(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (id, answer): (LeaveRequestId, &str),
) -> Result<LeaveRequest, WishesError> {
    let (tx, officer, request) = begin_decision(desk, actor, id).await?;
    let decided = Some(Decided { by: actor.name.clone(), at: now });
    let request = LeaveRequest { state: LeaveState::Refused, answer: checked_note(answer)?, decided, ..request };
    settle(desk, tx, now, actor, (&officer, &request)).await?;
    Ok(request)
}

/// Takes a request back, or approved leave that has not begun: the absence is withdrawn with it.
pub async fn withdraw_leave(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: LeaveRequestId,
) -> Result<LeaveRequest, WishesError> {
    let mut tx = desk.db.begin().await?;
    let (officer, request) = load_request(&mut tx, actor, id).await?;
    let was = request.state;
    if !request.can_be_withdrawn(now) {
        return Err(WishesError::Settled(was));
    }
    if let Some(absence) = request.absence {
        match people::take_absence_back(&mut tx, now, actor, absence).await {
            // Somebody has taken it back before.
            Ok(()) | Err(PeopleError::NoSuchAbsence) => {}
            Err(error) => return Err(of_people(error)),
        }
    }
    let request = LeaveRequest { state: LeaveState::Withdrawn, ..request };
    if !store::settle_request(&mut tx, was, &request).await? {
        return Err(WishesError::Settled(was));
    }
    people::record(&mut tx, now, actor, "withdraw_leave", (&id, &officer.office)).await?;
    tx.commit().await?;
    Ok(request)
}

/// Forgets wishes that have been over for a month. Called by rounds.
pub async fn forget_wishes(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let forgotten = store::forget_wishes(&mut tx, now - KEPT).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// An officer for whom the actor may wish: themself, or one of an office that they plan.
pub async fn load_own(from: impl Read, actor: &Actor, id: OfficerId) -> Result<Officer, WishesError> {
    let officer = people::load_officer(from, id).await.map_err(of_people)?;
    match actor.may_excuse(officer.id, &officer.office) {
        true => Ok(officer),
        false if actor.may_see(&officer.office) => Err(WishesError::Forbidden),
        false => Err(WishesError::NoSuchOfficer),
    }
}

async fn load_request(
    mut from: impl Read,
    actor: &Actor,
    id: LeaveRequestId,
) -> Result<(Officer, LeaveRequest), WishesError> {
    let request = store::find_request(&mut from, id).await?.ok_or(WishesError::NoSuchRequest)?;
    match load_own(from, actor, request.officer).await {
        Ok(officer) => Ok((officer, request)),
        Err(WishesError::NoSuchOfficer) => Err(WishesError::NoSuchRequest),
        Err(error) => Err(error),
    }
}

/// An open request of an office that the actor plans.
async fn begin_decision(
    desk: &Desk,
    actor: &Actor,
    id: LeaveRequestId,
) -> Result<(Tx, Officer, LeaveRequest), WishesError> {
    let mut tx = desk.db.begin().await?;
    let (officer, request) = load_request(&mut tx, actor, id).await?;
    if !actor.may_plan(&officer.office) {
        return Err(WishesError::Forbidden);
    }
    if !request.is_open() {
        return Err(WishesError::Settled(request.state));
    }
    Ok((tx, officer, request))
}

/// Saves a decision and tells the officer.
async fn settle(
    desk: &Desk,
    mut tx: Tx,
    now: Instant,
    actor: &Actor,
    (officer, request): (&Officer, &LeaveRequest),
) -> Result<(), WishesError> {
    if !store::settle_request(&mut tx, LeaveState::Asked, request).await? {
        let found = store::find_request(&mut tx, request.id).await?;
        return Err(found.map_or(WishesError::NoSuchRequest, |found| WishesError::Settled(found.state)));
    }
    people::record(&mut tx, now, actor, "decide_leave", (&request.id, &officer.office)).await?;
    letter::tell_officer(&mut tx, desk, now, (officer, request)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(())
}

fn check_span(span: Span, now: Instant) -> Result<(), WishesError> {
    let fits = span.start < span.end && span.length() <= TimeDelta::days(366) && span.end > now;
    fits.then_some(()).ok_or(WishesError::BadSpan)
}

fn checked_note(note: &str) -> Result<String, WishesError> {
    let note = note.trim();
    (note.chars().count() <= LONGEST_NOTE).then(|| note.to_owned()).ok_or(WishesError::BadNote)
}

fn of_people(error: PeopleError) -> WishesError {
    match error {
        PeopleError::Db(error) => WishesError::Db(error),
        PeopleError::Forbidden => WishesError::Forbidden,
        PeopleError::BadSpan => WishesError::BadSpan,
        _ => WishesError::NoSuchOfficer,
    }
}
