//! The SQL of calls and their steps; attempts and leases, call-backs, orders and messages have rooms of their own.

mod attempts;
mod blocks;
mod callbacks;
mod orders;
mod voicemails;
mod watch;

use chrono::TimeDelta;

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::flows::Place;
use crate::kernel::id::{CallId, HotlineId};
use crate::kernel::{Gender, Instant, Language, Span};
use crate::offices::OfficeId;
use crate::vault::{self, Vault};

use super::Dialect;
use super::call::{Call, CallState, Edition, Ending};
use super::provider::{LegId, Step};
use super::queue::Waiting;
use super::route::Wish;
use super::webhook::About;

pub use attempts::*;
pub use blocks::*;
pub use callbacks::*;
pub use orders::*;
pub use voicemails::*;
pub use watch::*;

const INSERT_CALL: &str = "INSERT INTO calls (id, provider, provider_call, hotline_id, office_id, caller, caller_hash,
        state, place, topic, step, started_at, updated_at, flow, flow_version, node, waiting_since, language,
        wish)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, 1, $10, $10, $11, $12, $13, $14, $15, $16)";
const FIND_BY_PROVIDER: &str = "SELECT id FROM calls WHERE provider = $1 AND provider_call = $2";
const FIND_PROVIDER: &str = "SELECT provider, provider_call FROM calls WHERE id = $1";
const FIND_PROVIDER_OF_ATTEMPT: &str = "SELECT c.provider FROM attempts a JOIN calls c ON c.id = a.call_id
    WHERE a.id = $1";
const FIND_PROVIDER_OF_ORDER: &str = "SELECT provider FROM provider_orders WHERE id = $1";
// Takes the row's lock on both engines, and lets only the webhook through that is next.
const TAKE: &str = "UPDATE calls SET step = step + 1, updated_at = $3 WHERE id = $1 AND step = $2 AND state <> 'ended'
    RETURNING id, hotline_id, office_id, state, flow, flow_version, place, step, started_at, caller";
const FIND_CALL: &str = "SELECT id, hotline_id, office_id, state, flow, flow_version, place, step, started_at, caller
    FROM calls WHERE id = $1";
const KEEP_PLACE: &str = "UPDATE calls SET place = $2, topic = $3, flow = $4, flow_version = $5, node = $6,
        waiting_since = $7, language = $8, wish = $9
    WHERE id = $1";
const TALK: &str = "UPDATE calls SET state = 'talking', updated_at = $2 WHERE id = $1 AND state = 'running'";
const RUN_ON: &str = "UPDATE calls SET state = 'running' WHERE id = $1 AND state = 'talking'";
const END: &str = "UPDATE calls SET state = 'ended', ending = $2, ended_at = $3, updated_at = $3, caller = NULL,
        waiting_since = NULL
    WHERE id = $1 AND state <> 'ended'";
// The caller's end was told before the end of the ring: only the latter knows that nobody was connected.
const DENY_TALK: &str = "UPDATE calls SET ending = 'caller_gone'
    WHERE id = $1 AND step = $2 AND state = 'ended' AND ending = 'person'";
// Whom a running call still leases may be talking in it: at a duty telephone only a report tells, and that can be lost.
const LIST_LOST: &str = "SELECT id FROM calls
    WHERE state IN ('running', 'talking')
    AND ((state = 'talking' AND updated_at < $2) OR (state = 'running' AND updated_at < $1
        AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.call_id = calls.id AND l.until > $3)))";
// A node that died leaves nobody waiting for long.
const LIST_WAITING: &str = "SELECT id, waiting_since, topic, language, wish FROM calls
    WHERE hotline_id = $1 AND waiting_since IS NOT NULL AND state = 'running' AND updated_at > $2";
