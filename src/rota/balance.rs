//! The balance: hours, nights, weekends and holidays of each officer against their fair share.
//!
//! Fair is what falls to somebody by their part of full time and the days on which they are there. Not a rule: nobody is
//! kept from anything by it. Rule: hours are counted as they pass, over clock changes, too.

mod http;
mod page;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::db::{DbError, Read};
use crate::kernel::id::OfficerId;
use crate::kernel::{Span, local};
use crate::offices::{self, OfficeId};
use crate::people::{AbsenceKind, Officer};

use super::PlannedShift;
use super::rules::{self, Ground, Person, Plan, credited, is_night, saturdays};

pub use http::api;
pub use page::pages;

/// What an officer has, and what would be fair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    pub has: i64,
    pub fair: f64,
}

/// How an officer stands in a span of the rota.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Balance {
    pub officer: OfficerId,
    /// Minutes of duty; backups as the office counts them.
    pub minutes: Share,
    /// Shifts with at least three hours between 23:00 and 6:00.
    pub nights: Share,
    /// Weekends with duty, however much.
    pub weekends: Share,
    /// Shifts that touch a holiday, 24 or 31 December.
    pub holidays: Share,
    /// Minutes of their contract: less for holidays, 24 and 31 December on Monday to Friday (AzUVO § 7 (2) and (3)), for
    /// leave, sickness and training.
    pub contract_minutes: i64,
}

impl Share {
    /// More than fair where positive.
    pub fn over(self) -> f64 {
        self.has as f64 - self.fair
    }
}

/// What one officer has, and their weight among the others.
struct Count {
    officer: OfficerId,
    /// Minutes, nights, weekends, holidays.
    has: [i64; 4],
    weight: f64,
    contract_minutes: i64,
}

/// The balance of an office in the published rota.
pub async fn load_balance(
    mut from: impl Read,
    office: OfficeId,
    within: Span,
) -> Result<Vec<(Officer, Balance)>, DbError> {
    let ground = rules::load_ground(&mut from, office, within).await?;
    let published = rules::load_published(from, office, within).await?;
    let balances = balance(&ground, &Plan::new(&published), within);
    Ok(ground.officers.into_iter().zip(balances).collect())
}

/// The balance of everybody at the office over the shifts that start within a span, in the order of their names.
///
/// The span lies within what the ground knows.
pub fn balance(ground: &Ground, plan: &Plan, within: Span) -> Vec<Balance> {
    let nobody = Person::default();
    let counts: Vec<Count> = ground
        .officers
        .iter()
        .map(|officer| {
            let person = ground.people.get(&officer.id).unwrap_or(&nobody);
            Count::of(ground, plan, within, (officer.id, person))
        })
        .collect();
    let weight: f64 = counts.iter().map(|count| count.weight).sum();
    let totals: [i64; 4] = std::array::from_fn(|n| counts.iter().map(|count| count.has[n]).sum());
    let balance = |count: &Count| {
        let part = if weight > 0.0 { count.weight / weight } else { 0.0 };
        let [minutes, nights, weekends, holidays] =
            std::array::from_fn(|n| Share { has: count.has[n], fair: totals[n] as f64 * part });
        let (officer, contract_minutes) = (count.officer, count.contract_minutes);
        Balance { officer, minutes, nights, weekends, holidays, contract_minutes }
    };
    counts.iter().map(balance).collect()
}

impl Count {
    fn of(ground: &Ground, plan: &Plan, within: Span, (officer, person): (OfficerId, &Person)) -> Self {
        let others = person.others.iter().filter(|other| !plan.holds(other.id));
        let shifts: Vec<&PlannedShift> =
            plan.shifts_of(officer).iter().chain(others).filter(|shift| within.contains(shift.span.start)).collect();
        let minutes: TimeDelta = shifts.iter().map(|shift| credited(shift, &ground.rules)).sum();
        let weekends: BTreeSet<NaiveDate> = shifts.iter().flat_map(|shift| saturdays(shift.span)).collect();
        let has = [
            minutes.num_minutes(),
            shifts.iter().filter(|shift| is_night(shift.span)).count() as i64,
            weekends.len() as i64,
            shifts.iter().filter(|shift| days_of(shift.span).any(is_holiday)).count() as i64,
        ];
        let there: TimeDelta =
            within.without(person.absences.iter().map(|absence| absence.span)).into_iter().map(Span::length).sum();
        let percent = person.terms.percent;
        let day_minutes = ground.rules.full_week_hours * 60 * percent / 500;
        let contract_minutes = working_days(within, person) * day_minutes;
        Self { officer, has, weight: there.num_minutes() as f64 * percent as f64, contract_minutes }
    }
}

/// Monday to Friday, no holiday, and the officer is not away.
fn working_days(within: Span, person: &Person) -> i64 {
    let counts = |kind| !matches!(kind, AbsenceKind::Deployment);
    let absences: Vec<Span> = person.absences.iter().filter(|it| counts(it.kind)).map(|it| it.span).collect();
    let is_away = |day: NaiveDate| {
        let day = local::whole_day(day);
        absences.iter().any(|absence| absence.start <= day.start && absence.end >= day.end)
    };
    let weekdays = days_of(within).filter(|day| day.weekday().number_from_monday() <= 5 && !is_holiday(*day));
    if absences.is_empty() { weekdays.count() as i64 } else { weekdays.filter(|day| !is_away(*day)).count() as i64 }
}

