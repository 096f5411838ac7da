//! Whom to ring, asked and told: who would be rung at any time, and what keeps somebody from being rung, on both engines.

use std::process::Command;

use serde_json::json;
use sprechzeit::calls::{self, Against, Answer, Question};
use sprechzeit::flows::Opening;
use sprechzeit::kernel::{Instant, Language};
use sprechzeit::shifts::{self, Reason};
use sprechzeit::vault::Key;

use crate::telephone::{HOTLINE, Stage};
use crate::world::{World, on_both};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";

/// Asks who would be rung on the stage's hotline.
async fn who(stage: &Stage<'_>, at: &str) -> Answer {
    let question = Question { at: Instant::parse(at).unwrap(), topic: None, language: Language::De };
    let hotline = shifts::find_hotline(&stage.world.desk.db, stage.hotline.parse().unwrap()).await.unwrap().unwrap();
    calls::who(&stage.world.desk, stage.world.now(), &hotline, &question).await.unwrap()
}

/// Who is rung in which order at the only place that connects, and who is not, and why.
fn told(answer: &Answer) -> (Vec<String>, Vec<(String, Against)>) {
    let [connection] = answer.connections.as_slice() else { panic!("{} places connect", answer.connections.len()) };
    let name = |officer| connection.names[&officer].clone();
    let rung = connection.outlook.rung.iter().flatten().map(|choice| name(choice.officer)).collect();
    (rung, connection.outlook.not.iter().map(|(officer, against)| (name(*officer), *against)).collect())
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn who_would_be_rung_is_told_for_the_past_the_present_and_the_time_to_come() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        stage.plan("Cem", ("2026-11-23", "08:00", "18:00"), 2).await;
        stage.plan("Bela", ("2026-11-23", "08:00", "18:00"), 1).await;
        let bela = stage.officer("Bela").id.clone();
        stage.create("/deployments", json!({"officer": bela})).await;
        world.advance_minutes(1);
        let mut call = stage.ringing_call().await;
        call.accepted_by("Anna").await;
        world.advance_minutes(4);

        let away = ("Bela".to_owned(), Against::Away(Reason::Deployed));
        let talking = ("Anna".to_owned(), Against::InCall);
        let now = who(&stage, "2026-11-20T09:05:00Z").await;
        assert_eq!(now.opening, Opening::Open);
        assert_eq!(told(&now), (named(&["Cem"]), vec![away.clone(), talking.clone()]));
        call.talk_ends().await;
        world.advance_minutes(60);
        let (deployed, past) = (vec![away.clone()], vec![away, talking]);
        assert_eq!(told(&who(&stage, "2026-11-20T10:05:00Z").await), (named(&["Anna", "Cem"]), deployed));
        assert_eq!(
            told(&who(&stage, "2026-11-20T09:03:00Z").await),
            (named(&["Cem"]), past),
            "the past stays as it was"
        );
        // On Monday nobody knows of a deployment any more; whoever is on the second tier comes after the first.
        assert_eq!(told(&who(&stage, "2026-11-23T09:00:00Z").await), (named(&["Bela", "Cem"]), vec![]));
        let night = who(&stage, "2026-11-21T23:00:00Z").await;
        assert_eq!((night.opening.clone(), told(&night)), (Opening::Closed, (vec![], vec![])));
    });
}

#[test]
fn the_answer_is_what_routing_does() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        let (foreseen, _) = told(&who(&stage, FRIDAY).await);
        let mut call = stage.ringing_call().await;
        let mut rung = Vec::new();
        while let Some(ring) = call.ring() {
            rung.push(stage.officers.iter().find(|officer| officer.number == ring.number).unwrap().name.clone());
            call.ring_ends("no-answer").await;
        }
        assert_eq!(foreseen, rung);
    });
}

#[test]
fn the_command_line_tells_who_would_be_rung() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        stage.create("/deployments", json!({"officer": stage.officer("Anna").id})).await;
        let told = ask(world, &["--hotline", HOTLINE, "--at", "2026-11-20 10:01", "--topic", "einbruchschutz"]).await;
        for line in [
            "Fri 20 Nov 2026 10:01\n  open\n",
            "\n    1. Bela: tier 1, place 1 of the order\n",
            "\n    not Anna: not on duty (deployed)\n",
        ] {
            assert!(told.contains(line), "{line:?} is not in:\n{told}");
        }
        let told =
            ask(world, &["--hotline", "Beratungstelefon", "--at", "2026-11-20T23:00:00Z", "--format", "json"]).await;
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!((&told["opening"], &told["connections"][0]["rung"]), (&json!("closed"), &json!([])));
        assert!(ask(world, &["--hotline", "Niemandstelefon"]).await.contains("there is no hotline"));
    });
}

/// What the program prints, of both kinds.
async fn ask(world: &World, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sprechzeit"));
    command.arg("who").args(words).env("SPRECHZEIT_DATABASE_URL", world.database_url());
    command.env("SPRECHZEIT_VAULT_KEYS", Key::mint().expose()).env("RUST_LOG", "error");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}
