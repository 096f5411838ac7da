//! The week of a hotline: opening hours, shifts, gaps, who is on duty now, and the form for a new shift.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::{HotlineId, ShiftId};
use crate::kernel::{Instant, Span, local};
use crate::offices::OfficeId;
use crate::people::{self, Actor, Officer, SignedIn};
use crate::shifts::coverage::{Cover, Gap, Stretch, When};
use crate::shifts::direct::{self, Guard};
use crate::shifts::duty::Duty;
use crate::shifts::edit::Author;
use crate::shifts::{self, Copied, Hotline, Lookout, OpenShift, Shift, ShiftsError, Tier, Week};
use crate::web::{self, Form, Locale, Page, say};

use super::proof::{News, told};
use super::shift::ShiftForm;
use super::{Choice, Fault, Faults, Names, Notice, away, refused, words};

/// Which week of which hotline, and what to tell.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Asked {
    hotline: String,
    woche: String,
    meldung: String,
    /// The shift that the notice is about, and its sequence: what can be taken back.
    dienst: String,
    stand: i64,
    /// The gap that the form is to fill.
    tag: String,
    von: String,
    bis: String,
    /// Over which span a change brought something to look at.
    neu: String,
}

#[derive(Template)]
#[template(path = "shifts/pages/week.html")]
struct WeekPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    /// The removed shift that can be brought back, and its sequence.
    undo: Option<(ShiftId, i64)>,
    copied: Option<CopiedView>,
    news: Option<News>,
    hotlines: Vec<Choice>,
    week: Option<WeekView>,
    form: ShiftForm,
    officers: Vec<Choice>,
    tiers: Vec<Choice>,
    faults: Faults,
}

struct WeekView {
    hotline: HotlineId,
    office: OfficeId,
    name: String,
    number: String,
    /// `2026-W47`.
    week: String,
    title: String,
    previous: String,
    next: String,
    is_current: bool,
    may_plan: bool,
    now: NowView,
    days: Vec<DayView>,
    gaps: usize,
    /// What was taken back and is not over.
    removed: Vec<RemovedView>,
    no_shifts: bool,
}

struct NowView {
    time: String,
    open: bool,
    on: Vec<(String, String)>,
    not: Vec<(String, String)>,
    /// Whose telephone has failed twice in this shift, and since when.
    unreachable: Vec<Unreachable>,
}

struct DayView {
    day: NaiveDate,
    title: String,
    today: bool,
    opening: String,
    strip: StripView,
    shifts: Vec<ShiftView>,
    /// Those that nobody has yet.
    open: Vec<OpenView>,
    gaps: Vec<GapView>,
}

/// A shift that somebody is wanted for.
struct OpenView {
    times: String,
    tier: String,
    /// Where everybody is ranked who could take it; None where it is over, or others plan.
    who_can: Option<String>,
}

struct GapView {
    text: String,
    /// This page with the form filled in for the gap; None where it is past, or others plan.
    fill: Option<String>,
}

/// The coverage of a day, drawn: one unit is a minute.
struct StripView {
    length: i64,
    pieces: Vec<Piece>,
    /// Noon and the quarters of the day.
    marks: Vec<i64>,
    now: Option<i64>,
    words: String,
}

struct Piece {
    from: i64,
    length: i64,
    look: &'static str,
}

struct ShiftView {
    id: ShiftId,
    officer: String,
    times: String,
    tier: String,
    look: &'static str,
    on_duty_now: bool,
    /// Why the officer is not there, and when.
    missing: Vec<String>,
    may_change: bool,
}

/// A shift that was taken back and can be brought back.
struct RemovedView {
    id: ShiftId,
    sequence: i64,
    text: String,
}

struct CopiedView {
    /// `success`, `info` or `warning`.
    look: &'static str,
    title: String,
    skipped: Vec<String>,
}

/// `GET /dienst/woche`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let shown = Shown { desk: &desk, t: &t, signed: &signed };
    shown.page(&asked, Came::default()).await
}

