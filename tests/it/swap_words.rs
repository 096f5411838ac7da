//! What a swap shows and tells: nobody's shifts but a colleague's, what became of the shift, and never why somebody is
//! away. On both engines.

use serde_json::{Value, json};
use sprechzeit::people::Role;
use sprechzeit::rota::swaps;

use crate::changes::{DAY, MONDAY, Stage, created, id, part};
use crate::staff::Visitor;
use crate::world::on_both;

#[test]
fn the_shifts_that_can_be_wanted_in_return_are_those_of_colleagues_and_of_nobody_elsewhere() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let mine = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        let belas = stage.shift(&stage.bela, DAY, ("12:00", "16:00")).await;

        let elsewhere = world.token(Role::Supervisor, "s").await;
        let hotline = json!({"name": "Beratungstelefon", "number": "+49 89 99998111", "flow": "beratungstelefon",
            "hours": [{"weekday": "tue", "opens": "08:00", "closes": "20:00"}]});
        let hotline = created(world, &elsewhere, "/hotlines", hotline).await;
        let stranger = created(world, &elsewhere, "/officers", json!({"name": "Fremd"})).await;
        let theirs = json!({"hotline": hotline, "officer": stranger, "day": DAY, "from": "08:00", "until": "12:00"});
        let theirs = created(world, &elsewhere, "/shifts", theirs).await;

        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(id(&json!(stage.anna)))).await;
        let form = format!("/dienst/dienste/{}/tausch", mine["id"].as_str().unwrap());
        let shown = anna.see(&format!("{form}?an={}", stage.bela)).await;
        assert!(shown.contains(belas["id"].as_str().unwrap()), "{shown}");
        let shown = anna.see(&format!("{form}?an={stranger}")).await;
        assert!(!shown.contains(&theirs) && !shown.contains("Fremd"), "{shown}");
    });
}

#[test]
fn the_choices_in_return_can_be_told_apart_and_none_is_at_the_same_time() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let mine = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        let same_time = stage.shift(&stage.bela, DAY, ("09:00", "12:00")).await;
        stage.shift(&stage.bela, DAY, ("12:00", "14:00")).await;
        let second = json!({"hotline": stage.hotline, "officer": stage.bela, "day": DAY, "from": "14:00",
            "until": "16:00", "tier": 2});
        created(world, &stage.token, "/shifts", second).await;
        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(id(&json!(stage.anna)))).await;
        let form = format!("/dienst/dienste/{}/tausch?an={}", mine["id"].as_str().unwrap(), stage.bela);
        let shown = anna.see(&form).await;
        assert!(!shown.contains(same_time["id"].as_str().unwrap()), "{shown}");
        assert_eq!(
            (shown.matches(", Reihe 2</option>").count(), shown.matches(", Reihe 1<").count()),
            (1, 0),
            "{shown}"
        );

        // Bela sees the same on the swap itself.
        let swap = stage.done("/swaps", json!({"shift": mine["id"], "wants_return": true})).await;
        let bela = Visitor::sign_in(world, "bela", Role::Officer, Some(id(&json!(stage.bela)))).await;
        let shown = bela.see(&format!("/dienst/tausch/{}", swap["id"].as_str().unwrap())).await;
        assert!(shown.contains(", Reihe 2</option>"), "{shown}");
        assert!(!shown.contains(same_time["id"].as_str().unwrap()), "{shown}");
    });
}

#[test]
fn a_colleague_who_is_away_is_said_to_be_away_and_not_why() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        stage.done(&format!("/officers/{}/sick", stage.bela), json!({"until": DAY})).await;
        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(id(&json!(stage.anna)))).await;
        let form = format!("/dienst/dienste/{}/tausch", shift["id"].as_str().unwrap());
        let ask = [("von", "2026-11-17T08:00"), ("bis", "2026-11-17T12:00"), ("an", stage.bela.as_str())];
        let (status, _, page) = anna.send(&form, &ask).await;
        assert!(status == 409 && page.contains("abwesend"), "{page}");
        assert!(!page.to_lowercase().contains("krank"), "{page}");
    });
}

#[test]
fn who_hears_that_a_swap_has_ended_hears_whether_the_shift_is_still_theirs() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let [given, kept] = [
            stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await,
            stage.shift(&stage.anna, DAY, ("12:00", "16:00")).await,
        ];
        let ask = async |shift: &Value| stage.done("/swaps", json!({"shift": shift["id"]})).await;
        let (_, second) = (ask(&given).await, ask(&kept).await);
        // Whoever plans gives the first one to Caro meanwhile; the other is Anna's as before.
        let parts = format!("/shifts/{}/parts", given["id"].as_str().unwrap());
        stage.done(&parts, part(&given, ("08:00", "12:00"), "replace", Some(&stage.caro))).await;
        assert_eq!(swaps::expire_swaps(&world.desk, world.now()).await.unwrap(), 1);
        let told = stage.hears("Anna", 0, "inzwischen anders im Dienstplan").await;
        assert!(!told.contains("Der Dienst bleibt") && told.contains("08:00"), "{told}");
        stage.done(&format!("/swaps/{}/withdraw", second["id"].as_str().unwrap()), json!({})).await;
        let told = stage.hears("Anna", 0, "Der Dienst bleibt, wie er im Dienstplan steht").await;
        assert!(told.contains("12:00"), "{told}");
    });
}
