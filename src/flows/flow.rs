//! The nouns of a call flow: nodes, prompts and the ways between them.
//!
//! A `Flow` comes from `parse`, which has made sure that every target exists and that no caller goes in circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::recording::Recording;
use crate::kernel::{Gender, Language, Phone};

/// A whole call flow: where it starts and what its nodes do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub title: String,
    pub hotline: HotlineNeeds,
    /// In which every prompt is written; the call begins in the first.
    pub languages: Vec<Language>,
    pub start: NodeName,
    pub nodes: BTreeMap<NodeName, Node>,
}

/// What a flow says of the hotline that it is written for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HotlineNeeds {
    /// As it is said where no hotline of the database is at hand.
    pub name: String,
    /// What must be able to carry it: a row of the capability matrix.
    pub provider: &'static super::Provider,
    /// How long a caller at most listens and waits without doing anything, in seconds: from the answer or their last
    /// key until there is a person or an end.
    pub longest_wait: u32,
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
            _ => Vec::new(),
        })
    }

    /// The flows to which a call may go on.
    pub fn jumps(&self) -> impl Iterator<Item = &str> {
        self.nodes.values().filter_map(|node| if let Node::Jump(jump) = node { Some(jump.flow.as_str()) } else { None })
    }

    /// Every recorded prompt.
    pub fn recordings(&self) -> impl Iterator<Item = &Recording> {
        let music = self.nodes.values().filter_map(|node| match node {
            Node::Connect(connect) => connect.waiting.as_ref()?.music.as_ref(),
            _ => None,
        });
        let prompts = self.nodes.values().flat_map(Node::prompts).flat_map(|prompt| prompt.0.values());
        prompts.filter_map(|said| said.recording.as_ref()).chain(music)
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
    Language(LanguageChoice),
    Menu(Menu),
    Hours(Hours),
    Branch(Branch),
    Connect(Connect),
    Appointment(Appointment),
    OwnBooking(OwnBooking),
    Callback(Callback),
    Voicemail(Voicemail),
    Transfer(Transfer),
    Jump(Jump),
    HangUp(HangUp),
}

/// Reads a text aloud and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    pub text: Prompt,
    pub next: NodeName,
}

/// Lets callers choose their language by key. Who presses nothing goes on in the language they are in; a key that is no
/// language here is taken by the next menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageChoice {
    pub prompt: Option<Prompt>,
    pub keys: BTreeMap<char, LanguageKey>,
    /// How long a key is waited for, in seconds.
    pub timeout: u32,
    pub next: NodeName,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageKey {
    pub language: Language,
    /// Said in that very language.
    pub say: String,
    pub to: NodeName,
}

/// Asks for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    pub prompt: Prompt,
    pub keys: BTreeMap<char, Choice>,
    /// The keys in the order of the file: so they are said.
    pub order: Vec<char>,
    /// How long a key is waited for, in seconds.
    pub timeout: u32,
    pub silence: Patience,
    /// A key that has no choice.
    pub wrong_key: Patience,
}

/// What a key of a menu does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub say: Option<Prompt>,
    pub to: NodeName,
    pub topic: Option<String>,
    /// With whom the caller wishes to speak.
    pub wish: Option<Gender>,
}

/// How often a question is asked again, and where callers go then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Said before the question is asked again.
    pub say: Option<Prompt>,
    pub repeat: u8,
    pub to: NodeName,
}

/// Branches on whether the hotline is open now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    pub open: NodeName,
    pub closed: NodeName,
    /// On a holiday or an office's own closed day; None as on any closed hour.
    pub holiday: Option<NodeName>,
    /// Closed by a supervisor; None as on any closed hour.
    pub by_hand: Option<NodeName>,
}

/// Branches on a fact of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Branch {
    Topic {
        when: BTreeMap<String, NodeName>,
        otherwise: NodeName,
    },
    Caller {
        known: NodeName,
        withheld: NodeName,
    },
    Load {
        nobody_on_duty: Option<NodeName>,
        /// Taken where the caller in front has waited longer than so many seconds.
        waiting: Option<(u32, NodeName)>,
        otherwise: NodeName,
    },
}

