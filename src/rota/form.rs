//! The furniture of this slice's pages: faults, notices, choices, names, times.
//!
//! Shaped as the macros of `shifts/pages/parts.html` want it.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use crate::db::{DbError, Read};
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span, local};
use crate::people;

/// A fault in a form: the field to go to, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub field: &'static str,
    pub text: String,
}

/// The faults of a form, as its template asks for them.
#[derive(Clone, Debug, Default)]
pub struct Faults(pub Vec<Fault>);

/// The result of an action, told on the page that follows it.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    /// `success`, `info` or `warning`: the look and the icon.
    pub look: &'static str,
    pub text: &'static str,
}

/// An entry of a selection list.
pub struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

/// The names of officers, of those who have left, too.
pub struct Names(HashMap<OfficerId, String>);

impl Fault {
    pub fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self { field, text: text.into() }
    }
}

impl Faults {
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.field == field).map(|fault| fault.text.as_str())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Choice {
    pub fn new(value: impl ToString, text: impl Into<String>, chosen: &str) -> Self {
        let value = value.to_string();
        Self { chosen: value == chosen, value, text: text.into() }
    }
}

impl Names {
    pub async fn load(from: impl Read, officers: impl IntoIterator<Item = OfficerId>) -> Result<Self, DbError> {
        let mut wanted: Vec<OfficerId> = officers.into_iter().collect();
        wanted.sort();
        wanted.dedup();
        let found = people::list_these(from, &wanted).await?;
        Ok(Self(found.into_iter().map(|officer| (officer.id, officer.name)).collect()))
    }

    pub fn of(&self, officer: OfficerId) -> &str {
        self.0.get(&officer).map_or("unbekannt", String::as_str)
    }
}

/// How a field of type `datetime-local` writes an instant.
pub fn typed(at: Instant) -> String {
    local::wall(at).format("%Y-%m-%dT%H:%M").to_string()
}

/// Reads two such fields. The end in the doubled hour is its last occurrence.
pub fn read_span(from: &str, until: &str) -> Option<Span> {
    Span::new(local::start(read(from)?), local::end(read(until)?))
}

fn read(text: &str) -> Option<NaiveDateTime> {
    let wall = NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M").ok()?;
    local::is_plannable(wall.date()).then_some(wall)
}
