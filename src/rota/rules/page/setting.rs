//! Setting the rules of an office: a table of all of them, each with level, value and source.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::offices::OfficeId;
use crate::people::{SignedIn, planned_office};
use crate::rota::page::{Choice, Fault, Faults, Notice, away, office_choices};
use crate::rota::rules::{self, Level, RULES, Rule, RuleFacts, RuleFault, RuleKey, RuleSet, RulesError, Unit};
use crate::web::{self, Form, Locale, Page};

use super::{notice, refused};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    meldung: String,
}

/// The rules as they were typed: a code, a level and a value for each.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct RulesForm {
    dienststelle: String,
    regel: Vec<String>,
    stufe: Vec<String>,
    wert: Vec<String>,
    vollzeit: String,
    hintergrund: String,
    pause: String,
    /// The sequence of what was seen.
    stand: i64,
}

#[derive(Template)]
#[template(path = "rota/rules/pages/rules.html")]
struct RulesPage<'a> {
    t: &'a Locale,
    page: Page,
    notice: Option<Notice>,
    office: &'static str,
    office_code: OfficeId,
    offices: Vec<Choice>,
    rows: Vec<Row>,
    form: RulesForm,
    faults: Faults,
}

struct Row {
    facts: &'static RuleFacts,
    /// Of the field with the value.
    id: String,
    /// Of the field with the level.
    level_id: String,
    levels: Vec<Choice>,
    value: String,
    /// None: nothing to type.
    unit: Option<&'static str>,
}

impl Row {
    fn of(facts: &'static RuleFacts, form: &RulesForm) -> Self {
        let place = form.regel.iter().position(|code| code == facts.code);
        let typed = |list: &[String]| place.and_then(|place| list.get(place)).cloned().unwrap_or_default();
        let chosen = typed(&form.stufe);
        let levels = Level::ALL.iter().filter(|level| !facts.key.is_fixed() || **level == facts.level);
        let unit = match facts.unit {
            Unit::None => None,
            Unit::Hours => Some("Stunden"),
            Unit::Count => Some("Anzahl"),
            Unit::Clock => Some("Uhr"),
        };
        Self {
            facts,
            id: id_of(facts.key),
            level_id: level_id_of(facts.key),
            levels: levels.map(|level| Choice::new(level, level.german(), &chosen)).collect(),
            value: typed(&form.wert),
            unit,
        }
    }
}

fn id_of(rule: RuleKey) -> String {
    format!("wert-{rule}")
}

fn level_id_of(rule: RuleKey) -> String {
    format!("stufe-{rule}")
}

const FULL_WEEK: &str = "Geben Sie eine Zahl von 1 bis 60 an.";
const UNPAID_BREAK: &str = "Geben Sie eine Zahl von 0 bis 60 an.";
const STANDBY: &str = "Geben Sie eine Zahl von 0 bis 100 an.";

impl RulesForm {
    fn of(rules: &RuleSet) -> Self {
        let rule = |facts: &RuleFacts| rules.rule(facts.key);
        Self {
            regel: RULES.iter().map(|facts| facts.code.to_owned()).collect(),
            stufe: RULES.iter().map(|facts| rule(facts).level.to_string()).collect(),
            wert: RULES.iter().map(|facts| rule(facts).value.to_string()).collect(),
            vollzeit: rules.full_week_hours.to_string(),
            hintergrund: rules.standby_percent.to_string(),
            pause: rules.unpaid_break_minutes.to_string(),
            stand: rules.sequence,
            ..Self::default()
        }
    }

