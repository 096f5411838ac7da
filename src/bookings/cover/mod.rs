//! Police duty comes first: today's appointments of an officer who is called away go to colleagues, and the citizens of
//! the rest are asked for another time.
//!
//! Rule: each appointment is one transaction of its own, so that a citizen who cancels meanwhile is in nobody's way.
//! What was given away stays given away when the officer is back: the citizen has been told.

mod staff;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{TimeDelta, Timelike};

use super::hour::Slot;
use super::notice::{self, Notice};
use super::offer::{Channel, Wish, in_fair_order};
use super::proposals::{self, Reason};
use super::{Booking, BookingError, RECENT, State, claim_cleared, commitment, gather_offers, look, terms, wish_of};
use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::kernel::id::{BookingId, OfficerId};
use crate::kernel::{Instant, Span, local};
use crate::offices::OfficeId;
use crate::people::{self, Absence, AbsenceKind, Actor, CommitmentKind};

pub use staff::pages as staff_pages;
pub use store::STATEMENTS;

/// A booking that a colleague took over, at the same time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handover {
    pub booking: BookingId,
    pub from: OfficerId,
    pub to: OfficerId,
    pub reason: Reason,
    pub at: Instant,
}

/// An absence that lasted through the night hands the new day's appointments over from this hour on: nobody is woken.
const MORNING: u32 = 7;
/// No slot is longer.
const LONGEST: TimeDelta = TimeDelta::hours(4);

/// A round, and what the buttons "deployed" and "sick" ring for: hands over what is left of today for all who are
/// deployed or sick. Says how many appointments were handed over, or their citizens asked.
pub async fn cover_absences(desk: &Desk, now: Instant) -> Result<u64, BookingError> {
    let rest_of_today = Span { start: now, end: local::whole_day(local::day(now)).end };
    let absences = people::list_absences(&desk.db, rest_of_today).await?;
    let mut away: BTreeMap<OfficerId, Vec<Absence>> = BTreeMap::new();
    for absence in absences.into_iter().filter(|absence| reason(absence).is_some() && is_time(absence, now)) {
        away.entry(absence.officer).or_default().push(absence);
    }
    let mut covered = 0;
    for (officer, absences) in away {
        for booking in super::store::list_bookings_of(&desk.db, officer, rest_of_today).await? {
            let takes_it = absences.iter().find(|absence| absence.touches(booking.span));
            let stands = booking.state == State::Confirmed && booking.asked_at.is_none();
            if let Some(reason) = takes_it.and_then(reason)
                && stands
                && booking.span.start > now
            {
                covered += u64::from(cover(desk, now, &booking, reason).await?);
            }
        }
    }
    Ok(covered)
}

/// Rings for the round where an appointment of today was made firm: its officer may have been called away meanwhile.
pub fn ring(desk: &Desk, now: Instant, firm: &Booking) {
    if firm.state == State::Confirmed && local::day(firm.span.start) == local::day(now) {
        desk.absence_bell.notify_one();
    }
}

/// What was handed over at an office since then, as far as the actor may know, the newest first.
pub async fn list_handovers(
    desk: &Desk,
    actor: &Actor,
    office: OfficeId,
    since: Instant,
) -> Result<Vec<Handover>, DbError> {
    let mut found = store::list(&desk.db, office, since).await?;
    let own = |officer| actor.officer == Some(officer);
    found.retain(|handover| actor.may_plan(&office) || own(handover.from) || own(handover.to));
    Ok(found)
}

/// Why today's appointments of somebody absent so are handed over; None: they are looked after by hand.
fn reason(absence: &Absence) -> Option<Reason> {
    match absence.kind {
        AbsenceKind::Deployment => Some(Reason::Deployed),
        AbsenceKind::Sick => Some(Reason::Absent),
        AbsenceKind::Leave | AbsenceKind::Training => None,
    }
}

fn is_time(absence: &Absence, now: Instant) -> bool {
    local::day(absence.created_at) == local::day(now) || local::wall(now).hour() >= MORNING
}

