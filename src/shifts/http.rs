//! The programmer's door to hotlines, shifts, duty and coverage. The same verbs as the planning pages call.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::routing::{MethodRouter, patch, post};
use chrono::NaiveDate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::path::Paths;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{AbsenceId, ClosureId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Phone, Span, local};
use crate::offices::{OfficeId, OpeningHours, TopicId};
use crate::people::{AbsenceKind, Bearer, OPEN_END};
use crate::web::{self, Listed, Paging, Path, Problem, Query, Window};

use super::direct::{self, Despite, Guard};
use super::edit::Author;
use super::proof::{CounterExampleView, ProofView};
use super::{
    CallbacksRing, Cause, Closure, ClosurePlan, Gap, HelpFault, Hotline, IfNobodyFits, Instruction, Lookout,
    NeedsCover, Reason, Reasons, Rules, Shift, ShiftPlan, ShiftState, ShiftsError, Tier, When,
};

/// The doors; what they change of the published shifts is weighed by `G`.
pub fn api<G: Guard>() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get_hotlines, open_hotline))
        .routes(routes!(get_hotline, change_hotline))
        .routes(routes!(get_closures, close_hotline))
        .routes(routes!(reopen_hotline))
        .routes(routes!(get_duty))
        .routes(routes!(get_coverage))
        .routes(routes!(get_proof))
        .routes(routes!(get_shifts))
        .routes(weighed::<__path_plan_shift>(post(plan_shift::<G>)))
        .routes(routes!(get_shift, remove_shift))
        .routes(weighed::<__path_change_shift>(patch(change_shift::<G>)))
        .routes(weighed::<__path_restore_shift>(post(restore_shift::<G>)))
        .merge(super::neighbours::api())
        .merge(super::office::api())
}

/// What `routes!` does, for a handler with a guard.
fn weighed<D>(handler: MethodRouter<Desk>) -> UtoipaMethodRouter<Desk>
where
    D: utoipa::Path + Tags<'static> + SchemaReferences,
{
    let (mut paths, mut schemas) = (Paths::new(), Vec::new());
    D::schemas(&mut schemas);
    let mut operation = D::operation();
    operation.tags.get_or_insert_default().extend(D::tags().iter().map(ToString::to_string));
    paths.add_path_operation(D::path(), D::methods(), operation);
    (schemas, paths, handler)
}

