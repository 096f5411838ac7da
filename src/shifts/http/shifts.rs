//! The programmer's door to shifts: planned, changed, taken back and restored, and always weighed.

use axum::Json;
use axum::extract::State;
use axum::routing::{MethodRouter, patch, post};
use chrono::NaiveDate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::path::Paths;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, local};
use crate::people::Bearer;
use crate::shifts::direct::{self, Despite, Guard};
use crate::shifts::edit::Author;
use crate::shifts::proof::CounterExampleView;
use crate::shifts::{self, Lookout, Shift, ShiftPlan, ShiftState, Tier};
use crate::web::{self, Listed, Paging, Path, Problem, Query, Window};

use super::{away, day, field};

/// What the doors change of the published shifts is weighed by `G`.
pub fn api<G: Guard>() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get_shifts))
        .routes(weighed::<__path_plan_shift>(post(plan_shift::<G>)))
        .routes(routes!(get_shift, remove_shift))
        .routes(weighed::<__path_change_shift>(patch(change_shift::<G>)))
        .routes(weighed::<__path_restore_shift>(post(restore_shift::<G>)))
}

/// What `routes!` does, for a handler with a guard.
fn weighed<D>(handler: MethodRouter<Desk>) -> UtoipaMethodRouter<Desk>
where
    D: utoipa::Path + Tags<'static> + SchemaReferences,
{
    let (mut paths, mut schemas) = (Paths::new(), Vec::new());
    D::schemas(&mut schemas);
    let mut operation = D::operation();
    operation.tags.get_or_insert_default().extend(D::tags().iter().map(ToString::to_string));
    paths.add_path_operation(D::path(), D::methods(), operation);
    (schemas, paths, handler)
}

/// One officer on one hotline over a span.
#[derive(Serialize, ToSchema)]
struct ShiftView {
    id: ShiftId,
    hotline: HotlineId,
    officer: OfficerId,
    start: Instant,
    end: Instant,
    /// 1 is rung first.
    tier: i64,
    /// Ring order within the tier.
    position: i64,
    state: ShiftState,
    /// Counts the changes; a change names the one that it is based on.
    sequence: i64,
}

impl From<Shift> for ShiftView {
    fn from(shift: Shift) -> Self {
        Self {
            id: shift.id,
            hotline: shift.hotline,
            officer: shift.officer,
            start: shift.span.start,
            end: shift.span.end,
            tier: shift.tier.number(),
            position: shift.position,
            state: shift.state,
            sequence: shift.sequence,
        }
    }
}

/// A shift as it was saved, and what the change brought.
#[derive(Serialize, ToSchema)]
struct ChangedShift {
    #[serde(flatten)]
    shift: ShiftView,
    /// Where callers are left alone in the next twelve weeks and were not before.
    warnings: Vec<CounterExampleView>,
}

impl ChangedShift {
    /// A change that is made stands, even where its consequences cannot be told.
    async fn new(desk: &Desk, lookout: &Lookout, shift: Shift) -> Self {
        let news = lookout.news(desk).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a change of the plan could not be checked");
            Vec::new()
        });
        Self { shift: shift.into(), warnings: news.iter().map(|(_, found)| found.into()).collect() }
    }
}

/// A shift by day and wall time in Europe/Berlin.
#[derive(Deserialize, ToSchema)]
struct NewShift {
    hotline: HotlineId,
    officer: OfficerId,
    /// The day on which it starts.
    #[schema(value_type = String, format = Date, example = "2026-11-16")]
    day: NaiveDate,
    #[schema(example = "20:00")]
    from: String,
    /// Not after `from` means on the next day; equal to it means a whole day.
    #[schema(example = "08:00")]
    until: String,
    /// 1 to 9. Default 1.
    tier: Option<i64>,
    /// 1 to 99. Default: behind those that are there.
    position: Option<i64>,
    #[serde(flatten)]
    insistence: Insistence,
}

/// Why, and whether the rules may be broken for it.
#[derive(Deserialize, Default, ToSchema)]
struct Insistence {
    /// Why; stands in the shift's versions and in the mail to the officer.
    #[serde(default)]
    reason: String,
    /// Go against hard rules; the reason, of at least 3 characters, says why that must be, and is kept. Default: no.
    #[serde(default)]
    despite_rules: bool,
}

impl Insistence {
    fn despite(&self) -> Despite {
        if self.despite_rules { Despite::Rules } else { Despite::Nothing }
    }
}

/// A removed shift as it was seen.
#[derive(Deserialize, ToSchema)]
struct Restoring {
    sequence: i64,
    #[serde(flatten)]
    insistence: Insistence,
}

/// What is to be different; what is absent stays.
#[derive(Deserialize, ToSchema)]
struct ShiftChange {
    /// That of the shift on which the change is based.
    sequence: i64,
    #[serde(flatten)]
    insistence: Insistence,
    officer: Option<OfficerId>,
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<NaiveDate>,
    from: Option<String>,
    until: Option<String>,
    tier: Option<i64>,
    position: Option<i64>,
}

#[derive(Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
struct BasedOn {
    /// That of the shift as it was seen.
    sequence: i64,
    /// Why; stands in the shift's versions.
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OnHotline {
    hotline: HotlineId,
    /// Default: published.
    state: Option<ShiftState>,
}

/// The shifts of a hotline that touch the window, in order.
#[utoipa::path(get, path = "/shifts", tag = "staff", params(OnHotline, Window, Paging),
    responses((status = 200, body = Listed<ShiftView>), (status = 404, body = Problem)))]
