//! What who waits is told: that they wait, that a time is kept for them, and by SMS that it is theirs.
//!
//! Rule: no topic is named; every link is made for its message alone.

use crate::bookings::notice::{self, Reach};
use crate::bookings::{Booking, BookingError, Person, open_person};
use crate::db::Tx;
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Phone, Secret};
use crate::outbox::{self, Mail, Message, Sms};
use crate::web::{self, Locale, say};

use super::{Waiting, WaitingError};

/// You are on the list: by mail only, since this changes nothing yet.
pub async fn joined(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (waiting, person): (&Waiting, &Person),
    secret: &Secret,
) -> Result<(), WaitingError> {
    let Reach::Mail(to) = notice::reach(desk, person) else { return Ok(()) };
    let page = format!("/warteliste/{}", secret.expose());
    let last_day = say::day(waiting.language, waiting.last_day);
    let words = Words { desk, language: waiting.language, key: "bookings-waiting-joined", link: &page };
    let mail = words.mail(to, &[("name", &person.name), ("day", &last_day)]);
    outbox::post(tx, desk, now, &waiting.id, &mail).await?;
    Ok(())
}

/// A time is kept for you.
pub async fn offered(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (waiting, person, held): (&Waiting, &Person, &Booking),
    secret: &Secret,
) -> Result<(), WaitingError> {
    let page = format!("/angebot/{}", secret.expose());
    let key = if waiting.booking.is_some() { "bookings-waiting-earlier" } else { "bookings-waiting-offered" };
    let words = Words { desk, language: waiting.language, key, link: &page };
    let when = say::span(waiting.language, held.span);
    let until = held.hold_until().map(|until| say::moment(waiting.language, until)).unwrap_or_default();
    let facts = [("name", person.name.as_str()), ("when", &when), ("until", &until)];
    let message = match notice::reach(desk, person) {
        Reach::Mail(to) => words.mail(to, &facts),
        Reach::Sms(to) => words.sms(&to, &facts),
        Reach::Call => return Ok(()),
    };
    outbox::post(tx, desk, now, &held.id, &message).await?;
    Ok(())
}

/// It is yours, by SMS; who has a mail address got the invitation.
pub async fn accepted(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    booking: &Booking,
    link: &Secret,
) -> Result<(), BookingError> {
    let Some(person) = open_person(desk, booking)? else { return Ok(()) };
    let Reach::Sms(to) = notice::reach(desk, &person) else { return Ok(()) };
    let page = format!("/buchung/{}", link.expose());
    let words = Words { desk, language: booking.language, key: "bookings-waiting-accepted", link: &page };
    let (when, reference) = (say::span(booking.language, booking.span), booking.reference.to_string());
    let facts = [("when", when.as_str()), ("reference", &reference), ("kennwort", &person.kennwort)];
    outbox::post(tx, desk, now, &booking.id, &words.sms(&to, &facts)).await?;
    Ok(())
}

/// What a message is made of: its texts are `KEY-subject`, `KEY-mail` and `KEY-sms`.
struct Words<'a> {
    desk: &'a Desk,
    language: Language,
    key: &'static str,
    link: &'a str,
}

impl Words<'_> {
    fn mail(&self, to: String, facts: &[(&'static str, &str)]) -> Message {
        let authority = [("authority", self.desk.config.authority.name.as_str())];
        let close = web::text_with(self.language, "bookings-mail-close", &authority);
        let text = self.text("mail", facts) + "\n\n" + &close + "\n";
        Message::Mail(Mail { to, subject: self.text("subject", &[]), text, invitation: None })
    }

    fn sms(&self, to: &Phone, facts: &[(&'static str, &str)]) -> Message {
        Message::Sms(Sms { to: to.as_str().to_owned(), text: self.text("sms", facts) })
    }

    fn text(&self, kind: &str, facts: &[(&'static str, &str)]) -> String {
        let link = self.desk.address(&Locale::new(self.language).path(self.link));
        let facts: Vec<_> = facts.iter().copied().chain([("link", link.as_str())]).collect();
        web::text_with(self.language, &format!("{}-{kind}", self.key), &facts)
    }
}
