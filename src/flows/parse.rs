//! Reads a flow file: YAML with positions into a `Flow`, or everything that is wrong with it.
//!
//! What stands outside of the file comes as `Surroundings`. One rule: nothing that a caller could stumble over gets past
//! here, and one run tells all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::build;
use super::capability::{PROVIDERS, Provider};
use super::check::{self, Fault};
use super::finding::{Finding, Findings, did_you_mean, duration};
use super::flow::{Flow, NodeName, Strategy, Variable};
use super::grammar::{self, Field, Names, Purpose, Shape, Values};
use super::keys;
use super::recording::Recordings;
use super::tree::{self, Tree, Value, Word};
use crate::kernel::{Gender, Language, Phone};

/// The largest file, in bytes.
const MAX_BYTES: usize = 256 * 1024;
pub(super) const MAX_NODES: usize = 500;
/// The longest text of one prompt, in characters: about a minute and a half of speech.
pub(super) const MAX_TEXT: usize = 1500;
pub(super) const MAX_LINE: usize = 200;
/// More than four choices cannot be remembered by ear.
const MAX_CHOICES: usize = 4;

/// What is known beside the file itself. What is None is not checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// The ids of all topics.
    pub topics: Option<&'a BTreeSet<String>>,
    /// The other flows, with the languages that they speak.
    pub flows: Option<&'a BTreeMap<String, Vec<Language>>>,
    pub recordings: Option<&'a Recordings>,
    /// The numbers of all hotlines.
    pub hotlines: Option<&'a BTreeSet<Phone>>,
    /// The outside numbers to which a call may go.
    pub transfers: Option<&'a BTreeSet<Phone>>,
    /// Whether messages may be recorded.
    pub voicemail: Option<bool>,
}

/// Reads a flow. `file` is only named in the findings.
pub fn parse(file: &str, bytes: &[u8], around: &Surroundings) -> Result<Flow, Findings> {
    let alone = |message: String, help: &str| Findings::new(file, "", vec![Finding::alone(message, help)]);
    if bytes.len() > MAX_BYTES {
        let message = format!("this file has {} bytes, more than {MAX_BYTES}", bytes.len());
        return Err(alone(message, "a call flow is a few pages of text"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        alone(format!("line {line} is not UTF-8"), "save the file in the encoding UTF-8")
    })?;
    let tree = tree::read(text).map_err(|finding| Findings::new(file, text, vec![finding]))?;
    let mut inspector = Inspector::new(text, &tree, around);
    inspector.look_for_lost_lines();
    inspector.look_for_unwritten_languages(&tree);
    inspector.inspect(&tree, &grammar::FLOW);
    inspector.tell_unheard();
    let flow = build::flow(&tree, around.recordings);
    if let Some(flow) = &flow {
        inspector.check_calls(&tree, flow);
    }
    match (inspector.findings.is_empty(), flow) {
        (true, Some(flow)) => Ok(flow),
        (true, None) => Err(alone("this is no call flow".into(), "begin with title: and what it is for")),
        (false, _) => Err(Findings::new(file, text, inspector.findings)),
    }
}

/// Reads a text that passed every check when it was published, and asks no more of it than that a call can go through:
/// what it names may be gone by now, and rules may have become stricter. None where a call would lose its way.
pub fn recall(text: &str, recordings: &Recordings) -> Option<Flow> {
    let tree = tree::read(text).ok()?;
    let flow = build::flow(&tree, Some(recordings))?;
    let written = tree.get("nodes")?.entries().len();
    let leads = |name| flow.nodes.contains_key(name);
    let is_whole = flow.nodes.len() == written && !flow.languages.is_empty() && leads(&flow.start);
    let goes_on = flow.nodes.values().flat_map(|node| node.ways()).all(|way| leads(way.to));
    (is_whole && goes_on).then_some(flow)
}

/// Holds a tree against the grammar, and notes all that is wrong.
struct Inspector<'a> {
    text: &'a str,
    around: &'a Surroundings<'a>,
    names: BTreeSet<&'a str>,
    languages: Vec<Language>,
    provider: Option<&'static Provider>,
    findings: Vec<Finding>,
    /// Whether every way is as it is meant; else nothing can be said of where callers get to.
    ways_known: bool,
    /// Whether every duration can be; else nothing can be said of how long callers wait.
    durations_known: bool,
    /// Languages at the top in which not one text is written.
    unwritten: Vec<Language>,
    /// Texts that the provider can neither read aloud nor play.
    unheard: Vec<Range<usize>>,
    /// Where variables stand, and in which node.
    variables: Vec<(String, Variable, Range<usize>)>,
    node: String,
}

