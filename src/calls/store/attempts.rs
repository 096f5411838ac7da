//! The SQL of attempts to reach officers, and of leases: one lease an officer, whoever wants them.

use std::collections::{BTreeMap, BTreeSet};

use crate::args;
use crate::calls::SHORTEST_TALK;
use crate::calls::call::{Attempt, Outcome};
use crate::calls::provider::LegId;
use crate::calls::route::Lately;
use crate::calls::why::Against;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{AttemptId, CallId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::shifts::Pair;

const LATEST_TALKS: &str = "SELECT a.ended_at - a.accepted_at FROM calls c JOIN attempts a ON a.call_id = c.id
    WHERE c.hotline_id = $1 AND c.started_at > $2 AND a.accepted_at IS NOT NULL AND a.ended_at IS NOT NULL
    ORDER BY c.started_at DESC LIMIT 20";
// Of all who are planned then, in one go; a shift lasts 26 hours at most, so the index on their start is enough.
// Each is the end of an index: what it costs does not depend on how much was talked before.
const LATELY: &str = "SELECT s.id,
        (SELECT max(a.rang_at) FROM attempts a
         WHERE a.officer_id = s.officer_id AND a.rang_at > $2 AND a.rang_at <= $3),
        (SELECT a.ended_at FROM attempts a
         WHERE a.officer_id = s.officer_id AND a.rang_at > $2 AND a.rang_at <= $3 AND a.outcome = 'accepted'
            AND a.ended_at <= $3
         ORDER BY a.rang_at DESC LIMIT 1),
        (SELECT count(*) FROM attempts a
         WHERE a.officer_id = s.officer_id AND a.rang_at >= s.starts_at AND a.rang_at > $2 AND a.rang_at <= $3
            AND a.outcome = 'accepted')
    FROM shifts s
    WHERE s.hotline_id = $1 AND s.state = 'published' AND s.starts_at <= $3 AND s.ends_at > $3
        AND s.starts_at > $3 - 93600000000";
const LIST_CALLING: &str = "SELECT s.officer_id FROM shifts s JOIN attempts a ON a.officer_id = s.officer_id
    WHERE s.hotline_id = $1 AND s.state = 'published' AND s.starts_at <= $2 AND s.ends_at > $2
        AND s.starts_at > $2 - 93600000000 AND a.rang_at > $2 - 18000000000 AND a.rang_at <= $2
        AND (a.ended_at IS NULL OR a.ended_at > $2)";
const INSERT_ATTEMPT: &str =
    "INSERT INTO attempts (id, call_id, officer_id, tier, why, outcome, rang_at, ended_at, helper_id, plain)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const FIND_ATTEMPT: &str = "SELECT id, call_id, officer_id, tier, why, outcome, rang_at, accepted_at, ended_at,
        helper_id, plain
    FROM attempts WHERE id = $1";
const LIST_ATTEMPTS: &str = "SELECT id, call_id, officer_id, tier, why, outcome, rang_at, accepted_at, ended_at,
        helper_id, plain
    FROM attempts WHERE call_id = $1 ORDER BY rang_at, id";
const LIST_ATTEMPTS_WITHIN: &str =
    "SELECT a.id, a.call_id, a.officer_id, a.tier, a.why, a.outcome, a.rang_at, a.accepted_at, a.ended_at, a.helper_id,
        a.plain
    FROM calls c JOIN attempts a ON a.call_id = c.id
    WHERE c.hotline_id = $1 AND c.started_at >= $2 AND c.started_at < $3 ORDER BY a.rang_at, a.id";
const ACCEPT: &str = "UPDATE attempts SET outcome = 'accepted', accepted_at = $2 WHERE id = $1 AND outcome = 'ringing'";
const END_ATTEMPT: &str = "UPDATE attempts SET outcome = $2, ended_at = $3 WHERE id = $1 AND outcome = 'ringing'";
const TAKE_FROM_OTHERS: &str = "UPDATE attempts SET outcome = 'taken', ended_at = $3
    WHERE call_id = $1 AND id <> $2 AND outcome = 'ringing'";
// Whose telephone would have begun to ring later was not rung.
const FORGET_UNRUNG: &str = "DELETE FROM attempts WHERE call_id = $1 AND outcome = 'ringing' AND rang_at > $2";
const FREE_OTHERS: &str = "DELETE FROM leases WHERE call_id = $1 AND attempt_id <> $2";
const LEAVE_ALL: &str = "UPDATE attempts SET outcome = 'caller_gone' WHERE call_id = $1 AND outcome = 'accepted'";
const FREE_ALL: &str = "DELETE FROM leases WHERE call_id = $1";
const FAIL_ACCEPTED: &str =
    "UPDATE attempts SET outcome = 'failed', ended_at = $2 WHERE id = $1 AND outcome = 'accepted'";
const LEAVE_ACCEPTED: &str =
    "UPDATE attempts SET outcome = 'caller_gone', ended_at = $2 WHERE id = $1 AND outcome = 'accepted'";
const END_LEG: &str =
    "UPDATE attempts SET leg_over_at = $2 WHERE id = $1 AND outcome = 'accepted' AND leg_over_at IS NULL";
const COUNT_TALKS: &str = "SELECT count(*) FROM attempts
    WHERE call_id = $1 AND outcome = 'accepted' AND (leg_over_at IS NULL OR leg_over_at - accepted_at >= $2)";
const CLOSE_ATTEMPTS: &str = "UPDATE attempts SET ended_at = $2,
        outcome = CASE outcome WHEN 'ringing' THEN 'caller_gone' ELSE outcome END
    WHERE call_id = $1 AND ended_at IS NULL";
const LEASE: &str = "INSERT INTO leases (officer_id, call_id, attempt_id, until) VALUES ($1, $2, $3, $4)
    ON CONFLICT (officer_id) DO UPDATE
    SET call_id = excluded.call_id, attempt_id = excluded.attempt_id, until = excluded.until
    WHERE leases.until <= $5";
const EXTEND_LEASE: &str = "UPDATE leases SET until = $2 WHERE attempt_id = $1";
const FREE_LEASE: &str = "DELETE FROM leases WHERE attempt_id = $1";
// Whoever talked is left in peace for the hotline's pause; everybody else of the call is free at once.
const PAUSE: &str = "UPDATE leases SET until = $2 + 1000000 * (SELECT h.pause_seconds FROM calls c
        JOIN hotlines h ON h.id = c.hotline_id WHERE c.id = $1)
    WHERE call_id = $1
        AND attempt_id IN (SELECT id FROM attempts WHERE call_id = $1 AND outcome = 'accepted' AND ended_at IS NULL)";
