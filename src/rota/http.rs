//! The programmer's door to the rota: what each room opens.

use utoipa_axum::router::OpenApiRouter;

use crate::desk::Desk;

use super::demand;

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().merge(demand::api())
}
