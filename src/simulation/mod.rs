//! A simulated day: the real engine, its real door and a real database, with a clock that jumps and a telephone network of
//! its own. Callers, officers and faults come from one seed; a checker watches from outside.
//!
//! Not a model of the engine: nothing of it is written anew here. Rule: the operator's database is read once, for a
//! private copy, and never written to.

mod chance;
mod day;
mod door;
mod exchange;
mod faults;
mod habits;
mod report;
mod sabotage;
mod stage;
mod store;
mod watch;

pub use day::{Told, play, play_day};
pub use report::{HalfHour, Report};
pub use sabotage::{Guard, Sabotage};
pub use stage::Stage;
pub use store::STATEMENTS;
pub use watch::{Breach, How, Invariant};

use crate::db::DbError;

/// What shall be played.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    /// How many call in an hour while the hotline is open, on average.
    pub calls_per_hour: f64,
    /// Whether webhooks go wrong, nodes are killed and the database goes away.
    pub faults: bool,
    /// Tells the story of this call, counted from 1.
    pub follow: Option<usize>,
    pub sabotage: Option<Sabotage>,
}

#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    #[error("the private copy could not be made: {0}")]
    File(#[from] std::io::Error),
    #[error("a simulated day ended in the middle")]
    Broken,
    #[error(transparent)]
    Db(#[from] DbError),
}
