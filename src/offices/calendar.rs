//! Days on which nobody is there: the holidays of Baden-Württemberg, and each office's own days, which come first.
//!
//! Rule: 24 and 31 December are no holidays (FTG § 1); an office that closes then says so as a day of its own.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use holiday_de::{DateExt, GermanHoliday, GermanRegion};
use serde::{Deserialize, Serialize};

use super::Unknown;
use crate::kernel::Language;

/// A day on which an office departs from the state's holidays or from its week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayException {
    pub day: NaiveDate,
    pub opening: Opening,
    /// What the office calls the day, for instance `Betriebsausflug`.
    pub name: String,
}

/// Whether the office is there on a day of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Opening {
    /// As on any such weekday, also on a holiday.
    Open,
    Closed,
}

impl std::fmt::Display for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Closed => "closed",
        })
    }
}

impl std::str::FromStr for Opening {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        match text {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            _ => Err(Unknown::new("open or closed", text)),
        }
    }
}

/// An office's own days over the state's holidays. The default has no own days.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Calendar {
    days: BTreeMap<NaiveDate, DayException>,
}

/// Why an office is closed on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closure<'a> {
    Holiday(GermanHoliday),
    Own(&'a DayException),
}

impl Calendar {
    pub fn new(days: impl IntoIterator<Item = DayException>) -> Self {
        Self { days: days.into_iter().map(|day| (day.day, day)).collect() }
    }

    /// Why the office is closed on `day`, or None where it opens as on any such weekday.
    pub fn closed(&self, day: NaiveDate) -> Option<Closure<'_>> {
        match self.days.get(&day) {
            Some(own) => (own.opening == Opening::Closed).then_some(Closure::Own(own)),
            None => holiday(day).map(Closure::Holiday),
        }
    }

    /// The `count`-th business day after `day`: Monday to Friday, and not closed. 0 is `day` itself.
    pub fn business_days_after(&self, day: NaiveDate, count: i64) -> NaiveDate {
        let is_business = |day: &NaiveDate| day.weekday().number_from_monday() <= 5 && self.closed(*day).is_none();
        match usize::try_from(count).ok().and_then(|count| count.checked_sub(1)) {
            Some(before) => day.iter_days().skip(1).filter(is_business).nth(before).unwrap_or(day),
            None => day,
        }
    }
}

impl<'a> Closure<'a> {
    /// What the day is called. An office's own day has one name.
    pub fn name(self, language: Language) -> &'a str {
        match self {
            Self::Holiday(holiday) => holiday_name(holiday, language),
            Self::Own(day) => &day.name,
        }
    }
}

/// The statutory holiday in Baden-Württemberg on this day (FTG § 1; 3 October: Einigungsvertrag art. 2).
pub fn holiday(day: NaiveDate) -> Option<GermanHoliday> {
    day.public_holiday_in(GermanRegion::BadenWuerttemberg)
}

fn holiday_name(holiday: GermanHoliday, language: Language) -> &'static str {
    use GermanHoliday::*;
    let (de, en) = match holiday {
        Neujahr => ("Neujahr", "New Year’s Day"),
        HeiligeDreiKoenige => ("Erscheinungsfest", "Epiphany"),
        Karfreitag => ("Karfreitag", "Good Friday"),
        Ostermontag => ("Ostermontag", "Easter Monday"),
        ErsterMai => ("Tag der Arbeit", "Labour Day"),
        ChristiHimmelfahrt => ("Christi Himmelfahrt", "Ascension Day"),
        Pfingstmontag => ("Pfingstmontag", "Whit Monday"),
        Fronleichnam => ("Fronleichnam", "Corpus Christi"),
        TagDerDeutschenEinheit => ("Tag der Deutschen Einheit", "Day of German Unity"),
        Allerheiligen => ("Allerheiligen", "All Saints’ Day"),
        ErsterWeihnachtsfeiertag => ("Erster Weihnachtsfeiertag", "Christmas Day"),
        ZweiterWeihnachtsfeiertag => ("Zweiter Weihnachtsfeiertag", "Boxing Day"),
        // Holidays of other states, and 31 October 2017.
        other => (other.description(), other.description()),
    };
    language.pick([de, en])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn own(day: &str, opening: Opening, name: &str) -> DayException {
        DayException { day: date(day), opening, name: name.to_owned() }
    }

    #[test]
    fn the_holidays_of_2026_are_those_of_the_law() {
        let holidays: Vec<String> = date("2026-01-01")
            .iter_days()
            .take(365)
            .filter(|day| holiday(*day).is_some())
            .map(|day| day.format("%-d.%-m.").to_string())
            .collect();
        assert_eq!(holidays.join(" "), "1.1. 6.1. 3.4. 6.4. 1.5. 14.5. 25.5. 4.6. 3.10. 1.11. 25.12. 26.12.");
    }

    #[test]
    fn every_holiday_has_a_name_in_each_language() {
        let calendar = Calendar::default();
        for day in date("2026-01-01").iter_days().take(365) {
            if let Some(closure) = calendar.closed(day) {
                assert_ne!(closure.name(Language::De), closure.name(Language::En), "{day}");
            }
        }
        let epiphany = calendar.closed(date("2027-01-06")).unwrap();
        assert_eq!((epiphany.name(Language::De), epiphany.name(Language::En)), ("Erscheinungsfest", "Epiphany"));
    }

    #[test]
    fn an_own_day_comes_before_the_states_holidays() {
        let calendar = Calendar::new([
            own("2026-12-24", Opening::Closed, "Heiligabend"),
            own("2026-06-04", Opening::Open, "Aktionstag"),
        ]);
        assert_eq!(calendar.closed(date("2026-12-24")).map(|c| c.name(Language::En)), Some("Heiligabend"));
        assert_eq!(calendar.closed(date("2026-06-04")), None);
        assert_eq!(calendar.closed(date("2026-12-31")), None);
        assert!(calendar.closed(date("2026-12-25")).is_some());
    }
}
