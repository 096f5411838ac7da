//! Calendar feeds: secret addresses that a calendar program polls, of one officer or of an office's duty plan.
//!
//! Not the invitations to citizens: those travel with the mails of bookings. Rule: a citizen's name stands only in an
//! officer's own feed; an office's feed knows officers and shifts, and why somebody is away stays out of it.

mod entries;
mod http;
mod page;
mod store;

use chrono::TimeDelta;

use crate::bookings::{self, BookingError};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{FeedId, OfficerId};
use crate::kernel::{Instant, Secret, Span};
use crate::offices::OfficeId;
use crate::people::{self, Actor, Officer};
use crate::shifts;

use entries::{DutyPlan, Publisher};

pub use http::{api, doors};
pub use page::pages;
pub use store::STATEMENTS;

/// How far a feed looks back, and how long it keeps what was cancelled.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// How far a feed looks ahead.
pub const AHEAD: TimeDelta = TimeDelta::days(400);

/// What a feed shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FeedOf {
    /// One officer's shifts, consultations and absences, with the citizens' names.
    Officer(OfficerId),
    /// The duty plan of an office.
    Office(OfficeId),
}

/// A secret address that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feed {
    pub id: FeedId,
    pub of: FeedOf,
    /// The office that the feed, or its officer, belongs to.
    pub office: OfficeId,
    /// Who opened it, as printed.
    pub opened_by: String,
    pub opened_at: Instant,
}

#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("this feed is not there, or not yours, or revoked")]
    NoSuchFeed,
    #[error("this officer is not there, or not yours")]
    NoSuchOfficer,
    #[error("your role does not allow this")]
    Forbidden,
    #[error(transparent)]
    Bookings(#[from] BookingError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The part of time that a feed shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    pub now: Instant,
    pub window: Span,
}

impl Feed {
    /// Whoever opened it, the officer it shows, and whoever plans the office may see and revoke it.
    fn belongs_to(&self, actor: &Actor) -> bool {
        let own = matches!(self.of, FeedOf::Officer(officer) if actor.officer == Some(officer));
        own || self.opened_by == actor.id.to_string() || actor.may_plan(&self.office)
    }
}

impl Reach {
    pub fn at(now: Instant) -> Self {
        Self { now, window: Span { start: now - KEPT, end: now + AHEAD } }
    }

    /// A cancelled or removed record is told for a while, so that every calendar program learns of it.
    pub fn tells_of_cancelled(&self, changed: Instant) -> bool {
        changed > self.now - KEPT
    }
}

/// Opens a feed. The secret is shown this once.
pub async fn open_feed(desk: &Desk, now: Instant, actor: &Actor, of: FeedOf) -> Result<(FeedId, Secret), FeedError> {
    let office = office_of(desk, actor, of).await?;
    let (feed, secret) =
        (Feed { id: FeedId::mint(), of, office, opened_by: actor.id.to_string(), opened_at: now }, Secret::mint());
    let mut tx = desk.db.begin().await?;
    store::insert(&mut tx, &feed, secret.hash()).await?;
    people::record(&mut tx, now, actor, "open_feed", (&feed.id, &office)).await?;
    tx.commit().await?;
    Ok((feed.id, secret))
}

/// From now on the feed's address answers no more.
pub async fn revoke_feed(desk: &Desk, now: Instant, actor: &Actor, id: FeedId) -> Result<(), FeedError> {
    let mut tx = desk.db.begin().await?;
    let feed = store::find(&mut tx, id).await?.filter(|feed| feed.belongs_to(actor)).ok_or(FeedError::NoSuchFeed)?;
    store::revoke(&mut tx, id, now).await?;
    people::record(&mut tx, now, actor, "revoke_feed", (&id, &feed.office)).await?;
    Ok(tx.commit().await?)
}

/// The open feed with this id, if it is the actor's.
pub async fn load_feed(desk: &Desk, actor: &Actor, id: FeedId) -> Result<Feed, FeedError> {
    let found = store::find(&desk.db, id).await?;
    found.filter(|feed| feed.belongs_to(actor)).ok_or(FeedError::NoSuchFeed)
}

/// The open feeds that the actor may see and revoke, the newest first.
pub async fn list_feeds(desk: &Desk, actor: &Actor) -> Result<Vec<Feed>, FeedError> {
    let mut feeds = store::list(&desk.db).await?;
    feeds.retain(|feed| feed.belongs_to(actor));
    Ok(feeds)
}

/// What a calendar program gets at a secret address: an iCalendar object. None where there is no such feed (any more).
pub async fn feed(desk: &Desk, now: Instant, secret: &Secret) -> Result<Option<String>, FeedError> {
    let Some(feed) = store::find_by_token(&desk.db, secret.hash()).await? else { return Ok(None) };
    let reach = Reach::at(now);
    match feed.of {
        FeedOf::Office(office) => Ok(Some(duty_plan(desk, reach, office).await?)),
        FeedOf::Officer(id) => match people::find_officer(&desk.db, id).await?.filter(|officer| officer.active) {
            Some(officer) => Ok(Some(own_calendar(desk, reach, &officer).await?)),
            None => Ok(None),
        },
    }
}

async fn own_calendar(desk: &Desk, reach: Reach, officer: &Officer) -> Result<String, FeedError> {
    let hotlines = shifts::list_hotlines(&desk.db, None).await?;
    let shifts = shifts::list_shifts_of(&desk.db, officer.id, reach.window).await?;
    let absences = people::list_absences_of(&desk.db, officer.id, reach.window).await?;
    let consultations = bookings::list_bookings_of(desk, officer.id, reach.window).await?;
    let shifts = shifts.iter().filter_map(|shift| entries::own_shift(reach, shift, &hotlines));
    let absences = absences.iter().filter_map(|absence| entries::absence(reach, absence));
    let consultations = consultations.iter().filter_map(|entry| entries::consultation(reach, entry));
    let events = shifts.chain(absences).chain(consultations).collect();
    Ok(Publisher::of(desk, officer.office).calendar(&format!("Sprechzeit {}", officer.name), events))
}

async fn duty_plan(desk: &Desk, reach: Reach, office: OfficeId) -> Result<String, FeedError> {
    let shifts = shifts::list_shifts_at(&desk.db, office, reach.window).await?;
    let plan = DutyPlan {
        hotlines: &shifts::list_hotlines(&desk.db, None).await?,
        officers: &people::list_officers(&desk.db, None).await?,
        absences: &people::list_absences(&desk.db, reach.window).await?,
    };
    let events = shifts.iter().filter_map(|shift| entries::duty(reach, shift, &plan)).collect();
    Ok(Publisher::of(desk, office).calendar(&format!("Dienstplan {}", office.name()), events))
}

/// The office that the feed belongs to, if the actor may open it: everybody their own and their office's plan,
/// supervisors and administrators those of their officers, too.
async fn office_of(desk: &Desk, actor: &Actor, of: FeedOf) -> Result<OfficeId, FeedError> {
    match of {
        FeedOf::Office(office) => actor.may_see(&office).then_some(office).ok_or(FeedError::Forbidden),
        FeedOf::Officer(id) => {
            let officer = people::find_officer(&desk.db, id).await?.filter(|officer| officer.active);
            let officer = officer.filter(|o| actor.may_see(&o.office)).ok_or(FeedError::NoSuchOfficer)?;
            let may = actor.officer == Some(id) || actor.may_plan(&officer.office);
            may.then_some(officer.office).ok_or(FeedError::Forbidden)
        }
    }
}
