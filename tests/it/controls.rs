//! What an officer does with a call while they talk, over real HTTP: the order that goes to the provider, and what happens
//! when the provider comes with the leg.

use serde_json::{Value, json};
use sprechzeit::kernel::id::BlockId;
use sprechzeit::outbox::{self, Senders};
use sprechzeit::people::{self, NewUser, Role};
use sprechzeit::rounds;

use crate::staff::Visitor;
use crate::telephone::{CITIZEN, Caller, HOTLINE, Ring, Stage};
use crate::twilio::{Answers, Leg, Received, Twilio, with_twilio};
use crate::world::on_both;

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";
const NAMES: [&str; 3] = ["Anna", "Bela", "Cem"];

async fn sign_in<'w>(stage: &Stage<'w>, name: &str) -> Visitor<'w> {
    let id = stage.officer(name).id.parse().unwrap();
    Visitor::sign_in(stage.world, &name.to_lowercase(), Role::Officer, Some(id)).await
}

/// Anna talks with a caller, and looks at her page.
async fn talk<'s, 'w>(stage: &'s Stage<'w>) -> (Caller<'s>, Ring, Visitor<'w>) {
    let call = stage.ringing_call().await;
    let ring = call.accepted_by("Anna").await;
    (call, ring, sign_in(stage, "Anna").await)
}

async fn press(visitor: &Visitor<'_>, call: &Caller<'_>, what: &str) -> String {
    press_with(visitor, &call.id(), what, &[]).await
}

async fn press_with(visitor: &Visitor<'_>, call: &str, what: &str, fields: &[(&str, &str)]) -> String {
    let (status, to, page) = visitor.send(&format!("/dienst/gespraech/{call}/{what}"), fields).await;
    assert_eq!(status, 303, "{page}");
    to.strip_prefix("/dienst/gespraech?meldung=").unwrap().to_owned()
}

/// The last order about a call that is there: which leg goes where.
fn led(twilio: &Twilio) -> Received {
    twilio.changes().pop().expect("no leg is led elsewhere")
}

/// The provider comes with the caller's leg to where an order leads it.
async fn comes(call: &mut Caller<'_>, order: &Received) {
    assert_eq!(order.sid, call.sid, "it should be the caller's leg");
    call.tell(order.value("Url"), &[("CallStatus", "in-progress")]).await;
}

#[test]
fn an_abusive_call_ends_politely_with_a_pause_and_a_note() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let office = "ka".parse().unwrap();
        let planner = json!({"name": "Dora", "phone": "+494066969009", "mail": "dora@example.org"});
        let planner = stage.create("/officers", planner).await["id"].as_str().unwrap().parse().unwrap();
        let user = NewUser { login: "dora".into(), role: Role::Supervisor, office, officer: Some(planner) };
        people::add_user(&world.desk, world.now(), &user, "ein langes Kennwort").await.unwrap();
        let (mut call, _, anna) = talk(&stage).await;
        let page = anna.see("/dienst/gespraech").await;
        assert!(page.contains("Beratungstelefon") && !page.contains("3023125042"), "{page}");

        assert_eq!(press(&anna, &call, "beenden").await, "beenden");
        assert_eq!(press(&anna, &call, "beenden").await, "beenden", "pressed again, it happens once");
        assert_eq!(twilio.changes().len(), 1);
        let order = led(twilio);
        comes(&mut call, &order).await;
        call.hears("nicht respektvoll").hears("110");
        let heard = call.document.clone();
        comes(&mut call, &order).await;
        assert_eq!(call.document, heard, "told again, answered alike");
        assert_eq!(call.hangs_up().await, 204);
        call.told().await.ended("abuse", &[("Anna", "accepted")]);
        assert_eq!(press(&anna, &call, "beenden").await, "vorbei");

        let next = stage.ringing_call().await;
        next.rings("Bela");
        assert!(
            next.told().await.why().contains("Anna in der Pause nach einem Gespräch"),
            "{}",
            next.told().await.why()
        );
        next.hangs_up().await;
        world.advance_minutes(6);
        stage.ringing_call().await.rings("Anna");

        let senders = Senders::new(&world.desk).unwrap();
        while outbox::deliver_due(&world.desk, world.now(), &senders).await.unwrap() > 0 {}
        let mails = outbox::list_mailbox(&world.desk, 100).await.unwrap();
        let told: Vec<_> = mails.iter().filter(|told| told.message.to() == "dora@example.org").collect();
        assert_eq!(told.len(), 1, "{mails:?}");
        assert!(!format!("{told:?}").contains("3023125042"), "no number in a mail");
        assert!(anna.see("/dienst/anrufe?ende=abuse").await.contains("wegen Missbrauchs beendet"));
    });
}

