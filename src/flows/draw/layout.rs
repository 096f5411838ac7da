//! Where everything stands. dugong (dagre's layered layout in Rust) gives each box its layer and place and each label
//! room of its own; from that come the curves.
//!
//! One rule: a line crosses a layer only straight down, at a place that the library kept free for it, and moves sideways
//! only between two layers, where nothing stands. So no line touches a box or a label that is not its own.

use std::collections::BTreeMap;

use dugong::graphlib::{Graph, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, NodeLabel};

use super::back::leads_back;

/// Room to the left and right of a box, and of a line, in pixels.
const BESIDE_BOX: f64 = 36.0;
const BESIDE_LINE: f64 = 14.0;
/// Between a box and the label of a loop at it.
const BESIDE_LOOP: f64 = 18.0;
/// Between a layer of boxes and the layer of labels below it.
const BETWEEN_LAYERS: f64 = 30.0;
/// How far a gap between two layers grows for lines that go far sideways in it.
const MOST_GAP: f64 = 96.0;
const MARGIN: f64 = 16.0;
/// Between two lines that end at the same side of a box.
const BETWEEN_PORTS: f64 = 24.0;

/// How much room a box takes, and how much of its upper and lower side is straight, in pixels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub width: f64,
    pub height: f64,
    pub flat: f64,
}

/// A line that is wanted between two boxes, with the room its label takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub from: usize,
    pub to: usize,
    pub label: Size,
}

/// Where everything stands: what was asked for, in the same order. None where the library gave no place.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub width: f64,
    pub height: f64,
    pub boxes: Vec<Option<Rect>>,
    pub routes: Vec<Option<Route>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub size: Size,
}

impl Rect {
    fn around(x: f64, y: f64, size: Size) -> Self {
        Self { left: x - size.width / 2.0, top: y - size.height / 2.0, size }
    }

    pub fn x(&self) -> f64 {
        self.left + self.size.width / 2.0
    }

    pub fn y(&self) -> f64 {
        self.top + self.size.height / 2.0
    }

    pub fn right(&self) -> f64 {
        self.left + self.size.width
    }

    pub fn bottom(&self) -> f64 {
        self.top + self.size.height
    }
}

/// A line's way over the picture.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub shape: Shape,
    pub label: Option<Rect>,
}

#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Straight pieces, one after the other, joined by curves; each is `(x, y where it begins, y where it ends)`.
    Through(Vec<(f64, f64, f64)>),
    /// From the right side of a box around its label and back.
    Loop(Rect),
}

/// Finds a place for every box and line. Box 0 is the first: what leads back to it leads up.
pub(super) fn place(boxes: &[Size], links: &[Link]) -> Placed {
    let back = leads_back(boxes.len(), links);
    let mut graph = asked(boxes, links, &back);
    if dugong::layout(&mut graph).is_err() {
        return Placed::default();
    }
    let mut places: Vec<_> = boxes
        .iter()
        .enumerate()
        .map(|(i, size)| {
            let node = graph.node(&id(i))?;
            Some(Rect::around(node.x?, node.y?, *size))
        })
        .collect();
    let mut drafts: Vec<_> = links
        .iter()
        .zip(&back)
        .enumerate()
        .map(|(i, (link, back))| {
            let (v, w) = ends(link, *back);
            Draft::new(link, *back, graph.edge(&v, &w, Some(&i.to_string()))?, &places)
        })
        .collect();
    fasten(&mut drafts, &places);
    let layers = Layers::of(&places, &drafts);
    places.iter_mut().flatten().for_each(|rect| layers.lower(rect));
    Placed {
        width: graph.graph().width,
        height: layers.height,
        routes: drafts.into_iter().map(|draft| Some(layers.route(draft?, &places))).collect(),
        boxes: places,
    }
}

/// The name of a box for the library; zeros in front, so that the order of names is the order of boxes.
pub(super) fn id(i: usize) -> String {
    format!("n{i:05}")
}

/// The ends of a link for the library, which is to see only links that lead down.
fn ends(link: &Link, back: bool) -> (String, String) {
    if back { (id(link.to), id(link.from)) } else { (id(link.from), id(link.to)) }
}

fn asked(boxes: &[Size], links: &[Link], back: &[bool]) -> Graph<NodeLabel, EdgeLabel, GraphLabel> {
    let mut graph = Graph::new(GraphOptions { directed: true, multigraph: true, compound: false });
    graph.set_graph(GraphLabel {
        nodesep: BESIDE_BOX,
        edgesep: BESIDE_LINE,
        ranksep: 2.0 * BETWEEN_LAYERS,
        marginx: MARGIN,
        marginy: MARGIN,
        ..GraphLabel::default()
    });
    for (i, size) in boxes.iter().enumerate() {
        graph.set_node(id(i), NodeLabel { width: size.width, height: size.height, ..NodeLabel::default() });
    }
    for (i, (link, back)) in links.iter().zip(back).enumerate() {
        let Size { width, height, .. } = link.label;
        let (v, w) = ends(link, *back);
        let label = EdgeLabel { width, height, weight: 1.0, ..EdgeLabel::default() };
        graph.set_edge_named(v, w, Some(i.to_string()), Some(label));
    }
    graph
}

/// A line with the places where it crosses each layer, still at the height that the library gave.
struct Draft {
    from: usize,
    to: usize,
    /// First and last are its two boxes.
    points: Vec<(f64, f64)>,
    label: Option<Rect>,
}

