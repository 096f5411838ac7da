//! What happens to the rota while calls come in: an officer is deployed, and duty cards follow.

use std::collections::BTreeMap;

use crate::calls::{self, Dialect, DutyCard};
use crate::db::DbError;
use crate::desk::KeptCard;
use crate::kernel::Span;
use crate::people::{self, Actor};
use crate::shifts;

use super::super::SimulationError;
use super::super::faults::seconds_of;
use super::event::Event;
use super::{Exchange, RENEW, TRY_AGAIN};

impl Exchange<'_> {
    /// Somebody is called away in the middle of a shift; duty cards follow the rota.
    pub(super) fn plan_duty(&mut self, span: Span) {
        let seconds = span.length().num_seconds() as f64;
        if self.chance.share(0.6) {
            let at = self.chance.between(0.0, seconds);
            self.at(span.start + seconds_of(at), Event::Deploys);
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
}
