//! The engine's real door, knocked at without a network: the webhooks' own router, in the dialect `simulated`.

use axum::Router;
use axum::body::Body;
use http::{Request, header};
use serde_json::Value;
use tower::ServiceExt;

use crate::calls;
use crate::db;
use crate::desk::Desk;

/// The doors of one node.
#[derive(Clone)]
pub struct Door {
    webhooks: Router,
    address: String,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Door {
    pub fn of(desk: Desk) -> Self {
        let address = desk.config.public_address();
        Self { webhooks: calls::webhooks().with_state(desk), address }
    }

    /// Sends a webhook to a full address, or to a path.
    pub async fn post(&self, address: &str, body: &Value) -> Answer {
        let path = address.strip_prefix(&self.address).unwrap_or(address);
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let Ok(request) = request.body(Body::from(body.to_string())) else {
            return Answer { status: 0, body: Vec::new() };
        };
        let response = match self.webhooks.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        Answer { status, body: body.map(Vec::from).unwrap_or_default() }
    }

    /// The same at a node that is killed where it would make one trip more than `trips` to its database.
    pub async fn post_killed(&self, address: &str, body: &Value, trips: u32) -> Option<Answer> {
        db::killed_after(trips, self.post(address, body)).await
    }
}
