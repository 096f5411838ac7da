//! The demand's pages: what a hotline wants, held against the plan of a week, and a proposal from past calls.

mod basis;
mod strip;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::Weekday;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::{DemandId, HotlineId};
use crate::kernel::{Language, local};
use crate::offices::topics;
use crate::people::{Actor, SignedIn};
use crate::rota::page::{Choice, Fault, Faults, Notice, away, hotline_choices, short_day};
use crate::shifts::{self, Hotline, Week};
use crate::web::{self, Form, Locale, Page};

use super::need::{Demand, DemandFault, Want, Weekdays};
use super::{DemandError, skills_of};

pub use strip::{StripView, who_can_path};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/bedarf", get(show).post(add))
        .route("/dienst/bedarf/entfernen", post(remove))
        .route("/dienst/bedarf/vorschlag", get(basis::show).post(basis::take))
}

/// Which hotline, which week, and what to tell.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    hotline: String,
    woche: String,
    meldung: String,
}

/// A line as it was typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct DemandForm {
    hotline: String,
    /// Numbers of ISO 8601, 1 is Monday.
    tag: Vec<String>,
    von: String,
    bis: String,
    thema: String,
    sprache: String,
    personen: String,
}

#[derive(Template)]
#[template(path = "rota/demand/pages/demand.html")]
struct DemandPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    hotlines: Vec<Choice>,
    shown: Option<Shown>,
    /// What was taken back, ready to be entered again.
    undo: Option<DemandForm>,
    form: DemandForm,
    weekdays: Vec<Choice>,
    topics: Vec<Choice>,
    languages: Vec<Choice>,
    faults: Faults,
}

struct Shown {
    hotline: HotlineId,
    name: String,
    may_plan: bool,
    lines: Vec<Line>,
    title: String,
    previous: String,
    next: String,
    strip: StripView,
}

struct Line {
    id: DemandId,
    want: String,
    days: String,
    times: String,
    officers: i64,
}

/// `GET /dienst/bedarf`
async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let door = Door { desk: &desk, t: &t, signed: &signed };
    door.page(&asked, DemandForm::default(), Came::default()).await
}

/// `POST /dienst/bedarf`
async fn add(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<DemandForm>,
) -> Result<Response, Response> {
    let asked = Asked { hotline: form.hotline.clone(), ..Asked::default() };
    let door = Door { desk: &desk, t: &t, signed: &signed };
    let demand = match form.read() {
        Ok(demand) => demand,
        Err(faults) => return door.page(&asked, form, Came { faults, ..Came::default() }).await,
    };
    match super::add_demand(&desk, desk.now(), &signed.0, &demand).await {
        Ok(()) => Ok(web::go(&t.path(&format!("/dienst/bedarf?hotline={}&meldung=eingetragen", demand.hotline)))),
        Err(DemandError::BadDemand(fault)) => {
            door.page(&asked, form, Came { faults: vec![said(fault)], ..Came::default() }).await
        }
        Err(error) => Err(refused(&t, error)),
    }
}

#[derive(Deserialize)]
struct RemoveForm {
    zeile: DemandId,
}

/// `POST /dienst/bedarf/entfernen`: at once, and a button brings it back.
async fn remove(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<RemoveForm>,
) -> Result<Response, Response> {
    let removed = super::remove_demand(&desk, desk.now(), &signed.0, form.zeile).await;
    let removed = removed.map_err(|error| refused(&t, error))?;
    let asked = Asked { hotline: removed.hotline.to_string(), meldung: "entfernt".into(), ..Asked::default() };
    let t = Locale { here: format!("/dienst/bedarf?hotline={}", removed.hotline), ..t };
    let door = Door { desk: &desk, t: &t, signed: &signed };
    let came = Came { undo: Some(DemandForm::of(&removed)), ..Came::default() };
    door.page(&asked, DemandForm::default(), came).await
}

/// What a form brought with it.
#[derive(Default)]
struct Came {
    faults: Vec<Fault>,
    undo: Option<DemandForm>,
}

/// For whom a page is made.
struct Door<'a> {
    desk: &'a Desk,
    t: &'a Locale,
    signed: &'a SignedIn,
}

