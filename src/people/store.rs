//! The SQL of people: officers, users, sessions, tokens, absences, commitments, the audit trail.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::args;
use crate::db::{Args, DbError, Read, Row, Text, Tx, Value};
use crate::kernel::id::{AbsenceId, AuditId, OfficerId, TokenId, UserId};
use crate::kernel::{Gender, Instant, Language, Span};
use crate::offices::OfficeId;

use super::absence::{Absence, AbsenceKind, AbsenceState};
use super::commitment::{Commitment, CommitmentKind};
use super::role::{Actor, ActorId, Role};
use super::{Advice, Line, NewUser, Officer, Skills};

const INSERT_OFFICER: &str = "INSERT INTO officers
    (id, office_id, name, phone, mail, active, topics, languages, gender, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
const FIND_OFFICER: &str = "SELECT id, office_id, name, active, topics, languages, gender FROM officers WHERE id = $1";
const LIST_OFFICERS: &str = "SELECT id, office_id, name, active, topics, languages, gender FROM officers";
const LIST_OFFICERS_OF: &str =
    "SELECT id, office_id, name, active, topics, languages, gender FROM officers WHERE office_id = $1";
const LIST_THESE: &str = "SELECT id, office_id, name, active, topics, languages, gender FROM officers
    WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const LIST_PHONES: &str = "SELECT id, phone FROM officers WHERE phone IS NOT NULL
    AND id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const FIND_LINE: &str = "SELECT duty_telephone FROM officers WHERE id = $1";
const FIND_LINE_WITH_SEQUENCE: &str = "SELECT duty_telephone, sequence FROM officers WHERE id = $1";
const UPDATE_ADVICE: &str = "UPDATE officers SET topics = $3, languages = $4, gender = $5, duty_telephone = $6,
        updated_at = $7, sequence = sequence + 1
    WHERE id = $1 AND sequence = $2";
const LIST_PLANNERS: &str = "SELECT o.id, o.mail FROM users u JOIN officers o ON o.id = u.officer_id
    WHERE u.office_id = $1 AND u.role = 'supervisor' AND u.active AND o.active AND o.mail IS NOT NULL";
/// So many officers are asked for in one statement; fewer are filled up by naming some again.
const AT_ONCE: usize = 16;
const LIST_RETIRED: &str = "SELECT id FROM officers WHERE NOT active";
const LIST_WITH_PHONE: &str = "SELECT id FROM officers WHERE phone IS NOT NULL";
const FIND_CONTACT: &str = "SELECT phone, mail FROM officers WHERE id = $1";
const INSERT_USER: &str =
    "INSERT INTO users (id, login, password_hash, role, office_id, officer_id, active, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const FIND_USER: &str = "SELECT id, password_hash FROM users WHERE login = $1 AND active";
const FIND_USER_NAME: &str = "SELECT COALESCE(o.name, u.login) FROM users u LEFT JOIN officers o ON o.id = u.officer_id
    WHERE u.id = $1";
const FIND_TOKEN_NAME: &str = "SELECT name FROM tokens WHERE id = $1";
const INSERT_SESSION: &str = "INSERT INTO sessions (token_hash, user_id, created_at, seen_at) VALUES ($1, $2, $3, $3)";
const FIND_SESSION: &str = "SELECT u.id, u.login, u.role, u.office_id, u.officer_id, o.name, s.seen_at
    FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN officers o ON o.id = u.officer_id
    WHERE s.token_hash = $1 AND s.created_at > $2 AND s.seen_at > $3 AND u.active";
const SEE_SESSION: &str = "UPDATE sessions SET seen_at = $2 WHERE token_hash = $1";
const DELETE_SESSION: &str = "DELETE FROM sessions WHERE token_hash = $1";
const FORGET_SESSIONS: &str = "DELETE FROM sessions WHERE created_at < $1 OR seen_at < $2";
const INSERT_FAILURE: &str = "INSERT INTO sign_in_failures (login_hash, at) VALUES ($1, $2)";
const COUNT_FAILURES: &str = "SELECT count(*) FROM sign_in_failures WHERE login_hash = $1 AND at > $2";
const FORGET_FAILURES: &str = "DELETE FROM sign_in_failures WHERE at < $1";
const FIND_PIN_NUMBER: &str = "SELECT number FROM pins WHERE user_id = $1";
const PUT_PIN: &str = "INSERT INTO pins (user_id, number, pin_hash, updated_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (user_id) DO UPDATE SET pin_hash = excluded.pin_hash, updated_at = excluded.updated_at";
const FIND_BY_NUMBER: &str = "SELECT user_id, pin_hash FROM pins WHERE number = $1";
const FIND_ACTOR: &str = "SELECT u.id, u.login, u.role, u.office_id, u.officer_id, o.name, u.created_at AS seen_at
    FROM users u JOIN officers o ON o.id = u.officer_id WHERE u.id = $1 AND u.active AND o.active";
const INSERT_TOKEN: &str = "INSERT INTO tokens (id, name, token_hash, role, office_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)";
const FIND_TOKEN: &str = "SELECT id, name, role, office_id FROM tokens WHERE token_hash = $1 AND revoked_at IS NULL";
const REVOKE_TOKEN: &str = "UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
const INSERT_AUDIT: &str =
    "INSERT INTO audit (id, at, actor, verb, subject, office_id) VALUES ($1, $2, $3, $4, $5, $6)";
const FIND_RECORDED: &str =
    "SELECT actor, at, office_id FROM audit WHERE subject = $1 AND verb = $2 ORDER BY at DESC LIMIT 1";
const LAST_RECORDED: &str = "SELECT max(at) FROM audit WHERE office_id = $1";
const INSERT_ABSENCE: &str = "INSERT INTO absences
    (id, officer_id, kind, starts_at, ends_at, state, sequence, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, 'entered', 0, $6, $6)";
const FIND_ABSENCE: &str = "SELECT id, officer_id, kind, starts_at, ends_at, state, sequence, created_at, updated_at
    FROM absences WHERE id = $1";
const LIST_ABSENCES: &str = "SELECT id, officer_id, kind, starts_at, ends_at, state, sequence, created_at, updated_at
    FROM absences WHERE ends_at > $1 AND starts_at < $2 AND state = 'entered' ORDER BY starts_at";
const LIST_ABSENCES_OF: &str =
    "SELECT id, officer_id, kind, starts_at, ends_at, state, sequence, created_at, updated_at
    FROM absences WHERE officer_id = $1 AND ends_at > $2 AND starts_at < $3 ORDER BY starts_at";
const LIST_ABSENCES_OF_STAFF: &str =
    "SELECT a.id, a.officer_id, a.kind, a.starts_at, a.ends_at, a.state, a.sequence, a.created_at, a.updated_at
    FROM officers o JOIN absences a ON a.officer_id = o.id
    WHERE o.office_id = $1 AND a.ends_at > $2 AND a.starts_at < $3 ORDER BY a.starts_at";
const CHANGE_ABSENCE: &str = "UPDATE absences SET ends_at = $2, state = $3, sequence = sequence + 1, updated_at = $4
    WHERE id = $1";
const END_DEPLOYMENTS: &str = "UPDATE absences SET ends_at = $2, sequence = sequence + 1, updated_at = $2
    WHERE officer_id = $1 AND kind = 'deployment' AND state = 'entered' AND starts_at <= $2 AND ends_at > $2";
const INSERT_COMMITMENT: &str =
    "INSERT INTO commitments (id, officer_id, kind, exclusive, starts_at, ends_at, buffer_minutes, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
// An update that changes nothing locks the row on both engines until the transaction ends.
const LOCK_OFFICER: &str = "UPDATE officers SET active = active WHERE id = $1";
const DELETE_COMMITMENT: &str = "DELETE FROM commitments WHERE id = $1";
const DELETE_EXPIRED: &str = "DELETE FROM commitments WHERE officer_id = $1 AND expires_at <= $2";
const FIRM_COMMITMENT: &str = "UPDATE commitments SET expires_at = $2 WHERE id = $1";
// A commitment lasts 26 hours at most (the table's CHECK): so a window is found by starts alone, however long the past.
const LIST_COMMITMENTS: &str =
    "SELECT id, officer_id, kind, starts_at, ends_at, buffer_minutes, expires_at FROM commitments
    WHERE ends_at > $1 AND starts_at < $2 AND starts_at > $1 - 93600000000 ORDER BY starts_at";
const LIST_CONSULTATIONS: &str =
    "SELECT id, officer_id, kind, starts_at, ends_at, buffer_minutes, expires_at FROM commitments
    WHERE officer_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    AND kind = 'consultation' AND ends_at > $17 AND starts_at < $18 AND starts_at > $17 - 93600000000";
const LIST_CONSULTATIONS_OF_STAFF: &str = "SELECT c.officer_id, c.starts_at, c.ends_at
    FROM officers o JOIN commitments c ON c.officer_id = o.id
    WHERE o.office_id = $1 AND c.kind = 'consultation' AND c.ends_at > $2 AND c.starts_at < $3
    AND c.starts_at > $2 - 93600000000 AND c.expires_at IS NULL";
const LIST_COMMITMENTS_OF: &str =
    "SELECT id, officer_id, kind, starts_at, ends_at, buffer_minutes, expires_at FROM commitments
    WHERE officer_id = $1 AND ends_at > $2 AND starts_at < $3 AND starts_at > $2 - 93600000000 ORDER BY starts_at";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT_OFFICER,
    FIND_OFFICER,
    LIST_OFFICERS,
    LIST_OFFICERS_OF,
    LIST_THESE,
    LIST_PHONES,
    FIND_LINE,
    FIND_LINE_WITH_SEQUENCE,
    UPDATE_ADVICE,
    LIST_PLANNERS,
    LIST_RETIRED,
    LIST_WITH_PHONE,
    FIND_CONTACT,
    INSERT_USER,
    FIND_USER,
    FIND_USER_NAME,
    FIND_TOKEN_NAME,
    INSERT_SESSION,
    FIND_SESSION,
    SEE_SESSION,
    DELETE_SESSION,
    FORGET_SESSIONS,
    INSERT_FAILURE,
    COUNT_FAILURES,
    FORGET_FAILURES,
    FIND_PIN_NUMBER,
    PUT_PIN,
    FIND_BY_NUMBER,
    FIND_ACTOR,
    INSERT_TOKEN,
    FIND_TOKEN,
    REVOKE_TOKEN,
    INSERT_AUDIT,
    FIND_RECORDED,
    LAST_RECORDED,
    INSERT_ABSENCE,
    FIND_ABSENCE,
    LIST_ABSENCES,
    LIST_ABSENCES_OF,
    LIST_ABSENCES_OF_STAFF,
    CHANGE_ABSENCE,
    END_DEPLOYMENTS,
    INSERT_COMMITMENT,
    LOCK_OFFICER,
    DELETE_COMMITMENT,
    DELETE_EXPIRED,
    FIRM_COMMITMENT,
    LIST_COMMITMENTS,
    LIST_CONSULTATIONS,
    LIST_CONSULTATIONS_OF_STAFF,
    LIST_COMMITMENTS_OF,
];

