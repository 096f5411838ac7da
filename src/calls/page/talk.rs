//! "Mein Gespräch": what an officer can do with the call that they have now, by forms that need no JavaScript.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::Language;
use crate::kernel::id::CallId;
use crate::offices::{self, TopicId};
use crate::people::SignedIn;
use crate::web::{self, Locale, Page, say};

use super::{clock, language, lasted, topic};
use crate::calls::{self, Became, CallsError, Control, Given, What};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    meldung: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Chosen {
    thema: String,
}

#[derive(Template)]
#[template(path = "calls/pages/talk.html")]
struct TalkPage<'a> {
    t: &'a Locale,
    page: Page,
    /// The look of a notice and its text.
    notice: Option<(&'static str, &'static str)>,
    talk: Option<TalkView>,
    /// What was ordered lately.
    given: Vec<GivenView>,
    /// What is wrong with the topic.
    fault: Option<&'static str>,
    /// Value and name.
    topics: Vec<(String, &'static str)>,
}

struct TalkView {
    call: CallId,
    hotline: String,
    topic: &'static str,
    language: &'static str,
    since: String,
    lasts: String,
}

/// An order that was given, and what became of it.
struct GivenView {
    at: String,
    what: &'static str,
    look: &'static str,
    became: String,
}

impl GivenView {
    fn of(given: &Given) -> Self {
        let colleague = given.colleague.as_deref().unwrap_or("der Kollegin oder dem Kollegen");
        let (look, became) = match given.became {
            Became::UnderWay => ("info", "wird ausgeführt".into()),
            Became::Happened => ("success", "ausgeführt".into()),
            Became::Rings => ("info", format!("klingelt bei {colleague}")),
            Became::Joined => ("success", format!("angenommen von {colleague}")),
            Became::DidNotJoin => ("info", format!("nicht angenommen von {colleague}")),
            Became::Refused => ("warning", "vom Telefonanbieter abgelehnt, nichts ist geschehen".into()),
            Became::Unknown => ("warning", "nicht bekannt, wird nicht noch einmal verlangt".into()),
            Became::TooLate => ("info", "nicht mehr: Der Anruf war vorher zu Ende".into()),
        };
        Self { at: clock(given.at), what: german(given.what), look, became }
    }
}

fn german(what: What) -> &'static str {
    match what {
        What::Abuse => "Gespräch mit Ansage beenden",
        What::AddOfficer => "Jemanden dazuholen",
        What::Requeue => "In die Warteschlange zurückstellen",
        What::Instruct | What::Room => "Notfall-Anweisung vorspielen",
        What::CallBack => "Zurückrufen",
        What::End => "Auflegen",
    }
}

fn notice(key: &str) -> Option<(&'static str, &'static str)> {
    match key {
        "beenden" => Some((
            "info",
            "Verlangt: das Gespräch mit einer höflichen Ansage beenden. Sie haben danach eine Pause; die Planung erfährt \
             davon.",
        )),
        "dazu" => Some(("info", "Verlangt: jemanden dazuholen. Sprechen Sie weiter; wer annimmt, kommt dazu.")),
        "zurueck" => Some(("info", "Verlangt: die Person an den Anfang der Warteschlange zurückstellen.")),
        "anweisung" => Some((
            "info",
            "Verlangt: die Notfall-Anweisung vorspielen. Legen Sie nicht auf: Danach sprechen Sie weiter.",
        )),
        "anderes" => Some((
            "warning",
            "Das passt nicht zu dem, was Sie eben verlangt haben und was noch ausgeführt wird. Es ist nichts weiter \
             geschehen. Warten Sie einen Moment und aktualisieren Sie die Seite.",
        )),
        "vorbei" => Some(("info", "Dieses Gespräch ist vorbei oder nicht Ihres. Es ist nichts geschehen.")),
        "niemand" => Some((
            "info",
            "Gerade ist sonst niemand frei, der passt. Sprechen Sie weiter oder versuchen Sie es gleich noch einmal.",
        )),
        "klingelt" => Some(("info", "Es klingelt schon bei jemandem.")),
        "unbekannt" => Some((
            "warning",
            "Der Telefonanbieter hat nicht geantwortet. Ob es geschieht, ist nicht bekannt; es wird nicht noch einmal \
             verlangt. Sie können wie immer auflegen.",
        )),
        "abgelehnt" => {
            Some(("warning", "Der Telefonanbieter hat es nicht ausgeführt. Das Gespräch geht weiter wie bisher."))
        }
        _ => None,
    }
}

