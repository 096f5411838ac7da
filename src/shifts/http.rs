//! The programmer's door to hotlines, shifts, duty and coverage. The same verbs as the planning pages call.

mod duty;
mod hotlines;
mod shifts;

use chrono::NaiveDate;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::local;
use crate::web::Problem;

use super::direct::Guard;
use super::{HelpFault, ShiftsError};

/// The doors; what they change of the published shifts is weighed by `G`.
pub fn api<G: Guard>() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .merge(hotlines::api())
        .merge(duty::api())
        .merge(shifts::api::<G>())
        .merge(super::neighbours::api())
        .merge(super::office::api())
}

impl From<ShiftsError> for Problem {
    fn from(error: ShiftsError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            ShiftsError::NoSuchHotline => (StatusCode::NOT_FOUND, "no-such-hotline"),
            ShiftsError::NoSuchClosure => (StatusCode::NOT_FOUND, "no-such-closure"),
            ShiftsError::NoSuchShift => (StatusCode::NOT_FOUND, "no-such-shift"),
            ShiftsError::NoSuchOfficer => (StatusCode::NOT_FOUND, "no-such-officer"),
            ShiftsError::Forbidden => return Self::forbidden(),
            ShiftsError::NoSuchDay => (StatusCode::NOT_FOUND, "no-such-day"),
            ShiftsError::NoSuchFlow { .. } => (StatusCode::BAD_REQUEST, "no-such-flow"),
            ShiftsError::BadDayName => (StatusCode::BAD_REQUEST, "bad-day"),
            ShiftsError::BadMailbox => (StatusCode::BAD_REQUEST, "bad-mailbox"),
            ShiftsError::BadHotline(_) => (StatusCode::BAD_REQUEST, "bad-hotline"),
            ShiftsError::BadClosure(_) => (StatusCode::BAD_REQUEST, "bad-closure"),
            ShiftsError::BadHelp(HelpFault::NotAsked) => (StatusCode::NOT_FOUND, "no-such-help"),
            ShiftsError::BadHelp(_) => (StatusCode::BAD_REQUEST, "bad-help"),
            ShiftsError::SkippedHour => (StatusCode::BAD_REQUEST, "skipped-hour"),
            ShiftsError::NumberTaken => (StatusCode::CONFLICT, "number-taken"),
            ShiftsError::Begun => (StatusCode::CONFLICT, "begun"),
            ShiftsError::Over => (StatusCode::CONFLICT, "over"),
            ShiftsError::OfficerBusy(_) => (StatusCode::CONFLICT, "officer-busy"),
            ShiftsError::AgainstRules(_) => (StatusCode::CONFLICT, "against-rules"),
            ShiftsError::NoReason => (StatusCode::BAD_REQUEST, "no-reason"),
            ShiftsError::ChangedMeanwhile(_) | ShiftsError::OpenChanged(_) | ShiftsError::HotlineChanged(_) => {
                (StatusCode::CONFLICT, "changed-meanwhile")
            }
            ShiftsError::NotPossible { .. } => (StatusCode::CONFLICT, "not-possible"),
            ShiftsError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

fn day(day: NaiveDate) -> Result<NaiveDate, Problem> {
    local::is_plannable(day).then_some(day).ok_or_else(|| field("day", "a day lies between 2000 and 2199"))
}

fn field(name: &str, fault: impl std::fmt::Display) -> Problem {
    Problem::bad_request(format!("{name} cannot be read")).field(name, fault.to_string())
}

fn away(error: DbError) -> Problem {
    Problem::unavailable(&error)
}
