//! The providers' doors: check, read, one verb, answer. Whatever happens, the caller hears words.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use crate::config::Config;
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{AttemptId, CallId, DutyCallId, OrderId};
use crate::people;
use crate::web;

use super::outage::{Meanwhile, Moment};
use super::provider::order::Order;
use super::provider::twilio::{self, Reading, Signed, SigningKeys};
use super::provider::{Inbound, LegId, LegStatus, Step, Then, Unreadable, simulated};
use super::{CallsError, Dialect};
use super::{callbacks, control, duty_line, orders, room, store};

/// What a webhook is about, as its address says.
#[derive(Clone, Copy)]
pub enum About {
    Call(CallId),
    Attempt(AttemptId),
    Order(OrderId),
}

/// How long a verb may take: with it, a webhook is answered within five seconds.
const LIMIT: Duration = Duration::from_secs(4);

/// `POST /telephony/{dialect}/…` for each dialect.
pub fn webhooks() -> Router<Desk> {
    Router::new()
        .route("/telephony/{dialect}/voice", post(voice))
        .route("/telephony/{dialect}/status", post(status))
        .route("/telephony/{dialect}/step/{call}/{step}", post(step))
        .route("/telephony/{dialect}/screen/{attempt}", post(screen))
        .route("/telephony/{dialect}/accept/{attempt}", post(accept))
        .route("/telephony/{dialect}/leg/{attempt}", post(leg))
        .route("/telephony/{dialect}/callback/{attempt}/screen", post(screen_callback))
        .route("/telephony/{dialect}/callback/{attempt}/key", post(answer_callback))
        .route("/telephony/{dialect}/callback/{attempt}/ended", post(callback_ended))
        .route("/telephony/{dialect}/callback/{attempt}/leg", post(callback_leg))
        .route("/telephony/{dialect}/order/{order}", post(order))
        .route("/telephony/{dialect}/join/{attempt}/screen", post(screen_join))
        .route("/telephony/{dialect}/join/{attempt}/key", post(answer_join))
        .route("/telephony/{dialect}/join/{attempt}/leg", post(join_leg))
        .route("/telephony/{dialect}/room/{attempt}", post(left_room))
        .route("/telephony/{dialect}/keys/{attempt}", post(keys))
        .route("/telephony/{dialect}/duty/{call}/{step}", post(duty))
        .route("/telephony/simulated/orders", post(fetch_orders))
        .route("/telephony/sounds/{recording}", get(sound))
}

async fn voice(State(desk): State<Desk>, webhook: Webhook) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    let step = in_time(|| super::incoming(&desk, desk.now(), *dialect, inbound)).await;
    answer_caller(&desk, &webhook, step)
}

async fn step(
    State(desk): State<Desk>,
    Path((_, call, step)): Path<(String, CallId, i64)>,
    webhook: Webhook,
) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    let advance = || super::advance(&desk, desk.now(), *dialect, (call, step), inbound);
    let next = webhook.on_its_line(&desk, About::Call(call), advance).await;
    answer_caller(&desk, &webhook, next)
}

async fn screen(State(desk): State<Desk>, Path((_, attempt)): Path<(String, AttemptId)>, webhook: Webhook) -> Response {
    let screen = || super::screen(&desk, webhook.dialect, attempt);
    let step = webhook.on_its_line(&desk, About::Attempt(attempt), screen).await;
    note_leg(&desk, attempt, &webhook, &step).await;
    answer_officer(&desk, &webhook, step)
}

/// An officer's leg that is connected can go on elsewhere later: its id is kept.
async fn note_leg(desk: &Desk, attempt: AttemptId, webhook: &Webhook, step: &Result<Step, CallsError>) {
    let connected = step.as_ref().is_ok_and(|step| step.then == Then::Bridge);
    if connected && let Err(error) = in_time(|| room::note_leg(desk, attempt, &webhook.inbound.leg)).await {
        tracing::error!(%attempt, %error, "an officer's leg could not be noted: it stays where it is");
    }
}

async fn accept(State(desk): State<Desk>, Path((_, attempt)): Path<(String, AttemptId)>, webhook: Webhook) -> Response {
    let keys = &webhook.inbound.keys;
    let answer = || super::answer_screen(&desk, desk.now(), attempt, keys);
    let step = webhook.on_its_line(&desk, About::Attempt(attempt), answer).await;
    note_leg(&desk, attempt, &webhook, &step).await;
    answer_officer(&desk, &webhook, step)
}

