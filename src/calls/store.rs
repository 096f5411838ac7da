//! The SQL of calls: calls, their steps and attempts, leases, call-backs.

use std::collections::BTreeMap;

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::flows::Place;
use crate::kernel::id::{AttemptId, CallId, CallbackId, HotlineId, OfficerId, ShiftId, VoicemailId};
use crate::kernel::{Instant, Language, Span};
use crate::offices::OfficeId;
use crate::vault::{self, Vault};

use super::call::{
    Attempt, Call, CallState, Callback, CallbackState, Edition, Ending, Outcome, Voicemail, VoicemailState,
};
use super::provider::Step;
use super::route::{Lately, Wish};
use super::why::Against;

const INSERT_CALL: &str = "INSERT INTO calls (id, provider, provider_call, hotline_id, office_id, caller, caller_hash,
        state, place, topic, step, started_at, updated_at, flow, flow_version, node, waiting_since, language)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, 1, $10, $10, $11, $12, $13, $14, $15)";
const FIND_BY_PROVIDER: &str = "SELECT id FROM calls WHERE provider = $1 AND provider_call = $2";
// Takes the row's lock on both engines, and lets only the webhook through that is next.
const TAKE: &str = "UPDATE calls SET step = step + 1, updated_at = $3 WHERE id = $1 AND step = $2 AND state <> 'ended'
    RETURNING id, hotline_id, office_id, state, flow, flow_version, place, step, started_at, caller";
const FIND_CALL: &str = "SELECT id, hotline_id, office_id, state, flow, flow_version, place, step, started_at, caller
    FROM calls WHERE id = $1";
const KEEP_PLACE: &str = "UPDATE calls SET place = $2, topic = $3, flow = $4, flow_version = $5, node = $6,
        waiting_since = $7, language = $8
    WHERE id = $1";
const TALK: &str = "UPDATE calls SET state = 'talking', updated_at = $2 WHERE id = $1 AND state = 'running'";
const RUN_ON: &str = "UPDATE calls SET state = 'running' WHERE id = $1 AND state = 'talking'";
const END: &str = "UPDATE calls SET state = 'ended', ending = $2, ended_at = $3, updated_at = $3, caller = NULL,
        waiting_since = NULL
    WHERE id = $1 AND state <> 'ended'";
const LIST_LOST: &str = "SELECT id FROM calls
    WHERE (state = 'running' AND updated_at < $1) OR (state = 'talking' AND updated_at < $2)";
// Callers in front, the first of them first. A node that died leaves nobody waiting for long.
const LIST_WAITING: &str = "SELECT waiting_since, topic, language FROM calls
    WHERE hotline_id = $1 AND waiting_since < $2 AND id <> $3 AND state = 'running' AND updated_at > $4
    ORDER BY waiting_since";
const LATEST_TALKS: &str = "SELECT a.ended_at - a.accepted_at FROM calls c JOIN attempts a ON a.call_id = c.id
    WHERE c.hotline_id = $1 AND c.started_at > $2 AND a.accepted_at IS NOT NULL AND a.ended_at IS NOT NULL
    ORDER BY c.started_at DESC LIMIT 20";
// Of all who are planned then, in one go; a shift lasts 26 hours at most, so the index on their start is enough.
const LATELY: &str =
    "SELECT s.id, max(a.rang_at), max(CASE WHEN a.outcome = 'accepted' AND a.ended_at <= $3 THEN a.ended_at END),
        count(CASE WHEN a.outcome = 'accepted' AND a.rang_at >= s.starts_at THEN 1 END)
    FROM shifts s JOIN attempts a ON a.officer_id = s.officer_id
    WHERE s.hotline_id = $1 AND s.state = 'published' AND s.starts_at <= $3 AND s.ends_at > $3
        AND s.starts_at > $3 - 93600000000 AND a.rang_at > $2 AND a.rang_at <= $3
    GROUP BY s.id";
const LIST_CALLING: &str = "SELECT s.officer_id FROM shifts s JOIN attempts a ON a.officer_id = s.officer_id
    WHERE s.hotline_id = $1 AND s.state = 'published' AND s.starts_at <= $2 AND s.ends_at > $2
        AND s.starts_at > $2 - 93600000000 AND a.rang_at > $2 - 18000000000 AND a.rang_at <= $2
        AND (a.ended_at IS NULL OR a.ended_at > $2)";
