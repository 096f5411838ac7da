//! What a flow does to callers: where they never get, where they go in circles, how long they wait, what they are told.
//!
//! Works on the flow as it was built and knows nothing of files; `parse` says where each fault stands. One rule: what is
//! said here holds for every call, whatever the caller presses.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::finding::{Finding, Findings, duration};
use super::flow::*;
use crate::kernel::Language;

/// What voices read in a second, in characters: 14 is slow German.
pub(super) const CHARACTERS_A_SECOND: usize = 14;
/// How often a number or a time is asked for before the caller is taken to refuse, and how long a key is waited for.
pub(super) const ASKED: u8 = 3;
pub(super) const KEY_TIMEOUT: u32 = 6;
pub(super) const DIGIT_TIMEOUT: u32 = 10;

/// Something that callers would stumble over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Unreachable(NodeName),
    /// A circle, from its first node to its last.
    Circle(NodeName, Vec<NodeName>),
    /// So many seconds without a key of the caller.
    TooLong {
        seconds: u32,
        stated: u32,
        path: Vec<NodeName>,
    },
    /// Where callers talk who have not surely heard it in these languages.
    NoNotice {
        notice: Notice,
        nodes: Vec<NodeName>,
        languages: Vec<Language>,
    },
    NoWrittenWay {
        language: Language,
    },
    EndsInSilence(NodeName),
    SilentVariable {
        node: NodeName,
        variable: Variable,
    },
}

/// What callers must have heard before they talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Notice {
    Emergency,
    NotRecorded,
}

/// Every fault of a flow. Where not every way is known, nothing is said of ways.
pub(super) fn faults(flow: &Flow, ways_known: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    let circle = circle_without_key(flow);
    if ways_known {
        faults.extend(unreachable(flow).into_iter().cloned().map(Fault::Unreachable));
        faults.extend(missing_notices(flow));
        faults.extend(silent_variables(flow));
        faults.extend(silent_ends(flow));
        faults.extend(languages_without_written_way(flow).map(|language| Fault::NoWrittenWay { language }));
        match &circle {
            None => faults.extend(too_long(flow)),
            Some(circle) => {
                let circle: Vec<NodeName> = circle.iter().map(|name| (*name).clone()).collect();
                faults.extend(circle.first().cloned().map(|first| Fault::Circle(first, circle)));
            }
        }
    }
    faults
}

// ---- where callers get to ----

/// All nodes to which ways that fulfil the condition lead from the start.
fn reached(flow: &Flow, is_open: impl Fn(&Way) -> bool) -> BTreeSet<&NodeName> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![&flow.start];
    while let Some(name) = ahead.pop() {
        if let (true, Some(node)) = (reached.insert(name), flow.nodes.get(name)) {
            ahead.extend(node.ways().iter().filter(|way| is_open(way)).map(|way| way.to));
        }
    }
    reached
}

/// Nodes that nobody gets to; not those that only such a node leads to.
fn unreachable(flow: &Flow) -> Vec<&NodeName> {
    let reached = reached(flow, |_| true);
    let lost: Vec<&NodeName> = flow.nodes.keys().filter(|name| !reached.contains(name)).collect();
    let leads = |from: &NodeName, to: &NodeName| {
        from != to && flow.nodes.get(from).is_some_and(|node| node.ways().iter().any(|way| way.to == to))
    };
    let first: Vec<&NodeName> = lost.iter().filter(|to| !lost.iter().any(|from| leads(from, to))).copied().collect();
    // In a circle each has one before it.
    if first.is_empty() { lost.into_iter().take(1).collect() } else { first }
}

/// A circle that a caller would go through without ever pressing a key that is offered, from its first node to its last.
fn circle_without_key(flow: &Flow) -> Option<Vec<&NodeName>> {
    let mut safe = BTreeSet::new();
    flow.nodes.keys().find_map(|name| circle_from(flow, name, &mut Vec::new(), &mut safe))
}

fn circle_from<'a>(
    flow: &'a Flow,
    name: &'a NodeName,
    path: &mut Vec<&'a NodeName>,
    safe: &mut BTreeSet<&'a NodeName>,
) -> Option<Vec<&'a NodeName>> {
    if let Some(first) = path.iter().position(|before| *before == name) {
        return Some(path[first..].to_vec());
    }
    if safe.contains(name) {
        return None;
    }
    path.push(name);
    let ways = flow.nodes.get(name).map(|node| node.ways()).unwrap_or_default();
    let circle = ways.iter().filter(|way| !way.by.is_key()).find_map(|way| circle_from(flow, way.to, path, safe));
    path.pop();
    safe.insert(name);
    circle
}

