//! Whom to call back: the number and the word to say first, open requests before closed ones.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::TimeDelta;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::{CallId, CallbackId};
use crate::kernel::{Instant, Span};
use crate::people::{Actor, SignedIn};
use crate::web::{self, Locale, Page, say};

use super::{language, lasted, topic};
use crate::calls::{self, CallbackState, CallsError, OpenedCallback};

/// How far back the page looks: beyond the longest time that a number is kept.
const BACK: TimeDelta = TimeDelta::days(31);

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    meldung: String,
}

#[derive(Template)]
#[template(path = "calls/pages/callbacks.html")]
struct CallbacksPage<'a> {
    t: &'a Locale,
    page: Page,
    /// The look of a notice and its text.
    notice: Option<(&'static str, &'static str)>,
    open: Vec<CallbackView>,
    closed: Vec<CallbackView>,
}

#[derive(Template)]
#[template(path = "calls/pages/give_up.html")]
struct GiveUpPage<'a> {
    t: &'a Locale,
    page: Page,
    callback: CallbackView,
}

struct CallbackView {
    id: CallbackId,
    call: CallId,
    requested: String,
    waiting: String,
    topic: &'static str,
    language: &'static str,
    /// The number for people, and as an address to dial.
    number: Option<(String, String)>,
    passphrase: String,
    state: &'static str,
    closed: String,
}

impl CallbackView {
    fn new(opened: OpenedCallback, now: Instant) -> Self {
        let OpenedCallback { callback, person } = opened;
        let (number, passphrase) = match person {
            Some(person) => {
                let dialled = format!("tel:{}", person.number.as_str());
                (Some((person.number.to_string(), dialled)), person.passphrase)
            }
            None => (None, String::new()),
        };
        Self {
            id: callback.id,
            call: callback.call,
            requested: say::short(callback.requested_at),
            waiting: lasted(callback.closed_at.unwrap_or(now) - callback.requested_at),
            topic: topic(callback.topic.as_deref()),
            language: language(callback.language),
            number,
            passphrase,
            state: match callback.state {
                CallbackState::Open => "offen",
                CallbackState::Done => "erledigt",
                CallbackState::GivenUp => "aufgegeben",
            },
            closed: callback.closed_at.map(say::short).unwrap_or_default(),
        }
    }
}

fn notice(key: &str) -> Option<(&'static str, &'static str)> {
    match key {
        "erledigt" => Some(("success", "Der Rückruf ist erledigt. Die Rufnummer ist gelöscht.")),
        "aufgegeben" => Some(("success", "Der Rückruf ist aufgegeben. Die Rufnummer ist gelöscht.")),
        "schon" => Some(("info", "Jemand hat diesen Rückruf schon geschlossen.")),
        _ => None,
    }
}

pub async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    let rows = match list(&desk, &user.0).await {
        Ok(rows) => rows,
        Err(error) => return super::refused(&t, error),
    };
    let now = desk.now();
    let (mut open, closed): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.callback.state == CallbackState::Open);
    // Whoever has waited longest is called first.
    open.reverse();
    let views = |rows: Vec<OpenedCallback>| rows.into_iter().map(|row| CallbackView::new(row, now)).collect();
    let page = user.page(&t, "Rückrufe");
    let notice = notice(&asked.meldung);
    web::ok(&CallbacksPage { t: &t, page, notice, open: views(open), closed: views(closed) })
}

pub async fn done(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    close(&desk, &t, &user.0, (&id, CallbackState::Done)).await
}

/// Asks first: nobody will be called back then.
pub async fn ask(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let found = match list(&desk, &user.0).await {
        Ok(rows) => rows.into_iter().find(|row| row.callback.id.to_string() == id),
        Err(error) => return super::refused(&t, error),
    };
    match found {
        None => web::not_found(&t),
        Some(row) if row.callback.state != CallbackState::Open => back(&t, "schon"),
        Some(row) => {
            let page = user.page(&t, "Rückruf aufgeben");
            web::ok(&GiveUpPage { t: &t, page, callback: CallbackView::new(row, desk.now()) })
        }
    }
}

pub async fn give_up(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    close(&desk, &t, &user.0, (&id, CallbackState::GivenUp)).await
}

async fn close(desk: &Desk, t: &Locale, actor: &Actor, (id, state): (&str, CallbackState)) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(t) };
    match calls::close_callback(desk, desk.now(), actor, id, state).await {
        Ok(()) if state == CallbackState::Done => back(t, "erledigt"),
        Ok(()) => back(t, "aufgegeben"),
        Err(CallsError::ClosedAlready) => back(t, "schon"),
        Err(error) => super::refused(t, error),
    }
}

fn back(t: &Locale, notice: &str) -> Response {
    web::go(&t.path(&format!("/dienst/rueckrufe?meldung={notice}")))
}

async fn list(desk: &Desk, actor: &Actor) -> Result<Vec<OpenedCallback>, CallsError> {
    let now = desk.now();
    let window = Span { start: now - BACK, end: now + TimeDelta::seconds(1) };
    Ok(calls::list_callbacks(desk, actor, window).await?)
}
