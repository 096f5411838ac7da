//! The demonstration keeps its promises, whatever day it begins on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde_json::{Value, json};
use sprechzeit::args;
use sprechzeit::bookings::{self, Format, Wish};
use sprechzeit::calls::{self, CallbackState};
use sprechzeit::db::Read;
use sprechzeit::desk::Desk;
use sprechzeit::kernel::{Instant, Phone, Span, local};
use sprechzeit::offices::{self, OfficeId, topics};
use sprechzeit::outbox::{self, Mail, Message};
use sprechzeit::people::{self, AbsenceKind, Actor, NewUser, Role};
use sprechzeit::shifts::{self, Hotline};
use sprechzeit::{demo, feeds};

use crate::world::{Engine, World, on_both};

/// A Wednesday, 11:00 in Stuttgart.
const WEDNESDAY: &str = "2026-11-18T10:00:00Z";

async fn filled(engine: Engine, at: &str) -> World {
    let world = World::start(engine, at).await;
    demo::fill(&world.desk, world.now()).await.unwrap();
    world
}

async fn words(desk: &Desk, sql: &'static str) -> BTreeSet<String> {
    let rows: Vec<(String,)> = (&desk.db).all(sql, args![]).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

fn set(words: &str) -> BTreeSet<String> {
    words.split(' ').map(str::to_owned).collect()
}

async fn main_hotline(desk: &Desk) -> Hotline {
    let number: Phone = "+49 89 99998 110".parse().unwrap();
    shifts::find_hotline_by_number(&desk.db, &number).await.unwrap().unwrap()
}

fn days(from: NaiveDate, count: usize) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take(count)
}

/// Begins and lengths of the gaps of the main hotline, and what needs cover there.
async fn gaps_and_clashes(desk: &Desk, now: Instant, window: Span) -> (Vec<i64>, usize) {
    let hotline = main_hotline(desk).await;
    let calendar = offices::load_calendar(&desk.db, hotline.office, window).await.unwrap();
    let rota = shifts::load_rota(&desk.db, hotline.id, window).await.unwrap();
    let count = (window.length().num_hours() / 24 + 1) as usize;
    let open: Vec<Span> =
        days(local::day(window.start), count).flat_map(|day| hotline.hours.spans(day, &calendar)).collect();
    let gaps = shifts::gaps(&rota, &open, now).into_iter().map(|gap| gap.span.length().num_minutes()).collect();
    (gaps, shifts::needs_cover(&rota, window).len())
}

#[test]
fn everything_that_the_demonstration_promises_is_there() {
    on_both(WEDNESDAY, async |world| {
        let (desk, now) = (&world.desk, world.now());
        demo::fill(desk, now).await.unwrap();
        offices_and_officers(desk, now).await;
        advice(desk, now).await;
        hotlines(desk, now).await;
        history(desk, now).await;

        let before = people::list_officers(&desk.db, None).await.unwrap();
        demo::fill(desk, now).await.unwrap();
        assert_eq!(people::list_officers(&desk.db, None).await.unwrap(), before, "it is filled once");
    });
}

async fn offices_and_officers(desk: &Desk, now: Instant) {
    let christmas = Span { start: now, end: now + TimeDelta::days(60) };
    for (office, hours) in offices::list_offices(&desk.db).await.unwrap() {
        assert!(!hours.is_empty(), "{}", office.id);
        let calendar = offices::load_calendar(&desk.db, office.id, christmas).await.unwrap();
        assert!(["2026-12-24", "2026-12-31"].iter().all(|day| calendar.closed(day.parse().unwrap()).is_some()));
        let officers = people::list_officers(&desk.db, Some(&office.id)).await.unwrap();
        assert!(officers.len() >= if office.id == OfficeId::STATE { 6 } else { 2 }, "{}", office.id);
        let login = format!("planung-{}", office.id);
        people::sign_in(desk, now, &login, "sprechzeit-demo").await.unwrap();
    }
    let officers = people::list_officers(&desk.db, None).await.unwrap();
    assert!(officers.len() >= 40);
    for officer in officers {
        let (phone, mail) = people::officer_contact(desk, officer.id).await.unwrap();
        assert!(phone.unwrap().as_str().starts_with("+496990009") && mail.unwrap().ends_with("@example.org"));
    }
    for login in ["planung", "beratung", "land"] {
        let secret = people::sign_in(desk, now, login, "sprechzeit-demo").await.unwrap();
        let actor = people::find_session(desk, now, &secret).await.unwrap().unwrap();
        assert_eq!((actor.office, actor.officer.is_some()), (OfficeId::STATE, login == "beratung"));
    }
    let around = Span { start: now - TimeDelta::days(14), end: now + TimeDelta::days(14) };
    let absences = people::list_absences(&desk.db, around).await.unwrap();
    for kind in [AbsenceKind::Leave, AbsenceKind::Sick, AbsenceKind::Deployment] {
        assert!(absences.iter().any(|absence| absence.kind == kind), "{kind}");
    }
}

