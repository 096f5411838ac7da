//! The form of a consultation hour: what was typed, what is wrong with it, and the plan that it makes.
//!
//! Rule: what was typed stays as it was typed, so that nothing is lost on the way over the preview.

use std::str::FromStr;

use chrono::{NaiveDate, NaiveTime, Weekday, WeekdaySet};
use serde::Deserialize;

use crate::bookings::{
    Contingents, Exceptions, Format, HourFault, Member, Need, Notice, Plan, Rhythm, Series, Terms, Window,
};
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Language, local};
use crate::offices::Topic;

/// The fields of a form as they came, good or not.
#[derive(Deserialize, Default, Clone)]
#[serde(transparent)]
pub struct HourForm(pub Vec<(String, String)>);

/// One line of the form.
pub struct Input<'a> {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: &'static str,
    pub value: &'a str,
    pub hint: &'static str,
}

/// What is wrong, by field, in the order of the form.
#[derive(Default)]
pub struct Faults(pub Vec<(&'static str, &'static str)>);

impl Faults {
    pub fn of(&self, field: &str) -> Option<&'static str> {
        self.0.iter().find(|(wrong, _)| *wrong == field).map(|(_, fault)| *fault)
    }
}

/// Box to tick: name, value, words.
pub type Box = (&'static str, String, String);

pub const RHYTHMS: [(&str, &str); 13] = [
    ("weeks:1", "jede Woche"),
    ("weeks:2", "alle 2 Wochen"),
    ("weeks:3", "alle 3 Wochen"),
    ("weeks:4", "alle 4 Wochen"),
    ("weeks:5", "alle 5 Wochen"),
    ("weeks:6", "alle 6 Wochen"),
    ("weeks:8", "alle 8 Wochen"),
    ("weeks:12", "alle 12 Wochen"),
    ("month:1", "am ersten im Monat"),
    ("month:2", "am zweiten im Monat"),
    ("month:3", "am dritten im Monat"),
    ("month:4", "am vierten im Monat"),
    ("month:last", "am letzten im Monat"),
];

impl HourForm {
    pub fn blank(now: Instant) -> Self {
        let today = local::day(now).to_string();
        let one = [("weekday", "1"), ("rhythm", "weeks:1"), ("opens", "09:00"), ("closes", "12:00")];
        let more = [("first_day", today.as_str()), ("slot_minutes", "30"), ("buffer_minutes", "0")];
        let rest = [("notice", "0"), ("notice_unit", "hours"), ("horizon_weeks", "12")];
        let formats = [Format::Video, Format::Telephone].map(|format| ("formats", format.as_str()));
        let fields = one.into_iter().chain(more).chain(rest).chain(formats);
        Self(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// What would have to be typed to get this plan, from a day on.
    pub fn of(plan: &Plan, first_day: NaiveDate) -> Self {
        let Plan { team, series, terms } = plan;
        let mut form = Self::default();
        let mut put = |name: &str, value: String| form.0.push((name.to_owned(), value));
        team.iter().for_each(|member| put("officer", member.officer.to_string()));
        team.iter().filter(|member| member.by_name).for_each(|member| put("by_name", member.officer.to_string()));
        series.weekdays.iter(Weekday::Mon).for_each(|day| put("weekday", day.number_from_monday().to_string()));
        put("rhythm", series.rhythm.to_string());
        put("opens", clock(series.window.opens));
        put("closes", clock(series.window.closes));
        put("first_day", first_day.to_string());
        put("last_day", series.last_day.map(|day| day.to_string()).unwrap_or_default());
        put("slot_minutes", terms.slot_minutes.to_string());
        put("buffer_minutes", terms.buffer_minutes.to_string());
        let (notice, unit) = match terms.notice {
            Notice::Hours(hours) => (hours, "hours"),
            Notice::BusinessDays(days) => (days, "business_days"),
        };
        put("notice", notice.to_string());
        put("notice_unit", unit.to_owned());
        put("horizon_weeks", terms.horizon_weeks.to_string());
        let Contingents { web, hotline, staff } = terms.contingents;
        for (name, most) in [("most_web", web), ("most_hotline", hotline), ("most_staff", staff)] {
            put(name, most.map(|most| most.to_string()).unwrap_or_default());
        }
        terms.formats.iter().for_each(|format| put("formats", format.to_string()));
        terms.topics.iter().for_each(|topic| put("topics", topic.to_string()));
        terms.languages.iter().for_each(|language| put("languages", language.tag().to_owned()));
        terms.needs.iter().for_each(|need| put("needs", need.to_string()));
        form
    }

    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    pub fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.list(name).any(|chosen| chosen == value)
    }

    /// The fields that the preview hands on: all but those that it asks for itself.
    pub fn hidden(&self) -> impl Iterator<Item = &(String, String)> {
        let asked = |name: &str| ["decision-", "version", "word"].iter().any(|own| name.starts_with(own));
        self.0.iter().filter(move |(name, _)| !asked(name))
    }

    /// The fields that are one line each: when it takes place.
    pub fn times(&self) -> [Input<'_>; 4] {
        let input = |name, label, kind, hint| Input { name, label, kind, value: self.text(name), hint };
        [
            input("opens", "Beginn", "time", ""),
            input("closes", "Ende", "time", "00:00 ist Mitternacht am Ende des Tages."),
            input("first_day", "Erster Tag", "date", ""),
            input("last_day", "Letzter Tag (freiwillig)", "date", "Leer: bis auf Weiteres."),
        ]
    }

    /// The same for the terms.
    pub fn terms(&self) -> [Input<'_>; 6] {
        let input = |name, label, hint| Input { name, label, kind: "text", value: self.text(name), hint };
        [
            input("slot_minutes", "Minuten je Termin", ""),
            input(
                "buffer_minutes",
                "Pause danach in Minuten",
                "Zwischen zwei Beratungen gilt die größere der beiden Pausen.",
            ),
            input("horizon_weeks", "Buchbar so viele Wochen im Voraus", "1 bis 12"),
            input("most_web", "Höchstens so viele Termine am Tag über die Website (freiwillig)", "Leer: alle."),
            input("most_hotline", "Höchstens so viele am Tag über das Telefonmenü (freiwillig)", "Leer: alle."),
            input("most_staff", "Höchstens so viele am Tag durch die Dienststelle (freiwillig)", "Leer: alle."),
        ]
    }

    pub fn weekday_boxes(&self) -> Vec<Box> {
        let days = WeekdaySet::ALL.iter(Weekday::Mon);
        days.map(|day| ("weekday", day.number_from_monday().to_string(), Language::De.weekday(day).to_owned()))
            .collect()
    }

    pub fn format_boxes(&self) -> Vec<Box> {
        Format::ALL.map(|format| ("formats", format.to_string(), super::german(format).to_owned())).into()
    }

    pub fn language_boxes(&self) -> Vec<Box> {
        [(Language::De, "Deutsch"), (Language::En, "Englisch")]
            .map(|(language, name)| ("languages", language.tag().to_owned(), name.to_owned()))
            .into()
    }

    pub fn need_boxes(&self) -> Vec<Box> {
        let asked = Need::ALL.into_iter().filter(|need| !need.is_served_everywhere());
        asked.map(|need| ("needs", need.to_string(), need.german().to_owned())).collect()
    }

    pub fn has_topic(&self, topic: &Topic) -> bool {
        self.has("topics", topic.id.as_str())
    }

    /// The plan, without exceptions: the form does not know of them.
    pub fn read(&self) -> Result<Plan, Faults> {
        let mut faults = Faults::default();
        let series = self.series(&mut faults);
        let terms = self.terms_read(&mut faults);
        let named: Vec<OfficerId> = self.list("by_name").filter_map(|id| id.parse().ok()).collect();
        let officers = self.list("officer").filter_map(|id| id.parse().ok());
        let team: Vec<Member> = officers.map(|officer| Member { officer, by_name: named.contains(&officer) }).collect();
        if team.is_empty() || team.len() < self.list("officer").count() {
            faults.0.insert(0, in_german(HourFault::NoOfficer));
        }
        let (Some(series), Some(terms), []) = (series, terms, faults.0.as_slice()) else { return Err(faults) };
        let plan = Plan { team, series, terms };
        plan.check().map_err(|fault| Faults(vec![in_german(fault)])).map(|()| plan)
    }

    fn series(&self, faults: &mut Faults) -> Option<Series> {
        let numbers = self.list("weekday").map(|number| number.parse::<u8>().ok());
        let days = numbers.map(|number| Weekday::try_from(number?.wrapping_sub(1)).ok());
        let weekdays: WeekdaySet = days.collect::<Option<_>>().unwrap_or(WeekdaySet::EMPTY);
        let window = self.window(faults);
        let rhythm = match self.text("rhythm") {
            "" => Some(Rhythm::Weeks(1)),
            text => text.parse().ok(),
        };
        for (field, missing, fault) in [
            ("weekday", weekdays.is_empty(), "Wählen Sie mindestens einen Wochentag."),
            ("rhythm", rhythm.is_none(), "Wählen Sie aus der Liste, wie oft die Sprechstunde stattfindet."),
        ] {
            if missing {
                faults.0.push((field, fault));
            }
        }
        let first_day = self.day("first_day", "Geben Sie den ersten Tag als Datum an.", faults);
        let last_day = match self.text("last_day") {
            "" => Some(None),
            _ => {
                let missing = "Geben Sie den letzten Tag als Datum an, oder lassen Sie das Feld leer.";
                self.day("last_day", missing, faults).map(Some)
            }
        };
        let (first_day, last_day, exceptions) = (first_day?, last_day?, Exceptions::new());
        Some(Series { weekdays, rhythm: rhythm?, window: window?, first_day, last_day, exceptions })
    }

    /// A day, or what is wrong with it.
    pub fn day(&self, field: &'static str, missing: &'static str, faults: &mut Faults) -> Option<NaiveDate> {
        let text = self.text(field);
        let day = local::plannable(text);
        if day.is_none() {
            let is_a_day = text.parse::<NaiveDate>().is_ok();
            faults.0.push((field, if is_a_day { "Möglich sind Tage von 2000 bis 2199." } else { missing }));
        }
        day
    }

    /// All that is chosen of a field; a fault where one of it is nothing that can be chosen.
    fn chosen<T: FromStr>(&self, field: &'static str, faults: &mut Faults) -> Vec<T> {
        let read: Option<Vec<T>> = self.list(field).map(|text| text.parse().ok()).collect();
        read.unwrap_or_else(|| {
            faults.0.push((field, "Etwas davon gibt es nicht. Wählen Sie aus der Liste."));
            Vec::new()
        })
    }

    /// Beginning and end.
    pub fn window(&self, faults: &mut Faults) -> Option<Window> {
        let (opens, closes) = (local::time(self.text("opens")), local::time(self.text("closes")));
        if opens.is_none() {
            faults.0.push(("opens", "Geben Sie den Beginn als Uhrzeit an, zum Beispiel 09:00."));
        }
        if closes.is_none() {
            faults.0.push(("closes", "Geben Sie das Ende als Uhrzeit an, zum Beispiel 12:00."));
        }
        Some(Window { opens: opens?, closes: closes? })
    }

    fn terms_read(&self, faults: &mut Faults) -> Option<Terms> {
        let number = |name: &str, or: i64| match self.text(name) {
            "" => or,
            text => text.parse().unwrap_or(-1),
        };
        let most = |name: &str| (!self.text(name).is_empty()).then(|| number(name, -1));
        let contingents =
            Contingents { web: most("most_web"), hotline: most("most_hotline"), staff: most("most_staff") };
        for field in ["most_web", "most_hotline", "most_staff"] {
            // Each has its own line in the form.
            if !(Contingents { web: most(field), ..Contingents::default() }).are_possible() {
                faults.0.push((field, in_german(HourFault::Contingent).1));
            }
        }
        let spoken = [Language::De, Language::En].into_iter().filter(|language| self.has("languages", language.tag()));
        let spoken: Vec<Language> = spoken.collect();
        if spoken.len() < self.list("languages").count() {
            faults.0.push(("languages", "Eine Sprache davon gibt es nicht. Wählen Sie aus der Liste."));
        }
        let notice = match self.text("notice_unit") {
            "business_days" => Some(Notice::BusinessDays(number("notice", 0))),
            "hours" | "" => Some(Notice::Hours(number("notice", 0))),
            _ => None,
        };
        let notice = notice.filter(|notice| notice.is_possible());
        if notice.is_none() {
            faults.0.push(in_german(HourFault::Notice));
        }
        Some(Terms {
            slot_minutes: number("slot_minutes", 0),
            buffer_minutes: number("buffer_minutes", 0),
            notice: notice?,
            horizon_weeks: number("horizon_weeks", 12),
            contingents,
            topics: self.chosen("topics", faults),
            formats: self.chosen("formats", faults),
            languages: spoken,
            needs: self.chosen::<Need>("needs", faults).into_iter().collect(),
        })
    }
}

pub fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// The rhythm in words.
pub fn rhythm(rhythm: Rhythm) -> String {
    let name = rhythm.to_string();
    let known = RHYTHMS.iter().find(|(value, _)| *value == name).map(|(_, words)| (*words).to_owned());
    known.unwrap_or_else(|| match rhythm {
        Rhythm::Weeks(weeks) => format!("alle {weeks} Wochen"),
        Rhythm::Nth(n) => format!("am {n}. im Monat"),
        Rhythm::Last => "am letzten im Monat".to_owned(),
    })
}

/// Officers who cannot offer an hour together.
pub const NOT_TOGETHER: (&str, &str) = ("officer", "Diese Personen gehören nicht zu einer gemeinsamen Dienststelle.");

/// The field, and what is wrong with it.
pub fn in_german(fault: HourFault) -> (&'static str, &'static str) {
    match fault {
        HourFault::ClosesBeforeItOpens => {
            ("closes", "Das Ende muss nach dem Beginn liegen. Eine Nacht sind zwei Sprechstunden.")
        }
        HourFault::SlotLength => ("slot_minutes", "Ein Termin dauert 5 bis 240 Minuten."),
        HourFault::TooShort => ("closes", "In diese Zeit passt kein einziger Termin."),
        HourFault::LastDayBeforeFirst => ("last_day", "Der letzte Tag muss nach dem ersten liegen."),
        HourFault::NoFormat => ("formats", "Wählen Sie mindestens eine Form der Beratung."),
        HourFault::NoOfficer => ("officer", "Wählen Sie mindestens eine Beraterin oder einen Berater."),
        HourFault::NoWeekday => ("weekday", "Wählen Sie mindestens einen Wochentag."),
        HourFault::Buffer => ("buffer_minutes", "Eine Pause dauert 0 bis 120 Minuten."),
        HourFault::Notice => ("notice", "Möglich sind 0 bis 336 Stunden oder 0 bis 30 Arbeitstage."),
        HourFault::Horizon => ("horizon_weeks", "Buchbar ist eine Sprechstunde 1 bis 12 Wochen im Voraus."),
        HourFault::Contingent => ("most_web", "Höchstzahlen am Tag sind 0 bis 200, oder das Feld ist leer."),
        HourFault::Exception => ("day", "An diesem Tag gibt es die Sprechstunde nicht."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> HourForm {
        let now = Instant::parse("2026-11-20T12:00:00Z").unwrap();
        let mut form = HourForm::blank(now);
        form.0.push(("officer".into(), OfficerId::mint().to_string()));
        form
    }

    fn with(name: &str, values: &[&str]) -> HourForm {
        let mut form = form();
        form.0.retain(|(known, _)| known != name);
        form.0.extend(values.iter().map(|value| (name.to_owned(), (*value).to_owned())));
        form
    }

    #[test]
    fn a_form_as_it_stands_is_an_hour_once_somebody_is_chosen() {
        let plan = form().read().map_err(|faults| faults.0).unwrap();
        assert_eq!(plan.series.weekdays, WeekdaySet::single(Weekday::Mon));
        assert_eq!((plan.terms.slot_minutes, plan.series.last_day), (30, None));
        assert_eq!(plan.terms.formats, [Format::Video, Format::Telephone]);
        assert!(plan.terms.topics.is_empty(), "no topic chosen means every topic");
    }

    #[test]
    fn a_plan_fills_the_form_that_makes_it() {
        let mut plan = form().read().map_err(|faults| faults.0).unwrap();
        plan.team.push(Member { officer: OfficerId::mint(), by_name: true });
        plan.series.weekdays = WeekdaySet::from_array([Weekday::Tue, Weekday::Fri]);
        plan.series.rhythm = Rhythm::Last;
        plan.series.last_day = Some("2027-01-31".parse().unwrap());
        plan.terms = Terms {
            buffer_minutes: 10,
            notice: Notice::BusinessDays(2),
            horizon_weeks: 6,
            contingents: Contingents { web: Some(4), hotline: None, staff: Some(0) },
            topics: vec!["stalking".parse().unwrap()],
            formats: vec![Format::Office],
            languages: vec![Language::En],
            needs: [Need::SignLanguage].into_iter().collect(),
            ..Terms::new(45)
        };
        let again = HourForm::of(&plan, plan.series.first_day).read().map_err(|faults| faults.0).unwrap();
        assert_eq!(again, plan);
    }

    #[test]
    fn a_day_out_of_range_is_told_so() {
        for (field, day, words) in [
            ("first_day", "3000-01-01", "Möglich sind Tage"),
            ("first_day", "bald", "als Datum"),
            ("last_day", "1999-12-31", "Möglich sind Tage"),
        ] {
            let faults = with(field, &[day]).read().map(|_| ()).unwrap_err();
            assert!(faults.of(field).is_some_and(|fault| fault.contains(words)), "{field} {day}");
        }
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        for (name, values, field) in [
            ("officer", &[][..], "officer"),
            ("weekday", &["8"], "weekday"),
            ("weekday", &["0"], "weekday"),
            ("opens", &["neun"], "opens"),
            ("closes", &["08:00"], "closes"),
            ("closes", &["09:10"], "closes"),
            ("first_day", &["bald"], "first_day"),
            ("last_day", &["2026-01-01"], "last_day"),
            ("slot_minutes", &["viele"], "slot_minutes"),
            ("buffer_minutes", &["121"], "buffer_minutes"),
            ("notice", &["bald"], "notice"),
            ("horizon_weeks", &["13"], "horizon_weeks"),
            ("most_web", &["-2"], "most_web"),
            ("most_hotline", &["viele"], "most_hotline"),
            ("most_staff", &["201"], "most_staff"),
            ("formats", &[], "formats"),
            ("formats", &["telephone", "brief"], "formats"),
            ("rhythm", &["manchmal"], "rhythm"),
            ("topics", &["stalking", "zauberei"], "topics"),
            ("languages", &["xx"], "languages"),
            ("needs", &["kaffee"], "needs"),
            ("notice_unit", &["Monde"], "notice"),
            ("weekday", &["1", "9"], "weekday"),
            ("officer", &["niemand"], "officer"),
            ("first_day", &["3000-01-01"], "first_day"),
        ] {
            let faults = with(name, values).read().map(|_| ()).unwrap_err();
            assert_eq!(faults.0.iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field], "{name} {values:?}");
        }
    }
}
