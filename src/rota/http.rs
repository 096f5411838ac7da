//! The programmer's door to the rota: what each room opens.

use utoipa_axum::router::OpenApiRouter;

use crate::desk::Desk;
use crate::offices::OfficeId;
use crate::people::Actor;
use crate::web::Problem;

use super::{balance, change, cover, demand, draft, pattern, reminders, rules, swaps, terms, who_can, wishes};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .merge(balance::api())
        .merge(change::api())
        .merge(cover::api())
        .merge(demand::api())
        .merge(draft::api())
        .merge(pattern::api())
        .merge(reminders::api())
        .merge(rules::api())
        .merge(swaps::api())
        .merge(terms::api())
        .merge(who_can::api())
        .merge(wishes::api())
}

/// An office whose rota the holder of a token may see.
pub fn seen_office(actor: &Actor, office: &str) -> Result<OfficeId, Problem> {
    let office = office.parse().ok().filter(|office| actor.may_see(office));
    office.ok_or_else(|| Problem::not_found("this office"))
}

/// The same, only one that they plan.
pub fn planned_office(actor: &Actor, office: &str) -> Result<OfficeId, Problem> {
    let office = seen_office(actor, office)?;
    if actor.may_plan(&office) { Ok(office) } else { Err(Problem::forbidden()) }
}
