//! Appointments: consultation hours make slots, a slot is held, a hold becomes a booking.
//!
//! The verbs stand here (those of consultation hours in `planning`, of callers in `phone`, of the staff in `by_staff`): load, let the noun decide,
//! save, tell, commit.
//! Rule: a slot is never held twice. The database refuses the second, and the loser hears of the nearest free times.

mod board;
mod booking;
mod by_staff;
mod claims;
mod code;
mod cover;
mod delays;
mod free;
mod hour;
mod http;
mod kennwort;
mod letter;
mod needs;
mod notice;
mod offer;
mod outcomes;
mod page;
mod person;
mod phone;
mod planning;
mod proposals;
mod reminders;
mod rules;
mod series;
mod staff;
mod store;
mod terms;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{BookingId, HourId, OfficerId};
use crate::kernel::{Instant, Language, Secret, Span, local};
use crate::offices::{self, OfficeId};
use crate::people::{self, Actor, Commitment, CommitmentKind, Officer, Role};
use crate::vault::{Place, VaultError};
use crate::{ical, outbox};
use claims::{limit, request};

pub use booking::{Booking, EXTENSIONS, HOLD, Outcome, REQUEST, Reference, Refusal, State};
pub use by_staff::{book_for, move_for_office, wish_to_move};
pub use claims::{Proof, Task, admit, confirm_request, find_request, forget as forget_claims, reopen};
pub use code::{ByCode, ByKeys, TypedCode, find_by_code, find_by_keys, forget as forget_wrong_codes};
pub use cover::{Handover, cover_absences, list_handovers};
pub use delays::{find_expected, list_expected, say_late};
pub use hour::{AHEAD, ConsultationHour, Format, HourFault, HourState, Member, Plan, Slot};
pub use http::api;
pub use kennwort::mint as kennwort;
pub use letter::event;
pub use needs::{Need, Needs};
pub use offer::{Channel, Day, Time, Wish};
pub use outcomes::{Ending, Figures, close, load_figures, note};
pub use page::pages;
pub use person::{Contact, ContactFault, Faults, NameFault, Person, Typed};
pub use phone::{
    Confirmation, PhoneBooking, book_by_phone, cancel_by_phone, list_by_phone, list_others_by_phone, move_by_phone,
};
pub use planning::{
    Change, Decision, Preview, Saving, change_hour, end_hour, extend_slots, list_hours, list_overlaps, list_promised,
    load_hour, offer_hours, preview,
};
pub use proposals::{Proposal, ProposedTime, Reason, expire_proposals, propose};
pub use reminders::remind;
pub use rules::{Firmness, Rules, WaitingList, load as load_rules, set as set_rules};
pub use series::{Exception, Exceptions, Occurrence, Origin, Rhythm, Series, Weekdays, Window};
pub use staff::pages as staff_pages;
pub use terms::{Contingents, Look, Notice, Terms};
pub use waiting::{
    Join, Listed, Offered, Waiting, WaitingError, WaitingState, accept as accept_offer, decline as decline_offer,
    find_wish, join as join_waiting_list, leave as leave_waiting_list, list as list_waiting, offer_free, wish_earlier,
};

/// Every statement, by room, for the test that prepares them on both engines.
pub const STATEMENTS: &[&[&str]] = &[
    store::STATEMENTS,
    board::STATEMENTS,
    claims::STATEMENTS,
    code::STATEMENTS,
    cover::STATEMENTS,
    delays::STATEMENTS,
    free::STATEMENTS,
    outcomes::STATEMENTS,
    proposals::STATEMENTS,
    reminders::STATEMENTS,
    rules::STATEMENTS,
    waiting::STATEMENTS,
];

