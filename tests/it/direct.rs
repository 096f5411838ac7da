//! Published shifts changed directly: whom it concerns is told, what is against the rules is refused, over real HTTP on
//! both engines.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use sprechzeit::db::{DbError, Tx};
use sprechzeit::kernel::Span;
use sprechzeit::offices::OfficeId;
use sprechzeit::outbox::{self, Message};
use sprechzeit::people::{Actor, Role};
use sprechzeit::shifts;
use sprechzeit::shifts::direct::{self, Despite, Guard};
use sprechzeit::shifts::edit::{Author, Change};

use crate::staff::Visitor;
use crate::world::{World, on_both};

/// A Monday, nine o'clock in Berlin.
const MONDAY: &str = "2026-11-16T08:00:00Z";

struct Stage<'w> {
    world: &'w World,
    token: String,
    hotline: String,
    anna: String,
    bela: String,
}

impl<'w> Stage<'w> {
    async fn open(world: &'w World) -> Self {
        let token = world.token(Role::Supervisor, "ka").await;
        let create = async |path: &str, body: Value| {
            let (status, made) = world.api("POST", path, Some(&token), Some(body)).await;
            assert_eq!(status, 201, "{path}: {made}");
            made["id"].as_str().unwrap().to_owned()
        };
        let weekdays = ["mon", "tue", "wed", "thu", "fri"];
        let hours: Vec<Value> =
            weekdays.iter().map(|day| json!({"weekday": day, "opens": "08:00", "closes": "20:00"})).collect();
        let hotline = json!({"name": "Beratungstelefon", "number": "+49 89 99998110", "flow": "beratungstelefon",
            "hours": hours});
        let hotline = create("/hotlines", hotline).await;
        let anna = create("/officers", json!({"name": "Anna", "mail": "anna@example.org"})).await;
        let bela = create("/officers", json!({"name": "Bela", "mail": "bela@example.org"})).await;
        Self { world, hotline, anna, bela, token: token.clone() }
    }

    async fn api(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.world.api(method, path, Some(&self.token), Some(body)).await
    }

    fn shift(&self, officer: &str, day: &str, (from, until): (&str, &str)) -> Value {
        json!({"hotline": self.hotline, "officer": officer, "day": day, "from": from, "until": until})
    }

    /// The mails to somebody, once so many have been written to everybody.
    async fn mails(&self, to: &str, of_all: usize) -> Vec<String> {
        for _ in 0..400 {
            self.world.desk.outbox_bell.notify_one();
            let all = outbox::list_mailbox(&self.world.desk, 500).await.unwrap();
            let mails = all.into_iter().filter_map(|told| match told.message {
                Message::Mail(mail) => Some(mail),
                Message::Sms(_) => None,
            });
            let mails: Vec<_> = mails.collect();
            if mails.len() >= of_all {
                assert_eq!(mails.len(), of_all, "{mails:?}");
                return mails.into_iter().filter(|mail| mail.to == to).map(|mail| mail.text).collect();
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{of_all} mails were not written");
    }
}

#[test]
fn whoever_has_a_shift_is_told_once_what_became_of_it_and_why() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let (status, shift) =
            stage.api("POST", "/shifts", stage.shift(&stage.anna, "2026-11-18", ("08:00", "12:00"))).await;
        assert_eq!(status, 201, "{shift}");
        assert!(stage.mails("anna@example.org", 1).await[0].contains("Neu für Sie"));

        let path = format!("/shifts/{}", shift["id"].as_str().unwrap());
        let longer = json!({"sequence": 0, "until": "14:00", "reason": "Messe"});
        let (status, shift) = stage.api("PATCH", &path, longer).await;
        assert_eq!(status, 200, "{shift}");
        let told =
            stage.mails("anna@example.org", 2).await.into_iter().find(|text| text.contains("geändert:")).unwrap();
        assert!(told.contains("08:00–14:00") && told.contains("bisher") && told.contains("Warum: Messe"), "{told}");

        // Saved again as it is: nobody is told. Given to somebody else: both are.
        let (status, shift) = stage.api("PATCH", &path, json!({"sequence": shift["sequence"]})).await;
        assert_eq!(status, 200, "{shift}");
        let given = json!({"sequence": shift["sequence"], "officer": stage.bela});
        assert_eq!(stage.api("PATCH", &path, given).await.0, 200);
        assert!(stage.mails("anna@example.org", 4).await.iter().any(|text| text.contains("Für Sie entfällt")));
        assert_eq!(stage.mails("bela@example.org", 4).await.len(), 1);

        // A part of it, by its own door.
        let part = json!({"sequence": 3, "start": "2026-11-18T09:00:00+01:00", "end": "2026-11-18T10:00:00+01:00",
            "change": "replace", "officer": stage.anna, "reason": "Arzt"});
        let (status, changed) = stage.api("POST", &format!("{path}/parts"), part).await;
        assert_eq!(status, 200, "{changed}");
        assert!(stage.mails("bela@example.org", 6).await.iter().any(|text| text.contains("Warum: Arzt")));
    });
}

