//! The citizen's pages of appointments, from the start page to the cancelled booking.
//!
//! Rule: GET and HEAD change nothing, since mail scanners follow links; every POST ends in another page (303) or comes
//! back with all that was typed.

mod atom;
mod booked;
pub(super) mod elsewhere;
mod held;
mod linked;
mod requested;
mod search;
mod waiting;
mod week;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use http::request::Parts;

use super::{BookingError, Day, Format, Need, Needs, Refusal, Time};
use crate::desk::Desk;
use crate::kernel::{Language, Secret, local};
use crate::offices::Topic;
use crate::web::{self, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/", get(search::start))
        .route("/termin", get(search::topic))
        .route("/termin/art", get(search::format))
        .route("/termin/ort", get(search::place))
        .route("/termin/bedarf", get(search::needs))
        .route("/termin/zeit", get(search::time))
        .route("/termin/reservieren", post(search::reserve).get(search::begin_again))
        .route("/reservierung/{secret}", get(held::form).post(held::describe))
        .route("/reservierung/{secret}/verlaengern", post(held::extend).get(held::back_to_form))
        .route("/reservierung/{secret}/pruefen", get(held::check).post(held::confirm))
        .route("/buchung", get(booked::find).post(booked::found))
        .route("/buchung/nummer", post(booked::by_code).get(booked::back_to_find))
        .route("/buchung/{secret}", get(booked::show))
        .route("/buchung/{secret}/termin.ics", get(booked::file))
        .route("/buchung/{secret}/zurueck", post(requested::reopen).get(requested::back))
        .route("/buchung/{secret}/bestaetigen/{code}", get(requested::ask).post(requested::confirm))
        .route("/buchung/{secret}/frueher", get(waiting::ask_earlier).post(waiting::wish_earlier))
        .route("/warteliste", get(waiting::ask_join).post(waiting::join))
        .route("/warteliste/{secret}", get(waiting::show))
        .route("/warteliste/{secret}/verlassen", post(waiting::leave).get(waiting::back_to_list))
        .route("/angebot/{secret}", get(waiting::offer))
        .route("/angebot/{secret}/annehmen", post(waiting::accept).get(waiting::back_to_offer))
        .route("/angebot/{secret}/ablehnen", post(waiting::decline).get(waiting::back_to_offer))
        .route("/angebot/{secret}/verlassen", post(waiting::leave_by_offer).get(waiting::back_to_offer))
        .route("/buchung/{secret}/absagen", get(booked::ask_cancel).post(booked::cancel))
        .route("/buchung/{secret}/verschieben", get(booked::ask_move).post(booked::move_to))
        .merge(elsewhere::pages())
        .merge(super::proposals::pages())
        .merge(super::delays::pages())
}

/// The secret in the address of a personal page. What cannot be one of ours is not there.
pub(super) struct Link(pub(super) Secret);

impl<S: Send + Sync> FromRequestParts<S> for Link {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let text = Path::<String>::from_request_parts(parts, state).await.map(|path| path.0).unwrap_or_default();
        let Ok(t) = Locale::from_request_parts(parts, state).await;
        Secret::parse(&text).map(Self).ok_or_else(|| trouble(&t, BookingError::NoSuchBooking))
    }
}

/// A fault of a form, for the summary on top and for its field.
struct Fault {
    field: &'static str,
    text: String,
}

/// The faults of a form; none where it is shown for the first time.
#[derive(Default)]
struct FaultList(Vec<Fault>);

impl FaultList {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn status(&self) -> StatusCode {
        if self.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST }
    }

    /// The text about one field.
    fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.field == field).map(|fault| fault.text.as_str())
    }
}

