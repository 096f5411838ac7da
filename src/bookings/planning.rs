//! The verbs of consultation hours: offer, end, and keep their slots twelve weeks ahead.
//!
//! Rule: slots follow from the plan and the office's calendar; a round makes what is missing and closes what must not be.

use std::collections::BTreeMap;

use super::hour::{self, Laid};
use super::{AHEAD, BookingError, ConsultationHour, Entry, HourState, Plan, store};
use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::{HourId, OfficerId};
use crate::kernel::{Instant, Span, local};
use crate::offices::{self, Calendar};
use crate::people::{self, Actor};

/// Offers a consultation hour and makes its slots. Officers offer their own, planners their office's.
pub async fn offer_hours(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    officer: OfficerId,
    plan: Plan,
) -> Result<ConsultationHour, BookingError> {
    let officer = people::find_officer(&desk.db, officer).await?.filter(|officer| officer.active);
    let officer = officer.ok_or(BookingError::NoSuchOfficer)?;
    if !actor.may_excuse(officer.id, &officer.office) {
        return Err(BookingError::Forbidden);
    }
    plan.check()?;
    let hour = ConsultationHour {
        id: HourId::mint(),
        office: officer.office,
        officer: officer.id,
        plan,
        state: HourState::Offered,
        created_at: now,
        updated_at: now,
    };
    let calendar = offices::load_calendar(&desk.db, hour.office, reach(now)).await?;
    let mut tx = desk.db.begin().await?;
    store::insert_hour(&mut tx, &hour).await?;
    lay(&mut tx, &hour, &[], &calendar, now).await?;
    people::record(&mut tx, now, actor, "offer_hours", (&hour.id, &hour.office)).await?;
    tx.commit().await?;
    Ok(hour)
}

/// Offers no more slots of this hour. What is booked stays booked.
pub async fn end_hour(desk: &Desk, now: Instant, actor: &Actor, id: HourId) -> Result<(), BookingError> {
    let mut tx = desk.db.begin().await?;
    let hour = store::find_hour(&mut tx, id).await?.filter(|hour| actor.may_excuse(hour.officer, &hour.office));
    let hour = hour.ok_or(BookingError::NoSuchHour)?;
    store::end_hour(&mut tx, id, now).await?;
    people::record(&mut tx, now, actor, "end_hours", (&id, &hour.office)).await?;
    Ok(tx.commit().await?)
}

/// The hours that are offered today or later and that the actor may see, by office, weekday and time.
pub async fn list_hours(desk: &Desk, now: Instant, actor: &Actor) -> Result<Vec<ConsultationHour>, DbError> {
    let mut hours = store::list_hours(&desk.db, local::day(now)).await?;
    hours.retain(|hour| actor.may_see(&hour.office));
    Ok(hours)
}

/// The firm bookings of an hour that lie ahead: they stay when it ends.
pub async fn list_bookings_of_hour(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: HourId,
) -> Result<Vec<Entry>, BookingError> {
    load_hour(desk, actor, id).await?;
    let found = store::list_bookings_of_hour(&desk.db, id, now).await?;
    let firm = found.into_iter().filter(|booking| booking.state.is_booked() && super::may_see(actor, booking));
    firm.map(|booking| super::entry(desk, booking)).collect()
}

pub async fn load_hour(desk: &Desk, actor: &Actor, id: HourId) -> Result<ConsultationHour, BookingError> {
    let hour = store::find_hour(&desk.db, id).await?.filter(|hour| actor.may_see(&hour.office));
    hour.ok_or(BookingError::NoSuchHour)
}

/// A round: brings the slots of every hour up to date. Says how many were made, opened or closed.
pub async fn extend_slots(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let calendars = offices::load_calendars(&desk.db, reach(now)).await?;
    let mut laid: BTreeMap<HourId, Vec<Laid>> = BTreeMap::new();
    for (hour, slot) in store::list_laid(&desk.db, now).await? {
        laid.entry(hour).or_default().push(slot);
    }
    let mut changed = 0;
    for hour in store::list_hours(&desk.db, local::day(now)).await? {
        let there = laid.remove(&hour.id).unwrap_or_default();
        let calendar = calendars.get(&hour.office).cloned().unwrap_or_default();
        let mut tx = desk.db.begin().await?;
        let count = lay(&mut tx, &hour, &there, &calendar, now).await?;
        if count > 0 {
            tx.commit().await?;
        }
        changed += count;
    }
    Ok(changed)
}

/// Brings the slots of one hour that lie ahead up to date. Says how many were changed.
async fn lay(
    tx: &mut Tx,
    hour: &ConsultationHour,
    there: &[Laid],
    calendar: &Calendar,
    now: Instant,
) -> Result<u64, DbError> {
    let reach = reach(now);
    let mut wanted = hour.plan.slots(local::day(reach.start)..=local::day(reach.end), calendar);
    wanted.retain(|slot| slot.start > now);
    let changes = hour::changes(&wanted, there);
    for span in &changes.add {
        store::insert_slot(tx, hour, *span).await?;
    }
    for id in &changes.open {
        store::open_slot(tx, *id).await?;
    }
    for id in &changes.close {
        store::close_slot(tx, *id).await?;
    }
    Ok((changes.add.len() + changes.open.len() + changes.close.len()) as u64)
}

fn reach(now: Instant) -> Span {
    Span { start: now, end: now + AHEAD }
}
