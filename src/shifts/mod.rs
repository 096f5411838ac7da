//! Hotlines and their shifts: who is planned, who is on duty, and where nobody is.
//!
//! Not whom a call rings: `calls` takes the duty from here and leaves out who is talking. Rule: only those who plan
//! a hotline's office change its shifts; every change is counted in its sequence and stands in the audit trail.

mod closure;
mod coverage;
pub mod direct;
mod duty;
pub mod edit;
mod hotline;
mod http;
mod neighbours;
pub mod news;
mod office;
mod open;
mod page;
mod presence;
pub mod proof;
mod prove;
mod shift;
mod store;
mod versions;
mod week;

use chrono::{NaiveDate, TimeDelta};

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{ClosureId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span, local};
use crate::offices::{self, OfficeId};
use crate::people::{self, Actor, Commitment};

use edit::{Author, Change, Edit, Wanted};

pub use closure::{Closure, ClosureFault, ClosurePlan, LONGEST_REASON, Reasons};
pub use coverage::{Cause, Cover, Gap, NeedsCover, Stretch, When, gaps, needs_cover, strip};
pub use duty::{Duty, NotOnDuty, OnDuty, Reason, Rota};
pub use hotline::{CallbacksRing, Hotline, HotlineFault, IfNobodyFits, Instruction, LONGEST_INSTRUCTION, Rules};
pub use http::api;
pub use neighbours::{
    HelpFault, MOST_TALKS, Neighbour, Pair, agree_to_help, ask_for_help, end_help, list_helpers, list_neighbours,
    load_helpers, month_of,
};
pub use open::{OpenShift, OpenState, find_open_shift, list_open_shifts};
pub use page::pages;
pub use presence::{confirm_presence, end_presence};
pub use prove::{AHEAD, Lookout, prove, weeks_ahead};
pub use shift::{NotATier, Shift, ShiftPlan, ShiftState, Tier};
pub use store::{
    find_closure, find_hotline, find_hotline_by_number, find_shift, list_closures, list_present, list_shifts,
    list_shifts_at, list_shifts_of, list_shifts_of_staff, list_unreachable, mark_unreachable,
};
pub use versions::{Verb, Version, list_versions};
pub use week::Week;

/// Spans, lengths and tiers as the staff's pages and mails say them, in German.
pub mod say {
    pub use super::page::words::{day, day_of_week, length, removed, span, tier, times};
}

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: [&[&str]; 4] =
    [store::STATEMENTS, versions::store::STATEMENTS, open::store::STATEMENTS, neighbours::store::STATEMENTS];

