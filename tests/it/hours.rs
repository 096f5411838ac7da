//! Consultation hours as the desk plans them and as citizens find them: series, exceptions, notice, pauses, contingents,
//! several officers, needs, and changes with the bookings that they hit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{TimeDelta, Weekday};
use serde_json::{Value, json};
use sprechzeit::bookings::{
    self, Ask, Booking, BookingError, Change, Contingents, Decision, Exception, Format, Member, Need, Notice, Plan,
    Saving, State, Typed, Window, Wish,
};
use sprechzeit::kernel::id::{BookingId, HourId, OfficerId};
use sprechzeit::kernel::{Instant, Language, Span, local};
use sprechzeit::offices::{self, DayException, Opening};
use sprechzeit::people::{self, AbsenceKind, Actor, Officer};

use crate::world::{Engine, World, on_both};

/// A Monday, 08:00 in Berlin.
const NOW: &str = "2026-07-13T06:00:00Z";

async fn hire(world: &World, name: &str) -> OfficerId {
    let (id, office) = (OfficerId::mint(), "ka".parse().unwrap());
    let officer = Officer { id, office, name: name.into(), active: true, skills: Default::default() };
    people::hire(&world.desk, world.now(), &Actor::system(), &officer, (None, None)).await.unwrap();
    id
}

/// Tuesdays from ten to eleven.
fn tuesdays(officer: OfficerId) -> Plan {
    Plan::weekly(officer, Weekday::Tue, Window::read("10:00", "11:00").unwrap(), "2026-07-01".parse().unwrap())
}

async fn offer(world: &World, plan: Plan) -> HourId {
    bookings::offer_hours(&world.desk, world.now(), &Actor::system(), plan).await.unwrap().id
}

fn wish() -> Wish {
    Wish { office: Some("ka".parse().unwrap()), ..Wish::new("stalking".parse().unwrap(), Format::Telephone) }
}

async fn free(world: &World, wish: &Wish) -> Vec<String> {
    let window = Span { start: world.now(), end: world.now() + TimeDelta::weeks(3) };
    let days = bookings::list_free(&world.desk, world.now(), wish, window).await.unwrap();
    let times = days.iter().flat_map(|day| &day.times);
    times.map(|time| local::wall(time.span.start).format("%-d.%-m. %H:%M").to_string()).collect()
}

