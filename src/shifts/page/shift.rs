//! One shift: its form, and taking it back.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::ShiftId;
use crate::kernel::local;
use crate::people::{self, Officer, SignedIn};
use crate::shifts::direct::{self, Despite, Guard};
use crate::shifts::edit::{Author, LONGEST_WHY};
use crate::shifts::{self, Hotline, Lookout, Shift, ShiftPlan, ShiftsError, Tier};
use crate::web::{self, Form, Locale, Page};

use super::proof::told;
use super::week::address;
use super::{Choice, Fault, Faults, Names, Notice, away, refused, words};

/// A shift's form as it was typed. New ones stand on the week page and name hotline and week, old ones name the
/// sequence that was seen.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(default)]
pub struct ShiftForm {
    pub hotline: String,
    pub woche: String,
    pub tag: String,
    pub von: String,
    pub bis: String,
    pub person: String,
    pub reihe: String,
    pub platz: String,
    pub grund: String,
    /// "ja": against the rules.
    pub trotzdem: String,
    pub stand: i64,
}

impl ShiftForm {
    /// An empty form for a day.
    pub fn for_day(day: NaiveDate) -> Self {
        Self { tag: day.to_string(), von: "08:00".into(), bis: "20:00".into(), reihe: "1".into(), ..Self::default() }
    }

    /// The form for a gap, where the address names one.
    pub(super) fn for_gap(self, day: &str, from: &str, until: &str) -> Self {
        match (day.parse::<NaiveDate>(), local::time(from), local::time(until)) {
            (Ok(_), Some(_), Some(_)) => Self { tag: day.into(), von: from.into(), bis: until.into(), ..self },
            _ => self,
        }
    }

    fn of(shift: &Shift) -> Self {
        let plan = shift.plan();
        Self {
            hotline: shift.hotline.to_string(),
            woche: local::week_name(plan.day),
            tag: plan.day.to_string(),
            von: plan.from.format("%H:%M").to_string(),
            bis: plan.until.format("%H:%M").to_string(),
            person: plan.officer.to_string(),
            reihe: plan.tier.to_string(),
            platz: shift.position.to_string(),
            grund: String::new(),
            trotzdem: String::new(),
            stand: shift.sequence,
        }
    }

    pub(super) fn despite(&self) -> Despite {
        if self.trotzdem == "ja" { Despite::Rules } else { Despite::Nothing }
    }

    /// What was typed as a plan, or everything that is wrong with it.
    pub fn plan(&self) -> Result<ShiftPlan, Vec<super::Fault>> {
        let day = local::plannable(&self.tag);
        let (from, until) = (local::time(&self.von), local::time(&self.bis));
        let officer = self.person.parse().ok();
        let tier = self.reihe.parse::<Tier>().ok();
        let position = match self.platz.trim() {
            "" => Some(None),
            text => text.parse::<i64>().ok().filter(|place| (1..=99).contains(place)).map(Some),
        };
        let too_much = self.too_much_said();
        if let (Some(day), Some(from), Some(until), Some(officer), Some(tier), Some(position), None) =
            (day, from, until, officer, tier, position, &too_much)
        {
            return Ok(ShiftPlan { officer, day, from, until, tier, position });
        }
        let faults = [
            (day.is_none(), Fault::new("tag", "Geben Sie den Tag an, an dem der Dienst beginnt.")),
            (from.is_none(), Fault::new("von", "Geben Sie an, wann der Dienst beginnt, zum Beispiel 08:00.")),
            (until.is_none(), Fault::new("bis", "Geben Sie an, wann der Dienst endet, zum Beispiel 20:00.")),
            (officer.is_none(), Fault::new("person", "Wählen Sie, wer den Dienst hat.")),
            (tier.is_none(), Fault::new("reihe", "Wählen Sie, in welcher Reihe angerufen wird.")),
            (position.is_none(), Fault::new("platz", "Geben Sie eine Zahl von 1 bis 99 an.")),
        ];
        let wrong = faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault);
        Err(wrong.chain(too_much).collect())
    }

    fn too_much_said(&self) -> Option<Fault> {
        let too_long = self.grund.trim().chars().count() > LONGEST_WHY;
        too_long.then(|| Fault::new("grund", "Sagen Sie mit höchstens 500 Zeichen, warum."))
    }

    /// The officers to choose from; the one who has the shift stays in the list wherever they work.
    pub(super) fn officers(&self, officers: &[Officer], names: &Names) -> Vec<Choice> {
        let choice = |officer: &Officer| Choice {
            value: officer.id.to_string(),
            text: officer.name.clone(),
            chosen: officer.id.to_string() == self.person,
        };
        let mut choices: Vec<Choice> = officers.iter().map(choice).collect();
        if let Ok(id) = self.person.parse()
            && !choices.iter().any(|choice| choice.chosen)
            && names.names.contains_key(&id)
        {
            choices.push(Choice { value: self.person.clone(), text: names.of(id).to_owned(), chosen: true });
        }
        choices
    }

    pub(super) fn tiers(&self) -> Vec<Choice> {
        let tiers = [1, 2, 3, 4, 5, 6, 7, 8, 9].into_iter().filter_map(|number| Tier::new(number).ok());
        let most_used = tiers.filter(|tier| tier.number() <= 3 || tier.to_string() == self.reihe);
        let choice = |tier: Tier| Choice {
            value: tier.to_string(),
            text: words::tier(tier),
            chosen: tier.to_string() == self.reihe,
        };
        most_used.map(choice).collect()
    }
}

