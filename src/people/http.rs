//! Who calls the programmer's door: a bearer token (RFC 6750).

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{StatusCode, header};

use crate::desk::Desk;
use crate::kernel::Secret;
use crate::web::Problem;

use super::{Actor, PeopleError, store};

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
            PeopleError::BadLogin => (StatusCode::BAD_REQUEST, "bad-login"),
            PeopleError::BadName => (StatusCode::BAD_REQUEST, "bad-name"),
            PeopleError::BadSpan => (StatusCode::BAD_REQUEST, "bad-span"),
            PeopleError::LoginTaken => (StatusCode::CONFLICT, "login-taken"),
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