impl From<Fault> for FaultList {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

/// The frame of a page on the way to an appointment. With a topic for victims it can be left quickly.
pub(super) fn frame(t: &Locale, title: &str, topic: Option<&Topic>) -> Page {
    let title = format!("{title} – {}", t.tr("bookings-book"));
    Page { quick_exit: topic.is_some_and(|topic| topic.quick_exit), ..Page::new(t, title) }
}

fn format_name(t: &Locale, format: Format) -> String {
    t.tr(match format {
        Format::Video => "bookings-video",
        Format::Telephone => "bookings-telephone",
        Format::Office => "bookings-office",
    })
}

fn need_name(t: &Locale, need: Need) -> String {
    t.tr(&format!("bookings-need-{need}"))
}

/// The needs in words, or that there are none.
fn needs_text(t: &Locale, needs: Needs) -> String {
    match needs.is_empty() {
        true => t.tr("bookings-needs-none"),
        false => needs.iter().map(|need| need_name(t, need)).collect::<Vec<_>>().join(", "),
    }
}

/// Free times as buttons of one form.
struct Choice {
    action: String,
    hidden: Vec<(&'static str, String)>,
    days: Vec<DayOfChoice>,
}

struct DayOfChoice {
    /// ISO 8601.
    iso: String,
    name: String,
    times: Vec<TimeOfChoice>,
}

struct TimeOfChoice {
    /// RFC 3339.
    value: String,
    name: String,
}

impl Choice {
    fn of_days(action: String, hidden: Vec<(&'static str, String)>, days: &[Day], language: Language) -> Self {
        let time = |time: &Time| TimeOfChoice { value: time.span.start.rfc3339(), name: say::time(time.span.start) };
        let day = |day: &Day| DayOfChoice {
            iso: day.day.to_string(),
            name: say::day(language, day.day),
            times: day.times.iter().map(time).collect(),
        };
        Self { action, hidden, days: days.iter().map(day).collect() }
    }

    fn of_times(action: String, hidden: Vec<(&'static str, String)>, times: &[Time], language: Language) -> Self {
        let mut days: Vec<Day> = Vec::new();
        for time in times {
            let day = local::day(time.span.start);
            match days.last_mut().filter(|last| last.day == day) {
                Some(last) => last.times.push(*time),
                None => days.push(Day { day, times: vec![*time] }),
            }
        }
        Self::of_days(action, hidden, &days, language)
    }
}

/// A page that says why something is refused, where there is nothing better to show.
pub(super) fn trouble(t: &Locale, error: BookingError) -> Response {
    let (status, title, text) = match error {
        BookingError::SlotTaken { .. } => (StatusCode::CONFLICT, "bookings-taken-title", "bookings-taken-text"),
        BookingError::Past { .. } => (StatusCode::CONFLICT, "bookings-past-title", "bookings-past-text"),
        BookingError::Refused(refusal) => refused(refusal),
        BookingError::Busy(_) => (StatusCode::TOO_MANY_REQUESTS, "bookings-busy-title", "bookings-busy-text"),
        BookingError::TooMany { .. } => (StatusCode::CONFLICT, "bookings-too-many-title", "bookings-too-many-short"),
        BookingError::Malformed(_) => (StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text"),
        BookingError::NoSuchBooking => (StatusCode::NOT_FOUND, "bookings-no-such-title", "bookings-no-such-text"),
        BookingError::NoSuchHour
        | BookingError::NoSuchOfficer
        | BookingError::Hour(_)
        | BookingError::Outdated
        | BookingError::Undecided => return web::not_found(t),
        BookingError::Forbidden => return web::forbidden(t),
        BookingError::Sealed(error) => return web::unavailable(t, &error),
        BookingError::Db(error) => return web::unavailable(t, &error),
    };
    web::message(t, status, title, text)
}

fn refused(refusal: Refusal) -> (StatusCode, &'static str, &'static str) {
    let (title, text) = match refusal {
        Refusal::HoldExpired => ("bookings-expired-title", "bookings-expired-text"),
        Refusal::HeldTooLong => ("bookings-held-too-long-title", "bookings-held-too-long-text"),
        Refusal::AlreadyCancelled => ("bookings-cancelled-title", "bookings-cancelled-text"),
        Refusal::HasBegun => ("bookings-begun-title", "bookings-begun-text"),
        Refusal::NobodyNamed | Refusal::NotYet | Refusal::NotPossible { .. } => {
            ("bookings-not-possible-title", "bookings-not-possible-text")
        }
    };
    (StatusCode::CONFLICT, title, text)
}
