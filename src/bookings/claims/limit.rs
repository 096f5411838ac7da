//! How many bookings that lie ahead one contact may have.
//!
//! Rule: bookings of one contact are made firm one after another, so that they can be counted. The staff is not asked.

use super::store;
use crate::bookings::{Booking, BookingError};
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::secret::SecretHash;

/// Refuses one booking too many of its contact. Until the transaction ends no other one of the contact is let through.
pub async fn admit(tx: &mut Tx, desk: &Desk, now: Instant, booking: &Booking) -> Result<(), BookingError> {
    let Some(contact) = &booking.contact_hash else { return Ok(()) };
    take_turn(tx, contact, now).await?;
    within(tx, desk, now, contact).await
}

/// Waits until no other transaction has the turn of this contact, and takes it.
pub async fn take_turn(tx: &mut Tx, contact: &SecretHash, now: Instant) -> Result<(), DbError> {
    store::take_turn(tx, contact, now).await
}

/// Whether the contact could have one more, as things stand: the early word, without the guard.
pub async fn within(from: impl Read, desk: &Desk, now: Instant, contact: &SecretHash) -> Result<(), BookingError> {
    let most = desk.config.bookings.open_per_contact.0;
    if count_open(from, contact, now).await? < most { Ok(()) } else { Err(BookingError::TooMany { most }) }
}

/// Bookings of the contact that lie ahead, requested or firm.
pub async fn count_open(from: impl Read, contact: &SecretHash, now: Instant) -> Result<i64, DbError> {
    store::count_open(from, contact, now).await
}