/// `POST /dienst/woche`: plans a shift.
pub async fn plan<G: Guard>(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<ShiftForm>,
) -> Result<Response, Response> {
    let t = Locale { here: address(&form.hotline, &form.woche), ..t };
    let shown = Shown { desk: &desk, t: &t, signed: &signed };
    let asked = Asked { hotline: form.hotline.clone(), woche: form.woche.clone(), ..Asked::default() };
    let hotline = form.hotline.parse().map_err(|_| web::not_found(&t))?;
    let plan = match form.plan() {
        Ok(plan) => plan,
        Err(faults) => return shown.page(&asked, Came { faults, form: Some(form), ..Came::default() }).await,
    };
    let lookout = Lookout::over(&desk, desk.now(), hotline).await.map_err(away(&t))?;
    let by = Author { now: desk.now(), actor: &signed.0, reason: &form.grund };
    match direct::plan::<G>(&desk, by, form.despite(), (hotline, plan)).await {
        Ok(shift) => {
            let week = address(&form.hotline, &local::week_name(shift.day()));
            Ok(web::go(&t.path(&format!("{week}&meldung=eingetragen{}", told(&desk, &lookout).await))))
        }
        Err(refusal) => shown.page(&asked, Came { refusal: Some(refusal), form: Some(form), ..Came::default() }).await,
    }
}

#[derive(Deserialize)]
pub struct CopyForm {
    hotline: HotlineId,
    woche: String,
}

/// `POST /dienst/woche/kopie`: the shifts of the week before, again.
pub async fn copy<G: Guard>(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<CopyForm>,
) -> Result<Response, Response> {
    let t = Locale { here: address(&form.hotline.to_string(), &form.woche), ..t };
    let shown = Shown { desk: &desk, t: &t, signed: &signed };
    let mut asked = Asked { hotline: form.hotline.to_string(), woche: form.woche.clone(), ..Asked::default() };
    let monday = local::week_start(&form.woche).ok_or_else(|| web::not_found(&t))?;
    let lookout = Lookout::over(&desk, desk.now(), form.hotline).await.map_err(away(&t))?;
    let by = Author { now: desk.now(), actor: &signed.0, reason: "" };
    let copied = direct::copy_week::<G>(&desk, by, form.hotline, monday).await;
    let copied = copied.map_err(|error| refused(&t, error))?;
    asked.neu = told(&desk, &lookout).await.trim_start_matches("&neu=").to_owned();
    shown.page(&asked, Came { copied: Some(copied), ..Came::default() }).await
}

/// Where the week of a hotline is shown.
pub fn address(hotline: &str, week: &str) -> String {
    let plain =
        |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect::<String>();
    format!("/dienst/woche?hotline={}&woche={}", plain(hotline), plain(week))
}

/// What a form brought with it that is shown again.
#[derive(Default)]
struct Came {
    form: Option<ShiftForm>,
    faults: Vec<Fault>,
    refusal: Option<ShiftsError>,
    copied: Option<Copied>,
}

impl Came {
    fn status(&self) -> StatusCode {
        match (&self.refusal, self.faults.is_empty()) {
            (Some(_), _) => StatusCode::CONFLICT,
            (None, false) => StatusCode::BAD_REQUEST,
            (None, true) => StatusCode::OK,
        }
    }
}

/// For whom the page is made.
struct Shown<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
}

