//! A booking (Buchung): a citizen's claim on a slot, from the hold to the end. One row, one state machine.
//!
//! Rule: a transition consumes the booking and gives back the next one, or names why it is refused.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::hour::{Format, Slot};
use super::needs::Needs;
use super::offer::Channel;
use crate::ical::Revision;
use crate::kernel::id::{BookingId, OfficerId, SlotId};
use crate::kernel::secret::{SecretHash, random};
use crate::kernel::{Instant, Language, Span};
use crate::offices::{OfficeId, TopicId};

/// How long a slot is held, from the hold or from its last extension.
pub const HOLD: TimeDelta = TimeDelta::minutes(20);
/// How long a requested slot is kept while its confirmation by mail is awaited.
pub const REQUEST: TimeDelta = TimeDelta::minutes(30);
/// How often a hold can be extended (WCAG 2.2, 2.2.1 asks for ten).
pub const EXTENSIONS: i64 = 12;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Booking {
    pub id: BookingId,
    pub office: OfficeId,
    pub officer: OfficerId,
    /// The citizen chose this officer by name.
    pub by_name: bool,
    pub slot: SlotId,
    pub span: Span,
    pub topic: TopicId,
    pub format: Format,
    /// The language of its pages and mails.
    pub language: Language,
    /// What the officer has to prepare for.
    pub needs: Needs,
    /// By which way it was made.
    pub channel: Channel,
    /// The pause around it, of its hour when it was booked.
    pub buffer_minutes: i64,
    pub state: State,
    pub reference: Reference,
    pub secret_hash: SecretHash,
    /// The sealed [`super::Person`]; none before the form is filled in, and none after forgetting.
    pub person: Option<Vec<u8>>,
    /// Keyed hash by which the contact's bookings are found again.
    pub contact_hash: Option<Vec<u8>>,
    /// Why this officer, for the staff's eyes.
    pub chosen_why: String,
    /// Counts the moves and the cancellation (RFC 5546 § 2.1.4).
    pub sequence: i64,
    /// When the office asked for another time: the old one does not take place. None: the time stands.
    pub asked_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// The slot is kept while the form is filled in.
    Held {
        until: Instant,
        extensions: i64,
    },
    /// The form is filled in; the slot is kept until the link in the mail is used.
    Requested {
        until: Instant,
        extensions: i64,
    },
    Confirmed,
    Attended,
    NoShow,
    Expired,
    Cancelled,
}

/// How the appointment went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Attended,
    NoShow,
    /// They spoke, and it was not enough.
    TooShort,
    /// They spoke, and somebody else goes on.
    Referred,
}

/// Why a booking does not change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("the hold ran out")]
    HoldExpired,
    #[error("the hold cannot be extended any more")]
    HeldTooLong,
    #[error("name and contact are missing")]
    NobodyNamed,
    #[error("the booking is already cancelled")]
    AlreadyCancelled,
    #[error("the appointment has begun")]
    HasBegun,
    #[error("the appointment has not begun")]
    NotYet,
    #[error("a booking that is {state} cannot be {verb}")]
    NotPossible { state: State, verb: &'static str },
}

impl Booking {
    /// The name under which calendars know it: of the record, never of a host or a date.
    pub fn uid(&self) -> String {
        format!("{}@sprechzeit", self.id)
    }

    /// What a calendar is told of its age.
    pub fn revision(&self) -> Revision {
        Revision { sequence: self.sequence, created: self.created_at, changed: self.updated_at }
    }

    /// When the hold or the request ends, while there is one.
    pub fn hold_until(&self) -> Option<Instant> {
        match self.state {
            State::Held { until, .. } | State::Requested { until, .. } => Some(until),
            State::Confirmed | State::Attended | State::NoShow | State::Expired | State::Cancelled => None,
        }
    }

    /// The state at `now`: what ran out is expired even before a round has written it down.
    pub fn state_at(&self, now: Instant) -> State {
        match self.state {
            State::Held { until, .. } | State::Requested { until, .. } if until <= now => State::Expired,
            state => state,
        }
    }

    /// Whether it only waits for its confirmation by mail.
    pub fn is_requested(&self, now: Instant) -> bool {
        matches!(self.state, State::Requested { until, .. } if until > now)
    }

    pub fn extend(self, now: Instant) -> Result<Self, Refusal> {
        let extensions = self.holding("extended", now)?;
        if extensions >= EXTENSIONS {
            return Err(Refusal::HeldTooLong);
        }
        let until = held_until(self.span, now);
        Ok(Self { state: State::Held { until, extensions: extensions + 1 }, updated_at: now, ..self })
    }

