//! From a filled-in form to a firm booking: confirmation by mail, one booking too many, holds that are warned about.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sprechzeit::bookings::{self, Ask, Channel, Firmness, Format, Plan, Rules, State, Typed, Window, Wish};
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::kernel::{Instant, Language, Secret, local};
use sprechzeit::outbox::{self, Mail, Message};
use sprechzeit::people::{self, Actor, Officer};

use crate::world::{Engine, World, on_both};

/// A Monday, 08:00 in Berlin.
const NOW: &str = "2026-07-13T06:00:00Z";
/// 10:00 on the next day.
const TEN: &str = "2026-07-14T08:00:00Z";

/// An officer of Karlsruhe who gives advice on Tuesdays from ten on, in so many slots of half an hour.
pub async fn officer(world: &World, name: &str, slots: u32) -> OfficerId {
    let officer = Officer {
        id: OfficerId::mint(),
        office: "ka".parse().unwrap(),
        name: name.into(),
        active: true,
        skills: Default::default(),
    };
    people::hire(&world.desk, world.now(), &Actor::system(), &officer, (None, None)).await.unwrap();
    let opens = local::time("10:00").unwrap();
    let window = Window { opens, closes: opens + chrono::TimeDelta::minutes(30) * slots as i32 };
    let plan = Plan::weekly(officer.id, chrono::Weekday::Tue, window, "2026-07-01".parse().unwrap());
    bookings::offer_hours(&world.desk, world.now(), &Actor::system(), plan).await.unwrap();
    officer.id
}

/// The start of the slot with this number.
pub fn start(number: i64) -> String {
    (Instant::parse(TEN).unwrap() + chrono::TimeDelta::minutes(30) * number as i32).rfc3339()
}

async fn by_mail(world: &World) {
    let rules = Rules { firmness: Firmness::ByMail, ..Rules::default() };
    bookings::set_rules(&world.desk, world.now(), &Actor::system(), "ka".parse().unwrap(), rules).await.unwrap();
}

pub async fn api_hold(world: &World, format: &str, start: &str) -> (u16, Value) {
    let body = json!({"topic": "einbruchschutz", "format": format, "office": "ka", "start": start});
    world.api("POST", "/holds", None, Some(body)).await
}

pub async fn api_confirm(world: &World, held: &Value, contact: &str) -> (u16, Value) {
    let path = format!("/holds/{}/confirm", held["secret"].as_str().unwrap());
    world.api("POST", &path, None, Some(json!({"name": "Quark", "contact": contact}))).await
}

/// Sends a form and gives the path that it leads to.
pub async fn go(world: &World, path: &str, fields: &[(&str, &str)]) -> String {
    let response = world.form(path, fields).await;
    let status = response.status().as_u16();
    let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    match to {
        Some(to) => to,
        None => panic!("{path} answered {status} and leads nowhere: {}", response.text().await.unwrap()),
    }
}

