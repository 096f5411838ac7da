//! The verbs of cover: report sick, ask everybody who fits, say yes or no.
//!
//! Rule: the first yes gets the shift, in the transaction in which the shift changes hands; whoever takes a part leaves
//! the rest to a new search; looking changes nothing.

#[allow(clippy::module_inception, reason = "the noun of this room")]
mod cover;
mod fitting;
mod http;
mod letter;
mod page;
mod sick;
mod store;

use super::change::{self, Assignment, Change, ChangeError, Cut, Step, Taking};
use super::notice;
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{CoverId, OfficerId, ShiftId};
use crate::kernel::{Instant, Secret, Span};
use crate::offices::OfficeId;
use crate::people::{self, Actor, Officer, PeopleError, Role};
use crate::shifts::edit::Author;
use crate::shifts::{self, Hotline, OpenShift, Shift, ShiftsError};

use cover::missing;
pub use cover::{Asked, Cover, SHORTLY, State};
pub use http::api;
pub use page::{pages, refused};
pub use sick::{Sick, report_sick, report_well, sick_until};
pub use store::STATEMENTS;

#[derive(Debug, thiserror::Error)]
pub enum CoverError {
    #[error("this search is not there, or not yours")]
    NoSuchCover,
    #[error("cover is being looked for already")]
    AskedAlready,
    #[error("you have taken it")]
    Yours,
    #[error("nobody is wanted then")]
    NotWantedThen,
    #[error("this is over: {}", why(*.0))]
    Over(State),
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error(transparent)]
    People(#[from] PeopleError),
}

impl From<DbError> for CoverError {
    fn from(error: DbError) -> Self {
        Self::Change(error.into())
    }
}

impl From<ShiftsError> for CoverError {
    fn from(error: ShiftsError) -> Self {
        Self::Change(error.into())
    }
}

fn why(state: State) -> &'static str {
    match state {
        State::Asked => "it waits for an answer",
        State::Taken => "somebody else was first",
        State::Closed => "nobody is wanted any more",
        State::Expired => "nobody was found in time",
    }
}

/// What somebody is wanted for.
#[derive(Clone, Debug)]
pub enum Need {
    /// A published shift whose officer cannot come.
    Away(Shift),
    /// A published shift that nobody has.
    Open(OpenShift),
}

/// A search with those who were asked.
#[derive(Clone, Debug)]
pub struct Search {
    pub cover: Cover,
    pub hotline: Hotline,
    pub asked: Vec<Asked>,
}

impl Need {
    fn span(&self) -> Span {
        match self {
            Self::Away(shift) => shift.span,
            Self::Open(open) => open.span,
        }
    }

    fn cover(&self, office: OfficeId, (span, while_away): (Span, bool), now: Instant) -> Cover {
        let (shift, hotline, tier) = match self {
            Self::Away(shift) => (shift.id, shift.hotline, shift.tier),
            Self::Open(open) => (open.id, open.hotline, open.tier),
        };
        Cover {
            id: CoverId::mint(),
            office,
            shift,
            officer: self.officer(),
            while_away,
            hotline,
            span,
            tier,
            state: State::Asked,
            taken_by: None,
            asked_at: now,
            ended_at: None,
        }
    }

    /// Who has it and cannot come.
    fn officer(&self) -> Option<OfficerId> {
        match self {
            Self::Away(shift) => Some(shift.officer),
            Self::Open(_) => None,
        }
    }
}

