//! The day: an officer's shifts and consultations, what is to be noted, and whether police duty calls.

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::TimeDelta;
use serde::Deserialize;

use super::{Names, Row, refused};
use crate::bookings::outcomes::{EndingGroup, ending_groups};
use crate::bookings::{self, BookingError, Entry, Sought};
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Language, Span, local};
use crate::people::{self, AbsenceKind, Actor, Line, PeopleError, SignedIn};
use crate::shifts::{self, Duty, Reason, Shift, ShiftsError};
use crate::web::{self, Form, Locale, Page, say};

/// What lies ahead on this page, and how long a consultation waits for somebody to note how it went.
const WEEK: TimeDelta = TimeDelta::days(7);

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst", get(show))
        .route("/dienst/einsatz", post(deployment))
        .route("/dienst/anwesend/{shift}", post(presence))
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_day.html")]
struct DayPage<'a> {
    t: &'a Locale,
    page: Page,
    today: String,
    /// Whether the page shows one officer's day, and not an office's.
    own: bool,
    deployment: Option<Deployment>,
    shifts: Vec<ShiftRow>,
    groups: Vec<Group>,
    endings: Vec<EndingGroup>,
}

/// Whether the officer is deployed, since when.
struct Deployment {
    since: Option<String>,
}

struct ShiftRow {
    when: String,
    hotline: String,
    tier: String,
    officer: String,
    now: Option<NowBadge>,
    telephone: Option<DutyTelephone>,
}

/// The own shift that lasts just now, at a duty telephone.
struct DutyTelephone {
    shift: ShiftId,
    is_present: bool,
}

/// What becomes of a shift that lasts just now.
struct NowBadge {
    look: &'static str,
    text: String,
}

impl NowBadge {
    fn find(duty: &Duty, shift: &Shift) -> Option<Self> {
        if duty.on.iter().any(|on| on.shift == shift.id) {
            return Some(Self { look: "success", text: "Jetzt".into() });
        }
        let not = duty.not.iter().find(|not| not.shift == shift.id)?;
        let why = match not.reason {
            Reason::Deployed => AbsenceKind::Deployment.german(),
            Reason::Absent(_) => "abwesend",
            Reason::Retired => "nicht mehr bei der Dienststelle",
        };
        Some(Self { look: "warning", text: format!("Jetzt nicht: {why}") })
    }
}

/// Consultations that stand together.
struct Group {
    id: &'static str,
    title: &'static str,
    /// What stands there when nothing is booked; none: then the group is left out.
    empty: Option<&'static str>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Do {
    #[serde(default, rename = "do")]
    verb: String,
}

async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn) -> Response {
    match day(&desk, desk.now(), &user, &t).await {
        Ok(page) => web::ok(&page),
        Err(error) => refused(&t, error),
    }
}

async fn day<'a>(desk: &Desk, now: Instant, user: &SignedIn, t: &'a Locale) -> Result<DayPage<'a>, BookingError> {
    let names = Names::load(desk).await?;
    let window = Span { start: now - WEEK, end: now + WEEK };
    let entries = match user.0.officer {
        Some(officer) => bookings::list_bookings_of(desk, officer, window).await?,
        None => bookings::list_bookings(desk, &user.0, &Sought { office: None, window, text: String::new() }).await?,
    };
    Ok(DayPage {
        t,
        page: user.page(t, "Mein Tag"),
        today: say::day(Language::De, local::day(now)),
        own: user.0.officer.is_some(),
        deployment: match user.0.officer {
            Some(officer) => Some(find_deployment(desk, now, officer).await?),
            None => None,
        },
        shifts: shift_rows(desk, now, &user.0, &names).await?,
        groups: with_delays(desk, now, &user.0, groups(now, entries, &names)).await?,
        endings: ending_groups(),
    })
}

async fn find_deployment(desk: &Desk, now: Instant, officer: OfficerId) -> Result<Deployment, BookingError> {
    let window = Span { start: now, end: now + TimeDelta::seconds(1) };
    let absences = people::list_absences_of(&desk.db, officer, window).await?;
    let deployment = absences.iter().find(|absence| absence.kind == AbsenceKind::Deployment && absence.covers(now));
    Ok(Deployment { since: deployment.map(|absence| say::moment(Language::De, absence.span.start)) })
}

