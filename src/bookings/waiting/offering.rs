//! What becomes free is offered to the first in order whom it suits, kept for them for a while, and passed on.
//!
//! Rule: a wish has one open offer; the offer's slot is a hold of its own, whose end is the offer's end.

use super::waiter::{Offer, OfferState, Waiting, WaitingState, offered_until};
use super::{WaitingError, letter, lock, open, stands, store};
use crate::bookings::claims::limit;
use crate::bookings::letter as invitations;
use crate::bookings::{
    Ask, Booking, BookingError, EXTENSIONS, Held, Slot, State, Wish, clear_apart, fair_choices, guard, list_free_slots,
    look, make_firm, notice, proposals, rules, seal, store as bookings, take_over, tell, write,
};
use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::{SlotId, WaitingId};
use crate::kernel::{Instant, Secret, Span, local};
use crate::people;

/// An offer as its page shows it.
#[derive(Clone, Debug)]
pub struct Offered {
    pub offer: Offer,
    pub waiting: Waiting,
    /// The hold that keeps the time, or the booking that it became.
    pub booking: Booking,
}

/// What became of an accepted offer: the booking, and a link to it.
#[derive(Clone, Debug)]
pub struct Answered {
    pub booking: Booking,
    pub link: Secret,
}

/// The same offer has the same link to its booking, however often the button is pressed.
const LINK: &str = "booking of an offer";

/// A round: settles offers that ran out, and offers what is free to those who wait, in order. Says how many were offered.
pub async fn offer_free(desk: &Desk, now: Instant) -> Result<u64, WaitingError> {
    settle(desk, now).await?;
    let closed = rules::list_closed(&desk.db).await?;
    let mut nothing: Vec<(Wish, Span)> = Vec::new();
    let mut offered = 0;
    for waiting in store::list_in_order(&desk.db).await? {
        if waiting.wish.office.is_some_and(|office| closed.contains(&office)) {
            continue;
        }
        let Some(window) = load_window(desk, now, &waiting).await? else { continue };
        // Where nothing was free for one, nothing is for the next who wishes for the same.
        let wish = Wish { replacing: None, ..waiting.wish };
        let is_known = |(other, span): &(Wish, Span)| *other == wish && span.end >= window.end;
        if nothing.iter().any(is_known) {
            continue;
        }
        let mut free = list_free_slots(&desk.db, &look(desk, now, &waiting.wish), window).await?;
        if free.is_empty() {
            nothing.push((wish, window));
            continue;
        }
        let before = store::list_offered(&desk.db, waiting.id).await?;
        free.retain(|slot| !before.contains(&slot.id) && !closed.contains(&slot.office));
        if offer_one(desk, now, &waiting, &free).await? {
            offered += 1;
        }
    }
    if offered > 0 {
        desk.outbox_bell.notify_one();
    }
    Ok(offered)
}

/// The same after something became free. What fails here is done by the next round.
pub async fn offer_soon(desk: &Desk, now: Instant) {
    if let Err(error) = offer_free(desk, now).await {
        tracing::error!(%error, "what became free is offered to the waiting list later");
    }
}

/// Where a time for the wish may lie. None where there is no such time any more: then the wish is over.
async fn load_window(desk: &Desk, now: Instant, waiting: &Waiting) -> Result<Option<Span>, WaitingError> {
    let booked = match waiting.booking {
        None => None,
        Some(id) => match bookings::find_booking(&desk.db, id).await?.filter(|it| it.may_move(now).is_ok()) {
            Some(booking) => Some(booking.span.start),
            None => {
                let mut tx = desk.db.begin().await?;
                end(&mut tx, now, waiting.id, WaitingState::Over).await?;
                tx.commit().await?;
                return Ok(None);
            }
        },
    };
    Ok(waiting.window(now, booked))
}

