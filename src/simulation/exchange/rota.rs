//! What happens to the rota while calls come in: an officer is deployed, or sits down at a duty telephone, and duty cards
//! follow.

use std::collections::BTreeMap;

use crate::calls::{self, Dialect, DutyCard};
use crate::db::DbError;
use crate::desk::KeptCard;
use crate::kernel::Span;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::people::{self, Actor, Advice, Line};
use crate::shifts;

use super::super::SimulationError;
use super::super::faults::seconds_of;
use super::event::Event;
use super::{Exchange, RENEW, TRY_AGAIN};

impl Exchange<'_> {
    /// Somebody is called away in the middle of a shift, somebody sits down at a duty telephone; duty cards follow the rota.
    pub(super) fn plan_duty(&mut self, span: Span) {
        let seconds = span.length().num_seconds() as f64;
        for (share, event) in [(0.6, Event::Deploys), (0.6, Event::SitsDown)] {
            if self.chance.share(share) {
                let at = self.chance.between(0.0, seconds);
                self.at(span.start + seconds_of(at), event);
            }
        }
        let rota = self.watch.truth.rotas.get(&self.hotline.id);
        let changes = rota.map(|rota| rota.changes(self.day)).unwrap_or_default();
        for (stretch, _) in changes {
            self.at(stretch.start + RENEW, Event::Renews);
        }
    }

    pub(super) async fn look_up(&mut self) -> Result<(), DbError> {
        let mut rotas = BTreeMap::new();
        for hotline in shifts::list_hotlines(&self.desk.db, None).await? {
            let rota = shifts::load_rota(&self.desk.db, hotline.id, self.day).await?;
            if !rota.shifts.is_empty() {
                rotas.insert(hotline.id, rota);
            }
        }
        self.watch.truth.rotas = rotas;
        self.watch.truth.add(people::list_commitments(&self.desk.db, self.day).await?);
        Ok(())
    }

    /// Draws up the duty card, as rounds do, and lays it where the provider and the node find it.
    pub(super) async fn renew(&mut self) -> Result<(), DbError> {
        let cards = calls::draw_cards(&self.desk, self.now).await?;
        let Some(card) = cards.into_iter().find(|card| card.hotline == self.hotline.id) else { return Ok(()) };
        let bare = DutyCard { officers: vec![], ..card.clone() };
        let kept = KeptCard {
            number: card.number.clone(),
            document: card.document(Dialect::Simulated),
            bare: bare.document(Dialect::Simulated),
            officers_until: card.officers_until,
            delivered: None,
            fault: None,
        };
        self.desk.cards.keep((card.hotline, Dialect::Simulated.name()), kept);
        self.card = Some(card);
        Ok(())
    }

    pub(super) async fn deploys(&mut self) -> Result<(), SimulationError> {
        if self.is_away() {
            self.at(self.now + TRY_AGAIN, Event::Deploys);
            return Ok(());
        }
        let on_duty = self.watch.truth.on_duty(self.hotline.id, self.now);
        let Some(officer) = self.chance.pick(&on_duty).copied() else { return Ok(()) };
        if people::deploy(&self.desk, self.now, &Actor::system(), officer).await.is_ok() {
            self.look_up().await?;
            let minutes = self.chance.between(10.0, 90.0);
            self.after(minutes * 60.0, Event::Back(officer));
            self.at(self.now + RENEW, Event::Renews);
        }
        Ok(())
    }

    /// An officer gets a duty telephone and says that they sit there: picking up is accepting now.
    pub(super) async fn sits_down(&mut self) -> Result<(), SimulationError> {
        if self.is_away() {
            self.at(self.now + TRY_AGAIN, Event::SitsDown);
            return Ok(());
        }
        let on_duty = self.watch.truth.on_duty(self.hotline.id, self.now);
        let Some(officer) = self.chance.pick(&on_duty).copied() else { return Ok(()) };
        let rota = self.watch.truth.rotas.get(&self.hotline.id);
        let shifts = rota.into_iter().flat_map(|rota| &rota.shifts);
        let shift = shifts.into_iter().find(|shift| shift.officer == officer && shift.span.contains(self.now)).cloned();
        let (Some(shift), Ok(advice)) = (shift, people::load_advice(&self.desk.db, officer).await) else {
            return Ok(());
        };
        let advice = Advice { line: Line::Duty, ..advice };
        let _ = people::set_advice(&self.desk, self.now, &Actor::system(), officer, advice).await;
        if shifts::confirm_presence(&self.desk, self.now, &themselves(officer), shift.id).await.is_ok() {
            self.watch.truth.present.insert(officer, Span { start: self.now, end: shift.span.end });
            let minutes = self.chance.between(20.0, 240.0);
            self.after(minutes * 60.0, Event::StandsUp(officer, shift.id));
        }
        Ok(())
    }

    pub(super) async fn stands_up(&mut self, officer: OfficerId, shift: ShiftId) {
        if self.is_away() {
            return self.at(self.now + TRY_AGAIN, Event::StandsUp(officer, shift));
        }
        let said = shifts::end_presence(&self.desk, self.now, &themselves(officer), shift).await;
        if let (Ok(()), Some(present)) = (said, self.watch.truth.present.get_mut(&officer)) {
            present.end = self.now;
        }
    }
}

fn themselves(officer: OfficerId) -> Actor {
    Actor { officer: Some(officer), ..Actor::system() }
}
