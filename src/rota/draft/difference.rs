//! What publishing a draft would change, and where both the draft and the published rota were changed since.
//!
//! Pure: three sides of each shift are compared, as it was copied, as it stands published, as the draft wants it.
//! Rule: what only the others changed stays theirs; what both changed is a conflict that somebody must decide.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::id::ShiftId;
use crate::kernel::{Instant, Span};
use crate::rota::PlannedShift;

use super::draft::DraftShift;

/// A published shift, filled or open, at one sequence; None where it was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub sequence: i64,
    pub planned: Option<PlannedShift>,
}

/// The three sides of what stands in a window.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    pub mine: Vec<DraftShift>,
    pub published: BTreeMap<ShiftId, Standing>,
    /// As it was copied.
    pub bases: BTreeMap<ShiftId, Standing>,
}

/// What becomes of one shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: ShiftId,
    /// None: it is new.
    pub before: Option<PlannedShift>,
    /// None: it is taken back.
    pub after: Option<PlannedShift>,
}

/// A shift that was changed in the draft and in the published rota, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub id: ShiftId,
    /// Of the published one.
    pub sequence: i64,
    pub published: Option<PlannedShift>,
    pub mine: Option<PlannedShift>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What publishing changes, by start.
    pub changes: Vec<Entry>,
    /// What others have published meanwhile and the draft has not: it stays theirs.
    pub behind: Vec<Entry>,
    pub conflicts: Vec<Conflict>,
}

impl Entry {
    /// When it begins: after the change, or before.
    pub fn span(&self) -> Span {
        let side = self.after.as_ref().or(self.before.as_ref());
        side.map_or(Span { start: Instant(0), end: Instant(0) }, |it| it.span)
    }

    /// Concerns what is over, or another part of a running shift than its end.
    pub fn is_too_late(&self, now: Instant) -> bool {
        match (&self.before, &self.after) {
            (None, None) => false,
            (None, Some(after)) => after.span.end <= now,
            (Some(before), None) => before.span.end <= now,
            (Some(before), Some(after)) if before.span.start < now && before.officer.is_some() => {
                let end = Span { end: after.span.end, ..before.span };
                before.span.end <= now
                    || after.span.end < now
                    || !same(&PlannedShift { span: end, ..before.clone() }, after)
            }
            (Some(_), Some(after)) => after.span.end <= now,
        }
    }
}

/// The same shift for everybody but the planning: a pin shows only in the draft.
fn same(one: &PlannedShift, other: &PlannedShift) -> bool {
    PlannedShift { pinned: other.pinned, ..one.clone() } == *other
}

fn agree(one: Option<&PlannedShift>, other: Option<&PlannedShift>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same(one, other),
        (None, None) => true,
        _ => false,
    }
}

impl Difference {
    /// Of the shifts that start in the window, in the draft or published.
    pub fn between(sides: &Sides, window: Span) -> Self {
        let mut found = Self::default();
        for shift in &sides.mine {
            found.compare(sides, shift, window);
        }
        let mine: BTreeSet<ShiftId> = sides.mine.iter().map(|shift| shift.planned.id).collect();
        for (id, standing) in sides.published.iter().filter(|(id, _)| !mine.contains(id)) {
            if let Some(planned) = standing.planned.clone().filter(|planned| window.contains(planned.span.start)) {
                found.behind.push(Entry { id: *id, before: None, after: Some(planned) });
            }
        }
        found.changes.sort_by_key(|entry| (entry.span(), entry.id));
        found.behind.sort_by_key(|entry| (entry.span(), entry.id));
        found
    }

