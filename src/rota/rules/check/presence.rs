//! Rules about being there at all: not twice, not away, not against a wish.

use crate::kernel::Span;
use crate::people::AbsenceKind;
use crate::rota::wishes::Leaning;

use super::work::Work;
use super::{Case, Fault, Measured};

impl Case<'_> {
    pub(super) fn twice(&self) -> Vec<Fault> {
        let works: Vec<&Work> =
            self.worked.works.iter().filter(|work| work.exclusive && work.shift.is_some()).collect();
        let mut found = Vec::new();
        for (place, work) in works.iter().enumerate() {
            let later = works[place + 1..].iter().take_while(|later| later.span.start < work.span.end);
            found.extend(later.filter_map(|later| {
                let shared = work.span.shared(later.span)?;
                Fault::of([*work, *later], shared, Measured::Plainly)
            }));
            found.extend(self.over(work, self.person.consultations.iter().copied(), Measured::Plainly));
        }
        found
    }

    /// A backup that stands behind its own shift, where a backup counts as work at all. Two first ones are [`Self::twice`].
    pub(super) fn own_backup(&self) -> Vec<Fault> {
        let works: Vec<&Work> = self.worked.works.iter().filter(|work| work.hotline.is_some()).collect();
        let mut found = Vec::new();
        for (place, work) in works.iter().enumerate() {
            let later = works[place + 1..].iter().take_while(|later| later.span.start < work.span.end);
            let behind = later.filter(|it| it.hotline == work.hotline && !(it.exclusive && work.exclusive));
            found.extend(behind.filter_map(|behind| {
                let shared = work.span.shared(behind.span)?;
                Fault::of([*work, *behind], shared, Measured::Plainly)
            }));
        }
        found
    }

    pub(super) fn away(&self) -> Vec<Fault> {
        let absences = self.person.absences.iter().filter(|absence| absence.kind != AbsenceKind::Deployment);
        let faults = absences.flat_map(|absence| {
            let measured = Measured::Absent(absence.kind);
            self.worked.planned().flat_map(move |work| self.over(work, [absence.span], measured))
        });
        faults.collect()
    }

    pub(super) fn against_wishes(&self, leaning: Leaning) -> Vec<Fault> {
        let wishes: Vec<_> = self.person.wishes.iter().filter(|wish| wish.leaning == leaning).collect();
        let faults = self.worked.planned().filter(|_| !wishes.is_empty()).flat_map(|work| {
            let spans = wishes.iter().flat_map(|wish| wish.spans(work.span));
            self.over(work, spans, Measured::Plainly)
        });
        faults.collect()
    }

    pub(super) fn leave_asked(&self) -> Vec<Fault> {
        let asked = || self.person.leave_asked.iter().copied();
        self.worked.planned().flat_map(|work| self.over(work, asked(), Measured::Plainly)).collect()
    }

    /// Where a shift of the plan lies over one of the spans.
    fn over(&self, work: &Work, spans: impl IntoIterator<Item = Span>, measured: Measured) -> Vec<Fault> {
        let shared = spans.into_iter().filter_map(|span| span.shared(work.span));
        shared.filter_map(|shared| Fault::of([work], shared, measured)).collect()
    }
}