#[derive(Debug, thiserror::Error)]
pub enum ShiftsError {
    #[error("this hotline is not there, or not yours")]
    NoSuchHotline,
    #[error("this closure is not there, or not yours")]
    NoSuchClosure,
    #[error("this shift is not there, or not yours")]
    NoSuchShift,
    #[error("this officer is not there, or not yours")]
    NoSuchOfficer,
    #[error("your role does not allow this")]
    Forbidden,
    #[error(transparent)]
    BadHotline(#[from] HotlineFault),
    #[error(transparent)]
    BadClosure(#[from] ClosureFault),
    #[error(transparent)]
    BadHelp(#[from] HelpFault),
    #[error("another hotline has this number, or it is the duty number")]
    NumberTaken,
    #[error("there is no call flow \"{flow}\"; choose one of these: {there}")]
    NoSuchFlow { flow: String, there: String },
    #[error("an own day's name has 1 to 80 characters")]
    BadDayName,
    #[error("this is no mail address")]
    BadMailbox,
    #[error("the office has no own day then")]
    NoSuchDay,
    #[error("the clock change skips this time")]
    SkippedHour,
    #[error("this is over, and what was stays as it was")]
    Over,
    #[error("this shift has begun: only its end can be changed, or it can be ended now and another one planned")]
    Begun,
    #[error("the officer has something else then: {}", words_of(.0))]
    OfficerBusy(Vec<Commitment>),
    #[error("somebody else has changed this shift since you saw it; it is now at sequence {}", .0.sequence)]
    ChangedMeanwhile(Box<Shift>),
    #[error("somebody else has changed this open shift since you saw it, or has filled it: {0}")]
    OpenChanged(ShiftId),
    #[error("somebody else has changed this hotline since you saw it; it is now at sequence {}", .0.sequence)]
    HotlineChanged(Box<Hotline>),
    #[error("this is against the rules: {}", .0.join("; "))]
    AgainstRules(Vec<String>),
    #[error("say why it must be against the rules, in 3 to 500 characters")]
    NoReason,
    #[error("a {state} shift cannot be {verb}")]
    NotPossible { state: ShiftState, verb: &'static str },
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The version of a shift that somebody saw before they changed it, and why they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen<'a> {
    pub shift: ShiftId,
    pub sequence: i64,
    /// Empty where they do not say.
    pub reason: &'a str,
}

/// A shift as it was saved, and all that changed with it.
type Done = (Shift, Vec<Change>);

/// What came of copying a week.
#[derive(Debug, Default)]
pub struct Copied {
    pub planned: Vec<Shift>,
    /// Shifts that stood there already, equal.
    pub there: usize,
    pub skipped: Vec<(ShiftPlan, ShiftsError)>,
}

/// Sets up a hotline.
pub async fn open_hotline(desk: &Desk, now: Instant, actor: &Actor, hotline: &Hotline) -> Result<(), ShiftsError> {
    let mut tx = desk.db.begin().await?;
    may_plan(actor, hotline)?;
    hotline.check()?;
    knows_flow(desk, hotline)?;
    leaves_duty_number(desk, hotline)?;
    store::insert_hotline(&mut tx, hotline, now).await.map_err(number_taken)?;
    people::record(&mut tx, now, actor, "open_hotline", (&hotline.id, &hotline.office)).await?;
    Ok(tx.commit().await?)
}

/// Saves a hotline that was loaded and then changed. It stays with its office. Refused where somebody else changed it
/// after it was seen.
pub async fn change_hotline(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    hotline: &Hotline,
) -> Result<Hotline, ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let office = load_hotline(&mut tx, actor, hotline.id).await?.office;
    let hotline = Hotline { office, ..hotline.clone() };
    may_plan(actor, &hotline)?;
    hotline.check()?;
    knows_flow(desk, &hotline)?;
    leaves_duty_number(desk, &hotline)?;
    let saved = store::update_hotline(&mut tx, &hotline, now).await.map_err(number_taken)?;
    let current = load_hotline(&mut tx, actor, hotline.id).await?;
    if !saved {
        return Err(ShiftsError::HotlineChanged(Box::new(current)));
    }
    people::record(&mut tx, now, actor, "change_hotline", (&hotline.id, &office)).await?;
    tx.commit().await?;
    Ok(current)
}

/// Closes a hotline by hand, now or later, until a time or until further notice. What would have begun before begins
/// now.
pub async fn close_hotline(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    hotline: HotlineId,
    plan: &ClosurePlan,
) -> Result<Closure, ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let hotline = load_hotline(&mut tx, actor, hotline).await?;
    may_plan(actor, &hotline)?;
    let ClosurePlan { span, reason } = plan.checked()?;
    if span.end <= now {
        return Err(ShiftsError::Over);
    }
    let closure = Closure {
        id: ClosureId::mint(),
        hotline: hotline.id,
        span: Span { start: span.start.max(now), ..span },
        reason,
        closed_by: actor.id.to_string(),
        created_at: now,
        ended_at: None,
    };
    store::insert_closure(&mut tx, &closure).await?;
    people::record(&mut tx, now, actor, "close_hotline", (&closure.id, &hotline.office)).await?;
    tx.commit().await?;
    Ok(closure)
}

/// Opens a hotline again that is closed by hand, or takes a coming closure back.
pub async fn reopen_hotline(desk: &Desk, now: Instant, actor: &Actor, id: ClosureId) -> Result<Closure, ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let (_, hotline) = load_closure(&mut tx, actor, id).await?;
    may_plan(actor, &hotline)?;
    if !store::end_closure(&mut tx, id, now).await? {
        return Err(ShiftsError::Over);
    }
    let (closure, _) = load_closure(&mut tx, actor, id).await?;
    people::record(&mut tx, now, actor, "reopen_hotline", (&id, &hotline.office)).await?;
    tx.commit().await?;
    Ok(closure)
}

/// Publishes a shift and takes the officer's time. One that is over at `now` is refused; one that would have begun
/// before begins now, since nobody was on duty by it until now. Nobody is told: see [`direct`].
pub async fn plan_shift(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    hotline: HotlineId,
    plan: ShiftPlan,
) -> Result<Shift, ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let hotline = load_hotline(&mut tx, actor, hotline).await?;
    let (shift, _) = plan_within(&mut tx, Author { now, actor, reason: "" }, &hotline, &plan).await?;
    tx.commit().await?;
    Ok(shift)
}

