//! The SQL of codes: which bookings a row of keys may mean, and wrong tries.

use super::signs_of;
use crate::args;
use crate::bookings::Booking;
use crate::bookings::store::list_where_signs;
use crate::db::{DbError, Read, Tx};
use crate::kernel::Instant;

const INSERT: &str = "INSERT INTO wrong_codes (who, at) VALUES ($1, $2)";
const COUNT: &str = "SELECT count(*) FROM wrong_codes WHERE who = $1 AND at > $2";
const FORGET: &str = "DELETE FROM wrong_codes WHERE at <= $1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[INSERT, COUNT, FORGET];

/// The firm bookings ahead whose reference is typed by these keys.
pub async fn list_by_keys(from: impl Read, keys: &str, now: Instant) -> Result<Vec<Booking>, DbError> {
    let signs: Vec<String> = keys.chars().map(signs_of).collect();
    match <[String; 6]>::try_from(signs) {
        Ok(signs) => list_where_signs(from, signs, now).await,
        Err(_) => Ok(Vec::new()),
    }
}

pub async fn insert(tx: &mut Tx, who: &[Vec<u8>], now: Instant) -> Result<(), DbError> {
    for who in who {
        tx.run(INSERT, args![who.clone(), now]).await?;
    }
    Ok(())
}

pub async fn count(mut from: impl Read, who: &[u8], since: Instant) -> Result<i64, DbError> {
    let row: Option<(i64,)> = from.first(COUNT, args![who.to_vec(), since]).await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub async fn forget(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.run(FORGET, args![before]).await
}
