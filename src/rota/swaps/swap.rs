//! A swap: an officer asks to be relieved of a shift or of a part of it, a colleague agrees, the office approves.
//!
//! Rules: a swap is bound to the shift, not to its time, and moves with it; until it is done nothing changes; only what
//! is still open can be taken, and nobody takes their own.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::SwapError;
use crate::kernel::id::{OfficerId, ShiftId, SwapId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::shifts::Shift;

/// A question waits so long for its answer, and never longer than until the shift begins; where it has begun, until it
/// ends. What is given in return ends it with its beginning, too: a shift is exchanged whole.
pub const WAITS: TimeDelta = TimeDelta::days(7);
/// A note has so many characters at most.
pub const LONGEST_NOTE: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    pub id: SwapId,
    pub office: OfficeId,
    pub shift: ShiftId,
    /// Who has the shift and wants to be relieved of it.
    pub officer: OfficerId,
    /// None: the whole shift, wherever it is moved.
    pub part: Option<Span>,
    /// None: everybody at the office is asked.
    pub asked: Option<OfficerId>,
    /// The shift of the colleague that is wanted in exchange; None: it is given away, or not named yet.
    pub in_return: Option<ShiftId>,
    /// Everybody is asked, and whoever agrees names one of their shifts in exchange.
    pub wants_return: bool,
    pub note: String,
    pub state: State,
    pub taken_by: Option<OfficerId>,
    /// Why the office refused.
    pub why: String,
    pub asked_at: Instant,
    pub expires_at: Instant,
    pub ended_at: Option<Instant>,
    /// Counts the changes.
    pub sequence: i64,
}

/// A colleague's yes.
#[derive(Clone, Copy, Debug)]
pub struct Yes {
    pub officer: OfficerId,
    /// None: all that is open.
    pub part: Option<Span>,
    /// The shift of theirs that they give in exchange, where one is wanted and not named.
    pub in_return: Option<ShiftId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for a colleague.
    Open,
    /// A colleague has agreed; waits for the office.
    Agreed,
    Done,
    Declined,
    Withdrawn,
    Refused,
    Expired,
    /// The shift was changed in such a way that there is nothing left to take.
    Overtaken,
}

impl Swap {
    /// What is still to be taken of the shift as it is now; None where the officer has nothing of it any more.
    pub fn open_span(&self, shift: &Shift) -> Option<Span> {
        let theirs = shift.is_published() && shift.officer == self.officer && shift.id == self.shift;
        theirs.then(|| self.part.map_or(Some(shift.span), |part| part.shared(shift.span))).flatten()
    }

    /// A colleague takes what is open, or a part of it. The rest stays open, in swaps of its own.
    pub fn taken(self, yes: Yes, open: Span) -> Result<(Self, Vec<Span>), SwapError> {
        let Yes { officer, part: wanted, in_return: given } = yes;
        if officer == self.officer {
            return Err(SwapError::OwnShift);
        }
        if self.asked.is_some_and(|asked| asked != officer) {
            return Err(SwapError::NotAsked);
        }
        let in_return = match (self.wants_return, given) {
            (true, None) => return Err(SwapError::ReturnWanted),
            (false, Some(_)) => return Err(SwapError::BadReturn),
            (true, Some(_)) => given,
            (false, None) => self.in_return,
        };
        let Some(wanted) = wanted.filter(|wanted| *wanted != open) else {
            return Ok((Self { state: State::Agreed, taken_by: Some(officer), in_return, ..self }, Vec::new()));
        };
        let within = open.start <= wanted.start && wanted.start < wanted.end && wanted.end <= open.end;
        if !within || in_return.is_some() {
            return Err(SwapError::NotOpenThen);
        }
        let rest = open.without([wanted]);
        Ok((Self { state: State::Agreed, taken_by: Some(officer), part: Some(wanted), ..self }, rest))
    }

    /// The state after an end, or why that cannot be.
    pub fn ended(self, state: State, now: Instant) -> Result<Self, SwapError> {
        self.waits(now)?;
        let possible = match state {
            State::Done | State::Refused => self.state == State::Agreed,
            State::Declined | State::Withdrawn | State::Expired | State::Overtaken => true,
            State::Open | State::Agreed => false,
        };
        if !possible {
            return Err(SwapError::NotAgreedYet);
        }
        Ok(Self { state, ended_at: Some(now), ..self })
    }

