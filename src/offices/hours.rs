//! When an office or a hotline is open in a week, and what that means on a real day.
//!
//! Rule: hours never cross midnight; a night is two rules, and they join without a gap.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use crate::kernel::{Instant, Span, local};

/// Open on this weekday from `opens` until `closes`, in wall time. `closes` 00:00 (or `24:00`) is the day's last midnight.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WeeklyRule {
    #[schema(value_type = String, example = "mon")]
    #[serde(with = "weekday")]
    pub weekday: Weekday,
    #[schema(value_type = String, example = "09:00")]
    #[serde(with = "minute")]
    pub opens: NaiveTime,
    #[schema(value_type = String, example = "17:00")]
    #[serde(with = "minute")]
    pub closes: NaiveTime,
}

/// The opening hours of a week: sorted, and what touches or overlaps is one. The default is never open.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Vec<WeeklyRule>", into = "Vec<WeeklyRule>")]
#[schema(value_type = Vec<WeeklyRule>)]
pub struct OpeningHours(Vec<WeeklyRule>);

/// Hours that cannot be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HoursError {
    #[error("closes at {closes} but opens at {opens}: write hours over midnight as two rules")]
    ClosesBeforeItOpens { opens: NaiveTime, closes: NaiveTime },
    #[error("{0} is not a whole minute")]
    NotAMinute(NaiveTime),
}

/// How far ahead an opening is looked for, in days: longer than any closing of an office.
const HORIZON: usize = 366;
const DAY: u32 = 24 * 60;

impl WeeklyRule {
    fn opening_minute(&self) -> u32 {
        minute_of_day(self.opens)
    }

    /// 1 to 1440.
    fn closing_minute(&self) -> u32 {
        match minute_of_day(self.closes) {
            0 => DAY,
            minute => minute,
        }
    }

    fn check(&self) -> Result<(), HoursError> {
        if let Some(time) =
            [self.opens, self.closes].into_iter().find(|time| time.num_seconds_from_midnight() % 60 != 0)
        {
            return Err(HoursError::NotAMinute(time));
        }
        if self.opening_minute() >= self.closing_minute() {
            return Err(HoursError::ClosesBeforeItOpens { opens: self.opens, closes: self.closes });
        }
        Ok(())
    }
}

impl OpeningHours {
    /// The same hours on each of these weekdays.
    pub fn on(weekdays: &[Weekday], opens: NaiveTime, closes: NaiveTime) -> Result<Self, HoursError> {
        Self::new(weekdays.iter().map(|weekday| WeeklyRule { weekday: *weekday, opens, closes }).collect())
    }

    pub fn new(mut rules: Vec<WeeklyRule>) -> Result<Self, HoursError> {
        rules.iter().try_for_each(WeeklyRule::check)?;
        rules.sort_by_key(|rule| (rule.weekday.num_days_from_monday(), rule.opens));
        rules.dedup_by(|later, earlier| {
            let joins = later.weekday == earlier.weekday && later.opening_minute() <= earlier.closing_minute();
            if joins && later.closing_minute() > earlier.closing_minute() {
                earlier.closes = later.closes;
            }
            joins
        });
        Ok(Self(rules))
    }

    pub fn rules(&self) -> &[WeeklyRule] {
        &self.0
    }

    /// Whether there is no opening at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rules of each weekday on which it opens, from Monday.
    pub(super) fn by_weekday(&self) -> impl Iterator<Item = (Weekday, Vec<(NaiveTime, NaiveTime)>)> {
        let days = self.0.chunk_by(|one, next| one.weekday == next.weekday);
        days.map(|rules| (rules[0].weekday, rules.iter().map(|rule| (rule.opens, rule.closes)).collect()))
    }

    /// When it is open on this local day: sorted, disjoint, empty on a closed day.
    pub fn spans(&self, day: NaiveDate, calendar: &Calendar) -> Vec<Span> {
        if calendar.closed(day).is_some() {
            return Vec::new();
        }
        self.0
            .iter()
            .filter(|rule| rule.weekday == day.weekday())
            .map(|rule| local::span(day, rule.opens, rule.closes))
            // Hours within the hour that is skipped in spring are none.
            .filter(|span| span.start < span.end)
            .collect()
    }

    /// Whether it is open at this instant.
    pub fn open_at(&self, at: Instant, calendar: &Calendar) -> bool {
        self.spans(local::day(at), calendar).into_iter().any(|span| span.contains(at))
    }

    /// The next opening after `at`, within a year. Meant for when it is closed.
    pub fn next_opening(&self, at: Instant, calendar: &Calendar) -> Option<Instant> {
        local::day(at)
            .iter_days()
            .take(HORIZON)
            .flat_map(|day| self.spans(day, calendar))
            .map(|span| span.start)
            .find(|start| *start > at)
    }
}

impl TryFrom<Vec<WeeklyRule>> for OpeningHours {
    type Error = HoursError;
    fn try_from(rules: Vec<WeeklyRule>) -> Result<Self, HoursError> {
        Self::new(rules)
    }
}

impl From<OpeningHours> for Vec<WeeklyRule> {
    fn from(hours: OpeningHours) -> Self {
        hours.0
    }
}

fn minute_of_day(time: NaiveTime) -> u32 {
    time.hour() * 60 + time.minute()
}

/// `mon` to `sun`.
mod weekday {
    use chrono::Weekday;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(weekday: &Weekday, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&weekday.to_string().to_lowercase())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Weekday, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|_| D::Error::custom(format!("\"{text}\" is not a weekday (mon to sun)")))
    }
}

/// `HH:MM`.
mod minute {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::kernel::local;

