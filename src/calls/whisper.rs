//! The whisper: what an officer hears who has picked up, before a key connects anybody.
//!
//! Not who is rung, and not what the key does. Rule: topic and language are told in the same words wherever somebody is
//! rung, and never a number.

use crate::kernel::Language;
use crate::offices::TopicId;
use crate::web;

use super::officer_says;
use super::provider::{Ask, Step, Then};

/// An officer who hears the whisper has so many seconds for a key.
const PATIENCE: u32 = 6;

/// What is whispered.
pub struct Whisper<'a> {
    /// The text, by its name in `locales/`.
    pub text: &'static str,
    /// As it stands in the call.
    pub topic: Option<&'a str>,
    pub language: Language,
    /// What else the text says.
    pub values: &'a [(&'static str, &'a str)],
}

impl Whisper<'_> {
    /// Says it, and asks for a key that goes to `action`.
    pub fn ask(&self, action: String) -> Step {
        let topic = self.topic.and_then(|topic| topic.parse::<TopicId>().ok());
        let none = || web::text(Language::De, "call-screen-no-topic");
        let topic = topic.map_or_else(none, |topic| topic.title(Language::De).to_owned());
        let language = web::text(Language::De, &format!("call-screen-language-{}", self.language.tag()));
        let values = [self.values, &[("topic", topic.as_str()), ("language", language.as_str())]].concat();
        let prompts = officer_says(self.text, &values);
        let ask = Ask { prompts, digits: 1, finish_on: None, timeout_seconds: PATIENCE, music: None, action };
        Step { say: vec![], then: Then::Ask(ask) }
    }
}
