//! The staff's editor of call flows: the list, one flow with its stations, texts and targets, drafts, editions.
//!
//! German only; the words stand here and in the templates. Everything works without JavaScript; with it, the checks run
//! while somebody types (`web/flow.js`).

mod draft;
mod flow;
mod list;
mod station;
mod text;
mod versions;
mod words;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};

use crate::desk::Desk;
use crate::flows::{Told, Wrong};
use crate::kernel::{Instant, Language};
use crate::people::SignedIn;
use crate::web::{self, Locale, say};

use super::{Draft, Hunk, Kept, LONGEST_REASON, LibraryError, Line, Origin};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/ansagen", get(list::show))
        .route("/dienst/ansagen/{name}", get(flow::show))
        .route("/dienst/ansagen/{name}/datei", post(flow::decide))
        .route("/dienst/ansagen/{name}/station", get(station::show).post(station::change))
        .route("/dienst/ansagen/{name}/text", get(text::show).post(text::change))
        .route("/dienst/ansagen/{name}/pruefen", post(text::check))
        .route("/dienst/ansagen/{name}/entwurf", get(draft::show))
        .route("/dienst/ansagen/{name}/entwurf/yaml", get(draft::download))
        .route("/dienst/ansagen/{name}/veroeffentlichen", post(draft::publish))
        .route("/dienst/ansagen/{name}/verwerfen", get(draft::ask).post(draft::discard))
        .route("/dienst/ansagen/{name}/versionen", get(versions::list))
        .route("/dienst/ansagen/{name}/versionen/{version}", get(versions::show).post(versions::roll_back))
        .route("/dienst/ansagen/{name}/versionen/{version}/yaml", get(versions::download))
}

/// The result of an action, told on the page that follows it.
#[derive(Clone, Copy, Debug)]
struct Notice {
    /// `success`, `info` or `warning`: the look and the icon.
    look: &'static str,
    text: &'static str,
}

impl Notice {
    /// The notice that an address asks for with `?meldung=`.
    fn find(key: &str) -> Option<Self> {
        let (look, text) = match key {
            "gespeichert" => ("success", "Der Entwurf ist gespeichert. Anrufende hören noch die alte Ansage."),
            "unveraendert" => ("info", "Sie haben nichts geändert."),
            "veroeffentlicht" => ("success", "Die Ansage ist veröffentlicht. Sie gilt ab dem nächsten Anruf."),
            "verworfen" => ("success", "Der Entwurf ist verworfen."),
            "inzwischen" => ("warning", "Jemand hat das inzwischen geändert. Es wurde nichts überschrieben."),
            "datei" => ("success", "Die Datei ist veröffentlicht. Sie gilt ab dem nächsten Anruf."),
            "datei-ignoriert" => ("success", "Die Datei bleibt unbeachtet, bis sie sich wieder ändert."),
            _ => return None,
        };
        Some(Self { look, text })
    }
}

/// A query that may ask for a notice.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    meldung: String,
}

/// A flow as somebody who is signed in may see it.
struct Opened {
    published: Kept,
    draft: Option<Draft>,
    /// The next change of the draft is made upon this one.
    sequence: i64,
    may_change: bool,
}

impl Opened {
    async fn load(desk: &Desk, t: &Locale, signed: &SignedIn, name: &str) -> Result<Self, Response> {
        let actor = &signed.0;
        let load = async {
            let published = super::load_published(desk, name).await?;
            let (draft, sequence) = super::find_draft(desk, name).await?;
            Ok(Self { published, draft, sequence, may_change: super::may_change(desk, actor, name).await? })
        };
        load.await.map_err(|error| refused(t, error))
    }

    /// The same for somebody who changes it.
    async fn load_to_change(desk: &Desk, t: &Locale, signed: &SignedIn, name: &str) -> Result<Self, Response> {
        let opened = Self::load(desk, t, signed, name).await?;
        if opened.may_change { Ok(opened) } else { Err(web::forbidden(t)) }
    }

    /// What is being worked on: the draft, or what is published.
    fn text(&self) -> &str {
        self.draft.as_ref().map_or(&self.published.text, |draft| &draft.text)
    }

    fn name(&self) -> &str {
        &self.published.imprint.name
    }

