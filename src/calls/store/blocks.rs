//! The SQL of blocks.

use crate::args;
use crate::calls::blocks::{Block, BlockState};
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;
use crate::kernel::id::{BlockId, CallId};
use crate::offices::OfficeId;

const INSERT_BLOCK: &str = "INSERT INTO blocks (id, office_id, call_id, number_hash, state, noted_at)
    VALUES ($1, $2, $3, $4, 'noted', $5) ON CONFLICT (call_id) DO NOTHING";
const PROPOSE_BLOCK: &str = "UPDATE blocks SET state = 'proposed', reason = $2, days = $3, proposed_by = $4,
        proposed_at = $5
    WHERE id = $1 AND state = 'noted'";
const DECIDE_BLOCK: &str = "UPDATE blocks SET state = $2, decided_by = $3, decided_at = $4, until = $5,
        number_hash = CASE $2 WHEN 'active' THEN number_hash END
    WHERE id = $1 AND state = 'proposed'";
const LIFT_BLOCK: &str = "UPDATE blocks SET state = 'lifted', decided_by = $2, decided_at = $3, number_hash = NULL
    WHERE id = $1 AND state = 'active'";
const FIND_BLOCK: &str = "SELECT id, office_id, call_id, state, reason, days, noted_at, proposed_by, proposed_at,
        decided_by, decided_at, until, hits FROM blocks WHERE id = $1";
const FIND_BLOCK_OF: &str = "SELECT id, office_id, call_id, state, reason, days, noted_at, proposed_by, proposed_at,
        decided_by, decided_at, until, hits FROM blocks WHERE call_id = $1";
// The hash by which a caller is known again is there, except where no number was shown.
const IS_WITHHELD: &str = "SELECT id FROM calls WHERE id = $1 AND caller_hash IS NULL";
const LIST_BLOCKS: &str = "SELECT id, office_id, call_id, state, reason, days, noted_at, proposed_by, proposed_at,
        decided_by, decided_at, until, hits FROM blocks WHERE state <> 'noted' ORDER BY noted_at DESC, id DESC";
const FIND_IN_FORCE: &str = "SELECT id FROM blocks
    WHERE number_hash = $1 AND office_id = $2 AND state = 'active' AND until > $3 LIMIT 1";
const COUNT_HIT: &str = "UPDATE blocks SET hits = hits + 1 WHERE id = $1";
const END_BLOCKS: &str = "UPDATE blocks SET state = 'over', number_hash = NULL WHERE state = 'active' AND until <= $1";
const FORGET_NOTED: &str = "DELETE FROM blocks WHERE state = 'noted' AND noted_at < $1";

/// Every statement, for the test that prepares them on both engines.
pub(super) const STATEMENTS: &[&str] = &[
    INSERT_BLOCK,
    PROPOSE_BLOCK,
    DECIDE_BLOCK,
    LIFT_BLOCK,
    FIND_BLOCK,
    FIND_BLOCK_OF,
    IS_WITHHELD,
    LIST_BLOCKS,
    FIND_IN_FORCE,
    COUNT_HIT,
    END_BLOCKS,
    FORGET_NOTED,
];

crate::row! {
    struct BlockRow {
        id: BlockId,
        office_id: Text<OfficeId>,
        call_id: CallId,
        state: Text<BlockState>,
        reason: String,
        days: i64,
        noted_at: Instant,
        proposed_by: Option<String>,
        proposed_at: Option<Instant>,
        decided_by: Option<String>,
        decided_at: Option<Instant>,
        until: Option<Instant>,
        hits: i64,
    }
}

impl From<BlockRow> for Block {
    fn from(row: BlockRow) -> Self {
        Self {
            id: row.id,
            office: row.office_id.0,
            call: row.call_id,
            state: row.state.0,
            reason: row.reason,
            days: row.days,
            noted_at: row.noted_at,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            until: row.until,
            hits: row.hits,
        }
    }
}

/// Notes the caller of a call, once.
pub async fn insert_block(
    tx: &mut Tx,
    (id, call, office): (BlockId, CallId, OfficeId),
    hash: Vec<u8>,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(INSERT_BLOCK, args![id, Text(office), call, hash, now]).await?;
    Ok(())
}

/// False where it is more than a note already.
pub async fn propose_block(
    tx: &mut Tx,
    id: BlockId,
    (reason, days): (&str, i64),
    by: &str,
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.run(PROPOSE_BLOCK, args![id, reason.to_owned(), days, by.to_owned(), now]).await? == 1)
}

/// In force until then, or rejected. False where it is decided.
pub async fn decide_block(
    tx: &mut Tx,
    id: BlockId,
    until: Option<Instant>,
    by: &str,
    now: Instant,
) -> Result<bool, DbError> {
    let state = if until.is_some() { BlockState::Active } else { BlockState::Rejected };
    Ok(tx.run(DECIDE_BLOCK, args![id, Text(state), by.to_owned(), now, until]).await? == 1)
}

/// False where it is not in force.
pub async fn lift_block(tx: &mut Tx, id: BlockId, by: &str, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(LIFT_BLOCK, args![id, by.to_owned(), now]).await? == 1)
}

pub async fn find_block(mut from: impl Read, id: BlockId) -> Result<Option<Block>, DbError> {
    Ok(from.first::<BlockRow>(FIND_BLOCK, args![id]).await?.map(Block::from))
}

pub async fn find_block_of(mut from: impl Read, call: CallId) -> Result<Option<Block>, DbError> {
    Ok(from.first::<BlockRow>(FIND_BLOCK_OF, args![call]).await?.map(Block::from))
}

/// All that are more than a note, newest first.
pub async fn list_blocks(mut from: impl Read) -> Result<Vec<Block>, DbError> {
    Ok(from.all::<BlockRow>(LIST_BLOCKS, args![]).await?.into_iter().map(Block::from).collect())
}

pub async fn find_in_force(
    mut from: impl Read,
    (hash, office): (Vec<u8>, OfficeId),
    now: Instant,
) -> Result<Option<BlockId>, DbError> {
    let row: Option<(BlockId,)> = from.first(FIND_IN_FORCE, args![hash, Text(office), now]).await?;
    Ok(row.map(|row| row.0))
}

pub async fn count_hit(tx: &mut Tx, id: BlockId) -> Result<(), DbError> {
    tx.run(COUNT_HIT, args![id]).await?;
    Ok(())
}

/// Ends blocks whose time is over, and forgets calls that were noted before and led to no proposal. Says how many.
pub async fn end_blocks(tx: &mut Tx, now: Instant, noted_before: Instant) -> Result<u64, DbError> {
    Ok(tx.run(END_BLOCKS, args![now]).await? + tx.run(FORGET_NOTED, args![noted_before]).await?)
}

/// Whether a call showed no number.
pub async fn is_withheld(mut from: impl Read, call: CallId) -> Result<bool, DbError> {
    Ok(from.first::<(CallId,)>(IS_WITHHELD, args![call]).await?.is_some())
}
