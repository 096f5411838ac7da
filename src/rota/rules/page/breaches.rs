//! What the rules say of the published rota, and letting a hard breach stand for a reason.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::{Instant, Span, local};
use crate::offices::OfficeId;
use crate::people::{SignedIn, planned_office};
use crate::rota::page::{Choice, Fault, Faults, Notice, away, office_choices};
use crate::rota::rules::{self, Breach, Found, Ground, LONGEST_REASON, Plan, RulesError, Verdict};
use crate::web::{self, Form, Locale, Page, say};

use super::{notice, refused};

/// How many days are looked at where nothing else is asked for.
const DAYS: i64 = 28;
/// And at most.
const MOST_DAYS: i64 = 366;

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    von: String,
    bis: String,
    meldung: String,
}

/// A breach, and why it may stand.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct WaiverForm {
    dienststelle: String,
    von: String,
    bis: String,
    regel: String,
    person: String,
    /// Microseconds since 1970.
    beginn: String,
    grund: String,
}

#[derive(Template)]
#[template(path = "rota/rules/pages/breaches.html")]
struct BreachesPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    office: &'static str,
    office_code: OfficeId,
    offices: Vec<Choice>,
    von: String,
    bis: String,
    blocking: Vec<BreachView>,
    warnings: Vec<BreachView>,
    waived: Vec<(BreachView, String)>,
    faults: Faults,
}

struct BreachView {
    officer: String,
    text: String,
    source: &'static str,
    rule: String,
    person: String,
    start: i64,
    /// Of the field for the reason.
    id: String,
    reason: String,
}

impl BreachView {
    fn of(breach: &Breach, ground: &Ground) -> Self {
        let start = breach.span.start.0;
        Self {
            officer: ground.officer(breach.officer).map_or("unbekannt", |officer| &officer.name).to_owned(),
            text: breach.text(),
            source: breach.rule.facts().source,
            rule: breach.rule.to_string(),
            person: breach.officer.to_string(),
            start,
            id: format!("grund-{}-{}-{start}", breach.rule, breach.officer),
            reason: String::new(),
        }
    }
}

/// The days that are asked for, or the next four weeks.
fn days(now: Instant, asked: &Asked) -> (NaiveDate, NaiveDate) {
    let first = local::plannable(&asked.von).unwrap_or_else(|| local::day(now));
    let last = local::plannable(&asked.bis).filter(|last| *last >= first);
    let last = last.unwrap_or(first + TimeDelta::days(DAYS - 1));
    (first, last.min(first + TimeDelta::days(MOST_DAYS - 1)))
}

fn period((first, last): (NaiveDate, NaiveDate)) -> Span {
    Span { start: local::whole_day(first).start, end: local::whole_day(last).end }
}

/// `GET /dienst/regeln/pruefung`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let view = view(&desk, &t, &signed, &asked).await?;
    Ok(web::ok(&view))
}

/// `POST /dienst/regeln/pruefung`: lets a breach stand.
pub async fn waive(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<WaiverForm>,
) -> Result<Response, Response> {
    let unreadable = || web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    let asked = Asked { dienststelle: office.to_string(), von: form.von, bis: form.bis, ..Asked::default() };
    let days = days(desk.now(), &asked);
    let (rule, officer) = form.regel.parse().ok().zip(form.person.parse().ok()).ok_or_else(unreadable)?;
    let start = form.beginn.parse().map(Instant).map_err(|_| unreadable())?;
    let found = Found { rule, officer, start };
    let place = (office, period(days));
    let notice = match rules::waive_published(&desk, desk.now(), &signed.0, place, (found, &form.grund)).await {
        Ok(()) => "zugelassen",
        Err(RulesError::NoSuchBreach) => "weg",
        Err(RulesError::BadReason) => {
            let id = format!("grund-{}-{}-{}", rule, officer, start.0);
            let mut view = view(&desk, &t, &signed, &asked).await?;
            if let Some(row) = view.blocking.iter_mut().find(|row| row.id == id) {
                row.reason = form.grund;
            }
            let text = format!("Geben Sie den Grund an, mit 3 bis {LONGEST_REASON} Zeichen.");
            view.faults = Faults(vec![Fault::new(id, text)]);
            view.page = view.page.with_error(&t);
            return Ok(web::html(StatusCode::BAD_REQUEST, &view));
        }
        Err(error) => return Err(refused(&t, error)),
    };
    let (first, last) = days;
    let address = format!("/dienst/regeln/pruefung?dienststelle={office}&von={first}&bis={last}&meldung={notice}");
    Ok(web::go(&t.path(&address)))
}

async fn view<'a>(desk: &Desk, t: &'a Locale, signed: &SignedIn, asked: &Asked) -> Result<BreachesPage<'a>, Response> {
    let office = planned_office(t, &signed.0, &asked.dienststelle)?;
    let days = days(desk.now(), asked);
    let ground = rules::load_ground(&desk.db, office, period(days)).await.map_err(away(t))?;
    let published = rules::load_published(&desk.db, office, period(days)).await.map_err(away(t))?;
    let Verdict { blocking, waived, warnings } = ground.judge(&Plan::new(&published));
    let views = |breaches: &[Breach]| breaches.iter().map(|breach| BreachView::of(breach, &ground)).collect();
    Ok(BreachesPage {
        t,
        page: signed.page(t, "Regelprüfung"),
        notice: notice(&asked.meldung),
        office: office.name(),
        office_code: office,
        offices: office_choices(&signed.0, office),
        von: days.0.to_string(),
        bis: days.1.to_string(),
        blocking: views(&blocking),
        warnings: views(&warnings),
        waived: waived
            .iter()
            .map(|(breach, it)| {
                let why = format!("{} ({}, {})", it.reason, it.granted_by, say::short(it.granted_at));
                (BreachView::of(breach, &ground), why)
            })
            .collect(),
        faults: Faults::default(),
    })
}
