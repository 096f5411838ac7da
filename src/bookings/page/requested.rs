//! A request that waits for its confirmation by mail, the page behind the mail's link, and one booking too many.
//!
//! Rule: the link shows a page; only its button makes the booking firm.

use askama::Template;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::{Link, booked, frame, held, trouble};
use crate::bookings::{self, Booking, BookingError, Refusal, State as Stage};
use crate::desk::Desk;
use crate::kernel::{Instant, Secret};
use crate::web::{self, Locale, Page, say};

/// The two secrets of the mail's link: the booking's own, and the code that proves that the mail arrived.
pub(super) struct MailLink(Secret, Secret);

impl<S: Send + Sync> FromRequestParts<S> for MailLink {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let texts = Path::<(String, String)>::from_request_parts(parts, state).await.map(|path| path.0);
        let Ok(t) = Locale::from_request_parts(parts, state).await;
        let (secret, code) = texts.unwrap_or_default();
        let read = Secret::parse(&secret).zip(Secret::parse(&code));
        read.map(|(secret, code)| Self(secret, code)).ok_or_else(|| trouble(&t, BookingError::NoSuchBooking))
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/requested.html")]
struct WaitPage<'a> {
    t: &'a Locale,
    page: Page,
    when: String,
    until: String,
    to: String,
    path: String,
}

/// The mail is on its way.
pub(super) fn wait_page(desk: &Desk, t: &Locale, booking: &Booking, (secret, until): (&Secret, Instant)) -> Response {
    let person = match bookings::open_person(desk, booking) {
        Ok(person) => person,
        Err(error) => return trouble(t, error),
    };
    web::ok(&WaitPage {
        t,
        page: frame(t, &t.tr("bookings-requested-title"), Some(booking.topic.topic())),
        when: say::span(t.language, booking.span),
        until: say::time(until),
        to: person.map(|person| person.contact_text().to_owned()).unwrap_or_default(),
        path: booked::path(t, secret),
    })
}

/// Back to the form, to correct the address or to get the mail once more.
pub(super) async fn reopen(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    match bookings::reopen(&desk, desk.now(), &secret).await {
        Ok(_) => web::go(&held::path(&t, &secret, "")),
        Err(BookingError::Refused(Refusal::HeldTooLong)) => trouble(&t, Refusal::HeldTooLong.into()),
        Err(BookingError::Refused(_)) => web::go(&booked::path(&t, &secret)),
        Err(error) => trouble(&t, error),
    }
}

/// A reload of what only a form may ask for.
pub(super) async fn back(t: Locale, Link(secret): Link) -> Response {
    web::go(&booked::path(&t, &secret))
}

#[derive(Template)]
#[template(path = "bookings/pages/confirm.html")]
struct ConfirmPage<'a> {
    t: &'a Locale,
    page: Page,
    when: String,
    until: String,
    action: String,
}

/// Asks; only the answer changes something.
pub(super) async fn ask(State(desk): State<Desk>, t: Locale, MailLink(secret, code): MailLink) -> Response {
    let now = desk.now();
    let booking = match bookings::find_request(&desk, &secret, &code).await {
        Ok(booking) => booking,
        Err(error) => return trouble(&t, error),
    };
    let Stage::Requested { until, .. } = booking.state_at(now) else {
        return outcome(&desk, &t, now, &booking, &secret).await;
    };
    web::ok(&ConfirmPage {
        t: &t,
        page: frame(&t, &t.tr("bookings-confirm-title"), Some(booking.topic.topic())),
        when: say::span(t.language, booking.span),
        until: say::time(until),
        action: format!("{}/bestaetigen/{}", booked::path(&t, &secret), code.expose()),
    })
}

pub(super) async fn confirm(State(desk): State<Desk>, t: Locale, MailLink(secret, code): MailLink) -> Response {
    let now = desk.now();
    match bookings::confirm_request(&desk, now, &secret, &code).await {
        Ok(_) => web::go(&booked::path(&t, &secret)),
        Err(BookingError::Refused(_)) => match bookings::load_by_secret(&desk, &secret).await {
            Ok(booking) => outcome(&desk, &t, now, &booking, &secret).await,
            Err(error) => trouble(&t, error),
        },
        Err(error) => trouble(&t, error),
    }
}

/// What became of a booking whose link is used late or again.
async fn outcome(desk: &Desk, t: &Locale, now: Instant, booking: &Booking, secret: &Secret) -> Response {
    match booking.state_at(now) {
        Stage::Expired => held::expired_page(desk, t, now, booking, secret).await,
        Stage::Cancelled => booked::cancelled_page(t, booking),
        Stage::Held { .. } | Stage::Requested { .. } | Stage::Confirmed | Stage::Attended | Stage::NoShow => {
            web::go(&booked::path(t, secret))
        }
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/too_many.html")]
struct TooManyPage<'a> {
    t: &'a Locale,
    page: Page,
    most: i64,
    /// The form, to name another contact.
    back: String,
    hold: Option<String>,
}

/// One booking too many of this contact: what to do. The slot stays held, and what was typed stays.
pub(super) async fn too_many_page(desk: &Desk, t: &Locale, secret: &Secret, most: i64) -> Response {
    let booking = match bookings::load_by_secret(desk, secret).await {
        Ok(booking) => booking,
        Err(error) => return trouble(t, error),
    };
    let page = TooManyPage {
        t,
        page: frame(t, &t.tr("bookings-too-many-title"), Some(booking.topic.topic())).with_error(t),
        most,
        back: held::path(t, secret, ""),
        hold: booking.hold_until().filter(|until| *until > desk.now()).map(say::time),
    };
    web::html(StatusCode::CONFLICT, &page)
}
