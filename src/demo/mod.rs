//! The demonstration: offices, officers, a rota, appointments and calls, all invented, made by the product's own verbs
//! with a clock that stands in the past. Not a second implementation of anything.
//!
//! Rule: nothing invented leaves the machine. Whatever the story below writes goes into the mailbox page, also where a
//! mail server is configured.

mod advice;
mod changes;
mod data;
mod drafts;
mod exchange;
mod http;
mod page;
mod phone;
mod rota;
mod staff;
mod wishes;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::desk::Desk;
use crate::feeds::{self, FeedOf};
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span, local};
use crate::outbox::{self, Senders};
use crate::people::{self, Actor};
use crate::rounds;

pub use data::duty_line;
use data::{Chance, Who};

pub use http::doors;
pub use page::pages;

/// How far back the story begins.
const PAST: TimeDelta = TimeDelta::days(28);

/// When the story is told.
struct Scene {
    now: Instant,
    today: NaiveDate,
    /// When everything was set up.
    since: Instant,
}

/// Who is who.
type Cast = BTreeMap<Who, OfficerId>;

impl Scene {
    fn at(now: Instant) -> Self {
        let today = local::day(now);
        Self { now, today, since: local::whole_day(today - PAST).start + TimeDelta::hours(8) }
    }

    /// Chance of its own for each part of the story, the same on one day.
    fn chance(&self, part: u64) -> Chance {
        Chance::new(part << 32 | u64::from(self.today.num_days_from_ce().unsigned_abs()))
    }

    /// Local days counted from today, both included.
    fn days(&self, first: i64, last: i64) -> impl Iterator<Item = NaiveDate> + use<> {
        let first_day = self.today + TimeDelta::days(first);
        first_day.iter_days().take((last - first + 1).unsigned_abs() as usize)
    }

    /// All days of which the story tells.
    fn window(&self) -> Span {
        Span { start: self.since, end: local::whole_day(self.today + PAST).end }
    }
}

/// Fills an empty database with the demonstration; one that holds officers already is left as it is.
pub async fn fill(desk: &Desk, now: Instant) -> anyhow::Result<()> {
    if !people::list_officers(&desk.db, None).await?.is_empty() {
        return Ok(());
    }
    let scene = Scene::at(now);
    let cast = staff::hire(desk, &scene).await?;
    // Hashing passwords takes a core half a second; the database has other work meanwhile.
    tokio::try_join!(staff::add_users(desk, &scene, &cast), tell(desk, &scene, &cast))?;
    Ok(())
}

async fn tell(desk: &Desk, scene: &Scene, cast: &Cast) -> anyhow::Result<()> {
    staff::open_offices(desk, scene).await?;
    staff::excuse(desk, scene, cast).await?;
    rota::plan(desk, scene, cast).await?;
    drafts::begin(desk, scene, cast).await?;
    wishes::tell(desk, scene, cast).await?;
    advice::offer(desk, scene, cast).await?;
    advice::book(desk, scene).await?;
    phone::play(desk, scene).await?;
    rota::help(desk, scene).await?;
    changes::play(desk, scene, cast).await?;
    let system = Actor::system();
    for of in [FeedOf::Officer(cast[&data::ADVISER]), FeedOf::Office(data::office(data::ADVISER.0))] {
        feeds::open_feed(desk, scene.now, &system, of).await?;
    }
    Ok(())
}

/// Puts what waits in the outbox into the mailbox page, as of `at`.
async fn deliver(desk: &Desk, at: Instant) -> anyhow::Result<()> {
    while outbox::deliver_due(desk, at, &Senders::Mailbox).await? > 0 {}
    Ok(())
}

/// Moves the clock and lets happen what is due then. False, and nothing moved, if the clock would leave 2020 to 2099.
async fn advance(desk: &Desk, by: TimeDelta) -> bool {
    let then = desk.now() + by;
    if !(2020..2100).contains(&then.utc().year()) {
        return false;
    }
    desk.clock.advance(by);
    rounds::sweep(desk).await;
    rounds::keep(desk).await;
    desk.outbox_bell.notify_one();
    true
}

/// What to try, for the terminal.
pub fn greeting(address: &str) -> String {
    let (password, hotline) = (data::PASSWORD, data::MAIN_NUMBER);
    format!(
        "Sprechzeit, the demonstration. All people in it are invented.

  {address}/            a citizen books an appointment   ({address}/en in English)
  {address}/demo        what to try, and the clock
  {address}/demo/post   every mail and text message that was sent
  {address}/telefon     the test telephone: call {hotline}
  {address}/dienst      staff; sign in as
                          planung    plans the advice line of the state office
                          beratung   advises there, by telephone and appointment
                          land       administers the whole state
                        each with the password {password}
  {address}/api/v1/openapi.json   the programmer's door
"
    )
}
