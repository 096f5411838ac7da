//! The start page, and the way to a free time: topic, format, place, needs, time.
//!
//! Rule: what was chosen so far stands in the address, so Back, Reload and a bookmark work.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;

use super::linked;
use super::week::{Week, Weeks};
use super::{Choice, Fault, FaultList, frame, need_name, needs_text, trouble};
use crate::bookings::waiting;
use crate::bookings::{self, Ask, BookingError, Format, Need, Needs, Proof, Task, Time, Wish};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Language, Secret, Span};
use crate::offices::{Found, Group, OfficeId, Place, Topic, TopicId, find_places, groups};
use crate::people::Officer;
use crate::shifts;
use crate::web::{self, Form, Locale, Page};

/// What was chosen so far, as it stands in the address.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Trail {
    thema: String,
    art: String,
    stelle: String,
    /// The id of an officer who can be booked by name.
    bei: String,
    pub(super) woche: String,
    suche: String,
    /// The hold that the next one replaces.
    statt: String,
    /// Needs, parted by commas. None: not asked yet.
    bedarf: Option<String>,
    ort: Option<String>,
    /// Whether the question which of several places is meant was asked.
    frage: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Trail {
    type Rejection = std::convert::Infallible;

    /// What an address says beyond this counts for nothing.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        let mut trail = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            trail.note(&name, value.into_owned());
        }
        Ok(trail)
    }
}

/// Longer searches and places are not looked for, nor shown again, in characters.
const LONGEST: usize = 100;
/// Stands in the address where any office will do.
const ANY_OFFICE: &str = "alle";

/// The questions, in order.
const STEPS: [(&str, &str); 4] =
    [("thema", "/termin"), ("art", "/termin/art"), ("stelle", "/termin/ort"), ("bedarf", "/termin/bedarf")];

/// What comes when they are answered.
pub(super) const TIMES: &str = "/termin/zeit";

impl Trail {
    /// What a wish says.
    pub(super) fn of(wish: &Wish) -> Self {
        let stelle = wish.office.map_or(ANY_OFFICE, OfficeId::as_str).to_owned();
        let bedarf = Some(need_words(wish.needs));
        let (thema, art) = (wish.topic.to_string(), format_word(wish.format).to_owned());
        let bei = wish.officer.map(|officer| officer.to_string()).unwrap_or_default();
        Self { thema, art, stelle, bei, bedarf, ..Self::default() }
    }

    fn note(&mut self, name: &str, value: String) {
        match name {
            "thema" => self.thema = value,
            "art" => self.art = value,
            "stelle" => self.stelle = value,
            "bei" => self.bei = value,
            "woche" => self.woche = value,
            "suche" => self.suche = value,
            "statt" => self.statt = value,
            "ort" => self.ort = Some(value),
            "frage" => self.frage = Some(value),
            // Each ticked box says one.
            "bedarf" => {
                self.bedarf = Some(self.bedarf.take().map_or(value.clone(), |before| format!("{before},{value}")))
            }
            _ => {}
        }
    }

    /// Answers given so far; those that are not known are asked.
    pub(super) fn begun(topic: Option<TopicId>, format: Option<Format>, office: Option<OfficeId>) -> Self {
        let code = |office: OfficeId| office.as_str().to_owned();
        Self {
            thema: topic.map(|topic| topic.to_string()).unwrap_or_default(),
            art: format.map(format_word).unwrap_or_default().to_owned(),
            stelle: office.map(code).unwrap_or_default(),
            ..Self::default()
        }
    }

