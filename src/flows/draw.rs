//! A call flow as a picture: stations and the ways between them, as SVG.
//!
//! Not the language: whoever has a flow says in a `Graph` what is to be seen, and in an `Overlay` what callers did there.
//! One rule: what the picture shows by place, thickness or colour, it also says in words.

mod back;
mod layout;
mod paint;
mod text;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use layout::{Link, Placed};
use paint::{Painter, Sketch, Tag};

/// What is drawn. Where the same name stands twice, ways lead to the first.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub title: String,
    /// The name of the station where a call begins.
    pub start: String,
    pub stations: Vec<Station>,
    pub ways: Vec<Arrow>,
}

/// One node of the flow, as a box.
#[derive(Clone, Debug)]
pub struct Station {
    pub name: String,
    /// What kind of node this is, in German ("Ansage", "Auswahl").
    pub kind: String,
    /// What is said there, of any length; empty where nothing is said.
    pub said: String,
    pub group: Group,
}

/// What a station does, told by its outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Says something and goes on: rounded corners.
    Say,
    /// Waits for a key: pointed sides.
    Ask,
    /// Decides by itself, by hours, topic or load: slanted sides.
    Decide,
    /// Rings officers: doubled sides.
    Connect,
    /// Notes something down, a booking, a call-back, a message: a folded corner.
    Note,
    /// Leads out of this flow, to a number or another flow: a point to the right.
    Leave,
    /// Ends the call: round ends.
    End,
}

/// One way out of a station. Ways with the same two ends are drawn as one line with all their labels.
#[derive(Clone, Debug)]
pub struct Arrow {
    pub from: String,
    /// A way to a station that is not in the graph is left out.
    pub to: String,
    /// What makes a call go this way: "1", "offen", "nach Stille".
    pub label: String,
}

/// What is laid over the picture. Ways are meant by their place in `Graph::ways`, stations by name.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    /// The ways of one past call, in order.
    pub path: Vec<usize>,
    /// How many calls took a way last month.
    pub callers: BTreeMap<usize, u64>,
    /// How many callers hung up at a station last month.
    pub hung_up: BTreeMap<String, u64>,
    /// What was found to be wrong with a station.
    pub findings: BTreeMap<String, String>,
}

/// Where the picture is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// Inside of a page that has our style sheet, at most once. Each station is a link to `#n-NAME` of the page at this
    /// address; nothing is the page itself.
    Page(&'a str),
    /// A file of its own, with its own styles.
    File,
}

impl Graph {
    /// The place in `ways` of the way out of `from` that bears this label.
    pub fn find_way(&self, from: &str, label: &str) -> Option<usize> {
        self.ways.iter().position(|way| way.from == from && way.label == label)
    }

    fn find_station(&self, name: &str) -> Option<usize> {
        self.stations.iter().position(|station| station.name == name)
    }
}

/// The picture as SVG text; the same input gives the same bytes.
///
/// Should the layout library refuse, which it does not for any graph known, only the description is there.
pub fn svg(graph: &Graph, overlay: &Overlay, form: Form<'_>) -> String {
    let scene = Scene::new(graph, overlay);
    let (sketches, tags, placed) = arrange(&scene);
    let description = words::description(graph, overlay, &scene.boxes);
    Painter::new(&scene, &placed, form).picture(&sketches, &tags, &description)
}

fn arrange(scene: &Scene) -> (Vec<Sketch>, Vec<Tag>, Placed) {
    let tags: Vec<_> = scene.lines.iter().map(paint::tag).collect();
    let sketches: Vec<_> = (scene.boxes.iter().enumerate())
        .map(|(i, seen)| {
            let looped = scene.lines.iter().zip(&tags).find(|(line, _)| line.from == i && line.to == i);
            let ports = |end: fn(&Line) -> usize| scene.lines.iter().filter(|line| end(line) == i).count();
            paint::sketch(seen)
                .with_ports(ports(|line| line.from).max(ports(|line| line.to)))
                .with_loop(looped.map(|(_, tag)| tag))
        })
        .collect();
    let nodes: Vec<_> = sketches.iter().map(|sketch| sketch.size).collect();
    let links: Vec<_> = (scene.lines.iter().zip(&tags))
        .map(|(line, tag)| Link { from: line.from, to: line.to, label: tag.size })
        .collect();
    let placed = layout::place(&nodes, &links);
    (sketches, tags, placed)
}

