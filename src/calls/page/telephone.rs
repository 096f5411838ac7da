//! The test telephone: a citizen's telephone and an officer's, played by the browser (`web/telephone.js`).
//!
//! It speaks the dialect `simulated`; every decision is made as for a real call. For staff, in the demonstration for
//! everybody. Beside it the call flow to read, which needs no JavaScript.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::desk::Desk;
use crate::flows::{Flow, Node, Prompt, Said};
use crate::kernel::{Language, Phone};
use crate::people::SignedIn;
use crate::shifts;
use crate::web::{self, Locale, Page};

/// From whom test calls come: numbers that the Bundesnetzagentur keeps free for media productions (notice 148/2021).
const CALLERS: [&str; 5] = ["+493023125042", "+496990009042", "+494066969042", "+492214710042", "+498999998042"];

#[derive(Template)]
#[template(path = "calls/pages/telephone.html")]
struct TelephonePage<'a> {
    t: &'a Locale,
    page: Page,
    hotlines: Vec<HotlineView>,
    /// As E.164 and for people.
    callers: Vec<(String, String)>,
}

struct HotlineView {
    /// As E.164.
    dialled: String,
    number: String,
    name: String,
    flow: String,
}

#[derive(Template)]
#[template(path = "calls/pages/flow.html")]
struct FlowPage<'a> {
    t: &'a Locale,
    page: Page,
    nodes: Vec<NodeView>,
}

/// One station of a flow, to read.
struct NodeView {
    name: String,
    what: &'static str,
    said: Vec<String>,
    /// What leads on, and to which station.
    ways: Vec<(String, String)>,
}

/// The frame for whoever may use the test telephone; everybody else is sent to the sign-in page.
#[allow(clippy::result_large_err, reason = "the refusal is the answer, made once")]
fn frame(desk: &Desk, t: &Locale, user: Result<SignedIn, Response>, title: &str) -> Result<Page, Response> {
    match user {
        Ok(user) => Ok(user.page(t, title)),
        Err(_) if desk.is_demo() => Ok(Page { wide: true, ..Page::new(t, title) }),
        Err(sign_in) => Err(sign_in),
    }
}

pub async fn show(State(desk): State<Desk>, t: Locale, user: Result<SignedIn, Response>) -> Response {
    let page = match frame(&desk, &t, user, "Testtelefon") {
        Ok(page) => page,
        Err(sign_in) => return sign_in,
    };
    let mut hotlines = match shifts::list_hotlines(&desk.db, None).await {
        Ok(hotlines) => hotlines,
        Err(error) => return web::unavailable(&t, &error),
    };
    hotlines.retain(|hotline| hotline.active);
    let view = |hotline: shifts::Hotline| HotlineView {
        dialled: hotline.number.as_str().to_owned(),
        number: hotline.number.to_string(),
        name: hotline.name,
        flow: hotline.flow,
    };
    let callers = CALLERS.iter().filter_map(|number| Phone::of_caller(number));
    let callers = callers.map(|number| (number.as_str().to_owned(), number.to_string())).collect();
    web::ok(&TelephonePage { t: &t, page, hotlines: hotlines.into_iter().map(view).collect(), callers })
}

pub async fn flow(
    State(desk): State<Desk>,
    t: Locale,
    user: Result<SignedIn, Response>,
    Path(name): Path<String>,
) -> Response {
    let Some(edition) = desk.flows.published(&name) else { return web::not_found(&t) };
    let title = format!("Ansagen: {}", edition.flow.title);
    match frame(&desk, &t, user, &title) {
        Ok(page) => web::ok(&FlowPage { t: &t, page, nodes: nodes(&edition.flow) }),
        Err(sign_in) => sign_in,
    }
}

/// The stations of a flow, from its start on, in the order in which ways lead to them.
fn nodes(flow: &Flow) -> Vec<NodeView> {
    let mut order = vec![&flow.start];
    let mut next = 0;
    while let Some(name) = order.get(next).copied() {
        next += 1;
        let ways = flow.nodes.get(name).map(Node::ways).unwrap_or_default();
        for way in ways {
            if !order.contains(&way.to) {
                order.push(way.to);
            }
        }
    }
    let view = |name: &crate::flows::NodeName| flow.nodes.get(name).map(|node| NodeView::new(name.as_str(), node));
    order.into_iter().filter_map(view).collect()
}

impl NodeView {
    fn new(name: &str, node: &Node) -> Self {
        let said = |prompt: &Prompt| prompt.said(Language::De).map(Said::written);
        let ways = node.ways().into_iter().map(|way| (way.by.german(), way.to.to_string()));
        Self {
            name: name.to_owned(),
            what: node.german(),
            said: node.prompts().into_iter().filter_map(said).collect(),
            ways: ways.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::shipped;

    #[test]
    fn every_station_of_the_advice_line_can_be_read() {
        let edition = shipped().published("beratungstelefon").unwrap();
        let flow = &edition.flow;
        let nodes = nodes(flow);
        assert_eq!(nodes.len(), flow.nodes.len());
        assert_eq!(nodes[0].name, "greeting");
        assert!(nodes[0].said[0].contains("{hotline}"), "{}", nodes[0].said[0]);
        let known = |name: &String| nodes.iter().any(|node| node.name == *name);
        assert!(nodes.iter().flat_map(|node| &node.ways).all(|(_, to)| known(to)));
    }

    #[test]
    fn test_calls_come_from_numbers_that_belong_to_nobody() {
        assert!(CALLERS.iter().all(|number| Phone::of_caller(number).is_some()));
    }
}