const COUNT_LIVE: &str = "SELECT count(*) FILTER (WHERE state = 'running' AND waiting_since IS NULL),
        count(*) FILTER (WHERE state = 'running' AND waiting_since IS NOT NULL), count(*) FILTER (WHERE state = 'talking')
    FROM calls WHERE state IN ('running', 'talking')";
const INSERT_STEP: &str = "INSERT INTO call_steps (call_id, step, at, event, reply, flow, trail, why)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const FIND_STEP: &str = "SELECT reply FROM call_steps WHERE call_id = $1 AND step = $2";
const LIST_STEPS: &str = "SELECT at, event, flow, trail, why FROM call_steps WHERE call_id = $1 ORDER BY step";
const LIST_STEPS_WITHIN: &str = "SELECT s.call_id, s.at, s.event, s.flow, s.trail
    FROM calls c JOIN call_steps s ON s.call_id = c.id
    WHERE c.hotline_id = $1 AND c.started_at >= $2 AND c.started_at < $3 AND s.trail <> '' ORDER BY s.call_id, s.step";
const LIST_PAST: &str = "SELECT id, started_at, ended_at, ending, node, topic, language, wish FROM calls
    WHERE hotline_id = $1 AND started_at >= $2 AND started_at < $3 AND state = 'ended' ORDER BY started_at, id";
const COUNT_TRAILS: &str = "SELECT trail, count(*) FROM call_steps
    WHERE flow = $1 AND at >= $2 AND at < $3 AND trail <> '' GROUP BY trail";
const COUNT_HUNG_UP: &str = "SELECT node, count(*) FROM calls
    WHERE flow = $1 AND started_at >= $2 AND started_at < $3 AND ending = 'caller_gone' GROUP BY node";
// By the calls, since steps have no index by time: a call lasts hours at most.
const EMPTY_STEPS: &str = "UPDATE call_steps SET reply = $2
    WHERE call_id IN (SELECT id FROM calls WHERE started_at > $4 AND started_at < $1)
        AND at < $1 AND at > $3 AND reply <> $2";
const COUNT_EARLIER: &str = "SELECT count(*) FROM calls me
    JOIN calls c ON c.caller_hash = me.caller_hash AND c.hotline_id = me.hotline_id AND c.id <> me.id
    WHERE me.id = $1 AND c.started_at <= me.started_at";
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
pub const STATEMENTS: [&[&str]; 8] = [
    OF_CALLS,
    attempts::STATEMENTS,
    blocks::STATEMENTS,
    callbacks::STATEMENTS,
    orders::STATEMENTS,
    voicemails::STATEMENTS,
    watch::STATEMENTS,
    super::duty_line::store::STATEMENTS,
];
const OF_CALLS: &[&str] = &[
    INSERT_CALL,
    FIND_BY_PROVIDER,
    FIND_PROVIDER,
    FIND_PROVIDER_OF_ATTEMPT,
    FIND_PROVIDER_OF_ORDER,
    TAKE,
    FIND_CALL,
    KEEP_PLACE,
    TALK,
    RUN_ON,
    END,
    DENY_TALK,
    LIST_LOST,
    LIST_WAITING,
    COUNT_LIVE,
    INSERT_STEP,
    FIND_STEP,
    LIST_STEPS,
    LIST_STEPS_WITHIN,
    LIST_PAST,
    COUNT_TRAILS,
    COUNT_HUNG_UP,
    EMPTY_STEPS,
    COUNT_EARLIER,
    LIST_CALLS,
    LIST_CALLS_OF,
];

/// A call with its caller's number, which is there only while it lasts.
pub struct Loaded {
    pub call: Call,
    /// Still sealed.
    pub caller: Option<Vec<u8>>,
}

