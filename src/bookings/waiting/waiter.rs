//! Somebody on the waiting list, and the offer of a free time to them.
//!
//! Rule: one offer at a time, never the same one twice. Who lets one run out goes behind the others; after three the wish
//! is over.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use crate::bookings::Wish;
use crate::kernel::id::{BookingId, SlotId, WaitingId};
use crate::kernel::secret::SecretHash;
use crate::kernel::{Instant, Language, Span, local};

/// So many offers may run out unanswered.
const MISSED: i64 = 3;
/// An offer ends so long before the appointment at the latest: who takes it wants to prepare.
pub const NOTICE: TimeDelta = TimeDelta::hours(1);
/// An offer that would end sooner is none.
const LEAST: TimeDelta = TimeDelta::minutes(15);

/// A wish on the waiting list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    pub id: WaitingId,
    /// With an office, or with whichever; it replaces the booking that is to be earlier.
    pub wish: Wish,
    /// The language of pages and messages.
    pub language: Language,
    pub last_day: NaiveDate,
    /// The booking that is to be earlier.
    pub booking: Option<BookingId>,
    pub state: WaitingState,
    /// The order: who has waited longer comes first.
    pub turn_at: Instant,
    /// Offers that ran out.
    pub missed: i64,
    pub secret_hash: SecretHash,
    /// Who waits: the sealed [`crate::bookings::Person`]; none once the wish is settled.
    pub person: Option<Vec<u8>>,
    pub contact_hash: Option<SecretHash>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WaitingState {
    Waiting,
    /// A time is kept for them until they answer, or the offer runs out.
    Offered,
    /// They took one.
    Served,
    Left,
    /// The last day has passed, too many offers ran out, or the booking that was to be earlier is none any more.
    Over,
}

/// A free time that is kept for somebody who waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// The hold that keeps it.
    pub booking: BookingId,
    pub waiting: WaitingId,
    pub slot: SlotId,
    pub state: OfferState,
    pub secret_hash: SecretHash,
    pub created_at: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OfferState {
    Open,
    Accepted,
    Declined,
    /// It ran out unanswered.
    Missed,
}

impl Waiting {
    /// The wish goes on: an offer was declined.
    pub fn declined(self, now: Instant) -> Self {
        Self { state: WaitingState::Waiting, updated_at: now, ..self }
    }

    /// An offer ran out: behind the others, or over.
    pub fn missed(self, now: Instant) -> Self {
        let missed = self.missed + 1;
        let again = Self { state: WaitingState::Waiting, turn_at: now, missed, updated_at: now, ..self };
        if missed < MISSED { again } else { again.settled(WaitingState::Over, now) }
    }

    /// The wish is settled: who waited is forgotten at once.
    pub fn settled(self, state: WaitingState, now: Instant) -> Self {
        Self { state, person: None, contact_hash: None, updated_at: now, ..self }
    }

    /// Where a time for it may lie, for an offer made now; before the booking that is to be earlier.
    pub fn window(&self, now: Instant, booked: Option<Instant>) -> Option<Span> {
        let last = local::whole_day(self.last_day).end;
        Span::new(now + NOTICE + LEAST, booked.map_or(last, |start| start.min(last)))
    }
}

/// Until when a time that starts then is offered, counting hours by day (8 to 20 o'clock) only. None where too little
/// time is left to answer.
pub fn offered_until(now: Instant, start: Instant, hours: TimeDelta) -> Option<Instant> {
    let until = by_day(now, hours).min(start - NOTICE);
    (until >= now + LEAST).then_some(until)
}

/// When so much of the time between 8 and 20 o'clock has passed.
fn by_day(now: Instant, mut left: TimeDelta) -> Instant {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let mut day = local::day(now);
    loop {
        let open = local::span(day, hour(8), hour(20));
        let from = now.max(open.start);
        let room = open.end - from;
        if left <= room {
            return from + left;
        }
        left -= room.max(TimeDelta::zero());
        day += TimeDelta::days(1);
    }
}

