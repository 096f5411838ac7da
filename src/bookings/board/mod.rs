//! The board: the appointments of an office's week, each slot with what became of it.
//!
//! Rule: it only shows. What stands there as free is asked anew when somebody books it or moves there.

mod store;

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};

use super::offer::takes;
use super::terms::LONGEST_BUFFER;
use super::{BookingError, Entry, Sought, State, list_bookings};
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, SlotId};
use crate::kernel::{Instant, Span, local};
use crate::offices::OfficeId;
use crate::people::{self, Absence, Actor, Commitment};

pub use store::STATEMENTS;

/// An appointment, or a time for one.
pub struct Place {
    pub officer: OfficerId,
    pub span: Span,
    pub filled: Filled,
}

pub enum Filled {
    /// Nobody has booked it.
    Free,
    /// The officer does something else, or is away.
    Busy,
    Booked(Box<Entry>),
}

/// A slot that is offered, taken or not.
pub struct Open {
    pub slot: SlotId,
    pub officer: OfficerId,
    pub span: Span,
    pub pause: TimeDelta,
}

/// What stands on the board in the window, by start and officer: the actor's own appointments, or those of all whom they
/// plan. What was given up is left out.
pub async fn list_places(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (office, window): (OfficeId, Span),
) -> Result<Vec<Place>, BookingError> {
    let sought = Sought { office: Some(office), window, text: String::new() };
    let mut booked = list_bookings(desk, actor, &sought).await?;
    booked.retain(|entry| !matches!(entry.booking.state_at(now), State::Expired | State::Cancelled));
    let mut slots = store::list_open(&desk.db, office, window).await?;
    slots.retain(|slot| actor.may_excuse(slot.officer, &office));
    let pause = TimeDelta::minutes(LONGEST_BUFFER);
    let touched = Span { start: window.start - pause, end: window.end + pause };
    let commitments = people::list_commitments(&desk.db, touched).await?;
    let absences = people::list_absences(&desk.db, touched).await?;
    Ok(laid_out(now, slots, booked, (&commitments, &absences)))
}

fn laid_out(
    now: Instant,
    slots: Vec<Open>,
    booked: Vec<Entry>,
    (commitments, absences): (&[Commitment], &[Absence]),
) -> Vec<Place> {
    let is_taken = |slot: &Open| booked.iter().any(|entry| entry.booking.slot == slot.slot);
    let is_busy = |slot: &Open| {
        commitments.iter().any(|c| c.officer == slot.officer && c.crowds(slot.span, slot.pause, now))
            || absences.iter().any(|a| a.officer == slot.officer && takes(a, slot.span, now))
    };
    // Of two series that offer the same time of one officer, one appointment can be booked.
    let mut seen = BTreeSet::new();
    let own = booked.iter().map(|entry| (entry.booking.officer, entry.booking.span));
    seen.extend(own);
    let ahead = slots.iter().filter(|slot| !is_taken(slot) && slot.span.start > now);
    let mut places: Vec<Place> = ahead
        .filter(|slot| seen.insert((slot.officer, slot.span)))
        .map(|slot| Place {
            officer: slot.officer,
            span: slot.span,
            filled: if is_busy(slot) { Filled::Busy } else { Filled::Free },
        })
        .collect();
    places.extend(booked.into_iter().map(|entry| Place {
        officer: entry.booking.officer,
        span: entry.booking.span,
        filled: Filled::Booked(entry.into()),
    }));
    places.sort_by_key(|place| (place.span.start, place.officer));
    places
}

/// How many appointments can still be booked: of free times of one officer that overlap, one.
pub fn count_free(places: &[Place]) -> usize {
    let mut free: Vec<(OfficerId, Span)> = places
        .iter()
        .filter(|place| matches!(place.filled, Filled::Free))
        .map(|place| (place.officer, place.span))
        .collect();
    free.sort_by_key(|(officer, span)| (*officer, span.end));
    let mut last: Option<(OfficerId, Span)> = None;
    let mut count = 0;
    for (officer, span) in free {
        if last.is_none_or(|(other, before)| other != officer || before.end <= span.start) {
            last = Some((officer, span));
            count += 1;
        }
    }
    count
}

/// The places of each of these days.
pub fn by_day(places: Vec<Place>, days: impl Iterator<Item = NaiveDate>) -> Vec<(NaiveDate, Vec<Place>)> {
    let mut days: Vec<(NaiveDate, Vec<Place>)> = days.map(|day| (day, Vec::new())).collect();
    for place in places {
        let day = local::day(place.span.start);
        if let Some((_, places)) = days.iter_mut().find(|(other, _)| *other == day) {
            places.push(place);
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_times_of_one_officer_that_overlap_one_can_be_booked() {
        let at = |minute: i64| Instant(minute * 60_000_000);
        let [anna, bela] = [0; 2].map(|_| OfficerId::mint());
        let free = |officer, start: i64, end: i64| Place {
            officer,
            span: Span { start: at(start), end: at(end) },
            filled: Filled::Free,
        };
        for (places, count) in [
            (vec![], 0),
            (vec![free(anna, 0, 30), free(anna, 30, 60)], 2),
            (vec![free(anna, 0, 30), free(anna, 15, 45), free(anna, 30, 60)], 2),
            (vec![free(anna, 0, 60), free(anna, 0, 30), free(anna, 30, 60)], 2),
            (vec![free(anna, 0, 30), free(bela, 0, 30)], 2),
        ] {
            assert_eq!(count_free(&places), count);
        }
    }
}
