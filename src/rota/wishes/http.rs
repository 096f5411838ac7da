//! The programmer's door to wishes and leave.

use axum::Json;
use axum::extract::State;
use chrono::{NaiveDate, NaiveTime, Weekday};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{AbsenceId, LeaveRequestId, OfficerId, WishId};
use crate::kernel::{Instant, Span, local};
use crate::people::Bearer;
use crate::web::{self, Path, Problem};

use super::{Leaning, LeaveRequest, LeaveState, When, Wish, WishesError};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get_wishes, add_wish))
        .routes(routes!(take_wish_back))
        .routes(routes!(get_leave_requests, ask_for_leave))
        .routes(routes!(approve_leave))
        .routes(routes!(refuse_leave))
        .routes(routes!(withdraw_leave))
}

impl From<WishesError> for Problem {
    fn from(error: WishesError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            WishesError::NoSuchOfficer => (StatusCode::NOT_FOUND, "no-such-officer"),
            WishesError::NoSuchWish => (StatusCode::NOT_FOUND, "no-such-wish"),
            WishesError::NoSuchRequest => (StatusCode::NOT_FOUND, "no-such-leave-request"),
            WishesError::Forbidden => return Self::forbidden(),
            WishesError::BadSpan => (StatusCode::BAD_REQUEST, "bad-span"),
            WishesError::BadNote => (StatusCode::BAD_REQUEST, "bad-note"),
            WishesError::Settled(_) => (StatusCode::CONFLICT, "settled"),
            WishesError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

/// What an officer wishes: once (`start`, `end`) or each week (`weekday`, `from`, `until`).
#[derive(Serialize, ToSchema)]
struct WishView {
    id: WishId,
    officer: OfficerId,
    leaning: Leaning,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weekday: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    note: String,
}

impl From<Wish> for WishView {
    fn from(it: Wish) -> Self {
        let (once, weekly) = match it.when {
            When::Once(span) => (Some(span), None),
            When::Weekly { weekday, from, until } => (None, Some((weekday, from, until))),
        };
        let clock = |time: NaiveTime| time.format("%H:%M").to_string();
        Self {
            id: it.id,
            officer: it.officer,
            leaning: it.leaning,
            start: once.map(|span| span.start),
            end: once.map(|span| span.end),
            weekday: weekly.map(|it| it.0.to_string().to_lowercase()),
            from: weekly.map(|it| clock(it.1)),
            until: weekly.map(|it| clock(it.2)),
            note: it.note,
        }
    }
}

/// Once with `start` and `end`, or each week with `weekday`, `from` and `until`.
#[derive(Deserialize, ToSchema)]
struct NewWish {
    leaning: Leaning,
    start: Option<Instant>,
    end: Option<Instant>,
    /// `mon` to `sun`.
    weekday: Option<String>,
    #[schema(example = "08:00")]
    from: Option<String>,
    /// Not after `from` means on the next day; equal to it means a whole day.
    #[schema(example = "12:00")]
    until: Option<String>,
    /// 200 characters at most.
    #[serde(default)]
    note: String,
}

impl NewWish {
    fn when(&self) -> Result<When, Problem> {
        let time = |text: &Option<String>| text.as_deref().and_then(local::time);
        let weekday = self.weekday.as_deref().and_then(|text| text.parse::<Weekday>().ok());
        match (self.start.zip(self.end), weekday, time(&self.from), time(&self.until)) {
            (Some((start, end)), None, None, None) => Ok(When::Once(Span { start, end })),
            (None, Some(weekday), Some(from), Some(until)) => Ok(When::Weekly { weekday, from, until }),
            _ => Err(Problem::bad_request("a wish has start and end, or weekday, from and until")),
        }
    }
}

/// Leave that an officer asks for.
#[derive(Serialize, ToSchema)]
struct LeaveRequestView {
    id: LeaveRequestId,
    officer: OfficerId,
    start: Instant,
    end: Instant,
    note: String,
    state: LeaveState,
    answer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// The absence that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    absence: Option<AbsenceId>,
}

impl From<LeaveRequest> for LeaveRequestView {
    fn from(it: LeaveRequest) -> Self {
        Self {
            id: it.id,
            officer: it.officer,
            start: it.span.start,
            end: it.span.end,
            note: it.note,
            state: it.state,
            answer: it.answer,
            decided_by: it.decided.map(|decided| decided.by),
            absence: it.absence,
        }
    }
}

/// Whole days of leave.
#[derive(Deserialize, ToSchema)]
struct NewLeaveRequest {
    #[schema(value_type = String, format = Date, example = "2026-12-21")]
    first_day: NaiveDate,
    #[schema(value_type = String, format = Date, example = "2026-12-23")]
    last_day: NaiveDate,
    /// 200 characters at most.
    #[serde(default)]
    note: String,
}

/// A word to a decision.
#[derive(Deserialize, Default, ToSchema)]
struct LeaveAnswer {
    /// 200 characters at most.
    #[serde(default)]
    answer: String,
}

/// An officer's wishes that are not over.
#[utoipa::path(get, path = "/officers/{id}/wishes", tag = "staff", params(("id" = OfficerId, Path)),
    responses((status = 200, body = Vec<WishView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get_wishes(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<OfficerId>,
) -> Result<Json<Vec<WishView>>, Problem> {
    let officer = super::load_own(&desk.db, &actor, id).await?;
    let wishes = super::list_wishes_of(&desk.db, officer.id, desk.now()).await;
    let wishes = wishes.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(wishes.into_iter().map(WishView::from).collect()))
}

/// Enters a wish of an officer.
#[utoipa::path(post, path = "/officers/{id}/wishes", tag = "staff", params(("id" = OfficerId, Path)),
    request_body = NewWish, responses((status = 201, body = WishView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn add_wish(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<OfficerId>,
    web::Json(new): web::Json<NewWish>,
) -> Result<(StatusCode, Json<WishView>), Problem> {
    let when = new.when()?;
    let wish = super::wish(&desk, desk.now(), &actor, id, (new.leaning, when, &new.note)).await?;
    Ok((StatusCode::CREATED, Json(wish.into())))
}

/// Takes a wish back.
#[utoipa::path(delete, path = "/wishes/{id}", tag = "staff", params(("id" = WishId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn take_wish_back(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<WishId>,
) -> Result<StatusCode, Problem> {
    super::take_back(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An officer's requests for leave that are not over.
#[utoipa::path(get, path = "/officers/{id}/leave-requests", tag = "staff", params(("id" = OfficerId, Path)),
    responses((status = 200, body = Vec<LeaveRequestView>), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn get_leave_requests(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<OfficerId>,
) -> Result<Json<Vec<LeaveRequestView>>, Problem> {
    let officer = super::load_own(&desk.db, &actor, id).await?;
    let requests = super::list_requests_of(&desk.db, officer.id, desk.now()).await;
    let requests = requests.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(requests.into_iter().map(LeaveRequestView::from).collect()))
}

/// Asks for leave for an officer.
#[utoipa::path(post, path = "/officers/{id}/leave-requests", tag = "staff", params(("id" = OfficerId, Path)),
    request_body = NewLeaveRequest, responses((status = 201, body = LeaveRequestView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn ask_for_leave(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<OfficerId>,
    web::Json(new): web::Json<NewLeaveRequest>,
) -> Result<(StatusCode, Json<LeaveRequestView>), Problem> {
    let plannable = local::is_plannable(new.first_day) && local::is_plannable(new.last_day);
    plannable.then_some(()).ok_or(WishesError::BadSpan)?;
    let span = Span { start: local::whole_day(new.first_day).start, end: local::whole_day(new.last_day).end };
    let request = super::ask_for_leave(&desk, desk.now(), &actor, id, (span, &new.note)).await?;
    Ok((StatusCode::CREATED, Json(request.into())))
}

/// Grants leave: it becomes an absence.
#[utoipa::path(post, path = "/leave-requests/{id}/approval", tag = "staff", params(("id" = LeaveRequestId, Path)),
    request_body = LeaveAnswer, responses((status = 200, body = LeaveRequestView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn approve_leave(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<LeaveRequestId>,
    web::Json(answer): web::Json<LeaveAnswer>,
) -> Result<Json<LeaveRequestView>, Problem> {
    Ok(Json(super::approve_leave(&desk, desk.now(), &actor, (id, &answer.answer)).await?.into()))
}

/// Refuses leave.
#[utoipa::path(post, path = "/leave-requests/{id}/refusal", tag = "staff", params(("id" = LeaveRequestId, Path)),
    request_body = LeaveAnswer, responses((status = 200, body = LeaveRequestView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn refuse_leave(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<LeaveRequestId>,
    web::Json(answer): web::Json<LeaveAnswer>,
) -> Result<Json<LeaveRequestView>, Problem> {
    Ok(Json(super::refuse_leave(&desk, desk.now(), &actor, (id, &answer.answer)).await?.into()))
}

/// Takes a request back, or approved leave that has not begun.
#[utoipa::path(post, path = "/leave-requests/{id}/withdrawal", tag = "staff", params(("id" = LeaveRequestId, Path)),
    responses((status = 200, body = LeaveRequestView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn withdraw_leave(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<LeaveRequestId>,
) -> Result<Json<LeaveRequestView>, Problem> {
    Ok(Json(super::withdraw_leave(&desk, desk.now(), &actor, id).await?.into()))
}
