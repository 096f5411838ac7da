//! The SQL of the rules and of the breaches that somebody lets stand.

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{OfficerId, WaiverId};
use crate::kernel::{Instant, Span};
use crate::offices::OfficeId;

use super::rule::{Level, Rule, RuleKey, RuleSet};
use super::waiver::Waiver;

const FIND_SET: &str = "SELECT full_week_hours, standby_percent, unpaid_break_minutes, sequence
    FROM rota_rule_sets WHERE office_id = $1";
const INSERT_SET: &str = "INSERT INTO rota_rule_sets
    (office_id, full_week_hours, standby_percent, unpaid_break_minutes, sequence, updated_at)
    VALUES ($1, $2, $3, $4, 1, $5)
    ON CONFLICT (office_id) DO NOTHING";
const UPDATE_SET: &str = "UPDATE rota_rule_sets
    SET full_week_hours = $3, standby_percent = $4, unpaid_break_minutes = $5, sequence = sequence + 1, updated_at = $6
    WHERE office_id = $1 AND sequence = $2";
const LIST_RULES: &str = "SELECT rule, level, value FROM rota_rules WHERE office_id = $1";
const DELETE_RULES: &str = "DELETE FROM rota_rules WHERE office_id = $1";
const INSERT_RULE: &str = "INSERT INTO rota_rules (office_id, rule, level, value) VALUES ($1, $2, $3, $4)";
const INSERT_WAIVER: &str = "INSERT INTO rota_waivers
    (id, office_id, rule, officer_id, starts_at, ends_at, excess, reason, granted_by, granted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const LIST_WAIVERS: &str = "SELECT id, rule, officer_id, starts_at, ends_at, excess, reason, granted_by, granted_at
    FROM rota_waivers WHERE office_id = $1 AND ends_at > $2 AND starts_at < $3 ORDER BY granted_at DESC, id";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] =
    &[FIND_SET, INSERT_SET, UPDATE_SET, LIST_RULES, DELETE_RULES, INSERT_RULE, INSERT_WAIVER, LIST_WAIVERS];

/// The rules of an office. One that the program does not know any more is left out.
pub async fn load_rules(mut from: impl Read, office: OfficeId) -> Result<RuleSet, DbError> {
    let mut rules = RuleSet::default();
    let set: Option<(i64, i64, i64, i64)> = from.first(FIND_SET, args![Text(office)]).await?;
    let Some(set) = set else { return Ok(rules) };
    (rules.full_week_hours, rules.standby_percent, rules.unpaid_break_minutes, rules.sequence) = set;
    let rows: Vec<(String, Text<Level>, i64)> = from.all(LIST_RULES, args![Text(office)]).await?;
    for (key, level, value) in rows {
        let Ok(key) = key.parse::<RuleKey>() else { continue };
        let rule = Rule { level: level.0, value };
        let unreadable = |_| DbError::Unreadable { column: "rota_rules.value", value: value.to_string() };
        rules.set(key, rule).map_err(unreadable)?;
    }
    Ok(rules)
}

/// Saves the rules over the version that has their sequence; false where somebody else was faster.
pub async fn save_rules(tx: &mut Tx, office: OfficeId, rules: &RuleSet, now: Instant) -> Result<bool, DbError> {
    let RuleSet { full_week_hours: week, standby_percent: standby, unpaid_break_minutes: unpaid, .. } = *rules;
    let saved = match rules.sequence {
        0 => tx.run(INSERT_SET, args![Text(office), week, standby, unpaid, now]).await?,
        seen => tx.run(UPDATE_SET, args![Text(office), seen, week, standby, unpaid, now]).await?,
    };
    if saved == 0 {
        return Ok(false);
    }
    tx.run(DELETE_RULES, args![Text(office)]).await?;
    for (key, Rule { level, value }) in rules.own() {
        tx.run(INSERT_RULE, args![Text(office), Text(key), Text(level), value]).await?;
    }
    Ok(true)
}

crate::row! {
    struct WaiverRow {
        id: WaiverId,
        rule: Text<RuleKey>,
        officer_id: OfficerId,
        starts_at: Instant,
        ends_at: Instant,
        excess: i64,
        reason: String,
        granted_by: String,
        granted_at: Instant,
    }
}

impl From<WaiverRow> for Waiver {
    fn from(row: WaiverRow) -> Self {
        Self {
            id: row.id,
            rule: row.rule.0,
            officer: row.officer_id,
            span: Span { start: row.starts_at, end: row.ends_at },
            excess: row.excess,
            reason: row.reason,
            granted_by: row.granted_by,
            granted_at: row.granted_at,
        }
    }
}

pub async fn insert_waiver(tx: &mut Tx, office: OfficeId, waiver: &Waiver) -> Result<(), DbError> {
    let Waiver { id, rule, officer, span, excess, reason, granted_by, granted_at } = waiver;
    let (office, rule) = (Text(office), Text(*rule));
    let values = args![*id, office, rule, *officer, span.start, span.end, *excess, *reason, *granted_by, *granted_at];
    tx.run(INSERT_WAIVER, values).await.map(drop)
}

/// Those that touch the window, newest first.
pub async fn list_waivers(mut from: impl Read, office: OfficeId, window: Span) -> Result<Vec<Waiver>, DbError> {
    let rows: Vec<WaiverRow> = from.all(LIST_WAIVERS, args![Text(office), window.start, window.end]).await?;
    Ok(rows.into_iter().map(Waiver::from).collect())
}
