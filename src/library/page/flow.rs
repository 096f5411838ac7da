//! One flow: what is published and how it agrees with its file, and its stations to read.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::desk::Desk;
use crate::flows::{self, Graph, Overlay, Recordings};
use crate::kernel::Language;
use crate::library::{self, Agreement, LibraryError, Station, stations};
use crate::people::SignedIn;
use crate::web::{self, Form, Locale, Page};

use super::{Asked, FindingView, HunkView, Notice, Opened, findings, moment, origin, refused, words};

#[derive(Template)]
#[template(path = "library/pages/flow.html")]
struct FlowPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    name: String,
    title: String,
    version: i64,
    since: String,
    by: String,
    how: &'static str,
    reason: String,
    hotlines: Vec<String>,
    may_change: bool,
    draft: Option<DraftView>,
    file: Option<FileView>,
    findings: Vec<FindingView>,
    stations: Vec<Station>,
    /// The flow as SVG; nothing where it cannot be read.
    picture: String,
}

impl FlowPage<'_> {
    fn spoken(&self, language: &Language) -> &'static str {
        words::language(*language)
    }
}

struct DraftView {
    by: String,
    at: String,
}

/// A file that says something else than what is published.
struct FileView {
    fingerprint: String,
    says: &'static str,
    /// Somebody has to decide.
    asks: bool,
    hunks: Vec<HunkView>,
}

/// `GET /dienst/ansagen/{name}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let opened = Opened::load(&desk, &t, &signed, &name).await?;
    let failed = |error: LibraryError| refused(&t, error);
    let hotlines = library::list_hotlines(&desk, &name).await.map_err(|error| failed(error.into()))?;
    let file = library::find_file(&desk, &name).map_err(|error| failed(error.into()))?;
    let flow = flows::recall(opened.text(), &Recordings::default());
    let published = desk.flows.published(&name);
    let imprint = &opened.published.imprint;
    let title = published.map_or_else(|| name.clone(), |edition| edition.flow.title.clone());
    Ok(web::ok(&FlowPage {
        t: &t,
        page: signed.page(&t, &title),
        notice: Notice::find(&asked.meldung),
        title,
        version: imprint.version,
        since: moment(imprint.published_at),
        by: imprint.author.clone(),
        how: origin(imprint.origin),
        reason: imprint.reason.clone(),
        hotlines: hotlines.into_iter().map(|hotline| hotline.name).collect(),
        may_change: opened.may_change,
        draft: opened.draft.as_ref().map(|it| DraftView { by: it.author.clone(), at: moment(it.updated_at) }),
        file: FileView::find(&opened, file),
        findings: findings(&desk, &t, &name, &opened.published.text).await?,
        stations: flow.as_ref().map(stations).unwrap_or_default(),
        picture: flow.as_ref().map(picture).unwrap_or_default(),
        name,
    }))
}

fn picture(flow: &flows::Flow) -> String {
    flows::svg(&Graph::from(flow), &Overlay::default(), flows::Form::Page(""))
}

impl FileView {
    fn find(opened: &Opened, file: Option<String>) -> Option<Self> {
        let published = &opened.published;
        let (says, asks) = match Agreement::of(published, file.as_deref()) {
            Agreement::Same => return None,
            Agreement::NoFile => ("Zu dieser Ansage gibt es keine Datei. Es gilt, was hier veröffentlicht ist.", false),
            Agreement::Edited => (
                "Diese Ansage wurde hier bearbeitet; ihre Datei ist eine andere. Es gilt, was hier veröffentlicht ist.",
                false,
            ),
            Agreement::FileChanged => (
                "Die Datei wurde geändert, seit das Programm läuft. Beim nächsten Start wird sie veröffentlicht.",
                true,
            ),
            Agreement::Conflict => (
                "Diese Ansage wurde hier bearbeitet, und auch ihre Datei wurde geändert. Es gilt weiter, was hier \
                 veröffentlicht ist, bis Sie entscheiden.",
                true,
            ),
        };
        let file = file.unwrap_or_default();
        let hunks = if asks { HunkView::all(&published.text, &file) } else { Vec::new() };
        Some(Self { fingerprint: library::fingerprint(&file), says, asks, hunks })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Decision {
    /// `uebernehmen` or `ignorieren`.
    wahl: String,
    /// The fingerprint of the file that was seen.
    stand: String,
}

/// `POST /dienst/ansagen/{name}/datei`
pub async fn decide(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Form(form): Form<Decision>,
) -> Result<Response, Response> {
    Opened::load_to_change(&desk, &t, &signed, &name).await?;
    let (now, actor) = (desk.now(), &signed.0);
    let done = match form.wahl.as_str() {
        "uebernehmen" => library::take_file(&desk, now, actor, &name, &form.stand).await.map(|_| "datei"),
        "ignorieren" => library::ignore_file(&desk, now, actor, &name, &form.stand).await.map(|()| "datei-ignoriert"),
        _ => Err(LibraryError::NoSuchFile),
    };
    match done {
        Ok(notice) => Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}?meldung={notice}")))),
        Err(LibraryError::NoSuchFile | LibraryError::NothingNew | LibraryError::PublishedMeanwhile(_)) => {
            Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}?meldung=inzwischen"))))
        }
        Err(LibraryError::Wrong(wrong)) => {
            let page = signed.page(&t, "Die Datei besteht die Prüfung nicht");
            let view = RefusedFilePage { t: &t, page, findings: super::views(&wrong, &name), name };
            Ok(web::html(http::StatusCode::CONFLICT, &view))
        }
        Err(error) => Err(refused(&t, error)),
    }
}

#[derive(Template)]
#[template(path = "library/pages/refused_file.html")]
struct RefusedFilePage<'a> {
    t: &'a Locale,
    page: Page,
    name: String,
    findings: Vec<FindingView>,
}
