//! Messages that callers left: listen, mark as heard, delete.
//!
//! Rule: to look or to listen changes nothing but the record of who listened; the sound is kept by no browser.

use std::ops::RangeInclusive;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Span;
use crate::kernel::id::{CallId, VoicemailId};
use crate::people::{Actor, SignedIn};
use crate::shifts;
use crate::web::{self, Locale, Page, say};

use super::{language, lasted, topic};
use crate::calls::{self, CallsError, OpenedVoicemail, VoicemailState};

/// How far back the page looks: beyond the longest time that a message is kept.
const BACK: TimeDelta = TimeDelta::days(31);

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    meldung: String,
    zustand: String,
    thema: String,
}

#[derive(Template)]
#[template(path = "calls/pages/voicemails.html")]
struct VoicemailsPage<'a> {
    t: &'a Locale,
    page: Page,
    /// The look of a notice and its text.
    notice: Option<(&'static str, &'static str)>,
    retention: String,
    /// Value, name, and whether it is chosen.
    states: Vec<(String, &'static str, bool)>,
    topics: Vec<(String, &'static str, bool)>,
    voicemails: Vec<VoicemailView>,
    /// Whether something is left out by the filter.
    filtered: bool,
}

#[derive(Template)]
#[template(path = "calls/pages/delete_voicemail.html")]
struct DeletePage<'a> {
    t: &'a Locale,
    page: Page,
    voicemail: VoicemailView,
}

struct VoicemailView {
    id: VoicemailId,
    call: CallId,
    recorded: String,
    hotline: String,
    topic: &'static str,
    language: &'static str,
    length: String,
    state: &'static str,
    look: &'static str,
    is_new: bool,
    is_deleted: bool,
    has_sound: bool,
}

impl VoicemailView {
    fn new(opened: OpenedVoicemail, hotlines: &[shifts::Hotline]) -> Self {
        let OpenedVoicemail { voicemail, has_sound } = opened;
        let hotline = hotlines.iter().find(|hotline| hotline.id == voicemail.hotline);
        Self {
            id: voicemail.id,
            call: voicemail.call,
            recorded: say::short(voicemail.recorded_at),
            hotline: hotline.map(|hotline| hotline.name.clone()).unwrap_or_default(),
            topic: topic(voicemail.topic.as_deref()),
            language: language(voicemail.language),
            length: lasted(TimeDelta::seconds(voicemail.seconds)),
            state: german(voicemail.state),
            look: match voicemail.state {
                VoicemailState::New => "warning",
                VoicemailState::Heard => "success",
                VoicemailState::Deleted => "info",
            },
            is_new: voicemail.state == VoicemailState::New,
            is_deleted: voicemail.state == VoicemailState::Deleted,
            has_sound,
        }
    }
}

fn german(state: VoicemailState) -> &'static str {
    match state {
        VoicemailState::New => "neu",
        VoicemailState::Heard => "gehört",
        VoicemailState::Deleted => "gelöscht",
    }
}

fn notice(key: &str) -> Option<(&'static str, &'static str)> {
    match key {
        "gehoert" => Some(("success", "Die Nachricht ist als gehört vermerkt.")),
        "geloescht" => {
            Some(("success", "Die Nachricht ist gelöscht. Beim Telefonanbieter verschwindet sie in wenigen Minuten."))
        }
        "schon" => Some(("info", "Jemand hat diese Nachricht schon gelöscht.")),
        _ => None,
    }
}

impl Asked {
    /// Deleted messages are shown only where they are asked for.
    fn wants(&self, opened: &OpenedVoicemail) -> bool {
        let voicemail = &opened.voicemail;
        let state = match self.zustand.parse::<VoicemailState>() {
            Ok(state) => voicemail.state == state,
            Err(_) => voicemail.state != VoicemailState::Deleted,
        };
        state && (self.thema.is_empty() || voicemail.topic.as_deref() == Some(self.thema.as_str()))
    }

    fn states(&self) -> Vec<(String, &'static str, bool)> {
        let chosen = self.zustand.parse().ok();
        let all = [VoicemailState::New, VoicemailState::Heard, VoicemailState::Deleted];
        let state = |state: VoicemailState| (state.to_string(), german(state), chosen == Some(state));
        [(String::new(), "neu und gehört", chosen.is_none())].into_iter().chain(all.map(state)).collect()
    }

    /// The topics that there are messages on.
    fn topics(&self, all: &[OpenedVoicemail]) -> Vec<(String, &'static str, bool)> {
        let mut codes: Vec<&str> = all.iter().filter_map(|opened| opened.voicemail.topic.as_deref()).collect();
        codes.sort_unstable();
        codes.dedup();
        let choice = |code: &str| (code.to_owned(), topic(Some(code)), code == self.thema);
        [(String::new(), "alle", self.thema.is_empty())].into_iter().chain(codes.into_iter().map(choice)).collect()
    }
}

