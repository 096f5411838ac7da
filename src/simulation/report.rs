//! What came of simulated days: how many were answered, how long they waited, how calls ended, and what was broken.

use std::collections::BTreeMap;
use std::fmt;

use chrono::TimeDelta;
use serde::Serialize;

use crate::kernel::local;

use super::day::Told;
use super::exchange::Counted;
use super::watch::{Breach, How};
use super::{Plan, Stage};

/// The figures of one day, or of many.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub hotline: String,
    pub date: chrono::NaiveDate,
    pub seed: u64,
    pub faults: bool,
    pub days: usize,
    pub calls: usize,
    /// Talked with an officer whom the engine reached.
    pub answered: usize,
    /// Talked with somebody whom the duty card reached.
    pub answered_by_card: usize,
    /// Hung up before anybody was reached.
    pub abandoned: usize,
    pub webhooks: u64,
    /// Webhooks to which something happened on purpose.
    pub faulty: u64,
    /// From the first ring to a person, in seconds: median, 90, 95, 99 of 100, and the longest.
    pub waited: Quantiles,
    /// How calls ended, as recorded.
    pub endings: BTreeMap<String, usize>,
    pub half_hours: BTreeMap<String, HalfHour>,
    pub breaches: Vec<Breach>,
    /// What happened in the call that was followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub story: Vec<String>,
    #[serde(skip)]
    waits: Vec<f64>,
    #[serde(skip)]
    order: BTreeMap<usize, Vec<Breach>>,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Quantiles {
    pub p50: f64,
    pub p90: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct HalfHour {
    pub calls: usize,
    pub answered: usize,
    pub abandoned: usize,
}

impl Report {
    pub fn new(plan: &Plan, stage: &Stage) -> Self {
        Self {
            hotline: stage.hotline.name.clone(),
            date: stage.day,
            seed: plan.seed,
            faults: plan.faults,
            days: 0,
            calls: 0,
            answered: 0,
            answered_by_card: 0,
            abandoned: 0,
            webhooks: 0,
            faulty: 0,
            waited: Quantiles::default(),
            endings: BTreeMap::new(),
            half_hours: BTreeMap::new(),
            breaches: Vec::new(),
            story: Vec::new(),
            waits: Vec::new(),
            order: BTreeMap::new(),
        }
    }

    pub(super) fn of_day(
        plan: &Plan,
        stage: &Stage,
        told: Vec<Told>,
        (breaches, counted): (Vec<Breach>, Counted),
    ) -> Self {
        let mut report = Self::new(plan, stage);
        (report.days, report.calls) = (1, told.len());
        (report.webhooks, report.faulty) = (counted.webhooks, counted.faults);
        for call in told {
            let half = report.half_hours.entry(half_hour(&call)).or_default();
            half.calls += 1;
            match call.how {
                How::Person => {
                    report.answered += 1;
                    half.answered += 1;
                    report.waits.extend(call.waited);
                }
                How::ByCard => {
                    report.answered_by_card += 1;
                    half.answered += 1;
                }
                How::GaveUp if !call.has_what_it_came_for() => {
                    report.abandoned += 1;
                    half.abandoned += 1;
                }
                How::GaveUp | How::Ended => {}
            }
            *report.endings.entry(call.ending.unwrap_or_else(|| "unrecorded".to_owned())).or_default() += 1;
        }
        report.breaches = breaches;
        report
    }

    /// Adds another day; in which order they come does not matter.
    pub(super) fn add(&mut self, day: usize, other: Self) {
        self.days += other.days;
        self.calls += other.calls;
        self.answered += other.answered;
        self.answered_by_card += other.answered_by_card;
        self.abandoned += other.abandoned;
        self.webhooks += other.webhooks;
        self.faulty += other.faulty;
        for (ending, count) in other.endings {
            *self.endings.entry(ending).or_default() += count;
        }
        for (half, of) in other.half_hours {
            let sum = self.half_hours.entry(half).or_default();
            sum.calls += of.calls;
            sum.answered += of.answered;
            sum.abandoned += of.abandoned;
        }
        self.waits.extend(other.waits);
        self.story.extend(other.story);
        self.order.insert(day, other.breaches);
    }

    pub(super) fn finished(mut self) -> Self {
        self.breaches = std::mem::take(&mut self.order).into_values().flatten().collect();
        self.waits.sort_by(f64::total_cmp);
        self.waited = Quantiles::of(&self.waits);
        self
    }
}

impl Quantiles {
    /// Of sorted values, by nearest rank.
    fn of(sorted: &[f64]) -> Self {
        let rank = |share: f64| {
            let place = (share * sorted.len() as f64).ceil() as usize;
            sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
        };
        Self { p50: rank(0.5), p90: rank(0.9), p95: rank(0.95), p99: rank(0.99), max: rank(1.0) }
    }
}

fn half_hour(call: &Told) -> String {
    let wall = local::wall(call.arrived);
    let since = TimeDelta::minutes(i64::from(chrono::Timelike::minute(&wall) % 30));
    (wall - since).format("%H:%M").to_string()
}

/// The widest bar, in characters.
const WIDEST: usize = 48;
/// So many breaches are shown.
const SHOWN: usize = 20;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |count: usize| 100.0 * count as f64 / self.calls.max(1) as f64;
        let faults = if self.faults { ", with faults" } else { "" };
        writeln!(f, "{}, {}, seed {}{faults}", self.hotline, self.date.format("%a %-d %b %Y"), self.seed)?;
        let days = if self.days == 1 { String::new() } else { format!(" on {} such days", self.days) };
        writeln!(f, "{} calls{days}, {} webhooks, {} of them disturbed", self.calls, self.webhooks, self.faulty)?;
        writeln!(f, "  answered   {:>7}  {:>5.1} %", self.answered, of(self.answered))?;
        if self.answered_by_card > 0 {
            writeln!(f, "  by card    {:>7}  {:>5.1} %", self.answered_by_card, of(self.answered_by_card))?;
        }
        writeln!(f, "  abandoned  {:>7}  {:>5.1} %", self.abandoned, of(self.abandoned))?;
        let Quantiles { p50, p90, p95, p99, max } = self.waited;
        writeln!(
            f,
            "  until a person: p50 {p50:.0} s, p90 {p90:.0} s, p95 {p95:.0} s, p99 {p99:.0} s, max {max:.0} s"
        )?;
        let endings = self.endings.iter().map(|(ending, count)| format!("{ending} {count}"));
        writeln!(f, "  endings: {}", endings.collect::<Vec<_>>().join(", "))?;
        writeln!(f, "\nPer half hour: \u{2588} answered, \u{2592} ended otherwise, \u{00b7} abandoned")?;
        let most = self.half_hours.values().map(|half| half.calls).max().unwrap_or(1);
        for (half, of) in &self.half_hours {
            writeln!(f, "  {half} {:>6} {}", of.calls, bar(of, most))?;
        }
        if !self.story.is_empty() {
            writeln!(f, "\nThe call that was followed:")?;
            self.story.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        }
        match self.breaches.as_slice() {
            [] => writeln!(f, "\nNo invariant was broken."),
            breaches => {
                writeln!(f, "\n{} breaches:", breaches.len())?;
                breaches.iter().take(SHOWN).try_for_each(|breach| writeln!(f, "  {breach}"))?;
                writeln!(
                    f,
                    "To see one again: sprechzeit simulate with --seed and --call of its line, and without --calls."
                )
            }
        }
    }
}

fn bar(half: &HalfHour, most: usize) -> String {
    let width = |count: usize| (count * WIDEST).div_ceil(most.max(1));
    let (all, answered) = (width(half.calls), width(half.answered));
    let abandoned = (half.abandoned * WIDEST / most.max(1)).min(all - answered.min(all));
    let between = all.saturating_sub(answered + abandoned);
    ["\u{2588}".repeat(answered), "\u{2592}".repeat(between), "\u{00b7}".repeat(abandoned)].concat()
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invariant, seed, call, at, what } = self;
        write!(f, "{invariant:?}: --seed {seed} --call {call}, at {}: {what}", local::wall(*at).format("%H:%M:%S"))
    }
}