// ---- how long it takes ----

/// The longest that a caller who presses nothing listens and waits, where it is longer than stated.
fn too_long(flow: &Flow) -> Option<Fault> {
    let (seconds, path) = longest_silence(flow);
    let stated = flow.hotline.longest_wait;
    (seconds > stated).then(|| Fault::TooLong { seconds, stated, path: path.into_iter().cloned().collect() })
}

/// The longest that a caller of a flow without circles listens and waits without pressing a key, in seconds, and where.
pub(super) fn longest_silence(flow: &Flow) -> (u32, Vec<&NodeName>) {
    let mut longest = BTreeMap::new();
    let entries = flow.nodes.values().flat_map(|node| node.ways()).filter(|way| way.by.is_key()).map(|way| way.to);
    let entries = entries.chain([&flow.start]);
    let worst = entries.max_by_key(|name| silence_from(flow, name, &mut longest).0).unwrap_or(&flow.start);
    let (seconds, _) = silence_from(flow, worst, &mut longest);
    let mut path = vec![worst];
    while let Some((_, Some(next))) = path.last().and_then(|last| longest.get(last)) {
        path.push(next);
    }
    (seconds, path)
}

/// How long from a node on without a key, in seconds, and over which node. There are no circles without a key.
fn silence_from<'a>(
    flow: &'a Flow,
    name: &'a NodeName,
    longest: &mut BTreeMap<&'a NodeName, (u32, Option<&'a NodeName>)>,
) -> (u32, Option<&'a NodeName>) {
    if let Some(known) = longest.get(name) {
        return *known;
    }
    let Some(node) = flow.nodes.get(name) else { return (0, None) };
    let ways = node.ways();
    let onward = ways.iter().filter(|way| !way.by.is_key()).map(|way| (silence_from(flow, way.to, longest).0, way.to));
    let (after, next) = onward.max_by_key(|(seconds, _)| *seconds).map_or((0, None), |(s, to)| (s, Some(to)));
    let own = node.longest_stay();
    longest.insert(name, (own.saturating_add(after), next));
    longest[name]
}

impl Node {
    /// The longest that a caller stays here without pressing a key, in seconds.
    pub fn longest_stay(&self) -> u32 {
        let said = |prompt: &Option<Prompt>| prompt.as_ref().map_or(0, Prompt::seconds);
        match self {
            Self::Say(it) => it.text.seconds(),
            Self::Language(it) => {
                let choices: usize = it.keys.values().map(|key| key.say.chars().count()).sum();
                said(&it.prompt) + seconds_of(choices) + it.timeout
            }
            Self::Menu(it) => it.longest_stay(),
            Self::Hours(_) | Self::Branch(_) | Self::Jump(_) => 0,
            Self::Connect(it) => said(&it.say) + it.longest_wait,
            Self::Appointment(it) => {
                let options = u32::try_from(Appointment::OFFERED).unwrap_or(3) * it.option.seconds();
                let choosing = u32::from(ASKED) * (it.offer.seconds() + options + KEY_TIMEOUT);
                // Who is silent to the SMS is booked; or the time is gone and others are offered.
                let sms = it.sms.as_ref().map_or(0, |sms| sms.seconds() + KEY_TIMEOUT);
                it.number.longest_stay().max(sms + choosing.max(it.booked.seconds()))
            }
            Self::OwnBooking(it) => it.longest_stay(),
            Self::Callback(it) => it.number.longest_stay(),
            Self::Voicemail(it) => it.announcement.seconds() + it.longest,
            Self::Transfer(it) => said(&it.say) + it.ring,
            Self::HangUp(it) => said(&it.say),
        }
    }
}

impl NumberPrompts {
    fn longest_stay(&self) -> u32 {
        let asked = |prompt: &Prompt, timeout: u32| u32::from(ASKED) * (prompt.seconds() + timeout);
        let keys = asked(&self.known, KEY_TIMEOUT).max(asked(&self.read_back, KEY_TIMEOUT));
        keys.max(asked(&self.typing, DIGIT_TIMEOUT))
    }
}