async fn get_shifts(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(on): Query<OnHotline>,
    Query(window): Query<Window>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<ShiftView>>, Problem> {
    let (paging, window) = (paging.checked()?, window.span(desk.now())?);
    let hotline = shifts::load_hotline(&desk.db, &actor, on.hotline).await?;
    let mut shifts = shifts::list_shifts(&desk.db, hotline.id, window).await.map_err(away)?;
    shifts.retain(|shift| shift.state == on.state.unwrap_or(ShiftState::Published));
    Ok(Json(Listed::cut(shifts.into_iter().map(ShiftView::from).collect(), paging)))
}

/// Plans a shift and takes the officer's time.
#[utoipa::path(post, path = "/shifts", tag = "staff", request_body = NewShift,
    responses((status = 201, body = ChangedShift), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn plan_shift<G: Guard>(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    web::Json(new): web::Json<NewShift>,
) -> Result<(StatusCode, Json<ChangedShift>), Problem> {
    let plan = ShiftPlan {
        officer: new.officer,
        day: day(new.day)?,
        from: time("from", &new.from)?,
        until: time("until", &new.until)?,
        tier: tier(new.tier.unwrap_or(1))?,
        position: new.position.map(place).transpose()?,
    };
    let lookout = Lookout::over(&desk, desk.now(), new.hotline).await.map_err(away)?;
    let by = Author { now: desk.now(), actor: &actor, reason: &new.insistence.reason };
    let shift = direct::plan::<G>(&desk, by, new.insistence.despite(), (new.hotline, plan)).await?;
    Ok((StatusCode::CREATED, Json(ChangedShift::new(&desk, &lookout, shift).await)))
}

/// One shift.
#[utoipa::path(get, path = "/shifts/{id}", tag = "staff", params(("id" = ShiftId, Path)),
    responses((status = 200, body = ShiftView), (status = 404, body = Problem)))]
async fn get_shift(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
) -> Result<Json<ShiftView>, Problem> {
    Ok(Json(shifts::load_shift(&desk.db, &actor, id).await?.0.into()))
}

/// Changes a shift. 409 where somebody else changed it since it was seen.
#[utoipa::path(patch, path = "/shifts/{id}", tag = "staff", params(("id" = ShiftId, Path)),
    request_body = ShiftChange, responses((status = 200, body = ChangedShift), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn change_shift<G: Guard>(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
    web::Json(change): web::Json<ShiftChange>,
) -> Result<Json<ChangedShift>, Problem> {
    let (shift, hotline) = shifts::load_shift(&desk.db, &actor, id).await?;
    let before = shift.plan();
    let plan = ShiftPlan {
        officer: change.officer.unwrap_or(before.officer),
        day: change.day.map_or(Ok(before.day), day)?,
        from: change.from.map_or(Ok(before.from), |text| time("from", &text))?,
        until: change.until.map_or(Ok(before.until), |text| time("until", &text))?,
        tier: change.tier.map_or(Ok(before.tier), tier)?,
        position: change.position.map_or(Ok(before.position), |number| place(number).map(Some))?,
    };
    let by = Author { now: desk.now(), actor: &actor, reason: &change.insistence.reason };
    let lookout = Lookout::over(&desk, desk.now(), hotline.id).await.map_err(away)?;
    let shift = direct::change::<G>(&desk, by, change.insistence.despite(), (id, change.sequence), plan).await?;
    Ok(Json(ChangedShift::new(&desk, &lookout, shift).await))
}

/// Takes a shift back. It is kept as removed and can be restored.
#[utoipa::path(delete, path = "/shifts/{id}", tag = "staff", params(("id" = ShiftId, Path), BasedOn),
    responses((status = 200, body = ChangedShift), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn remove_shift(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
    Query(based): Query<BasedOn>,
) -> Result<Json<ChangedShift>, Problem> {
    let by = Author { now: desk.now(), actor: &actor, reason: &based.reason };
    let hotline = shifts::load_shift(&desk.db, &actor, id).await?.1;
    let lookout = Lookout::over(&desk, desk.now(), hotline.id).await.map_err(away)?;
    let shift = direct::remove(&desk, by, (id, based.sequence)).await?;
    Ok(Json(ChangedShift::new(&desk, &lookout, shift).await))
}

/// Brings a removed shift back as it was.
#[utoipa::path(post, path = "/shifts/{id}/restore", tag = "staff", params(("id" = ShiftId, Path)),
    request_body = Restoring, responses((status = 200, body = ChangedShift), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn restore_shift<G: Guard>(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<ShiftId>,
    web::Json(based): web::Json<Restoring>,
) -> Result<Json<ChangedShift>, Problem> {
    let by = Author { now: desk.now(), actor: &actor, reason: &based.insistence.reason };
    let hotline = shifts::load_shift(&desk.db, &actor, id).await?.1;
    let lookout = Lookout::over(&desk, desk.now(), hotline.id).await.map_err(away)?;
    let shift = direct::restore::<G>(&desk, by, based.insistence.despite(), (id, based.sequence)).await?;
    Ok(Json(ChangedShift::new(&desk, &lookout, shift).await))
}

fn time(name: &str, text: &str) -> Result<chrono::NaiveTime, Problem> {
    local::time(text).ok_or_else(|| field(name, "a time is written 08:00"))
}

fn tier(number: i64) -> Result<Tier, Problem> {
    Tier::new(number).map_err(|fault| field("tier", fault))
}

fn place(number: i64) -> Result<i64, Problem> {
    (1..=99).contains(&number).then_some(number).ok_or_else(|| field("position", "a position is a number from 1 to 99"))
}
