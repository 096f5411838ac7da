//! Who is asked to step in: everybody at the office whom "who can?" finds free and within the rules, the best first.

use super::{Cover, CoverError};
use crate::db::Tx;
use crate::kernel::Language;
use crate::kernel::id::OfficerId;
use crate::rota::who_can::{self, Candidate, Fit, Wanted};

/// Whoever `except` is cannot come.
pub async fn list(tx: &mut Tx, (cover, except): (&Cover, Option<OfficerId>)) -> Result<Vec<OfficerId>, CoverError> {
    let Cover { hotline, span, tier, .. } = *cover;
    let wanted = Wanted { hotline, span, tier, topic: None, language: Language::De, shift: Some(cover.shift) };
    let candidates = who_can::list_candidates(tx, cover.office, &wanted, None).await?;
    let fits = |it: &Candidate| Some(it.officer) != except && matches!(it.fit, Fit::Well | Fit::Somehow);
    Ok(candidates.iter().filter(|it| fits(it)).map(|it| it.officer).collect())
}
