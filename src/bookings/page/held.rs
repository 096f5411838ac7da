//! While a slot is held: who books, and check your answers.
//!
//! Rule: nothing typed is lost. A good form is kept sealed with the hold, also when it ran out in the meantime; a faulty
//! one comes back as it was.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::requested;
use super::search::{TakenPage, Trail};
use super::{Choice, Fault, FaultList, Link, frame, needs_text, trouble};
use crate::bookings::{
    self, Booking, BookingError, ContactFault, Faults, Format, NameFault, Person, Refusal, State as Stage, Typed, Wish,
};
use crate::desk::Desk;
use crate::kernel::{Instant, Secret};
use crate::people::Officer;
use crate::web::{self, Form, Locale, Page, say};

/// How long a slot is held, in words.
struct Hold {
    until: String,
    minutes: i64,
    seconds: i64,
}

impl Hold {
    fn of(booking: &Booking, now: Instant) -> Option<Self> {
        let until = booking.hold_until().filter(|until| *until > now)?;
        // The last minute is still one.
        let seconds = (until - now).num_seconds();
        Some(Self { until: say::time(until), minutes: (seconds + 59) / 60, seconds })
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/person.html")]
struct PersonPage<'a> {
    t: &'a Locale,
    page: Page,
    faults: FaultList,
    action: String,
    /// The list of times, to choose another.
    back: String,
    hold: Option<Hold>,
    when: String,
    format: Format,
    name: String,
    contact: String,
    hours: i64,
}

#[derive(Template)]
#[template(path = "bookings/pages/check.html")]
struct CheckPage<'a> {
    t: &'a Locale,
    page: Page,
    action: String,
    form: String,
    extend: String,
    hold: Option<Hold>,
    when: String,
    booking: &'a Booking,
    /// Whom the citizen chose by name.
    officer: Option<Officer>,
    needs: String,
    person: Person,
    /// Where each answer is changed.
    change_topic: String,
    change_format: String,
    change_place: String,
    change_needs: String,
    change_time: String,
}

pub(super) async fn form(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let now = desk.now();
    match load_held(&desk, &t, now, &secret).await {
        Ok((booking, person)) => {
            let typed = person.map(|person| person.typed()).unwrap_or_default();
            let asked = Asked { desk: &desk, t: &t, now, secret: &secret };
            asked.person_page(&booking, typed, Faults::default())
        }
        Err(response) => *response,
    }
}

pub(super) async fn back_to_form(t: Locale, Link(secret): Link) -> Response {
    web::go(&path(&t, &secret, ""))
}

#[derive(Deserialize)]
pub(super) struct PersonForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kontakt: String,
    /// Whether this only extends the hold.
    verlaengern: Option<String>,
}

pub(super) async fn describe(
    State(desk): State<Desk>,
    t: Locale,
    Link(secret): Link,
    Form(form): Form<PersonForm>,
) -> Response {
    let now = desk.now();
    let asked = Asked { desk: &desk, t: &t, now, secret: &secret };
    let typed = Typed { name: form.name, contact: form.kontakt };
    if form.verlaengern.is_some() {
        return match asked.extend_and_keep(typed).await {
            Ok(response) => response,
            Err(error) => asked.refused(error).await,
        };
    }
    match bookings::describe(&desk, now, &secret, &typed).await {
        Ok(_) => web::go(&path(&t, &secret, "/pruefen")),
        Err(BookingError::Malformed(faults)) => match bookings::load_by_secret(&desk, &secret).await {
            Ok(booking) => asked.person_page(&booking, typed, faults),
            Err(error) => trouble(&t, error),
        },
        Err(error) => asked.refused(error).await,
    }
}

/// From the page that shows the answers.
pub(super) async fn extend(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let now = desk.now();
    match bookings::extend(&desk, now, &secret).await {
        Ok(_) => web::go(&path(&t, &secret, "/pruefen")),
        Err(error) => Asked { desk: &desk, t: &t, now, secret: &secret }.refused(error).await,
    }
}

pub(super) async fn check(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let now = desk.now();
    let (booking, person) = match load_held(&desk, &t, now, &secret).await {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let Some(person) = person else { return web::go(&path(&t, &secret, "")) };
    let officer = match bookings::find_named(&desk, &booking).await {
        Ok(officer) => officer,
        Err(error) => return web::unavailable(&t, &error),
    };
    let trail = trail_of(&booking).instead_of(&secret);
    web::ok(&CheckPage {
        t: &t,
        page: frame(&t, &t.tr("bookings-check-title"), Some(booking.topic.topic())),
        action: path(&t, &secret, "/pruefen"),
        form: path(&t, &secret, ""),
        extend: path(&t, &secret, "/verlaengern"),
        hold: Hold::of(&booking, now),
        when: say::span(t.language, booking.span),
        booking: &booking,
        officer,
        needs: needs_text(&t, booking.needs),
        person,
        change_topic: trail.link(&t, "/termin"),
        change_format: trail.link(&t, "/termin/art"),
        change_place: trail.link(&t, "/termin/ort"),
        change_needs: trail.link(&t, "/termin/bedarf"),
        change_time: trail.link(&t, "/termin/zeit"),
    })
}

pub(super) async fn confirm(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let now = desk.now();
    match bookings::confirm(&desk, now, &secret, None).await {
        Ok(_) => web::go(&booked_path(&t, &secret)),
        Err(BookingError::Refused(Refusal::NobodyNamed)) => web::go(&path(&t, &secret, "")),
        Err(error) => Asked { desk: &desk, t: &t, now, secret: &secret }.refused(error).await,
    }
}

/// The hold and what was typed, or the page that stands in its place.
async fn load_held(
    desk: &Desk,
    t: &Locale,
    now: Instant,
    secret: &Secret,
) -> Result<(Booking, Option<Person>), Box<Response>> {
    let refuse = |error| Box::new(trouble(t, error));
    let booking = bookings::load_by_secret(desk, secret).await.map_err(refuse)?;
    match booking.state_at(now) {
        Stage::Held { .. } => {}
        Stage::Expired => return Err(Box::new(expired_page(desk, t, now, &booking, secret).await)),
        Stage::Requested { .. } | Stage::Confirmed | Stage::Attended | Stage::NoShow | Stage::Cancelled => {
            return Err(Box::new(web::go(&booked_path(t, secret))));
        }
    }
    let person = bookings::open_person(desk, &booking).map_err(refuse)?;
    Ok((booking, person))
}

/// A request about a hold, with what its pages need.
struct Asked<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    now: Instant,
    secret: &'a Secret,
}

