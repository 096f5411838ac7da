//! The citizen's pages of appointments.
use crate::desk::Desk;
use axum::Router;
pub fn pages() -> Router<Desk> {
    Router::new()
}
