//! A step as TwiML (twilio.com/docs/voice/twiml).
//!
//! One rule: every verb that waits names its `action`; without one, Twilio repeats the document or falls through.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::calls::provider::{Ask, Record, Ring, Room, Standing, Step, Telephone, Then, Transfer};
use crate::flows::{RecordingId, Speech};
use crate::kernel::Language;

/// Twilio tries an address again twice, after any failure. The fragment is neither sent nor signed
/// (twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
pub(super) const RETRY: &str = "#rc=2&rp=all";

/// How prompts are spoken.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The names of the voices that read aloud, for instance `Polly.Vicki-Neural`; None leaves the choice to Twilio.
    pub german: Option<String>,
    pub english: Option<String>,
    /// Where recordings are, up to their id.
    pub sounds: String,
}

/// The document that answers a webhook.
#[allow(clippy::expect_used, reason = "memory takes every byte, and what goes in is UTF-8")]
pub fn twiml(step: &Step, reading: &Reading) -> String {
    let mut document = Document { xml: Writer::new(Vec::new()), reading };
    document.response(step).expect("writing to memory");
    String::from_utf8(document.xml.into_inner()).expect("UTF-8 in, UTF-8 out")
}

/// A document that needs no webhook. One `Dial` rings them all, one after another: after a second `Dial` whoever has
/// talked already would be connected again.
#[allow(clippy::expect_used, reason = "memory takes every byte, and what goes in is UTF-8")]
pub fn standing(card: &Standing, reading: &Reading) -> String {
    let mut document = Document { xml: Writer::new(Vec::new()), reading };
    document.standing(card).expect("writing to memory");
    String::from_utf8(document.xml.into_inner()).expect("UTF-8 in, UTF-8 out")
}

/// The standing document with those of its numbers alone that may ring.
pub fn ringing_only(document: &str, may_ring: impl Fn(&str) -> bool) -> String {
    const END: &str = "</Number>";
    let (mut left, mut rest) = (String::new(), document);
    while let Some((start, end)) = rest.find("<Number").zip(rest.find(END)) {
        let (before, number) = (&rest[..start], &rest[start..end]);
        left += before;
        if number.rsplit_once('>').is_some_and(|(_, number)| may_ring(number)) {
            left = left + number + END;
        }
        rest = &rest[end + END.len()..];
    }
    left += rest;
    // A Dial must ring somebody.
    if let Some((start, end)) = left.find("<Dial").zip(left.find("\"></Dial>")) {
        left.replace_range(start..end + "\"></Dial>".len(), "");
    }
    left
}

/// The document with a remark that no caller hears. It must not hold two hyphens in a row (XML 1.0 § 2.5).
pub fn remarked(document: &str, remark: &str) -> String {
    document.replacen("?>", &format!("?>\n<!-- {remark} -->\n"), 1)
}

/// The remark of a document.
pub fn remark(document: &str) -> Option<&str> {
    Some(document.split_once("?>\n<!-- ")?.1.split_once(" -->\n")?.0)
}

struct Document<'a> {
    xml: Writer<Vec<u8>>,
    reading: &'a Reading,
}

type Attributes<'a> = Vec<(&'a str, String)>;

