//! The staff's screens of bookings: the day, the week, booking for somebody, the consultation hours, the search. German
//! only.
//!
//! Rule: what somebody sees is decided by the verbs; an officer sees their own, a supervisor their office's, an
//! administrator all.

mod book;
mod day;
mod hour_change;
mod hour_form;
mod hours;
mod search;
mod waiting;
mod week;

use std::collections::HashMap;

use axum::Router;
use axum::response::Response;

use super::{BookingError, Entry, Format, Need, Person, State, rules};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{BookingId, OfficerId};
use crate::kernel::{Instant, Language, local};
use crate::people;
use crate::web::{self, Locale, say};

pub fn pages() -> Router<Desk> {
    day::pages()
        .merge(week::pages())
        .merge(book::pages())
        .merge(hours::pages())
        .merge(search::pages())
        .merge(rules::pages())
        .merge(waiting::pages())
        .merge(super::cover::staff_pages())
        .merge(super::delays::staff_pages())
        .merge(super::outcomes::staff_pages())
}

/// A booking as the screens show it.
struct Row {
    id: BookingId,
    day: String,
    times: String,
    topic: &'static str,
    format: &'static str,
    needs: Vec<&'static str>,
    reference: String,
    office: &'static str,
    officer: String,
    /// Why this officer.
    why: String,
    state: &'static str,
    badge: &'static str,
    person: Option<Who>,
    /// What stands there where there is no person: who holds a slot has not said it yet.
    nobody: &'static str,
    /// It has begun, so that it can be noted how it went.
    has_begun: bool,
    /// The citizen can be asked for another time.
    is_askable: bool,
    is_cancellable: bool,
    /// The officer can say that they come later.
    may_be_late: bool,
    /// When it is expected to begin, where that is later than its time.
    late: Option<String>,
}

/// Who booked, opened from the vault.
pub(super) struct Who {
    pub(super) name: String,
    pub(super) contact: String,
    /// `tel:` or `mailto:`.
    pub(super) link: String,
    has_mail: bool,
    pub(super) kennwort: String,
}

impl Row {
    fn new(now: Instant, entry: Entry, names: &Names) -> Self {
        let Entry { booking, person } = entry;
        let state = booking.state_at(now);
        let is_asked = state == State::Confirmed && booking.asked_at.is_some();
        Self {
            may_be_late: super::delays::may_be_late(&booking, now),
            late: None,
            id: booking.id,
            day: say::day(Language::De, local::day(booking.span.start)),
            times: say::times(Language::De, booking.span),
            topic: booking.topic.title(Language::De),
            format: german(booking.format),
            needs: booking.needs.iter().map(Need::german).collect(),
            reference: booking.reference.to_string(),
            office: booking.office.name(),
            officer: names.of(booking.officer),
            why: booking.chosen_why,
            state: if is_asked { "Neue Zeit erbeten" } else { state.german() },
            badge: if is_asked { "warning" } else { badge(state) },
            person: person.map(Who::from),
            nobody: if matches!(state, State::Held { .. }) { "noch nicht angegeben" } else { "gelöscht" },
            has_begun: state.is_booked() && !is_asked && booking.span.start <= now,
            is_askable: state == State::Confirmed && !is_asked,
            is_cancellable: is_asked || state == State::Confirmed && booking.span.start > now,
        }
    }
}

impl From<Person> for Who {
    fn from(person: Person) -> Self {
        let contact = person.contact_text().to_owned();
        let (link, has_mail) = match person.mail() {
            Some(mail) => (format!("mailto:{mail}"), true),
            None => (format!("tel:{}", person.contact_key().unwrap_or_default()), false),
        };
        Self { name: person.name, contact, link, has_mail, kennwort: person.kennwort }
    }
}

/// The officers' names.
pub(super) struct Names(HashMap<OfficerId, String>);

impl Names {
    pub(super) async fn load(desk: &Desk) -> Result<Self, DbError> {
        let officers = people::list_officers(&desk.db, None).await?;
        Ok(Self(officers.into_iter().map(|officer| (officer.id, officer.name)).collect()))
    }

    pub(super) fn of(&self, id: OfficerId) -> String {
        self.0.get(&id).map_or_else(|| "nicht mehr im Dienst".to_owned(), String::clone)
    }
}

fn german(format: Format) -> &'static str {
    match format {
        Format::Video => "Video",
        Format::Telephone => "Telefon",
        Format::Office => "Dienststelle",
    }
}

fn badge(state: State) -> &'static str {
    match state {
        State::Held { .. } | State::Requested { .. } => "info",
        State::Confirmed | State::Attended => "success",
        State::NoShow => "warning",
        State::Expired | State::Cancelled => "danger",
    }
}

/// What cannot be shown or done at all.
pub(super) fn refused(t: &Locale, error: BookingError) -> Response {
    match error {
        BookingError::Forbidden => web::forbidden(t),
        BookingError::Db(error) => web::unavailable(t, &error),
        BookingError::Sealed(error) => web::unavailable(t, &error),
        BookingError::NoSuchBooking
        | BookingError::NoSuchHour
        | BookingError::NoSuchOfficer
        | BookingError::SlotTaken { .. }
        | BookingError::Past { .. }
        | BookingError::TooMany { .. }
        | BookingError::Busy(_)
        | BookingError::Refused(_)
        | BookingError::Malformed(_)
        | BookingError::Hour(_)
        | BookingError::Outdated
        | BookingError::Undecided => web::not_found(t),
    }
}
