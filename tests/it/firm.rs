//! What happens to a booking after it is confirmed: another time is proposed, a colleague takes over.

use sprechzeit::bookings::{self, Booking, Format, Plan, Proposal, Reason, State, Window};
use sprechzeit::desk::Desk;
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::kernel::{Instant, Language, Secret, local};
use sprechzeit::outbox::{self, Message};
use sprechzeit::people::{self, AbsenceKind, Actor, NewUser, Officer, Role};

use crate::outbox::{MailServer, free_port};
use crate::staff::Visitor;
use crate::world::{Engine, Place, Quiet, World, engines, on_both, runtime};

/// A Monday, 08:00 in Berlin.
const NOW: &str = "2026-07-13T06:00:00Z";
/// 10:00 on the next day.
const TEN: &str = "2026-07-14T08:00:00Z";
const HALF_PAST_TEN: &str = "2026-07-14T08:30:00Z";
/// A number that text messages reach, and one that they do not.
const MOBILE: &str = "0171 3920099";
const FIXED: &str = "089 99998 110";

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// An officer of Karlsruhe who gives advice from ten to eleven on these days, on every topic, in both formats.
async fn officer(world: &World, name: &str, days: &[chrono::Weekday]) -> OfficerId {
    hire_officer(&world.desk, name, days).await
}

async fn hire_officer(desk: &Desk, name: &str, days: &[chrono::Weekday]) -> OfficerId {
    let officer = Officer {
        id: OfficerId::mint(),
        office: "ka".parse().unwrap(),
        name: name.into(),
        active: true,
        skills: Default::default(),
    };
    people::hire(desk, desk.now(), &Actor::system(), &officer, (None, None)).await.unwrap();
    for weekday in days {
        let window = Window::read("10:00", "11:00").unwrap();
        let plan = Plan::weekly(officer.id, *weekday, window, "2026-07-01".parse().unwrap());
        bookings::offer_hours(desk, desk.now(), &Actor::system(), plan).await.unwrap();
    }
    officer.id
}

/// Sends a form and gives the path that it leads to.
async fn go(world: &World, path: &str, fields: &[(&str, &str)]) -> String {
    let response = world.form(path, fields).await;
    let status = response.status().as_u16();
    let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    to.unwrap_or_else(|| panic!("{path} answered {status} and leads nowhere"))
}

/// Books through the forms; the path of the booking.
async fn book(world: &World, topic: &str, start: &str, contact: &str) -> String {
    let format = if contact.contains('@') { "video" } else { "telefon" };
    let chosen = [("thema", topic), ("art", format), ("stelle", "ka"), ("zeit", start)];
    let held = go(world, "/termin/reservieren", &chosen).await;
    let check = go(world, &held, &[("name", "Zitronenfalter Quark"), ("kontakt", contact)]).await;
    go(world, &check, &[]).await
}

async fn booking(world: &World, path: &str) -> Booking {
    let secret = path.split('/').find_map(Secret::parse).unwrap();
    bookings::find_by_secret(&world.desk, &secret).await.unwrap().unwrap()
}

async fn propose(world: &World, path: &str, reason: Reason) -> Proposal {
    let id = booking(world, path).await.id;
    bookings::propose(&world.desk, world.now(), &Actor::system(), id, reason).await.unwrap()
}

