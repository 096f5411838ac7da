//! Changes of a published rota, over real HTTP on both engines: parts of shifts, swaps, cover, sick reports, reminders.

use serde_json::{Value, json};
use sprechzeit::kernel::id::{CoverId, OfficerId, ShiftId, SwapId};
use sprechzeit::kernel::{Instant, Secret, Span};
use sprechzeit::outbox::{self, Message};
use sprechzeit::people::{self, Role};
use sprechzeit::rota::{board, cover, draft, reminders, swaps};
use sprechzeit::shifts::{self, Tier};

use crate::staff::Visitor;
use crate::world::{World, on_both};

/// A Monday, nine o'clock in Berlin.
pub const MONDAY: &str = "2026-11-16T08:00:00Z";
/// The shift of most stories: Tuesday, 08:00 to 20:00 in Berlin.
pub const DAY: &str = "2026-11-17";

/// Mobile numbers for plays and films, as the Bundesnetzagentur keeps them.
pub const MOBILES: [&str; 4] = ["+4915228817386", "+4915228895456", "+4915254599371", "+491729925904"];

pub struct Stage<'w> {
    pub world: &'w World,
    pub token: String,
    pub hotline: String,
    pub anna: String,
    pub bela: String,
    pub caro: String,
}

impl<'w> Stage<'w> {
    pub async fn open(world: &'w World) -> Self {
        let token = world.token(Role::Supervisor, "ka").await;
        let create = async |path: &str, body: Value| created(world, &token, path, body).await;
        let weekdays = ["mon", "tue", "wed", "thu", "fri"];
        let hours: Vec<Value> =
            weekdays.iter().map(|day| json!({"weekday": day, "opens": "08:00", "closes": "20:00"})).collect();
        let hotline = json!({"name": "Beratungstelefon", "number": "+49 89 99998110", "flow": "beratungstelefon",
            "hours": hours});
        let hotline = create("/hotlines", hotline).await;
        let officer = |name: &str, place: usize| {
            let mail = format!("{}@example.org", name.to_lowercase());
            json!({"name": name, "phone": MOBILES[place], "mail": mail})
        };
        let [anna, bela, caro] = [
            create("/officers", officer("Anna", 0)).await,
            create("/officers", officer("Bela", 1)).await,
            create("/officers", officer("Caro", 2)).await,
        ];
        Self { world, hotline, anna, bela, caro, token: token.clone() }
    }

    pub async fn shift(&self, officer: &str, day: &str, (from, until): (&str, &str)) -> Value {
        let body =
            json!({"hotline": self.hotline, "officer": officer, "day": day, "from": from, "until": until, "tier": 1});
        let (status, shift) = self.world.api("POST", "/shifts", Some(&self.token), Some(body)).await;
        assert_eq!(status, 201, "{shift}");
        shift
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.world.api("POST", path, Some(&self.token), Some(body)).await
    }

