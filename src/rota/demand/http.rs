//! The programmer's door to the demand and to what stands against it.

use axum::Json;
use axum::extract::State;
use chrono::NaiveTime;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{DemandId, HotlineId};
use crate::kernel::{Instant, Language, local};
use crate::offices::TopicId;
use crate::people::{self, Bearer};
use crate::shifts;
use crate::web::{self, Path, Problem, Query, Window};

use super::{Demand, DemandError, Seats, Want, list_demands, skills_of, wants};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_demand, put_demand)).routes(routes!(get_staffing))
}

impl From<DemandError> for Problem {
    fn from(error: DemandError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            DemandError::NoSuchHotline => (StatusCode::NOT_FOUND, "no-such-hotline"),
            DemandError::NoSuchDemand => (StatusCode::NOT_FOUND, "no-such-demand"),
            DemandError::Forbidden => return Self::forbidden(),
            DemandError::BadDemand(_) => (StatusCode::BAD_REQUEST, "bad-demand"),
            DemandError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

/// So many officers are wanted on these weekdays between these wall times.
#[derive(Serialize, Deserialize, ToSchema)]
struct DemandView {
    /// Numbers of ISO 8601, 1 is Monday.
    #[schema(example = "12345")]
    weekdays: String,
    /// Full or half hours.
    #[schema(example = "08:00")]
    from: String,
    /// Not after `from`: on the next day.
    #[schema(example = "20:00")]
    until: String,
    /// Absent: any call.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<TopicId>,
    /// Absent: any language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    /// 1 to 99.
    officers: i64,
}

/// A time with the same numbers, of the first tier.
#[derive(Serialize, ToSchema)]
struct StaffingView {
    from: Instant,
    until: Instant,
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<TopicId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    wanted: usize,
    planned: usize,
    /// Neither absent nor deployed.
    present: usize,
}

impl From<&Demand> for DemandView {
    fn from(it: &Demand) -> Self {
        let time = |time: NaiveTime| time.format("%H:%M").to_string();
        Self {
            weekdays: it.weekdays.to_string(),
            from: time(it.from),
            until: time(it.until),
            topic: it.want.topic,
            language: it.want.language,
            officers: it.officers,
        }
    }
}

impl DemandView {
    fn read(self, hotline: HotlineId) -> Result<Demand, Problem> {
        let time = |text: &str| {
            local::time(text).ok_or_else(|| Problem::bad_request(format!("\"{text}\" is not a time of the form HH:MM")))
        };
        let weekdays = self.weekdays.parse().map_err(|()| Problem::bad_request("weekdays are digits from 1 to 7"))?;
        let (from, until) = (time(&self.from)?, time(&self.until)?);
        let want = Want { topic: self.topic, language: self.language };
        Ok(Demand { id: DemandId::mint(), hotline, weekdays, from, until, want, officers: self.officers })
    }
}

/// How many officers a hotline wants.
#[utoipa::path(get, path = "/hotlines/{id}/demand", tag = "staff", params(("id" = HotlineId, Path)),
    responses((status = 200, body = Vec<DemandView>), (status = 404, body = Problem)))]
async fn get_demand(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
) -> Result<Json<Vec<DemandView>>, Problem> {
    let hotline = shifts::load_hotline(&desk.db, &actor, id).await?;
    let demands = list_demands(&desk.db, hotline.id).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(demands.iter().map(DemandView::from).collect()))
}

/// Replaces all that a hotline wants.
#[utoipa::path(put, path = "/hotlines/{id}/demand", tag = "staff", params(("id" = HotlineId, Path)),
    request_body = Vec<DemandView>,
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn put_demand(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    web::Json(wanted): web::Json<Vec<DemandView>>,
) -> Result<StatusCode, Problem> {
    let hotline = shifts::load_hotline(&desk.db, &actor, id).await?;
    let demands = wanted.into_iter().map(|it| it.read(hotline.id)).collect::<Result<Vec<_>, _>>()?;
    let mut all = list_demands(&desk.db, hotline.id).await.map_err(|error| Problem::unavailable(&error))?;
    all.extend(demands.iter().cloned());
    super::replace_demands(&desk, desk.now(), &actor, hotline.id, (&wants(&all), &demands)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Wanted, planned and present, half hour by half hour, for every topic and language that something is wanted of.
/// Times at which the hotline is closed are left out.
#[utoipa::path(get, path = "/hotlines/{id}/staffing", tag = "staff", params(("id" = HotlineId, Path), Window),
    responses((status = 200, body = Vec<StaffingView>), (status = 404, body = Problem)))]
async fn get_staffing(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    Query(window): Query<Window>,
) -> Result<Json<Vec<StaffingView>>, Problem> {
    let away = |error| Problem::unavailable(&error);
    let hotline = shifts::load_hotline(&desk.db, &actor, id).await?;
    let window = window.span(desk.now())?;
    let demands = list_demands(&desk.db, hotline.id).await.map_err(away)?;
    let rota = shifts::load_rota(&desk.db, hotline.id, window).await.map_err(away)?;
    let officers = people::list_officers(&desk.db, None).await.map_err(away)?;
    let open = shifts::open_spans(&desk.db, &hotline, window).await.map_err(away)?;
    let skills = skills_of(&officers);
    let seats = Seats { rota: &rota, skills: &skills, demands: &demands, open: &open };
    let days: Vec<_> =
        local::day(window.start).iter_days().take_while(|day| local::whole_day(*day).start < window.end).collect();
    let of = |want: Want| {
        let strip = days.iter().flat_map(|day| seats.strip(want, *day)).collect::<Vec<_>>();
        strip.into_iter().filter_map(move |stretch| {
            let (span, staff) = (stretch.span.shared(window)?, stretch.staff?);
            Some(StaffingView {
                from: span.start,
                until: span.end,
                topic: want.topic,
                language: want.language,
                wanted: staff.wanted,
                planned: staff.planned,
                present: staff.present,
            })
        })
    };
    Ok(Json(wants(&demands).into_iter().flat_map(of).collect()))
}
