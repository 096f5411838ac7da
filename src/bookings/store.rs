//! The SQL of bookings: consultation hours, slots, bookings.
//!
//! Decides nothing; repeats the one rule that must hold under a race: a slot has one live booking.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};

use super::booking::{Booking, Reference, State};
use super::hour::{ConsultationHour, Format, HourState, Laid, Member, Plan, Slot};
use super::needs::Needs;
use super::offer::{Channel, Load, Offer, Wish};
use super::series::{Exceptions, Rhythm, Series, Weekdays, Window};
use super::terms::{Contingents, Notice, Terms};
use crate::args;
use crate::db::{DbError, Json, Read, Text, Tx};
use crate::kernel::id::{BookingId, HourId, OfficerId, SlotId};
use crate::kernel::{Instant, Language, Span};
use crate::offices::{OfficeId, TopicId};

/// The columns of a consultation hour.
macro_rules! hour {
    () => {
        "id, lineage, office_id, team, weekdays, rhythm, opens, closes, first_day, last_day, exceptions, slot_minutes,
        buffer_minutes, notice, horizon_weeks, most_web, most_hotline, most_staff, topics, formats, languages, needs,
        state, version, created_at, updated_at"
    };
}

/// The columns of a booking, in the order of [`BookingRow`].
macro_rules! booking {
    () => {
        "id, office_id, officer_id, slot_id, topic, format, language, state, starts_at, ends_at, hold_until, extensions,
        reference, secret_hash, person, contact_hash, chosen_why, sequence, created_at, updated_at, needs, channel,
        asked_at, buffer_minutes, by_name"
    };
}

const INSERT_HOUR: &str = concat!(
    "INSERT INTO consultation_hours (",
    hour!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
        $24, $25, $26)"
);
const SAVE_HOUR: &str = "UPDATE consultation_hours SET team = $3, weekdays = $4, rhythm = $5, opens = $6, closes = $7,
        first_day = $8, last_day = $9, exceptions = $10, slot_minutes = $11, buffer_minutes = $12, notice = $13,
        horizon_weeks = $14, most_web = $15, most_hotline = $16, most_staff = $17, topics = $18, formats = $19,
        languages = $20, needs = $21, state = $22, version = version + 1, updated_at = $23
    WHERE id = $1 AND version = $2";
const FIND_HOUR: &str = concat!("SELECT ", hour!(), " FROM consultation_hours WHERE id = $1");
const LIST_HOURS: &str = concat!(
    "SELECT ",
    hour!(),
    " FROM consultation_hours WHERE state = 'offered' AND (last_day IS NULL OR last_day >= $1)
      ORDER BY office_id, weekdays, opens, id"
);
const LIST_OFFERS: &str = concat!(
    "SELECT ",
    hour!(),
    " FROM consultation_hours h WHERE h.state = 'offered' AND ($3 = '' OR h.office_id = $3)
      AND EXISTS (SELECT 1 FROM slots s WHERE s.hour_id = h.id AND s.starts_at >= $1 AND s.starts_at < $2
                  AND s.state = 'open')"
);
// For each hour the first slot over which nothing lies: no month of booked-up days is read in between.
const LIST_FIRST: &str = "SELECT h.id, (
        SELECT s.starts_at FROM slots s
        WHERE s.hour_id = h.id AND s.starts_at >= $1 AND s.state = 'open'
          AND NOT EXISTS (SELECT 1 FROM commitments c
                          WHERE c.officer_id = s.officer_id AND c.exclusive AND c.ends_at > s.starts_at
                            AND c.starts_at < s.ends_at AND c.starts_at > s.starts_at - 93600000000
                            AND (c.expires_at IS NULL OR c.expires_at > $2) AND c.id <> $4)
        ORDER BY s.starts_at LIMIT 1)
    FROM consultation_hours h WHERE h.state = 'offered' AND ($3 = '' OR h.office_id = $3)";
const END_HOUR: &str = "UPDATE consultation_hours SET state = 'ended', version = version + 1, updated_at = $2
    WHERE id = $1";
// An update that changes nothing locks the row on both engines until the transaction ends.
const LOCK_HOUR: &str = "UPDATE consultation_hours SET version = version WHERE id = $1";

