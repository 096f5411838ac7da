//! Booking for somebody on the telephone, and moving a booking: choose a time, then say so.
//!
//! Rule: nothing typed is lost, also where somebody else was faster.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{NaiveDate, TimeDelta};
use http::StatusCode;
use serde::Deserialize;

use super::{Names, Row, german, refused};
use crate::bookings::notice::{self, Reach};
use crate::bookings::{
    self, Ask, BookingError, ContactFault, Faults, Format, NameFault, Need, Needs, Refusal, Time, Typed, Wish,
};
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::{OfficeId, Topic, offices, topics};
use crate::people::SignedIn;
use crate::web::{self, Form, Locale, Page, say};

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/buchungen/neu", get(choose).post(book))
        .route("/dienst/buchungen/{id}/verschieben", get(ask_move).post(move_to))
}

/// What is looked for, who books, and the chosen time: as it was typed, in the address or in the form.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Asked {
    thema: String,
    art: String,
    stelle: String,
    sprache: String,
    bedarf: Vec<String>,
    woche: String,
    /// RFC 3339.
    zeit: String,
    name: String,
    kontakt: String,
}

impl Asked {
    fn wish(&self) -> Option<Wish> {
        let (topic, format) = (self.thema.parse().ok()?, self.art.parse().ok()?);
        let language = Language::from_tag(&self.sprache).unwrap_or(Language::De);
        let (office, channel) = (self.stelle.parse().ok(), bookings::Channel::Staff);
        Some(Wish { office, language, needs: self.needs(), channel, ..Wish::new(topic, format) })
    }

    fn needs(&self) -> Needs {
        self.bedarf.iter().filter_map(|need| need.parse::<Need>().ok()).collect()
    }

    /// What is looked for, as fields of a form or of an address.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("thema", self.thema.clone()),
            ("art", self.art.clone()),
            ("stelle", self.stelle.clone()),
            ("sprache", self.sprache.clone()),
        ];
        fields.extend(self.bedarf.iter().map(|need| ("bedarf", need.clone())));
        fields
    }

    fn link(&self, t: &Locale, more: (&str, &str)) -> String {
        let fields = self.fields();
        let all = fields.iter().map(|(name, value)| (*name, value.as_str())).chain([more]);
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", web::percent(value))).collect();
        t.path(&format!("/dienst/buchungen/neu?{}", query.join("&")))
    }
}

/// A week of free times; each is a link.
struct Week {
    name: String,
    earlier: Option<String>,
    later: Option<String>,
    days: Vec<(String, Vec<(String, String)>)>,
    /// The next free time, named, and the address of its week; where this week has none.
    next: Option<(String, String)>,
}

