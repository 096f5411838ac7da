//! Random flows, grown from the grammar, and random calls through them: whatever passes the checks keeps its promises.
//!
//! For tests only. One rule: no caller is ever stuck, left in silence, or kept longer than stated.

use chrono::TimeDelta;
use proptest::prelude::{Just, ProptestConfig, TestCaseError, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy as Possible;
use serde_json::{Map, Value, json};

use super::check::longest_silence;
use super::grammar::{self, Field, Names, Shape, Values};
use super::rehearse::longest;
use super::*;
use crate::kernel::{Gender, Instant, Language, Phone};

// ---- flows ----

/// Grows a flow of choices, each a number; without more choices it takes the first possibility everywhere.
struct Garden<'a> {
    choices: std::slice::Iter<'a, u16>,
    languages: Vec<Language>,
    /// How many nodes are led to so far.
    nodes: usize,
    /// The node that is growing.
    own: usize,
    /// The key whose text is growing.
    key: Option<char>,
    is_way_by_key: bool,
}

const MOST_NODES: usize = 9;
const LAST: &str = "goodbye";

fn grow(choices: &[u16]) -> String {
    let mut garden = Garden {
        choices: choices.iter(),
        languages: vec![Language::De],
        nodes: 0,
        own: 0,
        key: None,
        is_way_by_key: false,
    };
    if garden.choose(2) == 1 {
        garden.languages.push(Language::En);
    }
    garden.flow().to_string()
}