#[test]
fn a_week_is_copied_with_one_mail_for_each_officer() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shifts = [(&stage.anna, "2026-11-17"), (&stage.anna, "2026-11-18"), (&stage.bela, "2026-11-19")];
        for (told, (officer, day)) in (1..).zip(shifts) {
            let plan = stage.shift(officer, day, ("08:00", "12:00"));
            assert_eq!(stage.api("POST", "/shifts", plan).await.0, 201);
            // Two that follow each other closely are told of in one mail.
            stage.mails("", told).await;
        }
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let form = [("hotline", stage.hotline.as_str()), ("woche", "2026-W48")];
        assert_eq!(planner.send("/dienst/woche/kopie", &form).await.0, 200);
        let told = stage.mails("anna@example.org", 5).await;
        assert!(told.iter().any(|text| text.contains("24. November") && text.contains("25. November")), "{told:?}");
    });
}

#[test]
fn a_copy_of_a_week_without_shifts_says_so_and_a_removed_shift_comes_back_days_later() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let form = [("hotline", stage.hotline.as_str()), ("woche", "2026-W48")];
        let (status, _, page) = planner.send("/dienst/woche/kopie", &form).await;
        assert!(status == 200 && page.contains("In der Vorwoche steht kein Dienst"), "{page}");

        let (_, shift) = stage.api("POST", "/shifts", stage.shift(&stage.anna, "2026-11-25", ("08:00", "12:00"))).await;
        let path = format!("/dienst/dienste/{}", shift["id"].as_str().unwrap());
        assert_eq!(planner.send(&format!("{path}/entfernen"), &[("stand", "0")]).await.0, 303);
        world.advance_minutes(3 * 24 * 60);
        let planner = Visitor::sign_in(world, "planung2", Role::Supervisor, None).await;
        let week = format!("/dienst/woche?hotline={}&woche=2026-W48", stage.hotline);
        let page = planner.see(&week).await;
        assert!(page.contains("Ein entfallener Dienst") && page.contains("Wieder eintragen"), "{page}");
        assert_eq!(planner.send(&format!("{path}/wiederherstellen"), &[("stand", "1")]).await.0, 303);
        let page = planner.see(&week).await;
        assert!(!page.contains("entfallene") && page.contains("08:00–12:00"), "{page}");
    });
}

#[test]
fn an_address_that_names_what_is_not_there_is_not_found() {
    on_both(MONDAY, async |world| {
        Stage::open(world).await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        for page in
            ["/dienst/dienstplan", "/dienst/termine", "/dienst/warnungen", "/dienst/entwuerfe", "/dienst/personal"]
        {
            let address = format!("{page}?dienststelle=");
            for (office, status) in [("", 200), ("ka", 200), ("xx", 404)] {
                let (found, _) = planner.get(&format!("{address}{office}")).await;
                assert_eq!(found, status, "{address}{office}");
            }
        }
        for page in ["/dienst/dienstplan", "/dienst/termine", "/dienst/woche", "/dienst/bedarf"] {
            for (week, status) in [("", 200), ("2026-W47", 200), ("2026-W54", 404), ("morgen", 404)] {
                assert_eq!(planner.get(&format!("{page}?woche={week}")).await.0, status, "{page} {week}");
            }
        }
    });
}