/// The days that a span touches.
fn days_of(span: Span) -> impl Iterator<Item = NaiveDate> {
    let last = local::day(span.end - TimeDelta::microseconds(1));
    local::day(span.start).iter_days().take_while(move |day| *day <= last)
}

/// A holiday of Baden-Württemberg, or 24 or 31 December.
pub fn is_holiday(day: NaiveDate) -> bool {
    (day.month() == 12 && matches!(day.day(), 24 | 31)) || offices::holiday(day).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Instant;
    use crate::kernel::id::{AbsenceId, HotlineId, ShiftId};
    use crate::people::{Absence, AbsenceState, Skills};
    use crate::rota::rules::RuleSet;
    use crate::rota::terms::Terms;
    use crate::shifts::Tier;

    fn days(first: &str, last: &str) -> Span {
        let day = |text: &str| local::whole_day(text.parse().unwrap());
        Span { start: day(first).start, end: day(last).end }
    }

    fn shift(officer: OfficerId, day: &str, from: &str, until: &str) -> PlannedShift {
        PlannedShift {
            id: ShiftId::mint(),
            hotline: HotlineId::mint(),
            officer: Some(officer),
            span: local::span(day.parse().unwrap(), local::time(from).unwrap(), local::time(until).unwrap()),
            tier: Tier::FIRST,
            position: 1,
            pinned: false,
        }
    }

    fn ground(officers: &[OfficerId], period: Span) -> Ground {
        let officer = |id: &OfficerId| Officer {
            id: *id,
            office: OfficeId::STATE,
            name: id.to_string(),
            active: true,
            skills: Skills::default(),
        };
        Ground {
            office: OfficeId::STATE,
            period,
            known: period,
            rules: RuleSet::default(),
            officers: officers.iter().map(officer).collect(),
            people: Default::default(),
            waivers: vec![],
        }
    }

    #[test]
    fn what_is_there_falls_to_everybody_by_part_time_and_presence() {
        let [anna, bela, cem] = std::array::from_fn(|_| OfficerId::mint());
        let period = days("2026-11-02", "2026-11-29");
        let mut ground = ground(&[anna, bela, cem], period);
        ground.people.entry(bela).or_default().terms = Terms { percent: 50, ..Terms::default() };
        let leave = days("2026-11-02", "2026-11-15");
        ground.people.entry(cem).or_default().absences.push(Absence {
            id: AbsenceId::mint(),
            officer: cem,
            kind: AbsenceKind::Leave,
            span: leave,
            state: AbsenceState::Entered,
            sequence: 0,
            created_at: Instant(0),
            updated_at: Instant(0),
        });
        let shifts = [
            shift(anna, "2026-11-07", "20:00", "06:00"),
            shift(anna, "2026-11-08", "20:00", "06:00"),
            shift(bela, "2026-11-20", "08:00", "16:00"),
            shift(cem, "2026-11-21", "08:00", "12:00"),
        ];
        let found = balance(&ground, &Plan::new(&shifts), period);
        // Anna counts for two, Bela (half time) and Cem (half of it on leave) for one each.
        let rows: Vec<_> = found.iter().map(|it| (it.minutes.has, it.minutes.fair, it.nights.has)).collect();
        assert_eq!(rows, [(1200, 960.0, 2), (480, 480.0, 0), (240, 480.0, 0)]);
        assert_eq!((found[0].weekends.has, found[2].weekends.has), (1, 1), "one weekend counts once");
        assert_eq!(found[0].minutes.over(), 240.0);
        let contracts: Vec<i64> = found.iter().map(|it| it.contract_minutes).collect();
        assert_eq!(contracts, [20 * 492, 20 * 246, 10 * 492]);
    }

    #[test]
    fn nights_over_a_clock_change_and_holidays_count_as_they_are() {
        let anna = OfficerId::mint();
        let rows = [
            ("2026-10-24", 11 * 60, 1, 0),
            ("2027-03-27", 9 * 60, 1, 0),
            // Christmas Eve into Christmas Day, and New Year's Eve.
            ("2026-12-24", 600, 1, 1),
            ("2026-12-31", 600, 1, 1),
            // Into Epiphany.
            ("2027-01-05", 600, 1, 1),
        ];
        for (day, minutes, nights, holidays) in rows {
            let period = days(day, day);
            let plan = [shift(anna, day, "20:00", "06:00")];
            let found = balance(&ground(&[anna], period), &Plan::new(&plan), period)[0];
            assert_eq!((found.minutes.has, found.nights.has, found.holidays.has), (minutes, nights, holidays), "{day}");
        }
        // From 21 December to 3 January: 24, 25, 31 December and 1 January are no working days.
        let period = days("2026-12-21", "2027-01-03");
        assert_eq!(balance(&ground(&[anna], period), &Plan::default(), period)[0].contract_minutes, 6 * 492);
    }
}
