//! The planning pages of the staff: the week of a hotline, a shift, who is here and who is away; and what is set up
//! once: hours and own days of an office, its hotlines and when they are closed by hand.
//!
//! German only; the words stand here and in the templates. Every form works without JavaScript.

mod closures;
mod hotlines;
mod hours;
mod neighbours;
mod office;
mod personnel;
mod proof;
mod shift;
mod skills;
mod versions;
mod week;
pub(super) mod words;

use std::borrow::Cow;
use std::collections::HashMap;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;

use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::offices::{OfficeId, offices};
use crate::people::{self, Actor, Officer, PeopleError};
use crate::web::{self, Locale};

use super::ShiftsError;
use super::direct::Guard;

/// The pages; what they change of the published shifts is weighed by `G`.
pub fn pages<G: Guard>() -> Router<Desk> {
    Router::new()
        .route("/dienst/woche", get(week::show).post(week::plan::<G>))
        .route("/dienst/woche/kopie", post(week::copy::<G>))
        .route("/dienst/planung/pruefung", get(proof::show))
        .route("/dienst/dienste/{id}", get(shift::show).post(shift::change::<G>))
        .route("/dienst/dienste/{id}/verlauf", get(versions::show))
        .route("/dienst/dienste/{id}/entfernen", get(shift::ask).post(shift::remove))
        .route("/dienst/dienste/{id}/wiederherstellen", post(shift::restore::<G>))
        .route("/dienst/dienste/{id}/wieder-anrufen", post(shift::ring_again))
        .route("/dienst/personal", get(personnel::show).post(personnel::enter))
        .route("/dienst/personal/{id}/beratung", get(skills::show).post(skills::set))
        .route("/dienst/personal/{id}/einsatz", post(personnel::deploy))
        .route("/dienst/personal/{id}/zurueck", post(personnel::back))
        .route("/dienst/verwaltung", get(office::everything))
        .route("/dienst/dienststelle", get(office::show).post(office::set_hours))
        .route("/dienst/dienststelle/postfach", post(office::set_mailbox))
        .route("/dienst/dienststelle/tage", post(office::set_day))
        .route("/dienst/dienststelle/tage/{day}/entfernen", get(office::ask).post(office::remove_day))
        .route("/dienst/beratungstelefone", get(hotlines::list).post(hotlines::open))
        .route("/dienst/beratungstelefone/neu", get(hotlines::fresh))
        .route("/dienst/beratungstelefone/{id}", get(hotlines::show).post(hotlines::change))
        .route("/dienst/beratungstelefone/{id}/schliessungen", get(closures::show).post(closures::close))
        .route("/dienst/beratungstelefone/{id}/schliessungen/{closure}/beenden", post(closures::reopen))
        .route("/dienst/nachbarn", get(neighbours::show).post(neighbours::ask))
        .route("/dienst/nachbarn/{asking}/{helper}/zusagen", post(neighbours::agree))
        .route("/dienst/nachbarn/{asking}/{helper}/beenden", get(neighbours::ask_end).post(neighbours::end))
        .route("/dienst/abwesenheiten/{id}/zuruecknehmen", post(personnel::withdraw))
}

/// A fault in a form: the field to go to, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    field: Cow<'static, str>,
    text: String,
}