const FREE_LEASES: &str = "DELETE FROM leases WHERE call_id = $1 AND (until <= $2
    OR attempt_id NOT IN (SELECT id FROM attempts WHERE call_id = $1 AND outcome = 'accepted'))";
const SET_LEG: &str = "UPDATE attempts SET leg = $2 WHERE id = $1 AND leg IS NULL";
// Callers who wait again after a talk, with whom they talked.
const LIST_PUT_BACK: &str = "SELECT c.id, a.officer_id FROM calls c JOIN attempts a ON a.call_id = c.id
    WHERE c.hotline_id = $1 AND c.waiting_since IS NOT NULL AND c.state = 'running' AND a.outcome = 'accepted'";
const FIND_LEG: &str = "SELECT leg FROM attempts WHERE id = $1";
const FIND_TALK: &str = "SELECT a.id FROM attempts a JOIN calls c ON c.id = a.call_id
    WHERE a.officer_id = $1 AND a.outcome = 'accepted' AND a.ended_at IS NULL AND c.state = 'talking'";
const FIND_LAST_TALK: &str = "SELECT id, call_id, officer_id, tier, why, outcome, rang_at, accepted_at, ended_at,
        helper_id, plain
    FROM attempts WHERE officer_id = $1 AND rang_at > $2 AND accepted_at IS NOT NULL
    ORDER BY accepted_at DESC, id DESC LIMIT 1";
