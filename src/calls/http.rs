//! The programmer's door to calls and call-backs. Numbers are never in it: they are opened on the officer's page only.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{AttemptId, BlockId, CallId, CallbackId, HotlineId, OfficerId, VoicemailId};
use crate::kernel::{Instant, Span};
use crate::offices::TopicId;
use crate::people::{Actor, Bearer};
use crate::web::{self, Paging, Path, Problem, Query};

use super::{
    Attempt, Became, Block, BlockState, CallState, CallbackState, CallsError, Control, Ending, Given, Listed, Outcome,
    PastStep, Proposal, Verdict, VoicemailState,
};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(list_calls))
        .routes(routes!(show_call))
        .routes(routes!(list_callbacks))
        .routes(routes!(close_callback))
        .routes(routes!(call_back))
        .routes(routes!(list_orders, order))
        .routes(routes!(list_blocks))
        .routes(routes!(propose_block))
        .routes(routes!(decide_block))
        .routes(routes!(lift_block))
        .routes(routes!(list_voicemails))
        .routes(routes!(hear_voicemail))
        .routes(routes!(delete_voicemail))
}

impl From<CallsError> for Problem {
    fn from(error: CallsError) -> Self {
        match error {
            CallsError::NoSuchCall => Self::not_found("this call"),
            CallsError::NoSuchCallback => Self::not_found("this call-back"),
            CallsError::ClosedAlready => Self::new(StatusCode::CONFLICT, "closed-already", error.to_string()),
            CallsError::NoTelephone => Self::new(StatusCode::CONFLICT, "no-telephone", error.to_string()),
            CallsError::NoTalk => Self::new(StatusCode::CONFLICT, "no-talk", error.to_string()),
            CallsError::OtherOrder => Self::new(StatusCode::CONFLICT, "other-order", error.to_string()),
            CallsError::NobodyFree => Self::new(StatusCode::CONFLICT, "nobody-free", error.to_string()),
            CallsError::AskedAlready => Self::new(StatusCode::CONFLICT, "asked-already", error.to_string()),
            CallsError::NumberWithheld => Self::new(StatusCode::CONFLICT, "number-withheld", error.to_string()),
            CallsError::NumberGone => Self::new(StatusCode::CONFLICT, "number-gone", error.to_string()),
            CallsError::BadBlock => Self::bad_request(error.to_string()),
            CallsError::NotYoursToDecide => Self::new(StatusCode::FORBIDDEN, "not-yours-to-decide", error.to_string()),
            CallsError::NoSuchBlock => Self::not_found("this block"),
            CallsError::BlockDecided => Self::new(StatusCode::CONFLICT, "block-decided", error.to_string()),
            CallsError::StillCalling => Self::new(StatusCode::CONFLICT, "still-calling", error.to_string()),
            CallsError::CalledBackNow => Self::new(StatusCode::CONFLICT, "called-back-now", error.to_string()),
            CallsError::Recovering(_) => Self::new(StatusCode::CONFLICT, "recovering", error.to_string()),
            CallsError::NotCallable => Self::new(StatusCode::CONFLICT, "not-callable", error.to_string()),
            CallsError::InCall => Self::new(StatusCode::CONFLICT, "in-call", error.to_string()),
            CallsError::FateUnknown => Self::new(StatusCode::CONFLICT, "fate-unknown", error.to_string()),
            CallsError::ProviderRefused(_) => Self::new(StatusCode::BAD_GATEWAY, "provider-refused", error.to_string()),
            CallsError::NoSuchVoicemail => Self::not_found("this message"),
            CallsError::NoSound => Self::not_found("the sound of this message"),
            CallsError::DeletedAlready => Self::new(StatusCode::CONFLICT, "deleted-already", error.to_string()),
            CallsError::SoundAway(_) => Self::unavailable(&error),
            CallsError::NoSuchFlow(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken-flow", error.to_string()),
            CallsError::Db(error) => Self::unavailable(&error),
        }
    }
}

/// A call.
#[derive(Serialize, ToSchema)]
struct CallView {
    id: CallId,
    hotline: HotlineId,
    office: String,
    state: CallState,
    ending: Option<Ending>,
    topic: Option<String>,
    started_at: String,
    ended_at: Option<String>,
    /// How often an officer was rung.
    attempts: i64,
}

/// A call with all that happened in it.
#[derive(Serialize, ToSchema)]
struct ExplainedView {
    #[serde(flatten)]
    call: CallView,
    steps: Vec<StepView>,
    rang: Vec<AttemptView>,
}

#[derive(Serialize, ToSchema)]
struct StepView {
    at: String,
    /// `started`, `key 1`, `silence`, `number`, `rang`, `talked`, `transferred`, `recorded`.
    event: String,
    /// In which call flow.
    flow: String,
    /// The ways that the caller took through it.
    ways: Vec<WayView>,
    /// In German, why nobody was rung where somebody was to be; else empty.
    why: String,
}

#[derive(Serialize, ToSchema)]
struct WayView {
    from: String,
    /// A key, or a word such as `open` or `silence`.
    by: String,
    to: String,
}

impl From<PastStep> for StepView {
    fn from(step: PastStep) -> Self {
        let way = |[from, by, to]: [&str; 3]| WayView { from: from.into(), by: by.into(), to: to.into() };
        let ways = step.ways().map(way).collect();
        Self { at: step.at.rfc3339(), event: step.event, flow: step.flow, ways, why: step.why }
    }
}

#[derive(Serialize, ToSchema)]
struct AttemptView {
    id: AttemptId,
    officer: OfficerId,
    tier: i64,
    /// Why this officer, and why not those before, in German.
    why: String,
    outcome: Outcome,
    rang_at: String,
    accepted_at: Option<String>,
    ended_at: Option<String>,
    /// Neighbours' help: the hotline on whose shift the officer was.
    #[serde(skip_serializing_if = "Option::is_none")]
    helper: Option<HotlineId>,
}

/// A request to be called back, without its number.
#[derive(Serialize, ToSchema)]
struct CallbackView {
    id: CallbackId,
    call: CallId,
    hotline: HotlineId,
    office: String,
    topic: Option<String>,
    language: crate::kernel::Language,
    state: CallbackState,
    requested_at: String,
    /// Until when the person should be called back.
    due_at: String,
    /// Since when they wait, in the queue, too.
    waiting_since: String,
    /// The place in the hotline's queue, callers who wait among them; none once it is closed.
    position: Option<usize>,
    /// How often they were rung and were not there.
    not_reached: usize,
    closed_at: Option<String>,
}

impl From<Listed> for CallView {
    fn from(call: Listed) -> Self {
        Self {
            id: call.id,
            hotline: call.hotline,
            office: call.office.to_string(),
            state: call.state,
            ending: call.ending,
            topic: call.topic,
            started_at: call.started_at.rfc3339(),
            ended_at: call.ended_at.map(Instant::rfc3339),
            attempts: call.attempts,
        }
    }
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            id: attempt.id,
            officer: attempt.officer,
            tier: attempt.tier,
            why: attempt.why,
            outcome: attempt.outcome,
            rang_at: attempt.rang_at.rfc3339(),
            accepted_at: attempt.accepted_at.map(Instant::rfc3339),
            ended_at: attempt.ended_at.map(Instant::rfc3339),
            helper: attempt.helper,
        }
    }
}

