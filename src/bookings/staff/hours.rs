//! The consultation hours: the list, a new one, and what is ahead of one.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{NaiveDate, TimeDelta, Weekday};
use http::StatusCode;
use serde::Deserialize;

use super::hour_form::{self, Faults, HourForm};
use super::{Names, german, hour_change, refused};
use crate::bookings::{
    self, AHEAD, BookingError, Channel, ConsultationHour, Exception, HourState, Notice, Occurrence, Origin,
};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::HourId;
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::{self, Calendar, Topic, topics};
use crate::people::{self, Actor, Officer, SignedIn};
use crate::web::{self, Form, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/sprechstunden", get(list).post(offer))
        .route("/dienst/sprechstunden/{id}", get(show).post(hour_change::save))
        .route("/dienst/sprechstunden/{id}/tag/{day}", get(hour_change::occurrence))
        .route("/dienst/sprechstunden/{id}/aendern", get(hour_change::edit))
        .route("/dienst/sprechstunden/{id}/vorschau", get(hour_change::preview))
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_hours.html")]
struct HoursPage<'a> {
    t: &'a Locale,
    page: Page,
    hours: Vec<HourRow>,
    /// Whether the actor sees more than their own.
    several: bool,
    sought: String,
    officers: Vec<Officer>,
    topics: &'static [Topic],
    form: HourForm,
    faults: Faults,
    /// Address and words of the hours that want the same time.
    overlaps: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_hour.html")]
struct HourPage<'a> {
    t: &'a Locale,
    page: Page,
    hour: HourRow,
    days: Vec<DayRow>,
    today: NaiveDate,
    /// It has ended, or never took place.
    is_over: bool,
    /// What was typed into one of the forms, and what is wrong with it.
    form: HourForm,
    faults: Faults,
}

impl HourPage<'_> {
    /// What was typed into this field of this form.
    fn typed(&self, form: &str, field: &str) -> &str {
        if self.form.text("what") == form { self.form.text(field) } else { "" }
    }

    fn last_day(&self) -> String {
        if self.form.text("what") == "until" { self.form.text("day").to_owned() } else { self.today.to_string() }
    }
}

/// A consultation hour in words.
pub(super) struct HourRow {
    pub(super) id: HourId,
    pub(super) path: String,
    pub(super) officer: String,
    pub(super) when: String,
    pub(super) days: String,
    pub(super) slots: String,
    pub(super) topics: String,
    pub(super) formats: String,
    /// What is special about it, a sentence each.
    pub(super) terms: Vec<String>,
}

impl HourRow {
    pub(super) fn new(hour: &ConsultationHour, names: &Names) -> Self {
        let bookings::Plan { team, series, terms } = &hour.plan;
        let date = |day: NaiveDate| day.format("%d.%m.%Y").to_string();
        let topics: Vec<&str> = terms.topics.iter().map(|topic| topic.title(Language::De)).collect();
        let formats: Vec<&str> = terms.formats.iter().map(|format| german(*format)).collect();
        let weekdays: Vec<&str> = series.weekdays.iter(Weekday::Mon).map(|day| Language::De.weekday(day)).collect();
        let member = |member: &bookings::Member| match member.by_name {
            true => format!("{} (auch namentlich)", names.of(member.officer)),
            false => names.of(member.officer),
        };
        let rhythm = match series.rhythm {
            bookings::Rhythm::Weeks(1) => String::new(),
            rhythm => format!(", {}", hour_form::rhythm(rhythm)),
        };
        Self {
            id: hour.id,
            path: format!("/dienst/sprechstunden/{}", hour.id),
            officer: team.iter().map(member).collect::<Vec<_>>().join(", "),
            when: format!("{}, {}{rhythm}", weekdays.join(", "), series.window),
            days: match series.last_day {
                Some(last) => format!("{} bis {}", date(series.first_day), date(last)),
                None => format!("ab {}", date(series.first_day)),
            },
            slots: format!("{} Minuten", terms.slot_minutes),
            topics: if topics.is_empty() { "alle Themen".to_owned() } else { topics.join(", ") },
            formats: formats.join(", "),
            terms: told(terms),
        }
    }

    /// Whether a word of the search stands in it.
    fn says(&self, sought: &str) -> bool {
        let all = [&self.officer, &self.when, &self.days, &self.topics, &self.formats].map(|text| text.to_lowercase());
        sought.to_lowercase().split_whitespace().all(|word| all.iter().any(|text| text.contains(word)))
    }
}

