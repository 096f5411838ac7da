//! The rules of a rota, as data: each has a level, a value, and the text that it comes from.
//!
//! Not how a rule is checked: that is `check`. Rule: what an office has not set is as the table below says.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What happens where a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rota cannot be published, unless somebody gives a reason.
    Hard,
    /// The rota can be published, with a warning.
    Soft,
    /// Not looked at.
    Off,
}

/// A rule of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleKey {
    Twice,
    Away,
    Cannot,
    RatherNot,
    LeaveAsked,
    DailyRest,
    WeeklyRest,
    DayHours,
    WeekHours,
    AverageHours,
    AgreedHours,
    Break,
    NightHours,
    NightsInRow,
    AfterNights,
    Weekends,
    Forward,
    Lone,
    FridayLate,
    OwnBackup,
}

/// What the value of a rule is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The rule has no value.
    None,
    Hours,
    Count,
    /// An hour of the day.
    Clock,
}

/// What stands in the table about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleFacts {
    pub key: RuleKey,
    /// As it stands in columns and in the programmer's door.
    pub code: &'static str,
    /// On the screen.
    pub title: &'static str,
    /// What the value means, with a full stop.
    pub meaning: &'static str,
    /// Statute, or "Praxis" where no text was found.
    pub source: &'static str,
    pub unit: Unit,
    pub level: Level,
    pub value: i64,
}

const COMMON: &str = "Übliche Praxis; im Gesetz nicht gefunden";

macro_rules! table {
    ($($key:ident $code:literal $level:ident $unit:ident $value:literal $title:literal $meaning:literal $source:expr;)*) => {
        &[$(RuleFacts {
            key: RuleKey::$key,
            code: $code,
            title: $title,
            meaning: $meaning,
            source: $source,
            unit: Unit::$unit,
            level: Level::$level,
            value: $value,
        }),*]
    };
}

