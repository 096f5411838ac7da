//! The difference between a draft and what is published, deciding conflicts, and publishing.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::{DraftId, OfficerId, ShiftId};
use crate::kernel::{Span, local};
use crate::people::SignedIn;
use crate::rota::PlannedShift;
use crate::rota::demand::{self, Want};
use crate::rota::draft::{self, Difference, DraftError, Entry, Part, Publication, Tell};
use crate::rota::page::{Choice, Notice, away};
use crate::shifts::{Cause, Gap, Hotline, say};
use crate::web::{self, Form, Locale, Page};

use super::words::{self, EntryView, Words};
use super::{Opened, notice, refused, seen, told};

/// Which week; empty means the whole draft.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    woche: String,
    meldung: String,
}

#[derive(Template)]
#[template(path = "rota/draft/pages/difference.html")]
struct DifferencePage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    path: String,
    name: String,
    period: String,
    version: i64,
    /// Empty for the whole draft.
    week: String,
    parts: Vec<Choice>,
    changes: Vec<EntryView>,
    behind: Vec<EntryView>,
    conflicts: Vec<ConflictView>,
}

struct ConflictView {
    id: ShiftId,
    sequence: i64,
    mine: String,
    published: String,
}

/// How to publish, as it was typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct PublishForm {
    stand: i64,
    woche: String,
    /// `all`, `changed` or `nobody`.
    wem: String,
    grund: String,
    /// Why hard rules may be broken.
    trotzdem: String,
}

#[derive(Template)]
#[template(path = "rota/draft/pages/publish.html")]
struct PublishPage<'a> {
    t: &'a Locale,
    page: Page,
    path: String,
    name: String,
    period: String,
    form: PublishForm,
    parts: Vec<Choice>,
    tell: Vec<Choice>,
    changes: Vec<EntryView>,
    empty: usize,
    gaps: Vec<GapView>,
    /// So many gaps more.
    more_gaps: usize,
    /// What no reason lets stand: somebody would be in two places at once.
    impossible: Vec<String>,
    /// Hard rules that it would break; only a reason lets them stand.
    breaches: Vec<String>,
    warnings: Vec<String>,
    /// Why it was not published.
    refusal: Option<Refusal>,
}

/// Opening hours in which nobody would be on duty.
struct GapView {
    text: String,
    who_can: String,
}

/// So many are named: of a year with nobody in it, the first weeks say enough.
const NAMED_GAPS: usize = 20;

/// What stands in the way.
struct Refusal {
    title: &'static str,
    lines: Vec<String>,
    /// What to do.
    help: &'static str,
}

/// `GET /dienst/entwuerfe/{id}/unterschied`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let opened = Opened::load(&desk, &t, &signed, &id).await?;
    let (difference, words) = load(&desk, &t, &opened, &asked.woche).await?;
    let conflict = |it: &draft::Conflict| {
        let (mine, published) = words.conflict(it);
        ConflictView { id: it.id, sequence: it.sequence, mine, published }
    };
    Ok(web::ok(&DifferencePage {
        page: signed.page(&t, "Unterschied zum Veröffentlichten"),
        notice: notice(&asked.meldung),
        path: opened.path(""),
        name: opened.draft.name.clone(),
        period: words::period(&opened.draft),
        version: opened.draft.version,
        parts: parts(&opened, &asked.woche),
        week: asked.woche,
        changes: difference.changes.iter().map(|it| words.entry(it)).collect(),
        behind: difference.behind.iter().map(|it| words.entry(it)).collect(),
        conflicts: difference.conflicts.iter().map(conflict).collect(),
        t: &t,
    }))
}

/// The version that was seen.
#[derive(Deserialize)]
pub struct Stand {
    stand: i64,
}

/// The versions of the draft and of the published shift that were seen.
#[derive(Deserialize)]
pub struct Stands {
    stand: i64,
    veroeffentlicht: i64,
}

