//! What an officer advises on, and in which languages: a form of boxes to tick.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::Language;
use crate::kernel::id::OfficerId;
use crate::offices::{self, Group, Topic, TopicId};
use crate::people::{self, Advice, Line, Officer, PeopleError, SignedIn, Skills};
use crate::web::{self, Form, Locale, Page};

use super::{Fault, Faults, excused};

#[derive(Template)]
#[template(path = "shifts/pages/skills.html")]
struct SkillsPage<'a> {
    t: &'a Locale,
    page: Page,
    officer: Officer,
    groups: Vec<GroupView>,
    english: bool,
    /// `woman`, `man`, or nothing.
    gender: String,
    has_duty_telephone: bool,
    sequence: i64,
    faults: Faults,
}

/// A group of topics to tick.
pub(super) struct GroupView {
    pub title: &'static str,
    pub topics: Vec<TopicView>,
}

pub(super) struct TopicView {
    pub id: &'static str,
    pub title: &'static str,
    pub checked: bool,
}

/// The topics that were ticked; a fault where one of them is none.
pub(super) fn topics_of(codes: &[String]) -> Result<BTreeSet<TopicId>, Fault> {
    let known = codes.iter().map(|code| code.parse::<TopicId>());
    known.collect::<Result<_, _>>().map_err(|_| Fault::new("thema", UNKNOWN))
}

const UNKNOWN: &str = "Ein Thema ist nicht bekannt. Kreuzen Sie die Themen noch einmal an.";

/// All topics, in their groups; ticked are those that `is_ticked`.
pub(super) fn groups(is_ticked: impl Fn(&str) -> bool) -> Vec<GroupView> {
    let topic = |topic: &'static Topic| TopicView {
        id: topic.id.as_str(),
        title: topic.title(Language::De),
        checked: is_ticked(topic.id.as_str()),
    };
    let group = |group: &'static Group| GroupView {
        title: group.title(Language::De),
        topics: group.topics().map(topic).collect(),
    };
    offices::groups().iter().map(group).collect()
}

/// The boxes that were ticked.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct SkillsForm {
    thema: Vec<String>,
    sprache: Vec<String>,
    geschlecht: String,
    /// "ja", or nothing.
    diensttelefon: String,
    /// The sequence of what was seen.
    stand: i64,
}

impl SkillsForm {
    fn of(advice: &Advice) -> Self {
        let Skills { topics, languages, gender } = &advice.skills;
        Self {
            thema: topics.iter().map(ToString::to_string).collect(),
            sprache: languages.iter().map(|language| language.tag().to_owned()).collect(),
            geschlecht: gender.map(|gender| gender.to_string()).unwrap_or_default(),
            diensttelefon: if advice.line == Line::Duty { "ja".into() } else { String::new() },
            stand: advice.sequence,
        }
    }

    fn read(&self) -> Result<Advice, Fault> {
        let topics = topics_of(&self.thema)?;
        let languages = self.sprache.iter().filter_map(|tag| Language::from_tag(tag)).collect();
        let skills = Skills { topics, languages, gender: self.geschlecht.parse().ok() };
        let line = if self.diensttelefon == "ja" { Line::Duty } else { Line::Personal };
        Ok(Advice { skills, line, sequence: self.stand })
    }
}

/// What somebody else made of it, for who was about to overwrite it.
fn changed(now: &Advice) -> String {
    let topics: Vec<&str> = now.skills.topics.iter().map(|topic| topic.title(Language::De)).collect();
    let topics = if topics.is_empty() { "alle Themen".to_owned() } else { topics.join(", ") };
    let english = if now.skills.languages.contains(&Language::En) { "Deutsch und Englisch" } else { "Deutsch" };
    let line = if now.line == Line::Duty { "ein Diensttelefon" } else { "kein Diensttelefon" };
    format!(
        "Jemand hat das inzwischen geändert. Jetzt steht da: {topics}; {english}; {line}. Ihre Angaben stehen noch im \
         Formular. Speichern Sie noch einmal, wenn sie trotzdem gelten sollen."
    )
}

/// `GET /dienst/personal/{id}/beratung`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let officer = planned(&desk, &t, &signed, &id).await?;
    let advice = people::load_advice(&desk.db, officer.id).await.map_err(|error| excused(&t, error))?;
    Ok(page(&t, &signed, officer, (SkillsForm::of(&advice), None)))
}

/// `POST /dienst/personal/{id}/beratung`
pub async fn set(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(mut form): Form<SkillsForm>,
) -> Result<Response, Response> {
    let officer = planned(&desk, &t, &signed, &id).await?;
    let advice = match form.read() {
        Ok(advice) => advice,
        Err(fault) => return Ok(page(&t, &signed, officer, (form, Some((StatusCode::BAD_REQUEST, fault))))),
    };
    match people::set_advice(&desk, desk.now(), &signed.0, officer.id, advice).await {
        Ok(officer) => {
            Ok(web::go(&t.path(&format!("/dienst/personal?dienststelle={}&meldung=beratung", officer.office))))
        }
        Err(PeopleError::AdviceChanged(now)) => {
            form.stand = now.sequence;
            let fault = Fault::new("sprache-en", changed(&now));
            Ok(page(&t, &signed, officer, (form, Some((StatusCode::CONFLICT, fault)))))
        }
        Err(error) => Err(excused(&t, error)),
    }
}

/// An officer of an office that whoever is signed in plans.
async fn planned(desk: &Desk, t: &Locale, signed: &SignedIn, id: &str) -> Result<Officer, Response> {
    let id: OfficerId = id.parse().map_err(|_| web::not_found(t))?;
    let officer = people::load_officer(&desk.db, id).await.map_err(|error| excused(t, error))?;
    if signed.0.may_plan(&officer.office) { Ok(officer) } else { Err(web::forbidden(t)) }
}

fn page(
    t: &Locale,
    signed: &SignedIn,
    officer: Officer,
    (form, fault): (SkillsForm, Option<(StatusCode, Fault)>),
) -> Response {
    let frame = signed.page(t, "Beratung");
    let (status, page, faults) = match fault {
        Some((status, fault)) => (status, frame.with_error(t), vec![fault]),
        None => (StatusCode::OK, frame, vec![]),
    };
    let view = SkillsPage {
        t,
        page,
        officer,
        groups: groups(|topic| form.thema.iter().any(|code| code == topic)),
        english: form.sprache.iter().any(|tag| tag == Language::En.tag()),
        gender: form.geschlecht,
        has_duty_telephone: form.diensttelefon == "ja",
        sequence: form.stand,
        faults: Faults(faults),
    };
    web::html(status, &view)
}
