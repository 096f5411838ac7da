//! A caller's call, the legs in it, and one try to reach one officer: states and what may follow them.
//!
//! Rule: every call ends in a stated way; a try that is over stays as it was.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::flows::Place;
use crate::kernel::id::{AttemptId, CallId, CallbackId, HotlineId, OfficerId, VoicemailId};
use crate::kernel::{Instant, Language};
use crate::offices::OfficeId;

use super::orders::OrderState;
use super::provider::{DialOutcome, Inbound};

/// A call, as far as its state goes.
#[derive(Clone, Debug)]
pub struct Call {
    pub id: CallId,
    pub hotline: HotlineId,
    pub office: OfficeId,
    pub state: CallState,
    /// The edition of the flow on which the call stays.
    pub flow: Edition,
    pub place: Place,
    /// The next webhook that counts.
    pub step: i64,
    pub started_at: Instant,
}

/// Which flow, and in which version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    pub name: String,
    pub version: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// In the flow, or ringing officers.
    Running,
    /// An officer has accepted.
    Talking,
    Ended,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Talked with an officer.
    Person,
    /// Heard an announcement to its stated end.
    Announcement,
    /// Asked to be called back.
    Callback,
    /// Booked a consultation by key.
    Booking,
    /// Left a message.
    Voicemail,
    /// Talked with somebody outside, to whom the flow transferred the call.
    Transferred,
    /// Hung up before.
    CallerGone,
    /// Ended by the officer, with polite words, because it was abusive.
    Abuse,
    /// From a number that is blocked for a time: heard 110 and the web page.
    Blocked,
    /// The provider's last webhook never came.
    Lost,
}

/// How one try to reach one officer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Ringing,
    Accepted,
    NoAnswer,
    Busy,
    /// Pressed 2.
    Declined,
    Failed,
    /// The officer's number cannot be called.
    InvalidNumber,
    /// Picked up, and pressed nothing: a mailbox, or somebody who did not understand.
    NotAccepted,
    /// A colleague was quicker.
    Taken,
    /// The caller hung up while it rang.
    CallerGone,
}

#[derive(Clone, Debug)]
pub struct Attempt {
    pub id: AttemptId,
    pub call: CallId,
    pub officer: OfficerId,
    pub tier: i64,
    /// Why this officer, and why not those before.
    pub why: String,
    pub outcome: Outcome,
    pub rang_at: Instant,
    pub accepted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    /// Neighbours' help: the hotline on whose shift the officer was.
    pub helper: Option<HotlineId>,
    /// Picking up was accepting: the officer had said that they sit at this telephone.
    pub is_plain: bool,
}

/// A request to be called back. The number is opened only for whoever calls back.
#[derive(Clone, Debug)]
pub struct Callback {
    pub id: CallbackId,
    pub call: CallId,
    pub hotline: HotlineId,
    pub office: OfficeId,
    pub topic: Option<String>,
    pub language: Language,
    pub state: CallbackState,
    pub requested_at: Instant,
    /// Until when it should be done: when it was wished, and the wait that was expected then.
    pub due_at: Instant,
    /// Since when the person waits: they keep their place in the queue.
    pub waiting_since: Instant,
    pub closed_at: Option<Instant>,
    /// How often it was tried by itself.
    pub rounds: i64,
    /// Before, it is not tried by itself again.
    pub next_round_at: Option<Instant>,
}

/// One try to call back: first the officer is reached, then the citizen.
#[derive(Clone, Debug)]
pub struct Try {
    pub attempt: AttemptId,
    pub callback: CallbackId,
    pub officer: OfficerId,
    /// How ringing the officer went.
    pub outcome: Outcome,
    /// None where the citizen was not rung, or nobody knows.
    pub result: Option<Reached>,
    pub rang_at: Instant,
    pub ended_at: Option<Instant>,
    pub order: OrderState,
}

/// Whether somebody was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    Reached,
    NotReached,
}