    fn version(&self) -> i64 {
        self.published.imprint.version
    }
}

/// Something that is wrong with a text, and where.
#[derive(serde::Serialize)]
struct FindingView {
    /// From 1; 0 where another file is meant.
    line: usize,
    place: String,
    /// In the language of the checks, English.
    message: String,
    help: String,
}

impl FindingView {
    fn new(it: Told, name: &str) -> Self {
        Self {
            line: if it.file == format!("{name}.yaml") { it.line } else { 0 },
            place: format!("{}, Zeile {}, Spalte {}", it.file, it.line, it.column),
            message: it.message,
            help: it.help,
        }
    }
}

/// What the checks say of a text; nothing where it passes all of them.
async fn findings(desk: &Desk, t: &Locale, name: &str, text: &str) -> Result<Vec<FindingView>, Response> {
    match super::check(desk, name, text).await {
        Ok(_) => Ok(Vec::new()),
        Err(LibraryError::Wrong(wrong)) => Ok(views(&wrong, name)),
        Err(error) => Err(refused(t, error)),
    }
}

fn views(wrong: &Wrong, name: &str) -> Vec<FindingView> {
    let told = wrong.0.iter().flat_map(|findings| findings.told());
    told.map(|told| FindingView::new(told, name)).collect()
}

/// Lines that stand together in a difference.
struct HunkView {
    /// Where they begin in the new text.
    line: usize,
    lines: Vec<Line>,
}

impl HunkView {
    fn all(old: &str, new: &str) -> Vec<Self> {
        let view = |lines: Hunk| Self { line: lines.iter().find_map(|line| line.new.or(line.old)).unwrap_or(1), lines };
        super::difference(old, new).into_iter().map(view).collect()
    }
}

/// "Freitag, 20. November 2026, 10:00 Uhr".
fn moment(at: Instant) -> String {
    say::moment(Language::De, at)
}

/// Where an edition came from, for people.
fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::File => "aus der Datei",
        Origin::Editor => "hier bearbeitet",
        Origin::RollBack => "ältere Fassung zurückgeholt",
    }
}

/// What a browser made of line breaks is made ours again.
fn our_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn yaml(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}.yaml\"");
    let headers = [(header::CONTENT_TYPE, "application/yaml".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, text).into_response()
}

/// The answer to a request that cannot go on with any form.
fn refused(t: &Locale, error: LibraryError) -> Response {
    match error {
        LibraryError::NoSuchFlow | LibraryError::NoSuchEdition | LibraryError::NoDraft => web::not_found(t),
        LibraryError::Forbidden => web::forbidden(t),
        LibraryError::Db(error) => web::unavailable(t, &error),
        LibraryError::Files(error) => web::unavailable(t, &error),
        LibraryError::NoSuchFile
        | LibraryError::BadReason
        | LibraryError::BadText
        | LibraryError::NothingNew
        | LibraryError::DraftChanged
        | LibraryError::PublishedMeanwhile(_)
        | LibraryError::Wrong(_) => {
            web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text")
        }
    }
}

/// What to do about a refusal that the form can help.
fn fault(error: &LibraryError) -> Option<String> {
    Some(match error {
        LibraryError::BadReason => format!("Geben Sie einen Grund mit 1 bis {LONGEST_REASON} Zeichen an."),
        LibraryError::BadText => "Der Text ist leer, zu lang oder enthält ein Zeichen, das nicht sein darf.".into(),
        LibraryError::NothingNew => "Dieser Text ist schon veröffentlicht.".into(),
        LibraryError::Wrong(_) => "Die Prüfung hat etwas gefunden. Beheben Sie zuerst die Befunde.".into(),
        LibraryError::DraftChanged => {
            "Jemand hat den Entwurf inzwischen geändert. Prüfen Sie den Unterschied noch einmal.".into()
        }
        LibraryError::PublishedMeanwhile(version) => {
            format!("Inzwischen ist Fassung {version} veröffentlicht. Prüfen Sie den Unterschied noch einmal.")
        }
        LibraryError::NoSuchFlow
        | LibraryError::NoSuchEdition
        | LibraryError::NoDraft
        | LibraryError::NoSuchFile
        | LibraryError::Forbidden
        | LibraryError::Files(_)
        | LibraryError::Db(_) => return None,
    })
}