fn start(text: &str) -> Instant {
    local::start(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
}

async fn hold(world: &World, wish: Wish, at: Instant) -> Result<Booking, BookingError> {
    let ask = Ask { wish, start: at, language: Language::De, instead_of: None };
    bookings::hold(&world.desk, world.now(), &ask).await.map(|(booking, _)| booking)
}

async fn book(world: &World, at: &str) -> Booking {
    let ask = Ask { wish: wish(), start: start(at), language: Language::De, instead_of: None };
    let (_, secret) = bookings::hold(&world.desk, world.now(), &ask).await.unwrap();
    let typed = Typed { name: "Quark".into(), contact: "089 99998 110".into() };
    bookings::confirm(&world.desk, world.now(), &secret, Some(&typed)).await.unwrap()
}

async fn state(world: &World, id: BookingId) -> State {
    bookings::load_entry(&world.desk, &Actor::system(), id).await.unwrap().booking.state
}

async fn change(
    world: &World,
    hour: HourId,
    change: Change,
    decisions: &[(BookingId, Decision)],
) -> Result<(), BookingError> {
    let version = bookings::load_hour(&world.desk, &Actor::system(), hour).await.unwrap().version;
    let decisions: BTreeMap<BookingId, Decision> = decisions.iter().cloned().collect();
    let saving = Saving { hour, version, change, decisions };
    bookings::change_hour(&world.desk, world.now(), &Actor::system(), &saving).await
}

fn closed(day: &str) -> Change {
    Change::Except { of: day.parse().unwrap(), exception: Some(Exception::Closed) }
}

/// All of them at once, each with a connection of its own.
async fn at_once<T>(tries: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut tries: Vec<_> = tries.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = tries.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (next, done) in tries.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(answer) = next.as_mut().poll(context) {
                *done = Some(answer);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[test]
fn a_day_is_closed_moved_and_added_and_slots_follow_at_once() {
    on_both(NOW, async |world| {
        let hour = offer(world, tuesdays(hire(world, "Anna").await)).await;
        assert_eq!(
            free(world, &wish()).await.join(", "),
            "14.7. 10:00, 14.7. 10:30, 21.7. 10:00, 21.7. 10:30, 28.7. 10:00, 28.7. 10:30"
        );
        change(world, hour, closed("2026-07-14"), &[]).await.unwrap();
        let (to, window) = ("2026-07-23".parse().unwrap(), Window::read("15:00", "15:30").unwrap());
        let moved = Exception::Moved { day: to, window };
        change(world, hour, Change::Except { of: "2026-07-21".parse().unwrap(), exception: Some(moved) }, &[])
            .await
            .unwrap();
        let extra = Exception::Extra { window };
        change(world, hour, Change::Except { of: "2026-07-17".parse().unwrap(), exception: Some(extra) }, &[])
            .await
            .unwrap();
        assert_eq!(free(world, &wish()).await.join(", "), "17.7. 15:00, 23.7. 15:00, 28.7. 10:00, 28.7. 10:30");
        change(world, hour, Change::Except { of: "2026-07-14".parse().unwrap(), exception: None }, &[]).await.unwrap();
        assert_eq!(free(world, &wish()).await[0], "14.7. 10:00", "the same slots are open again");
        assert_eq!(bookings::extend_slots(&world.desk, world.now()).await.unwrap(), 0, "nothing is missing");
    });
}

#[test]
fn a_change_names_the_bookings_that_it_hits_and_waits_for_a_decision_about_each() {
    on_both(NOW, async |world| {
        let hour = offer(world, tuesdays(hire(world, "Anna").await)).await;
        let (kept, gone) = (book(world, "2026-07-14 10:00").await, book(world, "2026-07-14 10:30").await);
        let elsewhere = book(world, "2026-07-21 10:00").await;
        let held = hold(world, wish(), start("2026-07-21 10:30")).await.unwrap();
        let system = Actor::system();
        let preview = bookings::preview(&world.desk, world.now(), &system, hour, &closed("2026-07-14")).await.unwrap();
        let hit: Vec<BookingId> = preview.hit.iter().map(|entry| entry.booking.id).collect();
        assert_eq!(hit, [kept.id, gone.id]);
        assert_eq!(free(world, &wish()).await.first().unwrap(), "28.7. 10:00", "looking changes nothing");

        let decided = [(kept.id, Decision::Keep)];
        let saved = change(world, hour, closed("2026-07-14"), &decided).await;
        assert!(matches!(saved, Err(BookingError::Undecided)), "{saved:?}");
        let decided = [(kept.id, Decision::Keep), (gone.id, Decision::Cancel { word: "Umzug".into() })];
        change(world, hour, closed("2026-07-14"), &decided).await.unwrap();
        assert_eq!((state(world, kept.id).await, state(world, gone.id).await), (State::Confirmed, State::Cancelled));

        let preview = bookings::preview(&world.desk, world.now(), &system, hour, &closed("2026-07-21")).await.unwrap();
        assert_eq!(preview.hit.len(), 1, "what was kept before is not hit again, and a hold is no promise");
        change(world, hour, closed("2026-07-21"), &[(elsewhere.id, Decision::Ask)]).await.unwrap();
        assert_eq!(state(world, elsewhere.id).await, State::Confirmed, "until the citizen has answered");
        assert_eq!(state(world, held.id).await, State::Expired);
        let asked = bookings::load_entry(&world.desk, &system, elsewhere.id).await.unwrap().booking;
        assert!(asked.asked_at.is_some());

        let outdated = Saving { hour, version: 0, change: closed("2026-07-28"), decisions: BTreeMap::new() };
        let saved = bookings::change_hour(&world.desk, world.now(), &system, &outdated).await;
        assert!(matches!(saved, Err(BookingError::Outdated)), "{saved:?}");
    });
}

#[test]
fn from_a_day_on_another_plan_holds_and_bookings_stay_where_they_are() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna").await;
        let hour = offer(world, tuesdays(anna)).await;
        let (before, stays) = (book(world, "2026-07-14 10:00").await, book(world, "2026-07-21 10:30").await);
        let hit = book(world, "2026-07-28 10:00").await;
        change(world, hour, closed("2026-08-04"), &[]).await.unwrap();
        let mut plan = tuesdays(anna);
        plan.series.window = Window::read("10:30", "12:00").unwrap();
        plan.terms.slot_minutes = 45;
        let later = Change::From { day: "2026-07-21".parse().unwrap(), plan: plan.into() };
        let system = Actor::system();
        let preview = bookings::preview(&world.desk, world.now(), &system, hour, &later).await.unwrap();
        let ids: Vec<BookingId> = preview.hit.iter().map(|entry| entry.booking.id).collect();
        assert_eq!(ids, [hit.id], "one before the change is not hit, nor one that lies within the new hour");
        change(world, hour, later, &[(hit.id, Decision::Keep)]).await.unwrap();
        assert_eq!(free(world, &wish()).await.join(", "), "14.7. 10:30, 21.7. 11:15, 28.7. 10:30, 28.7. 11:15");
        for booking in [&before, &stays, &hit] {
            assert_eq!(state(world, booking.id).await, State::Confirmed);
        }
        let hours = bookings::list_hours(&world.desk, world.now(), &system).await.unwrap();
        let next = hours.iter().find(|it| it.id != hour).unwrap();
        assert_eq!((hours.len(), next.lineage), (2, hour));
        assert!(next.plan.series.exceptions.contains_key(&"2026-08-04".parse().unwrap()), "exceptions go along");
        // What lies on a slot of the old hour is hit by a change of the new one.
        let preview =
            bookings::preview(&world.desk, world.now(), &system, next.id, &closed("2026-07-21")).await.unwrap();
        assert_eq!(preview.hit.len(), 1);
        let until = Change::Until { last_day: "2026-07-20".parse().unwrap() };
        change(world, next.id, until, &[(stays.id, Decision::Keep)]).await.unwrap();
        assert_eq!(free(world, &wish()).await.join(", "), "14.7. 10:30");
    });
}

