//! Officers, roles, sign-in, absences, the one calendar of attention, the audit trail.
//!
//! Not here: shifts and bookings, which take an officer's time through `claim` and give it back through `release`.

mod absence;
mod commitment;
mod http;
mod page;
mod password;
mod pin;
mod role;
mod skills;
mod store;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{AbsenceId, OfficerId, TokenId, UserId};
use crate::kernel::{Instant, Phone, Secret, Span};
use crate::offices::{self, OfficeId};
use crate::vault::{Place, Vault};

pub use absence::{Absence, AbsenceKind, AbsenceState, OPEN_END};
pub use commitment::{Commitment, CommitmentKind};
pub use http::{Bearer, api};
pub use page::{SignedIn, keep_typed, pages, planned_office, seen_office};
pub use pin::{NUMBER_DIGITS, PIN_DIGITS, find_number, find_user_again, identify, set_pin};
pub use role::{Actor, ActorId, Role};
pub use skills::{Lack, Skills};
pub use store::{
    STATEMENTS, claim, find_absence, find_line, find_officer, firm, list_absences, list_absences_of,
    list_absences_of_staff, list_commitments, list_commitments_of, list_consultations, list_consultations_of_staff,
    list_retired, list_these, list_with_phone, lock_officer, release, release_expired,
};

/// A member of staff who advises.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Officer {
    pub id: OfficerId,
    pub office: OfficeId,
    pub name: String,
    /// Still with the office.
    pub active: bool,
    pub skills: Skills,
}

/// Somebody new who will sign in.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// 2 to 64 characters; capitals do not matter.
    pub login: String,
    pub role: Role,
    pub office: OfficeId,
    pub officer: Option<OfficerId>,
}

#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    #[error("login or password is wrong")]
    WrongPassword,
    #[error("too many tries; the next one is possible in 15 minutes")]
    TooManyTries,
    #[error("a password has 12 to 200 characters")]
    WeakPassword,
    #[error("number or PIN is wrong")]
    WrongPin,
    #[error("a PIN has six digits, not all alike and not in a row")]
    WeakPin,
    #[error("all four-digit numbers are given away")]
    NoNumberLeft,
    #[error("a login has 2 to 64 letters, digits, dots, hyphens or underscores")]
    BadLogin,
    #[error("this login is taken")]
    LoginTaken,
    #[error("a name has 1 to 100 characters")]
    BadName,
    #[error("this officer is not there, or not yours")]
    NoSuchOfficer,
    #[error("this absence is not there, or not yours")]
    NoSuchAbsence,
    #[error("an absence ends after it begins, and lasts a year at most")]
    BadSpan,
    #[error("this officer is deployed already")]
    DeployedAlready,
    #[error("this officer is not deployed")]
    NotDeployed,
    #[error("somebody else has changed this officer since you saw it; it is now at sequence {}", .0.sequence)]
    AdviceChanged(Box<Advice>),
    #[error("your role does not allow this")]
    Forbidden,
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A session ends after so long without a request.
const IDLE: TimeDelta = TimeDelta::hours(10);
/// And at the latest after so long.
const SESSION: TimeDelta = TimeDelta::hours(24);
/// Failed sign-ins that one login may have within [`WINDOW`].
const FAILURES: i64 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Records who changed what. `subject` is the record's printed id; no citizen's data.
pub async fn record(
    tx: &mut Tx,
    now: Instant,
    actor: &Actor,
    verb: &'static str,
    (subject, office): (&(dyn std::fmt::Display + Sync), &OfficeId),
) -> Result<(), DbError> {
    store::insert_audit(tx, now, actor.id, (verb, subject.to_string()), office).await
}

/// What was recorded of a record: who did it, by name, when, and at which office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub by: String,
    pub at: Instant,
    pub office: OfficeId,
}

