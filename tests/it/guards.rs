//! What holds beneath the verbs of the rota when two are at it at once: an open shift that was filled, time that cannot
//! be taken, one search for a shift, a page that is old. On both engines.

use chrono::{Days, NaiveDate};
use serde_json::json;
use sprechzeit::kernel::id::{OfficerId, ShiftId};
use sprechzeit::kernel::{Instant, Span};
use sprechzeit::people::{self, Actor, Commitment, CommitmentKind, Role};
use sprechzeit::shifts::edit::{Author, Edit, Vacancy, Wanted};
use sprechzeit::shifts::{self, OpenState, ShiftsError, Tier};

use crate::changes::{DAY, MONDAY, Stage, part, wall};
use crate::staff::Visitor;
use crate::world::{Engine, on_both};

fn span(from: &str, until: &str) -> Span {
    let (start, end) = wall(from, until);
    Span { start: Instant::parse(&start).unwrap(), end: Instant::parse(&end).unwrap() }
}

fn vacancy(stage: &Stage<'_>, span: Span) -> Vacancy {
    Vacancy { hotline: stage.hotline.parse().unwrap(), span, tier: Tier::FIRST, position: 1 }
}

#[test]
fn an_open_shift_that_was_filled_since_it_was_seen_is_not_opened_again() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let (system, id) = (Actor::system(), ShiftId::mint());
        let by = Author { now: world.now(), actor: &system, reason: "" };
        let (short, long) = (vacancy(&stage, span("08:00", "12:00")), vacancy(&stage, span("08:00", "14:00")));
        let open = async |wanted: &Vacancy, seen: Option<i64>| {
            let mut tx = world.desk.db.begin().await.unwrap();
            let mut edit = Edit::begin(&mut tx, by);
            let opened = edit.open(id, wanted, seen).await?;
            edit.settle().await?;
            tx.commit().await?;
            Ok::<_, ShiftsError>(opened)
        };
        let seen = open(&short, None).await.unwrap();
        // Whoever changes it names what they saw.
        for stale in [None, Some(seen.sequence + 1)] {
            assert!(matches!(open(&long, stale).await, Err(ShiftsError::OpenChanged(_))), "{stale:?}");
        }
        let longer = open(&long, Some(seen.sequence)).await.unwrap();
        assert!(matches!(open(&short, Some(seen.sequence)).await, Err(ShiftsError::OpenChanged(_))));

        let mut tx = world.desk.db.begin().await.unwrap();
        let mut edit = Edit::begin(&mut tx, by);
        edit.fill(&longer, stage.anna.parse().unwrap()).await.unwrap();
        edit.settle().await.unwrap();
        tx.commit().await.unwrap();
        for stale in [None, Some(longer.sequence), Some(longer.sequence + 1)] {
            let again = open(&short, stale).await;
            assert!(matches!(again, Err(ShiftsError::OpenChanged(_))), "{stale:?}: {again:?}");
        }
        let now = shifts::find_open_shift(&world.desk.db, id).await.unwrap().unwrap();
        assert_eq!(now.state, OpenState::Filled);
        assert_eq!(stage.on("13:00").await, ["Anna"]);
    });
}

#[test]
fn a_shift_whose_time_cannot_be_taken_is_refused_even_if_nothing_is_found_in_its_way() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let (system, id) = (Actor::system(), ShiftId::mint());
        let by = Author { now: world.now(), actor: &system, reason: "" };
        let [anna, bela]: [OfficerId; 2] = [stage.anna.parse().unwrap(), stage.bela.parse().unwrap()];
        // What refuses it lies with somebody else: so it refuses, and is not among Anna's.
        let taken = Commitment {
            id: id.commitment(),
            officer: bela,
            kind: CommitmentKind::Shift,
            span: span("18:00", "19:00"),
            buffer_minutes: 0,
            expires_at: None,
        };
        let mut tx = world.desk.db.begin().await.unwrap();
        people::claim(&mut tx, &taken).await.unwrap();
        let Vacancy { hotline, span, tier, .. } = vacancy(&stage, span("08:00", "12:00"));
        let mut edit = Edit::begin(&mut tx, by);
        edit.plan(id, &Wanted { hotline, officer: anna, span, tier, position: None }).await.unwrap();
        let settled = edit.settle().await;
        assert!(matches!(&settled, Err(ShiftsError::OfficerBusy(with)) if with.is_empty()), "{settled:?}");
    });
}

