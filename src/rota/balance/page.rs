//! The page of the balance: who has how much, and what would be fair.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::{Instant, Span, local};
use crate::people::{Officer, SignedIn, planned_office};
use crate::rota::page::{Choice, away, number, office_choices};
use crate::web::{self, Locale, Page};

use super::{Balance, Share};

/// At most so many days are reckoned.
const MOST_DAYS: i64 = 400;

/// `/dienst/ausgleich`
pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/ausgleich", get(show))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    dienststelle: String,
    von: String,
    bis: String,
}

#[derive(Template)]
#[template(path = "rota/balance/pages/balance.html")]
struct BalancePage<'a> {
    t: &'a Locale,
    page: Page,
    office: &'static str,
    offices: Vec<Choice>,
    von: String,
    bis: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    cells: [Cell; 4],
    contract: String,
}

struct Cell {
    title: &'static str,
    has: String,
    fair: String,
    /// "+3,5", "−2", "0".
    over: String,
}

impl Cell {
    fn of(title: &'static str, share: Share, divisor: f64) -> Self {
        let over = share.over() / divisor;
        let sign = if over < -0.05 {
            "−"
        } else if over > 0.05 {
            "+"
        } else {
            ""
        };
        let over = format!("{sign}{}", number(over.abs()));
        Self { title, has: number(share.has as f64 / divisor), fair: number(share.fair / divisor), over }
    }
}

impl Row {
    fn of(officer: &Officer, it: &Balance) -> Self {
        let cells = [
            Cell::of("Stunden", it.minutes, 60.0),
            Cell::of("Nächte", it.nights, 1.0),
            Cell::of("Wochenenden", it.weekends, 1.0),
            Cell::of("Feiertage", it.holidays, 1.0),
        ];
        Self { name: officer.name.clone(), cells, contract: number(it.contract_minutes as f64 / 60.0) }
    }
}

/// The days that are asked for, or this month and the two before it.
fn days(now: Instant, asked: &Asked) -> (NaiveDate, NaiveDate) {
    let today = local::day(now);
    let month = today.with_day(1).unwrap_or(today);
    let first = local::plannable(&asked.von).unwrap_or(month - Months::new(2));
    let last = local::plannable(&asked.bis).filter(|last| *last >= first);
    let last = last.unwrap_or_else(|| first.max(month + Months::new(1) - TimeDelta::days(1)));
    (first, last.min(first + TimeDelta::days(MOST_DAYS - 1)))
}

async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let (first, last) = days(desk.now(), &asked);
    let within = Span { start: local::whole_day(first).start, end: local::whole_day(last).end };
    let found = super::load_balance(&desk.db, office, within).await.map_err(away(&t))?;
    Ok(web::ok(&BalancePage {
        t: &t,
        page: signed.page(&t, "Ausgleich"),
        office: office.name(),
        offices: office_choices(&signed.0, office),
        von: first.to_string(),
        bis: last.to_string(),
        rows: found.iter().map(|(officer, balance)| Row::of(officer, balance)).collect(),
    }))
}
