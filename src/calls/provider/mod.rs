//! The words of the telephone, whoever carries the call: what a webhook tells us, and what we answer.
//!
//! One file a dialect translates them; nothing here decides whom to ring. One rule: a `Step` always says how it ends,
//! so no document can leave a caller in silence.

pub mod order;
pub mod put;
pub mod simulated;
pub mod twilio;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::flows::{RecordingId, Speech};
use crate::kernel::{Instant, Phone};

/// The provider's own id of one leg: the caller's, or that of an officer being rung.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LegId(String);

impl LegId {
    /// Takes 1 to 128 visible ASCII characters.
    pub fn parse(text: &str) -> Option<Self> {
        let good = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        good.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a webhook says. Which of its facts count depends on the address that it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    pub leg: LegId,
    /// The caller's leg, if this one rings an officer.
    pub parent: Option<LegId>,
    /// None if the number is withheld or is none.
    pub caller: Option<Phone>,
    pub called: Option<Phone>,
    /// None if the provider has a new word for it.
    pub status: Option<LegStatus>,
    /// The keys that were pressed; empty after silence.
    pub keys: String,
    /// How ringing an officer ended.
    pub dialled: Option<Dialled>,
    /// Counts the reports on one leg from 0; they may arrive out of order.
    pub sequence: Option<u32>,
    /// How long the leg was connected, once it is over.
    pub seconds: Option<u32>,
    /// A message that the caller has left.
    pub recording: Option<Recorded>,
    /// The answer of the telephone network (RFC 3261 § 21): 404, 484 and 604 mean a number that does not exist.
    pub sip_code: Option<u16>,
}

impl Inbound {
    /// Whether the caller has hung up, as told on the caller's leg: nobody more is to be rung.
    pub fn caller_is_gone(&self) -> bool {
        let canceled = self.dialled.as_ref().is_some_and(|dialled| dialled.outcome == DialOutcome::Canceled);
        canceled || self.status.is_some_and(LegStatus::is_over)
    }
}

impl Inbound {
    /// How long the two legs were connected, as far as it is told.
    pub fn talked_seconds(&self) -> i64 {
        self.dialled.as_ref().and_then(|dialled| dialled.seconds).map_or(0, i64::from)
    }
}

/// A recorded message, as the provider keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub url: String,
    pub seconds: u32,
}

/// The state of one leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegStatus {
    Queued,
    Initiated,
    Ringing,
    InProgress,
    Completed,
    Busy,
    NoAnswer,
    Failed,
    Canceled,
}

/// A leg as the provider's log tells it afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastLeg {
    pub leg: LegId,
    pub caller: Option<Phone>,
    pub called: Option<Phone>,
    pub status: LegStatus,
    pub started_at: Instant,
    /// None where it is not over.
    pub ended_at: Option<Instant>,
    /// How long it was connected, in seconds.
    pub seconds: i64,
}

impl LegStatus {
    /// Whether nothing more will come from this leg.
    pub fn is_over(self) -> bool {
        match self {
            Self::Queued | Self::Initiated | Self::Ringing | Self::InProgress => false,
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled => true,
        }
    }
}

/// How ringing an officer ended, as told on the caller's leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    pub outcome: DialOutcome,
    /// Whether the two legs were connected. A pick-up alone is no acceptance: a mailbox picks up, too.
    pub bridged: Option<bool>,
    pub leg: Option<LegId>,
    pub seconds: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DialOutcome {
    /// Picked up, and over now.
    #[serde(alias = "answered")]
    Completed,
    Busy,
    NoAnswer,
    Failed,
    Canceled,
}

/// What a webhook is answered: some words, and how it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub say: Vec<Speech>,
    pub then: Then,
}

/// How a leg goes on. Addresses are complete, with scheme and host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Say the prompts, wait for keys and come to `action` with them, or with none after silence.
    Ask(Ask),
    /// Ring officers and come to `action` with the outcome.
    Ring(Ring),
    /// Connect with an outside number, without asking it, and come to `action` with the outcome.
    Transfer(Transfer),
    /// Record a message after a tone and come to `action` with it.
    Record(Record),
    /// Come to this address at once.
    Redirect {
        url: String,
    },
    /// Be silent for so long, then come to this address.
    Pause {
        seconds: u32,
        url: String,
    },
    /// Connect this officer's leg with the caller's.
    Bridge,
    /// Talk with everybody in this room, and come to `action` after it.
    Room(Room),
    HangUp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub prompts: Vec<Speech>,
    /// How many keys are waited for.
    pub digits: u8,
    /// A key that ends the input early.
    pub finish_on: Option<char>,
    pub timeout_seconds: u32,
    /// A sound that is played once after the prompts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub music: Option<RecordingId>,
    pub action: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// One officer, or several at once: the first who accepts has the call.
    pub telephones: Vec<Telephone>,
    /// The number that the officer's telephone shows; never the caller's.
    pub caller_id: Phone,
    pub seconds: u32,
    pub action: String,
}

/// An officer's telephone that rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telephone {
    pub number: Phone,
    /// Asked on the officer's leg after a pick-up: who is there, and do they accept? None: picking up is accepting.
    pub screen_url: Option<String>,
    /// So long after the others it begins to ring, if the provider can.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub after_seconds: u32,
    /// Told of each change of the officer's leg.
    pub status_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub number: Phone,
    pub caller_id: Phone,
    pub seconds: u32,
    pub action: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub longest_seconds: u32,
    pub action: String,
}

/// Where more than two talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub name: String,
    pub action: String,
}

/// A document that works without us, for when nobody answers webhooks: words, telephones that ring one after another,
/// and an ending in words. It comes back to no address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub say: Vec<Speech>,
    /// Whoever picks up first has the call, without being asked; at most 10.
    pub numbers: Vec<Phone>,
    /// The number that the telephones show; never the caller's.
    pub caller_id: Phone,
    /// How long each rings.
    pub seconds: u32,
    pub ending: Vec<Speech>,
}

impl Step {
    pub fn hang_up(say: Vec<Speech>) -> Self {
        Self { say, then: Then::HangUp }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(seconds: &u32) -> bool {
    *seconds == 0
}

/// A webhook that does not keep to the provider's documentation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is missing or cannot be read")]
pub struct Unreadable(pub &'static str);

/// The keys of a telephone, of what was sent.
fn only_keys(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '0'..='9' | '*' | '#')).take(32).collect()
}
