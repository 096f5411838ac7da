//! The programmer's door to the balance.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::people::Bearer;
use crate::rota::http::planned_office;
use crate::web::{Path, Problem, Query, Window};

use super::{Balance, Share};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_balance))
}

/// How an officer stands against their fair share.
#[derive(Serialize, ToSchema)]
struct BalanceView {
    officer: OfficerId,
    minutes: ShareView,
    nights: ShareView,
    weekends: ShareView,
    holidays: ShareView,
    /// Minutes of their contract in this time.
    contract_minutes: i64,
}

#[derive(Serialize, ToSchema)]
struct ShareView {
    has: i64,
    fair: f64,
}

impl From<Share> for ShareView {
    fn from(Share { has, fair }: Share) -> Self {
        Self { has, fair }
    }
}

impl From<Balance> for BalanceView {
    fn from(it: Balance) -> Self {
        Self {
            officer: it.officer,
            minutes: it.minutes.into(),
            nights: it.nights.into(),
            weekends: it.weekends.into(),
            holidays: it.holidays.into(),
            contract_minutes: it.contract_minutes,
        }
    }
}

/// Hours, nights, weekends and holidays of everybody at an office in the published rota, and what would be fair.
#[utoipa::path(get, path = "/offices/{office}/rota/balance", tag = "staff", params(("office" = String, Path), Window),
    responses((status = 200, body = Vec<BalanceView>), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn get_balance(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<String>,
    Query(window): Query<Window>,
) -> Result<Json<Vec<BalanceView>>, Problem> {
    let office = planned_office(&actor, &office)?;
    let within = window.span(desk.now())?;
    let found = super::load_balance(&desk.db, office, within).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(found.into_iter().map(|(_, balance)| balance.into()).collect()))
}
