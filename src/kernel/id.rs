//! Every typed id of the product, in one list. An id prints with its prefix: `bkg_0198…`.
//!
//! Ids are UUIDs of version 7 (RFC 9562 § 5.7), so rows made later sort later. An id is no secret.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A text that should have been an id of some kind and was not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not an id of the form {prefix}_ and 32 hexadecimal digits")]
pub struct NotAnId {
    text: String,
    prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What the printed id begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id.
            #[allow(clippy::disallowed_methods, reason = "this is the one place that mints ids")]
            pub fn mint() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|hex| hex.len() == 32)
                    .and_then(|hex| Uuid::try_parse(hex).ok())
                    .map(Self)
                    .ok_or_else(|| NotAnId { text: text.chars().take(64).collect(), prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-f]{32}$")))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}

ids! {
    /// A member of staff who advises.
    OfficerId = "ofc";
    /// Somebody who signs in.
    UserId = "usr";
    /// A bearer token of the programmer's door.
    TokenId = "tok";
    /// A consultation hour: a weekly window in which slots are offered.
    HourId = "hrs";
    /// One bookable interval of one officer.
    SlotId = "slt";
    /// A citizen's claim on a slot.
    BookingId = "bkg";
    /// Somebody on the waiting list.
    WaitingId = "wtg";
    /// The office asks a citizen for another time.
    ProposalId = "prp";
    /// A time that is kept for the answer.
    ProposedTimeId = "prt";
    /// A telephone number with call flow, opening hours and shifts.
    HotlineId = "hot";
    /// A hotline that is closed by hand over a span.
    ClosureId = "clo";
    /// One officer on one hotline over a span.
    ShiftId = "shf";
    /// What the rota of an office over a period is to become.
    DraftId = "drf";
    /// What was published of a draft.
    PublicationId = "pub";
    /// Shifts by weekday and wall time.
    TemplateId = "tpl";
    /// Several officers who take turns.
    RotationId = "rtn";
    /// So many officers wanted on a hotline, by weekday and wall time.
    DemandId = "dmd";
    /// An officer asks to be relieved of a shift.
    SwapId = "swp";
    /// Somebody is wanted at once for a shift.
    CoverId = "cov";
    /// Leave, sickness or training of an officer, or police duty that takes them out of routing.
    AbsenceId = "abs";
    /// A caller's call.
    CallId = "cal";
    /// One try to reach one officer for one call.
    AttemptId = "att";
    /// A request to be called back.
    CallbackId = "cbk";
    /// Something that a provider is told to do by itself.
    OrderId = "ord";
    /// A number that is not served for a time.
    BlockId = "blk";
    /// A message that a caller left.
    VoicemailId = "vcm";
    /// An officer's call at the duty number.
    DutyCallId = "dcl";
    /// A secret calendar address.
    FeedId = "fed";
    /// Something that must be told: a row of the outbox, and the idempotency key of its delivery.
    MessageId = "msg";
    /// What an officer wishes for the rota.
    WishId = "wsh";
    /// Leave that an officer asks for.
    LeaveRequestId = "lvr";
    /// A breach of the rota's rules that a supervisor lets stand.
    WaiverId = "wvr";
    /// An entry of the audit trail.
    AuditId = "aud";
}

impl ShiftId {
    /// The officer's commitment that a shift makes shares its id.
    pub fn commitment(self) -> Uuid {
        self.0
    }
}

impl BookingId {
    /// The officer's commitment that a booking makes shares its id.
    pub fn commitment(self) -> Uuid {
        self.0
    }
}

impl ProposedTimeId {
    /// The officer's commitment that keeps a proposed time shares its id.
    pub fn commitment(self) -> Uuid {
        self.0
    }
}