impl<'a> Inspector<'a> {
    fn new(text: &'a str, tree: &'a Tree, around: &'a Surroundings<'a>) -> Self {
        let entries = tree.get("nodes").map(Tree::entries).unwrap_or_default();
        Self {
            text,
            around,
            names: entries.iter().map(|(name, _)| name.text.as_str()).collect(),
            languages: build::languages(tree),
            provider: build::provider(tree),
            findings: Vec::new(),
            ways_known: true,
            durations_known: true,
            unwritten: Vec::new(),
            unheard: Vec::new(),
            variables: Vec::new(),
            node: String::new(),
        }
    }

    fn find(&mut self, at: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.findings.push(Finding::at(at.clone(), message, help));
    }

    /// A finding because of which nobody knows where callers get to.
    fn find_astray(&mut self, at: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.ways_known = false;
        self.find(at, message, help);
    }

    /// One cause, one finding: not one for each text.
    fn tell_unheard(&mut self) {
        if let (Some(provider), Some(first)) = (self.provider, self.unheard.first().cloned()) {
            let message = match self.unheard.len() - 1 {
                0 => format!("{provider} cannot read this text aloud"),
                1 => format!("{provider} cannot read this text aloud, nor another one"),
                more => format!("{provider} cannot read this text aloud, nor {more} others"),
            };
            let help = match provider.plays_ours() {
                true => "record each: { text: \"…\", file: prompts/….wav }, or choose another provider",
                false => "choose another provider: this one says and plays nothing of ours",
            };
            self.find(&first, message, help);
        }
    }

