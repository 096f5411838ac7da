//! The board on paper, A3 or A4, with names or without, and as files.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use http::header;
use serde::Deserialize;

use crate::desk::Desk;
use crate::people::SignedIn;
use crate::rota::page::{short_day, times};
use crate::shifts::Tier;
use crate::web::{self, Locale, Page, say};

use super::super::export::{self, Names, Naming};
use super::super::{Board, Cell, Other, Row};
use super::{Asked, Door, title};

/// How it is to look.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sheet {
    /// `a3` or `a4`.
    format: String,
    /// `mit`, or empty; `ohne` and whatever cannot be read: nobody is named.
    namen: String,
}

impl Sheet {
    fn naming(&self) -> Naming {
        if matches!(self.namen.as_str(), "" | "mit") { Naming::Named } else { Naming::Unnamed }
    }

    fn size(&self) -> &'static str {
        if self.format == "a3" { "a3" } else { "a4" }
    }
}

#[derive(Template)]
#[template(path = "rota/board/pages/sheet.html")]
struct SheetPage<'a> {
    t: &'a Locale,
    page: Page,
    title: String,
    office: &'static str,
    draft: Option<String>,
    made: String,
    size: &'static str,
    unnamed: bool,
    asked: Asked,
    /// The query of the board behind it.
    query: String,
    days: Vec<(NaiveDate, String)>,
    rows: Vec<(String, Vec<Vec<String>>)>,
    hotlines: Vec<(String, String)>,
}

/// `GET /dienst/dienstplan/druck`
pub async fn sheet(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
    Query(sheet): Query<Sheet>,
) -> Result<Response, Response> {
    let board = Door { desk: &desk, t: &t, signed: &signed }.board(&asked, None).await?;
    let names = Names::of(&board, sheet.naming());
    let asked = asked.settled(&board);
    let several = board.hotlines.len() > 1;
    let mut rows: Vec<(String, Vec<Vec<String>>)> =
        board.rows().iter().map(|row| (row_name(row, &names), lines(&board, row, sheet.naming()))).collect();
    if sheet.naming() == Naming::Unnamed {
        rows.sort_by_key(|(name, _)| name.rsplit(' ').next().and_then(|number| number.parse::<u32>().ok()));
    }
    let letter = |(n, it): (usize, &crate::shifts::Hotline)| (mark(n), it.name.clone());
    let view = SheetPage {
        page: signed.page(&t, "Dienstplan zum Drucken"),
        title: title(&board.days),
        office: board.office.name(),
        draft: board.draft.as_ref().map(|draft| draft.name.clone()),
        made: say::moment(crate::kernel::Language::De, desk.now()),
        size: sheet.size(),
        unnamed: sheet.naming() == Naming::Unnamed,
        query: asked.address().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
        days: board.days.iter().map(|day| (*day, short_day(*day))).collect(),
        rows,
        hotlines: if several { board.hotlines.iter().enumerate().map(letter).collect() } else { Vec::new() },
        asked,
        t: &t,
    };
    Ok(web::ok(&view))
}

/// `GET /dienst/dienstplan/dienstplan.csv`
pub async fn csv(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
    Query(sheet): Query<Sheet>,
) -> Result<Response, Response> {
    let board = Door { desk: &desk, t: &t, signed: &signed }.board(&asked, None).await?;
    let text = export::csv(&board, &Names::of(&board, sheet.naming()));
    Ok(file("text/csv; charset=utf-8", &board, "csv", text))
}

/// `GET /dienst/dienstplan/dienstplan.ics`
pub async fn ics(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
    Query(sheet): Query<Sheet>,
) -> Result<Response, Response> {
    let board = Door { desk: &desk, t: &t, signed: &signed }.board(&asked, None).await?;
    let text = export::ics(&board, &Names::of(&board, sheet.naming()));
    Ok(file("text/calendar; charset=utf-8", &board, "ics", text))
}

fn file(kind: &'static str, board: &Board, ending: &str, text: String) -> Response {
    let first = board.days.first().map(NaiveDate::to_string).unwrap_or_default();
    let name = format!("attachment; filename=\"dienstplan-{}-{first}.{ending}\"", board.office);
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response()
}

fn row_name(row: &Row<'_>, names: &Names) -> String {
    row.officer.map_or_else(|| "Offen".to_owned(), |officer| names.find(officer.id).to_owned())
}

/// What stands in the cells of a row. Why somebody is away stays out of a sheet that hangs on a wall, and so does leave
/// that is not granted.
fn lines(board: &Board, row: &Row<'_>, naming: Naming) -> Vec<Vec<String>> {
    let cell = |cell: &Cell<'_>| {
        let away = cell.others.iter().filter(|(other, _)| matches!(other, Other::Away(_) | Other::Absent)).take(1);
        let away = away.filter(|_| naming == Naming::Named).map(|_| "abwesend".to_owned());
        let shifts = cell.shifts.iter().map(|shift| {
            let place = board.hotlines.iter().position(|hotline| hotline.id == shift.planned.hotline);
            let several = board.hotlines.len() > 1;
            let hotline = place.filter(|_| several).map(|place| format!(" {}", mark(place))).unwrap_or_default();
            let tier = if shift.planned.tier == Tier::FIRST { "" } else { " V" };
            format!("{}{hotline}{tier}", times(shift.planned.span))
        });
        shifts.chain(away).collect()
    };
    row.cells.iter().map(cell).collect()
}

/// A, B, C: a hotline on a sheet.
fn mark(place: usize) -> String {
    char::from(b'A' + (place % 26) as u8).to_string()
}
