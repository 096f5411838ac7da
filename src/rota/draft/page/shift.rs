//! One shift of a draft: its form, and a copy of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::ShiftId;
use crate::kernel::{Span, local};
use crate::people::{Officer, SignedIn};
use crate::rota::PlannedShift;
use crate::rota::draft::{self, Change, DraftError, Terms};
use crate::rota::page::{Choice, Fault, Faults, away};
use crate::shifts::{Hotline, Tier, say};
use crate::web::{self, Form, Locale, Page};

use super::words::{self, Words};
use super::{Opened, Typed, address, refused, seen};

/// A shift of a draft as it was typed.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(default)]
pub struct ShiftForm {
    pub hotline: String,
    pub woche: String,
    pub tag: String,
    pub von: String,
    pub bis: String,
    /// Empty: somebody is wanted.
    pub person: String,
    pub reihe: String,
    /// `ja`, or empty.
    pub fest: String,
    pub stand: i64,
}

impl ShiftForm {
    /// An empty form for a day.
    pub fn for_day(day: NaiveDate, stand: i64, week: &str) -> Self {
        let (tag, woche) = (day.to_string(), week.to_owned());
        Self { tag, woche, von: "08:00".into(), bis: "20:00".into(), reihe: "1".into(), stand, ..Self::default() }
    }

    fn of(it: &PlannedShift, stand: i64) -> Self {
        let wall = |at| local::wall(at).format("%H:%M").to_string();
        Self {
            hotline: it.hotline.to_string(),
            woche: words::week_of(it),
            tag: local::day(it.span.start).to_string(),
            von: wall(it.span.start),
            bis: wall(it.span.end),
            person: it.officer.map(|id| id.to_string()).unwrap_or_default(),
            reihe: it.tier.to_string(),
            fest: if it.pinned { "ja".into() } else { String::new() },
            stand,
        }
    }

    /// What was typed, or everything that is wrong with it.
    pub fn terms(&self) -> Result<Terms, Vec<Fault>> {
        let hotline = self.hotline.parse().ok();
        let day = local::plannable(&self.tag);
        let (from, until) = (local::time(&self.von), local::time(&self.bis));
        let officer = if self.person.is_empty() { Some(None) } else { self.person.parse().ok().map(Some) };
        let tier = self.reihe.parse::<Tier>().ok();
        if let (Some(hotline), Some(day), Some(from), Some(until), Some(officer), Some(tier)) =
            (hotline, day, from, until, officer, tier)
        {
            let Span { start, end } = local::span(day, from, until);
            let skipped = "Diese Zeit gibt es nicht: In dieser Nacht wird die Uhr vorgestellt. Wählen Sie eine andere.";
            let span = Span::new(start, end).ok_or_else(|| vec![Fault::new("von", skipped)])?;
            return Ok(Terms { hotline, officer, span, tier, pinned: self.fest == "ja" });
        }
        let faults = [
            (hotline.is_none(), Fault::new("hotline", "Wählen Sie ein Beratungstelefon.")),
            (day.is_none(), Fault::new("tag", "Geben Sie den Tag an, an dem der Dienst beginnt.")),
            (from.is_none(), Fault::new("von", "Geben Sie an, wann der Dienst beginnt, zum Beispiel 08:00.")),
            (until.is_none(), Fault::new("bis", "Geben Sie an, wann der Dienst endet, zum Beispiel 20:00.")),
            (officer.is_none(), Fault::new("person", "Wählen Sie, wer den Dienst hat.")),
            (tier.is_none(), Fault::new("reihe", "Wählen Sie, in welcher Reihe angerufen wird.")),
        ];
        Err(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect())
    }

    /// What is read back where the draft is gone.
    pub fn typed(&self) -> Typed {
        let Self { hotline, tag, von, bis, person, reihe, .. } = self.clone();
        vec![
            ("Beratungstelefon", hotline),
            ("Tag", tag),
            ("Von", von),
            ("Bis", bis),
            ("Beraterin oder Berater", person),
            ("Reihe", reihe),
        ]
    }

    pub fn hotlines(&self, hotlines: &[Hotline]) -> Vec<Choice> {
        hotlines.iter().map(|it| Choice::new(it.id, it.name.clone(), &self.hotline)).collect()
    }

    /// Nobody yet, or one of the office; whoever has the shift stays in the list wherever they work.
    pub fn officers(&self, officers: &[Officer], words: &Words) -> Vec<Choice> {
        let mut choices = vec![Choice::new("", "noch niemand (gesucht)", &self.person)];
        choices.extend(officers.iter().map(|it| Choice::new(it.id, it.name.clone(), &self.person)));
        if let Ok(id) = self.person.parse()
            && !choices.iter().any(|choice| choice.chosen)
        {
            choices.push(Choice::new(id, words.officer(Some(id)), &self.person));
        }
        choices
    }

    pub fn tiers(&self) -> Vec<Choice> {
        let tiers = (1..=9).filter_map(|number| Tier::new(number).ok());
        let most_used = tiers.filter(|tier| tier.number() <= 3 || tier.to_string() == self.reihe);
        most_used.map(|tier| Choice::new(tier, say::tier(tier), &self.reihe)).collect()
    }
}

