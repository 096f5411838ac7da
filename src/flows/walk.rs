//! A caller's walk through a flow: the only interpreter, pure.
//!
//! Given where the caller stands and what has happened, it says where the caller stands now and what to do.
//! One rule: every walk ends in a command that waits for something (`Ask`, `Connect`) or in `HangUp`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::flow::{Callback, Connect, Flow, Menu, Node, NodeName, Piece, Prompt, Variable};
use crate::kernel::{Language, Phone};

/// How often a call-back question is repeated after silence or a wrong key.
const CALLBACK_REPEATS: u8 = 2;
/// How long a key is waited for where the flow does not say, in seconds.
const KEY_TIMEOUT: u32 = 6;
/// How long the next digit of a telephone number is waited for, in seconds.
const DIGIT_TIMEOUT: u32 = 10;
/// The longest number that can be typed: `00` and the 15 digits of ITU-T E.164.
const NUMBER_DIGITS: u8 = 17;

/// Where a caller stands. It may hold a typed number: keep it sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub node: NodeName,
    pub language: Language,
    /// The id of the topic that the caller chose.
    pub topic: Option<String>,
    tries: u8,
    stage: Stage,
}

/// How far a caller has come within a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Arrived,
    TypingNumber,
    ReadingBack {
        number: Phone,
    },
    Ended,
}

impl Place {
    /// Where every call begins.
    pub fn start(flow: &Flow) -> Self {
        Self { node: flow.start.clone(), language: flow.first_language(), topic: None, tries: 0, stage: Stage::Arrived }
    }

    pub fn has_ended(&self) -> bool {
        self.stage == Stage::Ended
    }
}

/// What has happened to the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The provider announced the call.
    Started,
    /// The caller pressed these keys.
    Key(String),
    /// The caller was asked and pressed nothing.
    Silence,
    /// An officer took the call; once they have talked, nothing follows.
    Accepted,
    /// Everybody on duty was tried, or the longest wait is over.
    NobodyLeft,
    /// The caller is gone.
    HungUp,
}

/// The facts of this moment.
#[derive(Clone, Debug)]
pub struct Context {
    pub opening: Opening,
    /// When the hotline is open, as a sentence in each language.
    pub hours: BTreeMap<Language, String>,
    pub hotline: String,
    /// The web page's address as it is spoken.
    pub web: String,
    /// None if the caller's number is withheld.
    pub caller: Option<Phone>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Open,
    Closed,
}

/// What to do next, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Say(Speech),
    /// Say the prompts and wait for keys: `digits` of them, or up to as many before `finish_on`.
    Ask {
        prompts: Vec<Speech>,
        digits: u8,
        timeout_seconds: u32,
        finish_on: Option<char>,
    },
    /// Ring the officers on duty, and come back with `Accepted` or `NobodyLeft`.
    Connect {
        topic: Option<String>,
        ring_seconds: u32,
        longest_wait_seconds: u32,
    },
    /// Note a call-back; None is the number from which the call came. The walk goes on by itself.
    TakeCallback {
        number: Option<Phone>,
    },
    HangUp,
}

impl Command {
    /// Whether the call now waits for a webhook, or is over.
    pub fn ends_a_walk(&self) -> bool {
        match self {
            Self::Ask { .. } | Self::Connect { .. } | Self::HangUp => true,
            Self::Say(_) | Self::TakeCallback { .. } => false,
        }
    }
}

/// A text and the language in which to read it aloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speech {
    pub text: String,
    pub language: Language,
}

/// Takes one step of a call.
pub fn walk(flow: &Flow, place: &Place, event: Event, context: &Context) -> (Place, Vec<Command>) {
    let mut walk = Walk { flow, context, place: place.clone(), commands: Vec::new() };
    match event {
        Event::HungUp | Event::Accepted => walk.end(),
        _ if place.has_ended() => walk.end(),
        Event::Started => walk.enter(&flow.start),
        event => match flow.nodes.get_key_value(&place.node) {
            Some((_, Node::Menu(menu))) => walk.answer_menu(menu, event),
            Some((_, Node::Connect(connect))) => walk.answer_connect(connect, event),
            Some((_, Node::Callback(callback))) => walk.answer_callback(callback, event),
            Some((name, Node::Say(_) | Node::Hours(_) | Node::HangUp(_))) => walk.enter(name),
            None => walk.enter(&flow.start),
        },
    }
    (walk.place, walk.commands)
}

struct Walk<'a> {
    flow: &'a Flow,
    context: &'a Context,
    place: Place,
    commands: Vec<Command>,
}

