//! One call, told afterwards: every key, every ring and why, and how it ended; as a list and as a drawing.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::TimeDelta;

use crate::desk::Desk;
use crate::flows::{Form, Graph, Overlay, svg};
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Language, local};
use crate::people::{self, SignedIn};
use crate::shifts;
use crate::web::{self, Locale, Page, say};

use super::{clock, lasted, list, topic};
use crate::calls::{self, Attempt, BlockState, CallState, CallsError, Ending, Explained, Outcome, PastStep};

#[derive(Template)]
#[template(path = "calls/pages/story.html")]
struct StoryPage<'a> {
    t: &'a Locale,
    page: Page,
    id: String,
    title: String,
    hotline: String,
    office: &'static str,
    topic: &'static str,
    state: &'static str,
    left_message: bool,
    /// What there is to say of a block, and whether one may be proposed.
    block: Option<&'static str>,
    may_block: bool,
    look: &'static str,
    lasted: String,
    events: Vec<EventView>,
    drawing: Drawing,
    /// The flow with the way of this call; nothing where its edition is gone.
    picture: String,
    flow: String,
}

/// Something that happened in the call.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    at: Instant,
    text: String,
    /// Why this officer was rung.
    why: Option<String>,
}

struct EventView {
    at: String,
    text: String,
    why: Option<String>,
}

/// The call as a strip 1000 units long.
struct Drawing {
    pieces: Vec<Piece>,
    words: String,
}

struct Piece {
    from: i64,
    length: i64,
    /// `ring`, `talk`.
    look: &'static str,
}

type Names = BTreeMap<OfficerId, String>;

/// Where in a flow a key was pressed, in words, by the names of flow and node.
type Stations<'a> = dyn Fn(&str, &str) -> String + 'a;

pub async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    let told = match calls::explain_call(&desk, &user.0, id).await {
        Ok(told) => told,
        Err(error) => return super::refused(&t, error),
    };
    let page = user.page(&t, "Anruf");
    let block = match calls::find_block(&desk, &user.0, id).await {
        Ok(block) => block,
        Err(error) => return web::unavailable(&t, &error),
    };
    match tell(&desk, &t, page, &told).await {
        Ok(story) => {
            let noted = block.as_ref().is_some_and(|block| block.state == BlockState::Noted);
            let may_block = noted || (block.is_none() && told.call.state == CallState::Talking);
            let block = block.filter(|_| !noted).map(|block| super::blocks::german(block.state));
            web::ok(&StoryPage { block, may_block, ..story })
        }
        Err(error) => super::refused(&t, error),
    }
}

async fn tell<'a>(desk: &Desk, t: &'a Locale, page: Page, told: &Explained) -> Result<StoryPage<'a>, CallsError> {
    let now = desk.now();
    let call = &told.call;
    let hotline = shifts::find_hotline(&desk.db, call.hotline).await?;
    let mut names = Names::new();
    for attempt in &told.attempts {
        if let Some(officer) = people::find_officer(&desk.db, attempt.officer).await? {
            names.insert(officer.id, officer.name);
        }
    }
    let day = say::day(Language::De, local::day(call.started_at));
    let view = |event: Event| EventView { at: clock(event.at), text: event.text, why: event.why };
    Ok(StoryPage {
        t,
        page,
        id: call.id.to_string(),
        title: format!("Anruf vom {day}, {} Uhr", say::time(call.started_at)),
        hotline: hotline.map(|hotline| hotline.name).unwrap_or_default(),
        office: call.office.name(),
        topic: topic(call.topic.as_deref()),
        state: list::state(call),
        left_message: call.ending == Some(Ending::Voicemail),
        block: None,
        may_block: false,
        look: list::look(call),
        lasted: lasted(call.ended_at.unwrap_or(now) - call.started_at),
        events: events(told, &names, &|flow, node| station(desk, flow, node)).into_iter().map(view).collect(),
        drawing: Drawing::of(told, &names, now),
        picture: picture(desk, t, told),
        flow: told.steps.first().map(|step| step.flow.clone()).unwrap_or_default(),
    })
}

/// The flow in which the call began, with the way that it took there.
fn picture(desk: &Desk, t: &Locale, told: &Explained) -> String {
    let Some(first) = told.steps.first() else { return String::new() };
    let Some(edition) = desk.flows.published(&first.flow) else { return String::new() };
    let graph = Graph::from(&edition.flow);
    let here = told.steps.iter().filter(|step| step.flow == first.flow);
    let overlay = Overlay::of_call(&graph, here.flat_map(PastStep::ways));
    svg(&graph, &overlay, Form::Page(&t.path(&format!("/dienst/ansagen/{}", first.flow))))
}

