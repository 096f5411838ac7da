//! Whole calls, told over real HTTP on both engines: one story for each ending, and what a network does to them.

use std::collections::BTreeSet;

use serde_json::json;
use sprechzeit::people::{self, NewUser, Role};

use crate::changes::MOBILES;
use crate::telephone::{CITIZEN, Caller, EVERY_DAY, HOTLINE, Stage, is_bridge, sign};
use crate::world::{AUTH_TOKEN, Engine, World, engines, on_both, runtime};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";
const SUNDAY: &str = "2026-11-22T09:00:00Z";

// ---- the endings ----

#[test]
fn a_call_is_answered() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let mut call = stage.call().await;
        call.hears("In einer Notlage").hears("wählen die 110");
        call.waits().await.hears("nicht aufgezeichnet").hears("Worum geht es?");
        call.presses("1").await.hears("wir verbinden Sie");
        let ring = call.rings("Anna");
        let asked = call.picks_up(&ring).await;
        assert!(asked.contains("Betrug") && asked.contains("Sprache: Deutsch"), "{asked}");
        assert!(!asked.contains("3023125042"), "an officer never learns the caller's number: {asked}");
        assert!(is_bridge(&call.officer_presses(&ring, &asked, "1").await));
        assert_eq!(call.told().await.told["state"], "talking");
        call.talk_ends().await;
        call.hangs_up().await;
        let told = call.told().await;
        told.ended("person", &[("Anna", "accepted")]);
        assert_eq!(told.told["topic"], "callcenterbetrug");
    });
}

#[test]
fn whoever_does_not_answer_is_followed_by_the_next() {
    // What the provider tells of the first ring, and how it is recorded.
    let outcomes = [("no-answer", "no_answer"), ("busy", "busy"), ("failed", "failed")];
    for (told, recorded) in outcomes {
        on_both(FRIDAY, async |world| {
            let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
            let mut call = stage.ringing_call().await;
            call.rings("Anna");
            call.ring_ends(told).await;
            call.accepted_by("Bela").await;
            call.talk_ends().await;
            let told = call.told().await;
            told.ended("person", &[("Anna", recorded), ("Bela", "accepted")]);
            assert!(told.why().contains("Anna schon versucht"), "{}", told.why());
        });
    }
}

#[test]
fn an_officer_declines_with_a_key() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let mut call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        let asked = call.picks_up(&ring).await;
        let answer = call.officer_presses(&ring, &asked, "2").await;
        assert!(!is_bridge(&answer) && answer.contains("Der Anruf geht weiter"), "{answer}");
        call.ring_ends("completed").await;
        call.accepted_by("Bela").await;
        call.talk_ends().await;
        call.told().await.ended("person", &[("Anna", "declined"), ("Bela", "accepted")]);
    });
}

#[test]
fn a_number_that_does_not_exist_stops_nobody() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await;
        let nameless = stage.create("/officers", json!({"name": "Ohne Telefon"})).await;
        let shift = json!({"hotline": stage.hotline, "officer": nameless["id"], "day": DAY, "from": "07:00",
            "until": "19:00", "tier": 1});
        stage.create("/shifts", shift).await;
        let stage = stage.everybody_on(DAY).await;
        let mut call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        call.leg_reports(&ring, &[("CallStatus", "failed"), ("SipResponseCode", "404")]).await;
        call.ring_ends("failed").await;
        // The report may also come only with the end of the ring.
        call.rings("Bela");
        let told = [("DialCallStatus", "failed"), ("SipResponseCode", "484"), ("DialBridged", "false")];
        call.ring_ends_with(&told).await;
        call.accepted_by("Cem").await;
        call.talk_ends().await;
        let told = call.told().await;
        let outcomes: Vec<_> =
            told.told["rang"].as_array().unwrap().iter().map(|rang| rang["outcome"].clone()).collect();
        assert_eq!(outcomes, ["invalid_number", "invalid_number", "invalid_number", "accepted"]);
    });
}

