//! Which ways lead back: they are drawn upwards, so that what a caller comes to first stands higher.
//!
//! Not left to the library, which would call those ways back that it happens to meet last.

use std::collections::{BTreeMap, VecDeque};

use dugong::graphlib::{Graph, GraphOptions, alg};

use super::layout::{Link, id};

/// For every link, whether it closes a circle and leads to a box that a caller comes to earlier.
pub(super) fn leads_back(boxes: usize, links: &[Link]) -> Vec<bool> {
    let turns = turns(boxes, links);
    let circles = circles(boxes, links);
    let back = |link: &Link| {
        let circle = circles.get(&id(link.from));
        circle.is_some() && circle == circles.get(&id(link.to)) && turns.get(link.to) < turns.get(link.from)
    };
    links.iter().map(back).collect()
}

/// The turn in which each box is come to, step by step from box 0; what no way leads to comes last.
fn turns(boxes: usize, links: &[Link]) -> Vec<Option<usize>> {
    let mut onward: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    for link in links {
        if let Some(onward) = onward.get_mut(link.from) {
            onward.push(link.to);
        }
    }
    let mut turns = vec![None; boxes];
    let mut seen = 0;
    for first in 0..boxes {
        let mut next = VecDeque::from([first]);
        while let Some(at) = next.pop_front() {
            if let Some(turn @ None) = turns.get_mut(at) {
                *turn = Some(seen);
                seen += 1;
                next.extend(onward.get(at).into_iter().flatten());
            }
        }
    }
    turns
}

/// Box -> the circle that it is part of.
fn circles(boxes: usize, links: &[Link]) -> BTreeMap<String, usize> {
    let mut graph: Graph<(), (), ()> = Graph::new(GraphOptions::default());
    (0..boxes).for_each(|i| {
        graph.set_node(id(i), ());
    });
    for link in links {
        graph.set_edge(id(link.from), id(link.to));
    }
    let circles = alg::find_cycles(&graph).into_iter().enumerate();
    circles.flat_map(|(circle, members)| members.into_iter().map(move |member| (member, circle))).collect()
}
