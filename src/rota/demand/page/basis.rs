//! The proposal: past calls, what is to be reached, and who is needed for it; taken over by one button.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::Weekday;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::{Language, Span, local};
use crate::offices;
use crate::people::SignedIn;
use crate::rota::page::{Choice, Fault, Faults, away, hotline_choices, number, percent};
use crate::shifts::Hotline;
use crate::web::{self, Form, Locale, Page};

use super::super::proposal::{Aim, HalfHour, demands};
use super::super::staffing::{Model, Service, Target};
use super::super::{Demand, Want, load_basis, replace_demands};
use super::{chosen, language_choices, refused, topic_choices, want_words};

/// How a proposal is made, as it was typed; numbers as a supervisor says them.
#[derive(Deserialize, Clone)]
#[serde(default)]
pub struct AimForm {
    hotline: String,
    thema: String,
    sprache: String,
    wochen: String,
    /// Seconds a talk takes with what is written down after it.
    dauer: String,
    ziel: String,
    sekunden: String,
    /// Seconds, or empty: everybody waits as long as it takes.
    geduld: String,
    auslastung: String,
    ausfall: String,
    mindestens: String,
}

impl Default for AimForm {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            hotline: String::new(),
            thema: String::new(),
            sprache: String::new(),
            wochen: text("8"),
            dauer: String::new(),
            ziel: text("80"),
            sekunden: text("20"),
            geduld: text("120"),
            auslastung: text("85"),
            ausfall: text("0"),
            mindestens: text("1"),
        }
    }
}

#[derive(Template)]
#[template(path = "rota/demand/pages/proposal.html")]
struct ProposalPage<'a> {
    t: &'a Locale,
    page: Page,
    hotlines: Vec<Choice>,
    topics: Vec<Choice>,
    languages: Vec<Choice>,
    form: AimForm,
    faults: Faults,
    /// None: there is no such hotline, or the form has faults.
    proposal: Option<Proposal>,
}

struct Proposal {
    want: String,
    calls: u32,
    talk: String,
    lines: Vec<(String, String, i64)>,
    busiest: Option<Busiest>,
    may_plan: bool,
}

/// What one person fewer or more would mean at the busiest half hour.
struct Busiest {
    when: String,
    calls: String,
    rows: Vec<Row>,
}

struct Row {
    advisors: u32,
    chosen: bool,
    /// None: the queue grows for ever.
    service: Option<ServiceView>,
}

struct ServiceView {
    within: String,
    seconds: String,
    lost: String,
    occupancy: String,
}

/// The proposal computed.
struct Found {
    demands: Vec<Demand>,
    half_hours: Vec<HalfHour>,
    calls: u32,
    aim: Aim,
    talk: f64,
    measured: bool,
}

/// `GET /dienst/bedarf/vorschlag`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(form): Query<AimForm>,
) -> Result<Response, Response> {
    let (hotlines, hotline) = chosen(&desk, &t, &signed.0, &form.hotline).await?;
    let read = form.read();
    let mut proposal = None;
    if let (Some(hotline), Ok(read)) = (&hotline, &read) {
        let found = find(&desk, hotline, read).await.map_err(away(&t))?;
        proposal = Some(Proposal::new(&found, read, signed.0.may_plan(&hotline.office)));
    }
    let faults = read.err().unwrap_or_default();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let page = signed.page(&t, "Bedarf aus Anrufen");
    let view = ProposalPage {
        t: &t,
        page: if faults.is_empty() { page } else { page.with_error(&t) },
        hotlines: hotline_choices(&hotlines, &hotline.map(|it| it.id.to_string()).unwrap_or_default()),
        topics: topic_choices(&form.thema),
        languages: language_choices(&form.sprache),
        form,
        faults: Faults(faults),
        proposal,
    };
    Ok(web::html(status, &view))
}

/// `POST /dienst/bedarf/vorschlag`: takes the proposal in the place of what was there for the same want.
pub async fn take(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<AimForm>,
) -> Result<Response, Response> {
    let (_, hotline) = chosen(&desk, &t, &signed.0, &form.hotline).await?;
    let hotline = hotline.ok_or_else(|| web::not_found(&t))?;
    let unreadable = |_| web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    let read = form.read().map_err(unreadable)?;
    let found = find(&desk, &hotline, &read).await.map_err(away(&t))?;
    let taken = (&[read.want][..], found.demands.as_slice());
    replace_demands(&desk, desk.now(), &signed.0, hotline.id, taken).await.map_err(|error| refused(&t, error))?;
    Ok(web::go(&t.path(&format!("/dienst/bedarf?hotline={}&meldung=uebernommen", hotline.id))))
}

