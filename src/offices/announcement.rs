//! Opening hours as words, to be spoken and shown. Derived from the hours, so it cannot contradict them.
//!
//! Rule: two different weeks never make the same words. Holidays are not announced here; see `Calendar::closed`.
//! A language that is only written has its words in `locales/`.

use chrono::{NaiveTime, Weekday};

use super::hours::OpeningHours;
use crate::flows::spoken;
use crate::kernel::Language;
use crate::web;

type Day = Vec<(NaiveTime, NaiveTime)>;

impl OpeningHours {
    /// `Montag bis Donnerstag von 9 bis 17 Uhr und Freitag von 9 bis 13 Uhr`, without a full stop at its end; where
    /// nothing is open, `zurzeit geschlossen`.
    pub fn announcement(&self, language: Language) -> String {
        if let Language::Other(_) = language {
            return self.written(language);
        }
        let words = Words(language);
        let runs = self.runs();
        match runs.as_slice() {
            [] => web::text(language, "date-closed"),
            [run] if (run.first, run.last) == (Weekday::Mon, Weekday::Sun) => words.every_day(&run.hours),
            runs => words.join(runs.iter().map(|run| words.run(run)).collect()),
        }
    }

    /// The announcement as a sentence of its own, as it is said on the telephone.
    pub fn sentence(&self, language: Language) -> String {
        let begins = match (language, self.is_empty()) {
            (Language::De, true) => "Es ist",
            (Language::De, false) => "Sie erreichen uns",
            (Language::En | Language::Other(_), true) => "We are",
            (Language::En | Language::Other(_), false) => "You can reach us",
            (Language::Simple, true) => "Wir haben",
            (Language::Simple, false) => "Wir sind da:",
        };
        format!("{begins} {}.", self.announcement(language))
    }

    /// For a language that nobody hears and that the program knows no words of: `lundi – jeudi, 09:00 – 17:00; …`.
    fn written(&self, language: Language) -> String {
        let day =
            |weekday: Weekday| web::text_of_number(language, "date-weekday", i64::from(weekday.number_from_monday()));
        let times = |(opens, closes): &(NaiveTime, NaiveTime)| {
            let until = if *closes == NaiveTime::MIN { "24:00".to_owned() } else { closes.format("%H:%M").to_string() };
            web::text_with(language, "date-times", &[("from", &opens.format("%H:%M").to_string()), ("until", &until)])
        };
        let run = |run: &Run| {
            let days = if run.first == run.last { vec![day(run.first)] } else { vec![day(run.first), day(run.last)] };
            let hours: Vec<String> = run.hours.iter().map(times).collect();
            format!("{}, {}", days.join(" – "), hours.join(", "))
        };
        match self.runs().as_slice() {
            [] => web::text(language, "date-closed"),
            runs => runs.iter().map(run).collect::<Vec<_>>().join("; "),
        }
    }

    /// Neighbouring weekdays with the same hours, from Monday.
    fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (weekday, hours) in self.by_weekday() {
            match runs.last_mut() {
                Some(run) if run.last.succ() == weekday && run.hours == hours => run.last = weekday,
                _ => runs.push(Run { first: weekday, last: weekday, hours }),
            }
        }
        runs
    }
}

/// Weekdays from `first` to `last` with the same hours.
struct Run {
    first: Weekday,
    last: Weekday,
    hours: Day,
}

/// The words of one language.
#[derive(Clone, Copy)]
struct Words(Language);

impl Words {
    fn run(self, run: &Run) -> String {
        let (first, last) = (self.0.weekday(run.first), self.0.weekday(run.last));
        let days = match run.last.days_since(run.first) {
            0 => first.to_owned(),
            1 => [first, last].join(self.and()),
            _ => [first, last].join(self.0.pick([" bis ", " to "])),
        };
        self.at(&days, &run.hours)
    }

    fn every_day(self, hours: &Day) -> String {
        let days = match self.0 {
            Language::De => "täglich",
            Language::En | Language::Other(_) => "daily",
            Language::Simple => "Jeden Tag",
        };
        if is_whole_day(hours) { self.hours(hours) } else { self.at(days, hours) }
    }

