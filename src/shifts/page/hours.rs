//! Opening hours as rows of a form: a day, from and until; both empty means closed.
//!
//! Seven rows, and one more for every further span of a day, so that saving loses nothing.

use chrono::{NaiveTime, Weekday};

use crate::kernel::{Language, local};
use crate::offices::{OpeningHours, WeeklyRule};

use super::{Fault, Faults};

/// Rows as they were typed: fields of one name in the order of the page.
#[derive(Clone, Debug, Default)]
pub struct HoursForm {
    /// 0 is Monday.
    pub tag: Vec<String>,
    pub von: Vec<String>,
    pub bis: Vec<String>,
}

/// A row as it is shown.
pub struct HoursRow {
    pub weekday: &'static str,
    pub tag: String,
    pub von: String,
    pub bis: String,
    pub von_id: String,
    pub bis_id: String,
}

/// What is said of times that cannot be.
pub struct TimeWords {
    pub from: &'static str,
    pub until: &'static str,
}

pub const OPENING: TimeWords = TimeWords {
    from: "Geben Sie an, ab wann geöffnet ist, zum Beispiel 09:00. Beide Felder leer heißt geschlossen.",
    until: "Geben Sie an, bis wann geöffnet ist, zum Beispiel 17:00. Beide Felder leer heißt geschlossen.",
};
pub const HELP: TimeWords = TimeWords {
    from: "Geben Sie an, ab wann geholfen wird, zum Beispiel 09:00. Beide Felder leer heißt: an diesem Tag nicht.",
    until: "Geben Sie an, bis wann geholfen wird, zum Beispiel 17:00. Beide Felder leer heißt: an diesem Tag nicht.",
};
const ORDER: &str = "Das Ende muss nach dem Anfang liegen. Mitternacht ist 00:00.";

/// What is wrong with a row.
enum Wrong {
    From,
    Until,
    Order,
}

impl HoursForm {
    pub fn of(hours: &OpeningHours) -> Self {
        let mut form = Self::default();
        for number in 0..7 {
            let weekday = |rule: &&WeeklyRule| rule.weekday.num_days_from_monday() == number;
            let mut spans = hours.rules().iter().filter(weekday).map(|rule| (clock(rule.opens), clock(rule.closes)));
            form.push(number, spans.next().unwrap_or_default());
            spans.for_each(|span| form.push(number, span));
        }
        form
    }

    fn push(&mut self, number: u32, (from, until): (String, String)) {
        self.tag.push(number.to_string());
        self.von.push(from);
        self.bis.push(until);
    }

    /// Whether every day of the week is there. A form that was cut short must not close the rest of the week.
    pub fn is_whole(&self) -> bool {
        let same = self.tag.len() == self.von.len() && self.tag.len() == self.bis.len() && self.tag.len() <= 70;
        same && (0..7).all(|number| self.tag.contains(&number.to_string()))
    }

    /// The hours that were typed, or everything that is wrong with them.
    pub fn read(&self, words: &TimeWords) -> Result<OpeningHours, Vec<Fault>> {
        let (mut rules, mut faults) = (Vec::new(), Vec::new());
        for (place, row) in self.rows().into_iter().enumerate() {
            match row.read() {
                Ok(rule) => rules.extend(rule),
                Err(Wrong::From) => faults.push(Fault::new(von_id(place), words.from)),
                Err(Wrong::Until) => faults.push(Fault::new(bis_id(place), words.until)),
                Err(Wrong::Order) => faults.push(Fault::new(bis_id(place), ORDER)),
            }
        }
        match OpeningHours::new(rules) {
            Ok(hours) if faults.is_empty() => Ok(hours),
            Ok(_) => Err(faults),
            Err(_) => Err(vec![Fault::new(bis_id(0), ORDER)]),
        }
    }

    pub fn rows(&self) -> Vec<HoursRow> {
        let typed = self.tag.iter().zip(&self.von).zip(&self.bis).enumerate();
        let row = |(place, ((tag, von), bis)): (usize, ((&String, &String), &String))| HoursRow {
            weekday: weekday(tag).map_or("", |day| Language::De.weekday(day)),
            tag: tag.clone(),
            von: von.clone(),
            bis: bis.clone(),
            von_id: von_id(place),
            bis_id: bis_id(place),
        };
        typed.map(row).collect()
    }
}

impl HoursRow {
    /// The rule of a row, None where it is closed.
    fn read(&self) -> Result<Option<WeeklyRule>, Wrong> {
        if self.von.trim().is_empty() && self.bis.trim().is_empty() {
            return Ok(None);
        }
        let weekday = weekday(&self.tag).ok_or(Wrong::From)?;
        let opens = local::time(&self.von).ok_or(Wrong::From)?;
        let closes = local::time(&self.bis).ok_or(Wrong::Until)?;
        let rule = WeeklyRule { weekday, opens, closes };
        OpeningHours::new(vec![rule]).map(|_| Some(rule)).map_err(|_| Wrong::Order)
    }

    pub(super) fn von_fault<'f>(&self, faults: &'f Faults) -> Option<&'f str> {
        faults.of(&self.von_id)
    }

    pub(super) fn bis_fault<'f>(&self, faults: &'f Faults) -> Option<&'f str> {
        faults.of(&self.bis_id)
    }
}

/// Reads the number of a weekday, 0 is Monday.
fn weekday(tag: &str) -> Option<Weekday> {
    tag.parse::<u8>().ok().and_then(|number| Weekday::try_from(number).ok())
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

fn von_id(place: usize) -> String {
    format!("von-{place}")
}

fn bis_id(place: usize) -> String {
    format!("bis-{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(json: &str) -> OpeningHours {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn hours_come_back_from_the_form_as_they_went_in() {
        for (json, rows) in [
            ("[]", 7),
            (r#"[{"weekday":"fri","opens":"20:00","closes":"24:00"}]"#, 7),
            (
                r#"[{"weekday":"mon","opens":"09:00","closes":"12:00"},{"weekday":"mon","opens":"13:00","closes":"17:00"}]"#,
                8,
            ),
        ] {
            let form = HoursForm::of(&hours(json));
            assert!(form.is_whole());
            assert_eq!((form.rows().len(), form.read(&OPENING)), (rows, Ok(hours(json))));
        }
    }

    #[test]
    fn faults_stand_at_the_field_that_is_wrong() {
        for (von, bis, field) in [
            ("09:00", "", "bis-2"),
            ("", "17:00", "von-2"),
            ("neun", "17:00", "von-2"),
            ("17:00", "09:00", "bis-2"),
            ("09:00", "09:00", "bis-2"),
        ] {
            let mut form = HoursForm::of(&OpeningHours::default());
            (form.von[2], form.bis[2]) = (von.into(), bis.into());
            let faults = form.read(&OPENING).unwrap_err();
            assert_eq!((faults.len(), faults[0].field.as_ref()), (1, field), "{von} {bis}");
        }
        let mut short = HoursForm::of(&OpeningHours::default());
        short.tag.pop();
        assert!(!short.is_whole() && !HoursForm::default().is_whole());
    }
}
