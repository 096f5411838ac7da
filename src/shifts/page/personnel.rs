//! Who is here: on duty, absent, deployed; entering an absence, and which shifts need cover because of one.
//!
//! Who does not plan sees themself alone, and may say that they are deployed, back, or sick.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::kernel::id::{AbsenceId, OfficerId};
use crate::kernel::{Instant, Span, local};
use crate::offices::OfficeId;
use crate::people::{
    self, Absence, AbsenceKind, Actor, Commitment, CommitmentKind, Officer, PeopleError, SignedIn, seen_office,
};
use crate::shifts::{self, NeedsCover, Rota};
use crate::web::{self, Form, Locale, Page, say};

use super::week::address;
use super::{Choice, Fault, Faults, Notice, away, excused, office_choices, words};

/// How far ahead absences and shifts are looked at.
const AHEAD: TimeDelta = TimeDelta::days(92);

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    suche: String,
    meldung: String,
}

#[derive(Template)]
#[template(path = "shifts/pages/personnel.html")]
struct PersonnelPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    plans: bool,
    office: &'static str,
    office_code: OfficeId,
    /// Empty where there is nothing to choose.
    offices: Vec<Choice>,
    search: String,
    officers: Vec<OfficerView>,
    absences: Vec<AbsenceView>,
    needs: Vec<NeedView>,
    form: AbsenceForm,
    people: Vec<Choice>,
    kinds: Vec<Choice>,
    faults: Faults,
}

struct OfficerView {
    id: OfficerId,
    name: String,
    state: StateView,
    deployed: bool,
    skills: String,
}

struct StateView {
    /// The look of a badge.
    look: &'static str,
    text: String,
}

struct AbsenceView {
    id: AbsenceId,
    officer: String,
    kind: &'static str,
    when: String,
}

struct NeedView {
    officer: String,
    span: String,
    why: &'static str,
    hotline: String,
    week: String,
}

/// An absence as it was typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct AbsenceForm {
    dienststelle: String,
    person: String,
    art: String,
    von: String,
    von_zeit: String,
    bis: String,
    bis_zeit: String,
}

impl AbsenceForm {
    fn today(now: Instant) -> Self {
        let today = local::day(now).to_string();
        Self { von: today.clone(), bis: today, ..Self::default() }
    }

    /// Officer, kind and span; whole days where no times were given.
    fn read(&self) -> Result<(OfficerId, AbsenceKind, Span), Vec<Fault>> {
        let officer = self.person.parse::<OfficerId>();
        let kind = self.art.parse::<AbsenceKind>().ok().filter(|kind| *kind != AbsenceKind::Deployment);
        let from =
            wall(&self.von, &self.von_zeit).map(|(day, time)| local::start(day.and_time(time.unwrap_or_default())));
        let until = wall(&self.bis, &self.bis_zeit).map(|(day, time)| match time {
            Some(time) if time != NaiveTime::MIN => local::end(day.and_time(time)),
            _ => local::whole_day(day).end,
        });
        let span = from.zip(until).and_then(|(from, until)| Span::new(from, until));
        if let (Ok(officer), Some(kind), Some(span)) = (officer.clone(), kind, span) {
            return Ok((officer, kind, span));
        }
        let faults = [
            (officer.is_err(), Fault::new("person", "Wählen Sie, wer abwesend ist.")),
            (kind.is_none(), Fault::new("art", "Wählen Sie die Art der Abwesenheit.")),
            (from.is_none(), unread(("von", &self.von), ("von_zeit", "den ersten Tag", "16.11.2026"))),
            (until.is_none(), unread(("bis", &self.bis), ("bis_zeit", "den letzten Tag", "20.11.2026"))),
            (
                from.is_some() && until.is_some() && span.is_none(),
                Fault::new("bis", "Das Ende muss nach dem Anfang liegen."),
            ),
        ];
        Err(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect())
    }
}

/// What cannot be read of a day and its time: which of the two, and what is possible.
fn unread((field, typed): (&'static str, &str), (time_field, which, example): (&'static str, &str, &str)) -> Fault {
    match (typed.trim(), local::plannable(typed)) {
        (_, Some(_)) => {
            Fault::new(time_field, "Geben Sie eine Uhrzeit von 00:00 bis 23:59 an, oder lassen Sie sie weg.")
        }
        ("", None) => Fault::new(field, format!("Geben Sie {which} an, zum Beispiel {example}.")),
        (_, None) => {
            let text = format!("Geben Sie {which} an, zum Beispiel {example}; möglich sind die Jahre 2000 bis 2199.");
            Fault::new(field, text)
        }
    }
}

/// A day, and a time where one was given.
pub(super) fn wall(day: &str, time: &str) -> Option<(NaiveDate, Option<NaiveTime>)> {
    let day = local::plannable(day)?;
    match time.trim() {
        "" => Some((day, None)),
        text => local::time(text).map(|time| (day, Some(time))),
    }
}

