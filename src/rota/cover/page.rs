//! The pages of cover: the link of whoever is asked, and what those who plan look for.
//!
//! Rule: the link shows on GET and answers on POST, since telephones open links by themselves.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::TimeDelta;
use http::StatusCode;
use serde::Deserialize;

use super::{Cover, CoverError, Search, State as CoverState};
use crate::desk::Desk;
use crate::kernel::id::{CoverId, OfficerId, ShiftId};
use crate::kernel::{Language, Secret, Span};
use crate::offices::{OfficeId, offices};
use crate::people::{PeopleError, SignedIn, planned_office};
use crate::rota::change;
use crate::rota::form::{Names, read_span, typed};
use crate::rota::page::{Choice, Faults, Notice, away};
use crate::shifts::{self, Hotline, ShiftsError};
use crate::web::{self, Form, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/einspringen/{secret}", get(show_link).post(answer))
        .route("/dienst/einspringen", get(list))
        .route("/dienst/einspringen/{id}", post(act))
        .route("/dienst/dienste/{id}/vertretung", post(ask))
}

/// What needs cover is shown so far ahead, and an ended search so long.
const WEEKS: TimeDelta = TimeDelta::days(14);

#[derive(Template)]
#[template(path = "rota/cover/pages/link.html")]
struct LinkPage<'a> {
    t: &'a Locale,
    page: Page,
    name: String,
    when: String,
    hotline: String,
    /// From when until when somebody is wanted, as a form writes it.
    part: (String, String),
    answer: Answer,
    path: String,
}

/// What the link says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Asked,
    Yours,
    TakenByOther,
    NotWanted,
    Over,
    Declined,
    /// They named a time at which nobody is wanted.
    NotThen,
    /// They have something else then, or the rules are against it.
    NotPossible,
}

#[derive(Template)]
#[template(path = "rota/cover/pages/list.html")]
struct ListPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    offices: Vec<Choice>,
    faults: Faults,
    needs: Vec<NeedRow>,
    searches: Vec<SearchRow>,
}

struct NeedRow {
    shift: ShiftId,
    when: String,
    hotline: String,
    why: String,
    is_searched: bool,
}

