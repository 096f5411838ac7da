//! The booked appointment behind its secret link: look, keep, cancel, move.
//!
//! Rule: the link always says what became of the booking; a cancelled one is never made anew.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Deserialize;

use super::search::{TakenPage, Trail};
use super::week::{Week, Weeks};
use super::{Choice, Fault, FaultList, Link, frame, held, needs_text, requested, trouble};
use crate::bookings::delays;
use crate::bookings::notice::{self, Reach};
use crate::bookings::{self, Booking, BookingError, ByCode, Format, Person, Refusal, State as Stage, Time};
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Secret};
use crate::people::Officer;
use crate::web::{self, Form, Locale, Page, say};

#[derive(Template)]
#[template(path = "bookings/pages/booked.html")]
struct BookedPage<'a> {
    t: &'a Locale,
    page: Page,
    booking: &'a Booking,
    /// None once it is forgotten.
    person: Option<Person>,
    when: String,
    /// Whom the citizen chose by name.
    officer: Option<Officer>,
    /// None: nothing.
    needs: Option<String>,
    /// The whole address of this page, to keep.
    address: String,
    /// The path of this page.
    path: String,
    lies_ahead: bool,
    hours: i64,
    /// On the day itself: whether it begins on time.
    lage: Option<String>,
    /// The key of what the citizen will be told.
    told: &'static str,
}

pub(super) async fn show(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let now = desk.now();
    let booking = match bookings::load_by_secret(&desk, &secret).await {
        Ok(booking) => booking,
        Err(error) => return trouble(&t, error),
    };
    match booking.state_at(now) {
        Stage::Held { .. } => web::go(&t.path(&format!("/reservierung/{}", secret.expose()))),
        Stage::Requested { until, .. } => requested::wait_page(&desk, &t, &booking, (&secret, until)),
        Stage::Expired => held::expired_page(&desk, &t, now, &booking, &secret).await,
        Stage::Cancelled => cancelled_page(&t, &booking),
        Stage::Confirmed if booking.asked_at.is_some() => web::go(&format!("{}/vorschlag", path(&t, &secret))),
        Stage::Confirmed | Stage::Attended | Stage::NoShow => booked_page(&desk, &t, &booking, &secret).await,
    }
}

async fn booked_page(desk: &Desk, t: &Locale, booking: &Booking, secret: &Secret) -> Response {
    let person = match bookings::open_person(desk, booking) {
        Ok(person) => person,
        Err(error) => return trouble(t, error),
    };
    let lage = match delays::lage(desk, t, desk.now(), booking).await {
        Ok(lage) => lage,
        Err(error) => return web::unavailable(t, &error),
    };
    let officer = match bookings::find_named(desk, booking).await {
        Ok(officer) => officer,
        Err(error) => return web::unavailable(t, &error),
    };
    let path = path(t, secret);
    let reach = match notice::find_reach(desk, booking) {
        Ok(reach) => reach,
        Err(error) => return trouble(t, error),
    };
    web::ok(&BookedPage {
        lage,
        told: match reach {
            Reach::Mail(_) => "firm-next-mail",
            Reach::Sms(_) => "firm-next-sms",
            Reach::Call => "bookings-next-no-mail",
        },
        t,
        page: frame(t, &t.tr("bookings-booked-title"), Some(booking.topic.topic())),
        booking,
        person,
        officer,
        when: say::span(t.language, booking.span),
        needs: (!booking.needs.is_empty()).then(|| needs_text(t, booking.needs)),
        address: desk.address(&path),
        path,
        lies_ahead: booking.may_move(desk.now()).is_ok(),
        hours: desk.config.retention.contact_hours.0,
    })
}

#[derive(Template)]
#[template(path = "bookings/pages/cancelled.html")]
struct CancelledPage<'a> {
    t: &'a Locale,
    page: Page,
    when: String,
    reference: String,
    again: String,
}

pub(super) fn cancelled_page(t: &Locale, booking: &Booking) -> Response {
    let topic = booking.topic.topic();
    web::ok(&CancelledPage {
        t,
        page: frame(t, &t.tr("bookings-cancelled-title"), Some(topic)),
        when: say::span(t.language, booking.span),
        reference: booking.reference.to_string(),
        again: Trail::of(&bookings::wish_of(booking)).link(t, "/termin/zeit"),
    })
}

