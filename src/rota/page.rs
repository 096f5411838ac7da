//! The furniture of the rota's pages: choices, faults, notices, and how spans are said in German.
//!
//! No screen of its own; it lists those of the rooms. Every form works without JavaScript.

use std::borrow::Cow;

use axum::Router;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Language;
use crate::offices::{OfficeId, offices};
use crate::people::Actor;
use crate::shifts::Hotline;
use crate::web::{self, Locale};

use super::{
    balance, board, change, cover, demand, draft, mine, pattern, reminders, rules, swaps, terms, who_can, wishes,
};

pub use crate::shifts::say::{span, tier, times};

/// The pages of every room.
pub fn pages() -> Router<Desk> {
    Router::new()
        .merge(balance::pages())
        .merge(board::pages())
        .merge(change::pages())
        .merge(cover::pages())
        .merge(demand::pages())
        .merge(draft::pages())
        .merge(mine::pages())
        .merge(pattern::pages())
        .merge(reminders::pages())
        .merge(rules::pages())
        .merge(swaps::pages())
        .merge(terms::pages())
        .merge(who_can::pages())
        .merge(wishes::pages())
}

/// An entry of a selection list.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: impl ToString, text: impl Into<String>, chosen: &str) -> Self {
        let value = value.to_string();
        Self { chosen: value == chosen, value, text: text.into() }
    }
}

/// A fault in a form: the field to go to, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub field: Cow<'static, str>,
    pub text: String,
}

impl Fault {
    pub fn new(field: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}

/// The faults of a form, as its template asks for them.
#[derive(Clone, Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.field == field).map(|fault| fault.text.as_str())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The result of an action, told on the page that follows it.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    /// `success`, `info` or `warning`: the look and the icon.
    pub look: &'static str,
    pub text: &'static str,
}

/// The offices whose rota somebody may see.
pub fn office_choices(actor: &Actor, chosen: OfficeId) -> Vec<Choice> {
    let theirs = offices().iter().filter(|office| actor.may_see(&office.id));
    theirs.map(|office| Choice::new(office.id, office.name, chosen.as_str())).collect()
}

pub fn hotline_choices(hotlines: &[Hotline], chosen: &str) -> Vec<Choice> {
    let name = |it: &Hotline| format!("{}, {}", it.name, it.office.name());
    hotlines.iter().map(|it| Choice::new(it.id, name(it), chosen)).collect()
}

pub fn away(t: &Locale) -> impl Fn(DbError) -> Response {
    |error| web::unavailable(t, &error)
}

pub fn weekday(day: NaiveDate) -> &'static str {
    Language::De.weekday(day.weekday())
}

/// "16.11. bis 22.11.2026", "28.12.2026 bis 03.01.2027".
pub fn period(first: NaiveDate, last: NaiveDate) -> String {
    let year = if first.year() == last.year() { "" } else { "%Y" };
    format!("{} bis {}", first.format(&format!("%d.%m.{year}")), last.format("%d.%m.%Y"))
}

/// "Mo 16.11.".
pub fn short_day(day: NaiveDate) -> String {
    format!("{} {}", &weekday(day)[..2], day.format("%d.%m."))
}

/// "7,5": a number with one digit behind the comma, none where it is whole.
pub fn number(n: f64) -> String {
    format!("{n:.1}").trim_end_matches(".0").replace('.', ",")
}

/// "80 %".
pub fn percent(share: f64) -> String {
    format!("{} %", number(share * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_names_both_years_where_they_differ() {
        for (first, last, said) in [
            ("2026-11-16", "2026-11-22", "16.11. bis 22.11.2026"),
            ("2026-12-28", "2027-01-03", "28.12.2026 bis 03.01.2027"),
            ("2027-02-01", "2028-02-01", "01.02.2027 bis 01.02.2028"),
        ] {
            assert_eq!(period(first.parse().unwrap(), last.parse().unwrap()), said);
        }
    }
}
