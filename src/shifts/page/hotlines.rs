//! An office's hotlines: the list, setting one up, changing one.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::{Desk, KeptCard};
use crate::kernel::id::HotlineId;
use crate::kernel::{Instant, Language, Phone};
use crate::offices::{OfficeId, OpeningHours};
use crate::people::{SignedIn, planned_office};
use crate::shifts::{
    self, CallbacksRing, Closure, Hotline, HotlineFault, IfNobodyFits, Instruction, LONGEST_INSTRUCTION, Lookout,
    Rules, ShiftsError,
};
use crate::web::{self, Form, Locale, Page, say};

use super::hours::{HoursForm, HoursRow, OPENING};
use super::proof::{News, told};
use super::skills::{self, GroupView};
use super::{Choice, Fault, Faults, Notice, away, office_choices, refused, words};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    meldung: String,
    /// Over which span a change brought something to look at.
    neu: String,
}

#[derive(Template)]
#[template(path = "shifts/pages/hotlines.html")]
struct HotlinesPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    news: Option<News>,
    office: &'static str,
    office_code: OfficeId,
    offices: Vec<Choice>,
    hotlines: Vec<HotlineView>,
}

struct HotlineView {
    id: HotlineId,
    name: String,
    number: String,
    announcement: String,
    flow: String,
    ring_seconds: i64,
    state: StateView,
}

/// Whether callers get through.
struct StateView {
    /// The look of a badge.
    look: &'static str,
    text: String,
}

impl StateView {
    fn new(active: bool, closed: Option<&Closure>) -> Self {
        match (active, closed) {
            (false, _) => Self { look: "info", text: "nicht in Betrieb".into() },
            (true, Some(closed)) => Self { look: "warning", text: format!("geschlossen, {}", words::closure(closed)) },
            (true, None) => Self { look: "success", text: "in Betrieb".into() },
        }
    }
}

impl HotlineView {
    fn new(it: Hotline, closed: Option<&Closure>) -> Self {
        Self {
            id: it.id,
            name: it.name,
            number: it.number.to_string(),
            announcement: it.hours.announcement(Language::De),
            flow: it.flow,
            ring_seconds: it.ring_seconds,
            state: StateView::new(it.active, closed),
        }
    }
}

#[derive(Template)]
#[template(path = "shifts/pages/hotline.html")]
struct HotlinePage<'a> {
    t: &'a Locale,
    page: Page,
    title: &'static str,
    /// None for a new one.
    id: Option<HotlineId>,
    office: &'static str,
    office_code: OfficeId,
    cards: Vec<CardView>,
    form: HotlineForm,
    flows: Vec<Choice>,
    if_nobody_fits: Vec<Choice>,
    callbacks_ring: Vec<Choice>,
    groups: Vec<GroupView>,
    rows: Vec<HoursRow>,
    faults: Faults,
}

/// What callers hear while the program is away, and whether that is up to date where the provider finds it.
struct CardView {
    look: &'static str,
    text: String,
}

impl CardView {
    fn of(card: &KeptCard, now: Instant) -> Self {
        let written = card.delivered.as_ref();
        let text = match written {
            None if card.fault.is_some() => "Die Dienstkarte konnte noch nie geschrieben werden".into(),
            None => "Für die Dienstkarte ist kein Ort eingerichtet, an dem der Telefonanbieter sie findet".into(),
            Some(written) => {
                format!("Die Dienstkarte ist auf dem Stand von {}", say::moment(Language::De, written.made_at))
            }
        };
        match (card.is_overdue(now), &card.fault) {
            (true, Some(fault)) => Self { look: "warning", text: format!("{text}. Zuletzt misslang es: {fault}") },
            (true, None) => Self { look: "warning", text: format!("{text} und damit älter als einen Tag") },
            (false, _) => Self { look: "info", text },
        }
    }
}

