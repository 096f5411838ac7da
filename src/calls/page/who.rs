//! Who would be rung: a question of those who plan, for any time, with the answer of `calls::who` in German.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::desk::Desk;
use crate::flows::Opening;
use crate::kernel::id::OfficerId;
use crate::kernel::{Gender, Instant, Language, local};
use crate::offices::{TopicId, topics};
use crate::people::SignedIn;
use crate::shifts::{self, Hotline};
use crate::web::{self, Locale, Page, say};

use super::{language, refused};
use crate::calls::route::{Choice, Outlook};
use crate::calls::why::{Against, Names};
use crate::calls::{self, Connection, Question, Wish};

/// What the page was asked for, as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    hotline: String,
    tag: String,
    zeit: String,
    thema: String,
    sprache: String,
    wunsch: String,
}

#[derive(Template)]
#[template(path = "calls/pages/who.html")]
struct WhoPage<'a> {
    t: &'a Locale,
    page: Page,
    hotlines: Vec<Offered>,
    day: String,
    time: String,
    topics: Vec<Offered>,
    languages: Vec<Offered>,
    wishes: Vec<Offered>,
    hotline_fault: Option<&'static str>,
    day_fault: Option<&'static str>,
    time_fault: Option<&'static str>,
    topic_fault: Option<&'static str>,
    language_fault: Option<&'static str>,
    wish_fault: Option<&'static str>,
    answer: Option<AnswerView>,
}

/// One of several to choose from.
struct Offered {
    value: String,
    text: String,
    chosen: bool,
}

struct AnswerView {
    title: String,
    /// What holds for a time that is over, or to come.
    remark: &'static str,
    opening: String,
    is_open: bool,
    connections: Vec<ConnectionView>,
}

struct ConnectionView {
    /// Where in which flow; told where there are several.
    place: String,
    /// Another hotline whose officers are rung there, or that it is missing.
    whose: Option<String>,
    /// One after another: each one officer, or several at once.
    rung: Vec<Vec<Told>>,
    not: Vec<Told>,
    help: Vec<HelpView>,
}

struct HelpView {
    hotline: String,
    office: &'static str,
    rung: Vec<Told>,
}

/// An officer, and why.
struct Told {
    name: String,
    why: String,
}

impl Asked {
    /// The day and time, or what is wrong with them; now where neither was typed.
    fn at(&self, now: Instant) -> (Option<Instant>, Option<&'static str>, Option<&'static str>) {
        if self.tag.is_empty() && self.zeit.is_empty() {
            return (Some(now), None, None);
        }
        let (day, time) = (local::plannable(&self.tag), local::time(&self.zeit));
        let at = day.zip(time).map(|(day, time)| local::start(day.and_time(time)));
        let day_fault = day.is_none().then_some("Geben Sie einen Tag an, zum Beispiel 20.11.2026.");
        (at, day_fault, time.is_none().then_some("Geben Sie eine Uhrzeit an, zum Beispiel 10:00."))
    }

    fn wish(&self) -> Wish {
        let language = self.language().unwrap_or_default();
        Wish { topic: self.thema.parse().ok(), language, officer: self.wunsch.parse().ok() }
    }

    fn language(&self) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag() == self.sprache)
    }

    /// What was asked for that there is not: topic, language and wish.
    fn unknown(&self) -> [Option<&'static str>; 3] {
        let topic = !self.thema.is_empty() && self.thema.parse::<TopicId>().is_err();
        let language = !self.sprache.is_empty() && self.language().is_none();
        let wish = !self.wunsch.is_empty() && self.wunsch.parse::<Gender>().is_err();
        [
            topic.then_some("Dieses Thema gibt es nicht. Wählen Sie eines aus."),
            language.then_some("Diese Sprache gibt es am Telefon nicht. Wählen Sie eine aus."),
            wish.then_some("Diesen Wunsch gibt es nicht. Wählen Sie einen aus."),
        ]
    }
}

/// `GET /dienst/wer`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    if !signed.0.may_plan(&signed.0.office) {
        return Err(web::forbidden(&t));
    }
    let now = desk.now();
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await.map_err(|error| web::unavailable(&t, &error))?;
    hotlines.retain(|hotline| signed.0.may_plan(&hotline.office));
    let own = hotlines.iter().find(|hotline| hotline.office == signed.0.office).or(hotlines.first());
    let named = hotlines.iter().find(|hotline| hotline.id.to_string() == asked.hotline);
    let hotline = if asked.hotline.is_empty() { own } else { named };
    let (at, day_fault, time_fault) = asked.at(now);
    let [topic_fault, language_fault, wish_fault] = asked.unknown();
    let is_known = [topic_fault, language_fault, wish_fault].iter().all(Option::is_none);
    let question = at.filter(|_| is_known).map(|at| Question { at, wish: asked.wish() });
    let answer = match hotline.zip(question) {
        Some((hotline, question)) => {
            let answer = calls::who(&desk, now, hotline, &question).await.map_err(|error| refused(&t, error))?;
            Some(AnswerView::new(now, hotline, &question, answer))
        }
        None => None,
    };
    let shown = at.map(local::wall);
    let typed = |text: &str, format: &str| shown.map_or_else(|| text.to_owned(), |at| at.format(format).to_string());
    let hotline_fault = (hotline.is_none() && !hotlines.is_empty()).then_some("Wählen Sie ein Beratungstelefon.");
    Ok(web::ok(&WhoPage {
        t: &t,
        page: signed.page(&t, "Wer wird angerufen?"),
        day: typed(&asked.tag, "%Y-%m-%d"),
        time: typed(&asked.zeit, "%H:%M"),
        topics: topic_options(asked.thema.parse().ok()),
        languages: Language::ALL
            .map(|it| Offered::new(it.tag(), language(it), it == asked.wish().language))
            .into_iter()
            .collect(),
        wishes: wish_options(asked.wunsch.parse().ok()),
        hotlines: hotlines.iter().map(|it| Offered::of_hotline(it, hotline)).collect(),
        hotline_fault,
        day_fault,
        time_fault,
        topic_fault,
        language_fault,
        wish_fault,
        answer,
    }))
}