impl WaitingState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Served => "served",
            Self::Left => "left",
            Self::Over => "over",
        }
    }

    /// Still hopes for a time.
    pub fn is_open(self) -> bool {
        match self {
            Self::Waiting | Self::Offered => true,
            Self::Served | Self::Left | Self::Over => false,
        }
    }
}

impl fmt::Display for WaitingState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WaitingState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Waiting, Self::Offered, Self::Served, Self::Left, Self::Over];
        all.into_iter().find(|it| it.as_str() == text).ok_or_else(|| format!("\"{text}\" is no state of a wish"))
    }
}

impl OfferState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Missed => "missed",
        }
    }
}

impl fmt::Display for OfferState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OfferState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Open, Self::Accepted, Self::Declined, Self::Missed];
        all.into_iter().find(|it| it.as_str() == text).ok_or_else(|| format!("\"{text}\" is no state of an offer"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bookings::Format;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn waiting() -> Waiting {
        let now = at("2026-07-13T06:00:00Z");
        Waiting {
            id: WaitingId::mint(),
            wish: Wish::new("einbruchschutz".parse().unwrap(), Format::Telephone),
            language: Language::De,
            last_day: "2026-07-20".parse().unwrap(),
            booking: None,
            state: WaitingState::Offered,
            turn_at: now,
            missed: 0,
            secret_hash: vec![],
            person: Some(vec![1]),
            contact_hash: Some(vec![2]),
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn an_offer_stands_two_hours_by_day_and_ends_in_time_before_its_appointment() {
        let two = TimeDelta::hours(2);
        for (now, start, until) in [
            ("2026-07-13T06:00:00Z", "2026-07-14T08:00:00Z", Some("2026-07-13T08:00:00Z")),
            // 19:00 in Berlin: an hour today, one tomorrow.
            ("2026-07-13T17:00:00Z", "2026-07-20T08:00:00Z", Some("2026-07-14T07:00:00Z")),
            // At night.
            ("2026-07-13T23:00:00Z", "2026-07-20T08:00:00Z", Some("2026-07-14T08:00:00Z")),
            ("2026-07-13T03:00:00Z", "2026-07-20T08:00:00Z", Some("2026-07-13T08:00:00Z")),
            // The appointment is near.
            ("2026-07-13T06:00:00Z", "2026-07-13T08:00:00Z", Some("2026-07-13T07:00:00Z")),
            ("2026-07-13T06:00:00Z", "2026-07-13T07:10:00Z", None),
            ("2026-07-13T23:00:00Z", "2026-07-14T06:00:00Z", Some("2026-07-14T05:00:00Z")),
        ] {
            assert_eq!(offered_until(at(now), at(start), two), until.map(at), "{now} {start}");
        }
    }

    #[test]
    fn who_lets_an_offer_run_out_goes_behind_the_others_and_after_three_it_is_over() {
        let now = at("2026-07-13T08:00:00Z");
        let once = waiting().missed(now);
        assert_eq!((once.state, once.turn_at, once.missed), (WaitingState::Waiting, now, 1));
        let over = once.missed(now).missed(now);
        assert_eq!((over.state, over.person, over.contact_hash), (WaitingState::Over, None, None));
        let declined = waiting().declined(now);
        assert_eq!((declined.state, declined.turn_at), (WaitingState::Waiting, waiting().turn_at), "the place is kept");
    }

    #[test]
    fn a_time_lies_before_the_last_day_ends_and_before_the_booking_that_is_to_be_earlier() {
        let now = at("2026-07-13T06:00:00Z");
        assert_eq!(waiting().window(now, None).unwrap().end, at("2026-07-20T22:00:00Z"));
        let booked = at("2026-07-14T08:00:00Z");
        assert_eq!(waiting().window(now, Some(booked)).unwrap().end, booked);
        assert_eq!(waiting().window(now, Some(now)), None);
    }
}
