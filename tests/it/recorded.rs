//! Whoever changes the published rota is recorded, once for each act, by whatever door: on both engines.

use serde_json::{Value, json};
use sprechzeit::kernel::id::ShiftId;
use sprechzeit::kernel::{Instant, Span};
use sprechzeit::people::Actor;
use sprechzeit::rota::board::{self, Despite, Target, Work};
use sprechzeit::rota::change;
use sprechzeit::rota::draft::Terms;
use sprechzeit::shifts::{self, Tier};

use crate::changes::{DAY, MONDAY, Stage, part, wall};
use crate::world::on_both;

/// What was recorded of shifts, swaps and cover since the last look, in order.
struct Trail<'w> {
    stage: &'w Stage<'w>,
    seen: usize,
}

impl<'w> Trail<'w> {
    async fn open(stage: &'w Stage<'w>) -> Self {
        let mut trail = Self { stage, seen: 0 };
        trail.since().await;
        trail
    }

    async fn since(&mut self) -> Vec<String> {
        let all = self.stage.world.words("SELECT verb || ' ' || substr(subject, 1, 3) FROM audit ORDER BY id").await;
        let new = all[self.seen..].to_vec();
        self.seen = all.len();
        new
    }
}

fn span(from: &str, until: &str) -> Span {
    let (start, end) = wall(from, until);
    Span { start: Instant::parse(&start).unwrap(), end: Instant::parse(&end).unwrap() }
}

/// A piece of work on the published board.
async fn put(stage: &Stage<'_>, version: i64, work: Work) {
    let (system, target) = (Actor::system(), Target::Published("ka".parse().unwrap()));
    let seen = board::Seen { version, reason: "Test", despite: Despite::Nothing };
    board::put(&stage.world.desk, stage.world.now(), &system, target, (seen, work)).await.unwrap();
}

/// The published shift or empty shift that begins then, with the sequence at which it stands.
async fn standing(stage: &Stage<'_>, at: &str) -> (ShiftId, i64) {
    let (db, window) = (&stage.world.desk.db, span("00:00", "23:59"));
    let start = span(at, "23:59").start;
    let shifts = shifts::list_shifts_at(db, "ka".parse().unwrap(), window).await.unwrap();
    let shifts = shifts.iter().filter(|it| it.is_published()).map(|it| (it.span.start, it.id, it.sequence));
    let open = shifts::list_open_shifts(db, "ka".parse().unwrap(), window).await.unwrap();
    let mut all = shifts.chain(open.iter().map(|it| (it.span.start, it.id, it.sequence)));
    all.find(|it| it.0 == start).map(|it| (it.1, it.2)).unwrap()
}

#[test]
fn every_act_on_the_board_is_recorded_once() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let mut trail = Trail::open(&stage).await;
        let terms = |officer: Option<&str>, (from, until): (&str, &str)| Terms {
            hotline: stage.hotline.parse().unwrap(),
            officer: officer.map(|it| it.parse().unwrap()),
            span: span(from, until),
            tier: Tier::FIRST,
            pinned: false,
        };
        let (anna, bela) = (Some(stage.anna.as_str()), Some(stage.bela.as_str()));

        put(&stage, 0, Work::Add(terms(anna, ("08:00", "10:00")))).await;
        assert_eq!(trail.since().await, ["plan_shift shf"]);
        let (shift, seen) = standing(&stage, "08:00").await;
        put(&stage, seen, Work::Change(shift, terms(bela, ("08:00", "10:00")))).await;
        assert_eq!(trail.since().await, ["change_shift shf"]);
        put(&stage, 0, Work::Copy(shift, terms(bela, ("12:00", "13:00")))).await;
        assert_eq!(trail.since().await, ["plan_shift shf"]);
        let (shift, seen) = standing(&stage, "12:00").await;
        put(&stage, seen, Work::Remove(shift)).await;
        assert_eq!(trail.since().await, ["remove_shift shf"]);
        put(&stage, seen + 1, Work::Restore(shift)).await;
        assert_eq!(trail.since().await, ["restore_shift shf"]);

        // The same for one that nobody has.
        put(&stage, 0, Work::Add(terms(None, ("14:00", "16:00")))).await;
        let (empty, seen) = standing(&stage, "14:00").await;
        put(&stage, seen, Work::Remove(empty)).await;
        put(&stage, seen + 1, Work::Restore(empty)).await;
        let (_, seen) = standing(&stage, "14:00").await;
        put(&stage, seen, Work::Change(empty, terms(anna, ("14:00", "16:00")))).await;
        let verbs = ["plan_shift shf", "remove_shift shf", "restore_shift shf", "change_shift shf"];
        assert_eq!(trail.since().await, verbs);
    });
}

#[test]
fn every_part_that_changes_every_swap_and_every_search_is_recorded_once() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "20:00")).await;
        let mut trail = Trail::open(&stage).await;
        let id = shift["id"].as_str().unwrap();

        // An empty part, which then is filled.
        stage.done(&format!("/shifts/{id}/parts"), part(&shift, ("18:00", "20:00"), "vacate", None)).await;
        assert_eq!(trail.since().await, ["change_part shf"]);
        let (empty, seen) = standing(&stage, "18:00").await;
        let system = Actor::system();
        let whom = ((empty, seen), stage.caro.parse().unwrap(), span("18:00", "20:00"));
        change::fill(&world.desk, world.now(), &system, whom, "Aushilfe").await.unwrap();
        assert_eq!(trail.since().await, ["fill_shift shf"]);

        let swap = stage.done("/swaps", json!({"shift": id, "asked": stage.bela})).await;
        let path = |verb: &str| format!("/swaps/{}/{verb}", swap["id"].as_str().unwrap());
        stage.done(&path("take"), json!({"officer": stage.bela})).await;
        stage.done(&path("approve"), json!({})).await;
        assert_eq!(trail.since().await, ["ask_for_swap swp", "take_swap swp", "approve_swap swp"]);

        let search = stage.done(&format!("/shifts/{id}/cover"), json!({})).await;
        let accept = format!("/covers/{}/accept", search["id"].as_str().unwrap());
        assert_eq!(stage.post(&accept, json!({"officer": stage.anna})).await.0, 204);
        assert_eq!(trail.since().await, ["ask_for_cover cov", "take_cover cov"]);

        let (_, seen) = world.api("GET", &format!("/shifts/{id}"), Some(&stage.token), None).await;
        let patch = json!({"sequence": seen["sequence"], "until": "17:00"});
        let (status, changed): (u16, Value) =
            world.api("PATCH", &format!("/shifts/{id}"), Some(&stage.token), Some(patch)).await;
        assert_eq!(status, 200, "{changed}");
        let path = format!("/shifts/{id}?sequence={}", changed["sequence"]);
        let (status, removed) = world.api("DELETE", &path, Some(&stage.token), None).await;
        assert_eq!(status, 200, "{removed}");
        stage.done(&format!("/shifts/{id}/restore"), json!({"sequence": removed["sequence"]})).await;
        assert_eq!(trail.since().await, ["change_shift shf", "remove_shift shf", "restore_shift shf"]);
    });
}