/// Changes a published shift. Refused where somebody else changed it after it was seen.
pub async fn change_shift(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: Seen<'_>,
    plan: ShiftPlan,
) -> Result<Shift, ShiftsError> {
    let by = Author { now, actor, reason: seen.reason };
    let (mut tx, before, _) = begin_change(desk, by, (seen.shift, seen.sequence)).await?;
    let (shift, _) = change_within(&mut tx, by, &before, &plan).await?;
    tx.commit().await?;
    Ok(shift)
}

/// Takes a shift back and gives the officer's time free. It is kept as removed; one that has begun ends now instead,
/// since what was stays as it was.
pub async fn remove_shift(desk: &Desk, now: Instant, actor: &Actor, seen: Seen<'_>) -> Result<Shift, ShiftsError> {
    let by = Author { now, actor, reason: seen.reason };
    let (mut tx, before, _) = begin_change(desk, by, (seen.shift, seen.sequence)).await?;
    let (shift, _) = remove_within(&mut tx, by, &before).await?;
    tx.commit().await?;
    Ok(shift)
}

/// Brings a removed shift back as it was.
pub async fn restore_shift(desk: &Desk, now: Instant, actor: &Actor, seen: Seen<'_>) -> Result<Shift, ShiftsError> {
    let by = Author { now, actor, reason: seen.reason };
    let (mut tx, before, _) = begin_change(desk, by, (seen.shift, seen.sequence)).await?;
    let (shift, _) = restore_within(&mut tx, by, &before).await?;
    tx.commit().await?;
    Ok(shift)
}

async fn plan_within(tx: &mut Tx, by: Author<'_>, hotline: &Hotline, plan: &ShiftPlan) -> Result<Done, ShiftsError> {
    may_plan(by.actor, hotline)?;
    may_assign(&mut *tx, by.actor, plan.officer).await?;
    let mut edit = Edit::begin(tx, by);
    let shift = edit.plan(ShiftId::mint(), &Wanted::entered(hotline.id, plan)?).await?;
    let changes = edit.settle().await?;
    people::record(tx, by.now, by.actor, "plan_shift", (&shift.id, &hotline.office)).await?;
    Ok((shift, changes))
}

async fn change_within(tx: &mut Tx, by: Author<'_>, before: &Shift, plan: &ShiftPlan) -> Result<Done, ShiftsError> {
    if before.is_published() && plan.officer != before.officer {
        may_assign(&mut *tx, by.actor, plan.officer).await?;
    }
    let mut wanted = Wanted::entered(before.hotline, plan)?;
    if before.has_begun(by.now) {
        wanted.span = before.changed_while_it_runs(plan, by.now).ok_or(ShiftsError::Begun)?;
    }
    let mut edit = Edit::begin(tx, by);
    let shift = edit.change(before, &wanted).await?;
    let changes = edit.settle().await?;
    recorded(tx, by, "change_shift", (shift, changes)).await
}

async fn remove_within(tx: &mut Tx, by: Author<'_>, before: &Shift) -> Result<Done, ShiftsError> {
    let mut edit = Edit::begin(tx, by);
    let shift = edit.remove(before).await?;
    let changes = edit.settle().await?;
    let verb = if shift.is_published() { "end_shift" } else { "remove_shift" };
    recorded(tx, by, verb, (shift, changes)).await
}

async fn restore_within(tx: &mut Tx, by: Author<'_>, before: &Shift) -> Result<Done, ShiftsError> {
    let mut edit = Edit::begin(tx, by);
    let shift = edit.restore(before, &Wanted::from(before)).await?;
    let changes = edit.settle().await?;
    recorded(tx, by, "restore_shift", (shift, changes)).await
}

