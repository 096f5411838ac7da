//! Neighbours' help: who helps an office's hotlines, whom they help, and asking for it.

use std::ops::RangeInclusive;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Language;
use crate::kernel::id::HotlineId;
use crate::offices::{OfficeId, OpeningHours};
use crate::people::{SignedIn, planned_office};
use crate::shifts::{self, HelpFault, Hotline, MOST_TALKS, Neighbour, ShiftsError};
use crate::web::{self, Form, Locale, Page};

use super::hours::{HELP, HoursForm, HoursRow};
use super::skills::{self, GroupView};
use super::{Choice, Fault, Faults, Notice, away, office_choices, refused};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    meldung: String,
}

#[derive(Template)]
#[template(path = "shifts/pages/neighbours.html")]
struct NeighboursPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    office: &'static str,
    office_code: OfficeId,
    offices: Vec<Choice>,
    /// Who helps the office's hotlines.
    helpers: Vec<Row>,
    /// Whom the office's hotlines help.
    helped: Vec<Row>,
    mine: Vec<Choice>,
    others: Vec<Choice>,
    groups: Vec<GroupView>,
    rows: Vec<HoursRow>,
    form: HelpForm,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "shifts/pages/end_help.html")]
struct EndPage<'a> {
    t: &'a Locale,
    page: Page,
    row: Row,
}

/// A row of the table.
struct Row {
    asking: Named,
    helper: Named,
    position: i64,
    topics: String,
    hours: String,
    talks: i64,
    /// The number as it was typed.
    typed: String,
    /// What is wrong with the number that was typed.
    fault: Option<&'static str>,
    agreed: bool,
}

/// A hotline with its office.
struct Named {
    id: HotlineId,
    name: String,
    office: &'static str,
}

impl Named {
    fn of(id: HotlineId, hotlines: &[Hotline]) -> Self {
        let found = hotlines.iter().find(|hotline| hotline.id == id);
        let name = found.map(|hotline| hotline.name.clone()).unwrap_or_default();
        Self { id, name, office: found.map_or("", |hotline| hotline.office.name()) }
    }
}

impl Row {
    fn of(it: &Neighbour, hotlines: &[Hotline]) -> Self {
        let topics: Vec<&str> = it.topics.iter().map(|topic| topic.title(Language::De)).collect();
        Self {
            asking: Named::of(it.asking, hotlines),
            helper: Named::of(it.helper, hotlines),
            position: it.position,
            topics: if topics.is_empty() { "alle".into() } else { topics.join(", ") },
            hours: if it.hours.is_empty() { "immer".into() } else { it.hours.announcement(Language::De) },
            talks: it.talks_a_month,
            typed: it.talks_a_month.to_string(),
            fault: None,
            agreed: it.agreed_at.is_some(),
        }
    }
}

/// Help as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct HelpForm {
    dienststelle: String,
    bittet: String,
    hilft: String,
    platz: String,
    gespraeche: String,
    thema: Vec<String>,
    tag: Vec<String>,
    von: Vec<String>,
    bis: Vec<String>,
}

const TALKS: &str = "Geben Sie eine Zahl von 1 bis 100000 an.";
const POSITION: &str = "Geben Sie eine Zahl von 1 bis 99 an.";
const ITSELF: &str = "Ein Beratungstelefon hilft sich nicht selbst. Wählen Sie ein anderes.";
const CHOOSE: &str = "Wählen Sie ein Beratungstelefon aus der Liste.";

impl HelpForm {
    fn fresh() -> Self {
        let HoursForm { tag, von, bis } = HoursForm::of(&OpeningHours::default());
        Self { platz: "1".into(), gespraeche: "50".into(), tag, von, bis, ..Self::default() }
    }

    fn hours(&self) -> HoursForm {
        HoursForm { tag: self.tag.clone(), von: self.von.clone(), bis: self.bis.clone() }
    }

