//! The duty number: an officer calls it, types number and PIN, hears their next shifts, and says that they are sick,
//! deployed or back.
//!
//! Not a hotline: nobody else is rung, and no citizen hears it. Rule: each input is taken once, and answered alike when the
//! provider repeats it; what is said ends the absence or begins it by the same verbs as the button on the page.

mod page;
pub mod store;

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use crate::db::DbError;
use crate::desk::Desk;
use crate::flows::{Speech, spoken};
use crate::kernel::id::{DutyCallId, UserId};
use crate::kernel::{Instant, Language, Phone, Span, local};
use crate::people::{self, AbsenceKind, Actor, NUMBER_DIGITS, PIN_DIGITS, PeopleError};
use crate::rota::cover::{self, CoverError};
use crate::shifts::{self, Shift};
use crate::vault::Place;

use super::provider::{Ask, Inbound, Step, Then};
use super::{CallsError, Dialect, address, officer_says};

pub use page::pages;

/// What the next keys answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    Who,
    What,
    /// Whether they really are sick.
    Sick,
    Nothing,
}

/// A call at the duty number.
#[derive(Clone, Debug)]
pub struct DutyCall {
    id: DutyCallId,
    provider: String,
    asks: Asks,
    user: Option<UserId>,
    /// Wrong or missing inputs in a row.
    tries: i64,
    step: i64,
    reply: Option<Vec<u8>>,
}

/// Wrong or missing inputs that a call may have in a row.
const TRIES: i64 = 3;
/// Shifts that are read out.
const READ_OUT: usize = 3;
const AHEAD: TimeDelta = TimeDelta::weeks(4);
/// So long a pause ends the input.
const PATIENCE: u32 = 8;
const KEPT: TimeDelta = TimeDelta::days(1);

/// Whether this number is the duty number.
pub fn is_called(desk: &Desk, number: Option<&Phone>) -> bool {
    desk.config.telephony.duty_line.as_ref().is_some_and(|line| Some(&line.0) == number)
}

/// An officer calls. Announced again, it is answered as the first time.
pub async fn incoming(desk: &Desk, now: Instant, dialect: Dialect, inbound: &Inbound) -> Result<Step, CallsError> {
    let leg = (dialect.name(), inbound.leg.as_str());
    let mut tx = desk.db.begin().await?;
    store::insert(&mut tx, DutyCallId::mint(), leg, now).await?;
    let call = store::find_by_provider(&mut tx, leg.0, leg.1).await?.ok_or(CallsError::NoSuchCall)?;
    tx.commit().await?;
    match call.step {
        0 => Ok(ask(desk, dialect, &call, officer_says("duty-line-welcome", &[]))),
        _ => Ok(repeated(desk, dialect, &call)),
    }
}

/// What was typed after input number `step` was asked for.
pub async fn advance(
    desk: &Desk,
    now: Instant,
    dialect: Dialect,
    (id, step): (DutyCallId, i64),
    inbound: &Inbound,
) -> Result<Step, CallsError> {
    let mut tx = desk.db.begin().await?;
    let is_new = store::take(&mut tx, (id, step), dialect.name()).await?;
    let call = store::find(&mut tx, id).await?.filter(|call| call.provider == dialect.name());
    let mut call = call.ok_or(CallsError::NoSuchCall)?;
    tx.commit().await?;
    if !is_new {
        return Ok(repeated(desk, dialect, &call));
    }
    let said = call.hear(desk, now, &inbound.keys).await?;
    let reply = match call.asks {
        Asks::Nothing => Step::hang_up(said),
        Asks::Who | Asks::What | Asks::Sick => ask(desk, dialect, &call, said),
    };
    call.reply = Some(desk.vault.seal_json(sealed(&call.id), &reply));
    let mut tx = desk.db.begin().await?;
    store::keep(&mut tx, &call).await?;
    tx.commit().await?;
    Ok(reply)
}

/// Forgets calls that are long over. Called by rounds.
pub async fn forget(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let forgotten = store::forget(&mut tx, now - KEPT).await?;
    tx.commit().await?;
    Ok(forgotten)
}

fn sealed(id: &DutyCallId) -> Place<'_> {
    Place { column: "duty_calls.reply", record: id }
}

