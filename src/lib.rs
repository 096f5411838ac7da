//! Sprechzeit: advice by appointment and by telephone.

pub mod bookings;
pub mod calls;
pub mod db;
pub mod feeds;
pub mod flows;
pub mod kernel;
pub mod offices;
pub mod outbox;
pub mod people;
pub mod shifts;
pub mod vault;
pub mod web;