    fn read(&self) -> Result<Neighbour, Vec<Fault>> {
        let asking = self.bittet.parse().map_err(|_| Fault::new("bittet", CHOOSE));
        let helper = match self.hilft.parse() {
            Ok(_) if self.bittet == self.hilft => Err(Fault::new("hilft", ITSELF)),
            Ok(helper) => Ok(helper),
            Err(_) => Err(Fault::new("hilft", CHOOSE)),
        };
        let position = number(&self.platz, 1..=99).ok_or_else(|| Fault::new("platz", POSITION));
        let talks = number(&self.gespraeche, 1..=MOST_TALKS).ok_or_else(|| Fault::new("gespraeche", TALKS));
        match (asking, helper, position, talks, skills::topics_of(&self.thema), self.hours().read(&HELP)) {
            (Ok(asking), Ok(helper), Ok(position), Ok(talks_a_month), Ok(topics), Ok(hours)) => {
                Ok(Neighbour { asking, helper, position, topics, hours, talks_a_month, agreed_at: None })
            }
            (asking, helper, position, talks, topics, hours) => {
                let faults = [asking.err(), helper.err(), position.err(), talks.err(), topics.err()];
                Err(faults.into_iter().flatten().chain(hours.err().into_iter().flatten()).collect())
            }
        }
    }
}

fn number(text: &str, allowed: RangeInclusive<i64>) -> Option<i64> {
    text.trim().parse().ok().filter(|number| allowed.contains(number))
}

fn refusal(error: &ShiftsError) -> Option<Fault> {
    Some(match error {
        ShiftsError::BadHelp(HelpFault::Itself) => Fault::new("hilft", ITSELF),
        ShiftsError::BadHelp(HelpFault::NoSuchHelper) => Fault::new("hilft", CHOOSE),
        ShiftsError::BadHelp(HelpFault::Talks) => Fault::new("gespraeche", TALKS),
        ShiftsError::BadHelp(HelpFault::Position) => Fault::new("platz", POSITION),
        _ => return None,
    })
}

/// `GET /dienst/nachbarn`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let notice = Notice::find(&asked.meldung);
    page(&desk, &t, &signed, (office, notice), (HelpForm::fresh(), vec![])).await.map_err(away(&t))
}

/// `POST /dienst/nachbarn`
pub async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<HelpForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    let unreadable = || web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    form.hours().is_whole().then_some(()).ok_or_else(unreadable)?;
    let faults = match form.read() {
        Err(faults) => faults,
        Ok(wanted) => match shifts::ask_for_help(&desk, desk.now(), &signed.0, &wanted).await {
            Ok(()) => return Ok(web::go(&t.path(&address(office, "hilfe-erbeten")))),
            Err(error) => vec![refusal(&error).ok_or_else(|| refused(&t, error))?],
        },
    };
    page(&desk, &t, &signed, (office, None), (form, faults)).await.map_err(away(&t))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct AgreeForm {
    gespraeche: String,
}

/// `POST /dienst/nachbarn/{asking}/{helper}/zusagen`
pub async fn agree(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((asking, helper)): Path<(String, String)>,
    Form(form): Form<AgreeForm>,
) -> Result<Response, Response> {
    let (pair, helper) = pair(&desk, &t, (&asking, &helper)).await?;
    let Some(talks) = number(&form.gespraeche, 1..=MOST_TALKS) else {
        if !signed.0.may_plan(&helper.office) {
            return Err(web::forbidden(&t));
        }
        let mut view =
            view(&desk, &t, &signed, (helper.office, None), (HelpForm::fresh(), vec![])).await.map_err(away(&t))?;
        if let Some(row) = view.helped.iter_mut().find(|row| (row.asking.id, row.helper.id) == pair) {
            (row.typed, row.fault) = (form.gespraeche, Some(TALKS));
        }
        view.faults = Faults(vec![Fault::new(format!("zusage-{}-{}", pair.0, pair.1), TALKS)]);
        view.page = view.page.with_error(&t);
        return Ok(web::html(StatusCode::BAD_REQUEST, &view));
    };
    let notice = match shifts::agree_to_help(&desk, desk.now(), &signed.0, pair, talks).await {
        Ok(()) => "hilfe-zugesagt",
        Err(ShiftsError::BadHelp(HelpFault::NotAsked)) => "hilfe-weg",
        Err(error) => return Err(refused(&t, error)),
    };
    Ok(web::go(&t.path(&address(helper.office, notice))))
}

