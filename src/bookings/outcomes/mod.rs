//! How appointments ended: a word of a list for each, and figures of an office and month without anybody's data.
//!
//! Rule: a figure under five is not shown, nor one from which it could be reckoned.

mod staff;
mod store;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Booking, BookingError, Outcome, lock_for, proposals};
use crate::desk::Desk;
use crate::kernel::id::BookingId;
use crate::kernel::{Instant, Span};
use crate::offices::{OfficeId, TopicId};
use crate::people::{self, Actor};

pub use staff::{EndingGroup, ending_groups, pages as staff_pages};
pub use store::STATEMENTS;

/// How an appointment ended, as it stands in `data/endings.csv`.
#[derive(Debug, PartialEq, Eq)]
pub struct Ending {
    pub code: &'static str,
    pub outcome: Outcome,
    pub german: &'static str,
}

static ENDINGS: LazyLock<Vec<Ending>> = LazyLock::new(|| {
    let lines = include_str!("../data/endings.csv").lines().skip(1);
    lines.filter_map(Ending::read).collect()
});

impl Ending {
    fn read(line: &'static str) -> Option<Self> {
        let [code, outcome, german] = line.split(';').collect::<Vec<_>>().try_into().ok()?;
        let outcome = Outcome::ALL.into_iter().find(|known| known.as_str() == outcome)?;
        Some(Self { code, outcome, german })
    }

    /// Every ending, in the order in which the form shows them.
    pub fn all() -> &'static [Self] {
        &ENDINGS
    }

    pub fn find(code: &str) -> Option<&'static Self> {
        Self::all().iter().find(|ending| ending.code == code)
    }

    /// The ending of which nothing more is known than the outcome.
    fn plain(outcome: Outcome) -> Option<&'static Self> {
        match outcome {
            Outcome::NoShow => Self::find("no-show"),
            Outcome::Attended | Outcome::TooShort | Outcome::Referred => {
                Self::all().iter().find(|ending| ending.outcome == outcome)
            }
        }
    }
}

/// Notes how the appointment went; this can be corrected.
pub async fn note(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: BookingId,
    ending: &Ending,
) -> Result<Booking, BookingError> {
    let mut tx = desk.db.begin().await?;
    let before = lock_for(&mut tx, actor, id).await?;
    let closed = before.clone().close(ending.outcome, now)?;
    proposals::give_free(&mut tx, now, &before, proposals::State::Declined).await?;
    super::store::save_booking(&mut tx, &closed).await?;
    store::save(&mut tx, id, ending, now).await?;
    let verb = match ending.outcome {
        Outcome::Attended => "note_attended",
        Outcome::NoShow => "note_no_show",
        Outcome::TooShort => "note_too_short",
        Outcome::Referred => "note_referred",
    };
    people::record(&mut tx, now, actor, verb, (&id, &closed.office)).await?;
    tx.commit().await?;
    Ok(closed)
}

/// Notes how the appointment went, without a word more.
pub async fn close(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: BookingId,
    outcome: Outcome,
) -> Result<Booking, BookingError> {
    let ending = Ending::plain(outcome).ok_or(BookingError::NoSuchBooking)?;
    note(desk, now, actor, id, ending).await
}

/// The endings of an office's appointments that start in the window.
#[derive(Debug, Default)]
pub struct Figures {
    pub by_topic: BTreeMap<TopicId, BTreeMap<&'static str, i64>>,
    pub by_ending: BTreeMap<&'static str, i64>,
}

/// What an office's appointments came to. Planners see their office's.
pub async fn load_figures(desk: &Desk, actor: &Actor, office: OfficeId, window: Span) -> Result<Figures, BookingError> {
    if !actor.may_plan(&office) {
        return Err(BookingError::Forbidden);
    }
    Ok(figures(store::count(&desk.db, office, window).await?))
}

fn figures(counted: Vec<(TopicId, &'static Ending, i64)>) -> Figures {
    let mut figures = Figures::default();
    for (topic, ending, count) in counted {
        *figures.by_topic.entry(topic).or_default().entry(ending.outcome.as_str()).or_default() += count;
        *figures.by_ending.entry(ending.code).or_default() += count;
    }
    figures
}

/// So many are shown as a figure at least.
const SHOWN_FROM: i64 = 5;

/// Which of the figures of one column are shown: none under five but nought; and where that leaves one alone unseen, not
/// the next smallest either, since a sum known from elsewhere would give it away.
pub fn shown(column: &[i64]) -> Vec<Option<i64>> {
    let mut shown: Vec<Option<i64>> =
        column.iter().map(|count| Some(*count).filter(|count| *count == 0 || *count >= SHOWN_FROM)).collect();
    if shown.iter().filter(|count| count.is_none()).count() == 1 {
        let next = shown.iter_mut().filter(|count| count.is_some_and(|count| count > 0)).min_by_key(|count| **count);
        if let Some(next) = next {
            *next = None;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_ending_stands_once_and_each_outcome_has_one_and_each_has_a_plain_one() {
        let codes: BTreeSet<&str> = Ending::all().iter().map(|ending| ending.code).collect();
        let rows = include_str!("../data/endings.csv").lines().count() - 1;
        assert_eq!((codes.len(), Ending::all().len()), (rows, rows), "every row can be read");
        for outcome in Outcome::ALL {
            assert_eq!(Ending::plain(outcome).map(|ending| ending.outcome), Some(outcome));
        }
    }

    #[test]
    fn a_small_figure_is_not_shown_and_cannot_be_reckoned() {
        for (column, expected) in [
            (&[0, 5, 12][..], &[Some(0), Some(5), Some(12)][..]),
            (&[4, 5, 12], &[None, None, Some(12)]),
            (&[1, 2, 12], &[None, None, Some(12)]),
            (&[3, 0], &[None, Some(0)]),
            (&[], &[]),
        ] {
            assert_eq!(shown(column), expected, "{column:?}");
        }
    }
}
