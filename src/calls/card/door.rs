//! The telephone's door as long as the program has no database yet: callers hear the cards that lie in the folder.
//!
//! What is not signed is refused as always. Rule: nothing here remembers a call; whoever is on such a card's call is
//! brought in later from the provider's log.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, StatusCode, Uri, header};

use crate::calls::provider::Step;
use crate::calls::provider::twilio::{self, Reading};
use crate::calls::webhook::signed_by_twilio;
use crate::calls::{Dialect, apology, officer_says};
use crate::config::Config;
use crate::desk::Cards;
use crate::kernel::{Clock, Instant, Phone};
use crate::vault::Vault;

use super::delivery::recall_cards;

/// What can be answered from without a database.
#[derive(Clone)]
pub struct Standby {
    config: Arc<Config>,
    clock: Clock,
    cards: Arc<Cards>,
}

impl Standby {
    pub fn new(config: &Config, vault: &Vault, clock: &Clock) -> Self {
        let cards = Arc::new(Cards::default());
        if let Err(error) = recall_cards(config, vault, &cards, clock.now()) {
            tracing::error!(%error, "the folder of duty cards cannot be read");
        }
        Self { config: Arc::new(config.clone()), clock: clock.clone(), cards }
    }

    fn document(&self, number: Option<&Phone>, now: Instant) -> String {
        let card = number.and_then(|number| self.cards.find_by_number(number, Dialect::Twilio.name()));
        card.map_or_else(|| twilio::twiml(&apology(), &Reading::default()), |card| card.document_at(now).to_owned())
    }
}

/// `POST /telephony/twilio/…`: a card for callers, "gone" for officers' legs; reports are to be sent again.
pub fn standby_webhooks(standby: Standby) -> Router {
    Router::new()
        .route("/telephony/twilio/{*what}", post(answer))
        .layer(axum::extract::DefaultBodyLimit::max(crate::web::BODY_LIMIT))
        .with_state(standby)
}

async fn answer(
    State(standby): State<Standby>,
    Path(what): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let inbound = match signed_by_twilio(&standby.config, &uri, &headers, &body) {
        Ok(inbound) => inbound,
        Err(refusal) => return refusal,
    };
    let document = match what.split('/').next() {
        Some("voice" | "step") => standby.document(inbound.called.as_ref(), standby.clock.now()),
        Some("screen" | "accept") => {
            let gone = Step::hang_up(officer_says("call-screen-gone", &[]));
            twilio::twiml(&gone, &Reading::default())
        }
        _ => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    ([(header::CONTENT_TYPE, twilio::CONTENT_TYPE)], document).into_response()
}