impl Document<'_> {
    fn response(&mut self, step: &Step) -> io::Result<()> {
        self.xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.element("Response", vec![], |document| {
            document.say(&step.say)?;
            match &step.then {
                Then::Ask(ask) => document.gather(ask),
                Then::Ring(ring) => document.dial(ring, &step.say),
                Then::Transfer(transfer) => document.transfer(transfer),
                Then::Record(record) => document.record(record),
                Then::Redirect { url } => document.text("Redirect", vec![post("method")], &with_retry(url)),
                Then::Pause { seconds, url } => {
                    document.element("Pause", vec![("length", seconds.to_string())], |_| Ok(()))?;
                    document.text("Redirect", vec![post("method")], &with_retry(url))
                }
                Then::HangUp => document.element("Hangup", vec![], |_| Ok(())),
                // The legs are connected when the document of the officer's leg ends.
                Then::Bridge => Ok(()),
                Then::Room(room) => document.room(room),
            }
        })
    }

    fn standing(&mut self, card: &Standing) -> io::Result<()> {
        self.xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let attributes = vec![
            ("timeout", card.seconds.to_string()),
            ("callerId", card.caller_id.as_str().to_owned()),
            ("sequential", "true".into()),
        ];
        self.element("Response", vec![], |document| {
            document.say(&card.say)?;
            if !card.numbers.is_empty() {
                document.element("Dial", attributes, |document| {
                    card.numbers.iter().try_for_each(|number| document.text("Number", vec![], number.as_str()))
                })?;
            }
            document.say(&card.ending)?;
            document.element("Hangup", vec![], |_| Ok(()))
        })
    }

    fn say(&mut self, speeches: &[Speech]) -> io::Result<()> {
        for speech in speeches {
            if let Some(sound) = &speech.recording {
                self.play(sound)?;
                continue;
            }
            let (language, voice) = match speech.language {
                Language::De | Language::Simple => ("de-DE", &self.reading.german),
                Language::En | Language::Other(_) => ("en-GB", &self.reading.english),
            };
            let mut attributes = vec![("language", language.to_owned())];
            attributes.extend(voice.clone().map(|voice| ("voice", voice)));
            self.text("Say", attributes, &speech.text)?;
        }
        Ok(())
    }

    fn gather(&mut self, ask: &Ask) -> io::Result<()> {
        let attributes = vec![
            ("action", with_retry(&ask.action)),
            post("method"),
            ("actionOnEmptyResult", "true".into()),
            ("input", "dtmf".into()),
            ("numDigits", ask.digits.to_string()),
            ("timeout", ask.timeout_seconds.to_string()),
            ("finishOnKey", ask.finish_on.map(String::from).unwrap_or_default()),
        ];
        self.element("Gather", attributes, |document| {
            document.say(&ask.prompts)?;
            ask.music.iter().try_for_each(|music| document.play(music))
        })
    }

    fn play(&mut self, sound: &RecordingId) -> io::Result<()> {
        let address = format!("{}{}", self.reading.sounds, sound.as_str());
        self.text("Play", vec![], &address)
    }

    fn dial(&mut self, ring: &Ring, before: &[Speech]) -> io::Result<()> {
        let mut attributes = vec![
            ("action", with_retry(&ring.action)),
            post("method"),
            ("timeout", ring.seconds.to_string()),
            ("callerId", ring.caller_id.as_str().to_owned()),
        ];
        // Twilio takes it only where nothing was said before.
        if before.is_empty() {
            attributes.push(("answerOnBridge", "true".into()));
        }
        self.element("Dial", attributes, |document| {
            ring.telephones.iter().try_for_each(|telephone| document.number(telephone))
        })
    }

    fn number(&mut self, telephone: &Telephone) -> io::Result<()> {
        let asked = telephone.screen_url.iter().flat_map(|url| [("url", with_retry(url)), post("method")]);
        let told = [
            ("statusCallback", with_retry(&telephone.status_url)),
            post("statusCallbackMethod"),
            ("statusCallbackEvent", "initiated ringing answered completed".into()),
        ];
        self.text("Number", asked.chain(told).collect(), telephone.number.as_str())
    }

    fn transfer(&mut self, transfer: &Transfer) -> io::Result<()> {
        let attributes = vec![
            ("action", with_retry(&transfer.action)),
            post("method"),
            ("timeout", transfer.seconds.to_string()),
            ("callerId", transfer.caller_id.as_str().to_owned()),
        ];
        self.element("Dial", attributes, |document| document.text("Number", vec![], transfer.number.as_str()))
    }

    /// Nobody's leaving ends it for the others: who is needed no more is led out by an order.
    fn room(&mut self, room: &Room) -> io::Result<()> {
        let dial = vec![("action", with_retry(&room.action)), post("method")];
        let conference = vec![
            ("beep", "false".to_owned()),
            ("startConferenceOnEnter", "true".into()),
            ("endConferenceOnExit", "false".into()),
            ("waitUrl", String::new()),
            ("record", "do-not-record".into()),
        ];
        self.element("Dial", dial, |document| document.text("Conference", conference, &room.name))
    }

    /// A message, ended by silence, the hash key, or its longest length.
    fn record(&mut self, record: &Record) -> io::Result<()> {
        let attributes = vec![
            ("action", with_retry(&record.action)),
            post("method"),
            ("maxLength", record.longest_seconds.to_string()),
            ("timeout", "5".into()),
            ("finishOnKey", "#".into()),
            ("playBeep", "true".into()),
        ];
        self.element("Record", attributes, |_| Ok(()))?;
        // Where nothing was said, Twilio does not come to the action and goes on below.
        self.text("Redirect", vec![post("method")], &with_retry(&record.action))
    }

    fn text(&mut self, name: &str, attributes: Attributes, text: &str) -> io::Result<()> {
        let text: String = text.chars().map(|c| if in_xml(c) { c } else { ' ' }).collect();
        self.element(name, attributes, |document| document.xml.write_event(Event::Text(BytesText::new(&text))))
    }

    fn element(
        &mut self,
        name: &str,
        attributes: Attributes,
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut start = quick_xml::events::BytesStart::new(name);
        start.extend_attributes(attributes.iter().map(|(name, value)| (*name, value.as_str())));
        let end = start.to_end().into_owned();
        self.xml.write_event(Event::Start(start))?;
        content(self)?;
        self.xml.write_event(Event::End(end))
    }
}

