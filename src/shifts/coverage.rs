//! Coverage: when a hotline is open and nobody is on duty, and which shifts need cover because of an absence.
//!
//! Knows nothing of opening hours as rules: it takes the open spans. Rule: every gap says how long it is and why.

use crate::kernel::id::{AbsenceId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::people::AbsenceKind;

use super::duty::{Duty, NotOnDuty, Rota};

/// A span of opening hours in which nobody is on duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub span: Span,
    pub when: When,
    pub cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Past,
    Now,
    Future,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    NobodyPlanned,
    /// There are shifts, but all their officers are away.
    OnlyAway(Vec<NotOnDuty>),
}

/// A part of a window with one state of coverage, for drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub span: Span,
    pub cover: Cover,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// The hotline is closed.
    Closed,
    /// The hotline is open and nobody is on duty.
    Nobody,
    /// So many officers are on duty.
    Officers(usize),
}

/// An absence entered over a published shift: somebody else must take that time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedsCover {
    pub officer: OfficerId,
    pub shift: ShiftId,
    pub absence: AbsenceId,
    pub kind: AbsenceKind,
    /// What shift and absence share.
    pub span: Span,
}

/// The gaps within the open spans, in order.
pub fn gaps(rota: &Rota, open: &[Span], now: Instant) -> Vec<Gap> {
    let changes = open.iter().flat_map(|span| rota.changes(*span));
    changes.filter_map(|(span, duty)| Gap::of(span, duty, now)).collect()
}

/// The coverage of a window, without holes between its stretches.
pub fn strip(rota: &Rota, open: &[Span], window: Span) -> Vec<Stretch> {
    let closed = window.without(open.iter().copied()).into_iter().map(|span| Stretch { span, cover: Cover::Closed });
    let duty = open.iter().filter_map(|span| span.shared(window)).flat_map(|span| rota.changes(span));
    let mut all: Vec<Stretch> =
        closed.chain(duty.map(|(span, duty)| Stretch { span, cover: Cover::of(&duty) })).collect();
    all.sort_by_key(|stretch| stretch.span);
    all.dedup_by(|later, earlier| {
        let same = earlier.cover == later.cover;
        if same {
            earlier.span.end = later.span.end;
        }
        same
    });
    all
}

/// Where an absence lies over a published shift, within the window, in order.
pub fn needs_cover(rota: &Rota, window: Span) -> Vec<NeedsCover> {
    let mut found = Vec::new();
    for shift in rota.shifts.iter().filter(|shift| shift.is_published()) {
        for absence in rota.absences.iter().filter(|a| a.officer == shift.officer && a.touches(shift.span)) {
            let shared = shift.span.shared(absence.span).and_then(|span| span.shared(window));
            found.extend(shared.map(|span| NeedsCover {
                officer: shift.officer,
                shift: shift.id,
                absence: absence.id,
                kind: absence.kind,
                span,
            }));
        }
    }
    found.sort_by_key(|need| need.span);
    found
}

impl Gap {
    fn of(span: Span, duty: Duty, now: Instant) -> Option<Self> {
        let cause = match duty.not {
            not if !not.is_empty() => Cause::OnlyAway(not),
            _ => Cause::NobodyPlanned,
        };
        duty.on.is_empty().then(|| Self { span, when: When::of(span, now), cause })
    }
}

impl When {
    pub fn of(span: Span, now: Instant) -> Self {
        match span {
            span if span.end <= now => Self::Past,
            span if span.contains(now) => Self::Now,
            _ => Self::Future,
        }
    }
}

impl Cover {
    fn of(duty: &Duty) -> Self {
        match duty.on.len() {
            0 => Self::Nobody,
            n => Self::Officers(n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::duty::Reason;
    use super::super::duty::example::{absence, at, shift};
    use super::*;
    use crate::kernel::local;

    fn open(day: &str, from: &str, until: &str) -> Span {
        local::span(day.parse().unwrap(), local::time(from).unwrap(), local::time(until).unwrap())
    }

    #[test]
    fn gaps_are_told_with_their_length_and_cause_and_past_from_future() {
        let [anna, bela] = [OfficerId::mint(), OfficerId::mint()];
        let evening = shift(bela, "2026-11-16", "14:00-18:00");
        let rota = Rota {
            shifts: vec![shift(anna, "2026-11-16", "08:00-12:00"), evening.clone()],
            absences: vec![absence(bela, AbsenceKind::Sick, at("2026-11-16 16:00"), 600)],
            ..Rota::default()
        };
        let found = gaps(&rota, &[open("2026-11-16", "08:00", "20:00")], at("2026-11-16 13:00"));
        let told: Vec<_> = found.iter().map(|gap| (gap.span.length().num_minutes(), gap.when, &gap.cause)).collect();
        let away = Cause::OnlyAway(vec![NotOnDuty {
            officer: bela,
            shift: evening.id,
            reason: Reason::Absent(AbsenceKind::Sick),
        }]);
        let expected = [
            (120, When::Now, &Cause::NobodyPlanned),
            (120, When::Future, &away),
            (120, When::Future, &Cause::NobodyPlanned),
        ];
        assert_eq!(told, expected);
        let told_later = gaps(&rota, &[open("2026-11-16", "08:00", "20:00")], at("2026-11-16 20:00"));
        assert!(told_later.iter().all(|gap| gap.when == When::Past));
    }

    #[test]
    fn a_night_with_a_missing_minute_shows_just_that_minute() {
        let anna = OfficerId::mint();
        let rota = Rota {
            shifts: vec![shift(anna, "2026-10-24", "20:00-23:59"), shift(anna, "2026-10-25", "00:00-08:00")],
            ..Rota::default()
        };
        let found = gaps(&rota, &[open("2026-10-24", "20:00", "08:00")], at("2026-10-24 12:00"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].span, Span { start: at("2026-10-24 23:59"), end: at("2026-10-25 00:00") });
    }

    #[test]
    fn outside_opening_hours_nobody_is_missed() {
        assert_eq!(gaps(&Rota::default(), &[], at("2026-11-16 13:00")), []);
    }

    #[test]
    fn leave_over_a_published_shift_needs_cover() {
        let anna = OfficerId::mint();
        let rota = Rota {
            shifts: vec![shift(anna, "2026-11-16", "08:00-20:00")],
            absences: vec![absence(anna, AbsenceKind::Leave, at("2026-11-16 18:00"), 1440)],
            ..Rota::default()
        };
        let needs = needs_cover(&rota, open("2026-11-16", "00:00", "24:00"));
        assert_eq!(needs.len(), 1);
        assert_eq!(needs[0].span, open("2026-11-16", "18:00", "20:00"));
        assert_eq!(rota.on_duty(at("2026-11-16 19:00")).on, []);
    }

    #[test]
    fn the_strip_of_a_day_has_no_holes_and_no_equal_neighbours() {
        let anna = OfficerId::mint();
        let rota = Rota { shifts: vec![shift(anna, "2026-10-25", "01:00-10:00")], ..Rota::default() };
        let day = local::whole_day("2026-10-25".parse().unwrap());
        let drawn = strip(&rota, &[open("2026-10-25", "08:00", "12:00")], day);
        let covers: Vec<Cover> = drawn.iter().map(|stretch| stretch.cover).collect();
        assert_eq!(covers, [Cover::Closed, Cover::Officers(1), Cover::Nobody, Cover::Closed]);
        assert!(drawn.windows(2).all(|pair| pair[0].span.end == pair[1].span.start));
        assert_eq!(drawn.iter().map(|s| s.span.length().num_hours()).sum::<i64>(), 25);
    }
}
