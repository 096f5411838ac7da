//! Whom to ring, asked and told: who would be rung at any time, and what keeps somebody from being rung, on both engines.

use std::process::Command;

use serde_json::json;
use sprechzeit::calls::{self, Against, Answer, Question, Wish};
use sprechzeit::flows::Opening;
use sprechzeit::kernel::{Instant, Language};
use sprechzeit::outbox::{self, Senders};
use sprechzeit::people::{self, Lack, NewUser, Role};
use sprechzeit::shifts::{self, Reason};
use sprechzeit::vault::Key;

use crate::telephone::{HOTLINE, Stage};
use crate::world::{World, on_both};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";

/// Asks who would be rung on the stage's hotline.
async fn who(stage: &Stage<'_>, at: &str) -> Answer {
    let question = Question { at: Instant::parse(at).unwrap(), wish: Wish::default() };
    let hotline = shifts::find_hotline(&stage.world.desk.db, stage.hotline.parse().unwrap()).await.unwrap().unwrap();
    calls::who(&stage.world.desk, stage.world.now(), &hotline, &question).await.unwrap()
}

/// Who is rung in which order at the only place that connects, and who is not, and why.
fn told(answer: &Answer) -> (Vec<String>, Vec<(String, Against)>) {
    let [connection] = answer.connections.as_slice() else { panic!("{} places connect", answer.connections.len()) };
    let name = |officer| connection.names[&officer].clone();
    let rung = connection.outlook.rung.iter().flatten().map(|choice| name(choice.officer)).collect();
    (rung, connection.outlook.not.iter().map(|(officer, against)| (name(*officer), *against)).collect())
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn who_would_be_rung_is_told_for_the_past_the_present_and_the_time_to_come() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        stage.plan("Cem", ("2026-11-23", "08:00", "18:00"), 2).await;
        stage.plan("Bela", ("2026-11-23", "08:00", "18:00"), 1).await;
        let bela = stage.officer("Bela").id.clone();
        stage.create("/deployments", json!({"officer": bela})).await;
        world.advance_minutes(1);
        let mut call = stage.ringing_call().await;
        call.accepted_by("Anna").await;
        world.advance_minutes(4);

        let away = ("Bela".to_owned(), Against::Away(Reason::Deployed));
        let talking = ("Anna".to_owned(), Against::InCall);
        let now = who(&stage, "2026-11-20T09:05:00Z").await;
        assert_eq!(now.opening, Opening::Open);
        assert_eq!(told(&now), (named(&["Cem"]), vec![away.clone(), talking.clone()]));
        call.talk_ends().await;
        world.advance_minutes(60);
        let (deployed, past) = (vec![away.clone()], vec![away, talking]);
        assert_eq!(told(&who(&stage, "2026-11-20T10:05:00Z").await), (named(&["Anna", "Cem"]), deployed));
        assert_eq!(
            told(&who(&stage, "2026-11-20T09:03:00Z").await),
            (named(&["Cem"]), past),
            "the past stays as it was"
        );
        // On Monday nobody knows of a deployment any more; whoever is on the second tier comes after the first.
        assert_eq!(told(&who(&stage, "2026-11-23T09:00:00Z").await), (named(&["Bela", "Cem"]), vec![]));
        let night = who(&stage, "2026-11-21T23:00:00Z").await;
        assert_eq!((night.opening.clone(), told(&night)), (Opening::Closed, (vec![], vec![])));
    });
}

#[test]
fn the_answer_is_what_routing_does() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        let (foreseen, _) = told(&who(&stage, FRIDAY).await);
        let mut call = stage.ringing_call().await;
        let mut rung = Vec::new();
        while let Some(ring) = call.ring() {
            rung.push(stage.officers.iter().find(|officer| officer.number == ring.number).unwrap().name.clone());
            call.ring_ends("no-answer").await;
        }
        assert_eq!(foreseen, rung);
    });
}

#[test]
fn the_command_line_tells_who_would_be_rung() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        stage.create("/deployments", json!({"officer": stage.officer("Anna").id})).await;
        let told = ask(world, &["--hotline", HOTLINE, "--at", "2026-11-20 10:01", "--topic", "einbruchschutz"]).await;
        for line in [
            "Fri 20 Nov 2026 10:01\n  open\n",
            "\n    1. Bela: tier 1, place 1 of the order\n",
            "\n    not Anna: not on duty (deployed)\n",
        ] {
            assert!(told.contains(line), "{line:?} is not in:\n{told}");
        }
        let told =
            ask(world, &["--hotline", "Beratungstelefon", "--at", "2026-11-20T23:00:00Z", "--format", "json"]).await;
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!((&told["opening"], &told["connections"][0]["rung"]), (&json!("closed"), &json!([])));
        assert!(ask(world, &["--hotline", "Niemandstelefon"]).await.contains("there is no hotline"));
    });
}

