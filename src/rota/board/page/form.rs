//! The form of one shift: new, changed, copied or removed; what was typed stays when it is refused.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Span, local};
use crate::rota::demand::{Want, who_can_path};
use crate::rota::draft::{DraftError, Terms, Typed, said_gone};
use crate::rota::page::{Choice, Fault, span as said_span, tier as tier_words};
use crate::rota::rules::{Breach, RulesError, Waiver};
use crate::shifts::edit::LONGEST_WHY;
use crate::shifts::{ShiftsError, Tier};
use crate::web::say;

use super::super::{Board, BoardError, Despite, Placed, Seen, Target, Work};
use super::Asked;

/// A shift's form as it was typed.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(default)]
pub struct ShiftForm {
    pub dienststelle: String,
    pub plan: String,
    pub woche: String,
    pub monat: String,
    pub suche: String,
    /// Empty: a new one.
    pub dienst: String,
    /// What was seen: of a draft its version, of a published shift its sequence.
    pub stand: i64,
    pub hotline: String,
    pub tag: String,
    pub von: String,
    pub bis: String,
    /// Empty: somebody is wanted.
    pub person: String,
    pub reihe: String,
    /// `ja`: a program that fills the rota leaves the shift as it is.
    pub fest: String,
    pub grund: String,
    /// `ja`: although a hard rule is broken.
    pub trotzdem: String,
    /// `eintragen`, `aendern`, `kopieren`, `entfernen`, `zurueckholen`.
    pub tun: String,
}

/// What the form's lists offer.
#[derive(Default)]
pub struct Choices {
    pub hotlines: Vec<Choice>,
    pub officers: Vec<Choice>,
    pub tiers: Vec<Choice>,
    pub is_draft: bool,
    /// "Anna Arnold, Montag, 16. November 2026, 08:00–12:00", of the shift that is open.
    pub shift: Option<String>,
    /// What the rules say of it.
    pub breaches: Vec<String>,
    /// What of the rules it breaks with somebody's reason.
    pub waived: Vec<String>,
    /// The page that ranks who could have it.
    pub who: Option<String>,
}

impl ShiftForm {
    /// The shift that the page asks for, else a new one.
    pub fn for_page(asked: &Asked, board: &Board, now: Instant) -> Self {
        let page = Self {
            dienststelle: board.office.to_string(),
            plan: board.draft.as_ref().map(|draft| draft.id.to_string()).unwrap_or_default(),
            woche: asked.woche.clone(),
            monat: asked.monat.clone(),
            suche: asked.suche.clone(),
            stand: board.draft.as_ref().map_or(0, |draft| draft.version),
            reihe: "1".into(),
            ..Self::default()
        };
        let shift = asked.dienst.parse().ok().and_then(|id| board.shift(id));
        match shift {
            Some(shift) => page.with(shift),
            None => page.fresh(asked, board, now),
        }
    }

    fn with(self, Placed { planned, seen, .. }: &Placed) -> Self {
        let wall = |at: Instant| local::wall(at).format("%H:%M").to_string();
        Self {
            dienst: planned.id.to_string(),
            stand: *seen,
            hotline: planned.hotline.to_string(),
            tag: local::day(planned.span.start).to_string(),
            von: wall(planned.span.start),
            bis: wall(planned.span.end),
            person: planned.officer.map(|officer| officer.to_string()).unwrap_or_default(),
            reihe: planned.tier.to_string(),
            fest: if planned.pinned { "ja".into() } else { String::new() },
            ..self
        }
    }

    fn fresh(self, asked: &Asked, board: &Board, now: Instant) -> Self {
        let or = |typed: &str, otherwise: String| if typed.is_empty() { otherwise } else { typed.to_owned() };
        let first = board.days.first().copied().unwrap_or_default();
        let hotline = board.hotlines.first().map(|hotline| hotline.id.to_string()).unwrap_or_default();
        Self {
            tag: or(&asked.tag, first.max(local::day(now)).min(last(board, first)).to_string()),
            von: or(&asked.von, "08:00".into()),
            bis: or(&asked.bis, "16:00".into()),
            hotline: or(&asked.hotline, hotline),
            person: asked.person.clone(),
            ..self
        }
    }

