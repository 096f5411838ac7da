//! A flow to read: its stations in the order in which ways lead to them, in the staff's words.

use crate::flows::{Flow, Node, NodeName, Prompt};
use crate::kernel::Language;

/// One station of a flow, to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    pub name: String,
    /// Its kind, in German.
    pub what: &'static str,
    /// What is said there, in the order in which it is said.
    pub said: Vec<(Language, String)>,
    /// What leads on, in German, and to which station.
    pub ways: Vec<(String, String)>,
}

/// The stations of a flow from its start on; those that nobody gets to come last.
pub fn stations(flow: &Flow) -> Vec<Station> {
    let mut order = vec![&flow.start];
    let mut next = 0;
    while let Some(name) = order.get(next).copied() {
        next += 1;
        let ways = flow.nodes.get(name).map(Node::ways).unwrap_or_default();
        for way in ways {
            if !order.contains(&way.to) {
                order.push(way.to);
            }
        }
    }
    let lost: Vec<&NodeName> = flow.nodes.keys().filter(|name| !order.contains(name)).collect();
    let view = |name: &NodeName| flow.nodes.get(name).map(|node| Station::new(name.as_str(), node));
    order.into_iter().chain(lost).filter_map(view).collect()
}

impl Station {
    fn new(name: &str, node: &Node) -> Self {
        let said =
            |prompt: &Prompt| prompt.languages().map(|(language, said)| (language, said.written())).collect::<Vec<_>>();
        let ways = node.ways().into_iter().map(|way| (way.by.german(), way.to.to_string()));
        Self {
            name: name.to_owned(),
            what: node.german(),
            said: node.prompts().into_iter().flat_map(said).collect(),
            ways: ways.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::shipped;

    #[test]
    fn every_station_of_the_advice_line_can_be_read() {
        let edition = shipped().published("beratungstelefon").unwrap();
        let stations = stations(&edition.flow);
        assert_eq!(stations.len(), edition.flow.nodes.len());
        assert_eq!(stations[0].name, edition.flow.start.as_str());
        assert_eq!(stations[0].said.len(), edition.flow.languages.len());
        let known = |name: &String| stations.iter().any(|station| station.name == *name);
        assert!(stations.iter().flat_map(|station| &station.ways).all(|(_, to)| known(to)));
    }
}
