//! What routing must know at an instant, gathered: who is on duty, who is busy, what they did lately, what they are called.
//!
//! Decides nothing (`route` does). Rule: one query each, however many officers.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::db::{DbError, Read};
use crate::kernel::id::{HotlineId, OfficerId};
use crate::kernel::{Instant, Span};
use crate::people::{self, CommitmentKind};
use crate::shifts::Duty;

use super::route::Situation;
use super::store;
use super::why::{Against, Names};

/// From five minutes before a consultation the officer is not rung.
const BEFORE_CONSULTATION: TimeDelta = TimeDelta::minutes(5);
/// Fairness looks back so far.
pub const LATELY: TimeDelta = TimeDelta::days(30);

/// The situation for a hotline with this duty; nobody was tried, nobody is ahead.
pub async fn load(
    mut from: impl Read,
    hotline: HotlineId,
    duty: Duty,
    (now, calls): (Instant, Calls),
) -> Result<Situation, DbError> {
    let mut busy = consulting(&mut from, now).await?;
    let calling = match calls {
        Calls::Now => store::list_leased(&mut from, now).await?,
        Calls::AsRecorded => store::list_calling(&mut from, hotline, now).await?,
    };
    busy.extend(calling.into_iter().map(|officer| (officer, Against::InCall)));
    let mut lately = store::lately(&mut from, hotline, (now - LATELY, now)).await?;
    let lately = duty.on.iter().filter_map(|on| Some((on.officer, lately.remove(&on.shift)?))).collect();
    let names = names(from, &duty).await?;
    Ok(Situation { duty, busy, lately, names, ..Situation::default() })
}

/// How it is known who is in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// By the leases, which are right at this moment.
    Now,
    /// By the record, which is right for the past, and empty for the time to come.
    AsRecorded,
}

async fn consulting(from: impl Read, now: Instant) -> Result<BTreeMap<OfficerId, Against>, DbError> {
    let soon = Span { start: now, end: now + BEFORE_CONSULTATION };
    let commitments = people::list_commitments(from, soon).await?;
    let consulting = commitments.into_iter().filter(|c| c.kind == CommitmentKind::Consultation && c.counts(now));
    Ok(consulting.map(|commitment| (commitment.officer, Against::InConsultation)).collect())
}

async fn names(from: impl Read, duty: &Duty) -> Result<Names, DbError> {
    let officers = duty.on.iter().map(|on| on.officer).chain(duty.not.iter().map(|not| not.officer));
    let officers: Vec<OfficerId> = officers.collect();
    let found = people::list_these(from, &officers).await?;
    Ok(found.into_iter().map(|officer| (officer.id, officer.name)).collect())
}
