//! Changes of published shifts inside a caller's transaction: the one place in which shifts are inserted and updated.
//!
//! Not who may change them: verbs ask that first. Rules: every change is kept as a version that says who, when and why;
//! what was stays as it was; officers' time is given back at once and taken at the end, so that two can swap.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::{DbError, Tx};
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::people::{self, Actor, Commitment};

use super::open::{self, OpenShift, OpenState};
use super::shift::{Shift, ShiftPlan, ShiftState, Tier};
use super::versions::Verb;
use super::versions::store::{Stamp, keep_open, keep_shift};
use super::{ShiftsError, store};

/// Characters of a reason that are kept.
pub const LONGEST_WHY: usize = 500;

/// Who changes shifts, when and why: it stands in every version that comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    pub now: Instant,
    pub actor: &'a Actor,
    /// Empty where nobody said why.
    pub reason: &'a str,
}

/// What a shift is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub hotline: HotlineId,
    pub officer: OfficerId,
    pub span: Span,
    pub tier: Tier,
    /// None puts it behind those that are there.
    pub position: Option<i64>,
}

/// What an open shift is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vacancy {
    pub hotline: HotlineId,
    pub span: Span,
    pub tier: Tier,
    pub position: i64,
}

/// A shift whose officer has something else then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub shift: Shift,
    pub with: Vec<Commitment>,
}

/// A shift that came, changed or went: as it was published, and as it is published now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub before: Option<Shift>,
    pub after: Option<Shift>,
}

/// Changes under way. Nothing of them holds before [`Edit::settle`].
#[must_use = "officers' time is taken by settle"]
pub struct Edit<'t> {
    tx: &'t mut Tx,
    by: Author<'t>,
    /// Shifts whose officers' time is still to be taken.
    unclaimed: BTreeMap<ShiftId, Shift>,
    /// Officers of whom it is known that they are still here.
    here: BTreeSet<OfficerId>,
    changes: BTreeMap<ShiftId, Change>,
}

impl Wanted {
    /// What somebody has entered by wall times.
    pub fn entered(hotline: HotlineId, plan: &ShiftPlan) -> Result<Self, ShiftsError> {
        let span = plan.span().ok_or(ShiftsError::SkippedHour)?;
        Ok(Self { hotline, officer: plan.officer, span, tier: plan.tier, position: plan.position })
    }
}

impl From<&Shift> for Wanted {
    fn from(it: &Shift) -> Self {
        Self { hotline: it.hotline, officer: it.officer, span: it.span, tier: it.tier, position: Some(it.position) }
    }
}

impl From<&Shift> for Vacancy {
    fn from(it: &Shift) -> Self {
        Self { hotline: it.hotline, span: it.span, tier: it.tier, position: it.position }
    }
}

impl<'t> Edit<'t> {
    pub fn begin(tx: &'t mut Tx, by: Author<'t>) -> Self {
        Self { tx, by, unclaimed: BTreeMap::new(), here: BTreeSet::new(), changes: BTreeMap::new() }
    }

    /// A shift as it was seen.
    pub async fn load(&mut self, id: ShiftId, seen: i64) -> Result<Shift, ShiftsError> {
        let found = store::find_shift(&mut *self.tx, id).await?.ok_or(ShiftsError::NoSuchShift)?;
        if found.sequence == seen { Ok(found) } else { Err(ShiftsError::ChangedMeanwhile(Box::new(found))) }
    }

    /// An open shift as it was seen.
    pub async fn load_open(&mut self, id: ShiftId, seen: i64) -> Result<OpenShift, ShiftsError> {
        let found = open::find_open_shift(&mut *self.tx, id).await?.ok_or(ShiftsError::NoSuchShift)?;
        if found.sequence == seen { Ok(found) } else { Err(ShiftsError::OpenChanged(id)) }
    }

    /// Publishes a shift. What would have begun before now begins now, since nobody was on duty by it until now.
    pub async fn plan(&mut self, id: ShiftId, wanted: &Wanted) -> Result<Shift, ShiftsError> {
        self.plan_from(id, wanted, 0).await
    }

