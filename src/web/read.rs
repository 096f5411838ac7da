//! Reading requests: forms, JSON, queries and path segments whose faults are answered in our own words.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use chrono::TimeDelta;
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::{Locale, Problem, page};
use crate::kernel::{Instant, Span};

/// An HTML form. What cannot be read at all is answered with a page; single fields are judged by the door.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Response;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(t) = Locale::from_request_parts(&mut parts, state).await;
        request = Request::from_parts(parts, body);
        match axum_extra::extract::Form::<T>::from_request(request, state).await {
            Ok(form) => Ok(Self(form.0)),
            Err(_) => Err(page::message(&t, StatusCode::BAD_REQUEST, "form-unreadable-title", "form-unreadable-text")),
        }
    }
}

/// A JSON body of the programmer's door.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        axum::Json::<T>::from_request(request, state)
            .await
            .map(|json| Self(json.0))
            .map_err(|fault: JsonRejection| Problem::bad_request(fault.body_text()))
    }
}

/// A query string of the programmer's door.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|query| Self(query.0))
            .map_err(|fault: QueryRejection| Problem::bad_request(fault.body_text()))
    }
}

/// Path segments of the programmer's door: an id that cannot be one is simply not there.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|path| Self(path.0))
            .map_err(|_: PathRejection| Problem::not_found("this address"))
    }
}

/// A window of time, RFC 3339.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Window {
    /// From this instant on. Default: now.
    pub from: Option<Instant>,
    /// Until before this instant. Default: four weeks after `from`. A year at most.
    pub until: Option<Instant>,
}

impl Window {
    pub fn span(self, now: Instant) -> Result<Span, Problem> {
        let start = self.from.unwrap_or(now);
        let end = self.until.unwrap_or(start + TimeDelta::days(28));
        let span = Span::new(start, end).filter(|span| span.length() <= TimeDelta::days(366));
        span.ok_or_else(|| Problem::bad_request("until comes after from, by a year at most"))
    }
}

/// How much of a list, and from where.
#[derive(Debug, Clone, Copy, serde::Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Items a page, 1 to 200. Default 50.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: i64,
    /// Items to pass over. Default 0.
    #[param(minimum = 0, default = 0)]
    pub offset: i64,
}

impl Default for Paging {
    fn default() -> Self {
        Self { limit: 50, offset: 0 }
    }
}

impl Paging {
    pub fn checked(self) -> Result<Self, Problem> {
        let good = (1..=200).contains(&self.limit) && (0..=1_000_000_000).contains(&self.offset);
        good.then_some(self).ok_or_else(|| Problem::bad_request("limit is 1 to 200, offset is 0 or more"))
    }
}

/// A page of a list.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct Listed<T> {
    pub items: Vec<T>,
    /// The offset of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<i64>,
}

impl<T> Listed<T> {
    /// Of rows that were asked for with one more than the limit.
    pub fn of(mut items: Vec<T>, paging: Paging) -> Self {
        let more = items.len() as i64 > paging.limit;
        items.truncate(paging.limit as usize);
        Self { items, next_offset: more.then_some(paging.offset + paging.limit) }
    }

    /// Of a list that is whole in memory.
    pub fn cut(items: Vec<T>, paging: Paging) -> Self {
        let rest = items.into_iter().skip(paging.offset as usize).take(paging.limit as usize + 1).collect();
        Self::of(rest, paging)
    }
}
