//! A proposal (Vorschlag): the office asks a citizen for another time, and keeps some times for the answer.
//!
//! Rule: a proposed time is kept for this citizen alone until it expires, and never later than an hour before it begins.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::super::hour::Slot;
use super::super::offer::{Day, Time};
use crate::kernel::id::{BookingId, OfficerId, ProposalId, ProposedTimeId};
use crate::kernel::{Instant, Span, local};
use crate::offices::OfficeId;
use crate::people::{Commitment, CommitmentKind};

/// How many times are proposed, where so many are free.
pub const OFFERED: usize = 2;
/// How long they are kept.
pub const KEPT: TimeDelta = TimeDelta::hours(48);
/// No proposed time begins sooner: the citizen must read and answer.
pub const LEAD: TimeDelta = TimeDelta::hours(3);
/// A time is given free so long before it begins, whatever is left of [`KEPT`].
const RELEASED_BEFORE: TimeDelta = TimeDelta::hours(1);

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    pub id: ProposalId,
    pub booking: BookingId,
    pub office: OfficeId,
    /// Who had the booking.
    pub officer: OfficerId,
    /// When the appointment that does not take place would have begun.
    pub instead_of: Instant,
    pub reason: Reason,
    pub state: State,
    pub told: Told,
    pub made_at: Instant,
    pub expires_at: Instant,
    pub answered_at: Option<Instant>,
    /// The best first; none where nothing was free.
    pub times: Vec<ProposedTime>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProposedTime {
    pub id: ProposedTimeId,
    pub slot: Slot,
    /// Why this officer, for the staff's eyes.
    pub why: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal, $german:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The words on the staff's screens.
            pub fn german(self) -> &'static str {
                match self { $(Self::$variant => $german,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word,)* })
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("\"{text}\" is no {}", stringify!($name))),
                }
            }
        }
    };
}

words! {
    /// Why an appointment does not take place as it was booked.
    Reason {
        Deployed = "deployed", "Einsatz";
        /// Sick, or away for another reason that is nobody's business.
        Absent = "absent", "Abwesend";
        HourChanged = "hour_changed", "Sprechstunde geändert";
    }
}

words! {
    State {
        Open = "open", "Offen";
        Taken = "taken", "Angenommen";
        /// The citizen chose another time, or cancelled.
        Declined = "declined", "Anders entschieden";
        Expired = "expired", "Abgelaufen";
    }
}

words! {
    /// How the citizen heard of it.
    Told {
        Mail = "mail", "per E-Mail";
        Sms = "sms", "per SMS";
        /// Nothing written reaches them: somebody must call.
        Call = "call", "noch nicht: bitte anrufen";
        Called = "called", "am Telefon";
    }
}

impl Proposal {
    /// The state at `now`: one that ran out is expired even before a round has written it down.
    pub fn state_at(&self, now: Instant) -> State {
        match self.state {
            State::Open if self.expires_at <= now => State::Expired,
            state => state,
        }
    }

    /// The times that can still be taken.
    pub fn list_kept(&self, now: Instant) -> impl Iterator<Item = &ProposedTime> {
        let is_open = self.state_at(now) == State::Open;
        self.times.iter().filter(move |time| is_open && kept_until(self.expires_at, time.slot.span) > now)
    }

    /// Nobody has told the citizen, or they have not answered in time: somebody must call.
    pub fn needs_a_call(&self, now: Instant) -> bool {
        let waits = matches!(self.state_at(now), State::Open | State::Expired);
        waits && (self.told == Told::Call || self.state_at(now) == State::Expired && self.told != Told::Called)
    }
}

impl ProposedTime {
    /// What keeps the officer's time for the citizen.
    pub fn commitment(&self, expires_at: Instant) -> Commitment {
        Commitment {
            id: self.id.commitment(),
            officer: self.slot.officer,
            kind: CommitmentKind::Consultation,
            span: self.slot.span,
            buffer_minutes: self.slot.buffer_minutes,
            expires_at: Some(kept_until(expires_at, self.slot.span)),
        }
    }
}

fn kept_until(expires_at: Instant, span: Span) -> Instant {
    expires_at.min(span.start - RELEASED_BEFORE)
}