#[test]
fn what_the_provider_does_not_do_has_not_happened() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let (mut call, _, anna) = talk(&stage).await;
        twilio.answers(Answers::Refuses(404));
        assert_eq!(press(&anna, &call, "beenden").await, "abgelehnt");
        assert_eq!(stage.get(&format!("/calls/{}", call.id())).await["state"], "talking");
        twilio.answers(Answers::Silent);
        assert_eq!(press(&anna, &call, "beenden").await, "unbekannt");
        twilio.answers(Answers::Carries);
        assert_eq!(press(&anna, &call, "beenden").await, "unbekannt", "it is not sent again");
        assert_eq!(twilio.changes().len(), 2);
        assert_eq!(stage.get(&format!("/calls/{}", call.id())).await["state"], "talking");
        call.talk_ends().await;
        call.told().await.ended("person", &[("Anna", "accepted")]);
    });
}

#[test]
fn nobody_controls_a_call_that_is_not_theirs() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let (call, _, _) = talk(&stage).await;
        let bela = sign_in(&stage, "Bela").await;
        assert!(bela.see("/dienst/gespraech").await.contains("mit niemandem"));
        for what in ["beenden", "dazu", "zurueck", "anweisung"] {
            assert_eq!(press(&bela, &call, what).await, "vorbei", "{what}");
        }
        let planner = Visitor::sign_in(world, "dora", Role::Supervisor, None).await;
        assert_eq!(press(&planner, &call, "beenden").await, "vorbei");
        assert_eq!(twilio.received().len(), 0);
    });
}

#[test]
fn a_caller_goes_back_to_the_front_under_another_topic() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let (mut call, _, anna) = talk(&stage).await;
        let second = stage.ringing_call().await;
        second.accepted_by("Bela").await;
        let mut waiting = stage.ringing_call().await;
        waiting.hears("an erster Stelle");
        world.advance_minutes(1);
        waiting.waits().await;

        assert_eq!(press_with(&anna, &call.id(), "zurueck", &[("thema", "einbruchschutz")]).await, "zurueck");
        let order = led(twilio);
        comes(&mut call, &order).await;
        assert!(call.ring().is_none(), "Anna has put them back, Bela talks: {}", call.document);
        waiting.waits().await;
        waiting.rings("Anna");
        waiting.ring_ends("no-answer").await;
        call.waits().await;
        let told = stage.get(&format!("/calls/{}", call.id())).await;
        assert_eq!((&told["topic"], &told["state"]), (&json!("einbruchschutz"), &json!("running")));
        assert_eq!(told["rang"][0]["outcome"], "accepted");
        // Whoever waited longer is behind: Bela is free now.
        let mut second = second;
        second.talk_ends().await;
        waiting.waits().await;
        assert!(waiting.ring().is_none(), "not before the one who was put in front: {}", waiting.document);
        call.waits().await;
        call.rings("Bela");
        call.accepted_by("Bela").await;
        call.talk_ends().await;
        call.told().await.ended_in("person");
    });
}

