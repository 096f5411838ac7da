//! Two weeks of calls to the demonstration's hotlines, with every ending, and a few call-backs that are still open.

use chrono::{NaiveDate, TimeDelta};

use super::data::{self, Chance, HOTLINES, HotlineRow};
use super::exchange::{self, Answer, End, Script};
use super::{Scene, deliver};
use crate::calls::{self, CallbackState};
use crate::desk::Desk;
use crate::kernel::{Instant, Phone, Span, local};
use crate::offices::{self, Calendar};
use crate::people::Actor;
use crate::shifts::{self, Hotline};

pub async fn play(desk: &Desk, scene: &Scene) -> anyhow::Result<()> {
    for (place, row) in HOTLINES.iter().enumerate() {
        let number: Phone = row.number.parse()?;
        let Some(hotline) = shifts::find_hotline_by_number(&desk.db, &number).await? else { continue };
        let calendar = offices::load_calendar(&desk.db, hotline.office, scene.window()).await?;
        let line = Line { desk, row, hotline, calendar };
        line.play_days(scene, scene.chance(2 + place as u64)).await?;
    }
    close_old_callbacks(desk, scene).await
}

struct Line<'a> {
    desk: &'a Desk,
    row: &'a HotlineRow,
    hotline: Hotline,
    calendar: Calendar,
}

impl Line<'_> {
    async fn play_days(&self, scene: &Scene, mut chance: Chance) -> anyhow::Result<()> {
        let mut number = 0;
        for day in scene.days(-14, 0) {
            for at in self.times(scene, day, &mut chance) {
                let caller = data::citizen_phone(&mut chance);
                self.play(call(number, at, caller, &mut chance)).await?;
                number += 1;
            }
        }
        // Still to be called back.
        for hours in [27, 20, 2] {
            let at = scene.now - TimeDelta::hours(hours) - chance.minutes(0, 20);
            let caller = data::citizen_phone(&mut chance);
            let keys = match self.hotline.hours.open_at(at, &self.calendar) {
                true => vec!["", "1", "1", "1"],
                false => vec!["", "1", "1"],
            };
            self.play(Script { at, caller, keys, officers: vec![], end: End::Whole }).await?;
        }
        Ok(())
    }

    /// When the telephone rings on a day: never two at once, and once in the evening when it is closed.
    fn times(&self, scene: &Scene, day: NaiveDate, chance: &mut Chance) -> Vec<Instant> {
        let open = self.hotline.hours.spans(day, &self.calendar);
        let mut times = Vec::new();
        for span in open {
            let share = span.length() / self.row.calls_a_day as i32;
            let room = (share.num_minutes() - 25).max(1);
            times.extend((0..self.row.calls_a_day as i32).map(|n| span.start + share * n + chance.minutes(0, room)));
        }
        times.push(local::whole_day(day).start + TimeDelta::hours(19) + chance.minutes(0, 90));
        times.retain(|at| *at < scene.now - TimeDelta::minutes(40));
        times
    }

    async fn play(&self, script: Script) -> anyhow::Result<()> {
        let over = exchange::play(self.desk, &self.hotline.number, &script).await?;
        if matches!(script.end, End::Lost(_)) {
            calls::end_lost_calls(self.desk, over + TimeDelta::minutes(16)).await?;
        }
        deliver(self.desk, over).await
    }
}

/// How the n-th call goes. When the line is closed, the keys meet other questions, and nobody is rung.
fn call(number: usize, at: Instant, caller: Option<Phone>, chance: &mut Chance) -> Script {
    use Answer::{Accepts, Busy, Declines, DoesNotPickUp, Mailbox, NoSuchNumber, Unreachable};
    let talk = Accepts(2 + chance.below(14) as i64);
    let (keys, officers, end): (&[&str], &[Answer], End) = match number % 14 {
        0 => (&["", "1"], &[talk], End::Whole),
        1 => (&["", "2"], &[DoesNotPickUp, talk], End::Whole),
        2 => (&["", "3"], &[Busy, talk], End::Whole),
        3 => (&["9", "", "1"], &[talk], End::Whole),
        4 => (&["", "1"], &[Declines, talk], End::Whole),
        5 => (&["", "7", "2"], &[Mailbox, talk], End::Whole),
        6 => (&["", "0", "1", "1"], &[], End::Whole),
        7 => (&[""], &[], End::HangsUp(1)),
        8 => (&["", "1"], &[DoesNotPickUp, Busy, Declines], End::Whole),
        9 => (&["", "3"], &[], End::HangsUp(2)),
        10 => (&["", "2"], &[Unreachable, talk], End::Whole),
        11 => (&["", "0"], &[], End::Lost(1)),
        12 => (&["", "1"], &[NoSuchNumber, DoesNotPickUp, talk], End::Whole),
        // Withheld: the number to call back is typed. It is one for plays and films.
        _ => (&["", "1", "1", "015228817386", "1"], &[], End::Whole),
    };
    let caller = caller.filter(|_| number % 14 != 13);
    Script { at, caller, keys: keys.to_vec(), officers: officers.to_vec(), end }
}

/// Whoever asked to be called back more than a day and a half ago has been called, or could not be reached.
async fn close_old_callbacks(desk: &Desk, scene: &Scene) -> anyhow::Result<()> {
    let system = Actor::system();
    let window = Span { start: scene.since, end: scene.now - TimeDelta::hours(36) };
    for (place, opened) in calls::list_callbacks(desk, &system, window).await?.iter().enumerate() {
        let state = if place % 4 == 3 { CallbackState::GivenUp } else { CallbackState::Done };
        let at = opened.callback.requested_at + TimeDelta::minutes(95);
        calls::close_callback(desk, at, &system, opened.callback.id, state).await?;
    }
    Ok(())
}
