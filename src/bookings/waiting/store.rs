//! The SQL of the waiting list. Repeats the two rules that must hold under a race: one open offer a wish, none twice.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::waiter::{Offer, OfferState, Waiting, WaitingState};
use crate::args;
use crate::bookings::{Format, Needs, Wish};
use crate::db::{DbError, Json, Read, Text, Tx};
use crate::kernel::id::{BookingId, OfficerId, SlotId, WaitingId};
use crate::kernel::{Instant, Language};
use crate::offices::{OfficeId, TopicId};

/// The columns of a wish, in the order of [`WaitingRow`].
macro_rules! waiting {
    () => {
        "id, office_id, topic, format, language, wish, last_day, booking_id, state, turn_at, missed, secret_hash, person,
        contact_hash, created_at, updated_at"
    };
}

const INSERT: &str = concat!(
    "INSERT INTO waiting (",
    waiting!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
);
const FIND: &str = concat!("SELECT ", waiting!(), " FROM waiting WHERE id = $1");
const FIND_BY_SECRET: &str = concat!("SELECT ", waiting!(), " FROM waiting WHERE secret_hash = $1");
const FIND_OF_BOOKING: &str =
    concat!("SELECT ", waiting!(), " FROM waiting WHERE booking_id = $1 AND state IN ('waiting', 'offered')");
// An update that changes nothing locks the row on both engines until the transaction ends.
const LOCK: &str = concat!("UPDATE waiting SET updated_at = updated_at WHERE id = $1 RETURNING ", waiting!());
const SAVE: &str = "UPDATE waiting SET state = $2, turn_at = $3, missed = $4, person = $5, contact_hash = $6,
        updated_at = $7 WHERE id = $1";
const LIST_IN_ORDER: &str =
    concat!("SELECT ", waiting!(), " FROM waiting WHERE state = 'waiting' ORDER BY turn_at, id");
const LIST_OPEN: &str =
    concat!("SELECT ", waiting!(), " FROM waiting WHERE state IN ('waiting', 'offered') ORDER BY turn_at, id");
const LIST_LATE: &str = "SELECT id FROM waiting WHERE state = 'waiting' AND last_day < $1";
const COUNT_OF_CONTACT: &str =
    "SELECT count(*) FROM waiting WHERE contact_hash = $1 AND state IN ('waiting', 'offered')";
const COUNT_BEFORE: &str = "SELECT count(*) FROM waiting WHERE state = 'waiting' AND turn_at < $1
    AND topic = $2 AND format = $3 AND (office_id IS NULL OR office_id = $4)";

const INSERT_OFFER: &str = "INSERT INTO waiting_offers
    (booking_id, waiting_id, slot_id, state, secret_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
const FIND_OFFER: &str = "SELECT booking_id, waiting_id, slot_id, state, secret_hash, created_at FROM waiting_offers
    WHERE secret_hash = $1";
const FIND_OPEN_OFFER: &str = "SELECT booking_id, waiting_id, slot_id, state, secret_hash, created_at
    FROM waiting_offers WHERE waiting_id = $1 AND state = 'open'";
const SAVE_OFFER: &str = "UPDATE waiting_offers SET state = $2 WHERE booking_id = $1";
const LIST_RUN_OUT: &str = "SELECT o.waiting_id FROM waiting_offers o JOIN bookings b ON b.id = o.booking_id
    WHERE o.state = 'open' AND (b.state <> 'held' OR b.hold_until <= $1)";
const LIST_OFFERED: &str = "SELECT slot_id FROM waiting_offers WHERE waiting_id = $1";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT,
    FIND,
    FIND_BY_SECRET,
    FIND_OF_BOOKING,
    LOCK,
    SAVE,
    LIST_IN_ORDER,
    LIST_OPEN,
    LIST_LATE,
    COUNT_OF_CONTACT,
    COUNT_BEFORE,
    INSERT_OFFER,
    FIND_OFFER,
    FIND_OPEN_OFFER,
    SAVE_OFFER,
    LIST_RUN_OUT,
    LIST_OFFERED,
];

/// What else is wished for.
#[derive(Clone, Serialize, Deserialize)]
struct Rest {
    language: Language,
    needs: Needs,
    officer: Option<OfficerId>,
}

crate::row! {
    struct WaitingRow {
        id: WaitingId,
        office_id: Option<Text<OfficeId>>,
        topic: Text<TopicId>,
        format: Text<Format>,
        language: String,
        wish: Json<Rest>,
        last_day: Text<NaiveDate>,
        booking_id: Option<BookingId>,
        state: Text<WaitingState>,
        turn_at: Instant,
        missed: i64,
        secret_hash: Vec<u8>,
        person: Option<Vec<u8>>,
        contact_hash: Option<Vec<u8>>,
        created_at: Instant,
        updated_at: Instant,
    }
}

