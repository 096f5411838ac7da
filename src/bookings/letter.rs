//! What a citizen is told by mail, and the calendar entry that comes with it.
//!
//! Rule: where a topic is about victims, neither the subject nor the calendar entry names it.

use crate::desk::Desk;
use crate::ical::{self, Class, Event, Method, Status, Transparency};
use crate::kernel::Secret;
use crate::outbox::{Invitation, Mail, Message};
use crate::web::{self, Locale, say};

use super::{Booking, Format, Person, State};

/// What the mail is about. The link stands only in mails to whoever just used it.
#[derive(Clone, Copy)]
pub enum Occasion<'a> {
    Booked(&'a Secret),
    Moved(&'a Secret),
    /// With a word from the office, or with none.
    Cancelled {
        word: &'a str,
    },
}

/// The mail, where the person left an address.
pub fn write(desk: &Desk, booking: &Booking, person: &Person, occasion: Occasion<'_>) -> Option<Message> {
    let to = person.mail()?.to_owned();
    let (subject, method) = match occasion {
        Occasion::Booked(_) => ("bookings-mail-subject-booked", Method::Request),
        Occasion::Moved(_) => ("bookings-mail-subject-moved", Method::Request),
        Occasion::Cancelled { .. } => ("bookings-mail-subject-cancelled", Method::Cancel),
    };
    let subject = web::text_with(booking.language, subject, &[("what", &title(booking))]);
    let ics = ical::calendar(method, None, &[event(desk, booking, Some(&to))]);
    let text = text(desk, booking, person, occasion);
    Some(Message::Mail(Mail { to, subject, text, invitation: Some(Invitation { method, ics }) }))
}

fn text(desk: &Desk, booking: &Booking, person: &Person, occasion: Occasion<'_>) -> String {
    let tell = |key: &str, values: &[(&'static str, &str)]| web::text_with(booking.language, key, values);
    let when = say::span(booking.language, booking.span);
    let reference = booking.reference.to_string();
    let facts = [
        ("when", when.as_str()),
        ("name", &person.name),
        ("office", booking.office.name()),
        ("reference", &reference),
        ("kennwort", &person.kennwort),
        ("contact", person.contact_text()),
        ("authority", &desk.config.authority.name),
    ];
    let (opening, secret) = match occasion {
        Occasion::Booked(secret) => ("bookings-mail-booked", Some(secret)),
        Occasion::Moved(secret) => ("bookings-mail-moved", Some(secret)),
        Occasion::Cancelled { .. } => ("bookings-mail-cancelled", None),
    };
    let mut parts = vec![tell(opening, &facts)];
    if let Occasion::Cancelled { word } = occasion
        && !word.is_empty()
    {
        parts.push(tell("bookings-mail-word", &[("word", word)]));
    }
    if let Some(secret) = secret {
        let link = desk.address(&Locale::new(booking.language).path(&format!("/buchung/{}", secret.expose())));
        parts.extend([tell("bookings-mail-facts", &facts), tell(how(booking.format), &facts)]);
        parts.push(tell("bookings-mail-link", &[("link", &link)]));
        parts.push(tell("bookings-mail-never", &facts));
    }
    parts.push(tell("bookings-mail-close", &facts));
    parts.join("\n\n") + "\n"
}

/// The key of how a talk goes.
pub fn how(format: Format) -> &'static str {
    match format {
        Format::Video => "bookings-mail-video",
        Format::Telephone => "bookings-mail-telephone",
        Format::Office => "bookings-mail-office",
    }
}

/// The booking as a calendar entry. The invited address stands only in mails to it.
pub fn event(desk: &Desk, booking: &Booking, attendee: Option<&str>) -> Event {
    let language = booking.language;
    let place = match booking.format {
        Format::Video => "bookings-video",
        Format::Telephone => "bookings-telephone",
        Format::Office => "bookings-office",
    };
    let reference = booking.reference.to_string();
    Event {
        uid: booking.uid(),
        revision: booking.revision(),
        span: booking.span,
        summary: title(booking),
        description: web::text_with(language, "bookings-entry-text", &[("reference", &reference)]),
        location: Some(web::text(language, place)),
        status: if booking.state == State::Cancelled { Status::Cancelled } else { Status::Confirmed },
        transparency: Transparency::Opaque,
        class: Class::Private,
        organizer: Some((desk.config.authority.name.clone(), desk.config.mail.address().to_owned())),
        attendee: attendee.map(str::to_owned),
    }
}

/// "Beratung: Einbruchschutz", or for a victim's topic "Ihr Termin".
pub fn title(booking: &Booking) -> String {
    let topic = booking.topic.topic();
    match topic.may_be_named() {
        true => web::text_with(booking.language, "bookings-entry-title", &[("topic", topic.title(booking.language))]),
        false => web::text(booking.language, "bookings-entry-neutral"),
    }
}
