//! Cutting a published shift at the seams of a part of it: replace, add, remove.
//!
//! Pure; `mod` writes what comes out. Rules: nothing happens outside the shift, since nobody was on duty by it there;
//! what was of it stays as it was; what is left of the shift keeps its id, its officer and its place.

use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span};

/// What becomes of a part of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Somebody else is on duty instead.
    Replace(OfficerId),
    /// Somebody else is on duty as well.
    Add(OfficerId),
    /// Nobody is on duty by this shift.
    Remove,
    /// The same, and somebody is wanted for it.
    Vacate,
}

/// A shift with the part of it that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    before: Option<Span>,
    /// What changes: within the shift, and not in the past.
    pub part: Span,
    after: Option<Span>,
}

/// What is written when a shift has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pieces {
    /// Who has the shift itself from then on, and when; None: it is removed.
    pub itself: Option<(OfficerId, Span)>,
    /// Shifts that come beside it, on its hotline and tier.
    pub fresh: Vec<(OfficerId, Span)>,
    /// What stays empty, so that somebody is found for it.
    pub empty: Option<Span>,
}

impl Cut {
    /// None where the wanted part shares nothing with what is to come of the shift: then nothing would change.
    pub fn at(shift: Span, wanted: Span, now: Instant) -> Option<Self> {
        let next_minute = Instant(now.0 + (-now.0).rem_euclid(60_000_000));
        let to_come = Span::new(shift.start.max(next_minute), shift.end)?;
        let part = wanted.shared(to_come)?;
        let (before, after) = (Span::new(shift.start, part.start), Span::new(part.end, shift.end));
        Some(Self { before, part, after })
    }

    /// The pieces that a change leaves of a shift of `officer`.
    pub fn pieces(self, officer: OfficerId, change: Change) -> Pieces {
        let Self { before, part, after } = self;
        let whole = Span { start: before.unwrap_or(part).start, end: after.unwrap_or(part).end };
        let mut left = [before, after].into_iter().flatten();
        let (itself, rest) = (left.next(), left.next());
        let rest = rest.map(|span| (officer, span)).into_iter();
        let (itself, fresh) = match (change, itself) {
            (Change::Add(other), _) => (Some((officer, whole)), vec![(other, part)]),
            (Change::Replace(other), None) => (Some((other, part)), Vec::new()),
            (Change::Remove | Change::Vacate, None) => (None, Vec::new()),
            (Change::Replace(other), Some(span)) => (Some((officer, span)), rest.chain([(other, part)]).collect()),
            (Change::Remove | Change::Vacate, Some(span)) => (Some((officer, span)), rest.collect()),
        };
        Pieces { itself, fresh, empty: (change == Change::Vacate).then_some(part) }
    }
}

