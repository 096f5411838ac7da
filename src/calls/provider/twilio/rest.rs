//! Recorded messages over Twilio's REST interface (twilio.com/docs/voice/api/recording): fetch and delete.
//!
//! One rule: the account's password goes to the configured host only. An address that a webhook brought is compared with
//! the account's own, never followed.

use crate::calls::provider::Recorded;
use crate::config;
use crate::outbox;

/// The operator's account.
pub struct Account<'a> {
    sid: &'a str,
    /// Name and password of basic authentication: the account's own, or a key's.
    user: &'a str,
    password: &'a str,
    base: &'a str,
}

/// A recording of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Without an ending: `.mp3` gives the sound, `.json` the record.
    address: String,
}

/// Why nothing came of a request.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    #[error("the provider does not have it any more")]
    Gone,
    #[error("{0}")]
    NotNow(String),
}

/// More than the longest message of a call flow as MP3.
const LARGEST: usize = 8 * 1024 * 1024;

impl<'a> Account<'a> {
    /// None where the operator has not named the account.
    pub fn of(config: &'a config::Twilio) -> Option<Self> {
        let sid = config.account_sid.as_deref()?;
        let key = config.api_key.as_deref().zip(config.api_secret.as_ref());
        let (user, password) = match key {
            Some((key, secret)) => (key, &secret.0),
            None => (sid, &config.auth_token.as_ref()?.0),
        };
        Some(Self { sid, user, password, base: &config.api_base.0 })
    }

    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/2010-04-01/Accounts/{}/{path}", self.base, self.sid)
    }

    pub(super) fn signed_in(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.basic_auth(self.user, Some(self.password))
    }

    /// The sound of a message, if it is at the configured host and in this account.
    pub fn find_sound(&self, recorded: &Recorded) -> Option<Sound> {
        let (_, host) = self.base.split_once("://")?;
        let rest = recorded.url.strip_prefix("https://")?.strip_prefix(host)?;
        let id = rest.strip_prefix("/2010-04-01/Accounts/")?.strip_prefix(self.sid)?.strip_prefix("/Recordings/")?;
        let hex = id.strip_prefix("RE").filter(|hex| hex.len() == 32)?;
        let good = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        good.then(|| Sound { address: self.address(&format!("Recordings/{id}")) })
    }

    /// The sound as MP3.
    pub async fn fetch(&self, sound: &Sound) -> Result<Vec<u8>, RestError> {
        let request = client()?.get(format!("{}.mp3", sound.address));
        let mut answer = self.send(request).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(not_now)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LARGEST {
                return Err(RestError::NotNow("the sound is too large".into()));
            }
        }
        Ok(bytes)
    }

    /// Deletes a recording; one that is gone is deleted.
    pub async fn delete(&self, sound: &Sound) -> Result<(), RestError> {
        match self.send(client()?.delete(format!("{}.json", sound.address))).await {
            Ok(_) | Err(RestError::Gone) => Ok(()),
            Err(error @ RestError::NotNow(_)) => Err(error),
        }
    }

    /// What is at an address of the account, as JSON.
    pub(super) async fn read<T: serde::de::DeserializeOwned>(&self, address: &str) -> Result<T, RestError> {
        self.send(client()?.get(address)).await?.json().await.map_err(not_now)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, RestError> {
        let answer = self.signed_in(request).send().await.map_err(not_now)?;
        match answer.status().as_u16() {
            200..=299 => Ok(answer),
            404 | 410 => Err(RestError::Gone),
            status => Err(RestError::NotNow(format!("the provider answered {status}"))),
        }
    }
}

fn client() -> Result<reqwest::Client, RestError> {
    outbox::client().map_err(not_now)
}

fn not_now(error: reqwest::Error) -> RestError {
    RestError::NotNow(error.without_url().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: Account = Account { sid: "AC1", user: "AC1", password: "secret", base: "https://api.twilio.com" };
    const ID: &str = "RE00000000000000000000000000000001";

    fn sound(url: &str) -> Option<Sound> {
        ACCOUNT.find_sound(&Recorded { url: url.into(), seconds: 1 })
    }

    #[test]
    fn only_the_accounts_own_recordings_are_sounds() {
        let own = format!("https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{ID}");
        assert_eq!(sound(&own), Some(Sound { address: own.clone() }));
        for foreign in [
            format!("http://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{ID}"),
            format!("https://api.twilio.com.example/2010-04-01/Accounts/AC1/Recordings/{ID}"),
            format!("https://api.twilio.com@example.org/2010-04-01/Accounts/AC1/Recordings/{ID}"),
            format!("https://api.twilio.com:81/2010-04-01/Accounts/AC1/Recordings/{ID}"),
            format!("https://example.org/2010-04-01/Accounts/AC1/Recordings/{ID}"),
            format!("https://api.twilio.com/2010-04-01/Accounts/AC2/Recordings/{ID}"),
            format!("https://api.twilio.com/2010-04-01/Accounts/AC1/../AC2/Recordings/{ID}"),
            format!("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/{ID}"),
            format!("{own}/../../Messages"),
            format!("{own}?x=1"),
            own.replace("RE0", "REx"),
            "https://test.example/none".into(),
            String::new(),
        ] {
            assert_eq!(sound(&foreign), None, "{foreign}");
        }
    }
}