    pub(super) fn topic(&self) -> Option<&'static Topic> {
        Topic::find(&self.thema)
    }

    /// A word of the address that means nothing, by its name: what was asked for cannot be shown.
    pub(super) fn unknown(&self) -> Option<(&'static str, &str)> {
        let is_any = |word: &str| word.is_empty() || word == ANY_OFFICE;
        [
            ("thema", self.thema.as_str(), self.topic().is_some()),
            ("art", &self.art, self.format().is_some()),
            ("stelle", &self.stelle, self.office().is_some()),
        ]
        .into_iter()
        .find(|(_, word, is_known)| !is_known && !is_any(word))
        .map(|(name, word, _)| (name, word))
    }

    pub(super) fn format(&self) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format_word(*format) == self.art)
    }

    /// None where nothing was chosen; Some(None) where any office will do.
    pub(super) fn office(&self) -> Option<Option<OfficeId>> {
        match self.stelle.as_str() {
            ANY_OFFICE => Some(None),
            code => code.parse().ok().map(Some),
        }
    }

    /// None: whoever is free.
    fn officer(&self) -> Option<OfficerId> {
        self.bei.parse().ok()
    }

    /// None where nobody asked yet.
    fn needs(&self) -> Option<Needs> {
        let named =
            |need: &Need| self.bedarf.as_deref().is_some_and(|all| all.split(',').any(|word| word == need_word(*need)));
        self.bedarf.is_some().then(|| Need::ALL.into_iter().filter(named).collect())
    }

    pub(super) fn wish(&self, language: Language) -> Option<Wish> {
        let (topic, format, office) = (self.topic()?.id, self.format()?, self.office()?);
        let (needs, officer) = (self.needs().unwrap_or_default(), self.officer());
        Some(Wish { language, office, officer, needs, ..Wish::new(topic, format) })
    }

    /// Where an answer leads: to the first question that is still open, or to the times. So who changes one answer comes
    /// straight back.
    pub(super) fn after(&self, asked: &str) -> &'static str {
        let known = self.hidden();
        let is_open = |name: &str| name != asked && known.iter().all(|(known, _)| *known != name);
        STEPS.iter().find(|(name, _)| is_open(name)).map_or(TIMES, |(_, path)| path)
    }

    /// What of it is known to be good, for the next address or for hidden fields.
    pub(super) fn hidden(&self) -> Vec<(&'static str, String)> {
        let statt = Secret::parse(&self.statt).map(|secret| secret.expose().to_owned());
        [
            ("thema", self.topic().map(|topic| topic.id.to_string())),
            ("art", self.format().map(|format| format_word(format).to_owned())),
            ("stelle", self.office().map(|office| office.map_or(ANY_OFFICE, OfficeId::as_str).to_owned())),
            ("bedarf", self.needs().map(need_words)),
            ("bei", self.officer().map(|officer| officer.to_string())),
            ("statt", statt),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// Hidden fields for a form that asks for `asked` anew.
    fn hidden_but(&self, asked: &str) -> Vec<(&'static str, String)> {
        self.hidden().into_iter().filter(|(name, _)| *name != asked).collect()
    }

    /// The address of a step, with what was chosen before it.
    pub(super) fn link(&self, t: &Locale, path: &str) -> String {
        let query: Vec<String> = self.hidden().iter().map(|(name, value)| format!("{name}={value}")).collect();
        t.path(&if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) })
    }

    /// The address of the first question that is still open, or of the times.
    pub(super) fn next(&self, t: &Locale) -> String {
        self.link(t, self.after(""))
    }

    fn with_office(&self, office: OfficeId) -> Self {
        Self { stelle: office.as_str().to_owned(), ..self.clone() }
    }

    pub(super) fn instead_of(self, secret: &Secret) -> Self {
        Self { statt: secret.expose().to_owned(), ..self }
    }
}

/// The word for a need in addresses.
fn need_word(need: Need) -> &'static str {
    match need {
        Need::SignLanguage => "dgs",
        Need::Captions => "schrift",
        Need::SimpleLanguage => "leicht",
        Need::SlowSpeech => "langsam",
        Need::Company => "begleitung",
    }
}

fn need_words(needs: Needs) -> String {
    needs.iter().map(need_word).collect::<Vec<_>>().join(",")
}

/// The word for a format in addresses.
pub(super) fn format_word(format: Format) -> &'static str {
    match format {
        Format::Video => "video",
        Format::Telephone => "telefon",
        Format::Office => "dienststelle",
    }
}

