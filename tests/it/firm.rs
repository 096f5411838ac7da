//! What happens to a booking after it is confirmed: the office asks for another time, and the citizen answers.

use sprechzeit::bookings::{self, Booking, Plan, Proposal, Reason, State, Window};
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::kernel::{Instant, Secret};
use sprechzeit::outbox::{self, Message};
use sprechzeit::people::{self, Actor, Officer};

use crate::world::{World, on_both};

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
    let officer = Officer {
        id: OfficerId::mint(),
        office: "ka".parse().unwrap(),
        name: name.into(),
        active: true,
        skills: Default::default(),
    };
    people::hire(&world.desk, world.now(), &Actor::system(), &officer, (None, None)).await.unwrap();
    for weekday in days {
        let window = Window::read("10:00", "11:00").unwrap();
        let plan = Plan::weekly(officer.id, *weekday, window, "2026-07-01".parse().unwrap());
        bookings::offer_hours(&world.desk, world.now(), &Actor::system(), plan).await.unwrap();
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
async fn told(world: &World, count: usize) -> Vec<Message> {
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
