//! The programmer's door to hotlines and what closes them by hand.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{ClosureId, HotlineId};
use crate::kernel::{Instant, Phone, Span};
use crate::offices::{OfficeId, OpeningHours, TopicId};
use crate::people::{Bearer, OPEN_END};
use crate::shifts::{
    self, CallbacksRing, Closure, ClosurePlan, Hotline, IfNobodyFits, Instruction, Reasons, Rules, ShiftsError,
};
use crate::web::{self, Listed, Paging, Path, Problem, Query, Window};

use super::{away, field};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get_hotlines, open_hotline))
        .routes(routes!(get_hotline, change_hotline))
        .routes(routes!(get_closures, close_hotline))
        .routes(routes!(reopen_hotline))
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

/// Hotlines that the token sees, by name.
#[utoipa::path(get, path = "/hotlines", tag = "staff", params(Paging),
    responses((status = 200, body = Listed<HotlineView>), (status = 401, body = Problem)))]
async fn get_hotlines(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<HotlineView>>, Problem> {
    let paging = paging.checked()?;
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await.map_err(away)?;
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
    shifts::open_hotline(&desk, desk.now(), &actor, &hotline).await?;
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
    Ok(Json(shifts::load_hotline(&desk.db, &actor, id).await?.into()))
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
    let before = shifts::load_hotline(&desk.db, &actor, id).await?;
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
    Ok(Json(shifts::change_hotline(&desk, desk.now(), &actor, &hotline).await?.into()))
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
    let hotline = shifts::load_hotline(&desk.db, &actor, id).await?;
    let closures = shifts::list_closures(&desk.db, hotline.id, window).await.map_err(away)?;
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
    let closure = shifts::close_hotline(&desk, now, &actor, id, &plan).await?;
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
    let (closure, _) = shifts::load_closure(&desk.db, &actor, id).await?;
    if closure.hotline != hotline {
        return Err(ShiftsError::NoSuchClosure.into());
    }
    Ok(Json(shifts::reopen_hotline(&desk, desk.now(), &actor, id).await?.into()))
}

fn phone(text: &str) -> Result<Phone, Problem> {
    let faulty = |fault: crate::kernel::phone::NotAPhone| field("number", fault);
    text.parse().map_err(faulty)
}
