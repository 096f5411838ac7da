//! The page on which staff open and revoke their calendar addresses. German, like every staff page.

use ::http::StatusCode;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::FeedId;
use crate::kernel::{Language, Secret};
use crate::offices::{OfficeId, offices};
use crate::people::{self, Actor, SignedIn};
use crate::web::{self, Form, Locale, Page, say};

use super::{Feed, FeedError, FeedOf, http};

pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/kalender", get(list).post(open)).route("/dienst/kalender/{id}", get(ask).post(revoke))
}

#[derive(Template)]
#[template(path = "feeds/pages/feeds.html")]
struct FeedsPage<'a> {
    t: &'a Locale,
    page: Page,
    opened: Option<Address>,
    choices: Vec<Choice>,
    feeds: Vec<Row>,
}

#[derive(Template)]
#[template(path = "feeds/pages/revoke.html")]
struct RevokePage<'a> {
    t: &'a Locale,
    page: Page,
    row: Row,
}

/// The secret address just made, for programs that know `webcal:` and for those that do not.
struct Address {
    https: String,
    webcal: String,
}

/// Something that a feed can be opened of.
struct Choice {
    value: String,
    name: String,
}

struct Row {
    id: FeedId,
    name: String,
    opened: String,
    own: bool,
}

#[derive(Deserialize)]
struct Open {
    #[serde(default)]
    of: String,
}

impl Address {
    fn new(desk: &Desk, secret: &Secret) -> Self {
        let https = http::address(desk, secret);
        let webcal = https.split_once("://").map_or_else(String::new, |(_, rest)| format!("webcal://{rest}"));
        Self { https, webcal }
    }
}

async fn list(State(desk): State<Desk>, t: Locale, user: SignedIn) -> Response {
    shown(&desk, &t, &user, None).await
}

/// The answer to the form is the page itself and no redirect: the secret stands in no address and is shown this once.
async fn open(State(desk): State<Desk>, t: Locale, user: SignedIn, Form(form): Form<Open>) -> Response {
    let Some(of) = read(&form.of) else { return web::go(&t.path("/dienst/kalender")) };
    match super::open_feed(&desk, desk.now(), &user.0, of).await {
        Ok((_, secret)) => shown(&desk, &t, &user, Some(Address::new(&desk, &secret))).await,
        Err(error) => refused(&t, error),
    }
}

async fn ask(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    let row = match super::load_feed(&desk, &user.0, id).await {
        Ok(feed) => row(&desk, &user.0, feed).await,
        Err(error) => Err(error),
    };
    match row {
        Ok(row) => web::ok(&RevokePage { t: &t, page: user.page(&t, "Kalenderadresse widerrufen"), row }),
        Err(error) => refused(&t, error),
    }
}

async fn revoke(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    match super::revoke_feed(&desk, desk.now(), &user.0, id).await {
        Ok(()) => web::go(&t.path("/dienst/kalender")),
        Err(error) => refused(&t, error),
    }
}

async fn shown(desk: &Desk, t: &Locale, user: &SignedIn, opened: Option<Address>) -> Response {
    let status = if opened.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    match page(desk, t, user, opened).await {
        Ok(page) => web::html(status, &page),
        Err(error) => refused(t, error),
    }
}

async fn page<'a>(
    desk: &Desk,
    t: &'a Locale,
    user: &SignedIn,
    opened: Option<Address>,
) -> Result<FeedsPage<'a>, FeedError> {
    let mut rows = Vec::new();
    for feed in super::list_feeds(desk, &user.0).await? {
        rows.push(row(desk, &user.0, feed).await?);
    }
    let page = user.page(t, "Kalender-Abos");
    Ok(FeedsPage { t, page, opened, choices: choices(&user.0), feeds: rows })
}

/// Their own calendar, and the duty plans that they may see.
fn choices(actor: &Actor) -> Vec<Choice> {
    let own = actor.officer.map(|officer| Choice {
        value: officer.to_string(),
        name: "Meine Dienste, Beratungen und Abwesenheiten".into(),
    });
    let plans = offices().iter().filter(|office| actor.may_see(&office.id));
    let plan = |id: OfficeId| Choice { value: id.to_string(), name: format!("Dienstplan {}", id.name()) };
    own.into_iter().chain(plans.map(|office| plan(office.id))).collect()
}

/// What a choice's value names: an officer or an office.
fn read(value: &str) -> Option<FeedOf> {
    let officer = value.parse().map(FeedOf::Officer).ok();
    officer.or_else(|| value.parse().map(FeedOf::Office).ok())
}

async fn row(desk: &Desk, actor: &Actor, feed: Feed) -> Result<Row, FeedError> {
    let name = match feed.of {
        FeedOf::Office(office) => format!("Dienstplan {}", office.name()),
        FeedOf::Officer(id) => {
            let officer = people::find_officer(&desk.db, id).await?;
            format!("Kalender von {}", officer.map(|officer| officer.name).unwrap_or_default())
        }
    };
    let own = feed.opened_by == actor.id.to_string();
    Ok(Row { id: feed.id, name, opened: say::moment(Language::De, feed.opened_at), own })
}

fn refused(t: &Locale, error: FeedError) -> Response {
    match error {
        FeedError::NoSuchFeed | FeedError::NoSuchOfficer => web::not_found(t),
        FeedError::Forbidden => web::forbidden(t),
        FeedError::Bookings(error) => web::unavailable(t, &error),
        FeedError::Db(error) => web::unavailable(t, &error),
    }
}
