use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::super::rule::{Level, Rule, RuleKey, RuleSet};
use super::*;
use crate::kernel::id::{AbsenceId, HotlineId, WishId};
use crate::kernel::{Instant, local};
use crate::offices::OfficeId;
use crate::people::{Absence, AbsenceKind, AbsenceState};
use crate::rota::rules::Waiver;
use crate::rota::terms::Terms;
use crate::rota::wishes::{When, Wish};
use crate::shifts::Tier;

const HOTLINE: HotlineId = HotlineId(uuid::Uuid::nil());
const ANNA: OfficerId = OfficerId(uuid::Uuid::from_u128(1));
const BELA: OfficerId = OfficerId(uuid::Uuid::from_u128(2));

/// A shift of Anna's: "2026-11-16 08:00-20:00".
fn shift(text: &str) -> PlannedShift {
    let (day, times) = text.split_once(' ').unwrap();
    let (from, until) = times.split_once('-').unwrap();
    let span = local::span(day.parse().unwrap(), local::time(from).unwrap(), local::time(until).unwrap());
    let (tier, position) = (Tier::FIRST, 1);
    PlannedShift { id: ShiftId::mint(), hotline: HOTLINE, officer: Some(ANNA), span, tier, position, pinned: false }
}

fn shifts(texts: &[&str]) -> Vec<PlannedShift> {
    texts.iter().map(|text| shift(text)).collect()
}

fn days(first: &str, last: &str) -> Span {
    let day = |text: &str| local::whole_day(text.parse().unwrap());
    Span { start: day(first).start, end: day(last).end }
}

/// A ground on which nothing but these rules is looked at.
fn ground(rules: &[(RuleKey, Level, i64)]) -> Ground {
    let mut set = RuleSet::default();
    for facts in super::super::rule::RULES.iter().filter(|facts| !facts.key.is_fixed()) {
        set.set(facts.key, Rule { level: Level::Off, value: facts.value }).unwrap();
    }
    for (key, level, value) in rules {
        set.set(*key, Rule { level: *level, value: *value }).unwrap();
    }
    let period = days("2026-09-01", "2027-04-30");
    Ground {
        office: OfficeId::STATE,
        period,
        known: Span { start: period.start - TimeDelta::weeks(18), end: period.end + TimeDelta::weeks(2) },
        rules: set,
        officers: vec![],
        people: Default::default(),
        waivers: vec![],
    }
}

/// What one hard rule says about shifts of Anna's, shortly.
fn said(rule: RuleKey, value: i64, texts: &[&str]) -> Vec<String> {
    let shifts = shifts(texts);
    ground(&[(rule, Level::Hard, value)]).check(&Plan::new(&shifts)).iter().map(Breach::short).collect()
}

