//! `/dienst/meine-dienste`: everything that an officer does with their own shifts, on one page.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use serde::Deserialize;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{AbsenceId, CoverId, OfficerId, ShiftId};
use crate::kernel::{Instant, Language, Span, local};
use crate::people::{self, Absence, AbsenceKind, PeopleError, SignedIn};
use crate::rota::balance::{Balance, balance};
use crate::rota::change;
use crate::rota::cover;
use crate::rota::page::Notice;
use crate::rota::reminders::{self, ReminderError, Turn};
use crate::rota::rules::{self, Plan};
use crate::rota::swaps;
use crate::shifts::{self, Hotline, Shift, ShiftsError};
use crate::web::{self, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/meine-dienste", get(show))
        .route("/dienst/dienste/{id}/bestaetigen", post(confirm))
        .route("/dienst/meine-dienste/{id}/gesund", post(recover))
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
}

struct Mine {
    deployed_since: Option<String>,
    sick: Vec<(AbsenceId, String)>,
    /// Shifts to step in for, wanted at once.
    covers: Vec<(CoverId, String)>,
    /// How many colleagues look for somebody.
    swaps: usize,
    shifts: Vec<Row>,
    months: Vec<Month>,
    today: String,
    /// The last day that is proposed for a sick report.
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
            "krank-zu-lang" => ("warning", "Eine Krankmeldung reicht höchstens ein Jahr. Es wurde nichts eingetragen."),
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
    Ok(web::ok(&MinePage { t: &t, page, notice, mine, plans }))
}

async fn load(desk: &Desk, user: &SignedIn, officer: OfficerId) -> Result<Mine, change::ChangeError> {
    let now = desk.now();
    let today = local::day(now);
    let shown = Span { start: now, end: now + AHEAD };
    let all = shifts::list_shifts_of(&desk.db, officer, shown).await?;
    let absences = people::list_absences_of(&desk.db, officer, shown).await?;
    let covers = cover::list_asked_of(desk, officer).await.map_err(of_cover)?;
    let asked = swaps::list(desk, &user.0, user.0.office, now).await.map_err(of_swap)?;
    let now_away = |kind| absences.iter().find(move |it: &&Absence| it.kind == kind && it.covers(now));
    let for_me = |about: &&swaps::About| about.swap.officer != officer && about.swap.state == swaps::State::Open;
    Ok(Mine {
        deployed_since: now_away(AbsenceKind::Deployment).map(|it| say::moment(Language::De, it.span.start)),
        sick: now_away(AbsenceKind::Sick).map(|it| (it.id, until(it.span.end))).into_iter().collect(),
        covers: covers.iter().map(|(cover, hotline)| (cover.id, said(cover.span, hotline))).collect(),
        swaps: asked.iter().filter(for_me).count(),
        shifts: rows(desk, now, (&all, &absences, &asked)).await?,
        months: months(desk, user, (officer, today)).await?,
        today: today.to_string(),
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

/// Takes a sick report back, or ends it now.
async fn recover(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    match people::withdraw_absence(&desk, desk.now(), &user.0, id).await {
        // Pressed twice, or on an old page: it is as wished.
        Ok(()) | Err(PeopleError::NoSuchAbsence) => Ok(web::go(&t.path("/dienst/meine-dienste?meldung=gesund"))),
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
