//! The programmer's door to swaps and to an office's terms for them. A token names the officer for whom it acts.

use axum::Json;
use axum::extract::State as Of;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{About, Ask, State, Swap, SwapError, Terms, Yes};
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, ShiftId, SwapId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;
use crate::people::Bearer;
use crate::web::{self, Listed, Paging, Path, Problem, Query};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get_swaps, ask))
        .routes(routes!(get_swap))
        .routes(routes!(take))
        .routes(routes!(decline))
        .routes(routes!(withdraw))
        .routes(routes!(approve))
        .routes(routes!(refuse))
        .routes(routes!(get_terms, set_terms))
}

impl From<SwapError> for Problem {
    fn from(error: SwapError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            SwapError::NoSuchSwap => (StatusCode::NOT_FOUND, "no-such-swap"),
            SwapError::BadNote => (StatusCode::BAD_REQUEST, "bad-note"),
            SwapError::ReturnWanted => (StatusCode::CONFLICT, "return-wanted"),
            SwapError::ReturnBegun => (StatusCode::CONFLICT, "return-begun"),
            SwapError::BadReturn => (StatusCode::BAD_REQUEST, "bad-return"),
            SwapError::OwnShift => (StatusCode::CONFLICT, "own-shift"),
            SwapError::NotAsked => (StatusCode::CONFLICT, "not-asked"),
            SwapError::NotOpenThen => (StatusCode::CONFLICT, "not-open-then"),
            SwapError::OfferedAlready => (StatusCode::CONFLICT, "offered-already"),
            SwapError::Ended(_) => (StatusCode::CONFLICT, "ended"),
            SwapError::NotAgreedYet => (StatusCode::CONFLICT, "not-agreed-yet"),
            SwapError::TooLate => (StatusCode::CONFLICT, "too-late"),
            SwapError::Change(error) => return error.into(),
        };
        Self::new(status, code, detail)
    }
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SwapState {
    /// Waits for a colleague.
    Open,
    /// A colleague has agreed; waits for the office.
    Agreed,
    Done,
    Declined,
    Withdrawn,
    Refused,
    Expired,
    /// The shift was changed in such a way that there is nothing left to take.
    Overtaken,
}

impl From<State> for SwapState {
    fn from(state: State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Agreed => Self::Agreed,
            State::Done => Self::Done,
            State::Declined => Self::Declined,
            State::Withdrawn => Self::Withdrawn,
            State::Refused => Self::Refused,
            State::Expired => Self::Expired,
            State::Overtaken => Self::Overtaken,
        }
    }
}

/// An officer asks to be relieved of a shift or of a part of it.
#[derive(Serialize, ToSchema)]
struct SwapView {
    id: SwapId,
    shift: ShiftId,
    officer: OfficerId,
    /// Of a part of the shift; absent: the whole one, wherever it is moved.
    start: Option<Instant>,
    end: Option<Instant>,
    /// Absent: everybody at the office.
    asked: Option<OfficerId>,
    /// The shift of the colleague that is wanted in exchange.
    in_return: Option<ShiftId>,
    /// Whoever agrees names one of their shifts in exchange.
    wants_return: bool,
    note: String,
    state: SwapState,
    taken_by: Option<OfficerId>,
    expires_at: Instant,
}

impl From<Swap> for SwapView {
    fn from(swap: Swap) -> Self {
        Self {
            id: swap.id,
            shift: swap.shift,
            officer: swap.officer,
            start: swap.part.map(|part| part.start),
            end: swap.part.map(|part| part.end),
            asked: swap.asked,
            in_return: swap.in_return,
            wants_return: swap.wants_return,
            note: swap.note,
            state: swap.state.into(),
            taken_by: swap.taken_by,
            expires_at: swap.expires_at,
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct NewSwap {
    shift: ShiftId,
    /// Default: the whole shift.
    start: Option<Instant>,
    end: Option<Instant>,
    /// Default: everybody at the office.
    asked: Option<OfficerId>,
    /// A shift of the asked one, in exchange.
    in_return: Option<ShiftId>,
    /// One of the shifts of whoever agrees, in exchange: only where everybody is asked, and for the whole shift.
    #[serde(default)]
    wants_return: bool,
    /// 200 characters at most.
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, ToSchema)]
struct TakenPart {
    /// Default: the token's officer.
    officer: Option<OfficerId>,
    /// Default: all that is open.
    start: Option<Instant>,
    end: Option<Instant>,
    /// The shift that the officer gives in exchange, where one is wanted.
    in_return: Option<ShiftId>,
}

#[derive(Deserialize, ToSchema)]
struct RefusedWhy {
    /// 1 to 200 characters.
    reason: String,
}

/// How an office changes its published rota.
#[derive(Serialize, Deserialize, ToSchema)]
struct ChangeTerms {
    /// A supervisor has the last word on each swap.
    swaps_need_approval: bool,
    /// Whoever reports sick shortly before a shift sets off the search for cover.
    sick_asks_cover: bool,
}

fn span(start: Option<Instant>, end: Option<Instant>) -> Result<Option<Span>, Problem> {
    match (start, end) {
        (None, None) => Ok(None),
        (Some(start), Some(end)) if start < end => Ok(Some(Span { start, end })),
        _ => Err(Problem::bad_request("name a start and an end after it, or neither")),
    }
}

/// Swaps of the token's office: those that wait, and those of the last 30 days.
#[utoipa::path(get, path = "/swaps", tag = "staff", params(Paging),
    responses((status = 200, body = Listed<SwapView>), (status = 401, body = Problem)))]
