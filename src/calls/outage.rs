//! What is heard while the database is away: "one moment please", again and again, and then the duty card.
//!
//! What the provider told meanwhile must not get lost, since it is told once: it travels along in the address to which
//! the provider comes back, sealed. Rule: nothing here reads or writes; it works from memory alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::flows::Speech;
use crate::kernel::{Instant, Language};
use crate::vault::{Place, Vault};
use crate::web;

use super::provider::twilio;
use super::provider::{Ask, DialOutcome, Dialled, Inbound, Recorded, Step, Then};
use super::{Dialect, apology, officer_says};

/// So long a caller is asked for patience in one outage.
const PATIENCE: TimeDelta = TimeDelta::seconds(30);
/// Between two tries, in seconds.
const PAUSE: u32 = 4;

/// One webhook in an outage: since when it waits to be kept, and what it told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// In microseconds since 1970.
    since: i64,
    keys: String,
    dialled: Option<(DialOutcome, Option<bool>)>,
    recording: Option<Recorded>,
    sip_code: Option<u16>,
}

/// What is answered in an outage.
pub enum Meanwhile {
    Step(Step),
    /// The last known duty card, as the provider reads it.
    Card(String),
}

impl Moment {
    /// The moment that an address carries, or a new one, and the webhook as it was told at first.
    pub fn meet(vault: &Vault, now: Instant, (path, query): (&str, Option<&str>), inbound: Inbound) -> (Self, Inbound) {
        let carried =
            query.and_then(|query| query.strip_prefix("moment=")).and_then(|it| Self::unseal(vault, path, it));
        match carried {
            Some(moment) => {
                let inbound = moment.resume(inbound);
                (moment, inbound)
            }
            None => (Self::begin(now, &inbound), inbound),
        }
    }

    fn begin(now: Instant, inbound: &Inbound) -> Self {
        Self {
            since: now.0,
            keys: inbound.keys.clone(),
            dialled: inbound.dialled.as_ref().map(|dialled| (dialled.outcome, dialled.bridged)),
            recording: inbound.recording.clone(),
            sip_code: inbound.sip_code,
        }
    }

    /// The webhook, with what was told before: when the provider comes back, it does not tell it again.
    fn resume(&self, inbound: Inbound) -> Inbound {
        let before = self.dialled.map(|(outcome, bridged)| Dialled { outcome, bridged, leg: None, seconds: None });
        Inbound {
            keys: if inbound.keys.is_empty() { self.keys.clone() } else { inbound.keys },
            dialled: inbound.dialled.or(before),
            recording: inbound.recording.or_else(|| self.recording.clone()),
            sip_code: inbound.sip_code.or(self.sip_code),
            ..inbound
        }
    }

    fn unseal(vault: &Vault, path: &str, text: &str) -> Option<Self> {
        vault.open_json(place(&path), &URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    fn address(&self, desk: &Desk, path: &str) -> String {
        let sealed = URL_SAFE_NO_PAD.encode(desk.vault.seal_json(place(&path), self));
        desk.address(&format!("{path}?moment={sealed}"))
    }

    fn is_patient(&self, now: Instant) -> bool {
        now - Instant(self.since) < PATIENCE
    }

    /// For the caller: they come back to the same address, for so long; then the card of the number that they called,
    /// without whom they have heard ring in vain.
    pub fn for_caller(
        &self,
        desk: &Desk,
        now: Instant,
        path: &str,
        (dialect, inbound): (Dialect, &Inbound),
    ) -> Meanwhile {
        if self.is_patient(now) {
            // In which language the call is, only the database knows.
            let speech = |language| Speech::new(web::text(language, "call-moment"), language);
            let say = [Language::De, Language::En].map(speech).into();
            let url = self.address(desk, path);
            return Meanwhile::Step(Step { say, then: Then::Pause { seconds: PAUSE, url } });
        }
        let called = inbound.called.as_ref();
        let Some(card) = called.and_then(|number| desk.cards.find_by_number(number, dialect.name())) else {
            return Meanwhile::Step(apology());
        };
        let rung = desk.cards.list_rung(now, inbound.leg.as_str());
        Meanwhile::Card(twilio::ringing_only(card.document_at(now), |it| rung.iter().all(|rung| rung.as_str() != it)))
    }

    /// For an officer who has picked up; a provider takes no redirect there, but it takes a question. Who has waited in
    /// vain hears that the call is gone, and the caller goes on.
    pub fn for_officer(&self, desk: &Desk, now: Instant, path: &str) -> Step {
        if !self.is_patient(now) {
            return Step::hang_up(officer_says("call-screen-gone", &[]));
        }
        let ask = Ask {
            prompts: officer_says("call-moment", &[]),
            digits: 1,
            finish_on: None,
            timeout_seconds: PAUSE,
            music: None,
            action: self.address(desk, path),
        };
        Step { say: vec![], then: Then::Ask(ask) }
    }
}

/// Opens only at the address for which it was sealed.
fn place<'a>(path: &'a &str) -> Place<'a> {
    Place { column: "telephony.moment", record: path }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::provider::LegId;
    use crate::vault::Key;

    const PATH: &str = "/telephony/twilio/step/cal_1/3";

    fn inbound(keys: &str, dialled: Option<Dialled>) -> Inbound {
        Inbound {
            leg: LegId::parse("CA1").unwrap(),
            parent: None,
            caller: None,
            called: None,
            status: None,
            keys: keys.into(),
            dialled,
            sequence: None,
            seconds: None,
            recording: None,
            sip_code: None,
        }
    }

    #[test]
    fn what_was_told_once_travels_along_and_can_be_read_only_there() {
        let vault = Vault::new(Key::mint(), vec![]);
        let dialled = Dialled { outcome: DialOutcome::Busy, bridged: Some(false), leg: None, seconds: None };
        let told = inbound("1", Some(dialled));
        let (moment, same) = Moment::meet(&vault, Instant(5), (PATH, None), told.clone());
        assert_eq!(same, told);
        let sealed = URL_SAFE_NO_PAD.encode(vault.seal_json(place(&PATH), &moment));
        let query = format!("moment={sealed}");
        let back = |path, query: &str| Moment::meet(&vault, Instant(9), (path, Some(query)), inbound("", None));
        assert_eq!(back(PATH, &query), (moment.clone(), told));
        for (path, query) in [("/telephony/twilio/step/cal_1/4", query.as_str()), (PATH, "moment=AAAA"), (PATH, "x=1")]
        {
            let (anew, inbound) = back(path, query);
            assert_eq!((anew.since, inbound.keys.as_str()), (9, ""), "{path} {query}");
        }
    }

    #[test]
    fn patience_ends_after_half_a_minute() {
        let moment = Moment::begin(Instant(0), &inbound("", None));
        assert!(moment.is_patient(Instant(29_999_999)));
        assert!(!moment.is_patient(Instant(30_000_000)));
    }
}