impl OwnBooking {
    fn longest_stay(&self) -> u32 {
        let options = u32::try_from(Appointment::OFFERED).unwrap_or(3) * self.option.seconds();
        let by_key = [self.found.seconds(), self.sure.seconds(), self.offer.seconds() + options];
        let typed = [self.code.seconds(), self.word.seconds()].map(|seconds| seconds + DIGIT_TIMEOUT);
        let longest = by_key.map(|seconds| seconds + KEY_TIMEOUT).into_iter().chain(typed).max().unwrap_or(0);
        let told = self.cancelled.seconds().max(self.moved.seconds());
        // A key that was typed before may still lead to a word of its own.
        u32::from(ASKED) * longest + self.wrong.seconds() + told
    }
}

impl Menu {
    fn longest_stay(&self) -> u32 {
        let options: u32 = self.keys.values().filter_map(|choice| choice.say.as_ref()).map(Prompt::seconds).sum();
        let again = self.silence.say.as_ref().map_or(0, Prompt::seconds);
        let round = self.prompt.seconds() + options + self.timeout;
        round * (u32::from(self.silence.repeat) + 1) + again * u32::from(self.silence.repeat)
    }
}

impl Prompt {
    /// About how long it takes to say in the slowest of its languages, in seconds.
    pub fn seconds(&self) -> u32 {
        self.0.values().map(Said::seconds).max().unwrap_or(0)
    }
}

impl Said {
    fn seconds(&self) -> u32 {
        if let Some(length) = self.recording.as_ref().and_then(|recording| recording.length) {
            return length.div_ceil(1000);
        }
        let characters = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.chars().count(),
            Piece::Variable(variable) => variable.length(),
        });
        seconds_of(characters.sum())
    }
}

fn seconds_of(characters: usize) -> u32 {
    u32::try_from(characters.div_ceil(CHARACTERS_A_SECOND)).unwrap_or(u32::MAX)
}

// ---- what callers are told ----

impl Notice {
    const ALL: [Self; 2] = [Self::Emergency, Self::NotRecorded];

    /// Whether a text gives it, in whatever language.
    fn is_in(self, said: &Said) -> bool {
        let text = said.written().to_lowercase();
        let words: &[&str] = match self {
            Self::Emergency => &["110"],
            Self::NotRecorded => &[
                "nicht aufgezeichnet",
                "nicht aufgenommen",
                "nicht mitgeschnitten",
                "keine aufzeichnung",
                "nimmt das gespräch auf",
                "nehmen das gespräch nicht auf",
                "not recorded",
                "not be recorded",
                "no recording",
            ],
        };
        words.iter().any(|word| text.contains(word))
    }

    /// Whether a prompt gives it in this language. Of a text that is missing, its absence is told already.
    fn is_given(self, prompt: &Prompt, language: Language) -> bool {
        prompt.0.get(&language).is_none_or(|said| self.is_in(said))
    }
}

/// A notice and the language in which it is needed.
type Needed = (Notice, Language);

/// Where somebody talks who has not surely heard a notice before.
fn missing_notices(flow: &Flow) -> Vec<Fault> {
    let heard = surely_heard(flow);
    let mut missing: BTreeMap<Notice, (Vec<NodeName>, BTreeSet<Language>)> = BTreeMap::new();
    for (name, node) in &flow.nodes {
        let needed: &[Notice] = match node {
            Node::Connect(_) | Node::Transfer(_) => &Notice::ALL,
            // A message is recorded, and its announcement says so.
            Node::Voicemail(_) => &[Notice::Emergency],
            _ => continue,
        };
        let Some(before) = heard.get(name) else { continue };
        for notice in needed {
            let is_unheard = |it: &Language| !before.contains(&(*notice, *it)) && !node.surely_says(*notice, *it);
            let unheard: Vec<Language> = flow.languages.iter().copied().filter(is_unheard).collect();
            if !unheard.is_empty() {
                let (nodes, languages) = missing.entry(*notice).or_default();
                nodes.push(name.clone());
                languages.extend(unheard);
            }
        }
    }
    let fault = |(notice, (nodes, languages)): (_, (_, BTreeSet<Language>))| Fault::NoNotice {
        notice,
        nodes,
        languages: languages.into_iter().collect(),
    };
    missing.into_iter().map(fault).collect()
}

