//! What everything looks like: outlines, curves, labels, written as SVG with class names; colours are in the style sheet.
//!
//! One rule: nothing from outside gets into the text but through `xml` or `fragment`.

use std::fmt::Write;

use super::layout::{Placed, Rect, Route, Shape, Size};
use super::text::{fragment, number, width, wrap, xml};
use super::words::{UNREACHED, calls};
use super::{Form, Group, Line, Scene, Seen};

/// Our style sheet; what stands in it about flows goes into a picture that is a file.
const STYLES: &str = include_str!("../../../web/sprechzeit.css");
const OUR_STYLES: (&str, &str) = ("/* ---- flow, drawn ---- */", "/* Around a drawn flow in a page");

/// The colours of a light page, for a file.
const COLOURS: [(&str, &str); 11] = [
    ("var(--sz-text)", "#14172a"),
    ("var(--sz-muted)", "#515a7c"),
    ("var(--sz-ground)", "#ffffff"),
    ("var(--sz-surface)", "#f2f4f9"),
    ("var(--sz-border)", "#6b7596"),
    ("var(--sz-action)", "#1d4aa3"),
    ("var(--sz-on-action)", "#ffffff"),
    ("var(--sz-graph-tint)", "#dcf3fb"),
    ("var(--sz-graph-alarm)", "#c0261f"),
    ("var(--sz-graph-warning)", "#8f5200"),
    ("var(--sz-graph-focus)", "#474f70"),
];

/// How wide a line of text in a box may be, in pixels.
const TEXT_WIDTH: f64 = 172.0;
/// How wide a label on a line may be.
const LABEL_WIDTH: f64 = 132.0;
const MOST_LABEL_ROWS: usize = 5;
/// How high a badge is, and how much of the line is seen above and below a label before it bends.
const BADGE: f64 = 20.0;
const CLEAR: f64 = 5.0;
/// How much of a box's side a line wants, and how wide a side becomes for many.
const PORT: f64 = 14.0;
const WIDEST_FLAT: f64 = 420.0;
const THINNEST_WAY: f64 = 1.5;
const THICKEST_WAY: f64 = 8.0;
const WALKED_WAY: f64 = 4.5;

/// A line of text with the class that it is set in, and how far its base is below the top.
struct Row {
    class: &'static str,
    text: String,
    base: f64,
}

/// Rows of text, one below the other.
#[derive(Default)]
struct Rows {
    list: Vec<Row>,
    width: f64,
    height: f64,
}

impl Rows {
    fn add(&mut self, class: &'static str, text: String, size: f64) {
        self.width = self.width.max(width(&text, size));
        self.list.push(Row { class, text, base: self.height + size });
        self.height += (size * 1.3).round();
    }
}

/// A box before it has a place.
pub(super) struct Sketch {
    pub size: Size,
    rows: Rows,
}

impl Sketch {
    /// Widened so that this many lines end at one of its sides and can still be told apart.
    pub fn with_ports(mut self, ports: usize) -> Self {
        let more = (ports as f64 * PORT).min(WIDEST_FLAT) - self.size.flat;
        if more > 0.0 {
            self.size.width += more;
            self.size.flat += more;
        }
        self
    }

    /// Heightened for a loop, which goes around its label and back to the box.
    pub fn with_loop(mut self, tag: Option<&Tag>) -> Self {
        let needed = tag.map_or(0.0, |tag| tag.size.height + 28.0);
        self.size.height = self.size.height.max(needed);
        self
    }
}

pub(super) fn sketch(seen: &Seen) -> Sketch {
    let mut rows = Rows::default();
    let Some(station) = seen.station else {
        rows.add("name", "Anruf".to_owned(), 15.0);
        return Sketch { size: Size { width: 84.0, height: 32.0, flat: 30.0 }, rows };
    };
    let unreached = if seen.reached { "" } else { UNREACHED };
    let kind = format!("{}{unreached}", station.kind);
    wrap(&kind, 12.0, TEXT_WIDTH, 2).into_iter().for_each(|line| rows.add("kind", line, 12.0));
    wrap(&station.name, 15.0, TEXT_WIDTH, 3).into_iter().for_each(|line| rows.add("name", line, 15.0));
    if !station.said.trim().is_empty() {
        rows.height += 3.0;
        let said = format!("„{}“", station.said.trim());
        wrap(&said, 13.0, TEXT_WIDTH, 3).into_iter().for_each(|line| rows.add("said", line, 13.0));
    }
    if seen.hung_up > 0 {
        rows.height += 5.0;
        rows.add("hung-up", format!("{} aufgelegt", number(seen.hung_up)), 13.0);
    }
    let inset = station.group.inset();
    let width = rows.width.max(96.0) + 24.0 + 2.0 * inset;
    Sketch { size: Size { width, height: rows.height + 20.0, flat: width - 2.0 * inset - 28.0 }, rows }
}

