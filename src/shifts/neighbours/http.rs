//! The programmer's door to neighbours' help.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::HotlineId;
use crate::offices::{OpeningHours, TopicId};
use crate::people::Bearer;
use crate::web::{self, Path, Problem};

use super::Neighbour;

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(ask, end)).routes(routes!(agree))
}

/// One hotline that helps another.
#[derive(Serialize, ToSchema)]
struct NeighbourView {
    /// Who asks for help.
    hotline: HotlineId,
    /// Whose officers are rung.
    helper: HotlineId,
    position: i64,
    #[schema(value_type = Vec<String>)]
    topics: BTreeSet<TopicId>,
    hours: OpeningHours,
    talks_a_month: i64,
    /// Absent: asked for, and not in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreed_at: Option<Instant>,
}

impl From<Neighbour> for NeighbourView {
    fn from(it: Neighbour) -> Self {
        Self {
            hotline: it.asking,
            helper: it.helper,
            position: it.position,
            topics: it.topics,
            hours: it.hours,
            talks_a_month: it.talks_a_month,
            agreed_at: it.agreed_at,
        }
    }
}

/// The help that is wanted.
#[derive(Deserialize, ToSchema)]
struct HelpWanted {
    /// In which order neighbours are asked, 1 to 99. Default 1.
    position: Option<i64>,
    /// Default: every topic.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    topics: BTreeSet<TopicId>,
    /// Default: whenever somebody is on duty there.
    #[serde(default)]
    hours: OpeningHours,
    /// 1 to 100000.
    talks_a_month: i64,
}

/// What a helper agrees to.
#[derive(Deserialize, ToSchema)]
struct Agreement {
    /// 1 to 100000.
    talks_a_month: i64,
}

/// Who helps a hotline, in the order in which they are asked.
#[utoipa::path(get, path = "/hotlines/{id}/neighbours", tag = "staff", params(("id" = HotlineId, Path)),
    responses((status = 200, body = Vec<NeighbourView>), (status = 404, body = Problem)))]
async fn list(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
) -> Result<Json<Vec<NeighbourView>>, Problem> {
    let hotline = crate::shifts::load_hotline(&desk.db, &actor, id).await?;
    let helpers = super::list_helpers(&desk.db, hotline.id).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(helpers.into_iter().map(NeighbourView::from).collect()))
}

/// Asks a neighbour for help, or for other help than before. It is in force once the helper's planners agree.
#[utoipa::path(put, path = "/hotlines/{id}/neighbours/{helper}", tag = "staff", request_body = HelpWanted,
    params(("id" = HotlineId, Path), ("helper" = HotlineId, Path)),
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn ask(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path((asking, helper)): Path<(HotlineId, HotlineId)>,
    web::Json(wanted): web::Json<HelpWanted>,
) -> Result<StatusCode, Problem> {
    let HelpWanted { position, topics, hours, talks_a_month } = wanted;
    let position = position.unwrap_or(1);
    let wanted = Neighbour { asking, helper, position, topics, hours, talks_a_month, agreed_at: None };
    super::ask_for_help(&desk, desk.now(), &actor, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The helper agrees, or changes how many talks it takes.
#[utoipa::path(post, path = "/hotlines/{id}/neighbours/{helper}/agreement", tag = "staff", request_body = Agreement,
    params(("id" = HotlineId, Path), ("helper" = HotlineId, Path)),
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn agree(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(pair): Path<(HotlineId, HotlineId)>,
    web::Json(agreement): web::Json<Agreement>,
) -> Result<StatusCode, Problem> {
    super::agree_to_help(&desk, desk.now(), &actor, pair, agreement.talks_a_month).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends help, from either side.
#[utoipa::path(delete, path = "/hotlines/{id}/neighbours/{helper}", tag = "staff",
    params(("id" = HotlineId, Path), ("helper" = HotlineId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn end(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(pair): Path<(HotlineId, HotlineId)>,
) -> Result<StatusCode, Problem> {
    super::end_help(&desk, desk.now(), &actor, pair).await?;
    Ok(StatusCode::NO_CONTENT)
}