    pub async fn done(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    pub async fn refused(&self, path: &str, body: Value) -> String {
        let (status, problem) = self.post(path, body).await;
        assert!((400..500).contains(&status), "{path}: {status} {problem}");
        problem["type"].as_str().unwrap().trim_start_matches("about:blank#").to_owned()
    }

    /// Who is on duty on Tuesday at a wall time.
    pub async fn on(&self, wall: &str) -> Vec<String> {
        let at = Instant::parse(&format!("{DAY}T{wall}:00+01:00")).unwrap();
        let duty = shifts::load_duty(&self.world.desk.db, self.hotline.parse().unwrap(), at).await.unwrap();
        let mut names = Vec::new();
        for on in duty.on {
            names.push(people::load_officer(&self.world.desk.db, on.officer).await.unwrap().name);
        }
        names
    }

    /// Waits until an officer of ours is told something with these words.
    pub async fn hears(&self, name: &str, place: usize, words: &str) -> String {
        let to = [format!("{}@example.org", name.to_lowercase()), MOBILES[place].to_owned()];
        let text = |message: Message| match message {
            Message::Mail(mail) => format!("{} {}", mail.subject, mail.text),
            Message::Sms(sms) => sms.text,
        };
        for _ in 0..400 {
            self.world.desk.outbox_bell.notify_one();
            let all = outbox::list_mailbox(&self.world.desk, 500).await.unwrap();
            let theirs = all.into_iter().filter(|told| to.iter().any(|to| to == told.message.to()));
            if let Some(found) = theirs.map(|told| text(told.message)).find(|text| text.contains(words)) {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{name} was not told: {words}");
    }
}

pub async fn created(world: &World, token: &str, path: &str, body: Value) -> String {
    let (status, answer) = world.api("POST", path, Some(token), Some(body)).await;
    assert_eq!(status, 201, "{path}: {answer}");
    answer["id"].as_str().unwrap().to_owned()
}

/// The secret at the end of a link.
pub fn secret(text: &str, path: &str) -> Secret {
    let (_, rest) = text.split_once(path).unwrap_or_else(|| panic!("no {path} in {text}"));
    Secret::parse(&rest[..43]).unwrap()
}

pub fn wall(from: &str, until: &str) -> (String, String) {
    (format!("{DAY}T{from}:00+01:00"), format!("{DAY}T{until}:00+01:00"))
}

pub fn part(shift: &Value, (from, until): (&str, &str), change: &str, officer: Option<&str>) -> Value {
    let (start, end) = wall(from, until);
    json!({"sequence": shift["sequence"], "start": start, "end": end, "change": change, "officer": officer,
        "reason": "Zahnarzt"})
}

pub fn id<T: std::str::FromStr>(value: &Value) -> T
where
    T::Err: std::fmt::Debug,
{
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn a_part_of_a_shift_is_replaced_or_removed_and_nothing_else_changes() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "20:00")).await;
        let path = format!("/shifts/{}/parts", shift["id"].as_str().unwrap());
        let replaced = part(&shift, ("08:30", "08:45"), "replace", Some(&stage.bela));
        let changed = stage.done(&path, replaced.clone()).await;
        assert_eq!(changed["gaps"], json!([]));
        for (at, on) in [("08:29", "Anna"), ("08:30", "Bela"), ("08:44", "Bela"), ("08:45", "Anna"), ("19:59", "Anna")]
        {
            assert_eq!(stage.on(at).await, [on], "{at}");
        }
        // Whoever saw the shift before that is refused.
        assert_eq!(stage.refused(&path, replaced).await, "changed-meanwhile");
        // The rest of Anna's shift is a shift of its own now.
        let rest = changed["shifts"].as_array().unwrap().iter().find(|it| it["start"] == json!("2026-11-17T07:45:00Z"));
        let rest = rest.unwrap();
        let path = format!("/shifts/{}/parts", rest["id"].as_str().unwrap());
        let hole = stage.done(&path, part(rest, ("12:00", "12:30"), "remove", None)).await;
        assert_eq!(hole["gaps"], json!([{"start": "2026-11-17T11:00:00Z", "end": "2026-11-17T11:30:00Z"}]));
        assert_eq!((stage.on("11:59").await.len(), stage.on("12:00").await.len()), (1, 0));
        assert_eq!(stage.on("12:30").await, ["Anna"]);
        // Every change is a version that says why.
        let versions = shifts::list_versions(&world.desk.db, id(&shift["id"])).await.unwrap();
        assert_eq!(versions.iter().map(|it| it.reason.as_str()).collect::<Vec<_>>(), ["Zahnarzt", ""]);
        let path = format!("/shifts/{}/parts", shift["id"].as_str().unwrap());
        let mut outside = part(&shift, ("06:00", "07:00"), "replace", Some(&stage.bela));
        outside["sequence"] = json!(1);
        assert_eq!(stage.refused(&path, outside).await, "no-effect");
    });
}

