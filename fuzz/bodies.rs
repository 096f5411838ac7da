//! What the fuzz targets do with arbitrary bytes. `tests/it/fuzz.rs` does the same with a few thousand of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use sprechzeit::flows::{
    Command, Context, Event, Files, Flow, Load, Opening, Place, Queue, Recordings, Speech, Surroundings, parse, walk,
};
use sprechzeit::kernel::{Instant, Language};

// ---- parse ----

/// Any bytes are a flow that keeps its promises, or are refused with places that exist.
pub fn parse_any(bytes: &[u8]) {
    let (topics, flows) = (BTreeSet::from(["einbruchschutz".to_owned()]), BTreeMap::new());
    let (numbers, recordings) = (BTreeSet::new(), Recordings::default());
    let strict = Surroundings {
        topics: Some(&topics),
        flows: Some(&flows),
        recordings: Some(&recordings),
        hotlines: Some(&numbers),
        transfers: Some(&numbers),
        voicemail: Some(false),
    };
    for around in [Surroundings::default(), strict] {
        match parse("any.yaml", bytes, &around) {
            Ok(flow) => {
                assert!(flow.nodes.contains_key(&flow.start), "the start is there");
                let mut ways = flow.nodes.values().flat_map(|node| node.ways());
                assert!(ways.all(|way| flow.nodes.contains_key(way.to)), "every way leads somewhere");
                walk_through(&flow, bytes);
            }
            Err(findings) => {
                assert!(findings.count() > 0 && !findings.to_string().is_empty());
                let lines = bytes.split(|byte| *byte == b'\n').count();
                for told in findings.told() {
                    assert!(!told.message.is_empty() && !told.help.is_empty(), "{told:?}");
                    assert!(told.line <= lines && told.line <= told.end_line, "{told:?} of {lines} lines");
                }
            }
        }
    }
}

// ---- walk ----

static SHIPPED: LazyLock<Vec<Flow>> = LazyLock::new(|| {
    let editions = Files::read(None).map(|files| files.parse(&Surroundings::default()));
    editions.ok().and_then(Result::ok).into_iter().flatten().map(|edition| edition.flow).collect()
});

/// Any events lead through the flow that the first byte names.
pub fn walk_any(bytes: &[u8]) {
    if let Some((first, events)) = bytes.split_first() {
        walk_through(&SHIPPED[usize::from(*first) % SHIPPED.len()], events);
    }
}

fn walk_through(flow: &Flow, bytes: &[u8]) {
    let mut bytes = bytes.iter().copied().take(200);
    let mut call =
        Call { flow, context: context(bytes.next().unwrap_or(0)), place: Place::start(flow), last: Command::HangUp };
    call.take(Event::Started);
    while let Some(byte) = bytes.next() {
        call.take(event(byte, &mut bytes));
    }
    call.fall_silent();
}

fn context(byte: u8) -> Context {
    let in_each = |text: &str| Language::ALL.map(|language| (language, text.to_owned())).into();
    Context {
        now: Instant(1_790_000_000_000_000),
        opening: match byte % 4 {
            0 => Opening::Open,
            1 => Opening::Closed,
            2 => Opening::Holiday(in_each("Weihnachten")),
            _ => Opening::ByHand(in_each("Alle sind im Einsatz.")),
        },
        hours: in_each("Sie erreichen uns Montag bis Freitag von 8 bis 18 Uhr."),
        hotline: "Beratungstelefon".into(),
        web: "beratung punkt example".into(),
        caller: "+498999998110".parse().ok().filter(|_| byte & 4 == 0),
        ours: Vec::new(),
        load: Load { on_duty: u32::from(byte >> 5), longest_waiting: u32::from(byte) * 4 },
    }
}

fn event(byte: u8, more: &mut impl Iterator<Item = u8>) -> Event {
    let mut number = || more.next().unwrap_or(0);
    match byte % 16 {
        0..=5 => Event::Key(char::from(b"0123456789*#"[usize::from(number() % 12)]).to_string()),
        6 => Event::Key((0..number() % 20).map(|_| char::from(b'0' + number() % 10)).collect()),
        7 => Event::Key(String::from_utf8_lossy(&[number(), number(), number()]).into_owned()),
        8 | 9 => Event::Silence,
        10 => Event::NobodyLeft,
        11 => Event::AllBusy(Queue { position: u32::from(number()) + 1, minutes: None }),
        12 => Event::Times((0..number() % 6).map(|i| Instant(1_800_000_000_000_000 + i64::from(i))).collect()),
        13 => Event::Booked { code: "K7M-3QX".into() },
        14 => {
            if number() % 8 == 0 {
                Event::HungUp
            } else {
                Event::Recorded
            }
        }
        _ => Event::Started,
    }
}

struct Call<'a> {
    flow: &'a Flow,
    context: Context,
    place: Place,
    last: Command,
}

impl Call<'_> {
    /// Every step ends in one wait or in the end, and not in silence.
    fn take(&mut self, event: Event) {
        let is_over = matches!(event, Event::HungUp | Event::Accepted) || self.place.has_ended();
        let (place, commands) = walk(self.flow, &self.place, event, &self.context);
        let waits = commands.iter().position(Command::ends_a_walk);
        assert_eq!(waits, commands.len().checked_sub(1), "{commands:?}");
        let heard = |prompts: &[Speech]| prompts.iter().any(|said| !said.text.trim().is_empty());
        let words = commands.iter().any(|command| match command {
            Command::Say(speech) => heard(std::slice::from_ref(speech)),
            Command::Ask { prompts, .. } | Command::Wait { prompts, .. } => heard(prompts),
            _ => false,
        });
        self.last = commands.last().cloned().unwrap_or(Command::HangUp);
        let needs_words = matches!(self.last, Command::Ask { .. } | Command::Wait { .. } | Command::HangUp);
        assert!(words || !needs_words || is_over, "silence at {}: {commands:?}", place.node);
        self.place = place;
    }

    /// A caller who does nothing more comes to an end, even if everybody is always busy.
    fn fall_silent(&mut self) {
        for _ in 0..2_000 {
            let event = match &self.last {
                Command::HangUp | Command::Jump { .. } => return,
                Command::Connect(ringing) => {
                    self.pass(ringing.ring_seconds);
                    Event::AllBusy(Queue { position: 1, minutes: Some((1, 2)) })
                }
                Command::Wait { seconds, .. } => {
                    self.pass(*seconds);
                    Event::Silence
                }
                Command::Transfer { .. } => Event::NobodyLeft,
                Command::Own(_) => Event::Unknown,
                Command::FindTimes | Command::Book { .. } => Event::Times(vec![Instant(1_800_000_000_000_000)]),
                Command::Record { .. } => Event::Recorded,
                Command::Ask { .. } | Command::Say(_) | Command::TakeCallback { .. } => Event::Silence,
            };
            self.take(event);
        }
        panic!("no end in sight at {}", self.place.node);
    }

    fn pass(&mut self, seconds: u32) {
        self.context.now = self.context.now + chrono::TimeDelta::seconds(i64::from(seconds));
    }
}
