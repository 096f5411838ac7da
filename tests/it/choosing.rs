//! What else counts in whom to ring: the caller's wish, topics with priority, who sits at a duty telephone, and rings that
//! overlap. On both engines.

use serde_json::json;
use sprechzeit::people::{self, Actor, Role};

use crate::callways::{Flows, on_both};
use crate::telephone::{HOTLINE, Stage};

const DAY: &str = "2026-11-20";

/// The first menu: 1 wishes for a woman, 2 is about victims' rights, 3 is about nothing.
fn menu(connect: &str) -> Flows {
    Flows::of(&format!(
        "  first:
    menu:
      prompt: {{ de: Womit? }}
      keys:
        1: {{ say: {{ de: Für eine Frau drücken Sie die 1. }}, to: officers, wish: woman }}
        2: {{ say: {{ de: Als Opfer einer Straftat drücken Sie die 2. }}, to: officers, topic: opferrechte }}
        3: {{ say: {{ de: Sonst drücken Sie die 3. }}, to: officers }}
      silence: {{ repeat: 0, to: goodbye }}
  officers:
    connect: {{ ring: 20 s, longest_wait: 10 min, nobody: goodbye, {connect} }}
"
    ))
}

const WAITING: &str = "waiting: { say: { de: \"Sie sind {position}, es dauert {wait}. Drücken Sie die 5.\" }, every: 20 s }, \
                       leave: { key: 5, to: goodbye }";

async fn change(stage: &Stage<'_>, rules: serde_json::Value) {
    let path = format!("/hotlines/{}", stage.hotline);
    let (status, answer) = stage.world.api("PATCH", &path, Some(&stage.token), Some(rules)).await;
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn whoever_wishes_for_a_woman_is_led_to_one_or_waits_where_the_hotline_says_so() {
    on_both(
        &menu(WAITING),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Bernd", "Anna"]).await.everybody_on(DAY).await;
            for (name, gender) in [("Bernd", "man"), ("Anna", "woman")] {
                let path = format!("/officers/{}/skills", stage.officer(name).id);
                let skills = json!({"gender": gender});
                assert_eq!(world.api("PUT", &path, Some(&stage.token), Some(skills)).await.0, 200);
            }
            let mut anybody = stage.call().await;
            anybody.presses("3").await.rings("Bernd");
            anybody.hangs_up().await;
            let mut wishes = stage.call().await;
            wishes.presses("1").await.accepted_by("Anna").await;
            // Anna talks: the next best is rung, and it says why.
            let mut second = stage.call().await;
            second.presses("1").await.rings("Bernd");
            let why = second.told().await.why();
            assert!(why.contains("ist nicht als Frau eingetragen (niemand Passendes frei)"), "{why}");
            second.hangs_up().await;
            change(&stage, json!({"if_nobody_fits": "wait"})).await;
            let mut third = stage.call().await;
            third.presses("1").await.hears("an erster Stelle");
            wishes.talk_ends().await;
            third.waits().await.rings("Anna");
        },
    );
}

#[test]
fn topics_with_priority_have_a_head_start_and_nobody_waits_for_ever() {
    on_both(
        &menu(WAITING),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
            change(&stage, json!({"priority_topics": ["opferrechte"], "head_start_seconds": 60})).await;
            let mut talks = stage.call().await;
            talks.presses("3").await.accepted_by("Anna").await;
            let mut first = stage.call().await;
            first.presses("3").await.hears("an erster Stelle");
            world.advance_seconds(30);
            first.waits().await;
            let mut victim = stage.call().await;
            victim.presses("2").await.hears("an erster Stelle");
            first.waits().await.hears("an Stelle zwei");
            // Another victim, later than the head start, does not overtake.
            world.advance_seconds(40);
            first.waits().await;
            victim.waits().await;
            let mut late = stage.call().await;
            late.presses("2").await.hears("an Stelle drei");
            talks.talk_ends().await;
            first.waits().await.hears("an Stelle zwei");
            victim.waits().await.rings("Anna");
        },
    );
}

