//! One simulated day from the first caller to the audit, and many of them on all cores.
//!
//! Rule: a day depends on its seed alone, so the days of a long run can be played one by one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;

use crate::kernel::{Instant, Span};
use crate::people;
use crate::rounds;
use crate::shifts::IfNobodyFits;

use super::chance::Chance;
use super::exchange::{Exchange, Line};
use super::habits::Caller;
use super::report::Report;
use super::sabotage::Sabotage;
use super::stage::{Set, Stage};
use super::watch::{How, Kept, Watch};
use super::{Plan, SimulationError, faults, store};

/// How a call went, for the figures.
#[derive(Clone, Debug)]
pub struct Told {
    pub arrived: Instant,
    pub how: How,
    /// From the first webhook to a person, in seconds.
    pub waited: Option<f64>,
    /// As it was recorded; None where it never was.
    pub ending: Option<String>,
}

impl Told {
    /// Whoever hangs up while the code of their booking is read has the booking. How long that takes depends on the code.
    pub fn has_what_it_came_for(&self) -> bool {
        matches!(self.ending.as_deref(), Some("booking" | "callback"))
    }
}

/// Streams of chance of a day; callers have those from 1000 on.
const ARRIVALS: u64 = 1;
const OUTAGES: u64 = 2;
const CALLERS: u64 = 1000;
/// Outside opening hours so much of the usual number call.
const CLOSED: f64 = 0.04;
/// Then the longest talk and the longest silence are over (see `calls`).
const LONG_AFTER: TimeDelta = TimeDelta::hours(5);

