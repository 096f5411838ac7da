//! The JSON Schema of a flow file, for editors that complete and check while somebody types.
//!
//! Made of the same table that `parse` reads by; what a schema cannot say (ways, waits, notices) is found by the checks
//! alone. One rule: a file that passes the checks is valid by the schema.

use serde_json::{Map, Value, json};

use super::capability::PROVIDERS;
use super::flow::{Strategy, Variable};
use super::grammar::{self, Field, Names, Purpose, Shape, Values};
use super::parse::{MAX_LINE, MAX_NODES, MAX_TEXT};
use crate::kernel::{Gender, Language};

const NODE_NAME: &str = r"^[\p{L}\p{N}_-]{1,40}$";
const KEY: &str = "^[0-9*#]$";
const DURATION: &str = r"^\s*[0-9]+\s*(s|min)\s*$";
/// Whatever `Phone` may read.
const PHONE: &str = r"^[0-9+()/. -]{4,40}$";

/// The schema, draft 2020-12.
pub fn schema() -> Value {
    let mut schema = of(&grammar::FLOW);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Sprechzeit call flow");
    schema["description"] = json!("What callers of a hotline hear and what they can press.");
    schema["$defs"] = json!({ "text": prompt(Values::May(&[])), "key": key() });
    schema
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Line => json!({ "type": "string", "pattern": r"\S", "maxLength": MAX_LINE }),
        Shape::Text => text(Values::May(&[])),
        Shape::Prompt(Values::May([])) => json!({ "$ref": "#/$defs/text" }),
        Shape::Prompt(values) => prompt(*values),
        Shape::Language => one_of_words(Language::ALL.map(Language::tag)),
        Shape::Target => json!({ "type": "string", "pattern": NODE_NAME }),
        Shape::Flow | Shape::Topic | Shape::Sound => json!({ "type": "string", "minLength": 1 }),
        Shape::Provider => one_of_words(PROVIDERS.iter().map(|provider| provider.name)),
        Shape::Gender => one_of_words(Gender::WORDS),
        Shape::Strategy => one_of_words(Strategy::ALL.map(|(name, _)| name)),
        Shape::Key => json!({ "$ref": "#/$defs/key" }),
        Shape::Phone(Purpose::Hotline | Purpose::Transfer) => json!({ "type": "string", "pattern": PHONE }),
        Shape::Seconds(..) => json!({ "type": "string", "pattern": DURATION }),
        Shape::Count(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Fields(fields) => object(fields),
        Shape::OneOf(kinds) => {
            let mut one = object(kinds);
            one["minProperties"] = json!(1);
            one["maxProperties"] = json!(1);
            one
        }
        Shape::List(inner) => json!({ "type": "array", "items": of(inner), "minItems": 1, "uniqueItems": true }),
        Shape::Map(names, inner) => map(*names, inner),
    }
}

fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.to_owned(), property(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn property(field: &Field) -> Value {
    let mut value = of(&field.shape);
    value["description"] = json!(match field.shape {
        Shape::Seconds(least, most) => {
            let (least, most) = (super::finding::duration(least), super::finding::duration(most));
            format!("{} A number and its unit, {least} to {most}.", field.about)
        }
        _ => field.about.to_owned(),
    });
    value
}

fn map(names: Names, inner: &Shape) -> Value {
    let mut map = json!({ "type": "object", "additionalProperties": of(inner), "minProperties": 1 });
    match names {
        Names::Keys => map["propertyNames"] = json!({ "pattern": KEY }),
        Names::Nodes => {
            map["propertyNames"] = json!({ "pattern": NODE_NAME });
            map["maxProperties"] = json!(MAX_NODES);
        }
        Names::Topics => {}
    }
    map
}

/// A text for each language, or the text and its recording.
fn prompt(values: Values) -> Value {
    let mut recorded = object(grammar::RECORDED);
    recorded["properties"]["text"] = text(values);
    let said = json!({ "anyOf": [text(values), recorded] });
    let properties: Map<String, Value> =
        Language::ALL.into_iter().map(|language| (language.tag().to_owned(), said.clone())).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
}

fn text(values: Values) -> Value {
    let mut text = json!({ "type": "string", "pattern": r"\S", "maxLength": MAX_TEXT });
    if let Values::Must(needed) = values {
        let says = |variable: &Variable| json!({ "pattern": format!(r"\{{{}\}}", variable.name()) });
        text["allOf"] = needed.iter().map(says).collect();
    }
    text
}

/// YAML reads an unquoted digit as a number.
fn key() -> Value {
    json!({ "anyOf": [{ "type": "integer", "minimum": 0, "maximum": 9 }, { "type": "string", "pattern": KEY }] })
}

fn one_of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "enum": words.into_iter().collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::flows::Files;
    use crate::flows::tree::{self, Tree};

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// As an editor reads the file. `Tree` no longer knows which words stood in quotation marks; a digit alone is taken
    /// for a number, as YAML does with the repeats and tiers of these files.
    fn value(tree: &Tree) -> Value {
        if let Some(word) = tree.word() {
            return word.parse::<u64>().map_or_else(|_| json!(word), |number| json!(number));
        }
        match tree.entries() {
            [] if tree.is_map() => json!({}),
            [] => tree.list().iter().map(value).collect(),
            entries => entries.iter().map(|(name, inner)| (name.text.clone(), value(inner))).collect(),
        }
    }

    fn read(bytes: &[u8]) -> Option<Value> {
        Some(value(&tree::read(std::str::from_utf8(bytes).ok()?).ok()?))
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a switch of this test, not configuration of the program")]
    fn the_published_schema_is_that_of_the_grammar() {
        let path = root().join("ivr-flows/flow.schema.json");
        let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if std::env::var("UPDATE_EXPECT").is_ok() {
            std::fs::write(&path, &text).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(published == text, "the grammar has changed: run with UPDATE_EXPECT=1");
    }

    #[test]
    fn the_shipped_flows_are_valid_by_the_schema() {
        let validator = jsonschema::draft202012::new(&schema()).unwrap();
        for file in &Files::read(None).unwrap().flows {
            let faults: Vec<String> = validator
                .iter_errors(&read(&file.bytes).unwrap())
                .map(|fault| format!("{} at {}", fault, fault.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{}: {faults:#?}", file.path);
        }
    }

    /// Of the bad flows, those of a wrong shape; what goes wrong during a call no schema can see.
    #[test]
    fn flows_of_a_wrong_shape_are_refused_by_the_schema_too() {
        let validator = jsonschema::draft202012::new(&schema()).unwrap();
        let files = Files::read(Some(&root().join("tests/flows/bad"))).unwrap();
        let refused: Vec<&str> = files
            .flows
            .iter()
            .filter(|file| read(&file.bytes).is_some_and(|value| !validator.is_valid(&value)))
            .map(|file| file.name.as_str())
            .collect();
        let wrong_shape = [
            "durations",
            "empty_text",
            "keys_as_a_list",
            "language_key",
            "languages_without_brackets",
            "many_at_once",
            "menu_without_silence",
            "missing_hotline",
            "missing_start",
            "missing_target",
            "missing_variable",
            "no_call_flow",
            "no_such_key",
            "node_name",
            "out_of_range",
            "sound_without_text",
            "text_without_language",
            "transfer_not_allowed",
            "two_kinds",
            "unknown_key",
            "unknown_kind",
            "unknown_language",
            "unknown_provider",
            "unknown_strategy",
        ];
        assert_eq!(refused, wrong_shape);
    }
}
