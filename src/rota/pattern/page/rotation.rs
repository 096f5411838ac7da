//! One rotation: who takes turns, in which order, how long; somebody who leaves; and taking it away.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::{OfficerId, RotationId};
use crate::kernel::local;
use crate::offices::OfficeId;
use crate::people::{SignedIn, planned_office};
use crate::rota::page::{Choice, Fault, Faults, Notice};
use crate::rota::pattern::{self, Daily, Rotation, Unit};
use crate::shifts::{Tier, say};
use crate::web::{self, Form, Locale, Page};

use super::list::Shown;
use super::template::RemovePage;
use super::{Staff, fault, notice, refused};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    meldung: String,
}

/// A rotation as it was typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct RotationForm {
    pub dienststelle: String,
    pub name: String,
    pub hotline: String,
    pub alle: String,
    pub einheit: String,
    pub ab: String,
    pub uebergabe: String,
    /// The covered part of a day; empty: all of it.
    pub von: String,
    pub bis: String,
    pub reihen: String,
    /// In order; empty places are left out.
    pub person: Vec<String>,
    /// The version that was seen.
    pub stand: i64,
}

#[derive(Template)]
#[template(path = "rota/pattern/pages/rotation.html")]
struct RotationPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    path: String,
    stand: i64,
    /// Who has the turn now.
    now: Option<String>,
    turns: Vec<(OfficerId, String)>,
    next: Vec<String>,
    form: RotationForm,
    hotlines: Vec<Choice>,
    officers: Vec<Choice>,
    places: Vec<usize>,
    units: Vec<Choice>,
    faults: Faults,
}

/// "wechselt alle 2 Wochen um 08:00, 3 Personen".
pub fn said(it: &Rotation) -> String {
    let how_often = match (it.every, it.unit) {
        (1, Unit::Hours) => "jede Stunde".to_owned(),
        (1, Unit::Days) => "täglich".to_owned(),
        (1, Unit::Weeks) => "wöchentlich".to_owned(),
        (1, Unit::Months) => "monatlich".to_owned(),
        (every, unit) => format!("alle {every} {}", unit.german()),
    };
    let people =
        if it.officers.len() == 1 { "eine Person".to_owned() } else { format!("{} Personen", it.officers.len()) };
    format!("wechselt {how_often} um {}, {people}", it.hand_off.format("%H:%M"))
}

impl RotationForm {
    /// Weekly from a Monday on.
    pub fn fresh(monday: NaiveDate) -> Self {
        Self {
            alle: "1".into(),
            einheit: Unit::Weeks.to_string(),
            ab: monday.to_string(),
            uebergabe: "08:00".into(),
            reihen: "1".into(),
            ..Self::default()
        }
    }

    fn of(it: &Rotation) -> Self {
        let time = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
        Self {
            dienststelle: it.office.to_string(),
            name: it.name.clone(),
            hotline: it.hotline.to_string(),
            alle: it.every.to_string(),
            einheit: it.unit.to_string(),
            ab: it.first_day.to_string(),
            uebergabe: time(it.hand_off),
            von: it.daily.map(|daily| time(daily.from)).unwrap_or_default(),
            bis: it.daily.map(|daily| time(daily.until)).unwrap_or_default(),
            reihen: it.tiers.to_string(),
            person: it.officers.iter().map(OfficerId::to_string).collect(),
            stand: it.sequence,
        }
    }

    pub fn units(&self) -> Vec<Choice> {
        Unit::ALL.into_iter().map(|unit| Choice::new(unit, unit.german(), &self.einheit)).collect()
    }

    /// Who stands at a place of the order, for the template.
    pub fn at(&self, place: &usize) -> &str {
        self.person.get(place - 1).map_or("", String::as_str)
    }

    fn daily(&self) -> Option<Option<Daily>> {
        match (self.von.trim(), self.bis.trim()) {
            ("", "") => Some(None),
            (from, until) => Some(Some(Daily { from: local::time(from)?, until: local::time(until)? })),
        }
    }

    fn read(&self, id: RotationId, office: OfficeId) -> Result<Rotation, Vec<Fault>> {
        let hotline = self.hotline.parse().ok();
        let first_day = local::plannable(&self.ab);
        let hand_off = local::time(&self.uebergabe);
        let daily = self.daily();
        let filled = self.person.iter().filter(|text| !text.is_empty());
        let officers: Option<Vec<OfficerId>> = filled.map(|text| text.parse().ok()).collect();
        if let (Some(hotline), Some(first_day), Some(hand_off), Some(daily), Some(officers)) =
            (hotline, first_day, hand_off, daily, officers)
        {
            return Ok(Rotation {
                id,
                sequence: self.stand,
                office,
                hotline,
                name: self.name.trim().to_owned(),
                officers,
                every: self.alle.trim().parse().unwrap_or(0),
                unit: self.einheit.parse().unwrap_or(Unit::Weeks),
                first_day,
                hand_off,
                daily,
                tiers: self.reihen.trim().parse().unwrap_or(0),
                ahead: 0,
            });
        }
        let faults = [
            (hotline.is_none(), Fault::new("hotline", "Wählen Sie ein Beratungstelefon.")),
            (first_day.is_none(), Fault::new("ab", "Geben Sie den Tag an, an dem die erste Person beginnt.")),
            (hand_off.is_none(), Fault::new("uebergabe", "Geben Sie an, wann gewechselt wird, zum Beispiel 08:00.")),
            (daily.is_none(), Fault::new("von", "Geben Sie beide Zeiten an, oder keine für den ganzen Tag.")),
        ];
        Err(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect())
    }
}