/// Why something about appointments is refused.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    #[error("this time is not free any more")]
    SlotTaken { nearest: Vec<Time> },
    #[error("this time lies in the past")]
    Past { nearest: Vec<Time> },
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("this contact has {most} bookings already that lie ahead")]
    TooMany { most: i64 },
    #[error("very many times are held at the moment: do the work of this challenge, or wait")]
    Busy(Task),
    #[error("name or contact cannot be used")]
    Malformed(Faults),
    #[error("there is no such booking, or its link is not complete")]
    NoSuchBooking,
    #[error("this consultation hour is not there, or not yours")]
    NoSuchHour,
    #[error("this officer is not there, or not yours")]
    NoSuchOfficer,
    #[error("this consultation hour cannot be: {0}")]
    Hour(#[from] HourFault),
    #[error("somebody else has changed this consultation hour in the meantime")]
    Outdated,
    #[error("a booking that this change hits waits for a decision")]
    Undecided,
    #[error("your role does not allow this")]
    Forbidden,
    #[error("what is kept sealed cannot be opened")]
    Sealed(#[from] VaultError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A slot to hold.
#[derive(Clone, Debug)]
pub struct Ask {
    pub wish: Wish,
    pub start: Instant,
    pub language: Language,
    /// The link of a hold that this one replaces: its slot is given back, and what was typed is kept.
    pub instead_of: Option<Secret>,
}

/// A booking as the staff sees it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub booking: Booking,
    /// None once it is forgotten.
    pub person: Option<Person>,
}

/// What the staff looks for.
#[derive(Clone, Debug)]
pub struct Sought {
    pub office: Option<OfficeId>,
    /// Of the appointments' start.
    pub window: Span,
    /// A reference or a contact, whenever the appointment is, or a part of a name within the window.
    pub text: String,
}

/// How many other times somebody hears of who came too late.
const NEAREST: usize = 6;
/// Why an officer was chosen whom the citizen named.
const BY_NAME: &str = "Namentlich gewünscht.";
/// Fairness looks at the bookings of so long.
const RECENT: TimeDelta = TimeDelta::weeks(4);
/// No notice is longer, holidays and all.
const FARTHEST_NOTICE: TimeDelta = TimeDelta::weeks(10);
/// What was typed into a hold that ran out is kept so long, for another try.
const TYPED_KEPT: TimeDelta = TimeDelta::minutes(60);

/// The free times that start in the window, by day.
pub async fn list_free(desk: &Desk, now: Instant, wish: &Wish, window: Span) -> Result<Vec<Day>, DbError> {
    Ok(offer::merged(list_free_slots(&desk.db, &look(desk, now, wish), window).await?))
}

/// The officers who agreed to be booked by name for what is wished for, by name.
pub async fn list_named(desk: &Desk, now: Instant, wish: &Wish) -> Result<Vec<Officer>, DbError> {
    let anybody = Wish { officer: None, ..*wish };
    let diary =
        gather_offers(&desk.db, &look(desk, now, &anybody), Span { start: now, end: now + hour::AHEAD }).await?;
    let team = diary.offers().values().flat_map(|offer| &offer.team);
    let agreed: BTreeSet<OfficerId> = team.filter(|member| member.by_name).map(|member| member.officer).collect();
    let mut found = people::list_these(&desk.db, &agreed.into_iter().collect::<Vec<_>>()).await?;
    found.retain(|officer| officer.active);
    found.sort_by_cached_key(|officer| (officer.name.to_lowercase(), officer.id));
    Ok(found)
}

/// The officer of a booking whom the citizen chose by name.
pub async fn find_named(desk: &Desk, booking: &Booking) -> Result<Option<Officer>, DbError> {
    if booking.by_name { people::find_officer(&desk.db, booking.officer).await } else { Ok(None) }
}

/// The first free time at or after `from`, as far as slots are made.
pub async fn next_free(desk: &Desk, now: Instant, wish: &Wish, from: Instant) -> Result<Option<Time>, DbError> {
    let mut from = from.max(now);
    // Each turn leaps to a day on which somebody has time, and asks whether that can be booked.
    while let Some(first) = find_first(desk, now, wish, from).await? {
        let rest = Span { start: first, end: local::whole_day(local::day(first)).end };
        if let Some(time) =
            list_free(desk, now, wish, rest).await?.into_iter().find_map(|day| day.times.first().copied())
        {
            return Ok(Some(time));
        }
        from = rest.end;
    }
    Ok(None)
}

/// When the first slot of an hour that suits begins over which nothing lies.
async fn find_first(desk: &Desk, now: Instant, wish: &Wish, from: Instant) -> Result<Option<Instant>, DbError> {
    let look = look(desk, now, wish);
    let diary = gather_offers(&desk.db, &look, Span { start: from, end: now + hour::AHEAD }).await?;
    let first = store::list_first(&desk.db, wish, from, now).await?;
    Ok(first.into_iter().filter_map(|(hour, start)| diary.first_bookable(hour, start)).min())
}

/// Free times near `wanted`, in order of time; further away only where there are none near.
pub async fn list_nearest(desk: &Desk, now: Instant, wish: &Wish, wanted: Instant) -> Result<Vec<Time>, DbError> {
    let wanted = wanted.max(now);
    let near = Span { start: wanted - TimeDelta::weeks(1), end: wanted + TimeDelta::weeks(2) };
    let mut days = list_free(desk, now, wish, near).await?;
    if days.is_empty() {
        days = list_free(desk, now, wish, Span { start: now, end: now + hour::AHEAD }).await?;
    }
    Ok(offer::nearest(days, wanted, NEAREST))
}

/// Holds a slot for twenty minutes. Of the officers who are free then, the fairest choice gets it.
pub async fn hold(desk: &Desk, now: Instant, ask: &Ask) -> Result<(Booking, Secret), BookingError> {
    let earlier = match &ask.instead_of {
        Some(secret) => store::find_by_secret(&desk.db, &secret.hash()).await?.filter(|b| !b.state.is_booked()),
        None => None,
    };
    let wish = Wish { replacing: earlier.as_ref().map(|b| b.id.commitment()).or(ask.wish.replacing), ..ask.wish };
    if ask.start <= now {
        return Err(BookingError::Past { nearest: list_nearest(desk, now, &wish, ask.start).await? });
    }
    for (slot, why) in fair_choices(&desk.db, &look(desk, now, &wish), ask.start).await? {
        let secret = Secret::mint();
        let held = Held { slot: &slot, why, ask, secret: &secret, earlier: earlier.as_ref() };
        let mut saved = held.save(desk, now).await;
        if matches!(saved, Err(BookingError::Db(DbError::Taken))) && clear_apart(desk, now, slot.officer).await? {
            saved = held.save(desk, now).await;
        }
        match saved {
            Ok(booking) => return Ok((booking, secret)),
            Err(BookingError::Db(DbError::Taken)) => {}
            Err(error) => return Err(error),
        }
    }
    Err(BookingError::SlotTaken { nearest: list_nearest(desk, now, &wish, ask.start).await? })
}

/// Keeps the slot for another twenty minutes.
pub async fn extend(desk: &Desk, now: Instant, secret: &Secret) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = lock(&mut tx, secret).await?.extend(now)?;
    store::save_booking(&mut tx, &booking).await?;
    people::firm(&mut tx, booking.id.commitment(), booking.hold_until()).await?;
    tx.commit().await?;
    Ok(booking)
}

