//! The free times as data that the page of any other site may read.
//!
//! Rule: the texts are in it, so whoever shows it needs no words of their own; nobody who reads it is known.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Asked, FreeTime};
use crate::bookings::page::elsewhere::Shown;
use crate::bookings::{BookingError, Format};
use crate::desk::Desk;
use crate::kernel::{Language, local};
use crate::offices::{OfficeId, TopicId};
use crate::web::{Locale, Problem, Query, say};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_free_times))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FreeQuery {
    /// Default: whatever the topic; whoever books is asked for it.
    topic: Option<TopicId>,
    /// Default: every format.
    format: Option<Format>,
    /// Default: any office.
    office: Option<OfficeId>,
    /// Of the texts. Default `de`.
    #[serde(default)]
    language: Language,
    /// 1 to 50. Default 10.
    #[param(minimum = 1, maximum = 50, default = 10)]
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct FreeTimesView {
    /// RFC 5646, of the texts.
    language: &'static str,
    heading: String,
    days: Vec<DayView>,
    /// What to say where there is no day.
    #[serde(skip_serializing_if = "Option::is_none")]
    empty: Option<String>,
    /// Where all free times are.
    all: LinkView,
    /// Not an emergency line.
    note: String,
}

#[derive(Serialize, ToSchema)]
struct DayView {
    /// ISO 8601, in Berlin.
    date: String,
    name: String,
    times: Vec<TimeView>,
}

#[derive(Serialize, ToSchema)]
struct TimeView {
    /// RFC 3339, UTC.
    start: String,
    /// RFC 3339, UTC.
    end: String,
    /// On Berlin's clocks.
    text: String,
    formats: Vec<Format>,
    /// Where it is booked.
    link: String,
}

#[derive(Serialize, ToSchema)]
struct LinkView {
    text: String,
    link: String,
}

impl FreeTimesView {
    fn of(desk: &Desk, shown: &Shown<'_>, times: &[FreeTime]) -> Self {
        let t = shown.t;
        let mut days: Vec<DayView> = Vec::new();
        for time in times {
            let (day, start) = (local::day(time.span.start), time.span.start);
            let date = day.to_string();
            if days.last().is_none_or(|last| last.date != date) {
                days.push(DayView { date, name: say::day(t.language, day), times: Vec::new() });
            }
            let view = TimeView {
                start: start.rfc3339(),
                end: time.span.end.rfc3339(),
                text: say::time(start),
                formats: time.formats.clone(),
                link: desk.address(&shown.link(time)),
            };
            days.last_mut().map(|day| day.times.push(view)).unwrap_or_default();
        }
        Self {
            language: t.tag(),
            heading: shown.heading(),
            empty: days.is_empty().then(|| t.tr("embed-empty")),
            days,
            all: LinkView { text: t.tr("embed-all"), link: desk.address(&shown.all()) },
            note: t.tr("layout-emergency"),
        }
    }
}

/// The next free times with everything that a page needs to show them. Readable from any site, without cookies.
#[utoipa::path(get, path = "/free-times", tag = "appointments", params(FreeQuery),
    responses((status = 200, body = FreeTimesView), (status = 400, body = Problem)))]
async fn get_free_times(State(desk): State<Desk>, Query(query): Query<FreeQuery>) -> Result<Response, Problem> {
    let most = query.limit.unwrap_or(10);
    if !(1..=super::MOST).contains(&most) {
        return Err(Problem::bad_request("the list cannot be so long").field("limit", "1 to 50"));
    }
    let asked =
        Asked { topic: query.topic, format: query.format, office: query.office, language: query.language, most };
    let times = super::list_next(&desk, desk.now(), &asked).await.map_err(BookingError::from)?;
    let t = Locale::new(query.language);
    let view = FreeTimesView::of(&desk, &Shown { t: &t, asked }, &times);
    let open_to_all = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (header::CACHE_CONTROL, "public, max-age=60"),
    ];
    Ok((open_to_all, axum::Json(view)).into_response())
}