#[test]
fn a_mailbox_never_takes_a_caller() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let mut call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        let asked = call.picks_up(&ring).await;
        let answer = call.officer_presses(&ring, &asked, "").await;
        assert!(!is_bridge(&answer), "{answer}");
        call.ring_ends("completed").await;
        call.rings("Bela");
        // A mailbox that the provider has hung up on before it could be asked.
        call.ring_ends("completed").await.hears("niemand frei");
        call.waits().await;
        call.waits().await.hears("Auf Wiederhören");
        call.told().await.ended("announcement", &[("Anna", "not_accepted"), ("Bela", "not_accepted")]);
    });
}

#[test]
fn an_officer_who_accepts_and_vanishes_is_followed_by_the_next() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let mut call = stage.ringing_call().await;
        call.accepted_by("Anna").await;
        call.ring_ends("completed").await;
        call.accepted_by("Bela").await;
        call.talk_ends().await;
        call.told().await.ended("person", &[("Anna", "failed"), ("Bela", "accepted")]);
        // Anna is free again.
        stage.ringing_call().await.rings("Anna");
    });
}

#[test]
fn a_caller_who_hangs_up_frees_the_officer() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        // Told by the status of the caller's leg.
        let call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        call.hangs_up().await;
        call.told().await.ended("caller_gone", &[("Anna", "caller_gone")]);
        // The officer who picks up a moment later hears that the call is gone.
        let gone = call.picks_up(&ring).await;
        assert!(gone.contains("besteht nicht mehr"), "{gone}");

        // Told by the end of the ring, which the provider says with the end of the caller's leg.
        for outcome in ["canceled", "no-answer"] {
            let mut call = stage.ringing_call().await;
            call.rings("Anna");
            call.ring_ends_with(&[("DialCallStatus", outcome), ("CallStatus", "completed")]).await;
            assert!(call.ring().is_none(), "nobody else is rung: {}", call.document);
            call.told().await.ended("caller_gone", &[("Anna", "caller_gone")]);
        }
        // Told while a key is waited for.
        let call = stage.call().await;
        call.hangs_up().await;
        call.told().await.ended("caller_gone", &[]);
        stage.ringing_call().await.rings("Anna");
    });
}

#[test]
fn nobody_on_duty_is_said_at_once() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await;
        let mut call = stage.ringing_call().await;
        call.hears("niemand frei").hears("Termin");
        call.waits().await;
        call.waits().await.hears("Auf Wiederhören");
        call.told().await.ended("announcement", &[]);
    });
}

#[test]
fn everybody_busy_is_said_and_the_longest_wait_is_kept() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let first = stage.ringing_call().await;
        first.accepted_by("Anna").await;
        let mut second = stage.ringing_call().await;
        second.rings("Bela");
        let mut third = stage.ringing_call().await;
        third.hears("im Gespräch").hears("an erster Stelle");
        third.presses("*").await.hears("niemand frei");
        // Three minutes are the longest wait for a person: nobody more is rung after it.
        world.advance_minutes(3);
        stage.create("/officers", json!({"name": "Dora", "phone": "+494066969009"})).await;
        second.ring_ends("no-answer").await.hears("niemand frei");
        second.told().await.ended("none", &[("Bela", "no_answer")]);
    });
}

#[test]
fn on_a_sunday_the_hours_are_announced() {
    on_both(SUNDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await;
        let mut call = stage.call().await;
        call.waits()
            .await
            .hears("nicht besetzt. Sie erreichen uns Montag bis Freitag")
            .hears("Uhr. Wir rufen Sie gern zurück");
        call.waits().await;
        call.waits().await.hears("Auf Wiederhören");
        call.told().await.ended("announcement", &[]);
        let mut english = stage.call().await;
        english.presses("9").await.hears("please hang up and dial 110").hears("You can reach us Monday to Friday");
    });
}