impl Asked<'_> {
    fn person_page(&self, booking: &Booking, typed: Typed, faults: Faults) -> Response {
        let t = self.t;
        let faults = said(t, faults);
        let frame = frame(t, &t.tr("bookings-person-title"), Some(booking.topic.topic()));
        let (status, page) = match faults.is_empty() {
            true => (StatusCode::OK, frame),
            false => (StatusCode::BAD_REQUEST, frame.with_error(t)),
        };
        let page = PersonPage {
            t,
            page,
            faults,
            action: path(t, self.secret, ""),
            back: trail_of(booking).instead_of(self.secret).link(t, "/termin/zeit"),
            hold: Hold::of(booking, self.now),
            when: say::span(t.language, booking.span),
            format: booking.format,
            name: typed.name,
            contact: typed.contact,
            hours: self.desk.config.retention.contact_hours.0,
        };
        web::html(status, &page)
    }

    /// Extends the hold in the middle of the form: what is good is kept first, for it may be too late to extend; what
    /// is not yet good comes back untouched.
    async fn extend_and_keep(&self, typed: Typed) -> Result<Response, BookingError> {
        let kept = bookings::describe(self.desk, self.now, self.secret, &typed).await;
        let booking = match kept {
            Ok(_) | Err(BookingError::Malformed(_) | BookingError::TooMany { .. }) => {
                bookings::extend(self.desk, self.now, self.secret).await?
            }
            Err(error) => return Err(error),
        };
        match kept {
            Ok(_) | Err(BookingError::TooMany { .. }) => Ok(web::go(&path(self.t, self.secret, ""))),
            Err(_) => Ok(self.person_page(&booking, typed, Faults::default())),
        }
    }

    /// What stands in the place of a refused step.
    async fn refused(&self, error: BookingError) -> Response {
        if let BookingError::TooMany { most } = error {
            return requested::too_many_page(self.desk, self.t, self.secret, most).await;
        }
        let not_held = matches!(
            error,
            BookingError::Refused(Refusal::HoldExpired | Refusal::AlreadyCancelled | Refusal::NotPossible { .. })
        );
        if not_held && let Err(response) = load_held(self.desk, self.t, self.now, self.secret).await {
            return *response;
        }
        trouble(self.t, error)
    }
}

/// The hold ran out: the nearest free times, and a new hold that keeps what was typed.
pub(super) async fn expired_page(
    desk: &Desk,
    t: &Locale,
    now: Instant,
    booking: &Booking,
    secret: &Secret,
) -> Response {
    let trail = trail_of(booking).instead_of(secret);
    let wish: Wish = bookings::wish_of(booking);
    let nearest = match bookings::list_nearest(desk, now, &wish, booking.span.start).await {
        Ok(nearest) => nearest,
        Err(error) => return web::unavailable(t, &error),
    };
    let title = t.tr("bookings-expired-title");
    let text = if booking.person.is_some() { "bookings-expired-kept" } else { "bookings-expired-text" };
    let page = TakenPage {
        t,
        page: frame(t, &title, Some(booking.topic.topic())),
        title,
        text: t.tr(text),
        choice: Choice::of_times(t.path("/termin/reservieren"), trail.hidden(), &nearest, t.language),
        all: trail.link(t, "/termin/zeit"),
    };
    web::html(StatusCode::GONE, &page)
}

fn trail_of(booking: &Booking) -> Trail {
    Trail::of(&bookings::wish_of(booking))
}

pub(super) fn path(t: &Locale, secret: &Secret, step: &str) -> String {
    t.path(&format!("/reservierung/{}{step}", secret.expose()))
}

fn booked_path(t: &Locale, secret: &Secret) -> String {
    t.path(&format!("/buchung/{}", secret.expose()))
}

pub(super) fn said(t: &Locale, faults: Faults) -> FaultList {
    let name = faults.name.map(|fault| match fault {
        NameFault::Missing => "bookings-name-missing",
        NameFault::TooLong => "bookings-name-too-long",
    });
    let contact = faults.contact.map(|fault| match fault {
        ContactFault::PhoneMissing => "bookings-phone-missing",
        ContactFault::NotAPhone => "bookings-phone-wrong",
        ContactFault::MailMissing => "bookings-mail-missing",
        ContactFault::NotAMail => "bookings-mail-wrong",
        ContactFault::Missing => "bookings-contact-missing",
        ContactFault::Neither => "bookings-contact-wrong",
    });
    let fault = |(field, key): (&'static str, Option<&str>)| Some(Fault { field, text: t.tr(key?) });
    FaultList([("name", name), ("kontakt", contact)].into_iter().filter_map(fault).collect())
}