/// `POST /dienst/entwuerfe/{id}/abgleich`: takes over what others have published.
pub async fn catch_up(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Stand>,
) -> Result<Response, Response> {
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let done = draft::catch_up(&desk, desk.now(), &signed.0, seen).await;
    Ok(told(&t, &format!("/dienst/entwuerfe/{id}/unterschied"), done, "abgeglichen"))
}

/// `POST /dienst/entwuerfe/{id}/dienste/{shift}/veroeffentlichtes`: the published side of a conflict is right.
pub async fn take_published(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((id, shift)): Path<(String, String)>,
    Form(form): Form<Stand>,
) -> Result<Response, Response> {
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let shift = shift.parse().map_err(|_| web::not_found(&t))?;
    let done = draft::take_published(&desk, desk.now(), &signed.0, seen, shift).await;
    Ok(told(&t, &format!("/dienst/entwuerfe/{id}/unterschied"), done, "entschieden"))
}

/// `POST /dienst/entwuerfe/{id}/dienste/{shift}/meines`: the draft's side of a conflict is right.
pub async fn keep_mine(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path((id, shift)): Path<(String, String)>,
    Form(form): Form<Stands>,
) -> Result<Response, Response> {
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let shift = shift.parse().map_err(|_| web::not_found(&t))?;
    let done = draft::keep_mine(&desk, desk.now(), &signed.0, seen, (shift, form.veroeffentlicht)).await;
    Ok(told(&t, &format!("/dienst/entwuerfe/{id}/unterschied"), done, "entschieden"))
}

/// `GET /dienst/entwuerfe/{id}/veroeffentlichen`: shows first what it would change.
pub async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let opened = Opened::load(&desk, &t, &signed, &id).await?;
    let wem = Tell::Changed.to_string();
    let form = PublishForm { stand: opened.draft.version, woche: asked.woche, wem, ..PublishForm::default() };
    publish_page((&desk, &t, &signed), &opened, form, None).await
}

/// `POST /dienst/entwuerfe/{id}/veroeffentlichen`
pub async fn publish(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<PublishForm>,
) -> Result<Response, Response> {
    let typed = vec![("Warum?", form.grund.clone()), ("Warum trotzdem?", form.trotzdem.clone())];
    let opened = Opened::load_for((&desk, &t, &signed), &id, typed).await?;
    let seen = seen(&id, form.stand).ok_or_else(|| web::not_found(&t))?;
    let (part, _) = part(&t, &opened, &form.woche)?;
    let unreadable = || web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    let publication = Publication {
        seen,
        part,
        tell: form.wem.parse().map_err(|()| unreadable())?,
        reason: form.grund.clone(),
        override_reason: form.trotzdem.clone(),
    };
    match draft::publish(&desk, desk.now(), &signed.0, &publication).await {
        Ok(_) => Ok(web::go(&t.path(&opened.path(&format!("?woche={}&meldung=veroeffentlicht", form.woche))))),
        Err(error) => publish_page((&desk, &t, &signed), &opened, form, Some(error)).await,
    }
}

