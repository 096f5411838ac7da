//! The form for one station of a flow: its texts, times and targets. A change is made in the words of the YAML text alone.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::flows::{self, EditKind, Editable};
use crate::library::{self, LibraryError};
use crate::people::SignedIn;
use crate::web::{self, Form, Locale, Page};

use super::{FindingView, HunkView, Opened, findings, refused, words};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Station {
    name: String,
}

#[derive(Template)]
#[template(path = "library/pages/station.html")]
struct StationPage<'a> {
    t: &'a Locale,
    page: Page,
    name: String,
    station: String,
    what: &'static str,
    fields: Vec<FieldView>,
    sequence: i64,
    findings: Vec<FindingView>,
    /// What somebody else's draft and these words differ in.
    meanwhile: Option<(String, Vec<HunkView>)>,
}

struct FieldView {
    id: String,
    path: String,
    label: String,
    value: String,
    control: Control,
}

enum Control {
    /// The language's tag, and how many lines it is likely to take.
    Text(&'static str, usize),
    Line,
    /// The stations that can be chosen.
    Choice(Vec<String>),
    Number(u8, u8),
}

/// Words as they were typed, each behind its path.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Words {
    /// The sequence of the draft that was seen.
    pub stand: i64,
    pub pfad: Vec<String>,
    pub wert: Vec<String>,
}

impl Words {
    /// The text with the words that were typed; None where one of them has no place in it any more.
    pub fn applied(&self, text: &str) -> Option<String> {
        let before = flows::editables(text);
        let old = |path: &str| before.iter().find(|word| word.path == path).map(|word| word.value.trim());
        self.pfad.iter().zip(&self.wert).try_fold(text.to_owned(), |text, (path, typed)| {
            let typed = one_line(typed);
            if old(path).is_some_and(|old| one_line(old) == typed) {
                Some(text)
            } else {
                flows::replace(&text, path, &typed)
            }
        })
    }

    fn of(&self, path: &str) -> Option<&String> {
        self.pfad.iter().position(|known| known == path).and_then(|place| self.wert.get(place))
    }
}

/// Spoken texts have no lines.
fn one_line(typed: &str) -> String {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `GET /dienst/ansagen/{name}/station?name=`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Query(station): Query<Station>,
) -> Result<Response, Response> {
    let opened = Opened::load_to_change(&desk, &t, &signed, &name).await?;
    let found = findings(&desk, &t, &name, opened.text()).await?;
    let view = page(&t, &signed, &opened, (&station.name, &Words::default()), found)?;
    Ok(web::ok(&view))
}

/// `POST /dienst/ansagen/{name}/station?name=`
pub async fn change(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(name): Path<String>,
    Query(station): Query<Station>,
    Form(form): Form<Words>,
) -> Result<Response, Response> {
    let opened = Opened::load_to_change(&desk, &t, &signed, &name).await?;
    let Some(text) = form.applied(opened.text()) else {
        return Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}?meldung=inzwischen"))));
    };
    if opened.sequence != form.stand {
        return meanwhile(&desk, &t, &signed, &opened, (&station.name, &form, &text)).await;
    }
    if text == opened.text() {
        return Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}?meldung=unveraendert"))));
    }
    match library::save_draft(&desk, desk.now(), &signed.0, &name, (&text, form.stand)).await {
        Ok(()) => Ok(web::go(&t.path(&format!("/dienst/ansagen/{name}/entwurf?meldung=gespeichert")))),
        Err(LibraryError::DraftChanged) => {
            let opened = Opened::load_to_change(&desk, &t, &signed, &name).await?;
            meanwhile(&desk, &t, &signed, &opened, (&station.name, &form, &text)).await
        }
        Err(error) => Err(refused(&t, error)),
    }
}

/// Somebody else was faster: what they made of it is the ground now, and what was typed stays in the form.
async fn meanwhile(
    desk: &Desk,
    t: &Locale,
    signed: &SignedIn,
    opened: &Opened,
    (station, form, text): (&str, &Words, &str),
) -> Result<Response, Response> {
    let found = findings(desk, t, opened.name(), text).await?;
    let mut view = page(t, signed, opened, (station, form), found)?;
    let author = opened.draft.as_ref().map_or_else(|| opened.published.imprint.author.clone(), |it| it.author.clone());
    view.meanwhile = Some((author, HunkView::all(opened.text(), text)));
    view.page = view.page.with_error(t);
    Ok(web::html(StatusCode::CONFLICT, &view))
}

fn page<'a>(
    t: &'a Locale,
    signed: &SignedIn,
    opened: &Opened,
    (station, form): (&str, &Words),
    findings: Vec<FindingView>,
) -> Result<StationPage<'a>, Response> {
    let all = flows::editables(opened.text());
    let prefix = format!("nodes/{station}/");
    let stations = flows::station_names(opened.text());
    if !stations.iter().any(|known| known == station) {
        return Err(web::not_found(t));
    }
    let words = all.into_iter().filter(|word| word.path.starts_with(&prefix)).enumerate();
    let fields = words.map(|(i, word)| FieldView::new(i, word, form, &stations));
    Ok(StationPage {
        t,
        page: signed.page(t, &format!("Station {station}")),
        name: opened.name().to_owned(),
        station: station.to_owned(),
        what: words::kind(opened.text(), station),
        fields: fields.collect(),
        sequence: opened.sequence,
        findings,
        meanwhile: None,
    })
}

impl FieldView {
    fn new(i: usize, word: Editable, form: &Words, stations: &[String]) -> Self {
        let label = words::label(&word);
        let value = form.of(&word.path).cloned().unwrap_or_else(|| word.value.trim().to_owned());
        let control = match word.kind {
            EditKind::Text(language) => Control::Text(language.tag(), 2 + value.chars().count() / 60),
            EditKind::Line | EditKind::Duration => Control::Line,
            EditKind::Count(least, most) => Control::Number(least, most),
            EditKind::Target => {
                let unknown = Some(value.clone()).filter(|value| !stations.contains(value));
                Control::Choice(unknown.into_iter().chain(stations.iter().cloned()).collect())
            }
        };
        Self { id: format!("feld-{i}"), path: word.path, label, value, control }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_were_typed_anew_are_changed() {
        let text = "nodes:\n  a: { say: { text: { de: 'Guten  Tag' }, next: b } } # hier\n";
        let form = |path: &str, word: &str| Words { stand: 0, pfad: vec![path.into()], wert: vec![word.into()] };
        let (de, next) = ("nodes/a/say/text/de", "nodes/a/say/next");
        assert_eq!(form(de, " Guten  Tag\r\n").applied(text).as_deref(), Some(text));
        assert_eq!(form(next, "c").applied(text), Some(text.replace("next: b", "next: c")));
        assert_eq!(form(de, "Guten\r\n Abend").applied(text), Some(text.replace("Guten  Tag", "Guten Abend")));
        assert_eq!(form("nodes/x/say/next", "c").applied(text), None);
    }
}
