//! Sprechzeit: advice by appointment and by telephone.

pub mod bookings;
pub mod calls;
pub mod config;
pub mod db;
pub mod desk;
pub mod feeds;
pub mod flows;
pub mod ical;
pub mod kernel;
pub mod offices;
pub mod outbox;
pub mod people;
pub mod shifts;
pub mod vault;
pub mod web;