    /// Publishes a shift again that was taken back at the sequence that was seen.
    pub async fn plan_again(&mut self, id: ShiftId, wanted: &Wanted, seen: i64) -> Result<Shift, ShiftsError> {
        match store::find_shift(&mut *self.tx, id).await? {
            Some(removed) if removed.sequence == seen => self.restore(&removed, wanted).await,
            Some(removed) => Err(ShiftsError::ChangedMeanwhile(Box::new(removed))),
            None => self.plan_from(id, wanted, seen + 1).await,
        }
    }

    async fn plan_from(&mut self, id: ShiftId, wanted: &Wanted, sequence: i64) -> Result<Shift, ShiftsError> {
        let now = self.by.now;
        let mut shift = Shift {
            id,
            hotline: wanted.hotline,
            officer: wanted.officer,
            span: self.still_to_come(wanted.span)?,
            tier: wanted.tier,
            position: 0,
            state: ShiftState::Published,
            sequence,
            created_at: now,
            updated_at: now,
        };
        self.still_here(shift.officer).await?;
        shift.position = self.position(&shift, wanted.position).await?;
        self.insert(shift, Verb::Planned).await
    }

    /// Changes a published shift. Of one that has begun only the end can change, and not to the past.
    pub async fn change(&mut self, before: &Shift, wanted: &Wanted) -> Result<Shift, ShiftsError> {
        self.changeable(before, "changed")?;
        if wanted.officer != before.officer {
            self.still_here(wanted.officer).await?;
        }
        let span = match before.has_begun(self.by.now) {
            true => self.longer_or_shorter(before, wanted)?,
            false => self.still_to_come(wanted.span)?,
        };
        let (hotline, officer, tier) = (wanted.hotline, wanted.officer, wanted.tier);
        let mut shift = Shift { hotline, officer, span, tier, ..*before };
        shift.position = self.position(&shift, wanted.position).await?;
        self.update(before, shift, Verb::Changed).await
    }

    /// Takes a shift back. It is kept as removed; one that has begun ends now instead.
    pub async fn remove(&mut self, before: &Shift) -> Result<Shift, ShiftsError> {
        self.changeable(before, "removed")?;
        let now = self.by.now;
        match before.has_begun(now) {
            true => {
                let span = Span { end: now, ..before.span };
                self.update(before, Shift { span, ..*before }, Verb::Ended).await
            }
            false => self.update(before, Shift { state: ShiftState::Removed, ..*before }, Verb::Removed).await,
        }
    }

    /// Brings a removed shift back, as it is wanted now. What would have begun before now begins now: nobody was on duty by
    /// it while it was removed.
    pub async fn restore(&mut self, before: &Shift, wanted: &Wanted) -> Result<Shift, ShiftsError> {
        if before.is_published() {
            return Err(ShiftsError::NotPossible { state: before.state, verb: "restored" });
        }
        let span = self.still_to_come(wanted.span)?;
        let open = open::find_open_shift(&mut *self.tx, before.id).await?;
        if let Some(open) = open.as_ref().filter(|open| open.is_open()) {
            return self.fill_as(open, wanted).await;
        }
        self.still_here(wanted.officer).await?;
        let Wanted { hotline, officer, tier, position, .. } = *wanted;
        let position = position.unwrap_or(before.position);
        let sequence = open.map_or(before.sequence, |open| open.sequence.max(before.sequence)) + 1;
        let shift = Shift { hotline, officer, span, tier, position, sequence, updated_at: self.by.now, ..*before };
        let shift = Shift { state: ShiftState::Published, ..shift };
        self.overwrite(before.sequence, &shift).await?;
        self.keep(shift, Verb::Restored).await
    }

