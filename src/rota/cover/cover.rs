//! A search for cover: somebody is wanted at once for a shift, all who fit are asked, the first yes gets it.
//!
//! Rules: it is about one time of one shift of one officer, or of an open one; whoever answers after the first yes hears
//! that it is taken, and whoever has the shift since keeps it.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::CoverError;
use crate::kernel::id::{CoverId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::{Absence, AbsenceState};
use crate::rota::notice::Told;
use crate::shifts::Tier;

/// Whoever reports sick so shortly before a shift sets off the search, where the office wants that.
pub const SHORTLY: TimeDelta = TimeDelta::hours(24);

/// A link still answers so long after the shift.
const SHOWN: TimeDelta = TimeDelta::days(7);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    pub id: CoverId,
    pub office: OfficeId,
    /// A published shift whose officer is away, or an open one.
    pub shift: ShiftId,
    /// Who has the shift and cannot come; None: nobody has it.
    pub officer: Option<OfficerId>,
    /// They were away when it was asked: it ends when they are back.
    pub while_away: bool,
    pub hotline: HotlineId,
    pub span: Span,
    pub tier: Tier,
    pub state: State,
    pub taken_by: Option<OfficerId>,
    pub asked_at: Instant,
    pub ended_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Asked,
    Taken,
    /// Whoever plans has ended the search.
    Closed,
    /// The time is over, and nobody said yes.
    Expired,
}

/// Somebody who was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub cover: CoverId,
    pub officer: OfficerId,
    pub told: Told,
    pub declined_at: Option<Instant>,
}

impl Cover {
    /// Its links say what it is about so long; then they are gone.
    pub fn is_shown(&self, now: Instant) -> bool {
        now < self.span.end + SHOWN
    }

    /// Refuses a yes that comes too late.
    pub fn may_take(&self, officer: OfficerId, now: Instant) -> Result<(), CoverError> {
        match self.state {
            State::Asked if now < self.span.end => Ok(()),
            State::Asked => Err(CoverError::Over(State::Expired)),
            State::Taken if self.taken_by == Some(officer) => Err(CoverError::Yours),
            ended => Err(CoverError::Over(ended)),
        }
    }

    /// What is still to come of it while the officer is still away; None where nobody is wanted any more.
    pub fn still_wanted(&self, absences: &[Absence], now: Instant) -> Option<Span> {
        match self.while_away {
            true => missing(self.span, absences, now),
            false => to_come(self.span, now),
        }
    }
}

/// When an officer is missing in what is to come of a shift: from the first moment until they are back, however many
/// absences that takes. None where they are there throughout.
pub fn missing(shift: Span, absences: &[Absence], now: Instant) -> Option<Span> {
    let to_come = to_come(shift, now)?;
    let entered = absences.iter().filter(|it| it.state == AbsenceState::Entered);
    let mut away: Vec<Span> = entered.filter_map(|it| it.span.shared(to_come)).collect();
    away.sort();
    away.into_iter()
        .reduce(|all, next| if next.start <= all.end { Span { end: all.end.max(next.end), ..all } } else { all })
}

pub fn to_come(span: Span, now: Instant) -> Option<Span> {
    Span::new(span.start.max(now), span.end)
}

impl Cover {
    /// What somebody takes of it: all of it, or what a part shares with it.
    pub fn taken_by(self, officer: OfficerId, part: Option<Span>, now: Instant) -> Result<Self, CoverError> {
        self.may_take(officer, now)?;
        let span = part.map_or(Some(self.span), |part| part.shared(self.span)).ok_or(CoverError::NotWantedThen)?;
        Ok(Self { state: State::Taken, taken_by: Some(officer), ended_at: Some(now), span, ..self })
    }
}

impl State {
    pub const ALL: [Self; 4] = [Self::Asked, Self::Taken, Self::Closed, Self::Expired];

