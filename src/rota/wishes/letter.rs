//! The mails about leave: to those who plan when somebody asks, to the officer when it is decided.

use chrono::{Datelike, TimeDelta};

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Span, local};
use crate::outbox::{self, Mail, Message};
use crate::people::{self, Officer};
use crate::shifts;
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
    let (span, page) = (days(request.span), desk.address("/dienst/wuensche"));
    let by = request.decided.as_ref().map(|decided| decided.by.as_str()).unwrap_or_default();
    let said = if request.state == LeaveState::Asked { &request.note } else { &request.answer };
    let said = if said.is_empty() { "–" } else { said };
    let values = [("officer", officer.name.as_str()), ("span", &span), ("by", by), ("said", said), ("page", &page)];
    let text = |part: &str| web::text_with(Language::De, &format!("{words}-{part}"), &values);
    let mail = Mail { to, subject: text("subject"), text: text("text"), invitation: None };
    outbox::post(tx, desk, now, &request.id, &Message::Mail(mail)).await.map(drop)
}

/// "Montag, 30. November bis Freitag, 4. Dezember 2026"; what is not of whole days, with times.
fn days(span: Span) -> String {
    let (first, last) = (local::day(span.start), local::day(span.end - TimeDelta::microseconds(1)));
    let whole = local::whole_day(first).start == span.start && local::whole_day(last).end == span.end;
    let day = |day| say::day(Language::De, day);
    match () {
        () if !whole => say::span(Language::De, span),
        () if first == last => day(first),
        () if first.year() == last.year() => format!("{} bis {}", shifts::say::day_of_week(first), day(last)),
        () => format!("{} bis {}", day(first), day(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leave_is_told_in_whole_days_and_ends_on_its_last_one() {
        for (first, last, told) in [
            ("2026-11-30", "2026-12-04", "Montag, 30. November bis Freitag, 4. Dezember 2026"),
            ("2026-11-30", "2026-11-30", "Montag, 30. November 2026"),
            ("2026-12-28", "2027-01-03", "Montag, 28. Dezember 2026 bis Sonntag, 3. Januar 2027"),
        ] {
            let whole = |day: &str| local::whole_day(day.parse().unwrap());
            assert_eq!(days(Span { start: whole(first).start, end: whole(last).end }), told);
        }
        let hours = Span {
            start: Instant::parse("2026-11-30T08:00:00Z").unwrap(),
            ..local::whole_day("2026-11-30".parse().unwrap())
        };
        assert_eq!(days(hours), "Montag, 30. November 2026, 09:00 Uhr – Dienstag, 1. Dezember 2026, 00:00 Uhr");
    }
}