    /// Cuts a shift in two at an instant within it that is not past. The first part keeps the id.
    pub async fn split(&mut self, before: &Shift, at: Instant) -> Result<(Shift, Shift), ShiftsError> {
        self.changeable(before, "split")?;
        let (head, tail) = (Span::new(before.span.start, at), Span::new(at, before.span.end));
        let (Some(head), Some(tail)) = (head, tail) else { return Err(ShiftsError::Over) };
        if at < self.by.now {
            return Err(ShiftsError::Over);
        }
        let first = self.update(before, Shift { span: head, ..*before }, Verb::Changed).await?;
        let (now, id) = (self.by.now, ShiftId::mint());
        let second = Shift { id, span: tail, sequence: 0, created_at: now, updated_at: now, ..*before };
        Ok((first, self.insert(second, Verb::Planned).await?))
    }

    /// Takes the officer out of a shift that has not begun; somebody is wanted for it then.
    pub async fn empty(&mut self, before: &Shift) -> Result<OpenShift, ShiftsError> {
        self.changeable(before, "emptied")?;
        if before.has_begun(self.by.now) {
            return Err(ShiftsError::Begun);
        }
        let removed = Shift { state: ShiftState::Removed, ..*before };
        let removed = self.replace(before, removed).await?;
        self.save_open(removed.id, &Vacancy::from(&removed), (removed.sequence, OpenState::Open), Verb::Opened).await
    }

    /// Publishes a shift that nobody has yet, or changes one that is still open, at the sequence that was seen to stand
    /// there; None: there was none.
    pub async fn open(&mut self, id: ShiftId, wanted: &Vacancy, seen: Option<i64>) -> Result<OpenShift, ShiftsError> {
        let span = self.still_to_come(wanted.span)?;
        let open = open::find_open_shift(&mut *self.tx, id).await?;
        let shift = store::find_shift(&mut *self.tx, id).await?;
        let standing = open.iter().map(|it| it.sequence).chain(shift.iter().map(|it| it.sequence)).max();
        if standing != seen || shift.as_ref().is_some_and(Shift::is_published) {
            return Err(ShiftsError::OpenChanged(id));
        }
        let sequence = standing.map_or(0, |standing| standing + 1);
        if let Some(removed) = shift {
            // Counted on as well, so that of whoever restores it at the same time and of this, one is refused.
            let counted = Shift { sequence, updated_at: self.by.now, ..removed };
            self.overwrite(removed.sequence, &counted).await?;
        }
        let verb = if open.is_some_and(|open| open.is_open()) { Verb::Changed } else { Verb::Opened };
        self.save_open(id, &Vacancy { span, ..*wanted }, (sequence, OpenState::Open), verb).await
    }

    /// Takes an open shift back: nobody is wanted any more.
    pub async fn withdraw(&mut self, before: &OpenShift) -> Result<OpenShift, ShiftsError> {
        let vacancy = self.vacancy(before)?;
        self.save_open(before.id, &vacancy, (before.sequence + 1, OpenState::Withdrawn), Verb::Removed).await
    }

    /// Gives an open shift to an officer: from now on it is a shift with the same id.
    pub async fn fill(&mut self, before: &OpenShift, officer: OfficerId) -> Result<Shift, ShiftsError> {
        let Vacancy { hotline, span, tier, position } = self.vacancy(before)?;
        let wanted = Wanted { hotline, officer, span, tier, position: Some(position) };
        self.fill_as(before, &wanted).await
    }

    /// The same with other terms than those under which it was open.
    pub async fn fill_as(&mut self, before: &OpenShift, wanted: &Wanted) -> Result<Shift, ShiftsError> {
        self.vacancy(before)?;
        self.still_here(wanted.officer).await?;
        let (now, sequence) = (self.by.now, before.sequence + 1);
        self.save_over(&OpenShift { state: OpenState::Filled, sequence, updated_at: now, ..before.clone() }).await?;
        let shift = Shift {
            id: before.id,
            hotline: wanted.hotline,
            officer: wanted.officer,
            span: self.still_to_come(wanted.span)?,
            tier: wanted.tier,
            position: wanted.position.unwrap_or(before.position),
            state: ShiftState::Published,
            sequence,
            created_at: now,
            updated_at: now,
        };
        match store::find_shift(&mut *self.tx, before.id).await? {
            Some(removed) => {
                let shift = Shift { created_at: removed.created_at, ..shift };
                self.overwrite(removed.sequence, &shift).await?;
                self.keep(shift, Verb::Filled).await
            }
            None => self.insert(shift, Verb::Filled).await,
        }
    }

