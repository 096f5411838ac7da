//! The waiting list: what becomes free is offered in order, kept for a while, and passed on; never more than there is.

use std::collections::BTreeSet;

use sprechzeit::bookings::{
    self, Booking, Firmness, Format, Join, Rules, State, Typed, WaitingError, WaitingList, WaitingState, Wish,
};
use sprechzeit::kernel::{Instant, Language, Secret, local};
use sprechzeit::outbox::Mail;
use sprechzeit::people::{Actor, Role};

use crate::claims::{api_confirm, api_hold, go, link, mails, officer, said_in, start};
use crate::world::{Engine, World, on_both};

/// A Monday, 08:00 in Berlin.
const NOW: &str = "2026-07-13T06:00:00Z";
/// 09:00 on the Tuesday in two weeks: after the only slots that there are before.
const LAST: &str = "2026-07-14";

fn wish(format: Format) -> Wish {
    Wish { office: Some("ka".parse().unwrap()), ..Wish::new("einbruchschutz".parse().unwrap(), format) }
}

/// Puts `citizen{number}@example.org` on the list.
async fn join(world: &World, number: usize) -> Secret {
    let typed = Typed { name: format!("Citizen {number}"), contact: format!("citizen{number}@example.org") };
    let join = Join { wish: wish(Format::Video), language: Language::De, last_day: LAST.parse().unwrap(), typed };
    bookings::join_waiting_list(&world.desk, world.now(), &join).await.unwrap().1
}

/// Books every slot of the day from the number on; the secrets.
async fn fill(world: &World, numbers: std::ops::Range<i64>) -> Vec<Secret> {
    let mut booked = Vec::new();
    for number in numbers {
        let (status, held) = api_hold(world, "telephone", &start(number)).await;
        assert_eq!(status, 201, "{held}");
        let (status, booking) = api_confirm(world, &held, &format!("0151 2345{number:04}")).await;
        assert_eq!(status, 200, "{booking}");
        booked.push(Secret::parse(held["secret"].as_str().unwrap()).unwrap());
    }
    booked
}

/// The round, as it runs by itself.
async fn sweep(world: &World) -> u64 {
    bookings::expire_holds(&world.desk, world.now()).await.unwrap();
    bookings::offer_free(&world.desk, world.now()).await.unwrap()
}

/// Which citizens were offered something, in the order of the messages, and the link of each.
async fn offers(world: &World, mail_count: usize) -> Vec<(String, String)> {
    let is_offer = |mail: &Mail| mail.subject.contains("frei");
    let offers = mails(world, mail_count).await.into_iter().filter(is_offer);
    offers.map(|mail| (mail.to.split(['n', '@']).nth(1).unwrap().to_owned(), link(&mail.text, "/angebot/"))).collect()
}

#[test]
fn of_ten_who_wait_for_seven_the_first_seven_are_offered_in_order_and_an_offer_passes_on() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 7).await;
        let booked = fill(world, 0..7).await;
        for number in 0..10 {
            join(world, number).await;
            world.advance_seconds(1);
        }
        assert_eq!(sweep(world).await, 0, "nothing is free");
        for secret in &booked {
            bookings::cancel(&world.desk, world.now(), secret).await.unwrap();
        }
        // Ten who joined and seven offers; bookings by telephone send no mail.
        let told = offers(world, 17).await;
        let who: Vec<&str> = told.iter().map(|(who, _)| who.as_str()).collect();
        assert_eq!(who, ["0", "1", "2", "3", "4", "5", "6"]);
        assert_eq!(sweep(world).await, 0, "never more offers than there is");
        assert_eq!(api_hold(world, "video", &start(0)).await.0, 409, "an offered time is kept");

        let booking = go(world, &format!("{}/annehmen", told[1].1), &[]).await;
        said_in(&world.page(&booking).await, 200, &["Ihr Termin ist gebucht"]);
        assert_eq!(go(world, &format!("{}/annehmen", told[1].1), &[]).await, booking, "twice is once");

        world.advance_minutes(121);
        assert_eq!(sweep(world).await, 6, "six offers ran out and pass on");
        let told = offers(world, 17 + 1 + 6).await;
        let who: Vec<&str> = told.iter().skip(7).map(|(who, _)| who.as_str()).collect();
        assert_eq!(who, ["7", "8", "9", "0", "2", "3"], "who let theirs run out comes after the others");
        said_in(&world.page(&told[0].1).await, 410, &["gilt nicht mehr"]);
        assert_eq!(world.form(&format!("{}/annehmen", told[0].1), &[]).await.status(), 410);
    });
}