    /// In simple German days and hours are sentences of their own.
    fn at(self, days: &str, hours: &Day) -> String {
        let then = match self.0 {
            Language::De | Language::En | Language::Other(_) => " ",
            Language::Simple => ". ",
        };
        [days, &self.hours(hours)].join(then)
    }

    fn hours(self, hours: &Day) -> String {
        match self.0 {
            Language::De if is_whole_day(hours) => "rund um die Uhr".to_owned(),
            Language::En | Language::Other(_) if is_whole_day(hours) => "around the clock".to_owned(),
            Language::Simple if is_whole_day(hours) => "Tag und Nacht".to_owned(),
            _ => self.join(hours.iter().map(|(opens, closes)| self.between(*opens, *closes)).collect()),
        }
    }

    fn between(self, opens: NaiveTime, closes: NaiveTime) -> String {
        let from = match self.0 {
            Language::De => "von",
            Language::En | Language::Other(_) => "from",
            Language::Simple => "Von",
        };
        format!("{from} {}", spoken::times(opens, closes, self.0))
    }

    /// `A, B und C`, or short sentences.
    fn join(self, mut parts: Vec<String>) -> String {
        if self.0 == Language::Simple {
            return parts.join(". ");
        }
        let last = parts.pop().unwrap_or_default();
        match parts.is_empty() {
            true => last,
            false => format!("{}{}{last}", parts.join(", "), self.and()),
        }
    }

    fn and(self) -> &'static str {
        self.0.pick([" und ", " and "])
    }
}

fn is_whole_day(hours: &Day) -> bool {
    hours.as_slice() == [(NaiveTime::MIN, NaiveTime::MIN)]
}

#[cfg(test)]
mod tests {
    use chrono::Weekday::{self, *};
    use proptest::prelude::*;

    use super::super::hours::WeeklyRule;
    use super::*;
    use crate::kernel::local;

    const WEEK: [Weekday; 7] = [Mon, Tue, Wed, Thu, Fri, Sat, Sun];

    fn hours(rules: &[(&[Weekday], &str, &str)]) -> OpeningHours {
        let rules = rules.iter().flat_map(|(days, opens, closes)| {
            days.iter().map(|weekday| WeeklyRule {
                weekday: *weekday,
                opens: local::time(opens).unwrap(),
                closes: local::time(closes).unwrap(),
            })
        });
        OpeningHours::new(rules.collect()).unwrap()
    }

    #[test]
    fn on_the_telephone_the_hours_are_a_sentence() {
        for (hours, de, en) in [
            (
                hours(&[(&[Fri], "09:00", "13:00")]),
                "Sie erreichen uns Freitag von 9 bis 13 Uhr.",
                "You can reach us Friday from 9 am to 1 pm.",
            ),
            (hours(&[]), "Es ist zurzeit geschlossen.", "We are closed at present."),
        ] {
            assert_eq!([hours.sentence(Language::De), hours.sentence(Language::En)], [de, en]);
        }
    }

    #[test]
    fn in_simple_german_the_hours_are_short_sentences() {
        for (hours, simple) in [
            (hours(&[(&WEEK[..5], "09:00", "17:00")]), "Wir sind da: Montag bis Freitag. Von 9 bis 17 Uhr."),
            (
                hours(&[(&[Mon, Tue], "09:30", "12:00"), (&[Mon, Tue], "13:00", "16:00"), (&[Thu], "00:00", "24:00")]),
                "Wir sind da: Montag und Dienstag. Von 9 Uhr 30 bis 12 Uhr. Von 13 bis 16 Uhr. Donnerstag. Tag und Nacht.",
            ),
            (hours(&[(&WEEK, "07:00", "22:00")]), "Wir sind da: Jeden Tag. Von 7 bis 22 Uhr."),
            (hours(&[(&WEEK, "00:00", "24:00")]), "Wir sind da: Tag und Nacht."),
            (hours(&[]), "Wir haben zurzeit geschlossen."),
        ] {
            assert_eq!(hours.sentence(Language::Simple), simple);
        }
    }

