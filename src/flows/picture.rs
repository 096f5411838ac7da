//! A flow as a graph to be drawn, and what callers did in it as an overlay.
//!
//! Draws nothing itself (`draw`). One rule: a way is known here by the words in which a call's trail names it.

use std::collections::BTreeMap;

use super::draw::{Arrow, Graph, Group, Overlay, Station};
use super::flow::{By, Flow, Node, Prompt, Said};
use crate::kernel::Language;

impl From<&Flow> for Graph {
    fn from(flow: &Flow) -> Self {
        let station = |(name, node): (&super::NodeName, &Node)| Station {
            name: name.to_string(),
            kind: node.german().to_owned(),
            said: node.prompts().into_iter().map(german).collect::<Vec<_>>().join(" "),
            group: node.group(),
        };
        let arrows = flow.nodes.iter().flat_map(|(name, node)| {
            let arrow =
                |way: super::Way| Arrow { from: name.to_string(), to: way.to.to_string(), label: label(way.by) };
            node.ways().into_iter().map(arrow).collect::<Vec<_>>()
        });
        Self {
            title: flow.title.clone(),
            start: flow.start.to_string(),
            stations: flow.nodes.iter().map(station).collect(),
            ways: arrows.collect(),
        }
    }
}

impl Overlay {
    /// The way that one call took: from, by, to.
    pub fn of_call<'a>(graph: &Graph, ways: impl Iterator<Item = [&'a str; 3]>) -> Self {
        Self { path: ways.filter_map(|[from, by, _]| graph.find_way(from, &label_of(by))).collect(), ..Self::default() }
    }

    /// How many callers took each way, and where how many hung up.
    pub fn of_traffic<'a>(
        graph: &Graph,
        ways: impl Iterator<Item = ([&'a str; 3], i64)>,
        hung_up: &BTreeMap<String, i64>,
    ) -> Self {
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let callers =
            ways.filter_map(|([from, by, _], calls)| Some((graph.find_way(from, &label_of(by))?, count(calls))));
        let hung_up = hung_up.iter().map(|(node, calls)| (node.clone(), count(*calls)));
        Self { callers: callers.collect(), hung_up: hung_up.collect(), ..Self::default() }
    }
}

fn german(prompt: &Prompt) -> String {
    prompt.said(Language::De).map(Said::written).unwrap_or_default()
}

/// A key stands alone: there is little room at a line.
fn label(by: By) -> String {
    match by {
        By::Key(key) => key.to_string(),
        By::Itself(_) => by.german(),
    }
}

fn label_of(by: &str) -> String {
    let mut characters = by.chars();
    match (characters.next(), characters.next()) {
        (Some(key), None) => label(By::Key(key)),
        _ => label(By::Itself(by)),
    }
}

impl Node {
    fn group(&self) -> Group {
        match self {
            Self::Say(_) => Group::Say,
            Self::Language(_) | Self::Menu(_) => Group::Ask,
            Self::Hours(_) | Self::Branch(_) => Group::Decide,
            Self::Connect(_) => Group::Connect,
            Self::Appointment(_) | Self::OwnBooking(_) => Group::Note,
            Self::Callback(_) | Self::Voicemail(_) => Group::Note,
            Self::Transfer(_) | Self::Jump(_) => Group::Leave,
            Self::HangUp(_) => Group::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::shipped;

    #[test]
    fn every_node_and_way_of_a_flow_is_drawn_and_found_again() {
        let edition = shipped().published("beratungstelefon").unwrap();
        let graph = Graph::from(&edition.flow);
        assert_eq!(graph.stations.len(), edition.flow.nodes.len());
        for (name, node) in &edition.flow.nodes {
            for way in node.ways() {
                assert!(graph.find_way(name.as_str(), &label_of(&way.by.to_string())).is_some(), "{name} {}", way.by);
            }
        }
        let overlay = Overlay::of_call(&graph, [["subject", "1", "officers"], ["gone", "1", "x"]].into_iter());
        assert_eq!(overlay.path.len(), 1, "a way of another edition is left out");
    }
}