#[test]
fn a_closed_list_takes_nobody_and_offers_nothing() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 1).await;
        let booked = fill(world, 0..1).await;
        join(world, 0).await;
        let (karlsruhe, now) = ("ka".parse().unwrap(), world.now());
        let closed = Rules { firmness: Firmness::AtOnce, waiting_list: WaitingList::Closed };
        bookings::set_rules(&world.desk, now, &Actor::system(), karlsruhe, closed).await.unwrap();
        bookings::cancel(&world.desk, now, &booked[0]).await.unwrap();
        assert_eq!(sweep(world).await, 0);
        let typed = Typed { name: "Q".into(), contact: "q@example.org".into() };
        let last_day = LAST.parse().unwrap();
        let asked = Join { wish: wish(Format::Video), language: Language::De, last_day, typed };
        let refused = bookings::join_waiting_list(&world.desk, now, &asked).await;
        assert!(matches!(refused, Err(WaitingError::Closed)), "{refused:?}");
        bookings::set_rules(&world.desk, now, &Actor::system(), karlsruhe, Rules::default()).await.unwrap();
        assert_eq!(sweep(world).await, 1);
    });
}

#[test]
fn an_earlier_time_that_is_taken_moves_the_booking_and_frees_the_old_one() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 3).await;
        let early = fill(world, 0..1).await.remove(0);
        let (_, held) = api_hold(world, "video", &start(2)).await;
        api_confirm(world, &held, "quark@example.org").await;
        let secret = Secret::parse(held["secret"].as_str().unwrap()).unwrap();
        let page = format!("/buchung/{}", secret.expose());
        said_in(&world.page(&page).await, 200, &["Früheren Termin wünschen"]);
        // The slot between is free, so it is offered at once; it does not suit.
        let wish_page = go(world, &format!("{page}/frueher"), &[]).await;
        said_in(&world.page(&wish_page).await, 200, &["Sie stehen auf der Warteliste"]);
        said_in(&world.page(&format!("{page}/frueher")).await, 200, &["schon notiert"]);
        assert_eq!(sweep(world).await, 1);
        let first = link(&mails(world, 3).await.remove(2).text, "/angebot/");
        said_in(&world.page(&first).await, 200, &["10:30 bis 11:00 Uhr", "verschieben wir Ihren Termin"]);
        assert_eq!(world.form(&format!("{first}/ablehnen"), &[]).await.status(), 200);
        assert_eq!(sweep(world).await, 0, "the same time is not offered twice");

        bookings::cancel(&world.desk, world.now(), &early).await.unwrap();
        let second = link(&mails(world, 4).await.remove(3).text, "/angebot/");
        let moved = go(world, &format!("{second}/annehmen"), &[]).await;
        said_in(&world.page(&moved).await, 200, &["10:00 bis 10:30 Uhr", "auf diese Zeit verschoben"]);
        said_in(&world.page(&page).await, 200, &["10:00 bis 10:30 Uhr"]);
        let booking = bookings::load_by_secret(&world.desk, &secret).await.unwrap();
        assert_eq!((booking.state, booking.sequence), (State::Confirmed, 1), "the same booking");
        assert_eq!(booking.reference.to_string(), held["reference"].as_str().unwrap());
        let told = mails(world, 5).await.remove(4);
        assert!(told.invitation.unwrap().ics.contains("SEQUENCE:1"));
        assert_eq!(api_hold(world, "video", &start(2)).await.0, 201, "the old time is free");
        said_in(&world.page(&wish_page).await, 200, &["Sie haben einen Termin"]);
        assert_eq!(sweep(world).await, 0);
    });
}

