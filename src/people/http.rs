//! The programmer's door to officers, absences and deployments; and who calls any door: a bearer token (RFC 6750).

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{AbsenceId, OfficerId};
use crate::kernel::{Gender, Instant, Language, Phone, Secret, Span};
use crate::offices::{OfficeId, TopicId};
use crate::web::{self, Listed, Paging, Path, Problem, Query, Window};

use super::{Absence, AbsenceKind, AbsenceState, Actor, Advice, Officer, PeopleError, Role, Skills, store};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get_officers, hire_officer))
        .routes(routes!(set_skills))
        .routes(routes!(get_absences, enter_absence))
        .routes(routes!(withdraw_absence))
        .routes(routes!(deploy))
        .routes(routes!(end_deployment))
}

/// The holder of a valid bearer token; everybody else gets 401.
pub struct Bearer(pub Actor);

impl FromRequestParts<Desk> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        let secret = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| Secret::parse(token.trim()));
        let unauthorized = |detail| Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail);
        let secret = secret.ok_or_else(|| unauthorized("send `Authorization: Bearer TOKEN`; `token add` makes one"))?;
        let found = store::find_token(&desk.db, secret.hash()).await.map_err(|error| Problem::unavailable(&error))?;
        found.map(Self).ok_or_else(|| unauthorized("this token is not known, or revoked"))
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            PeopleError::WrongPassword => (StatusCode::UNAUTHORIZED, "wrong-password"),
            PeopleError::TooManyTries => (StatusCode::TOO_MANY_REQUESTS, "too-many-tries"),
            PeopleError::WeakPassword => (StatusCode::BAD_REQUEST, "weak-password"),
            PeopleError::WrongPin => (StatusCode::UNAUTHORIZED, "wrong-pin"),
            PeopleError::WeakPin => (StatusCode::BAD_REQUEST, "weak-pin"),
            PeopleError::NoNumberLeft => (StatusCode::CONFLICT, "no-number-left"),
            PeopleError::BadLogin => (StatusCode::BAD_REQUEST, "bad-login"),
            PeopleError::BadName => (StatusCode::BAD_REQUEST, "bad-name"),
            PeopleError::BadSpan => (StatusCode::BAD_REQUEST, "bad-span"),
            PeopleError::LoginTaken => (StatusCode::CONFLICT, "login-taken"),
            PeopleError::AdviceChanged(_) => (StatusCode::CONFLICT, "changed-meanwhile"),
            PeopleError::DeployedAlready => (StatusCode::CONFLICT, "deployed-already"),
            PeopleError::NotDeployed => (StatusCode::CONFLICT, "not-deployed"),
            PeopleError::NoSuchOfficer => (StatusCode::NOT_FOUND, "no-such-officer"),
            PeopleError::NoSuchAbsence => (StatusCode::NOT_FOUND, "no-such-absence"),
            PeopleError::Forbidden => return Self::forbidden(),
            PeopleError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

/// A member of staff who advises.
#[derive(Serialize, ToSchema)]
struct OfficerView {
    id: OfficerId,
    office: OfficeId,
    name: String,
    #[serde(flatten)]
    skills: SkillsView,
}

impl From<Officer> for OfficerView {
    fn from(officer: Officer) -> Self {
        let skills = officer.skills.into();
        Self { id: officer.id, office: officer.office, name: officer.name, skills }
    }
}

/// What an officer advises on, and in which languages.
#[derive(Serialize, Deserialize, Default, ToSchema)]
#[serde(default)]
struct SkillsView {
    /// Empty: every topic.
    #[schema(value_type = Vec<String>)]
    topics: BTreeSet<TopicId>,
    /// Beside German, which everybody speaks.
    #[schema(value_type = Vec<Language>)]
    languages: BTreeSet<Language>,
    /// For callers who wish to speak with a woman or with a man. Absent: not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<Gender>,
}

impl From<Skills> for SkillsView {
    fn from(Skills { topics, languages, gender }: Skills) -> Self {
        Self { topics, languages, gender }
    }
}

impl From<SkillsView> for Skills {
    fn from(SkillsView { topics, languages, gender }: SkillsView) -> Self {
        Self { topics, languages, gender }
    }
}

/// Somebody new who advises.
#[derive(Deserialize, ToSchema)]
struct NewOfficer {
    /// Default: the token's office.
    office: Option<OfficeId>,
    name: String,
    /// The telephone on which callers reach them. Sealed at rest, never shown again here.
    #[schema(example = "+49 89 99998-110")]
    phone: Option<String>,
    mail: Option<String>,
    #[serde(flatten)]
    skills: SkillsView,
}

/// An absence or a deployment.
#[derive(Serialize, ToSchema)]
struct AbsenceView {
    id: AbsenceId,
    officer: OfficerId,
    kind: AbsenceKind,
    start: Instant,
    /// Absent while a deployment is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Instant>,
    state: AbsenceState,
    sequence: i64,
}

impl From<Absence> for AbsenceView {
    fn from(absence: Absence) -> Self {
        Self {
            id: absence.id,
            officer: absence.officer,
            kind: absence.kind,
            start: absence.span.start,
            end: (!absence.is_open()).then_some(absence.span.end),
            state: absence.state,
            sequence: absence.sequence,
        }
    }
}

/// Leave, sickness or training. Over existing work it is allowed, and that work then needs cover.
#[derive(Deserialize, ToSchema)]
struct NewAbsence {
    officer: OfficerId,
    kind: AbsenceKind,
    start: Instant,
    end: Instant,
}