/// How many of two shifts stand that are planned at once, in this week from now: late on a day, and early on the next. Each
/// alone is allowed; both leave an hour too little for a rest.
async fn planned_at_once(stage: &Stage<'_>, week: u64) -> usize {
    let tuesday = "2026-11-17".parse::<NaiveDate>().unwrap() + Days::new(7 * week);
    let both = [(tuesday, ("12:00", "20:00")), (tuesday + Days::new(1), ("06:00", "12:00"))];
    let planned = both.map(|(day, (from, until))| {
        let shift =
            json!({ "hotline": stage.hotline, "officer": stage.anna, "day": day, "from": from, "until": until });
        async move { stage.post("/shifts", shift).await }
    });
    let answers = futures_util::future::join_all(planned).await;
    let refused = answers.iter().filter(|(status, _)| *status != 201);
    assert!(refused.clone().all(|(_, answer)| answer["type"] == "about:blank#against-rules"), "{answers:?}");
    answers.len() - refused.count()
}

#[test]
fn of_two_who_plan_at_once_the_second_weighs_what_the_first_has_planned() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        for week in 1..=8 {
            assert_eq!(planned_at_once(&stage, week).await, 1, "{:?}, week {week}", world.engine);
        }
        // The negative control. With SQLite nobody else writes.
        if world.engine == Engine::Postgres {
            world.alter("CREATE RULE nobody_waits AS ON UPDATE TO offices DO INSTEAD NOTHING").await;
            for week in 9..=40 {
                if planned_at_once(&stage, week).await == 2 {
                    return;
                }
            }
            panic!("the race did not come about: the guard is not tested");
        }
    });
}

/// The statuses of so many searches for one shift at once.
async fn search_at_once(stage: &Stage<'_>, shift: &str) -> Vec<u16> {
    let path = format!("/shifts/{shift}/cover");
    let asked = (0..6).map(|_| stage.post(&path, json!({})));
    futures_util::future::join_all(asked).await.into_iter().map(|(status, _)| status).collect()
}

async fn end_searches(stage: &Stage<'_>) {
    let (_, all) = stage.world.api("GET", "/covers?limit=200", Some(&stage.token), None).await;
    for search in all["items"].as_array().unwrap().iter().filter(|it| it["state"] == "asked") {
        let path = format!("/covers/{}", search["id"].as_str().unwrap());
        assert_eq!(stage.world.api("DELETE", &path, Some(&stage.token), None).await.0, 204);
    }
}

/// It has begun, so each of them asks for another rest of it.
#[test]
fn for_a_shift_that_runs_one_search_begins_however_many_are_asked_for_at_once() {
    on_both("2026-11-17T09:00:00Z", async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "20:00")).await;
        let shift = shift["id"].as_str().unwrap();
        for _ in 0..5 {
            let mut statuses = search_at_once(&stage, shift).await;
            statuses.sort();
            assert_eq!(statuses, [201, 409, 409, 409, 409, 409], "{:?}", world.engine);
            end_searches(&stage).await;
        }
        // The negative control. With SQLite nobody looks while somebody writes.
        if world.engine == Engine::Postgres {
            world.alter("DROP INDEX covers_one_asked").await;
            for _ in 0..20 {
                if search_at_once(&stage, shift).await.iter().filter(|status| **status == 201).count() > 1 {
                    return;
                }
                end_searches(&stage).await;
            }
            panic!("the race did not come about: the guard is not tested");
        }
    });
}

#[test]
fn who_can_gives_nobody_a_shift_that_somebody_else_got_since_the_page_was_opened() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let id = shift["id"].as_str().unwrap();
        let page = format!("/dienst/wer-kann?hotline={}&von={DAY}T08:00&bis={DAY}T12:00&dienst={id}", stage.hotline);
        assert!(planner.see(&page).await.contains("name=\"stand\" value=\"0\""));
        let parts = format!("/shifts/{id}/parts");
        stage.done(&parts, part(&shift, ("08:00", "12:00"), "replace", Some(&stage.caro))).await;
        assert!(planner.see(&page).await.contains("name=\"stand\" value=\"1\""));
        let chosen = async |stand: &str| {
            let (from, until) = (format!("{DAY}T08:00"), format!("{DAY}T12:00"));
            let span = [("von", from.as_str()), ("bis", until.as_str()), ("reihe", "1"), ("stand", stand)];
            let whom = [("hotline", stage.hotline.as_str()), ("dienst", id), ("person", stage.bela.as_str())];
            planner.send("/dienst/wer-kann", &[&span[..], &whom[..]].concat()).await.1
        };
        // The page that follows is about the same shift, as it stands now.
        let again = chosen("0").await;
        assert!(again.contains("meldung=geaendert"), "{again}");
        let again = planner.see(&again).await;
        assert!(again.contains(&format!("name=\"dienst\" value=\"{id}\"")), "{again}");
        assert!(again.contains("name=\"stand\" value=\"1\""), "{again}");
        assert_eq!(stage.on("10:00").await, ["Caro"]);
        assert!(chosen("1").await.ends_with("meldung=eingeteilt"));
        assert_eq!(stage.on("10:00").await, ["Bela"]);
    });
}
