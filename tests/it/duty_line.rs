//! The duty number, told as calls over real HTTP on both engines.

use serde_json::Value;
use sprechzeit::config::PhoneText;
use sprechzeit::people::{self, NewUser, PeopleError, Role};

use crate::telephone::{EVERY_DAY, Stage};
use crate::world::{World, engines, runtime};

const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DUTY_LINE: &str = "+498999998119";
/// Anna's own telephone: she may call from any.
const ANNA: &str = "+494066969000";
const PIN: &str = "274839";

fn told(story: impl AsyncFn(&World)) {
    for engine in engines() {
        runtime().block_on(async {
            let mut world = World::start_with(engine, FRIDAY, |config| {
                config.telephony.duty_line = Some(PhoneText(DUTY_LINE.parse().unwrap()));
            })
            .await;
            story(&world).await;
            world.shut_down().await;
        });
    }
}

/// Anna is on duty from 7 to 19 and signs in; she is told her number.
async fn anna(world: &World) -> (Stage<'_>, String) {
    let stage = Stage::open_on(world, &["Anna"], EVERY_DAY, ("08:00", "18:00")).await.everybody_on("2026-11-20").await;
    stage.plan("Anna", ("2026-11-23", "20:00", "06:00"), 1).await;
    let officer = Some(stage.officer("Anna").id.parse().unwrap());
    let user = NewUser { login: "anna".into(), role: Role::Officer, office: "ka".parse().unwrap(), officer };
    people::add_user(&world.desk, world.now(), &user, "ein langes Kennwort").await.unwrap();
    let session = people::sign_in(&world.desk, world.now(), "anna", "ein langes Kennwort").await.unwrap();
    let actor = people::find_session(&world.desk, world.now(), &session).await.unwrap().unwrap();
    for (pin, is_good) in [("12345", false), ("111111", false), ("12345a", false), ("274 839", false), (PIN, true)] {
        let set = people::set_pin(&world.desk, world.now(), &actor, pin).await;
        assert!(matches!(set, Err(PeopleError::WeakPin)) != is_good, "{pin}: {set:?}");
    }
    let number = people::find_number(&world.desk, &actor).await.unwrap().unwrap();
    assert_eq!(people::set_pin(&world.desk, world.now(), &actor, PIN).await.unwrap(), number, "it stays the same");
    (stage, number.to_string())
}

async fn on_duty(stage: &Stage<'_>) -> Vec<Value> {
    let duty = stage.get(&format!("/hotlines/{}/duty", stage.hotline)).await;
    duty["on"].as_array().unwrap_or(&vec![]).clone()
}

#[test]
fn an_officer_hears_their_shifts_and_is_deployed_and_back() {
    told(async |world| {
        let (stage, number) = anna(world).await;
        let mut call = stage.call_to("+493023125042", DUTY_LINE).await;
        call.hears("Dienstnummer").hears("zehn Ziffern");
        call.presses(&format!("{number}{PIN}")).await;
        call.hears("Guten Tag, Anna.").hears("heute, von 10 bis 19 Uhr, Beratungstelefon").hears("von 20 bis 6 Uhr");
        assert_eq!(on_duty(&stage).await.len(), 1);
        call.presses("2").await.hears("im Einsatz gemeldet");
        assert_eq!(on_duty(&stage).await.len(), 0, "she is not rung any more");
        call.presses("2").await.hears("schon im Einsatz");
        call.presses("9").await.hears("Sie sind im Einsatz gemeldet");
        call.presses("7").await.hears("Diese Taste gibt es hier nicht").hears("Einsatz: 2");
        call.presses("3").await.hears("zurückgemeldet");
        assert_eq!(on_duty(&stage).await.len(), 1);
        call.presses("3").await.hears("nicht im Einsatz");
    });
}

#[test]
fn sickness_is_confirmed_and_lasts_until_the_end_of_the_day() {
    told(async |world| {
        let (stage, number) = anna(world).await;
        let mut call = stage.call_to(ANNA, DUTY_LINE).await;
        call.presses(&format!("{number}{PIN}")).await;
        call.presses("1").await.hears("krank bis heute um 24 Uhr");
        call.presses("2").await.hears("Es bleibt, wie es war");
        assert_eq!(on_duty(&stage).await.len(), 1);
        call.presses("1").await;
        call.presses("1").await.hears("Gute Besserung");
        assert_eq!(on_duty(&stage).await.len(), 0);
        world.advance_minutes(15 * 60);
        assert_eq!(on_duty(&stage).await.len(), 0, "nobody is planned on the next day");
    });
}

#[test]
fn sickness_on_the_evening_before_lasts_until_the_end_of_the_next_days_shift() {
    told(async |world| {
        let (stage, number) = anna(world).await;
        stage.plan("Anna", ("2026-11-21", "09:00", "13:00"), 1).await;
        world.advance_minutes(9 * 60 + 30);
        let mut call = stage.call_to(ANNA, DUTY_LINE).await;
        call.presses(&format!("{number}{PIN}")).await.hears("morgen, von 9 bis 13 Uhr");
        call.presses("1").await.hears("krank bis morgen um 24 Uhr");
        call.presses("1").await.hears("morgen um 24 Uhr").hears("Gute Besserung");
        world.advance_minutes(15 * 60);
        assert_eq!(on_duty(&stage).await.len(), 0, "who is sick is not rung in the shift of the next day");
    });
}

#[test]
fn a_repeated_input_is_taken_once_and_answered_alike() {
    told(async |world| {
        let (stage, number) = anna(world).await;
        let mut call = stage.call_to(ANNA, DUTY_LINE).await;
        let typed = call.pressing(&format!("{number}{PIN}"));
        call.send(typed.clone()).await;
        let first = call.document.clone();
        call.send(typed).await;
        assert_eq!(call.document, first);
        let deployed = call.pressing("2");
        call.send(deployed.clone()).await;
        let first = call.document.clone();
        call.send(deployed).await;
        assert_eq!(call.document, first, "told again, it is no second deployment");
    });
}

#[test]
fn a_wrong_pin_is_told_and_guessing_is_stopped() {
    told(async |world| {
        let (stage, number) = anna(world).await;
        for _ in 0..4 {
            let mut call = stage.call_to(ANNA, DUTY_LINE).await;
            call.presses(&format!("{number}000000")).await.hears("stimmt nicht");
            call.presses("").await.hears("zehn Ziffern");
            call.presses(&format!("{number}000001")).await.hears("Auf Wiederhören");
        }
        for _ in 0..2 {
            let mut call = stage.call_to(ANNA, DUTY_LINE).await;
            call.presses(&format!("{number}000002")).await.hears("stimmt nicht");
        }
        let mut call = stage.call_to(ANNA, DUTY_LINE).await;
        call.presses(&format!("{number}{PIN}")).await.hears("in 15 Minuten");
        world.advance_minutes(16);
        let mut call = stage.call_to(ANNA, DUTY_LINE).await;
        call.presses(&format!("{number}{PIN}")).await.hears("Guten Tag, Anna.");
    });
}