/// `GET /dienst/personal`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let form = AbsenceForm::today(desk.now());
    let view = page(&desk, &t, &signed, &asked, form).await?;
    Ok(web::ok(&view))
}

/// `POST /dienst/personal`: enters an absence.
pub async fn enter(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<AbsenceForm>,
) -> Result<Response, Response> {
    let faults = match form.read() {
        Err(faults) => faults,
        Ok((officer, kind, span)) => {
            match people::enter_absence(&desk, desk.now(), &signed.0, officer, (kind, span)).await {
                Ok(_) => return Ok(web::go(&t.path(&back_to(&form.dienststelle, "abwesend")))),
                Err(PeopleError::BadSpan) => vec![Fault::new("bis", "Eine Abwesenheit dauert höchstens ein Jahr.")],
                Err(error) => return Err(excused(&t, error)),
            }
        }
    };
    let asked = Asked { dienststelle: form.dienststelle.clone(), ..Asked::default() };
    let mut view = page(&desk, &t, &signed, &asked, form).await?;
    view.faults = Faults(faults);
    view.page = view.page.with_error(&t);
    Ok(web::html(StatusCode::BAD_REQUEST, &view))
}

/// Where to go after a button: the office that was shown, or the officer's own day.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct After {
    dienststelle: String,
    weiter: String,
}

impl After {
    fn address(&self, notice: &str) -> String {
        match self.weiter.as_str() {
            "/dienst" => format!("/dienst?meldung={notice}"),
            _ => back_to(&self.dienststelle, notice),
        }
    }
}

fn back_to(office: &str, notice: &str) -> String {
    match office.parse::<OfficeId>() {
        Ok(office) => format!("/dienst/personal?dienststelle={office}&meldung={notice}"),
        Err(_) => format!("/dienst/personal?meldung={notice}"),
    }
}

/// `POST /dienst/personal/{id}/einsatz`: police duty comes first, at once.
pub async fn deploy(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(after): Form<After>,
) -> Result<Response, Response> {
    let officer = id.parse().map_err(|_| web::not_found(&t))?;
    let notice = match people::deploy(&desk, desk.now(), &signed.0, officer).await {
        Ok(_) => "einsatz",
        Err(PeopleError::DeployedAlready) => "schon",
        Err(error) => return Err(excused(&t, error)),
    };
    Ok(web::go(&t.path(&after.address(notice))))
}

/// `POST /dienst/personal/{id}/zurueck`
pub async fn back(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(after): Form<After>,
) -> Result<Response, Response> {
    let officer = id.parse().map_err(|_| web::not_found(&t))?;
    let notice = match people::back(&desk, desk.now(), &signed.0, officer).await {
        Ok(()) => "zurueck",
        Err(PeopleError::NotDeployed) => "schon",
        Err(error) => return Err(excused(&t, error)),
    };
    Ok(web::go(&t.path(&after.address(notice))))
}

/// `POST /dienst/abwesenheiten/{id}/zuruecknehmen`
pub async fn withdraw(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(after): Form<After>,
) -> Result<Response, Response> {
    let absence = id.parse().map_err(|_| web::not_found(&t))?;
    people::withdraw_absence(&desk, desk.now(), &signed.0, absence).await.map_err(|error| excused(&t, error))?;
    Ok(web::go(&t.path(&after.address("zurueckgenommen"))))
}

async fn page<'a>(
    desk: &Desk,
    t: &'a Locale,
    signed: &SignedIn,
    asked: &Asked,
    form: AbsenceForm,
) -> Result<PersonnelPage<'a>, Response> {
    let (now, actor) = (desk.now(), &signed.0);
    let office = seen_office(t, actor, &asked.dienststelle)?;
    let staff = Staff::load(&desk.db, actor, office, now).await.map_err(away(t))?;
    let plans = actor.may_plan(&office);
    let kinds = AbsenceKind::ALL.into_iter().filter(|kind| *kind != AbsenceKind::Deployment);
    let allowed = kinds.filter(|kind| plans || *kind == AbsenceKind::Sick);
    let kind = |kind: AbsenceKind| Choice {
        value: kind.to_string(),
        text: kind.german().to_owned(),
        chosen: form.art == kind.to_string(),
    };
    let person = |officer: &Officer| Choice {
        value: officer.id.to_string(),
        text: officer.name.clone(),
        chosen: form.person == officer.id.to_string(),
    };
    Ok(PersonnelPage {
        t,
        page: signed.page(t, "Personal"),
        notice: Notice::find(&asked.meldung),
        plans,
        office: office.name(),
        office_code: office,
        offices: office_choices(actor, office),
        search: asked.suche.clone(),
        officers: staff.officers(&asked.suche, now),
        absences: staff.absences(),
        needs: staff.needs_cover(&desk.db).await.map_err(away(t))?,
        people: staff.officers.iter().map(person).collect(),
        kinds: allowed.map(kind).collect(),
        form,
        faults: Faults::default(),
    })
}

