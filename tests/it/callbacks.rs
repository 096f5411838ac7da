//! Call-backs by one button: the officer rings by the provider's REST interface, then the citizen; never twice.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use sprechzeit::calls::provider::LegId;
use sprechzeit::calls::provider::order::{Fate, Order};
use sprechzeit::calls::provider::twilio::Account;
use sprechzeit::config::PublicAddress;
use sprechzeit::people::Role;
use sprechzeit::rounds;

use crate::staff::Visitor;
use crate::telephone::{CITIZEN, HOTLINE, Stage};
use crate::twilio::{self, Answers, Leg, Twilio, with_twilio};
use crate::world::{Engine, World, runtime};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const SUNDAY: &str = "2026-11-22T09:00:00Z";
const DAY: &str = "2026-11-20";

/// Somebody asks to be called back, and hangs up. The call-back's id.
pub async fn request(stage: &Stage<'_>) -> String {
    request_from(stage, CITIZEN).await
}

/// The same from another number, which begins with 030, too.
async fn request_from(stage: &Stage<'_>, number: &str) -> String {
    let mut call = stage.call_from(number).await;
    call.waits().await;
    // Whoever cannot be connected, or calls when it is closed, is offered a call-back.
    while !call.said().contains("null drei null") {
        match call.ring() {
            Some(_) => call.ring_ends("no-answer").await,
            None if call.said().contains("Drücken Sie") || call.said().contains("drücken Sie") => {
                call.presses("1").await
            }
            None => call.waits().await,
        };
    }
    call.presses("1").await;
    call.told().await.ended_in("callback");
    let listed = stage.get("/callbacks").await;
    listed["items"][0]["id"].as_str().unwrap().to_owned()
}

pub async fn officer<'w>(stage: &Stage<'w>, name: &str) -> Visitor<'w> {
    let id = stage.officer(name).id.parse().unwrap();
    Visitor::sign_in(stage.world, &name.to_lowercase(), Role::Officer, Some(id)).await
}

pub async fn press(visitor: &Visitor<'_>, callback: &str) -> String {
    let (status, to, page) = visitor.send(&format!("/dienst/rueckrufe/{callback}/anrufen"), &[]).await;
    assert_eq!(status, 303, "{page}");
    to.strip_prefix("/dienst/rueckrufe?meldung=").unwrap().to_owned()
}

#[test]
fn the_button_rings_the_officer_and_then_the_citizen_who_sees_the_hotline() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await;
        let callback = request(&stage).await;
        let anna = officer(&stage, "Anna").await;
        assert!(anna.see("/dienst/rueckrufe").await.contains("Jetzt anrufen"));
        assert_eq!(press(&anna, &callback).await, "klingelt");

        let [order] = twilio.rings().try_into().unwrap();
        assert_eq!((order.value("To"), order.value("From")), (stage.officer("Anna").number.as_str(), HOTLINE));
        assert_eq!(order.authorization, "Basic U0sxOmdlaGVpbQ==", "the key signs in, not the account");
        assert!(anna.see("/dienst/rueckrufe").await.contains("klingelt bei Anna"));

        let mut leg = Leg::of(world, &order);
        leg.picks_up().await.hears("Rückruf für Beratungstelefon").hears("Kennwort: ").hears("Drücken Sie 1");
        let passphrase = leg.document.split("Kennwort: ").nth(1).unwrap().split('.').next().unwrap().to_owned();
        leg.presses("1").await.hears(&format!("Nennen Sie zuerst das Kennwort {passphrase}"));
        assert_eq!(leg.dials(), CITIZEN);
        assert_eq!(leg.element("Dial").attributes["callerId"], HOTLINE);
        let page = anna.see("/dienst/rueckrufe").await;
        assert!(page.contains(&passphrase) && page.contains("Anna ruft gerade an"), "{page}");
        assert!(!page.contains("/anrufen"), "while it lasts nobody may press again: {page}");
        world.advance_minutes(4);
        leg.dial_ends("completed", true).await;
        assert_eq!(leg.reports("completed").await, 204);

        let page = anna.see("/dienst/rueckrufe").await;
        assert!(page.contains("erreicht am"), "it stays open until the officer says that it is done: {page}");
        let told = stage.get("/callbacks").await;
        assert_eq!((&told["items"][0]["state"], &told["items"][0]["not_reached"]), (&json!("open"), &json!(0)));
        let call = stage.get(&format!("/calls/{}", told["items"][0]["call"].as_str().unwrap())).await;
        assert_eq!(call["rang"][0]["outcome"], "accepted", "{call}");
        assert_eq!(anna.send(&format!("/dienst/rueckrufe/{callback}/erledigt"), &[]).await.0, 303);
        assert_eq!(press(&anna, &callback).await, "schon");
        assert_eq!(twilio.rings().len(), 1);
    });
}

