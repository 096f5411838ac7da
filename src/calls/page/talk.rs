//! "Mein Gespräch": what an officer can do with the call that they have now, by forms that need no JavaScript.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::Language;
use crate::kernel::id::CallId;
use crate::offices;
use crate::people::SignedIn;
use crate::web::{self, Locale, Page, say};

use super::{language, lasted, topic};
use crate::calls::{self, CallsError, Control};

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

fn notice(key: &str) -> Option<(&'static str, &'static str)> {
    match key {
        "beenden" => Some((
            "success",
            "Das Gespräch wird mit einer höflichen Ansage beendet. Sie haben danach eine Pause; die Planung erfährt davon.",
        )),
        "dazu" => Some((
            "success",
            "Es klingelt bei einer Kollegin oder einem Kollegen. Sprechen Sie weiter; wer annimmt, kommt dazu.",
        )),
        "zurueck" => Some(("success", "Die Person ist an den Anfang der Warteschlange gestellt.")),
        "anweisung" => Some((
            "success",
            "Die Notfall-Anweisung wird der Person vorgespielt. Legen Sie nicht auf: Danach sprechen Sie weiter.",
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
    let talk = match calls::find_talk(&desk, &user.0).await {
        Ok(talk) => talk,
        Err(error) => return super::refused(&t, error),
    };
    let now = desk.now();
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
    let page = user.page(&t, "Mein Gespräch");
    web::ok(&TalkPage { t: &t, page, notice: notice(&asked.meldung), talk, topics })
}

pub async fn control(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path((call, what)): Path<(String, String)>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let Ok(call) = call.parse() else { return web::not_found(&t) };
    let control = match what.as_str() {
        "beenden" => Control::EndAbuse,
        "dazu" => Control::AddOfficer,
        "zurueck" => Control::Requeue(chosen.thema.parse().ok()),
        "anweisung" => Control::Instruct,
        _ => return web::not_found(&t),
    };
    let notice = match calls::control(&desk, desk.now(), &user.0, (call, control)).await {
        Ok(()) => what.as_str(),
        Err(CallsError::NoTalk) => "vorbei",
        Err(CallsError::NobodyFree) => "niemand",
        Err(CallsError::AskedAlready) => "klingelt",
        Err(CallsError::FateUnknown) => "unbekannt",
        Err(CallsError::ProviderRefused(_)) => "abgelehnt",
        Err(error) => return super::refused(&t, error),
    };
    web::go(&t.path(&format!("/dienst/gespraech?meldung={notice}")))
}