/// A request about one rotation.
struct About<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
    rotation: Rotation,
}

impl<'a> About<'a> {
    async fn load((desk, t, signed): (&'a Desk, &'a Locale, &'a SignedIn), id: &str) -> Result<Self, Response> {
        let id = id.parse().map_err(|_| web::not_found(t))?;
        let rotation = pattern::load_rotation(&desk.db, &signed.0, id).await.map_err(|error| refused(t, error))?;
        Ok(Self { desk, t, signed, rotation })
    }

    fn path(&self) -> String {
        format!("/dienst/muster/rotationen/{}", self.rotation.id)
    }

    async fn page(
        &self,
        notice: Option<Notice>,
        (form, faults): (Option<RotationForm>, Vec<Fault>),
    ) -> Result<Response, Response> {
        let (t, it) = (self.t, &self.rotation);
        let staff = Staff::load(self.desk, t, it.office).await?;
        let form = form.unwrap_or_else(|| RotationForm::of(it));
        let turn = it.turn_at(self.desk.now());
        let officer = |turn: i64| it.officer(turn, Tier::FIRST).map(|id| staff.officer(Some(id)).to_owned());
        let upcoming = local::whole_month(local::day(self.desk.now()));
        let next = it.shifts(upcoming).into_iter().filter(|it| it.tier == Tier::FIRST && it.span.end > self.desk.now());
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        let page = self.signed.page(t, &format!("Rotation {}", it.name));
        let view = RotationPage {
            page: if faults.is_empty() { page } else { page.with_error(t) },
            notice,
            path: self.path(),
            stand: it.sequence,
            now: turn.and_then(officer),
            turns: it.officers.iter().map(|id| (*id, staff.officer(Some(*id)).to_owned())).collect(),
            next: next.take(7).map(|it| format!("{}: {}", say::span(it.span), staff.officer(it.officer))).collect(),
            hotlines: staff.hotline_choices(&form.hotline),
            officers: staff.officer_choices("–", ""),
            places: (1..=form.person.len().max(4) + 2).collect(),
            units: form.units(),
            form,
            faults: Faults(faults),
            t,
        };
        Ok(web::html(status, &view))
    }
}

/// `POST /dienst/muster/rotationen`: a new one.
pub async fn make(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<RotationForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    let shown = Shown { desk: &desk, t: &t, signed: &signed, office };
    let rotation = match form.read(RotationId::mint(), office) {
        Ok(rotation) => rotation,
        Err(faults) => return shown.page(StatusCode::BAD_REQUEST, None, (form, faults)).await,
    };
    match pattern::save_rotation(&desk, desk.now(), &signed.0, &rotation).await {
        Ok(()) => Ok(web::go(&t.path(&format!("/dienst/muster/rotationen/{}?meldung=gespeichert", rotation.id)))),
        Err(error) => match fault(&error) {
            Some(fault) => shown.page(StatusCode::BAD_REQUEST, None, (form, vec![fault])).await,
            None => Err(refused(&t, error)),
        },
    }
}

/// `GET /dienst/muster/rotationen/{id}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    About::load((&desk, &t, &signed), &id).await?.page(notice(&asked.meldung), (None, Vec::new())).await
}

/// `POST /dienst/muster/rotationen/{id}`
pub async fn set(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<RotationForm>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    let rotation = match form.read(about.rotation.id, about.rotation.office) {
        // Where the order is as it was, whoever has the turn keeps it.
        Ok(it) if it.officers == about.rotation.officers => Rotation { ahead: about.rotation.ahead, ..it },
        Ok(it) => it,
        Err(faults) => return about.page(None, (Some(form), faults)).await,
    };
    match pattern::save_rotation(&desk, desk.now(), &signed.0, &rotation).await {
        Ok(()) => Ok(web::go(&t.path(&format!("{}?meldung=gespeichert", about.path())))),
        Err(error) => match fault(&error) {
            Some(fault) => about.page(None, (Some(form), vec![fault])).await,
            None => Err(refused(&t, error)),
        },
    }
}

#[derive(Deserialize)]
pub struct LeaveForm {
    person: OfficerId,
}

/// `POST /dienst/muster/rotationen/{id}/ausscheiden`: whoever has the turn keeps it.
pub async fn leave(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<LeaveForm>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    match pattern::leave_rotation(&desk, desk.now(), &signed.0, about.rotation.id, form.person).await {
        Ok(_) => Ok(web::go(&t.path(&format!("{}?meldung=ausgeschieden", about.path())))),
        Err(error) => match fault(&error) {
            Some(fault) => about.page(None, (None, vec![fault])).await,
            None => Err(refused(&t, error)),
        },
    }
}

/// `GET /dienst/muster/rotationen/{id}/entfernen`: asks first.
pub async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    let (page, path, name) = (signed.page(&t, "Rotation entfernen"), about.path(), about.rotation.name.clone());
    Ok(web::ok(&RemovePage { t: &t, page, path, name }))
}

/// `POST /dienst/muster/rotationen/{id}/entfernen`
pub async fn remove(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    let removed = pattern::remove_rotation(&desk, desk.now(), &signed.0, about.rotation.id).await;
    removed.map_err(|error| refused(&t, error))?;
    Ok(web::go(&t.path("/dienst/muster?meldung=entfernt")))
}