/// `GET /dienst/nachbarn/{asking}/{helper}/beenden`
pub async fn ask_end(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((asking, helper)): Path<(String, String)>,
) -> Result<Response, Response> {
    let (pair, _) = pair(&desk, &t, (&asking, &helper)).await?;
    let table = shifts::list_helpers(&desk.db, pair.0).await.map_err(away(&t))?;
    let neighbour = table.iter().find(|it| it.helper == pair.1).ok_or_else(|| web::not_found(&t))?;
    let hotlines = shifts::list_hotlines(&desk.db, None).await.map_err(away(&t))?;
    let row = Row::of(neighbour, &hotlines);
    Ok(web::ok(&EndPage { t: &t, page: signed.page(&t, "Nachbarschaftshilfe beenden"), row }))
}

/// `POST /dienst/nachbarn/{asking}/{helper}/beenden`
pub async fn end(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((asking, helper)): Path<(String, String)>,
) -> Result<Response, Response> {
    let (pair, _) = pair(&desk, &t, (&asking, &helper)).await?;
    let notice = match shifts::end_help(&desk, desk.now(), &signed.0, pair).await {
        Ok(()) => "hilfe-beendet",
        Err(ShiftsError::BadHelp(HelpFault::NotAsked)) => "hilfe-weg",
        Err(error) => return Err(refused(&t, error)),
    };
    Ok(web::go(&t.path(&format!("/dienst/nachbarn?meldung={notice}"))))
}

async fn pair(desk: &Desk, t: &Locale, (asking, helper): (&str, &str)) -> Result<(shifts::Pair, Hotline), Response> {
    let pair = asking.parse().ok().zip(helper.parse().ok()).ok_or_else(|| web::not_found(t))?;
    let helper = shifts::find_hotline(&desk.db, pair.1).await.map_err(away(t))?;
    Ok((pair, helper.ok_or_else(|| web::not_found(t))?))
}

fn address(office: OfficeId, notice: &str) -> String {
    format!("/dienst/nachbarn?dienststelle={office}&meldung={notice}")
}

async fn page(
    desk: &Desk,
    t: &Locale,
    signed: &SignedIn,
    office: (OfficeId, Option<Notice>),
    form: (HelpForm, Vec<Fault>),
) -> Result<Response, DbError> {
    let view = view(desk, t, signed, office, form).await?;
    let status = if view.faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    Ok(web::html(status, &view))
}

async fn view<'a>(
    desk: &Desk,
    t: &'a Locale,
    signed: &SignedIn,
    (office, notice): (OfficeId, Option<Notice>),
    (form, faults): (HelpForm, Vec<Fault>),
) -> Result<NeighboursPage<'a>, DbError> {
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await?;
    hotlines.sort_by(|a, b| (a.office.name(), &a.name).cmp(&(b.office.name(), &b.name)));
    let table = shifts::list_neighbours(&desk.db).await?;
    let is_mine = |id: HotlineId| hotlines.iter().any(|hotline| hotline.id == id && hotline.office == office);
    let rows = |which: &dyn Fn(&Neighbour) -> bool| -> Vec<Row> {
        table.iter().filter(|row| which(row)).map(|row| Row::of(row, &hotlines)).collect()
    };
    let choice = |hotline: &Hotline, text: String, chosen: &str| {
        let value = hotline.id.to_string();
        Choice { chosen: value == chosen, value, text }
    };
    let active = || hotlines.iter().filter(|hotline| hotline.active);
    let frame = signed.page(t, "Nachbarschaftshilfe");
    let page = if faults.is_empty() { frame } else { frame.with_error(t) };
    Ok(NeighboursPage {
        t,
        page,
        notice,
        office: office.name(),
        office_code: office,
        offices: office_choices(&signed.0, office),
        helpers: rows(&|row| is_mine(row.asking)),
        helped: rows(&|row| is_mine(row.helper)),
        mine: active()
            .filter(|hotline| hotline.office == office)
            .map(|hotline| choice(hotline, hotline.name.clone(), &form.bittet))
            .collect(),
        // A hotline of the same office helps only where there is another one.
        others: active()
            .filter(|hotline| hotline.office != office || active().filter(|it| it.office == office).count() > 1)
            .map(|hotline| choice(hotline, format!("{}: {}", hotline.office.name(), hotline.name), &form.hilft))
            .collect(),
        groups: skills::groups(|topic| form.thema.iter().any(|code| code == topic)),
        rows: form.hours().rows(),
        form,
        faults: Faults(faults),
    })
}
