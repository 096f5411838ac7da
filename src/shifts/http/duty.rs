//! The programmer's door to who is on duty, where nobody is, and whether every call ends well.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{AbsenceId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, local};
use crate::people::{self, AbsenceKind, Bearer};
use crate::shifts::proof::ProofView;
use crate::shifts::{self, Cause, Gap, NeedsCover, Reason, ShiftsError, When};
use crate::web::{Path, Problem, Query};

use super::{away, day, field};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_duty)).routes(routes!(get_coverage)).routes(routes!(get_proof))
}

/// Who is on duty at an instant and why, in the order in which they are rung; and who is not, although planned.
#[derive(Serialize, ToSchema)]
struct DutyView {
    at: Instant,
    /// Whether the hotline is open then.
    open: bool,
    on: Vec<OnView>,
    not: Vec<NotView>,
}

#[derive(Serialize, ToSchema)]
struct OnView {
    officer: OfficerId,
    name: String,
    tier: i64,
    /// Because of this shift.
    shift: ShiftId,
    start: Instant,
    end: Instant,
}

#[derive(Serialize, ToSchema)]
struct NotView {
    officer: OfficerId,
    name: String,
    shift: ShiftId,
    reason: ReasonView,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ReasonView {
    Deployed,
    /// Leave, sickness or training.
    Absent,
    Retired,
}

impl From<Reason> for ReasonView {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Deployed => Self::Deployed,
            Reason::Absent(_) => Self::Absent,
            Reason::Retired => Self::Retired,
        }
    }
}

/// Where a hotline is open and nobody is on duty, and which shifts need cover because of an absence.
#[derive(Serialize, ToSchema)]
struct CoverageView {
    gaps: Vec<GapView>,
    needs_cover: Vec<NeedView>,
}

#[derive(Serialize, ToSchema)]
struct GapView {
    start: Instant,
    end: Instant,
    minutes: i64,
    when: WhenView,
    cause: CauseView,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum WhenView {
    Past,
    Now,
    Future,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CauseView {
    NobodyPlanned,
    /// There are shifts, but all their officers are away.
    OnlyAway,
}

impl From<Gap> for GapView {
    fn from(gap: Gap) -> Self {
        Self {
            start: gap.span.start,
            end: gap.span.end,
            minutes: gap.span.length().num_minutes(),
            when: match gap.when {
                When::Past => WhenView::Past,
                When::Now => WhenView::Now,
                When::Future => WhenView::Future,
            },
            cause: match gap.cause {
                Cause::NobodyPlanned => CauseView::NobodyPlanned,
                Cause::OnlyAway(_) => CauseView::OnlyAway,
            },
        }
    }
}

#[derive(Serialize, ToSchema)]
struct NeedView {
    officer: OfficerId,
    shift: ShiftId,
    absence: AbsenceId,
    kind: AbsenceKind,
    start: Instant,
    end: Instant,
}

impl From<NeedsCover> for NeedView {
    fn from(need: NeedsCover) -> Self {
        Self {
            officer: need.officer,
            shift: need.shift,
            absence: need.absence,
            kind: need.kind,
            start: need.span.start,
            end: need.span.end,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AtInstant {
    /// Default: now.
    at: Option<Instant>,
}

/// Who is on duty on a hotline at a time, and why; who is not, and why not.
#[utoipa::path(get, path = "/hotlines/{id}/duty", tag = "staff", params(("id" = HotlineId, Path), AtInstant),
    responses((status = 200, body = DutyView), (status = 404, body = Problem)))]
async fn get_duty(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    Query(AtInstant { at }): Query<AtInstant>,
) -> Result<Json<DutyView>, Problem> {
    let at = at.unwrap_or_else(|| desk.now());
    let hotline = shifts::load_hotline(&desk.db, &actor, id).await?;
    let week = shifts::load_week(&desk.db, hotline, local::monday(local::day(at))).await.map_err(away)?;
    let duty = shifts::load_duty(&desk.db, id, at).await.map_err(away)?;
    let mut view = DutyView { at, open: week.open_at(at), on: Vec::new(), not: Vec::new() };
    for on in duty.on {
        let (tier, name) = (on.tier.number(), name(&desk, on.officer).await?);
        let (start, end) = (on.span.start, on.span.end);
        view.on.push(OnView { officer: on.officer, name, tier, shift: on.shift, start, end });
    }
    for not in duty.not {
        let name = name(&desk, not.officer).await?;
        view.not.push(NotView { officer: not.officer, name, shift: not.shift, reason: not.reason.into() });
    }
    Ok(Json(view))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfWeek {
    /// ISO 8601. Default: this week.
    #[param(example = "2026-W47")]
    week: Option<String>,
}

/// The gaps of a week, and what needs cover.
#[utoipa::path(get, path = "/hotlines/{id}/coverage", tag = "staff", params(("id" = HotlineId, Path), OfWeek),
    responses((status = 200, body = CoverageView), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn get_coverage(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    Query(of): Query<OfWeek>,
) -> Result<Json<CoverageView>, Problem> {
    let now = desk.now();
    let monday = match of.week {
        None => local::monday(local::day(now)),
        Some(text) => local::week_start(&text).ok_or_else(|| Problem::bad_request("a week is written 2026-W47"))?,
    };
    let hotline = shifts::load_hotline(&desk.db, &actor, id).await?;
    if !actor.may_plan(&hotline.office) {
        return Err(Problem::forbidden());
    }
    let mut week = shifts::load_week(&desk.db, hotline, monday).await.map_err(away)?;
    week.rota.foresee(now);
    let gaps = week.days().flat_map(|day| week.gaps(day, now)).map(GapView::from).collect();
    Ok(Json(CoverageView { gaps, needs_cover: week.needs_cover().into_iter().map(NeedView::from).collect() }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ahead {
    /// The first day. Default: from now on.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<NaiveDate>,
    /// 1 to 104. Default: 12.
    weeks: Option<u64>,
}

/// Whether every path of a call ends as its flow states, at every instant of the coming weeks; else where it does not.
#[utoipa::path(get, path = "/hotlines/{id}/proof", tag = "staff", params(("id" = HotlineId, Path), Ahead),
    responses((status = 200, body = ProofView), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn get_proof(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    Query(ahead): Query<Ahead>,
) -> Result<Json<ProofView>, Problem> {
    let now = desk.now();
    let weeks = ahead.weeks.unwrap_or(12);
    if !(1..=104).contains(&weeks) {
        return Err(field("weeks", "a number from 1 to 104"));
    }
    let from = ahead.from.map(day).transpose()?;
    let hotline = shifts::load_hotline(&desk.db, &actor, id).await?;
    if !actor.may_plan(&hotline.office) {
        return Err(Problem::forbidden());
    }
    let proofs = shifts::prove(&desk, now, vec![hotline], shifts::weeks_ahead(now, from, weeks)).await.map_err(away)?;
    proofs.first().map(|(_, proof)| Json(proof.into())).ok_or_else(|| ShiftsError::NoSuchHotline.into())
}

async fn name(desk: &Desk, officer: OfficerId) -> Result<String, Problem> {
    let officer = people::find_officer(&desk.db, officer).await.map_err(away)?;
    Ok(officer.map(|officer| officer.name).unwrap_or_default())
}
