//! The pages of reminders and alarms: the link that confirms a shift, and what those who plan should look at.
//!
//! Rule: the link shows on GET and confirms on POST, since mail scanners open links by themselves.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use super::{Alarms, ReminderError};
use crate::desk::Desk;
use crate::kernel::id::{HotlineId, ShiftId};
use crate::kernel::{Instant, Language, Secret, Span, local};
use crate::offices::offices;
use crate::people::{SignedIn, planned_office};
use crate::rota::change;
use crate::rota::form::{Names, typed};
use crate::rota::page::{Choice, Faults};
use crate::shifts::Shift;
use crate::web::{self, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst-bestaetigen/{secret}", get(show_link).post(confirm))
        .route("/dienst/warnungen", get(show_alarms))
}

#[derive(Template)]
#[template(path = "rota/reminders/pages/link.html")]
struct LinkPage<'a> {
    t: &'a Locale,
    page: Page,
    when: String,
    hotline: String,
    state: LinkState,
    path: String,
}

/// What the link says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkState {
    Asked,
    Confirmed,
    /// The shift is not what it was, or not theirs any more.
    Changed,
}

#[derive(Template)]
#[template(path = "rota/reminders/pages/alarms.html")]
struct AlarmsPage<'a> {
    t: &'a Locale,
    page: Page,
    offices: Vec<Choice>,
    faults: Faults,
    count: usize,
    groups: Vec<Group>,
}

/// Things of one kind that want attention.
struct Group {
    id: &'static str,
    title: &'static str,
    look: &'static str,
    /// Where it is put right; None: each row says so itself.
    link: Option<(&'static str, &'static str)>,
    rows: Vec<Row>,
}

