//! Which calls there were: by day and ending, or the one whose number is known.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::CallId;
use crate::kernel::{Instant, Span, local};
use crate::people::{Actor, SignedIn};
use crate::shifts;
use crate::web::{self, Locale, Page, say};

use super::{lasted, topic};
use crate::calls::{self, CallState, CallsError, Ending, Listed};

/// Calls a page.
const PAGE: i64 = 25;

/// What the page was asked for, as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    von: String,
    bis: String,
    ende: String,
    nummer: String,
    seite: String,
}

#[derive(Template)]
#[template(path = "calls/pages/list.html")]
struct ListPage<'a> {
    t: &'a Locale,
    page: Page,
    from: String,
    until: String,
    endings: Vec<(String, &'static str, bool)>,
    number: String,
    /// What is wrong with the days, or with the call's number.
    days_fault: Option<&'static str>,
    number_fault: Option<&'static str>,
    calls: Vec<CallView>,
    newer: Option<String>,
    older: Option<String>,
}

struct CallView {
    id: CallId,
    start: String,
    hotline: String,
    topic: &'static str,
    state: &'static str,
    look: &'static str,
    attempts: i64,
    lasted: String,
}

/// What is searched for, made of what was asked.
struct Search {
    days: (NaiveDate, NaiveDate),
    ending: Option<Ending>,
    page: i64,
}

impl Asked {
    /// The last 14 days where no days are given; a fault where they cannot be.
    fn search(&self, today: NaiveDate) -> Result<Search, &'static str> {
        let read = |text: &str, default| match text {
            "" => Ok(default),
            text => local::plannable(text).ok_or("Geben Sie den Tag so an: 2026-11-20."),
        };
        let until = read(&self.bis, today)?;
        let from = read(&self.von, until - TimeDelta::days(13))?;
        if from > until {
            return Err("Der erste Tag muss vor dem letzten liegen.");
        }
        let page = self.seite.parse().unwrap_or(1).clamp(1, 100_000);
        Ok(Search { days: (from, until), ending: self.ende.parse().ok(), page })
    }
}

impl Search {
    fn span(&self) -> Span {
        Span { start: local::whole_day(self.days.0).start, end: local::whole_day(self.days.1).end }
    }

    /// The address of another page of the same search.
    fn address(&self, page: i64) -> String {
        let ending = self.ending.map(|ending| ending.to_string()).unwrap_or_default();
        format!("/dienst/anrufe?von={}&bis={}&ende={ending}&seite={page}", self.days.0, self.days.1)
    }
}

pub async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    let number_fault = match find(&desk, &user.0, &asked.nummer).await {
        Ok(Some(id)) => return web::go(&t.path(&format!("/dienst/anrufe/{id}"))),
        Ok(None) => (!asked.nummer.is_empty()).then_some("Diesen Anruf gibt es nicht, oder nicht bei Ihnen."),
        Err(error) => return super::refused(&t, error),
    };
    let now = desk.now();
    let today = local::day(now);
    let (search, days_fault) = match asked.search(today) {
        Ok(search) => (search, None),
        Err(fault) => (Search { days: (today - TimeDelta::days(13), today), ending: None, page: 1 }, Some(fault)),
    };
    let (calls, more) = match rows(&desk, &user.0, now, &search).await {
        Ok(found) => found,
        Err(error) => return web::unavailable(&t, &error),
    };
    let mut page = user.page(&t, "Anrufe");
    if days_fault.is_some() || number_fault.is_some() {
        page = page.with_error(&t);
    }
    // What is no day at all could not stand in a field for days.
    let typed = |text: String, day: NaiveDate| match days_fault {
        Some(_) => text.parse::<NaiveDate>().map(|day| day.to_string()).unwrap_or_default(),
        None => day.to_string(),
    };
    let all = ("".to_owned(), "alle", search.ending.is_none());
    let endings = Ending::ALL.map(|ending| (ending.to_string(), ending.german(), search.ending == Some(ending)));
    web::ok(&ListPage {
        t: &t,
        page,
        from: typed(asked.von, search.days.0),
        until: typed(asked.bis, search.days.1),
        endings: [all].into_iter().chain(endings).collect(),
        number: asked.nummer,
        days_fault,
        number_fault,
        calls,
        newer: (search.page > 1).then(|| search.address(search.page - 1)),
        older: more.then(|| search.address(search.page + 1)),
    })
}

/// The call whose printed id was typed, if the actor may see it.
async fn find(desk: &Desk, actor: &Actor, typed: &str) -> Result<Option<CallId>, CallsError> {
    let Ok(id) = typed.trim().parse() else { return Ok(None) };
    match calls::explain_call(desk, actor, id).await {
        Ok(_) => Ok(Some(id)),
        Err(CallsError::NoSuchCall) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The calls of one page, and whether there are more.
async fn rows(desk: &Desk, actor: &Actor, now: Instant, search: &Search) -> Result<(Vec<CallView>, bool), DbError> {
    let page = (PAGE + 1, (search.page - 1) * PAGE);
    let mut found = calls::list_calls(desk, actor, search.span(), search.ending, page).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let hotlines = shifts::list_hotlines(&desk.db, None).await?;
    let name = |call: &Listed| hotlines.iter().find(|h| h.id == call.hotline).map(|h| h.name.clone());
    let view = |call: Listed| CallView {
        id: call.id,
        start: say::short(call.started_at),
        hotline: name(&call).unwrap_or_default(),
        topic: topic(call.topic.as_deref()),
        state: state(&call),
        look: look(&call),
        attempts: call.attempts,
        lasted: lasted(call.ended_at.unwrap_or(now) - call.started_at),
    };
    Ok((found.into_iter().map(view).collect(), more))
}

/// How a call stands, or how it ended.
pub fn state(call: &Listed) -> &'static str {
    match (call.state, call.ending) {
        (CallState::Running, _) => "läuft: in der Ansage, oder es klingelt",
        (CallState::Talking, _) => "läuft: im Gespräch",
        (CallState::Ended, Some(ending)) => ending.german(),
        (CallState::Ended, None) => "zu Ende",
    }
}

/// The look of its badge.
pub fn look(call: &Listed) -> &'static str {
    match call.ending {
        None | Some(Ending::Announcement) => "info",
        Some(Ending::Person | Ending::Booking | Ending::Transferred) => "success",
        Some(
            Ending::Callback | Ending::Voicemail | Ending::CallerGone | Ending::Abuse | Ending::Blocked | Ending::Lost,
        ) => "warning",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(von: &str, bis: &str) -> Asked {
        Asked { von: von.into(), bis: bis.into(), seite: "x".into(), ..Asked::default() }
    }

    #[test]
    fn days_that_are_not_given_are_the_last_fourteen() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-20");
        let search = asked("", "").search(today).ok().unwrap();
        assert_eq!((search.days, search.page), ((day("2026-11-07"), today), 1));
        let search = asked("", "2026-10-25").search(today).ok().unwrap();
        assert_eq!(search.span().length(), TimeDelta::hours(14 * 24 + 1));
        for (von, bis) in [("2026-11-21", ""), ("20.11.2026", ""), ("", "gestern"), ("", "+262142-12-31")] {
            assert!(asked(von, bis).search(today).is_err(), "{von} {bis}");
        }
    }
}