/// A hotline as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct HotlineForm {
    dienststelle: String,
    name: String,
    nummer: String,
    ablauf: String,
    klingeln: String,
    niemand_passt: String,
    /// "ja", or nothing.
    bekannte: String,
    pause: String,
    nachbarn_nach: String,
    vorlauf: String,
    vorrang: String,
    /// The topics that have a head start.
    thema: Vec<String>,
    rueckrufe: String,
    anweisung_de: String,
    anweisung_en: String,
    anweisung_einfach: String,
    /// "ja", or nothing.
    aktiv: String,
    /// The sequence of the hotline that was seen.
    stand: i64,
    tag: Vec<String>,
    von: Vec<String>,
    bis: Vec<String>,
}

impl HotlineForm {
    fn fresh() -> Self {
        let rules = Rules::default();
        Self { klingeln: "20".into(), aktiv: "ja".into(), ..Self::default() }
            .with_rules(&rules)
            .with(HoursForm::of(&OpeningHours::default()))
    }

    fn of(hotline: &Hotline) -> Self {
        let form = Self {
            dienststelle: hotline.office.to_string(),
            name: hotline.name.clone(),
            nummer: hotline.number.to_string(),
            ablauf: hotline.flow.clone(),
            klingeln: hotline.ring_seconds.to_string(),
            aktiv: yes(hotline.active),
            stand: hotline.sequence,
            ..Self::default()
        };
        form.with_rules(&hotline.rules).with(HoursForm::of(&hotline.hours))
    }

    fn with_rules(self, rules: &Rules) -> Self {
        Self {
            niemand_passt: rules.if_nobody_fits.to_string(),
            bekannte: yes(rules.known_caller_first),
            pause: rules.pause_seconds.to_string(),
            nachbarn_nach: rules.neighbours_after_seconds.to_string(),
            vorlauf: rules.overlap_seconds.to_string(),
            vorrang: rules.head_start_seconds.to_string(),
            thema: rules.priority_topics.iter().map(|topic| topic.to_string()).collect(),
            rueckrufe: rules.callbacks_ring.to_string(),
            anweisung_de: rules.instruction.get(&Language::De).cloned().unwrap_or_default(),
            anweisung_en: rules.instruction.get(&Language::En).cloned().unwrap_or_default(),
            anweisung_einfach: rules.instruction.get(&Language::Simple).cloned().unwrap_or_default(),
            ..self
        }
    }

    fn with(self, HoursForm { tag, von, bis }: HoursForm) -> Self {
        Self { tag, von, bis, ..self }
    }

    fn hours(&self) -> HoursForm {
        HoursForm { tag: self.tag.clone(), von: self.von.clone(), bis: self.bis.clone() }
    }

    /// The hotline that was typed, or everything that cannot be read.
    fn read(&self, id: HotlineId, office: OfficeId) -> Result<Hotline, Vec<Fault>> {
        let (number, rings) = (self.nummer.parse::<Phone>(), self.klingeln.trim().parse());
        let hours = self.hours().read(&OPENING);
        let (name, flow, active) = (self.name.trim().to_owned(), self.ablauf.clone(), self.aktiv == "ja");
        let sequence = self.stand;
        match (number, rings, self.rules(), hours) {
            (Ok(number), Ok(ring_seconds), Ok(rules), Ok(hours)) => {
                Ok(Hotline { id, office, name, number, flow, hours, ring_seconds, rules, active, sequence })
            }
            (number, rings, rules, hours) => {
                let number = number.err().map(|_| Fault::new("nummer", NUMBER));
                let rings = rings.err().map(|_| Fault::new("klingeln", RINGS));
                let rules = rules.err().into_iter().flatten();
                Err(number.into_iter().chain(rings).chain(rules).chain(hours.err().into_iter().flatten()).collect())
            }
        }
    }

