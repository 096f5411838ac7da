//! Who changed what of a shift, when and why.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::local;
use crate::people::{self, SignedIn};
use crate::shifts::{self, ShiftState, Version};
use crate::web::{self, Locale, Page, say};

use super::week::address;
use super::{Names, away, refused, words};

#[derive(Template)]
#[template(path = "shifts/pages/versions.html")]
struct VersionsPage<'a> {
    t: &'a Locale,
    page: Page,
    hotline: String,
    week: String,
    versions: Vec<VersionView>,
}

struct VersionView {
    when: String,
    who: String,
    verb: &'static str,
    reason: String,
    /// What the shift was from then on, in words: all of it, or what differs from the version before.
    became: Vec<String>,
}

impl VersionView {
    /// Why is for those who plan: it may tell that somebody was sick.
    fn without_reason(self) -> Self {
        Self { reason: String::new(), ..self }
    }

    fn new(it: &Version, before: Option<&Version>, names: &Names, actors: &BTreeMap<String, String>) -> Self {
        Self {
            when: say::short(it.changed_at),
            who: actors.get(&it.changed_by).cloned().unwrap_or_default(),
            verb: it.verb.german(),
            reason: it.reason.clone(),
            became: became(it, before, names),
        }
    }
}

fn became(it: &Version, before: Option<&Version>, names: &Names) -> Vec<String> {
    let officer = it.officer.map_or("noch niemand", |officer| names.of(officer)).to_owned();
    let facts = [
        (before.is_none_or(|before| before.officer != it.officer), officer),
        (before.is_none_or(|before| before.span != it.span), words::span(it.span)),
        (before.is_none_or(|before| before.tier != it.tier), words::tier(it.tier)),
        (before.is_some_and(|before| before.position != it.position), format!("Platz {}", it.position)),
        (before.is_some_and(|before| before.hotline != it.hotline), "anderes Beratungstelefon".to_owned()),
    ];
    match it.state {
        ShiftState::Published => facts.into_iter().filter(|(differs, _)| *differs).map(|(_, text)| text).collect(),
        ShiftState::Removed => Vec::new(),
    }
}

/// `GET /dienst/dienste/{id}/verlauf`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id: ShiftId = id.parse().map_err(|_| web::not_found(&t))?;
    let db = &desk.db;
    let versions = shifts::list_versions(db, id).await.map_err(away(&t))?;
    let newest = versions.first().ok_or_else(|| web::not_found(&t))?;
    let hotline = shifts::load_hotline(db, &signed.0, newest.hotline).await.map_err(|error| refused(&t, error))?;
    let officers: Vec<OfficerId> = versions.iter().filter_map(|version| version.officer).collect();
    let names = Names::load(db, &[], &officers).await.map_err(away(&t))?;
    let actors = people::list_names_of(db, versions.iter().map(|version| version.changed_by.clone()));
    let actors = actors.await.map_err(away(&t))?;
    let with_before = versions.iter().zip(versions.iter().skip(1).map(Some).chain([None]));
    let may_plan = signed.0.may_plan(&hotline.office);
    let view = |(it, before)| {
        let view = VersionView::new(it, before, &names, &actors);
        if may_plan { view } else { view.without_reason() }
    };
    Ok(web::ok(&VersionsPage {
        page: signed.page(&t, "Verlauf eines Dienstes"),
        week: address(&hotline.id.to_string(), &local::week_name(local::day(newest.span.start))),
        hotline: hotline.name,
        versions: with_before.map(view).collect(),
        t: &t,
    }))
}
