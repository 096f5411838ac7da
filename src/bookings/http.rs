//! The programmer's door to appointments: the citizen's part by the secret of the link, the staff's by bearer token.
//!
//! Rule: the citizen's part names no officer but those who agreed to be booked by name.

use std::collections::BTreeMap;

use axum::extract::State as Extract;
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday, WeekdaySet};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::terms::LONGEST_HORIZON;
use super::{
    Ask, Booking, BookingError, Channel, ConsultationHour, Contingents, Entry, Exception, Faults, Format, HourFault,
    Member, Need, Needs, Notice, Outcome, Plan, Proof, Refusal, Rhythm, Series, Sought, Task, Terms, Time, Typed,
    Window, Wish,
};
use crate::desk::Desk;
use crate::kernel::id::{BookingId, HourId, OfficerId};
use crate::kernel::{Instant, Language, Secret, Span, local};
use crate::offices::{OfficeId, TopicId};
use crate::people::{Bearer, Officer};
use crate::web::{Json, Listed, Paging, Path, Problem, Query};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .merge(super::free::api())
        .routes(routes!(list_slots))
        .routes(routes!(list_named))
        .routes(routes!(hold))
        .routes(routes!(extend))
        .routes(routes!(confirm))
        .routes(routes!(confirm_request))
        .routes(routes!(show))
        .routes(routes!(cancel))
        .routes(routes!(move_to))
        .routes(routes!(list_bookings))
        .routes(routes!(close))
        .routes(routes!(list_hours, offer_hours))
        .routes(routes!(end_hour))
}

impl From<BookingError> for Problem {
    fn from(error: BookingError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            BookingError::SlotTaken { nearest } => return with_nearest("slot-taken", detail, nearest),
            BookingError::Past { nearest } => return with_nearest("slot-in-the-past", detail, nearest),
            BookingError::Malformed(faults) => return malformed(detail, faults),
            BookingError::Refused(refusal) => (StatusCode::CONFLICT, refusal_code(refusal)),
            BookingError::Busy(task) => return work_asked(detail, &task),
            BookingError::TooMany { .. } => (StatusCode::CONFLICT, "too-many-bookings"),
            BookingError::NoSuchBooking => (StatusCode::NOT_FOUND, "no-such-booking"),
            BookingError::NoSuchHour => (StatusCode::NOT_FOUND, "no-such-consultation-hour"),
            BookingError::NoSuchOfficer => (StatusCode::NOT_FOUND, "no-such-officer"),
            BookingError::Hour(fault) => {
                return Self::new(StatusCode::BAD_REQUEST, "consultation-hour-cannot-be", detail)
                    .field(field_of(fault), fault.to_string());
            }
            BookingError::Outdated => (StatusCode::CONFLICT, "consultation-hour-changed"),
            BookingError::Undecided => (StatusCode::CONFLICT, "booking-undecided"),
            BookingError::Forbidden => return Self::forbidden(),
            BookingError::Sealed(error) => return Self::unavailable(&error),
            BookingError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

fn work_asked(detail: String, task: &Task) -> Problem {
    let bits = task.challenge.bits;
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "work-asked", detail)
        .field("proof.challenge", task.challenge.to_string())
        .field("proof.answer", format!("SHA-256 of \"challenge:answer\" begins with {bits} zero bits"))
        .field("wait", format!("after {} seconds the challenge counts without an answer", task.wait))
}

fn with_nearest(code: &str, detail: String, nearest: Vec<Time>) -> Problem {
    let problem = Problem::new(StatusCode::CONFLICT, code, detail);
    nearest.iter().fold(problem, |problem, time| problem.field("start", format!("free: {}", time.span.start)))
}

fn malformed(detail: String, faults: Faults) -> Problem {
    let mut problem = Problem::new(StatusCode::BAD_REQUEST, "malformed-person", detail);
    if let Some(fault) = faults.name {
        problem = problem.field("name", fault.to_string());
    }
    if let Some(fault) = faults.contact {
        problem = problem.field("contact", fault.to_string());
    }
    problem
}

fn refusal_code(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::HoldExpired => "hold-expired",
        Refusal::HeldTooLong => "held-too-long",
        Refusal::NobodyNamed => "nobody-named",
        Refusal::AlreadyCancelled => "already-cancelled",
        Refusal::HasBegun => "has-begun",
        Refusal::NotYet => "not-yet",
        Refusal::NotPossible { .. } => "not-possible",
    }
}

