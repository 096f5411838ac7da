//! A simulated day: no rule of calls is broken, with and without faults, and the checker sees each rule that is.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};

use chrono::{NaiveDate, TimeDelta};
use sprechzeit::config::{Config, KeyText};
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::{Clock, Instant, Span, local};
use sprechzeit::people::{self, AbsenceKind, Actor, Commitment, CommitmentKind};
use sprechzeit::shifts::{self, Hotline};
use sprechzeit::simulation::{self, Guard, Invariant, Plan, Report, Sabotage, Stage};
use sprechzeit::vault::Key;
use sprechzeit::{app, demo};

use crate::world::runtime;

/// A Thursday on which the demonstration's advice line is open from nine to five.
const DAY: &str = "2026-11-19";
const MORNING: &str = "2026-11-19T06:00:00Z";

const QUIET: Plan = Plan { seed: 7, calls_per_hour: 12.0, faults: false, follow: None, sabotage: None };
const FAULTY: Plan = Plan { faults: true, calls_per_hour: 24.0, ..QUIET };

/// The demonstration, filled once; some have leave on the day although they have a shift.
struct Source {
    desk: Desk,
    hotline: Hotline,
    /// Keeps the connections alive.
    runtime: tokio::runtime::Runtime,
}

static SOURCE: LazyLock<Source> = LazyLock::new(|| {
    let runtime = runtime();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let place = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("sprechzeit-test-simulation-{}-{place}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (desk, hotline) = runtime.block_on(async {
        let mut config = Config::default();
        config.vault.keys = vec![KeyText(Key::mint())];
        let url = format!("sqlite:{}", folder.join("source.sqlite").display());
        let clock = Clock::standing_at(Instant::parse(MORNING).unwrap());
        let desk = app::desk(config, &url, clock, Mode::Demo).await.unwrap();
        demo::fill(&desk, desk.now()).await.unwrap();
        let hotlines = shifts::list_hotlines(&desk.db, None).await.unwrap();
        let hotline = hotlines.into_iter().find(|it| it.name == "Beratungstelefon Prävention").unwrap();
        let day = local::whole_day(day());
        let planned = shifts::load_rota(&desk.db, hotline.id, day).await.unwrap().shifts;
        let excused = planned.iter().find(|shift| shift.tier.number() == 1).unwrap();
        let leave = Span { start: day.start, end: excused.span.start + TimeDelta::hours(2) };
        people::enter_absence(&desk, desk.now(), &Actor::system(), excused.officer, (AbsenceKind::Leave, leave))
            .await
            .unwrap();
        // Who stands by has a consultation in the morning.
        let stands_by = planned.iter().find(|shift| shift.tier.number() == 2).unwrap();
        let ten = day.start + TimeDelta::hours(10);
        let consultation = Commitment {
            id: uuid::Uuid::from_u128(1),
            officer: stands_by.officer,
            kind: CommitmentKind::Consultation,
            span: Span { start: ten, end: ten + TimeDelta::hours(2) },
            buffer_minutes: 0,
            expires_at: None,
        };
        let mut tx = desk.db.begin().await.unwrap();
        people::claim(&mut tx, &consultation).await.unwrap();
        tx.commit().await.unwrap();
        (desk, hotline)
    });
    Source { desk, hotline, runtime }
});

fn day() -> NaiveDate {
    DAY.parse().unwrap()
}

fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| {
        let Source { desk, hotline, runtime } = &*SOURCE;
        runtime.block_on(Stage::build(desk, hotline.clone(), day())).unwrap()
    })
}

/// The same, where the next telephone begins to ring before the first gives up.
fn overlapping() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| {
        stage();
        let Source { desk, hotline, runtime } = &*SOURCE;
        runtime.block_on(async {
            let rules = shifts::Rules { overlap_seconds: 8, ..hotline.rules.clone() };
            let (now, system) = (desk.now(), Actor::system());
            let overlapping = Hotline { rules, ..hotline.clone() };
            let overlapping = shifts::change_hotline(desk, now, &system, &overlapping).await.unwrap();
            let stage = Stage::build(desk, overlapping.clone(), day()).await.unwrap();
            let as_it_was = Hotline { sequence: overlapping.sequence, ..hotline.clone() };
            shifts::change_hotline(desk, now, &system, &as_it_was).await.unwrap();
            stage
        })
    })
}

fn play(plan: &Plan, calls: usize) -> Report {
    simulation::play(stage(), plan, calls, &AtomicBool::new(false), |_| {}).unwrap()
}

fn told(report: &Report) -> String {
    report.to_string()
}

#[test]
fn no_rule_of_calls_is_broken_on_quiet_days() {
    let report = play(&QUIET, 1_000);
    assert!(report.breaches.is_empty(), "{report}");
    assert!(report.calls >= 1_000 && report.days > 5, "{report}");
    // Not everybody has luck, and everybody ends as stated.
    assert!(report.answered > report.calls / 3, "{report}");
    assert_eq!(report.endings.values().sum::<usize>(), report.calls, "{report}");
    for ending in ["person", "caller_gone", "callback", "booking", "announcement"] {
        assert!(report.endings.contains_key(ending), "{ending}: {report}");
    }
    assert!(!report.endings.contains_key("lost") && !report.endings.contains_key("unrecorded"), "{report}");
    assert!(report.waited.p50 < report.waited.p99 && report.waited.p99 <= report.waited.max, "{report}");
}