#[test]
fn several_officers_of_one_hour_are_one_time_and_only_who_agreed_is_booked_by_name() {
    on_both(NOW, async |world| {
        let (anna, bela) = (hire(world, "Anna").await, hire(world, "Béla").await);
        let team = vec![Member { officer: anna, by_name: false }, Member { officer: bela, by_name: true }];
        offer(world, Plan { team, ..tuesdays(anna) }).await;
        let named = |officer| format!("/slots?topic=stalking&format=telephone&office=ka&officer={officer}");
        let (_, all) = world.api("GET", "/slots?topic=stalking&format=telephone&office=ka", None, None).await;
        assert_eq!(all["items"][0]["start"], "2026-07-14T08:00:00Z");
        assert_eq!(all["items"][1]["start"], "2026-07-14T08:30:00Z", "each time stands once");
        assert!(!all.to_string().contains("Anna") && !all.to_string().contains("ofc_"), "{all}");
        let count = |listed: (u16, Value)| listed.1["items"].as_array().unwrap().len();
        assert_eq!(count(world.api("GET", &named(anna), None, None).await), 0);
        assert!(count(world.api("GET", &named(bela), None, None).await) > 0);
        let at = start("2026-07-14 10:00");
        let by_name = |officer| Wish { officer: Some(officer), ..wish() };
        assert!(matches!(hold(world, by_name(anna), at).await, Err(BookingError::SlotTaken { .. })));
        assert_eq!(hold(world, by_name(bela), at).await.unwrap().officer, bela);
        assert_eq!(hold(world, wish(), at).await.unwrap().officer, anna);
        assert!(matches!(hold(world, wish(), at).await, Err(BookingError::SlotTaken { .. })));
    });
}

