//! Drafts: an office's rota over a period before it holds, worked on by hand or by a program, and published.
//!
//! Not who is on duty: until it is published, a draft changes nothing. Rules: who changes a shift says which version of
//! the draft they saw, and is refused only where that shift was changed since; every step can be undone; a draft is
//! rows, so an edit costs the same in a week and in a year.

mod difference;
#[allow(clippy::module_inception, reason = "the noun of the room")]
mod draft;
mod gap;
mod http;
mod letter;
mod page;
mod publish;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::kernel::id::{DraftId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::{self, Actor, Recorded};
use crate::shifts::edit::Clash;
use crate::shifts::{self, ShiftsError};

use super::PlannedShift;
use super::rules::{self, Breach, Plan, RulesError, Verdict};

pub use difference::{Conflict, Difference, Entry};
pub use draft::{Change, Draft, DraftShift, LONGEST, NewDraft, SeenDraft, Step, StepKind, Terms, later, twice_at_once};
pub use gap::list_gaps;
pub use http::api;
pub use page::{Typed, gone, gone_from, pages, said_gone};
pub use publish::{Part, Publication, Published, Tell, publish};
pub use store::{STATEMENTS, find_shift, list_changed};

use difference::Sides;
use draft::{Made, Placed};

#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    #[error("this draft is not there, or not yours")]
    NoSuchDraft,
    #[error("{} has discarded this draft at {}", .0.by, .0.at)]
    Discarded(Recorded),
    #[error("this shift is not in the draft")]
    NoSuchShift,
    #[error("this officer is not there, or not yours")]
    NoSuchOfficer,
    #[error("this hotline is not there, or of another office")]
    NoSuchHotline,
    #[error("your role does not allow this")]
    Forbidden,
    #[error("a draft's name has 1 to 80 characters, of which one can be seen and none controls the text around it")]
    BadName,
    #[error("a draft lasts from one day to {LONGEST}")]
    BadPeriod,
    #[error("a shift ends after it begins, and lasts 26 hours at most")]
    BadSpan,
    #[error("this shift would not start in the draft's period")]
    OutsidePeriod,
    #[error("this is over, and what was stays as it was")]
    Over,
    #[error("somebody else has changed this shift since you saw it; the draft is now at version {version}")]
    ChangedMeanwhile { version: i64, now: Box<DraftShift> },
    #[error("somebody else has worked on this draft since you saw it; it is now at version {version}")]
    MovedOn { version: i64 },
    #[error("there is nothing to undo")]
    NothingToUndo,
    #[error("there is nothing to do again")]
    NothingToRedo,
    #[error("nothing differs from what is published")]
    NothingToPublish,
    #[error("{} shifts were changed here and published differently meanwhile", .0.len())]
    Conflicts(Vec<Conflict>),
    #[error("{} shifts lie in the past", .0.len())]
    TooLate(Vec<Entry>),
    #[error("{} officers have something else then", .0.len())]
    Clashes(Vec<Clash>),
    #[error("{} breaches of hard rules; a reason lets them stand", .0.len())]
    Breaches(Vec<Breach>),
    #[error("a reason for breaking rules has 3 to 500 characters")]
    BadReason,
    #[error(transparent)]
    Shifts(#[from] ShiftsError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<RulesError> for DraftError {
    fn from(error: RulesError) -> Self {
        match error {
            RulesError::Forbidden => Self::Forbidden,
            RulesError::Db(error) => Self::Db(error),
            RulesError::BadReason
            | RulesError::ChangedMeanwhile(_)
            | RulesError::NoSuchBreach
            | RulesError::BadRule(_) => Self::BadReason,
        }
    }
}

/// What came of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The draft's version now.
    pub version: i64,
    pub shift: PlannedShift,
}

/// What came of a step that concerned many shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worked {
    /// The draft's version now.
    pub version: i64,
    /// How many shifts became different.
    pub shifts: usize,
}

