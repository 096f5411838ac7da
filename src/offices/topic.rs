//! The topics of advice, in groups. They are part of the program, not rows.
//!
//! Rule: a topic for victims offers the quick exit and is named in no mail subject and no calendar entry.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::table;
use crate::kernel::Language;
use crate::web;

table::code! {
    /// The code of a topic, for instance `einbruchschutz`.
    TopicId of Topic, "a topic"
}

/// What a citizen wants advice about.
#[derive(Debug, PartialEq, Eq)]
pub struct Topic {
    pub id: TopicId,
    pub group: &'static Group,
    pub de: &'static str,
    pub en: &'static str,
    pub sensitivity: Sensitivity,
    /// Whether its pages carry the button that leaves them at once.
    pub quick_exit: bool,
}

/// Topics that stand together on the page.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    pub id: &'static str,
    pub de: &'static str,
    pub en: &'static str,
}

/// How much somebody else may learn from the topic's name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Nothing that matters.
    General,
    /// Something one does not tell everybody.
    Discreet,
    /// That somebody has suffered violence or a crime.
    Victim,
}

static GROUPS: LazyLock<Vec<Group>> =
    LazyLock::new(|| table::rows(include_str!("data/groups.csv")).map(|[id, de, en]| Group { id, de, en }).collect());

static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
    table::rows(include_str!("data/topics.csv"))
        .map(|[id, group, sensitivity, quick_exit, de, en]| Topic {
            id: TopicId(id),
            group: Group::of(group),
            de,
            en,
            sensitivity: Sensitivity::of(sensitivity),
            quick_exit: quick_exit == "yes",
        })
        .collect()
});

/// The names that languages have of their own, by the rest of their key.
static NAMES: LazyLock<BTreeMap<(Language, String), String>> = LazyLock::new(|| {
    let codes = TOPICS.iter().map(|topic| topic.id.0.to_owned());
    let codes: Vec<_> = codes.chain(GROUPS.iter().map(|group| format!("group-{}", group.id))).collect();
    let every = Language::WRITTEN.iter().flat_map(|language| codes.iter().map(|code| (*language, code.clone())));
    every
        .filter_map(|(language, code)| {
            Some(((language, code.clone()), web::find_text(language, &format!("topic-{code}"))?))
        })
        .collect()
});

fn named(language: Language, code: &str) -> Option<&'static str> {
    NAMES.get(&(language, code.to_owned())).map(String::as_str)
}

/// Every topic, in the order in which the pages show them.
pub fn topics() -> &'static [Topic] {
    &TOPICS
}

/// The groups of topics, in the order in which the pages show them.
pub fn groups() -> &'static [Group] {
    &GROUPS
}

impl Topic {
    /// The topic with this code.
    pub fn find(id: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.id.0 == id)
    }

    /// As a language names it: in `locales/*/topics.ftl`, or in the table.
    pub fn title(&self, language: Language) -> &'static str {
        named(language, self.id.0).unwrap_or_else(|| language.pick([self.de, self.en]))
    }

    /// Whether the topic may be named where others could read it: a mail's subject, a calendar entry.
    pub fn may_be_named(&self) -> bool {
        self.sensitivity < Sensitivity::Victim
    }
}

impl TopicId {
    /// What somebody asks about who named no topic.
    pub const OTHER: Self = Self("anderes");

    #[allow(clippy::expect_used, reason = "a code is only made from a row")]
    pub fn topic(self) -> &'static Topic {
        Topic::find(self.0).expect("every code has its topic")
    }

    pub fn title(self, language: Language) -> &'static str {
        self.topic().title(language)
    }
}

impl Group {
    /// As a language names it: in `locales/*/topics.ftl`, or in the table.
    pub fn title(&self, language: Language) -> &'static str {
        named(language, &format!("group-{}", self.id)).unwrap_or_else(|| language.pick([self.de, self.en]))
    }

    /// Its topics, in order.
    pub fn topics(&'static self) -> impl Iterator<Item = &'static Topic> {
        TOPICS.iter().filter(move |topic| topic.group == self)
    }

    #[allow(clippy::expect_used, reason = "both tables are constants and read whole by the tests")]
    fn of(id: &str) -> &'static Self {
        GROUPS.iter().find(|group| group.id == id).expect("every topic names a group")
    }
}

impl Sensitivity {
    fn of(digit: &str) -> Self {
        match digit {
            "0" => Self::General,
            "1" => Self::Discreet,
            _ => Self::Victim,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topics_stand_in_their_groups_in_one_order() {
        assert_eq!((topics().len(), groups().len()), (31, 14));
        let by_group: Vec<&Topic> = groups().iter().flat_map(Group::topics).collect();
        assert_eq!(by_group, topics().iter().collect::<Vec<_>>());
        assert!(groups().iter().all(|group| group.topics().next().is_some()));
    }

    #[test]
    fn topics_for_victims_offer_the_quick_exit_and_are_not_named() {
        for topic in topics() {
            assert_eq!(topic.quick_exit, topic.sensitivity == Sensitivity::Victim, "{}", topic.id);
            assert_eq!(topic.may_be_named(), !topic.quick_exit, "{}", topic.id);
        }
        assert!(Topic::find("stalking").unwrap().quick_exit);
    }

    #[test]
    fn a_topic_has_a_title_in_each_language() {
        let topic = "einbruchschutz".parse::<TopicId>().unwrap();
        assert_eq!(topic.title(Language::En), "Burglary prevention and home security advice");
        assert!(topics().iter().all(|topic| Language::ALL.iter().all(|l| !topic.title(*l).is_empty())));
        assert_eq!("zauberei".parse::<TopicId>().unwrap_err().to_string(), "\"zauberei\" is not a topic");
    }
}