/// What stands on a line before it has a place.
pub(super) struct Tag {
    pub size: Size,
    rows: Rows,
    /// The steps of the past call, and how wide their badge is.
    badge: Option<(String, f64)>,
}

pub(super) fn tag(line: &Line) -> Tag {
    let mut rows = Rows::default();
    label_rows(&line.labels).into_iter().for_each(|text| rows.add("label", text, 13.0));
    if let Some(n) = line.callers {
        rows.add("calls", calls(n), 12.0);
    }
    let badge = (!line.steps.is_empty()).then(|| {
        let mut text = line.steps.iter().take(4).map(usize::to_string).collect::<Vec<_>>().join(", ");
        if line.steps.len() > 4 {
            text.push('…');
        }
        let wide = (width(&text, 12.0) + 10.0).max(20.0);
        (text, wide)
    });
    let bead = badge.as_ref().map(|(_, wide)| *wide);
    let text = if rows.list.is_empty() { 0.0 } else { rows.height + 4.0 };
    let width = bead.unwrap_or(0.0).max(rows.width + 8.0);
    let height = text + bead.map_or(0.0, |_| BADGE);
    let size = if height > 0.0 { Size { width, height: height + 2.0 * CLEAR, flat: 0.0 } } else { Size::default() };
    Tag { size, rows, badge }
}

/// The labels, separated by commas, in as few rows as they fit; a long list is cut.
fn label_rows(labels: &[String]) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for (i, label) in labels.iter().enumerate() {
        let comma = if i + 1 < labels.len() { "," } else { "" };
        for piece in wrap(&format!("{label}{comma}"), 13.0, LABEL_WIDTH, 2) {
            match rows.last_mut() {
                Some(row) if width(row, 13.0) + width(&format!(" {piece}"), 13.0) <= LABEL_WIDTH => {
                    row.push(' ');
                    row.push_str(&piece);
                }
                _ => rows.push(piece),
            }
        }
    }
    if rows.len() > MOST_LABEL_ROWS {
        rows.truncate(MOST_LABEL_ROWS);
        rows.extend(["…".to_owned()]);
    }
    rows
}

impl Group {
    fn class(self) -> &'static str {
        match self {
            Self::Say => "say",
            Self::Ask => "ask",
            Self::Decide => "decide",
            Self::Connect => "connect",
            Self::Note => "note",
            Self::Leave => "leave",
            Self::End => "end",
        }
    }

    /// How much of a box's width its outline takes away at each side.
    fn inset(self) -> f64 {
        match self {
            Self::Say => 0.0,
            Self::Connect => 6.0,
            Self::Note => 8.0,
            Self::End => 10.0,
            Self::Decide => 14.0,
            Self::Ask | Self::Leave => 18.0,
        }
    }

    fn outline(self, rect: &Rect) -> String {
        let (l, t, r, b, y, s) = (rect.left, rect.top, rect.right(), rect.bottom(), rect.y(), self.inset());
        match self {
            Self::Say => rounded(rect, 10.0),
            Self::End => rounded(rect, rect.size.height.min(56.0) / 2.0),
            Self::Ask => {
                format!(
                    "M{:.1},{t:.1}H{:.1}L{r:.1},{y:.1}L{:.1},{b:.1}H{:.1}L{l:.1},{y:.1}Z",
                    l + s,
                    r - s,
                    r - s,
                    l + s
                )
            }
            Self::Decide => format!("M{:.1},{t:.1}H{r:.1}L{:.1},{b:.1}H{l:.1}Z", l + s, r - s),
            Self::Connect => {
                format!("M{l:.1},{t:.1}H{r:.1}V{b:.1}H{l:.1}ZM{:.1},{t:.1}V{b:.1}M{:.1},{t:.1}V{b:.1}", l + s, r - s)
            }
            Self::Note => {
                let (x, f) = (r - 14.0, t + 14.0);
                format!("M{l:.1},{t:.1}H{x:.1}L{r:.1},{f:.1}V{b:.1}H{l:.1}ZM{x:.1},{t:.1}V{f:.1}H{r:.1}")
            }
            Self::Leave => format!("M{l:.1},{t:.1}H{:.1}L{r:.1},{y:.1}L{:.1},{b:.1}H{l:.1}Z", r - s, r - s),
        }
    }

    /// Where the right side of the outline is at a height.
    fn right_side(self, rect: &Rect, y: f64) -> f64 {
        let half = rect.size.height / 2.0;
        let off = (y - rect.y()).abs();
        match self {
            Self::Say | Self::Connect | Self::Note => rect.right(),
            Self::Ask | Self::Leave => rect.right() - self.inset() * off / half,
            Self::Decide => rect.right() - self.inset() * (y - rect.top) / rect.size.height,
            Self::End => {
                let round = half.min(28.0);
                let over = (off - (half - round)).clamp(0.0, round);
                rect.right() - round + (round * round - over * over).sqrt()
            }
        }
    }
}