#[test]
fn a_colleague_joins_and_all_three_talk_in_a_room() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let (mut call, _, anna) = talk(&stage).await;
        assert_eq!(press(&anna, &call, "dazu").await, "dazu");
        assert_eq!(press(&anna, &call, "dazu").await, "klingelt", "pressed again, one telephone rings");
        let [ring] = twilio.rings().try_into().unwrap();
        assert_eq!((ring.value("To"), ring.value("From")), (stage.officer("Bela").number.as_str(), HOTLINE));
        let mut bela = Leg::of(world, &ring);
        bela.picks_up().await.hears("Anna bittet Sie").hears("Drücken Sie 1");
        bela.presses("1").await;
        assert_eq!(bela.element("Conference").text, call.id());

        twilio.settled(1).await;
        let mut officer = Leg::led(world, &led(twilio));
        officer.picks_up().await;
        assert_eq!(officer.element("Conference").text, call.id());
        call.ring_ends_with(&[("DialCallStatus", "completed"), ("CallStatus", "in-progress")]).await;
        assert_eq!(call.element("Conference").text, call.id(), "the caller follows, and nobody is hung up on");
        assert_eq!(stage.get(&format!("/calls/{}", call.id())).await["state"], "talking");

        // Anna leaves: the talk goes on. Then Bela does, and nobody sits in a room alone.
        world.advance_minutes(2);
        officer.dial_ends("completed", true).await;
        assert_eq!(stage.get(&format!("/calls/{}", call.id())).await["state"], "talking");
        assert!(anna.see("/dienst/gespraech").await.contains("mit niemandem"));
        bela.dial_ends("completed", true).await;
        call.told().await.ended("person", &[("Anna", "accepted"), ("Bela", "accepted")]);
        twilio.settled(4).await;
        let ended: Vec<_> = twilio.changes().iter().skip(1).map(|order| order.sid.clone()).collect();
        assert!(ended.contains(&call.sid), "the caller is led out: {ended:?}");
        stage.ringing_call().await.rings("Anna");
    });
}

#[test]
fn when_the_caller_hangs_up_every_leg_stops() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        // While the colleague's telephone rings.
        let (call, _, anna) = talk(&stage).await;
        assert_eq!(press(&anna, &call, "dazu").await, "dazu");
        let ring = twilio.rings().pop().unwrap();
        call.hangs_up().await;
        twilio.settled(1).await;
        let stopped = led(twilio);
        assert_eq!((stopped.sid.as_str(), stopped.value("Status")), (ring.sid.as_str(), "completed"));
        let mut bela = Leg::of(world, &ring);
        bela.picks_up().await.hears("besteht nicht mehr");
        call.told().await.ended("person", &[("Anna", "accepted"), ("Bela", "caller_gone")]);
        call.hangs_up().await;
        rounds::sweep(&world.desk).await;
        assert_eq!(twilio.changes().len(), 1, "each leg is ended once");

        // In the room.
        world.advance_minutes(1);
        let call = stage.ringing_call().await;
        call.accepted_by("Anna").await;
        let mut call = call;
        assert_eq!(press(&anna, &call, "dazu").await, "dazu");
        let mut bela = twilio.last_leg(world);
        bela.picks_up().await.presses("1").await;
        twilio.settled(2).await;
        let mut officer = Leg::led(world, &led(twilio));
        officer.picks_up().await;
        call.ring_ends_with(&[("DialCallStatus", "completed"), ("CallStatus", "in-progress")]).await;
        call.hangs_up().await;
        twilio.settled(4).await;
        let ended: Vec<_> = twilio.changes().iter().skip(2).map(|order| order.sid.clone()).collect();
        assert!(ended.contains(&bela.sid) && ended.contains(&officer.sid), "{ended:?}");
    });
}

#[test]
fn a_colleague_who_cannot_come_leaves_the_talk_as_it_is() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let (mut call, _, anna) = talk(&stage).await;
        for key in ["2", ""] {
            assert_eq!(press(&anna, &call, "dazu").await, "dazu");
            twilio.last_leg(world).picks_up().await.presses(key).await.hears("ohne Sie weiter");
        }
        assert_eq!(press(&anna, &call, "dazu").await, "dazu");
        twilio.last_leg(world).reports("no-answer").await;
        twilio.answers(Answers::Silent);
        assert_eq!(press(&anna, &call, "dazu").await, "unbekannt");
        twilio.answers(Answers::Carries);
        assert_eq!(press(&anna, &call, "dazu").await, "klingelt", "it may ring");
        world.advance_minutes(5);
        rounds::sweep(&world.desk).await;
        assert_ne!(press(&anna, &call, "dazu").await, "dazu", "never a second ring at Bela for this call");
        assert_eq!(twilio.rings().len(), 4);
        call.talk_ends().await;
        call.told().await.ended_in("person");
    });
}

