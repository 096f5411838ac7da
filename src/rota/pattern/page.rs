//! The patterns' pages: week templates and rotations of an office, and generating from them into a draft.
//!
//! German only. Every form works without JavaScript.

mod generate;
mod list;
mod rotation;
mod template;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;

use crate::desk::Desk;
use crate::kernel::id::{HotlineId, OfficerId};
use crate::offices::OfficeId;
use crate::people::{self, Officer};
use crate::rota::draft::{self, DraftError};
use crate::rota::page::{Choice, Fault, Notice, away};
use crate::shifts::{self, Hotline, Tier, say};
use crate::web::{self, Locale};

use super::{PatternError, RotationFault, TemplateFault};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/muster", get(list::show))
        .route("/dienst/muster/wochen", post(template::make))
        .route("/dienst/muster/wochen/{id}", get(template::show).post(template::set))
        .route("/dienst/muster/wochen/{id}/dienste", post(template::add))
        .route("/dienst/muster/wochen/{id}/dienste/{place}/entfernen", post(template::remove_line))
        .route("/dienst/muster/wochen/{id}/entfernen", get(template::ask).post(template::remove))
        .route("/dienst/muster/rotationen", post(rotation::make))
        .route("/dienst/muster/rotationen/{id}", get(rotation::show).post(rotation::set))
        .route("/dienst/muster/rotationen/{id}/ausscheiden", post(rotation::leave))
        .route("/dienst/muster/rotationen/{id}/entfernen", get(rotation::ask).post(rotation::remove))
        .route("/dienst/entwuerfe/{id}/erzeugen", get(generate::show).post(generate::generate))
        .route("/dienst/entwuerfe/{id}/merken", post(generate::remember))
}

/// The notice that an address asks for with `?meldung=`.
fn notice(key: &str) -> Option<Notice> {
    let (look, text) = match key {
        "gespeichert" => ("success", "Das ist gespeichert. In einen Entwurf kommt es, wenn Sie daraus erzeugen."),
        "gemerkt" => ("success", "Die Woche ist als Muster gespeichert."),
        "dienst" => ("success", "Der Dienst steht im Muster."),
        "dienst-entfernt" => ("success", "Der Dienst ist aus dem Muster entfernt."),
        "ausgeschieden" => ("success", "Die Reihenfolge ist angepasst. Wer jetzt an der Reihe ist, bleibt es."),
        "entfernt" => ("success", "Das Muster ist entfernt. Was daraus erzeugt wurde, bleibt."),
        "leer" => ("warning", "In dieser Woche steht kein Dienst, den ein Muster sich merken könnte."),
        _ => return None,
    };
    Some(Notice { look, text })
}

/// Who and what can be chosen in an office.
struct Staff {
    officers: Vec<Officer>,
    hotlines: Vec<Hotline>,
}

impl Staff {
    async fn load(desk: &Desk, t: &Locale, office: OfficeId) -> Result<Self, Response> {
        let officers = people::list_officers(&desk.db, Some(&office)).await.map_err(away(t))?;
        let hotlines = shifts::list_hotlines(&desk.db, Some(&office)).await.map_err(away(t))?;
        Ok(Self { officers, hotlines })
    }

    fn hotline(&self, id: HotlineId) -> &str {
        self.hotlines.iter().find(|it| it.id == id).map_or("anderes Beratungstelefon", |it| it.name.as_str())
    }

    fn officer(&self, id: Option<OfficerId>) -> &str {
        match id {
            Some(id) => self.officers.iter().find(|it| it.id == id).map_or("unbekannt", |it| it.name.as_str()),
            None => "noch niemand",
        }
    }

    fn hotline_choices(&self, chosen: &str) -> Vec<Choice> {
        self.hotlines.iter().map(|it| Choice::new(it.id, it.name.clone(), chosen)).collect()
    }

    fn officer_choices(&self, nobody: &str, chosen: &str) -> Vec<Choice> {
        let nobody = Choice::new("", nobody, chosen);
        std::iter::once(nobody)
            .chain(self.officers.iter().map(|it| Choice::new(it.id, it.name.clone(), chosen)))
            .collect()
    }
}

fn tier_choices(chosen: &str) -> Vec<Choice> {
    let tiers = (1..=3).filter_map(|number| Tier::new(number).ok());
    tiers.map(|tier| Choice::new(tier, say::tier(tier), chosen)).collect()
}

/// A refusal that concerns a field of a form; None where the form cannot help.
fn fault(error: &PatternError) -> Option<Fault> {
    Some(match error {
        PatternError::BadTemplate(TemplateFault::Name) | PatternError::BadRotation(RotationFault::Name) => Fault::new(
            "name",
            "Geben Sie einen Namen an, den man lesen kann: höchstens 80 Zeichen, ohne Steuerzeichen.",
        ),
        PatternError::BadTemplate(TemplateFault::Weeks) => Fault::new("wochen", "Geben Sie 1 bis 12 Wochen an."),
        PatternError::BadTemplate(TemplateFault::Week) => {
            Fault::new("wochen", "Ein Dienst steht in einer Woche, die das Muster dann nicht mehr hat.")
        }
        PatternError::BadTemplate(TemplateFault::TooMany) => {
            Fault::new("tag", "So viele Dienste passen nicht in ein Muster. Legen Sie ein zweites an.")
        }
        PatternError::BadRotation(RotationFault::Officers) => {
            Fault::new("person", "Wählen Sie mindestens eine Person, und jede nur einmal.")
        }
        PatternError::BadRotation(RotationFault::Every) => Fault::new("alle", "Geben Sie eine Zahl von 1 bis 52 an."),
        PatternError::BadRotation(RotationFault::Tiers) => {
            Fault::new("reihen", "Geben Sie eine Zahl an, die nicht größer ist als die Zahl der Personen, höchstens 9.")
        }
        PatternError::ChangedMeanwhile => Fault::new(
            "name",
            "Jemand hat das inzwischen geändert. Es wurde nichts überschrieben. Laden Sie die Seite neu, um zu sehen, wie es \
             jetzt ist, oder speichern Sie noch einmal, wenn Ihre Angaben trotzdem gelten sollen.",
        ),
        PatternError::NoSuchHotline => Fault::new("hotline", "Wählen Sie ein Beratungstelefon dieser Dienststelle."),
        PatternError::NoSuchOfficer => Fault::new("person", "Wählen Sie jemanden aus der Liste."),
        PatternError::NoSuchTemplate
        | PatternError::NoSuchRotation
        | PatternError::Forbidden
        | PatternError::EmptyWeek
        | PatternError::Draft(_)
        | PatternError::Db(_) => return None,
    })
}

/// The answer to a request that cannot go on with any form.
fn refused(t: &Locale, error: PatternError) -> Response {
    match error {
        PatternError::NoSuchTemplate
        | PatternError::NoSuchRotation
        | PatternError::NoSuchHotline
        | PatternError::NoSuchOfficer
        | PatternError::Draft(DraftError::NoSuchDraft) => web::not_found(t),
        PatternError::Draft(DraftError::Discarded(it)) => draft::gone(t, &it),
        PatternError::Forbidden | PatternError::Draft(DraftError::Forbidden) => web::forbidden(t),
        PatternError::Db(error) | PatternError::Draft(DraftError::Db(error)) => web::unavailable(t, &error),
        PatternError::EmptyWeek
        | PatternError::ChangedMeanwhile
        | PatternError::BadTemplate(_)
        | PatternError::BadRotation(_)
        | PatternError::Draft(_) => {
            web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text")
        }
    }
}