    /// Lines that YAML takes for remarks.
    fn look_for_lost_lines(&mut self) {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let indent = line.len() - line.trim_start().len();
            if line.trim_start().starts_with("#:") {
                let at = start + indent;
                self.find(&(at..at + 1), "nobody reads this line: # begins a remark", "write the hash key as \"#\"");
            }
            start += line.len();
        }
    }

    /// Languages in which nothing is written: one finding, not one for each text.
    fn look_for_unwritten_languages(&mut self, tree: &Tree) {
        let Some(list) = tree.get("languages").map(Tree::list) else { return };
        for item in list {
            let Some(language) = item.word().and_then(Language::from_tag) else { continue };
            if !names_somewhere(tree, language.tag()) {
                let message = format!("not one text of this flow is written in \"{}\"", language.tag());
                self.find(&item.at, message, "write every text in it, too, or remove it here");
                self.unwritten.push(language);
            }
        }
    }

    fn inspect(&mut self, tree: &Tree, shape: &'static Shape) {
        match shape {
            Shape::Fields(fields) => self.fields(tree, fields),
            Shape::OneOf(kinds) => self.one_of(tree, kinds),
            Shape::Map(names, inner) => self.map(tree, *names, inner),
            Shape::List(inner) => self.list(tree, inner),
            Shape::Prompt(values) => self.prompt(tree, *values),
            _ => match tree.word() {
                Some(word) => self.word(word, &tree.at, shape),
                None => self.find_astray(&tree.at, "one word was expected here", "write it behind the colon"),
            },
        }
    }

    // ---- maps and lists ----

    fn fields(&mut self, tree: &Tree, fields: &'static [Field]) {
        if !self.has_parts(tree, fields) {
            return;
        }
        for (name, value) in self.once(tree) {
            match fields.iter().find(|field| field.name == name.text) {
                Some(field) => self.inspect(value, &field.shape),
                None => self.unknown(name, fields, "has no meaning here", "here can stand"),
            }
        }
        let mistyped: BTreeSet<&str> = tree.entries().iter().filter_map(|(name, _)| near(&name.text, fields)).collect();
        let is_missing = |field: &&Field| field.is_required && tree.get(field.name).is_none();
        for field in fields.iter().filter(is_missing).filter(|field| !mistyped.contains(field.name)) {
            let help = format!("add {}: – {}", field.name, field.about);
            self.find_astray(&opening(&tree.at), format!("\"{}\" is missing", field.name), help);
        }
    }

    fn one_of(&mut self, tree: &Tree, kinds: &'static [Field]) {
        if !self.has_parts(tree, kinds) {
            return;
        }
        for (name, value) in self.once(tree) {
            match kinds.iter().find(|kind| kind.name == name.text) {
                Some(kind) => {
                    self.provider_can(kind.name, &name.at);
                    self.inspect(value, &kind.shape);
                    self.keys_of(kind.name, value);
                }
                None => self.unknown(name, kinds, "is none of the kinds that can stand here", "it is one of"),
            }
        }
        match tree.entries() {
            [] => self.find_astray(&tree.at, "nothing stands here", format!("it is one of {}", listed(kinds))),
            [_] => {}
            [(first, _), (second, _), ..] => {
                let message =
                    format!("this is \"{}\" already, and cannot be \"{}\" too", first.text, short(&second.text));
                self.find_astray(&second.at.clone(), message, "give it a name of its own, and lead the call there");
            }
        }
    }

    fn unknown(&mut self, name: &Word, fields: &'static [Field], message: &str, known: &str) {
        let help = did_you_mean(&name.text, fields.iter().map(|field| field.name));
        let help = help.unwrap_or_else(|| format!("{known} {}", listed(fields)));
        self.find_astray(&name.at, format!("\"{}\" {message}", short(&name.text)), help);
    }

    fn map(&mut self, tree: &Tree, names: Names, inner: &'static Shape) {
        if !tree.is_map() {
            let help = match names {
                Names::Keys => "begin each line with a key and a colon: 1: { say: …, to: … }",
                Names::Topics => "begin each line with a topic and a colon: einbruchschutz: officers",
                Names::Nodes => "begin each node with a name of its own and a colon: greeting:",
            };
            return self.find_astray(&opening(&tree.at), "this is no list of names", help);
        }
        if tree.entries().is_empty() {
            self.find_astray(&tree.at, "nothing stands here", "a name, a colon, and what it means");
        }
        if names == Names::Nodes && tree.entries().len() > MAX_NODES {
            let message = format!("{} nodes are more than the {MAX_NODES} of one flow", tree.entries().len());
            return self.find_astray(&opening(&tree.at), message, "make several flows of it");
        }
        for (name, value) in self.once(tree) {
            match names {
                Names::Keys => self.key(&name.text, &name.at),
                Names::Topics => self.topic(&name.text, &name.at),
                Names::Nodes => self.node_name(name),
            }
            self.inspect(value, inner);
        }
    }

    fn list(&mut self, tree: &Tree, inner: &'static Shape) {
        let Value::List(list) = &tree.value else {
            return self.find_astray(&tree.at, "this is no list", "put it into square brackets, with commas: [de, en]");
        };
        if list.is_empty() {
            self.find(&tree.at, "this list is empty", "name one at least");
        }
        let mut seen = BTreeSet::new();
        for item in list {
            self.inspect(item, inner);
            if item.word().is_some_and(|word| !seen.insert(word)) {
                self.find(
                    &item.at,
                    format!("\"{}\" stands here twice", short(item.word().unwrap_or_default())),
                    REMOVE,
                );
            }
        }
    }

    /// Whether these fields can stand here at all.
    fn has_parts(&mut self, tree: &Tree, fields: &'static [Field]) -> bool {
        if !tree.is_map() {
            let help = format!("below it stands, each with a colon: {}", listed(fields));
            self.find_astray(&opening(&tree.at), "a text or a list alone cannot stand here", help);
        }
        tree.is_map()
    }

    /// The entries of a map, without those whose name stood there before.
    fn once<'t>(&mut self, tree: &'t Tree) -> Vec<&'t (Word, Tree)> {
        let mut seen = BTreeSet::new();
        let (first, again): (Vec<_>, Vec<_>) =
            tree.entries().iter().partition(|(name, _)| seen.insert(name.text.as_str()));
        for (name, _) in again {
            self.find_astray(&name.at, format!("\"{}\" stands here twice", short(&name.text)), REMOVE);
        }
        first
    }

    // ---- words ----

    fn word(&mut self, word: &str, at: &Range<usize>, shape: &'static Shape) {
        match shape {
            Shape::Line => self.line(word, at),
            Shape::Language => self.language(word, at),
            Shape::Target => self.target(word, at),
            Shape::Flow => self.flow_name(word, at),
            Shape::Topic => self.topic(word, at),
            Shape::Provider => {
                let known: Vec<&str> = PROVIDERS.iter().map(|provider| provider.name).collect();
                self.one_word(word, at, ("provider", &known));
            }
            Shape::Gender => self.one_word(word, at, ("wish", &Gender::WORDS)),
            Shape::Strategy => self.one_word(word, at, ("strategy", &Strategy::ALL.map(|(name, _)| name))),
            Shape::Key => self.key(word, at),
            Shape::Phone(purpose) => self.phone(word, at, *purpose),
            Shape::Seconds(least, most) => self.seconds(word, at, (*least, *most)),
            Shape::Count(least, most) => {
                let is_good = word.parse::<u8>().is_ok_and(|count| (*least..=*most).contains(&count));
                if !is_good {
                    let message = format!("\"{}\" cannot stand here", short(word));
                    self.find(at, message, format!("a number from {least} to {most}"));
                }
            }
            Shape::Sound => self.sound(word, at),
            // A text is looked at with its prompt.
            Shape::Text => {}
            Shape::Prompt(_) | Shape::Fields(_) | Shape::OneOf(_) | Shape::List(_) | Shape::Map(..) => {}
        }
    }

    fn line(&mut self, word: &str, at: &Range<usize>) {
        if word.trim().is_empty() || word.chars().count() > MAX_LINE {
            self.find(at, format!("1 to {MAX_LINE} characters belong here"), "write it on one line");
        }
    }

    fn one_word(&mut self, word: &str, at: &Range<usize>, (noun, known): (&str, &[&str])) {
        if !known.contains(&word) {
            let help = did_you_mean(word, known.iter().copied());
            let help = help.unwrap_or_else(|| format!("it is one of {}", known.join(", ")));
            self.find(at, format!("there is no {noun} \"{}\"", short(word)), help);
        }
    }

    fn language(&mut self, tag: &str, at: &Range<usize>) {
        match Language::from_tag(tag) {
            None => {
                let known: Vec<&str> = Language::ALL.into_iter().map(Language::tag).collect();
                let message = format!("\"{}\" is not a language of this program", short(tag));
                self.find(at, message, format!("the languages are {}", known.join(", ")));
            }
            Some(language) if !self.languages.is_empty() && !self.languages.contains(&language) => {
                let help = "add it to languages: at the top and write every text in it, or remove it here";
                self.find(at, format!("this flow does not speak \"{tag}\""), help);
            }
            Some(_) => {}
        }
    }

    fn node_name(&mut self, name: &Word) {
        let good = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if name.text.is_empty() || name.text.chars().count() > 40 || !name.text.chars().all(good) {
            self.find(&name.at, "this cannot be the name of a node", "up to 40 letters, digits, _ and -");
        }
        self.node.clone_from(&name.text);
    }

    fn target(&mut self, name: &str, at: &Range<usize>) {
        if !self.names.contains(name) {
            let known = || self.names.iter().take(10).copied().collect::<Vec<_>>().join(", ");
            let hint = did_you_mean(name, self.names.iter().copied());
            let help = hint.unwrap_or_else(|| format!("the nodes of this flow are {}", known()));
            self.find_astray(at, format!("there is no node \"{}\"", short(name)), help);
        }
    }

    fn flow_name(&mut self, name: &str, at: &Range<usize>) {
        let Some(flows) = self.around.flows else { return };
        match flows.get(name) {
            None => {
                let known = || format!("the flows are {}", flows.keys().cloned().collect::<Vec<_>>().join(", "));
                let help = did_you_mean(name, flows.keys().map(String::as_str)).unwrap_or_else(known);
                self.find(at, format!("there is no flow \"{}\"", short(name)), help);
            }
            Some(languages) => {
                let lost = self.languages.iter().find(|language| !languages.contains(language));
                if let Some(lost) = lost {
                    let message = format!("the flow \"{name}\" does not speak \"{}\"", lost.tag());
                    self.find(at, message, "callers would hear another language in the middle; add it there");
                }
            }
        }
    }

    fn topic(&mut self, topic: &str, at: &Range<usize>) {
        let Some(topics) = self.around.topics.filter(|topics| !topics.contains(topic)) else { return };
        let all = || format!("the topics are {}", topics.iter().cloned().collect::<Vec<_>>().join(", "));
        let help = did_you_mean(topic, topics.iter().map(String::as_str)).unwrap_or_else(all);
        self.find(at, format!("there is no topic \"{}\"", short(topic)), help);
    }

    fn key(&mut self, key: &str, at: &Range<usize>) {
        if build::key(key).is_none() {
            let help = "0 to 9, \"*\" or \"#\", the last two in quotation marks";
            self.find(at, format!("a telephone has no key \"{}\"", short(key)), help);
        }
    }

    fn phone(&mut self, number: &str, at: &Range<usize>, purpose: Purpose) {
        let Ok(phone) = number.parse::<Phone>() else {
            let help = "write it with its country code, for instance \"+49 711 1234567\"";
            return self.find_astray(at, format!("\"{}\" is not a telephone number", short(number)), help);
        };
        let (known, message, help) = match purpose {
            Purpose::Hotline => {
                let help = "it must be one of the hotlines under Telefon in the staff's pages";
                (self.around.hotlines, "no hotline has this number", help)
            }
            Purpose::Transfer => {
                let help = "the operator allows numbers in telephony.transfer_numbers of the configuration";
                (self.around.transfers, "calls must not be transferred to this number", help)
            }
        };
        if known.is_some_and(|known| !known.contains(&phone)) {
            self.find(at, message, help);
        }
    }

    fn seconds(&mut self, text: &str, at: &Range<usize>, (least, most): (u32, u32)) {
        match build::seconds(text) {
            None => {
                self.durations_known = false;
                let message = format!("\"{}\" is not a duration", short(text));
                self.find(at, message, "a number and its unit, for instance 20 s or 2 min");
            }
            Some(seconds) if !(least..=most).contains(&seconds) => {
                self.durations_known = false;
                let wrong = if seconds < least { "too short" } else { "too long" };
                let help = format!("it can be {} to {}", duration(least), duration(most));
                self.find(at, format!("{} is {wrong}", short(text)), help);
            }
            Some(_) => {}
        }
    }

    fn sound(&mut self, file: &str, at: &Range<usize>) {
        let Some(recordings) = self.around.recordings else { return };
        let playable = self.provider.map_or("WAV or MP3", Provider::playable);
        let name = self.provider.map_or("a provider", |provider| provider.name);
        match recordings.find(file) {
            None => {
                let help = did_you_mean(file, recordings.names());
                let help = help.unwrap_or_else(|| "its name is relative to the folder of the flows".to_owned());
                self.find(at, format!("there is no sound file \"{}\"", short(file)), help);
            }
            Some(None) => self.find(at, "this is no sound file", format!("{name} plays {playable}")),
            Some(Some((_, format))) if self.provider.is_some_and(|provider| !provider.plays(format)) => {
                self.find(at, format!("{name} cannot play this sound file"), format!("{name} plays {playable}"));
            }
            Some(Some(_)) => {}
        }
    }

    // ---- prompts ----

    fn prompt(&mut self, tree: &Tree, values: Values) {
        if !tree.is_map() {
            let help = "a text for each language: { de: \"…\", en: \"…\" }";
            return self.find(&tree.at, "the languages of this text are missing", help);
        }
        for (tag, said) in self.once(tree) {
            self.language(&tag.text, &tag.at);
            match &said.value {
                Value::Word(text) => self.text(text, &said.at, (values, false)),
                Value::Map(_) => self.recorded(said, values),
                Value::List(_) => self.find(&said.at, "a text was expected here", "write what to say"),
            }
        }
        for language in self.languages.clone() {
            let tag = language.tag();
            if !self.unwritten.contains(&language) && tree.get(tag).is_none() {
                let help = format!("add {tag}: and the text here");
                self.find(&opening(&tree.at), format!("the text in \"{tag}\" is missing"), help);
            }
        }
    }

    /// `{ text: …, file: … }`
    fn recorded(&mut self, tree: &Tree, values: Values) {
        self.fields(tree, grammar::RECORDED);
        if let Some(text) = tree.get("text").and_then(|text| Some((text.word()?.to_owned(), &text.at))) {
            self.text(&text.0, text.1, (values, tree.get("file").is_some()));
        }
    }

    fn text(&mut self, text: &str, at: &Range<usize>, (values, is_recorded): (Values, bool)) {
        let characters = text.trim().chars().count();
        if characters == 0 {
            self.find(at, "this text is empty: a caller would hear silence", "write what to say");
        }
        if characters > MAX_TEXT {
            self.find(at, format!("this text has more than {MAX_TEXT} characters"), "say it shorter");
        }
        if self.provider.is_some_and(|provider| !provider.speech && !is_recorded) {
            self.unheard.push(at.clone());
        }
        let mut said = BTreeSet::new();
        for name in build::variable_names(text) {
            said.extend(self.variable(&name, at, values));
        }
        if let (true, Some(variable)) = (is_recorded, said.first()) {
            let message = format!("a recording cannot say {{{}}}", variable.name());
            self.find(at, message, "leave the variable out, or the file");
        }
        if let Values::Must(needed) = values {
            for variable in needed.iter().filter(|variable| !said.contains(variable)) {
                let message = format!("{{{}}} is missing: callers could not know what is meant", variable.name());
                self.find(at, message, format!("put {{{}}} where it is to be said", variable.name()));
            }
        }
    }

    fn variable(&mut self, name: &str, text: &Range<usize>, values: Values) -> Option<Variable> {
        let at = &self.within(text, &format!("{{{name}}}"));
        let (Values::May(here) | Values::Must(here)) = values;
        let can_stand = |variable: Variable| here.contains(&variable) || Variable::EVERYWHERE.contains(&variable);
        let names = || Variable::ALL.into_iter().filter(|variable| can_stand(*variable)).map(Variable::name);
        let known = || format!("here can stand {{{}}}", names().collect::<Vec<_>>().join("}, {"));
        match Variable::ALL.into_iter().find(|variable| variable.name() == name) {
            Some(variable) if can_stand(variable) => {
                self.variables.push((self.node.clone(), variable, at.clone()));
                return Some(variable);
            }
            Some(_) => self.find(at, format!("{{{name}}} is not known here and would be silent"), known()),
            None if self.text[at.clone()].matches(['{', '}']).count() % 2 == 1 => {
                self.find(at, "a { in this text is not closed", format!("close it with }}; {}", known()));
            }
            None => {
                let help = did_you_mean(name, names()).unwrap_or_else(known);
                self.find(at, format!("there is no variable {{{}}}", short(name)), help);
            }
        }
        None
    }

    /// Where a word stands within a text; the whole text where it is written in another way.
    fn within(&self, text: &Range<usize>, word: &str) -> Range<usize> {
        let offset = self.text.get(text.clone()).and_then(|it| it.find(word));
        offset.map_or_else(|| text.clone(), |offset| text.start + offset..text.start + offset + word.len())
    }

    // ---- what belongs to a kind of node ----

    fn provider_can(&mut self, kind: &str, at: &Range<usize>) {
        if kind == "voicemail" && self.around.voicemail == Some(false) {
            let help = "offer a call-back instead; or the operator allows it: telephony.voicemail = true";
            self.find(at, "the operator does not allow recorded messages", help);
        }
        let Some(provider) = self.provider else { return };
        let needs_keys = matches!(kind, "language" | "menu" | "appointment" | "own_booking" | "callback");
        let (cannot, help) = match kind {
            _ if needs_keys && !provider.menu => {
                ("tell which keys a caller presses", "do without keys, or choose another provider")
            }
            "voicemail" if !provider.voicemail => ("take messages", "offer a call-back instead"),
            _ => return,
        };
        self.find(at, format!("{provider} cannot {cannot}"), help);
    }

    /// Whether texts name the keys that they should.
    fn keys_of(&mut self, kind: &str, tree: &Tree) {
        match kind {
            "menu" => self.keys_of_menu(tree),
            "language" => self.keys_of_language(tree),
            "connect" => self.keys_of_connect(tree),
            "own_booking" => {
                for (field, keys) in
                    [("code", "0123456789"), ("word", "#"), ("found", "120"), ("sure", "10"), ("offer", "0")]
                {
                    if let Some(prompt) = tree.get(field) {
                        self.only_names(prompt, keys);
                    }
                }
            }
            "callback" | "appointment" => {
                for (field, keys) in [("known", "12"), ("read_back", "12"), ("type", "#"), ("sms", "1")] {
                    if let Some(prompt) = tree.get(field) {
                        self.only_names(prompt, keys);
                    }
                }
            }
            _ => {}
        }
    }

    fn keys_of_menu(&mut self, tree: &Tree) {
        let (Some(keys), Some(prompt)) = (tree.get("keys"), tree.get("prompt")) else { return };
        if !keys.is_map() {
            return;
        }
        let all: String = keys.entries().iter().map(|(key, _)| key.text.as_str()).collect();
        self.only_names(prompt, &all);
        let said = keys.entries().iter().filter(|(_, choice)| choice.get("say").is_some());
        let is_choice = |choice: &Tree| choice.get("to").and_then(Tree::word) != Some(&self.node);
        let choices = said.clone().filter(|(_, choice)| is_choice(choice)).count();
        if choices > MAX_CHOICES {
            let help = format!("offer {MAX_CHOICES} at most and put the rest into a second menu");
            self.find(&opening(&keys.at), format!("{choices} choices are more than a caller can remember"), help);
        }
        if said.count() == 0 && texts(prompt).any(|(text, _)| keys::named(text).is_empty()) {
            self.find(&opening(&keys.at), "callers are told of none of these keys", "add say: to each of them");
        }
        for (key, choice) in keys.entries() {
            if let Some(say) = choice.get("say") {
                texts(say).for_each(|(text, at)| self.names_its_key(text, at, &key.text));
            }
        }
    }

    fn keys_of_language(&mut self, tree: &Tree) {
        for (key, choice) in tree.get("keys").map(Tree::entries).unwrap_or_default() {
            let speaks = choice.get("language").and_then(Tree::word).and_then(Language::from_tag);
            let say = choice.get("say").and_then(|say| Some((say.word()?, &say.at)));
            if let (Some(_), Some((text, at))) = (speaks, say) {
                self.names_its_key(text, at, &key.text);
            }
        }
    }

    fn keys_of_connect(&mut self, tree: &Tree) {
        let waiting = tree.get("waiting").and_then(|waiting| waiting.get("say"));
        match (tree.get("leave"), waiting) {
            (Some(leave), None) => {
                let help = "add waiting: with what they hear, or remove leave:";
                self.find(&opening(&leave.at), "nobody waits here, so nobody can leave", help);
            }
            (Some(leave), Some(say)) => {
                if let Some(key) = leave.get("key").and_then(Tree::word) {
                    texts(say).for_each(|(text, at)| self.names_its_key(text, at, key));
                }
            }
            (None, Some(say)) => self.only_names(say, ""),
            (None, None) => {}
        }
        let (ring, longest) = (build::seconds_of(tree, "ring"), build::seconds_of(tree, "longest_wait"));
        if let (Some(ring), Some(longest), Some(at)) = (ring, longest, tree.get("longest_wait").map(|it| &it.at))
            && longest < ring
        {
            self.find(at, "the longest wait is shorter than one officer's ring", "make it longer");
        }
        let strategy = tree.get("strategy").and_then(Tree::word).unwrap_or("in_order");
        if let Some(provider) = self.provider {
            let cannot = match strategy {
                "all_at_once" if provider.parallel < 2 => Some("ring several telephones at once"),
                "all_at_once" => None,
                _ if !provider.dial_result => {
                    Some("tell that an officer did not answer, so that the next could be rung")
                }
                _ => None,
            };
            if let Some(cannot) = cannot {
                let at = tree.get("strategy").map_or_else(|| opening(&tree.at), |strategy| strategy.at.clone());
                let other = if strategy == "all_at_once" { "in_order" } else { "all_at_once" };
                let help = format!("write strategy: {other}");
                self.find(&at, format!("{provider} cannot {cannot}"), help);
            }
        }
    }

    fn only_names(&mut self, prompt: &Tree, keys: &str) {
        for (text, at) in texts(prompt) {
            if let Some(other) = keys::named(text).into_iter().find(|key| !keys.contains(*key)) {
                let known = keys.chars().map(String::from).collect::<Vec<_>>().join(", ");
                let help =
                    if keys.is_empty() { "no key is taken here".into() } else { format!("the keys are {known}") };
                self.find(at, format!("this text names the key {other}, which does nothing here"), help);
            }
        }
    }

    fn names_its_key(&mut self, text: &str, at: &Range<usize>, key: &str) {
        let Some(own) = build::key(key) else { return };
        let named = keys::named(text);
        match named.iter().find(|named| **named != own) {
            Some(other) => {
                let message = format!("this text names the key {other}, but it belongs to the key {key}");
                self.find(at, message, format!("say {key}, or move the text to {other}"));
            }
            None if named.is_empty() => {
                let help = format!("for instance \"… drücken Sie die {key}\", \"… press {key}\"");
                self.find(at, format!("this text does not say its key {key}"), help);
            }
            None => {}
        }
    }

    // ---- what callers live through ----

    fn check_calls(&mut self, tree: &Tree, flow: &Flow) {
        for fault in check::faults(flow, self.ways_known) {
            if matches!(fault, Fault::TooLong { .. }) && !self.durations_known {
                continue;
            }
            let at = match &fault {
                Fault::TooLong { .. } => place(tree, &["hotline", "longest_wait"]),
                Fault::NoWrittenWay { .. } => place(tree, &["languages"]),
                Fault::SilentVariable { node, variable } => {
                    let spot = |(name, it, _): &&(String, Variable, _)| name == node.as_str() && it == variable;
                    self.variables.iter().find(spot).map(|(_, _, at)| at.clone())
                }
                Fault::NoNotice { nodes, .. } => nodes.first().and_then(|node| place_of_node(tree, node)),
                Fault::Unreachable(node) | Fault::Circle(node, _) | Fault::EndsInSilence(node) => {
                    place_of_node(tree, node)
                }
            };
            self.findings.push(Finding { message: fault.to_string(), help: fault.help(), at });
        }
    }
}

