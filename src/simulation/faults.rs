//! What goes wrong between provider and engine: webhooks that are lost, come twice, late or in another order, nodes that
//! are killed in the middle, a database that is away.

use chrono::TimeDelta;

use crate::kernel::{Instant, Span};

use super::chance::Chance;

/// What happens to one webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// It never arrives.
    Lost,
    /// It is done, and its answer never arrives.
    AnswerLost,
    /// The node is killed before so many trips to its database.
    Killed(u32),
    /// It comes once more, so many seconds later.
    Twice(u32),
}

impl Fault {
    /// Of a webhook that is answered.
    pub fn draw(chance: &mut Chance) -> Self {
        match chance.below(100) {
            0..=2 => Self::Lost,
            3..=4 => Self::AnswerLost,
            5..=7 => Self::Killed(chance.below(24) as u32),
            8..=10 => Self::Twice(0),
            11..=12 => Self::Twice(1 + chance.below(60) as u32),
            _ => Self::None,
        }
    }
}

/// How much later a report comes than it is sent, and how often it comes: 0 where it is lost.
pub fn report(chance: &mut Chance) -> (TimeDelta, u32) {
    let (late, times) = match chance.below(20) {
        0 => (0, 0),
        1 => (chance.below(50), 1),
        2 => (chance.below(20), 2),
        _ => (0, 1),
    };
    (TimeDelta::seconds(late as i64), times)
}

/// When the database is away: one short time, through which callers are asked for patience, and one long time.
pub fn outages(chance: &mut Chance, open: &[Span]) -> Vec<Span> {
    let Some(open) = chance.pick(open).copied() else { return vec![] };
    let mut outage = |seconds: (f64, f64)| {
        let at = chance.between(0.0, open.length().num_seconds() as f64);
        let start = open.start + seconds_of(at);
        Span { start, end: start + seconds_of(chance.between(seconds.0, seconds.1)) }
    };
    vec![outage((8.0, 25.0)), outage((60.0, 240.0))]
}

pub fn seconds_of(seconds: f64) -> TimeDelta {
    TimeDelta::milliseconds((seconds * 1000.0) as i64)
}

pub fn is_away(outages: &[Span], at: Instant) -> bool {
    outages.iter().any(|outage| outage.contains(at))
}
