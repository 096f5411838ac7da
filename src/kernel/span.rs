//! Half-open spans of time `[start, end)`. Touching spans do not overlap.

use chrono::TimeDelta;

use super::Instant;

/// From `start` (included) until `end` (not included).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    pub start: Instant,
    pub end: Instant,
}

impl Span {
    /// A span, or None where it would be empty or end before it starts.
    pub fn new(start: Instant, end: Instant) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    pub fn contains(self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn length(self) -> TimeDelta {
        self.end - self.start
    }

    /// What both spans share.
    pub fn shared(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// What is left of this span when the others are taken away: sorted, disjoint.
    pub fn without(self, others: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut others: Vec<Self> = others.into_iter().filter(|o| o.overlaps(self)).collect();
        others.sort();
        let mut left = Vec::new();
        let mut from = self.start;
        for other in others {
            left.extend(Self::new(from, other.start));
            from = from.max(other.end);
        }
        left.extend(Self::new(from, self.end));
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(start: i64, end: i64) -> Span {
        Span { start: Instant(start), end: Instant(end) }
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        assert!(!span(1, 5).overlaps(span(5, 9)));
        assert!(span(1, 5).overlaps(span(4, 9)));
        assert_eq!(Span::new(Instant(3), Instant(3)), None);
    }

    proptest! {
        #[test]
        fn what_is_left_and_what_was_taken_make_the_whole(
            taken in proptest::collection::vec((0i64..60, 1i64..20), 0..8)
        ) {
            let whole = span(10, 50);
            let taken: Vec<Span> = taken.into_iter().map(|(s, l)| span(s, s + l)).collect();
            let left = whole.without(taken.iter().copied());
            for minute in 10..50 {
                let at = Instant(minute);
                let covered = taken.iter().any(|t| t.contains(at));
                prop_assert_eq!(left.iter().any(|l| l.contains(at)), !covered);
            }
        }
    }
}