/// The mails in the order in which they were sent, once there are so many.
pub async fn mails(world: &World, count: usize) -> Vec<Mail> {
    for _ in 0..400 {
        let told = outbox::list_mailbox(&world.desk, 100).await.unwrap();
        let mail = |message| match message {
            Message::Mail(mail) => Some(mail),
            Message::Sms(_) => None,
        };
        let mut mails: Vec<Mail> = told.into_iter().filter_map(|told| mail(told.message)).collect();
        if mails.len() >= count {
            mails.reverse();
            assert_eq!(mails.len(), count);
            return mails;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{count} mails were expected");
}

/// The path of the link in a mail that contains `part`.
pub fn link(text: &str, part: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains("://") && word.contains(part)).unwrap();
    format!("/{}", link.splitn(4, '/').nth(3).unwrap())
}

pub fn said_in(page: &(u16, String), status: u16, texts: &[&str]) {
    assert_eq!(page.0, status, "{}", page.1);
    for text in texts {
        assert!(page.1.contains(text), "\"{text}\" is missing in\n{}", page.1);
    }
}

/// Holds and fills in the form through the pages; what comes after "book".
async fn request(world: &World, contact: &str) -> String {
    let chosen = [("thema", "einbruchschutz"), ("art", "video"), ("stelle", "ka"), ("zeit", TEN)];
    let held = go(world, "/termin/reservieren", &chosen).await;
    let check = go(world, &held, &[("name", "Zitronenfalter Quark"), ("kontakt", contact)]).await;
    go(world, &check, &[]).await
}

#[test]
fn where_the_office_wants_it_a_booking_is_firm_once_its_mail_is_answered() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 2).await;
        by_mail(world).await;
        let booking = request(world, "quark@example.de").await;
        said_in(&world.page(&booking).await, 200, &["noch nicht gebucht", "bis 08:30 Uhr", "quark@example.de"]);
        assert_eq!(api_hold(world, "video", TEN).await.0, 409, "the second request is refused at once");
        let asked = mails(world, 1).await.remove(0);
        assert_eq!(
            asked.subject,
            "Bitte bestätigen – Beratung: Einbruchschutz für Haus und Wohnung (Sicherungstechnische Beratung)"
        );
        assert!(asked.invitation.is_none(), "what is not firm stands in no calendar");

        let link = link(&asked.text, "/bestaetigen/");
        said_in(&world.page(&link).await, 200, &["Termin bestätigen"]);
        assert_eq!(world.http.head(world.url(&link)).send().await.unwrap().status(), 200);
        said_in(&world.page(&booking).await, 200, &["noch nicht gebucht"]);
        let forged = format!("{booking}/bestaetigen/{}", Secret::mint().expose());
        assert_eq!(world.form(&forged, &[]).await.status(), 404);
        for _ in 0..2 {
            assert_eq!(go(world, &link, &[]).await, booking);
        }
        said_in(&world.page(&booking).await, 200, &["Ihr Termin ist gebucht"]);
        let booked = mails(world, 2).await.remove(1);
        assert!(booked.invitation.is_some() && booked.text.contains(&booking));
        world.advance_minutes(40);
        bookings::expire_holds(&world.desk, world.now()).await.unwrap();
        assert_eq!(world.get(&link).await.headers()["location"], booking.as_str());
    });
}

#[test]
fn a_confirmation_after_the_cancellation_says_so_and_makes_nothing_anew() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 2).await;
        by_mail(world).await;
        let booking = request(world, "quark@example.de").await;
        let link = link(&mails(world, 1).await.remove(0).text, "/bestaetigen/");
        go(world, &format!("{booking}/absagen"), &[]).await;
        let said = world.form(&link, &[]).await;
        said_in(&(said.status().as_u16(), said.text().await.unwrap()), 200, &["Dieser Termin ist abgesagt"]);
        said_in(&world.page(&link).await, 200, &["Dieser Termin ist abgesagt"]);
        assert_eq!(api_hold(world, "video", TEN).await.0, 201, "the slot is free");
    });
}

#[test]
fn a_request_that_nobody_confirms_gives_its_slot_back_and_keeps_what_was_typed() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 2).await;
        by_mail(world).await;
        let booking = request(world, "quark@example.de").await;
        let link = link(&mails(world, 1).await.remove(0).text, "/bestaetigen/");
        world.advance_minutes(31);
        said_in(&world.page(&link).await, 410, &["Ihre Angaben sind noch da", &start(1)]);
        assert_eq!(world.form(&link, &[]).await.status(), 410);
        assert_eq!(bookings::expire_holds(&world.desk, world.now()).await.unwrap(), 1);
        let secret = booking.rsplit('/').next().unwrap();
        let chosen =
            [("thema", "einbruchschutz"), ("art", "video"), ("stelle", "ka"), ("zeit", TEN), ("statt", secret)];
        let again = go(world, "/termin/reservieren", &chosen).await;
        said_in(&world.page(&again).await, 200, &["Zitronenfalter Quark", "quark@example.de"]);
    });
}

