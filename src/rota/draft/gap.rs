//! Where nobody would be on duty if a part of a draft were published.
//!
//! Not how many are wanted: that is the demand. Rule: what was published before the draft's period and reaches into it
//! counts, and who is absent does not.

use crate::db::{DbError, Read};
use crate::kernel::{Instant, Span};
use crate::shifts::{self, Gap, Hotline, Shift};

use super::draft::Draft;

/// The gaps from now on in the opening hours of the office's hotlines, by start.
pub async fn list_gaps(
    mut from: impl Read,
    now: Instant,
    draft: &Draft,
    window: Span,
) -> Result<Vec<(Hotline, Gap)>, DbError> {
    let Some(ahead) = Span::new(window.start.max(now), window.end) else { return Ok(Vec::new()) };
    let drafted = super::list_shifts(&mut from, draft.id, ahead).await?;
    let mut shifts: Vec<Shift> = drafted.iter().filter_map(|it| it.planned.as_published()).collect();
    let published = shifts::list_shifts_at(&mut from, draft.office, ahead).await?;
    shifts.extend(published.into_iter().filter(|it| it.is_published() && it.span.start < draft.window().start));
    let office = shifts::load_rota_of(&mut from, shifts, ahead).await?;

    let mut found = Vec::new();
    for hotline in shifts::list_hotlines(&mut from, Some(&draft.office)).await? {
        if !hotline.active {
            continue;
        }
        let mut rota = office.clone();
        rota.shifts.retain(|shift| shift.hotline == hotline.id);
        for open in shifts::open_spans(&mut from, &hotline, ahead).await? {
            let gaps = shifts::gaps(&rota.within(open), &[open], now);
            found.extend(gaps.into_iter().map(|gap| (hotline.clone(), gap)));
        }
    }
    found.sort_by_key(|(_, gap)| gap.span);
    Ok(found)
}