    /// Refuses where it has ended.
    pub fn waits(&self, now: Instant) -> Result<(), SwapError> {
        match self.state {
            State::Open | State::Agreed if now < self.expires_at => Ok(()),
            State::Open | State::Agreed => Err(SwapError::Ended(State::Expired)),
            ended => Err(SwapError::Ended(ended)),
        }
    }

    /// Until when the question waits that is asked now about what is open, and about what is given in return where
    /// that is known already.
    pub fn expiry(open: Span, given: Option<&Shift>, now: Instant) -> Instant {
        let last = if open.start > now { open.start } else { open.end };
        given.map_or(last, |given| last.min(given.span.start)).min(now + WAITS)
    }
}

impl State {
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Agreed,
        Self::Done,
        Self::Declined,
        Self::Withdrawn,
        Self::Refused,
        Self::Expired,
        Self::Overtaken,
    ];

    /// The words on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Open => "wartet auf Zusage",
            Self::Agreed => "zugesagt, wartet auf Genehmigung",
            Self::Done => "vollzogen",
            Self::Declined => "abgelehnt",
            Self::Withdrawn => "zurückgezogen",
            Self::Refused => "nicht genehmigt",
            Self::Expired => "abgelaufen",
            Self::Overtaken => "überholt: der Dienst wurde geändert",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Agreed => "agreed",
            Self::Done => "done",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Overtaken => "overtaken",
        })
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|state| state.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is no state of a swap"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::HotlineId;
    use crate::shifts::{ShiftState, Tier};

    fn hour(n: i64) -> Instant {
        Instant(1_790_000_000_000_000) + TimeDelta::hours(n)
    }

    fn span(from: i64, until: i64) -> Span {
        Span { start: hour(from), end: hour(until) }
    }

    fn shift(officer: OfficerId, span: Span) -> Shift {
        Shift {
            id: ShiftId::mint(),
            hotline: HotlineId::mint(),
            officer,
            span,
            tier: Tier::FIRST,
            position: 1,
            state: ShiftState::Published,
            sequence: 0,
            created_at: hour(0),
            updated_at: hour(0),
        }
    }

    fn offered(shift: &Shift, part: Option<Span>) -> Swap {
        Swap {
            id: SwapId::mint(),
            office: OfficeId::STATE,
            shift: shift.id,
            officer: shift.officer,
            part,
            asked: None,
            in_return: None,
            wants_return: false,
            note: String::new(),
            state: State::Open,
            taken_by: None,
            why: String::new(),
            asked_at: hour(0),
            expires_at: Swap::expiry(shift.span, None, hour(0)),
            ended_at: None,
            sequence: 0,
        }
    }

    fn yes(officer: OfficerId, part: Option<Span>) -> Yes {
        Yes { officer, part, in_return: None }
    }

    #[test]
    fn whoever_agrees_names_the_shift_in_return_where_one_is_wanted_of_all() {
        let [anna, bela] = [OfficerId::mint(), OfficerId::mint()];
        let shift = shift(anna, span(8, 20));
        let theirs = ShiftId::mint();
        for (wants_return, part, in_return, agreed) in [
            (true, None, Some(theirs), Ok(Some(theirs))),
            (true, None, None, Err("name one of your shifts in return")),
            (true, Some(span(8, 12)), Some(theirs), Err("what you want to take is not open then")),
            (false, None, None, Ok(None)),
            (false, None, Some(theirs), Err("only a whole shift of the colleague can be wanted or given in return")),
        ] {
            let swap = Swap { wants_return, ..offered(&shift, None) };
            let got = swap.taken(Yes { officer: bela, part, in_return }, shift.span).map(|(swap, _)| swap.in_return);
            assert_eq!(
                got.map_err(|error| error.to_string()),
                agreed.map_err(str::to_owned),
                "{wants_return} {part:?}"
            );
        }
    }

    #[test]
    fn only_what_is_open_can_be_taken_and_the_rest_stays_open() {
        let [anna, bela] = [OfficerId::mint(), OfficerId::mint()];
        let shift = shift(anna, span(8, 20));
        for (part, wanted, taken) in [
            (None, None, Ok((span(8, 20), vec![]))),
            (None, Some(span(8, 20)), Ok((span(8, 20), vec![]))),
            (None, Some(span(10, 12)), Ok((span(10, 12), vec![span(8, 10), span(12, 20)]))),
            (Some(span(8, 12)), Some(span(10, 12)), Ok((span(10, 12), vec![span(8, 10)]))),
            (Some(span(8, 12)), Some(span(11, 13)), Err("what you want to take is not open then")),
            (None, Some(span(6, 9)), Err("what you want to take is not open then")),
        ] {
            let swap = offered(&shift, part);
            let open = swap.open_span(&shift).unwrap();
            let got = swap.taken(yes(bela, wanted), open).map(|(swap, rest)| {
                assert_eq!((swap.state, swap.taken_by), (State::Agreed, Some(bela)));
                (swap.part.unwrap_or(open), rest)
            });
            assert_eq!(got.map_err(|error| error.to_string()), taken.map_err(str::to_owned), "{part:?} {wanted:?}");
        }
    }

    #[test]
    fn nobody_takes_their_own_and_who_was_not_asked_takes_nothing() {
        let [anna, bela, caro] = [OfficerId::mint(), OfficerId::mint(), OfficerId::mint()];
        let shift = shift(anna, span(8, 20));
        let asked = Swap { asked: Some(bela), ..offered(&shift, None) };
        assert!(matches!(asked.clone().taken(yes(anna, None), shift.span), Err(SwapError::OwnShift)));
        assert!(matches!(asked.clone().taken(yes(caro, None), shift.span), Err(SwapError::NotAsked)));
        assert!(asked.taken(yes(bela, None), shift.span).is_ok());
    }

    #[test]
    fn a_swap_moves_with_its_shift_and_is_overtaken_when_somebody_else_has_it() {
        let [anna, bela] = [OfficerId::mint(), OfficerId::mint()];
        let before = shift(anna, span(8, 20));
        let (whole, part) = (offered(&before, None), offered(&before, Some(span(10, 12))));
        let moved = Shift { span: span(11, 23), ..before.clone() };
        assert_eq!((whole.open_span(&moved), part.open_span(&moved)), (Some(span(11, 23)), Some(span(11, 12))));
        let later = Shift { span: span(13, 23), ..before.clone() };
        assert_eq!((whole.open_span(&later), part.open_span(&later)), (Some(span(13, 23)), None));
        for gone in [Shift { officer: bela, ..before.clone() }, Shift { state: ShiftState::Removed, ..before.clone() }]
        {
            assert_eq!(whole.open_span(&gone), None);
        }
    }

    #[test]
    fn a_swap_ends_once_and_only_what_is_agreed_is_done_or_refused() {
        let anna = OfficerId::mint();
        let open = offered(&shift(anna, span(8, 20)), None);
        let agreed = Swap { state: State::Agreed, ..open.clone() };
        for (swap, end, at, possible) in [
            (&open, State::Withdrawn, 1, true),
            (&open, State::Declined, 1, true),
            (&open, State::Done, 1, false),
            (&open, State::Refused, 1, false),
            (&agreed, State::Done, 1, true),
            (&agreed, State::Refused, 1, true),
            (&agreed, State::Withdrawn, 1, true),
            (&agreed, State::Done, 8, false),
            (&open, State::Withdrawn, 9, false),
        ] {
            assert_eq!(swap.clone().ended(end, hour(at)).is_ok(), possible, "{} to {end} at {at}", swap.state);
        }
        let ended = Swap { state: State::Done, ..open };
        assert!(State::ALL.into_iter().all(|state| ended.clone().ended(state, hour(1)).is_err()));
    }

    #[test]
    fn a_question_waits_a_week_and_never_longer_than_until_the_shift_begins_or_a_running_one_ends() {
        for (start, waits) in [(8, 8), (24 * 7, 24 * 7), (24 * 20, 24 * 7), (-2, 6)] {
            assert_eq!(Swap::expiry(span(start, start + 8), None, hour(0)), hour(waits), "{start}");
        }
    }

    #[test]
    fn of_two_shifts_that_are_exchanged_the_earlier_start_ends_the_question() {
        for (start, given, waits) in [(24, 30, 24), (30, 24, 24), (24 * 20, 24 * 19, 24 * 7), (-2, 3, 3), (-2, 9, 6)] {
            let given = shift(OfficerId::mint(), span(given, given + 8));
            assert_eq!(Swap::expiry(span(start, start + 8), Some(&given), hour(0)), hour(waits), "{start} {waits}");
        }
    }
}