impl Week {
    /// `except` is the time that a booking has already; `link` makes an address of a field and its value.
    async fn load(
        desk: &Desk,
        now: Instant,
        (wish, except): (&Wish, Option<Instant>),
        (name, link): (&str, impl Fn(&str, &str) -> String),
    ) -> Result<Self, BookingError> {
        let this_week = local::monday(local::day(now));
        let last_week = local::monday(local::day(now + bookings::AHEAD));
        let week_of = |time: Time| local::monday(local::day(time.span.start));
        let monday = match local::week_start(name) {
            Some(monday) => monday.clamp(this_week, last_week),
            None => bookings::next_free(desk, now, wish, now).await?.map_or(this_week, week_of),
        };
        let after = monday + TimeDelta::weeks(1);
        let window = Span { start: local::whole_day(monday).start, end: local::whole_day(after).start };
        let mut days = bookings::list_free(desk, now, wish, window).await?;
        for day in &mut days {
            day.times.retain(|time| Some(time.span.start) != except);
        }
        days.retain(|day| !day.times.is_empty());
        let next = if days.is_empty() { bookings::next_free(desk, now, wish, window.end).await? } else { None };
        let week = |monday: NaiveDate| link("woche", &local::week_name(monday));
        let time = |time: &Time| (say::times(Language::De, time.span), link("zeit", &time.span.start.rfc3339()));
        let last = monday + TimeDelta::days(6);
        Ok(Self {
            name: format!("{} bis {}", say::day(Language::De, monday), say::day(Language::De, last)),
            earlier: (monday > this_week).then(|| week(monday - TimeDelta::weeks(1))),
            later: (after <= last_week).then(|| week(after)),
            days: days
                .iter()
                .map(|day| (say::day(Language::De, day.day), day.times.iter().map(time).collect()))
                .collect(),
            next: next.map(|time| (say::moment(Language::De, time.span.start), week(week_of(time)))),
        })
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_book.html")]
struct ChoosePage<'a> {
    t: &'a Locale,
    page: Page,
    asked: Asked,
    topics: &'static [Topic],
    formats: Vec<(Format, &'static str)>,
    offices: Vec<(OfficeId, &'static str)>,
    languages: [(&'static str, &'static str); 3],
    needs: Vec<(Need, bool)>,
    week: Option<Week>,
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_book_person.html")]
struct PersonPage<'a> {
    t: &'a Locale,
    page: Page,
    asked: Asked,
    hidden: Vec<(&'static str, String)>,
    back: String,
    fields: [FieldView; 2],
    topic: &'static str,
    format: &'static str,
    /// None: the time is gone, or was never chosen.
    when: Option<String>,
    /// Other times, where somebody else was faster: value and words.
    others: Vec<(String, String)>,
    faults: Vec<(&'static str, &'static str)>,
}

struct FieldView {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    fault: Option<&'static str>,
}

impl FieldView {
    fn new(
        name: &'static str,
        (label, hint): (&'static str, &'static str),
        value: &str,
        faults: &[(&'static str, &'static str)],
    ) -> Self {
        let fault = faults.iter().find(|fault| fault.0 == name).map(|fault| fault.1);
        Self { name, label, hint, value: value.to_owned(), fault }
    }
}

fn contact_hint(format: Format) -> &'static str {
    match format {
        Format::Video => "E-Mail-Adresse, für den Weg in den Videoraum.",
        Format::Telephone => "Telefonnummer, unter der wir anrufen.",
        Format::Office => "Telefonnummer oder E-Mail-Adresse, für Rückfragen.",
    }
}

async fn choose(State(desk): State<Desk>, t: Locale, user: SignedIn, Form(mut asked): Form<Asked>) -> Response {
    if asked.stelle.is_empty() && asked.thema.is_empty() {
        asked.stelle = user.0.office.to_string();
    }
    let Some(wish) = asked.wish() else { return choose_page(&t, &user, asked, None) };
    if let Some(start) = Instant::parse(&asked.zeit) {
        return person_page(&t, &user, asked, (wish, Some(start)), (vec![], vec![]));
    }
    let link = |name: &str, value: &str| asked.link(&t, (name, value));
    match Week::load(&desk, desk.now(), (&wish, None), (&asked.woche, link)).await {
        Ok(week) => choose_page(&t, &user, asked, Some(week)),
        Err(error) => refused(&t, error),
    }
}

fn choose_page(t: &Locale, user: &SignedIn, asked: Asked, week: Option<Week>) -> Response {
    web::ok(&ChoosePage {
        t,
        page: user.page(t, "Für jemanden buchen"),
        needs: Need::ALL.into_iter().map(|need| (need, asked.needs().contains(need))).collect(),
        asked,
        topics: topics(),
        formats: Format::ALL.into_iter().map(|format| (format, german(format))).collect(),
        offices: offices().iter().map(|office| (office.id, office.name)).collect(),
        languages: [("de", "Deutsch"), ("en", "Englisch"), ("de-simple", "Leichte Sprache")],
        week,
    })
}

type Fault = (&'static str, &'static str);

fn person_page(
    t: &Locale,
    user: &SignedIn,
    asked: Asked,
    (wish, start): (Wish, Option<Instant>),
    (faults, others): (Vec<Fault>, Vec<Time>),
) -> Response {
    let mut page = user.page(t, "Für jemanden buchen");
    let status = match (faults.is_empty(), others.is_empty() && start.is_some()) {
        (true, true) => StatusCode::OK,
        (false, _) => StatusCode::BAD_REQUEST,
        (true, false) => StatusCode::CONFLICT,
    };
    if status != StatusCode::OK {
        page = page.with_error(t);
    }
    let other = |time: Time| (time.span.start.rfc3339(), say::span(Language::De, time.span));
    let page = PersonPage {
        t,
        page,
        hidden: asked.fields(),
        back: asked.link(t, ("woche", &asked.woche)),
        fields: [
            FieldView::new("name", ("Name", "Ein erfundener Name genügt."), &asked.name, &faults),
            FieldView::new("kontakt", ("Kontakt", contact_hint(wish.format)), &asked.kontakt, &faults),
        ],
        topic: wish.topic.title(Language::De),
        format: german(wish.format),
        when: start.map(|start| say::moment(Language::De, start)),
        others: others.into_iter().map(other).collect(),
        faults,
        asked,
    };
    web::html(status, &page)
}

async fn book(State(desk): State<Desk>, t: Locale, user: SignedIn, Form(asked): Form<Asked>) -> Response {
    let (Some(wish), now) = (asked.wish(), desk.now()) else { return web::go(&t.path("/dienst/buchungen/neu")) };
    let Some(start) = Instant::parse(&asked.zeit) else {
        return person_page(&t, &user, asked, (wish, None), (vec![("zeit", "Wählen Sie eine Zeit.")], vec![]));
    };
    let typed = Typed { name: asked.name.clone(), contact: asked.kontakt.clone() };
    let ask = Ask { wish, start, language: wish.language, instead_of: None };
    match bookings::book_for(&desk, now, &user.0, &ask, &typed).await {
        Ok(booking) => web::go(&t.path(&format!("/dienst/buchungen/{}?meldung=gebucht", booking.id))),
        Err(BookingError::Malformed(faults)) => {
            person_page(&t, &user, asked, (wish, Some(start)), (in_german(faults), vec![]))
        }
        Err(BookingError::SlotTaken { nearest } | BookingError::Past { nearest }) => {
            person_page(&t, &user, asked, (wish, None), (vec![], nearest))
        }
        Err(error) => refused(&t, error),
    }
}

fn in_german(faults: Faults) -> Vec<Fault> {
    let name = faults.name.map(|fault| match fault {
        NameFault::Missing => ("name", "Geben Sie einen Namen an; ein erfundener genügt."),
        NameFault::TooLong => ("name", "Kürzen Sie den Namen auf 80 Zeichen."),
    });
    let contact = faults.contact.map(|fault| match fault {
        ContactFault::PhoneMissing => ("kontakt", "Geben Sie eine Telefonnummer an."),
        ContactFault::NotAPhone => ("kontakt", "Diese Telefonnummer kann nicht angerufen werden."),
        ContactFault::MailMissing => ("kontakt", "Geben Sie eine E-Mail-Adresse an."),
        ContactFault::NotAMail => ("kontakt", "Das ist keine E-Mail-Adresse."),
        ContactFault::Missing => ("kontakt", "Geben Sie eine Telefonnummer oder E-Mail-Adresse an."),
        ContactFault::Neither => ("kontakt", "Das ist weder eine Telefonnummer noch eine E-Mail-Adresse."),
    });
    name.into_iter().chain(contact).collect()
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_move.html")]
struct MovePage<'a> {
    t: &'a Locale,
    page: Page,
    row: Row,
    /// How the citizen hears of it.
    told: String,
    /// The chosen time, for the button: value and words.
    chosen: Option<(String, String)>,
    /// Somebody else was faster.
    is_gone: bool,
    week: Week,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Chosen {
    woche: String,
    /// RFC 3339.
    zeit: String,
}

async fn ask_move(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Response {
    move_page(&desk, &t, &user, (&id, &chosen), StatusCode::OK).await
}

async fn move_page(
    desk: &Desk,
    t: &Locale,
    user: &SignedIn,
    (id, chosen): (&str, &Chosen),
    status: StatusCode,
) -> Response {
    let Ok(booking) = id.parse() else { return web::not_found(t) };
    let now = desk.now();
    let gathered = async {
        let entry = bookings::load_entry(desk, &user.0, booking).await?;
        entry.booking.may_move(now)?;
        let wish = bookings::wish_to_move(&entry.booking);
        let page = t.path(&format!("/dienst/buchungen/{booking}/verschieben"));
        let link = |name: &str, value: &str| format!("{page}?{name}={}", web::percent(value));
        let has = entry.booking.span.start;
        let week = Week::load(desk, now, (&wish, Some(has)), (&chosen.woche, link)).await?;
        let wanted = Instant::parse(&chosen.zeit).filter(|wanted| *wanted != has);
        let is_free = match wanted {
            Some(start) => {
                !bookings::list_free(desk, now, &wish, Span { start, end: Instant(start.0 + 1) }).await?.is_empty()
            }
            None => false,
        };
        let told = told(&entry.person.as_ref().map_or(Reach::Call, |person| notice::reach(desk, person)));
        Ok::<_, BookingError>((
            Row::new(now, entry, &Names::load(desk).await?),
            week,
            told,
            wanted.map(|at| (at, is_free)),
        ))
    };
    match gathered.await {
        Ok((row, week, told, wanted)) => {
            let is_gone = status != StatusCode::OK || wanted.is_some_and(|(_, is_free)| !is_free);
            let start = wanted.filter(|_| !is_gone).map(|(start, _)| start);
            let chosen = start.map(|start| (start.rfc3339(), say::moment(Language::De, start)));
            let page = user.page(t, &format!("Buchung {} verschieben", row.reference));
            let page = if is_gone { page.with_error(t) } else { page };
            web::html(status, &MovePage { t, page, row, told, chosen, is_gone, week })
        }
        // On an old page: the booking's own shows why.
        Err(BookingError::Refused(_)) => web::go(&t.path(&format!("/dienst/buchungen/{id}"))),
        Err(error) => refused(t, error),
    }
}

fn told(reach: &Reach) -> String {
    match reach {
        Reach::Mail(to) => format!("Die neue Zeit geht sofort per E-Mail an {to}."),
        Reach::Sms(to) => format!("Die neue Zeit geht sofort per SMS an {to}."),
        Reach::Call => "Nichts Geschriebenes erreicht diese Person: Rufen Sie an, bevor Sie verschieben.".into(),
    }
}

async fn move_to(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let Ok(booking) = id.parse() else { return web::not_found(&t) };
    let Some(start) = Instant::parse(&chosen.zeit) else {
        return move_page(&desk, &t, &user, (&id, &chosen), StatusCode::OK).await;
    };
    match bookings::move_for_office(&desk, desk.now(), &user.0, booking, start).await {
        Ok(_) => web::go(&t.path(&format!("/dienst/buchungen/{booking}?meldung=verschoben"))),
        Err(BookingError::SlotTaken { .. } | BookingError::Past { .. }) => {
            move_page(&desk, &t, &user, (&id, &chosen), StatusCode::CONFLICT).await
        }
        Err(BookingError::Refused(Refusal::AlreadyCancelled | Refusal::HasBegun)) => {
            web::go(&t.path(&format!("/dienst/buchungen/{booking}")))
        }
        Err(error) => refused(&t, error),
    }
}
