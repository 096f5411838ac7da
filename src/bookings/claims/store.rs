//! The SQL of claims: codes of requests, turns of contacts, challenges that were met.

use crate::args;
use crate::db::{DbError, Read, Tx};
use crate::kernel::Instant;
use crate::kernel::id::BookingId;
use crate::offices::OfficeId;

const SET_CODE: &str = "INSERT INTO booking_requests (booking_id, code_hash, created_at) VALUES ($1, $2, $3)
    ON CONFLICT (booking_id) DO UPDATE SET code_hash = excluded.code_hash, created_at = excluded.created_at";
const HAS_CODE: &str = "SELECT booking_id FROM booking_requests WHERE booking_id = $1 AND code_hash = $2";
const DROP_CODE: &str = "DELETE FROM booking_requests WHERE booking_id = $1";
// Asked of the few codes that there are, not of all bookings that ever were.
const FORGET_CODES: &str = "DELETE FROM booking_requests WHERE (SELECT b.ends_at FROM bookings b
    WHERE b.id = booking_requests.booking_id AND b.person IS NULL) < $1";

// A second one waits for the first here, and then goes on to count what the first has done.
const COME: &str = "INSERT INTO contact_turns (contact_hash, taken_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const TAKE_TURN: &str = "UPDATE contact_turns SET taken_at = $2 WHERE contact_hash = $1";
const FORGET_TURNS: &str = "DELETE FROM contact_turns WHERE taken_at < $1";
const COUNT_OPEN: &str = "SELECT count(*) FROM bookings
    WHERE contact_hash = $1 AND ends_at > $2
      AND (state = 'confirmed' OR state = 'requested' AND hold_until > $2)";

const USE_CHALLENGE: &str = "INSERT INTO used_challenges (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
const COUNT_HOLDS: &str = "SELECT count(*) FROM bookings
    WHERE created_at > $1 AND channel = 'web' AND ($2 = '' OR office_id = $2)";
const FORGET_CHALLENGES: &str = "DELETE FROM used_challenges WHERE expires_at < $1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    SET_CODE,
    HAS_CODE,
    DROP_CODE,
    FORGET_CODES,
    COME,
    TAKE_TURN,
    FORGET_TURNS,
    COUNT_OPEN,
    USE_CHALLENGE,
    COUNT_HOLDS,
    FORGET_CHALLENGES,
];

/// From now on only this code counts.
pub async fn set_code(tx: &mut Tx, booking: BookingId, code_hash: &[u8], now: Instant) -> Result<(), DbError> {
    tx.run(SET_CODE, args![booking, code_hash.to_vec(), now]).await?;
    Ok(())
}

pub async fn has_code(mut from: impl Read, booking: BookingId, code_hash: &[u8]) -> Result<bool, DbError> {
    Ok(from.first::<(BookingId,)>(HAS_CODE, args![booking, code_hash.to_vec()]).await?.is_some())
}

pub async fn drop_code(tx: &mut Tx, booking: BookingId) -> Result<(), DbError> {
    tx.run(DROP_CODE, args![booking]).await?;
    Ok(())
}

/// Waits until no other transaction has the turn of this contact.
pub async fn take_turn(tx: &mut Tx, contact_hash: &[u8], now: Instant) -> Result<(), DbError> {
    tx.run(COME, args![contact_hash.to_vec(), now]).await?;
    tx.run(TAKE_TURN, args![contact_hash.to_vec(), now]).await?;
    Ok(())
}

/// Bookings of the contact that lie ahead, requested or firm.
pub async fn count_open(mut from: impl Read, contact_hash: &[u8], now: Instant) -> Result<i64, DbError> {
    let row: Option<(i64,)> = from.first(COUNT_OPEN, args![contact_hash.to_vec(), now]).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// False where it was used before.
pub async fn use_challenge(tx: &mut Tx, id: &[u8], expires_at: Instant) -> Result<bool, DbError> {
    Ok(tx.run(USE_CHALLENGE, args![id.to_vec(), expires_at]).await? == 1)
}

/// How many times were held by the web since then, at an office or at all.
pub async fn count_holds(mut from: impl Read, office: Option<OfficeId>, since: Instant) -> Result<i64, DbError> {
    let office = office.map(|office| office.to_string()).unwrap_or_default();
    let row: Option<(i64,)> = from.first(COUNT_HOLDS, args![since, office]).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Forgets what counts no more, and turns that were taken before `turns`. Says how many.
pub async fn forget(tx: &mut Tx, now: Instant, turns: Instant) -> Result<u64, DbError> {
    let codes = tx.run(FORGET_CODES, args![now]).await?;
    let taken = tx.run(FORGET_TURNS, args![turns]).await?;
    Ok(codes + taken + tx.run(FORGET_CHALLENGES, args![now]).await?)
}