    /// Notes who books, sealed. Until it is confirmed this can be done again.
    pub fn describe(self, person: Vec<u8>, contact_hash: Option<Vec<u8>>, now: Instant) -> Result<Self, Refusal> {
        self.holding("described", now)?;
        Ok(Self { person: Some(person), contact_hash, updated_at: now, ..self })
    }

    /// Makes it firm, from a hold or once its request is confirmed by mail.
    pub fn confirm(self, now: Instant) -> Result<Self, Refusal> {
        if !self.is_requested(now) {
            self.is_complete(now)?;
        }
        Ok(Self { state: State::Confirmed, updated_at: now, ..self })
    }

    /// Asks for confirmation by mail: the slot is kept meanwhile.
    pub fn request(self, now: Instant) -> Result<Self, Refusal> {
        let extensions = self.is_complete(now)?;
        let until = (now + REQUEST).min(self.span.start);
        Ok(Self { state: State::Requested { until, extensions }, updated_at: now, ..self })
    }

    /// Takes a request back to the form, for instance to correct the address. Counts as an extension.
    pub fn reopen(self, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            State::Requested { until, .. } if until <= now => Err(Refusal::HoldExpired),
            State::Requested { until, extensions } => {
                Self { state: State::Held { until, extensions }, ..self }.extend(now)
            }
            State::Held { .. }
            | State::Confirmed
            | State::Attended
            | State::NoShow
            | State::Expired
            | State::Cancelled => self.holding("reopened", now).map(|_| self),
        }
    }

    /// Gives the slot back. Who booked is forgotten at once.
    pub fn cancel(self, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            State::Held { .. } | State::Requested { .. } => {}
            State::Confirmed if !self.has_begun(now) => {}
            State::Confirmed => return Err(Refusal::HasBegun),
            State::Cancelled => return Err(Refusal::AlreadyCancelled),
            State::Attended | State::NoShow | State::Expired => return Err(self.refuse("cancelled")),
        }
        let sequence = self.sequence + 1;
        Ok(Self { state: State::Cancelled, person: None, contact_hash: None, sequence, updated_at: now, ..self })
    }

    /// Whether it could take another slot.
    pub fn may_move(&self, now: Instant) -> Result<(), Refusal> {
        match self.state {
            State::Confirmed if !self.has_begun(now) => Ok(()),
            State::Confirmed => Err(Refusal::HasBegun),
            State::Cancelled => Err(Refusal::AlreadyCancelled),
            State::Held { .. } | State::Requested { .. } | State::Attended | State::NoShow | State::Expired => {
                Err(self.refuse("moved"))
            }
        }
    }

    /// Its time has come; that of an appointment for which the office asked another time never comes.
    fn has_begun(&self, now: Instant) -> bool {
        self.span.start <= now && self.asked_at.is_none()
    }

    /// The office asks for another time; also when the old one has come and nobody was there.
    pub fn ask(self, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            State::Confirmed => Ok(Self { asked_at: Some(now), updated_at: now, ..self }),
            State::Cancelled => Err(Refusal::AlreadyCancelled),
            State::Held { .. } | State::Requested { .. } | State::Attended | State::NoShow | State::Expired => {
                Err(self.refuse("asked to move"))
            }
        }
    }

    /// A colleague takes over at the same time: for the citizen nothing changes, so the calendar entry stays, too.
    pub fn hand_over(self, to: OfficerId, why: String, now: Instant) -> Result<Self, Refusal> {
        self.may_move(now)?;
        Ok(Self { officer: to, by_name: self.by_name && to == self.officer, chosen_why: why, updated_at: now, ..self })
    }

    /// Takes another slot: the booking stays the same one, its calendar entry moves.
    pub fn move_to(self, slot: &Slot, why: String, now: Instant) -> Result<Self, Refusal> {
        self.may_move(now)?;
        Ok(Self {
            slot: slot.id,
            office: slot.office,
            officer: slot.officer,
            by_name: self.by_name && slot.officer == self.officer,
            span: slot.span,
            buffer_minutes: slot.buffer_minutes,
            chosen_why: why,
            sequence: self.sequence + 1,
            asked_at: None,
            updated_at: now,
            ..self
        })
    }

    /// Notes how it went; this can be corrected.
    pub fn close(self, outcome: Outcome, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            State::Confirmed | State::Attended | State::NoShow if self.span.start <= now => {}
            State::Confirmed | State::Attended | State::NoShow => return Err(Refusal::NotYet),
            State::Cancelled => return Err(Refusal::AlreadyCancelled),
            State::Held { .. } | State::Requested { .. } | State::Expired => return Err(self.refuse("closed")),
        }
        let state = match outcome {
            Outcome::Attended | Outcome::TooShort | Outcome::Referred => State::Attended,
            Outcome::NoShow => State::NoShow,
        };
        Ok(Self { state, updated_at: now, ..self })
    }

    /// How often the hold was extended, where everything is there that a firm booking needs.
    fn is_complete(&self, now: Instant) -> Result<i64, Refusal> {
        let extensions = self.holding("confirmed", now)?;
        if self.person.is_none() {
            return Err(Refusal::NobodyNamed);
        }
        if self.span.start <= now { Err(Refusal::HasBegun) } else { Ok(extensions) }
    }

    /// How often the hold was extended, or why there is no hold.
    fn holding(&self, verb: &'static str, now: Instant) -> Result<i64, Refusal> {
        match self.state {
            State::Held { until, .. } | State::Requested { until, .. } if until <= now => Err(Refusal::HoldExpired),
            State::Held { extensions, .. } => Ok(extensions),
            State::Expired => Err(Refusal::HoldExpired),
            State::Cancelled => Err(Refusal::AlreadyCancelled),
            State::Requested { .. } | State::Confirmed | State::Attended | State::NoShow => Err(self.refuse(verb)),
        }
    }

    fn refuse(&self, verb: &'static str) -> Refusal {
        Refusal::NotPossible { state: self.state, verb }
    }
}

