//! Blocks of abusive callers: proposed with a reason, in force for a time after a second person has agreed.
//!
//! The number is not kept: only a hash with a key of its own, and only where a call was ended as abusive or a block was
//! proposed while it lasted. Rule: a withheld number is never blocked, and who is turned away hears 110 and the web page.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::flows::Speech;
use crate::kernel::id::{BlockId, CallId};
use crate::kernel::{Instant, Language, Phone};
use crate::offices::OfficeId;
use crate::people::{self, Actor};
use crate::web;

use super::call::{Call, CallState, Ending};
use super::provider::{LegId, Step};
use super::store::{Announced, ToldStep};
use super::{CallsError, Dialect, store};

/// The longest block, in days.
pub const LONGEST: i64 = 90;

/// A block, or what may become one.
#[derive(Clone, Debug)]
pub struct Block {
    pub id: BlockId,
    pub office: OfficeId,
    /// The call from which it was proposed.
    pub call: CallId,
    pub state: BlockState,
    pub reason: String,
    pub days: i64,
    pub noted_at: Instant,
    /// The printed id of who proposed it.
    pub proposed_by: Option<String>,
    pub proposed_at: Option<Instant>,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
    pub until: Option<Instant>,
    /// How many calls were turned away.
    pub hits: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockState {
    /// An abusive call: a block may still be proposed.
    Noted,
    Proposed,
    Active,
    Rejected,
    Lifted,
    /// Its time is over.
    Over,
}

super::call::words! {
    BlockState: Noted = "noted", Proposed = "proposed", Active = "active", Rejected = "rejected", Lifted = "lifted",
        Over = "over";
}

/// What is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// 5 to 500 characters.
    pub reason: String,
    /// 1 to 90.
    pub days: i64,
}

impl Proposal {
    fn is_good(&self) -> bool {
        (5..=500).contains(&self.reason.trim().chars().count()) && (1..=LONGEST).contains(&self.days)
    }
}

impl Block {
    /// A supervisor of the office who is not the one who proposed it.
    pub fn may_decide(&self, actor: &Actor) -> bool {
        actor.may_plan(&self.office) && self.proposed_by.as_deref() != Some(name(actor).as_str())
    }
}

/// Who did it, as it is kept.
fn name(actor: &Actor) -> String {
    match actor.id {
        people::ActorId::User(id) => id.to_string(),
        people::ActorId::Token(id) => id.to_string(),
        people::ActorId::System => "system".into(),
    }
}

/// Other than the hash that leads a caller to the same officer, it does not change weekly.
fn hash_of(desk: &Desk, number: &Phone) -> Vec<u8> {
    desk.vault.keyed_hash("blocked caller", number.as_str())
}

/// Notes the caller of an abusive call, if the number is not withheld.
pub async fn note(tx: &mut Tx, desk: &Desk, now: Instant, call: &Call, caller: Option<Phone>) -> Result<(), DbError> {
    let Some(number) = caller else { return Ok(()) };
    store::insert_block(tx, (BlockId::mint(), call.id, call.office), hash_of(desk, &number), now).await
}

/// Proposes to block the caller of a call: while it lasts, or after it was ended as abusive.
pub async fn propose_block(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    call: CallId,
    proposal: &Proposal,
) -> Result<(), CallsError> {
    if !proposal.is_good() {
        return Err(CallsError::BadBlock);
    }
    let mut tx = desk.db.begin().await?;
    let loaded = store::find_call(&mut tx, &desk.vault, call).await?;
    let loaded = loaded.filter(|loaded| actor.may_see(&loaded.call.office)).ok_or(CallsError::NoSuchCall)?;
    if store::find_block_of(&mut tx, call).await?.is_none() {
        match (super::number_of(desk, &loaded), loaded.call.state) {
            (Some(number), _) => note(&mut tx, desk, now, &loaded.call, Some(number)).await?,
            _ if store::is_withheld(&mut tx, call).await? => return Err(CallsError::NumberWithheld),
            (None, CallState::Ended) => return Err(CallsError::NumberGone),
            (None, CallState::Running | CallState::Talking) => return Err(CallsError::NumberWithheld),
        }
    }
    let block = store::find_block_of(&mut tx, call).await?.ok_or(CallsError::NumberGone)?;
    let proposed = (proposal.reason.trim(), proposal.days);
    if !store::propose_block(&mut tx, block.id, proposed, &name(actor), now).await? {
        return Err(CallsError::BlockDecided);
    }
    people::record(&mut tx, now, actor, "propose_block", (&block.id, &block.office)).await?;
    Ok(tx.commit().await?)
}