/// Records who changed a shift.
async fn recorded(tx: &mut Tx, by: Author<'_>, verb: &'static str, done: Done) -> Result<Done, ShiftsError> {
    let (_, hotline) = load_shift(&mut *tx, by.actor, done.0.id).await?;
    people::record(tx, by.now, by.actor, verb, (&done.0.id, &hotline.office)).await?;
    Ok(done)
}

/// Lets an officer be rung again whose telephone failed twice in the shift; at the next failure they are skipped anew.
/// False where they are rung anyway.
pub async fn ring_again(desk: &Desk, now: Instant, actor: &Actor, shift: ShiftId) -> Result<bool, ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let (shift, hotline) = load_shift(&mut tx, actor, shift).await?;
    may_plan(actor, &hotline)?;
    let lifted = store::delete_unreachable(&mut tx, shift.id).await?;
    if lifted {
        people::record(&mut tx, now, actor, "ring_again", (&shift.id, &hotline.office)).await?;
    }
    tx.commit().await?;
    Ok(lifted)
}

/// A hotline whose office the actor may see.
pub async fn load_hotline(from: impl Read, actor: &Actor, id: HotlineId) -> Result<Hotline, ShiftsError> {
    let found = store::find_hotline(from, id).await?;
    found.filter(|hotline| actor.may_see(&hotline.office)).ok_or(ShiftsError::NoSuchHotline)
}

/// A shift on a hotline whose office the actor may see.
pub async fn load_shift(mut from: impl Read, actor: &Actor, id: ShiftId) -> Result<(Shift, Hotline), ShiftsError> {
    let shift = store::find_shift(&mut from, id).await?.ok_or(ShiftsError::NoSuchShift)?;
    match load_hotline(from, actor, shift.hotline).await {
        Err(ShiftsError::NoSuchHotline) => Err(ShiftsError::NoSuchShift),
        found => Ok((shift, found?)),
    }
}

/// A closure of a hotline whose office the actor may see.
pub async fn load_closure(
    mut from: impl Read,
    actor: &Actor,
    id: ClosureId,
) -> Result<(Closure, Hotline), ShiftsError> {
    let closure = store::closure(&mut from, id).await?.ok_or(ShiftsError::NoSuchClosure)?;
    match load_hotline(from, actor, closure.hotline).await {
        Err(ShiftsError::NoSuchHotline) => Err(ShiftsError::NoSuchClosure),
        found => Ok((closure, found?)),
    }
}

/// Every hotline, or those of one office, by name.
pub async fn list_hotlines(from: impl Read, office: Option<&OfficeId>) -> Result<Vec<Hotline>, DbError> {
    let mut hotlines = store::list_hotlines(from).await?;
    hotlines.retain(|hotline| office.is_none_or(|office| hotline.office == *office));
    hotlines.sort_by_cached_key(|hotline| (hotline.name.to_lowercase(), hotline.id));
    Ok(hotlines)
}

/// All that decides who is on duty on a hotline within the window.
pub async fn load_rota(mut from: impl Read, hotline: HotlineId, window: Span) -> Result<Rota, DbError> {
    let shifts = store::list_shifts(&mut from, hotline, window).await?;
    rota(from, shifts, window).await
}

/// The same for the shifts of another plan.
pub async fn load_rota_of(from: impl Read, shifts: Vec<Shift>, window: Span) -> Result<Rota, DbError> {
    rota(from, shifts, window).await
}

/// What is different as soon as a published shift of an office in the window is, with an officer or open.
pub async fn load_mark(mut from: impl Read, office: OfficeId, window: Span) -> Result<String, DbError> {
    let (shifts, sum) = store::mark_of_shifts(&mut from, office, window).await?;
    let (open, open_sum) = open::store::mark_of_open_shifts(from, office, window).await?;
    Ok(format!("{shifts}.{sum}.{open}.{open_sum}"))
}

/// The same over all hotlines of an office.
pub async fn load_office_rota(mut from: impl Read, office: OfficeId, window: Span) -> Result<Rota, DbError> {
    let shifts = store::list_shifts_at(&mut from, office, window).await?;
    rota(from, shifts, window).await
}

/// Who is on duty on a hotline at an instant, and who is not although planned.
pub async fn load_duty(from: impl Read, hotline: HotlineId, at: Instant) -> Result<Duty, DbError> {
    let moment = Span { start: at, end: at + TimeDelta::microseconds(1) };
    Ok(load_rota(from, hotline, moment).await?.on_duty(at))
}

