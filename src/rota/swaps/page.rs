//! The pages of swaps: what is asked and offered, one of them with what can be done, and the form that asks.
//!
//! Rule: an officer sees what concerns them, whoever plans sees all and may act for others.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::TimeDelta;
use http::StatusCode;
use serde::Deserialize;

use super::{About, Ask, State as SwapState, Swap, SwapError, Terms, Yes};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId, SwapId};
use crate::kernel::{Instant, Language, Span};
use crate::offices::{OfficeId, offices};
use crate::people::{self, Actor, SignedIn, seen_office};
use crate::rota::change::{self, ChangeError};
use crate::rota::form::{Names, read_span, typed};
use crate::rota::page::{Choice, Fault, Faults, Notice, away};
use crate::shifts::{self, Hotline, Shift, ShiftsError, Tier};
use crate::web::{self, Form, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/tausch", get(list))
        .route("/dienst/tausch/regeln", post(set_terms))
        .route("/dienst/tausch/{id}", get(show).post(act))
        .route("/dienst/dienste/{id}/tausch", get(show_form).post(ask))
}

/// How long a swap that has ended stands in the list.
const SHOWN: TimeDelta = TimeDelta::days(30);
/// Chosen where whoever agrees names the shift in return.
const ANY: &str = "einer";
/// How far ahead shifts can be wanted in return.
const AHEAD: TimeDelta = TimeDelta::weeks(8);

#[derive(Template)]
#[template(path = "rota/swaps/pages/list.html")]
struct ListPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    groups: Vec<Group>,
    faults: Faults,
    offices: Vec<Choice>,
    /// Whoever plans sets them.
    terms: Option<TermsForm>,
}

struct TermsForm {
    office: OfficeId,
    terms: Terms,
}

/// Swaps that stand together.
struct Group {
    id: &'static str,
    title: &'static str,
    empty: &'static str,
    rows: Vec<Row>,
}

struct Row {
    id: SwapId,
    when: String,
    hotline: String,
    from: String,
    to: String,
    state: &'static str,
    look: &'static str,
    /// Whoever agrees names a shift of theirs.
    wants_return: bool,
}

#[derive(Template)]
#[template(path = "rota/swaps/pages/swap.html")]
struct SwapPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    row: Row,
    in_return: Option<String>,
    /// What whoever agrees can give, where they name it.
    returns: Vec<Choice>,
    note: String,
    why: String,
    until: String,
    /// What is open, as the form types it; None: nothing can be taken.
    open: Option<(String, String)>,
    /// Whom a planner can act for.
    takers: Vec<Choice>,
    can: Can,
    faults: Faults,
}

/// What whoever looks can do.
#[derive(Default)]
struct Can {
    take: bool,
    take_part: bool,
    decline: bool,
    withdraw: bool,
    decide: bool,
}

#[derive(Template)]
#[template(path = "rota/swaps/pages/ask.html")]
struct AskPage<'a> {
    t: &'a Locale,
    page: Page,
    id: ShiftId,
    when: String,
    hotline: String,
    form: AskForm,
    colleagues: Vec<Choice>,
    /// The shifts of the chosen colleague.
    returns: Vec<Choice>,
    faults: Faults,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct AskForm {
    /// An officer, or empty: everybody.
    an: String,
    von: String,
    bis: String,
    gegen: String,
    notiz: String,
}

impl AskForm {
    /// None: everybody. What cannot be read is nobody, and not everybody.
    fn asked(&self) -> Result<Option<OfficerId>, Fault> {
        let wrong = || Fault::new("an", "Wählen Sie jemanden aus der Liste, oder „alle“.");
        if self.an.is_empty() { Ok(None) } else { self.an.parse().map(Some).map_err(|_| wrong()) }
    }

