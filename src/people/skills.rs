//! What an officer advises on, and in which languages.
//!
//! Rule: everybody speaks German, and whoever names no topic advises on all of them.

use std::collections::BTreeSet;

use crate::kernel::Language;
use crate::offices::TopicId;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skills {
    /// Empty: every topic.
    pub topics: BTreeSet<TopicId>,
    /// Beside German.
    pub languages: BTreeSet<Language>,
}

/// What an officer lacks for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    Language,
    Topic,
}

impl Skills {
    /// What is lacking to advise on a topic in a language. A language weighs more than a topic.
    pub fn lack(&self, topic: Option<TopicId>, language: Language) -> Option<Lack> {
        let speaks = match language {
            Language::De | Language::Simple => true,
            Language::En => self.languages.contains(&language),
        };
        let knows = self.topics.is_empty() || topic.is_none_or(|topic| self.topics.contains(&topic));
        match (speaks, knows) {
            (false, _) => Some(Lack::Language),
            (true, false) => Some(Lack::Topic),
            (true, true) => None,
        }
    }

    /// In German, for the staff's page: "alle Themen, auch Englisch".
    pub fn german(&self) -> String {
        let topics = match self.topics.len() {
            0 => "alle Themen".to_owned(),
            1 => self.topics.iter().map(|topic| topic.title(Language::De)).collect(),
            several => format!("{several} Themen"),
        };
        if self.languages.contains(&Language::En) { format!("{topics}, auch Englisch") } else { topics }
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
        let one = Skills { topics: [fraud].into(), languages: [Language::En].into() };
        for (skills, asked, language, lack) in [
            (&all, Some(fraud), Language::De, None),
            (&all, None, Language::Simple, None),
            (&all, Some(fraud), Language::En, Some(Lack::Language)),
            (&one, Some(fraud), Language::En, None),
            (&one, None, Language::De, None),
            (&one, Some(topic("einbruchschutz")), Language::De, Some(Lack::Topic)),
        ] {
            assert_eq!(skills.lack(asked, language), lack, "{skills:?} {asked:?} {language:?}");
        }
        assert_eq!((all.german(), one.german().ends_with(", auch Englisch")), ("alle Themen".into(), true));
    }
}
