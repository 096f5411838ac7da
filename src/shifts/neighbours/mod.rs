//! Neighbours' help (Nachbarschaftshilfe): whose officers are rung where a hotline's own ones cannot be.
//!
//! A table, row by row: who helps whom, with which topics, when, and how many talks a month. Rules: both sides agree,
//! either ends it; help is given by the helper's own officers alone, so a call never travels on from there.

mod http;
pub(super) mod store;

use std::collections::BTreeSet;

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::HotlineId;
use crate::kernel::{Instant, local};
use crate::offices::{Calendar, OpeningHours, TopicId};
use crate::people::{self, Actor};

use super::{Hotline, ShiftsError, find_hotline};

pub use http::api;
pub use store::{find_neighbour, list_helpers, list_neighbours};

/// The most talks a month that can be agreed.
pub const MOST_TALKS: i64 = 100_000;

/// One hotline that helps another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    pub asking: HotlineId,
    /// The hotline whose officers are rung.
    pub helper: HotlineId,
    /// In which order neighbours are asked, from 1.
    pub position: i64,
    /// Empty: every topic.
    pub topics: BTreeSet<TopicId>,
    /// Empty: whenever somebody is on duty there. Closed on the helper's holidays, as all hours.
    pub hours: OpeningHours,
    /// So many talks with its callers the helper takes in a calendar month, 1 to [`MOST_TALKS`].
    pub talks_a_month: i64,
    /// None: asked for, and not in force.
    pub agreed_at: Option<Instant>,
}

/// Two hotlines: who asks, who helps.
pub type Pair = (HotlineId, HotlineId);

/// What help cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HelpFault {
    #[error("a hotline does not help itself")]
    Itself,
    #[error("the helper takes 1 to 100000 talks a month")]
    Talks,
    #[error("neighbours are asked in an order from 1 to 99")]
    Position,
    #[error("there is no such hotline in service")]
    NoSuchHelper,
    #[error("nobody has asked for this help, or it has ended")]
    NotAsked,
}

impl Neighbour {
    /// Whether the helper takes a call about a topic at an instant; how many it has taken is asked elsewhere.
    pub fn helps(&self, at: Instant, topic: Option<TopicId>, calendar: &Calendar) -> bool {
        let about = self.topics.is_empty() || topic.is_some_and(|topic| self.topics.contains(&topic));
        self.agreed_at.is_some() && about && (self.hours.is_empty() || self.hours.open_at(at, calendar))
    }

    fn check(&self) -> Result<(), HelpFault> {
        match self {
            _ if self.asking == self.helper => Err(HelpFault::Itself),
            _ if !(1..=MOST_TALKS).contains(&self.talks_a_month) => Err(HelpFault::Talks),
            _ if !(1..=99).contains(&self.position) => Err(HelpFault::Position),
            _ => Ok(()),
        }
    }
}

/// The month, in Berlin, in which an instant lies: caps count in it.
pub fn month_of(at: Instant) -> crate::kernel::Span {
    local::whole_month(local::day(at))
}

/// Asks a neighbour for help, or for other help than before. In force once the helper's planners agree; at once where
/// whoever asks plans both.
pub async fn ask_for_help(desk: &Desk, now: Instant, actor: &Actor, wanted: &Neighbour) -> Result<(), ShiftsError> {
    wanted.check()?;
    let mut tx = desk.db.begin().await?;
    let asking = planned(&mut tx, actor, wanted.asking).await?;
    let helper = find_hotline(&mut tx, wanted.helper).await?.filter(|helper| helper.active);
    let helper = helper.ok_or(HelpFault::NoSuchHelper)?;
    let agreed_at = actor.may_plan(&helper.office).then_some(now);
    store::save_neighbour(&mut tx, &Neighbour { agreed_at, ..wanted.clone() }).await?;
    people::record(&mut tx, now, actor, "ask_for_help", (&asking.id, &asking.office)).await?;
    Ok(tx.commit().await?)
}