const LIST_SLOTS: &str = "SELECT id, hour_id, office_id, officer_id, starts_at, ends_at FROM slots
    WHERE starts_at >= $1 AND starts_at < $2 AND state = 'open' ORDER BY starts_at";
const LIST_SLOTS_OF: &str = "SELECT id, hour_id, office_id, officer_id, starts_at, ends_at FROM slots
    WHERE office_id = $3 AND starts_at >= $1 AND starts_at < $2 AND state = 'open' ORDER BY starts_at";
const FIND_SLOT: &str = "SELECT id, hour_id, office_id, officer_id, starts_at, ends_at FROM slots WHERE id = $1";
const LIST_LAID: &str = "SELECT hour_id, id, officer_id, starts_at, ends_at, state FROM slots WHERE starts_at > $1";
const LIST_LAID_OF_HOUR: &str = "SELECT hour_id, id, officer_id, starts_at, ends_at, state FROM slots
    WHERE hour_id = $1 AND starts_at > $2";
const INSERT_SLOT: &str = "INSERT INTO slots (id, hour_id, office_id, officer_id, starts_at, ends_at, state)
    VALUES ($1, $2, $3, $4, $5, $6, 'open') ON CONFLICT (hour_id, starts_at, officer_id, ends_at) DO NOTHING";
const SET_SLOT_STATE: &str = "UPDATE slots SET state = $2 WHERE id = $1";
const KEEP_SLOT_OPEN: &str = "UPDATE slots SET state = state WHERE id = $1 AND state = 'open'";
const CLOSE_SLOTS_OF_HOUR: &str = "UPDATE slots SET state = 'closed' WHERE hour_id = $1 AND starts_at > $2";
/// What was booked by a way of the hours that allow only so many. A hold that ran out does not count.
const LIST_TAKEN: &str = "SELECT s.hour_id, b.id, b.starts_at
    FROM consultation_hours h JOIN slots s ON s.hour_id = h.id JOIN bookings b ON b.slot_id = s.id
    WHERE h.state = 'offered' AND coalesce(h.most_web, h.most_hotline, h.most_staff) IS NOT NULL
      AND s.starts_at >= $1 AND s.starts_at < $2 AND b.channel = $3 AND (b.hold_until IS NULL OR b.hold_until > $4)
      AND b.state IN ('held', 'requested', 'confirmed', 'attended', 'no_show')";

const REFERENCE_TAKEN: &str = "SELECT id FROM bookings WHERE reference = $1";
const INSERT_BOOKING: &str = concat!(
    "INSERT INTO bookings (",
    booking!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
        $22, $23, $24, $25)"
);
const FIND_BY_SECRET: &str = concat!(
    "SELECT ",
    booking!(),
    " FROM bookings WHERE secret_hash = $1 OR id = (SELECT booking_id FROM booking_links WHERE secret_hash = $1)"
);
const FIND_BOOKING: &str = concat!("SELECT ", booking!(), " FROM bookings WHERE id = $1");
// An update that changes nothing locks the row on both engines until the transaction ends.
const LOCK_BY_SECRET: &str = concat!(
    "UPDATE bookings SET updated_at = updated_at
    WHERE secret_hash = $1 OR id = (SELECT booking_id FROM booking_links WHERE secret_hash = $1)
    RETURNING ",
    booking!()
);
const LOCK_BOOKING: &str = concat!("UPDATE bookings SET updated_at = updated_at WHERE id = $1 RETURNING ", booking!());
const SAVE_BOOKING: &str =
    "UPDATE bookings SET office_id = $2, officer_id = $3, slot_id = $4, state = $5, starts_at = $6,
        ends_at = $7, hold_until = $8, extensions = $9, person = $10, contact_hash = $11, chosen_why = $12,
        sequence = $13, updated_at = $14, asked_at = $15, buffer_minutes = $16, by_name = $17
    WHERE id = $1";
const INSERT_LINK: &str = "INSERT INTO booking_links (secret_hash, booking_id, expires_at) VALUES ($1, $2, $3)";
const FORGET_LINKS: &str = "DELETE FROM booking_links WHERE expires_at <= $1";
const EXPIRE_OF_OFFICER: &str = "UPDATE bookings SET state = 'expired', hold_until = NULL, updated_at = $2
    WHERE officer_id = $1 AND state IN ('held', 'requested') AND hold_until <= $2";
