//! When an officer is not there: leave, sickness, training, or deployed by the police, which comes first.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ical::Revision;
use crate::kernel::id::{AbsenceId, OfficerId};
use crate::kernel::{Instant, Span};

/// The end of a deployment that is not over yet: 9999-12-31T23:59:59Z.
pub const OPEN_END: Instant = Instant(253_402_300_799_000_000);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AbsenceKind {
    Leave,
    Sick,
    Training,
    Deployment,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AbsenceState {
    Entered,
    Withdrawn,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Absence {
    pub id: AbsenceId,
    pub officer: OfficerId,
    pub kind: AbsenceKind,
    /// Ends at [`OPEN_END`] while the officer is not back.
    pub span: Span,
    pub state: AbsenceState,
    pub sequence: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Absence {
    /// Takes the officer away at `at`.
    pub fn covers(&self, at: Instant) -> bool {
        self.state == AbsenceState::Entered && self.span.contains(at)
    }

    /// Takes the officer away for some of `span`.
    pub fn touches(&self, span: Span) -> bool {
        self.state == AbsenceState::Entered && self.span.overlaps(span)
    }

    pub fn is_open(&self) -> bool {
        self.span.end == OPEN_END
    }

    /// What a calendar is told of its age.
    pub fn revision(&self) -> Revision {
        Revision { sequence: self.sequence, created: self.created_at, changed: self.updated_at }
    }
}

impl AbsenceKind {
    pub const ALL: [Self; 4] = [Self::Leave, Self::Sick, Self::Training, Self::Deployment];

    /// The word on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Leave => "Urlaub",
            Self::Sick => "Krank",
            Self::Training => "Fortbildung",
            Self::Deployment => "Einsatz",
        }
    }
}

impl fmt::Display for AbsenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Leave => "leave",
            Self::Sick => "sick",
            Self::Training => "training",
            Self::Deployment => "deployment",
        })
    }
}

impl FromStr for AbsenceKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not leave, sick, training or deployment"))
    }
}

impl fmt::Display for AbsenceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entered => "entered",
            Self::Withdrawn => "withdrawn",
        })
    }
}

impl FromStr for AbsenceState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "entered" => Ok(Self::Entered),
            "withdrawn" => Ok(Self::Withdrawn),
            _ => Err(format!("\"{text}\" is not entered or withdrawn")),
        }
    }
}
