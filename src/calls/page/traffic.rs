//! What callers did in a flow within a month: the flow as a picture, with how many took each way and where they hung up.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;

use crate::calls::{self, Traffic};
use crate::desk::Desk;
use crate::flows::{By, Form, Graph, Overlay, svg};
use crate::kernel::{Language, Span, local};
use crate::people::SignedIn;
use crate::web::{self, Locale, Page};

#[derive(Template)]
#[template(path = "calls/pages/traffic.html")]
struct TrafficPage<'a> {
    t: &'a Locale,
    page: Page,
    flow: String,
    title: String,
    flows: Vec<(String, String)>,
    month: String,
    months: Vec<(String, String)>,
    picture: String,
    ways: Vec<WayView>,
    hung_up: Vec<(String, i64)>,
}

struct WayView {
    from: String,
    by: String,
    to: String,
    callers: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// `2026-10`; nothing, or nonsense, is the month that runs.
    monat: String,
}

/// So many months can be looked at.
const MONTHS: u32 = 13;

/// `GET /dienst/anrufe/im-bild/{flow}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(flow): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let Some(edition) = desk.flows.published(&flow) else { return web::not_found(&t) };
    let this_month = local::day(desk.now()).with_day(1).unwrap_or_default();
    let month = read_month(&asked.monat).filter(|month| *month <= this_month).unwrap_or(this_month);
    let window = Span {
        start: local::whole_day(month).start,
        end: local::whole_day(month.checked_add_months(Months::new(1)).unwrap_or(month)).start,
    };
    let traffic = match calls::count_traffic(&desk, &flow, window).await {
        Ok(traffic) => traffic,
        Err(error) => return web::unavailable(&t, &error),
    };
    let graph = Graph::from(&edition.flow);
    let ways = traffic.ways.iter().map(|((from, by, to), calls)| ([from.as_str(), by, to], *calls));
    let overlay = Overlay::of_traffic(&graph, ways, &traffic.hung_up);
    let described = t.path(&format!("/dienst/ansagen/{flow}"));
    let titled = |edition: std::sync::Arc<crate::flows::Edition>| (edition.name.clone(), edition.flow.title.clone());
    web::ok(&TrafficPage {
        t: &t,
        page: user.page(&t, "Anrufe im Bild"),
        title: edition.flow.title.clone(),
        flow,
        flows: desk.flows.list_published().into_iter().map(titled).collect(),
        month: month.format("%Y-%m").to_string(),
        months: months(this_month),
        picture: svg(&graph, &overlay, Form::Page(&described)),
        ways: by_callers(&traffic),
        hung_up: traffic.hung_up.into_iter().collect(),
    })
}

fn read_month(text: &str) -> Option<NaiveDate> {
    format!("{text}-01").parse().ok()
}

/// The months that can be chosen, the newest first.
fn months(this_month: NaiveDate) -> Vec<(String, String)> {
    let month = |back| this_month.checked_sub_months(Months::new(back));
    let named = |month: NaiveDate| {
        let name = Language::De.month(month.month0());
        (month.format("%Y-%m").to_string(), format!("{name} {}", month.year()))
    };
    (0..MONTHS).filter_map(month).map(named).collect()
}

/// The ways, the busiest first.
fn by_callers(traffic: &Traffic) -> Vec<WayView> {
    let view = |((from, by, to), callers): (&(String, String, String), &i64)| {
        let key = by.chars().next().filter(|_| by.chars().count() == 1);
        let by = key.map_or(By::Itself(by), By::Key).german();
        WayView { from: from.clone(), by, to: to.clone(), callers: *callers }
    };
    let mut ways: Vec<WayView> = traffic.ways.iter().map(view).collect();
    ways.sort_by_key(|way| std::cmp::Reverse(way.callers));
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_can_be_looked_back_at() {
        let months = months("2026-01-01".parse().unwrap());
        assert_eq!(months[0], ("2026-01".into(), "Januar 2026".into()));
        assert_eq!(months[12].0, "2025-01");
        assert_eq!((read_month("2026-13"), read_month("x")), (None, None));
    }
}