#[test]
fn somebody_in_danger_hears_the_instruction_and_the_talk_goes_on() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let (mut call, _, anna) = talk(&stage).await;
        assert_eq!(press(&anna, &call, "anweisung").await, "anweisung");
        assert_eq!(press(&anna, &call, "anweisung").await, "anweisung", "pressed twice, played once");
        assert_eq!(twilio.changes().len(), 1);
        let mut officer = Leg::led(world, &led(twilio));
        officer.picks_up().await;
        call.ring_ends_with(&[("DialCallStatus", "completed"), ("CallStatus", "in-progress")]).await;
        call.hears("in Sicherheit").hears("110");
        assert_eq!(call.element("Conference").text, officer.element("Conference").text, "they meet again");
        let told = stage.get(&format!("/calls/{}", call.id())).await;
        let event = |step: &Value| step["event"].as_str().unwrap().to_owned();
        let events: Vec<_> = told["steps"].as_array().unwrap().iter().map(event).collect();
        assert!(events.contains(&"instructed".to_owned()), "{events:?}");
        assert_eq!(told["state"], "talking");
        assert!(anna.see(&format!("/dienst/anrufe/{}", call.id())).await.contains("Notfall-Anweisung vorgespielt"));

        // Once more: the caller goes out of the room, hears it, and comes back.
        assert_eq!(press(&anna, &call, "anweisung").await, "anweisung");
        let order = led(twilio);
        comes(&mut call, &order).await;
        call.hears("in Sicherheit");
        assert_eq!(call.element("Conference").text, call.id());
        assert_eq!(twilio.changes().len(), 2);
        call.hangs_up().await;
        call.told().await.ended("person", &[("Anna", "accepted")]);
    });
}

#[test]
fn where_the_provider_hands_over_keys_they_do_the_same() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let post = async |address: &str, report: Value| -> (u16, Value) {
            let path =
                address.split_once("://").map_or(address, |(_, rest)| &rest[rest.find('/').unwrap()..]).to_owned();
            let answer = world.http.post(world.url(&path)).json(&report).send().await.unwrap();
            (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
        };
        for (keys, expected) in [("*9", "abuse"), ("*0", "requeued")] {
            world.advance_minutes(30);
            let leg = format!("test-{}", keys.replace('*', "star"));
            let start = json!({"leg": leg, "from": CITIZEN, "to": HOTLINE, "status": "ringing"});
            let (_, mut step) = post("/telephony/simulated/voice", start).await;
            for keys in ["", "0"] {
                let action = step["then"]["ask"]["action"].as_str().unwrap().to_owned();
                step = post(&action, json!({"leg": leg, "keys": keys})).await.1;
            }
            let screen = step["then"]["ring"]["telephones"][0]["screen_url"].as_str().unwrap().to_owned();
            let officer = format!("{leg}-1");
            let (_, asked) = post(&screen, json!({"leg": officer, "parent": leg})).await;
            let action = asked["then"]["ask"]["action"].as_str().unwrap();
            let (_, bridged) = post(action, json!({"leg": officer, "keys": "1"})).await;
            assert_eq!(bridged["then"], "bridge");

            let attempt = screen.rsplit('/').next().unwrap();
            let told =
                post(&format!("/telephony/simulated/keys/{attempt}"), json!({"leg": officer, "keys": keys})).await;
            assert_eq!(told.0, 204, "{told:?}");
            let (_, other) = post("/telephony/simulated/orders", json!({"legs": ["somebody-else"]})).await;
            assert_eq!(other, json!([]), "an order goes to whom it is for");
            let (_, orders) = post("/telephony/simulated/orders", json!({"legs": [leg, officer]})).await;
            assert_eq!(orders[0]["leg"], leg.as_str(), "{orders}");
            let (_, again) = post("/telephony/simulated/orders", json!({"legs": [leg, officer]})).await;
            assert_eq!(again, json!([]), "each is given once");
            let url = orders[0]["order"]["redirect"]["url"].as_str().unwrap().to_owned();
            let (_, step) = post(&url, json!({"leg": leg})).await;
            match expected {
                "abuse" => assert_eq!(step["then"], "hang_up", "{step}"),
                _ => assert!(step["then"].get("ring").is_some(), "{step}"),
            }
            let told = stage.get("/calls").await;
            let id = told["items"][0]["id"].as_str().unwrap();
            let told = stage.get(&format!("/calls/{id}")).await;
            assert!(told["steps"].to_string().contains(expected), "{told}");
            let late =
                post(&format!("/telephony/simulated/keys/{attempt}"), json!({"leg": officer, "keys": "*9"})).await;
            assert_eq!(late.0, 409, "the talk is over");
            post("/telephony/simulated/status", json!({"leg": leg, "status": "completed"})).await;
        }
    });
}