#[test]
fn each_rule_finds_its_breaches_and_only_those() {
    for (rule, value, plan, expected) in [
        // Eleven hours of rest: over midnight, on split days, over the clock changes.
        (RuleKey::DailyRest, 11, &["2026-11-16 08:00-20:00", "2026-11-17 07:00-12:00"][..], &[][..]),
        (RuleKey::DailyRest, 11, &["2026-11-16 08:00-20:00", "2026-11-17 05:00-12:00"], &["Ruhezeit 2 Std. zu kurz"]),
        (RuleKey::DailyRest, 11, &["2026-11-16 09:00-13:00", "2026-11-16 14:00-17:00", "2026-11-17 09:00-13:00"], &[]),
        (RuleKey::DailyRest, 11, &["2026-11-16 20:00-06:00", "2026-11-17 14:00-20:00"], &["Ruhezeit 3 Std. zu kurz"]),
        (RuleKey::DailyRest, 11, &["2026-11-16 00:00-06:00", "2026-11-16 20:00-23:00"], &[]),
        (RuleKey::DailyRest, 11, &["2026-11-16 00:00-06:00", "2026-11-16 14:00-20:00"], &["Ruhezeit 3 Std. zu kurz"]),
        (
            RuleKey::DailyRest,
            11,
            &["2026-11-16 04:00-05:00", "2026-11-16 13:00-14:00", "2026-11-16 20:00-21:00", "2026-11-17 00:00-01:00"],
            &["Ruhezeit 3 Std. zu kurz", "Ruhezeit 8 Std. zu kurz"],
        ),
        (RuleKey::DailyRest, 11, &["2027-03-27 14:00-20:00", "2027-03-28 07:00-12:00"], &["Ruhezeit 1 Std. zu kurz"]),
        (RuleKey::DailyRest, 11, &["2026-10-24 14:00-20:00", "2026-10-25 06:00-12:00"], &[]),
        // Twelve hours a day; a night belongs to the day on which it starts, and lasts as long as it lasts.
        (RuleKey::DayHours, 12, &["2026-11-16 08:00-20:00"], &[]),
        (
            RuleKey::DayHours,
            12,
            &["2026-11-16 08:00-12:00", "2026-11-16 13:00-22:00"],
            &["1 Std. zu viel an einem Tag"],
        ),
        (RuleKey::DayHours, 12, &["2026-11-16 20:00-06:00", "2026-11-17 20:00-06:00"], &[]),
        (RuleKey::DayHours, 10, &["2026-10-24 20:00-06:00"], &["1 Std. zu viel an einem Tag"]),
        (RuleKey::DayHours, 10, &["2027-03-27 20:00-06:00"], &[]),
        // Weeks are cut at Monday, 0:00.
        (RuleKey::WeekHours, 10, &["2026-11-15 20:00-06:00"], &[]),
        (
            RuleKey::WeekHours,
            9,
            &["2026-11-16 08:00-14:00", "2026-11-18 08:00-12:00"],
            &["1 Std. zu viel in der Woche"],
        ),
        // A night has three hours between 23:00 and 6:00.
        (
            RuleKey::NightHours,
            8,
            &["2026-11-16 20:00-06:00", "2026-11-18 16:00-01:00"],
            &["Nachtdienst 2 Std. zu lang"],
        ),
        (
            RuleKey::NightsInRow,
            2,
            &["2026-11-16 22:00-06:00", "2026-11-17 22:00-06:00", "2026-11-18 22:00-06:00", "2026-11-20 22:00-06:00"],
            &["1 Nachtdienste zu viel hintereinander"],
        ),
        (
            RuleKey::AfterNights,
            48,
            &["2026-11-16 22:00-06:00", "2026-11-17 22:00-06:00", "2026-11-19 18:00-22:00"],
            &["nach Nachtdiensten 12 Std. zu wenig frei"],
        ),
        (RuleKey::AfterNights, 48, &["2026-11-16 22:00-06:00", "2026-11-17 18:00-22:00"], &[]),
        (
            RuleKey::Weekends,
            2,
            &["2026-11-07 08:00-12:00", "2026-11-14 08:00-12:00", "2026-11-29 08:00-12:00"],
            &["1 Wochenenden zu viel"],
        ),
        (RuleKey::Weekends, 2, &["2026-11-01 08:00-12:00", "2026-11-14 08:00-12:00", "2026-11-29 08:00-12:00"], &[]),
        (RuleKey::Forward, 2, &["2026-11-16 12:00-18:00", "2026-11-17 10:00-18:00"], &[]),
        (
            RuleKey::Forward,
            2,
            &["2026-11-16 14:00-18:00", "2026-11-17 08:00-12:00"],
            &["beginnt 4 Std. zu früh nach dem Vortag"],
        ),
        (RuleKey::Lone, 0, &["2026-11-16 08:00-12:00", "2026-11-17 08:00-12:00"], &[]),
        (RuleKey::Lone, 0, &["2026-11-16 08:00-12:00", "2026-11-18 08:00-12:00"], &["einzelner Diensttag"; 2]),
        (RuleKey::FridayLate, 20, &["2026-11-20 14:00-20:00"], &[]),
        (RuleKey::FridayLate, 20, &["2026-11-20 14:00-22:00"], &["Freitag spät vor freiem Wochenende"]),
        (RuleKey::FridayLate, 20, &["2026-11-20 14:00-22:00", "2026-11-22 14:00-22:00"], &[]),
        (RuleKey::Twice, 0, &["2026-11-16 08:00-12:00", "2026-11-16 12:00-14:00"], &[]),
        (RuleKey::Twice, 0, &["2026-11-16 08:00-12:00", "2026-11-16 11:00-14:00"], &["zugleich anders eingeteilt"]),
        (RuleKey::Break, 6, &["2026-11-16 08:00-14:00"], &[]),
        (RuleKey::Break, 6, &["2026-11-16 08:00-14:30"], &["niemand löst für die Pause ab"]),
    ] {
        assert_eq!(said(rule, value, plan), expected, "{rule} {value} {plan:?}");
    }
}

