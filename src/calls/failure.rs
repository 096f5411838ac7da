//! A telephone that fails again: it is skipped for the rest of its shift, and those who plan are told.
//!
//! Only what says that the telephone cannot be reached counts: no answer, busy, declined and a mailbox do not.

use chrono::TimeDelta;

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::{AttemptId, OfficerId};
use crate::kernel::{Instant, Language, Span};
use crate::outbox::{self, Mail, Message};
use crate::people::{self, Actor};
use crate::shifts::{self, Shift};
use crate::web::{self, say};

use super::call::Outcome;
use super::store;

/// So often it may fail in one shift.
const ENOUGH: i64 = 2;

impl Outcome {
    /// Whether the telephone could not be reached at all.
    pub fn is_fault(self) -> bool {
        matches!(self, Self::Failed | Self::InvalidNumber)
    }
}

/// Ends a ring; after the second fault of a shift the officer is rung in it no more. In the transaction of the change;
/// ring the outbox's bell after it.
pub async fn end_attempt(
    tx: &mut Tx,
    desk: &Desk,
    attempt: AttemptId,
    outcome: Outcome,
    now: Instant,
) -> Result<(), DbError> {
    if !store::end_attempt(tx, attempt, outcome, now).await? || !outcome.is_fault() {
        return Ok(());
    }
    match store::find_attempt(&mut *tx, attempt).await? {
        Some(attempt) => count(tx, desk, attempt.officer, now).await,
        None => Ok(()),
    }
}

/// An officer's telephone has failed: counts it, and skips the officer if it is enough.
pub async fn count(tx: &mut Tx, desk: &Desk, officer: OfficerId, now: Instant) -> Result<(), DbError> {
    let moment = Span { start: now, end: now + TimeDelta::microseconds(1) };
    let shifts = shifts::list_shifts_of(&mut *tx, officer, moment).await?;
    for shift in shifts.iter().filter(|shift| shift.is_published()) {
        let failed = store::count_faults(&mut *tx, officer, shift.span.start).await?;
        if failed >= ENOUGH && shifts::mark_unreachable(tx, shift.id, now).await? {
            tell(tx, desk, shift, now).await?;
        }
    }
    Ok(())
}

async fn tell(tx: &mut Tx, desk: &Desk, shift: &Shift, now: Instant) -> Result<(), DbError> {
    let Some(hotline) = shifts::find_hotline(&mut *tx, shift.hotline).await? else { return Ok(()) };
    people::record(tx, now, &Actor::system(), "skip_unreachable", (&shift.id, &hotline.office)).await?;
    tracing::warn!(shift = %shift.id, officer = %shift.officer, "an officer's telephone failed twice and is skipped");
    let name = people::find_officer(&mut *tx, shift.officer).await?.map(|officer| officer.name).unwrap_or_default();
    let (until, page) = (say::short(shift.span.end), desk.address(&format!("/dienst/woche?hotline={}", shift.hotline)));
    let values = [("officer", name.as_str()), ("hotline", &hotline.name), ("until", &until), ("page", &page)];
    let subject = web::text_with(Language::De, "unreachable-subject", &values);
    let text = web::text_with(Language::De, "unreachable-text", &values);
    for to in people::list_planners(&mut *tx, &desk.vault, hotline.office).await? {
        let mail = Mail { to, subject: subject.clone(), text: text.clone(), invitation: None };
        outbox::post(tx, desk, now, &shift.id, &Message::Mail(mail)).await?;
    }
    Ok(())
}