fn rounded(rect: &Rect, by: f64) -> String {
    let (w, h) = (rect.size.width - 2.0 * by, rect.size.height - 2.0 * by);
    let (x, y, n) = (rect.left + by, rect.top, -by);
    format!(
        "M{x:.1},{y:.1}h{w:.1}a{by:.1},{by:.1} 0 0 1 {by:.1},{by:.1}v{h:.1}a{by:.1},{by:.1} 0 0 1 {n:.1},{by:.1}\
         h{:.1}a{by:.1},{by:.1} 0 0 1 {n:.1},{n:.1}v{:.1}a{by:.1},{by:.1} 0 0 1 {by:.1},{n:.1}Z",
        -w, -h
    )
}

/// Writes the picture.
pub(super) struct Painter<'a> {
    scene: &'a Scene<'a>,
    placed: &'a Placed,
    form: Form<'a>,
    out: String,
}

/// A line, ready to be drawn.
struct Stroke<'a> {
    line: &'a Line,
    route: &'a Route,
    tag: &'a Tag,
    thickness: f64,
}

impl<'a> Painter<'a> {
    pub fn new(scene: &'a Scene<'a>, placed: &'a Placed, form: Form<'a>) -> Self {
        Self { scene, placed, form, out: String::new() }
    }

    pub fn picture(mut self, sketches: &[Sketch], tags: &[Tag], description: &str) -> String {
        self.open(description);
        let mut strokes: Vec<_> = (self.scene.lines.iter().zip(&self.placed.routes).zip(tags))
            .filter_map(|((line, route), tag)| {
                Some(Stroke { line, route: route.as_ref()?, tag, thickness: self.thickness(line) })
            })
            .collect();
        strokes.sort_by_key(|stroke| !stroke.line.steps.is_empty());
        strokes.iter().for_each(|stroke| self.way(stroke));
        strokes.iter().for_each(|stroke| self.label(stroke));
        for ((seen, sketch), rect) in self.scene.boxes.iter().zip(sketches).zip(&self.placed.boxes) {
            if let Some(rect) = rect {
                self.station(seen, sketch, rect);
            }
        }
        self.out.push_str("</svg>\n");
        self.out
    }

    /// Writes SVG; the target is a String, which takes everything.
    fn put(&mut self, text: std::fmt::Arguments) {
        let _ = self.out.write_fmt(text);
    }

