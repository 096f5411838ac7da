//! One week template: its shifts, one more, its name; and taking it away.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::Weekday;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::TemplateId;
use crate::kernel::{Language, local};
use crate::people::{SignedIn, planned_office};
use crate::rota::page::{Choice, Fault, Faults, Notice};
use crate::rota::pattern::{self, Holidays, PatternError, TemplateShift};
use crate::shifts::{Tier, say};
use crate::web::{self, Form, Locale, Page};

use super::{Staff, fault, notice, refused, tier_choices};

const WEEKDAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    meldung: String,
}

/// A new template, or the name and length of one.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct TemplateForm {
    pub dienststelle: String,
    pub name: String,
    pub wochen: String,
    /// `plan` or `skip`.
    pub feiertage: String,
    /// The version that was seen.
    pub stand: i64,
}

/// A shift of a template as it was typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct LineForm {
    pub woche: String,
    /// Number of ISO 8601, 1 is Monday.
    pub tag: String,
    pub von: String,
    pub bis: String,
    pub hotline: String,
    pub person: String,
    pub reihe: String,
    /// The version that was seen.
    pub stand: i64,
}

/// The version that was seen.
#[derive(Deserialize)]
pub struct Stand {
    stand: i64,
}

#[derive(Template)]
#[template(path = "rota/pattern/pages/template.html")]
struct TemplatePage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    path: String,
    stand: i64,
    head: TemplateForm,
    holidays: Vec<Choice>,
    lines: Vec<LineView>,
    several_weeks: bool,
    form: LineForm,
    weeks: Vec<Choice>,
    weekdays: Vec<Choice>,
    hotlines: Vec<Choice>,
    officers: Vec<Choice>,
    tiers: Vec<Choice>,
    faults: Faults,
}

struct LineView {
    place: usize,
    week: i64,
    weekday: &'static str,
    times: String,
    officer: String,
    what: String,
}

#[derive(Template)]
#[template(path = "rota/pattern/pages/remove.html")]
pub struct RemovePage<'a> {
    pub t: &'a Locale,
    pub page: Page,
    pub path: String,
    pub name: String,
}

impl LineForm {
    fn fresh() -> Self {
        Self {
            woche: "1".into(),
            tag: "1".into(),
            von: "08:00".into(),
            bis: "20:00".into(),
            reihe: "1".into(),
            ..Self::default()
        }
    }

    fn read(&self) -> Result<TemplateShift, Vec<Fault>> {
        let week = self.woche.parse().ok();
        let weekday = self.tag.parse::<u8>().ok().and_then(|number| Weekday::try_from(number.checked_sub(1)?).ok());
        let (from, until) = (local::time(&self.von), local::time(&self.bis));
        let hotline = self.hotline.parse().ok();
        let officer = if self.person.is_empty() { Some(None) } else { self.person.parse().ok().map(Some) };
        let tier = self.reihe.parse::<Tier>().ok();
        if let (Some(week), Some(weekday), Some(from), Some(until), Some(hotline), Some(officer), Some(tier)) =
            (week, weekday, from, until, hotline, officer, tier)
        {
            return Ok(TemplateShift { week, weekday, from, until, hotline, officer, tier });
        }
        let faults = [
            (week.is_none(), Fault::new("woche", "Wählen Sie die Woche.")),
            (weekday.is_none(), Fault::new("tag", "Wählen Sie den Wochentag.")),
            (from.is_none(), Fault::new("von", "Geben Sie an, wann der Dienst beginnt, zum Beispiel 08:00.")),
            (until.is_none(), Fault::new("bis", "Geben Sie an, wann der Dienst endet, zum Beispiel 20:00.")),
            (hotline.is_none(), Fault::new("hotline", "Wählen Sie ein Beratungstelefon.")),
            (officer.is_none(), Fault::new("person", "Wählen Sie, wer den Dienst hat.")),
            (tier.is_none(), Fault::new("reihe", "Wählen Sie, in welcher Reihe angerufen wird.")),
        ];
        Err(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect())
    }
}

impl TemplateForm {
    fn of(it: &pattern::Template) -> Self {
        let (name, wochen, feiertage) = (it.name.clone(), it.weeks.to_string(), it.holidays.to_string());
        Self { dienststelle: it.office.to_string(), name, wochen, feiertage, stand: it.sequence }
    }

    fn upon(&self, it: pattern::Template) -> pattern::Template {
        pattern::Template {
            sequence: self.stand,
            name: self.name.trim().to_owned(),
            weeks: self.wochen.trim().parse().unwrap_or(0),
            holidays: self.feiertage.parse().unwrap_or(Holidays::Skip),
            ..it
        }
    }
}

/// A request about one template.
struct About<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
    template: pattern::Template,
}

