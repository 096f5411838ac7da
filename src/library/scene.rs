//! The circumstances of a call that is only played, for a terminal, a test or a page.
//!
//! Invented, where no database is at hand: opening hours, load. One rule: what is not said otherwise is as on an ordinary
//! day in Baden-Württemberg.

use std::collections::BTreeMap;

use chrono::{NaiveTime, Weekday};

use crate::flows::{Context, Load, Opening};
use crate::kernel::{Instant, Language, Phone, local};
use crate::offices::{Calendar, OpeningHours};

/// When, by whom and in which situation a call is made.
#[derive(Clone, Debug)]
pub struct Scene {
    pub at: Instant,
    /// None if the number is withheld.
    pub caller: Option<Phone>,
    /// None: as the time says.
    pub opening: Option<Opening>,
    pub load: Load,
    pub hotline: String,
    /// The web page's address as it is spoken.
    pub web: String,
}

impl Scene {
    /// At this time, with a number that nobody has and three officers on duty.
    pub fn at(at: Instant, hotline: &str) -> Self {
        Self {
            at,
            caller: "+49 89 99998110".parse().ok(),
            opening: None,
            load: Load { on_duty: 3, longest_waiting: 0 },
            hotline: hotline.to_owned(),
            web: "beratung.example".to_owned(),
        }
    }

    pub fn context(&self) -> Context {
        let hours = ordinary_hours();
        Context {
            now: self.at,
            opening: self.opening.clone().unwrap_or_else(|| opening_at(&hours, self.at)),
            hours: Language::ALL.into_iter().map(|language| (language, hours.sentence(language))).collect(),
            hotline: self.hotline.clone(),
            web: self.web.clone(),
            caller: self.caller.clone(),
            ours: Vec::new(),
            load: self.load,
        }
    }
}

/// `open`, `closed`, `holiday Heiligabend`, `by hand Heute sind alle im Einsatz.`
pub fn opening(words: &str) -> Option<Opening> {
    let in_each = |text: &str| Language::ALL.map(|language| (language, text.trim().to_owned())).into();
    match words.trim() {
        "open" => Some(Opening::Open),
        "closed" => Some(Opening::Closed),
        words => {
            let holiday = words.strip_prefix("holiday ").map(|name| Opening::Holiday(in_each(name)));
            holiday.or_else(|| words.strip_prefix("by hand ").map(|reason| Opening::ByHand(in_each(reason))))
        }
    }
}

/// Reads `2026-11-20 10:00` as Berlin's wall time, or an instant such as `2026-11-20T09:00:00Z`.
pub fn moment(text: &str) -> Option<Instant> {
    let wall = text.trim().split_once([' ', 'T']).and_then(|(day, time)| {
        let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
        Some(local::start(local::plannable(day)?.and_time(time)))
    });
    wall.or_else(|| Instant::parse(text.trim()))
}

/// Monday to Friday, 8 to 18.
fn ordinary_hours() -> OpeningHours {
    use Weekday::*;
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    OpeningHours::on(&[Mon, Tue, Wed, Thu, Fri], hour(8), hour(18)).unwrap_or_default()
}

fn opening_at(hours: &OpeningHours, at: Instant) -> Opening {
    let calendar = Calendar::default();
    if let Some(closure) = calendar.closed(local::day(at)) {
        let names: BTreeMap<Language, String> =
            Language::ALL.into_iter().map(|language| (language, closure.name(language).to_owned())).collect();
        return Opening::Holiday(names);
    }
    if hours.open_at(at, &calendar) { Opening::Open } else { Opening::Closed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_is_open_closed_or_a_holiday_by_its_time() {
        for (at, expected) in [
            ("2026-11-20 10:00", "Open"),
            ("2026-11-20 18:00", "Closed"),
            ("2026-11-21T10:00", "Closed"),
            ("2026-12-25 10:00", "Holiday"),
            ("2026-11-20T09:00:00Z", "Open"),
        ] {
            let context = Scene::at(moment(at).unwrap(), "Beratungstelefon").context();
            let kind = format!("{:?}", context.opening);
            assert!(kind.starts_with(expected), "{at}: {kind}");
        }
        for nonsense in ["", "morgen", "2026-13-01 10:00", "2026-11-20 25:00"] {
            assert_eq!(moment(nonsense), None, "{nonsense}");
        }
        assert!(matches!(opening("by hand Einsatz"), Some(Opening::ByHand(_))) && opening("offen").is_none());
    }
}
