//! Whom and what the demonstration invents. All people are invented; telephone numbers come only from the blocks that
//! the Bundesnetzagentur keeps free for films and plays (Mitteilung 148/2021), mail addresses end in `example.org`.

use chrono::Weekday::{self, Fri, Mon, Thu, Tue, Wed};

use crate::bookings::Format;
use crate::kernel::Phone;
use crate::offices::OfficeId;
use crate::people::AbsenceKind;

/// Everybody who signs in has this password.
pub const PASSWORD: &str = "sprechzeit-demo";

/// The hotline that most of the demonstration happens on.
pub const MAIN_NUMBER: &str = "+49 89 99998 110";
/// Officers call it with number and PIN.
const DUTY_LINE: &str = "+49 89 99998 119";

pub fn duty_line() -> Option<Phone> {
    DUTY_LINE.parse().ok()
}

/// An officer: the office, and the place in its list.
pub type Who = (&'static str, usize);

/// The officers of each office. Later tables name them by office and place.
pub const OFFICERS: &[(&str, &[&str])] = &[
    ("aa", &["Jana Birkmaier", "Rolf Hägele", "Melike Aydoğan"]),
    ("fr", &["Timo Ehrlinger", "Aylin Şahin", "Bernd Dufner"]),
    ("hn", &["Selin Aksoy", "Frieder Knöpfle", "Heike Wolpert"]),
    ("ka", &["Markus Rebstein", "Sabine Lörcher", "Dario Ruckenbrod"]),
    ("kn", &["Carolin Fautz", "Tobias Wehinger", "Ruth Auer-Keßler"]),
    ("lb", &["Deniz Yalçin", "Katrin Ziegenfuß", "Ulrich Pfleiderer"]),
    ("ma", &["Anke Hohlwegler", "Benno Kirchgäßner", "Leyla Demirtaş"]),
    ("og", &["Pascal Stümpfle", "Gisela Huck", "Marek Zielinski"]),
    ("pf", &["Miriam Oschwald", "Edgar Bohnenberger", "Fatma Korkmaz"]),
    ("rv", &["Jonas Kettenacker", "Verena Gindele", "Hubert Schnitzer"]),
    ("rt", &["Lena Wäschle", "Matthias Schwille", "Oksana Bondar"]),
    ("s", &["Viktor Braunmüller", "Yvonne Hämmerle", "Kemal Öztürk-Baier", "Dorothea Laible"]),
    ("ul", &["Nadine Zipperle", "Anton Merkle", "Swetlana Hoch"]),
    (
        "lka",
        &[
            "Friederike Amann",
            "Jakob Wendelstein",
            "Esra Tunç",
            "Clemens Riedinger",
            "Birgit Sauter-Noll",
            "Milan Petrović",
        ],
    ),
];

/// A consultation hour: who, weekday, from, until, minutes of a slot, topics (none: every topic), formats.
pub type HourRow = (Who, Weekday, &'static str, &'static str, i64, &'static str, &'static [Format]);

const BOTH: &[Format] = &[Format::Video, Format::Telephone];
const VIDEO: &[Format] = &[Format::Video];
const PHONE: &[Format] = &[Format::Telephone];

#[rustfmt::skip]
pub const HOURS: &[HourRow] = &[
    // One in each office, as offices of this kind publish them.
    (("aa", 0), Tue, "14:00", "17:00", 30, "einbruchschutz", BOTH),
    (("fr", 0), Wed, "17:00", "20:00", 30, "cybergrooming", VIDEO),
    (("hn", 0), Thu, "09:00", "12:00", 20, "callcenterbetrug", BOTH),
    (("ka", 0), Mon, "15:00", "17:00", 15, "fahrraddiebstahl", PHONE),
    (("kn", 0), Wed, "10:00", "13:00", 30, "trading-scam", BOTH),
    (("lb", 0), Fri, "09:00", "12:00", 45, "stalking", BOTH),
    (("ma", 0), Tue, "09:00", "12:00", 45, "haeusliche-gewalt", BOTH),
    (("og", 0), Thu, "15:00", "18:00", 45, "radikalisierung", VIDEO),
    (("pf", 0), Mon, "13:00", "16:00", 30, "gewalt-schule", VIDEO),
    (("rv", 0), Wed, "09:30", "11:30", 20, "verkehr-senioren", PHONE),
    (("rt", 0), Thu, "16:00", "19:00", 30, "hass-im-netz", BOTH),
    (("s", 0), Wed, "13:00", "17:00", 45, "opferrechte", BOTH),
    (("ul", 0), Tue, "16:00", "19:00", 30, "sucht", VIDEO),
    (("lka", 5), Thu, "10:00", "12:00", 30, "cyber-unternehmen", VIDEO),
    // A second officer at the same time: their times are shown as one.
    (("aa", 1), Tue, "14:00", "17:00", 30, "einbruchschutz trickdiebstahl", BOTH),
    (("hn", 1), Thu, "09:00", "12:00", 20, "callcenterbetrug", PHONE),
    (("lb", 1), Fri, "09:00", "12:00", 45, "stalking opferrechte", BOTH),
    (("ma", 1), Tue, "09:00", "12:00", 45, "haeusliche-gewalt stalking", BOTH),
    (("s", 2), Wed, "13:00", "17:00", 45, "opferrechte sexualdelikte", BOTH),
    // More topics nearby.
    (("aa", 2), Thu, "09:00", "12:00", 30, "callcenterbetrug trickdiebstahl zivilcourage", BOTH),
    (("fr", 1), Mon, "14:00", "17:00", 30, "cybermobbing gewalt-schule messer", BOTH),
    (("fr", 2), Fri, "09:00", "12:00", 30, "einbruchschutz fahrraddiebstahl", BOTH),
    (("hn", 2), Tue, "14:00", "17:00", 30, "phishing passwoerter fakeshops einbruchschutz", BOTH),
    (("ka", 1), Wed, "15:00", "18:00", 30, "einbruchschutz staedtebau", BOTH),
    (("ka", 2), Thu, "10:00", "12:00", 30, "sucht messer", PHONE),
    (("kn", 1), Tue, "10:00", "13:00", 30, "romance-scam sextortion", BOTH),
    (("kn", 2), Thu, "14:00", "17:00", 30, "einbruchschutz taschendiebstahl", BOTH),
    (("lb", 2), Mon, "10:00", "12:00", 20, "verkehr-schule verkehr-senioren einbruchschutz", BOTH),
    (("ma", 2), Thu, "16:00", "19:00", 30, "cybermobbing hass-im-netz einbruchschutz", BOTH),
    (("og", 1), Mon, "09:00", "12:00", 30, "einbruchschutz trickdiebstahl", BOTH),
    (("og", 2), Wed, "14:00", "17:00", 30, "bankmitarbeitende callcenterbetrug", BOTH),
    (("pf", 1), Wed, "09:00", "12:00", 45, "zwangsheirat sexualdelikte opferrechte", BOTH),
    (("pf", 2), Thu, "14:00", "16:00", 30, "einbruchschutz", BOTH),
    (("rv", 1), Mon, "14:00", "17:00", 30, "cybergrooming cybermobbing", BOTH),
    (("rv", 2), Fri, "09:00", "12:00", 30, "einbruchschutz fakeshops", BOTH),
    (("rt", 1), Tue, "10:00", "12:00", 30, "behoerdensicherheit zivilcourage", BOTH),
    (("rt", 2), Wed, "14:00", "17:00", 30, "einbruchschutz", BOTH),
    (("s", 1), Thu, "14:00", "17:00", 30, "einbruchschutz taschendiebstahl", BOTH),
    (("s", 3), Tue, "10:00", "13:00", 30, "phishing passwoerter trading-scam", BOTH),
    (("ul", 1), Wed, "10:00", "12:00", 20, "verkehr-senioren callcenterbetrug", PHONE),
    (("ul", 2), Fri, "09:00", "12:00", 30, "einbruchschutz", BOTH),
    // Whatever nobody else takes.
    (("lka", 0), Tue, "14:00", "17:00", 30, "", BOTH),
    (("lka", 1), Mon, "09:00", "12:00", 30, "", BOTH),
    (("lka", 2), Wed, "13:00", "16:00", 30, "", BOTH),
    (("lka", 3), Thu, "14:00", "17:00", 30, "", BOTH),
    (("lka", 4), Fri, "09:00", "12:00", 30, "", BOTH),
];

/// A hotline with the shifts of its week.
pub struct HotlineRow {
    pub office: &'static str,
    pub name: &'static str,
    pub number: &'static str,
    /// Weekday, opens, closes.
    pub hours: &'static [(Weekday, &'static str, &'static str)],
    pub week: &'static [TurnRow],
    /// How many call on an open day.
    pub calls_a_day: i64,
}

/// Weekday, from, until, tier, and the officers in the order in which they are rung.
pub type TurnRow = (Weekday, &'static str, &'static str, i64, &'static [usize]);

#[rustfmt::skip]
pub const HOTLINES: &[HotlineRow] = &[
    HotlineRow {
        office: "lka",
        name: "Beratungstelefon Prävention",
        number: MAIN_NUMBER,
        hours: &[
            (Mon, "09:00", "17:00"), (Tue, "09:00", "17:00"), (Wed, "09:00", "17:00"), (Thu, "09:00", "17:00"),
            (Fri, "09:00", "13:00"),
        ],
        week: &[
            (Mon, "09:00", "13:00", 1, &[0, 5]), (Mon, "13:00", "17:00", 1, &[2]), (Mon, "09:00", "17:00", 2, &[3]),
            (Tue, "09:00", "13:00", 1, &[2, 3]), (Tue, "13:00", "17:00", 1, &[4]), (Tue, "09:00", "17:00", 2, &[5]),
            (Wed, "09:00", "13:00", 1, &[4, 0]), (Wed, "13:00", "17:00", 1, &[1]), (Wed, "09:00", "17:00", 2, &[2]),
            (Thu, "09:00", "13:00", 1, &[1, 3]), (Thu, "13:00", "17:00", 1, &[0]), (Thu, "09:00", "17:00", 2, &[4]),
            (Fri, "09:00", "13:00", 1, &[5, 1]), (Fri, "09:00", "13:00", 2, &[0]),
        ],
        calls_a_day: 6,
    },
    HotlineRow {
        office: "s",
        name: "Beratungstelefon Stuttgart",
        number: "+49 89 99998 711",
        hours: &[
            (Mon, "10:00", "16:00"), (Tue, "10:00", "16:00"), (Wed, "10:00", "16:00"), (Thu, "10:00", "16:00"),
            (Fri, "10:00", "16:00"),
        ],
        week: &[
            (Mon, "10:00", "13:00", 1, &[0]), (Mon, "13:00", "16:00", 1, &[1]), (Mon, "10:00", "16:00", 2, &[2]),
            (Tue, "10:00", "13:00", 1, &[1]), (Tue, "13:00", "16:00", 1, &[2]), (Tue, "10:00", "16:00", 2, &[3]),
            (Wed, "10:00", "13:00", 1, &[2]), (Wed, "13:00", "16:00", 1, &[3]), (Wed, "10:00", "16:00", 2, &[1]),
            (Thu, "10:00", "13:00", 1, &[3]), (Thu, "13:00", "16:00", 1, &[0]), (Thu, "10:00", "16:00", 2, &[2]),
            (Fri, "10:00", "13:00", 1, &[0]), (Fri, "13:00", "16:00", 1, &[1]), (Fri, "10:00", "16:00", 2, &[3]),
        ],
        calls_a_day: 2,
    },
];

/// Absences that touch no hotline: who, why, first day counted from today, number of days.
pub const ABSENCES: &[(Who, AbsenceKind, i64, i64)] = &[
    (("kn", 1), AbsenceKind::Leave, -3, 10),
    (("ma", 2), AbsenceKind::Sick, -1, 3),
    (("og", 1), AbsenceKind::Leave, -12, 5),
    (("rt", 1), AbsenceKind::Training, 6, 2),
    (("hn", 2), AbsenceKind::Leave, 10, 5),
];

/// On police duty when the demonstration starts.
pub const DEPLOYED: Who = ("ka", 2);

/// The officer who signs in as `beratung`.
pub const ADVISER: Who = ("lka", 0);

/// Citizens, as they call themselves.
pub const CITIZENS: &[&str] = &[
    "Zitronenfalter",
    "Frau Ahornblatt",
    "Familie Kranich",
    "H. Beispiel",
    "Mirabelle",
    "Herr Nussbaum",
    "Anonym 7",
    "Sommerwind",
    "Elternbeirat Birkenschule",
    "Oma Lotte",
    "Kiebitz",
    "Frau Muster",
    "Bäckerei Kornblume",
    "T. Probe",
    "Löwenzahn",
    "Herr Unbekannt",
    "Sportverein Wiesental",
    "Regenbogen",
    "K. Erfunden",
    "Nachtigall",
];

/// A number of a block for films and plays, `place` 0 to 999.
fn invented(block: &str, place: u64) -> Option<Phone> {
    format!("{block} {place:03}").parse().ok()
}

/// The officer's telephone, `place` counted over all offices.
pub fn officer_phone(place: usize) -> Option<Phone> {
    invented("+49 69 90009", 100 + place as u64)
}

/// The telephone of one of a few hundred citizens: some call again.
pub fn citizen_phone(chance: &mut Chance) -> Option<Phone> {
    let block = *chance.pick(&["+49 30 23125", "+49 40 66969", "+49 221 4710"]);
    invented(block, 200 + chance.below(60))
}

/// The mailbox of an office's planning.
pub fn planning_mail(office: OfficeId) -> String {
    format!("planung.{office}@example.org")
}

/// `Jürgen Weiß-Öz` has `juergen.weiss-oez@example.org`.
pub fn mail_of(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().map(plain).collect();
    format!("{}@example.org", plain.trim_matches('.').replace(' ', ".").replace("..", "."))
}

fn plain(letter: char) -> &'static str {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789-. ";
    match letter {
        'ä' => "ae",
        'ö' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'ç' | 'ć' => "c",
        'ğ' => "g",
        'ş' => "s",
        letter => LETTERS.find(letter).map_or("", |at| &LETTERS[at..=at]),
    }
}

/// The office with this code, which stands in one of the tables above.
pub fn office(code: &str) -> OfficeId {
    code.parse().unwrap_or(OfficeId::STATE)
}

/// Chance that repeats itself: SplitMix64. Two demonstrations begun on one day are alike; secrets come from elsewhere.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 0 to `bound` - 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }

    /// One of at least one.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// Minutes from `least` to `most`.
    pub fn minutes(&mut self, least: i64, most: i64) -> chrono::TimeDelta {
        chrono::TimeDelta::minutes(least + self.below((most - least + 1).unsigned_abs()) as i64)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::NaiveTime;

    use super::*;
    use crate::kernel::local;
    use crate::offices::{TopicId, offices, topics};

    fn time(text: &str) -> NaiveTime {
        local::time(text).unwrap()
    }

    #[test]
    fn each_office_has_its_officers_and_nobody_stands_twice() {
        let codes: Vec<OfficeId> = OFFICERS.iter().map(|(code, _)| code.parse().unwrap()).collect();
        assert!(offices().iter().all(|office| codes.contains(&office.id)));
        assert!(OFFICERS.iter().all(|(code, names)| names.len() >= if *code == "lka" { 6 } else { 2 }));
        let names: BTreeSet<&str> = OFFICERS.iter().flat_map(|(_, names)| *names).copied().collect();
        assert_eq!(names.len(), OFFICERS.iter().map(|(_, names)| names.len()).sum::<usize>());
        assert!(names.len() >= 40);
    }

    #[test]
    fn every_row_names_officers_and_topics_that_are_there() {
        let is_there = |(code, place): Who| OFFICERS.iter().any(|(c, names)| *c == code && place < names.len());
        assert!(HOURS.iter().all(|hour| is_there(hour.0)));
        assert!(ABSENCES.iter().all(|absence| is_there(absence.0)) && is_there(DEPLOYED));
        for hotline in HOTLINES {
            assert!(hotline.week.iter().all(|turn| turn.4.iter().all(|place| is_there((hotline.office, *place)))));
        }
        for (.., topics, _) in HOURS {
            assert!(topics.split_whitespace().all(|topic| topic.parse::<TopicId>().is_ok()), "{topics}");
        }
        assert!(topics().len() >= 30 && HOURS.iter().any(|hour| hour.5.is_empty()));
    }

    #[test]
    fn nobody_has_a_first_tier_shift_during_their_own_consultation_hour() {
        for hotline in HOTLINES {
            for (weekday, from, until, _, officers) in hotline.week.iter().filter(|turn| turn.3 == 1) {
                let clash = HOURS.iter().find(|(who, day, opens, closes, ..)| {
                    who.0 == hotline.office
                        && officers.contains(&who.1)
                        && day == weekday
                        && time(opens) < time(until)
                        && time(from) < time(closes)
                });
                assert!(clash.is_none(), "{} {weekday} {from}: {:?}", hotline.name, clash.map(|hour| hour.0));
            }
        }
    }

    #[test]
    fn invented_numbers_and_addresses_reach_nobody() {
        let blocks = ["+493023125", "+496990009", "+494066969", "+492214710", "+498999998"];
        let mut chance = Chance::new(7);
        let officers = (0..60).filter_map(officer_phone);
        let citizens = (0..60).filter_map(|_| citizen_phone(&mut chance));
        let hotlines = HOTLINES.iter().filter_map(|hotline| hotline.number.parse().ok()).chain(duty_line());
        let all: Vec<Phone> = officers.chain(citizens).chain(hotlines).collect();
        assert_eq!(all.len(), 123);
        for number in all {
            assert!(blocks.iter().any(|block| number.as_str().strip_prefix(block).is_some_and(|rest| rest.len() == 3)));
        }
        assert_eq!(mail_of("Kemal Öztürk-Baier"), "kemal.oeztuerk-baier@example.org");
        assert_eq!(mail_of("H. Beispiel"), "h.beispiel@example.org");
        let names = OFFICERS.iter().flat_map(|(_, names)| *names).chain(CITIZENS);
        assert!(names.map(|name| mail_of(name)).all(|mail| mail.parse::<lettre::Address>().is_ok()));
    }

    #[test]
    fn chance_repeats_itself() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..8).map(|_| chance.below(100)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
