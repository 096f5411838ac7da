//! The nouns of a call flow: nodes, prompts and the ways between them.
//!
//! A `Flow` comes from `parse`, which has made sure that every target exists and that no caller goes in circles.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::Language;

/// A whole menu: where it starts and what its nodes do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub title: String,
    /// In which every prompt is written; the call begins in the first.
    pub languages: Vec<Language>,
    pub start: NodeName,
    pub nodes: BTreeMap<NodeName, Node>,
}

impl Flow {
    /// The language in which a call begins.
    pub fn first_language(&self) -> Language {
        self.languages.first().copied().unwrap_or_default()
    }

    /// The topics that callers can choose, by id.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.nodes.values().flat_map(|node| match node {
            Node::Menu(menu) => menu.keys.values().filter_map(|choice| choice.topic.as_deref()).collect(),
            Node::Say(_) | Node::Hours(_) | Node::Connect(_) | Node::Callback(_) | Node::HangUp(_) => Vec::new(),
        })
    }
}

/// How one node of a flow refers to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeName(pub(super) String);

impl NodeName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One station of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Say(Say),
    Menu(Menu),
    Hours(Hours),
    Connect(Connect),
    Callback(Callback),
    HangUp(HangUp),
}

/// Reads a text aloud and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    pub text: Prompt,
    pub next: NodeName,
}

/// Asks for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    pub prompt: Prompt,
    /// Said before the prompt is repeated after a key that has no choice.
    pub wrong_key: Option<Prompt>,
    pub keys: BTreeMap<char, Choice>,
    /// How long a key is waited for, in seconds.
    pub timeout: u32,
    /// How often the prompt is repeated after silence or a wrong key.
    pub repeat: u8,
    /// Where callers go who stay silent or press wrong keys to the last.
    pub otherwise: NodeName,
}

/// What a key of a menu does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub to: NodeName,
    pub topic: Option<String>,
    pub language: Option<Language>,
}

/// Branches on the opening hours of the hotline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    pub open: NodeName,
    pub closed: NodeName,
}

/// Rings the officers on duty, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    pub say: Option<Prompt>,
    /// How long one officer's telephone rings, in seconds.
    pub ring: u32,
    /// How long a caller waits for a person at most, in seconds.
    pub longest_wait: u32,
    /// Where the call goes when nobody took it.
    pub nobody: NodeName,
}

/// Offers to call back. The keys are the same everywhere: 1 agrees, 2 is for another number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Asks whether the number from which the call comes is right.
    pub known: Prompt,
    /// Asks to type a number, ended by `#`.
    pub typing: Prompt,
    /// Asks whether the typed number was understood.
    pub read_back: Prompt,
    pub done: NodeName,
    pub refused: NodeName,
}

/// Ends the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HangUp {
    pub say: Option<Prompt>,
}

/// A way from one node to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way<'a> {
    pub to: &'a NodeName,
    /// The key that opens the way; None where the call goes by itself.
    pub key: Option<char>,
}

impl Node {
    /// Every way out of the node.
    pub fn ways(&self) -> Vec<Way<'_>> {
        let alone = |to| Way { to, key: None };
        match self {
            Self::Say(say) => vec![alone(&say.next)],
            Self::Menu(menu) => {
                let keys = menu.keys.iter().map(|(key, choice)| Way { to: &choice.to, key: Some(*key) });
                keys.chain([alone(&menu.otherwise)]).collect()
            }
            Self::Hours(hours) => vec![alone(&hours.open), alone(&hours.closed)],
            Self::Connect(connect) => vec![alone(&connect.nobody)],
            Self::Callback(callback) => {
                vec![Way { to: &callback.done, key: Some(Callback::AGREE) }, alone(&callback.refused)]
            }
            Self::HangUp(_) => Vec::new(),
        }
    }
}

impl Callback {
    pub const AGREE: char = '1';
    pub const ANOTHER_NUMBER: char = '2';
}

/// A text in each language of the flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt(pub(super) BTreeMap<Language, Vec<Piece>>);

impl Prompt {
    /// The pieces in this language.
    pub fn pieces(&self, language: Language) -> &[Piece] {
        self.0.get(&language).or_else(|| self.0.values().next()).map_or(&[], Vec::as_slice)
    }
}

/// Part of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Variable(Variable),
}

/// What is only known when the call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// `{hours}`: a sentence on when the hotline is open.
    Hours,
    /// `{hotline}`: the hotline's name.
    Hotline,
    /// `{web}`: the address of the web page, as it is spoken.
    Web,
    /// `{number}`: the telephone number for the call-back, digit by digit.
    Number,
}

impl Variable {
    pub const ALL: [Self; 4] = [Self::Hours, Self::Hotline, Self::Web, Self::Number];

    pub fn name(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Hotline => "hotline",
            Self::Web => "web",
            Self::Number => "number",
        }
    }
}
