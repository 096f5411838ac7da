//! A call that is only played: lines of keys and decisions in, lines of prompts out.
//!
//! For the terminal and for tests; no telephone rings and nothing is kept. `walk` decides everything, this tells it and
//! moves the time on by what callers would have heard and waited. One rule: the same lines make the same call.

use std::sync::Arc;

use chrono::{Days, NaiveTime, TimeDelta};

use super::check::CHARACTERS_A_SECOND;
use super::command::{Command, Errand, Ringing, Speech};
use super::event::{Context, Event, Queue};
use super::finding::duration;
use super::place::{Passed, Place};
use super::shelf::{Edition, Shelf};
use super::walk::walk;
use crate::kernel::{Instant, local};

/// The reference under which every time is booked here.
const CODE: &str = "K7M-3QX";
/// When the times that are free here begin.
const FIRST_TIME: (u32, u32) = (10, 0);
/// So many flows in a row are entered without anything that is waited for; no checked flows do that.
const MAX_JUMPS: usize = 100;

/// A call in progress.
pub struct Rehearsal<'a> {
    shelf: &'a Shelf,
    edition: Arc<Edition>,
    place: Place,
    context: Context,
    /// What is waited for.
    last: Command,
}

/// A line that means nothing now, and what could be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{line}\" means nothing now; {can}")]
pub struct Unclear {
    pub line: String,
    pub can: &'static str,
}

impl<'a> Rehearsal<'a> {
    /// A caller calls, and the flow of this name begins. None if there is no such flow.
    pub fn begin(shelf: &'a Shelf, flow: &str, context: Context) -> Option<(Self, Vec<String>)> {
        let edition = shelf.published(flow)?;
        let place = Place::start(&edition.flow);
        let mut rehearsal = Self { shelf, edition, place, context, last: Command::HangUp };
        let told = rehearsal.step(Event::Started);
        Some((rehearsal, told))
    }

    pub fn has_ended(&self) -> bool {
        self.last == Command::HangUp
    }

    /// The time at which the call has arrived.
    pub fn now(&self) -> Instant {
        self.context.now
    }