#[derive(Template)]
#[template(path = "bookings/pages/start.html")]
struct StartPage<'a> {
    t: &'a Locale,
    page: Page,
    hotlines: Vec<shifts::Hotline>,
    linked: String,
}

pub(super) async fn start(State(desk): State<Desk>, t: Locale) -> Response {
    let mut hotlines = match shifts::list_hotlines(&desk.db, None).await {
        Ok(hotlines) => hotlines,
        Err(error) => return web::unavailable(&t, &error),
    };
    hotlines.retain(|hotline| hotline.active);
    let page = Page::new(&t, t.tr("bookings-start-title"));
    let linked = linked::service(&desk, &t, &hotlines);
    web::ok(&StartPage { t: &t, page, hotlines, linked })
}

#[derive(Template)]
#[template(path = "bookings/pages/topic.html")]
struct TopicPage<'a> {
    t: &'a Locale,
    page: Page,
    faults: FaultList,
    action: String,
    hidden: Vec<(&'static str, String)>,
    chosen: Option<&'static Topic>,
    sought: String,
    nothing_found: bool,
    groups: Vec<(&'static Group, Vec<&'static Topic>)>,
}

/// What was typed, as far as it may be.
fn typed(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn is_too_long(text: &str) -> bool {
    text.chars().count() > LONGEST
}

pub(super) async fn topic(t: Locale, trail: Trail) -> Response {
    let faults = match is_too_long(&trail.suche) {
        true => Fault { field: "suche", text: t.tr("bookings-too-long") }.into(),
        false => FaultList::default(),
    };
    topic_page(&t, &trail, faults)
}

fn topic_page(t: &Locale, trail: &Trail, faults: FaultList) -> Response {
    let sought = typed(&trail.suche).trim().to_lowercase();
    let fits = |topic: &&'static Topic| {
        [topic.title(t.language), topic.group.title(t.language)]
            .iter()
            .any(|text| text.to_lowercase().contains(&sought))
    };
    let group = |group: &'static Group| (group, group.topics().filter(fits).collect::<Vec<_>>());
    let mut found: Vec<_> = groups().iter().map(group).filter(|(_, topics)| !topics.is_empty()).collect();
    let nothing_found = found.is_empty();
    if nothing_found {
        found = groups().iter().map(|group| (group, group.topics().collect())).collect();
    }
    let status = faults.status();
    let page = TopicPage {
        t,
        page: framed(t, "bookings-topic-title", None, &faults),
        faults,
        action: t.path(trail.after("thema")),
        hidden: trail.hidden_but("thema"),
        chosen: trail.topic(),
        sought: typed(&trail.suche),
        nothing_found,
        groups: found,
    };
    web::html(status, &page)
}

#[derive(Template)]
#[template(path = "bookings/pages/format.html")]
struct FormatPage<'a> {
    t: &'a Locale,
    page: Page,
    faults: FaultList,
    action: String,
    hidden: Vec<(&'static str, String)>,
    back: String,
    chosen: Option<Format>,
}

pub(super) async fn format(t: Locale, trail: Trail) -> Response {
    let Some(topic) = trail.topic() else { return ask_for_topic(&t, &trail) };
    format_page(&t, &trail, topic, FaultList::default())
}

fn ask_for_topic(t: &Locale, trail: &Trail) -> Response {
    topic_page(t, trail, Fault { field: "thema", text: t.tr("bookings-topic-missing") }.into())
}

fn format_page(t: &Locale, trail: &Trail, topic: &Topic, faults: FaultList) -> Response {
    let status = faults.status();
    let page = FormatPage {
        t,
        page: framed(t, "bookings-format-title", Some(topic), &faults),
        faults,
        action: t.path(trail.after("art")),
        hidden: trail.hidden_but("art"),
        back: trail.link(t, "/termin"),
        chosen: trail.format(),
    };
    web::html(status, &page)
}

#[derive(Template)]
#[template(path = "bookings/pages/place.html")]
struct PlacePage<'a> {
    t: &'a Locale,
    page: Page,
    faults: FaultList,
    hidden: Vec<(&'static str, String)>,
    back: String,
    typed: String,
    /// Where the address leads without a place.
    anywhere: String,
}