impl Garden<'_> {
    fn choose(&mut self, of: usize) -> usize {
        self.choices.next().map_or(0, |choice| usize::from(*choice) % of.max(1))
    }

    fn flow(&mut self) -> Value {
        let mut nodes = Map::new();
        let notice = "Wählen Sie die 110. Das Gespräch wird nicht aufgezeichnet, not recorded. {web}";
        let first = self.target();
        nodes.insert("start".into(), json!({ "say": { "text": self.in_each(notice), "next": first } }));
        let mut own = 0;
        while own < self.nodes {
            own += 1;
            self.own = own;
            nodes.insert(format!("n{own}"), self.node());
        }
        nodes.insert(LAST.into(), json!({ "hang_up": { "say": self.in_each("Auf Wiederhören.") } }));
        let tags: Vec<&str> = self.languages.iter().map(|language| language.tag()).collect();
        let hotline = json!({ "name": "Test", "provider": "twilio", "longest_wait": "60 min" });
        json!({ "title": "Test", "hotline": hotline, "languages": tags, "start": "start", "nodes": nodes })
    }

    fn node(&mut self) -> Value {
        let Shape::Fields(flow) = &grammar::FLOW else { unreachable!() };
        let Shape::Map(Names::Nodes, Shape::OneOf(kinds)) = &flow[4].shape else { unreachable!() };
        let kinds: Vec<&Field> = kinds.iter().filter(|kind| kind.name != "jump").collect();
        let kind = kinds[self.choose(kinds.len())];
        let mut node = self.value(&kind.shape);
        if kind.name == "connect" {
            let waiting = node["waiting"].is_object();
            match node["leave"]["key"].as_str().map(str::to_owned) {
                Some(key) if waiting => {
                    node["waiting"]["say"] = self.in_each(&format!("{{position}} {{wait}}. Drücken Sie die {key}."));
                }
                _ => drop(node.as_object_mut().unwrap().remove("leave")),
            }
        }
        json!({ kind.name: node })
    }

    fn value(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Line => json!(match self.key {
                Some(key) => format!("Press {key}."),
                None => "Test".to_owned(),
            }),
            Shape::Text => json!("Test"),
            Shape::Prompt(values) => self.prompt(*values),
            Shape::Language => {
                let place = self.choose(self.languages.len());
                json!(self.languages[place].tag())
            }
            Shape::Target => json!(self.target()),
            Shape::Topic => json!(["betrug", "einbruch"][self.choose(2)]),
            Shape::Provider => json!("twilio"),
            Shape::Gender => json!(Gender::WORDS[self.choose(Gender::WORDS.len())]),
            Shape::Strategy => json!(Strategy::ALL[self.choose(Strategy::ALL.len())].0),
            Shape::Key => json!(self.any_key().to_string()),
            Shape::Phone(_) => json!("+49 711 1234567"),
            Shape::Seconds(least, most) => {
                let range = usize::try_from((*most).min(200) - least).unwrap_or(0);
                json!(format!("{} s", *least as usize + self.choose(range + 1)))
            }
            Shape::Count(least, most) => json!(usize::from(*least) + self.choose(usize::from(most - least) + 1)),
            Shape::Flow | Shape::Sound => Value::Null,
            Shape::Fields(fields) => self.fields(fields),
            Shape::OneOf(kinds) => {
                let kind = &kinds[self.choose(kinds.len())];
                json!({ kind.name: self.value(&kind.shape) })
            }
            Shape::List(inner) => json!([self.value(inner)]),
            Shape::Map(names, inner) => self.map(*names, inner),
        }
    }

    fn fields(&mut self, fields: &[Field]) -> Value {
        let mut grown = Map::new();
        for field in fields {
            let is_wanted = field.is_required || self.choose(2) == 1;
            if is_wanted && !matches!(field.shape, Shape::Sound) {
                self.is_way_by_key = field.name == "leave" || (self.is_way_by_key && field.name != "silence");
                grown.insert(field.name.into(), self.value(&field.shape));
                self.is_way_by_key &= self.key.is_some();
            }
        }
        Value::Object(grown)
    }

    fn map(&mut self, names: Names, inner: &Shape) -> Value {
        let mut grown = Map::new();
        for _ in 0..=self.choose(4) {
            let key = match names {
                Names::Keys => self.any_key(),
                Names::Topics | Names::Nodes => 'x',
            };
            let name = if names == Names::Keys { key.to_string() } else { "betrug".into() };
            (self.key, self.is_way_by_key) = (Some(key).filter(|_| names == Names::Keys), names == Names::Keys);
            let value = self.value(inner);
            grown.insert(name, value);
        }
        (self.key, self.is_way_by_key) = (None, false);
        Value::Object(grown)
    }

    fn any_key(&mut self) -> char {
        ['1', '2', '3', '0', '*', '#', '9', '7'][self.choose(8)]
    }

    /// A way by key leads anywhere; any other leads on, or nobody could say that a call ends.
    fn target(&mut self) -> String {
        let new = self.nodes + 1;
        match self.choose(4) {
            0 | 1 if new <= MOST_NODES => {
                self.nodes = new;
                format!("n{new}")
            }
            2 if self.is_way_by_key && self.nodes > 0 => format!("n{}", 1 + self.choose(self.nodes)),
            3 if self.nodes > self.own => format!("n{}", self.own + 1 + self.choose(self.nodes - self.own)),
            _ => LAST.to_owned(),
        }
    }

    fn prompt(&mut self, values: Values) -> Value {
        let (Values::May(here) | Values::Must(here)) = values;
        let mut text = "Guten Tag.".repeat(1 + self.choose(12));
        if let Some(key) = self.key {
            text.push_str(&format!(" Drücken Sie die {key}."));
        }
        for variable in here {
            text.push_str(&format!(" {{{}}}", variable.name()));
        }
        text.push_str(["", " {hours}", " {hotline} {web}", " {time} {date}"][self.choose(4)]);
        self.in_each(&text)
    }

    fn in_each(&self, text: &str) -> Value {
        self.languages.iter().map(|language| (language.tag().to_owned(), json!(text))).collect()
    }
}

// ---- calls ----