/// Who did this to a record last.
pub async fn find_recorded(
    mut from: impl Read,
    verb: &'static str,
    subject: &(dyn std::fmt::Display + Sync),
) -> Result<Option<Recorded>, DbError> {
    let found = store::find_recorded(&mut from, verb, subject.to_string()).await?;
    let Some((actor, at, office)) = found else { return Ok(None) };
    let names = list_names_of(from, [actor]).await?;
    Ok(names.into_values().next().map(|by| Recorded { by, at, office }))
}

/// When something was recorded of an office last: for whoever waits for a change.
pub async fn last_recorded(from: impl Read, office: OfficeId) -> Result<Option<Instant>, DbError> {
    store::last_recorded(from, office).await
}

/// Takes on an officer. The telephone number and the mail address are sealed.
pub async fn hire(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    officer: &Officer,
    (phone, mail): (Option<&Phone>, Option<&str>),
) -> Result<(), PeopleError> {
    if !actor.may_plan(&officer.office) {
        return Err(PeopleError::Forbidden);
    }
    if !(1..=100).contains(&officer.name.trim().chars().count()) || officer.name.chars().any(char::is_control) {
        return Err(PeopleError::BadName);
    }
    let seal = |column, text: &str| desk.vault.seal(Place { column, record: &officer.id }, text.as_bytes());
    let sealed =
        (phone.map(|phone| seal("officers.phone", phone.as_str())), mail.map(|mail| seal("officers.mail", mail)));
    let mut tx = desk.db.begin().await?;
    store::insert_officer(&mut tx, officer, sealed, now).await?;
    record(&mut tx, now, actor, "hire", (&officer.id, &officer.office)).await?;
    Ok(tx.commit().await?)
}

/// Whose telephone rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It may have a mailbox: whoever picks up is asked for a key.
    Personal,
    /// A duty telephone that nobody else picks up, and no mailbox: picking up is enough while the officer says in their shift
    /// that they sit at it.
    Duty,
}

/// How callers are led to an officer: what they advise on, in which languages, and at what telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    pub skills: Skills,
    pub line: Line,
    /// Counts the changes.
    pub sequence: i64,
}

pub async fn load_advice(mut from: impl Read, id: OfficerId) -> Result<Advice, PeopleError> {
    let skills = load_officer(&mut from, id).await?.skills;
    let (line, sequence) = store::find_line_with_sequence(from, id).await?.ok_or(PeopleError::NoSuchOfficer)?;
    Ok(Advice { skills, line, sequence })
}

/// Saves how callers are led to an officer, as it was loaded and then changed. Refused where somebody else changed it
/// after it was seen.
pub async fn set_advice(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: OfficerId,
    advice: Advice,
) -> Result<Officer, PeopleError> {
    let officer = planned(desk, actor, id).await?;
    let mut tx = desk.db.begin().await?;
    if !store::update_advice(&mut tx, id, &advice, now).await? {
        return Err(PeopleError::AdviceChanged(Box::new(load_advice(&mut tx, id).await?)));
    }
    record(&mut tx, now, actor, "set_advice", (&id, &officer.office)).await?;
    tx.commit().await?;
    Ok(Officer { skills: advice.skills, ..officer })
}

/// An officer of an office that the actor plans.
async fn planned(desk: &Desk, actor: &Actor, id: OfficerId) -> Result<Officer, PeopleError> {
    let officer = load_officer(&desk.db, id).await?;
    match (actor.may_plan(&officer.office), actor.may_see(&officer.office)) {
        (true, _) => Ok(officer),
        (false, true) => Err(PeopleError::Forbidden),
        (false, false) => Err(PeopleError::NoSuchOfficer),
    }
}

pub async fn load_officer(from: impl Read, id: OfficerId) -> Result<Officer, PeopleError> {
    find_officer(from, id).await?.ok_or(PeopleError::NoSuchOfficer)
}

/// Active officers, of one office or of all, by name.
pub async fn list_officers(from: impl Read, office: Option<&OfficeId>) -> Result<Vec<Officer>, DbError> {
    let mut officers = store::list_officers(from, office).await?;
    officers.retain(|officer| officer.active);
    officers.sort_by_cached_key(|officer| (officer.name.to_lowercase(), officer.id));
    Ok(officers)
}