fn field_of(fault: HourFault) -> &'static str {
    match fault {
        HourFault::ClosesBeforeItOpens | HourFault::TooShort => "closes",
        HourFault::SlotLength => "slot_minutes",
        HourFault::LastDayBeforeFirst => "last_day",
        HourFault::NoFormat => "formats",
        HourFault::NoOfficer => "officer",
        HourFault::NoWeekday => "weekday",
        HourFault::Buffer => "buffer_minutes",
        HourFault::Notice => "notice",
        HourFault::Horizon => "horizon_weeks",
        HourFault::Contingent => "contingents",
        HourFault::Exception => "exceptions",
    }
}

/// Which free times to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SlotsQuery {
    topic: TopicId,
    format: Format,
    /// Default: any office.
    office: Option<OfficeId>,
    /// An officer who can be booked by name. Default: whoever is free.
    officer: Option<OfficerId>,
    /// That of the talk. Default `de`.
    #[serde(default)]
    language: Language,
    /// `sign_language`, `captions`, `simple_language`, `slow_speech`, `company`, with commas between them.
    needs: Option<String>,
    /// RFC 3339. Default: now.
    from: Option<String>,
    /// RFC 3339, twelve weeks after `from` at most. Default: four weeks after `from`.
    until: Option<String>,
}

/// A free time. Several officers who are free then make one.
#[derive(Serialize, ToSchema)]
struct TimeView {
    /// RFC 3339, UTC.
    start: String,
    /// RFC 3339, UTC; of the shortest slot that starts then.
    end: String,
}

impl From<&Time> for TimeView {
    fn from(time: &Time) -> Self {
        Self { start: time.span.start.rfc3339(), end: time.span.end.rfc3339() }
    }
}

/// The free times for a topic and a format, in order. Every one of them can be held.
#[utoipa::path(get, path = "/slots", tag = "appointments", params(SlotsQuery),
    responses((status = 200, body = Listed<TimeView>), (status = 400, body = Problem)))]
async fn list_slots(
    Extract(desk): Extract<Desk>,
    Query(query): Query<SlotsQuery>,
) -> Result<axum::Json<Listed<TimeView>>, Problem> {
    let now = desk.now();
    let window = window(query.from.as_deref(), query.until.as_deref(), now)?;
    let wish = Wish {
        language: query.language,
        needs: needs(query.needs.as_deref())?,
        office: query.office,
        officer: query.officer,
        ..Wish::new(query.topic, query.format)
    };
    let days = super::list_free(&desk, now, &wish, window).await.map_err(BookingError::from)?;
    let items = days.iter().flat_map(|day| &day.times).map(TimeView::from).collect();
    Ok(axum::Json(Listed { items, next_offset: None }))
}

/// Whose names to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct NamedQuery {
    topic: TopicId,
    format: Format,
    /// Default: any office.
    office: Option<OfficeId>,
    /// That of the talk. Default `de`.
    #[serde(default)]
    language: Language,
    /// As for the free times.
    needs: Option<String>,
}

/// An officer who agreed to be booked by name.
#[derive(Serialize, ToSchema)]
struct NamedView {
    officer: OfficerId,
    name: String,
    office: OfficeId,
}

/// The officers who agreed to be booked by name for a topic and a format.
#[utoipa::path(get, path = "/slots/officers", tag = "appointments", params(NamedQuery),
    responses((status = 200, body = Listed<NamedView>), (status = 400, body = Problem)))]