/// Begins a draft with what is published in its period.
pub async fn begin(desk: &Desk, now: Instant, actor: &Actor, new: &NewDraft) -> Result<Draft, DraftError> {
    if !actor.may_plan(&new.office) {
        return Err(DraftError::Forbidden);
    }
    new.checked()?;
    let draft = Draft {
        id: DraftId::mint(),
        office: new.office,
        name: new.name.trim().to_owned(),
        first_day: new.first_day,
        last_day: new.last_day,
        version: 0,
        created_by: actor.id.to_string(),
        created_at: now,
        updated_at: now,
        published_at: None,
    };
    let mut tx = desk.db.begin().await?;
    store::insert(&mut tx, &draft).await?;
    store::copy_published(&mut tx, draft.id, draft.window()).await?;
    people::record(&mut tx, now, actor, "begin_draft", (&draft.id, &draft.office)).await?;
    tx.commit().await?;
    Ok(draft)
}

/// What the audit trail calls the end of a draft.
const DISCARD: &str = "discard_draft";

/// Throws a draft away. What was published of it stays.
pub async fn discard(desk: &Desk, now: Instant, actor: &Actor, id: DraftId) -> Result<(), DraftError> {
    let mut tx = desk.db.begin().await?;
    let draft = load(&mut tx, actor, id).await?;
    store::delete(&mut tx, id).await?;
    people::record(&mut tx, now, actor, DISCARD, (&id, &draft.office)).await?;
    Ok(tx.commit().await?)
}

/// Puts a shift into the draft, behind those that are there.
pub async fn add(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    terms: &Terms,
) -> Result<Edited, DraftError> {
    let mut work = Work::begin(desk, now, actor, seen).await?;
    work.not_there_since(terms).await?;
    let planned = work.place(ShiftId::mint(), *terms).await?;
    work.save_one(StepKind::Add, Made::added(planned)).await
}

/// Changes a shift in the draft.
pub async fn change(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    (shift, change): (ShiftId, &Change),
) -> Result<Edited, DraftError> {
    let mut work = Work::begin(desk, now, actor, seen).await?;
    let found = work.find(shift).await?;
    let became = change.upon(&found.planned);
    work.still_possible(&found, Some(&became))?;
    work.admit(&became).await?;
    let was = found.planned;
    work.save_one(StepKind::Change, Made::changed(was, became)).await
}

/// Takes a shift out of the draft.
pub async fn remove(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    shift: ShiftId,
) -> Result<Edited, DraftError> {
    let mut work = Work::begin(desk, now, actor, seen).await?;
    let found = work.find(shift).await?;
    work.still_possible(&found, None)?;
    work.save_one(StepKind::Remove, Made::removed(found.planned)).await
}

/// Puts a copy of a shift into the draft, with what is to be different of it.
pub async fn copy(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    (shift, change): (ShiftId, &Change),
) -> Result<Edited, DraftError> {
    let mut work = Work::begin(desk, now, actor, seen).await?;
    let original = work.find_any(shift).await?.planned;
    let terms = Terms::from(&change.upon(&original));
    work.not_there_since(&terms).await?;
    let planned = work.place(ShiftId::mint(), terms).await?;
    work.save_one(StepKind::Copy, Made::added(planned)).await
}

/// Gives a part of a shift to somebody, in one step; what is left of it stays with whoever has it.
pub async fn give(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    (shift, officer, part): (ShiftId, OfficerId, Span),
) -> Result<Worked, DraftError> {
    let mut work = Work::begin(desk, now, actor, seen).await?;
    let found = work.find(shift).await?;
    let was = found.planned.clone();
    let span = was.span.shared(part).ok_or(DraftError::BadSpan)?;
    let became = PlannedShift { officer: Some(officer), span, ..was.clone() };
    work.still_possible(&found, Some(&became))?;
    work.admit(&became).await?;
    let mut made = vec![Made::changed(was.clone(), became)];
    for span in was.span.without([span]) {
        let left = Terms { hotline: was.hotline, officer: was.officer, span, tier: was.tier, pinned: was.pinned };
        made.push(Made::added(work.place(ShiftId::mint(), left).await?));
    }
    work.save(StepKind::Change, made).await
}

