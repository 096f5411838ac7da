//! Who is on duty: the one answer, for call routing, the planning page, calendars and the programmer's door alike.
//!
//! Pure: published shifts that cover the instant, less absence, less deployment, less officers who have left.
//! Whether an officer is in a call or a consultation just then is not asked here.
//! Rule: nobody computes duty a second time; what needs it over time takes [`Rota::changes`].

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::people::{Absence, AbsenceKind};

use super::shift::{Shift, Tier};

/// All that decides who is on duty on one hotline.
#[derive(Clone, Debug, Default)]
pub struct Rota {
    pub shifts: Vec<Shift>,
    pub absences: Vec<Absence>,
    /// Officers who have left and still stand in shifts.
    pub retired: BTreeSet<OfficerId>,
}

/// Who is on duty at an instant, in the order in which they are rung, and who was planned but is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duty {
    pub on: Vec<OnDuty>,
    pub not: Vec<NotOnDuty>,
}

/// An officer who is on duty because of a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnDuty {
    pub officer: OfficerId,
    pub tier: Tier,
    pub shift: ShiftId,
    /// From when until when the shift lasts.
    pub span: Span,
}

/// An officer whose shift covers the instant and who is yet not on duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOnDuty {
    pub officer: OfficerId,
    pub shift: ShiftId,
    pub reason: Reason,
}

/// Why somebody with a shift is not on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Police duty comes first.
    Deployed,
    /// Leave, sickness, training.
    Absent(AbsenceKind),
    /// Works here no more.
    Retired,
}

impl Rota {
    /// Who is on duty at `at`. One officer stands there once, with the lowest tier.
    pub fn on_duty(&self, at: Instant) -> Duty {
        let mut covering: Vec<&Shift> =
            self.shifts.iter().filter(|s| s.is_published() && s.span.contains(at)).collect();
        covering.sort_by_key(|s| (s.tier, s.position, s.id));
        let mut seen = BTreeSet::new();
        let mut duty = Duty::default();
        for shift in covering.into_iter().filter(|s| seen.insert(s.officer)) {
            match self.reason_against(shift.officer, at) {
                None => duty.on.push(OnDuty::of(shift)),
                Some(reason) => duty.not.push(NotOnDuty { officer: shift.officer, shift: shift.id, reason }),
            }
        }
        duty
    }

    /// Who is on duty throughout `window`: spans without gap between them, each with one answer, neighbours differing.
    pub fn changes(&self, window: Span) -> Vec<(Span, Duty)> {
        let mut changes: Vec<(Span, Duty)> = Vec::new();
        for stretch in self.stretches(window) {
            let duty = self.on_duty(stretch.start);
            match changes.last_mut() {
                Some((span, same)) if *same == duty => span.end = stretch.end,
                _ => changes.push((stretch, duty)),
            }
        }
        changes
    }

    /// The same with no more than what touches a window: answers about it stay as they are, and come sooner.
    pub fn within(&self, window: Span) -> Self {
        let shifts = self.shifts.iter().filter(|shift| shift.span.overlaps(window)).cloned().collect();
        let absences = self.absences.iter().filter(|absence| absence.span.overlaps(window)).cloned().collect();
        Self { shifts, absences, retired: self.retired.clone() }
    }

    /// All who stand in its shifts.
    pub fn officers(&self) -> Vec<OfficerId> {
        self.shifts.iter().map(|shift| shift.officer).collect()
    }

    /// For looking ahead, never for routing: takes it that who is deployed is back a day from `now`, as nobody knows when.
    pub fn foresee(&mut self, now: Instant) {
        for absence in self.absences.iter_mut().filter(|absence| absence.is_open()) {
            absence.span.end = now + TimeDelta::days(1);
        }
    }

    /// The absence or deployment that keeps an officer from duty at `at`; a deployment is named before all else.
    fn reason_against(&self, officer: OfficerId, at: Instant) -> Option<Reason> {
        let away = self.absences.iter().filter(|absence| absence.officer == officer && absence.covers(at));
        let reason = away.map(|absence| Reason::of(absence.kind)).min_by_key(|reason| *reason != Reason::Deployed);
        reason.or_else(|| self.retired.contains(&officer).then_some(Reason::Retired))
    }