#[test]
fn the_mailbox_of_the_planning_hears_of_a_sick_report_and_the_page_says_so_only_then() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let officer = stage.anna.parse().unwrap();
        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(officer)).await;
        let (_, to, _) = anna.send("/dienst/krank", &[("bis", "2026-11-16")]).await;
        assert!(to.ends_with("meldung=krank-anrufen"), "{to}");
        assert!(anna.see(&to).await.contains("Rufen Sie bitte Ihre Planung an"));

        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let save = async |mail: &str| {
            planner.send("/dienst/dienststelle/postfach", &[("dienststelle", "ka"), ("postfach", mail)]).await
        };
        let (status, _, page) = save("keine Adresse").await;
        assert!(status == 400 && page.contains("keine Adresse"), "{status} {page}");
        assert_eq!(save("planung@example.org").await.0, 303);
        let (_, mailbox) = world.api("GET", "/offices/ka/planning-mailbox", Some(&stage.token), None).await;
        assert_eq!(mailbox["mail"], "planung@example.org");

        let (_, to, _) = anna.send("/dienst/krank", &[("bis", "2026-11-17")]).await;
        assert!(to.ends_with("meldung=krank"), "{to}");
        assert_eq!(stage.mails("planung@example.org", 1).await.len(), 1);
    });
}

#[test]
fn what_is_against_the_rules_is_refused_until_somebody_says_why_it_must_be() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        // 23 hours.
        let long = stage.shift(&stage.anna, "2026-11-18", ("09:00", "08:00"));
        let (status, problem) = stage.api("POST", "/shifts", long.clone()).await;
        assert_eq!((status, &problem["type"]), (409, &json!("about:blank#against-rules")), "{problem}");
        let with = |body: &Value, key: &str, value: Value| {
            let mut body = body.clone();
            body[key] = value;
            body
        };
        let insisting = with(&long, "despite_rules", json!(true));
        assert_eq!(stage.api("POST", "/shifts", insisting.clone()).await.0, 400);
        let (status, shift) = stage.api("POST", "/shifts", with(&insisting, "reason", json!("Großlage"))).await;
        assert_eq!(status, 201, "{shift}");
        let path = format!("/shifts/{}", shift["id"].as_str().unwrap());
        let (status, shift) = stage.api("PATCH", &path, json!({"sequence": 0, "until": "12:00"})).await;
        assert_eq!(status, 200, "{shift}");
        assert_eq!(stage.api("PATCH", &path, json!({"sequence": 1, "until": "08:30"})).await.0, 409);

        // The form says which rule, keeps what was typed, and offers the tick.
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let bela = stage.bela.clone();
        let form = [
            ("hotline", stage.hotline.as_str()),
            ("woche", "2026-W47"),
            ("tag", "2026-11-19"),
            ("von", "09:00"),
            ("bis", "08:00"),
            ("person", bela.as_str()),
            ("reihe", "1"),
        ];
        let (status, _, page) = planner.send("/dienst/woche", &form).await;
        assert!(status == 409 && page.contains("gegen die Regeln") && page.contains("name=\"trotzdem\""), "{page}");
        let insisting = [&form[..], &[("grund", "Großlage"), ("trotzdem", "ja")]].concat();
        assert_eq!(planner.send("/dienst/woche", &insisting).await.0, 303);

        // Bela's 23 hours are not copied, and Anna's shift neither, since she is on leave then.
        let leave = json!({"officer": stage.anna, "kind": "leave", "start": "2026-11-24T23:00:00Z",
            "end": "2026-11-25T23:00:00Z"});
        assert_eq!(stage.api("POST", "/absences", leave).await.0, 201);
        let form = [("hotline", stage.hotline.as_str()), ("woche", "2026-W48")];
        let (status, _, page) = planner.send("/dienst/woche/kopie", &form).await;
        assert!(status == 200 && page.contains("abwesend: Urlaub") && page.contains("an einem Tag"), "{page}");
    });
}

