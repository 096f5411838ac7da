//! The consultation hours: list, offer, end.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{NaiveDate, Weekday};
use http::StatusCode;
use serde::Deserialize;

use super::{Names, Row, german, refused};
use crate::bookings::{self, BookingError, ConsultationHour, Format, HourFault, Plan};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{HourId, OfficerId};
use crate::kernel::{Instant, Language, local};
use crate::offices::{Topic, topics};
use crate::people::{self, Actor, Officer, SignedIn};
use crate::web::{self, Form, Locale, Page};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/sprechstunden", get(list).post(offer))
        .route("/dienst/sprechstunden/{id}", get(ask).post(end))
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_hours.html")]
struct HoursPage<'a> {
    t: &'a Locale,
    page: Page,
    hours: Vec<HourRow>,
    /// Whether the actor sees more than their own.
    several: bool,
    officers: Vec<Officer>,
    topics: &'static [Topic],
    form: HourForm,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_hour_end.html")]
struct EndPage<'a> {
    t: &'a Locale,
    page: Page,
    hour: HourRow,
    hit: Vec<Row>,
}

struct HourRow {
    id: HourId,
    officer: String,
    when: String,
    days: String,
    slots: String,
    topics: String,
    formats: String,
}

impl HourRow {
    fn new(hour: &ConsultationHour, names: &Names) -> Self {
        let plan = &hour.plan;
        let date = |day: NaiveDate| day.format("%d.%m.%Y").to_string();
        let topics: Vec<&str> = plan.topics.iter().map(|topic| topic.title(Language::De)).collect();
        let formats: Vec<&str> = plan.formats.iter().map(|format| german(*format)).collect();
        Self {
            id: hour.id,
            officer: names.of(hour.officer),
            when: format!(
                "{}, {} bis {} Uhr",
                Language::De.weekday(plan.weekday),
                plan.opens.format("%H:%M"),
                plan.closes.format("%H:%M"),
            ),
            days: match plan.last_day {
                Some(last) => format!("{} bis {}", date(plan.first_day), date(last)),
                None => format!("ab {}", date(plan.first_day)),
            },
            slots: format!("{} Minuten", plan.slot_minutes),
            topics: if topics.is_empty() { "alle Themen".to_owned() } else { topics.join(", ") },
            formats: formats.join(", "),
        }
    }
}

/// What was typed into the form, good or not.
#[derive(Deserialize, Default)]
#[serde(default)]
struct HourForm {
    officer: String,
    weekday: String,
    opens: String,
    closes: String,
    first_day: String,
    last_day: String,
    slot_minutes: String,
    topics: Vec<String>,
    formats: Vec<String>,
}

/// One line of the form.
struct Input<'a> {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: &'a str,
    hint: &'static str,
}

/// What is wrong, by field, in the order of the form.
#[derive(Default)]
struct Faults(Vec<(&'static str, &'static str)>);

impl Faults {
    fn of(&self, field: &str) -> Option<&'static str> {
        self.0.iter().find(|(wrong, _)| *wrong == field).map(|(_, fault)| *fault)
    }
}

impl HourForm {
    fn blank(now: Instant) -> Self {
        Self {
            weekday: "1".into(),
            opens: "09:00".into(),
            closes: "12:00".into(),
            first_day: local::day(now).to_string(),
            slot_minutes: "30".into(),
            formats: Format::ALL.map(|format| format.to_string()).into(),
            ..Self::default()
        }
    }

    /// The fields that are one line each.
    fn inputs(&self) -> [Input<'_>; 5] {
        let input = |name, label, kind, value, hint| Input { name, label, kind, value, hint };
        [
            input("opens", "Beginn", "time", &self.opens, ""),
            input("closes", "Ende", "time", &self.closes, "00:00 ist Mitternacht am Ende des Tages."),
            input("slot_minutes", "Minuten je Termin", "text", &self.slot_minutes, ""),
            input("first_day", "Erster Tag", "date", &self.first_day, ""),
            input("last_day", "Letzter Tag (freiwillig)", "date", &self.last_day, "Leer: bis auf Weiteres."),
        ]
    }