/// Notes who books. On a hold that ran out this is refused, yet what was typed is kept for the next hold; so it is where
/// the contact has too many bookings.
pub async fn describe(desk: &Desk, now: Instant, secret: &Secret, typed: &Typed) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = lock(&mut tx, secret).await?;
    let (person, contact) = seal_typed(desk, &booking, typed)?;
    let described = booking.clone().describe(person.clone(), contact.clone(), now);
    let kept = match &described {
        Ok(described) => described.clone(),
        Err(Refusal::HoldExpired) => {
            Booking { person: Some(person), contact_hash: contact, updated_at: now, ..booking }
        }
        Err(refusal) => return Err((*refusal).into()),
    };
    store::save_booking(&mut tx, &kept).await?;
    tx.commit().await?;
    if described.is_ok() {
        limit::check(&desk.db, desk, now, &kept).await?;
    }
    Ok(described?)
}

/// Makes the booking firm and tells by mail; where the office wants it, asks for confirmation by mail first. Done again,
/// it changes nothing and tells nobody. Who books may be said here or before, by [`describe`].
pub async fn confirm(
    desk: &Desk,
    now: Instant,
    secret: &Secret,
    typed: Option<&Typed>,
) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let mut booking = lock(&mut tx, secret).await?;
    if booking.state.is_booked() || booking.is_requested(now) {
        return Ok(booking);
    }
    if let Some(typed) = typed {
        let (person, contact) = seal_typed(desk, &booking, typed)?;
        booking = booking.describe(person, contact, now)?;
    }
    limit::admit(&mut tx, desk, now, &booking).await?;
    let booking = match request::is_wanted(&mut tx, desk, &booking).await? {
        true => request::ask(&mut tx, desk, now, booking, secret).await?,
        false => make_firm(&mut tx, desk, now, booking, secret).await?,
    };
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    cover::ring(desk, now, &booking);
    Ok(booking)
}

