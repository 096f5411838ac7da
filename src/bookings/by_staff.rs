//! What the staff does with bookings for citizens: book for somebody on the telephone, move a booking.
//!
//! Rule: both go through the citizens' own verbs, so what holds there holds here. The limit per contact does not count:
//! whoever has somebody on the telephone decides.

use super::notice::{self, Notice, Reach};
use super::{
    Ask, Booking, BookingError, Channel, Faults, Person, Typed, Wish, hold, load_entry, lock, lock_for, make_firm,
    move_within, seal_typed, store, wish_of,
};
use crate::desk::Desk;
use crate::kernel::id::BookingId;
use crate::kernel::{Instant, Secret};
use crate::people::{self, Actor};

/// Books for somebody, firmly and at once. What was typed is checked before a slot is taken.
pub async fn book_for(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    ask: &Ask,
    typed: &Typed,
) -> Result<Booking, BookingError> {
    Person::read(typed, ask.wish.format).map_err(|faults: Faults| BookingError::Malformed(faults))?;
    let ask = Ask { wish: Wish { channel: Channel::Staff, ..ask.wish }, ..ask.clone() };
    let (_, secret) = hold(desk, now, &ask).await?;
    let mut tx = desk.db.begin().await?;
    let held = lock(&mut tx, &secret).await?;
    let (person, contact) = seal_typed(desk, &held, typed)?;
    let booking = make_firm(&mut tx, desk, now, held.describe(person, contact, now)?, &secret).await?;
    people::record(&mut tx, now, actor, "book_for", (&booking.id, &booking.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(booking)
}

/// What a booking that is moved by the staff may be moved to: like what was booked, whichever way it came.
pub fn wish_to_move(booking: &Booking) -> Wish {
    Wish { channel: Channel::Staff, officer: None, ..wish_of(booking) }
}

/// Moves a booking and tells the citizen, with a link of its own: the first one is known to them alone.
pub async fn move_for_office(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: BookingId,
    start: Instant,
) -> Result<Booking, BookingError> {
    load_entry(desk, actor, id).await?.booking.may_move(now)?;
    let secret = Secret::mint();
    let mut tx = desk.db.begin().await?;
    let booking = lock_for(&mut tx, actor, id).await?;
    store::insert_link(&mut tx, secret.hash(), id, now + notice::LINK_LASTS).await?;
    tx.commit().await?;
    if booking.span.start == start {
        return Ok(booking);
    }
    let wish = Wish { officer: None, ..wish_of(&booking) };
    let moved = move_within(desk, now, (&booking, &secret), &wish, start).await?;
    let mut tx = desk.db.begin().await?;
    // A mail with the calendar entry has gone out where there is an address.
    if let Reach::Sms(_) = notice::find_reach(desk, &moved)? {
        notice::send(&mut tx, desk, now, &moved, Notice::Moved).await?;
    }
    people::record(&mut tx, now, actor, "move_booking", (&id, &moved.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(moved)
}