    fn rules(&self) -> Result<Rules, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut seconds = |(field, text, help): (&'static str, &str, &'static str)| {
            let read = if text.trim().is_empty() { Ok(0) } else { text.trim().parse() };
            read.unwrap_or_else(|_| {
                faults.push(Fault::new(field, help));
                0
            })
        };
        let mut unknown = Vec::new();
        let rules = Rules {
            if_nobody_fits: self.niemand_passt.parse().unwrap_or_default(),
            known_caller_first: self.bekannte == "ja",
            pause_seconds: seconds(("pause", &self.pause, PAUSE)),
            neighbours_after_seconds: seconds(("nachbarn_nach", &self.nachbarn_nach, NEIGHBOURS)),
            overlap_seconds: seconds(("vorlauf", &self.vorlauf, OVERLAP)),
            head_start_seconds: seconds(("vorrang", &self.vorrang, HEAD_START)),
            priority_topics: skills::topics_of(&self.thema).unwrap_or_else(|fault| {
                unknown.push(fault);
                BTreeSet::new()
            }),
            callbacks_ring: self.rueckrufe.parse().unwrap_or_default(),
            instruction: self.instruction(),
        };
        faults.extend(unknown);
        if faults.is_empty() { Ok(rules) } else { Err(faults) }
    }

    fn instruction(&self) -> Instruction {
        let typed = [
            (Language::De, &self.anweisung_de),
            (Language::En, &self.anweisung_en),
            (Language::Simple, &self.anweisung_einfach),
        ];
        let words = typed.map(|(language, text)| (language, text.split_whitespace().collect::<Vec<_>>().join(" ")));
        words.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }

    fn callbacks_ring(&self) -> Vec<Choice> {
        let chosen: CallbacksRing = self.rueckrufe.parse().unwrap_or_default();
        let choice = |rule: CallbacksRing| Choice {
            value: rule.to_string(),
            text: words::callbacks_ring(rule).to_owned(),
            chosen: rule == chosen,
        };
        CallbacksRing::ALL.map(choice).into()
    }

    fn if_nobody_fits(&self) -> Vec<Choice> {
        let chosen: IfNobodyFits = self.niemand_passt.parse().unwrap_or_default();
        let choice = |(rule, text): (IfNobodyFits, &str)| Choice {
            value: rule.to_string(),
            text: text.to_owned(),
            chosen: rule == chosen,
        };
        IfNobodyFits::ALL.map(|rule| choice((rule, words::if_nobody_fits(rule)))).into()
    }

    fn flows(&self, desk: &Desk) -> Vec<Choice> {
        let choice = |name: &String| Choice { value: name.clone(), text: name.clone(), chosen: *name == self.ablauf };
        desk.flows.languages().keys().map(choice).collect()
    }
}

const NUMBER: &str = "Geben Sie eine Telefonnummer an, zum Beispiel +49 711 5401 0.";
const RINGS: &str = "Geben Sie eine Zahl von 5 bis 60 an.";
const PAUSE: &str = "Geben Sie eine Zahl von 0 bis 900 an.";
const NEIGHBOURS: &str = "Geben Sie eine Zahl von 0 bis 3600 an.";
const OVERLAP: &str = "Geben Sie eine Zahl von 0 bis 30 an, die kleiner ist als die Dauer des Klingelns.";
const PRIORITY: &str = "Kreuzen Sie mindestens ein Thema mit Vorrang an, oder geben Sie als Vorsprung 0 an.";
const HEAD_START: &str = "Geben Sie eine Zahl von 0 bis 900 an.";

fn yes(checked: bool) -> String {
    if checked { "ja".into() } else { String::new() }
}

