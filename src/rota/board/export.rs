//! A board as files: CSV for a spreadsheet, iCalendar for a calendar program.
//!
//! Rule: who is meant to stay unnamed is "Person 1" in it, in an order that does not give the name away.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::ical::{Class, Event, Method, Status, Transparency, calendar};
use crate::kernel::id::OfficerId;
use crate::kernel::local;
use crate::rota::page::weekday;

use super::{Board, Placed};

/// How officers are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// By their names.
    Named,
    /// "Person 1" and so on, for a staff council or a notice board.
    Unnamed,
}

/// What each officer of a board is called.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<OfficerId, String>);

impl Names {
    pub fn of(board: &Board, naming: Naming) -> Self {
        let mut officers: Vec<_> = board.officers().collect();
        match naming {
            Naming::Named => Self(officers.iter().map(|officer| (officer.id, officer.name.clone())).collect()),
            Naming::Unnamed => {
                officers.sort_by_cached_key(|officer| shuffled(board, officer.id));
                let name = |(n, officer): (usize, &&crate::people::Officer)| (officer.id, format!("Person {}", n + 1));
                Self(officers.iter().enumerate().map(name).collect())
            }
        }
    }

    pub fn find(&self, officer: OfficerId) -> &str {
        self.0.get(&officer).map_or("unbekannt", String::as_str)
    }

    /// Of a shift.
    pub fn on(&self, shift: &Placed) -> &str {
        shift.planned.officer.map_or("offen", |officer| self.find(officer))
    }
}

/// The same within a board, another one in the next: neither the name nor when somebody came shows in it.
fn shuffled(board: &Board, officer: OfficerId) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(board.window().start.0.to_le_bytes());
    hash.update(officer.0.as_bytes());
    hash.finalize().to_vec()
}

/// Semicolons and a byte order mark, as spreadsheets in German want it; RFC 4180 otherwise.
pub fn csv(board: &Board, names: &Names) -> String {
    let mut lines = String::from("\u{feff}Tag;Wochentag;Von;Bis;Stunden;Beratungstelefon;Reihe;Person\r\n");
    for shift in in_order(board) {
        let planned = &shift.planned;
        let (start, end) = (local::wall(planned.span.start), local::wall(planned.span.end));
        let hotline = board.hotline(planned.hotline).map_or("", |hotline| hotline.name.as_str());
        let fields = [
            start.format("%d.%m.%Y").to_string(),
            weekday(start.date_naive()).to_owned(),
            start.format("%H:%M").to_string(),
            end.format("%H:%M").to_string(),
            hours(planned.span.length().num_minutes()),
            hotline.to_owned(),
            planned.tier.to_string(),
            names.on(shift).to_owned(),
        ];
        lines.push_str(&fields.map(|field| quoted(&field)).join(";"));
        lines.push_str("\r\n");
    }
    lines
}

/// "1,25": hours to two decimals, so that quarters of an hour add up.
fn hours(minutes: i64) -> String {
    format!("{:.2}", minutes as f64 / 60.0).replace('.', ",")
}

/// A field; what a spreadsheet would take for a formula gets a blank before it.
fn quoted(field: &str) -> String {
    let safe = if field.starts_with(['=', '+', '-', '@', '\t']) { format!(" {field}") } else { field.to_owned() };
    match safe.contains([';', '"', '\r', '\n']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
    }
}

/// The shifts as events to keep, not as a feed: their ids are those of the shifts, so a later file replaces an earlier.
pub fn ics(board: &Board, names: &Names) -> String {
    let event = |shift: &Placed| {
        let planned = &shift.planned;
        let hotline = board.hotline(planned.hotline).map_or("", |hotline| hotline.name.as_str());
        Event {
            uid: planned.id.to_string(),
            revision: shift.revision,
            span: planned.span,
            summary: format!("{}: {hotline}", names.on(shift)),
            description: format!("Reihe {}", planned.tier),
            location: None,
            status: if board.draft.is_some() { Status::Tentative } else { Status::Confirmed },
            transparency: Transparency::Transparent,
            class: Class::Private,
            organizer: None,
            attendee: None,
        }
    };
    let events: Vec<Event> = in_order(board).into_iter().map(event).collect();
    calendar(Method::Publish, None, &events)
}

fn in_order(board: &Board) -> Vec<&Placed> {
    let mut shifts: Vec<&Placed> = board.shifts.iter().collect();
    shifts.sort_by_key(|it| (it.planned.span, it.planned.hotline, it.planned.tier, it.planned.position, it.planned.id));
    shifts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_becomes_a_column_a_line_or_a_formula() {
        for (field, written) in [
            ("Anna Arnold", "Anna Arnold"),
            ("a;b", "\"a;b\""),
            ("a\"b", "\"a\"\"b\""),
            ("=2+2", " =2+2"),
            ("@x;", "\" @x;\""),
        ] {
            assert_eq!(quoted(field), written);
        }
    }
}
