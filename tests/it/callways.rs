//! What a flow can do beyond the advice line's: each kind of node and each strategy in whole calls, on both engines.

use std::path::PathBuf;

use serde_json::json;
use sprechzeit::config::{Config, PhoneText};
use sprechzeit::flows::Files;
use sprechzeit::kernel::Instant;
use sprechzeit::library::{self, Allowed};
use sprechzeit::people::{Actor, Role};

use crate::telephone::{FLOW, HOTLINE, Stage, is_bridge};
use crate::world::{World, engines, runtime};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";

/// A folder of flows: the hotline's with these nodes, and others.
pub struct Flows(pub PathBuf);

impl Flows {
    pub fn of(nodes: &str) -> Self {
        Self::with(&[(FLOW, nodes)])
    }

    pub fn with(flows: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("sprechzeit_flows_{:x}", rand::random::<u64>()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, nodes) in flows {
            let text = format!(
                "title: Test\nhotline: {{ name: Test, provider: twilio, longest_wait: 30 min }}\nlanguages: [de]\n\
                 start: greeting\nnodes:\n  greeting:\n    say:\n      text: {{ de: \"Kein Notruf, dann 110. Das Gespräch \
                 wird nicht aufgezeichnet. {{web}}\" }}\n      next: first\n{nodes}\n  goodbye:\n    hang_up: {{ say: {{ de: \
                 Auf Wiederhören. }} }}\n"
            );
            std::fs::write(folder.join(format!("{name}.yaml")), text).unwrap();
        }
        Self(folder)
    }

    /// What the checks say in an installation.
    fn check(&self, config: &Config) -> Result<(), String> {
        let files = Files::read(Some(&self.0)).unwrap();
        files.parse(&Allowed::by(config).around()).map(drop).map_err(|wrong| wrong.to_string())
    }
}

impl Drop for Flows {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

pub fn on_both(flows: &Flows, change: impl Fn(&mut Config), story: impl AsyncFn(&mut World)) {
    for engine in engines() {
        runtime().block_on(async {
            let set = |config: &mut Config| {
                config.telephony.flows = Some(flows.0.clone());
                change(config);
            };
            let mut world = World::start_with(engine, FRIDAY, set).await;
            story(&mut world).await;
            world.shut_down().await;
        });
    }
}

fn connect(more: &str) -> Flows {
    Flows::of(&format!("  first:\n    connect: {{ ring: 20 s, longest_wait: 3 min, nobody: goodbye, {more} }}\n"))
}

const WAITING: &str = "waiting: { say: { de: \"Sie sind {position}, es dauert {wait}. Drücken Sie die 5.\" }, every: 20 s }, \
                       leave: { key: 5, to: goodbye }";

async fn rung(stage: &Stage<'_>) -> String {
    let call = stage.call().await;
    let ring = call.ring().unwrap_or_else(|| panic!("nobody is rung: {}", call.document));
    let name = stage.officers.iter().find(|officer| officer.number == ring.number).unwrap().name.clone();
    call.hangs_up().await;
    name
}

/// A talk of some minutes with whoever is rung. Who it was.
async fn talk(stage: &Stage<'_>, minutes: i64) -> String {
    let mut call = stage.call().await;
    let ring = call.ring().unwrap_or_else(|| panic!("nobody is rung: {}", call.document));
    let name = stage.officers.iter().find(|officer| officer.number == ring.number).unwrap().name.clone();
    call.accepted_by(&name).await;
    stage.world.advance_minutes(minutes);
    call.talk_ends().await;
    name
}

#[test]
fn whoever_waits_is_told_the_place_and_served_in_turn() {
    on_both(
        &connect(WAITING),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
            let mut talking = stage.call().await;
            talking.accepted_by("Anna").await;
            let mut second = stage.call().await;
            second.hears("Sie sind an erster Stelle, es dauert etwa");
            world.desk.clock.advance(chrono::TimeDelta::seconds(1));
            let mut third = stage.call().await;
            third.hears("Sie sind an Stelle zwei");
            third.waits().await.hears("Sie sind an Stelle zwei");
            talking.talk_ends().await;
            // Anna is free; the third asks first, yet the second has waited longer.
            third.waits().await.hears("Sie sind an Stelle zwei");
            second.waits().await.rings("Anna");
            third.waits().await.hears("Sie sind an erster Stelle");
            // A key leaves the queue; whoever comes next takes the place.
            third.presses("5").await.hears("Auf Wiederhören");
            third.told().await.ended("announcement", &[]);
            stage.call().await.hears("Sie sind an erster Stelle");
        },
    );
}

