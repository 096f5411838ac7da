//! The programmer's door to call flows: what is published, and the checks.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::flows::Told;
use crate::kernel::Instant;
use crate::people::Bearer;
use crate::web::{self, Listed, Paging, Path, Problem, Query};

use super::{Kept, LibraryError, Origin};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_flows)).routes(routes!(get_flow)).routes(routes!(check_flow))
}

/// What is published of a call flow.
#[derive(Serialize, ToSchema)]
struct FlowView {
    /// The file name without its ending.
    #[schema(example = "beratungstelefon")]
    name: String,
    version: i64,
    origin: Origin,
    reason: String,
    published_at: Instant,
}

impl From<&Kept> for FlowView {
    fn from(Kept { imprint, .. }: &Kept) -> Self {
        Self {
            name: imprint.name.clone(),
            version: imprint.version,
            origin: imprint.origin,
            reason: imprint.reason.clone(),
            published_at: imprint.published_at,
        }
    }
}

/// A call flow with its text.
#[derive(Serialize, ToSchema)]
struct FlowText {
    #[serde(flatten)]
    flow: FlowView,
    /// YAML.
    text: String,
}

#[derive(Deserialize, ToSchema)]
struct ToCheck {
    /// YAML.
    text: String,
}

/// What is wrong with a text; nothing where it could be published.
#[derive(Serialize, ToSchema)]
struct Checked {
    findings: Vec<Told>,
}

impl From<LibraryError> for Problem {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::NoSuchFlow => Self::not_found("this call flow"),
            LibraryError::Forbidden => Self::forbidden(),
            LibraryError::Db(error) => Self::unavailable(&error),
            error => Self::unavailable(&error),
        }
    }
}

/// The published call flows, by name.
#[utoipa::path(get, path = "/flows", tag = "staff", params(Paging),
    responses((status = 200, body = Listed<FlowView>), (status = 403, body = Problem)))]
async fn get_flows(
    State(desk): State<Desk>,
    _: Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<FlowView>>, Problem> {
    let flows = super::list_published(&desk).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(Listed::cut(flows.iter().map(FlowView::from).collect(), paging.checked()?)))
}

/// A published call flow with its text.
#[utoipa::path(get, path = "/flows/{name}", tag = "staff", params(("name" = String, Path)),
    responses((status = 200, body = FlowText), (status = 404, body = Problem)))]
async fn get_flow(State(desk): State<Desk>, _: Bearer, Path(name): Path<String>) -> Result<Json<FlowText>, Problem> {
    let kept = super::load_published(&desk, &name).await?;
    Ok(Json(FlowText { flow: FlowView::from(&kept), text: kept.text }))
}

/// Everything that would be wrong if a text were published as this call flow. Changes nothing.
#[utoipa::path(post, path = "/flows/{name}/check", tag = "staff", params(("name" = String, Path)),
    request_body = ToCheck,
    responses((status = 200, body = Checked), (status = 404, body = Problem)))]
async fn check_flow(
    State(desk): State<Desk>,
    _: Bearer,
    Path(name): Path<String>,
    web::Json(body): web::Json<ToCheck>,
) -> Result<Json<Checked>, Problem> {
    super::load_published(&desk, &name).await?;
    let findings = match super::check(&desk, &name, &body.text).await {
        Ok(_) => Vec::new(),
        Err(LibraryError::Wrong(wrong)) => wrong.0.iter().flat_map(|findings| findings.told()).collect(),
        Err(error) => return Err(error.into()),
    };
    Ok(Json(Checked { findings }))
}