/// The answer that was given; where it was never finished, the question is asked again.
fn repeated(desk: &Desk, dialect: Dialect, call: &DutyCall) -> Step {
    let reply = call.reply.as_ref().and_then(|reply| desk.vault.open_json(sealed(&call.id), reply).ok());
    reply.unwrap_or_else(|| match call.asks {
        Asks::Who => ask(desk, dialect, call, officer_says("duty-line-silence", &[])),
        Asks::What | Asks::Sick => ask(desk, dialect, call, officer_says("duty-line-menu", &[])),
        Asks::Nothing => Step::hang_up(officer_says("duty-line-goodbye", &[])),
    })
}

fn ask(desk: &Desk, dialect: Dialect, call: &DutyCall, prompts: Vec<Speech>) -> Step {
    let (digits, finish_on) = match call.asks {
        Asks::Who => (NUMBER_DIGITS + PIN_DIGITS, Some('#')),
        Asks::What | Asks::Sick | Asks::Nothing => (1, None),
    };
    let ask = Ask {
        prompts,
        digits: u8::try_from(digits).unwrap_or(u8::MAX),
        finish_on,
        timeout_seconds: PATIENCE,
        music: None,
        action: address(desk, dialect, &format!("duty/{}/{}", call.id, call.step)),
    };
    Step { say: vec![], then: Then::Ask(ask) }
}

impl DutyCall {
    /// What is said to the keys; `asks` is then what comes next.
    async fn hear(&mut self, desk: &Desk, now: Instant, keys: &str) -> Result<Vec<Speech>, CallsError> {
        let actor = match self.user {
            Some(user) => people::find_user_again(desk, user).await?,
            None => None,
        };
        match (self.asks, actor) {
            (Asks::Who, _) => self.identify(desk, now, keys).await,
            (Asks::What, Some(actor)) => self.choose(desk, now, (&actor, keys)).await,
            (Asks::Sick, Some(actor)) => self.confirm_sick(desk, now, (&actor, keys)).await,
            // Somebody who was let in and is gone since, or a call that is over.
            (Asks::What | Asks::Sick, None) | (Asks::Nothing, _) => Ok(self.end("duty-line-goodbye")),
        }
    }

    async fn identify(&mut self, desk: &Desk, now: Instant, keys: &str) -> Result<Vec<Speech>, CallsError> {
        if keys.is_empty() {
            return Ok(self.again("duty-line-silence"));
        }
        match people::identify(desk, now, keys).await {
            Ok(actor) => {
                let people::ActorId::User(user) = actor.id else { return Ok(self.end("duty-line-goodbye")) };
                (self.user, self.asks, self.tries) = (Some(user), Asks::What, 0);
                let mut said = officer_says("duty-line-greeting", &[("name", &actor.name)]);
                said.extend(self.situation(desk, now, &actor).await?);
                Ok(said)
            }
            Err(PeopleError::TooManyTries) => Ok(self.end("duty-line-locked")),
            Err(PeopleError::Db(error)) => Err(error.into()),
            Err(_) => Ok(self.again("duty-line-wrong")),
        }
    }

    async fn choose(
        &mut self,
        desk: &Desk,
        now: Instant,
        (actor, keys): (&Actor, &str),
    ) -> Result<Vec<Speech>, CallsError> {
        let Some(officer) = actor.officer else { return Ok(self.end("duty-line-goodbye")) };
        let done = match keys {
            "1" => {
                (self.asks, self.tries) = (Asks::Sick, 0);
                return Ok(until_says("duty-line-ask-sick", cover::sick_until(&desk.db, now, officer).await?, now));
            }
            "2" => people::deploy(desk, now, actor, officer).await.map(|_| "duty-line-deployed"),
            "3" => people::back(desk, now, actor, officer).await.map(|()| "duty-line-back"),
            "9" => {
                self.tries = 0;
                return self.situation(desk, now, actor).await;
            }
            "" => return Ok(self.again("duty-line-menu")),
            _ => {
                let mut said = self.again("duty-line-no-such-key");
                if self.asks == Asks::What {
                    said.extend(officer_says("duty-line-menu", &[]));
                }
                return Ok(said);
            }
        };
        self.tries = 0;
        let word = match done {
            Ok(word) => word,
            Err(PeopleError::DeployedAlready) => "duty-line-deployed-already",
            Err(PeopleError::NotDeployed) => "duty-line-not-deployed",
            Err(PeopleError::Db(error)) => return Err(error.into()),
            Err(_) => return Ok(self.end("duty-line-goodbye")),
        };
        let mut said = officer_says(word, &[]);
        said.extend(officer_says("duty-line-menu", &[]));
        Ok(said)
    }

