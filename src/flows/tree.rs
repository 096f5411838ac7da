//! A YAML text as a tree in which every word keeps its place in the file.
//!
//! Knows YAML and nothing of call flows. One rule: no anchors, no aliases, no tags, a few levels only, so that a hostile
//! file costs no more than its length.

use std::ops::Range;

use granit_parser::{Event, Parser, ScanError, Span};

use super::finding::Finding;

/// Deeper than any call flow.
const MAX_DEPTH: usize = 12;
const MAX_NODES: usize = 40_000;

/// A value and the bytes of the file that it stands in.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub value: Value,
    pub at: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A word, a number, a text: as it is written, without its quotation marks.
    Word(String),
    List(Vec<Tree>),
    /// In the order of the file; a key may stand there twice.
    Map(Vec<(Word, Tree)>),
}

/// A word and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub text: String,
    pub at: Range<usize>,
}

impl Tree {
    /// What stands under this key first.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.entries().iter().find(|(word, _)| word.text == key).map(|(_, tree)| tree)
    }

    /// The entries of a map; of anything else none.
    pub fn entries(&self) -> &[(Word, Tree)] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Word(_) | Value::List(_) => &[],
        }
    }

    pub fn list(&self) -> &[Tree] {
        match &self.value {
            Value::List(list) => list,
            Value::Word(_) | Value::Map(_) => &[],
        }
    }

    pub fn word(&self) -> Option<&str> {
        match &self.value {
            Value::Word(word) => Some(word),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    pub fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }
}

/// Reads the one document of a text.
pub(super) fn read(text: &str) -> Result<Tree, Finding> {
    let mut reader = Reader { text, parser: Parser::new_from_str(text), nodes: 0 };
    let mut document = None;
    while let Some((event, span)) = reader.next()? {
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
            _ if document.is_some() => {
                return Err(Finding::at(range(&span), "a second document begins here", "one file holds one call flow"));
            }
            event => document = Some(reader.tree(event, &span, 0)?),
        }
    }
    document.ok_or_else(|| Finding::alone("this file is empty", "begin with title: and what this menu is for"))
}

struct Reader<'t> {
    text: &'t str,
    parser: Parser<'t, granit_parser::StrInput<'t>>,
    nodes: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, Finding> {
        self.parser.next_event().transpose().map_err(|error| finding_of(&error, self.text))
    }

    /// The next event within a node, which must come.
    fn inner(&mut self) -> Result<(Event<'t>, Span), Finding> {
        self.next()?.ok_or_else(|| Finding::alone("this file ends in the middle", "look at its last lines"))
    }

    fn tree(&mut self, event: Event<'t>, span: &Span, depth: usize) -> Result<Tree, Finding> {
        let at = range(span);
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            let message = "this file is nested too deeply or too long";
            return Err(Finding::at(at, message, "a call flow needs no more than a few levels and a few pages"));
        }
        let (value, at) = match event {
            Event::Scalar(word, _, 0, None) => (Value::Word(word.into_owned()), at),
            Event::SequenceStart(_, 0, None) => {
                let mut list = Vec::new();
                let end = loop {
                    match self.inner()? {
                        (Event::SequenceEnd, end) => break range(&end).end,
                        (event, span) => list.push(self.tree(event, &span, depth + 1)?),
                    }
                };
                (Value::List(list), at.start..end)
            }
            Event::MappingStart(_, 0, None) => {
                let mut entries = Vec::new();
                let end = loop {
                    match self.inner()? {
                        (Event::MappingEnd, end) => break range(&end).end,
                        (event, span) => entries.push(self.entry(event, &span, depth)?),
                    }
                };
                (Value::Map(entries), at.start..end)
            }
            _ => {
                let (message, help) = NO_ANCHORS;
                return Err(Finding::at(at.start..at.start + 1, message, help));
            }
        };
        Ok(Tree { value, at })
    }

    fn entry(&mut self, event: Event<'t>, span: &Span, depth: usize) -> Result<(Word, Tree), Finding> {
        let key = self.tree(event, span, depth + 1)?;
        let Value::Word(text) = key.value else {
            return Err(Finding::at(key.at, "a name was expected here", "a word and a colon"));
        };
        let (event, span) = self.inner()?;
        Ok((Word { text, at: key.at }, self.tree(event, &span, depth + 1)?))
    }
}

fn range(span: &Span) -> Range<usize> {
    span.byte_range().unwrap_or(0..0)
}

/// What the YAML reader refused, in the words of this table.
fn finding_of(error: &ScanError, text: &str) -> Finding {
    let start = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let rest = &text[text.floor_char_boundary(start)..];
    if rest.starts_with(['*', '&', '!']) {
        return Finding::at(start..start + 1, NO_ANCHORS.0, NO_ANCHORS.1);
    }
    let refused = error.info();
    match REFUSALS.iter().find(|(yaml, ..)| refused.contains(yaml)) {
        Some((_, message, help)) => Finding::at(start..start, *message, *help),
        None => {
            let help = "look at the indentation, colons and quotation marks of this line and the one before";
            Finding::at(start..start, format!("this line cannot be read as YAML: {refused}"), help)
        }
    }
}

const NO_ANCHORS: (&str, &str) = (
    "a word that begins with *, & or ! has no meaning in a call flow",
    "put it into quotation marks: \"*\" is the star key; write texts out instead of referring to them",
);

/// What the reader says, what that means, and what to do.
const REFUSALS: &[(&str, &str, &str)] = &[
    ("tab", "a tab stands here", "indent with spaces"),
    (
        "flow mapping",
        "a { before this line is not closed",
        "close it with }, or put the text behind it into quotation marks",
    ),
    (
        "flow sequence",
        "a [ before this line is not closed",
        "close it with ], or put the text behind it into quotation marks",
    ),
    ("bracket", "this bracket has no partner", "close what is open with } or ], and remove what is too many"),
    ("quote", "this quotation mark is not closed", "end the text with a quotation mark, too"),
    (
        "mapping values are not allowed",
        "a second colon stands in this line",
        "put a text with a colon into quotation marks: \"…: …\"",
    ),
    (
        "block mapping",
        "this does not fit to the lines before",
        "indent it exactly as far as what belongs beside it; put a text with { or \" in it into quotation marks",
    ),
    ("simple key expect", "a colon is missing in this line", "write a name, a colon, and its value"),
];
