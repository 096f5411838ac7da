//! What somebody typed whose session was over meanwhile: it waits on the sign-in page and is sent after it, by hand.
//!
//! Not stored: it travels in the page itself. Rule: nothing is done by itself after signing in, since somebody else may.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode};

use super::SignInPage;
use crate::desk::Desk;
use crate::web::{self, BODY_LIMIT, Locale, Page};

/// Marks the answer to a request of somebody who is not signed in.
#[derive(Clone, Copy)]
pub struct SignInFirst;

/// Answers a form that came without a session with the sign-in page, which keeps what was typed.
pub async fn keep_typed(State(desk): State<Desk>, t: Locale, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    let response = next.run(Request::from_parts(parts, Body::from(body.clone()))).await;
    if response.extensions().get::<SignInFirst>().is_none() {
        return response;
    }
    let typed = String::from_utf8(body.into()).unwrap_or_default();
    let (page, next) = (Page::new(&t, t.tr("sign-in-title")), t.here.clone());
    let sign_in = SignInPage { t: &t, page, next, typed, login: String::new(), fault: None, demo: desk.is_demo() };
    web::html(StatusCode::UNAUTHORIZED, &sign_in)
}

#[derive(Template)]
#[template(path = "people/pages/typed.html")]
struct TypedPage<'a> {
    t: &'a Locale,
    page: Page,
    next: &'a str,
    fields: Vec<(String, String)>,
}

/// Signed in again: what was typed can be sent now.
pub fn show(t: &Locale, next: &str, typed: &str) -> Response {
    let fields = form_urlencoded::parse(typed.as_bytes()).into_owned().collect();
    web::ok(&TypedPage { t, page: Page::new(t, t.tr("sign-in-typed-title")), next, fields })
}
