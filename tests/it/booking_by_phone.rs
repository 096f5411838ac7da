//! A caller books by key: in the call's transaction, on both engines, and many at once.

use chrono::TimeDelta;
use sprechzeit::args;
use sprechzeit::bookings::{self, BookingError, Confirmation, Format, PhoneBooking, Plan, State, Window};
use sprechzeit::db::Read;
use sprechzeit::kernel::id::{CallId, OfficerId};
use sprechzeit::kernel::{Instant, Language, Span, local};
use sprechzeit::offices::OfficeId;
use sprechzeit::outbox::{self, Message};
use sprechzeit::people::{self, Actor, Officer};

use crate::world::{World, on_both};

/// A Monday, 08:00 in Berlin.
const NOW: &str = "2026-07-13T06:00:00Z";
/// 10:00 on the next day.
const TEN: &str = "2026-07-14T08:00:00Z";

fn karlsruhe() -> OfficeId {
    "ka".parse().unwrap()
}

/// An officer of Karlsruhe who gives advice on Tuesdays from ten to four, on every topic.
async fn officer(world: &World, name: &str) -> OfficerId {
    let officer = Officer {
        id: OfficerId::mint(),
        office: karlsruhe(),
        name: name.into(),
        active: true,
        skills: Default::default(),
    };
    people::hire(&world.desk, world.now(), &Actor::system(), &officer, (None, None)).await.unwrap();
    let window = Window::read("10:00", "16:00").unwrap();
    let plan = Plan::weekly(officer.id, chrono::Weekday::Tue, window, "2026-07-01".parse().unwrap());
    bookings::offer_hours(&world.desk, world.now(), &Actor::system(), plan).await.unwrap();
    officer.id
}

fn asked(start: &str) -> PhoneBooking {
    PhoneBooking {
        office: karlsruhe(),
        topic: None,
        start: Instant::parse(start).unwrap(),
        number: "+49 89 99998110".parse().unwrap(),
        language: Language::De,
        confirmation: Confirmation::Spoken,
    }
}

async fn starts(world: &World, count: usize) -> Vec<String> {
    let times =
        bookings::list_by_phone(&world.desk.db, world.now(), karlsruhe(), (None, Language::De), count).await.unwrap();
    times.into_iter().map(|time| local::wall(time.span.start).format("%d.%m. %H:%M").to_string()).collect()
}

#[test]
fn a_caller_books_and_staff_sees_and_cancels_it() {
    on_both(NOW, async |world| {
        let anna = officer(world, "Anna").await;
        assert_eq!(starts(world, 3).await, ["14.07. 10:00", "14.07. 13:00", "21.07. 10:00"]);
        let (desk, now) = (&world.desk, world.now());
        let mut tx = desk.db.begin().await.unwrap();
        let asked = PhoneBooking { confirmation: Confirmation::Sms, ..asked(TEN) };
        let (booking, person) = bookings::book_by_phone(&mut tx, desk, now, &asked).await.unwrap();
        tx.commit().await.unwrap();
        desk.outbox_bell.notify_one();
        assert_eq!((booking.state, booking.officer, booking.hold_until()), (State::Confirmed, anna, None));
        assert_eq!((person.name.as_str(), person.contact_text()), ("Anruf", "+49 89 99998110"));
        assert_eq!(booking.chosen_why, "Zu dieser Zeit war sonst niemand frei.");
        assert_eq!(starts(world, 1).await, ["14.07. 10:30"]);

        let day = local::whole_day("2026-07-14".parse().unwrap());
        let entries = bookings::list_bookings_of(desk, anna, day).await.unwrap();
        assert_eq!(entries.len(), 1, "it stands in the officer's day and feed");
        assert_eq!(entries[0].person.as_ref().map(|person| person.name.as_str()), Some("Anruf"));
        let sought = bookings::Sought { office: Some(karlsruhe()), window: day, text: "089 99998110".into() };
        assert_eq!(bookings::list_bookings(desk, &Actor::system(), &sought).await.unwrap().len(), 1);

        let sms = sms(world).await;
        assert_eq!(sms.to, "+498999998110");
        for text in ["Dienstag, 14. Juli 2026, 10:00 Uhr", &person.kennwort, &booking.reference.to_string()] {
            assert!(sms.text.contains(text), "\"{text}\" is missing in {}", sms.text);
        }

        let cancelled = bookings::cancel_for_office(desk, now, &Actor::system(), booking.id, "").await.unwrap();
        assert_eq!((cancelled.state, cancelled.person), (State::Cancelled, None));
        assert_eq!(starts(world, 1).await, ["14.07. 10:00"]);
    });
}

