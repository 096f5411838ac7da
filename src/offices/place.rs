//! Places a citizen may name, municipalities and districts, and how what was typed finds them. No post codes: they
//! cross the borders of the offices.
//!
//! Rule: a question is asked only where the answer changes the responsible office.

use std::sync::LazyLock;

use super::office::{Office, OfficeId};
use super::table;

/// A municipality, or a whole district. Each belongs to one office.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The official key: 8 digits of a municipality, 5 of a district.
    pub key: &'static str,
    pub name: &'static str,
    /// What the name is called beside it, for instance `Stadt`; often empty.
    pub addition: &'static str,
    /// The name of its district; of a district, its own.
    pub district: &'static str,
    pub office: &'static Office,
    words: Words,
}

/// What a typed name leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// One place, or several of one office, of which this is the nearest to what was typed.
    One(&'static Place),
    /// Places of different offices: the citizen must be asked which.
    Several(Vec<&'static Place>),
    /// No place; up to three with similar names, the most similar first.
    None { nearest: Vec<&'static Place> },
}

impl Found {
    /// The responsible office, or None where the citizen must be asked. The state office where nothing was found.
    pub fn office(&self) -> Option<OfficeId> {
        match self {
            Self::One(place) => Some(place.office.id),
            Self::Several(_) => None,
            Self::None { .. } => Some(OfficeId::STATE),
        }
    }
}

impl Place {
    /// The place with this official key.
    pub fn find(key: &str) -> Option<&'static Self> {
        PLACES.iter().find(|place| place.key == key)
    }

    /// The name as it stands in a question: `Altdorf (Landkreis Böblingen)`.
    pub fn full_name(&self) -> String {
        match self.district.ends_with(self.name) {
            true => self.name.to_owned(),
            false => format!("{} ({})", self.name, self.district),
        }
    }
}

/// Every municipality and district, sorted by key.
pub fn places() -> &'static [Place] {
    &PLACES
}

/// The places whose names are, or begin with, what was typed. Spelling is forgiven: case, umlauts written out or left
/// out, `St.`, `a.d.`, `i.Br.`, brackets, hyphens, a leading `Stadt` or post code.
pub fn find_places(typed: &str) -> Found {
    if typed.len() > LONGEST {
        return Found::None { nearest: Vec::new() };
    }
    let typed = Words::of(typed);
    let mut named: Vec<&Place> = PLACES.iter().filter(|place| typed.begin(&place.words)).collect();
    named.sort_by_key(|place| place.words.0.len());
    match named.as_slice() {
        [] => Found::None { nearest: nearest(&typed) },
        [first, others @ ..] if others.iter().all(|other| other.office == first.office) => Found::One(first),
        _ => Found::Several(named),
    }
}

/// Bytes; the longest name has 40. What is longer is no name, and comparing it would cost time.
const LONGEST: usize = 120;
/// From 0 to 1; below it two names have little in common.
const SIMILAR: f64 = 0.88;

fn nearest(typed: &Words) -> Vec<&'static Place> {
    let typed = typed.0.join(" ");
    let mut similar: Vec<(f64, &Place)> =
        PLACES.iter().map(|place| (place.words.similarity(&typed), place)).filter(|(s, _)| *s >= SIMILAR).collect();
    similar.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.words.0.len().cmp(&b.words.0.len())));
    similar.into_iter().map(|(_, place)| place).take(3).collect()
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let districts: Vec<Place> = table::rows(include_str!("data/districts.csv"))
        .map(|[key, name, office]| Place::new(key, name, "", name, office))
        .collect();
    let municipalities = table::rows(include_str!("data/places.csv")).map(|[key, name, addition, district, office]| {
        let district = districts.iter().find(|known| known.key == district).map_or("", |known| known.name);
        Place::new(key, name, addition, district, office)
    });
    let mut places: Vec<Place> = municipalities.collect();
    places.extend(districts);
    places.sort_by_key(|place| place.key);
    places
});

