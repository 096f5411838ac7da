//! The SQL of the demand. Of calls it reads when they began and how long somebody talked, nothing else.

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{DemandId, HotlineId};
use crate::kernel::{Instant, Language, Span};
use crate::offices::{OfficeId, TopicId};

use super::need::{Demand, Want, Weekdays};

const INSERT: &str = "INSERT INTO demands (id, hotline_id, weekdays, from_time, until_time, topic, language, officers)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const DELETE: &str = "DELETE FROM demands WHERE id = $1";
const FIND: &str = "SELECT id, hotline_id, weekdays, from_time, until_time, topic, language, officers FROM demands
    WHERE id = $1";
const LIST: &str = "SELECT id, hotline_id, weekdays, from_time, until_time, topic, language, officers FROM demands
    WHERE hotline_id = $1 ORDER BY topic, language, from_time, until_time, weekdays, id";
const LIST_AT: &str =
    "SELECT d.id, d.hotline_id, d.weekdays, d.from_time, d.until_time, d.topic, d.language, d.officers
    FROM demands d JOIN hotlines h ON h.id = d.hotline_id
    WHERE h.office_id = $1 ORDER BY d.topic, d.language, d.from_time, d.until_time, d.weekdays, d.id";
// A half hour in microseconds: instants lie on whole half hours of every wall clock that counts here.
const COUNT_CALLS: &str = "SELECT started_at / 1800000000, count(*) FROM calls
    WHERE hotline_id = $1 AND started_at >= $2 AND started_at < $3
    AND ($4 = '' OR topic = $4) AND ($5 = '' OR language = $5)
    GROUP BY started_at / 1800000000";
const SUM_TALKS: &str = "SELECT count(*), CAST(coalesce(sum(a.ended_at - a.accepted_at), 0) AS BIGINT)
    FROM calls c JOIN attempts a ON a.call_id = c.id
    WHERE c.hotline_id = $1 AND c.started_at >= $2 AND c.started_at < $3 AND a.ended_at > a.accepted_at";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[INSERT, DELETE, FIND, LIST, LIST_AT, COUNT_CALLS, SUM_TALKS];

crate::row! {
    struct DemandRow {
        id: DemandId,
        hotline_id: HotlineId,
        weekdays: Text<Weekdays>,
        from_time: Text<chrono::NaiveTime>,
        until_time: Text<chrono::NaiveTime>,
        topic: String,
        language: String,
        officers: i64,
    }
}

impl From<DemandRow> for Demand {
    fn from(row: DemandRow) -> Self {
        // A topic that the program does not know any more is nobody's: the line then stands for any call.
        let want = Want { topic: row.topic.parse::<TopicId>().ok(), language: Language::written(&row.language) };
        Self {
            id: row.id,
            hotline: row.hotline_id,
            weekdays: row.weekdays.0,
            from: row.from_time.0,
            until: row.until_time.0,
            want,
            officers: row.officers,
        }
    }
}

/// How a want stands in two columns: topic and language, empty for any.
fn columns(want: Want) -> (String, String) {
    let topic = want.topic.map(|topic| topic.to_string()).unwrap_or_default();
    (topic, want.language.map(Language::tag).unwrap_or_default().to_owned())
}

pub async fn insert(tx: &mut Tx, demand: &Demand) -> Result<(), DbError> {
    let Demand { id, hotline, weekdays, from, until, want, officers } = demand;
    let (topic, language) = columns(*want);
    let values = args![*id, *hotline, Text(*weekdays), Text(*from), Text(*until), topic, language, *officers];
    tx.run(INSERT, values).await?;
    Ok(())
}

/// False where it was gone already.
pub async fn delete(tx: &mut Tx, id: DemandId) -> Result<bool, DbError> {
    Ok(tx.run(DELETE, args![id]).await? == 1)
}

pub async fn find(mut from: impl Read, id: DemandId) -> Result<Option<Demand>, DbError> {
    Ok(from.first::<DemandRow>(FIND, args![id]).await?.map(Demand::from))
}

/// Of a hotline, what any call wants first.
pub async fn list_demands(mut from: impl Read, hotline: HotlineId) -> Result<Vec<Demand>, DbError> {
    Ok(from.all::<DemandRow>(LIST, args![hotline]).await?.into_iter().map(Demand::from).collect())
}

/// Of all hotlines of an office.
pub async fn list_demands_at(mut from: impl Read, office: OfficeId) -> Result<Vec<Demand>, DbError> {
    Ok(from.all::<DemandRow>(LIST_AT, args![Text(office)]).await?.into_iter().map(Demand::from).collect())
}

/// How many calls began in each half hour of the window.
pub async fn count_calls(
    mut from: impl Read,
    hotline: HotlineId,
    want: Want,
    window: Span,
) -> Result<Vec<(Instant, u32)>, DbError> {
    let (topic, language) = columns(want);
    let rows: Vec<(i64, i64)> =
        from.all(COUNT_CALLS, args![hotline, window.start, window.end, topic, language]).await?;
    let one = |(half, calls): (i64, i64)| (Instant(half * 1_800_000_000), u32::try_from(calls).unwrap_or(u32::MAX));
    Ok(rows.into_iter().map(one).collect())
}

/// How long a talk took on average, in seconds; None where nobody talked.
pub async fn average_talk(mut from: impl Read, hotline: HotlineId, window: Span) -> Result<Option<f64>, DbError> {
    let sums = from.first::<(i64, i64)>(SUM_TALKS, args![hotline, window.start, window.end]).await?;
    Ok(sums.filter(|(talks, _)| *talks > 0).map(|(talks, length)| length as f64 / 1e6 / talks as f64))
}