async fn publish_page(
    (desk, t, signed): (&Desk, &Locale, &SignedIn),
    opened: &Opened,
    form: PublishForm,
    error: Option<DraftError>,
) -> Result<Response, Response> {
    let (difference, words) = load(desk, t, opened, &form.woche).await?;
    let (_, window) = part(t, opened, &form.woche)?;
    let verdict = draft::load_verdict(&desk.db, &opened.draft, window).await.map_err(away(t))?;
    let gaps = draft::list_gaps(&desk.db, desk.now(), &opened.draft, window).await.map_err(away(t))?;
    let refusal = match error {
        None => None,
        Some(error) => Some(Refusal::of(&error, &words, &form).ok_or(error).map_err(|error| refused(t, error))?),
    };
    let tell = [
        (Tell::Changed, "allen, deren Dienste sich ändern"),
        (Tell::All, "allen in der Dienststelle"),
        (Tell::Nobody, "niemandem"),
    ];
    let (impossible, breaches): (Vec<_>, Vec<_>) = verdict.blocking.iter().partition(|it| it.rule.is_fixed());
    let page = signed.page(t, "Dienstplan veröffentlichen");
    let status = if refusal.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let empty = |it: &&Entry| it.after.as_ref().is_some_and(|it| it.officer.is_none());
    let view = PublishPage {
        page: if refusal.is_some() { page.with_error(t) } else { page },
        path: opened.path(""),
        name: opened.draft.name.clone(),
        period: words::period(&opened.draft),
        parts: parts(opened, &form.woche),
        tell: tell.into_iter().map(|(value, text)| Choice::new(value, text, &form.wem)).collect(),
        changes: difference.changes.iter().map(|it| words.entry(it)).collect(),
        empty: difference.changes.iter().filter(empty).count(),
        more_gaps: gaps.len().saturating_sub(NAMED_GAPS),
        gaps: gaps.iter().take(NAMED_GAPS).map(|it| GapView::new(opened.draft.id, it)).collect(),
        impossible: impossible.into_iter().map(|it| words.breach(it)).collect(),
        breaches: breaches.into_iter().map(|it| words.breach(it)).collect(),
        warnings: verdict.warnings.iter().map(|it| words.breach(it)).collect(),
        // Whoever sends the form once more has read what is new.
        form: PublishForm { stand: opened.draft.version, ..form },
        refusal,
        t,
    };
    Ok(web::html(status, &view))
}

impl GapView {
    fn new(draft: DraftId, (hotline, gap): &(Hotline, Gap)) -> Self {
        let why = match gap.cause {
            Cause::NobodyPlanned => "",
            Cause::OnlyAway(_) => "; wer eingeteilt ist, ist nicht da",
        };
        let who_can = demand::who_can_path(hotline, Want::default(), gap.span);
        Self {
            text: format!("{}, {} ({}){why}", hotline.name, say::span(gap.span), say::length(gap.span.length())),
            who_can: format!("{who_can}&plan={draft}"),
        }
    }
}