/// The one SMS that went out.
async fn sms(world: &World) -> outbox::Sms {
    for _ in 0..400 {
        if let Some(told) = outbox::list_mailbox(&world.desk, 10).await.unwrap().pop() {
            let Message::Sms(sms) = told.message else { panic!("an SMS was expected") };
            return sms;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("an SMS was expected");
}

#[test]
fn what_begins_too_soon_is_not_offered_and_what_is_past_is_refused() {
    on_both(NOW, async |world| {
        officer(world, "Anna").await;
        // Tuesday, 10:50: ten minutes are not enough.
        world.advance_minutes(26 * 60 + 50);
        assert_eq!(starts(world, 1).await, ["14.07. 11:30"]);
        let mut tx = world.desk.db.begin().await.unwrap();
        let refused = bookings::book_by_phone(&mut tx, &world.desk, world.now(), &asked(TEN)).await;
        assert!(matches!(refused, Err(BookingError::Past { nearest }) if nearest.len() == 3));
    });
}

#[test]
fn of_ten_callers_who_want_one_slot_one_gets_it_and_the_calls_of_all_go_on() {
    on_both(NOW, async |world| {
        officer(world, "Anna").await;
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let (desk, now) = (world.desk.clone(), world.now());
            callers.spawn(async move {
                let mut tx = desk.db.begin().await.unwrap();
                let booked = bookings::book_by_phone(&mut tx, &desk, now, &asked(TEN)).await;
                // The call goes on in the same transaction.
                let call = CallId::mint();
                people::record(&mut tx, now, &Actor::system(), "call_went_on", (&call, &karlsruhe())).await.unwrap();
                tx.commit().await.unwrap();
                match booked {
                    Ok(_) => 1,
                    Err(BookingError::SlotTaken { nearest }) => {
                        assert_eq!(nearest.len(), 3);
                        0
                    }
                    Err(error) => panic!("{error}"),
                }
            });
        }
        assert_eq!(callers.join_all().await.into_iter().sum::<i32>(), 1);
        let count = "SELECT count(*) FROM audit WHERE verb = $1";
        let (went_on,) = (&world.desk.db).first::<(i64,)>(count, args!["call_went_on"]).await.unwrap().unwrap();
        assert_eq!(went_on, 10, "on {:?}", world.engine);
    });
}

#[test]
fn a_hold_that_ran_out_is_not_in_a_callers_way() {
    on_both(NOW, async |world| {
        officer(world, "Anna").await;
        let wish = bookings::Wish {
            office: Some(karlsruhe()),
            ..bookings::Wish::new("stalking".parse().unwrap(), Format::Video)
        };
        let start = Instant::parse(TEN).unwrap();
        let ask = bookings::Ask { wish, start, language: Language::De, instead_of: None };
        bookings::hold(&world.desk, world.now(), &ask).await.unwrap();
        let mut tx = world.desk.db.begin().await.unwrap();
        let held = bookings::book_by_phone(&mut tx, &world.desk, world.now(), &asked(TEN)).await;
        assert!(matches!(held, Err(BookingError::SlotTaken { .. })));
        drop(tx);
        let later = world.now() + TimeDelta::minutes(21);
        let mut tx = world.desk.db.begin().await.unwrap();
        let (booking, _) = bookings::book_by_phone(&mut tx, &world.desk, later, &asked(TEN)).await.unwrap();
        tx.commit().await.unwrap();
        let only = Span { start, end: start + TimeDelta::minutes(30) };
        assert_eq!(booking.span, only);
    });
}
