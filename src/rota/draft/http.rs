//! The programmer's door to drafts. The same verbs as the drafts' pages and the board call.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{DraftId, HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::Bearer;
use crate::rota::PlannedShift;
use crate::shifts::Tier;
use crate::web::{self, Path, Problem, Query};

use super::{
    Change, Draft, DraftError, DraftShift, Edited, Entry, NewDraft, Part, Publication, SeenDraft, Tell, Terms, Worked,
};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(list_drafts, begin_draft))
        .routes(routes!(get_draft, discard_draft))
        .routes(routes!(list_draft_shifts, add_draft_shift))
        .routes(routes!(change_draft_shift, remove_draft_shift))
        .routes(routes!(copy_draft_shift))
        .routes(routes!(undo_draft))
        .routes(routes!(redo_draft))
        .routes(routes!(get_draft_difference))
        .routes(routes!(publish_draft))
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            DraftError::NoSuchDraft => (StatusCode::NOT_FOUND, "no-such-draft"),
            DraftError::Discarded(_) => (StatusCode::GONE, "draft-discarded"),
            DraftError::NoSuchShift => (StatusCode::NOT_FOUND, "no-such-shift"),
            DraftError::NoSuchOfficer => (StatusCode::NOT_FOUND, "no-such-officer"),
            DraftError::NoSuchHotline => (StatusCode::NOT_FOUND, "no-such-hotline"),
            DraftError::Forbidden => return Self::forbidden(),
            DraftError::BadName => (StatusCode::BAD_REQUEST, "bad-name"),
            DraftError::BadPeriod => (StatusCode::BAD_REQUEST, "bad-period"),
            DraftError::BadSpan => (StatusCode::BAD_REQUEST, "bad-span"),
            DraftError::OutsidePeriod => (StatusCode::BAD_REQUEST, "outside-period"),
            DraftError::Over => (StatusCode::CONFLICT, "over"),
            DraftError::ChangedMeanwhile { .. } => (StatusCode::CONFLICT, "changed-meanwhile"),
            DraftError::MovedOn { .. } => (StatusCode::CONFLICT, "moved-on"),
            DraftError::NothingToUndo => (StatusCode::CONFLICT, "nothing-to-undo"),
            DraftError::NothingToRedo => (StatusCode::CONFLICT, "nothing-to-redo"),
            DraftError::NothingToPublish => (StatusCode::CONFLICT, "nothing-to-publish"),
            DraftError::Conflicts(_) => (StatusCode::CONFLICT, "conflicts"),
            DraftError::TooLate(_) => (StatusCode::CONFLICT, "too-late"),
            DraftError::Clashes(_) => (StatusCode::CONFLICT, "officer-busy"),
            DraftError::Breaches(_) => (StatusCode::CONFLICT, "breaches"),
            DraftError::BadReason => (StatusCode::BAD_REQUEST, "bad-reason"),
            DraftError::Shifts(error) => return error.into(),
            DraftError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

fn away(error: DbError) -> Problem {
    Problem::unavailable(&error)
}

/// What the rota of an office over a period is to become.
#[derive(Serialize, ToSchema)]
struct DraftView {
    id: DraftId,
    office: OfficeId,
    name: String,
    #[schema(value_type = String, format = Date)]
    first_day: NaiveDate,
    /// Included.
    #[schema(value_type = String, format = Date)]
    last_day: NaiveDate,
    /// Counts the changes; a change names the one that was seen.
    version: i64,
    /// When some of it was published last.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Instant>,
}

impl From<Draft> for DraftView {
    fn from(it: Draft) -> Self {
        Self {
            id: it.id,
            office: it.office,
            name: it.name,
            first_day: it.first_day,
            last_day: it.last_day,
            version: it.version,
            published_at: it.published_at,
        }
    }
}

/// One officer, or nobody yet, on one hotline over a span.
#[derive(Serialize, ToSchema)]
struct PlannedView {
    id: ShiftId,
    hotline: HotlineId,
    /// Absent: somebody is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    officer: Option<OfficerId>,
    start: Instant,
    end: Instant,
    /// 1 is rung first.
    tier: i64,
    position: i64,
    /// Stays as it is when a program fills the draft.
    pinned: bool,
}

impl From<&PlannedShift> for PlannedView {
    fn from(it: &PlannedShift) -> Self {
        Self {
            id: it.id,
            hotline: it.hotline,
            officer: it.officer,
            start: it.span.start,
            end: it.span.end,
            tier: it.tier.number(),
            position: it.position,
            pinned: it.pinned,
        }
    }
}

/// A shift of a draft.
#[derive(Serialize, ToSchema)]
struct DraftShiftView {
    #[serde(flatten)]
    shift: PlannedView,
    /// The draft's version when it was changed last.
    version: i64,
    /// It was taken out; only in answers to `since`.
    removed: bool,
}

