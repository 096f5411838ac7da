//! A caller finds the own booking by its code, moves and cancels it by key, in whole calls on both engines.

use serde_json::{Value, json};
use sprechzeit::bookings::{self, ByCode};

use crate::telephone::{CITIZEN, Caller, Stage};
use crate::world::{World, on_both};

/// A Sunday, 10:00 in Berlin: the hotline is closed.
const NOW: &str = "2026-11-22T09:00:00Z";
const ANOTHER_NUMBER: &str = "+493023125043";

async fn stage(world: &World) -> Stage<'_> {
    let stage = Stage::open(world, &["Anna"]).await;
    let hour = json!({"officer": stage.officer("Anna").id, "weekday": "tue", "opens": "10:00", "closes": "12:00",
        "slot_minutes": 30, "formats": ["telephone"], "topics": [], "first_day": "2026-11-22"});
    stage.create("/consultation-hours", hour).await;
    let mut call = stage.call().await;
    for keys in ["", "2", "1", "1", ""] {
        call.presses(keys).await;
    }
    call.hears("Ihr Termin ist gebucht");
    stage
}

/// The one booking that stands.
async fn booking(stage: &Stage<'_>) -> Value {
    let listed = stage.get("/bookings?from=2026-11-22T00:00:00Z&until=2026-12-20T00:00:00Z").await;
    listed["items"].as_array().unwrap()[0].clone()
}

fn said(booking: &Value, field: &str) -> String {
    booking[field].as_str().unwrap().to_owned()
}

/// As it is typed on a telephone.
fn keys(text: &str) -> String {
    let plain = text.to_uppercase().replace('Ä', "AE").replace('Ö', "OE").replace('Ü', "UE").replace('ß', "SS");
    let key = |sign: char| match sign {
        '0'..='9' => Some(sign),
        'A'..='Z' => "22233344455566677778889999".chars().nth(sign as usize - 'A' as usize),
        _ => None,
    };
    plain.chars().filter_map(key).collect()
}

async fn ask<'s>(stage: &'s Stage<'_>, from: &str, code: &str) -> Caller<'s> {
    let mut call = stage.call_from(from).await;
    for keys in ["", "3", code] {
        call.presses(keys).await;
    }
    call
}

#[test]
fn from_the_number_that_was_left_the_code_is_enough_to_move_and_to_cancel() {
    on_both(NOW, async |world| {
        let stage = stage(world).await;
        let before = booking(&stage).await;
        let code = keys(&said(&before, "reference"));
        let mut call = ask(&stage, CITIZEN, &code).await;
        call.hears("Ihr Termin ist: Dienstag, der vierundzwanzigste November, um 10 Uhr.");
        call.presses("2").await.hears("Diese anderen Zeiten").hears("Drücken Sie die 1");
        call.presses("1").await.hears("Ihr Termin ist verschoben").hears("Vielen Dank");
        let moved = booking(&stage).await;
        assert_eq!((&moved["id"], &moved["sequence"]), (&before["id"], &json!(1)));
        assert_ne!(moved["start"], before["start"]);

        // Who keeps it, or says nothing, changes nothing.
        for keys in [["0", ""], ["1", "0"]] {
            let mut call = ask(&stage, CITIZEN, &code).await;
            call.presses(keys[0]).await;
            if !keys[1].is_empty() {
                call.presses(keys[1]).await;
            }
            call.hears("Auf Wiederhören");
            assert_eq!(booking(&stage).await["state"], "confirmed");
        }
        let mut call = ask(&stage, CITIZEN, &code).await;
        call.presses("1").await.hears("noch einmal die 1");
        call.presses("1").await.hears("abgesagt").hears("Vielen Dank");
        call.told().await.ended("announcement", &[]);
        assert_eq!(booking(&stage).await["state"], "cancelled");
        ask(&stage, CITIZEN, &code).await.hears("Kennwort");
        let free = stage.get("/slots?topic=anderes&format=telephone&office=ka").await;
        assert_eq!(free["items"][0]["start"], before["start"], "its first time is free again");
    });
}

#[test]
fn from_another_number_the_kennwort_tells_whose_it_is_and_wrong_tries_are_counted() {
    on_both(NOW, async |world| {
        let stage = stage(world).await;
        let booking = booking(&stage).await;
        let (code, word) = (keys(&said(&booking, "reference")), keys(&said(&booking, "kennwort")));
        let mut call = ask(&stage, ANOTHER_NUMBER, &code).await;
        call.hears("Kennwort");
        call.presses(&word).await.hears("Ihr Termin ist: Dienstag");
        call.hangs_up().await;

        // Whoever guesses is told nothing of the code, and comes to an end.
        let mut guesser = ask(&stage, ANOTHER_NUMBER, &code).await;
        for _ in 0..2 {
            guesser.hears("Kennwort");
            guesser.presses("22").await.hears("Dazu finden wir keinen Termin");
            guesser.presses(&code).await;
        }
        guesser.presses("22").await.hears("Dazu finden wir keinen Termin").hears("Auf Wiederhören");
        let mut unknown = ask(&stage, "+493023125044", "222222").await;
        unknown.hears("Kennwort");
        unknown.presses("22").await.hears("Dazu finden wir keinen Termin");
        unknown.hangs_up().await;

        let mut guesser = ask(&stage, "+493023125045", &code).await;
        for _ in 0..2 {
            guesser.presses("33").await;
            guesser.presses(&code).await;
        }
        // The code was tried wrongly five times: not even the right word finds it, from wherever.
        guesser.hears("Dazu finden wir keinen Termin").hangs_up().await;
        let late = ask(&stage, "+493023125046", &code).await;
        late.hears("Dazu finden wir keinen Termin").hangs_up().await;
        world.advance_minutes(61);
        let mut again = ask(&stage, "+493023125046", &code).await;
        again.presses(&word).await.hears("Ihr Termin ist: Dienstag");
        again.hangs_up().await;
    });
}

#[test]
fn on_the_web_reference_and_kennwort_lead_to_the_booking() {
    on_both(NOW, async |world| {
        let stage = stage(world).await;
        let booking = booking(&stage).await;
        let (reference, word) = (said(&booking, "reference"), said(&booking, "kennwort"));
        let find = async |reference: &str, word: &str| {
            bookings::find_by_code(&world.desk, world.now(), reference, word).await.unwrap()
        };
        let ByCode::Link(secret) = find(&reference.to_lowercase(), &word.to_uppercase()).await else { panic!() };
        let (status, page) = world.page(&format!("/buchung/{}", secret.expose())).await;
        assert!(status == 200 && page.contains(&reference), "{page}");
        assert!(matches!(find("K7M-2P", &word).await, ByCode::Unknown));
        for _ in 0..5 {
            assert!(matches!(find(&reference, "Quark").await, ByCode::Unknown));
        }
        assert!(matches!(find(&reference, &word).await, ByCode::TooOften));
        world.advance_minutes(61);
        assert!(matches!(find(&reference, &word).await, ByCode::Link(_)));
    });
}
