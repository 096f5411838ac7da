//! The demonstration's changes of the rota: what is confirmed, who looks for somebody, what waits for approval.

use chrono::TimeDelta;

use super::{Cast, Scene, data};
use crate::desk::Desk;
use crate::kernel::Span;
use crate::kernel::id::OfficerId;
use crate::people::{self, Actor};
use crate::rota::change::ChangeError;
use crate::rota::cover::{self, CoverError};
use crate::rota::reminders;
use crate::rota::swaps::{self, Ask, Swap, SwapError, Yes};
use crate::shifts::{self, Shift, ShiftsError, Tier};

/// At the office of whoever signs in as `beratung`.
pub async fn play(desk: &Desk, scene: &Scene, cast: &Cast) -> anyhow::Result<()> {
    let (system, office, adviser) = (Actor::system(), data::office(data::ADVISER.0), cast[&data::ADVISER]);
    let soon = Span { start: scene.now + TimeDelta::hours(30), end: scene.now + TimeDelta::days(14) };
    let mut shifts = shifts::list_shifts_at(&desk.db, office, soon).await?;
    let absences = people::list_absences(&desk.db, soon).await?;
    let is_away = |shift: &Shift| absences.iter().any(|it| it.officer == shift.officer && it.touches(shift.span));
    if let Some(needed) = shifts.iter().find(|shift| shift.tier == Tier::FIRST && is_away(shift)) {
        match cover::ask(desk, scene.now, &system, needed.id).await {
            Err(CoverError::Change(ChangeError::Shift(ShiftsError::Db(error)))) => return Err(error.into()),
            _asked => {}
        }
    }
    shifts.retain(|shift| shift.tier == Tier::FIRST && shift.span.start > soon.start && !is_away(shift));
    let (own, others): (Vec<Shift>, Vec<Shift>) = shifts.into_iter().partition(|shift| shift.officer == adviser);
    if let [first, second, ..] = own.as_slice() {
        reminders::confirm(desk, scene.now, &system, first.id).await?;
        ask(desk, scene, second, (false, "An dem Tag ist Elternabend.")).await?;
    }
    let mut colleagues = others.iter();
    if let Some(shift) = colleagues.next() {
        ask(desk, scene, shift, (true, "Ich ziehe um und übernehme dafür gern einen anderen Dienst.")).await?;
    }
    let other = colleagues.find(|shift| others.first().is_some_and(|first| first.officer != shift.officer));
    if let Some(shift) = other {
        let swap = ask(desk, scene, shift, (false, "")).await?;
        agree(desk, scene, &swap, people::list_officers(&desk.db, Some(&office)).await?.iter().map(|it| it.id)).await?;
    }
    Ok(())
}

async fn ask(desk: &Desk, scene: &Scene, shift: &Shift, (wants_return, note): (bool, &str)) -> anyhow::Result<Swap> {
    let ask = Ask { shift: shift.id, part: None, asked: None, in_return: None, wants_return, note: note.to_owned() };
    Ok(swaps::ask(desk, scene.now, &Actor::system(), &ask).await?)
}

/// The first colleague who can takes it; the office has not approved yet.
async fn agree(
    desk: &Desk,
    scene: &Scene,
    swap: &Swap,
    colleagues: impl Iterator<Item = OfficerId>,
) -> anyhow::Result<()> {
    for colleague in colleagues.filter(|it| *it != swap.officer) {
        match swaps::take(
            desk,
            scene.now,
            &Actor::system(),
            swap.id,
            Yes { officer: colleague, part: None, in_return: None },
        )
        .await
        {
            Ok(_) => return Ok(()),
            Err(SwapError::Change(ChangeError::Shift(ShiftsError::Db(error)))) => return Err(error.into()),
            Err(_cannot) => {}
        }
    }
    Ok(())
}
