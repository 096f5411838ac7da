//! How an office wants its bookings: confirmed by mail or firm at once; whether there is a waiting list.
//!
//! Not here: consultation hours, which say what is offered. Rule: without a word of the office a booking is firm at
//! once, and the waiting list is open.

mod page;
mod store;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::BookingError;
use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::offices::OfficeId;
use crate::people::{self, Actor};

pub use page::pages;
pub use store::STATEMENTS;

/// The rules of one office.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rules {
    pub firmness: Firmness,
    pub waiting_list: WaitingList,
}

/// When a booking with a mail address becomes firm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Firmness {
    #[default]
    AtOnce,
    /// Once the link in a mail was used.
    ByMail,
}

/// Whether citizens may wait for a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum WaitingList {
    #[default]
    Open,
    /// Nobody new, and nobody is offered anything.
    Closed,
}

pub async fn load(from: impl Read, office: OfficeId) -> Result<Rules, DbError> {
    Ok(store::find(from, office).await?.unwrap_or_default())
}

/// Changes the rules of an office, for whoever plans it. What is booked or requested stays as it is.
pub async fn set(desk: &Desk, now: Instant, actor: &Actor, office: OfficeId, rules: Rules) -> Result<(), BookingError> {
    if !actor.may_plan(&office) {
        return Err(BookingError::Forbidden);
    }
    let mut tx = desk.db.begin().await?;
    store::set(&mut tx, office, rules, now).await?;
    people::record(&mut tx, now, actor, "set_booking_rules", (&office, &office)).await?;
    Ok(tx.commit().await?)
}

/// The offices whose waiting list is closed.
pub async fn list_closed(from: impl Read) -> Result<BTreeSet<OfficeId>, DbError> {
    store::list_closed(from).await
}

impl fmt::Display for Firmness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtOnce => "at_once",
            Self::ByMail => "by_mail",
        })
    }
}

impl FromStr for Firmness {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "at_once" => Ok(Self::AtOnce),
            "by_mail" => Ok(Self::ByMail),
            _ => Err(format!("\"{text}\" is not at_once or by_mail")),
        }
    }
}

impl fmt::Display for WaitingList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Closed => "closed",
        })
    }
}

impl FromStr for WaitingList {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            _ => Err(format!("\"{text}\" is not open or closed")),
        }
    }
}