async fn leg(State(desk): State<Desk>, Path((_, attempt)): Path<(String, AttemptId)>, webhook: Webhook) -> Response {
    let inbound = &webhook.inbound;
    let change = || super::leg_changed(&desk, desk.now(), attempt, inbound);
    let changed = webhook.on_its_line(&desk, About::Attempt(attempt), change).await;
    if inbound.status == Some(LegStatus::InProgress) {
        // At a duty telephone nobody is asked: this is the only word of the leg.
        return noted(match changed {
            Ok(()) => in_time(|| room::note_leg(&desk, attempt, &inbound.leg)).await,
            refused => refused,
        });
    }
    if changed.is_err() || inbound.status != Some(LegStatus::Completed) {
        return noted(changed);
    }
    // Whoever talks in a room, and is gone.
    noted(in_time(|| room::left(&desk, desk.now(), attempt)).await)
}

/// The officer who calls back has picked up.
async fn screen_callback(
    State(desk): State<Desk>,
    Path((_, attempt)): Path<(String, AttemptId)>,
    webhook: Webhook,
) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    let screen = || callbacks::screen_callback(&desk, desk.now(), *dialect, attempt, inbound);
    let step = webhook.on_its_line(&desk, About::Attempt(attempt), screen).await;
    answer_officer(&desk, &webhook, step)
}

async fn answer_callback(
    State(desk): State<Desk>,
    Path((_, attempt)): Path<(String, AttemptId)>,
    webhook: Webhook,
) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    let answer = || callbacks::answer_callback(&desk, desk.now(), *dialect, attempt, &inbound.keys);
    let step = webhook.on_its_line(&desk, About::Attempt(attempt), answer).await;
    answer_officer(&desk, &webhook, step)
}

async fn callback_ended(
    State(desk): State<Desk>,
    Path((_, attempt)): Path<(String, AttemptId)>,
    webhook: Webhook,
) -> Response {
    let end = || callbacks::callback_ended(&desk, desk.now(), attempt, &webhook.inbound);
    let step = webhook.on_its_line(&desk, About::Attempt(attempt), end).await;
    answer_officer(&desk, &webhook, step)
}

async fn callback_leg(
    State(desk): State<Desk>,
    Path((_, attempt)): Path<(String, AttemptId)>,
    webhook: Webhook,
) -> Response {
    let change = || callbacks::callback_leg(&desk, desk.now(), attempt, &webhook.inbound);
    noted(webhook.on_its_line(&desk, About::Attempt(attempt), change).await)
}

/// A leg that was led elsewhere by order.
async fn order(State(desk): State<Desk>, Path((_, order)): Path<(String, OrderId)>, webhook: Webhook) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    let carry_out = || control::carry_out(&desk, desk.now(), *dialect, order, inbound);
    let step = webhook.on_its_line(&desk, About::Order(order), carry_out).await;
    answer_caller(&desk, &webhook, step)
}

async fn screen_join(
    State(desk): State<Desk>,
    Path((_, attempt)): Path<(String, AttemptId)>,
    webhook: Webhook,
) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    let screen = || room::screen(&desk, desk.now(), *dialect, attempt, inbound);
    let step = webhook.on_its_line(&desk, About::Attempt(attempt), screen).await;
    answer_officer(&desk, &webhook, step)
}

async fn answer_join(
    State(desk): State<Desk>,
    Path((_, attempt)): Path<(String, AttemptId)>,
    webhook: Webhook,
) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    let answer = || room::answer(&desk, desk.now(), *dialect, attempt, inbound);
    let step = webhook.on_its_line(&desk, About::Attempt(attempt), answer).await;
    answer_officer(&desk, &webhook, step)
}

async fn join_leg(
    State(desk): State<Desk>,
    Path((_, attempt)): Path<(String, AttemptId)>,
    webhook: Webhook,
) -> Response {
    let change = || room::leg_changed(&desk, desk.now(), attempt, &webhook.inbound);
    noted(webhook.on_its_line(&desk, About::Attempt(attempt), change).await)
}

/// An officer comes back from a room: it is over for them.
async fn left_room(
    State(desk): State<Desk>,
    Path((_, attempt)): Path<(String, AttemptId)>,
    webhook: Webhook,
) -> Response {
    let leave = || room::left(&desk, desk.now(), attempt);
    let left = webhook.on_its_line(&desk, About::Attempt(attempt), leave).await;
    answer_officer(&desk, &webhook, left.map(|()| Step::hang_up(vec![])))
}

