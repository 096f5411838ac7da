//! The week of an office's appointments as a board, and the sheet of one day to print: what is needed if the net is down.
//!
//! Rule: everything that a mouse can do here a link can do, too.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;

use super::{Names, Row, refused};
use crate::bookings::board::{self, Filled, Place};
use crate::bookings::{BookingError, State as Stage};
use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::{OfficeId, offices};
use crate::people::{SignedIn, seen_office};
use crate::shifts;
use crate::web::{self, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/termine", get(week)).route("/dienst/tagesblatt", get(sheet))
}

/// What is asked of both pages, as it stands in the address.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Asked {
    dienststelle: String,
    beratung: String,
    woche: String,
    tag: String,
}

impl Asked {
    fn officer(&self) -> Option<OfficerId> {
        self.beratung.parse().ok()
    }

    fn path(&self, t: &Locale, page: &str, more: (&str, &str)) -> String {
        let (office, officer) = (web::percent(&self.dienststelle), web::percent(&self.beratung));
        t.path(&format!("{page}?dienststelle={office}&beratung={officer}&{}={}", more.0, more.1))
    }
}

/// Something to choose: its value, its name, and whether it is chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "bookings/pages/staff_week.html")]
struct WeekPage<'a> {
    t: &'a Locale,
    page: Page,
    title: String,
    week: String,
    earlier: String,
    later: String,
    /// The week of today, where another one is shown.
    now: Option<String>,
    offices: Vec<Choice>,
    officers: Vec<Choice>,
    days: Vec<DayView>,
    is_empty: bool,
}

struct DayView {
    iso: String,
    name: String,
    is_today: bool,
    /// The page to print.
    sheet: String,
    free: usize,
    booked: usize,
    /// Reserved, not booked yet.
    held: usize,
    places: Vec<PlaceView>,
}

struct PlaceView {
    times: String,
    officer: String,
    /// RFC 3339.
    start: String,
    is_free: bool,
    row: Option<Row>,
}

async fn week(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = seen_office(&t, &user.0, &asked.dienststelle)?;
    let monday = local::named_week(&asked.woche, desk.now()).ok_or_else(|| web::not_found(&t))?;
    let page = load_week(&desk, desk.now(), &user, (&t, &asked), (office, monday)).await;
    Ok(web::ok(&page.map_err(|error| refused(&t, error))?))
}

async fn load_week<'a>(
    desk: &Desk,
    now: Instant,
    user: &SignedIn,
    (t, asked): (&'a Locale, &Asked),
    (office, monday): (OfficeId, NaiveDate),
) -> Result<WeekPage<'a>, BookingError> {
    let (this_week, after) = (local::monday(local::day(now)), monday + TimeDelta::weeks(1));
    let window = Span { start: local::whole_day(monday).start, end: local::whole_day(after).start };
    let mut places = board::list_places(desk, now, &user.0, (office, window)).await?;
    let names = Names::load(desk).await?;
    let officers = chosen_officers(&places, &names, asked.officer());
    places.retain(|place| asked.officer().is_none_or(|officer| place.officer == officer));
    let is_empty = places.is_empty();
    let days = board::by_day(places, monday.iter_days().take(7));
    let day = |(day, places): (NaiveDate, Vec<Place>)| DayView {
        iso: day.to_string(),
        name: say::day(Language::De, day),
        is_today: day == local::day(now),
        sheet: asked.path(t, "/dienst/tagesblatt", ("tag", &day.to_string())),
        free: board::count_free(&places),
        booked: places.iter().filter(is_booked).count(),
        held: places.iter().filter(is_held).count(),
        places: places.into_iter().map(|place| place_view(now, place, &names)).collect(),
    };
    let link = |monday: NaiveDate| asked.path(t, "/dienst/termine", ("woche", &local::week_name(monday)));
    let (first, last) = (say::day(Language::De, monday), say::day(Language::De, monday + TimeDelta::days(6)));
    Ok(WeekPage {
        t,
        page: user.page(t, "Termine der Woche"),
        title: format!("{first} bis {last}"),
        week: local::week_name(monday),
        earlier: link(monday - TimeDelta::weeks(1)),
        later: link(after),
        now: (monday != this_week).then(|| link(this_week)),
        offices: planned_offices(user, office),
        officers,
        days: days.into_iter().map(day).collect(),
        is_empty,
    })
}

fn is_booked(place: &&Place) -> bool {
    matches!(&place.filled, Filled::Booked(entry) if entry.booking.state.is_booked())
}

/// Somebody fills in the form, or has to confirm by mail.
fn is_held(place: &&Place) -> bool {
    matches!(&place.filled, Filled::Booked(entry) if !entry.booking.state.is_booked())
}