#[test]
fn notice_horizon_language_and_needs_decide_about_the_list_and_the_hold_alike() {
    on_both(NOW, async |world| {
        let mut plan = tuesdays(hire(world, "Anna").await);
        plan.series.weekdays = [Weekday::Tue, Weekday::Wed, Weekday::Thu].into_iter().collect();
        plan.series.window = Window::read("10:00", "10:30").unwrap();
        plan.terms.notice = Notice::BusinessDays(2);
        plan.terms.horizon_weeks = 1;
        plan.terms.languages = vec![Language::De];
        plan.terms.needs = [Need::SignLanguage].into_iter().collect();
        offer(world, plan).await;
        let staff = Wish { channel: bookings::Channel::Staff, ..wish() };
        let english = Wish { language: Language::En, ..wish() };
        let needs = |need| Wish { needs: [need].into_iter().collect(), ..wish() };
        let all = ["14.7. 10:00", "15.7. 10:00", "16.7. 10:00", "21.7. 10:00", "22.7. 10:00"];
        for (wish, found) in [
            (wish(), &all[1..3]),
            (staff, &all[..3]),
            (english, &[]),
            (needs(Need::Captions), &[]),
            (needs(Need::Company), &all[1..3]),
            // Ten business days are more than a week.
            (needs(Need::SignLanguage), &[]),
        ] {
            assert_eq!(free(world, &wish).await, found, "{wish:?}");
            for (time, at) in all.iter().zip([14, 15, 16, 21, 22]) {
                let held = hold(world, wish, start(&format!("2026-07-{at} 10:00"))).await;
                assert_eq!(held.is_ok(), found.contains(time), "{wish:?} {time}");
                if let Ok(held) = held {
                    bookings::cancel_for_office(&world.desk, world.now(), &Actor::system(), held.id, "").await.unwrap();
                }
            }
        }
    });
}

#[test]
fn whatever_takes_an_officer_away_takes_the_slots_at_once() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna").await;
        offer(world, tuesdays(anna)).await;
        let (desk, system) = (&world.desk, Actor::system());
        let tomorrow = "2026-07-14".parse().unwrap();
        assert_eq!(free(world, &wish()).await.len(), 6);
        let day = DayException { day: tomorrow, opening: Opening::Closed, name: "Umzug".into() };
        let mut tx = desk.db.begin().await.unwrap();
        offices::set_day(&mut tx, "ka".parse().unwrap(), &day).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(free(world, &wish()).await.len(), 4, "before any round");
        assert!(matches!(hold(world, wish(), start("2026-07-14 10:00")).await, Err(BookingError::SlotTaken { .. })));
        let leave = (AbsenceKind::Leave, local::whole_day("2026-07-21".parse().unwrap()));
        people::enter_absence(desk, world.now(), &system, anna, leave).await.unwrap();
        assert_eq!(free(world, &wish()).await.join(", "), "28.7. 10:00, 28.7. 10:30");
        world.advance_minutes(60 * 24 * 15);
        people::deploy(desk, world.now(), &system, anna).await.unwrap();
        assert_eq!(free(world, &wish()).await.first().unwrap(), "4.8. 10:00", "a deployment takes today's");
    });
}

#[test]
fn a_pause_holds_between_different_hours_of_one_officer() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna").await;
        let mut first = tuesdays(anna);
        first.terms.buffer_minutes = 20;
        offer(world, first).await;
        let mut second = tuesdays(anna);
        second.series.window = Window::read("10:30", "12:00").unwrap();
        second.terms.buffer_minutes = 10;
        offer(world, second).await;
        let day: Vec<String> =
            free(world, &wish()).await.into_iter().filter(|time| time.starts_with("14.7.")).collect();
        assert_eq!(day.join(", "), "14.7. 10:00, 14.7. 10:30, 14.7. 11:10");
        book(world, "2026-07-14 10:00").await;
        let day: Vec<String> =
            free(world, &wish()).await.into_iter().filter(|time| time.starts_with("14.7.")).collect();
        assert_eq!(day.join(", "), "14.7. 11:10", "twenty minutes, not ten and not thirty");
        assert!(matches!(hold(world, wish(), start("2026-07-14 10:30")).await, Err(BookingError::SlotTaken { .. })));
    });
}

/// Two officers on Tuesdays, of whose slots one a day is for the web.
async fn one_a_day(world: &World) -> [OfficerId; 2] {
    let officers = [hire(world, "Anna").await, hire(world, "Béla").await];
    let mut plan = tuesdays(officers[0]);
    plan.team = officers.map(|officer| Member { officer, by_name: true }).into();
    plan.terms.contingents = Contingents { web: Some(1), ..Contingents::default() };
    offer(world, plan).await;
    officers
}

/// How many of forty citizens get a time of that Tuesday, half with the one officer, half with the other.
async fn forty_at_once(world: &World, officers: [OfficerId; 2], tuesday: Instant) -> usize {
    let wish = |n: usize| Wish { officer: Some(officers[n % 2]), ..wish() };
    let held = at_once((0..40).map(|n| hold(world, wish(n), tuesday))).await;
    for refused in held.iter().filter_map(|held| held.as_ref().err()) {
        assert!(matches!(refused, BookingError::SlotTaken { .. }), "{refused}");
    }
    held.iter().filter(|held| held.is_ok()).count()
}

