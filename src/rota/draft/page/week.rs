//! A week of a draft, day by day: its shifts, what differs from what is published, undo and redo, and the form for one more.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::ShiftId;
use crate::kernel::{Span, local};
use crate::people::SignedIn;
use crate::rota::PlannedShift;
use crate::rota::draft::{self, Change, Difference, DraftShift, Step};
use crate::rota::page::{Choice, Fault, Faults, Notice, away};
use crate::shifts::say;
use crate::web::{self, Form, Locale, Page};

use super::shift::ShiftForm;
use super::words::{self, Words};
use super::{Opened, address, notice, refused, seen, told};

/// Which week, whose shifts, and what to tell.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Asked {
    pub woche: String,
    /// Only this officer's; `niemand` for the empty ones.
    pub nur: String,
    pub meldung: String,
}

#[derive(Template)]
#[template(path = "rota/draft/pages/week.html")]
struct WeekPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    path: String,
    /// The same week on the board.
    board: String,
    name: String,
    period: String,
    version: i64,
    week: String,
    title: String,
    weeks: Vec<Choice>,
    only: Vec<Choice>,
    previous: Option<String>,
    next: Option<String>,
    undo: Option<&'static str>,
    redo: Option<&'static str>,
    changes: usize,
    behind: usize,
    conflicts: usize,
    days: Vec<DayView>,
    no_shifts: bool,
    form: ShiftForm,
    hotlines: Vec<Choice>,
    officers: Vec<Choice>,
    tiers: Vec<Choice>,
    faults: Faults,
}

struct DayView {
    day: NaiveDate,
    title: String,
    shifts: Vec<ShiftView>,
}

struct ShiftView {
    id: ShiftId,
    times: String,
    officer: String,
    empty: bool,
    what: String,
    pinned: bool,
    /// `neu` or `geändert`, where it differs from what is published.
    differs: Option<&'static str>,
    clash: bool,
}

/// What a form brought with it that is shown again.
struct Came {
    status: StatusCode,
    form: ShiftForm,
    faults: Vec<Fault>,
}

/// `GET /dienst/entwuerfe/{id}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let opened = Opened::load(&desk, &t, &signed, &id).await?;
    Shown { desk: &desk, t: &t, signed: &signed, opened: &opened }.page(&asked, None).await
}

/// `POST /dienst/entwuerfe/{id}`: one more shift.
pub async fn add(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<ShiftForm>,
) -> Result<Response, Response> {
    let opened = Opened::load_for((&desk, &t, &signed), &id, form.typed()).await?;
    let shown = Shown { desk: &desk, t: &t, signed: &signed, opened: &opened };
    let asked = Asked { woche: form.woche.clone(), ..Asked::default() };
    let terms = match form.terms() {
        Ok(terms) => terms,
        Err(faults) => return shown.page(&asked, Some(Came { status: StatusCode::BAD_REQUEST, form, faults })).await,
    };
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let refusal = match draft::add(&desk, desk.now(), &signed.0, seen, &terms).await {
        Ok(edited) => {
            let week = address(opened.draft.id, &words::week_of(&edited.shift));
            return Ok(web::go(&t.path(&format!("{week}&meldung=eingetragen"))));
        }
        Err(refusal) => refusal,
    };
    match Words::new(&opened.officers, &opened.hotlines).refusal(&refusal) {
        Some(fault) => shown.page(&asked, Some(Came { status: StatusCode::CONFLICT, form, faults: vec![fault] })).await,
        None => Err(refused(&t, refusal)),
    }
}

/// The version that was seen, and the week to come back to.
#[derive(Deserialize)]
pub struct Stand {
    pub stand: i64,
    #[serde(default)]
    pub woche: String,
}

/// `POST /dienst/entwuerfe/{id}/rueckgaengig`
pub async fn undo(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Stand>,
) -> Result<Response, Response> {
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let undone = draft::undo(&desk, desk.now(), &signed.0, seen).await;
    Ok(told(&t, &address(seen.draft, &form.woche), undone, "zurueck"))
}