impl Fault {
    fn new(field: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}

/// The faults of a form, as its template asks for them.
#[derive(Clone, Debug, Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.field == field).map(|fault| fault.text.as_str())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The result of an action, told on the page that follows it.
#[derive(Clone, Copy, Debug)]
struct Notice {
    /// `success`, `info` or `warning`: the look and the icon.
    look: &'static str,
    text: &'static str,
}

impl Notice {
    /// The notice that an address asks for with `?meldung=`.
    fn find(key: &str) -> Option<Self> {
        let (look, text) = match key {
            "eingetragen" => ("success", "Der Dienst ist eingetragen."),
            "geaendert" => ("success", "Der Dienst ist geändert."),
            "beendet" => ("success", "Der Dienst ist jetzt beendet. Was von ihm war, bleibt stehen."),
            "entfernt" => ("success", "Der Dienst ist entfernt."),
            "wiederhergestellt" => ("success", "Der Dienst ist wieder eingetragen."),
            "wieder-anrufen" => ("success", "Dort klingelt es wieder, ab dem nächsten Anruf."),
            "inzwischen" => ("warning", "Jemand hat diesen Dienst inzwischen geändert. Es wurde nichts überschrieben."),
            "vorbei" => ("warning", "Dieser Dienst ist vorbei. Was war, bleibt, wie es war."),
            "regeln" => (
                "warning",
                "So ist der Dienst jetzt gegen die Regeln. Tragen Sie ihn in der Woche neu ein; dort können Sie sagen, warum es sein muss.",
            ),
            "belegt" => ("warning", "Die Zeit ist inzwischen anders vergeben. Es wurde nichts geändert."),
            "einsatz" => (
                "success",
                "Der Einsatz gilt ab sofort. Die Termine von heute werden übergeben; was daraus wird, steht unter „Mein Tag“, Vertretung.",
            ),
            "zurueck" => ("success", "Der Einsatz ist beendet. Der Dienst gilt wieder."),
            "beratung" => ("success", "Das ist gespeichert und gilt ab dem nächsten Anruf."),
            "abwesend" => ("success", "Die Abwesenheit ist eingetragen."),
            "zurueckgenommen" => ("success", "Die Abwesenheit ist zurückgenommen."),
            "oeffnungszeiten" => ("success", "Die Öffnungszeiten sind gespeichert."),
            "postfach" => ("success", "Das Postfach der Planung ist gespeichert."),
            "tag" => ("success", "Der Tag ist eingetragen. Freie Termine folgen innerhalb von zehn Minuten."),
            "tag-entfernt" => ("success", "Der Tag ist entfernt. Freie Termine folgen innerhalb von zehn Minuten."),
            "telefon-neu" => ("success", "Das Beratungstelefon ist eingerichtet."),
            "telefon-geaendert" => ("success", "Das Beratungstelefon ist geändert. Das gilt ab dem nächsten Anruf."),
            "geschlossen" => ("success", "Die Schließung ist eingetragen."),
            "geoeffnet" => ("success", "Das Beratungstelefon ist wieder geöffnet, so weit seine Zeiten es sagen."),
            "noch-geschlossen" => (
                "warning",
                "Diese Schließung ist beendet. Eine andere gilt weiter: Das Beratungstelefon bleibt geschlossen.",
            ),
            "schliessung-zurueck" => ("success", "Die Schließung ist zurückgenommen."),
            "hilfe-erbeten" => {
                ("success", "Die Bitte ist eingetragen. Sie gilt, sobald die andere Dienststelle zusagt.")
            }
            "hilfe-zugesagt" => ("success", "Die Hilfe ist zugesagt und gilt ab dem nächsten Anruf."),
            "hilfe-beendet" => ("success", "Die Hilfe ist beendet."),
            "hilfe-weg" => ("warning", "Diese Bitte gibt es nicht mehr. Es wurde nichts geändert."),
            "schon" => ("info", "Das war schon so. Es wurde nichts geändert."),
            _ => return None,
        };
        Some(Self { look, text })
    }
}

/// An entry of a selection list.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

/// The offices that somebody plans.
fn office_choices(actor: &Actor, chosen: OfficeId) -> Vec<Choice> {
    let theirs = offices().iter().filter(|office| actor.may_plan(&office.id));
    theirs
        .map(|office| Choice {
            value: office.id.to_string(),
            text: office.name.to_owned(),
            chosen: office.id == chosen,
        })
        .collect()
}

/// The names of officers, of those who have left, too.
pub(super) struct Names {
    names: HashMap<OfficerId, String>,
    /// For colleagues: why somebody is away is not told.
    is_discreet: bool,
}

impl Names {
    /// Of these officers, and of whoever else stands in the records.
    async fn load(mut from: impl Read, officers: &[Officer], others: &[OfficerId]) -> Result<Self, DbError> {
        let mut names: HashMap<_, _> = officers.iter().map(|officer| (officer.id, officer.name.clone())).collect();
        for id in others {
            if !names.contains_key(id)
                && let Some(officer) = people::find_officer(&mut from, *id).await?
            {
                names.insert(*id, officer.name);
            }
        }
        Ok(Self { names, is_discreet: false })
    }

    /// The same for somebody who does not plan, unless they do.
    fn shown_to(self, may_plan: bool) -> Self {
        Self { is_discreet: !may_plan, ..self }
    }

    fn of(&self, officer: OfficerId) -> &str {
        self.names.get(&officer).map_or("unbekannt", String::as_str)
    }
}

/// The answer to a request that cannot go on with any form.
fn refused(t: &Locale, error: ShiftsError) -> Response {
    match error {
        ShiftsError::NoSuchHotline
        | ShiftsError::NoSuchClosure
        | ShiftsError::NoSuchShift
        | ShiftsError::NoSuchOfficer
        | ShiftsError::NoSuchDay => web::not_found(t),
        ShiftsError::Forbidden => web::forbidden(t),
        ShiftsError::Db(error) => web::unavailable(t, &error),
        ShiftsError::BadHotline(_)
        | ShiftsError::BadClosure(_)
        | ShiftsError::BadHelp(_)
        | ShiftsError::HotlineChanged(_)
        | ShiftsError::NoSuchFlow { .. }
        | ShiftsError::BadDayName
        | ShiftsError::BadMailbox
        | ShiftsError::NumberTaken
        | ShiftsError::SkippedHour
        | ShiftsError::Begun
        | ShiftsError::Over
        | ShiftsError::OfficerBusy(_)
        | ShiftsError::ChangedMeanwhile(_)
        | ShiftsError::OpenChanged(_)
        | ShiftsError::AgainstRules(_)
        | ShiftsError::NoReason
        | ShiftsError::NotPossible { .. } => {
            web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text")
        }
    }
}

fn excused(t: &Locale, error: PeopleError) -> Response {
    match error {
        PeopleError::NoSuchOfficer | PeopleError::NoSuchAbsence => web::not_found(t),
        PeopleError::Forbidden => web::forbidden(t),
        PeopleError::Db(error) => web::unavailable(t, &error),
        _ => web::message(t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text"),
    }
}

fn away(t: &Locale) -> impl Fn(DbError) -> Response {
    |error| web::unavailable(t, &error)
}
