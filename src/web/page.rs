//! A page: its frame, its answer, and the page that says that something went wrong.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use super::Locale;

/// The frame around a page's content.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// For the browser's title bar: what this page is, without the product's name.
    pub title: String,
    /// Staff pages use the whole width.
    pub wide: bool,
    /// Shows "leave this page quickly" (topics about victims).
    pub quick_exit: bool,
    /// The name of whoever is signed in.
    pub signed_in: Option<String>,
    /// May plan: shows the supervisor's navigation.
    pub plans: bool,
    /// Callers may leave messages: shows these in the staff's navigation.
    pub voicemail: bool,
    /// Path and query of this page without the language's prefix.
    pub path: String,
    /// The hotline's number for the footer.
    pub hotline: Option<String>,
}

/// What staff see in the header: address, name, and who sees it.
const STAFF: &[(&str, &str, Seen)] = &[
    ("/dienst", "Mein Tag", Seen::ByAll),
    ("/dienst/meine-dienste", "Meine Dienste", Seen::ByAll),
    ("/dienst/gespraech", "Mein Gespräch", Seen::ByAll),
    ("/dienst/dienstplan", "Dienstplan", Seen::ByAll),
    ("/dienst/woche", "Woche", Seen::ByAll),
    ("/dienst/warnungen", "Warnungen", Seen::ByPlanners),
    ("/dienst/personal", "Personal", Seen::ByAll),
    ("/dienst/termine", "Termine", Seen::ByAll),
    ("/dienst/buchungen", "Buchungen", Seen::ByAll),
    ("/dienst/anrufe", "Anrufe", Seen::ByAll),
    ("/dienst/rueckrufe", "Rückrufe", Seen::ByAll),
    ("/dienst/sprachnachrichten", "Sprachnachrichten", Seen::WithVoicemail),
    ("/dienst/kalender", "Kalender", Seen::ByAll),
    ("/telefon", "Testtelefon", Seen::ByAll),
    ("/dienst/verwaltung", "Verwaltung", Seen::ByPlanners),
];

enum Seen {
    ByAll,
    /// Where the operator lets callers leave messages.
    WithVoicemail,
    ByPlanners,
}

impl Page {
    pub fn new(t: &Locale, title: impl Into<String>) -> Self {
        Self { title: title.into(), path: t.here.clone(), ..Self::default() }
    }

    /// The staff's navigation: address and name.
    pub fn staff_links(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let seen = |seen: &Seen| match seen {
            Seen::ByAll => true,
            Seen::WithVoicemail => self.voicemail,
            Seen::ByPlanners => self.plans,
        };
        STAFF.iter().filter(move |(.., by)| seen(by)).map(|(path, name, _)| (*path, *name))
    }

    /// Whether this page stands at `path`, whatever its query.
    pub fn is_at(&self, path: &str) -> bool {
        self.path.split('?').next() == Some(path)
    }

    /// A page with an error in its form says so in its title first.
    pub fn with_error(mut self, t: &Locale) -> Self {
        self.title = format!("{}: {}", t.tr("error-prefix"), self.title);
        self
    }
}

/// A rendered template with its status.
pub fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A rendered template, 200.
pub fn ok(template: &impl Template) -> Response {
    html(StatusCode::OK, template)
}

/// A text as a value in a query.
pub fn percent(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.');
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// To another page of ours, by GET (303).
pub fn go(path: &str) -> Response {
    axum::response::Redirect::to(path).into_response()
}

#[derive(Template)]
#[template(path = "web/pages/message.html")]
struct Message<'a> {
    t: &'a Locale,
    page: Page,
    text: String,
}

/// A page that says one thing: not found, no longer possible, try again later. Title and text are keys of `locales/`.
pub fn message(t: &Locale, status: StatusCode, title: &str, text: &str) -> Response {
    let page = Page::new(t, t.tr(title));
    html(status, &Message { t, page, text: t.tr(text) })
}

/// 404.
pub fn not_found(t: &Locale) -> Response {
    message(t, StatusCode::NOT_FOUND, "not-found-title", "not-found-text")
}

/// 403.
pub fn forbidden(t: &Locale) -> Response {
    message(t, StatusCode::FORBIDDEN, "forbidden-title", "forbidden-text")
}

/// 503 with Retry-After: the database is away; nothing that was typed is lost with Back.
pub fn unavailable(t: &Locale, error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "a request failed");
    let mut response = message(t, StatusCode::SERVICE_UNAVAILABLE, "unavailable-title", "unavailable-text");
    response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("10"));
    response
}