#[test]
fn who_waits_and_vanishes_does_not_keep_the_place() {
    on_both(
        &connect(WAITING),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
            let talking = stage.call().await;
            talking.accepted_by("Anna").await;
            let lost = stage.call().await;
            lost.hears("an erster Stelle");
            stage.call().await.hears("an Stelle zwei").hangs_up().await;
            // One hung up; of the other no webhook comes any more.
            world.advance_minutes(2);
            stage.call().await.hears("an erster Stelle");
        },
    );
}

#[test]
fn nobody_waits_longer_than_the_flow_says() {
    on_both(
        &connect(WAITING),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
            stage.call().await.accepted_by("Anna").await;
            let mut call = stage.call().await;
            let mut heard = 0;
            while call.said().contains("Sie sind") {
                world.desk.clock.advance(chrono::TimeDelta::seconds(25));
                call.waits().await;
                heard += 1;
            }
            call.hears("Auf Wiederhören");
            assert!((7..=8).contains(&heard), "three minutes, asked every 25 seconds: {heard}");
        },
    );
}

#[test]
fn strategies_choose_among_equals() {
    on_both(
        &connect("strategy: by_turns"),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
            for name in ["Anna", "Bela", "Cem", "Anna"] {
                assert_eq!(rung(&stage).await, name);
                world.advance_minutes(1);
            }
        },
    );
    on_both(
        &connect("strategy: fewest_calls"),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
            for name in ["Anna", "Bela", "Anna"] {
                assert_eq!(talk(&stage, 1).await, name);
            }
        },
    );
    on_both(
        &connect("strategy: longest_idle"),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
            assert_eq!(talk(&stage, 1).await, "Anna");
            assert_eq!(talk(&stage, 5).await, "Bela");
            assert_eq!(talk(&stage, 1).await, "Anna");
        },
    );
    on_both(
        &connect("strategy: random"),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
            let mut first = std::collections::BTreeSet::new();
            for _ in 0..20 {
                first.insert(rung(&stage).await);
            }
            assert_eq!(first.len(), 2, "twenty times the same would be no chance");
        },
    );
}

#[test]
fn all_at_once_the_first_who_accepts_has_the_call() {
    on_both(
        &connect("strategy: all_at_once, tiers: [1]"),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await;
            for (name, tier) in [("Anna", 1), ("Bela", 1), ("Cem", 2)] {
                stage.plan(name, (DAY, "07:00", "19:00"), tier).await;
            }
            let mut call = stage.call().await;
            let [anna, bela] =
                call.all_rings().try_into().unwrap_or_else(|rings: Vec<_>| panic!("{} ring", rings.len()));
            let (asked_anna, asked_bela) = (call.picks_up(&anna).await, call.picks_up(&bela).await);
            assert!(is_bridge(&call.officer_presses(&bela, &asked_bela, "1").await));
            let late = call.officer_presses(&anna, &asked_anna, "1").await;
            assert!(!is_bridge(&late) && late.contains("war schneller"), "{late}");
            call.told().await.ended("none", &[("Anna", "taken"), ("Bela", "accepted")]);
            // Anna is free for the next caller, Bela is not.
            let next = stage.call().await;
            let ringing: Vec<String> = next.all_rings().into_iter().map(|ring| ring.number).collect();
            assert_eq!(ringing, [stage.officer("Anna").number.clone()]);
            call.talk_ends().await;
            call.told().await.ended("person", &[("Anna", "taken"), ("Bela", "accepted")]);
        },
    );
}

