//! The drafts of an office; beginning one and throwing one away.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::local;
use crate::offices::OfficeId;
use crate::people::{self, SignedIn, planned_office};
use crate::rota::draft::{self, Draft, NewDraft};
use crate::rota::page::{Choice, Fault, Faults, Notice, away, office_choices};
use crate::web::{self, Form, Locale, Page, say};

use super::words::{self, Words};
use super::{Opened, notice, refused};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    meldung: String,
}

/// A new draft as it was typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct DraftForm {
    pub dienststelle: String,
    pub name: String,
    pub von: String,
    pub bis: String,
}

#[derive(Template)]
#[template(path = "rota/draft/pages/list.html")]
struct ListPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    office: OfficeId,
    offices: Vec<Choice>,
    drafts: Vec<DraftView>,
    form: DraftForm,
    faults: Faults,
}

struct DraftView {
    path: String,
    name: String,
    period: String,
    who: String,
    changed: String,
    published: Option<String>,
}

#[derive(Template)]
#[template(path = "rota/draft/pages/discard.html")]
struct DiscardPage<'a> {
    t: &'a Locale,
    page: Page,
    path: String,
    name: String,
    period: String,
}

impl DraftForm {
    /// Next week, which is what is planned most often.
    fn next_week(today: NaiveDate) -> Self {
        let monday = local::monday(today) + TimeDelta::days(7);
        Self {
            name: words::week(monday),
            von: monday.to_string(),
            bis: (monday + TimeDelta::days(6)).to_string(),
            ..Self::default()
        }
    }

    fn read(&self, office: OfficeId) -> Result<NewDraft, Vec<Fault>> {
        let (first, last) = (local::plannable(&self.von), local::plannable(&self.bis));
        if let (Some(first_day), Some(last_day)) = (first, last) {
            return Ok(NewDraft { office, name: self.name.clone(), first_day, last_day });
        }
        let faults = [
            (first.is_none(), Fault::new("von", "Geben Sie den ersten Tag an.")),
            (last.is_none(), Fault::new("bis", "Geben Sie den letzten Tag an.")),
        ];
        Err(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect())
    }
}

/// `GET /dienst/entwuerfe`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let form = DraftForm::next_week(local::day(desk.now()));
    let shown = Shown { desk: &desk, t: &t, signed: &signed, office };
    shown.page(StatusCode::OK, notice(&asked.meldung), (form, Vec::new())).await
}

/// `POST /dienst/entwuerfe`: begins a draft.
pub async fn begin(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<DraftForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    let shown = Shown { desk: &desk, t: &t, signed: &signed, office };
    let new = match form.read(office) {
        Ok(new) => new,
        Err(faults) => return shown.page(StatusCode::BAD_REQUEST, None, (form, faults)).await,
    };
    match draft::begin(&desk, desk.now(), &signed.0, &new).await {
        Ok(draft) => Ok(web::go(&t.path(&format!("/dienst/entwuerfe/{}?meldung=begonnen", draft.id)))),
        Err(error) => match Words::new([], &[]).refusal(&error) {
            Some(fault) => shown.page(StatusCode::BAD_REQUEST, None, (form, vec![fault])).await,
            None => Err(refused(&t, error)),
        },
    }
}

/// `GET /dienst/entwuerfe/{id}/verwerfen`: asks first.
pub async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let opened = Opened::load(&desk, &t, &signed, &id).await?;
    Ok(web::ok(&DiscardPage {
        page: signed.page(&t, "Entwurf verwerfen"),
        path: opened.path(""),
        period: words::period(&opened.draft),
        name: opened.draft.name,
        t: &t,
    }))
}

/// `POST /dienst/entwuerfe/{id}/verwerfen`
pub async fn discard(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    draft::discard(&desk, desk.now(), &signed.0, id).await.map_err(|error| refused(&t, error))?;
    Ok(web::go(&t.path("/dienst/entwuerfe?meldung=verworfen")))
}

/// For whom the page is made.
struct Shown<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
    office: OfficeId,
}

impl Shown<'_> {
    async fn page(
        &self,
        status: StatusCode,
        notice: Option<Notice>,
        (form, faults): (DraftForm, Vec<Fault>),
    ) -> Result<Response, Response> {
        let (t, db) = (self.t, &self.desk.db);
        let drafts = draft::list(db, &self.signed.0, self.office).await.map_err(|error| refused(t, error))?;
        let names = people::list_names_of(db, drafts.iter().map(|draft| draft.created_by.clone()));
        let names = names.await.map_err(away(t))?;
        let view = |it: Draft| DraftView {
            path: format!("/dienst/entwuerfe/{}", it.id),
            period: words::period(&it),
            who: names.get(&it.created_by).cloned().unwrap_or_default(),
            changed: say::short(it.updated_at),
            published: it.published_at.map(say::short),
            name: it.name,
        };
        let page = self.signed.page(t, "Entwürfe");
        let mut offices = office_choices(&self.signed.0, self.office);
        offices.retain(|choice| choice.value.parse().is_ok_and(|office| self.signed.0.may_plan(&office)));
        Ok(web::html(
            status,
            &ListPage {
                page: if faults.is_empty() { page } else { page.with_error(t) },
                notice,
                office: self.office,
                offices,
                drafts: drafts.into_iter().map(view).collect(),
                form,
                faults: Faults(faults),
                t,
            },
        ))
    }
}
