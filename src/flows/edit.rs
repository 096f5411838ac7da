//! Changes single words of a flow file and leaves every other byte as it is: comments, order and layout stay.
//!
//! Says which words there are and puts others in their place; whether those are right is for `parse` to say. One rule: a
//! change is only made where the file, read again, differs in that one word.

use super::grammar::{self, Shape};
use super::tree::{self, Tree, Value, Word};
use crate::kernel::Language;

/// A word of a flow file that can be changed by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editable {
    /// The names that lead to it, with slashes in between: `nodes/greeting/say/text/de`.
    pub path: String,
    pub kind: EditKind,
    pub value: String,
}

/// What such a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditKind {
    /// A text that is said.
    Text(Language),
    /// One line.
    Line,
    /// The name of a node.
    Target,
    /// A duration with its unit.
    Duration,
    /// A number from the first to the second.
    Count(u8, u8),
}

/// Every word that can be changed by itself, in the order of the file; none where it is not YAML.
pub fn editables(text: &str) -> Vec<Editable> {
    let mut found = Vec::new();
    if let Ok(tree) = tree::read(text) {
        collect(&tree, &grammar::FLOW, "", &mut found);
    }
    found
}

/// The names of all nodes, in the order of the file; none where it is not YAML.
pub fn station_names(text: &str) -> Vec<String> {
    let names = |tree: Tree| {
        tree.get("nodes").map(Tree::entries).unwrap_or_default().iter().map(|(name, _)| name.text.clone()).collect()
    };
    tree::read(text).map(names).unwrap_or_default()
}

/// The text with another word at this place, or None where no word stands there.
pub fn replace(text: &str, path: &str, value: &str) -> Option<String> {
    let tree = tree::read(text).ok()?;
    let (key, word) = find(&tree, path)?;
    let old = word.word()?;
    if old == value {
        return Some(text.to_owned());
    }
    let mut expected = flattened(&tree);
    *expected.iter_mut().find(|(place, _)| place == path).map(|(_, word)| word)? = value.to_owned();
    let start = header(text, key, word).unwrap_or(word.at.start);
    let raw = text.get(start..word.at.end)?.trim_end();
    let (before, after) = (text.get(..start)?, text.get(start + raw.len()..)?);
    let changed = written(raw, old, value).into_iter().map(|new| [before, &new, after].concat());
    changed.into_iter().find(|changed| tree::read(changed).is_ok_and(|tree| flattened(&tree) == expected))
}

/// The entry to which a path leads.
fn find<'t>(tree: &'t Tree, path: &str) -> Option<(&'t Word, &'t Tree)> {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let (key, value) = tree.entries().iter().find(|(key, _)| key.text == name)?;
    match rest {
        Some(rest) => find(value, rest),
        None => Some((key, value)),
    }
}

/// Where a block begins: its `>-` or `|` stands before the text itself.
fn header(text: &str, key: &Word, word: &Tree) -> Option<usize> {
    let between = text.get(key.at.end..word.at.start)?;
    let header = between.trim_start().strip_prefix(':')?.trim_start();
    header.starts_with(['>', '|']).then(|| word.at.start - header.len())
}

fn collect(tree: &Tree, shape: &Shape, path: &str, found: &mut Vec<Editable>) {
    let kind = match shape {
        Shape::Fields(fields) | Shape::OneOf(fields) => {
            for (name, value) in tree.entries() {
                if let Some(field) = fields.iter().find(|field| field.name == name.text) {
                    collect(value, &field.shape, &below(path, &name.text), found);
                }
            }
            return;
        }
        Shape::Map(_, inner) => {
            return tree.entries().iter().for_each(|(name, value)| {
                collect(value, inner, &below(path, &name.text), found);
            });
        }
        Shape::Prompt(_) => return texts(tree, path, found),
        Shape::Line => EditKind::Line,
        Shape::Target => EditKind::Target,
        Shape::Seconds(..) => EditKind::Duration,
        Shape::Count(least, most) => EditKind::Count(*least, *most),
        Shape::Text
        | Shape::Language
        | Shape::Flow
        | Shape::Topic
        | Shape::Provider
        | Shape::Strategy
        | Shape::Gender
        | Shape::Key
        | Shape::Phone(_)
        | Shape::Sound
        | Shape::List(_) => return,
    };
    found.extend(editable(tree, path, kind));
}

fn texts(prompt: &Tree, path: &str, found: &mut Vec<Editable>) {
    for (tag, said) in prompt.entries() {
        let path = below(path, &tag.text);
        let Some(language) = Language::from_tag(&tag.text) else { continue };
        found.extend(match said.get("text") {
            Some(text) => editable(text, &below(&path, "text"), EditKind::Text(language)),
            None => editable(said, &path, EditKind::Text(language)),
        });
    }
}

