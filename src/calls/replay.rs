//! Past calls against another plan: who would have been rung, who would have answered, and after how long.
//!
//! The same decisions as for a call (`route`), with the plan's duty and the callers' own times. What an officer did for a
//! call is done again; whoever was not rung then accepts as officers usually did. Not a simulation of chance: the same
//! calls give the same answer. Rule: it is said what was recorded and what is assumed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use chrono::TimeDelta;

use crate::desk::Desk;
use crate::flows::{Connect, Node};
use crate::kernel::id::{CallId, OfficerId};
use crate::kernel::{Instant, Span};
use crate::people::{self, Officer};
use crate::shifts::{self, Hotline, Rota, Rules, Shift};

use super::CallsError;
use super::call::{Attempt, Ending, Outcome};
use super::queue::{self, Waiting};
use super::route::{self, Decision, Lately, Order, Situation, Wish};
use super::store;
use super::why::{Against, Names};

/// A call of the past that asked for a person.
#[derive(Clone, Debug)]
pub struct PastCall {
    pub id: CallId,
    pub asked_at: Instant,
    pub wish: Wish,
    pub attempts: Vec<Attempt>,
    /// When the caller hung up who rang or waited for a person.
    pub hung_up_at: Option<Instant>,
    connect: Connect,
}

/// What becomes of a caller who asks for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fate {
    /// Who was rung, in order.
    pub rung: Vec<OfficerId>,
    /// Who answered, and after how long.
    pub answered: Option<(OfficerId, TimeDelta)>,
}

/// A call as it was, as the plan of then gives it, and as another one does.
#[derive(Clone, Debug)]
pub struct Compared {
    pub call: CallId,
    pub asked_at: Instant,
    pub recorded: Fate,
    pub planned: Fate,
    pub other: Fate,
}

/// What is assumed where nothing is recorded: the middle values of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    pub accepts_after: TimeDelta,
    pub talks_for: TimeDelta,
}

#[derive(Clone, Debug)]
pub struct Replay {
    pub calls: Vec<Compared>,
    pub habits: Habits,
    pub names: Names,
}

impl Default for Habits {
    fn default() -> Self {
        Self { accepts_after: TimeDelta::seconds(12), talks_for: TimeDelta::minutes(6) }
    }
}

/// Plays a hotline's calls of a window with the shifts of another plan. Absences and deployments stay as they were.
pub async fn replay(desk: &Desk, hotline: &Hotline, window: Span, shifts: Vec<Shift>) -> Result<Replay, CallsError> {
    let calls = load(desk, hotline, window).await?;
    let planned = shifts::load_rota(&desk.db, hotline.id, window).await?;
    let other = shifts::load_rota_of(&desk.db, shifts, window).await?;
    let officers: BTreeSet<OfficerId> = planned.officers().into_iter().chain(other.officers()).collect();
    let rung = calls.iter().flat_map(|call| call.attempts.iter().map(|attempt| attempt.officer));
    let officers: Vec<OfficerId> = officers.into_iter().chain(rung).collect::<BTreeSet<_>>().into_iter().collect();
    let officers = people::list_these(&desk.db, &officers).await?;
    let habits = Habits::of(&calls);
    let stage = |rota| Stage { rota, officers: &officers, rules: &hotline.rules, habits };
    let (mut planned, mut other) = (stage(&planned).play(&calls), stage(&other).play(&calls));
    let compared = calls.iter().map(|call| Compared {
        call: call.id,
        asked_at: call.asked_at,
        recorded: call.recorded(),
        planned: planned.remove(&call.id).unwrap_or_default(),
        other: other.remove(&call.id).unwrap_or_default(),
    });
    let names = officers.iter().map(|officer| (officer.id, officer.name.clone())).collect();
    Ok(Replay { calls: compared.collect(), habits, names })
}

