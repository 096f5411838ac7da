//! The officer's word that they come later, from the day sheet. German only.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use serde::Deserialize;

use super::super::BookingError;
use super::super::staff::refused;
use crate::desk::Desk;
use crate::people::SignedIn;
use crate::web::{self, Form, Locale};

pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/beratung/{id}/spaeter", post(say))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Late {
    /// Of a button.
    minuten: String,
    /// Typed.
    eigene: String,
}

async fn say(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(late): Form<Late>,
) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    let minutes = if late.minuten.is_empty() { late.eigene } else { late.minuten };
    let Some(minutes) = minutes.trim().parse().ok().filter(|minutes| (0..=super::LONGEST).contains(minutes)) else {
        return web::message(&t, StatusCode::BAD_REQUEST, "firm-late-wrong-title", "firm-late-wrong-text");
    };
    match super::say_late(&desk, desk.now(), &user.0, id, minutes).await {
        // On an old page it is too late to say so: the day shows it.
        Ok(()) | Err(BookingError::Refused(_)) => web::go(&t.path("/dienst")),
        Err(error) => refused(&t, error),
    }
}
