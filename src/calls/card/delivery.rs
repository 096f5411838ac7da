//! How a card gets to where the provider finds it: into a folder, or by HTTP or SFTP to another host; signed beside it.
//!
//! Each file is replaced at once or not at all. Rule: the signature of the new card is there before the card, beside that
//! of the card before, so that at every moment one of them fits.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::calls::Dialect;
use crate::calls::provider::put::{self, NotPut};
use crate::calls::provider::twilio;
use crate::config::{self, Config};
use crate::desk::{Cards, DeliveredCard, Desk, KeptCard};
use crate::kernel::id::HotlineId;
use crate::kernel::{Instant, Phone};
use crate::vault::Vault;

use super::sftp::{self, NotSent};

/// The ending of a signature's name, behind the card's.
const SIGNATURE: &str = ".sig";

#[derive(Debug, thiserror::Error)]
pub enum NotDelivered {
    #[error("the folder cannot be written: {0}")]
    Folder(#[from] io::Error),
    #[error(transparent)]
    Put(#[from] NotPut),
    #[error(transparent)]
    Sent(#[from] NotSent),
}

pub fn is_configured(desk: &Desk) -> bool {
    let config = &desk.config.telephony.duty_card;
    config.folder.is_some() || config.put_url.is_some() || config.sftp.is_some()
}

pub fn name(vault: &Vault, hotline: HotlineId, dialect: Dialect) -> String {
    let secret = hex(&vault.keyed_hash("duty card name", &hotline.to_string())[..12]);
    format!("duty-card-{secret}.{}.xml", dialect.name())
}

/// Writes a card to wherever is configured; `earlier` is the file that stands there.
pub async fn deliver(desk: &Desk, name: &str, file: &str, earlier: Option<&str>) -> Result<(), NotDelivered> {
    let signatures: String = [Some(file), earlier].into_iter().flatten().map(|it| sign(&desk.vault, it)).collect();
    let files = [(format!("{name}{SIGNATURE}"), signatures), (name.to_owned(), file.to_owned())];
    let config = &desk.config.telephony.duty_card;
    // One place that cannot be written does not keep the card from the others.
    let stored = match &config.folder {
        Some(folder) => files.iter().try_for_each(|(name, text)| replace(folder, name, text)),
        None => Ok(()),
    };
    let put = match &config.put_url {
        Some(url) => put_all(&url.0, config.put_token.as_ref().map(|token| token.0.as_str()), &files).await,
        None => Ok(()),
    };
    if let Some(to) = &config.sftp {
        sftp::put(config, to, &files).await?;
    }
    stored?;
    Ok(put?)
}

async fn put_all(url: &str, token: Option<&str>, files: &[(String, String)]) -> Result<(), NotPut> {
    for ((name, text), kind) in files.iter().zip(["text/plain", "text/xml; charset=utf-8"]) {
        put::put(&format!("{url}/{name}"), token, kind, text.clone()).await?;
    }
    Ok(())
}

/// Puts a file in the place of another: whoever reads, and whoever pulls the plug, finds the old or the new one whole.
fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let unfinished = folder.join(format!(".{name}.{}", std::process::id()));
    let mut file = File::create(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(name))?;
    // The new name is durable once the folder is.
    File::open(folder)?.sync_all()
}

/// A line that signs a file: HMAC-SHA-256 with a key of the vault.
fn sign(vault: &Vault, file: &str) -> String {
    format!("hmac-sha256 {}\n", hex(&vault.keyed_hash("duty card", file)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub hotline: HotlineId,
    pub number: Phone,
    pub made_at: Instant,
    pub officers_until: Instant,
    pub valid_until: Instant,
}

/// Reads a card that this installation has signed; None for any other, or one that was changed.
pub fn verify_card(vault: &Vault, file: &str, signatures: &str) -> Option<Checked> {
    let right = sign(vault, file);
    signatures.lines().any(|line| line == right.trim_end()).then_some(())?;
    let remark = twilio::remark(file)?;
    let told = |name: &str| remark.split("; ").find_map(|part| part.strip_prefix(name));
    Some(Checked {
        hotline: told("hotline ")?.parse().ok()?,
        number: told("number ")?.parse().ok()?,
        made_at: Instant::parse(told("made ")?)?,
        officers_until: Instant::parse(told("officers until ")?)?,
        valid_until: Instant::parse(told("valid until ")?)?,
    })
}

/// Takes the cards from the folder into memory, as long as nothing newer is there: a database that goes away before the
/// first round finds them. Called once at the start; says how many.
pub fn recall_cards(config: &Config, vault: &Vault, cards: &Cards, now: Instant) -> io::Result<u64> {
    let config::DutyCard { folder: Some(folder), numbers: fixed, .. } = &config.telephony.duty_card else {
        return Ok(0);
    };
    let mut recalled = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let of_twilio = name.starts_with("duty-card-") && name.ends_with(".twilio.xml");
        let Some((file, signatures)) = of_twilio.then(|| read(&path)).flatten() else { continue };
        let Some(card) = verify_card(vault, &file, &signatures).filter(|card| now < card.valid_until) else {
            tracing::warn!(name, "a duty card in the folder is not signed by this installation, or is too old");
            continue;
        };
        let key = (card.hotline, Dialect::Twilio.name());
        if cards.find(key).is_some() {
            continue;
        }
        let kept = KeptCard {
            number: card.number,
            document: file.clone(),
            bare: twilio::ringing_only(&file, |it| fixed.iter().any(|number| number.0.as_str() == it)),
            officers_until: card.officers_until,
            delivered: Some(DeliveredCard { file, made_at: card.made_at, officers_until: card.officers_until }),
            fault: None,
        };
        cards.keep(key, kept);
        recalled += 1;
    }
    Ok(recalled)
}

fn read(path: &Path) -> Option<(String, String)> {
    let signatures = path.with_file_name(format!("{}{SIGNATURE}", path.file_name()?.to_str()?));
    Some((std::fs::read_to_string(path).ok()?, std::fs::read_to_string(signatures).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Key;

    #[test]
    fn a_card_fits_its_signature_and_that_of_the_card_before_and_no_other() {
        let vault = Vault::new(Key::mint(), vec![]);
        let hotline = HotlineId::mint();
        let card = |made: &str| {
            twilio::remarked(
                "<?xml version=\"1.0\"?><Response/>",
                &format!(
                    "duty card; hotline {hotline}; number +498999998110; made {made}; officers until \
                     2026-11-20T18:00:00Z; valid until 2026-12-04T09:00:00Z"
                ),
            )
        };
        let (old, new) = (card("2026-11-20T09:00:00Z"), card("2026-11-20T10:00:00Z"));
        let both = format!("{}{}", sign(&vault, &new), sign(&vault, &old));
        assert_eq!(verify_card(&vault, &new, &both).unwrap().made_at.rfc3339(), "2026-11-20T10:00:00Z");
        assert_eq!(verify_card(&vault, &old, &both).unwrap().hotline, hotline);
        assert_eq!(verify_card(&vault, &new.replace("8110", "8111"), &both), None);
        assert_eq!(verify_card(&vault, &new, &sign(&vault, &old)), None);
        assert_eq!(verify_card(&Vault::new(Key::mint(), vec![]), &new, &both), None);
    }
}