const INSERT_STEP: &str = "INSERT INTO call_steps (call_id, step, at, event, reply, flow, trail)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FIND_STEP: &str = "SELECT reply FROM call_steps WHERE call_id = $1 AND step = $2";
const LIST_STEPS: &str = "SELECT at, event, flow, trail FROM call_steps WHERE call_id = $1 ORDER BY step";
const COUNT_TRAILS: &str = "SELECT trail, count(*) FROM call_steps
    WHERE flow = $1 AND at >= $2 AND at < $3 AND trail <> '' GROUP BY trail";
const COUNT_HUNG_UP: &str = "SELECT node, count(*) FROM calls
    WHERE flow = $1 AND started_at >= $2 AND started_at < $3 AND ending = 'caller_gone' GROUP BY node";
const INSERT_VOICEMAIL: &str = "INSERT INTO voicemails
        (id, call_id, hotline_id, office_id, topic, language, seconds, sound, state, recorded_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'new', $9, $9)";
const FIND_VOICEMAIL: &str =
    "SELECT v.id, v.call_id, v.hotline_id, v.office_id, v.topic, v.language, v.seconds, v.state,
        v.recorded_at, v.sound, c.provider
    FROM voicemails v JOIN calls c ON c.id = v.call_id WHERE v.id = $1";
const LIST_VOICEMAILS: &str =
    "SELECT v.id, v.call_id, v.hotline_id, v.office_id, v.topic, v.language, v.seconds, v.state,
        v.recorded_at, v.sound, c.provider
    FROM voicemails v JOIN calls c ON c.id = v.call_id
    WHERE v.recorded_at >= $1 AND v.recorded_at < $2 AND ($3 = '' OR v.office_id = $3)
    ORDER BY CASE v.state WHEN 'new' THEN 0 ELSE 1 END, v.recorded_at DESC, v.id DESC";
const HEAR_VOICEMAIL: &str = "UPDATE voicemails SET state = 'heard', changed_at = $2 WHERE id = $1 AND state = 'new'";
const DELETE_VOICEMAIL: &str = "UPDATE voicemails SET state = 'deleted', changed_at = $2
    WHERE id = $1 AND state <> 'deleted'";
const FORGET_VOICEMAILS: &str = "UPDATE voicemails SET state = 'deleted', changed_at = $2
    WHERE recorded_at < $1 AND state <> 'deleted'";
// What the provider still keeps; whatever could not be deleted comes last the next time.
const LIST_UNERASED: &str =
    "SELECT v.id, v.call_id, v.hotline_id, v.office_id, v.topic, v.language, v.seconds, v.state,
        v.recorded_at, v.sound, c.provider
    FROM voicemails v JOIN calls c ON c.id = v.call_id
    WHERE v.state = 'deleted' AND v.sound IS NOT NULL ORDER BY v.changed_at LIMIT $1";
const POSTPONE_ERASING: &str = "UPDATE voicemails SET changed_at = $2 WHERE id = $1";
const EMPTY_SOUND: &str = "UPDATE voicemails SET sound = NULL WHERE id = $1 AND state = 'deleted'";
const EMPTY_STEPS: &str = "UPDATE call_steps SET reply = $2 WHERE at < $1 AND at > $3 AND reply <> $2";
const INSERT_ATTEMPT: &str = "INSERT INTO attempts (id, call_id, officer_id, tier, why, outcome, rang_at, ended_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const FIND_ATTEMPT: &str = "SELECT id, call_id, officer_id, tier, why, outcome, rang_at, accepted_at, ended_at
    FROM attempts WHERE id = $1";
const LIST_ATTEMPTS: &str = "SELECT id, call_id, officer_id, tier, why, outcome, rang_at, accepted_at, ended_at
    FROM attempts WHERE call_id = $1 ORDER BY rang_at, id";
const ACCEPT: &str = "UPDATE attempts SET outcome = 'accepted', accepted_at = $2 WHERE id = $1 AND outcome = 'ringing'";
const END_ATTEMPT: &str = "UPDATE attempts SET outcome = $2, ended_at = $3 WHERE id = $1 AND outcome = 'ringing'";
const TAKE_FROM_OTHERS: &str = "UPDATE attempts SET outcome = 'taken', ended_at = $3
    WHERE call_id = $1 AND id <> $2 AND outcome = 'ringing'";