#[test]
fn of_two_replacements_of_one_shift_at_once_the_second_is_refused() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        for _ in 0..3 {
            let shift = stage.shift(&stage.anna, DAY, ("08:00", "10:00")).await;
            let path = format!("/shifts/{}/parts", shift["id"].as_str().unwrap());
            let (first, second) = futures_util::future::join(
                stage.post(&path, part(&shift, ("08:00", "09:00"), "replace", Some(&stage.bela))),
                stage.post(&path, part(&shift, ("08:30", "09:30"), "replace", Some(&stage.caro))),
            )
            .await;
            let mut statuses = [first.0, second.0];
            statuses.sort();
            assert_eq!(statuses, [200, 409], "{first:?} {second:?}");
            let now = shifts::list_shifts(&world.desk.db, id(&json!(stage.hotline)), tuesday()).await.unwrap();
            for shift in now.iter().filter(|shift| shift.is_published()) {
                let seen = shifts::Seen { shift: shift.id, sequence: shift.sequence, reason: "" };
                shifts::remove_shift(&world.desk, world.now(), &people::Actor::system(), seen).await.unwrap();
            }
        }
    });
}

fn tuesday() -> Span {
    let (start, end) = wall("00:00", "23:59");
    Span { start: Instant::parse(&start).unwrap(), end: Instant::parse(&end).unwrap() }
}

#[test]
fn a_shift_is_given_away_when_a_colleague_agrees_and_the_office_approves() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "20:00")).await;
        let swap = stage.done("/swaps", json!({"shift": shift["id"], "note": "Elternabend"})).await;
        assert_eq!(stage.on("10:00").await, ["Anna"], "until somebody agrees nothing changes");
        stage.hears("Bela", 1, "Elternabend").await;
        assert_eq!(stage.refused("/swaps", json!({"shift": shift["id"]})).await, "offered-already");
        let path = |verb: &str| format!("/swaps/{}/{verb}", swap["id"].as_str().unwrap());
        assert_eq!(stage.refused(&path("take"), json!({"officer": stage.anna})).await, "own-shift");
        assert_eq!(stage.refused(&path("approve"), json!({})).await, "not-agreed-yet");
        // Bela takes the morning; for the rest somebody is still wanted.
        let (start, end) = wall("08:00", "12:00");
        let taken = stage.done(&path("take"), json!({"officer": stage.bela, "start": start, "end": end})).await;
        assert_eq!(taken["state"], "agreed");
        assert_eq!(stage.on("10:00").await, ["Anna"]);
        let (_, all) = world.api("GET", "/swaps", Some(&stage.token), None).await;
        let left = all["items"].as_array().unwrap().iter().find(|it| it["state"] == "open").unwrap().clone();
        assert_eq!(left["start"], "2026-11-17T11:00:00Z");
        stage.done(&path("approve"), json!({})).await;
        assert_eq!((stage.on("11:59").await, stage.on("12:00").await), (vec!["Bela".into()], vec!["Anna".into()]));
        stage.hears("Anna", 0, "Tausch gilt").await;
        // What is left follows the shift, and the office may leave the approval out.
        let terms = json!({"swaps_need_approval": false, "sick_asks_cover": false});
        assert_eq!(world.api("PUT", "/offices/ka/change-terms", Some(&stage.token), Some(terms)).await.0, 204);
        let path = format!("/swaps/{}/take", left["id"].as_str().unwrap());
        assert_eq!(stage.done(&path, json!({"officer": stage.caro})).await["state"], "done");
        assert_eq!((stage.on("11:59").await, stage.on("12:00").await), (vec!["Bela".into()], vec!["Caro".into()]));
        assert_eq!(stage.refused(&path, json!({"officer": stage.bela})).await, "ended");
    });
}

