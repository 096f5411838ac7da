//! The page of wishes and leave: an officer's own, and for who plans those of the office with what is to be decided.

mod forms;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{Datelike, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::{LeaveRequestId, OfficerId};
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::OfficeId;
use crate::people::{self, Actor, Officer, SignedIn, seen_office};
use crate::rota::page::{Choice, Fault, Faults, Notice, away, office_choices, short_day, times};
use crate::shifts::{self, Shift};
use crate::web::{self, Form, Locale, Page};

use super::{LeaveRequest, LeaveState, When, Wish, WishesError};
use forms::{LeaveForm, WishForm};

/// How far ahead wishes are looked at.
const AHEAD: TimeDelta = TimeDelta::days(400);

/// `/dienst/wuensche`, `/dienst/urlaub`.
pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/wuensche", get(show).post(wish))
        .route("/dienst/wuensche/{id}/zuruecknehmen", post(take_back))
        .route("/dienst/urlaub", post(ask))
        .route("/dienst/urlaub/{id}/genehmigen", post(approve))
        .route("/dienst/urlaub/{id}/ablehnen", post(refuse))
        .route("/dienst/urlaub/{id}/zuruecknehmen", post(withdraw))
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Asked {
    dienststelle: String,
    suche: String,
    meldung: String,
}

/// What goes with a button: the office that was shown, and a word to the decision.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Pressed {
    dienststelle: String,
    antwort: String,
}

#[derive(Template)]
#[template(path = "rota/wishes/pages/wishes.html")]
struct WishesPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    plans: bool,
    office: &'static str,
    office_code: OfficeId,
    offices: Vec<Choice>,
    search: String,
    /// To be decided.
    open: Vec<RequestView>,
    requests: Vec<RequestView>,
    wishes: Vec<WishView>,
    /// For whom somebody may wish.
    people: Vec<Choice>,
    leave_people: Vec<Choice>,
    leanings: Vec<Choice>,
    weekdays: Vec<Choice>,
    form: WishForm,
    leave: LeaveForm,
    faults: Faults,
}

struct RequestView {
    id: LeaveRequestId,
    officer: String,
    when: String,
    note: String,
    state: &'static str,
    /// The look of a badge.
    look: &'static str,
    answer: String,
    decided: Option<String>,
    /// Published shifts that lie in it.
    shifts: Vec<String>,
    can_be_withdrawn: bool,
}

struct WishView {
    id: String,
    officer: String,
    leaning: &'static str,
    when: String,
    note: String,
}

impl WishView {
    fn of(wish: &Wish, name: &str) -> Self {
        let (id, officer, note) = (wish.id.to_string(), name.to_owned(), wish.note.clone());
        Self { id, officer, leaning: wish.leaning.german(), when: said(wish.when), note }
    }
}

impl RequestView {
    fn of(it: &LeaveRequest, name: &str, (now, shifts): (Instant, &[Shift])) -> Self {
        let theirs = shifts.iter().filter(|shift| shift.officer == it.officer && shift.is_published());
        let touched = theirs.filter(|shift| shift.span.overlaps(it.span));
        Self {
            id: it.id,
            officer: name.to_owned(),
            when: days(it.span),
            note: it.note.clone(),
            state: it.state.german(),
            look: match it.state {
                LeaveState::Asked => "info",
                LeaveState::Approved => "success",
                LeaveState::Refused | LeaveState::Withdrawn => "warning",
            },
            answer: it.answer.clone(),
            decided: it.decided.as_ref().map(|decided| decided.by.clone()),
            shifts: touched.map(|shift| format!("{}, {}", short_day(shift.day()), times(shift.span))).collect(),
            can_be_withdrawn: it.can_be_withdrawn(now),
        }
    }
}

/// "jeden Montag, 08:00–12:00", "Mo 16.11. bis Fr 20.11.".
fn said(when: When) -> String {
    match when {
        When::Once(span) => days(span),
        When::Weekly { weekday, from, until } => {
            let day = Language::De.weekday(weekday);
            let times =
                if from == until { "ganztags".to_owned() } else { format!("{}–{}", clock(from), clock(until)) };
            format!("jeden {day}, {times}")
        }
    }
}