/// A place, and the address that chooses its office.
struct Candidate {
    name: String,
    office: OfficeId,
    link: String,
}

#[derive(Template)]
#[template(path = "bookings/pages/which_place.html")]
struct WhichPlacePage<'a> {
    t: &'a Locale,
    page: Page,
    faults: FaultList,
    hidden: Vec<(&'static str, String)>,
    back: String,
    typed: String,
    candidates: Vec<Candidate>,
}

#[derive(Template)]
#[template(path = "bookings/pages/no_place.html")]
struct NoPlacePage<'a> {
    t: &'a Locale,
    page: Page,
    back: String,
    typed: String,
    candidates: Vec<Candidate>,
    state_office: String,
}

pub(super) async fn place(t: Locale, trail: Trail) -> Response {
    let Some(topic) = trail.topic() else { return ask_for_topic(&t, &trail) };
    if trail.format().is_none() {
        let fault = Fault { field: "art", text: t.tr("bookings-format-missing") };
        return format_page(&t, &trail, topic, fault.into());
    }
    if trail.frage.is_some() && trail.office().is_some() {
        return web::go(&trail.next(&t));
    }
    match trail.ort.as_deref().map(str::trim) {
        None => place_page(&t, &trail, topic, FaultList::default()),
        Some(long) if is_too_long(long) => {
            let fault = Fault { field: "ort", text: t.tr("bookings-too-long") };
            place_page(&t, &trail, topic, fault.into())
        }
        Some("") => {
            let fault = Fault { field: "ort", text: t.tr("bookings-place-missing") };
            place_page(&t, &trail, topic, fault.into())
        }
        Some(typed) => match find_places(typed) {
            Found::One(place) => web::go(&trail.with_office(place.office.id).next(&t)),
            Found::Several(places) => which_place_page(&t, &trail, topic, &places),
            Found::None { nearest } => no_place_page(&t, &trail, topic, &nearest),
        },
    }
}

fn place_page(t: &Locale, trail: &Trail, topic: &Topic, faults: FaultList) -> Response {
    let status = faults.status();
    let anywhere = Trail { stelle: ANY_OFFICE.into(), ..trail.clone() };
    let page = PlacePage {
        t,
        page: framed(t, "bookings-place-title", Some(topic), &faults),
        faults,
        hidden: trail.hidden_but("stelle"),
        back: trail.link(t, "/termin/art"),
        typed: trail.ort.as_deref().map(typed).unwrap_or_default(),
        anywhere: anywhere.next(t),
    };
    web::html(status, &page)
}

fn which_place_page(t: &Locale, trail: &Trail, topic: &Topic, places: &[&Place]) -> Response {
    let unanswered = trail.frage.as_ref();
    let faults: FaultList = unanswered
        .map(|_| Fault { field: "stelle", text: t.tr("bookings-which-place-missing") }.into())
        .unwrap_or_default();
    let status = faults.status();
    let page = WhichPlacePage {
        t,
        page: framed(t, "bookings-which-place-title", Some(topic), &faults),
        faults,
        hidden: trail.hidden_but("stelle"),
        back: trail.link(t, "/termin/ort"),
        typed: trail.ort.as_deref().map(typed).unwrap_or_default(),
        candidates: candidates(t, trail, places),
    };
    web::html(status, &page)
}

fn no_place_page(t: &Locale, trail: &Trail, topic: &Topic, nearest: &[&Place]) -> Response {
    web::ok(&NoPlacePage {
        t,
        page: framed(t, "bookings-no-place-title", Some(topic), &FaultList::default()),
        back: trail.link(t, "/termin/ort"),
        typed: trail.ort.as_deref().map(typed).unwrap_or_default(),
        candidates: candidates(t, trail, nearest),
        state_office: trail.with_office(OfficeId::STATE).next(t),
    })
}