#[test]
fn a_wrong_address_is_corrected_and_the_first_link_counts_no_more() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 2).await;
        by_mail(world).await;
        let booking = request(world, "quork@example.de").await;
        let first = link(&mails(world, 1).await.remove(0).text, "/bestaetigen/");
        let form = go(world, &format!("{booking}/zurueck"), &[]).await;
        let check = go(world, &form, &[("name", "Quark"), ("kontakt", "quark@example.de")]).await;
        assert_eq!(go(world, &check, &[]).await, booking);
        let second = mails(world, 2).await.remove(1);
        assert_eq!(second.to, "quark@example.de");
        assert_eq!(world.form(&first, &[]).await.status(), 404);
        go(world, &link(&second.text, "/bestaetigen/"), &[]).await;
        said_in(&world.page(&booking).await, 200, &["Ihr Termin ist gebucht"]);
    });
}

#[test]
fn who_gave_no_mail_address_is_booked_at_once() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 2).await;
        by_mail(world).await;
        let (_, held) = api_hold(world, "telephone", TEN).await;
        let (status, booked) = api_confirm(world, &held, "089 99998 110").await;
        assert_eq!((status, booked["state"].as_str()), (200, Some("confirmed")), "{booked}");
        let (_, held) = api_hold(world, "video", &start(1)).await;
        let (status, asked) = api_confirm(world, &held, "quark@example.de").await;
        assert_eq!((status, asked["state"].as_str()), (200, Some("requested")), "{asked}");
        assert_eq!(api_confirm(world, &held, "quark@example.de").await.1, asked, "asked again, it is the same");
    });
}

/// How many of a contact's bookings became firm, of so many tried at once.
async fn firm_at_once(world: &World, holds: &[Value], contact: &str) -> BTreeMap<u16, usize> {
    let mut tries = tokio::task::JoinSet::new();
    for held in holds {
        let path = format!("{}/api/v1/holds/{}/confirm", world.address, held["secret"].as_str().unwrap());
        let request = world.http.post(path).json(&json!({"name": "Quark", "contact": contact}));
        tries.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let mut answers = BTreeMap::new();
    for status in tries.join_all().await {
        *answers.entry(status).or_default() += 1;
    }
    answers
}

async fn held(world: &World, numbers: std::ops::Range<i64>) -> Vec<Value> {
    let mut holds = Vec::new();
    for number in numbers {
        let (status, held) = api_hold(world, "telephone", &start(number)).await;
        assert_eq!(status, 201, "{held}");
        holds.push(held);
    }
    holds
}

#[test]
fn of_twelve_bookings_that_one_contact_makes_at_once_three_become_firm() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 12).await;
        let holds = held(world, 0..12).await;
        assert_eq!(firm_at_once(world, &holds, "089 99998 110").await, BTreeMap::from([(200, 3), (409, 9)]));
        let (status, refused) = api_confirm(world, &holds[0], "0049 89 99998 110").await;
        assert!(status == 200 || refused["type"] == "about:blank#too-many-bookings", "{refused}");
    });
}

/// The negative control. SQLite has one writer, so only PostgreSQL can lose this race.
#[test]
fn without_turns_one_contact_gets_more_than_three() {
    on_both(NOW, async |world| {
        if world.engine == Engine::Sqlite {
            return;
        }
        let pool = sqlx::PgPool::connect(world.database_url()).await.unwrap();
        sqlx::query("DROP INDEX contact_turns_one_each").execute(&pool).await.unwrap();
        // Between counting and committing there is time enough for all of them.
        let slow = "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END';
            CREATE TRIGGER slowly BEFORE UPDATE ON bookings FOR EACH ROW
                WHEN (NEW.state = 'confirmed' AND OLD.state = 'held') EXECUTE FUNCTION slowly()";
        sqlx::raw_sql(slow).execute(&pool).await.unwrap();
        pool.close().await;
        officer(world, "Anna", 24).await;
        for attempt in 0..3 {
            let holds = held(world, attempt * 8..attempt * 8 + 8).await;
            let contact = format!("089 99998 11{attempt}");
            if firm_at_once(world, &holds, &contact).await[&200] > 3 {
                return;
            }
        }
        panic!("the race did not come about: the turns are not tested");
    });
}