#[test]
fn who_leaves_the_list_is_forgotten_and_their_offer_goes_to_the_next() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 1).await;
        let booked = fill(world, 0..1).await.remove(0);
        let first = join(world, 0).await;
        world.advance_seconds(1);
        let second = join(world, 1).await;
        bookings::cancel(&world.desk, world.now(), &booked).await.unwrap();
        let page = format!("/warteliste/{}", first.expose());
        said_in(&world.page(&page).await, 200, &["Eine Zeit ist für Sie frei"]);
        for _ in 0..2 {
            assert_eq!(go(world, &format!("{page}/verlassen"), &[]).await, page);
        }
        said_in(&world.page(&page).await, 200, &["nicht mehr auf der Warteliste"]);
        let (left, _) = bookings::find_wish(&world.desk, &first).await.unwrap().unwrap();
        assert_eq!((left.state, left.person, left.contact_hash), (WaitingState::Left, None, None));
        let (next, _) = bookings::find_wish(&world.desk, &second).await.unwrap().unwrap();
        assert_eq!(next.state, WaitingState::Offered);
        let told = offers(world, 4).await;
        world.advance_minutes(30);
        assert_eq!(world.form(&format!("{}/verlassen", told[1].1), &[]).await.status(), 200);
        let (_, held) = api_hold(world, "video", &start(0)).await;
        assert!(held["secret"].is_string(), "the time is free for everybody: {held}");
    });
}

#[test]
fn a_citizen_joins_on_the_page_and_whoever_plans_finds_and_removes_them() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 1).await;
        fill(world, 0..1).await;
        let chosen = "thema=einbruchschutz&art=telefon&stelle=ka";
        said_in(
            &world.page(&format!("/termin/zeit?{chosen}")).await,
            200,
            &["Auf die Warteliste", "/warteliste?thema"],
        );
        said_in(&world.page(&format!("/warteliste?{chosen}")).await, 200, &["Mobilnummer", "value=\"2026-08-10\""]);
        let form = |contact: &'static str, day: &'static str| {
            vec![
                ("thema", "einbruchschutz"),
                ("art", "telefon"),
                ("stelle", "ka"),
                ("name", "Zitronenfalter"),
                ("kontakt", contact),
                ("bis", day),
            ]
        };
        for (contact, day, said) in [
            ("089 99998 110", LAST, "keine SMS"),
            ("morgen", LAST, "nicht anrufen"),
            ("0151 23456789", "2026-07-12", "in den nächsten zwölf Wochen"),
            ("0151 23456789", "unlesbar", "in den nächsten zwölf Wochen"),
        ] {
            let answer = world.form("/warteliste", &form(contact, day)).await;
            let said_so = (answer.status().as_u16(), answer.text().await.unwrap());
            said_in(&said_so, 400, &[said, "Zitronenfalter", contact]);
        }
        let page = go(world, "/warteliste", &form("0151 23456789", LAST)).await;
        said_in(&world.page(&page).await, 200, &["Niemand wartet länger als Sie"]);

        let actor = |role, office: &str| Actor { role, office: office.parse().unwrap(), ..Actor::system() };
        let (planner, elsewhere) = (actor(Role::Supervisor, "ka"), actor(Role::Supervisor, "fr"));
        for (who, text, count) in [
            (&planner, "", 1),
            (&planner, "falter", 1),
            (&planner, "+49 151 23456789", 1),
            (&planner, "nobody", 0),
            (&elsewhere, "", 0),
            (&actor(Role::Officer, "ka"), "", 0),
        ] {
            let listed = bookings::list_waiting(&world.desk, who, text).await.unwrap();
            assert_eq!(listed.len(), count, "{} {text}", who.role);
        }
    });
}

