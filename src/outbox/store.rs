//! The outbox's SQL.

use std::fmt::Display;

use crate::args;
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::MessageId;

use super::Dead;

const INSERT: &str = "INSERT INTO outbox (id, kind, subject, payload, state, run_at, created_at)
    VALUES ($1, $2, $3, $4, 'waiting', $5, $5)";
const CLAIM: &str = "UPDATE outbox SET locked_until = $2, attempts = attempts + 1
    WHERE id IN (SELECT id FROM outbox WHERE state = 'waiting' AND run_at <= $1 AND locked_until < $1
                 ORDER BY run_at LIMIT $3)
      AND locked_until < $1
    RETURNING id, payload, attempts";
const DELETE: &str = "DELETE FROM outbox WHERE id = $1 AND attempts = $2";
const PUT_BACK: &str = "UPDATE outbox SET state = $3, run_at = $4, locked_until = 0, last_error = $5
    WHERE id = $1 AND attempts = $2";
const LIST_DEAD: &str = "SELECT id, kind, subject, attempts, last_error, created_at FROM outbox
    WHERE state = 'dead' ORDER BY run_at DESC LIMIT $1";
const REVIVE: &str = "UPDATE outbox SET state = 'waiting', run_at = $2, attempts = 0 WHERE id = $1 AND state = 'dead'";
const FORGET_DEAD: &str = "DELETE FROM outbox WHERE state = 'dead' AND created_at < $1";
const COUNT: &str =
    "SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'dead') FROM outbox";
const INSERT_MAILBOX: &str = "INSERT INTO mailbox (id, kind, message, sent_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO NOTHING";
const LIST_MAILBOX: &str = "SELECT id, sent_at, message FROM mailbox ORDER BY sent_at DESC, id DESC LIMIT $1";
const FORGET_MAILBOX: &str = "DELETE FROM mailbox WHERE sent_at < $1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT,
    CLAIM,
    DELETE,
    PUT_BACK,
    LIST_DEAD,
    REVIVE,
    FORGET_DEAD,
    COUNT,
    INSERT_MAILBOX,
    LIST_MAILBOX,
    FORGET_MAILBOX,
];

crate::row! {
    pub struct Due {
        pub id: MessageId,
        pub payload: Vec<u8>,
        pub attempts: i64,
    }
}

pub async fn insert(
    tx: &mut Tx,
    id: MessageId,
    kind: &'static str,
    about: &(dyn Display + Sync),
    payload: Vec<u8>,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(INSERT, args![id, kind, about.to_string(), payload, now]).await?;
    Ok(())
}

pub async fn claim_due(desk: &Desk, now: Instant, until: Instant, limit: i64) -> Result<Vec<Due>, DbError> {
    let (waiting, _) = count(desk).await?;
    if waiting == 0 {
        return Ok(Vec::new());
    }
    let mut tx = desk.db.begin().await?;
    let due = tx.all(CLAIM, args![now, until, limit]).await?;
    tx.commit().await?;
    Ok(due)
}

pub async fn delete(desk: &Desk, id: MessageId, attempts: i64) -> Result<(), DbError> {
    let mut tx = desk.db.begin().await?;
    tx.run(DELETE, args![id, attempts]).await?;
    tx.commit().await
}

/// Waits until `next`, or is dead.
pub async fn put_back(desk: &Desk, row: &Due, next: Option<Instant>, error: &str) -> Result<(), DbError> {
    let state = if next.is_some() { "waiting" } else { "dead" };
    let error: String = error.chars().take(500).collect();
    let mut tx = desk.db.begin().await?;
    tx.run(PUT_BACK, args![row.id, row.attempts, state, next.unwrap_or(desk.now()), error]).await?;
    tx.commit().await
}

pub async fn list_dead(desk: &Desk, limit: i64) -> Result<Vec<Dead>, DbError> {
    type Row = (MessageId, String, String, i64, Option<String>, Instant);
    let rows: Vec<Row> = (&desk.db).all(LIST_DEAD, args![limit]).await?;
    let dead = rows.into_iter().map(|(id, kind, about, attempts, error, created_at)| Dead {
        id,
        kind,
        about,
        attempts,
        last_error: error.unwrap_or_default(),
        created_at,
    });
    Ok(dead.collect())
}

pub async fn revive(desk: &Desk, id: MessageId, now: Instant) -> Result<bool, DbError> {
    let mut tx = desk.db.begin().await?;
    let touched = tx.run(REVIVE, args![id, now]).await?;
    tx.commit().await?;
    Ok(touched == 1)
}

pub async fn forget_dead(desk: &Desk, before: Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let forgotten = tx.run(FORGET_DEAD, args![before]).await?;
    tx.commit().await?;
    Ok(forgotten)
}

pub async fn count(desk: &Desk) -> Result<(i64, i64), DbError> {
    Ok((&desk.db).first(COUNT, args![]).await?.unwrap_or_default())
}

/// Puts a message into the demonstration's mailbox; a repetition changes nothing.
pub async fn insert_mailbox(
    desk: &Desk,
    id: MessageId,
    kind: &'static str,
    sealed: Vec<u8>,
    at: Instant,
) -> Result<(), DbError> {
    let mut tx = desk.db.begin().await?;
    tx.run(INSERT_MAILBOX, args![id, kind, sealed, at]).await?;
    tx.commit().await
}

pub async fn list_mailbox(desk: &Desk, limit: i64) -> Result<Vec<(MessageId, Instant, Vec<u8>)>, DbError> {
    (&desk.db).all(LIST_MAILBOX, args![limit]).await
}

pub async fn forget_mailbox(desk: &Desk, before: Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let forgotten = tx.run(FORGET_MAILBOX, args![before]).await?;
    tx.commit().await?;
    Ok(forgotten)
}