/// Takes the last step back, whoever made it.
pub async fn undo(desk: &Desk, now: Instant, actor: &Actor, seen: SeenDraft) -> Result<Worked, DraftError> {
    let mut work = Work::begin_alone(desk, now, actor, seen).await?;
    let step = store::last_step(&mut work.tx, seen.draft).await?.ok_or(DraftError::NothingToUndo)?;
    work.turn(&step).await
}

/// Does again what was undone last.
pub async fn redo(desk: &Desk, now: Instant, actor: &Actor, seen: SeenDraft) -> Result<Worked, DraftError> {
    let mut work = Work::begin_alone(desk, now, actor, seen).await?;
    let step = store::first_undone(&mut work.tx, seen.draft).await?.ok_or(DraftError::NothingToRedo)?;
    work.turn(&step).await
}

/// Makes the draft hold exactly these shifts, in one step: the seat for whatever makes or fills a rota. Load the draft
/// with [`list_shifts`], hand back what it is to be; ids that are kept are the same shifts, others are new.
///
/// Pinned shifts, and what has begun, stay as they are whatever the plan says.
pub async fn replace(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    (kind, plan): (StepKind, Vec<PlannedShift>),
) -> Result<Worked, DraftError> {
    let mut work = Work::begin_alone(desk, now, actor, seen).await?;
    let there = store::list_mine(&mut work.tx, seen.draft, work.draft.window()).await?;
    let stays = |it: &DraftShift| it.planned.pinned || it.has_begun(now);
    let mut before: BTreeMap<ShiftId, DraftShift> = there.into_iter().map(|it| (it.planned.id, it)).collect();
    let mut made = Vec::new();
    for wanted in plan {
        match before.remove(&wanted.id) {
            Some(it) if !it.removed && (stays(&it) || it.planned == wanted) => {}
            Some(it) => {
                work.admit(&wanted).await?;
                made.push(Made { was: it.placed(), became: Placed::there(wanted) });
            }
            None => {
                work.admit(&wanted).await?;
                made.push(Made::added(wanted));
            }
        }
    }
    let gone = before.into_values().filter(|it| !it.removed && !stays(it));
    made.extend(gone.map(|it| Made::removed(it.planned)));
    work.save(kind, made).await
}

/// Takes over what others have published since the draft was begun, but nothing that the draft has changed itself.
pub async fn catch_up(desk: &Desk, now: Instant, actor: &Actor, seen: SeenDraft) -> Result<Worked, DraftError> {
    let mut work = Work::begin_alone(desk, now, actor, seen).await?;
    let sides = load_sides(&mut work.tx, seen.draft, work.draft.window()).await?;
    let behind = Difference::between(&sides, work.draft.window()).behind;
    let made = behind.iter().filter_map(|entry| published_instead(&sides, entry.id)).collect();
    work.save(StepKind::CatchUp, made).await
}

/// Decides a conflict, or gives a change up: the draft takes the shift as it is published.
pub async fn take_published(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    shift: ShiftId,
) -> Result<Worked, DraftError> {
    let mut work = Work::begin(desk, now, actor, seen).await?;
    work.find_any(shift).await?;
    let sides = load_sides(&mut work.tx, seen.draft, work.draft.window()).await?;
    let made = published_instead(&sides, shift).into_iter().collect();
    work.save(StepKind::CatchUp, made).await
}

