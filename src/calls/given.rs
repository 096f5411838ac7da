//! What an officer has ordered in a talk, and what has become of it: told on their page, from what is recorded.
//!
//! Rule: nothing is told as done before the provider has come with the leg, or a colleague has pressed the key.

use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::{AttemptId, CallId, OfficerId};
use crate::people::{self, Actor};

use super::call::{Attempt, CallState, Outcome};
use super::orders::{OrderState, Ordered, What};
use super::{CallsError, LONGEST_TALK, room, store};

/// So long after an order it is told what became of it.
const TOLD: TimeDelta = TimeDelta::minutes(30);

/// An order that an officer has given.
#[derive(Clone, Debug)]
pub struct Given {
    /// Never a room: that is how the others are carried out.
    pub what: What,
    pub at: Instant,
    pub became: Became,
    /// Who was asked to join.
    pub colleague: Option<String>,
}

/// What has become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// The provider has it.
    UnderWay,
    Happened,
    /// At the colleague's.
    Rings,
    Joined,
    DidNotJoin,
    Refused,
    /// Nobody knows, and it is not sent again.
    Unknown,
    /// The call was over before.
    TooLate,
}

impl Became {
    fn of(order: &Ordered, attempts: &[Attempt], is_over: bool) -> Self {
        let asked = attempts.iter().find(|attempt| attempt.id == order.attempt);
        match (order.what, order.state) {
            (_, OrderState::Refused) => Self::Refused,
            (What::AddOfficer, state) => match asked.map(|asked| (asked.outcome, asked.accepted_at)) {
                Some((_, Some(_))) => Self::Joined,
                Some((Outcome::Ringing, None)) if state == OrderState::Unknown => Self::Unknown,
                Some((Outcome::Ringing, None)) => Self::Rings,
                Some((_, None)) | None => Self::DidNotJoin,
            },
            _ if order.step.is_some() => Self::Happened,
            (_, OrderState::Unknown) => Self::Unknown,
            (_, OrderState::Sent | OrderState::Done) if is_over => Self::TooLate,
            (_, OrderState::Sent | OrderState::Done) => Self::UnderWay,
        }
    }
}

/// What the actor has ordered lately, in the talk that they have or had last; in order.
pub async fn list_given(desk: &Desk, now: Instant, actor: &Actor) -> Result<Vec<Given>, CallsError> {
    let Some(officer) = actor.officer else { return Ok(vec![]) };
    let Some(own) = store::find_last_talk(&desk.db, officer, now - LONGEST_TALK).await? else { return Ok(vec![]) };
    list(desk, own.call, |order| order.sent_at > now - TOLD && order.is_of(own.id)).await
}

/// All that was ordered in a call of the actor's office, whoever talked; in order.
pub async fn list_given_in(desk: &Desk, actor: &Actor, call: CallId) -> Result<Vec<Given>, CallsError> {
    let found = store::find_listed(&desk.db, call).await?.filter(|call| actor.may_see(&call.office));
    found.ok_or(CallsError::NoSuchCall)?;
    list(desk, call, |_| true).await
}

async fn list(desk: &Desk, call: CallId, wanted: impl Fn(&Ordered) -> bool) -> Result<Vec<Given>, CallsError> {
    let loaded = store::find_call(&desk.db, &desk.vault, call).await?;
    let is_over = loaded.is_none_or(|loaded| loaded.call.state == CallState::Ended);
    let attempts = store::list_attempts(&desk.db, call).await?;
    let mut given = Vec::new();
    for order in store::list_orders(&desk.db, call).await?.into_iter().filter(wanted) {
        let Some(what) = meant_by(&order) else { continue };
        let became = Became::of(&order, &attempts, is_over);
        let colleague = if what == What::AddOfficer { name_of(desk, order.officer).await? } else { None };
        given.push(Given { what, at: order.sent_at, became, colleague });
    }
    Ok(given)
}

impl Ordered {
    /// Whether it was given in this officer's talk.
    fn is_of(&self, talk: AttemptId) -> bool {
        match self.what {
            What::AddOfficer => self.detail == talk.to_string(),
            What::CallBack | What::Room | What::Abuse | What::Requeue | What::Instruct | What::End => {
                self.attempt == talk
            }
        }
    }
}

/// What somebody meant who gave an order; none where it is a part of another one.
fn meant_by(order: &Ordered) -> Option<What> {
    match order.what {
        What::AddOfficer | What::Abuse | What::Requeue | What::Instruct => Some(order.what),
        What::Room => (order.detail == room::INSTRUCTED).then_some(What::Instruct),
        What::CallBack | What::End => None,
    }
}

async fn name_of(desk: &Desk, officer: OfficerId) -> Result<Option<String>, CallsError> {
    Ok(people::find_officer(&desk.db, officer).await?.map(|officer| officer.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::OrderId;

    fn attempt(id: AttemptId, outcome: Outcome, accepted_at: Option<Instant>) -> Attempt {
        Attempt {
            id,
            call: CallId::mint(),
            officer: OfficerId::mint(),
            tier: 1,
            why: String::new(),
            outcome,
            rang_at: Instant(0),
            accepted_at,
            ended_at: None,
            helper: None,
            is_plain: false,
        }
    }

    fn order(what: What, attempt: AttemptId, state: OrderState, step: Option<i64>) -> Ordered {
        Ordered {
            id: OrderId::mint(),
            what,
            call: CallId::mint(),
            attempt,
            officer: OfficerId::mint(),
            detail: String::new(),
            state,
            leg: None,
            why: String::new(),
            step,
            sent_at: Instant(0),
        }
    }

    #[test]
    fn an_order_is_told_as_done_only_when_it_has_happened() {
        use OrderState::{Done, Refused, Sent, Unknown};
        let (own, asked) = (AttemptId::mint(), AttemptId::mint());
        let none = || attempt(asked, Outcome::NoAnswer, None);
        let rings = || attempt(asked, Outcome::Ringing, None);
        let joined = || attempt(asked, Outcome::Accepted, Some(Instant(1)));
        for (what, state, step, colleague, is_over, became) in [
            (What::Requeue, Sent, None, none(), false, Became::UnderWay),
            (What::Requeue, Done, None, none(), false, Became::UnderWay),
            (What::Requeue, Done, Some(4), none(), false, Became::Happened),
            (What::Abuse, Done, Some(4), none(), true, Became::Happened),
            (What::Abuse, Done, None, none(), true, Became::TooLate),
            (What::Abuse, Refused, None, none(), true, Became::Refused),
            (What::Instruct, Unknown, None, none(), false, Became::Unknown),
            (What::AddOfficer, Done, None, rings(), false, Became::Rings),
            (What::AddOfficer, Unknown, None, rings(), false, Became::Unknown),
            (What::AddOfficer, Unknown, None, joined(), false, Became::Joined),
            (What::AddOfficer, Done, None, none(), false, Became::DidNotJoin),
        ] {
            let id = if what == What::AddOfficer { asked } else { own };
            let order = order(what, id, state, step);
            assert_eq!(Became::of(&order, &[colleague], is_over), became, "{order:?}");
        }
    }
}