impl TryFrom<WaitingRow> for Waiting {
    type Error = DbError;
    fn try_from(row: WaitingRow) -> Result<Self, DbError> {
        let Rest { language: talk, needs, officer } = row.wish.0;
        let wish = Wish {
            language: talk,
            needs,
            officer,
            office: row.office_id.map(|office| *office),
            replacing: row.booking_id.map(BookingId::commitment),
            ..Wish::new(*row.topic, *row.format)
        };
        let language = Language::written(&row.language);
        Ok(Self {
            id: row.id,
            wish,
            language: language.ok_or(DbError::Unreadable { column: "waiting.language", value: row.language })?,
            last_day: *row.last_day,
            booking: row.booking_id,
            state: *row.state,
            turn_at: row.turn_at,
            missed: row.missed,
            secret_hash: row.secret_hash,
            person: row.person,
            contact_hash: row.contact_hash,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

crate::row! {
    struct OfferRow {
        booking_id: BookingId,
        waiting_id: WaitingId,
        slot_id: SlotId,
        state: Text<OfferState>,
        secret_hash: Vec<u8>,
        created_at: Instant,
    }
}

impl From<OfferRow> for Offer {
    fn from(row: OfferRow) -> Self {
        Self {
            booking: row.booking_id,
            waiting: row.waiting_id,
            slot: row.slot_id,
            state: *row.state,
            secret_hash: row.secret_hash,
            created_at: row.created_at,
        }
    }
}

/// Taken where the booking waits already.
pub async fn insert(tx: &mut Tx, it: &Waiting) -> Result<(), DbError> {
    let rest = Rest { language: it.wish.language, needs: it.wish.needs, officer: it.wish.officer };
    tx.run(
        INSERT,
        args![
            it.id,
            it.wish.office.map(Text),
            Text(it.wish.topic),
            Text(it.wish.format),
            it.language.tag(),
            Json(rest),
            Text(it.last_day),
            it.booking,
            Text(it.state),
            it.turn_at,
            it.missed,
            it.secret_hash,
            it.person,
            it.contact_hash,
            it.created_at,
            it.updated_at,
        ],
    )
    .await?;
    Ok(())
}

pub async fn find(mut from: impl Read, id: WaitingId) -> Result<Option<Waiting>, DbError> {
    from.first::<WaitingRow>(FIND, args![id]).await?.map(Waiting::try_from).transpose()
}

pub async fn find_by_secret(mut from: impl Read, secret_hash: &[u8]) -> Result<Option<Waiting>, DbError> {
    from.first::<WaitingRow>(FIND_BY_SECRET, args![secret_hash.to_vec()]).await?.map(Waiting::try_from).transpose()
}

/// The open wish for an earlier time than that of a booking.
pub async fn find_of_booking(mut from: impl Read, booking: BookingId) -> Result<Option<Waiting>, DbError> {
    from.first::<WaitingRow>(FIND_OF_BOOKING, args![booking]).await?.map(Waiting::try_from).transpose()
}

/// The wish, kept from others until the transaction ends.
pub async fn lock(tx: &mut Tx, id: WaitingId) -> Result<Option<Waiting>, DbError> {
    tx.first::<WaitingRow>(LOCK, args![id]).await?.map(Waiting::try_from).transpose()
}

pub async fn save(tx: &mut Tx, it: &Waiting) -> Result<(), DbError> {
    let values = args![it.id, Text(it.state), it.turn_at, it.missed, it.person, it.contact_hash, it.updated_at];
    tx.run(SAVE, values).await?;
    Ok(())
}

/// Who waits for an offer, in order.
pub async fn list_in_order(mut from: impl Read) -> Result<Vec<Waiting>, DbError> {
    read_all(from.all(LIST_IN_ORDER, args![]).await?)
}

/// Everybody who still hopes, in order.
pub async fn list_open(mut from: impl Read) -> Result<Vec<Waiting>, DbError> {
    read_all(from.all(LIST_OPEN, args![]).await?)
}

/// Who waits for a day that is over.
pub async fn list_late(mut from: impl Read, today: NaiveDate) -> Result<Vec<WaitingId>, DbError> {
    let rows: Vec<(WaitingId,)> = from.all(LIST_LATE, args![Text(today)]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub async fn count_of_contact(mut from: impl Read, contact_hash: &[u8]) -> Result<i64, DbError> {
    let row: Option<(i64,)> = from.first(COUNT_OF_CONTACT, args![contact_hash.to_vec()]).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// How many wait for the same, and longer.
pub async fn count_before(mut from: impl Read, it: &Waiting) -> Result<i64, DbError> {
    let office = it.wish.office.map(|office| office.to_string()).unwrap_or_default();
    let values = args![it.turn_at, Text(it.wish.topic), Text(it.wish.format), office];
    let row: Option<(i64,)> = from.first(COUNT_BEFORE, values).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Taken where the wish has an open offer, or had this one.
pub async fn insert_offer(tx: &mut Tx, it: &Offer) -> Result<(), DbError> {
    let values = args![it.booking, it.waiting, it.slot, Text(it.state), it.secret_hash, it.created_at];
    tx.run(INSERT_OFFER, values).await?;
    Ok(())
}

pub async fn find_offer(mut from: impl Read, secret_hash: &[u8]) -> Result<Option<Offer>, DbError> {
    Ok(from.first::<OfferRow>(FIND_OFFER, args![secret_hash.to_vec()]).await?.map(Offer::from))
}

pub async fn find_open_offer(mut from: impl Read, waiting: WaitingId) -> Result<Option<Offer>, DbError> {
    Ok(from.first::<OfferRow>(FIND_OPEN_OFFER, args![waiting]).await?.map(Offer::from))
}

pub async fn save_offer(tx: &mut Tx, booking: BookingId, state: OfferState) -> Result<(), DbError> {
    tx.run(SAVE_OFFER, args![booking, Text(state)]).await?;
    Ok(())
}

/// Whose offer keeps its time no longer.
pub async fn list_run_out(mut from: impl Read, now: Instant) -> Result<Vec<WaitingId>, DbError> {
    let rows: Vec<(WaitingId,)> = from.all(LIST_RUN_OUT, args![now]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The slots that were offered to somebody before.
pub async fn list_offered(mut from: impl Read, waiting: WaitingId) -> Result<Vec<SlotId>, DbError> {
    let rows: Vec<(SlotId,)> = from.all(LIST_OFFERED, args![waiting]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

fn read_all(rows: Vec<WaitingRow>) -> Result<Vec<Waiting>, DbError> {
    rows.into_iter().map(Waiting::try_from).collect()
}