async fn make_firm(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    booking: Booking,
    secret: &Secret,
) -> Result<Booking, BookingError> {
    let booking = booking.confirm(now)?;
    store::save_booking(tx, &booking).await?;
    people::firm(tx, booking.id.commitment(), None).await?;
    tell(tx, desk, now, &booking, letter::Occasion::Booked(secret)).await?;
    Ok(booking)
}

/// Gives the slot back, by the citizen's link.
pub async fn cancel(desk: &Desk, now: Instant, secret: &Secret) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = lock(&mut tx, secret).await?;
    let cancelled = give_back(&mut tx, desk, now, booking, "").await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    waiting::offer_soon(desk, now).await;
    Ok(cancelled)
}

/// Cancels for the office: the officer themself, or whoever plans there. The word to the citizen stands in the mail.
pub async fn cancel_for_office(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: BookingId,
    word: &str,
) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = lock_for(&mut tx, actor, id).await?;
    let cancelled = give_back(&mut tx, desk, now, booking.clone(), word).await?;
    // A mail with the calendar entry has gone out where there is an address.
    if booking.state.is_booked() && matches!(notice::find_reach(desk, &booking)?, notice::Reach::Sms(_)) {
        notice::send(&mut tx, desk, now, &booking, notice::Notice::Cancelled).await?;
    }
    people::record(&mut tx, now, actor, "cancel_booking", (&id, &cancelled.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    waiting::offer_soon(desk, now).await;
    Ok(cancelled)
}

/// Moves a booking to another time. It stays the same booking: same link, same reference, same calendar entry.
pub async fn move_to(desk: &Desk, now: Instant, secret: &Secret, start: Instant) -> Result<Booking, BookingError> {
    let booking = load_by_secret(desk, secret).await?;
    move_within(desk, now, (&booking, secret), &wish_of(&booking), start).await
}

/// Moves it to one of the times that the wish finds.
async fn move_within(
    desk: &Desk,
    now: Instant,
    (booking, secret): (&Booking, &Secret),
    wish: &Wish,
    start: Instant,
) -> Result<Booking, BookingError> {
    if booking.state.is_booked() && booking.span.start == start {
        return Ok(booking.clone());
    }
    booking.may_move(now)?;
    if start <= now {
        return Err(BookingError::Past { nearest: list_nearest(desk, now, wish, start).await? });
    }
    for (slot, why) in fair_choices(&desk.db, &look(desk, now, wish), start).await? {
        match try_move(desk, &look(desk, now, wish), secret, (&slot, why)).await {
            Err(BookingError::Db(DbError::Taken)) => {}
            result => return result,
        }
    }
    Err(BookingError::SlotTaken { nearest: list_nearest(desk, now, wish, start).await? })
}

pub async fn find_by_secret(desk: &Desk, secret: &Secret) -> Result<Option<Booking>, DbError> {
    store::find_by_secret(&desk.db, &secret.hash()).await
}

pub async fn load_by_secret(desk: &Desk, secret: &Secret) -> Result<Booking, BookingError> {
    find_by_secret(desk, secret).await?.ok_or(BookingError::NoSuchBooking)
}

/// The booking with this id, for whoever may see it.
pub async fn load_entry(desk: &Desk, actor: &Actor, id: BookingId) -> Result<Entry, BookingError> {
    let found = store::find_booking(&desk.db, id).await?.filter(|booking| may_see(actor, booking));
    entry(desk, found.ok_or(BookingError::NoSuchBooking)?)
}

/// The bookings that the actor may see, by start: an officer their own, a supervisor their office's. Without those that
/// came to nothing.
pub async fn list_bookings(desk: &Desk, actor: &Actor, sought: &Sought) -> Result<Vec<Entry>, BookingError> {
    let office = if actor.role == Role::Administrator { sought.office } else { Some(actor.office) };
    if sought.office.is_some_and(|wanted| office != Some(wanted)) {
        return Ok(Vec::new());
    }
    let text = sought.text.trim();
    let (found, part_of_name) = if let Ok(reference) = text.parse::<Reference>() {
        (store::find_by_reference(&desk.db, &reference).await?.into_iter().collect(), "")
    } else if let Some(contact) = Contact::find(text) {
        (store::list_by_contact(&desk.db, contact_hash(desk, &contact.key())).await?, "")
    } else {
        (store::list_bookings(&desk.db, office, sought.window).await?, text)
    };
    let is_visible = |b: &Booking| may_see(actor, b) && b.state != State::Expired;
    let entries = found.into_iter().filter(is_visible).map(|booking| entry(desk, booking));
    let part_of_name = part_of_name.to_lowercase();
    let named = |entry: &Entry| entry.person.as_ref().is_some_and(|p| p.name.to_lowercase().contains(&part_of_name));
    let mut entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
    entries.retain(|entry| part_of_name.is_empty() || named(entry));
    Ok(entries)
}

/// The bookings of an officer that touch the window, in whatever state, for their day and their calendar.
pub async fn list_bookings_of(desk: &Desk, officer: OfficerId, window: Span) -> Result<Vec<Entry>, BookingError> {
    let found = store::list_bookings_of(&desk.db, officer, window).await?;
    found.into_iter().map(|booking| entry(desk, booking)).collect()
}

/// Who booked; None before the form is filled in, and after forgetting.
pub fn open_person(desk: &Desk, booking: &Booking) -> Result<Option<Person>, BookingError> {
    let Some(sealed) = &booking.person else { return Ok(None) };
    Ok(Some(desk.vault.open_json(place(&booking.id), sealed)?))
}

/// What the citizen looked for when they booked; their own slot does not stand in the way.
pub fn wish_of(booking: &Booking) -> Wish {
    Wish {
        language: booking.language,
        needs: booking.needs,
        channel: booking.channel,
        office: Some(booking.office),
        officer: booking.by_name.then_some(booking.officer),
        replacing: Some(booking.id.commitment()),
        ..Wish::new(booking.topic, booking.format)
    }
}

/// The booking as a calendar file.
pub fn calendar_file(desk: &Desk, booking: &Booking) -> String {
    ical::calendar(ical::Method::Publish, None, &[letter::event(desk, booking, None)])
}

/// A round: writes down which holds ran out. Says how many.
pub async fn expire_holds(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut expired = 0;
    for id in store::list_expired(&desk.db, now).await? {
        let mut tx = desk.db.begin().await?;
        if store::expire(&mut tx, id, now).await? {
            people::release(&mut tx, id.commitment()).await?;
            tx.commit().await?;
            expired += 1;
        }
    }
    Ok(expired)
}

/// A round: forgets who booked, a while after the appointment or after giving up. Says how many.
pub async fn forget(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let contact = TimeDelta::hours(desk.config.retention.contact_hours.0);
    let mut tx = desk.db.begin().await?;
    let forgotten = store::forget(&mut tx, now - contact, now - TYPED_KEPT).await?;
    store::forget_links(&mut tx, now).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// What is asked of the offer.
fn look<'a>(desk: &Desk, now: Instant, wish: &'a Wish) -> Look<'a> {
    Look { now, wish, interpreter_days: desk.config.bookings.interpreter_business_days.0 }
}

