//! A draft: what the rota of an office over a period is to become, and what can be done to a shift in it.
//!
//! Nobody is rung by a draft. Rule: a shift belongs to the draft in whose period it starts, and what was of a
//! published one stays as it was.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta};

use crate::kernel::id::{DraftId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span, local, name};
use crate::offices::OfficeId;
use crate::rota::PlannedShift;
use crate::shifts::Tier;

use super::DraftError;

/// The longest period of a draft, in days: a year and what is left of its last week.
pub const LONGEST: i64 = 373;
/// The longest shift: a day of the autumn clock change has 25 hours.
const LONGEST_SHIFT: TimeDelta = TimeDelta::hours(26);

/// What the rota of an office over a period is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub id: DraftId,
    pub office: OfficeId,
    pub name: String,
    pub first_day: NaiveDate,
    /// Included.
    pub last_day: NaiveDate,
    /// Counts the changes; who changes something says which count they saw.
    pub version: i64,
    /// The printed id of whoever began it.
    pub created_by: String,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// When some of it was published last.
    pub published_at: Option<Instant>,
}

/// A draft that somebody begins.
#[derive(Clone, Debug)]
pub struct NewDraft {
    pub office: OfficeId,
    /// 1 to 80 characters.
    pub name: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

/// The version of a draft that somebody saw before they changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenDraft {
    pub draft: DraftId,
    pub version: i64,
}

/// A shift in a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftShift {
    pub planned: PlannedShift,
    /// Taken out of the draft; kept for the difference and for undo.
    pub removed: bool,
    /// The sequence of the published shift from which it was copied.
    pub base: Option<i64>,
    /// Of the draft, when this shift was changed last.
    pub version: i64,
    /// The printed id of whoever changed it last.
    pub changed_by: String,
}

/// A shift that somebody enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub hotline: HotlineId,
    /// None: somebody is wanted.
    pub officer: Option<OfficerId>,
    pub span: Span,
    pub tier: Tier,
    pub pinned: bool,
}

/// What is to be different of a shift; what is None stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// `Some(None)` takes the officer out.
    pub officer: Option<Option<OfficerId>>,
    pub hotline: Option<HotlineId>,
    pub span: Option<Span>,
    pub tier: Option<Tier>,
    pub position: Option<i64>,
    pub pinned: Option<bool>,
}

/// One step of work in a draft that can be undone and done again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The draft's version that it made.
    pub number: i64,
    pub kind: StepKind,
    pub undone: bool,
    pub made_by: String,
    pub made_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    Add,
    Change,
    Remove,
    Copy,
    /// From a week template, a rotation or the period before.
    Generate,
    /// A program has filled it.
    Fill,
    /// What was published meanwhile was taken over.
    CatchUp,
}

/// What a step makes of one shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub was: Placed,
    pub became: Placed,
}

/// A shift in the draft, or taken out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub planned: PlannedShift,
    pub removed: bool,
    /// The sequence of the published shift from which it was copied; a step that takes over what is published changes it,
    /// others leave it.
    pub base: Option<i64>,
}

impl NewDraft {
    pub fn checked(&self) -> Result<(), DraftError> {
        let days = (self.last_day - self.first_day).num_days() + 1;
        let plannable = local::is_plannable(self.first_day) && local::is_plannable(self.last_day);
        if !plannable || !(1..=LONGEST).contains(&days) {
            return Err(DraftError::BadPeriod);
        }
        if name::is_readable(&self.name, 80) { Ok(()) } else { Err(DraftError::BadName) }
    }
}

impl Draft {
    /// From the first day's first midnight until the last day's last.
    pub fn window(&self) -> Span {
        Span { start: local::whole_day(self.first_day).start, end: local::whole_day(self.last_day).end }
    }

    /// The Mondays of its weeks.
    pub fn mondays(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last_day;
        local::monday(self.first_day).iter_weeks().take_while(move |monday| *monday <= last)
    }

    /// The part of a week that lies in its period.
    pub fn week(&self, monday: NaiveDate) -> Option<Span> {
        if !local::is_plannable(monday) {
            return None;
        }
        let week =
            Span { start: local::whole_day(monday).start, end: local::whole_day(monday + TimeDelta::days(6)).end };
        self.window().shared(week)
    }

