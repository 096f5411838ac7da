//! Call-backs that ring by themselves, where the hotline's rule says so: who waits longest first, at an officer who is
//! free and fits, chosen as for a call.
//!
//! Not how it rings (`callbacks`). Rules: only while the hotline is open and nobody who waited longer is on the line; a
//! round is claimed in the database together with the officer's lease, so it is one node's; after a few rounds people go on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::flows::{Node, Opening, Strategy};
use crate::kernel::id::{HotlineId, OfficerId};
use crate::kernel::{Instant, Language};
use crate::people::{self, Actor};
use crate::shifts::{self, Hotline};

use super::call::{Callback, Outcome, Try};
use super::callbacks::{self, Chosen};
use super::orders::{OrderState, Placed};
use super::queue::{self, Waiting};
use super::route::{self, Choice, Decision, Order, Situation, Wish};
use super::situation::{self, Calls};
use super::turn::{self, LONGEST_WAIT};
use super::{CallsError, store};

/// So often a call-back is tried by itself.
pub const MOST_ROUNDS: i64 = 3;
/// After each round there is a longer pause.
const PAUSES: [TimeDelta; 3] = [TimeDelta::minutes(5), TimeDelta::minutes(30), TimeDelta::hours(2)];

/// Rings officers for the call-backs whose turn it is. Called by rounds; says how many ring.
pub async fn ring_back(desk: &Desk, now: Instant) -> Result<u64, CallsError> {
    let (mut open, mut ringing) = (BTreeMap::new(), 0);
    for callback in store::list_to_ring(&desk.db, now, MOST_ROUNDS).await? {
        let Some(hotline) = open_hotline(desk, now, callback.hotline, &mut open).await? else { continue };
        match begin_round(desk, now, &hotline, &callback).await {
            Ok(Some(placed)) => {
                ringing += 1;
                if let Err(error) = callbacks::send(desk, now, &placed).await {
                    tracing::warn!(callback = %callback.id, %error, "a call-back did not ring by itself");
                }
            }
            Ok(None) => {}
            // The caller is on the line again or somebody was faster: another round comes. Or the number is none to call.
            Err(
                CallsError::StillCalling
                | CallsError::CalledBackNow
                | CallsError::InCall
                | CallsError::Recovering(_)
                | CallsError::NotCallable
                | CallsError::FateUnknown
                | CallsError::NoTelephone,
            ) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(ringing)
}

/// The hotline, if it is open now; each is asked for once.
async fn open_hotline(
    desk: &Desk,
    now: Instant,
    id: HotlineId,
    known: &mut BTreeMap<HotlineId, Option<Hotline>>,
) -> Result<Option<Hotline>, DbError> {
    if let Some(known) = known.get(&id) {
        return Ok(known.clone());
    }
    let hotline = match shifts::find_hotline(&desk.db, id).await? {
        Some(hotline) if turn::opening(&desk.db, now, &hotline).await? == Opening::Open => Some(hotline),
        Some(_) | None => None,
    };
    known.insert(id, hotline.clone());
    Ok(hotline)
}

/// Chooses an officer, takes them and the round, and writes the order down. None where nobody is free for it.
async fn begin_round(
    desk: &Desk,
    now: Instant,
    hotline: &Hotline,
    callback: &Callback,
) -> Result<Option<Placed>, CallsError> {
    let mut tx = desk.db.begin().await?;
    let pause = usize::try_from(callback.rounds).ok().and_then(|round| PAUSES.get(round)).copied();
    if !store::claim_round(&mut tx, callback, now + pause.unwrap_or(PAUSES[2])).await? {
        return Ok(None);
    }
    let Some(chosen) = choose(&mut tx, desk, now, (hotline, callback)).await? else { return Ok(None) };
    let placed = callbacks::place(&mut tx, desk, now, (callback, chosen)).await?;
    people::record(&mut tx, now, &Actor::system(), "call_back", (&callback.id, &callback.office)).await?;
    tx.commit().await?;
    Ok(Some(placed))
}

/// Whoever would be rung for a call that waits since then; those who just did not take it, only if there is nobody else.
async fn choose(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (hotline, callback): (&Hotline, &Callback),
) -> Result<Option<Chosen>, CallsError> {
    let call = store::find_call(&mut *tx, &desk.vault, callback.call).await?.ok_or(CallsError::NoSuchCall)?.call;
    let topic = callback.topic.as_deref().and_then(|topic| topic.parse().ok());
    let wish = Wish { topic, language: callback.language, officer: call.place.wish };
    let me = Waiting { call: callback.call, since: callback.waiting_since, wish };
    let waiting = store::list_waiting(&mut *tx, hotline.id, now - LONGEST_WAIT).await?;
    let ahead = queue::ahead(&hotline.rules, &me, waiting);
    let duty = shifts::load_duty(&mut *tx, hotline.id, now).await?;
    let there = situation::load(&mut *tx, hotline, duty, (now, Calls::Now)).await?;
    let reachable: Vec<OfficerId> = people::list_with_phone(&mut *tx).await?.into_iter().collect();
    let tries = store::list_tries_of(&mut *tx, callback.id).await?;
    let (strategy, tiers) = strategy(desk, hotline);
    let order = Order { strategy, tiers: &tiers, seed: callback.call.0.as_u128(), parallel: 1 };
    let without = there.duty.on.iter().map(|on| on.officer).filter(|officer| !reachable.contains(officer));
    let doubted: BTreeSet<OfficerId> = without.chain(officers(&tries, is_in_doubt)).collect();
    let unwilling: BTreeSet<OfficerId> = officers(&tries, was_not_taken).chain(doubted.clone()).collect();
    for tried in [unwilling, doubted] {
        let situation = Situation { wish, tried, ahead: ahead.clone(), ..there.clone() };
        if let Decision::Ring(choices) = route::decide(&order, &situation) {
            return Ok(choices.into_iter().next().map(|choice| explained(choice, &situation)));
        }
    }
    Ok(None)
}

fn explained(choice: Choice, situation: &Situation) -> Chosen {
    let why = format!("Rückruf von selbst; {}", choice.why.words(Language::De, &situation.names));
    Chosen { officer: choice.officer, tier: choice.why.tier, why }
}

/// How the hotline's flow chooses among its own officers at the first place that connects.
fn strategy(desk: &Desk, hotline: &Hotline) -> (Strategy, BTreeSet<u8>) {
    let edition = desk.flows.published(&hotline.flow);
    let connects = edition.iter().flat_map(|edition| edition.flow.nodes.values()).find_map(|node| match node {
        Node::Connect(connect) if connect.hotline.is_none() => Some((connect.strategy, connect.tiers.clone())),
        _ => None,
    });
    connects.unwrap_or((Strategy::LongestIdle, BTreeSet::new()))
}

fn officers(tries: &[Try], which: impl Fn(&Try) -> bool) -> impl Iterator<Item = OfficerId> {
    tries.iter().filter(move |tried| which(tried)).map(|tried| tried.officer)
}

/// An order that may still ring: never a second one to the same officer.
fn is_in_doubt(tried: &Try) -> bool {
    matches!(tried.order, OrderState::Sent | OrderState::Unknown)
}

fn was_not_taken(tried: &Try) -> bool {
    tried.outcome != Outcome::Accepted
}