    /// What is read back where its draft is gone.
    pub fn typed(&self) -> Typed {
        let Self { hotline, tag, von, bis, person, reihe, grund, .. } = self.clone();
        vec![
            ("Beratungstelefon", hotline),
            ("Tag", tag),
            ("Von", von),
            ("Bis", bis),
            ("Beraterin oder Berater", person),
            ("Reihe", reihe),
            ("Warum?", grund),
        ]
    }

    /// The board behind the form.
    pub fn asked(&self) -> Asked {
        Asked {
            dienststelle: self.dienststelle.clone(),
            plan: self.plan.clone(),
            woche: self.woche.clone(),
            monat: self.monat.clone(),
            suche: self.suche.clone(),
            dienst: self.dienst.clone(),
            ..Asked::default()
        }
    }

    pub fn seen(&self) -> Seen<'_> {
        let despite = if self.trotzdem == "ja" { Despite::Rules } else { Despite::Nothing };
        Seen { version: self.stand, reason: self.grund.trim(), despite }
    }

    /// A shift that was meant to stay as it is.
    pub fn moves_pinned(&self) -> bool {
        self.fest == "ja" && self.tun == "aendern"
    }

    /// What is to be done, or everything that cannot be read.
    pub fn read(&self, target: Target) -> Result<(Target, Work), Vec<Fault>> {
        if self.grund.trim().chars().count() > LONGEST_WHY {
            return Err(vec![Fault::new("grund", "Sagen Sie mit höchstens 500 Zeichen, warum.")]);
        }
        let shift: Option<ShiftId> = self.dienst.parse().ok();
        match (shift, self.tun.as_str()) {
            (Some(shift), "entfernen") => return Ok((target, Work::Remove(shift))),
            (Some(shift), "zurueckholen") => return Ok((target, Work::Restore(shift))),
            _ => {}
        }
        let terms = self.terms()?;
        let work = match (shift, self.tun.as_str()) {
            (Some(shift), "kopieren") => Work::Copy(shift, terms),
            (Some(shift), _) => Work::Change(shift, terms),
            (None, _) => Work::Add(terms),
        };
        Ok((target, work))
    }

    fn terms(&self) -> Result<Terms, Vec<Fault>> {
        let day = local::plannable(&self.tag);
        let (from, until) = (local::time(&self.von), local::time(&self.bis));
        let (hotline, tier) = (self.hotline.parse().ok(), self.reihe.parse::<Tier>().ok());
        let officer: Option<Option<OfficerId>> = match self.person.trim() {
            "" => Some(None),
            typed => typed.parse().ok().map(Some),
        };
        if let (Some(day), Some(from), Some(until), Some(hotline), Some(tier), Some(officer)) =
            (day, from, until, hotline, tier, officer)
        {
            let whole = local::span(day, from, until);
            let span = Span::new(whole.start, whole.end).ok_or_else(|| vec![skipped()])?;
            return Ok(Terms { hotline, officer, span, tier, pinned: self.fest == "ja" });
        }
        let faults = [
            (day.is_none(), Fault::new("tag", "Geben Sie den Tag an, an dem der Dienst beginnt.")),
            (from.is_none(), Fault::new("von", "Geben Sie an, wann der Dienst beginnt, zum Beispiel 08:00.")),
            (until.is_none(), Fault::new("bis", "Geben Sie an, wann der Dienst endet, zum Beispiel 20:00.")),
            (hotline.is_none(), Fault::new("hotline", "Wählen Sie ein Beratungstelefon.")),
            (tier.is_none(), Fault::new("reihe", "Wählen Sie, in welcher Reihe angerufen wird.")),
            (officer.is_none(), Fault::new("person", "Wählen Sie, wer den Dienst hat.")),
        ];
        Err(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect())
    }

    /// Where to go after it is done: the notice, and what of it can be taken back.
    pub fn done(&self) -> String {
        let told = self.told();
        match told {
            "entfernt" if self.plan.is_empty() => format!("{told}&weg={}&stand={}", self.dienst, self.stand + 1),
            _ => told.to_owned(),
        }
    }

    fn told(&self) -> &'static str {
        match (self.dienst.is_empty(), self.tun.as_str()) {
            (true, _) => "eingetragen",
            (false, "kopieren") => "kopiert",
            (false, "entfernen") => "entfernt",
            (false, "zurueckholen") => "zurueckgeholt",
            (false, _) => "geaendert",
        }
    }

    /// After a refusal because somebody else was faster: it was told, so the next try may go on from there.
    pub fn after(self, error: &BoardError) -> Self {
        match error {
            BoardError::Draft(DraftError::ChangedMeanwhile { version, .. } | DraftError::MovedOn { version }) => {
                Self { stand: *version, ..self }
            }
            BoardError::Shifts(ShiftsError::ChangedMeanwhile(now)) => Self { stand: now.sequence, ..self },
            _ => self,
        }
    }
}

