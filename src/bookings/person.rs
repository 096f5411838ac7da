//! Who booked: a name or pseudonym, one contact, and the Kennwort. Kept sealed, and only for a short time.
//!
//! Rule: nothing is asked that the appointment does not need: a telephone consultation needs a number to call, a video
//! consultation a mail address for the way into the room, one at the office either of them for questions.

use serde::{Deserialize, Serialize};

use super::hour::Format;
use super::kennwort;
use crate::kernel::Phone;
use crate::outbox;

/// The longest name, in characters.
const LONGEST_NAME: usize = 80;
/// The longest mail address (RFC 5321 § 4.5.3.1.3).
const LONGEST_MAIL: usize = 254;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    /// As it was typed, without spaces around it.
    contact: String,
    /// What the officer says first.
    pub kennwort: String,
}

/// What somebody typed into the form, good or not.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Typed {
    pub name: String,
    pub contact: String,
}

/// How the citizen is reached.
#[derive(Clone, PartialEq, Eq)]
pub enum Contact {
    Mail(String),
    Phone(Phone),
}

/// What is wrong with what was typed; at least one is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Faults {
    pub name: Option<NameFault>,
    pub contact: Option<ContactFault>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameFault {
    #[error("a name or pseudonym is needed")]
    Missing,
    #[error("a name has 80 characters at most")]
    TooLong,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ContactFault {
    #[error("a telephone number is needed to call back")]
    PhoneMissing,
    #[error("this is not a telephone number that can be called")]
    NotAPhone,
    #[error("a mail address is needed for the way into the room")]
    MailMissing,
    #[error("this is not a mail address")]
    NotAMail,
    #[error("a telephone number or a mail address is needed for questions")]
    Missing,
    #[error("this is neither a telephone number nor a mail address")]
    Neither,
}

impl Person {
    /// Reads what was typed; the Kennwort is made here.
    pub fn read(typed: &Typed, format: Format) -> Result<Self, Faults> {
        let name = read_name(&typed.name);
        let contact = Contact::read(&typed.contact, format);
        match (name, contact) {
            (Ok(name), Ok(_)) => {
                Ok(Self { name, contact: typed.contact.trim().into(), kennwort: kennwort::mint().into() })
            }
            (name, contact) => Err(Faults { name: name.err(), contact: contact.err() }),
        }
    }

    /// The contact as it was typed.
    pub fn contact_text(&self) -> &str {
        &self.contact
    }

    /// The mail address, where the contact is one.
    pub fn mail(&self) -> Option<&str> {
        self.contact.contains('@').then_some(self.contact.as_str())
    }

    /// What equal contacts have in common, however they are written.
    pub fn contact_key(&self) -> Option<String> {
        Contact::find(&self.contact).map(|contact| contact.key())
    }

    /// What would have to be typed to get this.
    pub fn typed(&self) -> Typed {
        Typed { name: self.name.clone(), contact: self.contact.clone() }
    }
}

fn read_name(typed: &str) -> Result<String, NameFault> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect::<String>().trim().to_owned();
    match name.chars().count() {
        0 => Err(NameFault::Missing),
        1..=LONGEST_NAME => Ok(name),
        _ => Err(NameFault::TooLong),
    }
}

/// Characters that show nothing, or turn the direction of the text around them. The joiners within words of some
/// scripts (U+200C, U+200D) stay.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Contact {
    /// The contact that a format needs.
    pub fn read(typed: &str, format: Format) -> Result<Self, ContactFault> {
        let typed = typed.trim();
        match (format, typed.is_empty()) {
            (Format::Telephone, true) => Err(ContactFault::PhoneMissing),
            (Format::Telephone, false) => typed.parse().map(Self::Phone).map_err(|_| ContactFault::NotAPhone),
            (Format::Video, true) => Err(ContactFault::MailMissing),
            (Format::Video, false) => read_mail(typed).map(Self::Mail).ok_or(ContactFault::NotAMail),
            (Format::Office, true) => Err(ContactFault::Missing),
            (Format::Office, false) => Self::find(typed).ok_or(ContactFault::Neither),
        }
    }

    /// A contact of either kind.
    pub fn find(typed: &str) -> Option<Self> {
        [Format::Telephone, Format::Video].into_iter().find_map(|format| Self::read(typed, format).ok())
    }

    /// The same for everything that reaches the same person.
    pub fn key(&self) -> String {
        match self {
            Self::Mail(mail) => mail.to_lowercase(),
            Self::Phone(phone) => phone.as_str().to_owned(),
        }
    }
}