/// Plays days until so many callers have called, on all cores; `stop` ends it early. `done` is told the number of callers
/// of each day that is over.
pub fn play(
    stage: &Stage,
    plan: &Plan,
    calls: usize,
    stop: &AtomicBool,
    done: impl Fn(usize) + Sync,
) -> Result<Report, SimulationError> {
    let days = days(stage, plan, calls);
    let next = AtomicUsize::new(0);
    let report = Mutex::new(Report::new(plan, stage));
    let failed = Mutex::new(None);
    let keep = |day: usize, result: Result<Report, SimulationError>| match result {
        Ok(played) => {
            done(played.calls);
            report.lock().unwrap_or_else(PoisonError::into_inner).add(day, played);
        }
        Err(error) => {
            stop.store(true, Ordering::Relaxed);
            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    };
    let work = || {
        // What is told of single calls would be told a hundred thousand times.
        let _quiet = tracing::subscriber::set_default(tracing::subscriber::NoSubscriber::default());
        // Nothing here waits for the network, and a runtime that could is woken at twice the cost.
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return };
        while let day = next.fetch_add(1, Ordering::Relaxed)
            && day < days
            && !stop.load(Ordering::Relaxed)
        {
            keep(day, runtime.block_on(play_day(stage, plan, day, &|| stop.load(Ordering::Relaxed))));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores.min(days) {
            scope.spawn(work);
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(report.into_inner().unwrap_or_else(PoisonError::into_inner).finished()),
    }
}

/// How many days it takes until so many have called; one at least.
fn days(stage: &Stage, plan: &Plan, calls: usize) -> usize {
    let (mut days, mut called) = (0, 0);
    // A hotline that nobody calls would take for ever.
    while days == 0 || (called < calls && days < 1_000_000) {
        called += arrivals(stage, &of_day(plan, days)).len();
        days += 1;
    }
    days
}

fn of_day(plan: &Plan, day: usize) -> Plan {
    Plan { seed: plan.seed.wrapping_add(day as u64), ..*plan }
}

/// When callers call: in each half hour of the day some, more in the morning than in the afternoon.
fn arrivals(stage: &Stage, plan: &Plan) -> Vec<Instant> {
    let mut chance = Chance::new(plan.seed, ARRIVALS);
    let day = stage.span();
    let half_hours = day.length().num_minutes() / 30;
    let is_open = |at: Instant| stage.open.iter().any(|span| span.contains(at));
    let open = (0..half_hours).filter(|half| is_open(half_hour(day, *half))).count().max(1);
    let (mut times, mut place) = (Vec::new(), 0);
    for half in 0..half_hours {
        let start = half_hour(day, half);
        let weight = match is_open(start) {
            true => {
                place += 1;
                1.0 + 0.4 * (std::f64::consts::TAU * (f64::from(place) - 0.5) / open as f64).sin()
            }
            false => CLOSED,
        };
        let count = chance.count(plan.calls_per_hour / 2.0 * weight);
        times.extend((0..count).map(|_| start + faults::seconds_of(chance.between(0.0, 1800.0))));
    }
    times.sort();
    times
}

fn half_hour(day: Span, half: i64) -> Instant {
    day.start + TimeDelta::minutes(30 * half)
}

/// Plays one day of a run, the first being 0.
pub async fn play_day(
    stage: &Stage,
    plan: &Plan,
    day: usize,
    stop: &impl Fn() -> bool,
) -> Result<Report, SimulationError> {
    let plan = of_day(plan, day);
    let set = stage.set()?;
    let mut exchange = enter(stage, &plan, &set).await?;
    exchange.play(stop).await?;
    let over = exchange.desk.now() + LONG_AFTER;
    for pause in [TimeDelta::minutes(20), LONG_AFTER] {
        exchange.desk.clock.advance(pause);
        rounds::sweep(&exchange.desk).await;
    }
    if let Some(Sabotage::AtEnd(guard)) = plan.sabotage {
        store::break_guard(&exchange.desk.db, guard).await?;
    }
    let kept = kept(&exchange).await?;
    let Exchange { mut watch, lines, counted, story, .. } = exchange;
    let mut bytes = set.desk.db.bytes().await?;
    if !stop() {
        watch.audit(over, &kept);
        let range = stage.range;
        if plan.sabotage == Some(Sabotage::KeepsNumber) {
            bytes.extend(range.as_bytes());
        }
        watch.audit_bytes(over, &bytes, range);
    }
    let told = lines.iter().enumerate().filter_map(|(place, line)| {
        let (_, how) = line.over?;
        let row = kept.calls.get(&super::exchange::leg_name(place));
        let ending = row.and_then(|row| row.ending.clone());
        let waited = line.reached.map(|at| (at - line.arrives).num_milliseconds() as f64 / 1000.0);
        Some(Told { arrived: line.arrives, how, waited, ending })
    });
    let mut report = Report::of_day(&plan, stage, told.collect(), (watch.breaches, counted));
    report.story = story;
    Ok(report)
}

async fn enter<'p>(stage: &Stage, plan: &'p Plan, set: &Set) -> Result<Exchange<'p>, SimulationError> {
    let (desk, hotline) = (set.desk.clone(), stage.hotline.clone());
    let flows = reachable(stage);
    let mut watch = Watch::new(plan.seed, plan.faults, (hotline.id, hotline.rules.pause_seconds), &flows);
    if hotline.rules.if_nobody_fits == IfNobodyFits::Wait {
        watch.does_not_judge_rounds();
    }
    let cut_off = set.cut_off().await?;
    let mut exchange = Exchange::new(plan, desk, cut_off, hotline, watch);
    exchange.day = stage.span();
    if plan.faults {
        exchange.outages = faults::outages(&mut Chance::new(plan.seed, OUTAGES), &stage.open);
    }
    for officer in people::list_officers(&exchange.desk.db, None).await? {
        let (number, _) = people::contact_of(&exchange.desk.db, &exchange.desk.vault, officer.id).await?;
        let Some(number) = number else { continue };
        let dead = exchange.chance.share(0.02);
        exchange.watch.knows(number.clone(), officer.id);
        exchange.telephones.entry(number).or_default().dead = dead;
    }
    for (place, at) in arrivals(stage, plan).into_iter().enumerate() {
        let mut chance = Chance::new(plan.seed, CALLERS + place as u64);
        let caller = Caller::new(&mut chance, stage.range);
        exchange.lines.push(Line::new(caller, chance, at));
    }
    Ok(exchange)
}

/// The hotline's flow, and those to which it may jump.
fn reachable(stage: &Stage) -> Vec<std::sync::Arc<crate::flows::Edition>> {
    let shelf = stage.shelf();
    let mut found: Vec<std::sync::Arc<crate::flows::Edition>> = Vec::new();
    let mut ahead = vec![stage.hotline.flow.clone()];
    while let Some(name) = ahead.pop() {
        let Some(edition) = shelf.published(&name).filter(|it| !found.iter().any(|known| known.name == it.name)) else {
            continue;
        };
        ahead.extend(edition.flow.jumps().map(str::to_owned));
        found.push(edition);
    }
    found
}

async fn kept(exchange: &Exchange<'_>) -> Result<Kept, SimulationError> {
    let db = &exchange.desk.db;
    let calls = store::list_calls(db).await?.into_iter().map(|call| (call.provider_call.clone(), call)).collect();
    let mut attempts: BTreeMap<String, Vec<store::KeptAttempt>> = BTreeMap::new();
    for attempt in store::list_attempts(db).await? {
        attempts.entry(attempt.provider_call.clone()).or_default().push(attempt);
    }
    Ok(Kept { calls, attempts, steps: store::count_steps(db).await?.into_iter().collect() })
}
