//! What stands before every door: security headers, the same-origin rule, repeated POSTs of the programmer's door.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};

use super::{Locale, Problem, page};
use crate::args;
use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::vault::Place;

/// Largest body of a request: 256 KiB.
pub const BODY_LIMIT: usize = 256 * 1024;

/// Nothing is loaded from elsewhere, nothing is framed, nothing is sent elsewhere.
static HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// So much is read of a body before it is refused: a sender who is cut off in the middle would never see the answer.
const READ_LIMIT: usize = 4 * 1024 * 1024;

/// Takes in the whole body before anything else happens. One that is too large, or holds what no database keeps as text,
/// gets its answer in the door's own shape.
pub async fn whole_body(t: Locale, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match axum::body::to_bytes(body, READ_LIMIT).await {
        Ok(body) if has_nul(&parts, &body) => nul(&t, &parts),
        Ok(body) if body.len() <= BODY_LIMIT => next.run(Request::from_parts(parts, Body::from(body))).await,
        _ if parts.uri.path().starts_with("/api/") => body_too_large(),
        _ if parts.uri.path().starts_with("/telephony/") => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        _ => page::message(&t, StatusCode::PAYLOAD_TOO_LARGE, "form-unreadable-title", "form-too-large-text"),
    }
}

/// Whether a text of the request holds U+0000, as it is written in addresses, forms and JSON. No call is lost for it.
fn has_nul(parts: &Parts, body: &[u8]) -> bool {
    let holds = |text: &[u8], nul: &[u8]| text.windows(nul.len()).any(|part| part.eq_ignore_ascii_case(nul));
    let address = parts.uri.path_and_query().map_or("", |it| it.as_str());
    !address.starts_with("/telephony/")
        && (holds(address.as_bytes(), b"%00") || [&b"%00"[..], b"\0", b"\\u0000"].iter().any(|nul| holds(body, nul)))
}

fn nul(t: &Locale, parts: &Parts) -> Response {
    match parts.uri.path().starts_with("/api/") {
        true => Problem::bad_request("a text has no NUL character (U+0000)").into_response(),
        false => page::message(t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text"),
    }
}

fn body_too_large() -> Response {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "a body has 256 KiB at most").into_response()
}

/// How the router begins where it cannot read a query, such as one that has a field twice.
const UNREAD: &[u8] = b"Failed to deserialize query string";

/// A query that cannot be read is answered by a page of ours.
pub async fn readable_address(t: Locale, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !is_plain || response.status() != StatusCode::BAD_REQUEST {
        return response;
    }
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, BODY_LIMIT).await {
        Ok(text) if !text.starts_with(UNREAD) => Response::from_parts(parts, Body::from(text)),
        _ => page::message(&t, StatusCode::BAD_REQUEST, "address-unreadable-title", "address-unreadable-text"),
    }
}

pub async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // What is not said to be public is personal.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A form is taken only from our own pages (instead of form tokens): browsers say where a request comes from
/// (Fetch Metadata, or the older `Origin`). Programs that say nothing carry no cookie that could be abused.
pub async fn same_origin(State(desk): State<Desk>, t: Locale, request: Request, next: Next) -> Response {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reading || is_same_origin(request.headers(), &desk.config.public_address()) {
        return next.run(request).await;
    }
    page::message(&t, StatusCode::FORBIDDEN, "foreign-form-title", "foreign-form-text")
}

fn is_same_origin(headers: &HeaderMap, ours: &str) -> bool {
    let read = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = read("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (read("origin"), read("host")) {
        (None, _) => true,
        (Some(origin), host) => {
            let without_scheme = origin.split_once("://").map_or(origin, |(_, rest)| rest);
            origin == ours || Some(without_scheme) == host
        }
    }
}

const CLAIM: &str = "INSERT INTO idempotency (key_hash, body_hash, status, answer, created_at)
    VALUES ($1, $2, 0, $3, $4) ON CONFLICT (key_hash) DO NOTHING";