#[test]
fn a_contingent_is_never_exceeded_and_leaves_the_rest_to_others() {
    on_both(NOW, async |world| {
        let officers = one_a_day(world).await;
        assert_eq!(forty_at_once(world, officers, start("2026-07-14 10:00")).await, 1);
        assert!(!free(world, &wish()).await.iter().any(|time| time.starts_with("14.7.")));
        let staff = Wish { channel: bookings::Channel::Staff, ..wish() };
        assert!(free(world, &staff).await.iter().any(|time| time.starts_with("14.7.")));
        for _ in 0..3 {
            let at = bookings::next_free(&world.desk, world.now(), &staff, world.now()).await.unwrap().unwrap();
            hold(world, staff, at.span.start).await.unwrap();
        }
        assert_eq!(free(world, &staff).await.first().unwrap(), "21.7. 10:00", "all four of the day are taken");
        world.advance_minutes(21);
        assert_eq!(free(world, &wish()).await.first().unwrap(), "14.7. 10:00", "holds that ran out do not count");
    });
}

/// The negative control: without the lock on the hour the same race exceeds the contingent. SQLite has one writer, which
/// no statement can take from it.
#[test]
fn without_the_lock_the_contingent_is_exceeded() {
    on_both(NOW, async |world| {
        if world.engine == Engine::Sqlite {
            return;
        }
        let officers = one_a_day(world).await;
        let pool = sqlx::PgPool::connect(world.database_url()).await.unwrap();
        let no_lock = "CREATE RULE no_lock AS ON UPDATE TO consultation_hours DO INSTEAD NOTHING";
        sqlx::query(no_lock).execute(&pool).await.unwrap();
        pool.close().await;
        for week in 0..11 {
            if forty_at_once(world, officers, start("2026-07-14 10:00") + TimeDelta::weeks(week)).await > 1 {
                return;
            }
        }
        panic!("the race did not come about: the lock is not tested");
    });
}

/// Two hours of one officer, of which the second begins within the pause of the first.
async fn crowded(world: &World) {
    let anna = hire(world, "Anna").await;
    for (opens, closes) in [("10:00", "10:30"), ("10:40", "11:10")] {
        let mut plan = tuesdays(anna);
        plan.series.window = Window::read(opens, closes).unwrap();
        plan.terms.buffer_minutes = 20;
        offer(world, plan).await;
    }
}

/// How many of forty citizens get a time of that Tuesday, half the earlier, half the later one.
async fn forty_for_both(world: &World, week: i64) -> usize {
    let tuesday = start("2026-07-14 10:00") + TimeDelta::weeks(week);
    let at = |n: i64| tuesday + TimeDelta::minutes(40 * (n % 2));
    let held = at_once((0..40).map(|n| hold(world, wish(), at(n)))).await;
    held.iter().filter(|held| held.is_ok()).count()
}

#[test]
fn of_many_at_once_nobody_gets_a_time_within_the_pause_of_anothers() {
    on_both(NOW, async |world| {
        crowded(world).await;
        for week in 0..4 {
            assert_eq!(forty_for_both(world, week).await, 1);
        }
    });
}

/// The negative control: no index guards a pause; without the lock on the officer both times are given away.
#[test]
fn without_the_lock_the_pause_is_not_kept() {
    on_both(NOW, async |world| {
        if world.engine == Engine::Sqlite {
            return;
        }
        crowded(world).await;
        let pool = sqlx::PgPool::connect(world.database_url()).await.unwrap();
        let no_lock = "CREATE RULE no_lock AS ON UPDATE TO officers DO INSTEAD NOTHING";
        sqlx::query(no_lock).execute(&pool).await.unwrap();
        pool.close().await;
        for week in 0..11 {
            if forty_for_both(world, week).await > 1 {
                return;
            }
        }
        panic!("the race did not come about: the lock is not tested");
    });
}

