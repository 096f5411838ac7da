//! Whom to call back: the number and the word to say first, those that are due first; and the button that calls.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::TimeDelta;
use serde::Deserialize;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{CallId, CallbackId, HotlineId, OfficerId};
use crate::kernel::{Instant, Span, local};
use crate::people::{self, Actor, SignedIn};
use crate::shifts::{self, CallbacksRing, Hotline};
use crate::web::{self, Locale, Page, say};

use super::{language, lasted, topic};
use crate::calls::{self, CallbackState, CallsError, Names, OpenedCallback, OrderState, Outcome, Reached};

/// How far back the page looks: beyond the longest time that a number is kept.
const BACK: TimeDelta = TimeDelta::days(31);

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    meldung: String,
    /// Until when the officer has a pause, on the clock.
    bis: String,
    zustand: String,
    telefon: String,
    thema: String,
}

/// Which of them are shown.
const STATES: [(&str, &str); 4] =
    [("", "alle"), ("offen", "offen"), ("ueberfaellig", "überfällig"), ("geschlossen", "geschlossen")];

impl Asked {
    fn wants(&self, opened: &OpenedCallback, now: Instant) -> bool {
        let callback = &opened.callback;
        let open = callback.state == CallbackState::Open;
        let state = match self.zustand.as_str() {
            "offen" => open,
            "ueberfaellig" => open && callback.due_at < now,
            "geschlossen" => !open,
            _ => true,
        };
        let topic = self.thema.is_empty() || callback.topic.as_deref() == Some(self.thema.as_str());
        state && topic && (self.telefon.is_empty() || callback.hotline.to_string() == self.telefon)
    }

    /// The topics that there are call-backs on.
    fn topics(&self, all: &[OpenedCallback]) -> Vec<Choice> {
        let mut codes: Vec<&str> = all.iter().filter_map(|opened| opened.callback.topic.as_deref()).collect();
        codes.sort_unstable();
        codes.dedup();
        let choice = |code: &str| (code.to_owned(), topic(Some(code)).to_owned(), code == self.thema);
        [all_of(&self.thema)].into_iter().chain(codes.into_iter().map(choice)).collect()
    }

    fn hotlines(&self, all: &[OpenedCallback], named: &[Hotline]) -> Vec<Choice> {
        let has = |hotline: &&Hotline| all.iter().any(|opened| opened.callback.hotline == hotline.id);
        let choice = |hotline: &Hotline| {
            let id = hotline.id.to_string();
            (id.clone(), hotline.name.clone(), id == self.telefon)
        };
        [all_of(&self.telefon)].into_iter().chain(named.iter().filter(has).map(choice)).collect()
    }
}

/// Value, name, and whether it is chosen.
type Choice = (String, String, bool);

fn all_of(chosen: &str) -> Choice {
    (String::new(), "alle".into(), chosen.is_empty())
}

#[derive(Template)]
#[template(path = "calls/pages/callbacks.html")]
struct CallbacksPage<'a> {
    t: &'a Locale,
    page: Page,
    /// The look of a notice and its text.
    notice: Option<(&'static str, String)>,
    states: Vec<Choice>,
    hotlines: Vec<Choice>,
    topics: Vec<Choice>,
    /// Whether something is left out by the filter.
    filtered: bool,
    /// Whether the button can ring whoever looks at the page.
    can_ring: bool,
    /// Why it cannot.
    cannot_ring: Option<&'static str>,
    open: Vec<CallbackView>,
    closed: Vec<CallbackView>,
}

#[derive(Template)]
#[template(path = "calls/pages/give_up.html")]
struct GiveUpPage<'a> {
    t: &'a Locale,
    page: Page,
    callback: CallbackView,
    is_done: bool,
}

struct CallbackView {
    id: CallbackId,
    call: CallId,
    requested: String,
    waiting: String,
    due: String,
    overdue: bool,
    /// The place in the queue.
    position: String,
    /// Tries so far, in words.
    tries: Vec<String>,
    /// Whether the button may be pressed: nobody calls, and no order is in doubt.
    callable: bool,
    topic: &'static str,
    language: &'static str,
    /// The number for people, and as an address to dial.
    number: Option<(String, String)>,
    passphrase: String,
    state: &'static str,
    closed: String,
}

