//! Reads a flow file: YAML with positions into a `Flow`, or everything that is wrong with it.
//!
//! What stands outside of the file comes as `Surroundings`. One rule: nothing that a caller could stumble over gets past
//! here, and one run tells all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::build;
use super::capability::{PROVIDERS, Provider};
use super::check::{self, Fault};
use super::finding::{Finding, Findings, did_you_mean};
use super::flow::{Flow, Strategy, Variable};
use super::grammar::{self, Field, Names, Purpose, Shape, Values};
use super::keys;
use super::recording::Recordings;
use super::tree::{self, Tree, Value, Word};
use crate::kernel::{Language, Phone};

/// The largest file, in bytes.
const MAX_BYTES: usize = 256 * 1024;
const MAX_NODES: usize = 500;
/// The longest text of one prompt, in characters: about a minute and a half of speech.
const MAX_TEXT: usize = 1500;
const MAX_LINE: usize = 200;
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
    let mut inspector = Inspector::new(&tree, around);
    inspector.inspect(&tree, &grammar::FLOW);
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

/// Holds a tree against the grammar, and notes all that is wrong.
struct Inspector<'a> {
    around: &'a Surroundings<'a>,
    names: BTreeSet<&'a str>,
    languages: Vec<Language>,
    provider: Option<&'static Provider>,
    findings: Vec<Finding>,
    /// Whether every way is as it is meant; else nothing can be said of where callers get to.
    ways_known: bool,
    /// Where variables stand, and in which node.
    variables: Vec<(String, Variable, Range<usize>)>,
    node: String,
}