impl Place {
    #[allow(clippy::expect_used, reason = "the tables are constants and read whole by the tests")]
    fn new(
        key: &'static str,
        name: &'static str,
        addition: &'static str,
        district: &'static str,
        office: &str,
    ) -> Self {
        let office = Office::find(office).expect("every place names an office");
        Self { key, name, addition, district, office, words: Words::of(name) }
    }
}

/// A name taken apart for comparing: lower case, without umlauts, without the small words that people abbreviate.
#[derive(Debug, PartialEq, Eq)]
struct Words(Vec<String>);

impl Words {
    fn of(name: &str) -> Self {
        let folded = fold(name);
        let mut words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        while words.len() > 1 && is_rank(words[0]) {
            words.remove(0);
        }
        words.retain(|word| !SMALL.contains(word));
        Self(words.into_iter().map(|word| written_out(word).to_owned()).collect())
    }

    /// Whether these words begin `name`: the first in full, later ones may be abbreviated (`Freiburg i. Br.`).
    fn begin(&self, name: &Self) -> bool {
        let Some(first) = self.0.first() else { return false };
        name.0.first() == Some(first)
            && self.0.len() <= name.0.len()
            && self.0.iter().zip(&name.0).all(|(typed, word)| word.starts_with(typed.as_str()))
    }

    /// From 0 to 1: how much the name, or one word of it, is like what was typed.
    fn similarity(&self, typed: &str) -> f64 {
        let whole = strsim::jaro_winkler(&self.0.join(" "), typed);
        self.0.iter().map(|word| strsim::jaro_winkler(word, typed)).fold(whole, f64::max)
    }
}

/// Words between the parts of a name that people abbreviate or leave out.
const SMALL: [&str; 10] = ["a", "am", "an", "auf", "d", "den", "der", "i", "im", "in"];

/// What may stand before a name without being part of it: `Stadt`, `Gemeinde`, a post code.
fn is_rank(word: &str) -> bool {
    matches!(word, "stadt" | "gemeinde" | "landeshauptstadt" | "universitatsstadt")
        || word.chars().all(|c| c.is_ascii_digit())
}

fn written_out(word: &str) -> &str {
    match word {
        "st" | "skt" => "sankt",
        "landkreis" | "lkr" | "lk" => "kreis",
        word => word,
    }
}