/// Keys that an officer pressed while they talk, from a provider that hands them over.
async fn keys(State(desk): State<Desk>, Path((_, attempt)): Path<(String, AttemptId)>, webhook: Webhook) -> Response {
    let keys = &webhook.inbound.keys;
    let control = || control::control_by_keys(&desk, desk.now(), attempt, keys);
    let done = webhook.on_its_line(&desk, About::Attempt(attempt), control).await;
    match done {
        Err(CallsError::Db(error)) => noted(Err(CallsError::Db(error))),
        Err(refused) => (StatusCode::CONFLICT, refused.to_string()).into_response(),
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
    }
}

/// What an officer typed at the duty number.
async fn duty(
    State(desk): State<Desk>,
    Path((_, call, step)): Path<(String, DutyCallId, i64)>,
    webhook: Webhook,
) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    let next = in_time(|| duty_line::advance(&desk, desk.now(), *dialect, (call, step), inbound)).await;
    answer_officer(&desk, &webhook, next)
}

/// The legs that a test telephone plays at this moment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Played {
    legs: Vec<String>,
}

/// What the test telephone is to do by itself.
async fn fetch_orders(State(desk): State<Desk>, request: axum::extract::Request) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Err(refused) = is_test_telephone(&desk, &mut parts).await {
        return refused;
    }
    let played = axum::body::to_bytes(body, web::BODY_LIMIT).await.ok();
    let played = played.and_then(|body| serde_json::from_slice::<Played>(&body).ok());
    let Some(played) = played else { return unreadable(Unreadable("legs")) };
    match orders::fetch(&desk, desk.now(), &played.legs).await {
        Ok(fetched) => {
            let told = |(leg, order): &(LegId, Order)| serde_json::json!({"leg": leg, "order": order});
            axum::Json(fetched.iter().map(told).collect::<Vec<_>>()).into_response()
        }
        Err(error) => noted(Err(CallsError::Db(error))),
    }
}

async fn status(State(desk): State<Desk>, webhook: Webhook) -> Response {
    let Webhook { dialect, inbound, .. } = &webhook;
    noted(in_time(|| super::call_changed(&desk, desk.now(), *dialect, inbound)).await)
}