/// A message that a caller left after an announcement.
#[derive(Clone, Debug)]
pub struct Voicemail {
    pub id: VoicemailId,
    pub call: CallId,
    pub hotline: HotlineId,
    pub office: OfficeId,
    pub topic: Option<String>,
    pub language: Language,
    /// How long it is.
    pub seconds: i64,
    pub state: VoicemailState,
    pub recorded_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoicemailState {
    New,
    Heard,
    /// Nobody hears it any more; the provider is told until it has deleted the sound, too.
    Deleted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallbackState {
    Open,
    Done,
    GivenUp,
}

/// SIP answers that mean a number that does not exist (RFC 3261 § 21: 404, 484, 604).
const NO_SUCH_NUMBER: [u16; 3] = [404, 484, 604];

impl Attempt {
    /// Whether the officer has the call now.
    pub fn is_accepted(&self) -> bool {
        self.outcome == Outcome::Accepted && self.ended_at.is_none()
    }
}

impl Outcome {
    /// How a ring ended that the officer has not accepted, as the provider tells it on the caller's leg.
    pub fn of(inbound: &Inbound) -> Self {
        match inbound.dialled.as_ref().map(|dialled| dialled.outcome) {
            Some(DialOutcome::Completed) => Self::NotAccepted,
            Some(DialOutcome::Busy) => Self::Busy,
            Some(DialOutcome::NoAnswer) if inbound.caller_is_gone() => Self::CallerGone,
            Some(DialOutcome::NoAnswer) => Self::NoAnswer,
            Some(DialOutcome::Failed) | None => Self::of_failure(inbound),
            Some(DialOutcome::Canceled) => Self::CallerGone,
        }
    }

    /// A leg that could not be connected.
    pub fn of_failure(inbound: &Inbound) -> Self {
        match inbound.sip_code.is_some_and(|code| NO_SUCH_NUMBER.contains(&code)) {
            true => Self::InvalidNumber,
            false => Self::Failed,
        }
    }

    /// For the staff's page.
    pub fn german(self) -> &'static str {
        match self {
            Self::Ringing => "klingelt",
            Self::Accepted => "angenommen",
            Self::NoAnswer => "nicht abgenommen",
            Self::Busy => "besetzt",
            Self::Declined => "abgelehnt",
            Self::Failed => "nicht erreichbar",
            Self::InvalidNumber => "Rufnummer ungültig",
            Self::NotAccepted => "abgenommen, aber nicht mit Taste 1 angenommen",
            Self::Taken => "eine Kollegin oder ein Kollege war schneller",
            Self::CallerGone => "Anrufer hat aufgelegt",
        }
    }
}

impl Ending {
    pub const ALL: [Self; 10] = [
        Self::Person,
        Self::Announcement,
        Self::Callback,
        Self::Booking,
        Self::Voicemail,
        Self::Transferred,
        Self::CallerGone,
        Self::Abuse,
        Self::Blocked,
        Self::Lost,
    ];

    /// For the staff's page.
    pub fn german(self) -> &'static str {
        match self {
            Self::Person => "Gespräch geführt",
            Self::Announcement => "Ansage bis zum Ende",
            Self::Callback => "Rückruf gewünscht",
            Self::Booking => "Termin gebucht",
            Self::Voicemail => "Nachricht hinterlassen",
            Self::Transferred => "weitergeleitet",
            Self::CallerGone => "aufgelegt",
            Self::Abuse => "wegen Missbrauchs beendet",
            Self::Blocked => "abgewiesen, Nummer gesperrt",
            Self::Lost => "Ende nicht gemeldet",
        }
    }
}

macro_rules! words {
    ($($state:ident: $($variant:ident = $word:literal),+;)+) => {$(
        impl std::fmt::Display for $state {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant => $word),+ })
            }
        }
        impl std::str::FromStr for $state {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("\"{text}\" is none of the states")),
                }
            }
        }
    )+};
}

pub(super) use words;

words! {
    CallState: Running = "running", Talking = "talking", Ended = "ended";
    Ending: Person = "person", Announcement = "announcement", Callback = "callback", Booking = "booking",
        Voicemail = "voicemail", Transferred = "transferred", CallerGone = "caller_gone", Abuse = "abuse",
        Blocked = "blocked", Lost = "lost";
    Outcome: Ringing = "ringing", Accepted = "accepted", NoAnswer = "no_answer", Busy = "busy",
        Declined = "declined", Failed = "failed", InvalidNumber = "invalid_number", NotAccepted = "not_accepted",
        Taken = "taken", CallerGone = "caller_gone";
    Reached: Reached = "reached", NotReached = "not_reached";
    CallbackState: Open = "open", Done = "done", GivenUp = "given_up";
    VoicemailState: New = "new", Heard = "heard", Deleted = "deleted";
}