    async fn confirm_sick(
        &mut self,
        desk: &Desk,
        now: Instant,
        (actor, keys): (&Actor, &str),
    ) -> Result<Vec<Speech>, CallsError> {
        let Some(officer) = actor.officer else { return Ok(self.end("duty-line-goodbye")) };
        self.asks = Asks::What;
        let mut said = match keys {
            "1" => match cover::report_sick(desk, now, actor, officer, None).await {
                Ok(sick) => until_says("duty-line-sick", sick.absence.span.end, now),
                Err(CoverError::People(PeopleError::Db(error))) => return Err(error.into()),
                Err(_) => return Ok(self.end("duty-line-give-up")),
            },
            _ => officer_says("duty-line-not-sick", &[]),
        };
        said.extend(officer_says("duty-line-menu", &[]));
        Ok(said)
    }

    /// Whether they are away, their next shifts, and what can be pressed.
    async fn situation(&self, desk: &Desk, now: Instant, actor: &Actor) -> Result<Vec<Speech>, CallsError> {
        let Some(officer) = actor.officer else { return Ok(officer_says("duty-line-menu", &[])) };
        let ahead = Span { start: now, end: now + AHEAD };
        let mut glance = desk.db.glance().await?;
        let absences = people::list_absences_of(&mut glance, officer, ahead).await?;
        let mut shifts = shifts::list_shifts_of(&mut glance, officer, ahead).await?;
        shifts.retain(Shift::is_published);
        shifts.sort_by_key(|shift| shift.span);
        let is_away = |kind| absences.iter().any(|absence| absence.kind == kind && absence.covers(now));
        let mut said = Vec::new();
        for (kind, word) in
            [(AbsenceKind::Deployment, "duty-line-is-deployed"), (AbsenceKind::Sick, "duty-line-is-sick")]
        {
            if is_away(kind) {
                said.extend(officer_says(word, &[]));
            }
        }
        let heading = if shifts.is_empty() { "duty-line-no-shift" } else { "duty-line-shifts" };
        said.extend(officer_says(heading, &[]));
        for shift in shifts.iter().take(READ_OUT) {
            let hotline = shifts::find_hotline(&mut glance, shift.hotline).await?;
            let (from, until) = (local::wall(shift.span.start).time(), local::wall(shift.span.end).time());
            let day = spoken::day(shift.day(), now, Language::De);
            let times = spoken::times(from, until, Language::De);
            let name = hotline.map(|hotline| hotline.name).unwrap_or_default();
            said.extend(officer_says("duty-line-shift", &[("day", &day), ("times", &times), ("hotline", &name)]));
        }
        said.extend(officer_says("duty-line-menu", &[]));
        Ok(said)
    }

    /// Asks again, or gives up.
    fn again(&mut self, word: &str) -> Vec<Speech> {
        self.tries += 1;
        if self.tries >= TRIES { self.end("duty-line-give-up") } else { officer_says(word, &[]) }
    }

    fn end(&mut self, word: &str) -> Vec<Speech> {
        self.asks = Asks::Nothing;
        officer_says(word, &[])
    }
}

fn until_says(word: &str, until: Instant, now: Instant) -> Vec<Speech> {
    let last_day = local::day(until - TimeDelta::minutes(1));
    let words = format!("{} um 24 Uhr", spoken::day(last_day, now, Language::De));
    officer_says(word, &[("until", &words)])
}

impl fmt::Display for Asks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Who => "who",
            Self::What => "what",
            Self::Sick => "sick",
            Self::Nothing => "nothing",
        })
    }
}

impl FromStr for Asks {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Who, Self::What, Self::Sick, Self::Nothing].into_iter().find(|asks| asks.to_string() == text).ok_or(())
    }
}