/// The booking as a calendar file, for whoever got no mail.
pub(super) async fn file(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let booking = match bookings::load_by_secret(&desk, &secret).await {
        Ok(booking) => booking,
        Err(error) => return trouble(&t, error),
    };
    if !(booking.state.is_booked() || booking.state == Stage::Cancelled) {
        return trouble(&t, BookingError::NoSuchBooking);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8; method=PUBLISH"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"termin.ics\""),
    ];
    (headers, bookings::calendar_file(&desk, &booking)).into_response()
}

#[derive(Template)]
#[template(path = "bookings/pages/cancel.html")]
struct CancelPage<'a> {
    t: &'a Locale,
    page: Page,
    when: String,
    path: String,
}

/// Asks; only the answer changes something.
pub(super) async fn ask_cancel(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let booking = match load_ahead(&desk, &t, &secret).await {
        Ok(booking) => booking,
        Err(response) => return *response,
    };
    web::ok(&CancelPage {
        t: &t,
        page: frame(&t, &t.tr("bookings-cancel-title"), Some(booking.topic.topic())),
        when: say::span(t.language, booking.span),
        path: path(&t, &secret),
    })
}

pub(super) async fn cancel(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    match bookings::cancel(&desk, desk.now(), &secret).await {
        Ok(_) | Err(BookingError::Refused(Refusal::AlreadyCancelled)) => web::go(&path(&t, &secret)),
        Err(error) => trouble(&t, error),
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/move.html")]
struct MovePage<'a> {
    t: &'a Locale,
    page: Page,
    when: String,
    path: String,
    week: Week,
}

pub(super) async fn ask_move(State(desk): State<Desk>, t: Locale, Link(secret): Link, trail: Trail) -> Response {
    let now = desk.now();
    let booking = match load_ahead(&desk, &t, &secret).await {
        Ok(booking) => booking,
        Err(response) => return *response,
    };
    let action = format!("{}/verschieben", path(&t, &secret));
    let wish = bookings::wish_of(&booking);
    let except = Some(booking.span.start);
    let weeks = Weeks { t: &t, wish, page: action.clone(), action, hidden: vec![], except };
    let week = match weeks.load(&desk, now, &trail.woche).await {
        Ok(week) => week,
        Err(error) => return trouble(&t, error),
    };
    web::ok(&MovePage {
        t: &t,
        page: frame(&t, &t.tr("bookings-move-title"), Some(booking.topic.topic())),
        when: say::span(t.language, booking.span),
        path: path(&t, &secret),
        week,
    })
}

#[derive(Deserialize)]
pub(super) struct NewTime {
    /// RFC 3339.
    #[serde(default)]
    zeit: String,
}

pub(super) async fn move_to(
    State(desk): State<Desk>,
    t: Locale,
    Link(secret): Link,
    Form(chosen): Form<NewTime>,
) -> Response {
    let Some(start) = Instant::parse(&chosen.zeit) else {
        return web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    };
    let booking = match load_ahead(&desk, &t, &secret).await {
        Ok(booking) => booking,
        Err(response) => return *response,
    };
    let again = |title, nearest: Vec<Time>| taken_page(&t, (&booking, &secret), title, &nearest);
    match bookings::move_to(&desk, desk.now(), &secret, start).await {
        Ok(_) | Err(BookingError::Refused(Refusal::AlreadyCancelled)) => web::go(&path(&t, &secret)),
        Err(BookingError::SlotTaken { nearest }) => again("bookings-taken-title", nearest),
        Err(BookingError::Past { nearest }) => again("bookings-past-title", nearest),
        Err(error) => trouble(&t, error),
    }
}

fn taken_page(t: &Locale, (booking, secret): (&Booking, &Secret), title: &'static str, nearest: &[Time]) -> Response {
    let action = format!("{}/verschieben", path(t, secret));
    let page = TakenPage {
        t,
        page: frame(t, &t.tr(title), Some(booking.topic.topic())).with_error(t),
        title: t.tr(title),
        text: t.tr("bookings-taken-text"),
        all: action.clone(),
        choice: Choice::of_times(action, vec![], nearest, t.language),
    };
    web::html(StatusCode::CONFLICT, &page)
}

#[derive(Template)]
#[template(path = "bookings/pages/find.html")]
struct FindPage<'a> {
    t: &'a Locale,
    page: Page,
    faults: FaultList,
    /// What was typed: the link, the reference.
    typed: (String, String),
}