crate::row! {
    struct OfficerRow {
        id: OfficerId,
        office_id: Text<OfficeId>,
        name: String,
        active: bool,
        topics: String,
        languages: String,
        gender: Option<Text<Gender>>,
    }
}

impl From<OfficerRow> for Officer {
    fn from(row: OfficerRow) -> Self {
        // A topic that the program does not know any more is nobody's.
        let topics = row.topics.split_whitespace().filter_map(|code| code.parse().ok()).collect();
        let languages = row.languages.split_whitespace().filter_map(Language::from_tag).collect();
        let skills = Skills { topics, languages, gender: row.gender.map(|gender| gender.0) };
        Self { id: row.id, office: row.office_id.0, name: row.name, active: row.active, skills }
    }
}

/// Topics and languages as they stand in their columns.
fn words_of(skills: &Skills) -> (String, String) {
    let topics: Vec<&str> = skills.topics.iter().map(|topic| topic.as_str()).collect();
    let languages: Vec<&str> = skills.languages.iter().map(|language| language.tag()).collect();
    (topics.join(" "), languages.join(" "))
}

/// An officer's telephone number and mail address, still sealed.
pub type SealedContact = (Option<Vec<u8>>, Option<Vec<u8>>);

pub async fn insert_officer(
    tx: &mut Tx,
    officer: &Officer,
    (phone, mail): SealedContact,
    now: Instant,
) -> Result<(), DbError> {
    let (office, (topics, languages)) = (Text(officer.office), words_of(&officer.skills));
    let gender = officer.skills.gender.map(Text);
    let values = args![officer.id, office, officer.name, phone, mail, officer.active, topics, languages, gender, now];
    tx.run(INSERT_OFFICER, values).await?;
    Ok(())
}

