//! The next free appointments, as other sites and feeds show them.
//!
//! Rule: what stands here is what the pages list at the same moment, without any officer's name; several officers who are
//! free at ten make one ten o'clock.

mod http;
mod store;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Format, Wish};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Span};
use crate::offices::{OfficeId, TopicId, offices};

pub use http::api;
pub use store::STATEMENTS;

/// What another site wants to show.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// None: whatever the topic.
    pub topic: Option<TopicId>,
    /// None: every format.
    pub format: Option<Format>,
    /// None: any office.
    pub office: Option<OfficeId>,
    pub language: Language,
    /// How many times, at most [`MOST`].
    pub most: usize,
}

/// A free time, and how one can speak then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FreeTime {
    pub span: Span,
    pub formats: Vec<Format>,
}

/// More times than this are not listed at once.
pub const MOST: usize = 50;
/// It is looked so far ahead at first; further only where nothing is free so soon.
const SOON: TimeDelta = TimeDelta::weeks(2);

/// The next free times, in order.
pub async fn list_next(desk: &Desk, now: Instant, asked: &Asked) -> Result<Vec<FreeTime>, DbError> {
    let soon = list_within(desk, now, asked, now + SOON).await?;
    if soon.is_empty() { list_within(desk, now, asked, now + super::AHEAD).await } else { Ok(soon) }
}

async fn list_within(desk: &Desk, now: Instant, asked: &Asked, until: Instant) -> Result<Vec<FreeTime>, DbError> {
    let mut times: BTreeMap<Instant, FreeTime> = BTreeMap::new();
    for format in asked.format.map_or(Format::ALL.to_vec(), |format| vec![format]) {
        let topic = asked.topic.unwrap_or(TopicId::OTHER);
        let any_topic = asked.topic.is_none();
        let wish = Wish { any_topic, language: asked.language, office: asked.office, ..Wish::new(topic, format) };
        let days = super::list_free(desk, now, &wish, Span { start: now, end: until }).await?;
        for time in days.into_iter().flat_map(|day| day.times) {
            let known = times.entry(time.span.start).or_insert(FreeTime { span: time.span, formats: vec![] });
            known.span.end = known.span.end.min(time.span.end);
            known.formats.push(format);
        }
    }
    Ok(times.into_values().take(asked.most.min(MOST)).collect())
}

/// When appointments that start in the window were given back, by their start; the latest where several were.
pub async fn list_given_back(
    desk: &Desk,
    office: Option<OfficeId>,
    window: Span,
) -> Result<BTreeMap<Instant, Instant>, DbError> {
    let mut given_back: BTreeMap<Instant, Instant> = BTreeMap::new();
    for office in offices().iter().map(|it| it.id).filter(|id| office.is_none_or(|only| only == *id)) {
        for (start, at) in store::list_given_back(&desk.db, office, window).await? {
            given_back.entry(start).and_modify(|known| *known = at.max(*known)).or_insert(at);
        }
    }
    Ok(given_back)
}
