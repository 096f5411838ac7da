//! A change of a consultation hour: one day, or from a day on. First the preview with the bookings that it hits, then the
//! decision about each of them.
//!
//! Rule: looking changes nothing, and what was typed travels in the address until it is saved.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use serde::Deserialize;

use super::hour_form::{self, Faults, HourForm};
use super::hours::{self, DayRow, HourRow, days_of, own, plannable};
use super::{Names, Row, refused};
use crate::bookings::{
    self, BookingError, Change, ConsultationHour, Decision, Exception, HourState, Preview, Saving, Series,
};
use crate::desk::Desk;
use crate::kernel::id::{BookingId, HourId};
use crate::kernel::{Language, local};
use crate::offices::{Topic, topics};
use crate::people::{Officer, SignedIn};
use crate::web::{self, Form, Locale, Page, say};

#[derive(Template)]
#[template(path = "bookings/pages/staff_hour_day.html")]
struct DayPage<'a> {
    t: &'a Locale,
    page: Page,
    hour: HourRow,
    day: DayRow,
    /// Whether it departs from the series already.
    is_exception: bool,
    to_day: String,
    opens: String,
    closes: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_hour_edit.html")]
struct EditPage<'a> {
    t: &'a Locale,
    page: Page,
    hour: HourRow,
    /// The day from which on it changes, as it was typed.
    day: String,
    officers: Vec<Officer>,
    topics: &'static [Topic],
    form: HourForm,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_hour_preview.html")]
struct PreviewPage<'a> {
    t: &'a Locale,
    page: Page,
    hour: HourRow,
    /// The hour after the change, and what follows it; none where it is over.
    after: Vec<HourRow>,
    what: String,
    version: i64,
    hit: Vec<Hit>,
    form: HourForm,
    word: String,
    /// Address and words of the hours that want the same time.
    overlaps: Vec<(String, String)>,
    /// Why it was not saved.
    refused: Option<&'static str>,
}

/// A booking that is hit, with the field of the decision about it and what is chosen there.
struct Hit {
    row: Row,
    field: String,
    chosen: String,
}

pub(super) async fn occurrence(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path((id, day)): Path<(String, String)>,
) -> Response {
    let (Ok(id), Some(of)) = (id.parse::<HourId>(), local::plannable(&day)) else { return web::not_found(&t) };
    Changing { desk: &desk, t: &t, user: &user }.day_page((id, of), Default::default()).await
}

#[derive(Deserialize)]
pub(super) struct From {
    #[serde(default)]
    ab: String,
}

pub(super) async fn edit(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Query(from): Query<From>,
) -> Response {
    let Ok(id) = id.parse::<HourId>() else { return web::not_found(&t) };
    let hour = match own(&desk, &user.0, id).await {
        Ok((hour, _)) => hour,
        Err(error) => return refused(&t, error),
    };
    let today = local::day(desk.now());
    let day = local::plannable(&from.ab).unwrap_or(today).max(today).max(hour.plan.series.first_day);
    let form = HourForm::of(&hour.plan, day);
    Changing { desk: &desk, t: &t, user: &user }.edit_page(&hour, day.to_string(), (form, Faults::default())).await
}

pub(super) async fn preview(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<HourForm>,
) -> Response {
    let Ok(id) = id.parse::<HourId>() else { return web::not_found(&t) };
    Changing { desk: &desk, t: &t, user: &user }.preview_page(id, form, None).await
}

pub(super) async fn save(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<HourForm>,
) -> Response {
    let Ok(hour) = id.parse::<HourId>() else { return web::not_found(&t) };
    let changing = Changing { desk: &desk, t: &t, user: &user };
    let Ok((change, _)) = change_of(&form) else { return changing.preview_page(hour, form, None).await };
    let version = form.text("version").parse().unwrap_or(-1);
    let saving = Saving { hour, version, change, decisions: decisions(&form) };
    match bookings::change_hour(&desk, desk.now(), &user.0, &saving).await {
        Ok(()) => web::go(&t.path(&format!("/dienst/sprechstunden/{hour}"))),
        Err(BookingError::Outdated) => {
            let why = "Inzwischen hat jemand anders diese Sprechstunde geändert. Sehen Sie noch einmal nach.";
            changing.preview_page(hour, form, Some(why)).await
        }
        Err(BookingError::Undecided) => {
            let why = "Entscheiden Sie über jede Buchung. Vielleicht ist inzwischen eine dazugekommen.";
            changing.preview_page(hour, form, Some(why)).await
        }
        Err(error) => changing.refuse(hour, form, error).await,
    }
}

/// Who changes something, and where it is shown.
struct Changing<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    user: &'a SignedIn,
}

