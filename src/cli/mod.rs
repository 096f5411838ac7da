//! What single commands do, apart from the arguments that `main` reads.

mod check;
mod draw;
pub mod duty_card;
pub mod flow;
mod prove;
mod rehearsal;
pub mod replay;
pub mod simulate;
pub mod who;

use anyhow::{Context, bail};
use sprechzeit::desk::Desk;
use sprechzeit::shifts::{self, Hotline};

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

/// The hotline with a name, a number or an id; without, the first that is in operation.
async fn hotline_or_first(desk: &Desk, asked: Option<&str>) -> anyhow::Result<Hotline> {
    if asked.is_some() {
        return hotline(desk, asked).await;
    }
    let hotlines = shifts::list_hotlines(&desk.db, None).await?;
    hotlines.into_iter().find(|hotline| hotline.active).context("there is no hotline in operation")
}

/// The hotline with a name, a number or an id; without, the only one.
async fn hotline(desk: &Desk, asked: Option<&str>) -> anyhow::Result<Hotline> {
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await?;
    hotlines.retain(|hotline| asked.is_none_or(|asked| hotline.is_called(asked)));
    match (hotlines.len(), asked) {
        (1, _) => Ok(hotlines.remove(0)),
        (0, Some(asked)) => bail!("there is no hotline \"{asked}\""),
        (0, None) => bail!("there is no hotline yet"),
        (several, Some(asked)) => bail!("{several} hotlines are called \"{asked}\": give the number"),
        (several, None) => bail!("there are {several} hotlines: name one with --hotline"),
    }
}
