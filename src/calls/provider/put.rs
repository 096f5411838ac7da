//! Files put on another host, where a provider finds them while this program is away.
//!
//! Knows nothing of what is in them. Rule: only a success of the host counts as put.

use crate::outbox;

/// Why a file could not be put. Never tells the token.
#[derive(Debug, thiserror::Error)]
pub enum NotPut {
    #[error("the host cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the host refused with {0}")]
    Refused(u16),
}

/// Puts a file at an address (RFC 9110 § 9.3.4), in place of what was there.
pub async fn put(url: &str, token: Option<&str>, content_type: &'static str, file: String) -> Result<(), NotPut> {
    let request = outbox::client()?.put(url).header(http::header::CONTENT_TYPE, content_type).body(file);
    let request = token.iter().fold(request, |request, token| request.bearer_auth(token));
    let status = request.send().await?.status();
    status.is_success().then_some(()).ok_or(NotPut::Refused(status.as_u16()))
}