    fn has_topic(&self, topic: &Topic) -> bool {
        self.topics.iter().any(|chosen| chosen == topic.id.as_str())
    }

    fn has_format(&self, format: &str) -> bool {
        self.formats.iter().any(|chosen| chosen == format)
    }

    fn read(&self) -> Result<(OfficerId, Plan), Faults> {
        let mut faults = Faults::default();
        let mut note = |field, fault| faults.0.push((field, fault));
        let officer = self.officer.parse().ok();
        let weekday = self.weekday.parse::<u8>().ok().and_then(|n| Weekday::try_from(n.wrapping_sub(1)).ok());
        let (opens, closes) = (local::time(&self.opens), local::time(&self.closes));
        let first_day = local::plannable(&self.first_day);
        let last_day = match self.last_day.trim() {
            "" => Ok(None),
            day => local::plannable(day).map(Some).ok_or(()),
        };
        for (field, missing, fault) in [
            ("officer", officer.is_none(), "Wählen Sie eine Beraterin oder einen Berater."),
            ("weekday", weekday.is_none(), "Wählen Sie einen Wochentag."),
            ("opens", opens.is_none(), "Geben Sie den Beginn als Uhrzeit an, zum Beispiel 09:00."),
            ("closes", closes.is_none(), "Geben Sie das Ende als Uhrzeit an, zum Beispiel 12:00."),
            ("first_day", first_day.is_none(), "Geben Sie den ersten Tag als Datum an."),
            ("last_day", last_day.is_err(), "Geben Sie den letzten Tag als Datum an, oder lassen Sie das Feld leer."),
        ] {
            if missing {
                note(field, fault);
            }
        }
        let (Some(officer), Some(weekday), Some(opens), Some(closes), Some(first_day), Ok(last_day)) =
            (officer, weekday, opens, closes, first_day, last_day)
        else {
            return Err(faults);
        };
        let plan = Plan {
            weekday,
            opens,
            closes,
            first_day,
            last_day,
            slot_minutes: self.slot_minutes.trim().parse().unwrap_or(0),
            topics: self.topics.iter().filter_map(|topic| topic.parse().ok()).collect(),
            formats: self.formats.iter().filter_map(|format| format.parse().ok()).collect(),
        };
        plan.check().map_err(|fault| Faults(vec![in_german(fault)])).map(|()| (officer, plan))
    }
}

/// The field, and what is wrong with it.
fn in_german(fault: HourFault) -> (&'static str, &'static str) {
    match fault {
        HourFault::ClosesBeforeItOpens => {
            ("closes", "Das Ende muss nach dem Beginn liegen. Eine Nacht sind zwei Sprechstunden.")
        }
        HourFault::SlotLength => ("slot_minutes", "Ein Termin dauert 5 bis 240 Minuten."),
        HourFault::TooShort => ("closes", "In diese Zeit passt kein einziger Termin."),
        HourFault::LastDayBeforeFirst => ("last_day", "Der letzte Tag muss nach dem ersten liegen."),
        HourFault::NoFormat => ("formats", "Wählen Sie mindestens eine Form der Beratung."),
    }
}

async fn list(State(desk): State<Desk>, t: Locale, user: SignedIn) -> Response {
    let form = HourForm::blank(desk.now());
    shown(&desk, &t, &user, form, Faults::default()).await
}

async fn offer(State(desk): State<Desk>, t: Locale, user: SignedIn, Form(form): Form<HourForm>) -> Response {
    let (officer, plan) = match form.read() {
        Ok(read) => read,
        Err(faults) => return shown(&desk, &t, &user, form, faults).await,
    };
    match bookings::offer_hours(&desk, desk.now(), &user.0, officer, plan).await {
        Ok(_) => web::go(&t.path("/dienst/sprechstunden")),
        Err(BookingError::NoSuchOfficer) => {
            let faults = Faults(vec![("officer", "Diese Person gehört nicht zu Ihrer Dienststelle.")]);
            shown(&desk, &t, &user, form, faults).await
        }
        Err(error) => refused(&t, error),
    }
}

