//! A citizen chooses the officer by name: from the list of times to the booked talk, and to the next one.

use sprechzeit::bookings::{self, Change, Member, Plan, Window};
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::kernel::{Instant, Secret};
use sprechzeit::people::{self, Actor, Officer};

use crate::bookings::go;
use crate::world::{World, on_both};

/// A Monday, 08:00 in Berlin.
const NOW: &str = "2026-07-13T06:00:00Z";
const TEN: &str = "2026-07-14T08:00:00Z";
const HALF_PAST_TEN: &str = "2026-07-14T08:30:00Z";
const A_WEEK_LATER: &str = "2026-07-21T08:00:00Z";

/// Three officers of one hour; Keller and Maier agreed to be booked by name.
async fn offer(world: &World) -> [OfficerId; 3] {
    let mut officers = [(); 3].map(|()| OfficerId::mint());
    officers.sort();
    for (id, name) in officers.into_iter().zip(["Keller", "Maier", "Schweiger"]) {
        let office = "ka".parse().unwrap();
        let officer = Officer { id, office, name: name.into(), active: true, skills: Default::default() };
        people::hire(&world.desk, world.now(), &Actor::system(), &officer, (None, None)).await.unwrap();
    }
    let window = Window::read("10:00", "11:00").unwrap();
    let weekly = Plan::weekly(officers[0], chrono::Weekday::Tue, window, "2026-07-01".parse().unwrap());
    let team = officers.into_iter().zip([true, true, false]);
    let team = team.map(|(officer, by_name)| Member { officer, by_name }).collect();
    bookings::offer_hours(&world.desk, world.now(), &Actor::system(), Plan { team, ..weekly }).await.unwrap();
    officers
}

fn times(officer: &str) -> String {
    format!("/termin/zeit?thema=einbruchschutz&art=telefon&stelle=ka&bedarf=&bei={officer}")
}

/// Chooses a time with this officer and says who books; the path of the summary.
async fn choose(world: &World, officer: &str, start: &str) -> String {
    let chosen = [("thema", "einbruchschutz"), ("art", "telefon"), ("stelle", "ka"), ("bei", officer), ("zeit", start)];
    let held = go(world, "/termin/reservieren", &chosen).await;
    go(world, &held, &[("name", "Quark"), ("kontakt", "089 99998 110")]).await
}

fn secret(path: &str) -> Secret {
    path.split('/').find_map(Secret::parse).unwrap()
}

#[test]
fn a_citizen_books_an_officer_by_name_and_moves_with_the_same_one() {
    on_both(NOW, async |world| {
        let [keller, maier, schweiger] = offer(world).await.map(|officer| officer.to_string());
        let (_, page) = world.page(&times("")).await;
        for (shown, expected) in [("Bei wem?", true), (">Keller<", true), (">Maier<", true), ("Schweiger", false)] {
            assert_eq!(page.contains(shown), expected, "{shown}");
        }
        let (_, page) = world.page(&times(&keller)).await;
        assert!(page.contains(&format!("value=\"{keller}\" selected")) && page.contains("Freie Zeiten bei allen"));
        assert!(page.contains(&format!("name=\"bei\" value=\"{keller}\"")), "the button carries the name");

        let check = choose(world, &keller, TEN).await;
        assert!(world.page(&check).await.1.contains("Keller"));
        // Somebody else who wants the same one hears of that one's next times, and keeps the wish.
        let wanted =
            [("thema", "einbruchschutz"), ("art", "telefon"), ("stelle", "ka"), ("bei", &keller), ("zeit", TEN)];
        let taken = world.form("/termin/reservieren", &wanted).await;
        assert_eq!(taken.status(), 409);
        let taken = taken.text().await.unwrap();
        assert!(taken.contains(HALF_PAST_TEN) && !taken.contains(&format!("value=\"{TEN}\"")), "{taken}");
        assert!(taken.contains(&format!("name=\"bei\" value=\"{keller}\"")));

        let booked = go(world, &check, &[]).await;
        assert!(world.page(&booked).await.1.contains("Keller"));
        let moved = bookings::move_to(&world.desk, world.now(), &secret(&booked), at(A_WEEK_LATER)).await.unwrap();
        assert_eq!(moved.officer.to_string(), keller);
        assert_eq!(moved.chosen_why, "Namentlich gewünscht.");
        // Both who agreed are taken then; the third is free, and not by name.
        for (officer, status) in [(&maier, 303), (&schweiger, 409), (&keller, 409)] {
            let fields = [
                ("thema", "einbruchschutz"),
                ("art", "telefon"),
                ("stelle", "ka"),
                ("bei", officer),
                ("zeit", A_WEEK_LATER),
            ];
            assert_eq!(world.form("/termin/reservieren", &fields).await.status(), status, "{officer}");
        }
        let (_, page) = world.page(&times(&schweiger)).await;
        assert!(page.contains("berät dazu gerade nicht"), "{page}");
    });
}

#[test]
fn a_hold_that_ran_out_offers_the_times_of_the_same_officer_and_the_office_any() {
    on_both(NOW, async |world| {
        let [keller, ..] = offer(world).await.map(|officer| officer.to_string());
        let check = choose(world, &keller, TEN).await;
        world.advance_minutes(25);
        let (status, page) = world.page(&check).await;
        assert_eq!(status, 410);
        assert!(page.contains(&format!("name=\"bei\" value=\"{keller}\"")), "{page}");
        let booked = go(world, &choose(world, &keller, TEN).await, &[]).await;
        let id = bookings::find_by_secret(&world.desk, &secret(&booked)).await.unwrap().unwrap().id;
        // Half past ten the named one has something else: the office may move the booking to a colleague.
        choose(world, &keller, HALF_PAST_TEN).await;
        let actor = Actor::system();
        let moved = bookings::move_for_office(&world.desk, world.now(), &actor, id, at(HALF_PAST_TEN)).await.unwrap();
        assert_ne!(moved.officer.to_string(), keller);
        assert!(!world.page(&booked).await.1.contains("Keller"));
    });
}

#[test]
fn the_programmers_door_names_those_who_agreed_and_nobody_else() {
    on_both(NOW, async |world| {
        let [keller, ..] = offer(world).await;
        let path = "/slots/officers?topic=einbruchschutz&format=telephone&office=ka";
        let (status, answer) = world.api("GET", path, None, None).await;
        assert_eq!(status, 200);
        let names: Vec<_> = answer["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Keller", "Maier"]);
        let hours = bookings::list_hours(&world.desk, world.now(), &Actor::system()).await.unwrap();
        let version = hours[0].version;
        let plan = Plan { team: vec![Member { officer: keller, by_name: false }], ..hours[0].plan.clone() };
        let saving = bookings::Saving {
            hour: hours[0].id,
            version,
            change: Change::From { day: "2026-07-01".parse().unwrap(), plan: Box::new(plan) },
            decisions: Default::default(),
        };
        bookings::change_hour(&world.desk, world.now(), &Actor::system(), &saving).await.unwrap();
        assert_eq!(world.api("GET", path, None, None).await.1["items"].as_array().unwrap().len(), 0);
        assert!(!world.page(&times("")).await.1.contains("Bei wem?"));
    });
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}