    #[test]
    fn a_language_that_the_program_knows_no_words_of_takes_them_from_its_texts() {
        // Nobody has written this one, so its texts are the German ones.
        let written = Language::Other("tlh");
        for (hours, words) in [
            (
                hours(&[(&WEEK[..4], "09:00", "17:00"), (&[Fri], "09:00", "12:00"), (&[Fri], "18:00", "24:00")]),
                "Montag – Donnerstag, 09:00 bis 17:00 Uhr; Freitag, 09:00 bis 12:00 Uhr, 18:00 bis 24:00 Uhr",
            ),
            (hours(&[]), "zurzeit geschlossen"),
        ] {
            assert_eq!(hours.announcement(written), words);
        }
    }

    #[test]
    fn equal_neighbouring_days_are_said_together() {
        for (hours, de, en) in [
            (
                hours(&[(&[Mon, Tue, Wed, Thu], "09:00", "17:00"), (&[Fri], "09:00", "13:00")]),
                "Montag bis Donnerstag von 9 bis 17 Uhr und Freitag von 9 bis 13 Uhr",
                "Monday to Thursday from 9 am to 5 pm and Friday from 9 am to 1 pm",
            ),
            (
                hours(&[(&[Mon, Tue], "09:30", "12:00"), (&[Mon, Tue], "13:00", "16:45"), (&[Thu], "00:00", "24:00")]),
                "Montag und Dienstag von 9 Uhr 30 bis 12 Uhr und von 13 bis 16 Uhr 45 und Donnerstag rund um die Uhr",
                "Monday and Tuesday from 9:30 am to noon and from 1 pm to 4:45 pm and Thursday around the clock",
            ),
            (
                hours(&[(&[Mon], "08:00", "10:00"), (&[Wed], "08:00", "10:00"), (&[Sat, Sun], "18:05", "24:00")]),
                "Montag von 8 bis 10 Uhr, Mittwoch von 8 bis 10 Uhr und Samstag und Sonntag von 18 Uhr 5 bis 24 Uhr",
                "Monday from 8 am to 10 am, Wednesday from 8 am to 10 am and Saturday and Sunday from 6:05 pm to midnight",
            ),
            (hours(&[(&WEEK, "07:00", "22:00")]), "täglich von 7 bis 22 Uhr", "daily from 7 am to 10 pm"),
            (hours(&[(&WEEK, "00:00", "24:00")]), "rund um die Uhr", "around the clock"),
            (hours(&[]), "zurzeit geschlossen", "closed at present"),
        ] {
            assert_eq!(hours.announcement(Language::De), de);
            assert_eq!(hours.announcement(Language::En), en);
        }
    }

    /// Weeks that differ little: few weekdays, few times.
    fn week() -> impl Strategy<Value = OpeningHours> {
        let rule =
            (0..7usize, 0..96u32, 1..=96u32).prop_filter_map("opens before it closes", |(day, opens, closes)| {
                let quarter = |q: u32| NaiveTime::from_hms_opt(q / 4 % 24, q % 4 * 15, 0);
                Some(WeeklyRule { weekday: WEEK[day], opens: quarter(opens)?, closes: quarter(closes)? })
                    .filter(|_| opens < closes)
            });
        proptest::collection::vec(rule, 0..6).prop_map(|rules| OpeningHours::new(rules).unwrap())
    }

    proptest! {
        #[test]
        fn different_weeks_are_never_announced_alike(one in week(), mut rules in week().prop_map(Vec::from), at in 0..6usize) {
            // Also compare with a week that differs by one rule.
            let other = OpeningHours::new(rules.clone()).unwrap();
            if at < rules.len() {
                rules.remove(at);
            }
            let near = OpeningHours::new(rules).unwrap();
            for (a, b) in [(&one, &other), (&other, &near)] {
                for language in Language::ALL {
                    prop_assert_eq!(a == b, a.announcement(language) == b.announcement(language));
                }
            }
        }
    }
}