/// An officer's telephone number and mail address. What cannot be opened is as good as missing, and logged.
pub async fn officer_contact(desk: &Desk, id: OfficerId) -> Result<(Option<Phone>, Option<String>), DbError> {
    contact_of(&desk.db, &desk.vault, id).await
}

/// The same within a transaction.
pub async fn contact_of(
    from: impl Read,
    vault: &Vault,
    id: OfficerId,
) -> Result<(Option<Phone>, Option<String>), DbError> {
    let (phone, mail) = store::find_contact(from, id).await?;
    let phone = phone.and_then(|sealed| open_phone(vault, id, &sealed));
    Ok((phone, mail.and_then(|sealed| open(vault, Place { column: "officers.mail", record: &id }, &sealed))))
}

/// The telephone numbers of these officers, as far as they have one.
pub async fn list_numbers(
    from: impl Read,
    vault: &Vault,
    officers: &[OfficerId],
) -> Result<BTreeMap<OfficerId, Phone>, DbError> {
    let sealed = store::list_phones(from, officers).await?;
    Ok(sealed.into_iter().filter_map(|(id, sealed)| Some((id, open_phone(vault, id, &sealed)?))).collect())
}

/// The mail addresses of those who plan an office, each once: the mailbox of its planning, and supervisors who advise.
pub async fn list_planners(mut from: impl Read, vault: &Vault, office: OfficeId) -> Result<Vec<String>, DbError> {
    let mut found: Vec<String> = offices::find_mailbox(&mut from, office).await?.into_iter().collect();
    for (id, mail) in store::list_planners(from, office).await? {
        let mail = open(vault, Place { column: "officers.mail", record: &id }, &mail);
        found.extend(mail.filter(|mail| !found.iter().any(|told| told.eq_ignore_ascii_case(mail))));
    }
    Ok(found)
}

fn open_phone(vault: &Vault, id: OfficerId, sealed: &[u8]) -> Option<Phone> {
    Phone::of_caller(&open(vault, Place { column: "officers.phone", record: &id }, sealed)?)
}

fn open(vault: &Vault, place: Place<'_>, sealed: &[u8]) -> Option<String> {
    match vault.open(place, sealed) {
        Ok(bytes) => String::from_utf8(bytes).ok(),
        Err(error) => {
            tracing::error!(officer = %place.record, column = place.column, %error, "sealed data cannot be opened");
            None
        }
    }
}

/// The names of those who acted, by their printed ids.
pub async fn list_names_of(
    mut from: impl Read,
    actors: impl IntoIterator<Item = String> + Send,
) -> Result<BTreeMap<String, String>, DbError> {
    let actors: Vec<String> = actors.into_iter().collect();
    let mut names = BTreeMap::new();
    for actor in actors {
        if names.contains_key(&actor) {
            continue;
        }
        let known = match actor.parse::<ActorId>() {
            Ok(id) => store::find_name(&mut from, id).await?,
            Err(_) => None,
        };
        names.insert(actor, known.unwrap_or_else(|| "unbekannt".to_owned()));
    }
    Ok(names)
}