impl Shown<'_> {
    async fn page(&self, asked: &Asked, came: Came) -> Result<Response, Response> {
        let (t, actor, db) = (self.t, &self.signed.0, &self.desk.db);
        let now = self.desk.now();
        let mut hotlines = shifts::list_hotlines(db, None).await.map_err(away(t))?;
        hotlines.retain(|hotline| actor.may_see(&hotline.office));
        let hotline = chosen(&hotlines, actor, &asked.hotline).map_err(|()| web::not_found(t))?;
        let monday = local::named_week(&asked.woche, now).ok_or_else(|| web::not_found(t))?;

        let status = came.status();
        let mut view = self.frame(asked, &hotlines, hotline);
        if let Some(hotline) = hotline {
            let officers = people::list_officers(db, Some(&hotline.office)).await.map_err(away(t))?;
            let mut week = shifts::load_week(db, hotline.clone(), monday).await.map_err(away(t))?;
            week.rota.foresee(now);
            let open = shifts::list_open_shifts(db, hotline.office, Week::window(monday)).await.map_err(away(t))?;
            let duty = shifts::load_duty(db, hotline.id, now).await.map_err(away(t))?;
            let unreachable = shifts::list_unreachable(db, hotline.id, now).await.map_err(away(t))?;
            let names = Names::load(db, &officers, &week.rota.officers()).await.map_err(away(t))?;
            let may_plan = actor.may_plan(&hotline.office);
            let names = names.shown_to(may_plan);
            let form = ShiftForm::for_day(local::day(now).max(monday)).for_gap(&asked.tag, &asked.von, &asked.bis);
            let came = Came { form: came.form.or(Some(form)), ..came };
            view.fill_form(came, &officers, &names).map_err(|error| refused(t, error))?;
            if may_plan {
                view.news = News::load(self.desk, &asked.neu, vec![hotline.clone()]).await.map_err(away(t))?;
            }
            let open = open.iter().filter(|it| it.hotline == hotline.id);
            let mut shown = WeekView::new(&week, &duty, &names, now).wanting(open, now).planned_by(may_plan);
            shown.now.unreachable = unreachable_now(&duty, &unreachable, &names);
            view.week = Some(shown);
        }
        if !view.faults.is_empty() {
            view.page = view.page.with_error(t);
        }
        Ok(web::html(status, &view))
    }

    fn frame<'s>(&'s self, asked: &Asked, hotlines: &[Hotline], hotline: Option<&Hotline>) -> WeekPage<'s> {
        let choice = |it: &Hotline| Choice {
            value: it.id.to_string(),
            text: format!("{}, {}", it.name, it.office.name()),
            chosen: hotline.is_some_and(|chosen| chosen.id == it.id),
        };
        let undo = asked.dienst.parse().ok().filter(|_| asked.meldung == "entfernt").map(|id| (id, asked.stand));
        WeekPage {
            t: self.t,
            page: self.signed.page(self.t, "Woche am Beratungstelefon"),
            notice: Notice::find(&asked.meldung),
            undo,
            copied: None,
            news: None,
            hotlines: hotlines.iter().map(choice).collect(),
            week: None,
            form: ShiftForm::default(),
            officers: Vec::new(),
            tiers: Vec::new(),
            faults: Faults::default(),
        }
    }
}

/// The hotline that was asked for, else the first of the actor's own office, else the first of all.
fn chosen<'h>(hotlines: &'h [Hotline], actor: &Actor, asked: &str) -> Result<Option<&'h Hotline>, ()> {
    if asked.is_empty() {
        let own = hotlines.iter().find(|hotline| hotline.office == actor.office && hotline.active);
        return Ok(own.or(hotlines.first()));
    }
    let id: HotlineId = asked.parse().map_err(|_| ())?;
    hotlines.iter().find(|hotline| hotline.id == id).map(Some).ok_or(())
}

impl WeekPage<'_> {
    /// Puts what came with a form back into it, with the words for what is wrong.
    fn fill_form(&mut self, came: Came, officers: &[Officer], names: &Names) -> Result<(), ShiftsError> {
        let mut faults = came.faults;
        if let Some(refusal) = came.refusal {
            match words::refusal(&refusal, names) {
                Some(fault) => faults.push(fault),
                None => return Err(refusal),
            }
        }
        self.form = came.form.unwrap_or_default();
        self.officers = self.form.officers(officers, names);
        self.tiers = self.form.tiers();
        self.faults = Faults(faults);
        self.copied = came.copied.map(|copied| CopiedView::new(&copied, names));
        Ok(())
    }
}

impl CopiedView {
    fn new(copied: &Copied, names: &Names) -> Self {
        let skipped = copied.skipped.iter().map(|(plan, refusal)| {
            let span = plan.span().map_or_else(|| words::day(plan.day), words::span);
            let why = words::left_out(refusal, names).map_or_else(|| refusal.to_string(), |fault| fault.text);
            format!("{}, {span}: {why}", names.of(plan.officer))
        });
        let skipped: Vec<String> = skipped.collect();
        let (look, title) = match (copied.planned.len(), copied.there, skipped.len()) {
            (0, 0, 0) => ("info", "In der Vorwoche steht kein Dienst. Es wurde nichts eingetragen.".to_owned()),
            (0, _, 0) => ("info", "Alle Dienste der Vorwoche standen hier schon.".to_owned()),
            (planned, there, left_out) => {
                let there = if there > 0 { format!(", {there} standen schon da") } else { String::new() };
                let skipped = if left_out > 0 { format!(", {left_out} ausgelassen") } else { String::new() };
                let look = if left_out > 0 { "warning" } else { "success" };
                (look, format!("Vorwoche übernommen: {planned} eingetragen{there}{skipped}"))
            }
        };
        Self { look, title, skipped }
    }
}

