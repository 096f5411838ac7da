//! Parts of shifts, and exchanges asked of everybody, over real HTTP on both engines: what nobody takes stays wanted.

use serde_json::{Value, json};
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::kernel::{Instant, Span};
use sprechzeit::people::{Actor, Role};
use sprechzeit::rota::cover;
use sprechzeit::rota::draft::{self, NewDraft, SeenDraft, Terms};
use sprechzeit::rota::swaps;
use sprechzeit::shifts::{self, Tier};

use crate::changes::{DAY, MONDAY, Stage, id, part, secret, wall};
use crate::staff::Visitor;
use crate::world::on_both;

/// The empty shifts of the day: from when until when, in UTC.
async fn empty(stage: &Stage<'_>) -> Vec<(String, String)> {
    let (start, end) = wall("00:00", "23:59");
    let [start, end] = [start, end].map(|at| Instant::parse(&at).unwrap());
    let window = Span { start, end };
    let all = shifts::list_open_shifts(&stage.world.desk.db, "ka".parse().unwrap(), window).await.unwrap();
    let time = |at: Instant| at.rfc3339()[11..16].to_owned();
    all.iter().map(|it| (time(it.span.start), time(it.span.end))).collect()
}

fn times(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(from, until)| ((*from).to_owned(), (*until).to_owned())).collect()
}

#[test]
fn everybody_is_asked_for_an_exchange_and_whoever_agrees_names_a_shift_of_theirs() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let annas = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        let belas = stage.shift(&stage.bela, "2026-11-18", ("08:00", "12:00")).await;
        let caros = stage.shift(&stage.caro, "2026-11-19", ("08:00", "12:00")).await;
        let ask = json!({"shift": annas["id"], "wants_return": true});
        let to_one = json!({"shift": annas["id"], "wants_return": true, "asked": stage.bela});
        assert_eq!(stage.post("/swaps", to_one).await.0, 400, "one colleague is asked for a named shift");
        let swap = stage.done("/swaps", ask).await;
        stage.hears("Bela", 1, "gegen einen von Ihren tauschen").await;
        let path = |verb: &str| format!("/swaps/{}/{verb}", swap["id"].as_str().unwrap());
        let take = |given: &Value| json!({"officer": stage.bela, "in_return": given});
        assert_eq!(stage.refused(&path("take"), take(&Value::Null)).await, "return-wanted");
        assert_eq!(stage.post(&path("take"), take(&caros["id"])).await.0, 400, "nobody gives what is not theirs");

        let bela = Visitor::sign_in(world, "bela", Role::Officer, Some(id::<OfficerId>(&json!(stage.bela)))).await;
        let address = format!("/dienst/tausch/{}", swap["id"].as_str().unwrap());
        let page = bela.see(&address).await;
        assert!(page.contains("Dienst im Gegenzug") && !page.contains(caros["id"].as_str().unwrap()), "{page}");
        let (status, _, refused) = bela.send(&address, &[("do", "take")]).await;
        assert!(status == 409 && refused.contains("Wählen Sie, welchen Dienst"), "{refused}");
        let (status, ..) = bela.send(&address, &[("do", "take"), ("gegen", belas["id"].as_str().unwrap())]).await;
        assert_eq!(status, 303);
        assert_eq!(stage.on("10:00").await, ["Anna"], "until the office approves nothing changes");
        let approved = stage.done(&path("approve"), json!({})).await;
        assert_eq!((approved["state"].as_str(), &approved["in_return"]), (Some("done"), &belas["id"]));
        assert_eq!(stage.on("10:00").await, ["Bela"]);
        let given = shifts::find_shift(&world.desk.db, id(&belas["id"])).await.unwrap().unwrap();
        assert_eq!(given.officer.to_string(), stage.anna);
    });
}

#[test]
fn an_exchange_ends_with_the_start_of_what_is_given_in_return_however_it_was_asked_for() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let annas = stage.shift(&stage.anna, "2026-11-20", ("08:00", "12:00")).await;
        let belas = stage.shift(&stage.bela, DAY, ("08:00", "12:00")).await;
        let of_all = stage.done("/swaps", json!({"shift": annas["id"], "wants_return": true})).await;
        assert_eq!(of_all["expires_at"], "2026-11-20T07:00:00Z", "until somebody names a shift, Anna's alone counts");
        let path = |verb: &str| format!("/swaps/{}/{verb}", of_all["id"].as_str().unwrap());
        let taken = stage.done(&path("take"), json!({"officer": stage.bela, "in_return": belas["id"]})).await;
        assert_eq!(taken["expires_at"], "2026-11-17T07:00:00Z", "Bela's begins first");
        world.advance_minutes(24 * 60);
        assert_eq!(stage.refused(&path("approve"), json!({})).await, "return-begun");
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let (status, _, page) =
            planner.send(&format!("/dienst/tausch/{}", of_all["id"].as_str().unwrap()), &[("do", "approve")]).await;
        assert!(status == 409 && page.contains("Der Dienst im Gegenzug hat schon begonnen"), "{page}");
        assert_eq!(swaps::expire_swaps(&world.desk, world.now()).await.unwrap(), 1);
        assert_eq!(stage.refused(&path("approve"), json!({})).await, "ended");
        // Asked of one, and what is given in return is moved to the front afterwards.
        let belas = stage.shift(&stage.bela, "2026-11-19", ("08:00", "12:00")).await;
        let ask = json!({"shift": annas["id"], "asked": stage.bela, "in_return": belas["id"]});
        let of_one = stage.done("/swaps", ask).await;
        assert_eq!(of_one["expires_at"], "2026-11-19T07:00:00Z");
        let moved = json!({"sequence": 0, "day": "2026-11-18"});
        let path = format!("/shifts/{}", belas["id"].as_str().unwrap());
        assert_eq!(world.api("PATCH", &path, Some(&stage.token), Some(moved)).await.0, 200);
        world.advance_minutes(24 * 60);
        assert_eq!(swaps::expire_swaps(&world.desk, world.now()).await.unwrap(), 1);
    });
}

