//! The programmer's door to offices, places and topics: reading only, open to everybody.

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    Calendar, Found, Office, OfficeId, OpeningHours, Place, Sensitivity, Topic, TopicId, find_places, list_offices,
    load_calendar, load_calendars, load_office_hours, topics,
};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Span};
use crate::web::{Path, Problem, Query};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get_offices))
        .routes(routes!(get_office))
        .routes(routes!(get_places))
        .routes(routes!(get_place))
        .routes(routes!(get_topics))
}

/// How far ahead own days are considered when the next opening is told.
const AHEAD: TimeDelta = TimeDelta::days(92);

/// A text in each language.
#[derive(Serialize, ToSchema)]
struct Texts {
    de: String,
    en: String,
}

impl Texts {
    fn of(text: impl Fn(Language) -> String) -> Self {
        Self { de: text(Language::De), en: text(Language::En) }
    }
}

/// An office and when it is open.
#[derive(Serialize, ToSchema)]
struct OfficeView {
    id: OfficeId,
    name: &'static str,
    seat: &'static str,
    web: &'static str,
    hours: OpeningHours,
    /// The hours in words.
    announcement: Texts,
    open: bool,
    /// When it opens next, RFC 3339 in UTC; absent where it is open, or not again within a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<String>,
}

impl OfficeView {
    fn new(office: &Office, hours: OpeningHours, calendar: &Calendar, now: Instant) -> Self {
        let open = hours.open_at(now, calendar);
        let next = hours.next_opening(now, calendar).filter(|_| !open);
        Self {
            id: office.id,
            name: office.name,
            seat: office.seat,
            web: office.web,
            announcement: Texts::of(|language| hours.announcement(language)),
            hours,
            open,
            opens_at: next.map(Instant::rfc3339),
        }
    }
}

/// A municipality or a district.
#[derive(Serialize, ToSchema)]
struct PlaceView {
    /// The official key: 8 digits of a municipality, 5 of a district.
    key: &'static str,
    /// The name with its district, for a question.
    #[schema(example = "Altdorf (Landkreis Böblingen)")]
    name: String,
    office: OfficeId,
}

impl From<&Place> for PlaceView {
    fn from(place: &Place) -> Self {
        Self { key: place.key, name: place.full_name(), office: place.office.id }
    }
}

/// What a typed name leads to.
#[derive(Serialize, ToSchema)]
struct FoundView {
    answer: Answer,
    /// The responsible office; absent where the answer is `several`.
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<OfficeId>,
    /// The place, the places to choose from, or those with similar names.
    places: Vec<PlaceView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Answer {
    One,
    /// Places of different offices: ask which.
    Several,
    /// Nothing: the state office is responsible.
    None,
}

impl From<Found> for FoundView {
    fn from(found: Found) -> Self {
        let office = found.office();
        let (answer, places) = match found {
            Found::One(place) => (Answer::One, vec![place]),
            Found::Several(places) => (Answer::Several, places),
            Found::None { nearest } => (Answer::None, nearest),
        };
        Self { answer, office, places: places.into_iter().map(PlaceView::from).collect() }
    }
}

/// A topic of advice.
#[derive(Serialize, ToSchema)]
struct TopicView {
    id: TopicId,
    title: Texts,
    group: Texts,
    sensitivity: Sensitivity,
    /// Whether a page about it must carry a button that leaves it at once.
    quick_exit: bool,
}

impl From<&Topic> for TopicView {
    fn from(topic: &Topic) -> Self {
        Self {
            id: topic.id,
            title: Texts::of(|language| topic.title(language).to_owned()),
            group: Texts::of(|language| topic.group.title(language).to_owned()),
            sensitivity: topic.sensitivity,
            quick_exit: topic.quick_exit,
        }
    }
}

/// Every office with its hours.
#[utoipa::path(get, path = "/offices", tag = "offices",
    responses((status = 200, body = [OfficeView]), (status = 503, body = Problem)))]
async fn get_offices(State(desk): State<Desk>) -> Result<Json<Vec<OfficeView>>, Problem> {
    let now = desk.now();
    let offices = list_offices(&desk.db).await.map_err(away)?;
    let calendars = load_calendars(&desk.db, ahead(now)).await.map_err(away)?;
    let view = |(office, hours): (&Office, _)| OfficeView::new(office, hours, &calendars[&office.id], now);
    Ok(Json(offices.into_iter().map(view).collect()))
}

