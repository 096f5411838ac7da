//! The citizen's pages of the waiting list: put me on it, where I stand, an offer.
//!
//! Rule: links show, buttons change; an offer that is over says so and leads on.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::TimeDelta;
use http::StatusCode;
use serde::Deserialize;

use super::search::Trail;
use super::{Fault, FaultList, Link, booked, frame, held, trouble};
use crate::bookings::waiting::{self, Join, OfferState, Offered, WaitingError, WaitingState};
use crate::bookings::{self, BookingError, Format, State as Stage, Typed, Wish};
use crate::desk::Desk;
use crate::kernel::{Instant, local};
use crate::offices::OfficeId;
use crate::web::{self, Form, Locale, Page, say};

/// The last day that stands in the form at first lies so far ahead.
const SOON: TimeDelta = TimeDelta::weeks(4);

#[derive(Template)]
#[template(path = "bookings/pages/waiting_join.html")]
struct JoinPage<'a> {
    t: &'a Locale,
    page: Page,
    faults: FaultList,
    hidden: Vec<(&'static str, String)>,
    back: String,
    topic: &'static str,
    format: Format,
    office: Option<OfficeId>,
    typed: JoinForm,
    today: String,
    latest: String,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct JoinForm {
    name: String,
    kontakt: String,
    /// ISO 8601.
    bis: String,
}

/// A form with what was chosen before it.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(flatten)]
    trail: Trail,
    #[serde(flatten)]
    typed: JoinForm,
}

pub(super) async fn ask_join(State(desk): State<Desk>, t: Locale, trail: Trail) -> Response {
    if let Some(wish) = trail.wish(t.language) {
        match waiting::is_open(&desk, &wish).await {
            Ok(true) => {}
            Ok(false) => return refused(&t, WaitingError::Closed),
            Err(error) => return web::unavailable(&t, &error),
        }
    }
    let bis = local::day(desk.now() + SOON).to_string();
    join_page(&desk, &t, &trail, JoinForm { bis, ..JoinForm::default() }, FaultList::default())
}

fn join_page(desk: &Desk, t: &Locale, trail: &Trail, typed: JoinForm, faults: FaultList) -> Response {
    let Some(wish) = trail.wish(t.language) else { return web::go(&trail.link(t, "/termin")) };
    let topic = wish.topic.topic();
    let page = frame(t, &t.tr("bookings-waiting-title"), Some(topic));
    let page = JoinPage {
        t,
        page: if faults.is_empty() { page } else { page.with_error(t) },
        hidden: trail.hidden(),
        back: trail.link(t, "/termin/zeit"),
        topic: topic.title(t.language),
        format: wish.format,
        office: wish.office,
        typed,
        today: local::day(desk.now()).to_string(),
        latest: local::day(desk.now() + bookings::AHEAD).to_string(),
        faults,
    };
    web::html(page.faults.status(), &page)
}

pub(super) async fn join(State(desk): State<Desk>, t: Locale, Form(asked): Form<Asked>) -> Response {
    let Asked { trail, typed } = asked;
    let Some(wish) = trail.wish(t.language) else { return web::go(&trail.link(&t, "/termin")) };
    let again = |fault: Fault| join_page(&desk, &t, &trail, typed.clone(), fault.into());
    let Some(last_day) = local::plannable(&typed.bis) else {
        return again(Fault { field: "bis", text: t.tr("bookings-waiting-day-wrong") });
    };
    let wish = Wish { replacing: None, ..wish };
    let person = Typed { name: typed.name.clone(), contact: typed.kontakt.clone() };
    let join = Join { wish, language: t.language, last_day, typed: person };
    match waiting::join(&desk, desk.now(), &join).await {
        Ok((_, secret)) => web::go(&t.path(&format!("/warteliste/{}", secret.expose()))),
        Err(WaitingError::BadDay) => again(Fault { field: "bis", text: t.tr("bookings-waiting-day-wrong") }),
        Err(WaitingError::NotReachable) => {
            again(Fault { field: "kontakt", text: t.tr("bookings-waiting-not-reachable") })
        }
        Err(WaitingError::Malformed(faults)) => {
            let faults = held::said(&t, faults);
            join_page(&desk, &t, &trail, typed, faults)
        }
        Err(error) => refused(&t, error),
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/waiting.html")]
struct WaitingPage<'a> {
    t: &'a Locale,
    page: Page,
    state: WaitingState,
    topic: &'static str,
    last_day: String,
    /// How many wait for the same before.
    before: i64,
    earlier: bool,
    path: String,
    again: String,
}

pub(super) async fn show(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let (it, before) = match waiting::find_wish(&desk, &secret).await {
        Ok(Some(found)) => found,
        Ok(None) => return refused(&t, WaitingError::NoSuchWish),
        Err(error) => return web::unavailable(&t, &error),
    };
    let topic = it.wish.topic.topic();
    web::ok(&WaitingPage {
        t: &t,
        page: frame(&t, &t.tr("bookings-waiting-title"), Some(topic)),
        state: it.state,
        topic: topic.title(t.language),
        last_day: say::day(t.language, it.last_day),
        before,
        earlier: it.booking.is_some(),
        path: t.path(&format!("/warteliste/{}", secret.expose())),
        again: Trail::of(&it.wish).link(&t, "/termin/zeit"),
    })
}

pub(super) async fn leave(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    match waiting::leave(&desk, desk.now(), &secret).await {
        Ok(_) => web::go(&t.path(&format!("/warteliste/{}", secret.expose()))),
        Err(error) => refused(&t, error),
    }
}

/// A reload of what only a form may ask for.
pub(super) async fn back_to_list(t: Locale, Link(secret): Link) -> Response {
    web::go(&t.path(&format!("/warteliste/{}", secret.expose())))
}

#[derive(Template)]
#[template(path = "bookings/pages/waiting_earlier.html")]
struct EarlierPage<'a> {
    t: &'a Locale,
    page: Page,
    when: String,
    path: String,
    /// It is wished for already.
    wished: bool,
}

