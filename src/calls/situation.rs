//! What routing must know at an instant, gathered: who is on duty, who is busy, what they did lately, what they are called.
//!
//! Decides nothing (`route` does). Rule: one query each, however many officers.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::db::{DbError, Read};
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span};
use crate::people;
use crate::shifts::{self, Duty, Hotline};

use super::route::Situation;
use super::store;
use super::why::Against;

/// From five minutes before a consultation the officer is not rung.
const BEFORE_CONSULTATION: TimeDelta = TimeDelta::minutes(5);
/// Fairness looks back so far.
pub const LATELY: TimeDelta = TimeDelta::days(30);

/// The situation for a hotline with this duty; nobody was tried, nobody is ahead, and nothing special is wished.
pub async fn load(
    mut from: impl Read,
    hotline: &Hotline,
    duty: Duty,
    (now, calls): (Instant, Calls),
) -> Result<Situation, DbError> {
    let planned: Vec<OfficerId> =
        duty.on.iter().map(|on| on.officer).chain(duty.not.iter().map(|not| not.officer)).collect();
    let mut busy = consulting(&mut from, &planned, now).await?;
    let calling = match calls {
        Calls::Now => store::list_leased(&mut from, now).await?,
        Calls::AsRecorded => store::list_calling(&mut from, hotline.id, now).await?,
        Calls::NotYet => vec![],
    };
    busy.extend(calling);
    let mut lately = store::lately(&mut from, hotline.id, (now - LATELY, now)).await?;
    let lately = duty.on.iter().filter_map(|on| Some((on.officer, lately.remove(&on.shift)?))).collect();
    let unreachable = shifts::list_unreachable(&mut from, hotline.id, now).await?.into_keys().collect();
    let present = shifts::list_present(&mut from, hotline.id, now).await?;
    let officers = people::list_these(from, &planned).await?;
    let names = officers.iter().map(|officer| (officer.id, officer.name.clone())).collect();
    let skills = officers.into_iter().map(|officer| (officer.id, officer.skills)).collect();
    let rules = hotline.rules.clone();
    Ok(Situation { duty, rules, busy, unreachable, present, lately, names, skills, ..Situation::default() })
}

/// How it is known who is in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// By the leases, which are right at this moment.
    Now,
    /// By the record, which is right for the past.
    AsRecorded,
    /// In the time to come nobody knows.
    NotYet,
}

async fn consulting(
    from: impl Read,
    officers: &[OfficerId],
    now: Instant,
) -> Result<BTreeMap<OfficerId, Against>, DbError> {
    let soon = Span { start: now, end: now + BEFORE_CONSULTATION };
    let mut consulting = people::list_consultations(from, officers, soon).await?;
    consulting.retain(|commitment| commitment.counts(now));
    Ok(consulting.into_iter().map(|commitment| (commitment.officer, Against::InConsultation)).collect())
}
