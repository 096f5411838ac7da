//! The board's pages: a week or a month, every change by form; the same data and the same changes for dragging.

mod form;
mod print;
mod tafel;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::{DraftId, ShiftId};
use crate::kernel::{Instant, Language, local};
use crate::offices::OfficeId;
use crate::people::{SignedIn, seen_office};
use crate::rota::draft::{self, DraftError};
use crate::rota::page::{Choice, Fault, Faults, Notice, away, office_choices};
use crate::rota::rules::RulesError;
use crate::shifts::ShiftsError;
use crate::web::{self, Form, Locale, Page};

use super::{Board, BoardError, Target, load_board, put};
use form::{ShiftForm, said};
use view::BoardView;

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/dienstplan", get(show).post(change))
        .route("/dienst/dienstplan/schritt", post(step))
        .route("/dienst/dienstplan/druck", get(print::sheet))
        .route("/dienst/dienstplan/dienstplan.csv", get(print::csv))
        .route("/dienst/dienstplan/dienstplan.ics", get(print::ics))
        .route("/dienst/dienstplan/tafel", get(tafel::data).post(tafel::drop))
        .route("/dienst/dienstplan/tafel/pruefung", get(tafel::check))
        .route("/dienst/dienstplan/tafel/stand", get(tafel::wait))
}

/// Which rota, which days, which shift, and what to tell.
#[derive(Deserialize, Default, Clone, Debug)]
#[serde(default)]
pub struct Asked {
    pub dienststelle: String,
    /// Empty: what is published.
    pub plan: String,
    /// `2026-W47`
    pub woche: String,
    /// `2026-11`; it goes before the week.
    pub monat: String,
    /// Shows only officers with this in their names.
    pub suche: String,
    /// The shift whose form is shown.
    pub dienst: String,
    /// What a new shift's form is filled with.
    pub tag: String,
    pub von: String,
    pub bis: String,
    pub person: String,
    pub hotline: String,
    pub meldung: String,
    /// The shift that was just removed, and its sequence: it can be brought back.
    pub weg: String,
    pub stand: i64,
}

#[derive(Template)]
#[template(path = "rota/board/pages/board.html")]
struct BoardPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    /// The removed shift that can be brought back, and its sequence.
    undo: Option<(String, i64)>,
    /// Of a draft: its version, and what could be undone and done again.
    steps: Option<Steps>,
    faults: Faults,
    offices: Vec<Choice>,
    plans: Vec<Choice>,
    view: BoardView,
    asked: &'a Asked,
    form: Option<ShiftForm>,
    choices: form::Choices,
    may_plan: bool,
}

struct Steps {
    version: i64,
    undo: Option<&'static str>,
    redo: Option<&'static str>,
}

/// `GET /dienst/dienstplan`
async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    Door { desk: &desk, t: &t, signed: &signed }.page(&asked, Came::default()).await
}

/// `POST /dienst/dienstplan`: one change, whatever it is.
async fn change(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<ShiftForm>,
) -> Result<Response, Response> {
    let asked = form.asked();
    let t = Locale { here: asked.address(), ..t };
    let door = Door { desk: &desk, t: &t, signed: &signed };
    let office = seen_office(&t, &signed.0, &asked.dienststelle)?;
    let (target, work) = match form.read(asked.target(office).ok_or_else(|| web::not_found(&t))?) {
        Ok(read) => read,
        Err(faults) => return door.page(&asked, Came { faults, form: Some(form), refused: false }).await,
    };
    match put(&desk, desk.now(), &signed.0, target, (form.seen(), work)).await {
        Ok(()) => Ok(web::go(&t.path(&format!("{}&meldung={}", asked.address(), form.done())))),
        Err(error) => match said(&error) {
            Some(fault) => {
                let form = form.after(&error);
                door.page(&asked, Came { faults: vec![fault], form: Some(form), refused: true }).await
            }
            None => Err(refused(&t, error)),
        },
    }
}