/// When a hotline is open within a window, closures by hand taken away.
pub async fn open_spans(mut from: impl Read, hotline: &Hotline, window: Span) -> Result<Vec<Span>, DbError> {
    let closures = store::list_closures(&mut from, hotline.id, window).await?;
    let calendar = offices::load_calendar(from, hotline.office, window).await?;
    let days = local::day(window.start).iter_days().take_while(|day| local::whole_day(*day).start < window.end);
    let hours = days.flat_map(|day| hotline.hours.spans(day, &calendar)).filter_map(|span| span.shared(window));
    Ok(hours.flat_map(|span| span.without(closures.iter().map(|closure| closure.span))).collect())
}

/// The week of a hotline that begins on `monday`.
pub async fn load_week(mut from: impl Read, hotline: Hotline, monday: NaiveDate) -> Result<Week, DbError> {
    let window = Week::window(monday);
    let rota = load_rota(&mut from, hotline.id, window).await?;
    let closures = store::list_closures(&mut from, hotline.id, window).await?;
    let calendar = offices::load_calendar(from, hotline.office, window).await?;
    Ok(Week { hotline, monday, rota, calendar, closures })
}

async fn rota(mut from: impl Read, shifts: Vec<Shift>, window: Span) -> Result<Rota, DbError> {
    let absences = people::list_absences(&mut from, window).await?;
    let retired = people::list_retired(from).await?;
    Ok(Rota { shifts, absences, retired })
}

fn published(mut shifts: Vec<Shift>) -> Vec<Shift> {
    shifts.retain(Shift::is_published);
    shifts
}

fn may_plan(actor: &Actor, hotline: &Hotline) -> Result<(), ShiftsError> {
    actor.may_plan(&hotline.office).then_some(()).ok_or(ShiftsError::Forbidden)
}

/// A hotline whose flow is missing would leave its callers in silence.
fn knows_flow(desk: &Desk, hotline: &Hotline) -> Result<(), ShiftsError> {
    if desk.flows.published(&hotline.flow).is_some() {
        return Ok(());
    }
    let there = desk.flows.languages().into_keys().collect::<Vec<_>>().join(", ");
    Err(ShiftsError::NoSuchFlow { flow: hotline.flow.clone(), there })
}

/// Under the duty number officers say that they are sick or deployed.
fn leaves_duty_number(desk: &Desk, hotline: &Hotline) -> Result<(), ShiftsError> {
    let is_duty_number = desk.config.telephony.duty_line.as_ref().is_some_and(|line| line.0 == hotline.number);
    if is_duty_number { Err(ShiftsError::NumberTaken) } else { Ok(()) }
}

/// An active officer of an office that the actor plans.
async fn may_assign(from: impl Read, actor: &Actor, officer: OfficerId) -> Result<(), ShiftsError> {
    let officer = people::find_officer(from, officer).await?;
    let theirs = officer.is_some_and(|officer| officer.active && actor.may_plan(&officer.office));
    theirs.then_some(()).ok_or(ShiftsError::NoSuchOfficer)
}

/// Loads a shift for a change: it is the version that was seen, it is not over, and the actor plans it.
async fn begin_change(
    desk: &Desk,
    by: Author<'_>,
    (shift, sequence): (ShiftId, i64),
) -> Result<(Tx, Shift, Hotline), ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let (shift, hotline) = load_shift(&mut tx, by.actor, shift).await?;
    may_plan(by.actor, &hotline)?;
    if shift.sequence != sequence {
        return Err(ShiftsError::ChangedMeanwhile(Box::new(shift)));
    }
    if shift.is_over(by.now) {
        return Err(ShiftsError::Over);
    }
    Ok((tx, shift, hotline))
}

fn number_taken(error: DbError) -> ShiftsError {
    match error {
        DbError::Taken => ShiftsError::NumberTaken,
        error => error.into(),
    }
}

fn words_of(commitments: &[Commitment]) -> String {
    let words = |it: &Commitment| format!("{} {} to {}", it.kind, it.span.start, it.span.end);
    commitments.iter().map(words).collect::<Vec<_>>().join(", ")
}
