//! Many at once on the same times: the real program, on PostgreSQL as two processes on one database, each with the control
//! that shows the race where the database's guards are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sprechzeit::kernel::{Clock, Instant, local};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::crash::{Program, client, every_booking, send};
use crate::outbox::free_port;
use crate::world::{Engine, Place, engines, runtime};

/// The running programs on one database, with a planner's token.
struct Nodes {
    programs: Vec<Program>,
    http: reqwest::Client,
    token: String,
    place: Place,
    /// Local, in eight days.
    day: chrono::NaiveDate,
}

impl Nodes {
    /// Two on PostgreSQL; SQLite belongs to one program.
    async fn start(engine: Engine) -> Self {
        let place = Place::make(engine).await;
        let mut programs = vec![Program::new(&place.database_url, free_port())];
        programs[0].start().await;
        if engine == Engine::Postgres {
            let mut second = programs[0].beside();
            second.start().await;
            programs.push(second);
        }
        let token = programs[0].token();
        let day = local::day(Clock::default().now()) + chrono::TimeDelta::days(8);
        Self { programs, http: client(), token, place, day }
    }

    /// The address of one node after the other.
    fn address(&self, number: usize) -> &str {
        &self.programs[number % self.programs.len()].address
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.address(0))).bearer_auth(&self.token).json(&body);
        let (status, answer) = send(request).await.unwrap();
        assert_eq!(status, 201, "{path}: {answer}");
        answer
    }

    /// So many officers with a weekly hour from ten on: the ids of the officers and of the hours.
    async fn offer(&self, officers: usize, closes: &str) -> Vec<(Value, Value)> {
        let mut offered = Vec::new();
        for number in 0..officers {
            let officer = self.post("/officers", json!({"office": "ka", "name": format!("Officer {number}")})).await;
            let hour = self.post("/consultation-hours", self.hour(&officer["id"], closes)).await;
            offered.push((officer["id"].clone(), hour["id"].clone()));
        }
        offered
    }

    fn hour(&self, officer: &Value, closes: &str) -> Value {
        let weekday = chrono::Datelike::weekday(&self.day).to_string().to_lowercase();
        json!({"officer": officer, "weekday": weekday, "opens": "10:00", "closes": closes,
            "first_day": self.day.to_string(), "slot_minutes": 30, "formats": ["telephone"]})
    }

    /// The start of the slot with this number, so many weeks later.
    fn start_of(&self, number: i32, weeks: i64) -> Instant {
        let ten = local::start(self.day.and_hms_opt(10, 0, 0).unwrap());
        ten + chrono::TimeDelta::weeks(weeks) + chrono::TimeDelta::minutes(30) * number
    }

    fn hold(&self, node: usize, start: Instant) -> reqwest::RequestBuilder {
        let body = json!({"topic": "einbruchschutz", "format": "telephone", "office": "ka", "start": start.rfc3339()});
        self.http.post(format!("{}/holds", self.address(node))).json(&body)
    }

    /// How many of so many who want the same time at once are answered how.
    async fn crowd(&self, clients: usize, start: Instant) -> BTreeMap<u16, usize> {
        let mut crowd = JoinSet::new();
        for number in 0..clients {
            let hold = self.hold(number, start);
            crowd.spawn(async move { send(hold).await.unwrap().0 });
        }
        let mut answers = BTreeMap::new();
        for status in crowd.join_all().await {
            *answers.entry(status).or_default() += 1;
        }
        answers
    }

    async fn bookings(&self) -> Vec<Value> {
        every_booking(&self.http, &self.programs[0], &self.token).await
    }
}

#[test]
fn of_sixty_four_who_want_one_slot_exactly_one_gets_it() {
    for engine in engines() {
        runtime().block_on(async {
            let nodes = Nodes::start(engine).await;
            nodes.offer(1, "10:30").await;
            let answers = nodes.crowd(64, nodes.start_of(0, 0)).await;
            assert_eq!(answers, BTreeMap::from([(201, 1), (409, 63)]), "on {engine:?}");
        });
    }
}

#[test]
fn a_time_with_seven_officers_is_given_to_seven_of_fifty_seven() {
    for engine in engines() {
        runtime().block_on(async {
            let nodes = Nodes::start(engine).await;
            nodes.offer(7, "10:30").await;
            let answers = nodes.crowd(57, nodes.start_of(0, 0)).await;
            assert_eq!(answers, BTreeMap::from([(201, 7), (409, 50)]), "on {engine:?}");
        });
    }
}