impl<'a> Walk<'a> {
    /// Goes on from a node until something is waited for.
    fn enter(&mut self, name: &'a NodeName) {
        let mut name = name;
        for _ in 0..=self.flow.nodes.len() {
            let Some(node) = self.flow.nodes.get(name) else { break };
            self.place = Place { node: name.clone(), tries: 0, stage: Stage::Arrived, ..self.place.clone() };
            match node {
                Node::Say(say) => {
                    self.say(Some(&say.text));
                    name = &say.next;
                }
                Node::Hours(hours) => {
                    name = match self.context.opening {
                        Opening::Open => &hours.open,
                        Opening::Closed => &hours.closed,
                    }
                }
                Node::Menu(menu) => return self.ask_menu(menu, None),
                Node::Connect(connect) => {
                    self.say(connect.say.as_ref());
                    return self.connect(connect);
                }
                Node::Callback(callback) => return self.offer_callback(callback),
                Node::HangUp(last) => {
                    self.say(last.say.as_ref());
                    break;
                }
            }
        }
        self.end();
    }

    fn end(&mut self) {
        self.place.stage = Stage::Ended;
        self.commands.push(Command::HangUp);
    }

    fn answer_menu(&mut self, menu: &'a Menu, event: Event) {
        let pressed = match &event {
            Event::Key(keys) => keys.chars().next(),
            _ => None,
        };
        if let Some(choice) = pressed.and_then(|key| menu.keys.get(&key)) {
            self.place.topic = choice.topic.clone().or(self.place.topic.take());
            self.place.language = choice.language.unwrap_or(self.place.language);
            return self.enter(&choice.to);
        }
        match self.may_try_again(menu.repeat) {
            true => self.ask_menu(menu, pressed.and(menu.wrong_key.as_ref())),
            false => self.enter(&menu.otherwise),
        }
    }

    fn ask_menu(&mut self, menu: &Menu, first: Option<&Prompt>) {
        let prompts = first.into_iter().chain([&menu.prompt]).map(|prompt| self.speech(prompt, None)).collect();
        self.commands.push(Command::Ask { prompts, digits: 1, timeout_seconds: menu.timeout, finish_on: None });
    }

    fn answer_connect(&mut self, connect: &'a Connect, event: Event) {
        match event {
            Event::NobodyLeft => self.enter(&connect.nobody),
            // A late or repeated webhook never costs the caller the place in the queue.
            _ => self.connect(connect),
        }
    }

    fn connect(&mut self, connect: &Connect) {
        self.commands.push(Command::Connect {
            topic: self.place.topic.clone(),
            ring_seconds: connect.ring,
            longest_wait_seconds: connect.longest_wait,
        });
    }

    fn offer_callback(&mut self, callback: &Callback) {
        if self.context.caller.is_none() {
            self.place.stage = Stage::TypingNumber;
        }
        self.ask_callback(callback);
    }

    fn ask_callback(&mut self, callback: &Callback) {
        let one_key =
            |prompt| Command::Ask { prompts: vec![prompt], digits: 1, timeout_seconds: KEY_TIMEOUT, finish_on: None };
        let command = match &self.place.stage {
            Stage::Arrived | Stage::Ended => one_key(self.speech(&callback.known, self.context.caller.as_ref())),
            Stage::ReadingBack { number } => one_key(self.speech(&callback.read_back, Some(number))),
            Stage::TypingNumber => Command::Ask {
                prompts: vec![self.speech(&callback.typing, None)],
                digits: NUMBER_DIGITS,
                timeout_seconds: DIGIT_TIMEOUT,
                finish_on: Some('#'),
            },
        };
        self.commands.push(command);
    }

    fn answer_callback(&mut self, callback: &'a Callback, event: Event) {
        let keys = match event {
            Event::Key(keys) => keys,
            _ => String::new(),
        };
        let agreed = keys.starts_with(Callback::AGREE);
        match self.place.stage.clone() {
            Stage::Arrived if agreed && self.context.caller.is_some() => return self.take_callback(callback, None),
            Stage::ReadingBack { number } if agreed => return self.take_callback(callback, Some(number)),
            Stage::Arrived | Stage::ReadingBack { .. } if keys.starts_with(Callback::ANOTHER_NUMBER) => {
                self.place.stage = Stage::TypingNumber;
            }
            Stage::TypingNumber => {
                if let Ok(number) = keys.trim_end_matches('#').parse() {
                    self.place.stage = Stage::ReadingBack { number };
                    return self.ask_callback(callback);
                }
            }
            Stage::Arrived | Stage::ReadingBack { .. } | Stage::Ended => {}
        }
        match self.may_try_again(CALLBACK_REPEATS) {
            true => self.ask_callback(callback),
            false => self.enter(&callback.refused),
        }
    }

