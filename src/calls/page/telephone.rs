//! The test telephone: a citizen's telephone and an officer's, played by the browser (`web/telephone.js`).
//!
//! It speaks the dialect `simulated`; every decision is made as for a real call. For staff, in the demonstration for
//! everybody. Beside it the call flow to read, which needs no JavaScript.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::desk::Desk;
use crate::kernel::{Language, Phone};
use crate::library::{self, Station};
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
    has_duty_line: bool,
    /// As E.164 and for people.
    callers: Vec<(String, String)>,
}

struct HotlineView {
    /// As E.164.
    dialled: String,
    number: String,
    name: String,
    /// None for the number that is the officers' own.
    flow: Option<String>,
}

#[derive(Template)]
#[template(path = "calls/pages/flow.html")]
struct FlowPage<'a> {
    t: &'a Locale,
    page: Page,
    stations: Vec<Station>,
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
        flow: Some(hotline.flow),
    };
    let duty_line = desk.config.telephony.duty_line.as_ref().map(|line| HotlineView {
        dialled: line.0.as_str().to_owned(),
        number: line.0.to_string(),
        name: "Diensttelefon".into(),
        flow: None,
    });
    let callers = CALLERS.iter().filter_map(|number| Phone::of_caller(number));
    let callers = callers.map(|number| (number.as_str().to_owned(), number.to_string())).collect();
    web::ok(&TelephonePage {
        t: &t,
        page,
        has_duty_line: duty_line.is_some(),
        hotlines: hotlines.into_iter().map(view).chain(duty_line).collect(),
        callers,
    })
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
        Ok(page) => web::ok(&FlowPage { t: &t, page, stations: library::stations(&edition.flow) }),
        Err(sign_in) => sign_in,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_calls_come_from_numbers_that_belong_to_nobody() {
        assert!(CALLERS.iter().all(|number| Phone::of_caller(number).is_some()));
    }
}
