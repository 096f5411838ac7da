//! A breach of the rota's rules: whose, where, by how much, and in which words.
//!
//! Rule: the words say what is wrong and by how much, so that nobody has to reckon.

use chrono::TimeDelta;

use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Language, Span, local};
use crate::people::AbsenceKind;
use crate::shifts::say::length;
use crate::web::say;

use super::rule::{Level, RuleKey};

/// One breach of one rule by the shifts of one officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub rule: RuleKey,
    /// Hard or soft.
    pub level: Level,
    pub officer: OfficerId,
    /// The shifts that make it, in order; those before the period, too.
    pub shifts: Vec<ShiftId>,
    /// Where it lies: the rest that is too short, the day, the week.
    pub span: Span,
    pub measured: Measured,
}

/// What is, and what the rule allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// Nothing to measure.
    Plainly,
    /// The absence over which a shift lies.
    Absent(AbsenceKind),
    Time {
        is: TimeDelta,
        limit: TimeDelta,
    },
    Count {
        is: i64,
        limit: i64,
    },
}

impl Breach {
    /// By how much: seconds or a count; 0 where nothing is measured.
    pub fn excess(&self) -> i64 {
        match self.measured {
            Measured::Plainly | Measured::Absent(_) => 0,
            Measured::Time { is, limit } => (is - limit).num_seconds().abs(),
            Measured::Count { is, limit } => (is - limit).abs(),
        }
    }

    pub fn is_hard(&self) -> bool {
        self.level == Level::Hard
    }

    /// What is wrong, for a badge or while dragging: "Ruhezeit 2 Std. zu kurz".
    pub fn short(&self) -> String {
        let by = || match self.measured {
            Measured::Time { is, limit } => length((is - limit).abs()),
            Measured::Count { .. } => self.excess().to_string(),
            Measured::Plainly | Measured::Absent(_) => String::new(),
        };
        match self.rule {
            RuleKey::Twice => "zugleich anders eingeteilt".to_owned(),
            RuleKey::Away => match self.measured {
                Measured::Absent(kind) => format!("abwesend: {}", kind.german()),
                Measured::Plainly | Measured::Time { .. } | Measured::Count { .. } => "abwesend".to_owned(),
            },
            RuleKey::Cannot => "kann dann nicht".to_owned(),
            RuleKey::RatherNot => "möchte dann lieber nicht".to_owned(),
            RuleKey::LeaveAsked => "hat dann Urlaub beantragt".to_owned(),
            RuleKey::DailyRest => format!("Ruhezeit {} zu kurz", by()),
            RuleKey::WeeklyRest => format!("Wochenruhe {} zu kurz", by()),
            RuleKey::DayHours => format!("{} zu viel an einem Tag", by()),
            RuleKey::WeekHours => format!("{} zu viel in der Woche", by()),
            RuleKey::AverageHours => format!("{} zu viel je Woche im Schnitt", by()),
            RuleKey::AgreedHours => format!("{} mehr als vereinbart in der Woche", by()),
            RuleKey::Break => "niemand löst für die Pause ab".to_owned(),
            RuleKey::NightHours => format!("Nachtdienst {} zu lang", by()),
            RuleKey::NightsInRow => format!("{} Nachtdienste zu viel hintereinander", by()),
            RuleKey::AfterNights => format!("nach Nachtdiensten {} zu wenig frei", by()),
            RuleKey::Weekends => format!("{} Wochenenden zu viel", by()),
            RuleKey::Forward => format!("beginnt {} zu früh nach dem Vortag", by()),
            RuleKey::Lone => "einzelner Diensttag".to_owned(),
            RuleKey::FridayLate => "Freitag spät vor freiem Wochenende".to_owned(),
            RuleKey::OwnBackup => "steht als Vertretung hinter sich selbst".to_owned(),
        }
    }

