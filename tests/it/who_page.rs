//! The page that tells who would be rung: now, then and before, and what it says where nobody or nothing is there.

use serde_json::json;
use sprechzeit::args;
use sprechzeit::db::Read;
use sprechzeit::people::Role;

use crate::shifts::{page, send, signed_in};
use crate::telephone::Stage;
use crate::world::on_both;

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";

#[test]
fn who_plans_sees_who_would_be_rung_why_and_why_not_the_others() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        stage.plan("Bela", ("2026-11-23", "08:00", "18:00"), 1).await;
        world.advance_minutes(5);
        stage.create("/deployments", json!({"officer": stage.officer("Bela").id})).await;
        world.advance_minutes(5);
        let planner = signed_in(world, "planung", Role::Supervisor, None).await;
        let ask = async |query: &str| {
            let path = format!("/dienst/wer?hotline={}{query}", stage.hotline);
            let (status, text) = page(world, &planner, &path).await;
            assert_eq!(status, 200, "{text}");
            text
        };
        let now = ask("").await;
        for words in [
            "Wer jetzt angerufen würde",
            "zu dieser Zeit geöffnet",
            "<strong>Anna</strong>: Reihe 1, Platz 1 der Reihenfolge",
            "<strong>Bela</strong>: nicht im Dienst (im Einsatz)",
        ] {
            assert!(now.contains(words), "{words} is not in {now}");
        }
        let monday = ask("&tag=2026-11-23&zeit=10:00").await;
        assert!(monday.contains("am Montag, 23. November 2026"), "{monday}");
        assert!(monday.contains("<strong>Bela</strong>: Reihe 1") && !monday.contains("<strong>Anna"), "{monday}");
        let night = ask("&tag=2026-11-21&zeit=23:00").await;
        assert!(night.contains("zu dieser Zeit geschlossen") && night.contains("Es klingelt bei niemandem"), "{night}");
        let before = ask("&tag=2026-11-20&zeit=10:02").await;
        assert!(before.contains("angerufen worden wäre"), "{before}");
        assert!(before.contains("<strong>Bela</strong>: Reihe 1, Platz 2"), "the past stays as it was: {before}");

        for (query, fault) in [
            ("&tag=gestern&zeit=10:00", "Geben Sie einen Tag an"),
            ("&tag=2026-11-23&zeit=abends", "Geben Sie eine Uhrzeit an"),
            ("&tag=2026-11-23", "Geben Sie eine Uhrzeit an"),
            ("&thema=nix", "Dieses Thema gibt es nicht"),
            ("&sprache=xx", "Diese Sprache gibt es am Telefon nicht"),
            ("&wunsch=hund", "Diesen Wunsch gibt es nicht"),
        ] {
            let text = ask(query).await;
            assert!(
                text.contains(fault) && text.contains("Bitte prüfen Sie") && !text.contains("Reihenfolge<"),
                "{text}"
            );
        }
        let (_, text) = page(world, &planner, "/dienst/wer?hotline=hot_0").await;
        assert!(text.contains("Wählen Sie ein Beratungstelefon."), "{text}");
        for path in ["/dienst/woche".to_owned(), format!("/dienst/beratungstelefone/{}", stage.hotline)] {
            let (_, text) = page(world, &planner, &path).await;
            assert!(text.contains(&format!("/dienst/wer?hotline={}", stage.hotline)), "{path}: {text}");
        }
        let officer = signed_in(world, "beraterin", Role::Officer, None).await;
        assert_eq!(page(world, &officer, "/dienst/wer").await.0, 403);
    });
}

#[test]
fn topic_language_and_wish_count_and_without_a_hotline_there_is_a_way_to_one() {
    on_both(FRIDAY, async |world| {
        let planner = signed_in(world, "planung", Role::Supervisor, None).await;
        let (status, text) = page(world, &planner, "/dienst/wer").await;
        assert!(status == 200 && text.contains("Ein Beratungstelefon einrichten"), "{status} {text}");
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let path = format!("/officers/{}/skills", stage.officer("Bela").id);
        let skills = json!({"topics": ["einbruchschutz"], "languages": ["en"], "gender": "woman"});
        let (status, _) = world.api("PUT", &path, Some(&stage.token), Some(skills)).await;
        assert_eq!(status, 200);
        let query = "/dienst/wer?thema=einbruchschutz&sprache=en&wunsch=woman";
        let (_, text) = page(world, &planner, query).await;
        assert!(text.find("<strong>Bela").unwrap() < text.find("<strong>Anna").unwrap(), "{text}");
        for chosen in ["value=\"einbruchschutz\" selected", "value=\"en\" selected", "value=\"woman\" selected"] {
            assert!(text.contains(chosen), "{chosen}: {text}");
        }
    });
}

#[test]
fn a_telephone_that_is_skipped_is_rung_again_when_a_planner_says_so() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let fails = async || {
            let mut call = stage.ringing_call().await;
            call.rings("Anna");
            call.ring_ends("failed").await;
            call.hangs_up().await;
        };
        fails().await;
        fails().await;
        stage.ringing_call().await.rings("Bela");
        world.advance_minutes(2);
        let planner = signed_in(world, "planung", Role::Supervisor, None).await;
        let officer = signed_in(world, "beraterin", Role::Officer, None).await;
        let (_, week) = page(world, &planner, "/dienst/woche").await;
        let path = week.split("action=\"").find_map(|rest| rest.split_once("/wieder-anrufen\"")).unwrap().0;
        let path = format!("{path}/wieder-anrufen");
        assert!(!page(world, &officer, "/dienst/woche").await.1.contains("wieder-anrufen"));
        let refused = send(world, &officer, &path, &[]).await;
        assert!(refused.0 == 403 || refused.0 == 404 || !refused.1.contains("wieder-anrufen"), "{refused:?}");
        for told in ["meldung=wieder-anrufen", "meldung=schon"] {
            let (status, to, _) = send(world, &planner, &path, &[]).await;
            assert!(status == 303 && to.contains(told), "{status} {to}");
        }
        let count = "SELECT count(*) FROM audit WHERE verb = $1";
        let (recorded,) = (&world.desk.db).first::<(i64,)>(count, args!["ring_again"]).await.unwrap().unwrap();
        assert_eq!(recorded, 1, "it is recorded who did it, once");
        // The next failure is one too many again.
        fails().await;
        let call = stage.ringing_call().await;
        call.rings("Bela");
        assert!(call.told().await.why().contains("Anna nicht mehr angerufen"));
    });
}
