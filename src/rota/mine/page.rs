//! `/dienst/meine-dienste`: everything that an officer does with their own shifts, on one page.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{CoverId, OfficerId, ShiftId};
use crate::kernel::{Instant, Language, Span, local};
use crate::people::{self, Absence, AbsenceKind, PeopleError, SignedIn};
use crate::rota::balance::{Balance, balance};
use crate::rota::change;
use crate::rota::cover;
use crate::rota::page::{Fault, Faults, Notice, away};
use crate::rota::reminders::{self, ReminderError, Turn};
use crate::rota::rules::{self, Plan};
use crate::rota::swaps;
use crate::shifts::{self, Hotline, Shift, ShiftsError};
use crate::web::{self, Form, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/meine-dienste", get(show))
        .route("/dienst/dienste/{id}/bestaetigen", post(confirm))
        .route("/dienst/krank", post(report_sick))
        .route("/dienst/gesund", post(report_well))
}

/// How far ahead the page shows shifts.
const AHEAD: TimeDelta = TimeDelta::weeks(6);

#[derive(Template)]
#[template(path = "rota/mine/pages/mine.html")]
struct MinePage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    /// None: whoever is signed in gives no advice.
    mine: Option<Mine>,
    plans: bool,
    faults: Faults,
}

struct Mine {
    deployed_since: Option<String>,
    /// The last day of the sick report that runs the longest.
    sick: Option<String>,
    /// Shifts to step in for, wanted at once.
    covers: Vec<(CoverId, String)>,
    /// How many colleagues look for somebody.
    swaps: usize,
    shifts: Vec<Row>,
    months: Vec<Month>,
    /// The last day of a sick report: proposed, or as it was typed.
    sick_until: String,
}

struct Row {
    id: ShiftId,
    when: String,
    hotline: String,
    tier: String,
    now: bool,
    /// Begins later: it can be given away.
    to_come: bool,
    confirmed: bool,
    /// Somebody is asked to take it over.
    offered: bool,
    /// Why it will not be theirs.
    away: Option<&'static str>,
}

/// What a month comes to.
struct Month {
    name: String,
    duty: String,
    /// What would fall to them by their part of full time.
    fair: String,
    /// What the contract asks for, at all their tasks.
    contract: String,
    nights: i64,
    weekends: i64,
    holidays: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Seen {
    meldung: String,
}

/// A sick report as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SickForm {
    bis: String,
}

impl SickForm {
    fn last_day(&self, today: NaiveDate) -> Result<NaiveDate, Fault> {
        match self.bis.trim().parse::<NaiveDate>() {
            Ok(day) if day < today => Err(Fault::new("bis", PAST)),
            Ok(day) if !local::is_plannable(day) => Err(Fault::new("bis", TOO_LONG)),
            Ok(day) => Ok(day),
            Err(_) => {
                let example = today.format("%d.%m.%Y");
                Err(Fault::new(
                    "bis",
                    format!("Geben Sie den letzten Tag an, an dem Sie krank sind, heute ist der {example}."),
                ))
            }
        }
    }
}

const PAST: &str = "Dieser Tag ist vorbei. Geben Sie heute oder einen späteren Tag an.";
const TOO_LONG: &str = "Eine Krankmeldung reicht höchstens ein Jahr. Geben Sie einen früheren Tag an.";

impl Notice {
    fn of_mine(key: &str) -> Option<Self> {
        let (look, text) = match key {
            "bestaetigt" => ("success", "Bestätigt, danke."),
            "krank" => (
                "success",
                "Sie sind krank gemeldet und werden nicht mehr angerufen. Die Planung weiß Bescheid. Gute Besserung!",
            ),
            "krank-anrufen" => (
                "warning",
                "Sie sind krank gemeldet und werden nicht mehr angerufen. Rufen Sie bitte Ihre Planung an: Sie wurde nicht benachrichtigt. Gute Besserung!",
            ),
            "gesund" => ("success", "Die Krankmeldung ist beendet. Ihre Dienste gelten wieder."),
            "uebernommen" => ("success", "Danke, der Dienst gehört Ihnen."),
            "belegt" => ("warning", "Das geht nicht: Sie haben dann etwas anderes, oder die Ruhezeit wäre zu kurz."),
            "vorbei" => ("warning", "Das ist inzwischen vorbei oder vergeben. Es wurde nichts geändert."),
            _ => return None,
        };
        Some(Self { look, text })
    }
}