impl Draft {
    fn new(link: &Link, back: bool, edge: &EdgeLabel, places: &[Option<Rect>]) -> Option<Self> {
        let (from, to) = ((*places.get(link.from)?)?, (*places.get(link.to)?)?);
        // The library's own ends are replaced: it lets all lines aim at the middle of a box.
        let mut inner: Vec<_> = edge.points.iter().skip(1).map(|point| (point.x, point.y)).collect();
        inner.pop();
        if back {
            inner.reverse();
        }
        let points = [(from.x(), from.y())].into_iter().chain(inner).chain([(to.x(), to.y())]).collect();
        let label = (edge.x.zip(edge.y)).map(|(x, y)| Rect::around(x, y, link.label));
        Some(Self { from: link.from, to: link.to, points, label })
    }

    fn is_loop(&self) -> bool {
        self.from == self.to
    }
}

/// One end of a line, at a side of a box.
struct End {
    /// Which line, and which of its points.
    draft: usize,
    point: usize,
    /// Where the line comes from.
    x: f64,
}

/// Gives every end of a line a place of its own on its box, in the order in which the lines come, so that they do not cross.
fn fasten(drafts: &mut [Option<Draft>], boxes: &[Option<Rect>]) {
    let mut sides: BTreeMap<(usize, bool), Vec<End>> = BTreeMap::new();
    for (i, draft) in drafts.iter().enumerate() {
        let Some(draft) = draft.as_ref().filter(|draft| !draft.is_loop()) else { continue };
        let last = draft.points.len() - 1;
        for (at, point, next) in [(draft.from, 0, 1), (draft.to, last, last - 1)] {
            let below = draft.points[next].1 > draft.points[point].1;
            sides.entry((at, below)).or_default().push(End { draft: i, point, x: draft.points[next].0 });
        }
    }
    for ((at, _), mut ends) in sides {
        let Some(Some(rect)) = boxes.get(at) else { continue };
        ends.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.draft.cmp(&b.draft)));
        let step = BETWEEN_PORTS.min(rect.size.flat / ends.len() as f64);
        let first = rect.x() - step * (ends.len() - 1) as f64 / 2.0;
        for (port, end) in ends.into_iter().enumerate() {
            if let Some(draft) = &mut drafts[end.draft] {
                draft.points[end.point].0 = first + step * port as f64;
            }
        }
    }
}

/// The layers of boxes and of labels, from above, by the height of their middle as the library gave it.
struct Layers {
    /// Middle as given (in hundredths) -> middle as drawn, and half of the height.
    list: BTreeMap<i64, (f64, f64)>,
    height: f64,
}

impl Layers {
    fn of(boxes: &[Option<Rect>], drafts: &[Option<Draft>]) -> Self {
        let mut halves: BTreeMap<i64, f64> = BTreeMap::new();
        let mut reach: BTreeMap<i64, f64> = BTreeMap::new();
        let mut see = |y: f64, half: f64| {
            let layer = halves.entry(key(y)).or_default();
            *layer = layer.max(half);
        };
        boxes.iter().flatten().for_each(|rect| see(rect.y(), rect.size.height / 2.0));
        for draft in drafts.iter().flatten().filter(|draft| !draft.is_loop()) {
            draft.label.iter().for_each(|label| see(label.y(), label.size.height / 2.0));
            draft.points.iter().for_each(|point| see(point.1, 0.0));
            for pair in draft.points.windows(2) {
                let widest = reach.entry(key(pair[0].1.min(pair[1].1))).or_default();
                *widest = widest.max((pair[0].0 - pair[1].0).abs());
            }
        }
        Self::stacked(&halves, &reach)
    }

    /// Stacks the layers; the further lines go sideways below a layer, the more room is left below it.
    fn stacked(halves: &BTreeMap<i64, f64>, reach: &BTreeMap<i64, f64>) -> Self {
        let mut list = BTreeMap::new();
        let mut y = MARGIN;
        let mut gap = 0.0;
        for (key, half) in halves {
            y += gap + half;
            list.insert(*key, (y, *half));
            y += half;
            gap = (BETWEEN_LAYERS + reach.get(key).copied().unwrap_or(0.0) / 12.0).min(MOST_GAP);
        }
        Self { list, height: y + MARGIN }
    }

    fn at(&self, y: f64) -> (f64, f64) {
        self.list.get(&key(y)).copied().unwrap_or((y, 0.0))
    }

    /// Moves a box or a label to where its layer is drawn.
    fn lower(&self, rect: &mut Rect) {
        rect.top = self.at(rect.y()).0 - rect.size.height / 2.0;
    }

    fn route(&self, draft: Draft, boxes: &[Option<Rect>]) -> Route {
        let mut label = draft.label;
        if let Some(label) = &mut label {
            self.lower(label);
        }
        if let (true, Some(Some(own))) = (draft.is_loop(), boxes.get(draft.from)) {
            // The library may push the label as far to the right as there is room; nothing stands between.
            label.iter_mut().for_each(|label| label.left = label.left.min(own.right() + BESIDE_LOOP));
            return Route { shape: Shape::Loop(*own), label };
        }
        let down = draft.points.first().map(|p| p.1) < draft.points.last().map(|p| p.1);
        let last = draft.points.len() - 1;
        let pieces = draft.points.iter().enumerate().map(|(i, &(x, given))| {
            let (y, half) = self.at(given);
            let (mut top, mut bottom) = (y - half, y + half);
            let end = if i == 0 { Some(draft.from) } else { (i == last).then_some(draft.to) };
            if let Some(Some(own)) = end.map(|at| boxes.get(at).copied().flatten()) {
                let leaves_below = (i == 0) == down;
                if leaves_below { top = own.bottom() } else { bottom = own.top }
            }
            if down { (x, top, bottom) } else { (x, bottom, top) }
        });
        Route { shape: Shape::Through(pieces.collect()), label }
    }
}

/// Heights are compared in hundredths of a pixel, so that rounding does not split a layer.
fn key(y: f64) -> i64 {
    (y * 100.0).round() as i64
}