impl Changing<'_> {
    /// One day of the hour, with what was typed there.
    async fn day_page(&self, (id, of): (HourId, NaiveDate), (form, faults): (HourForm, Faults)) -> Response {
        let shown = async {
            let (hour, names) = own(self.desk, &self.user.0, id).await?;
            let day = days_of(self.desk, &hour).await?.into_iter().find(|row| row.of == of);
            Ok::<_, BookingError>((day, HourRow::new(&hour, &names), hour))
        };
        let (day, row, hour) = match shown.await {
            Ok((Some(day), row, hour)) => (day, row, hour),
            Ok((None, ..)) => return web::not_found(self.t),
            Err(error) => return refused(self.t, error),
        };
        let exception = hour.plan.series.exceptions.get(&of);
        let window = match exception {
            Some(Exception::Moved { window, .. } | Exception::Extra { window }) => *window,
            Some(Exception::Closed) | None => hour.plan.series.window,
        };
        let typed = |field: &str, before: String| match faults.0.is_empty() {
            true => before,
            false => form.text(field).to_owned(),
        };
        let (status, page) = self.frame("Tag der Sprechstunde", !faults.0.is_empty());
        let page = DayPage {
            t: self.t,
            page,
            hour: row,
            is_exception: exception.is_some(),
            to_day: typed("to_day", day.day.to_string()),
            opens: typed("opens", hour_form::clock(window.opens)),
            closes: typed("closes", hour_form::clock(window.closes)),
            day,
            faults,
        };
        web::html(status, &page)
    }

    /// Back to the form from which a change came that cannot be read.
    async fn back(&self, hour: &ConsultationHour, form: HourForm, Unread { day, faults }: Unread) -> Response {
        match (form.text("what"), day) {
            ("moved", Some(of)) => self.day_page((hour.id, of), (form, faults)).await,
            ("extra" | "until" | "closed" | "restored" | "moved", _) => {
                let faults = Faults(faults.0.into_iter().map(|(field, fault)| (named(&form, field), fault)).collect());
                hours::hour_page(self.desk, self.t, self.user, hour.id, (form, faults)).await
            }
            _ => self.edit_page(hour, form.text("day").to_owned(), (form, faults)).await,
        }
    }

    /// Back to the form where one of its fields is to blame.
    async fn refuse(&self, id: HourId, form: HourForm, error: BookingError) -> Response {
        let fault = match error {
            BookingError::Hour(fault) => hour_form::in_german(fault),
            BookingError::NoSuchOfficer => hour_form::NOT_TOGETHER,
            error => return refused(self.t, error),
        };
        let unread = Unread::impossible(&form, fault);
        match own(self.desk, &self.user.0, id).await {
            Ok((hour, _)) => self.back(&hour, form, unread).await,
            Err(error) => refused(self.t, error),
        }
    }

    async fn edit_page(&self, hour: &ConsultationHour, day: String, (form, faults): (HourForm, Faults)) -> Response {
        let gathered = async { Ok((Names::load(self.desk).await?, plannable(self.desk, &self.user.0).await?)) };
        let (names, mut officers) = match gathered.await {
            Ok(gathered) => gathered,
            Err(error) => return web::unavailable(self.t, &error as &crate::db::DbError),
        };
        officers.retain(|officer| officer.office == hour.office);
        let (status, page) = self.frame("Sprechstunde ändern", !faults.0.is_empty());
        let (row, topics) = (HourRow::new(hour, &names), topics());
        web::html(status, &EditPage { t: self.t, page, hour: row, day, officers, topics, form, faults })
    }

    async fn preview_page(&self, id: HourId, form: HourForm, why: Option<&'static str>) -> Response {
        let read = change_of(&form);
        let shown = async {
            let (hour, names) = own(self.desk, &self.user.0, id).await?;
            let (change, what) = match read {
                Ok(read) => read,
                Err(unread) => return Ok(self.back(&hour, form, unread).await),
            };
            let preview = match bookings::preview(self.desk, self.desk.now(), &self.user.0, id, &change).await {
                Ok(preview) => preview,
                Err(error) => return Ok(self.refuse(id, form, error).await),
            };
            let mut overlaps = Vec::new();
            for part in preview.after.iter().filter(|part| part.state == HourState::Offered) {
                overlaps.extend(hours::overlaps_of(self.desk, self.t, &part.plan, Some(part.lineage)).await?);
            }
            overlaps.sort();
            overlaps.dedup();
            let shown = self.shown(preview, &names, (form, what), why);
            Ok(web::html(shown.0, &PreviewPage { overlaps, ..shown.1 }))
        };
        shown.await.unwrap_or_else(|error| refused(self.t, error))
    }

    fn shown(
        &self,
        preview: Preview,
        names: &Names,
        (form, what): (HourForm, String),
        refused: Option<&'static str>,
    ) -> (StatusCode, PreviewPage<'_>) {
        let now = self.desk.now();
        let hit = |entry: bookings::Entry| {
            let field = format!("decision-{}", entry.booking.id);
            let chosen = Some(form.text(&field)).filter(|chosen| !chosen.is_empty()).unwrap_or("ask").to_owned();
            Hit { row: Row::new(now, entry, names), field, chosen }
        };
        let goes_on = preview.after.iter().filter(|part| part.state == HourState::Offered);
        let (status, page) = self.frame("Änderung prüfen", refused.is_some());
        let status = if refused.is_some() { StatusCode::CONFLICT } else { status };
        let is_withdrawn = preview.after.iter().all(|part| part.state == HourState::Ended);
        let withdrawn = "Sie wird zurückgezogen, denn bis dahin hätte sie nie stattgefunden.".to_owned();
        (
            status,
            PreviewPage {
                t: self.t,
                page,
                hour: HourRow::new(&preview.hour, names),
                after: goes_on.map(|part| HourRow::new(part, names)).collect(),
                what: if is_withdrawn { withdrawn } else { what },
                overlaps: Vec::new(),
                version: preview.hour.version,
                hit: preview.hit.into_iter().map(hit).collect(),
                word: form.text("word").to_owned(),
                form,
                refused,
            },
        )
    }

    fn frame(&self, title: &str, is_faulty: bool) -> (StatusCode, Page) {
        let page = self.user.page(self.t, title);
        match is_faulty {
            true => (StatusCode::BAD_REQUEST, page.with_error(self.t)),
            false => (StatusCode::OK, page),
        }
    }
}