fn clock(time: chrono::NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// Whole days in days, else with times.
fn days(span: Span) -> String {
    let (first, last) = (local::day(span.start), local::day(span.end - TimeDelta::microseconds(1)));
    let whole = local::whole_day(first).start == span.start && local::whole_day(last).end == span.end;
    match (whole, first == last) {
        (true, true) => format!("{}{}", short_day(first), first.format("%Y")),
        (true, false) => {
            let year = if first.year() == last.year() { String::new() } else { first.year().to_string() };
            format!("{}{year} bis {}{}", short_day(first), short_day(last), last.year())
        }
        (false, true) => format!("{}{}, {}", short_day(first), first.format("%Y"), times(span)),
        (false, false) => {
            let at = |at: Instant| format!("{} {}", short_day(local::day(at)), web::say::time(at));
            format!("{} bis {}", at(span.start), at(span.end))
        }
    }
}

fn notice(key: &str) -> Option<Notice> {
    let (look, text) = match key {
        "gewuenscht" => ("success", "Der Wunsch ist eingetragen. Wer plant, sieht ihn."),
        "wunsch-zurueck" => ("success", "Der Wunsch ist zurückgenommen."),
        "beantragt" => ("success", "Der Urlaub ist beantragt. Die Planung hat eine Nachricht bekommen."),
        "genehmigt" => ("success", "Der Urlaub ist genehmigt und als Abwesenheit eingetragen."),
        "abgelehnt" => ("success", "Der Antrag ist abgelehnt."),
        "urlaub-zurueck" => ("success", "Der Antrag ist zurückgenommen."),
        "schon" => ("info", "Darüber ist schon entschieden. Es wurde nichts geändert."),
        "notiz" => ("warning", "Eine Antwort hat höchstens 200 Zeichen. Es wurde nichts geändert."),
        _ => return None,
    };
    Some(Notice { look, text })
}

fn refused(t: &Locale, error: WishesError) -> Response {
    match error {
        WishesError::NoSuchOfficer | WishesError::NoSuchWish | WishesError::NoSuchRequest => web::not_found(t),
        WishesError::Forbidden => web::forbidden(t),
        WishesError::Db(error) => web::unavailable(t, &error),
        WishesError::BadSpan | WishesError::BadNote | WishesError::Settled(_) => {
            web::message(t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text")
        }
    }
}

/// `GET /dienst/wuensche`
async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let now = desk.now();
    let view = view(&desk, &t, &signed, &asked, (WishForm::fresh(now), LeaveForm::default())).await?;
    Ok(web::ok(&view))
}

/// `POST /dienst/wuensche`
async fn wish(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<WishForm>,
) -> Result<Response, Response> {
    let faults = match form.read(own(&signed.0)) {
        Err(faults) => faults,
        Ok((officer, leaning, when)) => {
            match super::wish(&desk, desk.now(), &signed.0, officer, (leaning, when, &form.notiz)).await {
                Ok(_) => return Ok(back(&t, &form.dienststelle, "gewuenscht")),
                Err(WishesError::BadSpan) => vec![Fault::new("bis", forms::BAD_SPAN)],
                Err(WishesError::BadNote) => vec![Fault::new("notiz", forms::BAD_NOTE)],
                Err(error) => return Err(refused(&t, error)),
            }
        }
    };
    let asked = Asked { dienststelle: form.dienststelle.clone(), ..Asked::default() };
    let view = view(&desk, &t, &signed, &asked, (form, LeaveForm::default())).await?;
    Ok(faulty(&t, view, faults))
}

/// `POST /dienst/urlaub`
async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<LeaveForm>,
) -> Result<Response, Response> {
    let faults = match form.read(own(&signed.0)) {
        Err(faults) => faults,
        Ok((officer, span)) => {
            match super::ask_for_leave(&desk, desk.now(), &signed.0, officer, (span, &form.urlaub_notiz)).await {
                Ok(_) => return Ok(back(&t, &form.dienststelle, "beantragt")),
                Err(WishesError::BadSpan) => vec![Fault::new("urlaub_bis", forms::BAD_SPAN)],
                Err(WishesError::BadNote) => vec![Fault::new("urlaub_notiz", forms::BAD_NOTE)],
                Err(error) => return Err(refused(&t, error)),
            }
        }
    };
    let asked = Asked { dienststelle: form.dienststelle.clone(), ..Asked::default() };
    let view = view(&desk, &t, &signed, &asked, (WishForm::fresh(desk.now()), form)).await?;
    Ok(faulty(&t, view, faults))
}

fn faulty(t: &Locale, mut view: WishesPage<'_>, faults: Vec<Fault>) -> Response {
    view.faults = Faults(faults);
    view.page = view.page.with_error(t);
    web::html(StatusCode::BAD_REQUEST, &view)
}

/// `POST /dienst/wuensche/{id}/zuruecknehmen`
async fn take_back(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    super::take_back(&desk, desk.now(), &signed.0, id).await.map_err(|error| refused(&t, error))?;
    Ok(back(&t, &pressed.dienststelle, "wunsch-zurueck"))
}

