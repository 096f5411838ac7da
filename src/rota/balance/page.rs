//! The page of the balance: who has how much, and what would be fair.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::{Instant, Span, local};
use crate::people::{Officer, SignedIn, planned_office};
use crate::rota::page::{Choice, Fault, Faults, away, number, office_choices};
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
    faults: Faults,
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

/// The days that are asked for; where none are, this month and the two before it.
fn days(now: Instant, asked: &Asked) -> Result<(NaiveDate, NaiveDate), Fault> {
    let today = local::day(now);
    let month = today.with_day(1).unwrap_or(today);
    let read = |field: &'static str, typed: &str, otherwise: NaiveDate| match typed.trim() {
        "" => Ok(otherwise),
        typed => local::plannable(typed).ok_or_else(|| Fault::new(field, "Geben Sie einen Tag an, den es gibt.")),
    };
    let first = read("von", &asked.von, month - Months::new(2))?;
    let longest = first + TimeDelta::days(MOST_DAYS - 1);
    let last = read("bis", &asked.bis, first.max(month + Months::new(1) - TimeDelta::days(1)).min(longest))?;
    match last {
        last if last < first => Err(Fault::new("bis", "Der letzte Tag liegt vor dem ersten.")),
        last if last > longest => Err(Fault::new("bis", format!("Wählen Sie höchstens {MOST_DAYS} Tage."))),
        last => Ok((first, last)),
    }
}

async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let page = signed.page(&t, "Ausgleich");
    let view = BalancePage {
        t: &t,
        page: page.clone(),
        office: office.name(),
        offices: office_choices(&signed.0, office),
        von: asked.von.clone(),
        bis: asked.bis.clone(),
        rows: Vec::new(),
        faults: Faults::default(),
    };
    let (first, last) = match days(desk.now(), &asked) {
        Ok(days) => days,
        Err(fault) => {
            let view = BalancePage { page: page.with_error(&t), faults: Faults(vec![fault]), ..view };
            return Ok(web::html(StatusCode::BAD_REQUEST, &view));
        }
    };
    let within = Span { start: local::whole_day(first).start, end: local::whole_day(last).end };
    let found = super::load_balance(&desk.db, office, within).await.map_err(away(&t))?;
    let rows = found.iter().map(|(officer, balance)| Row::of(officer, balance)).collect();
    Ok(web::ok(&BalancePage { von: first.to_string(), bis: last.to_string(), rows, ..view }))
}