/// Saves it over the version that has its sequence, and counts on; false where somebody else was faster.
pub async fn update_advice(tx: &mut Tx, id: OfficerId, advice: &Advice, now: Instant) -> Result<bool, DbError> {
    let ((topics, languages), gender) = (words_of(&advice.skills), advice.skills.gender.map(Text));
    let values = args![id, advice.sequence, topics, languages, gender, advice.line == Line::Duty, now];
    Ok(tx.run(UPDATE_ADVICE, values).await? == 1)
}

/// None where there is no such officer.
pub async fn find_line(mut from: impl Read, id: OfficerId) -> Result<Option<Line>, DbError> {
    let row: Option<(bool,)> = from.first(FIND_LINE, args![id]).await?;
    Ok(row.map(|(is_duty,)| if is_duty { Line::Duty } else { Line::Personal }))
}

/// The same with the sequence of the officer. None where there is no such officer.
pub async fn find_line_with_sequence(mut from: impl Read, id: OfficerId) -> Result<Option<(Line, i64)>, DbError> {
    let row: Option<(bool, i64)> = from.first(FIND_LINE_WITH_SEQUENCE, args![id]).await?;
    Ok(row.map(|(is_duty, sequence)| (if is_duty { Line::Duty } else { Line::Personal }, sequence)))
}