impl CallbackView {
    fn new(opened: OpenedCallback, now: Instant, (looking, names): (Option<OfficerId>, &Names)) -> Self {
        let tries = tries(&opened, names, looking);
        let in_doubt = looking.is_some_and(|officer| opened.is_in_doubt(officer));
        let callable = opened.running().is_none() && !in_doubt;
        let position = opened.position.map(|position| position.to_string()).unwrap_or_default();
        let OpenedCallback { callback, person, .. } = opened;
        let (number, passphrase) = match person {
            Some(person) => {
                let dialled = format!("tel:{}", person.number.as_str());
                (Some((person.number.to_string(), dialled)), person.passphrase)
            }
            None => (None, String::new()),
        };
        Self {
            id: callback.id,
            call: callback.call,
            requested: say::short(callback.requested_at),
            due: say::short(callback.due_at),
            overdue: callback.due_at < now,
            position,
            tries,
            callable,
            waiting: lasted(callback.closed_at.unwrap_or(now) - callback.requested_at),
            topic: topic(callback.topic.as_deref()),
            language: language(callback.language),
            number,
            passphrase,
            state: match callback.state {
                CallbackState::Open => "offen",
                CallbackState::Done => "erledigt",
                CallbackState::GivenUp => "aufgegeben",
            },
            closed: callback.closed_at.map(say::short).unwrap_or_default(),
        }
    }
}

/// What was tried, in words: who calls now, whether the person was there, what nobody knows.
fn tries(opened: &OpenedCallback, names: &Names, looking: Option<OfficerId>) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(running) = opened.running() {
        let name = names.get(&running.officer).map_or("Jemand", String::as_str);
        words.push(match (running.order, running.outcome) {
            (OrderState::Unknown, _) => format!("Ob das Telefon von {name} klingelt, ist nicht bekannt"),
            (_, Outcome::Accepted) => format!("{name} ruft gerade an"),
            _ => format!("klingelt bei {name}"),
        });
    }
    match opened.not_reached() {
        0 => {}
        1 => words.push("einmal nicht erreicht".into()),
        times => words.push(format!("{times}-mal nicht erreicht")),
    }
    if let Some(reached) = opened.tries.iter().rfind(|tried| tried.result == Some(Reached::Reached)) {
        words.push(format!("erreicht am {}", say::short(reached.rang_at)));
    }
    if opened.running().is_none() && looking.is_some_and(|officer| opened.is_in_doubt(officer)) {
        words.push(IN_DOUBT.into());
    }
    words
}

const IN_DOUBT: &str = "Der Telefonanbieter hat nicht geantwortet. Ob Ihr Telefon geklingelt hat, ist nicht bekannt; \
    damit es nie zweimal klingelt, wird es dafür nicht noch einmal angerufen. Wählen Sie die Nummer selbst, oder jemand \
    anderes ruft an.";

/// What became of it, and the look of that.
fn notice(asked: &Asked) -> Option<(&'static str, String)> {
    let until = local::time(&asked.bis).map(|time| time.format("%H:%M").to_string());
    match (asked.meldung.as_str(), until) {
        ("pause", Some(until)) => Some(("info", format!("{PAUSE} Sie dauert bis {until} Uhr."))),
        (key, _) => outcome(key).map(|(look, words)| (look, words.to_owned())),
    }
}

const PAUSE: &str = "Sie haben gerade eine Pause nach Ihrem letzten Gespräch oder Rückruf; danach können Sie anrufen.";

fn outcome(key: &str) -> Option<(&'static str, &'static str)> {
    match key {
        "pause" => Some(("info", PAUSE)),
        "nummer" => Some((
            "warning",
            "Diese Nummer wird nicht angerufen: Es ist kein gewöhnlicher Anschluss in Deutschland oder Europa, oder sie \
             gehört zu einem Beratungstelefon. Klären Sie, wer sie angegeben hat, oder geben Sie den Rückruf auf.",
        )),
        "erledigt" => Some(("success", "Der Rückruf ist erledigt. Die Rufnummer ist gelöscht.")),
        "aufgegeben" => Some(("success", "Der Rückruf ist aufgegeben. Die Rufnummer ist gelöscht.")),
        "schon" => Some(("info", "Jemand hat diesen Rückruf schon geschlossen.")),
        "klingelt" => Some((
            "success",
            "Ihr Telefon klingelt. Nehmen Sie ab und drücken Sie die 1, dann wird die Person angerufen. Nennen Sie zuerst \
             das Kennwort.",
        )),
        "jemand" => Some(("info", "Dieser Rückruf läuft gerade: Es klingelt schon oder es wird gesprochen.")),
        "besetzt" => Some(("info", "Sie sind gerade in einem Anruf, oder es klingelt bei Ihnen.")),
        "leitung" => Some(("info", "Die Person ist noch in der Leitung. Versuchen Sie es gleich noch einmal.")),
        "ohne" => Some(("warning", "Für Sie ist keine Rufnummer hinterlegt, unter der es klingeln könnte.")),
        "unbekannt" => Some(("warning", IN_DOUBT)),
        "abgelehnt" => Some((
            "warning",
            "Der Telefonanbieter hat den Anruf nicht ausgeführt; es hat nirgends geklingelt. Versuchen Sie es noch einmal \
             oder wählen Sie die Nummer selbst.",
        )),
        _ => None,
    }
}

