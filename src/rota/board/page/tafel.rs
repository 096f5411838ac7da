//! What dragging needs: the board as data, the reasons against a place before the shift is dropped there, and the drop.
//!
//! Times are wall times, whatever zone the browser is in. Rule: a drop is the form's change, word for word.

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::kernel::{Instant, local};
use crate::people::{SignedIn, seen_office};
use crate::rota::page::{tier as tier_words, times};
use crate::web::{self, Form, Locale, Polled};

use super::super::{Board, BoardError, Placed, load_mark, preview, put};
use super::form::{ShiftForm, said};
use super::view::{look, other_look};
use super::{Asked, Door, refused};

/// Whoever looks on asks again in short intervals; unchanged, the answer is empty.
const POLLED: Polled = Polled { kind: "application/json", kept: "private, no-cache" };

#[derive(Serialize)]
struct Data {
    rows: Vec<RowData>,
    events: Vec<EventData>,
}

#[derive(Serialize)]
struct RowData {
    /// Empty: nobody yet.
    id: String,
    title: String,
}

#[derive(Serialize)]
struct EventData {
    id: String,
    row: String,
    start: String,
    end: String,
    title: String,
    look: &'static str,
    /// What it is, in one sentence.
    words: String,
    /// What the rules say.
    badges: Vec<String>,
    /// Only shifts: what a form would say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    shift: Option<FormData>,
}

/// What goes back with a drop, unchanged.
#[derive(Serialize)]
struct FormData {
    stand: i64,
    hotline: String,
    reihe: String,
    fest: &'static str,
}

/// `GET /dienst/dienstplan/tafel`
pub async fn data(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let board = Door { desk: &desk, t: &t, signed: &signed }.board(&asked, None).await?;
    let text = serde_json::to_string(&Data::of(&board)).unwrap_or_default();
    Ok(web::fresh_or_unchanged(&headers, &POLLED, text))
}

/// So often a request looks whether something has changed before it answers, and so long it waits in between. Together
/// less than a proxy waits, and than the program drains at its end.
const LOOKS: u32 = 8;
const BETWEEN: Duration = Duration::from_secs(1);

/// What whoever waits knows already.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Known {
    bekannt: String,
}

