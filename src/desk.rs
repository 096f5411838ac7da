//! What every verb and every door needs: the database, the vault, the clock, the configuration.
//!
//! Cloning is cheap and shares everything. Not a service locator: slices keep nothing of their own in it.

mod cards;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::config::Config;
use crate::db::Db;
use crate::flows::Shelf;
use crate::kernel::{Clock, Instant};
use crate::vault::Vault;

pub use cards::{CardKey, Cards, DeliveredCard, KeptCard};

#[derive(Clone, Debug)]
pub struct Desk {
    pub db: Db,
    pub vault: Vault,
    pub clock: Clock,
    pub config: Arc<Config>,
    /// The call flows, by name.
    pub flows: Arc<Shelf>,
    /// The last known duty card of each hotline.
    pub cards: Arc<Cards>,
    pub mode: Mode,
    /// Rung after a commit that put something into the outbox, so that it goes out at once.
    pub outbox_bell: Arc<Notify>,
    /// Rung when an officer is deployed or reports sick, so that today's appointments are handed over at once.
    pub absence_bell: Arc<Notify>,
}

/// Whether this is the real thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Citizens are served: mail and SMS go out.
    Serve,
    /// The demonstration: mail and SMS can be read on a page, the clock can be moved, the test telephone is open to all.
    Demo,
}

impl Desk {
    /// The product's time now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn is_demo(&self) -> bool {
        self.mode == Mode::Demo
    }

    /// A full address for a path of ours.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.config.public_address())
    }
}