pub async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    let rows = match list(&desk, &user.0).await {
        Ok(rows) => rows,
        Err(error) => return super::refused(&t, error),
    };
    let hotlines = match shifts::list_hotlines(&desk.db, None).await {
        Ok(hotlines) => hotlines,
        Err(error) => return web::unavailable(&t, &error),
    };
    let names = match names(&desk, &rows).await {
        Ok(names) => names,
        Err(error) => return web::unavailable(&t, &error),
    };
    let now = desk.now();
    let state = |(value, name): (&str, &str)| (value.to_owned(), name.to_owned(), value == asked.zustand);
    let rules: BTreeMap<HotlineId, CallbacksRing> =
        hotlines.iter().map(|hotline| (hotline.id, hotline.rules.callbacks_ring)).collect();
    let (states, topics, hotlines) = (STATES.map(state).into(), asked.topics(&rows), asked.hotlines(&rows, &hotlines));
    let count = rows.len();
    let wanted: Vec<_> = rows.into_iter().filter(|row| asked.wants(row, now)).collect();
    let filtered = wanted.len() < count;
    let (mut open, closed): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|row| row.callback.state == CallbackState::Open);
    open.sort_by_key(|row| (row.callback.due_at, row.callback.waiting_since));
    let looking = user.0.officer;
    let cannot_ring = match cannot_ring(&desk, looking).await {
        Ok(why) => why,
        Err(error) => return web::unavailable(&t, &error),
    };
    let views = |rows: Vec<OpenedCallback>| {
        let by_itself = |row: &OpenedCallback| by_itself(row, rules.get(&row.callback.hotline), now);
        let view = |row: OpenedCallback| {
            let by_itself = by_itself(&row);
            let mut view = CallbackView::new(row, now, (looking, &names));
            view.tries.extend(by_itself);
            view
        };
        rows.into_iter().map(view).collect()
    };
    let page = user.page(&t, "Rückrufe");
    let notice = notice(&asked);
    web::ok(&CallbacksPage {
        t: &t,
        page,
        notice,
        states,
        hotlines,
        topics,
        filtered,
        can_ring: cannot_ring.is_none(),
        cannot_ring,
        open: views(open),
        closed: views(closed),
    })
}

/// Why the button cannot ring whoever looks, and what they can do.
async fn cannot_ring(desk: &Desk, looking: Option<OfficerId>) -> Result<Option<&'static str>, DbError> {
    let Some(officer) = looking else { return Ok(Some(NO_OFFICER)) };
    let has_number = people::list_numbers(&desk.db, &desk.vault, &[officer]).await?.contains_key(&officer);
    Ok((!has_number).then_some(NO_NUMBER))
}

const NO_OFFICER: &str = "„Jetzt anrufen“ gibt es nur für Beraterinnen und Berater: Bei Ihrem Zugang ist keine Person \
    hinterlegt, bei der es klingeln könnte.";
const NO_NUMBER: &str = "„Jetzt anrufen“ gibt es für Sie noch nicht, weil für Sie keine Rufnummer hinterlegt ist. Bitten \
    Sie die Planung, Ihre Rufnummer einzutragen, oder wählen Sie die Nummer selbst.";