/// The calls of a window that came to a place of the flow that connects.
async fn load(desk: &Desk, hotline: &Hotline, window: Span) -> Result<Vec<PastCall>, CallsError> {
    let mut asked: BTreeMap<CallId, (Instant, String, Connect)> = BTreeMap::new();
    for (call, step) in store::list_steps_within(&desk.db, hotline.id, window).await? {
        let Some(edition) = desk.flows.published(&step.flow) else { continue };
        for [_, _, to] in step.ways() {
            let there = edition.flow.nodes.iter().find(|(name, _)| name.as_str() == to);
            if let Some((_, Node::Connect(connect))) = there.filter(|_| !asked.contains_key(&call))
                && connect.hotline.is_none()
            {
                asked.insert(call, (step.at, to.to_owned(), connect.clone()));
            }
        }
    }
    let mut attempts: BTreeMap<CallId, Vec<Attempt>> = BTreeMap::new();
    for attempt in store::list_attempts_within(&desk.db, hotline.id, window).await? {
        attempts.entry(attempt.call).or_default().push(attempt);
    }
    let calls = store::list_past(&desk.db, hotline.id, window).await?.into_iter().filter_map(|past| {
        let (asked_at, node, connect) = asked.remove(&past.id)?;
        let attempts = attempts.remove(&past.id).unwrap_or_default();
        let hung_up = past.ending == Some(Ending::CallerGone) && past.node == node;
        let hung_up_at = past.ended_at.filter(|_| hung_up);
        Some(PastCall { id: past.id, asked_at, wish: past.wish, attempts, hung_up_at, connect })
    });
    Ok(calls.collect())
}

impl PastCall {
    fn recorded(&self) -> Fate {
        let accepted = self.attempts.iter().find_map(|it| Some((it.officer, it.accepted_at? - self.asked_at)));
        Fate { rung: self.attempts.iter().map(|attempt| attempt.officer).collect(), answered: accepted }
    }

    /// Until when the caller stays: whoever hung up while waiting has shown it; everybody else as long as the flow lets them.
    fn patience(&self) -> Instant {
        let longest = self.asked_at + TimeDelta::seconds(i64::from(self.connect.longest_wait));
        self.hung_up_at.map_or(longest, |hung_up| hung_up.min(longest))
    }

    fn talk(&self, habits: Habits) -> TimeDelta {
        let talked = self.attempts.iter().find_map(|attempt| Some(attempt.ended_at? - attempt.accepted_at?));
        talked.unwrap_or(habits.talks_for)
    }

    /// After how long an officer accepts, or else for how long it rings there.
    fn answer_of(&self, officer: OfficerId, habits: Habits) -> Result<TimeDelta, TimeDelta> {
        let rings = TimeDelta::seconds(i64::from(self.connect.ring));
        let Some(attempt) = self.attempts.iter().find(|attempt| attempt.officer == officer) else {
            return Ok(habits.accepts_after);
        };
        match (attempt.outcome, attempt.accepted_at, attempt.ended_at) {
            (Outcome::Accepted, Some(accepted), _) => Ok(accepted - attempt.rang_at),
            // How they would have done, nobody knows: a colleague was quicker, or the caller was gone.
            (Outcome::Taken | Outcome::CallerGone | Outcome::Ringing, ..) => Ok(habits.accepts_after),
            (_, _, Some(ended)) => Err((ended - attempt.rang_at).min(rings)),
            (_, _, None) => Err(rings),
        }
    }
}

impl Habits {
    fn of(calls: &[PastCall]) -> Self {
        let attempts = || calls.iter().flat_map(|call| &call.attempts);
        let usual = Self::default();
        let accepted = attempts().filter_map(|attempt| Some(attempt.accepted_at? - attempt.rang_at));
        let talked = attempts().filter_map(|attempt| Some(attempt.ended_at? - attempt.accepted_at?));
        Self {
            accepts_after: middle(accepted.collect()).unwrap_or(usual.accepts_after),
            talks_for: middle(talked.collect()).unwrap_or(usual.talks_for),
        }
    }
}

fn middle(mut all: Vec<TimeDelta>) -> Option<TimeDelta> {
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}

/// One plan, and whoever works in it.
struct Stage<'a> {
    rota: &'a Rota,
    officers: &'a [Officer],
    rules: &'a Rules,
    habits: Habits,
}

/// What has happened so far in a play.
#[derive(Default)]
struct Play {
    fates: BTreeMap<CallId, Fate>,
    busy_until: BTreeMap<OfficerId, Instant>,
    rang_at: BTreeMap<OfficerId, Instant>,
    /// From when until when officers talked.
    talks: Vec<(OfficerId, Span)>,
    waiting: BTreeMap<CallId, Waiting>,
}

