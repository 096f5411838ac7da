//! Recorded prompts: sound files beside the flows, known by their content.
//!
//! Reads headers only; playing is the provider's work. One rule: a recording's name is the hash of its bytes, so that it
//! can be kept by everybody for ever.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A recorded prompt that a flow plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// As it is named in the flow's file.
    pub file: String,
    pub id: RecordingId,
    /// How long it plays, in milliseconds; None where its header does not say.
    pub length: Option<u32>,
}

/// The SHA-256 of a sound file, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordingId(String);

impl RecordingId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// What a sound file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Wav { rate: u32, channels: u16, bits: u16 },
    Mp3,
}

impl Format {
    pub(super) fn is_narrow_wav(self) -> bool {
        self == Self::Wav { rate: 8000, channels: 1, bits: 16 }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Wav { .. } => "audio/wav",
            Self::Mp3 => "audio/mpeg",
        }
    }
}

/// A sound file in memory.
#[derive(Clone, Debug)]
pub struct Sound {
    pub bytes: Arc<[u8]>,
    pub format: Format,
    id: RecordingId,
    length: Option<u32>,
}

/// The sound files at hand, by the name that a flow gives them.
#[derive(Clone, Debug, Default)]
pub struct Recordings(BTreeMap<String, Option<Sound>>);

impl Recordings {
    /// Adds a file; one that is neither WAV nor MP3 is known as such.
    pub fn add(&mut self, file: &str, bytes: Vec<u8>) {
        let sound = format_of(&bytes).map(|(format, length)| Sound {
            id: RecordingId::of(&bytes),
            bytes: bytes.into(),
            format,
            length,
        });
        self.0.insert(file.to_owned(), sound);
    }

    /// None: no such file. Some(None): no sound that anybody plays.
    pub(super) fn find(&self, file: &str) -> Option<Option<(Recording, Format)>> {
        let of = |sound: &Sound| {
            let recording = Recording { file: file.to_owned(), id: sound.id.clone(), length: sound.length };
            (recording, sound.format)
        };
        Some(self.0.get(file)?.as_ref().map(of))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn load(&self, id: &str) -> Option<&Sound> {
        self.0.values().flatten().find(|sound| sound.id.0 == id)
    }
}

/// The format and the length in milliseconds. WAV: RIFF (Microsoft and IBM, 1991) with PCM samples; MP3: ISO 11172-3
/// frames, perhaps behind an ID3v2 tag.
fn format_of(bytes: &[u8]) -> Option<(Format, Option<u32>)> {
    if let Ok(wav) = hound::WavReader::new(bytes) {
        let spec = wav.spec();
        let length = u64::from(wav.duration()) * 1000 / u64::from(spec.sample_rate.max(1));
        let format = Format::Wav { rate: spec.sample_rate, channels: spec.channels, bits: spec.bits_per_sample };
        let is_pcm = spec.sample_format == hound::SampleFormat::Int;
        return is_pcm.then_some((format, u32::try_from(length).ok()));
    }
    let frame = bytes.first() == Some(&0xFF) && bytes.get(1).is_some_and(|byte| byte & 0xE6 == 0xE2);
    (bytes.starts_with(b"ID3") || frame).then_some((Format::Mp3, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half a second of silence.
    fn wav(rate: u32) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        (0..rate / 2).for_each(|_| writer.write_sample(0i16).unwrap());
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_sound_is_known_by_its_content() {
        let mut recordings = Recordings::default();
        for (file, bytes) in
            [("a.wav", wav(8000)), ("b.wav", wav(8000)), ("c.wav", wav(16_000)), ("d.wav", b"x".into())]
        {
            recordings.add(file, bytes);
        }
        let found = |file| recordings.find(file).flatten().unwrap();
        let (a, format) = found("a.wav");
        assert!(format.is_narrow_wav());
        assert_eq!((a.length, &a.id), (Some(500), &found("b.wav").0.id));
        assert_ne!(a.id, found("c.wav").0.id);
        assert!(!found("c.wav").1.is_narrow_wav());
        assert_eq!(recordings.find("d.wav"), Some(None));
        assert_eq!(recordings.find("e.wav"), None);
        assert_eq!(recordings.load(a.id.as_str()).map(|sound| sound.format.content_type()), Some("audio/wav"));
    }
}