const END_ACCEPTED: &str =
    "UPDATE attempts SET ended_at = $2 WHERE id = $1 AND outcome = 'accepted' AND ended_at IS NULL";
const LIST_LEASED: &str = "SELECT l.officer_id, a.ended_at FROM leases l LEFT JOIN attempts a ON a.id = l.attempt_id
    WHERE l.until > $1";
// What the provider refused has never rung, and at the test telephone no telephone has failed.
const COUNT_FAULTS: &str = "SELECT count(*) FROM attempts a JOIN calls c ON c.id = a.call_id
    WHERE a.officer_id = $1 AND a.rang_at >= $2 AND a.outcome IN ('failed', 'invalid_number')
        AND NOT (c.provider = 'simulated' AND c.provider_call LIKE 'test-%')
        AND NOT EXISTS (SELECT 1 FROM provider_orders o WHERE o.attempt_id = a.id AND o.state = 'refused')";
// What a helper has taken on of a hotline's callers, and what rings there just now.
const COUNT_HELP: &str = "SELECT count(*) FROM attempts a JOIN calls c ON c.id = a.call_id
    WHERE a.helper_id = $1 AND c.hotline_id = $2 AND a.rang_at >= $3 AND a.rang_at < $4
        AND a.outcome IN ('accepted', 'ringing')";
const SUM_HELP: &str = "SELECT c.hotline_id, a.helper_id, count(*), 
        CAST(sum(coalesce(a.ended_at, $2) - a.accepted_at) AS BIGINT)
    FROM attempts a JOIN calls c ON c.id = a.call_id
    WHERE a.helper_id IS NOT NULL AND a.rang_at >= $1 AND a.rang_at < $2 AND a.outcome = 'accepted'
    GROUP BY c.hotline_id, a.helper_id";
// The hash of a caller changes weekly: whoever has the same one called in the same week.
const LIST_KNOWN: &str = "SELECT a.officer_id, max(a.accepted_at) FROM calls me
    JOIN calls c ON c.caller_hash = me.caller_hash AND c.id <> me.id JOIN attempts a ON a.call_id = c.id
    WHERE me.id = $1 AND a.outcome = 'accepted' AND a.accepted_at IS NOT NULL GROUP BY a.officer_id";

/// Every statement, for the test that prepares them on both engines.
pub(super) const STATEMENTS: &[&str] = &[
    LATEST_TALKS,
    LATELY,
    LIST_CALLING,
    INSERT_ATTEMPT,
    FIND_ATTEMPT,
    LIST_ATTEMPTS,
    LIST_ATTEMPTS_WITHIN,
    ACCEPT,
    END_ATTEMPT,
    TAKE_FROM_OTHERS,
    FORGET_UNRUNG,
    FREE_OTHERS,
    LEAVE_ALL,
    FREE_ALL,
    FAIL_ACCEPTED,
    LEAVE_ACCEPTED,
    END_LEG,
    COUNT_TALKS,
    CLOSE_ATTEMPTS,
    LEASE,
    EXTEND_LEASE,
    FREE_LEASE,
    PAUSE,
    FREE_LEASES,
    COUNT_FAULTS,
    COUNT_HELP,
    SUM_HELP,
    LIST_KNOWN,
    LIST_LEASED,
    SET_LEG,
    FIND_LEG,
    LIST_PUT_BACK,
    FIND_TALK,
    FIND_LAST_TALK,
    END_ACCEPTED,
];

/// Who talked with the caller of a call before, in the same week, and when last.
pub async fn list_known(mut from: impl Read, call: CallId) -> Result<BTreeMap<OfficerId, Instant>, DbError> {
    let rows: Vec<(OfficerId, Instant)> = from.all(LIST_KNOWN, args![call]).await?;
    Ok(rows.into_iter().collect())
}

