//! For other sites: a list of free appointments to put into a page, as an element of the page, as a frame, or as a feed;
//! and the page that tells webmasters how.
//!
//! Rule: only the framed list may be framed, and only what is public anyway is handed out; nothing here sets a cookie.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::atom;
use super::search::{TIMES, Trail};
use crate::bookings::free::{self, Asked, FreeTime};
use crate::bookings::{Format, Wish};
use crate::desk::Desk;
use crate::kernel::local;
use crate::offices::{OfficeId, Topic, TopicId, offices, topics};
use crate::web::{self, Locale, Page, Polled, say};

pub(super) fn pages() -> Router<Desk> {
    Router::new()
        .route("/einbetten", get(show))
        .route("/einbetten/liste", get(list))
        .route("/einbetten/termine.js", get(script))
        .route("/einbetten/termine.atom", get(feed))
}

/// A list of free times as somebody asked for it, and where its links lead.
pub(in crate::bookings) struct Shown<'a> {
    pub(in crate::bookings) t: &'a Locale,
    pub(in crate::bookings) asked: Asked,
}

/// So many times stand in a framed list.
const IN_A_FRAME: usize = 12;

impl<'a> Shown<'a> {
    fn of(t: &'a Locale, trail: &Trail, most: usize) -> Self {
        let topic = trail.topic().map(|topic| topic.id);
        let asked =
            Asked { topic, format: trail.format(), office: trail.office().flatten(), language: t.language, most };
        Self { t, asked }
    }

    /// "Freie Termine: Polizeipräsidium Stuttgart".
    pub(in crate::bookings) fn heading(&self) -> String {
        let office = self.asked.office.map_or_else(|| self.t.tr("bookings-any-office"), |id| id.name().to_owned());
        self.t.with("embed-title", "office", office)
    }

    /// The page on which this time can be chosen. A link changes nothing, so the time itself is chosen there.
    pub(in crate::bookings) fn link(&self, time: &FreeTime) -> String {
        let format = self.asked.format.or_else(|| <[Format; 1]>::try_from(time.formats.as_slice()).ok().map(|[it]| it));
        let (Some(topic), Some(format)) = (self.asked.topic, format) else { return self.all() };
        let wish = Wish { office: self.asked.office, ..Wish::new(topic, format) };
        let day = local::day(time.span.start);
        let week = local::week_name(local::monday(day));
        format!("{}&woche={week}#d-{day}", Trail::of(&wish).link(self.t, TIMES))
    }

