//! Neighbours' help: whose officers are rung where the own ones cannot be, on both engines. Each story checks who was rung
//! and why, as the call tells it afterwards.

use serde_json::{Value, json};
use sprechzeit::people::Role;

use crate::telephone::{CITIZEN, Colleague, Stage, WEEKDAYS};
use crate::world::{World, on_both};

const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";

/// A neighbour: a hotline of another office, with officers on duty the whole day.
struct Neighbour {
    hotline: String,
    token: String,
}

/// Opens a neighbour's hotline; its officers' telephones are +4940669691…
async fn neighbour(stage: &mut Stage<'_>, office: &str, names: &[&str]) -> Neighbour {
    let token = stage.world.token(Role::Supervisor, office).await;
    let place = stage.officers.len();
    let hours: Vec<Value> =
        WEEKDAYS.iter().map(|day| json!({"weekday": day, "opens": "08:00", "closes": "18:00"})).collect();
    let number = format!("+4989999981{place:02}");
    let body =
        json!({"name": format!("Telefon {office}"), "number": number, "flow": "beratungstelefon", "hours": hours});
    let hotline = create(stage.world, &token, "/hotlines", body).await;
    for (count, name) in names.iter().enumerate() {
        let number = format!("+4940669691{place}{count}");
        let id = create(stage.world, &token, "/officers", json!({"name": name, "phone": number})).await;
        let shift =
            json!({"hotline": hotline, "officer": id, "day": DAY, "from": "07:00", "until": "19:00", "tier": 1});
        create(stage.world, &token, "/shifts", shift).await;
        stage.officers.push(Colleague { name: (*name).into(), id, number });
    }
    Neighbour { hotline, token }
}

async fn create(world: &World, token: &str, path: &str, body: Value) -> String {
    let (status, answer) = world.api("POST", path, Some(token), Some(body)).await;
    assert_eq!(status, 201, "{path}: {answer}");
    answer["id"].as_str().unwrap().to_owned()
}

/// Asked for, and agreed to.
async fn help(stage: &Stage<'_>, neighbour: &Neighbour, wanted: Value) {
    assert_eq!(ask(stage, neighbour, wanted.clone()).await, 204);
    let talks = json!({"talks_a_month": wanted["talks_a_month"]});
    let path = format!("/hotlines/{}/neighbours/{}/agreement", stage.hotline, neighbour.hotline);
    assert_eq!(stage.world.api("POST", &path, Some(&neighbour.token), Some(talks)).await.0, 204);
}

async fn ask(stage: &Stage<'_>, neighbour: &Neighbour, wanted: Value) -> u16 {
    let path = format!("/hotlines/{}/neighbours/{}", stage.hotline, neighbour.hotline);
    stage.world.api("PUT", &path, Some(&stage.token), Some(wanted)).await.0
}

