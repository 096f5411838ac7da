//! All flows: who uses them, since when and by whom they are published, and where file and edition disagree.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::desk::Desk;
use crate::library::{self, Agreement, Draft, Kept, LibraryError};
use crate::people::SignedIn;
use crate::web::{self, Locale, Page};

use super::{moment, origin, refused};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Search {
    suche: String,
}

#[derive(Template)]
#[template(path = "library/pages/list.html")]
struct ListPage<'a> {
    t: &'a Locale,
    page: Page,
    search: String,
    /// Whether the way back leads to the settings.
    plans: bool,
    flows: Vec<FlowView>,
}

struct FlowView {
    name: String,
    title: String,
    /// The names of the hotlines whose callers hear it.
    hotlines: Vec<String>,
    version: i64,
    since: String,
    by: String,
    how: &'static str,
    /// Who drafts.
    draft: Option<String>,
    /// What is to be looked at.
    warning: Option<&'static str>,
}

/// `GET /dienst/ansagen`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Search>,
) -> Result<Response, Response> {
    let flows = list(&desk, &asked.suche.trim().to_lowercase()).await.map_err(|error| refused(&t, error))?;
    Ok(web::ok(&ListPage {
        t: &t,
        page: signed.page(&t, "Ansagen"),
        search: asked.suche,
        plans: signed.0.plans(),
        flows,
    }))
}

async fn list(desk: &Desk, search: &str) -> Result<Vec<FlowView>, LibraryError> {
    let drafts = library::list_drafts(desk).await?;
    let mut flows = Vec::new();
    for kept in library::list_published(desk).await? {
        let finds = |text: &str| text.to_lowercase().contains(search);
        if finds(&kept.imprint.name) || finds(&kept.text) {
            let draft = drafts.iter().find(|draft| draft.name == kept.imprint.name);
            flows.push(FlowView::load(desk, kept, draft).await?);
        }
    }
    Ok(flows)
}

impl FlowView {
    async fn load(desk: &Desk, kept: Kept, draft: Option<&Draft>) -> Result<Self, LibraryError> {
        let imprint = &kept.imprint;
        let hotlines = library::list_hotlines(desk, &imprint.name).await?;
        let edition = desk.flows.published(&imprint.name);
        let file = library::find_file(desk, &imprint.name)?;
        let warning = match Agreement::of(&kept, file.as_deref()) {
            _ if edition.is_none() => Some("kann nicht gelesen werden"),
            Agreement::Conflict | Agreement::FileChanged => Some("Datei ist anders"),
            Agreement::Same | Agreement::NoFile | Agreement::Edited => None,
        };
        Ok(Self {
            title: edition.map_or_else(|| imprint.name.clone(), |edition| edition.flow.title.clone()),
            hotlines: hotlines.into_iter().map(|hotline| hotline.name).collect(),
            version: imprint.version,
            since: moment(imprint.published_at),
            by: imprint.author.clone(),
            how: origin(imprint.origin),
            draft: draft.map(|draft| draft.author.clone()),
            warning,
            name: kept.imprint.name,
        })
    }
}
