//! The SQL of the search for cover. Repeats two rules: a shift is asked for once at a time, and the first yes gets it.

use super::cover::{Asked, Cover, State};
use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{CoverId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Secret, Span};
use crate::offices::OfficeId;
use crate::rota::notice::Told;
use crate::shifts::Tier;

/// The columns of a search, in the order of [`Row`].
macro_rules! cover {
    () => {
        "SELECT c.id, c.office_id, c.shift_id, c.officer_id, c.while_away, c.hotline_id, c.starts_at, c.ends_at, c.tier,
        c.state, c.taken_by, c.asked_at, c.ended_at FROM covers c "
    };
}

const INSERT: &str = "INSERT INTO covers
    (id, office_id, shift_id, officer_id, while_away, hotline_id, starts_at, ends_at, tier, state, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked', $10)";
const INSERT_ASKED: &str = "INSERT INTO cover_asks (cover_id, officer_id, secret_hash, told) VALUES ($1, $2, $3, $4)";
const END: &str = "UPDATE covers SET state = $2, taken_by = $3, ended_at = $4, starts_at = $5, ends_at = $6
    WHERE id = $1 AND state = 'asked'";
const DECLINE: &str =
    "UPDATE cover_asks SET declined_at = $3 WHERE cover_id = $1 AND officer_id = $2 AND declined_at IS NULL";
const FIND: &str = concat!(cover!(), "WHERE c.id = $1");
const FIND_ASKED: &str = concat!(cover!(), "WHERE c.shift_id = $1 AND c.state = 'asked'");
// Two halves, each with an index of its own: all that has ever ended is many.
const LIST: &str = concat!(
    cover!(),
    "WHERE c.office_id = $1 AND c.state = 'asked' UNION ",
    cover!(),
    "WHERE c.office_id = $1 AND c.asked_at >= $2 ORDER BY asked_at DESC, id DESC"
);
const LIST_OF: &str = concat!(
    cover!(),
    "JOIN cover_asks a ON a.cover_id = c.id
    WHERE a.officer_id = $1 AND c.state = 'asked' AND a.declined_at IS NULL ORDER BY c.starts_at"
);
const LIST_RUNNING: &str = concat!(cover!(), "WHERE c.state = 'asked' ORDER BY c.ends_at");
const LIST_ASKED: &str =
    "SELECT cover_id, officer_id, told, declined_at FROM cover_asks WHERE cover_id = $1 ORDER BY officer_id";
const FIND_BY_SECRET: &str = "SELECT cover_id, officer_id, told, declined_at FROM cover_asks WHERE secret_hash = $1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] =
    &[INSERT, INSERT_ASKED, END, DECLINE, FIND, FIND_ASKED, LIST, LIST_OF, LIST_RUNNING, LIST_ASKED, FIND_BY_SECRET];

crate::row! {
    struct Row {
        id: CoverId,
        office_id: Text<OfficeId>,
        shift_id: ShiftId,
        officer_id: Option<OfficerId>,
        while_away: bool,
        hotline_id: HotlineId,
        starts_at: Instant,
        ends_at: Instant,
        tier: i64,
        state: Text<State>,
        taken_by: Option<OfficerId>,
        asked_at: Instant,
        ended_at: Option<Instant>,
    }
}

impl TryFrom<Row> for Cover {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let unreadable = |_| DbError::Unreadable { column: "covers.tier", value: row.tier.to_string() };
        Ok(Self {
            id: row.id,
            office: *row.office_id,
            shift: row.shift_id,
            officer: row.officer_id,
            while_away: row.while_away,
            hotline: row.hotline_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            tier: Tier::new(row.tier).map_err(unreadable)?,
            state: *row.state,
            taken_by: row.taken_by,
            asked_at: row.asked_at,
            ended_at: row.ended_at,
        })
    }
}

type AskedRow = (CoverId, OfficerId, Text<Told>, Option<Instant>);

fn asked((cover, officer, told, declined_at): AskedRow) -> Asked {
    Asked { cover, officer, told: *told, declined_at }
}

/// `Taken` where the shift is asked for already.
pub async fn insert(tx: &mut Tx, cover: &Cover) -> Result<(), DbError> {
    let Cover { id, office, shift, officer, while_away, hotline, span, tier, asked_at, .. } = *cover;
    let (office, tier) = (Text(office), tier.number());
    let values = args![id, office, shift, officer, while_away, hotline, span.start, span.end, tier, asked_at];
    tx.run(INSERT, values).await?;
    Ok(())
}

pub async fn insert_asked(tx: &mut Tx, asked: &Asked, secret: &Secret) -> Result<(), DbError> {
    tx.run(INSERT_ASKED, args![asked.cover, asked.officer, secret.hash(), Text(asked.told)]).await?;
    Ok(())
}

/// Ends a search, with the time that was taken; false where it had ended before.
pub async fn end(tx: &mut Tx, cover: &Cover) -> Result<bool, DbError> {
    let Cover { id, state, taken_by, ended_at, span, .. } = cover;
    Ok(tx.run(END, args![*id, Text(*state), *taken_by, *ended_at, span.start, span.end]).await? == 1)
}

pub async fn decline(tx: &mut Tx, asked: &Asked, now: Instant) -> Result<(), DbError> {
    tx.run(DECLINE, args![asked.cover, asked.officer, now]).await?;
    Ok(())
}

pub async fn find(mut from: impl Read, id: CoverId) -> Result<Option<Cover>, DbError> {
    from.first::<Row>(FIND, args![id]).await?.map(Cover::try_from).transpose()
}

/// The search that runs for a shift.
pub async fn find_asked(mut from: impl Read, shift: ShiftId) -> Result<Option<Cover>, DbError> {
    from.first::<Row>(FIND_ASKED, args![shift]).await?.map(Cover::try_from).transpose()
}

/// An office's searches that run, and those begun since then, the newest first.
pub async fn list(mut from: impl Read, office: OfficeId, since: Instant) -> Result<Vec<Cover>, DbError> {
    covers(from.all(LIST, args![Text(office), since]).await?)
}

/// What an officer is asked and has not answered, by start.
pub async fn list_of(mut from: impl Read, officer: OfficerId) -> Result<Vec<Cover>, DbError> {
    covers(from.all(LIST_OF, args![officer]).await?)
}

/// Every search that runs, the first to end first.
pub async fn list_running(mut from: impl Read) -> Result<Vec<Cover>, DbError> {
    covers(from.all(LIST_RUNNING, args![]).await?)
}

pub async fn list_asked(mut from: impl Read, cover: CoverId) -> Result<Vec<Asked>, DbError> {
    let rows: Vec<AskedRow> = from.all(LIST_ASKED, args![cover]).await?;
    Ok(rows.into_iter().map(asked).collect())
}

pub async fn find_by_secret(mut from: impl Read, secret: &Secret) -> Result<Option<Asked>, DbError> {
    let row: Option<AskedRow> = from.first(FIND_BY_SECRET, args![secret.hash()]).await?;
    Ok(row.map(asked))
}

fn covers(rows: Vec<Row>) -> Result<Vec<Cover>, DbError> {
    rows.into_iter().map(Cover::try_from).collect()
}
