//! The SQL of neighbours' help.

use crate::args;
use crate::db::{DbError, Json, Read, Tx};
use crate::kernel::Instant;
use crate::kernel::id::HotlineId;
use crate::offices::OpeningHours;
use crate::shifts::store::{topics_of, words_of};

use super::{Neighbour, Pair};

const SAVE: &str = "INSERT INTO neighbours (hotline_id, helper_id, position, topics, hours, talks_a_month, agreed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (hotline_id, helper_id) DO UPDATE SET position = excluded.position, topics = excluded.topics,
        hours = excluded.hours, talks_a_month = excluded.talks_a_month, agreed_at = excluded.agreed_at";
const DELETE: &str = "DELETE FROM neighbours WHERE hotline_id = $1 AND helper_id = $2";
const FIND: &str = "SELECT hotline_id, helper_id, position, topics, hours, talks_a_month, agreed_at FROM neighbours
    WHERE hotline_id = $1 AND helper_id = $2";
const LIST_HELPERS: &str =
    "SELECT hotline_id, helper_id, position, topics, hours, talks_a_month, agreed_at FROM neighbours
    WHERE hotline_id = $1 ORDER BY position, helper_id";
const LIST: &str = "SELECT hotline_id, helper_id, position, topics, hours, talks_a_month, agreed_at FROM neighbours
    ORDER BY hotline_id, position, helper_id";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[SAVE, DELETE, FIND, LIST_HELPERS, LIST];

crate::row! {
    struct NeighbourRow {
        hotline_id: HotlineId,
        helper_id: HotlineId,
        position: i64,
        topics: String,
        hours: Json<OpeningHours>,
        talks_a_month: i64,
        agreed_at: Option<Instant>,
    }
}

impl From<NeighbourRow> for Neighbour {
    fn from(row: NeighbourRow) -> Self {
        Self {
            asking: row.hotline_id,
            helper: row.helper_id,
            position: row.position,
            topics: topics_of(&row.topics),
            hours: row.hours.0,
            talks_a_month: row.talks_a_month,
            agreed_at: row.agreed_at,
        }
    }
}

/// Writes a row of the table, over the one that was there.
pub async fn save_neighbour(tx: &mut Tx, neighbour: &Neighbour) -> Result<(), DbError> {
    let Neighbour { asking, helper, position, topics, hours, talks_a_month, agreed_at } = neighbour;
    let (topics, hours) = (words_of(topics), Json(hours.clone()));
    tx.run(SAVE, args![*asking, *helper, *position, topics, hours, *talks_a_month, *agreed_at]).await?;
    Ok(())
}

/// False where it was not there.
pub async fn delete_neighbour(tx: &mut Tx, (asking, helper): Pair) -> Result<bool, DbError> {
    Ok(tx.run(DELETE, args![asking, helper]).await? == 1)
}

pub async fn find_neighbour(mut from: impl Read, (asking, helper): Pair) -> Result<Option<Neighbour>, DbError> {
    Ok(from.first::<NeighbourRow>(FIND, args![asking, helper]).await?.map(Neighbour::from))
}

/// Those of whom a hotline has asked help, in their order.
pub async fn list_helpers(mut from: impl Read, asking: HotlineId) -> Result<Vec<Neighbour>, DbError> {
    Ok(from.all::<NeighbourRow>(LIST_HELPERS, args![asking]).await?.into_iter().map(Neighbour::from).collect())
}

/// The whole table.
pub async fn list_neighbours(mut from: impl Read) -> Result<Vec<Neighbour>, DbError> {
    Ok(from.all::<NeighbourRow>(LIST, args![]).await?.into_iter().map(Neighbour::from).collect())
}