#[derive(Template)]
#[template(path = "shifts/pages/shift.html")]
struct ShiftPage<'a> {
    t: &'a Locale,
    page: Page,
    id: ShiftId,
    title: String,
    hotline: String,
    week: String,
    notice: Option<Notice>,
    form: ShiftForm,
    officers: Vec<Choice>,
    tiers: Vec<Choice>,
    faults: Faults,
    state: FormState,
}

/// What can be done with the shift.
#[derive(PartialEq, Eq)]
enum FormState {
    Open,
    Removed,
    Over,
    /// Others plan it.
    ReadOnly,
}

#[derive(Template)]
#[template(path = "shifts/pages/remove.html")]
struct RemovePage<'a> {
    t: &'a Locale,
    page: Page,
    id: ShiftId,
    sequence: i64,
    title: String,
    hotline: String,
    week: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Told {
    meldung: String,
}

/// The sequence of the shift that was seen, and why it is changed.
#[derive(Deserialize)]
pub struct Stand {
    stand: i64,
    #[serde(default)]
    grund: String,
}

/// A form that is shown: as it came back, or fresh.
struct Came {
    status: StatusCode,
    form: ShiftForm,
    faults: Faults,
}

impl Came {
    fn fresh(shift: &Shift) -> Self {
        Self { status: StatusCode::OK, form: ShiftForm::of(shift), faults: Faults::default() }
    }

    fn back(status: StatusCode, form: ShiftForm, faults: Vec<Fault>) -> Self {
        Self { status, form, faults: Faults(faults) }
    }
}

/// A request about one shift.
struct About<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
    id: ShiftId,
}

impl<'a> About<'a> {
    /// None where the address holds no id: then there is nothing at it.
    fn new(desk: &'a Desk, t: &'a Locale, signed: &'a SignedIn, id: &str) -> Option<Self> {
        Some(Self { desk, t, signed, id: id.parse().ok()? })
    }

    async fn load(&self) -> Result<(Shift, Hotline), Response> {
        let found = shifts::load_shift(&self.desk.db, &self.signed.0, self.id).await;
        found.map_err(|error| refused(self.t, error))
    }

    async fn lookout(&self) -> Result<Lookout, Response> {
        let (_, hotline) = self.load().await?;
        Lookout::over(self.desk, self.desk.now(), hotline.id).await.map_err(away(self.t))
    }

    fn by<'s>(&'s self, reason: &'s str) -> Author<'s> {
        Author { now: self.desk.now(), actor: &self.signed.0, reason }
    }

    /// Back to the shift with a word on why nothing was done.
    fn not_done(&self, error: ShiftsError) -> Response {
        let key = match error {
            ShiftsError::ChangedMeanwhile(_) | ShiftsError::NotPossible { .. } => "inzwischen",
            ShiftsError::Over => "vorbei",
            ShiftsError::OfficerBusy(_) => "belegt",
            ShiftsError::AgainstRules(_) => "regeln",
            error => return refused(self.t, error),
        };
        web::go(&self.t.path(&format!("/dienst/dienste/{}?meldung={key}", self.id)))
    }

    async fn page(&self, notice: Option<Notice>, came: Option<Came>) -> Result<Response, Response> {
        let (t, db) = (self.t, &self.desk.db);
        let (shift, hotline) = self.load().await?;
        let officers = people::list_officers(db, Some(&hotline.office)).await.map_err(away(t))?;
        let names = Names::load(db, &officers, &[shift.officer]).await.map_err(away(t))?;
        let Came { status, form, faults } = came.unwrap_or_else(|| Came::fresh(&shift));
        let page = self.signed.page(t, "Dienst ändern");
        let view = ShiftPage {
            page: if faults.is_empty() { page } else { page.with_error(t) },
            id: shift.id,
            title: words::shift(&shift, &names),
            hotline: hotline.name.clone(),
            week: address(&hotline.id.to_string(), &local::week_name(shift.day())),
            officers: form.officers(&officers, &names),
            tiers: form.tiers(),
            state: match () {
                () if !self.signed.0.may_plan(&hotline.office) => FormState::ReadOnly,
                () if shift.is_over(self.desk.now()) => FormState::Over,
                () if !shift.is_published() => FormState::Removed,
                () => FormState::Open,
            },
            t,
            notice,
            // Whoever sends the form once more has read what it is now.
            form: ShiftForm { stand: shift.sequence, ..form },
            faults,
        };
        Ok(web::html(status, &view))
    }
}

/// `GET /dienst/dienste/{id}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, Response> {
    About::new(&desk, &t, &signed, &id).ok_or_else(|| web::not_found(&t))?.page(Notice::find(&told.meldung), None).await
}

