//! One flow: what is published and how it agrees with its file, and its stations to read.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::desk::Desk;
use crate::flows::{self, Flow, Node, NodeName, Prompt, Recordings};
use crate::library::{self, Agreement, LibraryError};
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
    nodes: Vec<NodeView>,
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

/// One station of a flow, to read.
pub struct NodeView {
    name: String,
    what: &'static str,
    /// The language's tag and name, and the text.
    said: Vec<(&'static str, &'static str, String)>,
    /// What leads on, and to which station.
    ways: Vec<(String, String)>,
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
        nodes: flow.as_ref().map(nodes).unwrap_or_default(),
        name,
    }))
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
            let (page, title) = (signed.page(&t, "Die Datei besteht die Prüfung nicht"), name.clone());
            let view = RefusedFilePage { t: &t, page, name: title, findings: super::views(&wrong) };
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

/// The stations of a flow, from its start on, in the order in which ways lead to them.
pub fn nodes(flow: &Flow) -> Vec<NodeView> {
    let mut order = vec![&flow.start];
    let mut next = 0;
    while let Some(name) = order.get(next).copied() {
        next += 1;
        let ways = flow.nodes.get(name).map(Node::ways).unwrap_or_default();
        for way in ways {
            if !order.contains(&way.to) {
                order.push(way.to);
            }
        }
    }
    order.extend(flow.nodes.keys().filter(|name| !order.contains(name)).collect::<Vec<_>>());
    let view = |name: &NodeName| flow.nodes.get(name).map(|node| NodeView::new(name.as_str(), node));
    order.into_iter().filter_map(view).collect()
}

impl NodeView {
    fn new(name: &str, node: &Node) -> Self {
        let said = |prompt: &Prompt| {
            let texts = prompt.languages();
            texts
                .map(|(language, said)| (language.tag(), words::language(language), said.written()))
                .collect::<Vec<_>>()
        };
        let ways = node.ways().into_iter().map(|way| (way.by.german(), way.to.to_string()));
        Self {
            name: name.to_owned(),
            what: node.german(),
            said: node.prompts().into_iter().flat_map(said).collect(),
            ways: ways.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::shipped;

    #[test]
    fn every_station_of_the_advice_line_can_be_read() {
        let edition = shipped().published("beratungstelefon").unwrap();
        let nodes = nodes(&edition.flow);
        assert_eq!(nodes.len(), edition.flow.nodes.len());
        assert_eq!(nodes[0].name, edition.flow.start.as_str());
        assert_eq!(nodes[0].said.len(), edition.flow.languages.len());
        let known = |name: &String| nodes.iter().any(|node| node.name == *name);
        assert!(nodes.iter().flat_map(|node| &node.ways).all(|(_, to)| known(to)));
    }
}
