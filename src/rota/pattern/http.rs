//! The programmer's door to patterns: which there are, and generating from them into a draft.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{DraftId, HotlineId, OfficerId, RotationId, TemplateId};
use crate::offices::OfficeId;
use crate::people::Bearer;
use crate::rota::draft::SeenDraft;
use crate::web::{self, Path, Problem};

use super::{Beside, PatternError, Rotation, Source, Template};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(list_patterns)).routes(routes!(generate_shifts))
}

impl From<PatternError> for Problem {
    fn from(error: PatternError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            PatternError::NoSuchTemplate => (StatusCode::NOT_FOUND, "no-such-template"),
            PatternError::NoSuchRotation => (StatusCode::NOT_FOUND, "no-such-rotation"),
            PatternError::NoSuchHotline => (StatusCode::NOT_FOUND, "no-such-hotline"),
            PatternError::NoSuchOfficer => (StatusCode::NOT_FOUND, "no-such-officer"),
            PatternError::Forbidden => return Self::forbidden(),
            PatternError::ChangedMeanwhile => (StatusCode::CONFLICT, "changed-meanwhile"),
            PatternError::EmptyWeek => (StatusCode::BAD_REQUEST, "empty-week"),
            PatternError::BadTemplate(_) => (StatusCode::BAD_REQUEST, "bad-template"),
            PatternError::BadRotation(_) => (StatusCode::BAD_REQUEST, "bad-rotation"),
            PatternError::Draft(error) => return error.into(),
            PatternError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

/// Shifts that repeat every week, or every few weeks.
#[derive(Serialize, ToSchema)]
struct TemplateView {
    id: TemplateId,
    office: OfficeId,
    name: String,
    /// After so many weeks it begins again.
    weeks: i64,
    shifts: Vec<LineView>,
}

/// One shift of a template.
#[derive(Serialize, ToSchema)]
struct LineView {
    /// From 1.
    week: i64,
    /// 1 is Monday (ISO 8601).
    weekday: u32,
    from: String,
    until: String,
    hotline: HotlineId,
    #[serde(skip_serializing_if = "Option::is_none")]
    officer: Option<OfficerId>,
    tier: i64,
}

impl From<Template> for TemplateView {
    fn from(it: Template) -> Self {
        let line = |it: &super::TemplateShift| LineView {
            week: it.week,
            weekday: it.weekday.number_from_monday(),
            from: it.from.format("%H:%M").to_string(),
            until: it.until.format("%H:%M").to_string(),
            hotline: it.hotline,
            officer: it.officer,
            tier: it.tier.number(),
        };
        Self {
            id: it.id,
            office: it.office,
            name: it.name,
            weeks: it.weeks,
            shifts: it.shifts.iter().map(line).collect(),
        }
    }
}

/// Several officers who take turns.
#[derive(Serialize, ToSchema)]
struct RotationView {
    id: RotationId,
    office: OfficeId,
    hotline: HotlineId,
    name: String,
    officers: Vec<OfficerId>,
    every: i64,
    /// `hours`, `days`, `weeks` or `months`.
    unit: String,
    #[schema(value_type = String, format = Date)]
    first_day: NaiveDate,
    hand_off: String,
    /// How many are on call at once.
    tiers: i64,
}

impl From<Rotation> for RotationView {
    fn from(it: Rotation) -> Self {
        Self {
            id: it.id,
            office: it.office,
            hotline: it.hotline,
            name: it.name,
            officers: it.officers,
            every: it.every,
            unit: it.unit.to_string(),
            first_day: it.first_day,
            hand_off: it.hand_off.format("%H:%M").to_string(),
            tiers: it.tiers,
        }
    }
}

/// The patterns of the token's office.
#[derive(Serialize, ToSchema)]
struct PatternsView {
    templates: Vec<TemplateView>,
    rotations: Vec<RotationView>,
}

/// From what, and what becomes of what stands there. One of `template`, `rotation`; neither: the period before.
#[derive(Deserialize, ToSchema)]
struct Generating {
    /// The version of the draft that was seen.
    version: i64,
    template: Option<TemplateId>,
    rotation: Option<RotationId>,
    /// What is there and not pinned goes. Default: it stays.
    #[serde(default)]
    replace: bool,
}

#[derive(Serialize, ToSchema)]
struct GeneratedView {
    version: i64,
    /// How many shifts became different.
    shifts: usize,
}

/// The week templates and rotations of the token's office.
#[utoipa::path(get, path = "/patterns", tag = "rota",
    responses((status = 200, body = PatternsView), (status = 403, body = Problem)))]
async fn list_patterns(State(desk): State<Desk>, Bearer(actor): Bearer) -> Result<Json<PatternsView>, Problem> {
    let templates = super::list_templates(&desk.db, &actor, actor.office).await?;
    let rotations = super::list_rotations(&desk.db, &actor, actor.office).await?;
    Ok(Json(PatternsView {
        templates: templates.into_iter().map(TemplateView::from).collect(),
        rotations: rotations.into_iter().map(RotationView::from).collect(),
    }))
}

/// Generates shifts into a draft, in one step that can be undone.
#[utoipa::path(post, path = "/drafts/{id}/generate", tag = "rota", params(("id" = DraftId, Path)),
    request_body = Generating, responses((status = 200, body = GeneratedView), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 410, body = Problem)))]
async fn generate_shifts(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(draft): Path<DraftId>,
    web::Json(it): web::Json<Generating>,
) -> Result<Json<GeneratedView>, Problem> {
    let source = match (it.template, it.rotation) {
        (Some(template), None) => Source::Template(template),
        (None, Some(rotation)) => Source::Rotation(rotation),
        (None, None) => Source::PeriodBefore,
        (Some(_), Some(_)) => return Err(Problem::bad_request("template or rotation, not both")),
    };
    let beside = if it.replace { Beside::Replace } else { Beside::Keep };
    let seen = SeenDraft { draft, version: it.version };
    let done = super::generate(&desk, desk.now(), &actor, seen, (source, beside)).await?;
    Ok(Json(GeneratedView { version: done.version, shifts: done.shifts }))
}