const FREE_OTHERS: &str = "DELETE FROM leases WHERE call_id = $1 AND attempt_id <> $2";
const FIND_VOICEMAIL_OF: &str = "SELECT id FROM voicemails WHERE call_id = $1";
const FAIL_ACCEPTED: &str =
    "UPDATE attempts SET outcome = 'failed', ended_at = $2 WHERE id = $1 AND outcome = 'accepted'";
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
    WHERE call_id = $1 AND attempt_id IN (SELECT id FROM attempts WHERE call_id = $1 AND outcome = 'accepted')";
const FREE_LEASES: &str = "DELETE FROM leases WHERE call_id = $1 AND (until <= $2
    OR attempt_id NOT IN (SELECT id FROM attempts WHERE call_id = $1 AND outcome = 'accepted'))";
const LIST_LEASED: &str = "SELECT l.officer_id, a.ended_at FROM leases l LEFT JOIN attempts a ON a.id = l.attempt_id
    WHERE l.until > $1";
const COUNT_FAULTS: &str = "SELECT count(*) FROM attempts
    WHERE officer_id = $1 AND rang_at >= $2 AND outcome IN ('failed', 'invalid_number')";
// The hash of a caller changes weekly: whoever has the same one called in the same week.
const LIST_KNOWN: &str = "SELECT a.officer_id, max(a.accepted_at) FROM calls me
    JOIN calls c ON c.caller_hash = me.caller_hash AND c.id <> me.id JOIN attempts a ON a.call_id = c.id
    WHERE me.id = $1 AND a.outcome = 'accepted' AND a.accepted_at IS NOT NULL GROUP BY a.officer_id";
const COUNT_EARLIER: &str = "SELECT count(*) FROM calls me
    JOIN calls c ON c.caller_hash = me.caller_hash AND c.hotline_id = me.hotline_id AND c.id <> me.id
    WHERE me.id = $1 AND c.started_at <= me.started_at";
const INSERT_CALLBACK: &str = "INSERT INTO callbacks
        (id, call_id, hotline_id, office_id, topic, language, person, state, requested_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8)";
const FIND_CALLBACK: &str =
    "SELECT id, call_id, hotline_id, office_id, topic, language, state, requested_at, closed_at,
        person FROM callbacks WHERE id = $1";
const LIST_CALLBACKS: &str =
    "SELECT id, call_id, hotline_id, office_id, topic, language, state, requested_at, closed_at,
        person FROM callbacks WHERE requested_at >= $1 AND requested_at < $2 ORDER BY requested_at DESC";
const CLOSE_CALLBACK: &str = "UPDATE callbacks SET state = $2, closed_at = $3, person = NULL
    WHERE id = $1 AND state = 'open'";
const FORGET_CALLBACKS: &str = "UPDATE callbacks SET state = CASE state WHEN 'open' THEN 'given_up' ELSE state END,
        closed_at = $2, person = NULL
    WHERE requested_at < $1 AND person IS NOT NULL";
const LIST_CALLS: &str = "SELECT c.id, c.hotline_id, c.office_id, c.state, c.ending, c.topic, c.started_at, c.ended_at,
        (SELECT count(*) FROM attempts a WHERE a.call_id = c.id) AS attempts
    FROM calls c WHERE c.started_at >= $1 AND c.started_at < $2 AND ($3 = '' OR c.office_id = $3)
        AND ($4 = '' OR c.ending = $4)
    ORDER BY c.started_at DESC, c.id DESC LIMIT $5 OFFSET $6";
