//! What a provider is told to do by itself, outside of an answer to a webhook, and what became of it.
//!
//! One rule: what may have happened is not sent again. No provider has a key by which it would notice a repetition.

use serde::{Deserialize, Serialize};

use super::LegId;
use crate::kernel::Phone;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Call(NewCall),
    /// A leg goes on at this address, whatever it does now.
    Redirect {
        leg: LegId,
        url: String,
    },
    /// A leg is over, whether it rings or talks.
    End {
        leg: LegId,
    },
}

/// A telephone that is rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCall {
    pub to: Phone,
    /// The number that the telephone shows.
    pub caller_id: Phone,
    pub seconds: u32,
    /// Asked when it is picked up.
    pub url: String,
    /// Told of each change.
    pub status_url: String,
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is carried out; the leg that rings, or that goes on elsewhere.
    Done { leg: LegId },
    /// It is not carried out.
    Refused { why: String, status: Option<u16> },
    /// It was sent, and nobody knows.
    Unknown { why: String },
}