#[test]
fn who_is_not_reached_stays_in_the_list_with_how_often_it_was_tried() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await;
        let callback = request(&stage).await;
        let anna = officer(&stage, "Anna").await;
        for (times, words) in [(1, "einmal nicht erreicht"), (2, "2-mal nicht erreicht")] {
            assert_eq!(press(&anna, &callback).await, "klingelt");
            let mut leg = twilio.last_leg(world);
            leg.picks_up().await.presses("1").await;
            leg.dial_ends("no-answer", false).await.hears("nicht erreichbar");
            // Told twice, it counts once.
            leg.reports("completed").await;
            leg.reports("completed").await;
            let told = stage.get("/callbacks").await;
            assert_eq!((&told["items"][0]["state"], &told["items"][0]["not_reached"]), (&json!("open"), &json!(times)));
            assert!(anna.see("/dienst/rueckrufe").await.contains(words));
        }
        // Whoever does not take it, or whose mailbox picks up, has tried nothing.
        for key in ["2", ""] {
            assert_eq!(press(&anna, &callback).await, "klingelt");
            twilio.last_leg(world).picks_up().await.presses(key).await.hears("bleibt offen");
        }
        assert_eq!(press(&anna, &callback).await, "klingelt");
        twilio.last_leg(world).reports("no-answer").await;
        assert_eq!(stage.get("/callbacks").await["items"][0]["not_reached"], 2);
        assert_eq!(twilio.rings().len(), 5);
    });
}

#[test]
fn what_was_sent_and_nobody_knows_is_never_sent_again() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await;
        let callback = request(&stage).await;
        let (anna, bela) = (officer(&stage, "Anna").await, officer(&stage, "Bela").await);
        twilio.answers(Answers::Silent);
        assert_eq!(press(&anna, &callback).await, "unbekannt");
        twilio.answers(Answers::Carries);
        assert!(anna.see("/dienst/rueckrufe?meldung=unbekannt").await.contains("ist nicht bekannt"));
        assert_eq!(press(&anna, &callback).await, "besetzt", "it may still ring");
        // Hours later, and told by a node that has just started: not a second ring.
        world.advance_minutes(180);
        rounds::sweep(&world.desk).await;
        assert_eq!(press(&anna, &callback).await, "unbekannt");
        let page = anna.see("/dienst/rueckrufe").await;
        assert!(page.contains("wird es dafür nicht noch einmal angerufen") && !page.contains("/anrufen"), "{page}");
        assert_eq!(twilio.rings().len(), 1);
        // Somebody else may.
        assert_eq!(press(&bela, &callback).await, "klingelt");
        assert_eq!(twilio.rings().len(), 2);
        twilio.last_leg(world).picks_up().await.presses("2").await;

        // The telephone did ring: once it comes to us, nothing is in doubt any more.
        let mut first = Leg::of(world, &twilio.rings()[0]);
        first.picks_up().await.hears("besteht nicht mehr");
        assert_eq!(press(&anna, &callback).await, "klingelt");
    });
}

