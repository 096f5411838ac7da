//! `sprechzeit flow …`: call flows on the command line.

use clap::Subcommand;

use super::{check, draw, prove, rehearsal};

#[derive(Subcommand)]
pub enum FlowCommand {
    /// Checks call flows, and tells everything that is wrong at once. Exit code 1 where anything is, 2 where a file
    /// cannot be read.
    Check(check::Options),
    /// Draws a call flow as a picture.
    Draw(draw::Options),
    /// Shows for every instant of the coming weeks where callers end, whatever they press, with the shifts, absences,
    /// opening hours and closures of the database. Exit code 1 where callers are left alone.
    Prove(prove::Options),
    /// Plays a call in the terminal: keys and decisions in, prompts out. An empty line is silence.
    Try(rehearsal::Options),
}

pub async fn run(command: FlowCommand) -> anyhow::Result<()> {
    match command {
        FlowCommand::Check(options) => check::run(&options),
        FlowCommand::Draw(options) => draw::run(&options),
        FlowCommand::Prove(options) => prove::run(&options).await,
        FlowCommand::Try(options) => rehearsal::run(&options),
    }
}