#[test]
fn a_part_that_is_vacated_stays_as_an_empty_shift_and_is_filled_in_parts() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "20:00")).await;
        let path = format!("/shifts/{}/parts", shift["id"].as_str().unwrap());
        let vacated = stage.done(&path, part(&shift, ("12:00", "16:00"), "vacate", None)).await;
        assert_eq!(vacated["gaps"].as_array().unwrap().len(), 1, "it is a hole until somebody is found");
        assert_eq!(empty(&stage).await, times(&[("11:00", "15:00")]));
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let who = [
            ("hotline", stage.hotline.as_str()),
            ("von", "2026-11-17T13:00"),
            ("bis", "2026-11-17T14:00"),
            ("reihe", "1"),
            ("dienst", vacated["empty"].as_str().unwrap()),
            ("person", stage.bela.as_str()),
        ];
        let (status, to, _) = planner.send("/dienst/wer-kann", &who).await;
        assert!(status == 303 && to.contains("meldung=eingeteilt"), "{to}");
        assert_eq!(empty(&stage).await, times(&[("11:00", "12:00"), ("13:00", "15:00")]));
        assert_eq!((stage.on("12:30").await.len(), stage.on("13:30").await), (0, vec!["Bela".to_owned()]));
        let asked = planner.see("/dienst/wer-kann").await;
        assert!(asked.contains("für welche Zeit Sie jemanden suchen"), "{asked}");
    });
}

#[test]
fn an_empty_shift_stands_in_the_week_though_a_colleague_is_on_duty_then() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "18:00")).await;
        stage.shift(&stage.bela, DAY, ("08:00", "18:00")).await;
        let path = format!("/shifts/{}/parts", shift["id"].as_str().unwrap());
        let vacated = stage.done(&path, part(&shift, ("12:00", "16:00"), "vacate", None)).await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let address = format!("/dienst/woche?hotline={}&woche=2026-W47", stage.hotline);
        let week = planner.see(&address).await;
        let (_, open) = week.split_once("niemand eingeteilt").unwrap_or_else(|| panic!("{week}"));
        assert!(open.contains(&format!("dienst={}", vacated["empty"].as_str().unwrap())), "{week}");
        let bela = Visitor::sign_in(world, "bela", Role::Officer, Some(id::<OfficerId>(&json!(stage.bela)))).await;
        let week = bela.see(&address).await;
        assert!(week.contains("niemand eingeteilt") && !week.contains("/dienst/wer-kann?hotline"), "{week}");
        // Whoever looks at the gaps of the days to come goes from each to its week.
        assert!(planner.see("/dienst/warnungen").await.contains("woche=2026-W47"));
    });
}

#[test]
fn whoever_steps_in_for_a_part_leaves_the_rest_to_a_new_search() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "14:00")).await;
        let (start, end) = wall("00:00", "23:59");
        stage.done("/absences", json!({"officer": stage.anna, "kind": "sick", "start": start, "end": end})).await;
        stage.done(&format!("/shifts/{}/cover", shift["id"].as_str().unwrap()), json!({})).await;
        let text = stage.hears("Bela", 1, "/einspringen/").await;
        let link = format!("/einspringen/{}", secret(&text, "/einspringen/").expose());
        assert!(world.page(&link).await.1.contains("Ich kann nur einen Teil"));
        let yes = |from: &'static str, until: &'static str| [("do", "yes"), ("von", from), ("bis", until)];
        let beside = world.form(&link, &yes("2026-11-17T15:00", "2026-11-17T16:00")).await;
        assert!(beside.headers()["location"].to_str().unwrap().ends_with("antwort=andere-zeit"));
        world.form(&link, &yes("2026-11-17T08:00", "2026-11-17T11:00")).await;
        assert_eq!((stage.on("10:00").await, stage.on("11:00").await.len()), (vec!["Bela".to_owned()], 0));
        let since = world.now() - chrono::TimeDelta::hours(1);
        let found = cover::list(&world.desk, &Actor::system(), "ka".parse().unwrap(), since).await.unwrap();
        let mut told: Vec<_> =
            found.iter().map(|it| (it.cover.state, it.cover.span.start.rfc3339()[11..16].to_owned())).collect();
        told.sort_by_key(|it| it.1.clone());
        assert_eq!(told, [(cover::State::Taken, "07:00".to_owned()), (cover::State::Asked, "10:00".to_owned())]);
    });
}

