//! A part of a shift changes: who, from when until when, instead or as well, and why.
//!
//! Rule: what was typed comes back with the words on what to do; a broken rule asks once more.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::TimeDelta;
use http::StatusCode;
use serde::Deserialize;

use super::{Change, ChangeError, Changed, Wanted, change_part};
use crate::desk::Desk;
use crate::kernel::id::ShiftId;
use crate::kernel::{Instant, Language, Span, local};
use crate::people::{self, Officer, SignedIn};
use crate::rota::demand::{Want, who_can_path};
use crate::rota::form::{Names, read_span, typed};
use crate::rota::page::{Choice, Fault, Faults, away};
use crate::rota::rules::RulesError;
use crate::shifts::{self, Hotline, OpenShift, Shift, ShiftsError};
use crate::web::{self, Form, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/dienste/{id}/teil", get(show).post(change))
        .route("/dienst/dienste/{id}/geaendert", get(done))
}

/// The form as it was typed.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(default)]
struct PartForm {
    von: String,
    bis: String,
    /// `ersetzen`, `dazu`, `offen` or `entfernen`.
    was: String,
    person: String,
    grund: String,
    stand: i64,
    /// `ja`: although a rule is broken.
    trotzdem: String,
}

#[derive(Template)]
#[template(path = "rota/change/pages/part.html")]
struct PartPage<'a> {
    t: &'a Locale,
    page: Page,
    id: ShiftId,
    when: String,
    officer: String,
    hotline: String,
    week: String,
    form: PartForm,
    kinds: Vec<Choice>,
    officers: Vec<Choice>,
    faults: Faults,
    /// A hard rule would be broken: the form offers to do it all the same.
    is_against_rules: bool,
}

/// What has changed, and where nobody is on duty now.
#[derive(Template)]
#[template(path = "rota/change/pages/changed.html")]
struct ChangedPage<'a> {
    t: &'a Locale,
    page: Page,
    hotline: String,
    week: String,
    shifts: Vec<(ShiftId, String)>,
    gaps: Vec<String>,
    /// What is wanted now, and the page that ranks who could take it.
    empty: Option<(String, String)>,
}

/// What came of a change, for the page that tells it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Outcome {
    /// Ids, with commas.
    dienste: String,
    /// What somebody is wanted for now.
    offen: String,
    /// What changed: microseconds, as an instant counts them.
    von: i64,
    bis: i64,
}

/// A shift falls into three pieces at most, and who comes beside it has a fourth.
const MOST_PIECES: usize = 4;

impl Outcome {
    fn of(Changed { written, .. }: &Changed) -> Self {
        let ids: Vec<String> = written.shifts.iter().map(|shift| shift.id.to_string()).collect();
        Self {
            dienste: ids.join(","),
            offen: written.empty.as_ref().map(|open| open.id.to_string()).unwrap_or_default(),
            von: written.part.start.0,
            bis: written.part.end.0,
        }
    }

    /// What changed, where an address can be believed in that.
    fn part(&self) -> Option<Span> {
        let part = Span::new(Instant(self.von), Instant(self.bis))?;
        let plannable = local::is_plannable(part.start.utc().date_naive());
        (plannable && part.length() <= TimeDelta::days(2)).then_some(part)
    }

    fn address(&self, id: ShiftId) -> String {
        let Self { dienste, offen, von, bis } = self;
        format!("/dienst/dienste/{id}/geaendert?dienste={dienste}&offen={offen}&von={von}&bis={bis}")
    }
}

impl PartForm {
    fn of(shift: &Shift) -> Self {
        Self {
            von: typed(shift.span.start),
            bis: typed(shift.span.end),
            was: "ersetzen".into(),
            stand: shift.sequence,
            ..Self::default()
        }
    }