/// A window of time, RFC 3339.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Window {
    /// From this instant on. Default: 14 days ago.
    from: Option<String>,
    /// Until before this instant. Default: now.
    until: Option<String>,
}

impl Window {
    fn span(&self, now: Instant) -> Result<Span, Problem> {
        let read = |text: &Option<String>, default: Instant| match text {
            None => Ok(default),
            Some(text) => Instant::parse(text)
                .ok_or_else(|| Problem::bad_request(format!("\"{text}\" is not an instant of RFC 3339"))),
        };
        let start = read(&self.from, now - chrono::TimeDelta::days(14))?;
        let end = read(&self.until, now + chrono::TimeDelta::seconds(1))?;
        Span::new(start, end).ok_or_else(|| Problem::bad_request("until must come after from"))
    }
}

/// Only calls that ended so.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ended {
    /// How the calls ended. Default: all, those that last, too.
    ending: Option<Ending>,
}

/// Calls of the holder's office, newest first.
#[utoipa::path(get, path = "/calls", params(Window, Ended, Paging), responses((status = 200, body = web::Listed<CallView>)))]
async fn list_calls(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(window): Query<Window>,
    Query(ended): Query<Ended>,
    Query(paging): Query<Paging>,
) -> Result<Json<web::Listed<CallView>>, Problem> {
    let paging = paging.checked()?;
    let span = window.span(desk.now())?;
    let calls = super::list_calls(&desk, &actor, span, ended.ending, (paging.limit + 1, paging.offset)).await;
    let calls = calls.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(web::Listed::of(calls.into_iter().map(CallView::from).collect(), paging)))
}

