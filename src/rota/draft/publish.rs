//! Publishing: what a draft wants becomes what holds, whole or a week of it, in one transaction or not at all.
//!
//! Rule: a conflict, a shift in the past or an officer with something else to do is told, and then nothing is changed.
//! Who is told of it is chosen by whoever publishes; the mails leave with the change.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span};
use crate::offices;
use crate::people::{self, Actor};
use crate::rota::PlannedShift;
use crate::rota::rules::{self, Breach};
use crate::shifts::ShiftsError;
use crate::shifts::edit::{Author, Edit, Vacancy, Wanted};

use super::difference::{Difference, Entry, Standing};
use super::draft::{Draft, SeenDraft};
use super::{DraftError, Work, judge, letter, load_sides, store};

/// What is published of a draft, whom it is told to, and why.
#[derive(Clone, Debug)]
pub struct Publication {
    pub seen: SeenDraft,
    pub part: Part,
    pub tell: Tell,
    /// Stands in the version of every shift that changes; may be empty.
    pub reason: String,
    /// Why hard rules may be broken; empty where they may not.
    pub override_reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// The week that begins on this Monday.
    Week(NaiveDate),
}

/// Who gets a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    All,
    /// Those whose shifts changed.
    Changed,
    Nobody,
}

/// What came of publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The draft's version now.
    pub version: i64,
    /// How many shifts became different.
    pub shifts: usize,
    /// How many mails were written.
    pub told: usize,
}

impl Part {
    /// The span that is published of a draft; None where the week is not in its period.
    pub fn window(self, draft: &Draft) -> Option<Span> {
        match self {
            Self::Whole => Some(draft.window()),
            Self::Week(monday) => draft.week(monday),
        }
    }
}

impl fmt::Display for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Changed => "changed",
            Self::Nobody => "nobody",
        })
    }
}

impl FromStr for Tell {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::All, Self::Changed, Self::Nobody].into_iter().find(|tell| tell.to_string() == text).ok_or(())
    }
}

/// Publishes what differs. Whatever stands in the way is told, and nothing is changed then.
pub async fn publish(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    publication: &Publication,
) -> Result<Published, DraftError> {
    let mut work = Work::begin_alone(desk, now, actor, publication.seen).await?;
    let draft = work.draft.clone();
    offices::hold(&mut work.tx, draft.office).await?;
    let window = publication.part.window(&draft).ok_or(DraftError::OutsidePeriod)?;
    let sides = load_sides(&mut work.tx, draft.id, window).await?;
    let changes = publishable(Difference::between(&sides, window), now)?;
    let verdict = judge(&mut work.tx, draft.office, window, (&sides, &changes)).await?;
    let breaches = allowed(verdict.blocking, &publication.override_reason)?;
    if !breaches.is_empty() {
        rules::waive(&mut work.tx, now, actor, draft.office, (&breaches, &publication.override_reason)).await?;
    }

    let reason = reason(&draft, &publication.reason);
    let mut edit = Edit::begin(&mut work.tx, Author { now, actor, reason: &reason });
    let mut sequences = Vec::new();
    for entry in &changes {
        sequences.push((entry.id, put(&mut edit, entry, sides.published.get(&entry.id)).await?));
    }
    let clashes = edit.clashes().await?;
    if !clashes.is_empty() {
        return Err(DraftError::Clashes(clashes));
    }
    for (shift, sequence) in sequences {
        store::set_base(&mut work.tx, draft.id, shift, Some(sequence)).await?;
    }
    let told = letter::post(
        &mut work.tx,
        desk,
        now,
        &letter::Telling { draft: &draft, window, changes: &changes, tell: publication.tell },
    )
    .await?;
    store::insert_publication(&mut work.tx, &draft, window, (publication, changes.len()), (now, actor)).await?;
    store::mark_published(&mut work.tx, draft.id, now).await?;
    people::record(&mut work.tx, now, actor, "publish_draft", (&draft.id, &draft.office)).await?;
    work.tx.commit().await?;
    desk.outbox_bell.notify_one();
    Ok(Published { version: draft.version, shifts: changes.len(), told })
}