impl Refusal {
    /// None where the page cannot help.
    fn of(error: &DraftError, words: &Words, form: &PublishForm) -> Option<Self> {
        Some(match error {
            DraftError::MovedOn { .. } => Self {
                title: "Jemand hat inzwischen am Entwurf gearbeitet",
                lines: Vec::new(),
                help: "Unten steht der neue Stand. Veröffentlichen Sie noch einmal, wenn er stimmt.",
            },
            DraftError::NothingToPublish => Self {
                title: "Es gibt nichts zu veröffentlichen",
                lines: Vec::new(),
                help: "Der Entwurf ist gleich dem, was veröffentlicht ist.",
            },
            DraftError::Conflicts(conflicts) => Self {
                title: "Diese Dienste wurden inzwischen anders veröffentlicht",
                lines: conflicts.iter().map(|it| words.conflict(it).1).collect(),
                help: "Es wurde nichts veröffentlicht. Entscheiden Sie unter „Unterschied“, was gelten soll.",
            },
            DraftError::TooLate(entries) => Self {
                title: "Diese Dienste haben schon begonnen oder sind vorbei",
                lines: entries
                    .iter()
                    .filter_map(|it| it.after.as_ref().or(it.before.as_ref()))
                    .map(|it| words.shift(it))
                    .collect(),
                help: "Es wurde nichts veröffentlicht. Nehmen Sie diese Änderungen im Entwurf zurück.",
            },
            DraftError::Clashes(clashes) => Self {
                title: "Diese Personen haben in der Zeit schon etwas",
                lines: clashes.iter().map(|it| words.clash(it)).collect(),
                help: "Es wurde nichts veröffentlicht. Ändern Sie die Dienste im Entwurf.",
            },
            DraftError::Breaches(breaches) => {
                let impossible = breaches.iter().filter(|it| it.rule.is_fixed()).count();
                let help = match impossible {
                    0 if !form.grund.trim().is_empty() => {
                        "Es wurde nichts veröffentlicht. Was unter „Warum?“ steht, steht nur im Verlauf der Dienste. \
                         Ändern Sie den Entwurf, oder füllen Sie das Feld „Warum soll der Plan trotzdem gelten?“ aus."
                    }
                    0 => {
                        "Es wurde nichts veröffentlicht. Ändern Sie den Entwurf, oder begründen Sie unten, warum es \
                         trotzdem gelten soll."
                    }
                    all if all == breaches.len() => {
                        "Es wurde nichts veröffentlicht. Unten steht, was sich nicht übergehen lässt und was Sie tun \
                         können."
                    }
                    _ => {
                        "Es wurde nichts veröffentlicht. Beheben Sie zuerst, was sich nicht übergehen lässt; für das \
                         Übrige können Sie danach einen Grund angeben."
                    }
                };
                Self { title: "Der Plan verletzt feste Regeln", lines: Vec::new(), help }
            }
            DraftError::BadReason => Self {
                title: "Die Begründung ist zu kurz oder zu lang",
                lines: Vec::new(),
                help: "Begründen Sie mit 3 bis 500 Zeichen, warum der Plan trotz der verletzten Regeln gelten soll.",
            },
            DraftError::Shifts(_) => Self {
                title: "Ein Dienst wurde in diesem Augenblick geändert",
                lines: Vec::new(),
                help: "Es wurde nichts veröffentlicht. Prüfen Sie den Unterschied und versuchen Sie es noch einmal.",
            },
            DraftError::NoSuchDraft
            | DraftError::Discarded(_)
            | DraftError::NoSuchShift
            | DraftError::NoSuchOfficer
            | DraftError::NoSuchHotline
            | DraftError::Forbidden
            | DraftError::BadName
            | DraftError::BadPeriod
            | DraftError::BadSpan
            | DraftError::OutsidePeriod
            | DraftError::Over
            | DraftError::ChangedMeanwhile { .. }
            | DraftError::NothingToUndo
            | DraftError::NothingToRedo
            | DraftError::Db(_) => return None,
        })
    }
}

/// The part of the draft that was asked for, and its window: whoever names a week does not mean the whole.
fn part(t: &Locale, opened: &Opened, week: &str) -> Result<(Part, Span), Response> {
    let part = match week {
        "" => Some(Part::Whole),
        week => local::week_start(week).map(Part::Week),
    };
    part.and_then(|part| Some((part, part.window(&opened.draft)?))).ok_or_else(|| web::not_found(t))
}

fn parts(opened: &Opened, chosen: &str) -> Vec<Choice> {
    let whole = Choice::new("", format!("alles, {}", words::period(&opened.draft)), chosen);
    let weeks = opened.draft.mondays().map(|it| Choice::new(local::week_name(it), words::week(it), chosen));
    std::iter::once(whole).chain(weeks).collect()
}

async fn load(desk: &Desk, t: &Locale, opened: &Opened, week: &str) -> Result<(Difference, Words), Response> {
    let (_, window) = part(t, opened, week)?;
    let difference = draft::load_difference(&desk.db, opened.draft.id, window).await.map_err(away(t))?;
    let words = opened.words(desk, officers(&difference)).await.map_err(away(t))?;
    Ok((difference, words))
}

fn officers(difference: &Difference) -> Vec<OfficerId> {
    let entries = difference.changes.iter().chain(&difference.behind).flat_map(|it| [&it.before, &it.after]);
    let conflicts = difference.conflicts.iter().flat_map(|it| [&it.mine, &it.published]);
    let officer = |side: &Option<PlannedShift>| side.as_ref().and_then(|it| it.officer);
    entries.chain(conflicts).filter_map(officer).collect()
}
