//! A word of the office to a citizen who has not just pressed a button: by mail, or by SMS, whichever reaches them.
//!
//! Rule: every link in it is made for this message alone and leads to the configured address; where a topic is about
//! victims, neither subject nor SMS says whose word it is or what about.

use chrono::TimeDelta;

use super::reminders::Ahead;
use super::{Booking, BookingError, Contact, Person, letter, open_person, proposals, store};
use crate::db::Tx;
use crate::desk::Desk;
use crate::kernel::{Instant, Phone, Secret, Span};
use crate::outbox::{self, Mail, Message, Sms};
use crate::web::{self, Locale, say};

/// What it is about.
#[derive(Clone, Copy)]
pub enum Notice<'a> {
    /// The appointment does not take place as booked; these times are kept until then.
    Asked {
        reason: proposals::Reason,
        times: &'a [Span],
        until: Instant,
    },
    /// A colleague is there at the same time.
    HandedOver(proposals::Reason),
    Remind(Ahead),
    /// The officer comes so many minutes later.
    Late {
        minutes: i64,
        expected: Instant,
    },
    /// The office moved it; by SMS only, since a mail carries the calendar entry.
    Moved,
    /// The office cancelled; by SMS only, since a mail takes the calendar entry back.
    Cancelled,
}

/// How a citizen can be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    Mail(String),
    Sms(Phone),
    /// Nothing written reaches them: a fixed line, no sender for SMS, or a booking whose person is forgotten.
    Call,
}

/// A link in a message leads somewhere for so long: longer than an appointment lies ahead.
pub const LINK_LASTS: TimeDelta = TimeDelta::days(100);

/// What reaches this person.
pub fn reach(desk: &Desk, person: &Person) -> Reach {
    let has_sender = desk.is_demo() || desk.config.telephony.twilio.sms_from.is_some();
    match (person.mail(), Contact::find(person.contact_text())) {
        (Some(mail), _) => Reach::Mail(mail.to_owned()),
        (None, Some(Contact::Phone(phone))) if has_sender && phone.is_mobile() => Reach::Sms(phone),
        (None, _) => Reach::Call,
    }
}

/// What reaches whoever booked; a call where that is forgotten.
pub fn find_reach(desk: &Desk, booking: &Booking) -> Result<Reach, BookingError> {
    Ok(open_person(desk, booking)?.map_or(Reach::Call, |person| reach(desk, &person)))
}

/// Posts the word, with a link of its own, where something written reaches the citizen. After the commit ring
/// `desk.outbox_bell`.
pub async fn send(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    booking: &Booking,
    notice: Notice<'_>,
) -> Result<Reach, BookingError> {
    let Some(person) = open_person(desk, booking)? else { return Ok(Reach::Call) };
    let reach = reach(desk, &person);
    let secret = Secret::mint();
    let page = notice.page(&secret);
    let words = Words { desk, booking, person: &person, notice, link: link(desk, booking, &page) };
    let message = match &reach {
        Reach::Mail(to) => words.mail(to.clone()),
        Reach::Sms(to) => words.sms(to),
        Reach::Call => return Ok(reach),
    };
    store::insert_link(tx, secret.hash(), booking.id, now + LINK_LASTS).await?;
    outbox::post(tx, desk, now, &booking.id, &message).await?;
    Ok(reach)
}

fn link(desk: &Desk, booking: &Booking, page: &str) -> String {
    desk.address(&Locale::new(booking.language).path(page))
}

