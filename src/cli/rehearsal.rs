//! `sprechzeit flow try`: a call that is played in the terminal.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use sprechzeit::flows::{Edition, Files, Load, Opening, Rehearsal, Shelf, Surroundings};
use sprechzeit::kernel::{Clock, Instant, Phone};
use sprechzeit::library::scene::{self, Scene};

use super::Unusable;
use super::check;

#[derive(Args)]
pub struct Options {
    /// The flow file; others to which it sends callers on are sought beside it.
    flow: PathBuf,
    /// When the call is made, as 2026-11-20 10:00 [default: now].
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Instant>,
    /// The caller's number, or: withheld [default: an invented one].
    #[arg(long, value_name = "NUMBER")]
    caller: Option<String>,
    /// open, closed, "holiday NAME" or "by hand REASON" [default: open Monday to Friday from 8 to 18, but for holidays].
    #[arg(long, value_name = "OPENING", value_parser = opening)]
    opening: Option<Opening>,
    /// So many officers are on duty.
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    on_duty: u32,
    /// So many seconds has the caller in front waited.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    waiting: u32,
}

fn moment(text: &str) -> Result<Instant, String> {
    scene::moment(text).ok_or_else(|| format!("\"{text}\" is not a time such as 2026-11-20 10:00"))
}

fn opening(text: &str) -> Result<Opening, String> {
    scene::opening(text).ok_or_else(|| "it is open, closed, \"holiday NAME\" or \"by hand REASON\"".to_owned())
}

pub fn run(options: &Options) -> anyhow::Result<()> {
    let files = check::read(Some(&check::folder(&options.flow)))?;
    let name = check::stem(&options.flow);
    let shelf = shelf(files, &name)?;
    let Some(edition) = shelf.published(&name) else {
        return Err(Unusable(format!("there is no call flow {}", options.flow.display())).into());
    };
    let context = scene(options, &edition.flow.hotline.name)?.context();
    let Some((call, told)) = Rehearsal::begin(&shelf, &name, context) else { return Ok(()) };
    play(call, &told)
}

/// The flow that is tried, which must pass the checks, and those of its neighbours that do.
fn shelf(files: Files, name: &str) -> anyhow::Result<Shelf> {
    let wrong = match files.parse(&Surroundings::default()) {
        Ok(editions) => return Ok(filled(editions, files)),
        Err(wrong) => wrong,
    };
    if let Some(own) = wrong.0.iter().find(|findings| check::stem(findings.file().as_ref()) == name) {
        bail!("{name} cannot be played:\n{own}");
    }
    let is_good = |file: &str| !wrong.0.iter().any(|findings| check::stem(findings.file().as_ref()) == file);
    let good = Files { flows: files.flows.into_iter().filter(|file| is_good(&file.name)).collect(), ..files };
    let editions = good.parse(&Surroundings::default())?;
    Ok(filled(editions, good))
}

fn filled(editions: Vec<Edition>, files: Files) -> Shelf {
    let shelf = Shelf::new(files.recordings);
    editions.into_iter().for_each(|edition| shelf.publish(edition));
    shelf
}

fn scene(options: &Options, hotline: &str) -> Result<Scene, Unusable> {
    let ordinary = Scene::at(options.at.unwrap_or_else(|| Clock::default().now()), hotline);
    let caller = match options.caller.as_deref() {
        None => ordinary.caller,
        Some("withheld") => None,
        Some(number) => {
            let number: Result<Phone, _> = number.parse();
            Some(number.map_err(|_| Unusable("--caller takes a telephone number, or: withheld".to_owned()))?)
        }
    };
    let load = Load { on_duty: options.on_duty, longest_waiting: options.waiting };
    Ok(Scene { caller, load, opening: options.opening.clone(), ..ordinary })
}

/// Prints what is heard and reads what is pressed, until the call has ended. Whoever sends no more lines hangs up.
fn play(mut call: Rehearsal, told: &[String]) -> anyhow::Result<()> {
    let input = std::io::stdin();
    let is_typed = input.is_terminal();
    let mut lines = input.lock().lines();
    told.iter().for_each(|line| println!("{line}"));
    while !call.has_ended() {
        if is_typed {
            print!("({})\n> ", call.can());
            std::io::stdout().flush()?;
        }
        let line = lines.next().transpose()?.unwrap_or_else(|| "hang up".to_owned());
        if !is_typed {
            println!("> {line}");
        }
        match call.answer(&line) {
            Ok(told) => told.iter().for_each(|line| println!("{line}")),
            Err(unclear) => println!("? {unclear}"),
        }
    }
    Ok(())
}
