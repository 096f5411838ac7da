//! `GET /metrics`, for a monitor with the operator's token.
//!
//! Rule: as long as `server.metrics_token` is not set, nothing is there; a wrong token learns nothing.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use subtle::ConstantTimeEq;

use super::text::MEDIA_TYPE;
use crate::desk::Desk;
use crate::web::{self, Locale};

pub fn doors() -> Router<Desk> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(desk): State<Desk>, t: Locale, headers: HeaderMap) -> Response {
    let Some(token) = &desk.config.server.metrics_token else { return web::not_found(&t) };
    if !is_shown(&headers, &token.0.0) {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
        return (StatusCode::UNAUTHORIZED, challenge, "send `Authorization: Bearer TOKEN`\n").into_response();
    }
    let told = super::tell(&desk, desk.now()).await;
    ([(header::CONTENT_TYPE, MEDIA_TYPE), (header::CACHE_CONTROL, "no-store")], told).into_response()
}

fn is_shown(headers: &HeaderMap, token: &str) -> bool {
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    shown.is_some_and(|(_, shown)| shown.trim().as_bytes().ct_eq(token.as_bytes()).into())
}