/// Free times in the order in which they are proposed: the nearest first, then the nearest on another day, for whoever
/// cannot come on that day at all.
pub fn ranked(days: Vec<Day>, wanted: Instant) -> Vec<Time> {
    let mut times: Vec<Time> = days.into_iter().flat_map(|day| day.times).filter(|t| t.span.start != wanted).collect();
    times.sort_by_key(|time| (time.span.start - wanted).abs());
    let day = |time: &Time| local::day(time.span.start);
    let first = times.first().map(day);
    if let Some(other) = times.iter().position(|time| Some(day(time)) != first) {
        times[1..=other].rotate_right(1);
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bookings::Contingents;
    use crate::kernel::id::{HourId, SlotId};

    fn at(text: &str) -> Instant {
        Instant::parse(&format!("2026-07-{text}:00Z")).unwrap()
    }

    fn half_hour(start: &str) -> Span {
        Span { start: at(start), end: at(start) + TimeDelta::minutes(30) }
    }

    fn proposal(starts: &[&str]) -> Proposal {
        let time = |start: &&str| ProposedTime {
            id: ProposedTimeId::mint(),
            slot: Slot {
                id: SlotId::mint(),
                hour: HourId::mint(),
                office: "ka".parse().unwrap(),
                officer: OfficerId::mint(),
                span: half_hour(start),
                buffer_minutes: 0,
                contingents: Contingents::default(),
            },
            why: String::new(),
        };
        Proposal {
            id: ProposalId::mint(),
            booking: BookingId::mint(),
            office: "ka".parse().unwrap(),
            officer: OfficerId::mint(),
            instead_of: at("14T08:00"),
            reason: Reason::Deployed,
            state: State::Open,
            told: Told::Mail,
            made_at: at("14T06:00"),
            expires_at: at("16T06:00"),
            answered_at: None,
            times: starts.iter().map(time).collect(),
        }
    }

    #[test]
    fn the_nearest_time_comes_first_and_another_day_second() {
        for (free, expected) in [
            (&["14T09:00", "14T09:30", "15T08:00"][..], "14 09:00, 15 08:00, 14 09:30"),
            (&["14T08:00", "14T09:00", "14T09:30"], "14 09:00, 14 09:30"),
            (&["13T08:00", "16T08:00", "16T09:00"], "13 08:00, 16 08:00, 16 09:00"),
            (&["21T08:00"], "21 08:00"),
            (&[], ""),
        ] {
            let time = |start: &&str| Time { span: half_hour(start), officers: 1 };
            let day = |start: &&str| Day { day: local::day(at(start)), times: vec![time(start)] };
            let ranked = ranked(free.iter().map(day).collect(), at("14T08:00"));
            let starts: Vec<_> = ranked.iter().map(|t| t.span.start.utc().format("%d %H:%M").to_string()).collect();
            assert_eq!(starts.join(", "), expected);
        }
    }

    #[test]
    fn a_time_is_kept_until_the_expiry_or_an_hour_before_it_begins() {
        let proposal = proposal(&["14T10:00", "20T10:00"]);
        let kept = |now: &str| proposal.list_kept(at(now)).count();
        for (now, count) in [("14T06:00", 2), ("14T08:59", 2), ("14T09:00", 1), ("16T05:59", 1), ("16T06:00", 0)] {
            assert_eq!(kept(now), count, "{now}");
        }
        let expires = proposal.times.iter().map(|time| time.commitment(proposal.expires_at).expires_at.unwrap());
        assert_eq!(expires.collect::<Vec<_>>(), [at("14T09:00"), at("16T06:00")]);
    }

    #[test]
    fn somebody_must_call_whom_nothing_reached_or_who_did_not_answer() {
        let open = proposal(&[]);
        for (told, state, now, calls) in [
            (Told::Mail, State::Open, "14T06:00", false),
            (Told::Mail, State::Open, "16T06:00", true),
            (Told::Call, State::Open, "14T06:00", true),
            (Told::Called, State::Open, "16T06:00", false),
            (Told::Call, State::Taken, "14T06:00", false),
            (Told::Sms, State::Declined, "16T06:00", false),
        ] {
            assert_eq!(Proposal { told, state, ..open.clone() }.needs_a_call(at(now)), calls, "{told} {state} {now}");
        }
    }
}
