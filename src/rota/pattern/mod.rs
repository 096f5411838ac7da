//! Patterns: from which shifts come that repeat, week templates, rotations, and the period before.
//!
//! Not who should have them: a pattern only repeats what somebody decided. Rule: generating is pure; what comes out goes
//! into a draft as one step, which can be undone.

mod generate;
mod http;
mod page;
mod rotation;
mod store;
mod template;

use chrono::{NaiveDate, TimeDelta};

use crate::db::{DbError, Read};
use crate::desk::Desk;
use crate::kernel::id::{HotlineId, OfficerId, RotationId, TemplateId};
use crate::kernel::{Instant, Span, local};
use crate::offices::{self, OfficeId};
use crate::people::{self, Actor};
use crate::rota::PlannedShift;
use crate::rota::draft::{self, Draft, DraftError, SeenDraft, StepKind, Worked};
use crate::shifts;

pub use generate::{Beside, laid_over};
pub use http::api;
pub use page::pages;
pub use rotation::{Daily, MOST_OFFICERS, Rotation, RotationFault, Unit};
pub use store::STATEMENTS;
pub use template::{Holidays, MOST_WEEKS, Template, TemplateFault, TemplateShift};

#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    #[error("this template is not there, or not yours")]
    NoSuchTemplate,
    #[error("this rotation is not there, or not yours")]
    NoSuchRotation,
    #[error("this hotline is not there, or of another office")]
    NoSuchHotline,
    #[error("this officer is not there, or not yours")]
    NoSuchOfficer,
    #[error("your role does not allow this")]
    Forbidden,
    #[error("somebody else has changed this since you saw it")]
    ChangedMeanwhile,
    #[error("this week is not in the draft's period, or nothing stands in it")]
    EmptyWeek,
    #[error(transparent)]
    BadTemplate(#[from] TemplateFault),
    #[error(transparent)]
    BadRotation(#[from] RotationFault),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What shifts are generated from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Template(TemplateId),
    Rotation(RotationId),
    /// What is published in the weeks before the draft's period, as many as it has.
    PeriodBefore,
}

/// Keeps a template. Refused where somebody else changed it after it was seen.
pub async fn save_template(desk: &Desk, now: Instant, actor: &Actor, template: &Template) -> Result<(), PatternError> {
    may_plan(actor, template.office)?;
    template.check()?;
    let mut tx = desk.db.begin().await?;
    if let Some(there) = store::find_template(&mut tx, template.id).await?
        && there.office != template.office
    {
        return Err(PatternError::NoSuchTemplate);
    }
    for line in &template.shifts {
        belongs(&mut tx, actor, template.office, (line.hotline, line.officer)).await?;
    }
    if !store::save_template(&mut tx, template, now).await? {
        return Err(PatternError::ChangedMeanwhile);
    }
    people::record(&mut tx, now, actor, "save_template", (&template.id, &template.office)).await?;
    Ok(tx.commit().await?)
}

/// Makes a template of a week of a draft.
pub async fn remember_week(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (draft, monday): (&Draft, NaiveDate),
    name: &str,
) -> Result<Template, PatternError> {
    let window = draft.week(monday).ok_or(PatternError::EmptyWeek)?;
    let shifts = draft::list_shifts(&desk.db, draft.id, window).await?;
    let shifts: Vec<PlannedShift> = shifts.into_iter().map(|it| it.planned).collect();
    let within = shifts.iter().filter(|it| window.contains(it.span.start));
    let template = Template {
        id: TemplateId::mint(),
        sequence: 0,
        office: draft.office,
        name: name.trim().to_owned(),
        weeks: 1,
        holidays: Holidays::Skip,
        shifts: within.map(TemplateShift::of).collect(),
    };
    if template.shifts.is_empty() {
        return Err(PatternError::EmptyWeek);
    }
    save_template(desk, now, actor, &template).await?;
    Ok(template)
}

pub async fn remove_template(desk: &Desk, now: Instant, actor: &Actor, id: TemplateId) -> Result<(), PatternError> {
    let mut tx = desk.db.begin().await?;
    let template = load_template(&mut tx, actor, id).await?;
    store::delete_template(&mut tx, id).await?;
    people::record(&mut tx, now, actor, "remove_template", (&id, &template.office)).await?;
    Ok(tx.commit().await?)
}

/// Keeps a rotation. Refused where somebody else changed it after it was seen.
pub async fn save_rotation(desk: &Desk, now: Instant, actor: &Actor, rotation: &Rotation) -> Result<(), PatternError> {
    may_plan(actor, rotation.office)?;
    rotation.check()?;
    let mut tx = desk.db.begin().await?;
    if let Some(there) = store::find_rotation(&mut tx, rotation.id).await?
        && there.office != rotation.office
    {
        return Err(PatternError::NoSuchRotation);
    }
    for officer in &rotation.officers {
        belongs(&mut tx, actor, rotation.office, (rotation.hotline, Some(*officer))).await?;
    }
    if !store::save_rotation(&mut tx, rotation, now).await? {
        return Err(PatternError::ChangedMeanwhile);
    }
    people::record(&mut tx, now, actor, "save_rotation", (&rotation.id, &rotation.office)).await?;
    Ok(tx.commit().await?)
}

/// Takes an officer out of a rotation; whoever is on duty by it now stays so.
pub async fn leave_rotation(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: RotationId,
    officer: OfficerId,
) -> Result<Rotation, PatternError> {
    let mut tx = desk.db.begin().await?;
    let rotation = load_rotation(&mut tx, actor, id).await?.without(officer, now);
    rotation.check()?;
    if !store::save_rotation(&mut tx, &rotation, now).await? {
        return Err(PatternError::ChangedMeanwhile);
    }
    people::record(&mut tx, now, actor, "leave_rotation", (&id, &rotation.office)).await?;
    tx.commit().await?;
    Ok(rotation)
}

pub async fn remove_rotation(desk: &Desk, now: Instant, actor: &Actor, id: RotationId) -> Result<(), PatternError> {
    let mut tx = desk.db.begin().await?;
    let rotation = load_rotation(&mut tx, actor, id).await?;
    store::delete_rotation(&mut tx, id).await?;
    people::record(&mut tx, now, actor, "remove_rotation", (&id, &rotation.office)).await?;
    Ok(tx.commit().await?)
}

/// Generates shifts into a draft, for its whole period as far as it is to come, in one step.
pub async fn generate(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    seen: SeenDraft,
    (source, beside): (Source, Beside),
) -> Result<Worked, PatternError> {
    let draft = draft::load(&desk.db, actor, seen.draft).await?;
    let mut made = shifts_of(desk, actor, &draft, source).await?;
    made.retain(|it| it.span.end > now && draft.admits(it.span).is_ok());
    let there = draft::list_shifts(&desk.db, draft.id, draft.window()).await?;
    let there: Vec<PlannedShift> = there.into_iter().map(|it| it.planned).collect();
    let plan = laid_over(there, made, beside);
    Ok(draft::replace(desk, now, actor, seen, (StepKind::Generate, plan)).await?)
}

/// Shifts of the source in the period of a draft.
async fn shifts_of(
    desk: &Desk,
    actor: &Actor,
    draft: &Draft,
    source: Source,
) -> Result<Vec<PlannedShift>, PatternError> {
    let days = (draft.first_day, draft.last_day);
    Ok(match source {
        Source::Template(id) => {
            let template = load_template(&desk.db, actor, id).await?;
            let calendar = offices::load_calendar(&desk.db, template.office, draft.window()).await?;
            template.shifts(days, &calendar)
        }
        Source::Rotation(id) => load_rotation(&desk.db, actor, id).await?.shifts(draft.window()),
        Source::PeriodBefore => {
            let weeks = (draft.last_day - draft.first_day).num_days() / 7 + 1;
            let before = Span {
                start: local::whole_day(draft.first_day - TimeDelta::weeks(weeks)).start,
                end: draft.window().start,
            };
            let published = shifts::list_shifts_at(&desk.db, draft.office, before).await?;
            let published = published.iter().filter(|it| it.is_published() && before.contains(it.span.start));
            generate::weeks_later(published.map(PlannedShift::from), weeks)
        }
    })
}

/// A template of an office that the actor plans.
pub async fn load_template(from: impl Read, actor: &Actor, id: TemplateId) -> Result<Template, PatternError> {
    let found = store::find_template(from, id).await?;
    found.filter(|it| actor.may_plan(&it.office)).ok_or(PatternError::NoSuchTemplate)
}

/// A rotation of an office that the actor plans.
pub async fn load_rotation(from: impl Read, actor: &Actor, id: RotationId) -> Result<Rotation, PatternError> {
    let found = store::find_rotation(from, id).await?;
    found.filter(|it| actor.may_plan(&it.office)).ok_or(PatternError::NoSuchRotation)
}

/// The templates of an office, by name.
pub async fn list_templates(from: impl Read, actor: &Actor, office: OfficeId) -> Result<Vec<Template>, PatternError> {
    may_plan(actor, office)?;
    Ok(store::list_templates(from, office).await?)
}

/// The rotations of an office, by name.
pub async fn list_rotations(from: impl Read, actor: &Actor, office: OfficeId) -> Result<Vec<Rotation>, PatternError> {
    may_plan(actor, office)?;
    Ok(store::list_rotations(from, office).await?)
}

fn may_plan(actor: &Actor, office: OfficeId) -> Result<(), PatternError> {
    if actor.may_plan(&office) { Ok(()) } else { Err(PatternError::Forbidden) }
}

/// A hotline of the office, and an officer whom the actor plans.
async fn belongs(
    mut from: impl Read,
    actor: &Actor,
    office: OfficeId,
    (hotline, officer): (HotlineId, Option<OfficerId>),
) -> Result<(), PatternError> {
    let found = shifts::find_hotline(&mut from, hotline).await?;
    found.filter(|it| it.office == office).ok_or(PatternError::NoSuchHotline)?;
    if let Some(officer) = officer {
        let found = people::find_officer(from, officer).await?;
        let theirs = |it: &people::Officer| it.active && actor.may_plan(&it.office);
        found.filter(theirs).ok_or(PatternError::NoSuchOfficer)?;
    }
    Ok(())
}