/// `POST /dienst/entwuerfe/{id}/wiederholen`
pub async fn redo(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Stand>,
) -> Result<Response, Response> {
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let redone = draft::redo(&desk, desk.now(), &signed.0, seen).await;
    Ok(told(&t, &address(seen.draft, &form.woche), redone, "wieder"))
}

/// `POST /dienst/entwuerfe/{id}/dienste/{shift}/entfernen`
pub async fn remove(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((id, shift)): Path<(String, String)>,
    Form(form): Form<Stand>,
) -> Result<Response, Response> {
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let shift = shift.parse().map_err(|_| web::not_found(&t))?;
    let removed = draft::remove(&desk, desk.now(), &signed.0, seen, shift).await;
    let removed = removed.map(|edited| draft::Worked { version: edited.version, shifts: 1 });
    Ok(told(&t, &address(seen.draft, &form.woche), removed, "entfernt"))
}

/// Whether the shift is to be pinned, and the version that was seen.
#[derive(Deserialize)]
pub struct PinForm {
    stand: i64,
    #[serde(default)]
    woche: String,
    fest: String,
}

/// `POST /dienst/entwuerfe/{id}/dienste/{shift}/fest`
pub async fn pin(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((id, shift)): Path<(String, String)>,
    Form(form): Form<PinForm>,
) -> Result<Response, Response> {
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let shift = shift.parse().map_err(|_| web::not_found(&t))?;
    let pinned = form.fest == "ja";
    let change = Change { pinned: Some(pinned), ..Change::default() };
    let changed = draft::change(&desk, desk.now(), &signed.0, seen, (shift, &change)).await;
    let changed = changed.map(|edited| draft::Worked { version: edited.version, shifts: 1 });
    Ok(told(&t, &address(seen.draft, &form.woche), changed, if pinned { "fest" } else { "lose" }))
}

/// For whom the page is made.
struct Shown<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
    opened: &'a Opened,
}