/// `POST /dienst/dienstplan/schritt`: takes the last step in a draft back, or does it again.
async fn step(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<ShiftForm>,
) -> Result<Response, Response> {
    let asked = form.asked();
    let t = Locale { here: asked.address(), ..t };
    let draft = asked.plan.parse().map_err(|_| web::not_found(&t))?;
    let seen = draft::SeenDraft { draft, version: form.stand };
    let done = match form.tun.as_str() {
        "wieder" => draft::redo(&desk, desk.now(), &signed.0, seen).await,
        _ => draft::undo(&desk, desk.now(), &signed.0, seen).await,
    };
    match done.map_err(BoardError::from) {
        Ok(_) => Ok(web::go(&t.path(&format!("{}&meldung=schritt", asked.address())))),
        Err(error) => match said(&error) {
            Some(fault) => {
                let came = Came { faults: vec![fault], form: None, refused: true };
                Door { desk: &desk, t: &t, signed: &signed }.page(&asked, came).await
            }
            None => Err(refused(&t, error)),
        },
    }
}

/// What a form brought with it.
#[derive(Default)]
struct Came {
    faults: Vec<Fault>,
    form: Option<ShiftForm>,
    refused: bool,
}

impl Came {
    fn status(&self) -> StatusCode {
        match (self.refused, self.faults.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, false) => StatusCode::BAD_REQUEST,
            (false, true) => StatusCode::OK,
        }
    }
}

/// For whom a page is made.
struct Door<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
}

impl Door<'_> {
    async fn page(&self, asked: &Asked, came: Came) -> Result<Response, Response> {
        let (t, actor, desk) = (self.t, &self.signed.0, self.desk);
        let board = self.board(asked, came.form.as_ref()).await?;
        let may_plan = actor.may_plan(&board.office);
        let plans = self.plans(&board, may_plan).await?;
        let status = came.status();
        let form = may_plan.then(|| came.form.unwrap_or_else(|| ShiftForm::for_page(asked, &board, desk.now())));
        let asked = asked.settled(&board);
        let page = self.signed.page(t, "Dienstplan");
        let view = BoardPage {
            t,
            page: if came.faults.is_empty() { page } else { page.with_error(t) },
            notice: notice(&asked.meldung),
            undo: asked.weg.parse::<ShiftId>().ok().map(|id| (id.to_string(), asked.stand)),
            steps: self.steps(&board).await?,
            offices: office_choices(actor, board.office),
            plans,
            choices: form.as_ref().map(|form| form::Choices::of(form, &board)).unwrap_or_default(),
            view: BoardView::new(&board, &asked, desk.now()),
            asked: &asked,
            form,
            faults: Faults(came.faults),
            may_plan,
        };
        Ok(web::html(status, &view))
    }

    async fn board(&self, asked: &Asked, form: Option<&ShiftForm>) -> Result<Board, Response> {
        let office = seen_office(self.t, &self.signed.0, &asked.dienststelle)?;
        let asked = asked.of(office, self.desk.now()).ok_or_else(|| web::not_found(self.t))?;
        match load_board(self.desk, &self.signed.0, &asked).await {
            Ok(board) => Ok(board),
            Err(error) => Err(self.refused(error, form).await),
        }
    }

    /// The answer where no form can go on. What was typed for a draft that is gone is read back.
    async fn refused(&self, error: BoardError, form: Option<&ShiftForm>) -> Response {
        match error {
            BoardError::Draft(DraftError::Discarded(it)) => {
                let typed = form.map(ShiftForm::typed).unwrap_or_default();
                draft::gone_from((self.desk, self.t, self.signed), &it, typed).await
            }
            error => refused(self.t, error),
        }
    }

    /// What undo and redo would do.
    async fn steps(&self, board: &Board) -> Result<Option<Steps>, Response> {
        let Some(draft) = &board.draft else { return Ok(None) };
        let (undo, redo) = draft::find_steps(&self.desk.db, draft.id).await.map_err(away(self.t))?;
        let word = |step: Option<draft::Step>| step.map(|step| step.kind.german());
        Ok(Some(Steps { version: draft.version, undo: word(undo), redo: word(redo) }))
    }

    /// The rotas to choose from: the published one, and the office's drafts.
    async fn plans(&self, board: &Board, may_plan: bool) -> Result<Vec<Choice>, Response> {
        let chosen = board.draft.as_ref().map(|draft| draft.id.to_string()).unwrap_or_default();
        let mut plans = vec![Choice::new("", "Veröffentlicht", &chosen)];
        if may_plan {
            let drafts = draft::list(&self.desk.db, &self.signed.0, board.office).await;
            let drafts = drafts.map_err(|error| refused(self.t, error.into()))?;
            plans.extend(drafts.iter().map(|it| Choice::new(it.id, format!("Entwurf: {}", it.name), &chosen)));
        }
        Ok(plans)
    }
}