/// A mail address with a domain that has a dot in it.
fn read_mail(typed: &str) -> Option<String> {
    let (_, domain) = typed.rsplit_once('@')?;
    let good = domain.trim_matches('.').contains('.') && typed.len() <= LONGEST_MAIL && outbox::is_mail_address(typed);
    good.then(|| typed.to_owned())
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a person")
    }
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("what was typed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, contact: &str, format: Format) -> Result<Person, Faults> {
        Person::read(&Typed { name: name.into(), contact: contact.into() }, format)
    }

    #[test]
    fn a_pseudonym_and_one_contact_are_enough() {
        let person = read("  Zitronenfalter   Quark ", " 089 / 99998 110 ", Format::Telephone).unwrap();
        assert_eq!((person.name.as_str(), person.contact_text()), ("Zitronenfalter Quark", "089 / 99998 110"));
        assert_eq!((person.mail(), person.contact_key().unwrap().as_str()), (None, "+498999998110"));
        assert!(!person.kennwort.is_empty());

        let person = read("\u{202e}Zitronen\u{200b}falter\0", "089 99998 110", Format::Telephone).unwrap();
        assert_eq!(person.name, "Zitronenfalter");
        let person = read("Q", "Quark@Example.de", Format::Video).unwrap();
        assert_eq!(
            (person.mail(), person.contact_key().unwrap().as_str()),
            (Some("Quark@Example.de"), "quark@example.de")
        );
        assert_eq!(format!("{person:?}"), "a person");
    }

    #[test]
    fn at_the_office_a_number_or_an_address_will_do() {
        for contact in ["089 99998 110", "quark@example.de"] {
            assert_eq!(read("Q", contact, Format::Office).unwrap().contact_text(), contact);
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_field_by_field() {
        let long = "x".repeat(81);
        for (name, contact, format, name_fault, contact_fault) in [
            ("", "", Format::Telephone, Some(NameFault::Missing), Some(ContactFault::PhoneMissing)),
            ("\u{7}\n", "morgen", Format::Telephone, Some(NameFault::Missing), Some(ContactFault::NotAPhone)),
            ("\u{200b}\u{202e}", "morgen", Format::Telephone, Some(NameFault::Missing), Some(ContactFault::NotAPhone)),
            ("Q", "quark@example.de", Format::Telephone, None, Some(ContactFault::NotAPhone)),
            ("Q", "110", Format::Telephone, None, Some(ContactFault::NotAPhone)),
            ("Q", "", Format::Video, None, Some(ContactFault::MailMissing)),
            ("Q", "quark@", Format::Video, None, Some(ContactFault::NotAMail)),
            ("Q", "quark@localhost", Format::Video, None, Some(ContactFault::NotAMail)),
            ("Q", "quark@example.de\r\nBcc: x@example.de", Format::Video, None, Some(ContactFault::NotAMail)),
            ("Q", " ", Format::Office, None, Some(ContactFault::Missing)),
            ("Q", "quark@", Format::Office, None, Some(ContactFault::Neither)),
            (&long, "quark@example.de", Format::Video, Some(NameFault::TooLong), None),
        ] {
            let faults = read(name, contact, format).unwrap_err();
            assert_eq!(faults, Faults { name: name_fault, contact: contact_fault }, "{name:?} {contact:?}");
        }
    }
}