    /// All free times.
    pub(in crate::bookings) fn all(&self) -> String {
        Trail::begun(self.asked.topic, self.asked.format, self.asked.office).next(self.t)
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/framed.html")]
struct FramedPage<'a> {
    t: &'a Locale,
    heading: String,
    days: Vec<FramedDay>,
    all: String,
}

struct FramedDay {
    name: String,
    /// Address and text.
    times: Vec<(String, String)>,
}

/// May be framed by any site, and sends nothing.
const FRAMED: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors *";

async fn list(State(desk): State<Desk>, t: Locale, trail: Trail) -> Response {
    if let Some(refused) = unknown(&t, &trail) {
        return refused;
    }
    let shown = Shown::of(&t, &trail, IN_A_FRAME);
    let times = match free::list_next(&desk, desk.now(), &shown.asked).await {
        Ok(times) => times,
        Err(error) => return web::unavailable(&t, &error),
    };
    let mut days: Vec<FramedDay> = Vec::new();
    for time in &times {
        let name = say::day(t.language, local::day(time.span.start));
        if days.last().is_none_or(|last| last.name != name) {
            days.push(FramedDay { name, times: Vec::new() });
        }
        let link = (shown.link(time), say::time(time.span.start));
        days.last_mut().map(|day| day.times.push(link)).unwrap_or_default();
    }
    let mut response = web::ok(&FramedPage { t: &t, heading: shown.heading(), days, all: shown.all() });
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    for_everybody(&mut response, "public, max-age=60");
    response
}

/// Programs read this: a plain word, and no list that was not asked for.
fn unknown(t: &Locale, trail: &Trail) -> Option<Response> {
    let (name, word) = trail.unknown()?;
    let word: String = word.chars().take(40).collect();
    let text = t.with_all("embed-unknown", &[("name", name), ("word", &word)]);
    Some((StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    let mut response = (kind, include_str!("../free/termine.js")).into_response();
    for_everybody(&mut response, "public, max-age=3600");
    response
}

/// Other sites may load it.
fn for_everybody(response: &mut Response, kept: &'static str) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
}

const ATOM: Polled = Polled { kind: "application/atom+xml; charset=utf-8", kept: "public, max-age=300" };

async fn feed(State(desk): State<Desk>, t: Locale, trail: Trail, headers: HeaderMap) -> Response {
    if let Some(refused) = unknown(&t, &trail) {
        return refused;
    }
    let shown = Shown::of(&t, &trail, free::MOST);
    match atom::feed(&desk, desk.now(), &shown).await {
        Ok(feed) => {
            let mut response = web::fresh_or_unchanged(&headers, &ATOM, feed);
            for_everybody(&mut response, ATOM.kept);
            response
        }
        Err(error) => web::unavailable(&t, &error),
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/elsewhere.html")]
struct ElsewherePage<'a> {
    t: &'a Locale,
    page: Page,
    topics: &'static [Topic],
    topic: Option<TopicId>,
    format: Option<Format>,
    office: Option<OfficeId>,
    /// The line that loads the element, and the element.
    script: String,
    element: String,
    frame: String,
    plain: String,
    data: String,
    atom: String,
}

async fn show(State(desk): State<Desk>, t: Locale, trail: Trail) -> Response {
    let shown = Shown::of(&t, &trail, 6);
    let asked = &shown.asked;
    let begun = Trail::begun(asked.topic, asked.format, asked.office);
    let plain = desk.address(&shown.all());
    let (title, all) = (shown.heading(), t.tr("embed-all"));
    let attribute = |name: &str, value: Option<String>| value.map(|it| format!(" {name}=\"{it}\"")).unwrap_or_default();
    let chosen = [
        attribute("office", asked.office.map(|it| it.to_string())),
        attribute("format", asked.format.map(|it| it.to_string())),
        attribute("topic", asked.topic.map(|it| it.to_string())),
        attribute("language", Some(t.tag().to_owned())),
    ]
    .concat();
    let framed = desk.address(&begun.link(&t, "/einbetten/liste"));
    let data = [
        asked.topic.map(|it| format!("topic={it}")).unwrap_or_default(),
        asked.format.map(|it| format!("format={it}")).unwrap_or_default(),
        asked.office.map(|it| format!("office={it}")).unwrap_or_default(),
        format!("language={}", t.tag()),
    ];
    let query: Vec<&str> = data.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    web::ok(&ElsewherePage {
        t: &t,
        page: Page::new(&t, t.tr("webmasters-title")),
        topics: topics(),
        topic: asked.topic,
        format: asked.format,
        office: asked.office,
        script: format!("<script src=\"{}\" async></script>", desk.address("/einbetten/termine.js")),
        element: format!(
            "<sprechzeit-termine{chosen}>\n  <a href=\"{}\">{all}</a>\n</sprechzeit-termine>",
            as_attribute(&plain)
        ),
        frame: format!(
            "<iframe src=\"{}\" title=\"{title}\" width=\"100%\" height=\"560\" loading=\"lazy\"></iframe>",
            as_attribute(&framed)
        ),
        data: desk.address(&format!("/api/v1/free-times?{}", query.join("&"))),
        atom: desk.address(&begun.link(&t, "/einbetten/termine.atom")),
        plain,
    })
}

/// An address of ours, as HTML wants it.
fn as_attribute(address: &str) -> String {
    address.replace('&', "&amp;")
}

impl ElsewherePage<'_> {
    fn offices(&self) -> &'static [crate::offices::Office] {
        offices()
    }

    fn is_format(&self, word: &str) -> bool {
        self.format.is_some_and(|format| super::search::format_word(format) == word)
    }
}
