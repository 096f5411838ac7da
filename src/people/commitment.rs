//! One calendar of human attention: what takes an officer's time, from whatever slice it comes.
//!
//! Rule: two exclusive commitments of one officer never overlap. The database refuses it; this says only which are.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommitmentKind {
    /// A hotline shift of the first tier.
    Shift,
    /// A backup shift: a consultation may be booked into it.
    Standby,
    /// A consultation, held or booked.
    Consultation,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commitment {
    /// That of the shift or booking.
    pub id: Uuid,
    pub officer: OfficerId,
    pub kind: CommitmentKind,
    pub span: Span,
    /// The pause to another consultation before and after it, 0 to 120.
    pub buffer_minutes: i64,
    /// Of a hold: from then on it counts no more.
    pub expires_at: Option<Instant>,
}

impl CommitmentKind {
    pub fn is_exclusive(self) -> bool {
        match self {
            Self::Shift | Self::Consultation => true,
            Self::Standby => false,
        }
    }
}

impl Commitment {
    pub fn counts(&self, now: Instant) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }

    /// Keeps another exclusive commitment out of `span`.
    pub fn blocks(&self, span: Span, now: Instant) -> bool {
        self.kind.is_exclusive() && self.span.overlaps(span) && self.counts(now)
    }

    /// Keeps a consultation with a pause of its own out of `span`. Of the two pauses the larger one counts.
    pub fn crowds(&self, span: Span, pause: TimeDelta, now: Instant) -> bool {
        let pause = pause.max(TimeDelta::minutes(self.buffer_minutes));
        self.blocks(Span { start: span.start - pause, end: span.end + pause }, now)
    }
}

impl fmt::Display for CommitmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shift => "shift",
            Self::Standby => "standby",
            Self::Consultation => "consultation",
        })
    }
}

impl FromStr for CommitmentKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "shift" => Ok(Self::Shift),
            "standby" => Ok(Self::Standby),
            "consultation" => Ok(Self::Consultation),
            _ => Err(format!("\"{text}\" is not shift, standby or consultation")),
        }
    }
}