fn place_view(now: Instant, place: Place, names: &Names) -> PlaceView {
    PlaceView {
        times: say::times(Language::De, place.span),
        officer: names.of(place.officer),
        start: place.span.start.rfc3339(),
        is_free: matches!(place.filled, Filled::Free),
        row: match place.filled {
            Filled::Booked(entry) => Some(Row::new(now, *entry, names)),
            Filled::Free | Filled::Busy => None,
        },
    }
}

/// The offices to choose from; none where there is only one.
fn planned_offices(user: &SignedIn, chosen: OfficeId) -> Vec<Choice> {
    let planned: Vec<_> = offices().iter().filter(|office| user.0.may_plan(&office.id)).collect();
    let choice =
        |office: &&crate::offices::Office| (office.id.to_string(), office.name.to_owned(), office.id == chosen);
    if planned.len() < 2 { Vec::new() } else { planned.iter().map(choice).collect() }
}

/// Whose appointments stand there.
fn chosen_officers(places: &[Place], names: &Names, chosen: Option<OfficerId>) -> Vec<Choice> {
    let ids: std::collections::BTreeSet<OfficerId> = places.iter().map(|place| place.officer).chain(chosen).collect();
    let mut officers: Vec<Choice> =
        ids.into_iter().map(|id| (id.to_string(), names.of(id), Some(id) == chosen)).collect();
    officers.sort_by(|a, b| a.1.cmp(&b.1));
    if officers.len() < 2 && chosen.is_none() { Vec::new() } else { officers }
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_sheet.html")]
struct SheetPage<'a> {
    t: &'a Locale,
    page: Page,
    day: String,
    office: &'static str,
    earlier: String,
    later: String,
    /// The week around it.
    week: String,
    rows: Vec<Row>,
    shifts: Vec<(String, String, String)>,
    /// Name and number.
    hotlines: Vec<(String, String)>,
    printed: String,
}

async fn sheet(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = seen_office(&t, &user.0, &asked.dienststelle)?;
    let today = local::day(desk.now());
    let day = if asked.tag.is_empty() { Some(today) } else { local::plannable(&asked.tag) };
    let day = day.ok_or_else(|| web::not_found(&t))?;
    let page = load_sheet(&desk, desk.now(), &user, (&t, &asked), (office, day)).await;
    Ok(web::ok(&page.map_err(|error| refused(&t, error))?))
}

async fn load_sheet<'a>(
    desk: &Desk,
    now: Instant,
    user: &SignedIn,
    (t, asked): (&'a Locale, &Asked),
    (office, day): (OfficeId, NaiveDate),
) -> Result<SheetPage<'a>, BookingError> {
    let window = local::whole_day(day);
    let mut places = board::list_places(desk, now, &user.0, (office, window)).await?;
    places.retain(|place| asked.officer().is_none_or(|officer| place.officer == officer));
    let names = Names::load(desk).await?;
    let firm = places.into_iter().filter_map(|place| match place.filled {
        Filled::Booked(entry) if is_firm(entry.booking.state_at(now)) => Some(Row::new(now, *entry, &names)),
        Filled::Booked(_) | Filled::Free | Filled::Busy => None,
    });
    let rows = firm.collect();
    let hotlines = shifts::list_hotlines(&desk.db, None).await?;
    let mut planned = shifts::list_shifts_at(&desk.db, office, window).await?;
    planned.retain(|shift| shift.is_published() && user.0.may_excuse(shift.officer, &office));
    let hotline = |shift: &shifts::Shift| hotlines.iter().find(|h| h.id == shift.hotline).map(|h| h.name.clone());
    let shift = |shift: &shifts::Shift| {
        let times = say::times(Language::De, shift.span);
        (times, names.of(shift.officer), hotline(shift).unwrap_or_default())
    };
    let path = |day: NaiveDate| asked.path(t, "/dienst/tagesblatt", ("tag", &day.to_string()));
    Ok(SheetPage {
        t,
        page: user.page(t, "Tagesblatt"),
        day: say::day(Language::De, day),
        office: office.name(),
        earlier: path(day - TimeDelta::days(1)),
        later: path(day + TimeDelta::days(1)),
        week: asked.path(t, "/dienst/termine", ("woche", &local::week_name(local::monday(day)))),
        rows,
        shifts: planned.iter().map(shift).collect(),
        hotlines: hotlines.iter().filter(|h| h.active).map(|h| (h.name.clone(), h.number.to_string())).collect(),
        printed: say::moment(Language::De, now),
    })
}

fn is_firm(state: Stage) -> bool {
    state.is_booked() || matches!(state, Stage::Requested { .. })
}