    /// Whether a shift over this span can stand in it.
    pub fn admits(&self, span: Span) -> Result<(), DraftError> {
        match span {
            span if span.start >= span.end || span.length() > LONGEST_SHIFT => Err(DraftError::BadSpan),
            span if !self.window().contains(span.start) => Err(DraftError::OutsidePeriod),
            _ => Ok(()),
        }
    }
}

impl DraftShift {
    pub fn placed(&self) -> Placed {
        Placed { planned: self.planned.clone(), removed: self.removed, base: self.base }
    }

    /// The shift, unless it was taken out.
    pub fn there(&self) -> Option<&PlannedShift> {
        (!self.removed).then_some(&self.planned)
    }

    /// A copy of a published shift that has begun: what was of it stays.
    pub fn has_begun(&self, now: Instant) -> bool {
        self.base.is_some() && self.planned.span.start < now
    }
}

impl Terms {
    /// Whether a shift is over these terms, pinned or not.
    pub fn are_of(&self, shift: &PlannedShift) -> bool {
        Self { pinned: shift.pinned, ..*self } == Self::from(shift)
    }

    pub fn planned(self, id: ShiftId, position: i64) -> PlannedShift {
        let Self { hotline, officer, span, tier, pinned } = self;
        PlannedShift { id, hotline, officer, span, tier, position, pinned }
    }
}

impl From<&PlannedShift> for Terms {
    fn from(it: &PlannedShift) -> Self {
        Self { hotline: it.hotline, officer: it.officer, span: it.span, tier: it.tier, pinned: it.pinned }
    }
}

impl From<Terms> for Change {
    fn from(Terms { hotline, officer, span, tier, pinned }: Terms) -> Self {
        Self {
            officer: Some(officer),
            hotline: Some(hotline),
            span: Some(span),
            tier: Some(tier),
            position: None,
            pinned: Some(pinned),
        }
    }
}

impl Change {
    pub fn upon(&self, it: &PlannedShift) -> PlannedShift {
        PlannedShift {
            id: it.id,
            hotline: self.hotline.unwrap_or(it.hotline),
            officer: self.officer.unwrap_or(it.officer),
            span: self.span.unwrap_or(it.span),
            tier: self.tier.unwrap_or(it.tier),
            position: self.position.unwrap_or(it.position),
            pinned: self.pinned.unwrap_or(it.pinned),
        }
    }
}

impl Placed {
    pub fn there(planned: PlannedShift) -> Self {
        Self { planned, removed: false, base: None }
    }

    pub fn gone(planned: PlannedShift) -> Self {
        Self { planned, removed: true, base: None }
    }

    pub fn based(self, base: Option<i64>) -> Self {
        Self { base, ..self }
    }
}

impl Made {
    pub fn added(planned: PlannedShift) -> Self {
        Self { was: Placed::gone(planned.clone()), became: Placed::there(planned) }
    }

    pub fn removed(planned: PlannedShift) -> Self {
        Self { was: Placed::there(planned.clone()), became: Placed::gone(planned) }
    }

    pub fn changed(was: PlannedShift, became: PlannedShift) -> Self {
        Self { was: Placed::there(was), became: Placed::there(became) }
    }

    pub fn undone(self) -> Self {
        Self { was: self.became, became: self.was }
    }
}

/// Both spans at the same wall times some days later; None where the clock change skips all of it.
pub fn later(span: Span, days: i64) -> Option<Span> {
    let by = TimeDelta::days(days);
    let start = local::start(local::wall(span.start).naive_local() + by);
    Span::new(start, local::end(local::wall(span.end).naive_local() + by))
}

/// Pairs of shifts in which the same officer would have to be twice at once. Backups may overlap.
pub fn twice_at_once<'s>(shifts: impl IntoIterator<Item = &'s PlannedShift>) -> Vec<(ShiftId, ShiftId)> {
    let exclusive = |it: &&PlannedShift| it.officer.is_some() && it.tier.commitment().is_exclusive();
    let mut shifts: Vec<&PlannedShift> = shifts.into_iter().filter(exclusive).collect();
    shifts.sort_by_key(|it| (it.officer, it.span));
    let mut pairs = Vec::new();
    for (place, first) in shifts.iter().enumerate() {
        let later = shifts[place + 1..].iter();
        let overlapping = later.take_while(|it| it.officer == first.officer && it.span.start < first.span.end);
        pairs.extend(overlapping.map(|second| (first.id, second.id)));
    }
    pairs
}

