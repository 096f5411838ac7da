//! The whole YAML text of a flow in one field, and the checks while somebody types.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::library::{self, LibraryError};
use crate::people::SignedIn;
use crate::web::{self, Form, Locale, Page};

use super::station::Words;
use super::{FindingView, HunkView, Opened, fault, findings, our_lines, refused};

#[derive(Template)]
#[template(path = "library/pages/text.html")]
struct TextPage<'a> {
    t: &'a Locale,
    page: Page,
    name: String,
    text: String,
    sequence: i64,
    findings: Vec<FindingView>,
    fault: Option<String>,
    /// What somebody else's draft and this text differ in.
    meanwhile: Option<(String, Vec<HunkView>)>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    /// The sequence of the draft that was seen.
    stand: i64,
    text: String,
}

/// `GET /dienst/ansagen/{name}/text`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Response> {
    let opened = Opened::load_to_change(&desk, &t, &signed, &name).await?;
    let text = opened.text().to_owned();
    Ok(web::ok(&page(&desk, &t, &signed, &opened, text).await?))
}

/// `POST /dienst/ansagen/{name}/text`
pub async fn change(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Form(form): Form<Typed>,
) -> Result<Response, Response> {
    let opened = Opened::load_to_change(&desk, &t, &signed, &name).await?;
    let text = our_lines(&form.text);
    if text == opened.text() {
        return Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}?meldung=unveraendert"))));
    }
    let error = match library::save_draft(&desk, desk.now(), &signed.0, &name, (&text, form.stand)).await {
        Ok(()) => return Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}/entwurf?meldung=gespeichert")))),
        Err(error) => error,
    };
    let told = fault(&error);
    let status = match error {
        LibraryError::DraftChanged => StatusCode::CONFLICT,
        LibraryError::BadText => StatusCode::BAD_REQUEST,
        error => return Err(refused(&t, error)),
    };
    // Loaded anew: it may have been changed between the two looks.
    let opened = Opened::load_to_change(&desk, &t, &signed, &name).await?;
    let mut view = page(&desk, &t, &signed, &opened, text).await?;
    view.page = view.page.with_error(&t);
    match status {
        StatusCode::CONFLICT => {
            let author = opened.draft.as_ref().map_or("Jemand", |draft| &draft.author).to_owned();
            view.meanwhile = Some((author, HunkView::all(opened.text(), &view.text)));
        }
        _ => view.fault = told,
    }
    Ok(web::html(status, &view))
}

async fn page<'a>(
    desk: &Desk,
    t: &'a Locale,
    signed: &SignedIn,
    opened: &Opened,
    text: String,
) -> Result<TextPage<'a>, Response> {
    let findings = findings(desk, t, opened.name(), &text).await?;
    let (name, sequence) = (opened.name().to_owned(), opened.sequence);
    let page = signed.page(t, "YAML-Text");
    Ok(TextPage { t, page, name, text, sequence, findings, fault: None, meanwhile: None })
}

/// What is sent to be checked: a whole text, or words for their places in the draft.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ToCheck {
    text: Option<String>,
    pfad: Vec<String>,
    wert: Vec<String>,
}

/// The checks' answer, for the script.
#[derive(Serialize)]
struct Checked {
    summary: String,
    findings: Vec<FindingView>,
}

/// `POST /dienst/ansagen/{name}/pruefen`: changes nothing.
pub async fn check(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Form(form): Form<ToCheck>,
) -> Result<Response, Response> {
    let opened = Opened::load(&desk, &t, &signed, &name).await?;
    let words = Words { pfad: form.pfad, wert: form.wert, ..Words::default() };
    let text = match form.text {
        Some(text) => our_lines(&text),
        None => words.applied(opened.text()).unwrap_or_else(|| opened.text().to_owned()),
    };
    let findings = findings(&desk, &t, &name, &text).await?;
    Ok(Json(Checked { summary: summary(findings.len()), findings }).into_response())
}

/// What stands above the findings.
fn summary(count: usize) -> String {
    match count {
        0 => "Die Prüfung hat nichts gefunden.".into(),
        1 => "Die Prüfung hat eine Sache gefunden:".into(),
        count => format!("Die Prüfung hat {count} Sachen gefunden:"),
    }
}