    /// Where the caller stands.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What can be said now, in words.
    pub fn can(&self) -> &'static str {
        match &self.last {
            Command::Ask { .. } => "keys, or an empty line for silence, or: hang up",
            Command::Wait { .. } => "a key, or an empty line to wait on, or: hang up",
            Command::Connect(_) => "accepted, all busy (with the place in the queue), nobody, or: hang up",
            Command::Transfer { .. } => "accepted, nobody, or: hang up",
            Command::FindTimes => "times 3 (so many are free), none free, or: hang up",
            Command::Book { .. } => "booked, taken (by somebody else meanwhile), or: hang up",
            Command::Own(Errand::Find { .. }) => "found, word (the Kennwort is asked for), unknown, or: hang up",
            Command::Own(Errand::Cancel { .. }) => "cancelled, unknown (it is gone), or: hang up",
            Command::Own(Errand::FindTimes { .. }) => "times 3 (so many are free), none free, or: hang up",
            Command::Own(Errand::Move { .. }) => "moved, taken (by somebody else meanwhile), unknown, or: hang up",
            Command::Record { .. } => "recorded, or: hang up",
            Command::Say(_) | Command::TakeCallback { .. } | Command::Jump { .. } | Command::HangUp => "nothing",
        }
    }

    /// Takes the next line and tells what follows.
    pub fn answer(&mut self, line: &str) -> Result<Vec<String>, Unclear> {
        let words = line.trim().to_lowercase();
        let unclear = || Unclear { line: line.trim().to_owned(), can: self.can() };
        let event = self.event(&words).ok_or_else(unclear)?;
        let seconds = match &event {
            Event::Silence | Event::NobodyLeft | Event::Recorded => longest(&self.last),
            _ => 0,
        };
        self.pass(seconds);
        Ok(self.step(event))
    }

    fn event(&self, words: &str) -> Option<Event> {
        if matches!(words, "hang up" | "auflegen") {
            return Some(Event::HungUp);
        }
        match &self.last {
            Command::Ask { .. } | Command::Wait { .. } => match words {
                "" | "silence" | "stille" => Some(Event::Silence),
                _ => {
                    let keys = words.trim_start_matches("key ").trim_start_matches("taste ");
                    let is_key = |key: char| matches!(key, '0'..='9' | '*' | '#');
                    keys.chars().all(is_key).then(|| Event::Key(keys.to_owned()))
                }
            },
            Command::Connect(_) | Command::Transfer { .. } => match words {
                "accepted" | "accept" | "angenommen" => Some(Event::Accepted),
                "" | "nobody" | "niemand" => Some(Event::NobodyLeft),
                _ if matches!(self.last, Command::Connect(_)) => queue(words).map(Event::AllBusy),
                _ => None,
            },
            Command::Own(errand) => self.errand(errand, words),
            Command::FindTimes => match words.split_once(' ') {
                None if words.is_empty() => Some(self.times(3)),
                Some(("times", count)) => count.parse().ok().map(|count| self.times(count)),
                Some(("none", "free")) => Some(self.times(0)),
                _ => None,
            },
            Command::Book { time, .. } => match words {
                "" | "booked" => Some(Event::Booked { code: CODE.to_owned() }),
                "taken" => Some(self.times_after(*time, 3)),
                _ => None,
            },
            Command::Record { .. } => matches!(words, "" | "recorded").then_some(Event::Recorded),
            Command::Say(_) | Command::TakeCallback { .. } | Command::Jump { .. } | Command::HangUp => None,
        }
    }

    fn errand(&self, errand: &Errand, words: &str) -> Option<Event> {
        let found = || match self.times(1) {
            Event::Times(times) => times.first().map(|time| Event::Found { booking: CODE.to_owned(), time: *time }),
            _ => None,
        };
        match (errand, words) {
            (Errand::FindTimes { .. }, "none free") => Some(self.times(0)),
            (Errand::FindTimes { .. }, "") => Some(self.times(3)),
            (Errand::FindTimes { .. }, _) => self.times_of(words),
            (_, "unknown") => Some(Event::Unknown),
            (Errand::Find { .. }, "" | "found") => found(),
            (Errand::Find { word: None, .. }, "word") => Some(Event::WordAsked),
            (Errand::Cancel { .. }, "" | "cancelled") => Some(Event::Cancelled),
            (Errand::Move { time, .. }, "" | "moved") => Some(Event::Moved { time: *time }),
            (Errand::Move { time, .. }, "taken") => Some(self.times_after(*time, 3)),
            (Errand::Find { .. } | Errand::Cancel { .. } | Errand::Move { .. }, _) => None,
        }
    }

    /// `times 3`.
    fn times_of(&self, words: &str) -> Option<Event> {
        words.strip_prefix("times ")?.parse().ok().map(|count| self.times(count))
    }

    fn times(&self, count: u64) -> Event {
        self.times_after(self.context.now, count)
    }

    /// One time on each of the following days.
    fn times_after(&self, at: Instant, count: u64) -> Event {
        let (hour, minute) = FIRST_TIME;
        let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        let at = |days: u64| Some(local::start((local::day(at) + Days::new(days)).and_time(time)));
        Event::Times((1..=count.min(9)).filter_map(at).collect())
    }

    fn pass(&mut self, seconds: u32) {
        self.context.now = self.context.now + TimeDelta::seconds(i64::from(seconds));
    }

    /// Takes a step, and another for each flow that is jumped to and each ring that nobody can hear.
    fn step(&mut self, event: Event) -> Vec<String> {
        let mut told = Vec::new();
        let mut event = event;
        for _ in 0..MAX_JUMPS {
            let next = std::mem::replace(&mut event, Event::Started);
            let (place, commands) = walk(&self.edition.flow, &self.place, next, &self.context);
            self.place = place;
            told.extend(way(&self.place.trail));
            for command in &commands {
                told.extend(self.tell(command));
                if let Command::Say(speech) = command {
                    self.pass(seconds_of(speech));
                }
            }
            self.last = commands.last().cloned().unwrap_or(Command::HangUp);
            if self.rings_in_vain() {
                told.push("* nobody is on duty".to_owned());
                event = Event::NobodyLeft;
                continue;
            }
            let Command::Jump { flow } = &self.last else { break };
            match self.shelf.published(flow) {
                Some(edition) => {
                    self.place = self.place.onward(&edition.flow);
                    self.edition = edition;
                }
                None => {
                    told.push(format!("* the flow {flow} is not there"));
                    self.last = Command::HangUp;
                }
            }
        }
        told
    }

    /// Whether nobody can accept; who is on duty for another hotline is not known here.
    fn rings_in_vain(&self) -> bool {
        let own = |ringing: &Ringing| ringing.hotline.is_none();
        matches!(&self.last, Command::Connect(ringing) if own(ringing)) && self.context.load.on_duty == 0
    }

    fn tell(&self, command: &Command) -> Vec<String> {
        match command {
            Command::Say(speech) => vec![said(speech)],
            Command::Ask { prompts, digits, timeout_seconds, finish_on } => {
                let keys = match (digits, finish_on) {
                    (1, None) => "a key".to_owned(),
                    (digits, Some(finish)) => format!("up to {digits} digits and {finish}"),
                    (digits, None) => format!("{digits} digits"),
                };
                let ask = format!("* asks for {keys}, waits {}", duration(*timeout_seconds));
                prompts.iter().map(said).chain([ask]).collect()
            }
            Command::Wait { prompts, music, seconds } => {
                let music = if music.is_some() { ", with music" } else { "" };
                prompts.iter().map(said).chain([format!("* waits {}{music}", duration(*seconds))]).collect()
            }
            Command::Connect(ringing) => vec![rings(ringing)],
            Command::FindTimes => vec!["* looks for free times".to_owned()],
            Command::Own(errand) => vec![match errand {
                Errand::Find { word: None, .. } => "* looks for the booking with this code".to_owned(),
                Errand::Find { .. } => "* looks for the booking with this code and Kennwort".to_owned(),
                Errand::Cancel { .. } => "* cancels the booking".to_owned(),
                Errand::FindTimes { .. } => "* looks for other free times".to_owned(),
                Errand::Move { time, .. } => {
                    format!("* moves the booking to {}", local::wall(*time).format("%a %d %b %Y %H:%M"))
                }
            }],
            Command::Book { time, number, sms } => {
                let sms = if *sms { ", with an SMS" } else { "" };
                let wall = local::wall(*time).format("%a %d %b %Y %H:%M");
                vec![format!("* books {wall} for {}{sms}", number_or_own(number.as_ref()))]
            }
            Command::TakeCallback { number } => {
                vec![format!("* notes a call-back to {}", number_or_own(number.as_ref()))]
            }
            Command::Record { longest_seconds } => vec![format!("* records up to {}", duration(*longest_seconds))],
            Command::Transfer { number, ring_seconds } => {
                vec![format!("* transfers to {number}, rings {}", duration(*ring_seconds))]
            }
            Command::Jump { flow } => vec![format!("* goes on in the flow {flow}")],
            Command::HangUp => vec!["* hangs up".to_owned()],
        }
    }
}