/// The shifts of today and of the week to come.
async fn shift_rows(desk: &Desk, now: Instant, actor: &Actor, names: &Names) -> Result<Vec<ShiftRow>, BookingError> {
    let window = Span { start: local::whole_day(local::day(now)).start, end: now + WEEK };
    let shifts = match actor.officer {
        Some(officer) => shifts::list_shifts_of(&desk.db, officer, window).await?,
        None => shifts::list_shifts_at(&desk.db, actor.office, window).await?,
    };
    let hotlines = shifts::list_hotlines(&desk.db, None).await?;
    let has_duty_telephone = match actor.officer {
        Some(officer) => people::find_line(&desk.db, officer).await? == Some(Line::Duty),
        None => false,
    };
    let (mut duty, mut present) = (Duty::default(), BTreeSet::new());
    for hotline in &hotlines {
        if shifts.iter().any(|shift| shift.hotline == hotline.id && shift.span.contains(now)) {
            let here = shifts::load_duty(&desk.db, hotline.id, now).await?;
            duty.on.extend(here.on);
            duty.not.extend(here.not);
            present.extend(shifts::list_present(&desk.db, hotline.id, now).await?);
        }
    }
    let row = |shift: &Shift| ShiftRow {
        when: say::span(Language::De, shift.span),
        hotline: hotlines.iter().find(|h| h.id == shift.hotline).map(|h| h.name.clone()).unwrap_or_default(),
        tier: shift.tier.to_string(),
        officer: names.of(shift.officer),
        now: NowBadge::find(&duty, shift),
        telephone: (has_duty_telephone && shift.span.contains(now))
            .then(|| DutyTelephone { shift: shift.id, is_present: present.contains(&shift.id) }),
    };
    Ok(shifts.iter().filter(|shift| shift.is_published()).map(row).collect())
}

/// What is over and not noted yet, what is today, what comes. Holds and what was given up are left out.
fn groups(now: Instant, mut entries: Vec<Entry>, names: &Names) -> Vec<Group> {
    let today = local::whole_day(local::day(now));
    entries.retain(|entry| entry.booking.state.is_booked());
    let (before, rest): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|e| e.booking.span.start < today.start);
    let (of_today, to_come): (Vec<Entry>, Vec<Entry>) =
        rest.into_iter().partition(|e| e.booking.span.start < today.end);
    let waiting = before.into_iter().filter(|entry| entry.booking.state == bookings::State::Confirmed).collect();
    let groups = [
        ("offen", "Noch zu vermerken", None, waiting),
        ("heute", "Beratungen heute", Some("Heute ist keine Beratung gebucht."), of_today),
        (
            "bald",
            "Beratungen der nächsten sieben Tage",
            Some("In den nächsten sieben Tagen ist keine Beratung gebucht."),
            to_come,
        ),
    ];
    let rows = |entries: Vec<Entry>| entries.into_iter().map(|entry| Row::new(now, entry, names)).collect();
    let groups = groups.into_iter().map(|(id, title, empty, entries)| Group { id, title, empty, rows: rows(entries) });
    groups.filter(|group| group.empty.is_some() || !group.rows.is_empty()).collect()
}

/// The same, each with when it is expected to begin, where the officer said that they come later.
async fn with_delays(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    mut groups: Vec<Group>,
) -> Result<Vec<Group>, BookingError> {
    let Some(officer) = actor.officer else { return Ok(groups) };
    let expected = bookings::list_expected(&desk.db, officer, now).await?;
    for row in groups.iter_mut().flat_map(|group| &mut group.rows) {
        row.late = expected.get(&row.id).map(|at| say::time(*at));
    }
    Ok(groups)
}

/// Police duty comes first: out of routing and booking at once, and back.
async fn deployment(State(desk): State<Desk>, t: Locale, user: SignedIn, Form(form): Form<Do>) -> Response {
    let Some(officer) = user.0.officer else { return web::forbidden(&t) };
    let now = desk.now();
    let done = match form.verb.as_str() {
        "back" => people::back(&desk, now, &user.0, officer).await,
        _ => people::deploy(&desk, now, &user.0, officer).await.map(|_| ()),
    };
    match done {
        // Pressed twice, or on an old page: the state is as wished.
        Ok(()) if form.verb != "back" => handed_over(&desk, &t, now).await,
        Ok(()) | Err(PeopleError::DeployedAlready | PeopleError::NotDeployed) => web::go(&t.path("/dienst")),
        Err(PeopleError::Db(error)) => web::unavailable(&t, &error),
        Err(_) => web::forbidden(&t),
    }
}

/// What becomes of today's appointments is seen at once; a round does it where this fails.
async fn handed_over(desk: &Desk, t: &Locale, now: Instant) -> Response {
    match bookings::cover_absences(desk, now).await {
        Ok(_) => web::go(&t.path("/dienst/vertretung")),
        Err(error) => refused(t, error),
    }
}

/// "I am here at this number", and not any more.
async fn presence(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(shift): Path<String>,
    Form(form): Form<Do>,
) -> Response {
    let Ok(shift) = shift.parse() else { return web::not_found(&t) };
    let now = desk.now();
    let done = match form.verb.as_str() {
        "leave" => shifts::end_presence(&desk, now, &user.0, shift).await,
        _ => shifts::confirm_presence(&desk, now, &user.0, shift).await,
    };
    match done {
        // On an old page: the shift is over, and with it the presence.
        Ok(()) | Err(ShiftsError::Over) => web::go(&t.path("/dienst")),
        Err(ShiftsError::Db(error)) => web::unavailable(&t, &error),
        Err(ShiftsError::NoSuchShift) => web::not_found(&t),
        Err(_) => web::forbidden(&t),
    }
}
