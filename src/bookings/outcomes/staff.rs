//! How appointments ended: noting it, and an office's figures of a month. German only.
//!
//! Rule: the figures name nobody, and none under five is shown.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;

use super::super::staff::refused;
use super::super::{BookingError, Outcome};
use super::{Ending, Figures, load_figures, shown};
use crate::desk::Desk;
use crate::kernel::{Language, local};
use crate::people::SignedIn;
use crate::web::{self, Form, Locale, Page};

pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/beratung/{id}", post(note)).route("/dienst/ergebnisse", get(show))
}

/// The endings of one outcome, for the form.
pub struct EndingGroup {
    pub german: &'static str,
    pub endings: Vec<&'static Ending>,
}

/// The endings as the form shows them.
pub fn ending_groups() -> Vec<EndingGroup> {
    let of = |outcome| Ending::all().iter().filter(move |ending| ending.outcome == outcome).collect();
    Outcome::ALL.into_iter().map(|outcome| EndingGroup { german: outcome.german(), endings: of(outcome) }).collect()
}

#[derive(Deserialize)]
struct Noted {
    /// The code of an ending.
    #[serde(default)]
    ergebnis: String,
}

async fn note(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Noted>,
) -> Response {
    let (Ok(id), Some(ending)) = (id.parse(), Ending::find(&form.ergebnis)) else { return web::not_found(&t) };
    match super::note(&desk, desk.now(), &user.0, id, ending).await {
        Ok(_) => web::go(&t.path("/dienst")),
        // On an old page: the booking's own shows why.
        Err(BookingError::Refused(_)) => web::go(&t.path(&format!("/dienst/buchungen/{id}"))),
        Err(error) => refused(&t, error),
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_outcomes.html")]
struct OutcomesPage<'a> {
    t: &'a Locale,
    page: Page,
    office: &'static str,
    month: String,
    earlier: String,
    /// None where this is the month that lasts.
    later: Option<String>,
    outcomes: Vec<&'static str>,
    topics: Vec<(&'static str, Vec<String>)>,
    endings: Vec<(&'static str, &'static str, String)>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    /// "2026-07"; this month where it cannot be read.
    monat: String,
}

async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    let today = local::day(desk.now());
    let this_month = today.with_day(1).unwrap_or(today);
    let asked = local::plannable(&format!("{}-01", asked.monat)).filter(|month| *month <= this_month);
    let first = asked.unwrap_or(this_month);
    let office = user.0.office;
    match load_figures(&desk, &user.0, office, local::whole_month(first)).await {
        Ok(figures) => web::ok(&OutcomesPage {
            t: &t,
            page: user.page(&t, "Ergebnisse der Beratungen"),
            office: office.name(),
            month: format!("{} {}", Language::De.month(first.month0()), first.year()),
            earlier: name(first - Months::new(1)),
            later: (first < this_month).then(|| name(first + Months::new(1))),
            outcomes: Outcome::ALL.map(Outcome::german).to_vec(),
            topics: topics(&figures),
            endings: endings(&figures),
        }),
        Err(error) => refused(&t, error),
    }
}

fn name(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}

fn topics(figures: &Figures) -> Vec<(&'static str, Vec<String>)> {
    let count = |counts: &std::collections::BTreeMap<&str, i64>, outcome: Outcome| {
        counts.get(outcome.as_str()).copied().unwrap_or_default()
    };
    let columns = Outcome::ALL
        .map(|outcome| shown(&figures.by_topic.values().map(|counts| count(counts, outcome)).collect::<Vec<_>>()));
    let row = |n: usize| columns.iter().map(|column| said(column[n])).collect();
    figures.by_topic.keys().enumerate().map(|(n, topic)| (topic.title(Language::De), row(n))).collect()
}

fn endings(figures: &Figures) -> Vec<(&'static str, &'static str, String)> {
    let counts: Vec<i64> =
        Ending::all().iter().map(|ending| figures.by_ending.get(ending.code).copied().unwrap_or_default()).collect();
    let row = |(ending, count): (&'static Ending, Option<i64>)| (ending.outcome.german(), ending.german, said(count));
    Ending::all().iter().zip(shown(&counts)).map(row).collect()
}

fn said(count: Option<i64>) -> String {
    count.map_or_else(|| "–".to_owned(), |count| count.to_string())
}
