//! Work before a hold, against programs that hold every slot: asked of everybody, and only while very many holds are made
//! at an office. No address is looked at, nothing is kept about who asks, and nobody solves a puzzle.
//!
//! A browser does the work by itself within a second or two (`web/work.js`: a SHA-256 with leading zero bits); without
//! JavaScript the same form counts after a short wait. Rule: a challenge is signed, bound to its time, and counts once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::store;
use crate::bookings::BookingError;
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::secret::random;
use crate::offices::{OfficeId, offices};
use crate::vault::Vault;

/// Holds are counted over so long.
const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// A challenge counts for so long.
const LASTS: TimeDelta = TimeDelta::minutes(15);
/// Who cannot work waits so long, and longer with each doubling of the load.
const WAIT: i64 = 15;
/// Beyond so many doublings neither work nor wait grows.
const STEPS: u32 = 6;
/// A browser counts no more zeros than those of one word.
const MOST_BITS: u32 = 30;
const PURPOSE: &str = "bookings.challenge";

/// What is asked before a hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    pub challenge: Challenge,
    /// Seconds until the challenge counts without work.
    pub wait: i64,
}

/// What came back with the form.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Proof {
    /// The challenge, as it was given.
    pub challenge: String,
    /// A text which, behind the challenge and a colon, hashes to enough leading zero bits; empty without JavaScript.
    pub answer: String,
}

/// Prints as `id.seconds.bits.wait.signature`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// By chance, so that it can be used once.
    id: String,
    issued: Instant,
    pub bits: u32,
    /// Seconds.
    wait: i64,
    signature: String,
}

/// Lets a hold through, or says what is asked before it.
pub async fn admit(
    desk: &Desk,
    now: Instant,
    office: Option<OfficeId>,
    proof: Option<&Proof>,
) -> Result<(), BookingError> {
    let Some(steps) = load_steps(desk, now, office).await? else { return Ok(()) };
    let fresh = || Task::new(Challenge::mint(&desk.vault, now, desk.config.bookings.work_bits.0, steps), now);
    let Some((proof, challenge)) = proof.and_then(|it| Some((it, Challenge::read(&desk.vault, &it.challenge)?))) else {
        return Err(BookingError::Busy(fresh()));
    };
    if !challenge.counts(now) {
        return Err(BookingError::Busy(fresh()));
    }
    if !challenge.is_met(&proof.answer, now) {
        return Err(BookingError::Busy(Task::new(challenge, now)));
    }
    let mut tx = desk.db.begin().await?;
    let is_first = store::use_challenge(&mut tx, challenge.id.as_bytes(), challenge.issued + LASTS).await?;
    tx.commit().await?;
    if is_first { Ok(()) } else { Err(BookingError::Busy(fresh())) }
}

/// How often the load has doubled beyond what is normal; None where it is normal.
async fn load_steps(desk: &Desk, now: Instant, office: Option<OfficeId>) -> Result<Option<u32>, DbError> {
    let above = desk.config.bookings.work_above.0;
    let normal = if office.is_some() { above } else { above * offices().len() as i64 };
    let holds = store::count_holds(&desk.db, office, now - WINDOW).await?;
    Ok(steps(holds, normal))
}

fn steps(holds: i64, normal: i64) -> Option<u32> {
    (holds >= normal).then(|| (holds / normal.max(1)).max(1).ilog2().min(STEPS))
}

impl Task {
    fn new(challenge: Challenge, now: Instant) -> Self {
        let wait = (challenge.issued + TimeDelta::seconds(challenge.wait) - now).num_seconds().max(1);
        Self { challenge, wait }
    }
}

impl Challenge {
    fn mint(vault: &Vault, now: Instant, bits: i64, steps: u32) -> Self {
        let it = Self {
            id: URL_SAFE_NO_PAD.encode(random::<16>()),
            issued: Instant(now.0 - now.0 % 1_000_000),
            bits: (bits as u32 + steps).min(MOST_BITS),
            wait: WAIT * i64::from(steps + 1),
            signature: String::new(),
        };
        let signature = sign(vault, &it.unsigned());
        Self { signature, ..it }
    }