async fn shown(desk: &Desk, t: &Locale, user: &SignedIn, form: HourForm, faults: Faults) -> Response {
    let status = if faults.0.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let mut page = user.page(t, "Sprechstunden");
    if !faults.0.is_empty() {
        page = page.with_error(t);
    }
    let gathered = async {
        let officers = plannable(desk, &user.0).await?;
        Ok::<_, DbError>((hour_rows(desk, &user.0).await?, officers))
    };
    match gathered.await {
        Ok((hours, officers)) => {
            let several = user.0.plans();
            web::html(status, &HoursPage { t, page, hours, several, officers, topics: topics(), form, faults })
        }
        Err(error) => web::unavailable(t, &error),
    }
}

/// The hours that are the actor's: their own, or those of all whom they plan.
async fn hour_rows(desk: &Desk, actor: &Actor) -> Result<Vec<HourRow>, DbError> {
    let names = Names::load(desk).await?;
    let mut hours = bookings::list_hours(desk, desk.now(), actor).await?;
    hours.retain(|hour| actor.may_excuse(hour.officer, &hour.office));
    Ok(hours.iter().map(|hour| HourRow::new(hour, &names)).collect())
}

/// Whose hours the actor may offer: their own, or those of all whom they plan.
async fn plannable(desk: &Desk, actor: &Actor) -> Result<Vec<Officer>, DbError> {
    let mut officers = people::list_officers(&desk.db, None).await?;
    officers.retain(|officer| actor.may_excuse(officer.id, &officer.office));
    Ok(officers)
}

async fn ask(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    match hit(&desk, &user.0, id).await {
        Ok((hour, hit)) => web::ok(&EndPage { t: &t, page: user.page(&t, "Sprechstunde beenden"), hour, hit }),
        Err(error) => refused(&t, error),
    }
}

/// The hour, and the booked consultations that would be left without it.
async fn hit(desk: &Desk, actor: &Actor, id: HourId) -> Result<(HourRow, Vec<Row>), BookingError> {
    let now = desk.now();
    let hour = bookings::load_hour(desk, actor, id).await?;
    if !actor.may_excuse(hour.officer, &hour.office) {
        return Err(BookingError::Forbidden);
    }
    let names = Names::load(desk).await?;
    let left = bookings::list_bookings_of_hour(desk, now, actor, id).await?;
    Ok((HourRow::new(&hour, &names), left.into_iter().map(|entry| Row::new(now, entry, &names)).collect()))
}

async fn end(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    match bookings::end_hour(&desk, desk.now(), &user.0, id).await {
        Ok(_) => web::go(&t.path("/dienst/sprechstunden")),
        Err(error) => refused(&t, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> HourForm {
        let now = Instant::parse("2026-11-20T12:00:00Z").unwrap();
        HourForm { officer: OfficerId::mint().to_string(), ..HourForm::blank(now) }
    }

    #[test]
    fn a_form_as_it_stands_is_an_hour_once_somebody_is_chosen() {
        let (_, plan) = form().read().map_err(|faults| faults.0).unwrap();
        assert_eq!((plan.weekday, plan.slot_minutes, plan.last_day), (Weekday::Mon, 30, None));
        assert_eq!(plan.formats, Format::ALL);
        assert!(plan.topics.is_empty(), "no topic chosen means every topic");
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        let text = |text: &str| text.to_owned();
        for (wrong, field) in [
            (HourForm { officer: text(""), ..form() }, "officer"),
            (HourForm { weekday: text("8"), ..form() }, "weekday"),
            (HourForm { weekday: text("0"), ..form() }, "weekday"),
            (HourForm { opens: text("neun"), ..form() }, "opens"),
            (HourForm { closes: text("08:00"), ..form() }, "closes"),
            (HourForm { closes: text("09:10"), ..form() }, "closes"),
            (HourForm { first_day: text("bald"), ..form() }, "first_day"),
            (HourForm { last_day: text("2026-01-01"), ..form() }, "last_day"),
            (HourForm { slot_minutes: text("viele"), ..form() }, "slot_minutes"),
            (HourForm { formats: vec![], ..form() }, "formats"),
        ] {
            let faults = wrong.read().map(|_| ()).unwrap_err();
            assert_eq!(faults.0.iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field]);
        }
    }
}
