//! Closing a hotline by hand, now or later, with the words that callers hear; opening it again.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{NaiveDate, NaiveTime};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::{ClosureId, HotlineId};
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::OfficeId;
use crate::people::{OPEN_END, SignedIn};
use crate::shifts::{self, Closure, ClosureFault, ClosurePlan, Hotline, LONGEST_REASON, ShiftsError};
use crate::web::{self, Form, Locale, Page};

use super::hotlines::load;
use super::personnel::wall;
use super::{Fault, Faults, Notice, away, refused, words};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Told {
    meldung: String,
}

#[derive(Template)]
#[template(path = "shifts/pages/closures.html")]
struct ClosuresPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    id: HotlineId,
    hotline: String,
    office: &'static str,
    office_code: OfficeId,
    closures: Vec<ClosureView>,
    form: ClosureForm,
    texts: Vec<TextView>,
    longest: usize,
    faults: Faults,
}

struct ClosureView {
    id: ClosureId,
    when: String,
    runs: bool,
    reasons: Vec<(&'static str, String)>,
}

impl ClosureView {
    fn new(it: Closure, now: Instant) -> Self {
        let (when, runs) = (words::closure(&it), it.covers(now));
        let said = |(language, text)| (words::language(language), text);
        Self { id: it.id, when, runs, reasons: it.reason.into_iter().map(said).collect() }
    }
}

/// The field for the words of one language.
struct TextView {
    tag: &'static str,
    field: String,
    label: String,
    typed: String,
    optional: bool,
    fault: Option<String>,
}

/// A closure as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ClosureForm {
    /// The tags of the languages, in the order of their texts.
    sprache: Vec<String>,
    grund: Vec<String>,
    von: String,
    von_zeit: String,
    bis: String,
    bis_zeit: String,
}

const FROM: &str = "Geben Sie den Tag an, zum Beispiel 16.11.2026, oder lassen Sie beide Felder leer.";
const ORDER: &str = "Das Ende muss nach dem Anfang liegen.";
const OVER: &str = "Dieses Ende ist schon vorbei. Geben Sie ein späteres an, oder lassen Sie beide Felder leer.";

impl ClosureForm {
    /// The closure that was typed, or everything that cannot be read. Without a day a time is meant for that of the start.
    fn read(&self, now: Instant) -> Result<ClosurePlan, Vec<Fault>> {
        let from = typed(&self.von, &self.von_zeit, local::day(now));
        let first = from.flatten().map_or_else(|| local::day(now), |(day, _)| day);
        let until = typed(&self.bis, &self.bis_zeit, first);
        match (from, until) {
            (Some(from), Some(until)) => {
                let start = from.map_or(now, |(day, time)| local::start(day.and_time(time.unwrap_or_default())));
                let span = Span { start, end: until.map_or(OPEN_END, end) };
                let texts = self.sprache.iter().zip(&self.grund);
                let said = texts.filter_map(|(tag, text)| Some((Language::from_tag(tag)?, text.clone())));
                Ok(ClosurePlan { span, reason: said.collect() })
            }
            (from, until) => {
                let from = from.is_none().then(|| Fault::new("von", FROM));
                Err(from.into_iter().chain(until.is_none().then(|| Fault::new("bis", FROM))).collect())
            }
        }
    }

    fn texts(&self, faults: &Faults) -> Vec<TextView> {
        let view = |language: Language| {
            let place = self.sprache.iter().position(|tag| tag == language.tag());
            let field = field(language);
            TextView {
                tag: language.tag(),
                label: format!("Was Anrufende hören: {}", words::language(language)),
                typed: place.and_then(|place| self.grund.get(place)).cloned().unwrap_or_default(),
                optional: language != Language::De,
                fault: faults.of(&field).map(str::to_owned),
                field,
            }
        };
        Language::ALL.into_iter().map(view).collect()
    }
}

/// None where it cannot be read; nothing where nothing was typed.
fn typed(day: &str, time: &str, default: NaiveDate) -> Option<Option<(NaiveDate, Option<NaiveTime>)>> {
    match (day.trim(), time.trim()) {
        ("", "") => Some(None),
        ("", time) => local::time(time).map(|time| Some((default, Some(time)))),
        (day, time) => wall(day, time).map(Some),
    }
}

fn end((day, time): (NaiveDate, Option<NaiveTime>)) -> Instant {
    match time {
        Some(time) if time != NaiveTime::MIN => local::end(day.and_time(time)),
        _ => local::whole_day(day).end,
    }
}

