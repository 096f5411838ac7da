//! An office's weekly hours, own days and mailbox of the planning, changed by those who plan it.
//!
//! They are kept by `offices`, which knows no people; the rights and the audit trail are asked for here. Rule: days
//! that are over stay as they were.

mod http;

use chrono::NaiveDate;

use crate::desk::Desk;
use crate::kernel::{Instant, local};
use crate::offices::{self, DayException, OfficeId, OpeningHours};
use crate::outbox;
use crate::people::{self, Actor};

use super::ShiftsError;

pub use http::api;

/// Bytes of a mail address (RFC 5321 4.5.3.1.3).
const LONGEST_MAIL: usize = 254;

/// Sets when an office is open in a week. Its hotlines and consultation hours have times of their own.
pub async fn set_hours(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    office: OfficeId,
    hours: &OpeningHours,
) -> Result<(), ShiftsError> {
    may_plan(actor, office)?;
    let mut tx = desk.db.begin().await?;
    offices::set_office_hours(&mut tx, office, hours, now).await?;
    people::record(&mut tx, now, actor, "set_office_hours", (&office, &office)).await?;
    Ok(tx.commit().await?)
}

/// Enters an own day of an office, or changes it. Hotlines obey it at once.
pub async fn set_day(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    office: OfficeId,
    day: &DayException,
) -> Result<(), ShiftsError> {
    may_plan(actor, office)?;
    if !(1..=80).contains(&day.name.trim().chars().count()) || day.name.chars().any(char::is_control) {
        return Err(ShiftsError::BadDayName);
    }
    not_over(now, day.day)?;
    let day = DayException { name: day.name.trim().to_owned(), ..day.clone() };
    let mut tx = desk.db.begin().await?;
    offices::set_day(&mut tx, office, &day).await?;
    people::record(&mut tx, now, actor, "set_office_day", (&day.day, &office)).await?;
    Ok(tx.commit().await?)
}

/// Takes an own day away: from now on it is as any such day.
pub async fn remove_day(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    office: OfficeId,
    day: NaiveDate,
) -> Result<(), ShiftsError> {
    may_plan(actor, office)?;
    not_over(now, day)?;
    let mut tx = desk.db.begin().await?;
    if !offices::remove_day(&mut tx, office, day).await? {
        return Err(ShiftsError::NoSuchDay);
    }
    people::record(&mut tx, now, actor, "remove_office_day", (&day, &office)).await?;
    Ok(tx.commit().await?)
}

/// Says at which mail address the planning of an office is told what it must know. Empty: at none.
pub async fn set_mailbox(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    office: OfficeId,
    mail: &str,
) -> Result<(), ShiftsError> {
    may_plan(actor, office)?;
    let mail = Some(mail.trim()).filter(|mail| !mail.is_empty());
    if mail.is_some_and(|mail| mail.len() > LONGEST_MAIL || !outbox::is_mail_address(mail)) {
        return Err(ShiftsError::BadMailbox);
    }
    let mut tx = desk.db.begin().await?;
    offices::set_mailbox(&mut tx, office, mail.map(str::to_owned), now).await?;
    people::record(&mut tx, now, actor, "set_planning_mailbox", (&office, &office)).await?;
    Ok(tx.commit().await?)
}

fn may_plan(actor: &Actor, office: OfficeId) -> Result<(), ShiftsError> {
    actor.may_plan(&office).then_some(()).ok_or(ShiftsError::Forbidden)
}

fn not_over(now: Instant, day: NaiveDate) -> Result<(), ShiftsError> {
    if day < local::day(now) { Err(ShiftsError::Over) } else { Ok(()) }
}
