//! The verbs of consultation hours: offer, change, end, and keep their slots as far ahead as they are offered.
//!
//! Rule: slots follow from the plan and the office's calendar; a round makes what is missing and closes what must not be.
//! A change says first which bookings it hits, and is saved with a decision about each of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};

use super::hour::{self, Changes, Laid, Offered};
use super::{
    AHEAD, Booking, BookingError, ConsultationHour, Entry, Exception, HourFault, HourState, Plan, Reason, Series,
    State, store,
};
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{BookingId, HourId};
use crate::kernel::{Instant, Span, local};
use crate::offices::{self, Calendar, OfficeId};
use crate::people::{self, Actor};

/// What is changed about a consultation hour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The occurrence of this day alone; None takes an exception back.
    Except { of: NaiveDate, exception: Option<Exception> },
    /// From this day on it follows another plan. What lies before stays as it is.
    From { day: NaiveDate, plan: Box<Plan> },
    /// It takes place until this day, and no more.
    Until { last_day: NaiveDate },
}

/// What becomes of a booking that a change hits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It stays although the hour is gone.
    Keep,
    /// It stays until the citizen has answered, who is asked for another time.
    Ask,
    /// It is cancelled, with a word to the citizen.
    Cancel { word: String },
}

/// A change before it is saved.
#[derive(Clone, Debug)]
pub struct Preview {
    pub hour: ConsultationHour,
    /// What it becomes, and what follows it.
    pub after: Vec<ConsultationHour>,
    /// The bookings that lose their hour, by start.
    pub hit: Vec<Entry>,
}

/// A change with a decision about each booking that it hits.
#[derive(Clone, Debug)]
pub struct Saving {
    pub hour: HourId,
    /// That of the hour when it was looked at.
    pub version: i64,
    pub change: Change,
    pub decisions: BTreeMap<BookingId, Decision>,
}

/// Offers a consultation hour and makes its slots. Officers offer their own, planners their office's.
pub async fn offer_hours(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    plan: Plan,
) -> Result<ConsultationHour, BookingError> {
    plan.check()?;
    let office = office_of(desk, &plan).await?;
    let id = HourId::mint();
    let hour = ConsultationHour {
        id,
        lineage: id,
        office,
        plan,
        state: HourState::Offered,
        version: 0,
        created_at: now,
        updated_at: now,
    };
    if !hour.may_be_changed_by(actor) {
        return Err(BookingError::Forbidden);
    }
    let calendar = offices::load_calendar(&desk.db, office, reach(now)).await?;
    let mut tx = desk.db.begin().await?;
    store::insert_hour(&mut tx, &hour).await?;
    lay(&mut tx, &hour, &missing(&hour, &[], &calendar, now)).await?;
    people::record(&mut tx, now, actor, "offer_hours", (&hour.id, &hour.office)).await?;
    tx.commit().await?;
    Ok(hour)
}

/// The one office of all officers of a plan.
async fn office_of(desk: &Desk, plan: &Plan) -> Result<OfficeId, BookingError> {
    let mut found = BTreeSet::new();
    for member in &plan.team {
        let officer = people::find_officer(&desk.db, member.officer).await?.filter(|officer| officer.active);
        found.insert(officer.ok_or(BookingError::NoSuchOfficer)?.office);
    }
    match (found.pop_first(), found.is_empty()) {
        (Some(office), true) => Ok(office),
        _ => Err(BookingError::NoSuchOfficer),
    }
}

/// Shows what a change would do.
pub async fn preview(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: HourId,
    change: &Change,
) -> Result<Preview, BookingError> {
    let hour = load_own(&desk.db, actor, id).await?;
    let after = changed(&hour, change, now)?;
    let hit = list_hit(&desk.db, &hour, &after, now).await?;
    let firm = hit.into_iter().filter(|booking| is_promised(booking.state));
    let hit = firm.map(|booking| super::entry(desk, booking)).collect::<Result<_, _>>()?;
    Ok(Preview { hour, after, hit })
}

