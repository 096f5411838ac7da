//! Gathers what a proof needs from database and shelf, for one hotline or for all, and tells what a change brought.
//!
//! Decides nothing; `proof` does. Rule: it looks ahead, so whoever is deployed is taken to be back a day from now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Days, NaiveDate, TimeDelta};

use crate::db::DbError;
use crate::desk::Desk;
use crate::flows::{Edition, Node};
use crate::kernel::id::{HotlineId, OfficerId};
use crate::kernel::{Instant, Phone, Span, local};
use crate::offices::{self, Calendar, OfficeId};
use crate::people::{self, Absence};

use super::duty::Rota;
use super::hotline::Hotline;
use super::proof::{self, CounterExample, Other, Premises, Proof};
use super::store;

/// How far ahead changes are looked at, and proofs by default.
pub const AHEAD: TimeDelta = TimeDelta::weeks(12);

/// So many weeks from a day's first instant on, or from now until that day's midnight so many weeks ahead.
pub fn weeks_ahead(now: Instant, from: Option<NaiveDate>, weeks: u64) -> Span {
    let midnight = |day: NaiveDate| local::whole_day(day).start;
    let last = from.unwrap_or_else(|| local::day(now)) + Days::new(7 * weeks);
    Span { start: from.map_or(now, midnight), end: midnight(last) }
}

/// Proves what callers of each of these hotlines live through within the window. Leave out those that are not in
/// operation: nobody gets through to them.
pub async fn prove(
    desk: &Desk,
    now: Instant,
    hotlines: Vec<Hotline>,
    window: Span,
) -> Result<Vec<(Hotline, Proof)>, DbError> {
    let facts = Facts::load(desk, now, window).await?;
    let mut proofs = Vec::new();
    for hotline in hotlines {
        let premises = facts.premises(desk, hotline).await?;
        let proof = proof::prove(&premises);
        proofs.push((premises.hotline, proof));
    }
    Ok(proofs)
}

/// A look at hotlines before a change, to tell afterwards what it brought.
#[derive(Debug)]
pub struct Lookout {
    now: Instant,
    hotlines: Vec<HotlineId>,
    before: BTreeMap<HotlineId, Proof>,
}

impl Lookout {
    /// Over one hotline.
    pub async fn over(desk: &Desk, now: Instant, hotline: HotlineId) -> Result<Self, DbError> {
        Self::over_all(desk, now, vec![hotline]).await
    }

    /// Over every hotline of an office.
    pub async fn over_office(desk: &Desk, now: Instant, office: OfficeId) -> Result<Self, DbError> {
        let hotlines = super::list_hotlines(&desk.db, Some(&office)).await?;
        Self::over_all(desk, now, hotlines.into_iter().map(|hotline| hotline.id).collect()).await
    }

    async fn over_all(desk: &Desk, now: Instant, hotlines: Vec<HotlineId>) -> Result<Self, DbError> {
        let before = prove_ahead(desk, now, &hotlines).await?;
        let before = before.into_iter().map(|(hotline, proof)| (hotline.id, proof)).collect();
        Ok(Self { now, hotlines, before })
    }

    /// The counter-examples that were not there before.
    pub async fn news(&self, desk: &Desk) -> Result<Vec<(Hotline, CounterExample)>, DbError> {
        let after = prove_ahead(desk, self.now, &self.hotlines).await?;
        let news = after.into_iter().flat_map(|(hotline, proof)| {
            let new = self.before.get(&hotline.id).map_or_else(|| proof.found.clone(), |before| proof.beyond(before));
            new.into_iter().map(move |found| (hotline.clone(), found))
        });
        Ok(news.collect())
    }
}

async fn prove_ahead(desk: &Desk, now: Instant, ids: &[HotlineId]) -> Result<Vec<(Hotline, Proof)>, DbError> {
    let mut hotlines = Vec::new();
    for id in ids {
        hotlines.extend(store::find_hotline(&desk.db, *id).await?.filter(|hotline| hotline.active));
    }
    prove(desk, now, hotlines, Span { start: now, end: now + AHEAD }).await
}

/// What the proofs of all hotlines share.
struct Facts {
    now: Instant,
    window: Span,
    flows: BTreeMap<String, Arc<Edition>>,
    hotlines: Vec<Hotline>,
    calendars: BTreeMap<OfficeId, Calendar>,
    absences: Vec<Absence>,
    retired: BTreeSet<OfficerId>,
    with_phone: BTreeSet<OfficerId>,
}

impl Facts {
    async fn load(desk: &Desk, now: Instant, window: Span) -> Result<Self, DbError> {
        let flows = desk.flows.list_published().into_iter().map(|edition| (edition.name.clone(), edition));
        Ok(Self {
            now,
            window,
            flows: flows.collect(),
            hotlines: store::list_hotlines(&desk.db).await?,
            calendars: offices::load_calendars(&desk.db, window).await?,
            absences: people::list_absences(&desk.db, window).await?,
            retired: people::list_retired(&desk.db).await?,
            with_phone: people::list_with_phone(&desk.db).await?,
        })
    }

    async fn premises(&self, desk: &Desk, hotline: Hotline) -> Result<Premises, DbError> {
        let closures = store::list_closures(&desk.db, hotline.id, self.window).await?;
        Ok(Premises {
            window: self.window,
            flows: self.flows.clone(),
            calendar: self.calendars.get(&hotline.office).cloned().unwrap_or_default(),
            closures: closures.into_iter().map(|closure| closure.span).collect(),
            rota: self.rota(desk, hotline.id).await?,
            others: self.others(desk, &hotline).await?,
            with_phone: self.with_phone.clone(),
            hotline,
        })
    }

    /// The hotlines to which the flow connects beside its own, over all flows to which it jumps.
    async fn others(&self, desk: &Desk, hotline: &Hotline) -> Result<BTreeMap<Phone, Other>, DbError> {
        let mut others = BTreeMap::new();
        for number in self.connected(&hotline.flow) {
            let Some(other) = self.hotlines.iter().find(|it| it.number == *number) else { continue };
            let other = match other.active {
                true => Other::Active(self.rota(desk, other.id).await?),
                false => Other::Inactive,
            };
            others.insert(number.clone(), other);
        }
        Ok(others)
    }

    fn connected(&self, flow: &str) -> BTreeSet<&Phone> {
        let (mut numbers, mut seen, mut ahead) = (BTreeSet::new(), BTreeSet::new(), vec![flow]);
        while let Some(name) = ahead.pop() {
            let Some((name, edition)) = self.flows.get_key_value(name) else { continue };
            if !seen.insert(name) {
                continue;
            }
            ahead.extend(edition.flow.jumps());
            numbers.extend(edition.flow.nodes.values().filter_map(|node| match node {
                Node::Connect(connect) => connect.hotline.as_ref(),
                _ => None,
            }));
        }
        numbers
    }

    async fn rota(&self, desk: &Desk, hotline: HotlineId) -> Result<Rota, DbError> {
        let mut shifts = store::list_shifts(&desk.db, hotline, self.window).await?;
        shifts.retain(|shift| shift.is_published());
        let planned: BTreeSet<OfficerId> = shifts.iter().map(|shift| shift.officer).collect();
        let absences = self.absences.iter().filter(|absence| planned.contains(&absence.officer));
        let mut rota = Rota { absences: absences.cloned().collect(), shifts, retired: self.retired.clone() };
        rota.foresee(self.now);
        Ok(rota)
    }
}