/// What the program prints, of both kinds.
async fn ask(world: &World, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sprechzeit"));
    command.arg("who").args(words).env("SPRECHZEIT_DATABASE_URL", world.database_url());
    command.env("SPRECHZEIT_VAULT_KEYS", Key::mint().expose()).env("RUST_LOG", "error");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

// ---- telephones that fail ----

#[test]
fn a_telephone_that_fails_twice_is_skipped_for_the_rest_of_the_shift_and_planners_are_told() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        stage.plan("Anna", ("2026-11-23", "08:00", "18:00"), 1).await;
        let planner = json!({"name": "Dora", "phone": "+494066969009", "mail": "dora@example.org"});
        let planner = stage.create("/officers", planner).await["id"].as_str().unwrap().parse().unwrap();
        let office = "ka".parse().unwrap();
        let user = NewUser { login: "dora".into(), role: Role::Supervisor, office, officer: Some(planner) };
        people::add_user(&world.desk, world.now(), &user, "ein langes Kennwort").await.unwrap();
        // What does not count: no answer, busy.
        for outcome in ["no-answer", "busy", "failed"] {
            let mut call = stage.ringing_call().await;
            call.rings("Anna");
            call.ring_ends(outcome).await;
            call.rings("Bela");
            call.hangs_up().await;
            world.advance_minutes(1);
        }
        // Told on the officer's leg, and told again: it is one failure.
        let mut call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        for _ in 0..2 {
            call.leg_reports(&ring, &[("CallStatus", "failed"), ("SipResponseCode", "404")]).await;
        }
        call.ring_ends("failed").await;
        call.rings("Bela");
        assert!(call.told().await.why().contains("Anna"), "{}", call.told().await.why());
        call.hangs_up().await;
        let call = stage.ringing_call().await;
        call.rings("Bela");
        assert!(call.told().await.why().contains("Anna nicht mehr angerufen"), "{}", call.told().await.why());
        call.hangs_up().await;
        world.advance_minutes(1);
        let (rung, not) = told(&who(&stage, "2026-11-20T09:05:00Z").await);
        assert_eq!((rung, not), (named(&["Bela"]), vec![("Anna".to_owned(), Against::Unreachable)]));
        assert_eq!(told(&who(&stage, "2026-11-23T09:00:00Z").await), (named(&["Anna"]), vec![]), "another shift");

        let fields = [("login", "dora"), ("password", "ein langes Kennwort"), ("weiter", "/dienst")];
        let response = world.form("/anmelden", &fields).await;
        let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let week = world.http.get(world.url("/dienst/woche")).header("cookie", cookie).send().await.unwrap();
        let week = week.text().await.unwrap();
        assert!(week.contains("Anna ist im Dienst, aber das Telefon war"), "{week}");
        let senders = Senders::new(&world.desk).unwrap();
        while outbox::deliver_due(&world.desk, world.now(), &senders).await.unwrap() > 0 {}
        let mails = outbox::list_mailbox(&world.desk, 100).await.unwrap();
        let told = mails.iter().filter(|told| told.message.to() == "dora@example.org").count();
        assert_eq!(told, 1, "{mails:?}");
    });
}

// ---- who fits ----