#[test]
fn a_wish_whose_last_day_is_over_is_forgotten() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 1).await;
        fill(world, 0..1).await;
        let secret = join(world, 0).await;
        world.advance_minutes(2 * 24 * 60);
        sweep(world).await;
        let (over, _) = bookings::find_wish(&world.desk, &secret).await.unwrap().unwrap();
        assert_eq!((over.state, over.person, over.contact_hash), (WaitingState::Over, None, None));
    });
}

/// Rounds of several nodes, acceptances and citizens who hold what they see, all at once: the live bookings by slot.
async fn crowd(world: &World) -> Vec<Booking> {
    officer(world, "Anna", 6).await;
    let booked = fill(world, 0..6).await;
    for number in 0..9 {
        join(world, number).await;
        world.advance_seconds(1);
    }
    let (desk, now) = (&world.desk, world.now());
    let mut crowd = tokio::task::JoinSet::new();
    for secret in booked {
        let desk = desk.clone();
        crowd.spawn(async move { drop(bookings::cancel(&desk, now, &secret).await) });
    }
    for _ in 0..4 {
        let desk = desk.clone();
        crowd.spawn(async move { drop(bookings::offer_free(&desk, now).await) });
    }
    for number in (0..6).flat_map(|number| [number; 6]) {
        let (desk, start) = (desk.clone(), Instant::parse(&start(number)).unwrap());
        let ask = bookings::Ask { wish: wish(Format::Video), start, language: Language::De, instead_of: None };
        crowd.spawn(async move { drop(bookings::hold(&desk, now, &ask).await) });
    }
    crowd.join_all().await;
    // Whoever is offered something accepts it, twice at once.
    let mut crowd = tokio::task::JoinSet::new();
    let told = sprechzeit::outbox::list_mailbox(desk, 100).await.unwrap();
    for told in told {
        let sprechzeit::outbox::Message::Mail(mail) = told.message else { continue };
        if !mail.text.contains("/angebot/") {
            continue;
        }
        let secret = Secret::parse(link(&mail.text, "/angebot/").rsplit('/').next().unwrap()).unwrap();
        for _ in 0..2 {
            let (desk, secret) = (desk.clone(), secret.clone());
            crowd.spawn(async move { drop(bookings::accept_offer(&desk, now, &secret).await) });
        }
    }
    crowd.join_all().await;
    let day = local::whole_day(LAST.parse().unwrap());
    let sought = bookings::Sought { office: None, window: day, text: String::new() };
    let entries = bookings::list_bookings(desk, &Actor::system(), &sought).await.unwrap();
    let live = entries.into_iter().map(|entry| entry.booking);
    live.filter(|it| matches!(it.state, State::Held { .. } | State::Requested { .. } | State::Confirmed)).collect()
}

#[test]
fn offers_acceptances_and_holds_at_once_never_give_a_time_twice() {
    on_both(NOW, async |world| {
        let live = crowd(world).await;
        let slots: BTreeSet<_> = live.iter().map(|booking| booking.slot).collect();
        assert_eq!(slots.len(), live.len(), "a slot was given twice on {:?}", world.engine);
        assert_eq!(live.len(), 6, "every time went to somebody");
    });
}

/// The negative control: two rounds at once offer one wish two times when nothing but the row's lock forbids it, and that
/// is taken away. SQLite has one writer, so only PostgreSQL can lose this race.
#[test]
fn without_the_guards_offers_and_holds_give_a_time_twice() {
    on_both(NOW, async |world| {
        if world.engine == Engine::Sqlite {
            return;
        }
        let pool = sqlx::PgPool::connect(world.database_url()).await.unwrap();
        for guard in
            ["DROP INDEX bookings_one_per_slot", "ALTER TABLE commitments DROP CONSTRAINT commitments_never_overlap"]
        {
            sqlx::query(guard).execute(&pool).await.unwrap();
        }
        pool.close().await;
        let live = crowd(world).await;
        let slots: BTreeSet<_> = live.iter().map(|booking| booking.slot).collect();
        assert!(slots.len() < live.len(), "the race did not come about: the guards are not tested");
    });
}