/// The hours that suit and have slots in the window.
async fn gather_offers(mut from: impl Read, look: &Look<'_>, window: Span) -> Result<offer::Diary, DbError> {
    let offers = store::list_offers(&mut from, look.wish.office, window).await?;
    let days = Span { start: look.now, end: window.end.max(look.now + FARTHEST_NOTICE) };
    Ok(offer::Diary::of_offers(look, offers, offices::load_calendars(from, days).await?))
}

async fn list_free_slots(mut from: impl Read, look: &Look<'_>, window: Span) -> Result<Vec<Slot>, DbError> {
    let Some(window) = Span::new(window.start.max(look.now), window.end) else { return Ok(Vec::new()) };
    let diary = gather_offers(&mut from, look, window).await?;
    if diary.offers().is_empty() {
        return Ok(Vec::new());
    }
    let mut slots = store::list_slots(&mut from, look.wish.office, diary.offers(), window).await?;
    let Some(end) = slots.iter().map(|slot| slot.span.end).max() else { return Ok(Vec::new()) };
    let pause = TimeDelta::minutes(terms::LONGEST_BUFFER);
    let touched = Span { start: window.start - pause, end: end + pause };
    let commitments = people::list_commitments(&mut from, touched).await?;
    let absences = people::list_absences(&mut from, touched).await?;
    let taken = list_taken(from, look, &diary, window).await?;
    let diary = diary.with_time(commitments, absences).with_taken(taken);
    slots.retain(|slot| diary.is_free(slot, look));
    Ok(slots)
}

