//! Whether a document is TwiML that Twilio would take, and one that leaves nobody in silence.
//!
//! The grammar is derived from Twilio's own library for Node (MIT) and lies outside of the repository; where it is
//! missing, this says so and checks only the form and the ending.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a check of tests, which fails by panic")]

use std::collections::HashMap;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// Checks a document for a caller's leg: well-formed, in the grammar, with an ending.
pub fn assert_valid(xml: &str) {
    let response = parse(xml);
    check_grammar(&response, xml);
    let last = response.children.last().unwrap_or_else(|| panic!("an empty document hangs up without a word: {xml}"));
    let ends = match last.name.as_str() {
        "Hangup" | "Redirect" | "Reject" => true,
        "Dial" | "Gather" | "Enqueue" | "Record" => last.attributes.contains_key("action"),
        _ => false,
    };
    assert!(ends, "the document has no stated ending: {xml}");
}

/// Checks a document for the leg of an officer who is asked to accept: it may end without a word, which connects.
#[allow(dead_code, reason = "not every binary that includes this file screens")]
pub fn assert_valid_screening(xml: &str) {
    let response = parse(xml);
    check_grammar(&response, xml);
    for verb in &response.children {
        let allowed = ["Play", "Say", "Gather", "Hangup", "Pause"].contains(&verb.name.as_str());
        assert!(allowed, "<{}> is not allowed while screening: {xml}", verb.name);
    }
}

/// An element of a document.
#[allow(dead_code, reason = "not every binary that includes this file reads documents")]
#[derive(Clone)]
pub struct Element {
    pub name: String,
    pub attributes: HashMap<String, String>,
    pub children: Vec<Element>,
    /// What stands in it, without character references.
    pub text: String,
}

impl Element {
    fn new(name: String, attributes: HashMap<String, String>) -> Self {
        Self { name, attributes, children: vec![], text: String::new() }
    }
}

/// Reads a document, which must be well-formed, and gives its `Response`.
pub fn parse(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut open = vec![Element::new("document".into(), HashMap::new())];
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("not well-formed, {error}: {xml}"));
        let closed = match event {
            Event::Start(start) => {
                open.push(element(&start));
                None
            }
            Event::Empty(start) => Some(element(&start)),
            Event::End(_) => open.pop(),
            Event::Eof => break,
            Event::Text(text) => {
                assert!(open.len() > 1 || text.trim().is_empty(), "text outside of the document: {xml}");
                open.last_mut().unwrap().text.push_str(&text);
                None
            }
            _ => None,
        };
        if let Some(closed) = closed {
            open.last_mut().unwrap().children.push(closed);
        }
    }
    assert_eq!(open.len(), 1, "an element is not closed: {xml}");
    let mut document = open.pop().unwrap();
    assert_eq!(document.children.len(), 1, "a document has one element: {xml}");
    let response = document.children.remove(0);
    assert_eq!(response.name, "Response", "{xml}");
    response
}

/// The first element of this name below.
#[allow(dead_code, reason = "not every binary that includes this file reads documents")]
pub fn find<'e>(within: &'e Element, name: &str) -> Option<&'e Element> {
    within.children.iter().find_map(|child| if child.name == name { Some(child) } else { find(child, name) })
}

fn element(start: &BytesStart) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.expect("attributes are well-formed and stand once");
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).expect("escapes are known");
        (attribute.key.as_ref().to_owned(), value.into_owned())
    });
    Element::new(start.name().as_ref().to_owned(), attributes.collect())
}

fn check_grammar(response: &Element, xml: &str) {
    let Some(grammar) = grammar() else {
        eprintln!("SKIPPED: the grammar of TwiML is not on this machine; only form and ending were checked");
        return;
    };
    check(response, "VoiceResponse", &grammar["elements"], xml);
}

fn grammar() -> Option<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [here.join("../shared/data/twilio"), here.join("../../shared/data/twilio")];
    let text = folders.iter().find_map(|folder| std::fs::read(folder.join("twiml_voice_grammar.json")).ok())?;
    Some(serde_json::from_slice(&text).expect("the grammar is JSON"))
}

fn check(element: &Element, kind: &str, grammar: &Value, xml: &str) {
    let rules = &grammar[kind];
    for (name, value) in &element.attributes {
        let rule = &rules["attributes"][name];
        let fits = match rule["type"].as_str() {
            Some("string") => true,
            Some("boolean") => ["true", "false"].contains(&value.as_str()),
            Some("number") => value.parse::<u32>().is_ok(),
            Some("enum") => {
                let known = |word: &str| rule["values"].as_array().unwrap().iter().any(|known| known == word);
                if rule["list"] == true { value.split(' ').all(known) } else { known(value) }
            }
            _ => panic!("<{}> has no attribute {name}: {xml}", element.name),
        };
        assert!(fits, "<{} {name}=\"{value}\"> is not allowed: {xml}", element.name);
    }
    for child in &element.children {
        let kind = rules["children"][&child.name].as_str();
        let kind = kind.unwrap_or_else(|| panic!("<{}> cannot stand in <{}>: {xml}", child.name, element.name));
        check(child, kind, grammar, xml);
    }
}
