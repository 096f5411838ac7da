//! What must be told: `post` inside the caller's transaction, `deliver_due` from rounds.
//!
//! Rule: a change and the word of it stand or fall together; delivery is at least once, and the message's id is the
//! key by which a receiver may drop a repetition. Several nodes share the outbox by leases.

mod send;
mod store;

use std::fmt::Display;

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::ical::Method;
use crate::kernel::Instant;
use crate::kernel::id::MessageId;
use crate::vault::{Place, VaultError};

pub use send::{SendError, Senders, client, is_mail_address};
pub use store::STATEMENTS;

/// Something to tell somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    Mail(Mail),
    Sms(Sms),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub invitation: Option<Invitation>,
}

/// A calendar object that travels with a mail (iMIP, RFC 6047).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invitation {
    pub method: Method,
    pub ics: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sms {
    /// E.164.
    pub to: String,
    pub text: String,
}

/// A message of the outbox or of the demonstration's mailbox, opened.
#[derive(Debug, Clone)]
pub struct Told {
    pub id: MessageId,
    pub at: Instant,
    pub message: Message,
}

/// A message that could not be delivered, for the staff's page: no address, no text.
#[derive(Debug, Clone)]
pub struct Dead {
    pub id: MessageId,
    pub kind: String,
    pub about: String,
    pub attempts: i64,
    pub last_error: String,
    pub created_at: Instant,
}

/// Messages delivered at once.
const BATCH: i64 = 8;
/// How long a node may take for them before another takes them over: longer than a mail server may keep us waiting.
const LEASE: TimeDelta = TimeDelta::seconds(45);
/// After so many tries a message is dead: with the waits below, about a day.
const TRIES: i64 = 30;

impl Message {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
            Self::Sms(_) => "sms",
        }
    }

    pub fn to(&self) -> &str {
        match self {
            Self::Mail(mail) => &mail.to,
            Self::Sms(sms) => &sms.to,
        }
    }
}

/// Puts a message about a record into the outbox, within the transaction of the change it tells of.
///
/// After the commit ring `desk.outbox_bell`, else it goes out at the next round.
pub async fn post(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    about: &(dyn Display + Sync),
    message: &Message,
) -> Result<MessageId, DbError> {
    let id = MessageId::mint();
    let payload = desk.vault.seal_json(Place { column: "outbox.payload", record: &id }, message);
    store::insert(tx, id, message.kind(), about, payload, now).await?;
    Ok(id)
}

/// Delivers what is due, a few at once, and says how many went out. Called by rounds on every node.
pub async fn deliver_due(desk: &Desk, now: Instant, senders: &Senders) -> Result<usize, DbError> {
    let due = store::claim_due(desk, now, now + LEASE, BATCH).await?;
    let delivered = join_all(due.into_iter().map(|row| deliver(desk, now, senders, row))).await;
    delivered.into_iter().sum()
}

/// Delivers one message, or puts it back: 1 or 0.
async fn deliver(desk: &Desk, now: Instant, senders: &Senders, row: store::Due) -> Result<usize, DbError> {
    let place = Place { column: "outbox.payload", record: &row.id };
    let sent = match desk.vault.open_json::<Message>(place, &row.payload) {
        Ok(message) => senders.send(desk, row.id, now, &message).await,
        Err(error @ (VaultError::Damaged | VaultError::KeyMissing(_))) => Err(SendError::Never(error.to_string())),
    };
    let Err(error) = sent else {
        store::delete(desk, row.id, row.attempts).await?;
        return Ok(1);
    };
    tracing::warn!(message = %row.id, attempts = row.attempts, %error, "a message could not be delivered");
    let dead = matches!(error, SendError::Never(_)) || row.attempts >= TRIES;
    let next = if dead { None } else { Some(now + wait_after(row.attempts, row.id)) };
    store::put_back(desk, &row, next, &error.to_string()).await?;
    Ok(0)
}

/// Half a minute, doubled with each try up to an hour, and up to a quarter more so that nodes and messages spread.
fn wait_after(attempts: i64, id: MessageId) -> TimeDelta {
    let seconds = (30_i64 << (attempts - 1).clamp(0, 7)).min(3600);
    let jitter = i64::from(id.0.as_bytes()[15]) * seconds / 4 / 255;
    TimeDelta::seconds(seconds + jitter)
}

/// What could not be delivered, newest first.
pub async fn list_dead(desk: &Desk, limit: i64) -> Result<Vec<Dead>, DbError> {
    store::list_dead(desk, limit).await
}

/// Tries a dead message once more. False where it is not there.
pub async fn revive(desk: &Desk, now: Instant, id: MessageId) -> Result<bool, DbError> {
    let revived = store::revive(desk, id, now).await?;
    desk.outbox_bell.notify_one();
    Ok(revived)
}

/// Deletes dead messages posted before: they hold names and addresses, too. Says how many.
pub async fn forget_dead(desk: &Desk, before: Instant) -> Result<u64, DbError> {
    store::forget_dead(desk, before).await
}

/// How many messages wait, and how many are dead.
pub async fn count(desk: &Desk) -> Result<(i64, i64), DbError> {
    store::count(desk).await
}

/// The demonstration's mailbox: what would have gone out, newest first.
pub async fn list_mailbox(desk: &Desk, limit: i64) -> Result<Vec<Told>, DbError> {
    let rows = store::list_mailbox(desk, limit).await?;
    let opened = rows.into_iter().filter_map(|(id, at, sealed)| {
        let message = desk.vault.open_json(Place { column: "mailbox.message", record: &id }, &sealed).ok()?;
        Some(Told { id, at, message })
    });
    Ok(opened.collect())
}

/// Empties the demonstration's mailbox of what is older than `before`. Says how many.
pub async fn forget_mailbox(desk: &Desk, before: Instant) -> Result<u64, DbError> {
    store::forget_mailbox(desk, before).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_a_message_lives_about_a_day() {
        let id = MessageId(uuid::Uuid::nil());
        assert_eq!(wait_after(1, id).num_seconds(), 30);
        assert_eq!(wait_after(3, id).num_seconds(), 120);
        assert_eq!(wait_after(29, id).num_seconds(), 3600);
        let whole: i64 = (1..TRIES).map(|n| wait_after(n, id).num_hours()).sum();
        assert!((20..30).contains(&whole), "{whole} h");
    }
}
