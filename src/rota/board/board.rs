//! The board: officers as rows, days as columns, and in each cell all that takes an officer's time.
//!
//! Only looks at what was loaded. Rule: a shift stands on the day on which it begins; what is no shift stands on every
//! day that it touches.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::ical::Revision;
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Span, local};
use crate::offices::OfficeId;
use crate::people::{AbsenceKind, AbsenceState, Officer};
use crate::rota::PlannedShift;
use crate::rota::demand::Demand;
use crate::rota::draft::Draft;
use crate::rota::rules::{Breach, Ground, Plan, Verdict, Waiver};
use crate::shifts::{Hotline, Rota, Shift};

/// A rota over some days, published or drafted.
#[derive(Clone, Debug)]
pub struct Board {
    pub office: OfficeId,
    /// None: what is published.
    pub draft: Option<Draft>,
    /// Without a gap.
    pub days: Vec<NaiveDate>,
    pub hotlines: Vec<Hotline>,
    pub demands: Vec<Demand>,
    /// Opening times of each hotline within the days.
    pub open: HashMap<HotlineId, Vec<Span>>,
    pub shifts: Vec<Placed>,
    /// Officers of other offices who stand in shifts here.
    pub guests: Vec<Officer>,
    pub ground: Ground,
    pub verdict: Verdict,
    /// Shown to a colleague: see [`Board::discreet`].
    pub is_discreet: bool,
}

/// A shift on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub planned: PlannedShift,
    /// What is to be named when it is changed: of a draft its version, of a published shift its sequence.
    pub seen: i64,
    /// Of a draft: the version that it goes on from, and the age of the draft.
    pub revision: Revision,
}

/// One officer, or the shifts that nobody has yet.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    pub officer: Option<&'a Officer>,
    /// One for each day of the board.
    pub cells: Vec<Cell<'a>>,
}

#[derive(Clone, Debug)]
pub struct Cell<'a> {
    pub day: NaiveDate,
    pub shifts: Vec<&'a Placed>,
    pub others: Vec<(Other, Span)>,
}

/// What takes an officer's time and is no shift of this board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    Away(AbsenceKind),
    /// Why is not for everybody.
    Absent,
    LeaveAsked,
    Consultation,
    /// A shift that this board does not change.
    OtherShift,
}

impl Board {
    /// As colleagues may see it: why somebody is away, what they wish, and how much duty they have is theirs.
    pub fn discreet(mut self) -> Self {
        self.verdict = Verdict::default();
        self.ground.people.values_mut().for_each(|person| person.leave_asked.clear());
        Self { is_discreet: true, ..self }
    }

    /// From the first day's first midnight until the last one's last.
    pub fn window(&self) -> Span {
        window(&self.days)
    }

    /// The empty shifts, where there are any, and then everybody by name.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut by_officer: BTreeMap<Option<OfficerId>, Vec<&Placed>> = BTreeMap::new();
        for shift in &self.shifts {
            by_officer.entry(shift.planned.officer).or_default().push(shift);
        }
        let mut officers: Vec<&Officer> = self.officers().collect();
        officers.sort_by_cached_key(|officer| (officer.name.to_lowercase(), officer.id));
        let empty = by_officer.contains_key(&None).then_some(None);
        let rows = empty.into_iter().chain(officers.into_iter().map(Some));
        rows.map(|officer| {
            let id = officer.map(|officer| officer.id);
            let shifts = by_officer.get(&id).map_or(&[][..], Vec::as_slice);
            Row { officer, cells: self.cells(id, shifts) }
        })
        .collect()
    }

    /// Those of the office, and guests.
    pub fn officers(&self) -> impl Iterator<Item = &Officer> {
        self.ground.officers.iter().chain(&self.guests)
    }

    pub fn officer(&self, id: OfficerId) -> Option<&Officer> {
        self.officers().find(|officer| officer.id == id)
    }

    pub fn shift(&self, id: ShiftId) -> Option<&Placed> {
        self.shifts.iter().find(|shift| shift.planned.id == id)
    }

    pub fn hotline(&self, id: HotlineId) -> Option<&Hotline> {
        self.hotlines.iter().find(|hotline| hotline.id == id)
    }

    /// The breaches that a shift has a part in, the hard ones first.
    pub fn breaches_of(&self, shift: ShiftId) -> impl Iterator<Item = &Breach> {
        let all = self.verdict.blocking.iter().chain(&self.verdict.warnings);
        all.filter(move |breach| breach.shifts.contains(&shift))
    }

    /// The hard breaches that a shift has a part in and that somebody lets stand.
    pub fn waived_of(&self, shift: ShiftId) -> impl Iterator<Item = &(Breach, Waiver)> {
        self.verdict.waived.iter().filter(move |(breach, _)| breach.shifts.contains(&shift))
    }

    /// All that takes an officer's time and is no shift of this board, in order, within its days.
    pub fn others(&self, officer: OfficerId) -> Vec<(Other, Span)> {
        let Some(person) = self.ground.people.get(&officer) else { return Vec::new() };
        let entered = person.absences.iter().filter(|absence| absence.state == AbsenceState::Entered);
        let absences = entered.map(|absence| match absence.kind {
            // Police duty comes first, and is no secret.
            AbsenceKind::Leave | AbsenceKind::Sick | AbsenceKind::Training if self.is_discreet => {
                (Other::Absent, absence.span)
            }
            kind => (Other::Away(kind), absence.span),
        });
        let asked = person.leave_asked.iter().map(|span| (Other::LeaveAsked, *span));
        let consultations = person.consultations.iter().map(|span| (Other::Consultation, *span));
        let shifts = person.others.iter().map(|shift| (Other::OtherShift, shift.span));
        let window = self.window();
        let all = absences.chain(asked).chain(consultations).chain(shifts);
        let mut all: Vec<_> = all.filter(|(_, span)| span.overlaps(window)).collect();
        all.sort_by_key(|(_, span)| *span);
        all
    }

    /// Who would be on duty on a hotline if this board were published.
    pub fn rota(&self, hotline: HotlineId) -> Rota {
        let of_hotline = self.shifts.iter().filter(|shift| shift.planned.hotline == hotline);
        let shifts: Vec<Shift> = of_hotline.filter_map(|shift| shift.planned.as_published()).collect();
        let officers: BTreeSet<OfficerId> = shifts.iter().map(|shift| shift.officer).collect();
        let people = self.ground.people.iter().filter(|(id, _)| officers.contains(id));
        let absences = people.flat_map(|(_, person)| person.absences.iter().cloned()).collect();
        Rota { shifts, absences, retired: BTreeSet::new() }
    }

    fn cells<'a>(&'a self, officer: Option<OfficerId>, shifts: &[&'a Placed]) -> Vec<Cell<'a>> {
        let others = officer.map(|officer| self.others(officer)).unwrap_or_default();
        let cell = |day: &NaiveDate| {
            let whole = local::whole_day(*day);
            let mut starting: Vec<&Placed> =
                shifts.iter().copied().filter(|shift| whole.contains(shift.planned.span.start)).collect();
            starting.sort_by_key(|shift| (shift.planned.span, shift.planned.id));
            let touching = others.iter().filter(|(_, span)| span.overlaps(whole));
            Cell { day: *day, shifts: starting, others: touching.copied().collect() }
        };
        self.days.iter().map(cell).collect()
    }
}

