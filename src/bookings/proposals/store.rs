//! The SQL of proposals. Repeats the one rule that must hold under a race: a booking has one open proposal.

use super::super::hour::Slot;
use super::super::terms::Contingents;
use super::proposal::{Proposal, ProposedTime, Reason, State, Told};
use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{BookingId, OfficerId, ProposalId, ProposedTimeId, SlotId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;

/// The columns of a proposal, in the order of [`Row`].
macro_rules! proposal {
    () => {
        "SELECT id, booking_id, office_id, officer_id, starts_at, reason, state, told, made_at, expires_at, answered_at
        FROM proposals "
    };
}

const INSERT: &str = "INSERT INTO proposals
    (id, booking_id, office_id, officer_id, starts_at, reason, state, told, made_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const INSERT_TIME: &str = "INSERT INTO proposed_times
    (id, proposal_id, place, slot_id, office_id, officer_id, starts_at, ends_at, why)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const FIND_LATEST: &str = concat!(proposal!(), "WHERE booking_id = $1 ORDER BY made_at DESC, id DESC LIMIT 1");
const FIND: &str = concat!(proposal!(), "WHERE id = $1");
const LIST: &str = concat!(proposal!(), "WHERE office_id = $1 AND made_at >= $2 ORDER BY made_at DESC, id DESC");
const LIST_RUN_OUT: &str = "SELECT id FROM proposals WHERE state = 'open' AND expires_at <= $1";
const LIST_TIMES: &str = "SELECT t.id, t.slot_id, s.hour_id, t.office_id, t.officer_id, t.starts_at, t.ends_at,
        h.buffer_minutes, t.why
    FROM proposed_times t JOIN slots s ON s.id = t.slot_id JOIN consultation_hours h ON h.id = s.hour_id
    WHERE t.proposal_id = $1 ORDER BY t.place";
const CLOSE: &str = "UPDATE proposals SET state = $2, answered_at = $3 WHERE id = $1 AND state = 'open'";
const SET_TOLD: &str = "UPDATE proposals SET told = $2 WHERE id = $1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] =
    &[INSERT, INSERT_TIME, FIND_LATEST, FIND, LIST, LIST_RUN_OUT, LIST_TIMES, CLOSE, SET_TOLD];

crate::row! {
    struct Row {
        id: ProposalId,
        booking_id: BookingId,
        office_id: Text<OfficeId>,
        officer_id: OfficerId,
        starts_at: Instant,
        reason: Text<Reason>,
        state: Text<State>,
        told: Text<Told>,
        made_at: Instant,
        expires_at: Instant,
        answered_at: Option<Instant>,
    }
}

impl Row {
    fn with(self, times: Vec<ProposedTime>) -> Proposal {
        Proposal {
            id: self.id,
            booking: self.booking_id,
            office: *self.office_id,
            officer: self.officer_id,
            instead_of: self.starts_at,
            reason: *self.reason,
            state: *self.state,
            told: *self.told,
            made_at: self.made_at,
            expires_at: self.expires_at,
            answered_at: self.answered_at,
            times,
        }
    }
}

crate::row! {
    struct TimeRow {
        id: ProposedTimeId,
        slot_id: SlotId,
        hour_id: crate::kernel::id::HourId,
        office_id: Text<OfficeId>,
        officer_id: OfficerId,
        starts_at: Instant,
        ends_at: Instant,
        buffer_minutes: i64,
        why: String,
    }
}

impl From<TimeRow> for ProposedTime {
    fn from(row: TimeRow) -> Self {
        let slot = Slot {
            id: row.slot_id,
            hour: row.hour_id,
            office: *row.office_id,
            officer: row.officer_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            buffer_minutes: row.buffer_minutes,
            contingents: Contingents::default(),
        };
        Self { id: row.id, slot, why: row.why }
    }
}

/// Taken where the booking has an open proposal.
pub async fn insert(tx: &mut Tx, proposal: &Proposal) -> Result<(), DbError> {
    let Proposal { id, booking, officer, instead_of, made_at, expires_at, .. } = proposal;
    let (office, reason) = (Text(proposal.office), Text(proposal.reason));
    let (state, told) = (Text(proposal.state), Text(proposal.told));
    let values = args![*id, *booking, office, *officer, *instead_of, reason, state, told, *made_at, *expires_at];
    tx.run(INSERT, values).await?;
    for (time, place) in proposal.times.iter().zip(1_i64..) {
        let Slot { id: slot, office, officer, span, .. } = time.slot;
        let values = args![time.id, *id, place, slot, Text(office), officer, span.start, span.end, time.why];
        tx.run(INSERT_TIME, values).await?;
    }
    Ok(())
}

/// The last proposal to a booking, open or not.
pub async fn find_latest(mut from: impl Read, booking: BookingId) -> Result<Option<Proposal>, DbError> {
    let row: Option<Row> = from.first(FIND_LATEST, args![booking]).await?;
    with_times(from, row).await
}

pub async fn find(mut from: impl Read, id: ProposalId) -> Result<Option<Proposal>, DbError> {
    let row: Option<Row> = from.first(FIND, args![id]).await?;
    with_times(from, row).await
}

/// The proposals of an office since then, the newest first.
pub async fn list(mut from: impl Read, office: OfficeId, since: Instant) -> Result<Vec<Proposal>, DbError> {
    let rows: Vec<Row> = from.all(LIST, args![Text(office), since]).await?;
    let mut found = Vec::new();
    for row in rows {
        found.extend(with_times(&mut from, Some(row)).await?);
    }
    Ok(found)
}

async fn with_times(mut from: impl Read, row: Option<Row>) -> Result<Option<Proposal>, DbError> {
    let Some(row) = row else { return Ok(None) };
    let times: Vec<TimeRow> = from.all(LIST_TIMES, args![row.id]).await?;
    Ok(Some(row.with(times.into_iter().map(ProposedTime::from).collect())))
}

pub async fn list_run_out(mut from: impl Read, now: Instant) -> Result<Vec<ProposalId>, DbError> {
    let rows: Vec<(ProposalId,)> = from.all(LIST_RUN_OUT, args![now]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// False where it is not open any more.
pub async fn close(tx: &mut Tx, id: ProposalId, state: State, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(CLOSE, args![id, Text(state), now]).await? == 1)
}

pub async fn set_told(tx: &mut Tx, id: ProposalId, told: Told) -> Result<(), DbError> {
    tx.run(SET_TOLD, args![id, Text(told)]).await?;
    Ok(())
}