#[test]
fn a_silent_order_that_rings_all_the_same_is_a_call_back() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await;
        let callback = request(&stage).await;
        let anna = officer(&stage, "Anna").await;
        twilio.answers(Answers::Silent);
        assert_eq!(press(&anna, &callback).await, "unbekannt");
        let mut leg = twilio.last_leg(world);
        leg.picks_up().await.presses("1").await;
        assert_eq!(leg.dials(), CITIZEN);
        leg.dial_ends("completed", true).await;
        assert!(anna.see("/dienst/rueckrufe").await.contains("erreicht am"));
    });
}

#[test]
fn what_the_provider_refuses_has_rung_nowhere_and_may_be_tried_again() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on("2026-11-22").await;
        let callback = request(&stage).await;
        let anna = officer(&stage, "Anna").await;
        for status in [401, 422, 429, 404] {
            twilio.answers(Answers::Refuses(status));
            assert_eq!(press(&anna, &callback).await, "abgelehnt", "{status}");
        }
        // What fails on their side may have been done.
        twilio.answers(Answers::Carries);
        assert_eq!(press(&anna, &callback).await, "klingelt", "her telephone is not at fault, and she is free");
        twilio.last_leg(world).reports("busy").await;
        twilio.answers(Answers::Refuses(503));
        assert_eq!(press(&anna, &callback).await, "unbekannt");
        assert_eq!(twilio.rings().len(), 6);
    });
}

#[test]
fn a_node_that_dies_after_it_has_sent_leaves_no_second_ring() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await;
        let callback = request(&stage).await;
        let anna = officer(&stage, "Anna").await;
        twilio.answers(Answers::Silent);
        // The order is in the database before it is on the line.
        let pressed = press(&anna, &callback);
        let seen = async {
            while twilio.rings().is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            let orders: Vec<(String,)> = {
                use sprechzeit::db::Read;
                (&world.desk.db).all("SELECT state FROM provider_orders", sprechzeit::args![]).await.unwrap()
            };
            assert_eq!(orders, [("sent".to_owned(),)]);
            twilio.answers(Answers::Carries);
        };
        let (_, ()) = tokio::join!(pressed, seen);
    });
}

#[test]
fn pressed_twice_or_by_two_officers_at_once_one_telephone_rings() {
    with_twilio(SUNDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await;
        let callback = request(&stage).await;
        let visitors = [officer(&stage, "Anna").await, officer(&stage, "Bela").await, officer(&stage, "Cem").await];
        let presses = (0..12).map(|n| press(&visitors[n % 3], &callback));
        let answers = futures_util::future::join_all(presses).await;
        assert_eq!(answers.iter().filter(|answer| *answer == "klingelt").count(), 1, "{answers:?}");
        assert!(
            answers.iter().all(|answer| ["klingelt", "jemand", "besetzt"].contains(&answer.as_str())),
            "{answers:?}"
        );
        assert_eq!(twilio.rings().len(), 1);
    });
}

/// How often one officer's telephone rings when a caller and "call now" want the officer in the same instant.
async fn race(world: &World, twilio: &Twilio, stage: &Stage<'_>, callback: &str, anna: &Visitor<'_>) -> usize {
    let before = twilio.rings().len();
    let mut call = stage.call().await;
    call.waits().await;
    let (_, pressed) = tokio::join!(call.presses("0"), press(anna, callback));
    let rings = usize::from(call.ring().is_some()) + twilio.rings().len() - before;
    assert_eq!(pressed == "klingelt", call.ring().is_none(), "{pressed} {}", call.document);
    call.hangs_up().await;
    if pressed == "klingelt" {
        twilio.last_leg(world).reports("no-answer").await;
    }
    rings
}

#[test]
fn a_caller_and_the_button_never_get_the_same_officer() {
    with_twilio(FRIDAY, async |world, twilio| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let callback = request(&stage).await;
        let anna = officer(&stage, "Anna").await;
        world.advance_minutes(1);
        for _ in 0..5 {
            assert_eq!(race(world, twilio, &stage, &callback, &anna).await, 1);
            world.advance_minutes(1);
        }
        // The control: where the lease is taken away between them, both ring.
        let mut call = stage.call().await;
        call.waits().await;
        call.presses("0").await;
        assert_eq!(press(&anna, &callback).await, "besetzt");
        let mut tx = world.desk.db.begin().await.unwrap();
        tx.run("DELETE FROM leases", sprechzeit::args![]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((press(&anna, &callback).await.as_str(), call.ring().is_some()), ("klingelt", true));
    });
}