impl Notice<'_> {
    /// What the keys of its texts begin with.
    fn key(&self) -> &'static str {
        match self {
            Self::Asked { times: [], .. } => "firm-nothing-free",
            Self::Asked { .. } => "firm-asked",
            Self::HandedOver(_) => "firm-handed-over",
            Self::Remind(Ahead::Day) => "firm-remind-day",
            Self::Remind(Ahead::Hour) => "firm-remind-hour",
            Self::Late { .. } => "firm-late",
            Self::Moved => "firm-moved",
            Self::Cancelled => "firm-cancelled",
        }
    }

    /// Where its link leads.
    fn page(&self, secret: &Secret) -> String {
        let booking = format!("/buchung/{}", secret.expose());
        match self {
            Self::Asked { .. } => booking + "/vorschlag",
            Self::HandedOver(_) | Self::Remind(_) | Self::Late { .. } | Self::Moved | Self::Cancelled => booking,
        }
    }
}

/// Everything that a message is made of.
struct Words<'a> {
    desk: &'a Desk,
    booking: &'a Booking,
    person: &'a Person,
    notice: Notice<'a>,
    link: String,
}

impl Words<'_> {
    fn mail(&self, to: String) -> Message {
        let what = letter::title(self.booking);
        let subject = self.text(&format!("{}-subject", self.notice.key()), &[("what", &what)]);
        let mut parts = vec![self.text("firm-greeting", &[("name", &self.person.name)]), self.said("mail")];
        parts.extend(self.facts());
        parts.push(self.text("bookings-mail-link", &[("link", &self.link)]));
        parts.push(self.text("bookings-mail-never", &[]));
        parts.push(self.text("bookings-mail-close", &[("authority", &self.desk.config.authority.name)]));
        Message::Mail(Mail { to, subject, text: parts.join("\n\n") + "\n", invitation: None })
    }

    fn sms(&self, to: &Phone) -> Message {
        let sender = match self.booking.topic.topic().may_be_named() {
            true => "firm-sms-sender",
            false => "firm-sms-neutral",
        };
        let parts = [self.text(sender, &[]), self.said("sms"), self.link.clone(), self.text("firm-sms-never", &[])];
        Message::Sms(Sms { to: to.as_str().to_owned(), text: parts.join(" ") })
    }

    /// The notice's own words.
    fn said(&self, way: &str) -> String {
        let when = say::span(self.booking.language, self.booking.span);
        let mut values = vec![("when", when)];
        match self.notice {
            Notice::Asked { reason, times, until } => {
                let times = times.iter().map(|time| format!("– {}", say::span(self.booking.language, *time)));
                values.push(("reason", self.text(reason.key(), &[])));
                values.push(("times", times.collect::<Vec<_>>().join("\n")));
                values.push(("until", say::moment(self.booking.language, until)));
            }
            Notice::HandedOver(reason) => values.push(("reason", self.text(reason.key(), &[]))),
            Notice::Late { minutes, expected } => {
                values.extend([("minutes", minutes.to_string()), ("time", say::time(expected))]);
            }
            Notice::Remind(_) | Notice::Moved => values.push(("kennwort", self.person.kennwort.clone())),
            Notice::Cancelled => {}
        }
        let values: Vec<(&'static str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.text(&format!("{}-{way}", self.notice.key()), &values)
    }

    /// What the citizen needs for an appointment that takes place.
    fn facts(&self) -> Vec<String> {
        match self.notice {
            Notice::Asked { .. } | Notice::Late { .. } | Notice::Moved | Notice::Cancelled => Vec::new(),
            Notice::HandedOver(_) | Notice::Remind(_) => {
                let (office, reference) = (self.booking.office.name(), self.booking.reference.to_string());
                let facts = [("office", office), ("reference", &reference), ("kennwort", &self.person.kennwort)];
                let how = [("office", office), ("contact", self.person.contact_text())];
                vec![self.text("bookings-mail-facts", &facts), self.text(letter::how(self.booking.format), &how)]
            }
        }
    }

    fn text(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        web::text_with(self.booking.language, key, values)
    }
}

impl proposals::Reason {
    /// Its words to the citizen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Deployed => "firm-reason-deployed",
            Self::Absent => "firm-reason-absent",
            Self::HourChanged => "firm-reason-hour-changed",
        }
    }
}