/// The graph with the overlay put where it belongs. Box 0 is not a station but the call that comes in.
struct Scene<'a> {
    title: &'a str,
    boxes: Vec<Seen<'a>>,
    lines: Vec<Line>,
    /// The most calls on any line: the thickest.
    most_callers: u64,
}

/// A box with all that is to be seen in it.
struct Seen<'a> {
    /// None for the call that comes in.
    station: Option<&'a Station>,
    hung_up: u64,
    finding: Option<&'a str>,
    walked: bool,
    reached: bool,
}

/// All ways that have the same two ends.
struct Line {
    from: usize,
    to: usize,
    labels: Vec<String>,
    callers: Option<u64>,
    /// Which steps of the past call went here, counted from 1.
    steps: Vec<usize>,
}

impl<'a> Scene<'a> {
    fn new(graph: &'a Graph, overlay: &'a Overlay) -> Self {
        let places: BTreeMap<&str, usize> =
            graph.stations.iter().enumerate().rev().map(|(i, station)| (station.name.as_str(), i + 1)).collect();
        let lines = lines(graph, overlay, &places);
        let reached = reached(&lines, graph.stations.len() + 1);
        let walked: BTreeSet<usize> =
            lines.iter().filter(|line| !line.steps.is_empty()).flat_map(|line| [line.from, line.to]).collect();
        let entry = Seen { station: None, hung_up: 0, finding: None, walked: false, reached: true };
        let stations = graph.stations.iter().enumerate().map(|(i, station)| Seen {
            station: Some(station),
            hung_up: overlay.hung_up.get(&station.name).copied().unwrap_or(0),
            finding: overlay.findings.get(&station.name).map(String::as_str),
            walked: walked.contains(&(i + 1)),
            reached: reached.contains(&(i + 1)),
        });
        Self {
            title: &graph.title,
            boxes: std::iter::once(entry).chain(stations).collect(),
            most_callers: lines.iter().filter_map(|line| line.callers).max().unwrap_or(0),
            lines,
        }
    }
}

fn lines(graph: &Graph, overlay: &Overlay, places: &BTreeMap<&str, usize>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut known: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    if let Some(&start) = places.get(graph.start.as_str()) {
        lines.push(Line { from: 0, to: start, labels: Vec::new(), callers: None, steps: Vec::new() });
    }
    for (i, way) in graph.ways.iter().enumerate() {
        let (Some(&from), Some(&to)) = (places.get(way.from.as_str()), places.get(way.to.as_str())) else { continue };
        let place = *known.entry((from, to)).or_insert_with(|| {
            lines.push(Line { from, to, labels: Vec::new(), callers: None, steps: Vec::new() });
            lines.len() - 1
        });
        let Some(line) = lines.get_mut(place) else { continue };
        if !way.label.is_empty() && !line.labels.contains(&way.label) {
            line.labels.push(way.label.clone());
        }
        if let Some(callers) = overlay.callers.get(&i) {
            line.callers = Some(line.callers.unwrap_or(0).saturating_add(*callers));
        }
        line.steps.extend((1..).zip(&overlay.path).filter(|(_, walked)| **walked == i).map(|(step, _)| step));
        line.steps.sort_unstable();
    }
    lines
}

/// Which boxes a call can come to.
fn reached(lines: &[Line], boxes: usize) -> BTreeSet<usize> {
    let mut ways: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    for line in lines {
        if let Some(onward) = ways.get_mut(line.from) {
            onward.push(line.to);
        }
    }
    let mut reached = BTreeSet::new();
    let mut next = vec![0];
    while let Some(at) = next.pop() {
        if reached.insert(at) {
            next.extend(ways.get(at).into_iter().flatten());
        }
    }
    reached
}

#[cfg(test)]
mod tests;
