//! The draft of a flow beside what is published: the difference, publishing it with a reason, discarding it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::library::{self, Draft, Seen};
use crate::people::SignedIn;
use crate::web::{self, Form, Locale, Page};

use super::{Asked, FindingView, HunkView, Notice, Opened, fault, findings, moment, refused, yaml};

#[derive(Template)]
#[template(path = "library/pages/draft.html")]
struct DraftPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    name: String,
    by: String,
    at: String,
    version: i64,
    /// An edition that was published after the draft was begun.
    overtaken: bool,
    hunks: Vec<HunkView>,
    findings: Vec<FindingView>,
    sequence: i64,
    may_change: bool,
    reason: String,
    fault: Option<String>,
}

/// What is sent to publish a draft.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Publication {
    grund: String,
    /// The sequence of the draft that was seen.
    stand: i64,
    /// The version beside which it was seen.
    fassung: i64,
}

/// `GET /dienst/ansagen/{name}/entwurf`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let mut view = page(&desk, &t, &signed, &name).await?;
    view.notice = Notice::find(&asked.meldung);
    Ok(web::ok(&view))
}

/// `POST /dienst/ansagen/{name}/veroeffentlichen`
pub async fn publish(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Form(form): Form<Publication>,
) -> Result<Response, Response> {
    Opened::load_to_change(&desk, &t, &signed, &name).await?;
    let seen = Seen { sequence: form.stand, version: form.fassung };
    let error = match library::publish(&desk, desk.now(), &signed.0, (&name, &form.grund), seen).await {
        Ok(_) => return Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}?meldung=veroeffentlicht")))),
        Err(error) => error,
    };
    let Some(told) = fault(&error) else { return Err(refused(&t, error)) };
    let mut view = page(&desk, &t, &signed, &name).await?;
    view.page = view.page.with_error(&t);
    view.reason = form.grund;
    view.fault = Some(told);
    Ok(web::html(StatusCode::CONFLICT, &view))
}

async fn page<'a>(desk: &Desk, t: &'a Locale, signed: &SignedIn, name: &str) -> Result<DraftPage<'a>, Response> {
    let (opened, draft) = load(desk, t, signed, name).await?;
    Ok(DraftPage {
        t,
        page: signed.page(t, "Entwurf"),
        notice: None,
        name: name.to_owned(),
        by: draft.author,
        at: moment(draft.updated_at),
        version: opened.version(),
        overtaken: draft.base < opened.version(),
        hunks: HunkView::all(&opened.published.text, &draft.text),
        findings: findings(desk, t, name, &draft.text).await?,
        sequence: draft.sequence,
        may_change: opened.may_change,
        reason: String::new(),
        fault: None,
    })
}

async fn load(desk: &Desk, t: &Locale, signed: &SignedIn, name: &str) -> Result<(Opened, Draft), Response> {
    let mut opened = Opened::load(desk, t, signed, name).await?;
    match opened.draft.take() {
        Some(draft) => Ok((opened, draft)),
        None => Err(web::go(&t.path(&format!("/dienst/ansagen/{name}")))),
    }
}

/// `GET /dienst/ansagen/{name}/entwurf/yaml`
pub async fn download(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Response> {
    let (_, draft) = load(&desk, &t, &signed, &name).await?;
    Ok(yaml(&name, draft.text))
}

#[derive(Template)]
#[template(path = "library/pages/discard.html")]
struct DiscardPage<'a> {
    t: &'a Locale,
    page: Page,
    name: String,
    by: String,
    at: String,
    sequence: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Discard {
    stand: i64,
}

/// `GET /dienst/ansagen/{name}/verwerfen`
pub async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Response> {
    let (opened, draft) = load(&desk, &t, &signed, &name).await?;
    if !opened.may_change {
        return Err(web::forbidden(&t));
    }
    let (page, at) = (signed.page(&t, "Entwurf verwerfen"), moment(draft.updated_at));
    Ok(web::ok(&DiscardPage { t: &t, page, name, by: draft.author, at, sequence: draft.sequence }))
}

/// `POST /dienst/ansagen/{name}/verwerfen`
pub async fn discard(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Form(form): Form<Discard>,
) -> Result<Response, Response> {
    let notice = match library::discard_draft(&desk, desk.now(), &signed.0, &name, form.stand).await {
        Ok(()) => "verworfen",
        Err(library::LibraryError::DraftChanged) => "inzwischen",
        Err(error) => return Err(refused(&t, error)),
    };
    Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}?meldung={notice}"))))
}