/// Decides a conflict: the draft's version of the shift is to be published over what was seen to stand there.
pub async fn keep_mine(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    (shift, published_seen): (ShiftId, i64),
) -> Result<Worked, DraftError> {
    let mut work = Work::begin(desk, now, actor, seen).await?;
    work.find_any(shift).await?;
    let published = store::list_published(&mut work.tx, seen.draft, work.draft.window()).await?;
    let standing = published.get(&shift).ok_or(DraftError::NoSuchShift)?;
    if standing.sequence != published_seen {
        return Err(DraftError::MovedOn { version: seen.version });
    }
    store::set_base(&mut work.tx, seen.draft, shift, Some(published_seen)).await?;
    let version = work.draft.version;
    work.tx.commit().await?;
    Ok(Worked { version, shifts: 1 })
}

/// A draft of an office that the actor plans.
pub async fn load(mut from: impl Read, actor: &Actor, id: DraftId) -> Result<Draft, DraftError> {
    match store::find(&mut from, id).await? {
        Some(draft) if actor.may_plan(&draft.office) => Ok(draft),
        Some(_) => Err(DraftError::NoSuchDraft),
        None => Err(missing(from, actor, id).await?),
    }
}

/// Why a draft is not there.
async fn missing(from: impl Read, actor: &Actor, id: DraftId) -> Result<DraftError, DbError> {
    let discarded = people::find_recorded(from, DISCARD, &id).await?;
    let theirs = discarded.filter(|it| actor.may_plan(&it.office));
    Ok(theirs.map_or(DraftError::NoSuchDraft, DraftError::Discarded))
}

/// The drafts of an office, the latest period first.
pub async fn list(from: impl Read, actor: &Actor, office: OfficeId) -> Result<Vec<Draft>, DraftError> {
    if !actor.may_plan(&office) {
        return Err(DraftError::Forbidden);
    }
    Ok(store::list(from, office).await?)
}

/// The shifts of a draft that touch the window, without those that were taken out.
pub async fn list_shifts(from: impl Read, draft: DraftId, window: Span) -> Result<Vec<DraftShift>, DbError> {
    let mut shifts = store::list_shifts(from, draft, window).await?;
    shifts.retain(|shift| !shift.removed);
    Ok(shifts)
}

/// What undo and redo would do.
pub async fn find_steps(mut from: impl Read, draft: DraftId) -> Result<(Option<Step>, Option<Step>), DbError> {
    Ok((store::last_step(&mut from, draft).await?, store::first_undone(from, draft).await?))
}

/// What publishing the window would change.
pub async fn load_difference(from: impl Read, draft: DraftId, window: Span) -> Result<Difference, DbError> {
    Ok(Difference::between(&load_sides(from, draft, window).await?, window))
}

/// What the rules say about those whose shifts publishing the window would change.
pub async fn load_verdict(mut from: impl Read, draft: &Draft, window: Span) -> Result<Verdict, DbError> {
    let sides = load_sides(&mut from, draft.id, window).await?;
    let changes = Difference::between(&sides, window).changes;
    judge(from, draft.office, window, (&sides, &changes)).await
}

/// The rota as it would be with these changes, held against the rules. Breaches of others are not told: nothing becomes
/// worse for them.
async fn judge(
    from: impl Read,
    office: OfficeId,
    window: Span,
    (sides, changes): (&Sides, &[Entry]),
) -> Result<Verdict, DbError> {
    let changed: BTreeSet<ShiftId> = changes.iter().map(|entry| entry.id).collect();
    let stay = sides.published.iter().filter(|(id, _)| !changed.contains(id)).filter_map(|(_, it)| it.planned.as_ref());
    let after = changes.iter().filter_map(|entry| entry.after.as_ref());
    let concerned: BTreeSet<OfficerId> = after.clone().filter_map(|it| it.officer).collect();
    let plan = Plan::new(stay.filter(|it| window.contains(it.span.start)).chain(after));
    let mut verdict = rules::load_ground(from, office, window).await?.judge(&plan);
    verdict.blocking.retain(|breach| concerned.contains(&breach.officer));
    verdict.warnings.retain(|breach| concerned.contains(&breach.officer));
    Ok(verdict)
}

