//! Booking by telephone: the next free times for a caller, and a booking made, moved or cancelled by key within the call's
//! transaction.
//!
//! Not a second way to book: the same free times, the same fair choice, the same row. Rule: a refusal leaves the caller's
//! transaction as it was, so that the call goes on.

use chrono::TimeDelta;

use super::{
    AHEAD, Ask, Booking, BookingError, Channel, Format, Held, Look, Person, Slot, Time, Typed, Wish, clear,
    fair_choices, give_back, guard, letter, list_free_slots, notice, offer, proposals, seal, store, take_over, wish_of,
    write,
};
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::BookingId;
use crate::kernel::{Instant, Language, Phone, Secret, Span};
use crate::offices::{OfficeId, TopicId};
use crate::outbox::{self, Message, Sms};
use crate::web::{self, say};

/// A booking that a caller makes by key.
#[derive(Clone, Debug)]
pub struct PhoneBooking {
    pub office: OfficeId,
    /// None: the caller named no topic.
    pub topic: Option<TopicId>,
    pub start: Instant,
    /// Where the officer calls.
    pub number: Phone,
    pub language: Language,
    pub confirmation: Confirmation,
}

/// How a caller hears that it is booked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confirmation {
    /// Only in the call.
    Spoken,
    /// Also by SMS: the caller agreed.
    Sms,
}

/// What stands for the name of a citizen who booked by key.
const CALLER: &str = "Anruf";
/// A caller is offered nothing that begins sooner: choosing and confirming take a while.
const LEAD: TimeDelta = TimeDelta::minutes(15);
/// Times that are offered together lie so far apart, where there are enough.
const APART: TimeDelta = TimeDelta::hours(3);
/// How many other times a caller hears of who came too late.
const OTHERS: usize = 3;

/// The next free times for a telephone consultation at an office, at most `count`, in order.
pub async fn list_by_phone(
    mut from: impl Read,
    now: Instant,
    office: OfficeId,
    (topic, language): (Option<TopicId>, Language),
    count: usize,
) -> Result<Vec<Time>, DbError> {
    let wish = wish(office, topic, language);
    list_spread(&mut from, &look(now, &wish), count).await
}

/// At most `count` times for a wish, apart from each other where there are enough.
async fn list_spread(mut from: impl Read, look: &Look<'_>, count: usize) -> Result<Vec<Time>, DbError> {
    let now = look.now;
    let soon = Span { start: now + LEAD, end: now + TimeDelta::weeks(2) };
    let mut free = list_free_slots(&mut from, look, soon).await?;
    if offer::merged(free.iter().cloned()).iter().map(|day| day.times.len()).sum::<usize>() < count {
        free.extend(list_free_slots(from, look, Span { start: soon.end, end: now + AHEAD }).await?);
    }
    Ok(offer::spread(offer::merged(free), APART, count))
}

/// Books for a caller, in the call's transaction. On a refusal nothing of it stays, and the transaction goes on. After
/// the commit ring `desk.outbox_bell`.
pub async fn book_by_phone(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    asked: &PhoneBooking,
) -> Result<(Booking, Person), BookingError> {
    let typed = Typed { name: CALLER.into(), contact: asked.number.to_string() };
    let person = Person::read(&typed, Format::Telephone).map_err(BookingError::Malformed)?;
    let wish = wish(asked.office, asked.topic, asked.language);
    if asked.start <= now {
        return Err(BookingError::Past { nearest: others(tx, now, asked).await? });
    }
    let ask = Ask { wish, start: asked.start, language: asked.language, instead_of: None };
    let look = look(now, &wish);
    for (slot, why) in fair_choices(&mut *tx, &look, asked.start).await? {
        // No link leads to this booking: the caller knows its reference.
        let secret = Secret::mint();
        let reference = store::free_reference(&mut *tx).await?;
        let held =
            Held { slot: &slot, why, ask: &ask, secret: &secret, earlier: None }.booking(desk, now, reference)?;
        let (sealed, contact) = seal(desk, held.id, &person);
        let booking = held.describe(sealed, contact, now)?.confirm(now)?;
        let free = (&look, &slot);
        if take(tx, free, &booking).await? || (clear(tx, now, slot.officer).await? && take(tx, free, &booking).await?) {
            tell(tx, desk, now, asked, (&booking, &person)).await?;
            return Ok((booking, person));
        }
    }
    Err(BookingError::SlotTaken { nearest: others(tx, now, asked).await? })
}

