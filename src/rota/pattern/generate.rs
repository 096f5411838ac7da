//! What comes out of a pattern, and how it lies over what the draft holds already. Pure.

use std::collections::BTreeSet;

use crate::kernel::Instant;
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::rota::PlannedShift;
use crate::rota::draft::later;
use crate::shifts::Tier;

/// What becomes of what the draft holds already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// It stays, and what is generated stands beside it.
    Keep,
    /// It goes, but for what is pinned.
    Replace,
}

/// What makes two shifts the same work of the same person.
type Likeness = (HotlineId, Option<OfficerId>, Instant, Instant, Tier);

fn likeness(it: &PlannedShift) -> Likeness {
    (it.hotline, it.officer, it.span.start, it.span.end, it.tier)
}

/// What the draft is to hold then: a shift that stands there already, equal, is not doubled and keeps its id.
pub fn laid_over(there: Vec<PlannedShift>, made: Vec<PlannedShift>, beside: Beside) -> Vec<PlannedShift> {
    let wanted: BTreeSet<Likeness> = made.iter().map(likeness).collect();
    let mut plan = there;
    plan.retain(|it| beside == Beside::Keep || it.pinned || wanted.contains(&likeness(it)));
    let mut stand: BTreeSet<Likeness> = plan.iter().map(likeness).collect();
    plan.extend(made.into_iter().filter(|it| stand.insert(likeness(it))));
    plan
}

/// The same shifts some weeks later at the same wall times, as new ones. What the clock change skips is left out.
pub fn weeks_later(shifts: impl IntoIterator<Item = PlannedShift>, weeks: i64) -> Vec<PlannedShift> {
    let moved = |it: PlannedShift| {
        let span = later(it.span, weeks * 7)?;
        Some(PlannedShift { id: ShiftId::mint(), span, pinned: false, ..it })
    };
    shifts.into_iter().filter_map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Span;

    fn shift(officer: Option<OfficerId>, start: i64, pinned: bool) -> PlannedShift {
        PlannedShift {
            id: ShiftId::mint(),
            hotline: HotlineId(uuid::Uuid::nil()),
            officer,
            span: Span { start: Instant(start), end: Instant(start + 10) },
            tier: Tier::FIRST,
            position: 1,
            pinned,
        }
    }

    #[test]
    fn what_stands_there_already_is_not_doubled_and_what_is_pinned_stays() {
        let anna = Some(OfficerId::mint());
        let there = vec![shift(anna, 0, false), shift(anna, 20, true), shift(anna, 40, false)];
        let made = vec![shift(anna, 0, false), shift(anna, 60, false), shift(anna, 60, false)];
        let kept = laid_over(there.clone(), made.clone(), Beside::Keep);
        assert_eq!(kept.iter().map(|it| it.span.start.0).collect::<Vec<_>>(), [0, 20, 40, 60]);
        let replaced = laid_over(there.clone(), made, Beside::Replace);
        assert_eq!(replaced.iter().map(|it| it.span.start.0).collect::<Vec<_>>(), [0, 20, 60]);
        assert_eq!(replaced[0].id, there[0].id);
    }
}
