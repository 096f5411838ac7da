//! The call-flow language: what a caller hears and may press, as a file that a desk officer can read.
//!
//! Not the telephone and not the rota: a walk through a flow gives commands, and `calls` carries them out.
//! One rule: `walk` is the only interpreter; providers, tests and drawings all go through it.

mod build;
mod capability;
mod check;
mod command;
mod draw;
mod edit;
mod event;
mod finding;
mod flow;
mod grammar;
#[cfg(test)]
mod grown;
mod keys;
mod numeral;
mod parse;
mod picture;
mod place;
mod recording;
mod rehearse;
mod schema;
mod shelf;
pub mod spoken;
mod tree;
mod walk;
mod words;

pub use capability::{PROVIDERS, Provider};
pub use command::{Command, Errand, Ringing, Speech};
pub use draw::{Arrow, Form, Graph, Group, Overlay, Station, svg};
pub use edit::{EditKind, Editable, editables, replace, station_names};
pub use event::{Context, Event, Load, Opening, Queue};
pub use finding::{Findings, Told};
pub use flow::*;
pub use parse::{Surroundings, parse, recall};
pub use place::{Passed, Place};
pub use recording::{Format, Recording, RecordingId, Recordings, Sound};
pub use rehearse::{Rehearsal, Unclear};
pub use schema::schema;
#[cfg(test)]
pub(crate) use shelf::shipped;
pub use shelf::{Edition, File, Files, Shelf, ShelfError, Wrong};
pub use walk::{SHORTEST_RING, walk};