#[test]
fn a_call_back_is_requested_by_key() {
    on_both(SUNDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await;
        let mut call = stage.call().await;
        call.waits().await;
        call.presses("1").await.hears("null drei null, zwei drei eins zwei, fünf null vier zwei");
        call.presses("1").await.hears("rufen Sie so bald wie möglich zurück");
        call.told().await.ended("callback", &[]);

        // A withheld number is typed; a wrong one is asked for again, and what was typed stays out of the record.
        let mut call = stage.call_from("anonymous").await;
        call.waits().await;
        call.presses("1").await.hears("Ihre Telefonnummer mit Vorwahl");
        call.presses("110#").await.hears("Ihre Telefonnummer mit Vorwahl");
        call.presses("089 99998043#").await.hears("null acht neun, neun neun neun neun, acht null vier drei");
        call.presses("1").await.hears("Vielen Dank");
        let told = call.told().await;
        told.ended("callback", &[]);
        assert!(!told.told.to_string().contains("99998043"), "{}", told.told);

        let open = stage.get("/callbacks").await;
        assert_eq!(open["items"].as_array().unwrap().len(), 2, "{open}");
        assert!(!open.to_string().contains("99998043"), "the number is opened on the page only: {open}");
        let page = staff(world).await.page("/dienst/rueckrufe").await;
        assert!(page.contains("+49 89 99998043") && page.contains("+49 30 23125042"), "{page}");
    });
}

#[test]
fn an_unknown_number_is_told_so_and_leaves_no_call() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await;
        let call = stage.call_to(CITIZEN, "+498999998111").await;
        call.hears("gibt es kein Beratungstelefon").hears("110");
        assert_eq!(stage.calls().await, 0);
        let (status, _) = world
            .api("PATCH", &format!("/hotlines/{}", stage.hotline), Some(&stage.token), Some(json!({"active": false})))
            .await;
        assert_eq!(status, 200);
        stage.call().await.hears("gibt es kein Beratungstelefon");
    });
}

// ---- what a network does ----

#[test]
fn what_is_not_signed_is_refused_and_changes_nothing() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let mut call = stage.ringing_call().await;
        let good = call.last.clone();
        let mut other = good.clone();
        other.form.iter_mut().find(|(name, _)| name == "Digits").unwrap().1 = "1".into();
        let mut elsewhere = good.clone();
        elsewhere.url.push_str("?x=1");
        let signature = sign(&good, AUTH_TOKEN);
        for (request, signature) in [
            (&good, None),
            (&good, Some("")),
            (&good, Some("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
            (&good, Some(sign(&good, "12346").as_str())),
            (&other, Some(&signature)),
            (&elsewhere, Some(&signature)),
        ] {
            let (status, answer) = world.webhook_signed(request, signature).await;
            assert_eq!(status, 403, "{answer}");
        }
        call.rings("Anna");
        call.ring_ends("no-answer").await.hears("niemand frei");
        call.told().await.ended("none", &[("Anna", "no_answer")]);
        let mut large = good;
        large.form.push(("Padding".into(), "x".repeat(2_000_000)));
        assert_eq!(world.webhook(&large).await.0, 413);
    });
}

#[test]
fn a_repeated_webhook_is_answered_alike_and_counts_once() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let mut call = stage.call().await;
        let mut sent = vec![(call.last.clone(), call.document.clone())];
        call.waits().await;
        sent.push((call.last.clone(), call.document.clone()));
        call.presses("1").await;
        sent.push((call.last.clone(), call.document.clone()));
        call.rings("Anna");
        call.ring_ends("busy").await;
        sent.push((call.last.clone(), call.document.clone()));
        let ring = call.rings("Bela");
        let asked = call.picks_up(&ring).await;
        assert_eq!(call.picks_up(&ring).await, asked);
        // The key that accepts, sent twice at once.
        let (one, two) =
            tokio::join!(call.officer_presses(&ring, &asked, "1"), call.officer_presses(&ring, &asked, "1"));
        assert!(is_bridge(&one) && is_bridge(&two), "{one} {two}");
        call.talk_ends().await;
        sent.push((call.last.clone(), call.document.clone()));
        for round in 0..2 {
            for (request, answer) in &sent {
                assert_eq!(world.webhook(request).await, (200, answer.clone()), "round {round}: {}", request.url);
            }
        }
        call.told().await.ended("person", &[("Anna", "busy"), ("Bela", "accepted")]);
        assert_eq!(stage.calls().await, 1);
        assert_eq!(call.told().await.told["steps"].as_array().unwrap().len(), sent.len());
    });
}

