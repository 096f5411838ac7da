//! `sprechzeit simulate`: a day of calls, played by the real engine on a copy of what is planned.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use anyhow::{Context, bail};
use chrono::{NaiveDate, TimeDelta};
use clap::Args;

use sprechzeit::config::{Config, KeyText, NO_VAULT_KEY};
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::{Clock, local};
use sprechzeit::shifts;
use sprechzeit::simulation::{self, Plan, Report, Stage};
use sprechzeit::vault::Key;
use sprechzeit::{app, demo};

use crate::ConfigFile;

#[derive(Args)]
pub struct Options {
    /// The hotline's name, number or id [default: the first].
    #[arg(long, value_name = "NAME_OR_NUMBER")]
    hotline: Option<String>,
    /// The day whose shifts, absences and consultations are played [default: today].
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<NaiveDate>,
    /// How many call in an hour while the hotline is open, on average.
    #[arg(long, value_name = "NUMBER", default_value_t = 12.0, value_parser = rate)]
    calls_per_hour: f64,
    /// The same seed plays the same day.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Plays the day again and again, with the seeds that follow, until so many have called.
    #[arg(long, value_name = "NUMBER", value_parser = from_one)]
    calls: Option<usize>,
    /// Webhooks are lost, late, repeated and reordered, nodes are killed, the database goes away.
    #[arg(long)]
    faults: bool,
    /// Tells what was said and done in this call, counted from 1.
    #[arg(long, value_name = "NUMBER", value_parser = from_one)]
    call: Option<usize>,
    /// For machines.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    file: ConfigFile,
}

fn date(text: &str) -> Result<NaiveDate, String> {
    local::plannable(text).ok_or_else(|| format!("\"{text}\" is not a day such as 2026-10-24"))
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| (0.1..=2000.0).contains(rate));
    rate.ok_or_else(|| format!("\"{text}\" is not a number from 0.1 to 2000"))
}

fn from_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| format!("\"{text}\" is not a number from 1 on"))
}

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let stage = {
        // Only what comes of it is told.
        let _quiet = tracing::subscriber::set_default(tracing::subscriber::NoSubscriber::default());
        let source = source(options).await?;
        let stage = set_up(&source.desk, options).await;
        source.desk.db.close().await;
        stage?
    };
    if stage.open.is_empty() {
        eprintln!("{} is closed on {}: callers hear that it is. Another day: --date.", stage.hotline.name, stage.day);
    }
    let plan = Plan {
        seed: options.seed,
        calls_per_hour: options.calls_per_hour,
        faults: options.faults,
        follow: options.call,
        sabotage: None,
    };
    let report = play(stage, plan, options.calls.unwrap_or_default()).await?;
    match options.json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print!("{report}"),
    }
    match report.breaches.len() {
        0 => Ok(()),
        breaches => bail!("{breaches} times a rule of calls was broken"),
    }
}

/// The demonstration begins so long after midnight.
const MORNING: TimeDelta = TimeDelta::hours(7);

/// Where the plans come from.
struct Source {
    desk: Desk,
    /// Of an invented source: its folder goes with it.
    _folder: Option<Invented>,
}

struct Invented(std::path::PathBuf);

impl Drop for Invented {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn source(options: &Options) -> anyhow::Result<Source> {
    let mut config = crate::read(options.file.config.as_deref())?;
    let folder = crate::folder(&config);
    if config.vault.keys.is_empty() && folder.join("keys").exists() {
        config.vault.keys = vec![KeyText(crate::demo_keys(&folder)?.0)];
    }
    let is_there = config.database.url.is_some() || folder.join("sprechzeit.sqlite").exists();
    if is_there && !config.vault.keys.is_empty() {
        let desk = crate::open(config.clone()).await?;
        if !shifts::list_hotlines(&desk.db, None).await?.is_empty() {
            return Ok(Source { desk, _folder: None });
        }
        desk.db.close().await;
        eprintln!("There is no hotline in the database: the demonstration's is played.");
    } else if is_there {
        // What is sealed there cannot be read.
        bail!(NO_VAULT_KEY);
    } else {
        eprintln!("There is no database: the demonstration's hotline is played.");
    }
    invent(config, options.date).await
}

/// The demonstration as it would begin on the morning of the day, in a database of its own: a seed plays alike wherever,
/// and whenever.
async fn invent(config: Config, day: Option<NaiveDate>) -> anyhow::Result<Source> {
    let folder = std::env::temp_dir().join(format!("sprechzeit-simulated-demo-{}", std::process::id()));
    crate::make_folder(&folder)?;
    let folder = Invented(folder);
    let mut config = config;
    config.vault.keys = vec![KeyText(Key::mint())];
    config.telephony.duty_card.folder = None;
    let url = format!("sqlite:{}", folder.0.join("demo.sqlite").display());
    let clock = day.map_or_else(Clock::default, |day| Clock::standing_at(local::whole_day(day).start + MORNING));
    let desk = app::desk(config, &url, clock, Mode::Demo).await?;
    demo::fill(&desk, desk.now()).await.context("the demonstration could not be filled")?;
    Ok(Source { desk, _folder: Some(folder) })
}

async fn set_up(source: &Desk, options: &Options) -> anyhow::Result<Stage> {
    let hotline = super::hotline_or_first(source, options.hotline.as_deref()).await?;
    if !hotline.active {
        bail!("{} is not in operation", hotline.name);
    }
    let day = options.date.unwrap_or_else(|| local::day(source.now()));
    Ok(Stage::build(source, hotline, day).await?)
}

async fn play(stage: Stage, plan: Plan, calls: usize) -> anyhow::Result<Report> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let mut played = tokio::task::spawn_blocking(move || {
        let progress = Progress::new(calls);
        simulation::play(&stage, &plan, calls, &stopped, |called| progress.add(called))
    });
    let report = tokio::select! {
        report = &mut played => report,
        () = crate::interrupted() => {
            eprintln!("\nstopped; this is what there is");
            stop.store(true, Ordering::Relaxed);
            played.await
        }
    };
    Ok(report.context("the simulation broke down")??)
}

/// How far a long run is, on standard error.
struct Progress {
    calls: usize,
    called: AtomicUsize,
    told: std::sync::Mutex<Stopwatch>,
}

/// So often progress is told.
const OFTEN: Duration = Duration::from_millis(500);

impl Progress {
    fn new(calls: usize) -> Self {
        Self { calls, called: AtomicUsize::new(0), told: std::sync::Mutex::new(Stopwatch::now()) }
    }

    fn add(&self, called: usize) {
        let called = self.called.fetch_add(called, Ordering::Relaxed) + called;
        let Ok(mut told) = self.told.try_lock() else { return };
        if told.elapsed() > OFTEN && std::io::stderr().is_terminal() {
            *told = Stopwatch::now();
            eprint!("\r{called} of {} calls ", self.calls);
        }
    }
}