#[test]
fn a_call_back_keeps_the_place_of_the_wait_and_is_due_in_time() {
    with_twilio(FRIDAY, async |world, _| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let first = request(&stage).await;
        world.advance_minutes(3);
        let second = request_from(&stage, "+493023125043").await;
        let told = stage.get("/callbacks").await;
        let of = |id: &str| told["items"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap().clone();
        let (first, second) = (of(&first), of(&second));
        assert_eq!((&first["position"], &second["position"]), (&json!(1), &json!(2)));
        assert!(first["due_at"].as_str() > first["requested_at"].as_str(), "{first}");
        assert!(first["waiting_since"].as_str() <= first["requested_at"].as_str(), "{first}");
        assert!(second["due_at"].as_str() > first["due_at"].as_str());
        let anna = officer(&stage, "Anna").await;
        assert!(!anna.see("/dienst/rueckrufe").await.contains("überfällig</span>"));
        world.advance_minutes(60);
        let page = anna.see("/dienst/rueckrufe?zustand=ueberfaellig").await;
        assert_eq!(page.matches("überfällig</span>").count(), 2, "{page}");
        let none = anna.see("/dienst/rueckrufe?zustand=geschlossen").await;
        assert!(none.contains("So einen offenen Rückruf gibt es nicht"), "{none}");
    });
}

#[test]
fn twilios_own_description_takes_our_requests() {
    let Some(prism) = Prism::start() else { return };
    for (account, said) in [(twilio::ACCOUNT, "klingelt"), ("XX0", "abgelehnt")] {
        runtime().block_on(async {
            prism.is_up().await;
            let mut world = World::start_with(Engine::Sqlite, SUNDAY, |config| {
                config.telephony.twilio.account_sid = Some(account.into());
                config.telephony.twilio.api_base = PublicAddress(prism.address.clone());
            })
            .await;
            let stage = Stage::open(&world, &["Anna"]).await;
            let callback = request(&stage).await;
            assert_eq!(press(&officer(&stage, "Anna").await, &callback).await, said, "{account}");
            let leg = LegId::parse(&format!("CA{:032x}", 1)).unwrap();
            let url = world.url("/telephony/twilio/x");
            for order in [Order::Redirect { leg: leg.clone(), url }, Order::End { leg }] {
                let carried = Account::of(&world.desk.config.telephony.twilio).unwrap().carry_out(&order).await;
                assert_eq!(matches!(carried, Fate::Done { .. }), said == "klingelt", "{order:?} {carried:?}");
            }
            world.shut_down().await;
        });
    }
}

/// A mock made of Twilio's OpenAPI document, which refuses what does not keep to it.
struct Prism {
    child: std::process::Child,
    address: String,
}

impl Prism {
    fn start() -> Option<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = ["../shared", "../../shared"].map(|up| here.join(up).join("data/twilio/twilio_api_v2010.json"));
        let (Some(spec), Ok(prism)) = (files.iter().find(|file| file.exists()), std::env::var("SPRECHZEIT_TEST_PRISM"))
        else {
            eprintln!(
                "SKIPPED: Twilio's OpenAPI document is not on this machine, or SPRECHZEIT_TEST_PRISM names no Prism"
            );
            return None;
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        let mut command = Command::new(prism);
        command.args(["mock", "-h", "127.0.0.1", "-p", &port]).arg(spec).stdout(Stdio::null()).stderr(Stdio::null());
        Some(Self { child: command.spawn().unwrap(), address: format!("http://127.0.0.1:{port}") })
    }

    async fn is_up(&self) {
        while reqwest::get(&self.address).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