#[test]
fn a_webhook_that_comes_many_times_at_once_counts_once() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        for round in 0..5 {
            let mut call = stage.call().await;
            let mut announced = call.last.clone();
            announced.form.iter_mut().find(|(name, _)| name == "CallSid").unwrap().1 = format!("CA{round}");
            let answers = at_once((0..4).map(|_| world.webhook(&announced))).await;
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
            assert_eq!(stage.calls().await, 2 * (round + 1));
            call.waits().await;
            let request = call.pressing("1");
            let answers = at_once((0..4).map(|_| world.webhook(&request))).await;
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
            assert!(answers[0].1.contains("<Dial"), "{answers:?}");
            let mut told = call.pressing("1");
            told.form.retain(|(name, _)| name != "Digits");
            assert_eq!(world.webhook(&told).await, answers[0], "a repetition is known by its step");
            call.hangs_up().await;
            assert_eq!(call.told().await.rang(), [("Anna".to_owned(), "caller_gone".to_owned())]);
        }
    });
}

#[test]
fn reports_may_come_in_any_order() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        // The end of the talk is told by the status first, by the ring's end after.
        let mut call = stage.ringing_call().await;
        let ring = call.accepted_by("Anna").await;
        assert_eq!(call.reports("completed").await, 204);
        call.talk_ends().await;
        call.reports("in-progress").await;
        call.leg_reports(&ring, &[("CallStatus", "ringing"), ("SequenceNumber", "1")]).await;
        call.leg_reports(&ring, &[("CallStatus", "no-answer"), ("SequenceNumber", "0")]).await;
        call.told().await.ended("person", &[("Anna", "accepted")]);

        // An officer's leg is told to be over before it is told to ring; the end of the ring is never told.
        let call = stage.ringing_call().await;
        let ring = call.rings("Anna");
        call.leg_reports(&ring, &[("CallStatus", "no-answer"), ("SequenceNumber", "3")]).await;
        call.leg_reports(&ring, &[("CallStatus", "ringing"), ("SequenceNumber", "1")]).await;
        call.told().await.ended("none", &[("Anna", "no_answer")]);
        // Anna is free for others at once; the call whose webhooks are lost ends by itself.
        stage.ringing_call().await.rings("Anna");
        world.advance_minutes(20);
        sprechzeit::rounds::sweep(&world.desk).await;
        call.told().await.ended("lost", &[("Anna", "no_answer")]);
        stage.ringing_call().await.rings("Anna");
    });
}

#[test]
fn a_lost_webhook_does_not_keep_an_officer() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        stage.ringing_call().await.rings("Anna");
        stage.ringing_call().await.hears("Sie sind an erster Stelle");
        world.advance_minutes(2);
        stage.ringing_call().await.rings("Anna");
    });
}

// ---- two callers, one officer ----

/// Where the callers' telephones ring who all come at once; None where nobody is left.
async fn rung_at_once(stage: &Stage<'_>, callers: usize) -> Vec<Option<String>> {
    let mut calls = Vec::new();
    for _ in 0..callers {
        let mut call = stage.call().await;
        call.waits().await;
        calls.push(call);
    }
    let rung = at_once(calls.iter_mut().map(|call| async { call.presses("0").await.ring().map(|ring| ring.number) }));
    let rung = rung.await;
    at_once(calls.iter().map(Caller::hangs_up)).await;
    rung
}

/// Everything at once.
async fn at_once<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (one, done) in pending.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(result) = one.as_mut().poll(context) {
                *done = Some(result);
            }
        }
        match pending.iter().all(|(_, done)| done.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    pending.into_iter().filter_map(|(_, done)| done).collect()
}

#[test]
fn three_callers_at_once_never_ring_the_same_officer() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        for round in 0..10 {
            let rung = rung_at_once(&stage, 3).await;
            let officers: BTreeSet<_> = rung.iter().flatten().collect();
            assert_eq!(officers.len(), 3, "round {round}: {rung:?}");
        }
        // A fourth caller finds nobody, and the three still ring at three.
        let rung = rung_at_once(&stage, 4).await;
        assert_eq!(rung.iter().flatten().collect::<BTreeSet<_>>().len(), 3, "{rung:?}");
        assert_eq!(rung.iter().filter(|rung| rung.is_none()).count(), 1, "{rung:?}");
    });
}

