//! The programmer's door to the rota: what each room opens.

use utoipa_axum::router::OpenApiRouter;

use crate::desk::Desk;

use super::{demand, draft, pattern};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().merge(demand::api()).merge(draft::api()).merge(pattern::api())
}
