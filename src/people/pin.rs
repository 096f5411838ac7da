//! The number and the PIN with which an officer says on the telephone who they are.
//!
//! Rule: a PIN is as secret as a password, and short: guessing is counted for the number, on all nodes alike.

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::UserId;
use crate::kernel::secret::random;

use super::{Actor, ActorId, FAILURES, PeopleError, WINDOW, password, record, store};

/// Digits of a PIN, and of the number before it.
pub const PIN_DIGITS: usize = 6;
pub const NUMBER_DIGITS: usize = 4;

/// A few tries for a number that nobody has.
const DRAWS: usize = 50;

/// Sets the PIN of an officer who is signed in, and says their number. It stays the same when the PIN changes.
pub async fn set_pin(desk: &Desk, now: Instant, actor: &Actor, pin: &str) -> Result<i64, PeopleError> {
    let (ActorId::User(user), Some(officer)) = (actor.id, actor.officer) else { return Err(PeopleError::Forbidden) };
    if pin.len() != PIN_DIGITS || !pin.bytes().all(|digit| digit.is_ascii_digit()) || is_too_plain(pin) {
        return Err(PeopleError::WeakPin);
    }
    let hash = password::hash_any(pin).await?;
    for _ in 0..DRAWS {
        let mut tx = desk.db.begin().await?;
        let number = match store::find_pin_number(&mut tx, user).await? {
            Some(number) => number,
            None => 1000 + i64::from(u32::from_le_bytes(random::<4>()) % 9000),
        };
        match store::put_pin(&mut tx, user, (number, &hash), now).await {
            Err(DbError::Taken) => continue,
            put => put?,
        }
        record(&mut tx, now, actor, "set_pin", (&officer, &actor.office)).await?;
        tx.commit().await?;
        return Ok(number);
    }
    Err(PeopleError::NoNumberLeft)
}

/// The number of somebody who is signed in, once they have set a PIN.
pub async fn find_number(desk: &Desk, actor: &Actor) -> Result<Option<i64>, DbError> {
    let ActorId::User(user) = actor.id else { return Ok(None) };
    store::find_pin_number(&desk.db, user).await
}

/// Who has typed number and PIN, one after the other.
pub async fn identify(desk: &Desk, now: Instant, digits: &str) -> Result<Actor, PeopleError> {
    let Some((number, pin)) = digits.split_at_checked(NUMBER_DIGITS) else { return Err(PeopleError::WrongPin) };
    let guessed = desk.vault.keyed_hash("pin", number);
    if store::count_failures(&desk.db, guessed.clone(), now - WINDOW).await? >= FAILURES {
        return Err(PeopleError::TooManyTries);
    }
    let found = store::find_by_number(&desk.db, number.parse().unwrap_or_default()).await?;
    let right = password::verify(pin, found.as_ref().map(|(_, hash)| hash.clone())).await;
    match found.filter(|_| right) {
        Some((actor, _)) => Ok(actor),
        None => {
            let mut tx = desk.db.begin().await?;
            store::insert_failure(&mut tx, guessed, now).await?;
            tx.commit().await?;
            Err(PeopleError::WrongPin)
        }
    }
}

/// Who that is, by the account that was identified before.
pub async fn find_user_again(desk: &Desk, user: UserId) -> Result<Option<Actor>, DbError> {
    store::find_actor(&desk.db, user).await
}

/// 111111 and 123456 are the first that somebody tries.
fn is_too_plain(pin: &str) -> bool {
    let steps: Vec<i16> = pin.as_bytes().windows(2).map(|two| i16::from(two[1]) - i16::from(two[0])).collect();
    steps.iter().all(|step| *step == steps[0] && (-1..=1).contains(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_no_pin() {
        for (pin, plain) in [("111111", true), ("123456", true), ("987654", true), ("135791", false), ("112233", false)]
        {
            assert_eq!(is_too_plain(pin), plain, "{pin}");
        }
    }
}