async fn find(desk: &Desk, hotline: &Hotline, read: &Read) -> Result<Found, crate::db::DbError> {
    let (mut basis, talk) = load_basis(desk, desk.now(), hotline, (read.want, read.weeks)).await?;
    basis.seconds_per_call = read.seconds_per_call.or(talk.map(|talk| talk + WRAP_UP)).unwrap_or(TALK);
    let window =
        Span { start: basis.days.first().map_or(desk.now(), |day| local::whole_day(*day).start), end: desk.now() };
    let calendar = offices::load_calendar(&desk.db, hotline.office, window).await?;
    let half_hours = basis.half_hours(&hotline.hours, &calendar, &read.aim);
    Ok(Found {
        demands: demands(hotline.id, read.want, &half_hours),
        calls: basis.calls.iter().map(|(_, count)| count).sum(),
        aim: read.aim,
        talk: basis.seconds_per_call,
        measured: talk.is_some() && read.seconds_per_call.is_none(),
        half_hours,
    })
}

/// Seconds after a talk in which it is written down.
const WRAP_UP: f64 = 60.0;
/// A talk's length, with what follows, where none was measured.
const TALK: f64 = 480.0;

/// What was typed, read.
struct Read {
    want: Want,
    weeks: u32,
    seconds_per_call: Option<f64>,
    aim: Aim,
}

impl AimForm {
    fn read(&self) -> Result<Read, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut field = |name: &'static str, typed: &str, range: std::ops::RangeInclusive<f64>| {
            let read = typed.trim().replace(',', ".").parse().ok().filter(|n| range.contains(n));
            if read.is_none() {
                let (low, high) = (number(*range.start()), number(*range.end()));
                faults.push(Fault::new(name, format!("Geben Sie eine Zahl von {low} bis {high} an.")));
            }
            read.unwrap_or(*range.start())
        };
        let weeks = field("wochen", &self.wochen, 1.0..=26.0) as u32;
        let talk = (!self.dauer.trim().is_empty()).then(|| field("dauer", &self.dauer, 10.0..=7200.0));
        let target = Target {
            share: field("ziel", &self.ziel, 1.0..=99.0) / 100.0,
            seconds: field("sekunden", &self.sekunden, 0.0..=600.0),
            occupancy: field("auslastung", &self.auslastung, 10.0..=100.0) / 100.0,
            minimum: field("mindestens", &self.mindestens, 1.0..=20.0) as u32,
        };
        let model = match self.geduld.trim() {
            "" => Model::C,
            typed => Model::A { patience_seconds: field("geduld", typed, 5.0..=3600.0) },
        };
        let shrinkage = field("ausfall", &self.ausfall, 0.0..=80.0) / 100.0;
        let want = Want { topic: self.thema.parse().ok(), language: Language::from_tag(&self.sprache) };
        match faults.is_empty() {
            true => Ok(Read { want, weeks, seconds_per_call: talk, aim: Aim { model, target, shrinkage } }),
            false => Err(faults),
        }
    }
}

impl Proposal {
    fn new(found: &Found, read: &Read, may_plan: bool) -> Self {
        let line = |it: &Demand| {
            let line = super::Line::of(it);
            (line.days, line.times, line.officers)
        };
        let measured = if found.measured { "gemessen, mit einer Minute danach" } else { "angenommen" };
        Self {
            want: want_words(read.want),
            calls: found.calls,
            talk: format!("{} Sekunden ({measured})", found.talk.round()),
            lines: found.demands.iter().map(line).collect(),
            busiest: Busiest::of(found),
            may_plan,
        }
    }
}

impl Busiest {
    fn of(found: &Found) -> Option<Self> {
        let busiest = found.half_hours.iter().max_by(|one, other| one.calls.total_cmp(&other.calls))?;
        let needed = busiest.load.advisors(found.aim.model, &found.aim.target);
        let row = |advisors: u32| Row {
            advisors,
            chosen: advisors == needed,
            service: busiest.load.served_by(advisors, found.aim.model, found.aim.target.seconds).map(ServiceView::of),
        };
        Some(Self {
            when: format!("{}, {} Uhr", day(busiest.weekday), busiest.from.format("%H:%M")),
            calls: number(busiest.calls),
            rows: (needed.saturating_sub(2).max(1)..=needed + 3).map(row).collect(),
        })
    }
}

fn day(weekday: Weekday) -> &'static str {
    Language::De.weekday(weekday)
}

impl ServiceView {
    fn of(it: Service) -> Self {
        Self {
            within: percent(it.within),
            seconds: format!("{} s", it.seconds.round()),
            lost: percent(it.lost),
            occupancy: percent(it.occupancy),
        }
    }
}
