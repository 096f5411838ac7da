//! The board (Dienstplan): a week or a month of an office's rota, published or drafted, and every change by hand or by
//! mouse.
//!
//! Not what a change is: `draft` and `shifts::edit` decide that. Rule: each door, form or drag, ends in [`put`], which
//! says what was seen, so that nobody overwrites what they have not seen.

#[allow(clippy::module_inception, reason = "the noun of the room")]
mod board;
mod export;
mod page;
mod weigh;

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};

use crate::db::DbError;
use crate::desk::Desk;
use crate::ical::Revision;
use crate::kernel::id::{DraftId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::{self, Actor, Officer};
use crate::shifts::direct::Guard;
use crate::shifts::edit::{Author, Edit, Vacancy, Wanted};
use crate::shifts::{self, OpenShift, OpenState, Shift, ShiftsError};

use super::draft::{self, Change, Draft, DraftError, DraftShift, SeenDraft, Terms};
use super::rules::{self, Plan, RulesError};
use super::{PlannedShift, demand};

pub use crate::shifts::direct::Despite;
pub use board::{Board, Cell, Other, Outcome, Placed, Row, outcome};
pub use page::pages;
pub use weigh::Scale;
use weigh::around;

/// The most days that a board shows.
pub const MOST_DAYS: usize = 31;

#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    #[error("this office's rota is not there, or not yours")]
    NoSuchOffice,
    #[error("your role does not allow this")]
    Forbidden,
    #[error("this shift is not there any more")]
    NoSuchShift,
    #[error("this is against the rules: {}", .0.join("; "))]
    AgainstRules(Vec<String>),
    #[error(transparent)]
    Rules(#[from] RulesError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Shifts(ShiftsError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<ShiftsError> for BoardError {
    fn from(error: ShiftsError) -> Self {
        match error {
            ShiftsError::AgainstRules(rules) => Self::AgainstRules(rules),
            ShiftsError::NoReason => Self::Rules(RulesError::BadReason),
            error => Self::Shifts(error),
        }
    }
}

/// Which rota over which days.
#[derive(Clone, Debug)]
pub struct Asked {
    pub office: OfficeId,
    /// None: what is published.
    pub draft: Option<DraftId>,
    /// Without a gap, [`MOST_DAYS`] at most.
    pub days: Vec<NaiveDate>,
}

/// Which rota is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Published(OfficeId),
    Draft(DraftId),
}

/// What is done to a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Add(Terms),
    Change(ShiftId, Terms),
    Copy(ShiftId, Terms),
    Remove(ShiftId),
    /// Brings a published shift back that was removed.
    Restore(ShiftId),
}

/// How somebody comes to change something: what they saw, and why they change it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Of a draft its version, of a published shift its sequence.
    pub version: i64,
    /// Stands in the versions of what is published, and with what it breaks of the rules.
    pub reason: &'a str,
    pub despite: Despite,
}

/// A board that the actor may see; a draft only who plans, and the reasons on it, too.
pub async fn load_board(desk: &Desk, actor: &Actor, asked: &Asked) -> Result<Board, BoardError> {
    if !actor.may_see(&asked.office) {
        return Err(BoardError::NoSuchOffice);
    }
    let (db, window) = (&desk.db, board::window(&asked.days));
    let draft = load_draft(desk, actor, asked).await?;
    let office = draft.as_ref().map_or(asked.office, |draft| draft.office);
    let ground = rules::load_ground(db, office, window).await?;
    let shifts = list_placed(desk, office, draft.as_ref(), window).await?;
    let within = |shift: &&Placed| ground.period.contains(shift.planned.span.start);
    let verdict = ground.judge(&Plan::new(shifts.iter().filter(within).map(|shift| &shift.planned)));
    let hotlines = shifts::list_hotlines(db, Some(&office)).await?;
    let mut open = HashMap::new();
    for hotline in &hotlines {
        open.insert(hotline.id, shifts::open_spans(db, hotline, window).await?);
    }
    let guests = guests(desk, &ground.officers, &shifts).await?;
    let demands = demand::list_demands_at(db, office).await?;
    let days = asked.days.clone();
    let is_discreet = false;
    let board = Board { office, draft, days, hotlines, demands, open, shifts, guests, ground, verdict, is_discreet };
    Ok(if actor.may_plan(&office) { board } else { board.discreet() })
}