    /// Takes everybody's time and tells what has changed, or says what has the time already. Then nothing may be
    /// committed.
    pub async fn settle(mut self) -> Result<Vec<Change>, ShiftsError> {
        let changes = std::mem::take(&mut self.changes).into_values().collect();
        let clashes = self.clashes().await?;
        // What stood in the way may be gone by the time it is listed: the time is not taken all the same.
        let is_free = clashes.is_empty();
        let others = clashes.into_iter().flat_map(|clash| clash.with).collect();
        if is_free { Ok(changes) } else { Err(ShiftsError::OfficerBusy(others)) }
    }

    /// The same, and tells all clashes. With one of them nothing may be committed.
    pub async fn clashes(mut self) -> Result<Vec<Clash>, DbError> {
        let shifts: Vec<Shift> = std::mem::take(&mut self.unclaimed).into_values().collect();
        let officers: BTreeSet<OfficerId> = shifts.iter().map(|shift| shift.officer).collect();
        for officer in officers {
            people::release_expired(self.tx, officer, self.by.now).await?;
        }
        self.tx.mark().await?;
        let all = self.claim_all(&shifts).await;
        match self.tx.settle(all).await {
            Ok(()) => Ok(Vec::new()),
            Err(DbError::Taken) => self.claim_each(shifts).await,
            Err(error) => Err(error),
        }
    }

    async fn claim_all(&mut self, shifts: &[Shift]) -> Result<(), DbError> {
        for shift in shifts {
            people::claim(self.tx, &shift.commitment()).await?;
        }
        Ok(())
    }