impl Door<'_> {
    async fn page(&self, asked: &Asked, form: DemandForm, came: Came) -> Result<Response, Response> {
        let (t, actor) = (self.t, &self.signed.0);
        let (hotlines, hotline) = chosen(self.desk, t, actor, &asked.hotline).await?;
        let shown = match &hotline {
            Some(hotline) => Some(self.shown(hotline, asked).await?),
            None => None,
        };
        let page = self.signed.page(t, "Bedarf");
        let faulty = !came.faults.is_empty();
        let view = DemandPage {
            t,
            page: if faulty { page.with_error(t) } else { page },
            notice: notice(&asked.meldung),
            hotlines: hotline_choices(&hotlines, &hotline.map(|it| it.id.to_string()).unwrap_or_default()),
            shown,
            undo: came.undo,
            weekdays: form.weekdays(),
            topics: topic_choices(&form.thema),
            languages: language_choices(&form.sprache),
            form,
            faults: Faults(came.faults),
        };
        Ok(web::html(if faulty { StatusCode::BAD_REQUEST } else { StatusCode::OK }, &view))
    }

    async fn shown(&self, hotline: &Hotline, asked: &Asked) -> Result<Shown, Response> {
        let (t, desk) = (self.t, self.desk);
        let now = desk.now();
        let monday = local::named_week(&asked.woche, now).ok_or_else(|| web::not_found(t))?;
        let window = Week::window(monday);
        let demands = super::list_demands(&desk.db, hotline.id).await.map_err(away(t))?;
        let mut rota = shifts::load_rota(&desk.db, hotline.id, window).await.map_err(away(t))?;
        rota.foresee(now);
        let officers = crate::people::list_officers(&desk.db, None).await.map_err(away(t))?;
        let open = shifts::open_spans(&desk.db, hotline, window).await.map_err(away(t))?;
        let (skills, days): (_, Vec<_>) = (skills_of(&officers), monday.iter_days().take(7).collect());
        let seats = super::Seats { rota: &rota, skills: &skills, demands: &demands, open: &open };
        let to = |by| format!("/dienst/bedarf?hotline={}&woche={}", hotline.id, local::week_name(monday + by));
        let week = chrono::TimeDelta::days(7);
        Ok(Shown {
            hotline: hotline.id,
            name: hotline.name.clone(),
            may_plan: self.signed.0.may_plan(&hotline.office),
            lines: demands.iter().map(Line::of).collect(),
            title: format!("{} bis {}", short_day(monday), short_day(monday + chrono::TimeDelta::days(6))),
            previous: to(-week),
            next: to(week),
            strip: StripView::new(hotline, &seats, &days, now),
        })
    }
}

/// The hotlines that the actor may see, and the one that was asked for, else the first of their own office.
async fn chosen(
    desk: &Desk,
    t: &Locale,
    actor: &Actor,
    asked: &str,
) -> Result<(Vec<Hotline>, Option<Hotline>), Response> {
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await.map_err(away(t))?;
    hotlines.retain(|hotline| actor.may_see(&hotline.office));
    let found = match asked {
        "" => hotlines.iter().find(|it| it.office == actor.office && it.active).or(hotlines.first()),
        asked => Some(hotlines.iter().find(|it| it.id.to_string() == asked).ok_or_else(|| web::not_found(t))?),
    };
    let found = found.cloned();
    Ok((hotlines, found))
}

impl DemandForm {
    fn of(demand: &Demand) -> Self {
        Self {
            hotline: demand.hotline.to_string(),
            tag: demand.weekdays.iter().map(|day| day.number_from_monday().to_string()).collect(),
            von: demand.from.format("%H:%M").to_string(),
            bis: demand.until.format("%H:%M").to_string(),
            thema: demand.want.topic.map(|topic| topic.to_string()).unwrap_or_default(),
            sprache: demand.want.language.map(Language::tag).unwrap_or_default().to_owned(),
            personen: demand.officers.to_string(),
        }
    }

    /// The line that was typed, or everything that cannot be read.
    fn read(&self) -> Result<Demand, Vec<Fault>> {
        let weekdays = self.tag.concat().parse::<Weekdays>().ok().filter(|days| *days != Weekdays::default());
        let (from, until) = (local::time(&self.von), local::time(&self.bis));
        let (officers, hotline) = (self.personen.trim().parse().ok(), self.hotline.parse().ok());
        let want = Want { topic: self.thema.parse().ok(), language: Language::from_tag(&self.sprache) };
        if let (Some(weekdays), Some(from), Some(until), Some(officers), Some(hotline)) =
            (weekdays, from, until, officers, hotline)
        {
            let demand = Demand { id: DemandId::mint(), hotline, weekdays, from, until, want, officers };
            return demand.check().map(|()| demand).map_err(|fault| vec![said(fault)]);
        }
        let faults = [
            (hotline.is_none(), Fault::new("hotline", "Wählen Sie ein Beratungstelefon.")),
            (weekdays.is_none(), said(DemandFault::NoDay)),
            (from.is_none(), Fault::new("von", "Geben Sie an, ab wann, zum Beispiel 08:00.")),
            (until.is_none(), Fault::new("bis", "Geben Sie an, bis wann, zum Beispiel 12:00.")),
            (officers.is_none(), said(DemandFault::Officers)),
        ];
        Err(faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect())
    }

