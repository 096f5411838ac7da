//! Stories of calls, told in the words of those who are in them: `caller.dials(); anna.declines(); ben.accepts();`.
//!
//! A book tells many stories in one world, on each engine: every story has a day, a hotline and officers of its own. Each
//! is heard to its end before the book says which of them went otherwise.

mod callers;
mod clock;
mod duty;
mod keys;
mod network;
mod strategies;
mod telling;
mod tiers;
mod waiting;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sprechzeit::config::Config;

use crate::callways::Flows;
use crate::world::{World, engines, runtime};

use telling::{Tale, moment};

/// A Monday without a holiday until October.
const FIRST_DAY: &str = "2026-06-08";
/// Eleven in the morning in Berlin, in summer.
const MORNING: &str = "09:00:00Z";

/// Stories that share a world, and the flows that their hotlines may have.
#[derive(Default)]
pub struct Book {
    flows: Vec<(String, String)>,
    stories: Vec<Story>,
}

type Story = (String, Box<dyn Fn(&Tale)>);

impl Book {
    /// With one flow, "plain", that connects at once: as `connect` says more, for instance `strategy: by_turns`.
    pub fn connecting(connect: &str) -> Self {
        Self::default().connect("plain", connect)
    }

    /// With one more flow that connects at once.
    pub fn connect(self, name: &str, connect: &str) -> Self {
        let nodes =
            format!("  first:\n    connect: {{ ring: 20 s, longest_wait: 3 min, nobody: goodbye, {connect} }}\n");
        self.flow(name, &nodes)
    }

    /// With one more flow: the nodes from "first" on, of which one leads to "goodbye".
    pub fn flow(mut self, name: &str, nodes: &str) -> Self {
        self.flows.push((name.to_owned(), nodes.to_owned()));
        self
    }

    pub fn story(mut self, name: impl Into<String>, tell: impl Fn(&Tale) + 'static) -> Self {
        self.stories.push((name.into(), Box::new(tell)));
        self
    }

    /// Tells all stories on both engines, and fails with the names of those that went otherwise.
    pub fn tell(self) {
        let flows: Vec<_> = self.flows.iter().map(|(name, nodes)| (name.as_str(), nodes.as_str())).collect();
        let flows = Flows::with(&flows);
        let mut otherwise = Vec::new();
        for engine in engines() {
            runtime().block_on(async {
                let set = |config: &mut Config| {
                    config.telephony.flows = (!self.flows.is_empty()).then(|| flows.0.clone());
                };
                let mut world = World::start_with(engine, &format!("{FIRST_DAY}T{MORNING}"), set).await;
                for (number, (name, tell)) in self.stories.iter().enumerate() {
                    begin_day(&world, number);
                    let tale = Tale::of(&world, number).await;
                    if let Err(why) = catch_unwind(AssertUnwindSafe(|| tell(&tale))) {
                        otherwise.push(format!("\"{name}\" on {engine:?}: {}", words(&*why)));
                    }
                }
                world.shut_down().await;
            });
        }
        assert!(otherwise.is_empty(), "{} stories went otherwise:\n{}", otherwise.len(), otherwise.join("\n"));
    }
}

/// The story's day, which is later than those of the stories before.
fn begin_day(world: &World, number: usize) {
    let days = chrono::TimeDelta::days(i64::try_from(number).unwrap());
    let begin = moment(&format!("{FIRST_DAY}T{MORNING}")) + days;
    world.desk.clock.advance((begin - world.now()).max(chrono::TimeDelta::zero()));
}

fn words(panic: &(dyn Any + Send)) -> String {
    let plain = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    plain.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