fn topic_options(chosen: Option<TopicId>) -> Vec<Offered> {
    let nothing = Offered::new("", "nicht angegeben", chosen.is_none());
    let of = |it: &crate::offices::Topic| Offered::new(it.id, it.title(Language::De), Some(it.id) == chosen);
    std::iter::once(nothing).chain(topics().iter().map(of)).collect()
}

fn wish_options(chosen: Option<Gender>) -> Vec<Offered> {
    let words = |gender| match gender {
        None => "keiner",
        Some(Gender::Woman) => "mit einer Frau sprechen",
        Some(Gender::Man) => "mit einem Mann sprechen",
    };
    let value = |gender: Option<Gender>| gender.map(|it| it.to_string()).unwrap_or_default();
    let all = [None, Some(Gender::Woman), Some(Gender::Man)];
    all.map(|gender| Offered::new(value(gender), words(gender), gender == chosen)).into()
}

impl Offered {
    fn new(value: impl ToString, text: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.to_string(), text: text.into(), chosen }
    }

    fn of_hotline(hotline: &Hotline, chosen: Option<&Hotline>) -> Self {
        let text = format!("{}, {} ({})", hotline.name, hotline.office.name(), hotline.number);
        Self::new(hotline.id, text, chosen.is_some_and(|it| it.id == hotline.id))
    }
}

impl AnswerView {
    fn new(now: Instant, hotline: &Hotline, question: &Question, answer: calls::Answer) -> Self {
        let at = say::moment(Language::De, question.at);
        let (title, remark) = match question.at.cmp(&now) {
            std::cmp::Ordering::Less => (
                format!("Wer am {at} angerufen worden wäre"),
                "So, wie Dienste, Abwesenheiten und Gespräche damals waren; Anrufende davor zählen nicht mit.",
            ),
            std::cmp::Ordering::Equal => (
                "Wer jetzt angerufen würde".to_owned(),
                "Wenn niemand davor wartet und niemand abnimmt, einer nach dem anderen.",
            ),
            std::cmp::Ordering::Greater => (
                format!("Wer am {at} angerufen würde"),
                "Nach dem Dienstplan und der Ansage von jetzt; wer dann spricht, ist noch nicht bekannt.",
            ),
        };
        let several = answer.connections.len() > 1;
        let view = |it: &Connection| ConnectionView::new(it, hotline, several);
        Self {
            title,
            remark,
            opening: opening(&answer.opening),
            is_open: answer.opening == Opening::Open,
            connections: answer.connections.iter().map(view).collect(),
        }
    }
}

impl ConnectionView {
    fn new(connection: &Connection, asked: &Hotline, several: bool) -> Self {
        let Connection { flow, version, node, hotline, outlook, names, help } = connection;
        let whose = match hotline {
            None => Some("Die Ansage verbindet zu einem Beratungstelefon, das es nicht gibt.".to_owned()),
            Some(hotline) if hotline.id == asked.id => None,
            Some(other) => Some(format!("Hier klingelt es bei denen, die für {} Dienst haben.", other.name)),
        };
        let help = help.iter().map(|it| HelpView {
            hotline: it.hotline.name.clone(),
            office: it.hotline.office.name(),
            rung: rung(&it.outlook, &it.names).into_iter().flatten().collect(),
        });
        Self {
            place: match several {
                true => format!("Ansage {flow}, Fassung {version}, Stelle {node}"),
                false => "Reihenfolge".to_owned(),
            },
            whose,
            rung: rung(outlook, names),
            not: outlook.not.iter().map(|not| Told::against(not, names)).collect(),
            help: help.collect(),
        }
    }
}

fn rung(outlook: &Outlook, names: &Names) -> Vec<Vec<Told>> {
    let told = |choice: &Choice| Told { name: name(names, choice.officer), why: choice.why.rung(Language::De) };
    outlook.rung.iter().map(|at_once| at_once.iter().map(told).collect()).collect()
}

impl Told {
    fn against((officer, against): &(OfficerId, Against), names: &Names) -> Self {
        Self { name: name(names, *officer), why: against.words(Language::De) }
    }
}

fn name(names: &Names, officer: OfficerId) -> String {
    names.get(&officer).cloned().unwrap_or_default()
}

fn opening(opening: &Opening) -> String {
    let german = |why: &BTreeMap<Language, String>| why.get(&Language::De).cloned().unwrap_or_default();
    match opening {
        Opening::Open => "Das Beratungstelefon ist zu dieser Zeit geöffnet.".to_owned(),
        Opening::Closed => "Das Beratungstelefon ist zu dieser Zeit geschlossen.".to_owned(),
        Opening::Holiday(name) => format!("Das Beratungstelefon ist zu dieser Zeit geschlossen: {}.", german(name)),
        Opening::ByHand(reason) => {
            format!("Das Beratungstelefon ist zu dieser Zeit von Hand geschlossen: {}", german(reason))
        }
    }
}