/// Rings the officers on duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    pub say: Option<Prompt>,
    /// Another hotline whose officers are rung.
    pub hotline: Option<Phone>,
    pub strategy: Strategy,
    /// How long one officer's telephone rings, in seconds.
    pub ring: u32,
    /// Empty: every tier, the lowest first.
    pub tiers: BTreeSet<u8>,
    /// How long a caller waits for a person at most, in seconds.
    pub longest_wait: u32,
    /// None: nobody waits for officers who are busy.
    pub waiting: Option<Waiting>,
    /// A key with which a waiting caller leaves the queue.
    pub leave: Option<(char, NodeName)>,
    /// Where the call goes when nobody took it.
    pub nobody: NodeName,
}

/// In which order officers of a tier are rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// As planned: by their position in the rota.
    #[default]
    InOrder,
    /// Whoever comes after the one who was rung last.
    ByTurns,
    /// Whose last talk ended longest ago.
    LongestIdle,
    /// Who has taken the fewest calls in this shift.
    FewestCalls,
    /// Everybody of a tier; the first who accepts has the call.
    AllAtOnce,
    Random,
}

/// What a caller hears who waits for an officer to become free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub say: Prompt,
    /// How long until it is said again, in seconds.
    pub every: u32,
    /// Played in between; silence otherwise.
    pub music: Option<Recording>,
}

/// Offers the next free consultations by telephone, and books one by key: 1 to 3 choose, 0 refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub offer: Prompt,
    /// Said for each time, with `{slot}` and `{key}`.
    pub option: Prompt,
    pub number: NumberPrompts,
    /// Asks whether a confirmation by SMS is wanted; without it none is sent.
    pub sms: Option<Prompt>,
    /// Says `{slot}` and `{code}`.
    pub booked: Prompt,
    pub done: NodeName,
    pub refused: NodeName,
    /// Where the call goes when no time is free.
    pub none: NodeName,
}

/// Finds a caller's own booking by its code; key 1 cancels, 2 moves, 0 leaves it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnBooking {
    /// Asks to type the code.
    pub code: Prompt,
    /// Asks to type the Kennwort, ended by `#`: of whoever does not call from the number that they left.
    pub word: Prompt,
    /// Said where the two belong to no booking.
    pub wrong: Prompt,
    /// Says `{slot}` and the keys.
    pub found: Prompt,
    /// Asks whether to cancel: 1 agrees.
    pub sure: Prompt,
    pub cancelled: Prompt,
    pub offer: Prompt,
    /// Said for each time, with `{slot}` and `{key}`.
    pub option: Prompt,
    pub moved: Prompt,
    pub done: NodeName,
    pub refused: NodeName,
    /// Where the call goes after wrong codes.
    pub unknown: NodeName,
    /// Where it goes when no other time is free.
    pub none: NodeName,
}

/// Offers to call back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    pub number: NumberPrompts,
    pub done: NodeName,
    pub refused: NodeName,
}

/// How a telephone number is agreed on. The keys are the same everywhere: 1 agrees, 2 is for another number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPrompts {
    /// Asks whether the number from which the call comes is right.
    pub known: Prompt,
    /// Asks to type a number, ended by `#`.
    pub typing: Prompt,
    /// Asks whether the typed number was understood.
    pub read_back: Prompt,
}

/// Takes a message after an announcement. The only thing that is ever recorded, and only where the operator allows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voicemail {
    pub announcement: Prompt,
    /// The longest message, in seconds.
    pub longest: u32,
    pub next: NodeName,
}

/// Connects with an outside number of the operator's allow list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub say: Option<Prompt>,
    pub number: Phone,
    pub ring: u32,
    pub failed: NodeName,
}

/// Goes on at the start of another flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    pub flow: String,
}

/// Leaves a word and ends the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HangUp {
    pub say: Option<Prompt>,
}

/// A way from one node to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way<'a> {
    pub to: &'a NodeName,
    pub by: By<'a>,
}

/// What opens a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By<'a> {
    Key(char),
    /// The call goes by itself: `open`, `silence`, `nobody`, or a topic's id.
    Itself(&'a str),
}

impl By<'_> {
    pub fn is_key(self) -> bool {
        matches!(self, Self::Key(_))
    }
}

impl fmt::Display for By<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "{key}"),
            Self::Itself(word) => f.write_str(word),
        }
    }
}