/// Lower case, with an umlaut, its written-out form and the plain vowel made the same: `ö`, `oe`, `o`.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push('a'),
            'ö' => folded.push('o'),
            'ü' => folded.push('u'),
            'ß' => folded.push_str("ss"),
            // The dots of an umlaut that some keyboards send as a character of their own.
            '\u{300}'..='\u{36f}' => {}
            'e' if folded.ends_with(['a', 'o', 'u']) => {}
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn municipalities() -> impl Iterator<Item = &'static Place> {
        places().iter().filter(|place| place.key.len() == 8)
    }

    fn found(typed: &str) -> String {
        let names = |places: &[&Place]| places.iter().map(|p| p.full_name()).collect::<Vec<_>>().join(", ");
        match find_places(typed) {
            Found::One(place) => format!("{} -> {}", place.name, place.office.id),
            Found::Several(places) => format!("which? {}", names(&places)),
            Found::None { nearest } => format!("none; {}", names(&nearest)),
        }
    }

    #[test]
    fn every_municipality_has_an_office_and_every_district_is_covered_once() {
        let mut offices_of: BTreeMap<&str, BTreeSet<OfficeId>> = BTreeMap::new();
        for place in municipalities() {
            offices_of.entry(place.district).or_default().insert(place.office.id);
        }
        assert_eq!((municipalities().count(), offices_of.len()), (1_101, 44));
        for district in places().iter().filter(|place| place.key.len() == 5) {
            assert_eq!(offices_of[district.name], BTreeSet::from([district.office.id]), "{}", district.name);
        }
        assert!(!places().iter().any(|place| place.office.id == OfficeId::STATE));
    }

    #[test]
    fn keys_are_unique_and_begin_with_their_district() {
        let keys: BTreeSet<&str> = places().iter().map(|place| place.key).collect();
        assert_eq!(keys.len(), 1_145);
        for place in municipalities() {
            assert_eq!(Place::find(&place.key[..5]).map(|district| district.name), Some(place.district));
        }
    }

    #[test]
    fn spelling_is_forgiven() {
        for (typed, expected) in [
            ("Sankt Georgen", "Sankt Georgen im Schwarzwald -> kn"),
            ("st. georgen", "Sankt Georgen im Schwarzwald -> kn"),
            ("ST.GEORGEN I. SCHW.", "Sankt Georgen im Schwarzwald -> kn"),
            ("Böblingen", "Böblingen -> lb"),
            ("boeblingen", "Böblingen -> lb"),
            ("BÖBLINGEN ", "Böblingen -> lb"),
            ("Boblingen", "Böblingen -> lb"),
            ("Bo\u{308}blingen", "Böblingen -> lb"),
            ("71032 Böblingen", "Böblingen -> lb"),
            ("Stadt Böblingen", "Böblingen -> lb"),
            ("Freiburg", "Freiburg im Breisgau -> fr"),
            ("Freiburg i.Br.", "Freiburg im Breisgau -> fr"),
            ("Freiburg (Breisgau)", "Freiburg im Breisgau -> fr"),
            ("Biberach a.d. Riss", "Biberach an der Riß -> ul"),
            ("Rheinfelden/Baden", "Rheinfelden (Baden) -> fr"),
            ("villingen schwenningen", "Villingen-Schwenningen -> kn"),
            ("Baden Baden", "Baden-Baden -> og"),
            ("Eningen u. A.", "Eningen unter Achalm -> rt"),
            ("Universitätsstadt Tübingen", "Tübingen -> rt"),
            ("GROẞBETTLINGEN", "Großbettlingen -> rt"),
        ] {
            assert_eq!(found(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_district_is_a_place_too() {
        for (typed, expected) in [
            ("Ortenaukreis", "Ortenaukreis -> og"),
            ("Landkreis Heilbronn", "Landkreis Heilbronn -> hn"),
            ("Kreis Karlsruhe", "Landkreis Karlsruhe -> ka"),
            ("Rems-Murr", "Rems-Murr-Kreis -> aa"),
            ("Stadtkreis Freiburg", "Stadtkreis Freiburg im Breisgau -> fr"),
            ("Heilbronn", "Heilbronn -> hn"),
        ] {
            assert_eq!(found(typed), expected, "{typed}");
        }
    }

    #[test]
    fn the_citizen_is_asked_only_where_the_answer_changes_the_office() {
        assert_eq!(found("Altdorf"), "which? Altdorf (Landkreis Böblingen), Altdorf (Landkreis Esslingen)");
        assert_eq!(found("Biberach"), "which? Biberach (Ortenaukreis), Biberach an der Riß (Landkreis Biberach)");
        assert_eq!(found("Dürnau"), "Dürnau -> ul", "both are in Ulm's district");
        assert_eq!(find_places("Altdorf").office(), None);
    }

    #[test]
    fn an_unknown_name_leads_to_the_state_office_and_offers_similar_names() {
        assert_eq!(find_places("Xyzhausen").office(), Some(OfficeId::STATE));
        for (typed, first) in
            [("Echterdingen", "Leinfelden-Echterdingen"), ("Tuebbingen", "Tübingen"), ("Stuttg", "Stuttgart")]
        {
            assert!(found(typed).starts_with(&format!("none; {first}")), "{}", found(typed));
        }
        for nothing in ["", "  ", "-", "...", "79098", "§$%"] {
            assert_eq!(found(nothing), "none; ", "{nothing:?}");
        }
    }

    #[test]
    fn long_nonsense_is_answered_without_comparing_it() {
        assert_eq!(find_places(&"Böblingen ".repeat(200)), Found::None { nearest: Vec::new() });
    }

    #[test]
    fn every_name_leads_to_its_place_or_to_a_question_that_offers_it() {
        for place in places() {
            match find_places(place.name) {
                Found::One(one) => assert_eq!((one.name, one.office), (place.name, place.office)),
                Found::Several(several) => assert!(several.contains(&place), "{}", place.name),
                Found::None { .. } => panic!("{} is not found", place.name),
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(typed in ".*") {
            find_places(&typed);
        }
    }
}
