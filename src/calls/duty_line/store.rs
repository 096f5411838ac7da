//! SQL of the calls at the duty number.

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;
use crate::kernel::id::{DutyCallId, UserId};

use super::{Asks, DutyCall};

const INSERT: &str = "INSERT INTO duty_calls (id, provider, provider_call, asks, began_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (provider, provider_call) DO NOTHING";
const FIND: &str = "SELECT id, provider, asks, user_id, tries, step, reply FROM duty_calls WHERE id = $1";
const FIND_BY_PROVIDER: &str = "SELECT id, provider, asks, user_id, tries, step, reply FROM duty_calls
    WHERE provider = $1 AND provider_call = $2";
const TAKE: &str = "UPDATE duty_calls SET step = step + 1, reply = NULL
    WHERE id = $1 AND step = $2 AND provider = $3";
const KEEP: &str = "UPDATE duty_calls SET asks = $2, user_id = $3, tries = $4, reply = $5 WHERE id = $1";
const FORGET: &str = "DELETE FROM duty_calls WHERE began_at < $1";

pub const STATEMENTS: &[&str] = &[INSERT, FIND, FIND_BY_PROVIDER, TAKE, KEEP, FORGET];

crate::row! {
    struct DutyCallRow {
        id: DutyCallId,
        provider: String,
        asks: Text<Asks>,
        user_id: Option<UserId>,
        tries: i64,
        step: i64,
        reply: Option<Vec<u8>>,
    }
}

impl From<DutyCallRow> for DutyCall {
    fn from(row: DutyCallRow) -> Self {
        let DutyCallRow { id, provider, asks, user_id, tries, step, reply } = row;
        Self { id, provider, asks: asks.0, user: user_id, tries, step, reply }
    }
}

/// Does nothing where the provider has announced the call before.
pub async fn insert(tx: &mut Tx, id: DutyCallId, (provider, leg): (&str, &str), now: Instant) -> Result<(), DbError> {
    tx.run(INSERT, args![id, provider, leg, Text(Asks::Who), now]).await.map(drop)
}

pub async fn find(mut from: impl Read, id: DutyCallId) -> Result<Option<DutyCall>, DbError> {
    Ok(from.first::<DutyCallRow>(FIND, args![id]).await?.map(Into::into))
}

pub async fn find_by_provider(mut from: impl Read, provider: &str, leg: &str) -> Result<Option<DutyCall>, DbError> {
    Ok(from.first::<DutyCallRow>(FIND_BY_PROVIDER, args![provider, leg]).await?.map(Into::into))
}

/// False where this input was taken before.
pub async fn take(tx: &mut Tx, (id, step): (DutyCallId, i64), provider: &str) -> Result<bool, DbError> {
    Ok(tx.run(TAKE, args![id, step, provider]).await? == 1)
}

pub async fn keep(tx: &mut Tx, call: &DutyCall) -> Result<(), DbError> {
    let DutyCall { id, asks, user, tries, reply, .. } = call;
    tx.run(KEEP, args![*id, Text(*asks), *user, *tries, reply.clone()]).await.map(drop)
}

pub async fn forget(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.run(FORGET, args![before]).await
}