/// How long a command takes if the caller lets it, in seconds.
pub fn longest(command: &Command) -> u32 {
    let heard = |prompts: &[Speech]| prompts.iter().map(seconds_of).sum::<u32>();
    match command {
        Command::Say(speech) => seconds_of(speech),
        Command::Ask { prompts, timeout_seconds, .. } => heard(prompts) + timeout_seconds,
        Command::Connect(ringing) => ringing.ring_seconds,
        // The prompts are part of the wait.
        Command::Wait { seconds, .. } => *seconds,
        Command::Record { longest_seconds } => *longest_seconds,
        Command::Transfer { ring_seconds, .. } => *ring_seconds,
        Command::FindTimes
        | Command::Book { .. }
        | Command::Own(_)
        | Command::TakeCallback { .. }
        | Command::Jump { .. }
        | Command::HangUp => 0,
    }
}

fn seconds_of(speech: &Speech) -> u32 {
    u32::try_from(speech.text.chars().count() / CHARACTERS_A_SECOND).unwrap_or(u32::MAX)
}

/// `busy 2`: the place in the queue, with an expected wait of two to four minutes for each before.
fn queue(words: &str) -> Option<Queue> {
    let words = words.trim_start_matches("all ").trim_start_matches("alle ");
    let rest = words.strip_prefix("busy").or_else(|| words.strip_prefix("besetzt"))?;
    let position: u32 = if rest.is_empty() { 1 } else { rest.trim().parse().ok()? };
    let minutes = position.checked_mul(2)?..=position.checked_mul(4)?;
    (position > 0).then_some(Queue { position, minutes: Some((*minutes.start(), *minutes.end())) })
}

/// `~ greeting -next-> language -9-> again`: the ways that were taken.
fn way(trail: &[Passed]) -> Option<String> {
    let first = trail.first()?;
    let ways = trail.iter().map(|passed| format!(" -{}-> {}", passed.by, passed.to));
    Some(format!("~ {}{}", first.from, ways.collect::<String>()))
}

fn said(speech: &Speech) -> String {
    let recorded = if speech.recording.is_some() { " (recorded)" } else { "" };
    format!("{}{recorded}: {}", speech.language.tag(), speech.text)
}

fn rings(ringing: &Ringing) -> String {
    let Ringing { hotline, topic, strategy, tiers, ring_seconds, .. } = ringing;
    let strategy = super::Strategy::ALL.into_iter().find(|(_, it)| it == strategy).map_or("", |(name, _)| name);
    let hotline = hotline.as_ref().map(|number| format!(" of the hotline {number}")).unwrap_or_default();
    let tiers: Vec<String> = tiers.iter().map(u8::to_string).collect();
    let tiers = if tiers.is_empty() { String::new() } else { format!(", tiers {}", tiers.join(" and ")) };
    let topic = topic.as_ref().map(|topic| format!(", topic {topic}")).unwrap_or_default();
    format!("* rings officers{hotline}: {strategy}, up to {}{tiers}{topic}", duration(*ring_seconds))
}

fn number_or_own(number: Option<&crate::kernel::Phone>) -> String {
    number.map_or_else(|| "the caller's own number".to_owned(), ToString::to_string)
}
