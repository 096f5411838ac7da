//! The provider's side: tells the engine by webhook, loses, repeats and delays, tries again, and reads the answers.
//!
//! Rule: whoever gets no answer after the last try turns to the duty card.

use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::provider::{Standing, Step, Then};
use crate::kernel::{Phone, local};

use super::super::door::Answer;
use super::super::faults::{self, Fault};
use super::super::sabotage::Sabotage;
use super::super::{SimulationError, store, watch};
use super::event::{Does, Event, From, Webhook};
use super::line::{Phase, leg_name};
use super::{Exchange, TRIES, TRY_AGAIN};

/// What the exchange is answered on the caller's leg.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Document {
    Card { card: Standing },
    Step(Step),
}

impl Exchange<'_> {
    /// Tells the engine something; its answer is followed.
    pub(super) fn tells(&mut self, line: usize, from: From, address: String, facts: Value) {
        let mut body = match from {
            From::Caller | From::Gone => {
                let number = self.lines[line].caller.number.as_ref().map(Phone::as_str);
                json!({ "leg": leg_name(line), "from": number, "to": self.hotline.number.as_str() })
            }
            From::Officer(place) => {
                let leg = format!("{}-{}-{place}", leg_name(line), self.lines[line].turn);
                json!({ "leg": leg, "parent": leg_name(line), "from": self.hotline.number.as_str() })
            }
        };
        if let (Some(body), Value::Object(facts)) = (body.as_object_mut(), facts) {
            body.extend(facts);
        }
        if let From::Caller | From::Gone = from {
            self.watch.sends(line, &address);
            if from == From::Caller {
                self.turn(line, Phase::Busy);
            }
        }
        let webhook = Webhook { line, from, address, body, tries: 0, unheard: None };
        self.at(self.now, Event::Send(webhook));
    }

    pub(super) async fn send(&mut self, mut webhook: Webhook) -> Result<(), SimulationError> {
        let line = webhook.line;
        if !self.is_wanted(&webhook) {
            return Ok(());
        }
        if let Some(Sabotage::Always(guard)) = self.plan.sabotage {
            store::break_guard(&self.desk.db, guard).await?;
        }
        let fault = match self.plan.faults && webhook.tries + 1 < TRIES {
            true => Fault::draw(&mut self.lines[line].chance),
            false => Fault::None,
        };
        let away = self.is_away();
        let door = if away { &self.cut_off } else { &self.door };
        let (address, body) = (&webhook.address, &webhook.body);
        let answer = match fault {
            Fault::Lost => None,
            Fault::Killed(trips) => door.post_killed(address, body, trips).await,
            Fault::None | Fault::Twice(_) | Fault::AnswerLost => Some(door.post(address, body).await),
        };
        self.counted.webhooks += 1;
        self.counted.faults += u64::from(fault != Fault::None);
        let rang = self.lines[line].rang;
        let answer = answer.map(|answer| self.altered(line, answer, (away, rang)));
        self.tell(line, (&webhook.address, &webhook.body), (fault, answer.as_ref()));
        match answer {
            Some(answer) if fault == Fault::AnswerLost && !away => {
                webhook.unheard.get_or_insert((self.now, answer.body));
                self.tries_again(webhook);
            }
            Some(answer) if fault != Fault::AnswerLost && answer.status < 500 => {
                // While the database is away it is told what there is.
                if let (Fault::Twice(later), false) = (fault, away) {
                    let (address, body) = (webhook.address.clone(), webhook.body.clone());
                    let first = answer.body.clone();
                    self.after(later.into(), Event::Repeats { line, address, body, first });
                }
                self.answered(webhook, &answer, away);
            }
            _ => self.tries_again(webhook),
        }
        Ok(())
    }

    /// Writes down a webhook of the line that is followed.
    pub(super) fn tell(
        &mut self,
        line: usize,
        (address, body): (&str, &Value),
        (fault, answer): (Fault, Option<&Answer>),
    ) {
        if self.plan.follow != Some(line + 1) {
            return;
        }
        let at = local::wall(self.now).format("%H:%M:%S%.3f");
        let path = address.split("/telephony/").last().unwrap_or(address);
        let answer = answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
        let fault = if fault == Fault::None { String::new() } else { format!(" [{fault:?}]") };
        self.story.push(format!("{at}{fault} {path} {body}\n    {}", answer.as_deref().unwrap_or("no answer")));
    }

    /// Whether anybody still waits for the answer.
    pub(super) fn is_wanted(&mut self, webhook: &Webhook) -> bool {
        match webhook.from {
            From::Gone => true,
            From::Caller => !matches!(self.lines[webhook.line].phase, Phase::Over),
            From::Officer(place) => self.find_leg(webhook.line, place).is_some(),
        }
    }

    pub(super) fn tries_again(&mut self, mut webhook: Webhook) {
        self.watch.disturbed(webhook.line);
        webhook.tries += 1;
        if webhook.tries < TRIES {
            return self.at(self.now + TRY_AGAIN, Event::Send(webhook));
        }
        match webhook.from {
            From::Caller => self.turns_to_card(webhook.line),
            From::Officer(place) => self.leg(webhook.line, place, Does::HangsUp),
            From::Gone => {}
        }
    }

    /// The provider tells it once more, as providers do.
    pub(super) async fn repeats(&mut self, line: usize, address: &str, body: &Value, first: &[u8]) {
        self.watch.disturbed(line);
        // What is asked while the database is away is asked again; an officer is told how it stands now.
        if self.is_away() || contains(first, "moment=") {
            return;
        }
        self.counted.webhooks += 1;
        let answer = self.door.post(address, body).await;
        let mut answer = self.altered(line, answer, (false, false));
        if self.plan.sabotage == Some(Sabotage::AnswersOtherwise) {
            answer.body.push(b' ');
        }
        if address.contains("/voice") || address.contains("/step/") {
            self.watch.repeated(line, self.now, (first, &answer.body));
        }
    }

    pub(super) fn answered(&mut self, webhook: Webhook, answer: &Answer, away: bool) {
        let Webhook { line, from, unheard, .. } = webhook;
        let document = serde_json::from_slice::<Document>(&answer.body);
        let Ok(document) = document else {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            self.watch.unanswered(line, self.now, format!("{} {text}", answer.status));
            return match from {
                From::Caller => self.turns_to_card(line),
                From::Officer(place) => self.leg(line, place, Does::HangsUp),
                From::Gone => {}
            };
        };
        let decided = match unheard {
            Some((at, first)) if !away && !contains(&answer.body, "moment=") && !contains(&first, "moment=") => {
                if from == From::Caller {
                    self.watch.repeated(line, self.now, (&first, &answer.body));
                }
                at
            }
            _ => self.now,
        };
        match (from, document) {
            (From::Gone, _) => {}
            (From::Caller, Document::Card { card }) => self.follows_card(line, card),
            (From::Caller, Document::Step(step)) => {
                if away {
                    self.watch.disturbed(line);
                    self.watch.in_outage(line, self.now, &step);
                }
                self.follows(line, step, decided);
            }
            (From::Officer(place), Document::Step(step)) => {
                // Who has waited in vain hears that the call goes on without them.
                let goes_on = step.then == Then::HangUp && !step.say.is_empty();
                if away && !goes_on {
                    self.watch.in_outage(line, self.now, &step);
                }
                self.watch.told_officer(line, self.now, &String::from_utf8_lossy(&answer.body));
                self.whispers(line, place, step);
            }
            (From::Officer(_), Document::Card { .. }) => {
                self.watch.unanswered(line, self.now, "an officer hears the duty card".to_owned());
            }
        }
    }

    pub(super) fn altered(&self, line: usize, answer: Answer, moment: (bool, bool)) -> Answer {
        match self.plan.sabotage {
            Some(sabotage) => sabotage.alter(answer, self.lines[line].caller.number.as_ref(), moment),
            None => answer,
        }
    }

    /// A report that needs no answer: where webhooks go wrong it may be lost, late, or come twice.
    pub(super) fn reports(&mut self, line: usize, address: String, body: Value) {
        let (late, times) = match self.plan.faults {
            true => faults::report(&mut self.lines[line].chance),
            false => (TimeDelta::zero(), 1),
        };
        if times != 1 {
            self.watch.disturbed(line);
            self.counted.faults += 1;
        }
        if times == 0 || !late.is_zero() {
            self.watch.untold(line);
        }
        for _ in 0..times {
            self.at(self.now + late, Event::Reports { line, address: address.clone(), body: body.clone() });
        }
    }
}

fn contains(bytes: &[u8], part: &str) -> bool {
    watch::contains(bytes, part.as_bytes())
}