async fn get_swaps(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<SwapView>>, Problem> {
    let paging = paging.checked()?;
    let since = desk.now() - chrono::TimeDelta::days(30);
    let found = super::list(&desk, &actor, actor.office, since).await?;
    Ok(Json(Listed::cut(found.into_iter().map(|About { swap, .. }| swap.into()).collect(), paging)))
}

/// One swap.
#[utoipa::path(get, path = "/swaps/{id}", tag = "staff", params(("id" = SwapId, Path)),
    responses((status = 200, body = SwapView), (status = 404, body = Problem)))]
async fn get_swap(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<SwapId>,
) -> Result<Json<SwapView>, Problem> {
    Ok(Json(super::load(&desk.db, &actor, id).await?.swap.into()))
}

/// Asks one colleague or all to take over a shift. Nothing changes until somebody agrees.
#[utoipa::path(post, path = "/swaps", tag = "staff", request_body = NewSwap,
    responses((status = 201, body = SwapView), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn ask(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    web::Json(new): web::Json<NewSwap>,
) -> Result<(StatusCode, Json<SwapView>), Problem> {
    let part = span(new.start, new.end)?;
    let NewSwap { shift, asked, in_return, wants_return, note, .. } = new;
    let ask = Ask { shift, part, asked, in_return, wants_return, note };
    Ok((StatusCode::CREATED, Json(super::ask(&desk, desk.now(), &actor, &ask).await?.into())))
}

/// An officer agrees to take over what is open, or a part of it.
#[utoipa::path(post, path = "/swaps/{id}/take", tag = "staff", params(("id" = SwapId, Path)), request_body = TakenPart,
    responses((status = 200, body = SwapView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn take(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<SwapId>,
    web::Json(take): web::Json<TakenPart>,
) -> Result<Json<SwapView>, Problem> {
    let part = span(take.start, take.end)?;
    let officer = take.officer.or(actor.officer).ok_or_else(|| Problem::bad_request("name the officer"))?;
    let yes = Yes { officer, part, in_return: take.in_return };
    Ok(Json(super::take(&desk, desk.now(), &actor, id, yes).await?.into()))
}

/// The one who was asked says no.
#[utoipa::path(post, path = "/swaps/{id}/decline", tag = "staff", params(("id" = SwapId, Path)),
    responses((status = 200, body = SwapView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn decline(Of(desk): Of<Desk>, Bearer(actor): Bearer, Path(id): Path<SwapId>) -> Result<Json<SwapView>, Problem> {
    Ok(Json(super::decline(&desk, desk.now(), &actor, id).await?.into()))
}

/// Whoever asked thinks again.
#[utoipa::path(post, path = "/swaps/{id}/withdraw", tag = "staff", params(("id" = SwapId, Path)),
    responses((status = 200, body = SwapView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn withdraw(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<SwapId>,
) -> Result<Json<SwapView>, Problem> {
    Ok(Json(super::withdraw(&desk, desk.now(), &actor, id).await?.into()))
}

/// Whoever plans approves what two have agreed on: now the shifts change.
#[utoipa::path(post, path = "/swaps/{id}/approve", tag = "staff", params(("id" = SwapId, Path)),
    responses((status = 200, body = SwapView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn approve(Of(desk): Of<Desk>, Bearer(actor): Bearer, Path(id): Path<SwapId>) -> Result<Json<SwapView>, Problem> {
    Ok(Json(super::approve(&desk, desk.now(), &actor, id).await?.into()))
}

/// Whoever plans does not approve, and says why.
#[utoipa::path(post, path = "/swaps/{id}/refuse", tag = "staff", params(("id" = SwapId, Path)), request_body = RefusedWhy,
    responses((status = 200, body = SwapView), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn refuse(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<SwapId>,
    web::Json(why): web::Json<RefusedWhy>,
) -> Result<Json<SwapView>, Problem> {
    Ok(Json(super::refuse(&desk, desk.now(), &actor, id, &why.reason).await?.into()))
}

/// How an office changes its published rota.
#[utoipa::path(get, path = "/offices/{office}/change-terms", tag = "staff", params(("office" = String, Path)),
    responses((status = 200, body = ChangeTerms), (status = 404, body = Problem)))]
async fn get_terms(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<OfficeId>,
) -> Result<Json<ChangeTerms>, Problem> {
    if !actor.may_see(&office) {
        return Err(Problem::not_found("this office"));
    }
    let terms = super::load_terms(&desk.db, office).await.map_err(SwapError::from)?;
    let Terms { swaps_need_approval, sick_asks_cover } = terms;
    Ok(Json(ChangeTerms { swaps_need_approval, sick_asks_cover }))
}

/// Sets how an office changes its published rota.
#[utoipa::path(put, path = "/offices/{office}/change-terms", tag = "staff", params(("office" = String, Path)),
    request_body = ChangeTerms, responses((status = 204), (status = 403, body = Problem)))]
async fn set_terms(
    Of(desk): Of<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<OfficeId>,
    web::Json(new): web::Json<ChangeTerms>,
) -> Result<StatusCode, Problem> {
    let ChangeTerms { swaps_need_approval, sick_asks_cover } = new;
    let terms = Terms { swaps_need_approval, sick_asks_cover };
    super::set_terms(&desk, desk.now(), &actor, office, terms).await?;
    Ok(StatusCode::NO_CONTENT)
}
