//! The demonstration's part time, wishes and leave: something to decide, and something for "who can?" to say.

use chrono::{NaiveDate, TimeDelta, Weekday};

use super::{Cast, Scene};
use crate::desk::Desk;
use crate::kernel::{Span, local};
use crate::people::Actor;
use crate::rota::terms::{self, Terms};
use crate::rota::wishes::{self, Leaning, When};

/// Who of the state office works part time: place in its list, per cent, hours a week at most.
const PART_TIME: &[(usize, i64, i64)] = &[(1, 50, 21), (4, 75, 31)];

/// A wish of each week: who of the state office, which way, when, and what they write to it.
type WishRow = (usize, Leaning, Weekday, &'static str, &'static str, &'static str);

const WISHES: &[WishRow] = &[
    (1, Leaning::Cannot, Weekday::Fri, "00:00", "24:00", "frei wegen Teilzeit"),
    (2, Leaning::RatherNot, Weekday::Mon, "08:00", "10:00", "Kita"),
    (3, Leaning::Available, Weekday::Thu, "13:00", "17:00", ""),
];

pub async fn tell(desk: &Desk, scene: &Scene, cast: &Cast) -> anyhow::Result<()> {
    let (system, officer) = (Actor::system(), |place: usize| cast[&("lka", place)]);
    for (place, percent, most) in PART_TIME {
        let terms = Terms { percent: *percent, max_week_hours: Some(*most), sequence: 0 };
        terms::set_terms(desk, scene.since, &system, officer(*place), terms).await?;
    }
    for (place, leaning, weekday, from, until, note) in WISHES {
        let (Some(from), Some(until)) = (local::time(from), local::time(until)) else { continue };
        let when = When::Weekly { weekday: *weekday, from, until };
        wishes::wish(desk, scene.since, &system, officer(*place), (*leaning, when, note)).await?;
    }
    let monday = local::monday(scene.today) + TimeDelta::weeks(2);
    let asked = [(0, days(monday, 5), "Besuch bei der Familie"), (5, days(monday + TimeDelta::weeks(1), 2), "")];
    for (place, span, note) in asked {
        let at = scene.now - TimeDelta::hours(3);
        wishes::ask_for_leave(desk, at, &system, officer(place), (span, note)).await?;
    }
    Ok(())
}

fn days(first: NaiveDate, count: i64) -> Span {
    let last = first + TimeDelta::days(count - 1);
    Span { start: local::whole_day(first).start, end: local::whole_day(last).end }
}