impl From<&DraftShift> for DraftShiftView {
    fn from(it: &DraftShift) -> Self {
        Self { shift: (&it.planned).into(), version: it.version, removed: it.removed }
    }
}

/// What came of an edit.
#[derive(Serialize, ToSchema)]
struct EditedView {
    /// The draft's version now.
    version: i64,
    shift: PlannedView,
}

impl From<Edited> for EditedView {
    fn from(it: Edited) -> Self {
        Self { version: it.version, shift: (&it.shift).into() }
    }
}

/// What came of a step that concerned many shifts.
#[derive(Serialize, ToSchema)]
struct WorkedView {
    /// The draft's version now.
    version: i64,
    /// How many shifts became different.
    shifts: usize,
}

impl From<Worked> for WorkedView {
    fn from(it: Worked) -> Self {
        Self { version: it.version, shifts: it.shifts }
    }
}

#[derive(Deserialize, ToSchema)]
struct NewDraftView {
    /// Default: the token's office.
    office: Option<OfficeId>,
    name: String,
    #[schema(value_type = String, format = Date)]
    first_day: NaiveDate,
    #[schema(value_type = String, format = Date)]
    last_day: NaiveDate,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfOffice {
    /// Default: the token's office.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    office: Option<OfficeId>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only what was changed after this version, taken out ones too.
    since: Option<i64>,
    /// Only what touches the time from here.
    from: Option<Instant>,
    /// Until before here.
    until: Option<Instant>,
}

#[derive(Deserialize, ToSchema)]
struct NewDraftShift {
    /// The version of the draft that was seen.
    version: i64,
    hotline: HotlineId,
    officer: Option<OfficerId>,
    start: Instant,
    end: Instant,
    /// 1 to 9. Default 1.
    tier: Option<i64>,
    #[serde(default)]
    pinned: bool,
}

/// What is to be different; what is absent stays.
#[derive(Deserialize, ToSchema)]
struct DraftShiftChange {
    /// The version of the draft that was seen.
    version: i64,
    hotline: Option<HotlineId>,
    /// null: somebody is wanted.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<OfficerId>)]
    officer: Option<Option<OfficerId>>,
    /// With `end`.
    start: Option<Instant>,
    /// With `start`.
    end: Option<Instant>,
    tier: Option<i64>,
    /// 1 to 99.
    position: Option<i64>,
    pinned: Option<bool>,
}

/// A field that is there, be it null.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<OfficerId>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl DraftShiftChange {
    fn change(&self) -> Result<Change, Problem> {
        let span = match (self.start, self.end) {
            (Some(start), Some(end)) => Some(Span { start, end }),
            (None, None) => None,
            _ => return Err(Problem::bad_request("start and end come together")),
        };
        let tier = self.tier.map(tier).transpose()?;
        let position = self.position.map(place).transpose()?;
        let (officer, hotline, pinned) = (self.officer, self.hotline, self.pinned);
        Ok(Change { officer, hotline, span, tier, position, pinned })
    }
}

fn place(number: i64) -> Result<i64, Problem> {
    let fault =
        || Problem::bad_request("position cannot be read").field("position", "a number from 1 to 99".to_owned());
    (1..=99).contains(&number).then_some(number).ok_or_else(fault)
}

fn tier(number: i64) -> Result<Tier, Problem> {
    let fault =
        |fault: crate::shifts::NotATier| Problem::bad_request("tier cannot be read").field("tier", fault.to_string());
    Tier::new(number).map_err(fault)
}

#[derive(Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
struct Upon {
    /// The version of the draft that was seen.
    version: i64,
}

/// What becomes of one shift.
#[derive(Serialize, ToSchema)]
struct EntryView {
    id: ShiftId,
    /// Absent: it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<PlannedView>,
    /// Absent: it is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<PlannedView>,
}

impl From<&Entry> for EntryView {
    fn from(it: &Entry) -> Self {
        Self {
            id: it.id,
            before: it.before.as_ref().map(PlannedView::from),
            after: it.after.as_ref().map(PlannedView::from),
        }
    }
}

/// What publishing would change.
#[derive(Serialize, ToSchema)]
struct DifferenceView {
    changes: Vec<EntryView>,
    /// What others have published meanwhile and the draft has not: it stays theirs.
    behind: Vec<EntryView>,
    /// Changed in the draft, and published differently meanwhile.
    conflicts: BTreeSet<ShiftId>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfWeek {
    /// The Monday of a week. Default: the whole draft.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date)]
    week: Option<NaiveDate>,
}

#[derive(Deserialize, ToSchema)]
struct Publishing {
    /// The version of the draft that was seen.
    version: i64,
    /// The Monday of a week. Default: the whole draft.
    #[schema(value_type = Option<String>, format = Date)]
    week: Option<NaiveDate>,
    /// Who gets a mail: `all`, `changed` or `nobody`. Default `changed`.
    tell: Option<String>,
    /// Why; stands in the version of every shift that changes.
    #[serde(default)]
    reason: String,
    /// Why hard rules may be broken.
    #[serde(default)]
    override_reason: String,
}

#[derive(Serialize, ToSchema)]
struct PublishedView {
    version: i64,
    /// How many shifts became different.
    shifts: usize,
    /// How many mails were written.
    told: usize,
}

/// The drafts of an office.
#[utoipa::path(get, path = "/drafts", tag = "rota", params(OfOffice),
    responses((status = 200, body = Vec<DraftView>), (status = 403, body = Problem)))]