#[derive(Deserialize, ToSchema)]
struct NewDeployment {
    officer: OfficerId,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfOffice {
    /// Only of this office. Default: of all that the token sees.
    office: Option<OfficeId>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfOfficer {
    /// Only of this officer.
    officer: Option<OfficerId>,
}

/// Officers whom the token sees, by name.
#[utoipa::path(get, path = "/officers", tag = "staff", params(OfOffice, Paging),
    responses((status = 200, body = Listed<OfficerView>), (status = 401, body = Problem)))]
async fn get_officers(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(of): Query<OfOffice>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<OfficerView>>, Problem> {
    let paging = paging.checked()?;
    let mut officers = super::list_officers(&desk.db, of.office.as_ref()).await.map_err(away)?;
    officers.retain(|officer| actor.may_see(&officer.office));
    Ok(Json(Listed::cut(officers.into_iter().map(OfficerView::from).collect(), paging)))
}

/// Takes on an officer.
#[utoipa::path(post, path = "/officers", tag = "staff", request_body = NewOfficer,
    responses((status = 201, body = OfficerView), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn hire_officer(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    web::Json(new): web::Json<NewOfficer>,
) -> Result<(StatusCode, Json<OfficerView>), Problem> {
    let unreadable =
        |_| Problem::bad_request("the officer has a field at fault").field("phone", "not a number to call");
    let phone = new.phone.map(|text| text.parse::<Phone>()).transpose().map_err(unreadable)?;
    let office = new.office.unwrap_or(actor.office);
    let (id, name, skills) = (OfficerId::mint(), new.name.trim().to_owned(), new.skills.into());
    let officer = Officer { id, office, name, active: true, skills };
    super::hire(&desk, desk.now(), &actor, &officer, (phone.as_ref(), new.mail.as_deref())).await?;
    Ok((StatusCode::CREATED, Json(officer.into())))
}

/// Says what an officer advises on, and in which languages: callers are led to them by it.
#[utoipa::path(put, path = "/officers/{id}/skills", tag = "staff", params(("id" = OfficerId, Path)),
    request_body = SkillsView, responses((status = 200, body = OfficerView), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn set_skills(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<OfficerId>,
    web::Json(skills): web::Json<SkillsView>,
) -> Result<Json<OfficerView>, Problem> {
    let advice = Advice { skills: skills.into(), ..super::load_advice(&desk.db, id).await? };
    Ok(Json(super::set_advice(&desk, desk.now(), &actor, id, advice).await?.into()))
}

/// Absences and deployments that touch the window. Who does not plan sees none: why somebody is away is theirs.
#[utoipa::path(get, path = "/absences", tag = "staff", params(OfOfficer, Window, Paging),
    responses((status = 200, body = Listed<AbsenceView>), (status = 403, body = Problem)))]
async fn get_absences(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Query(of): Query<OfOfficer>,
    Query(window): Query<Window>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<AbsenceView>>, Problem> {
    if actor.role == Role::Officer {
        return Err(Problem::forbidden());
    }
    let (paging, window) = (paging.checked()?, window.span(desk.now())?);
    let officers = super::list_officers(&desk.db, None).await.map_err(away)?;
    let theirs = |id: OfficerId| officers.iter().any(|officer| officer.id == id && actor.may_plan(&officer.office));
    let mut absences = super::list_absences(&desk.db, window).await.map_err(away)?;
    absences.retain(|absence| of.officer.is_none_or(|officer| officer == absence.officer) && theirs(absence.officer));
    Ok(Json(Listed::cut(absences.into_iter().map(AbsenceView::from).collect(), paging)))
}

/// Enters an absence.
#[utoipa::path(post, path = "/absences", tag = "staff", request_body = NewAbsence,
    responses((status = 201, body = AbsenceView), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn enter_absence(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    web::Json(new): web::Json<NewAbsence>,
) -> Result<(StatusCode, Json<AbsenceView>), Problem> {
    let what = (new.kind, Span { start: new.start, end: new.end });
    let absence = super::enter_absence(&desk, desk.now(), &actor, new.officer, what).await?;
    Ok((StatusCode::CREATED, Json(absence.into())))
}

/// Takes an absence back: one to come vanishes, one under way ends now.
#[utoipa::path(delete, path = "/absences/{id}", tag = "staff", params(("id" = AbsenceId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn withdraw_absence(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<AbsenceId>,
) -> Result<StatusCode, Problem> {
    super::withdraw_absence(&desk, desk.now(), &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Police duty comes first: takes the officer out of routing and booking at once, until they are back.
#[utoipa::path(post, path = "/deployments", tag = "staff", request_body = NewDeployment,
    responses((status = 201, body = AbsenceView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn deploy(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    web::Json(new): web::Json<NewDeployment>,
) -> Result<(StatusCode, Json<AbsenceView>), Problem> {
    let deployment = super::deploy(&desk, desk.now(), &actor, new.officer).await?;
    Ok((StatusCode::CREATED, Json(deployment.into())))
}

/// The officer is back.
#[utoipa::path(delete, path = "/deployments/{officer}", tag = "staff", params(("officer" = OfficerId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn end_deployment(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(officer): Path<OfficerId>,
) -> Result<StatusCode, Problem> {
    super::back(&desk, desk.now(), &actor, officer).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn away(error: DbError) -> Problem {
    Problem::unavailable(&error)
}