/// Offers the first of these slots that can be held. False where none could, or somebody else was quicker.
async fn offer_one(desk: &Desk, now: Instant, waiting: &Waiting, free: &[Slot]) -> Result<bool, WaitingError> {
    let mut starts: Vec<Instant> = free.iter().map(|slot| slot.span.start).collect();
    starts.sort();
    starts.dedup();
    for start in starts {
        let Some(until) = offered_until(now, start, stands(desk)) else { continue };
        for (slot, why) in fair_choices(&desk.db, &look(desk, now, &waiting.wish), start).await? {
            if !is_among(slot.id, free) {
                continue;
            }
            let candidate = Candidate { waiting: waiting.id, slot: &slot, why: &why, until };
            let mut made = candidate.make(desk, now).await;
            if is_taken(&made) && clear_apart(desk, now, slot.officer).await? {
                made = candidate.make(desk, now).await;
            }
            match made {
                Ok(was_first) => return Ok(was_first),
                Err(WaitingError::Booking(BookingError::Db(DbError::Taken | DbError::Crossed))) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(false)
}

fn is_among(id: SlotId, free: &[Slot]) -> bool {
    free.iter().any(|slot| slot.id == id)
}

fn is_taken(made: &Result<bool, WaitingError>) -> bool {
    matches!(made, Err(WaitingError::Booking(BookingError::Db(DbError::Taken))))
}

/// An offer about to be made.
struct Candidate<'a> {
    waiting: WaitingId,
    slot: &'a Slot,
    why: &'a str,
    until: Instant,
}

impl Candidate<'_> {
    /// False where the wish has an offer already, or is settled. Taken where somebody else has the slot or the officer.
    async fn make(&self, desk: &Desk, now: Instant) -> Result<bool, WaitingError> {
        let mut tx = desk.db.begin().await?;
        let waiting = lock(&mut tx, self.waiting).await?;
        if waiting.state != WaitingState::Waiting {
            return Ok(false);
        }
        let Some(person) = open(desk, &waiting)? else { return Ok(false) };
        let secret = Secret::mint();
        let held = self.hold(desk, now, &mut tx, (&waiting, &secret)).await?;
        // A booking that is moved keeps its own person; the hold needs none.
        let held = match waiting.booking {
            Some(_) => held,
            None => {
                let (sealed, contact_hash) = seal(desk, held.id, &person);
                Booking { person: Some(sealed), contact_hash, ..held }
            }
        };
        guard(&mut tx, &look(desk, now, &waiting.wish), self.slot).await?;
        write(&mut tx, &held).await?;
        let offer = Offer {
            booking: held.id,
            waiting: waiting.id,
            slot: self.slot.id,
            state: OfferState::Open,
            secret_hash: secret.hash(),
            created_at: now,
        };
        store::insert_offer(&mut tx, &offer).await?;
        let waiting = Waiting { state: WaitingState::Offered, updated_at: now, ..waiting };
        store::save(&mut tx, &waiting).await?;
        letter::offered(&mut tx, desk, now, (&waiting, &person, &held), &secret).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The hold that keeps the slot as long as the offer stands; it cannot be extended.
    async fn hold(
        &self,
        desk: &Desk,
        now: Instant,
        tx: &mut Tx,
        (waiting, secret): (&Waiting, &Secret),
    ) -> Result<Booking, WaitingError> {
        let (start, language) = (self.slot.span.start, waiting.language);
        let ask = Ask { wish: waiting.wish, start, language, instead_of: None };
        // The link of an offer that moves a booking leads to that booking, not to the hold.
        let link = if waiting.booking.is_some() { Secret::mint() } else { secret.derive(LINK) };
        let why = self.why.to_owned();
        let held = Held { slot: self.slot, why, ask: &ask, secret: &link, earlier: None };
        let reference = bookings::free_reference(tx).await?;
        let state = State::Held { until: self.until, extensions: EXTENSIONS };
        Ok(Booking { state, ..held.booking(desk, now, reference)? })
    }
}

/// Writes down which offers ran out, and whose last day has passed.
async fn settle(desk: &Desk, now: Instant) -> Result<(), WaitingError> {
    for id in store::list_run_out(&desk.db, now).await? {
        let mut tx = desk.db.begin().await?;
        let waiting = lock(&mut tx, id).await?;
        let Some(offer) = store::find_open_offer(&mut tx, id).await? else { continue };
        let Some(booking) = bookings::lock_booking(&mut tx, offer.booking).await? else { continue };
        if booking.state.is_booked() {
            store::save_offer(&mut tx, offer.booking, OfferState::Accepted).await?;
            store::save(&mut tx, &waiting.settled(WaitingState::Served, now)).await?;
        } else if booking.hold_until().is_none_or(|until| until <= now) {
            give_up(&mut tx, now, booking).await?;
            store::save_offer(&mut tx, offer.booking, OfferState::Missed).await?;
            store::save(&mut tx, &waiting.missed(now)).await?;
        }
        tx.commit().await?;
    }
    for id in store::list_late(&desk.db, local::day(now)).await? {
        let mut tx = desk.db.begin().await?;
        end(&mut tx, now, id, WaitingState::Over).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Gives back the slot that an offer kept.
async fn give_up(tx: &mut Tx, now: Instant, held: Booking) -> Result<(), DbError> {
    let commitment = held.id.commitment();
    if let Ok(given_up) = held.cancel(now) {
        bookings::save_booking(tx, &given_up).await?;
    }
    people::release(tx, commitment).await
}

/// Settles a wish without a booking; what was offered is free again.
pub(super) async fn end(
    tx: &mut Tx,
    now: Instant,
    id: WaitingId,
    state: WaitingState,
) -> Result<Waiting, WaitingError> {
    let waiting = lock(tx, id).await?;
    if !waiting.state.is_open() {
        return Ok(waiting);
    }
    if let Some(offer) = store::find_open_offer(&mut *tx, id).await?
        && let Some(held) = bookings::lock_booking(tx, offer.booking).await?
    {
        give_up(tx, now, held).await?;
        store::save_offer(tx, offer.booking, OfferState::Declined).await?;
    }
    let settled = waiting.settled(state, now);
    store::save(tx, &settled).await?;
    Ok(settled)
}

/// The offer behind a link, in whatever state.
pub async fn find_offer(desk: &Desk, secret: &Secret) -> Result<Option<Offered>, DbError> {
    let Some(offer) = store::find_offer(&desk.db, &secret.hash()).await? else { return Ok(None) };
    let waiting = store::find(&desk.db, offer.waiting).await?;
    let booking = bookings::find_booking(&desk.db, offer.booking).await?;
    Ok(waiting.zip(booking).map(|(waiting, booking)| Offered { offer, waiting, booking }))
}

/// Locks an open offer whose time is still kept, the wish first.
async fn lock_offer(tx: &mut Tx, now: Instant, secret: &Secret) -> Result<Offered, WaitingError> {
    let found = store::find_offer(&mut *tx, &secret.hash()).await?.ok_or(WaitingError::NoSuchWish)?;
    let waiting = lock(tx, found.waiting).await?;
    let offer = store::find_offer(&mut *tx, &secret.hash()).await?.ok_or(WaitingError::NoSuchWish)?;
    let booking = bookings::lock_booking(tx, offer.booking).await?.ok_or(WaitingError::NoSuchWish)?;
    let is_kept = booking.state_at(now) != State::Expired;
    match offer.state {
        OfferState::Accepted => {}
        OfferState::Open if is_kept => {}
        OfferState::Open | OfferState::Declined | OfferState::Missed => return Err(WaitingError::OfferOver),
    }
    Ok(Offered { offer, waiting, booking })
}

/// Takes the offered time: it is booked, or the booking that was to be earlier moves there. Done again, it changes
/// nothing and tells nobody.
pub async fn accept(desk: &Desk, now: Instant, secret: &Secret) -> Result<Answered, WaitingError> {
    let mut tx = desk.db.begin().await?;
    let offered = lock_offer(&mut tx, now, secret).await?;
    let link = secret.derive(LINK);
    if offered.offer.state == OfferState::Accepted {
        let booking = offered.booking;
        return Ok(Answered { booking, link });
    }
    let booking = match offered.waiting.booking {
        None => book(&mut tx, desk, now, offered.booking.clone(), &link).await?,
        Some(_) => make_earlier(&mut tx, desk, now, &offered, &link).await?,
    };
    store::save_offer(&mut tx, offered.offer.booking, OfferState::Accepted).await?;
    store::save(&mut tx, &offered.waiting.clone().settled(WaitingState::Served, now)).await?;
    letter::accepted(&mut tx, desk, now, &booking, &link).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    if offered.waiting.booking.is_some() {
        // The time that the booking had is free now.
        offer_soon(desk, now).await;
    }
    Ok(Answered { booking, link })
}

/// The message reached them, so nothing else is to be confirmed.
async fn book(tx: &mut Tx, desk: &Desk, now: Instant, held: Booking, link: &Secret) -> Result<Booking, WaitingError> {
    limit::admit(tx, desk, now, &held).await?;
    Ok(make_firm(tx, desk, now, held, link).await?)
}

/// The booking moves into the slot that the hold kept for it, and stays the same one.
async fn make_earlier(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    offered: &Offered,
    link: &Secret,
) -> Result<Booking, WaitingError> {
    let id = offered.waiting.booking.ok_or(WaitingError::NoSuchWish)?;
    let own = bookings::lock_booking(tx, id).await?.ok_or(WaitingError::NoSuchWish)?;
    if own.span.start <= offered.booking.span.start {
        return Err(WaitingError::OfferOver);
    }
    let slot = bookings::find_slot(&mut *tx, offered.booking.slot).await?.ok_or(WaitingError::OfferOver)?;
    let moved = own.clone().move_to(&slot, offered.booking.chosen_why.clone(), now).map_err(BookingError::from)?;
    give_up(tx, now, offered.booking.clone()).await?;
    proposals::give_free(tx, now, &own, proposals::State::Declined).await?;
    take_over(tx, now, &moved).await?;
    bookings::insert_link(tx, link.hash(), moved.id, now + notice::LINK_LASTS).await?;
    tell(tx, desk, now, &moved, invitations::Occasion::Moved(link)).await?;
    Ok(moved)
}

/// Leaves the offered time to the next; the wish keeps its place.
pub async fn decline(desk: &Desk, now: Instant, secret: &Secret) -> Result<Waiting, WaitingError> {
    let mut tx = desk.db.begin().await?;
    let offered = lock_offer(&mut tx, now, secret).await?;
    if offered.offer.state == OfferState::Accepted {
        return Err(WaitingError::OfferOver);
    }
    give_up(&mut tx, now, offered.booking).await?;
    store::save_offer(&mut tx, offered.offer.booking, OfferState::Declined).await?;
    let waiting = offered.waiting.declined(now);
    store::save(&mut tx, &waiting).await?;
    tx.commit().await?;
    offer_soon(desk, now).await;
    Ok(waiting)
}

/// Leaves the list, by the link of an offer.
pub async fn leave_by_offer(desk: &Desk, now: Instant, secret: &Secret) -> Result<Waiting, WaitingError> {
    let found = store::find_offer(&desk.db, &secret.hash()).await?.ok_or(WaitingError::NoSuchWish)?;
    let mut tx = desk.db.begin().await?;
    let left = end(&mut tx, now, found.waiting, WaitingState::Left).await?;
    tx.commit().await?;
    offer_soon(desk, now).await;
    Ok(left)
}