fn editable(tree: &Tree, path: &str, kind: EditKind) -> Option<Editable> {
    Some(Editable { path: path.to_owned(), kind, value: tree.word()?.to_owned() })
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

/// Every word of a tree with the names that lead to it.
fn flattened(tree: &Tree) -> Vec<(String, String)> {
    fn flatten(tree: &Tree, path: String, into: &mut Vec<(String, String)>) {
        match &tree.value {
            Value::Word(word) => into.push((path, word.clone())),
            Value::List(list) => {
                into.push((path.clone(), "a list".into()));
                list.iter().enumerate().for_each(|(i, item)| flatten(item, below(&path, &i.to_string()), into));
            }
            Value::Map(entries) => {
                into.push((path.clone(), "a map".into()));
                entries.iter().for_each(|(name, value)| flatten(value, below(&path, &name.text), into));
            }
        }
    }
    let mut flat = Vec::new();
    flatten(tree, String::new(), &mut flat);
    flat
}

// ---- writing YAML scalars (YAML 1.2.2, chapters 7.3 and 8.1) ----

/// Longer lines are broken, where the style allows it.
const LINE: usize = 120;

/// How a word can be written in the place of `raw`, the most similar style first.
fn written(raw: &str, old: &str, new: &str) -> Vec<String> {
    let is_plain = |c: char| c == ' ' || !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}'..);
    let is_whole = !new.is_empty() && new.trim() == new && new.chars().all(is_plain);
    let mut ways = Vec::new();
    match raw.chars().next() {
        Some('>' | '|') if is_whole => ways.extend(folded(raw, new)),
        Some('\'') if is_whole => ways.push(format!("'{}'", new.replace('\'', "''"))),
        Some('"' | '>' | '|' | '\'') | None => {}
        Some(_) if is_whole && (is_word(new) || is_number(old) && is_number(new)) => ways.push(new.to_owned()),
        Some(_) => {}
    }
    ways.push(quoted(new));
    ways.push(format!(" {}", quoted(new)));
    ways
}

/// Whether other readers of YAML, too, take it for a text without quotation marks.
fn is_word(value: &str) -> bool {
    let reserved = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    let begins =
        value.starts_with(char::is_alphabetic) || value.starts_with(char::is_alphanumeric) && value.contains(' ');
    begins && !reserved.contains(&value.to_lowercase().as_str())
}