impl Other {
    /// Whether the officer works then.
    pub fn is_work(self) -> bool {
        matches!(self, Self::Consultation | Self::OtherShift)
    }

    /// The word on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Away(kind) => kind.german(),
            Self::Absent => "abwesend",
            Self::LeaveAsked => "Urlaub beantragt",
            Self::Consultation => "Beratung",
            Self::OtherShift => "anderer Dienst",
        }
    }
}

pub fn window(days: &[NaiveDate]) -> Span {
    let (first, last) = (days.first().copied().unwrap_or_default(), days.last().copied().unwrap_or_default());
    Span { start: local::whole_day(first).start, end: local::whole_day(last).end }
}

/// What a change would bring against the rules, and what it would heal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub new: Vec<Breach>,
    pub healed: Vec<Breach>,
}

/// Compares two plans in what the rules say of these officers.
pub fn outcome(
    ground: &Ground,
    officers: &[OfficerId],
    (before, after): (&[PlannedShift], &[PlannedShift]),
) -> Outcome {
    let check = |shifts: &[PlannedShift]| unwaived(ground, &Plan::new(shifts), officers);
    Outcome::between(&check(before), &check(after))
}

/// What the rules say of these officers, without what somebody lets stand.
pub fn unwaived(ground: &Ground, plan: &Plan, officers: &[OfficerId]) -> Vec<Breach> {
    let breaches = officers.iter().flat_map(|officer| ground.check_officer(plan, *officer));
    breaches.filter(|breach| ground.waiver_of(breach).is_none()).collect()
}

