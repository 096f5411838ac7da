//! The waiting list: who finds no time, or wants an earlier one than theirs, is offered what becomes free, in order.
//!
//! Not a second way to keep a slot: an offer is a hold, so there are never more offers than free times. Rule: the wish is
//! locked before its bookings, here as everywhere.

mod letter;
mod offering;
mod store;
mod waiter;

use chrono::{NaiveDate, TimeDelta};

use super::claims::limit;
use super::rules::{self, WaitingList};
use super::{AHEAD, Booking, BookingError, Faults, Person, Typed, Wish, contact_hash, notice, open_person, wish_of};
use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::WaitingId;
use crate::kernel::{Instant, Language, Secret, local};
use crate::people::{self, Actor};
use crate::vault::Place;

pub use offering::{Offered, accept, decline, find_offer, leave_by_offer, offer_free, offer_soon};
pub use store::STATEMENTS;
pub use waiter::{OfferState, Waiting, WaitingState};

/// Why nobody is put on the waiting list, or taken from it.
#[derive(Debug, thiserror::Error)]
pub enum WaitingError {
    #[error("this office has no waiting list")]
    Closed,
    #[error("name or contact cannot be used")]
    Malformed(Faults),
    #[error("nothing written reaches this number")]
    NotReachable,
    #[error("the last day lies before today, or more than twelve weeks ahead")]
    BadDay,
    #[error("this contact waits for {most} appointments already")]
    TooMany { most: i64 },
    #[error("for this booking an earlier time is wished for already")]
    Twice,
    #[error("nobody waits behind this link")]
    NoSuchWish,
    #[error("this offer is over")]
    OfferOver,
    #[error(transparent)]
    Booking(#[from] BookingError),
}

impl From<DbError> for WaitingError {
    fn from(error: DbError) -> Self {
        Self::Booking(error.into())
    }
}

/// A wish for the waiting list.
#[derive(Clone, Debug)]
pub struct Join {
    pub wish: Wish,
    pub language: Language,
    pub last_day: NaiveDate,
    pub typed: Typed,
}

/// Somebody on the list, as the staff sees them.
#[derive(Clone, Debug)]
pub struct Listed {
    pub waiting: Waiting,
    pub person: Option<Person>,
}

/// Whether somebody with this wish may be put on the list.
pub async fn is_open(desk: &Desk, wish: &Wish) -> Result<bool, DbError> {
    match wish.office {
        Some(office) => Ok(rules::load(&desk.db, office).await?.waiting_list == WaitingList::Open),
        None => Ok(true),
    }
}

/// Puts somebody on the waiting list. The secret leads to the wish.
pub async fn join(desk: &Desk, now: Instant, asked: &Join) -> Result<(Waiting, Secret), WaitingError> {
    let person = Person::read(&asked.typed, asked.wish.format).map_err(WaitingError::Malformed)?;
    let wish = Wish { replacing: None, ..asked.wish };
    let (waiting, secret) = fresh(now, wish, asked.language, asked.last_day)?;
    write(desk, now, waiting, &secret, &person).await.map(|waiting| (waiting, secret))
}

/// Notes that a booking should rather be earlier: it stays as it is until an offer is taken.
pub async fn wish_earlier(desk: &Desk, now: Instant, secret: &Secret) -> Result<(Waiting, Secret), WaitingError> {
    let booking = super::load_by_secret(desk, secret).await?;
    booking.may_move(now).map_err(BookingError::from)?;
    let person = open_person(desk, &booking)?.ok_or(BookingError::NoSuchBooking)?;
    let (waiting, secret) = fresh(now, wish_of(&booking), booking.language, local::day(booking.span.start))?;
    let waiting = Waiting { booking: Some(booking.id), ..waiting };
    write(desk, now, waiting, &secret, &person).await.map(|waiting| (waiting, secret))
}

/// The earlier time that is wished for a booking, while it is.
pub async fn find_earlier(desk: &Desk, booking: &Booking) -> Result<Option<Waiting>, DbError> {
    store::find_of_booking(&desk.db, booking.id).await
}

fn fresh(now: Instant, wish: Wish, language: Language, last_day: NaiveDate) -> Result<(Waiting, Secret), WaitingError> {
    if !(local::day(now)..=local::day(now + AHEAD)).contains(&last_day) {
        return Err(WaitingError::BadDay);
    }
    let secret = Secret::mint();
    let waiting = Waiting {
        id: WaitingId::mint(),
        wish,
        language,
        last_day,
        booking: None,
        state: WaitingState::Waiting,
        turn_at: now,
        missed: 0,
        secret_hash: secret.hash(),
        person: None,
        contact_hash: None,
        created_at: now,
        updated_at: now,
    };
    Ok((waiting, secret))
}

/// Keeps the wish, if something written reaches the person and they do not wait for too much already.
async fn write(
    desk: &Desk,
    now: Instant,
    waiting: Waiting,
    secret: &Secret,
    person: &Person,
) -> Result<Waiting, WaitingError> {
    if notice::reach(desk, person) == notice::Reach::Call {
        return Err(WaitingError::NotReachable);
    }
    let hash = person.contact_key().map(|key| contact_hash(desk, &key));
    let sealed = desk.vault.seal_json(place(&waiting.id), person);
    let waiting = Waiting { person: Some(sealed), contact_hash: hash, ..waiting };
    let mut tx = desk.db.begin().await?;
    if let Some(office) = waiting.wish.office
        && rules::load(&mut tx, office).await?.waiting_list == WaitingList::Closed
    {
        return Err(WaitingError::Closed);
    }
    if let Some(contact) = &waiting.contact_hash {
        limit::take_turn(&mut tx, contact, now).await?;
        let most = desk.config.bookings.open_per_contact.0;
        if store::count_of_contact(&mut tx, contact).await? >= most {
            return Err(WaitingError::TooMany { most });
        }
    }
    match store::insert(&mut tx, &waiting).await {
        Err(DbError::Taken) => return Err(WaitingError::Twice),
        inserted => inserted?,
    }
    letter::joined(&mut tx, desk, now, (&waiting, person), secret).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(waiting)
}

/// The wish behind a link, and how many wait for the same before it.
pub async fn find_wish(desk: &Desk, secret: &Secret) -> Result<Option<(Waiting, i64)>, DbError> {
    let Some(waiting) = store::find_by_secret(&desk.db, &secret.hash()).await? else { return Ok(None) };
    let before = store::count_before(&desk.db, &waiting).await?;
    Ok(Some((waiting, before)))
}

/// Takes a wish from the list, by its link. What was offered goes on to the next. Done again, it changes nothing.
pub async fn leave(desk: &Desk, now: Instant, secret: &Secret) -> Result<Waiting, WaitingError> {
    let found = store::find_by_secret(&desk.db, &secret.hash()).await?.ok_or(WaitingError::NoSuchWish)?;
    let mut tx = desk.db.begin().await?;
    let left = offering::end(&mut tx, now, found.id, WaitingState::Left).await?;
    tx.commit().await?;
    offer_soon(desk, now).await;
    Ok(left)
}

/// Takes a wish from the list for the office.
pub async fn remove(desk: &Desk, now: Instant, actor: &Actor, id: WaitingId) -> Result<(), WaitingError> {
    let mut tx = desk.db.begin().await?;
    let found = store::find(&mut tx, id).await?.filter(|waiting| may_see(actor, waiting));
    let office = found.ok_or(WaitingError::NoSuchWish)?.wish.office.unwrap_or(actor.office);
    offering::end(&mut tx, now, id, WaitingState::Left).await?;
    people::record(&mut tx, now, actor, "remove_from_waiting_list", (&id, &office)).await?;
    tx.commit().await?;
    offer_soon(desk, now).await;
    Ok(())
}

/// Who waits, in order, as far as the actor plans there: those of their office, and those who would take any office.
/// `text` is a contact or a part of a name.
pub async fn list(desk: &Desk, actor: &Actor, text: &str) -> Result<Vec<Listed>, BookingError> {
    let contact = super::Contact::find(text.trim()).map(|contact| contact_hash(desk, &contact.key()));
    let part_of_name = text.trim().to_lowercase();
    let mut found = Vec::new();
    for waiting in store::list_open(&desk.db).await? {
        if !may_see(actor, &waiting) {
            continue;
        }
        let person = open(desk, &waiting)?;
        let fits = match &contact {
            Some(_) => waiting.contact_hash == contact,
            None => person.as_ref().is_some_and(|person| person.name.to_lowercase().contains(&part_of_name)),
        };
        if fits || part_of_name.is_empty() {
            found.push(Listed { waiting, person });
        }
    }
    Ok(found)
}

fn may_see(actor: &Actor, waiting: &Waiting) -> bool {
    waiting.wish.office.map_or(actor.plans(), |office| actor.may_plan(&office))
}

/// Who waits; None once the wish is settled.
fn open(desk: &Desk, waiting: &Waiting) -> Result<Option<Person>, BookingError> {
    let Some(sealed) = &waiting.person else { return Ok(None) };
    Ok(Some(desk.vault.open_json(place(&waiting.id), sealed)?))
}

fn place(id: &WaitingId) -> Place<'_> {
    Place { column: "waiting.person", record: id }
}

async fn lock(tx: &mut Tx, id: WaitingId) -> Result<Waiting, WaitingError> {
    store::lock(tx, id).await?.ok_or(WaitingError::NoSuchWish)
}

/// How long an offer stands, by day.
fn stands(desk: &Desk) -> TimeDelta {
    TimeDelta::hours(desk.config.bookings.offer_hours.0)
}
