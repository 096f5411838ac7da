//! All SQL of patterns. Decides nothing.

use chrono::{NaiveDate, NaiveTime, Weekday};

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;
use crate::kernel::id::{HotlineId, OfficerId, RotationId, TemplateId};
use crate::offices::OfficeId;
use crate::shifts::Tier;

use super::rotation::{Daily, Rotation, Unit};
use super::template::{Holidays, Template, TemplateShift};

const SAVE_TEMPLATE: &str = "INSERT INTO week_templates
        (id, office_id, name, weeks, holidays, created_at, updated_at, sequence)
    VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, weeks = excluded.weeks, holidays = excluded.holidays,
        updated_at = excluded.updated_at, sequence = excluded.sequence
    WHERE week_templates.sequence = excluded.sequence - 1";
const DELETE_TEMPLATE: &str = "DELETE FROM week_templates WHERE id = $1";
const FIND_TEMPLATE: &str = "SELECT id, sequence, office_id, name, weeks, holidays FROM week_templates WHERE id = $1";
const LIST_TEMPLATES: &str = "SELECT id, sequence, office_id, name, weeks, holidays FROM week_templates
    WHERE office_id = $1 ORDER BY name, id";
const CLEAR_TEMPLATE: &str = "DELETE FROM template_shifts WHERE template_id = $1";
const INSERT_LINE: &str = "INSERT INTO template_shifts
    (template_id, place, week, weekday, from_time, until_time, hotline_id, officer_id, tier)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const LIST_LINES: &str = "SELECT week, weekday, from_time, until_time, hotline_id, officer_id, tier
    FROM template_shifts WHERE template_id = $1 ORDER BY week, weekday, from_time, tier, place";
const SAVE_ROTATION: &str = "INSERT INTO rotations (id, office_id, hotline_id, name, every, unit, first_day, hand_off,
        from_time, until_time, tiers, ahead, created_at, updated_at, sequence)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)
    ON CONFLICT (id) DO UPDATE SET hotline_id = excluded.hotline_id, name = excluded.name, every = excluded.every,
        unit = excluded.unit, first_day = excluded.first_day, hand_off = excluded.hand_off,
        from_time = excluded.from_time, until_time = excluded.until_time, tiers = excluded.tiers,
        ahead = excluded.ahead, updated_at = excluded.updated_at, sequence = excluded.sequence
    WHERE rotations.sequence = excluded.sequence - 1";
const DELETE_ROTATION: &str = "DELETE FROM rotations WHERE id = $1";
const FIND_ROTATION: &str =
    "SELECT id, sequence, office_id, hotline_id, name, every, unit, first_day, hand_off, from_time,
    until_time, tiers, ahead FROM rotations WHERE id = $1";
const LIST_ROTATIONS: &str =
    "SELECT id, sequence, office_id, hotline_id, name, every, unit, first_day, hand_off, from_time,
    until_time, tiers, ahead FROM rotations WHERE office_id = $1 ORDER BY name, id";
const CLEAR_ROTATION: &str = "DELETE FROM rotation_officers WHERE rotation_id = $1";
const INSERT_TURN: &str = "INSERT INTO rotation_officers (rotation_id, place, officer_id) VALUES ($1, $2, $3)";
const LIST_TURNS: &str = "SELECT officer_id FROM rotation_officers WHERE rotation_id = $1 ORDER BY place";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    SAVE_TEMPLATE,
    DELETE_TEMPLATE,
    FIND_TEMPLATE,
    LIST_TEMPLATES,
    CLEAR_TEMPLATE,
    INSERT_LINE,
    LIST_LINES,
    SAVE_ROTATION,
    DELETE_ROTATION,
    FIND_ROTATION,
    LIST_ROTATIONS,
    CLEAR_ROTATION,
    INSERT_TURN,
    LIST_TURNS,
];

crate::row! {
    struct TemplateRow {
        id: TemplateId,
        sequence: i64,
        office_id: Text<OfficeId>,
        name: String,
        weeks: i64,
        holidays: Text<Holidays>,
    }
}

crate::row! {
    struct LineRow {
        week: i64,
        weekday: i64,
        from_time: Text<NaiveTime>,
        until_time: Text<NaiveTime>,
        hotline_id: HotlineId,
        officer_id: Option<OfficerId>,
        tier: i64,
    }
}

impl TryFrom<LineRow> for TemplateShift {
    type Error = DbError;

    fn try_from(row: LineRow) -> Result<Self, DbError> {
        let unreadable = |column, number: i64| DbError::Unreadable { column, value: number.to_string() };
        let weekday = u8::try_from(row.weekday - 1).ok().and_then(|number| Weekday::try_from(number).ok());
        Ok(Self {
            week: row.week,
            weekday: weekday.ok_or_else(|| unreadable("template_shifts.weekday", row.weekday))?,
            from: row.from_time.0,
            until: row.until_time.0,
            hotline: row.hotline_id,
            officer: row.officer_id,
            tier: Tier::new(row.tier).map_err(|_| unreadable("template_shifts.tier", row.tier))?,
        })
    }
}