/// The control: with the leases taken away as they come, the same three callers ring the same officer.
#[test]
fn without_leases_three_callers_ring_the_same_officer() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        drop_leases(world).await;
        let rung = rung_at_once(&stage, 3).await;
        assert_eq!(rung.iter().flatten().collect::<BTreeSet<_>>().len(), 1, "the guard is elsewhere: {rung:?}");
    });
}

async fn drop_leases(world: &World) {
    match world.engine {
        Engine::Sqlite => {
            let pool = sqlx::SqlitePool::connect(world.database_url()).await.unwrap();
            let trigger = "CREATE TRIGGER no_leases AFTER INSERT ON leases BEGIN DELETE FROM leases; END";
            sqlx::raw_sql(trigger).execute(&pool).await.unwrap();
            pool.close().await;
        }
        Engine::Postgres => {
            let pool = sqlx::PgPool::connect(world.database_url()).await.unwrap();
            let trigger = "CREATE FUNCTION no_leases() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN DELETE FROM leases; RETURN NULL; END $$;
                CREATE TRIGGER no_leases AFTER INSERT ON leases FOR EACH ROW EXECUTE FUNCTION no_leases();";
            sqlx::raw_sql(trigger).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }
}

// ---- duty changes while calls run ----

#[test]
fn a_deployment_takes_effect_between_two_rings() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await.everybody_on(DAY).await;
        let mut call = stage.ringing_call().await;
        call.rings("Anna");
        let bela = &stage.officer("Bela").id;
        stage.create("/deployments", json!({"officer": bela})).await;
        call.ring_ends("no-answer").await;
        call.rings("Cem");
        let why = call.told().await.why();
        assert!(why.contains("Bela nicht im Dienst (im Einsatz)"), "{why}");
        let (status, _) = world.api("DELETE", &format!("/deployments/{bela}"), Some(&stage.token), None).await;
        assert_eq!(status, 204);
        call.ring_ends("no-answer").await;
        call.accepted_by("Bela").await;
        call.talk_ends().await;
        call.told().await.ended("person", &[("Anna", "no_answer"), ("Cem", "no_answer"), ("Bela", "accepted")]);
    });
}

#[test]
fn whoever_is_on_duty_at_the_ring_is_rung() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela", "Cem"]).await;
        stage.plan("Anna", (DAY, "07:00", "10:30"), 1).await;
        stage.plan("Bela", (DAY, "10:30", "19:00"), 1).await;
        stage.plan("Cem", (DAY, "07:00", "19:00"), 2).await;
        world.advance_minutes(29);
        let mut call = stage.ringing_call().await;
        call.rings("Anna");
        world.advance_minutes(1);
        // Anna's shift is over; Bela's has begun and comes before the backup.
        call.ring_ends("no-answer").await;
        call.rings("Bela");
        call.ring_ends("no-answer").await;
        call.rings("Cem");
        call.ring_ends("no-answer").await.hears("niemand frei");
        let rang = [("Anna", "no_answer"), ("Bela", "no_answer"), ("Cem", "no_answer")];
        call.told().await.ended("none", &rang);
    });
}

#[test]
fn the_nights_of_the_clock_change_have_no_gap() {
    // From when to when, in UTC, who is rung. Anna's shift ends at 02:30, Bela's begins then.
    let autumn = [
        ("2026-10-25T00:15:00Z", &["Anna"][..]),
        ("2026-10-25T00:45:00Z", &["Anna", "Bela"]),
        ("2026-10-25T01:15:00Z", &["Anna", "Bela"]),
        ("2026-10-25T01:45:00Z", &["Bela"]),
    ];
    let spring = [("2027-03-28T00:45:00Z", &["Anna"][..]), ("2027-03-28T01:00:00Z", &["Bela"])];
    for (saturday, sunday, nights) in
        [("2026-10-24", "2026-10-25", &autumn[..]), ("2027-03-27", "2027-03-28", &spring[..])]
    {
        let evening = format!("{saturday}T19:00:00Z");
        on_both(&evening, async |world| {
            let stage = Stage::open_on(world, &["Anna", "Bela"], EVERY_DAY, ("00:00", "24:00")).await;
            stage.plan("Anna", (saturday, "20:00", "02:30"), 1).await;
            stage.plan("Bela", (sunday, "02:30", "08:00"), 1).await;
            for (at, rung) in nights {
                let at = sprechzeit::kernel::Instant::parse(at).unwrap();
                world.desk.clock.advance(at - world.now());
                let mut call = stage.ringing_call().await;
                for name in *rung {
                    call.rings(name);
                    call.ring_ends("no-answer").await;
                }
                call.hears("niemand frei");
            }
        });
    }
}