    fn read(&self) -> Result<RuleSet, Vec<Fault>> {
        let mut rules = RuleSet::over(self.stand);
        let mut faults = Vec::new();
        for (place, code) in self.regel.iter().enumerate() {
            let Ok(key) = code.parse::<RuleKey>() else { continue };
            let Some(level) = self.stufe.get(place).and_then(|text| text.parse().ok()) else {
                faults.push(level_fault(key));
                continue;
            };
            let value = self.wert.get(place).and_then(|text| text.trim().parse().ok()).unwrap_or(-1);
            if rules.set(key, Rule { level, value }).is_err() {
                faults.push(value_fault(key));
            }
        }
        let number = |text: &str| text.trim().parse().unwrap_or(-1);
        (rules.full_week_hours, rules.standby_percent) = (number(&self.vollzeit), number(&self.hintergrund));
        rules.unpaid_break_minutes = number(&self.pause);
        match rules.check() {
            Err(RuleFault::FullWeek) => faults.push(Fault::new("vollzeit", FULL_WEEK)),
            Err(RuleFault::Standby) => faults.push(Fault::new("hintergrund", STANDBY)),
            Err(RuleFault::UnpaidBreak) => faults.push(Fault::new("pause", UNPAID_BREAK)),
            Ok(()) | Err(RuleFault::Value(_) | RuleFault::Fixed(_)) => {}
        }
        if faults.is_empty() { Ok(rules) } else { Err(faults) }
    }
}

fn level_fault(key: RuleKey) -> Fault {
    Fault::new(level_id_of(key), format!("{}: Wählen Sie eine Stufe aus der Liste.", key.facts().title))
}

fn value_fault(key: RuleKey) -> Fault {
    let (range, title) = (key.range(), key.facts().title);
    Fault::new(id_of(key), format!("{title}: Geben Sie eine Zahl von {} bis {} an.", range.start(), range.end()))
}

/// What somebody else made of it, for who was about to overwrite it.
fn changed(form: &RulesForm, now: &RuleSet) -> String {
    let typed = form.read().unwrap_or_default();
    let differ = RULES.iter().filter(|facts| typed.rule(facts.key) != now.rule(facts.key));
    let said = differ.map(|facts| {
        let Rule { level, value } = now.rule(facts.key);
        let value = if facts.unit == Unit::None { String::new() } else { format!(" {value}") };
        format!("{}: {}{value}", facts.title, level.german())
    });
    let said: Vec<String> = said.collect();
    let said = if said.is_empty() { "dasselbe wie bei Ihnen".to_owned() } else { said.join("; ") };
    format!(
        "Jemand hat die Regeln inzwischen geändert. Anders als bei Ihnen steht jetzt da: {said}. Ihre Angaben stehen noch \
         im Formular. Speichern Sie noch einmal, wenn sie trotzdem gelten sollen."
    )
}

/// `GET /dienst/regeln`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &asked.dienststelle)?;
    let rules = rules::load_rules(&desk.db, office).await.map_err(away(&t))?;
    let view = view(&t, &signed, office, (RulesForm::of(&rules), vec![]));
    Ok(web::ok(&RulesPage { notice: notice(&asked.meldung), ..view }))
}

/// `POST /dienst/regeln`
pub async fn set(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Form(mut form): Form<RulesForm>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &signed.0, &form.dienststelle)?;
    let (status, faults) = match form.read() {
        Err(faults) => (StatusCode::BAD_REQUEST, faults),
        Ok(wanted) => match rules::set_rules(&desk, desk.now(), &signed.0, office, &wanted).await {
            Ok(_) => {
                return Ok(web::go(&t.path(&format!("/dienst/regeln?dienststelle={office}&meldung=gespeichert"))));
            }
            Err(RulesError::ChangedMeanwhile(now)) => {
                let fault = Fault::new("vollzeit", changed(&form, &now));
                form.stand = now.sequence;
                (StatusCode::CONFLICT, vec![fault])
            }
            Err(error) => return Err(refused(&t, error)),
        },
    };
    Ok(web::html(status, &view(&t, &signed, office, (form, faults))))
}

fn view<'a>(
    t: &'a Locale,
    signed: &SignedIn,
    office: OfficeId,
    (form, faults): (RulesForm, Vec<Fault>),
) -> RulesPage<'a> {
    let frame = signed.page(t, "Regeln des Dienstplans");
    let page = if faults.is_empty() { frame } else { frame.with_error(t) };
    RulesPage {
        t,
        page,
        notice: None,
        office: office.name(),
        office_code: office,
        offices: office_choices(&signed.0, office),
        rows: RULES.iter().map(|facts| Row::of(facts, &form)).collect(),
        form,
        faults: Faults(faults),
    }
}