async fn rules(stage: &Stage<'_>, rules: Value) {
    let path = format!("/hotlines/{}", stage.hotline);
    let (status, answer) = stage.world.api("PATCH", &path, Some(&stage.token), Some(rules)).await;
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn where_nobody_of_the_own_is_left_a_neighbour_is_rung_and_the_call_says_why() {
    on_both(FRIDAY, async |world| {
        let mut stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let heilbronn = neighbour(&mut stage, "hn", &["Nadia"]).await;
        help(&stage, &heilbronn, json!({"talks_a_month": 10})).await;
        let mut call = stage.ringing_call().await;
        call.rings("Anna");
        call.ring_ends("no-answer").await;
        let ring = call.rings("Nadia");
        let asked = call.picks_up(&ring).await;
        assert!(asked.contains("Nachbarschaftshilfe für ") && asked.contains(", Beratungstelefon."), "{asked}");
        assert!(!asked.contains(CITIZEN), "never the number");
        call.accepted_by("Nadia").await;
        call.talk_ends().await;
        let told = call.told().await;
        told.ended("person", &[("Anna", "no_answer"), ("Nadia", "accepted")]);
        assert!(told.why().starts_with("Nachbarschaftshilfe: "), "{}", told.why());
        assert_eq!(told.told["rang"][1]["helper"], json!(heilbronn.hotline));
    });
}

#[test]
fn callers_wait_for_the_own_officers_first_and_a_busy_neighbour_is_waited_for() {
    on_both(FRIDAY, async |world| {
        let mut stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let heilbronn = neighbour(&mut stage, "hn", &["Nadia"]).await;
        help(&stage, &heilbronn, json!({"talks_a_month": 10})).await;
        rules(&stage, json!({"neighbours_after_seconds": 40})).await;
        let first = stage.ringing_call().await;
        first.accepted_by("Anna").await;
        // Anna talks: the second caller waits for her, and then hears Nadia.
        let mut second = stage.ringing_call().await;
        assert!(second.ring().is_none(), "{}", second.document);
        world.advance_seconds(30);
        second.waits().await;
        assert!(second.ring().is_none(), "{}", second.document);
        world.advance_seconds(30);
        second.waits().await;
        second.accepted_by("Nadia").await;
        // Both talk: the third one waits.
        let mut third = stage.ringing_call().await;
        world.advance_seconds(60);
        third.waits().await;
        assert!(third.ring().is_none(), "{}", third.document);
        second.talk_ends().await;
        world.advance_seconds(20);
        third.waits().await;
        third.accepted_by("Nadia").await;
    });
}

#[test]
fn a_neighbour_is_not_asked_before_it_agrees_nor_over_its_cap_nor_out_of_topic_or_hours_nor_when_closed() {
    on_both(FRIDAY, async |world| {
        let mut stage = Stage::open(world, &["Anna"]).await;
        let heilbronn = neighbour(&mut stage, "hn", &["Nadia"]).await;
        let everything = json!({"talks_a_month": 1});
        assert_eq!(ask(&stage, &heilbronn, everything.clone()).await, 204);
        assert!(stage.ringing_call().await.ring().is_none(), "not agreed");
        let early = json!([{"weekday": "fri", "opens": "08:00", "closes": "09:30"}]);
        for (wanted, why) in [
            (json!({"talks_a_month": 1, "topics": ["einbruchschutz"]}), "another topic"),
            (json!({"talks_a_month": 1, "hours": early}), "out of its hours"),
        ] {
            help(&stage, &heilbronn, wanted).await;
            assert!(stage.ringing_call().await.ring().is_none(), "{why}");
        }
        help(&stage, &heilbronn, everything).await;
        let mut call = stage.ringing_call().await;
        call.accepted_by("Nadia").await;
        call.talk_ends().await;
        assert!(stage.ringing_call().await.ring().is_none(), "one talk a month is agreed");
        // In December it counts anew.
        let december = json!({"hotline": heilbronn.hotline, "officer": stage.officer("Nadia").id, "day": "2026-12-01",
            "from": "07:00", "until": "19:00", "tier": 1});
        create(world, &heilbronn.token, "/shifts", december).await;
        world.advance_minutes(11 * 24 * 60);
        let mut call = stage.ringing_call().await;
        call.rings("Nadia");
        call.ring_ends("no-answer").await;
        let closure = json!({"reason": {"de": "Umzug"}});
        create(world, &heilbronn.token, &format!("/hotlines/{}/closures", heilbronn.hotline), closure).await;
        assert!(stage.ringing_call().await.ring().is_none(), "closed by hand");
    });
}

#[test]
fn neighbours_are_asked_in_their_order_and_a_call_never_travels_on() {
    on_both(FRIDAY, async |world| {
        let mut stage = Stage::open(world, &["Anna"]).await;
        let heilbronn = neighbour(&mut stage, "hn", &["Nadia"]).await;
        let stuttgart = neighbour(&mut stage, "s", &["Sami"]).await;
        let ulm = neighbour(&mut stage, "ul", &["Udo"]).await;
        help(&stage, &heilbronn, json!({"talks_a_month": 5, "position": 2})).await;
        help(&stage, &stuttgart, json!({"talks_a_month": 5, "position": 1})).await;
        // Ulm helps Heilbronn, and Heilbronn is helped by us: a circle of agreements.
        let asks = format!("/hotlines/{}/neighbours/{}", heilbronn.hotline, ulm.hotline);
        let wanted = json!({"talks_a_month": 5});
        assert_eq!(world.api("PUT", &asks, Some(&heilbronn.token), Some(wanted.clone())).await.0, 204);
        let agrees = format!("{asks}/agreement");
        assert_eq!(world.api("POST", &agrees, Some(&ulm.token), Some(wanted.clone())).await.0, 204);
        let back = format!("/hotlines/{}/neighbours/{}", heilbronn.hotline, stage.hotline);
        assert_eq!(world.api("PUT", &back, Some(&heilbronn.token), Some(wanted.clone())).await.0, 204);
        assert_eq!(world.api("POST", &format!("{back}/agreement"), Some(&stage.token), Some(wanted)).await.0, 204);
        let mut call = stage.ringing_call().await;
        call.rings("Sami");
        call.ring_ends("no-answer").await;
        call.rings("Nadia");
        call.ring_ends("no-answer").await;
        assert!(call.ring().is_none(), "Udo helps Heilbronn, not us: {}", call.document);
        let told = call.told().await;
        assert_eq!(told.rang(), [("Sami".into(), "no_answer".into()), ("Nadia".into(), "no_answer".into())]);
    });
}

#[test]
fn a_neighbours_own_callers_come_first_there() {
    on_both(FRIDAY, async |world| {
        let mut stage = Stage::open(world, &["Anna"]).await;
        let heilbronn = neighbour(&mut stage, "hn", &["Nadia"]).await;
        help(&stage, &heilbronn, json!({"talks_a_month": 5})).await;
        let number = "+498999998101";
        let mut talks = stage.call_to(CITIZEN, number).await;
        talks.waits().await.presses("0").await;
        talks.accepted_by("Nadia").await;
        let mut own = stage.call_to("+493023125043", number).await;
        own.waits().await.presses("0").await;
        assert!(own.ring().is_none(), "waits for Nadia");
        talks.talk_ends().await;
        let foreign = stage.ringing_call().await;
        assert!(foreign.ring().is_none(), "Nadia is left to her own caller: {}", foreign.document);
        own.waits().await;
        own.rings("Nadia");
    });
}

#[test]
fn where_nobody_fits_neighbours_who_do_come_before_whoever_is_here() {
    on_both(FRIDAY, async |world| {
        let mut stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let heilbronn = neighbour(&mut stage, "hn", &["Nadia", "Nils"]).await;
        help(&stage, &heilbronn, json!({"talks_a_month": 5})).await;
        let fraud = json!({"topics": ["callcenterbetrug"]});
        let skills = format!("/officers/{}/skills", stage.officer("Anna").id);
        assert_eq!(world.api("PUT", &skills, Some(&stage.token), Some(fraud.clone())).await.0, 200);
        let nadia = format!("/officers/{}/skills", stage.officer("Nadia").id);
        assert_eq!(world.api("PUT", &nadia, Some(&heilbronn.token), Some(fraud)).await.0, 200);
        rules(&stage, json!({"if_nobody_fits": "other_office", "neighbours_after_seconds": 3600})).await;
        let burglary = async || {
            let mut call = stage.call().await;
            call.waits().await.presses("2").await;
            call
        };
        let mut call = burglary().await;
        call.rings("Nils");
        call.ring_ends("busy").await;
        call.rings("Anna");
        let told = call.told().await;
        assert!(told.why().contains("berät nicht zu diesem Thema"), "{}", told.why());
    });
}

#[test]
fn help_is_asked_and_agreed_by_those_who_plan_and_ended_by_either() {
    on_both(FRIDAY, async |world| {
        let mut stage = Stage::open(world, &["Anna"]).await;
        let heilbronn = neighbour(&mut stage, "hn", &["Nadia"]).await;
        let path = format!("/hotlines/{}/neighbours/{}", stage.hotline, heilbronn.hotline);
        let agreement = format!("{path}/agreement");
        let (ours, theirs) = (Some(stage.token.as_str()), Some(heilbronn.token.as_str()));
        let wanted = || Some(json!({"talks_a_month": 5}));
        assert_eq!(world.api("POST", &agreement, theirs, wanted()).await.0, 404, "nobody asked");
        assert_eq!(world.api("PUT", &path, theirs, wanted()).await.0, 403, "asked for somebody else");
        let itself = format!("/hotlines/{0}/neighbours/{0}", stage.hotline);
        assert_eq!(world.api("PUT", &itself, ours, wanted()).await.0, 400);
        assert_eq!(world.api("PUT", &path, ours, Some(json!({"talks_a_month": 0}))).await.0, 400);
        assert_eq!(world.api("PUT", &path, ours, wanted()).await.0, 204);
        assert_eq!(world.api("POST", &agreement, ours, wanted()).await.0, 403, "agreed for somebody else");
        assert_eq!(world.api("POST", &agreement, theirs, Some(json!({"talks_a_month": 2}))).await.0, 204);
        let table = stage.get(&format!("/hotlines/{}/neighbours", stage.hotline)).await;
        assert_eq!((&table[0]["talks_a_month"], table[0]["agreed_at"].is_string()), (&json!(2), true));
        assert_eq!(world.api("DELETE", &path, theirs, None).await.0, 204);
        assert_eq!(world.api("DELETE", &path, ours, None).await.0, 404, "ended already");
    });
}