fn candidates(t: &Locale, trail: &Trail, places: &[&Place]) -> Vec<Candidate> {
    let candidate = |place: &&Place| Candidate {
        name: place.full_name(),
        office: place.office.id,
        link: trail.with_office(place.office.id).next(t),
    };
    places.iter().map(candidate).collect()
}

#[derive(Template)]
#[template(path = "bookings/pages/needs.html")]
struct NeedsPage<'a> {
    t: &'a Locale,
    page: Page,
    hidden: Vec<(&'static str, String)>,
    back: String,
    boxes: [NeedBox; Need::ALL.len()],
    /// Where the address leads if nothing is needed.
    nothing: String,
}

/// A need as a box to tick.
struct NeedBox {
    word: &'static str,
    name: String,
    hint: Option<String>,
    is_chosen: bool,
}

impl NeedBox {
    /// `days` is how many business days an interpreter needs to know before.
    fn new(t: &Locale, need: Need, chosen: Needs, days: i64) -> Self {
        Self {
            word: need_word(need),
            name: need_name(t, need),
            hint: (need != Need::SlowSpeech).then(|| t.count(&format!("bookings-need-hint-{need}"), days)),
            is_chosen: chosen.contains(need),
        }
    }
}

/// What is needed for the talk: never a must, and nobody is asked why.
pub(super) async fn needs(State(desk): State<Desk>, t: Locale, trail: Trail) -> Response {
    let Some(topic) = trail.topic() else { return ask_for_topic(&t, &trail) };
    if trail.wish(t.language).is_none() {
        return web::go(&trail.link(&t, "/termin/ort"));
    }
    let days = desk.config.bookings.interpreter_business_days.0;
    let nothing = Trail { bedarf: Some(String::new()), ..trail.clone() };
    web::ok(&NeedsPage {
        t: &t,
        page: framed(&t, "bookings-needs-title", Some(topic), &FaultList::default()),
        hidden: trail.hidden_but("bedarf"),
        back: trail.link(&t, "/termin/ort"),
        boxes: Need::ALL.map(|need| NeedBox::new(&t, need, trail.needs().unwrap_or_default(), days)),
        nothing: nothing.link(&t, TIMES),
    })
}

#[derive(Template)]
#[template(path = "bookings/pages/time.html")]
struct TimePage<'a> {
    t: &'a Locale,
    page: Page,
    back: String,
    topic: &'static str,
    format: Format,
    office: Option<OfficeId>,
    /// None: nothing.
    needs: Option<String>,
    /// The time that is held so far, where it suits the changed answers, too.
    so_far: Option<Choice>,
    week: Week,
    /// Of the times, for programs; not while one is held.
    linked: Option<String>,
    /// By whom the talk can be.
    whom: ByWhom,
    /// The same search with whoever is free, where an officer was named.
    anyone: Option<String>,
    /// The same search at any office, where one was chosen.
    anywhere: Option<String>,
    /// The waiting list, for who finds no time; none where it is closed.
    waiting: Option<String>,
    /// Where the needs are changed, if it is them for which nothing is free.
    other_needs: Option<String>,
}

