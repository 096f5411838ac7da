//! `sprechzeit flow draw`: a call flow as a picture.

use std::path::PathBuf;

use clap::Args;

use sprechzeit::flows::{self, Form, Graph, Overlay, Recordings, Surroundings, svg};

use super::{Unusable, check, say};

#[derive(Args)]
pub struct Options {
    /// The flow file. One that does not pass every check is drawn, too, as long as every way leads to a node.
    flow: PathBuf,
    /// Writes SVG to standard output: the only form, and the default.
    #[arg(long)]
    svg: bool,
}

pub fn run(options: &Options) -> anyhow::Result<()> {
    let bytes = check::contents(&options.flow)?;
    let name = options.flow.display().to_string();
    let flow = match flows::parse(&name, &bytes, &Surroundings::default()) {
        Ok(flow) => flow,
        Err(findings) => {
            eprintln!("{findings}");
            flows::recall(&String::from_utf8_lossy(&bytes), &Recordings::default())
                .ok_or_else(|| Unusable(format!("{name} cannot be drawn as long as a way leads nowhere")))?
        }
    };
    say(svg(&Graph::from(&flow), &Overlay::default(), Form::File));
    Ok(())
}
