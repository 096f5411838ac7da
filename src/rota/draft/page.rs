//! The drafts' pages: the list, a draft as a list by day with everything doable, the difference, publishing.
//!
//! German only. Every form works without JavaScript and says which version of the draft it was made upon.

mod difference;
mod gone;
mod list;
mod shift;
mod week;
mod words;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{DraftId, OfficerId};
use crate::people::{self, Officer, SignedIn};
use crate::rota::page::{Notice, away};
use crate::shifts::{self, Hotline};
use crate::web::{self, Locale};

use super::draft::{Draft, SeenDraft};
use super::{DraftError, Worked};
use words::Words;

pub use gone::{Typed, gone, gone_from, said_gone};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/entwuerfe", get(list::show).post(list::begin))
        .route("/dienst/entwuerfe/{id}", get(week::show).post(week::add))
        .route("/dienst/entwuerfe/{id}/rueckgaengig", post(week::undo))
        .route("/dienst/entwuerfe/{id}/wiederholen", post(week::redo))
        .route("/dienst/entwuerfe/{id}/dienste/{shift}", get(shift::show).post(shift::change))
        .route("/dienst/entwuerfe/{id}/dienste/{shift}/kopie", post(shift::copy))
        .route("/dienst/entwuerfe/{id}/dienste/{shift}/entfernen", post(week::remove))
        .route("/dienst/entwuerfe/{id}/dienste/{shift}/fest", post(week::pin))
        .route("/dienst/entwuerfe/{id}/dienste/{shift}/veroeffentlichtes", post(difference::take_published))
        .route("/dienst/entwuerfe/{id}/dienste/{shift}/meines", post(difference::keep_mine))
        .route("/dienst/entwuerfe/{id}/abgleich", post(difference::catch_up))
        .route("/dienst/entwuerfe/{id}/unterschied", get(difference::show))
        .route("/dienst/entwuerfe/{id}/veroeffentlichen", get(difference::ask).post(difference::publish))
        .route("/dienst/entwuerfe/{id}/verwerfen", get(list::ask).post(list::discard))
}

/// The notice that an address asks for with `?meldung=`.
fn notice(key: &str) -> Option<Notice> {
    let (look, text) = match key {
        "begonnen" => ("success", "Der Entwurf ist angelegt. Er enthält, was in dieser Zeit schon veröffentlicht ist."),
        "verworfen" => ("success", "Der Entwurf ist verworfen. Was veröffentlicht ist, gilt weiter."),
        "eingetragen" => ("success", "Der Dienst steht im Entwurf."),
        "geaendert" => ("success", "Der Dienst ist im Entwurf geändert."),
        "entfernt" => ("success", "Der Dienst ist aus dem Entwurf entfernt. „Rückgängig“ holt ihn zurück."),
        "fest" => ("success", "Der Dienst ist fest: Kein Muster und kein Programm ändert ihn."),
        "lose" => ("success", "Der Dienst ist nicht mehr fest."),
        "zurueck" => ("success", "Der letzte Schritt ist rückgängig gemacht."),
        "wieder" => ("success", "Der Schritt ist wiederholt."),
        "nichts" => ("info", "Es gibt keinen solchen Schritt."),
        "erzeugt" => ("success", "Die Dienste stehen im Entwurf. „Rückgängig“ nimmt sie alle zurück."),
        "erzeugt-nichts" => ("info", "Alle diese Dienste standen schon im Entwurf."),
        "abgeglichen" => ("success", "Was andere veröffentlicht haben, steht jetzt auch im Entwurf."),
        "entschieden" => ("success", "Das ist entschieden."),
        "veroeffentlicht" => ("success", "Der Dienstplan ist veröffentlicht und gilt ab jetzt."),
        "vorbei" => ("warning", "Das ist vorbei. Was war, bleibt, wie es war."),
        "inzwischen" => ("warning", "Jemand hat hier inzwischen etwas geändert. Es wurde nichts überschrieben."),
        _ => return None,
    };
    Some(Notice { look, text })
}