/// What was taken of contingents on the days of the window, but for the booking that is to be replaced.
async fn list_taken(
    from: impl Read,
    look: &Look<'_>,
    diary: &offer::Diary,
    window: Span,
) -> Result<Vec<(HourId, Instant)>, DbError> {
    if !diary.is_limited(look.wish.channel) {
        return Ok(Vec::new());
    }
    let whole = |at| local::whole_day(local::day(at));
    let days = Span { start: whole(window.start).start, end: whole(window.end).end };
    let taken = store::list_taken(from, look.wish.channel, days, look.now).await?;
    let others = taken.into_iter().filter(|(_, booking, _)| Some(booking.commitment()) != look.wish.replacing);
    Ok(others.map(|(hour, _, start)| (hour, start)).collect())
}

/// Before a slot is given away: takes the locks under which nothing about it changes any more, and asks once more what
/// no index guards. Taken where it is not free now. Hours, officers and slots are locked before bookings, and these
/// before commitments, here as everywhere: so two transactions never wait for each other in a circle.
async fn guard(tx: &mut Tx, look: &Look<'_>, slot: &Slot) -> Result<(), DbError> {
    let most = slot.contingents.of(look.wish.channel);
    if most.is_some() {
        store::lock_hour(tx, slot.hour).await?;
    }
    people::lock_officer(tx, slot.officer).await?;
    if !store::keep_slot_open(tx, slot.id).await? {
        return Err(DbError::Taken);
    }
    if let Some(most) = most {
        let day = local::whole_day(local::day(slot.span.start));
        let taken = store::list_taken(&mut *tx, look.wish.channel, day, look.now).await?;
        let others = taken
            .iter()
            .filter(|(hour, booking, _)| *hour == slot.hour && Some(booking.commitment()) != look.wish.replacing);
        if others.count() as i64 >= most {
            return Err(DbError::Taken);
        }
    }
    let pause = TimeDelta::minutes(terms::LONGEST_BUFFER);
    let around = Span { start: slot.span.start - pause, end: slot.span.end + pause };
    let near = people::list_commitments_of(tx, slot.officer, around).await?;
    // What overlaps is refused by the database itself.
    let crowds = |c: &Commitment| c.crowds(slot.span, slot.buffer(), look.now) && !c.blocks(slot.span, look.now);
    let crowded = near.iter().any(|c| Some(c.id) != look.wish.replacing && crowds(c));
    if crowded { Err(DbError::Taken) } else { Ok(()) }
}

/// The free slots that start then, in the order in which they are given out, each with the reason.
async fn fair_choices(mut from: impl Read, look: &Look<'_>, start: Instant) -> Result<Vec<(Slot, String)>, DbError> {
    let only_then = Span { start, end: Instant(start.0 + 1) };
    let free = list_free_slots(&mut from, look, only_then).await?;
    if look.wish.officer.is_some() {
        return Ok(free.into_iter().map(|slot| (slot, BY_NAME.to_owned())).collect());
    }
    let loads = match free.len() {
        0 | 1 => BTreeMap::new(),
        _ => store::list_loads(from, look.wish.office, start, look.now - RECENT).await?.into_iter().collect(),
    };
    Ok(offer::in_fair_order(free, &loads))
}

/// A hold about to be written.
struct Held<'a> {
    slot: &'a Slot,
    why: String,
    ask: &'a Ask,
    secret: &'a Secret,
    /// The hold that this one replaces.
    earlier: Option<&'a Booking>,
}

