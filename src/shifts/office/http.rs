//! The programmer's door to an office's hours and own days, for those who plan it.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::local;
use crate::offices::{self, DayException, OfficeId, Opening, OpeningHours};
use crate::people::Bearer;
use crate::web::{self, Listed, Paging, Path, Problem, Query, Window};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(set_office_hours))
        .routes(routes!(get_planning_mailbox, set_planning_mailbox))
        .routes(routes!(get_office_days))
        .routes(routes!(set_office_day, remove_office_day))
}

/// When an office is open in a week.
#[derive(Serialize, Deserialize, ToSchema)]
struct OfficeHours {
    hours: OpeningHours,
}

/// Where an office's planning is told what it must know, such as a sick report.
#[derive(Serialize, Deserialize, ToSchema)]
struct PlanningMailbox {
    /// A mail address. Absent: only supervisors who advise are told.
    #[schema(example = "planung@example.org")]
    mail: Option<String>,
}

/// A day on which an office departs from the state's holidays or from its week.
#[derive(Serialize, ToSchema)]
struct OfficeDayView {
    #[schema(value_type = String, format = Date, example = "2026-12-24")]
    day: NaiveDate,
    opening: Opening,
    name: String,
}

impl From<DayException> for OfficeDayView {
    fn from(it: DayException) -> Self {
        Self { day: it.day, opening: it.opening, name: it.name }
    }
}

#[derive(Deserialize, ToSchema)]
struct OfficeDayChange {
    opening: Opening,
    /// 1 to 80 characters.
    #[schema(example = "Betriebsausflug")]
    name: String,
}

/// Sets when an office is open. Its hotlines and consultation hours have times of their own.
#[utoipa::path(put, path = "/offices/{office}/hours", tag = "staff", params(("office" = OfficeId, Path)),
    request_body = OfficeHours, responses((status = 200, body = OfficeHours), (status = 400, body = Problem),
        (status = 403, body = Problem)))]
async fn set_office_hours(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<OfficeId>,
    web::Json(new): web::Json<OfficeHours>,
) -> Result<Json<OfficeHours>, Problem> {
    super::set_hours(&desk, desk.now(), &actor, office, &new.hours).await?;
    Ok(Json(new))
}

/// Where the planning is told what it must know.
#[utoipa::path(get, path = "/offices/{office}/planning-mailbox", tag = "staff", params(("office" = OfficeId, Path)),
    responses((status = 200, body = PlanningMailbox), (status = 403, body = Problem)))]
async fn get_planning_mailbox(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<OfficeId>,
) -> Result<Json<PlanningMailbox>, Problem> {
    if !actor.may_plan(&office) {
        return Err(Problem::forbidden());
    }
    let mail = offices::find_mailbox(&desk.db, office).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(PlanningMailbox { mail }))
}

/// Says where the planning is told what it must know.
#[utoipa::path(put, path = "/offices/{office}/planning-mailbox", tag = "staff", params(("office" = OfficeId, Path)),
    request_body = PlanningMailbox, responses((status = 200, body = PlanningMailbox), (status = 400, body = Problem),
        (status = 403, body = Problem)))]
async fn set_planning_mailbox(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<OfficeId>,
    web::Json(new): web::Json<PlanningMailbox>,
) -> Result<Json<PlanningMailbox>, Problem> {
    super::set_mailbox(&desk, desk.now(), &actor, office, new.mail.as_deref().unwrap_or_default()).await?;
    let mail = offices::find_mailbox(&desk.db, office).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(PlanningMailbox { mail }))
}

/// The office's own days that touch the window, by day.
#[utoipa::path(get, path = "/offices/{office}/days", tag = "staff", params(("office" = OfficeId, Path), Window, Paging),
    responses((status = 200, body = Listed<OfficeDayView>), (status = 403, body = Problem)))]
async fn get_office_days(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<OfficeId>,
    Query(window): Query<Window>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<OfficeDayView>>, Problem> {
    let (paging, window) = (paging.checked()?, window.span(desk.now())?);
    if !actor.may_see(&office) {
        return Err(Problem::forbidden());
    }
    let days = offices::list_days(&desk.db, office, window).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(Listed::cut(days.into_iter().map(OfficeDayView::from).collect(), paging)))
}

/// Enters an own day, or changes it. Hotlines obey it at once, free slots within ten minutes.
#[utoipa::path(put, path = "/offices/{office}/days/{day}", tag = "staff",
    params(("office" = OfficeId, Path), ("day" = String, Path, format = Date)), request_body = OfficeDayChange,
    responses((status = 200, body = OfficeDayView), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem)))]
async fn set_office_day(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path((office, day)): Path<(OfficeId, String)>,
    web::Json(new): web::Json<OfficeDayChange>,
) -> Result<Json<OfficeDayView>, Problem> {
    let day = DayException { day: plannable(&day)?, opening: new.opening, name: new.name.trim().to_owned() };
    super::set_day(&desk, desk.now(), &actor, office, &day).await?;
    Ok(Json(day.into()))
}

/// Takes an own day away.
#[utoipa::path(delete, path = "/offices/{office}/days/{day}", tag = "staff",
    params(("office" = OfficeId, Path), ("day" = String, Path, format = Date)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn remove_office_day(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path((office, day)): Path<(OfficeId, String)>,
) -> Result<StatusCode, Problem> {
    super::remove_day(&desk, desk.now(), &actor, office, plannable(&day)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn plannable(day: &str) -> Result<NaiveDate, Problem> {
    let fault = "a day is written 2026-12-24 and lies between 2000 and 2199";
    local::plannable(day).ok_or_else(|| Problem::bad_request("day cannot be read").field("day", fault))
}