async fn load_sides(mut from: impl Read, draft: DraftId, window: Span) -> Result<Sides, DbError> {
    Ok(Sides {
        mine: store::list_mine(&mut from, draft, window).await?,
        published: store::list_published(&mut from, draft, window).await?,
        bases: store::list_bases(from, draft, window).await?,
    })
}

/// What makes a shift of the draft what is published.
fn published_instead(sides: &Sides, id: ShiftId) -> Option<Made> {
    let mine = sides.mine.iter().find(|it| it.planned.id == id);
    let standing = sides.published.get(&id);
    let (published, base) = (standing.and_then(|it| it.planned.clone()), standing.map(|it| it.sequence));
    let (was, became) = match (mine, published) {
        (Some(mine), Some(published)) => {
            let planned = PlannedShift { pinned: mine.planned.pinned, ..published };
            (mine.placed(), Placed::there(planned))
        }
        (Some(mine), None) => (mine.placed(), Placed::gone(mine.planned.clone())),
        (None, Some(published)) => (Placed::gone(published.clone()), Placed::there(published)),
        (None, None) => return None,
    };
    Some(Made { was, became: became.based(base) })
}

/// Work on a draft within one transaction. From its beginning on nobody else can work on it.
struct Work<'a> {
    tx: Tx,
    /// With the version that this work makes.
    draft: Draft,
    seen: SeenDraft,
    now: Instant,
    actor: &'a Actor,
    hotlines: BTreeSet<HotlineId>,
    officers: BTreeSet<OfficerId>,
}

impl<'a> Work<'a> {
    async fn begin(desk: &Desk, now: Instant, actor: &'a Actor, seen: SeenDraft) -> Result<Self, DraftError> {
        let mut tx = desk.db.begin().await?;
        if !store::bump(&mut tx, seen.draft, now).await? {
            return Err(missing(&mut tx, actor, seen.draft).await?);
        }
        let draft = load(&mut tx, actor, seen.draft).await?;
        Ok(Self { tx, draft, seen, now, actor, hotlines: BTreeSet::new(), officers: BTreeSet::new() })
    }

    /// For what concerns the whole draft: nobody may have changed anything since it was seen.
    async fn begin_alone(desk: &Desk, now: Instant, actor: &'a Actor, seen: SeenDraft) -> Result<Self, DraftError> {
        let work = Self::begin(desk, now, actor, seen).await?;
        let version = work.draft.version - 1;
        if version == seen.version { Ok(work) } else { Err(DraftError::MovedOn { version }) }
    }

    /// A shift that was not changed since the draft was seen, taken out or not.
    async fn find_any(&mut self, id: ShiftId) -> Result<DraftShift, DraftError> {
        let found = store::find_shift(&mut self.tx, self.seen.draft, id).await?.ok_or(DraftError::NoSuchShift)?;
        if found.version > self.seen.version {
            let version = self.draft.version - 1;
            return Err(DraftError::ChangedMeanwhile { version, now: Box::new(found) });
        }
        Ok(found)
    }

    /// The same, and it can be changed.
    async fn find(&mut self, id: ShiftId) -> Result<DraftShift, DraftError> {
        let found = self.find_any(id).await?;
        if found.removed { Err(DraftError::NoSuchShift) } else { Ok(found) }
    }

    /// Refuses what was put in already since the draft was seen, as by a form that is sent twice. Of shifts with nobody
    /// on them, several at once are meant.
    async fn not_there_since(&mut self, terms: &Terms) -> Result<(), DraftError> {
        let version = self.draft.version - 1;
        if terms.officer.is_none() || version == self.seen.version {
            return Ok(());
        }
        let there = list_shifts(&mut self.tx, self.draft.id, terms.span).await?;
        let is_it = |it: &DraftShift| it.version > self.seen.version && terms.are_of(&it.planned);
        match there.into_iter().find(is_it) {
            Some(now) => Err(DraftError::ChangedMeanwhile { version, now: Box::new(now) }),
            None => Ok(()),
        }
    }

