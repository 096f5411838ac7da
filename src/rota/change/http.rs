//! The programmer's door to changes over a part of a shift.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Change, ChangeError, Changed, Wanted};
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::people::Bearer;
use crate::web::{self, Path, Problem};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(change_part))
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        let detail = error.to_string();
        match error {
            ChangeError::NoEffect => Self::new(StatusCode::CONFLICT, "no-effect", detail),
            ChangeError::SameOfficer => Self::new(StatusCode::CONFLICT, "same-officer", detail),
            ChangeError::BadReason => Self::new(StatusCode::BAD_REQUEST, "bad-reason", detail),
            ChangeError::AgainstRules(_) => Self::new(StatusCode::CONFLICT, "against-rules", detail),
            ChangeError::Rules(error) => error.into(),
            ChangeError::Shift(error) => error.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum PartKind {
    /// Somebody else is on duty instead.
    Replace,
    /// Somebody else is on duty as well.
    Add,
    /// Nobody is on duty by this shift.
    Remove,
    /// The same, and somebody is wanted: the part stays as an empty shift.
    Vacate,
}

/// What becomes of a part of a shift.
#[derive(Deserialize, ToSchema)]
struct PartChange {
    /// That of the shift on which the change is based.
    sequence: i64,
    start: Instant,
    end: Instant,
    change: PartKind,
    /// Who replaces or comes.
    officer: Option<OfficerId>,
    /// 1 to 200 characters.
    reason: String,
    /// Although a hard rule is broken: the reason, of at least 3 characters, is kept with the breach. Default: no.
    #[serde(default)]
    despite_rules: bool,
}

/// The shift and those that came beside it, and where nobody is on duty now.
#[derive(Serialize, ToSchema)]
struct ChangedView {
    start: Instant,
    end: Instant,
    shifts: Vec<PieceView>,
    gaps: Vec<HoleView>,
    /// The empty shift that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    empty: Option<ShiftId>,
}

#[derive(Serialize, ToSchema)]
struct PieceView {
    id: ShiftId,
    officer: OfficerId,
    start: Instant,
    end: Instant,
    state: crate::shifts::ShiftState,
    sequence: i64,
}

#[derive(Serialize, ToSchema)]
struct HoleView {
    start: Instant,
    end: Instant,
}

impl From<Changed> for ChangedView {
    fn from(changed: Changed) -> Self {
        let piece = |shift: &crate::shifts::Shift| PieceView {
            id: shift.id,
            officer: shift.officer,
            start: shift.span.start,
            end: shift.span.end,
            state: shift.state,
            sequence: shift.sequence,
        };
        Self {
            start: changed.written.part.start,
            end: changed.written.part.end,
            shifts: changed.written.shifts.iter().map(piece).collect(),
            empty: changed.written.empty.map(|open| open.id),
            gaps: changed.gaps.iter().map(|gap| HoleView { start: gap.span.start, end: gap.span.end }).collect(),
        }
    }
}

/// Replaces, adds or removes somebody over a part of a published shift.
#[utoipa::path(post, path = "/shifts/{id}/parts", tag = "staff", params(("id" = ShiftId, Path)),
    request_body = PartChange, responses((status = 200, body = ChangedView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn change_part(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
    web::Json(change): web::Json<PartChange>,
) -> Result<Json<ChangedView>, Problem> {
    let part = Span::new(change.start, change.end).ok_or_else(|| Problem::bad_request("the end is after the start"))?;
    let officer = || change.officer.ok_or_else(|| Problem::bad_request("name the officer"));
    let wanted = Wanted {
        shift: id,
        sequence: change.sequence,
        part,
        change: match change.change {
            PartKind::Replace => Change::Replace(officer()?),
            PartKind::Add => Change::Add(officer()?),
            PartKind::Remove => Change::Remove,
            PartKind::Vacate => Change::Vacate,
        },
        reason: change.reason.clone(),
        despite_rules: change.despite_rules,
    };
    Ok(Json(super::change_part(&desk, desk.now(), &actor, &wanted).await?.into()))
}