#[test]
fn two_exchange_their_shifts_even_at_the_same_time_and_a_moved_shift_takes_its_swap_along() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let annas = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        let belas = stage.shift(&stage.bela, DAY, ("12:00", "16:00")).await;
        let ask = json!({"shift": annas["id"], "asked": stage.bela, "in_return": belas["id"]});
        let swap = stage.done("/swaps", ask).await;
        let path = |verb: &str| format!("/swaps/{}/{verb}", swap["id"].as_str().unwrap());
        assert_eq!(stage.refused(&path("take"), json!({"officer": stage.caro})).await, "not-asked");
        // Anna's shift is moved into the middle of Bela's: the swap stays bound to it.
        let shift_path = format!("/shifts/{}", annas["id"].as_str().unwrap());
        let moved = json!({"sequence": 0, "from": "11:00", "until": "15:00"});
        assert_eq!(world.api("PATCH", &shift_path, Some(&stage.token), Some(moved)).await.0, 200);
        stage.done(&path("take"), json!({"officer": stage.bela})).await;
        stage.done(&path("approve"), json!({})).await;
        assert_eq!(stage.on("11:30").await, ["Bela"]);
        assert_eq!(stage.on("15:30").await, ["Anna"]);
        let shift = shifts::find_shift(&world.desk.db, id::<ShiftId>(&annas["id"])).await.unwrap().unwrap();
        assert_eq!(shift.officer.to_string(), stage.bela, "the shift keeps its id");
    });
}

#[test]
fn a_swap_ends_when_nobody_answers_and_when_its_shift_goes() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let [first, second] = [
            stage.shift(&stage.anna, DAY, ("08:00", "10:00")).await,
            stage.shift(&stage.anna, DAY, ("12:00", "14:00")).await,
        ];
        let [expires, overtaken] = [
            stage.done("/swaps", json!({"shift": first["id"]})).await,
            stage.done("/swaps", json!({"shift": second["id"]})).await,
        ];
        let path = format!("/shifts/{}?sequence=0", second["id"].as_str().unwrap());
        assert!(world.api("DELETE", &path, Some(&stage.token), None).await.0 < 300);
        assert_eq!(swaps::expire_swaps(&world.desk, world.now()).await.unwrap(), 1);
        world.advance_minutes(24 * 60);
        swaps::expire_swaps(&world.desk, world.now()).await.unwrap();
        let state = async |swap: &Value| {
            let found = swaps::load(&world.desk.db, &people::Actor::system(), id::<SwapId>(&swap["id"])).await;
            found.unwrap().swap.state
        };
        assert_eq!(state(&expires).await, swaps::State::Expired);
        assert_eq!(state(&overtaken).await, swaps::State::Overtaken);
        stage.hears("Anna", 0, "abgelaufen").await;
    });
}

#[test]
fn a_sick_officers_shift_goes_to_the_first_who_says_yes_and_looking_changes_nothing() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "20:00")).await;
        // Caro has a shift then, so only Bela fits; a fourth one is hired to be late.
        stage.shift(&stage.caro, DAY, ("09:00", "11:00")).await;
        let dora = json!({"name": "Dora", "phone": MOBILES[3], "mail": "dora@example.org"});
        created(world, &stage.token, "/officers", dora).await;
        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(id::<OfficerId>(&json!(stage.anna)))).await;
        let (status, to, _) = anna.send("/dienst/krank", &[("bis", DAY)]).await;
        assert_eq!((status, to.as_str()), (303, "/dienst/meine-dienste?meldung=krank-anrufen"));
        assert!(anna.see("/dienst/meine-dienste").await.contains("Sie sind krank gemeldet bis Dienstag"));
        assert_eq!(stage.on("10:00").await, ["Caro"]);
        let search = stage.done(&format!("/shifts/{}/cover", shift["id"].as_str().unwrap()), json!({})).await;
        assert_eq!(search["asked"].as_array().unwrap().len(), 2, "{search}");
        let again = format!("/shifts/{}/cover", shift["id"].as_str().unwrap());
        assert_eq!(stage.refused(&again, json!({})).await, "asked-already");
        let link = async |name, place| secret(&stage.hears(name, place, "/einspringen/").await, "/einspringen/");
        let (bela, dora) = (link("Bela", 1).await, link("Dora", 3).await);
        let path = |secret: &Secret| format!("/einspringen/{}", secret.expose());
        for _ in 0..2 {
            let (status, text) = world.page(&path(&bela)).await;
            assert!(status == 200 && text.contains("Können Sie einspringen?"), "{text}");
        }
        assert_eq!(stage.on("12:00").await, Vec::<String>::new(), "looking changes nothing");
        let (first, second) = futures_util::future::join(
            cover::say_yes(&world.desk, world.now(), &bela, None),
            cover::say_yes(&world.desk, world.now(), &dora, None),
        )
        .await;
        assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
        let (winner, loser, name) = if first.is_ok() { (&bela, &dora, "Bela") } else { (&dora, &bela, "Dora") };
        assert_eq!(stage.on("12:00").await, [name]);
        assert!(world.page(&path(winner)).await.1.contains("der Dienst gehört Ihnen"));
        assert!(world.page(&path(loser)).await.1.contains("schon vergeben"));
        let late = world.form(&path(loser), &[("do", "yes")]).await;
        assert_eq!(late.status(), 303);
        assert_eq!(stage.on("12:00").await, [name]);
        let (system, since) = (people::Actor::system(), world.now() - chrono::TimeDelta::hours(1));
        let found = cover::list(&world.desk, &system, "ka".parse().unwrap(), since).await.unwrap();
        assert_eq!(found[0].cover.id, id::<CoverId>(&search["id"]));
        assert_eq!(found[0].cover.state, cover::State::Taken);
    });
}

