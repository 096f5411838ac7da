//! What the shape of a flow must fulfil: every node can be reached, and nobody goes in circles without a key.
//!
//! Works on the finished flow and knows nothing of files; `parse` turns its answers into findings.

use std::collections::BTreeSet;

use super::flow::{Flow, NodeName};

/// The nodes to which no way leads from the start.
pub(super) fn unreachable(flow: &Flow) -> Vec<&NodeName> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![&flow.start];
    while let Some(name) = ahead.pop() {
        if let (true, Some(node)) = (reached.insert(name), flow.nodes.get(name)) {
            ahead.extend(node.ways().iter().map(|way| way.to));
        }
    }
    flow.nodes.keys().filter(|name| !reached.contains(name)).collect()
}

/// A circle that a caller would go through without ever pressing a key, from its first node to its last.
pub(super) fn circle_without_key(flow: &Flow) -> Option<Vec<&NodeName>> {
    let mut safe = BTreeSet::new();
    flow.nodes.keys().find_map(|name| circle_from(flow, name, &mut Vec::new(), &mut safe))
}

fn circle_from<'a>(
    flow: &'a Flow,
    name: &'a NodeName,
    path: &mut Vec<&'a NodeName>,
    safe: &mut BTreeSet<&'a NodeName>,
) -> Option<Vec<&'a NodeName>> {
    if let Some(first) = path.iter().position(|before| *before == name) {
        return Some(path[first..].to_vec());
    }
    if safe.contains(name) {
        return None;
    }
    path.push(name);
    let ways = flow.nodes.get(name).map(|node| node.ways()).unwrap_or_default();
    let circle = ways.iter().filter(|way| way.key.is_none()).find_map(|way| circle_from(flow, way.to, path, safe));
    path.pop();
    safe.insert(name);
    circle
}
