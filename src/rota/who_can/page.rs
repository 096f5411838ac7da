//! The page "Wer kann?": asked for a span on a hotline, it ranks everybody, and a button gives somebody the duty.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{NaiveDateTime, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::HotlineId;
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::{OfficeId, topics};
use crate::people::SignedIn;
use crate::rota::change::{self, ChangeError};
use crate::rota::draft::{self, Draft, DraftError, SeenDraft, Typed};
use crate::rota::page::{Choice, Fault, Faults, Notice, away, hotline_choices};
use crate::shifts::{self, Hotline, ShiftsError, Tier};
use crate::web::{self, Form, Locale, Page};

use super::{AssignError, Candidate, Fit, Into, Speaks, Wanted};

/// `/dienst/wer-kann`
pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/wer-kann", get(show).post(plan))
}

/// What somebody is wanted for, as it was typed; times like `2026-11-20T08:00`.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Asked {
    hotline: String,
    von: String,
    bis: String,
    reihe: String,
    thema: String,
    sprache: String,
    /// The shift that is to be filled or handed over.
    dienst: String,
    /// The draft into which somebody is planned; empty: what is published.
    plan: String,
    /// The version that was seen: the draft's, or the sequence of the published shift.
    stand: i64,
    /// Who was chosen.
    person: String,
    meldung: String,
}

#[derive(Template)]
#[template(path = "rota/who_can/pages/who_can.html")]
struct WhoCanPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    hotlines: Vec<Choice>,
    tiers: Vec<Choice>,
    topics: Vec<Choice>,
    languages: Vec<Choice>,
    asked: Asked,
    /// None: nothing was asked yet.
    candidates: Option<Vec<CandidateView>>,
    /// Somebody can be planned from here.
    plans: bool,
    /// The name of the draft into which they are planned.
    draft: Option<String>,
    faults: Faults,
}

struct CandidateView {
    officer: String,
    name: String,
    /// The look of a badge.
    look: &'static str,
    fit: &'static str,
    in_favour: Vec<String>,
    against: Vec<String>,
    can: bool,
}

impl CandidateView {
    fn of(it: &Candidate) -> Self {
        let (look, fit) = match it.fit {
            Fit::Well => ("success", "passt"),
            Fit::Somehow => ("info", "passt mit Hinweis"),
            Fit::WithReason => ("warning", "verletzt eine strenge Regel"),
            Fit::Not => ("danger", "kann nicht"),
        };
        let texts = |speaks| {
            it.reasons.iter().filter(|reason| reason.speaks == speaks).map(|reason| reason.text.clone()).collect()
        };
        Self {
            officer: it.officer.to_string(),
            name: it.name.clone(),
            look,
            fit,
            in_favour: texts(Speaks::For),
            against: texts(Speaks::Against),
            can: matches!(it.fit, Fit::Well | Fit::Somehow),
        }
    }
}

const TIMES: &str = "Geben Sie Anfang und Ende an; das Ende liegt nach dem Anfang, höchstens 24 Stunden später.";

impl Asked {
    fn is_empty(&self) -> bool {
        self.von.is_empty() && self.bis.is_empty()
    }

    fn walls(&self) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let read = |text: &str| NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M").ok();
        read(&self.von).zip(read(&self.bis)).filter(|(from, _)| local::is_plannable(from.date()))
    }

    fn wanted(&self, hotline: HotlineId) -> Result<Wanted, Fault> {
        let (from, until) = self.walls().ok_or_else(|| Fault::new("von", TIMES))?;
        let span = Span::new(local::start(from), local::end(until)).filter(|_| until - from <= TimeDelta::hours(24));
        Ok(Wanted {
            hotline,
            span: span.ok_or_else(|| Fault::new("von", TIMES))?,
            tier: self.reihe.parse().unwrap_or(Tier::FIRST),
            topic: self.thema.parse().ok(),
            language: Language::from_tag(&self.sprache).unwrap_or(Language::De),
            shift: self.dienst.parse().ok(),
        })
    }

    /// What is read back where its draft is gone.
    fn typed(&self) -> Typed {
        let Self { hotline, von, bis, reihe, person, .. } = self.clone();
        let [von, bis] = [von, bis].map(|at| at.replace('T', " "));
        vec![
            ("Beratungstelefon", hotline),
            ("Von", von),
            ("Bis", bis),
            ("Reihe", reihe),
            ("Beraterin oder Berater", person),
        ]
    }

    /// The page again, after somebody was given what was asked for.
    fn done(&self, notice: &str) -> String {
        let Self { hotline, von, bis, reihe, thema, sprache, plan, .. } = self;
        let values = [hotline, von, bis, reihe, thema, sprache, plan].map(|text| web::percent(text));
        let [hotline, von, bis, reihe, thema, sprache, plan] = values;
        format!(
            "/dienst/wer-kann?hotline={hotline}&von={von}&bis={bis}&reihe={reihe}&thema={thema}&sprache={sprache}\
             &plan={plan}&meldung={notice}"
        )
    }

    /// The page again, about the same shift, because nobody was.
    fn again(&self, notice: &str) -> String {
        format!("{}&dienst={}", self.done(notice), web::percent(&self.dienst))
    }

    /// The next full hour, where nothing was asked.
    fn or_soon(self, now: Instant) -> Self {
        if !self.is_empty() {
            return self;
        }
        let typed = |at: Instant| local::wall(at).format("%Y-%m-%dT%H:00").to_string();
        Self { von: typed(now + TimeDelta::hours(1)), bis: typed(now + TimeDelta::hours(5)), ..self }
    }
}