    fn take_callback(&mut self, callback: &'a Callback, number: Option<Phone>) {
        self.commands.push(Command::TakeCallback { number });
        self.enter(&callback.done);
    }

    /// Counts a try that led nowhere.
    fn may_try_again(&mut self, repeats: u8) -> bool {
        self.place.tries = self.place.tries.saturating_add(1);
        self.place.tries <= repeats
    }

    fn say(&mut self, prompt: Option<&Prompt>) {
        if let Some(prompt) = prompt {
            self.commands.push(Command::Say(self.speech(prompt, None)));
        }
    }

    fn speech(&self, prompt: &Prompt, number: Option<&Phone>) -> Speech {
        let language = self.place.language;
        let text = prompt.pieces(language).iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(Variable::Hours) => self.context.hours.get(&language).cloned().unwrap_or_default(),
            Piece::Variable(Variable::Hotline) => self.context.hotline.clone(),
            Piece::Variable(Variable::Web) => self.context.web.clone(),
            Piece::Variable(Variable::Number) => number.map(spoken).unwrap_or_default(),
        });
        Speech { text: text.collect(), language }
    }
}

/// A telephone number digit by digit, as a caller in Germany would type it: `0 8 9 …`.
pub fn spoken(number: &Phone) -> String {
    let digits = match number.as_str().strip_prefix("+49") {
        Some(national) => format!("0{national}"),
        None => number.as_str().replacen('+', "00", 1),
    };
    let digits: Vec<String> = digits.chars().map(String::from).collect();
    digits.join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::flows::{ADVICE_LINE, parse};

    fn flow() -> Flow {
        parse(ADVICE_LINE.0, ADVICE_LINE.1).unwrap_or_else(|findings| panic!("{findings}"))
    }

    fn context(opening: Opening, caller: Option<&str>) -> Context {
        Context {
            opening,
            hours: BTreeMap::from([(Language::De, "Montags ab acht.".into()), (Language::En, "Mondays.".into())]),
            hotline: "das Beratungstelefon".into(),
            web: "beratung punkt example".into(),
            caller: caller.map(|number| number.parse().unwrap()),
        }
    }

    const ANNA: &str = "+498999998110";

    fn key(keys: &str) -> Event {
        Event::Key(keys.into())
    }

    /// Plays a call: the node, then the last command, after each event.
    fn play(context: &Context, events: &[Event]) -> (Place, Vec<Command>) {
        let flow = flow();
        let begin = walk(&flow, &Place::start(&flow), Event::Started, context);
        events.iter().fold(begin, |(place, _), event| walk(&flow, &place, event.clone(), context))
    }

    #[test]
    fn a_caller_chooses_a_topic_and_is_connected() {
        let open = context(Opening::Open, Some(ANNA));
        let (place, commands) = play(&open, &[Event::Silence, key("2")]);
        assert_eq!(place.topic.as_deref(), Some("einbruchschutz"));
        let connect =
            Command::Connect { topic: Some("einbruchschutz".into()), ring_seconds: 20, longest_wait_seconds: 180 };
        assert_eq!(commands.last(), Some(&connect));
    }

    #[test]
    fn the_greeting_names_the_emergency_number_and_that_nothing_is_recorded() {
        for (events, language, words) in
            [(vec![], Language::De, "nicht aufgezeichnet"), (vec![key("9")], Language::En, "not recorded")]
        {
            let (_, commands) = play(&context(Opening::Open, None), &events);
            let [Command::Ask { prompts, .. }] = commands.as_slice() else { panic!("{commands:?}") };
            assert_eq!(prompts[0].language, language);
            assert!(prompts[0].text.contains("110") && prompts[0].text.contains(words), "{}", prompts[0].text);
        }
    }

    #[test]
    fn out_of_hours_the_announcement_is_derived() {
        let (place, commands) = play(&context(Opening::Closed, None), &[Event::Silence]);
        assert_eq!(place.node.as_str(), "closed");
        let [Command::Ask { prompts, .. }] = commands.as_slice() else { panic!("{commands:?}") };
        assert!(prompts[0].text.contains("Montags ab acht. Wenn wir Sie"), "{}", prompts[0].text);
    }

    #[test]
    fn a_wrong_key_is_named_and_silence_is_not() {
        let open = context(Opening::Open, None);
        for (event, prompts_heard) in [(key("8"), 2), (Event::Silence, 1)] {
            let (_, commands) = play(&open, &[Event::Silence, event]);
            let [Command::Ask { prompts, .. }] = commands.as_slice() else { panic!("{commands:?}") };
            assert_eq!(prompts.len(), prompts_heard);
        }
        let (place, _) = play(&open, &[Event::Silence, key("8"), Event::Silence]);
        assert_eq!(place.node.as_str(), "officers");
    }

    #[test]
    fn a_known_number_is_confirmed_by_one_key() {
        let busy = [Event::Silence, key("0"), Event::NobodyLeft, key("1")];
        let open = context(Opening::Open, Some(ANNA));
        let (place, commands) = play(&open, &busy);
        let [Command::Ask { prompts, .. }] = commands.as_slice() else { panic!("{commands:?}") };
        assert!(prompts[0].text.contains("0 8 9 9 9 9 9 8 1 1 0"), "{}", prompts[0].text);
        let (place, commands) = walk(&flow(), &place, key("1"), &open);
        assert!(place.has_ended());
        assert_eq!(commands.first(), Some(&Command::TakeCallback { number: None }));
        assert_eq!(commands.last(), Some(&Command::HangUp));
    }

    #[test]
    fn a_withheld_number_is_typed_read_back_and_confirmed() {
        let withheld = context(Opening::Closed, None);
        let typed = [Event::Silence, key("1"), key("12"), key("08999998200")];
        let (place, commands) = play(&withheld, &typed);
        let [Command::Ask { prompts, .. }] = commands.as_slice() else { panic!("{commands:?}") };
        assert!(prompts[0].text.contains("0 8 9 9 9 9 9 8 2 0 0"), "{}", prompts[0].text);
        let (_, commands) = walk(&flow(), &place, key("1"), &withheld);
        assert_eq!(commands.first(), Some(&Command::TakeCallback { number: Some("08999998200".parse().unwrap()) }));
    }

    #[test]
    fn nothing_follows_a_hang_up_or_a_talk() {
        let open = context(Opening::Open, None);
        for event in [Event::HungUp, Event::Accepted] {
            let (place, commands) = play(&open, &[Event::Silence, key("1"), event, key("1")]);
            assert!(place.has_ended());
            assert_eq!(commands, [Command::HangUp]);
        }
    }

    #[test]
    fn a_place_survives_its_row() {
        let (place, _) = play(&context(Opening::Closed, None), &[Event::Silence, key("1"), key("08999998200")]);
        let row = serde_json::to_string(&place).unwrap();
        assert_eq!(serde_json::from_str::<Place>(&row).unwrap(), place);
        assert!(!format!("{place:?}").contains("99998200"), "a number must not reach a log");
    }

    fn any_event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => "[0-9*#]{1,3}".prop_map(Event::Key),
            1 => "0[1-9][0-9]{6,10}".prop_map(Event::Key),
            3 => Just(Event::Silence),
            2 => Just(Event::NobodyLeft),
            1 => Just(Event::Started),
        ]
    }

    proptest! {
        /// From wherever any events have led, a caller who does nothing more reaches an end in a few steps.
        #[test]
        fn no_caller_is_ever_stuck(
            events in proptest::collection::vec(any_event(), 0..30),
            open in any::<bool>(),
            known in any::<bool>(),
        ) {
            let opening = if open { Opening::Open } else { Opening::Closed };
            let context = context(opening, known.then_some(ANNA));
            let flow = flow();
            let mut place = Place::start(&flow);
            let mut commands = Vec::new();
            for event in [Event::Started].into_iter().chain(events) {
                (place, commands) = walk(&flow, &place, event, &context);
                let waits: Vec<bool> = commands.iter().map(Command::ends_a_walk).collect();
                prop_assert_eq!(waits.iter().position(|waits| *waits), Some(waits.len() - 1));
                for command in &commands {
                    if let Command::Ask { prompts, .. } = command {
                        let heard = prompts.iter().all(|said| !said.text.trim().is_empty());
                        prop_assert!(heard, "{prompts:?}");
                    }
                }
            }
            for _ in 0..12 {
                let event = match commands.last() {
                    Some(Command::HangUp) => return Ok(()),
                    Some(Command::Connect { .. }) => Event::NobodyLeft,
                    _ => Event::Silence,
                };
                (place, commands) = walk(&flow, &place, event, &context);
            }
            prop_assert!(false, "still at {}", place.node);
        }
    }
}