/// The block that came of a call, if the actor may see it.
pub async fn find_block(desk: &Desk, actor: &Actor, call: CallId) -> Result<Option<Block>, DbError> {
    Ok(store::find_block_of(&desk.db, call).await?.filter(|block| actor.may_see(&block.office)))
}

/// Whether the caller's number was not shown: nothing can be blocked then.
pub async fn is_withheld(desk: &Desk, call: CallId) -> Result<bool, DbError> {
    store::is_withheld(&desk.db, call).await
}

/// All blocks of the actor's office, newest first.
pub async fn list_blocks(desk: &Desk, actor: &Actor) -> Result<Vec<Block>, DbError> {
    let mut blocks = store::list_blocks(&desk.db).await?;
    blocks.retain(|block| actor.may_see(&block.office));
    Ok(blocks)
}

/// The second person puts it in force, or rejects it.
pub async fn decide_block(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: BlockId,
    verdict: Verdict,
) -> Result<(), CallsError> {
    let mut tx = desk.db.begin().await?;
    let block = load(&mut tx, actor, id).await?;
    if !block.may_decide(actor) {
        return Err(CallsError::NotYoursToDecide);
    }
    let (until, word) = match verdict {
        Verdict::Approve => (Some(now + TimeDelta::days(block.days)), "approve_block"),
        Verdict::Reject => (None, "reject_block"),
    };
    if !store::decide_block(&mut tx, id, until, &name(actor), now).await? {
        return Err(CallsError::BlockDecided);
    }
    people::record(&mut tx, now, actor, word, (&id, &block.office)).await?;
    Ok(tx.commit().await?)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Approve,
    Reject,
}

/// Ends a block that is in force. Whoever plans may, also the one who proposed it.
pub async fn lift_block(desk: &Desk, now: Instant, actor: &Actor, id: BlockId) -> Result<(), CallsError> {
    let mut tx = desk.db.begin().await?;
    let block = load(&mut tx, actor, id).await?;
    if !actor.may_plan(&block.office) {
        return Err(CallsError::NotYoursToDecide);
    }
    if !store::lift_block(&mut tx, id, &name(actor), now).await? {
        return Err(CallsError::BlockDecided);
    }
    people::record(&mut tx, now, actor, "lift_block", (&id, &block.office)).await?;
    Ok(tx.commit().await?)
}

async fn load(tx: &mut Tx, actor: &Actor, id: BlockId) -> Result<Block, CallsError> {
    let found = store::find_block(tx, id).await?.filter(|block| actor.may_see(&block.office));
    found.ok_or(CallsError::NoSuchBlock)
}

/// Ends what is over, and forgets abusive calls that led to no proposal. Called by rounds; says how many.
pub async fn end_blocks(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let before = now - TimeDelta::hours(desk.config.retention.callback_hours.0);
    let mut tx = desk.db.begin().await?;
    let ended = store::end_blocks(&mut tx, now, before).await?;
    tx.commit().await?;
    Ok(ended)
}

// ---- a call comes ----

/// The block in force against the number of a call.
pub async fn find(
    from: impl Read,
    desk: &Desk,
    now: Instant,
    (call, number): (&Call, &Phone),
) -> Result<Option<BlockId>, DbError> {
    store::find_in_force(from, (hash_of(desk, number), call.office), now).await
}

/// Records a blocked call without its number, counts it once, and ends it.
pub async fn turn_away(
    desk: &Desk,
    now: Instant,
    call: &Call,
    (dialect, leg): (Dialect, &LegId),
    block: BlockId,
) -> Result<Step, CallsError> {
    let announced =
        Announced { provider: dialect.name(), provider_call: leg.to_string(), caller: None, caller_hash: None };
    let reply = polite(desk);
    let mut tx = desk.db.begin().await?;
    match store::insert_call(&mut tx, &desk.vault, (call, None), &announced).await {
        // Told again.
        Err(DbError::Taken) => return Ok(reply),
        inserted => inserted?,
    }
    let told = ToldStep {
        event: "blocked".into(),
        reply: &reply,
        flow: call.flow.name.clone(),
        trail: String::new(),
        why: String::new(),
    };
    store::insert_step(&mut tx, &desk.vault, (call.id, 0), told, now).await?;
    store::end(&mut tx, call.id, Ending::Blocked, now).await?;
    store::count_hit(&mut tx, block).await?;
    tx.commit().await?;
    Ok(reply)
}

/// What a blocked caller hears, in every language.
fn polite(desk: &Desk) -> Step {
    let public = desk.config.public_address();
    let page = public.split_once("://").map_or(public.as_str(), |(_, rest)| rest);
    let speech = |language| Speech::new(web::text_with(language, "call-blocked", &[("web", page)]), language);
    Step::hang_up(Language::ALL.map(speech).into())
}