/// A call, with the officers who were rung and why.
#[utoipa::path(get, path = "/calls/{id}", params(("id" = CallId, Path)),
    responses((status = 200, body = ExplainedView), (status = 404, body = Problem)))]
async fn show_call(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<CallId>,
) -> Result<Json<ExplainedView>, Problem> {
    let told = super::explain_call(&desk, &actor, id).await?;
    let steps = told.steps.into_iter().map(StepView::from).collect();
    let rang = told.attempts.into_iter().map(AttemptView::from).collect();
    Ok(Json(ExplainedView { call: told.call.into(), steps, rang }))
}

/// Requests to be called back, newest first.
#[utoipa::path(get, path = "/callbacks", params(Window, Paging),
    responses((status = 200, body = web::Listed<CallbackView>)))]
async fn list_callbacks(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(window): Query<Window>,
    Query(paging): Query<Paging>,
) -> Result<Json<web::Listed<CallbackView>>, Problem> {
    let paging = paging.checked()?;
    let rows = super::list_callbacks(&desk, &actor, window.span(desk.now())?).await;
    let rows = rows.map_err(|error| Problem::unavailable(&error))?;
    let views = rows.into_iter().map(|opened| {
        let (position, not_reached) = (opened.position, opened.not_reached());
        let callback = opened.callback;
        CallbackView {
            id: callback.id,
            call: callback.call,
            hotline: callback.hotline,
            office: callback.office.to_string(),
            topic: callback.topic,
            language: callback.language,
            state: callback.state,
            requested_at: callback.requested_at.rfc3339(),
            due_at: callback.due_at.rfc3339(),
            waiting_since: callback.waiting_since.rfc3339(),
            position,
            not_reached,
            closed_at: callback.closed_at.map(Instant::rfc3339),
        }
    });
    Ok(Json(web::Listed::cut(views.collect(), paging)))
}

/// How a call-back was closed.
#[derive(Deserialize, ToSchema)]
struct Close {
    /// `done` or `given_up`.
    state: CallbackState,
}

/// Closes a call-back; its number is deleted with it.
#[utoipa::path(post, path = "/callbacks/{id}/close", params(("id" = CallbackId, Path)), request_body = Close,
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn close_callback(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<CallbackId>,
    web::Json(close): web::Json<Close>,
) -> Result<StatusCode, Problem> {
    if close.state == CallbackState::Open {
        return Err(Problem::bad_request("close a call-back as done or given_up"));
    }
    super::close_callback(&desk, desk.now(), &actor, id, close.state).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rings the holder's own telephone, to be connected with the person.
#[utoipa::path(post, path = "/callbacks/{id}/call", params(("id" = CallbackId, Path)),
    responses((status = 202), (status = 404, body = Problem), (status = 409, body = Problem), (status = 502, body = Problem)))]