const LIST_CALLS_OF: &str =
    "SELECT c.id, c.hotline_id, c.office_id, c.state, c.ending, c.topic, c.started_at, c.ended_at,
        (SELECT count(*) FROM attempts a WHERE a.call_id = c.id) AS attempts
    FROM calls c WHERE c.id = $1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT_CALL,
    FIND_BY_PROVIDER,
    TAKE,
    FIND_CALL,
    KEEP_PLACE,
    TALK,
    RUN_ON,
    END,
    LIST_LOST,
    LIST_WAITING,
    LATEST_TALKS,
    LATELY,
    LIST_CALLING,
    INSERT_STEP,
    FIND_STEP,
    LIST_STEPS,
    COUNT_TRAILS,
    COUNT_HUNG_UP,
    INSERT_VOICEMAIL,
    FIND_VOICEMAIL_OF,
    FIND_VOICEMAIL,
    LIST_VOICEMAILS,
    HEAR_VOICEMAIL,
    DELETE_VOICEMAIL,
    FORGET_VOICEMAILS,
    LIST_UNERASED,
    POSTPONE_ERASING,
    EMPTY_SOUND,
    EMPTY_STEPS,
    INSERT_ATTEMPT,
    FIND_ATTEMPT,
    LIST_ATTEMPTS,
    ACCEPT,
    END_ATTEMPT,
    TAKE_FROM_OTHERS,
    FREE_OTHERS,
    FAIL_ACCEPTED,
    CLOSE_ATTEMPTS,
    LEASE,
    EXTEND_LEASE,
    FREE_LEASE,
    PAUSE,
    FREE_LEASES,
    COUNT_FAULTS,
    LIST_KNOWN,
    COUNT_EARLIER,
    LIST_LEASED,
    INSERT_CALLBACK,
    FIND_CALLBACK,
    LIST_CALLBACKS,
    CLOSE_CALLBACK,
    FORGET_CALLBACKS,
    LIST_CALLS,
    LIST_CALLS_OF,
];

/// A call with its caller's number, which is there only while it lasts.
pub struct Loaded {
    pub call: Call,
    /// Still sealed.
    pub caller: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct CallRow {
    id: CallId,
    hotline_id: HotlineId,
    office_id: Text<OfficeId>,
    state: Text<CallState>,
    flow: String,
    flow_version: i64,
    place: Vec<u8>,
    step: i64,
    started_at: Instant,
    caller: Option<Vec<u8>>,
}

fn place_of(id: &CallId) -> vault::Place<'_> {
    vault::Place { column: "calls.place", record: id }
}

fn reply_of(id: &CallId) -> vault::Place<'_> {
    vault::Place { column: "call_steps.reply", record: id }
}

impl CallRow {
    fn open(self, vault: &Vault) -> Result<Loaded, DbError> {
        let damaged = |_| DbError::Unreadable { column: "calls.place", value: self.id.to_string() };
        let place: Place = vault.open_json(place_of(&self.id), &self.place).map_err(damaged)?;
        let call = Call {
            id: self.id,
            hotline: self.hotline_id,
            office: self.office_id.0,
            state: self.state.0,
            flow: Edition { name: self.flow, version: self.flow_version },
            place,
            step: self.step,
            started_at: self.started_at,
        };
        Ok(Loaded { call, caller: self.caller })
    }
}

/// What a provider says of a call when it announces it.
pub struct Announced {
    pub provider: &'static str,
    pub provider_call: String,
    /// Sealed; none where withheld.
    pub caller: Option<Vec<u8>>,
    pub caller_hash: Option<Vec<u8>>,
}

/// `DbError::Taken` where the provider has announced this call before.
pub async fn insert_call(
    tx: &mut Tx,
    vault: &Vault,
    (call, waiting_since): (&Call, Option<Instant>),
    announced: &Announced,
) -> Result<(), DbError> {
    let Announced { provider, provider_call, caller, caller_hash } = announced;
    let place = vault.seal_json(place_of(&call.id), &call.place);
    let (hotline, office, topic) = (call.hotline, Text(call.office), call.place.topic.clone());
    let values = args![
        call.id,
        *provider,
        provider_call.clone(),
        hotline,
        office,
        caller.clone(),
        caller_hash.clone(),
        place,
        topic,
        call.started_at,
        call.flow.name.clone(),
        call.flow.version,
        call.place.node.to_string(),
        waiting_since,
        call.place.language.tag()
    ];
    tx.run(INSERT_CALL, values).await?;
    Ok(())
}

pub async fn find_by_provider(
    mut from: impl Read,
    provider: &'static str,
    call: &str,
) -> Result<Option<CallId>, DbError> {
    let row: Option<(CallId,)> = from.first(FIND_BY_PROVIDER, args![provider, call.to_owned()]).await?;
    Ok(row.map(|row| row.0))
}