#[test]
fn one_booking_too_many_says_what_to_do_and_keeps_what_was_typed() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 6).await;
        let mut booked = Vec::new();
        for held in held(world, 0..3).await {
            booked.push(api_confirm(world, &held, "089 99998 110").await.1);
        }
        let chosen = [("thema", "einbruchschutz"), ("art", "telefon"), ("stelle", "ka"), ("zeit", &start(3))];
        let held = go(world, "/termin/reservieren", &chosen).await;
        let typed = [("name", "Zitronenfalter"), ("kontakt", "+49 89 99998110")];
        let said = world.form(&held, &typed).await;
        let said = (said.status().as_u16(), said.text().await.unwrap());
        said_in(&said, 409, &["schon mehrere Termine", "3 Termine", "Rufen Sie das Beratungstelefon an"]);
        said_in(&world.page(&held).await, 200, &["Zitronenfalter", "+49 89 99998110"]);
        assert_eq!(world.form(&format!("{held}/pruefen"), &[]).await.status(), 409);

        world.desk.clock.advance(chrono::TimeDelta::minutes(1));
        let first: sprechzeit::kernel::id::BookingId = booked[0]["id"].as_str().unwrap().parse().unwrap();
        bookings::cancel_for_office(&world.desk, world.now(), &Actor::system(), first, "").await.unwrap();
        let booking = go(world, &format!("{held}/pruefen"), &[]).await;
        said_in(&world.page(&booking).await, 200, &["Ihr Termin ist gebucht"]);
    });
}

#[test]
fn the_staff_may_book_more_and_what_it_books_needs_no_mail_to_be_firm() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 6).await;
        let typed = Typed { name: "Quark".into(), contact: "quark@example.de".into() };
        let wish = Wish {
            channel: Channel::Staff,
            office: Some("ka".parse().unwrap()),
            ..Wish::new("einbruchschutz".parse().unwrap(), Format::Video)
        };
        by_mail(world).await;
        for number in 0..4 {
            let start = Instant::parse(&start(number)).unwrap();
            let ask = Ask { wish, start, language: Language::De, instead_of: None };
            let (_, secret) = bookings::hold(&world.desk, world.now(), &ask).await.unwrap();
            bookings::describe(&world.desk, world.now(), &secret, &typed).await.unwrap();
            let booked = bookings::confirm(&world.desk, world.now(), &secret, None).await.unwrap();
            assert_eq!(booked.state, State::Confirmed);
        }
        let (_, held) = api_hold(world, "video", &start(4)).await;
        assert_eq!(api_confirm(world, &held, "Quark@example.de").await.0, 409, "what the staff booked counts");
    });
}

#[test]
fn the_office_sets_its_rules_on_a_page() {
    on_both(NOW, async |world| {
        let karlsruhe = "ka".parse().unwrap();
        assert_eq!(bookings::load_rules(&world.desk.db, karlsruhe).await.unwrap(), Rules::default());
        by_mail(world).await;
        assert_eq!(bookings::load_rules(&world.desk.db, karlsruhe).await.unwrap().firmness, Firmness::ByMail);
        assert_eq!(world.get("/dienst/buchungsregeln").await.status(), 303, "to the sign-in");
    });
}

