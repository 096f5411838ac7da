//! Telephone numbers in E.164. What a person types is read with Germany as home country.

use std::fmt;
use std::str::FromStr;

use phonenumber::country::Id::DE;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
