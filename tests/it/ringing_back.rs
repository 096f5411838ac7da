//! Call-backs that ring by themselves: when the hotline's rule says so, one node at a time, so often and not more.

use serde_json::json;
use sprechzeit::calls;

use crate::callbacks::request;
use crate::telephone::{CITIZEN, Stage};
use crate::twilio::with_twilio;

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";

async fn rule(stage: &Stage<'_>, rule: &str) {
    let path = format!("/hotlines/{}", stage.hotline);
    let change = json!({"callbacks_ring": rule});
    let (status, answer) = stage.world.api("PATCH", &path, Some(&stage.token), Some(change)).await;
    assert_eq!((status, answer["callbacks_ring"].as_str()), (200, Some(rule)), "{answer}");
}

async fn ring_back(stage: &Stage<'_>) -> u64 {
    calls::ring_back(&stage.world.desk, stage.world.now()).await.unwrap()
}

#[test]
fn it_rings_when_it_is_due_at_an_officer_and_then_at_the_citizen_and_not_again() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        request(&stage).await;
        assert_eq!(ring_back(&stage).await, 0, "nothing rings by itself where the hotline does not say so");
        rule(&stage, "when_due").await;
        assert_eq!(ring_back(&stage).await, 0, "it is not due yet");
        world.advance_minutes(20);
        assert_eq!((ring_back(&stage).await, twilio.rings().len()), (1, 1));
        assert_eq!(ring_back(&stage).await, 0, "while it rings");
        let mut leg = twilio.last_leg(world);
        leg.picks_up().await.hears("Rückruf für Beratungstelefon").hears("Kennwort: ");
        leg.presses("1").await;
        assert_eq!(leg.dials(), CITIZEN);
        world.advance_minutes(4);
        leg.dial_ends("completed", true).await;
        leg.reports("completed").await;
        world.advance_minutes(60);
        assert_eq!(ring_back(&stage).await, 0, "the person was reached; an officer closes it");
        let call = stage.get("/callbacks").await["items"][0]["call"].as_str().unwrap().to_owned();
        let told = stage.get(&format!("/calls/{call}")).await;
        assert!(told["rang"].to_string().contains("Rückruf von selbst; Reihe 1"), "{told}");
    });
}

#[test]
fn it_never_rings_while_the_hotline_is_closed_or_somebody_waits_in_front() {
    with_twilio(FRIDAY, async |world, _| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        request(&stage).await;
        rule(&stage, "when_free").await;
        let path = format!("/hotlines/{}/closures", stage.hotline);
        let closure = stage.create(&path, json!({"reason": {"de": "Heute geschlossen."}})).await;
        world.advance_minutes(20);
        assert_eq!(ring_back(&stage).await, 0, "closed by hand");
        let path = format!("{path}/{}", closure["id"].as_str().unwrap());
        assert_eq!(world.api("DELETE", &path, Some(&stage.token), None).await.0, 200);

        let caller = stage.ringing_call().await;
        caller.rings("Anna");
        assert_eq!(ring_back(&stage).await, 0, "Anna is rung for somebody on the line");
        caller.hangs_up().await;
        assert_eq!(ring_back(&stage).await, 1);
    });
}

#[test]
fn it_is_tried_three_times_with_growing_pauses_and_then_stays_in_the_list() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        request(&stage).await;
        rule(&stage, "when_free").await;
        world.advance_minutes(1);
        let planner = crate::staff::Visitor::sign_in(world, "dora", sprechzeit::people::Role::Supervisor, None).await;
        for (round, minutes) in [(1, 5), (2, 30), (3, 600)] {
            assert_eq!(ring_back(&stage).await, 1, "round {round}");
            twilio.last_leg(world).reports("no-answer").await;
            assert_eq!(ring_back(&stage).await, 0, "a pause comes first");
            if round < 3 {
                world.advance_minutes(minutes - 1);
                assert_eq!(ring_back(&stage).await, 0, "not before its pause is over");
                assert!(planner.see("/dienst/rueckrufe").await.contains("klingelt von selbst ab"));
                world.advance_minutes(1);
            }
        }
        world.advance_minutes(180);
        assert_eq!((ring_back(&stage).await, twilio.rings().len()), (0, 3));
        let rung: Vec<_> = twilio.rings().iter().map(|ring| ring.value("To").to_owned()).collect();
        assert_ne!(rung[0], rung[1], "whoever did not take it comes after the others");
        let page = planner.see("/dienst/rueckrufe").await;
        assert!(page.contains("3-mal von selbst versucht; jetzt bitte von Hand"), "{page}");
        assert!(page.contains("nur für Beraterinnen und Berater"), "whoever has no telephone is told so: {page}");
        assert_eq!(stage.get("/callbacks").await["items"][0]["state"], "open");
    });
}

#[test]
fn of_several_nodes_at_once_one_rings() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        request(&stage).await;
        rule(&stage, "when_free").await;
        world.advance_minutes(1);
        let nodes = (0..6).map(|_| ring_back(&stage));
        let rung: u64 = futures_util::future::join_all(nodes).await.iter().sum();
        assert_eq!((rung, twilio.rings().len()), (1, 1));
        let undo = async |sql: &'static str| {
            let mut tx = world.desk.db.begin().await.unwrap();
            tx.run(sql, sprechzeit::args![]).await.unwrap();
            tx.commit().await.unwrap();
        };
        undo("UPDATE callbacks SET rounds = 0, next_round_at = NULL").await;
        assert_eq!(ring_back(&stage).await, 0, "the try that runs keeps others away, too");
        // The control: without both, a second telephone rings, and this test would see it.
        undo("UPDATE callback_tries SET ended_at = 0").await;
        undo("UPDATE callbacks SET rounds = 0, next_round_at = NULL").await;
        assert_eq!((ring_back(&stage).await, twilio.rings().len()), (1, 2));
    });
}