#[test]
fn at_a_duty_telephone_picking_up_is_accepting_while_the_officer_says_so() {
    on_both(
        &menu(WAITING),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
            let anna = stage.officer("Anna").id.parse().unwrap();
            let actor = Actor { role: Role::Officer, officer: Some(anna), ..Actor::system() };
            let shift = stage
                .get(&format!("/shifts?hotline={}&from={DAY}T00:00:00Z&until=2026-11-21T00:00:00Z", stage.hotline))
                .await["items"][0]["id"]
                .clone();
            let shift = shift.as_str().unwrap().parse().unwrap();
            let confirm = async || sprechzeit::shifts::confirm_presence(&world.desk, world.now(), &actor, shift).await;
            assert!(confirm().await.is_err(), "the telephone may have a mailbox");
            let planner = Actor::system();
            let advice = people::load_advice(&world.desk.db, anna).await.unwrap();
            let advice = people::Advice { line: people::Line::Duty, ..advice };
            people::set_advice(&world.desk, world.now(), &planner, anna, advice.clone()).await.unwrap();
            let again = people::set_advice(&world.desk, world.now(), &planner, anna, advice).await;
            assert!(matches!(again, Err(people::PeopleError::AdviceChanged(_))), "it was not seen so");
            confirm().await.unwrap();

            let mut call = stage.call().await;
            call.presses("3").await;
            let number = call.element("Number");
            assert!(!number.attributes.contains_key("url"), "no key is asked for: {}", call.document);
            let leg = call.plain_ring();
            assert_eq!(call.leg_reports(&leg, &[("CallStatus", "in-progress")]).await, 204);
            assert_eq!(call.leg_reports(&leg, &[("CallStatus", "in-progress")]).await, 204, "told twice");
            let told = call.told().await;
            assert_eq!(
                (told.told["state"].as_str(), told.rang()),
                (Some("talking"), vec![("Anna".into(), "accepted".into())])
            );
            let mut waits = stage.call().await;
            waits.presses("3").await.hears("an erster Stelle");
            let why = waits.told().await.told["steps"].to_string();
            assert!(why.contains("Anna im Gespräch"), "that nobody is rung has its reason in the story: {why}");
            call.talk_ends().await;
            call.told().await.ended("person", &[("Anna", "accepted")]);

            // The report on the pick-up got lost: the end of the talk tells it, and Anna is not rung in between, however
            // long she talks.
            waits.waits().await;
            waits.plain_ring();
            world.advance_minutes(40);
            assert_eq!(sprechzeit::calls::end_lost_calls(&world.desk, world.now()).await.unwrap(), 0);
            let mut third = stage.call().await;
            third.presses("3").await.hears("an erster Stelle");
            waits.talk_ends().await;
            waits.told().await.ended("person", &[("Anna", "accepted")]);
            third.waits().await.plain_ring();
            third.ring_ends("no-answer").await;

            sprechzeit::shifts::end_presence(&world.desk, world.now(), &actor, shift).await.unwrap();
            let mut fourth = stage.call().await;
            fourth.presses("3").await.rings("Anna");
        },
    );
}

#[test]
fn the_next_telephone_rings_before_the_first_gives_up_where_the_provider_can() {
    on_both(
        &menu(""),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
            change(&stage, json!({"overlap_seconds": 5})).await;
            // Twilio rings all numbers of a Dial at once: there the rings follow each other.
            let mut real = stage.call().await;
            real.presses("3").await;
            assert_eq!(real.all_rings().len(), 1);
            real.hangs_up().await;
            let post = async |path: &str, report: serde_json::Value| {
                let response = world.http.post(path).header("sec-fetch-site", "same-origin").json(&report).send().await;
                let response = response.unwrap();
                assert!(response.status().is_success(), "{path}: {}", response.status());
                response.json::<serde_json::Value>().await.unwrap_or_default()
            };
            let voice = world.url("/telephony/simulated/voice");
            let step = post(&voice, json!({"leg": "test-1", "to": HOTLINE, "status": "ringing"})).await;
            let action = step["then"]["ask"]["action"].as_str().unwrap().to_owned();
            let step = post(&action, json!({"leg": "test-1", "keys": "3"})).await;
            let ring = &step["then"]["ring"];
            let telephones = ring["telephones"].as_array().unwrap();
            let (first, second) = (&telephones[0], &telephones[1]);
            assert_eq!(
                (telephones.len(), &first["number"], &second["number"], &second["after_seconds"]),
                (2, &json!(stage.officer("Anna").number), &json!(stage.officer("Bela").number), &json!(15))
            );
            // Neither of the two is free for anybody else.
            let mut other = stage.call().await;
            other.presses("3").await.rings("Cem");
            let screen = second["screen_url"].as_str().unwrap();
            let step = post(screen, json!({"leg": "test-1-2", "status": "in-progress"})).await;
            let accept = step["then"]["ask"]["action"].as_str().unwrap().to_owned();
            let step = post(&accept, json!({"leg": "test-1-2", "keys": "1"})).await;
            assert_eq!(step["then"], "bridge");
            other.ring_ends("no-answer").await;
            other.rings("Anna");
        },
    );
}