impl Change {
    /// Who is on duty by it.
    pub fn officer(self) -> Option<OfficerId> {
        match self {
            Self::Replace(officer) | Self::Add(officer) => Some(officer),
            Self::Remove | Self::Vacate => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::local;

    fn span(text: &str) -> Span {
        let (from, until) = text.split_once('-').unwrap();
        local::span(day(), local::time(from).unwrap(), local::time(until).unwrap())
    }

    fn day() -> NaiveDate {
        "2026-11-16".parse().unwrap()
    }

    /// The pieces as people say them: "A 08:00-08:30, A 08:45-20:00, B 08:30-08:45"; the shift itself comes first.
    fn told(pieces: &Pieces, names: &[(OfficerId, &str)]) -> String {
        let name = |officer| names.iter().find(|(id, _)| *id == officer).unwrap().1;
        let wall = |at| local::wall(at).format("%H:%M").to_string();
        let one =
            |(officer, span): &(OfficerId, Span)| format!("{} {}-{}", name(*officer), wall(span.start), wall(span.end));
        let empty = pieces.empty.map(|span| format!("empty {}-{}", wall(span.start), wall(span.end)));
        pieces.itself.iter().chain(&pieces.fresh).map(one).chain(empty).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_part_of_a_shift_is_replaced_added_to_or_removed_at_the_seams() {
        let [a, b] = [OfficerId::mint(), OfficerId::mint()];
        let long_ago = span("00:00-01:00").start;
        for (part, change, left) in [
            ("08:30-08:45", Change::Replace(b), "A 08:00-08:30, A 08:45-20:00, B 08:30-08:45"),
            ("08:30-08:45", Change::Add(b), "A 08:00-20:00, B 08:30-08:45"),
            ("08:30-08:45", Change::Remove, "A 08:00-08:30, A 08:45-20:00"),
            ("08:30-08:45", Change::Vacate, "A 08:00-08:30, A 08:45-20:00, empty 08:30-08:45"),
            ("08:00-20:00", Change::Vacate, "empty 08:00-20:00"),
            ("08:00-12:00", Change::Replace(b), "A 12:00-20:00, B 08:00-12:00"),
            ("12:00-20:00", Change::Replace(b), "A 08:00-12:00, B 12:00-20:00"),
            ("08:00-20:00", Change::Replace(b), "B 08:00-20:00"),
            ("08:00-20:00", Change::Remove, ""),
            ("08:00-20:00", Change::Add(b), "A 08:00-20:00, B 08:00-20:00"),
            // Outside the shift A is not on duty, so nobody takes anything over there.
            ("07:00-09:00", Change::Replace(b), "A 09:00-20:00, B 08:00-09:00"),
            ("19:00-22:00", Change::Add(b), "A 08:00-20:00, B 19:00-20:00"),
            ("06:00-23:00", Change::Remove, ""),
        ] {
            let cut = Cut::at(span("08:00-20:00"), span(part), long_ago).unwrap();
            assert_eq!(told(&cut.pieces(a, change), &[(a, "A"), (b, "B")]), left, "{change:?} {part}");
        }
    }

    #[test]
    fn a_replacement_of_somebody_who_is_not_on_duty_then_changes_nothing() {
        for part in ["06:00-08:00", "20:00-22:00", "01:00-02:00"] {
            assert_eq!(Cut::at(span("08:00-20:00"), span(part), span("00:00-01:00").start), None, "{part}");
        }
    }

    #[test]
    fn what_was_of_a_shift_stays_as_it_was() {
        let shift = span("08:00-20:00");
        let at = |minutes| shift.start + TimeDelta::minutes(minutes);
        for (now, wanted, part) in [
            (at(60), "08:00-20:00", Some("09:00-20:00")),
            (at(60) + TimeDelta::seconds(30), "08:00-12:00", Some("09:01-12:00")),
            (at(60), "08:15-08:45", None),
            (at(60), "10:00-11:00", Some("10:00-11:00")),
            (at(12 * 60), "08:00-20:00", None),
        ] {
            assert_eq!(Cut::at(shift, span(wanted), now).map(|cut| cut.part), part.map(span), "{wanted} at {now}");
        }
    }

    proptest! {
        #[test]
        fn outside_the_part_everybody_is_on_duty_as_before_and_inside_only_as_the_change_says(
            (start, length) in (0i64..50, 1i64..50), (from, until) in (0i64..100, 1i64..60), now in 0i64..100
        ) {
            let minute = |n: i64| Instant(n * 60_000_000);
            let shift = Span { start: minute(start), end: minute(start + length) };
            let wanted = Span { start: minute(from), end: minute(from + until) };
            let [a, b] = [OfficerId::mint(), OfficerId::mint()];
            let Some(cut) = Cut::at(shift, wanted, minute(now)) else {
                let to_come = Span::new(shift.start.max(minute(now)), shift.end);
                prop_assert!(to_come.is_none_or(|to_come| !to_come.overlaps(wanted)));
                return Ok(());
            };
            for change in [Change::Replace(b), Change::Add(b), Change::Remove, Change::Vacate] {
                let pieces = cut.pieces(a, change);
                for n in 0..160 {
                    let at = minute(n);
                    let on = |who| pieces.itself.iter().chain(&pieces.fresh)
                        .filter(|(officer, span)| *officer == who && span.contains(at)).count();
                    let changes = wanted.contains(at) && shift.contains(at) && at >= minute(now);
                    let stays = shift.contains(at) && (!changes || matches!(change, Change::Add(_)));
                    prop_assert_eq!(on(a), usize::from(stays));
                    prop_assert_eq!(on(b), usize::from(changes && change.officer().is_some()));
                    let is_empty = pieces.empty.is_some_and(|span| span.contains(at));
                    prop_assert_eq!(is_empty, changes && change == Change::Vacate);
                }
            }
        }
    }
}
