//! The strip as a table: a row a day and want, a column a half hour on the wall clock.
//!
//! Pattern and number say it, colour only supports.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{NaiveDate, Timelike};

use crate::kernel::id::{DraftId, HotlineId};
use crate::kernel::{Instant, Language, Span, local};
use crate::rota::page::{short_day, times};
use crate::shifts::Hotline;
use crate::web::percent;

use super::super::strip::{Level, Seats, Staff, Stretch, wants};
use super::{Want, want_words};

/// The strip of one hotline over some days.
pub struct StripView {
    pub id: HotlineId,
    pub hotline: String,
    /// The hours that the columns begin with, each two half hours wide.
    pub hours: Vec<u32>,
    pub wants: Vec<WantView>,
    /// How many half hours have fewer than are wanted.
    pub short: usize,
    /// So many days are left out, since nobody is missing on them.
    pub hidden: usize,
}

pub struct WantView {
    pub name: String,
    pub days: Vec<DayView>,
}

pub struct DayView {
    day: NaiveDate,
    pub title: String,
    /// Where the day is seen as a whole.
    pub link: Option<String>,
    is_short: bool,
    pub cells: Vec<CellView>,
}

pub struct CellView {
    /// Half hours.
    pub width: u32,
    pub look: &'static str,
    /// "1/2": there and wanted.
    pub text: String,
    /// The same as a sentence.
    pub words: String,
    /// Where a gap is filled.
    pub fill: Option<String>,
}

impl StripView {
    pub fn new(hotline: &Hotline, seats: &Seats<'_>, days: &[NaiveDate], now: Instant) -> Self {
        let wanted = match wants(seats.demands) {
            none if none.is_empty() => vec![Want::default()],
            some => some,
        };
        let columns = columns(hotline);
        let mut short = 0;
        let mut day = |want, day: NaiveDate| {
            let strip = seats.strip(want, day);
            let missing = strip.iter().map(missing_half_hours).sum::<usize>();
            short += missing;
            let cells = cells((hotline, want), &strip, &columns, now);
            DayView { day, title: short_day(day), link: None, is_short: missing > 0, cells }
        };
        let want = |want| WantView { name: want_words(want), days: days.iter().map(|it| day(want, *it)).collect() };
        let wants = wanted.into_iter().map(want).collect();
        Self {
            id: hotline.id,
            hotline: hotline.name.clone(),
            hours: (columns.start / 2..columns.end / 2).collect(),
            wants,
            short,
            hidden: 0,
        }
    }

    /// The same with those days only on which somebody is missing, each with a link.
    pub fn gaps_only(mut self, link: impl Fn(NaiveDate) -> String) -> Self {
        let all = self.days().len();
        for want in &mut self.wants {
            want.days.retain(|day| day.is_short);
            for day in &mut want.days {
                day.link = Some(link(day.day));
            }
        }
        self.hidden = all - self.days().len();
        self
    }

    fn days(&self) -> BTreeSet<NaiveDate> {
        self.wants.iter().flat_map(|want| &want.days).map(|day| day.day).collect()
    }

    /// There is no day to show.
    pub fn is_empty(&self) -> bool {
        self.wants.iter().all(|want| want.days.is_empty())
    }
}

impl StripView {
    /// Gaps are filled in this draft.
    pub fn into_draft(mut self, draft: DraftId) -> Self {
        let cells = self.wants.iter_mut().flat_map(|want| &mut want.days).flat_map(|day| &mut day.cells);
        for path in cells.filter_map(|cell| cell.fill.as_mut()) {
            path.push_str(&format!("&plan={draft}"));
        }
        self
    }
}

fn missing_half_hours(stretch: &Stretch) -> usize {
    let missing = stretch.staff.is_some_and(|staff| staff.missing() > 0);
    if missing { (stretch.span.length().num_minutes() / 30) as usize } else { 0 }
}

/// From the first opening of the week until its last closing, in half hours of the day, whole hours wide.
fn columns(hotline: &Hotline) -> Range<u32> {
    let minute = |time: chrono::NaiveTime| time.hour() * 60 + time.minute();
    let rules = hotline.hours.rules();
    let first = rules.iter().map(|rule| minute(rule.opens) / 60).min().unwrap_or(0);
    let closes = rules.iter().map(|rule| match minute(rule.closes) {
        0 => 24,
        minutes => minutes.div_ceil(60),
    });
    first * 2..closes.max().unwrap_or(24) * 2
}

/// Over a clock change the skipped hour is drawn with what stands before it, and the doubled one once.
fn cells(of: (&Hotline, Want), strip: &[Stretch], columns: &Range<u32>, now: Instant) -> Vec<CellView> {
    let mut from = columns.start;
    let mut cells = Vec::new();
    for (n, stretch) in strip.iter().enumerate() {
        let until = if n + 1 == strip.len() { 48 } else { half_hour(stretch.span.end) }.clamp(from, columns.end);
        if until > from {
            cells.push(CellView::new(of, stretch, until - from, now));
        }
        from = until.max(from);
    }
    cells
}

fn half_hour(at: Instant) -> u32 {
    let wall = local::wall(at);
    wall.hour() * 2 + wall.minute() / 30
}

impl CellView {
    fn new((hotline, want): (&Hotline, Want), stretch: &Stretch, width: u32, now: Instant) -> Self {
        let level = stretch.level();
        let staff = stretch.staff.unwrap_or_default();
        let (look, text) = match level {
            Level::Closed => ("closed", String::new()),
            Level::NoDemand => ("free", staff.present.to_string()),
            Level::Enough => ("enough", ratio(staff)),
            Level::Away => ("away", ratio(staff)),
            Level::Short => ("short", ratio(staff)),
        };
        let short = matches!(level, Level::Away | Level::Short);
        let fill = (short && stretch.span.end > now).then(|| who_can_path(hotline, want, stretch.span));
        Self { width, look, text, words: format!("{}: {}", times(stretch.span), words(level, staff)), fill }
    }
}

fn ratio(staff: Staff) -> String {
    format!("{}/{}", staff.present, staff.wanted)
}

fn words(level: Level, Staff { wanted, planned, present }: Staff) -> String {
    match level {
        Level::Closed => "geschlossen".into(),
        Level::NoDemand => format!("kein Bedarf, {present} da"),
        Level::Enough => format!("{wanted} gebraucht, {planned} geplant, {present} da"),
        Level::Away => format!("{wanted} gebraucht, {planned} geplant, aber nur {present} da"),
        Level::Short => format!("{wanted} gebraucht, nur {planned} geplant, {present} da"),
    }
}

/// The page that ranks who could fill a span of a hotline.
pub fn who_can_path(hotline: &Hotline, want: Want, span: Span) -> String {
    let wall = |at: Instant| percent(&local::wall(at).format("%Y-%m-%dT%H:%M").to_string());
    let (topic, language) = (want.topic.map(|topic| topic.to_string()), want.language.map(Language::tag));
    format!(
        "/dienst/wer-kann?hotline={}&von={}&bis={}&reihe=1&thema={}&sprache={}",
        hotline.id,
        wall(span.start),
        wall(span.end),
        topic.unwrap_or_default(),
        language.unwrap_or_default()
    )
}