/// Takes a call for its next webhook. None where that webhook came before, or the call is over or not ours.
pub async fn take(tx: &mut Tx, vault: &Vault, id: CallId, step: i64, now: Instant) -> Result<Option<Loaded>, DbError> {
    let row: Option<CallRow> = tx.first(TAKE, args![id, step, now]).await?;
    row.map(|row| row.open(vault)).transpose()
}

pub async fn find_call(mut from: impl Read, vault: &Vault, id: CallId) -> Result<Option<Loaded>, DbError> {
    let row: Option<CallRow> = from.first(FIND_CALL, args![id]).await?;
    row.map(|row| row.open(vault)).transpose()
}

pub async fn keep_place(
    tx: &mut Tx,
    vault: &Vault,
    call: &Call,
    waiting_since: Option<Instant>,
) -> Result<(), DbError> {
    let place = vault.seal_json(place_of(&call.id), &call.place);
    let (flow, node) = (call.flow.clone(), call.place.node.to_string());
    let topic = call.place.topic.clone();
    let language = call.place.language.tag();
    tx.run(KEEP_PLACE, args![call.id, place, topic, flow.name, flow.version, node, waiting_since, language]).await?;
    Ok(())
}

/// The callers of a hotline who wait since before `since`, with what they want; since when the first of them does. Who was
/// not heard of since `alive` is not among them.
pub async fn list_waiting(
    mut from: impl Read,
    hotline: HotlineId,
    (since, call): (Instant, CallId),
    alive: Instant,
) -> Result<(Vec<Wish>, Option<Instant>), DbError> {
    type Row = (Instant, Option<String>, String);
    let rows: Vec<Row> = from.all(LIST_WAITING, args![hotline, since, call, alive]).await?;
    let first = rows.first().map(|row| row.0);
    let wish = |(_, topic, language): Row| Wish {
        topic: topic.and_then(|topic| topic.parse().ok()),
        language: Language::from_tag(&language).unwrap_or_default(),
    };
    Ok((rows.into_iter().map(wish).collect(), first))
}

/// Who talked with the caller of a call before, in the same week, and when last.
pub async fn list_known(mut from: impl Read, call: CallId) -> Result<BTreeMap<OfficerId, Instant>, DbError> {
    let rows: Vec<(OfficerId, Instant)> = from.all(LIST_KNOWN, args![call]).await?;
    Ok(rows.into_iter().collect())
}

/// How often the caller of a call called the hotline before, in the same week.
pub async fn count_earlier(mut from: impl Read, call: CallId) -> Result<i64, DbError> {
    Ok(from.first::<(i64,)>(COUNT_EARLIER, args![call]).await?.map_or(0, |row| row.0))
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
    Ok(rows.into_iter().map(lately).collect())
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

/// False where the call does not run any more.
pub async fn talk(tx: &mut Tx, id: CallId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(TALK, args![id, now]).await? == 1)
}

pub async fn run_on(tx: &mut Tx, id: CallId) -> Result<(), DbError> {
    tx.run(RUN_ON, args![id]).await?;
    Ok(())
}

/// Ends a call with all that hangs on it. False where it has ended before.
pub async fn end(tx: &mut Tx, id: CallId, ending: Ending, now: Instant) -> Result<bool, DbError> {
    // The call first, as everywhere: two webhooks at once never wait for each other.
    if tx.run(END, args![id, Text(ending), now]).await? == 0 {
        return Ok(false);
    }
    tx.run(CLOSE_ATTEMPTS, args![id, now]).await?;
    tx.run(PAUSE, args![id, now]).await?;
    tx.run(FREE_LEASES, args![id, now]).await?;
    Ok(true)
}

/// Calls of which nothing was heard since: those in the flow, those talking.
pub async fn list_lost(mut from: impl Read, running: Instant, talking: Instant) -> Result<Vec<CallId>, DbError> {
    let rows: Vec<(CallId,)> = from.all(LIST_LOST, args![running, talking]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub async fn insert_step(
    tx: &mut Tx,
    vault: &Vault,
    (call, step): (CallId, i64),
    told: ToldStep<'_>,
    now: Instant,
) -> Result<(), DbError> {
    let reply = vault.seal_json(reply_of(&call), told.reply);
    tx.run(INSERT_STEP, args![call, step, now, told.event, reply, told.flow, told.trail]).await?;
    Ok(())
}

/// What is recorded of one webhook.
pub struct ToldStep<'a> {
    /// A word: `started`, `key 1`, `silence`.
    pub event: String,
    pub reply: &'a Step,
    /// In which flow the ways were taken.
    pub flow: String,
    /// A line for each way: from, by, to; in a flow to which the call has just jumped, with its name in front.
    pub trail: String,
}

/// A webhook as it is told afterwards.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PastStep {
    pub at: Instant,
    pub event: String,
    pub flow: String,
    trail: String,
}

