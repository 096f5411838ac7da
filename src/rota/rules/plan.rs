//! A plan as the rules look at it: planned shifts by officer and by hotline.
//!
//! Made once, asked often. Rule: an empty shift breaks no rule, and relieves nobody.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;

use crate::kernel::Span;
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::rota::PlannedShift;

/// A shift lasts 26 hours at most.
const LONGEST: TimeDelta = TimeDelta::hours(26);

/// The shifts of a draft, or the published ones.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    of: BTreeMap<OfficerId, Vec<PlannedShift>>,
    /// Sorted by start.
    on: HashMap<HotlineId, Vec<(Span, OfficerId)>>,
    ids: HashSet<ShiftId>,
}

impl Plan {
    pub fn new<'a>(shifts: impl IntoIterator<Item = &'a PlannedShift>) -> Self {
        let mut plan = Self::default();
        for shift in shifts {
            plan.ids.insert(shift.id);
            let Some(officer) = shift.officer else { continue };
            plan.of.entry(officer).or_default().push(shift.clone());
            plan.on.entry(shift.hotline).or_default().push((shift.span, officer));
        }
        plan.on.values_mut().for_each(|shifts| shifts.sort());
        plan
    }

    /// Puts a shift in that an officer has.
    pub fn put(&mut self, shift: PlannedShift) {
        self.ids.insert(shift.id);
        let Some(officer) = shift.officer else { return };
        let on = self.on.entry(shift.hotline).or_default();
        let at = on.partition_point(|it| *it < (shift.span, officer));
        on.insert(at, (shift.span, officer));
        self.of.entry(officer).or_default().push(shift);
    }

    /// Takes a shift out; nothing where it is not there.
    pub fn take(&mut self, shift: ShiftId, officer: OfficerId) {
        let theirs = self.of.entry(officer).or_default();
        let Some(at) = theirs.iter().position(|it| it.id == shift) else { return };
        let shift = theirs.remove(at);
        self.ids.remove(&shift.id);
        let on = self.on.entry(shift.hotline).or_default();
        if let Ok(at) = on.binary_search(&(shift.span, officer)) {
            on.remove(at);
        }
    }

    /// Those who stand in it.
    pub fn officers(&self) -> impl Iterator<Item = OfficerId> {
        self.of.keys().copied()
    }

    pub fn shifts_of(&self, officer: OfficerId) -> &[PlannedShift] {
        self.of.get(&officer).map_or(&[], Vec::as_slice)
    }

    /// Every shift that has an officer.
    pub fn shifts(&self) -> impl Iterator<Item = &PlannedShift> {
        self.of.values().flatten()
    }

    pub fn holds(&self, shift: ShiftId) -> bool {
        self.ids.contains(&shift)
    }

    /// When somebody else is on the hotline within the span.
    pub fn others_on(
        &self,
        hotline: HotlineId,
        within: Span,
        officer: OfficerId,
    ) -> impl Iterator<Item = Span> + use<'_> {
        let shifts = self.on.get(&hotline).map_or(&[][..], Vec::as_slice);
        let first = shifts.partition_point(|(span, _)| span.start < within.start - LONGEST);
        let near = shifts[first..].iter().take_while(move |(span, _)| span.start < within.end);
        near.filter(move |(span, other)| *other != officer && span.overlaps(within)).map(|(span, _)| *span)
    }
}