/// Those who plan an office and have a mail address, which is still sealed.
pub async fn list_planners(mut from: impl Read, office: OfficeId) -> Result<Vec<(OfficerId, Vec<u8>)>, DbError> {
    from.all(LIST_PLANNERS, args![Text(office)]).await
}

pub async fn find_officer(mut from: impl Read, id: OfficerId) -> Result<Option<Officer>, DbError> {
    Ok(from.first::<OfficerRow>(FIND_OFFICER, args![id]).await?.map(Officer::from))
}

pub async fn list_officers(mut from: impl Read, office: Option<&OfficeId>) -> Result<Vec<Officer>, DbError> {
    let rows: Vec<OfficerRow> = match office {
        None => from.all(LIST_OFFICERS, args![]).await?,
        Some(office) => from.all(LIST_OFFICERS_OF, args![Text(*office)]).await?,
    };
    Ok(rows.into_iter().map(Officer::from).collect())
}

/// These officers, in no order.
pub async fn list_these(from: impl Read, ids: &[OfficerId]) -> Result<Vec<Officer>, DbError> {
    let rows: Vec<OfficerRow> = by_id(from, LIST_THESE, ids, args![]).await?;
    Ok(rows.into_iter().map(Officer::from).collect())
}

/// The telephone numbers of these officers, still sealed, as far as they have one.
pub async fn list_phones(from: impl Read, ids: &[OfficerId]) -> Result<Vec<(OfficerId, Vec<u8>)>, DbError> {
    by_id(from, LIST_PHONES, ids, args![]).await
}

async fn by_id<T: Row>(
    mut from: impl Read,
    statement: &'static str,
    ids: &[OfficerId],
    others: Args<'_>,
) -> Result<Vec<T>, DbError> {
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let ids = some.iter().cycle().take(AT_ONCE).map(|id| id as &dyn Value);
        let values: Vec<&dyn Value> = ids.chain(others.iter().copied()).collect();
        found.extend(from.all(statement, &values).await?);
    }
    Ok(found)
}