impl Outcome {
    pub fn between(was: &[Breach], is: &[Breach]) -> Self {
        let same = |one: &Breach, other: &Breach| {
            (one.rule, one.officer, one.measured) == (other.rule, other.officer, other.measured)
                && one.span.overlaps(other.span)
        };
        let but = |some: &[Breach], others: &[Breach]| -> Vec<Breach> {
            let new = some.iter().filter(|one| !others.iter().any(|other| same(one, other)));
            let mut new: Vec<Breach> = new.cloned().collect();
            new.sort_by_key(|breach| (!breach.is_hard(), breach.span, breach.rule));
            new
        };
        Self { new: but(is, was), healed: but(was, is) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Instant;
    use crate::kernel::id::AbsenceId;
    use crate::people::{Absence, Skills};
    use crate::rota::rules::{Person, RuleSet};
    use crate::shifts::Tier;

    fn span(day: &str, from: &str, until: &str) -> Span {
        local::span(day.parse().unwrap(), local::time(from).unwrap(), local::time(until).unwrap())
    }

    fn planned(officer: Option<OfficerId>, span: Span) -> PlannedShift {
        let (id, hotline) = (ShiftId::mint(), HotlineId(uuid::Uuid::nil()));
        PlannedShift { id, hotline, officer, span, tier: Tier::FIRST, position: 1, pinned: false }
    }

    fn officer(name: &str) -> Officer {
        let skills = Skills::default();
        Officer { id: OfficerId::mint(), office: OfficeId::STATE, name: name.into(), active: true, skills }
    }

    fn ground(officers: &[&Officer], people: Vec<(OfficerId, Person)>) -> Ground {
        let days: Vec<NaiveDate> = "2026-11-16".parse::<NaiveDate>().unwrap().iter_days().take(7).collect();
        Ground {
            office: OfficeId::STATE,
            period: window(&days),
            known: window(&days),
            rules: RuleSet::default(),
            officers: officers.iter().copied().cloned().collect(),
            people: people.into_iter().collect(),
            waivers: vec![],
        }
    }

    fn placed(planned: PlannedShift) -> Placed {
        let revision = Revision { sequence: 0, created: Instant(0), changed: Instant(0) };
        Placed { planned, seen: 0, revision }
    }

    fn board(ground: Ground, shifts: Vec<PlannedShift>) -> Board {
        Board {
            office: OfficeId::STATE,
            draft: None,
            days: "2026-11-16".parse::<NaiveDate>().unwrap().iter_days().take(7).collect(),
            hotlines: vec![],
            demands: vec![],
            open: HashMap::new(),
            shifts: shifts.into_iter().map(placed).collect(),
            guests: vec![],
            ground,
            verdict: Verdict::default(),
            is_discreet: false,
        }
    }

    fn sick(officer: OfficerId, span: Span) -> Absence {
        Absence {
            id: AbsenceId::mint(),
            officer,
            kind: AbsenceKind::Sick,
            span,
            state: AbsenceState::Entered,
            sequence: 0,
            created_at: span.start,
            updated_at: span.start,
        }
    }

    #[test]
    fn empty_shifts_come_first_then_everybody_by_name_with_or_without_a_shift() {
        let (anna, bela) = (officer("anna"), officer("Bela"));
        let night = planned(Some(bela.id), span("2026-11-17", "20:00", "06:00"));
        let empty = planned(None, span("2026-11-18", "08:00", "12:00"));
        let board = board(ground(&[&bela, &anna], vec![]), vec![night, empty]);
        let rows = board.rows();
        let names: Vec<_> = rows.iter().map(|row| row.officer.map_or("", |officer| officer.name.as_str())).collect();
        assert_eq!(names, ["", "anna", "Bela"]);
        let places = |row: &Row<'_>| row.cells.iter().map(|cell| cell.shifts.len()).collect::<Vec<_>>();
        assert_eq!(places(&rows[0]), [0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(places(&rows[1]), [0; 7]);
        assert_eq!(places(&rows[2]), [0, 1, 0, 0, 0, 0, 0], "a night stands on the day on which it begins");
    }

    #[test]
    fn consultations_and_absences_stand_in_the_same_row_on_every_day_that_they_touch() {
        let anna = officer("Anna");
        let away = sick(
            anna.id,
            Span { start: span("2026-11-17", "10:00", "11:00").start, end: span("2026-11-18", "08:00", "12:00").end },
        );
        let consultations = vec![span("2026-11-16", "09:00", "09:30"), span("2026-12-16", "09:00", "09:30")];
        let person = Person { absences: vec![away], consultations, ..Person::default() };
        let board = board(ground(&[&anna], vec![(anna.id, person)]), vec![]);
        let rows = board.rows();
        let words: Vec<Vec<_>> =
            rows[0].cells.iter().map(|cell| cell.others.iter().map(|(other, _)| other.german()).collect()).collect();
        assert_eq!(words[..4], [vec!["Beratung"], vec!["Krank"], vec!["Krank"], vec![]]);
        assert_eq!(board.others(anna.id).len(), 2, "what lies outside its days is left out");
    }

    #[test]
    fn a_change_is_told_by_what_it_breaks_and_what_it_heals_and_not_by_what_was_wrong_before() {
        let (anna, bela) = (officer("Anna"), officer("Bela"));
        let late = planned(Some(anna.id), span("2026-11-17", "14:00", "22:00"));
        let early = planned(Some(anna.id), span("2026-11-18", "06:00", "12:00"));
        let given = PlannedShift { officer: Some(bela.id), ..early.clone() };
        let ground = ground(&[&anna, &bela], vec![]);
        let both = [anna.id, bela.id];
        let (bad, good) = ([late.clone(), early], [late, given]);
        let hard =
            |breaches: &[Breach]| breaches.iter().filter(|it| it.is_hard()).map(Breach::short).collect::<Vec<_>>();
        let broken = outcome(&ground, &both, (&good, &bad));
        assert_eq!(hard(&broken.new), ["Ruhezeit 3 Std. zu kurz"]);
        let healed = outcome(&ground, &both, (&bad, &good));
        assert_eq!((hard(&healed.new), hard(&healed.healed)), (vec![], vec!["Ruhezeit 3 Std. zu kurz".to_owned()]));
        assert_eq!(outcome(&ground, &both, (&bad, &bad)), Outcome::default());
    }
}
