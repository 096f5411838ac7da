//! The demand (Bedarf): how many officers a hotline wants, typed or proposed from past calls, held against who is there.
//!
//! Not who fills a gap: `who_can` answers that. Rule: whoever plans a hotline's office says what it wants.

mod http;
mod need;
mod page;
mod proposal;
pub mod staffing;
mod store;
mod strip;

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{DemandId, HotlineId, OfficerId};
use crate::kernel::{Instant, Span, local};
use crate::people::{self, Actor, Officer, Skills};
use crate::shifts::{self, Hotline, ShiftsError};

pub use http::api;
pub use need::{Demand, DemandFault, MOST_OFFICERS, Want, Weekdays};
pub use page::{StripView, pages, who_can_path};
pub use proposal::{Aim, Basis, HalfHour, demands};
pub use store::{STATEMENTS, list_demands, list_demands_at};
pub use strip::{Level, STEP, Seats, Staff, Stretch, wants};

#[derive(Debug, thiserror::Error)]
pub enum DemandError {
    #[error("this hotline is not there, or not yours")]
    NoSuchHotline,
    #[error("this demand is not there, or not yours")]
    NoSuchDemand,
    #[error("your role does not allow this")]
    Forbidden,
    #[error(transparent)]
    BadDemand(#[from] DemandFault),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<ShiftsError> for DemandError {
    fn from(error: ShiftsError) -> Self {
        match error {
            ShiftsError::Db(error) => error.into(),
            ShiftsError::Forbidden => Self::Forbidden,
            _ => Self::NoSuchHotline,
        }
    }
}

/// Says that a hotline wants so many.
pub async fn add_demand(desk: &Desk, now: Instant, actor: &Actor, demand: &Demand) -> Result<(), DemandError> {
    let hotline = planned(desk, actor, demand.hotline).await?;
    demand.check()?;
    let mut tx = desk.db.begin().await?;
    store::insert(&mut tx, demand).await?;
    people::record(&mut tx, now, actor, "add_demand", (&demand.id, &hotline.office)).await?;
    Ok(tx.commit().await?)
}

/// Takes a demand back, and says what it was.
pub async fn remove_demand(desk: &Desk, now: Instant, actor: &Actor, id: DemandId) -> Result<Demand, DemandError> {
    let mut tx = desk.db.begin().await?;
    let demand = store::find(&mut tx, id).await?.ok_or(DemandError::NoSuchDemand)?;
    let hotline = shifts::load_hotline(&mut tx, actor, demand.hotline).await.map_err(|_| DemandError::NoSuchDemand)?;
    may_plan(actor, &hotline)?;
    store::delete(&mut tx, id).await?;
    people::record(&mut tx, now, actor, "remove_demand", (&id, &hotline.office)).await?;
    tx.commit().await?;
    Ok(demand)
}

/// Puts these demands in the place of all that the hotline has for the same wants.
pub async fn replace_demands(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    hotline: HotlineId,
    (wants, demands): (&[Want], &[Demand]),
) -> Result<(), DemandError> {
    let hotline = planned(desk, actor, hotline).await?;
    demands.iter().try_for_each(Demand::check)?;
    let mut tx = desk.db.begin().await?;
    for old in list_demands(&mut tx, hotline.id).await?.iter().filter(|old| wants.contains(&old.want)) {
        store::delete(&mut tx, old.id).await?;
    }
    for demand in demands {
        store::insert(&mut tx, &Demand { hotline: hotline.id, ..demand.clone() }).await?;
    }
    people::record(&mut tx, now, actor, "replace_demands", (&hotline.id, &hotline.office)).await?;
    Ok(tx.commit().await?)
}

/// The past calls of a hotline about a want, over so many weeks that are whole.
pub async fn load_basis(
    desk: &Desk,
    now: Instant,
    hotline: &Hotline,
    (want, weeks): (Want, u32),
) -> Result<(Basis, Option<f64>), DbError> {
    let last = local::monday(local::day(now));
    let first = last - TimeDelta::weeks(i64::from(weeks));
    let window = Span { start: local::whole_day(first).start, end: local::whole_day(last).start };
    let calls = store::count_calls(&desk.db, hotline.id, want, window).await?;
    let talk = store::average_talk(&desk.db, hotline.id, window).await?;
    let days: Vec<NaiveDate> = first.iter_days().take_while(|day| *day < last).collect();
    Ok((Basis { days, calls, seconds_per_call: talk.unwrap_or(0.0) }, talk))
}

/// What each officer advises on.
pub fn skills_of(officers: &[Officer]) -> HashMap<OfficerId, Skills> {
    officers.iter().map(|officer| (officer.id, officer.skills.clone())).collect()
}

async fn planned(desk: &Desk, actor: &Actor, id: HotlineId) -> Result<Hotline, DemandError> {
    let hotline = shifts::load_hotline(&desk.db, actor, id).await?;
    may_plan(actor, &hotline)?;
    Ok(hotline)
}

fn may_plan(actor: &Actor, hotline: &Hotline) -> Result<(), DemandError> {
    actor.may_plan(&hotline.office).then_some(()).ok_or(DemandError::Forbidden)
}