/// The end of a hold that begins or is extended now: never beyond the appointment's start.
pub fn held_until(span: Span, now: Instant) -> Instant {
    (now + HOLD).min(span.start)
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Attended, Self::NoShow, Self::TooShort, Self::Referred];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attended => "attended",
            Self::NoShow => "no_show",
            Self::TooShort => "too_short",
            Self::Referred => "referred",
        }
    }

    /// The word on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Attended => "Wahrgenommen",
            Self::NoShow => "Nicht zustande gekommen",
            Self::TooShort => "Zu kurz",
            Self::Referred => "Weitervermittelt",
        }
    }
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held { .. } => "held",
            Self::Requested { .. } => "requested",
            Self::Confirmed => "confirmed",
            Self::Attended => "attended",
            Self::NoShow => "no_show",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the columns; None where they say nothing that can be.
    pub fn read(state: &str, hold_until: Option<Instant>, extensions: i64) -> Option<Self> {
        Some(match (state, hold_until) {
            ("held", Some(until)) => Self::Held { until, extensions },
            ("requested", Some(until)) => Self::Requested { until, extensions },
            ("confirmed", _) => Self::Confirmed,
            ("attended", _) => Self::Attended,
            ("no_show", _) => Self::NoShow,
            ("expired", _) => Self::Expired,
            ("cancelled", _) => Self::Cancelled,
            _ => return None,
        })
    }

    /// The appointment is firm, or has taken place.
    pub fn is_booked(self) -> bool {
        match self {
            Self::Confirmed | Self::Attended | Self::NoShow => true,
            Self::Held { .. } | Self::Requested { .. } | Self::Expired | Self::Cancelled => false,
        }
    }

    /// The word on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Held { .. } => "Reserviert",
            Self::Requested { .. } => "Unbestätigt",
            Self::Confirmed => "Gebucht",
            Self::Attended => "Wahrgenommen",
            Self::NoShow => "Nicht erschienen",
            Self::Expired => "Abgelaufen",
            Self::Cancelled => "Abgesagt",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a citizen names on the telephone, for instance `K7M-2PX`. No letter in it looks or sounds like another sign.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reference(String);

/// Without vowels, so that no words come about; without 0 O Q, 1 I L, 5 S, 8 B, 2 Z and U V.
const SIGNS: &[u8] = b"234679CDFGHJKMNPRTWXY";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a reference of the form K7M-2PX")]
pub struct NotAReference;

impl Reference {
    /// A reference by chance: 86 million are possible.
    pub fn mint() -> Self {
        let signs: String =
            random::<6>().iter().map(|byte| char::from(SIGNS[usize::from(*byte) % SIGNS.len()])).collect();
        Self(format!("{}-{}", &signs[..3], &signs[3..]))
    }
}

impl FromStr for Reference {
    type Err = NotAReference;

    /// Accepts lower case, and spaces or nothing instead of the hyphen.
    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let signs: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect::<String>().to_uppercase();
        let good = signs.len() == 6 && signs.bytes().all(|sign| SIGNS.contains(&sign));
        good.then(|| Self(format!("{}-{}", &signs[..3], &signs[3..]))).ok_or(NotAReference)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::bookings::terms::Contingents;
    use crate::kernel::id::HourId;