/// Waits until so many messages went out; they come in the order in which they were sent.
pub async fn told(world: &World, count: usize) -> Vec<Message> {
    for _ in 0..400 {
        let told = outbox::list_mailbox(&world.desk, 100).await.unwrap();
        if told.len() >= count {
            assert_eq!(told.len(), count, "{told:#?}");
            return told.into_iter().rev().map(|told| told.message).collect();
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{count} messages were expected");
}

fn text(message: &Message) -> &str {
    match message {
        Message::Mail(mail) => &mail.text,
        Message::Sms(sms) => &sms.text,
    }
}

/// The path of the link in a message.
fn link(world: &World, message: &Message) -> String {
    let address = text(message).split_whitespace().find(|word| word.starts_with("http")).unwrap();
    address.strip_prefix(&world.address).unwrap_or_else(|| panic!("{address} leads elsewhere")).to_owned()
}

fn starts(proposal: &Proposal) -> Vec<String> {
    proposal.times.iter().map(|time| time.slot.span.start.rfc3339()).collect()
}

async fn api_hold(world: &World, start: &str) -> u16 {
    let body = serde_json::json!({"topic": "stalking", "format": "telephone", "office": "ka", "start": start});
    world.api("POST", "/holds", None, Some(body)).await.0
}

use chrono::Weekday::{Thu, Tue};

#[test]
fn a_citizen_takes_one_of_two_proposed_times_and_keeps_the_booking() {
    on_both(NOW, async |world| {
        officer(world, "Anna", &[Tue, Thu]).await;
        let path = book(world, "einbruchschutz", TEN, "quark@example.de").await;
        let before = booking(world, &path).await;
        let proposal = propose(world, &path, Reason::Deployed).await;
        assert_eq!(starts(&proposal), [HALF_PAST_TEN, "2026-07-16T08:00:00Z"], "the nearest, then another day");
        assert_eq!(propose(world, &path, Reason::Deployed).await.id, proposal.id, "asked once");
        assert_eq!(api_hold(world, HALF_PAST_TEN).await, 409, "nobody else gets it");

        let messages = told(world, 2).await;
        let Message::Mail(mail) = &messages[1] else { panic!() };
        assert!(mail.subject.starts_with("Bitte neue Zeit wählen – Beratung: "), "{}", mail.subject);
        assert!(mail.text.contains("Dienstag, 14. Juli 2026, 10:30 bis 11:00 Uhr"), "{}", mail.text);
        assert!(mail.text.contains("Einsatz") && mail.text.contains("PIN"), "{}", mail.text);
        let answer = link(world, &messages[1]);
        for _ in 0..25 {
            assert_eq!(world.get(&answer).await.status(), 200);
            assert_eq!(world.http.head(world.url(&answer)).send().await.unwrap().status(), 200);
        }
        assert_eq!(booking(world, &path).await.span, before.span, "looking changes nothing");
        let (_, page) = world.page(&answer).await;
        assert!(page.contains("Bitte wählen Sie eine neue Zeit") && page.contains(HALF_PAST_TEN), "{page}");
        assert_eq!(world.get(&path).await.headers()["location"], format!("{path}/vorschlag"), "the first link, too");

        let moved = go(world, &answer, &[("zeit", "2026-07-16T08:00:00Z")]).await;
        assert_eq!(go(world, &answer, &[("zeit", "2026-07-16T08:00:00Z")]).await, moved, "a repeated form");
        let after = booking(world, &path).await;
        assert_eq!((after.id, after.reference, after.sequence), (before.id, before.reference, 1));
        assert_eq!(after.span.start, at("2026-07-16T08:00:00Z"));
        assert_eq!(world.page(&path).await.0, 200, "the first link still leads there");
        assert_eq!((api_hold(world, TEN).await, api_hold(world, HALF_PAST_TEN).await), (201, 201));
        let messages = told(world, 3).await;
        let Message::Mail(mail) = &messages[2] else { panic!() };
        let ics = &mail.invitation.as_ref().unwrap().ics;
        assert!(ics.contains("METHOD:REQUEST") && ics.contains("SEQUENCE:1") && ics.contains("20260716T100000"));
    });
}

#[test]
fn a_proposal_that_nobody_answers_gives_its_times_free_and_the_citizen_may_still_choose() {
    on_both(NOW, async |world| {
        officer(world, "Anna", &[Tue]).await;
        let path = book(world, "stalking", TEN, MOBILE).await;
        let proposal = propose(world, &path, Reason::Absent).await;
        assert_eq!(starts(&proposal), [HALF_PAST_TEN, "2026-07-21T08:00:00Z"]);
        let Message::Sms(sms) = told(world, 1).await.remove(0) else { panic!() };
        let lower = sms.text.to_lowercase();
        assert!(!lower.contains("polizei") && !lower.contains("stalking"), "a victim's telephone: {}", sms.text);
        let answer = link(world, &Message::Sms(sms));

        // An hour before it begins the first is given free; two days later the second.
        world.advance_minutes(25 * 60 + 31);
        assert!(!world.page(&answer).await.1.contains(HALF_PAST_TEN));
        assert_eq!(world.form(&answer, &[("zeit", HALF_PAST_TEN)]).await.status(), 409);
        assert_eq!(api_hold(world, HALF_PAST_TEN).await, 201);
        world.advance_minutes(24 * 60);
        bookings::expire_proposals(&world.desk, world.now()).await.unwrap();
        assert_eq!(bookings::expire_proposals(&world.desk, world.now()).await.unwrap(), 0, "written down once");
        assert_eq!(api_hold(world, "2026-07-21T08:00:00Z").await, 201);
        let (status, page) = world.page(&answer).await;
        assert!(status == 200 && page.contains("keine Zeit mehr für Sie freigehalten"), "{page}");
        assert_eq!(world.page(&format!("{path}/verschieben")).await.0, 200, "though the old time is over");
        let other = go(world, &format!("{path}/verschieben"), &[("zeit", "2026-07-21T08:30:00Z")]).await;
        assert_eq!(other, path);
        assert_eq!(booking(world, &path).await.span.start, at("2026-07-21T08:30:00Z"));
    });
}

#[test]
fn a_citizen_who_cancels_instead_gives_the_kept_times_back() {
    on_both(NOW, async |world| {
        officer(world, "Anna", &[Tue]).await;
        let path = book(world, "einbruchschutz", TEN, FIXED).await;
        let proposal = propose(world, &path, Reason::HourChanged).await;
        assert_eq!(proposal.told.to_string(), "call", "text messages do not reach a fixed line");
        go(world, &format!("{path}/absagen"), &[]).await;
        assert_eq!(booking(world, &path).await.state, State::Cancelled);
        assert_eq!((api_hold(world, TEN).await, api_hold(world, HALF_PAST_TEN).await), (201, 201));
        assert_eq!(go(world, &format!("{path}/vorschlag"), &[("zeit", HALF_PAST_TEN)]).await, path);
    });
}

#[test]
fn two_proposals_at_once_never_keep_one_slot_twice() {
    on_both(NOW, async |world| {
        officer(world, "Anna", &[Tue]).await;
        officer(world, "Béla", &[Thu]).await;
        let first = book(world, "einbruchschutz", TEN, FIXED).await;
        let second = book(world, "einbruchschutz", "2026-07-16T08:00:00Z", FIXED).await;
        let (a, b) = tokio::join!(propose(world, &first, Reason::Absent), propose(world, &second, Reason::Absent));
        let kept: Vec<String> = starts(&a).into_iter().chain(starts(&b)).collect();
        let once: std::collections::BTreeSet<&String> = kept.iter().collect();
        assert_eq!((kept.len(), once.len()), (4, 4), "{kept:?}");
    });
}

/// Deploys the officer, and waits until their appointments are handed over.
async fn deploy(world: &World, officer: OfficerId) {
    people::deploy(&world.desk, world.now(), &Actor::system(), officer).await.unwrap();
    settle(world).await;
}

/// Waits until no appointment of today is left with somebody who is away.
async fn settle(world: &World) {
    // The program's own round was rung for, and may be at it.
    loop {
        let covered = bookings::cover_absences(&world.desk, world.now()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        if covered == 0 {
            return;
        }
    }
}

#[test]
fn who_is_deployed_hands_todays_appointments_to_whoever_is_free_and_the_rest_are_asked() {
    on_both(NOW, async |world| {
        let anna = officer(world, "Anna", &[Tue]).await;
        let first = book(world, "einbruchschutz", TEN, "quark@example.de").await;
        let second = book(world, "stalking", HALF_PAST_TEN, MOBILE).await;
        let next_week = book(world, "einbruchschutz", "2026-07-21T08:00:00Z", FIXED).await;
        let bela = officer(world, "Béla", &[Tue]).await;
        // Béla has something else from half past ten on.
        let taken = book(world, "einbruchschutz", HALF_PAST_TEN, FIXED).await;
        assert_eq!(booking(world, &taken).await.officer, bela);
        told(world, 1).await;

        // Tuesday, 08:00: Anna presses the button.
        world.advance_minutes(24 * 60);
        deploy(world, anna).await;
        let (first, second) = (booking(world, &first).await, booking(world, &second).await);
        assert_eq!((first.officer, first.span.start, first.sequence), (bela, at(TEN), 0));
        assert!(first.chosen_why.starts_with("Vertretung (Einsatz). "), "{}", first.chosen_why);
        assert_eq!((first.asked_at, second.asked_at.is_some(), second.officer), (None, true, anna), "{second:?}");
        let next_week = booking(world, &next_week).await;
        assert_eq!((next_week.officer, next_week.asked_at), (anna, None), "another day is not today");
        let messages = told(world, 3).await;
        let Message::Mail(mail) = &messages[1] else { panic!() };
        assert!(mail.subject.starts_with("Ihr Termin bleibt") && mail.text.contains("10:00 bis 10:30 Uhr"), "{mail:?}");
        assert!(mail.invitation.is_none(), "for the citizen's calendar nothing changes");
        let Message::Sms(sms) = &messages[2] else { panic!() };
        assert!(sms.text.contains("kann so nicht stattfinden"), "{}", sms.text);

        // Béla's time is taken by Anna's appointment now, and nothing is told twice.
        assert_eq!(api_hold(world, TEN).await, 409);
        assert_eq!(bookings::cover_absences(&world.desk, world.now()).await.unwrap(), 0);
        people::back(&world.desk, world.now(), &Actor::system(), anna).await.unwrap();
        assert_eq!(booking(world, &taken).await.officer, bela);
        assert_eq!(bookings::cover_absences(&world.desk, world.now()).await.unwrap(), 0);
        let seen = bookings::load_entry(&world.desk, &Actor::system(), first.id).await.unwrap().booking;
        assert_eq!(seen.officer, bela, "what was given away stays so");

        let planner = staff(world, "planung", Role::Supervisor, None).await;
        let page = planner.page("/dienst/vertretung").await;
        for text in ["Anna (Einsatz)", "Béla", "Niemand muss angerufen werden", "per SMS", "Offen"] {
            assert!(page.contains(text), "\"{text}\" is missing in\n{page}");
        }
        // Whoever may open the booking finds a link to it; Anna, who gave it away, reads its number.
        let handed = |page: String| page.split("id=\"uebernommen\"").nth(1).unwrap().to_owned();
        let link = format!("href=\"/dienst/buchungen/{}\"", seen.id);
        let [anna, bela] = [
            staff(world, "anna", Role::Officer, Some(anna)).await,
            staff(world, "bela", Role::Officer, Some(bela)).await,
        ];
        for (who, opens) in [(&planner, true), (&bela, true), (&anna, false)] {
            let told = handed(who.page("/dienst/vertretung").await);
            assert!(told.contains(&seen.reference.to_string()), "{told}");
            assert_eq!(told.contains(&link), opens, "{told}");
        }
    });
}

#[test]
fn an_officer_who_reports_sick_sees_who_must_be_called() {
    on_both(NOW, async |world| {
        let anna = officer(world, "Anna", &[Tue]).await;
        let path = book(world, "einbruchschutz", TEN, FIXED).await;
        world.advance_minutes(24 * 60);
        let kennwort = bookings::open_person(&world.desk, &booking(world, &path).await).unwrap().unwrap().kennwort;
        let officer = staff(world, "anna", Role::Officer, Some(anna)).await;
        let today = local::whole_day(local::day(world.now()));
        let sick = (AbsenceKind::Sick, today);
        people::enter_absence(&world.desk, world.now(), &Actor::system(), anna, sick).await.unwrap();
        settle(world).await;
        let page = officer.page("/dienst/vertretung").await;
        for text in ["Bitte anrufen", FIXED, &kennwort, "21. Juli 2026", "Abwesend"] {
            assert!(page.contains(text), "\"{text}\" is missing in\n{page}");
        }
        let form = page.split("action=\"").find(|rest| rest.contains("/angerufen\"")).unwrap();
        let form = form.split('"').next().unwrap().to_owned();
        let elsewhere = staff(world, "fremd", Role::Officer, None).await;
        assert_eq!(elsewhere.post(&form).await, 404);
        assert_eq!(officer.post(&form).await, 303);
        assert!(officer.page("/dienst/vertretung").await.contains("Niemand muss angerufen werden"));
    });
}

/// Whatever comes first, the citizen's word or the colleague's: the booking is cancelled and nobody's time is taken.
#[test]
fn a_citizen_who_cancels_while_the_officer_is_deployed_leaves_nothing_behind() {
    on_both(NOW, async |world| {
        let anna = officer(world, "Anna", &[Tue]).await;
        let bela = officer(world, "Béla", &[Tue]).await;
        let mut taken_over = 0;
        for week in 0..8 {
            let day = |days: i64| at(NOW) + chrono::TimeDelta::days(7 * week + days);
            let start = at(TEN) + chrono::TimeDelta::weeks(week);
            let paths = [book(world, "einbruchschutz", &start.rfc3339(), FIXED).await];
            let id = booking(world, &paths[0]).await.id;
            let whose = booking(world, &paths[0]).await.officer;
            let colleague = if whose == anna { bela } else { anna };
            world.desk.clock.advance(day(1) - world.now());
            let cancel = async {
                tokio::time::sleep(std::time::Duration::from_millis(4 * week as u64)).await;
                world.form(&format!("{}/absagen", paths[0]), &[]).await
            };
            tokio::join!(deploy(world, whose), cancel);
            assert_eq!(booking(world, &paths[0]).await.state, State::Cancelled);
            let window = sprechzeit::kernel::Span { start, end: start + chrono::TimeDelta::days(1) };
            for officer in [anna, bela] {
                let left = people::list_commitments_of(&world.desk.db, officer, window).await.unwrap();
                assert!(left.iter().all(|c| c.id != id.0), "{left:?}");
            }
            taken_over += usize::from(booking(world, &paths[0]).await.officer == colleague);
            people::back(&world.desk, world.now(), &Actor::system(), whose).await.unwrap();
            world.desk.clock.advance(day(7) - world.now());
            bookings::extend_slots(&world.desk, world.now()).await.unwrap();
        }
        assert!(taken_over > 0, "the colleague was never first: the race is not tested");
    });
}

async fn messages(world: &World) -> usize {
    outbox::list_mailbox(&world.desk, 1000).await.unwrap().len() + outbox::count(&world.desk).await.unwrap().0 as usize
}

#[test]
fn a_reminder_goes_out_a_day_and_an_hour_before_and_anew_for_a_new_time() {
    on_both(NOW, async |world| {
        officer(world, "Anna", &[Tue, Thu]).await;
        let thursday = "2026-07-16T08:00:00Z";
        let mail = book(world, "einbruchschutz", thursday, "quark@example.de").await;
        book(world, "stalking", "2026-07-16T08:30:00Z", MOBILE).await;
        book(world, "einbruchschutz", TEN, FIXED).await;
        told(world, 1).await;
        let remind = async || bookings::remind(&world.desk, world.now()).await.unwrap();
        assert_eq!(remind().await, 0);

        // Wednesday, 10:30: the day before. The rounds of the program itself may be first.
        world.advance_minutes((2 * 24 + 2) * 60 + 30);
        remind().await;
        let messages = told(world, 3).await;
        let Message::Mail(day) = &messages[1] else { panic!("{messages:?}") };
        assert!(day.subject.starts_with("Erinnerung – Beratung: ") && day.invitation.is_none(), "{}", day.subject);
        let kennwort = bookings::open_person(&world.desk, &booking(world, &mail).await).unwrap().unwrap().kennwort;
        for text in ["16. Juli 2026, 10:00 bis 10:30 Uhr", &kennwort, "nie nach Geld, PIN", "schickt Ihnen"] {
            assert!(day.text.contains(text), "\"{text}\" is missing in\n{}", day.text);
        }
        let Message::Sms(sms) = &messages[2] else { panic!("{messages:?}") };
        let lower = sms.text.to_lowercase();
        assert!(!lower.contains("polizei") && !lower.contains("stalking") && !lower.contains("beratung"), "{lower}");
        assert!(lower.contains("nie nach geld"), "{lower}");
        assert_eq!(world.page(&link(world, &messages[2])).await.0, 200);
        assert_eq!(remind().await, 0, "once");

        // Moved to the next Tuesday by the link in the reminder, it is reminded anew, also an hour before.
        let link = link(world, &messages[1]);
        go(world, &format!("{link}/verschieben"), &[("zeit", "2026-07-21T08:00:00Z")]).await;
        told(world, 4).await;
        world.advance_minutes(5 * 24 * 60);
        remind().await;
        let Message::Mail(again) = told(world, 5).await.remove(4) else { panic!() };
        assert!(again.text.contains("21. Juli 2026, 10:00"), "{}", again.text);
        world.advance_minutes(22 * 60 + 45);
        remind().await;
        let Message::Mail(hour) = told(world, 6).await.remove(5) else { panic!() };
        assert!(hour.subject.starts_with("In einer Stunde"), "{}", hour.subject);
    });
}

#[test]
fn who_books_late_and_a_round_that_comes_late_remind_nobody_of_yesterday() {
    on_both(NOW, async |world| {
        officer(world, "Anna", &[Tue]).await;
        // Monday, 10:15: less than a day before.
        world.advance_minutes(2 * 60 + 15);
        book(world, "einbruchschutz", TEN, MOBILE).await;
        bookings::remind(&world.desk, world.now()).await.unwrap();
        assert_eq!(messages(world).await, 0);
        // Two hours before, the round has slept since yesterday.
        world.advance_minutes(21 * 60 + 45);
        bookings::remind(&world.desk, world.now()).await.unwrap();
        assert_eq!(messages(world).await, 0);
        world.advance_minutes(60);
        bookings::remind(&world.desk, world.now()).await.unwrap();
        assert!(text(&told(world, 1).await[0]).contains("beginnt bald"));
    });
}

/// In how many of five weeks four nodes at once post a reminder more than once.
async fn reminded_twice(first: &Quiet, url: &str) -> usize {
    let desk = &first.desk;
    hire_officer(desk, "Anna", &[Tue]).await;
    let mut twice = 0;
    for week in 0..5 {
        let start = at(TEN) + chrono::TimeDelta::weeks(week);
        let topic = "einbruchschutz".parse().unwrap();
        let wish = bookings::Wish { office: "ka".parse().ok(), ..bookings::Wish::new(topic, Format::Telephone) };
        let ask = bookings::Ask { wish, start, language: Language::De, instead_of: None };
        let (_, secret) = bookings::hold(desk, desk.now(), &ask).await.unwrap();
        let typed = bookings::Typed { name: "Quark".into(), contact: MOBILE.into() };
        bookings::confirm(desk, desk.now(), &secret, Some(&typed)).await.unwrap();
        desk.clock.advance(start - chrono::TimeDelta::hours(24) - desk.now());
        let before = outbox::count(desk).await.unwrap().0;
        let now = desk.now();
        let nodes = [node(desk, url).await, node(desk, url).await, node(desk, url).await, node(desk, url).await];
        let [a, b, c, d] = &nodes;
        let (a, b, c, d) = tokio::join!(
            bookings::remind(a, now),
            bookings::remind(b, now),
            bookings::remind(c, now),
            bookings::remind(d, now)
        );
        for done in [a, b, c, d] {
            done.unwrap();
        }
        let posted = outbox::count(desk).await.unwrap().0 - before;
        assert!(posted >= 1);
        twice += usize::from(posted > 1);
        for node in nodes {
            node.db.close().await;
        }
    }
    twice
}

/// One more program on the same database.
async fn node(desk: &Desk, url: &str) -> Desk {
    let keys = desk.config.vault.keys.clone();
    let place = Place::at_url(url);
    Quiet::open_on(place, NOW, "http://127.0.0.1", |config| config.vault.keys = keys).await.desk
}

#[test]
fn several_nodes_at_once_post_a_reminder_once() {
    for engine in engines() {
        runtime().block_on(async {
            let first = Quiet::open(engine, NOW, "http://127.0.0.1", |_| {}).await;
            let url = first.place.database_url.clone();
            assert_eq!(reminded_twice(&first, &url).await, 0, "on {engine:?}");
        });
    }
}

/// The negative control: without the unique index the same nodes post it twice.
#[test]
fn without_its_guard_a_reminder_is_posted_twice() {
    for engine in engines() {
        runtime().block_on(async {
            let first = Quiet::open(engine, NOW, "http://127.0.0.1", |_| {}).await;
            let url = first.place.database_url.clone();
            let drop_it = "DROP INDEX reminders_once";
            match engine {
                Engine::Sqlite => {
                    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
                    sqlx::query(drop_it).execute(&pool).await.unwrap();
                    pool.close().await;
                }
                Engine::Postgres => {
                    let pool = sqlx::PgPool::connect(&url).await.unwrap();
                    sqlx::query(drop_it).execute(&pool).await.unwrap();
                    pool.close().await;
                }
            }
            assert!(reminded_twice(&first, &url).await > 0, "the race did not come about: the guard is not tested");
        });
    }
}

#[test]
fn how_an_appointment_went_is_noted_with_a_reason_and_counted_without_small_figures() {
    on_both(NOW, async |world| {
        let anna = officer(world, "Anna", &[Tue]).await;
        let early = staff(world, "frueh", Role::Officer, Some(anna)).await;
        let (mut endings, mut paths) = (["not-reached"; 5].to_vec(), Vec::new());
        endings.push("victim-support");
        for (n, _) in endings.iter().enumerate() {
            let start = at(if n % 2 == 0 { TEN } else { HALF_PAST_TEN }) + chrono::TimeDelta::weeks(n as i64 / 2);
            paths.push(book(world, "einbruchschutz", &start.rfc3339(), &format!("089 99998 11{n}")).await);
        }
        let form = async |path: &str| format!("/dienst/beratung/{}", booking(world, path).await.id);
        assert_eq!(early.form(&form(&paths[0]).await, &[("ergebnis", "not-reached")]).await, 303);
        assert_eq!(booking(world, &paths[0]).await.state, State::Confirmed, "it has not begun");
        world.advance_minutes(60 * 24 * 15 + 60 * 4);
        let staff_of_anna = staff(world, "anna", Role::Officer, Some(anna)).await;
        let planner = staff(world, "planung", Role::Supervisor, None).await;
        let day = staff_of_anna.page("/dienst").await;
        assert!(day.contains("Zu spät abgesagt") && day.contains("Weitervermittelt"), "{day}");
        for (path, ending) in paths.iter().zip(&endings) {
            assert_eq!(staff_of_anna.form(&form(path).await, &[("ergebnis", ending)]).await, 303);
        }
        assert_eq!(staff_of_anna.form(&form(&paths[0]).await, &[("ergebnis", "zauberei")]).await, 404);
        assert_eq!(booking(world, &paths[0]).await.state, State::NoShow);
        assert_eq!(booking(world, &paths[5]).await.state, State::Attended, "they spoke");

        let page = planner.page("/dienst/ergebnisse?monat=2026-07").await;
        let cells = |label: &str| -> Vec<String> {
            let opening = format!("data-label=\"{label}\">");
            let cells = page.split(opening.as_str()).skip(1);
            cells.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
        };
        assert_eq!(cells("Nicht zustande gekommen"), ["5"], "{page}");
        assert_eq!(cells("Weitervermittelt"), ["–"], "one is not shown");
        assert!(!cells("Anzahl").contains(&"5".to_owned()), "nor what would give it away");
        assert!(!staff_of_anna.page("/dienst/ergebnisse").await.contains("Nach Thema"));
        let elsewhere = planner.page("/dienst/ergebnisse?monat=2026-06").await;
        assert!(elsewhere.contains("noch nichts vermerkt"));
    });
}

#[test]
fn an_officer_who_runs_late_says_so_and_those_who_wait_see_it() {
    on_both(NOW, async |world| {
        let anna = officer(world, "Anna", &[Tue]).await;
        let first = book(world, "einbruchschutz", TEN, MOBILE).await;
        let second = book(world, "einbruchschutz", HALF_PAST_TEN, MOBILE).await;
        let lage = async |path: &str| world.page(&format!("{path}/lage")).await.1;
        assert_eq!(lage(&first).await, "", "it is not the day");
        // Tuesday, 09:45.
        world.advance_minutes(25 * 60 + 45);
        let staff_of_anna = staff(world, "anna", Role::Officer, Some(anna)).await;
        assert!(lage(&first).await.contains("pünktlich"));
        let form = format!("/dienst/beratung/{}/spaeter", booking(world, &first).await.id);
        let before = messages(world).await;
        assert_eq!(staff_of_anna.form(&form, &[("minuten", "5")]).await, 303);
        assert!(lage(&first).await.contains("5 Minuten später, um 10:05 Uhr"));
        assert_eq!(messages(world).await, before, "five minutes are worth no message");
        assert_eq!(staff_of_anna.form(&form, &[("eigene", " 15 ")]).await, 303);
        assert_eq!(staff_of_anna.form(&form, &[("minuten", "15")]).await, 303, "said twice");
        for wrong in ["61", "-1", "", "viel"] {
            assert_eq!(staff_of_anna.form(&form, &[("eigene", wrong)]).await, 400, "{wrong}");
        }
        assert_eq!(messages(world).await, before + 1);
        let page = world.page(&first).await.1;
        assert!(page.contains("15 Minuten später, um 10:15 Uhr") && page.contains("role=\"status\""), "{page}");
        assert!(lage(&second).await.contains("15 Minuten später, um 10:45 Uhr"), "handed on");
        assert_eq!(booking(world, &first).await.span.start, at(TEN), "the time itself stays");
        assert!(staff_of_anna.page("/dienst").await.contains("Erwartet um 10:15 Uhr"));
        let elsewhere = staff(world, "fremd", Role::Officer, None).await;
        assert_eq!(elsewhere.form(&form, &[("minuten", "5")]).await, 404);
        assert_eq!(staff_of_anna.form(&form, &[("minuten", "0")]).await, 303);
        assert!(lage(&second).await.contains("pünktlich"));
    });
}

/// Every word that leads somewhere, in whatever is told.
fn links(message: &Message) -> Vec<String> {
    let ics = match message {
        Message::Mail(mail) => mail.invitation.as_ref().map(|i| i.ics.replace("\r\n ", "")).unwrap_or_default(),
        Message::Sms(_) => String::new(),
    };
    let all = format!("{} {ics}", text(message));
    let words = all.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | '\\'));
    words.filter(|word| word.contains("://") || word.starts_with("www.")).map(str::to_owned).collect()
}

#[test]
fn every_link_leads_to_the_one_address_and_every_confirmation_says_what_we_never_ask_for() {
    on_both(NOW, async |world| {
        let anna = officer(world, "Anna", &[Tue]).await;
        let mail = book(world, "einbruchschutz", TEN, "quark@example.de").await;
        let sms = book(world, "einbruchschutz", HALF_PAST_TEN, MOBILE).await;
        for path in [&mail, &sms] {
            let page = world.page(path).await.1;
            assert!(page.contains("nie nach Geld"), "{page}");
            let file = world.page(&format!("{path}/termin.ics")).await.1.replace("\r\n ", "");
            assert!(file.contains("nie nach Geld"), "{file}");
        }
        world.advance_minutes(2 * 60 + 30);
        bookings::remind(&world.desk, world.now()).await.unwrap();
        go(world, &format!("{mail}/verschieben"), &[("zeit", "2026-07-21T08:00:00Z")]).await;
        propose(world, &mail, Reason::HourChanged).await;
        world.advance_minutes(21 * 60 + 30);
        deploy(world, anna).await;
        let id = booking(world, &sms).await.id;
        bookings::cancel_for_office(&world.desk, world.now(), &Actor::system(), id, "").await.unwrap();
        bookings::cancel_for_office(&world.desk, world.now(), &Actor::system(), booking(world, &mail).await.id, "Wort")
            .await
            .unwrap();
        let messages = told_at_least(world, 8).await;
        let mut count = 0;
        for message in &messages {
            for link in links(message) {
                assert!(link.starts_with(&format!("{}/", world.address)), "{link}");
                count += 1;
            }
        }
        assert!(count >= 5, "{count} links in {messages:#?}");
        for message in &messages {
            let cancelled = matches!(message, Message::Mail(mail) if mail.subject.starts_with("Absage"));
            assert!(cancelled || text(message).contains("nie nach Geld"), "{message:?}");
        }
    });
}

/// Waits until at least so many messages went out and none waits.
async fn told_at_least(world: &World, count: usize) -> Vec<Message> {
    for _ in 0..400 {
        let told = outbox::list_mailbox(&world.desk, 100).await.unwrap();
        if told.len() >= count && outbox::count(&world.desk).await.unwrap().0 == 0 {
            return told.into_iter().rev().map(|told| told.message).collect();
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{count} messages were expected");
}

/// Across the clock change in October: what the office proposed stands in mail, page and calendar as the same wall time.
#[test]
fn a_time_that_the_office_proposed_is_the_same_in_mail_page_and_calendar() {
    on_both("2026-10-19T06:00:00Z", async |world| {
        officer(world, "Anna", &[Tue]).await;
        // Before the change 10:00 is 08:00Z, after it 09:00Z.
        let path = book(world, "einbruchschutz", "2026-10-20T08:00:00Z", "quark@example.de").await;
        book(world, "einbruchschutz", "2026-10-20T08:30:00Z", FIXED).await;
        let proposal = propose(world, &path, Reason::HourChanged).await;
        assert_eq!(starts(&proposal)[0], "2026-10-27T09:00:00Z");
        go(world, &format!("{path}/vorschlag"), &[("zeit", "2026-10-27T09:00:00Z")]).await;
        let messages = told(world, 3).await;
        let wall = "Dienstag, 27. Oktober 2026, 10:00 bis 10:30 Uhr";
        assert!(text(&messages[1]).contains(wall) && text(&messages[2]).contains(wall));
        assert!(world.page(&path).await.1.contains(wall));
        let Message::Mail(mail) = &messages[2] else { panic!() };
        let ics = &mail.invitation.as_ref().unwrap().ics;
        for line in ["METHOD:REQUEST", "SEQUENCE:1", "DTSTART;TZID=Europe/Berlin:20261027T100000", "BEGIN:VTIMEZONE"] {
            assert!(ics.contains(line), "{line} is missing in\n{ics}");
        }
    });
}

/// Through a real mail server: method of object and MIME type are the same, and the entry is the same one throughout.
#[test]
fn a_time_that_the_staff_booked_is_the_same_in_mail_page_and_calendar() {
    on_both("2026-10-19T06:00:00Z", async |world| {
        officer(world, "Anna", &[Tue]).await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        // The clocks have been put back: ten is nine.
        let typed = [
            ("thema", "einbruchschutz"),
            ("art", "video"),
            ("stelle", "ka"),
            ("sprache", "de"),
            ("zeit", "2026-10-27T09:00:00Z"),
            ("name", "Zitronenfalter Quark"),
            ("kontakt", "quark@example.de"),
        ];
        let (status, to, page) = planner.send("/dienst/buchungen/neu", &typed).await;
        assert_eq!(status, 303, "{page}");
        let staff = planner.see(&to).await;
        assert!(staff.contains("Dienstag, 27. Oktober 2026") && staff.contains("10:00 bis 10:30 Uhr"), "{staff}");
        let messages = told(world, 1).await;
        let wall = "Dienstag, 27. Oktober 2026, 10:00 bis 10:30 Uhr";
        let Message::Mail(mail) = &messages[0] else { panic!() };
        assert!(mail.text.contains(wall), "{}", mail.text);
        assert!(world.page(&link(world, &messages[0])).await.1.contains(wall));
        let ics = &mail.invitation.as_ref().unwrap().ics;
        assert!(ics.contains("DTSTART;TZID=Europe/Berlin:20261027T100000") && ics.contains("BEGIN:VTIMEZONE"), "{ics}");
    });
}

#[test]
fn a_move_is_a_request_and_a_cancellation_a_cancel_in_object_and_mime_type() {
    for engine in engines() {
        let Some((server, mut lines)) = MailServer::start(free_port()) else { return };
        runtime().block_on(async {
            let mut world = World::start_with(engine, NOW, |config| server.configure(config)).await;
            officer(&world, "Anna", &[Tue]).await;
            let path = book(&world, "einbruchschutz", TEN, "quark@example.de").await;
            for (step, fields, method) in [
                ("", &[][..], "REQUEST"),
                ("/verschieben", &[("zeit", HALF_PAST_TEN)], "REQUEST"),
                ("/absagen", &[], "CANCEL"),
            ] {
                if !step.is_empty() {
                    go(&world, &format!("{path}{step}"), fields).await;
                }
                let line = lines.next().unwrap();
                assert!(line.contains(&format!("text/calendar;{method}")), "{method} is missing in {line}");
                assert!(line.contains(&format!("METHOD:{method}")), "{method} is not the object's in {line}");
            }
            world.shut_down().await;
        });
    }
}

/// Somebody of Karlsruhe's staff, signed in.
struct Staff<'w> {
    world: &'w World,
    cookie: String,
}

async fn staff<'w>(world: &'w World, login: &str, role: Role, officer: Option<OfficerId>) -> Staff<'w> {
    let user = NewUser { login: login.into(), role, office: "ka".parse().unwrap(), officer };
    people::add_user(&world.desk, world.now(), &user, "ein langes Passwort").await.unwrap();
    let response = world.form("/anmelden", &[("login", login), ("password", "ein langes Passwort")]).await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    Staff { world, cookie }
}

impl Staff<'_> {
    async fn page(&self, path: &str) -> String {
        let request = self.world.http.get(self.world.url(path)).header("cookie", &self.cookie);
        request.send().await.unwrap().text().await.unwrap()
    }

    async fn post(&self, path: &str) -> u16 {
        self.form(path, &[]).await
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> u16 {
        let request = self.world.http.post(self.world.url(path)).header("cookie", &self.cookie);
        request.header("origin", &self.world.address).form(fields).send().await.unwrap().status().as_u16()
    }
}
