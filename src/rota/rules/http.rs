//! The programmer's door to the rules: reading and setting them, and what they say of the published rota.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::{OfficerId, ShiftId};
use crate::people::Bearer;
use crate::rota::http::{planned_office, seen_office};
use crate::web::{self, Path, Problem, Query, Window};

use super::{Breach, Level, RULES, Rule, RuleFacts, RuleKey, RuleSet, RulesError, Verdict, Waiver};

pub fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(get_rota_rules, set_rota_rules)).routes(routes!(get_rota_check))
}

impl From<RulesError> for Problem {
    fn from(error: RulesError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            RulesError::Forbidden => return Self::forbidden(),
            RulesError::ChangedMeanwhile(_) => (StatusCode::CONFLICT, "changed-meanwhile"),
            RulesError::BadReason => (StatusCode::BAD_REQUEST, "bad-reason"),
            RulesError::NoSuchBreach => (StatusCode::NOT_FOUND, "no-such-breach"),
            RulesError::BadRule(_) => (StatusCode::BAD_REQUEST, "bad-rule"),
            RulesError::Db(error) => return Self::unavailable(&error),
        };
        Self::new(status, code, detail)
    }
}

/// The rules of an office's rota.
#[derive(Serialize, ToSchema)]
struct RotaRulesView {
    /// Of full time.
    full_week_hours: i64,
    /// So much of a backup shift counts as work.
    standby_percent: i64,
    /// So much of work that is longer than the rule `break` says is a break that does not count; 0: all of it counts.
    unpaid_break_minutes: i64,
    rules: Vec<RotaRuleView>,
    /// Counts the changes; a change may name the one that it is based on.
    sequence: i64,
}

#[derive(Serialize, ToSchema)]
struct RotaRuleView {
    rule: RuleKey,
    level: Level,
    /// Hours, a count, or an hour of the day; 0 where the rule has none.
    value: i64,
    /// In German, as on the screen.
    title: &'static str,
    meaning: &'static str,
    source: &'static str,
}

impl From<RuleSet> for RotaRulesView {
    fn from(it: RuleSet) -> Self {
        let view = |facts: &RuleFacts| {
            let (Rule { level, value }, RuleFacts { key: rule, title, meaning, source, .. }) =
                (it.rule(facts.key), *facts);
            RotaRuleView { rule, level, value, title, meaning, source }
        };
        Self {
            full_week_hours: it.full_week_hours,
            standby_percent: it.standby_percent,
            unpaid_break_minutes: it.unpaid_break_minutes,
            rules: RULES.iter().map(view).collect(),
            sequence: it.sequence,
        }
    }
}

/// What is to be different; what is absent stays.
#[derive(Deserialize, ToSchema)]
struct RotaRulesChange {
    /// That of the rules on which the change is based. Default: as they are now.
    sequence: Option<i64>,
    /// 1 to 60.
    full_week_hours: Option<i64>,
    /// 0 to 100.
    standby_percent: Option<i64>,
    /// 0 to 60.
    unpaid_break_minutes: Option<i64>,
    #[serde(default)]
    rules: Vec<RotaRuleChange>,
}

#[derive(Deserialize, ToSchema)]
struct RotaRuleChange {
    rule: RuleKey,
    level: Option<Level>,
    value: Option<i64>,
}

impl RotaRulesChange {
    fn upon(self, mut rules: RuleSet) -> Result<RuleSet, RulesError> {
        rules.sequence = self.sequence.unwrap_or(rules.sequence);
        rules.full_week_hours = self.full_week_hours.unwrap_or(rules.full_week_hours);
        rules.standby_percent = self.standby_percent.unwrap_or(rules.standby_percent);
        rules.unpaid_break_minutes = self.unpaid_break_minutes.unwrap_or(rules.unpaid_break_minutes);
        for RotaRuleChange { rule, level, value } in self.rules {
            let before = rules.rule(rule);
            let after = Rule { level: level.unwrap_or(before.level), value: value.unwrap_or(before.value) };
            rules.set(rule, after)?;
        }
        Ok(rules)
    }
}

