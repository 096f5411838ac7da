//! What the demonstration explains: logins and addresses to try, the clock, and the mailbox with all that was sent.
//!
//! For everybody, in German like the staff's pages. There only in the demonstration.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::TimeDelta;
use http::header;
use serde::Deserialize;

use super::data::{ADVISER, HOTLINES, OFFICERS, PASSWORD};
use crate::db::DbError;
use crate::desk::{Desk, Mode};
use crate::kernel::id::MessageId;
use crate::kernel::{Clock, Instant, Language, Phone, Span, local};
use crate::offices;
use crate::outbox::{self, Invitation, Message, Told};
use crate::people;
use crate::shifts::{self, Hotline};
use crate::web::{self, Form, Locale, Page, say};

pub fn pages(mode: Mode) -> Router<Desk> {
    match mode {
        Mode::Serve => Router::new(),
        Mode::Demo => Router::new()
            .route("/demo", get(show))
            .route("/demo/uhr", post(set_clock))
            .route("/demo/post", get(mailbox))
            .route("/demo/post/{id}/einladung.ics", get(invitation)),
    }
}

#[derive(Template)]
#[template(path = "demo/pages/demo.html")]
struct DemoPage<'a> {
    t: &'a Locale,
    page: Page,
    now: String,
    password: &'static str,
    logins: Vec<(&'static str, String)>,
    lines: Vec<LineNow>,
    letters: usize,
    /// A mail server is configured: mails leave the machine.
    sends: bool,
}

/// A hotline at this moment.
struct LineNow {
    name: String,
    number: Phone,
    state: String,
}

async fn show(State(desk): State<Desk>, t: Locale) -> Response {
    match shown(&desk, &t).await {
        Ok(response) => response,
        Err(error) => web::unavailable(&t, &error),
    }
}

async fn shown(desk: &Desk, t: &Locale) -> Result<Response, DbError> {
    let now = desk.now();
    let adviser = OFFICERS.iter().find(|(office, _)| *office == ADVISER.0).map_or("", |(_, names)| names[ADVISER.1]);
    let logins = vec![
        ("planung", "plant das Beratungstelefon und das Personal des Landeskriminalamts".to_owned()),
        ("beratung", format!("{adviser}: berät am Telefon und in Sprechstunden")),
        ("land", "verwaltet alle 14 Dienststellen".to_owned()),
        ("planung-s", "plant in Stuttgart; ebenso planung-aa, planung-fr und so fort".to_owned()),
    ];
    let mut lines = Vec::new();
    for hotline in shifts::list_hotlines(&desk.db, None).await? {
        let state = line_state(desk, &hotline, now).await?;
        lines.push(LineNow { name: hotline.name, number: hotline.number, state });
    }
    let letters = outbox::list_mailbox(desk, SHOWN).await?.len();
    let page = Page::new(t, "Vorführung");
    let now = say::moment(Language::De, now);
    Ok(web::ok(&DemoPage {
        t,
        page,
        now,
        password: PASSWORD,
        logins,
        lines,
        letters,
        sends: desk.config.mail.host.is_some(),
    }))
}

async fn line_state(desk: &Desk, hotline: &Hotline, now: Instant) -> Result<String, DbError> {
    let calendar = offices::load_calendar(&desk.db, hotline.office, ahead(now)).await?;
    if !hotline.hours.open_at(now, &calendar) {
        let next = hotline.hours.next_opening(now, &calendar);
        let opens = next.map(|at| format!(", öffnet {}", say::moment(Language::De, at))).unwrap_or_default();
        return Ok(format!("geschlossen{opens}"));
    }
    let mut names = Vec::new();
    for on in shifts::load_duty(&desk.db, hotline.id, now).await?.on {
        names.extend(people::find_officer(&desk.db, on.officer).await?.map(|officer| officer.name));
    }
    Ok(match names.is_empty() {
        true => "geöffnet, aber niemand ist im Dienst".to_owned(),
        false => format!("geöffnet, im Dienst: {}", names.join(", ")),
    })
}

#[derive(Deserialize)]
struct SetClock {
    #[serde(default)]
    weiter: String,
}

async fn set_clock(State(desk): State<Desk>, t: Locale, Form(form): Form<SetClock>) -> Response {
    let by = match form.weiter.as_str() {
        "stunde" => Ok(Some(TimeDelta::hours(1))),
        "tag" => Ok(Some(TimeDelta::days(1))),
        "woche" => Ok(Some(TimeDelta::weeks(1))),
        "oeffnung" => until(&desk, next_opening).await,
        "luecke" => until(&desk, next_gap).await,
        "jetzt" => Ok(Some(Clock::default().now() - desk.now())),
        _ => Ok(None),
    };
    match by {
        Ok(by) => {
            if let Some(by) = by {
                super::advance(&desk, by).await;
            }
            web::go(&t.path("/demo"))
        }
        Err(error) => web::unavailable(&t, &error),
    }
}

