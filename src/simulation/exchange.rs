//! The telephone network of a simulated day: it rings, waits, connects and tells the engine by webhook, as a provider does.
//!
//! Events in the order of their time, one after another, with a clock that jumps. Rule: it does only what a provider
//! could, and every decision about a call is the engine's.

mod caller;
mod card;
mod event;
mod line;
mod officer;
mod rota;
mod webhooks;

use std::collections::{BTreeMap, BinaryHeap};

use chrono::TimeDelta;
use serde_json::json;

use crate::calls::DutyCard;
use crate::calls::provider::DialOutcome;
use crate::desk::Desk;
use crate::kernel::{Instant, Phone, Span};
use crate::people::{self, Actor};
use crate::{rounds, shifts};

use self::event::{Due, Event, From};
use self::line::Phase;
pub use self::line::{Line, Telephone, leg_name};
use super::chance::Chance;
use super::door::Door;
use super::faults::{self, Fault, seconds_of};
use super::sabotage::Sabotage;
use super::store;
use super::watch::{How, Watch};
use super::{Plan, SimulationError};

/// A provider tries again after so long, and so often before it turns to the duty card.
const TRY_AGAIN: TimeDelta = TimeDelta::seconds(5);
const TRIES: u32 = 3;
/// How often lost calls and expired holds are looked for.
const SWEEP: TimeDelta = TimeDelta::minutes(5);
/// A change of the rota is on the duty card so soon.
const RENEW: TimeDelta = TimeDelta::seconds(15);

pub struct Exchange<'a> {
    pub plan: &'a Plan,
    pub desk: Desk,
    pub door: Door,
    /// The same node while its database is away.
    pub cut_off: Door,
    pub hotline: shifts::Hotline,
    pub day: Span,
    pub outages: Vec<Span>,
    pub chance: Chance,
    pub watch: Watch,
    pub lines: Vec<Line>,
    pub telephones: BTreeMap<Phone, Telephone>,
    pub counted: Counted,
    /// What happened on the line that is followed.
    pub story: Vec<String>,
    queue: BinaryHeap<Due>,
    queued: u64,
    now: Instant,
    card: Option<DutyCard>,
}

/// What one simulated day took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    pub webhooks: u64,
    pub faults: u64,
}

impl<'a> Exchange<'a> {
    pub fn new(plan: &'a Plan, desk: Desk, cut_off: Desk, hotline: shifts::Hotline, watch: Watch) -> Self {
        let day = Span { start: desk.now(), end: desk.now() };
        Self {
            plan,
            door: Door::of(desk.clone()),
            cut_off: Door::of(cut_off),
            now: desk.now(),
            desk,
            hotline,
            day,
            outages: Vec::new(),
            chance: Chance::new(plan.seed, 0),
            watch,
            lines: Vec::new(),
            telephones: BTreeMap::new(),
            counted: Counted::default(),
            story: Vec::new(),
            queue: BinaryHeap::new(),
            queued: 0,
            card: None,
        }
    }

    fn at(&mut self, at: Instant, event: Event) {
        self.queued += 1;
        self.queue.push(Due { at: at.max(self.now), place: self.queued, event });
    }

    fn after(&mut self, seconds: f64, event: Event) {
        self.at(self.now + seconds_of(seconds), event);
    }

    fn is_away(&self) -> bool {
        faults::is_away(&self.outages, self.now)
    }

    /// Plays until nothing more happens, or `stop` says so.
    pub async fn play(&mut self, stop: impl Fn() -> bool) -> Result<(), SimulationError> {
        self.look_up().await?;
        for line in 0..self.lines.len() {
            self.at(self.lines[line].arrives, Event::Arrives(line));
        }
        if let (Some(first), Some(last)) = (self.lines.first(), self.lines.last()) {
            let (first, last) = (first.arrives, last.arrives);
            let mut sweep = first;
            while sweep < last {
                self.at(sweep, Event::Sweeps);
                sweep = sweep + SWEEP;
            }
            self.plan_duty(Span { start: first, end: last });
        }
        self.renew().await?;
        if let Some(Sabotage::AtBeginning(guard)) = self.plan.sabotage {
            store::break_guard(&self.desk.db, guard).await?;
        }
        while let Some(due) = self.queue.pop() {
            if stop() {
                break;
            }
            self.desk.clock.advance(due.at - self.desk.now());
            self.now = due.at;
            self.happens(due.event).await?;
        }
        Ok(())
    }

