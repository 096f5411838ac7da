//! A change of the published rota, held against the rules within its own transaction.
//!
//! Not what the rules are. Rule: what is newly broken of a hard rule is refused, unless whoever changes it says why it
//! must be; then the reason is kept with the breach, as publishing keeps it.

use chrono::TimeDelta;

use crate::db::{DbError, Tx};
use crate::kernel::Span;
use crate::offices::OfficeId;
use crate::rota::PlannedShift;
use crate::rota::rules::{self, Breach, RulesError};
use crate::shifts::ShiftsError;
use crate::shifts::direct::{Despite, Guard};
use crate::shifts::edit::Author;

use super::board::outcome;
use super::{AROUND, concerned};

/// The published rota around a span, before it changes.
pub struct Scale {
    office: OfficeId,
    period: Span,
    before: Vec<PlannedShift>,
}

impl Guard for Scale {
    async fn before(tx: &mut Tx, office: OfficeId, at: Span) -> Result<Self, DbError> {
        let period = around(at, AROUND);
        Ok(Self { office, period, before: rules::load_published(tx, office, period).await? })
    }

    async fn weigh(self, tx: &mut Tx, by: Author<'_>, despite: Despite) -> Result<(), ShiftsError> {
        let Self { office, period, before } = self;
        let after = rules::load_published(&mut *tx, office, period).await?;
        let ground = rules::load_ground(&mut *tx, office, period).await?;
        let mut broken = outcome(&ground, &concerned(&before, &after), (&before, &after)).new;
        broken.retain(Breach::is_hard);
        match (broken.is_empty(), despite) {
            (true, _) => Ok(()),
            (false, Despite::Nothing) => Err(ShiftsError::AgainstRules(broken.iter().map(Breach::text).collect())),
            (false, Despite::Rules) => {
                let waived = rules::waive(tx, by.now, by.actor, office, (&broken, by.reason)).await;
                waived.map_err(|error| match error {
                    RulesError::Db(error) => error.into(),
                    RulesError::Forbidden => ShiftsError::Forbidden,
                    _ => ShiftsError::NoReason,
                })
            }
        }
    }
}

/// A span with so much before and after it.
pub fn around(Span { start, end }: Span, by: TimeDelta) -> Span {
    Span { start: start - by, end: end + by }
}