/// How often an officer's telephone could not be reached since.
pub async fn count_faults(mut from: impl Read, officer: OfficerId, since: Instant) -> Result<i64, DbError> {
    Ok(from.first::<(i64,)>(COUNT_FAULTS, args![officer, since]).await?.map_or(0, |row| row.0))
}

/// How long the latest talks on a hotline took, in microseconds.
pub async fn latest_talks(mut from: impl Read, hotline: HotlineId, since: Instant) -> Result<Vec<i64>, DbError> {
    let rows: Vec<(i64,)> = from.all(LATEST_TALKS, args![hotline, since]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What is known, between two instants, of the calls of all who are planned on a hotline at the second one: by shift.
pub async fn lately(
    mut from: impl Read,
    hotline: HotlineId,
    (since, at): (Instant, Instant),
) -> Result<BTreeMap<ShiftId, Lately>, DbError> {
    type Row = (ShiftId, Option<Instant>, Option<Instant>, i64);
    let rows: Vec<Row> = from.all(LATELY, args![hotline, since, at]).await?;
    let lately = |(shift, rang_at, talked_until, talks): Row| (shift, Lately { rang_at, talked_until, talks });
    Ok(rows.into_iter().filter(|row| row.1.is_some()).map(lately).collect())
}

/// Who of those planned on a hotline rang or talked at an instant, as far as it was recorded.
pub async fn list_calling(
    mut from: impl Read,
    hotline: HotlineId,
    at: Instant,
) -> Result<Vec<(OfficerId, Against)>, DbError> {
    let rows: Vec<(OfficerId,)> = from.all(LIST_CALLING, args![hotline, at]).await?;
    Ok(rows.into_iter().map(|row| (row.0, Against::InCall)).collect())
}

crate::row! {
    struct AttemptRow {
        id: AttemptId,
        call_id: CallId,
        officer_id: OfficerId,
        tier: i64,
        why: String,
        outcome: Text<Outcome>,
        rang_at: Instant,
        accepted_at: Option<Instant>,
        ended_at: Option<Instant>,
        helper_id: Option<HotlineId>,
        plain: bool,
    }
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        Self {
            id: row.id,
            call: row.call_id,
            officer: row.officer_id,
            tier: row.tier,
            why: row.why,
            outcome: row.outcome.0,
            rang_at: row.rang_at,
            accepted_at: row.accepted_at,
            ended_at: row.ended_at,
            helper: row.helper_id,
            is_plain: row.plain,
        }
    }
}

pub async fn insert_attempt(tx: &mut Tx, attempt: &Attempt) -> Result<(), DbError> {
    let Attempt { id, call, officer, tier, why, outcome, rang_at, ended_at, helper, is_plain, .. } = attempt;
    let (why, outcome) = (why.clone(), Text(*outcome));
    let values = args![*id, *call, *officer, *tier, why, outcome, *rang_at, *ended_at, *helper, *is_plain];
    tx.run(INSERT_ATTEMPT, values).await?;
    Ok(())
}

pub async fn find_attempt(mut from: impl Read, id: AttemptId) -> Result<Option<Attempt>, DbError> {
    Ok(from.first::<AttemptRow>(FIND_ATTEMPT, args![id]).await?.map(Attempt::from))
}

pub async fn list_attempts(mut from: impl Read, call: CallId) -> Result<Vec<Attempt>, DbError> {
    Ok(from.all::<AttemptRow>(LIST_ATTEMPTS, args![call]).await?.into_iter().map(Attempt::from).collect())
}

/// The attempts of a hotline's calls that began within a window.
pub async fn list_attempts_within(
    mut from: impl Read,
    hotline: HotlineId,
    window: Span,
) -> Result<Vec<Attempt>, DbError> {
    let rows: Vec<AttemptRow> = from.all(LIST_ATTEMPTS_WITHIN, args![hotline, window.start, window.end]).await?;
    Ok(rows.into_iter().map(Attempt::from).collect())
}

/// The talk that an officer has, or had last, if it was rung since.
pub async fn find_last_talk(
    mut from: impl Read,
    officer: OfficerId,
    since: Instant,
) -> Result<Option<Attempt>, DbError> {
    Ok(from.first::<AttemptRow>(FIND_LAST_TALK, args![officer, since]).await?.map(Attempt::from))
}

/// False where it does not ring any more.
pub async fn accept(tx: &mut Tx, id: AttemptId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(ACCEPT, args![id, now]).await? == 1)
}

