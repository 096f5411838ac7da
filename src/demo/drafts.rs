//! The demonstration's draft for a week to come: something changed, something empty, something to publish; and patterns.

use chrono::TimeDelta;

use super::{Cast, Scene};
use crate::desk::Desk;
use crate::kernel::id::RotationId;
use crate::kernel::local;
use crate::offices::OfficeId;
use crate::people::Actor;
use crate::rota::draft::{self, Change, NewDraft, SeenDraft, Terms};
use crate::rota::pattern::{self, Daily, Rotation, Unit};
use crate::shifts::{self, Tier};

/// How many officers of the state office take turns.
const TURNS: usize = 4;

pub async fn begin(desk: &Desk, scene: &Scene, cast: &Cast) -> anyhow::Result<()> {
    let (system, now) = (Actor::system(), scene.now - TimeDelta::hours(3));
    let monday = local::monday(scene.today) + TimeDelta::weeks(2);
    let new = NewDraft {
        office: OfficeId::STATE,
        name: format!("Woche ab {}", monday.format("%d.%m.")),
        first_day: monday,
        last_day: monday + TimeDelta::days(6),
    };
    let draft = draft::begin(desk, now, &system, &new).await?;
    let shifts = draft::list_shifts(&desk.db, draft.id, draft.window()).await?;
    if !shifts.is_empty() {
        pattern::remember_week(desk, now, &system, (&draft, monday), "Normale Woche").await?;
    }
    let mut seen = SeenDraft { draft: draft.id, version: 0 };
    if let [first, second, .., last] = shifts.as_slice() {
        let nobody = Change { officer: Some(None), ..Change::default() };
        seen.version = draft::change(desk, now, &system, seen, (first.planned.id, &nobody)).await?.version;
        let pinned = Change { pinned: Some(true), ..Change::default() };
        seen.version = draft::change(desk, now, &system, seen, (second.planned.id, &pinned)).await?.version;
        seen.version = draft::remove(desk, now, &system, seen, last.planned.id).await?.version;
    }
    let hotlines = shifts::list_hotlines(&desk.db, Some(&OfficeId::STATE)).await?;
    let officers: Vec<_> = (0..TURNS).filter_map(|place| cast.get(&("lka", place)).copied()).collect();
    if let ([hotline, ..], Some(evening), Some(night)) =
        (hotlines.as_slice(), local::time("17:00"), local::time("20:00"))
    {
        let saturday = monday + TimeDelta::days(5);
        let terms = Terms {
            hotline: hotline.id,
            officer: officers.first().copied(),
            span: local::span(saturday, evening, night),
            tier: Tier::FIRST,
            pinned: false,
        };
        draft::add(desk, now, &system, seen, &terms).await?;
        let rotation = Rotation {
            id: RotationId::mint(),
            sequence: 0,
            office: OfficeId::STATE,
            hotline: hotline.id,
            name: "Abendbereitschaft".to_owned(),
            officers,
            every: 1,
            unit: Unit::Weeks,
            first_day: local::monday(scene.today),
            hand_off: evening,
            daily: Some(Daily { from: evening, until: night }),
            tiers: 2,
            ahead: 0,
        };
        pattern::save_rotation(desk, now, &system, &rotation).await?;
    }
    Ok(())
}