/// The question by whom the talk shall be: asked where somebody agreed to be booked by name.
struct ByWhom {
    hidden: Vec<(&'static str, String)>,
    /// By id and name.
    officers: Vec<(String, String)>,
    chosen: Option<String>,
    /// Somebody was named who does not give this talk.
    is_unknown: bool,
}

impl ByWhom {
    async fn of(desk: &Desk, t: &Locale, now: Instant, (trail, wish): (&Trail, &Wish)) -> Result<Self, DbError> {
        let named = bookings::list_named(desk, now, wish).await?;
        let chosen = wish.officer.filter(|officer| named.iter().any(|it| it.id == *officer));
        let offices: BTreeSet<OfficeId> = named.iter().map(|officer| officer.office).collect();
        // Where several offices are searched, a name alone does not say where somebody is.
        let shown = |officer: Officer| match offices.len() {
            0 | 1 => (officer.id.to_string(), officer.name),
            _ => (
                officer.id.to_string(),
                t.with_all("bookings-whom-at", &[("name", &officer.name), ("office", officer.office.name())]),
            ),
        };
        Ok(Self {
            hidden: trail.hidden_but("bei"),
            is_unknown: wish.officer.is_some() && chosen.is_none(),
            chosen: chosen.map(|officer| officer.to_string()),
            officers: named.into_iter().map(shown).collect(),
        })
    }
}

pub(super) async fn time(State(desk): State<Desk>, t: Locale, trail: Trail) -> Response {
    let Some(topic) = trail.topic() else { return ask_for_topic(&t, &trail) };
    let Some(mut wish) = trail.wish(t.language) else { return web::go(&trail.link(&t, "/termin/ort")) };
    let now = desk.now();
    let mut so_far = None;
    if let Some(secret) = Secret::parse(&trail.statt) {
        let held = match bookings::find_by_secret(&desk, &secret).await {
            Ok(held) => held.filter(|booking| !booking.state.is_booked()),
            Err(error) => return web::unavailable(&t, &error),
        };
        wish.replacing = held.as_ref().map(|booking| booking.id.commitment());
        so_far = match held {
            Some(booking) => match keep(&desk, &t, &trail, (&wish, booking.span)).await {
                Ok(choice) => choice,
                Err(error) => return web::unavailable(&t, &error),
            },
            None => None,
        };
    }
    let whom = match ByWhom::of(&desk, &t, now, (&trail, &wish)).await {
        Ok(whom) => whom,
        Err(error) => return web::unavailable(&t, &error),
    };
    let weeks = Weeks {
        t: &t,
        wish,
        page: trail.link(&t, TIMES),
        action: t.path("/termin/reservieren"),
        hidden: trail.hidden(),
        except: None,
    };
    let week = match weeks.load(&desk, now, &trail.woche).await {
        Ok(week) => week,
        Err(error) => return trouble(&t, error),
    };
    let asked = async {
        let is_for_needs = week.is_without_any() && is_free_without_needs(&desk, now, &wish).await?;
        Ok::<_, DbError>((is_for_needs, waiting::is_open(&desk, &wish).await?))
    };
    let (is_for_needs, is_open) = match asked.await {
        Ok(asked) => asked,
        Err(error) => return web::unavailable(&t, &error),
    };
    let any = Trail { stelle: ANY_OFFICE.into(), bei: String::new(), ..trail.clone() };
    let anyone = Trail { bei: String::new(), ..trail.clone() };
    web::ok(&TimePage {
        t: &t,
        page: framed(&t, "bookings-time-title", Some(topic), &FaultList::default()),
        back: trail.link(&t, "/termin/bedarf"),
        topic: topic.title(t.language),
        format: wish.format,
        office: wish.office,
        needs: (!wish.needs.is_empty()).then(|| needs_text(&t, wish.needs)),
        so_far,
        linked: trail
            .statt
            .is_empty()
            .then(|| linked::free_times(&desk, &t, (&wish, &trail.link(&t, TIMES)), &week.days)),
        week,
        whom,
        anyone: wish.officer.map(|_| anyone.link(&t, TIMES)),
        waiting: is_open.then(|| trail.link(&t, "/warteliste")),
        other_needs: is_for_needs.then(|| trail.link(&t, "/termin/bedarf")),
        anywhere: wish.office.map(|_| any.link(&t, TIMES)),
    })
}

/// Whether it is for what is needed that nothing is free.
async fn is_free_without_needs(desk: &Desk, now: Instant, wish: &Wish) -> Result<bool, DbError> {
    let without = Wish { needs: Needs::NONE, ..*wish };
    Ok(!wish.needs.is_empty() && bookings::next_free(desk, now, &without, now).await?.is_some())
}

/// The held time as a button, where it is free for this wish.
async fn keep(desk: &Desk, t: &Locale, trail: &Trail, (wish, held): (&Wish, Span)) -> Result<Option<Choice>, DbError> {
    let then = Span { start: held.start, end: Instant(held.start.0 + 1) };
    let free = bookings::list_free(desk, desk.now(), wish, then).await?;
    let choice = || Choice::of_days(t.path("/termin/reservieren"), trail.hidden(), &free, t.language);
    Ok((!free.is_empty()).then(choice))
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(flatten)]
    trail: Trail,
    /// RFC 3339.
    #[serde(default)]
    zeit: String,
    /// The challenge that was given, and what the browser found.
    #[serde(default)]
    nachweis: String,
    #[serde(default)]
    antwort: String,
}