// ---- what staff see ----

/// A browser of somebody at the office who has signed in.
struct Staff<'w> {
    world: &'w World,
    cookie: String,
}

async fn staff(world: &World) -> Staff<'_> {
    let (login, password) = ("anna", "ein langes Kennwort");
    let office = "ka".parse().unwrap();
    let user = NewUser { login: login.into(), role: Role::Officer, office, officer: None };
    people::add_user(&world.desk, world.now(), &user, password).await.unwrap();
    let response = world.form("/anmelden", &[("login", login), ("password", password)]).await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    Staff { world, cookie }
}

impl Staff<'_> {
    async fn page(&self, path: &str) -> String {
        let response = self.world.http.get(self.world.url(path)).header("cookie", &self.cookie).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    }

    /// Sends a form; where it leads.
    async fn send(&self, path: &str) -> (u16, String) {
        let request = self.world.http.post(self.world.url(path)).header("cookie", &self.cookie);
        let response = request.header("origin", &self.world.address).send().await.unwrap();
        let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (response.status().as_u16(), to.unwrap_or_default())
    }
}

#[test]
fn a_call_is_explained_on_its_page() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna", "Bela"]).await.everybody_on(DAY).await;
        let mut call = stage.call().await;
        call.waits().await;
        call.presses("1").await;
        world.desk.clock.advance(chrono::TimeDelta::seconds(20));
        call.ring_ends("no-answer").await;
        let ring = call.rings("Bela");
        world.desk.clock.advance(chrono::TimeDelta::seconds(5));
        let asked = call.picks_up(&ring).await;
        call.officer_presses(&ring, &asked, "1").await;
        world.advance_minutes(3);
        call.talk_ends().await;
        let id = call.id();

        let staff = staff(world).await;
        let page = staff.page(&format!("/dienst/anrufe/{id}")).await;
        for words in [
            "Taste 1 gedrückt",
            "klingelte bei Anna, 2",
            "nicht abgenommen",
            "klingelte bei Bela",
            "Anna schon versucht",
            "Gespräch mit Bela, 3 min",
            "Ende: Gespräch geführt",
            "role=\"img\"",
        ] {
            assert!(page.contains(words), "{words} is not in {page}");
        }
        assert!(!page.contains("3023125042"), "the caller's number is shown to nobody");

        let list = staff.page("/dienst/anrufe").await;
        assert!(list.contains(&id) && list.contains("Gespräch geführt"), "{list}");
        assert!(staff.page("/dienst/anrufe?ende=callback").await.contains("keinen solchen Anruf"));
        assert!(staff.page("/dienst/anrufe?bis=2026-11-19").await.contains("keinen solchen Anruf"));
        assert!(staff.page("/dienst/anrufe?von=gestern").await.contains("Bitte prüfen Sie"));
        assert!(staff.page("/dienst/anrufe?nummer=cal_0").await.contains("Diesen Anruf gibt es nicht"));
        let found = world.http.get(world.url(&format!("/dienst/anrufe?nummer={id}")));
        let found = found.header("cookie", &staff.cookie).send().await.unwrap();
        assert_eq!(found.headers()["location"], format!("/dienst/anrufe/{id}"));
        assert_eq!(world.get(&format!("/dienst/anrufe/{id}")).await.status(), 303, "not without signing in");

        let other = world.token(Role::Supervisor, "s").await;
        assert_eq!(world.api("GET", &format!("/calls/{id}"), Some(&other), None).await.0, 404);
    });
}

