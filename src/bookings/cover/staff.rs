//! Cover and new times: who took over what, who was asked for another time, and whom somebody must call. German only.
//!
//! Rule: a supervisor sees the office's, an officer what was theirs or is now.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::TimeDelta;

use super::super::proposals::{self, Proposal, Reason};
use super::super::staff::{Names, Who, refused};
use super::super::{Booking, BookingError, may_see, open_person};
use super::{Handover, list_handovers};
use crate::desk::Desk;
use crate::kernel::id::{BookingId, ProposalId};
use crate::kernel::{Instant, Language};
use crate::people::{Actor, SignedIn};
use crate::web::{self, Locale, Page, say};

/// What is older stands in the bookings alone.
const SHOWN: TimeDelta = TimeDelta::days(7);

pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/dienst/vertretung", get(show))
        .route("/dienst/vertretung/{proposal}/angerufen", post(called))
        .route("/dienst/buchungen/{id}/neue-zeit", post(ask))
}

#[derive(Template)]
#[template(path = "bookings/pages/staff_cover.html")]
struct CoverPage<'a> {
    t: &'a Locale,
    page: Page,
    handed: Vec<Handed>,
    to_call: Vec<Asked>,
    asked: Vec<Asked>,
}

/// An appointment that a colleague took over.
struct Handed {
    about: About,
    from: String,
    to: String,
}

/// An appointment for which another time is needed.
struct Asked {
    id: ProposalId,
    about: About,
    officer: String,
    state: &'static str,
    badge: &'static str,
    told: &'static str,
    /// What was proposed, or the time that was taken.
    times: Vec<String>,
    person: Option<Who>,
}

struct About {
    id: BookingId,
    /// Whether whoever looks may open the booking: an officer may not any more what a colleague has taken over.
    may_open: bool,
    /// The time that was, or is still, meant.
    when: String,
    topic: &'static str,
    reference: String,
    reason: &'static str,
}

impl About {
    fn new(actor: &Actor, booking: &Booking, start: Instant, reason: Reason) -> Self {
        Self {
            id: booking.id,
            may_open: may_see(actor, booking),
            when: say::moment(Language::De, start),
            topic: booking.topic.title(Language::De),
            reference: booking.reference.to_string(),
            reason: reason.german(),
        }
    }
}

async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn) -> Response {
    match page(&desk, desk.now(), &user, &t).await {
        Ok(page) => web::ok(&page),
        Err(error) => refused(&t, error),
    }
}

async fn page<'a>(desk: &Desk, now: Instant, user: &SignedIn, t: &'a Locale) -> Result<CoverPage<'a>, BookingError> {
    let (actor, since) = (&user.0, now - SHOWN);
    let names = Names::load(desk).await?;
    let handovers = list_handovers(desk, actor, actor.office, since).await?;
    let proposals = proposals::list(desk, actor, actor.office, since).await?;
    let about = handovers.iter().map(|handover| handover.booking).chain(proposals.iter().map(|p| p.booking));
    let mut bookings: BTreeMap<BookingId, Booking> = BTreeMap::new();
    for id in about {
        bookings.extend(super::super::store::find_booking(&desk.db, id).await?.map(|booking| (id, booking)));
    }
    let handed = |handover: Handover| {
        let booking = bookings.get(&handover.booking)?;
        let about = About::new(actor, booking, booking.span.start, handover.reason);
        Some(Handed { about, from: names.of(handover.from), to: names.of(handover.to) })
    };
    let (mut to_call, mut asked) = (Vec::new(), Vec::new());
    for proposal in proposals {
        let Some(booking) = bookings.get(&proposal.booking) else { continue };
        match proposal.needs_a_call(now) {
            true => to_call.push(Asked {
                person: open_person(desk, booking)?.map(Who::from),
                ..row((now, actor), &proposal, booking, &names)
            }),
            false => asked.push(row((now, actor), &proposal, booking, &names)),
        }
    }
    let handed = handovers.into_iter().filter_map(handed).collect();
    Ok(CoverPage { t, page: user.page(t, "Vertretung und neue Zeiten"), handed, to_call, asked })
}

fn row((now, actor): (Instant, &Actor), proposal: &Proposal, booking: &Booking, names: &Names) -> Asked {
    let state = proposal.state_at(now);
    let times = match state {
        proposals::State::Taken => vec![say::span(Language::De, booking.span)],
        proposals::State::Open | proposals::State::Declined | proposals::State::Expired => {
            proposal.times.iter().map(|time| say::span(Language::De, time.slot.span)).collect()
        }
    };
    Asked {
        id: proposal.id,
        about: About::new(actor, booking, proposal.instead_of, proposal.reason),
        officer: names.of(proposal.officer),
        state: state.german(),
        badge: match state {
            proposals::State::Open => "info",
            proposals::State::Taken => "success",
            proposals::State::Declined | proposals::State::Expired => "warning",
        },
        told: proposal.told.german(),
        times,
        person: None,
    }
}

/// Somebody reached the citizen on the telephone.
async fn called(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    match proposals::note_called(&desk, desk.now(), &user.0, id).await {
        Ok(()) => web::go(&t.path("/dienst/vertretung")),
        Err(error) => refused(&t, error),
    }
}

/// Asks the citizen of one booking for another time.
async fn ask(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    match proposals::propose(&desk, desk.now(), &user.0, id, Reason::Absent).await {
        Ok(_) => web::go(&t.path("/dienst/vertretung")),
        // On an old page: the booking's own shows why.
        Err(BookingError::Refused(_)) => web::go(&t.path(&format!("/dienst/buchungen/{id}"))),
        Err(error) => refused(&t, error),
    }
}
