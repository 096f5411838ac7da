//! How many bookings that lie ahead one contact may have.
//!
//! Rule: bookings of one contact are made firm one after another, so that they can be counted. What the staff books
//! counts, and is not refused.

use super::store;
use crate::bookings::{Booking, BookingError, Channel};
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::secret::SecretHash;

/// Refuses one booking too many of its contact. Until the transaction ends no other one of the contact is let through.
pub async fn admit(tx: &mut Tx, desk: &Desk, now: Instant, booking: &Booking) -> Result<(), BookingError> {
    if let Some(contact) = limited(booking) {
        take_turn(tx, contact, now).await?;
    }
    check(tx, desk, now, booking).await
}

/// The same as things stand: the early word, without the guard.
pub async fn check(from: impl Read, desk: &Desk, now: Instant, booking: &Booking) -> Result<(), BookingError> {
    let Some(contact) = limited(booking) else { return Ok(()) };
    let most = desk.config.bookings.open_per_contact.0;
    if store::count_open(from, contact, now).await? < most { Ok(()) } else { Err(BookingError::TooMany { most }) }
}

/// Waits until no other transaction has the turn of this contact, and takes it.
pub async fn take_turn(tx: &mut Tx, contact: &SecretHash, now: Instant) -> Result<(), DbError> {
    store::take_turn(tx, contact, now).await
}

/// The contact, where its bookings are counted.
fn limited(booking: &Booking) -> Option<&SecretHash> {
    booking.contact_hash.as_ref().filter(|_| booking.channel != Channel::Staff)
}
