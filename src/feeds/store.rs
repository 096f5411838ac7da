//! The SQL of feeds. Only open feeds are found: a revoked one is as good as gone.

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;
use crate::kernel::id::{FeedId, OfficerId};
use crate::offices::OfficeId;

use super::{Feed, FeedOf};

const INSERT: &str = "INSERT INTO feeds (id, office_id, officer_id, token_hash, opened_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)";
const FIND: &str = "SELECT id, office_id, officer_id, opened_by, created_at FROM feeds
    WHERE id = $1 AND revoked_at IS NULL";
const FIND_BY_TOKEN: &str = "SELECT id, office_id, officer_id, opened_by, created_at FROM feeds
    WHERE token_hash = $1 AND revoked_at IS NULL";
const LIST: &str = "SELECT id, office_id, officer_id, opened_by, created_at FROM feeds
    WHERE revoked_at IS NULL ORDER BY created_at DESC, id DESC";
const REVOKE: &str = "UPDATE feeds SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[INSERT, FIND, FIND_BY_TOKEN, LIST, REVOKE];

crate::row! {
    struct FeedRow {
        id: FeedId,
        office_id: Text<OfficeId>,
        officer_id: Option<OfficerId>,
        opened_by: String,
        created_at: Instant,
    }
}

impl From<FeedRow> for Feed {
    fn from(row: FeedRow) -> Self {
        let office = row.office_id.0;
        let of = row.officer_id.map_or(FeedOf::Office(office), FeedOf::Officer);
        Self { id: row.id, of, office, opened_by: row.opened_by, opened_at: row.created_at }
    }
}

pub async fn insert(tx: &mut Tx, feed: &Feed, token_hash: Vec<u8>) -> Result<(), DbError> {
    let officer = match feed.of {
        FeedOf::Officer(officer) => Some(officer),
        FeedOf::Office(_) => None,
    };
    tx.run(INSERT, args![feed.id, Text(feed.office), officer, token_hash, feed.opened_by, feed.opened_at]).await?;
    Ok(())
}

pub async fn find(mut from: impl Read, id: FeedId) -> Result<Option<Feed>, DbError> {
    Ok(from.first::<FeedRow>(FIND, args![id]).await?.map(Feed::from))
}

pub async fn find_by_token(mut from: impl Read, token_hash: Vec<u8>) -> Result<Option<Feed>, DbError> {
    Ok(from.first::<FeedRow>(FIND_BY_TOKEN, args![token_hash]).await?.map(Feed::from))
}

pub async fn list(mut from: impl Read) -> Result<Vec<Feed>, DbError> {
    Ok(from.all::<FeedRow>(LIST, args![]).await?.into_iter().map(Feed::from).collect())
}

pub async fn revoke(tx: &mut Tx, id: FeedId, now: Instant) -> Result<(), DbError> {
    tx.run(REVOKE, args![id, now]).await?;
    Ok(())
}
