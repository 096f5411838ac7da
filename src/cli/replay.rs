//! `sprechzeit replay`: a month's real calls against another plan, and what would have changed.

use anyhow::Context;
use chrono::{NaiveDate, TimeDelta};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use sprechzeit::calls::{self, Compared, Fate, Replay};
use sprechzeit::desk::Desk;
use sprechzeit::kernel::id::ShiftId;
use sprechzeit::kernel::{Instant, Span, local};
use sprechzeit::people::{self, Officer};
use sprechzeit::shifts::{Hotline, Shift, ShiftPlan, ShiftState, Tier};

use super::{Format, Unusable, say};
use crate::ConfigFile;

#[derive(Args)]
pub struct Options {
    /// The month whose calls are played, as 2026-10.
    #[arg(long, value_name = "MONTH", value_parser = month)]
    month: Span,
    /// The other plan, a JSON file: [{"officer": "NAME_OR_ID", "day": "2026-10-05", "from": "08:00", "until": "16:00",
    /// "tier": 1}, …]. Days without a line have no shifts.
    #[arg(long, value_name = "FILE")]
    plan: std::path::PathBuf,
    /// The hotline's name, number or id [default: the only one].
    #[arg(long, value_name = "NAME_OR_NUMBER")]
    hotline: Option<String>,
    /// Lists every call, and not those alone that would have gone otherwise.
    #[arg(long)]
    all: bool,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    file: ConfigFile,
}

fn month(text: &str) -> Result<Span, String> {
    let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
    let first =
        first.filter(|day| local::is_plannable(*day)).ok_or(format!("\"{text}\" is not a month such as 2026-10"))?;
    Ok(local::whole_month(first))
}

/// A line of the plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    officer: String,
    day: NaiveDate,
    from: String,
    until: String,
    #[serde(default = "first")]
    tier: i64,
}

fn first() -> i64 {
    1
}

impl Line {
    fn shift(&self, hotline: &Hotline, officers: &[Officer], position: i64) -> Result<Shift, String> {
        let mut called = officers.iter().filter(|it| it.name == self.officer || it.id.to_string() == self.officer);
        let officer = match (called.next(), called.next()) {
            (Some(officer), None) => officer.id,
            (None, _) => return Err(format!("there is no officer \"{}\"", self.officer)),
            (Some(_), Some(_)) => return Err(format!("several officers are called \"{}\": give the id", self.officer)),
        };
        let time = |text: &str| local::time(text).ok_or(format!("\"{text}\" is not a time such as 08:00"));
        let (from, until) = (time(&self.from)?, time(&self.until)?);
        let tier = Tier::new(self.tier).map_err(|error| error.to_string())?;
        let plan = ShiftPlan { officer, day: self.day, from, until, tier, position: None };
        let span = plan.span().ok_or("this shift has no length".to_owned())?;
        let at = span.start;
        Ok(Shift {
            id: ShiftId::mint(),
            hotline: hotline.id,
            officer,
            span,
            tier,
            position,
            state: ShiftState::Published,
            sequence: 0,
            created_at: at,
            updated_at: at,
        })
    }
}

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&options.plan).with_context(|| format!("{}", options.plan.display()))?;
    let lines: Vec<Line> =
        serde_json::from_str(&text).map_err(|error| Unusable(format!("{}: {error}", options.plan.display())))?;
    let desk = crate::open(crate::read(options.file.config.as_deref())?).await?;
    let played = play(&desk, options, &lines).await;
    desk.db.close().await;
    played
}