#[test]
fn all_at_once_and_nobody_accepts() {
    on_both(
        &connect("strategy: all_at_once"),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
            let mut call = stage.call().await;
            assert_eq!(call.all_rings().len(), 2);
            call.ring_ends("no-answer").await.hears("Auf Wiederhören");
            call.told().await.ended("announcement", &[("Anna", "no_answer"), ("Bela", "no_answer")]);
            assert_eq!(stage.call().await.all_rings().len(), 2, "both are free again");
        },
    );
}

#[test]
fn another_hotlines_officers_are_rung_where_the_flow_says_so() {
    let flow = connect("hotline: \"+49 89 99998111\"");
    on_both(
        &flow,
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna", "Bela"]).await;
            stage.plan("Anna", (DAY, "07:00", "19:00"), 1).await;
            // The other hotline is not there yet: nobody is rung, and words are said.
            stage.call().await.hears("Auf Wiederhören");
            let other = json!({"name": "Nachbar", "number": "+498999998111", "flow": FLOW, "hours": []});
            let other = stage.create("/hotlines", other).await["id"].clone();
            let shift = json!({"hotline": other, "officer": stage.officer("Bela").id, "day": DAY, "from": "07:00",
            "until": "19:00", "tier": 1});
            stage.create("/shifts", shift).await;
            let call = stage.call().await;
            call.rings("Bela");
            assert_eq!(
                call.element("Dial").attributes["callerId"],
                HOTLINE,
                "the officer sees which hotline was called"
            );
        },
    );
}

#[test]
fn a_call_is_transferred_to_an_allowed_number_only() {
    let nodes = "  first:\n    transfer: { number: \"+49 711 1234567\", ring: 30 s, failed: goodbye }\n";
    let flows = Flows::of(nodes);
    let allow =
        |config: &mut Config| config.telephony.transfer_numbers = vec![PhoneText("+497111234567".parse().unwrap())];
    on_both(&flows, allow, async |world| {
        let stage = Stage::open(world, &[]).await;
        let mut call = stage.call().await;
        assert_eq!(call.element("Number").text, "+497111234567");
        call.talk_ends().await;
        call.told().await.ended("transferred", &[]);
        for outcome in ["no-answer", "busy", "failed"] {
            let mut call = stage.call().await;
            call.ring_ends(outcome).await.hears("Auf Wiederhören");
            call.told().await.ended("announcement", &[]);
        }
        let mut call = stage.call().await;
        call.ring_ends_with(&[("DialCallStatus", "canceled"), ("CallStatus", "completed")]).await;
        call.told().await.ended("caller_gone", &[]);
    });
    let refused = flows.check(&Config::default()).unwrap_err();
    assert!(refused.contains("calls must not be transferred to this number"), "{refused}");
}

#[test]
fn a_message_is_recorded_where_the_operator_allows_it() {
    let flows = Flows::of(
        "  first:\n    voicemail: { announcement: { de: \"Ihre Nachricht wird aufgenommen. In Notfällen 110.\" }, \
         longest: 2 min, next: goodbye }\n",
    );
    on_both(
        &flows,
        |config| config.telephony.voicemail = true,
        async |world| {
            let stage = Stage::open(world, &[]).await;
            let mut call = stage.call().await;
            call.hears("wird aufgenommen");
            assert_eq!(call.element("Record").attributes["maxLength"], "120");
            call.leaves_message(12, "in-progress").await.hears("Auf Wiederhören");
            call.told().await.ended("voicemail", &[]);
            // Who hangs up after speaking has left a message, too; who says nothing has not.
            let mut call = stage.call().await;
            call.leaves_message(7, "completed").await;
            call.told().await.ended("voicemail", &[]);
            let mut call = stage.call().await;
            let action = call.element("Record").attributes["action"].clone();
            call.tell(&action, &[("CallStatus", "in-progress")]).await;
            call.hears("Auf Wiederhören");
            call.told().await.ended("announcement", &[]);
        },
    );
}

