//! Whoever was chosen gets the duty: as a new shift, or as one that is there, or for a part of that; in what is published
//! or in a draft.
//!
//! Rules: what they do not take of a shift stays with whoever has it, or stays empty; a shift that is not as it was seen
//! is left alone.

use super::Wanted;
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::kernel::{Instant, Span, local};
use crate::people::Actor;
use crate::rota::board::Scale;
use crate::rota::change::{self, ChangeError};
use crate::rota::draft::{self, DraftError, SeenDraft, Terms};
use crate::shifts::direct::{self, Despite};
use crate::shifts::edit::Author;
use crate::shifts::{self, OpenShift, ShiftPlan, ShiftsError};

/// Stands in the versions of a published shift.
const REASON: &str = "Über „Wer kann?“ eingeteilt";

#[derive(Debug, thiserror::Error)]
pub enum AssignError {
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error(transparent)]
    Draft(#[from] DraftError),
}

/// Into which plan somebody comes, as it was seen.
#[derive(Clone, Copy, Debug)]
pub enum Into {
    Draft(SeenDraft),
    /// At once, over the sequence at which the shift stood, where it is about one that is there.
    Published {
        seen: i64,
    },
}

/// The sequence at which a published shift stands, with an officer or empty; 0 where it is not there.
pub async fn standing(desk: &Desk, actor: &Actor, shift: ShiftId) -> Result<i64, ShiftsError> {
    if let Some(open) = shifts::find_open_shift(&desk.db, shift).await?.filter(OpenShift::is_open) {
        return Ok(open.sequence);
    }
    match shifts::load_shift(&desk.db, actor, shift).await {
        Ok((shift, _)) => Ok(shift.sequence),
        Err(ShiftsError::NoSuchShift) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Gives somebody what is wanted.
pub async fn assign(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (wanted, officer): (&Wanted, OfficerId),
    into: Into,
) -> Result<(), AssignError> {
    match (into, wanted.shift) {
        (Into::Published { .. }, None) => Ok(publish(desk, now, actor, (wanted, officer)).await?),
        (Into::Published { seen }, Some(shift)) => {
            Ok(hand_over(desk, now, actor, (shift, seen), (officer, wanted.span)).await?)
        }
        (Into::Draft(seen), None) => {
            let Wanted { hotline, span, tier, .. } = *wanted;
            let terms = Terms { hotline, officer: Some(officer), span, tier, pinned: false };
            draft::add(desk, now, actor, seen, &terms).await?;
            Ok(())
        }
        (Into::Draft(seen), Some(shift)) => {
            draft::give(desk, now, actor, seen, (shift, officer, wanted.span)).await?;
            Ok(())
        }
    }
}

async fn publish(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (wanted, officer): (&Wanted, OfficerId),
) -> Result<(), ChangeError> {
    let (from, until) = (local::wall(wanted.span.start), local::wall(wanted.span.end));
    let plan = ShiftPlan {
        officer,
        day: from.date_naive(),
        from: from.time(),
        until: until.time(),
        tier: wanted.tier,
        position: None,
    };
    let by = Author { now, actor, reason: REASON };
    direct::plan::<Scale>(desk, by, Despite::Nothing, (wanted.hotline, plan)).await?;
    Ok(())
}

/// A published shift that is empty, or somebody else's.
async fn hand_over(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (shift, seen): (ShiftId, i64),
    (officer, part): (OfficerId, Span),
) -> Result<(), ChangeError> {
    if shifts::find_open_shift(&desk.db, shift).await?.is_some_and(|open| open.is_open()) {
        change::fill(desk, now, actor, ((shift, seen), officer, part), REASON).await?;
        return Ok(());
    }
    let wanted = change::Wanted {
        shift,
        sequence: seen,
        part,
        change: change::Change::Replace(officer),
        reason: REASON.to_owned(),
        despite_rules: false,
    };
    change::change_part(desk, now, actor, &wanted).await?;
    Ok(())
}