impl From<ShiftsError> for Problem {
    fn from(error: ShiftsError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            ShiftsError::NoSuchHotline => (StatusCode::NOT_FOUND, "no-such-hotline"),
            ShiftsError::NoSuchClosure => (StatusCode::NOT_FOUND, "no-such-closure"),
            ShiftsError::NoSuchShift => (StatusCode::NOT_FOUND, "no-such-shift"),
            ShiftsError::NoSuchOfficer => (StatusCode::NOT_FOUND, "no-such-officer"),
            ShiftsError::Forbidden => return Self::forbidden(),
            ShiftsError::NoSuchDay => (StatusCode::NOT_FOUND, "no-such-day"),
            ShiftsError::NoSuchFlow { .. } => (StatusCode::BAD_REQUEST, "no-such-flow"),
            ShiftsError::BadDayName => (StatusCode::BAD_REQUEST, "bad-day"),
            ShiftsError::BadMailbox => (StatusCode::BAD_REQUEST, "bad-mailbox"),
            ShiftsError::BadHotline(_) => (StatusCode::BAD_REQUEST, "bad-hotline"),
            ShiftsError::BadClosure(_) => (StatusCode::BAD_REQUEST, "bad-closure"),
            ShiftsError::BadHelp(HelpFault::NotAsked) => (StatusCode::NOT_FOUND, "no-such-help"),
            ShiftsError::BadHelp(_) => (StatusCode::BAD_REQUEST, "bad-help"),
            ShiftsError::SkippedHour => (StatusCode::BAD_REQUEST, "skipped-hour"),
            ShiftsError::NumberTaken => (StatusCode::CONFLICT, "number-taken"),
            ShiftsError::Begun => (StatusCode::CONFLICT, "begun"),
            ShiftsError::Over => (StatusCode::CONFLICT, "over"),
            ShiftsError::OfficerBusy(_) => (StatusCode::CONFLICT, "officer-busy"),
            ShiftsError::AgainstRules(_) => (StatusCode::CONFLICT, "against-rules"),
            ShiftsError::NoReason => (StatusCode::BAD_REQUEST, "no-reason"),
            ShiftsError::ChangedMeanwhile(_) | ShiftsError::OpenChanged(_) | ShiftsError::HotlineChanged(_) => {
                (StatusCode::CONFLICT, "changed-meanwhile")
            }
            ShiftsError::NotPossible { .. } => (StatusCode::CONFLICT, "not-possible"),
            ShiftsError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

/// A telephone number with call flow and opening hours.
#[derive(Serialize, ToSchema)]
struct HotlineView {
    id: HotlineId,
    office: OfficeId,
    name: String,
    /// E.164.
    number: String,
    /// Names a file in `ivr-flows/`.
    flow: String,
    hours: OpeningHours,
    ring_seconds: i64,
    if_nobody_fits: IfNobodyFits,
    known_caller_first: bool,
    pause_seconds: i64,
    neighbours_after_seconds: i64,
    overlap_seconds: i64,
    #[schema(value_type = Vec<String>)]
    priority_topics: BTreeSet<TopicId>,
    head_start_seconds: i64,
    callbacks_ring: CallbacksRing,
    /// What a caller in danger hears, by language (`de`, `en`, `de-simple`).
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    instruction: Instruction,
    active: bool,
    /// Counts the changes; a change may name the one that it is based on.
    sequence: i64,
}

impl From<Hotline> for HotlineView {
    fn from(it: Hotline) -> Self {
        Self {
            id: it.id,
            office: it.office,
            name: it.name,
            number: it.number.as_str().to_owned(),
            flow: it.flow,
            hours: it.hours,
            ring_seconds: it.ring_seconds,
            if_nobody_fits: it.rules.if_nobody_fits,
            known_caller_first: it.rules.known_caller_first,
            pause_seconds: it.rules.pause_seconds,
            neighbours_after_seconds: it.rules.neighbours_after_seconds,
            overlap_seconds: it.rules.overlap_seconds,
            priority_topics: it.rules.priority_topics,
            head_start_seconds: it.rules.head_start_seconds,
            callbacks_ring: it.rules.callbacks_ring,
            instruction: it.rules.instruction,
            active: it.active,
            sequence: it.sequence,
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct NewHotline {
    /// Default: the token's office.
    office: Option<OfficeId>,
    name: String,
    #[schema(example = "+49 89 99998-110")]
    number: String,
    #[schema(example = "beratungstelefon")]
    flow: String,
    hours: OpeningHours,
    /// 5 to 60. Default 20.
    ring_seconds: Option<i64>,
    #[serde(flatten)]
    rules: RulesChange,
}

/// How the hotline chooses among those on duty; what is absent stays.
#[derive(Deserialize, ToSchema)]
struct RulesChange {
    /// What happens to callers whose topic or language nobody has. At first `next_best`.
    if_nobody_fits: Option<IfNobodyFits>,
    /// Whether whoever spoke with a caller in this week is rung first when they call again. At first not.
    known_caller_first: Option<bool>,
    /// For so long after a talk an officer is left in peace, 0 to 900. At first 0.
    pause_seconds: Option<i64>,
    /// So long callers wait before neighbours are asked for help, 0 to 3600. At first 60.
    neighbours_after_seconds: Option<i64>,
    /// So long before a telephone gives up the next one begins to ring, 0 to 30, if the provider can. At first 0.
    overlap_seconds: Option<i64>,
    /// Callers with these topics have a head start in the queue. At first none.
    #[schema(value_type = Option<Vec<String>>)]
    priority_topics: Option<BTreeSet<TopicId>>,
    /// By so much, 0 to 900. At first 0.
    head_start_seconds: Option<i64>,
    /// Whether call-backs ring by themselves, and from when on. At first `by_hand`.
    callbacks_ring: Option<CallbacksRing>,
    /// What a caller in danger hears, by language; 400 characters each at most. Where one is missing, the product's words.
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    instruction: Option<Instruction>,
}

impl RulesChange {
    fn upon(self, before: Rules) -> Rules {
        Rules {
            if_nobody_fits: self.if_nobody_fits.unwrap_or(before.if_nobody_fits),
            known_caller_first: self.known_caller_first.unwrap_or(before.known_caller_first),
            pause_seconds: self.pause_seconds.unwrap_or(before.pause_seconds),
            neighbours_after_seconds: self.neighbours_after_seconds.unwrap_or(before.neighbours_after_seconds),
            overlap_seconds: self.overlap_seconds.unwrap_or(before.overlap_seconds),
            priority_topics: self.priority_topics.unwrap_or(before.priority_topics),
            head_start_seconds: self.head_start_seconds.unwrap_or(before.head_start_seconds),
            callbacks_ring: self.callbacks_ring.unwrap_or(before.callbacks_ring),
            instruction: self.instruction.unwrap_or(before.instruction),
        }
    }
}

/// What is to be different; what is absent stays.
#[derive(Deserialize, ToSchema)]
struct HotlineChange {
    /// That of the hotline on which the change is based. Default: as it is now.
    sequence: Option<i64>,
    name: Option<String>,
    number: Option<String>,
    flow: Option<String>,
    hours: Option<OpeningHours>,
    ring_seconds: Option<i64>,
    #[serde(flatten)]
    rules: RulesChange,
    active: Option<bool>,
}

/// A hotline closed by hand over a span.
#[derive(Serialize, ToSchema)]
struct ClosureView {
    id: ClosureId,
    hotline: HotlineId,
    start: Instant,
    /// Absent: until further notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Instant>,
    /// What callers hear, by language (`de`, `en`, `de-simple`).
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    reason: Reasons,
    closed_by: String,
    /// When it was reopened, or taken back before it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
}

impl From<Closure> for ClosureView {
    fn from(it: Closure) -> Self {
        Self {
            end: (!it.is_open_ended()).then_some(it.span.end),
            id: it.id,
            hotline: it.hotline,
            start: it.span.start,
            reason: it.reason,
            closed_by: it.closed_by,
            ended_at: it.ended_at,
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct NewClosure {
    /// Default: now.
    from: Option<Instant>,
    /// Default: until further notice.
    until: Option<Instant>,
    /// What callers hear, by language: `de`, and as you like `en`, `de-simple`; 400 characters each at most.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    reason: Reasons,
}

/// One officer on one hotline over a span.
#[derive(Serialize, ToSchema)]
struct ShiftView {
    id: ShiftId,
    hotline: HotlineId,
    officer: OfficerId,
    start: Instant,
    end: Instant,
    /// 1 is rung first.
    tier: i64,
    /// Ring order within the tier.
    position: i64,
    state: ShiftState,
    /// Counts the changes; a change names the one that it is based on.
    sequence: i64,
}

impl From<Shift> for ShiftView {
    fn from(shift: Shift) -> Self {
        Self {
            id: shift.id,
            hotline: shift.hotline,
            officer: shift.officer,
            start: shift.span.start,
            end: shift.span.end,
            tier: shift.tier.number(),
            position: shift.position,
            state: shift.state,
            sequence: shift.sequence,
        }
    }
}

/// A shift as it was saved, and what the change brought.
#[derive(Serialize, ToSchema)]
struct ChangedShift {
    #[serde(flatten)]
    shift: ShiftView,
    /// Where callers are left alone in the next twelve weeks and were not before.
    warnings: Vec<CounterExampleView>,
}

impl ChangedShift {
    /// A change that is made stands, even where its consequences cannot be told.
    async fn new(desk: &Desk, lookout: &Lookout, shift: Shift) -> Self {
        let news = lookout.news(desk).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a change of the plan could not be checked");
            Vec::new()
        });
        Self { shift: shift.into(), warnings: news.iter().map(|(_, found)| found.into()).collect() }
    }
}

/// A shift by day and wall time in Europe/Berlin.
#[derive(Deserialize, ToSchema)]
struct NewShift {
    hotline: HotlineId,
    officer: OfficerId,
    /// The day on which it starts.
    #[schema(value_type = String, format = Date, example = "2026-11-16")]
    day: NaiveDate,
    #[schema(example = "20:00")]
    from: String,
    /// Not after `from` means on the next day; equal to it means a whole day.
    #[schema(example = "08:00")]
    until: String,
    /// 1 to 9. Default 1.
    tier: Option<i64>,
    /// 1 to 99. Default: behind those that are there.
    position: Option<i64>,
    #[serde(flatten)]
    insistence: Insistence,
}

/// Why, and whether the rules may be broken for it.
#[derive(Deserialize, Default, ToSchema)]
struct Insistence {
    /// Why; stands in the shift's versions and in the mail to the officer.
    #[serde(default)]
    reason: String,
    /// Go against hard rules; the reason, of at least 3 characters, says why that must be, and is kept. Default: no.
    #[serde(default)]
    despite_rules: bool,
}

impl Insistence {
    fn despite(&self) -> Despite {
        if self.despite_rules { Despite::Rules } else { Despite::Nothing }
    }
}

/// A removed shift as it was seen.
#[derive(Deserialize, ToSchema)]
struct Restoring {
    sequence: i64,
    #[serde(flatten)]
    insistence: Insistence,
}

/// What is to be different; what is absent stays.
#[derive(Deserialize, ToSchema)]
struct ShiftChange {
    /// That of the shift on which the change is based.
    sequence: i64,
    #[serde(flatten)]
    insistence: Insistence,
    officer: Option<OfficerId>,
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<NaiveDate>,
    from: Option<String>,
    until: Option<String>,
    tier: Option<i64>,
    position: Option<i64>,
}

#[derive(Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
struct BasedOn {
    /// That of the shift as it was seen.
    sequence: i64,
    /// Why; stands in the shift's versions.
    #[serde(default)]
    reason: String,
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

/// Hotlines that the token sees, by name.
#[utoipa::path(get, path = "/hotlines", tag = "staff", params(Paging),
    responses((status = 200, body = Listed<HotlineView>), (status = 401, body = Problem)))]
async fn get_hotlines(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<HotlineView>>, Problem> {
    let paging = paging.checked()?;
    let mut hotlines = super::list_hotlines(&desk.db, None).await.map_err(away)?;
    hotlines.retain(|hotline| actor.may_see(&hotline.office));
    Ok(Json(Listed::cut(hotlines.into_iter().map(HotlineView::from).collect(), paging)))
}

/// Sets up a hotline.
#[utoipa::path(post, path = "/hotlines", tag = "staff", request_body = NewHotline,
    responses((status = 201, body = HotlineView), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem)))]
async fn open_hotline(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    web::Json(new): web::Json<NewHotline>,
) -> Result<(StatusCode, Json<HotlineView>), Problem> {
    let hotline = Hotline {
        id: HotlineId::mint(),
        office: new.office.unwrap_or(actor.office),
        name: new.name.trim().to_owned(),
        number: phone(&new.number)?,
        flow: new.flow,
        hours: new.hours,
        ring_seconds: new.ring_seconds.unwrap_or(20),
        rules: new.rules.upon(Rules::default()),
        active: true,
        sequence: 0,
    };
    super::open_hotline(&desk, desk.now(), &actor, &hotline).await?;
    Ok((StatusCode::CREATED, Json(hotline.into())))
}

/// One hotline.
#[utoipa::path(get, path = "/hotlines/{id}", tag = "staff", params(("id" = HotlineId, Path)),
    responses((status = 200, body = HotlineView), (status = 404, body = Problem)))]
async fn get_hotline(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
) -> Result<Json<HotlineView>, Problem> {
    Ok(Json(super::load_hotline(&desk.db, &actor, id).await?.into()))
}

/// Changes a hotline. 409 where somebody else changed it since it was seen.
#[utoipa::path(patch, path = "/hotlines/{id}", tag = "staff", params(("id" = HotlineId, Path)),
    request_body = HotlineChange, responses((status = 200, body = HotlineView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn change_hotline(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    web::Json(change): web::Json<HotlineChange>,
) -> Result<Json<HotlineView>, Problem> {
    let before = super::load_hotline(&desk.db, &actor, id).await?;
    let hotline = Hotline {
        name: change.name.unwrap_or(before.name),
        number: change.number.map_or(Ok(before.number), |text| phone(&text))?,
        flow: change.flow.unwrap_or(before.flow),
        hours: change.hours.unwrap_or(before.hours),
        ring_seconds: change.ring_seconds.unwrap_or(before.ring_seconds),
        rules: change.rules.upon(before.rules),
        active: change.active.unwrap_or(before.active),
        sequence: change.sequence.unwrap_or(before.sequence),
        ..before
    };
    Ok(Json(super::change_hotline(&desk, desk.now(), &actor, &hotline).await?.into()))
}

/// When a hotline is closed by hand, by start.
#[utoipa::path(get, path = "/hotlines/{id}/closures", tag = "staff", params(("id" = HotlineId, Path), Window, Paging),
    responses((status = 200, body = Listed<ClosureView>), (status = 400, body = Problem),
        (status = 404, body = Problem)))]
async fn get_closures(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    Query(window): Query<Window>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<ClosureView>>, Problem> {
    let (paging, window) = (paging.checked()?, window.span(desk.now())?);
    let hotline = super::load_hotline(&desk.db, &actor, id).await?;
    let closures = super::list_closures(&desk.db, hotline.id, window).await.map_err(away)?;
    Ok(Json(Listed::cut(closures.into_iter().map(ClosureView::from).collect(), paging)))
}

/// Closes a hotline by hand, now or later. Callers hear the reason.
#[utoipa::path(post, path = "/hotlines/{id}/closures", tag = "staff", params(("id" = HotlineId, Path)),
    request_body = NewClosure, responses((status = 201, body = ClosureView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn close_hotline(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    web::Json(new): web::Json<NewClosure>,
) -> Result<(StatusCode, Json<ClosureView>), Problem> {
    let now = desk.now();
    let span = Span { start: new.from.unwrap_or(now), end: new.until.unwrap_or(OPEN_END) };
    let plan = ClosurePlan { span, reason: new.reason };
    let closure = super::close_hotline(&desk, now, &actor, id, &plan).await?;
    Ok((StatusCode::CREATED, Json(closure.into())))
}

/// Opens a hotline again that is closed by hand, or takes a coming closure back.
#[utoipa::path(delete, path = "/hotlines/{id}/closures/{closure}", tag = "staff",
    params(("id" = HotlineId, Path), ("closure" = ClosureId, Path)),
    responses((status = 200, body = ClosureView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn reopen_hotline(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path((hotline, id)): Path<(HotlineId, ClosureId)>,
) -> Result<Json<ClosureView>, Problem> {
    let (closure, _) = super::load_closure(&desk.db, &actor, id).await?;
    if closure.hotline != hotline {
        return Err(ShiftsError::NoSuchClosure.into());
    }
    Ok(Json(super::reopen_hotline(&desk, desk.now(), &actor, id).await?.into()))
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
    let hotline = super::load_hotline(&desk.db, &actor, id).await?;
    let week = super::load_week(&desk.db, hotline, local::monday(local::day(at))).await.map_err(away)?;
    let duty = super::load_duty(&desk.db, id, at).await.map_err(away)?;
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
    let hotline = super::load_hotline(&desk.db, &actor, id).await?;
    if !actor.may_plan(&hotline.office) {
        return Err(Problem::forbidden());
    }
    let mut week = super::load_week(&desk.db, hotline, monday).await.map_err(away)?;
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
    let hotline = super::load_hotline(&desk.db, &actor, id).await?;
    if !actor.may_plan(&hotline.office) {
        return Err(Problem::forbidden());
    }
    let proofs = super::prove(&desk, now, vec![hotline], super::weeks_ahead(now, from, weeks)).await.map_err(away)?;
    proofs.first().map(|(_, proof)| Json(proof.into())).ok_or_else(|| ShiftsError::NoSuchHotline.into())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OnHotline {
    hotline: HotlineId,
    /// Default: published.
    state: Option<ShiftState>,
}

/// The shifts of a hotline that touch the window, in order.
#[utoipa::path(get, path = "/shifts", tag = "staff", params(OnHotline, Window, Paging),
    responses((status = 200, body = Listed<ShiftView>), (status = 404, body = Problem)))]
async fn get_shifts(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(on): Query<OnHotline>,
    Query(window): Query<Window>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<ShiftView>>, Problem> {
    let (paging, window) = (paging.checked()?, window.span(desk.now())?);
    let hotline = super::load_hotline(&desk.db, &actor, on.hotline).await?;
    let mut shifts = super::list_shifts(&desk.db, hotline.id, window).await.map_err(away)?;
    shifts.retain(|shift| shift.state == on.state.unwrap_or(ShiftState::Published));
    Ok(Json(Listed::cut(shifts.into_iter().map(ShiftView::from).collect(), paging)))
}

/// Plans a shift and takes the officer's time.
#[utoipa::path(post, path = "/shifts", tag = "staff", request_body = NewShift,
    responses((status = 201, body = ChangedShift), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn plan_shift<G: Guard>(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    web::Json(new): web::Json<NewShift>,
) -> Result<(StatusCode, Json<ChangedShift>), Problem> {
    let plan = ShiftPlan {
        officer: new.officer,
        day: day(new.day)?,
        from: time("from", &new.from)?,
        until: time("until", &new.until)?,
        tier: tier(new.tier.unwrap_or(1))?,
        position: new.position.map(place).transpose()?,
    };
    let lookout = Lookout::over(&desk, desk.now(), new.hotline).await.map_err(away)?;
    let by = Author { now: desk.now(), actor: &actor, reason: &new.insistence.reason };
    let shift = direct::plan::<G>(&desk, by, new.insistence.despite(), (new.hotline, plan)).await?;
    Ok((StatusCode::CREATED, Json(ChangedShift::new(&desk, &lookout, shift).await)))
}

/// One shift.
#[utoipa::path(get, path = "/shifts/{id}", tag = "staff", params(("id" = ShiftId, Path)),
    responses((status = 200, body = ShiftView), (status = 404, body = Problem)))]
async fn get_shift(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
) -> Result<Json<ShiftView>, Problem> {
    Ok(Json(super::load_shift(&desk.db, &actor, id).await?.0.into()))
}

/// Changes a shift. 409 where somebody else changed it since it was seen.
#[utoipa::path(patch, path = "/shifts/{id}", tag = "staff", params(("id" = ShiftId, Path)),
    request_body = ShiftChange, responses((status = 200, body = ChangedShift), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn change_shift<G: Guard>(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
    web::Json(change): web::Json<ShiftChange>,
) -> Result<Json<ChangedShift>, Problem> {
    let (shift, hotline) = super::load_shift(&desk.db, &actor, id).await?;
    let before = shift.plan();
    let plan = ShiftPlan {
        officer: change.officer.unwrap_or(before.officer),
        day: change.day.map_or(Ok(before.day), day)?,
        from: change.from.map_or(Ok(before.from), |text| time("from", &text))?,
        until: change.until.map_or(Ok(before.until), |text| time("until", &text))?,
        tier: change.tier.map_or(Ok(before.tier), tier)?,
        position: change.position.map_or(Ok(before.position), |number| place(number).map(Some))?,
    };
    let by = Author { now: desk.now(), actor: &actor, reason: &change.insistence.reason };
    let lookout = Lookout::over(&desk, desk.now(), hotline.id).await.map_err(away)?;
    let shift = direct::change::<G>(&desk, by, change.insistence.despite(), (id, change.sequence), plan).await?;
    Ok(Json(ChangedShift::new(&desk, &lookout, shift).await))
}

/// Takes a shift back. It is kept as removed and can be restored.
#[utoipa::path(delete, path = "/shifts/{id}", tag = "staff", params(("id" = ShiftId, Path), BasedOn),
    responses((status = 200, body = ChangedShift), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn remove_shift(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
    Query(based): Query<BasedOn>,
) -> Result<Json<ChangedShift>, Problem> {
    let by = Author { now: desk.now(), actor: &actor, reason: &based.reason };
    let hotline = super::load_shift(&desk.db, &actor, id).await?.1;
    let lookout = Lookout::over(&desk, desk.now(), hotline.id).await.map_err(away)?;
    let shift = direct::remove(&desk, by, (id, based.sequence)).await?;
    Ok(Json(ChangedShift::new(&desk, &lookout, shift).await))
}

/// Brings a removed shift back as it was.
#[utoipa::path(post, path = "/shifts/{id}/restore", tag = "staff", params(("id" = ShiftId, Path)),
    request_body = Restoring, responses((status = 200, body = ChangedShift), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn restore_shift<G: Guard>(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
    web::Json(based): web::Json<Restoring>,
) -> Result<Json<ChangedShift>, Problem> {
    let by = Author { now: desk.now(), actor: &actor, reason: &based.insistence.reason };
    let hotline = super::load_shift(&desk.db, &actor, id).await?.1;
    let lookout = Lookout::over(&desk, desk.now(), hotline.id).await.map_err(away)?;
    let shift = direct::restore::<G>(&desk, by, based.insistence.despite(), (id, based.sequence)).await?;
    Ok(Json(ChangedShift::new(&desk, &lookout, shift).await))
}

async fn name(desk: &Desk, officer: OfficerId) -> Result<String, Problem> {
    let officer = crate::people::find_officer(&desk.db, officer).await.map_err(away)?;
    Ok(officer.map(|officer| officer.name).unwrap_or_default())
}

fn phone(text: &str) -> Result<Phone, Problem> {
    let faulty = |fault: crate::kernel::phone::NotAPhone| field("number", fault);
    text.parse().map_err(faulty)
}

fn day(day: NaiveDate) -> Result<NaiveDate, Problem> {
    local::is_plannable(day).then_some(day).ok_or_else(|| field("day", "a day lies between 2000 and 2199"))
}

fn time(name: &str, text: &str) -> Result<chrono::NaiveTime, Problem> {
    local::time(text).ok_or_else(|| field(name, "a time is written 08:00"))
}

fn tier(number: i64) -> Result<Tier, Problem> {
    Tier::new(number).map_err(|fault| field("tier", fault))
}

fn place(number: i64) -> Result<i64, Problem> {
    (1..=99).contains(&number).then_some(number).ok_or_else(|| field("position", "a position is a number from 1 to 99"))
}

fn field(name: &str, fault: impl std::fmt::Display) -> Problem {
    Problem::bad_request(format!("{name} cannot be read")).field(name, fault.to_string())
}

fn away(error: DbError) -> Problem {
    Problem::unavailable(&error)
}
