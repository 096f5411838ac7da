//! The call-flow language: what a caller hears and may press, as a file that a desk officer can read.
//!
//! Not the telephone and not the rota: a walk through a flow gives commands, and `calls` carries them out.
//! One rule: `walk` is the only interpreter; providers, tests and drawings all go through it.

mod check;
mod finding;
mod flow;
mod parse;
mod shelf;
mod walk;

pub use finding::Findings;
pub use flow::{
    Callback, Choice, Connect, Flow, HangUp, Hours, Menu, Node, NodeName, Piece, Prompt, Say, Variable, Way,
};
pub use parse::parse;
pub use shelf::{Shelf, ShelfError, load};
pub use walk::{Command, Context, Event, Opening, Place, Speech, spoken, walk};

/// The advice line's flow as shipped: its file name and its text.
pub const ADVICE_LINE: (&str, &[u8]) =
    ("ivr-flows/beratungstelefon.yaml", include_bytes!("../../ivr-flows/beratungstelefon.yaml"));
