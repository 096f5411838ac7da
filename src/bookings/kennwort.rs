//! The Kennwort: the word an officer says first when calling back, so that a citizen can tell the police from a fraud.
//!
//! Rule: a word is short, friendly, easy to say and to spell, and has nothing to do with crime.

use crate::kernel::secret::pick;

const WORDS: [&str; 108] = [
    "Ahorn",
    "Amsel",
    "Anker",
    "Apfel",
    "Aprikose",
    "Bach",
    "Baum",
    "Berg",
    "Biene",
    "Birke",
    "Birne",
    "Blatt",
    "Blume",
    "Boot",
    "Brise",
    "Brot",
    "Brücke",
    "Buche",
    "Dackel",
    "Distel",
    "Düne",
    "Efeu",
    "Eiche",
    "Eisvogel",
    "Elster",
    "Erle",
    "Esche",
    "Fahne",
    "Falter",
    "Farn",
    "Feder",
    "Fenchel",
    "Fichte",
    "Flieder",
    "Flocke",
    "Fluss",
    "Forelle",
    "Garten",
    "Gipfel",
    "Ginster",
    "Glocke",
    "Hafen",
    "Hafer",
    "Hase",
    "Hasel",
    "Heide",
    "Hügel",
    "Igel",
    "Insel",
    "Jasmin",
    "Kamille",
    "Kanu",
    "Kastanie",
    "Kerze",
    "Kiefer",
    "Kirsche",
    "Klee",
    "Komet",
    "Kompass",
    "Koralle",
    "Kornblume",
    "Kranich",
    "Krokus",
    "Lampe",
    "Laterne",
    "Lerche",
    "Libelle",
    "Linde",
    "Löwenzahn",
    "Mandel",
    "Melone",
    "Minze",
    "Mohn",
    "Möwe",
    "Muschel",
    "Nelke",
    "Nuss",
    "Otter",
    "Palme",
    "Pappel",
    "Pinsel",
    "Quelle",
    "Quitte",
    "Rabe",
    "Regenbogen",
    "Rose",
    "Salbei",
    "Schwalbe",
    "Segel",
    "Sonne",
    "Specht",
    "Stern",
    "Storch",
    "Strand",
    "Tanne",
    "Teich",
    "Traube",
    "Tulpe",
    "Ulme",
    "Veilchen",
    "Wacholder",
    "Walnuss",
    "Weide",
    "Wiese",
    "Wolke",
    "Zeder",
    "Ziege",
    "Zweig",
];

/// A word, chosen by chance.
pub fn mint() -> &'static str {
    pick(&WORDS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_word_stands_once_and_is_short() {
        let words: BTreeSet<&str> = WORDS.into_iter().collect();
        assert_eq!(words.len(), WORDS.len());
        assert!(words.iter().all(|word| (4..=10).contains(&word.chars().count())));
    }
}