/// The officers whom somebody may see here, with all that tells where they are.
struct Staff {
    officers: Vec<Officer>,
    rota: Rota,
    absences: Vec<Absence>,
    commitments: Vec<Commitment>,
    ahead: Span,
}

impl Staff {
    async fn load(mut from: impl Read, actor: &Actor, office: OfficeId, now: Instant) -> Result<Self, DbError> {
        let ahead = Span { start: now, end: now + AHEAD };
        let mut officers = people::list_officers(&mut from, Some(&office)).await?;
        officers.retain(|officer| actor.may_excuse(officer.id, &officer.office));
        let is_theirs = |officer: OfficerId| officers.iter().any(|theirs| theirs.id == officer);
        let mut rota = shifts::load_office_rota(&mut from, office, ahead).await?;
        rota.shifts.retain(|shift| is_theirs(shift.officer));
        let mut absences = people::list_absences(&mut from, ahead).await?;
        absences.retain(|absence| is_theirs(absence.officer));
        let moment = Span { start: now, end: now + TimeDelta::microseconds(1) };
        let mut commitments = people::list_commitments(&mut from, moment).await?;
        commitments.retain(|commitment| commitment.counts(now));
        Ok(Self { officers, rota, absences, commitments, ahead })
    }

    /// Those whose name holds what is searched for.
    fn officers(&self, search: &str, now: Instant) -> Vec<OfficerView> {
        let search = search.trim().to_lowercase();
        let found = self.officers.iter().filter(|officer| officer.name.to_lowercase().contains(&search));
        let away = |officer: OfficerId| self.absences.iter().filter(move |a| a.officer == officer && a.covers(now));
        let view = |officer: &Officer| OfficerView {
            id: officer.id,
            name: officer.name.clone(),
            deployed: away(officer.id).any(|absence| absence.kind == AbsenceKind::Deployment),
            state: self.state(officer.id, now),
            skills: officer.skills.german(),
        };
        found.map(view).collect()
    }

    fn state(&self, officer: OfficerId, now: Instant) -> StateView {
        let mut away = self.absences.iter().filter(|a| a.officer == officer && a.covers(now)).collect::<Vec<_>>();
        away.sort_by_key(|absence| absence.kind != AbsenceKind::Deployment);
        if let Some(absence) = away.first() {
            let until = if absence.is_open() {
                format!("seit {}", say::short(absence.span.start))
            } else {
                format!("bis {}", words::end(absence.span.end))
            };
            return StateView { look: "warning", text: format!("{} {until}", absence.kind.german()) };
        }
        let consulting = |it: &&Commitment| it.officer == officer && it.kind == CommitmentKind::Consultation;
        if let Some(consultation) = self.commitments.iter().find(consulting) {
            return StateView { look: "info", text: format!("In Beratung bis {}", say::time(consultation.span.end)) };
        }
        match self.rota.on_duty(now).on.into_iter().find(|on| on.officer == officer) {
            Some(on) => StateView { look: "success", text: format!("Im Dienst bis {}", words::end(on.span.end)) },
            None => StateView { look: "info", text: "Kein Dienst".into() },
        }
    }

    fn name(&self, officer: OfficerId) -> String {
        self.officers.iter().find(|it| it.id == officer).map(|it| it.name.clone()).unwrap_or_default()
    }

    fn absences(&self) -> Vec<AbsenceView> {
        let view = |absence: &Absence| AbsenceView {
            id: absence.id,
            officer: self.name(absence.officer),
            kind: absence.kind.german(),
            when: words::absence(absence),
        };
        self.absences.iter().map(view).collect()
    }

    /// Shifts over which an absence lies, with a way to the week in which each stands.
    async fn needs_cover(&self, from: impl Read) -> Result<Vec<NeedView>, DbError> {
        let hotlines = shifts::list_hotlines(from, None).await?;
        let mut rota = self.rota.clone();
        rota.foresee(self.ahead.start);
        let view = |need: NeedsCover| {
            let shift = rota.shifts.iter().find(|shift| shift.id == need.shift)?;
            let hotline = hotlines.iter().find(|hotline| hotline.id == shift.hotline)?;
            Some(NeedView {
                officer: self.name(need.officer),
                span: words::span(need.span),
                why: words::away(need.kind),
                hotline: hotline.name.clone(),
                week: address(&hotline.id.to_string(), &local::week_name(shift.day())),
            })
        };
        Ok(shifts::needs_cover(&rota, self.ahead).into_iter().filter_map(view).collect())
    }
}
