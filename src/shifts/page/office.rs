//! What an office sets up: its weekly hours and its own days.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::{self, Calendar, DayException, OfficeId, Opening};
use crate::people::{SignedIn, planned_office};
use crate::shifts::{self, Lookout, ShiftsError, office};
use crate::web::{self, Form, Locale, Page};

use super::hours::{HoursForm, HoursRow, OPENING};
use super::proof::{News, told};
use super::{Choice, Fault, Faults, Notice, away, office_choices, refused, words};

/// How many days ahead the state's holidays are shown.
const HOLIDAYS_AHEAD: usize = 366;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    meldung: String,
    /// Over which span a change brought something to look at.
    neu: String,
}

#[derive(Template)]
#[template(path = "shifts/pages/everything.html")]
struct EverythingPage<'a> {
    t: &'a Locale,
    page: Page,
}

#[derive(Template)]
#[template(path = "shifts/pages/office.html")]
struct OfficePage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    news: Option<News>,
    office: &'static str,
    office_code: OfficeId,
    offices: Vec<Choice>,
    mailbox: String,
    rows: Vec<HoursRow>,
    days: Vec<DayView>,
    form: DayForm,
    openings: Vec<Choice>,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "shifts/pages/remove_day.html")]
struct RemoveDayPage<'a> {
    t: &'a Locale,
    page: Page,
    office: &'static str,
    office_code: OfficeId,
    day: DayView,
    then: &'static str,
}

/// A coming day that is not like its weekday.
struct DayView {
    day: NaiveDate,
    title: String,
    name: String,
    /// The state's holiday on this day, where the office calls it otherwise.
    holiday: Option<&'static str>,
    open: bool,
    /// Entered by the office, so that it can be removed.
    own: bool,
}

/// The weekly hours as they were typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct WeekForm {
    dienststelle: String,
    tag: Vec<String>,
    von: Vec<String>,
    bis: Vec<String>,
}

/// An own day as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DayForm {
    dienststelle: String,
    datum: String,
    oeffnung: String,
    anlass: String,
}

impl DayForm {
    fn read(&self) -> Result<DayException, Vec<Fault>> {
        let (day, opening) = (local::plannable(&self.datum), self.oeffnung.parse::<Opening>());
        if let (Some(day), Ok(opening)) = (day, &opening) {
            return Ok(DayException { day, opening: *opening, name: self.anlass.trim().to_owned() });
        }
        let faults = [
            (day.is_none(), Fault::new("datum", "Geben Sie den Tag an, zum Beispiel 24.12.2026.")),
            (opening.is_err(), Fault::new("oeffnung", "Wählen Sie, ob geöffnet oder geschlossen ist.")),
        ];
        Err(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect())
    }

    fn openings(&self) -> Vec<Choice> {
        let choices = [(Opening::Closed, "geschlossen"), (Opening::Open, "geöffnet wie an diesem Wochentag")];
        let choice = |(opening, text): (Opening, &str)| Choice {
            value: opening.to_string(),
            text: text.to_owned(),
            chosen: self.oeffnung == opening.to_string(),
        };
        choices.map(choice).into()
    }
}

/// Where the planning is told what it must know, as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct MailboxForm {
    dienststelle: String,
    postfach: String,
}

/// What was typed and came back.
#[derive(Default)]
struct Came {
    hours: Option<HoursForm>,
    day: DayForm,
    mailbox: Option<String>,
    faults: Vec<Fault>,
}

/// `GET /dienst/verwaltung`: what is needed rarely.
pub async fn everything(t: Locale, signed: SignedIn) -> Result<Response, Response> {
    planned_office(&t, &signed.0, "")?;
    Ok(web::ok(&EverythingPage { t: &t, page: signed.page(&t, "Verwaltung") }))
}

/// `GET /dienst/dienststelle`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let mut view = page(&desk, &t, &signed, office, Came::default()).await?;
    view.notice = Notice::find(&asked.meldung);
    let hotlines = shifts::list_hotlines(&desk.db, Some(&office)).await.map_err(away(&t))?;
    view.news = News::load(&desk, &asked.neu, hotlines).await.map_err(away(&t))?;
    Ok(web::ok(&view))
}