pub async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    match page(&desk, &t, &user, notice(&asked.meldung)).await {
        Ok(page) => web::ok(&page),
        Err(error) => super::refused(&t, error),
    }
}

async fn page<'a>(
    desk: &Desk,
    t: &'a Locale,
    user: &SignedIn,
    notice: Option<(&'static str, &'static str)>,
) -> Result<TalkPage<'a>, CallsError> {
    let now = desk.now();
    let talk = calls::find_talk(desk, &user.0).await?;
    let given = calls::list_given(desk, now, &user.0).await?;
    let talk = talk.map(|talk| {
        let since = talk.attempt.accepted_at.unwrap_or(talk.attempt.rang_at);
        TalkView {
            call: talk.call.id,
            hotline: talk.hotline.name,
            topic: topic(talk.call.place.topic.as_deref()),
            language: language(talk.call.place.language),
            since: say::time(since),
            lasts: lasted(now - since),
        }
    });
    let topics = offices::topics().iter().map(|topic| (topic.id.to_string(), topic.title(Language::De))).collect();
    let given = given.iter().map(GivenView::of).collect();
    Ok(TalkPage { t, page: user.page(t, "Mein Gespräch"), notice, talk, given, topics, fault: None })
}

const TOPIC: &str = "Dieses Thema gibt es nicht. Wählen Sie eines aus der Liste oder „ohne bestimmtes Thema“.";

impl Chosen {
    /// The topic that was chosen, or none.
    fn topic(&self) -> Result<Option<TopicId>, &'static str> {
        match self.thema.as_str() {
            "" => Ok(None),
            code => code.parse().map(Some).map_err(|_| TOPIC),
        }
    }
}

#[derive(Template)]
#[template(path = "calls/pages/requeue.html")]
struct RequeuePage<'a> {
    t: &'a Locale,
    page: Page,
    call: CallId,
    topic: Option<TopicId>,
}

/// `GET /dienst/gespraech/{call}/zurueck`: asks before the caller is put back.
pub async fn ask_requeue(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path((call, what)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
) -> Response {
    let Some(call) = call.parse().ok().filter(|_| what == "zurueck") else { return web::not_found(&t) };
    let topic = match chosen.topic() {
        Ok(topic) => topic,
        Err(fault) => return faulty(&desk, &t, &user, fault).await,
    };
    web::ok(&RequeuePage { t: &t, page: user.page(&t, "Anruf zurückstellen"), call, topic })
}

/// The page again, with what cannot be.
async fn faulty(desk: &Desk, t: &Locale, user: &SignedIn, fault: &'static str) -> Response {
    match page(desk, t, user, None).await {
        Ok(view) => {
            let view = TalkPage { page: view.page.with_error(t), fault: Some(fault), ..view };
            web::html(StatusCode::BAD_REQUEST, &view)
        }
        Err(error) => super::refused(t, error),
    }
}

pub async fn control(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path((call, what)): Path<(String, String)>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let Ok(call) = call.parse() else { return web::not_found(&t) };
    let control = match (what.as_str(), chosen.topic()) {
        ("beenden", _) => Control::EndAbuse,
        ("dazu", _) => Control::AddOfficer,
        ("anweisung", _) => Control::Instruct,
        ("zurueck", Ok(topic)) => Control::Requeue(topic),
        ("zurueck", Err(fault)) => return faulty(&desk, &t, &user, fault).await,
        _ => return web::not_found(&t),
    };
    let notice = match calls::control(&desk, desk.now(), &user.0, (call, control)).await {
        Ok(()) => what.as_str(),
        Err(CallsError::NoTalk) => "vorbei",
        Err(CallsError::OtherOrder) => "anderes",
        Err(CallsError::NobodyFree) => "niemand",
        Err(CallsError::AskedAlready) => "klingelt",
        Err(CallsError::FateUnknown) => "unbekannt",
        Err(CallsError::ProviderRefused(_)) => "abgelehnt",
        Err(error) => return super::refused(&t, error),
    };
    web::go(&t.path(&format!("/dienst/gespraech?meldung={notice}")))
}