impl<'a> Inspector<'a> {
    fn new(tree: &'a Tree, around: &'a Surroundings<'a>) -> Self {
        let entries = tree.get("nodes").map(Tree::entries).unwrap_or_default();
        Self {
            around,
            names: entries.iter().map(|(name, _)| name.text.as_str()).collect(),
            languages: build::languages(tree),
            provider: build::provider(tree),
            findings: Vec::new(),
            ways_known: true,
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

    fn inspect(&mut self, tree: &Tree, shape: &'static Shape) {
        match shape {
            Shape::Fields(fields) => self.fields(tree, fields),
            Shape::OneOf(kinds) => self.one_of(tree, kinds),
            Shape::Map(names, inner) => self.map(tree, *names, inner),
            Shape::List(inner) => self.list(tree, inner),
            Shape::Prompt(values) => self.prompt(tree, *values),
            _ => match tree.word() {
                Some(word) => self.word(&word.to_owned(), &tree.at, shape),
                None => self.find_astray(&tree.at, "one word was expected here", "write it behind the colon"),
            },
        }
    }

    // ---- maps and lists ----

    fn fields(&mut self, tree: &Tree, fields: &'static [Field]) {
        if !self.is_map(tree) {
            return;
        }
        for (name, value) in self.once(tree) {
            match fields.iter().find(|field| field.name == name.text) {
                Some(field) => self.inspect(value, &field.shape),
                None => self.unknown(name, fields, "has no meaning here", "here can stand"),
            }
        }
        for field in fields.iter().filter(|field| field.is_required && tree.get(field.name).is_none()) {
            let help = format!("add {}: {}", field.name, field.about);
            self.find_astray(&opening(&tree.at), format!("\"{}\" is missing", field.name), help);
        }
    }

    fn one_of(&mut self, tree: &Tree, kinds: &'static [Field]) {
        if !self.is_map(tree) {
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
            [_, (second, _), ..] => {
                let message = format!("\"{}\" makes it two things at once", second.text);
                self.find_astray(&second.at.clone(), message, "make a node of its own of it");
            }
        }
    }

    fn unknown(&mut self, name: &Word, fields: &'static [Field], message: &str, known: &str) {
        let hint = did_you_mean(&name.text, fields.iter().map(|field| field.name));
        let help = hint.unwrap_or_else(|| format!("{known} {}", listed(fields)));
        self.find_astray(&name.at, format!("\"{}\" {message}", short(&name.text)), help);
    }

    fn map(&mut self, tree: &Tree, names: Names, inner: &'static Shape) {
        if !self.is_map(tree) {
            return;
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
            return self.find_astray(&tree.at, "a list was expected here", "for instance [de, en]");
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

    fn is_map(&mut self, tree: &Tree) -> bool {
        if !tree.is_map() {
            self.find_astray(&tree.at, "names with values were expected here", "a name, a colon, and what it means");
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
            Shape::Provider => self.one_word(word, at, PROVIDERS.iter().map(|provider| provider.name)),
            Shape::Strategy => self.one_word(word, at, Strategy::ALL.iter().map(|(name, _)| *name)),
            Shape::Key => self.key(word, at),
            Shape::Phone(purpose) => self.phone(word, at, *purpose),
            Shape::Seconds(least, most) => self.seconds(word, at, (*least, *most)),
            Shape::Count(least, most) => {
                let is_good = word.parse::<u8>().is_ok_and(|count| (*least..=*most).contains(&count));
                if !is_good {
                    self.find(at, format!("\"{}\" is out of range", short(word)), format!("{least} to {most}"));
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

    fn one_word(&mut self, word: &str, at: &Range<usize>, known: impl Iterator<Item = &'static str> + Clone) {
        if !known.clone().any(|name| name == word) {
            let all = || format!("it is one of {}", known.clone().collect::<Vec<_>>().join(", "));
            let help = did_you_mean(word, known.clone()).unwrap_or_else(all);
            self.find(at, format!("\"{}\" has no meaning here", short(word)), help);
        }
    }

    fn language(&mut self, tag: &str, at: &Range<usize>) {
        match Language::from_tag(tag) {
            None => {
                let known: Vec<&str> = Language::ALL.into_iter().map(Language::tag).collect();
                self.find(at, format!("\"{}\" is not a language of this program", short(tag)), known.join(", "));
            }
            Some(language) if !self.languages.contains(&language) => {
                let help = "add it to languages at the top, with a text for each prompt, or remove it here";
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
            return self.find(at, format!("\"{}\" is not a telephone number", short(number)), help);
        };
        let (known, message, help) = match purpose {
            Purpose::Hotline => {
                (self.around.hotlines, "no hotline has this number", "a call goes to hotlines of this program only")
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
                let message = format!("\"{}\" is not a duration", short(text));
                self.find(at, message, "a number and its unit, for instance 20 s or 2 min");
            }
            Some(seconds) if !(least..=most).contains(&seconds) => {
                self.find(at, format!("{} is out of range", short(text)), format!("{least} s to {most} s"));
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
            if tree.get(tag).is_none() {
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
        if let Some(provider) = self.provider.filter(|provider| !provider.speech && !is_recorded) {
            let help = "record it: { text: \"…\", file: prompts/….wav }";
            self.find(at, format!("{provider} cannot read texts aloud"), help);
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

    fn variable(&mut self, name: &str, at: &Range<usize>, values: Values) -> Option<Variable> {
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
            None => {
                let help = did_you_mean(name, names()).unwrap_or_else(known);
                self.find(at, format!("there is no variable {{{}}}", short(name)), help);
            }
        }
        None
    }

    // ---- what belongs to a kind of node ----

    fn provider_can(&mut self, kind: &str, at: &Range<usize>) {
        if kind == "voicemail" && self.around.voicemail == Some(false) {
            self.find(at, "messages must not be recorded", "the operator can allow it: telephony.voicemail = true");
        }
        let Some(provider) = self.provider else { return };
        let needs_keys = matches!(kind, "language" | "menu" | "appointment" | "callback");
        let (cannot, help) = match kind {
            _ if needs_keys && !provider.menu => ("hand over keys", "leave menus to another provider"),
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
            if let Some((text, at)) = choice.get("say").and_then(|say| Some((say.word()?, &say.at))) {
                self.names_its_key(text, at, &key.text);
            }
        }
    }

    fn keys_of_connect(&mut self, tree: &Tree) {
        let waiting = tree.get("waiting").and_then(|waiting| waiting.get("say"));
        match (tree.get("leave"), waiting) {
            (Some(leave), None) => {
                let help = "add waiting:, or remove leave:";
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
                let help = if strategy == "all_at_once" { "in_order" } else { "strategy: all_at_once" };
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
        let named = keys::named(text);
        let own = key.chars().next().unwrap_or_default();
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
            let at = match &fault {
                Fault::TooLong { .. } => place(tree, &["hotline", "longest_wait"]),
                Fault::NoWrittenWay { .. } => place(tree, &["languages"]),
                Fault::SilentVariable { node, variable } => {
                    let spot = |(name, it, _): &&(String, Variable, _)| name == node.as_str() && it == variable;
                    self.variables.iter().find(spot).map(|(_, _, at)| at.clone())
                }
                Fault::Unreachable(node)
                | Fault::Circle(node, _)
                | Fault::NoNotice { node, .. }
                | Fault::EndsInSilence(node) => {
                    let entries = tree.get("nodes").map(Tree::entries).unwrap_or_default();
                    entries.iter().find(|(name, _)| name.text == node.as_str()).map(|(name, _)| name.at.clone())
                }
            };
            self.findings.push(Finding { message: fault.to_string(), help: fault.help().to_owned(), at });
        }
    }
}

const REMOVE: &str = "remove one of them";

fn place(tree: &Tree, path: &[&str]) -> Option<Range<usize>> {
    path.iter().try_fold(tree, |tree, name| tree.get(name)).map(|tree| tree.at.clone())
}

/// Each text of a prompt and where it stands.
fn texts(prompt: &Tree) -> impl Iterator<Item = (&str, &Range<usize>)> {
    prompt.entries().iter().filter_map(|(_, said)| {
        let said = said.get("text").unwrap_or(said);
        Some((said.word()?, &said.at))
    })
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
        for file in &files.flows {
            let name = format!("{}.yaml", file.name);
            let around = strict(&topics, &numbers, &flows, &files.recordings);
            let Err(findings) = parse(&name, &file.bytes, &around) else { panic!("{name} was accepted") };
            let message =
                findings.to_string().lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>();
            let expected = folder.join(format!("{}.txt", file.name));
            if rewrite {
                std::fs::write(&expected, &message).unwrap();
            }
            let expected = std::fs::read_to_string(&expected).unwrap_or_default();
            assert_eq!(message, expected, "{name}: if the new message is right, run with UPDATE_EXPECT=1");
        }
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
