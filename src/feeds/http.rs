//! The secret addresses themselves, and the programmer's door to them.
//!
//! Rule: a calendar program that has the current state gets 304; one whose address was revoked gets 404, as if there
//! had never been one.

use axum::Router;
use axum::extract::{Path as Segment, State};
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{FeedId, OfficerId};
use crate::kernel::{Instant, Secret};
use crate::offices::OfficeId;
use crate::people::Bearer;
use crate::web::{Json, Listed, Locale, Paging, Path, Polled, Problem, Query, fresh_or_unchanged};

use super::{Feed, FeedError, FeedOf};

/// The addresses that calendar programs poll. Not a page: it has no language and needs no sign-in.
pub fn doors() -> Router<Desk> {
    Router::new().route("/feed/{file}", get(show))
}

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_feeds, post_feed)).routes(routes!(delete_feed))
}

/// Where a feed is read.
pub fn address(desk: &Desk, secret: &Secret) -> String {
    desk.address(&format!("/feed/{}.ics", secret.expose()))
}

async fn show(State(desk): State<Desk>, Segment(file): Segment<String>, headers: HeaderMap, t: Locale) -> Response {
    let Some(secret) = file.strip_suffix(".ics").and_then(Secret::parse) else { return crate::web::not_found(&t) };
    match super::feed(&desk, desk.now(), &secret).await {
        Ok(Some(calendar)) => fresh_or_unchanged(&headers, &CALENDAR, calendar),
        Ok(None) => crate::web::not_found(&t),
        Err(error) => crate::web::unavailable(&t, &error),
    }
}

const CALENDAR: Polled = Polled { kind: "text/calendar; charset=utf-8", kept: "private, max-age=300" };

/// A feed that is open. Its address is known only to whoever opened it.
#[derive(Serialize, ToSchema)]
struct FeedView {
    id: FeedId,
    /// The officer whose shifts, consultations and absences it shows; absent: the office's duty plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    officer: Option<OfficerId>,
    office: OfficeId,
    /// RFC 3339 in UTC.
    opened_at: String,
}

/// What a feed shall show: an officer's calendar, or an office's duty plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum NewFeed {
    Officer(OfficerId),
    Office(OfficeId),
}

/// A feed just opened, with its secret address, which is shown this once.
#[derive(Serialize, ToSchema)]
struct OpenedFeed {
    id: FeedId,
    address: String,
}

impl From<Feed> for FeedView {
    fn from(feed: Feed) -> Self {
        let officer = match feed.of {
            FeedOf::Officer(officer) => Some(officer),
            FeedOf::Office(_) => None,
        };
        Self { id: feed.id, officer, office: feed.office, opened_at: Instant::rfc3339(feed.opened_at) }
    }
}

impl From<FeedError> for Problem {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::NoSuchFeed => Self::not_found("this feed"),
            FeedError::NoSuchOfficer => Self::not_found("this officer"),
            FeedError::Forbidden => Self::forbidden(),
            FeedError::Bookings(error) => error.into(),
            FeedError::Db(error) => Self::unavailable(&error),
        }
    }
}

/// Lists the open calendar feeds that are yours to revoke.
#[utoipa::path(get, path = "/feeds", tag = "feeds", security(("bearer" = [])), params(Paging),
    responses((status = 200, body = Listed<FeedView>), (status = 401, body = Problem)))]
async fn get_feeds(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Listed<FeedView>>, Problem> {
    let paging = paging.checked()?;
    let feeds = super::list_feeds(&desk, &actor).await?;
    Ok(axum::Json(Listed::cut(feeds.into_iter().map(FeedView::from).collect(), paging)))
}

/// Opens a calendar feed.
#[utoipa::path(post, path = "/feeds", tag = "feeds", security(("bearer" = [])), request_body = NewFeed,
    responses((status = 201, body = OpenedFeed), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn post_feed(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Json(new): Json<NewFeed>,
) -> Result<(StatusCode, axum::Json<OpenedFeed>), Problem> {
    let of = match new {
        NewFeed::Officer(officer) => FeedOf::Officer(officer),
        NewFeed::Office(office) => FeedOf::Office(office),
    };
    let (id, secret) = super::open_feed(&desk, desk.now(), &actor, of).await?;
    Ok((StatusCode::CREATED, axum::Json(OpenedFeed { id, address: address(&desk, &secret) })))
}

/// Revokes a calendar feed: its address answers 404 from now on.
#[utoipa::path(delete, path = "/feeds/{id}", tag = "feeds", security(("bearer" = [])), params(("id" = FeedId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete_feed(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<FeedId>,
) -> Result<StatusCode, Problem> {
    super::revoke_feed(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
