//! What telephone providers can do: the capability matrix, against which a flow is checked.
//!
//! Facts from the providers' own documentation; says nothing of which providers this program speaks with. One rule: a
//! flow that its hotline's provider cannot carry is never published.

use std::fmt;

use super::recording::Format;

/// One provider's abilities.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// As it is written in a flow file.
    pub name: &'static str,
    /// Reads texts aloud.
    pub speech: bool,
    /// Hands over keys that callers press.
    pub menu: bool,
    /// Lets an officer be asked before the two are connected.
    pub screening: bool,
    /// Tells how ringing one officer ended, so that the next can be rung.
    pub dial_result: bool,
    /// Takes messages.
    pub voicemail: bool,
    /// How many telephones ring at once at most.
    pub parallel: usize,
    plays: Plays,
}

/// Which recordings a provider plays.
#[derive(Debug, PartialEq, Eq)]
enum Plays {
    /// WAV and MP3.
    Common,
    /// WAV of 8 kHz, mono, 16 bit, PCM; it can be played everywhere.
    NarrowWav,
    /// Only what is stored at the provider's own.
    Nothing,
}

const FULL: Provider = Provider {
    name: "",
    speech: true,
    menu: true,
    screening: true,
    dial_result: true,
    voicemail: true,
    parallel: 10,
    plays: Plays::Common,
};

/// The matrix. Sources: the providers' documentation of TwiML, TeXML, cXML, NCCO, XML, sipgate.io, Placetel and jambonz.
pub static PROVIDERS: [Provider; 9] = [
    Provider { name: "twilio", ..FULL },
    Provider { name: "telnyx", ..FULL },
    Provider { name: "signalwire", ..FULL },
    Provider { name: "vonage", parallel: 1, ..FULL },
    Provider { name: "plivo", ..FULL },
    Provider { name: "jambonz", ..FULL },
    Provider {
        name: "sipgate",
        speech: false,
        screening: false,
        dial_result: false,
        voicemail: false,
        parallel: 5,
        plays: Plays::NarrowWav,
        ..FULL
    },
    Provider {
        name: "placetel",
        speech: false,
        menu: false,
        screening: false,
        dial_result: false,
        voicemail: false,
        plays: Plays::Nothing,
        ..FULL
    },
    // The test telephone in the browser does what Twilio does.
    Provider { name: "simulated", ..FULL },
];

impl Provider {
    pub fn find(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    pub(super) fn plays(&self, format: Format) -> bool {
        match self.plays {
            Plays::Common => true,
            Plays::NarrowWav => format.is_narrow_wav(),
            Plays::Nothing => false,
        }
    }

    /// Whether it plays recordings of ours at all.
    pub(super) fn plays_ours(&self) -> bool {
        self.plays != Plays::Nothing
    }

    /// What it plays, in words.
    pub(super) fn playable(&self) -> &'static str {
        match self.plays {
            Plays::Common => "WAV or MP3",
            Plays::NarrowWav => "WAV with 8 kHz, mono, 16 bit, PCM",
            Plays::Nothing => "nothing of ours",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