#[test]
fn calls_are_listed_page_by_page() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await;
        for _ in 0..26 {
            stage.call().await.hangs_up().await;
        }
        let staff = staff(world).await;
        let rows = |page: &str| page.matches(">Beratungstelefon</td>").count();
        let first = staff.page("/dienst/anrufe").await;
        assert_eq!(rows(&first), 25);
        assert!(first.contains("seite=2") && first.contains("Ältere Anrufe"), "{first}");
        let second = staff.page("/dienst/anrufe?seite=2&ende=caller_gone").await;
        assert_eq!(rows(&second), 1);
        assert!(second.contains("ende=caller_gone&#38;seite=1") && !second.contains("Ältere Anrufe"), "{second}");
    });
}

#[test]
fn a_call_back_is_closed_once_and_its_number_goes() {
    on_both(SUNDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await;
        for from in ["+493023125042", "+493023125043"] {
            let mut call = stage.call_from(from).await;
            call.waits().await;
            call.presses("1").await;
            call.presses("1").await;
        }
        world.advance_minutes(125);
        let staff = staff(world).await;
        let page = staff.page("/dienst/rueckrufe").await;
        assert_eq!(page.matches("tel:+49302312504").count(), 2, "{page}");
        assert!(page.contains("2 h 5 min"), "{page}");
        let open = stage.get("/callbacks").await;
        let [first, second] = [0, 1].map(|n| open["items"][n]["id"].as_str().unwrap().to_owned());

        let to = (303, "/dienst/rueckrufe?meldung=erledigt".to_owned());
        assert_eq!(staff.send(&format!("/dienst/rueckrufe/{first}/erledigt")).await, to);
        let to = (303, "/dienst/rueckrufe?meldung=schon".to_owned());
        assert_eq!(staff.send(&format!("/dienst/rueckrufe/{first}/aufgeben")).await, to);
        let asked = staff.page(&format!("/dienst/rueckrufe/{second}/aufgeben")).await;
        assert!(asked.contains("Diesen Rückruf aufgeben?") && asked.contains("wartet seit 2 h 5 min"), "{asked}");
        assert_eq!(staff.send(&format!("/dienst/rueckrufe/{second}/aufgeben")).await.0, 303);
        let page = staff.page("/dienst/rueckrufe?meldung=aufgegeben").await;
        assert!(page.contains("Niemand wartet") && !page.contains("tel:"), "{page}");
        assert!(page.contains("erledigt") && page.contains("aufgegeben"), "{page}");
        assert_eq!(staff.send("/dienst/rueckrufe/cbk_0/erledigt").await.0, 404);
    });
}

#[test]
fn the_test_telephone_speaks_with_the_same_engine() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        let (status, page) = world.page("/telefon").await;
        assert_eq!(status, 200);
        assert!(page.contains(HOTLINE) && page.contains("telephone.js"), "{page}");
        assert_eq!(world.page("/telefon/ansagen/beratungstelefon").await.0, 200);
        assert_eq!(world.page("/telefon/ansagen/anders").await.0, 404);

        let post = async |address: &str, mut report: serde_json::Value| {
            report["leg"] = report["leg"].as_str().unwrap_or("test-1").into();
            let path = address.strip_prefix(&world.address).unwrap_or(address);
            let request = world.http.post(world.url(path)).header("sec-fetch-site", "same-origin");
            let response = request.json(&report).send().await.unwrap();
            assert!(response.status().is_success(), "{path}: {}", response.status());
            response.json::<serde_json::Value>().await.unwrap_or_default()
        };
        let action = |step: &serde_json::Value| step["then"]["ask"]["action"].as_str().unwrap().to_owned();
        let step = post("/telephony/simulated/voice", json!({"from": CITIZEN, "to": HOTLINE})).await;
        let step = post(&action(&step), json!({"keys": ""})).await;
        let step = post(&action(&step), json!({"keys": "1"})).await;
        let ring = step["then"]["ring"].clone();
        let telephone = &ring["telephones"][0];
        assert_eq!(telephone["number"], stage.officer("Anna").number);
        let officer = json!({"leg": "test-1-1", "parent": "test-1"});
        let asked = post(telephone["screen_url"].as_str().unwrap(), officer.clone()).await;
        let accept = json!({"leg": "test-1-1", "parent": "test-1", "keys": "1"});
        assert_eq!(post(&action(&asked), accept).await["then"], "bridge");
        let ended = json!({"dialled": {"outcome": "completed", "bridged": true, "leg": "test-1-1"}});
        assert_eq!(post(ring["action"].as_str().unwrap(), ended).await["then"], "hang_up");
        let told = stage.get("/calls").await;
        assert_eq!(told["items"][0]["ending"], "person");

        let foreign = world.http.post(world.url("/telephony/simulated/voice")).header("sec-fetch-site", "cross-site");
        assert_eq!(foreign.json(&json!({"leg": "x"})).send().await.unwrap().status(), 403);
    });
}