async fn call_back(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<CallbackId>,
) -> Result<StatusCode, Problem> {
    super::call_back(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// What an officer wants of the call in which they talk.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    /// Ends it politely, because it is abusive.
    End,
    /// Asks a colleague to join.
    AddOfficer,
    /// Puts the caller back to the queue's front.
    Requeue,
    /// Plays the agreed instruction to a caller in danger.
    Instruct,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    order: Wanted,
    /// Whose talk it is. A token is nobody's, so it names one; it plans their office.
    officer: Option<OfficerId>,
    /// About what the caller waits next; for `requeue` alone.
    #[schema(value_type = Option<String>)]
    topic: Option<TopicId>,
}

/// An order in a call, and what has become of it.
#[derive(Serialize, ToSchema)]
struct OrderView {
    /// `abuse`, `add_officer`, `requeue` or `instruct`.
    order: String,
    at: String,
    became: Became,
    /// Who was asked to join.
    #[serde(skip_serializing_if = "Option::is_none")]
    colleague: Option<String>,
}

impl From<Given> for OrderView {
    fn from(given: Given) -> Self {
        let Given { what, at, became, colleague, .. } = given;
        Self { order: what.to_string(), at: at.rfc3339(), became, colleague }
    }
}

/// What was ordered in a call, in order, and what has become of each.
#[utoipa::path(get, path = "/calls/{id}/orders", params(("id" = CallId, Path)),
    responses((status = 200, body = Vec<OrderView>), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn list_orders(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<CallId>,
) -> Result<Json<Vec<OrderView>>, Problem> {
    let given = super::list_given_in(&desk, &actor, id).await?;
    Ok(Json(given.into_iter().map(OrderView::from).collect()))
}

/// Orders something in a call that lasts, for the officer who talks in it. 202: the provider has it; what becomes of it is
/// told with the orders. 409 where nobody talks there, or where another order is still being carried out.
#[utoipa::path(post, path = "/calls/{id}/orders", params(("id" = CallId, Path)), request_body = NewOrder,
    responses((status = 202), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 502, body = Problem)))]