const LIST_EXPIRED: &str = "SELECT id FROM bookings WHERE state IN ('held', 'requested') AND hold_until <= $1";
const EXPIRE: &str = "UPDATE bookings SET state = 'expired', hold_until = NULL, updated_at = $2
    WHERE id = $1 AND state IN ('held', 'requested') AND hold_until <= $2";
const LIST_LOADS: &str = "SELECT officer_id, count(*), max(created_at) FROM bookings
    WHERE officer_id IN (SELECT officer_id FROM slots WHERE starts_at = $1 AND state = 'open'
                         AND ($3 = '' OR office_id = $3))
      AND created_at > $2 AND state IN ('held', 'requested', 'confirmed', 'attended', 'no_show')
    GROUP BY officer_id";
const FORGET: &str = "UPDATE bookings SET person = NULL, contact_hash = NULL
    WHERE person IS NOT NULL AND ends_at <= $1 AND state IN ('confirmed', 'attended', 'no_show')";
const FORGET_EXPIRED: &str = "UPDATE bookings SET person = NULL, contact_hash = NULL
    WHERE person IS NOT NULL AND state IN ('expired', 'cancelled') AND updated_at <= $1";
const LIST_BOOKINGS: &str = concat!(
    "SELECT ",
    booking!(),
    " FROM bookings WHERE office_id = $1 AND starts_at >= $2 AND starts_at < $3 ORDER BY starts_at, id"
);
// Office by office, as the index has them: so the past is not read.
const LIST_BOOKINGS_OF_ALL: &str = concat!(
    "SELECT ",
    booking!(),
    " FROM bookings WHERE office_id IN (SELECT o.id FROM offices o) AND starts_at >= $1 AND starts_at < $2
      ORDER BY starts_at, id"
);
const LIST_BOOKINGS_OF_OFFICER: &str = concat!(
    "SELECT ",
    booking!(),
    " FROM bookings WHERE officer_id = $1 AND ends_at > $2 AND starts_at < $3 AND starts_at > $4
      ORDER BY starts_at, id"
);
const LIST_BOOKINGS_OF_LINEAGE: &str = concat!(
    "SELECT ",
    booking!(),
    " FROM bookings WHERE starts_at > $2 AND slot_id IN (
        SELECT s.id FROM slots s JOIN consultation_hours h ON s.hour_id = h.id
        WHERE h.lineage = $1 AND s.starts_at > $2)
      AND state IN ('held', 'requested', 'confirmed', 'attended', 'no_show')
      ORDER BY starts_at, id"
);
const LIST_BY_CONTACT: &str =
    concat!("SELECT ", booking!(), " FROM bookings WHERE contact_hash = $1 ORDER BY starts_at, id");
// Each sign of the reference is one of those that its key stands for.
const LIST_WHERE_SIGNS: &str = concat!(
    "SELECT ",
    booking!(),
    " FROM bookings WHERE state = 'confirmed' AND starts_at > $1
      AND $2 LIKE '%' || substr(reference, 1, 1) || '%' AND $3 LIKE '%' || substr(reference, 2, 1) || '%'
      AND $4 LIKE '%' || substr(reference, 3, 1) || '%' AND $5 LIKE '%' || substr(reference, 5, 1) || '%'
      AND $6 LIKE '%' || substr(reference, 6, 1) || '%' AND $7 LIKE '%' || substr(reference, 7, 1) || '%'
      ORDER BY starts_at, id"
);
const FIND_BY_REFERENCE: &str = concat!("SELECT ", booking!(), " FROM bookings WHERE reference = $1");

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT_HOUR,
    SAVE_HOUR,
    FIND_HOUR,
    LIST_HOURS,
    LIST_OFFERS,
    LIST_FIRST,
    END_HOUR,
    LOCK_HOUR,
    LIST_SLOTS,
    LIST_SLOTS_OF,
    FIND_SLOT,
    LIST_LAID,
    LIST_LAID_OF_HOUR,
    INSERT_SLOT,
    SET_SLOT_STATE,
    KEEP_SLOT_OPEN,
    LIST_TAKEN,
    CLOSE_SLOTS_OF_HOUR,
    REFERENCE_TAKEN,
    INSERT_BOOKING,
    FIND_BY_SECRET,
    FIND_BOOKING,
    LOCK_BY_SECRET,
    LOCK_BOOKING,
    SAVE_BOOKING,
    INSERT_LINK,
    FORGET_LINKS,
    EXPIRE_OF_OFFICER,
    LIST_EXPIRED,
    EXPIRE,
    LIST_LOADS,
    FORGET,
    FORGET_EXPIRED,
    LIST_BOOKINGS,
    LIST_BOOKINGS_OF_ALL,
    LIST_BOOKINGS_OF_OFFICER,
    LIST_BOOKINGS_OF_LINEAGE,
    LIST_BY_CONTACT,
    LIST_WHERE_SIGNS,
    FIND_BY_REFERENCE,
];