/// What happened, in order.
fn events(told: &Explained, names: &Names, station: &Stations<'_>) -> Vec<Event> {
    let mut events: Vec<Event> =
        told.steps.iter().flat_map(|step| of_step(step, station).into_iter().chain(of_nobody(step))).collect();
    for attempt in &told.attempts {
        events.extend(of_attempt(attempt, names));
    }
    if let (CallState::Ended, Some(at)) = (told.call.state, told.call.ended_at) {
        events.push(Event { at, text: format!("Ende: {}", list::state(&told.call)), why: None });
    }
    events.sort_by_key(|event| event.at);
    events
}

/// A step of the flow. How a ring ended is told with the ring.
fn of_step(step: &PastStep, station: &Stations<'_>) -> Option<Event> {
    let (at, word) = (step.at, step.event.as_str());
    let place = step.ways().next().map(|[from, _, _]| station(&step.flow, from)).unwrap_or_default();
    let text = match word.split_once(' ') {
        Some(("key", key)) => format!("Taste {key} gedrückt{place}"),
        _ => match word {
            "started" => "Anruf kommt an, Ansage beginnt".into(),
            "card" => "Dienstkarte: das Programm war nicht da; nachgetragen aus dem Protokoll des Anbieters".into(),
            "silence" => "keine Taste gedrückt".into(),
            "waited" => "wartet, bis jemand frei wird".into(),
            "number" => "Rufnummer eingetippt".into(),
            "hung up" => "Anrufer hat aufgelegt".into(),
            "recorded" => "Nachricht hinterlassen".into(),
            "transferred" => "weitergeleitet, Gespräch zu Ende".into(),
            "abuse" => "Gespräch mit höflicher Ansage wegen Missbrauchs beendet".into(),
            "requeued" => "zurück an den Anfang der Warteschlange gestellt".into(),
            "instructed" => "vereinbarte Notfall-Anweisung vorgespielt, das Gespräch geht weiter".into(),
            "room" => "Gespräch zu dritt".into(),
            "blocked" => "Nummer gesperrt: Hinweis auf 110 und die Internetseite gehört".into(),
            "not transferred" => "Weiterleitung nicht erreicht".into(),
            _ => return None,
        },
    };
    Some(Event { at, text, why: None })
}

/// That nobody was rung where somebody was to be, and why.
fn of_nobody(step: &PastStep) -> Option<Event> {
    let text = "Niemand wird angerufen".to_owned();
    (!step.why.is_empty()).then(|| Event { at: step.at, text, why: Some(step.why.clone()) })
}

/// A ring, and the talk that came of it.
fn of_attempt(attempt: &Attempt, names: &Names) -> Vec<Event> {
    let name = name(attempt, names);
    let rang = attempt.accepted_at.or(attempt.ended_at);
    let outcome = match (attempt.outcome, attempt.accepted_at) {
        (Outcome::Failed, Some(_)) => "angenommen, aber vor dem Verbinden weg",
        (outcome, _) => outcome.german(),
    };
    let text = match rang.map(|rang| rang - attempt.rang_at) {
        None => format!("klingelt bei {name}"),
        Some(length) if length <= TimeDelta::zero() => format!("{name} nicht angerufen: {outcome}"),
        Some(length) => format!("klingelte bei {name}, {}: {outcome}", lasted(length)),
    };
    let mut events = vec![Event { at: attempt.rang_at, text, why: Some(attempt.why.clone()) }];
    if let (Outcome::Accepted, Some(at)) = (attempt.outcome, attempt.accepted_at) {
        let text = match attempt.ended_at {
            Some(end) => format!("Gespräch mit {name}, {}", lasted(end - at)),
            None => format!("Gespräch mit {name}, es dauert an"),
        };
        events.push(Event { at, text, why: None });
    }
    events
}

/// What stands at a node, in German; a node that is called like its kind is not named twice.
fn station(desk: &Desk, flow: &str, node: &str) -> String {
    let edition = desk.flows.published(flow);
    match edition
        .as_ref()
        .and_then(|edition| edition.flow.nodes.iter().find(|(name, _)| name.to_string() == node).map(|(_, it)| it))
    {
        Some(found) if found.kind() == node => format!(" ({})", found.german()),
        Some(found) => format!(" ({} „{node}“)", found.german()),
        None => format!(" in „{node}“"),
    }
}