/// `POST /dienst/urlaub/{id}/genehmigen`
async fn approve(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let outcome = super::approve_leave(&desk, desk.now(), &signed.0, (id, &pressed.antwort)).await;
    settled(&t, &pressed, outcome, "genehmigt")
}

/// `POST /dienst/urlaub/{id}/ablehnen`
async fn refuse(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let outcome = super::refuse_leave(&desk, desk.now(), &signed.0, (id, &pressed.antwort)).await;
    settled(&t, &pressed, outcome, "abgelehnt")
}

/// `POST /dienst/urlaub/{id}/zuruecknehmen`
async fn withdraw(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let outcome = super::withdraw_leave(&desk, desk.now(), &signed.0, id).await;
    settled(&t, &pressed, outcome, "urlaub-zurueck")
}

fn settled(
    t: &Locale,
    pressed: &Pressed,
    outcome: Result<LeaveRequest, WishesError>,
    done: &str,
) -> Result<Response, Response> {
    let notice = match outcome {
        Ok(_) => done,
        Err(WishesError::Settled(_)) => "schon",
        Err(WishesError::BadNote) => "notiz",
        Err(error) => return Err(refused(t, error)),
    };
    Ok(back(t, &pressed.dienststelle, notice))
}

fn back(t: &Locale, office: &str, notice: &str) -> Response {
    match office.parse::<OfficeId>() {
        Ok(office) => web::go(&t.path(&format!("/dienst/wuensche?dienststelle={office}&meldung={notice}"))),
        Err(_) => web::go(&t.path(&format!("/dienst/wuensche?meldung={notice}"))),
    }
}

/// The officer for whom somebody wishes who does not plan.
fn own(actor: &Actor) -> Option<OfficerId> {
    actor.officer.filter(|_| !actor.plans())
}

/// Those for whom the actor may wish.
async fn mine(desk: &Desk, t: &Locale, actor: &Actor, office: OfficeId) -> Result<Vec<Officer>, Response> {
    let mut officers = people::list_officers(&desk.db, Some(&office)).await.map_err(away(t))?;
    officers.retain(|officer| actor.may_excuse(officer.id, &officer.office));
    Ok(officers)
}

async fn view<'a>(
    desk: &Desk,
    t: &'a Locale,
    signed: &SignedIn,
    asked: &Asked,
    (form, leave): (WishForm, LeaveForm),
) -> Result<WishesPage<'a>, Response> {
    let (actor, now) = (&signed.0, desk.now());
    let office = seen_office(t, actor, &asked.dienststelle)?;
    let plans = actor.may_plan(&office);
    let officers = mine(desk, t, actor, office).await?;
    let search = asked.suche.trim().to_lowercase();
    let shown: Vec<&Officer> = officers.iter().filter(|it| it.name.to_lowercase().contains(&search)).collect();
    let name_of = |id: OfficerId| shown.iter().find(|officer| officer.id == id).map(|officer| officer.name.as_str());
    let window = Span { start: now, end: now + AHEAD };
    let mut wishes = super::list_wishes_at(&desk.db, office, window).await.map_err(away(t))?;
    wishes.sort_by_key(|wish| name_of(wish.officer).unwrap_or_default().to_lowercase());
    let open = super::list_open_requests(&desk.db, office).await.map_err(away(t))?;
    let requests = match actor.officer {
        Some(own) => super::list_requests_of(&desk.db, own, now).await.map_err(away(t))?,
        None => Vec::new(),
    };
    let shifts = shifts::list_shifts_of_staff(&desk.db, office, window).await.map_err(away(t))?;
    let request = |it: &LeaveRequest| Some(RequestView::of(it, name_of(it.officer)?, (now, &shifts)));
    let choice = |officer: &Officer, chosen: &str| Choice::new(officer.id, officer.name.clone(), chosen);
    Ok(WishesPage {
        t,
        page: signed.page(t, "Wünsche und Urlaub"),
        notice: notice(&asked.meldung),
        plans,
        office: office.name(),
        office_code: office,
        offices: office_choices(actor, office),
        search: asked.suche.clone(),
        open: open.iter().filter(|_| plans).filter_map(request).collect(),
        requests: requests.iter().filter_map(request).collect(),
        wishes: wishes.iter().filter_map(|it| Some(WishView::of(it, name_of(it.officer)?))).collect(),
        people: officers.iter().map(|officer| choice(officer, &form.person)).collect(),
        leave_people: officers.iter().map(|officer| choice(officer, &leave.urlaub_person)).collect(),
        leanings: form.leanings(),
        weekdays: form.weekdays(),
        form,
        leave,
        faults: Faults::default(),
    })
}