async fn load_draft(desk: &Desk, actor: &Actor, asked: &Asked) -> Result<Option<Draft>, DraftError> {
    match asked.draft {
        Some(id) => draft::load(&desk.db, actor, id).await.map(Some),
        None => Ok(None),
    }
}

/// What is different as soon as a board may look different: three short questions, for whoever waits for a change.
pub async fn load_mark(desk: &Desk, actor: &Actor, asked: &Asked) -> Result<String, BoardError> {
    if !actor.may_see(&asked.office) {
        return Err(BoardError::NoSuchOffice);
    }
    let draft = load_draft(desk, actor, asked).await?;
    let office = draft.as_ref().map_or(asked.office, |draft| draft.office);
    let mut glance = desk.db.glance().await?;
    let recorded = people::last_recorded(&mut glance, office).await?.map_or(0, |at| at.0);
    Ok(match draft {
        Some(draft) => format!("{}-{recorded}", draft.version),
        None => format!("{}-{recorded}", shifts::load_mark(&mut glance, office, board::window(&asked.days)).await?),
    })
}

/// The shifts of a rota that touch the window, with what is to be named when they are changed.
async fn list_placed(
    desk: &Desk,
    office: OfficeId,
    draft: Option<&Draft>,
    window: Span,
) -> Result<Vec<Placed>, DbError> {
    if let Some(draft) = draft {
        let shifts = draft::list_shifts(&desk.db, draft.id, window).await?;
        return Ok(shifts.into_iter().map(|it| drafted(draft, it)).collect());
    }
    let shifts = shifts::list_shifts_at(&desk.db, office, window).await?;
    let published = shifts.iter().filter(|shift| shift.is_published());
    let mut placed: Vec<Placed> = published
        .map(|it| Placed { planned: PlannedShift::from(it), seen: it.sequence, revision: it.revision() })
        .collect();
    for empty in shifts::list_open_shifts(&desk.db, office, window).await?.iter().filter(|empty| empty.is_open()) {
        let (planned, seen) = (PlannedShift::from(empty), empty.sequence);
        placed.push(Placed { planned, seen, revision: empty.revision() });
    }
    Ok(placed)
}

fn drafted(draft: &Draft, it: DraftShift) -> Placed {
    // Not ahead of what is published later: a calendar program would take that for the older one.
    let sequence = it.base.unwrap_or(0);
    let revision = Revision { sequence, created: draft.created_at, changed: draft.updated_at };
    Placed { planned: it.planned, seen: draft.version, revision }
}

/// Who stands in shifts here and belongs elsewhere, or has left.
async fn guests(desk: &Desk, own: &[Officer], shifts: &[Placed]) -> Result<Vec<Officer>, DbError> {
    let mut strangers: Vec<OfficerId> = shifts.iter().filter_map(|shift| shift.planned.officer).collect();
    strangers.sort();
    strangers.dedup();
    strangers.retain(|id| !own.iter().any(|officer| officer.id == *id));
    match strangers.is_empty() {
        true => Ok(Vec::new()),
        false => people::list_these(&desk.db, &strangers).await,
    }
}