pub async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    let (all, hotlines) = match list(&desk, &user.0).await {
        Ok(found) => found,
        Err(error) => return web::unavailable(&t, &error),
    };
    let (states, topics) = (asked.states(), asked.topics(&all));
    let count = all.len();
    let wanted = all.into_iter().filter(|opened| asked.wants(opened));
    let voicemails: Vec<_> = wanted.map(|opened| VoicemailView::new(opened, &hotlines)).collect();
    web::ok(&VoicemailsPage {
        t: &t,
        page: user.page(&t, "Sprachnachrichten"),
        notice: notice(&asked.meldung),
        retention: hours(desk.config.retention.callback_hours.0),
        states,
        topics,
        filtered: voicemails.len() < count,
        voicemails,
    })
}

async fn list(desk: &Desk, actor: &Actor) -> Result<(Vec<OpenedVoicemail>, Vec<shifts::Hotline>), DbError> {
    let now = desk.now();
    let window = Span { start: now - BACK, end: now + TimeDelta::seconds(1) };
    let voicemails = calls::list_voicemails(desk, actor, window).await?;
    Ok((voicemails, shifts::list_hotlines(&desk.db, None).await?))
}

fn hours(hours: i64) -> String {
    match hours {
        1 => "einer Stunde".into(),
        hours => format!("{hours} Stunden"),
    }
}

/// The sound. Players ask for parts of it.
pub async fn play(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    let bytes = match calls::play_voicemail(&desk, desk.now(), &user.0, id).await {
        Ok(bytes) => bytes,
        Err(error) => return super::refused(&t, error),
    };
    let sound =
        [(header::CONTENT_TYPE, "audio/mpeg"), (header::CACHE_CONTROL, "no-store"), (header::ACCEPT_RANGES, "bytes")];
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    match asked.and_then(|range| part(range, bytes.len())) {
        None => (sound, bytes).into_response(),
        Some(part) => {
            let place = format!("bytes {}-{}/{}", part.start(), part.end(), bytes.len());
            let bytes = bytes[part].to_vec();
            (StatusCode::PARTIAL_CONTENT, sound, [(header::CONTENT_RANGE, place)], bytes).into_response()
        }
    }
}

/// The first and last byte of a range with one part (RFC 9110 § 14.1.2); all others are ignored, as they may be.
fn part(range: &str, length: usize) -> Option<RangeInclusive<usize>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = length.checked_sub(1)?;
    let part = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) => first..=last.min(end),
        (Ok(first), Err(_)) if last.is_empty() => first..=end,
        (Err(_), Ok(count)) if first.is_empty() => length.saturating_sub(count)..=end,
        _ => return None,
    };
    (part.start() <= part.end()).then_some(part)
}

pub async fn heard(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    let marked = calls::mark_heard(&desk, desk.now(), &user.0, id).await;
    back(&t, marked, "gehoert")
}

/// Asks first: a deleted message is gone.
pub async fn ask(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    let opened = match calls::load_voicemail(&desk, &user.0, id).await {
        Ok(opened) if opened.voicemail.state == VoicemailState::Deleted => return back(&t, Ok(()), "schon"),
        Ok(opened) => opened,
        Err(error) => return super::refused(&t, error),
    };
    let hotlines = match shifts::list_hotlines(&desk.db, None).await {
        Ok(hotlines) => hotlines,
        Err(error) => return web::unavailable(&t, &error),
    };
    let page = user.page(&t, "Nachricht löschen");
    web::ok(&DeletePage { t: &t, page, voicemail: VoicemailView::new(opened, &hotlines) })
}

pub async fn delete(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    let deleted = calls::delete_voicemail(&desk, desk.now(), &user.0, id).await;
    back(&t, deleted, "geloescht")
}

/// Back to the list, which says what was done.
fn back(t: &Locale, done: Result<(), CallsError>, notice: &str) -> Response {
    let notice = match done {
        Ok(()) => notice,
        Err(CallsError::DeletedAlready) => "schon",
        Err(error) => return super::refused(t, error),
    };
    web::go(&t.path(&format!("/dienst/sprachnachrichten?meldung={notice}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_player_gets_the_part_that_it_asks_for() {
        for (range, expected) in [
            ("bytes=0-1", Some(0..=1)),
            ("bytes=0-", Some(0..=99)),
            ("bytes=40-1000", Some(40..=99)),
            ("bytes=-10", Some(90..=99)),
            ("bytes=-1000", Some(0..=99)),
            ("bytes=-0", None),
            ("bytes=100-", None),
            ("bytes=5-4", None),
            ("bytes=0-1,5-6", None),
            ("bytes=-", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(part(range, 100), expected, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), None);
    }
}