/// Asks everybody who fits to take over a shift that nobody has or whose officer is away, at once and by SMS.
pub async fn ask(desk: &Desk, now: Instant, actor: &Actor, shift: ShiftId) -> Result<Search, CoverError> {
    let mut tx = desk.db.begin().await?;
    let (need, hotline) = load_need(&mut tx, actor, shift).await?;
    if !actor.may_plan(&hotline.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    let search = ask_all(&mut tx, desk, now, (&need, hotline)).await?;
    people::record(&mut tx, now, actor, "ask_for_cover", (&search.cover.id, &search.cover.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(search)
}

/// The first yes, to all or to a part of it: the shift changes hands. The secret is that of the link.
pub async fn say_yes(desk: &Desk, now: Instant, secret: &Secret, part: Option<Span>) -> Result<Cover, CoverError> {
    let asked = store::find_by_secret(&desk.db, secret).await?.ok_or(CoverError::NoSuchCover)?;
    take(desk, now, (asked.cover, asked.officer, part), None).await
}

/// The same by an officer who is signed in, or by whoever plans for them.
pub async fn accept(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: CoverId,
    (officer, part): (OfficerId, Option<Span>),
) -> Result<Cover, CoverError> {
    let cover = store::find(&desk.db, id).await?.filter(|cover| actor.may_see(&cover.office));
    let cover = cover.ok_or(CoverError::NoSuchCover)?;
    if !actor.may_excuse(officer, &cover.office) {
        return Err(ShiftsError::Forbidden.into());
    }
    take(desk, now, (id, officer, part), Some(actor)).await
}

/// Somebody who was asked cannot.
pub async fn say_no(desk: &Desk, now: Instant, secret: &Secret) -> Result<Cover, CoverError> {
    let mut tx = desk.db.begin().await?;
    let asked = store::find_by_secret(&mut tx, secret).await?.ok_or(CoverError::NoSuchCover)?;
    let cover = store::find(&mut tx, asked.cover).await?.ok_or(CoverError::NoSuchCover)?;
    cover.may_take(asked.officer, now)?;
    store::decline(&mut tx, &asked, now).await?;
    tx.commit().await?;
    Ok(cover)
}

/// Whoever plans ends a search.
pub async fn close(desk: &Desk, now: Instant, actor: &Actor, id: CoverId) -> Result<Cover, CoverError> {
    let mut tx = desk.db.begin().await?;
    let cover = store::find(&mut tx, id).await?.filter(|cover| actor.may_plan(&cover.office));
    let cover = Cover { state: State::Closed, ended_at: Some(now), ..cover.ok_or(CoverError::NoSuchCover)? };
    if !store::end(&mut tx, &cover).await? {
        return Err(CoverError::Over(cover.state));
    }
    people::record(&mut tx, now, actor, "close_cover", (&id, &cover.office)).await?;
    tx.commit().await?;
    Ok(cover)
}

/// A round: ends searches whose time is over, or which nobody needs any more. Says how many.
pub async fn expire_covers(desk: &Desk, now: Instant) -> Result<u64, CoverError> {
    let mut ended = 0;
    for cover in store::list_running(&desk.db).await? {
        let state = match () {
            () if cover.span.end <= now => State::Expired,
            () if list_wanted(&desk.db, &cover, now).await?.is_empty() => State::Closed,
            () => continue,
        };
        let mut tx = desk.db.begin().await?;
        ended += u64::from(store::end(&mut tx, &Cover { state, ended_at: Some(now), ..cover }).await?);
        tx.commit().await?;
    }
    Ok(ended)
}

/// An office's searches that run, and those of the time since, the newest first.
pub async fn list(desk: &Desk, actor: &Actor, office: OfficeId, since: Instant) -> Result<Vec<Search>, CoverError> {
    if !actor.may_plan(&office) {
        return Err(ShiftsError::Forbidden.into());
    }
    let mut found = Vec::new();
    for cover in store::list(&desk.db, office, since).await? {
        let asked = store::list_asked(&desk.db, cover.id).await?;
        found.push(Search { hotline: load_hotline(&desk.db, &cover).await?, cover, asked });
    }
    Ok(found)
}

/// What an officer is asked and has not answered.
pub async fn list_asked_of(desk: &Desk, officer: OfficerId) -> Result<Vec<(Cover, Hotline)>, CoverError> {
    let mut found = Vec::new();
    for cover in store::list_of(&desk.db, officer).await? {
        found.push((cover.clone(), load_hotline(&desk.db, &cover).await?));
    }
    Ok(found)
}

/// The search to which a link belongs, and who was asked by it; None, too, where that is long over.
pub async fn find_by_secret(
    desk: &Desk,
    now: Instant,
    secret: &Secret,
) -> Result<Option<(Cover, Hotline, Officer)>, CoverError> {
    let Some(asked) = store::find_by_secret(&desk.db, secret).await? else { return Ok(None) };
    let cover = store::find(&desk.db, asked.cover).await?.filter(|cover| cover.is_shown(now));
    let Some(cover) = cover else { return Ok(None) };
    let hotline = load_hotline(&desk.db, &cover).await?;
    Ok(Some((cover, hotline, people::load_officer(&desk.db, asked.officer).await?)))
}

async fn take(
    desk: &Desk,
    now: Instant,
    (id, officer, part): (CoverId, OfficerId, Option<Span>),
    actor: Option<&Actor>,
) -> Result<Cover, CoverError> {
    let mut tx = desk.db.begin().await?;
    let cover = store::find(&mut tx, id).await?.ok_or(CoverError::NoSuchCover)?;
    let taken = cover.clone().taken_by(officer, part, now)?;
    let wanted = list_wanted(&mut tx, &cover, now).await?;
    if wanted.is_empty() {
        store::end(&mut tx, &Cover { state: State::Closed, ended_at: Some(now), ..cover }).await?;
        tx.commit().await?;
        return Err(CoverError::Over(State::Closed));
    }
    // The first to change this row gets the shift; all others wait here, and then find it ended.
    if !store::end(&mut tx, &taken).await? {
        return Err(CoverError::Over(State::Taken));
    }
    let themselves = Actor {
        name: people::load_officer(&mut tx, officer).await?.name,
        role: Role::Officer,
        office: taken.office,
        officer: Some(officer),
        ..Actor::system()
    };
    let actor = actor.unwrap_or(&themselves);
    let by = Author { now, actor, reason: "Einspringen: hat als Erstes zugesagt" };
    let (parts, left) = hand_over(&mut tx, by, (&cover, &taken, officer), &wanted).await?;
    let hotline = load_hotline(&mut tx, &taken).await?;
    letter::taken(&mut tx, desk, now, (&taken, &hotline, officer), &parts).await?;
    for need in &left {
        match ask_all(&mut tx, desk, now, (need, hotline.clone())).await {
            Ok(_) | Err(CoverError::AskedAlready | CoverError::Over(_)) => {}
            Err(error) => return Err(error),
        }
    }
    people::record(&mut tx, now, actor, "take_cover", (&id, &taken.office)).await?;
    tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(taken)
}

/// Gives what they take of the wanted time to whoever said yes, and says when that is, and for what somebody is still
/// looked for. What was changed since it was looked at is refused.
async fn hand_over(
    tx: &mut Tx,
    by: Author<'_>,
    (cover, taken, officer): (&Cover, &Cover, OfficerId),
    wanted: &[(Need, Span)],
) -> Result<(Vec<Span>, Vec<Need>), CoverError> {
    let (mut parts, mut left) = (Vec::new(), Vec::new());
    for (need, part) in wanted {
        let Some(part) = part.shared(taken.span) else { continue };
        match need {
            Need::Away(shift) => {
                let assignment = Assignment { shift: shift.into(), span: part, officer, without: None };
                change::check(tx, by.actor, &cover.office, &assignment).await?;
                change::apply(tx, by, &[Step { shift, part, change: Change::Replace(officer) }]).await?;
            }
            Need::Open(open) => {
                let taking = Taking { open, office: cover.office, officer, part };
                left.extend(change::fill_part(tx, by, taking).await?.rest.into_iter().map(Need::Open));
            }
        }
        parts.push(part);
    }
    if parts.is_empty() {
        return Err(CoverError::NotWantedThen);
    }
    left.extend(list_wanted(tx, cover, by.now).await?.into_iter().map(|(need, _)| need));
    Ok((parts, left))
}

/// What a search is still about, as the rota is now: the open shift as it was asked for, or what its officer still has of
/// theirs, in pieces where it was cut. Nothing where somebody else has it, or the officer is back.
async fn list_wanted(mut from: impl Read, cover: &Cover, now: Instant) -> Result<Vec<(Need, Span)>, CoverError> {
    let Some(officer) = cover.officer else {
        let open = shifts::find_open_shift(from, cover.shift).await?.filter(|open| open.is_open());
        let asked_for = |open: &OpenShift| {
            let span = Span { start: open.span.start.max(cover.asked_at), ..open.span };
            (open.hotline, open.tier, span) == (cover.hotline, cover.tier, cover.span)
        };
        return Ok(open.filter(asked_for).map(|open| (Need::Open(open), cover.span)).into_iter().collect());
    };
    let absences = people::list_absences_of(&mut from, officer, cover.span).await?;
    let Some(span) = cover.still_wanted(&absences, now) else { return Ok(Vec::new()) };
    let mut pieces = shifts::list_shifts_of(from, officer, span).await?;
    pieces.retain(|it| it.is_published() && (it.hotline, it.tier) == (cover.hotline, cover.tier));
    let part = |shift: Shift| Cut::at(shift.span, span, now).map(|cut| (Need::Away(shift), cut.part));
    Ok(pieces.into_iter().filter_map(part).collect())
}

/// Begins a search and tells everybody who fits.
async fn ask_all(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (need, hotline): (&Need, Hotline),
) -> Result<Search, CoverError> {
    let to_come = cover::to_come(need.span(), now).ok_or(CoverError::Over(State::Expired))?;
    let away = match need.officer() {
        Some(officer) => missing(need.span(), &people::list_absences_of(&mut *tx, officer, to_come).await?, now),
        None => None,
    };
    let cover = need.cover(hotline.office, (away.unwrap_or(to_come), away.is_some()), now);
    if store::find_asked(&mut *tx, cover.shift).await?.is_some() {
        return Err(CoverError::AskedAlready);
    }
    tx.mark().await?;
    let inserted = store::insert(tx, &cover).await;
    tx.settle(inserted).await.map_err(|error| match error {
        DbError::Taken => CoverError::AskedAlready,
        error => error.into(),
    })?;
    let mut asked = Vec::new();
    for officer in fitting::list(tx, (&cover, need.officer())).await? {
        let secret = Secret::mint();
        let told = letter::ask(tx, desk, now, (&cover, &hotline, officer), &secret).await?;
        let one = Asked { cover: cover.id, officer, told, declined_at: None };
        store::insert_asked(tx, &one, &secret).await?;
        asked.push(one);
    }
    Ok(Search { cover, hotline, asked })
}

async fn load_need(tx: &mut Tx, actor: &Actor, id: ShiftId) -> Result<(Need, Hotline), CoverError> {
    if let Some(open) = shifts::find_open_shift(&mut *tx, id).await?.filter(OpenShift::is_open) {
        let hotline = shifts::load_hotline(tx, actor, open.hotline).await?;
        return Ok((Need::Open(open), hotline));
    }
    let (shift, hotline) = shifts::load_shift(tx, actor, id).await?;
    if !shift.is_published() {
        return Err(ShiftsError::NotPossible { state: shift.state, verb: "covered" }.into());
    }
    Ok((Need::Away(shift), hotline))
}

async fn load_hotline(from: impl Read, cover: &Cover) -> Result<Hotline, CoverError> {
    Ok(shifts::load_hotline(from, &Actor::system(), cover.hotline).await?)
}