crate::row! {
    struct HourRow {
        id: HourId,
        lineage: HourId,
        office_id: Text<OfficeId>,
        team: Json<Vec<Member>>,
        #[sqlx(flatten)]
        series: SeriesRow,
        #[sqlx(flatten)]
        terms: TermsRow,
        state: Text<HourState>,
        version: i64,
        created_at: Instant,
        updated_at: Instant,
    }
}

crate::row! {
    struct SeriesRow {
        weekdays: Text<Weekdays>,
        rhythm: Text<Rhythm>,
        opens: Text<NaiveTime>,
        closes: Text<NaiveTime>,
        first_day: Text<NaiveDate>,
        last_day: Option<Text<NaiveDate>>,
        exceptions: Json<Exceptions>,
    }
}

crate::row! {
    struct TermsRow {
        slot_minutes: i64,
        buffer_minutes: i64,
        notice: Text<Notice>,
        horizon_weeks: i64,
        most_web: Option<i64>,
        most_hotline: Option<i64>,
        most_staff: Option<i64>,
        topics: Json<Vec<TopicId>>,
        formats: Json<Vec<Format>>,
        languages: Json<Vec<Language>>,
        needs: Json<Needs>,
    }
}

impl From<HourRow> for ConsultationHour {
    fn from(row: HourRow) -> Self {
        Self {
            id: row.id,
            lineage: row.lineage,
            office: *row.office_id,
            plan: Plan { team: row.team.0, series: row.series.into(), terms: row.terms.into() },
            state: *row.state,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<SeriesRow> for Series {
    fn from(row: SeriesRow) -> Self {
        Self {
            weekdays: row.weekdays.0.0,
            rhythm: *row.rhythm,
            window: Window { opens: *row.opens, closes: *row.closes },
            first_day: *row.first_day,
            last_day: row.last_day.map(|day| *day),
            exceptions: row.exceptions.0,
        }
    }
}

impl From<TermsRow> for Terms {
    fn from(row: TermsRow) -> Self {
        Self {
            slot_minutes: row.slot_minutes,
            buffer_minutes: row.buffer_minutes,
            notice: *row.notice,
            horizon_weeks: row.horizon_weeks,
            contingents: Contingents { web: row.most_web, hotline: row.most_hotline, staff: row.most_staff },
            topics: row.topics.0,
            formats: row.formats.0,
            languages: row.languages.0,
            needs: row.needs.0,
        }
    }
}

crate::row! {
    struct SlotRow {
        id: SlotId,
        hour_id: HourId,
        office_id: Text<OfficeId>,
        officer_id: OfficerId,
        starts_at: Instant,
        ends_at: Instant,
    }
}

impl SlotRow {
    fn of(self, terms: &Terms) -> Slot {
        Slot {
            id: self.id,
            hour: self.hour_id,
            office: *self.office_id,
            officer: self.officer_id,
            span: Span { start: self.starts_at, end: self.ends_at },
            buffer_minutes: terms.buffer_minutes,
            contingents: terms.contingents,
        }
    }
}

crate::row! {
    struct LaidRow {
        hour_id: HourId,
        id: SlotId,
        officer_id: OfficerId,
        starts_at: Instant,
        ends_at: Instant,
        state: String,
    }
}

impl From<LaidRow> for (HourId, Laid) {
    fn from(row: LaidRow) -> Self {
        let span = Span { start: row.starts_at, end: row.ends_at };
        (row.hour_id, Laid { id: row.id, officer: row.officer_id, span, is_open: row.state == "open" })
    }
}

crate::row! {
    struct BookingRow {
        id: BookingId,
        office_id: Text<OfficeId>,
        officer_id: OfficerId,
        slot_id: SlotId,
        topic: Text<TopicId>,
        format: Text<Format>,
        language: String,
        state: String,
        starts_at: Instant,
        ends_at: Instant,
        hold_until: Option<Instant>,
        extensions: i64,
        reference: Text<Reference>,
        secret_hash: Vec<u8>,
        person: Option<Vec<u8>>,
        contact_hash: Option<Vec<u8>>,
        chosen_why: String,
        sequence: i64,
        created_at: Instant,
        updated_at: Instant,
        needs: Json<Needs>,
        channel: Text<Channel>,
        asked_at: Option<Instant>,
        buffer_minutes: i64,
        by_name: bool,
    }
}

impl TryFrom<BookingRow> for Booking {
    type Error = DbError;
    fn try_from(row: BookingRow) -> Result<Self, DbError> {
        let state = State::read(&row.state, row.hold_until, row.extensions);
        Ok(Self {
            id: row.id,
            office: *row.office_id,
            officer: row.officer_id,
            by_name: row.by_name,
            slot: row.slot_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            topic: *row.topic,
            format: *row.format,
            // One that pages are no longer written in is told in German.
            language: Language::written(&row.language).unwrap_or_default(),
            needs: row.needs.0,
            channel: *row.channel,
            buffer_minutes: row.buffer_minutes,
            state: state.ok_or(DbError::Unreadable { column: "bookings.state", value: row.state })?,
            reference: row.reference.0,
            secret_hash: row.secret_hash,
            person: row.person,
            contact_hash: row.contact_hash,
            chosen_why: row.chosen_why,
            sequence: row.sequence,
            asked_at: row.asked_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn read_all(rows: Vec<BookingRow>) -> Result<Vec<Booking>, DbError> {
    rows.into_iter().map(Booking::try_from).collect()
}

fn extensions(state: State) -> i64 {
    match state {
        State::Held { extensions, .. } | State::Requested { extensions, .. } => extensions,
        State::Confirmed | State::Attended | State::NoShow | State::Expired | State::Cancelled => 0,
    }
}

pub async fn insert_hour(tx: &mut Tx, hour: &ConsultationHour) -> Result<(), DbError> {
    let Plan { team, series, terms } = &hour.plan;
    tx.run(
        INSERT_HOUR,
        args![
            hour.id,
            hour.lineage,
            Text(hour.office),
            Json(team.clone()),
            Text(Weekdays(series.weekdays)),
            Text(series.rhythm),
            time(series.window.opens),
            time(series.window.closes),
            Text(series.first_day),
            series.last_day.map(Text),
            Json(series.exceptions.clone()),
            terms.slot_minutes,
            terms.buffer_minutes,
            Text(terms.notice),
            terms.horizon_weeks,
            terms.contingents.web,
            terms.contingents.hotline,
            terms.contingents.staff,
            Json(terms.topics.clone()),
            Json(terms.formats.clone()),
            Json(terms.languages.clone()),
            Json(terms.needs),
            Text(hour.state),
            hour.version,
            hour.created_at,
            hour.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Writes what a change may have changed. False where it is not the version that was changed any more.
pub async fn save_hour(tx: &mut Tx, hour: &ConsultationHour) -> Result<bool, DbError> {
    let Plan { team, series, terms } = &hour.plan;
    let saved = tx
        .run(
            SAVE_HOUR,
            args![
                hour.id,
                hour.version,
                Json(team.clone()),
                Text(Weekdays(series.weekdays)),
                Text(series.rhythm),
                time(series.window.opens),
                time(series.window.closes),
                Text(series.first_day),
                series.last_day.map(Text),
                Json(series.exceptions.clone()),
                terms.slot_minutes,
                terms.buffer_minutes,
                Text(terms.notice),
                terms.horizon_weeks,
                terms.contingents.web,
                terms.contingents.hotline,
                terms.contingents.staff,
                Json(terms.topics.clone()),
                Json(terms.formats.clone()),
                Json(terms.languages.clone()),
                Json(terms.needs),
                Text(hour.state),
                hour.updated_at,
            ],
        )
        .await?;
    Ok(saved == 1)
}

fn time(time: NaiveTime) -> String {
    time.format("%H:%M:%S").to_string()
}

pub async fn find_hour(mut from: impl Read, id: HourId) -> Result<Option<ConsultationHour>, DbError> {
    Ok(from.first::<HourRow>(FIND_HOUR, args![id]).await?.map(ConsultationHour::from))
}

/// The hours that are offered on this local day or later.
pub async fn list_hours(mut from: impl Read, day: NaiveDate) -> Result<Vec<ConsultationHour>, DbError> {
    let rows: Vec<HourRow> = from.all(LIST_HOURS, args![Text(day)]).await?;
    Ok(rows.into_iter().map(ConsultationHour::from).collect())
}

/// The hours of an office, or of all, with slots in the window.
pub async fn list_offers(
    mut from: impl Read,
    office: Option<OfficeId>,
    window: Span,
) -> Result<BTreeMap<HourId, Offer>, DbError> {
    let rows: Vec<HourRow> = from.all(LIST_OFFERS, args![window.start, window.end, code(office)]).await?;
    let offer = |row: HourRow| Offer { office: *row.office_id, team: row.team.0, terms: row.terms.into() };
    Ok(rows.into_iter().map(|row| (row.id, offer(row))).collect())
}

/// For each hour of an office, or of all, when its first slot from `from` on begins over which nothing lies.
pub async fn list_first(
    mut db: impl Read,
    wish: &Wish,
    from: Instant,
    now: Instant,
) -> Result<Vec<(HourId, Instant)>, DbError> {
    let own = wish.replacing.unwrap_or_default();
    let rows: Vec<(HourId, Option<Instant>)> = db.all(LIST_FIRST, args![from, now, code(wish.office), own]).await?;
    Ok(rows.into_iter().filter_map(|(hour, first)| Some((hour, first?))).collect())
}

fn code(office: Option<OfficeId>) -> String {
    office.map(|office| office.to_string()).unwrap_or_default()
}

/// Keeps others from counting on the hour until the transaction ends.
pub async fn lock_hour(tx: &mut Tx, id: HourId) -> Result<(), DbError> {
    tx.run(LOCK_HOUR, args![id]).await.map(drop)
}

/// What was booked by this way in hours that allow only so many, beginning in the window.
pub async fn list_taken(
    mut from: impl Read,
    channel: Channel,
    window: Span,
    now: Instant,
) -> Result<Vec<(HourId, BookingId, Instant)>, DbError> {
    from.all(LIST_TAKEN, args![window.start, window.end, Text(channel), now]).await
}

/// Ends the hour and closes its slots that lie ahead.
pub async fn end_hour(tx: &mut Tx, id: HourId, now: Instant) -> Result<(), DbError> {
    tx.run(END_HOUR, args![id, now]).await?;
    tx.run(CLOSE_SLOTS_OF_HOUR, args![id, now]).await?;
    Ok(())
}

/// The open slots of these hours that start in the window, in order.
pub async fn list_slots(
    mut from: impl Read,
    office: Option<OfficeId>,
    offers: &BTreeMap<HourId, Offer>,
    window: Span,
) -> Result<Vec<Slot>, DbError> {
    let rows: Vec<SlotRow> = match office {
        Some(office) => from.all(LIST_SLOTS_OF, args![window.start, window.end, Text(office)]).await?,
        None => from.all(LIST_SLOTS, args![window.start, window.end]).await?,
    };
    Ok(rows.into_iter().filter_map(|row| offers.get(&row.hour_id).map(|offer| row.of(&offer.terms))).collect())
}

pub async fn find_slot(mut from: impl Read, id: SlotId) -> Result<Option<Slot>, DbError> {
    let Some(row) = from.first::<SlotRow>(FIND_SLOT, args![id]).await? else { return Ok(None) };
    let hour = find_hour(from, row.hour_id).await?;
    Ok(hour.map(|hour| row.of(&hour.plan.terms)))
}

/// Every slot that lies ahead, open or closed, with its hour.
pub async fn list_laid(mut from: impl Read, now: Instant) -> Result<Vec<(HourId, Laid)>, DbError> {
    let rows: Vec<LaidRow> = from.all(LIST_LAID, args![now]).await?;
    Ok(rows.into_iter().map(From::from).collect())
}

/// The same of one hour.
pub async fn list_laid_of(mut from: impl Read, hour: HourId, now: Instant) -> Result<Vec<Laid>, DbError> {
    let rows: Vec<LaidRow> = from.all(LIST_LAID_OF_HOUR, args![hour, now]).await?;
    Ok(rows.into_iter().map(|row| <(HourId, Laid)>::from(row).1).collect())
}

pub async fn insert_slot(
    tx: &mut Tx,
    hour: &ConsultationHour,
    (officer, span): (OfficerId, Span),
) -> Result<(), DbError> {
    let values = args![SlotId::mint(), hour.id, Text(hour.office), officer, span.start, span.end];
    tx.run(INSERT_SLOT, values).await?;
    Ok(())
}

/// Keeps the slot from being closed until the transaction ends. False where it is closed already.
pub async fn keep_slot_open(tx: &mut Tx, id: SlotId) -> Result<bool, DbError> {
    Ok(tx.run(KEEP_SLOT_OPEN, args![id]).await? == 1)
}

pub async fn open_slot(tx: &mut Tx, id: SlotId) -> Result<(), DbError> {
    tx.run(SET_SLOT_STATE, args![id, "open"]).await?;
    Ok(())
}

pub async fn close_slot(tx: &mut Tx, id: SlotId) -> Result<(), DbError> {
    tx.run(SET_SLOT_STATE, args![id, "closed"]).await?;
    Ok(())
}

/// A reference that no booking has.
pub async fn free_reference(mut from: impl Read) -> Result<Reference, DbError> {
    loop {
        let reference = Reference::mint();
        if from.first::<(BookingId,)>(REFERENCE_TAKEN, args![Text(reference.clone())]).await?.is_none() {
            return Ok(reference);
        }
    }
}

/// Taken where the slot has a live booking.
pub async fn insert_booking(tx: &mut Tx, booking: &Booking) -> Result<(), DbError> {
    tx.run(
        INSERT_BOOKING,
        args![
            booking.id,
            Text(booking.office),
            booking.officer,
            booking.slot,
            Text(booking.topic),
            Text(booking.format),
            booking.language.tag(),
            booking.state.as_str(),
            booking.span.start,
            booking.span.end,
            booking.hold_until(),
            extensions(booking.state),
            Text(booking.reference.clone()),
            booking.secret_hash,
            booking.person,
            booking.contact_hash,
            booking.chosen_why,
            booking.sequence,
            booking.created_at,
            booking.updated_at,
            Json(booking.needs),
            Text(booking.channel),
            booking.asked_at,
            booking.buffer_minutes,
            booking.by_name,
        ],
    )
    .await?;
    Ok(())
}

/// Writes what a transition may have changed. Taken where the slot it moved to has a live booking.
pub async fn save_booking(tx: &mut Tx, booking: &Booking) -> Result<(), DbError> {
    tx.run(
        SAVE_BOOKING,
        args![
            booking.id,
            Text(booking.office),
            booking.officer,
            booking.slot,
            booking.state.as_str(),
            booking.span.start,
            booking.span.end,
            booking.hold_until(),
            extensions(booking.state),
            booking.person,
            booking.contact_hash,
            booking.chosen_why,
            booking.sequence,
            booking.updated_at,
            booking.asked_at,
            booking.buffer_minutes,
            booking.by_name,
        ],
    )
    .await?;
    Ok(())
}

/// A further link to the booking.
pub async fn insert_link(tx: &mut Tx, secret_hash: Vec<u8>, id: BookingId, expires_at: Instant) -> Result<(), DbError> {
    tx.run(INSERT_LINK, args![secret_hash, id, expires_at]).await?;
    Ok(())
}

pub async fn find_by_secret(mut from: impl Read, secret_hash: &[u8]) -> Result<Option<Booking>, DbError> {
    from.first::<BookingRow>(FIND_BY_SECRET, args![secret_hash.to_vec()]).await?.map(Booking::try_from).transpose()
}

pub async fn find_booking(mut from: impl Read, id: BookingId) -> Result<Option<Booking>, DbError> {
    from.first::<BookingRow>(FIND_BOOKING, args![id]).await?.map(Booking::try_from).transpose()
}

/// The booking, kept from others until the transaction ends.
pub async fn lock_by_secret(tx: &mut Tx, secret_hash: &[u8]) -> Result<Option<Booking>, DbError> {
    tx.first::<BookingRow>(LOCK_BY_SECRET, args![secret_hash.to_vec()]).await?.map(Booking::try_from).transpose()
}

/// The booking, kept from others until the transaction ends.
pub async fn lock_booking(tx: &mut Tx, id: BookingId) -> Result<Option<Booking>, DbError> {
    tx.first::<BookingRow>(LOCK_BOOKING, args![id]).await?.map(Booking::try_from).transpose()
}

/// Writes down that holds of this officer ran out, so that their slots can be held again.
pub async fn expire_of_officer(tx: &mut Tx, officer: OfficerId, now: Instant) -> Result<u64, DbError> {
    tx.run(EXPIRE_OF_OFFICER, args![officer, now]).await
}

pub async fn list_expired(mut from: impl Read, now: Instant) -> Result<Vec<BookingId>, DbError> {
    let rows: Vec<(BookingId,)> = from.all(LIST_EXPIRED, args![now]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// False where the hold was extended, confirmed or given up in the meantime.
pub async fn expire(tx: &mut Tx, id: BookingId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(EXPIRE, args![id, now]).await? == 1)
}

/// What the officers with a slot at `start`, of one office or of all, were given since.
pub async fn list_loads(
    mut from: impl Read,
    office: Option<OfficeId>,
    start: Instant,
    since: Instant,
) -> Result<Vec<(OfficerId, Load)>, DbError> {
    let office = office.map(|office| office.to_string()).unwrap_or_default();
    let rows: Vec<(OfficerId, i64, Instant)> = from.all(LIST_LOADS, args![start, since, office]).await?;
    Ok(rows.into_iter().map(|(officer, recent, last)| (officer, Load { recent, last })).collect())
}

/// Forgets who booked what ended by `ended`, and what was given up by `given_up`. Says how many.
pub async fn forget(tx: &mut Tx, ended: Instant, given_up: Instant) -> Result<u64, DbError> {
    Ok(tx.run(FORGET, args![ended]).await? + tx.run(FORGET_EXPIRED, args![given_up]).await?)
}

pub async fn forget_links(tx: &mut Tx, now: Instant) -> Result<u64, DbError> {
    tx.run(FORGET_LINKS, args![now]).await
}

/// The bookings of an office, or of all, that start in the window.
pub async fn list_bookings(
    mut from: impl Read,
    office: Option<OfficeId>,
    window: Span,
) -> Result<Vec<Booking>, DbError> {
    read_all(match office {
        Some(office) => from.all(LIST_BOOKINGS, args![Text(office), window.start, window.end]).await?,
        None => from.all(LIST_BOOKINGS_OF_ALL, args![window.start, window.end]).await?,
    })
}

/// The bookings of an officer that touch the window.
pub async fn list_bookings_of(mut from: impl Read, officer: OfficerId, window: Span) -> Result<Vec<Booking>, DbError> {
    // No slot is longer than 240 minutes; the index needs a bound on the start.
    let earliest = window.start - chrono::TimeDelta::minutes(240);
    read_all(from.all(LIST_BOOKINGS_OF_OFFICER, args![officer, window.start, window.end, earliest]).await?)
}

/// The live bookings of an hour and of those that it follows from or that follow from it, beginning after `now`.
pub async fn list_bookings_of_lineage(
    mut from: impl Read,
    lineage: HourId,
    now: Instant,
) -> Result<Vec<Booking>, DbError> {
    read_all(from.all(LIST_BOOKINGS_OF_LINEAGE, args![lineage, now]).await?)
}

pub async fn list_by_contact(mut from: impl Read, contact_hash: Vec<u8>) -> Result<Vec<Booking>, DbError> {
    read_all(from.all(LIST_BY_CONTACT, args![contact_hash]).await?)
}

/// The firm bookings ahead each sign of whose reference is one of these.
pub async fn list_where_signs(mut from: impl Read, signs: [String; 6], now: Instant) -> Result<Vec<Booking>, DbError> {
    let [a, b, c, d, e, f] = signs;
    read_all(from.all(LIST_WHERE_SIGNS, args![now, a, b, c, d, e, f]).await?)
}

pub async fn find_by_reference(mut from: impl Read, reference: &Reference) -> Result<Option<Booking>, DbError> {
    let row: Option<BookingRow> = from.first(FIND_BY_REFERENCE, args![Text(reference.clone())]).await?;
    row.map(Booking::try_from).transpose()
}