    fn compare(&mut self, sides: &Sides, shift: &DraftShift, window: Span) {
        let id = shift.planned.id;
        let mine = shift.there();
        let standing = sides.published.get(&id);
        let published = standing.and_then(|it| it.planned.as_ref());
        let starts_in_window = |side: Option<&PlannedShift>| side.is_some_and(|it| window.contains(it.span.start));
        if agree(mine, published) || !(starts_in_window(mine) || starts_in_window(published)) {
            return;
        }
        let moved_on = standing.map(|it| it.sequence).filter(|sequence| shift.base != Some(*sequence));
        let base = sides.bases.get(&id).and_then(|it| it.planned.as_ref());
        match moved_on {
            None => self.changes.push(Entry { id, before: published.cloned(), after: mine.cloned() }),
            Some(_) if agree(mine, base) => {
                self.behind.push(Entry { id, before: mine.cloned(), after: published.cloned() });
            }
            Some(sequence) => {
                let (published, mine) = (published.cloned(), mine.cloned());
                self.conflicts.push(Conflict { id, sequence, published, mine });
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.behind.is_empty() && self.conflicts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::{HotlineId, OfficerId};
    use crate::shifts::Tier;

    fn planned(start: i64) -> PlannedShift {
        PlannedShift {
            id: ShiftId::mint(),
            hotline: HotlineId::mint(),
            officer: Some(OfficerId::mint()),
            span: Span { start: Instant(start), end: Instant(start + 10) },
            tier: Tier::FIRST,
            position: 1,
            pinned: false,
        }
    }

    fn mine(planned: &PlannedShift, base: Option<i64>) -> DraftShift {
        DraftShift { planned: planned.clone(), removed: false, base, version: 0, changed_by: String::new() }
    }

    fn standing(planned: Option<&PlannedShift>, sequence: i64) -> Standing {
        Standing { sequence, planned: planned.cloned() }
    }

    /// How often each: changes, behind, conflicts.
    fn count(mine: DraftShift, published: Option<Standing>, base: Option<&PlannedShift>) -> (usize, usize, usize) {
        let id = mine.planned.id;
        let sides = Sides {
            bases: base.map(|base| (id, standing(Some(base), 3))).into_iter().collect(),
            published: published.map(|it| (id, it)).into_iter().collect(),
            mine: vec![mine],
        };
        let found = Difference::between(&sides, Span { start: Instant(0), end: Instant(100) });
        (found.changes.len(), found.behind.len(), found.conflicts.len())
    }

    #[test]
    fn what_one_side_changed_is_a_change_and_what_both_changed_is_a_conflict() {
        let base = planned(10);
        let other = PlannedShift { officer: Some(OfficerId::mint()), ..base.clone() };
        let third = PlannedShift { officer: None, ..base.clone() };
        let pinned = PlannedShift { pinned: true, ..base.clone() };
        let removed = DraftShift { removed: true, ..mine(&base, Some(3)) };
        for (what, draft, published, expected) in [
            ("nothing", mine(&base, Some(3)), Some(standing(Some(&base), 3)), (0, 0, 0)),
            ("a pin", mine(&pinned, Some(3)), Some(standing(Some(&base), 3)), (0, 0, 0)),
            ("mine", mine(&other, Some(3)), Some(standing(Some(&base), 3)), (1, 0, 0)),
            ("taken out", removed.clone(), Some(standing(Some(&base), 3)), (1, 0, 0)),
            ("theirs", mine(&base, Some(3)), Some(standing(Some(&other), 4)), (0, 1, 0)),
            ("taken back by them", mine(&base, Some(3)), Some(standing(None, 4)), (0, 1, 0)),
            ("both", mine(&third, Some(3)), Some(standing(Some(&other), 4)), (0, 0, 1)),
            ("both alike", mine(&other, Some(3)), Some(standing(Some(&other), 4)), (0, 0, 0)),
            ("out here, changed there", removed.clone(), Some(standing(Some(&other), 4)), (0, 0, 1)),
            ("out on both sides", removed, Some(standing(None, 4)), (0, 0, 0)),
            ("changed here, taken back there", mine(&other, Some(3)), Some(standing(None, 4)), (0, 0, 1)),
            ("kept against what they took back", mine(&other, Some(4)), Some(standing(None, 4)), (1, 0, 0)),
        ] {
            assert_eq!(count(draft, published, Some(&base)), expected, "{what}");
        }
        assert_eq!(count(mine(&base, None), None, None), (1, 0, 0), "new");
        let tombstone = DraftShift { removed: true, ..mine(&base, None) };
        assert_eq!(count(tombstone, None, None), (0, 0, 0), "added and taken out again");
    }

    #[test]
    fn what_moves_between_weeks_belongs_to_both() {
        let base = planned(10);
        let later = PlannedShift { span: Span { start: Instant(210), end: Instant(220) }, ..base.clone() };
        let id = base.id;
        let sides = Sides {
            mine: vec![mine(&later, Some(3))],
            published: [(id, standing(Some(&base), 3))].into(),
            bases: [(id, standing(Some(&base), 3))].into(),
        };
        for (from, changes) in [(0, 1), (100, 0), (200, 1)] {
            let found = Difference::between(&sides, Span { start: Instant(from), end: Instant(from + 100) });
            assert_eq!(found.changes.len(), changes, "{from}");
        }
    }

    #[test]
    fn of_a_running_shift_only_the_end_can_be_published() {
        let running = planned(10);
        let until = |end| PlannedShift { span: Span { end: Instant(end), ..running.span }, ..running.clone() };
        let entry = |before: Option<PlannedShift>, after| Entry { id: running.id, before, after };
        let now = Instant(15);
        for (what, entry, late) in [
            ("longer", entry(Some(running.clone()), Some(until(30))), false),
            ("ended now", entry(Some(running.clone()), None), false),
            ("shortened to the past", entry(Some(running.clone()), Some(until(12))), true),
            (
                "another officer",
                entry(Some(running.clone()), Some(PlannedShift { officer: None, ..running.clone() })),
                true,
            ),
            ("over", entry(Some(planned(1)), None), true),
            ("new in the past", entry(None, Some(planned(1))), true),
            ("to come", entry(None, Some(planned(20))), false),
        ] {
            assert_eq!(entry.is_too_late(now), late, "{what}");
        }
    }
}
