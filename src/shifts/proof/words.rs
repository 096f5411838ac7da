//! A counter-example in English words, as the command line and the programmer's door tell it.

use std::fmt;

use chrono::TimeDelta;

use crate::kernel::{Instant, Span, local};

use super::{Cause, CounterExample, End, Fault, Finding, Severity, Step};

/// So many spans are told one by one; the others are summed up.
const TOLD: usize = 3;

/// "Sat 24 Oct 23:59 to 24:00 (1 min)". The midnight that ends a day is its 24:00; an hour that the clock repeats names
/// its offset.
pub fn span_in_english(span: Span) -> String {
    let start = local::wall(span.start);
    let end = match local::wall(span.end) {
        end if end.date_naive() == start.date_naive() => time(span.end),
        end if end.time() == chrono::NaiveTime::MIN && end.date_naive().pred_opt() == Some(start.date_naive()) => {
            "24:00".to_owned()
        }
        end => format!("{} {}", end.format("%a %-d %b"), time(span.end)),
    };
    format!("{} {} to {end} ({})", start.format("%a %-d %b"), time(span.start), length(span.length()))
}

/// The first spans, and how many follow.
pub fn spans_in_english(spans: &[Span]) -> String {
    let mut told: Vec<String> = spans.iter().take(TOLD).map(|span| span_in_english(*span)).collect();
    if let Some(rest) = spans.get(TOLD..).filter(|rest| !rest.is_empty()) {
        let longer = rest.iter().map(|span| span.length()).sum();
        told.push(format!("and {} more times ({})", rest.len(), length(longer)));
    }
    told.join("; ")
}

fn time(at: Instant) -> String {
    let wall = local::wall(at);
    let seconds = at.0.rem_euclid(60_000_000) != 0;
    let time = wall.format(if seconds { "%H:%M:%S" } else { "%H:%M" });
    let hour = TimeDelta::hours(1);
    let same = |other: Instant| local::wall(other).naive_local() == wall.naive_local();
    match same(at - hour) || same(at + hour) {
        true => format!("{time} {}", wall.format("%Z")),
        false => time.to_string(),
    }
}

fn length(length: TimeDelta) -> String {
    let seconds = length.num_seconds();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

impl fmt::Display for CounterExample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", spans_in_english(&self.spans), self.finding)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            write!(f, "{step}, ")?;
        }
        self.fault.fmt(f)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RingsNobody { cause, ends } => write!(f, "{cause}, rings 0 officers, ends in {ends}"),
            Self::Silence => f.write_str("ends in silence"),
            Self::TooLong { seconds, stated } => {
                write!(f, "then up to {seconds} s without a key, {stated} s are stated")
            }
            Self::NeverRung { officers, of } => {
                write!(
                    f,
                    "{officers} of {of} officers on duty are never rung: the rings before use up the longest wait"
                )
            }
            Self::TooManyAtOnce { officers, parallel } => {
                write!(f, "{officers} telephones are to ring at once, the provider rings {parallel}")
            }
            Self::NoFlow { name } => write!(f, "there is no flow \"{name}\""),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodyPlanned => f.write_str("nobody on duty"),
            Self::OnlyAway => f.write_str("nobody on duty, all who are planned are away"),
            Self::NobodyInTiers(tiers) => {
                let tiers: Vec<String> = tiers.iter().map(u8::to_string).collect();
                write!(f, "nobody on duty in tier {}", tiers.join(", "))
            }
            Self::NoNumber => f.write_str("nobody on duty has a telephone number"),
            Self::OtherInactive(number) => write!(f, "the hotline {number} is not in operation"),
            Self::OtherUnknown(number) => write!(f, "there is no hotline {number}"),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person => "another person's ring",
            Self::OutsideNumber => "a call to an outside number",
            Self::CallbackOffer => "the offer of a call-back",
            Self::ConsultationOffer => "the offer of a consultation",
            Self::Voicemail => "voicemail",
            Self::Announcement => "an announcement",
            Self::Silence => "silence",
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "key {key}"),
            Self::Number => f.write_str("a number"),
            Self::WrongKey => f.write_str("wrong keys"),
            Self::NoKey => f.write_str("no key"),
            Self::Known => f.write_str("number known"),
            Self::Withheld => f.write_str("number withheld"),
            Self::LongQueue => f.write_str("long queue"),
            Self::NotTaken => f.write_str("nobody takes the call"),
            Self::NoFreeTime => f.write_str("no free time"),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Breach => "breach",
            Self::Warning => "warning",
        })
    }
}