impl Month {
    fn of(day: NaiveDate, it: &Balance) -> Self {
        Self {
            name: format!("{} {}", Language::De.month(day.month0()), day.year()),
            duty: hours(it.minutes.has),
            fair: hours(it.minutes.fair.round() as i64),
            contract: hours(it.contract_minutes),
            nights: it.nights.has,
            weekends: it.weekends.has,
            holidays: it.holidays.has,
        }
    }
}

/// "38 Std. 30 Min."
fn hours(minutes: i64) -> String {
    rules::length(TimeDelta::minutes(minutes))
}

async fn show(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Query(seen): Query<Seen>,
) -> Result<Response, Response> {
    let mine = match user.0.officer {
        Some(officer) => Some(load(&desk, &user, officer).await.map_err(|error| change::refused(&t, error))?),
        None => None,
    };
    let page = user.page(&t, "Meine Dienste");
    let (notice, plans) = (Notice::of_mine(&seen.meldung), user.0.plans());
    Ok(web::ok(&MinePage { t: &t, page, notice, mine, plans, faults: Faults::default() }))
}

async fn load(desk: &Desk, user: &SignedIn, officer: OfficerId) -> Result<Mine, change::ChangeError> {
    let now = desk.now();
    let today = local::day(now);
    let shown = Span { start: now, end: now + AHEAD };
    let all = shifts::list_shifts_of(&desk.db, officer, shown).await?;
    let absences = people::list_absences_of(&desk.db, officer, shown).await?;
    let covers = cover::list_asked_of(desk, officer).await.map_err(of_cover)?;
    let asked = swaps::list(desk, &user.0, user.0.office, now).await.map_err(of_swap)?;
    let deployed = absences.iter().find(|it| it.kind == AbsenceKind::Deployment && it.covers(now));
    let sick = absences.iter().filter(|it| it.kind == AbsenceKind::Sick && it.covers(now)).map(|it| it.span.end).max();
    let for_me = |about: &&swaps::About| about.swap.officer != officer && about.swap.state == swaps::State::Open;
    Ok(Mine {
        deployed_since: deployed.map(|it| say::moment(Language::De, it.span.start)),
        sick: sick.map(until),
        covers: covers.iter().map(|(cover, hotline)| (cover.id, said(cover.span, hotline))).collect(),
        swaps: asked.iter().filter(for_me).count(),
        shifts: rows(desk, now, (&all, &absences, &asked)).await?,
        months: months(desk, user, (officer, today)).await?,
        sick_until: local::day(cover::sick_until(&desk.db, now, officer).await? - TimeDelta::minutes(1)).to_string(),
    })
}

/// This month and the next, as they are published.
async fn months(desk: &Desk, user: &SignedIn, (officer, today): (OfficerId, NaiveDate)) -> Result<Vec<Month>, DbError> {
    let days = [today, today + Months::new(1)];
    let [first, last] = days.map(local::whole_month);
    let both = Span { start: first.start, end: last.end };
    let ground = rules::load_ground(&desk.db, user.0.office, both).await?;
    let published = rules::load_published(&desk.db, user.0.office, both).await?;
    let plan = Plan::new(&published);
    let mine = |day: &NaiveDate| {
        let all = balance(&ground, &plan, local::whole_month(*day));
        all.iter().find(|it| it.officer == officer).map(|it| Month::of(*day, it))
    };
    Ok(days.iter().filter_map(mine).collect())
}

async fn rows(
    desk: &Desk,
    now: Instant,
    (all, absences, asked): (&[Shift], &[Absence], &[swaps::About]),
) -> Result<Vec<Row>, DbError> {
    let hotlines = shifts::list_hotlines(&desk.db, None).await?;
    let to_come = all.iter().filter(|shift| shift.is_published() && !shift.is_over(now));
    let shifts: Vec<&Shift> = to_come.filter(|shift| shift.span.start < now + AHEAD).collect();
    let mut rows = Vec::new();
    for shift in shifts {
        let hotline = hotlines.iter().find(|hotline| hotline.id == shift.hotline);
        let confirmed = reminders::is_confirmed(&desk.db, Turn::from(shift)).await?;
        rows.push(Row {
            id: shift.id,
            when: say::span(Language::De, shift.span),
            hotline: hotline.map_or(String::new(), |hotline| hotline.name.clone()),
            tier: shift.tier.to_string(),
            now: shift.span.contains(now),
            to_come: shift.span.start > now,
            confirmed,
            offered: asked.iter().any(|it| it.swap.shift == shift.id && it.swap.waits(now).is_ok()),
            away: absences.iter().find(|it| it.touches(shift.span)).map(|it| it.kind.german()),
        });
    }
    Ok(rows)
}

