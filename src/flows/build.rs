//! Makes a `Flow` of a tree, as far as the tree goes.
//!
//! Finds no faults: what cannot be read is left out, an unreadable duration is none, and `parse` has said why. One rule:
//! of a tree without faults, nothing is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::capability::{PROVIDERS, Provider};
use super::flow::*;
use super::recording::{Recording, Recordings};
use super::tree::Tree;
use crate::kernel::Language;

const KEY_TIMEOUT: u32 = 5;

/// The flow, unless its first lines are missing.
pub(super) fn flow(tree: &Tree, recordings: Option<&Recordings>) -> Option<Flow> {
    let builder = Builder { recordings };
    let needs = tree.get("hotline");
    let nodes = tree.get("nodes")?.entries().iter();
    let nodes = nodes.filter_map(|(name, node)| Some((NodeName(name.text.clone()), builder.node(node)?)));
    Some(Flow {
        title: tree.get("title")?.word()?.trim().to_owned(),
        hotline: HotlineNeeds {
            name: needs.and_then(|needs| Some(needs.get("name")?.word()?.to_owned())).unwrap_or_default(),
            provider: provider(tree).unwrap_or(&PROVIDERS[0]),
            longest_wait: needs.and_then(|needs| seconds_of(needs, "longest_wait")).unwrap_or(u32::MAX),
        },
        languages: languages(tree),
        start: target(tree, "start")?,
        nodes: nodes.collect(),
    })
}

/// The languages that a flow says it speaks.
pub(super) fn languages(tree: &Tree) -> Vec<Language> {
    let tags = tree.get("languages").map(Tree::list).unwrap_or_default();
    tags.iter().filter_map(|tag| Language::from_tag(tag.word()?)).collect()
}

pub(super) fn provider(tree: &Tree) -> Option<&'static Provider> {
    Provider::find(tree.get("hotline")?.get("provider")?.word()?)
}

/// A duration with its unit: `20 s`, `2 min`.
pub(super) fn seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let unit = match unit.trim() {
        "s" => 1,
        "min" => 60,
        _ => return None,
    };
    number.parse::<u32>().ok()?.checked_mul(unit)
}

pub(super) fn seconds_of(tree: &Tree, field: &str) -> Option<u32> {
    seconds(tree.get(field)?.word()?)
}

/// A duration that must be there; where it is unreadable, the way through the node is known all the same.
fn stated(tree: &Tree, field: &str) -> Option<u32> {
    tree.get(field).map(|it| it.word().and_then(seconds).unwrap_or(0))
}

pub(super) fn key(text: &str) -> Option<char> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(key @ ('0'..='9' | '*' | '#')), None) => Some(key),
        _ => None,
    }
}

/// What stands in curly brackets in a text.
pub(super) fn variable_names(text: &str) -> Vec<String> {
    let names = text.split('{').skip(1).map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name));
    names.map(str::to_owned).collect()
}

/// Splits a text at its variables.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        pieces.push(Piece::Text(before.into()));
        let variable = Variable::ALL.into_iter().find(|variable| variable.name() == name);
        pieces.extend(variable.map(Piece::Variable));
        rest = after;
    }
    pieces.push(Piece::Text(rest.into()));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    pieces
}

fn target(tree: &Tree, field: &str) -> Option<NodeName> {
    Some(NodeName(tree.get(field)?.word()?.to_owned()))
}

struct Builder<'a> {
    recordings: Option<&'a Recordings>,
}

