//! What the rota's forms need beside their fields: names of officers, and spans as they are typed.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use crate::db::{DbError, Read};
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span, local};
use crate::people;

/// The names of officers, of those who have left, too.
pub struct Names(HashMap<OfficerId, String>);

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