#[test]
fn a_yes_gets_what_is_still_wanted_and_nothing_that_somebody_else_has_by_now() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "20:00")).await;
        let sick = stage.done(&format!("/officers/{}/sick", stage.anna), json!({"until": DAY})).await;
        let asks = format!("/shifts/{}/cover", shift["id"].as_str().unwrap());
        let search = stage.done(&asks, json!({})).await;
        let bela = secret(&stage.hears("Bela", 1, "/einspringen/").await, "/einspringen/");
        // Whoever plans gives the middle of it to Caro: the yes gets what is left, in both pieces.
        let parts = format!("/shifts/{}/parts", shift["id"].as_str().unwrap());
        stage.done(&parts, part(&shift, ("12:00", "13:00"), "replace", Some(&stage.caro))).await;
        let taken = cover::say_yes(&world.desk, world.now(), &bela, None).await.unwrap();
        assert_eq!(taken.id, id(&search["id"]));
        for (at, on) in [("08:00", "Bela"), ("12:30", "Caro"), ("13:00", "Bela"), ("19:59", "Bela")] {
            assert_eq!(stage.on(at).await, [on], "{at}");
        }
        stage.hears("Bela", 1, "13:00").await;
        stage.hears("Anna", 0, "Bela übernimmt Ihren Dienst").await;

        // Given away as a whole: nobody is wanted any more, and the one who has it keeps it.
        let moved = shifts::find_shift(&world.desk.db, id(&shift["id"])).await.unwrap().unwrap();
        let seen = json!({"sequence": moved.sequence});
        let second = stage.done(&asks, json!({})).await;
        let mut to_caro = part(&seen, ("08:00", "12:00"), "replace", Some(&stage.caro));
        to_caro["despite_rules"] = json!(true);
        stage.done(&parts, to_caro).await;
        let accept = format!("/covers/{}/accept", second["id"].as_str().unwrap());
        assert_eq!(stage.refused(&accept, json!({"officer": stage.bela})).await, "over");
        assert_eq!(stage.on("09:00").await, ["Caro"]);

        // Well again: the shift is Anna's, and the link says so.
        let wednesday = stage.shift(&stage.anna, "2026-11-18", ("08:00", "12:00")).await;
        let longer = stage.done(&format!("/officers/{}/sick", stage.anna), json!({"until": "2026-11-18"})).await;
        let third = stage.done(&format!("/shifts/{}/cover", wednesday["id"].as_str().unwrap()), json!({})).await;
        assert_eq!(longer["absence"], sick["absence"], "the same report, with another end");
        cover::report_well(&world.desk, world.now(), &people::Actor::system(), id(&json!(stage.anna))).await.unwrap();
        assert_eq!(cover::expire_covers(&world.desk, world.now()).await.unwrap(), 1, "it ends by itself");
        let accept = format!("/covers/{}/accept", third["id"].as_str().unwrap());
        assert_eq!(stage.refused(&accept, json!({"officer": stage.bela})).await, "over");
    });
}