impl Builder<'_> {
    fn node(&self, tree: &Tree) -> Option<Node> {
        let [(kind, node)] = tree.entries() else { return None };
        Some(match kind.text.as_str() {
            "say" => Node::Say(Say { text: self.prompt(node, "text")?, next: target(node, "next")? }),
            "language" => Node::Language(self.language(node)?),
            "menu" => Node::Menu(self.menu(node)?),
            "hours" => Node::Hours(Hours {
                open: target(node, "open")?,
                closed: target(node, "closed")?,
                holiday: target(node, "holiday"),
                by_hand: target(node, "by_hand"),
            }),
            "branch" => Node::Branch(branch(node)?),
            "connect" => Node::Connect(self.connect(node)?),
            "appointment" => Node::Appointment(Appointment {
                offer: self.prompt(node, "offer")?,
                option: self.prompt(node, "option")?,
                number: self.number(node)?,
                sms: self.prompt(node, "sms"),
                booked: self.prompt(node, "booked")?,
                done: target(node, "done")?,
                refused: target(node, "refused")?,
                none: target(node, "none")?,
            }),
            "own_booking" => Node::OwnBooking(OwnBooking {
                code: self.prompt(node, "code")?,
                word: self.prompt(node, "word")?,
                wrong: self.prompt(node, "wrong")?,
                found: self.prompt(node, "found")?,
                sure: self.prompt(node, "sure")?,
                cancelled: self.prompt(node, "cancelled")?,
                offer: self.prompt(node, "offer")?,
                option: self.prompt(node, "option")?,
                moved: self.prompt(node, "moved")?,
                done: target(node, "done")?,
                refused: target(node, "refused")?,
                unknown: target(node, "unknown")?,
                none: target(node, "none")?,
            }),
            "callback" => Node::Callback(Callback {
                number: self.number(node)?,
                done: target(node, "done")?,
                refused: target(node, "refused")?,
            }),
            "voicemail" => Node::Voicemail(Voicemail {
                announcement: self.prompt(node, "announcement")?,
                longest: stated(node, "longest")?,
                next: target(node, "next")?,
            }),
            "transfer" => Node::Transfer(Transfer {
                say: self.prompt(node, "say"),
                number: node.get("number")?.word()?.parse().ok()?,
                ring: stated(node, "ring")?,
                failed: target(node, "failed")?,
            }),
            "jump" => Node::Jump(Jump { flow: node.get("flow")?.word()?.to_owned() }),
            "hang_up" => Node::HangUp(HangUp { say: self.prompt(node, "say") }),
            _ => return None,
        })
    }

    fn language(&self, node: &Tree) -> Option<LanguageChoice> {
        let keys = node.get("keys")?.entries().iter().filter_map(|(name, choice)| {
            let language = Language::from_tag(choice.get("language")?.word()?)?;
            let say = choice.get("say")?.word()?.trim().to_owned();
            let to = target(choice, "to").or_else(|| target(node, "next"))?;
            Some((key(&name.text)?, LanguageKey { language, say, to }))
        });
        Some(LanguageChoice {
            prompt: self.prompt(node, "prompt"),
            keys: keys.collect(),
            timeout: seconds_of(node, "timeout").unwrap_or(KEY_TIMEOUT),
            next: target(node, "next")?,
        })
    }

    fn menu(&self, node: &Tree) -> Option<Menu> {
        let entries = node.get("keys")?.entries();
        let choices = entries.iter().filter_map(|(name, choice)| {
            let topic = choice.get("topic").and_then(Tree::word).map(str::to_owned);
            let wish = choice.get("wish").and_then(Tree::word).and_then(|wish| wish.parse().ok());
            Some((key(&name.text)?, Choice { say: self.prompt(choice, "say"), to: target(choice, "to")?, topic, wish }))
        });
        let silence = self.patience(node.get("silence")?)?;
        let wrong_key = match node.get("wrong_key") {
            Some(wrong) => self.patience(wrong)?,
            None => silence.clone(),
        };
        Some(Menu {
            prompt: self.prompt(node, "prompt")?,
            keys: choices.collect(),
            order: entries.iter().filter_map(|(name, _)| key(&name.text)).collect(),
            timeout: seconds_of(node, "timeout").unwrap_or(KEY_TIMEOUT),
            silence,
            wrong_key,
        })
    }

    fn patience(&self, node: &Tree) -> Option<Patience> {
        let repeat = node.get("repeat").and_then(Tree::word).and_then(|word| word.parse().ok());
        Some(Patience { say: self.prompt(node, "say"), repeat: repeat.unwrap_or(1), to: target(node, "to")? })
    }

    fn connect(&self, node: &Tree) -> Option<Connect> {
        let strategy = node.get("strategy").and_then(Tree::word);
        let tiers = node.get("tiers").map(Tree::list).unwrap_or_default();
        let waiting = node.get("waiting").and_then(|waiting| {
            Some(Waiting {
                say: self.prompt(waiting, "say")?,
                every: stated(waiting, "every")?,
                music: waiting.get("music").and_then(|music| self.recording(music.word()?)),
            })
        });
        let leave = |leave: &Tree| Some((key(leave.get("key")?.word()?)?, target(leave, "to")?));
        Some(Connect {
            say: self.prompt(node, "say"),
            hotline: node.get("hotline").and_then(|number| number.word()?.parse().ok()),
            strategy: strategy
                .and_then(|word| Strategy::ALL.into_iter().find(|(name, _)| *name == word))
                .map(|(_, strategy)| strategy)
                .unwrap_or_default(),
            ring: stated(node, "ring")?,
            tiers: tiers.iter().filter_map(|tier| tier.word()?.parse().ok()).collect::<BTreeSet<u8>>(),
            longest_wait: stated(node, "longest_wait")?,
            waiting,
            leave: node.get("leave").and_then(leave),
            nobody: target(node, "nobody")?,
        })
    }

    fn number(&self, node: &Tree) -> Option<NumberPrompts> {
        Some(NumberPrompts {
            known: self.prompt(node, "known")?,
            typing: self.prompt(node, "type")?,
            read_back: self.prompt(node, "read_back")?,
        })
    }

    fn prompt(&self, node: &Tree, field: &str) -> Option<Prompt> {
        let said = node.get(field)?.entries().iter().filter_map(|(tag, said)| {
            let recording = said.get("file").and_then(|file| self.recording(file.word()?));
            let pieces = pieces(said.get("text").unwrap_or(said).word()?);
            Some((Language::from_tag(&tag.text)?, Said { pieces, recording }))
        });
        Some(Prompt(said.collect()))
    }

    fn recording(&self, file: &str) -> Option<Recording> {
        Some(self.recordings?.find(file)??.0)
    }
}

fn branch(node: &Tree) -> Option<Branch> {
    let [(by, node)] = node.entries() else { return None };
    Some(match by.text.as_str() {
        "topic" => {
            let when = node.get("when")?.entries().iter();
            let when = when.filter_map(|(topic, to)| Some((topic.text.clone(), NodeName(to.word()?.to_owned()))));
            Branch::Topic { when: when.collect::<BTreeMap<_, _>>(), otherwise: target(node, "otherwise")? }
        }
        "caller" => Branch::Caller { known: target(node, "known")?, withheld: target(node, "withheld")? },
        "load" => {
            let waiting = |it: &Tree| Some((stated(it, "longer_than")?, target(it, "to")?));
            Branch::Load {
                nobody_on_duty: target(node, "nobody_on_duty"),
                waiting: node.get("waiting").and_then(waiting),
                otherwise: target(node, "otherwise")?,
            }
        }
        _ => return None,
    })
}
