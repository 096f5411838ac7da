//! The rota: the shifts of an office over a period, drafted, held against the rules, published, and changed.
//!
//! Not who is on duty: `shifts` answers that, from what is published here. Rule: what is published changes only with a
//! version that says who, when and why.

pub mod balance;
pub mod board;
pub mod demand;
pub mod draft;
mod http;
mod page;
pub mod pattern;
mod planned;
pub mod rules;
pub mod terms;
pub mod who_can;
pub mod wishes;

pub use http::api;
pub use page::pages;
pub use planned::PlannedShift;

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&[&str]] = &[
    draft::STATEMENTS,
    pattern::STATEMENTS,
    demand::STATEMENTS,
    rules::STATEMENTS,
    terms::STATEMENTS,
    wishes::STATEMENTS,
];
