//! The pages of the rules: setting them, and what they say of the published rota.

mod breaches;
mod setting;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::desk::Desk;
use crate::rota::page::Notice;
use crate::web::{self, Locale};

use super::RulesError;

/// `/dienst/regeln`, `/dienst/regeln/pruefung`.
pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/regeln", get(setting::show).post(setting::set))
        .route("/dienst/regeln/pruefung", get(breaches::show).post(breaches::waive))
}

fn notice(key: &str) -> Option<Notice> {
    let (look, text) = match key {
        "gespeichert" => ("success", "Die Regeln sind gespeichert und gelten ab der nächsten Prüfung."),
        "zugelassen" => ("success", "Die Ausnahme ist mit ihrem Grund festgehalten."),
        "weg" => ("info", "Diesen Verstoß gibt es nicht mehr. Es wurde nichts festgehalten."),
        _ => return None,
    };
    Some(Notice { look, text })
}

fn refused(t: &Locale, error: RulesError) -> Response {
    match error {
        RulesError::Forbidden => web::forbidden(t),
        RulesError::Db(error) => web::unavailable(t, &error),
        RulesError::ChangedMeanwhile(_) | RulesError::BadReason | RulesError::NoSuchBreach | RulesError::BadRule(_) => {
            web::message(t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text")
        }
    }
}
