//! The rota: the shifts of an office over a period, drafted, held against the rules, published, and changed.
//!
//! Not who is on duty: `shifts` answers that, from what is published here. Rule: what is published changes only with a
//! version that says who, when and why.

pub mod balance;
pub mod board;
pub mod change;
pub mod cover;
pub mod demand;
pub mod draft;
mod form;
mod http;
pub mod mine;
mod notice;
mod page;
pub mod pattern;
mod planned;
pub mod reminders;
pub mod rules;
pub mod swaps;
pub mod terms;
pub mod who_can;
pub mod wishes;

pub use http::api;
pub use page::pages;
pub use planned::PlannedShift;

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&[&str]] = &[
    cover::STATEMENTS,
    demand::STATEMENTS,
    draft::STATEMENTS,
    pattern::STATEMENTS,
    reminders::STATEMENTS,
    rules::STATEMENTS,
    swaps::STATEMENTS,
    terms::STATEMENTS,
    wishes::STATEMENTS,
];