/// Lets somebody sign in from now on.
pub async fn add_user(desk: &Desk, now: Instant, user: &NewUser, password: &str) -> Result<UserId, PeopleError> {
    let fitting = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !(2..=64).contains(&user.login.chars().count()) || !user.login.chars().all(fitting) {
        return Err(PeopleError::BadLogin);
    }
    let hash = password::hash(password).await?;
    let id = UserId::mint();
    let mut tx = desk.db.begin().await?;
    store::insert_user(&mut tx, id, user, &hash, now).await.map_err(|error| match error {
        DbError::Taken => PeopleError::LoginTaken,
        error => error.into(),
    })?;
    record(&mut tx, now, &Actor::system(), "add_user", (&id, &user.office)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes a bearer token with the rights of a role at an office. The secret is shown this once.
pub async fn add_token(desk: &Desk, now: Instant, holder: &Actor) -> Result<(TokenId, Secret), DbError> {
    let (id, secret) = (TokenId::mint(), Secret::mint());
    let mut tx = desk.db.begin().await?;
    store::insert_token(&mut tx, holder, id, secret.hash(), now).await?;
    record(&mut tx, now, &Actor::system(), "add_token", (&id, &holder.office)).await?;
    tx.commit().await?;
    Ok((id, secret))
}

/// False where there is no such token, or it is revoked already.
pub async fn revoke_token(desk: &Desk, now: Instant, id: TokenId) -> Result<bool, DbError> {
    let mut tx = desk.db.begin().await?;
    let revoked = store::revoke_token(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok(revoked)
}

/// Opens a session. A wrong login and a wrong password take the same time and get the same answer.
pub async fn sign_in(desk: &Desk, now: Instant, login: &str, password: &str) -> Result<Secret, PeopleError> {
    let login = login.trim();
    let login_hash = desk.vault.keyed_hash("sign-in", &login.to_lowercase());
    if store::count_failures(&desk.db, login_hash.clone(), now - WINDOW).await? >= FAILURES {
        return Err(PeopleError::TooManyTries);
    }
    let user = store::find_user(&desk.db, login).await?;
    let right = password::verify(password, user.as_ref().map(|(_, hash)| hash.clone())).await;
    let mut tx = desk.db.begin().await?;
    let Some((user, _)) = user.filter(|_| right) else {
        store::insert_failure(&mut tx, login_hash, now).await?;
        tx.commit().await?;
        return Err(PeopleError::WrongPassword);
    };
    let secret = Secret::mint();
    store::insert_session(&mut tx, secret.hash(), user, now).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Who holds this session, if it is open.
pub async fn find_session(desk: &Desk, now: Instant, secret: &Secret) -> Result<Option<Actor>, DbError> {
    let found = store::find_session(&desk.db, secret.hash(), now - SESSION, now - IDLE).await?;
    let Some((actor, seen_at)) = found else { return Ok(None) };
    if now - seen_at > TimeDelta::minutes(10) {
        let mut tx = desk.db.begin().await?;
        store::see_session(&mut tx, secret.hash(), now).await?;
        tx.commit().await?;
    }
    Ok(Some(actor))
}

pub async fn sign_out(desk: &Desk, secret: &Secret) -> Result<(), DbError> {
    let mut tx = desk.db.begin().await?;
    store::delete_session(&mut tx, secret.hash()).await?;
    tx.commit().await
}

/// Forgets sessions and failed sign-ins that are over. Called by rounds.
pub async fn forget_sessions(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let forgotten = store::forget_sessions(&mut tx, now - SESSION, now - IDLE, now - WINDOW).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// No absence lasts longer, but a deployment whose end nobody knows.
const LONGEST_ABSENCE: TimeDelta = TimeDelta::days(366);

/// Enters leave, sickness or training. Over existing work it is allowed, and that work then needs cover.
pub async fn enter_absence(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    officer: OfficerId,
    (kind, span): (AbsenceKind, Span),
) -> Result<Absence, PeopleError> {
    let officer = load_excusable(&desk.db, actor, officer).await?;
    let mut tx = desk.db.begin().await?;
    let absence = note_absence(&mut tx, now, actor, &officer, (kind, span)).await?;
    tx.commit().await?;
    desk.absence_bell.notify_one();
    Ok(absence)
}

/// The same within a transaction, by somebody who may. After the commit ring `desk.absence_bell`.
pub async fn note_absence(
    tx: &mut Tx,
    now: Instant,
    actor: &Actor,
    officer: &Officer,
    (kind, span): (AbsenceKind, Span),
) -> Result<Absence, PeopleError> {
    let endless = kind == AbsenceKind::Deployment && span.end == OPEN_END;
    if span.start >= span.end || (span.length() > LONGEST_ABSENCE && !endless) {
        return Err(PeopleError::BadSpan);
    }
    let absence = Absence {
        id: AbsenceId::mint(),
        officer: officer.id,
        kind,
        span,
        state: AbsenceState::Entered,
        sequence: 0,
        created_at: now,
        updated_at: now,
    };
    store::insert_absence(tx, &absence).await?;
    record(tx, now, actor, "enter_absence", (&absence.id, &officer.office)).await?;
    Ok(absence)
}

/// Lengthens or shortens an absence that is not over, by somebody who may. After the commit ring `desk.absence_bell`.
pub async fn move_absence_end(
    tx: &mut Tx,
    now: Instant,
    actor: &Actor,
    (officer, absence): (&Officer, Absence),
    end: Instant,
) -> Result<Absence, PeopleError> {
    let span = Span { end, ..absence.span };
    if end <= now || span.length() > LONGEST_ABSENCE {
        return Err(PeopleError::BadSpan);
    }
    store::change_absence(tx, absence.id, end, absence.state, now).await?;
    record(tx, now, actor, "move_absence_end", (&absence.id, &officer.office)).await?;
    Ok(Absence { span, sequence: absence.sequence + 1, updated_at: now, ..absence })
}

/// Police duty comes first: takes the officer out of routing and booking at once, until `back`.
pub async fn deploy(desk: &Desk, now: Instant, actor: &Actor, officer: OfficerId) -> Result<Absence, PeopleError> {
    let until_back = Span { start: now, end: OPEN_END };
    let running = list_absences_of(&desk.db, officer, until_back).await?;
    if running.iter().any(|absence| absence.kind == AbsenceKind::Deployment && absence.covers(now)) {
        return Err(PeopleError::DeployedAlready);
    }
    enter_absence(desk, now, actor, officer, (AbsenceKind::Deployment, until_back)).await
}

/// The officer is back from a deployment.
pub async fn back(desk: &Desk, now: Instant, actor: &Actor, officer: OfficerId) -> Result<(), PeopleError> {
    let officer = load_excusable(&desk.db, actor, officer).await?;
    let mut tx = desk.db.begin().await?;
    if store::end_deployments(&mut tx, officer.id, now).await? == 0 {
        return Err(PeopleError::NotDeployed);
    }
    record(&mut tx, now, actor, "back", (&officer.id, &officer.office)).await?;
    Ok(tx.commit().await?)
}

/// Takes an absence back: one to come vanishes, one under way ends now. What is over stays as it happened.
pub async fn withdraw_absence(desk: &Desk, now: Instant, actor: &Actor, id: AbsenceId) -> Result<(), PeopleError> {
    let mut tx = desk.db.begin().await?;
    take_absence_back(&mut tx, now, actor, id).await?;
    Ok(tx.commit().await?)
}

/// The same within a transaction.
pub async fn take_absence_back(tx: &mut Tx, now: Instant, actor: &Actor, id: AbsenceId) -> Result<(), PeopleError> {
    let absence = find_absence(&mut *tx, id).await?.ok_or(PeopleError::NoSuchAbsence)?;
    let officer = load_excusable(&mut *tx, actor, absence.officer).await.map_err(|error| match error {
        PeopleError::NoSuchOfficer => PeopleError::NoSuchAbsence,
        error => error,
    })?;
    if absence.span.end <= now || absence.state == AbsenceState::Withdrawn {
        return Err(PeopleError::NoSuchAbsence);
    }
    let (ends_at, state) = match absence.span.start < now {
        true => (now, AbsenceState::Entered),
        false => (absence.span.end, AbsenceState::Withdrawn),
    };
    store::change_absence(tx, id, ends_at, state, now).await?;
    Ok(record(tx, now, actor, "withdraw_absence", (&id, &officer.office)).await?)
}

/// An officer whom the actor may excuse; one of another office is as good as not there.
pub async fn load_excusable(from: impl Read, actor: &Actor, officer: OfficerId) -> Result<Officer, PeopleError> {
    let officer = load_officer(from, officer).await?;
    match actor.may_excuse(officer.id, &officer.office) {
        true => Ok(officer),
        false if actor.may_see(&officer.office) => Err(PeopleError::Forbidden),
        false => Err(PeopleError::NoSuchOfficer),
    }
}
