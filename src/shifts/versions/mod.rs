//! What a published shift was after each change: who made it, when and why.
//!
//! Written in one place, `shifts::edit`. Rule: a version is never changed and never deleted, so nothing that was
//! published disappears without a trace.

pub(super) mod store;

use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};

use super::shift::{ShiftState, Tier};

pub use store::list_versions;

/// A shift as it was from one change until the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub shift: ShiftId,
    pub sequence: i64,
    pub hotline: HotlineId,
    /// None: it was empty, and somebody was wanted for it.
    pub officer: Option<OfficerId>,
    pub span: Span,
    pub tier: Tier,
    pub position: i64,
    pub state: ShiftState,
    pub verb: Verb,
    /// In somebody's words; empty where nobody gave any.
    pub reason: String,
    /// The printed id of whoever changed it.
    pub changed_by: String,
    pub changed_at: Instant,
}

/// What was done to a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Planned,
    Changed,
    /// It had begun, and was ended early.
    Ended,
    Removed,
    Restored,
    /// Published without anybody, or its officer was taken out of it.
    Opened,
    /// Somebody was found for an empty one.
    Filled,
    /// Stood there before versions were kept.
    Found,
}

impl Verb {
    const ALL: [Self; 8] = [
        Self::Planned,
        Self::Changed,
        Self::Ended,
        Self::Removed,
        Self::Restored,
        Self::Opened,
        Self::Filled,
        Self::Found,
    ];

    /// The word on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Planned => "eingetragen",
            Self::Changed => "geändert",
            Self::Ended => "beendet",
            Self::Removed => "entfernt",
            Self::Restored => "wiederhergestellt",
            Self::Opened => "ohne Person veröffentlicht",
            Self::Filled => "besetzt",
            Self::Found => "bestand schon",
        }
    }
}

impl std::fmt::Display for Verb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Planned => "planned",
            Self::Changed => "changed",
            Self::Ended => "ended",
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Opened => "opened",
            Self::Filled => "filled",
            Self::Found => "found",
        })
    }
}

impl std::str::FromStr for Verb {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|verb| verb.to_string() == text).ok_or(())
    }
}