// ---- the text message ----

/// What came to a stand-in of Twilio's REST interface: path, authorization, kind of body, form.
type Message = (String, String, String, Vec<(String, String)>);

/// A stand-in of Twilio's REST interface that refuses as it does, and notes what it took.
async fn rest_interface() -> (String, tokio::sync::mpsc::UnboundedReceiver<Message>) {
    use axum::extract::{Form, OriginalUri, State};
    use http::{HeaderMap, StatusCode};
    type Sender = tokio::sync::mpsc::UnboundedSender<Message>;
    async fn take(
        State(taken): State<Sender>,
        OriginalUri(uri): OriginalUri,
        headers: HeaderMap,
        Form(form): Form<Vec<(String, String)>>,
    ) -> (StatusCode, axum::Json<serde_json::Value>) {
        let header = |name: &str| headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        if header("authorization").is_empty() {
            return (StatusCode::UNAUTHORIZED, axum::Json(json!({"code": 20003})));
        }
        taken.send((uri.path().to_owned(), header("authorization"), header("content-type"), form)).unwrap();
        (StatusCode::CREATED, axum::Json(json!({"sid": "SM00000000000000000000000000000001", "status": "queued"})))
    }
    let (sender, taken) = tokio::sync::mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let door = axum::Router::new().fallback(take).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, door).await.unwrap() });
    (address, taken)
}

#[test]
fn a_call_back_is_confirmed_by_text_message_over_the_providers_rest_interface() {
    for engine in engines() {
        runtime().block_on(async {
            use base64::Engine as _;
            let (rest, mut taken) = rest_interface().await;
            let account = "AC0123456789abcdef0123456789abcdef";
            let world = World::start_with(engine, SUNDAY, |config| {
                // With a mail server the demonstration sends for real.
                config.mail.host = Some("127.0.0.1".into());
                config.telephony.twilio.account_sid = Some(account.into());
                config.telephony.twilio.api_base = sprechzeit::config::PublicAddress(rest.clone());
                config.telephony.twilio.sms_from =
                    Some(sprechzeit::config::PhoneText("+498999998199".parse().unwrap()));
            });
            let mut world = world.await;
            {
                let stage = Stage::open(&world, &["Anna"]).await;
                let mut call = stage.call_from(MOBILES[0]).await;
                call.waits().await;
                call.presses("1").await;
                call.presses("1").await;
            }
            let soon = tokio::time::timeout(std::time::Duration::from_secs(20), taken.recv());
            let (path, authorization, kind, form) = soon.await.expect("no message came").unwrap();
            assert_eq!(path, format!("/2010-04-01/Accounts/{account}/Messages.json"));
            let basic = base64::engine::general_purpose::STANDARD.encode(format!("{account}:{AUTH_TOKEN}"));
            assert_eq!(authorization, format!("Basic {basic}"));
            assert_eq!(kind, "application/x-www-form-urlencoded");
            let field = |name: &str| form.iter().find(|(found, _)| found == name).unwrap().1.clone();
            assert_eq!((field("To"), field("From")), (MOBILES[0].into(), "+498999998199".into()));
            let body = field("Body");
            assert!(body.contains("Kennwort") && body.contains("110") && body.chars().count() <= 160, "{body}");
            world.shut_down().await;
            assert!(taken.try_recv().is_err(), "the message is sent once");
        });
    }
}