crate::row! {
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
        call.place.language.tag(),
        call.place.wish.map(Text)
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

/// Who carries a call, and its leg there.
pub async fn find_line(from: impl Read, id: CallId) -> Result<(Dialect, LegId), DbError> {
    let (provider, leg) = find_provider(from, id)
        .await?
        .ok_or(DbError::Unreadable { column: "calls.provider", value: id.to_string() })?;
    let line = Dialect::named(&provider).zip(LegId::parse(&leg));
    line.ok_or(DbError::Unreadable { column: "calls.provider", value: provider })
}

/// Who carries what a webhook is about. None where that is not there.
pub async fn find_dialect(mut from: impl Read, about: About) -> Result<Option<Dialect>, DbError> {
    let provider: Option<(String,)> = match about {
        About::Call(call) => find_provider(&mut from, call).await?.map(|(provider, _)| (provider,)),
        About::Attempt(attempt) => from.first(FIND_PROVIDER_OF_ATTEMPT, args![attempt]).await?,
        About::Order(order) => from.first(FIND_PROVIDER_OF_ORDER, args![order]).await?,
    };
    Ok(provider.and_then(|(provider,)| Dialect::named(&provider)))
}

async fn find_provider(mut from: impl Read, id: CallId) -> Result<Option<(String, String)>, DbError> {
    from.first(FIND_PROVIDER, args![id]).await
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
    let (language, wish) = (call.place.language.tag(), call.place.wish.map(Text));
    let (name, version) = (flow.name, flow.version);
    tx.run(KEEP_PLACE, args![call.id, place, topic, name, version, node, waiting_since, language, wish]).await?;
    Ok(())
}

/// The callers who wait on a hotline, in no order; not those of whom nothing was heard since `alive`.
pub async fn list_waiting(mut from: impl Read, hotline: HotlineId, alive: Instant) -> Result<Vec<Waiting>, DbError> {
    type Row = (CallId, Instant, Option<String>, String, Option<Text<Gender>>);
    let rows: Vec<Row> = from.all(LIST_WAITING, args![hotline, alive]).await?;
    let waiting = |(call, since, topic, language, wish): Row| {
        let topic = topic.and_then(|topic| topic.parse().ok());
        let language = Language::from_tag(&language).unwrap_or_default();
        Waiting { call, since, wish: Wish { topic, language, officer: wish.map(|wish| wish.0) } }
    };
    Ok(rows.into_iter().map(waiting).collect())
}

/// Callers on the line now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    /// In the flow, or while officers are rung.
    pub menu: i64,
    /// In a queue.
    pub waiting: i64,
    /// With an officer.
    pub talking: i64,
}

pub async fn count_live(mut from: impl Read) -> Result<Live, DbError> {
    let counted: Option<(i64, i64, i64)> = from.first(COUNT_LIVE, &[]).await?;
    let (menu, waiting, talking) = counted.unwrap_or_default();
    Ok(Live { menu, waiting, talking })
}

/// How often the caller of a call called the hotline before, in the same week.
pub async fn count_earlier(mut from: impl Read, call: CallId) -> Result<i64, DbError> {
    Ok(from.first::<(i64,)>(COUNT_EARLIER, args![call]).await?.map_or(0, |row| row.0))
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
    close_attempts(tx, id, now).await?;
    Ok(true)
}

/// A call that has ended as talked was never connected: the ring whose end comes late says so.
pub async fn deny_talk(tx: &mut Tx, id: CallId, step: i64) -> Result<(), DbError> {
    if tx.run(DENY_TALK, args![id, step]).await? == 1 {
        leave_all(tx, id).await?;
    }
    Ok(())
}

/// The caller's leg is over. Whom nobody stayed to talk with has hung up.
pub async fn end_told(tx: &mut Tx, id: CallId, state: CallState, now: Instant) -> Result<(), DbError> {
    let was_connected = state == CallState::Talking;
    let has_talked = was_connected && has_talked(tx, id).await?;
    if was_connected && !has_talked {
        leave_all(tx, id).await?;
    }
    end(tx, id, if has_talked { Ending::Person } else { Ending::CallerGone }, now).await.map(drop)
}