    /// The words on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Asked => "gesucht",
            Self::Taken => "übernommen",
            Self::Closed => "Suche beendet",
            Self::Expired => "vorbei, niemand gefunden",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asked => "asked",
            Self::Taken => "taken",
            Self::Closed => "closed",
            Self::Expired => "expired",
        })
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|state| state.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not asked, taken, closed or expired"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_what_is_wanted_can_be_taken_and_nothing_beside_it() {
        let at = |hours| Instant(1_790_000_000_000_000) + TimeDelta::hours(hours);
        let span = |from, until| Span { start: at(from), end: at(until) };
        let asked = Cover {
            id: CoverId::mint(),
            office: OfficeId::STATE,
            shift: ShiftId::mint(),
            officer: None,
            while_away: false,
            hotline: HotlineId::mint(),
            span: span(2, 8),
            tier: Tier::FIRST,
            state: State::Asked,
            taken_by: None,
            asked_at: at(0),
            ended_at: None,
        };
        for (part, taken) in [
            (None, Some(span(2, 8))),
            (Some(span(4, 6)), Some(span(4, 6))),
            (Some(span(1, 4)), Some(span(2, 4))),
            (Some(span(8, 9)), None),
        ] {
            let got = asked.clone().taken_by(OfficerId::mint(), part, at(1)).ok().map(|it| it.span);
            assert_eq!(got, taken, "{part:?}");
        }
    }

    #[test]
    fn the_first_yes_gets_it_and_every_later_one_hears_why_not() {
        let [anna, bela] = [OfficerId::mint(), OfficerId::mint()];
        let at = |hours| Instant(1_790_000_000_000_000) + TimeDelta::hours(hours);
        let asked = Cover {
            id: CoverId::mint(),
            office: OfficeId::STATE,
            shift: ShiftId::mint(),
            officer: Some(anna),
            while_away: false,
            hotline: HotlineId::mint(),
            span: Span { start: at(2), end: at(8) },
            tier: Tier::FIRST,
            state: State::Asked,
            taken_by: None,
            asked_at: at(0),
            ended_at: None,
        };
        let taken = Cover { state: State::Taken, taken_by: Some(anna), ..asked.clone() };
        let closed = Cover { state: State::Closed, ..asked.clone() };
        for (cover, officer, now, answer) in [
            (&asked, bela, 1, None),
            (&asked, bela, 7, None),
            (&asked, bela, 8, Some("this is over: nobody was found in time")),
            (&taken, bela, 1, Some("this is over: somebody else was first")),
            (&taken, anna, 1, Some("you have taken it")),
            (&closed, bela, 1, Some("this is over: nobody is wanted any more")),
        ] {
            let got = cover.may_take(officer, at(now)).err().map(|error| error.to_string());
            assert_eq!(got.as_deref(), answer, "{} at {now}", cover.state);
        }
    }
    #[test]
    fn an_officer_is_missing_from_now_until_the_last_of_their_absences_ends() {
        let at = |hours| Instant(1_790_000_000_000_000) + TimeDelta::hours(hours);
        let span = |(from, until)| Span { start: at(from), end: at(until) };
        let absence = |(state, hours)| Absence {
            id: crate::kernel::id::AbsenceId::mint(),
            officer: OfficerId::mint(),
            kind: crate::people::AbsenceKind::Sick,
            span: span(hours),
            state,
            sequence: 0,
            created_at: at(0),
            updated_at: at(0),
        };
        let (entered, withdrawn) = (AbsenceState::Entered, AbsenceState::Withdrawn);
        // A shift from 8 to 12, seen at 10.
        for (absences, wanted) in [
            (vec![(entered, (6, 24))], Some((10, 12))),
            (vec![(entered, (9, 10)), (entered, (10, 24))], Some((10, 12))),
            (vec![(entered, (9, 11)), (entered, (11, 24))], Some((10, 12))),
            (vec![(entered, (10, 11)), (entered, (9, 11))], Some((10, 11))),
            (vec![(entered, (9, 11)), (withdrawn, (11, 24))], Some((10, 11))),
            (vec![(entered, (6, 10))], None),
            (vec![(entered, (12, 24))], None),
            (vec![], None),
        ] {
            let all: Vec<Absence> = absences.iter().copied().map(absence).collect();
            assert_eq!(missing(span((8, 12)), &all, at(10)), wanted.map(span), "{absences:?}");
        }
    }
}
