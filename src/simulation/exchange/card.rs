//! What the provider does by itself once the engine is out of reach: it follows the duty card.

use crate::calls::Dialect;
use crate::calls::provider::Standing;

use super::super::faults::seconds_of;
use super::super::habits::{self, Reaction};
use super::super::watch::How;
use super::Exchange;
use super::event::Event;
use super::line::Phase;
use super::webhooks::Document;

impl Exchange<'_> {
    /// The provider has given up on the engine, and does what the card says that lies elsewhere.
    pub(super) fn turns_to_card(&mut self, line: usize) {
        let document = self.card.as_ref().map(|card| card.document(Dialect::Simulated));
        match document.as_deref().map(serde_json::from_str::<Document>) {
            Some(Ok(Document::Card { card })) => self.follows_card(line, card),
            _ => self.over(line, How::Ended),
        }
    }

    pub(super) fn follows_card(&mut self, line: usize, card: Standing) {
        self.watch.card(line);
        let words = habits::seconds_of(&card.say);
        self.watch.hears(line, self.now, (&card.say, seconds_of(words)));
        let turn = self.turn(line, Phase::Card(card));
        self.after(words, Event::Card { line, turn, place: 0 });
    }

    pub(super) fn card_rings(&mut self, line: usize, place: usize) {
        let turn = self.lines[line].turn;
        let Phase::Card(card) = &self.lines[line].phase else { return };
        let (number, seconds) = (card.numbers.get(place).cloned(), f64::from(card.seconds));
        let Some(number) = number else {
            let ending = card.ending.clone();
            self.watch.hears(line, self.now, (&ending, seconds_of(habits::seconds_of(&ending))));
            return self.over(line, How::Ended);
        };
        self.watch.hears(line, self.now, (&[], seconds_of(seconds)));
        let telephone = self.telephones.entry(number).or_default();
        let reaction = match telephone.busy || telephone.dead {
            true => Reaction::Busy,
            false => Reaction::draw(&mut self.lines[line].chance),
        };
        match reaction {
            Reaction::Accepts | Reaction::Declines | Reaction::Fumbles | Reaction::Vanishes | Reaction::Mailbox => {
                self.lines[line].reached = Some(self.now);
                self.lines[line].over = Some((self.now, How::ByCard));
                let lasts = habits::talk_seconds(&mut self.lines[line].chance);
                self.watch.hears(line, self.now, (&[], seconds_of(lasts)));
                self.after(lasts, Event::Parts { line, turn });
            }
            Reaction::Rings | Reaction::HangsUp => self.after(seconds, Event::Card { line, turn, place: place + 1 }),
            Reaction::Busy | Reaction::Unreachable | Reaction::Dead => {
                self.after(2.0, Event::Card { line, turn, place: place + 1 });
            }
        }
    }
}