/// Hands one booking over, or asks its citizen. False where it needs neither any more.
async fn cover(desk: &Desk, now: Instant, booking: &Booking, reason: Reason) -> Result<bool, BookingError> {
    for (slot, why) in list_fit(desk, now, booking).await? {
        match hand_over(desk, now, booking, (slot.officer, why, reason)).await {
            Ok(()) => return Ok(true),
            Err(BookingError::Db(DbError::Taken | DbError::Crossed)) => {}
            Err(BookingError::Refused(_) | BookingError::NoSuchBooking) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    match proposals::propose(desk, now, &Actor::system(), booking.id, reason).await {
        Ok(_) => Ok(true),
        Err(BookingError::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The colleagues who could give this very appointment, in fair order, each with the reason: as if it were their slot.
async fn list_fit(desk: &Desk, now: Instant, booking: &Booking) -> Result<Vec<(Slot, String)>, BookingError> {
    let Some(own) = super::store::find_slot(&desk.db, booking.slot).await? else { return Ok(Vec::new()) };
    // The office looks for itself: no notice, and nobody's contingent.
    let wish = Wish { channel: Channel::Staff, officer: None, ..wish_of(booking) };
    let look = look(desk, now, &wish);
    let around = Span { start: booking.span.start - LONGEST, end: booking.span.end };
    let diary = gather_offers(&desk.db, &look, around).await?;
    let slots = super::store::list_slots(&desk.db, Some(booking.office), diary.offers(), around).await?;
    let pause = TimeDelta::minutes(terms::LONGEST_BUFFER);
    let touched = Span { start: booking.span.start - pause, end: booking.span.end + pause };
    let commitments = people::list_commitments(&desk.db, touched).await?;
    let at_work: BTreeSet<OfficerId> = slots.iter().map(|slot| slot.officer).collect();
    let at_work = at_work.into_iter().filter(|officer| offers(&slots, *officer, booking.span));
    let backup = commitments.iter().filter(|c| c.kind == CommitmentKind::Standby && contains(c.span, booking.span));
    let needs_nothing = booking.needs.iter().all(|need| need.is_served_everywhere());
    let backup = backup.map(|commitment| commitment.officer).filter(|_| needs_nothing);
    let there: BTreeSet<OfficerId> = at_work.chain(backup).filter(|officer| *officer != booking.officer).collect();
    let fit = list_able(&desk.db, booking, there).await?;
    let diary = diary.with_time(commitments, people::list_absences(&desk.db, touched).await?);
    let as_theirs = fit.into_iter().map(|officer| Slot { officer, span: booking.span, ..own });
    let free: Vec<Slot> = as_theirs.filter(|slot| diary.has_time(slot, &look)).collect();
    let loads = store::list_loads(&desk.db, booking.office, now - RECENT).await?;
    Ok(in_fair_order(free, &loads.into_iter().collect()))
}

/// Whose knowledge and languages are enough for it, of the booking's office.
async fn list_able(
    from: impl Read,
    booking: &Booking,
    officers: BTreeSet<OfficerId>,
) -> Result<Vec<OfficerId>, DbError> {
    let officers: Vec<OfficerId> = officers.into_iter().collect();
    let mut found = people::list_these(from, &officers).await?;
    found.retain(|officer| {
        let able = officer.skills.lack(Some(booking.topic), booking.language, None).is_none();
        officer.active && officer.office == booking.office && able
    });
    Ok(found.into_iter().map(|officer| officer.id).collect())
}

/// Whether the officer's slots, one after another, fill the span.
fn offers(slots: &[Slot], officer: OfficerId, span: Span) -> bool {
    let mut reached = span.start;
    for slot in slots.iter().filter(|slot| slot.officer == officer) {
        if slot.span.start <= reached {
            reached = reached.max(slot.span.end);
        }
    }
    reached >= span.end
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Taken where the colleague has something else by now; refused where the citizen moved or cancelled meanwhile.
async fn hand_over(
    desk: &Desk,
    now: Instant,
    seen: &Booking,
    (to, why, reason): (OfficerId, String, Reason),
) -> Result<(), BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = super::store::lock_booking(&mut tx, seen.id).await?.ok_or(BookingError::NoSuchBooking)?;
    if booking.officer != seen.officer || booking.span != seen.span || booking.asked_at.is_some() {
        return Err(BookingError::NoSuchBooking);
    }
    let handed = booking.hand_over(to, format!("Vertretung ({}). {why}", reason.german()), now)?;
    super::store::save_booking(&mut tx, &handed).await?;
    people::release(&mut tx, handed.id.commitment()).await?;
    claim_cleared(&mut tx, now, &commitment(&handed)).await?;
    let handover = Handover { booking: handed.id, from: seen.officer, to, reason, at: now };
    store::insert(&mut tx, handed.office, &handover).await?;
    notice::send(&mut tx, desk, now, &handed, Notice::HandedOver(reason)).await?;
    people::record(&mut tx, now, &Actor::system(), "hand_over", (&handed.id, &handed.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::{AbsenceId, HourId, SlotId};
    use crate::people::{AbsenceState, OPEN_END};

    fn at(time: &str) -> Instant {
        Instant::parse(&format!("2026-07-14T{time}:00Z")).unwrap()
    }

    #[test]
    fn slots_one_after_another_fill_an_appointment_and_slots_with_a_gap_do_not() {
        let officer = OfficerId::mint();
        let slot = |(start, end): &(&str, &str)| Slot {
            id: SlotId::mint(),
            hour: HourId::mint(),
            office: "ka".parse().unwrap(),
            officer,
            span: Span { start: at(start), end: at(end) },
            buffer_minutes: 0,
            contingents: Default::default(),
        };
        let appointment = Span { start: at("10:00"), end: at("10:45") };
        for (slots, fill) in [
            (&[("10:00", "10:45")][..], true),
            (&[("10:00", "10:30"), ("10:30", "11:00")], true),
            (&[("09:30", "11:00")], true),
            (&[("10:00", "10:30")], false),
            (&[("10:00", "10:20"), ("10:30", "11:00")], false),
            (&[("09:00", "10:00")], false),
            (&[], false),
        ] {
            let all: Vec<Slot> = slots.iter().map(slot).collect();
            assert_eq!(offers(&all, officer, appointment), fill, "{slots:?}");
            assert!(!offers(&all, OfficerId::mint(), appointment));
        }
    }

    #[test]
    fn an_absence_that_lasts_through_the_night_wakes_nobody() {
        let (yesterday, today) = (at("08:00") - TimeDelta::days(1), at("01:00"));
        // 07:00 in Berlin is 05:00Z.
        for (entered, now, acts) in
            [(yesterday, "04:59", false), (yesterday, "05:00", true), (today, "02:00", true), (today, "12:00", true)]
        {
            let absence = Absence {
                id: AbsenceId::mint(),
                officer: OfficerId::mint(),
                kind: AbsenceKind::Deployment,
                span: Span { start: entered, end: OPEN_END },
                state: AbsenceState::Entered,
                sequence: 0,
                created_at: entered,
                updated_at: entered,
            };
            assert_eq!(is_time(&absence, at(now)), acts, "{now}");
        }
    }
}
