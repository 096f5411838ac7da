//! Officers' telephones: ring, are picked up, hear the whisper, press or do not, talk, hang up.

use serde_json::json;

use crate::calls::provider::{DialOutcome, Ring, Step, Then};
use crate::kernel::{Instant, Phone};

use super::super::habits::{self, Reaction};
use super::super::sabotage::Sabotage;
use super::super::watch::{Accepted, How, Rung};
use super::Exchange;
use super::event::{Does, Event, From};
use super::line::{Leg, Phase, Ringing, Stage, Talk, leg_name};

/// The SIP answer "not found" (RFC 3261 § 21.4.5).
const NOT_FOUND: u16 = 404;

impl Exchange<'_> {
    pub(super) fn rings(&mut self, line: usize, ring: Ring, decided: Instant) {
        let turn = self.turn(line, Phase::Busy);
        let (mut begin, mut legs) = (Vec::new(), Vec::new());
        for it in ring.telephones {
            let attempt = it.status_url.rsplit('/').next().unwrap_or_default().to_owned();
            begin.push(it.after_seconds);
            legs.push(Leg {
                number: it.number,
                attempt,
                screen: it.screen_url,
                status: it.status_url,
                reaction: Reaction::Rings,
                pressed: false,
                stage: Stage::Waits,
            });
        }
        self.lines[line].phase = Phase::Ringing(Ringing { action: ring.action, legs });
        for (place, after) in begin.into_iter().enumerate() {
            let does = Does::Begins(ring.seconds, decided);
            match after {
                0 => self.leg(line, place, does),
                after => self.after(f64::from(after), Event::Leg { line, turn, place, does }),
            }
        }
    }

    /// A telephone begins to ring.
    fn begins(&mut self, line: usize, place: usize, (seconds, decided): (u32, Instant)) {
        let turn = self.lines[line].turn;
        let Some(leg) = self.find_leg(line, place).cloned() else { return };
        let rung = Rung { number: &leg.number, attempt: &leg.attempt, asks: leg.screen.is_some() };
        self.watch.rings(line, self.now, decided, rung);
        let telephone = self.telephones.entry(leg.number.clone()).or_default();
        let reaction = match (telephone.busy, telephone.dead) {
            (true, _) => Reaction::Busy,
            (_, true) => Reaction::Dead,
            (false, false) => Reaction::draw(&mut self.lines[line].chance),
        };
        let reaction = match reaction {
            Reaction::Mailbox if leg.screen.is_none() => Reaction::Rings,
            reaction => reaction,
        };
        if reaction != Reaction::Busy {
            telephone.busy = true;
        }
        let (after, does) = match reaction {
            Reaction::Busy => (1.5, Does::IsBusy),
            Reaction::Dead | Reaction::Unreachable => (2.5, Does::Fails),
            Reaction::Rings => (f64::from(seconds), Does::RingsOut),
            Reaction::Accepts
            | Reaction::Declines
            | Reaction::Fumbles
            | Reaction::HangsUp
            | Reaction::Vanishes
            | Reaction::Mailbox => {
                let latest = f64::from(seconds).min(14.0);
                (self.lines[line].chance.between(1.5, latest), Does::PicksUp)
            }
        };
        self.after(after, Event::Leg { line, turn, place, does });
        if let Some(leg) = self.find_leg(line, place) {
            leg.reaction = reaction;
            leg.stage = Stage::Rings;
        }
    }

    pub(super) fn find_leg(&mut self, line: usize, place: usize) -> Option<&mut Leg> {
        match &mut self.lines[line].phase {
            Phase::Ringing(ringing) => ringing.legs.get_mut(place).filter(|leg| leg.stage != Stage::Over),
            _ => None,
        }
    }

    pub(super) fn leg(&mut self, line: usize, place: usize, does: Does) {
        let Some(leg) = self.find_leg(line, place) else { return };
        match does {
            Does::Begins(seconds, decided) => self.begins(line, place, (seconds, decided)),
            Does::PicksUp => {
                leg.stage = Stage::PickedUp;
                let (screen, status) = (leg.screen.clone(), leg.status.clone());
                match screen {
                    Some(screen) => self.tells(line, From::Officer(place), screen, json!({})),
                    None => self.picks_up_plainly(line, place, status),
                }
            }
            Does::Presses(address, keys) => {
                leg.pressed |= keys == "1";
                let misheard = self.plan.sabotage == Some(Sabotage::HearsKeys) && keys.is_empty();
                let keys = if misheard { "1".to_owned() } else { keys };
                self.tells(line, From::Officer(place), address, json!({ "keys": keys }));
            }
            Does::Connects => self.connects(line, place),
            Does::IsBusy => self.leg_over(line, place, (DialOutcome::Busy, "busy")),
            Does::RingsOut => self.leg_over(line, place, (DialOutcome::NoAnswer, "no_answer")),
            Does::Fails if leg.reaction == Reaction::Dead => {
                self.leg_over(line, place, (DialOutcome::Failed, "invalid_number"));
            }
            Does::Fails => self.leg_over(line, place, (DialOutcome::Failed, "failed")),
            Does::HangsUp => {
                let recorded = match leg.reaction {
                    Reaction::Declines => "declined",
                    Reaction::Vanishes => "failed",
                    _ => "not_accepted",
                };
                self.leg_over(line, place, (DialOutcome::Completed, recorded));
            }
        }
    }

    /// At a duty telephone that needs no key; there is no mailbox behind it.
    pub(super) fn picks_up_plainly(&mut self, line: usize, place: usize, status: String) {
        if let Some(leg) = self.find_leg(line, place) {
            leg.pressed = true;
        }
        let body = json!({ "leg": format!("{}-{place}", leg_name(line)), "parent": leg_name(line),
            "status": "in-progress" });
        self.reports(line, status, body);
        self.connects(line, place);
    }

    /// What an officer hears who has picked up.
    pub(super) fn whispers(&mut self, line: usize, place: usize, step: Step) {
        let turn = self.lines[line].turn;
        let Some(reaction) = self.find_leg(line, place).map(|leg| leg.reaction) else { return };
        let words = habits::seconds_of(&step.say);
        let (after, does) = match step.then {
            Then::Ask(ask) if ask.action.contains("moment=") => {
                let waits = habits::seconds_of(&ask.prompts) + f64::from(ask.timeout_seconds);
                (waits, Does::Presses(ask.action, String::new()))
            }
            Then::Ask(_) if reaction == Reaction::HangsUp => (3.0, Does::HangsUp),
            Then::Ask(ask) => {
                let waits = habits::seconds_of(&ask.prompts) + f64::from(ask.timeout_seconds);
                let after = if reaction.key().is_empty() { waits } else { waits.min(6.0) };
                (after, Does::Presses(ask.action, reaction.key().to_owned()))
            }
            Then::Bridge if reaction == Reaction::Vanishes => (0.4, Does::HangsUp),
            Then::Bridge => (0.2, Does::Connects),
            Then::HangUp => (words, Does::HangsUp),
            Then::Ring(_) | Then::Transfer(_) | Then::Record(_) | Then::Room(_) => {
                return self.watch.unanswered(line, self.now, "an officer is told what no officer can do".to_owned());
            }
            Then::Redirect { .. } | Then::Pause { .. } => {
                return self.watch.unanswered(line, self.now, "an officer is told what no officer can do".to_owned());
            }
        };
        self.after(after, Event::Leg { line, turn, place, does });
    }

    pub(super) fn stops(&mut self, line: usize, leg: &Leg, recorded: &'static str, status: &str) {
        self.watch.stops(line, self.now, (&leg.number, &leg.attempt), recorded);
        if leg.reaction != Reaction::Busy
            && let Some(telephone) = self.telephones.get_mut(&leg.number)
        {
            telephone.busy = false;
        }
        let mut body = json!({ "leg": format!("{}-{}", leg_name(line), leg.attempt), "parent": leg_name(line),
            "status": status });
        if let (Reaction::Dead, Some(body)) = (leg.reaction, body.as_object_mut()) {
            body.insert("sip_code".to_owned(), NOT_FOUND.into());
        }
        self.reports(line, leg.status.clone(), body);
    }

    /// One telephone is over; if it was the last, the caller's leg goes on.
    pub(super) fn leg_over(&mut self, line: usize, place: usize, (outcome, recorded): (DialOutcome, &'static str)) {
        let Some(leg) = self.find_leg(line, place) else { return };
        leg.stage = Stage::Over;
        let leg = leg.clone();
        // After a colleague's key the call is theirs, whatever happens here until the two are connected.
        let recorded = if self.is_accepted_elsewhere(line, place) { "taken" } else { recorded };
        let status = match outcome {
            DialOutcome::Completed => "completed",
            DialOutcome::Busy => "busy",
            DialOutcome::NoAnswer => "no-answer",
            DialOutcome::Failed => "failed",
            DialOutcome::Canceled => "canceled",
        };
        self.stops(line, &leg, recorded, status);
        let Phase::Ringing(ringing) = &self.lines[line].phase else { return };
        if ringing.legs.iter().any(|leg| leg.stage != Stage::Over) {
            return;
        }
        let mut facts = json!({ "dialled": { "outcome": outcome, "bridged": false } });
        if let (Reaction::Dead, Some(facts)) = (leg.reaction, facts.as_object_mut()) {
            facts.insert("sip_code".to_owned(), NOT_FOUND.into());
        }
        let action = ringing.action.clone();
        self.tells(line, From::Caller, action, facts);
        self.lines[line].rang = true;
    }

    fn is_accepted_elsewhere(&self, line: usize, place: usize) -> bool {
        let Phase::Ringing(ringing) = &self.lines[line].phase else { return false };
        ringing.legs.iter().enumerate().any(|(other, leg)| other != place && leg.pressed)
    }

    pub(super) fn connects(&mut self, line: usize, place: usize) {
        let phase = std::mem::replace(&mut self.lines[line].phase, Phase::Busy);
        let Phase::Ringing(ringing) = phase else { return };
        for (other, leg) in ringing.legs.iter().enumerate() {
            if other != place && leg.is_rung() {
                self.stops(line, leg, "taken", "canceled");
            }
        }
        let Some(leg) = ringing.legs.get(place) else { return };
        let accepted = if leg.pressed { Accepted::ByKey } else { Accepted::WithoutKey };
        let number = self.one_for_all(leg.number.clone());
        self.watch.bridged(line, self.now, (&number, &leg.attempt), accepted);
        self.lines[line].reached = Some(self.now);
        self.lines[line].over = Some((self.now, How::Person));
        let talk = Talk { number, status: leg.status.clone(), action: ringing.action };
        let turn = self.turn(line, Phase::Talking(talk));
        let lasts = habits::talk_seconds(&mut self.lines[line].chance);
        self.after(lasts, Event::Parts { line, turn });
    }

    pub(super) fn one_for_all(&self, number: Phone) -> Phone {
        match self.plan.sabotage {
            Some(Sabotage::BridgesToOne) => self.telephones.keys().next().cloned().unwrap_or(number),
            _ => number,
        }
    }

    pub(super) fn parts(&mut self, line: usize) {
        if matches!(self.lines[line].phase, Phase::Card(_)) {
            return self.over(line, How::ByCard);
        }
        let phase = std::mem::replace(&mut self.lines[line].phase, Phase::Busy);
        let Phase::Talking(Talk { number, status, action }) = phase else { return };
        self.watch.parted(line, self.now, &number);
        if let Some(telephone) = self.telephones.get_mut(&number) {
            telephone.busy = false;
        }
        let body = json!({ "leg": format!("{}-officer", leg_name(line)), "parent": leg_name(line),
            "status": "completed" });
        self.reports(line, status, body);
        let dialled = json!({ "outcome": DialOutcome::Completed, "bridged": true });
        match self.lines[line].chance.share(0.5) {
            true => {
                self.tells(line, From::Gone, action, json!({ "dialled": dialled, "status": "completed" }));
                self.over(line, How::Person);
            }
            false => self.tells(line, From::Caller, action, json!({ "dialled": dialled })),
        }
    }
}
