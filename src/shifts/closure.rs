//! A closure by hand (Schließung): a hotline takes no calls over a span, and callers hear why.
//!
//! Not the opening hours and not the office's own days, which close by rule. Rule: the reason stands in German at least;
//! what was closed stays as it was.

use std::collections::BTreeMap;

use crate::kernel::id::{ClosureId, HotlineId};
use crate::kernel::{Instant, Language, Span};
use crate::people::OPEN_END;

/// What callers hear, by language; German is always there.
pub type Reasons = BTreeMap<Language, String>;

/// The longest reason, in characters: about half a minute when it is spoken.
pub const LONGEST_REASON: usize = 400;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    pub id: ClosureId,
    pub hotline: HotlineId,
    /// Ends at [`OPEN_END`] while it lasts until further notice, and at [`Self::ended_at`] where it was reopened; empty
    /// where it was taken back before it began.
    pub span: Span,
    pub reason: Reasons,
    /// `usr_…`, `tok_…` or `system`.
    pub closed_by: String,
    pub created_at: Instant,
    /// When it was reopened or taken back by hand.
    pub ended_at: Option<Instant>,
}

/// A closure as somebody wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosurePlan {
    /// Until further notice: ends at [`OPEN_END`].
    pub span: Span,
    pub reason: Reasons,
}

/// What a closure cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClosureFault {
    #[error("callers hear a reason; it is needed in German")]
    NoReason,
    #[error("a reason has 400 characters at most")]
    LongReason(Language),
    #[error("a closure ends after it begins")]
    Order,
}

impl Closure {
    pub fn covers(&self, at: Instant) -> bool {
        self.span.contains(at)
    }

    /// Lasts until further notice.
    pub fn is_open_ended(&self) -> bool {
        self.span.end == OPEN_END
    }

    /// What a caller hears in this language, or in German.
    pub fn reason(&self, language: Language) -> &str {
        let said = self.reason.get(&language).or_else(|| self.reason.get(&Language::De));
        said.map(String::as_str).unwrap_or_default()
    }
}

impl ClosurePlan {
    /// With the reasons as they are spoken: each in one line, without what stands for a letter that was lost, without those
    /// that are empty.
    pub fn checked(&self) -> Result<Self, ClosureFault> {
        let told = self.reason.iter().map(|(language, text)| (*language, one_line(text)));
        let reason: Reasons = told.filter(|(_, text)| !text.is_empty()).collect();
        if !reason.contains_key(&Language::De) {
            return Err(ClosureFault::NoReason);
        }
        if let Some((language, _)) = reason.iter().find(|(_, text)| text.chars().count() > LONGEST_REASON) {
            return Err(ClosureFault::LongReason(*language));
        }
        if self.span.start >= self.span.end {
            return Err(ClosureFault::Order);
        }
        Ok(Self { span: self.span, reason })
    }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control() || c == char::REPLACEMENT_CHARACTER)
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(reason: &[(Language, &str)]) -> ClosurePlan {
        let reason = reason.iter().map(|(language, text)| (*language, (*text).to_owned())).collect();
        ClosurePlan { span: Span { start: Instant(10), end: OPEN_END }, reason }
    }

    #[test]
    fn a_reason_is_needed_in_german_and_falls_back_to_it() {
        let good =
            plan(&[(Language::De, " Wir  ziehen um.\r\nBis\u{FFFD} bald.\0"), (Language::En, "  ")]).checked().unwrap();
        let closure = Closure {
            id: ClosureId::mint(),
            hotline: HotlineId::mint(),
            span: good.span,
            reason: good.reason,
            closed_by: "system".into(),
            created_at: Instant(10),
            ended_at: None,
        };
        for language in Language::ALL {
            assert_eq!(closure.reason(language), "Wir ziehen um. Bis bald.");
        }
        assert!(closure.is_open_ended() && closure.covers(Instant(10)) && !closure.covers(Instant(9)));
    }

    #[test]
    fn what_cannot_be_a_closure_is_named() {
        let long = "x".repeat(LONGEST_REASON + 1);
        let good = plan(&[(Language::De, "Umzug")]);
        for (bad, fault) in [
            (plan(&[]), ClosureFault::NoReason),
            (plan(&[(Language::De, " "), (Language::En, "We move")]), ClosureFault::NoReason),
            (plan(&[(Language::De, "Umzug"), (Language::En, &long)]), ClosureFault::LongReason(Language::En)),
            (ClosurePlan { span: Span { start: Instant(5), end: Instant(5) }, ..good.clone() }, ClosureFault::Order),
        ] {
            assert_eq!(bad.checked(), Err(fault));
        }
        assert_eq!(good.checked().as_ref(), Ok(&good));
    }
}
