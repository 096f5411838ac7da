//! `sprechzeit who`: who would be rung at a time, in which order, why, and why not the others.

use clap::Args;
use serde_json::{Value, json};

use sprechzeit::calls::{self, Answer, Connection, Question, Wish};
use sprechzeit::desk::Desk;
use sprechzeit::flows::Opening;
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::kernel::{Gender, Instant, Language, local};
use sprechzeit::library::scene;
use sprechzeit::offices::TopicId;
use sprechzeit::shifts::Hotline;

use super::Format;
use crate::ConfigFile;

#[derive(Args)]
pub struct Options {
    /// The hotline's name, number or id.
    #[arg(long, value_name = "NAME_OR_NUMBER")]
    hotline: String,
    /// Past or to come, as 2026-11-20 10:00 in Berlin or 2026-11-20T09:00:00Z [default: now].
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Instant>,
    /// What the caller wants advice about, such as einbruchschutz.
    #[arg(long, value_name = "ID")]
    topic: Option<TopicId>,
    /// de, en or de-simple.
    #[arg(long, value_name = "LANGUAGE", default_value = "de", value_parser = language)]
    language: Language,
    /// With whom the caller wishes to speak: woman or man.
    #[arg(long, value_name = "WHOM")]
    wish: Option<Gender>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    file: ConfigFile,
}

pub fn moment(text: &str) -> Result<Instant, String> {
    scene::moment(text).ok_or_else(|| format!("\"{text}\" is not a time such as 2026-11-20 10:00"))
}

fn language(text: &str) -> Result<Language, String> {
    Language::from_tag(text).ok_or_else(|| format!("\"{text}\" is none of de, en, de-simple"))
}

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let desk = crate::open(crate::read(options.file.config.as_deref())?).await?;
    let answered = answer(&desk, options).await;
    desk.db.close().await;
    answered
}

async fn answer(desk: &Desk, options: &Options) -> anyhow::Result<()> {
    let hotline = &super::hotline(desk, Some(&options.hotline)).await?;
    let now = desk.now();
    let wish = Wish { topic: options.topic, language: options.language, officer: options.wish };
    let question = Question { at: options.at.unwrap_or(now), wish };
    let answer = calls::who(desk, now, hotline, &question).await?;
    match options.format {
        Format::Text => print!("{}", told(hotline, &question, &answer)),
        Format::Json => println!("{}", serde_json::to_string_pretty(&as_json(hotline, &question, &answer))?),
    }
    Ok(())
}

fn told(hotline: &Hotline, question: &Question, answer: &Answer) -> String {
    let at = local::wall(question.at).format("%a %-d %b %Y %H:%M");
    let mut lines = vec![format!("{}, {} ({}), {at}", hotline.name, hotline.office.name(), hotline.number)];
    lines.push(format!("  {}", opening(&answer.opening)));
    for connection in &answer.connections {
        lines.push(String::new());
        lines.extend(lines_of(connection, hotline));
    }
    lines.join("\n") + "\n"
}

fn lines_of(connection: &Connection, asked: &Hotline) -> Vec<String> {
    let Connection { flow, version, node, hotline, outlook, .. } = connection;
    let whose = match hotline {
        None => " (its hotline is not there)".to_owned(),
        Some(hotline) if hotline.id == asked.id => String::new(),
        Some(other) => format!(" (officers of {}, {})", other.name, other.number),
    };
    let mut lines = vec![format!("  {flow}, version {version}, {node}{whose}:")];
    if outlook.rung.is_empty() {
        lines.push("    nobody is rung".to_owned());
    }
    for (place, at_once) in outlook.rung.iter().enumerate() {
        let rung = |choice: &calls::Choice| {
            let why = choice.why.rung(Language::En);
            format!("    {}. {}: {why}", place + 1, name(connection, choice.officer))
        };
        lines.extend(at_once.iter().map(rung));
    }
    let not = |(officer, against): &(OfficerId, calls::Against)| {
        format!("    not {}: {}", name(connection, *officer), against.words(Language::En))
    };
    lines.extend(outlook.not.iter().map(not));
    for help in &connection.help {
        let Hotline { name, office, .. } = &help.hotline;
        lines.push(format!("    then neighbours: {name}, {}", office.name()));
        for choice in help.outlook.rung.iter().flatten() {
            let name = help.names.get(&choice.officer).map_or("?", String::as_str);
            lines.push(format!("       {name}: {}", choice.why.rung(Language::En)));
        }
    }
    lines
}

fn name(connection: &Connection, officer: OfficerId) -> &str {
    connection.names.get(&officer).map_or("?", String::as_str)
}

fn opening(opening: &Opening) -> String {
    let words = |why: &std::collections::BTreeMap<Language, String>| why.values().next().cloned().unwrap_or_default();
    match opening {
        Opening::Open => "open".to_owned(),
        Opening::Closed => "closed".to_owned(),
        Opening::Holiday(name) => format!("closed, holiday: {}", words(name)),
        Opening::ByHand(reason) => format!("closed by hand: {}", words(reason)),
    }
}

fn as_json(hotline: &Hotline, question: &Question, answer: &Answer) -> Value {
    let help = |it: &calls::Neighbourly| {
        let rung = |choice: &calls::Choice| {
            json!({ "officer": choice.officer, "name": it.names.get(&choice.officer),
            "tier": choice.why.tier, "why": choice.why.rung(Language::En) })
        };
        json!({ "hotline": it.hotline.id, "rung": it.outlook.rung.iter().flatten().map(rung).collect::<Vec<_>>() })
    };
    let connection = |it: &Connection| {
        let rung = |choice: &calls::Choice| {
            json!({ "officer": choice.officer, "name": name(it, choice.officer), "tier": choice.why.tier,
                "why": choice.why.rung(Language::En) })
        };
        let not = |(officer, against): &(OfficerId, calls::Against)| json!({ "officer": officer, "name": name(it, *officer), "why": against.words(Language::En) });
        let rung: Vec<Vec<Value>> = it.outlook.rung.iter().map(|at_once| at_once.iter().map(rung).collect()).collect();
        json!({ "flow": it.flow, "version": it.version, "node": it.node, "hotline": it.hotline.as_ref().map(|it| it.id),
            "rung": rung, "not": it.outlook.not.iter().map(not).collect::<Vec<_>>(),
            "help": it.help.iter().map(help).collect::<Vec<_>>() })
    };
    json!({ "hotline": hotline.id, "at": question.at, "topic": question.wish.topic, "language": question.wish.language,
        "opening": opening(&answer.opening),
        "connections": answer.connections.iter().map(connection).collect::<Vec<_>>() })
}