/// The field's name on the page of the hour, which has several forms.
fn named(form: &HourForm, field: &'static str) -> &'static str {
    match (form.text("what"), field) {
        ("extra", "day") => "extra-day",
        ("extra", "opens") => "extra-opens",
        ("extra", "closes") => "extra-closes",
        ("until", "day") => "end-day",
        (_, field) => field,
    }
}

/// A form that makes no change.
struct Unread {
    day: Option<NaiveDate>,
    faults: Faults,
}

impl Unread {
    /// It can be read, and such an hour cannot be.
    fn impossible(form: &HourForm, (field, fault): (&'static str, &'static str)) -> Self {
        let field = match (form.text("what"), field) {
            ("moved", "day") => "to_day",
            (_, field) => field,
        };
        Self { day: local::plannable(form.text("day")), faults: Faults(vec![(field, fault)]) }
    }
}

/// The change that a form asks for, and what it is in words.
fn change_of(form: &HourForm) -> Result<(Change, String), Unread> {
    let mut faults = Faults::default();
    let day = form.day("day", "Geben Sie den Tag als Datum an.", &mut faults);
    let Some(of) = day else {
        // What else is wrong is told at the same time.
        if form.text("what") == "extra" {
            form.window(&mut faults);
        }
        return Err(Unread { day, faults });
    };
    let date = |day: NaiveDate| say::day(Language::De, day);
    let except = |exception, what| Ok((Change::Except { of, exception }, what));
    let unread = |faults| Err(Unread { day, faults });
    match form.text("what") {
        "closed" => except(Some(Exception::Closed), format!("{} fällt aus.", date(of))),
        "restored" => except(None, format!("{}: wieder wie in der Reihe.", date(of))),
        "until" => Ok((Change::Until { last_day: of }, format!("Letzter Tag ist {}.", date(of)))),
        "moved" => {
            match (form.day("to_day", "Geben Sie den neuen Tag als Datum an.", &mut faults), form.window(&mut faults)) {
                (Some(to), Some(window)) => {
                    let exception = Exception::Moved { day: to, window };
                    except(Some(exception), format!("{} wird verlegt auf {}, {window}.", date(of), date(to)))
                }
                (_, _) => unread(faults),
            }
        }
        "extra" => match form.window(&mut faults) {
            Some(window) => except(Some(Exception::Extra { window }), format!("Zusätzlich am {}, {window}.", date(of))),
            None => unread(faults),
        },
        _ => match form.read() {
            Ok(mut plan) => {
                plan.series = Series { first_day: plan.series.first_day.max(of), ..plan.series };
                Ok((Change::From { day: of, plan: plan.into() }, format!("Geändert ab {}.", date(of))))
            }
            Err(faults) => unread(faults),
        },
    }
}

/// What was decided, by booking: fields `decision-bkg_…`.
fn decisions(form: &HourForm) -> BTreeMap<BookingId, Decision> {
    let word = form.text("word").to_owned();
    let decision = |value: &str| match value {
        "keep" => Some(Decision::Keep),
        "ask" => Some(Decision::Ask),
        "cancel" => Some(Decision::Cancel { word: word.clone() }),
        _ => None,
    };
    let fields = form.0.iter().filter_map(|(name, value)| Some((name.strip_prefix("decision-")?, value)));
    fields.filter_map(|(id, value)| Some((id.parse().ok()?, decision(value)?))).collect()
}