    /// Parts of the window in which nothing starts or ends.
    fn stretches(&self, window: Span) -> Vec<Span> {
        let spans = self.shifts.iter().map(|s| s.span).chain(self.absences.iter().map(|a| a.span));
        let mut bounds: BTreeSet<Instant> = spans.flat_map(|span| [span.start, span.end]).collect();
        bounds.retain(|at| window.contains(*at));
        bounds.extend([window.start, window.end]);
        let bounds: Vec<Instant> = bounds.into_iter().collect();
        bounds.windows(2).map(|pair| Span { start: pair[0], end: pair[1] }).collect()
    }
}

impl OnDuty {
    fn of(shift: &Shift) -> Self {
        Self { officer: shift.officer, tier: shift.tier, shift: shift.id, span: shift.span }
    }
}

impl Reason {
    pub fn of(kind: AbsenceKind) -> Self {
        match kind {
            AbsenceKind::Deployment => Self::Deployed,
            AbsenceKind::Leave | AbsenceKind::Sick | AbsenceKind::Training => Self::Absent(kind),
        }
    }
}

/// Makes rotas for the tests of this slice.
#[cfg(test)]
pub(super) mod example {
    use chrono::TimeDelta;

    use super::*;
    use crate::kernel::id::{AbsenceId, HotlineId};
    use crate::kernel::local;
    use crate::people::AbsenceState;
    use crate::shifts::shift::{ShiftPlan, ShiftState};

    pub fn at(wall: &str) -> Instant {
        local::start(chrono::NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap())
    }

    pub fn shift(officer: OfficerId, day: &str, times: &str) -> Shift {
        let (from, until) = times.split_once('-').unwrap();
        let plan = ShiftPlan {
            officer,
            day: day.parse().unwrap(),
            from: local::time(from).unwrap(),
            until: local::time(until).unwrap(),
            tier: Tier::FIRST,
            position: None,
        };
        planned(plan)
    }

    pub fn planned(plan: ShiftPlan) -> Shift {
        Shift {
            id: ShiftId::mint(),
            hotline: HotlineId(uuid::Uuid::nil()),
            officer: plan.officer,
            span: plan.span().unwrap(),
            tier: plan.tier,
            position: plan.position.unwrap_or(1),
            state: ShiftState::Published,
            sequence: 0,
            created_at: Instant(0),
            updated_at: Instant(0),
        }
    }

