//! The search: bookings by reference, contact or name, by day and by state; one booking; cancelling with a word.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::TimeDelta;
use http::StatusCode;
use serde::Deserialize;

use super::{Names, Row, refused};
use crate::bookings::outcomes::{EndingGroup, ending_groups};
use crate::bookings::{self, BookingError, Entry, Sought, State as BookingState};
use crate::desk::Desk;
use crate::kernel::{Instant, Span, local};
use crate::people::SignedIn;
use crate::web::{self, Form, Locale, Page};

/// Bookings a page.
const PAGE: usize = 50;
/// The longest range of days.
const RANGE: TimeDelta = TimeDelta::days(92);
/// The longest word to the citizen, in characters.
const LONGEST_WORD: usize = 1000;

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/buchungen", get(search))
        .route("/dienst/buchungen/{id}", get(show))
        .route("/dienst/buchungen/{id}/absagen", post(cancel))
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_search.html")]
struct SearchPage<'a> {
    t: &'a Locale,
    page: Page,
    asked: Asked,
    rows: Vec<Row>,
    found: usize,
    /// Where the neighbouring pages of the list are.
    earlier: Option<String>,
    later: Option<String>,
    plans: bool,
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_booking.html")]
struct BookingPage<'a> {
    t: &'a Locale,
    page: Page,
    row: Row,
    /// What was just done.
    done: Option<&'static str>,
    word: String,
    too_long: bool,
    endings: Vec<EndingGroup>,
}

/// What the address says was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Told {
    meldung: String,
}

impl Told {
    fn german(&self) -> Option<&'static str> {
        match self.meldung.as_str() {
            "gebucht" => Some("Der Termin ist gebucht. Sagen Sie Zeit, Kennwort und Buchungsnummer."),
            "verschoben" => Some("Der Termin ist verschoben."),
            _ => None,
        }
    }
}

/// The search form, as typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Asked {
    text: String,
    from: String,
    until: String,
    state: String,
    page: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Cancel {
    word: String,
}

impl Asked {
    /// Days that cannot be read are those of a fresh page: from today, four weeks.
    fn settled(self, now: Instant) -> (Self, Span) {
        let today = local::day(now);
        let first = local::plannable(&self.from).unwrap_or(today);
        let last = local::plannable(&self.until).unwrap_or(first + TimeDelta::weeks(4));
        let last = last.clamp(first, first + RANGE);
        let window = Span { start: local::whole_day(first).start, end: local::whole_day(last).end };
        (Self { from: first.to_string(), until: last.to_string(), ..self }, window)
    }

    fn number(&self) -> usize {
        self.page.parse().unwrap_or(1).clamp(1, 100_000)
    }

    fn wants(&self, state: BookingState) -> bool {
        self.state.is_empty() || self.state == state.as_str()
    }

    /// The address of another page of the same search.
    fn at(&self, t: &Locale, page: usize) -> String {
        let query = [("text", &self.text), ("from", &self.from), ("until", &self.until), ("state", &self.state)];
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", web::percent(value))).collect();
        t.path(&format!("/dienst/buchungen?{}&page={page}", query.join("&")))
    }
}

async fn search(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    let now = desk.now();
    let (asked, window) = asked.settled(now);
    let sought = Sought { office: None, window, text: asked.text.clone() };
    let gathered = async {
        let mut entries = bookings::list_bookings(&desk, &user.0, &sought).await?;
        entries.retain(|entry| asked.wants(entry.booking.state_at(now)));
        Ok::<_, BookingError>((entries, Names::load(&desk).await?))
    };
    match gathered.await {
        Ok((entries, names)) => {
            let (found, number) = (entries.len(), asked.number());
            let row = |entry: Entry| Row::new(now, entry, &names);
            let rows = entries.into_iter().skip((number - 1) * PAGE).take(PAGE).map(row).collect();
            let earlier = (number > 1).then(|| asked.at(&t, number - 1));
            let later = (number * PAGE < found).then(|| asked.at(&t, number + 1));
            let page = user.page(&t, "Buchungen");
            web::ok(&SearchPage { t: &t, page, asked, rows, found, earlier, later, plans: user.0.plans() })
        }
        Err(error) => refused(&t, error),
    }
}

async fn show(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Response {
    shown(&desk, &t, &user, &id, (String::new(), told.german())).await
}

async fn shown(
    desk: &Desk,
    t: &Locale,
    user: &SignedIn,
    id: &str,
    (word, done): (String, Option<&'static str>),
) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(t) };
    let gathered = async {
        let entry = bookings::load_entry(desk, &user.0, id).await?;
        Ok::<_, BookingError>(Row::new(desk.now(), entry, &Names::load(desk).await?))
    };
    match gathered.await {
        Ok(row) => {
            let page = user.page(t, &format!("Buchung {}", row.reference));
            let too_long = word.chars().count() > LONGEST_WORD;
            let (status, page) = match too_long {
                true => (StatusCode::BAD_REQUEST, page.with_error(t)),
                false => (StatusCode::OK, page),
            };
            let endings = ending_groups();
            web::html(status, &BookingPage { t, page, row, done, word, too_long, endings })
        }
        Err(error) => refused(t, error),
    }
}

async fn cancel(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Cancel>,
) -> Response {
    if form.word.chars().count() > LONGEST_WORD {
        return shown(&desk, &t, &user, &id, (form.word, None)).await;
    }
    let Ok(booking) = id.parse() else { return web::not_found(&t) };
    match bookings::cancel_for_office(&desk, desk.now(), &user.0, booking, form.word.trim()).await {
        // On an old page: the booking shows its state.
        Ok(_) | Err(BookingError::Refused(_)) => web::go(&t.path(&format!("/dienst/buchungen/{booking}"))),
        Err(error) => refused(&t, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_cannot_be_is_made_one_that_can() {
        let now = Instant::parse("2026-11-20T12:00:00Z").unwrap();
        for (from, until, settled) in [
            ("", "", ("2026-11-20", "2026-12-18")),
            ("2026-12-01", "2026-11-01", ("2026-12-01", "2026-12-01")),
            ("2026-01-01", "2030-01-01", ("2026-01-01", "2026-04-03")),
            ("+262142-12-31", "-262142-01-01", ("2026-11-20", "2026-12-18")),
            ("gestern", "morgen", ("2026-11-20", "2026-12-18")),
        ] {
            let (asked, window) = Asked { from: from.into(), until: until.into(), ..Asked::default() }.settled(now);
            assert_eq!((asked.from.as_str(), asked.until.as_str()), settled, "{from} {until}");
            assert!(window.start < window.end);
        }
    }
}