#[test]
fn what_contradicts_an_order_that_is_carried_out_is_refused_and_the_page_tells_what_became_of_each() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let (mut call, _, anna) = talk(&stage).await;
        assert_eq!(press(&anna, &call, "dazu").await, "dazu");
        assert!(anna.see("/dienst/gespraech?meldung=dazu").await.contains("klingelt bei Bela"));
        assert_eq!(press(&anna, &call, "zurueck").await, "anderes", "a colleague is being asked to join");
        twilio.last_leg(world).picks_up().await.presses("2").await;
        assert!(anna.see("/dienst/gespraech").await.contains("nicht angenommen von Bela"));

        let asked = anna.see(&format!("/dienst/gespraech/{}/zurueck?thema=einbruchschutz", call.id())).await;
        assert!(asked.contains("Anruf zurückstellen?") && asked.contains("Einbruchschutz"), "{asked}");
        assert_eq!(twilio.changes().len(), 0, "a question changes nothing");
        for (method, path) in [("get", "zurueck?thema=zauberei"), ("post", "zurueck")] {
            let path = format!("/dienst/gespraech/{}/{path}", call.id());
            let (status, page) = if method == "get" {
                anna.get(&path).await
            } else {
                let (status, _, page) = anna.send(&path, &[("thema", "zauberei")]).await;
                (status, page)
            };
            assert_eq!(status, 400);
            assert!(page.contains("Dieses Thema gibt es nicht"), "{page}");
        }
        assert_eq!(press_with(&anna, &call.id(), "zurueck", &[("thema", "einbruchschutz")]).await, "zurueck");
        for (what, fields) in [("beenden", &[][..]), ("anweisung", &[]), ("dazu", &[]), ("zurueck", &[("thema", "")])] {
            assert_eq!(press_with(&anna, &call.id(), what, fields).await, "anderes", "{what}");
        }
        assert_eq!(twilio.changes().len(), 1);
        let page = anna.see("/dienst/gespraech?meldung=zurueck").await;
        assert!(page.contains("wird ausgeführt") && !page.contains(">ausgeführt"), "{page}");
        let order = led(twilio);
        comes(&mut call, &order).await;
        let page = anna.see("/dienst/gespraech").await;
        assert!(page.contains(">ausgeführt") && page.contains("mit niemandem"), "{page}");
    });
}

