//! What happens to a call, and the facts of the moment in which it happens: all that a walk is told.

use std::collections::BTreeMap;

use crate::kernel::{Instant, Language, Phone};

/// What has happened to the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The provider announced the call, or another flow begins.
    Started,
    /// The caller pressed these keys.
    Key(String),
    /// The caller was asked and pressed nothing, or the wait is over.
    Silence,
    /// Somebody took the call; once they have talked, nothing follows.
    Accepted,
    /// Somebody on duty is busy and may become free.
    AllBusy(Queue),
    /// Everybody who can be rung was tried; or a transfer failed.
    NobodyLeft,
    /// Free times for a consultation; none where nothing is free.
    Times(Vec<Instant>),
    /// The time is booked under this reference.
    Booked { code: String },
    /// A booking is told only with its Kennwort, since the call comes from another number than was left.
    WordAsked,
    /// No booking that lies ahead has this code and word.
    Unknown,
    /// The caller's own booking, by a name that only its errands need, and when it is.
    Found { booking: String, time: Instant },
    /// It is cancelled.
    Cancelled,
    /// It is at this time now.
    Moved { time: Instant },
    /// The message is recorded.
    Recorded,
    /// The caller is gone.
    HungUp,
}

/// A caller's place among those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    /// From 1.
    pub position: u32,
    /// The expected wait from now, in minutes, if anything is known of it.
    pub minutes: Option<(u32, u32)>,
}

/// The facts of this moment.
#[derive(Clone, Debug)]
pub struct Context {
    pub now: Instant,
    pub opening: Opening,
    /// When the hotline is open, as a sentence in each language.
    pub hours: BTreeMap<Language, String>,
    pub hotline: String,
    /// The web page's address as it is spoken.
    pub web: String,
    /// None if the caller's number is withheld.
    pub caller: Option<Phone>,
    /// Numbers at which we are called ourselves: nobody is called back there.
    pub ours: Vec<Phone>,
    pub load: Load,
}

impl Context {
    /// The caller's own number, where it may be called back.
    pub fn own_line(&self) -> Option<&Phone> {
        self.caller.as_ref().filter(|number| number.is_ordinary() && !self.ours.contains(number))
    }

    /// Whether a number that somebody types may be called back.
    pub fn takes(&self, typed: &Phone) -> bool {
        typed.is_german_line() && !self.ours.contains(typed)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    Open,
    Closed,
    /// A holiday or an office's closed day, and what it is called.
    Holiday(BTreeMap<Language, String>),
    /// Closed by a supervisor, and why.
    ByHand(BTreeMap<Language, String>),
}

/// How busy the hotline is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub on_duty: u32,
    /// How long the caller in front has waited, in seconds.
    pub longest_waiting: u32,
}