pub(super) async fn ask_earlier(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let booking = match bookings::load_by_secret(&desk, &secret).await {
        Ok(booking) => booking,
        Err(error) => return trouble(&t, error),
    };
    if booking.state_at(desk.now()) != Stage::Confirmed || booking.may_move(desk.now()).is_err() {
        return web::go(&booked::path(&t, &secret));
    }
    let wished = match waiting::find_earlier(&desk, &booking).await {
        Ok(wish) => wish.is_some(),
        Err(error) => return web::unavailable(&t, &error),
    };
    web::ok(&EarlierPage {
        t: &t,
        page: frame(&t, &t.tr("bookings-earlier-title"), Some(booking.topic.topic())),
        when: say::span(t.language, booking.span),
        path: booked::path(&t, &secret),
        wished,
    })
}

pub(super) async fn wish_earlier(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    match waiting::wish_earlier(&desk, desk.now(), &secret).await {
        Ok((_, wish)) => web::go(&t.path(&format!("/warteliste/{}", wish.expose()))),
        Err(WaitingError::Twice) => web::go(&format!("{}/frueher", booked::path(&t, &secret))),
        Err(error) => refused(&t, error),
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/waiting_offer.html")]
struct OfferPage<'a> {
    t: &'a Locale,
    page: Page,
    when: String,
    until: String,
    topic: &'static str,
    format: Format,
    office: OfficeId,
    earlier: bool,
    path: String,
}

pub(super) async fn offer(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let now = desk.now();
    let offered = match waiting::find_offer(&desk, &secret).await {
        Ok(Some(offered)) => offered,
        Ok(None) => return refused(&t, WaitingError::NoSuchWish),
        Err(error) => return web::unavailable(&t, &error),
    };
    let (booking, topic) = (&offered.booking, offered.booking.topic.topic());
    let Some(until) = booking.hold_until().filter(|_| is_open(&offered, now)) else {
        return match offered.offer.state {
            OfferState::Accepted => {
                web::message(&t, StatusCode::OK, "bookings-offer-taken-title", "bookings-offer-taken-text")
            }
            OfferState::Open | OfferState::Declined | OfferState::Missed => refused(&t, WaitingError::OfferOver),
        };
    };
    web::ok(&OfferPage {
        t: &t,
        page: frame(&t, &t.tr("bookings-offer-title"), Some(topic)),
        when: say::span(t.language, booking.span),
        until: say::moment(t.language, until),
        topic: topic.title(t.language),
        format: booking.format,
        office: booking.office,
        earlier: offered.waiting.booking.is_some(),
        path: t.path(&format!("/angebot/{}", secret.expose())),
    })
}

fn is_open(offered: &Offered, now: Instant) -> bool {
    let is_kept = matches!(offered.booking.state_at(now), Stage::Held { .. });
    offered.offer.state == OfferState::Open && is_kept
}

pub(super) async fn accept(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    match waiting::accept(&desk, desk.now(), &secret).await {
        Ok(answered) => web::go(&booked::path(&t, &answered.link)),
        Err(error) => refused(&t, error),
    }
}

pub(super) async fn decline(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    match waiting::decline(&desk, desk.now(), &secret).await {
        Ok(_) => web::message(&t, StatusCode::OK, "bookings-offer-declined-title", "bookings-offer-declined-text"),
        Err(error) => refused(&t, error),
    }
}

pub(super) async fn leave_by_offer(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    match waiting::leave_by_offer(&desk, desk.now(), &secret).await {
        Ok(_) => web::message(&t, StatusCode::OK, "bookings-waiting-left-title", "bookings-waiting-left-text"),
        Err(error) => refused(&t, error),
    }
}

/// A reload of what only a form may ask for.
pub(super) async fn back_to_offer(t: Locale, Link(secret): Link) -> Response {
    web::go(&t.path(&format!("/angebot/{}", secret.expose())))
}

fn refused(t: &Locale, error: WaitingError) -> Response {
    let (status, title, text) = match error {
        WaitingError::Booking(BookingError::TooMany { .. }) | WaitingError::TooMany { .. } => {
            (StatusCode::CONFLICT, "bookings-waiting-too-many-title", "bookings-waiting-too-many-text")
        }
        WaitingError::Booking(error) => return trouble(t, error),
        WaitingError::Closed => (StatusCode::CONFLICT, "bookings-waiting-closed-title", "bookings-waiting-closed-text"),
        WaitingError::NotReachable => {
            (StatusCode::CONFLICT, "bookings-waiting-title", "bookings-waiting-not-reachable")
        }
        WaitingError::Malformed(_) | WaitingError::BadDay => {
            (StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text")
        }
        WaitingError::Twice => (StatusCode::CONFLICT, "bookings-earlier-title", "bookings-earlier-wished"),
        WaitingError::NoSuchWish => {
            (StatusCode::NOT_FOUND, "bookings-waiting-none-title", "bookings-waiting-none-text")
        }
        WaitingError::OfferOver => (StatusCode::GONE, "bookings-offer-over-title", "bookings-offer-over-text"),
    };
    web::message(t, status, title, text)
}
