//! `sprechzeit duty-card …`: what callers hear while this program is away.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use sprechzeit::calls::{self, BroughtIn, Dialect, DutyCard};
use sprechzeit::desk::Desk;
use sprechzeit::kernel::{Clock, Instant, Span};
use sprechzeit::shifts;
use sprechzeit::vault::Vault;

use crate::ConfigFile;

#[derive(Subcommand)]
pub enum DutyCardCommand {
    /// Shows the duty cards as they would be written now.
    Show(Show),
    /// Records the calls that the card has answered, from the provider's log. Nothing is recorded twice.
    BringIn(BringIn),
    /// Checks a file: made by this installation, unchanged, still valid. Its signature lies beside it as FILE.sig.
    Verify(Verify),
}

#[derive(Args)]
pub struct Show {
    /// Only the hotline with this name, number or id [default: all that are in operation].
    #[arg(long, value_name = "NAME")]
    hotline: Option<String>,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args)]
pub struct BringIn {
    /// As 2026-11-20T09:00:00Z, or as "2026-11-20 10:00" in Berlin.
    #[arg(long, value_name = "TIME", value_parser = super::who::moment)]
    from: Instant,
    #[arg(long, value_name = "TIME", value_parser = super::who::moment)]
    to: Instant,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args)]
pub struct Verify {
    card: PathBuf,
    #[command(flatten)]
    file: ConfigFile,
}

pub async fn run(command: DutyCardCommand) -> anyhow::Result<()> {
    match command {
        DutyCardCommand::Show(options) => {
            let desk = crate::open(crate::read(options.file.config.as_deref())?).await?;
            let shown = show(&desk, options.hotline.as_deref()).await;
            desk.db.close().await;
            shown
        }
        DutyCardCommand::BringIn(options) => {
            let span = Span::new(options.from, options.to).context("--to must come after --from")?;
            let desk = crate::open(crate::read(options.file.config.as_deref())?).await?;
            let brought_in = calls::bring_in(&desk, span).await;
            desk.db.close().await;
            let BroughtIn { recorded, under_way } = brought_in?;
            println!("{recorded} calls were recorded; {under_way} are still under way, bring them in later.");
            Ok(())
        }
        DutyCardCommand::Verify(options) => verify(&options),
    }
}

async fn show(desk: &Desk, asked: Option<&str>) -> anyhow::Result<()> {
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await?;
    hotlines.retain(|hotline| asked.is_none_or(|asked| hotline.is_called(asked)));
    let mut cards = calls::draw_cards(desk, desk.now()).await?;
    cards.retain(|card| hotlines.iter().any(|hotline| hotline.id == card.hotline));
    if let (Some(asked), true) = (asked, cards.is_empty()) {
        bail!("there is no hotline \"{asked}\" in operation");
    }
    cards.iter().for_each(|card| print(desk, card));
    Ok(())
}

fn print(desk: &Desk, card: &DutyCard) {
    let numbers = |all: &[sprechzeit::kernel::Phone]| match all {
        [] => "none".to_owned(),
        all => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    println!("{} ({})", card.name, card.number);
    println!("  file      {}", calls::card_name(desk, card, Dialect::Twilio));
    println!("  on duty   {}, until {}", numbers(&card.officers), card.officers_until.rfc3339());
    println!("  then      {}", numbers(&card.fixed));
    println!("{}\n", card.document(Dialect::Twilio));
}

fn verify(options: &Verify) -> anyhow::Result<()> {
    let config = crate::read(options.file.config.as_deref())?;
    let mut keys = config.vault.keys.iter().map(|key| key.0.clone());
    let vault = Vault::new(keys.next().context("the vault has no key (vault.keys)")?, keys.collect());
    let card = text(&options.card)?;
    let mut signatures = options.card.clone().into_os_string();
    signatures.push(".sig");
    let signatures = text(Path::new(&signatures))?;
    let Some(checked) = calls::verify_card(&vault, &card, &signatures) else {
        bail!("{} was not signed by this installation, or was changed", options.card.display());
    };
    println!("{} of {}, made {}", checked.number, checked.hotline, checked.made_at.rfc3339());
    let now = Clock::default().now();
    if checked.valid_until <= now {
        bail!("it was valid until {}", checked.valid_until.rfc3339());
    }
    if checked.officers_until <= now {
        println!("The officers on it were on duty until {}.", checked.officers_until.rfc3339());
    }
    println!("It is valid until {}.", checked.valid_until.rfc3339());
    Ok(())
}

fn text(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{} could not be read", file.display()))
}