/// Changes a rota.
pub async fn put(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    target: Target,
    (seen, work): (Seen<'_>, Work),
) -> Result<(), BoardError> {
    match target {
        Target::Draft(draft) => put_draft(desk, now, actor, SeenDraft { draft, version: seen.version }, work).await,
        Target::Published(_) => put_published(desk, now, actor, seen, work).await,
    }
}

async fn put_draft(desk: &Desk, now: Instant, actor: &Actor, seen: SeenDraft, work: Work) -> Result<(), BoardError> {
    match work {
        Work::Add(terms) => draft::add(desk, now, actor, seen, &terms).await?,
        Work::Change(id, terms) => draft::change(desk, now, actor, seen, (id, &change(terms))).await?,
        Work::Copy(id, terms) => draft::copy(desk, now, actor, seen, (id, &change(terms))).await?,
        Work::Remove(id) => draft::remove(desk, now, actor, seen, id).await?,
        Work::Restore(_) => return Err(BoardError::NoSuchShift),
    };
    Ok(())
}

fn change(Terms { hotline, officer, span, tier, pinned }: Terms) -> Change {
    let (hotline, officer, span) = (Some(hotline), Some(officer), Some(span));
    Change { hotline, officer, span, tier: Some(tier), pinned: Some(pinned), position: None }
}

/// What is published changes at once, and a version says why.
async fn put_published(desk: &Desk, now: Instant, actor: &Actor, seen: Seen<'_>, work: Work) -> Result<(), BoardError> {
    let by = Author { now, actor, reason: seen.reason };
    if let Work::Restore(shift) = work {
        return restore(desk, by, seen, shift).await;
    }
    let mut tx = desk.db.begin().await?;
    let scale = match work {
        Work::Add(terms) | Work::Change(_, terms) | Work::Copy(_, terms) => {
            let office = may_plan(desk, actor, terms).await?;
            Some(Scale::before(&mut tx, office, terms.span).await?)
        }
        // What is taken away breaks nothing.
        Work::Remove(_) | Work::Restore(_) => None,
    };
    let open = match work {
        Work::Change(id, _) | Work::Remove(id) => shifts::find_open_shift(&mut tx, id).await?,
        Work::Add(_) | Work::Copy(..) | Work::Restore(_) => None,
    };
    let empty = open.filter(OpenShift::is_open);
    if empty.as_ref().is_some_and(|empty| empty.sequence != seen.version) {
        return Err(BoardError::NoSuchShift);
    }
    let mut edit = Edit::begin(&mut tx, by);
    let (verb, id, hotline) = match (work, empty) {
        (Work::Add(terms) | Work::Copy(_, terms), _) => ("plan_shift", add(&mut edit, terms).await?, terms.hotline),
        (Work::Change(id, terms), Some(empty)) => {
            may_plan_hotline(desk, actor, empty.hotline).await?;
            fill(&mut edit, &empty, terms).await?;
            ("change_shift", id, terms.hotline)
        }
        (Work::Remove(id), Some(empty)) => {
            edit.withdraw(&empty).await?;
            ("remove_shift", id, empty.hotline)
        }
        (Work::Change(id, terms), None) => {
            let before = edit.load(id, seen.version).await?;
            may_plan_hotline(desk, actor, before.hotline).await?;
            change_shift(&mut edit, &before, terms).await?;
            ("change_shift", id, terms.hotline)
        }
        (Work::Remove(id), None) => {
            let before = edit.load(id, seen.version).await?;
            edit.remove(&before).await?;
            ("remove_shift", id, before.hotline)
        }
        (Work::Restore(_), _) => return Err(BoardError::NoSuchShift),
    };
    let changes = edit.settle().await?;
    if let Some(mut scale) = scale {
        scale.weigh(&mut tx, by, seen.despite, &changes).await?;
    }
    let office = may_plan_hotline(desk, actor, hotline).await?;
    people::record(&mut tx, now, actor, verb, (&id, &office)).await?;
    shifts::news::post(&mut tx, desk, by, &changes).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(())
}

/// A new shift, with an officer or open.
async fn add(edit: &mut Edit<'_>, terms: Terms) -> Result<ShiftId, ShiftsError> {
    match wanted(terms, None) {
        Some(wanted) => edit.plan(ShiftId::mint(), &wanted).await.map(|shift| shift.id),
        None => edit.open(ShiftId::mint(), &vacancy(terms, 1), None).await.map(|open| open.id),
    }
}

/// An open shift, given to somebody or open under other terms.
async fn fill(edit: &mut Edit<'_>, empty: &OpenShift, terms: Terms) -> Result<(), ShiftsError> {
    match wanted(terms, Some(empty.position)) {
        Some(wanted) => edit.fill_as(empty, &wanted).await.map(|_| ()),
        None => edit.open(empty.id, &vacancy(terms, empty.position), Some(empty.sequence)).await.map(|_| ()),
    }
}

/// Somebody's shift, under other terms or open from now on.
async fn change_shift(edit: &mut Edit<'_>, before: &Shift, terms: Terms) -> Result<(), ShiftsError> {
    match wanted(terms, Some(before.position)) {
        Some(wanted) => edit.change(before, &wanted).await.map(|_| ()),
        None => edit.empty(before).await.map(|_| ()),
    }
}

/// Brings back what was removed: an open shift that was withdrawn, or a shift with its officer.
async fn restore(desk: &Desk, by: Author<'_>, seen: Seen<'_>, id: ShiftId) -> Result<(), BoardError> {
    let mut tx = desk.db.begin().await?;
    let open = shifts::find_open_shift(&mut tx, id).await?;
    if open.as_ref().is_some_and(OpenShift::is_open) {
        return Err(ShiftsError::OpenChanged(id).into());
    }
    let withdrawn = open.filter(|it| it.state == OpenState::Withdrawn && it.sequence == seen.version);
    let Some(OpenShift { hotline, span, tier, position, .. }) = withdrawn else {
        drop(tx);
        shifts::direct::restore::<Scale>(desk, by, seen.despite, (id, seen.version)).await?;
        return Ok(());
    };
    let office = may_plan_hotline(desk, by.actor, hotline).await?;
    let mut edit = Edit::begin(&mut tx, by);
    edit.open(id, &Vacancy { hotline, span, tier, position }, Some(seen.version)).await?;
    edit.settle().await?;
    people::record(&mut tx, by.now, by.actor, "restore_shift", (&id, &office)).await?;
    Ok(tx.commit().await?)
}

fn wanted(Terms { hotline, officer, span, tier, .. }: Terms, position: Option<i64>) -> Option<Wanted> {
    Some(Wanted { hotline, officer: officer?, span, tier, position })
}

fn vacancy(Terms { hotline, span, tier, .. }: Terms, position: i64) -> Vacancy {
    Vacancy { hotline, span, tier, position }
}

/// The actor plans the hotline's office, which is told, and the officer's.
async fn may_plan(desk: &Desk, actor: &Actor, terms: Terms) -> Result<OfficeId, BoardError> {
    let office = may_plan_hotline(desk, actor, terms.hotline).await?;
    let Some(officer) = terms.officer else { return Ok(office) };
    let officer = people::find_officer(&desk.db, officer).await?;
    let theirs = officer.is_some_and(|officer| officer.active && actor.may_plan(&officer.office));
    theirs.then_some(office).ok_or_else(|| ShiftsError::NoSuchOfficer.into())
}

/// The office of a hotline that the actor plans.
async fn may_plan_hotline(desk: &Desk, actor: &Actor, hotline: HotlineId) -> Result<OfficeId, BoardError> {
    let hotline = shifts::load_hotline(&desk.db, actor, hotline).await?;
    actor.may_plan(&hotline.office).then_some(hotline.office).ok_or(BoardError::Forbidden)
}

/// So far around a change the rules look: rest, weeks and nights in a row.
const AROUND: TimeDelta = TimeDelta::days(8);

/// What a change would bring against the rules, before it is made.
pub async fn preview(desk: &Desk, actor: &Actor, target: Target, work: Work) -> Result<Outcome, BoardError> {
    let (office, draft) = match target {
        Target::Published(office) => (office, None),
        Target::Draft(id) => {
            let draft = draft::load(&desk.db, actor, id).await?;
            (draft.office, Some(draft))
        }
    };
    if !actor.may_plan(&office) {
        return Err(BoardError::Forbidden);
    }
    let Some(at) = (match work {
        Work::Add(terms) | Work::Change(_, terms) | Work::Copy(_, terms) => Some(terms.span),
        Work::Remove(_) | Work::Restore(_) => None,
    }) else {
        return Ok(Outcome::default());
    };
    let period = around(at, AROUND);
    let ground = rules::load_ground(&desk.db, office, period).await?;
    let mut before: Vec<PlannedShift> =
        list_placed(desk, office, draft.as_ref(), period).await?.into_iter().map(|shift| shift.planned).collect();
    before.retain(|shift| period.contains(shift.span.start));
    let after = with(&before, work);
    let officers = concerned(&before, &after);
    Ok(outcome(&ground, &officers, (&before, &after)))
}

/// A plan with a change made.
fn with(before: &[PlannedShift], work: Work) -> Vec<PlannedShift> {
    let mut after = before.to_vec();
    match work {
        Work::Add(terms) | Work::Copy(_, terms) => after.push(terms.planned(ShiftId::mint(), 1)),
        Work::Remove(id) => after.retain(|shift| shift.id != id),
        Work::Restore(_) => {}
        Work::Change(id, terms) => {
            after.retain(|shift| shift.id != id);
            after.push(terms.planned(id, 1));
        }
    }
    after
}

/// The officers whose shifts differ.
fn concerned(before: &[PlannedShift], after: &[PlannedShift]) -> Vec<OfficerId> {
    let only_in = |some: &[PlannedShift], others: &[PlannedShift]| -> Vec<OfficerId> {
        some.iter().filter(|shift| !others.contains(shift)).filter_map(|shift| shift.officer).collect()
    };
    let mut officers = only_in(before, after);
    officers.extend(only_in(after, before));
    officers.sort();
    officers.dedup();
    officers
}