/// `POST /dienst/dienststelle`: sets the weekly hours.
pub async fn set_hours(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<WeekForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    let typed = HoursForm { tag: form.tag, von: form.von, bis: form.bis };
    if !typed.is_whole() {
        return Err(web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text"));
    }
    match typed.read(&OPENING) {
        Err(faults) => {
            let came = Came { hours: Some(typed), faults, ..Came::default() };
            Ok(web::html(StatusCode::BAD_REQUEST, &page(&desk, &t, &signed, office, came).await?))
        }
        Ok(hours) => {
            let set = office::set_hours(&desk, desk.now(), &signed.0, office, &hours).await;
            set.map_err(|error| refused(&t, error))?;
            Ok(web::go(&t.path(&address(office, "oeffnungszeiten"))))
        }
    }
}

/// `POST /dienst/dienststelle/postfach`
pub async fn set_mailbox(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<MailboxForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    match office::set_mailbox(&desk, desk.now(), &signed.0, office, &form.postfach).await {
        Ok(()) => Ok(web::go(&t.path(&address(office, "postfach")))),
        Err(ShiftsError::BadMailbox) => {
            let fault =
                "Geben Sie eine Mail-Adresse an, zum Beispiel planung@example.org, oder lassen Sie das Feld leer.";
            let faults = vec![Fault::new("postfach", fault)];
            let came = Came { mailbox: Some(form.postfach), faults, ..Came::default() };
            Ok(web::html(StatusCode::BAD_REQUEST, &page(&desk, &t, &signed, office, came).await?))
        }
        Err(error) => Err(refused(&t, error)),
    }
}

/// `POST /dienst/dienststelle/tage`: enters an own day, or changes it.
pub async fn set_day(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<DayForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    let lookout = Lookout::over_office(&desk, desk.now(), office).await.map_err(away(&t))?;
    let faults = match form.read() {
        Err(faults) => faults,
        Ok(day) => match office::set_day(&desk, desk.now(), &signed.0, office, &day).await {
            Ok(()) => return Ok(web::go(&t.path(&(address(office, "tag") + &told(&desk, &lookout).await)))),
            Err(ShiftsError::BadDayName) => {
                vec![Fault::new(
                    "anlass",
                    "Geben Sie den Anlass mit 1 bis 80 Zeichen an, zum Beispiel Betriebsausflug.",
                )]
            }
            Err(ShiftsError::Over) => vec![Fault::new("datum", "Dieser Tag ist vorbei. Was war, bleibt, wie es war.")],
            Err(error) => return Err(refused(&t, error)),
        },
    };
    let came = Came { day: form, faults, ..Came::default() };
    Ok(web::html(StatusCode::BAD_REQUEST, &page(&desk, &t, &signed, office, came).await?))
}

/// `GET /dienst/dienststelle/tage/{day}/entfernen`: asks.
pub async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(day): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let day = local::plannable(&day).ok_or_else(|| web::not_found(&t))?;
    let days = coming_days(&desk, office, desk.now()).await.map_err(away(&t))?;
    let day = days.into_iter().find(|it| it.own && it.day == day).ok_or_else(|| web::not_found(&t))?;
    let then = match day.holiday {
        Some(_) => "Danach ist die Dienststelle an diesem Tag geschlossen, weil er ein Feiertag ist.",
        None => "Danach ist die Dienststelle geöffnet wie an jedem solchen Wochentag.",
    };
    let page = signed.page(&t, "Tag entfernen");
    Ok(web::ok(&RemoveDayPage { t: &t, page, office: office.name(), office_code: office, day, then }))
}

/// `POST /dienst/dienststelle/tage/{day}/entfernen`
pub async fn remove_day(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(day): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let day = local::plannable(&day).ok_or_else(|| web::not_found(&t))?;
    let lookout = Lookout::over_office(&desk, desk.now(), office).await.map_err(away(&t))?;
    let notice = match office::remove_day(&desk, desk.now(), &signed.0, office, day).await {
        Ok(()) => "tag-entfernt",
        Err(ShiftsError::NoSuchDay) => "schon",
        Err(error) => return Err(refused(&t, error)),
    };
    Ok(web::go(&t.path(&(address(office, notice) + &told(&desk, &lookout).await))))
}

fn address(office: OfficeId, notice: &str) -> String {
    format!("/dienst/dienststelle?dienststelle={office}&meldung={notice}")
}

async fn page<'a>(
    desk: &Desk,
    t: &'a Locale,
    signed: &SignedIn,
    office: OfficeId,
    came: Came,
) -> Result<OfficePage<'a>, Response> {
    let hours = match came.hours {
        Some(typed) => typed,
        None => HoursForm::of(&offices::load_office_hours(&desk.db, office).await.map_err(away(t))?),
    };
    let mailbox = match came.mailbox {
        Some(typed) => typed,
        None => offices::find_mailbox(&desk.db, office).await.map_err(away(t))?.unwrap_or_default(),
    };
    let page = signed.page(t, "Dienststelle");
    Ok(OfficePage {
        t,
        page: if came.faults.is_empty() { page } else { page.with_error(t) },
        notice: None,
        news: None,
        office: office.name(),
        office_code: office,
        offices: office_choices(&signed.0, office),
        mailbox,
        rows: hours.rows(),
        days: coming_days(desk, office, desk.now()).await.map_err(away(t))?,
        openings: came.day.openings(),
        form: came.day,
        faults: Faults(came.faults),
    })
}

/// The office's own days from today on, and the holidays of a year, by day.
async fn coming_days(desk: &Desk, office: OfficeId, now: Instant) -> Result<Vec<DayView>, DbError> {
    let today = local::day(now);
    // As far as days can be entered, so that each can be removed.
    let ahead = Span { start: now, end: now + TimeDelta::days(366 * 200) };
    let own = offices::list_days(&desk.db, office, ahead).await?;
    let mut days: Vec<DayView> = own.into_iter().map(DayView::own).collect();
    let holidays = today.iter_days().take(HOLIDAYS_AHEAD).filter_map(DayView::holiday);
    let new: Vec<DayView> = holidays.filter(|holiday| days.iter().all(|own| own.day != holiday.day)).collect();
    days.extend(new);
    days.sort_by_key(|it| it.day);
    Ok(days)
}

impl DayView {
    fn own(it: DayException) -> Self {
        let (open, title) = (it.opening == Opening::Open, words::day(it.day));
        Self { day: it.day, title, name: it.name, holiday: holiday(it.day), open, own: true }
    }

    fn holiday(day: NaiveDate) -> Option<Self> {
        let name = holiday(day)?.to_owned();
        Some(Self { day, title: words::day(day), name, holiday: None, open: false, own: false })
    }
}

/// What the state calls the day, if it is a holiday.
fn holiday(day: NaiveDate) -> Option<&'static str> {
    static NO_OWN_DAYS: std::sync::LazyLock<Calendar> = std::sync::LazyLock::new(Calendar::default);
    NO_OWN_DAYS.closed(day).map(|closure| closure.name(Language::De))
}