/// `POST /dienst/dienste/{id}`: saves the form over the version that was seen.
pub async fn change<G: Guard>(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<ShiftForm>,
) -> Result<Response, Response> {
    let about = About::new(&desk, &t, &signed, &id).ok_or_else(|| web::not_found(&t))?;
    let plan = match form.plan() {
        Ok(plan) => plan,
        Err(faults) => return about.page(None, Some(Came::back(StatusCode::BAD_REQUEST, form, faults))).await,
    };
    let lookout = about.lookout().await?;
    let saved = direct::change::<G>(&desk, about.by(&form.grund), form.despite(), (about.id, form.stand), plan).await;
    let refusal = match saved {
        Ok(shift) => {
            let week = address(&shift.hotline.to_string(), &local::week_name(shift.day()));
            return Ok(web::go(&t.path(&format!("{week}&meldung=geaendert{}", told(&desk, &lookout).await))));
        }
        Err(refusal) => refusal,
    };
    let involved: Vec<_> = match &refusal {
        ShiftsError::ChangedMeanwhile(now) => vec![now.officer, plan.officer],
        _ => vec![plan.officer],
    };
    let names = Names::load(&desk.db, &[], &involved).await.map_err(away(&t))?;
    match words::refusal(&refusal, &names) {
        Some(fault) => about.page(None, Some(Came::back(StatusCode::CONFLICT, form, vec![fault]))).await,
        None => Err(refused(&t, refusal)),
    }
}

/// `GET /dienst/dienste/{id}/entfernen`: asks first.
pub async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let about = About::new(&desk, &t, &signed, &id).ok_or_else(|| web::not_found(&t))?;
    let (shift, hotline) = about.load().await?;
    let names = Names::load(&desk.db, &[], &[shift.officer]).await.map_err(away(&t))?;
    Ok(web::ok(&RemovePage {
        page: signed.page(&t, "Dienst entfernen"),
        id: shift.id,
        sequence: shift.sequence,
        title: words::shift(&shift, &names),
        week: address(&hotline.id.to_string(), &local::week_name(shift.day())),
        hotline: hotline.name,
        t: &t,
    }))
}

/// `POST /dienst/dienste/{id}/entfernen`
pub async fn remove(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Stand>,
) -> Result<Response, Response> {
    let about = About::new(&desk, &t, &signed, &id).ok_or_else(|| web::not_found(&t))?;
    let lookout = about.lookout().await?;
    let removed = direct::remove(&desk, about.by(&form.grund), (about.id, form.stand)).await;
    let shift = removed.map_err(|error| about.not_done(error))?;
    let week = address(&shift.hotline.to_string(), &local::week_name(shift.day()));
    let done = if shift.is_published() { "beendet" } else { "entfernt" };
    let news = told(&desk, &lookout).await;
    Ok(web::go(&t.path(&format!("{week}&meldung={done}&dienst={}&stand={}{news}", shift.id, shift.sequence))))
}

/// `POST /dienst/dienste/{id}/wieder-anrufen`
pub async fn ring_again(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let about = About::new(&desk, &t, &signed, &id).ok_or_else(|| web::not_found(&t))?;
    let lifted = shifts::ring_again(&desk, desk.now(), &signed.0, about.id).await;
    let done = match lifted.map_err(|error| about.not_done(error))? {
        true => "wieder-anrufen",
        false => "schon",
    };
    Ok(web::go(&t.path(&format!("/dienst/woche?meldung={done}"))))
}

/// What brings a removed shift back: the sequence that was seen, why, and whether against the rules.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Back {
    stand: i64,
    grund: String,
    /// "ja": against the rules.
    trotzdem: String,
}

/// `POST /dienst/dienste/{id}/wiederherstellen`. What is against the rules is asked for again, with a reason.
pub async fn restore<G: Guard>(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(Back { stand, grund, trotzdem }): Form<Back>,
) -> Result<Response, Response> {
    let about = About::new(&desk, &t, &signed, &id).ok_or_else(|| web::not_found(&t))?;
    let (shift, _) = about.load().await?;
    let form = ShiftForm { grund, trotzdem, ..ShiftForm::of(&shift) };
    if let Some(fault) = form.too_much_said() {
        return about.page(None, Some(Came::back(StatusCode::BAD_REQUEST, form, vec![fault]))).await;
    }
    let lookout = about.lookout().await?;
    let restored = direct::restore::<G>(&desk, about.by(&form.grund), form.despite(), (about.id, stand)).await;
    let refusal = match restored {
        Ok(shift) => {
            let week = address(&shift.hotline.to_string(), &local::week_name(shift.day()));
            return Ok(web::go(&t.path(&format!("{week}&meldung=wiederhergestellt{}", told(&desk, &lookout).await))));
        }
        Err(refusal) => refusal,
    };
    match words::for_a_reason(&refusal) {
        Some(fault) => about.page(None, Some(Came::back(StatusCode::CONFLICT, form, vec![fault]))).await,
        None => Err(about.not_done(refusal)),
    }
}