/// `GET /dienst/dienstplan/tafel/stand`: answers as soon as the board may look different from what is known, or after
/// a while as it was.
pub async fn wait(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
    Query(known): Query<Known>,
) -> Result<Response, Response> {
    let office = seen_office(&t, &signed.0, &asked.dienststelle)?;
    let asked = asked.of(office, desk.now()).ok_or_else(|| web::not_found(&t))?;
    for _ in 0..LOOKS {
        let mark = load_mark(&desk, &signed.0, &asked).await.map_err(|error| refused(&t, error))?;
        if mark != known.bekannt {
            return Ok(mark.into_response());
        }
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(known.bekannt.into_response())
}

/// What came of a drop, or would come of it.
#[derive(Serialize, Default)]
struct Said {
    /// None: it is done, or can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    /// With a reason it could be done all the same.
    needs_reason: bool,
    /// Reasons against it, the hard ones first.
    hard: Vec<String>,
    soft: Vec<String>,
    /// What it heals.
    healed: Vec<String>,
}

/// `GET /dienst/dienstplan/tafel/pruefung`: the reasons while a shift is dragged.
pub async fn check(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(form): Query<ShiftForm>,
) -> Result<Response, Response> {
    let office = seen_office(&t, &signed.0, &form.dienststelle)?;
    let (target, work) = match form.read(form.asked().target(office).ok_or_else(|| web::not_found(&t))?) {
        Ok(read) => read,
        Err(faults) => return Ok(unread(faults)),
    };
    match preview(&desk, &signed.0, target, work).await {
        Ok(outcome) => {
            let (hard, soft): (Vec<_>, Vec<_>) = outcome.new.iter().partition(|breach| breach.is_hard());
            let short = |breaches: Vec<&crate::rota::rules::Breach>| breaches.iter().map(|it| it.short()).collect();
            let healed = outcome.healed.iter().map(|it| it.short()).collect();
            let mut soft: Vec<String> = short(soft);
            soft.extend(form.moves_pinned().then(|| "ist als „fest“ eingetragen".to_owned()));
            let outcome = Said { hard: short(hard), soft, healed, ..Said::default() };
            Ok(Json(outcome).into_response())
        }
        Err(error) => match said(&error) {
            Some(fault) => Ok(answer(StatusCode::CONFLICT, fault.text)),
            None => Err(refused(&t, error)),
        },
    }
}

/// `POST /dienst/dienstplan/tafel`: a shift was dropped.
pub async fn drop(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<ShiftForm>,
) -> Result<Response, Response> {
    let office = seen_office(&t, &signed.0, &form.dienststelle)?;
    let (target, work) = match form.read(form.asked().target(office).ok_or_else(|| web::not_found(&t))?) {
        Ok(read) => read,
        Err(faults) => return Ok(unread(faults)),
    };
    match put(&desk, desk.now(), &signed.0, target, (form.seen(), work)).await {
        Ok(()) => Ok(Json(Said::default()).into_response()),
        Err(BoardError::AgainstRules(broken)) => {
            let refused = Some(format!("Das ist gegen die Regeln: {}.", broken.join("; ")));
            let asks = Said { refused, needs_reason: true, ..Said::default() };
            Ok((StatusCode::CONFLICT, Json(asks)).into_response())
        }
        Err(error) => match said(&error) {
            Some(fault) => Ok(answer(StatusCode::CONFLICT, fault.text)),
            None => Err(refused(&t, error)),
        },
    }
}

fn unread(faults: Vec<crate::rota::page::Fault>) -> Response {
    answer(StatusCode::BAD_REQUEST, faults.into_iter().map(|fault| fault.text).collect::<Vec<_>>().join(" "))
}

fn answer(status: StatusCode, text: String) -> Response {
    (status, Json(Said { refused: Some(text), ..Said::default() })).into_response()
}

impl Data {
    fn of(board: &Board) -> Self {
        let rows = board.rows();
        let nobody = RowData { id: String::new(), title: "Offen".into() };
        let named = |row: &super::super::Row<'_>| {
            row.officer.map(|officer| RowData { id: officer.id.to_string(), title: officer.name.clone() })
        };
        let others = board.officers().flat_map(|officer| {
            let of = officer.id.to_string();
            board.others(officer.id).into_iter().enumerate().map(move |(n, (other, span))| EventData {
                id: format!("{of}-{n}"),
                row: of.clone(),
                start: wall(span.start.max(board.window().start)),
                end: wall(span.end.min(board.window().end)),
                title: other.german().to_owned(),
                look: other_look(other),
                words: other.german().to_owned(),
                badges: Vec::new(),
                shift: None,
            })
        });
        let shifts = board.shifts.iter().map(|shift| EventData::of(board, shift));
        Self {
            rows: std::iter::once(nobody).chain(rows.iter().filter_map(named)).collect(),
            events: shifts.chain(others).collect(),
        }
    }
}

impl EventData {
    fn of(board: &Board, Placed { planned, seen, .. }: &Placed) -> Self {
        let name = planned.officer.and_then(|id| board.officer(id)).map_or("Offen", |officer| officer.name.as_str());
        let hotline = board.hotline(planned.hotline).map(|it| it.name.clone()).unwrap_or_default();
        let when = crate::rota::page::span(planned.span);
        let badges: Vec<String> = board.breaches_of(planned.id).map(|it| it.short()).collect();
        Self {
            id: planned.id.to_string(),
            row: planned.officer.map(|officer| officer.to_string()).unwrap_or_default(),
            start: wall(planned.span.start),
            end: wall(planned.span.end),
            title: times(planned.span),
            look: look(planned.officer.is_none(), planned.tier),
            words: format!("{name}, {when}, {hotline}, {}", tier_words(planned.tier)),
            badges,
            shift: Some(FormData {
                stand: *seen,
                hotline: planned.hotline.to_string(),
                reihe: planned.tier.to_string(),
                fest: if planned.pinned { "ja" } else { "" },
            }),
        }
    }
}

/// `2026-11-16T08:00:00`, without a zone.
fn wall(at: Instant) -> String {
    local::wall(at).format("%Y-%m-%dT%H:%M:%S").to_string()
}