/// The terms that are not as by default, in words.
fn told(terms: &bookings::Terms) -> Vec<String> {
    let mut told = Vec::new();
    if terms.buffer_minutes > 0 {
        told.push(format!("{} Minuten Pause", terms.buffer_minutes));
    }
    match terms.notice {
        Notice::Hours(0) | Notice::BusinessDays(0) => {}
        Notice::Hours(hours) => told.push(format!("spätestens {hours} Stunden vorher")),
        Notice::BusinessDays(1) => told.push("spätestens am Arbeitstag davor".to_owned()),
        Notice::BusinessDays(days) => told.push(format!("spätestens {days} Arbeitstage vorher")),
    }
    if terms.horizon_weeks < 12 {
        told.push(format!("höchstens {} Wochen im Voraus", terms.horizon_weeks));
    }
    for (channel, way) in
        [(Channel::Web, "Website"), (Channel::Hotline, "Telefonmenü"), (Channel::Staff, "Dienststelle")]
    {
        if let Some(most) = terms.contingents.of(channel) {
            told.push(format!("{way}: höchstens {most} am Tag"));
        }
    }
    let spoken = terms.languages.iter().map(|language| language.pick(["Deutsch", "Englisch"]));
    let served = terms.needs.iter().map(|need| need.german());
    told.extend(spoken.chain(served).map(str::to_owned));
    told
}

/// One day of a consultation hour, taking place or not.
pub(super) struct DayRow {
    /// The day by which an exception knows it, ISO 8601.
    pub(super) of: NaiveDate,
    pub(super) day: NaiveDate,
    pub(super) name: String,
    pub(super) times: String,
    pub(super) state: String,
    /// The colour of the badge.
    pub(super) badge: &'static str,
    pub(super) booked: usize,
}

/// The days of an hour within the next twelve weeks, with those that fall out.
pub(super) fn day_rows(
    hour: &ConsultationHour,
    calendar: &Calendar,
    promised: &[bookings::Booking],
    now: Instant,
) -> Vec<DayRow> {
    let series = &hour.plan.series;
    let (first, last) = (local::day(now), local::day(now + AHEAD));
    let mut booked: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for booking in promised.iter().filter(|booking| hour.serves(booking)) {
        *booked.entry(local::day(booking.span.start)).or_default() += 1;
    }
    let row = |it: &Occurrence| {
        let (state, badge) = match (calendar.closed(it.day), it.origin) {
            (Some(closure), _) => (format!("geschlossen: {}", closure.name(Language::De)), "danger"),
            (None, Origin::Regular) => ("findet statt".to_owned(), "success"),
            (None, Origin::Moved) if it.of == it.day => ("zu anderer Zeit".to_owned(), "info"),
            (None, Origin::Moved) => (format!("verlegt vom {}", it.of.format("%d.%m.")), "info"),
            (None, Origin::Extra) => ("zusätzlich".to_owned(), "info"),
        };
        let booked = booked.get(&it.day).copied().unwrap_or_default();
        day_row((it.of, it.day), it.window().to_string(), (state, badge), booked)
    };
    let gone = |(of, exception): (&NaiveDate, &Exception)| {
        let state = match exception {
            Exception::Closed => "fällt aus".to_owned(),
            Exception::Moved { day, .. } if day != of => format!("verlegt auf den {}", day.format("%d.%m.%Y")),
            Exception::Moved { .. } | Exception::Extra { .. } => return None,
        };
        let is_ahead = (first..=last).contains(of) && series.is_regular(*of);
        is_ahead.then(|| day_row((*of, *of), series.window.to_string(), (state, "warning"), 0))
    };
    let mut rows: Vec<DayRow> = series.occurrences(first..=last).iter().map(row).collect();
    rows.extend(series.exceptions.iter().filter_map(gone));
    rows.sort_by_key(|row| row.day);
    rows
}

