//! What the waiting citizen sees on the day: on time, or expected later. The page asks for this text again by itself.
//!
//! Rule: plain text, so that a script needs to know nothing; without one a link loads the page anew.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::super::page::{Link, trouble};
use super::super::{Booking, load_by_secret};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::{Instant, local};
use crate::web::{self, Locale, say};

pub fn pages() -> Router<Desk> {
    Router::new().route("/buchung/{secret}/lage", get(show))
}

/// The state of things as plain text.
async fn show(State(desk): State<Desk>, t: Locale, Link(secret): Link) -> Response {
    let booking = match load_by_secret(&desk, &secret).await {
        Ok(booking) => booking,
        Err(error) => return trouble(&t, error),
    };
    match lage(&desk, &t, desk.now(), &booking).await {
        Ok(text) => axum::response::IntoResponse::into_response(text.unwrap_or_default()),
        Err(error) => web::unavailable(&t, &error),
    }
}

/// On the day of the appointment, until it is over: whether it begins on time.
pub async fn lage(desk: &Desk, t: &Locale, now: Instant, booking: &Booking) -> Result<Option<String>, DbError> {
    let expected = super::find_expected(&desk.db, booking).await?;
    let ends = expected.unwrap_or(booking.span.start) + booking.span.length();
    if !booking.state.is_booked() || local::day(now) != local::day(booking.span.start) || now >= ends {
        return Ok(None);
    }
    Ok(Some(match expected {
        None => t.tr("firm-late-not"),
        Some(expected) => {
            let minutes = (expected - booking.span.start).num_minutes().to_string();
            t.with_all("firm-late-expected", &[("minutes", &minutes), ("time", &say::time(expected))])
        }
    }))
}