#[test]
fn callers_are_led_to_who_speaks_their_language_and_knows_their_topic() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        let token = Some(stage.token.as_str());
        for (name, skills) in [
            ("Anna", json!({"topics": ["einbruchschutz"]})),
            ("Bela", json!({"languages": ["en"]})),
            ("Cem", json!({"topics": [], "languages": []})),
        ] {
            let path = format!("/officers/{}/skills", stage.officer(name).id);
            let (status, officer) = world.api("PUT", &path, token, Some(skills.clone())).await;
            assert_eq!((status, &officer["name"]), (200, &json!(name)), "{officer}");
        }
        let (status, _) = world
            .api(
                "PUT",
                &format!("/officers/{}/skills", stage.officer("Anna").id),
                token,
                Some(json!({"topics": ["x"]})),
            )
            .await;
        assert_eq!(status, 400);
        let ask = async |topic: Option<&str>, language| {
            let wish = Wish { topic: topic.map(|topic| topic.parse().unwrap()), language, officer: None };
            let question = Question { at: world.now(), wish };
            let id = stage.hotline.parse().unwrap();
            let hotline = shifts::find_hotline(&world.desk.db, id).await.unwrap().unwrap();
            told(&calls::who(&world.desk, world.now(), &hotline, &question).await.unwrap())
        };
        let fraud = Some("callcenterbetrug");
        assert_eq!(ask(None, Language::De).await.0, named(&["Anna", "Bela", "Cem"]));
        assert_eq!(ask(fraud, Language::De).await.0, named(&["Bela", "Cem", "Anna"]));
        assert_eq!(ask(fraud, Language::En).await.0, named(&["Bela", "Anna", "Cem"]), "the next best comes after");
        let mut call = stage.call().await;
        call.waits().await;
        call.presses("1").await.rings("Bela");
        call.ring_ends("no-answer").await.rings("Cem");
        call.ring_ends("no-answer").await.rings("Anna");
        let why = call.told().await.why();
        assert!(why.contains("berät nicht zu diesem Thema (niemand Passendes frei)"), "{why}");
        call.hangs_up().await;

        change(&stage, json!({"if_nobody_fits": "wait"})).await;
        let (rung, not) = ask(fraud, Language::En).await;
        assert_eq!((rung, not.len()), (named(&["Bela"]), 2));
        assert!(not.contains(&("Anna".to_owned(), Against::Lacks(Lack::Language))), "{not:?}");
        let mut call = stage.call().await;
        call.waits().await;
        call.presses("1").await.rings("Bela");
        call.ring_ends("no-answer").await.rings("Cem");
        call.ring_ends("no-answer").await;
        assert!(call.ring().is_none(), "Anna does not advise on this");
    });
}

async fn change(stage: &Stage<'_>, what: serde_json::Value) {
    let path = format!("/hotlines/{}", stage.hotline);
    let (status, answer) = stage.world.api("PATCH", &path, Some(&stage.token), Some(what)).await;
    assert_eq!(status, 200, "{answer}");
}

// ---- known callers, pauses ----

#[test]
fn whoever_spoke_with_a_caller_is_rung_first_where_the_hotline_says_so() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let mut call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        assert!(!call.picks_up(&ring).await.contains("in dieser Woche"));
        call.ring_ends("no-answer").await;
        call.accepted_by("Bela").await;
        call.talk_ends().await;
        world.advance_minutes(5);
        let again = stage.ringing_call().await;
        let ring = again.rings("Anna");
        assert!(again.picks_up(&ring).await.contains("Beratungstelefon, zweiter Anruf in dieser Woche."));
        again.hangs_up().await;

        change(&stage, json!({"known_caller_first": true})).await;
        let third = stage.ringing_call().await;
        let ring = third.rings("Bela");
        let why = third.told().await.why();
        assert!(why.starts_with("Reihe 1, hat schon mit dieser Person gesprochen"), "{why}");
        let asked = third.picks_up(&ring).await;
        assert!(asked.contains("dritter Anruf in dieser Woche") && !asked.contains("3023125042"), "{asked}");
        third.hangs_up().await;
        // Somebody else, and nobody in particular, are new callers.
        for stranger in ["+493023125999", "anonymous"] {
            let mut call = stage.call_from(stranger).await;
            call.waits().await;
            call.presses("0").await;
            let ring = call.rings("Anna");
            assert!(!call.picks_up(&ring).await.contains("in dieser Woche"));
            call.hangs_up().await;
        }
        // In the next week nobody remembers.
        world.advance_minutes(3 * 24 * 60);
        let stage = stage.everybody_on("2026-11-23").await;
        let call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        assert!(!call.picks_up(&ring).await.contains("in dieser Woche"));
    });
}

#[test]
fn after_a_talk_an_officer_is_left_in_peace_as_long_as_the_hotline_says() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        change(&stage, json!({"pause_seconds": 90})).await;
        let mut call = stage.ringing_call().await;
        call.accepted_by("Anna").await;
        world.advance_minutes(1);
        call.talk_ends().await;
        // The other report on the same end does not begin the pause anew.
        world.desk.clock.advance(chrono::TimeDelta::seconds(60));
        call.hangs_up().await;
        let next = stage.ringing_call().await;
        next.rings("Bela");
        let why = next.told().await.why();
        assert!(why.contains("Anna in der Pause nach einem Gespräch"), "{why}");
        next.hangs_up().await;
        world.desk.clock.advance(chrono::TimeDelta::seconds(31));
        stage.ringing_call().await.rings("Anna");

        let path = format!("/hotlines/{}", stage.hotline);
        let (status, _) = world.api("PATCH", &path, Some(&stage.token), Some(json!({"pause_seconds": 901}))).await;
        assert_eq!(status, 400);
    });
}