/// What the outside world does: events of any kind, in any order.
fn any_event() -> impl Possible<Value = Event> {
    prop_oneof![
        4 => "[0-9*#]{1,3}".prop_map(Event::Key),
        1 => "0[1-9][0-9]{6,10}#?".prop_map(Event::Key),
        3 => Just(Event::Silence),
        2 => Just(Event::NobodyLeft),
        2 => (1..9u32).prop_map(|position| Event::AllBusy(Queue { position, minutes: Some((1, position)) })),
        2 => (0..5i64).prop_map(|count| Event::Times((1..=count).map(|hour| Instant(hour * 3_600_000_000)).collect())),
        1 => Just(Event::Booked { code: "K7M-3QX".into() }),
        2 => Just(Event::Found { booking: "b".into(), time: Instant(7_200_000_000) }),
        1 => Just(Event::WordAsked),
        1 => Just(Event::Unknown),
        1 => Just(Event::Cancelled),
        1 => Just(Event::Moved { time: Instant(3_600_000_000) }),
        1 => Just(Event::Recorded),
        1 => Just(Event::Started),
    ]
}

fn context(opening: u8, caller: bool, load: u32) -> Context {
    let in_each = |text: &str| Language::ALL.map(|language| (language, text.to_owned())).into();
    Context {
        now: Instant::parse("2026-11-20T09:00:00Z").unwrap(),
        opening: match opening {
            0 => Opening::Open,
            1 => Opening::Closed,
            2 => Opening::Holiday(in_each("Weihnachten")),
            _ => Opening::ByHand(in_each("Alle sind im Einsatz.")),
        },
        hours: in_each("Sie erreichen uns Montag bis Freitag von 8 bis 18 Uhr."),
        hotline: "Beratungstelefon".into(),
        web: "beratung punkt example".into(),
        caller: caller.then(|| "+498999998110".parse::<Phone>().unwrap()),
        ours: Vec::new(),
        load: Load { on_duty: load % 3, longest_waiting: load },
    }
}

/// A call and what its caller has heard since the last wait.
struct Call<'a> {
    flow: &'a Flow,
    context: Context,
    place: Place,
    last: Command,
}

impl Call<'_> {
    fn take(&mut self, event: Event) -> Result<(), TestCaseError> {
        let is_over = matches!(event, Event::HungUp | Event::Accepted) || self.place.has_ended();
        let (place, commands) = walk(self.flow, &self.place, event, &self.context);
        self.place = place;
        let waits = commands.iter().position(Command::ends_a_walk);
        prop_assert_eq!(waits, commands.len().checked_sub(1), "one wait, at the end: {:?}", &commands);
        let heard = |prompts: &[Speech]| prompts.iter().any(|said| !said.text.trim().is_empty());
        let words = commands.iter().any(|command| match command {
            Command::Say(speech) => heard(std::slice::from_ref(speech)),
            Command::Ask { prompts, .. } | Command::Wait { prompts, .. } => heard(prompts),
            _ => false,
        });
        let last = commands.last().cloned().unwrap();
        let needs_words = matches!(last, Command::Ask { .. } | Command::Wait { .. } | Command::HangUp);
        prop_assert!(words || !needs_words || is_over, "silence before {last:?} at {}", self.place.node);
        for command in &commands {
            if let Command::Say(_) = command {
                self.pass(command);
            }
        }
        self.last = last;
        Ok(())
    }

    fn pass(&mut self, command: &Command) {
        self.context.now = self.context.now + TimeDelta::seconds(i64::from(longest(command)));
    }

    /// The caller does nothing more, everybody is busy as often as `busy` says, and nobody comes.
    fn fall_silent(&mut self, busy: u8) -> Result<(), TestCaseError> {
        let begun = self.context.now;
        let bound = i64::from(longest_silence(self.flow).0);
        for step in 0..400u32 {
            let last = self.last.clone();
            if matches!(last, Command::HangUp | Command::Jump { .. }) {
                let seconds = (self.context.now - begun).num_seconds();
                prop_assert!(seconds <= bound, "{seconds} s, and {bound} s at most");
                return Ok(());
            }
            self.pass(&last);
            self.take(match last {
                Command::Connect(_) if step % 8 < u32::from(busy) => {
                    Event::AllBusy(Queue { position: 1, minutes: None })
                }
                Command::Connect(_) | Command::Transfer { .. } => Event::NobodyLeft,
                Command::FindTimes => Event::Times((1..=i64::from(busy % 4)).map(|i| Instant(i * 1_000_000)).collect()),
                Command::Book { .. } if busy.is_multiple_of(2) => Event::Booked { code: "K7M-3QX".into() },
                Command::Book { .. } => Event::Times(vec![Instant(9_000_000)]),
                Command::Own(Errand::Find { word: None, .. }) if busy.is_multiple_of(3) => Event::WordAsked,
                Command::Own(Errand::Find { .. }) if busy.is_multiple_of(2) => Event::Unknown,
                Command::Own(Errand::Find { .. }) => Event::Found { booking: "b".into(), time: Instant(1_000_000) },
                Command::Own(Errand::FindTimes { .. } | Errand::Move { .. }) if busy.is_multiple_of(2) => {
                    Event::Times(vec![Instant(9_000_000)])
                }
                Command::Own(Errand::FindTimes { .. }) => Event::Times(vec![]),
                Command::Own(Errand::Move { time, .. }) => Event::Moved { time },
                Command::Own(Errand::Cancel { .. }) => Event::Cancelled,
                Command::Record { .. } => Event::Recorded,
                _ => Event::Silence,
            })?;
        }
        prop_assert!(false, "no end in sight at {}", self.place.node);
        Ok(())
    }
}