/// `POST /dienst/dienste/{id}/bestaetigen`
async fn confirm(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let told = match reminders::confirm(&desk, desk.now(), &user.0, id).await {
        Ok(_) => "bestaetigt",
        Err(ReminderError::Shift(ShiftsError::Over) | ReminderError::Changed) => "vorbei",
        Err(ReminderError::Shift(error)) => return Err(change::refused(&t, error.into())),
        Err(ReminderError::NoSuchReminder) => return Err(web::not_found(&t)),
    };
    Ok(web::go(&t.path(&format!("/dienst/meine-dienste?meldung={told}"))))
}

/// `POST /dienst/krank`: whoever is signed in is sick from now until the end of a day.
async fn report_sick(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Form(form): Form<SickForm>,
) -> Result<Response, Response> {
    let officer = user.0.officer.ok_or_else(|| web::forbidden(&t))?;
    let now = desk.now();
    let last_day = match form.last_day(local::day(now)) {
        Ok(day) => day,
        Err(fault) => return not_sick(&desk, (&t, &user), form, fault).await,
    };
    match cover::report_sick(&desk, now, &user.0, officer, Some(last_day)).await {
        Ok(_) => {}
        Err(cover::CoverError::People(PeopleError::BadSpan)) => {
            return not_sick(&desk, (&t, &user), form, Fault::new("bis", TOO_LONG)).await;
        }
        Err(error) => return Err(cover::refused(&t, error)),
    }
    let planners = people::list_planners(&desk.db, &desk.vault, user.0.office).await.map_err(away(&t))?;
    let told = if planners.is_empty() { "krank-anrufen" } else { "krank" };
    Ok(web::go(&t.path(&format!("/dienst/meine-dienste?meldung={told}"))))
}

/// The page with what is wrong with a sick report, and what was typed.
async fn not_sick(
    desk: &Desk,
    (t, user): (&Locale, &SignedIn),
    form: SickForm,
    fault: Fault,
) -> Result<Response, Response> {
    let officer = user.0.officer.ok_or_else(|| web::forbidden(t))?;
    let mine = load(desk, user, officer).await.map_err(|error| change::refused(t, error))?;
    let view = MinePage {
        t,
        page: user.page(t, "Meine Dienste").with_error(t),
        notice: None,
        mine: Some(Mine { sick_until: form.bis, ..mine }),
        plans: user.0.plans(),
        faults: Faults(vec![fault]),
    };
    Ok(web::html(StatusCode::BAD_REQUEST, &view))
}

/// `POST /dienst/gesund`: ends every sick report of whoever is signed in.
async fn report_well(State(desk): State<Desk>, t: Locale, user: SignedIn) -> Result<Response, Response> {
    let officer = user.0.officer.ok_or_else(|| web::forbidden(&t))?;
    match cover::report_well(&desk, desk.now(), &user.0, officer).await {
        Ok(()) => Ok(web::go(&t.path("/dienst/meine-dienste?meldung=gesund"))),
        Err(PeopleError::Db(error)) => Err(web::unavailable(&t, &error)),
        Err(_) => Err(web::forbidden(&t)),
    }
}

fn of_cover(error: cover::CoverError) -> change::ChangeError {
    match error {
        cover::CoverError::Change(error) => error,
        _ => ShiftsError::NoSuchShift.into(),
    }
}

fn of_swap(error: swaps::SwapError) -> change::ChangeError {
    match error {
        swaps::SwapError::Change(error) => error,
        _ => ShiftsError::NoSuchShift.into(),
    }
}

fn said(span: Span, hotline: &Hotline) -> String {
    format!("{}, {}", say::span(Language::De, span), hotline.name)
}

fn until(end: Instant) -> String {
    say::day(Language::De, local::day(end - TimeDelta::seconds(1)))
}
