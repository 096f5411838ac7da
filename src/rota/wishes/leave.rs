//! Leave that an officer asks for, and what became of it.
//!
//! Rule: only approved leave is an absence; what is asked for is a hint to whoever plans.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::id::{AbsenceId, LeaveRequestId, OfficerId};
use crate::kernel::{Instant, Span};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveRequest {
    pub id: LeaveRequestId,
    pub officer: OfficerId,
    pub span: Span,
    /// In the officer's words, 200 characters at most; may be empty.
    pub note: String,
    pub state: LeaveState,
    /// What whoever decided wrote to it; may be empty.
    pub answer: String,
    pub decided: Option<Decided>,
    /// The absence that it became.
    pub absence: Option<AbsenceId>,
    pub created_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LeaveState {
    Asked,
    Approved,
    Refused,
    Withdrawn,
}

/// By whom and when it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub by: String,
    pub at: Instant,
}

impl LeaveRequest {
    pub fn is_open(&self) -> bool {
        self.state == LeaveState::Asked
    }

    /// It can be taken back until it begins, also when it is approved.
    pub fn can_be_withdrawn(&self, now: Instant) -> bool {
        match self.state {
            LeaveState::Asked => true,
            LeaveState::Approved => now < self.span.start,
            LeaveState::Refused | LeaveState::Withdrawn => false,
        }
    }
}

impl LeaveState {
    pub const ALL: [Self; 4] = [Self::Asked, Self::Approved, Self::Refused, Self::Withdrawn];

    /// The word on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Asked => "beantragt",
            Self::Approved => "genehmigt",
            Self::Refused => "abgelehnt",
            Self::Withdrawn => "zurückgenommen",
        }
    }
}

impl fmt::Display for LeaveState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        })
    }
}

impl FromStr for LeaveState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|state| state.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not asked, approved, refused or withdrawn"))
    }
}