/// Saves a change. `Outdated` where the hour is not the version that was looked at, `Undecided` where a booking is hit of
/// which nothing was said, also one that was made in the meantime. Holds that are hit run out.
pub async fn change_hour(desk: &Desk, now: Instant, actor: &Actor, saving: &Saving) -> Result<(), BookingError> {
    let before = load_own(&desk.db, actor, saving.hour).await?;
    let calendar = offices::load_calendar(&desk.db, before.office, reach(now)).await?;
    if let Change::From { plan, .. } = &saving.change
        && office_of(desk, plan).await? != before.office
    {
        return Err(BookingError::NoSuchOfficer);
    }
    let mut tx = desk.db.begin().await?;
    store::lock_hour(&mut tx, saving.hour).await?;
    let hour = load_own(&mut tx, actor, saving.hour).await?;
    if hour.version != saving.version {
        return Err(BookingError::Outdated);
    }
    let after = changed(&hour, &saving.change, now)?;
    for part in &after {
        if !part.may_be_changed_by(actor) {
            return Err(BookingError::Forbidden);
        }
        if part.id == hour.id {
            store::save_hour(&mut tx, part).await?;
        } else {
            store::insert_hour(&mut tx, part).await?;
        }
        let there = store::list_laid_of(&mut tx, part.id, now).await?;
        lay(&mut tx, part, &missing(part, &there, &calendar, now)).await?;
    }
    // Only now, after slots were closed: who held one in the meantime is waited for, and whoever comes later finds none.
    let hit = list_hit(&mut tx, &hour, &after, now).await?;
    let is_asked = |id: &BookingId| saving.decisions.get(id) == Some(&Decision::Ask);
    let asked: Vec<BookingId> = hit.iter().map(|booking| booking.id).filter(is_asked).collect();
    for booking in hit {
        settle(&mut tx, desk, now, booking, &saving.decisions).await?;
    }
    people::record(&mut tx, now, actor, "change_hours", (&hour.id, &hour.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    // The proposals look for free times, so the old hour must be gone.
    for id in asked {
        super::propose(desk, now, actor, id, Reason::HourChanged).await?;
    }
    Ok(())
}

/// Does with a booking that was hit what was decided.
async fn settle(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    booking: Booking,
    decisions: &BTreeMap<BookingId, Decision>,
) -> Result<(), BookingError> {
    if !is_promised(booking.state) {
        let ran_out = Booking { state: State::Expired, updated_at: now, ..booking };
        store::save_booking(tx, &ran_out).await?;
        return Ok(people::release(tx, ran_out.id.commitment()).await?);
    }
    match decisions.get(&booking.id).ok_or(BookingError::Undecided)? {
        Decision::Keep | Decision::Ask => Ok(()),
        Decision::Cancel { word } => super::give_back(tx, desk, now, booking, word).await.map(drop),
    }
}

/// Whether somebody counts on the appointment: what is held or not yet confirmed by mail runs out by itself.
fn is_promised(state: State) -> bool {
    match state {
        State::Held { .. } | State::Requested { .. } => false,
        State::Confirmed | State::Attended | State::NoShow | State::Expired | State::Cancelled => true,
    }
}

/// The hour after a change, and the one that follows it where the plan is another from a day on.
fn changed(hour: &ConsultationHour, change: &Change, now: Instant) -> Result<Vec<ConsultationHour>, HourFault> {
    let before = ConsultationHour { updated_at: now, ..hour.clone() };
    let after = match change {
        Change::Except { of, exception } => vec![excepted(before, *of, *exception)],
        Change::Until { last_day } => vec![until(before, *last_day)],
        Change::From { day, plan } => from(before, (*day).max(local::day(now)), Plan::clone(plan)),
    };
    for part in after.iter().filter(|part| part.state == HourState::Offered) {
        part.plan.check()?;
    }
    Ok(after)
}

fn excepted(mut hour: ConsultationHour, of: NaiveDate, exception: Option<Exception>) -> ConsultationHour {
    match exception {
        Some(exception) => hour.plan.series.exceptions.insert(of, exception),
        None => hour.plan.series.exceptions.remove(&of),
    };
    hour
}

fn until(mut hour: ConsultationHour, last_day: NaiveDate) -> ConsultationHour {
    let first_day = hour.plan.series.first_day;
    // It has never taken place, and will not: it is withdrawn.
    if last_day < first_day || hour.plan.series.occurrences(first_day..=last_day).is_empty() {
        return ConsultationHour { state: HourState::Ended, ..hour };
    }
    hour.plan.series = hour.plan.series.split(last_day + TimeDelta::days(1)).0;
    hour
}

fn from(mut hour: ConsultationHour, day: NaiveDate, mut plan: Plan) -> Vec<ConsultationHour> {
    if day <= hour.plan.series.first_day {
        let exceptions = std::mem::take(&mut hour.plan.series.exceptions);
        plan.series = Series { exceptions, ..plan.series }.trimmed();
        return vec![ConsultationHour { plan, ..hour }];
    }
    let (first, exceptions) = hour.plan.series.split(day);
    hour.plan.series = first;
    plan.series = Series { exceptions, first_day: plan.series.first_day.max(day), ..plan.series }.trimmed();
    let next = ConsultationHour { id: HourId::mint(), plan, version: 0, created_at: hour.updated_at, ..hour.clone() };
    vec![hour, next]
}

/// The live bookings ahead that the hour served before and none of its parts does after the change.
async fn list_hit(
    from: impl Read,
    hour: &ConsultationHour,
    after: &[ConsultationHour],
    now: Instant,
) -> Result<Vec<Booking>, DbError> {
    let mut bookings = store::list_bookings_of_lineage(from, hour.lineage, now).await?;
    bookings.retain(|booking| hour.serves(booking) && !after.iter().any(|part| part.serves(booking)));
    Ok(bookings)
}

/// Offers no more slots of this hour. What is booked stays booked.
pub async fn end_hour(desk: &Desk, now: Instant, actor: &Actor, id: HourId) -> Result<(), BookingError> {
    let mut tx = desk.db.begin().await?;
    let hour = load_own(&mut tx, actor, id).await?;
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

/// The hours that offer times of the same officer as this plan does, within the weeks for which slots are made; but for
/// those that follow from `own`.
pub async fn list_overlaps(
    desk: &Desk,
    now: Instant,
    plan: &Plan,
    own: Option<HourId>,
) -> Result<Vec<ConsultationHour>, DbError> {
    let first = local::day(now).max(plan.series.first_day);
    let days = first..=first + AHEAD;
    let mut hours = store::list_hours(&desk.db, local::day(now)).await?;
    hours.retain(|hour| Some(hour.lineage) != own && hour.plan.overlaps(plan, &days));
    Ok(hours)
}

pub async fn load_hour(desk: &Desk, actor: &Actor, id: HourId) -> Result<ConsultationHour, BookingError> {
    let hour = store::find_hour(&desk.db, id).await?.filter(|hour| actor.may_see(&hour.office));
    hour.ok_or(BookingError::NoSuchHour)
}

async fn load_own(from: impl Read, actor: &Actor, id: HourId) -> Result<ConsultationHour, BookingError> {
    let hour = store::find_hour(from, id).await?.filter(|hour| hour.may_be_changed_by(actor));
    hour.ok_or(BookingError::NoSuchHour)
}

/// The appointments that lie ahead of the hour and of those that it follows from, by start.
pub async fn list_promised(desk: &Desk, now: Instant, hour: &ConsultationHour) -> Result<Vec<Booking>, DbError> {
    let mut bookings = store::list_bookings_of_lineage(&desk.db, hour.lineage, now).await?;
    bookings.retain(|booking| is_promised(booking.state));
    Ok(bookings)
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
        let changes = missing(&hour, &there, &calendar, now);
        if changes.is_empty() {
            continue;
        }
        let mut tx = desk.db.begin().await?;
        store::lock_hour(&mut tx, hour.id).await?;
        // Who changed it since has made its slots, too.
        if store::find_hour(&mut tx, hour.id).await?.is_some_and(|same| same.version == hour.version) {
            lay(&mut tx, &hour, &changes).await?;
            tx.commit().await?;
            changed += changes.len() as u64;
        }
    }
    Ok(changed)
}

/// What the slots of an hour that lie ahead lack, of those that are there.
fn missing(hour: &ConsultationHour, there: &[Laid], calendar: &Calendar, now: Instant) -> Changes {
    let reach = reach(now);
    let mut wanted: BTreeSet<Offered> = BTreeSet::new();
    if hour.state == HourState::Offered {
        wanted = hour.plan.offered(local::day(reach.start)..=local::day(reach.end), calendar);
        wanted.retain(|(_, slot)| slot.start > now);
    }
    hour::changes(&wanted, there)
}

async fn lay(tx: &mut Tx, hour: &ConsultationHour, changes: &Changes) -> Result<(), DbError> {
    for offered in &changes.add {
        store::insert_slot(tx, hour, *offered).await?;
    }
    for id in &changes.open {
        store::open_slot(tx, *id).await?;
    }
    for id in &changes.close {
        store::close_slot(tx, *id).await?;
    }
    Ok(())
}

fn reach(now: Instant) -> Span {
    Span { start: now, end: now + AHEAD }
}