fn name<'a>(attempt: &Attempt, names: &'a Names) -> &'a str {
    names.get(&attempt.officer).map_or("unbekannt", String::as_str)
}

impl Drawing {
    fn of(told: &Explained, names: &Names, now: Instant) -> Self {
        let (start, end) = (told.call.started_at, told.call.ended_at.unwrap_or(now));
        let whole = (end - start).num_milliseconds().max(1);
        let piece = |from: Instant, until: Instant, look| Piece {
            from: (from - start).num_milliseconds() * 1000 / whole,
            length: ((until - from).num_milliseconds() * 1000 / whole).max(4),
            look,
        };
        let mut pieces = Vec::new();
        let mut words = Vec::new();
        // Who calls back later is told below, and stands in no strip.
        for attempt in told.attempts.iter().filter(|attempt| attempt.rang_at < end || told.call.ended_at.is_none()) {
            let ended = attempt.ended_at.unwrap_or(end);
            let rang = attempt.accepted_at.unwrap_or(ended);
            pieces.push(piece(attempt.rang_at, rang, "ring"));
            words.push(format!("{} klingelt es bei {}", lasted(rang - attempt.rang_at), name(attempt, names)));
            if let (Outcome::Accepted, Some(at)) = (attempt.outcome, attempt.accepted_at) {
                pieces.push(piece(at, ended, "talk"));
                words.push(format!("{} Gespräch", lasted(ended - at)));
            }
        }
        let rest = if words.is_empty() { "nur Ansagen".to_owned() } else { words.join(", dann ") };
        Self { pieces, words: format!("Verlauf über {}: {rest}", lasted(end - start)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::{Ending, Listed};
    use crate::kernel::id::{AttemptId, CallId, HotlineId};

    fn at(seconds: i64) -> Instant {
        Instant::parse("2026-11-20T09:02:00Z").unwrap() + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_call_is_told_in_plain_words() {
        let [anna, bela] = [OfficerId::mint(), OfficerId::mint()];
        let names = Names::from([(anna, "A. Muster".into()), (bela, "B. Beispiel".into())]);
        let id = CallId::mint();
        let rang = |officer, outcome, times: (i64, Option<i64>, i64)| Attempt {
            id: AttemptId::mint(),
            call: id,
            officer,
            tier: 1,
            why: "Reihe 1".into(),
            outcome,
            rang_at: at(times.0),
            accepted_at: times.1.map(at),
            ended_at: Some(at(times.2)),
            helper: None,
            is_plain: false,
        };
        let call = Listed {
            id,
            hotline: HotlineId::mint(),
            office: "ka".parse().unwrap(),
            state: CallState::Ended,
            ending: Some(Ending::Person),
            topic: None,
            started_at: at(0),
            ended_at: Some(at(230)),
            attempts: 2,
        };
        let steps = [(0, "started"), (2, "silence"), (5, "key 1"), (25, "rang"), (230, "talked")];
        let steps = steps.map(|(seconds, word)| PastStep::new(at(seconds), word, "subject 1 officers")).into();
        let attempts =
            vec![rang(anna, Outcome::NoAnswer, (5, None, 25)), rang(bela, Outcome::Accepted, (25, Some(30), 230))];
        let told = Explained { call, steps, attempts };
        let station = |_: &str, node: &str| format!(" in „{node}“");
        let lines: Vec<String> = events(&told, &names, &station)
            .into_iter()
            .map(|event| format!("{} {}", clock(event.at), event.text))
            .collect();
        assert_eq!(
            lines,
            [
                "10:02:00 Anruf kommt an, Ansage beginnt",
                "10:02:02 keine Taste gedrückt",
                "10:02:05 Taste 1 gedrückt in „subject“",
                "10:02:05 klingelte bei A. Muster, 20 s: nicht abgenommen",
                "10:02:25 klingelte bei B. Beispiel, 5 s: angenommen",
                "10:02:30 Gespräch mit B. Beispiel, 3 min 20 s",
                "10:05:50 Ende: Gespräch geführt",
            ]
        );
        let drawing = Drawing::of(&told, &names, at(500));
        let drawn: Vec<_> = drawing.pieces.iter().map(|piece| (piece.from, piece.length, piece.look)).collect();
        assert_eq!(drawn, [(21, 86, "ring"), (108, 21, "ring"), (130, 869, "talk")]);
        assert_eq!(
            drawing.words,
            "Verlauf über 3 min 50 s: 20 s klingelt es bei A. Muster, dann 5 s klingelt es bei B. Beispiel, \
             dann 3 min 20 s Gespräch"
        );
    }
}