/// The breaches that a reason lets stand; without one they block, and a bad one is of no matter where none would help.
fn allowed(breaches: Vec<Breach>, reason: &str) -> Result<Vec<Breach>, DraftError> {
    let given = (3..=rules::LONGEST_REASON).contains(&reason.trim().chars().count());
    let is_fixed = breaches.iter().any(|breach| breach.rule.is_fixed());
    match (breaches.is_empty(), given, is_fixed || reason.trim().is_empty()) {
        (true, ..) | (false, true, _) => Ok(breaches),
        (false, false, true) => Err(DraftError::Breaches(breaches)),
        (false, false, false) => Err(DraftError::BadReason),
    }
}

/// What can be published, if nothing stands in the way.
fn publishable(difference: Difference, now: Instant) -> Result<Vec<Entry>, DraftError> {
    let Difference { changes, conflicts, behind: _ } = difference;
    if !conflicts.is_empty() {
        return Err(DraftError::Conflicts(conflicts));
    }
    if changes.is_empty() {
        return Err(DraftError::NothingToPublish);
    }
    let late: Vec<Entry> = changes.iter().filter(|entry| entry.is_too_late(now)).cloned().collect();
    if late.is_empty() { Ok(changes) } else { Err(DraftError::TooLate(late)) }
}

fn reason(draft: &Draft, said: &str) -> String {
    let published = format!("Entwurf „{}“ veröffentlicht", draft.name);
    if said.trim().is_empty() { published } else { format!("{}. {published}", said.trim().trim_end_matches('.')) }
}

/// Makes one shift what the draft wants; its sequence then.
async fn put(edit: &mut Edit<'_>, entry: &Entry, standing: Option<&Standing>) -> Result<i64, ShiftsError> {
    let seen = standing.map_or(0, |standing| standing.sequence);
    match (&entry.before, &entry.after) {
        (None, None) => Ok(seen),
        (Some(before), None) => take_back(edit, before, seen).await,
        (None, Some(after)) => match (after.officer, standing) {
            (None, _) => open(edit, after, standing.map(|it| it.sequence)).await,
            (Some(officer), None) => Ok(edit.plan(after.id, &wanted(after, officer)).await?.sequence),
            (Some(officer), Some(_)) => Ok(edit.plan_again(after.id, &wanted(after, officer), seen).await?.sequence),
        },
        (Some(before), Some(after)) => change(edit, before, after, seen).await,
    }
}

async fn take_back(edit: &mut Edit<'_>, before: &PlannedShift, seen: i64) -> Result<i64, ShiftsError> {
    match before.officer {
        Some(_) => {
            let shift = edit.load(before.id, seen).await?;
            Ok(edit.remove(&shift).await?.sequence)
        }
        None => {
            let open = edit.load_open(before.id, seen).await?;
            Ok(edit.withdraw(&open).await?.sequence)
        }
    }
}

async fn change(
    edit: &mut Edit<'_>,
    before: &PlannedShift,
    after: &PlannedShift,
    seen: i64,
) -> Result<i64, ShiftsError> {
    match (before.officer, after.officer) {
        (Some(_), Some(officer)) => {
            let shift = edit.load(before.id, seen).await?;
            Ok(edit.change(&shift, &wanted(after, officer)).await?.sequence)
        }
        (Some(_), None) => {
            let shift = edit.load(before.id, seen).await?;
            let emptied = edit.empty(&shift).await?;
            let as_it_was = PlannedShift { officer: None, pinned: after.pinned, ..before.clone() };
            if as_it_was == *after { Ok(emptied.sequence) } else { open(edit, after, Some(emptied.sequence)).await }
        }
        (None, Some(officer)) => {
            let vacancy = edit.load_open(before.id, seen).await?;
            Ok(edit.fill_as(&vacancy, &wanted(after, officer)).await?.sequence)
        }
        (None, None) => open(edit, after, Some(seen)).await,
    }
}

async fn open(edit: &mut Edit<'_>, after: &PlannedShift, seen: Option<i64>) -> Result<i64, ShiftsError> {
    let PlannedShift { id, hotline, span, tier, position, .. } = *after;
    Ok(edit.open(id, &Vacancy { hotline, span, tier, position }, seen).await?.sequence)
}

fn wanted(after: &PlannedShift, officer: OfficerId) -> Wanted {
    let PlannedShift { hotline, span, tier, position, .. } = *after;
    Wanted { hotline, officer, span, tier, position: Some(position) }
}
