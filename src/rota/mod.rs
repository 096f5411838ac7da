//! The rota: the shifts of an office over a period, drafted, held against the rules, published, and changed.
//!
//! Not who is on duty: `shifts` answers that, from what is published here. Rule: what is published changes only with a
//! version that says who, when and why.

pub mod draft;
mod planned;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use crate::desk::Desk;

pub use planned::PlannedShift;

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&[&str]] = &[draft::STATEMENTS];

/// The staff's pages of every room.
pub fn pages() -> Router<Desk> {
    Router::new()
}

/// The programmer's door to every room.
pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
}