async fn advice(desk: &Desk, now: Instant) {
    let wish = |topic: &str, format, office: Option<&str>| Wish {
        office: office.map(|office| office.parse().unwrap()),
        ..Wish::new(topic.parse().unwrap(), format)
    };
    for topic in topics() {
        for office in [None, Some("lka")] {
            let wish = wish(topic.id.as_str(), Format::Video, office);
            assert!(bookings::next_free(desk, now, &wish, now).await.unwrap().is_some(), "{}", topic.id);
        }
    }
    let weeks = Span { start: now, end: now + TimeDelta::weeks(4) };
    let at_aalen = wish("einbruchschutz", Format::Telephone, Some("aa"));
    let merged = bookings::list_free(desk, now, &at_aalen, weeks).await.unwrap();
    assert!(merged.iter().flat_map(|day| &day.times).any(|time| time.officers == 2), "times of two officers merge");
    let hours = bookings::list_hours(desk, now, &Actor::system()).await.unwrap();
    let offices: BTreeSet<OfficeId> = hours.iter().map(|hour| hour.office).collect();
    assert_eq!(offices.len(), 14);
    let states = words(desk, "SELECT DISTINCT state FROM bookings").await;
    assert_eq!(states, set("held confirmed attended no_show expired cancelled"));
}

async fn hotlines(desk: &Desk, now: Instant) {
    let main = main_hotline(desk).await;
    assert_eq!((main.office, main.flow.as_str()), (OfficeId::STATE, "beratungstelefon"));
    assert!(shifts::list_hotlines(&desk.db, None).await.unwrap().len() >= 2);
    for hotline in shifts::list_hotlines(&desk.db, None).await.unwrap() {
        let duty = shifts::load_duty(&desk.db, hotline.id, now).await.unwrap();
        assert!(duty.on.len() >= 2, "{}", hotline.name);
    }
    let today = local::day(now);
    let ahead = Span { start: now, end: local::whole_day(today + TimeDelta::days(14)).end };
    assert_eq!(gaps_and_clashes(desk, now, ahead).await, (vec![120], 1));
    let behind = Span { start: local::whole_day(today - TimeDelta::days(14)).start, end: now };
    assert_eq!(gaps_and_clashes(desk, now, behind).await.0, Vec::<i64>::new());
}

async fn history(desk: &Desk, now: Instant) {
    let endings = words(desk, "SELECT DISTINCT ending FROM calls WHERE state = 'ended'").await;
    assert_eq!(endings, set("person announcement callback caller_gone lost"));
    let outcomes = words(desk, "SELECT DISTINCT outcome FROM attempts").await;
    let every = "accepted no_answer busy declined failed invalid_number not_accepted caller_gone";
    assert_eq!(outcomes, set(every));
    let lately = Span { start: now - TimeDelta::days(14), end: now };
    let called = calls::list_calls(desk, &Actor::system(), lately, None, (500, 0)).await.unwrap();
    let days: BTreeSet<NaiveDate> = called.iter().map(|call| local::day(call.started_at)).collect();
    assert!(called.len() >= 80 && days.len() >= 14, "{} calls on {} days", called.len(), days.len());

    let callbacks = calls::list_callbacks(desk, &Actor::system(), lately).await.unwrap();
    let open: Vec<_> = callbacks.iter().filter(|opened| opened.callback.state == CallbackState::Open).collect();
    assert!((3..=10).contains(&open.len()), "{} open call-backs", open.len());
    assert!(open.iter().all(|opened| opened.person.is_some()));
    assert!(open.len() < callbacks.len());

    assert!(feeds::list_feeds(desk, &Actor::system()).await.unwrap().len() >= 2);
    assert_eq!(outbox::count(desk).await.unwrap(), (0, 0), "nothing waits to be sent");
    assert!(!outbox::list_mailbox(desk, 500).await.unwrap().is_empty());
}

