//! A sick report that is interrupted: by the end of its node before any trip to the database, and by a search for cover
//! that fails. On both engines.

use serde_json::json;
use sprechzeit::db::killed_after;
use sprechzeit::kernel::Span;
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::outbox::{self, Message};
use sprechzeit::people::{self, Actor};
use sprechzeit::rota::cover;

use crate::changes::{MONDAY, Stage, created};
use crate::world::{World, on_both};

const MAILBOX: &str = "planung@example.org";

/// An office whose planning has a mailbox, and which looks for cover at once.
async fn staffed(world: &World) -> Stage<'_> {
    let stage = Stage::open(world).await;
    for (path, body) in [
        ("/offices/ka/planning-mailbox", json!({"mail": MAILBOX})),
        ("/offices/ka/change-terms", json!({"swaps_need_approval": true, "sick_asks_cover": true})),
    ] {
        assert!(world.api("PUT", path, Some(&stage.token), Some(body)).await.0 < 300, "{path}");
    }
    stage
}

/// Of whom those who plan have heard that they are sick, once they have heard of so many.
async fn reported(world: &World, of_all: usize) -> Vec<String> {
    for _ in 0..400 {
        world.desk.outbox_bell.notify_one();
        let all = outbox::list_mailbox(&world.desk, 500).await.unwrap();
        let subjects = all.into_iter().filter_map(|told| match told.message {
            Message::Mail(mail) if mail.to == MAILBOX => mail.subject.strip_prefix("Krankmeldung: ").map(str::to_owned),
            Message::Mail(_) | Message::Sms(_) => None,
        });
        let mut names: Vec<String> = subjects.collect();
        if names.len() >= of_all {
            names.sort();
            return names;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{of_all} sick reports were not told");
}

/// Their absences of today.
async fn absences(world: &World, officer: OfficerId) -> usize {
    let today = Span { start: world.now(), end: world.now() + chrono::TimeDelta::hours(12) };
    people::list_absences_of(&world.desk.db, officer, today).await.unwrap().len()
}

#[test]
fn wherever_the_node_is_killed_those_who_plan_know_of_everybody_who_is_sick_and_of_nobody_else() {
    on_both(MONDAY, async |world| {
        let stage = staffed(world).await;
        let (mut sick, mut killed_late) = (Vec::new(), 0);
        for trips in 0..200 {
            // Without telephone and address, so that nobody is asked by SMS.
            let name = format!("Person {trips:03}");
            let officer = created(world, &stage.token, "/officers", json!({"name": name})).await;
            stage.shift(&officer, "2026-11-16", ("12:00", "14:00")).await;
            let officer: OfficerId = officer.parse().unwrap();
            let system = Actor::system();
            let report = cover::report_sick(&world.desk, world.now(), &system, officer, None);
            let done = killed_after(trips, report).await;
            let held = absences(world, officer).await;
            assert!(held <= 1, "{name}");
            if held == 1 {
                sick.push(name);
                killed_late += usize::from(done.is_none());
            }
            if let Some(done) = done {
                assert_eq!(done.unwrap().covers.len(), 1);
                assert!(
                    trips > 5 && killed_late > 0,
                    "killed after {trips} trips, {killed_late} of them after it held"
                );
                assert_eq!(reported(world, sick.len()).await, sick, "{:?}", world.engine);
                return;
            }
        }
        panic!("it comes to no end");
    });
}

#[test]
fn who_is_sick_is_sick_and_told_of_even_if_no_search_for_cover_can_begin() {
    on_both(MONDAY, async |world| {
        let stage = staffed(world).await;
        stage.shift(&stage.anna, "2026-11-16", ("12:00", "14:00")).await;
        world.alter("ALTER TABLE covers RENAME TO covers_elsewhere").await;
        let sick = stage.done(&format!("/officers/{}/sick", stage.anna), json!({})).await;
        assert_eq!((sick["shifts"].as_array().unwrap().len(), &sick["covers"]), (1, &json!([])));
        assert_eq!(reported(world, 1).await, ["Anna"]);
        world.alter("ALTER TABLE covers_elsewhere RENAME TO covers").await;
    });
}