struct Row {
    when: String,
    hotline: String,
    what: String,
    shift: Option<ShiftId>,
    /// The query of "who can?"; none: nobody is wanted.
    who_can: Option<String>,
    /// Its week in the rota; none: the shift leads there.
    week: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Seen {
    dienststelle: String,
}

async fn show_link(State(desk): State<Desk>, t: Locale, Path(secret): Path<String>) -> Result<Response, Response> {
    let secret = Secret::parse(&secret).ok_or_else(|| web::not_found(&t))?;
    shown(&desk, &t, &secret, None).await
}

async fn shown(desk: &Desk, t: &Locale, secret: &Secret, state: Option<LinkState>) -> Result<Response, Response> {
    let found = super::find_by_secret(desk, secret).await.map_err(|error| refused(t, error))?;
    let reminder = found.ok_or_else(|| web::not_found(t))?;
    let now = if reminder.confirmed_at.is_some() { LinkState::Confirmed } else { LinkState::Asked };
    let state = state.unwrap_or(now);
    let status = if state == LinkState::Changed { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(web::html(
        status,
        &LinkPage {
            page: Page::new(t, "Dienst bestätigen"),
            when: said(reminder.turn.span),
            hotline: reminder.hotline.name,
            state,
            path: path(t, secret),
            t,
        },
    ))
}

async fn confirm(State(desk): State<Desk>, t: Locale, Path(secret): Path<String>) -> Result<Response, Response> {
    let secret = Secret::parse(&secret).ok_or_else(|| web::not_found(&t))?;
    match super::confirm_by_link(&desk, desk.now(), &secret).await {
        Ok(_) => Ok(web::go(&path(&t, &secret))),
        Err(ReminderError::NoSuchReminder) => Err(web::not_found(&t)),
        Err(ReminderError::Shift(crate::shifts::ShiftsError::Db(error))) => Err(web::unavailable(&t, &error)),
        Err(_) => shown(&desk, &t, &secret, Some(LinkState::Changed)).await,
    }
}

async fn show_alarms(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Query(seen): Query<Seen>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &user.0, &seen.dienststelle)?;
    let now = desk.now();
    let away = |error| web::unavailable(&t, &error);
    let alarms = super::load_alarms(&desk.db, now, office).await.map_err(away)?;
    let officers = alarms.away.iter().map(|(_, it)| it.officer).chain(alarms.unconfirmed.iter().map(|it| it.officer));
    let names = Names::load(&desk.db, officers).await.map_err(|error| web::unavailable(&t, &error))?;
    let offices = offices().iter().filter(|office| user.0.may_plan(&office.id));
    Ok(web::ok(&AlarmsPage {
        page: user.page(&t, "Warnungen"),
        offices: offices.map(|it| Choice::new(it.id, it.name, &office.to_string())).collect(),
        faults: Faults::default(),
        count: alarms.count(now),
        groups: groups(&alarms, &names, now),
        t: &t,
    }))
}

fn groups(alarms: &Alarms, names: &Names, now: Instant) -> Vec<Group> {
    let hotline = |id: HotlineId| {
        let found = alarms.hotlines.iter().find(|it| it.id == id);
        found.map_or(String::new(), |it| it.name.clone())
    };
    let row =
        |span, hotline, what: String| Row { when: said(span), hotline, what, shift: None, who_can: None, week: None };
    let gaps = alarms.gaps.iter().map(|(hotline, gap)| Row {
        who_can: Some(who_can(hotline.id, gap.span, "")),
        week: Some(week(hotline.id, gap.span.start)),
        ..row(gap.span, hotline.name.clone(), "offen, und niemand im Dienst".into())
    });
    let open = alarms.open.iter().map(|it| Row {
        who_can: Some(who_can(it.hotline, it.span, &it.id.to_string())),
        ..row(it.span, hotline(it.hotline), "niemand eingeteilt".into())
    });
    let away = alarms.away.iter().map(|(on, it)| Row {
        who_can: Some(who_can(*on, it.span, &it.shift.to_string())),
        shift: Some(it.shift),
        ..row(it.span, hotline(*on), format!("{}: {}", names.of(it.officer), it.kind.german()))
    });
    let unconfirmed = |overdue: bool| {
        let late = move |start| alarms.overdue(now).any(|it| it.span.start == start);
        let wanted = alarms.unconfirmed.iter().filter(move |it| late(it.span.start) == overdue);
        let name = |it: &Shift| names.of(it.officer).to_owned();
        wanted.map(move |it| Row { shift: Some(it.id), ..row(it.span, hotline(it.hotline), name(it)) })
    };
    let cover = Some(("/dienst/einspringen", "Alle fragen, die können"));
    let plan = Some(("/dienst/woche", "Zum Dienstplan"));
    vec![
        Group { id: "luecken", title: "Lücken", look: "danger", link: None, rows: gaps.collect() },
        Group { id: "leer", title: "Dienste, die niemand hat", look: "danger", link: cover, rows: open.collect() },
        Group { id: "abwesend", title: "Abwesende mit Dienst", look: "danger", link: cover, rows: away.collect() },
        Group {
            id: "ueberfaellig",
            title: "Trotz Erinnerung nicht bestätigt",
            look: "warning",
            link: plan,
            rows: unconfirmed(true).collect(),
        },
        Group {
            id: "unbestaetigt",
            title: "Noch nicht bestätigt; die Erinnerung kommt am Tag davor",
            look: "info",
            link: plan,
            rows: unconfirmed(false).collect(),
        },
    ]
}

/// Everybody who could take this time, ranked.
fn who_can(hotline: HotlineId, span: Span, shift: &str) -> String {
    let (from, until) = (web::percent(&typed(span.start)), web::percent(&typed(span.end)));
    format!("?hotline={hotline}&von={from}&bis={until}&reihe=1&dienst={shift}")
}

/// The week of the rota in which this time lies.
fn week(hotline: HotlineId, at: Instant) -> String {
    format!("?hotline={hotline}&woche={}", local::week_name(local::day(at)))
}

fn said(span: Span) -> String {
    say::span(Language::De, span)
}

fn path(t: &Locale, secret: &Secret) -> String {
    t.path(&format!("/dienst-bestaetigen/{}", secret.expose()))
}

fn refused(t: &Locale, error: ReminderError) -> Response {
    match error {
        ReminderError::NoSuchReminder => web::not_found(t),
        ReminderError::Shift(error) => change::refused(t, error.into()),
        ReminderError::Changed => {
            web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text")
        }
    }
}