#[tokio::test]
async fn it_begins_on_any_day_and_at_any_hour() {
    for at in ["2026-10-25T00:30:00Z", "2027-03-28T01:10:00Z", "2026-12-26T22:59:00Z"] {
        let mut world = filled(Engine::Sqlite, at).await;
        let (desk, now) = (&world.desk, world.now());
        let end = local::whole_day(local::day(now) + TimeDelta::days(14)).end;
        let found = gaps_and_clashes(desk, now, Span { start: now, end }).await;
        assert_eq!(found, (vec![120], 1), "{at}");
        let states = words(desk, "SELECT DISTINCT state FROM bookings").await;
        assert!(states.contains("held") && states.contains("confirmed"), "{at}: {states:?}");
        world.shut_down().await;
    }
}

#[tokio::test]
async fn the_same_instant_makes_the_same_demonstration() {
    let mut told = Vec::new();
    for _ in 0..2 {
        let mut world = World::start(Engine::Sqlite, WEDNESDAY).await;
        demo::fill(&world.desk, Instant::parse(WEDNESDAY).unwrap()).await.unwrap();
        type Row = (String, String, i64);
        let bookings: Vec<Row> = (&world.desk.db)
            .all("SELECT topic, office_id, starts_at FROM bookings ORDER BY starts_at, topic, office_id", args![])
            .await
            .unwrap();
        let calls: Vec<Row> = (&world.desk.db)
            .all(
                "SELECT coalesce(ending, ''), office_id, started_at FROM calls ORDER BY started_at, office_id",
                args![],
            )
            .await
            .unwrap();
        told.push((bookings, calls));
        world.shut_down().await;
    }
    assert_eq!(told[0], told[1]);
}

#[test]
fn the_clock_moves_and_what_is_due_happens_at_once() {
    on_both(WEDNESDAY, async |world| {
        demo::fill(&world.desk, world.now()).await.unwrap();
        let clock = world.url("/demo/clock");
        let shown: Value = world.get("/demo/clock").await.json().await.unwrap();
        assert!(shown["now"].as_str().unwrap().starts_with("2026-11-18T10:0"));

        let held = "SELECT reference FROM bookings WHERE state = 'held'";
        assert_eq!(words(&world.desk, held).await.len(), 2);
        let moved = world.http.post(&clock).json(&json!({"advance_seconds": 3600})).send().await.unwrap();
        assert_eq!(moved.status(), 200);
        let moved: Value = moved.json().await.unwrap();
        assert!(moved["now"].as_str().unwrap().starts_with("2026-11-18T11:0"));
        assert_eq!(words(&world.desk, held).await.len(), 0, "the holds ran out");

        let back = world.http.post(&clock).json(&json!({"advance_seconds": -3600})).send().await.unwrap();
        assert_eq!(back.status(), 200);
        for nonsense in [json!({"advance_seconds": i64::MAX}), json!({"advance_seconds": "viel"}), json!({}), json!(7)]
        {
            let refused = world.http.post(&clock).json(&nonsense).send().await.unwrap();
            assert!(refused.status().is_client_error(), "{nonsense}");
            assert_eq!(refused.headers()["content-type"], "application/problem+json", "{nonsense}");
        }
        assert_eq!(world.now().utc().year(), 2026);
    });
}

#[tokio::test]
async fn the_page_moves_the_clock_to_the_gap() {
    let mut world = filled(Engine::Sqlite, WEDNESDAY).await;
    let (status, page) = world.page("/demo").await;
    assert_eq!(status, 200);
    assert!(page.contains("geöffnet, im Dienst: Birgit Sauter-Noll") && page.contains("sprechzeit-demo"), "{page}");

    assert_eq!(world.form("/demo/uhr", &[("weiter", "luecke")]).await.status(), 303);
    let (_, page) = world.page("/demo").await;
    assert!(page.contains("geöffnet, aber niemand ist im Dienst"), "{page}");
    world.form("/demo/uhr", &[("weiter", "tag")]).await;
    world.form("/demo/uhr", &[("weiter", "oeffnung")]).await;
    assert_eq!(local::wall(world.now()).format("%H:%M").to_string(), "09:01");
    world.shut_down().await;
}

