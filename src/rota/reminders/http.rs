//! The programmer's door to alarms and confirmations: what is missing in the next seven days, for machines that watch.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ReminderError;
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::people::Bearer;
use crate::web::{Path, Problem};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_alarms)).routes(routes!(confirm))
}

impl From<ReminderError> for Problem {
    fn from(error: ReminderError) -> Self {
        let detail = error.to_string();
        match error {
            ReminderError::NoSuchReminder => Self::new(StatusCode::NOT_FOUND, "no-such-reminder", detail),
            ReminderError::Changed => Self::new(StatusCode::CONFLICT, "changed-meanwhile", detail),
            ReminderError::Shift(error) => error.into(),
        }
    }
}

/// What is missing in the rota of the token's office in the next seven days.
#[derive(Serialize, ToSchema)]
struct AlarmsView {
    /// How many things want somebody's attention: the figure to watch.
    count: usize,
    /// Published shifts that nobody has.
    open: Vec<MissingView>,
    /// Published shifts whose officer is away.
    away: Vec<MissingView>,
    /// The hotline is open, and nobody is on duty.
    gaps: Vec<MissingView>,
    /// Published shifts that nobody confirmed, though they were reminded half a day ago.
    unconfirmed: Vec<MissingView>,
}

#[derive(Serialize, ToSchema)]
struct MissingView {
    #[serde(skip_serializing_if = "Option::is_none")]
    shift: Option<ShiftId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hotline: Option<HotlineId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    officer: Option<OfficerId>,
    start: Instant,
    end: Instant,
}

/// What is missing in the rota of the token's office in the next seven days.
#[utoipa::path(get, path = "/rota/alarms", tag = "staff",
    responses((status = 200, body = AlarmsView), (status = 403, body = Problem)))]
async fn get_alarms(State(desk): State<Desk>, Bearer(actor): Bearer) -> Result<Json<AlarmsView>, Problem> {
    if !actor.may_plan(&actor.office) {
        return Err(Problem::forbidden());
    }
    let now = desk.now();
    let alarms = super::load_alarms(&desk.db, now, actor.office).await.map_err(ReminderError::from)?;
    let missing = |shift, hotline, officer, span: crate::kernel::Span| MissingView {
        shift,
        hotline,
        officer,
        start: span.start,
        end: span.end,
    };
    Ok(Json(AlarmsView {
        count: alarms.count(now),
        open: alarms.open.iter().map(|it| missing(Some(it.id), Some(it.hotline), None, it.span)).collect(),
        away: alarms
            .away
            .iter()
            .map(|(hotline, it)| missing(Some(it.shift), Some(*hotline), Some(it.officer), it.span))
            .collect(),
        gaps: alarms.gaps.iter().map(|(hotline, gap)| missing(None, Some(hotline.id), None, gap.span)).collect(),
        unconfirmed: alarms
            .overdue(now)
            .map(|it| missing(Some(it.id), Some(it.hotline), Some(it.officer), it.span))
            .collect(),
    }))
}

/// The officer of a shift will be there.
#[utoipa::path(post, path = "/shifts/{id}/confirmation", tag = "staff", params(("id" = ShiftId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn confirm(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
) -> Result<StatusCode, Problem> {
    super::confirm(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