/// The helper's planners agree, for so many talks a month. Agreed already, it changes their number.
pub async fn agree_to_help(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (asking, helper): Pair,
    talks_a_month: i64,
) -> Result<(), ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let helping = planned(&mut tx, actor, helper).await?;
    let asked = find_neighbour(&mut tx, (asking, helper)).await?.ok_or(HelpFault::NotAsked)?;
    let agreed = Neighbour { talks_a_month, agreed_at: asked.agreed_at.or(Some(now)), ..asked };
    agreed.check()?;
    store::save_neighbour(&mut tx, &agreed).await?;
    people::record(&mut tx, now, actor, "agree_to_help", (&helping.id, &helping.office)).await?;
    Ok(tx.commit().await?)
}

/// Ends help, from either side; it can be asked for again.
pub async fn end_help(desk: &Desk, now: Instant, actor: &Actor, (asking, helper): Pair) -> Result<(), ShiftsError> {
    let mut tx = desk.db.begin().await?;
    let mine = match planned(&mut tx, actor, asking).await {
        Ok(hotline) => hotline,
        Err(_) => planned(&mut tx, actor, helper).await?,
    };
    if !store::delete_neighbour(&mut tx, (asking, helper)).await? {
        return Err(HelpFault::NotAsked.into());
    }
    people::record(&mut tx, now, actor, "end_help", (&mine.id, &mine.office)).await?;
    Ok(tx.commit().await?)
}

/// A hotline that the actor plans.
async fn planned(tx: &mut Tx, actor: &Actor, id: HotlineId) -> Result<Hotline, ShiftsError> {
    let hotline = find_hotline(&mut *tx, id).await?.ok_or(ShiftsError::NoSuchHotline)?;
    super::may_plan(actor, &hotline)?;
    Ok(hotline)
}

/// A hotline's rows of the table, with the hotlines that are in service.
pub async fn load_helpers(mut from: impl Read, asking: HotlineId) -> Result<Vec<(Neighbour, Hotline)>, DbError> {
    let mut helpers = Vec::new();
    for neighbour in list_helpers(&mut from, asking).await? {
        let helper = find_hotline(&mut from, neighbour.helper).await?.filter(|hotline| hotline.active);
        helpers.extend(helper.map(|helper| (neighbour, helper)));
    }
    Ok(helpers)
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveTime, Weekday};

    use super::*;

    #[test]
    fn a_neighbour_helps_with_its_topics_in_its_hours_once_it_has_agreed() {
        let topic = |code: &str| code.parse::<TopicId>().unwrap();
        let nine_to_ten = [9, 10].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
        let all = Neighbour {
            asking: HotlineId::mint(),
            helper: HotlineId::mint(),
            position: 1,
            topics: BTreeSet::new(),
            hours: OpeningHours::default(),
            talks_a_month: 10,
            agreed_at: Some(Instant(0)),
        };
        let hours = OpeningHours::on(&[Weekday::Fri], nine_to_ten[0], nine_to_ten[1]).unwrap();
        let some = Neighbour { topics: [topic("einbruchschutz")].into(), hours, ..all.clone() };
        let asked = Neighbour { agreed_at: None, ..all.clone() };
        let calendar = Calendar::default();
        let friday = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let [inside, outside] =
            [30, 60].map(|minutes| local::start(friday.and_time(nine_to_ten[0])) + chrono::TimeDelta::minutes(minutes));
        let burglary = Some(topic("einbruchschutz"));
        for (neighbour, at, about, helps) in [
            (&all, outside, None, true),
            (&some, inside, burglary, true),
            (&some, outside, burglary, false),
            (&some, inside, None, false),
            (&asked, inside, burglary, false),
        ] {
            assert_eq!(neighbour.helps(at, about, &calendar), helps, "{neighbour:?} {at:?} {about:?}");
        }
    }

    #[test]
    fn what_help_cannot_be_is_named() {
        let id = HotlineId::mint();
        let good = Neighbour {
            asking: id,
            helper: HotlineId::mint(),
            position: 1,
            topics: BTreeSet::new(),
            hours: OpeningHours::default(),
            talks_a_month: 1,
            agreed_at: None,
        };
        for (bad, fault) in [
            (Neighbour { helper: id, ..good.clone() }, HelpFault::Itself),
            (Neighbour { talks_a_month: 0, ..good.clone() }, HelpFault::Talks),
            (Neighbour { position: 0, ..good.clone() }, HelpFault::Position),
        ] {
            assert_eq!(bad.check(), Err(fault));
        }
        assert_eq!(good.check(), Ok(()));
    }
}