impl Node {
    /// Every way out of the node.
    pub fn ways(&self) -> Vec<Way<'_>> {
        fn way<'a>(by: &'a str, to: &'a NodeName) -> Way<'a> {
            Way { to, by: By::Itself(by) }
        }
        let key = |key: char, to| Way { to, by: By::Key(key) };
        match self {
            Self::Say(say) => vec![way("next", &say.next)],
            Self::Language(choice) => {
                choice.keys.iter().map(|(k, it)| key(*k, &it.to)).chain([way("next", &choice.next)]).collect()
            }
            Self::Menu(menu) => {
                let keys = menu.order.iter().filter_map(|k| Some(key(*k, &menu.keys.get(k)?.to)));
                keys.chain([way("silence", &menu.silence.to), way("wrong_key", &menu.wrong_key.to)]).collect()
            }
            Self::Hours(hours) => {
                let special = [("holiday", &hours.holiday), ("by_hand", &hours.by_hand)];
                let special = special.into_iter().filter_map(|(by, to)| Some(way(by, to.as_ref()?)));
                [way("open", &hours.open), way("closed", &hours.closed)].into_iter().chain(special).collect()
            }
            Self::Branch(Branch::Topic { when, otherwise }) => {
                when.iter().map(|(topic, to)| way(topic, to)).chain([way("otherwise", otherwise)]).collect()
            }
            Self::Branch(Branch::Caller { known, withheld }) => vec![way("known", known), way("withheld", withheld)],
            Self::Branch(Branch::Load { nobody_on_duty, waiting, otherwise }) => {
                let nobody = nobody_on_duty.iter().map(|to| way("nobody_on_duty", to));
                let waiting = waiting.iter().map(|(_, to)| way("waiting", to));
                nobody.chain(waiting).chain([way("otherwise", otherwise)]).collect()
            }
            Self::Connect(connect) => {
                let leave = connect.leave.iter().map(|(k, to)| key(*k, to));
                leave.chain([way("nobody", &connect.nobody)]).collect()
            }
            Self::Appointment(it) => {
                let keys = [key(NumberPrompts::AGREE, &it.done), key(Appointment::REFUSE, &it.refused)];
                keys.into_iter().chain([way("refused", &it.refused), way("none", &it.none)]).collect()
            }
            Self::OwnBooking(it) => {
                let keys = [key(OwnBooking::CANCEL, &it.done), key(OwnBooking::LEAVE, &it.refused)];
                let itself = [("refused", &it.refused), ("unknown", &it.unknown), ("none", &it.none)];
                keys.into_iter().chain(itself.map(|(by, to)| way(by, to))).collect()
            }
            Self::Callback(it) => vec![key(NumberPrompts::AGREE, &it.done), way("refused", &it.refused)],
            Self::Voicemail(it) => vec![way("next", &it.next)],
            Self::Transfer(it) => vec![way("failed", &it.failed)],
            Self::Jump(_) | Self::HangUp(_) => Vec::new(),
        }
    }

    /// Everything that it may say, in the order in which it is said.
    pub fn prompts(&self) -> Vec<&Prompt> {
        fn of_number(number: &NumberPrompts) -> [&Prompt; 3] {
            [&number.known, &number.typing, &number.read_back]
        }
        match self {
            Self::Say(it) => vec![&it.text],
            Self::Language(it) => it.prompt.iter().collect(),
            Self::Menu(it) => {
                let options = it.order.iter().filter_map(|key| it.keys.get(key)?.say.as_ref());
                [&it.prompt].into_iter().chain(options).chain(&it.silence.say).chain(&it.wrong_key.say).collect()
            }
            Self::Hours(_) | Self::Branch(_) | Self::Jump(_) => Vec::new(),
            Self::Connect(it) => it.say.iter().chain(it.waiting.iter().map(|waiting| &waiting.say)).collect(),
            Self::Appointment(it) => {
                let first = [&it.offer, &it.option].into_iter().chain(of_number(&it.number));
                first.chain(&it.sms).chain([&it.booked]).collect()
            }
            Self::OwnBooking(it) => {
                let asked = [&it.code, &it.word, &it.wrong, &it.found, &it.sure];
                asked.into_iter().chain([&it.cancelled, &it.offer, &it.option, &it.moved]).collect()
            }
            Self::Callback(it) => of_number(&it.number).into(),
            Self::Voicemail(it) => vec![&it.announcement],
            Self::Transfer(it) => it.say.iter().collect(),
            Self::HangUp(it) => it.say.iter().collect(),
        }
    }

    /// The word that names this kind in a flow file.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Say(_) => "say",
            Self::Language(_) => "language",
            Self::Menu(_) => "menu",
            Self::Hours(_) => "hours",
            Self::Branch(_) => "branch",
            Self::Connect(_) => "connect",
            Self::Appointment(_) => "appointment",
            Self::OwnBooking(_) => "own_booking",
            Self::Callback(_) => "callback",
            Self::Voicemail(_) => "voicemail",
            Self::Transfer(_) => "transfer",
            Self::Jump(_) => "jump",
            Self::HangUp(_) => "hang_up",
        }
    }
}