#[test]
fn who_books_while_the_hour_is_changed_is_either_asked_about_or_too_late() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna").await;
        let hour = offer(world, tuesdays(anna)).await;
        for week in 0..8 {
            let tuesday = start("2026-07-14 10:00") + TimeDelta::weeks(week);
            let day = local::day(tuesday);
            let change = async {
                let change = Change::Except { of: day, exception: Some(Exception::Closed) };
                change_quietly(world, hour, change).await
            };
            let holds = at_once((0..10).map(|_| hold(world, wish(), tuesday)));
            let (changed, _held) = tokio::join!(change, holds);
            assert!(changed, "holds are no promises");
            let window = local::whole_day(day);
            let left = bookings::list_bookings_of(&world.desk, anna, window).await.unwrap();
            let live: Vec<State> = left.iter().map(|entry| entry.booking.state_at(world.now())).collect();
            assert!(live.iter().all(|state| *state == State::Expired), "{live:?}");
            let still = bookings::list_free(&world.desk, world.now(), &wish(), window).await.unwrap();
            assert_eq!(still, []);
        }
    });
}

/// The negative control: where a hold does not keep its slot from being closed, an hour can be changed unseen between the
/// look and the hold, and somebody holds a time that there is no more.
#[test]
fn without_the_lock_on_the_slot_somebody_holds_a_time_of_an_hour_that_is_gone() {
    on_both(NOW, async |world| {
        if world.engine == Engine::Sqlite {
            return;
        }
        let anna = hire(world, "Anna").await;
        let hour = offer(world, tuesdays(anna)).await;
        let pool = sqlx::PgPool::connect(world.database_url()).await.unwrap();
        for part in [
            "ALTER TABLE slots RENAME TO slot_rows",
            "CREATE VIEW slots AS SELECT * FROM slot_rows",
            "CREATE FUNCTION without_lock() RETURNS trigger AS $$ BEGIN
               IF NEW.state <> OLD.state THEN UPDATE slot_rows SET state = NEW.state WHERE id = OLD.id; END IF;
               RETURN NEW;
             END $$ LANGUAGE plpgsql",
            "CREATE TRIGGER without_lock INSTEAD OF UPDATE ON slots FOR EACH ROW EXECUTE FUNCTION without_lock()",
        ] {
            sqlx::query(part).execute(&pool).await.unwrap();
        }
        pool.close().await;
        for week in 0..11 {
            let tuesday = start("2026-07-14 10:00") + TimeDelta::weeks(week);
            let change = change_quietly(world, hour, closed(&local::day(tuesday).to_string()));
            let holds = at_once((0..10).map(|_| hold(world, wish(), tuesday)));
            let (_, _held) = tokio::join!(change, holds);
            let left =
                bookings::list_bookings_of(&world.desk, anna, local::whole_day(local::day(tuesday))).await.unwrap();
            if left.iter().any(|entry| matches!(entry.booking.state_at(world.now()), State::Held { .. })) {
                return;
            }
        }
        panic!("the race did not come about: the lock is not tested");
    });
}

async fn change_quietly(world: &World, hour: HourId, wanted: Change) -> bool {
    change(world, hour, wanted, &[]).await.is_ok()
}

#[test]
fn the_next_free_day_is_found_behind_months_of_booked_ones() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna").await;
        offer(world, tuesdays(anna)).await;
        let mut other = tuesdays(hire(world, "Béla").await);
        other.terms.topics = vec!["einbruchschutz".parse().unwrap()];
        offer(world, other).await;
        for week in 0..9 {
            for minutes in [0, 30] {
                let at = start("2026-07-14 10:00") + TimeDelta::weeks(week) + TimeDelta::minutes(minutes);
                hold(world, wish(), at).await.unwrap();
            }
        }
        let next = async |from: Instant| bookings::next_free(&world.desk, world.now(), &wish(), from).await.unwrap();
        assert_eq!(next(world.now()).await.unwrap().span.start, start("2026-09-15 10:00"));
        assert_eq!(next(start("2026-09-15 10:15")).await.unwrap().span.start, start("2026-09-15 10:30"));
        assert_eq!(next(start("2026-10-06 12:00")).await, None);
        let leave = (AbsenceKind::Leave, Span { start: start("2026-09-14 00:00"), end: start("2026-09-28 00:00") });
        people::enter_absence(&world.desk, world.now(), &Actor::system(), anna, leave).await.unwrap();
        assert_eq!(next(world.now()).await.unwrap().span.start, start("2026-09-29 10:00"));
        world.advance_minutes(21);
        assert_eq!(next(world.now()).await.unwrap().span.start, start("2026-07-14 10:00"), "holds ran out");
    });
}

