//! What a walk wants done: said, asked, rung, booked. `calls` carries it out and comes back with an event.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::flow::Strategy;
use super::recording::RecordingId;
use crate::kernel::{Instant, Language, Phone};

/// What to do next, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Say(Speech),
    /// Say the prompts and wait for keys: `digits` of them, or up to as many before `finish_on`.
    Ask {
        prompts: Vec<Speech>,
        digits: u8,
        timeout_seconds: u32,
        finish_on: Option<char>,
    },
    /// Ring officers, and come back with `Accepted`, `AllBusy` or `NobodyLeft`.
    Connect(Ringing),
    /// Say the prompt, play the music, and come back with a key, or with `Silence` after so many seconds.
    Wait {
        prompts: Vec<Speech>,
        music: Option<RecordingId>,
        seconds: u32,
    },
    /// Look for free consultations and come back with `Times`.
    FindTimes,
    /// Book this time, and come back with `Booked`, or with other `Times` where it is gone.
    Book {
        time: Instant,
        /// None is the number from which the call came.
        number: Option<Phone>,
        sms: bool,
    },
    /// Look for the caller's own booking, or change it.
    Own(Errand),
    /// Note a call-back; None is the number from which the call came. The walk goes on by itself.
    TakeCallback {
        number: Option<Phone>,
    },
    /// Record a message after a tone, and come back with `Recorded`.
    Record {
        longest_seconds: u32,
    },
    /// Connect with an outside number, and come back with `Accepted` or `NobodyLeft`.
    Transfer {
        number: Phone,
        ring_seconds: u32,
    },
    /// Go on at the start of another flow.
    Jump {
        flow: String,
    },
    HangUp,
}

/// What is done about a caller's own booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Come back with `Found`, `WordAsked` or `Unknown`. Code and word are typed by the letters on the keys.
    Find { code: String, word: Option<String> },
    /// Come back with `Cancelled`, or `Unknown` where that is not possible any more.
    Cancel { booking: String },
    /// Come back with `Times`.
    FindTimes { booking: String },
    /// Come back with `Moved`, with other `Times`, or `Unknown`.
    Move { booking: String, time: Instant },
}

/// Whom to ring, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ringing {
    /// Another hotline whose officers are rung.
    pub hotline: Option<Phone>,
    pub topic: Option<String>,
    pub strategy: Strategy,
    /// Empty: every tier.
    pub tiers: BTreeSet<u8>,
    /// Never longer than the caller still has to wait.
    pub ring_seconds: u32,
    /// Since when the caller waits here.
    pub since: Instant,
    /// How often whoever waits here hears something, in seconds; None where nobody waits.
    pub every: Option<u32>,
}

impl Command {
    /// Whether the walk goes on only after an event, or is over.
    pub fn ends_a_walk(&self) -> bool {
        match self {
            Self::Say(_) | Self::TakeCallback { .. } => false,
            Self::Ask { .. }
            | Self::Connect(_)
            | Self::Wait { .. }
            | Self::FindTimes
            | Self::Book { .. }
            | Self::Own(_)
            | Self::Record { .. }
            | Self::Transfer { .. }
            | Self::Jump { .. }
            | Self::HangUp => true,
        }
    }
}

/// A text and the language in which to read it aloud, or the recording to play instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speech {
    pub text: String,
    pub language: Language,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingId>,
}

impl Speech {
    pub fn new(text: impl Into<String>, language: Language) -> Self {
        Self { text: text.into(), language, recording: None }
    }
}
