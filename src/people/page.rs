//! Signing in and out, the extractor that lets only those who are signed in pass, and what could not be delivered.

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::Secret;
use crate::kernel::id::MessageId;
use crate::offices::OfficeId;
use crate::outbox;
use crate::web::{self, Form, Locale, Page, say};

use super::{Actor, PeopleError};

mod typed;

use typed::SignInFirst;
pub use typed::keep_typed;

/// Whoever is signed in; everybody else is sent to the sign-in page and, after it, back.
pub struct SignedIn(pub Actor, Voicemail);

/// Whether callers may leave messages here.
struct Voicemail(bool);

impl SignedIn {
    /// The frame of a staff page.
    pub fn page(&self, t: &Locale, title: &str) -> Page {
        let Self(actor, Voicemail(voicemail)) = self;
        let signed_in = Some(actor.name.clone());
        Page { wide: true, signed_in, plans: actor.plans(), voicemail: *voicemail, ..Page::new(t, title) }
    }
}

/// The office that an address names, or the actor's own where it names none; only one that they may see.
pub fn seen_office(t: &Locale, actor: &Actor, code: &str) -> Result<OfficeId, Response> {
    let office = named_office(t, actor, code)?;
    if actor.may_see(&office) { Ok(office) } else { Err(web::not_found(t)) }
}

/// The same, only one that they plan.
pub fn planned_office(t: &Locale, actor: &Actor, code: &str) -> Result<OfficeId, Response> {
    let office = named_office(t, actor, code)?;
    if actor.may_plan(&office) { Ok(office) } else { Err(web::forbidden(t)) }
}

fn named_office(t: &Locale, actor: &Actor, code: &str) -> Result<OfficeId, Response> {
    if code.is_empty() { Ok(actor.office) } else { code.parse().map_err(|_| web::not_found(t)) }
}

impl FromRequestParts<Desk> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Response> {
        let Ok(t) = Locale::from_request_parts(parts, desk).await;
        let sign_in = || {
            let mut response = web::go(&t.path(&format!("/anmelden?weiter={}", web::percent(&t.here))));
            response.extensions_mut().insert(SignInFirst);
            response
        };
        let Some(secret) = session_secret(&parts.headers) else { return Err(sign_in()) };
        match super::find_session(desk, desk.now(), &secret).await {
            Ok(Some(actor)) => Ok(Self(actor, Voicemail(desk.config.telephony.voicemail))),
            Ok(None) => Err(sign_in()),
            Err(error) => Err(web::unavailable(&t, &error)),
        }
    }
}

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/anmelden", get(show).post(sign_in))
        .route("/abmelden", post(sign_out))
        .route("/dienst/nachrichten", get(undelivered).post(try_again))
}

#[derive(Template)]
#[template(path = "people/pages/sign_in.html")]
struct SignInPage<'a> {
    t: &'a Locale,
    page: Page,
    next: String,
    /// A form that came without a session.
    typed: String,
    login: String,
    fault: Option<String>,
    demo: bool,
}

#[derive(Deserialize, Default)]
struct Next {
    #[serde(default)]
    weiter: String,
}

#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    weiter: String,
    #[serde(default)]
    eingegeben: String,
}

async fn show(State(desk): State<Desk>, t: Locale, Query(next): Query<Next>) -> Response {
    let next = next.weiter;
    let page = Page::new(&t, t.tr("sign-in-title"));
    let (typed, login) = (String::new(), String::new());
    web::ok(&SignInPage { t: &t, page, next, typed, login, fault: None, demo: desk.is_demo() })
}

async fn sign_in(State(desk): State<Desk>, t: Locale, Form(form): Form<SignIn>) -> Response {
    let (status, key) = match super::sign_in(&desk, desk.now(), &form.login, &form.password).await {
        Ok(secret) => {
            let next = if is_ours(&form.weiter) { form.weiter } else { "/dienst".into() };
            let cookie = set_cookie(&desk, secret.expose(), "");
            let then = match form.eingegeben.as_str() {
                "" => web::go(&t.path(&next)),
                typed => typed::show(&t, &next, typed),
            };
            return ([(header::SET_COOKIE, cookie)], then).into_response();
        }
        Err(PeopleError::TooManyTries) => (StatusCode::TOO_MANY_REQUESTS, "sign-in-too-many"),
        Err(PeopleError::Db(error)) => return web::unavailable(&t, &error),
        Err(_) => (StatusCode::BAD_REQUEST, "sign-in-wrong"),
    };
    let page = Page::new(&t, t.tr("sign-in-title")).with_error(&t);
    let fault = Some(t.tr(key));
    let SignIn { login, weiter: next, eingegeben: typed, .. } = form;
    web::html(status, &SignInPage { t: &t, page, next, typed, login, fault, demo: desk.is_demo() })
}