/// One office with its hours.
#[utoipa::path(get, path = "/offices/{id}", tag = "offices", params(("id" = OfficeId, Path)),
    responses((status = 200, body = OfficeView), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn get_office(State(desk): State<Desk>, Path(id): Path<OfficeId>) -> Result<Json<OfficeView>, Problem> {
    let now = desk.now();
    let hours = load_office_hours(&desk.db, id).await.map_err(away)?;
    let calendar = load_calendar(&desk.db, id, ahead(now)).await.map_err(away)?;
    Ok(Json(OfficeView::new(id.office(), hours, &calendar, now)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Named {
    /// What a citizen typed: a municipality or a district.
    #[param(example = "st. georgen")]
    name: String,
}

/// Which office is responsible for a place that somebody named.
#[utoipa::path(get, path = "/places", tag = "offices", params(Named),
    responses((status = 200, body = FoundView), (status = 400, body = Problem)))]
async fn get_places(Query(named): Query<Named>) -> Json<FoundView> {
    Json(find_places(&named.name).into())
}

/// One place, by its official key.
#[utoipa::path(get, path = "/places/{key}", tag = "offices", params(("key" = String, Path)),
    responses((status = 200, body = PlaceView), (status = 404, body = Problem)))]
async fn get_place(Path(key): Path<String>) -> Result<Json<PlaceView>, Problem> {
    let place = Place::find(&key).ok_or_else(|| Problem::not_found("this place"))?;
    Ok(Json(place.into()))
}

/// Every topic, in the order in which the pages show them.
#[utoipa::path(get, path = "/topics", tag = "offices", responses((status = 200, body = [TopicView])))]
async fn get_topics() -> Json<Vec<TopicView>> {
    Json(topics().iter().map(TopicView::from).collect())
}

fn ahead(now: Instant) -> Span {
    Span { start: now, end: now + AHEAD }
}

fn away(error: DbError) -> Problem {
    Problem::unavailable(&error)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::Request;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::super::tests::empty_database;
    use super::*;
    use crate::config::Config;
    use crate::desk::Mode;
    use crate::kernel::Clock;
    use crate::vault::{Key, Vault};

    async fn get(address: &str) -> (u16, Value) {
        let vault = Vault::new(Key::mint(), vec![]);
        let clock = Clock::starting_at(Instant::parse("2026-11-20T12:30:00Z").unwrap());
        let desk = Desk {
            db: empty_database().await,
            vault,
            clock,
            config: Config::default().into(),
            flows: Default::default(),
            cards: Default::default(),
            mode: Mode::Demo,
            outbox_bell: Default::default(),
            absence_bell: Default::default(),
        };
        let (door, _) = OpenApiRouter::new().nest("/api/v1", api()).split_for_parts();
        let request = Request::get(address).body(Body::empty()).unwrap();
        let answer = door.with_state(desk).oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    #[tokio::test]
    async fn a_typed_name_is_answered_with_one_several_or_none() {
        for (typed, answer, office, places) in [
            ("st.%20georgen", "one", Value::from("kn"), 1),
            ("Altdorf", "several", Value::Null, 2),
            ("79098", "none", Value::from("lka"), 0),
        ] {
            let (status, found) = get(&format!("/api/v1/places?name={typed}")).await;
            assert_eq!(status, 200);
            assert_eq!((&found["answer"], &found["office"]), (&Value::from(answer), &office), "{typed}");
            assert_eq!(found["places"].as_array().map(Vec::len), Some(places), "{typed}");
        }
        assert_eq!(get("/api/v1/places").await.0, 400);
    }

    #[tokio::test]
    async fn lists_are_whole_and_what_is_unknown_is_not_there() {
        for (address, length) in [("/api/v1/offices", 14), ("/api/v1/topics", 31)] {
            let (status, list) = get(address).await;
            assert_eq!((status, list.as_array().map(Vec::len)), (200, Some(length)), "{address}");
        }
        assert_eq!(get("/api/v1/offices/aa").await.1["announcement"]["en"], "closed at present");
        assert_eq!(get("/api/v1/places/08115002").await.1["name"], "Altdorf (Landkreis Böblingen)");
        for address in ["/api/v1/offices/xx", "/api/v1/places/1"] {
            assert_eq!(get(address).await.0, 404, "{address}");
        }
    }
}