    /// In a page the links must be found inside of the picture, which an "img" would hide (WAI-ARIA 1.2, presentational children).
    fn open(&mut self, description: &str) {
        let role = match self.form {
            Form::Page(_) => "group",
            Form::File => "img",
        };
        let (width, height) = (self.placed.width.ceil(), self.placed.height.ceil());
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sz-graph\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"{role}\" aria-labelledby=\"graph-title\" aria-describedby=\"graph-words\" lang=\"de\">\n\
             <title id=\"graph-title\">Ablauf „{}“</title>\n<desc id=\"graph-words\">{}</desc>\n",
            xml(self.scene.title),
            xml(description)
        ));
        if self.form == Form::File {
            let styles = xml(&file_styles());
            self.put(format_args!(
                "<style>{styles}</style>\n<rect class=\"sz-graph__ground\" width=\"100%\" height=\"100%\"/>\n"
            ));
        }
    }

    /// How thick a line is; its area of ink grows with the calls, so that 4 times the calls are twice the thickness.
    fn thickness(&self, line: &Line) -> f64 {
        let share = line.callers.unwrap_or(0) as f64 / self.scene.most_callers.max(1) as f64;
        let thickness = THINNEST_WAY + (THICKEST_WAY - THINNEST_WAY) * share.sqrt();
        if line.steps.is_empty() { thickness } else { thickness.max(WALKED_WAY) }
    }

    fn way(&mut self, stroke: &Stroke) {
        let thickness = stroke.thickness;
        let (curve, head) = match &stroke.route.shape {
            Shape::Through(pieces) => through(pieces, thickness),
            Shape::Loop(rect) => {
                let station = self.scene.boxes.get(stroke.line.from).and_then(|seen| seen.station);
                let group = station.map_or(Group::Say, |station| station.group);
                around(rect, stroke.route.label.as_ref(), group, thickness)
            }
        };
        let walked = if stroke.line.steps.is_empty() { "" } else { "walked" };
        let unused = if stroke.line.callers == Some(0) { "unused" } else { "" };
        let class = classes("way", &[walked, unused]);
        self.put(format_args!(
            "<path class=\"sz-graph__halo\" stroke-width=\"{:.1}\" d=\"{curve}\"/>\n",
            thickness + 3.0
        ));
        self.put(format_args!("<path class=\"{class}\" stroke-width=\"{thickness:.1}\" d=\"{curve}\"/>\n"));
        self.put(format_args!("<path class=\"{}\" d=\"{head}\"/>\n", classes("head", &[walked])));
    }

    fn label(&mut self, stroke: &Stroke) {
        let Some(rect) = stroke.route.label.filter(|rect| rect.size.height > 0.0) else { return };
        let (x, mut top) = (rect.x(), rect.top + CLEAR);
        if let Some((steps, wide)) = &stroke.tag.badge {
            self.put(format_args!(
                "<rect class=\"sz-graph__badge\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{BADGE}\" rx=\"{}\"/>\n\
                 <text class=\"sz-graph__step\" x=\"{x:.1}\" y=\"{:.1}\">{steps}</text>\n",
                x - wide / 2.0,
                BADGE / 2.0,
                top + 14.2
            ));
            top += BADGE;
        }
        if stroke.tag.rows.list.is_empty() {
            return;
        }
        let (width, height) = (stroke.tag.rows.width + 8.0, stroke.tag.rows.height + 4.0);
        self.put(format_args!(
            "<rect class=\"sz-graph__ground\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"4\"/>\n",
            x - width / 2.0
        ));
        self.rows(&stroke.tag.rows, x, top + 1.0);
    }

    fn rows(&mut self, rows: &Rows, x: f64, top: f64) {
        for Row { class, text, base } in &rows.list {
            let y = top + base;
            self.put(format_args!(
                "<text class=\"sz-graph__{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>\n",
                xml(text)
            ));
        }
    }

    fn station(&mut self, seen: &Seen, sketch: &Sketch, rect: &Rect) {
        let group = seen.station.map_or(Group::End, |station| station.group);
        let class = classes(
            "station",
            &[
                if seen.station.is_some() { group.class() } else { "entry" },
                if seen.walked { "walked" } else { "" },
                if seen.reached { "" } else { "unreached" },
            ],
        );
        let link = match self.form {
            Form::Page(address) => seen.station.map(|station| (address, fragment(&station.name))),
            Form::File => None,
        };
        match &link {
            Some((address, name)) => {
                self.put(format_args!("<a class=\"{class}\" href=\"{}#n-{name}\">", xml(address)));
            }
            None => self.put(format_args!("<g class=\"{class}\">")),
        }
        if let Some(told) = seen.finding.or(seen.station.map(|station| station.said.as_str())).filter(|s| !s.is_empty())
        {
            self.put(format_args!("<title>{}</title>", xml(told)));
        }
        self.put(format_args!("\n<path class=\"sz-graph__shape\" d=\"{}\"/>\n", group.outline(rect)));
        let top = rect.y() - sketch.rows.height / 2.0;
        self.rows(&sketch.rows, rect.x(), top);
        self.cross(&sketch.rows, rect.x(), top);
        if seen.finding.is_some() {
            self.flag(rect.right() - group.inset(), rect.top);
        }
        self.out.push_str(if link.is_some() { "</a>\n" } else { "</g>\n" });
    }

    /// A small cross before the number of those who hung up.
    fn cross(&mut self, rows: &Rows, x: f64, top: f64) {
        for row in rows.list.iter().filter(|row| row.class == "hung-up") {
            let (x, y) = (x - width(&row.text, 13.0) / 2.0 - 12.0, top + row.base - 8.0);
            self.put(format_args!("<path class=\"sz-graph__cross\" d=\"M{x:.1},{y:.1}l7,7m0,-7l-7,7\"/>\n"));
        }
    }

    /// A warning triangle at a corner.
    fn flag(&mut self, x: f64, y: f64) {
        self.put(format_args!(
            "<path class=\"sz-graph__flag\" d=\"M{x:.1},{:.1}l12,20h-24Z\"/>\n\
             <text class=\"sz-graph__flag-sign\" x=\"{x:.1}\" y=\"{:.1}\">!</text>\n",
            y - 12.0,
            y + 5.5
        ));
    }
}