/// Ends a ring and frees the officer. Changes nothing, and says false, where the ring is over.
pub async fn end_attempt(tx: &mut Tx, id: AttemptId, outcome: Outcome, now: Instant) -> Result<bool, DbError> {
    if tx.run(END_ATTEMPT, args![id, Text(outcome), now]).await? == 0 {
        return Ok(false);
    }
    tx.run(FREE_LEASE, args![id]).await?;
    Ok(true)
}

/// Ends a ring of somebody who has picked up and hears a last word until `until`. As `end_attempt`, but for that.
pub async fn end_screened(
    tx: &mut Tx,
    id: AttemptId,
    outcome: Outcome,
    (now, until): (Instant, Instant),
) -> Result<(), DbError> {
    if tx.run(END_ATTEMPT, args![id, Text(outcome), now]).await? == 1 {
        extend_lease(tx, id, until).await?;
    }
    Ok(())
}

/// Somebody accepted: whoever else rings for this call is free again, and told so.
pub async fn take_from_others(tx: &mut Tx, call: CallId, accepted: AttemptId, now: Instant) -> Result<(), DbError> {
    tx.run(FORGET_UNRUNG, args![call, now]).await?;
    tx.run(TAKE_FROM_OTHERS, args![call, accepted, now]).await?;
    tx.run(FREE_OTHERS, args![call, accepted]).await?;
    Ok(())
}

/// The officer accepted, and was gone before the two legs were connected.
pub async fn fail_accepted(tx: &mut Tx, id: AttemptId, now: Instant) -> Result<(), DbError> {
    tx.run(FAIL_ACCEPTED, args![id, now]).await?;
    tx.run(FREE_LEASE, args![id]).await?;
    Ok(())
}

/// The officer's own leg.
pub async fn set_leg(tx: &mut Tx, id: AttemptId, leg: &str) -> Result<(), DbError> {
    tx.run(SET_LEG, args![id, leg.to_owned()]).await?;
    Ok(())
}

pub async fn find_leg(mut from: impl Read, id: AttemptId) -> Result<Option<LegId>, DbError> {
    let row: Option<(Option<String>,)> = from.first(FIND_LEG, args![id]).await?;
    Ok(row.and_then(|(leg,)| LegId::parse(&leg?)))
}

/// Callers who wait for a hotline again after a talk, with whom they talked.
pub async fn list_put_back(mut from: impl Read, hotline: HotlineId) -> Result<BTreeSet<(CallId, OfficerId)>, DbError> {
    let rows: Vec<(CallId, OfficerId)> = from.all(LIST_PUT_BACK, args![hotline]).await?;
    Ok(rows.into_iter().collect())
}

/// The call that an officer has now.
pub async fn find_talk(mut from: impl Read, officer: OfficerId) -> Result<Option<Attempt>, DbError> {
    let row: Option<(AttemptId,)> = from.first(FIND_TALK, args![officer]).await?;
    match row {
        Some((id,)) => find_attempt(from, id).await,
        None => Ok(None),
    }
}

