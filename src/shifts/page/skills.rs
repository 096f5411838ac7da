//! What an officer advises on, and in which languages: a form of boxes to tick.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::Language;
use crate::kernel::id::OfficerId;
use crate::offices::{self, Group, Topic};
use crate::people::{self, Line, Officer, SignedIn, Skills};
use crate::web::{self, Form, Locale, Page};

use super::excused;

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
}

impl From<SkillsForm> for Skills {
    fn from(form: SkillsForm) -> Self {
        let topics = form.thema.iter().filter_map(|code| code.parse().ok()).collect();
        let languages = form.sprache.iter().filter_map(|tag| Language::from_tag(tag)).collect();
        Self { topics, languages, gender: form.geschlecht.parse().ok() }
    }
}

/// `GET /dienst/personal/{id}/beratung`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id: OfficerId = id.parse().map_err(|_| web::not_found(&t))?;
    let officer = people::load_officer(&desk.db, id).await.map_err(|error| excused(&t, error))?;
    if !signed.0.may_plan(&officer.office) {
        return Err(web::forbidden(&t));
    }
    let groups = groups(|topic| officer.skills.topics.iter().any(|it| it.as_str() == topic));
    let english = officer.skills.languages.contains(&Language::En);
    let line = people::find_line(&desk.db, id).await.map_err(|error| web::unavailable(&t, &error))?;
    let has_duty_telephone = line == Some(Line::Duty);
    let gender = officer.skills.gender.map(|gender| gender.to_string()).unwrap_or_default();
    Ok(web::ok(&SkillsPage {
        t: &t,
        page: signed.page(&t, "Beratung"),
        officer,
        groups,
        english,
        gender,
        has_duty_telephone,
    }))
}

/// `POST /dienst/personal/{id}/beratung`
pub async fn set(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<SkillsForm>,
) -> Result<Response, Response> {
    let id: OfficerId = id.parse().map_err(|_| web::not_found(&t))?;
    let line = if form.diensttelefon == "ja" { Line::Duty } else { Line::Personal };
    people::set_line(&desk, desk.now(), &signed.0, id, line).await.map_err(|error| excused(&t, error))?;
    let set = people::set_skills(&desk, desk.now(), &signed.0, id, form.into()).await;
    let officer = set.map_err(|error| excused(&t, error))?;
    Ok(web::go(&t.path(&format!("/dienst/personal?dienststelle={}&meldung=beratung", officer.office))))
}
