//! The terms of work of officers: part time, and the hours of a week that are agreed at most.
//!
//! Rule: who plans an office enters them; where nothing is entered, somebody works full-time.

mod http;
mod page;
mod store;
mod work;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::OfficerId;
use crate::people::{self, Actor, Officer, PeopleError};

pub use http::api;
pub use page::pages;
pub use store::{STATEMENTS, list_terms, load_terms};
pub use work::{Terms, TermsFault};

#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    #[error("this officer is not there, or not yours")]
    NoSuchOfficer,
    #[error("your role does not allow this")]
    Forbidden,
    #[error("somebody else has changed these terms since you saw them; they are now at sequence {}", .0.sequence)]
    ChangedMeanwhile(Terms),
    #[error(transparent)]
    BadTerms(#[from] TermsFault),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Saves the terms as they were loaded and then changed.
pub async fn set_terms(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    id: OfficerId,
    terms: Terms,
) -> Result<Terms, TermsError> {
    let officer = load_planned(desk, actor, id).await?;
    terms.check()?;
    let mut tx = desk.db.begin().await?;
    let saved = store::save_terms(&mut tx, officer.id, &terms, now).await?;
    let current = load_terms(&mut tx, officer.id).await?;
    if !saved {
        return Err(TermsError::ChangedMeanwhile(current));
    }
    people::record(&mut tx, now, actor, "set_terms_of_work", (&officer.id, &officer.office)).await?;
    tx.commit().await?;
    Ok(current)
}

/// An officer of an office that the actor plans.
pub async fn load_planned(desk: &Desk, actor: &Actor, id: OfficerId) -> Result<Officer, TermsError> {
    let officer = people::load_officer(&desk.db, id).await.map_err(|error| match error {
        PeopleError::Db(error) => TermsError::Db(error),
        _ => TermsError::NoSuchOfficer,
    })?;
    match (actor.may_plan(&officer.office), actor.may_see(&officer.office)) {
        (true, _) => Ok(officer),
        (false, true) => Err(TermsError::Forbidden),
        (false, false) => Err(TermsError::NoSuchOfficer),
    }
}