struct SearchRow {
    id: CoverId,
    when: String,
    hotline: String,
    state: String,
    look: &'static str,
    asked: Vec<String>,
    runs: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Seen {
    meldung: String,
    dienststelle: String,
    antwort: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Act {
    #[serde(rename = "do")]
    verb: String,
    von: String,
    bis: String,
}

impl Act {
    /// The part that somebody takes; what cannot be read is taken for nothing.
    fn part(&self) -> Result<Option<Span>, CoverError> {
        match (self.von.as_str(), self.bis.as_str()) {
            ("", "") => Ok(None),
            (from, until) => read_span(from, until).map(Some).ok_or(CoverError::NotWantedThen),
        }
    }
}

impl Answer {
    fn of(cover: &Cover, officer: OfficerId, now: crate::kernel::Instant) -> Self {
        match cover.may_take(officer, now) {
            Ok(()) => Self::Asked,
            Err(CoverError::Yours) => Self::Yours,
            Err(CoverError::Over(CoverState::Taken)) => Self::TakenByOther,
            Err(CoverError::Over(CoverState::Closed)) => Self::NotWanted,
            Err(_) => Self::Over,
        }
    }
}

impl Notice {
    fn of_cover(key: &str) -> Option<Self> {
        let (look, text) = match key {
            "gefragt" => {
                ("success", "Alle, die in dieser Zeit können, sind gefragt. Wer zuerst zusagt, hat den Dienst.")
            }
            "niemand" => ("warning", "Niemand in der Dienststelle kann in dieser Zeit. Es wurde niemand gefragt."),
            "schon" => ("info", "Für diesen Dienst wird schon jemand gesucht."),
            "beendet" => ("success", "Die Suche ist beendet."),
            "vorbei" => ("warning", "Das ist inzwischen vorbei. Es wurde nichts geändert."),
            _ => return None,
        };
        Some(Self { look, text })
    }
}

async fn show_link(
    State(desk): State<Desk>,
    t: Locale,
    Path(secret): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<Response, Response> {
    let forced = match seen.antwort.as_str() {
        "nein" => Some(Answer::Declined),
        "belegt" => Some(Answer::NotPossible),
        "andere-zeit" => Some(Answer::NotThen),
        _ => None,
    };
    let secret = Secret::parse(&secret).ok_or_else(|| web::not_found(&t))?;
    let found = super::find_by_secret(&desk, desk.now(), &secret).await.map_err(|error| refused(&t, error))?;
    let (cover, hotline, officer) = found.ok_or_else(|| web::not_found(&t))?;
    let answer = match Answer::of(&cover, officer.id, desk.now()) {
        Answer::Asked => forced.unwrap_or(Answer::Asked),
        answer => answer,
    };
    Ok(web::ok(&LinkPage {
        page: Page::new(&t, "Einspringen"),
        name: officer.name,
        when: said(&cover),
        hotline: hotline.name,
        part: (typed(cover.span.start), typed(cover.span.end)),
        answer,
        path: path(&t, &secret),
        t: &t,
    }))
}

async fn answer(
    State(desk): State<Desk>,
    t: Locale,
    Path(secret): Path<String>,
    Form(form): Form<Act>,
) -> Result<Response, Response> {
    let secret = Secret::parse(&secret).ok_or_else(|| web::not_found(&t))?;
    let now = desk.now();
    let (done, told) = match form.verb.as_str() {
        "no" => (super::say_no(&desk, now, &secret).await, "?antwort=nein"),
        _ => match form.part() {
            Ok(part) => (super::say_yes(&desk, now, &secret, part).await, ""),
            Err(error) => (Err(error), ""),
        },
    };
    let told = match done {
        Ok(_) => told,
        // Too late, or twice: the page says what it is now.
        Err(CoverError::Over(_) | CoverError::Yours) => "",
        Err(CoverError::NotWantedThen) => "?antwort=andere-zeit",
        Err(CoverError::Change(error)) if is_about_time(&error) => "?antwort=belegt",
        Err(error) => return Err(refused(&t, error)),
    };
    Ok(web::go(&format!("{}{told}", path(&t, &secret))))
}

fn is_about_time(error: &change::ChangeError) -> bool {
    matches!(
        error,
        change::ChangeError::AgainstRules(_)
            | change::ChangeError::SameOfficer
            | change::ChangeError::Shift(ShiftsError::OfficerBusy(_) | ShiftsError::NoSuchOfficer)
    )
}

async fn list(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Query(seen): Query<Seen>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &user.0, &seen.dienststelle)?;
    let since = desk.now() - WEEKS;
    let searches = super::list(&desk, &user.0, office, since).await.map_err(|error| refused(&t, error))?;
    let needs = needs(&desk, office, &searches).await.map_err(away(&t))?;
    let officers: Vec<_> = searches.iter().flat_map(|it| &it.asked).map(|asked| asked.officer).collect();
    let names = Names::load(&desk.db, officers).await.map_err(away(&t))?;
    let offices = offices().iter().filter(|office| user.0.may_plan(&office.id));
    Ok(web::ok(&ListPage {
        page: user.page(&t, "Einspringen"),
        notice: Notice::of_cover(&seen.meldung),
        offices: offices.map(|it| Choice::new(it.id, it.name, &office.to_string())).collect(),
        faults: Faults::default(),
        needs,
        searches: searches.iter().map(|search| SearchRow::of(search, &names)).collect(),
        t: &t,
    }))
}

/// The shifts of the next two weeks that nobody has, or whose officer is away.
async fn needs(desk: &Desk, office: OfficeId, searches: &[Search]) -> Result<Vec<NeedRow>, crate::db::DbError> {
    let now = desk.now();
    let window = Span { start: now, end: now + WEEKS };
    let mut rota = shifts::load_office_rota(&desk.db, office, window).await?;
    rota.foresee(now);
    let hotlines = shifts::list_hotlines(&desk.db, Some(&office)).await?;
    let name = |id| hotlines.iter().find(|it: &&Hotline| it.id == id).map_or(String::new(), |it| it.name.clone());
    let is_searched = |shift| searches.iter().any(|it| it.cover.shift == shift && it.cover.state == CoverState::Asked);
    let names = Names::load(&desk.db, rota.officers()).await?;
    let mut rows: Vec<(Span, NeedRow)> = Vec::new();
    for open in shifts::list_open_shifts(&desk.db, office, window).await? {
        let row = NeedRow {
            shift: open.id,
            when: say::span(Language::De, open.span),
            hotline: name(open.hotline),
            why: "niemand eingeteilt".to_owned(),
            is_searched: is_searched(open.id),
        };
        rows.push((open.span, row));
    }
    for need in shifts::needs_cover(&rota, window) {
        let Some(shift) = rota.shifts.iter().find(|shift| shift.id == need.shift) else { continue };
        let row = NeedRow {
            shift: need.shift,
            when: say::span(Language::De, need.span),
            hotline: name(shift.hotline),
            why: format!("{}: {}", names.of(need.officer), need.kind.german()),
            is_searched: is_searched(need.shift),
        };
        rows.push((need.span, row));
    }
    rows.sort_by_key(|(span, _)| *span);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

impl SearchRow {
    fn of(search: &Search, names: &Names) -> Self {
        let Search { cover, hotline, asked } = search;
        let answer = |it: &super::Asked| {
            let said = match it.declined_at {
                Some(_) => "kann nicht",
                None if cover.taken_by == Some(it.officer) => "hat zugesagt",
                None => it.told.german(),
            };
            format!("{}: {said}", names.of(it.officer))
        };
        Self {
            id: cover.id,
            when: said(cover),
            hotline: hotline.name.clone(),
            state: cover.state.german().to_owned(),
            look: match cover.state {
                CoverState::Asked => "info",
                CoverState::Taken => "success",
                CoverState::Closed | CoverState::Expired => "warning",
            },
            asked: asked.iter().map(answer).collect(),
            runs: cover.state == CoverState::Asked,
        }
    }
}

async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let told = match super::ask(&desk, desk.now(), &user.0, id).await {
        Ok(search) if search.asked.is_empty() => "niemand",
        Ok(_) => "gefragt",
        Err(CoverError::AskedAlready) => "schon",
        Err(CoverError::Over(_)) => "vorbei",
        Err(error) => return Err(refused(&t, error)),
    };
    Ok(web::go(&t.path(&format!("/dienst/einspringen?meldung={told}"))))
}

async fn act(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Act>,
) -> Result<Response, Response> {
    let id: CoverId = id.parse().map_err(|_| web::not_found(&t))?;
    let now = desk.now();
    let (done, goal, told) = match form.verb.as_str() {
        "accept" => {
            let officer = user.0.officer.ok_or_else(|| web::forbidden(&t))?;
            (super::accept(&desk, now, &user.0, id, (officer, None)).await, "/dienst/meine-dienste", "uebernommen")
        }
        _ => (super::close(&desk, now, &user.0, id).await, "/dienst/einspringen", "beendet"),
    };
    let told = match done {
        Ok(_) | Err(CoverError::Yours) => told,
        Err(CoverError::Over(_)) => "vorbei",
        Err(CoverError::Change(error)) if is_about_time(&error) => "belegt",
        Err(error) => return Err(refused(&t, error)),
    };
    Ok(web::go(&t.path(&format!("{goal}?meldung={told}"))))
}

fn said(cover: &Cover) -> String {
    say::span(Language::De, cover.span)
}

fn path(t: &Locale, secret: &Secret) -> String {
    t.path(&format!("/einspringen/{}", secret.expose()))
}

pub fn refused(t: &Locale, error: CoverError) -> Response {
    match error {
        CoverError::NoSuchCover | CoverError::People(PeopleError::NoSuchOfficer) => web::not_found(t),
        CoverError::People(PeopleError::Forbidden) => web::forbidden(t),
        CoverError::People(PeopleError::Db(error)) => web::unavailable(t, &error),
        CoverError::Change(error) => change::refused(t, error),
        CoverError::AskedAlready
        | CoverError::Yours
        | CoverError::NotWantedThen
        | CoverError::Over(_)
        | CoverError::People(_) => {
            web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text")
        }
    }
}
