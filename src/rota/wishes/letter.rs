//! The mails about leave: to those who plan when somebody asks, to the officer when it is decided.

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Span};
use crate::outbox::{self, Mail, Message};
use crate::people::{self, Officer};
use crate::web::{self, say};

use super::leave::{LeaveRequest, LeaveState};

/// Tells those who plan the office that somebody asks for leave.
pub async fn tell_planners(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (officer, request): (&Officer, &LeaveRequest),
) -> Result<(), DbError> {
    for to in people::list_planners(&mut *tx, &desk.vault, officer.office).await? {
        post(tx, desk, now, ("leave-asked", to, officer, request)).await?;
    }
    Ok(())
}

/// Tells the officer what was decided.
pub async fn tell_officer(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (officer, request): (&Officer, &LeaveRequest),
) -> Result<(), DbError> {
    let (_, mail) = people::contact_of(&mut *tx, &desk.vault, officer.id).await?;
    let words = if request.state == LeaveState::Approved { "leave-approved" } else { "leave-refused" };
    match mail {
        Some(to) => post(tx, desk, now, (words, to, officer, request)).await,
        None => Ok(()),
    }
}

async fn post(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (words, to, officer, request): (&str, String, &Officer, &LeaveRequest),
) -> Result<(), DbError> {
    let (span, page) = (span(request.span), desk.address("/dienst/wuensche"));
    let by = request.decided.as_ref().map(|decided| decided.by.as_str()).unwrap_or_default();
    let said = if request.state == LeaveState::Asked { &request.note } else { &request.answer };
    let said = if said.is_empty() { "–" } else { said };
    let values = [("officer", officer.name.as_str()), ("span", &span), ("by", by), ("said", said), ("page", &page)];
    let text = |part: &str| web::text_with(Language::De, &format!("{words}-{part}"), &values);
    let mail = Mail { to, subject: text("subject"), text: text("text"), invitation: None };
    outbox::post(tx, desk, now, &request.id, &Message::Mail(mail)).await.map(drop)
}

/// "Montag, 16. November 2026, 00:00 Uhr – …"
fn span(span: Span) -> String {
    say::span(Language::De, span)
}
