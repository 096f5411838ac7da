//! The official list for programs: other pages and apps may show it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Entry, load};
use crate::desk::Desk;
use crate::web::Problem;

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_official))
}

/// The authority's own numbers, addresses and profiles.
#[derive(Serialize, ToSchema)]
struct OfficialView {
    authority: String,
    /// Every link in a mail or a text message leads there.
    address: String,
    numbers: Vec<NumberView>,
    mails: Vec<NamedView>,
    profiles: Vec<NamedView>,
    /// What nobody of the authority ever asks for.
    never_asked_for: [&'static str; 4],
}

#[derive(Serialize, ToSchema)]
struct NumberView {
    name: String,
    /// E.164.
    number: String,
}

#[derive(Serialize, ToSchema)]
struct NamedView {
    name: String,
    address: String,
}

impl From<Entry<String>> for NamedView {
    fn from(entry: Entry<String>) -> Self {
        Self { name: entry.name, address: entry.value }
    }
}

/// What is genuine: the authority's own telephone numbers, mail addresses and profiles.
#[utoipa::path(get, path = "/official", tag = "official", responses((status = 200, body = OfficialView)))]
async fn get_official(State(desk): State<Desk>) -> Result<Response, Problem> {
    let official = load(&desk).await.map_err(|error| Problem::unavailable(&error))?;
    let number = |it: Entry<crate::kernel::Phone>| NumberView { name: it.name, number: it.value.as_str().to_owned() };
    let view = OfficialView {
        authority: desk.config.authority.name.clone(),
        address: official.address,
        numbers: official.numbers.into_iter().map(number).collect(),
        mails: official.mails.into_iter().map(NamedView::from).collect(),
        profiles: official.profiles.into_iter().map(NamedView::from).collect(),
        never_asked_for: ["money", "PIN", "TAN", "password"],
    };
    let open_to_all = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((open_to_all, axum::Json(view)).into_response())
}
