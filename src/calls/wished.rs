//! A caller's wish to be called back: noted once a number, and told how to know that it is we who call.
//!
//! Rule: the Kennwort reaches whoever has the number. It is said where the call comes from that number, or where no SMS can
//! bring it; and whoever only types a number does not hear that somebody asked for it before, nor their Kennwort.

use crate::bookings;
use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::flows::Speech;
use crate::kernel::id::CallbackId;
use crate::kernel::{Language, Phone};
use crate::outbox::{self, Message, Sms};
use crate::shifts;
use crate::vault::Place;
use crate::web;

use super::call::{Callback, CallbackState};
use super::callbacks::{self, CallbackPerson};
use super::turn::Turn;
use super::{CallsError, store};

/// Between the words of those who asked to be called at the same number: each hears their own.
const OR: &str = " oder ";
/// So many are kept: the first, and the latest.
const MOST_WORDS: usize = 3;

impl Turn<'_> {
    /// Notes a call-back under a typed number, or under the one from which the call came, and says so; a second request
    /// for a number joins the first.
    pub(super) async fn take_callback(&mut self, typed: Option<Phone>) -> Result<Vec<Speech>, CallsError> {
        let shown = self.context.caller.clone();
        let is_own = typed.is_none() || typed == shown;
        let Some(number) = typed.or(shown) else { return Ok(vec![]) };
        self.keep().await?;
        let language = self.call.place.language;
        let mobile = number.is_mobile();
        let joined = self.find_open(&number).await?;
        let is_new = joined.is_none();
        let word = match joined {
            Some(open) => self.join(open, (is_own, mobile)).await?,
            None => self.note_callback(number).await?,
        };
        let mut said = Vec::new();
        if is_own && !is_new {
            said.push(words(language, "callback-joined"));
        }
        if is_own || !mobile {
            said.extend(kennwort(language, &word));
        }
        match mobile {
            true if !is_own => said.push(words(language, "kennwort-sms")),
            true if is_new => said.push(words(language, "kennwort-sms-too")),
            _ => {}
        }
        Ok(said)
    }

    async fn find_open(&mut self, number: &Phone) -> Result<Option<(Callback, CallbackPerson)>, DbError> {
        let open = store::list_open_for(&mut self.tx, self.hotline.id).await?;
        let mut people = open.into_iter().filter_map(|row| {
            let (callback, person) = callbacks::opened(self.desk, row);
            Some((callback, person?))
        });
        Ok(people.find(|(_, person)| person.number == *number))
    }

    /// Whoever hears a word hears one of their own; the officer says all of them.
    async fn join(
        &mut self,
        (mut callback, mut person): (Callback, CallbackPerson),
        (is_own, mobile): (bool, bool),
    ) -> Result<String, DbError> {
        let word = bookings::kennwort().to_owned();
        if is_own {
            callback.topic = self.call.place.topic.clone().or(callback.topic);
            callback.language = self.call.place.language;
        }
        if is_own || !mobile {
            person.passphrase = with_word(&person.passphrase, &word);
        }
        let sealed = self.desk.vault.seal_json(person_of(&callback.id), &person);
        store::join_callback(&mut self.tx, &callback, sealed).await?;
        Ok(word)
    }

    /// A call-back that nobody asked for yet; confirmed by SMS where one arrives.
    async fn note_callback(&mut self, number: Phone) -> Result<String, CallsError> {
        let callback = Callback {
            id: CallbackId::mint(),
            call: self.call.id,
            hotline: self.hotline.id,
            office: self.call.office,
            topic: self.call.place.topic.clone(),
            language: self.call.place.language,
            state: CallbackState::Open,
            requested_at: self.now,
            due_at: callbacks::due_at(&mut self.tx, self.now, self.hotline, &self.context.opening).await?,
            waiting_since: self.call.place.queued_since.unwrap_or(self.now),
            closed_at: None,
            rounds: 0,
            next_round_at: None,
        };
        let word = bookings::kennwort().to_owned();
        let person = CallbackPerson { number, passphrase: word.clone() };
        let sealed = self.desk.vault.seal_json(person_of(&callback.id), &person);
        store::insert_callback(&mut self.tx, &callback, sealed).await?;
        if person.number.is_mobile() {
            let text = web::text_with(callback.language, "callback-sms", &[("passphrase", &word)]);
            let sms = Message::Sms(Sms { to: person.number.as_str().to_owned(), text });
            outbox::post(&mut self.tx, self.desk, self.now, &callback.id, &sms).await?;
        }
        Ok(word)
    }
}

fn person_of(id: &CallbackId) -> Place<'_> {
    Place { column: "callbacks.person", record: id }
}

/// The first word stays, whoever else asks.
fn with_word(before: &str, word: &str) -> String {
    let mut words: Vec<&str> = before.split(OR).filter(|before| *before != word).chain([word]).collect();
    if words.len() > MOST_WORDS {
        words.remove(1);
    }
    words.join(OR)
}

/// The Kennwort, said twice; it is German in every language.
pub(super) fn kennwort(language: Language, word: &str) -> [Speech; 4] {
    let word = Speech::new(format!("{word}."), Language::De);
    [words(language, "kennwort-first"), word.clone(), words(language, "kennwort-again"), word]
}

fn words(language: Language, key: &str) -> Speech {
    Speech::new(web::text(language, key), language)
}

/// The numbers at which we are called ourselves.
pub(super) async fn ours(from: impl Read, desk: &Desk) -> Result<Vec<Phone>, DbError> {
    let hotlines = shifts::list_hotlines(from, None).await?;
    let duty_line = desk.config.telephony.duty_line.iter().map(|line| line.0.clone());
    Ok(hotlines.into_iter().map(|hotline| hotline.number).chain(duty_line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_kennwort_and_the_latest_are_kept() {
        for (before, word, after) in [
            ("Ahorn", "Bach", "Ahorn oder Bach"),
            ("Ahorn", "Ahorn", "Ahorn"),
            ("Ahorn oder Bach oder Berg", "Efeu", "Ahorn oder Berg oder Efeu"),
        ] {
            assert_eq!(with_word(before, word), after);
        }
    }
}