#[test]
fn a_removed_shift_comes_back_against_a_rule_only_with_the_tick_and_the_reason() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let late = stage.shift(&stage.anna, "2026-11-18", ("14:00", "22:00"));
        let (_, removed) = stage.api("POST", "/shifts", late).await;
        let path = format!("/dienst/dienste/{}", removed["id"].as_str().unwrap());
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        assert_eq!(planner.send(&format!("{path}/entfernen"), &[("stand", "0")]).await.0, 303);
        // Meanwhile she has the morning after.
        let early = stage.shift(&stage.anna, "2026-11-19", ("06:00", "10:00"));
        assert_eq!(stage.api("POST", "/shifts", early).await.0, 201);

        let back = format!("{path}/wiederherstellen");
        let (status, _, page) = planner.send(&back, &[("stand", "1"), ("grund", "Messe")]).await;
        assert!(status == 409 && page.contains("gegen die Regeln: ") && page.contains("name=\"trotzdem\""), "{page}");
        assert!(page.contains("value=\"Messe\"") && page.contains("Wieder eintragen"), "what was typed stays: {page}");
        assert!(page.contains("Warum muss es sein?") && !page.contains("freiwillig"), "{page}");
        let (status, _, page) = planner.send(&back, &[("stand", "1"), ("trotzdem", "ja"), ("grund", " ")]).await;
        assert!(status == 409 && page.contains("href=\"#grund\"") && page.contains("checked"), "{page}");
        let (status, to, _) = planner.send(&back, &[("stand", "1"), ("trotzdem", "ja"), ("grund", "Messe")]).await;
        assert!(status == 303 && to.contains("wiederhergestellt"), "{to}");
        let history = planner.see(&format!("{path}/verlauf")).await;
        assert!(history.contains("wiederhergestellt") && history.contains("Messe"), "{history}");
    });
}

/// Counts how often what decides is looked at, and how many changes are weighed.
struct Counted;

static LOOKED: AtomicUsize = AtomicUsize::new(0);
static WEIGHED: AtomicUsize = AtomicUsize::new(0);

impl Guard for Counted {
    async fn before(_: &mut Tx, _: OfficeId, _: Span) -> Result<Self, DbError> {
        LOOKED.fetch_add(1, Ordering::Relaxed);
        Ok(Self)
    }

    async fn weigh(
        &mut self,
        _: &mut Tx,
        _: Author<'_>,
        _: Despite,
        changes: &[Change],
    ) -> Result<(), shifts::ShiftsError> {
        WEIGHED.fetch_add(changes.len(), Ordering::Relaxed);
        Ok(())
    }
}

#[test]
fn a_copied_week_is_weighed_shift_by_shift_and_what_decides_is_loaded_once() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        for day in ["2026-11-17", "2026-11-18", "2026-11-19"] {
            let plan = stage.shift(&stage.anna, day, ("08:00", "12:00"));
            assert_eq!(stage.api("POST", "/shifts", plan).await.0, 201);
        }
        let (looked, weighed) = (LOOKED.load(Ordering::Relaxed), WEIGHED.load(Ordering::Relaxed));
        let by = Author { now: world.now(), actor: &Actor::system(), reason: "" };
        let (hotline, monday) = (stage.hotline.parse().unwrap(), "2026-11-23".parse().unwrap());
        let copied = direct::copy_week::<Counted>(&world.desk, by, hotline, monday).await.unwrap();
        assert_eq!(copied.planned.len(), 3);
        let count = (LOOKED.load(Ordering::Relaxed) - looked, WEIGHED.load(Ordering::Relaxed) - weighed);
        assert_eq!(count, (1, 3));
    });
}

