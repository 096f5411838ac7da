//! Days and places that no calendar and no rota holds are refused in words, on both engines.

use serde_json::{Value, json};

use crate::changes::{DAY, MONDAY, Stage, created, wall};
use crate::staff::Visitor;
use crate::world::on_both;
use sprechzeit::people::Role;

/// The last days that the calendar of the program knows, and the first ones.
const FARTHEST: [&str; 4] = ["+262142-12-31", "-262143-01-01", "2200-01-01", "1999-12-31"];

#[test]
fn a_day_that_cannot_be_planned_is_refused_wherever_it_is_given() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let draft = json!({"name": "KW 47", "first_day": "2026-11-16", "last_day": "2026-11-22"});
        let draft = created(world, &stage.token, "/drafts", draft).await;
        for day in FARTHEST {
            let far = json!({"name": "Weit", "first_day": day, "last_day": day});
            let shift = json!({"hotline": stage.hotline, "officer": stage.anna, "day": day, "from": "08:00",
                "until": "12:00"});
            for (path, body) in [
                ("/drafts".to_owned(), far.clone()),
                (format!("/drafts/{draft}/publish"), json!({"version": 0, "week": day})),
                ("/shifts".to_owned(), shift),
                (format!("/officers/{}/sick", stage.anna), json!({"until": day})),
                (format!("/officers/{}/leave-requests", stage.anna), json!({"first_day": day, "last_day": day})),
            ] {
                let (status, problem) = stage.post(&path, body).await;
                assert_eq!(status, 400, "{path} {day}: {problem}");
            }
            let week = format!("/drafts/{draft}/difference?week={}", day.replace('+', "%2B"));
            let (status, problem) = world.api("GET", &week, Some(&stage.token), None).await;
            assert_eq!(status, 400, "{week}: {problem}");
        }
    });
}

#[test]
fn a_place_in_the_ring_order_is_a_small_number() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let draft = json!({"name": "KW 47", "first_day": "2026-11-16", "last_day": "2026-11-22"});
        let shifts = format!("/drafts/{}/shifts", created(world, &stage.token, "/drafts", draft).await);
        let add = async |version: i64, officer: &str| {
            let (start, end) = wall("08:00", "12:00");
            let new = json!({"version": version, "hotline": stage.hotline, "officer": officer, "start": start,
                "end": end});
            stage.done(&shifts, new).await["shift"].clone()
        };
        let shift = add(0, &stage.anna).await;
        let put = async |position: Value| {
            let path = format!("{shifts}/{}", shift["id"].as_str().unwrap());
            let body = json!({"version": 1, "position": position});
            world.api("PATCH", &path, Some(&stage.token), Some(body)).await
        };
        for position in [json!(i64::MAX), json!(i64::MIN), json!(0), json!(100)] {
            let (status, problem) = put(position.clone()).await;
            assert_eq!(status, 400, "{position}: {problem}");
        }
        assert_eq!(put(json!(99)).await.0, 200);
        assert_eq!(add(2, &stage.bela).await["position"], 100, "who comes later stands behind");
    });
}

#[test]
fn the_page_about_a_change_believes_no_time_that_an_address_names() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        // The last microseconds of the calendar, of the count, and all of time.
        for (from, until) in [
            (8_210_266_876_799_999_000_i64, 8_210_266_876_799_999_999),
            (i64::MAX - 1, i64::MAX),
            (i64::MIN, i64::MAX),
            (1, 0),
        ] {
            let id = shift["id"].as_str().unwrap();
            let path = format!("/dienst/dienste/{id}/geaendert?dienste={id}&von={from}&bis={until}");
            assert!(planner.see(&path).await.contains("Anna"), "{path}");
        }
    });
}