async fn list_named(
    Extract(desk): Extract<Desk>,
    Query(query): Query<NamedQuery>,
) -> Result<axum::Json<Listed<NamedView>>, Problem> {
    let wish = Wish {
        language: query.language,
        needs: needs(query.needs.as_deref())?,
        office: query.office,
        ..Wish::new(query.topic, query.format)
    };
    let named = super::list_named(&desk, desk.now(), &wish).await.map_err(BookingError::from)?;
    let view = |it: Officer| NamedView { officer: it.id, name: it.name, office: it.office };
    Ok(axum::Json(Listed { items: named.into_iter().map(view).collect(), next_offset: None }))
}

/// A span of query parameters: four weeks where nothing else is said, twelve at most.
fn window(from: Option<&str>, until: Option<&str>, now: Instant) -> Result<Span, Problem> {
    let start = from.map(|text| instant("from", text)).transpose()?.unwrap_or(now);
    let end = until.map(|text| instant("until", text)).transpose()?.unwrap_or(start + TimeDelta::weeks(4));
    let fault = |fault: &str| Problem::bad_request("the window cannot be").field("until", fault);
    let window = Span::new(start, end).ok_or_else(|| fault("lies after from"))?;
    (window.length() <= super::AHEAD).then_some(window).ok_or_else(|| fault("lies twelve weeks after from at most"))
}

fn instant(field: &'static str, text: &str) -> Result<Instant, Problem> {
    let fault = || Problem::bad_request("a time cannot be read").field(field, "RFC 3339, such as 2026-10-24T23:00:00Z");
    Instant::parse(text).ok_or_else(fault)
}

fn needs(text: Option<&str>) -> Result<Needs, Problem> {
    let fault = |fault: String| Problem::bad_request("the needs cannot be read").field("needs", fault);
    let words = text.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| word.parse::<Need>().map_err(fault)).collect()
}

fn secret(text: &str) -> Result<Secret, BookingError> {
    Secret::parse(text).ok_or(BookingError::NoSuchBooking)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HoldBody {
    topic: TopicId,
    format: Format,
    /// Default: any office.
    office: Option<OfficeId>,
    /// RFC 3339: the start of a free time.
    start: String,
    /// Of the talk, the pages and mails. Default `de`.
    #[serde(default)]
    language: Language,
    /// An officer who can be booked by name. Default: whoever is free.
    officer: Option<OfficerId>,
    /// Default: none.
    #[serde(default)]
    needs: Vec<Need>,
    /// What a 429 asked for. Default: none.
    proof: Option<ProofBody>,
}

/// The answer to a challenge.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProofBody {
    challenge: String,
    /// At most 32 characters. Empty after the wait.
    #[serde(default)]
    answer: String,
}

#[derive(Serialize, ToSchema)]
struct HeldView {
    /// The key to this booking. It is shown this once.
    secret: String,
    #[serde(flatten)]
    booking: BookingView,
}

#[derive(Serialize, ToSchema)]
struct BookingView {
    id: BookingId,
    /// `held`, `requested`, `confirmed`, `attended`, `no_show`, `expired` or `cancelled`.
    state: &'static str,
    /// What the citizen names on the telephone, for instance `K7M-2PX`.
    reference: String,
    topic: TopicId,
    format: Format,
    office: OfficeId,
    /// RFC 3339, UTC.
    start: String,
    /// RFC 3339, UTC.
    end: String,
    language: Language,
    needs: Vec<Need>,
    /// Until when the slot is held or requested, while it is: RFC 3339, UTC.
    hold_until: Option<String>,
    /// The word that the officer says first; once a name and a contact are known, and until they are forgotten.
    kennwort: Option<String>,
    /// Counts moves and the cancellation, as in the calendar entry.
    sequence: i64,
}