/// A refusal that concerns a field of the form; None where the form cannot help.
fn refusal(error: &ShiftsError) -> Option<Fault> {
    Some(match error {
        ShiftsError::NumberTaken => Fault::new(
            "nummer",
            "Diese Nummer hat schon ein anderes Beratungstelefon, oder sie ist die des Diensttelefons.",
        ),
        ShiftsError::NoSuchFlow { .. } | ShiftsError::BadHotline(HotlineFault::Flow) => {
            Fault::new("ablauf", "Diesen Ablauf gibt es nicht. Wählen Sie einen aus der Liste.")
        }
        ShiftsError::BadHotline(HotlineFault::Name) => {
            Fault::new("name", "Geben Sie einen Namen mit 1 bis 120 Zeichen an.")
        }
        ShiftsError::BadHotline(HotlineFault::RingSeconds) => Fault::new("klingeln", RINGS),
        ShiftsError::BadHotline(HotlineFault::Pause) => Fault::new("pause", PAUSE),
        ShiftsError::BadHotline(HotlineFault::NeighboursAfter) => Fault::new("nachbarn_nach", NEIGHBOURS),
        ShiftsError::BadHotline(HotlineFault::Overlap) => Fault::new("vorlauf", OVERLAP),
        ShiftsError::BadHotline(HotlineFault::HeadStart) => Fault::new("vorrang", HEAD_START),
        ShiftsError::BadHotline(HotlineFault::NoPriority) => Fault::new("vorrang", PRIORITY),
        ShiftsError::BadHotline(HotlineFault::Instruction(language)) => {
            let field = match language {
                Language::En => "anweisung_en",
                Language::Simple => "anweisung_einfach",
                // In other languages there is no field: they are typed by programs alone.
                Language::De | Language::Other(_) => "anweisung_de",
            };
            Fault::new(field, format!("Geben Sie höchstens {LONGEST_INSTRUCTION} Zeichen an."))
        }
        _ => return None,
    })
}

/// What somebody else made of it, for who was about to overwrite it: every field that is another one than they typed.
fn changed(now: &Hotline, typed: &Hotline) -> String {
    let (facts, typed) = (words::facts_of(now), words::facts_of(typed));
    let differ = facts.iter().zip(&typed).filter(|(now, typed)| now != typed);
    let differ: Vec<String> = differ.map(|((field, now), _)| format!("{field}: {now}")).collect();
    let differ = if differ.is_empty() { "dasselbe wie in Ihrem Formular".to_owned() } else { differ.join("; ") };
    format!(
        "Jemand hat dieses Beratungstelefon inzwischen geändert. Jetzt steht da, anders als bei Ihnen: {differ}. Ihre \
         Angaben stehen noch im Formular. Speichern Sie noch einmal, wenn sie trotzdem gelten sollen."
    )
}

/// `GET /dienst/beratungstelefone`
pub async fn list(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let (now, mut hotlines) = (desk.now(), Vec::new());
    let listed = shifts::list_hotlines(&desk.db, Some(&office)).await.map_err(away(&t))?;
    let news = News::load(&desk, &asked.neu, listed.clone()).await.map_err(away(&t))?;
    for hotline in listed {
        let closed = shifts::find_closure(&desk.db, hotline.id, now).await.map_err(away(&t))?;
        hotlines.push(HotlineView::new(hotline, closed.as_ref()));
    }
    Ok(web::ok(&HotlinesPage {
        t: &t,
        page: signed.page(&t, "Beratungstelefone"),
        notice: Notice::find(&asked.meldung),
        news,
        office: office.name(),
        office_code: office,
        offices: office_choices(&signed.0, office),
        hotlines,
    }))
}

/// `GET /dienst/beratungstelefone/neu`
pub async fn fresh(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    Ok(page(&desk, &t, &signed, (None, office), (HotlineForm::fresh(), vec![])))
}

/// `POST /dienst/beratungstelefone`
pub async fn open(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(form): Form<HotlineForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    whole(&t, &form)?;
    let faults = match form.read(HotlineId::mint(), office) {
        Err(faults) => faults,
        Ok(hotline) => match shifts::open_hotline(&desk, desk.now(), &signed.0, &hotline).await {
            Ok(()) => return Ok(web::go(&t.path(&address(office, "telefon-neu")))),
            Err(error) => vec![refusal(&error).ok_or_else(|| refused(&t, error))?],
        },
    };
    Ok(page(&desk, &t, &signed, (None, office), (form, faults)))
}

