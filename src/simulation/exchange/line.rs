//! A caller's line and the telephones that ring for it: how each stands, and nothing of what happens next.

use crate::calls::provider::Standing;
use crate::kernel::{Instant, Phone};

use super::super::chance::Chance;
use super::super::habits::{Caller, Reaction};
use super::super::watch::How;

/// A caller's line.
pub struct Line {
    pub caller: Caller,
    pub chance: Chance,
    pub arrives: Instant,
    pub phase: Phase,
    /// When an officer and the caller were connected, or somebody whom the card reached.
    pub reached: Option<Instant>,
    pub over: Option<(Instant, How)>,
    /// Counts what has happened: what was meant to happen before is passed over.
    pub turn: u32,
    /// Officers were rung just now, and nobody accepted.
    pub rang: bool,
}

impl Line {
    pub fn new(caller: Caller, chance: Chance, arrives: Instant) -> Self {
        Self { caller, chance, arrives, phase: Phase::Before, reached: None, over: None, turn: 0, rang: false }
    }
}

#[derive(Debug)]
pub enum Phase {
    Before,
    /// Something is under way on the line: words, keys, a webhook.
    Busy,
    Ringing(Ringing),
    Recording(String),
    Talking(Talk),
    Card(Standing),
    Over,
}

/// A caller and an officer, and what the provider tells afterwards.
#[derive(Debug)]
pub struct Talk {
    pub number: Phone,
    pub status: String,
    pub action: String,
}

#[derive(Debug)]
pub struct Ringing {
    pub action: String,
    pub legs: Vec<Leg>,
}

/// An officer's telephone that rings for a line.
#[derive(Clone, Debug)]
pub struct Leg {
    pub number: Phone,
    pub attempt: String,
    /// None: picking up is accepting.
    pub screen: Option<String>,
    pub status: String,
    pub reaction: Reaction,
    pub pressed: bool,
    pub stage: Stage,
}

impl Leg {
    /// It has begun to ring and is not over.
    pub fn is_rung(&self) -> bool {
        matches!(self.stage, Stage::Rings | Stage::PickedUp)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its telephone begins to ring later.
    Waits,
    Rings,
    PickedUp,
    Over,
}

#[derive(Clone, Debug, Default)]
pub struct Telephone {
    /// On this day the number is not there.
    pub dead: bool,
    pub busy: bool,
}

/// The provider's name of a caller's leg.
pub fn leg_name(line: usize) -> String {
    format!("simulated-{}", line + 1)
}