    /// Claims one after the other, to find all that are refused.
    async fn claim_each(&mut self, shifts: Vec<Shift>) -> Result<Vec<Clash>, DbError> {
        let mut clashes = Vec::new();
        for shift in shifts {
            self.tx.mark().await?;
            let claimed = people::claim(self.tx, &shift.commitment()).await;
            match self.tx.settle(claimed).await {
                Ok(()) => {}
                Err(DbError::Taken) => {
                    let mut with = people::list_commitments_of(&mut *self.tx, shift.officer, shift.span).await?;
                    with.retain(|other| other.id != shift.id.commitment() && other.blocks(shift.span, self.by.now));
                    clashes.push(Clash { shift, with });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(clashes)
    }

    fn changeable(&self, before: &Shift, verb: &'static str) -> Result<(), ShiftsError> {
        if !before.is_published() {
            return Err(ShiftsError::NotPossible { state: before.state, verb });
        }
        if before.is_over(self.by.now) { Err(ShiftsError::Over) } else { Ok(()) }
    }

    /// The terms of a shift that is still open and not over.
    fn vacancy(&self, before: &OpenShift) -> Result<Vacancy, ShiftsError> {
        if !before.is_open() || before.span.end <= self.by.now {
            return Err(ShiftsError::Over);
        }
        let OpenShift { hotline, span, tier, position, .. } = *before;
        Ok(Vacancy { hotline, span, tier, position })
    }

    fn still_to_come(&self, span: Span) -> Result<Span, ShiftsError> {
        let now = self.by.now;
        let this_minute = Instant(now.0 - now.0.rem_euclid(60_000_000));
        if span.end <= now { Err(ShiftsError::Over) } else { Ok(Span { start: span.start.max(this_minute), ..span }) }
    }

    fn longer_or_shorter(&self, before: &Shift, wanted: &Wanted) -> Result<Span, ShiftsError> {
        let same = (before.hotline, before.officer, before.tier, before.span.start)
            == (wanted.hotline, wanted.officer, wanted.tier, wanted.span.start);
        if same && wanted.span.end >= self.by.now { Ok(wanted.span) } else { Err(ShiftsError::Begun) }
    }

    async fn still_here(&mut self, officer: OfficerId) -> Result<(), ShiftsError> {
        if self.here.contains(&officer) {
            return Ok(());
        }
        let found = people::find_officer(&mut *self.tx, officer).await?;
        found.filter(|officer| officer.active).ok_or(ShiftsError::NoSuchOfficer)?;
        self.here.insert(officer);
        Ok(())
    }

    /// The place in the ring order that was asked for, or behind those who are there.
    async fn position(&mut self, shift: &Shift, wanted: Option<i64>) -> Result<i64, DbError> {
        match wanted {
            Some(position) => Ok(position),
            None => Ok(store::last_position(&mut *self.tx, shift).await? + 1),
        }
    }

    async fn insert(&mut self, shift: Shift, verb: Verb) -> Result<Shift, ShiftsError> {
        store::insert_shift(self.tx, &shift).await?;
        self.keep(shift, verb).await
    }

    /// Saves the next version over the one that was seen.
    async fn update(&mut self, seen: &Shift, shift: Shift, verb: Verb) -> Result<Shift, ShiftsError> {
        let shift = self.replace(seen, shift).await?;
        self.keep(shift, verb).await
    }

    async fn replace(&mut self, seen: &Shift, shift: Shift) -> Result<Shift, ShiftsError> {
        let shift = Shift { sequence: seen.sequence + 1, updated_at: self.by.now, ..shift };
        self.overwrite(seen.sequence, &shift).await?;
        self.note(Some(seen), &shift);
        people::release(self.tx, shift.id.commitment()).await?;
        self.unclaimed.remove(&shift.id);
        Ok(shift)
    }

    async fn overwrite(&mut self, seen: i64, shift: &Shift) -> Result<(), ShiftsError> {
        if store::update_shift(self.tx, seen, shift).await? {
            return Ok(());
        }
        let current = store::find_shift(&mut *self.tx, shift.id).await?.ok_or(ShiftsError::NoSuchShift)?;
        Err(ShiftsError::ChangedMeanwhile(Box::new(current)))
    }

    /// Remembers what became of a shift; as it was first seen here, it was before.
    fn note(&mut self, before: Option<&Shift>, after: &Shift) {
        let change = self.changes.entry(after.id).or_insert_with(|| Change { before: before.cloned(), after: None });
        change.after = after.is_published().then(|| after.clone());
    }

    /// Keeps the version that was just saved.
    async fn keep(&mut self, shift: Shift, verb: Verb) -> Result<Shift, ShiftsError> {
        keep_shift(self.tx, shift.id, &self.stamp(verb)).await?;
        self.note(None, &shift);
        if shift.is_published() {
            self.unclaimed.insert(shift.id, shift.clone());
        }
        Ok(shift)
    }

    async fn save_open(
        &mut self,
        id: ShiftId,
        wanted: &Vacancy,
        (sequence, state): (i64, OpenState),
        verb: Verb,
    ) -> Result<OpenShift, ShiftsError> {
        let now = self.by.now;
        let Vacancy { hotline, span, tier, position } = *wanted;
        let open = OpenShift { id, hotline, span, tier, position, state, sequence, created_at: now, updated_at: now };
        self.save_over(&open).await?;
        keep_open(self.tx, id, &self.stamp(verb)).await?;
        Ok(open)
    }

    async fn save_over(&mut self, open: &OpenShift) -> Result<(), ShiftsError> {
        if open::store::save(self.tx, open).await? { Ok(()) } else { Err(ShiftsError::OpenChanged(open.id)) }
    }

    fn stamp(&self, verb: Verb) -> Stamp {
        let Author { now, actor, reason } = self.by;
        let reason = reason.trim().chars().take(LONGEST_WHY).collect();
        Stamp { verb, reason, changed_by: actor.id.to_string(), changed_at: now }
    }
}
