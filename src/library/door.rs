//! The one public address of the library: the JSON Schema of call flows, for editors.
//!
//! Not the flows themselves: what callers hear is nobody's business before they call. One rule: the schema served is
//! that of the program that runs.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::CONTENT_TYPE;

use crate::desk::Desk;
use crate::flows;

pub fn doors() -> Router<Desk> {
    Router::new().route("/ansagen/flow.schema.json", get(show))
}

/// `GET /ansagen/flow.schema.json`.
async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/schema+json")], flows::schema().to_string())
}
