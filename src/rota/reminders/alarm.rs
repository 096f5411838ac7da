//! Alarms: what is missing in the rota of the next seven days, for the page, the daily mail and the figure.
//!
//! Rule: a gap, an empty shift and one whose officer is away count at once; one that nobody confirmed counts when the
//! reminder has waited for half a day.

use std::collections::BTreeSet;

use chrono::{NaiveTime, TimeDelta};

use super::{BEFORE, ReminderError, Turn, letter, store};
use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::kernel::id::HotlineId;
use crate::kernel::{Instant, Span, local};
use crate::offices::OfficeId;
use crate::shifts::{self, Cause, Gap, Hotline, NeedsCover, OpenShift, Rota, Shift};

/// How far an alarm looks ahead.
pub const AHEAD: TimeDelta = TimeDelta::days(7);
/// So long an officer may take to confirm after they were reminded.
const PATIENCE: TimeDelta = TimeDelta::hours(12);
/// The mail of a day is posted from then on.
const MORNING: Option<NaiveTime> = NaiveTime::from_hms_opt(7, 0, 0);

/// What is missing in the next seven days of an office.
#[derive(Clone, Debug)]
pub struct Alarms {
    pub office: OfficeId,
    pub hotlines: Vec<Hotline>,
    /// Nobody has them.
    pub open: Vec<OpenShift>,
    /// Their officer is away.
    pub away: Vec<(HotlineId, NeedsCover)>,
    /// Open and nobody on duty, although nothing of it stands above.
    pub gaps: Vec<(Hotline, Gap)>,
    /// Nobody has said that they will be there.
    pub unconfirmed: Vec<Shift>,
}

impl Alarms {
    /// How many things want somebody's attention.
    pub fn count(&self, now: Instant) -> usize {
        self.open.len() + self.away.len() + self.gaps.len() + self.overdue(now).count()
    }

    /// Unconfirmed shifts whose reminder has waited long enough.
    pub fn overdue(&self, now: Instant) -> impl Iterator<Item = &Shift> {
        self.unconfirmed.iter().filter(move |shift| is_overdue(shift.span.start, now))
    }
}

/// Whether a shift that begins then should have been confirmed by now.
fn is_overdue(start: Instant, now: Instant) -> bool {
    now >= start - BEFORE + PATIENCE
}

/// What is missing at an office from now on.
pub async fn load_alarms(mut from: impl Read, now: Instant, office: OfficeId) -> Result<Alarms, DbError> {
    let window = Span { start: now, end: now + AHEAD };
    let hotlines = shifts::list_hotlines(&mut from, Some(&office)).await?;
    let open = shifts::list_open_shifts(&mut from, office, window).await?;
    let mut rota = shifts::load_office_rota(&mut from, office, window).await?;
    rota.foresee(now);
    let confirmed = store::list_confirmed(&mut from, office, window).await?;
    let mut gaps = Vec::new();
    for hotline in hotlines.iter().filter(|hotline| hotline.active) {
        let mut found = list_gaps(&mut from, now, hotline, window).await?;
        // What is empty or away stands in its own list already.
        found.retain(|gap| {
            let is_open = open.iter().any(|it| it.hotline == hotline.id && it.span.overlaps(gap.span));
            gap.cause == Cause::NobodyPlanned && !is_open
        });
        gaps.extend(found.into_iter().map(|gap| (hotline.clone(), gap)));
    }
    let away = shifts::needs_cover(&rota, window);
    let of = |need: NeedsCover| {
        let shift = rota.shifts.iter().find(|shift| shift.id == need.shift)?;
        Some((shift.hotline, need))
    };
    let away: Vec<_> = away.into_iter().filter_map(of).collect();
    let unconfirmed = unconfirmed(&rota, &away, &confirmed, now);
    Ok(Alarms { office, hotlines, open, away, gaps, unconfirmed })
}

/// The same at every office that has a hotline in use.
pub async fn load_all_alarms(desk: &Desk, now: Instant) -> Result<Vec<Alarms>, DbError> {
    let mut found = Vec::new();
    for office in list_offices(desk).await? {
        found.push(load_alarms(&desk.db, now, office).await?);
    }
    Ok(found)
}

/// Shifts to come that their officers have not confirmed, by start; without those whose officer is away anyway.
fn unconfirmed(rota: &Rota, away: &[(HotlineId, NeedsCover)], confirmed: &BTreeSet<Turn>, now: Instant) -> Vec<Shift> {
    let mut shifts = rota.shifts.clone();
    shifts.retain(|shift| {
        let is_away = away.iter().any(|(_, need)| need.shift == shift.id);
        shift.is_published() && shift.span.start > now && !is_away && !confirmed.contains(&Turn::from(shift))
    });
    shifts.sort_by_key(|shift| (shift.span, shift.id));
    shifts
}

async fn list_gaps(mut from: impl Read, now: Instant, hotline: &Hotline, window: Span) -> Result<Vec<Gap>, DbError> {
    let open = shifts::open_spans(&mut from, hotline, window).await?;
    let mut rota = shifts::load_rota(from, hotline.id, window).await?;
    rota.foresee(now);
    Ok(shifts::gaps(&rota, &open, now))
}

/// A round: mails those who plan an office, once a morning, where something is missing. Says how many offices.
pub async fn alarm(desk: &Desk, now: Instant) -> Result<u64, ReminderError> {
    let today = local::day(now);
    if MORNING.is_some_and(|morning| local::wall(now).time() < morning) {
        return Ok(0);
    }
    let mut told = 0;
    for office in list_offices(desk).await? {
        let mut tx = desk.db.begin().await?;
        // Written first, so that a day on which nothing is missing is looked at once, too.
        if !store::insert_alarm(&mut tx, office, today, now).await? {
            continue;
        }
        let alarms = load_alarms(&mut tx, now, office).await?;
        if alarms.count(now) > 0 {
            letter::alarm(&mut tx, desk, now, (&alarms, today)).await?;
            told += 1;
        }
        tx.commit().await?;
    }
    desk.outbox_bell.notify_one();
    Ok(told)
}

/// The offices that have a hotline in use.
async fn list_offices(desk: &Desk) -> Result<Vec<OfficeId>, DbError> {
    let mut offices: Vec<OfficeId> = Vec::new();
    for hotline in shifts::list_hotlines(&desk.db, None).await?.iter().filter(|hotline| hotline.active) {
        if !offices.contains(&hotline.office) {
            offices.push(hotline.office);
        }
    }
    Ok(offices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_overdue_when_its_reminder_has_waited_for_half_a_day() {
        let start = Instant(1_790_000_000_000_000);
        for (hours_before, overdue) in [(48, false), (24, false), (13, false), (12, true), (1, true)] {
            assert_eq!(is_overdue(start, start - TimeDelta::hours(hours_before)), overdue, "{hours_before}");
        }
    }
}