fn last(board: &Board, otherwise: NaiveDate) -> NaiveDate {
    board.days.last().copied().unwrap_or(otherwise)
}

fn skipped() -> Fault {
    Fault::new("von", "Diese Zeit gibt es an dem Tag nicht: Die Uhr wird umgestellt.")
}

/// A refusal in words, with the field to go to; none where the form cannot help.
pub fn said(error: &BoardError) -> Option<Fault> {
    let changed = |now: String| {
        Fault::new(
            "tag",
            format!(
                "Jemand hat diesen Dienst inzwischen geändert: {now}. Es wurde nichts überschrieben. Prüfen Sie Ihre Angaben und speichern Sie dann noch einmal."
            ),
        )
    };
    Some(match error {
        BoardError::Draft(DraftError::ChangedMeanwhile { now, .. }) => match now.there() {
            Some(planned) => changed(said_span(planned.span)),
            None => changed("Er ist entfernt".into()),
        },
        BoardError::Draft(DraftError::Discarded(it)) => Fault::new("tag", said_gone(it)),
        BoardError::Draft(DraftError::MovedOn { .. }) => changed("im Entwurf".into()),
        BoardError::Shifts(ShiftsError::ChangedMeanwhile(now)) if !now.is_published() => {
            Fault::new("tag", crate::shifts::say::removed(now.updated_at))
        }
        BoardError::Shifts(ShiftsError::ChangedMeanwhile(now)) => changed(said_span(now.span)),
        BoardError::Draft(DraftError::Shifts(error)) | BoardError::Shifts(error) => shifts_fault(error)?,
        BoardError::AgainstRules(broken) => Fault::new(
            "trotzdem",
            format!(
                "Das ist gegen die Regeln: {}. Wenn es sein muss, schreiben Sie unter „Warum“ den Grund und setzen Sie den Haken.",
                broken.join("; ")
            ),
        ),
        BoardError::Rules(RulesError::BadReason) => {
            Fault::new("grund", "Schreiben Sie mit 3 bis 500 Zeichen, warum es trotzdem sein muss.")
        }
        BoardError::Draft(DraftError::OutsidePeriod) => {
            Fault::new("tag", "Dieser Tag gehört nicht zum Zeitraum des Entwurfs.")
        }
        BoardError::Draft(DraftError::BadSpan) => Fault::new("bis", "Ein Dienst dauert höchstens einen Tag."),
        BoardError::Draft(DraftError::Over) => Fault::new("tag", OVER),
        BoardError::Draft(DraftError::NoSuchOfficer) => Fault::new("person", NOBODY),
        BoardError::Draft(DraftError::NoSuchHotline) => {
            Fault::new("hotline", "Wählen Sie ein Beratungstelefon der Dienststelle.")
        }
        BoardError::NoSuchShift | BoardError::Draft(DraftError::NoSuchShift) => {
            Fault::new("tag", "Diesen Dienst gibt es so nicht mehr. Laden Sie den Dienstplan neu.")
        }
        _ => return None,
    })
}