#[test]
fn what_is_listed_can_be_held_whatever_the_hours_ask() {
    on_both(NOW, async |world| {
        let team: Vec<OfficerId> =
            [hire(world, "Anna").await, hire(world, "Béla").await, hire(world, "Cora").await].into();
        for (n, officer) in team.iter().enumerate() {
            let mut plan = tuesdays(*officer);
            plan.series.weekdays = [Weekday::Tue, Weekday::Fri].into_iter().collect();
            plan.series.window = Window::read(["09:00", "10:00", "09:45"][n], "13:00").unwrap();
            plan.terms.slot_minutes = [90, 60, 20][n];
            plan.terms.buffer_minutes = [0, 15, 5][n];
            plan.terms.notice = [Notice::Hours(30), Notice::BusinessDays(1), Notice::Hours(0)][n];
            plan.terms.contingents.web = [None, Some(2), Some(3)][n];
            plan.team.push(Member { officer: team[(n + 1) % 3], by_name: true });
            offer(world, plan).await;
        }
        let window = Span { start: world.now(), end: world.now() + TimeDelta::days(8) };
        let list = async || {
            let days = bookings::list_free(&world.desk, world.now(), &wish(), window).await.unwrap();
            days.iter().flat_map(|day| &day.times).map(|time| time.span.start).collect::<BTreeSet<Instant>>()
        };
        let mut held = 0;
        let all = list().await.len();
        while let Some(at) = list().await.into_iter().nth(held % 3) {
            hold(world, wish(), at).await.unwrap();
            held += 1;
        }
        assert!(all > 20 && held > 8, "{all} {held}");
    });
}

#[test]
fn an_hour_of_the_new_kind_is_offered_and_read_through_the_programmers_door() {
    on_both(NOW, async |world| {
        let (anna, bela) = (hire(world, "Anna").await, hire(world, "Béla").await);
        let token = world.token(people::Role::Supervisor, "ka").await;
        let body = json!({
            "team": [{"officer": anna}, {"officer": bela, "by_name": true}],
            "weekday": "tue,thu", "rhythm": "month:last", "opens": "14:00", "closes": "16:00",
            "first_day": "2026-07-01", "last_day": "2026-12-31", "slot_minutes": 30, "buffer_minutes": 10,
            "exceptions": {"2026-08-25": {"kind": "closed"},
                           "2026-09-29": {"kind": "moved", "day": "2026-10-01", "opens": "09:00", "closes": "10:00"}},
            "notice": "business_days:1", "horizon_weeks": 10, "contingents": {"hotline": 2},
            "topics": [], "formats": ["office", "video"], "languages": ["de"], "needs": ["captions"],
        });
        let (status, made) = world.api("POST", "/consultation-hours", Some(&token), Some(body.clone())).await;
        assert_eq!(status, 201, "{made}");
        let (_, listed) = world.api("GET", "/consultation-hours", Some(&token), None).await;
        for (field, value) in body.as_object().unwrap() {
            let shown = &listed["items"][0][field];
            match field.as_str() {
                "team" => assert_eq!((shown.as_array().unwrap().len(), &shown[1]), (2, &value[1])),
                _ => assert_eq!(shown, value, "{field}"),
            }
        }
        let slots = "/slots?topic=stalking&format=office&office=ka&needs=captions,company&until=2026-09-20T00:00:00Z";
        let (_, found) = world.api("GET", slots, None, None).await;
        let days: BTreeSet<&str> =
            found["items"].as_array().unwrap().iter().map(|it| &it["start"].as_str().unwrap()[..10]).collect();
        assert_eq!(days, BTreeSet::from(["2026-07-28", "2026-07-30", "2026-08-27"]));
        for (field, wrong) in [
            ("rhythm", json!("year:1")),
            ("weekday", json!("someday")),
            ("notice", json!("soon")),
            ("buffer_minutes", json!(500)),
            ("contingents", json!({"web": -1})),
        ] {
            let mut bad = body.clone();
            bad[field] = wrong;
            let (status, refused) = world.api("POST", "/consultation-hours", Some(&token), Some(bad)).await;
            assert_eq!((status, refused["fields"][0]["field"].as_str()), (400, Some(field)), "{refused}");
        }
    });
}
