//! Calls over Twilio's REST interface (twilio.com/docs/voice/api/call-resource): begin one, lead one elsewhere, end one.
//!
//! Nothing is tried again here. One rule: only an answer says that an order was refused; silence says nothing.

use std::time::Duration;

use serde::Deserialize;

use super::rest::Account;
use super::twiml::RETRY;
use crate::calls::provider::LegId;
use crate::calls::provider::order::{Fate, NewCall, Order};
use crate::outbox;

/// How long somebody who has pressed a button waits for the provider.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Created {
    sid: String,
}

/// What Twilio says of a refusal (twilio.com/docs/api/errors).
#[derive(Deserialize)]
struct Complaint {
    code: Option<u32>,
    message: Option<String>,
}

impl Account<'_> {
    pub async fn carry_out(&self, order: &Order) -> Fate {
        let (path, form) = match order {
            Order::Call(call) => ("Calls.json".to_owned(), begin(call)),
            Order::Redirect { leg, url } => {
                (of(leg), vec![("Url", format!("{url}{RETRY}")), ("Method", "POST".to_owned())])
            }
            // Ends a leg that rings, too.
            Order::End { leg } => (of(leg), vec![("Status", "completed".to_owned())]),
        };
        let client = match outbox::client() {
            Ok(client) => client,
            Err(error) => return Fate::Refused { why: error.to_string(), status: None },
        };
        let request = client.post(self.address(&path)).form(&form).timeout(PATIENCE);
        match self.signed_in(request).send().await {
            Ok(answer) => read(answer).await,
            // Without a connection nothing was sent.
            Err(error) if error.is_connect() || error.is_builder() => {
                Fate::Refused { why: error.without_url().to_string(), status: None }
            }
            Err(error) => Fate::Unknown { why: error.without_url().to_string() },
        }
    }
}

fn of(leg: &LegId) -> String {
    let leg: String = form_urlencoded::byte_serialize(leg.as_str().as_bytes()).collect();
    format!("Calls/{leg}.json")
}

fn begin(call: &NewCall) -> Vec<(&'static str, String)> {
    let mut form = vec![
        ("To", call.to.as_str().to_owned()),
        ("From", call.caller_id.as_str().to_owned()),
        ("Url", format!("{}{RETRY}", call.url)),
        ("Method", "POST".into()),
        ("StatusCallback", format!("{}{RETRY}", call.status_url)),
        ("StatusCallbackMethod", "POST".into()),
        ("Timeout", call.seconds.to_string()),
    ];
    let events = ["initiated", "ringing", "answered", "completed"];
    form.extend(events.map(|event| ("StatusCallbackEvent", event.to_owned())));
    form
}

async fn read(answer: reqwest::Response) -> Fate {
    let status = answer.status().as_u16();
    match status {
        200..=299 => {
            let created = answer.json::<Created>().await.ok().and_then(|created| LegId::parse(&created.sid));
            created.map_or_else(|| Fate::Unknown { why: "the answer cannot be read".into() }, |leg| Fate::Done { leg })
        }
        // A server that fails may have done it before.
        500.. => Fate::Unknown { why: format!("the provider answered {status}") },
        _ => Fate::Refused { why: complaint(status, answer.json().await.ok()), status: Some(status) },
    }
}

/// Its message may hold a number: only code and status are kept.
fn complaint(status: u16, told: Option<Complaint>) -> String {
    let code = told.and_then(|told| told.code.filter(|_| told.message.is_some()));
    code.map_or_else(|| format!("the provider answered {status}"), |code| format!("{status}, error {code}"))
}