/// Officers who have left.
pub async fn list_retired(mut from: impl Read) -> Result<BTreeSet<OfficerId>, DbError> {
    let rows: Vec<(OfficerId,)> = from.all(LIST_RETIRED, args![]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Officers who have a telephone number.
pub async fn list_with_phone(mut from: impl Read) -> Result<BTreeSet<OfficerId>, DbError> {
    let rows: Vec<(OfficerId,)> = from.all(LIST_WITH_PHONE, args![]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub async fn find_contact(mut from: impl Read, id: OfficerId) -> Result<SealedContact, DbError> {
    Ok(from.first(FIND_CONTACT, args![id]).await?.unwrap_or_default())
}

pub async fn insert_user(
    tx: &mut Tx,
    id: UserId,
    user: &NewUser,
    password_hash: &str,
    now: Instant,
) -> Result<(), DbError> {
    let (role, office) = (Text(user.role), Text(user.office));
    let login = user.login.to_lowercase();
    tx.run(INSERT_USER, args![id, login, password_hash.to_owned(), role, office, user.officer, true, now]).await?;
    Ok(())
}

pub async fn find_user(mut from: impl Read, login: &str) -> Result<Option<(UserId, String)>, DbError> {
    from.first(FIND_USER, args![login.to_lowercase()]).await
}

pub async fn insert_session(tx: &mut Tx, token: Vec<u8>, user: UserId, now: Instant) -> Result<(), DbError> {
    tx.run(INSERT_SESSION, args![token, user, now]).await?;
    Ok(())
}

crate::row! {
    struct SessionRow {
        id: UserId,
        login: String,
        role: Text<Role>,
        office_id: Text<OfficeId>,
        officer_id: Option<OfficerId>,
        name: Option<String>,
        seen_at: Instant,
    }
}

/// Who is signed in with this token, and when they were last seen.
pub async fn find_session(
    mut from: impl Read,
    token: Vec<u8>,
    created_after: Instant,
    seen_after: Instant,
) -> Result<Option<(Actor, Instant)>, DbError> {
    let row: Option<SessionRow> = from.first(FIND_SESSION, args![token, created_after, seen_after]).await?;
    Ok(row.map(|row| {
        let seen_at = row.seen_at;
        (row.into(), seen_at)
    }))
}

impl From<SessionRow> for Actor {
    fn from(row: SessionRow) -> Self {
        Self {
            id: ActorId::User(row.id),
            name: row.name.unwrap_or(row.login),
            role: row.role.0,
            office: row.office_id.0,
            officer: row.officer_id,
        }
    }
}

pub async fn find_pin_number(mut from: impl Read, user: UserId) -> Result<Option<i64>, DbError> {
    Ok(from.first::<(i64,)>(FIND_PIN_NUMBER, args![user]).await?.map(|row| row.0))
}

/// `Taken` where somebody else has the number.
pub async fn put_pin(tx: &mut Tx, user: UserId, (number, hash): (i64, &str), now: Instant) -> Result<(), DbError> {
    tx.run(PUT_PIN, args![user, number, hash, now]).await.map(drop)
}

/// Who has the number, and the hash of the PIN.
pub async fn find_by_number(mut from: impl Read, number: i64) -> Result<Option<(Actor, String)>, DbError> {
    let Some((user, hash)) = from.first::<(UserId, String)>(FIND_BY_NUMBER, args![number]).await? else {
        return Ok(None);
    };
    Ok(find_actor(from, user).await?.map(|actor| (actor, hash)))
}

/// An officer who signs in, by their account.
pub async fn find_actor(mut from: impl Read, user: UserId) -> Result<Option<Actor>, DbError> {
    Ok(from.first::<SessionRow>(FIND_ACTOR, args![user]).await?.map(Into::into))
}

pub async fn see_session(tx: &mut Tx, token: Vec<u8>, now: Instant) -> Result<(), DbError> {
    tx.run(SEE_SESSION, args![token, now]).await?;
    Ok(())
}

pub async fn delete_session(tx: &mut Tx, token: Vec<u8>) -> Result<(), DbError> {
    tx.run(DELETE_SESSION, args![token]).await?;
    Ok(())
}

pub async fn forget_sessions(tx: &mut Tx, created: Instant, seen: Instant, failures: Instant) -> Result<u64, DbError> {
    tx.run(FORGET_FAILURES, args![failures]).await?;
    tx.run(FORGET_SESSIONS, args![created, seen]).await
}

pub async fn insert_failure(tx: &mut Tx, login_hash: Vec<u8>, now: Instant) -> Result<(), DbError> {
    tx.run(INSERT_FAILURE, args![login_hash, now]).await?;
    Ok(())
}

pub async fn count_failures(mut from: impl Read, login_hash: Vec<u8>, since: Instant) -> Result<i64, DbError> {
    Ok(from.first::<(i64,)>(COUNT_FAILURES, args![login_hash, since]).await?.map_or(0, |row| row.0))
}

pub async fn insert_token(
    tx: &mut Tx,
    actor: &Actor,
    id: TokenId,
    token_hash: Vec<u8>,
    now: Instant,
) -> Result<(), DbError> {
    let (role, office) = (Text(actor.role), Text(actor.office));
    tx.run(INSERT_TOKEN, args![id, actor.name, token_hash, role, office, now]).await?;
    Ok(())
}

/// The name of whoever acted; None where they are not known any more.
pub async fn find_name(mut from: impl Read, actor: ActorId) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = match actor {
        ActorId::User(id) => from.first(FIND_USER_NAME, args![id]).await?,
        ActorId::Token(id) => from.first(FIND_TOKEN_NAME, args![id]).await?,
        ActorId::System => return Ok(Some(Actor::system().name)),
    };
    Ok(row.map(|row| row.0))
}

pub async fn find_token(mut from: impl Read, token_hash: Vec<u8>) -> Result<Option<Actor>, DbError> {
    type Held = (TokenId, String, Text<Role>, Text<OfficeId>);
    let row: Option<Held> = from.first(FIND_TOKEN, args![token_hash]).await?;
    Ok(row.map(|(id, name, role, office)| Actor {
        id: ActorId::Token(id),
        name,
        role: role.0,
        office: office.0,
        officer: None,
    }))
}

pub async fn revoke_token(tx: &mut Tx, id: TokenId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(REVOKE_TOKEN, args![id, now]).await? == 1)
}

pub async fn insert_audit(
    tx: &mut Tx,
    now: Instant,
    actor: ActorId,
    (verb, subject): (&'static str, String),
    office: &OfficeId,
) -> Result<(), DbError> {
    let id = AuditId::mint();
    tx.run(INSERT_AUDIT, args![id, now, actor.to_string(), verb, subject, Text(*office)]).await?;
    Ok(())
}

/// Who did this to a record last, as a printed id, when, and at which office.
pub async fn find_recorded(
    mut from: impl Read,
    verb: &'static str,
    subject: String,
) -> Result<Option<(String, Instant, OfficeId)>, DbError> {
    let found: Option<(String, Instant, Text<OfficeId>)> = from.first(FIND_RECORDED, args![subject, verb]).await?;
    Ok(found.map(|(actor, at, office)| (actor, at, *office)))
}

pub async fn last_recorded(mut from: impl Read, office: OfficeId) -> Result<Option<Instant>, DbError> {
    let found: Option<(Option<Instant>,)> = from.first(LAST_RECORDED, args![Text(office)]).await?;
    Ok(found.and_then(|row| row.0))
}

crate::row! {
    struct AbsenceRow {
        id: AbsenceId,
        officer_id: OfficerId,
        kind: Text<AbsenceKind>,
        starts_at: Instant,
        ends_at: Instant,
        state: Text<AbsenceState>,
        sequence: i64,
        created_at: Instant,
        updated_at: Instant,
    }
}

impl From<AbsenceRow> for Absence {
    fn from(row: AbsenceRow) -> Self {
        Self {
            id: row.id,
            officer: row.officer_id,
            kind: row.kind.0,
            span: Span { start: row.starts_at, end: row.ends_at },
            state: row.state.0,
            sequence: row.sequence,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

pub async fn insert_absence(tx: &mut Tx, absence: &Absence) -> Result<(), DbError> {
    let Span { start, end } = absence.span;
    let kind = Text(absence.kind);
    tx.run(INSERT_ABSENCE, args![absence.id, absence.officer, kind, start, end, absence.created_at]).await?;
    Ok(())
}

pub async fn find_absence(mut from: impl Read, id: AbsenceId) -> Result<Option<Absence>, DbError> {
    Ok(from.first::<AbsenceRow>(FIND_ABSENCE, args![id]).await?.map(Absence::from))
}

/// What is entered and touches the window, for all officers.
pub async fn list_absences(mut from: impl Read, window: Span) -> Result<Vec<Absence>, DbError> {
    let rows: Vec<AbsenceRow> = from.all(LIST_ABSENCES, args![window.start, window.end]).await?;
    Ok(rows.into_iter().map(Absence::from).collect())
}

/// One officer's, withdrawn ones too.
pub async fn list_absences_of(mut from: impl Read, officer: OfficerId, window: Span) -> Result<Vec<Absence>, DbError> {
    let rows: Vec<AbsenceRow> = from.all(LIST_ABSENCES_OF, args![officer, window.start, window.end]).await?;
    Ok(rows.into_iter().map(Absence::from).collect())
}

/// Those of all who work at an office, withdrawn ones too.
pub async fn list_absences_of_staff(
    mut from: impl Read,
    office: OfficeId,
    window: Span,
) -> Result<Vec<Absence>, DbError> {
    let rows: Vec<AbsenceRow> = from.all(LIST_ABSENCES_OF_STAFF, args![Text(office), window.start, window.end]).await?;
    Ok(rows.into_iter().map(Absence::from).collect())
}

pub async fn change_absence(
    tx: &mut Tx,
    id: AbsenceId,
    ends_at: Instant,
    state: AbsenceState,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(CHANGE_ABSENCE, args![id, ends_at, Text(state), now]).await?;
    Ok(())
}

/// Ends what deployments of the officer are open; says how many.
pub async fn end_deployments(tx: &mut Tx, officer: OfficerId, now: Instant) -> Result<u64, DbError> {
    tx.run(END_DEPLOYMENTS, args![officer, now]).await
}

crate::row! {
    struct CommitmentRow {
        id: Uuid,
        officer_id: OfficerId,
        kind: Text<CommitmentKind>,
        starts_at: Instant,
        ends_at: Instant,
        buffer_minutes: i64,
        expires_at: Option<Instant>,
    }
}

impl From<CommitmentRow> for Commitment {
    fn from(row: CommitmentRow) -> Self {
        Self {
            id: row.id,
            officer: row.officer_id,
            kind: row.kind.0,
            span: Span { start: row.starts_at, end: row.ends_at },
            buffer_minutes: row.buffer_minutes,
            expires_at: row.expires_at,
        }
    }
}

/// Takes the officer's time. `DbError::Taken` where another exclusive commitment overlaps.
pub async fn claim(tx: &mut Tx, commitment: &Commitment) -> Result<(), DbError> {
    let Commitment { id, officer, kind, span, buffer_minutes, expires_at } = commitment;
    let exclusive = kind.is_exclusive();
    let values = args![*id, *officer, Text(*kind), exclusive, span.start, span.end, *buffer_minutes, *expires_at];
    match tx.run(INSERT_COMMITMENT, values).await {
        // Two that overlap came at once, and the other one has gone first.
        Err(DbError::Crossed) => Err(DbError::Taken),
        result => result.map(drop),
    }
}

/// Keeps others from taking the officer's time until the transaction ends, where overlap is not all that matters.
pub async fn lock_officer(tx: &mut Tx, id: OfficerId) -> Result<(), DbError> {
    tx.run(LOCK_OFFICER, args![id]).await.map(drop)
}

/// Gives the officer's time back.
pub async fn release(tx: &mut Tx, id: Uuid) -> Result<(), DbError> {
    tx.run(DELETE_COMMITMENT, args![id]).await?;
    Ok(())
}

/// Gives back what the officer's expired holds took.
pub async fn release_expired(tx: &mut Tx, officer: OfficerId, now: Instant) -> Result<u64, DbError> {
    tx.run(DELETE_EXPIRED, args![officer, now]).await
}

/// Changes when a commitment expires; None makes it firm.
pub async fn firm(tx: &mut Tx, id: Uuid, expires_at: Option<Instant>) -> Result<(), DbError> {
    tx.run(FIRM_COMMITMENT, args![id, expires_at]).await?;
    Ok(())
}

/// What touches the window, for all officers.
pub async fn list_commitments(mut from: impl Read, window: Span) -> Result<Vec<Commitment>, DbError> {
    let rows: Vec<CommitmentRow> = from.all(LIST_COMMITMENTS, args![window.start, window.end]).await?;
    Ok(rows.into_iter().map(Commitment::from).collect())
}

/// The consultations and holds of these officers that touch the window.
pub async fn list_consultations(from: impl Read, ids: &[OfficerId], window: Span) -> Result<Vec<Commitment>, DbError> {
    let rows: Vec<CommitmentRow> = by_id(from, LIST_CONSULTATIONS, ids, args![window.start, window.end]).await?;
    Ok(rows.into_iter().map(Commitment::from).collect())
}

/// When those who work at an office have booked consultations that touch the window.
pub async fn list_consultations_of_staff(
    mut from: impl Read,
    office: OfficeId,
    window: Span,
) -> Result<Vec<(OfficerId, Span)>, DbError> {
    let rows: Vec<(OfficerId, Instant, Instant)> =
        from.all(LIST_CONSULTATIONS_OF_STAFF, args![Text(office), window.start, window.end]).await?;
    Ok(rows.into_iter().map(|(officer, start, end)| (officer, Span { start, end })).collect())
}

pub async fn list_commitments_of(
    mut from: impl Read,
    officer: OfficerId,
    window: Span,
) -> Result<Vec<Commitment>, DbError> {
    let rows: Vec<CommitmentRow> = from.all(LIST_COMMITMENTS_OF, args![officer, window.start, window.end]).await?;
    Ok(rows.into_iter().map(Commitment::from).collect())
}