impl Node {
    /// Whether whoever passes here has heard it in this language.
    fn surely_says(&self, notice: Notice, language: Language) -> bool {
        let first = match self {
            Self::Say(it) => Some(&it.text),
            Self::Language(it) => it.prompt.as_ref(),
            Self::Menu(it) => Some(&it.prompt),
            Self::Connect(it) => it.say.as_ref(),
            Self::Transfer(it) => it.say.as_ref(),
            Self::Voicemail(it) => Some(&it.announcement),
            Self::Hours(_) | Self::Branch(_) | Self::Appointment(_) | Self::OwnBooking(_) => None,
            Self::Callback(_) => None,
            Self::Jump(_) | Self::HangUp(_) => None,
        };
        first.is_some_and(|prompt| notice.is_given(prompt, language))
    }
}

/// What every caller has heard who arrives at a node, whichever way they came.
fn surely_heard(flow: &Flow) -> BTreeMap<&NodeName, BTreeSet<Needed>> {
    let every: Vec<Needed> = Notice::ALL.iter().flat_map(|it| flow.languages.iter().map(|in_| (*it, *in_))).collect();
    let mut heard: BTreeMap<&NodeName, BTreeSet<Needed>> = BTreeMap::from([(&flow.start, BTreeSet::new())]);
    let mut ahead = vec![&flow.start];
    while let Some(name) = ahead.pop() {
        let Some(node) = flow.nodes.get(name) else { continue };
        let mut after = heard.get(name).cloned().unwrap_or_default();
        after.extend(every.iter().filter(|(notice, language)| node.surely_says(*notice, *language)));
        if let Node::Language(choice) = node {
            // Whoever chooses another language here has heard all before in the first.
            let is_chosen = |language: &Language| choice.keys.values().any(|key| key.language == *language);
            after.retain(|(_, language)| *language == flow.first_language() || !is_chosen(language));
        }
        for way in node.ways() {
            let known = heard.get(way.to);
            let both = known.map_or_else(|| after.clone(), |known| known & &after);
            if known != Some(&both) {
                heard.insert(way.to, both);
                ahead.push(way.to);
            }
        }
    }
    heard
}

/// Languages in which no prompt names the web page: whoever cannot hear or speak well would have no other way. A
/// recording cannot say the address that is configured, so it names the internet in words of its own.
fn languages_without_written_way(flow: &Flow) -> impl Iterator<Item = Language> {
    let says_web = |said: &Said| {
        let is_recorded_way = || said.recording.is_some() && said.written().to_lowercase().contains("internet");
        said.pieces.contains(&Piece::Variable(Variable::Web)) || is_recorded_way()
    };
    flow.languages.iter().copied().filter(move |language| {
        let mut prompts = flow.nodes.values().flat_map(Node::prompts);
        // Where the text in this language is missing, the one in another counts for it.
        let says = |prompt: &Prompt| match prompt.0.get(language) {
            Some(said) => says_web(said),
            None => prompt.0.is_empty() || prompt.0.values().any(says_web),
        };
        !prompts.any(says)
    })
}

/// Ends without a word that do not follow on a text.
fn silent_ends(flow: &Flow) -> Vec<Fault> {
    let is_silent = |name: &NodeName| matches!(flow.nodes.get(name), Some(Node::HangUp(HangUp { say: None })));
    let from_elsewhere = flow.nodes.values().filter(|node| !matches!(node, Node::Say(_)));
    let entered: BTreeSet<&NodeName> =
        from_elsewhere.flat_map(|node| node.ways()).map(|way| way.to).chain([&flow.start]).collect();
    let silent = entered.into_iter().filter(|name| is_silent(name));
    silent.map(|name| Fault::EndsInSilence(name.clone())).collect()
}

/// `{reason}` and `{holiday}` where callers hear them who came another way.
fn silent_variables(flow: &Flow) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (variable, way) in [(Variable::Reason, "by_hand"), (Variable::Holiday, "holiday")] {
        let others = reached(flow, |it| it.by != By::Itself(way));
        for (name, node) in flow.nodes.iter().filter(|(name, _)| others.contains(name)) {
            let mut said = node.prompts().into_iter().flat_map(|prompt| prompt.0.values());
            if said.any(|said| said.pieces.contains(&Piece::Variable(variable))) {
                faults.push(Fault::SilentVariable { node: name.clone(), variable });
            }
        }
    }
    faults
}