impl Shown<'_> {
    async fn page(&self, asked: &Asked, came: Option<Came>) -> Result<Response, Response> {
        let (t, db, opened) = (self.t, &self.desk.db, self.opened);
        let monday = self.monday(&asked.woche).ok_or_else(|| web::not_found(t))?;
        let window = opened.draft.week(monday).unwrap_or_else(|| opened.draft.window());
        let shifts = draft::list_shifts(db, opened.draft.id, window).await.map_err(away(t))?;
        let difference = draft::load_difference(db, opened.draft.id, window).await.map_err(away(t))?;
        let (undo, redo) = draft::find_steps(db, opened.draft.id).await.map_err(away(t))?;
        let words = opened.words(self.desk, shifts.iter().filter_map(|it| it.planned.officer)).await;
        let words = words.map_err(away(t))?;
        let Came { status, form, faults } = came.unwrap_or_else(|| self.fresh(monday));

        let page = self.signed.page(t, &opened.draft.name);
        let days = days(&shifts, window, (&asked.nur, &difference, &words));
        let week = |monday: NaiveDate| address(opened.draft.id, &local::week_name(monday));
        let there = |monday: &NaiveDate| opened.draft.week(*monday).is_some();
        let german = |step: Option<Step>| step.map(|step| step.kind.german());
        let view = WeekPage {
            page: if faults.is_empty() { page } else { page.with_error(t) },
            notice: notice(&asked.meldung),
            path: opened.path(""),
            board: format!(
                "/dienst/dienstplan?dienststelle={}&plan={}&woche={}",
                opened.draft.office,
                opened.draft.id,
                local::week_name(monday)
            ),
            name: opened.draft.name.clone(),
            period: words::period(&opened.draft),
            version: opened.draft.version,
            week: local::week_name(monday),
            title: words::week(monday),
            weeks: self.weeks(monday),
            only: self.only(&asked.nur),
            previous: Some(monday - TimeDelta::days(7)).filter(there).map(week),
            next: Some(monday + TimeDelta::days(7)).filter(there).map(week),
            undo: german(undo),
            redo: german(redo),
            changes: difference.changes.len(),
            behind: difference.behind.len(),
            conflicts: difference.conflicts.len(),
            no_shifts: days.iter().all(|day| day.shifts.is_empty()),
            days,
            hotlines: form.hotlines(&opened.hotlines),
            officers: form.officers(&opened.officers, &words),
            tiers: form.tiers(),
            form,
            faults: Faults(faults),
            t,
        };
        Ok(web::html(status, &view))
    }

    /// The week that was asked for, else the one of today or the first; None where the draft does not have it.
    fn monday(&self, asked: &str) -> Option<NaiveDate> {
        let draft = &self.opened.draft;
        let there = |monday: &NaiveDate| draft.week(*monday).is_some();
        if !asked.is_empty() {
            return local::week_start(asked).filter(there);
        }
        let today = local::monday(local::day(self.desk.now()));
        Some(today).filter(there).or(Some(local::monday(draft.first_day)))
    }

    fn fresh(&self, monday: NaiveDate) -> Came {
        let draft = &self.opened.draft;
        let day = monday.max(draft.first_day).max(local::day(self.desk.now())).min(draft.last_day);
        let form = ShiftForm::for_day(day, draft.version, &local::week_name(monday));
        Came { status: StatusCode::OK, form, faults: Vec::new() }
    }

    fn weeks(&self, chosen: NaiveDate) -> Vec<Choice> {
        let chosen = local::week_name(chosen);
        let choice = |monday| Choice::new(local::week_name(monday), words::week(monday), &chosen);
        self.opened.draft.mondays().map(choice).collect()
    }

    fn only(&self, chosen: &str) -> Vec<Choice> {
        let all = [Choice::new("", "alle", chosen), Choice::new("niemand", "ohne Person", chosen)];
        let officers = self.opened.officers.iter().map(|it| Choice::new(it.id, it.name.clone(), chosen));
        all.into_iter().chain(officers).collect()
    }
}

fn days(shifts: &[DraftShift], window: Span, (only, difference, words): (&str, &Difference, &Words)) -> Vec<DayView> {
    let planned = || shifts.iter().map(|it| &it.planned);
    let clashes: BTreeSet<ShiftId> =
        draft::twice_at_once(planned()).into_iter().flat_map(|(one, other)| [one, other]).collect();
    let differs: BTreeMap<ShiftId, &'static str> = difference
        .changes
        .iter()
        .map(|it| (it.id, if it.before.is_none() { "neu" } else { "geändert" }))
        .chain(difference.conflicts.iter().map(|it| (it.id, "Konflikt")))
        .collect();
    let shown = |it: &&PlannedShift| match only {
        "" => true,
        "niemand" => it.officer.is_none(),
        officer => it.officer.is_some_and(|id| id.to_string() == officer),
    };
    let mut by_day: BTreeMap<NaiveDate, Vec<ShiftView>> = BTreeMap::new();
    for it in planned().filter(|it| window.contains(it.span.start)).filter(shown) {
        by_day.entry(local::day(it.span.start)).or_default().push(ShiftView {
            id: it.id,
            times: say::times(it.span),
            officer: words.officer(it.officer).to_owned(),
            empty: it.officer.is_none(),
            what: format!("{}, {}", words.hotline(it.hotline), say::tier(it.tier)),
            pinned: it.pinned,
            differs: differs.get(&it.id).copied(),
            clash: clashes.contains(&it.id),
        });
    }
    let first = local::day(window.start);
    let last = local::day(window.end - TimeDelta::microseconds(1));
    let view =
        |day: NaiveDate| DayView { day, title: say::day_of_week(day), shifts: by_day.remove(&day).unwrap_or_default() };
    first.iter_days().take_while(|day| *day <= last).map(view).collect()
}
