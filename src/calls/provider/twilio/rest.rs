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
    token: &'a str,
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
        let (sid, token) = (config.account_sid.as_deref()?, &config.auth_token.as_ref()?.0);
        Some(Self { sid, token, base: &config.api_base.0 })
    }

    /// The sound of a message, if it is at the configured host and in this account.
    pub fn find_sound(&self, recorded: &Recorded) -> Option<Sound> {
        let (_, host) = self.base.split_once("://")?;
        let rest = recorded.url.strip_prefix("https://")?.strip_prefix(host)?;
        let id = rest.strip_prefix("/2010-04-01/Accounts/")?.strip_prefix(self.sid)?.strip_prefix("/Recordings/")?;
        let hex = id.strip_prefix("RE").filter(|hex| hex.len() == 32)?;
        let good = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        good.then(|| Sound { address: format!("{}/2010-04-01/Accounts/{}/Recordings/{id}", self.base, self.sid) })
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

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, RestError> {
        let answer = request.basic_auth(self.sid, Some(self.token)).send().await.map_err(not_now)?;
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

    const ACCOUNT: Account = Account { sid: "AC1", token: "secret", base: "https://api.twilio.com" };
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
