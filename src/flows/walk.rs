//! A caller's walk through a flow: the only interpreter, pure.
//!
//! Given where the caller stands and what has happened, it says where the caller stands now and what to do.
//! One rule: every walk ends in a command that waits for something or in `HangUp`, and before each wait and each end the
//! caller has heard words.

mod own;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::check::{ASKED, DIGIT_TIMEOUT, KEY_TIMEOUT};
use super::command::{Command, Errand, Ringing, Speech};
use super::event::{Context, Event, Opening, Queue};
use super::flow::*;
use super::place::{Passed, Place, Stage};
use super::recording::Recording;
use super::spoken;
use crate::kernel::{Instant, Language, Phone};

/// The longest number that can be typed: `00` and the 15 digits of ITU-T E.164.
const NUMBER_DIGITS: u8 = 17;
/// With less time left, nobody is rung any more and nobody waits on, in seconds.
pub const SHORTEST_RING: i64 = 5;

/// Takes one step of a call.
pub fn walk(flow: &Flow, place: &Place, event: Event, context: &Context) -> (Place, Vec<Command>) {
    let place = Place { trail: Vec::new(), ..place.clone() };
    let mut walk = Walk { flow, context, place, commands: Vec::new(), carried: None };
    match event {
        Event::HungUp | Event::Accepted => walk.end(),
        _ if walk.place.has_ended() => walk.end(),
        Event::Started => walk.enter(&flow.start),
        event => match flow.nodes.get_key_value(&walk.place.node) {
            Some((_, Node::Language(choice))) => walk.answer_language(choice, event),
            Some((_, Node::Menu(menu))) => walk.answer_menu(menu, event),
            Some((_, Node::Connect(connect))) => walk.answer_connect(connect, event),
            Some((_, Node::Appointment(appointment))) => walk.answer_appointment(appointment, event),
            Some((_, Node::OwnBooking(own))) => walk.answer_own(own, event),
            Some((_, Node::Callback(callback))) => walk.answer_callback(callback, event),
            Some((_, Node::Voicemail(voicemail))) => walk.go("next", &voicemail.next),
            Some((_, Node::Transfer(transfer))) => walk.go("failed", &transfer.failed),
            Some((name, Node::Say(_) | Node::Hours(_) | Node::Branch(_) | Node::Jump(_) | Node::HangUp(_))) => {
                walk.enter(name);
            }
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
    /// A key that meant nothing in the choice of a language: the next menu may know it.
    carried: Option<char>,
}

/// What is filled into a prompt beside the facts of the moment.
#[derive(Default)]
struct Values<'a> {
    number: Option<&'a Phone>,
    queue: Option<Queue>,
    time: Option<Instant>,
    key: Option<usize>,
    code: Option<&'a str>,
}

impl<'a> Walk<'a> {
    fn go(&mut self, by: &str, to: &'a NodeName) {
        self.pass(by, to);
        self.enter(to);
    }

    fn pass(&mut self, by: &str, to: &NodeName) {
        self.place.trail.push(Passed { from: self.place.node.clone(), by: by.to_owned(), to: to.clone() });
    }

    /// Goes on from a node until something is waited for.
    fn enter(&mut self, name: &'a NodeName) {
        let mut name = name;
        for _ in 0..=self.flow.nodes.len() {
            let Some(node) = self.flow.nodes.get(name) else { break };
            let place = std::mem::replace(&mut self.place, Place::start(self.flow));
            self.place = Place { node: name.clone(), silences: 0, wrong_keys: 0, stage: Stage::Arrived, ..place };
            let (by, next) = match node {
                Node::Say(say) => {
                    self.say(Some(&say.text));
                    ("next", &say.next)
                }
                Node::Hours(hours) => self.by_hours(hours),
                Node::Branch(branch) => self.by_branch(branch),
                Node::Language(choice) => return self.ask_language(choice),
                Node::Menu(menu) => return self.enter_menu(menu),
                Node::Connect(connect) => {
                    self.say(connect.say.as_ref());
                    return self.ring(connect, self.context.now);
                }
                Node::Appointment(_) => return self.commands.push(Command::FindTimes),
                Node::OwnBooking(own) => return self.ask_code(own),
                Node::Callback(callback) => return self.agree_on_number(&callback.number, None),
                Node::Voicemail(voicemail) => {
                    self.say(Some(&voicemail.announcement));
                    return self.commands.push(Command::Record { longest_seconds: voicemail.longest });
                }
                Node::Transfer(transfer) => {
                    self.say(transfer.say.as_ref());
                    let (number, ring_seconds) = (transfer.number.clone(), transfer.ring);
                    return self.commands.push(Command::Transfer { number, ring_seconds });
                }
                Node::Jump(jump) => return self.commands.push(Command::Jump { flow: jump.flow.clone() }),
                Node::HangUp(last) => {
                    self.say(last.say.as_ref());
                    break;
                }
            };
            self.pass(by, next);
            name = next;
        }
        self.end();
    }

    fn end(&mut self) {
        self.place.stage = Stage::Ended;
        self.commands.push(Command::HangUp);
    }

    fn by_hours(&self, hours: &'a Hours) -> (&'a str, &'a NodeName) {
        let closed = ("closed", &hours.closed);
        match &self.context.opening {
            Opening::Open => ("open", &hours.open),
            Opening::Closed => closed,
            Opening::Holiday(_) => hours.holiday.as_ref().map_or(closed, |to| ("holiday", to)),
            Opening::ByHand(_) => hours.by_hand.as_ref().map_or(closed, |to| ("by_hand", to)),
        }
    }

    fn by_branch(&self, branch: &'a Branch) -> (&'a str, &'a NodeName) {
        match branch {
            Branch::Topic { when, otherwise } => {
                let chosen = self.place.topic.as_ref().and_then(|topic| when.get_key_value(topic));
                chosen.map_or(("otherwise", otherwise), |(topic, to)| (topic, to))
            }
            Branch::Caller { known, .. } if self.context.caller.is_some() => ("known", known),
            Branch::Caller { withheld, .. } => ("withheld", withheld),
            Branch::Load { nobody_on_duty: Some(to), .. } if self.context.load.on_duty == 0 => ("nobody_on_duty", to),
            Branch::Load { waiting: Some((longer, to)), .. } if self.context.load.longest_waiting > *longer => {
                ("waiting", to)
            }
            Branch::Load { otherwise, .. } => ("otherwise", otherwise),
        }
    }

    // ---- languages and menus ----

    fn ask_language(&mut self, choice: &LanguageChoice) {
        let first = choice.prompt.iter().map(|prompt| self.speech(prompt, &Values::default()));
        let keys = choice.keys.values().map(|key| Speech::new(key.say.clone(), key.language));
        let prompts = first.chain(keys).collect();
        self.ask_key(prompts, choice.timeout);
    }

    fn answer_language(&mut self, choice: &'a LanguageChoice, event: Event) {
        let pressed = pressed(&event);
        if let Some((key, chosen)) = pressed.and_then(|key| choice.keys.get_key_value(&key)) {
            self.place.language = chosen.language;
            return self.go(&key.to_string(), &chosen.to);
        }
        self.carried = pressed;
        self.go("next", &choice.next);
    }

    fn enter_menu(&mut self, menu: &'a Menu) {
        match self.carried.take().filter(|key| menu.keys.contains_key(key)) {
            Some(key) => self.answer_menu(menu, Event::Key(key.to_string())),
            None => self.ask_menu(menu, None),
        }
    }

    fn answer_menu(&mut self, menu: &'a Menu, event: Event) {
        let pressed = pressed(&event);
        if let Some((key, choice)) = pressed.and_then(|key| menu.keys.get_key_value(&key)) {
            self.place.topic = choice.topic.clone().or(self.place.topic.take());
            self.place.wish = choice.wish.or(self.place.wish);
            return self.go(&key.to_string(), &choice.to);
        }
        let (by, patience, tries) = match pressed {
            Some(_) => ("wrong_key", &menu.wrong_key, &mut self.place.wrong_keys),
            None => ("silence", &menu.silence, &mut self.place.silences),
        };
        *tries = tries.saturating_add(1);
        match *tries <= patience.repeat {
            true => self.ask_menu(menu, patience.say.as_ref()),
            false => self.go(by, &patience.to),
        }
    }

    fn ask_menu(&mut self, menu: &Menu, first: Option<&Prompt>) {
        let options = menu.order.iter().filter_map(|key| menu.keys.get(key)?.say.as_ref());
        let prompts = first.into_iter().chain([&menu.prompt]).chain(options);
        let prompts = prompts.map(|prompt| self.speech(prompt, &Values::default())).collect();
        self.ask_key(prompts, menu.timeout);
    }

    fn ask_key(&mut self, prompts: Vec<Speech>, timeout_seconds: u32) {
        self.commands.push(Command::Ask { prompts, digits: 1, timeout_seconds, finish_on: None });
    }

    // ---- persons ----

    fn answer_connect(&mut self, connect: &'a Connect, event: Event) {
        let since = self.place.connecting_since().unwrap_or(self.context.now);
        match (event, &connect.leave) {
            (Event::NobodyLeft, _) => self.go("nobody", &connect.nobody),
            (Event::AllBusy(queue), _) => self.wait(connect, since, queue),
            (Event::Key(keys), Some((key, to))) if keys.starts_with(*key) => self.go(&key.to_string(), to),
            // A late or repeated event never costs the caller the place in the queue.
            _ => self.ring(connect, since),
        }
    }

    fn ring(&mut self, connect: &'a Connect, since: Instant) {
        let left = self.left(connect, since);
        if left < SHORTEST_RING {
            return self.go("nobody", &connect.nobody);
        }
        self.place.stage = Stage::Connecting { since };
        self.place.queued_since.get_or_insert(since);
        self.commands.push(Command::Connect(Ringing {
            hotline: connect.hotline.clone(),
            topic: self.place.topic.clone(),
            strategy: connect.strategy,
            tiers: connect.tiers.clone(),
            ring_seconds: connect.ring.min(u32::try_from(left).unwrap_or(connect.ring)),
            since,
            every: connect.waiting.as_ref().map(|waiting| waiting.every),
        }));
    }

    fn wait(&mut self, connect: &'a Connect, since: Instant, queue: Queue) {
        let left = self.left(connect, since);
        let Some(waiting) = connect.waiting.as_ref().filter(|_| left >= SHORTEST_RING) else {
            return self.go("nobody", &connect.nobody);
        };
        self.place.stage = Stage::Connecting { since };
        let prompts = vec![self.speech(&waiting.say, &Values { queue: Some(queue), ..Values::default() })];
        let seconds = waiting.every.min(u32::try_from(left).unwrap_or(waiting.every));
        let music = waiting.music.as_ref().map(|music| music.id.clone());
        self.commands.push(Command::Wait { prompts, music, seconds });
    }

    /// How much of the longest wait is left, in seconds.
    fn left(&self, connect: &Connect, since: Instant) -> i64 {
        let waited = (self.context.now - since).max(TimeDelta::zero());
        i64::from(connect.longest_wait) - waited.num_seconds()
    }

    // ---- numbers and times ----

    fn answer_callback(&mut self, callback: &'a Callback, event: Event) {
        match self.answer_number(&callback.number, event) {
            Agreed::Yes(number) => {
                self.commands.push(Command::TakeCallback { number });
                self.go(&NumberPrompts::AGREE.to_string(), &callback.done);
            }
            Agreed::NotYet => {}
            Agreed::No => self.go("refused", &callback.refused),
        }
    }

    fn answer_appointment(&mut self, appointment: &'a Appointment, event: Event) {
        match (event, self.place.stage.clone()) {
            (Event::Times(times), _) => self.offer(appointment, times),
            (Event::Booked { code }, Stage::Booking { time, .. }) => {
                let values = Values { time: Some(time), code: Some(&code), ..Values::default() };
                let booked = self.speech(&appointment.booked, &values);
                self.commands.push(Command::Say(booked));
                self.go(&NumberPrompts::AGREE.to_string(), &appointment.done);
            }
            (_, Stage::Booking { number, time, sms }) => self.commands.push(Command::Book { time, number, sms }),
            (event, Stage::Choosing { times }) => self.answer_times(appointment, times, event),
            (event, Stage::AskingSms { number, time }) => {
                self.book(time, number, pressed(&event) == Some(NumberPrompts::AGREE));
            }
            (event, stage @ (Stage::Confirming { .. } | Stage::Typing { .. } | Stage::ReadingBack { .. })) => {
                match (self.answer_number(&appointment.number, event), stage.time()) {
                    (Agreed::Yes(number), Some(time)) => self.ask_sms(appointment, number, time),
                    (Agreed::NotYet, _) => {}
                    (Agreed::Yes(_) | Agreed::No, _) => self.go("refused", &appointment.refused),
                }
            }
            (_, Stage::Arrived | Stage::Own(_) | Stage::Connecting { .. } | Stage::Ended) => {
                self.commands.push(Command::FindTimes)
            }
        }
    }

    fn offer(&mut self, appointment: &'a Appointment, mut times: Vec<Instant>) {
        times.truncate(Appointment::OFFERED);
        if times.is_empty() {
            return self.go("none", &appointment.none);
        }
        let prompts = self.options((&appointment.offer, &appointment.option), &times);
        self.place.stage = Stage::Choosing { times };
        self.ask_key(prompts, KEY_TIMEOUT);
    }

    /// The times, each with its key.
    fn options(&self, (offer, option): (&Prompt, &Prompt), times: &[Instant]) -> Vec<Speech> {
        let said = |(i, time): (usize, &Instant)| {
            let values = Values { time: Some(*time), key: Some(i + 1), ..Values::default() };
            self.speech(option, &values)
        };
        let options: Vec<Speech> = times.iter().enumerate().map(said).collect();
        [self.speech(offer, &Values::default())].into_iter().chain(options).collect()
    }

    /// The time that the first of these keys chooses.
    fn chosen(&self, keys: &str, times: &[Instant]) -> Option<Instant> {
        let key = usize::try_from(keys.chars().next()?.to_digit(10)?).ok()?;
        times.get(key.checked_sub(1)?).copied()
    }

    fn answer_times(&mut self, appointment: &'a Appointment, times: Vec<Instant>, event: Event) {
        if let Some(time) = pressed(&event).and_then(|key| self.chosen(key.encode_utf8(&mut [0; 4]), &times)) {
            self.place.silences = 0;
            return self.agree_on_number(&appointment.number, Some(time));
        }
        match pressed(&event) {
            Some(Appointment::REFUSE) => self.go(&Appointment::REFUSE.to_string(), &appointment.refused),
            _ if self.may_ask_again() => self.offer(appointment, times),
            _ => self.go("refused", &appointment.refused),
        }
    }

    fn ask_sms(&mut self, appointment: &Appointment, number: Option<Phone>, time: Instant) {
        let Some(question) = &appointment.sms else { return self.book(time, number, false) };
        let question = self.speech(question, &Values::default());
        self.place.stage = Stage::AskingSms { number, time };
        self.ask_key(vec![question], KEY_TIMEOUT);
    }

    fn book(&mut self, time: Instant, number: Option<Phone>, sms: bool) {
        self.place.stage = Stage::Booking { number: number.clone(), time, sms };
        self.commands.push(Command::Book { time, number, sms });
    }

    fn agree_on_number(&mut self, prompts: &NumberPrompts, time: Option<Instant>) {
        self.place.stage = match self.context.own_line() {
            Some(_) => Stage::Confirming { time },
            None => Stage::Typing { time },
        };
        self.ask_number(prompts);
    }

    fn ask_number(&mut self, prompts: &NumberPrompts) {
        let with = |number| Values { number, ..Values::default() };
        match &self.place.stage {
            Stage::ReadingBack { number, .. } => {
                self.ask_key(vec![self.speech(&prompts.read_back, &with(Some(number)))], KEY_TIMEOUT);
            }
            Stage::Typing { .. } => {
                let prompts = vec![self.speech(&prompts.typing, &with(None))];
                let (digits, finish_on) = (NUMBER_DIGITS, Some('#'));
                self.commands.push(Command::Ask { prompts, digits, timeout_seconds: DIGIT_TIMEOUT, finish_on });
            }
            _ => {
                let own = self.context.own_line();
                self.ask_key(vec![self.speech(&prompts.known, &with(own))], KEY_TIMEOUT);
            }
        }
    }

    fn answer_number(&mut self, prompts: &NumberPrompts, event: Event) -> Agreed {
        let keys = match event {
            Event::Key(keys) => keys,
            _ => String::new(),
        };
        let (agreed, another) = (keys.starts_with(NumberPrompts::AGREE), keys.starts_with(NumberPrompts::ANOTHER));
        let mut refused = None;
        match self.place.stage.clone() {
            Stage::Confirming { .. } if agreed && self.context.own_line().is_some() => return Agreed::Yes(None),
            Stage::ReadingBack { number, .. } if agreed => return Agreed::Yes(Some(number)),
            stage @ (Stage::Confirming { .. } | Stage::ReadingBack { .. }) if another => {
                self.place.stage = Stage::Typing { time: stage.time() };
            }
            Stage::Typing { time } => match keys.trim_end_matches('#').parse() {
                Ok(number) if self.context.takes(&number) => {
                    self.place.stage = Stage::ReadingBack { number, time };
                    self.ask_number(prompts);
                    return Agreed::NotYet;
                }
                Ok(_) => refused = Some(spoken::no_such_line(self.place.language)),
                Err(_) if keys.len() > 1 => refused = Some(spoken::no_such_line(self.place.language)),
                Err(_) => {}
            },
            _ => {}
        }
        match self.may_ask_again() {
            true => {
                self.commands.extend(refused.map(|words| Command::Say(Speech::new(words, self.place.language))));
                self.ask_number(prompts);
                Agreed::NotYet
            }
            false => Agreed::No,
        }
    }

    /// Counts a question that led nowhere.
    fn may_ask_again(&mut self) -> bool {
        self.place.silences = self.place.silences.saturating_add(1);
        self.place.silences < ASKED
    }

    // ---- words ----

    fn say(&mut self, prompt: Option<&Prompt>) {
        if let Some(prompt) = prompt {
            self.commands.push(Command::Say(self.speech(prompt, &Values::default())));
        }
    }

    fn speech(&self, prompt: &Prompt, values: &Values) -> Speech {
        let language = self.place.language;
        let Some(said) = prompt.said(language) else { return Speech::new("", language) };
        let text = said.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(variable) => self.value(*variable, values),
        });
        let id = |recording: &Recording| recording.id.clone();
        Speech { text: text.collect(), language, recording: said.recording.as_ref().map(id) }
    }

    fn value(&self, variable: Variable, values: &Values) -> String {
        let (context, language) = (self.context, self.place.language);
        let in_language = |texts: &BTreeMap<Language, String>| {
            texts.get(&language).or_else(|| texts.get(&Language::De)).cloned().unwrap_or_default()
        };
        let value = match variable {
            Variable::Hours => Some(in_language(&context.hours)),
            Variable::Hotline => Some(context.hotline.clone()),
            Variable::Web => Some(context.web.clone()),
            Variable::Time => Some(spoken::time(context.now, language)),
            Variable::Date => Some(spoken::date(context.now, language)),
            Variable::Holiday => match &context.opening {
                Opening::Holiday(names) => Some(in_language(names)),
                _ => None,
            },
            Variable::Reason => match &context.opening {
                Opening::ByHand(reasons) => Some(in_language(reasons)),
                _ => None,
            },
            Variable::Number => values.number.map(|number| spoken::number(number, language)),
            Variable::Position => values.queue.map(|queue| spoken::position(queue.position, language)),
            Variable::Wait => values.queue.map(|queue| spoken::wait(queue.minutes, language)),
            Variable::Slot => values.time.map(|time| spoken::moment(time, context.now, language)),
            Variable::Key => values.key.map(|key| key.to_string()),
            Variable::Code => values.code.map(|code| spoken::code(code, language)),
        };
        value.unwrap_or_default()
    }
}

