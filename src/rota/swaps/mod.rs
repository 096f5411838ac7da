//! The verbs of swaps: ask one colleague or all, agree, approve; and an office's terms for that.
//!
//! Rule: the rules of the rota are checked at each step, and the shift is cut only when all have agreed, in the
//! transaction that ends the swap. Whoever plans the office may act for its officers.

mod http;
mod letter;
mod page;
mod store;
mod swap;
mod terms;

use super::change::{self, Assignment, Change, ChangeError, Step};
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId, SwapId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::{self, Actor};
use crate::shifts::edit::Author;
use crate::shifts::{self, Hotline, Shift, ShiftsError};

pub use http::api;
pub use page::pages;
pub use store::STATEMENTS;
pub(super) use store::follow;
pub use swap::{LONGEST_NOTE, State, Swap, WAITS, Yes};
pub use terms::Terms;

#[derive(Debug, thiserror::Error)]
pub enum SwapError {
    #[error("this swap is not there, or not yours")]
    NoSuchSwap,
    #[error("this shift is your own")]
    OwnShift,
    #[error("somebody else was asked")]
    NotAsked,
    #[error("what you want to take is not open then")]
    NotOpenThen,
    #[error("this shift is offered already")]
    OfferedAlready,
    #[error("only a whole shift of the colleague can be wanted or given in return")]
    BadReturn,
    #[error("the shift given in return has begun")]
    ReturnBegun,
    #[error("name one of your shifts in return")]
    ReturnWanted,
    #[error("a note or a reason has {LONGEST_NOTE} characters at most, and a reason at least one")]
    BadNote,
    #[error("this swap has ended: {0}")]
    Ended(State),
    #[error("nobody has agreed to this yet")]
    NotAgreedYet,
    #[error("somebody else was faster")]
    TooLate,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// What an officer asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    pub shift: ShiftId,
    /// None: the whole shift.
    pub part: Option<Span>,
    /// None: everybody at the office.
    pub asked: Option<OfficerId>,
    /// A shift of the asked one, in exchange.
    pub in_return: Option<ShiftId>,
    /// One of the shifts of whoever agrees, in exchange: where everybody is asked, for the whole shift.
    pub wants_return: bool,
    pub note: String,
}

/// A swap with the shifts that it is about, as they are now.
#[derive(Clone, Debug)]
pub struct About {
    pub swap: Swap,
    pub shift: Shift,
    pub hotline: Hotline,
    pub in_return: Option<Shift>,
}

impl About {
    /// What is open of the shift.
    pub fn open_span(&self) -> Result<Span, SwapError> {
        self.swap.open_span(&self.shift).ok_or(SwapError::Ended(State::Overtaken))
    }

    /// Refuses where it has ended, or where what is given in return has begun.
    fn waits(&self, now: Instant) -> Result<(), SwapError> {
        let is_waiting = matches!(self.swap.state, State::Open | State::Agreed);
        if is_waiting && self.in_return.as_ref().is_some_and(|given| given.span.start <= now) {
            return Err(SwapError::ReturnBegun);
        }
        self.swap.waits(now)
    }
}

impl From<DbError> for SwapError {
    fn from(error: DbError) -> Self {
        ShiftsError::from(error).into()
    }
}

impl From<ShiftsError> for SwapError {
    fn from(error: ShiftsError) -> Self {
        Self::Change(error.into())
    }
}