crate::row! {
    struct RotationRow {
        id: RotationId,
        sequence: i64,
        office_id: Text<OfficeId>,
        hotline_id: HotlineId,
        name: String,
        every: i64,
        unit: Text<Unit>,
        first_day: Text<NaiveDate>,
        hand_off: Text<NaiveTime>,
        from_time: Option<Text<NaiveTime>>,
        until_time: Option<Text<NaiveTime>>,
        tiers: i64,
        ahead: i64,
    }
}

impl RotationRow {
    fn with(self, officers: Vec<OfficerId>) -> Rotation {
        let daily = self.from_time.zip(self.until_time).map(|(from, until)| Daily { from: from.0, until: until.0 });
        Rotation {
            id: self.id,
            sequence: self.sequence,
            office: self.office_id.0,
            hotline: self.hotline_id,
            name: self.name,
            officers,
            every: self.every,
            unit: self.unit.0,
            first_day: self.first_day.0,
            hand_off: self.hand_off.0,
            daily,
            tiers: self.tiers,
            ahead: self.ahead,
        }
    }
}

/// Saves a template over the version that has its sequence, and counts on; false where somebody else was faster.
pub async fn save_template(tx: &mut Tx, it: &Template, now: Instant) -> Result<bool, DbError> {
    let values = args![it.id, Text(it.office), it.name, it.weeks, Text(it.holidays), now, it.sequence + 1];
    if tx.run(SAVE_TEMPLATE, values).await? == 0 {
        return Ok(false);
    }
    tx.run(CLEAR_TEMPLATE, args![it.id]).await?;
    for (place, line) in it.shifts.iter().enumerate() {
        let TemplateShift { week, weekday, from, until, hotline, officer, tier } = *line;
        let weekday = i64::from(weekday.number_from_monday());
        let (from, until, tier) = (Text(from), Text(until), tier.number());
        let values = args![it.id, place as i64, week, weekday, from, until, hotline, officer, tier];
        tx.run(INSERT_LINE, values).await?;
    }
    Ok(true)
}

pub async fn delete_template(tx: &mut Tx, id: TemplateId) -> Result<(), DbError> {
    tx.run(DELETE_TEMPLATE, args![id]).await?;
    Ok(())
}

pub async fn find_template(mut from: impl Read, id: TemplateId) -> Result<Option<Template>, DbError> {
    match from.first::<TemplateRow>(FIND_TEMPLATE, args![id]).await? {
        Some(row) => Ok(Some(with_lines(from, row).await?)),
        None => Ok(None),
    }
}

pub async fn list_templates(mut from: impl Read, office: OfficeId) -> Result<Vec<Template>, DbError> {
    let mut found = Vec::new();
    for row in from.all::<TemplateRow>(LIST_TEMPLATES, args![Text(office)]).await? {
        found.push(with_lines(&mut from, row).await?);
    }
    Ok(found)
}

async fn with_lines(mut from: impl Read, row: TemplateRow) -> Result<Template, DbError> {
    let lines: Vec<LineRow> = from.all(LIST_LINES, args![row.id]).await?;
    let shifts = lines.into_iter().map(TemplateShift::try_from).collect::<Result<_, _>>()?;
    let TemplateRow { id, sequence, office_id, name, weeks, holidays } = row;
    Ok(Template { id, sequence, office: office_id.0, name, weeks, holidays: holidays.0, shifts })
}

/// The same for a rotation.
pub async fn save_rotation(tx: &mut Tx, it: &Rotation, now: Instant) -> Result<bool, DbError> {
    let values = args![
        it.id,
        Text(it.office),
        it.hotline,
        it.name,
        it.every,
        Text(it.unit),
        Text(it.first_day),
        Text(it.hand_off),
        it.daily.map(|daily| Text(daily.from)),
        it.daily.map(|daily| Text(daily.until)),
        it.tiers,
        it.ahead,
        now,
        it.sequence + 1
    ];
    if tx.run(SAVE_ROTATION, values).await? == 0 {
        return Ok(false);
    }
    tx.run(CLEAR_ROTATION, args![it.id]).await?;
    for (place, officer) in it.officers.iter().enumerate() {
        tx.run(INSERT_TURN, args![it.id, place as i64, *officer]).await?;
    }
    Ok(true)
}

pub async fn delete_rotation(tx: &mut Tx, id: RotationId) -> Result<(), DbError> {
    tx.run(DELETE_ROTATION, args![id]).await?;
    Ok(())
}

pub async fn find_rotation(mut from: impl Read, id: RotationId) -> Result<Option<Rotation>, DbError> {
    match from.first::<RotationRow>(FIND_ROTATION, args![id]).await? {
        Some(row) => Ok(Some(with_turns(from, row).await?)),
        None => Ok(None),
    }
}

pub async fn list_rotations(mut from: impl Read, office: OfficeId) -> Result<Vec<Rotation>, DbError> {
    let mut found = Vec::new();
    for row in from.all::<RotationRow>(LIST_ROTATIONS, args![Text(office)]).await? {
        found.push(with_turns(&mut from, row).await?);
    }
    Ok(found)
}

async fn with_turns(mut from: impl Read, row: RotationRow) -> Result<Rotation, DbError> {
    let turns: Vec<(OfficerId,)> = from.all(LIST_TURNS, args![row.id]).await?;
    Ok(row.with(turns.into_iter().map(|turn| turn.0).collect()))
}