#[test]
fn of_a_copied_week_what_is_against_a_rule_by_what_was_copied_before_it_is_left_out() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let late = stage.shift(&stage.anna, "2026-11-18", ("14:00", "20:00"));
        assert_eq!(stage.api("POST", "/shifts", late).await.0, 201);
        let mut early = stage.shift(&stage.anna, "2026-11-19", ("05:00", "09:00"));
        (early["despite_rules"], early["reason"]) = (json!(true), json!("Messe"));
        assert_eq!(stage.api("POST", "/shifts", early).await.0, 201);
        let noon = stage.shift(&stage.anna, "2026-11-19", ("12:00", "14:00"));
        assert_eq!(stage.api("POST", "/shifts", noon).await.0, 201);
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let form = [("hotline", stage.hotline.as_str()), ("woche", "2026-W48")];
        let (_, _, page) = planner.send("/dienst/woche/kopie", &form).await;
        assert!(page.contains("2 eingetragen, 1 ausgelassen") && page.contains("Ruhezeit"), "{page}");
    });
}

#[test]
fn what_is_sent_twice_or_cannot_be_meant_changes_nothing() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let (_, shift) = stage.api("POST", "/shifts", stage.shift(&stage.anna, "2026-11-18", ("13:00", "17:00"))).await;
        let id = shift["id"].as_str().unwrap();

        // A part changes hands: the page after it can be looked at again.
        let part = [
            ("von", "2026-11-18T13:00"),
            ("bis", "2026-11-18T14:00"),
            ("was", "ersetzen"),
            ("person", stage.bela.as_str()),
            ("grund", "Arzt"),
            ("stand", "0"),
        ];
        let (status, to, page) = planner.send(&format!("/dienst/dienste/{id}/teil"), &part).await;
        assert_eq!(status, 303, "{page}");
        let seen = planner.see(&to).await;
        assert!(seen.contains("Bela") && seen.contains("13:00") && seen.contains("Anna"), "{seen}");

        // Nobody can ask for more than a shift is.
        let more = json!({"shift": id, "start": "2026-11-18T01:00:00+01:00", "end": "2026-11-18T17:00:00+01:00"});
        let (status, problem) = stage.api("POST", "/swaps", more).await;
        assert!((400..500).contains(&status), "{problem}");

        // A draft that cannot be: nothing is published instead.
        let add = [
            ("dienststelle", "ka"),
            ("plan", "drf_x"),
            ("hotline", stage.hotline.as_str()),
            ("tag", "2026-11-19"),
            ("von", "08:00"),
            ("bis", "12:00"),
            ("reihe", "1"),
            ("tun", "eintragen"),
        ];
        assert_eq!(planner.send("/dienst/dienstplan", &add).await.0, 404);

        // The same leave twice is one request.
        let leave = json!({"first_day": "2026-11-24", "last_day": "2026-11-24"});
        let path = format!("/officers/{}/leave-requests", stage.bela);
        let (_, first) = stage.api("POST", &path, leave.clone()).await;
        let (_, again) = stage.api("POST", &path, leave).await;
        assert!(first["id"].is_string() && first["id"] == again["id"], "{first} {again}");

        let name = json!({"name": "Anna\nArnold"});
        assert_eq!(stage.api("POST", "/officers", name).await.0, 400);
        let absence = [
            ("person", stage.anna.as_str()),
            ("art", "leave"),
            ("von", "2026-11-20"),
            ("von_zeit", "99:99"),
            ("bis", "2526-11-20"),
        ];
        let (_, _, page) = planner.send("/dienst/personal", &absence).await;
        assert!(page.contains("href=\"#von_zeit\"") && page.contains("2000 bis 2199"), "{page}");
    });
}
