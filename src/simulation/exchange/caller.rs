//! The caller's leg: arrives, hears, presses, speaks, waits, loses patience, ends.

use serde_json::json;

use crate::calls::provider::{Ask, DialOutcome, Step, Then};
use crate::kernel::{Instant, Phone};

use super::super::faults::seconds_of;
use super::super::habits;
use super::super::watch::How;
use super::Exchange;
use super::event::{Event, From};
use super::line::{Line, Phase, leg_name};

impl Exchange<'_> {
    pub(super) fn arrives(&mut self, line: usize) {
        let (number, patience) = (self.lines[line].caller.number.clone(), self.lines[line].caller.patience);
        self.watch.arrives(number, self.now);
        self.after(patience, Event::GivesUp(line));
        self.turn(line, Phase::Busy);
        self.tells(line, From::Caller, "/telephony/simulated/voice".to_owned(), json!({}));
    }

    pub(super) fn follows(&mut self, line: usize, step: Step, decided: Instant) {
        if matches!(self.lines[line].phase, Phase::Over) {
            return;
        }
        let words = habits::seconds_of(&step.say);
        self.watch.hears(line, self.now, (&step.say, seconds_of(words)));
        self.watch.told(line, self.now, &step);
        let turn = self.turn(line, Phase::Busy);
        if std::mem::take(&mut self.lines[line].rang) && matches!(step.then, Then::Ask(_) | Then::HangUp) {
            self.watch.round_ended(line, self.now);
        }
        match step.then {
            Then::Ask(ask) => self.is_asked(line, words, ask),
            Then::Ring(ring) => self.after(words, Event::Rings { line, turn, ring, decided }),
            Then::Transfer(transfer) => {
                let talked = self.lines[line].chance.share(0.6);
                let lasts = if talked { 60.0 } else { f64::from(transfer.seconds) };
                self.after(words + lasts, Event::Outside { line, turn, address: transfer.action, talked });
            }
            Then::Record(record) => {
                let lasts = self.lines[line].chance.between(2.0, f64::from(record.longest_seconds));
                self.lines[line].phase = Phase::Recording(record.action.clone());
                self.after(words + lasts, Event::Records { line, turn, address: record.action });
            }
            Then::Redirect { url } => self.after(words, Event::ComesBack { line, turn, address: url }),
            Then::Pause { seconds, url } => {
                self.after(words + f64::from(seconds), Event::ComesBack { line, turn, address: url });
            }
            Then::HangUp => self.after(words, Event::Ends { line, turn }),
            // Nobody asks for a third person here.
            Then::Bridge | Then::Room(_) => {
                self.watch.unanswered(line, self.now, "a caller is told to connect".to_owned());
            }
        }
    }

    pub(super) fn is_asked(&mut self, line: usize, words: f64, ask: Ask) {
        let heard = habits::seconds_of(&ask.prompts) + habits::music_of(&ask);
        let at = self.now + seconds_of(words);
        self.watch.hears(line, at, (&ask.prompts, seconds_of(heard)));
        let (turn, Line { caller, chance, .. }) = (self.lines[line].turn, &mut self.lines[line]);
        let silence = || (heard + f64::from(ask.timeout_seconds), String::new());
        let (after, keys) = caller.answer(chance, &ask).unwrap_or_else(silence);
        self.after(words + after, Event::Presses { line, turn, address: ask.action, keys });
    }

    pub(super) fn recorded(&mut self, line: usize, address: String, status: Option<&str>) {
        let seconds = 2 + self.lines[line].chance.below(60);
        let recording = json!({ "url": "https://provider.example/recordings/1", "seconds": seconds });
        match status {
            None => self.tells(line, From::Caller, address, json!({ "recording": recording })),
            Some(status) => {
                self.tells(line, From::Gone, address, json!({ "recording": recording, "status": status }));
            }
        }
    }

    pub(super) fn gives_up(&mut self, line: usize) {
        let phase = std::mem::replace(&mut self.lines[line].phase, Phase::Busy);
        match phase {
            // Who talks is not impatient any more, and afterwards it is over.
            Phase::Talking(_) | Phase::Over | Phase::Before => {
                self.lines[line].phase = phase;
                return;
            }
            Phase::Busy if self.lines[line].reached.is_some() => return,
            Phase::Card(_) | Phase::Busy => {}
            Phase::Ringing(ringing) => {
                for leg in ringing.legs.iter().filter(|leg| leg.is_rung()) {
                    self.stops(line, leg, "caller_gone", "canceled");
                }
                let dialled = json!({ "outcome": DialOutcome::Canceled, "bridged": false });
                let facts = json!({ "dialled": dialled, "status": "completed" });
                self.tells(line, From::Gone, ringing.action, facts);
            }
            Phase::Recording(action) => self.recorded(line, action, Some("completed")),
        }
        self.over(line, How::GaveUp);
    }

    pub(super) fn over(&mut self, line: usize, how: How) {
        self.turn(line, Phase::Over);
        let how = self.lines[line].over.map_or(how, |(_, how)| how);
        self.lines[line].over = Some((self.now, how));
        self.watch.over(line, self.now, how);
        let number = self.lines[line].caller.number.as_ref().map(Phone::as_str);
        let body = json!({ "leg": leg_name(line), "from": number, "to": self.hotline.number.as_str(),
            "status": "completed" });
        self.reports(line, "/telephony/simulated/status".to_owned(), body);
    }
}
