//! Telephone numbers in E.164. What a person types is read with Germany as home country.

use std::fmt;
use std::str::FromStr;

use phonenumber::country::Id::DE;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What German mobile numbers begin with, without the 0 in front (Bundesnetzagentur, Nummernplan: 0164, 0168 and 0169
/// are pagers).
const MOBILE: [&str; 5] = ["15", "160", "162", "163", "17"];
/// German numbers from 2 to 9 that are no line at a place (Bundesnetzagentur, Nummernraum): tests, national numbers, a
/// reserved one, personal, free and premium numbers. All that begins with 1 and is not mobile costs more, or is short.
const NO_PLACE: [&str; 6] = ["31", "32", "500", "700", "800", "900"];

/// A telephone number, `+` and 7 to 15 digits (ITU-T E.164).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a telephone number that can be called")]
pub struct NotAPhone;

impl Phone {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A German mobile number (015, 016, 017): text messages reach it.
    pub fn is_mobile(&self) -> bool {
        ["+4915", "+4916", "+4917"].iter().any(|prefix| self.0.starts_with(prefix))
    }

    /// Somebody's line in Germany, at a place or mobile: no premium, service or short number.
    pub fn is_german_line(&self) -> bool {
        let Some(national) = self.0.strip_prefix("+49") else { return false };
        let begins = |with: &[&str]| with.iter().any(|prefix| national.starts_with(prefix));
        // An area code before an emergency number may lead there.
        let emergency = national.len() <= 8 && ["110", "112"].iter().any(|short| national.ends_with(short));
        match national.as_bytes().first() {
            Some(b'1') => begins(&MOBILE) && (10..=11).contains(&national.len()),
            Some(b'2'..=b'9') => !begins(&NO_PLACE) && (7..=12).contains(&national.len()) && !emergency,
            _ => false,
        }
    }

    /// Somebody's line that is safe to call: in Germany, or fixed or mobile in another country of Europe (+3, +4).
    /// Elsewhere ordinary numbers are rented out to those who live off the calls.
    pub fn is_ordinary(&self) -> bool {
        use phonenumber::Type::{FixedLine, FixedLineOrMobile, Mobile};
        if self.0.starts_with("+49") {
            return self.is_german_line();
        }
        let kind = phonenumber::parse(None, &self.0).map(|it| it.number_type(&phonenumber::metadata::DATABASE));
        let european = self.0.starts_with("+3") || self.0.starts_with("+4");
        european && matches!(kind, Ok(FixedLine | FixedLineOrMobile | Mobile))
    }

    /// What a provider says of the caller: anything but a number (`anonymous`, a SIP address, nothing) is None.
    pub fn of_caller(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix('+').unwrap_or(text);
        let plain = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        match (plain, text.starts_with('+') || digits.starts_with("49")) {
            (true, true) => Some(Self(format!("+{digits}"))),
            _ => None,
        }
    }
}

impl FromStr for Phone {
    type Err = NotAPhone;

    /// Accepts any common way of writing: `0711 / 23 45-0`, `+49 (0)711 2345`, `0049…`.
    fn from_str(text: &str) -> Result<Self, NotAPhone> {
        if text.chars().count() > 40 {
            return Err(NotAPhone);
        }
        let text = text.replace("(0)", "");
        let number = phonenumber::parse(Some(DE), &text).map_err(|_| NotAPhone)?;
        let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
        let possible = (8..=16).contains(&e164.len()) && number.national().value() > 9_999;
        possible.then_some(Self(e164)).ok_or(NotAPhone)
    }
}

impl Serialize for Phone {
    /// As E.164.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Phone {
    /// Reads what a person types, too.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Phone {
    /// The international form with spaces, for people: `+49 89 99998110`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spaced = phonenumber::parse(None, &self.0)
            .map(|number| number.format().mode(phonenumber::Mode::International).to_string());
        // Of numbers that nobody has, the library shows other digits (+16840000 in phonenumber 0.3).
        let same = |shown: &String| shown.chars().filter(char::is_ascii_digit).eq(self.0.chars().skip(1));
        f.write_str(spaced.ok().filter(same).as_deref().unwrap_or(&self.0))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("+***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_numbers_in_many_ways() {
        for text in ["+49 89 99998-110", "089 / 99998 110", "0049 89 99998110", "+49 (0)89 99998110"] {
            assert_eq!(text.parse::<Phone>().unwrap().as_str(), "+498999998110", "{text}");
        }
        for text in ["", "110", "morgen", "+49", "12 34"] {
            assert_eq!(text.parse::<Phone>(), Err(NotAPhone), "{text}");
        }
    }

    #[test]
    fn only_ordinary_lines_are_called_back() {
        for typed in
            ["08999998110", "0711 2345678", "03941 56730", "06221 990", "06003 81000", "0151 23456789", "0160 1234567"]
        {
            assert!(typed.parse::<Phone>().unwrap().is_german_line(), "{typed}");
        }
        for typed in [
            "0900 1234567",
            "+49 900 1234567",
            "0137 8123456",
            "0180 5123456",
            "0190 123456",
            "0118 899 00",
            "118899",
            "116117",
            "012 3456789",
            "0164 1234567",
            "032 221234567",
            "0310 1234567",
            "0700 12345678",
            "0800 1234567",
            "0191 01234567",
            "01013 030 23125042",
            "00882 16 12345678",
            "00870 773 111 632",
            "0711 110",
            "030 112",
            "07031 110",
            "0041 44 668 18 00",
        ] {
            let number = typed.parse::<Phone>();
            assert!(!number.is_ok_and(|number| number.is_german_line()), "{typed}");
        }
        for (shown, ordinary) in [
            ("+498999998110", true),
            ("+4917123456789", true),
            ("+491378123456", false),
            ("+41446681800", true),
            ("+436641234567", true),
            ("+33612345678", true),
            ("+449098790000", false),
            ("+33899123456", false),
            ("+8821612345678", false),
            ("+870773111632", false),
            ("+18095551234", false),
            ("+2348012345678", false),
        ] {
            assert_eq!(Phone::of_caller(shown).unwrap().is_ordinary(), ordinary, "{shown}");
        }
    }

    #[test]
    fn a_number_is_shown_with_its_own_digits() {
        for (number, shown) in [("+498999998110", "+49 89 99998110"), ("+16840000", "+16840000")] {
            assert_eq!(Phone::of_caller(number).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_caller_may_be_anyone() {
        assert_eq!(Phone::of_caller("+498999998200").unwrap().as_str(), "+498999998200");
        assert_eq!(Phone::of_caller("498999998200").unwrap().as_str(), "+498999998200");
        for text in ["anonymous", "", "sip:a@b.example", "client:max", "Restricted"] {
            assert_eq!(Phone::of_caller(text), None, "{text}");
        }
    }
}