#[test]
fn whoever_steps_in_is_told_where_else_they_stand_then() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "14:00")).await;
        let behind = json!({"hotline": stage.hotline, "officer": stage.bela, "day": DAY, "from": "13:00",
            "until": "18:00", "tier": 2});
        stage.done("/shifts", behind).await;
        stage.done(&format!("/shifts/{}/cover", shift["id"].as_str().unwrap()), json!({})).await;
        let link = secret(&stage.hears("Bela", 1, "/einspringen/").await, "/einspringen/");
        world.form(&format!("/einspringen/{}", link.expose()), &[("do", "yes")]).await;
        let told = stage.hears("Bela", 1, "Zur selben Zeit stehen Sie auch hier").await;
        assert!(told.contains("13:00") && told.contains("Vertretung, 2. Reihe"), "{told}");
    });
}

#[test]
fn who_can_plans_into_the_draft_from_which_it_was_opened() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let (desk, now, system) = (&world.desk, world.now(), Actor::system());
        let new = NewDraft {
            office: "ka".parse().unwrap(),
            name: "KW 47".into(),
            first_day: "2026-11-16".parse().unwrap(),
            last_day: "2026-11-22".parse().unwrap(),
        };
        let draft = draft::begin(desk, now, &system, &new).await.unwrap();
        let span = Span {
            start: Instant::parse("2026-11-17T07:00:00Z").unwrap(),
            end: Instant::parse("2026-11-17T15:00:00Z").unwrap(),
        };
        let terms = Terms { hotline: id(&json!(stage.hotline)), officer: None, span, tier: Tier::FIRST, pinned: false };
        let seen = SeenDraft { draft: draft.id, version: draft.version };
        let added = draft::add(desk, now, &system, seen, &terms).await.unwrap();
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let (id, plan) = (added.shift.id.to_string(), draft.id.to_string());
        let board = planner.see(&format!("/dienst/dienstplan?woche=2026-W47&plan={plan}&dienst={id}")).await;
        assert!(board.contains(&format!("dienst={id}&#38;plan={plan}")), "{board}");
        let query =
            format!("hotline={}&von=2026-11-17T08:00&bis=2026-11-17T12:00&dienst={id}&plan={plan}", stage.hotline);
        let shown = planner.see(&format!("/dienst/wer-kann?{query}")).await;
        assert!(shown.contains("Entwurf: KW 47") && shown.contains("trägt in den Entwurf ein"), "{shown}");
        let stand = added.version.to_string();
        let chosen = [
            ("hotline", stage.hotline.as_str()),
            ("von", "2026-11-17T08:00"),
            ("bis", "2026-11-17T12:00"),
            ("dienst", id.as_str()),
            ("plan", plan.as_str()),
            ("stand", stand.as_str()),
            ("person", stage.bela.as_str()),
        ];
        let (_, to, _) = planner.send("/dienst/wer-kann", &chosen).await;
        assert!(to.contains("meldung=entworfen"), "{to}");
        assert_eq!(shifts::list_shifts_at(&desk.db, new.office, span).await.unwrap(), [], "nothing is published");
        let all = draft::list_shifts(&desk.db, draft.id, span).await.unwrap();
        let mut told: Vec<_> = all
            .iter()
            .map(|it| (it.planned.span.start, it.planned.officer.map(|officer| officer.to_string())))
            .collect();
        told.sort();
        let noon = Instant::parse("2026-11-17T11:00:00Z").unwrap();
        assert_eq!(told, [(span.start, Some(stage.bela.clone())), (noon, None)]);

        // Before it is published the page names what stays without anybody, and only what is to come.
        let publishing = planner.see(&format!("/dienst/entwuerfe/{plan}/veroeffentlichen")).await;
        assert!(publishing.contains("5 Lücken: Zu diesen Öffnungszeiten wäre niemand im Dienst"), "{publishing}");
        for gap in ["Montag, 16. November 2026, 09:00–20:00", "Dienstag, 17. November 2026, 12:00–20:00 (8 Std.)"] {
            assert!(publishing.contains(gap), "{gap}: {publishing}");
        }
        // It was one step.
        let draft = draft::load(&desk.db, &system, draft.id).await.unwrap();
        let seen = SeenDraft { draft: draft.id, version: draft.version };
        draft::undo(desk, now, &system, seen).await.unwrap();
        let all = draft::list_shifts(&desk.db, draft.id, span).await.unwrap();
        let told: Vec<_> = all.iter().map(|it| (it.planned.span, it.planned.officer)).collect();
        assert_eq!(told, [(span, None)]);
    });
}
