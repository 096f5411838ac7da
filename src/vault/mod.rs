//! Personal data at rest: sealed with XChaCha20-Poly1305, found again by keyed hash.
//!
//! A sealed value is bound to its column and record (as associated data), so a row copied elsewhere does not open.
//! Layout: one byte format (1), one byte key number, 24 bytes nonce, ciphertext with tag.

use std::fmt::{self, Display};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use crate::kernel::secret::random;

const FORMAT: u8 = 1;
const NONCE: usize = 24;

/// One key of the ring, written `NUMBER:BASE64` with 32 bytes in base64.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    number: u8,
    bytes: [u8; 32],
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a key is written NUMBER:BASE64, a number from 1 to 255 and 32 random bytes in base64")]
pub struct NotAKey;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("the key {0} that sealed this is not in the configuration")]
    KeyMissing(u8),
    #[error("the sealed data was changed, or belongs to another record")]
    Damaged,
}

/// The key ring. The first key seals; all of them open.
#[derive(Clone)]
pub struct Vault {
    keys: Vec<Key>,
}

/// Where a sealed value stands: `table.column`, and the record it belongs to.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub column: &'static str,
    pub record: &'a (dyn Display + Sync),
}

impl Key {
    pub fn mint() -> Self {
        Self { number: 1, bytes: random() }
    }

    /// The form in which it stands in the configuration.
    pub fn expose(&self) -> String {
        format!("{}:{}", self.number, STANDARD.encode(self.bytes))
    }
}

impl std::str::FromStr for Key {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (number, bytes) = text.split_once(':').ok_or(NotAKey)?;
        let number = number.parse().ok().filter(|n| *n > 0).ok_or(NotAKey)?;
        let bytes = STANDARD.decode(bytes).ok().and_then(|b| b.try_into().ok()).ok_or(NotAKey)?;
        Ok(Self { number, bytes })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:***", self.number)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.keys).finish()
    }
}

impl Vault {
    /// A vault with at least one key.
    pub fn new(first: Key, others: Vec<Key>) -> Self {
        Self { keys: std::iter::once(first).chain(others).collect() }
    }

    #[allow(clippy::expect_used, reason = "encrypting a text in memory with a key of the right length cannot fail")]
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        let key = &self.keys[0];
        let nonce: [u8; NONCE] = random();
        let aad = place.aad();
        let sealed = key
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: aad.as_bytes() })
            .expect("a text in memory can be sealed");
        [&[FORMAT, key.number][..], &nonce, &sealed].concat()
    }

    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let [FORMAT, number, rest @ ..] = sealed else { return Err(VaultError::Damaged) };
        let (nonce, text) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        let key = self.keys.iter().find(|k| k.number == *number).ok_or(VaultError::KeyMissing(*number))?;
        key.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: place.aad().as_bytes() })
            .map_err(|_| VaultError::Damaged)
    }

    /// Seals anything that serde can write as JSON.
    #[allow(clippy::expect_used, reason = "our own structs of texts can always be written as JSON")]
    pub fn seal_json(&self, place: Place<'_>, value: &impl Serialize) -> Vec<u8> {
        self.seal(place, &serde_json::to_vec(value).expect("a struct of texts is JSON"))
    }

    pub fn open_json<T: DeserializeOwned>(&self, place: Place<'_>, sealed: &[u8]) -> Result<T, VaultError> {
        serde_json::from_slice(&self.open(place, sealed)?).map_err(|_| VaultError::Damaged)
    }

    /// A keyed hash (HMAC-SHA-256) by which equal texts are found again, and which tells nothing without the key.
    ///
    /// `purpose` separates uses; put the week into it where continuity shall end. The last key of the ring makes it,
    /// so that hashes outlive a rotation that keeps the old key.
    #[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
    pub fn keyed_hash(&self, purpose: &str, text: &str) -> Vec<u8> {
        let key = &self.keys[self.keys.len() - 1];
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&key.bytes).expect("any length of key will do");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

impl Key {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.bytes.into())
    }
}

impl Place<'_> {
    fn aad(&self) -> String {
        format!("{}:{}", self.column, self.record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Place<'static> = Place { column: "bookings.person", record: &"bkg_1" };

    #[test]
    fn what_is_sealed_opens_only_in_its_place() {
        let vault = Vault::new(Key::mint(), vec![]);
        let sealed = vault.seal(NAME, "Zitronenfalter Quark".as_bytes());
        assert_eq!(vault.open(NAME, &sealed).unwrap(), "Zitronenfalter Quark".as_bytes());
        let elsewhere = Place { record: &"bkg_2", ..NAME };
        assert_eq!(vault.open(elsewhere, &sealed), Err(VaultError::Damaged));
        assert_eq!(vault.open(NAME, &sealed[..20]), Err(VaultError::Damaged));
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let old = Key::mint();
        let sealed = Vault::new(old.clone(), vec![]).seal(NAME, b"before");
        let new = Key { number: 2, ..Key::mint() };
        let both = Vault::new(new.clone(), vec![old.clone()]);
        assert_eq!(both.open(NAME, &sealed).unwrap(), b"before");
        assert_eq!(both.seal(NAME, b"after")[1], 2);
        assert_eq!(Vault::new(new, vec![]).open(NAME, &sealed), Err(VaultError::KeyMissing(1)));
        assert_eq!(both.keyed_hash("a", "x"), Vault::new(old, vec![]).keyed_hash("a", "x"));
        assert_ne!(both.keyed_hash("a", "x"), both.keyed_hash("b", "x"));
    }

    #[test]
    fn keys_are_read_and_never_shown() {
        let key = Key::mint();
        assert_eq!(key.expose().parse::<Key>().unwrap(), key);
        assert_eq!(format!("{key:?}"), "1:***");
        for text in ["", "1:short", "0:AAAA", "AAAA"] {
            assert_eq!(text.parse::<Key>(), Err(NotAKey), "{text}");
        }
    }
}