/// The class of an element with those of its variants that are not empty.
fn classes(element: &str, variants: &[&str]) -> String {
    let mut class = format!("sz-graph__{element}");
    for variant in variants.iter().filter(|variant| !variant.is_empty()) {
        let _ = write!(class, " sz-graph__{element}--{variant}");
    }
    class
}

/// The part of the style sheet that is about drawn flows, with the colours of a light page.
fn file_styles() -> String {
    let from = STYLES.find(OUR_STYLES.0).unwrap_or_default();
    let until = STYLES.find(OUR_STYLES.1).unwrap_or(STYLES.len());
    let ours = STYLES.get(from..until).unwrap_or_default();
    COLOURS.iter().fold(ours.to_owned(), |styles, (token, colour)| styles.replace(token, colour))
}

/// How long the head of an arrow is, and half of how wide.
fn head(thickness: f64) -> (f64, f64) {
    (7.0 + thickness, 3.5 + thickness * 0.75)
}

/// The curve through straight pieces, and its head.
fn through(pieces: &[(f64, f64, f64)], thickness: f64) -> (String, String) {
    let (long, half) = head(thickness);
    let (mut curve, mut arrow) = (String::new(), String::new());
    let mut here: Option<(f64, f64)> = None;
    for (i, &(x, mut begin, mut end)) in pieces.iter().enumerate() {
        let down = pieces.first().map(|p| p.1) < pieces.last().map(|p| p.1);
        if i + 1 == pieces.len() {
            let back = if down { -long } else { long };
            let _ = write!(arrow, "M{x:.1},{end:.1}l{half:.1},{back:.1}h{:.1}Z", -2.0 * half);
            // The line stops in the middle of its head, so that a thick one does not stick out at the tip.
            end += back * 0.7;
            begin = if down { begin.min(end) } else { begin.max(end) };
        }
        match here {
            None => curve = format!("M{x:.1},{begin:.1}"),
            Some((last, y)) => {
                let middle = f64::midpoint(y, begin);
                let _ = write!(curve, "C{last:.1},{middle:.1} {x:.1},{middle:.1} {x:.1},{begin:.1}");
            }
        }
        if (end - begin).abs() > 0.05 {
            let _ = write!(curve, "V{end:.1}");
        }
        here = Some((x, end));
    }
    (curve, arrow)
}

/// The curve from a box around its label back to the box, and its head.
fn around(rect: &Rect, label: Option<&Rect>, group: Group, thickness: f64) -> (String, String) {
    let (long, half) = head(thickness);
    let far = label.map_or(rect.right() + 30.0, Rect::x);
    let reach = label.map_or(6.0, |label| label.size.height / 2.0) + 4.0;
    let off = reach.min(rect.size.height / 2.0 - 8.0);
    let (upper, lower) = (rect.y() - off, rect.y() + off);
    let (out, back) = (group.right_side(rect, lower), group.right_side(rect, upper));
    let bend = off.min(12.0);
    let curve = format!(
        "M{out:.1},{lower:.1}H{:.1}q{bend:.1},0 {bend:.1},{:.1}V{:.1}q0,{:.1} {:.1},{:.1}H{:.1}",
        far - bend,
        -bend,
        upper + bend,
        -bend,
        -bend,
        -bend,
        back + long * 0.7
    );
    (curve, format!("M{back:.1},{upper:.1}l{long:.1},{half:.1}v{:.1}Z", -2.0 * half))
}