/// `GET /dienst/beratungstelefone/{id}`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hotline = load(&desk, &t, &signed, &id).await?;
    Ok(page(&desk, &t, &signed, (Some(hotline.id), hotline.office), (HotlineForm::of(&hotline), vec![])))
}

/// `POST /dienst/beratungstelefone/{id}`
pub async fn change(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Path(id): Path<String>,
    Form(mut form): Form<HotlineForm>,
) -> Result<Response, Response> {
    let Hotline { id, office, .. } = load(&desk, &t, &signed, &id).await?;
    whole(&t, &form)?;
    let lookout = Lookout::over(&desk, desk.now(), id).await.map_err(away(&t))?;
    let faults = match form.read(id, office) {
        Err(faults) => faults,
        Ok(hotline) => match shifts::change_hotline(&desk, desk.now(), &signed.0, &hotline).await {
            Ok(_) => {
                let news = told(&desk, &lookout).await;
                return Ok(web::go(&t.path(&(address(office, "telefon-geaendert") + &news))));
            }
            Err(ShiftsError::HotlineChanged(now)) => {
                form.stand = now.sequence;
                let faults = vec![Fault::new("name", changed(&now, &hotline))];
                let mut response = page(&desk, &t, &signed, (Some(id), office), (form, faults));
                *response.status_mut() = StatusCode::CONFLICT;
                return Ok(response);
            }
            Err(error) => vec![refusal(&error).ok_or_else(|| refused(&t, error))?],
        },
    };
    Ok(page(&desk, &t, &signed, (Some(id), office), (form, faults)))
}

/// A hotline of an office that whoever is signed in plans.
pub(super) async fn load(desk: &Desk, t: &Locale, signed: &SignedIn, id: &str) -> Result<Hotline, Response> {
    let id = id.parse().map_err(|_| web::not_found(t))?;
    let hotline = shifts::load_hotline(&desk.db, &signed.0, id).await.map_err(|error| refused(t, error))?;
    if signed.0.may_plan(&hotline.office) { Ok(hotline) } else { Err(web::forbidden(t)) }
}

fn whole(t: &Locale, form: &HotlineForm) -> Result<(), Response> {
    let unreadable = || web::message(t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text");
    form.hours().is_whole().then_some(()).ok_or_else(unreadable)
}

fn address(office: OfficeId, notice: &str) -> String {
    format!("/dienst/beratungstelefone?dienststelle={office}&meldung={notice}")
}

fn page(
    desk: &Desk,
    t: &Locale,
    signed: &SignedIn,
    (id, office): (Option<HotlineId>, OfficeId),
    (form, faults): (HotlineForm, Vec<Fault>),
) -> Response {
    let title = if id.is_some() { "Beratungstelefon ändern" } else { "Beratungstelefon einrichten" };
    let frame = signed.page(t, title);
    let (status, page) = match faults.is_empty() {
        true => (StatusCode::OK, frame),
        false => (StatusCode::BAD_REQUEST, frame.with_error(t)),
    };
    let view = HotlinePage {
        t,
        page,
        title,
        id,
        office: office.name(),
        office_code: office,
        cards: id.into_iter().flat_map(|id| desk.cards.list_of(id)).map(|it| CardView::of(&it, desk.now())).collect(),
        flows: form.flows(desk),
        if_nobody_fits: form.if_nobody_fits(),
        callbacks_ring: form.callbacks_ring(),
        groups: skills::groups(|topic| form.thema.iter().any(|code| code == topic)),
        rows: form.hours().rows(),
        form,
        faults: Faults(faults),
    };
    web::html(status, &view)
}
