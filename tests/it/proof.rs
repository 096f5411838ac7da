//! The proof of paths, over real HTTP on both engines: what it finds, and what a change of the plan brings.

use serde_json::{Value, json};
use sprechzeit::people::Role;

use crate::shifts::{page, send, signed_in};
use crate::world::{World, on_both};

const MONDAY_MORNING: &str = "2026-11-16T08:00:00Z";

/// Karlsruhe's hotline, open on weekdays from 8 to 18.
struct Line {
    token: String,
    hotline: String,
    anna: String,
}

async fn created(world: &World, token: &str, path: &str, body: Value) -> Value {
    let (status, answer) = world.api("POST", path, Some(token), Some(body)).await;
    assert_eq!(status, 201, "{path}: {answer}");
    answer
}

impl Line {
    async fn open(world: &World) -> Self {
        let token = world.token(Role::Supervisor, "ka").await;
        let weekdays = ["mon", "tue", "wed", "thu", "fri"];
        let hours: Vec<Value> =
            weekdays.iter().map(|day| json!({"weekday": day, "opens": "08:00", "closes": "18:00"})).collect();
        let hotline = json!({"name": "Beratungstelefon", "number": "+49 89 99998110", "flow": "beratungstelefon",
            "hours": hours});
        let hotline = created(world, &token, "/hotlines", hotline).await["id"].as_str().unwrap().to_owned();
        let anna = json!({"name": "Anna Arnold", "phone": "+49 89 99998200"});
        let anna = created(world, &token, "/officers", anna).await["id"].as_str().unwrap().to_owned();
        Self { token, hotline, anna }
    }

    async fn plan(&self, world: &World, officer: &str, day: &str) -> Value {
        let shift = json!({"hotline": self.hotline, "officer": officer, "day": day, "from": "08:00", "until": "18:00"});
        created(world, &self.token, "/shifts", shift).await
    }

    async fn plan_week(&self, world: &World) -> Vec<Value> {
        let mut shifts = Vec::new();
        for day in 16..=20 {
            shifts.push(self.plan(world, &self.anna, &format!("2026-11-{day}")).await);
        }
        shifts
    }

    async fn proof(&self, world: &World, query: &str) -> Value {
        let path = format!("/hotlines/{}/proof{query}", self.hotline);
        let (status, proof) = world.api("GET", &path, Some(&self.token), None).await;
        assert_eq!(status, 200, "{proof}");
        proof
    }
}

#[test]
fn a_proof_holds_once_the_week_is_planned_and_a_removed_shift_is_warned_of() {
    on_both(MONDAY_MORNING, async |world| {
        let line = Line::open(world).await;
        let proof = line.proof(world, "?weeks=1").await;
        assert_eq!(proof["holds"], false);
        let found = &proof["counter_examples"][0];
        assert_eq!((&found["severity"], &found["kind"]), (&json!("breach"), &json!("rings_nobody")), "{proof}");
        assert_eq!((&found["cause"], found["spans"].as_array().map(Vec::len)), (&json!("nobody on duty"), Some(5)));

        let shifts = line.plan_week(world).await;
        assert!(shifts.iter().all(|shift| shift["warnings"] == json!([])), "{shifts:?}");
        let proof = line.proof(world, "?weeks=1").await;
        assert_eq!((&proof["holds"], &proof["counter_examples"]), (&json!(true), &json!([])));

        let wednesday = format!("/shifts/{}?sequence=0", shifts[2]["id"].as_str().unwrap());
        let (status, removed) = world.api("DELETE", &wednesday, Some(&line.token), None).await;
        let span = json!([{"start": "2026-11-18T07:00:00Z", "end": "2026-11-18T17:00:00Z"}]);
        assert_eq!((status, &removed["warnings"][0]["spans"]), (200, &span), "{removed}");
        assert_eq!(removed["warnings"].as_array().map(Vec::len), Some(1), "{removed}");

        let mute = created(world, &line.token, "/officers", json!({"name": "Bela Bauer"})).await;
        let planned = line.plan(world, mute["id"].as_str().unwrap(), "2026-11-18").await;
        assert_eq!(planned["warnings"][0]["cause"], "nobody on duty has a telephone number", "{planned}");
        assert_eq!(line.proof(world, "?weeks=1").await["holds"], false);
    });
}