async fn sign_out(State(desk): State<Desk>, t: Locale, headers: HeaderMap) -> Response {
    if let Some(secret) = session_secret(&headers)
        && let Err(error) = super::sign_out(&desk, &secret).await
    {
        return web::unavailable(&t, &error);
    }
    ([(header::SET_COOKIE, set_cookie(&desk, "", "; Max-Age=0"))], web::go(&t.path("/"))).into_response()
}

/// How many undelivered messages the page shows.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "people/pages/messages.html")]
struct MessagesPage<'a> {
    t: &'a Locale,
    page: Page,
    waiting: i64,
    dead: Vec<outbox::Dead>,
    tried_again: bool,
}

#[derive(Deserialize, Default)]
struct Undelivered {
    /// Set after a message was tried again.
    erneut: Option<String>,
}

#[derive(Deserialize)]
struct TryAgain {
    message: String,
}

async fn undelivered(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Query(query): Query<Undelivered>,
) -> Response {
    if !user.0.plans() {
        return web::forbidden(&t);
    }
    let (waiting, dead) = match (outbox::count(&desk).await, outbox::list_dead(&desk, SHOWN).await) {
        (Ok((waiting, _)), Ok(dead)) => (waiting, dead),
        (Err(error), _) | (_, Err(error)) => return web::unavailable(&t, &error),
    };
    let page = user.page(&t, "Nachrichten");
    web::ok(&MessagesPage { t: &t, page, waiting, dead, tried_again: query.erneut.is_some() })
}

async fn try_again(State(desk): State<Desk>, t: Locale, user: SignedIn, Form(form): Form<TryAgain>) -> Response {
    if !user.0.plans() {
        return web::forbidden(&t);
    }
    let Ok(message) = form.message.parse::<MessageId>() else { return web::not_found(&t) };
    match outbox::revive(&desk, desk.now(), message).await {
        Ok(true) => web::go(&t.path("/dienst/nachrichten?erneut=ja")),
        Ok(false) => web::go(&t.path("/dienst/nachrichten")),
        Err(error) => web::unavailable(&t, &error),
    }
}

/// Only paths of ours: no other host behind two slashes. Browsers read `\` as `/` and drop tabs and line ends; an
/// address of ours is plain ASCII.
fn is_ours(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

fn session_secret(headers: &HeaderMap) -> Option<Secret> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| matches!(*name, SECURE_COOKIE | PLAIN_COOKIE))
        .and_then(|(_, value)| Secret::parse(value))
}

/// The browser sends a `__Host-` cookie only over TLS and only to this host.
const SECURE_COOKIE: &str = "__Host-sprechzeit";
/// Without TLS, which only the demonstration on one's own machine does.
const PLAIN_COOKIE: &str = "sprechzeit";

fn set_cookie(desk: &Desk, value: &str, more: &str) -> HeaderValue {
    let secure = desk.config.public_address().starts_with("https://");
    let (name, flag) = if secure { (SECURE_COOKIE, "; Secure") } else { (PLAIN_COOKIE, "") };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{flag}{more}");
    HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        for (path, ours) in [
            ("/dienst", true),
            ("//boese.example", false),
            ("/\t/boese.example", false),
            ("/\r\n/boese.example", false),
            ("/\0", false),
            ("/ü", false),
            ("https://x", false),
            ("/\\x", false),
            ("", false),
        ] {
            assert_eq!(is_ours(path), ours, "{path}");
        }
        assert_eq!(web::percent("/dienst/woche?woche=2026-W47"), "/dienst/woche%3Fwoche%3D2026-W47");
    }
}