    /// Refuses what could not be published any more: what was stays as it was.
    fn still_possible(&self, shift: &DraftShift, after: Option<&PlannedShift>) -> Result<(), DraftError> {
        let entry = Entry { id: shift.planned.id, before: Some(shift.planned.clone()), after: after.cloned() };
        if shift.base.is_some() && entry.is_too_late(self.now) { Err(DraftError::Over) } else { Ok(()) }
    }

    /// A new shift, behind those that are there.
    async fn place(&mut self, id: ShiftId, terms: Terms) -> Result<PlannedShift, DraftError> {
        let planned = terms.planned(id, 0);
        self.admit(&planned).await?;
        let position = store::last_position(&mut self.tx, self.draft.id, &planned).await? + 1;
        Ok(PlannedShift { position, ..planned })
    }

    /// Whether a shift can stand in the draft: its time to come, its hotline the office's, its officer the actor's.
    async fn admit(&mut self, planned: &PlannedShift) -> Result<(), DraftError> {
        self.draft.admits(planned.span)?;
        if planned.span.end <= self.now {
            return Err(DraftError::Over);
        }
        if !self.hotlines.contains(&planned.hotline) {
            let hotline = shifts::find_hotline(&mut self.tx, planned.hotline).await?;
            hotline.filter(|it| it.office == self.draft.office).ok_or(DraftError::NoSuchHotline)?;
            self.hotlines.insert(planned.hotline);
        }
        if let Some(officer) = planned.officer.filter(|officer| !self.officers.contains(officer)) {
            let found = people::find_officer(&mut self.tx, officer).await?;
            let theirs = |it: &people::Officer| it.active && self.actor.may_plan(&it.office);
            found.filter(theirs).ok_or(DraftError::NoSuchOfficer)?;
            self.officers.insert(officer);
        }
        Ok(())
    }

    async fn save_one(self, kind: StepKind, made: Made) -> Result<Edited, DraftError> {
        let shift = made.became.planned.clone();
        let Worked { version, .. } = self.save(kind, vec![made]).await?;
        Ok(Edited { version, shift })
    }

    /// Saves a step.
    async fn save(mut self, kind: StepKind, made: Vec<Made>) -> Result<Worked, DraftError> {
        self.keep(kind, &made).await?;
        self.tx.commit().await?;
        Ok(Worked { version: self.draft.version, shifts: made.len() })
    }

    async fn keep(&mut self, kind: StepKind, made: &[Made]) -> Result<(), DraftError> {
        let (made_by, made_at) = (self.actor.id.to_string(), self.now);
        for it in made {
            self.put(kind, &it.became, &made_by).await?;
        }
        let step = Step { number: self.draft.version, kind, undone: false, made_by, made_at };
        Ok(store::insert_step(&mut self.tx, self.draft.id, &step, made).await?)
    }

    async fn put(&mut self, kind: StepKind, placed: &Placed, by: &str) -> Result<(), DbError> {
        store::save_shift(&mut self.tx, &self.draft, placed, by).await?;
        if kind.rebases() {
            store::set_base(&mut self.tx, self.draft.id, placed.planned.id, placed.base).await?;
        }
        Ok(())
    }

    /// Takes a step back, or does it again.
    async fn turn(mut self, step: &Step) -> Result<Worked, DraftError> {
        let by = self.actor.id.to_string();
        let made = store::list_step_changes(&mut self.tx, self.draft.id, step.number).await?;
        let shifts = made.len();
        for it in made {
            let it = if step.undone { it } else { it.undone() };
            self.put(step.kind, &it.became, &by).await?;
        }
        store::mark_undone(&mut self.tx, self.draft.id, step.number, !step.undone).await?;
        self.tx.commit().await?;
        Ok(Worked { version: self.draft.version, shifts })
    }
}
