//! The verbs of proposals: the office asks for another time, the citizen answers, what was kept is given free.
//!
//! Rule: what is kept for a citizen is a commitment of the officer like a hold, so it is listed to nobody else; a booking
//! has one open proposal, and every end of it gives the kept times back in the same transaction.

mod page;
mod proposal;
mod store;

use std::collections::BTreeSet;

use super::notice::{self, Notice, Reach};
use super::{
    AHEAD, Booking, BookingError, Wish, fair_choices, letter, list_free, list_nearest, lock, lock_for, wish_of,
};
use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::{BookingId, ProposalId, ProposedTimeId};
use crate::kernel::{Instant, Secret, Span};
use crate::offices::OfficeId;
use crate::people::{self, Actor};

pub use page::pages;
pub use proposal::{Proposal, ProposedTime, Reason, State, Told};
pub use store::STATEMENTS;

/// Asks the citizen of a firm booking for another time: two free ones are kept for them, and a link to the choice goes
/// out. Asked again while that waits for its answer, it stays as it is.
pub async fn propose(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: BookingId,
    reason: Reason,
) -> Result<Proposal, BookingError> {
    let booking = super::load_entry(desk, actor, id).await?.booking;
    let wanted = list_wanted(desk, now, &booking).await?;
    let mut tx = desk.db.begin().await?;
    let booking = lock_for(&mut tx, actor, id).await?;
    if let Some(waiting) = find_open(&mut tx, now, &booking).await? {
        return Ok(waiting);
    }
    let asked = booking.clone().ask(now)?;
    give_free(&mut tx, now, &booking, State::Expired).await?;
    super::store::save_booking(&mut tx, &asked).await?;
    let expires_at = now + proposal::KEPT;
    let times = keep(&mut tx, desk, now, &asked, (&wanted, expires_at)).await?;
    let spans: Vec<Span> = times.iter().map(|time| time.slot.span).collect();
    let said = Notice::Asked { reason, times: &spans, until: expires_at };
    let proposal = Proposal {
        id: ProposalId::mint(),
        booking: id,
        office: booking.office,
        officer: booking.officer,
        instead_of: booking.span.start,
        reason,
        state: State::Open,
        told: notice::send(&mut tx, desk, now, &asked, said).await?.into(),
        made_at: now,
        expires_at,
        answered_at: None,
        times,
    };
    store::insert(&mut tx, &proposal).await?;
    people::record(&mut tx, now, actor, "propose", (&id, &booking.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(proposal)
}

/// Takes one of the kept times: the booking moves there and stays the same one. Taken again, nothing changes.
pub async fn accept(desk: &Desk, now: Instant, secret: &Secret, start: Instant) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = lock(&mut tx, secret).await?;
    if booking.state.is_booked() && booking.span.start == start {
        return Ok(booking);
    }
    booking.may_move(now)?;
    let proposal = find_open(&mut tx, now, &booking).await?;
    let kept =
        proposal.as_ref().and_then(|proposal| proposal.list_kept(now).find(|time| time.slot.span.start == start));
    let Some(kept) = kept else {
        drop(tx);
        return Err(BookingError::SlotTaken {
            nearest: list_nearest(desk, now, &wish_to_propose(&booking), start).await?,
        });
    };
    let moved = booking.clone().move_to(&kept.slot, kept.why.clone(), now)?;
    give_free(&mut tx, now, &booking, State::Taken).await?;
    super::take_over(&mut tx, now, &moved).await?;
    super::tell(&mut tx, desk, now, &moved, letter::Occasion::Moved(secret)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(moved)
}

/// The last proposal to a booking, whatever became of it.
pub async fn find_latest(desk: &Desk, booking: &Booking) -> Result<Option<Proposal>, DbError> {
    store::find_latest(&desk.db, booking.id).await
}

/// An office's proposals since then that the actor may see, the newest first.
pub async fn list(desk: &Desk, actor: &Actor, office: OfficeId, since: Instant) -> Result<Vec<Proposal>, DbError> {
    if !actor.may_see(&office) {
        return Ok(Vec::new());
    }
    let mut found = store::list(&desk.db, office, since).await?;
    found.retain(|proposal| actor.may_plan(&office) || actor.officer == Some(proposal.officer));
    Ok(found)
}

/// Somebody has told the citizen on the telephone.
pub async fn note_called(desk: &Desk, now: Instant, actor: &Actor, id: ProposalId) -> Result<(), BookingError> {
    let mut tx = desk.db.begin().await?;
    let proposal = store::find(&mut tx, id).await?.ok_or(BookingError::NoSuchBooking)?;
    if !actor.may_excuse(proposal.officer, &proposal.office) {
        return Err(BookingError::NoSuchBooking);
    }
    store::set_told(&mut tx, id, Told::Called).await?;
    people::record(&mut tx, now, actor, "note_called", (&proposal.booking, &proposal.office)).await?;
    Ok(tx.commit().await?)
}

/// A round: gives free what nobody took in time. Says how many proposals ran out.
pub async fn expire_proposals(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut expired = 0;
    for id in store::list_run_out(&desk.db, now).await? {
        let mut tx = desk.db.begin().await?;
        let Some(proposal) = store::find(&mut tx, id).await? else { continue };
        if end(&mut tx, now, &proposal, State::Expired).await? {
            tx.commit().await?;
            expired += 1;
        }
    }
    Ok(expired)
}

/// The booking's open proposal ends so, and what it kept is free again; without one nothing happens.
pub async fn give_free(tx: &mut Tx, now: Instant, booking: &Booking, state: State) -> Result<(), DbError> {
    if booking.asked_at.is_none() {
        return Ok(());
    }
    if let Some(proposal) = store::find_latest(&mut *tx, booking.id).await? {
        end(tx, now, &proposal, state).await?;
    }
    Ok(())
}

/// False where it had ended before.
async fn end(tx: &mut Tx, now: Instant, proposal: &Proposal, state: State) -> Result<bool, DbError> {
    if !store::close(tx, proposal.id, state, now).await? {
        return Ok(false);
    }
    for time in &proposal.times {
        people::release(tx, time.id.commitment()).await?;
    }
    Ok(true)
}

async fn find_open(tx: &mut Tx, now: Instant, booking: &Booking) -> Result<Option<Proposal>, DbError> {
    let latest = store::find_latest(tx, booking.id).await?;
    Ok(latest.filter(|proposal| booking.asked_at.is_some() && proposal.state_at(now) == State::Open))
}

/// What the office may propose: with whoever has time, for the officer who was named may be the one who has none.
fn wish_to_propose(booking: &Booking) -> Wish {
    Wish { officer: None, ..wish_of(booking) }
}

/// The starts to try, the best first: near the old time, or wherever there is something free.
async fn list_wanted(desk: &Desk, now: Instant, booking: &Booking) -> Result<Vec<Instant>, DbError> {
    let wish = wish_to_propose(booking);
    let (earliest, old) = (now + proposal::LEAD, booking.span.start);
    let weeks = chrono::TimeDelta::weeks;
    let near = Span { start: earliest.max(old - weeks(1)), end: earliest.max(old) + weeks(2) };
    let mut days = list_free(desk, now, &wish, near).await?;
    if days.iter().map(|day| day.times.len()).sum::<usize>() < proposal::OFFERED {
        days = list_free(desk, now, &wish, Span { start: earliest, end: now + AHEAD }).await?;
    }
    Ok(proposal::ranked(days, old).into_iter().map(|time| time.span.start).collect())
}

/// Keeps the best of these times that are still free.
async fn keep(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    booking: &Booking,
    (wanted, expires_at): (&[Instant], Instant),
) -> Result<Vec<ProposedTime>, DbError> {
    let wish = wish_to_propose(booking);
    let look = super::look(desk, now, &wish);
    let mut kept: Vec<ProposedTime> = Vec::new();
    let mut tried = BTreeSet::new();
    for start in wanted.iter().filter(|start| tried.insert(**start)) {
        for (slot, why) in fair_choices(&mut *tx, &look, *start).await? {
            let time = ProposedTime { id: ProposedTimeId::mint(), slot, why };
            tx.mark().await?;
            let claimed = super::claim_slot(tx, &look, &time.slot, &time.commitment(expires_at)).await;
            match tx.settle(claimed).await {
                Ok(()) => {
                    kept.push(time);
                    break;
                }
                Err(DbError::Taken | DbError::Crossed) => {}
                Err(error) => return Err(error),
            }
        }
        if kept.len() == proposal::OFFERED {
            break;
        }
    }
    Ok(kept)
}

impl From<Reach> for Told {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Mail(_) => Self::Mail,
            Reach::Sms(_) => Self::Sms,
            Reach::Call => Self::Call,
        }
    }
}