impl<'a> About<'a> {
    async fn load((desk, t, signed): (&'a Desk, &'a Locale, &'a SignedIn), id: &str) -> Result<Self, Response> {
        let id = id.parse().map_err(|_| web::not_found(t))?;
        let template = pattern::load_template(&desk.db, &signed.0, id).await.map_err(|error| refused(t, error))?;
        Ok(Self { desk, t, signed, template })
    }

    fn path(&self) -> String {
        format!("/dienst/muster/wochen/{}", self.template.id)
    }

    async fn page(
        &self,
        notice: Option<Notice>,
        (head, form, faults): (Option<TemplateForm>, Option<LineForm>, Vec<Fault>),
    ) -> Result<Response, Response> {
        let (t, it) = (self.t, &self.template);
        let staff = Staff::load(self.desk, t, it.office).await?;
        let (head, form) = (head.unwrap_or_else(|| TemplateForm::of(it)), form.unwrap_or_else(LineForm::fresh));
        let line = |(place, line): (usize, &TemplateShift)| LineView {
            place,
            week: line.week,
            weekday: Language::De.weekday(line.weekday),
            times: format!("{}–{}", line.from.format("%H:%M"), line.until.format("%H:%M")),
            officer: staff.officer(line.officer).to_owned(),
            what: format!("{}, {}", staff.hotline(line.hotline), say::tier(line.tier)),
        };
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        let page = self.signed.page(t, &format!("Wochenmuster {}", it.name));
        let weekday = |it: Weekday| Choice::new(it.number_from_monday(), Language::De.weekday(it), &form.tag);
        let holidays =
            [("skip", "An Feiertagen entfällt, was das Muster vorsieht"), ("plan", "Feiertage wie andere Tage")];
        let view = TemplatePage {
            page: if faults.is_empty() { page } else { page.with_error(t) },
            notice,
            path: self.path(),
            stand: it.sequence,
            holidays: holidays.into_iter().map(|(value, text)| Choice::new(value, text, &head.feiertage)).collect(),
            lines: it.shifts.iter().enumerate().map(line).collect(),
            several_weeks: it.weeks > 1,
            weeks: (1..=it.weeks).map(|week| Choice::new(week, format!("{week}. Woche"), &form.woche)).collect(),
            weekdays: WEEKDAYS.into_iter().map(weekday).collect(),
            hotlines: staff.hotline_choices(&form.hotline),
            officers: staff.officer_choices("noch niemand (gesucht)", &form.person),
            tiers: tier_choices(&form.reihe),
            head,
            form,
            faults: Faults(faults),
            t,
        };
        Ok(web::html(status, &view))
    }

    /// Saves the template as it is to be, or shows what is wrong with it.
    async fn save(
        &self,
        template: pattern::Template,
        (head, form): (Option<TemplateForm>, Option<LineForm>),
        done: &str,
    ) -> Result<Response, Response> {
        match pattern::save_template(self.desk, self.desk.now(), &self.signed.0, &template).await {
            Ok(()) => Ok(web::go(&self.t.path(&format!("{}?meldung={done}", self.path())))),
            Err(error) => match fault(&error) {
                Some(fault) => self.page(None, (head, form, vec![fault])).await,
                None => Err(refused(self.t, error)),
            },
        }
    }
}

/// `POST /dienst/muster/wochen`: a new one, empty.
pub async fn make(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<TemplateForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    let name = if form.name.trim().is_empty() { "Neues Muster".to_owned() } else { form.name.clone() };
    let empty = pattern::Template {
        id: TemplateId::mint(),
        sequence: 0,
        office,
        name: String::new(),
        weeks: 1,
        holidays: Holidays::Skip,
        shifts: Vec::new(),
    };
    let wochen = if form.wochen.is_empty() { "1".to_owned() } else { form.wochen.clone() };
    let template = TemplateForm { name, wochen, stand: 0, ..form }.upon(empty);
    let saved = pattern::save_template(&desk, desk.now(), &signed.0, &template).await;
    saved.map_err(|error: PatternError| refused(&t, error))?;
    Ok(web::go(&t.path(&format!("/dienst/muster/wochen/{}?meldung=gespeichert", template.id))))
}

/// `GET /dienst/muster/wochen/{id}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    About::load((&desk, &t, &signed), &id).await?.page(notice(&asked.meldung), (None, None, Vec::new())).await
}

/// `POST /dienst/muster/wochen/{id}`: name, length, holidays.
pub async fn set(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<TemplateForm>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    let template = form.upon(about.template.clone());
    about.save(template, (Some(form), None), "gespeichert").await
}

/// `POST /dienst/muster/wochen/{id}/dienste`: one more shift.
pub async fn add(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<LineForm>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    let line = match form.read() {
        Ok(line) => line,
        Err(faults) => return about.page(None, (None, Some(form), faults)).await,
    };
    let mut template = pattern::Template { sequence: form.stand, ..about.template.clone() };
    template.shifts.push(line);
    about.save(template, (None, Some(form)), "dienst").await
}

/// `POST /dienst/muster/wochen/{id}/dienste/{place}/entfernen`
pub async fn remove_line(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((id, place)): Path<(String, usize)>,
    Form(form): Form<Stand>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    let mut template = pattern::Template { sequence: form.stand, ..about.template.clone() };
    if place < template.shifts.len() {
        template.shifts.remove(place);
    }
    about.save(template, (None, None), "dienst-entfernt").await
}

/// `GET /dienst/muster/wochen/{id}/entfernen`: asks first.
pub async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    let (page, path, name) = (signed.page(&t, "Muster entfernen"), about.path(), about.template.name.clone());
    Ok(web::ok(&RemovePage { t: &t, page, path, name }))
}

/// `POST /dienst/muster/wochen/{id}/entfernen`
pub async fn remove(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &id).await?;
    let removed = pattern::remove_template(&desk, desk.now(), &signed.0, about.template.id).await;
    removed.map_err(|error| refused(&t, error))?;
    Ok(web::go(&t.path("/dienst/muster?meldung=entfernt")))
}
