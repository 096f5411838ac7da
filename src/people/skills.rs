//! What an officer advises on, in which languages, and whether they are a woman or a man where they say so.
//!
//! Rule: everybody speaks German, and whoever names no topic advises on all of them.

use std::collections::BTreeSet;

use crate::kernel::{Gender, Language};
use crate::offices::TopicId;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skills {
    /// Empty: every topic.
    pub topics: BTreeSet<TopicId>,
    /// Beside German.
    pub languages: BTreeSet<Language>,
    /// Said of their own accord, for callers who wish it; none fits no such wish.
    pub gender: Option<Gender>,
}

/// What an officer lacks for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    Language,
    Topic,
    /// The caller wishes to speak with a woman, or with a man.
    Wished(Gender),
}

impl Skills {
    /// What is lacking to advise on a topic in a language. A language weighs more than a topic, and that more than a wish.
    pub fn lack(&self, topic: Option<TopicId>, language: Language, wished: Option<Gender>) -> Option<Lack> {
        let speaks = match language {
            Language::De | Language::Simple => true,
            Language::En | Language::Other(_) => self.languages.contains(&language),
        };
        let knows = self.topics.is_empty() || topic.is_none_or(|topic| self.topics.contains(&topic));
        match (speaks, knows) {
            (false, _) => Some(Lack::Language),
            (true, false) => Some(Lack::Topic),
            (true, true) => wished.filter(|wished| self.gender != Some(*wished)).map(Lack::Wished),
        }
    }

    /// In German, for the staff's page: "alle Themen, auch Englisch".
    pub fn german(&self) -> String {
        let topics = match self.topics.len() {
            0 => "alle Themen".to_owned(),
            1 => self.topics.iter().map(|topic| topic.title(Language::De)).collect(),
            several => format!("{several} Themen"),
        };
        let english = if self.languages.contains(&Language::En) { ", auch Englisch" } else { "" };
        let gender = match self.gender {
            Some(Gender::Woman) => ", Frau",
            Some(Gender::Man) => ", Mann",
            None => "",
        };
        format!("{topics}{english}{gender}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_names_no_topic_advises_on_all_and_everybody_speaks_german() {
        let topic = |code: &str| code.parse::<TopicId>().unwrap();
        let fraud = topic("callcenterbetrug");
        let all = Skills::default();
        let one = Skills { topics: [fraud].into(), languages: [Language::En].into(), gender: Some(Gender::Woman) };
        for (skills, asked, language, lack) in [
            (&all, Some(fraud), Language::De, None),
            (&all, None, Language::Simple, None),
            (&all, Some(fraud), Language::En, Some(Lack::Language)),
            (&one, Some(fraud), Language::En, None),
            (&one, None, Language::De, None),
            (&one, Some(topic("einbruchschutz")), Language::De, Some(Lack::Topic)),
        ] {
            assert_eq!(skills.lack(asked, language, None), lack, "{skills:?} {asked:?} {language:?}");
        }
        assert_eq!(one.lack(None, Language::De, Some(Gender::Woman)), None);
        assert_eq!(one.lack(None, Language::De, Some(Gender::Man)), Some(Lack::Wished(Gender::Man)));
        assert_eq!(all.lack(None, Language::De, Some(Gender::Man)), Some(Lack::Wished(Gender::Man)));
        assert_eq!((all.german(), one.german().ends_with(", auch Englisch, Frau")), ("alle Themen".into(), true));
    }
}