#[derive(Template)]
#[template(path = "rota/draft/pages/shift.html")]
struct ShiftPage<'a> {
    t: &'a Locale,
    page: Page,
    path: String,
    week: String,
    id: ShiftId,
    title: String,
    /// Stands published, and so has a history.
    published: bool,
    form: ShiftForm,
    hotlines: Vec<Choice>,
    officers: Vec<Choice>,
    tiers: Vec<Choice>,
    faults: Faults,
}

/// A request about one shift of a draft.
struct About<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
    opened: Opened,
    shift: ShiftId,
}

impl<'a> About<'a> {
    async fn load(
        (desk, t, signed): (&'a Desk, &'a Locale, &'a SignedIn),
        (id, shift): &(String, String),
        typed: Typed,
    ) -> Result<Self, Response> {
        let shift = shift.parse().map_err(|_| web::not_found(t))?;
        Ok(Self { desk, t, signed, opened: Opened::load_for((desk, t, signed), id, typed).await?, shift })
    }

    async fn page(&self, came: Option<(StatusCode, ShiftForm, Vec<Fault>)>) -> Result<Response, Response> {
        let (t, draft) = (self.t, &self.opened.draft);
        let found = draft::find_shift(&self.desk.db, draft.id, self.shift).await.map_err(away(t))?;
        let found = found.ok_or_else(|| web::not_found(t))?;
        let words = self.opened.words(self.desk, found.planned.officer).await.map_err(away(t))?;
        let fresh = || (StatusCode::OK, ShiftForm::of(&found.planned, draft.version), Vec::new());
        let (status, form, faults) = came.unwrap_or_else(fresh);
        let page = self.signed.page(t, "Dienst im Entwurf ändern");
        let view = ShiftPage {
            page: if faults.is_empty() { page } else { page.with_error(t) },
            path: self.opened.path(""),
            week: address(draft.id, &words::week_of(&found.planned)),
            id: self.shift,
            title: words.shift(&found.planned),
            published: found.base.is_some(),
            hotlines: form.hotlines(&self.opened.hotlines),
            officers: form.officers(&self.opened.officers, &words),
            tiers: form.tiers(),
            // Whoever sends the form once more has read what it is now.
            form: ShiftForm { stand: draft.version, ..form },
            faults: Faults(faults),
            t,
        };
        Ok(web::html(status, &view))
    }

    /// The form again with the reason for which nothing was done.
    async fn not_done(&self, form: ShiftForm, refusal: DraftError) -> Result<Response, Response> {
        let officer = match &refusal {
            DraftError::ChangedMeanwhile { now, .. } => now.planned.officer,
            _ => None,
        };
        let words = self.opened.words(self.desk, officer).await.map_err(away(self.t))?;
        match words.refusal(&refusal) {
            Some(fault) => self.page(Some((StatusCode::CONFLICT, form, vec![fault]))).await,
            None => Err(refused(self.t, refusal)),
        }
    }
}

/// `GET /dienst/entwuerfe/{id}/dienste/{shift}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(place): Path<(String, String)>,
) -> Result<Response, Response> {
    About::load((&desk, &t, &signed), &place, Typed::new()).await?.page(None).await
}

/// `POST /dienst/entwuerfe/{id}/dienste/{shift}`
pub async fn change(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(place): Path<(String, String)>,
    Form(form): Form<ShiftForm>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &place, form.typed()).await?;
    let change = match form.terms() {
        Ok(terms) => Change::from(terms),
        Err(faults) => return about.page(Some((StatusCode::BAD_REQUEST, form, faults))).await,
    };
    let seen = seen(&place.0, form.stand).ok_or_else(|| web::not_found(&t))?;
    match draft::change(&desk, desk.now(), &signed.0, seen, (about.shift, &change)).await {
        Ok(edited) => {
            let week = address(seen.draft, &words::week_of(&edited.shift));
            Ok(web::go(&t.path(&format!("{week}&meldung=geaendert"))))
        }
        Err(refusal) => about.not_done(form, refusal).await,
    }
}

/// `POST /dienst/entwuerfe/{id}/dienste/{shift}/kopie`: another shift with what was typed.
pub async fn copy(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(place): Path<(String, String)>,
    Form(form): Form<ShiftForm>,
) -> Result<Response, Response> {
    let about = About::load((&desk, &t, &signed), &place, form.typed()).await?;
    let change = match form.terms() {
        Ok(terms) => Change::from(terms),
        Err(faults) => return about.page(Some((StatusCode::BAD_REQUEST, form, faults))).await,
    };
    let seen = seen(&place.0, form.stand).ok_or_else(|| web::not_found(&t))?;
    match draft::copy(&desk, desk.now(), &signed.0, seen, (about.shift, &change)).await {
        Ok(edited) => {
            let week = address(seen.draft, &words::week_of(&edited.shift));
            Ok(web::go(&t.path(&format!("{week}&meldung=eingetragen"))))
        }
        Err(refusal) => about.not_done(form, refusal).await,
    }
}
