//! The SQL of a simulation: what the checker reads in the played database, as an outsider would, and what sabotage does.

use crate::args;
use crate::db::{Db, DbError, Part, Read};
use crate::kernel::Instant;
use crate::kernel::id::AttemptId;

// What is copied for a day. Neither who signs in nor what citizens told is, nor what has happened on the telephone.
pub const PARTS: &[Part] = &[
    ("offices", "1 = 1"),
    ("office_days", "1 = 1"),
    ("officers", "1 = 1"),
    ("absences", "ends_at > $1 AND starts_at < $2"),
    ("commitments", "ends_at > $1 AND starts_at < $2"),
    ("hotlines", "1 = 1"),
    ("neighbours", "1 = 1"),
    ("shifts", "ends_at > $1 AND starts_at < $2"),
    ("hotline_closures", "1 = 1"),
    ("consultation_hours", "1 = 1"),
    ("slots", "ends_at > $1 AND starts_at < $2"),
    ("bookings", "ends_at > $1 AND starts_at < $2 AND slot_id IN (SELECT id FROM slots)"),
];
const FORGET_PERSONS: &str = "UPDATE bookings SET person = NULL, contact_hash = NULL";
const LIST_CALLS: &str = "SELECT provider_call, ending FROM calls";
const LIST_ATTEMPTS: &str = "SELECT a.id, c.provider_call, a.outcome, a.ended_at FROM attempts a
    JOIN calls c ON c.id = a.call_id";
const COUNT_STEPS: &str = "SELECT c.provider_call, count(*) FROM call_steps s JOIN calls c ON c.id = s.call_id
    GROUP BY c.provider_call";
const EMPTY_LEASES: &str = "DELETE FROM leases";
const FORGET_ABSENCES: &str = "DELETE FROM absences";
const FORGET_CONSULTATIONS: &str = "DELETE FROM commitments WHERE kind = 'consultation'";
const LENGTHEN_SHIFTS: &str = "UPDATE shifts SET ends_at = starts_at + 86400000000, starts_at = starts_at - 7200000000";
const GIVE_DUTY_TELEPHONES: &str = "UPDATE officers SET duty_telephone = TRUE";
const SEAT_EVERYBODY: &str = "INSERT INTO presences (shift_id, since) SELECT id, starts_at FROM shifts WHERE 1 = 1
    ON CONFLICT DO NOTHING";
const FORGET_ATTEMPTS: &str = "UPDATE attempts SET outcome = 'ringing', ended_at = NULL WHERE outcome <> 'accepted'";
const FORGET_ENDS: &str = "UPDATE calls SET state = 'running', ending = NULL, ended_at = NULL";
const DOUBLE_STEPS: &str = "INSERT INTO call_steps (call_id, step, at, event, reply, flow, trail)
    SELECT call_id, step + 1000, at, event, reply, flow, trail FROM call_steps WHERE step = 1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    FORGET_PERSONS,
    LIST_CALLS,
    LIST_ATTEMPTS,
    COUNT_STEPS,
    EMPTY_LEASES,
    FORGET_ABSENCES,
    FORGET_CONSULTATIONS,
    LENGTHEN_SHIFTS,
    GIVE_DUTY_TELEPHONES,
    SEAT_EVERYBODY,
    FORGET_ATTEMPTS,
    FORGET_ENDS,
    DOUBLE_STEPS,
];

/// A guard that sabotage breaks in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    Leases,
    Absences,
    Consultations,
    ShiftEnds,
    Presences,
    Attempts,
    Ends,
    Steps,
}

pub async fn break_guard(db: &Db, guard: Guard) -> Result<(), DbError> {
    let statements: &[&'static str] = match guard {
        Guard::Leases => &[EMPTY_LEASES],
        Guard::Absences => &[FORGET_ABSENCES],
        Guard::Consultations => &[FORGET_CONSULTATIONS],
        Guard::ShiftEnds => &[LENGTHEN_SHIFTS],
        Guard::Presences => &[GIVE_DUTY_TELEPHONES, SEAT_EVERYBODY],
        Guard::Attempts => &[FORGET_ATTEMPTS],
        Guard::Ends => &[FORGET_ENDS],
        Guard::Steps => &[DOUBLE_STEPS],
    };
    let mut tx = db.begin().await?;
    for statement in statements {
        tx.run(statement, &[]).await?;
    }
    tx.commit().await
}

/// Nothing that citizens told when they booked comes along.
pub async fn forget_persons(db: &Db) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    tx.run(FORGET_PERSONS, &[]).await?;
    tx.commit().await
}

crate::row! {
    /// A call as it stands in the database.
    #[derive(Clone, Debug)]
    pub struct KeptCall {
        pub provider_call: String,
        pub ending: Option<String>,
    }
}

crate::row! {
    /// A try to reach an officer as it stands in the database.
    #[derive(Clone, Debug)]
    pub struct KeptAttempt {
        pub id: AttemptId,
        pub provider_call: String,
        pub outcome: String,
        pub ended_at: Option<Instant>,
    }
}

pub async fn list_calls(mut from: impl Read) -> Result<Vec<KeptCall>, DbError> {
    from.all(LIST_CALLS, args![]).await
}

pub async fn list_attempts(mut from: impl Read) -> Result<Vec<KeptAttempt>, DbError> {
    from.all(LIST_ATTEMPTS, args![]).await
}

/// How many webhooks of each call were kept.
pub async fn count_steps(mut from: impl Read) -> Result<Vec<(String, i64)>, DbError> {
    from.all(COUNT_STEPS, args![]).await
}