const REMOVE: &str = "remove one of them";

fn place(tree: &Tree, path: &[&str]) -> Option<Range<usize>> {
    path.iter().try_fold(tree, |tree, name| tree.get(name)).map(|tree| tree.at.clone())
}

fn place_of_node(tree: &Tree, node: &NodeName) -> Option<Range<usize>> {
    let entries = tree.get("nodes").map(Tree::entries).unwrap_or_default();
    entries.iter().find(|(name, _)| name.text == node.as_str()).map(|(name, _)| name.at.clone())
}

/// The field that somebody probably meant who wrote another word.
fn near<'f>(word: &str, fields: &'f [Field]) -> Option<&'f str> {
    let is_known = fields.iter().any(|field| field.name == word);
    let is_meant = |field: &&Field| !is_known && did_you_mean(word, [field.name]).is_some();
    fields.iter().find(is_meant).map(|field| field.name)
}

/// Each text of a prompt and where it stands.
fn texts(prompt: &Tree) -> impl Iterator<Item = (&str, &Range<usize>)> {
    prompt.entries().iter().filter_map(|(_, said)| {
        let said = said.get("text").unwrap_or(said);
        Some((said.word()?, &said.at))
    })
}

/// Whether this name stands anywhere before a colon.
fn names_somewhere(tree: &Tree, name: &str) -> bool {
    let below = tree.entries().iter().map(|(_, below)| below).chain(tree.list());
    tree.get(name).is_some() || below.into_iter().any(|below| names_somewhere(below, name))
}

