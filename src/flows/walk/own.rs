//! The walk through a node in which callers find their own booking by its code, and cancel or move it.
//!
//! Rule: a question is asked three times at most, whatever is typed; and nothing is cancelled or moved by silence.

use super::*;
use crate::flows::place::Own;

impl<'a> Walk<'a> {
    pub(super) fn ask_code(&mut self, own: &OwnBooking) {
        self.place.stage = Stage::Own(Own::Code { typed: None });
        self.ask_signs(&own.code, OwnBooking::CODE_KEYS, None);
    }

    pub(super) fn answer_own(&mut self, own: &'a OwnBooking, event: Event) {
        let Stage::Own(stage) = self.place.stage.clone() else { return self.ask_code(own) };
        let keys = match &event {
            Event::Key(keys) => keys.trim_end_matches('#'),
            _ => "",
        };
        match (event.clone(), stage) {
            (Event::Unknown, Own::Code { .. } | Own::Word { .. }) => {
                self.say(Some(&own.wrong));
                match self.may_ask_again() {
                    true => self.ask_code(own),
                    false => self.go("unknown", &own.unknown),
                }
            }
            (Event::Found { booking, time }, Own::Code { .. } | Own::Word { .. }) => {
                self.place.silences = 0;
                self.ask_about(own, Own::Found { booking, time });
            }
            (Event::WordAsked, Own::Code { typed: Some(code) }) => self.ask_about(own, Own::Word { code }),
            (Event::Key(_), Own::Code { .. }) if !keys.is_empty() => {
                self.place.stage = Stage::Own(Own::Code { typed: Some(keys.to_owned()) });
                self.commands.push(Command::Own(Errand::Find { code: keys.to_owned(), word: None }));
            }
            (Event::Key(_), Own::Word { code }) if !keys.is_empty() => {
                self.commands.push(Command::Own(Errand::Find { code, word: Some(keys.to_owned()) }));
            }
            (Event::Key(_), Own::Found { booking, time }) if keys.starts_with(OwnBooking::CANCEL) => {
                self.ask_about(own, Own::Sure { booking, time });
            }
            (Event::Key(_), Own::Found { booking, time }) if keys.starts_with(OwnBooking::MOVE) => {
                self.place.stage = Stage::Own(Own::Moving { booking: booking.clone(), time, times: Vec::new() });
                self.commands.push(Command::Own(Errand::FindTimes { booking }));
            }
            (Event::Key(_), Own::Sure { booking, .. }) if keys.starts_with(OwnBooking::CANCEL) => {
                self.commands.push(Command::Own(Errand::Cancel { booking }));
            }
            (Event::Key(_), _) if keys.starts_with(OwnBooking::LEAVE) => {
                self.go(&OwnBooking::LEAVE.to_string(), &own.refused);
            }
            (Event::Cancelled, Own::Sure { time, .. }) => self.done(own, &own.cancelled, time),
            (Event::Moved { time }, Own::Moving { .. }) => self.done(own, &own.moved, time),
            (Event::Times(times), Own::Moving { booking, time, .. }) => self.offer_other(own, (booking, time), times),
            (Event::Key(_), Own::Moving { booking, time, times }) => match self.chosen(keys, &times) {
                Some(time) => self.commands.push(Command::Own(Errand::Move { booking, time })),
                None => self.ask_again(own, Own::Moving { booking, time, times }),
            },
            // It was cancelled elsewhere, or has begun.
            (Event::Unknown, _) => self.go("unknown", &own.unknown),
            (_, stage) => self.ask_again(own, stage),
        }
    }

    fn done(&mut self, own: &'a OwnBooking, prompt: &Prompt, time: Instant) {
        let said = self.speech(prompt, &Values { time: Some(time), ..Values::default() });
        self.commands.push(Command::Say(said));
        self.go(&OwnBooking::CANCEL.to_string(), &own.done);
    }

    fn ask_again(&mut self, own: &'a OwnBooking, stage: Own) {
        match self.may_ask_again() {
            true => self.ask_about(own, stage),
            false => self.go("refused", &own.refused),
        }
    }

    /// Asks the question of this stage.
    fn ask_about(&mut self, own: &'a OwnBooking, stage: Own) {
        let at = |time| Values { time: Some(time), ..Values::default() };
        self.place.stage = Stage::Own(stage.clone());
        match stage {
            Own::Code { .. } => self.ask_code(own),
            Own::Word { .. } => self.ask_signs(&own.word, OwnBooking::WORD_KEYS, Some('#')),
            Own::Found { time, .. } => self.ask_key(vec![self.speech(&own.found, &at(time))], KEY_TIMEOUT),
            Own::Sure { time, .. } => self.ask_key(vec![self.speech(&own.sure, &at(time))], KEY_TIMEOUT),
            Own::Moving { booking, time, times } => self.offer_other(own, (booking, time), times),
        }
    }

    fn offer_other(&mut self, own: &'a OwnBooking, (booking, time): (String, Instant), mut times: Vec<Instant>) {
        times.truncate(Appointment::OFFERED);
        if times.is_empty() {
            return self.go("none", &own.none);
        }
        let prompts = self.options((&own.offer, &own.option), &times);
        self.place.stage = Stage::Own(Own::Moving { booking, time, times });
        self.ask_key(prompts, KEY_TIMEOUT);
    }

    fn ask_signs(&mut self, prompt: &Prompt, digits: u8, finish_on: Option<char>) {
        let prompts = vec![self.speech(prompt, &Values::default())];
        self.commands.push(Command::Ask { prompts, digits, timeout_seconds: DIGIT_TIMEOUT, finish_on });
    }
}
