//! The official list for people, and how to tell a fraud.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::{Official, load};
use crate::desk::Desk;
use crate::web::{self, Locale, Page};

/// `/echt`.
pub fn pages() -> Router<Desk> {
    Router::new().route("/echt", get(show))
}

#[derive(Template)]
#[template(path = "official/pages/official.html")]
struct OfficialPage<'a> {
    t: &'a Locale,
    page: Page,
    official: Official,
}

async fn show(State(desk): State<Desk>, t: Locale) -> Response {
    match load(&desk).await {
        Ok(official) => web::ok(&OfficialPage { t: &t, page: Page::new(&t, t.tr("official-title")), official }),
        Err(error) => web::unavailable(&t, &error),
    }
}
