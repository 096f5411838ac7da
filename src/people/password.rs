//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane), two at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::PeopleError;

/// Each hash takes 19 MiB and 30 ms of a core: a crowd at the door must not take the whole machine.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A hash of no password, checked where the login is unknown, so that the answer takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3ByZWNoemVpdC1ub2JvZHk$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub async fn hash(password: &str) -> Result<String, PeopleError> {
    if !(12..=200).contains(&password.chars().count()) {
        return Err(PeopleError::WeakPassword);
    }
    let password = password.to_owned();
    let hashed = off_the_runtime(move || Argon2::default().hash_password(password.as_bytes()).map(|h| h.to_string()));
    hashed.await.and_then(Result::ok).ok_or(PeopleError::WeakPassword)
}

pub async fn verify(password: &str, hash: Option<String>) -> bool {
    let password = password.to_owned();
    let known = hash.is_some();
    let verified = off_the_runtime(move || {
        let hash = hash.as_deref().unwrap_or(NOBODY);
        let parsed = PasswordHash::new(hash);
        parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    });
    verified.await.unwrap_or(false) && known
}

async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _seat = AT_ONCE.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
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
}