async fn order(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<CallId>,
    web::Json(new): web::Json<NewOrder>,
) -> Result<StatusCode, Problem> {
    if new.topic.is_some() && !matches!(new.order, Wanted::Requeue) {
        return Err(Problem::bad_request("a topic is for requeue alone").field("topic", "only with requeue"));
    }
    let control = match new.order {
        Wanted::End => Control::EndAbuse,
        Wanted::AddOfficer => Control::AddOfficer,
        Wanted::Requeue => Control::Requeue(new.topic),
        Wanted::Instruct => Control::Instruct,
    };
    let call = super::explain_call(&desk, &actor, id).await?.call;
    if new.officer.is_some() && new.officer != actor.officer && !actor.may_plan(&call.office) {
        return Err(Problem::forbidden());
    }
    let actor = Actor { officer: new.officer.or(actor.officer), ..actor };
    super::control(&desk, desk.now(), &actor, (id, control)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// A number that an office does not serve for a time, or may not; the number itself is not kept.
#[derive(Serialize, ToSchema)]
struct BlockView {
    id: BlockId,
    office: String,
    /// The call from which it came.
    call: CallId,
    state: BlockState,
    reason: String,
    days: i64,
    noted_at: String,
    proposed_at: Option<String>,
    decided_at: Option<String>,
    until: Option<String>,
    /// How many calls were turned away.
    hits: i64,
}

impl From<Block> for BlockView {
    fn from(block: Block) -> Self {
        Self {
            id: block.id,
            office: block.office.to_string(),
            call: block.call,
            state: block.state,
            reason: block.reason,
            days: block.days,
            noted_at: block.noted_at.rfc3339(),
            proposed_at: block.proposed_at.map(Instant::rfc3339),
            decided_at: block.decided_at.map(Instant::rfc3339),
            until: block.until.map(Instant::rfc3339),
            hits: block.hits,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBlock {
    /// 5 to 500 characters.
    reason: String,
    /// 1 to 90.
    days: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decision {
    verdict: Verdict,
}

/// Blocks of the holder's office, newest first; abusive calls for which one may be proposed, too.
#[utoipa::path(get, path = "/blocks", params(Paging),
    responses((status = 200, body = web::Listed<BlockView>), (status = 401, body = Problem)))]
async fn list_blocks(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<web::Listed<BlockView>>, Problem> {
    let paging = paging.checked()?;
    let blocks = super::list_blocks(&desk, &actor).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(web::Listed::cut(blocks.into_iter().map(BlockView::from).collect(), paging)))
}

/// Proposes to block the caller of a call. In force once somebody else has agreed.
#[utoipa::path(post, path = "/calls/{id}/block", params(("id" = CallId, Path)), request_body = NewBlock,
    responses((status = 201, body = BlockView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn propose_block(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<CallId>,
    web::Json(NewBlock { reason, days }): web::Json<NewBlock>,
) -> Result<(StatusCode, Json<BlockView>), Problem> {
    super::propose_block(&desk, desk.now(), &actor, id, &Proposal { reason, days }).await?;
    let block = super::find_block(&desk, &actor, id).await.map_err(|error| Problem::unavailable(&error))?;
    let block = block.ok_or(CallsError::NoSuchBlock)?;
    Ok((StatusCode::CREATED, Json(block.into())))
}

/// Puts a proposed block in force, or rejects it: a supervisor who has not proposed it.
#[utoipa::path(post, path = "/blocks/{id}/decision", params(("id" = BlockId, Path)), request_body = Decision,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn decide_block(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<BlockId>,
    web::Json(Decision { verdict }): web::Json<Decision>,
) -> Result<StatusCode, Problem> {
    super::decide_block(&desk, desk.now(), &actor, id, verdict).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lifts a block that is in force.
#[utoipa::path(delete, path = "/blocks/{id}", params(("id" = BlockId, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn lift_block(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<BlockId>,
) -> Result<StatusCode, Problem> {
    super::lift_block(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A message that a caller left. It is heard on the staff's page only.
#[derive(Serialize, ToSchema)]
struct VoicemailView {
    id: VoicemailId,
    call: CallId,
    hotline: HotlineId,
    office: String,
    topic: Option<String>,
    language: crate::kernel::Language,
    /// How long it is.
    seconds: i64,
    state: VoicemailState,
    recorded_at: String,
}

/// Messages that callers left: new ones first, then the latest.
#[utoipa::path(get, path = "/voicemails", params(Window, Paging),
    responses((status = 200, body = web::Listed<VoicemailView>)))]
async fn list_voicemails(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(window): Query<Window>,
    Query(paging): Query<Paging>,
) -> Result<Json<web::Listed<VoicemailView>>, Problem> {
    let paging = paging.checked()?;
    let messages = super::list_voicemails(&desk, &actor, window.span(desk.now())?).await;
    let messages = messages.map_err(|error| Problem::unavailable(&error))?;
    let views = messages.into_iter().map(|opened| {
        let voicemail = opened.voicemail;
        VoicemailView {
            id: voicemail.id,
            call: voicemail.call,
            hotline: voicemail.hotline,
            office: voicemail.office.to_string(),
            topic: voicemail.topic,
            language: voicemail.language,
            seconds: voicemail.seconds,
            state: voicemail.state,
            recorded_at: voicemail.recorded_at.rfc3339(),
        }
    });
    Ok(Json(web::Listed::cut(views.collect(), paging)))
}

/// Marks a message as heard.
#[utoipa::path(post, path = "/voicemails/{id}/heard", params(("id" = VoicemailId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn hear_voicemail(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<VoicemailId>,
) -> Result<StatusCode, Problem> {
    super::mark_heard(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a message, here at once and at the provider soon after.
#[utoipa::path(delete, path = "/voicemails/{id}", params(("id" = VoicemailId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete_voicemail(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<VoicemailId>,
) -> Result<StatusCode, Problem> {
    super::delete_voicemail(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