fn call_through(flow: &Flow, context: Context, events: &[Event], busy: u8) -> Result<(), TestCaseError> {
    let mut call = Call { flow, context, place: Place::start(flow), last: Command::HangUp };
    call.take(Event::Started)?;
    for event in events {
        call.take(event.clone())?;
    }
    call.fall_silent(busy)
}

/// How many of some random flows pass the checks: without flows that pass, nothing would be tested.
#[test]
fn many_grown_flows_pass_the_checks() {
    let mut state = 7u32;
    let mut number = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u16::try_from(state >> 16).unwrap_or_default()
    };
    let texts: Vec<String> = (0..300).map(|_| grow(&(0..120).map(|_| number()).collect::<Vec<_>>())).collect();
    let good = texts.iter().filter_map(|text| parse("grown.yaml", text.as_bytes(), &Surroundings::default()).ok());
    let kinds: std::collections::BTreeSet<&str> =
        good.clone().flat_map(|flow| flow.nodes.values().map(Node::kind).collect::<Vec<_>>()).collect();
    let passed = good.count();
    let refused = texts.iter().find_map(|text| parse("grown.yaml", text.as_bytes(), &Surroundings::default()).err());
    assert!(passed > 60, "{passed} of 300; the first that is refused:\n{}", refused.unwrap());
    assert_eq!(kinds.len(), 12, "{kinds:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// From wherever any events have led, a caller who does nothing more reaches an end, in words, within what is stated.
    #[test]
    fn no_flow_that_passes_the_checks_leaves_a_caller_alone(
        choices in proptest::collection::vec(any::<u16>(), 0..160),
        events in proptest::collection::vec(any_event(), 0..25),
        opening in 0..4u8,
        known in any::<bool>(),
        load in 0..900u32,
        busy in 0..9u8,
    ) {
        let text = grow(&choices);
        let Ok(flow) = parse("grown.yaml", text.as_bytes(), &Surroundings::default()) else { return Ok(()) };
        call_through(&flow, context(opening, known, load), &events, busy)
            .map_err(|fault| TestCaseError::fail(format!("{fault}\n{text}")))?;
    }

    #[test]
    fn the_shipped_flows_leave_no_caller_alone(
        events in proptest::collection::vec(any_event(), 0..25),
        opening in 0..4u8,
        known in any::<bool>(),
        load in 0..900u32,
        busy in 0..9u8,
    ) {
        for edition in shipped().list_published() {
            call_through(&edition.flow, context(opening, known, load), &events, busy)
                .map_err(|fault| TestCaseError::fail(format!("{}: {fault}", edition.name)))?;
        }
    }
}