/// The first byte of a map or a list: marking all of it would say nothing.
fn opening(at: &Range<usize>) -> Range<usize> {
    at.start..(at.start + 1).min(at.end)
}

fn listed(fields: &[Field]) -> String {
    fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ")
}

/// A word of somebody's file, short enough for a message.
fn short(word: &str) -> String {
    word.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::flows::{Files, shipped};

    fn strict<'a>(
        topics: &'a BTreeSet<String>,
        numbers: &'a BTreeSet<Phone>,
        flows: &'a BTreeMap<String, Vec<Language>>,
        recordings: &'a Recordings,
    ) -> Surroundings<'a> {
        Surroundings {
            topics: Some(topics),
            flows: Some(flows),
            recordings: Some(recordings),
            hotlines: Some(numbers),
            transfers: Some(numbers),
            voicemail: Some(false),
        }
    }

    #[test]
    fn the_advice_line_is_read() {
        let edition = shipped().published("beratungstelefon").unwrap();
        assert_eq!(edition.flow.languages, Language::ALL);
        assert_eq!(edition.flow.topics().collect::<Vec<_>>(), ["callcenterbetrug", "einbruchschutz", "opferrechte"]);
    }

    /// Each file of tests/flows/bad beside the exact message it must give; UPDATE_EXPECT=1 writes the messages anew.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "a switch of this test, not configuration of the program")]
    fn every_bad_flow_is_refused_in_clear_words() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows/bad");
        let rewrite = std::env::var("UPDATE_EXPECT").is_ok();
        let topics = ["einbruchschutz", "callcenterbetrug"].map(str::to_owned).into();
        let numbers = BTreeSet::from(["+49 711 5401 0".parse().unwrap()]);
        let flows = BTreeMap::from([("nacht".to_owned(), vec![Language::De])]);
        let files = Files::read(Some(&folder)).unwrap();
        assert!(files.flows.len() >= 30, "{}", files.flows.len());
        let mut faults = Vec::new();
        for file in &files.flows {
            let name = format!("{}.yaml", file.name);
            let Err(findings) = parse(&name, &file.bytes, &strict(&topics, &numbers, &flows, &files.recordings)) else {
                faults.push(format!("{name} was accepted"));
                continue;
            };
            let lines = findings.to_string().lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>();
            let expected = folder.join(format!("{}.txt", file.name));
            if rewrite {
                std::fs::write(&expected, &lines).unwrap();
            }
            if std::fs::read_to_string(&expected).ok().as_ref() != Some(&lines) {
                faults.push(format!("{name} is refused in other words:\n{lines}"));
            }
        }
        assert_eq!(faults.join("\n"), "", "if the new words are right, run with UPDATE_EXPECT=1");
    }

    #[test]
    fn hostile_files_are_refused_quickly() {
        let deep = format!("title: {}", "[".repeat(100_000));
        let bomb = "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b]\n".to_owned();
        let long = "x".repeat(10 << 20);
        let many = (0..5_000).map(|i| format!("  n{i}: {{ hang_up: {{}} }}\n")).collect::<String>();
        let many = format!("title: t\nlanguages: [de]\nstart: n0\nnodes:\n{many}");
        for text in
            [deep, bomb, long, many, "\u{0}".into(), String::new(), "\ttitle: t".into(), "a: b\n---\nc: d".into()]
        {
            assert!(
                parse("bad.yaml", text.as_bytes(), &Surroundings::default()).is_err(),
                "{}",
                &text[..text.len().min(40)]
            );
        }
        let findings = parse("bad.yaml", b"title: T\xFCr\n", &Surroundings::default()).unwrap_err().to_string();
        assert!(findings.contains("line 1 is not UTF-8"), "{findings}");
    }

    #[test]
    fn findings_are_told_with_line_and_column() {
        let findings = parse("a.yaml", "title: ä\nstart: wo\n".as_bytes(), &Surroundings::default()).unwrap_err();
        let told = findings.told();
        let start = told.iter().find(|told| told.message.contains("no node")).unwrap();
        assert_eq!((start.line, start.column, start.end_column), (2, 8, 10));
        assert!(told.iter().any(|told| told.message.contains("\"nodes\" is missing")), "all at once: {told:?}");
    }
}
