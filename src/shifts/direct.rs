//! Published shifts changed directly, by a form or a program: weighed, told, and durable at once.
//!
//! Not the plain verbs, which neither weigh nor tell: the demonstration and the tests set their stage with them. Rule:
//! what is changed, what is weighed and what is told stand or fall together.

use std::future::Future;

use chrono::{NaiveDate, TimeDelta};

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::Span;
use crate::kernel::id::{HotlineId, ShiftId};
use crate::offices::OfficeId;

use super::edit::{Author, Change, Wanted};
use super::{Copied, Hotline, Shift, ShiftPlan, ShiftsError, Week, news, store};

/// What somebody means to go against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Despite {
    Nothing,
    /// They know that a hard rule is broken, and their reason says why that must be.
    Rules,
}

/// Who holds changes of an office's published shifts against its rules: `rota`, which stands to the left of here.
pub trait Guard: Sized + Send + 'static {
    /// Looks at what is published around a span and at what the rules must know, before anything changes: once, however
    /// many changes follow within it.
    fn before(tx: &mut Tx, office: OfficeId, at: Span) -> impl Future<Output = Result<Self, DbError>> + Send;

    /// Weighs changes with all that was admitted before. Without `despite` what is newly broken refuses, with it the
    /// author's reason is kept.
    fn weigh(
        &mut self,
        tx: &mut Tx,
        by: Author<'_>,
        despite: Despite,
        changes: &[Change],
    ) -> impl Future<Output = Result<(), ShiftsError>> + Send;
}

/// Publishes a shift.
pub async fn plan<G: Guard>(
    desk: &Desk,
    by: Author<'_>,
    despite: Despite,
    (hotline, plan): (HotlineId, ShiftPlan),
) -> Result<Shift, ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let hotline = super::load_hotline(&mut tx, by.actor, hotline).await?;
    super::may_plan(by.actor, &hotline)?;
    let mut guard = G::before(&mut tx, hotline.office, Wanted::entered(hotline.id, &plan)?.span).await?;
    let (shift, changes) = plan_weighed(&mut tx, by, despite, &mut guard, (&hotline, &plan)).await?;
    told(tx, desk, by, &changes).await?;
    Ok(shift)
}

/// Changes a shift over the version that was seen.
pub async fn change<G: Guard>(
    desk: &Desk,
    by: Author<'_>,
    despite: Despite,
    seen: (ShiftId, i64),
    plan: ShiftPlan,
) -> Result<Shift, ShiftsError> {
    let (mut tx, before, hotline) = super::begin_change(desk, by, seen).await?;
    let mut guard = G::before(&mut tx, hotline.office, Wanted::entered(hotline.id, &plan)?.span).await?;
    let (shift, changes) = super::change_within(&mut tx, by, &before, &plan).await?;
    guard.weigh(&mut tx, by, despite, &changes).await?;
    told(tx, desk, by, &changes).await?;
    Ok(shift)
}

/// Takes a shift back, or ends it now. What is taken away breaks nothing.
pub async fn remove(desk: &Desk, by: Author<'_>, seen: (ShiftId, i64)) -> Result<Shift, ShiftsError> {
    let (mut tx, before, _) = super::begin_change(desk, by, seen).await?;
    let (shift, changes) = super::remove_within(&mut tx, by, &before).await?;
    told(tx, desk, by, &changes).await?;
    Ok(shift)
}

/// Brings a removed shift back as it was.
pub async fn restore<G: Guard>(
    desk: &Desk,
    by: Author<'_>,
    despite: Despite,
    seen: (ShiftId, i64),
) -> Result<Shift, ShiftsError> {
    let (mut tx, before, hotline) = super::begin_change(desk, by, seen).await?;
    let mut guard = G::before(&mut tx, hotline.office, before.span).await?;
    let (shift, changes) = super::restore_within(&mut tx, by, &before).await?;
    guard.weigh(&mut tx, by, despite, &changes).await?;
    told(tx, desk, by, &changes).await?;
    Ok(shift)
}

/// Plans the shifts of the week before for the week that begins on `monday`, at the same wall times. What cannot be
/// planned, or is against the rules, is passed over and told.
pub async fn copy_week<G: Guard>(
    desk: &Desk,
    by: Author<'_>,
    hotline: HotlineId,
    monday: NaiveDate,
) -> Result<Copied, ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let hotline = super::load_hotline(&mut tx, by.actor, hotline).await?;
    super::may_plan(by.actor, &hotline)?;
    let week = TimeDelta::days(7);
    let there = super::published(store::list_shifts(&mut tx, hotline.id, Week::window(monday)).await?);
    let before = super::published(store::list_shifts(&mut tx, hotline.id, Week::window(monday - week)).await?);
    let mut guard = G::before(&mut tx, hotline.office, Week::window(monday)).await?;
    let (mut copied, mut all) = (Copied::default(), Vec::new());
    for shift in before.iter().filter(|shift| shift.day() >= monday - week) {
        let plan = shift.plan().later(week);
        if there.iter().any(|there| there.fulfils(&plan)) {
            copied.there += 1;
            continue;
        }
        tx.mark().await?;
        let planned = plan_weighed(&mut tx, by, Despite::Nothing, &mut guard, (&hotline, &plan)).await;
        match tx.settle(planned.as_ref().map(drop).map_err(|_| DbError::Taken)).await {
            Ok(()) | Err(DbError::Taken) => {}
            Err(error) => return Err(error.into()),
        }
        match planned {
            Ok((shift, changes)) => {
                copied.planned.push(shift);
                all.extend(changes);
            }
            Err(ShiftsError::Db(error)) => return Err(error.into()),
            Err(refusal) => copied.skipped.push((plan, refusal)),
        }
    }
    told(tx, desk, by, &all).await?;
    Ok(copied)
}

async fn plan_weighed<G: Guard>(
    tx: &mut Tx,
    by: Author<'_>,
    despite: Despite,
    guard: &mut G,
    (hotline, plan): (&Hotline, &ShiftPlan),
) -> Result<(Shift, Vec<Change>), ShiftsError> {
    let (shift, changes) = super::plan_within(tx, by, hotline, plan).await?;
    guard.weigh(tx, by, despite, &changes).await?;
    Ok((shift, changes))
}

/// Tells whom it concerns, and makes it durable.
async fn told(mut tx: Tx, desk: &Desk, by: Author<'_>, changes: &[Change]) -> Result<(), DbError> {
    news::post(&mut tx, desk, by, changes).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(())
}