impl PastStep {
    #[cfg(test)]
    pub fn new(at: Instant, event: &str, trail: &str) -> Self {
        Self { at, event: event.into(), flow: "beratungstelefon".into(), trail: trail.into() }
    }

    /// The ways that it opened: from, by, to.
    pub fn ways(&self) -> impl Iterator<Item = [&str; 3]> {
        ways(&self.trail)
    }
}

/// The ways of a trail in the flow of its step: from, by, to.
pub fn ways(trail: &str) -> impl Iterator<Item = [&str; 3]> {
    trail.lines().filter_map(|line| line.split(' ').collect::<Vec<_>>().try_into().ok())
}

/// The ways of a trail in a flow to which the call has jumped: from, by, to.
pub fn ways_onward<'t>(trail: &'t str, flow: &str) -> impl Iterator<Item = [&'t str; 3]> {
    let here = trail.lines().filter_map(move |line| line.strip_prefix(flow)?.strip_prefix(' '));
    here.filter_map(|line| line.split(' ').collect::<Vec<_>>().try_into().ok())
}

/// What a webhook was answered when it came first.
pub async fn find_reply(mut from: impl Read, vault: &Vault, call: CallId, step: i64) -> Result<Option<Step>, DbError> {
    let row: Option<(Vec<u8>,)> = from.first(FIND_STEP, args![call, step]).await?;
    Ok(row.and_then(|(reply,)| vault.open_json(reply_of(&call), &reply).ok()))
}

pub async fn list_steps(mut from: impl Read, call: CallId) -> Result<Vec<PastStep>, DbError> {
    from.all(LIST_STEPS, args![call]).await
}

/// The trails that calls took in a flow within a window, each with how often.
pub async fn count_trails(mut from: impl Read, flow: &str, window: Span) -> Result<Vec<(String, i64)>, DbError> {
    from.all(COUNT_TRAILS, args![flow.to_owned(), window.start, window.end]).await
}

/// At which nodes of a flow callers hung up within a window, and how many.
pub async fn count_hung_up(mut from: impl Read, flow: &str, window: Span) -> Result<Vec<(String, i64)>, DbError> {
    from.all(COUNT_HUNG_UP, args![flow.to_owned(), window.start, window.end]).await
}

/// Notes a message. A webhook that is told again does not come here again.
pub async fn insert_voicemail(tx: &mut Tx, voicemail: &Voicemail, sound: Vec<u8>) -> Result<(), DbError> {
    let Voicemail { id, call, hotline, office, topic, language, seconds, recorded_at, .. } = voicemail;
    let values =
        args![*id, *call, *hotline, Text(*office), topic.clone(), language.tag(), *seconds, sound, *recorded_at];
    tx.run(INSERT_VOICEMAIL, values).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct VoicemailRow {
    id: VoicemailId,
    call_id: CallId,
    hotline_id: HotlineId,
    office_id: Text<OfficeId>,
    topic: Option<String>,
    language: String,
    seconds: i64,
    state: Text<VoicemailState>,
    recorded_at: Instant,
    sound: Option<Vec<u8>>,
    provider: String,
}

/// A message, with what is known of its sound.
pub struct KeptVoicemail {
    pub voicemail: Voicemail,
    /// Who carried the call, and keeps the sound.
    pub provider: String,
    /// The sound's sealed address, as long as the provider keeps it.
    pub sound: Option<Vec<u8>>,
}

impl From<VoicemailRow> for KeptVoicemail {
    fn from(row: VoicemailRow) -> Self {
        let voicemail = Voicemail {
            id: row.id,
            call: row.call_id,
            hotline: row.hotline_id,
            office: row.office_id.0,
            topic: row.topic,
            language: Language::from_tag(&row.language).unwrap_or_default(),
            seconds: row.seconds,
            state: row.state.0,
            recorded_at: row.recorded_at,
        };
        Self { voicemail, provider: row.provider, sound: row.sound }
    }
}

pub async fn find_voicemail(mut from: impl Read, id: VoicemailId) -> Result<Option<KeptVoicemail>, DbError> {
    Ok(from.first::<VoicemailRow>(FIND_VOICEMAIL, args![id]).await?.map(KeptVoicemail::from))
}

/// Messages recorded in the window, new ones first; of one office, or of all.
pub async fn list_voicemails(
    mut from: impl Read,
    window: Span,
    office: Option<OfficeId>,
) -> Result<Vec<KeptVoicemail>, DbError> {
    let office = office.map(|office| office.to_string()).unwrap_or_default();
    let rows: Vec<VoicemailRow> = from.all(LIST_VOICEMAILS, args![window.start, window.end, office]).await?;
    Ok(rows.into_iter().map(KeptVoicemail::from).collect())
}

/// Changes nothing where it was heard before, or is deleted.
pub async fn hear_voicemail(tx: &mut Tx, id: VoicemailId, now: Instant) -> Result<(), DbError> {
    tx.run(HEAR_VOICEMAIL, args![id, now]).await?;
    Ok(())
}

/// False where it is deleted already.
pub async fn delete_voicemail(tx: &mut Tx, id: VoicemailId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(DELETE_VOICEMAIL, args![id, now]).await? == 1)
}