// ---- in words ----

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = |path: &[NodeName]| path.iter().map(NodeName::as_str).collect::<Vec<_>>().join(" -> ");
        let names = |nodes: &[NodeName]| nodes.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(" and ");
        match self {
            Self::Unreachable(name) => write!(f, "no caller ever gets to \"{name}\""),
            Self::Circle(first, circle) => {
                write!(f, "a caller who presses nothing goes in circles: {} -> {first}", way(circle))
            }
            Self::TooLong { seconds, stated, path } => {
                let (seconds, stated) = (duration(*seconds), duration(*stated));
                write!(f, "who presses nothing listens and waits up to {seconds}, not {stated}: {}", way(path))
            }
            Self::NoNotice { notice, nodes, languages } => {
                let notice = match notice {
                    Notice::Emergency => "that 110 is the number for emergencies",
                    Notice::NotRecorded => "that the call is not recorded",
                };
                write!(f, "callers get to {} without having heard {notice} ({})", names(nodes), tags(languages))
            }
            Self::NoWrittenWay { language } => {
                write!(f, "no text in \"{}\" tells callers of a way without speaking", language.tag())
            }
            Self::EndsInSilence(name) => write!(f, "\"{name}\" ends the call without a word"),
            Self::SilentVariable { node, variable } => {
                let cause = if *variable == Variable::Reason { "by_hand" } else { "holiday" };
                write!(
                    f,
                    "callers get to \"{node}\" also in other ways than {cause}: {{{}}} is empty then",
                    variable.name()
                )
            }
        }
    }
}

impl Fault {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Unreachable(_) => "lead a key or a next there, or remove it".into(),
            Self::Circle(..) => "lead one of them on to a node outside of the circle".into(),
            Self::TooLong { seconds, .. } => {
                let minutes = seconds.div_ceil(60);
                format!("shorten texts, repeats or waits, or state more here, for instance {minutes} min")
            }
            Self::NoNotice { notice, languages, .. } => {
                let words = languages.iter().map(|language| notice.wording(*language)).collect::<Vec<_>>();
                format!("say on every way there: {}", words.join("; "))
            }
            Self::NoWrittenWay { .. } => "say {web} in one text at least: the page can be used without speaking".into(),
            Self::EndsInSilence(_) => "add say: with a last word".into(),
            Self::SilentVariable { variable: Variable::Reason, .. } => {
                "lead by_hand to a node of its own, and say {reason} only there".into()
            }
            Self::SilentVariable { .. } => "lead holiday to a node of its own, and say {holiday} only there".into(),
        }
    }
}

impl Notice {
    /// How it can be said.
    fn wording(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Emergency, Language::De) => "\"In einer Notlage wählen Sie bitte die 110.\"",
            (Self::Emergency, Language::En | Language::Other(_)) => "\"In an emergency, please dial 110.\"",
            (Self::Emergency, Language::Simple) => "\"Haben Sie einen Notfall? Dann wählen Sie die 110.\"",
            (Self::NotRecorded, Language::De | Language::Simple) => "\"Das Gespräch wird nicht aufgezeichnet.\"",
            (Self::NotRecorded, Language::En | Language::Other(_)) => "\"The call is not recorded.\"",
        }
    }
}

fn tags(languages: &[Language]) -> String {
    languages.iter().map(|language| language.tag()).collect::<Vec<_>>().join(", ")
}

// ---- between flows ----

/// Flows that jump to one another in a circle: no caller must be sent on for ever.
pub(super) fn jump_circle(flows: &BTreeMap<&str, &Flow>) -> Option<Findings> {
    let mut safe = BTreeSet::new();
    let circle = flows.keys().find_map(|name| jumps_from(flows, name, &mut Vec::new(), &mut safe))?;
    let way: Vec<&str> = circle.iter().chain(circle.first()).copied().collect();
    let message = format!("these flows send callers on in a circle: {}", way.join(" -> "));
    Some(Findings::new(
        &format!("{}.yaml", circle[0]),
        "",
        vec![Finding::alone(message, "let one of them end the call")],
    ))
}

fn jumps_from<'a>(
    flows: &BTreeMap<&'a str, &'a Flow>,
    name: &'a str,
    path: &mut Vec<&'a str>,
    safe: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a str>> {
    if let Some(first) = path.iter().position(|before| *before == name) {
        return Some(path[first..].to_vec());
    }
    if safe.contains(name) {
        return None;
    }
    path.push(name);
    let circle = flows.get(name).and_then(|flow| flow.jumps().find_map(|next| jumps_from(flows, next, path, safe)));
    path.pop();
    safe.insert(name);
    circle
}