    /// A firm booking of half an hour that starts then, for the tests of what happens to it.
    pub fn confirmed_at(start: Instant) -> Booking {
        let span = Span { start, end: start + TimeDelta::minutes(30) };
        Booking { span, ..confirmed() }
    }

    fn at(minute: i64) -> Instant {
        Instant::parse("2026-07-14T08:00:00Z").unwrap() + TimeDelta::minutes(minute)
    }

    fn slot(start: i64) -> Slot {
        let (office, officer) = ("ka".parse().unwrap(), OfficerId::mint());
        Slot {
            id: SlotId::mint(),
            hour: HourId::mint(),
            office,
            officer,
            span: Span { start: at(start), end: at(start + 30) },
            buffer_minutes: 0,
            contingents: Contingents::default(),
        }
    }

    /// Held at minute 0 for an appointment at minute 600.
    fn held() -> Booking {
        let slot = slot(600);
        Booking {
            id: BookingId::mint(),
            office: slot.office,
            officer: slot.officer,
            by_name: false,
            slot: slot.id,
            span: slot.span,
            topic: "einbruchschutz".parse().unwrap(),
            format: Format::Telephone,
            language: Language::De,
            needs: Needs::NONE,
            channel: Channel::Web,
            buffer_minutes: 0,
            state: State::Held { until: held_until(slot.span, at(0)), extensions: 0 },
            reference: Reference::mint(),
            secret_hash: vec![],
            person: None,
            contact_hash: None,
            chosen_why: String::new(),
            sequence: 0,
            asked_at: None,
            created_at: at(0),
            updated_at: at(0),
        }
    }

    fn described() -> Booking {
        held().describe(vec![1], Some(vec![2]), at(1)).unwrap()
    }

    fn confirmed() -> Booking {
        described().confirm(at(2)).unwrap()
    }

    #[test]
    fn a_hold_lasts_twenty_minutes() {
        assert!(described().confirm(at(19)).is_ok());
        assert_eq!(described().confirm(at(20)), Err(Refusal::HoldExpired));
        assert_eq!(held().state_at(at(20)), State::Expired);
        assert_eq!(held().describe(vec![1], None, at(20)), Err(Refusal::HoldExpired));
    }

    #[test]
    fn a_hold_can_be_extended_at_least_ten_times_but_not_for_ever() {
        let mut booking = held();
        for n in 1..=EXTENSIONS {
            booking = booking.extend(at(19 * n)).unwrap();
            assert_eq!(booking.hold_until(), Some(at(19 * n + 20)));
        }
        const { assert!(EXTENSIONS >= 10) };
        assert_eq!(booking.extend(at(19 * EXTENSIONS + 1)), Err(Refusal::HeldTooLong));
        assert_eq!(held().extend(at(20)), Err(Refusal::HoldExpired));
    }

    #[test]
    fn a_hold_does_not_outlast_the_start_of_its_appointment() {
        assert_eq!(held_until(slot(5).span, at(0)), at(5));
    }

    #[test]
    fn nobody_is_booked_without_a_name() {
        assert_eq!(held().confirm(at(2)), Err(Refusal::NobodyNamed));
    }

    #[test]
    fn a_cancelled_booking_forgets_who_booked_and_stays_cancelled() {
        let cancelled = confirmed().cancel(at(5)).unwrap();
        assert_eq!((cancelled.state, cancelled.sequence), (State::Cancelled, 1));
        assert_eq!((&cancelled.person, &cancelled.contact_hash), (&None, &None));
        assert_eq!(cancelled.clone().confirm(at(6)), Err(Refusal::AlreadyCancelled));
        assert_eq!(cancelled.cancel(at(6)), Err(Refusal::AlreadyCancelled));
        assert_eq!(held().cancel(at(1)).unwrap().state, State::Cancelled);
    }

    #[test]
    fn a_move_keeps_the_calendar_entry_and_counts_it() {
        let before = confirmed();
        let other = slot(900);
        let after = before.clone().move_to(&other, "why".into(), at(5)).unwrap();
        assert_eq!((after.uid(), after.sequence, after.span), (before.uid(), 1, other.span));
        assert_eq!(after.move_to(&slot(1200), "why".into(), at(6)).unwrap().sequence, 2);
        let refused = held().move_to(&other, "why".into(), at(5)).unwrap_err().to_string();
        assert_eq!(refused, "a booking that is held cannot be moved");
    }