impl Held<'_> {
    /// Taken where somebody else has the slot or the officer, also by a hold that ran out and was not cleared yet.
    async fn save(&self, desk: &Desk, now: Instant) -> Result<Booking, BookingError> {
        let reference = store::free_reference(&desk.db).await?;
        let booking = self.booking(desk, now, reference)?;
        let mut tx = desk.db.begin().await?;
        guard(&mut tx, &look(desk, now, &self.wish()), self.slot).await?;
        if let Some(earlier) = self.earlier {
            replace(&mut tx, now, earlier.id).await?;
        }
        write(&mut tx, &booking).await?;
        tx.commit().await?;
        Ok(booking)
    }

    /// What it replaces does not stand in its way.
    fn wish(&self) -> Wish {
        let replacing = self.earlier.map(|earlier| earlier.id.commitment());
        Wish { replacing: replacing.or(self.ask.wish.replacing), ..self.ask.wish }
    }

    fn booking(&self, desk: &Desk, now: Instant, reference: Reference) -> Result<Booking, BookingError> {
        let id = BookingId::mint();
        let typed_before = self.earlier.map(|earlier| open_person(desk, earlier)).transpose()?.flatten();
        // A number to call is of no use in a video talk, and the other way round.
        let typed_before = typed_before.filter(|p| Contact::read(p.contact_text(), self.ask.wish.format).is_ok());
        let sealed = typed_before.map(|person| seal(desk, id, &person));
        let (person, contact_hash) = sealed.map_or((None, None), |(person, contact)| (Some(person), contact));
        Ok(Booking {
            id,
            office: self.slot.office,
            officer: self.slot.officer,
            by_name: self.ask.wish.officer.is_some(),
            slot: self.slot.id,
            span: self.slot.span,
            topic: self.ask.wish.topic,
            format: self.ask.wish.format,
            language: self.ask.language,
            needs: self.ask.wish.needs,
            channel: self.ask.wish.channel,
            buffer_minutes: self.slot.buffer_minutes,
            state: State::Held { until: booking::held_until(self.slot.span, now), extensions: 0 },
            reference,
            secret_hash: self.secret.hash(),
            person,
            contact_hash,
            chosen_why: self.why.clone(),
            sequence: 0,
            asked_at: None,
            created_at: now,
            updated_at: now,
        })
    }
}

/// Takes the slot and the officer's time. Taken where somebody else has one of them.
async fn write(tx: &mut Tx, booking: &Booking) -> Result<(), DbError> {
    // Bookings before commitments, here as everywhere: so two transactions never wait for each other in a circle.
    store::insert_booking(tx, booking).await?;
    people::claim(tx, &commitment(booking)).await
}

/// Writes down that holds of this officer ran out, and gives their time back. False where there was none.
async fn clear(tx: &mut Tx, now: Instant, officer: OfficerId) -> Result<bool, DbError> {
    let ran_out = store::expire_of_officer(tx, officer, now).await?;
    let released = people::release_expired(tx, officer, now).await?;
    Ok(ran_out + released > 0)
}

/// The same in a transaction of its own.
async fn clear_apart(desk: &Desk, now: Instant, officer: OfficerId) -> Result<bool, DbError> {
    let mut tx = desk.db.begin().await?;
    let cleared = clear(&mut tx, now, officer).await?;
    tx.commit().await?;
    Ok(cleared)
}

/// The earlier hold makes room for the next one.
async fn replace(tx: &mut Tx, now: Instant, id: BookingId) -> Result<(), BookingError> {
    let Some(earlier) = store::lock_booking(tx, id).await? else { return Ok(()) };
    if let Ok(given_up) = earlier.cancel(now) {
        store::save_booking(tx, &given_up).await?;
        people::release(tx, id.commitment()).await?;
    }
    Ok(())
}