impl Asked {
    /// None where a draft is named that cannot be: what is meant for it must not be published.
    pub fn target(&self, office: OfficeId) -> Option<Target> {
        match self.plan.as_str() {
            "" => Some(Target::Published(office)),
            draft => draft.parse::<DraftId>().ok().map(Target::Draft),
        }
    }

    /// None where there is no such week or month, or a draft is named that cannot be.
    pub fn of(&self, office: OfficeId, now: Instant) -> Option<super::Asked> {
        let draft = match self.target(office)? {
            Target::Published(_) => None,
            Target::Draft(draft) => Some(draft),
        };
        Some(super::Asked { office, draft, days: self.days(now)? })
    }

    /// A week from Monday, or a calendar month.
    pub fn days(&self, now: Instant) -> Option<Vec<NaiveDate>> {
        if self.monat.is_empty() {
            return Some(local::named_week(&self.woche, now)?.iter_days().take(7).collect());
        }
        let first = self.month()?;
        Some(first.iter_days().take_while(|day| day.month() == first.month()).collect())
    }

    fn month(&self) -> Option<NaiveDate> {
        local::plannable(&format!("{}-01", self.monat.trim()))
    }

    /// The same with the office and the plan that were found, so that every link leads back.
    fn settled(&self, board: &Board) -> Self {
        let plan = board.draft.as_ref().map(|draft| draft.id.to_string()).unwrap_or_default();
        let first = board.days.first().copied().unwrap_or_default();
        let (woche, monat) = match self.month() {
            Some(month) => (String::new(), month.format("%Y-%m").to_string()),
            None => (local::week_name(first), String::new()),
        };
        Self { dienststelle: board.office.to_string(), plan, woche, monat, ..self.clone() }
    }

    /// Where this board is shown, without what is told and which shift is open.
    pub fn address(&self) -> String {
        let mut query = format!("/dienst/dienstplan?dienststelle={}", web::percent(&self.dienststelle));
        for (name, value) in
            [("plan", &self.plan), ("woche", &self.woche), ("monat", &self.monat), ("suche", &self.suche)]
        {
            if !value.is_empty() {
                query.push_str(&format!("&{name}={}", web::percent(value)));
            }
        }
        query
    }

    /// The days before or after these.
    fn turned(&self, days: &[NaiveDate], by: i64) -> Self {
        let first = days.first().copied().unwrap_or_default();
        let month = |first: NaiveDate| match by {
            ..0 => first.checked_sub_months(Months::new(1)),
            _ => first.checked_add_months(Months::new(1)),
        };
        match self.month() {
            Some(first) => Self { monat: month(first).unwrap_or(first).format("%Y-%m").to_string(), ..self.clone() },
            None => Self { woche: local::week_name(first + TimeDelta::days(7 * by)), ..self.clone() },
        }
    }