/// The negative control of both. SQLite's is in the tests of booking: one program loses the race there, too.
#[test]
fn without_the_guards_two_processes_give_one_slot_twice() {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        runtime().block_on(async {
            let nodes = Nodes::start(engine).await;
            nodes.offer(1, "10:30").await;
            let pool = sqlx::PgPool::connect(&nodes.place.database_url).await.unwrap();
            for guard in [
                "DROP INDEX bookings_one_per_slot",
                "ALTER TABLE commitments DROP CONSTRAINT commitments_never_overlap",
            ] {
                sqlx::query(guard).execute(&pool).await.unwrap();
            }
            pool.close().await;
            for week in 0..8 {
                if nodes.crowd(64, nodes.start_of(0, week)).await[&201] > 1 {
                    return;
                }
            }
            panic!("the race did not come about: the guards are not tested");
        });
    }
}

/// Holds, books, moves and cancels at random, as one of the clients; the answers' status.
async fn citizen(
    http: reqwest::Client,
    address: String,
    (starts, booked): (Vec<Instant>, Arc<Semaphore>),
    number: usize,
) -> Vec<u16> {
    let mut answers = Vec::new();
    for turn in 0..4 {
        let start = starts[(number * 5 + turn * 7) % starts.len()].rfc3339();
        let hold = json!({"topic": "einbruchschutz", "format": "telephone", "office": "ka", "start": start});
        let (status, held) = send(http.post(format!("{address}/holds")).json(&hold)).await.unwrap();
        answers.push(status);
        let Some(secret) = held["secret"].as_str() else { continue };
        let person = json!({"name": "Q", "contact": format!("0151 2{number:03}{turn:03}")});
        let other = json!({"start": starts[(number * 3 + turn) % starts.len()].rfc3339()});
        let mut steps = vec![(format!("/holds/{secret}/confirm"), person)];
        match number % 3 {
            0 => steps.push((format!("/bookings/{secret}/cancel"), json!({}))),
            1 => steps.push((format!("/bookings/{secret}/move"), other)),
            _ => {}
        }
        for (path, body) in steps {
            let status = send(http.post(format!("{address}{path}")).json(&body)).await.unwrap().0;
            booked.add_permits(usize::from(status == 200));
            answers.push(status);
        }
    }
    answers
}

#[test]
fn holds_cancellations_moves_and_changes_of_the_hours_at_once_never_give_a_time_twice() {
    for engine in engines() {
        runtime().block_on(async {
            let nodes = Nodes::start(engine).await;
            let offered = nodes.offer(3, "13:00").await;
            let starts: Vec<Instant> = (0..6).map(|number| nodes.start_of(number, 0)).collect();
            let (mut crowd, booked) = (JoinSet::new(), Arc::new(Semaphore::new(0)));
            for number in 0..24 {
                let (http, address) = (nodes.http.clone(), nodes.address(number).to_owned());
                crowd.spawn(citizen(http, address, (starts.clone(), booked.clone()), number));
            }
            // Once something is booked, those who plan end each hour and offer it anew, with slots across the old ones.
            for (number, (officer, hour)) in offered.iter().enumerate() {
                let address = nodes.address(number + 1).to_owned();
                let mut anew = nodes.hour(officer, "13:15");
                anew["opens"] = json!("10:15");
                let (http, token, hour) = (nodes.http.clone(), nodes.token.clone(), hour.as_str().unwrap().to_owned());
                let booked = booked.clone();
                crowd.spawn(async move {
                    let first = tokio::time::timeout(Duration::from_secs(30), booked.acquire());
                    first.await.expect("something is booked").unwrap().forget();
                    let path = format!("{address}/consultation-hours");
                    let ended = http.delete(format!("{path}/{hour}")).bearer_auth(&token).send().await.unwrap();
                    let offered = http.post(path).bearer_auth(&token).json(&anew).send().await.unwrap();
                    vec![ended.status().as_u16(), offered.status().as_u16()]
                });
            }
            let answers: BTreeSet<u16> = crowd.join_all().await.into_iter().flatten().collect();
            assert!(answers.iter().all(|status| *status < 500), "{answers:?} on {engine:?}");
            assert!(answers.contains(&200) && answers.contains(&201) && answers.contains(&204), "{answers:?}");
            let bookings = nodes.bookings().await;
            let live: Vec<&Value> =
                bookings.iter().filter(|it| it["state"] == "held" || it["state"] == "confirmed").collect();
            assert!(!live.is_empty(), "nothing was booked on {engine:?}");
            assert_eq!(overlaps(&live), 0, "an officer has two at once on {engine:?}");
        });
    }
}

/// Pairs of bookings of one officer that overlap.
fn overlaps(bookings: &[&Value]) -> usize {
    let at = |booking: &Value, end: &str| Instant::parse(booking[end].as_str().unwrap()).unwrap();
    let touch = |a: &Value, b: &Value| {
        a["officer"] == b["officer"] && at(a, "start") < at(b, "end") && at(b, "start") < at(a, "end")
    };
    let pairs = bookings.iter().enumerate().flat_map(|(n, a)| bookings[n + 1..].iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| touch(a, b)).count()
}