    async fn happens(&mut self, event: Event) -> Result<(), SimulationError> {
        match event {
            Event::Arrives(line) => self.arrives(line),
            Event::Send(webhook) => self.send(webhook).await?,
            Event::Repeats { line, address, body, first } => self.repeats(line, &address, &body, &first).await,
            Event::Reports { line, address, body } => {
                self.counted.webhooks += 1;
                let door = if self.is_away() { &self.cut_off } else { &self.door };
                let answer = door.post(&address, &body).await;
                if answer.status >= 300 {
                    self.watch.disturbed(line);
                    self.watch.untold(line);
                }
                self.tell(line, (&address, &body), (Fault::None, Some(&answer)));
            }
            Event::Presses { line, turn, address, keys } if self.is_on(line, turn) => {
                if !keys.is_empty() {
                    self.watch.presses(line, self.now);
                }
                self.tells(line, From::Caller, address, json!({ "keys": keys }));
            }
            Event::Rings { line, turn, ring, decided } if self.is_on(line, turn) => self.rings(line, ring, decided),
            Event::Leg { line, turn, place, does } if self.is_on(line, turn) => self.leg(line, place, does),
            Event::Outside { line, turn, address, talked } if self.is_on(line, turn) => {
                let outcome = if talked { DialOutcome::Completed } else { DialOutcome::NoAnswer };
                let dialled = json!({ "outcome": outcome, "bridged": talked });
                self.tells(line, From::Caller, address, json!({ "dialled": dialled }));
            }
            Event::Records { line, turn, address } if self.is_on(line, turn) => self.recorded(line, address, None),
            Event::ComesBack { line, turn, address } if self.is_on(line, turn) => {
                self.tells(line, From::Caller, address, json!({}));
            }
            Event::Parts { line, turn } if self.is_on(line, turn) => self.parts(line),
            Event::Ends { line, turn } if self.is_on(line, turn) => {
                let how = if self.lines[line].reached.is_some() { How::Person } else { How::Ended };
                self.over(line, how);
            }
            Event::Card { line, turn, place } if self.is_on(line, turn) => self.card_rings(line, place),
            Event::GivesUp(line) => self.gives_up(line),
            Event::Deploys => self.deploys().await?,
            Event::Back(officer) if !self.is_away() => {
                // Somebody planned may have called the officer back.
                let _ = people::back(&self.desk, self.now, &Actor::system(), officer).await;
                self.look_up().await?;
                self.at(self.now + RENEW, Event::Renews);
            }
            Event::Back(officer) => self.at(self.now + TRY_AGAIN, Event::Back(officer)),
            Event::SitsDown => self.sits_down().await?,
            Event::StandsUp(officer, shift) => self.stands_up(officer, shift).await,
            Event::Sweeps if !self.is_away() => {
                rounds::sweep(&self.desk).await;
                self.watch.truth.add(people::list_commitments(&self.desk.db, self.day).await?);
            }
            Event::Renews if !self.is_away() => self.renew().await?,
            Event::Renews => self.at(self.now + RENEW, Event::Renews),
            // Something else came first.
            _ => {}
        }
        Ok(())
    }

    fn is_on(&self, line: usize, turn: u32) -> bool {
        self.lines[line].turn == turn && !matches!(self.lines[line].phase, Phase::Over)
    }

    /// Something else happens now: whatever was to come is passed over.
    fn turn(&mut self, line: usize, phase: Phase) -> u32 {
        let line = &mut self.lines[line];
        line.phase = phase;
        line.turn += 1;
        line.turn
    }
}
