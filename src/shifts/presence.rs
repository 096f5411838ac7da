//! Presence (Anwesenheit): an officer says, for a shift that lasts, that they sit at their duty telephone.
//!
//! While they do, picking up is accepting there. Rule: only themselves, only on a telephone that planners trust, and only
//! for that shift.

use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::ShiftId;
use crate::people::{self, Actor, Line};

use super::{Shift, ShiftsError, store};

/// "I am here at this number." Said twice, it stays as it was.
pub async fn confirm_presence(desk: &Desk, now: Instant, actor: &Actor, shift: ShiftId) -> Result<(), ShiftsError> {
    let shift = own_shift(desk, now, actor, shift).await?;
    if people::find_line(&desk.db, shift.officer).await? != Some(Line::Duty) {
        return Err(ShiftsError::Forbidden);
    }
    let mut tx = desk.db.begin().await?;
    store::confirm_presence(&mut tx, shift.id, now).await?;
    record(&mut tx, now, actor, ("confirm_presence", &shift)).await?;
    Ok(tx.commit().await?)
}

/// Calls need a key again.
pub async fn end_presence(desk: &Desk, now: Instant, actor: &Actor, shift: ShiftId) -> Result<(), ShiftsError> {
    let shift = own_shift(desk, now, actor, shift).await?;
    let mut tx = desk.db.begin().await?;
    store::end_presence(&mut tx, shift.id).await?;
    record(&mut tx, now, actor, ("end_presence", &shift)).await?;
    Ok(tx.commit().await?)
}

async fn record(
    tx: &mut crate::db::Tx,
    now: Instant,
    actor: &Actor,
    (verb, shift): (&'static str, &Shift),
) -> Result<(), ShiftsError> {
    let office = super::find_hotline(&mut *tx, shift.hotline).await?.map_or(actor.office, |hotline| hotline.office);
    Ok(people::record(tx, now, actor, verb, (&shift.id, &office)).await?)
}

/// The actor's own shift, which lasts.
async fn own_shift(desk: &Desk, now: Instant, actor: &Actor, id: ShiftId) -> Result<Shift, ShiftsError> {
    let shift = store::find_shift(&desk.db, id).await?.filter(|shift| Some(shift.officer) == actor.officer);
    let shift = shift.filter(Shift::is_published).ok_or(ShiftsError::NoSuchShift)?;
    if shift.span.contains(now) { Ok(shift) } else { Err(ShiftsError::Over) }
}