/// A draft as somebody who plans its office opens it, with the words for what stands in it.
struct Opened {
    draft: Draft,
    officers: Vec<Officer>,
    hotlines: Vec<Hotline>,
}

impl Opened {
    async fn load(desk: &Desk, t: &Locale, signed: &SignedIn, id: &str) -> Result<Self, Response> {
        Self::load_for((desk, t, signed), id, Typed::new()).await
    }

    /// For a form: what was typed is read back where the draft is gone.
    async fn load_for(
        (desk, t, signed): (&Desk, &Locale, &SignedIn),
        id: &str,
        typed: Typed,
    ) -> Result<Self, Response> {
        let id: DraftId = id.parse().map_err(|_| web::not_found(t))?;
        let draft = match super::load(&desk.db, &signed.0, id).await {
            Ok(draft) => draft,
            Err(DraftError::Discarded(it)) => return Err(gone_from((desk, t, signed), &it, typed).await),
            Err(error) => return Err(refused(t, error)),
        };
        let officers = people::list_officers(&desk.db, Some(&draft.office)).await.map_err(away(t))?;
        let hotlines = shifts::list_hotlines(&desk.db, Some(&draft.office)).await.map_err(away(t))?;
        Ok(Self { draft, officers, hotlines })
    }

    /// The words for these officers, too, wherever they work.
    async fn words(&self, desk: &Desk, others: impl IntoIterator<Item = OfficerId>) -> Result<Words, DbError> {
        let mut others: Vec<OfficerId> = others.into_iter().collect();
        others.sort();
        others.dedup();
        others.retain(|id| !self.officers.iter().any(|officer| officer.id == *id));
        let others = people::list_these(&desk.db, &others).await?;
        Ok(Words::new(self.officers.iter().chain(&others), &self.hotlines))
    }

    fn path(&self, rest: &str) -> String {
        format!("/dienst/entwuerfe/{}{rest}", self.draft.id)
    }
}

fn seen(id: &str, version: i64) -> Option<SeenDraft> {
    Some(SeenDraft { draft: id.parse().ok()?, version })
}

/// Where a week of a draft is shown.
fn address(draft: DraftId, week: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    format!("/dienst/entwuerfe/{draft}?woche={}", week.chars().filter(plain).collect::<String>())
}

/// Back to a page of the draft, with a word on what came of an action.
fn told(t: &Locale, to: &str, outcome: Result<Worked, DraftError>, done: &str) -> Response {
    let key = match outcome {
        Ok(_) => done,
        Err(DraftError::MovedOn { .. } | DraftError::ChangedMeanwhile { .. }) => "inzwischen",
        Err(DraftError::NothingToUndo | DraftError::NothingToRedo) => "nichts",
        Err(DraftError::Over) => "vorbei",
        Err(error) => return refused(t, error),
    };
    let join = if to.contains('?') { '&' } else { '?' };
    web::go(&t.path(&format!("{to}{join}meldung={key}")))
}

/// The answer to a request that cannot go on with any form.
fn refused(t: &Locale, error: DraftError) -> Response {
    match error {
        DraftError::NoSuchDraft | DraftError::NoSuchShift | DraftError::NoSuchHotline | DraftError::NoSuchOfficer => {
            web::not_found(t)
        }
        DraftError::Discarded(it) => gone(t, &it),
        DraftError::Forbidden => web::forbidden(t),
        DraftError::Db(error) => web::unavailable(t, &error),
        DraftError::BadName
        | DraftError::BadPeriod
        | DraftError::BadSpan
        | DraftError::OutsidePeriod
        | DraftError::Over
        | DraftError::ChangedMeanwhile { .. }
        | DraftError::MovedOn { .. }
        | DraftError::NothingToUndo
        | DraftError::NothingToRedo
        | DraftError::NothingToPublish
        | DraftError::Conflicts(_)
        | DraftError::TooLate(_)
        | DraftError::Clashes(_)
        | DraftError::Breaches(_)
        | DraftError::BadReason
        | DraftError::Shifts(_) => {
            web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text")
        }
    }
}
