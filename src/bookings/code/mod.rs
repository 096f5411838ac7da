//! A booking found without its link: by its reference and the Kennwort, as they stand in the confirmation.
//!
//! Rule: after a few wrong tries nothing is found for an hour, be it right or wrong; and nobody learns which of the two was
//! wrong.

mod store;

use chrono::TimeDelta;

use super::{Booking, BookingError, Reference, contact_hash, notice, open_person};
use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::{Instant, Phone, Secret};

pub use store::STATEMENTS;

/// What a caller typed by the letters on the keys, and from where the call comes.
#[derive(Clone, Debug)]
pub struct TypedCode {
    pub code: String,
    pub word: Option<String>,
    /// None where the number is withheld.
    pub caller: Option<Phone>,
}

/// What came of looking for a booking on the telephone.
#[derive(Debug)]
pub enum ByKeys {
    Found(Box<Booking>),
    /// The call does not come from the number that was left: only the Kennwort tells whose booking it is.
    WordAsked,
    Unknown,
}

/// What came of looking for a booking on the web.
#[derive(Debug)]
pub enum ByCode {
    /// A link of its own.
    Link(Secret),
    Unknown,
    TooOften,
}

/// So many wrong tries within the window are let through.
const TRIES: i64 = 5;
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// The booking with this reference and Kennwort, in whatever state, as long as it is not forgotten who booked.
pub async fn find_by_code(desk: &Desk, now: Instant, reference: &str, word: &str) -> Result<ByCode, BookingError> {
    let Ok(reference) = reference.trim().parse::<Reference>() else { return Ok(ByCode::Unknown) };
    let who = vec![who(desk, "code", &reference.to_string())];
    let mut tx = desk.db.begin().await?;
    if is_barred(&mut tx, &who, now).await? {
        return Ok(ByCode::TooOften);
    }
    let found = super::store::find_by_reference(&mut tx, &reference).await?;
    let found = match found {
        Some(booking) if kennwort(desk, &booking)?.is_some_and(|own| own == folded(word)) => Some(booking),
        _ => None,
    };
    let outcome = match found {
        Some(booking) => {
            let secret = Secret::mint();
            super::store::insert_link(&mut tx, secret.hash(), booking.id, now + notice::LINK_LASTS).await?;
            ByCode::Link(secret)
        }
        None => {
            store::insert(&mut tx, &who, now).await?;
            ByCode::Unknown
        }
    };
    tx.commit().await?;
    Ok(outcome)
}

/// The firm booking ahead that these keys mean, in the call's transaction.
pub async fn find_by_keys(tx: &mut Tx, desk: &Desk, now: Instant, typed: &TypedCode) -> Result<ByKeys, BookingError> {
    let caller = typed.caller.as_ref().map(|number| who(desk, "caller", number.as_str()));
    let who: Vec<Vec<u8>> = [who(desk, "keys", &typed.code)].into_iter().chain(caller).collect();
    if is_barred(tx, &who, now).await? {
        return Ok(ByKeys::Unknown);
    }
    let mut found = store::list_by_keys(&mut *tx, &typed.code, now).await?;
    match (&typed.word, &typed.caller) {
        (None, Some(number)) => {
            let own = contact_hash(desk, number.as_str());
            found.retain(|booking| booking.contact_hash.as_ref() == Some(&own));
        }
        (None, None) => found.clear(),
        (Some(word), _) => {
            let mut own = Vec::new();
            for booking in found {
                if kennwort(desk, &booking)?.is_some_and(|own| keys_of(&own) == *word) {
                    own.push(booking);
                }
            }
            found = own;
        }
    }
    // Two that are typed alike: nobody is told of somebody else's.
    match (found.pop().filter(|_| found.is_empty()), &typed.word) {
        (Some(booking), _) => Ok(ByKeys::Found(booking.into())),
        (None, None) => Ok(ByKeys::WordAsked),
        (None, Some(_)) => {
            store::insert(tx, &who, now).await?;
            Ok(ByKeys::Unknown)
        }
    }
}

/// A round: forgets wrong tries that count no more. Says how many.
pub async fn forget(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let forgotten = store::forget(&mut tx, now - WINDOW).await?;
    tx.commit().await?;
    Ok(forgotten)
}

async fn is_barred(tx: &mut Tx, who: &[Vec<u8>], now: Instant) -> Result<bool, DbError> {
    for who in who {
        if store::count(&mut *tx, who, now - WINDOW).await? >= TRIES {
            return Ok(true);
        }
    }
    Ok(false)
}

fn who(desk: &Desk, kind: &str, text: &str) -> Vec<u8> {
    desk.vault.keyed_hash(&format!("wrong {kind}"), text)
}

/// The Kennwort as it is compared; None once it is forgotten.
fn kennwort(desk: &Desk, booking: &Booking) -> Result<Option<String>, BookingError> {
    Ok(open_person(desk, booking)?.map(|person| folded(&person.kennwort)))
}

/// However it is written: without spaces, capitals and umlauts.
fn folded(word: &str) -> String {
    let lower = word.trim().to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    lower.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The keys on which the letters stand (ITU-T E.161); an umlaut stands on the key of its two letters.
fn keys_of(word: &str) -> String {
    word.chars().filter_map(key_of).collect()
}

fn key_of(sign: char) -> Option<char> {
    Some(match sign.to_ascii_uppercase() {
        'A'..='C' => '2',
        'D'..='F' => '3',
        'G'..='I' => '4',
        'J'..='L' => '5',
        'M'..='O' => '6',
        'P'..='S' => '7',
        'T'..='V' => '8',
        'W'..='Z' => '9',
        digit @ '0'..='9' => digit,
        _ => return None,
    })
}

/// The signs that a key may stand for.
fn signs_of(key: char) -> String {
    ('A'..='Z').chain('0'..='9').filter(|sign| key_of(*sign) == Some(key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_typed_by_the_key_on_which_they_stand() {
        for (word, keys) in [("K7M2PX", "576279"), ("Ahorn", "24676"), ("Brücke", "2783253"), ("Düne", "38363")] {
            assert_eq!(keys_of(&folded(word)), keys, "{word}");
        }
        for (key, signs) in [('5', "JKL5"), ('7', "PQRS7"), ('1', "1"), ('*', "")] {
            assert_eq!(signs_of(key), signs);
        }
    }

    #[test]
    fn a_kennwort_is_the_same_however_it_is_written() {
        for word in ["Brücke", " brücke ", "BRÜCKE", "Bruecke"] {
            assert_eq!(folded(word), "bruecke");
        }
        assert_ne!(folded("Brucke"), "bruecke");
    }
}
