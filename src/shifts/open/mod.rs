//! An open shift: published, and nobody has it yet.
//!
//! Not a gap: a gap is a time that nobody planned. Changed only through `shifts::edit`. Rule: it keeps its id when
//! somebody is found for it, and its sequence counts on.

pub(super) mod store;

use chrono::NaiveDate;

use crate::ical::Revision;
use crate::kernel::id::{HotlineId, ShiftId};
use crate::kernel::{Instant, Span, local};

use super::shift::Tier;

pub use store::{find_open_shift, list_open_shifts};

/// Work on a hotline over a span that somebody is wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenShift {
    pub id: ShiftId,
    pub hotline: HotlineId,
    pub span: Span,
    pub tier: Tier,
    pub position: i64,
    pub state: OpenState,
    pub sequence: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenState {
    Open,
    /// Somebody has it: it is a shift with the same id now.
    Filled,
    Withdrawn,
}

impl OpenShift {
    pub fn is_open(&self) -> bool {
        self.state == OpenState::Open
    }

    /// What a calendar is told of its age.
    pub fn revision(&self) -> Revision {
        Revision { sequence: self.sequence, created: self.created_at, changed: self.updated_at }
    }

    /// The day to which it belongs: on which it starts.
    pub fn day(&self) -> NaiveDate {
        local::day(self.span.start)
    }
}

impl std::fmt::Display for OpenState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Filled => "filled",
            Self::Withdrawn => "withdrawn",
        })
    }
}

impl std::str::FromStr for OpenState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Open, Self::Filled, Self::Withdrawn].into_iter().find(|state| state.to_string() == text).ok_or(())
    }
}