    /// What was typed, or everything that is wrong with it.
    fn wanted(&self, shift: ShiftId) -> Result<Wanted, Faults> {
        let part = read_span(&self.von, &self.bis);
        let change = match (self.was.as_str(), self.person.parse()) {
            ("ersetzen", Ok(officer)) => Some(Change::Replace(officer)),
            ("dazu", Ok(officer)) => Some(Change::Add(officer)),
            ("offen", _) => Some(Change::Vacate),
            ("entfernen", _) => Some(Change::Remove),
            _ => None,
        };
        let reason = self.grund.trim();
        if let (Some(part), Some(change), false) = (part, change, reason.is_empty()) {
            let despite_rules = self.trotzdem == "ja";
            return Ok(Wanted { shift, sequence: self.stand, part, change, reason: reason.to_owned(), despite_rules });
        }
        let faults = [
            (part.is_none(), Fault::new("von", "Geben Sie Beginn und Ende an; das Ende liegt nach dem Beginn.")),
            (change.is_none(), Fault::new("person", "Wählen Sie, wer den Dienst in dieser Zeit hat.")),
            (reason.is_empty(), Fault::new("grund", "Geben Sie an, warum sich der Dienst ändert.")),
        ];
        Err(Faults(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()))
    }
}

async fn show(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let (shift, hotline) = load(&desk, &t, &user, id).await?;
    let form = PartForm::of(&shift);
    shown(&desk, (&t, &user), (&shift, &hotline), (form, Faults::default(), StatusCode::OK)).await
}

async fn change(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<PartForm>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let (shift, hotline) = load(&desk, &t, &user, id).await?;
    let wanted = match form.wanted(id) {
        Ok(wanted) => wanted,
        Err(faults) => {
            return shown(&desk, (&t, &user), (&shift, &hotline), (form, faults, StatusCode::BAD_REQUEST)).await;
        }
    };
    match change_part(&desk, desk.now(), &user.0, &wanted).await {
        Ok(changed) => Ok(web::go(&t.path(&Outcome::of(&changed).address(id)))),
        Err(error) => {
            let fault = fault(&error).ok_or_else(|| refused(&t, error))?;
            // Whoever sends the form once more has read what the shift is now.
            let form = PartForm { stand: shift.sequence, ..form };
            let came = (form, Faults(vec![fault]), StatusCode::CONFLICT);
            shown(&desk, (&t, &user), (&shift, &hotline), came).await
        }
    }
}

async fn shown(
    desk: &Desk,
    (t, user): (&Locale, &SignedIn),
    (shift, hotline): (&Shift, &Hotline),
    (form, faults, status): (PartForm, Faults, StatusCode),
) -> Result<Response, Response> {
    let officers = people::list_officers(&desk.db, Some(&hotline.office)).await.map_err(away(t))?;
    let names = Names::load(&desk.db, [shift.officer]).await.map_err(away(t))?;
    let others = officers.iter().filter(|officer| officer.id != shift.officer);
    let choice = |officer: &Officer| Choice::new(officer.id, officer.name.clone(), &form.person);
    let kinds = [
        ("ersetzen", "Jemand anderes hat den Dienst"),
        ("dazu", "Jemand kommt dazu"),
        ("offen", "Niemand hat den Dienst, er soll besetzt werden"),
        ("entfernen", "Niemand hat den Dienst, er entfällt"),
    ];
    let page = user.page(t, "Teil eines Dienstes ändern");
    let view = PartPage {
        page: if faults.is_empty() { page } else { page.with_error(t) },
        id: shift.id,
        when: say::span(Language::De, shift.span),
        officer: names.of(shift.officer).to_owned(),
        hotline: hotline.name.clone(),
        week: week(hotline, shift),
        kinds: kinds.into_iter().map(|(value, text)| Choice::new(value, text, &form.was)).collect(),
        officers: std::iter::once(Choice::new("", "Bitte wählen", &form.person)).chain(others.map(choice)).collect(),
        is_against_rules: form.trotzdem == "ja" || faults.0.iter().any(|fault| fault.field == "trotzdem"),
        t,
        form,
        faults,
    };
    Ok(web::html(status, &view))
}