    /// None for what this program has not made.
    fn read(vault: &Vault, text: &str) -> Option<Self> {
        let (unsigned, signature) = text.rsplit_once('.')?;
        if !bool::from(sign(vault, unsigned).as_bytes().ct_eq(signature.as_bytes())) {
            return None;
        }
        let mut parts = unsigned.split('.');
        let id = parts.next()?.to_owned();
        let issued = Instant(parts.next()?.parse::<i64>().ok()?.checked_mul(1_000_000)?);
        let (bits, wait) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { id, issued, bits, wait, signature: signature.to_owned() })
    }

    fn unsigned(&self) -> String {
        format!("{}.{}.{}.{}", self.id, self.issued.0 / 1_000_000, self.bits, self.wait)
    }

    fn counts(&self, now: Instant) -> bool {
        self.issued <= now && now < self.issued + LASTS
    }

    /// By work, or by waiting.
    fn is_met(&self, answer: &str, now: Instant) -> bool {
        let waited = now >= self.issued + TimeDelta::seconds(self.wait);
        waited || answer.len() <= 32 && zero_bits(&format!("{self}:{answer}")) >= self.bits
    }
}

impl std::fmt::Display for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.unsigned(), self.signature)
    }
}

fn sign(vault: &Vault, unsigned: &str) -> String {
    URL_SAFE_NO_PAD.encode(vault.keyed_hash(PURPOSE, unsigned))
}

fn zero_bits(text: &str) -> u32 {
    let mut zeros = 0;
    for byte in Sha256::digest(text.as_bytes()) {
        zeros += byte.leading_zeros();
        if byte != 0 {
            break;
        }
    }
    zeros
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Key;

    fn vault() -> Vault {
        Vault::new(Key::mint(), vec![])
    }

    fn at(second: i64) -> Instant {
        Instant::parse("2026-07-14T08:00:00Z").unwrap() + TimeDelta::seconds(second)
    }

    /// As the browser does.
    fn work(challenge: &Challenge) -> String {
        (0..).map(|n: u64| n.to_string()).find(|n| zero_bits(&format!("{challenge}:{n}")) >= challenge.bits).unwrap()
    }

    #[test]
    fn a_challenge_is_met_by_work_or_by_waiting() {
        let challenge = Challenge::mint(&vault(), at(0), 8, 1);
        assert_eq!((challenge.bits, challenge.wait), (9, 30));
        assert!(challenge.is_met(&work(&challenge), at(0)));
        assert!(!challenge.is_met("", at(29)) && challenge.is_met("", at(30)));
        assert!(!challenge.is_met(&"9".repeat(33), at(0)));
        assert!(challenge.counts(at(0)) && !challenge.counts(at(-1)) && !challenge.counts(at(900)));
        assert_eq!(Task::new(challenge, at(10)).wait, 20);
    }

    #[test]
    fn only_what_this_program_signed_is_a_challenge() {
        let vault = vault();
        let challenge = Challenge::mint(&vault, at(0), 18, 0);
        let text = challenge.to_string();
        assert_eq!(Challenge::read(&vault, &text), Some(challenge));
        for forged in [text.replace(".18.", ".1."), text.replace(".15.", ".0."), "a.b".into(), String::new()] {
            assert_eq!(Challenge::read(&vault, &forged), None, "{forged}");
        }
        let other = Vault::new(Key::mint(), vec![]);
        assert_eq!(Challenge::read(&other, &text), None);
    }

    #[test]
    fn work_grows_with_the_load_and_a_normal_day_asks_for_none() {
        for (holds, normal, expected) in [
            (0, 60, None),
            (59, 60, None),
            (60, 60, Some(0)),
            (119, 60, Some(0)),
            (120, 60, Some(1)),
            (960, 60, Some(4)),
            (1_000_000, 60, Some(STEPS)),
            (0, 0, Some(0)),
            (5, 0, Some(2)),
        ] {
            assert_eq!(steps(holds, normal), expected, "{holds} of {normal}");
        }
    }
}