impl BookingView {
    fn of(desk: &Desk, booking: &Booking) -> Result<Self, BookingError> {
        let kennwort = super::open_person(desk, booking)?.map(|person| person.kennwort);
        Ok(Self {
            id: booking.id,
            state: booking.state_at(desk.now()).as_str(),
            reference: booking.reference.to_string(),
            topic: booking.topic,
            format: booking.format,
            office: booking.office,
            start: booking.span.start.rfc3339(),
            end: booking.span.end.rfc3339(),
            language: booking.language,
            needs: booking.needs.into(),
            hold_until: booking.hold_until().map(Instant::rfc3339),
            kennwort,
            sequence: booking.sequence,
        })
    }

    fn json(desk: &Desk, booking: &Booking) -> Result<axum::Json<Self>, Problem> {
        Ok(axum::Json(Self::of(desk, booking)?))
    }
}

/// Holds a free time for twenty minutes. The officer is chosen here. While very many times are held, a 429 asks for work
/// or a short wait: the same request with its `proof` is let through, once.
#[utoipa::path(post, path = "/holds", tag = "appointments", request_body = HoldBody,
    responses((status = 201, body = HeldView), (status = 409, body = Problem), (status = 429, body = Problem)))]
async fn hold(Extract(desk): Extract<Desk>, Json(body): Json<HoldBody>) -> Result<Response, Problem> {
    let wish = Wish {
        language: body.language,
        needs: body.needs.into(),
        office: body.office,
        officer: body.officer,
        ..Wish::new(body.topic, body.format)
    };
    let ask = Ask { wish, start: instant("start", &body.start)?, language: body.language, instead_of: None };
    let proof = body.proof.map(|proof| Proof { challenge: proof.challenge, answer: proof.answer });
    super::admit(&desk, desk.now(), body.office, proof.as_ref()).await?;
    let (booking, secret) = super::hold(&desk, desk.now(), &ask).await?;
    let view = HeldView { secret: secret.expose().to_owned(), booking: BookingView::of(&desk, &booking)? };
    Ok((StatusCode::CREATED, axum::Json(view)).into_response())
}

