//! Reminders: the day before a shift, with a link to confirm it; and alarms, where a shift of the next days has nobody
//! or nobody's word.
//!
//! Rule: a reminder is bound to officer, shift and time, so whoever gets a shift by a swap is reminded, and whoever gave
//! it away is not; looking at the link changes nothing.

mod alarm;
mod http;
mod letter;
mod page;
mod store;

use chrono::TimeDelta;

use super::notice;
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Secret, Span};
use crate::people::{self, Actor};
use crate::shifts::{self, Hotline, Shift, ShiftsError};

pub use alarm::{AHEAD, Alarms, alarm, load_alarms, load_all_alarms};
pub use http::api;
pub use page::pages;
pub use store::{STATEMENTS, is_confirmed};

/// So long before a shift its officer is reminded.
pub const BEFORE: TimeDelta = TimeDelta::hours(24);
/// So shortly before, a reminder is of no use any more.
const LATEST: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, thiserror::Error)]
pub enum ReminderError {
    #[error("this link is not there")]
    NoSuchReminder,
    #[error("the shift has been changed since: look at what it is now")]
    Changed,
    #[error(transparent)]
    Shift(#[from] ShiftsError),
}

impl From<DbError> for ReminderError {
    fn from(error: DbError) -> Self {
        Self::Shift(error.into())
    }
}

/// One time of a shift that an officer is asked to confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub shift: ShiftId,
    pub officer: OfficerId,
    pub span: Span,
}

/// A link that was opened.
#[derive(Clone, Debug)]
pub struct Reminder {
    pub turn: Turn,
    pub hotline: Hotline,
    pub confirmed_at: Option<Instant>,
}

impl From<&Shift> for Turn {
    fn from(shift: &Shift) -> Self {
        Self { shift: shift.id, officer: shift.officer, span: shift.span }
    }
}

/// A round: reminds whoever has a shift within a day. Says how many.
pub async fn remind(desk: &Desk, now: Instant) -> Result<u64, ReminderError> {
    let window = Span { start: now + LATEST, end: now + BEFORE };
    let due = store::list_due(&desk.db, window).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let away = people::list_absences(&desk.db, Span { start: now, end: now + BEFORE * 2 }).await?;
    let mut reminded = 0;
    for turn in due {
        let is_away = away.iter().any(|it| it.officer == turn.officer && it.covers(turn.span.start));
        if !is_away {
            reminded += u64::from(remind_of(desk, now, turn).await?);
        }
    }
    Ok(reminded)
}

/// False where another node was first, or the shift is not what it was.
async fn remind_of(desk: &Desk, now: Instant, turn: Turn) -> Result<bool, ReminderError> {
    let mut tx = desk.db.begin().await?;
    let (shift, hotline) = shifts::load_shift(&mut tx, &Actor::system(), turn.shift).await?;
    let secret = Secret::mint();
    if !shift.is_published() || Turn::from(&shift) != turn || !store::insert(&mut tx, turn, &secret, now).await? {
        return Ok(false);
    }
    letter::remind(&mut tx, desk, now, (turn, &hotline), &secret).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(true)
}

/// What a link is about. It is read as often as anybody likes.
pub async fn find_by_secret(desk: &Desk, secret: &Secret) -> Result<Option<Reminder>, ReminderError> {
    let Some((turn, confirmed_at)) = store::find_by_secret(&desk.db, secret).await? else { return Ok(None) };
    let (_, hotline) = shifts::load_shift(&desk.db, &Actor::system(), turn.shift).await?;
    Ok(Some(Reminder { turn, hotline, confirmed_at }))
}

/// "I will be there", by the link. Said twice, it stays as it was.
pub async fn confirm_by_link(desk: &Desk, now: Instant, secret: &Secret) -> Result<Turn, ReminderError> {
    let (turn, _) = store::find_by_secret(&desk.db, secret).await?.ok_or(ReminderError::NoSuchReminder)?;
    let themselves = Actor { officer: Some(turn.officer), ..Actor::system() };
    let (shift, _) = shifts::load_shift(&desk.db, &themselves, turn.shift).await?;
    if !shift.is_published() || Turn::from(&shift) != turn {
        return Err(ReminderError::Changed);
    }
    confirm(desk, now, &themselves, turn.shift).await
}

/// The same by an officer who is signed in, or by whoever plans for them.
pub async fn confirm(desk: &Desk, now: Instant, actor: &Actor, id: ShiftId) -> Result<Turn, ReminderError> {
    let mut tx = desk.db.begin().await?;
    let (shift, hotline) = shifts::load_shift(&mut tx, actor, id).await?;
    if !actor.may_excuse(shift.officer, &hotline.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    if !shift.is_published() || shift.is_over(now) {
        return Err(ShiftsError::Over.into());
    }
    let turn = Turn::from(&shift);
    if store::confirm(&mut tx, turn, now).await? {
        people::record(&mut tx, now, actor, "confirm_shift", (&id, &hotline.office)).await?;
    }
    tx.commit().await?;
    Ok(turn)
}
