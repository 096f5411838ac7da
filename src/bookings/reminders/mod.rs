//! Reminders: a day and an hour before an appointment, each once for each time that a booking has.
//!
//! Rule: a reminder is written down in the transaction that posts it; what comes too late to help is not sent at all.

mod store;

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::notice::{self, Notice};
use super::{Booking, BookingError, State};
use crate::desk::Desk;
use crate::kernel::id::BookingId;
use crate::kernel::{Instant, Span};

pub use store::STATEMENTS;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ahead {
    Day,
    Hour,
}

/// A round: posts the reminders that are due. Says how many.
pub async fn remind(desk: &Desk, now: Instant) -> Result<u64, BookingError> {
    let mut reminded = 0;
    for ahead in Ahead::ALL {
        let due = Span { start: now + ahead.latest(), end: now + ahead.point() };
        for id in store::list(&desk.db, ahead, due).await? {
            reminded += u64::from(remind_of(desk, now, id, ahead).await?);
        }
    }
    Ok(reminded)
}

/// False where another node was first, or the booking is not what it was.
async fn remind_of(desk: &Desk, now: Instant, id: BookingId, ahead: Ahead) -> Result<bool, BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = super::store::lock_booking(&mut tx, id).await?.filter(|booking| ahead.is_due(booking, now));
    let Some(booking) = booking else { return Ok(false) };
    if !store::insert(&mut tx, (id, ahead), booking.span.start, now).await? {
        return Ok(false);
    }
    notice::send(&mut tx, desk, now, &booking, Notice::Remind(ahead)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(true)
}

impl Ahead {
    const ALL: [Self; 2] = [Self::Day, Self::Hour];

    /// How long before the start it is due.
    pub fn point(self) -> TimeDelta {
        match self {
            Self::Day => TimeDelta::hours(24),
            Self::Hour => TimeDelta::hours(1),
        }
    }

    /// So shortly before the start it is of no use any more.
    fn latest(self) -> TimeDelta {
        match self {
            Self::Day => TimeDelta::hours(12),
            Self::Hour => TimeDelta::minutes(20),
        }
    }

    /// Whether this booking is reminded so now: the point has come, and the booking stood so before.
    fn is_due(self, booking: &Booking, now: Instant) -> bool {
        let point = booking.span.start - self.point();
        let stands = booking.state == State::Confirmed && booking.asked_at.is_none() && booking.updated_at <= point;
        stands && point <= now && now < booking.span.start - self.latest()
    }
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => "day",
            Self::Hour => "hour",
        })
    }
}

impl FromStr for Ahead {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|ahead| ahead.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not day or hour"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::booking::tests::confirmed_at;
    use super::*;

    #[test]
    fn a_reminder_is_due_from_its_point_on_until_it_is_of_no_use() {
        let start = Instant::parse("2026-07-14T08:00:00Z").unwrap();
        let before = |minutes: i64| start - TimeDelta::minutes(minutes);
        let (day, hour) = (24 * 60, 60);
        for (ahead, booked, now, due) in [
            (Ahead::Day, 3 * day, day + 1, false),
            (Ahead::Day, 3 * day, day, true),
            (Ahead::Day, 3 * day, 13 * hour, true),
            (Ahead::Day, 3 * day, 12 * hour, false),
            (Ahead::Day, 3 * day, 2 * hour, false),
            (Ahead::Day, day - 1, 20 * hour, false),
            (Ahead::Hour, 3 * day, 61, false),
            (Ahead::Hour, 3 * day, 60, true),
            (Ahead::Hour, 90, 21, true),
            (Ahead::Hour, 3 * day, 20, false),
            (Ahead::Hour, 59, 30, false),
        ] {
            let booking = Booking { updated_at: before(booked), ..confirmed_at(start) };
            assert_eq!(ahead.is_due(&booking, before(now)), due, "{ahead}, booked {booked}, now {now} minutes before");
            assert!(!ahead.is_due(&Booking { asked_at: Some(before(day)), ..booking }, before(now)));
        }
    }
}
