//! Confirmation by mail: where the office wants it, a filled-in form asks for it, and the link in the mail leads to a
//! page whose button makes the booking firm.
//!
//! Rule: the link proves that the mail arrived, so its code is not the booking's secret. Whatever became of the booking,
//! the code makes nothing anew.

use super::store;
use crate::bookings::cover;
use crate::bookings::rules::{self, Firmness};
use crate::bookings::{
    Booking, BookingError, Channel, Person, letter, load_by_secret, lock, make_firm, open_person, store as rows,
};
use crate::db::Tx;
use crate::desk::Desk;
use crate::kernel::{Instant, Secret};
use crate::outbox::{self, Mail, Message};
use crate::people;
use crate::web::{self, Locale, say};

/// Whether this booking becomes firm only by mail. Who left no address is not asked, nor who speaks with the staff.
pub async fn is_wanted(tx: &mut Tx, desk: &Desk, booking: &Booking) -> Result<bool, BookingError> {
    if booking.channel == Channel::Staff {
        return Ok(false);
    }
    let has_mail = open_person(desk, booking)?.is_some_and(|person| person.mail().is_some());
    Ok(has_mail && rules::load(tx, booking.office).await?.firmness == Firmness::ByMail)
}

/// Keeps the slot and asks by mail.
pub async fn ask(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    booking: Booking,
    secret: &Secret,
) -> Result<Booking, BookingError> {
    let requested = booking.request(now)?;
    rows::save_booking(tx, &requested).await?;
    people::firm(tx, requested.id.commitment(), requested.hold_until()).await?;
    let code = Secret::mint();
    store::set_code(tx, requested.id, &code.hash(), now).await?;
    let link = format!("/buchung/{}/bestaetigen/{}", secret.expose(), code.expose());
    if let Some(person) = open_person(desk, &requested)?
        && let Some(mail) = letter(desk, &requested, &person, &link)
    {
        outbox::post(tx, desk, now, &requested.id, &mail).await?;
    }
    Ok(requested)
}

/// The booking that a code belongs to, in whatever state.
pub async fn find_request(desk: &Desk, secret: &Secret, code: &Secret) -> Result<Booking, BookingError> {
    let booking = load_by_secret(desk, secret).await?;
    match store::has_code(&desk.db, booking.id, &code.hash()).await? {
        true => Ok(booking),
        false => Err(BookingError::NoSuchBooking),
    }
}

/// Makes a requested booking firm. Done again, it changes nothing and tells nobody.
pub async fn confirm_request(
    desk: &Desk,
    now: Instant,
    secret: &Secret,
    code: &Secret,
) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = lock(&mut tx, secret).await?;
    if !store::has_code(&mut tx, booking.id, &code.hash()).await? {
        return Err(BookingError::NoSuchBooking);
    }
    if booking.state.is_booked() {
        return Ok(booking);
    }
    let firm = make_firm(&mut tx, desk, now, booking, secret).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    cover::ring(desk, now, &firm);
    Ok(firm)
}

/// Takes a request back to the form: another address, or the mail once more.
pub async fn reopen(desk: &Desk, now: Instant, secret: &Secret) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let booking = lock(&mut tx, secret).await?.reopen(now)?;
    rows::save_booking(&mut tx, &booking).await?;
    people::firm(&mut tx, booking.id.commitment(), booking.hold_until()).await?;
    store::drop_code(&mut tx, booking.id).await?;
    tx.commit().await?;
    Ok(booking)
}

fn letter(desk: &Desk, booking: &Booking, person: &Person, link: &str) -> Option<Message> {
    let to = person.mail()?.to_owned();
    let language = booking.language;
    let (when, what) = (say::span(language, booking.span), letter::title(booking));
    let until = booking.hold_until().map(say::time).unwrap_or_default();
    let link = desk.address(&Locale::new(language).path(link));
    let facts = [
        ("name", person.name.as_str()),
        ("when", &when),
        ("until", &until),
        ("link", &link),
        ("authority", &desk.config.authority.name),
    ];
    let parts = ["bookings-mail-request", "bookings-mail-close"].map(|key| web::text_with(language, key, &facts));
    let subject = web::text_with(language, "bookings-mail-subject-request", &[("what", &what)]);
    Some(Message::Mail(Mail { to, subject, text: parts.join("\n\n") + "\n", invitation: None }))
}
