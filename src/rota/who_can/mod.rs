//! "Who can?": everybody who could take a span on a hotline, ranked with reasons. Used by a gap, an empty shift, a cover.
//!
//! Rule: it proposes; whoever plans decides.

mod assign;
mod candidate;
mod http;
mod page;

use chrono::TimeDelta;

use crate::db::{DbError, Read};
use crate::kernel::{Span, local};
use crate::offices::OfficeId;

use super::draft::{self, Draft};
use super::rules::{self, Plan};

pub use assign::{AssignError, Into, assign, standing};
pub use candidate::{Candidate, Fit, Reason, Speaks, Wanted, discreet, rank};
pub use http::api;
pub use page::pages;

/// Shares are compared over so long before what is wanted, and a month after it.
const FAIRNESS: TimeDelta = TimeDelta::weeks(12);
const AFTER: TimeDelta = TimeDelta::weeks(4);

/// Everybody of an office, ranked for what is wanted in the published rota, or in a draft as if it were published.
pub async fn list_candidates(
    mut from: impl Read,
    office: OfficeId,
    wanted: &Wanted,
    draft: Option<&Draft>,
) -> Result<Vec<Candidate>, DbError> {
    let week = local::whole_day(local::monday(local::day(wanted.span.start))).start;
    let period = Span { start: week, end: week + AFTER };
    let ground = rules::load_ground(&mut from, office, period).await?;
    let mut plan = rules::load_published(&mut from, office, period).await?;
    if let Some(draft) = draft {
        plan.retain(|shift| !draft.window().contains(shift.span.start));
        let drafted = draft::list_shifts(from, draft.id, period).await?.into_iter().map(|it| it.planned);
        plan.extend(drafted.filter(|shift| period.contains(shift.span.start)));
    }
    let fairness = Span { start: period.start - FAIRNESS, end: period.end };
    Ok(rank(&ground, &Plan::new(&plan), wanted, fairness))
}