/// Other free times for a booking, as the citizen would find them on the web, at most `count`.
pub async fn list_others_by_phone(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    id: BookingId,
    count: usize,
) -> Result<Vec<Time>, BookingError> {
    let booking = load(tx, id).await?;
    booking.may_move(now)?;
    let wish = wish_of(&booking);
    let mut times = list_spread(&mut *tx, &super::look(desk, now, &wish), count + 1).await?;
    times.retain(|time| time.span.start != booking.span.start);
    times.truncate(count);
    Ok(times)
}

/// Cancels for a caller, in the call's transaction. After the commit ring `desk.outbox_bell`.
pub async fn cancel_by_phone(tx: &mut Tx, desk: &Desk, now: Instant, id: BookingId) -> Result<Booking, BookingError> {
    let booking = store::lock_booking(tx, id).await?.ok_or(BookingError::NoSuchBooking)?;
    give_back(tx, desk, now, booking, "").await
}

/// Moves a booking for a caller, in the call's transaction. On a refusal nothing of it stays, and the transaction goes on.
pub async fn move_by_phone(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    id: BookingId,
    start: Instant,
) -> Result<Booking, BookingError> {
    let booking = load(tx, id).await?;
    booking.may_move(now)?;
    let wish = wish_of(&booking);
    let look = super::look(desk, now, &wish);
    if start > now {
        for (slot, why) in fair_choices(&mut *tx, &look, start).await? {
            tx.mark().await?;
            let shifted = shift(tx, &look, id, (&slot, why)).await;
            match tx.settle(shifted).await {
                Ok(moved) => {
                    let (moved, secret) = (moved?, Secret::mint());
                    store::insert_link(tx, secret.hash(), id, now + notice::LINK_LASTS).await?;
                    super::tell(tx, desk, now, &moved, letter::Occasion::Moved(&secret)).await?;
                    return Ok(moved);
                }
                Err(DbError::Taken | DbError::Crossed) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Err(BookingError::SlotTaken { nearest: list_others_by_phone(tx, desk, now, id, OTHERS).await? })
}

/// Takes the slot for the booking in place of what it had. A refusal comes before anything is written.
async fn shift(
    tx: &mut Tx,
    look: &Look<'_>,
    id: BookingId,
    (slot, why): (&Slot, String),
) -> Result<Result<Booking, BookingError>, DbError> {
    guard(tx, look, slot).await?;
    let Some(booking) = store::lock_booking(tx, id).await? else { return Ok(Err(BookingError::NoSuchBooking)) };
    let moved = match booking.clone().move_to(slot, why, look.now) {
        Ok(moved) => moved,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    proposals::give_free(tx, look.now, &booking, proposals::State::Declined).await?;
    take_over(tx, look.now, &moved).await?;
    Ok(Ok(moved))
}

async fn load(tx: &mut Tx, id: BookingId) -> Result<Booking, BookingError> {
    store::find_booking(tx, id).await?.ok_or(BookingError::NoSuchBooking)
}

fn wish(office: OfficeId, topic: Option<TopicId>, language: Language) -> Wish {
    let topic = topic.unwrap_or(TopicId::OTHER);
    Wish { channel: Channel::Hotline, office: Some(office), language, ..Wish::new(topic, Format::Telephone) }
}

/// A caller names no needs, so no interpreter has to be ordered.
fn look(now: Instant, wish: &Wish) -> Look<'_> {
    Look { now, wish, interpreter_days: 0 }
}

async fn others(tx: &mut Tx, now: Instant, asked: &PhoneBooking) -> Result<Vec<Time>, DbError> {
    list_by_phone(tx, now, asked.office, (asked.topic, asked.language), OTHERS).await
}

/// False where somebody else has the slot or the officer, also by a hold that ran out and was not cleared yet.
async fn take(tx: &mut Tx, (look, slot): (&Look<'_>, &Slot), booking: &Booking) -> Result<bool, DbError> {
    tx.mark().await?;
    let written = match guard(tx, look, slot).await {
        Ok(()) => write(tx, booking).await,
        Err(error) => Err(error),
    };
    match tx.settle(written).await {
        Ok(()) => Ok(true),
        Err(DbError::Taken | DbError::Crossed) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn tell(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    asked: &PhoneBooking,
    (booking, person): (&Booking, &Person),
) -> Result<(), DbError> {
    if asked.confirmation == Confirmation::Spoken {
        return Ok(());
    }
    let (when, reference) = (say::moment(booking.language, booking.span.start), booking.reference.to_string());
    let facts = [("when", when.as_str()), ("kennwort", &person.kennwort), ("reference", &reference)];
    let text = web::text_with(booking.language, "bookings-sms", &facts);
    let sms = Message::Sms(Sms { to: asked.number.as_str().to_owned(), text });
    outbox::post(tx, desk, now, &booking.id, &sms).await?;
    Ok(())
}