#[test]
fn the_test_telephone_touches_no_call_of_a_real_line() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let call = stage.ringing_call().await;
        let post = async |path: &str, keys: &str| -> u16 {
            let report = json!({"leg": "guessed", "parent": call.sid, "keys": keys, "status": "completed",
                "from": CITIZEN, "to": HOTLINE});
            let url = world.url(&format!("/telephony/simulated/{path}"));
            world.http.post(url).json(&report).send().await.unwrap().status().as_u16()
        };
        let attempt = stage.get(&format!("/calls/{}", call.id())).await["rang"][0]["id"].as_str().unwrap().to_owned();
        for path in ["screen", "accept", "leg", "room", "keys"] {
            post(&format!("{path}/{attempt}"), "1").await;
        }
        for path in ["screen", "key", "ended", "leg"] {
            post(&format!("callback/{attempt}/{path}"), "1").await;
            post(&format!("join/{attempt}/{path}"), "1").await;
        }
        let told = stage.get(&format!("/calls/{}", call.id())).await;
        assert_eq!((&told["state"], &told["rang"][0]["outcome"]), (&json!("running"), &json!("ringing")), "{told}");

        call.accepted_by("Anna").await;
        let anna = sign_in(&stage, "Anna").await;
        assert_eq!(post(&format!("keys/{attempt}"), "*9").await, 409, "not there, or not on this line");
        assert_eq!(twilio.received().len(), 0);
        assert_eq!(press(&anna, &call, "beenden").await, "beenden");
        let order = led(twilio).value("Url").rsplit('/').next().unwrap().to_owned();
        post(&format!("order/{order}"), "").await;
        let steps = told["steps"].as_array().unwrap().len() + 1;
        for step in 0..=steps {
            post(&format!("step/{}/{step}", call.id()), "").await;
        }
        assert_eq!(stage.get(&format!("/calls/{}", call.id())).await["state"], "talking");
    });
}

#[test]
fn a_hotline_has_its_own_words_for_somebody_in_danger() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let path = format!("/hotlines/{}", stage.hotline);
        let words = json!({"instruction": {"de": "Gehen Sie zu Ihren Nachbarn und wählen Sie 110."}});
        let (status, answer) = world.api("PATCH", &path, Some(&stage.token), Some(words)).await;
        assert_eq!((status, answer["instruction"]["de"].is_string()), (200, true), "{answer}");
        let long = json!({"instruction": {"en": "x".repeat(401)}});
        assert_eq!(world.api("PATCH", &path, Some(&stage.token), Some(long)).await.0, 400);
        let (mut call, _, anna) = talk(&stage).await;
        assert_eq!(press(&anna, &call, "anweisung").await, "anweisung");
        Leg::led(world, &led(twilio)).picks_up().await;
        call.ring_ends_with(&[("DialCallStatus", "completed"), ("CallStatus", "in-progress")]).await;
        call.hears("zu Ihren Nachbarn");
        let told = stage.get(&format!("/calls/{}", call.id())).await;
        assert!(told["steps"].to_string().contains("instructed"), "{told}");
    });
}

#[test]
fn programs_order_in_a_call_and_block_as_people_do() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let (mut call, _, _) = talk(&stage).await;
        let orders = format!("/calls/{}/orders", call.id());
        let anna = stage.officer("Anna").id.clone();
        let (officer, elsewhere) = (world.token(Role::Officer, "ka").await, world.token(Role::Supervisor, "fr").await);
        let (planner, second) = (world.token(Role::Supervisor, "ka").await, world.token(Role::Supervisor, "ka").await);
        let end = json!({"order": "end", "officer": anna});
        for (token, body, status) in [
            (None, end.clone(), 401),
            (Some(&elsewhere), end.clone(), 404),
            (Some(&officer), end.clone(), 403),
            (Some(&planner), json!({"order": "end"}), 409),
            (Some(&planner), json!({"order": "sing", "officer": anna}), 400),
            (Some(&planner), json!({"order": "requeue", "officer": anna, "topic": "zauberei"}), 400),
            (Some(&planner), json!({"order": "end", "officer": anna, "topic": "einbruchschutz"}), 400),
        ] {
            let (told, answer) = world.api("POST", &orders, token.map(String::as_str), Some(body.clone())).await;
            assert_eq!(told, status, "{body}: {answer}");
        }
        assert_eq!(twilio.received().len(), 0);
        assert_eq!(world.api("POST", &orders, Some(&planner), Some(end)).await.0, 202);
        let requeue = json!({"order": "requeue", "officer": anna});
        let (status, refused) = world.api("POST", &orders, Some(&planner), Some(requeue)).await;
        assert_eq!((status, refused["type"].to_string().contains("other-order")), (409, true), "{refused}");
        let became = async || world.api("GET", &orders, Some(&planner), None).await.1[0].clone();
        let told = became().await;
        assert_eq!((&told["order"], &told["became"]), (&json!("abuse"), &json!("under_way")), "{told}");
        let order = led(twilio);
        comes(&mut call, &order).await;
        assert_eq!(became().await["became"], "happened");

        let block = format!("/calls/{}/block", call.id());
        let reason = json!({"reason": "beleidigt uns seit Wochen", "days": 7});
        for (token, body, status) in [
            (None, reason.clone(), 401),
            (Some(&elsewhere), reason.clone(), 404),
            (Some(&planner), json!({"reason": "nein", "days": 7}), 400),
            (Some(&planner), reason.clone(), 201),
        ] {
            let (told, answer) = world.api("POST", &block, token.map(String::as_str), Some(body)).await;
            assert_eq!(told, status, "{answer}");
        }
        let listed = world.api("GET", "/blocks", Some(&planner), None).await.1["items"][0].clone();
        assert_eq!((&listed["state"], &listed["days"]), (&json!("proposed"), &json!(7)), "{listed}");
        assert!(!listed.to_string().contains("3023125042"), "no number: {listed}");
        let path = format!("/blocks/{}", listed["id"].as_str().unwrap());
        let approve = || Some(json!({"verdict": "approve"}));
        for (token, status) in [(&planner, 403), (&officer, 403), (&elsewhere, 404), (&second, 204), (&second, 409)] {
            let (told, answer) = world.api("POST", &format!("{path}/decision"), Some(token), approve()).await;
            assert_eq!(told, status, "{answer}");
        }
        for (token, status) in [(&officer, 403), (&planner, 204), (&planner, 409)] {
            assert_eq!(world.api("DELETE", &path, Some(token), None).await.0, status);
        }
        assert_eq!(world.api("GET", "/blocks", Some(&elsewhere), None).await.1["items"], json!([]));
    });
}