    fn as_month(&self, days: &[NaiveDate]) -> Self {
        let first = days.first().copied().unwrap_or_default();
        Self { monat: first.format("%Y-%m").to_string(), woche: String::new(), ..self.clone() }
    }

    fn as_week(&self, day: NaiveDate) -> Self {
        Self { woche: local::week_name(day), monat: String::new(), ..self.clone() }
    }

    fn with_shift(&self, shift: ShiftId) -> String {
        format!("{}&dienst={shift}#dienst", self.address())
    }
}

/// "16. bis 22. November 2026", "November 2026".
fn title(days: &[NaiveDate]) -> String {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return String::new() };
    let month = |day: &NaiveDate| Language::De.month(day.month0());
    match () {
        () if days.len() > 7 => format!("{} {}", month(first), first.year()),
        () if first.month() == last.month() => {
            format!("{}. bis {}. {} {}", first.day(), last.day(), month(last), last.year())
        }
        () => {
            let year = if first.year() == last.year() { String::new() } else { format!(" {}", first.year()) };
            format!("{}. {}{year} bis {}. {} {}", first.day(), month(first), last.day(), month(last), last.year())
        }
    }
}

fn notice(key: &str) -> Option<Notice> {
    let (look, text) = match key {
        "eingetragen" => ("success", "Der Dienst ist eingetragen."),
        "geaendert" => ("success", "Der Dienst ist geändert."),
        "kopiert" => ("success", "Der Dienst ist kopiert."),
        "entfernt" => ("success", "Der Dienst ist entfernt."),
        "zurueckgeholt" => ("success", "Der Dienst ist wieder eingetragen."),
        "schritt" => ("success", "Der Entwurf steht wieder so."),
        _ => return None,
    };
    Some(Notice { look, text })
}

/// The answer to a request that cannot go on with any form.
fn refused(t: &Locale, error: BoardError) -> Response {
    match error {
        BoardError::NoSuchOffice
        | BoardError::NoSuchShift
        | BoardError::Draft(DraftError::NoSuchDraft | DraftError::NoSuchShift)
        | BoardError::Shifts(ShiftsError::NoSuchHotline | ShiftsError::NoSuchShift) => web::not_found(t),
        BoardError::Forbidden
        | BoardError::Draft(DraftError::Forbidden)
        | BoardError::Shifts(ShiftsError::Forbidden) => web::forbidden(t),
        BoardError::Db(error)
        | BoardError::Rules(RulesError::Db(error))
        | BoardError::Draft(DraftError::Db(error))
        | BoardError::Shifts(ShiftsError::Db(error)) => away(t)(error),
        _ => web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(first: &str, count: usize) -> Vec<NaiveDate> {
        first.parse::<NaiveDate>().unwrap().iter_days().take(count).collect()
    }

    #[test]
    fn a_board_is_named_by_its_days() {
        for (first, count, expected) in [
            ("2026-11-16", 7, "16. bis 22. November 2026"),
            ("2026-11-30", 7, "30. November bis 6. Dezember 2026"),
            ("2026-12-28", 7, "28. Dezember 2026 bis 3. Januar 2027"),
            ("2026-11-01", 30, "November 2026"),
        ] {
            assert_eq!(title(&days(first, count)), expected);
        }
    }

    #[test]
    fn a_page_turns_by_what_it_shows() {
        let week = Asked { woche: "2026-W53".into(), ..Asked::default() };
        assert_eq!(week.turned(&days("2026-12-28", 7), 1).woche, "2027-W01");
        let month = Asked { monat: "2026-12".into(), ..Asked::default() };
        assert_eq!(month.turned(&days("2026-12-01", 31), 1).monat, "2027-01");
        assert_eq!(month.turned(&days("2026-12-01", 31), -1).monat, "2026-11");
        assert_eq!(month.days(Instant(0)).unwrap().len(), 31);
        assert_eq!(month.as_week(days("2026-12-01", 1)[0]).days(Instant(0)).unwrap()[0].to_string(), "2026-11-30");
    }
}