/// Whether it rings by itself, and when again.
fn by_itself(opened: &OpenedCallback, rule: Option<&CallbacksRing>, now: Instant) -> Option<String> {
    let OpenedCallback { callback, .. } = opened;
    let was_reached = opened.tries.iter().any(|tried| tried.result == Some(Reached::Reached));
    if callback.state != CallbackState::Open || was_reached || rule.is_none_or(|rule| *rule == CallbacksRing::ByHand) {
        return None;
    }
    if callback.rounds >= calls::MOST_ROUNDS {
        return Some(format!("{}-mal von selbst versucht; jetzt bitte von Hand", callback.rounds));
    }
    let from = match rule {
        Some(CallbacksRing::WhenDue) => callback.next_round_at.unwrap_or(callback.due_at).max(callback.due_at),
        _ => callback.next_round_at.unwrap_or(now),
    };
    Some(match from > now {
        true => format!("klingelt von selbst ab {}", say::short(from)),
        false => "klingelt von selbst, sobald jemand frei ist".to_owned(),
    })
}

/// What those are called who tried.
async fn names(desk: &Desk, rows: &[OpenedCallback]) -> Result<Names, DbError> {
    let tries = rows.iter().flat_map(|row| &row.tries);
    let officers: BTreeSet<OfficerId> = tries.map(|tried| tried.officer).collect();
    let officers: Vec<OfficerId> = officers.into_iter().collect();
    let found = people::list_these(&desk.db, &officers).await?;
    Ok(found.into_iter().map(|officer| (officer.id, officer.name)).collect())
}

/// Rings the officer who pressed the button.
pub async fn call(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    match calls::call_back(&desk, desk.now(), &user.0, id).await {
        Ok(()) => back(&t, "klingelt"),
        Err(CallsError::ClosedAlready) => back(&t, "schon"),
        Err(CallsError::CalledBackNow) => back(&t, "jemand"),
        Err(CallsError::InCall) => back(&t, "besetzt"),
        Err(CallsError::Recovering(until)) => back(&t, &format!("pause&bis={}", local::wall(until).format("%H:%M"))),
        Err(CallsError::NotCallable) => back(&t, "nummer"),
        Err(CallsError::StillCalling) => back(&t, "leitung"),
        Err(CallsError::NoTelephone) => back(&t, "ohne"),
        Err(CallsError::FateUnknown) => back(&t, "unbekannt"),
        Err(CallsError::ProviderRefused(_)) => back(&t, "abgelehnt"),
        Err(error) => super::refused(&t, error),
    }
}

pub async fn done(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    close(&desk, &t, &user.0, (&id, CallbackState::Done)).await
}

/// Asks first: nobody will be called back then.
pub async fn ask(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    before_closing(&desk, &t, &user, (&id, CallbackState::GivenUp)).await
}

pub async fn ask_done(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    before_closing(&desk, &t, &user, (&id, CallbackState::Done)).await
}

/// Closing deletes the number: it is asked before.
async fn before_closing(desk: &Desk, t: &Locale, user: &SignedIn, (id, to): (&str, CallbackState)) -> Response {
    let found = match list(desk, &user.0).await {
        Ok(rows) => rows.into_iter().find(|row| row.callback.id.to_string() == id),
        Err(error) => return super::refused(t, error),
    };
    match found {
        None => web::not_found(t),
        Some(row) if row.callback.state != CallbackState::Open => back(t, "schon"),
        Some(row) => {
            let is_done = to == CallbackState::Done;
            let page = user.page(t, if is_done { "Rückruf erledigt" } else { "Rückruf aufgeben" });
            let callback = CallbackView::new(row, desk.now(), (None, &Names::new()));
            web::ok(&GiveUpPage { t, page, callback, is_done })
        }
    }
}

pub async fn give_up(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    close(&desk, &t, &user.0, (&id, CallbackState::GivenUp)).await
}

async fn close(desk: &Desk, t: &Locale, actor: &Actor, (id, state): (&str, CallbackState)) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(t) };
    match calls::close_callback(desk, desk.now(), actor, id, state).await {
        Ok(()) if state == CallbackState::Done => back(t, "erledigt"),
        Ok(()) => back(t, "aufgegeben"),
        Err(CallsError::ClosedAlready) => back(t, "schon"),
        Err(error) => super::refused(t, error),
    }
}

fn back(t: &Locale, notice: &str) -> Response {
    web::go(&t.path(&format!("/dienst/rueckrufe?meldung={notice}")))
}

async fn list(desk: &Desk, actor: &Actor) -> Result<Vec<OpenedCallback>, CallsError> {
    let now = desk.now();
    let window = Span { start: now - BACK, end: now + TimeDelta::seconds(1) };
    Ok(calls::list_callbacks(desk, actor, window).await?)
}
