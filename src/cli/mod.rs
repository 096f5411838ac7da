//! What single commands do, apart from the arguments that `main` reads.

mod check;
mod draw;
pub mod duty_card;
pub mod flow;
mod prove;
mod rehearsal;
pub mod simulate;
pub mod who;

/// What was asked for cannot be done at all: exit code 2, as for an argument that is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub String);

/// For people, or for editors and programs.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// A line to standard output. Whoever reads it may go away in the middle: that is no fault.
fn say(line: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}