#[test]
fn nobody_is_their_own_backup_on_one_telephone() {
    let ground = ground(&[(RuleKey::OwnBackup, Level::Soft, 0)]);
    let elsewhere = HotlineId(uuid::Uuid::from_u128(7));
    let said = |first: &str, second: &str, (hotline, tiers): (HotlineId, [i64; 2])| -> Vec<String> {
        let of = |text: &str, hotline, tier| PlannedShift { hotline, tier: Tier::new(tier).unwrap(), ..shift(text) };
        let plan = Plan::new(&[of(first, HOTLINE, tiers[0]), of(second, hotline, tiers[1])]);
        ground.check(&plan).iter().map(Breach::short).collect()
    };
    let (morning, noon, later) = ("2026-11-16 08:00-12:00", "2026-11-16 11:00-14:00", "2026-11-16 12:00-14:00");
    let found = ["steht als Vertretung hinter sich selbst"];
    assert_eq!(said(morning, noon, (HOTLINE, [1, 2])), found);
    assert_eq!(said(morning, noon, (HOTLINE, [2, 1])), found);
    assert_eq!(said(morning, noon, (HOTLINE, [2, 3])), found);
    assert_eq!(said(morning, later, (HOTLINE, [1, 2])), [""; 0], "they take turns");
    assert_eq!(said(morning, noon, (elsewhere, [1, 2])), [""; 0], "another telephone");
    assert_eq!(said(morning, noon, (HOTLINE, [1, 1])), ["zugleich anders eingeteilt"], "that is another rule");
}

#[test]
fn a_week_needs_thirty_five_hours_of_rest_of_its_own() {
    let day = |day: u32| format!("2026-11-{day:02} 08:00-20:00");
    let plan = |free: &[u32]| (16..=29).filter(|it| !free.contains(it)).map(day).collect::<Vec<_>>();
    let check = |free: &[u32]| {
        let texts = plan(free);
        said(RuleKey::WeeklyRest, 35, &texts.iter().map(String::as_str).collect::<Vec<_>>())
    };
    // Twelve hours of night and a free day are 36.
    assert_eq!(check(&[18, 25]), [""; 0]);
    // One rest over the end of the first week is not enough for both weeks; two days together are.
    assert_eq!(check(&[22]), ["Wochenruhe 23 Std. zu kurz"]);
    assert_eq!(check(&[22, 23, 24]), [""; 0]);
    assert_eq!(check(&[]).len(), 2);
}

