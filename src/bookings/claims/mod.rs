//! What stands between a filled-in form and a firm booking: confirmation by mail, how many one contact may have, and
//! work against programs that hold every slot.
//!
//! Rule: whatever holds a citizen up says what to do next, and nothing typed is lost.

pub(super) mod limit;
pub(super) mod request;
mod store;
mod work;

use chrono::TimeDelta;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Instant;

pub use request::{confirm_request, find_request, reopen};
pub use store::STATEMENTS;
pub use work::{Proof, Task, admit};

/// A turn is over with its transaction; its row is kept so long, to be used again.
const TURN_KEPT: TimeDelta = TimeDelta::hours(24);

/// A round: forgets turns that nobody waits for, codes of appointments long past, and challenges that count no more.
/// Says how many.
pub async fn forget(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut tx = desk.db.begin().await?;
    let forgotten = store::forget(&mut tx, now, now - TURN_KEPT).await?;
    tx.commit().await?;
    Ok(forgotten)
}
