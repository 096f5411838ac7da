//! Twilio's form parameters in our words (twilio.com/docs/voice/twiml#request-parameters).
//!
//! One rule: what callers or new versions may bring (`anonymous`, a new status) never refuses a call.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;

use crate::calls::provider::{DialOutcome, Dialled, Inbound, LegId, Recorded, Unreadable, only_keys};
use crate::kernel::Phone;

/// Reads any of Twilio's webhooks on a call.
pub fn read(body: &[u8]) -> Result<Inbound, Unreadable> {
    let form = Form(form_urlencoded::parse(body).collect());
    Ok(Inbound {
        leg: form.leg("CallSid").ok_or(Unreadable("CallSid"))?,
        parent: form.leg("ParentCallSid"),
        caller: form.text("From").and_then(Phone::of_caller),
        called: form.text("To").and_then(Phone::of_caller),
        status: form.text("CallStatus").and_then(word),
        keys: only_keys(form.text("Digits").unwrap_or_default()),
        dialled: form.text("DialCallStatus").map(|status| Dialled {
            outcome: word(status).unwrap_or(DialOutcome::Failed),
            bridged: form.text("DialBridged").map(|bridged| bridged == "true"),
            leg: form.leg("DialCallSid"),
            seconds: form.number("DialCallDuration"),
        }),
        recording: form
            .text("RecordingUrl")
            .filter(|url| url.starts_with("https://"))
            .map(|url| Recorded { url: url.to_owned(), seconds: form.number("RecordingDuration").unwrap_or_default() }),
        sequence: form.number("SequenceNumber"),
        seconds: form.number("CallDuration"),
        sip_code: form.number("SipResponseCode"),
    })
}

struct Form<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Form<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_ref())
    }

    fn leg(&self, name: &str) -> Option<LegId> {
        self.text(name).and_then(LegId::parse)
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }
}

/// One of an enum's words.
fn word<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    let text: serde::de::value::StrDeserializer<'a, Error> = text.into_deserializer();
    T::deserialize(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::provider::LegStatus;

    #[test]
    fn an_incoming_call_is_read() {
        let body = b"CallSid=CA1&AccountSid=AC1&From=%2B498999998200&To=%2B4971112345678&CallStatus=ringing\
            &ApiVersion=2010-04-01&Direction=inbound";
        let inbound = read(body).unwrap();
        assert_eq!(inbound.leg.as_str(), "CA1");
        assert_eq!(inbound.caller, Some("+498999998200".parse().unwrap()));
        assert_eq!(inbound.called, Some("+4971112345678".parse().unwrap()));
        assert_eq!(inbound.status, Some(LegStatus::Ringing));
        assert_eq!((inbound.keys.as_str(), inbound.dialled, inbound.parent), ("", None, None));
    }

    #[test]
    fn a_withheld_or_strange_caller_is_a_caller() {
        for from in ["anonymous", "unknown", "client%3Amax", "sip%3Amax%40example.com", "%2B266696687", ""] {
            let inbound = read(format!("CallSid=CA1&From={from}&CallStatus=levitating").as_bytes()).unwrap();
            assert_eq!(inbound.caller.is_some(), from == "%2B266696687", "{from}");
            assert_eq!(inbound.status, None);
        }
    }

    #[test]
    fn the_end_of_a_ring_is_read() {
        let cases = [
            ("completed", DialOutcome::Completed),
            ("answered", DialOutcome::Completed),
            ("busy", DialOutcome::Busy),
            ("no-answer", DialOutcome::NoAnswer),
            ("failed", DialOutcome::Failed),
            ("canceled", DialOutcome::Canceled),
            ("levitating", DialOutcome::Failed),
        ];
        for (status, outcome) in cases {
            let body =
                format!("CallSid=CA1&DialCallStatus={status}&DialCallSid=CA2&DialCallDuration=7&DialBridged=false");
            let dialled = read(body.as_bytes()).unwrap().dialled.unwrap();
            assert_eq!(dialled, Dialled { outcome, bridged: Some(false), leg: LegId::parse("CA2"), seconds: Some(7) });
        }
    }

    #[test]
    fn a_report_on_an_officers_leg_is_read() {
        let body =
            b"CallSid=CA2&ParentCallSid=CA1&CallStatus=failed&SequenceNumber=2&CallDuration=0&SipResponseCode=404";
        let inbound = read(body).unwrap();
        assert_eq!(inbound.parent, LegId::parse("CA1"));
        assert_eq!((inbound.sequence, inbound.seconds, inbound.sip_code), (Some(2), Some(0), Some(404)));
        assert_eq!(inbound.status.map(LegStatus::is_over), Some(true));
    }

    #[test]
    fn a_webhook_without_a_call_is_refused() {
        for body in ["", "From=anonymous", "CallSid=", "CallSid=%00"] {
            assert_eq!(read(body.as_bytes()), Err(Unreadable("CallSid")), "{body}");
        }
        assert_eq!(read(b"CallSid=CA1&Digits=1%2A%23;DROP").unwrap().keys, "1*#");
    }
}