async fn list_drafts(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(of): Query<OfOffice>,
) -> Result<Json<Vec<DraftView>>, Problem> {
    let drafts = super::list(&desk.db, &actor, of.office.unwrap_or(actor.office)).await?;
    Ok(Json(drafts.into_iter().map(DraftView::from).collect()))
}

/// Begins a draft with what is published in its period.
#[utoipa::path(post, path = "/drafts", tag = "rota", request_body = NewDraftView,
    responses((status = 201, body = DraftView), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn begin_draft(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    web::Json(new): web::Json<NewDraftView>,
) -> Result<(StatusCode, Json<DraftView>), Problem> {
    let NewDraftView { office, name, first_day, last_day } = new;
    let new = NewDraft { office: office.unwrap_or(actor.office), name, first_day, last_day };
    let draft = super::begin(&desk, desk.now(), &actor, &new).await?;
    Ok((StatusCode::CREATED, Json(draft.into())))
}

/// One draft.
#[utoipa::path(get, path = "/drafts/{id}", tag = "rota", params(("id" = DraftId, Path)),
    responses((status = 200, body = DraftView), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn get_draft(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<DraftId>,
) -> Result<Json<DraftView>, Problem> {
    Ok(Json(super::load(&desk.db, &actor, id).await?.into()))
}

/// Throws a draft away. What was published of it stays.
#[utoipa::path(delete, path = "/drafts/{id}", tag = "rota", params(("id" = DraftId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn discard_draft(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<DraftId>,
) -> Result<StatusCode, Problem> {
    super::discard(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The shifts of a draft, by start.
#[utoipa::path(get, path = "/drafts/{id}/shifts", tag = "rota", params(("id" = DraftId, Path), Which),
    responses((status = 200, body = Vec<DraftShiftView>), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn list_draft_shifts(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<DraftId>,
    Query(which): Query<Which>,
) -> Result<Json<Vec<DraftShiftView>>, Problem> {
    let draft = super::load(&desk.db, &actor, id).await?;
    let whole = draft.window();
    let window = Span { start: which.from.unwrap_or(whole.start), end: which.until.unwrap_or(whole.end) };
    let shifts = match which.since {
        Some(version) => super::list_changed(&desk.db, id, version).await,
        None => super::list_shifts(&desk.db, id, window).await,
    };
    Ok(Json(shifts.map_err(away)?.iter().map(DraftShiftView::from).collect()))
}

/// Puts a shift into a draft.
#[utoipa::path(post, path = "/drafts/{id}/shifts", tag = "rota", params(("id" = DraftId, Path)),
    request_body = NewDraftShift, responses((status = 201, body = EditedView), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 410, body = Problem), (status = 409, body = Problem)))]
async fn add_draft_shift(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(draft): Path<DraftId>,
    web::Json(new): web::Json<NewDraftShift>,
) -> Result<(StatusCode, Json<EditedView>), Problem> {
    let terms = Terms {
        hotline: new.hotline,
        officer: new.officer,
        span: Span { start: new.start, end: new.end },
        tier: tier(new.tier.unwrap_or(1))?,
        pinned: new.pinned,
    };
    let seen = SeenDraft { draft, version: new.version };
    let edited = super::add(&desk, desk.now(), &actor, seen, &terms).await?;
    Ok((StatusCode::CREATED, Json(edited.into())))
}

/// Changes a shift of a draft. 409 where somebody else changed it after the version that was seen.
#[utoipa::path(patch, path = "/drafts/{id}/shifts/{shift}", tag = "rota",
    params(("id" = DraftId, Path), ("shift" = ShiftId, Path)), request_body = DraftShiftChange,
    responses((status = 200, body = EditedView), (status = 400, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 409, body = Problem)))]
async fn change_draft_shift(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path((draft, shift)): Path<(DraftId, ShiftId)>,
    web::Json(change): web::Json<DraftShiftChange>,
) -> Result<Json<EditedView>, Problem> {
    let seen = SeenDraft { draft, version: change.version };
    Ok(Json(super::change(&desk, desk.now(), &actor, seen, (shift, &change.change()?)).await?.into()))
}