/// Deletes messages recorded before.
pub async fn forget_voicemails(tx: &mut Tx, before: Instant, now: Instant) -> Result<u64, DbError> {
    tx.run(FORGET_VOICEMAILS, args![before, now]).await
}

/// Deleted messages whose sound the provider still keeps.
pub async fn list_unerased(mut from: impl Read, limit: i64) -> Result<Vec<KeptVoicemail>, DbError> {
    let rows: Vec<VoicemailRow> = from.all(LIST_UNERASED, args![limit]).await?;
    Ok(rows.into_iter().map(KeptVoicemail::from).collect())
}

pub async fn postpone_erasing(tx: &mut Tx, id: VoicemailId, now: Instant) -> Result<(), DbError> {
    tx.run(POSTPONE_ERASING, args![id, now]).await?;
    Ok(())
}

/// The provider keeps nothing of a deleted message any more.
pub async fn empty_sound(tx: &mut Tx, id: VoicemailId) -> Result<(), DbError> {
    tx.run(EMPTY_SOUND, args![id]).await?;
    Ok(())
}

/// Empties what was said in calls, which may hold a number, between two instants.
pub async fn empty_steps(tx: &mut Tx, span: Span) -> Result<u64, DbError> {
    tx.run(EMPTY_STEPS, args![span.end, Vec::<u8>::new(), span.start]).await
}

#[derive(sqlx::FromRow)]
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
        }
    }
}

pub async fn insert_attempt(tx: &mut Tx, attempt: &Attempt) -> Result<(), DbError> {
    let Attempt { id, call, officer, tier, why, outcome, rang_at, ended_at, .. } = attempt;
    tx.run(INSERT_ATTEMPT, args![*id, *call, *officer, *tier, why.clone(), Text(*outcome), *rang_at, *ended_at])
        .await?;
    Ok(())
}

pub async fn find_attempt(mut from: impl Read, id: AttemptId) -> Result<Option<Attempt>, DbError> {
    Ok(from.first::<AttemptRow>(FIND_ATTEMPT, args![id]).await?.map(Attempt::from))
}

