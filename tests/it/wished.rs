//! Who may be called back: ordinary lines only, once a number, and the Kennwort for whoever has the number.

use sprechzeit::calls::CallbackPerson;
use sprechzeit::db::Read;
use sprechzeit::kernel::id::CallbackId;
use sprechzeit::outbox::{self, Message};
use sprechzeit::vault::Place;

use crate::callbacks::{officer, press, request};
use crate::telephone::{Caller, HOTLINE, Stage};
use crate::twilio::with_twilio;
use crate::world::World;

/// Closed: a call-back is offered at once.
const SUNDAY: &str = "2026-11-22T09:00:00Z";
const MOBILE: &str = "01771234567";

/// A caller who is asked about a call-back.
async fn asks<'s>(stage: &'s Stage<'_>, from: &str) -> Caller<'s> {
    let mut call = stage.call_from(from).await;
    call.waits().await;
    call.presses("1").await;
    call
}

/// The Kennwort that a caller has just heard.
fn kennwort(call: &Caller<'_>) -> String {
    let said = call.said();
    let word = said.split("zuerst das Kennwort:").nth(1).unwrap_or_else(|| panic!("no Kennwort: {said}"));
    word.split('.').next().unwrap().trim().to_owned()
}

async fn open(stage: &Stage<'_>) -> usize {
    stage.get("/callbacks").await["items"].as_array().unwrap().len()
}

async fn sms_sent(world: &World) -> usize {
    for _ in 0..200 {
        if outbox::count(&world.desk).await.unwrap().0 == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let sent = outbox::list_mailbox(&world.desk, 100).await.unwrap();
    sent.iter().filter(|told| matches!(told.message, Message::Sms(_))).count()
}

#[test]
fn nobody_makes_the_police_call_premium_numbers() {
    with_twilio(SUNDAY, async |world, _| {
        let stage = Stage::open(world, &["Anna"]).await;
        let own = HOTLINE.replacen("+49", "0", 1);
        for number in ["09001234567", "01371234567", "0190123456", "0088216123456", "118899", &own] {
            let mut call = asks(&stage, "anonymous").await;
            call.presses(&format!("{number}#"))
                .await
                .hears("können wir nicht anrufen")
                .hears("Telefonnummer mit Vorwahl");
            call.presses("08999998043#").await.hears("acht null vier drei");
            call.hangs_up().await;
        }
        // Shown, such a number is not offered.
        asks(&stage, "+8821612345678").await.hears("Telefonnummer mit Vorwahl");
        assert_eq!((open(&stage).await, sms_sent(world).await), (0, 0));
    });
}

#[test]
fn twelve_requests_for_a_number_are_one_call_back_and_one_sms() {
    with_twilio(SUNDAY, async |world, _| {
        let stage = Stage::open(world, &["Anna"]).await;
        let mut heard = Vec::new();
        for _ in 0..12 {
            let mut call = asks(&stage, "anonymous").await;
            call.presses(&format!("{MOBILE}#")).await;
            call.presses("1").await.hears("rufen Sie so bald wie möglich zurück").hears("Eine SMS an diese Nummer");
            call.told().await.ended_in("callback");
            heard.push(call.said());
        }
        heard.dedup();
        assert_eq!(heard.len(), 1, "whoever types a number does not hear that it was asked for before: {heard:?}");
        assert!(!heard[0].contains("zuerst das Kennwort"), "{}", heard[0]);
        assert_eq!((open(&stage).await, sms_sent(world).await), (1, 1));
        // Whoever calls from that number hears a word of their own.
        let mut call = asks(&stage, "+491771234567").await;
        call.presses("1").await.hears("Ihr Rückruf ist schon vorgemerkt");
        let anna = officer(&stage, "Anna").await;
        assert!(anna.see("/dienst/rueckrufe").await.contains(&kennwort(&call)));
        assert_eq!((open(&stage).await, sms_sent(world).await), (1, 1));
    });
}

#[test]
fn the_kennwort_is_told_on_the_telephone_and_kept_secret_from_others() {
    with_twilio(SUNDAY, async |world, _| {
        let stage = Stage::open(world, &["Anna"]).await;
        let mut call = asks(&stage, "+493023125042").await;
        call.presses("1").await.hears("Noch einmal");
        let first = kennwort(&call);
        assert_eq!(call.said().matches(&format!("{first}.")).count(), 2, "{}", call.said());
        assert!(!call.told().await.told.to_string().contains(&first), "it stays out of the record");
        let mut other = asks(&stage, "anonymous").await;
        other.presses("03023125042#").await;
        other.presses("1").await;
        let second = kennwort(&other);
        let page = officer(&stage, "Anna").await.see("/dienst/rueckrufe").await;
        let both = if first == second { first } else { format!("{first} oder {second}") };
        assert!(page.contains(&both), "{both}: {page}");
        assert_eq!((open(&stage).await, sms_sent(world).await), (1, 0));
        let mut english = stage.call_from("+493023125044").await;
        english.presses("9").await;
        english.presses("1").await;
        english.presses("1").await.hears("code word, the Kennwort").hears("Once more");
    });
}

#[test]
fn an_old_call_back_to_a_premium_number_is_refused_in_words() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await;
        let callback = request(&stage).await;
        let anna = officer(&stage, "Anna").await;
        let id: CallbackId = callback.parse().unwrap();
        for number in ["+499001234567", HOTLINE] {
            let person = CallbackPerson { number: number.parse().unwrap(), passphrase: "Ahorn".into() };
            let place = Place { column: "callbacks.person", record: &id };
            let sealed = world.desk.vault.seal_json(place, &person);
            let mut tx = world.desk.db.begin().await.unwrap();
            tx.run("UPDATE callbacks SET person = $1", sprechzeit::args![sealed]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(press(&anna, &callback).await, "nummer");
        }
        assert!(anna.see("/dienst/rueckrufe?meldung=nummer").await.contains("kein gewöhnlicher Anschluss"));
        assert_eq!(twilio.rings().len(), 0);
    });
}

#[test]
fn in_the_pause_after_a_call_back_the_button_says_so_and_until_when() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await;
        let path = format!("/hotlines/{}", stage.hotline);
        let change = serde_json::json!({"pause_seconds": 300});
        assert_eq!(world.api("PATCH", &path, Some(&stage.token), Some(change)).await.0, 200);
        let callback = request(&stage).await;
        let anna = officer(&stage, "Anna").await;
        assert_eq!(press(&anna, &callback).await, "klingelt");
        let mut leg = twilio.last_leg(world);
        assert_eq!(press(&anna, &callback).await, "besetzt");
        leg.picks_up().await.presses("1").await;
        leg.dial_ends("no-answer", false).await;
        leg.reports("completed").await;
        assert_eq!(press(&anna, &callback).await, "pause&bis=10:05");
        let page = anna.see("/dienst/rueckrufe?meldung=pause&bis=10:05").await;
        assert!(page.contains("Sie dauert bis 10:05 Uhr"), "{page}");
        let rows: Vec<(CallbackId,)> =
            (&world.desk.db).all("SELECT id FROM callbacks WHERE state = 'open'", sprechzeit::args![]).await.unwrap();
        assert_eq!(rows.len(), 1);
    });
}
