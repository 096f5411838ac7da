//! "I am running late": an officer says it of one appointment; the time stays, what is expected shifts.
//!
//! Rule: a delay is handed on to the next appointments of the day as far as no pause swallows it.

mod page;
mod staff;
mod store;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::notice::{self, Notice};
use super::{Booking, BookingError, Refusal, State, lock_for};
use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::kernel::id::{BookingId, OfficerId};
use crate::kernel::{Instant, local};
use crate::people::{self, Actor};

pub use page::{lage, pages};
pub use staff::pages as staff_pages;
pub use store::STATEMENTS;

/// An officer says no more minutes than these.
pub const LONGEST: i64 = 60;
/// From so many minutes on the citizen is told by mail or SMS.
const TOLD_FROM: i64 = 10;
/// Said so long after the start at the latest, and so long before it at the earliest.
const AFTER: TimeDelta = TimeDelta::hours(1);
const BEFORE: TimeDelta = TimeDelta::hours(4);

/// Notes that the officer comes so many minutes later, 0 to 60; 0 takes it back.
pub async fn say_late(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: BookingId,
    minutes: i64,
) -> Result<(), BookingError> {
    let minutes = minutes.clamp(0, LONGEST);
    let mut tx = desk.db.begin().await?;
    let booking = lock_for(&mut tx, actor, id).await?;
    if !may_be_late(&booking, now) {
        return Err(Refusal::NotPossible { state: booking.state, verb: "delayed" }.into());
    }
    let day = local::whole_day(local::day(booking.span.start));
    let said = store::list(&mut tx, booking.officer, day).await?.into_iter().find(|(of, _)| *of == id);
    match minutes {
        0 => store::delete(&mut tx, id).await?,
        minutes => store::save(&mut tx, (id, booking.span.start), minutes, now).await?,
    }
    let is_news = said.map(|(_, before)| before) != Some(minutes);
    if minutes >= TOLD_FROM && is_news {
        let expected = booking.span.start + TimeDelta::minutes(minutes);
        notice::send(&mut tx, desk, now, &booking, Notice::Late { minutes, expected }).await?;
    }
    people::record(&mut tx, now, actor, "say_late", (&id, &booking.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(())
}

/// Whether it can be said of this appointment now.
pub fn may_be_late(booking: &Booking, now: Instant) -> bool {
    let near = booking.span.start - BEFORE <= now && now < booking.span.start + AFTER;
    booking.state == State::Confirmed && booking.asked_at.is_none() && near
}

/// When an appointment is expected to begin, where that is later than its time.
pub async fn find_expected(from: impl Read, booking: &Booking) -> Result<Option<Instant>, DbError> {
    Ok(list_expected(from, booking.officer, booking.span.start).await?.remove(&booking.id))
}

/// Which appointments of the officer on that day are expected to begin later than their time, and when.
pub async fn list_expected(
    mut from: impl Read,
    officer: OfficerId,
    at: Instant,
) -> Result<BTreeMap<BookingId, Instant>, DbError> {
    let day = local::whole_day(local::day(at));
    let said: BTreeMap<BookingId, i64> = store::list(&mut from, officer, day).await?.into_iter().collect();
    if said.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(expected(&super::store::list_bookings_of(from, officer, day).await?, &said))
}

/// Of appointments in order of time, and what was said of some, in minutes.
fn expected(bookings: &[Booking], said: &BTreeMap<BookingId, i64>) -> BTreeMap<BookingId, Instant> {
    let mut free_from: Option<Instant> = None;
    let mut later = BTreeMap::new();
    for booking in bookings.iter().filter(|booking| booking.state == State::Confirmed && booking.asked_at.is_none()) {
        let own = booking.span.start + TimeDelta::minutes(said.get(&booking.id).copied().unwrap_or_default());
        let start = free_from.map_or(own, |free| own.max(free));
        if start > booking.span.start {
            later.insert(booking.id, start);
            free_from = Some(start + booking.span.length());
        }
    }
    later
}

#[cfg(test)]
mod tests {
    use super::super::booking::tests::confirmed_at;
    use super::*;

    #[test]
    fn a_delay_is_handed_on_until_a_pause_swallows_it() {
        let at = |time: &str| Instant::parse(&format!("2026-07-14T{time}:00Z")).unwrap();
        for (starts, said, expected_at) in [
            (&["08:00", "08:30", "09:00"][..], (0, 10), &["08:10", "08:40", "09:10"][..]),
            (&["08:00", "08:40", "09:20"], (0, 15), &["08:15", "08:45", "09:20"]),
            (&["08:00", "08:30", "12:00"], (1, 60), &["08:00", "09:30", "12:00"]),
            (&["08:00"], (0, 0), &["08:00"]),
        ] {
            let bookings: Vec<Booking> = starts.iter().map(|start| confirmed_at(at(start))).collect();
            let later = expected(&bookings, &BTreeMap::from([(bookings[said.0].id, said.1)]));
            let found = bookings.iter().map(|b| later.get(&b.id).copied().unwrap_or(b.span.start));
            assert_eq!(found.collect::<Vec<_>>(), expected_at.iter().map(|t| at(t)).collect::<Vec<_>>(), "{starts:?}");
        }
    }

    #[test]
    fn a_talk_that_is_over_delays_nobody() {
        let start = Instant::parse("2026-07-14T08:00:00Z").unwrap();
        let over = Booking { state: State::Attended, ..confirmed_at(start) };
        let next = confirmed_at(over.span.end);
        assert!(expected(&[over.clone(), next], &BTreeMap::from([(over.id, 30)])).is_empty());
    }
}
