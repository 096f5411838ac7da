//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane), two at a time.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::PeopleError;
use crate::kernel::secret::random;

/// Each hash takes 19 MiB and 30 ms of a core: a crowd at the door must not take the whole machine.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Memory of hashes that are done, for the next: freed, 19 MiB would stay with the allocator of every thread.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// A hash of no password, checked where the login is unknown, so that the answer takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3ByZWNoemVpdC1ub2JvZHk$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub async fn hash(password: &str) -> Result<String, PeopleError> {
    if !(12..=200).contains(&password.chars().count()) {
        return Err(PeopleError::WeakPassword);
    }
    hash_any(password).await
}

/// Of a text of any length, for PINs: who asks for those counts the tries.
pub async fn hash_any(password: &str) -> Result<String, PeopleError> {
    let password = password.to_owned();
    let hashed = off_the_runtime(move || hash_with(&password, Salt::new(&random::<16>()).ok()?));
    hashed.await.flatten().ok_or(PeopleError::WeakPassword)
}

pub async fn verify(password: &str, hash: Option<String>) -> bool {
    let password = password.to_owned();
    let known = hash.is_some();
    let verified = off_the_runtime(move || is_of(&password, hash.as_deref().unwrap_or(NOBODY)).unwrap_or(false));
    verified.await.unwrap_or(false) && known
}

fn hash_with(password: &str, salt: Salt) -> Option<String> {
    let params = Params::default();
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(salt),
        hash: Some(Output::new(&digest(params, password, &salt)?).ok()?),
    };
    Some(hash.to_string())
}

fn is_of(password: &str, hash: &str) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok().filter(|hash| hash.algorithm == Algorithm::Argon2id.ident())?;
    let digest = digest(Params::try_from(&hash).ok()?, password, &hash.salt?)?;
    Some(digest.ct_eq(hash.hash?.as_bytes()).into())
}

/// 32 bytes of argon2id.
fn digest(params: Params, password: &str, salt: &[u8]) -> Option<[u8; 32]> {
    let mut memory = MEMORY.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
    memory.resize(params.block_count(), Block::default());
    let mut digest = [0; 32];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let made = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut digest, &mut memory);
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    made.ok().map(|()| digest)
}

async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _seat = AT_ONCE.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let hash = hash("ein langer Satz").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("ein langer Satz", Some(hash.clone())).await);
        assert!(!verify("ein anderer Satz", Some(hash)).await);
        assert!(!verify("ein langer Satz", None).await);
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(matches!(super::hash("kurz").await, Err(PeopleError::WeakPassword)));
    }

    #[tokio::test]
    async fn hashes_are_those_of_everybody_elses_argon2id() {
        let theirs = Argon2::default().hash_password(b"ein langer Satz").unwrap().to_string();
        assert!(verify("ein langer Satz", Some(theirs)).await);
        let ours = hash("ein langer Satz").await.unwrap();
        assert!(Argon2::default().verify_password(b"ein langer Satz", ours.as_str()).is_ok());
        let other = ours.replace("argon2id", "argon2i");
        assert!(!verify("ein langer Satz", Some(other)).await);
    }
}
