//! The check of the plan: for each hotline of an office when callers are left alone in the coming weeks, drawn and told;
//! and what a change just brought, told on the page that follows it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::HotlineId;
use crate::kernel::{Instant, Span, local};
use crate::offices::OfficeId;
use crate::people::{SignedIn, planned_office};
use crate::shifts::proof::{CounterExample, Proof, Severity, Verdict};
use crate::shifts::{self, Hotline, Lookout, Week};
use crate::web::{self, Locale, Page};

use super::week::address;
use super::{Choice, away, office_choices, words};

/// For how many weeks one can look ahead.
const WEEKS: [i64; 4] = [4, 12, 26, 52];
/// So many times of one counter-example are listed; the others are counted.
const LISTED: usize = 5;
/// A piece of a strip that matters is drawn at least so wide, in minutes, that it can be seen.
const VISIBLE: i64 = 60;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    wochen: String,
}

#[derive(Template)]
#[template(path = "shifts/pages/proof.html")]
struct ProofPage<'a> {
    t: &'a Locale,
    page: Page,
    office: &'static str,
    offices: Vec<Choice>,
    weeks: Vec<Choice>,
    hotlines: Vec<HotlineView>,
}

struct HotlineView {
    id: HotlineId,
    name: String,
    number: String,
    summary: String,
    rows: Vec<RowView>,
    found: Vec<FoundView>,
}

/// A week, drawn: one unit is a minute.
struct RowView {
    title: String,
    to: String,
    length: i64,
    pieces: Vec<Piece>,
    /// The midnights between its days.
    marks: Vec<i64>,
    words: String,
}

struct Piece {
    from: i64,
    length: i64,
    look: &'static str,
}

/// A counter-example in words.
pub(super) struct FoundView {
    pub(super) is_breach: bool,
    pub(super) what: String,
    pub(super) keys: String,
    /// When, and the week in which it can be mended.
    pub(super) times: Vec<(String, String)>,
    pub(super) more: Option<String>,
}

/// What a change brought.
pub(super) struct News(pub(super) Vec<NewsView>);

pub(super) struct NewsView {
    pub(super) hotline: String,
    pub(super) found: FoundView,
}

/// `GET /dienst/planung/pruefung`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let weeks = asked.wochen.parse().ok().filter(|weeks| WEEKS.contains(weeks)).unwrap_or(12);
    let now = desk.now();
    let last = local::monday(local::day(now)) + TimeDelta::weeks(weeks);
    let window = Span { start: now, end: local::whole_day(last).start };
    let proofs = prove(&desk, now, office, window).await.map_err(away(&t))?;
    Ok(web::ok(&ProofPage {
        t: &t,
        page: signed.page(&t, "Prüfung des Dienstplans"),
        office: office.name(),
        offices: office_choices(&signed.0, office),
        weeks: week_choices(weeks),
        hotlines: proofs.iter().map(|(hotline, proof)| HotlineView::new(hotline, proof)).collect(),
    }))
}

async fn prove(desk: &Desk, now: Instant, office: OfficeId, window: Span) -> Result<Vec<(Hotline, Proof)>, DbError> {
    let mut hotlines = shifts::list_hotlines(&desk.db, Some(&office)).await?;
    hotlines.retain(|hotline| hotline.active);
    shifts::prove(desk, now, hotlines, window).await
}

fn week_choices(chosen: i64) -> Vec<Choice> {
    let choice =
        |weeks: i64| Choice { value: weeks.to_string(), text: format!("{weeks} Wochen"), chosen: weeks == chosen };
    WEEKS.map(choice).into()
}

impl HotlineView {
    fn new(hotline: &Hotline, proof: &Proof) -> Self {
        let mondays = local::monday(local::day(proof.window.start)).iter_weeks();
        let mondays = mondays.take_while(|monday| Week::window(*monday).start < proof.window.end);
        let count = |severity| proof.found.iter().filter(|it| it.finding.severity == severity).count();
        Self {
            id: hotline.id,
            name: hotline.name.clone(),
            number: hotline.number.to_string(),
            summary: words::found(count(Severity::Breach), count(Severity::Warning)),
            rows: mondays.map(|monday| RowView::new(hotline, proof, monday)).collect(),
            found: proof.found.iter().map(|it| FoundView::new(hotline, it)).collect(),
        }
    }
}