/// Keeps the slot for another twenty minutes; twelve times at most.
#[utoipa::path(post, path = "/holds/{secret}/extend", tag = "appointments", params(("secret" = String, Path)),
    responses((status = 200, body = BookingView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn extend(Extract(desk): Extract<Desk>, Path(text): Path<String>) -> Result<axum::Json<BookingView>, Problem> {
    let booking = super::extend(&desk, desk.now(), &secret(&text)?).await?;
    BookingView::json(&desk, &booking)
}

/// Who books.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonBody {
    /// A name or a pseudonym, 1 to 80 characters.
    name: String,
    /// For `telephone` a number to call, for `video` a mail address, for `office` either.
    contact: String,
}

/// Makes the booking firm; where the office wants it, asks for confirmation by mail (`requested`). Repeated, it answers
/// the same and changes nothing.
#[utoipa::path(post, path = "/holds/{secret}/confirm", tag = "appointments", params(("secret" = String, Path)),
    request_body = PersonBody,
    responses((status = 200, body = BookingView), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn confirm(
    Extract(desk): Extract<Desk>,
    Path(text): Path<String>,
    Json(body): Json<PersonBody>,
) -> Result<axum::Json<BookingView>, Problem> {
    let typed = Typed { name: body.name, contact: body.contact };
    let booking = super::confirm(&desk, desk.now(), &secret(&text)?, Some(&typed)).await?;
    BookingView::json(&desk, &booking)
}

/// What the mail carried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CodeBody {
    /// The last part of the mail's link.
    code: String,
}

/// Makes a requested booking firm, by the code in the mail. Repeated, it answers the same and changes nothing.
#[utoipa::path(post, path = "/bookings/{booking}/confirm", tag = "appointments",
    params(("booking" = String, Path, description = "the secret")), request_body = CodeBody,
    responses((status = 200, body = BookingView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn confirm_request(
    Extract(desk): Extract<Desk>,
    Path(text): Path<String>,
    Json(body): Json<CodeBody>,
) -> Result<axum::Json<BookingView>, Problem> {
    let booking = super::confirm_request(&desk, desk.now(), &secret(&text)?, &secret(&body.code)?).await?;
    BookingView::json(&desk, &booking)
}

/// A booking, by its secret.
#[utoipa::path(get, path = "/bookings/{booking}", tag = "appointments",
    params(("booking" = String, Path, description = "the secret")),
    responses((status = 200, body = BookingView), (status = 404, body = Problem)))]
async fn show(Extract(desk): Extract<Desk>, Path(text): Path<String>) -> Result<axum::Json<BookingView>, Problem> {
    let booking = super::load_by_secret(&desk, &secret(&text)?).await?;
    BookingView::json(&desk, &booking)
}

/// Cancels a booking or gives up a hold.
#[utoipa::path(post, path = "/bookings/{booking}/cancel", tag = "appointments",
    params(("booking" = String, Path, description = "the secret")),
    responses((status = 200, body = BookingView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel(Extract(desk): Extract<Desk>, Path(text): Path<String>) -> Result<axum::Json<BookingView>, Problem> {
    let booking = super::cancel(&desk, desk.now(), &secret(&text)?).await?;
    BookingView::json(&desk, &booking)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveBody {
    /// RFC 3339: the start of a free time of the same office.
    start: String,
}

/// Moves a booking to another free time. Secret, reference and calendar entry stay the same.
#[utoipa::path(post, path = "/bookings/{booking}/move", tag = "appointments",
    params(("booking" = String, Path, description = "the secret")), request_body = MoveBody,
    responses((status = 200, body = BookingView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn move_to(
    Extract(desk): Extract<Desk>,
    Path(text): Path<String>,
    Json(body): Json<MoveBody>,
) -> Result<axum::Json<BookingView>, Problem> {
    let start = instant("start", &body.start)?;
    let booking = super::move_to(&desk, desk.now(), &secret(&text)?, start).await?;
    BookingView::json(&desk, &booking)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BookingsQuery {
    /// Default: every office that the token may see.
    office: Option<OfficeId>,
    /// Appointments that start at or after this: RFC 3339. Default: now.
    from: Option<String>,
    /// And before this, twelve weeks after `from` at most. Default: four weeks after `from`.
    until: Option<String>,
    /// A reference or a contact (then `from` and `until` do not matter), or a part of a name.
    #[serde(default)]
    q: String,
    /// Items a page, 1 to 200. Default 50.
    limit: Option<i64>,
    /// Items to pass over. Default 0.
    offset: Option<i64>,
}

/// A booking as the staff sees it.
#[derive(Serialize, ToSchema)]
struct EntryView {
    #[serde(flatten)]
    booking: BookingView,
    officer: OfficerId,
    /// Why this officer was chosen.
    chosen_why: String,
    /// Absent before the form is filled in, and once it is forgotten.
    name: Option<String>,
    contact: Option<String>,
}

impl EntryView {
    fn of(desk: &Desk, entry: Entry) -> Result<Self, BookingError> {
        Ok(Self {
            booking: BookingView::of(desk, &entry.booking)?,
            officer: entry.booking.officer,
            name: entry.person.as_ref().map(|person| person.name.clone()),
            contact: entry.person.as_ref().map(|person| person.contact_text().to_owned()),
            chosen_why: entry.booking.chosen_why,
        })
    }
}

/// Bookings: an officer's token sees none but their own, a supervisor's the office's.
#[utoipa::path(get, path = "/bookings", tag = "appointments (staff)", params(BookingsQuery), security(("bearer" = [])),
    responses((status = 200, body = Listed<EntryView>), (status = 401, body = Problem)))]
async fn list_bookings(
    Extract(desk): Extract<Desk>,
    Bearer(actor): Bearer,
    Query(query): Query<BookingsQuery>,
) -> Result<axum::Json<Listed<EntryView>>, Problem> {
    let paging = Paging::default();
    let paging = Paging { limit: query.limit.unwrap_or(paging.limit), offset: query.offset.unwrap_or(paging.offset) }
        .checked()?;
    let window = window(query.from.as_deref(), query.until.as_deref(), desk.now())?;
    let sought = Sought { office: query.office, window, text: query.q };
    let entries = super::list_bookings(&desk, &actor, &sought).await?;
    let views: Result<Vec<_>, BookingError> = entries.into_iter().map(|entry| EntryView::of(&desk, entry)).collect();
    Ok(axum::Json(Listed::cut(views?, paging)))
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OutcomeWord {
    Attended,
    NoShow,
    Cancelled,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OutcomeBody {
    outcome: OutcomeWord,
}

/// Notes how an appointment went, or cancels it for the office.
#[utoipa::path(post, path = "/bookings/{booking}/outcome", tag = "appointments (staff)",
    params(("booking" = BookingId, Path, description = "the id")), request_body = OutcomeBody,
    security(("bearer" = [])),
    responses((status = 200, body = BookingView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn close(
    Extract(desk): Extract<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<BookingId>,
    Json(body): Json<OutcomeBody>,
) -> Result<axum::Json<BookingView>, Problem> {
    let now = desk.now();
    let booking = match body.outcome {
        OutcomeWord::Attended => super::close(&desk, now, &actor, id, Outcome::Attended).await?,
        OutcomeWord::NoShow => super::close(&desk, now, &actor, id, Outcome::NoShow).await?,
        OutcomeWord::Cancelled => super::cancel_for_office(&desk, now, &actor, id, "").await?,
    };
    BookingView::json(&desk, &booking)
}

/// A consultation hour: by whom, when and on what terms it is offered.
#[derive(Serialize, ToSchema)]
struct HourView {
    id: HourId,
    office: OfficeId,
    #[serde(flatten)]
    plan: HourBody,
    state: &'static str,
    /// Counts the changes.
    version: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HourBody {
    /// Who offers it; for several see `team`.
    officer: Option<OfficerId>,
    /// The officers for each of whom slots are laid. Default: the `officer` alone.
    #[serde(default)]
    team: Vec<MemberBody>,
    /// `mon` to `sun`; several with commas between them.
    weekday: String,
    /// `weeks:1` (each week, the default) to `weeks:52`; `month:1` to `month:4` and `month:last`: the n-th such weekday.
    #[serde(default = "every_week")]
    rhythm: String,
    /// Wall time, `HH:MM`.
    opens: String,
    /// Wall time, `HH:MM`; `24:00` is the end of the day.
    closes: String,
    /// ISO 8601.
    first_day: String,
    /// ISO 8601. Default: until it is ended.
    last_day: Option<String>,
    /// By day what departs from the series.
    #[serde(default)]
    exceptions: BTreeMap<String, ExceptionBody>,
    /// 5 to 240.
    slot_minutes: i64,
    /// The pause to the officer's next consultation, 0 to 120. Of two neighbours the larger one counts.
    #[serde(default)]
    buffer_minutes: i64,
    /// `hours:0` (the default) to `hours:336`, or `business_days:0` to `business_days:30`.
    #[serde(default = "no_notice")]
    notice: String,
    /// So far ahead it can be booked, 1 to 12. Default 12.
    #[serde(default = "longest_horizon")]
    horizon_weeks: i64,
    /// How many of a day's slots may be booked by each way: `web`, `hotline`, `staff`. Default: all.
    #[serde(default)]
    contingents: BTreeMap<Channel, i64>,
    /// Default: every topic.
    #[serde(default)]
    topics: Vec<TopicId>,
    formats: Vec<Format>,
    /// Default: every language.
    #[serde(default)]
    languages: Vec<Language>,
    /// What can be served beyond slow speech and company. Default: nothing.
    #[serde(default)]
    needs: Vec<Need>,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberBody {
    officer: OfficerId,
    /// Has agreed to be booked by name.
    #[serde(default)]
    by_name: bool,
}

/// `closed`, `moved` (with `day`, `opens`, `closes`) or `extra` (with `opens`, `closes`).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase", tag = "kind", deny_unknown_fields)]
enum ExceptionBody {
    Closed,
    Moved { day: String, opens: String, closes: String },
    Extra { opens: String, closes: String },
}

fn every_week() -> String {
    Rhythm::Weeks(1).to_string()
}

fn no_notice() -> String {
    Notice::Hours(0).to_string()
}

fn longest_horizon() -> i64 {
    LONGEST_HORIZON
}

impl HourBody {
    fn plan(self) -> Result<Plan, Problem> {
        let alone = self.officer.filter(|_| self.team.is_empty()).map(|officer| Member { officer, by_name: false });
        let team = self.team.iter().map(|member| Member { officer: member.officer, by_name: member.by_name });
        let team: Vec<Member> = team.chain(alone).collect();
        if self.officer.is_some_and(|officer| team.iter().all(|member| member.officer != officer)) {
            return Err(Problem::bad_request("whose hour is it?").field("officer", "one of the team, or alone"));
        }
        let series = Series {
            weekdays: weekdays(&self.weekday)?,
            rhythm: self.rhythm.parse().map_err(|fault: String| unreadable("rhythm", &fault))?,
            window: window_of(&self.opens, &self.closes)?,
            first_day: day("first_day", &self.first_day)?,
            last_day: self.last_day.as_deref().map(|text| day("last_day", text)).transpose()?,
            exceptions: self.exceptions.into_iter().map(exception).collect::<Result<_, _>>()?,
        };
        let most = |channel| self.contingents.get(&channel).copied();
        let terms = Terms {
            slot_minutes: self.slot_minutes,
            buffer_minutes: self.buffer_minutes,
            notice: self.notice.parse().map_err(|fault: String| unreadable("notice", &fault))?,
            horizon_weeks: self.horizon_weeks,
            contingents: Contingents {
                web: most(Channel::Web),
                hotline: most(Channel::Hotline),
                staff: most(Channel::Staff),
            },
            topics: self.topics,
            formats: self.formats,
            languages: self.languages,
            needs: self.needs.into(),
        };
        Ok(Plan { team, series, terms })
    }
}

fn day(field: &'static str, text: &str) -> Result<NaiveDate, Problem> {
    local::plannable(text).ok_or_else(|| unreadable(field, "a day between 2000 and 2199, such as 2026-10-24"))
}

fn window_of(opens: &str, closes: &str) -> Result<Window, Problem> {
    let time = |field, text| local::time(text).ok_or_else(|| unreadable(field, "a time such as 09:30"));
    Ok(Window { opens: time("opens", opens)?, closes: time("closes", closes)? })
}

fn weekdays(text: &str) -> Result<WeekdaySet, Problem> {
    let unreadable = |_| unreadable("weekday", "mon to sun");
    let days = text.split(',').map(|word| word.trim().parse::<Weekday>().map_err(unreadable));
    days.collect::<Result<Vec<_>, _>>().map(WeekdaySet::from_iter)
}

fn exception((of, body): (String, ExceptionBody)) -> Result<(NaiveDate, Exception), Problem> {
    let exception = match body {
        ExceptionBody::Closed => Exception::Closed,
        ExceptionBody::Moved { day: to, opens, closes } => {
            Exception::Moved { day: day("exceptions", &to)?, window: window_of(&opens, &closes)? }
        }
        ExceptionBody::Extra { opens, closes } => Exception::Extra { window: window_of(&opens, &closes)? },
    };
    Ok((day("exceptions", &of)?, exception))
}

fn unreadable(field: &'static str, form: &str) -> Problem {
    Problem::bad_request("a field cannot be read").field(field, form)
}

impl From<Exception> for ExceptionBody {
    fn from(exception: Exception) -> Self {
        match exception {
            Exception::Closed => Self::Closed,
            Exception::Moved { day, window } => {
                Self::Moved { day: day.to_string(), opens: time(window.opens), closes: time(window.closes) }
            }
            Exception::Extra { window } => Self::Extra { opens: time(window.opens), closes: time(window.closes) },
        }
    }
}

fn time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

impl From<ConsultationHour> for HourView {
    fn from(hour: ConsultationHour) -> Self {
        let Plan { team, series, terms } = hour.plan;
        let words: Vec<String> = series.weekdays.iter(Weekday::Mon).map(|day| day.to_string().to_lowercase()).collect();
        let most = Channel::ALL.into_iter().filter_map(|way| Some((way, terms.contingents.of(way)?)));
        Self {
            id: hour.id,
            office: hour.office,
            state: hour.state.as_str(),
            version: hour.version,
            plan: HourBody {
                officer: team.first().map(|member| member.officer),
                team: team.iter().map(|it| MemberBody { officer: it.officer, by_name: it.by_name }).collect(),
                weekday: words.join(","),
                rhythm: series.rhythm.to_string(),
                opens: time(series.window.opens),
                closes: time(series.window.closes),
                first_day: series.first_day.to_string(),
                last_day: series.last_day.map(|day| day.to_string()),
                exceptions: series.exceptions.into_iter().map(|(of, it)| (of.to_string(), it.into())).collect(),
                slot_minutes: terms.slot_minutes,
                buffer_minutes: terms.buffer_minutes,
                notice: terms.notice.to_string(),
                horizon_weeks: terms.horizon_weeks,
                contingents: most.collect(),
                topics: terms.topics,
                formats: terms.formats,
                languages: terms.languages,
                needs: terms.needs.into(),
            },
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HoursQuery {
    /// Default: every office that the token may see.
    office: Option<OfficeId>,
    officer: Option<OfficerId>,
    /// Items a page, 1 to 200. Default 50.
    limit: Option<i64>,
    /// Items to pass over. Default 0.
    offset: Option<i64>,
}

/// The consultation hours that are offered today or later.
#[utoipa::path(get, path = "/consultation-hours", tag = "appointments (staff)", params(HoursQuery),
    security(("bearer" = [])), responses((status = 200, body = Listed<HourView>), (status = 401, body = Problem)))]
async fn list_hours(
    Extract(desk): Extract<Desk>,
    Bearer(actor): Bearer,
    Query(query): Query<HoursQuery>,
) -> Result<axum::Json<Listed<HourView>>, Problem> {
    let paging = Paging::default();
    let paging = Paging { limit: query.limit.unwrap_or(paging.limit), offset: query.offset.unwrap_or(paging.offset) }
        .checked()?;
    let mut hours = super::list_hours(&desk, desk.now(), &actor).await.map_err(BookingError::from)?;
    hours.retain(|hour| query.office.is_none_or(|office| hour.office == office));
    hours.retain(|hour| query.officer.is_none_or(|officer| hour.has(officer)));
    Ok(axum::Json(Listed::cut(hours.into_iter().map(HourView::from).collect(), paging)))
}

/// Offers a consultation hour; its slots are made twelve weeks ahead.
#[utoipa::path(post, path = "/consultation-hours", tag = "appointments (staff)", request_body = HourBody,
    security(("bearer" = [])),
    responses((status = 201, body = HourView), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn offer_hours(
    Extract(desk): Extract<Desk>,
    Bearer(actor): Bearer,
    Json(body): Json<HourBody>,
) -> Result<Response, Problem> {
    let hour = super::offer_hours(&desk, desk.now(), &actor, body.plan()?).await?;
    Ok((StatusCode::CREATED, axum::Json(HourView::from(hour))).into_response())
}

/// Ends a consultation hour: no more slots. What is booked stays booked.
#[utoipa::path(delete, path = "/consultation-hours/{hour}", tag = "appointments (staff)",
    params(("hour" = HourId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 404, body = Problem)))]
async fn end_hour(
    Extract(desk): Extract<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HourId>,
) -> Result<StatusCode, Problem> {
    super::end_hour(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