#[test]
fn a_call_goes_on_in_another_flow() {
    let flows = Flows::with(&[
        (FLOW, "  first:\n    jump: { flow: nacht }\n  never:\n    say: { text: { de: Nie }, next: goodbye }\n"),
        ("nacht", "  first:\n    hang_up: { say: { de: Gute Nacht. } }\n"),
    ]);
    // Nobody gets to "never" and "goodbye": the checks refuse them.
    assert!(flows.check(&Config::default()).is_err());
    let text = |name: &str| std::fs::read_to_string(flows.0.join(format!("{name}.yaml"))).unwrap();
    for name in [FLOW, "nacht"] {
        let text = text(name);
        let end = text.find("  never:").or_else(|| text.find("  goodbye:")).unwrap();
        std::fs::write(flows.0.join(format!("{name}.yaml")), &text[..end]).unwrap();
    }
    on_both(
        &flows,
        |_| {},
        async |world| {
            let stage = Stage::open(world, &[]).await;
            let call = stage.call().await;
            call.hears("nicht aufgezeichnet").hears("Gute Nacht");
            let calls = stage.get("/calls").await;
            assert_eq!(calls["items"][0]["ending"], "announcement", "{calls}");
            let told = stage.get(&format!("/calls/{}", calls["items"][0]["id"].as_str().unwrap())).await;
            assert_eq!(told["steps"][0]["flow"], FLOW, "{told}");
            let window = sprechzeit::kernel::local::whole_day(DAY.parse().unwrap());
            for flow in [FLOW, "nacht"] {
                let traffic = sprechzeit::calls::count_traffic(&world.desk, flow, window).await.unwrap();
                let way = ("greeting".to_owned(), "next".to_owned(), "first".to_owned());
                assert_eq!(traffic.ways.into_iter().collect::<Vec<_>>(), [(way, 1)], "{flow}");
            }
        },
    );
}

#[test]
fn branches_look_at_the_topic_the_caller_and_the_load() {
    let nodes = "  first:\n    branch: { caller: { known: load, withheld: withheld } }\n  withheld:\n    hang_up: { say: { de: \
                 Unterdrückt. } }\n  load:\n    branch: { load: { nobody_on_duty: nobody, waiting: { longer_than: 30 s, to: \
                 full }, otherwise: officers } }\n  nobody:\n    hang_up: { say: { de: Niemand im Dienst. } }\n  full:\n    \
                 hang_up: { say: { de: Zu viele warten. } }\n  officers:\n    connect: { ring: 20 s, longest_wait: 3 min, \
                 nobody: goodbye, waiting: { say: { de: \"Sie sind {position}.\" }, every: 20 s } }\n";
    on_both(
        &Flows::of(nodes),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna"]).await;
            stage.call_from("anonymous").await.hears("Unterdrückt");
            stage.call().await.hears("Niemand im Dienst");
            stage.plan("Anna", (DAY, "07:00", "19:00"), 1).await;
            stage.call().await.accepted_by("Anna").await;
            let mut waiting = stage.call().await;
            waiting.hears("Sie sind an erster Stelle");
            world.desk.clock.advance(chrono::TimeDelta::seconds(31));
            waiting.waits().await.hears("Sie sind");
            stage.call().await.hears("Zu viele warten");
        },
    );
}

#[test]
fn a_caller_hears_why_the_hotline_is_closed_by_hand() {
    let nodes = "  first:\n    hours: { open: goodbye, closed: closed, by_hand: by_hand }\n  closed:\n    hang_up: { say: { de: \
                 Geschlossen. } }\n  by_hand:\n    hang_up: { say: { de: \"Heute nicht: {reason}\" } }\n";
    on_both(
        &Flows::of(nodes),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &[]).await;
            stage.call().await.hears("Auf Wiederhören");
            let closure = json!({"reason": {"de": "Alle sind im Einsatz."}});
            stage.create(&format!("/hotlines/{}/closures", stage.hotline), closure).await;
            stage.call().await.hears("Heute nicht: Alle sind im Einsatz.");
        },
    );
}