async fn play(desk: &Desk, options: &Options, lines: &[Line]) -> anyhow::Result<()> {
    let hotline = super::hotline(desk, options.hotline.as_deref()).await?;
    let officers = people::list_officers(&desk.db, None).await?;
    let numbered = lines.iter().zip(1_i64..);
    let shifts: Result<Vec<Shift>, _> = numbered
        .map(|(line, number)| {
            let wrong = |why| Unusable(format!("{}, shift {number}: {why}", options.plan.display()));
            line.shift(&hotline, &officers, number).map_err(wrong)
        })
        .collect();
    let replay = calls::replay(desk, &hotline, options.month, shifts?).await?;
    match options.format {
        Format::Text => told(&hotline, options, &replay),
        Format::Json => say(serde_json::to_string_pretty(&as_json(&hotline, &replay))?),
    }
    Ok(())
}

fn told(hotline: &Hotline, options: &Options, replay: &Replay) {
    let month = local::wall(options.month.start).format("%B %Y");
    say(format_args!(
        "{}, {}: {} calls asked for a person in {month}",
        hotline.name,
        hotline.number,
        replay.calls.len()
    ));
    say("Who was not rung then is taken to accept as officers usually did in this month:");
    let (accepts, talks) = (seconds(replay.habits.accepts_after), seconds(replay.habits.talks_for));
    say(format_args!("after {accepts}, and to talk for {talks}. Neighbours' help is not played.\n"));
    say("                      answered   not   median wait   longest wait");
    type Of = fn(&Compared) -> &Fate;
    let rows: [(&str, Of); 3] = [
        ("recorded", |it| &it.recorded),
        ("played, plan of then", |it| &it.planned),
        ("played, other plan", |it| &it.other),
    ];
    for (name, of) in rows {
        let mut waits: Vec<TimeDelta> = replay.calls.iter().filter_map(|call| Some(of(call).answered?.1)).collect();
        waits.sort_unstable();
        let wait = |place: Option<&TimeDelta>| place.map_or("-".into(), |wait| seconds(*wait));
        let (middle, longest) = (wait(waits.get(waits.len() / 2)), wait(waits.last()));
        let not = replay.calls.len() - waits.len();
        say(format_args!("{name:<22}{:>8}{not:>6}{middle:>14}{longest:>15}", waits.len()));
    }
    let differs = |call: &&Compared| options.all || call.planned.answered != call.other.answered;
    let shown: Vec<&Compared> = replay.calls.iter().filter(differs).collect();
    say(format_args!(
        "\n{}",
        if shown.is_empty() { "No call would have gone otherwise." } else { "Would have gone otherwise:" }
    ));
    for call in shown {
        let fate = |fate: &Fate| match fate.answered {
            Some((officer, after)) => format!("{} after {}", name(replay, officer), seconds(after)),
            None if fate.rung.is_empty() => "nobody to ring".to_owned(),
            None => format!("nobody of {} rung", fate.rung.len()),
        };
        let at = local::wall(call.asked_at).format("%a %-d %b %H:%M");
        say(format_args!("  {at}  {}: {} -> {}", call.call, fate(&call.planned), fate(&call.other)));
    }
}

fn name(replay: &Replay, officer: sprechzeit::kernel::id::OfficerId) -> &str {
    replay.names.get(&officer).map_or("?", String::as_str)
}

fn seconds(length: TimeDelta) -> String {
    match length.num_seconds() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

fn as_json(hotline: &Hotline, replay: &Replay) -> Value {
    let fate = |fate: &Fate| {
        json!({ "rung": fate.rung, "answered_by": fate.answered.map(|(officer, _)| officer),
            "after_seconds": fate.answered.map(|(_, after)| after.num_seconds()) })
    };
    let call = |it: &Compared| {
        json!({ "call": it.call, "at": Instant::rfc3339(it.asked_at), "recorded": fate(&it.recorded),
            "plan_of_then": fate(&it.planned), "other_plan": fate(&it.other) })
    };
    json!({ "hotline": hotline.id,
        "assumed": { "accepts_after_seconds": replay.habits.accepts_after.num_seconds(),
            "talks_for_seconds": replay.habits.talks_for.num_seconds() },
        "calls": replay.calls.iter().map(call).collect::<Vec<_>>() })
}
