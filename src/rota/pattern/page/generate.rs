//! Generating shifts into a draft from a template, a rotation or the period before; remembering a week as a template.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::DraftId;
use crate::kernel::local;
use crate::people::SignedIn;
use crate::rota::draft::{self, Draft, DraftError, SeenDraft, Typed};
use crate::rota::page::Choice;
use crate::rota::pattern::{self, Beside, PatternError, Source};
use crate::web::{self, Form, Locale, Page};

use super::refused;
use super::rotation::said;

#[derive(Template)]
#[template(path = "rota/pattern/pages/generate.html")]
struct GeneratePage<'a> {
    t: &'a Locale,
    page: Page,
    id: DraftId,
    name: String,
    version: i64,
    moved_on: bool,
    sources: Vec<Choice>,
    beside: Vec<Choice>,
    weeks: Vec<Choice>,
}

/// From what to generate, as it was chosen.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct GenerateForm {
    stand: i64,
    /// The id of a template or a rotation; empty: the period before.
    quelle: String,
    /// `keep` or `replace`.
    bestand: String,
}

/// Which week is to become a template, and its name.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct RememberForm {
    woche: String,
    name: String,
}

async fn load((desk, t, signed): (&Desk, &Locale, &SignedIn), id: &str, typed: Typed) -> Result<Draft, Response> {
    let id: DraftId = id.parse().map_err(|_| web::not_found(t))?;
    match draft::load(&desk.db, &signed.0, id).await {
        Ok(draft) => Ok(draft),
        Err(DraftError::Discarded(it)) => Err(draft::gone_from((desk, t, signed), &it, typed).await),
        Err(error) => Err(refused(t, error.into())),
    }
}

/// `GET /dienst/entwuerfe/{id}/erzeugen`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let draft = load((&desk, &t, &signed), &id, Typed::new()).await?;
    page(
        (&desk, &t, &signed),
        draft,
        GenerateForm { bestand: "keep".into(), ..GenerateForm::default() },
        StatusCode::OK,
    )
    .await
}

async fn page(
    (desk, t, signed): (&Desk, &Locale, &SignedIn),
    draft: Draft,
    form: GenerateForm,
    status: StatusCode,
) -> Result<Response, Response> {
    let (db, actor) = (&desk.db, &signed.0);
    let templates = pattern::list_templates(db, actor, draft.office).await.map_err(|error| refused(t, error))?;
    let rotations = pattern::list_rotations(db, actor, draft.office).await.map_err(|error| refused(t, error))?;
    let before = Choice::new("", "Die Zeit davor: was dort veröffentlicht ist", &form.quelle);
    let templates = templates.iter().map(|it| Choice::new(it.id, format!("Wochenmuster: {}", it.name), &form.quelle));
    let rotations =
        rotations.iter().map(|it| Choice::new(it.id, format!("Rotation: {}, {}", it.name, said(it)), &form.quelle));
    let beside = [
        ("keep", "Was schon im Entwurf steht, bleibt"),
        ("replace", "Was schon im Entwurf steht, wird ersetzt; Festes bleibt"),
    ];
    let week = |monday| {
        let name = local::week_name(monday);
        Choice::new(&name, name.replace("-W", ", KW "), "")
    };
    let view = GeneratePage {
        page: signed.page(t, "Dienste erzeugen"),
        id: draft.id,
        name: draft.name.clone(),
        version: draft.version,
        moved_on: status == StatusCode::CONFLICT,
        sources: std::iter::once(before).chain(templates).chain(rotations).collect(),
        beside: beside.into_iter().map(|(value, text)| Choice::new(value, text, &form.bestand)).collect(),
        weeks: draft.mondays().map(week).collect(),
        t,
    };
    Ok(web::html(status, &view))
}

/// `POST /dienst/entwuerfe/{id}/erzeugen`
pub async fn generate(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<GenerateForm>,
) -> Result<Response, Response> {
    let draft = load((&desk, &t, &signed), &id, Typed::new()).await?;
    let source = match (form.quelle.as_str(), form.quelle.parse(), form.quelle.parse()) {
        ("", ..) => Source::PeriodBefore,
        (_, Ok(template), _) => Source::Template(template),
        (_, _, Ok(rotation)) => Source::Rotation(rotation),
        (_, Err(_), Err(_)) => return Err(web::not_found(&t)),
    };
    let beside = if form.bestand == "replace" { Beside::Replace } else { Beside::Keep };
    let seen = SeenDraft { draft: draft.id, version: form.stand };
    match pattern::generate(&desk, desk.now(), &signed.0, seen, (source, beside)).await {
        Ok(worked) => {
            let done = if worked.shifts == 0 { "erzeugt-nichts" } else { "erzeugt" };
            Ok(web::go(&t.path(&format!("/dienst/entwuerfe/{id}?meldung={done}"))))
        }
        Err(PatternError::Draft(DraftError::MovedOn { .. })) => {
            page((&desk, &t, &signed), draft, form, StatusCode::CONFLICT).await
        }
        Err(error) => Err(refused(&t, error)),
    }
}

/// `POST /dienst/entwuerfe/{id}/merken`: a week of the draft as a template.
pub async fn remember(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<RememberForm>,
) -> Result<Response, Response> {
    let draft = load((&desk, &t, &signed), &id, vec![("Name", form.name.clone())]).await?;
    let monday = local::week_start(&form.woche).ok_or_else(|| web::not_found(&t))?;
    let name = if form.name.trim().is_empty() { format!("{}, {}", draft.name, form.woche) } else { form.name };
    let name: String = name.chars().take(80).collect();
    match pattern::remember_week(&desk, desk.now(), &signed.0, (&draft, monday), &name).await {
        Ok(template) => Ok(web::go(&t.path(&format!("/dienst/muster/wochen/{}?meldung=gemerkt", template.id)))),
        Err(PatternError::EmptyWeek) => {
            Ok(web::go(&t.path(&format!("/dienst/muster?dienststelle={}&meldung=leer", draft.office))))
        }
        Err(error) => Err(refused(&t, error)),
    }
}