/// A breach of a rule by the shifts of an officer.
#[derive(Serialize, ToSchema)]
struct RuleBreachView {
    rule: RuleKey,
    level: Level,
    officer: OfficerId,
    shifts: Vec<ShiftId>,
    start: Instant,
    end: Instant,
    /// By how much: seconds, or a count; 0 where nothing is measured.
    excess: i64,
    /// In German: "Ruhezeit 2 Std. zu kurz".
    short: String,
    text: String,
}

impl From<&Breach> for RuleBreachView {
    fn from(it: &Breach) -> Self {
        Self {
            rule: it.rule,
            level: it.level,
            officer: it.officer,
            shifts: it.shifts.clone(),
            start: it.span.start,
            end: it.span.end,
            excess: it.excess(),
            short: it.short(),
            text: it.text(),
        }
    }
}

/// What the rules say of the published rota.
#[derive(Serialize, ToSchema)]
struct VerdictView {
    /// Hard breaches that nobody has let stand.
    blocking: Vec<RuleBreachView>,
    waived: Vec<WaivedView>,
    /// Soft breaches.
    warnings: Vec<RuleBreachView>,
}

/// A hard breach that somebody lets stand.
#[derive(Serialize, ToSchema)]
struct WaivedView {
    #[serde(flatten)]
    breach: RuleBreachView,
    reason: String,
    granted_by: String,
    granted_at: Instant,
}

impl From<&(Breach, Waiver)> for WaivedView {
    fn from((breach, waiver): &(Breach, Waiver)) -> Self {
        let Waiver { reason, granted_by, granted_at, .. } = waiver.clone();
        Self { breach: breach.into(), reason, granted_by, granted_at }
    }
}

impl From<Verdict> for VerdictView {
    fn from(it: Verdict) -> Self {
        Self {
            blocking: it.blocking.iter().map(RuleBreachView::from).collect(),
            waived: it.waived.iter().map(WaivedView::from).collect(),
            warnings: it.warnings.iter().map(RuleBreachView::from).collect(),
        }
    }
}

/// The rules of an office's rota: levels, values, sources.
#[utoipa::path(get, path = "/offices/{office}/rota/rules", tag = "staff", params(("office" = String, Path)),
    responses((status = 200, body = RotaRulesView), (status = 404, body = Problem)))]
async fn get_rota_rules(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<String>,
) -> Result<Json<RotaRulesView>, Problem> {
    let office = seen_office(&actor, &office)?;
    let rules = super::load_rules(&desk.db, office).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(rules.into()))
}

/// Sets rules of an office's rota.
#[utoipa::path(patch, path = "/offices/{office}/rota/rules", tag = "staff", params(("office" = String, Path)),
    request_body = RotaRulesChange,
    responses((status = 200, body = RotaRulesView), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn set_rota_rules(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<String>,
    web::Json(change): web::Json<RotaRulesChange>,
) -> Result<Json<RotaRulesView>, Problem> {
    let office = seen_office(&actor, &office)?;
    let before = super::load_rules(&desk.db, office).await.map_err(|error| Problem::unavailable(&error))?;
    let saved = super::set_rules(&desk, desk.now(), &actor, office, &change.upon(before)?).await?;
    Ok(Json(saved.into()))
}

/// Holds the published rota of an office against its rules.
#[utoipa::path(get, path = "/offices/{office}/rota/check", tag = "staff", params(("office" = String, Path), Window),
    responses((status = 200, body = VerdictView), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn get_rota_check(
    State(desk): State<Desk>,
    Bearer(actor): Bearer,
    Path(office): Path<String>,
    Query(window): Query<Window>,
) -> Result<Json<VerdictView>, Problem> {
    let office = planned_office(&actor, &office)?;
    let period = window.span(desk.now())?;
    let verdict =
        super::judge_published(&desk.db, office, period).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(verdict.into()))
}