const FIND: &str = "SELECT body_hash, status, answer FROM idempotency WHERE key_hash = $1";
const KEEP: &str = "UPDATE idempotency SET status = $2, answer = $3 WHERE key_hash = $1";
const FREE: &str = "DELETE FROM idempotency WHERE key_hash = $1";
const FORGET: &str = "DELETE FROM idempotency WHERE created_at < $1";

/// The statements of this room, for the test that prepares all of them on both engines.
pub const STATEMENTS: &[&str] = &[CLAIM, FIND, KEEP, FREE, FORGET];

/// `Idempotency-Key` on POST: the same key with the same body gets the same answer, kept for 24 hours; with another
/// body 409. Answers of 500 and above are not kept, so that a later try may succeed.
#[allow(clippy::disallowed_methods, reason = "what runs by itself here ends with its request")]
pub async fn idempotent(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let key = request.headers().get("idempotency-key").cloned();
    let Some(key) = key.filter(|_| request.method() == Method::POST) else { return next.run(request).await };
    // In a task of its own: where the client hangs up or the time is up, the work goes on and its answer is kept.
    match tokio::spawn(async move { once(&desk, key, request, next).await }).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => Problem::unavailable(&error).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn once(desk: &Desk, key: HeaderValue, request: Request, next: Next) -> Result<Response, DbError> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return Ok(body_too_large());
    };
    let who = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    let key_hash = hash(&[parts.uri.path().as_bytes(), who, key.as_bytes()]);
    let body_hash = hash(&[&body]);

    let mut tx = desk.db.begin().await?;
    let claimed = tx.run(CLAIM, args![key_hash, body_hash, Vec::<u8>::new(), desk.now()]).await?;
    tx.commit().await?;
    if claimed == 0 {
        let earlier = (&desk.db).first::<(Vec<u8>, i64, Vec<u8>)>(FIND, args![key_hash]).await?;
        return Ok(repeat(desk, &key_hash, earlier, &body_hash));
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(desk, key_hash, response).await
}

/// Answers may hold a secret that is shown once: they are kept sealed.
fn place(key_hash: &[u8]) -> String {
    key_hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn repeat(desk: &Desk, key_hash: &[u8], earlier: Option<(Vec<u8>, i64, Vec<u8>)>, body_hash: &[u8]) -> Response {
    let conflict = |code, detail| Problem::new(StatusCode::CONFLICT, code, detail).into_response();
    match earlier {
        Some((body, _, _)) if body != body_hash => {
            conflict("idempotency-key-reused", "this Idempotency-Key came with another body before; take a new one")
        }
        Some((_, status, answer)) if status > 0 => {
            let status = StatusCode::from_u16(status as u16).unwrap_or(StatusCode::OK);
            let record = place(key_hash);
            let answer = desk.vault.open(Place { column: "idempotency.answer", record: &record }, &answer);
            let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
            (status, [(header::CONTENT_TYPE, kind)], Bytes::from(answer.unwrap_or_default())).into_response()
        }
        _ => conflict("still-at-work", "the first request with this Idempotency-Key is still at work; try again"),
    }
}

async fn keep(desk: &Desk, key_hash: Vec<u8>, response: Response) -> Result<Response, DbError> {
    let (parts, body) = response.into_parts();
    let answer = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut tx = desk.db.begin().await?;
    if parts.status.is_server_error() {
        tx.run(FREE, args![key_hash]).await?;
    } else {
        let record = place(&key_hash);
        let sealed = desk.vault.seal(Place { column: "idempotency.answer", record: &record }, &answer);
        tx.run(KEEP, args![key_hash, i64::from(parts.status.as_u16()), sealed]).await?;
    }
    tx.commit().await?;
    Ok(Response::from_parts(parts, Body::from(answer)))
}

/// Forgets answers older than a day. Says how many.
pub async fn forget_answers(desk: &Desk, now: crate::kernel::Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let forgotten = tx.run(FORGET, args![now - chrono::TimeDelta::hours(24)]).await?;
    tx.commit().await?;
    Ok(forgotten)
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}
