//! The programmer's door to "who can?".

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Language, Span};
use crate::people::Bearer;
use crate::shifts::{self, Tier};
use crate::web::{Path, Problem, Query};

use super::{Candidate, Fit, Speaks, Wanted};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_candidates))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    from: Instant,
    until: Instant,
    /// 1 to 9. Default 1.
    tier: Option<i64>,
    /// Code of a topic. Default: whichever.
    topic: Option<String>,
    /// `de` or `en`. Default `de`.
    language: Option<String>,
    /// The shift that is to be filled or handed over, if it is there already.
    shift: Option<ShiftId>,
}

impl Asked {
    fn wanted(&self, hotline: HotlineId) -> Result<Wanted, Problem> {
        let tier = Tier::new(self.tier.unwrap_or(1)).map_err(|fault| Problem::bad_request(fault.to_string()))?;
        let topic = self.topic.as_deref().map(str::parse).transpose();
        let span = Span::new(self.from, self.until).filter(|span| span.length() <= chrono::TimeDelta::hours(26));
        Ok(Wanted {
            hotline,
            span: span.ok_or_else(|| Problem::bad_request("until comes after from, by 26 hours at most"))?,
            tier,
            topic: topic.map_err(|_| Problem::bad_request("there is no such topic"))?,
            language: self.language.as_deref().and_then(Language::from_tag).unwrap_or(Language::De),
            shift: self.shift,
        })
    }
}

/// Somebody who could take the span, with the reasons for and against.
#[derive(Serialize, ToSchema)]
struct CandidateView {
    officer: OfficerId,
    name: String,
    /// `well`, `somehow` (something speaks against it), `with_reason` (a hard rule is broken), `not` (busy or away).
    fit: &'static str,
    /// In German.
    in_favour: Vec<String>,
    against: Vec<String>,
    /// Minutes of duty over their fair share; negative under it.
    over_minutes: i64,
}

impl From<Candidate> for CandidateView {
    fn from(it: Candidate) -> Self {
        let texts = |speaks| {
            it.reasons.iter().filter(|reason| reason.speaks == speaks).map(|reason| reason.text.clone()).collect()
        };
        let fit = match it.fit {
            Fit::Well => "well",
            Fit::Somehow => "somehow",
            Fit::WithReason => "with_reason",
            Fit::Not => "not",
        };
        let (in_favour, against) = (texts(Speaks::For), texts(Speaks::Against));
        Self { officer: it.officer, name: it.name, fit, in_favour, against, over_minutes: it.over_minutes }
    }
}

/// Who could take a span on a hotline: everybody of its office, the best first. For those who plan it.
#[utoipa::path(get, path = "/hotlines/{id}/candidates", tag = "staff", params(("id" = HotlineId, Path), Asked),
    responses((status = 200, body = Vec<CandidateView>), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get_candidates(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(id): Path<HotlineId>,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<CandidateView>>, Problem> {
    let hotline = shifts::load_hotline(&desk.db, &actor, id).await?;
    if !actor.may_plan(&hotline.office) {
        return Err(Problem::forbidden());
    }
    let wanted = asked.wanted(hotline.id)?;
    let found = super::list_candidates(&desk.db, hotline.office, &wanted, None).await;
    let found = found.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(found.into_iter().map(CandidateView::from).collect()))
}
