//! Past calls against another plan, on both engines: what was recorded, what the plan of then gives, and what another one would.

use std::process::Command;

use chrono::TimeDelta;
use serde_json::{Value, json};
use sprechzeit::calls::{self, Fate};
use sprechzeit::kernel::{Instant, Span};
use sprechzeit::shifts;
use sprechzeit::vault::Key;

use crate::telephone::Stage;
use crate::world::{World, on_both};

const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";

fn november() -> Span {
    let at = |text| Instant::parse(text).unwrap();
    Span { start: at("2026-10-31T23:00:00Z"), end: at("2026-11-30T23:00:00Z") }
}

/// Anna alone is on duty: the first caller talks with her for five minutes after eight seconds, the second one rings in
/// vain after a minute, since Anna does not answer twice and Bela is not planned.
async fn morning(stage: &Stage<'_>) {
    let mut first = stage.ringing_call().await;
    stage.world.advance_seconds(8);
    first.accepted_by("Anna").await;
    stage.world.advance_minutes(5);
    first.talk_ends().await;
    let mut second = stage.ringing_call().await;
    stage.world.advance_seconds(20);
    second.ring_ends("no-answer").await;
    second.hangs_up().await;
    stage.world.advance_minutes(10);
}

fn answered(fate: &Fate) -> Option<i64> {
    fate.answered.map(|(_, after)| after.num_seconds())
}

#[test]
fn the_plan_of_then_gives_what_was_and_another_plan_what_would_have_been() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await;
        stage.plan("Anna", (DAY, "07:00", "19:00"), 1).await;
        morning(&stage).await;
        let hotline = stage.hotline.parse().unwrap();
        let hotline = shifts::find_hotline(&world.desk.db, hotline).await.unwrap().unwrap();
        let shifts = shifts::list_shifts(&world.desk.db, hotline.id, november()).await.unwrap();

        let same = calls::replay(&world.desk, &hotline, november(), shifts.clone()).await.unwrap();
        assert_eq!(same.calls.len(), 2);
        for call in &same.calls {
            assert_eq!(call.recorded, call.planned, "the plan of then");
            assert_eq!(call.planned, call.other, "the same plan");
        }
        assert_eq!(same.calls.iter().map(|call| answered(&call.planned)).collect::<Vec<_>>(), [Some(8), None]);
        assert_eq!((same.habits.accepts_after.num_seconds(), same.habits.talks_for.num_minutes()), (8, 5));

        // With Bela behind Anna, the second caller is rung there after Anna's twenty seconds, and gets her after the usual eight.
        let bela = stage.officer("Bela").id.parse().unwrap();
        let more = shifts.iter().cloned().chain(shifts.iter().map(|shift| {
            let id = sprechzeit::kernel::id::ShiftId::mint();
            shifts::Shift { id, officer: bela, position: shift.position + 1, ..shift.clone() }
        }));
        let both = calls::replay(&world.desk, &hotline, november(), more.collect()).await.unwrap();
        assert_eq!(both.calls.iter().map(|call| answered(&call.other)).collect::<Vec<_>>(), [Some(8), Some(28)]);
        assert_eq!(both.calls[1].other.rung.last(), Some(&bela));

        // With nobody, nobody is rung.
        let none = calls::replay(&world.desk, &hotline, november(), vec![]).await.unwrap();
        assert!(none.calls.iter().all(|call| call.other == Fate::default()));
        let december = Span { start: november().end, end: november().end + TimeDelta::days(31) };
        assert!(calls::replay(&world.desk, &hotline, december, vec![]).await.unwrap().calls.is_empty());
    });
}

#[test]
fn the_command_line_says_what_would_have_changed_and_what_is_wrong_with_a_plan() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await;
        stage.plan("Anna", (DAY, "07:00", "19:00"), 1).await;
        morning(&stage).await;
        let line = |officer: &str, tier: i64| json!({"officer": officer, "day": DAY, "from": "07:00", "until": "19:00", "tier": tier});
        let told = ask(world, json!([line("Anna", 1), line("Bela", 2)]), &[]).await;
        for line in [
            "2 calls asked for a person in November 2026",
            "recorded                     1     1           8 s            8 s",
            "played, other plan           2     0          28 s           28 s",
            "nobody of 1 rung -> Bela after 28 s",
        ] {
            assert!(told.contains(line), "{line:?} is not in:\n{told}");
        }
        let json: Value = serde_json::from_str(&ask(world, json!([]), &["--format", "json"]).await).unwrap();
        assert_eq!(
            (&json["calls"][0]["other_plan"]["answered_by"], json["calls"].as_array().unwrap().len()),
            (&Value::Null, 2)
        );
        for (plan, why) in [
            (json!([line("Anna", 1), line("Zoe", 1)]), "shift 2: there is no officer \"Zoe\""),
            (json!([line("Anna", 10)]), "shift 1: a tier is"),
            (json!([{"officer": "Anna", "day": DAY, "from": "7 Uhr", "until": "19:00"}]), "\"7 Uhr\" is not a time"),
            (json!({"Anna": 1}), "invalid type: map"),
        ] {
            let told = ask(world, plan, &[]).await;
            assert!(told.contains(why), "{why:?} is not in:\n{told}");
        }
    });
}

/// What the program prints, of both kinds.
async fn ask(world: &World, plan: Value, words: &[&str]) -> String {
    let file = std::env::temp_dir().join(format!("sprechzeit_plan_{:x}.json", rand::random::<u64>()));
    std::fs::write(&file, plan.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sprechzeit"));
    command.args(["replay", "--month", "2026-11", "--plan"]).arg(&file).args(words);
    command.env("SPRECHZEIT_DATABASE_URL", world.database_url());
    command.env("SPRECHZEIT_VAULT_KEYS", Key::mint().expose()).env("RUST_LOG", "error");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    std::fs::remove_file(file).unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}
