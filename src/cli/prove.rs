//! `sprechzeit flow prove`: where callers of the coming weeks end.

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use sprechzeit::desk::Desk;
use sprechzeit::kernel::local;
use sprechzeit::shifts::proof::{Proof, ProofView, Severity, span_in_english};
use sprechzeit::shifts::{self, Hotline};

use super::Format;
use crate::ConfigFile;

#[derive(Args)]
pub struct Options {
    /// Only the hotline with this name, number or id [default: all that are in operation].
    #[arg(long, value_name = "NAME")]
    hotline: Option<String>,
    /// The first day [default: from now on].
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<NaiveDate>,
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=104))]
    weeks: u64,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    file: ConfigFile,
}

fn date(text: &str) -> Result<NaiveDate, String> {
    local::plannable(text).ok_or_else(|| format!("\"{text}\" is not a day such as 2026-10-24"))
}

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let desk = crate::open(crate::read(options.file.config.as_deref())?).await?;
    let proven = prove(&desk, options).await;
    desk.db.close().await;
    proven
}

async fn prove(desk: &Desk, options: &Options) -> anyhow::Result<()> {
    let now = desk.now();
    let window = shifts::weeks_ahead(now, options.from, options.weeks);
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await?;
    hotlines.retain(|hotline| hotline.active && options.hotline.as_ref().is_none_or(|asked| hotline.is_called(asked)));
    if let (Some(asked), true) = (&options.hotline, hotlines.is_empty()) {
        bail!("there is no hotline \"{asked}\" in operation");
    }
    let proofs = shifts::prove(desk, now, hotlines, window).await.context("the proof could not be made")?;
    match options.format {
        Format::Text => proofs.iter().for_each(|(hotline, proof)| print(hotline, proof)),
        Format::Json => println!("{}", serde_json::to_string_pretty(&as_json(&proofs))?),
    }
    match proofs.iter().filter(|(_, proof)| proof.is_breached()).count() {
        0 => Ok(()),
        breached => bail!("callers of {breached} of {} hotlines are left alone", proofs.len()),
    }
}

fn print(hotline: &Hotline, proof: &Proof) {
    println!("{}, {} ({}), {}", hotline.name, hotline.office.name(), hotline.number, span_in_english(proof.window));
    if proof.found.is_empty() {
        println!("  Every path ends as stated.");
    }
    for found in &proof.found {
        match found.finding.severity {
            Severity::Breach => println!("  {found}"),
            Severity::Warning => println!("  warning: {found}"),
        }
    }
}

fn as_json(proofs: &[(Hotline, Proof)]) -> serde_json::Value {
    let one = |(hotline, proof): &(Hotline, Proof)| json!({ "hotline": hotline.id, "name": hotline.name, "office": hotline.office.to_string(), "proof": ProofView::from(proof) });
    proofs.iter().map(one).collect()
}