// ---- blocks ----

async fn propose(visitor: &Visitor<'_>, call: &str, reason: &str, days: &str) -> (u16, String) {
    let sent = visitor.send(&format!("/dienst/anrufe/{call}/sperre"), &[("grund", reason), ("tage", days)]).await;
    (sent.0, sent.1 + &sent.2)
}

async fn decide(visitor: &Visitor<'_>, what: &str) -> String {
    use sprechzeit::db::Read;
    let blocks: Vec<(BlockId,)> =
        (&visitor.world.desk.db).all("SELECT id FROM blocks", sprechzeit::args![]).await.unwrap();
    let id = blocks[0].0;
    let (_, to, _) = visitor.send(&format!("/dienst/sperren/{id}/{what}"), &[]).await;
    to.strip_prefix("/dienst/sperren?meldung=").unwrap().to_owned()
}

#[test]
fn a_block_needs_a_second_person_lasts_for_its_time_and_can_be_lifted() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let (mut call, _, anna) = talk(&stage).await;
        press(&anna, &call, "beenden").await;
        comes(&mut call, &led(twilio)).await;
        // The number is gone with the call; what was noted is enough.
        for (reason, days) in [("", "30"), ("Beleidigt alle", "0"), ("Beleidigt alle", "91")] {
            assert_eq!(propose(&anna, &call.id(), reason, days).await.0, 400, "{reason} {days}");
        }
        assert!(anna.see(&format!("/dienst/anrufe/{}", call.id())).await.contains("sperren lassen"));
        assert_eq!(propose(&anna, &call.id(), "Beleidigt alle", "30").await.0, 303);
        stage.call().await.hears("Guten Tag");
        let supervisor = Visitor::sign_in(world, "dora", Role::Supervisor, None).await;
        assert!(anna.see("/dienst/sperren").await.contains("wartet auf eine zweite Person"));
        assert_eq!(decide(&supervisor, "annehmen").await, "annehmen");
        assert_eq!(decide(&supervisor, "annehmen").await, "schon");

        let before = stage.calls().await;
        let call = stage.call().await;
        call.hears("zurzeit nicht erreichbar").hears("110").hears("127.0.0.1");
        let repeated = world.webhook(&call.last).await.1;
        assert_eq!(repeated, call.document, "told again, answered alike");
        assert_eq!(stage.calls().await, before + 1);
        let page = supervisor.see("/dienst/sperren?text=beleidigt").await;
        assert!(page.contains("data-label=\"Abgewiesen\">1</td>"), "counted once: {page}");
        assert!(!page.contains("3023125042"));
        assert!(supervisor.see("/dienst/sperren?text=anders").await.contains("So eine Sperre gibt es nicht"));
        // Another number, a withheld one, and another time are served.
        stage.call_from("+493023125043").await.hears("Guten Tag");
        stage.call_from("anonymous").await.hears("Guten Tag");

        assert_eq!(decide(&supervisor, "aufheben").await, "aufheben");
        stage.call().await.hears("Guten Tag");
        let kept: Vec<(Option<Vec<u8>>,)> = {
            use sprechzeit::db::Read;
            (&world.desk.db).all("SELECT number_hash FROM blocks", sprechzeit::args![]).await.unwrap()
        };
        assert_eq!(kept, [(None,)], "nothing of the number is left");
    });
}