#[test]
fn a_closure_by_hand_and_a_day_off_promise_nobody() {
    on_both(MONDAY_MORNING, async |world| {
        let line = Line::open(world).await;
        let closure = json!({"from": "2026-11-16T08:00:00Z", "until": "2026-11-18T12:00:00Z",
            "reason": {"de": "Wir ziehen um."}});
        created(world, &line.token, &format!("/hotlines/{}/closures", line.hotline), closure).await;
        let proof = line.proof(world, "?from=2026-11-18&weeks=1").await;
        let first = &proof["counter_examples"][0]["spans"][0];
        assert_eq!(*first, json!({"start": "2026-11-18T12:00:00Z", "end": "2026-11-18T17:00:00Z"}), "{proof}");
        for (query, role, expected) in
            [("?weeks=0", Role::Supervisor, 400), ("?from=1999-01-01", Role::Supervisor, 400), ("", Role::Officer, 403)]
        {
            let token = world.token(role, "ka").await;
            let path = format!("/hotlines/{}/proof{query}", line.hotline);
            assert_eq!(world.api("GET", &path, Some(&token), None).await.0, expected, "{query}");
        }
    });
}

#[test]
fn the_page_draws_the_weeks_and_the_page_after_a_change_warns() {
    on_both(MONDAY_MORNING, async |world| {
        let line = Line::open(world).await;
        let shifts = line.plan_week(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let (status, checked) = page(world, &cookie, "/dienst/planung/pruefung?wochen=4").await;
        assert_eq!(status, 200);
        assert!(checked.contains("Niemand ist im Dienst: Es klingelt bei niemandem."), "{checked}");
        assert!(checked.contains("und 10 weitere Zeiten, 100 Std."), "{checked}");
        assert!(checked.contains("aria-label=\"KW 47, 16.11.: keine Lücke\""), "{checked}");
        assert_eq!(checked.matches("<li class=\"sz-weekrow\">").count(), 4);

        let remove = format!("/dienst/dienste/{}/entfernen", shifts[3]["id"].as_str().unwrap());
        let (status, to, _) = send(world, &cookie, &remove, &[("stand", "0")]).await;
        assert_eq!(status, 303);
        let (_, week) = page(world, &cookie, &to).await;
        assert!(week.contains("Durch diese Änderung stimmt etwas nicht mehr"), "{week}");
        assert!(week.contains("Donnerstag, 19. November 2026, 08:00–18:00, 10 Std."), "{week}");
        let restore = remove.replace("entfernen", "wiederherstellen");
        let (_, to, _) = send(world, &cookie, &restore, &[("stand", "1")]).await;
        let (_, week) = page(world, &cookie, &to).await;
        assert!(!week.contains("stimmt etwas nicht mehr") && week.contains("Kommende Wochen prüfen"), "{week}");

        // A day on which the office opens although it is a holiday: nobody is planned.
        let day = [("datum", "2026-12-25"), ("oeffnung", "open"), ("anlass", "Aktionstag")];
        let (_, to, _) = send(world, &cookie, "/dienst/dienststelle/tage", &day).await;
        let (_, office) = page(world, &cookie, &to).await;
        assert!(office.contains("Freitag, 25. Dezember 2026, 08:00–18:00, 10 Std."), "{office}");

        let officer = signed_in(world, "beratung", Role::Officer, None).await;
        assert_eq!(page(world, &officer, "/dienst/planung/pruefung").await.0, 403);
        assert_eq!(page(world, &cookie, "/dienst/woche?neu=x_y").await.0, 200);
    });
}

#[test]
fn the_command_line_tells_the_minute_and_ends_with_one() {
    on_both(MONDAY_MORNING, async |world| {
        let line = Line::open(world).await;
        line.plan_week(world).await;
        let folder = std::env::temp_dir().join(format!("sprechzeit-prove-{}-{:?}", std::process::id(), world.engine));
        std::fs::create_dir_all(&folder).unwrap();
        let prove = |more: &[&str]| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sprechzeit"));
            command.args(["flow", "prove", "--hotline", "+49 89 99998110", "--from", "2026-11-17"]).args(more);
            command.env("SPRECHZEIT_DATABASE_URL", world.database_url()).current_dir(&folder);
            let key = sprechzeit::vault::Key::mint();
            command.env("SPRECHZEIT_VAULT_KEYS", key.expose()).output().unwrap()
        };
        let planned = prove(&["--weeks", "1"]);
        let told = String::from_utf8_lossy(&planned.stdout).into_owned();
        assert_eq!(planned.status.code(), Some(1), "{told}");
        assert!(told.contains("  Mon 23 Nov 08:00 to 18:00 (10 h): "), "{told}");
        assert!(told.contains("nobody on duty, rings 0 officers, ends in the offer of a call-back"), "{told}");
        let json = prove(&["--weeks", "1", "--format", "json"]);
        let proofs: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(proofs[0]["proof"]["counter_examples"][0]["seconds"], 36_000);
        let _ = std::fs::remove_dir_all(folder);
    });
}
