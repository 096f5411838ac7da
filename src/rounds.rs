//! The one list of what happens by itself, on every node. Each round is safe to run twice and on several nodes.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::desk::Desk;
use crate::outbox::{self, Senders};
use crate::{bookings, calls, library, people, rota, web};

/// The rounds that run; `wait` for them after the token is cancelled.
pub struct Rounds(JoinSet<()>);

impl Rounds {
    pub async fn wait(mut self) {
        while self.0.join_next().await.is_some() {}
    }
}

/// One after another, every five seconds, or at once when the outbox's bell rings.
const DELIVER: Duration = Duration::from_secs(5);
/// Holds, leases, lost calls.
const SWEEP: Duration = Duration::from_secs(20);
/// Call-backs that ring by themselves: apart from the others, since a provider may be slow to answer.
const RING_BACK: Duration = Duration::from_secs(10);
/// Call flows that another node has published.
const REFRESH: Duration = Duration::from_secs(5);
/// Duty cards: a change of the rota is on them so soon.
const CARDS: Duration = Duration::from_secs(15);
/// Slots, retention.
const KEEP: Duration = Duration::from_secs(600);

#[allow(clippy::disallowed_methods, reason = "this is the list of what runs by itself; all of it ends with the token")]
pub fn start(desk: Desk, ending: CancellationToken) -> anyhow::Result<Rounds> {
    let senders = Senders::new(&desk)?;
    let mut rounds = JoinSet::new();
    rounds.spawn(deliver(desk.clone(), senders, ending.clone()));
    rounds.spawn(every(SWEEP, ending.clone(), desk.clone(), async |desk| sweep(desk).await));
    rounds.spawn(every(RING_BACK, ending.clone(), desk.clone(), async |desk| {
        said("call-backs that ring by themselves", calls::ring_back(desk, desk.now()).await);
    }));
    rounds.spawn(every(REFRESH, ending.clone(), desk.clone(), async |desk| {
        said("call flows of another node", library::refresh(desk).await);
    }));
    said("duty cards from the folder", calls::recall_cards(&desk.config, &desk.vault, &desk.cards, desk.now()));
    rounds.spawn(every(CARDS, ending.clone(), desk.clone(), async |desk| {
        said("duty cards", calls::renew_cards(desk, desk.now()).await);
    }));
    rounds.spawn(cover(desk.clone(), ending.clone()));
    rounds.spawn(every(KEEP, ending, desk, async |desk| keep(desk).await));
    Ok(Rounds(rounds))
}

async fn deliver(desk: Desk, senders: Senders, ending: CancellationToken) {
    loop {
        tokio::select! {
            () = ending.cancelled() => return,
            () = tokio::time::sleep(DELIVER) => {}
            () = desk.outbox_bell.notified() => {}
        }
        // As long as there is something to deliver, and nobody wants us to end.
        while !ending.is_cancelled() {
            match outbox::deliver_due(&desk, desk.now(), &senders).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read");
                    break;
                }
            }
        }
    }
}

/// Police duty comes first: at once when somebody is deployed here, and in turn for what came by another node.
async fn cover(desk: Desk, ending: CancellationToken) {
    loop {
        said("appointments of officers who are away", bookings::cover_absences(&desk, desk.now()).await);
        tokio::select! {
            () = ending.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
            () = desk.absence_bell.notified() => {}
        }
    }
}

async fn every(pause: Duration, ending: CancellationToken, desk: Desk, round: impl AsyncFn(&Desk)) {
    loop {
        round(&desk).await;
        tokio::select! {
            () = ending.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// What must not wait long: holds that expired, calls whose last webhook was lost.
pub async fn sweep(desk: &Desk) {
    let now = desk.now();
    said("expired holds", bookings::expire_holds(desk, now).await);
    said("reminders", bookings::remind(desk, now).await);
    said("offers to the waiting list", bookings::offer_free(desk, now).await);
    said("proposals without an answer", bookings::expire_proposals(desk, now).await);
    said("reminders of shifts", rota::reminders::remind(desk, now).await);
    said("swaps without an answer", rota::swaps::expire_swaps(desk, now).await);
    said("searches for cover that are over", rota::cover::expire_covers(desk, now).await);
    said("lost calls", calls::end_lost_calls(desk, now).await);
    said("calls that the duty card answered", calls::watch(desk, now).await);
    said("lost call-backs", calls::end_lost_tries(desk, now).await);
    said("legs of calls that are over", calls::stop_left_legs(desk, now).await);
    said("orders in doubt", calls::doubt_orders(desk, now).await);
}

/// What keeps the house: slots twelve weeks ahead, and forgetting.
pub async fn keep(desk: &Desk) {
    let now = desk.now();
    said("new slots", bookings::extend_slots(desk, now).await);
    said("alarms of the rota", rota::reminders::alarm(desk, now).await);
    said("forgotten bookings' contacts", bookings::forget(desk, now).await);
    said("forgotten wrong codes", bookings::forget_wrong_codes(desk, now).await);
    said("forgotten codes and turns of bookings", bookings::forget_claims(desk, now).await);
    said("forgotten call-backs' numbers", calls::forget(desk, now).await);
    said("blocks that are over", calls::end_blocks(desk, now).await);
    said("forgotten voicemails", calls::forget_voicemails(desk, now).await);
    said("voicemails deleted at the provider", calls::erase_sounds(desk, now).await);
    said("forgotten wishes", rota::wishes::forget_wishes(desk, now).await);
    said("ended sessions", people::forget_sessions(desk, now).await);
    said("forgotten answers", web::forget_answers(desk, now).await);
    let retention = chrono::TimeDelta::hours(desk.config.retention.contact_hours.0);
    said("forgotten dead messages", outbox::forget_dead(desk, now - retention).await);
    said("forgotten messages", outbox::forget_mailbox(desk, now - retention).await);
}

fn said<E: std::fmt::Display>(what: &str, result: Result<u64, E>) {
    match result {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, what, "round"),
        Err(error) => tracing::error!(%error, what, "a round failed and will be tried again"),
    }
}