/// A recorded prompt, for the provider. Its name is made of its bytes, so it never changes.
async fn sound(State(desk): State<Desk>, Path(recording): Path<String>) -> Response {
    match desk.flows.recordings.load(&recording) {
        Some(sound) => {
            let headers = [
                (header::CONTENT_TYPE, sound.format.content_type()),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, Bytes::from_owner(sound.bytes.clone())).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A webhook that is signed as it must be, and read.
struct Webhook {
    dialect: Dialect,
    inbound: Inbound,
    /// The address that it came to, without its query.
    path: String,
    moment: Moment,
}

impl axum::extract::FromRequest<Desk> for Webhook {
    type Rejection = Response;

    async fn from_request(request: axum::extract::Request, desk: &Desk) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0).clone();
        let dialect = dialect_of(&uri).ok_or_else(|| StatusCode::NOT_FOUND.into_response())?;
        let body = axum::body::to_bytes(body, web::BODY_LIMIT).await;
        let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        let inbound = match dialect {
            Dialect::Twilio => signed_by_twilio(&desk.config, &uri, &parts.headers, &body)?,
            Dialect::Simulated => from_test_telephone(desk, parts, &body).await?,
        };
        let address = (uri.path(), uri.query());
        let (moment, inbound) = Moment::meet(&desk.vault, desk.now(), address, inbound);
        Ok(Self { dialect, inbound, path: uri.path().to_owned(), moment })
    }
}

impl Webhook {
    /// Does a verb about something that is on this dialect's line; whatever is on another one is not there.
    async fn on_its_line<T, F>(&self, desk: &Desk, about: About, verb: impl Fn() -> F) -> Result<T, CallsError>
    where
        F: Future<Output = Result<T, CallsError>>,
    {
        let checked = || async {
            let is_ours = match self.dialect {
                // The signature covers the address: it is one that we gave to this provider.
                Dialect::Twilio => true,
                Dialect::Simulated => store::find_dialect(&desk.db, about).await? == Some(self.dialect),
            };
            if is_ours { verb().await } else { Err(CallsError::NoSuchCall) }
        };
        in_time(checked).await
    }
}

fn dialect_of(uri: &Uri) -> Option<Dialect> {
    match uri.path().strip_prefix("/telephony/")?.split('/').next()? {
        "twilio" => Some(Dialect::Twilio),
        "simulated" => Some(Dialect::Simulated),
        _ => None,
    }
}

#[allow(clippy::result_large_err, reason = "the refusal is the answer, made once")]
pub fn signed_by_twilio(config: &Config, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<Inbound, Response> {
    let read = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let token = config.telephony.twilio.auth_token.as_ref();
    let keys = SigningKeys { auth_token: token.map(|token| token.0.as_str()), shared_key: None };
    let url = format!("{}{}", config.public_address(), uri.path_and_query().map_or("/", |path| path.as_str()));
    let signed = Signed {
        url: &url,
        body,
        signature: read("x-twilio-signature"),
        settings: read("x-twilio-webhooks-signature-settings"),
    };
    if let Err(why) = keys.verify(&signed) {
        tracing::warn!(path = uri.path(), %why, "a webhook was refused");
        return Err((StatusCode::FORBIDDEN, why.to_string()).into_response());
    }
    twilio::read(body).map_err(unreadable)
}

/// Staff who are signed in, and in the demonstration everybody; never another site's script.
async fn from_test_telephone(desk: &Desk, mut parts: http::request::Parts, body: &Bytes) -> Result<Inbound, Response> {
    is_test_telephone(desk, &mut parts).await?;
    simulated::read(body).map_err(unreadable)
}

async fn is_test_telephone(desk: &Desk, parts: &mut http::request::Parts) -> Result<(), Response> {
    use axum::extract::FromRequestParts;
    let foreign = parts.headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin");
    let json =
        parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if foreign || !json {
        return Err(StatusCode::FORBIDDEN.into_response());
    }
    if !desk.is_demo() {
        people::SignedIn::from_request_parts(parts, desk).await.map_err(|_| StatusCode::FORBIDDEN.into_response())?;
    }
    Ok(())
}

/// Does a verb, and gives it up where the database does not answer: nothing of it happened then, or it did and will be
/// told again when the provider comes back. Where two calls reached for the same officers in another order, one gave way
/// and is done again; the one that went first is never in the way twice, so this ends.
async fn in_time<T, F>(verb: impl Fn() -> F) -> Result<T, CallsError>
where
    F: Future<Output = Result<T, CallsError>>,
{
    let done = async {
        loop {
            match verb().await {
                Err(CallsError::Db(DbError::Crossed)) => {}
                done => return done,
            }
        }
    };
    tokio::time::timeout(LIMIT, done).await.unwrap_or(Err(CallsError::Db(DbError::Gone)))
}

fn unreadable(why: Unreadable) -> Response {
    (StatusCode::BAD_REQUEST, why.to_string()).into_response()
}

fn answer_caller(desk: &Desk, webhook: &Webhook, step: Result<Step, CallsError>) -> Response {
    let Webhook { dialect, inbound, path, moment } = webhook;
    let step = match step {
        Ok(step) => {
            note_rung(desk, inbound, &step);
            step
        }
        Err(CallsError::Db(DbError::Gone)) => {
            tracing::error!(path, "the database is away; a caller is asked for patience, or hears the duty card");
            match moment.for_caller(desk, desk.now(), path, (*dialect, inbound)) {
                Meanwhile::Step(step) => step,
                Meanwhile::Card(card) => return ([(header::CONTENT_TYPE, twilio::CONTENT_TYPE)], card).into_response(),
            }
        }
        Err(error) => sorry(&error),
    };
    document(desk, *dialect, &step)
}

/// Should the database go away while it rings, the duty card passes over whoever rings now.
fn note_rung(desk: &Desk, inbound: &Inbound, step: &Step) {
    if let Then::Ring(ring) = &step.then {
        let numbers = ring.telephones.iter().map(|telephone| telephone.number.clone()).collect();
        desk.cards.note_rung(desk.now(), inbound.leg.as_str(), numbers);
    }
}

fn answer_officer(desk: &Desk, webhook: &Webhook, step: Result<Step, CallsError>) -> Response {
    let step = step.unwrap_or_else(|error| match error {
        CallsError::Db(DbError::Gone) => webhook.moment.for_officer(desk, desk.now(), &webhook.path),
        error => sorry(&error),
    });
    document(desk, webhook.dialect, &step)
}

fn sorry(error: &CallsError) -> Step {
    tracing::error!(%error, "a webhook could not be answered as it should");
    super::apology()
}

fn document(desk: &Desk, dialect: Dialect, step: &Step) -> Response {
    match dialect {
        Dialect::Twilio => {
            let reading = Reading { sounds: desk.address("/telephony/sounds/"), ..Reading::default() };
            ([(header::CONTENT_TYPE, twilio::CONTENT_TYPE)], twilio::twiml(step, &reading)).into_response()
        }
        Dialect::Simulated => axum::Json(simulated::json(step)).into_response(),
    }
}

/// A report needs no document; one that could not be noted is sent again by the provider.
fn noted(result: Result<(), CallsError>) -> Response {
    match result {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(CallsError::NoSuchCall) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a report could not be noted");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