/// XML 1.0 § 2.2, without line breaks.
fn in_xml(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

fn post(attribute: &str) -> (&str, String) {
    (attribute, "POST".to_owned())
}

fn with_retry(url: &str) -> String {
    format!("{url}{RETRY}")
}

#[cfg(test)]
#[path = "../../../../tests/it/twiml.rs"]
mod validator;

#[cfg(test)]
mod tests {
    use super::*;

    fn speech(text: &str) -> Speech {
        Speech::new(text, Language::De)
    }

    fn ask() -> Then {
        Then::Ask(Ask {
            prompts: vec![speech("Drücken Sie die 1."), Speech::new("Press 1.", Language::En)],
            digits: 1,
            finish_on: None,
            timeout_seconds: 5,
            music: None,
            action: "https://a.example/keys?call=cal_1&step=2".into(),
        })
    }

    fn ring() -> Then {
        let telephone = Telephone {
            number: "+498999998110".parse().unwrap(),
            screen_url: Some("https://a.example/screen".into()),
            after_seconds: 0,
            status_url: "https://a.example/status".into(),
        };
        Then::Ring(Ring {
            telephones: vec![telephone],
            caller_id: "+4971112345678".parse().unwrap(),
            seconds: 20,
            action: "https://a.example/dialled".into(),
        })
    }

    fn transfer() -> Then {
        Then::Transfer(Transfer {
            number: "+498999998110".parse().unwrap(),
            caller_id: "+4971112345678".parse().unwrap(),
            seconds: 30,
            action: "https://a.example/dialled".into(),
        })
    }

    fn record() -> Then {
        Then::Record(Record { longest_seconds: 120, action: "https://a.example/recorded".into() })
    }

    fn document(say: &[&str], then: Then) -> String {
        let step = Step { say: say.iter().map(|text| speech(text)).collect(), then };
        twiml(
            &step,
            &Reading {
                german: Some("Polly.Vicki-Neural".into()),
                sounds: "https://a.example/sounds/".into(),
                ..Reading::default()
            },
        )
    }

    #[test]
    fn a_standing_document_can_ring_fewer() {
        let numbers = ["+498999998110", "+498999998111"].map(|number| number.parse().unwrap());
        let card = Standing {
            say: vec![],
            numbers: numbers.to_vec(),
            caller_id: "+4971112345678".parse().unwrap(),
            seconds: 20,
            ending: vec![],
        };
        let both = standing(&card, &Reading::default());
        assert_eq!(ringing_only(&both, |_| true), both);
        let one = standing(&Standing { numbers: numbers[1..].to_vec(), ..card.clone() }, &Reading::default());
        assert_eq!(ringing_only(&both, |number| number != "+498999998110"), one);
        let nobody = standing(&Standing { numbers: vec![], ..card }, &Reading::default());
        assert_eq!(ringing_only(&both, |_| false), nobody);
    }

    #[test]
    fn every_step_is_valid_twiml() {
        for say in [&[][..], &["Einen Moment bitte."]] {
            for then in
                [ask(), ring(), transfer(), record(), Then::HangUp, Then::Redirect { url: "https://a.example/".into() }]
            {
                validator::assert_valid(&document(say, then));
            }
            for then in [ask(), Then::Bridge, Then::HangUp] {
                validator::assert_valid_screening(&document(say, then));
            }
        }
    }

    #[test]
    fn a_question_comes_back_even_after_silence() {
        insta::assert_snapshot!(document(&["Guten Tag."], ask()), @r##"<?xml version="1.0" encoding="UTF-8"?><Response><Say language="de-DE" voice="Polly.Vicki-Neural">Guten Tag.</Say><Gather action="https://a.example/keys?call=cal_1&amp;step=2#rc=2&amp;rp=all" method="POST" actionOnEmptyResult="true" input="dtmf" numDigits="1" timeout="5" finishOnKey=""><Say language="de-DE" voice="Polly.Vicki-Neural">Drücken Sie die 1.</Say><Say language="en-GB">Press 1.</Say></Gather></Response>"##);
    }

    #[test]
    fn a_ring_is_screened_and_comes_back() {
        insta::assert_snapshot!(document(&[], ring()), @r##"<?xml version="1.0" encoding="UTF-8"?><Response><Dial action="https://a.example/dialled#rc=2&amp;rp=all" method="POST" timeout="20" callerId="+4971112345678" answerOnBridge="true"><Number url="https://a.example/screen#rc=2&amp;rp=all" method="POST" statusCallback="https://a.example/status#rc=2&amp;rp=all" statusCallbackMethod="POST" statusCallbackEvent="initiated ringing answered completed">+498999998110</Number></Dial></Response>"##);
        assert!(!document(&["Einen Moment."], ring()).contains("answerOnBridge"));
    }

    #[test]
    fn no_text_can_break_the_document() {
        let document =
            document(&["</Say><Dial>0900</Dial> & \"Müller\" <3 'ja' \u{1F600}\u{0}\u{1b}\u{FFFF}"], Then::HangUp);
        validator::assert_valid(&document);
        assert!(!document.contains("<Dial>"), "{document}");
        assert!(document.contains("&amp;") && document.contains("Müller") && document.contains('\u{1F600}'));
    }
}