fn field(language: Language) -> String {
    format!("grund-{}", language.tag())
}

/// A refusal that concerns a field of the form; None where the form cannot help.
fn refusal(error: &ShiftsError) -> Option<Fault> {
    Some(match error {
        ShiftsError::BadClosure(ClosureFault::NoReason) => {
            Fault::new(field(Language::De), "Schreiben Sie auf Deutsch, was Anrufende hören.")
        }
        ShiftsError::BadClosure(ClosureFault::LongReason(language)) => {
            Fault::new(field(*language), format!("Kürzen Sie den Text auf {LONGEST_REASON} Zeichen."))
        }
        ShiftsError::BadClosure(ClosureFault::Order) => Fault::new("bis", ORDER),
        ShiftsError::Over => Fault::new("bis", OVER),
        _ => return None,
    })
}

/// `GET /dienst/beratungstelefone/{id}/schliessungen`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, Response> {
    let hotline = load(&desk, &t, &signed, &id).await?;
    let mut view = page(&desk, &t, &signed, hotline, (ClosureForm::default(), vec![])).await?;
    view.notice = Notice::find(&told.meldung);
    Ok(web::ok(&view))
}

/// `POST /dienst/beratungstelefone/{id}/schliessungen`
pub async fn close(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<ClosureForm>,
) -> Result<Response, Response> {
    let hotline = load(&desk, &t, &signed, &id).await?;
    let now = desk.now();
    let faults = match form.read(now) {
        Err(faults) => faults,
        Ok(plan) => match shifts::close_hotline(&desk, now, &signed.0, hotline.id, &plan).await {
            Ok(_) => return Ok(web::go(&t.path(&address(hotline.id, "geschlossen")))),
            Err(error) => vec![refusal(&error).ok_or_else(|| refused(&t, error))?],
        },
    };
    let view = page(&desk, &t, &signed, hotline, (form, faults)).await?;
    Ok(web::html(StatusCode::BAD_REQUEST, &view))
}

/// `POST /dienst/beratungstelefone/{id}/schliessungen/{closure}/beenden`
pub async fn reopen(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((id, closure)): Path<(String, String)>,
) -> Result<Response, Response> {
    let hotline = load(&desk, &t, &signed, &id).await?;
    let closure = closure.parse().map_err(|_| web::not_found(&t))?;
    let notice = match shifts::reopen_hotline(&desk, desk.now(), &signed.0, closure).await {
        Ok(_) if is_closed(&desk, &t, hotline.id).await? => "noch-geschlossen",
        Ok(ended) if ended.ended_at > Some(ended.span.start) => "geoeffnet",
        Ok(_) => "schliessung-zurueck",
        Err(ShiftsError::Over) => "schon",
        Err(error) => return Err(refused(&t, error)),
    };
    Ok(web::go(&t.path(&address(hotline.id, notice))))
}

/// Whether another closure lasts.
async fn is_closed(desk: &Desk, t: &Locale, hotline: HotlineId) -> Result<bool, Response> {
    let closure = shifts::find_closure(&desk.db, hotline, desk.now()).await;
    closure.map(|closure| closure.is_some()).map_err(|error| refused(t, error.into()))
}

fn address(hotline: HotlineId, notice: &str) -> String {
    format!("/dienst/beratungstelefone/{hotline}/schliessungen?meldung={notice}")
}

async fn page<'a>(
    desk: &Desk,
    t: &'a Locale,
    signed: &SignedIn,
    hotline: Hotline,
    (form, faults): (ClosureForm, Vec<Fault>),
) -> Result<ClosuresPage<'a>, Response> {
    let now = desk.now();
    let coming = Span { start: now, end: OPEN_END };
    let closures = shifts::list_closures(&desk.db, hotline.id, coming).await.map_err(away(t))?;
    let (page, faults) = (signed.page(t, "Beratungstelefon schließen"), Faults(faults));
    Ok(ClosuresPage {
        t,
        page: if faults.is_empty() { page } else { page.with_error(t) },
        notice: None,
        id: hotline.id,
        hotline: hotline.name,
        office: hotline.office.name(),
        office_code: hotline.office,
        closures: closures.into_iter().map(|closure| ClosureView::new(closure, now)).collect(),
        texts: form.texts(&faults),
        form,
        longest: LONGEST_REASON,
        faults,
    })
}
