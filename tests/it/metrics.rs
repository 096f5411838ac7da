//! The operator's figures over real HTTP on both engines: no door without a token in the configuration, and what they count.

use serde_json::json;
use sprechzeit::config::{LongSecret, SecretText};
use sprechzeit::people::Role;

use crate::world::{World, engines, on_both, runtime};

const MONDAY: &str = "2026-11-16T08:00:00Z";
const TOKEN: &str = "ein-langes-geheimnis-fuer-den-monitor";

async fn metrics(world: &World, token: &str) -> (u16, String) {
    let answer = world.http.get(world.url("/metrics")).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[test]
fn without_a_token_in_the_configuration_there_are_no_metrics() {
    on_both(MONDAY, async |world| {
        assert_eq!(metrics(world, TOKEN).await.0, 404);
    });
}

#[test]
fn the_metrics_count_what_is_missing_in_the_rota_by_office_and_kind() {
    for engine in engines() {
        runtime().block_on(async {
            let token = LongSecret(SecretText(TOKEN.into()));
            let mut world = World::start_with(engine, MONDAY, |it| it.server.metrics_token = Some(token)).await;
            assert_eq!(world.page("/metrics").await.0, 401);
            assert_eq!(metrics(&world, "falsch").await.0, 401);
            // Offices without a hotline are not watched.
            let (status, nothing) = metrics(&world, TOKEN).await;
            assert!(status == 200 && !nothing.contains("office="), "{nothing}");
            for line in ["sprechzeit_database_up 1", "sprechzeit_calls{state=\"waiting\"} 0"] {
                assert!(nothing.lines().any(|it| it == line), "{line} is not in {nothing}");
            }

            let planner = world.token(Role::Supervisor, "ka").await;
            let create = async |path: &str, body| {
                let (status, made) = world.api("POST", path, Some(&planner), Some(body)).await;
                assert_eq!(status, 201, "{made}");
                made
            };
            let hours = [json!({"weekday": "tue", "opens": "08:00", "closes": "20:00"})];
            let hotline = create(
                "/hotlines",
                json!({"name": "Beratungstelefon", "number": "+49 89 99998110", "flow": "beratungstelefon", "hours": hours}),
            )
            .await["id"]
                .clone();
            let mail = "anna@example.org";
            let anna = create("/officers", json!({"name": "Anna", "mail": mail})).await["id"].clone();
            let shift = json!({"hotline": hotline, "officer": anna, "day": "2026-11-17", "from": "08:00", "until": "18:00", "tier": 1});
            create("/shifts", shift).await;
            world.advance_minutes(11 * 60);
            let (_, told) = metrics(&world, TOKEN).await;
            for (kind, count) in [("empty", 0), ("away", 0), ("gap", 1), ("unconfirmed", 1)] {
                let line = format!("sprechzeit_rota_alarms{{office=\"ka\",kind=\"{kind}\"}} {count}");
                assert!(told.lines().any(|it| it == line), "{line} is not in {told}");
            }
            world.shut_down().await;
        });
    }
}