fn notice(key: &str) -> Option<Notice> {
    let (look, text) = match key {
        "eingeteilt" => ("success", "Der Dienst ist eingetragen und veröffentlicht."),
        "entworfen" => ("success", "Der Dienst ist in den Entwurf eingetragen."),
        "regeln" => (
            "warning",
            "Das verletzt eine strenge Regel. Ändern Sie den Dienst im Dienstplan und geben Sie dort den Grund an.",
        ),
        "selbst" => ("info", "Diese Person hat den Dienst schon. Es wurde nichts geändert."),
        "geaendert" => (
            "warning",
            "Jemand hat das inzwischen geändert. Es wurde nichts überschrieben; unten steht, wie es jetzt ist.",
        ),
        "zeitraum" => ("warning", "Diese Zeit gehört nicht zum Zeitraum des Entwurfs. Es wurde nichts geändert."),
        "belegt" => ("warning", "Diese Person hat die Zeit inzwischen anders vergeben. Es wurde nichts geändert."),
        "vorbei" => ("warning", "Diese Zeit ist vorbei. Es wurde nichts geändert."),
        _ => return None,
    };
    Some(Notice { look, text })
}

/// `GET /dienst/wer-kann`
async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let (hotlines, chosen) = hotlines(&desk, &t, &signed, &asked).await?;
    let is_new = asked.is_empty();
    let hotline = chosen.map(|hotline| hotline.id.to_string()).unwrap_or_default();
    let draft = load_draft(&desk, &t, &signed, &asked).await?;
    let stand = match (&draft, asked.dienst.parse()) {
        (Some(draft), _) => draft.version,
        (None, Ok(shift)) => {
            super::standing(&desk, &signed.0, shift).await.map_err(|error| change::refused(&t, error.into()))?
        }
        (None, Err(_)) => 0,
    };
    let asked = Asked { hotline, stand, ..asked.or_soon(desk.now()) };
    let (mut candidates, mut faults) = (None, Vec::new());
    if let Some(hotline) = chosen.filter(|_| !is_new) {
        match asked.wanted(hotline.id) {
            Ok(wanted) => {
                let found = super::list_candidates(&desk.db, hotline.office, &wanted, draft.as_ref()).await;
                let found = found.map_err(away(&t))?;
                let found = if signed.0.may_plan(&hotline.office) { found } else { super::discreet(found) };
                candidates = Some(found.iter().map(CandidateView::of).collect());
            }
            Err(fault) => faults.push(fault),
        }
    }
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let frame = signed.page(&t, "Wer kann?");
    let page = if faults.is_empty() { frame } else { frame.with_error(&t) };
    let view = WhoCanPage {
        t: &t,
        page,
        notice: notice(&asked.meldung),
        hotlines: hotline_choices(&hotlines, &asked.hotline),
        tiers: tiers(&asked.reihe),
        topics: topic_choices(&asked.thema),
        languages: languages(&asked.sprache),
        plans: chosen.is_some_and(|hotline| signed.0.may_plan(&hotline.office)),
        draft: draft.map(|draft| draft.name),
        asked,
        candidates,
        faults: Faults(faults),
    };
    Ok(web::html(status, &view))
}

/// `POST /dienst/wer-kann`: gives it to the person who was chosen, in the draft or published at once.
async fn plan(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(asked): Form<Asked>,
) -> Result<Response, Response> {
    let unreadable = || web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    let hotline = asked.hotline.parse().map_err(|_| web::not_found(&t))?;
    let wanted = asked.wanted(hotline).map_err(|_| unreadable())?;
    let officer = asked.person.parse().map_err(|_| unreadable())?;
    let draft = load_draft(&desk, &t, &signed, &asked).await?;
    let (into, done) = match draft {
        Some(draft) => (Into::Draft(SeenDraft { draft: draft.id, version: asked.stand }), "entworfen"),
        None => (Into::Published { seen: asked.stand }, "eingeteilt"),
    };
    let address = match super::assign(&desk, desk.now(), &signed.0, (&wanted, officer), into).await {
        Ok(()) => asked.done(done),
        Err(error) => asked.again(refusal(&error).ok_or_else(|| refused(&t, error))?),
    };
    Ok(web::go(&t.path(&address)))
}

