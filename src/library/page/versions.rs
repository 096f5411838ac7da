//! The editions of a flow: who published which when and why, an old text, and bringing it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::library::{self, Imprint, Kept, LibraryError};
use crate::people::SignedIn;
use crate::web::{self, Form, Locale, Page};

use super::{FindingView, HunkView, Opened, fault, moment, origin, refused, views, yaml};

#[derive(Template)]
#[template(path = "library/pages/versions.html")]
struct VersionsPage<'a> {
    t: &'a Locale,
    page: Page,
    name: String,
    editions: Vec<EditionView>,
}

struct EditionView {
    version: i64,
    at: String,
    by: String,
    how: &'static str,
    reason: String,
}

impl From<Imprint> for EditionView {
    fn from(it: Imprint) -> Self {
        let (at, how) = (moment(it.published_at), origin(it.origin));
        Self { version: it.version, at, by: it.author, how, reason: it.reason }
    }
}

#[derive(Template)]
#[template(path = "library/pages/version.html")]
struct VersionPage<'a> {
    t: &'a Locale,
    page: Page,
    name: String,
    edition: EditionView,
    text: String,
    /// The version that is published now.
    published: i64,
    /// What would be other if this were published.
    hunks: Vec<HunkView>,
    may_roll_back: bool,
    reason: String,
    fault: Option<String>,
    findings: Vec<FindingView>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct RollBack {
    grund: String,
    /// The version that was published when the page was shown.
    #[serde(default)]
    fassung: i64,
}

/// `GET /dienst/ansagen/{name}/versionen`
pub async fn list(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Response> {
    Opened::load(&desk, &t, &signed, &name).await?;
    let editions = library::list_editions(&desk, &name).await.map_err(|error| refused(&t, error.into()))?;
    let editions = editions.into_iter().map(EditionView::from).collect();
    Ok(web::ok(&VersionsPage { t: &t, page: signed.page(&t, "Fassungen"), name, editions }))
}

/// `GET /dienst/ansagen/{name}/versionen/{version}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((name, version)): Path<(String, i64)>,
) -> Result<Response, Response> {
    let opened = Opened::load(&desk, &t, &signed, &name).await?;
    let kept = library::load_kept(&desk, &name, version).await.map_err(|error| refused(&t, error))?;
    Ok(web::ok(&page(&t, &signed, &opened, kept)))
}

/// `POST /dienst/ansagen/{name}/versionen/{version}`
pub async fn roll_back(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((name, version)): Path<(String, i64)>,
    Form(form): Form<RollBack>,
) -> Result<Response, Response> {
    let opened = Opened::load_to_change(&desk, &t, &signed, &name).await?;
    let error =
        match library::roll_back(&desk, desk.now(), &signed.0, (&name, &form.grund), (version, form.fassung)).await {
            Ok(_) => return Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}?meldung=veroeffentlicht")))),
            Err(error) => error,
        };
    let Some(told) = fault(&error) else { return Err(refused(&t, error)) };
    let kept = library::load_kept(&desk, &name, version).await.map_err(|error| refused(&t, error))?;
    let mut view = page(&t, &signed, &opened, kept);
    view.page = view.page.with_error(&t);
    view.reason = form.grund;
    view.fault = Some(told);
    if let LibraryError::Wrong(wrong) = &error {
        view.findings = views(wrong, &view.name);
    }
    Ok(web::html(StatusCode::CONFLICT, &view))
}

/// `GET /dienst/ansagen/{name}/versionen/{version}/yaml`
pub async fn download(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((name, version)): Path<(String, i64)>,
) -> Result<Response, Response> {
    Opened::load(&desk, &t, &signed, &name).await?;
    let kept = library::load_kept(&desk, &name, version).await.map_err(|error| refused(&t, error))?;
    Ok(yaml(&name, kept.text))
}

fn page<'a>(t: &'a Locale, signed: &SignedIn, opened: &Opened, kept: Kept) -> VersionPage<'a> {
    let Kept { imprint, text, .. } = kept;
    let is_other = text != opened.published.text;
    VersionPage {
        t,
        page: signed.page(t, &format!("Fassung {}", imprint.version)),
        name: opened.name().to_owned(),
        published: opened.version(),
        hunks: HunkView::all(&opened.published.text, &text),
        may_roll_back: opened.may_change && is_other,
        edition: imprint.into(),
        text,
        reason: String::new(),
        fault: None,
        findings: Vec::new(),
    }
}