pub async fn list_attempts(mut from: impl Read, call: CallId) -> Result<Vec<Attempt>, DbError> {
    Ok(from.all::<AttemptRow>(LIST_ATTEMPTS, args![call]).await?.into_iter().map(Attempt::from).collect())
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

pub async fn has_voicemail(mut from: impl Read, call: CallId) -> Result<bool, DbError> {
    let row: Option<(VoicemailId,)> = from.first(FIND_VOICEMAIL_OF, args![call]).await?;
    Ok(row.is_some())
}

/// Somebody accepted: whoever else rings for this call is free again, and told so.
pub async fn take_from_others(tx: &mut Tx, call: CallId, accepted: AttemptId, now: Instant) -> Result<(), DbError> {
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

#[derive(sqlx::FromRow)]
struct CallbackRow {
    id: CallbackId,
    call_id: CallId,
    hotline_id: HotlineId,
    office_id: Text<OfficeId>,
    topic: Option<String>,
    language: String,
    state: Text<CallbackState>,
    requested_at: Instant,
    closed_at: Option<Instant>,
    person: Option<Vec<u8>>,
}

/// A call-back and its sealed number, as long as that is kept.
pub type CallbackWithPerson = (Callback, Option<Vec<u8>>);

impl From<CallbackRow> for CallbackWithPerson {
    fn from(row: CallbackRow) -> Self {
        let callback = Callback {
            id: row.id,
            call: row.call_id,
            hotline: row.hotline_id,
            office: row.office_id.0,
            topic: row.topic,
            language: Language::from_tag(&row.language).unwrap_or_default(),
            state: row.state.0,
            requested_at: row.requested_at,
            closed_at: row.closed_at,
        };
        (callback, row.person)
    }
}

pub async fn insert_callback(tx: &mut Tx, callback: &Callback, person: Vec<u8>) -> Result<(), DbError> {
    let Callback { id, call, hotline, office, topic, language, requested_at, .. } = callback;
    let values = args![*id, *call, *hotline, Text(*office), topic.clone(), language.tag(), person, *requested_at];
    tx.run(INSERT_CALLBACK, values).await?;
    Ok(())
}

pub async fn find_callback(mut from: impl Read, id: CallbackId) -> Result<Option<CallbackWithPerson>, DbError> {
    Ok(from.first::<CallbackRow>(FIND_CALLBACK, args![id]).await?.map(CallbackWithPerson::from))
}

pub async fn list_callbacks(mut from: impl Read, window: Span) -> Result<Vec<CallbackWithPerson>, DbError> {
    let rows: Vec<CallbackRow> = from.all(LIST_CALLBACKS, args![window.start, window.end]).await?;
    Ok(rows.into_iter().map(CallbackWithPerson::from).collect())
}

/// Closes a call-back and empties its number. False where it is not open.
pub async fn close_callback(tx: &mut Tx, id: CallbackId, state: CallbackState, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(CLOSE_CALLBACK, args![id, Text(state), now]).await? == 1)
}

/// Empties the numbers of call-backs requested before.
pub async fn forget_callbacks(tx: &mut Tx, before: Instant, now: Instant) -> Result<u64, DbError> {
    tx.run(FORGET_CALLBACKS, args![before, now]).await
}

/// A call in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: CallId,
    pub hotline: HotlineId,
    pub office: OfficeId,
    pub state: CallState,
    pub ending: Option<Ending>,
    pub topic: Option<String>,
    pub started_at: Instant,
    pub ended_at: Option<Instant>,
    /// How often an officer was rung.
    pub attempts: i64,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: CallId,
    hotline_id: HotlineId,
    office_id: Text<OfficeId>,
    state: Text<CallState>,
    ending: Option<Text<Ending>>,
    topic: Option<String>,
    started_at: Instant,
    ended_at: Option<Instant>,
    attempts: i64,
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Self {
        Self {
            id: row.id,
            hotline: row.hotline_id,
            office: row.office_id.0,
            state: row.state.0,
            ending: row.ending.map(|ending| ending.0),
            topic: row.topic,
            started_at: row.started_at,
            ended_at: row.ended_at,
            attempts: row.attempts,
        }
    }
}

/// Calls that began in the window, newest first; of one office, or of all; that ended so, or all.
pub async fn list_calls(
    mut from: impl Read,
    window: Span,
    (office, ending): (Option<OfficeId>, Option<Ending>),
    (limit, offset): (i64, i64),
) -> Result<Vec<Listed>, DbError> {
    let office = office.map(|office| office.to_string()).unwrap_or_default();
    let ending = ending.map(|ending| ending.to_string()).unwrap_or_default();
    let values = args![window.start, window.end, office, ending, limit, offset];
    let rows: Vec<ListedRow> = from.all(LIST_CALLS, values).await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

pub async fn find_listed(mut from: impl Read, id: CallId) -> Result<Option<Listed>, DbError> {
    Ok(from.first::<ListedRow>(LIST_CALLS_OF, args![id]).await?.map(Listed::from))
}