#[test]
fn an_open_shift_is_taken_by_nobody_elsewhere_and_by_nobody_who_is_away() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let [start, end] = [8, 12].map(|hour| tuesday().start + chrono::TimeDelta::hours(hour));
        let span = Span { start, end };
        let terms =
            draft::Terms { hotline: id(&json!(stage.hotline)), officer: None, span, tier: Tier::FIRST, pinned: false };
        let (system, office) = (people::Actor::system(), "ka".parse().unwrap());
        let add = (board::Seen { version: 0, reason: "", despite: board::Despite::Nothing }, board::Work::Add(terms));
        board::put(&world.desk, world.now(), &system, board::Target::Published(office), add).await.unwrap();
        let open = shifts::list_open_shifts(&world.desk.db, office, span).await.unwrap().remove(0);
        let search = stage.done(&format!("/shifts/{}/cover", open.id), json!({})).await;
        let accept = format!("/covers/{}/accept", search["id"].as_str().unwrap());
        let stranger = crate::staff::hire(world, "Fremd", "s").await;
        assert_eq!(stage.refused(&accept, json!({"officer": stranger})).await, "no-such-officer");
        let leave = json!({"officer": stage.bela, "kind": "leave", "start": span.start.to_string(), "end": span.end.to_string()});
        stage.done("/absences", leave).await;
        assert_eq!(stage.refused(&accept, json!({"officer": stage.bela})).await, "against-rules");
        assert_eq!(stage.post(&accept, json!({"officer": stage.caro})).await.0, 204);
        assert_eq!(stage.on("10:00").await, ["Caro"]);
    });
}

#[test]
fn whoever_is_sick_before_a_night_shift_is_sick_until_it_ends() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        stage.shift(&stage.anna, "2026-11-16", ("20:00", "06:00")).await;
        let sick = stage.done(&format!("/officers/{}/sick", stage.anna), json!({})).await;
        assert_eq!(sick["end"], "2026-11-17T23:00:00Z");
        assert_eq!(sick["shifts"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn why_somebody_is_away_is_told_only_to_those_who_plan() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        stage.shift(&stage.anna, DAY, ("08:00", "20:00")).await;
        stage.done(&format!("/officers/{}/sick", stage.anna), json!({"until": DAY})).await;
        let bela = Visitor::sign_in(world, "bela", Role::Officer, Some(id(&json!(stage.bela)))).await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let can = format!("/dienst/wer-kann?hotline={}&von={DAY}T08:00&bis={DAY}T12:00", stage.hotline);
        for path in [
            "/dienst/dienstplan?woche=2026-W47",
            "/dienst/dienstplan/tafel?woche=2026-W47",
            &can,
            "/dienst/woche?woche=2026-W47",
        ] {
            let (theirs, seen) = (planner.see(path).await.to_lowercase(), bela.see(path).await.to_lowercase());
            assert!(theirs.contains("krank"), "{path}: {theirs}");
            assert!(!seen.contains("krank") && seen.contains("anna"), "{path}: {seen}");
        }
        let token = world.token(Role::Officer, "ka").await;
        for path in [
            "/offices/ka/rota/check".to_owned(),
            "/offices/ka/rota/balance".to_owned(),
            format!("/hotlines/{}/candidates?from=2026-11-17T07:00:00Z&until=2026-11-17T11:00:00Z", stage.hotline),
        ] {
            assert_eq!(world.api("GET", &path, Some(&token), None).await.0, 403, "{path}");
        }
    });
}

