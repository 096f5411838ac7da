//! The offices, the topics they advise on, which place belongs to which office, and when an office is open.
//!
//! Offices, places and topics are tables compiled into the program (`data/`); hours and own days are rows.
//! Rule: whatever a citizen types or leaves out, some office is responsible; in doubt the state office.

mod announcement;
mod calendar;
mod hours;
mod http;
mod office;
mod place;
mod store;
mod table;
mod topic;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::db::{Db, DbError, Read, Tx};
use crate::kernel::{Instant, Span, local};

pub use calendar::{Calendar, Closure, DayException, Opening, holiday};
pub use hours::{HoursError, OpeningHours, WeeklyRule};
pub use http::api;
pub use office::{Office, OfficeId, offices};
pub use place::{Found, Place, find_places, places};
pub use store::STATEMENTS;
pub use topic::{Group, Sensitivity, Topic, TopicId, groups, topics};

/// A text that should have been one of our short codes and was not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not {what}")]
pub struct Unknown {
    what: &'static str,
    text: String,
}

impl Unknown {
    fn new(what: &'static str, text: &str) -> Self {
        Self { what, text: text.chars().take(64).collect() }
    }
}

/// Makes the row of each office where it is missing, without hours. Done at every start.
pub async fn seed(db: &Db, now: Instant) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    for office in offices() {
        store::insert_office(&mut tx, office.id, now).await?;
    }
    tx.commit().await
}

/// Every office with its hours, in the order of [`offices`].
pub async fn list_offices(db: impl Read) -> Result<Vec<(&'static Office, OpeningHours)>, DbError> {
    let mut hours: BTreeMap<OfficeId, OpeningHours> = store::list_hours(db).await?.into_iter().collect();
    Ok(offices().iter().map(|office| (office, hours.remove(&office.id).unwrap_or_default())).collect())
}

/// The office's hours; never open where none were entered.
pub async fn load_office_hours(db: impl Read, office: OfficeId) -> Result<OpeningHours, DbError> {
    Ok(store::find_hours(db, office).await?.unwrap_or_default())
}

pub async fn set_office_hours(
    tx: &mut Tx,
    office: OfficeId,
    hours: &OpeningHours,
    now: Instant,
) -> Result<(), DbError> {
    store::set_hours(tx, office, hours, now).await
}

/// The mail address at which an office's planning is told what it must know.
pub async fn find_mailbox(db: impl Read, office: OfficeId) -> Result<Option<String>, DbError> {
    store::find_mailbox(db, office).await
}

pub async fn set_mailbox(tx: &mut Tx, office: OfficeId, mail: Option<String>, now: Instant) -> Result<(), DbError> {
    store::set_mailbox(tx, office, mail, now).await
}

/// One after another: until this transaction is over, nobody else who holds the office goes on. What is read after it has
/// seen whatever they did.
pub async fn hold(tx: &mut Tx, office: OfficeId) -> Result<(), DbError> {
    store::hold(tx, office).await
}

/// The office's own days that touch `window`, by day.
pub async fn list_days(db: impl Read, office: OfficeId, window: Span) -> Result<Vec<DayException>, DbError> {
    store::list_days(db, office, days_of(window)).await
}

/// Enters an own day, or changes it.
pub async fn set_day(tx: &mut Tx, office: OfficeId, day: &DayException) -> Result<(), DbError> {
    store::set_day(tx, office, day).await
}

/// Takes an own day away; false where there was none.
pub async fn remove_day(tx: &mut Tx, office: OfficeId, day: NaiveDate) -> Result<bool, DbError> {
    store::remove_day(tx, office, day).await
}

/// The office's calendar, complete within `window`; outside it knows only the state's holidays.
pub async fn load_calendar(db: impl Read, office: OfficeId, window: Span) -> Result<Calendar, DbError> {
    Ok(Calendar::new(list_days(db, office, window).await?))
}

/// The calendar of every office, complete within `window`.
pub async fn load_calendars(db: impl Read, window: Span) -> Result<BTreeMap<OfficeId, Calendar>, DbError> {
    let mut own: BTreeMap<OfficeId, Vec<DayException>> = BTreeMap::new();
    for (office, day) in store::list_days_of_all(db, days_of(window)).await? {
        own.entry(office).or_default().push(day);
    }
    let calendar = |office: &Office| Calendar::new(own.remove(&office.id).unwrap_or_default());
    Ok(offices().iter().map(|office| office.id).zip(offices().iter().map(calendar)).collect())
}

/// First and last local day that a window touches.
fn days_of(window: Span) -> (NaiveDate, NaiveDate) {
    (local::day(window.start), local::day(window.end))
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Weekday};

    use super::*;
    use crate::kernel::id::AuditId;

    pub(super) async fn empty_database() -> Db {
        let file = std::env::temp_dir().join(format!("sprechzeit-offices-{}.db", AuditId::mint()));
        let db = Db::open(&format!("sqlite:{}", file.display())).await.unwrap();
        seed(&db, NOW).await.unwrap();
        db
    }

    const NOW: Instant = Instant(1_795_219_200_000_000);
    const AALEN: &str = "aa";

    #[tokio::test]
    async fn seeding_again_leaves_the_hours_that_were_entered() {
        let db = empty_database().await;
        let aalen: OfficeId = AALEN.parse().unwrap();
        let (nine, five) = (local::time("09:00").unwrap(), local::time("17:00").unwrap());
        let hours = OpeningHours::on(&[Weekday::Mon, Weekday::Tue], nine, five).unwrap();
        let mut tx = db.begin().await.unwrap();
        set_office_hours(&mut tx, aalen, &hours, NOW).await.unwrap();
        tx.commit().await.unwrap();
        seed(&db, NOW).await.unwrap();
        assert_eq!(load_office_hours(&db, aalen).await.unwrap(), hours);
        let all = list_offices(&db).await.unwrap();
        assert_eq!(all.len(), 14);
        assert!(all.iter().all(|(office, hours)| hours.is_empty() == (office.id != aalen)));
    }

    #[tokio::test]
    async fn an_own_day_is_entered_changed_and_taken_away() {
        let db = empty_database().await;
        let aalen: OfficeId = AALEN.parse().unwrap();
        let window = Span { start: NOW, end: NOW + TimeDelta::days(28) };
        let day = local::day(NOW) + TimeDelta::days(3);
        for (opening, name) in [(Opening::Open, "Aktionstag"), (Opening::Closed, "Betriebsausflug")] {
            let mut tx = db.begin().await.unwrap();
            set_day(&mut tx, aalen, &DayException { day, opening, name: name.to_owned() }).await.unwrap();
            tx.commit().await.unwrap();
            let days = list_days(&db, aalen, window).await.unwrap();
            assert_eq!(days, [DayException { day, opening, name: name.to_owned() }]);
        }
        assert!(load_calendar(&db, aalen, window).await.unwrap().closed(day).is_some());
        let calendars = load_calendars(&db, window).await.unwrap();
        assert_eq!(calendars.values().filter(|calendar| calendar.closed(day).is_some()).count(), 1);
        let mut tx = db.begin().await.unwrap();
        assert!(remove_day(&mut tx, aalen, day).await.unwrap());
        assert!(!remove_day(&mut tx, aalen, day).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(load_calendar(&db, aalen, window).await.unwrap(), Calendar::default());
    }
}
