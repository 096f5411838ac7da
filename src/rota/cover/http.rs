//! The programmer's door to cover and sick reports.

use axum::Json;
use axum::extract::State as Of;
use chrono::NaiveDate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{CoverError, Search, State};
use crate::desk::Desk;
use crate::kernel::id::{AbsenceId, CoverId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span, local};
use crate::people::{Bearer, PeopleError};
use crate::web::{self, Listed, Paging, Path, Problem, Query};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get_covers))
        .routes(routes!(ask))
        .routes(routes!(accept))
        .routes(routes!(close))
        .routes(routes!(report_sick))
}

impl From<CoverError> for Problem {
    fn from(error: CoverError) -> Self {
        let detail = error.to_string();
        match error {
            CoverError::NoSuchCover => Self::new(StatusCode::NOT_FOUND, "no-such-cover", detail),
            CoverError::AskedAlready => Self::new(StatusCode::CONFLICT, "asked-already", detail),
            CoverError::NotWantedThen => Self::new(StatusCode::CONFLICT, "not-wanted-then", detail),
            CoverError::Yours => Self::new(StatusCode::CONFLICT, "yours", detail),
            CoverError::Over(_) => Self::new(StatusCode::CONFLICT, "over", detail),
            CoverError::Change(error) => error.into(),
            CoverError::People(PeopleError::NoSuchOfficer) => {
                Self::new(StatusCode::NOT_FOUND, "no-such-officer", detail)
            }
            CoverError::People(PeopleError::Forbidden) => Self::forbidden(),
            CoverError::People(PeopleError::Db(error)) => Self::unavailable(&error),
            CoverError::People(_) => Self::new(StatusCode::BAD_REQUEST, "bad-span", detail),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum CoverState {
    Asked,
    Taken,
    Closed,
    Expired,
}

/// Somebody is wanted at once for a shift.
#[derive(Serialize, ToSchema)]
struct CoverView {
    id: CoverId,
    shift: ShiftId,
    start: Instant,
    end: Instant,
    state: CoverState,
    taken_by: Option<OfficerId>,
    asked: Vec<CoverAskedView>,
}

#[derive(Serialize, ToSchema)]
struct CoverAskedView {
    officer: OfficerId,
    /// `sms`, `mail`, or `call`: somebody must call them.
    told: String,
    declined_at: Option<Instant>,
}

impl From<Search> for CoverView {
    fn from(Search { cover, asked, .. }: Search) -> Self {
        let asked = asked.into_iter().map(|it| CoverAskedView {
            officer: it.officer,
            told: it.told.to_string(),
            declined_at: it.declined_at,
        });
        Self {
            id: cover.id,
            shift: cover.shift,
            start: cover.span.start,
            end: cover.span.end,
            state: match cover.state {
                State::Asked => CoverState::Asked,
                State::Taken => CoverState::Taken,
                State::Closed => CoverState::Closed,
                State::Expired => CoverState::Expired,
            },
            taken_by: cover.taken_by,
            asked: asked.collect(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct CoverYes {
    /// Default: the token's officer.
    officer: Option<OfficerId>,
    /// Of a part that they take; for the rest everybody is asked anew. Default: all of it.
    start: Option<Instant>,
    end: Option<Instant>,
}

#[derive(Deserialize, ToSchema)]
struct SickReport {
    /// The last day on which they are sick. Default: that on which the shift ends that runs now or begins within 24 hours,
    /// else today.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-16")]
    until: Option<NaiveDate>,
}

/// What a sick report brought.
#[derive(Serialize, ToSchema)]
struct SickView {
    absence: AbsenceId,
    start: Instant,
    end: Instant,
    /// Published shifts that need cover.
    shifts: Vec<ShiftId>,
    /// Searches that it set off.
    covers: Vec<CoverId>,
}

/// Searches of the token's office: those that run, and those of the last 30 days.
#[utoipa::path(get, path = "/covers", tag = "staff", params(Paging),
    responses((status = 200, body = Listed<CoverView>), (status = 403, body = Problem)))]
async fn get_covers(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<CoverView>>, Problem> {
    let paging = paging.checked()?;
    let since = desk.now() - chrono::TimeDelta::days(30);
    let found = super::list(&desk, &actor, actor.office, since).await?;
    Ok(Json(Listed::cut(found.into_iter().map(CoverView::from).collect(), paging)))
}

/// Asks everybody who fits to take over a shift, by SMS.
#[utoipa::path(post, path = "/shifts/{id}/cover", tag = "staff", params(("id" = ShiftId, Path)),
    responses((status = 201, body = CoverView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn ask(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
) -> Result<(StatusCode, Json<CoverView>), Problem> {
    Ok((StatusCode::CREATED, Json(super::ask(&desk, desk.now(), &actor, id).await?.into())))
}

/// An officer says yes. The first one gets it.
#[utoipa::path(post, path = "/covers/{id}/accept", tag = "staff", params(("id" = CoverId, Path)), request_body = CoverYes,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn accept(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<CoverId>,
    web::Json(yes): web::Json<CoverYes>,
) -> Result<StatusCode, Problem> {
    let officer = yes.officer.or(actor.officer).ok_or_else(|| Problem::bad_request("name the officer"))?;
    let part = match (yes.start, yes.end) {
        (None, None) => None,
        (Some(start), Some(end)) if start < end => Some(Span { start, end }),
        _ => return Err(Problem::bad_request("name a start and an end after it, or neither")),
    };
    super::accept(&desk, desk.now(), &actor, id, (officer, part)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a search.
#[utoipa::path(delete, path = "/covers/{id}", tag = "staff", params(("id" = CoverId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn close(Of(desk): Of<Desk>, Bearer(actor): Bearer, Path(id): Path<CoverId>) -> Result<StatusCode, Problem> {
    super::close(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reports an officer sick from now on.
#[utoipa::path(post, path = "/officers/{id}/sick", tag = "staff", params(("id" = OfficerId, Path)),
    request_body = SickReport, responses((status = 201, body = SickView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn report_sick(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<OfficerId>,
    web::Json(report): web::Json<SickReport>,
) -> Result<(StatusCode, Json<SickView>), Problem> {
    if report.until.is_some_and(|day| !local::is_plannable(day)) {
        return Err(Problem::bad_request("this day cannot be planned"));
    }
    let sick = super::report_sick(&desk, desk.now(), &actor, id, report.until).await?;
    let view = SickView {
        absence: sick.absence.id,
        start: sick.absence.span.start,
        end: sick.absence.span.end,
        shifts: sick.shifts.iter().map(|shift| shift.id).collect(),
        covers: sick.covers.iter().map(|cover| cover.id).collect(),
    };
    Ok((StatusCode::CREATED, Json(view)))
}
