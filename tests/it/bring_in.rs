//! Calls that the duty card has answered are brought in from the provider's log: once, with whom they rang and how they ended.

use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use sprechzeit::calls::{self, BroughtIn, NotBroughtIn};
use sprechzeit::config::PublicAddress;
use sprechzeit::kernel::{Instant, Span};
use tokio::net::TcpListener;

use crate::duty_card::{SWITCHBOARD, with_switchboard};
use crate::telephone::{CITIZEN, HOTLINE, Stage};
use crate::world::{World, engines, runtime};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

/// A stand-in of Twilio's log, which answers as its description says: days, parents, pages of two.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Value>>>);

impl Log {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Calls.json");
        let router = Router::new().route(&path, axum::routing::get(list)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    /// A leg that began so many seconds after nine, and lasted so long; talked for so long.
    fn leg(&self, sid: &str, of: Option<&str>, (from, to): (&str, &str), (status, begins, lasts, talked): Leg) {
        let at = |seconds: i64| {
            let at: DateTime<Utc> = "2026-11-20T09:00:00Z".parse().unwrap();
            (at + TimeDelta::seconds(seconds)).to_rfc2822()
        };
        let over = !matches!(status, "in-progress" | "ringing");
        self.0.lock().unwrap().push(json!({
            "sid": format!("CA{sid:0>32}"), "parent_call_sid": of.map(|of| format!("CA{of:0>32}")), "from": from, "to": to,
            "status": status, "start_time": at(begins), "end_time": over.then(|| at(begins + lasts)),
            "duration": over.then(|| talked.to_string()), "direction": if of.is_some() { "outbound-dial" } else { "inbound" },
        }));
    }
}

type Leg = (&'static str, i64, i64, i64);

async fn list(
    State(log): State<Log>,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
) -> (StatusCode, Json<Value>) {
    if !headers.contains_key("authorization") {
        return (StatusCode::UNAUTHORIZED, Json(json!({"code": 20003})));
    }
    let asked = |name: &str| query.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
    let day = |entry: &Value| {
        let start = DateTime::parse_from_rfc2822(entry["start_time"].as_str().unwrap()).unwrap();
        start.format("%Y-%m-%d").to_string()
    };
    let log = log.0.lock().unwrap();
    let found = log.iter().filter(|entry| {
        asked("To").is_none_or(|to| entry["to"] == to)
            && asked("ParentCallSid").is_none_or(|of| entry["parent_call_sid"] == of)
            && asked("StartTime>").is_none_or(|from| day(entry) >= from)
            && asked("StartTime<").is_none_or(|until| day(entry) < until)
    });
    let found: Vec<Value> = found.cloned().collect();
    let page: usize = asked("Page").map_or(0, |page| page.parse().unwrap());
    let next = (found.len() > 2 * (page + 1)).then(|| {
        let rest: Vec<_> = query.iter().filter(|(name, _)| name != "Page").collect();
        let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
        format!("/2010-04-01/Accounts/{ACCOUNT}/Calls.json?{query}&Page={}&PageToken=PA1", page + 1)
    });
    let calls: Vec<Value> = found.into_iter().skip(2 * page).take(2).collect();
    (StatusCode::OK, Json(json!({"calls": calls, "next_page_uri": next})))
}

fn on_both(story: impl AsyncFn(&World, &Log)) {
    for engine in engines() {
        runtime().block_on(async {
            let log = Log::default();
            let address = log.start().await;
            let mut world = World::start_with(engine, FRIDAY, |config| {
                with_switchboard(config);
                config.telephony.twilio.account_sid = Some(ACCOUNT.into());
                config.telephony.twilio.api_base = PublicAddress(address.clone());
            })
            .await;
            story(&world, &log).await;
            world.shut_down().await;
        });
    }
}

fn span(from: &str, until: &str) -> Span {
    let at = |time| Instant::parse(&format!("2026-11-20T{time}Z")).unwrap();
    Span::new(at(from), at(until)).unwrap()
}

/// The calls as they are told: start, ending, and who was rung.
async fn told(stage: &Stage<'_>) -> Vec<String> {
    let calls = stage.get("/calls").await;
    let mut told = Vec::new();
    for call in calls["items"].as_array().unwrap().iter().rev() {
        let call = stage.get(&format!("/calls/{}", call["id"].as_str().unwrap())).await;
        let name = |id: &Value| stage.officers.iter().find(|it| it.id == id.as_str().unwrap()).unwrap().name.clone();
        let rang = call["rang"].as_array().unwrap().iter();
        let rang: Vec<_> =
            rang.map(|it| format!(", {} {}", name(&it["officer"]), it["outcome"].as_str().unwrap())).collect();
        assert!(!call.to_string().contains(&CITIZEN[1..]), "the caller's number is kept as a hash alone");
        told.push(format!("{} {}{}", &call["started_at"].as_str().unwrap()[11..19], call["ending"], rang.concat()));
    }
    told
}

#[test]
fn calls_that_the_card_answered_are_brought_in_once() {
    on_both(async |world, log| {
        let stage = Stage::open(world, &["Anna", "Ben"]).await.everybody_on(DAY).await;
        let [anna, ben] = ["Anna", "Ben"].map(|name| stage.officer(name).number.clone());
        world.advance_minutes(120);
        let call = |sid: &str, from: &str, leg: Leg| log.leg(sid, None, (from, HOTLINE), leg);
        let rung = |sid: &str, of: &str, to: &str, leg: Leg| log.leg(sid, Some(of), (HOTLINE, to), leg);
        // Anna does not answer, Ben does.
        call("1", CITIZEN, ("completed", 60, 200, 200));
        rung("11", "1", &anna, ("no-answer", 65, 20, 0));
        rung("12", "1", &ben, ("completed", 86, 170, 150));
        // The same caller again: Anna's line is busy, the switchboard answers.
        call("2", CITIZEN, ("completed", 600, 100, 100));
        rung("21", "2", &anna, ("busy", 605, 2, 0));
        rung("22", "2", SWITCHBOARD, ("completed", 608, 90, 80));
        // Nobody answers, and the ending is heard; somebody hangs up while it rings; one has no number.
        call("3", "anonymous", ("completed", 1200, 60, 60));
        rung("31", "3", &anna, ("no-answer", 1205, 20, 0));
        rung("32", "3", SWITCHBOARD, ("failed", 1226, 1, 0));
        call("4", "anonymous", ("completed", 1800, 15, 15));
        rung("41", "4", &anna, ("canceled", 1805, 10, 0));
        // Before and after the time that is asked for, and at another number.
        call("5", CITIZEN, ("completed", -60, 10, 10));
        call("6", CITIZEN, ("completed", 3600, 10, 10));
        log.leg("7", None, (CITIZEN, "+498999998999"), ("completed", 900, 10, 10));

        let hour = span("09:00:00", "10:00:00");
        let brought_in = calls::bring_in(&world.desk, hour).await.unwrap();
        assert_eq!(brought_in, BroughtIn { recorded: 4, under_way: 0 });
        let expected = [
            "09:01:00 \"person\", Anna no_answer, Ben accepted",
            "09:10:00 \"transferred\", Anna busy",
            "09:20:00 \"announcement\", Anna no_answer",
            "09:30:00 \"caller_gone\", Anna caller_gone",
        ];
        assert_eq!(told(&stage).await, expected);
        assert_eq!(calls::bring_in(&world.desk, hour).await.unwrap(), BroughtIn::default(), "nothing twice");
        assert_eq!(told(&stage).await, expected);
        let first = stage.get("/calls").await["items"][3]["id"].as_str().unwrap().to_owned();
        let first = stage.get(&format!("/calls/{first}")).await;
        assert_eq!(first["rang"][1]["accepted_at"], "2026-11-20T09:01:46Z", "{first:#}");
        assert_eq!(first["rang"][1]["why"], "Dienstkarte, Platz 2");
        assert_eq!(first["steps"][0]["event"], "card");
        // The officers are free, and the caller is known in this week.
        let mut call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        assert!(call.picks_up(&ring).await.contains("dritter Anruf in dieser Woche"));
        call.ring_ends("no-answer").await.rings("Ben");
    });
}

#[test]
fn after_an_outage_a_round_brings_in_what_is_over_and_waits_for_the_rest() {
    on_both(async |world, log| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let anna = stage.officer("Anna").number.clone();
        assert_eq!(calls::watch(&world.desk, world.now()).await.unwrap(), 0);
        // A short silence is no outage.
        world.advance_minutes(1);
        log.leg("9", None, (CITIZEN, HOTLINE), ("completed", 10, 10, 10));
        assert_eq!(calls::watch(&world.desk, world.now()).await.unwrap(), 0);
        world.advance_minutes(30);
        log.leg("1", None, (CITIZEN, HOTLINE), ("completed", 300, 60, 60));
        log.leg("2", None, (CITIZEN, HOTLINE), ("in-progress", 600, 0, 0));
        log.leg("21", Some("2"), (HOTLINE, &anna), ("in-progress", 605, 0, 0));
        // Or a round of the program was quicker.
        calls::watch(&world.desk, world.now()).await.unwrap();
        assert_eq!(told(&stage).await, ["09:05:00 \"announcement\""]);
        for entry in log.0.lock().unwrap().iter_mut().filter(|entry| entry["status"] == "in-progress") {
            let over = "Fri, 20 Nov 2026 09:32:00 +0000";
            entry["status"] = json!("completed");
            entry["end_time"] = json!(over);
            entry["duration"] = json!("1200");
        }
        world.advance_minutes(1);
        // Or a round of the program was quicker.
        calls::watch(&world.desk, world.now()).await.unwrap();
        assert_eq!(told(&stage).await[1], "09:10:00 \"person\", Anna accepted");
        // All is settled: what the log says of this time is not asked for again.
        log.leg("3", None, (CITIZEN, HOTLINE), ("completed", 900, 60, 60));
        world.advance_minutes(1);
        assert_eq!(calls::watch(&world.desk, world.now()).await.unwrap(), 0);
    });
}

#[test]
fn a_log_that_cannot_be_read_is_said_and_asked_again() {
    on_both(async |world, _| {
        Stage::open(world, &[]).await;
        let mut desk = world.desk.clone();
        let mut config = (*desk.config).clone();
        config.telephony.twilio.account_sid = None;
        desk.config = config.clone().into();
        let hour = span("09:00:00", "10:00:00");
        assert!(matches!(calls::bring_in(&desk, hour).await, Err(NotBroughtIn::NoAccount)));
        config.telephony.twilio.account_sid = Some("AC9".into());
        desk.config = config.into();
        let why = calls::bring_in(&desk, hour).await.unwrap_err().to_string();
        assert!(why.starts_with("the provider's log cannot be read"), "{why}");
        calls::watch(&desk, world.now()).await.unwrap();
        world.advance_minutes(10);
        calls::watch(&desk, world.now()).await.unwrap_err();
        assert_eq!(calls::watch(&world.desk, world.now()).await.unwrap(), 0, "it is there again, and nothing was owed");
    });
}