const OVER: &str = "Dieser Dienst ist vorbei. Was war, bleibt, wie es war.";
const NOBODY: &str = "Diese Person ist nicht mehr bei der Dienststelle.";

fn shifts_fault(error: &ShiftsError) -> Option<Fault> {
    Some(match error {
        ShiftsError::OfficerBusy(with) => {
            let spans: Vec<String> = with.iter().map(|it| said_span(it.span)).collect();
            let at = if spans.is_empty() { String::new() } else { format!(": {}", spans.join("; ")) };
            Fault::new("person", format!("Diese Person hat in dieser Zeit schon etwas{at}."))
        }
        ShiftsError::SkippedHour => skipped(),
        ShiftsError::OpenChanged(_) => Fault::new(
            "tag",
            "Jemand hat diesen offenen Dienst inzwischen geändert oder besetzt. Laden Sie den Dienstplan neu.",
        ),
        ShiftsError::Over => Fault::new("tag", OVER),
        ShiftsError::Begun => Fault::new("von", "Dieser Dienst hat begonnen: Nur sein Ende lässt sich noch ändern."),
        ShiftsError::NoSuchOfficer => Fault::new("person", NOBODY),
        ShiftsError::NotPossible { .. } => Fault::new("tag", "Das geht mit diesem Dienst nicht mehr."),
        _ => return None,
    })
}

impl Choices {
    pub fn of(form: &ShiftForm, board: &Board) -> Self {
        let mut officers: Vec<_> =
            board.officers().filter(|it| it.active || it.id.to_string() == form.person).collect();
        officers.sort_by_cached_key(|officer| officer.name.to_lowercase());
        let everybody = officers.iter().map(|officer| Choice::new(officer.id, &officer.name, &form.person));
        let nobody = std::iter::once(Choice::new("", "niemand: Der Dienst ist offen", &form.person));
        let tiers = [1, 2, 3, 4, 5, 6, 7, 8, 9].into_iter().filter_map(|number| Tier::new(number).ok());
        let usual = tiers.filter(|tier| tier.number() <= 3 || tier.to_string() == form.reihe);
        let id: Option<ShiftId> = form.dienst.parse().ok();
        let shift = id.and_then(|id| board.shift(id));
        let who = |shift: &Placed| {
            let hotline = board.hotline(shift.planned.hotline)?;
            let path = who_can_path(hotline, Want::default(), shift.planned.span);
            let plan = board.draft.as_ref().map(|draft| format!("&plan={}", draft.id)).unwrap_or_default();
            Some(format!("{path}&dienst={}{plan}", shift.planned.id))
        };
        Self {
            who: shift.and_then(who),
            hotlines: board.hotlines.iter().map(|it| Choice::new(it.id, &it.name, &form.hotline)).collect(),
            officers: nobody.chain(everybody).collect(),
            tiers: usual.map(|tier| Choice::new(tier, tier_words(tier), &form.reihe)).collect(),
            is_draft: board.draft.is_some(),
            shift: shift.map(|shift| shift_words(shift, board)),
            breaches: id.map(|id| board.breaches_of(id).map(|it| it.text()).collect()).unwrap_or_default(),
            waived: id.map(|id| board.waived_of(id).map(waived_words).collect()).unwrap_or_default(),
        }
    }
}

/// "Ruhezeit 2 Std. zu kurz: … Trotzdem, weil: Großlage (Planung)".
pub fn waived_words((breach, waiver): &(Breach, Waiver)) -> String {
    format!("{}. Trotzdem, weil: {} ({})", breach.text(), waiver.reason, waiver.granted_by)
}

fn shift_words(shift: &Placed, board: &Board) -> String {
    let name = shift.planned.officer.and_then(|id| board.officer(id)).map_or("offen", |officer| officer.name.as_str());
    let Span { start, end } = shift.planned.span;
    let day = say::day(crate::kernel::Language::De, local::day(start));
    format!("{name}, {day}, {}–{}", say::time(start), say::time(end))
}