/// Whether a number was agreed on.
enum Agreed {
    /// None is the number from which the call comes.
    Yes(Option<Phone>),
    /// The caller was asked again.
    NotYet,
    No,
}

fn pressed(event: &Event) -> Option<char> {
    if let Event::Key(keys) = event { keys.chars().next() } else { None }
}
#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::Strategy;

    use super::*;
    use crate::flows::{Edition, Load, shipped};

    fn edition() -> std::sync::Arc<Edition> {
        shipped().published("beratungstelefon").unwrap()
    }

    fn context(opening: Opening, caller: Option<&str>) -> Context {
        Context {
            now: Instant::parse("2026-11-20T09:00:00Z").unwrap(),
            opening,
            hours: BTreeMap::from([(Language::De, "Montags ab acht.".into()), (Language::En, "Mondays.".into())]),
            hotline: "das Beratungstelefon".into(),
            web: "beratung punkt example".into(),
            caller: caller.map(|number| number.parse().unwrap()),
            ours: vec!["+498999998111".parse().unwrap()],
            load: Load::default(),
        }
    }

    const ANNA: &str = "+498999998110";

    fn key(keys: &str) -> Event {
        Event::Key(keys.into())
    }

    /// Plays a call: where it stands, and the last commands.
    fn play(context: &Context, events: &[Event]) -> (Place, Vec<Command>) {
        let flow = &edition().flow;
        let begin = walk(flow, &Place::start(flow), Event::Started, context);
        events.iter().fold(begin, |(place, _), event| walk(flow, &place, event.clone(), context))
    }

    fn heard(commands: &[Command]) -> String {
        let of = |command: &Command| match command {
            Command::Say(speech) => speech.text.clone(),
            Command::Ask { prompts, .. } | Command::Wait { prompts, .. } => {
                prompts.iter().map(|speech| speech.text.as_str()).collect::<Vec<_>>().join(" ")
            }
            _ => String::new(),
        };
        commands.iter().map(of).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_caller_chooses_a_topic_and_is_connected() {
        let open = context(Opening::Open, Some(ANNA));
        let (place, commands) = play(&open, &[Event::Silence, key("2")]);
        assert_eq!(place.topic.as_deref(), Some("einbruchschutz"));
        let Some(Command::Connect(ringing)) = commands.last() else { panic!("{commands:?}") };
        assert_eq!((ringing.ring_seconds, ringing.topic.as_deref()), (20, Some("einbruchschutz")));
        assert_eq!(place.connecting_since(), Some(open.now));
        let way: Vec<String> = place.trail.iter().map(|it| format!("{} {} {}", it.from, it.by, it.to)).collect();
        assert_eq!(way, ["subject 2 officers"]);
    }

    #[test]
    fn a_key_that_is_no_language_is_taken_by_the_next_menu() {
        let (place, _) = play(&context(Opening::Open, None), &[key("3")]);
        assert_eq!((place.node.as_str(), place.topic.as_deref()), ("officers", Some("opferrechte")));
    }

    #[test]
    fn the_beginning_names_the_emergency_number_in_each_language() {
        for (event, words) in [(None, "Notlage"), (Some("9"), "not recorded"), (Some("8"), "Notfall")] {
            let events: Vec<Event> = event.into_iter().map(key).collect();
            let (_, commands) = play(&context(Opening::Open, None), &events);
            let heard = heard(&commands);
            assert!(heard.contains("110") && heard.contains(words), "{heard}");
        }
    }

    #[test]
    fn out_of_hours_the_announcement_is_derived() {
        let christmas = BTreeMap::from([(Language::De, "Weihnachten".to_owned())]);
        let strike = BTreeMap::from([(Language::De, "Heute sind alle im Einsatz.".to_owned())]);
        for (opening, node, words) in [
            (Opening::Closed, "closed", "Montags ab acht."),
            (Opening::Holiday(christmas), "holiday", "heute nicht besetzt: Weihnachten. Montags ab acht."),
            (Opening::ByHand(strike), "closed_by_hand", "Heute sind alle im Einsatz."),
        ] {
            let (place, commands) = play(&context(opening, None), &[Event::Silence]);
            assert!(place.trail.iter().any(|passed| passed.to.as_str() == node), "{:?}", place.trail);
            assert!(heard(&commands).contains(words), "{}", heard(&commands));
        }
    }

    #[test]
    fn a_wrong_key_is_named_and_silence_is_not() {
        let open = context(Opening::Open, None);
        for (event, named) in [(key("7"), true), (Event::Silence, false)] {
            let (_, commands) = play(&open, &[Event::Silence, event]);
            assert_eq!(heard(&commands).contains("nicht belegt"), named, "{}", heard(&commands));
        }
        let (place, _) = play(&open, &[Event::Silence, Event::Silence, Event::Silence]);
        assert_eq!(place.node.as_str(), "officers");
    }

    #[test]
    fn whoever_waits_hears_the_place_in_the_queue_and_can_leave_it_and_never_waits_for_ever() {
        let open = context(Opening::Open, None);
        let busy = Event::AllBusy(Queue { position: 2, minutes: Some((2, 4)) });
        let to_officers = [Event::Silence, key("0"), busy.clone()];
        let (place, commands) = play(&open, &to_officers);
        let Some(Command::Wait { seconds: 20, .. }) = commands.last() else { panic!("{commands:?}") };
        assert!(heard(&commands).contains("Sie sind"), "{}", heard(&commands));
        let flow = &edition().flow;
        let (left, _) = walk(flow, &place, key("*"), &open);
        assert_eq!(left.node.as_str(), "all_busy");
        let mut later = Context { now: open.now + TimeDelta::seconds(170), ..open.clone() };
        let (_, commands) = walk(flow, &place, Event::Silence, &later);
        let Some(Command::Connect(ringing)) = commands.last() else { panic!("{commands:?}") };
        assert_eq!(ringing.ring_seconds, 10, "no ring outlasts the longest wait");
        later.now = open.now + TimeDelta::seconds(176);
        let (gone, _) = walk(flow, &place, Event::Silence, &later);
        assert_eq!(gone.node.as_str(), "all_busy");
    }

    #[test]
    fn a_known_number_is_confirmed_by_one_key() {
        let busy = [Event::Silence, key("0"), Event::NobodyLeft, key("1")];
        let open = context(Opening::Open, Some(ANNA));
        let (place, commands) = play(&open, &busy);
        assert!(heard(&commands).contains("Sie rufen an von der Nummer null acht neun, "), "{}", heard(&commands));
        let (place, commands) = walk(&edition().flow, &place, key("1"), &open);
        assert!(place.has_ended());
        assert_eq!(commands.first(), Some(&Command::TakeCallback { number: None }));
        assert_eq!(commands.last(), Some(&Command::HangUp));
    }

    #[test]
    fn a_withheld_number_is_typed_read_back_and_confirmed() {
        let withheld = context(Opening::Closed, None);
        let typed = [Event::Silence, key("1"), key("12"), key("08999998200")];
        let (place, commands) = play(&withheld, &typed);
        assert!(heard(&commands).contains("verstanden"), "{}", heard(&commands));
        let (_, commands) = walk(&edition().flow, &place, key("1"), &withheld);
        assert_eq!(commands.first(), Some(&Command::TakeCallback { number: Some("08999998200".parse().unwrap()) }));
    }

    #[test]
    fn whoever_types_a_number_that_is_not_called_back_hears_so_and_types_again() {
        let withheld = context(Opening::Closed, None);
        for number in ["09001234567", "01378123456", "0088212345678", "118899", "08999998111", "0800123"] {
            let (place, commands) = play(&withheld, &[Event::Silence, key("1"), key(number)]);
            assert!(heard(&commands).contains("können wir nicht anrufen"), "{number}: {}", heard(&commands));
            assert_eq!(place.stage, Stage::Typing { time: None }, "{number}");
        }
        // A number like that is not offered either, where it is the one from which the call comes.
        for shown in ["+8821612345678", "+498999998111", "+498001234567"] {
            let (place, _) = play(&context(Opening::Closed, Some(shown)), &[Event::Silence, key("1")]);
            assert_eq!(place.stage, Stage::Typing { time: None }, "{shown}");
        }
    }

    #[test]
    fn a_time_is_chosen_and_booked_by_key() {
        let closed = context(Opening::Closed, Some(ANNA));
        let flow = &edition().flow;
        let times: Vec<Instant> = (1..=4).map(|hours| closed.now + TimeDelta::hours(hours)).collect();
        let (place, commands) = play(&closed, &[Event::Silence, key("2")]);
        assert_eq!(commands.last(), Some(&Command::FindTimes));
        let (place, commands) = walk(flow, &place, Event::Times(times.clone()), &closed);
        assert!(heard(&commands).contains("die 3.") && !heard(&commands).contains("die 4."), "{}", heard(&commands));
        // Another number, and an SMS.
        let events = [key("2"), key("2"), key("08999998200"), key("1"), key("1")];
        let asked = events.into_iter().fold((place, commands), |(place, _), event| walk(flow, &place, event, &closed));
        let number = Some("08999998200".parse().unwrap());
        assert_eq!(asked.1, [Command::Book { time: times[1], number, sms: true }]);
        // The time was taken meanwhile: others are offered. None is left: that is said.
        let (again, _) = walk(flow, &asked.0, Event::Times(times[2..].to_vec()), &closed);
        assert_eq!(again.stage, Stage::Choosing { times: times[2..].to_vec() });
        let (none, commands) = walk(flow, &asked.0, Event::Times(vec![]), &closed);
        assert!(none.has_ended() && heard(&commands).contains("kein Termin am Telefon frei"), "{}", heard(&commands));
        let (booked, commands) = walk(flow, &asked.0, Event::Booked { code: "K7".into() }, &closed);
        assert!(booked.has_ended() && heard(&commands).contains("Ihre Buchungsnummer"), "{}", heard(&commands));
    }

    #[test]
    fn a_caller_hears_the_own_booking_and_cancels_it_only_when_asked_twice() {
        let closed = context(Opening::Closed, Some(ANNA));
        let flow = &edition().flow;
        let time = closed.now + TimeDelta::hours(20);
        let found = Event::Found { booking: "b".into(), time };
        let at_code = play(&closed, &[Event::Silence, key("3")]).0;
        let (asked, commands) = walk(flow, &at_code, key("576279"), &closed);
        assert_eq!(commands, [Command::Own(Errand::Find { code: "576279".into(), word: None })]);
        let (worded, commands) = walk(flow, &asked, Event::WordAsked, &closed);
        assert!(heard(&commands).contains("Kennwort"), "{}", heard(&commands));
        let (worded, commands) = walk(flow, &worded, key("27335#"), &closed);
        assert_eq!(commands, [Command::Own(Errand::Find { code: "576279".into(), word: Some("27335".into()) })]);
        let (place, commands) = walk(flow, &worded, found.clone(), &closed);
        assert!(heard(&commands).contains("morgen um 6 Uhr"), "{}", heard(&commands));
        for (events, done, said) in [
            (vec![key("1"), key("1"), Event::Cancelled], true, "abgesagt"),
            (vec![key("1"), key("0")], false, "im Internet"),
            (vec![key("1"), Event::Silence, Event::Silence, Event::Silence], false, "im Internet"),
            (vec![key("0")], false, "im Internet"),
            (vec![key("2"), Event::Times(vec![])], false, "nicht frei"),
            (vec![key("2"), Event::Times(vec![time]), key("1"), Event::Moved { time }], true, "verschoben"),
            (vec![key("2"), Event::Times(vec![time]), key("1"), Event::Unknown], false, "im Internet"),
        ] {
            let step = |(place, _): (Place, Vec<Command>), event: &Event| walk(flow, &place, event.clone(), &closed);
            let (ended, commands) = events.iter().fold((place.clone(), vec![]), step);
            assert!(ended.has_ended() && heard(&commands).contains(said), "{events:?}: {}", heard(&commands));
            assert_eq!(heard(&commands).contains("Vielen Dank"), done, "{events:?}");
        }
    }

    #[test]
    fn three_wrong_codes_end_the_question() {
        let closed = context(Opening::Closed, None);
        let flow = &edition().flow;
        let mut place = play(&closed, &[Event::Silence, key("3")]).0;
        for asked in 1..=3 {
            (place, _) = walk(flow, &place, key("222222"), &closed);
            let (next, commands) = walk(flow, &place, Event::Unknown, &closed);
            assert!(heard(&commands).contains("finden wir keinen Termin"), "{}", heard(&commands));
            assert_eq!(next.has_ended(), asked == 3);
            place = next;
        }
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
        let (mut place, _) = play(&context(Opening::Closed, None), &[Event::Silence, key("1"), key("08999998200")]);
        let row = serde_json::to_string(&place).unwrap();
        place.trail.clear();
        assert_eq!(serde_json::from_str::<Place>(&row).unwrap(), place);
        assert!(!format!("{place:?}").contains("99998200"), "a number must not reach a log");
    }

    fn own_event() -> impl Strategy<Value = Event> {
        let found = Event::Found { booking: "b".into(), time: Instant(7_200_000_000) };
        let moved = Event::Moved { time: Instant(3_600_000_000) };
        prop_oneof![Just(Event::WordAsked), Just(Event::Unknown), Just(found), Just(Event::Cancelled), Just(moved)]
    }

    fn any_event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => "[0-9*#]{1,3}".prop_map(Event::Key),
            1 => "0[1-9][0-9]{6,10}".prop_map(Event::Key),
            3 => Just(Event::Silence),
            2 => Just(Event::NobodyLeft),
            2 => (1..9u32).prop_map(|position| Event::AllBusy(Queue { position, minutes: None })),
            2 => (0..4i64).prop_map(|count| Event::Times((1..=count).map(|hour| Instant(hour * 3_600_000_000)).collect())),
            1 => Just(Event::Booked { code: "K7".into() }),
            3 => own_event(),
            1 => Just(Event::Recorded),
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
            let flow = &edition().flow;
            let mut place = Place::start(flow);
            let mut commands = Vec::new();
            for event in [Event::Started].into_iter().chain(events) {
                (place, commands) = walk(flow, &place, event, &context);
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
                    Some(Command::Connect(_)) => Event::NobodyLeft,
                    Some(Command::FindTimes | Command::Book { .. }) => Event::Times(vec![]),
                    Some(Command::Own(_)) => Event::Unknown,
                    _ => Event::Silence,
                };
                (place, commands) = walk(flow, &place, event, &context);
            }
            prop_assert!(false, "still at {}", place.node);
        }
    }
}
