//! Instants, and the one place that asks the system what time it is.
//!
//! Rule: every other function takes `now` as an argument; a test or a rehearsal moves the clock.

use std::fmt;
use std::ops::{Add, Sub};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time: microseconds since 1970-01-01T00:00:00Z, the form in which both databases keep it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Instant(pub i64);

impl Instant {
    /// Reads RFC 3339, for instance `2026-10-24T23:00:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc).into())
    }

    /// The same instant for chrono; instants outside chrono's range (the years ±262,000) become 1970.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }

    /// RFC 3339 in UTC with whole seconds.
    pub fn rfc3339(self) -> String {
        self.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}

impl Add<TimeDelta> for Instant {
    type Output = Self;
    fn add(self, by: TimeDelta) -> Self {
        Self(self.0.saturating_add(by.num_microseconds().unwrap_or(i64::MAX)))
    }
}

impl Sub<TimeDelta> for Instant {
    type Output = Self;
    fn sub(self, by: TimeDelta) -> Self {
        Self(self.0.saturating_sub(by.num_microseconds().unwrap_or(i64::MAX)))
    }
}

impl Sub for Instant {
    type Output = TimeDelta;
    fn sub(self, earlier: Self) -> TimeDelta {
        TimeDelta::microseconds(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let unreadable = || D::Error::custom(format!("\"{text}\" is not an instant like 2026-10-24T23:00:00Z"));
        Self::parse(&text).ok_or_else(unreadable)
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        let date_time = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(date_time)).into()
    }
}

impl utoipa::ToSchema for Instant {}

/// The product's clock: the system's, moved by an offset that a rehearsal may set.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_micros: Arc<AtomicI64>,
    stands: bool,
}

impl Clock {
    /// A clock that shows `at` now and runs on from there.
    pub fn starting_at(at: Instant) -> Self {
        let clock = Self::default();
        clock.advance(at - clock.now());
        clock
    }

    /// A clock that shows `at` until it is moved.
    pub fn standing_at(at: Instant) -> Self {
        Self { offset_micros: Arc::new(AtomicI64::new(at.0)), stands: true }
    }

    /// The time now.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> Instant {
        let system: Instant = if self.stands { Instant(0) } else { Utc::now().into() };
        Instant(system.0.saturating_add(self.offset_micros.load(Ordering::Relaxed)))
    }

    /// Moves the clock on (or, negative, back).
    pub fn advance(&self, by: TimeDelta) {
        self.offset_micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}
