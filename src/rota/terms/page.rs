//! The pages of the terms of work: who works how much, and changing it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::offices::OfficeId;
use crate::people::{self, Officer, SignedIn, planned_office};
use crate::rota::page::{Choice, Fault, Faults, Notice, away, office_choices};
use crate::web::{self, Form, Locale, Page};

use super::{Terms, TermsError, TermsFault};

/// `/dienst/arbeitszeit`, and one page for each officer.
pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/arbeitszeit", get(list)).route("/dienst/arbeitszeit/{id}", get(show).post(set))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    dienststelle: String,
    suche: String,
    meldung: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TermsForm {
    anteil: String,
    hoechstens: String,
    /// The sequence of what was seen.
    stand: i64,
}

#[derive(Template)]
#[template(path = "rota/terms/pages/list.html")]
struct ListPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    office: &'static str,
    offices: Vec<Choice>,
    search: String,
    rows: Vec<(Officer, Terms)>,
}

#[derive(Template)]
#[template(path = "rota/terms/pages/terms.html")]
struct TermsPage<'a> {
    t: &'a Locale,
    page: Page,
    officer: Officer,
    form: TermsForm,
    faults: Faults,
}

impl TermsForm {
    fn of(terms: &Terms) -> Self {
        let hoechstens = terms.max_week_hours.map(|hours| hours.to_string()).unwrap_or_default();
        Self { anteil: terms.percent.to_string(), hoechstens, stand: terms.sequence }
    }

    fn read(&self) -> Result<Terms, Fault> {
        let number = |text: &str| text.trim().parse().unwrap_or(-1);
        let max_week_hours = Some(self.hoechstens.as_str()).filter(|text| !text.trim().is_empty()).map(number);
        let terms = Terms { percent: number(&self.anteil), max_week_hours, sequence: self.stand };
        terms.check().map(|()| terms).map_err(fault)
    }
}

fn fault(fault: TermsFault) -> Fault {
    match fault {
        TermsFault::Percent => Fault::new("anteil", "Geben Sie eine Zahl von 1 bis 100 an."),
        TermsFault::MaxWeekHours => {
            Fault::new("hoechstens", "Geben Sie eine Zahl von 1 bis 60 an, oder lassen Sie das Feld leer.")
        }
    }
}

fn refused(t: &Locale, error: TermsError) -> Response {
    match error {
        TermsError::NoSuchOfficer => web::not_found(t),
        TermsError::Forbidden => web::forbidden(t),
        TermsError::Db(error) => web::unavailable(t, &error),
        TermsError::ChangedMeanwhile(_) | TermsError::BadTerms(_) => {
            web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text")
        }
    }
}

/// `GET /dienst/arbeitszeit`
async fn list(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let mut officers = people::list_officers(&desk.db, Some(&office)).await.map_err(away(&t))?;
    let search = asked.suche.trim().to_lowercase();
    officers.retain(|officer| officer.name.to_lowercase().contains(&search));
    let entered = super::list_terms(&desk.db, office).await.map_err(away(&t))?;
    let terms = |id: OfficerId| entered.iter().find(|(officer, _)| *officer == id).map(|(_, terms)| *terms);
    let rows = officers.into_iter().map(|officer| (terms(officer.id).unwrap_or_default(), officer));
    let saved = Notice { look: "success", text: "Die Arbeitszeit ist gespeichert." };
    Ok(web::ok(&ListPage {
        t: &t,
        page: signed.page(&t, "Arbeitszeit"),
        notice: (asked.meldung == "gespeichert").then_some(saved),
        office: office.name(),
        offices: office_choices(&signed.0, office),
        search: asked.suche,
        rows: rows.map(|(terms, officer)| (officer, terms)).collect(),
    }))
}

/// `GET /dienst/arbeitszeit/{id}`
async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let officer = planned(&desk, &t, &signed, &id).await?;
    let terms = super::load_terms(&desk.db, officer.id).await.map_err(away(&t))?;
    Ok(page(&t, &signed, officer, (TermsForm::of(&terms), None)))
}

/// `POST /dienst/arbeitszeit/{id}`
async fn set(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(mut form): Form<TermsForm>,
) -> Result<Response, Response> {
    let officer = planned(&desk, &t, &signed, &id).await?;
    let terms = match form.read() {
        Ok(terms) => terms,
        Err(fault) => return Ok(page(&t, &signed, officer, (form, Some((StatusCode::BAD_REQUEST, fault))))),
    };
    match super::set_terms(&desk, desk.now(), &signed.0, officer.id, terms).await {
        Ok(_) => Ok(web::go(&t.path(&list_of(officer.office)))),
        Err(TermsError::ChangedMeanwhile(now)) => {
            form.stand = now.sequence;
            let fault = Fault::new("anteil", changed(&now));
            Ok(page(&t, &signed, officer, (form, Some((StatusCode::CONFLICT, fault)))))
        }
        Err(error) => Err(refused(&t, error)),
    }
}

fn list_of(office: OfficeId) -> String {
    format!("/dienst/arbeitszeit?dienststelle={office}&meldung=gespeichert")
}

fn changed(now: &Terms) -> String {
    let most = now.max_week_hours.map_or("keine Höchstzahl".to_owned(), |hours| format!("höchstens {hours} Stunden"));
    format!(
        "Jemand hat das inzwischen geändert. Jetzt steht da: {} Prozent, {most}. Ihre Angaben stehen noch im Formular. \
         Speichern Sie noch einmal, wenn sie trotzdem gelten sollen.",
        now.percent
    )
}

async fn planned(desk: &Desk, t: &Locale, signed: &SignedIn, id: &str) -> Result<Officer, Response> {
    let id: OfficerId = id.parse().map_err(|_| web::not_found(t))?;
    super::load_planned(desk, &signed.0, id).await.map_err(|error| refused(t, error))
}

fn page(
    t: &Locale,
    signed: &SignedIn,
    officer: Officer,
    (form, fault): (TermsForm, Option<(StatusCode, Fault)>),
) -> Response {
    let frame = signed.page(t, "Arbeitszeit");
    let (status, page, faults) = match fault {
        Some((status, fault)) => (status, frame.with_error(t), vec![fault]),
        None => (StatusCode::OK, frame, vec![]),
    };
    web::html(status, &TermsPage { t, page, officer, form, faults: Faults(faults) })
}
