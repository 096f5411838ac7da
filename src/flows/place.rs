//! Where a caller stands in a flow, as it is kept between two webhooks.
//!
//! Only `walk` moves it. One rule: it may hold a typed number, so whoever keeps it seals it.

use serde::{Deserialize, Serialize};

use super::flow::{Flow, NodeName};
use crate::kernel::{Gender, Instant, Language, Phone};

/// Where a caller stands. It may hold a typed number: keep it sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub node: NodeName,
    pub language: Language,
    /// The id of the topic that the caller chose.
    pub topic: Option<String>,
    /// With whom the caller wishes to speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Gender>,
    /// Since when the caller has wanted a person. It stays when they go on to a call-back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued_since: Option<Instant>,
    /// Put in front of those who waited then: counts as waiting since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_front_since: Option<Instant>,
    /// The ways that the last event opened, in order.
    #[serde(skip)]
    pub trail: Vec<Passed>,
    pub(super) silences: u8,
    pub(super) wrong_keys: u8,
    pub(super) stage: Stage,
}

/// A way that a caller has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub from: NodeName,
    /// As in `By`: a key or a word.
    pub by: String,
    pub to: NodeName,
}

/// How far a caller has come within a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    #[default]
    Arrived,
    /// Has been given these times to choose from.
    Choosing {
        times: Vec<Instant>,
    },
    /// Was asked whether the number is right from which the call comes. A time is chosen where one is to be booked.
    Confirming {
        time: Option<Instant>,
    },
    Typing {
        time: Option<Instant>,
    },
    ReadingBack {
        number: Phone,
        time: Option<Instant>,
    },
    /// Was asked whether to send an SMS. Without a number it is the caller's own.
    AskingSms {
        number: Option<Phone>,
        time: Instant,
    },
    Booking {
        number: Option<Phone>,
        time: Instant,
        sms: bool,
    },
    /// Looks for their own booking, or changes it.
    Own(Own),
    Connecting {
        since: Instant,
    },
    Ended,
}

/// How far a caller has come to their own booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Own {
    /// Types its code.
    Code { typed: Option<String> },
    /// Types its Kennwort.
    Word { code: String },
    /// Has heard when it is.
    Found { booking: String, time: Instant },
    /// Was asked whether it is to be cancelled.
    Sure { booking: String, time: Instant },
    /// Has been given other times to choose from.
    Moving { booking: String, time: Instant, times: Vec<Instant> },
}

impl Place {
    /// Where every call begins.
    pub fn start(flow: &Flow) -> Self {
        Self {
            node: flow.start.clone(),
            language: flow.first_language(),
            topic: None,
            wish: None,
            queued_since: None,
            in_front_since: None,
            trail: Vec::new(),
            silences: 0,
            wrong_keys: 0,
            stage: Stage::Arrived,
        }
    }

    /// At the start of another flow, with the language, if that flow speaks it, the topic and the wish.
    pub fn onward(&self, flow: &Flow) -> Self {
        let language = if flow.languages.contains(&self.language) { self.language } else { flow.first_language() };
        let (topic, queued_since) = (self.topic.clone(), self.queued_since);
        Self { language, topic, wish: self.wish, queued_since, ..Self::start(flow) }
    }

    pub fn has_ended(&self) -> bool {
        self.stage == Stage::Ended
    }

    /// Wants a person about something else, from now on, before all who wait.
    pub fn connect_anew(self, now: Instant, topic: Option<String>, in_front_since: Instant) -> Self {
        Self { topic, in_front_since: Some(in_front_since), stage: Stage::Connecting { since: now }, ..self }
    }

    /// Since when the caller counts as waiting, if they wait.
    pub fn waits_since(&self) -> Option<Instant> {
        self.connecting_since().map(|since| self.in_front_since.unwrap_or(since))
    }

    /// Since when the caller has waited for a person, if they do.
    pub fn connecting_since(&self) -> Option<Instant> {
        if let Stage::Connecting { since } = self.stage { Some(since) } else { None }
    }
}

impl Stage {
    /// The time that is to be booked, once it is chosen.
    pub fn time(&self) -> Option<Instant> {
        match self {
            Self::Confirming { time } | Self::Typing { time } | Self::ReadingBack { time, .. } => *time,
            Self::AskingSms { time, .. } | Self::Booking { time, .. } => Some(*time),
            Self::Arrived | Self::Choosing { .. } | Self::Own(_) | Self::Connecting { .. } | Self::Ended => None,
        }
    }
}
