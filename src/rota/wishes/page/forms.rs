//! A wish and leave as they are typed.

use chrono::{NaiveTime, Weekday};
use serde::Deserialize;

use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Language, Span, local};
use crate::rota::page::{Choice, Fault};

use super::super::{Leaning, When};

pub const BAD_SPAN: &str = "Das Ende muss nach dem Anfang und in der Zukunft liegen, höchstens ein Jahr später.";
pub const BAD_NOTE: &str = "Schreiben Sie höchstens 200 Zeichen.";
const PERSON: &str = "Wählen Sie, für wen das gilt.";
const DAY: &str = "Geben Sie den Tag an, zum Beispiel 16.11.2026.";
const TIME: &str = "Geben Sie die Uhrzeit an, zum Beispiel 08:00, oder lassen Sie beide leer.";

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct WishForm {
    pub dienststelle: String,
    /// Only of who plans.
    pub person: String,
    pub neigung: String,
    /// Empty: only on the days.
    pub wochentag: String,
    pub von: String,
    pub bis: String,
    pub von_zeit: String,
    pub bis_zeit: String,
    pub notiz: String,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct LeaveForm {
    pub dienststelle: String,
    pub urlaub_person: String,
    pub urlaub_von: String,
    pub urlaub_bis: String,
    pub urlaub_notiz: String,
}

impl WishForm {
    pub fn fresh(now: Instant) -> Self {
        let today = local::day(now).to_string();
        Self { von: today.clone(), bis: today, ..Self::default() }
    }

    /// Whose, which way, and when. `own`: whoever types may wish for themself only.
    pub fn read(&self, own: Option<OfficerId>) -> Result<(OfficerId, Leaning, When), Vec<Fault>> {
        let officer = own.or_else(|| self.person.parse().ok()).ok_or_else(|| Fault::new("person", PERSON));
        let leaning = self.neigung.parse().map_err(|_| Fault::new("neigung", "Wählen Sie, was Sie wünschen."));
        match (officer, leaning, self.when()) {
            (Ok(officer), Ok(leaning), Ok(when)) => Ok((officer, leaning, when)),
            (officer, leaning, when) => Err([officer.err(), leaning.err(), when.err()].into_iter().flatten().collect()),
        }
    }

    fn when(&self) -> Result<When, Fault> {
        let times = self.times()?;
        match self.wochentag.parse::<Weekday>() {
            Ok(weekday) => {
                let (from, until) = times.unwrap_or_default();
                Ok(When::Weekly { weekday, from, until })
            }
            Err(_) => {
                let first = local::plannable(&self.von).ok_or_else(|| Fault::new("von", DAY))?;
                let last = local::plannable(&self.bis).ok_or_else(|| Fault::new("bis", DAY))?;
                let span = match times {
                    Some((from, until)) if first == last => Some(local::span(first, from, until)),
                    Some((from, until)) => {
                        Span::new(local::start(first.and_time(from)), local::end(last.and_time(until)))
                    }
                    None => Span::new(local::whole_day(first).start, local::whole_day(last).end),
                };
                span.map(When::Once).ok_or_else(|| Fault::new("bis", BAD_SPAN))
            }
        }
    }

    /// None: whole days.
    fn times(&self) -> Result<Option<(NaiveTime, NaiveTime)>, Fault> {
        match (self.von_zeit.trim(), self.bis_zeit.trim()) {
            ("", "") => Ok(None),
            (from, until) => {
                let from = local::time(from).ok_or_else(|| Fault::new("von_zeit", TIME))?;
                let until = local::time(until).ok_or_else(|| Fault::new("bis_zeit", TIME))?;
                Ok(Some((from, until)))
            }
        }
    }

    pub fn leanings(&self) -> Vec<Choice> {
        Leaning::ALL.iter().map(|leaning| Choice::new(leaning, leaning.german(), &self.neigung)).collect()
    }

    pub fn weekdays(&self) -> Vec<Choice> {
        let once = Choice::new("", "nur an den Tagen unten", &self.wochentag);
        let weekly =
            WEEK.iter().map(|day| Choice::new(day, format!("jeden {}", Language::De.weekday(*day)), &self.wochentag));
        std::iter::once(once).chain(weekly).collect()
    }
}

impl LeaveForm {
    /// Whose, and whole days.
    pub fn read(&self, own: Option<OfficerId>) -> Result<(OfficerId, Span), Vec<Fault>> {
        let officer = own.or_else(|| self.urlaub_person.parse().ok());
        let officer = officer.ok_or_else(|| Fault::new("urlaub_person", PERSON));
        let day = |field: &'static str, text: &str| local::plannable(text).ok_or_else(|| Fault::new(field, DAY));
        match (officer, day("urlaub_von", &self.urlaub_von), day("urlaub_bis", &self.urlaub_bis)) {
            (Ok(officer), Ok(first), Ok(last)) => {
                let span = Span::new(local::whole_day(first).start, local::whole_day(last).end);
                Ok((officer, span.ok_or_else(|| vec![Fault::new("urlaub_bis", BAD_SPAN)])?))
            }
            (officer, first, last) => Err([officer.err(), first.err(), last.err()].into_iter().flatten().collect()),
        }
    }
}
