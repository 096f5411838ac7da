//! How our words stand in columns: instants as 64-bit integers, ids as UUIDs, names of states as text.

use std::fmt::Display;
use std::ops::Deref;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Postgres, Type};
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
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                <$inner>::column_result(value).map(Self)
            }
        }
    )*};
}

stored_as!(i64: Instant);
stored_as!(
    Uuid: OfficerId, UserId, TokenId, HourId, SlotId, BookingId, WaitingId, ProposalId, ProposedTimeId, HotlineId, ClosureId, ShiftId, DemandId, AbsenceId,
    CallId, AttemptId, CallbackId, VoicemailId, DutyCallId, FeedId, MessageId, OrderId, BlockId, AuditId,
    DraftId, PublicationId, TemplateId, RotationId,
    WishId, LeaveRequestId, WaiverId,
    SwapId, CoverId,
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

impl<T> Type<Postgres> for Text<T> {
    fn type_info() -> <Postgres as Database>::TypeInfo {
        <String as Type<Postgres>>::type_info()
    }
    fn compatible(info: &<Postgres as Database>::TypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(info)
    }
}

impl<'q, T: Display> Encode<'q, Postgres> for Text<T> {
    fn encode_by_ref(&self, to: &mut <Postgres as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<'q, Postgres>>::encode(self.0.to_string(), to)
    }
}

impl<'r, T: FromStr> Decode<'r, Postgres> for Text<T> {
    fn decode(value: <Postgres as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        read(<&str as Decode<'r, Postgres>>::decode(value)?).map(Self).map_err(Into::into)
    }
}

impl<T: Display> ToSql for Text<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl<T: FromStr> FromSql for Text<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        read(value.as_str()?).map(Self).map_err(FromSqlError::other)
    }
}

/// A text that should have been a word of ours and was not.
#[derive(Debug, thiserror::Error)]
#[error("\"{text}\" is not a {kind}")]
struct Unreadable {
    text: String,
    kind: &'static str,
}

fn read<T: FromStr>(text: &str) -> Result<T, Unreadable> {
    text.parse().map_err(|_| Unreadable { text: text.to_owned(), kind: std::any::type_name::<T>() })
}

/// Something of ours in a JSON column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T> Type<Postgres> for Json<T> {
    fn type_info() -> <Postgres as Database>::TypeInfo {
        <sqlx::types::Json<T> as Type<Postgres>>::type_info()
    }
    fn compatible(info: &<Postgres as Database>::TypeInfo) -> bool {
        <sqlx::types::Json<T> as Type<Postgres>>::compatible(info)
    }
}

impl<'q, T: Serialize> Encode<'q, Postgres> for Json<T> {
    fn encode_by_ref(&self, to: &mut <Postgres as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode_by_ref(&sqlx::types::Json(&self.0), to)
    }
}

impl<'r, T: DeserializeOwned + 'r> Decode<'r, Postgres> for Json<T> {
    fn decode(value: <Postgres as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <sqlx::types::Json<T> as Decode<'r, Postgres>>::decode(value).map(|found| Self(found.0))
    }
}

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(Into::into).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(FromSqlError::other)
    }
}
