//! How our words stand in columns: instants as 64-bit integers, ids as UUIDs, names of states as text.

use std::fmt::Display;
use std::ops::Deref;
use std::str::FromStr;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

use crate::kernel::Instant;
use crate::kernel::id::*;

macro_rules! stored_as {
    ($inner:ty: $($name:ty),* $(,)?) => {$(
        impl<D: Database> Type<D> for $name where $inner: Type<D> {
            fn type_info() -> D::TypeInfo {
                <$inner as Type<D>>::type_info()
            }
            fn compatible(info: &D::TypeInfo) -> bool {
                <$inner as Type<D>>::compatible(info)
            }
        }
        impl<'q, D: Database> Encode<'q, D> for $name where $inner: Encode<'q, D> {
            fn encode_by_ref(&self, to: &mut D::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.0.encode_by_ref(to)
            }
        }
        impl<'r, D: Database> Decode<'r, D> for $name where $inner: Decode<'r, D> {
            fn decode(value: D::ValueRef<'r>) -> Result<Self, BoxDynError> {
                <$inner as Decode<'r, D>>::decode(value).map(Self)
            }
        }
    )*};
}

stored_as!(i64: Instant);
stored_as!(
    Uuid: OfficerId, UserId, TokenId, HourId, SlotId, BookingId, WaitingId, ProposalId, ProposedTimeId, HotlineId, ClosureId, ShiftId, DemandId, AbsenceId,
    CallId, AttemptId, CallbackId, VoicemailId, FeedId, MessageId, OrderId, BlockId, AuditId,
    DraftId, PublicationId, TemplateId, RotationId,
    WishId, LeaveRequestId, WaiverId,
);

/// A word of ours in a TEXT column: written by `Display`, read by `FromStr`. Days and wall times stand so, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<T>(pub T);

impl<T> Deref for Text<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

macro_rules! text_in {
    ($engine:ty) => {
        impl<T> Type<$engine> for Text<T> {
            fn type_info() -> <$engine as Database>::TypeInfo {
                <String as Type<$engine>>::type_info()
            }
            fn compatible(info: &<$engine as Database>::TypeInfo) -> bool {
                <String as Type<$engine>>::compatible(info)
            }
        }
        impl<'q, T: Display> Encode<'q, $engine> for Text<T> {
            fn encode_by_ref(&self, to: &mut <$engine as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <String as Encode<'q, $engine>>::encode(self.0.to_string(), to)
            }
        }
        impl<'r, T: FromStr> Decode<'r, $engine> for Text<T> {
            fn decode(value: <$engine as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let text = <String as Decode<'r, $engine>>::decode(value)?;
                let unreadable = || format!("\"{text}\" is not a {}", std::any::type_name::<T>());
                text.parse().map(Self).map_err(|_| unreadable().into())
            }
        }
    };
}

text_in!(Sqlite);
text_in!(Postgres);