pub(super) async fn find(t: Locale) -> Response {
    let page = Page::new(&t, t.tr("bookings-find-title"));
    web::ok(&FindPage { t: &t, page, faults: FaultList::default(), typed: Default::default() })
}

/// So much of what was typed is shown again, in characters.
const LONGEST: usize = 300;

#[derive(Deserialize)]
pub(super) struct Kept {
    #[serde(default)]
    link: String,
}

/// Leads from a link that somebody kept to its booking. Changes nothing; a POST keeps the secret out of addresses.
pub(super) async fn found(State(desk): State<Desk>, t: Locale, Form(kept): Form<Kept>) -> Response {
    let secret = kept.link.split(|c: char| c == '/' || c.is_whitespace()).find_map(Secret::parse);
    if let Some(secret) = secret {
        match bookings::find_by_secret(&desk, &secret).await {
            Ok(Some(_)) => return web::go(&path(&language_of(&t, &kept.link), &secret)),
            Ok(None) => {}
            Err(error) => return web::unavailable(&t, &error),
        }
    }
    let typed = kept.link.chars().take(LONGEST).collect();
    not_found(&t, ("link", "bookings-find-wrong"), (typed, String::new()))
}

/// A link that somebody kept is opened in its own language, where the page is in German.
fn language_of(t: &Locale, link: &str) -> Locale {
    let mut tags = link.split(['/', '?', '#']).filter_map(Language::written);
    let own = tags.next_back().filter(|_| t.language == Language::De);
    Locale::new(own.unwrap_or(t.language))
}

fn not_found(t: &Locale, (field, key): (&'static str, &str), typed: (String, String)) -> Response {
    let faults = Fault { field, text: t.tr(key) }.into();
    let page = Page::new(t, t.tr("bookings-find-title")).with_error(t);
    web::html(StatusCode::BAD_REQUEST, &FindPage { t, page, faults, typed })
}

#[derive(Deserialize)]
pub(super) struct Coded {
    #[serde(default)]
    nummer: String,
    #[serde(default)]
    kennwort: String,
}

/// Leads from reference and Kennwort to the booking, by a link of its own.
pub(super) async fn by_code(State(desk): State<Desk>, t: Locale, Form(coded): Form<Coded>) -> Response {
    let typed = (String::new(), coded.nummer.chars().take(LONGEST).collect());
    match bookings::find_by_code(&desk, desk.now(), &coded.nummer, &coded.kennwort).await {
        Ok(ByCode::Link(secret)) => web::go(&path(&t, &secret)),
        Ok(ByCode::Unknown) => not_found(&t, ("nummer", "bookings-find-code-wrong"), typed),
        Ok(ByCode::TooOften) => not_found(&t, ("nummer", "bookings-find-too-often"), typed),
        Err(error) => trouble(&t, error),
    }
}

/// A reload of what only a form may ask for.
pub(super) async fn back_to_find(t: Locale) -> Response {
    web::go(&t.path("/buchung"))
}

/// A firm booking that lies ahead, or the page that says why it is none.
async fn load_ahead(desk: &Desk, t: &Locale, secret: &Secret) -> Result<Booking, Box<Response>> {
    let booking = bookings::load_by_secret(desk, secret).await.map_err(|error| Box::new(trouble(t, error)))?;
    match booking.state_at(desk.now()) {
        Stage::Confirmed | Stage::Attended | Stage::NoShow => match booking.may_move(desk.now()) {
            Ok(()) => Ok(booking),
            Err(refusal) => Err(Box::new(trouble(t, refusal.into()))),
        },
        Stage::Held { .. } | Stage::Requested { .. } | Stage::Expired | Stage::Cancelled => {
            Err(Box::new(web::go(&path(t, secret))))
        }
    }
}

pub(super) fn path(t: &Locale, secret: &Secret) -> String {
    t.path(&format!("/buchung/{}", secret.expose()))
}
