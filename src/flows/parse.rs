//! Reads a flow file: YAML with positions into a `Flow`, or everything that is wrong with it.
//!
//! Knows nothing of hotlines or topics of a database. One rule: nothing that a caller could stumble over gets past here.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use miette::SourceSpan;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::check;
use super::finding::{Finding, Findings, did_you_mean};
use super::flow::*;
use crate::kernel::Language;

/// The largest file, in bytes.
const MAX_BYTES: usize = 256 * 1024;
const MAX_NODES: usize = 500;
/// The longest text of one prompt, in characters: about a minute and a half of speech.
const MAX_TEXT: usize = 1500;
/// More than four choices cannot be remembered by ear.
const MAX_CHOICES: usize = 4;
const MAX_REPEATS: u8 = 5;
const DEFAULT_KEY_TIMEOUT: u32 = 5;

/// Reads a flow. `file` is only named in the findings.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Flow, Findings> {
    let alone = |message: String, help: &str| {
        Findings::new(file, "", vec![Finding { message, help: Some(help.into()), at: None }])
    };
    if bytes.len() > MAX_BYTES {
        let message = format!("this file has {} bytes, more than {MAX_BYTES}", bytes.len());
        return Err(alone(message, "a call flow is a few pages of text"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        alone(format!("line {line} is not UTF-8"), "save the file in the encoding UTF-8")
    })?;
    let raw = serde_saphyr::from_str_with_options::<RawFlow>(text, limits())
        .map_err(|error| Findings::new(file, text, vec![finding_of(&error, text)]))?;
    let mut reader = Reader::new(&raw);
    let flow = reader.flow(&raw);
    match reader.findings.is_empty() {
        true => Ok(flow),
        false => Err(Findings::new(file, text, reader.findings)),
    }
}

fn limits() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 12,
            max_nodes: 40_000,
            max_aliases: 0,
            max_documents: 1,
        },
        with_snippet: false,
        strict_booleans: true,
    }
}