/// Every rule, in the order of [`RuleKey`] and of the screen.
#[rustfmt::skip]
pub const RULES: &[RuleFacts] = table! {
    Twice "twice" Hard None 0 "Nicht zweimal zugleich"
        "Niemand hat zwei Dienste oder einen Dienst und eine Beratung zur selben Zeit." "Ein Mensch ist nur einmal da";
    Away "away" Hard None 0 "Nicht in Abwesenheit"
        "Kein Dienst in Urlaub, Krankheit, Fortbildung oder Einsatz." "Urlaubs- und Arbeitszeitrecht";
    Cannot "cannot" Hard None 0 "Nicht, wenn jemand nicht kann"
        "Kein Dienst in einer Zeit, die jemand mit „kann nicht“ eingetragen hat." COMMON;
    RatherNot "rather_not" Soft None 0 "Nicht, wenn jemand lieber nicht möchte"
        "Möglichst kein Dienst in einer Zeit, die jemand mit „lieber nicht“ eingetragen hat." COMMON;
    LeaveAsked "leave_asked" Soft None 0 "Nicht in beantragtem Urlaub"
        "Möglichst kein Dienst in einem Urlaub, über den noch nicht entschieden ist." COMMON;
    DailyRest "daily_rest" Hard Hours 11 "Tägliche Ruhezeit"
        "Mindestens so viele Stunden am Stück frei in jedem Zeitraum von 24 Stunden." "AzUVO § 11 Abs. 1 Satz 3 und 4; Richtlinie 2003/88/EG Art. 3";
    WeeklyRest "weekly_rest" Hard Hours 35 "Wöchentliche Ruhezeit"
        "Mindestens so viele Stunden am Stück frei in jeder Woche: 24 Stunden und davor die tägliche Ruhezeit." "AzUVO § 11 Abs. 1 Satz 3; Richtlinie 2003/88/EG Art. 5";
    DayHours "day_hours" Hard Hours 12 "Stunden an einem Tag"
        "Höchstens so viele Stunden an einem Tag; ein Dienst über Mitternacht zählt zum Tag, an dem er beginnt." "AzUVO § 16 Abs. 2 Satz 2 (Polizei im Wechseldienst)";
    WeekHours "week_hours" Hard Hours 55 "Stunden in einer Woche"
        "Höchstens so viele Stunden von Montag bis Sonntag." "AzUVO § 7 Abs. 1";
    AverageHours "average_hours" Hard Hours 48 "Wochenstunden im Schnitt von vier Monaten"
        "Höchstens so viele Stunden je Woche, über 17 Wochen gemittelt; Tage der Abwesenheit zählen nicht mit." "LBG § 67 Abs. 1; Richtlinie 2003/88/EG Art. 6 und 16";
    AgreedHours "agreed_hours" Hard None 0 "Vereinbarte Höchststunden"
        "Höchstens so viele Stunden je Woche, wie mit jemandem vereinbart ist." "Vereinbarung, zum Beispiel Teilzeit";
    Break "break" Soft Hours 6 "Ablösung für die Pause"
        "Bei mehr als so vielen Stunden am Stück muss währenddessen 30 Minuten lang noch jemand Dienst haben." "AzUVO § 11 Abs. 1 Satz 1 und 2";
    NightHours "night_hours" Off Hours 8 "Stunden in einem Nachtdienst"
        "Höchstens so viele Stunden in einem Nachtdienst; bei besonderer Belastung gilt das streng." "Richtlinie 2003/88/EG Art. 8";
    NightsInRow "nights_in_row" Off Count 3 "Nachtdienste hintereinander"
        "Höchstens so viele Nachtdienste an aufeinander folgenden Tagen." COMMON;
    AfterNights "after_nights" Off Hours 48 "Frei nach Nachtdiensten"
        "Mindestens so viele Stunden frei nach zwei oder mehr Nachtdiensten hintereinander." COMMON;
    Weekends "weekends" Off Count 2 "Wochenenden mit Dienst"
        "Höchstens so viele von vier Wochenenden hintereinander mit Dienst." COMMON;
    Forward "forward" Off Hours 2 "Vorwärts wechseln"
        "Am folgenden Tag beginnt der Dienst höchstens so viele Stunden früher: früh, spät, Nacht." COMMON;
    Lone "lone" Off None 0 "Keine einzelnen Diensttage"
        "Kein Diensttag zwischen zwei freien Tagen." COMMON;
    FridayLate "friday_late" Off Clock 20 "Freitags nicht spät vor freiem Wochenende"
        "Vor einem freien Wochenende endet der Dienst am Freitag bis zu dieser Stunde." COMMON;
    OwnBackup "own_backup" Soft None 0 "Nicht als Vertretung hinter sich selbst"
        "Möglichst niemand steht zur selben Zeit zweimal am selben Beratungstelefon, in zwei Reihen." "Wer schon angerufen wurde, hilft kein zweites Mal";
};

/// How an office sets a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub level: Level,
    /// In the unit of the rule.
    pub value: i64,
}

/// All rules of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// Only what differs from the table.
    set: BTreeMap<RuleKey, Rule>,
    /// A week of full-time work, 1 to 60 (AzUVO § 4).
    pub full_week_hours: i64,
    /// So much of a backup shift counts as work, 0 to 100; at 0 it interrupts no rest either.
    pub standby_percent: i64,
    /// So many minutes of work that is longer than [`RuleKey::Break`] says are a break and no work, 0 to 60
    /// (AzUVO § 11 (1): 30); 0: all of it counts.
    pub unpaid_break_minutes: i64,
    /// Counts the changes.
    pub sequence: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    #[error("a value of this rule is {} to {}", RuleKey::range(*.0).start(), RuleKey::range(*.0).end())]
    Value(RuleKey),
    #[error("this rule is always hard: the database holds it, too")]
    Fixed(RuleKey),
    #[error("a full week has 1 to 60 hours")]
    FullWeek,
    #[error("a backup shift counts 0 to 100 per cent")]
    Standby,
    #[error("0 to 60 minutes are an unpaid break")]
    UnpaidBreak,
}

impl Default for RuleSet {
    fn default() -> Self {
        Self { set: BTreeMap::new(), full_week_hours: 41, standby_percent: 100, unpaid_break_minutes: 0, sequence: 0 }
    }
}

impl RuleSet {
    /// The defaults, over what somebody saw at this sequence.
    pub fn over(sequence: i64) -> Self {
        Self { sequence, ..Self::default() }
    }

    pub fn rule(&self, key: RuleKey) -> Rule {
        let facts = key.facts();
        self.set.get(&key).copied().unwrap_or(Rule { level: facts.level, value: facts.value })
    }