/// Asks one colleague or all to take over a shift. Nothing changes until somebody agrees.
pub async fn ask(desk: &Desk, now: Instant, actor: &Actor, ask: &Ask) -> Result<Swap, SwapError> {
    let mut tx = desk.db.begin().await?;
    let (shift, hotline) = shifts::load_shift(&mut tx, actor, ask.shift).await?;
    if !actor.may_excuse(shift.officer, &hotline.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    let swap = Swap {
        id: SwapId::mint(),
        office: hotline.office,
        shift: shift.id,
        officer: shift.officer,
        part: ask.part.filter(|part| *part != shift.span),
        asked: ask.asked,
        in_return: ask.in_return,
        wants_return: ask.wants_return,
        note: checked(&ask.note)?.to_owned(),
        state: State::Open,
        taken_by: None,
        why: String::new(),
        asked_at: now,
        expires_at: now,
        ended_at: None,
        sequence: 0,
    };
    if swap.wants_return && (swap.asked.is_some() || swap.part.is_some()) {
        return Err(SwapError::BadReturn);
    }
    let open = swap.open_span(&shift).filter(|open| open.end > now).ok_or(ChangeError::NoEffect)?;
    if swap.part.is_some_and(|part| part != open) {
        return Err(SwapError::NotOpenThen);
    }
    let in_return = load_return(&mut tx, &swap, now).await?;
    let expires_at = Swap::expiry(open, in_return.as_ref(), now);
    let about = About { swap: Swap { expires_at, ..swap }, shift, hotline, in_return };
    if let Some(asked) = about.swap.asked {
        if asked == about.swap.officer {
            return Err(SwapError::OwnShift);
        }
        check(&mut tx, actor, &about, (asked, open)).await?;
    }
    let waiting = store::list_waiting(&mut tx, about.shift.id).await?;
    if waiting.iter().filter_map(|other| other.open_span(&about.shift)).any(|other| other.overlaps(open)) {
        return Err(SwapError::OfferedAlready);
    }
    store::insert(&mut tx, &about.swap).await.map_err(|error| match error {
        DbError::Taken => SwapError::OfferedAlready,
        error => error.into(),
    })?;
    letter::asked(&mut tx, desk, now, &about).await?;
    people::record(&mut tx, now, actor, "ask_for_swap", (&about.swap.id, &about.swap.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(about.swap)
}

/// A colleague agrees to take over what is open, or a part of it, and names what they give where that is wanted. Where the office need not approve, it is done at once.
pub async fn take(desk: &Desk, now: Instant, actor: &Actor, id: SwapId, yes: Yes) -> Result<Swap, SwapError> {
    let mut tx = desk.db.begin().await?;
    let mut about = load(&mut tx, actor, id).await?;
    if !actor.may_excuse(yes.officer, &about.swap.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    about.waits(now)?;
    if about.swap.state == State::Agreed {
        return Err(SwapError::TooLate);
    }
    let open = about.open_span()?;
    let (agreed, rest) = about.swap.clone().taken(yes, open)?;
    about.swap = agreed;
    about.in_return = load_return(&mut tx, &about.swap, now).await?;
    about.swap.expires_at = about.swap.expires_at.min(Swap::expiry(open, about.in_return.as_ref(), now));
    check(&mut tx, actor, &about, (yes.officer, about.open_span()?)).await?;
    save(&mut tx, &mut about.swap).await?;
    for part in rest {
        let left =
            Swap { id: SwapId::mint(), state: State::Open, taken_by: None, part: Some(part), ..about.swap.clone() };
        let expires_at = Swap::expiry(part, None, now).min(left.expires_at);
        store::insert(&mut tx, &Swap { expires_at, ..left }).await?;
    }
    people::record(&mut tx, now, actor, "take_swap", (&id, &about.swap.office)).await?;
    if load_terms(&mut tx, about.swap.office).await?.swaps_need_approval {
        letter::agreed(&mut tx, desk, now, &about).await?;
    } else {
        carry_out(&mut tx, desk, by(now, actor), &mut about).await?;
    }
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(about.swap)
}

/// Whoever plans the office approves what two have agreed on: now the shifts change.
pub async fn approve(desk: &Desk, now: Instant, actor: &Actor, id: SwapId) -> Result<Swap, SwapError> {
    let mut tx = desk.db.begin().await?;
    let mut about = load_planned(&mut tx, actor, id).await?;
    about.waits(now)?;
    let officer = about.swap.taken_by.ok_or(SwapError::NotAgreedYet)?;
    check(&mut tx, actor, &about, (officer, about.open_span()?)).await?;
    carry_out(&mut tx, desk, by(now, actor), &mut about).await?;
    people::record(&mut tx, now, actor, "approve_swap", (&id, &about.swap.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(about.swap)
}

/// Whoever plans the office does not approve, and says why.
pub async fn refuse(desk: &Desk, now: Instant, actor: &Actor, id: SwapId, why: &str) -> Result<Swap, SwapError> {
    let mut tx = desk.db.begin().await?;
    let mut about = load_planned(&mut tx, actor, id).await?;
    about.swap.why =
        checked(why).and_then(|why| if why.is_empty() { Err(SwapError::BadNote) } else { Ok(why) })?.to_owned();
    end(desk, tx, now, actor, (about, State::Refused)).await
}

/// The one who was asked says no.
pub async fn decline(desk: &Desk, now: Instant, actor: &Actor, id: SwapId) -> Result<Swap, SwapError> {
    let mut tx = desk.db.begin().await?;
    let about = load(&mut tx, actor, id).await?;
    let asked = about.swap.asked.ok_or(SwapError::NotAsked)?;
    if !actor.may_excuse(asked, &about.swap.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    end(desk, tx, now, actor, (about, State::Declined)).await
}

/// Whoever asked thinks again.
pub async fn withdraw(desk: &Desk, now: Instant, actor: &Actor, id: SwapId) -> Result<Swap, SwapError> {
    let mut tx = desk.db.begin().await?;
    let about = load(&mut tx, actor, id).await?;
    if !actor.may_excuse(about.swap.officer, &about.swap.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    end(desk, tx, now, actor, (about, State::Withdrawn)).await
}

/// A round: ends what nobody answered in time, and what a change of the rota has overtaken. Says how many.
pub async fn expire_swaps(desk: &Desk, now: Instant) -> Result<u64, SwapError> {
    let mut ended = 0;
    for swap in store::list_run_out(&desk.db, now).await? {
        ended += u64::from(end_by_itself(desk, now, (swap.id, State::Expired)).await?);
    }
    for id in store::list_overtaken(&desk.db).await? {
        ended += u64::from(end_by_itself(desk, now, (id, State::Overtaken)).await?);
    }
    Ok(ended)
}

/// An office's swaps that wait, and those of the time since; a planner sees all, an officer what concerns them.
pub async fn list(desk: &Desk, actor: &Actor, office: OfficeId, since: Instant) -> Result<Vec<About>, SwapError> {
    if !actor.may_see(&office) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for swap in store::list(&desk.db, office, since).await? {
        if concerns(actor, &swap) {
            found.push(load_about(&desk.db, swap).await?);
        }
    }
    Ok(found)
}

/// A swap that concerns the actor.
pub async fn load(mut from: impl Read, actor: &Actor, id: SwapId) -> Result<About, SwapError> {
    let swap = store::find(&mut from, id).await?.filter(|swap| actor.may_see(&swap.office) && concerns(actor, swap));
    load_about(from, swap.ok_or(SwapError::NoSuchSwap)?).await
}

pub async fn load_terms(from: impl Read, office: OfficeId) -> Result<Terms, DbError> {
    Ok(store::find_terms(from, office).await?.unwrap_or_default())
}

/// Sets how an office changes its rota.
pub async fn set_terms(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    office: OfficeId,
    terms: Terms,
) -> Result<(), SwapError> {
    if !actor.may_plan(&office) {
        return Err(ShiftsError::Forbidden.into());
    }
    let mut tx = desk.db.begin().await?;
    store::set_terms(&mut tx, office, terms).await?;
    people::record(&mut tx, now, actor, "set_change_terms", (&office, &office)).await?;
    Ok(tx.commit().await?)
}

/// Whoever plans the office, whoever asks, whoever is asked; an offer to everybody concerns everybody.
fn concerns(actor: &Actor, swap: &Swap) -> bool {
    let is = |officer: Option<OfficerId>| officer.is_some() && officer == actor.officer;
    actor.may_plan(&swap.office) || is(Some(swap.officer)) || swap.asked.is_none() || is(swap.asked)
}

async fn load_about(mut from: impl Read, swap: Swap) -> Result<About, SwapError> {
    let (shift, hotline) = shifts::load_shift(&mut from, &Actor::system(), swap.shift).await?;
    let in_return = match swap.in_return {
        Some(id) => Some(shifts::load_shift(&mut from, &Actor::system(), id).await?.0),
        None => None,
    };
    Ok(About { swap, shift, hotline, in_return })
}

async fn load_planned(tx: &mut Tx, actor: &Actor, id: SwapId) -> Result<About, SwapError> {
    let about = load(tx, actor, id).await?;
    if actor.may_plan(&about.swap.office) { Ok(about) } else { Err(ShiftsError::Forbidden.into()) }
}

/// The shift that is wanted in exchange: the colleague's, published, to come, and for a whole shift.
async fn load_return(tx: &mut Tx, swap: &Swap, now: Instant) -> Result<Option<Shift>, SwapError> {
    let Some(id) = swap.in_return else { return Ok(None) };
    let (shift, hotline) = shifts::load_shift(tx, &Actor::system(), id).await?;
    let theirs =
        Some(shift.officer) == swap.taken_by.or(swap.asked) && shift.is_published() && hotline.office == swap.office;
    match theirs && swap.part.is_none() {
        true if shift.span.start <= now => Err(SwapError::ReturnBegun),
        true => Ok(Some(shift)),
        false => Err(SwapError::BadReturn),
    }
}

/// Whether the rota would stand with this: both may have what they get, and the rules allow it.
async fn check(tx: &mut Tx, actor: &Actor, about: &About, (officer, span): (OfficerId, Span)) -> Result<(), SwapError> {
    let About { swap, shift, in_return, .. } = about;
    let without = in_return.as_ref().map(|given| given.id);
    change::check(tx, actor, &swap.office, &Assignment { shift: shift.into(), span, officer, without }).await?;
    if let Some(given) = in_return {
        let back = Assignment { shift: given.into(), span: given.span, officer: swap.officer, without: Some(shift.id) };
        change::check(tx, actor, &swap.office, &back).await?;
    }
    Ok(())
}

/// Cuts the shifts, and ends the swap as done.
async fn carry_out(tx: &mut Tx, desk: &Desk, by: Author<'_>, about: &mut About) -> Result<(), SwapError> {
    let officer = about.swap.taken_by.ok_or(SwapError::NotAgreedYet)?;
    let open = about.open_span()?;
    let given = about.in_return.clone();
    if given.as_ref().is_some_and(|given| given.officer != officer || !given.is_published()) {
        return Err(SwapError::Ended(State::Overtaken));
    }
    about.swap = about.swap.clone().ended(State::Done, by.now)?;
    save(tx, &mut about.swap).await?;
    let there = Step { shift: &about.shift, part: open, change: Change::Replace(officer) };
    let back = given.as_ref().map(|given| Step {
        shift: given,
        part: given.span,
        change: Change::Replace(about.swap.officer),
    });
    let steps: Vec<Step<'_>> = [Some(there), back].into_iter().flatten().collect();
    change::apply(tx, by, &steps).await?;
    letter::done(tx, desk, by.now, about).await
}

async fn end(
    desk: &Desk,
    mut tx: Tx,
    now: Instant,
    actor: &Actor,
    (mut about, state): (About, State),
) -> Result<Swap, SwapError> {
    about.swap = about.swap.ended(state, now)?;
    save(&mut tx, &mut about.swap).await?;
    letter::ended(&mut tx, desk, now, &about).await?;
    people::record(&mut tx, now, actor, "end_swap", (&about.swap.id, &about.swap.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(about.swap)
}

/// False where another node was first.
async fn end_by_itself(desk: &Desk, now: Instant, (id, state): (SwapId, State)) -> Result<bool, SwapError> {
    let mut tx = desk.db.begin().await?;
    let mut about = load(&mut tx, &Actor::system(), id).await?;
    if !matches!(about.swap.state, State::Open | State::Agreed) {
        return Ok(false);
    }
    about.swap = Swap { state, ended_at: Some(now), ..about.swap };
    if !store::update(&mut tx, &about.swap).await? {
        return Ok(false);
    }
    letter::ended(&mut tx, desk, now, &about).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(true)
}

async fn save(tx: &mut Tx, swap: &mut Swap) -> Result<(), SwapError> {
    if !store::update(tx, swap).await? {
        return Err(SwapError::TooLate);
    }
    swap.sequence += 1;
    Ok(())
}

fn by(now: Instant, actor: &Actor) -> Author<'_> {
    Author { now, actor, reason: "Tausch" }
}

fn checked(note: &str) -> Result<&str, SwapError> {
    let note = note.trim();
    (note.chars().count() <= LONGEST_NOTE).then_some(note).ok_or(SwapError::BadNote)
}
