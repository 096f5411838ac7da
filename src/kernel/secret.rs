//! Secrets in links, sessions and tokens: 256 random bits, shown once, kept only as a hash.
//!
//! A hash without salt is enough here: the input has full entropy (OWASP ASVS 5.0, 11.5.1).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use sha2::{Digest, Sha256};

/// A secret in its printable form, 43 characters of base64url. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What is kept of a secret.
pub type SecretHash = Vec<u8>;

impl Secret {
    pub fn mint() -> Self {
        Self(URL_SAFE_NO_PAD.encode(random::<32>()))
    }

    /// Takes what a link or a header carried; anything that cannot be one of our secrets is None.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        well_formed.then(|| Self(text.to_owned()))
    }

    pub fn hash(&self) -> SecretHash {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// Another secret that follows from this one, for one purpose. It tells nothing about this one.
    pub fn derive(&self, purpose: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(self.0.as_bytes());
        Self(URL_SAFE_NO_PAD.encode(hash.finalize()))
    }

    /// The text for a link. Never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Bytes from the system's random source.
#[allow(clippy::disallowed_methods, reason = "this is the one place that asks for chance, next to id")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// One of the words, chosen by chance.
pub fn pick<'a>(words: &'a [&'a str]) -> &'a str {
    let number = u32::from_le_bytes(random::<4>()) as usize;
    words[number % words.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_its_link_and_hides_from_logs() {
        let secret = Secret::mint();
        assert_eq!(Secret::parse(secret.expose()), Some(secret.clone()));
        assert_eq!(format!("{secret:?}"), "***");
        let derived = secret.derive("room");
        assert_eq!(Secret::parse(derived.expose()), Some(secret.derive("room")));
        assert!(derived != secret && derived != secret.derive("door"));
        assert_eq!(Secret::parse("short"), None);
        assert_eq!(Secret::parse(&"ü".repeat(43)), None);
    }
}
