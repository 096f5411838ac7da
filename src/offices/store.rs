//! The SQL of the offices: their hours and their own days. The offices themselves are no rows to be read.

use chrono::NaiveDate;

use super::{DayException, OfficeId, Opening, OpeningHours};
use crate::args;
use crate::db::{DbError, Json, Read, Text, Tx};
use crate::kernel::Instant;

const INSERT_OFFICE: &str =
    "INSERT INTO offices (id, hours, updated_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
const LIST_HOURS: &str = "SELECT id, hours FROM offices";
const FIND_HOURS: &str = "SELECT hours FROM offices WHERE id = $1";
const SET_HOURS: &str = "UPDATE offices SET hours = $2, updated_at = $3 WHERE id = $1";
const FIND_MAILBOX: &str = "SELECT planning_mail FROM offices WHERE id = $1";
const SET_MAILBOX: &str = "UPDATE offices SET planning_mail = $2, updated_at = $3 WHERE id = $1";
// Changes nothing, and makes others wait for the row.
const HOLD: &str = "UPDATE offices SET updated_at = updated_at WHERE id = $1";
const LIST_DAYS: &str = "SELECT day, opening, name FROM office_days
    WHERE office_id = $1 AND day >= $2 AND day <= $3 ORDER BY day";
const LIST_DAYS_OF_ALL: &str = "SELECT day, opening, name, office_id FROM office_days WHERE day >= $1 AND day <= $2";
const SET_DAY: &str = "INSERT INTO office_days (office_id, day, opening, name) VALUES ($1, $2, $3, $4)
    ON CONFLICT (office_id, day) DO UPDATE SET opening = excluded.opening, name = excluded.name";
const REMOVE_DAY: &str = "DELETE FROM office_days WHERE office_id = $1 AND day = $2";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT_OFFICE,
    LIST_HOURS,
    FIND_HOURS,
    SET_HOURS,
    FIND_MAILBOX,
    SET_MAILBOX,
    HOLD,
    LIST_DAYS,
    LIST_DAYS_OF_ALL,
    SET_DAY,
    REMOVE_DAY,
];

crate::row! {
    struct DayRow {
        day: Text<NaiveDate>,
        opening: Text<Opening>,
        name: String,
    }
}

impl From<DayRow> for DayException {
    fn from(row: DayRow) -> Self {
        Self { day: row.day.0, opening: row.opening.0, name: row.name }
    }
}

crate::row! {
    struct OfficeDayRow {
        office_id: Text<OfficeId>,
        #[sqlx(flatten)]
        day: DayRow,
    }
}

pub async fn insert_office(tx: &mut Tx, office: OfficeId, now: Instant) -> Result<(), DbError> {
    tx.run(INSERT_OFFICE, args![Text(office), Json(OpeningHours::default()), now]).await?;
    Ok(())
}

pub async fn list_hours(mut db: impl Read) -> Result<Vec<(OfficeId, OpeningHours)>, DbError> {
    let rows: Vec<(Text<OfficeId>, Json<OpeningHours>)> = db.all(LIST_HOURS, args![]).await?;
    Ok(rows.into_iter().map(|(office, hours)| (office.0, hours.0)).collect())
}

pub async fn find_hours(mut db: impl Read, office: OfficeId) -> Result<Option<OpeningHours>, DbError> {
    let row: Option<(Json<OpeningHours>,)> = db.first(FIND_HOURS, args![Text(office)]).await?;
    Ok(row.map(|(hours,)| hours.0))
}

pub async fn set_hours(tx: &mut Tx, office: OfficeId, hours: &OpeningHours, now: Instant) -> Result<(), DbError> {
    tx.run(SET_HOURS, args![Text(office), Json(hours.clone()), now]).await?;
    Ok(())
}

pub async fn find_mailbox(mut db: impl Read, office: OfficeId) -> Result<Option<String>, DbError> {
    let row: Option<(Option<String>,)> = db.first(FIND_MAILBOX, args![Text(office)]).await?;
    Ok(row.and_then(|(mail,)| mail))
}

pub async fn set_mailbox(tx: &mut Tx, office: OfficeId, mail: Option<String>, now: Instant) -> Result<(), DbError> {
    tx.run(SET_MAILBOX, args![Text(office), mail, now]).await?;
    Ok(())
}

pub async fn hold(tx: &mut Tx, office: OfficeId) -> Result<(), DbError> {
    tx.run(HOLD, args![Text(office)]).await?;
    Ok(())
}

pub async fn list_days(
    mut db: impl Read,
    office: OfficeId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<DayException>, DbError> {
    let rows: Vec<DayRow> = db.all(LIST_DAYS, args![Text(office), Text(first), Text(last)]).await?;
    Ok(rows.into_iter().map(DayException::from).collect())
}

pub async fn list_days_of_all(
    mut db: impl Read,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(OfficeId, DayException)>, DbError> {
    let rows: Vec<OfficeDayRow> = db.all(LIST_DAYS_OF_ALL, args![Text(first), Text(last)]).await?;
    Ok(rows.into_iter().map(|row| (row.office_id.0, row.day.into())).collect())
}

pub async fn set_day(tx: &mut Tx, office: OfficeId, day: &DayException) -> Result<(), DbError> {
    tx.run(SET_DAY, args![Text(office), Text(day.day), Text(day.opening), day.name]).await?;
    Ok(())
}

pub async fn remove_day(tx: &mut Tx, office: OfficeId, day: NaiveDate) -> Result<bool, DbError> {
    Ok(tx.run(REMOVE_DAY, args![Text(office), Text(day)]).await? > 0)
}