/// The officer has talked, and is left in peace until then. False where they do not talk.
pub async fn end_accepted(tx: &mut Tx, id: AttemptId, (now, rest): (Instant, Instant)) -> Result<bool, DbError> {
    if tx.run(END_ACCEPTED, args![id, now]).await? == 0 {
        return Ok(false);
    }
    match rest > now {
        true => tx.run(EXTEND_LEASE, args![id, rest]).await?,
        false => tx.run(FREE_LEASE, args![id]).await?,
    };
    Ok(true)
}

/// The officer accepted, and the caller was gone before the two legs were connected.
pub async fn leave_accepted(tx: &mut Tx, id: AttemptId, now: Instant) -> Result<(), DbError> {
    tx.run(LEAVE_ACCEPTED, args![id, now]).await?;
    tx.run(FREE_LEASE, args![id]).await?;
    Ok(())
}

/// The own leg of an officer who accepted is over. False where they did not accept.
pub async fn end_leg(tx: &mut Tx, id: AttemptId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(END_LEG, args![id, now]).await? == 1)
}

/// Whether somebody accepted, and stayed long enough to be connected.
pub async fn has_talked(from: &mut Tx, call: CallId) -> Result<bool, DbError> {
    let row: Option<(i64,)> = from.first(COUNT_TALKS, args![call, SHORTEST_TALK.num_microseconds()]).await?;
    Ok(row.is_some_and(|row| row.0 > 0))
}

/// Takes the officer for this attempt until `until`, unless another call has them. Atomic on both engines.
pub async fn lease(tx: &mut Tx, attempt: &Attempt, until: Instant, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(LEASE, args![attempt.officer, attempt.call, attempt.id, until, now]).await? == 1)
}

pub async fn extend_lease(tx: &mut Tx, attempt: AttemptId, until: Instant) -> Result<(), DbError> {
    tx.run(EXTEND_LEASE, args![attempt, until]).await?;
    Ok(())
}

/// Officers who ring or talk now, or have a pause after a talk.
pub async fn list_leased(mut from: impl Read, now: Instant) -> Result<Vec<(OfficerId, Against)>, DbError> {
    let rows: Vec<(OfficerId, Option<Instant>)> = from.all(LIST_LEASED, args![now]).await?;
    let busy = |ended: Option<Instant>| ended.map_or(Against::InCall, |_| Against::Recovering);
    Ok(rows.into_iter().map(|(officer, ended)| (officer, busy(ended))).collect())
}

/// The call is over: whoever talked is left in peace for the hotline's pause, everybody else is free at once.
pub(super) async fn close_attempts(tx: &mut Tx, call: CallId, now: Instant) -> Result<(), DbError> {
    // Whoever has left the talk before has their own pause.
    for statement in [PAUSE, FORGET_UNRUNG, CLOSE_ATTEMPTS, FREE_LEASES] {
        tx.run(statement, args![call, now]).await?;
    }
    Ok(())
}

/// How many talks a helper has had with a hotline's callers in a window; those that ring count, too.
pub async fn count_help(mut from: impl Read, (asking, helper): Pair, window: Span) -> Result<i64, DbError> {
    let row: Option<(i64,)> = from.first(COUNT_HELP, args![helper, asking, window.start, window.end]).await?;
    Ok(row.map_or(0, |row| row.0))
}

/// Who helped whom in a window: how many talks, and how long they took, in microseconds.
pub async fn sum_help(mut from: impl Read, window: Span) -> Result<Vec<(Pair, i64, i64)>, DbError> {
    type Row = (HotlineId, HotlineId, i64, i64);
    let rows: Vec<Row> = from.all(SUM_HELP, args![window.start, window.end]).await?;
    Ok(rows.into_iter().map(|(asking, helper, talks, took)| ((asking, helper), talks, took)).collect())
}

/// Whoever accepted an ended call was left by the caller before the two were connected: they need no pause.
pub(super) async fn leave_all(tx: &mut Tx, call: CallId) -> Result<(), DbError> {
    tx.run(LEAVE_ALL, args![call]).await?;
    tx.run(FREE_ALL, args![call]).await?;
    Ok(())
}