impl WeekView {
    fn new(week: &Week, duty: &Duty, names: &Names, now: Instant) -> Self {
        let (first, last) = (week.monday, week.monday + TimeDelta::days(6));
        let to = |by: i64| address(&week.hotline.id.to_string(), &local::week_name(week.monday + TimeDelta::days(by)));
        let days: Vec<DayView> = week.days().map(|day| DayView::new(week, day, names, now)).collect();
        Self {
            hotline: week.hotline.id,
            office: week.hotline.office,
            name: week.hotline.name.clone(),
            number: week.hotline.number.to_string(),
            week: local::week_name(week.monday),
            title: format!("{} bis {}", words::day(first), words::day(last)),
            previous: to(-7),
            next: to(7),
            is_current: Week::window(week.monday).contains(now),
            may_plan: false,
            now: NowView::new(week, duty, names, now),
            gaps: days.iter().map(|day| day.gaps.len()).sum(),
            removed: week.removed().filter(|shift| !shift.is_over(now)).map(|it| RemovedView::new(it, names)).collect(),
            no_shifts: days.iter().all(|day| day.shifts.is_empty()),
            days,
        }
    }

    /// With the shifts that nobody has yet, each on the day on which it starts.
    fn wanting<'s>(mut self, open: impl Iterator<Item = &'s OpenShift>, now: Instant) -> Self {
        for it in open.filter(|it| it.is_open()) {
            if let Some(day) = self.days.iter_mut().find(|day| day.day == it.day()) {
                day.open.push(OpenView::new(it, now));
            }
        }
        self
    }

    /// Who does not plan sees the week without buttons.
    fn planned_by(mut self, may_plan: bool) -> Self {
        self.may_plan = may_plan;
        self.removed.retain(|_| may_plan);
        for shift in self.days.iter_mut().flat_map(|day| &mut day.shifts) {
            shift.may_change &= may_plan;
        }
        for gap in self.days.iter_mut().flat_map(|day| &mut day.gaps) {
            gap.fill = gap.fill.take().filter(|_| may_plan);
        }
        for open in self.days.iter_mut().flat_map(|day| &mut day.open) {
            open.who_can = open.who_can.take().filter(|_| may_plan);
        }
        self
    }
}

impl NowView {
    fn new(week: &Week, duty: &Duty, names: &Names, now: Instant) -> Self {
        let on = |on: &shifts::OnDuty| {
            let why = format!("Dienst {}, {}", words::times(on.span), words::tier(on.tier));
            (names.of(on.officer).to_owned(), why)
        };
        let not =
            |not: &shifts::NotOnDuty| (names.of(not.officer).to_owned(), words::reason(not.reason, names).to_owned());
        Self {
            time: say::time(now),
            open: week.open_at(now),
            on: duty.on.iter().map(on).collect(),
            not: duty.not.iter().map(not).collect(),
            unreachable: Vec::new(),
        }
    }
}

/// Somebody on duty whose telephone failed twice, and since when.
struct Unreachable {
    shift: ShiftId,
    name: String,
    since: String,
}

fn unreachable_now(duty: &Duty, since: &BTreeMap<ShiftId, Instant>, names: &Names) -> Vec<Unreachable> {
    let told = |on: &shifts::OnDuty| {
        let since = say::time(*since.get(&on.shift)?);
        Some(Unreachable { shift: on.shift, name: names.of(on.officer).to_owned(), since })
    };
    duty.on.iter().filter_map(told).collect()
}

