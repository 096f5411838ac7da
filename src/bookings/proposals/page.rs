//! The citizen's answer to a proposal: take one of the kept times, choose another, or cancel.
//!
//! Rule: looking changes nothing; whatever became of the proposal, the page leads on to a time or to the booking.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use super::super::page::{Link, frame, trouble};
use super::super::{BookingError, Refusal, load_by_secret};
use crate::desk::Desk;
use crate::kernel::{Instant, Secret};
use crate::web::{self, Form, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new().route("/buchung/{secret}/vorschlag", get(show).post(accept))
}

#[derive(Template)]
#[template(path = "bookings/pages/proposal.html")]
struct ProposalPage<'a> {
    t: &'a Locale,
    page: Page,
    /// The time that does not take place.
    when: String,
    reason: String,
    /// The times that can be taken: the value of the button, and its words.
    times: Vec<(String, String)>,
    until: String,
    /// The one that was wanted is gone.
    is_gone: bool,
    /// The path of the booking.
    path: String,
}

async fn show(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    shown(&desk, &t, &secret, StatusCode::OK).await.unwrap_or_else(|error| trouble(&t, error))
}

async fn shown(desk: &Desk, t: &Locale, secret: &Secret, status: StatusCode) -> Result<Response, BookingError> {
    let now = desk.now();
    let booking = load_by_secret(desk, secret).await?;
    let path = path(t, secret);
    let proposal = super::find_latest(desk, &booking).await?.filter(|_| booking.asked_at.is_some());
    let Some(proposal) = proposal.filter(|_| booking.may_move(now).is_ok()) else { return Ok(web::go(&path)) };
    let time = |time: &super::ProposedTime| {
        let span = time.slot.span;
        (span.start.rfc3339(), say::span(t.language, span))
    };
    let is_gone = status != StatusCode::OK;
    let page = frame(t, &t.tr("firm-proposal-title"), Some(booking.topic.topic()));
    Ok(web::html(
        status,
        &ProposalPage {
            t,
            page: if is_gone { page.with_error(t) } else { page },
            when: say::span(t.language, booking.span),
            reason: t.tr(proposal.reason.key()),
            times: proposal.list_kept(now).map(time).collect(),
            until: say::moment(t.language, proposal.expires_at),
            is_gone,
            path,
        },
    ))
}

#[derive(Deserialize)]
struct Chosen {
    /// RFC 3339.
    #[serde(default)]
    zeit: String,
}

async fn accept(State(desk): State<Desk>, t: Locale, Link(secret): Link, Form(chosen): Form<Chosen>) -> Response {
    let Some(start) = Instant::parse(&chosen.zeit) else {
        return web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    };
    match super::accept(&desk, desk.now(), &secret, start).await {
        Ok(_) | Err(BookingError::Refused(Refusal::AlreadyCancelled)) => web::go(&path(&t, &secret)),
        Err(BookingError::SlotTaken { .. }) => {
            shown(&desk, &t, &secret, StatusCode::CONFLICT).await.unwrap_or_else(|error| trouble(&t, error))
        }
        Err(error) => trouble(&t, error),
    }
}

fn path(t: &Locale, secret: &Secret) -> String {
    t.path(&format!("/buchung/{}", secret.expose()))
}