/// Calls of which nothing was heard since: those in the flow that lease nobody any more, those talking.
pub async fn list_lost(
    mut from: impl Read,
    now: Instant,
    (running, talking): (Instant, Instant),
) -> Result<Vec<CallId>, DbError> {
    let rows: Vec<(CallId,)> = from.all(LIST_LOST, args![running, talking, now]).await?;
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
    tx.run(INSERT_STEP, args![call, step, now, told.event, reply, told.flow, told.trail, told.why]).await?;
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
    /// Why nobody was rung, where somebody was to be; else empty.
    pub why: String,
}

crate::row! {
    /// A webhook as it is told afterwards.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PastStep {
        pub at: Instant,
        pub event: String,
        pub flow: String,
        trail: String,
        /// Why nobody was rung, where somebody was to be; else empty.
        pub why: String,
    }
}

impl PastStep {
    #[cfg(test)]
    pub fn new(at: Instant, event: &str, trail: &str) -> Self {
        Self { at, event: event.into(), flow: "beratungstelefon".into(), trail: trail.into(), why: String::new() }
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

/// The webhooks of a hotline's calls within a window that opened a way, in order.
pub async fn list_steps_within(
    mut from: impl Read,
    hotline: HotlineId,
    window: Span,
) -> Result<Vec<(CallId, PastStep)>, DbError> {
    type Row = (CallId, Instant, String, String, String);
    let rows: Vec<Row> = from.all(LIST_STEPS_WITHIN, args![hotline, window.start, window.end]).await?;
    Ok(rows
        .into_iter()
        .map(|(call, at, event, flow, trail)| (call, PastStep { at, event, flow, trail, why: String::new() }))
        .collect())
}

/// An ended call, as far as it is replayed.
pub struct Past {
    pub id: CallId,
    pub wish: Wish,
    pub ending: Option<Ending>,
    pub ended_at: Option<Instant>,
    /// Where in the flow it ended.
    pub node: String,
}

crate::row! {
    struct PastRow {
        id: CallId,
        node: String,
        ended_at: Option<Instant>,
        ending: Option<Text<Ending>>,
        topic: Option<String>,
        language: String,
        wish: Option<Text<Gender>>,
    }
}

/// A hotline's calls that began within a window and are over, by start.
pub async fn list_past(mut from: impl Read, hotline: HotlineId, window: Span) -> Result<Vec<Past>, DbError> {
    let rows: Vec<PastRow> = from.all(LIST_PAST, args![hotline, window.start, window.end]).await?;
    let past = |row: PastRow| Past {
        id: row.id,
        wish: Wish {
            topic: row.topic.and_then(|topic| topic.parse().ok()),
            language: Language::from_tag(&row.language).unwrap_or_default(),
            officer: row.wish.map(|wish| wish.0),
        },
        ending: row.ending.map(|ending| ending.0),
        ended_at: row.ended_at,
        node: row.node,
    };
    Ok(rows.into_iter().map(past).collect())
}

/// The trails that calls took in a flow within a window, each with how often.
pub async fn count_trails(mut from: impl Read, flow: &str, window: Span) -> Result<Vec<(String, i64)>, DbError> {
    from.all(COUNT_TRAILS, args![flow.to_owned(), window.start, window.end]).await
}

/// At which nodes of a flow callers hung up within a window, and how many.
pub async fn count_hung_up(mut from: impl Read, flow: &str, window: Span) -> Result<Vec<(String, i64)>, DbError> {
    from.all(COUNT_HUNG_UP, args![flow.to_owned(), window.start, window.end]).await
}

/// Empties what was said in calls, which may hold a number, between two instants.
pub async fn empty_steps(tx: &mut Tx, span: Span) -> Result<u64, DbError> {
    let began = span.start - TimeDelta::days(1);
    tx.run(EMPTY_STEPS, args![span.end, Vec::<u8>::new(), span.start, began]).await
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

crate::row! {
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