impl DayView {
    fn new(week: &Week, day: NaiveDate, names: &Names, now: Instant) -> Self {
        Self {
            day,
            title: words::day_of_week(day),
            today: local::day(now) == day,
            opening: opening(week, day),
            strip: StripView::new(local::whole_day(day), &week.strip(day), now),
            shifts: week.shifts(day).map(|shift| ShiftView::new(week, shift, names, now)).collect(),
            open: Vec::new(),
            gaps: week.gaps(day, now).iter().map(|gap| GapView::new(week, gap, names)).collect(),
        }
    }
}

impl OpenView {
    fn new(shift: &OpenShift, now: Instant) -> Self {
        let OpenShift { id, hotline, span, tier, .. } = shift;
        let typed = |at: Instant| web::percent(&local::wall(at).format("%Y-%m-%dT%H:%M").to_string());
        let (from, until) = (typed(span.start), typed(span.end));
        let who_can = format!("/dienst/wer-kann?hotline={hotline}&von={from}&bis={until}&reihe={tier}&dienst={id}");
        Self { times: words::times(*span), tier: words::tier(*tier), who_can: (span.end > now).then_some(who_can) }
    }
}

impl RemovedView {
    fn new(shift: &Shift, names: &Names) -> Self {
        let what = format!("{}, {}", names.of(shift.officer), words::tier(shift.tier));
        Self { id: shift.id, sequence: shift.sequence, text: format!("{}: {what}", words::span(shift.span)) }
    }
}

impl GapView {
    fn new(week: &Week, gap: &Gap, names: &Names) -> Self {
        let here = address(&week.hotline.id.to_string(), &local::week_name(week.monday));
        let (day, from, until) = (local::day(gap.span.start), say::time(gap.span.start), say::time(gap.span.end));
        let fill = (gap.when != When::Past).then(|| format!("{here}&tag={day}&von={from}&bis={until}#neu"));
        Self { text: words::gap(gap, names), fill }
    }
}

fn opening(week: &Week, day: NaiveDate) -> String {
    if let Some(name) = week.closure(day) {
        return format!("Geschlossen: {name}");
    }
    let open: Vec<String> = week.open(day).into_iter().map(words::times).collect();
    if open.is_empty() { "Geschlossen".into() } else { format!("Geöffnet {}", open.join(", ")) }
}

impl StripView {
    fn new(day: Span, stretches: &[Stretch], now: Instant) -> Self {
        let minute = |at: Instant| (at - day.start).num_minutes();
        let piece = |stretch: &Stretch| Piece {
            from: minute(stretch.span.start),
            length: stretch.span.length().num_minutes(),
            look: match stretch.cover {
                Cover::Closed => "closed",
                Cover::Nobody => "none",
                Cover::Officers(1) => "one",
                Cover::Officers(_) => "more",
            },
        };
        let said = |stretch: &Stretch| format!("{} {}", words::times(stretch.span), words::cover(stretch.cover));
        Self {
            length: day.length().num_minutes(),
            pieces: stretches.iter().map(piece).collect(),
            marks: [6, 12, 18].map(|hour| day.length().num_minutes() - (24 - hour) * 60).to_vec(),
            now: day.contains(now).then(|| minute(now)),
            words: stretches.iter().map(said).collect::<Vec<_>>().join("; "),
        }
    }
}

impl ShiftView {
    fn new(week: &Week, shift: &Shift, names: &Names, now: Instant) -> Self {
        let duty = week.rota.on_duty(now);
        let away = week.needs_cover().into_iter().filter(|need| need.shift == shift.id).map(|need| {
            let whole = need.span == shift.span;
            let when = if whole { "die ganze Zeit".into() } else { words::times(need.span) };
            format!("{} {when}", words::away_to(need.kind, names))
        });
        let left = week.rota.retired.contains(&shift.officer).then(|| "nicht mehr bei der Dienststelle".into());
        Self {
            id: shift.id,
            officer: names.of(shift.officer).to_owned(),
            times: words::times(shift.span),
            tier: words::tier(shift.tier),
            look: if shift.tier == Tier::FIRST { "tier1" } else { "tier2" },
            on_duty_now: duty.on.iter().any(|on| on.shift == shift.id),
            missing: away.chain(left).collect(),
            may_change: !shift.is_over(now),
        }
    }
}
