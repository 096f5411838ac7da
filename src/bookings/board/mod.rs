//! The board: the appointments of an office's week, each slot with what became of it.
//!
//! Rule: it only shows. What stands there as free is asked anew when somebody books it or moves there.

mod store;

use chrono::NaiveDate;

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
    slots.retain(|(_, officer, _)| actor.may_excuse(*officer, &office));
    let commitments = people::list_commitments(&desk.db, window).await?;
    let absences = people::list_absences(&desk.db, window).await?;
    Ok(laid_out(now, slots, booked, (&commitments, &absences)))
}

fn laid_out(
    now: Instant,
    slots: Vec<(SlotId, OfficerId, Span)>,
    booked: Vec<Entry>,
    (commitments, absences): (&[Commitment], &[Absence]),
) -> Vec<Place> {
    let is_taken = |slot: SlotId| booked.iter().any(|entry| entry.booking.slot == slot);
    let is_busy = |officer: OfficerId, span: Span| {
        commitments.iter().any(|c| c.officer == officer && c.blocks(span, now))
            || absences.iter().any(|a| a.officer == officer && a.touches(span))
    };
    let free = slots.iter().filter(|(slot, _, span)| !is_taken(*slot) && span.start > now);
    let mut places: Vec<Place> = free
        .map(|(_, officer, span)| Place {
            officer: *officer,
            span: *span,
            filled: if is_busy(*officer, *span) { Filled::Busy } else { Filled::Free },
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