/// Takes a shift out of a draft.
#[utoipa::path(delete, path = "/drafts/{id}/shifts/{shift}", tag = "rota",
    params(("id" = DraftId, Path), ("shift" = ShiftId, Path), Upon),
    responses((status = 200, body = EditedView), (status = 404, body = Problem), (status = 410, body = Problem), (status = 409, body = Problem)))]
async fn remove_draft_shift(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path((draft, shift)): Path<(DraftId, ShiftId)>,
    Query(upon): Query<Upon>,
) -> Result<Json<EditedView>, Problem> {
    let seen = SeenDraft { draft, version: upon.version };
    Ok(Json(super::remove(&desk, desk.now(), &actor, seen, shift).await?.into()))
}

/// Puts a copy of a shift into the draft, with what is to be different of it.
#[utoipa::path(post, path = "/drafts/{id}/shifts/{shift}/copy", tag = "rota",
    params(("id" = DraftId, Path), ("shift" = ShiftId, Path)), request_body = DraftShiftChange,
    responses((status = 201, body = EditedView), (status = 400, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 409, body = Problem)))]
async fn copy_draft_shift(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path((draft, shift)): Path<(DraftId, ShiftId)>,
    web::Json(change): web::Json<DraftShiftChange>,
) -> Result<(StatusCode, Json<EditedView>), Problem> {
    let seen = SeenDraft { draft, version: change.version };
    let edited = super::copy(&desk, desk.now(), &actor, seen, (shift, &change.change()?)).await?;
    Ok((StatusCode::CREATED, Json(edited.into())))
}

/// Takes the last step back.
#[utoipa::path(post, path = "/drafts/{id}/undo", tag = "rota", params(("id" = DraftId, Path)), request_body = Upon,
    responses((status = 200, body = WorkedView), (status = 404, body = Problem), (status = 410, body = Problem), (status = 409, body = Problem)))]
async fn undo_draft(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(draft): Path<DraftId>,
    web::Json(upon): web::Json<Upon>,
) -> Result<Json<WorkedView>, Problem> {
    let seen = SeenDraft { draft, version: upon.version };
    Ok(Json(super::undo(&desk, desk.now(), &actor, seen).await?.into()))
}

/// Does again what was undone last.
#[utoipa::path(post, path = "/drafts/{id}/redo", tag = "rota", params(("id" = DraftId, Path)), request_body = Upon,
    responses((status = 200, body = WorkedView), (status = 404, body = Problem), (status = 410, body = Problem), (status = 409, body = Problem)))]
async fn redo_draft(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(draft): Path<DraftId>,
    web::Json(upon): web::Json<Upon>,
) -> Result<Json<WorkedView>, Problem> {
    let seen = SeenDraft { draft, version: upon.version };
    Ok(Json(super::redo(&desk, desk.now(), &actor, seen).await?.into()))
}

/// What publishing the draft, or a week of it, would change.
#[utoipa::path(get, path = "/drafts/{id}/difference", tag = "rota", params(("id" = DraftId, Path), OfWeek),
    responses((status = 200, body = DifferenceView), (status = 400, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn get_draft_difference(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<DraftId>,
    Query(of): Query<OfWeek>,
) -> Result<Json<DifferenceView>, Problem> {
    let draft = super::load(&desk.db, &actor, id).await?;
    let window = of.week.map_or(Part::Whole, Part::Week).window(&draft).ok_or(DraftError::OutsidePeriod)?;
    let difference = super::load_difference(&desk.db, id, window).await.map_err(away)?;
    Ok(Json(DifferenceView {
        changes: difference.changes.iter().map(EntryView::from).collect(),
        behind: difference.behind.iter().map(EntryView::from).collect(),
        conflicts: difference.conflicts.iter().map(|it| it.id).collect(),
    }))
}

/// Publishes the draft, or a week of it: all that differs, or nothing.
#[utoipa::path(post, path = "/drafts/{id}/publish", tag = "rota", params(("id" = DraftId, Path)),
    request_body = Publishing, responses((status = 200, body = PublishedView), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 410, body = Problem), (status = 409, body = Problem)))]
async fn publish_draft(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(draft): Path<DraftId>,
    web::Json(it): web::Json<Publishing>,
) -> Result<Json<PublishedView>, Problem> {
    let tell = it.tell.as_deref().map_or(Ok(Tell::Changed), str::parse);
    let publication = Publication {
        seen: SeenDraft { draft, version: it.version },
        part: it.week.map_or(Part::Whole, Part::Week),
        tell: tell.map_err(|()| Problem::bad_request("tell is all, changed or nobody"))?,
        reason: it.reason,
        override_reason: it.override_reason,
    };
    let done = super::publish(&desk, desk.now(), &actor, &publication).await?;
    Ok(Json(PublishedView { version: done.version, shifts: done.shifts, told: done.told }))
}
