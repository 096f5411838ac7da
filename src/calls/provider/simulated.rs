//! The dialect of the test telephone in the browser: JSON in, JSON out.
//!
//! The browser plays the exchange: it connects legs, waits and rings; every decision is made here as for a real call.
//! One rule: nothing that a real provider could not say or do.

use serde::Deserialize;

use super::{DialOutcome, Dialled, Inbound, LegId, LegStatus, Recorded, Step, Unreadable, only_keys};
use crate::kernel::Phone;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    leg: String,
    parent: Option<String>,
    /// Nothing for a withheld number.
    from: Option<String>,
    to: Option<String>,
    status: Option<LegStatus>,
    #[serde(default)]
    keys: String,
    dialled: Option<Outcome>,
    recording: Option<Recorded>,
    sequence: Option<u32>,
    seconds: Option<u32>,
    sip_code: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome {
    outcome: DialOutcome,
    bridged: Option<bool>,
    leg: Option<String>,
    seconds: Option<u32>,
}

/// Reads what the test telephone reports.
pub fn read(body: &[u8]) -> Result<Inbound, Unreadable> {
    let report: Report = serde_json::from_slice(body).map_err(|_| Unreadable("the report"))?;
    let leg = |text: Option<&str>| text.and_then(LegId::parse);
    let dialled = report.dialled.map(|dialled| Dialled {
        outcome: dialled.outcome,
        bridged: dialled.bridged,
        leg: leg(dialled.leg.as_deref()),
        seconds: dialled.seconds,
    });
    Ok(Inbound {
        leg: leg(Some(&report.leg)).ok_or(Unreadable("leg"))?,
        parent: leg(report.parent.as_deref()),
        caller: report.from.as_deref().and_then(Phone::of_caller),
        called: report.to.as_deref().and_then(Phone::of_caller),
        status: report.status,
        keys: only_keys(&report.keys),
        dialled,
        recording: report.recording,
        sequence: report.sequence,
        seconds: report.seconds,
        sip_code: report.sip_code,
    })
}

/// What the test telephone does next.
pub fn json(step: &Step) -> serde_json::Value {
    serde_json::json!(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::provider::{Ask, Ring, Telephone, Then};
    use crate::flows::Speech;
    use crate::kernel::Language;

    #[test]
    fn a_report_is_read() {
        let body = br##"{"leg": "test-1", "from": null, "to": "+4971112345678", "keys": "1w#",
            "dialled": {"outcome": "no-answer", "bridged": false}}"##;
        let inbound = read(body).unwrap();
        assert_eq!(inbound.caller, None);
        assert_eq!(inbound.keys, "1#");
        assert_eq!(inbound.dialled.map(|dialled| dialled.outcome), Some(DialOutcome::NoAnswer));
        assert_eq!(read(b"{\"leg\": \"\"}"), Err(Unreadable("leg")));
        assert_eq!(read(b"From=anonymous"), Err(Unreadable("the report")));
    }

    #[test]
    fn a_step_is_told_as_it_is() {
        let say = vec![Speech::new("Guten Tag.", Language::De)];
        let ask = Ask {
            prompts: vec![],
            digits: 1,
            finish_on: None,
            timeout_seconds: 5,
            music: None,
            action: "https://a.example/k".into(),
        };
        insta::assert_json_snapshot!(json(&Step { say, then: Then::Ask(ask) }), @r#"
        {
          "say": [
            {
              "language": "de",
              "text": "Guten Tag."
            }
          ],
          "then": {
            "ask": {
              "action": "https://a.example/k",
              "digits": 1,
              "finish_on": null,
              "prompts": [],
              "timeout_seconds": 5
            }
          }
        }
        "#);
        let telephone = Telephone {
            number: "+498999998110".parse().unwrap(),
            screen_url: Some("https://a.example/s".into()),
            after_seconds: 0,
            status_url: "https://a.example/l".into(),
        };
        let ring = Ring {
            telephones: vec![telephone],
            caller_id: "+498999998200".parse().unwrap(),
            seconds: 20,
            action: "https://a.example/d".into(),
        };
        let json = json(&Step { say: vec![], then: Then::Ring(ring) });
        assert_eq!(json["then"]["ring"]["telephones"][0]["number"], "+498999998110");
        assert_eq!(super::json(&Step::hang_up(vec![]))["then"], "hang_up");
    }
}