// The file as it is written. Every word keeps its place.

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFlow {
    title: Spanned<String>,
    languages: Spanned<Vec<Spanned<String>>>,
    start: Spanned<String>,
    nodes: Spanned<Entries<RawNode>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawNode {
    Say(RawSay),
    Menu(RawMenu),
    Hours(RawHours),
    Connect(RawConnect),
    Callback(RawCallback),
    HangUp(RawHangUp),
}

type RawPrompt = Spanned<Entries<Spanned<String>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSay {
    text: RawPrompt,
    next: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMenu {
    prompt: RawPrompt,
    wrong_key: Option<RawPrompt>,
    keys: Spanned<Entries<RawChoice>>,
    timeout: Option<Spanned<String>>,
    repeat: Option<Spanned<u8>>,
    otherwise: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    to: Spanned<String>,
    topic: Option<String>,
    language: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHours {
    open: Spanned<String>,
    closed: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConnect {
    say: Option<RawPrompt>,
    ring: Spanned<String>,
    longest_wait: Spanned<String>,
    nobody: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCallback {
    known: RawPrompt,
    #[serde(rename = "type")]
    typing: RawPrompt,
    read_back: RawPrompt,
    done: Spanned<String>,
    refused: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHangUp {
    say: Option<RawPrompt>,
}

/// A mapping in the order of the file.
struct Entries<V>(Vec<(Spanned<String>, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for InOrder<V> {
            type Value = Entries<V>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of names, each with a colon")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        from.deserialize_map(InOrder(PhantomData))
    }
}

// From what is written to what is meant.

struct Reader {
    names: BTreeSet<String>,
    languages: Vec<Language>,
    findings: Vec<Finding>,
}

impl Reader {
    fn new(raw: &RawFlow) -> Self {
        let names = raw.nodes.value.0.iter().map(|(name, _)| name.value.clone()).collect();
        Self { names, languages: Vec::new(), findings: Vec::new() }
    }

    fn flow(&mut self, raw: &RawFlow) -> Flow {
        self.languages = self.languages_of(&raw.languages);
        if raw.title.value.trim().is_empty() {
            self.find(&raw.title, "the title is empty", "write what this menu is for");
        }
        if self.names.len() > MAX_NODES {
            let message = format!("{} nodes are more than the {MAX_NODES} of one flow", self.names.len());
            self.find(&raw.nodes, message, "make several flows of it");
            return self.finished(raw, BTreeMap::new());
        }
        let nodes = raw.nodes.value.0.iter().map(|(name, node)| {
            let name = self.name(name);
            let node = self.node(&name, node);
            (name, node)
        });
        let nodes = nodes.collect();
        self.finished(raw, nodes)
    }

    fn finished(&mut self, raw: &RawFlow, nodes: BTreeMap<NodeName, Node>) -> Flow {
        let start = self.target(&raw.start);
        let flow = Flow { title: raw.title.value.clone(), languages: self.languages.clone(), start, nodes };
        // A missing target would show again as unreachable nodes.
        if self.findings.is_empty() {
            self.check_shape(raw, &flow);
        }
        flow
    }

    fn check_shape(&mut self, raw: &RawFlow, flow: &Flow) {
        for name in check::unreachable(flow) {
            let message = format!("no caller ever gets to \"{name}\"");
            self.find_node(raw, name, message, "point a key or a next at it, or remove it");
        }
        if let Some(circle) = check::circle_without_key(flow) {
            let way: Vec<&str> = circle.iter().chain(circle.first()).map(|name| name.as_str()).collect();
            let message = format!("a caller who presses nothing goes in circles: {}", way.join(" -> "));
            self.find_node(raw, circle[0], message, "let one of these ways end in a node outside of the circle");
        }
    }

    fn languages_of(&mut self, raw: &Spanned<Vec<Spanned<String>>>) -> Vec<Language> {
        let mut languages = Vec::new();
        for tag in &raw.value {
            match self.language(tag) {
                Some(language) if languages.contains(&language) => {
                    self.find(tag, format!("\"{}\" stands here twice", tag.value), "remove one of them");
                }
                Some(language) => languages.push(language),
                None => {}
            }
        }
        if raw.value.is_empty() {
            self.find(raw, "a flow needs a language", "for instance languages: [de, en]; a call begins in the first");
        }
        languages
    }

    fn language(&mut self, tag: &Spanned<String>) -> Option<Language> {
        let language = Language::from_tag(&tag.value);
        if language.is_none() {
            let known: Vec<&str> = Language::ALL.into_iter().map(Language::tag).collect();
            self.find(tag, format!("\"{}\" is not a language of this program", tag.value), known.join(", "));
        }
        language
    }

    fn name(&mut self, raw: &Spanned<String>) -> NodeName {
        let name = &raw.value;
        let good = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.chars().count() > 40 || !name.chars().all(good) {
            self.find(raw, "this cannot be the name of a node", "up to 40 letters, digits, _ and -");
        }
        NodeName(name.clone())
    }

    fn target(&mut self, raw: &Spanned<String>) -> NodeName {
        if !self.names.contains(&raw.value) {
            let hint = did_you_mean(&raw.value, self.names.iter().map(String::as_str));
            let names = || self.names.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
            let help = hint.unwrap_or_else(|| format!("the nodes of this flow are {}", names()));
            self.find(raw, format!("there is no node \"{}\"", raw.value), help);
        }
        NodeName(raw.value.clone())
    }

    fn node(&mut self, name: &NodeName, raw: &RawNode) -> Node {
        match raw {
            RawNode::Say(raw) => {
                Node::Say(Say { text: self.prompt(&raw.text, Numbers::Unknown), next: self.target(&raw.next) })
            }
            RawNode::Menu(raw) => Node::Menu(self.menu(name, raw)),
            RawNode::Hours(raw) => {
                Node::Hours(Hours { open: self.target(&raw.open), closed: self.target(&raw.closed) })
            }
            RawNode::Connect(raw) => Node::Connect(self.connect(raw)),
            RawNode::Callback(raw) => Node::Callback(Callback {
                known: self.prompt(&raw.known, Numbers::Known),
                typing: self.prompt(&raw.typing, Numbers::Unknown),
                read_back: self.prompt(&raw.read_back, Numbers::Known),
                done: self.target(&raw.done),
                refused: self.target(&raw.refused),
            }),
            RawNode::HangUp(raw) => Node::HangUp(HangUp { say: self.optional_prompt(raw.say.as_ref()) }),
        }
    }

    fn menu(&mut self, name: &NodeName, raw: &RawMenu) -> Menu {
        let keys: BTreeMap<char, Choice> =
            raw.keys.value.0.iter().filter_map(|(key, choice)| Some((self.key(key)?, self.choice(choice)))).collect();
        if keys.is_empty() {
            self.find(&raw.keys, "a menu needs a key", "for instance 1: { to: officers }");
        }
        // Hearing it again and changing the language are no choices.
        let choices = keys.values().filter(|choice| choice.language.is_none() && choice.to != *name).count();
        if choices > MAX_CHOICES {
            let message = format!("{choices} choices are more than a caller can remember");
            self.find(&raw.keys, message, format!("offer {MAX_CHOICES} at most and put the rest into a second menu"));
        }
        let repeat = raw.repeat.as_ref().map_or(2, |repeat| repeat.value);
        if let Some(raw) = raw.repeat.as_ref().filter(|raw| raw.value > MAX_REPEATS) {
            self.find(raw, format!("{repeat} repeats keep a silent caller for ever"), format!("0 to {MAX_REPEATS}"));
        }
        Menu {
            prompt: self.prompt(&raw.prompt, Numbers::Unknown),
            wrong_key: self.optional_prompt(raw.wrong_key.as_ref()),
            keys,
            timeout: raw.timeout.as_ref().map_or(DEFAULT_KEY_TIMEOUT, |raw| self.seconds(raw, 1, 60)),
            repeat,
            otherwise: self.target(&raw.otherwise),
        }
    }

    fn key(&mut self, raw: &Spanned<String>) -> Option<char> {
        let mut chars = raw.value.chars();
        match (chars.next(), chars.next()) {
            (Some(key @ ('0'..='9' | '*' | '#')), None) => Some(key),
            _ => {
                let help = "0 to 9, \"*\" or \"#\", the last two in quotation marks";
                self.find(raw, format!("a telephone has no key \"{}\"", raw.value), help);
                None
            }
        }
    }

    fn choice(&mut self, raw: &RawChoice) -> Choice {
        Choice {
            to: self.target(&raw.to),
            topic: raw.topic.clone(),
            language: raw.language.as_ref().and_then(|tag| {
                let language = self.language(tag)?;
                if !self.languages.contains(&language) {
                    let help = "add it to languages at the top, with a text for each prompt";
                    self.find(tag, format!("this flow does not speak \"{}\"", tag.value), help);
                }
                Some(language)
            }),
        }
    }

    fn connect(&mut self, raw: &RawConnect) -> Connect {
        let ring = self.seconds(&raw.ring, 5, 120);
        let longest_wait = self.seconds(&raw.longest_wait, 5, 60 * 60);
        if longest_wait < ring {
            self.find(&raw.longest_wait, "the longest wait is shorter than one officer's ring", "make it longer");
        }
        Connect { say: self.optional_prompt(raw.say.as_ref()), ring, longest_wait, nobody: self.target(&raw.nobody) }
    }

    /// A duration with its unit, in seconds.
    fn seconds(&mut self, raw: &Spanned<String>, least: u32, most: u32) -> u32 {
        let text = raw.value.trim();
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let unit = match text[split..].trim() {
            "s" => Some(1),
            "min" => Some(60),
            _ => None,
        };
        match (text[..split].parse::<u32>(), unit) {
            (Ok(number), Some(unit)) => {
                let seconds = number.saturating_mul(unit);
                if !(least..=most).contains(&seconds) {
                    self.find(raw, format!("{text} is out of range"), format!("{least} s to {most} s"));
                }
                seconds
            }
            _ => {
                let help = "a number and its unit, for instance 20 s or 2 min";
                self.find(raw, format!("\"{text}\" is not a duration"), help);
                most
            }
        }
    }

    fn optional_prompt(&mut self, raw: Option<&RawPrompt>) -> Option<Prompt> {
        raw.map(|raw| self.prompt(raw, Numbers::Unknown))
    }

    fn prompt(&mut self, raw: &RawPrompt, numbers: Numbers) -> Prompt {
        let mut texts = BTreeMap::new();
        for (tag, text) in &raw.value.0 {
            let Some(language) = self.language(tag) else { continue };
            if !self.languages.contains(&language) {
                let help = "add the language to languages at the top, or remove this text";
                self.find(tag, format!("this flow does not speak \"{}\"", tag.value), help);
            }
            texts.insert(language, self.pieces(text, numbers));
        }
        for language in self.languages.clone() {
            if !texts.contains_key(&language) {
                let tag = language.tag();
                self.find(raw, format!("the text in \"{tag}\" is missing"), format!("add {tag}: and the text here"));
            }
        }
        Prompt(texts)
    }

    /// Splits a text at its variables.
    fn pieces(&mut self, raw: &Spanned<String>, numbers: Numbers) -> Vec<Piece> {
        let text = raw.value.trim();
        if text.is_empty() {
            self.find(raw, "this text is empty: a caller would hear silence", "write what to say");
        }
        if text.chars().count() > MAX_TEXT {
            self.find(raw, format!("this text has more than {MAX_TEXT} characters"), "say it shorter");
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            pieces.push(Piece::Text(before.into()));
            pieces.extend(self.variable(raw, name, numbers).map(Piece::Variable));
            rest = after;
        }
        pieces.push(Piece::Text(rest.into()));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        pieces
    }

    fn variable(&mut self, raw: &Spanned<String>, name: &str, numbers: Numbers) -> Option<Variable> {
        let variable = Variable::ALL.into_iter().find(|variable| variable.name() == name);
        match (variable, numbers) {
            (None, _) => {
                let names = Variable::ALL.map(Variable::name);
                let known = || format!("there are {{{}}}", names.join("}, {"));
                let short: String = name.chars().take(30).collect();
                let help = did_you_mean(&short, names).unwrap_or_else(known);
                self.find(raw, format!("there is no variable {{{short}}}"), help);
            }
            (Some(Variable::Number), Numbers::Unknown) => {
                let help = "it can stand in known and read_back of a callback";
                self.find(raw, "no telephone number is known here, {number} would be silent", help);
            }
            (Some(_), _) => {}
        }
        variable
    }

    fn find<T>(&mut self, raw: &Spanned<T>, message: impl Into<String>, help: impl Into<String>) {
        let at = span_of(&raw.referenced);
        self.findings.push(Finding { message: message.into(), help: Some(help.into()), at });
    }

    fn find_node(&mut self, raw: &RawFlow, name: &NodeName, message: String, help: &str) {
        if let Some((key, _)) = raw.nodes.value.0.iter().find(|(key, _)| key.value == name.as_str()) {
            self.find(key, message, help);
        }
    }
}

/// Whether `{number}` has a meaning in a prompt.
#[derive(Clone, Copy)]
enum Numbers {
    Known,
    Unknown,
}

fn span_of(location: &Location) -> Option<SourceSpan> {
    let span = location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len()?).ok()?;
    Some(SourceSpan::new(start.into(), length))
}

/// What the YAML reader refused, in our words.
fn finding_of(error: &serde_saphyr::Error, text: &str) -> Finding {
    use serde_saphyr::Error;
    let (message, help) = match error.without_snippet() {
        Error::SerdeUnknownField { field, expected, .. } => {
            let known = || format!("here can stand {}", expected.join(", "));
            (
                format!("\"{field}\" has no meaning here"),
                did_you_mean(field, expected.iter().copied()).or_else(|| Some(known())),
            )
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let known = || format!("a node is one of {}", expected.join(", "));
            (
                format!("there is no kind of node \"{variant}\""),
                did_you_mean(variant, expected.iter().copied()).or_else(|| Some(known())),
            )
        }
        Error::SerdeMissingField { field, .. } => {
            (format!("\"{field}\" is missing"), Some(format!("add {field}: here")))
        }
        Error::DuplicateMappingKey { key, .. } => {
            (format!("\"{}\" stands here twice", key.as_deref().unwrap_or("a key")), Some("remove one of them".into()))
        }
        Error::Budget { .. } => (
            "this file is nested too deeply, too long or uses aliases".into(),
            Some("a call flow needs neither anchors nor more than a few levels".into()),
        ),
        other => {
            let message = other.to_string();
            // The place is shown in the excerpt.
            (message.split(" at line ").next().unwrap_or(&message).to_owned(), None)
        }
    };
    let location = error.location();
    Finding { message, help, at: location.and_then(|location| span_of(&location).or_else(|| line_of(&location, text))) }
}

/// The rest of the line from a location that has no length.
fn line_of(location: &Location, text: &str) -> Option<SourceSpan> {
    let (line, column) = (usize::try_from(location.line()).ok()?, usize::try_from(location.column()).ok()?);
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let line = text[start..].lines().next().unwrap_or_default();
    let skipped: usize = line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    Some(SourceSpan::new((start + skipped).into(), line.len() - skipped))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::flows::ADVICE_LINE;

    #[test]
    fn the_advice_line_is_read() {
        let flow = parse(ADVICE_LINE.0, ADVICE_LINE.1).unwrap_or_else(|findings| panic!("\n{findings}"));
        assert_eq!(flow.languages, [Language::De, Language::En]);
        assert_eq!(flow.topics().collect::<Vec<_>>(), ["callcenterbetrug", "einbruchschutz", "opferrechte"]);
    }

    /// Each file of tests/flows/bad beside the exact message it must give; UPDATE_EXPECT=1 writes the messages anew.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "a switch of this test, not configuration of the program")]
    fn every_bad_flow_is_refused_in_clear_words() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows/bad");
        let rewrite = std::env::var("UPDATE_EXPECT").is_ok();
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
        assert!(files.len() >= 8);
        for file in files {
            let name = file.file_name().unwrap().to_str().unwrap();
            let Err(findings) = parse(name, &std::fs::read(&file).unwrap()) else { panic!("{name} was accepted") };
            let message =
                findings.to_string().lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>();
            let expected = file.with_extension("txt");
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
        let long = "x".repeat(MAX_BYTES + 1);
        let many = (0..5_000).map(|i| format!("  n{i}: {{ hang_up: {{}} }}\n")).collect::<String>();
        let many = format!("title: t\nlanguages: [de]\nstart: n0\nnodes:\n{many}");
        for text in [deep, bomb, long, many, "\u{0}".into(), String::new(), "\ttitle: t".into()] {
            assert!(parse("bad.yaml", text.as_bytes()).is_err(), "{}", &text[..text.len().min(40)]);
        }
        let findings = parse("bad.yaml", b"title: T\xFCr\n").unwrap_err().to_string();
        assert!(findings.contains("line 1 is not UTF-8"), "{findings}");
    }
}
