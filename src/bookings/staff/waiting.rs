//! The waiting list as those who plan see it: who waits, in order, and for what.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use super::{german, refused};
use crate::bookings::waiting::{self, Listed, WaitingError, WaitingState};
use crate::desk::Desk;
use crate::kernel::Language;
use crate::kernel::id::WaitingId;
use crate::people::SignedIn;
use crate::web::{self, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/warteliste", get(list)).route("/dienst/warteliste/{id}/entfernen", post(remove))
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_waiting.html")]
struct WaitingPage<'a> {
    t: &'a Locale,
    page: Page,
    text: String,
    rows: Vec<Row>,
}

struct Row {
    id: WaitingId,
    since: String,
    name: String,
    contact: String,
    topic: &'static str,
    format: &'static str,
    office: &'static str,
    earlier: bool,
    last_day: String,
    offered: bool,
    missed: i64,
}

impl From<Listed> for Row {
    fn from(Listed { waiting, person }: Listed) -> Self {
        let (name, contact) = match &person {
            Some(person) => (person.name.clone(), person.contact_text().to_owned()),
            None => ("gelöscht".to_owned(), String::new()),
        };
        Self {
            id: waiting.id,
            since: say::short(waiting.created_at),
            name,
            contact,
            topic: waiting.wish.topic.title(Language::De),
            format: german(waiting.wish.format),
            office: waiting.wish.office.map_or("jede Dienststelle", |office| office.name()),
            earlier: waiting.booking.is_some(),
            last_day: waiting.last_day.format("%d.%m.%Y").to_string(),
            offered: waiting.state == WaitingState::Offered,
            missed: waiting.missed,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    text: String,
}

async fn list(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    if !user.0.plans() {
        return web::forbidden(&t);
    }
    match waiting::list(&desk, &user.0, &asked.text).await {
        Ok(listed) => web::ok(&WaitingPage {
            t: &t,
            page: user.page(&t, "Warteliste"),
            text: asked.text,
            rows: listed.into_iter().map(Row::from).collect(),
        }),
        Err(error) => refused(&t, error),
    }
}

async fn remove(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    match waiting::remove(&desk, desk.now(), &user.0, id).await {
        Ok(()) => web::go(&t.path("/dienst/warteliste")),
        Err(WaitingError::Booking(error)) => refused(&t, error),
        Err(
            WaitingError::Closed
            | WaitingError::Malformed(_)
            | WaitingError::NotReachable
            | WaitingError::BadDay
            | WaitingError::TooMany { .. }
            | WaitingError::Twice
            | WaitingError::NoSuchWish
            | WaitingError::OfferOver,
        ) => web::not_found(&t),
    }
}