/// The notice that tells a refusal; none where the page cannot help.
fn refusal(error: &AssignError) -> Option<&'static str> {
    match error {
        AssignError::Change(ChangeError::AgainstRules(_)) => Some("regeln"),
        AssignError::Change(ChangeError::SameOfficer) => Some("selbst"),
        AssignError::Change(ChangeError::NoEffect) | AssignError::Draft(DraftError::Over | DraftError::BadSpan) => {
            Some("vorbei")
        }
        AssignError::Change(ChangeError::Shift(error)) => match error {
            ShiftsError::AgainstRules(_) => Some("regeln"),
            ShiftsError::OfficerBusy(_) => Some("belegt"),
            ShiftsError::Over | ShiftsError::Begun => Some("vorbei"),
            ShiftsError::ChangedMeanwhile(_) | ShiftsError::OpenChanged(_) => Some("geaendert"),
            ShiftsError::NotPossible { .. } | ShiftsError::NoSuchShift => Some("geaendert"),
            _ => None,
        },
        AssignError::Draft(
            DraftError::ChangedMeanwhile { .. } | DraftError::MovedOn { .. } | DraftError::NoSuchShift,
        ) => Some("geaendert"),
        AssignError::Draft(DraftError::OutsidePeriod) => Some("zeitraum"),
        AssignError::Change(_) | AssignError::Draft(_) => None,
    }
}

fn refused(t: &Locale, error: AssignError) -> Response {
    match error {
        AssignError::Change(error) => change::refused(t, error),
        AssignError::Draft(DraftError::Discarded(it)) => draft::gone(t, &it),
        AssignError::Draft(DraftError::Forbidden) => web::forbidden(t),
        AssignError::Draft(DraftError::Db(error) | DraftError::Shifts(ShiftsError::Db(error))) => {
            web::unavailable(t, &error)
        }
        AssignError::Draft(_) => web::not_found(t),
    }
}

/// The draft that was named; none: what is published.
async fn load_draft(desk: &Desk, t: &Locale, signed: &SignedIn, asked: &Asked) -> Result<Option<Draft>, Response> {
    if asked.plan.is_empty() {
        return Ok(None);
    }
    let id = asked.plan.parse().map_err(|_| web::not_found(t))?;
    match draft::load(&desk.db, &signed.0, id).await {
        Ok(draft) => Ok(Some(draft)),
        Err(DraftError::Discarded(it)) => Err(draft::gone_from((desk, t, signed), &it, asked.typed()).await),
        Err(error) => Err(refused(t, error.into())),
    }
}

/// The hotlines that somebody may see, and the one that was asked for, or the first of their office.
async fn hotlines(
    desk: &Desk,
    t: &Locale,
    signed: &SignedIn,
    asked: &Asked,
) -> Result<(Vec<Hotline>, Option<Chosen>), Response> {
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await.map_err(away(t))?;
    hotlines.retain(|hotline| hotline.active && signed.0.may_see(&hotline.office));
    let found = match asked.hotline.as_str() {
        "" => hotlines.iter().find(|hotline| hotline.office == signed.0.office).or(hotlines.first()),
        id => Some(hotlines.iter().find(|it| it.id.to_string() == id).ok_or_else(|| web::not_found(t))?),
    };
    let chosen = found.map(|hotline| Chosen { id: hotline.id, office: hotline.office });
    Ok((hotlines, chosen))
}

/// The hotline that was chosen.
#[derive(Clone, Copy)]
struct Chosen {
    id: HotlineId,
    office: OfficeId,
}

fn tiers(chosen: &str) -> Vec<Choice> {
    let text = |tier: i64| if tier == 1 { "1 (zuerst)".to_owned() } else { format!("{tier} (Hintergrund)") };
    (1..=9).map(|tier| Choice::new(tier, text(tier), chosen)).collect()
}

fn topic_choices(chosen: &str) -> Vec<Choice> {
    let any = Choice::new("", "gleich welches", chosen);
    let all = topics().iter().map(|topic| Choice::new(topic.id, topic.title(Language::De), chosen));
    std::iter::once(any).chain(all).collect()
}

fn languages(chosen: &str) -> Vec<Choice> {
    [("de", "Deutsch"), ("en", "Englisch")].map(|(tag, text)| Choice::new(tag, text, chosen)).into()
}