/// Until a little after something happens on the main hotline, so that it can be seen; None where nothing is ahead.
async fn until(
    desk: &Desk,
    event: impl AsyncFn(&Desk, &Hotline, Instant) -> Result<Option<Instant>, DbError>,
) -> Result<Option<TimeDelta>, DbError> {
    let now = desk.now();
    let Ok(number) = HOTLINES[0].number.parse() else { return Ok(None) };
    let Some(hotline) = shifts::find_hotline_by_number(&desk.db, &number).await? else { return Ok(None) };
    Ok(event(desk, &hotline, now).await?.map(|at| at - now + TimeDelta::minutes(1)))
}

async fn next_opening(desk: &Desk, hotline: &Hotline, now: Instant) -> Result<Option<Instant>, DbError> {
    let calendar = offices::load_calendar(&desk.db, hotline.office, ahead(now)).await?;
    Ok(hotline.hours.next_opening(now, &calendar))
}

async fn next_gap(desk: &Desk, hotline: &Hotline, now: Instant) -> Result<Option<Instant>, DbError> {
    let window = ahead(now);
    let calendar = offices::load_calendar(&desk.db, hotline.office, window).await?;
    let days = local::day(window.start).iter_days().take_while(|day| *day <= local::day(window.end));
    let open: Vec<Span> = days.flat_map(|day| hotline.hours.spans(day, &calendar)).collect();
    let mut rota = shifts::load_rota(&desk.db, hotline.id, window).await?;
    rota.foresee(now);
    Ok(shifts::gaps(&rota, &open, now).into_iter().map(|gap| gap.span.start).find(|start| *start > now))
}

fn ahead(now: Instant) -> Span {
    Span { start: now, end: now + TimeDelta::weeks(4) }
}

/// How many messages the mailbox page shows.
const SHOWN: i64 = 300;

#[derive(Template)]
#[template(path = "demo/pages/mailbox.html")]
struct MailboxPage<'a> {
    t: &'a Locale,
    page: Page,
    sought: String,
    letters: Vec<Letter>,
    /// A mail server is configured: mails leave the machine, and later ones are not shown.
    sends: bool,
}

/// A message as it is shown.
struct Letter {
    id: MessageId,
    at: String,
    kind: &'static str,
    to: String,
    subject: Option<String>,
    text: Vec<Piece>,
    invitation: Option<Invitation>,
}

/// A part of a text: words, or an address of ours that can be followed.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Link(String),
}

impl Letter {
    fn of(told: Told, ours: &str) -> Self {
        let (id, at) = (told.id, say::moment(Language::De, told.at));
        match told.message {
            Message::Mail(mail) => Self {
                id,
                at,
                kind: "E-Mail",
                to: mail.to,
                subject: Some(mail.subject),
                text: pieces(&mail.text, ours),
                invitation: mail.invitation,
            },
            Message::Sms(sms) => {
                let text = pieces(&sms.text, ours);
                Self { id, at, kind: "SMS", to: sms.to, subject: None, text, invitation: None }
            }
        }
    }
}

/// Parts a text at the addresses that begin with `ours`.
fn pieces(text: &str, ours: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(ours) {
        let (before, from) = rest.split_at(at);
        let (link, after) = from.split_at(from.find(char::is_whitespace).unwrap_or(from.len()));
        pieces.extend([Piece::Words(before.to_owned()), Piece::Link(link.to_owned())]);
        rest = after;
    }
    pieces.push(Piece::Words(rest.to_owned()));
    pieces
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    suche: String,
}

async fn mailbox(State(desk): State<Desk>, t: Locale, Query(search): Query<Search>) -> Response {
    let told = match outbox::list_mailbox(&desk, SHOWN).await {
        Ok(told) => told,
        Err(error) => return web::unavailable(&t, &error),
    };
    let sought = search.suche.trim().to_owned();
    let ours = desk.config.public_address();
    let found = told.into_iter().filter(|told| contains(&told.message, &sought.to_lowercase()));
    let letters = found.map(|told| Letter::of(told, &ours)).collect();
    let page = Page::new(&t, "Postfach der Vorführung");
    web::ok(&MailboxPage { t: &t, page, sought, letters, sends: desk.config.mail.host.is_some() })
}

fn contains(message: &Message, sought: &str) -> bool {
    let (subject, text) = match message {
        Message::Mail(mail) => (mail.subject.as_str(), &mail.text),
        Message::Sms(sms) => ("", &sms.text),
    };
    [message.to(), subject, text].iter().any(|part| part.to_lowercase().contains(sought))
}

async fn invitation(State(desk): State<Desk>, t: Locale, Path(id): Path<MessageId>) -> Response {
    let told = match outbox::list_mailbox(&desk, SHOWN).await {
        Ok(told) => told.into_iter().find(|told| told.id == id),
        Err(error) => return web::unavailable(&t, &error),
    };
    match told.map(|told| told.message) {
        Some(Message::Mail(outbox::Mail { invitation: Some(invitation), .. })) => {
            ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], invitation.ics).into_response()
        }
        _ => web::not_found(&t),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_ours_can_be_followed_and_no_others() {
        let words = |text: &str| Piece::Words(text.to_owned());
        let link = Piece::Link("http://a.example/buchung/x".to_owned());
        assert_eq!(
            pieces("Hier: http://a.example/buchung/x\nGruß http://b.example", "http://a.example"),
            [words("Hier: "), link, words("\nGruß http://b.example")]
        );
        assert_eq!(pieces("", "http://a.example"), [words("")]);
    }
}