#[test]
fn a_hold_carries_its_warnings_for_screen_readers() {
    on_both(NOW, async |world| {
        officer(world, "Anna", 1).await;
        let chosen = [("thema", "einbruchschutz"), ("art", "telefon"), ("stelle", "ka"), ("zeit", TEN)];
        let held = go(world, "/termin/reservieren", &chosen).await;
        let warned = ["role=\"status\" data-hold-left=\"1", "data-at-300=\"Reserviert bis 08:20 Uhr. Noch 5 Minuten."];
        said_in(&world.page(&held).await, 200, &warned);
        let check = go(world, &held, &[("name", "Quark"), ("kontakt", "089 99998 110")]).await;
        said_in(&world.page(&check).await, 200, &warned);
    });
}

/// What the form of a page of work carries.
fn task_of(page: &str) -> (String, u32) {
    let value = |name: &str| page.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    (value("data-work"), value("data-bits").parse().unwrap())
}

/// Does the work as `web/work.js` does it.
fn work(challenge: &str, bits: u32) -> String {
    use sha2::{Digest, Sha256};
    let zeros = |answer: &u64| {
        let hash = Sha256::digest(format!("{challenge}:{answer}"));
        u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]).leading_zeros()
    };
    (0..).find(|answer| zeros(answer) >= bits).unwrap().to_string()
}

#[test]
fn while_very_many_hold_a_browser_works_and_others_wait_and_each_proof_counts_once() {
    for engine in crate::world::engines() {
        crate::world::runtime().block_on(async {
            let busy = |config: &mut sprechzeit::config::Config| {
                config.bookings.work_above.0 = 2;
                config.bookings.work_bits.0 = 8;
            };
            let mut world = World::start_with(engine, NOW, busy).await;
            busy_way(&world).await;
            world.shut_down().await;
        });
    }
}

async fn busy_way(world: &World) {
    officer(world, "Anna", 12).await;
    held(world, 0..2).await;
    let (status, asked) = api_hold(world, "telephone", &start(2)).await;
    assert_eq!((status, asked["type"].as_str()), (429, Some("about:blank#work-asked")), "{asked}");

    let third = start(2);
    let chosen = [("thema", "einbruchschutz"), ("art", "telefon"), ("stelle", "ka"), ("zeit", third.as_str())];
    let with = |challenge: &str, answer: &str| {
        let mut form: Vec<(String, String)> = chosen.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
        form.extend([("nachweis".into(), challenge.to_owned()), ("antwort".into(), answer.to_owned())]);
        form
    };
    let send = async |form: Vec<(String, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        world.form("/termin/reservieren", &form).await
    };
    let page = send(with("", "")).await;
    let wait: i64 = page.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(page.status() == 429 && (10..=15).contains(&wait), "{wait}");
    let page = page.text().await.unwrap();
    said_in(&(429, page.clone()), 429, &["Sekunden", "work.js", "name=\"zeit\""]);
    let (challenge, bits) = task_of(&page);
    assert_eq!(send(with(&challenge, "x")).await.status(), 429, "no work, no hold");
    assert_eq!(send(with(&challenge.replace(".8.", ".0."), "")).await.status(), 429, "nobody makes it easier");
    let answer = work(&challenge, bits);
    assert_eq!(send(with(&challenge, &answer)).await.status(), 303);
    assert_eq!(send(with(&challenge, &answer)).await.status(), 429, "it counts once");

    // Without JavaScript: the same form, after the wait.
    let fourth = start(3);
    let chosen = [("thema", "einbruchschutz"), ("art", "telefon"), ("stelle", "ka"), ("zeit", fourth.as_str())];
    let (challenge, _) = task_of(&world.form("/termin/reservieren", &chosen).await.text().await.unwrap());
    let mut patient = chosen.to_vec();
    patient.push(("nachweis", &challenge));
    let too_soon = world.form("/termin/reservieren", &patient).await.text().await.unwrap();
    assert_eq!(task_of(&too_soon).0, challenge, "the wait goes on, it does not begin anew");
    world.advance_seconds(40);
    assert_eq!(world.form("/termin/reservieren", &patient).await.status(), 303);

    // The storm is over.
    world.advance_minutes(11);
    assert_eq!(api_hold(world, "telephone", &start(4)).await.0, 201);
}
