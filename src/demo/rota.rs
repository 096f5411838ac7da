//! The demonstration's hotlines and five weeks of shifts, with one gap and one clash to find.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};

use super::data::{self, HOTLINES, HotlineRow, TurnRow};
use super::{Cast, Scene, staff};
use crate::desk::Desk;
use crate::kernel::id::{DemandId, HotlineId};
use crate::kernel::{Language, local};
use crate::offices::{self, Calendar, OpeningHours};
use crate::people::{self, AbsenceKind, Actor, Role};
use crate::rota::demand::{self, Demand, Want, Weekdays};
use crate::shifts::{self, Hotline, Neighbour, Shift, ShiftPlan, Tier};

/// On the day of the gap everybody goes home at this hour.
const GAP_FROM: Option<NaiveTime> = NaiveTime::from_hms_opt(15, 0, 0);

pub async fn plan(desk: &Desk, scene: &Scene, cast: &Cast) -> anyhow::Result<()> {
    for (place, row) in HOTLINES.iter().enumerate() {
        let hotline = hotline(row)?;
        shifts::open_hotline(desk, scene.since, &Actor::system(), &hotline).await?;
        let calendar = offices::load_calendar(&desk.db, hotline.office, scene.window()).await?;
        let gap = if place == 0 { gap_day(scene, &hotline.hours, &calendar) } else { None };
        let monday = local::monday(scene.today);
        for day in (monday - TimeDelta::weeks(2)).iter_days().take(35) {
            if calendar.closed(day).is_some() {
                continue;
            }
            for turn in row.week.iter().filter(|turn| turn.0 == day.weekday()) {
                for plan in plans(cast, row.office, turn, day, GAP_FROM.filter(|_| gap == Some(day))) {
                    shifts::plan_shift(desk, scene.since, &Actor::system(), hotline.id, plan).await?;
                }
            }
        }
        want(desk, scene, hotline.id).await?;
        if place == 0 {
            disturb(desk, scene, hotline.id, gap).await?;
        }
    }
    Ok(())
}

/// The hotlines help each other: one has agreed, the other is asked.
pub async fn help(desk: &Desk, scene: &Scene) -> anyhow::Result<()> {
    let hotlines = shifts::list_hotlines(&desk.db, None).await?;
    let [first, second] = hotlines.as_slice() else { return Ok(()) };
    let help = |asking: &Hotline, helper: &Hotline, talks_a_month| Neighbour {
        asking: asking.id,
        helper: helper.id,
        position: 1,
        topics: BTreeSet::new(),
        hours: OpeningHours::default(),
        talks_a_month,
        agreed_at: None,
    };
    shifts::ask_for_help(desk, scene.since, &Actor::system(), &help(second, first, 40)).await?;
    let asker = Actor { role: Role::Supervisor, office: first.office, ..Actor::system() };
    Ok(shifts::ask_for_help(desk, scene.since, &asker, &help(first, second, 20)).await?)
}

fn hotline(row: &HotlineRow) -> anyhow::Result<Hotline> {
    Ok(Hotline {
        id: HotlineId::mint(),
        office: data::office(row.office),
        name: row.name.to_owned(),
        number: row.number.parse()?,
        flow: "beratungstelefon".to_owned(),
        hours: OpeningHours::new(row.hours.iter().copied().filter_map(staff::rule).collect())?,
        ring_seconds: 20,
        rules: shifts::Rules::default(),
        active: true,
        sequence: 0,
    })
}

/// The shifts of one row, one for each officer; none from `leave_at` on.
fn plans(
    cast: &Cast,
    office: &'static str,
    turn: &TurnRow,
    day: NaiveDate,
    leave_at: Option<NaiveTime>,
) -> Vec<ShiftPlan> {
    let (_, from, until, tier, officers) = turn;
    let (Some(from), Some(until), Ok(tier)) = (local::time(from), local::time(until), Tier::new(*tier)) else {
        return Vec::new();
    };
    let until = leave_at.map_or(until, |leave_at| until.min(leave_at));
    let plan = |place: &usize| ShiftPlan { officer: cast[&(office, *place)], day, from, until, tier, position: None };
    officers.iter().map(plan).collect()
}

/// The first day from the day after tomorrow on which the hotline is open beyond the gap's beginning.
fn gap_day(scene: &Scene, hours: &OpeningHours, calendar: &Calendar) -> Option<NaiveDate> {
    let gap_from = GAP_FROM?;
    scene.days(2, 13).find(|day| {
        let last = hours.spans(*day, calendar).last().map(|span| local::wall(span.end).time());
        last.is_some_and(|closes| closes > gap_from)
    })
}

/// Two in the mornings, of whom one speaks English; one in the afternoons.
async fn want(desk: &Desk, scene: &Scene, hotline: HotlineId) -> anyhow::Result<()> {
    let english = Want { language: Some(Language::En), topic: None };
    for (from, until, want, officers) in
        [("08:00", "12:00", Want::default(), 2), ("12:00", "18:00", Want::default(), 1), ("09:00", "12:00", english, 1)]
    {
        let (Some(from), Some(until)) = (local::time(from), local::time(until)) else { continue };
        let weekdays = Weekdays::ALL.iter().take(5).collect();
        let demand = Demand { id: DemandId::mint(), hotline, weekdays, from, until, want, officers };
        demand::add_demand(desk, scene.since, &Actor::system(), &demand).await?;
    }
    Ok(())
}

/// Somebody has leave although they have a shift, and somebody was called away from one.
async fn disturb(desk: &Desk, scene: &Scene, hotline: HotlineId, gap: Option<NaiveDate>) -> anyhow::Result<()> {
    let system = Actor::system();
    let mut shifts = shifts::list_shifts(&desk.db, hotline, scene.window()).await?;
    shifts.retain(|shift| shift.tier == Tier::FIRST);
    shifts.sort_by_key(|shift| (shift.span, shift.position));
    let soon = scene.now + TimeDelta::days(5);
    if let Some(shift) = shifts.iter().find(|shift| shift.span.start > soon && Some(shift.day()) != gap) {
        let leave = (AbsenceKind::Leave, local::whole_day(shift.day()));
        people::enter_absence(desk, scene.now - TimeDelta::hours(20), &system, shift.officer, leave).await?;
    }
    let lately = scene.now - TimeDelta::days(2);
    let called_away = |shift: &&Shift| shift.span.end < lately;
    if let Some(shift) = shifts.iter().rev().find(called_away) {
        people::deploy(desk, shift.span.start + TimeDelta::minutes(50), &system, shift.officer).await?;
        people::back(desk, shift.span.end - TimeDelta::minutes(20), &system, shift.officer).await?;
    }
    Ok(())
}
