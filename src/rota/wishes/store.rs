//! The SQL of wishes and of asking for leave.

use chrono::{NaiveTime, Weekday};

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{AbsenceId, LeaveRequestId, OfficerId, WishId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;

use super::leave::{Decided, LeaveRequest, LeaveState};
use super::wish::{Leaning, When, Wish};

const INSERT_WISH: &str = "INSERT INTO wishes
    (id, officer_id, leaning, starts_at, ends_at, weekday, from_time, until_time, note, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const FIND_WISH: &str = "SELECT id, officer_id, leaning, starts_at, ends_at, weekday, from_time, until_time, note,
    created_at FROM wishes WHERE id = $1";
const DELETE_WISH: &str = "DELETE FROM wishes WHERE id = $1";
const LIST_WISHES_OF: &str = "SELECT id, officer_id, leaning, starts_at, ends_at, weekday, from_time, until_time, note,
    created_at FROM wishes WHERE officer_id = $1 AND (weekday IS NOT NULL OR ends_at > $2)
    ORDER BY starts_at, created_at, id";
const LIST_WISHES_AT: &str = "SELECT w.id, w.officer_id, w.leaning, w.starts_at, w.ends_at, w.weekday, w.from_time,
    w.until_time, w.note, w.created_at FROM officers o JOIN wishes w ON w.officer_id = o.id
    WHERE o.office_id = $1 AND (w.weekday IS NOT NULL OR (w.ends_at > $2 AND w.starts_at < $3))
    ORDER BY w.starts_at, w.created_at, w.id";
const INSERT_REQUEST: &str = "INSERT INTO leave_requests
    (id, officer_id, starts_at, ends_at, note, state, answer, created_at) VALUES ($1, $2, $3, $4, $5, 'asked', '', $6)";
const FIND_REQUEST: &str = "SELECT id, officer_id, starts_at, ends_at, note, state, answer, decided_by, decided_at,
    absence_id, created_at FROM leave_requests WHERE id = $1";
const SETTLE_REQUEST: &str = "UPDATE leave_requests
    SET state = $3, answer = $4, decided_by = $5, decided_at = $6, absence_id = $7 WHERE id = $1 AND state = $2";
const LIST_REQUESTS_OF: &str = "SELECT id, officer_id, starts_at, ends_at, note, state, answer, decided_by, decided_at,
    absence_id, created_at FROM leave_requests WHERE officer_id = $1 AND ends_at > $2 ORDER BY starts_at, id";
const LIST_OPEN_REQUESTS: &str = "SELECT l.id, l.officer_id, l.starts_at, l.ends_at, l.note, l.state, l.answer,
    l.decided_by, l.decided_at, l.absence_id, l.created_at FROM leave_requests l JOIN officers o ON o.id = l.officer_id
    WHERE o.office_id = $1 AND l.state = 'asked' ORDER BY l.starts_at, l.id";
const FORGET_WISHES: &str = "DELETE FROM wishes WHERE ends_at < $1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT_WISH,
    FIND_WISH,
    DELETE_WISH,
    LIST_WISHES_OF,
    LIST_WISHES_AT,
    INSERT_REQUEST,
    FIND_REQUEST,
    SETTLE_REQUEST,
    LIST_REQUESTS_OF,
    LIST_OPEN_REQUESTS,
    FORGET_WISHES,
];

crate::row! {
    struct WishRow {
        id: WishId,
        officer_id: OfficerId,
        leaning: Text<Leaning>,
        starts_at: Option<Instant>,
        ends_at: Option<Instant>,
        weekday: Option<Text<Weekday>>,
        from_time: Option<Text<NaiveTime>>,
        until_time: Option<Text<NaiveTime>>,
        note: String,
        created_at: Instant,
    }
}

impl TryFrom<WishRow> for Wish {
    type Error = DbError;

    fn try_from(row: WishRow) -> Result<Self, DbError> {
        let when = match (row.starts_at, row.ends_at, row.weekday, row.from_time, row.until_time) {
            (Some(start), Some(end), None, None, None) => When::Once(Span { start, end }),
            (None, None, Some(weekday), Some(from), Some(until)) => {
                When::Weekly { weekday: weekday.0, from: from.0, until: until.0 }
            }
            _ => return Err(DbError::Unreadable { column: "wishes.weekday", value: row.id.to_string() }),
        };
        let (officer, leaning) = (row.officer_id, row.leaning.0);
        Ok(Self { id: row.id, officer, leaning, when, note: row.note, created_at: row.created_at })
    }
}

fn wishes(rows: Vec<WishRow>) -> Result<Vec<Wish>, DbError> {
    rows.into_iter().map(Wish::try_from).collect()
}

pub async fn insert_wish(tx: &mut Tx, wish: &Wish) -> Result<(), DbError> {
    let Wish { id, officer, leaning, when, note, created_at } = wish;
    let (once, weekly) = match *when {
        When::Once(span) => (Some(span), None),
        When::Weekly { weekday, from, until } => (None, Some((Text(weekday), Text(from), Text(until)))),
    };
    let (start, end) = (once.map(|span| span.start), once.map(|span| span.end));
    let (weekday, from, until) = (weekly.map(|it| it.0), weekly.map(|it| it.1), weekly.map(|it| it.2));
    let values = args![*id, *officer, Text(*leaning), start, end, weekday, from, until, *note, *created_at];
    tx.run(INSERT_WISH, values).await.map(drop)
}

pub async fn find_wish(mut from: impl Read, id: WishId) -> Result<Option<Wish>, DbError> {
    from.first::<WishRow>(FIND_WISH, args![id]).await?.map(Wish::try_from).transpose()
}

pub async fn delete_wish(tx: &mut Tx, id: WishId) -> Result<(), DbError> {
    tx.run(DELETE_WISH, args![id]).await.map(drop)
}

/// One officer's wishes that are not over.
pub async fn list_wishes_of(mut from: impl Read, officer: OfficerId, now: Instant) -> Result<Vec<Wish>, DbError> {
    wishes(from.all(LIST_WISHES_OF, args![officer, now]).await?)
}

/// The wishes of those who work at an office: of each week, and those of once that touch the window.
pub async fn list_wishes_at(mut from: impl Read, office: OfficeId, window: Span) -> Result<Vec<Wish>, DbError> {
    wishes(from.all(LIST_WISHES_AT, args![Text(office), window.start, window.end]).await?)
}

/// Forgets wishes that ended before. Says how many.
pub async fn forget_wishes(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.run(FORGET_WISHES, args![before]).await
}

crate::row! {
    struct RequestRow {
        id: LeaveRequestId,
        officer_id: OfficerId,
        starts_at: Instant,
        ends_at: Instant,
        note: String,
        state: Text<LeaveState>,
        answer: String,
        decided_by: Option<String>,
        decided_at: Option<Instant>,
        absence_id: Option<AbsenceId>,
        created_at: Instant,
    }
}

impl From<RequestRow> for LeaveRequest {
    fn from(row: RequestRow) -> Self {
        Self {
            id: row.id,
            officer: row.officer_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            note: row.note,
            state: row.state.0,
            answer: row.answer,
            decided: row.decided_by.zip(row.decided_at).map(|(by, at)| Decided { by, at }),
            absence: row.absence_id,
            created_at: row.created_at,
        }
    }
}

fn requests(rows: Vec<RequestRow>) -> Vec<LeaveRequest> {
    rows.into_iter().map(LeaveRequest::from).collect()
}

pub async fn insert_request(tx: &mut Tx, it: &LeaveRequest) -> Result<(), DbError> {
    let values = args![it.id, it.officer, it.span.start, it.span.end, it.note, it.created_at];
    tx.run(INSERT_REQUEST, values).await.map(drop)
}

pub async fn find_request(mut from: impl Read, id: LeaveRequestId) -> Result<Option<LeaveRequest>, DbError> {
    Ok(from.first::<RequestRow>(FIND_REQUEST, args![id]).await?.map(LeaveRequest::from))
}

/// Saves what became of a request that was in a state; false where it is not any more.
pub async fn settle_request(tx: &mut Tx, was: LeaveState, it: &LeaveRequest) -> Result<bool, DbError> {
    let (by, at) = it.decided.clone().map(|Decided { by, at }| (by, at)).unzip();
    let values = args![it.id, Text(was), Text(it.state), it.answer, by, at, it.absence];
    Ok(tx.run(SETTLE_REQUEST, values).await? == 1)
}

/// One officer's requests that are not over.
pub async fn list_requests_of(
    mut from: impl Read,
    officer: OfficerId,
    now: Instant,
) -> Result<Vec<LeaveRequest>, DbError> {
    Ok(requests(from.all(LIST_REQUESTS_OF, args![officer, now]).await?))
}

/// What those who work at an office ask for and is not decided.
pub async fn list_open_requests(mut from: impl Read, office: OfficeId) -> Result<Vec<LeaveRequest>, DbError> {
    Ok(requests(from.all(LIST_OPEN_REQUESTS, args![Text(office)]).await?))
}