#[test]
fn who_proposes_cannot_decide_and_a_block_ends_by_itself() {
    with_twilio(FRIDAY, async |world, _| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let [dora, emil] = [
            Visitor::sign_in(world, "dora", Role::Supervisor, None).await,
            Visitor::sign_in(world, "emil", Role::Supervisor, None).await,
        ];
        // While the call lasts, from its page.
        let call = stage.ringing_call().await;
        call.accepted_by("Anna").await;
        assert_eq!(propose(&dora, &call.id(), "Ruft zum zwanzigsten Mal an", "2").await.0, 303);
        call.hangs_up().await;
        assert_eq!(decide(&dora, "annehmen").await, "nicht");
        stage.call().await.hears("Guten Tag");
        let anna = sign_in(&stage, "Anna").await;
        assert_eq!(decide(&anna, "annehmen").await, "nicht", "officers propose, planners decide");
        assert_eq!(decide(&emil, "annehmen").await, "annehmen");
        stage.call().await.hears("zurzeit nicht erreichbar");
        world.advance_minutes(2 * 24 * 60 - 1);
        stage.call().await.hears("zurzeit nicht erreichbar");
        world.advance_minutes(2);
        stage.call().await.hears("Guten Tag");
        rounds::keep(&world.desk).await;
        // Two days later everybody signs in again.
        let fred = Visitor::sign_in(world, "fred", Role::Supervisor, None).await;
        assert!(fred.see("/dienst/sperren?zustand=over").await.contains("abgelaufen"));
    });
}

#[test]
fn a_withheld_number_and_a_forgotten_one_cannot_be_blocked() {
    with_twilio(FRIDAY, async |world, _| {
        let stage = Stage::open(world, &NAMES).await.everybody_on(DAY).await;
        let dora = Visitor::sign_in(world, "dora", Role::Supervisor, None).await;
        let mut call = stage.call_from("anonymous").await;
        call.waits().await;
        call.presses("0").await;
        call.accepted_by("Anna").await;
        let (status, page) = propose(&dora, &call.id(), "Beleidigt alle", "30").await;
        assert!(status == 400 && page.contains("unterdrückt"), "{page}");
        call.hangs_up().await;
        let (status, page) = propose(&dora, &call.id(), "Beleidigt alle", "30").await;
        assert!(status == 400 && page.contains("unterdrückt") && !page.contains("name=\"grund\""), "{page}");
        let page = dora.see(&format!("/dienst/anrufe/{}/sperre", call.id())).await;
        assert!(page.contains("war die Nummer unterdrückt") && !page.contains("name=\"grund\""), "{page}");
        let call = stage.ringing_call().await;
        call.hangs_up().await;
        let (status, page) = propose(&dora, &call.id(), "Beleidigt alle", "30").await;
        assert!(status == 400 && page.contains("schon gelöscht"), "{page}");
        let elsewhere = Visitor::sign_in_at(world, "zoe", Role::Supervisor, "s", None).await;
        assert_eq!(propose(&elsewhere, &call.id(), "Beleidigt alle", "30").await.0, 404);
    });
}