    /// New: Monday to Friday.
    fn weekdays(&self) -> Vec<Choice> {
        let fresh = self.hotline.is_empty();
        let one = |day: Weekday| {
            let number = day.number_from_monday().to_string();
            let chosen = if fresh { day.number_from_monday() <= 5 } else { self.tag.contains(&number) };
            Choice { value: number, text: Language::De.weekday(day).to_owned(), chosen }
        };
        Weekdays::ALL.iter().map(one).collect()
    }
}

fn said(fault: DemandFault) -> Fault {
    match fault {
        DemandFault::NoDay => Fault::new("tag-1", "Wählen Sie mindestens einen Wochentag."),
        DemandFault::NotAHalfHour => Fault::new("von", "Der Bedarf beginnt und endet zur vollen oder halben Stunde."),
        DemandFault::Officers => Fault::new("personen", "Geben Sie eine Zahl von 1 bis 99 an."),
    }
}

impl Line {
    fn of(it: &Demand) -> Self {
        let until =
            if it.until == chrono::NaiveTime::MIN { "24:00".into() } else { it.until.format("%H:%M").to_string() };
        Self {
            id: it.id,
            want: want_words(it.want),
            days: days_words(it.weekdays),
            times: format!("{}–{until}", it.from.format("%H:%M")),
            officers: it.officers,
        }
    }
}

/// "Alle Anrufe", "Einbruchschutz, auf Englisch".
pub fn want_words(want: Want) -> String {
    let topic = want.topic.map(|topic| topic.title(Language::De).to_owned());
    let language = want.language.map(|language| format!("auf {}", language_word(language)));
    match (topic, language) {
        (None, None) => "Alle Anrufe".into(),
        (Some(one), None) | (None, Some(one)) => one.replacen("auf", "Auf", usize::from(want.topic.is_none())),
        (Some(topic), Some(language)) => format!("{topic}, {language}"),
    }
}

fn language_word(language: Language) -> &'static str {
    match language {
        Language::De => "Deutsch",
        Language::En => "Englisch",
        Language::Simple => "Leichter Sprache",
        Language::Other(tag) => tag,
    }
}

/// "Montag bis Freitag", "Montag, Mittwoch", "jeden Tag".
pub fn days_words(days: Weekdays) -> String {
    let days: Vec<Weekday> = days.iter().collect();
    let name = |day: &Weekday| Language::De.weekday(*day);
    let in_a_row = days.windows(2).all(|pair| pair[0].succ() == pair[1]);
    match days.as_slice() {
        all if all.len() == 7 => "jeden Tag".into(),
        [first, .., last] if in_a_row && days.len() > 2 => format!("{} bis {}", name(first), name(last)),
        some => some.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

pub fn topic_choices(chosen: &str) -> Vec<Choice> {
    let all = topics().iter().map(|topic| Choice::new(topic.id, topic.title(Language::De), chosen));
    std::iter::once(Choice::new("", "alle Themen", chosen)).chain(all).collect()
}

pub fn language_choices(chosen: &str) -> Vec<Choice> {
    let other = [(Language::En, "Englisch")];
    let all = other.iter().map(|(language, name)| Choice::new(language.tag(), *name, chosen));
    std::iter::once(Choice::new("", "jede Sprache", chosen)).chain(all).collect()
}

fn notice(key: &str) -> Option<Notice> {
    let (look, text) = match key {
        "eingetragen" => ("success", "Der Bedarf ist eingetragen."),
        "entfernt" => ("success", "Die Zeile ist entfernt."),
        "uebernommen" => {
            ("success", "Der Vorschlag ist übernommen. Jede Zeile lässt sich entfernen und neu eintragen.")
        }
        _ => return None,
    };
    Some(Notice { look, text })
}

fn refused(t: &Locale, error: DemandError) -> Response {
    match error {
        DemandError::NoSuchHotline | DemandError::NoSuchDemand => web::not_found(t),
        DemandError::Forbidden => web::forbidden(t),
        DemandError::Db(error) => web::unavailable(t, &error),
        DemandError::BadDemand(_) => {
            web::message(t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_wants_are_said_as_a_supervisor_says_them() {
        for (days, words) in [
            ("12345", "Montag bis Freitag"),
            ("1234567", "jeden Tag"),
            ("13", "Montag, Mittwoch"),
            ("67", "Samstag, Sonntag"),
            ("1345", "Montag, Mittwoch, Donnerstag, Freitag"),
        ] {
            assert_eq!(days_words(days.parse().unwrap()), words);
        }
        let english = Want { language: Some(Language::En), topic: None };
        let burglary = Want { topic: "einbruchschutz".parse().ok(), ..english };
        assert_eq!(want_words(Want::default()), "Alle Anrufe");
        assert_eq!(want_words(english), "Auf Englisch");
        assert!(want_words(burglary).ends_with(", auf Englisch"));
    }
}