impl StepKind {
    const ALL: [Self; 7] =
        [Self::Add, Self::Change, Self::Remove, Self::Copy, Self::Generate, Self::Fill, Self::CatchUp];

    /// It changes, too, from which published shifts the draft's were copied.
    pub fn rebases(self) -> bool {
        self == Self::CatchUp
    }

    /// The words on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Add => "Dienst eingetragen",
            Self::Change => "Dienst geändert",
            Self::Remove => "Dienst entfernt",
            Self::Copy => "Dienst kopiert",
            Self::Generate => "Dienste erzeugt",
            Self::Fill => "Entwurf gefüllt",
            Self::CatchUp => "Veröffentlichtes übernommen",
        }
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Remove => "remove",
            Self::Copy => "copy",
            Self::Generate => "generate",
            Self::Fill => "fill",
            Self::CatchUp => "catch_up",
        })
    }
}

impl FromStr for StepKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.to_string() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        local::start(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn shift(officer: Option<OfficerId>, start: &str, hours: i64, tier: i64) -> PlannedShift {
        let span = Span { start: at(start), end: at(start) + TimeDelta::hours(hours) };
        let tier = Tier::new(tier).unwrap();
        Terms { hotline: HotlineId::mint(), officer, span, tier, pinned: false }.planned(ShiftId::mint(), 1)
    }

    #[test]
    fn a_copied_shift_keeps_its_wall_times_over_a_clock_change() {
        for (start, end, days, hours) in [
            ("2027-03-20 20:00", "2027-03-21 08:00", 7, 11),
            ("2026-10-17 20:00", "2026-10-18 08:00", 7, 13),
            ("2026-11-16 08:00", "2026-11-16 20:00", 7, 12),
            ("2026-10-24 08:00", "2026-10-25 08:00", 7, 24),
        ] {
            let moved = later(Span { start: at(start), end: at(end) }, days).unwrap();
            assert_eq!(moved.length().num_hours(), hours, "{start}");
        }
        assert_eq!(later(Span { start: at("2027-03-21 02:00"), end: at("2027-03-21 02:45") }, 7), None);
    }

    #[test]
    fn an_officer_is_twice_at_once_only_on_first_tiers_that_overlap() {
        let anna = Some(OfficerId::mint());
        let early = shift(anna, "2026-11-16 08:00", 4, 1);
        for (other, clashes) in [
            (shift(anna, "2026-11-16 11:00", 4, 1), true),
            (shift(anna, "2026-11-16 12:00", 4, 1), false),
            (shift(anna, "2026-11-16 11:00", 4, 2), false),
            (shift(Some(OfficerId::mint()), "2026-11-16 11:00", 4, 1), false),
            (shift(None, "2026-11-16 11:00", 4, 1), false),
        ] {
            assert_eq!(!twice_at_once([&early, &other]).is_empty(), clashes, "{other:?}");
        }
        assert!(
            twice_at_once([&shift(None, "2026-11-16 08:00", 4, 1), &shift(None, "2026-11-16 08:00", 4, 1)]).is_empty()
        );
    }

    #[test]
    fn a_draft_admits_what_starts_in_its_period_and_lasts_a_day_at_most() {
        let draft = Draft {
            id: DraftId::mint(),
            office: OfficeId::STATE,
            name: "KW 47".into(),
            first_day: "2026-11-16".parse().unwrap(),
            last_day: "2026-11-22".parse().unwrap(),
            version: 0,
            created_by: "system".into(),
            created_at: Instant(0),
            updated_at: Instant(0),
            published_at: None,
        };
        let span = |start, end| Span { start: at(start), end: at(end) };
        assert!(draft.admits(span("2026-11-22 20:00", "2026-11-23 08:00")).is_ok());
        assert!(matches!(draft.admits(span("2026-11-15 20:00", "2026-11-16 08:00")), Err(DraftError::OutsidePeriod)));
        assert!(matches!(draft.admits(span("2026-11-16 08:00", "2026-11-16 08:00")), Err(DraftError::BadSpan)));
        assert!(matches!(draft.admits(span("2026-11-16 08:00", "2026-11-17 11:00")), Err(DraftError::BadSpan)));
        assert_eq!(draft.mondays().count(), 1);
    }
}