/// `GET /dienst/dienste/{id}/geaendert`: how it stands now, as often as it is looked at.
async fn done(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Query(outcome): Query<Outcome>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let (shift, hotline) = load(&desk, &t, &user, id).await?;
    let mut standing = Vec::new();
    for id in outcome.dienste.split(',').filter_map(|id| id.parse().ok()).take(MOST_PIECES) {
        standing.push(load(&desk, &t, &user, id).await?.0);
    }
    standing.retain(Shift::is_published);
    standing.sort_by_key(|shift| shift.span);
    let gaps = match outcome.part() {
        Some(part) => super::list_gaps(&desk, desk.now(), &hotline, part).await.map_err(|it| refused(&t, it))?,
        None => Vec::new(),
    };
    let empty = match outcome.offen.parse() {
        Ok(open) => shifts::find_open_shift(&desk.db, open).await.map_err(away(&t))?.filter(OpenShift::is_open),
        Err(_) => None,
    };
    let names = Names::load(&desk.db, standing.iter().map(|shift| shift.officer)).await.map_err(away(&t))?;
    let who_can = |open: &OpenShift| {
        let path = who_can_path(&hotline, Want::default(), open.span);
        (say::span(Language::De, open.span), format!("{path}&dienst={}", open.id))
    };
    let said =
        |shift: &Shift| (shift.id, format!("{}: {}", names.of(shift.officer), say::span(Language::De, shift.span)));
    Ok(web::ok(&ChangedPage {
        page: user.page(&t, "Dienst geändert"),
        week: week(&hotline, &shift),
        shifts: standing.iter().map(said).collect(),
        empty: empty.as_ref().filter(|open| open.hotline == hotline.id).map(who_can),
        gaps: gaps.iter().map(|gap| say::span(Language::De, gap.span)).collect(),
        hotline: hotline.name,
        t: &t,
    }))
}

async fn load(desk: &Desk, t: &Locale, user: &SignedIn, id: ShiftId) -> Result<(Shift, Hotline), Response> {
    let (shift, hotline) = shifts::load_shift(&desk.db, &user.0, id).await.map_err(|error| refused(t, error.into()))?;
    if user.0.may_plan(&hotline.office) { Ok((shift, hotline)) } else { Err(web::forbidden(t)) }
}

fn week(hotline: &Hotline, shift: &Shift) -> String {
    format!("/dienst/woche?hotline={}&woche={}", hotline.id, local::week_name(shift.day()))
}

/// A refusal that concerns a field of the form; None where the form cannot help.
fn fault(error: &ChangeError) -> Option<Fault> {
    Some(match error {
        ChangeError::NoEffect => {
            Fault::new("von", "In dieser Zeit ist der Dienst nicht, oder sie ist vorbei: Es würde sich nichts ändern.")
        }
        ChangeError::SameOfficer => {
            Fault::new("person", "Diese Person hat den Dienst schon. Wählen Sie jemand anderen.")
        }
        ChangeError::BadReason => Fault::new("grund", "Geben Sie den Grund mit höchstens 200 Zeichen an."),
        ChangeError::AgainstRules(rules) => Fault::new(
            "trotzdem",
            format!("Das ist gegen die Regeln: {}. Wenn es sein muss, setzen Sie unten den Haken.", rules.join("; ")),
        ),
        ChangeError::Shift(ShiftsError::OfficerBusy(_)) => {
            Fault::new("person", "Diese Person hat in dieser Zeit schon etwas anderes. Wählen Sie jemand anderen.")
        }
        ChangeError::Shift(ShiftsError::ChangedMeanwhile(_)) => Fault::new(
            "von",
            "Jemand hat diesen Dienst inzwischen geändert; oben steht, wie er jetzt ist. Ihre Angaben stehen noch im \
             Formular. Speichern Sie noch einmal, wenn sie trotzdem gelten sollen.",
        ),
        ChangeError::Shift(ShiftsError::NoSuchOfficer) => Fault::new("person", "Wählen Sie jemanden aus der Liste."),
        ChangeError::Shift(ShiftsError::NotPossible { .. }) => {
            Fault::new("von", "Dieser Dienst ist entfernt. Stellen Sie ihn zuerst wieder her.")
        }
        ChangeError::Rules(RulesError::BadReason) => {
            Fault::new("grund", "Schreiben Sie mit mindestens 3 Zeichen, warum es trotzdem sein muss.")
        }
        ChangeError::Rules(_) | ChangeError::Shift(_) => return None,
    })
}

/// The answer to a request that cannot go on with any form.
pub(in crate::rota) fn refused(t: &Locale, error: ChangeError) -> Response {
    match error {
        ChangeError::Shift(ShiftsError::NoSuchHotline | ShiftsError::NoSuchShift | ShiftsError::NoSuchOfficer) => {
            web::not_found(t)
        }
        ChangeError::Shift(ShiftsError::Forbidden) => web::forbidden(t),
        ChangeError::Shift(ShiftsError::Db(error)) | ChangeError::Rules(RulesError::Db(error)) => {
            web::unavailable(t, &error)
        }
        _ => web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text"),
    }
}
