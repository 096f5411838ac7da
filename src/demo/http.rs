//! The rehearsal clock for programs: `GET` and `POST /demo/clock`. There only in the demonstration.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::TimeDelta;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::desk::{Desk, Mode};
use crate::kernel::Instant;
use crate::web::{self, Problem};

pub fn doors(mode: Mode) -> Router<Desk> {
    match mode {
        Mode::Serve => Router::new(),
        Mode::Demo => Router::new().route("/demo/clock", get(show).post(advance)),
    }
}

#[derive(Serialize)]
struct Clock {
    now: Instant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// Backwards where negative.
    advance_seconds: i64,
}

async fn show(State(desk): State<Desk>) -> Json<Clock> {
    Json(Clock { now: desk.now() })
}

async fn advance(State(desk): State<Desk>, web::Json(wanted): web::Json<Advance>) -> Response {
    let moved = match TimeDelta::try_seconds(wanted.advance_seconds) {
        Some(by) => super::advance(&desk, by).await,
        None => false,
    };
    if !moved {
        return Problem::new(
            StatusCode::BAD_REQUEST,
            "clock-out-of-range",
            "the clock stays in the years 2020 to 2099",
        )
        .field("advance_seconds", "too far")
        .into_response();
    }
    show(State(desk)).await.into_response()
}
