//! What is going to happen on the network, and when: the earliest first, and of two at once the one that was planned first.

use std::cmp::Ordering;

use serde_json::Value;

use crate::calls::provider::Ring;
use crate::kernel::Instant;
use crate::kernel::id::{OfficerId, ShiftId};

/// A webhook on its way.
pub struct Webhook {
    pub line: usize,
    pub from: From,
    pub address: String,
    pub body: Value,
    pub tries: u32,
    /// What the engine said when nobody heard it, and when.
    pub unheard: Option<(Instant, Vec<u8>)>,
}

/// Whose leg a webhook is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum From {
    Caller,
    /// The caller is gone: whatever is answered, nobody hears it.
    Gone,
    /// The officer's telephone with this place in the ring.
    Officer(usize),
}

pub enum Event {
    Arrives(usize),
    Send(Webhook),
    Repeats { line: usize, address: String, body: Value, first: Vec<u8> },
    Reports { line: usize, address: String, body: Value },
    Presses { line: usize, turn: u32, address: String, keys: String },
    Rings { line: usize, turn: u32, ring: Ring, decided: Instant },
    Leg { line: usize, turn: u32, place: usize, does: Does },
    Outside { line: usize, turn: u32, address: String, talked: bool },
    Records { line: usize, turn: u32, address: String },
    ComesBack { line: usize, turn: u32, address: String },
    Parts { line: usize, turn: u32 },
    Ends { line: usize, turn: u32 },
    Card { line: usize, turn: u32, place: usize },
    GivesUp(usize),
    Deploys,
    Back(OfficerId),
    SitsDown,
    StandsUp(OfficerId, ShiftId),
    Sweeps,
    Renews,
}

/// What an officer's telephone does next.
#[derive(Clone, Debug)]
pub enum Does {
    /// So many seconds at most; and when that was decided.
    Begins(u32, Instant),
    PicksUp,
    IsBusy,
    Fails,
    RingsOut,
    Presses(String, String),
    Connects,
    HangsUp,
}

pub struct Due {
    pub at: Instant,
    pub place: u64,
    pub event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    /// The heap gives the greatest first: that is the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.place).cmp(&(self.at, self.place))
    }
}