    pub fn serialize<S: Serializer>(time: &NaiveTime, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&time.format("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(from)?;
        local::time(&text).ok_or_else(|| D::Error::custom(format!("\"{text}\" is not a time (HH:MM)")))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use chrono::Weekday::*;

    use super::super::calendar::{DayException, Opening};
    use super::*;

    fn rule(weekday: Weekday, opens: &str, closes: &str) -> WeeklyRule {
        WeeklyRule { weekday, opens: local::time(opens).unwrap(), closes: local::time(closes).unwrap() }
    }

    fn hours(rules: &[(Weekday, &str, &str)]) -> OpeningHours {
        OpeningHours::new(rules.iter().map(|(day, opens, closes)| rule(*day, opens, closes)).collect()).unwrap()
    }

    fn office_week() -> OpeningHours {
        hours(&[
            (Mon, "09:00", "17:00"),
            (Tue, "09:00", "17:00"),
            (Wed, "09:00", "17:00"),
            (Thu, "09:00", "17:00"),
            (Fri, "09:00", "13:00"),
        ])
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn shown(spans: Vec<Span>) -> Vec<String> {
        spans.into_iter().map(|span| format!("{} {}", span.start, span.end)).collect()
    }

    #[test]
    fn what_touches_or_overlaps_is_one() {
        let untidy = hours(&[
            (Tue, "22:00", "24:00"),
            (Mon, "13:00", "17:00"),
            (Mon, "09:00", "12:00"),
            (Mon, "11:00", "11:30"),
            (Mon, "12:00", "13:30"),
        ]);
        assert_eq!(untidy, hours(&[(Mon, "09:00", "17:00"), (Tue, "22:00", "00:00")]));
    }

    #[test]
    fn hours_are_json_in_words_that_a_person_can_read() {
        let friday = hours(&[(Fri, "09:30", "24:00")]);
        let json = r#"[{"weekday":"fri","opens":"09:30","closes":"00:00"}]"#;
        assert_eq!(serde_json::to_string(&friday).unwrap(), json);
        assert_eq!(serde_json::from_str::<OpeningHours>(json).unwrap(), friday);
    }

    #[test]
    fn hours_that_cannot_be_are_refused_with_a_reason() {
        for (json, reason) in [
            (r#"[{"weekday":"mon","opens":"17:00","closes":"09:00"}]"#, "write hours over midnight as two rules"),
            (r#"[{"weekday":"mon","opens":"09:00","closes":"09:00"}]"#, "write hours over midnight as two rules"),
            (r#"[{"weekday":"someday","opens":"09:00","closes":"17:00"}]"#, "\"someday\" is not a weekday"),
            (r#"[{"weekday":"mon","opens":"9 am","closes":"17:00"}]"#, "\"9 am\" is not a time"),
        ] {
            let error = serde_json::from_str::<OpeningHours>(json).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn it_is_open_from_the_first_minute_until_before_the_last() {
        let calendar = Calendar::default();
        for (instant, open) in [
            ("2026-11-20T07:59:59Z", false),
            ("2026-11-20T08:00:00Z", true),
            ("2026-11-20T11:59:59Z", true),
            ("2026-11-20T12:00:00Z", false),
            ("2026-11-21T09:00:00Z", false),
            // Corpus Christi.
            ("2026-06-04T09:00:00Z", false),
        ] {
            assert_eq!(office_week().open_at(at(instant), &calendar), open, "{instant}");
        }
    }

    #[test]
    fn the_next_opening_skips_the_weekend_holidays_and_own_days() {
        let calendar = Calendar::new(["2026-12-24", "2026-12-28"].map(|day| DayException {
            day: day.parse().unwrap(),
            opening: Opening::Closed,
            name: "geschlossen".to_owned(),
        }));
        for (from, next) in [
            ("2026-11-20T07:00:00Z", "2026-11-20T08:00:00Z"),
            ("2026-11-20T12:00:00Z", "2026-11-23T08:00:00Z"),
            ("2026-12-23T16:00:00Z", "2026-12-29T08:00:00Z"),
        ] {
            assert_eq!(office_week().next_opening(at(from), &calendar), Some(at(next)), "{from}");
        }
        assert_eq!(OpeningHours::default().next_opening(at("2026-11-20T12:00:00Z"), &calendar), None);
    }

    #[test]
    fn an_office_may_open_on_a_holiday() {
        let day = "2026-06-04".parse().unwrap();
        let calendar = Calendar::new([DayException { day, opening: Opening::Open, name: "Aktionstag".to_owned() }]);
        assert_eq!(shown(office_week().spans(day, &calendar)), ["2026-06-04T07:00:00Z 2026-06-04T15:00:00Z"]);
    }

    #[test]
    fn clock_changes_leave_no_gap_in_a_night() {
        let night = hours(&[(Sat, "20:00", "24:00"), (Sun, "00:00", "06:00"), (Sun, "02:00", "03:00")]);
        let calendar = Calendar::default();
        for (sunday, spans) in [
            ("2027-03-28", "2027-03-27T23:00:00Z 2027-03-28T04:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z 2026-10-25T05:00:00Z"),
        ] {
            assert_eq!(shown(night.spans(sunday.parse().unwrap(), &calendar)), [spans]);
        }
        let skipped = hours(&[(Sun, "02:00", "03:00")]);
        assert_eq!(skipped.spans("2027-03-28".parse().unwrap(), &calendar), []);
    }

    #[test]
    fn open_around_the_clock_means_every_instant() {
        let always = OpeningHours::on(&[Mon, Tue, Wed, Thu, Fri, Sat, Sun], NaiveTime::MIN, NaiveTime::MIN).unwrap();
        let mut instant = at("2026-10-24T00:00:00Z");
        while instant < at("2026-10-27T00:00:00Z") {
            assert!(always.open_at(instant, &Calendar::default()), "{instant}");
            instant = instant + TimeDelta::minutes(15);
        }
    }
}
