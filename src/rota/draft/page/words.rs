//! How the drafts' pages say shifts, changes and refusals, in German.

use std::collections::HashMap;

use crate::kernel::id::{HotlineId, OfficerId};
use crate::kernel::local;
use crate::people::Officer;
use crate::rota::PlannedShift;
use crate::rota::draft::difference::Entry;
use crate::rota::draft::{Conflict, DraftError, LONGEST};
use crate::rota::page::{self, Fault};
use crate::rota::rules::Breach;
use crate::shifts::edit::Clash;
use crate::shifts::{Hotline, say};

/// The names of those who stand in a draft.
pub struct Words {
    officers: HashMap<OfficerId, String>,
    hotlines: HashMap<HotlineId, String>,
}

/// A change of one shift, side by side.
pub struct EntryView {
    pub what: &'static str,
    pub look: &'static str,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Words {
    pub fn new<'o>(officers: impl IntoIterator<Item = &'o Officer>, hotlines: &[Hotline]) -> Self {
        Self {
            officers: officers.into_iter().map(|it| (it.id, it.name.clone())).collect(),
            hotlines: hotlines.iter().map(|it| (it.id, it.name.clone())).collect(),
        }
    }

    pub fn officer(&self, id: Option<OfficerId>) -> &str {
        match id {
            Some(id) => self.officers.get(&id).map_or("unbekannt", String::as_str),
            None => "noch niemand",
        }
    }

    pub fn hotline(&self, id: HotlineId) -> &str {
        self.hotlines.get(&id).map_or("anderes Beratungstelefon", String::as_str)
    }

    /// "Anna Arnold, Montag, 16. November 2026, 08:00–12:00, Beratungstelefon, wird zuerst angerufen".
    pub fn shift(&self, it: &PlannedShift) -> String {
        let (officer, hotline) = (self.officer(it.officer), self.hotline(it.hotline));
        format!("{officer}, {}, {hotline}, {}", say::span(it.span), say::tier(it.tier))
    }

    pub fn entry(&self, it: &Entry) -> EntryView {
        let (what, look) = match (&it.before, &it.after) {
            (None, _) => ("neu", "success"),
            (Some(_), None) => ("entfällt", "danger"),
            (Some(_), Some(_)) => ("geändert", "info"),
        };
        let shift = |side: &Option<PlannedShift>| side.as_ref().map(|it| self.shift(it));
        EntryView { what, look, before: shift(&it.before), after: shift(&it.after) }
    }

    pub fn conflict(&self, it: &Conflict) -> (String, String) {
        let shift = |side: &Option<PlannedShift>| side.as_ref().map_or("entfällt".to_owned(), |it| self.shift(it));
        (shift(&it.mine), shift(&it.published))
    }

    /// "Anna Arnold, Montag …: hat dann Dienst am …".
    pub fn clash(&self, it: &Clash) -> String {
        let with: Vec<String> = it.with.iter().map(|other| say::span(other.span)).collect();
        let with = if with.is_empty() { "etwas anderes".to_owned() } else { with.join("; ") };
        format!("{}: hat dann schon etwas ({with}).", self.shift(&PlannedShift::from(&it.shift)))
    }

    /// "Anna Arnold: Ruhezeit 2 Std. zu kurz: …".
    pub fn breach(&self, it: &Breach) -> String {
        format!("{}: {}", self.officer(Some(it.officer)), it.text())
    }

    /// A refusal that concerns a field of a shift's form; None where the form cannot help.
    pub fn refusal(&self, error: &DraftError) -> Option<Fault> {
        Some(match error {
            DraftError::NoSuchOfficer => Fault::new("person", "Wählen Sie jemanden aus der Liste."),
            DraftError::NoSuchHotline => Fault::new("hotline", "Wählen Sie ein Beratungstelefon dieser Dienststelle."),
            DraftError::BadSpan => {
                Fault::new("bis", "Ein Dienst endet nach seinem Anfang und dauert höchstens einen Tag.")
            }
            DraftError::OutsidePeriod => {
                Fault::new("tag", "Wählen Sie einen Tag in der Zeit, für die der Entwurf gilt.")
            }
            DraftError::Over => Fault::new("tag", "Das ist vorbei. Was war, bleibt, wie es war."),
            DraftError::ChangedMeanwhile { now, .. } => {
                let there = now.there().map_or("Der Dienst ist entfernt".to_owned(), |it| self.shift(it));
                Fault::new(
                    "person",
                    format!(
                        "Jemand hat diesen Dienst inzwischen geändert. Jetzt steht da: {there}. Ihre Angaben stehen noch \
                         im Formular. Speichern Sie noch einmal, wenn sie trotzdem gelten sollen."
                    ),
                )
            }
            DraftError::BadName => Fault::new(
                "name",
                "Geben Sie dem Entwurf einen Namen, den man lesen kann: höchstens 80 Zeichen, ohne Steuerzeichen.",
            ),
            DraftError::BadPeriod => Fault::new(
                "bis",
                format!("Der letzte Tag liegt nicht vor dem ersten, und ein Entwurf dauert höchstens {LONGEST} Tage."),
            ),
            DraftError::NoSuchDraft
            | DraftError::Discarded(_)
            | DraftError::NoSuchShift
            | DraftError::Forbidden
            | DraftError::MovedOn { .. }
            | DraftError::NothingToUndo
            | DraftError::NothingToRedo
            | DraftError::NothingToPublish
            | DraftError::Conflicts(_)
            | DraftError::TooLate(_)
            | DraftError::Clashes(_)
            | DraftError::Breaches(_)
            | DraftError::BadReason
            | DraftError::Shifts(_)
            | DraftError::Db(_) => return None,
        })
    }
}

/// "16.11. bis 22.11.2026".
pub fn period(draft: &crate::rota::draft::Draft) -> String {
    page::period(draft.first_day, draft.last_day)
}

/// "KW 47, 16.11. bis 22.11.".
pub fn week(monday: chrono::NaiveDate) -> String {
    let sunday = monday + chrono::TimeDelta::days(6);
    let week = chrono::Datelike::iso_week(&monday).week();
    format!("KW {week}, {} bis {}", monday.format("%d.%m."), sunday.format("%d.%m."))
}

/// The ISO week of a shift, for addresses.
pub fn week_of(shift: &PlannedShift) -> String {
    local::week_name(local::day(shift.span.start))
}