impl NumberPrompts {
    pub const AGREE: char = '1';
    pub const ANOTHER: char = '2';
}

impl Appointment {
    pub const REFUSE: char = '0';
    /// More times than these cannot be remembered by ear.
    pub const OFFERED: usize = 3;
}

impl OwnBooking {
    pub const CANCEL: char = '1';
    pub const MOVE: char = '2';
    pub const LEAVE: char = '0';
    /// The signs of a code.
    pub const CODE_KEYS: u8 = 6;
    /// More than the letters of any Kennwort.
    pub const WORD_KEYS: u8 = 20;
}

impl Strategy {
    /// Each strategy and the word for it in a flow file.
    pub const ALL: [(&'static str, Self); 6] = [
        ("in_order", Self::InOrder),
        ("by_turns", Self::ByTurns),
        ("longest_idle", Self::LongestIdle),
        ("fewest_calls", Self::FewestCalls),
        ("all_at_once", Self::AllAtOnce),
        ("random", Self::Random),
    ];
}

/// What is said, in each language of the flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt(pub(super) BTreeMap<Language, Said>);

/// A text in one language, and its recording, if somebody spoke it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub pieces: Vec<Piece>,
    pub recording: Option<Recording>,
}

impl Prompt {
    /// What is said in this language.
    pub fn said(&self, language: Language) -> Option<&Said> {
        self.0.get(&language).or_else(|| self.0.values().next())
    }

    pub fn languages(&self) -> impl Iterator<Item = (Language, &Said)> {
        self.0.iter().map(|(language, said)| (*language, said))
    }
}

impl Said {
    /// As it stands in the file.
    pub fn written(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(variable) => format!("{{{}}}", variable.name()),
        });
        pieces.collect()
    }
}

/// Part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Variable(Variable),
}

/// What is only known when the call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variable {
    /// A sentence on when the hotline is open, derived from its hours.
    Hours,
    /// The hotline's name.
    Hotline,
    /// The address of the web page, as it is spoken.
    Web,
    /// The time of day.
    Time,
    /// Today's weekday and date.
    Date,
    /// What today's holiday or closed day is called.
    Holiday,
    /// Why a supervisor closed the hotline, in their own words.
    Reason,
    /// A telephone number, digit by digit.
    Number,
    /// The place in the queue.
    Position,
    /// The expected wait, as a range.
    Wait,
    /// Day and time of a free consultation.
    Slot,
    /// The key that chooses it.
    Key,
    /// The booking's reference, letter by letter.
    Code,
}

impl Variable {
    pub const ALL: [Self; 13] = [
        Self::Hours,
        Self::Hotline,
        Self::Web,
        Self::Time,
        Self::Date,
        Self::Holiday,
        Self::Reason,
        Self::Number,
        Self::Position,
        Self::Wait,
        Self::Slot,
        Self::Key,
        Self::Code,
    ];
    /// Those that can stand in every prompt.
    pub const EVERYWHERE: [Self; 7] =
        [Self::Hours, Self::Hotline, Self::Web, Self::Time, Self::Date, Self::Holiday, Self::Reason];

    pub fn name(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Hotline => "hotline",
            Self::Web => "web",
            Self::Time => "time",
            Self::Date => "date",
            Self::Holiday => "holiday",
            Self::Reason => "reason",
            Self::Number => "number",
            Self::Position => "position",
            Self::Wait => "wait",
            Self::Slot => "slot",
            Self::Key => "key",
            Self::Code => "code",
        }
    }

    /// About how many characters it takes when said, for the length of a path.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Hours => 120,
            Self::Hotline | Self::Wait | Self::Time | Self::Key => 25,
            Self::Web | Self::Date | Self::Slot | Self::Holiday | Self::Position => 40,
            Self::Reason => 200,
            Self::Number | Self::Code => 100,
        }
    }
}