impl RowView {
    fn new(hotline: &Hotline, proof: &Proof, monday: NaiveDate) -> Self {
        let week = Week::window(monday);
        let mut strip: Vec<(Span, Verdict)> =
            proof.strip.iter().filter_map(|(span, verdict)| Some((span.shared(week)?, *verdict))).collect();
        let breaches = strip.iter().filter(|(_, verdict)| *verdict == Verdict::Breach);
        let words: Vec<String> = breaches.map(|(span, _)| words::when(*span)).collect();
        // What matters most is drawn last, over its neighbours.
        strip.sort_by_key(|(span, verdict)| (rank(*verdict), span.start));
        let minute = |at: Instant| (at - week.start).num_minutes();
        Self {
            title: words::week(monday),
            to: address(&hotline.id.to_string(), &local::week_name(monday)),
            length: week.length().num_minutes(),
            pieces: strip.iter().map(|(span, verdict)| Piece::new(minute(span.start), *span, *verdict)).collect(),
            marks: monday.iter_days().take(7).skip(1).map(|day| minute(local::whole_day(day).start)).collect(),
            words: if words.is_empty() { "keine Lücke".into() } else { format!("Lücken: {}", words.join("; ")) },
        }
    }
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Closed | Verdict::Sound => 0,
        Verdict::Warning => 1,
        Verdict::Breach => 2,
    }
}

impl Piece {
    fn new(from: i64, span: Span, verdict: Verdict) -> Self {
        let minutes = span.length().num_minutes();
        let (look, length) = match verdict {
            Verdict::Closed => ("closed", minutes),
            Verdict::Sound => ("one", minutes),
            Verdict::Warning => ("hint", minutes.max(VISIBLE)),
            Verdict::Breach => ("none", minutes.max(VISIBLE)),
        };
        Self { from, length, look }
    }
}

impl FoundView {
    fn new(hotline: &Hotline, it: &CounterExample) -> Self {
        let week = |span: &Span| {
            let monday = local::monday(local::day(span.start));
            address(&hotline.id.to_string(), &local::week_name(monday))
        };
        let others = it.spans.iter().skip(LISTED);
        let length: TimeDelta = others.clone().map(|span| span.length()).sum();
        let more = match others.count() {
            0 => None,
            n => Some(format!("und {n} weitere Zeiten, {}", words::length(length))),
        };
        Self {
            is_breach: it.finding.severity == Severity::Breach,
            what: words::fault(&it.finding.fault),
            keys: words::steps(&it.finding.steps),
            times: it.spans.iter().take(LISTED).map(|span| (words::when(*span), week(span))).collect(),
            more,
        }
    }
}

// ---- what a change brought ----

/// What the address of the next page says of what a change brought: over which span; nothing where it brought nothing.
/// A change that is made stands, even where this cannot be said.
pub(super) async fn told(desk: &Desk, lookout: &Lookout) -> String {
    let news = lookout.news(desk).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "a change of the plan could not be checked");
        Vec::new()
    });
    let spans = || news.iter().flat_map(|(_, it)| &it.spans);
    let (start, end) = (spans().map(|span| span.start).min(), spans().map(|span| span.end).max());
    start.zip(end).map(|(start, end)| format!("&neu={}_{}", start.0, end.0)).unwrap_or_default()
}

impl News {
    /// What the proofs of these hotlines find in the span that an address tells of.
    pub(super) async fn load(desk: &Desk, told: &str, hotlines: Vec<Hotline>) -> Result<Option<Self>, DbError> {
        let Some(span) = span(told) else { return Ok(None) };
        let now = desk.now();
        let active = hotlines.into_iter().filter(|hotline| hotline.active).collect();
        let proofs = shifts::prove(desk, now, active, Span { start: now, end: now + shifts::AHEAD }).await?;
        let views = proofs.iter().flat_map(|(hotline, proof)| {
            let touched = proof.found.iter().filter(|it| it.touches(span)).cloned();
            touched.map(|mut it| {
                it.spans.retain(|own| own.overlaps(span));
                NewsView { hotline: hotline.name.clone(), found: FoundView::new(hotline, &it) }
            })
        });
        let views: Vec<NewsView> = views.collect();
        Ok(Some(Self(views)).filter(|news| !news.0.is_empty()))
    }
}

fn span(told: &str) -> Option<Span> {
    let (start, end) = told.split_once('_')?;
    Span::new(Instant(start.parse().ok()?), Instant(end.parse().ok()?))
}
