//! The last known duty card of each hotline, in memory: spoken while the database is away, and watched on pages.
//!
//! Not what stands on a card and not where it is written: `calls` knows. Rule: a card without officers is always at
//! hand, for when the duty stretch is over for which the other was made.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::TimeDelta;

use crate::kernel::id::HotlineId;
use crate::kernel::{Instant, Phone};

/// Which card: of a hotline, in the words of a provider.
pub type CardKey = (HotlineId, &'static str);

/// A card that was not written for so long may name officers of yesterday.
const OLD: TimeDelta = TimeDelta::hours(24);
/// So long it is known whom a call rang.
const LATELY: TimeDelta = TimeDelta::minutes(5);

#[derive(Debug, Default)]
pub struct Cards {
    /// Held by whoever renews the cards: one at a time.
    pub renewing: tokio::sync::Mutex<()>,
    kept: RwLock<BTreeMap<CardKey, Arc<KeptCard>>>,
    /// Whom this node's calls rang lately, the oldest first.
    rung: Mutex<VecDeque<Rung>>,
}

/// Telephones that rang for a call, by the provider's name of it.
#[derive(Debug)]
struct Rung {
    at: Instant,
    call: String,
    numbers: Vec<Phone>,
}

/// A card as it was drawn up last, and what became of writing it.
#[derive(Clone, Debug)]
pub struct KeptCard {
    /// The hotline's number.
    pub number: Phone,
    /// The document with the officers who are on duty until `officers_until`.
    pub document: String,
    /// The same without officers.
    pub bare: String,
    pub officers_until: Instant,
    pub delivered: Option<DeliveredCard>,
    /// Why it could not be written the last time; None where it could, or nowhere is configured.
    pub fault: Option<String>,
}

/// The file as it stands where the provider finds it.
#[derive(Clone, Debug)]
pub struct DeliveredCard {
    pub file: String,
    pub made_at: Instant,
    /// As the file tells it.
    pub officers_until: Instant,
}

impl KeptCard {
    /// What is spoken at `now`.
    pub fn document_at(&self, now: Instant) -> &str {
        if now < self.officers_until { &self.document } else { &self.bare }
    }

    /// Whether the one that the provider finds may be wrong.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.fault.is_some() || self.delivered.as_ref().is_some_and(|it| now - it.made_at > OLD)
    }
}

impl Cards {
    pub fn find(&self, key: CardKey) -> Option<Arc<KeptCard>> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    /// The cards of one hotline, one a provider.
    pub fn list_of(&self, hotline: HotlineId) -> Vec<Arc<KeptCard>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.iter().filter(|((of, _), _)| *of == hotline).map(|(_, card)| card.clone()).collect()
    }

    /// The card of the hotline that has this number.
    pub fn find_by_number(&self, number: &Phone, dialect: &str) -> Option<Arc<KeptCard>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let mut fitting = kept.iter().filter(|((_, of), card)| *of == dialect && card.number == *number);
        fitting.next().map(|(_, card)| card.clone())
    }

    pub fn keep(&self, key: CardKey, card: KeptCard) {
        self.kept.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::new(card));
    }

    /// Notes whom a call rings, for when the database is away a moment later.
    pub fn note_rung(&self, now: Instant, call: &str, numbers: Vec<Phone>) {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        while rung.front().is_some_and(|first| now - first.at > LATELY) {
            rung.pop_front();
        }
        rung.push_back(Rung { at: now, call: call.to_owned(), numbers });
    }

    /// Whom this call has rung in the last five minutes.
    pub fn list_rung(&self, now: Instant, call: &str) -> Vec<Phone> {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = rung.iter().filter(|it| it.call == call && now - it.at <= LATELY);
        lately.flat_map(|it| it.numbers.clone()).collect()
    }

    /// How many may be wrong where the provider finds them.
    pub fn count_overdue(&self, now: Instant) -> usize {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.values().filter(|card| card.is_overdue(now)).count()
    }
}
