//! Neighbours' help in calls: whether a helper takes a call now, and who has helped whom.
//!
//! The table itself is the rota's business (`shifts`). Rule: a helper over its cap, closed or out of its hours is not asked.

use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::kernel::{Instant, Span, local};
use crate::offices::{self, TopicId};
use crate::shifts::{self, Hotline, Neighbour, Pair};

use super::store;

/// What one hotline's officers did for another's callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    pub pair: Pair,
    pub talks: i64,
    pub seconds: i64,
}

/// Whether a helper takes a call about a topic now. The cap counts talks of the calendar month; calls that ring at the same
/// moment on several nodes may go over it.
pub async fn takes(
    mut from: impl Read,
    now: Instant,
    (neighbour, helper): (&Neighbour, &Hotline),
    topic: Option<TopicId>,
) -> Result<bool, DbError> {
    let today = local::whole_day(local::day(now));
    let calendar = offices::load_calendar(&mut from, helper.office, today).await?;
    if !neighbour.helps(now, topic, &calendar) || shifts::find_closure(&mut from, helper.id, now).await?.is_some() {
        return Ok(false);
    }
    let taken = store::count_help(from, (neighbour.asking, neighbour.helper), shifts::month_of(now)).await?;
    Ok(taken < neighbour.talks_a_month)
}

/// Who helped whom in a window, for the account of give and take.
pub async fn list_help(desk: &Desk, window: Span) -> Result<Vec<Help>, DbError> {
    let rows = store::sum_help(&desk.db, window).await?;
    Ok(rows.into_iter().map(|(pair, talks, took)| Help { pair, talks, seconds: took / 1_000_000 }).collect())
}
