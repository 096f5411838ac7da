//! The ways out: SMTP (lettre), the telephone provider's text messages (reqwest), or the demonstration's mailbox.

use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::config::{self, Encryption};
use crate::db::DbError;
use crate::desk::Desk;
use crate::ical::Method;
use crate::kernel::Instant;
use crate::kernel::id::MessageId;
use crate::vault::Place;

use super::{Mail, Message, Sms, store};

/// Why a message did not go out.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It will not go out however often it is tried: an address that cannot be one, a refusal for good.
    #[error("{0}")]
    Never(String),
    /// Another try may succeed.
    #[error("{0}")]
    NotNow(String),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The ways out that the configuration opens.
pub enum Senders {
    Real {
        smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
        client: reqwest::Client,
    },
    /// The demonstration: everything can be read on a page, nothing leaves the machine.
    Mailbox,
}

/// Whether a text is a mail address to which something can be sent (RFC 5321).
pub fn is_mail_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

/// The one HTTP client: 10 seconds a request, 3 to connect, no redirects followed.
pub fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(3))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("Sprechzeit/", env!("CARGO_PKG_VERSION")))
        .build()
}

impl Senders {
    /// The demonstration with a mail server configured sends real mail, too.
    pub fn new(desk: &Desk) -> anyhow::Result<Self> {
        if desk.is_demo() && desk.config.mail.host.is_none() {
            return Ok(Self::Mailbox);
        }
        let smtp = desk.config.mail.host.as_deref().map(|host| smtp(host, &desk.config.mail)).transpose()?;
        Ok(Self::Real { smtp, client: client()? })
    }

    pub async fn send(&self, desk: &Desk, id: MessageId, now: Instant, message: &Message) -> Result<(), SendError> {
        match (self, message) {
            (Self::Mailbox, message) => {
                let sealed = desk.vault.seal_json(Place { column: "mailbox.message", record: &id }, message);
                Ok(store::insert_mailbox(desk, id, message.kind(), sealed, now).await?)
            }
            (Self::Real { smtp: None, .. }, Message::Mail(_)) => {
                Err(SendError::NotNow("no mail server is configured (mail.host)".into()))
            }
            (Self::Real { smtp: Some(smtp), .. }, Message::Mail(mail)) => {
                let mail = compose(&desk.config.mail.from, id, now, mail)?;
                smtp.send(mail).await.map(drop).map_err(|error| match error.is_permanent() {
                    true => SendError::Never(error.to_string()),
                    false => SendError::NotNow(error.to_string()),
                })
            }
            (Self::Real { client, .. }, Message::Sms(sms)) => {
                text_message(client, &desk.config.telephony.twilio, sms).await
            }
        }
    }
}

fn smtp(host: &str, config: &config::Mail) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let builder = match config.encryption {
        Encryption::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host)?,
        Encryption::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host)?,
        Encryption::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host),
    };
    let builder = builder.port(config.port).timeout(Some(Duration::from_secs(20)));
    Ok(match (&config.user, &config.password) {
        (Some(user), Some(password)) => builder.credentials(Credentials::new(user.clone(), password.0.clone())).build(),
        _ => builder.build(),
    })
}

/// A mail, with its invitation as an alternative whose MIME type names the method of the object (RFC 6047 § 2.4).
fn compose(from: &str, id: MessageId, now: Instant, mail: &Mail) -> Result<lettre::Message, SendError> {
    let never = |what: &str| SendError::Never(format!("{what} is not a mail address"));
    let from: Mailbox = from.parse().map_err(|_| never("mail.from"))?;
    let to: Mailbox = mail.to.parse().map_err(|_| never("the receiver"))?;
    let message_id = format!("<{id}@{}>", from.email.domain());
    let builder = lettre::Message::builder()
        .from(from)
        .to(to)
        .subject(&mail.subject)
        .date(now.utc().into())
        .message_id(Some(message_id))
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
    let text = SinglePart::plain(mail.text.clone());
    let built = match &mail.invitation {
        None => builder.singlepart(text),
        Some(invitation) => {
            let method = match invitation.method {
                Method::Publish => "PUBLISH",
                Method::Request => "REQUEST",
                Method::Cancel => "CANCEL",
            };
            let kind = ContentType::parse(&format!("text/calendar; method={method}; charset=utf-8"))
                .map_err(|error| SendError::Never(error.to_string()))?;
            let calendar = SinglePart::builder().header(kind).body(invitation.ics.clone());
            builder.multipart(MultiPart::alternative().singlepart(text).singlepart(calendar))
        }
    };
    built.map_err(|error| SendError::Never(error.to_string()))
}

/// A text message by Twilio's REST interface: `POST /2010-04-01/Accounts/{sid}/Messages.json`.
async fn text_message(client: &reqwest::Client, config: &config::Twilio, sms: &Sms) -> Result<(), SendError> {
    let (Some(sid), Some(token), Some(from)) = (&config.account_sid, &config.auth_token, &config.sms_from) else {
        return Err(SendError::NotNow("no sender for text messages is configured (telephony.twilio)".into()));
    };
    let address = format!("{}/2010-04-01/Accounts/{sid}/Messages.json", config.api_base.0);
    let form = [("To", sms.to.as_str()), ("From", from.0.as_str()), ("Body", &sms.text)];
    let answer = client.post(address).basic_auth(sid, Some(&token.0)).form(&form).send().await;
    let status = answer.map_err(|error| SendError::NotNow(error.without_url().to_string()))?.status();
    match status.as_u16() {
        200..=299 => Ok(()),
        // Wrong for good: the number or the text. Rights and rates can be mended while it waits.
        400 | 404 | 422 => Err(SendError::Never(format!("the provider refused the text message: {status}"))),
        _ => Err(SendError::NotNow(format!("the provider answered {status}"))),
    }
}