#[tokio::test]
async fn the_mailbox_shows_every_message_with_its_calendar_entry() {
    let mut world = filled(Engine::Sqlite, WEDNESDAY).await;
    let (status, all) = world.page("/demo/post").await;
    assert_eq!(status, 200);
    let mut of_kind = BTreeMap::new();
    for told in outbox::list_mailbox(&world.desk, 300).await.unwrap() {
        let invites = matches!(&told.message, Message::Mail(mail) if mail.invitation.is_some());
        if invites || told.message.kind() != "mail" {
            of_kind.entry(told.message.kind()).or_insert(told);
        }
    }
    assert!(all.contains("E-Mail an ") && all.contains("SMS an "));
    let mail = &of_kind["mail"];
    let calendar = world.get(&format!("/demo/post/{}/einladung.ics", mail.id)).await;
    assert_eq!(calendar.headers()["content-type"], "text/calendar; charset=utf-8");
    assert!(calendar.text().await.unwrap().starts_with("BEGIN:VCALENDAR"));
    assert_eq!(world.page(&format!("/demo/post/{}/einladung.ics", of_kind["sms"].id)).await.0, 404);

    let (_, found) = world.page(&format!("/demo/post?suche={}", mail.message.to())).await;
    assert!(found.contains(mail.message.to()) && !found.contains("SMS an "));
    let (_, none) = world.page("/demo/post?suche=gibt-es-nicht").await;
    assert!(none.contains("Keine Nachricht enthält"));
    world.shut_down().await;
}

#[tokio::test]
async fn a_planner_tries_an_undelivered_message_again() {
    let mut world = World::start(Engine::Sqlite, WEDNESDAY).await;
    let desk = &world.desk;
    for (login, role) in [("planung", Role::Supervisor), ("beratung", Role::Officer)] {
        let user = NewUser { login: login.into(), role, office: OfficeId::STATE, officer: None };
        people::add_user(desk, world.now(), &user, "sprechzeit-demo").await.unwrap();
    }
    let mail = Mail { to: "x@example.org".into(), subject: "Probe".into(), text: "Text".into(), invitation: None };
    let mut tx = desk.db.begin().await.unwrap();
    let id = outbox::post(&mut tx, desk, world.now(), &"bkg_probe", &Message::Mail(mail)).await.unwrap();
    tx.run("UPDATE outbox SET state = 'dead', last_error = 'mailbox full' WHERE id = $1", args![id]).await.unwrap();
    tx.commit().await.unwrap();

    let page = async |cookie: &str| {
        let request = world.http.get(world.url("/dienst/nachrichten")).header("cookie", cookie);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(page(&signed_in(&world, "beratung").await).await.0, 403);
    let planner = signed_in(&world, "planung").await;
    let (status, shown) = page(&planner).await;
    assert_eq!(status, 200);
    assert!(shown.contains("mailbox full") && shown.contains("bkg_probe") && !shown.contains("x@example.org"));

    let form = [("message", id.to_string())];
    let again = world.http.post(world.url("/dienst/nachrichten")).header("cookie", &planner).form(&form);
    assert_eq!(again.send().await.unwrap().status(), 303);
    let (_, shown) = page(&planner).await;
    assert!(shown.contains("Alle Nachrichten sind zugestellt oder noch unterwegs"), "{shown}");
    world.shut_down().await;
}

async fn signed_in(world: &World, login: &str) -> String {
    let fields = [("login", login), ("password", "sprechzeit-demo"), ("weiter", "")];
    let response = world.form("/anmelden", &fields).await;
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_the_footer_links_to_is_there_in_every_language() {
    let mut world = World::start(Engine::Sqlite, WEDNESDAY).await;
    for page in ["/barrierefreiheit", "/datenschutz", "/impressum", "/rueckmeldung", "/echt"] {
        for prefix in ["", "/en", "/de-simple"] {
            let (status, text) = world.page(&format!("{prefix}{page}")).await;
            assert_eq!(status, 200, "{prefix}{page}");
            assert!(
                text.contains("mailto:sprechzeit@localhost")
                    && !text.contains("notices-")
                    && !text.contains("official-"),
                "{prefix}{page}"
            );
        }
    }
    let (_, privacy) = world.page("/en/datenschutz").await;
    assert!(privacy.contains("72 hours after the appointment"));
    world.shut_down().await;
}