    /// Sets a rule; what is as by default is not kept.
    pub fn set(&mut self, key: RuleKey, rule: Rule) -> Result<(), RuleFault> {
        let facts = key.facts();
        if !key.range().contains(&rule.value) {
            return Err(RuleFault::Value(key));
        }
        if key.is_fixed() && rule.level != facts.level {
            return Err(RuleFault::Fixed(key));
        }
        match (rule.level, rule.value) == (facts.level, facts.value) {
            true => self.set.remove(&key),
            false => self.set.insert(key, rule),
        };
        Ok(())
    }

    /// What differs from the table.
    pub fn own(&self) -> impl Iterator<Item = (RuleKey, Rule)> {
        self.set.iter().map(|(key, rule)| (*key, *rule))
    }

    /// Rules that are looked at.
    pub fn active(&self) -> impl Iterator<Item = (RuleKey, Rule)> {
        let all = RULES.iter().map(|facts| (facts.key, self.rule(facts.key)));
        all.filter(|(_, rule)| rule.level != Level::Off)
    }

    pub fn check(&self) -> Result<(), RuleFault> {
        if !(1..=60).contains(&self.full_week_hours) {
            return Err(RuleFault::FullWeek);
        }
        if !(0..=60).contains(&self.unpaid_break_minutes) {
            return Err(RuleFault::UnpaidBreak);
        }
        (0..=100).contains(&self.standby_percent).then_some(()).ok_or(RuleFault::Standby)
    }

    /// What of work of this length is a break that does not count.
    pub fn unpaid_break(&self, length: TimeDelta) -> TimeDelta {
        let is_long = length > TimeDelta::hours(self.rule(RuleKey::Break).value);
        if is_long { TimeDelta::minutes(self.unpaid_break_minutes) } else { TimeDelta::zero() }
    }
}

impl RuleKey {
    /// The row of the table.
    pub fn facts(self) -> &'static RuleFacts {
        &RULES[self as usize]
    }

    /// No office can make less of it.
    pub fn is_fixed(self) -> bool {
        self == Self::Twice
    }

    /// Which values are possible.
    pub fn range(self) -> RangeInclusive<i64> {
        match self.facts().unit {
            Unit::None => 0..=0,
            Unit::Hours => 1..=168,
            Unit::Count => 0..=31,
            Unit::Clock => 12..=24,
        }
    }
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Hard, Self::Soft, Self::Off];

    /// The word on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Hard => "streng",
            Self::Soft => "Hinweis",
            Self::Off => "aus",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Off => "off",
        })
    }
}

impl FromStr for Level {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|level| level.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not hard, soft or off"))
    }
}

impl fmt::Display for RuleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().code)
    }
}

impl FromStr for RuleKey {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = RULES.iter().find(|facts| facts.code == text);
        found.map(|facts| facts.key).ok_or_else(|| format!("\"{text}\" is not a rule of the rota"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_at_its_place_and_has_its_source() {
        for (place, facts) in RULES.iter().enumerate() {
            assert_eq!(facts.key as usize, place, "{}", facts.code);
            assert_eq!(facts.code.parse(), Ok(facts.key));
            assert_eq!(serde_json::to_value(facts.key).unwrap(), facts.code);
            assert!(!facts.source.is_empty() && facts.meaning.ends_with('.'), "{}", facts.code);
            assert!(facts.key.range().contains(&facts.value), "{}", facts.code);
        }
        assert_eq!(RULES.last().unwrap().key, RuleKey::OwnBackup);
    }

    #[test]
    fn only_what_differs_from_the_table_is_kept() {
        let mut rules = RuleSet::default();
        assert_eq!(rules.rule(RuleKey::DailyRest), Rule { level: Level::Hard, value: 11 });
        rules.set(RuleKey::DailyRest, Rule { level: Level::Soft, value: 10 }).unwrap();
        assert_eq!(rules.own().count(), 1);
        rules.set(RuleKey::DailyRest, Rule { level: Level::Hard, value: 11 }).unwrap();
        assert_eq!(rules, RuleSet::default());
        let too_long = rules.set(RuleKey::DailyRest, Rule { level: Level::Hard, value: 169 });
        assert_eq!(too_long.unwrap_err().to_string(), "a value of this rule is 1 to 168");
    }
}