#[derive(Template)]
#[template(path = "bookings/pages/work.html")]
struct WorkPage<'a> {
    t: &'a Locale,
    page: Page,
    hidden: Vec<(&'static str, String)>,
    zeit: String,
    challenge: String,
    bits: u32,
    /// Seconds, for who has no JavaScript.
    wait: i64,
}

fn work_page(t: &Locale, trail: &Trail, start: Instant, task: &Task) -> Response {
    let page = WorkPage {
        t,
        page: frame(t, &t.tr("bookings-busy-title"), trail.topic()),
        hidden: trail.hidden(),
        zeit: start.rfc3339(),
        challenge: task.challenge.to_string(),
        bits: task.challenge.bits,
        wait: task.wait,
    };
    let retry = [(http::header::RETRY_AFTER, task.wait.to_string())];
    (retry, web::html(StatusCode::TOO_MANY_REQUESTS, &page)).into_response()
}

/// Holds the chosen time. From here on there is a booking, and its secret stands in the address.
pub(super) async fn reserve(State(desk): State<Desk>, t: Locale, Form(chosen): Form<Chosen>) -> Response {
    let trail = chosen.trail;
    let (Some(wish), Some(start)) = (trail.wish(t.language), Instant::parse(&chosen.zeit)) else {
        return web::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    };
    let proof = Proof { challenge: chosen.nachweis, answer: chosen.antwort };
    match bookings::admit(&desk, desk.now(), wish.office, Some(&proof)).await {
        Ok(()) => {}
        Err(BookingError::Busy(task)) => return work_page(&t, &trail, start, &task),
        Err(error) => return trouble(&t, error),
    }
    let ask = Ask { wish, start, language: t.language, instead_of: Secret::parse(&trail.statt) };
    let again = |title, nearest: Vec<Time>| taken_page(&t, &trail, title, &nearest);
    match bookings::hold(&desk, desk.now(), &ask).await {
        Ok((booking, secret)) if booking.person.is_some() => {
            web::go(&t.path(&format!("/reservierung/{}/pruefen", secret.expose())))
        }
        Ok((_, secret)) => web::go(&t.path(&format!("/reservierung/{}", secret.expose()))),
        Err(BookingError::SlotTaken { nearest }) => again("bookings-taken-title", nearest),
        Err(BookingError::Past { nearest }) => again("bookings-past-title", nearest),
        Err(error) => trouble(&t, error),
    }
}

/// A reload of what only a form may ask for.
pub(super) async fn begin_again(t: Locale) -> Response {
    web::go(&t.path("/termin"))
}

#[derive(Template)]
#[template(path = "bookings/pages/taken.html")]
pub(super) struct TakenPage<'a> {
    pub(super) t: &'a Locale,
    pub(super) page: Page,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) choice: Choice,
    /// All free times.
    pub(super) all: String,
}

fn taken_page(t: &Locale, trail: &Trail, title: &'static str, nearest: &[Time]) -> Response {
    let action = t.path("/termin/reservieren");
    web::html(
        StatusCode::CONFLICT,
        &TakenPage {
            t,
            page: frame(t, &t.tr(title), trail.topic()).with_error(t),
            title: t.tr(title),
            text: t.tr("bookings-taken-text"),
            choice: Choice::of_times(action, trail.hidden(), nearest, t.language),
            all: trail.link(t, TIMES),
        },
    )
}

fn framed(t: &Locale, title: &'static str, topic: Option<&Topic>, faults: &FaultList) -> Page {
    let page = frame(t, &t.tr(title), topic);
    if faults.is_empty() { page } else { page.with_error(t) }
}
