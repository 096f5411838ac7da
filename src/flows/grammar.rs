//! The shape of a flow file, as data: what may stand where, in which range, and what it means.
//!
//! `parse` checks files against it and `schema` makes the JSON Schema of it, so the two cannot disagree. One rule: a word
//! that is not in here has no meaning in a flow.

use super::flow::Variable;

/// What a value is.
#[derive(Debug)]
pub(super) enum Shape {
    /// One line of text.
    Line,
    /// A text in one language.
    Text,
    /// A text in each language of the flow, in which these variables stand beside those that can stand everywhere.
    Prompt(Values),
    /// A language's tag.
    Language,
    /// The name of a node.
    Target,
    /// The name of another flow.
    Flow,
    Topic,
    Provider,
    Strategy,
    /// A woman or a man.
    Gender,
    /// A key of a telephone.
    Key,
    /// A telephone number of this purpose.
    Phone(Purpose),
    /// A duration with its unit, in seconds.
    Seconds(u32, u32),
    Count(u8, u8),
    /// A sound file, relative to the folder of the flow.
    Sound,
    Fields(&'static [Field]),
    /// Exactly one of these.
    OneOf(&'static [Field]),
    List(&'static Shape),
    /// Names, each with a value.
    Map(Names, &'static Shape),
}

/// Which variables a prompt has beside those that can stand everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    May(&'static [Variable]),
    Must(&'static [Variable]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Hotline,
    Transfer,
}

/// What the names of a map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Keys,
    Topics,
    Nodes,
}

/// A named value.
#[derive(Debug)]
pub(super) struct Field {
    pub name: &'static str,
    /// One sentence for whoever writes a flow.
    pub about: &'static str,
    pub shape: Shape,
    pub is_required: bool,
}

const fn must(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field { name, about, shape, is_required: true }
}

const fn may(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field { name, about, shape, is_required: false }
}

const PLAIN: Shape = Shape::Prompt(Values::May(&[]));
const WITH_NUMBER: Shape = Shape::Prompt(Values::Must(&[Variable::Number]));
const WITH_SLOT: Shape = Shape::Prompt(Values::Must(&[Variable::Slot]));
const KEY_TIMEOUT: Shape = Shape::Seconds(1, 60);
const RING: Shape = Shape::Seconds(5, 120);
/// Up to as many repeats of a question: more keep a silent caller for ever.
pub(super) const MAX_REPEATS: u8 = 5;

pub(super) const FLOW: Shape = Shape::Fields(&[
    must("title", Shape::Line, "What this flow is for."),
    must("hotline", Shape::Fields(HOTLINE), "The hotline that it is written for."),
    must(
        "languages",
        Shape::List(&Shape::Language),
        "The languages in which every prompt is written; a call begins in the first.",
    ),
    must("start", Shape::Target, "The node where a call begins."),
    must(
        "nodes",
        Shape::Map(Names::Nodes, &Shape::OneOf(KINDS)),
        "The stations of a call, each with a name of its own.",
    ),
]);

/// A text in one language that somebody has spoken.
pub(super) const RECORDED: &[Field] = &[
    must("text", Shape::Text, "What is said: it is read aloud where the recording cannot be played."),
    must("file", Shape::Sound, "The recording, relative to the folder of the flows."),
];

const HOTLINE: &[Field] = &[
    must("name", Shape::Line, "The hotline's name, as it is said where a flow is tried without a database."),
    must("provider", Shape::Provider, "The telephone provider that must be able to carry this flow."),
    must(
        "longest_wait",
        Shape::Seconds(10, 60 * 60),
        "How long a caller at most listens and waits without doing anything, from the answer or their last key until \
         there is a person or an end.",
    ),
];

const KINDS: &[Field] = &[
    may("say", Shape::Fields(SAY), "Reads a text aloud and goes on."),
    may("language", Shape::Fields(LANGUAGE), "Lets callers choose their language by key."),
    may("menu", Shape::Fields(MENU), "Asks for one key."),
    may("hours", Shape::Fields(HOURS), "Branches on whether the hotline is open now."),
    may("branch", Shape::OneOf(BRANCH), "Branches on a fact of the call."),
    may("connect", Shape::Fields(CONNECT), "Rings the officers on duty."),
    may("appointment", Shape::Fields(APPOINTMENT), "Offers the next free consultations and books one by key."),
    may("own_booking", Shape::Fields(OWN_BOOKING), "Finds the caller's own booking by its code, cancels or moves it."),
    may("callback", Shape::Fields(CALLBACK), "Offers to call back."),
    may("voicemail", Shape::Fields(VOICEMAIL), "Takes a message, where the operator allows it."),
    may("transfer", Shape::Fields(TRANSFER), "Connects with an outside number of the operator's allow list."),
    may("jump", Shape::Fields(JUMP), "Goes on at the start of another flow."),
    may("hang_up", Shape::Fields(HANG_UP), "Leaves a word and ends the call."),
];

const SAY: &[Field] = &[must("text", PLAIN, "What is said."), must("next", Shape::Target, "Where the call goes on.")];

const LANGUAGE: &[Field] = &[
    may("prompt", PLAIN, "Said before the choices."),
    must("keys", Shape::Map(Names::Keys, &Shape::Fields(LANGUAGE_KEY)), "The languages, by the key that chooses them."),
    may("timeout", KEY_TIMEOUT, "How long a key is waited for. Default 5 s."),
    must("next", Shape::Target, "Where the call goes on, if no other language was chosen."),
];

const LANGUAGE_KEY: &[Field] = &[
    must("language", Shape::Language, "The language that the key chooses."),
    must("say", Shape::Line, "Names the key, in that very language."),
    may("to", Shape::Target, "Where the call goes on in that language. Default: as for everybody."),
];

const MENU: &[Field] = &[
    must("prompt", PLAIN, "The question."),
    must(
        "keys",
        Shape::Map(Names::Keys, &Shape::Fields(CHOICE)),
        "The choices, by key; said in the order of the file.",
    ),
    may("timeout", KEY_TIMEOUT, "How long a key is waited for. Default 5 s."),
    must("silence", Shape::Fields(PATIENCE), "What happens if no key is pressed."),
    may("wrong_key", Shape::Fields(PATIENCE), "What happens on a key without a choice. Default: as on silence."),
];

const CHOICE: &[Field] = &[
    may("say", PLAIN, "Names the choice and its key. Without it the key is a shortcut that nobody is told of."),
    must("to", Shape::Target, "Where the key leads."),
    may("topic", Shape::Topic, "The topic that the caller has chosen with it."),
    may("wish", Shape::Gender, "With whom the caller wishes to speak: woman or man."),
];

const PATIENCE: &[Field] = &[
    may("say", PLAIN, "Said before the question is asked again."),
    may("repeat", Shape::Count(0, MAX_REPEATS), "How often the question is asked again. Default 1."),
    must("to", Shape::Target, "Where the call goes after that."),
];

const HOURS: &[Field] = &[
    must("open", Shape::Target, "Where the call goes while the hotline is open."),
    must("closed", Shape::Target, "Where it goes out of hours."),
    may("holiday", Shape::Target, "Where it goes on a holiday or closed day. Default: as when closed."),
    may("by_hand", Shape::Target, "Where it goes while a supervisor has closed the hotline. Default: as when closed."),
];

const BRANCH: &[Field] = &[
    may("topic", Shape::Fields(BY_TOPIC), "By the topic that the caller has chosen."),
    may("caller", Shape::Fields(BY_CALLER), "By whether the caller's number is known."),
    may("load", Shape::Fields(BY_LOAD), "By how busy the hotline is."),
];

const BY_TOPIC: &[Field] = &[
    must("when", Shape::Map(Names::Topics, &Shape::Target), "The node for each topic."),
    must("otherwise", Shape::Target, "For every other topic, and for none."),
];

const BY_CALLER: &[Field] = &[
    must("known", Shape::Target, "If the number is there."),
    must("withheld", Shape::Target, "If the number is withheld."),
];

const BY_LOAD: &[Field] = &[
    may("nobody_on_duty", Shape::Target, "If nobody is on duty at this moment."),
    may("waiting", Shape::Fields(WAITING_LONGER), "If others have waited for long."),
    must("otherwise", Shape::Target, "In every other case."),
];

const WAITING_LONGER: &[Field] = &[
    must("longer_than", Shape::Seconds(10, 60 * 60), "How long the caller in front has waited."),
    must("to", Shape::Target, "Where the call goes then."),
];

const CONNECT: &[Field] = &[
    may("say", PLAIN, "Said before the first telephone rings."),
    may("hotline", Shape::Phone(Purpose::Hotline), "Rings another hotline's officers: that hotline's number."),
    may("strategy", Shape::Strategy, "In which order the officers of a tier are rung. Default in_order."),
    must("ring", RING, "How long one officer's telephone rings."),
    may("tiers", Shape::List(&Shape::Count(1, 9)), "Rings these tiers only. Default: all, the lowest first."),
    must("longest_wait", Shape::Seconds(5, 60 * 60), "How long a caller waits for a person at most."),
    may("waiting", Shape::Fields(WAITING), "Lets callers wait for officers who are busy. Default: nobody waits."),
    may("leave", Shape::Fields(LEAVE), "A key with which a waiting caller leaves the queue."),
    must("nobody", Shape::Target, "Where the call goes if nobody takes it."),
];

const WAITING: &[Field] = &[
    must(
        "say",
        Shape::Prompt(Values::May(&[Variable::Position, Variable::Wait])),
        "Said to whoever waits, again and again.",
    ),
    must("every", Shape::Seconds(10, 120), "How long until it is said again."),
    may("music", Shape::Sound, "Played in between."),
];

const LEAVE: &[Field] =
    &[must("key", Shape::Key, "The key; say it in waiting."), must("to", Shape::Target, "Where the call goes then.")];

const APPOINTMENT: &[Field] = &[
    must("offer", PLAIN, "Said before the times."),
    must(
        "option",
        Shape::Prompt(Values::Must(&[Variable::Slot, Variable::Key])),
        "Said for each time, with {slot} and {key}.",
    ),
    must("known", WITH_NUMBER, "Asks whether the caller's own {number} is right: 1 agrees, 2 is for another."),
    must("type", PLAIN, "Asks to type a number, ended by the hash key."),
    must("read_back", WITH_NUMBER, "Reads the typed {number} back: 1 agrees, 2 types it again."),
    may("sms", PLAIN, "Asks whether a confirmation by SMS is wanted: 1 agrees. Default: none is sent."),
    must(
        "booked",
        Shape::Prompt(Values::Must(&[Variable::Slot, Variable::Code])),
        "Confirms {slot} and says the {code}.",
    ),
    must("done", Shape::Target, "Where the call goes when the time is booked."),
    must("refused", Shape::Target, "Where it goes on key 0, or if nothing was chosen."),
    must("none", Shape::Target, "Where it goes if no time is free."),
];

const OWN_BOOKING: &[Field] = &[
    must("code", PLAIN, "Asks to type the six signs of the booking's code, letters by the key on which they stand."),
    must(
        "word",
        PLAIN,
        "Asks to type the Kennwort in the same way, ended by the hash key: of whoever calls from another number than \
         they left.",
    ),
    must("wrong", PLAIN, "Said where they belong to no booking that lies ahead; then the code is asked for again."),
    must("found", WITH_SLOT, "Says {slot} and the keys: 1 cancels, 2 moves, 0 leaves it as it is."),
    must("sure", WITH_SLOT, "Asks whether the booking at {slot} is to be cancelled: 1 agrees, 0 leaves it."),
    must("cancelled", WITH_SLOT, "Confirms that the booking at {slot} is cancelled."),
    must("offer", PLAIN, "Said before the other times; 0 leaves the booking as it is."),
    must(
        "option",
        Shape::Prompt(Values::Must(&[Variable::Slot, Variable::Key])),
        "Said for each time, with {slot} and {key}.",
    ),
    must("moved", WITH_SLOT, "Confirms the new {slot}."),
    must("done", Shape::Target, "Where the call goes when the booking is cancelled or moved."),
    must("refused", Shape::Target, "Where it goes on key 0, or if nothing was chosen."),
    must("unknown", Shape::Target, "Where it goes after three wrong codes."),
    must("none", Shape::Target, "Where it goes if no other time is free."),
];

const CALLBACK: &[Field] = &[
    must("known", WITH_NUMBER, "Asks whether the caller's own {number} is right: 1 agrees, 2 is for another."),
    must("type", PLAIN, "Asks to type a number, ended by the hash key."),
    must("read_back", WITH_NUMBER, "Reads the typed {number} back: 1 agrees, 2 types it again."),
    must("done", Shape::Target, "Where the call goes when the call-back is noted."),
    must("refused", Shape::Target, "Where it goes if none was agreed on."),
];

const VOICEMAIL: &[Field] = &[
    must("announcement", PLAIN, "Says that a message is recorded from now on, and for what."),
    must("longest", Shape::Seconds(10, 300), "The longest message."),
    must("next", Shape::Target, "Where the call goes on."),
];

const TRANSFER: &[Field] = &[
    may("say", PLAIN, "Said before."),
    must("number", Shape::Phone(Purpose::Transfer), "A number of the operator's allow list."),
    must("ring", RING, "How long it rings."),
    must("failed", Shape::Target, "Where the call goes if nobody answers there."),
];

const JUMP: &[Field] = &[must("flow", Shape::Flow, "The file name of the other flow, without its ending.")];

const HANG_UP: &[Field] = &[may("say", PLAIN, "The last word. Only a node after a say can do without.")];
