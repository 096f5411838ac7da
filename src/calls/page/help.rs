//! The account of neighbours' help in a month: who gave how many talks to whom, and who took them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::id::HotlineId;
use crate::kernel::{Language, local};
use crate::offices::{OfficeId, offices};
use crate::people::{SignedIn, seen_office};
use crate::shifts;
use crate::web::{self, Locale, Page};

use super::lasted;
use crate::calls;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    dienststelle: String,
    /// "2026-11"
    monat: String,
}

#[derive(Template)]
#[template(path = "calls/pages/help.html")]
struct HelpPage<'a> {
    t: &'a Locale,
    page: Page,
    office: &'static str,
    office_code: OfficeId,
    offices: Vec<(OfficeId, &'static str, bool)>,
    /// What was asked for and is no month.
    unknown: Option<String>,
    month: String,
    before: String,
    after: String,
    rows: Vec<Row>,
    given: Sum,
    taken: Sum,
}

/// What passed between the office and another one.
#[derive(Default)]
struct Row {
    office: &'static str,
    given: Sum,
    taken: Sum,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    talks: i64,
    seconds: i64,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.talks += other.talks;
        self.seconds += other.seconds;
    }

    fn time(self) -> String {
        lasted(chrono::TimeDelta::seconds(self.seconds))
    }
}

impl HelpPage<'_> {
    /// The width of a bar, in hundredths of the widest one.
    fn width(&self, sum: &Sum) -> i64 {
        let widest = self.rows.iter().map(|row| row.given.talks.max(row.taken.talks)).max().unwrap_or_default();
        sum.talks * 100 / widest.max(1)
    }

    fn balance(&self) -> String {
        match self.given.talks - self.taken.talks {
            0 => "ausgeglichen".into(),
            more @ 1.. => format!("{more} mehr gegeben als genommen"),
            less => format!("{} mehr genommen als gegeben", -less),
        }
    }
}

/// `GET /dienst/nachbarn/konto`
pub async fn show(
    State(desk): State<Desk>,
    t: Locale,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let office = seen_office(&t, &signed.0, &asked.dienststelle)?;
    let first = NaiveDate::parse_from_str(&format!("{}-01", asked.monat), "%Y-%m-%d").ok();
    let first = first.filter(|day| local::is_plannable(*day));
    let unknown = (first.is_none() && !asked.monat.is_empty()).then(|| asked.monat.clone());
    let first = first.unwrap_or_else(|| local::day(desk.now()));
    let window = local::whole_month(first);
    let away = |error| web::unavailable(&t, &error);
    let help = calls::list_help(&desk, window).await.map_err(away)?;
    let hotlines = shifts::list_hotlines(&desk.db, None).await.map_err(away)?;
    let of: BTreeMap<HotlineId, OfficeId> = hotlines.iter().map(|hotline| (hotline.id, hotline.office)).collect();
    let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
    let (mut given, mut taken) = (Sum::default(), Sum::default());
    for calls::Help { pair: (asking, helper), talks, seconds } in help {
        let (Some(asking), Some(helper)) = (of.get(&asking), of.get(&helper)) else { continue };
        let sum = Sum { talks, seconds };
        for (mine, other, is_given) in [(helper, asking, true), (asking, helper, false)] {
            if *mine == office {
                let row = rows.entry(other.name()).or_insert_with(|| Row { office: other.name(), ..Row::default() });
                let sums = if is_given { [&mut row.given, &mut given] } else { [&mut row.taken, &mut taken] };
                sums.into_iter().for_each(|it| it.add(sum));
            }
        }
    }
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let first = first.with_day(1).unwrap_or(first);
    Ok(web::ok(&HelpPage {
        t: &t,
        page: signed.page(&t, "Geben und Nehmen"),
        office: office.name(),
        office_code: office,
        offices: offices()
            .iter()
            .filter(|it| signed.0.may_see(&it.id))
            .map(|it| (it.id, it.name, it.id == office))
            .collect(),
        unknown,
        month: format!("{} {}", Language::De.month(first.month0()), first.year()),
        before: month(first - Months::new(1)),
        after: month(first + Months::new(1)),
        rows: rows.into_values().collect(),
        given,
        taken,
    }))
}