#[test]
fn four_months_are_averaged_over_the_days_that_somebody_was_there() {
    let texts: Vec<String> = (0..17 * 7)
        .map(|n| "2026-09-07".parse::<NaiveDate>().unwrap() + TimeDelta::days(n))
        .filter(|day| chrono::Datelike::weekday(day).number_from_monday() <= 5)
        .map(|day| format!("{day} 08:00-18:00"))
        .collect();
    let shifts = shifts(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let mut ground = ground(&[(RuleKey::AverageHours, Level::Hard, 50)]);
    let plan = Plan::new(&shifts);
    assert_eq!(ground.check(&plan), []);
    // Had they been away for a week of it, the same hours would be too many.
    let away = absence(AbsenceKind::Leave, days("2026-09-07", "2026-09-13"));
    ground.person(ANNA).absences.push(away);
    let breaches = ground.check(&plan);
    assert_eq!(breaches.len(), 1);
    assert_eq!(breaches[0].measured, Measured::Time { is: TimeDelta::minutes(3187), limit: TimeDelta::hours(50) });
    assert_eq!(breaches[0].span, days("2026-09-07", "2027-01-03"));
}

fn absence(kind: AbsenceKind, span: Span) -> Absence {
    let (created_at, state) = (Instant(0), AbsenceState::Entered);
    Absence { id: AbsenceId::mint(), officer: ANNA, kind, span, state, sequence: 0, created_at, updated_at: created_at }
}

#[test]
fn leave_wishes_and_agreed_hours_are_looked_at() {
    let (hard, soft) = (Level::Hard, Level::Soft);
    let mut ground = ground(&[
        (RuleKey::Away, hard, 0),
        (RuleKey::Cannot, hard, 0),
        (RuleKey::RatherNot, soft, 0),
        (RuleKey::LeaveAsked, soft, 0),
        (RuleKey::AgreedHours, hard, 0),
    ]);
    let wish = |leaning, span| Wish {
        id: WishId::mint(),
        officer: ANNA,
        leaning,
        when: When::Once(span),
        note: String::new(),
        created_at: Instant(0),
    };
    let person = ground.person(ANNA);
    person.terms = Terms { percent: 50, max_week_hours: Some(20), sequence: 1 };
    person.absences = vec![
        absence(AbsenceKind::Leave, days("2026-11-16", "2026-11-16")),
        absence(AbsenceKind::Deployment, days("2026-11-19", "2026-11-19")),
    ];
    person.wishes = vec![
        wish(Leaning::Cannot, days("2026-11-17", "2026-11-17")),
        wish(Leaning::RatherNot, days("2026-11-18", "2026-11-18")),
        wish(Leaning::Available, days("2026-11-19", "2026-11-19")),
    ];
    person.leave_asked = vec![days("2026-11-20", "2026-11-20")];
    let shifts = shifts(
        &["16", "17", "18", "19", "20"].map(|day| format!("2026-11-{day} 08:00-13:00")).each_ref().map(|it| &**it),
    );
    let verdict = ground.judge(&Plan::new(&shifts));
    let short = |breaches: &[Breach]| breaches.iter().map(Breach::short).collect::<Vec<_>>();
    let blocking = ["5 Std. mehr als vereinbart in der Woche", "abwesend: Urlaub", "kann dann nicht"];
    assert_eq!(short(&verdict.blocking), blocking);
    assert_eq!(short(&verdict.warnings), ["möchte dann lieber nicht", "hat dann Urlaub beantragt"]);
}

#[test]
fn what_was_published_before_the_plan_counts_but_is_not_told_by_itself() {
    let mut ground = ground(&[(RuleKey::DailyRest, Level::Hard, 11)]);
    ground.person(ANNA).others = shifts(&["2026-08-30 08:00-22:00", "2026-08-31 06:00-22:00"]);
    let next = shift("2026-09-01 08:00-12:00");
    let breaches = ground.check(&Plan::new([&next]));
    let ids = [ground.people[&ANNA].others[1].id, next.id];
    assert_eq!(breaches.iter().map(Breach::short).collect::<Vec<_>>(), ["Ruhezeit 1 Std. zu kurz"]);
    assert_eq!(breaches[0].shifts, ids);
    // A shift of the plan takes the place of its published self.
    let moved = PlannedShift { id: ids[0], ..shift("2026-09-02 08:00-12:00") };
    assert_eq!(ground.check(&Plan::new([&next, &moved])), []);
}

#[test]
fn a_backup_shift_counts_as_much_as_the_office_says() {
    let backup = PlannedShift { tier: Tier::new(2).unwrap(), ..shift("2026-11-16 20:00-06:00") };
    let day = shift("2026-11-17 08:00-12:00");
    let mut ground = ground(&[(RuleKey::DailyRest, Level::Hard, 11)]);
    assert_eq!(ground.check(&Plan::new([&backup, &day])).len(), 1);
    ground.rules.standby_percent = 0;
    assert_eq!(ground.check(&Plan::new([&backup, &day])), []);
}

#[test]
fn a_break_that_does_not_count_is_taken_off_shifts_that_are_long_enough_for_it() {
    let mut ground = ground(&[(RuleKey::DayHours, Level::Hard, 12), (RuleKey::WeekHours, Level::Hard, 38)]);
    let week: Vec<PlannedShift> = (16..21).map(|day| shift(&format!("2026-11-{day} 08:00-16:00"))).collect();
    for (minutes, text, credit, breaches) in [
        (0, "2026-11-16 08:00-16:00", 480, 1),
        (30, "2026-11-16 08:00-16:00", 450, 0),
        (30, "2026-11-16 08:00-14:00", 360, 0),
        // Over the clock change a night has eleven hours.
        (0, "2026-10-24 20:00-06:00", 660, 1),
        (30, "2026-10-24 20:00-06:00", 630, 0),
    ] {
        ground.rules.unpaid_break_minutes = minutes;
        assert_eq!(credited(&shift(text), &ground.rules).num_minutes(), credit, "{minutes} {text}");
        assert_eq!(ground.check(&Plan::new(&week)).len(), breaches, "40 hours, or 37.5 with {minutes}");
    }
    let backup = PlannedShift { tier: Tier::new(2).unwrap(), ..shift("2026-11-16 08:00-16:00") };
    assert_eq!(credited(&backup, &ground.rules).num_minutes(), 480, "a backup waits through its breaks");
}

#[test]
fn somebody_else_on_the_hotline_gives_the_break() {
    let ground = ground(&[(RuleKey::Break, Level::Soft, 6)]);
    let long = shift("2026-11-16 08:00-18:00");
    for (relief, breaches) in
        [("2026-11-16 12:00-12:30", 0), ("2026-11-16 12:00-12:20", 1), ("2026-11-16 07:00-08:00", 1)]
    {
        let other = PlannedShift { officer: Some(BELA), ..shift(relief) };
        assert_eq!(ground.check(&Plan::new([&long, &other])).len(), breaches, "{relief}");
    }
}

#[test]
fn a_waiver_holds_for_that_breach_and_for_nothing_worse() {
    let mut ground = ground(&[(RuleKey::DailyRest, Level::Hard, 11)]);
    let mut plan = shifts(&["2026-11-16 08:00-20:00", "2026-11-17 05:00-12:00"]);
    let breach = ground.check(&Plan::new(&plan)).remove(0);
    ground.waivers.push(Waiver {
        id: crate::kernel::id::WaiverId::mint(),
        rule: breach.rule,
        officer: ANNA,
        span: breach.span,
        excess: breach.excess(),
        reason: "Großeinsatz".into(),
        granted_by: "Planung".into(),
        granted_at: Instant(0),
    });
    let verdict = ground.judge(&Plan::new(&plan));
    assert_eq!((verdict.blocking.len(), verdict.waived.len()), (0, 1));
    plan[1].span.start = plan[1].span.start - TimeDelta::hours(1);
    assert!(!ground.judge(&Plan::new(&plan)).is_clear());
}

#[test]
fn before_a_shift_is_placed_it_is_told_what_it_alone_would_break() {
    let ground = ground(&[(RuleKey::DailyRest, Level::Hard, 11), (RuleKey::DayHours, Level::Hard, 12)]);
    let there = shifts(&["2026-11-16 08:00-22:00", "2026-11-17 08:00-12:00"]);
    let plan = Plan::new(&there);
    let asked = |text: &str| ground.would_break(&plan, &shift(text)).iter().map(Breach::short).collect::<Vec<_>>();
    assert_eq!(asked("2026-11-18 08:00-12:00"), [""; 0]);
    // A day of two parts that ends 15 hours after it began leaves nine of 24.
    assert_eq!(asked("2026-11-17 20:00-23:00"), ["Ruhezeit 2 Std. zu kurz"]);
    assert_eq!(asked("2026-11-17 23:00-07:00"), [""; 0]);
    assert_eq!(asked("2026-11-18 05:00-08:00"), [""; 0]);
    assert_eq!(asked("2026-11-17 12:00-23:00"), ["3 Std. zu viel an einem Tag"]);
    // Moved later, the shift that stands there breaks nothing any more.
    let later = PlannedShift { span: shift("2026-11-17 12:00-16:00").span, ..there[1].clone() };
    assert_eq!(ground.would_break(&plan, &later), []);
}

#[test]
#[ignore = "tells how long it takes to check one edit in a year of 400 officers"]
fn one_edit_in_a_year_of_four_hundred_officers() {
    let first: NaiveDate = "2026-09-01".parse().unwrap();
    let shift_of = |officer: u128, day: i64| PlannedShift {
        officer: Some(OfficerId(uuid::Uuid::from_u128(officer))),
        ..shift(&format!("{} 08:00-16:00", first + TimeDelta::days(day)))
    };
    let year = (1..=400).flat_map(|officer| (0..365).filter(|day| day % 7 < 5).map(move |day| (officer, day)));
    let shifts: Vec<PlannedShift> = year.map(|(officer, day)| shift_of(officer, day)).collect();
    let mut ground = ground(&[]);
    ground.rules = RuleSet::default();
    for facts in super::super::rule::RULES {
        ground.rules.set(facts.key, Rule { level: Level::Hard, value: facts.value }).unwrap();
    }
    let plan = Plan::new(&shifts);
    let started = std::time::Instant::now();
    for _ in 0..10 {
        ground.would_break(&plan, &shift_of(7, 6));
    }
    println!("one edit: {:?}", started.elapsed() / 10);
    let started = std::time::Instant::now();
    println!("the whole year: {} breaches in {:?}", ground.check(&plan).len(), started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Around the clock change of autumn.
    #[test]
    fn an_eleven_hour_rest_equals_a_walk_by_quarters(starts in prop::collection::btree_set(0i64..96, 1..8)) {
        let first = local::whole_day("2026-10-23".parse().unwrap()).start;
        // Every hour at most one work of an hour, on four days.
        let plan: Vec<PlannedShift> = starts
            .iter()
            .map(|hour| {
                let start = first + TimeDelta::hours(*hour);
                PlannedShift { span: Span { start, end: start + TimeDelta::hours(1) }, ..shift("2026-10-23 08:00-09:00") }
            })
            .collect();
        let breaches = ground(&[(RuleKey::DailyRest, Level::Hard, 11)]).check(&Plan::new(&plan));
        let works = |at: Instant| plan.iter().any(|shift| shift.span.contains(at));
        for breach in &breaches {
            let quarters = (0..).map(|n| breach.span.start + TimeDelta::minutes(15 * n));
            let is_free = quarters.take_while(|at| *at < breach.span.end).all(|at| !works(at));
            prop_assert!(is_free && breach.span.length() < TimeDelta::hours(11));
        }
        // From the last quarter of one day's work to the first of another's.
        for pair in plan.windows(2).filter(|pair| local::day(pair[0].span.start) != local::day(pair[1].span.start)) {
            let quarters = (0..).map(|n| pair[0].span.end + TimeDelta::minutes(15 * n));
            let free = quarters.take_while(|at| !works(*at)).count();
            let gap = Span { start: pair[0].span.end, end: pair[1].span.start };
            let told = breaches.iter().any(|breach| breach.span == gap);
            prop_assert_eq!(told, (1..44).contains(&free));
        }
    }
}