    /// None: nothing, or what is named later.
    fn in_return(&self) -> Result<Option<ShiftId>, Fault> {
        let wrong = || Fault::new("gegen", "Wählen Sie einen Dienst aus der Liste.");
        match self.gegen.as_str() {
            "" | ANY => Ok(None),
            typed => typed.parse().map(Some).map_err(|_| wrong()),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Seen {
    meldung: String,
    dienststelle: String,
    an: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Act {
    #[serde(rename = "do")]
    verb: String,
    person: String,
    von: String,
    bis: String,
    gegen: String,
    grund: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TermsTyped {
    dienststelle: String,
    genehmigen: String,
    suchen: String,
}

impl Notice {
    fn of_swap(key: &str) -> Option<Self> {
        let (look, text) = match key {
            "gefragt" => ("success", "Die Anfrage ist verschickt. Bis jemand zusagt, bleibt der Dienst bei Ihnen."),
            "zugesagt" => ("success", "Zugesagt. Der Dienst wechselt, sobald die Planung genehmigt."),
            "getauscht" => ("success", "Der Tausch gilt. Der Dienstplan ist geändert."),
            "beendet" => ("success", "Die Anfrage ist beendet. Der Dienst bleibt, wie er im Dienstplan steht."),
            "regeln" => ("success", "Das ist gespeichert."),
            _ => return None,
        };
        Some(Self { look, text })
    }
}

async fn list(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Query(seen): Query<Seen>,
) -> Result<Response, Response> {
    let (now, actor) = (desk.now(), &user.0);
    let office = seen_office(&t, actor, &seen.dienststelle)?;
    let all = super::list(&desk, actor, office, now - SHOWN).await.map_err(|error| refused(&t, error))?;
    let officers: Vec<_> = all.iter().flat_map(|about| involved(&about.swap)).collect();
    let names = Names::load(&desk.db, officers).await.map_err(away(&t))?;
    let terms = super::load_terms(&desk.db, office).await.map_err(away(&t))?;
    let groups = match actor.may_plan(&office) {
        true => planners_groups(&all, &names),
        false => officers_groups(&all, actor.officer, &names),
    };
    let offices = offices().iter().filter(|office| actor.may_plan(&office.id));
    let offices = offices.map(|it| Choice::new(it.id, it.name, &office.to_string())).collect();
    Ok(web::ok(&ListPage {
        page: user.page(&t, "Tausch"),
        notice: Notice::of_swap(&seen.meldung),
        groups,
        faults: Faults::default(),
        offices,
        terms: actor.may_plan(&office).then_some(TermsForm { office, terms }),
        t: &t,
    }))
}

fn planners_groups(all: &[About], names: &Names) -> Vec<Group> {
    let rows = |wanted: &dyn Fn(SwapState) -> bool| {
        all.iter().filter(|about| wanted(about.swap.state)).map(|about| Row::of(about, names)).collect()
    };
    let waits = |state| matches!(state, SwapState::Open | SwapState::Agreed);
    vec![
        Group {
            id: "genehmigen",
            title: "Zu genehmigen",
            empty: "Nichts wartet auf Ihre Genehmigung.",
            rows: rows(&|state| state == SwapState::Agreed),
        },
        Group {
            id: "offen",
            title: "Warten auf Zusage",
            empty: "Niemand sucht gerade jemanden.",
            rows: rows(&|state| state == SwapState::Open),
        },
        Group {
            id: "beendet",
            title: "Beendet in den letzten 30 Tagen",
            empty: "In den letzten 30 Tagen wurde nichts getauscht.",
            rows: rows(&|state| !waits(state)),
        },
    ]
}

fn officers_groups(all: &[About], officer: Option<OfficerId>, names: &Names) -> Vec<Group> {
    let rows = |wanted: &dyn Fn(&Swap) -> bool| {
        all.iter().filter(|about| wanted(&about.swap)).map(|about| Row::of(about, names)).collect()
    };
    let is_own = |swap: &Swap| Some(swap.officer) == officer;
    vec![
        Group {
            id: "gefragt",
            title: "Gesucht wird jemand für",
            empty: "Gerade sucht niemand jemanden.",
            rows: rows(&|swap| !is_own(swap) && swap.state == SwapState::Open),
        },
        Group {
            id: "eigene",
            title: "Ihre Anfragen und Zusagen",
            empty: "Sie haben niemanden gefragt. Das geht bei „Meine Dienste“, bei jedem Dienst.",
            rows: rows(&|swap| is_own(swap) || swap.taken_by.is_some() && swap.taken_by == officer),
        },
    ]
}

impl Row {
    fn of(about: &About, names: &Names) -> Self {
        let About { swap, shift, hotline, .. } = about;
        let to = swap.taken_by.or(swap.asked);
        let look = match swap.state {
            SwapState::Open | SwapState::Agreed => "info",
            SwapState::Done => "success",
            SwapState::Declined
            | SwapState::Withdrawn
            | SwapState::Refused
            | SwapState::Expired
            | SwapState::Overtaken => "warning",
        };
        Self {
            id: swap.id,
            when: say::span(Language::De, swap.part.unwrap_or(shift.span)),
            hotline: hotline.name.clone(),
            from: names.of(swap.officer).to_owned(),
            to: to.map_or("alle", |to| names.of(to)).to_owned(),
            state: swap.state.german(),
            look,
            wants_return: swap.wants_return && swap.in_return.is_none(),
        }
    }
}

async fn show(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let notice = Notice::of_swap(&seen.meldung);
    shown(&desk, (&t, &user), id, (notice, Faults::default(), StatusCode::OK)).await
}

async fn shown(
    desk: &Desk,
    (t, user): (&Locale, &SignedIn),
    id: SwapId,
    (notice, faults, status): (Option<Notice>, Faults, StatusCode),
) -> Result<Response, Response> {
    let (now, actor) = (desk.now(), &user.0);
    let about = super::load(&desk.db, actor, id).await.map_err(|error| refused(t, error))?;
    let names = Names::load(&desk.db, involved(&about.swap)).await.map_err(away(t))?;
    let can = Can::of(actor, &about, now);
    let officers = match can.take && actor.may_plan(&about.swap.office) {
        true => people::list_officers(&desk.db, Some(&about.swap.office)).await.map_err(away(t))?,
        false => Vec::new(),
    };
    let fitting = officers.iter().filter(|it| it.id != about.swap.officer);
    let fitting = fitting.filter(|it| about.swap.asked.is_none_or(|asked| asked == it.id));
    let own = actor.officer.map(|officer| officer.to_string()).unwrap_or_default();
    let page = user.page(t, "Tausch");
    let view = SwapPage {
        page: if faults.is_empty() { page } else { page.with_error(t) },
        notice,
        row: Row::of(&about, &names),
        in_return: in_return(&about),
        returns: if can.take { returns(desk, actor, &about, now).await.map_err(away(t))? } else { Vec::new() },
        note: about.swap.note.clone(),
        why: about.swap.why.clone(),
        until: say::moment(Language::De, about.swap.expires_at),
        open: about.open_span().ok().map(|open| (typed(open.start), typed(open.end))),
        takers: fitting.map(|it| Choice::new(it.id, it.name.clone(), &own)).collect(),
        can,
        t,
        faults,
    };
    Ok(web::html(status, &view))
}

/// What is given in exchange, in words.
fn in_return(about: &About) -> Option<String> {
    let any = || about.swap.wants_return.then(|| "ein Dienst der Person, die zusagt".to_owned());
    about.in_return.as_ref().map(|given| say::span(Language::De, given.span)).or_else(any)
}

/// The shifts that could be given: those of whoever is signed in, or of everybody for whom a planner acts.
async fn returns(desk: &Desk, actor: &Actor, about: &About, now: Instant) -> Result<Vec<Choice>, DbError> {
    if !about.swap.wants_return {
        return Ok(Vec::new());
    }
    let window = Span { start: now, end: now + AHEAD };
    let mut shifts = shifts::list_shifts_of_staff(&desk.db, about.swap.office, window).await?;
    let plans = actor.may_plan(&about.swap.office);
    shifts.retain(|it| {
        let theirs = Some(it.officer) == actor.officer || plans && it.officer != about.swap.officer;
        theirs && it.is_published() && it.span.start > now && !it.span.overlaps(about.shift.span)
    });
    let names = Names::load(&desk.db, shifts.iter().map(|it| it.officer)).await?;
    let words = |it: &Shift| match Some(it.officer) == actor.officer {
        true => say::span(Language::De, it.span),
        false => format!("{}: {}", names.of(it.officer), say::span(Language::De, it.span)),
    };
    let first = (!shifts.is_empty()).then(|| Choice::new("", "Bitte wählen", ""));
    Ok(first.into_iter().chain(told_apart(&shifts, words, "")).collect())
}

/// Shifts to choose from; the row is named where it is not the first, and where two would look alike.
fn told_apart(shifts: &[Shift], words: impl Fn(&Shift) -> String, chosen: &str) -> Vec<Choice> {
    let plain: Vec<String> = shifts.iter().map(words).collect();
    let is_alone = |text: &String| plain.iter().filter(|it| *it == text).count() == 1;
    let text = |shift: &Shift, text: &String| match shift.tier == Tier::FIRST && is_alone(text) {
        true => text.clone(),
        false => format!("{text}, Reihe {}", shift.tier),
    };
    shifts.iter().zip(&plain).map(|(shift, plain)| Choice::new(shift.id, text(shift, plain), chosen)).collect()
}

impl Can {
    fn of(actor: &Actor, about: &About, now: Instant) -> Self {
        let swap = &about.swap;
        if swap.waits(now).is_err() {
            return Self::default();
        }
        let plans = actor.may_plan(&swap.office);
        let could_take =
            actor.officer.is_some_and(|it| it != swap.officer && swap.asked.is_none_or(|asked| asked == it));
        let is_open = swap.state == SwapState::Open && about.open_span().is_ok();
        Self {
            take: is_open && (could_take || plans),
            take_part: swap.in_return.is_none() && !swap.wants_return,
            decline: is_open && swap.asked.is_some_and(|asked| actor.may_excuse(asked, &swap.office)),
            withdraw: actor.may_excuse(swap.officer, &swap.office),
            decide: swap.state == SwapState::Agreed && plans,
        }
    }
}

async fn act(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Act>,
) -> Result<Response, Response> {
    let id: SwapId = id.parse().map_err(|_| web::not_found(&t))?;
    let (now, actor) = (desk.now(), &user.0);
    let done = match form.verb.as_str() {
        "take" => take(&desk, now, actor, id, &form).await,
        "decline" => super::decline(&desk, now, actor, id).await,
        "withdraw" => super::withdraw(&desk, now, actor, id).await,
        "approve" => super::approve(&desk, now, actor, id).await,
        "refuse" => super::refuse(&desk, now, actor, id, &form.grund).await,
        _ => return Err(web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text")),
    };
    match done {
        Ok(swap) => {
            let told = match swap.state {
                SwapState::Open | SwapState::Agreed => "zugesagt",
                SwapState::Done => "getauscht",
                _ => "beendet",
            };
            Ok(web::go(&t.path(&format!("/dienst/tausch/{id}?meldung={told}"))))
        }
        Err(error) => {
            let fault = fault(&error).ok_or_else(|| refused(&t, error))?;
            shown(&desk, (&t, &user), id, (None, Faults(vec![fault]), StatusCode::CONFLICT)).await
        }
    }
}

async fn take(desk: &Desk, now: Instant, actor: &Actor, id: SwapId, form: &Act) -> Result<Swap, SwapError> {
    let officer = if form.person.is_empty() { actor.officer } else { form.person.parse().ok() };
    let officer = officer.ok_or(ShiftsError::NoSuchOfficer)?;
    let part = match (form.von.as_str(), form.bis.as_str()) {
        ("", "") => None,
        (from, until) => Some(read_span(from, until).ok_or(SwapError::NotOpenThen)?),
    };
    super::take(desk, now, actor, id, Yes { officer, part, in_return: form.gegen.parse().ok() }).await
}

async fn show_form(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let (shift, hotline) = load_own(&desk, &t, &user, id).await?;
    let form = AskForm { an: seen.an, von: typed(shift.span.start), bis: typed(shift.span.end), ..AskForm::default() };
    asking(&desk, (&t, &user), (&shift, &hotline), (form, Faults::default(), StatusCode::OK)).await
}

async fn asking(
    desk: &Desk,
    (t, user): (&Locale, &SignedIn),
    (shift, hotline): (&Shift, &Hotline),
    (form, faults, status): (AskForm, Faults, StatusCode),
) -> Result<Response, Response> {
    let now = desk.now();
    let officers = people::list_officers(&desk.db, Some(&hotline.office)).await.map_err(away(t))?;
    let others = officers.iter().filter(|officer| officer.id != shift.officer);
    // Whose shifts are shown is chosen from the list, not from the address.
    let colleague = others.clone().find(|officer| officer.id.to_string() == form.an);
    let all = Choice::new("", "alle", &form.an);
    let colleagues = others.map(|officer| Choice::new(officer.id, officer.name.clone(), &form.an));
    let mut theirs = match colleague {
        Some(colleague) => {
            let window = Span { start: now, end: now + AHEAD };
            shifts::list_shifts_of(&desk.db, colleague.id, window).await.map_err(away(t))?
        }
        None => Vec::new(),
    };
    // Not what is at the same time: that would change little, and reads like a mistake.
    theirs.retain(|it| it.is_published() && it.span.start > now && !it.span.overlaps(shift.span));
    let returns = told_apart(&theirs, |it| say::span(Language::De, it.span), &form.gegen);
    let page = user.page(t, "Dienst abgeben oder tauschen");
    let view = AskPage {
        page: if faults.is_empty() { page } else { page.with_error(t) },
        id: shift.id,
        when: say::span(Language::De, shift.span),
        hotline: hotline.name.clone(),
        colleagues: std::iter::once(all).chain(colleagues).collect(),
        returns: [("", "nichts, ich gebe ab"), (ANY, "einen Dienst der Person, die zusagt; sie nennt ihn")]
            .into_iter()
            .filter(|(value, _)| *value != ANY || form.an.is_empty())
            .map(|(value, text)| Choice::new(value, text, &form.gegen))
            .chain(returns)
            .collect(),
        t,
        form,
        faults,
    };
    Ok(web::html(status, &view))
}

async fn ask(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<AskForm>,
) -> Result<Response, Response> {
    let id = id.parse().map_err(|_| web::not_found(&t))?;
    let (shift, hotline) = load_own(&desk, &t, &user, id).await?;
    let (asked, in_return) = match (form.asked(), form.in_return()) {
        (Ok(asked), Ok(in_return)) => (asked, in_return),
        (asked, in_return) => {
            let faults = Faults([asked.err(), in_return.err()].into_iter().flatten().collect());
            return asking(&desk, (&t, &user), (&shift, &hotline), (form, faults, StatusCode::BAD_REQUEST)).await;
        }
    };
    let asked = match read_span(&form.von, &form.bis) {
        Some(part) => {
            let wants_return = form.gegen == ANY;
            let ask = Ask { shift: id, part: Some(part), asked, in_return, wants_return, note: form.notiz.clone() };
            super::ask(&desk, desk.now(), &user.0, &ask).await
        }
        None => Err(SwapError::NotOpenThen),
    };
    match asked {
        Ok(swap) => Ok(web::go(&t.path(&format!("/dienst/tausch/{}?meldung=gefragt", swap.id)))),
        Err(error) => {
            let fault = fault(&error).ok_or_else(|| refused(&t, error))?;
            asking(&desk, (&t, &user), (&shift, &hotline), (form, Faults(vec![fault]), StatusCode::CONFLICT)).await
        }
    }
}

async fn set_terms(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Form(typed): Form<TermsTyped>,
) -> Result<Response, Response> {
    let office = typed.dienststelle.parse().map_err(|_| web::not_found(&t))?;
    let terms = Terms { swaps_need_approval: typed.genehmigen == "ja", sick_asks_cover: typed.suchen == "ja" };
    super::set_terms(&desk, desk.now(), &user.0, office, terms).await.map_err(|error| refused(&t, error))?;
    Ok(web::go(&t.path(&format!("/dienst/tausch?meldung=regeln&dienststelle={office}"))))
}

/// A shift to come, of whoever is signed in or of somebody they plan.
async fn load_own(desk: &Desk, t: &Locale, user: &SignedIn, id: ShiftId) -> Result<(Shift, Hotline), Response> {
    let found = shifts::load_shift(&desk.db, &user.0, id).await;
    let (shift, hotline) = found.map_err(|error| refused(t, error.into()))?;
    if user.0.may_excuse(shift.officer, &hotline.office) { Ok((shift, hotline)) } else { Err(web::forbidden(t)) }
}

fn involved(swap: &Swap) -> impl Iterator<Item = OfficerId> + use<> {
    [Some(swap.officer), swap.asked, swap.taken_by].into_iter().flatten()
}

/// A refusal in words that say what to do; None where the form cannot help.
fn fault(error: &SwapError) -> Option<Fault> {
    Some(match error {
        SwapError::OwnShift => Fault::new("person", "Das ist der eigene Dienst. Wählen Sie jemand anderen."),
        SwapError::NotAsked => Fault::new("person", "Gefragt ist jemand anderes."),
        SwapError::NotOpenThen => {
            Fault::new("von", "Geben Sie eine Zeit an, die zum Dienst gehört und noch offen ist.")
        }
        SwapError::OfferedAlready => {
            Fault::new("von", "Für diese Zeit wird schon jemand gesucht. Sehen Sie unter „Tausch“ nach.")
        }
        SwapError::BadReturn => Fault::new(
            "gegen",
            "Im Gegenzug geht nur ein ganzer, noch nicht begonnener Dienst der Person, die übernimmt, gegen den ganzen Dienst.",
        ),
        SwapError::ReturnBegun => Fault::new(
            "gegen",
            "Der Dienst im Gegenzug hat schon begonnen. Es wurde nichts geändert. Getauscht wird nur gegen einen Dienst, der noch bevorsteht.",
        ),
        SwapError::ReturnWanted => Fault::new("gegen", "Wählen Sie, welchen Dienst Sie im Gegenzug abgeben."),
        SwapError::BadNote => Fault::new("grund", "Schreiben Sie 1 bis 200 Zeichen."),
        SwapError::Ended(SwapState::Overtaken) => {
            Fault::new("von", "Der Dienst wurde inzwischen geändert. Es gibt nichts mehr zu übernehmen.")
        }
        SwapError::Ended(_) => Fault::new("von", "Diese Anfrage ist beendet. Es wurde nichts geändert."),
        SwapError::NotAgreedYet => Fault::new("von", "Noch hat niemand zugesagt."),
        SwapError::TooLate => Fault::new("von", "Jemand anderes war schneller. Es wurde nichts geändert."),
        SwapError::Change(ChangeError::AgainstRules(rules)) => {
            Fault::new("person", format!("Das ist gegen die Regeln: {}.", rules.join("; ")))
        }
        SwapError::Change(ChangeError::NoEffect) => Fault::new("von", "Dieser Dienst ist in dieser Zeit schon vorbei."),
        SwapError::Change(ChangeError::Shift(ShiftsError::OfficerBusy(_))) => {
            Fault::new("person", "Diese Person hat in dieser Zeit schon etwas anderes.")
        }
        SwapError::Change(ChangeError::Shift(ShiftsError::ChangedMeanwhile(_))) => {
            Fault::new("von", "Der Dienst wurde eben geändert. Versuchen Sie es noch einmal.")
        }
        SwapError::Change(ChangeError::Shift(ShiftsError::NoSuchOfficer)) => {
            Fault::new("person", "Wählen Sie jemanden aus Ihrer Dienststelle.")
        }
        SwapError::NoSuchSwap | SwapError::Change(_) => return None,
    })
}

fn refused(t: &Locale, error: SwapError) -> Response {
    match error {
        SwapError::NoSuchSwap => web::not_found(t),
        SwapError::Change(error) => change::refused(t, error),
        _ => web::message(t, StatusCode::CONFLICT, "form-unreadable-title", "form-unreadable-text"),
    }
}