fn is_number(value: &str) -> bool {
    value.len() < 10 && !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// As a folded block, indented as before.
fn folded(raw: &str, new: &str) -> Option<String> {
    let mut lines = raw.lines();
    let header = lines.next()?;
    let comment = header.split_once(" #").map(|(_, comment)| format!(" #{comment}")).unwrap_or_default();
    let first = lines.find(|line| !line.trim().is_empty())?;
    let indent = &first[..first.len() - first.trim_start_matches(' ').len()];
    let mut block = format!(">-{comment}");
    let mut length = LINE;
    let mut last = "";
    for word in new.split(' ') {
        let goes_on = length + 1 + word.chars().count() <= LINE || word.is_empty() || last.is_empty();
        if goes_on && block.contains('\n') {
            block.push(' ');
            length += 1;
        } else {
            block.push('\n');
            block.push_str(indent);
            length = indent.len();
        }
        block.push_str(word);
        length += word.chars().count();
        last = word;
    }
    Some(block)
}

/// In double quotation marks on one line: so everything can be written.
fn quoted(new: &str) -> String {
    let mut quoted = String::from("\"");
    for c in new.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}') => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::flows::{Surroundings, parse, shipped};

    /// Every style in which a word can stand.
    const STYLES: &str = "# top\ntitle: Titel # behind\nnodes:\n  a:\n    say:\n      text:\n        # above\n        de: >-\n          \
        Guten Tag,\n          hier ist {hotline}.\n\n        # between\n        en: |\n          Good day.\n        \
        de-simple: 'It''s'\n      next: b\n  b: { menu: { prompt: { de: \"Wo?\", en: Where }, timeout: 5 s, \
        silence: { repeat: 1, to: a } } }\n  c:\n    hang_up:\n      say:\n        de: Auf\n          Wiederhören # end\n        \
        en: >- # kept\n          Bye";

    #[test]
    fn the_words_of_a_file_are_found_with_what_they_are() {
        let found = editables(STYLES);
        let kinds: Vec<(&str, EditKind)> = found.iter().map(|it| (it.path.as_str(), it.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("title", EditKind::Line),
                ("nodes/a/say/text/de", EditKind::Text(Language::De)),
                ("nodes/a/say/text/en", EditKind::Text(Language::En)),
                ("nodes/a/say/text/de-simple", EditKind::Text(Language::Simple)),
                ("nodes/a/say/next", EditKind::Target),
                ("nodes/b/menu/prompt/de", EditKind::Text(Language::De)),
                ("nodes/b/menu/prompt/en", EditKind::Text(Language::En)),
                ("nodes/b/menu/timeout", EditKind::Duration),
                ("nodes/b/menu/silence/repeat", EditKind::Count(0, 5)),
                ("nodes/b/menu/silence/to", EditKind::Target),
                ("nodes/c/hang_up/say/de", EditKind::Text(Language::De)),
                ("nodes/c/hang_up/say/en", EditKind::Text(Language::En)),
            ]
        );
        assert_eq!(found[1].value, "Guten Tag, hier ist {hotline}.");
        assert!(editables("a: [").is_empty());
    }

    #[test]
    fn a_word_is_written_in_the_style_of_the_one_before() {
        for (path, value, old, new) in [
            ("title", "Neu", "title: Titel #", "title: Neu #"),
            ("title", "a: b", "title: Titel #", "title: \"a: b\" #"),
            ("title", "no", "title: Titel #", "title: \"no\" #"),
            ("nodes/a/say/next", "c", "next: b\n", "next: c\n"),
            ("nodes/a/say/text/de", "Kurz.", "Guten Tag,\n          hier ist {hotline}.\n\n", "Kurz.\n\n"),
            (
                "nodes/a/say/text/en",
                "Hi.",
                "en: |\n          Good day.\n        de",
                "en: >-\n          Hi.\n        de",
            ),
            ("nodes/a/say/text/de-simple", "Dr. O'Hara", "'It''s'", "'Dr. O''Hara'"),
            ("nodes/b/menu/prompt/de", "\"Ja\"", "\"Wo?\"", "\"\\\"Ja\\\"\""),
            ("nodes/b/menu/prompt/en", "Here, {web}", "en: Where }", "en: \"Here, {web}\" }"),
            ("nodes/b/menu/timeout", "10 s", "timeout: 5 s,", "timeout: 10 s,"),
            ("nodes/b/menu/silence/repeat", "2", "repeat: 1,", "repeat: 2,"),
            ("nodes/c/hang_up/say/de", "Tschüss.", "de: Auf\n          Wiederhören #", "de: Tschüss. #"),
            ("nodes/c/hang_up/say/en", "See you.", ">- # kept\n          Bye", ">- # kept\n          See you."),
        ] {
            assert!(STYLES.contains(old), "{old}");
            assert_eq!(replace(STYLES, path, value).as_deref(), Some(STYLES.replacen(old, new, 1).as_str()), "{path}");
        }
        for nowhere in ["", "nodes", "nodes/a", "nodes/x/say/next", "title/de"] {
            assert_eq!(replace(STYLES, nowhere, "x"), None, "{nowhere}");
        }
    }

    #[test]
    fn long_texts_of_the_advice_line_are_folded_and_stay_right() {
        let text = &shipped().published("beratungstelefon").unwrap().text;
        let long =
            "Dies ist kein Notruf: wählen Sie die 110. Das Gespräch wird nicht aufgezeichnet. {hotline} ".repeat(4);
        let changed = replace(text, "nodes/greeting/say/text/de", long.trim()).unwrap();
        let new = changed.lines().filter(|line| !text.contains(line)).collect::<Vec<_>>();
        assert!(new.len() > 2 && new.iter().all(|line| line.chars().count() <= LINE), "{new:?}");
        let flow = parse("a.yaml", changed.as_bytes(), &Surroundings::default()).unwrap();
        let said = flow.nodes.values().flat_map(|node| node.prompts()).filter_map(|it| it.said(Language::De));
        assert!(said.map(|said| said.written()).any(|written| written == long.trim()));
    }

    proptest! {
        #[test]
        fn any_text_goes_in_and_comes_out_the_same_and_nothing_else_changes(
            value in prop_oneof!["\\PC*", any::<String>(), "[a-zäß ,.:#{}'\"\\n-]{0,200}"],
            place in 0..12usize,
        ) {
            let path = &editables(STYLES)[place].path;
            let changed = replace(STYLES, path, &value).unwrap();
            let expected = editables(STYLES).into_iter().map(|it| match it.path == *path {
                true => Editable { value: value.clone(), ..it },
                false => it,
            });
            prop_assert_eq!(editables(&changed), expected.collect::<Vec<_>>());
            let tree = tree::read(STYLES).unwrap();
            let (key, word) = find(&tree, path).unwrap();
            prop_assert!(changed.starts_with(&STYLES[..key.at.end]), "before");
            prop_assert!(changed.ends_with(STYLES[word.at.end..].trim_start()), "after");
        }
    }
}