    #[test]
    fn what_has_begun_is_neither_moved_nor_cancelled_but_closed() {
        assert_eq!(confirmed().cancel(at(600)), Err(Refusal::HasBegun));
        assert_eq!(confirmed().move_to(&slot(900), "why".into(), at(600)), Err(Refusal::HasBegun));
        assert_eq!(confirmed().close(Outcome::NoShow, at(599)), Err(Refusal::NotYet));
        let missed = confirmed().close(Outcome::NoShow, at(600)).unwrap();
        assert_eq!(missed.close(Outcome::Attended, at(601)).unwrap().state, State::Attended, "a slip is corrected");
    }

    #[test]
    fn a_time_that_the_office_took_back_never_comes() {
        let asked = confirmed().ask(at(590)).unwrap();
        assert_eq!(asked.clone().cancel(at(700)).unwrap().state, State::Cancelled);
        let moved = asked.move_to(&slot(900), "why".into(), at(700)).unwrap();
        assert_eq!((moved.asked_at, moved.sequence), (None, 1), "the new time stands");
        assert_eq!(moved.cancel(at(900)), Err(Refusal::HasBegun));
        assert!(held().ask(at(1)).is_err());
    }

    #[test]
    fn a_booking_that_is_handed_over_is_the_same_for_the_citizen() {
        let (before, to) = (confirmed(), OfficerId::mint());
        let after = before.clone().hand_over(to, "why".into(), at(5)).unwrap();
        assert_eq!((after.officer, after.span, after.sequence), (to, before.span, 0));
        assert_eq!(after.hand_over(to, "why".into(), at(600)), Err(Refusal::HasBegun));
    }

    #[test]
    fn a_request_keeps_its_slot_for_half_an_hour_and_is_confirmed_once() {
        let requested = described().request(at(2)).unwrap();
        assert_eq!((requested.state.as_str(), requested.hold_until()), ("requested", Some(at(32))));
        assert_eq!(requested.clone().confirm(at(31)).unwrap().state, State::Confirmed);
        assert_eq!(requested.clone().confirm(at(32)), Err(Refusal::HoldExpired));
        assert_eq!(requested.state_at(at(32)), State::Expired);
        assert_eq!(requested.clone().cancel(at(5)).unwrap().confirm(at(6)), Err(Refusal::AlreadyCancelled));
        assert_eq!(held().request(at(2)), Err(Refusal::NobodyNamed));
        assert!(requested.clone().extend(at(3)).is_err() && requested.describe(vec![], None, at(3)).is_err());
    }

    #[test]
    fn a_request_goes_back_to_the_form_but_not_for_ever() {
        let mut booking = described();
        for _ in 0..EXTENSIONS {
            booking = booking.request(at(2)).unwrap().reopen(at(3)).unwrap();
            assert_eq!(booking.hold_until(), Some(at(23)));
        }
        assert_eq!(booking.request(at(4)).unwrap().reopen(at(5)), Err(Refusal::HeldTooLong));
        assert_eq!(
            confirmed().reopen(at(3)).unwrap_err().to_string(),
            "a booking that is confirmed cannot be reopened"
        );
    }

    #[test]
    fn who_was_chosen_by_name_stays_so_until_somebody_else_takes_over() {
        let (booking, slot) = (Booking { by_name: true, ..confirmed() }, slot(700));
        let own = Slot { officer: booking.officer, ..slot };
        for (slot, by_name) in [(&own, true), (&slot, false)] {
            let moved = booking.clone().move_to(slot, String::new(), at(3)).unwrap();
            assert_eq!(moved.by_name, by_name);
            let handed = booking.clone().hand_over(slot.officer, String::new(), at(3)).unwrap();
            assert_eq!(handed.by_name, by_name);
        }
    }

    #[test]
    fn states_survive_their_columns() {
        let held = State::Held { until: at(3), extensions: 2 };
        let requested = State::Requested { until: at(3), extensions: 2 };
        for state in
            [held, requested, State::Confirmed, State::Attended, State::NoShow, State::Expired, State::Cancelled]
        {
            assert_eq!(State::read(state.as_str(), Some(at(3)), 2), Some(state));
        }
        assert_eq!(State::read("held", None, 0), None);
        assert_eq!(State::read("gone", None, 0), None);
    }

    #[test]
    fn references_are_read_as_people_write_them() {
        let reference = Reference::mint();
        assert_eq!(reference.to_string().parse::<Reference>(), Ok(reference.clone()));
        assert_eq!(reference.to_string().to_lowercase().replace('-', " ").parse::<Reference>(), Ok(reference));
        for text in ["", "K7M", "O0O-111", "K7M-2PXX", "ÄÖÜ-ÄÖÜ"] {
            assert_eq!(text.parse::<Reference>(), Err(NotAReference), "{text}");
        }
    }
}