/// Whoever waits looks again so often.
const AGAIN: TimeDelta = TimeDelta::seconds(10);

impl Stage<'_> {
    fn play(&self, calls: &[PastCall]) -> BTreeMap<CallId, Fate> {
        let mut play = Play::default();
        let mut agenda: BinaryHeap<_> = (0..calls.len()).map(|place| Reverse((calls[place].asked_at, place))).collect();
        while let Some(Reverse((now, place))) = agenda.pop() {
            let call = &calls[place];
            match self.turn(&mut play, call, now) {
                Some(again) => agenda.push(Reverse((again, place))),
                None => drop(play.waiting.remove(&call.id)),
            }
        }
        play.fates
    }

    /// One look for somebody; when the next one is due, unless the caller has somebody, or is done.
    fn turn(&self, play: &mut Play, call: &PastCall, now: Instant) -> Option<Instant> {
        let patience = call.patience();
        if now >= patience {
            return None;
        }
        let situation = self.situation(play, call, now);
        let seed = call.id.0.as_u128();
        let order = Order { strategy: call.connect.strategy, tiers: &call.connect.tiers, seed, parallel: 10 };
        let choices = match route::decide(&order, &situation) {
            Decision::Nobody => return None,
            Decision::AllBusy => {
                let me = Waiting { call: call.id, since: call.asked_at, wish: call.wish };
                play.waiting.insert(call.id, me);
                return call.connect.waiting.as_ref().map(|_| now + AGAIN);
            }
            Decision::Ring(choices) => choices,
        };
        play.waiting.remove(&call.id);
        let rung: Vec<OfficerId> = choices.iter().map(|choice| choice.officer).collect();
        let fate = play.fates.entry(call.id).or_default();
        fate.rung.extend(&rung);
        let answers = rung.iter().map(|officer| (*officer, call.answer_of(*officer, self.habits)));
        let answers: Vec<_> = answers.collect();
        let accepts = answers.iter().filter_map(|(officer, answer)| Some((answer.ok()?, *officer))).min();
        let longest = answers.iter().filter_map(|(_, answer)| answer.err()).max().unwrap_or_default();
        let ends = accepts.map_or(now + longest, |(after, _)| now + after).min(patience);
        for officer in rung {
            play.rang_at.insert(officer, now);
            play.busy_until.insert(officer, ends);
        }
        match accepts.filter(|(after, _)| now + *after <= patience) {
            Some((after, officer)) => {
                fate.answered = Some((officer, now + after - call.asked_at));
                let talk = Span { start: now + after, end: now + after + call.talk(self.habits) };
                let pause = TimeDelta::seconds(self.rules.pause_seconds);
                play.busy_until.insert(officer, talk.end + pause);
                play.talks.push((officer, talk));
                None
            }
            None => Some(ends.max(now + TimeDelta::seconds(1))),
        }
    }

    fn situation(&self, play: &Play, call: &PastCall, now: Instant) -> Situation {
        let duty = self.rota.on_duty(now);
        let busy = play.busy_until.iter().filter(|(_, until)| **until > now);
        let me = Waiting { call: call.id, since: call.asked_at, wish: call.wish };
        let lately = duty.on.iter().map(|on| {
            let talks = || play.talks.iter().filter(|(officer, _)| *officer == on.officer);
            let lately = Lately {
                rang_at: play.rang_at.get(&on.officer).copied(),
                talked_until: talks().map(|(_, span)| span.end).filter(|end| *end <= now).max(),
                talks: talks().filter(|(_, span)| span.start >= on.span.start).count().try_into().unwrap_or_default(),
            };
            (on.officer, lately)
        });
        Situation {
            lately: lately.collect(),
            rules: self.rules.clone(),
            wish: call.wish,
            busy: busy.map(|(officer, _)| (*officer, Against::InCall)).collect(),
            tried: play.fates.get(&call.id).map(|fate| fate.rung.iter().copied().collect()).unwrap_or_default(),
            skills: self.officers.iter().map(|officer| (officer.id, officer.skills.clone())).collect(),
            ahead: queue::ahead(self.rules, &me, play.waiting.values().copied().collect()),
            duty,
            ..Situation::default()
        }
    }
}
