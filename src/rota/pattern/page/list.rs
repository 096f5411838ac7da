//! The week templates and rotations of an office, and the forms for new ones.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::local;
use crate::offices::OfficeId;
use crate::people::{SignedIn, planned_office};
use crate::rota::page::{Choice, Fault, Faults, Notice, office_choices};
use crate::rota::pattern;
use crate::web::{self, Locale, Page};

use super::rotation::{RotationForm, said};
use super::{Staff, notice, refused};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    meldung: String,
}

#[derive(Template)]
#[template(path = "rota/pattern/pages/list.html")]
struct ListPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    office: OfficeId,
    offices: Vec<Choice>,
    templates: Vec<LinkView>,
    rotations: Vec<LinkView>,
    form: RotationForm,
    hotlines: Vec<Choice>,
    officers: Vec<Choice>,
    places: Vec<usize>,
    units: Vec<Choice>,
    faults: Faults,
}

struct LinkView {
    path: String,
    name: String,
    what: String,
}

/// `GET /dienst/muster`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let form = RotationForm::fresh(local::monday(local::day(desk.now())));
    let shown = Shown { desk: &desk, t: &t, signed: &signed, office };
    shown.page(StatusCode::OK, notice(&asked.meldung), (form, Vec::new())).await
}

/// For whom the page is made.
pub struct Shown<'a> {
    pub desk: &'a Desk,
    pub t: &'a Locale,
    pub signed: &'a SignedIn,
    pub office: OfficeId,
}

impl Shown<'_> {
    pub async fn page(
        &self,
        status: StatusCode,
        notice: Option<Notice>,
        (form, faults): (RotationForm, Vec<Fault>),
    ) -> Result<Response, Response> {
        let (t, db, actor, office) = (self.t, &self.desk.db, &self.signed.0, self.office);
        let staff = Staff::load(self.desk, t, office).await?;
        let templates = pattern::list_templates(db, actor, office).await.map_err(|error| refused(t, error))?;
        let rotations = pattern::list_rotations(db, actor, office).await.map_err(|error| refused(t, error))?;
        let page = self.signed.page(t, "Wochenmuster und Rotationen");
        let mut offices = office_choices(actor, office);
        offices.retain(|choice| choice.value.parse().is_ok_and(|office| actor.may_plan(&office)));
        let template = |it: &pattern::Template| LinkView {
            path: format!("/dienst/muster/wochen/{}", it.id),
            name: it.name.clone(),
            what: match (it.weeks, it.shifts.len()) {
                (1, count) => format!("eine Woche, {count} Dienste"),
                (weeks, count) => format!("{weeks} Wochen, {count} Dienste"),
            },
        };
        let rotation = |it: &pattern::Rotation| LinkView {
            path: format!("/dienst/muster/rotationen/{}", it.id),
            name: it.name.clone(),
            what: format!("{}, {}", staff.hotline(it.hotline), said(it)),
        };
        Ok(web::html(
            status,
            &ListPage {
                page: if faults.is_empty() { page } else { page.with_error(t) },
                notice,
                office,
                offices,
                templates: templates.iter().map(template).collect(),
                rotations: rotations.iter().map(rotation).collect(),
                hotlines: staff.hotline_choices(&form.hotline),
                officers: staff.officer_choices("–", ""),
                places: (1..=form.person.len().max(6)).collect(),
                units: form.units(),
                form,
                faults: Faults(faults),
                t,
            },
        ))
    }
}