#[test]
fn no_rule_of_calls_is_broken_where_the_next_telephone_rings_before_the_first_gives_up() {
    for plan in [QUIET, FAULTY] {
        let report = simulation::play(overlapping(), &plan, 1_000, &AtomicBool::new(false), |_| {}).unwrap();
        assert!(report.breaches.is_empty(), "{report}");
        assert!(report.answered > report.calls / 4, "{report}");
    }
}

#[test]
fn no_rule_of_calls_is_broken_when_webhooks_nodes_and_the_database_fail() {
    let calls = std::env::var("SPRECHZEIT_SIMULATED_CALLS").ok().and_then(|calls| calls.parse().ok());
    let report = play(&FAULTY, calls.unwrap_or(10_000));
    assert!(report.breaches.is_empty(), "{report}");
    assert!(report.faulty > report.webhooks / 20, "{report}");
    assert!(report.answered > report.calls / 4 && report.answered_by_card > 0, "{report}");
}

#[test]
fn the_same_seed_plays_the_same_day() {
    for plan in [QUIET, FAULTY] {
        let once = told(&play(&plan, 0));
        assert_eq!(once, told(&play(&plan, 0)), "a seed plays one day");
        assert_ne!(once, told(&play(&Plan { seed: 8, ..plan }, 0)));
    }
}

#[test]
fn the_operators_database_is_only_read() {
    let Source { desk, runtime, .. } = &*SOURCE;
    let count = || {
        let system = Actor::system();
        let of_the_day = Span { start: local::whole_day(day()).start, end: local::whole_day(day()).end };
        let calls = sprechzeit::calls::list_calls(desk, &system, of_the_day, None, (1_000, 0));
        runtime.block_on(calls).unwrap().len()
    };
    let before = count();
    play(&QUIET, 0);
    assert_eq!(count(), before);
}

#[test]
fn a_followed_call_tells_its_story() {
    let report = play(&Plan { follow: Some(20), ..QUIET }, 0);
    let story = report.story.join("\n");
    assert!(story.contains("simulated/voice") && story.contains("Guten Tag."), "{story}");
}

/// What the checker reports when a guard is broken: these rules, and no others.
fn sees(sabotage: Sabotage, faults: bool, expected: &[Invariant]) {
    let plan = Plan { sabotage: Some(sabotage), faults, calls_per_hour: 40.0, ..QUIET };
    let report = play(&plan, 0);
    let mut seen: Vec<Invariant> = report.breaches.iter().map(|breach| breach.invariant).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, expected, "{sabotage:?}: {report}");
}

#[test]
fn the_checker_sees_officers_who_are_in_two_calls() {
    sees(Sabotage::Always(Guard::Leases), false, &[Invariant::OneCallAtATime]);
    sees(Sabotage::BridgesToOne, false, &[Invariant::OneCallAtATime, Invariant::OneCallerAnOfficer]);
}

#[test]
fn the_checker_sees_officers_who_are_rung_off_duty() {
    sees(Sabotage::AtBeginning(Guard::Absences), false, &[Invariant::OnDuty]);
    sees(Sabotage::AtBeginning(Guard::ShiftEnds), false, &[Invariant::OnDuty]);
    sees(Sabotage::AtBeginning(Guard::Consultations), false, &[Invariant::NoConsultation]);
}

#[test]
fn the_checker_sees_a_mailbox_that_takes_a_caller() {
    sees(Sabotage::HearsKeys, false, &[Invariant::AcceptedByKey]);
    sees(Sabotage::AtBeginning(Guard::Presences), false, &[Invariant::AcceptedByKey]);
}

#[test]
fn the_checker_sees_ends_that_are_not_stated() {
    sees(Sabotage::EndsInSilence, false, &[Invariant::StatedEnd]);
    sees(Sabotage::AtEnd(Guard::Ends), false, &[Invariant::StatedEnd]);
}

#[test]
fn the_checker_sees_silence_and_endless_ringing() {
    sees(Sabotage::Silent, false, &[Invariant::NoSilence]);
    sees(Sabotage::Endless, false, &[Invariant::LongestWait, Invariant::OneCallAtATime]);
}

#[test]
fn the_checker_sees_a_round_that_stops_and_a_try_that_is_not_recorded() {
    sees(Sabotage::EndsRound, false, &[Invariant::StatedEnd, Invariant::RoundGoesOn, Invariant::OneEffect]);
    sees(Sabotage::AtEnd(Guard::Attempts), false, &[Invariant::AttemptRecorded]);
}

#[test]
fn the_checker_sees_webhooks_that_are_answered_otherwise_or_count_twice() {
    sees(Sabotage::AnswersOtherwise, true, &[Invariant::AnsweredAlike]);
    sees(Sabotage::AtEnd(Guard::Steps), true, &[Invariant::OneEffect]);
    sees(Sabotage::Babbles, false, &[Invariant::Answered]);
}

#[test]
fn the_checker_sees_callers_who_are_cut_off_while_the_database_is_away() {
    sees(Sabotage::CutsOff, true, &[Invariant::StatedEnd, Invariant::OutageHeard]);
}

#[test]
fn the_checker_sees_numbers_that_are_told_or_kept() {
    sees(Sabotage::TellsNumber, false, &[Invariant::NumberUntold]);
    sees(Sabotage::KeepsNumber, false, &[Invariant::NumberUnkept]);
}

#[test]
fn the_checker_sees_recordings_and_missing_notices() {
    sees(Sabotage::Records, false, &[Invariant::NoRecording]);
    sees(Sabotage::NoNotice, false, &[Invariant::Notice]);
}