    pub fn absence(officer: OfficerId, kind: AbsenceKind, from: Instant, minutes: i64) -> Absence {
        Absence {
            id: AbsenceId::mint(),
            officer,
            kind,
            span: Span { start: from, end: from + TimeDelta::minutes(minutes) },
            state: AbsenceState::Entered,
            sequence: 0,
            created_at: Instant(0),
            updated_at: Instant(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};
    use proptest::prelude::*;

    use super::example::{absence, at, planned, shift};
    use super::*;
    use crate::kernel::local;
    use crate::shifts::shift::{ShiftPlan, ShiftState};

    fn officers(duty: &Duty) -> Vec<OfficerId> {
        duty.on.iter().map(|on| on.officer).collect()
    }

    #[test]
    fn a_shift_covers_from_its_start_until_just_before_its_end() {
        let anna = OfficerId::mint();
        for (day, times, wall, on) in [
            ("2026-11-16", "08:00-20:00", "2026-11-16 08:00", true),
            ("2026-11-16", "08:00-20:00", "2026-11-16 20:00", false),
            ("2026-11-16", "20:00-08:00", "2026-11-17 07:59", true),
            ("2026-11-16", "20:00-08:00", "2026-11-17 08:00", false),
            ("2026-11-16", "20:00-08:00", "2026-11-16 09:00", false),
            ("2026-11-20", "08:00-08:00", "2026-11-21 07:00", true),
            ("2026-11-20", "08:00-08:00", "2026-11-21 08:00", false),
        ] {
            let rota = Rota { shifts: vec![shift(anna, day, times)], ..Rota::default() };
            assert_eq!(!rota.on_duty(at(wall)).on.is_empty(), on, "{day} {times} at {wall}");
        }
    }

    #[test]
    fn tiers_come_in_order_then_positions_and_an_officer_stands_there_once() {
        let [anna, bela, cem] = [OfficerId::mint(), OfficerId::mint(), OfficerId::mint()];
        let day = "2026-11-16";
        let backup = |officer, tier| Shift { tier: Tier::new(tier).unwrap(), ..shift(officer, day, "08:00-20:00") };
        let second = Shift { position: 2, ..shift(bela, day, "08:00-20:00") };
        let shifts = vec![backup(anna, 3), second, backup(cem, 2), shift(anna, day, "10:00-12:00")];
        let rota = Rota { shifts, ..Rota::default() };
        assert_eq!(officers(&rota.on_duty(at("2026-11-16 09:00"))), [bela, cem, anna]);
        assert_eq!(officers(&rota.on_duty(at("2026-11-16 11:00"))), [anna, bela, cem]);
    }

    #[test]
    fn absent_deployed_and_retired_officers_are_not_rung_and_the_answer_says_why() {
        let [anna, bela, cem, dana] = std::array::from_fn(|_| OfficerId::mint());
        let noon = at("2026-11-16 12:00");
        let rota = Rota {
            shifts: [anna, bela, cem, dana].map(|officer| shift(officer, "2026-11-16", "08:00-20:00")).into(),
            absences: vec![
                absence(anna, AbsenceKind::Leave, noon - TimeDelta::hours(4), 480),
                absence(anna, AbsenceKind::Deployment, noon, 10),
                absence(bela, AbsenceKind::Sick, noon, 10),
            ],
            retired: [cem].into(),
        };
        let duty = rota.on_duty(noon);
        assert_eq!(officers(&duty), [dana]);
        let why: Vec<_> = duty.not.iter().map(|not| (not.officer, not.reason)).collect();
        let expected = [(anna, Reason::Deployed), (bela, Reason::Absent(AbsenceKind::Sick)), (cem, Reason::Retired)];
        assert_eq!(why, expected);
        assert_eq!(officers(&rota.on_duty(noon + TimeDelta::minutes(10))), [bela, dana]);
    }

    #[test]
    fn a_removed_shift_counts_for_nothing() {
        let gone = Shift { state: ShiftState::Removed, ..shift(OfficerId::mint(), "2026-11-16", "08:00-20:00") };
        let rota = Rota { shifts: vec![gone], ..Rota::default() };
        assert_eq!(rota.on_duty(at("2026-11-16 12:00")), Duty::default());
    }

    /// Shifts around a day of a clock change, entered by wall time.
    fn rotas() -> impl Strategy<Value = (NaiveDate, Rota)> {
        let days = prop_oneof![Just("2026-10-25"), Just("2027-03-28"), Just("2026-11-18")];
        let shift = (0..3usize, -1i64..=1, 0u32..96, 0u32..96, 1i64..=3, 1i64..=2);
        let away = (0..3usize, 0i64..2880, 1i64..1440, 0..4usize);
        (days, prop::collection::vec(shift, 0..7), prop::collection::vec(away, 0..4)).prop_map(|(day, shifts, away)| {
            let day: NaiveDate = day.parse().unwrap();
            let officers: [OfficerId; 3] = std::array::from_fn(|n| OfficerId(uuid::Uuid::from_u128(n as u128)));
            let quarter = |n: u32| chrono::NaiveTime::from_hms_opt(n / 4, n % 4 * 15, 0).unwrap();
            let plan = |(who, days, from, until, tier, position): (usize, i64, u32, u32, i64, i64)| ShiftPlan {
                officer: officers[who],
                day: day + TimeDelta::days(days),
                from: quarter(from),
                until: quarter(until),
                tier: Tier::new(tier).unwrap(),
                position: Some(position),
            };
            let kinds = [AbsenceKind::Leave, AbsenceKind::Sick, AbsenceKind::Training, AbsenceKind::Deployment];
            let start = local::whole_day(day).start - TimeDelta::days(1);
            let absences = away.into_iter().map(|(who, from, minutes, kind)| {
                absence(officers[who], kinds[kind], start + TimeDelta::minutes(from), minutes)
            });
            let shifts = shifts.into_iter().map(plan).filter(|plan| plan.span().is_some()).map(planned);
            (day, Rota { shifts: shifts.collect(), absences: absences.collect(), retired: BTreeSet::new() })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_changes_of_a_day_equal_a_walk_minute_by_minute((day, rota) in rotas()) {
            let window = local::whole_day(day);
            let mut walked: Vec<(Span, Duty)> = Vec::new();
            let mut at = window.start;
            while at < window.end {
                let next = at + TimeDelta::minutes(1);
                let duty = rota.on_duty(at);
                match walked.last_mut() {
                    Some((span, same)) if *same == duty => span.end = next,
                    _ => walked.push((Span { start: at, end: next }, duty)),
                }
                at = next;
            }
            prop_assert_eq!(rota.changes(window), walked);
        }
    }
}