async fn try_move(
    desk: &Desk,
    look: &Look<'_>,
    secret: &Secret,
    (slot, why): (&Slot, String),
) -> Result<Booking, BookingError> {
    let now = look.now;
    let mut tx = desk.db.begin().await?;
    guard(&mut tx, look, slot).await?;
    let booking = lock(&mut tx, secret).await?;
    let moved = booking.clone().move_to(slot, why, now)?;
    proposals::give_free(&mut tx, now, &booking, proposals::State::Declined).await?;
    take_over(&mut tx, now, &moved).await?;
    tell(&mut tx, desk, now, &moved, letter::Occasion::Moved(secret)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(moved)
}

/// Writes down where a booking is now, and takes that officer's time in place of what it had.
async fn take_over(tx: &mut Tx, now: Instant, moved: &Booking) -> Result<(), DbError> {
    store::expire_of_officer(tx, moved.officer, now).await?;
    store::save_booking(tx, moved).await?;
    people::release(tx, moved.id.commitment()).await?;
    people::release_expired(tx, moved.officer, now).await?;
    people::claim(tx, &commitment(moved)).await
}

/// Takes the officer's time for something that is no booking yet. Taken where the slot or the officer has one.
async fn claim_slot(tx: &mut Tx, look: &Look<'_>, slot: &Slot, commitment: &Commitment) -> Result<(), DbError> {
    guard(tx, look, slot).await?;
    claim_cleared(tx, look.now, commitment).await
}

/// Takes the officer's time after what of it ran out is given back. Taken where the officer has something else then.
async fn claim_cleared(tx: &mut Tx, now: Instant, commitment: &Commitment) -> Result<(), DbError> {
    clear(tx, now, commitment.officer).await?;
    people::claim(tx, commitment).await
}

/// Cancels, gives the officer's time back, and tells whoever had a firm booking.
async fn give_back(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    booking: Booking,
    word: &str,
) -> Result<Booking, BookingError> {
    let cancelled = booking.clone().cancel(now)?;
    proposals::give_free(tx, now, &booking, proposals::State::Declined).await?;
    store::save_booking(tx, &cancelled).await?;
    people::release(tx, cancelled.id.commitment()).await?;
    if booking.state.is_booked() {
        // The mail needs the address that the booking just forgot.
        let last_word = Booking { person: booking.person, ..cancelled.clone() };
        tell(tx, desk, now, &last_word, letter::Occasion::Cancelled { word }).await?;
    }
    Ok(cancelled)
}

/// Puts the mail about this into the outbox, if there is an address.
async fn tell(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    booking: &Booking,
    occasion: letter::Occasion<'_>,
) -> Result<(), BookingError> {
    let Some(person) = open_person(desk, booking)? else { return Ok(()) };
    if let Some(message) = letter::write(desk, booking, &person, occasion) {
        outbox::post(tx, desk, now, &booking.id, &message).await?;
    }
    Ok(())
}

async fn lock(tx: &mut Tx, secret: &Secret) -> Result<Booking, BookingError> {
    store::lock_by_secret(tx, &secret.hash()).await?.ok_or(BookingError::NoSuchBooking)
}

async fn lock_for(tx: &mut Tx, actor: &Actor, id: BookingId) -> Result<Booking, BookingError> {
    let booking = store::lock_booking(tx, id).await?.filter(|booking| may_see(actor, booking));
    booking.ok_or(BookingError::NoSuchBooking)
}

/// The officer who gives the advice, and whoever plans their office.
fn may_see(actor: &Actor, booking: &Booking) -> bool {
    actor.officer == Some(booking.officer) || actor.may_plan(&booking.office)
}

fn entry(desk: &Desk, booking: Booking) -> Result<Entry, BookingError> {
    Ok(Entry { person: open_person(desk, &booking)?, booking })
}

fn commitment(booking: &Booking) -> Commitment {
    Commitment {
        id: booking.id.commitment(),
        officer: booking.officer,
        kind: CommitmentKind::Consultation,
        span: booking.span,
        buffer_minutes: booking.buffer_minutes,
        expires_at: booking.hold_until(),
    }
}

fn place(id: &BookingId) -> Place<'_> {
    Place { column: "bookings.person", record: id }
}

fn contact_hash(desk: &Desk, key: &str) -> Vec<u8> {
    desk.vault.keyed_hash("bookings.contact", key)
}

/// The person sealed for this booking, and the hash by which the contact is found again.
fn seal(desk: &Desk, id: BookingId, person: &Person) -> (Vec<u8>, Option<Vec<u8>>) {
    let hash = person.contact_key().map(|key| contact_hash(desk, &key));
    (desk.vault.seal_json(place(&id), person), hash)
}

/// What was typed, read and sealed. The Kennwort stays when the rest is changed.
fn seal_typed(desk: &Desk, booking: &Booking, typed: &Typed) -> Result<(Vec<u8>, Option<Vec<u8>>), BookingError> {
    let mut person = Person::read(typed, booking.format).map_err(BookingError::Malformed)?;
    if let Some(before) = open_person(desk, booking)? {
        person.kennwort = before.kennwort;
    }
    Ok(seal(desk, booking.id, &person))
}
