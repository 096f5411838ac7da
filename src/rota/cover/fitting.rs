//! Who is asked to step in: everybody at the office who is here, free then, and not kept from it by the rules.

use super::{Cover, CoverError};
use crate::db::Tx;
use crate::kernel::Instant;
use crate::kernel::id::OfficerId;
use crate::people;

/// In the order in which they fit. Whoever `except` is cannot come.
pub async fn list(
    tx: &mut Tx,
    now: Instant,
    (cover, except): (&Cover, Option<OfficerId>),
) -> Result<Vec<OfficerId>, CoverError> {
    let officers = people::list_officers(&mut *tx, Some(&cover.office)).await?;
    let taken = people::list_commitments(&mut *tx, cover.span).await?;
    let away = people::list_absences(&mut *tx, cover.span).await?;
    let is_free = |officer: &OfficerId| {
        let busy = taken.iter().any(|it| it.officer == *officer && it.blocks(cover.span, now));
        let absent = away.iter().any(|it| it.officer == *officer && it.touches(cover.span));
        Some(*officer) != except && !busy && !absent
    };
    Ok(officers.into_iter().map(|officer| officer.id).filter(is_free).collect())
}
