//! The staff's page of an office's rules for bookings. German only.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::{Firmness, Rules, WaitingList};
use crate::bookings::BookingError;
use crate::desk::Desk;
use crate::offices::{OfficeId, offices};
use crate::people::{SignedIn, planned_office};
use crate::web::{self, Form, Locale, Page};

pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/buchungsregeln", get(show).post(set))
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_rules.html")]
struct RulesPage<'a> {
    t: &'a Locale,
    page: Page,
    office: OfficeId,
    /// What the signed-in user may choose from: code, name, and whether it is this one.
    offices: Vec<(OfficeId, &'static str, bool)>,
    rules: Rules,
    saved: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    dienststelle: String,
    meldung: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    dienststelle: String,
    bestaetigung: String,
    warteliste: String,
}

async fn show(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &user.0, &asked.dienststelle)?;
    let rules = super::load(&desk.db, office).await.map_err(|error| web::unavailable(&t, &error))?;
    let theirs = offices().iter().filter(|office| user.0.may_plan(&office.id));
    Ok(web::ok(&RulesPage {
        t: &t,
        page: user.page(&t, "Buchungsregeln"),
        office,
        offices: theirs.map(|it| (it.id, it.name, it.id == office)).collect(),
        rules,
        saved: asked.meldung == "gespeichert",
    }))
}

async fn set(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Response> {
    let office = planned_office(&t, &user.0, &typed.dienststelle)?;
    let rules = Rules {
        firmness: typed.bestaetigung.parse().unwrap_or_default(),
        waiting_list: typed.warteliste.parse().unwrap_or_default(),
    };
    match super::set(&desk, desk.now(), &user.0, office, rules).await {
        Ok(()) => Ok(web::go(&t.path(&format!("/dienst/buchungsregeln?dienststelle={office}&meldung=gespeichert")))),
        Err(BookingError::Forbidden) => Err(web::forbidden(&t)),
        Err(error) => Err(web::unavailable(&t, &error)),
    }
}
