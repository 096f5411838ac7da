//! The programmer's door to the terms of work.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::people::Bearer;
use crate::web::{self, Path, Problem};

use super::{Terms, TermsError};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_terms_of_work, set_terms_of_work))
}

impl From<TermsError> for Problem {
    fn from(error: TermsError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            TermsError::NoSuchOfficer => (StatusCode::NOT_FOUND, "no-such-officer"),
            TermsError::Forbidden => return Self::forbidden(),
            TermsError::ChangedMeanwhile(_) => (StatusCode::CONFLICT, "changed-meanwhile"),
            TermsError::BadTerms(_) => (StatusCode::BAD_REQUEST, "bad-terms"),
            TermsError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

/// How much an officer works.
#[derive(Serialize, Deserialize, ToSchema)]
struct TermsOfWork {
    /// Of full time, 1 to 100.
    percent: i64,
    /// 1 to 60; absent: no limit of their own.
    max_week_hours: Option<i64>,
    /// Counts the changes; a change names the one that it is based on, 0 where nothing was entered.
    sequence: i64,
}

impl From<Terms> for TermsOfWork {
    fn from(Terms { percent, max_week_hours, sequence }: Terms) -> Self {
        Self { percent, max_week_hours, sequence }
    }
}

impl From<TermsOfWork> for Terms {
    fn from(TermsOfWork { percent, max_week_hours, sequence }: TermsOfWork) -> Self {
        Self { percent, max_week_hours, sequence }
    }
}

/// How much an officer works; full-time where nothing was entered.
#[utoipa::path(get, path = "/officers/{id}/terms", tag = "staff", params(("id" = OfficerId, Path)),
    responses((status = 200, body = TermsOfWork), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get_terms_of_work(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<OfficerId>,
) -> Result<Json<TermsOfWork>, Problem> {
    let officer = super::load_planned(&desk, &actor, id).await?;
    let terms = super::load_terms(&desk.db, officer.id).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(terms.into()))
}

/// Sets how much an officer works.
#[utoipa::path(put, path = "/officers/{id}/terms", tag = "staff", params(("id" = OfficerId, Path)),
    request_body = TermsOfWork,
    responses((status = 200, body = TermsOfWork), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn set_terms_of_work(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<OfficerId>,
    web::Json(terms): web::Json<TermsOfWork>,
) -> Result<Json<TermsOfWork>, Problem> {
    let saved = super::set_terms(&desk, desk.now(), &actor, id, terms.into()).await?;
    Ok(Json(saved.into()))
}