fn day_row(
    (of, day): (NaiveDate, NaiveDate),
    times: String,
    (state, badge): (String, &'static str),
    booked: usize,
) -> DayRow {
    DayRow { of, day, name: say::day(Language::De, day), times, state, badge, booked }
}

#[derive(Deserialize)]
struct Sought {
    #[serde(default)]
    suche: String,
}

async fn list(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(sought): Query<Sought>) -> Response {
    let form = HourForm::blank(desk.now());
    shown(&desk, &t, &user, (form, Faults::default()), Around { sought: sought.suche, ..Around::default() }).await
}

/// What stands on the page of hours beside the form.
#[derive(Default)]
struct Around {
    sought: String,
    overlaps: Vec<(String, String)>,
}

async fn offer(State(desk): State<Desk>, t: Locale, user: SignedIn, Form(form): Form<HourForm>) -> Response {
    let plan = match form.read() {
        Ok(plan) => plan,
        Err(faults) => return shown(&desk, &t, &user, (form, faults), Around::default()).await,
    };
    if form.text("trotzdem").is_empty() {
        match overlaps_of(&desk, &t, &plan, None).await {
            Ok(overlaps) if overlaps.is_empty() => {}
            Ok(overlaps) => {
                let around = Around { overlaps, ..Around::default() };
                return shown(&desk, &t, &user, (form, Faults::default()), around).await;
            }
            Err(error) => return web::unavailable(&t, &error),
        }
    }
    match bookings::offer_hours(&desk, desk.now(), &user.0, plan).await {
        Ok(hour) => web::go(&t.path(&format!("/dienst/sprechstunden/{}", hour.id))),
        Err(BookingError::NoSuchOfficer) => {
            shown(&desk, &t, &user, (form, Faults(vec![hour_form::NOT_TOGETHER])), Around::default()).await
        }
        Err(error) => refused(&t, error),
    }
}

async fn shown(
    desk: &Desk,
    t: &Locale,
    user: &SignedIn,
    (form, faults): (HourForm, Faults),
    Around { sought, overlaps }: Around,
) -> Response {
    let status = match (faults.0.is_empty(), overlaps.is_empty()) {
        (true, true) => StatusCode::OK,
        (true, false) => StatusCode::CONFLICT,
        (false, _) => StatusCode::BAD_REQUEST,
    };
    let mut page = user.page(t, "Sprechstunden");
    if !faults.0.is_empty() {
        page = page.with_error(t);
    }
    let gathered = async {
        let officers = plannable(desk, &user.0).await?;
        Ok::<_, DbError>((hour_rows(desk, &user.0).await?, officers))
    };
    match gathered.await {
        Ok((mut hours, officers)) => {
            hours.retain(|hour| hour.says(&sought));
            let several = user.0.plans();
            let topics = topics();
            web::html(status, &HoursPage { t, page, hours, several, sought, officers, topics, form, faults, overlaps })
        }
        Err(error) => web::unavailable(t, &error),
    }
}

/// The hours that want the same time of the same officer: address and words.
pub(super) async fn overlaps_of(
    desk: &Desk,
    t: &Locale,
    plan: &bookings::Plan,
    own: Option<HourId>,
) -> Result<Vec<(String, String)>, DbError> {
    let found = bookings::list_overlaps(desk, desk.now(), plan, own).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let names = Names::load(desk).await?;
    let rows = found.iter().map(|hour| HourRow::new(hour, &names));
    Ok(rows.map(|row| (t.path(&row.path), format!("{}, {}, {}", row.when, row.officer, row.days))).collect())
}

/// The hours that are the actor's: their own, or those of all whom they plan.
async fn hour_rows(desk: &Desk, actor: &Actor) -> Result<Vec<HourRow>, DbError> {
    let names = Names::load(desk).await?;
    let mut hours = bookings::list_hours(desk, desk.now(), actor).await?;
    hours.retain(|hour| hour.may_be_changed_by(actor));
    Ok(hours.iter().map(|hour| HourRow::new(hour, &names)).collect())
}

/// Whose hours the actor may offer: their own, or those of all whom they plan.
pub(super) async fn plannable(desk: &Desk, actor: &Actor) -> Result<Vec<Officer>, DbError> {
    let mut officers = people::list_officers(&desk.db, None).await?;
    officers.retain(|officer| actor.may_excuse(officer.id, &officer.office));
    Ok(officers)
}

async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    hour_page(&desk, &t, &user, id, Default::default()).await
}

/// The page of an hour, with what was typed into one of its forms.
pub(super) async fn hour_page(
    desk: &Desk,
    t: &Locale,
    user: &SignedIn,
    id: HourId,
    (form, faults): (HourForm, Faults),
) -> Response {
    let (hour, days, is_over) = match shown_hour(desk, &user.0, id).await {
        Ok(shown) => shown,
        Err(error) => return refused(t, error),
    };
    let (page, today) = (user.page(t, "Sprechstunde"), local::day(desk.now()));
    let (status, page) = match faults.0.is_empty() {
        true => (StatusCode::OK, page),
        false => (StatusCode::BAD_REQUEST, page.with_error(t)),
    };
    web::html(status, &HourPage { t, page, hour, days, today, is_over, form, faults })
}

async fn shown_hour(desk: &Desk, actor: &Actor, id: HourId) -> Result<(HourRow, Vec<DayRow>, bool), BookingError> {
    let (hour, names) = own(desk, actor, id).await?;
    let is_over = hour.state == HourState::Ended;
    let days = if is_over { Vec::new() } else { days_of(desk, &hour).await? };
    Ok((HourRow::new(&hour, &names), days, is_over))
}

pub(super) async fn days_of(desk: &Desk, hour: &ConsultationHour) -> Result<Vec<DayRow>, DbError> {
    let now = desk.now();
    let promised = bookings::list_promised(desk, now, hour).await?;
    let window = Span { start: now, end: now + AHEAD + TimeDelta::days(1) };
    let calendar = offices::load_calendar(&desk.db, hour.office, window).await?;
    Ok(day_rows(hour, &calendar, &promised, now))
}

/// The hour for one who may change it.
pub(super) async fn own(desk: &Desk, actor: &Actor, id: HourId) -> Result<(ConsultationHour, Names), BookingError> {
    let hour = bookings::load_hour(desk, actor, id).await?;
    if !hour.may_be_changed_by(actor) {
        return Err(BookingError::Forbidden);
    }
    Ok((hour, Names::load(desk).await?))
}