#[test]
fn an_appointment_is_booked_by_key_in_the_call() {
    for engine in engines() {
        runtime().block_on(async {
            let mut world = World::start(engine, "2026-11-22T09:00:00Z").await;
            let stage = Stage::open(&world, &["Anna"]).await;
            let hour = json!({"officer": stage.officer("Anna").id, "weekday": "tue", "opens": "10:00", "closes": "12:00",
                "slot_minutes": 30, "formats": ["telephone"], "topics": [], "first_day": "2026-11-22"});
            stage.create("/consultation-hours", hour).await;
            let mut call = stage.call().await;
            call.waits().await.hears("nicht besetzt");
            call.presses("2").await.hears("Diese Termine sind frei").hears("Dienstag");
            let mut other = stage.call().await;
            other.waits().await;
            other.presses("2").await;
            call.presses("1").await.hears("Sollen wir Sie dann unter der Nummer null drei null");
            call.presses("1").await.hears("SMS");
            call.presses("1").await.hears("Ihr Termin ist gebucht").hears("zuerst das Kennwort");
            call.told().await.ended("booking", &[]);
            let bookings = stage.get("/bookings?from=2026-11-22T00:00:00Z&until=2026-12-01T00:00:00Z").await;
            assert_eq!(bookings["items"].as_array().unwrap().len(), 1, "{bookings}");
            // The other caller chose the same time, and is a moment late: other times are offered, nothing is lost.
            other.presses("1").await;
            other.presses("1").await;
            other.presses("").await.hears("Diese Termine sind frei");
            other.presses("0").await.hears("Auf Wiederhören");
            world.shut_down().await;
        });
    }
}

#[test]
fn what_a_caller_went_through_is_kept_and_counted() {
    on_both(
        &connect(WAITING),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
            let call = stage.call().await;
            call.rings("Anna");
            call.hangs_up().await;
            let told = call.told().await.told;
            let way = &told["steps"][0]["ways"][0];
            assert_eq!(
                (way["from"].as_str(), way["by"].as_str(), way["to"].as_str()),
                (Some("greeting"), Some("next"), Some("first"))
            );
            let window = sprechzeit::kernel::Span {
                start: Instant::parse("2026-11-20T00:00:00Z").unwrap(),
                end: Instant::parse("2026-11-21T00:00:00Z").unwrap(),
            };
            let traffic = sprechzeit::calls::count_traffic(&world.desk, FLOW, window).await.unwrap();
            let passed: Vec<_> =
                traffic.ways.iter().map(|((from, by, to), n)| format!("{from} {by} {to} {n}")).collect();
            assert_eq!(passed, ["greeting next first 1"]);
            assert_eq!(traffic.hung_up.into_iter().collect::<Vec<_>>(), [("first".to_owned(), 1)]);
        },
    );
}

#[test]
fn a_call_in_progress_stays_on_its_edition() {
    let nodes = "  first:\n    menu: { prompt: { de: Eins. }, keys: { 1: { say: { de: Drücken Sie die 1. }, to: goodbye } }, \
                 silence: { to: goodbye } }\n";
    on_both(
        &Flows::of(nodes),
        |_| {},
        async |world| {
            let stage = Stage::open(world, &[]).await;
            let mut call = stage.call().await;
            call.hears("Eins.");
            let actor = Actor { role: Role::Administrator, ..Actor::system() };
            let (desk, now) = (&world.desk, world.now());
            let text = library::load_published(desk, FLOW).await.unwrap().text.replace("Eins.", "Zwei.");
            let text = text.replace("Auf Wiederhören", "Bis bald");
            library::save_draft(desk, now, &actor, FLOW, (&text, 0)).await.unwrap();
            let (_, sequence) = library::find_draft(desk, FLOW).await.unwrap();
            let seen = library::Seen { sequence, version: 1 };
            library::publish(desk, now, &actor, (FLOW, "kürzer"), seen).await.unwrap();
            stage.call().await.hears("Zwei.");
            call.presses("1").await.hears("Auf Wiederhören");
            let mut call = stage.call().await;
            call.presses("1").await.hears("Bis bald");
        },
    );
}