#[test]
fn a_shift_that_is_given_in_exchange_does_not_count_against_what_it_is_given_for() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let annas = stage.shift(&stage.anna, "2026-11-23", ("06:00", "10:00")).await;
        let belas = stage.shift(&stage.bela, "2026-11-22", ("20:00", "06:00")).await;
        let ask = json!({"shift": annas["id"], "asked": stage.bela, "in_return": belas["id"]});
        stage.done("/swaps", ask).await;
    });
}

#[test]
fn whoever_has_the_shift_now_is_reminded_the_day_before_and_confirms_by_the_link() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let day = "2026-11-18";
        let shift = stage.shift(&stage.anna, day, ("08:00", "12:00")).await;
        assert_eq!(reminders::remind(&world.desk, world.now()).await.unwrap(), 0);
        world.advance_minutes(24 * 60);
        assert_eq!(reminders::remind(&world.desk, world.now()).await.unwrap(), 1);
        assert_eq!(reminders::remind(&world.desk, world.now()).await.unwrap(), 0, "each once");
        let link =
            async |name, place| secret(&stage.hears(name, place, "/dienst-bestaetigen/").await, "/dienst-bestaetigen/");
        let annas = link("Anna", 0).await;
        // Anna gives the shift away: Bela is reminded, and Anna's link confirms nothing.
        let terms = json!({"swaps_need_approval": false, "sick_asks_cover": false});
        world.api("PUT", "/offices/ka/change-terms", Some(&stage.token), Some(terms)).await;
        let swap = stage.done("/swaps", json!({"shift": shift["id"], "asked": stage.bela})).await;
        stage.done(&format!("/swaps/{}/take", swap["id"].as_str().unwrap()), json!({"officer": stage.bela})).await;
        assert_eq!(reminders::remind(&world.desk, world.now()).await.unwrap(), 1);
        let belas = link("Bela", 1).await;
        let path = |secret: &Secret| format!("/dienst-bestaetigen/{}", secret.expose());
        assert_eq!(world.form(&path(&annas), &[]).await.status(), 409);
        let alarms = async || {
            let (status, alarms) = world.api("GET", "/rota/alarms", Some(&stage.token), None).await;
            assert_eq!(status, 200, "{alarms}");
            alarms["unconfirmed"].as_array().unwrap().len()
        };
        world.advance_minutes(13 * 60);
        assert_eq!(alarms().await, 1, "nobody confirmed for half a day");
        assert!(world.page(&path(&belas)).await.1.contains("Ich werde da sein"));
        assert_eq!(alarms().await, 1, "looking changes nothing");
        assert_eq!(world.form(&path(&belas), &[]).await.status(), 303);
        assert_eq!(alarms().await, 0);
        assert!(world.page(&path(&belas)).await.1.contains("Bestätigt"));
    });
}

#[test]
fn what_is_missing_in_the_next_days_stands_on_the_page_and_in_the_figure() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        stage.shift(&stage.anna, DAY, ("08:00", "18:00")).await;
        let leave = json!({"officer": stage.anna, "kind": "leave", "start": "2026-11-16T23:00:00Z", "end": "2026-11-17T23:00:00Z"});
        stage.done("/absences", leave).await;
        let (_, alarms) = world.api("GET", "/rota/alarms", Some(&stage.token), None).await;
        assert_eq!(alarms["away"].as_array().unwrap().len(), 1, "{alarms}");
        // Monday, what is left of Tuesday, Wednesday to Friday, and the next Monday until nine.
        assert_eq!(alarms["gaps"].as_array().unwrap().len(), 6, "{alarms}");
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let page = planner.see("/dienst/warnungen").await;
        assert!(page.contains("Anna: Urlaub") && page.contains("7 offen"), "{page}");
        world.advance_minutes(24 * 60);
        assert_eq!(reminders::alarm(&world.desk, world.now()).await.unwrap(), 1);
        assert_eq!(reminders::alarm(&world.desk, world.now()).await.unwrap(), 0, "once a day");
        let officer = Visitor::sign_in(world, "bela", Role::Officer, Some(id(&json!(stage.bela)))).await;
        assert_eq!(officer.get("/dienst/warnungen").await.0, 403);
    });
}
