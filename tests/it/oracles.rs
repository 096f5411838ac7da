//! Series and holidays against Python packages that know nothing of ours: thousands of random series in one process.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike, Weekday, WeekdaySet};
use serde_json::{Value, json};
use sprechzeit::bookings::{Exception, Exceptions, Rhythm, Series, Window};
use sprechzeit::offices;

const SERIES: usize = 3000;

/// What the script says to the input; None, told aloud, where there is no Python.
fn ask(script: &str, input: &Value) -> Option<Value> {
    let Ok(python) = std::env::var("SPRECHZEIT_TEST_PYTHON") else {
        eprintln!("SKIPPED: SPRECHZEIT_TEST_PYTHON is not set; tests/run sets it");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/readers").join(script);
    let mut child = Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Draws the same numbers at each run (a linear congruential generator, Knuth's MMIX constants).
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn day(&mut self, from: NaiveDate, within: u64) -> NaiveDate {
        from + TimeDelta::days(self.below(within) as i64)
    }

    fn window(&mut self) -> Window {
        let quarters = |n: u64| NaiveTime::from_num_seconds_from_midnight_opt((n * 900 % 86_400) as u32, 0).unwrap();
        let opens = self.below(90);
        Window { opens: quarters(opens), closes: quarters(opens + 1 + self.below(96 - opens)) }
    }

    fn series(&mut self) -> Series {
        let mut weekdays = WeekdaySet::EMPTY;
        for _ in 0..=self.below(3) {
            weekdays.insert(Weekday::try_from(self.below(7) as u8).unwrap());
        }
        let rhythm = match self.below(8) {
            0..=2 => Rhythm::Weeks(1),
            3 | 4 => Rhythm::Weeks(2 + self.below(7) as i64),
            5 | 6 => Rhythm::Nth(1 + self.below(4) as u32),
            _ => Rhythm::Last,
        };
        let first_day = self.day("2025-12-01".parse().unwrap(), 500);
        let last_day = (self.below(2) == 0).then(|| self.day(first_day, 300));
        let window = self.window();
        let mut series = Series { weekdays, rhythm, window, first_day, last_day, exceptions: Exceptions::new() };
        let until = last_day.unwrap_or(first_day + TimeDelta::days(200));
        let regular = series.occurrences(first_day..=until);
        for _ in 0..self.below(5) {
            let any = regular.get(self.below(regular.len().max(1) as u64) as usize).map(|it| it.day);
            let other = self.day(first_day, (until - first_day).num_days() as u64 + 1);
            let (of, exception) = match (self.below(3), any) {
                (0, Some(of)) => (of, Exception::Closed),
                (1, Some(of)) => (of, Exception::Moved { day: other, window: self.window() }),
                _ => (other, Exception::Extra { window: self.window() }),
            };
            series.exceptions.insert(of, exception);
        }
        series
    }
}

fn time(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn told(series: &Series, (from, until): (NaiveDate, NaiveDate)) -> Value {
    let days: Vec<String> = series.weekdays.iter(Weekday::Mon).map(|day| day.to_string()[..2].to_uppercase()).collect();
    let (rhythm, place) = match series.rhythm {
        Rhythm::Weeks(every) => ("weeks", every),
        Rhythm::Nth(n) => ("month", i64::from(n)),
        Rhythm::Last => ("month", -1),
    };
    let window = |window: &Window| json!([time(window.opens), time(window.closes)]);
    let (mut closed, mut moved, mut extra) = (vec![], vec![], vec![]);
    for (of, exception) in &series.exceptions {
        match exception {
            Exception::Closed => closed.push(json!(of)),
            Exception::Moved { day, window: to } => moved.push(json!([of, day, window(to)])),
            Exception::Extra { window: at } => extra.push(json!([of, window(at)])),
        }
    }
    json!({
        "weekdays": days, "rhythm": rhythm, "place": place, "window": window(&series.window),
        "first_day": series.first_day, "last_day": series.last_day,
        "closed": closed, "moved": moved, "extra": extra, "from": from, "until": until,
    })
}

#[test]
fn thousands_of_series_take_place_when_another_program_says_so() {
    let mut draw = Draw(20_261_121);
    let cases: Vec<(Series, (NaiveDate, NaiveDate))> = (0..SERIES)
        .map(|_| {
            let series = draw.series();
            let from = draw.day(series.first_day - TimeDelta::days(30), 200);
            (series, (from, draw.day(from, 120)))
        })
        .collect();
    let input = cases.iter().map(|(series, days)| told(series, *days)).collect();
    let Some(answers) = ask("series.py", &Value::Array(input)) else { return };
    let mut found = 0;
    for ((series, (from, until)), answer) in cases.iter().zip(answers.as_array().unwrap()) {
        let ours = series.occurrences(*from..=*until);
        let said = ours.iter().map(|it| format!("{} {}-{}", it.day, time(it.opens), time(it.closes)));
        let ours: Vec<Value> = said.map(Value::from).collect();
        assert_eq!(&Value::from(ours), answer, "{from} to {until} of {series:#?}");
        found += answer.as_array().unwrap().len();
    }
    assert!(found > 5 * SERIES, "only {found} occurrences");
}

#[test]
fn the_holidays_of_twenty_one_years_are_those_that_another_program_knows() {
    let Some(theirs) = ask("feast_days.py", &json!([2020, 2040])) else { return };
    let first: NaiveDate = "2020-01-01".parse().unwrap();
    let days = first.iter_days().take_while(|day| *day < "2041-01-01".parse().unwrap());
    let ours: Vec<NaiveDate> = days.filter(|day| offices::holiday(*day).is_some()).collect();
    assert_eq!(json!(ours), theirs);
}
