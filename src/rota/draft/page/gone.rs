//! A draft that somebody has discarded meanwhile: who, when, and what was typed for it, so that nothing is lost.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Language;
use crate::offices::OfficeId;
use crate::people::{self, Recorded, SignedIn};
use crate::rota::page::away;
use crate::shifts;
use crate::web::{self, Locale, Page, say};

use super::words::Words;

/// The fields of a form and what stood in them, ids as they are printed.
pub type Typed = Vec<(&'static str, String)>;

#[derive(Template)]
#[template(path = "rota/draft/pages/gone.html")]
struct GonePage<'a> {
    t: &'a Locale,
    page: Page,
    office: OfficeId,
    said: String,
    typed: Typed,
}

const TITLE: &str = "Dieser Entwurf ist verworfen";

/// "Petra Planung hat diesen Entwurf am Montag, 16. November 2026, um 09:00 Uhr verworfen."
pub fn said_gone(it: &Recorded) -> String {
    format!("{} hat diesen Entwurf verworfen: {}.", it.by, say::moment(Language::De, it.at))
}

/// 410, where nothing was typed.
pub fn gone(t: &Locale, it: &Recorded) -> Response {
    shown(t, Page::new(t, TITLE), it, Typed::new())
}

/// 410, with what was typed in words.
pub async fn gone_from((desk, t, signed): (&Desk, &Locale, &SignedIn), it: &Recorded, typed: Typed) -> Response {
    match in_words(desk, it.office, typed).await {
        Ok(typed) => shown(t, signed.page(t, TITLE), it, typed),
        Err(error) => away(t)(error),
    }
}

fn shown(t: &Locale, page: Page, it: &Recorded, typed: Typed) -> Response {
    web::html(StatusCode::GONE, &GonePage { t, page, office: it.office, said: said_gone(it), typed })
}

/// The same with names and days as people say them, without what was left empty.
async fn in_words(desk: &Desk, office: OfficeId, mut typed: Typed) -> Result<Typed, DbError> {
    typed.retain(|(_, value)| !value.trim().is_empty());
    if typed.is_empty() {
        return Ok(typed);
    }
    let officers = people::list_officers(&desk.db, Some(&office)).await?;
    let hotlines = shifts::list_hotlines(&desk.db, Some(&office)).await?;
    let words = Words::new(&officers, &hotlines);
    let said = |value: String| match (value.parse(), value.parse(), value.parse::<NaiveDate>()) {
        (Ok(officer), ..) => words.officer(Some(officer)).to_owned(),
        (_, Ok(hotline), _) => words.hotline(hotline).to_owned(),
        (.., Ok(day)) => say::day(Language::De, day),
        _ => value,
    };
    Ok(typed.into_iter().map(|(field, value)| (field, said(value))).collect())
}