    /// The whole sentence, with numbers and days: "Ruhezeit 2 Std. zu kurz: 9 Std. statt mindestens 11 Std., Montag, 16.
    /// November 2026, 20:00 bis …".
    pub fn text(&self) -> String {
        let numbers = match self.measured {
            Measured::Plainly | Measured::Absent(_) => String::new(),
            Measured::Time { is, limit } => format!(": {} statt {} {}", length(is), self.bound(), length(limit)),
            Measured::Count { is, limit } => format!(": {is} statt {} {limit}", self.bound()),
        };
        format!("{}{numbers}, {}", self.short(), self.place())
    }

    /// The same for a colleague: why somebody is away, or will be, and how much duty they have, is not theirs to know.
    pub fn discreet_text(&self) -> String {
        if let RuleKey::WeekHours | RuleKey::AverageHours | RuleKey::AgreedHours = self.rule {
            return format!("zu viele Stunden, {}", self.place());
        }
        let (rule, measured) = match (self.rule, self.measured) {
            (RuleKey::LeaveAsked, measured) => (RuleKey::Cannot, measured),
            (rule, Measured::Absent(_)) => (rule, Measured::Plainly),
            same => same,
        };
        Self { rule, measured, ..self.clone() }.text()
    }

    /// Which way the rule's value bounds.
    fn bound(&self) -> &'static str {
        match self.rule {
            RuleKey::DailyRest | RuleKey::WeeklyRest | RuleKey::Break | RuleKey::AfterNights => "mindestens",
            _ => "höchstens",
        }
    }

    /// Where it lies, in words.
    fn place(&self) -> String {
        let short = |at| local::day(at).format("%d.%m.%Y").to_string();
        match self.rule {
            RuleKey::WeeklyRest | RuleKey::WeekHours | RuleKey::AgreedHours => {
                format!("Woche ab {}", short(self.span.start))
            }
            RuleKey::AverageHours => {
                format!("{} bis {}", short(self.span.start), short(self.span.end - TimeDelta::microseconds(1)))
            }
            _ => say::span(Language::De, self.span),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_says_what_is_wrong_and_by_how_much() {
        let at = |text: &str| local::start(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap());
        let hours = |is, limit| Measured::Time { is: TimeDelta::hours(is), limit: TimeDelta::hours(limit) };
        let breach = |rule, measured| Breach {
            rule,
            level: Level::Hard,
            officer: OfficerId::mint(),
            shifts: vec![],
            span: Span { start: at("2026-11-16 20:00"), end: at("2026-11-17 05:00") },
            measured,
        };
        let rest = breach(RuleKey::DailyRest, hours(9, 11));
        assert_eq!((rest.short().as_str(), rest.excess()), ("Ruhezeit 2 Std. zu kurz", 7200));
        assert_eq!(
            rest.text(),
            "Ruhezeit 2 Std. zu kurz: 9 Std. statt mindestens 11 Std., Montag, 16. November 2026, 20:00 Uhr – Dienstag, \
             17. November 2026, 05:00 Uhr"
        );
        let week = breach(RuleKey::WeekHours, hours(60, 55));
        assert_eq!(week.text(), "5 Std. zu viel in der Woche: 60 Std. statt höchstens 55 Std., Woche ab 16.11.2026");
        assert_eq!(breach(RuleKey::Away, Measured::Absent(AbsenceKind::Leave)).short(), "abwesend: Urlaub");
        for (rule, measured, told) in [
            (RuleKey::Away, Measured::Absent(AbsenceKind::Sick), "abwesend, "),
            (RuleKey::LeaveAsked, Measured::Plainly, "kann dann nicht, "),
            (RuleKey::DailyRest, hours(9, 11), "Ruhezeit 2 Std. zu kurz: "),
            (RuleKey::AgreedHours, hours(25, 20), "zu viele Stunden, Woche ab 16.11.2026"),
        ] {
            let text = breach(rule, measured).discreet_text();
            assert!(text.starts_with(told), "a colleague is not told why: {text}");
        }
        let nights = breach(RuleKey::NightsInRow, Measured::Count { is: 5, limit: 3 });
        assert_eq!((nights.short().as_str(), nights.excess()), ("2 Nachtdienste zu viel hintereinander", 2));
    }
}
