//! Programs that open every link of a mail, as mail scanners do, change nothing: the whole database is compared.

use sprechzeit::bookings::{self, Firmness, Format, Join, Rules, Typed, Wish};
use sprechzeit::kernel::{Language, Secret};
use sprechzeit::people::Actor;
use sqlx::Row;

use crate::claims::{api_confirm, api_hold, link, mails, officer, start};
use crate::world::{Engine, World, on_both};

/// A Monday, 08:00 in Berlin.
const NOW: &str = "2026-07-13T06:00:00Z";

/// What the program notes about itself, whether somebody asks or not.
const OWN: [&str; 2] = ["outage_watch", "_sqlx_migrations"];

/// Every row of every table, as text.
async fn whole_database(world: &World) -> Vec<String> {
    let mut rows = match world.engine {
        Engine::Sqlite => sqlite_rows(world.database_url()).await,
        Engine::Postgres => postgres_rows(world.database_url()).await,
    };
    rows.sort();
    rows
}

async fn sqlite_rows(url: &str) -> Vec<String> {
    let pool = sqlx::SqlitePool::connect(url).await.unwrap();
    let tables = "SELECT m.name, group_concat('quote(\"' || c.name || '\")', '||'',''||') FROM sqlite_schema m
        JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' GROUP BY m.name";
    let mut found = Vec::new();
    for table in sqlx::query(tables).fetch_all(&pool).await.unwrap() {
        let (name, columns): (String, String) = (table.get(0), table.get(1));
        if OWN.contains(&name.as_str()) {
            continue;
        }
        let rows = sqlx::AssertSqlSafe(format!("SELECT {columns} FROM {name}"));
        let rows = sqlx::query(rows).fetch_all(&pool).await.unwrap();
        found.extend(rows.iter().map(|row| format!("{name}: {}", row.get::<String, _>(0))));
    }
    pool.close().await;
    found
}

async fn postgres_rows(url: &str) -> Vec<String> {
    let pool = sqlx::PgPool::connect(url).await.unwrap();
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let mut found = Vec::new();
    for table in sqlx::query(tables).fetch_all(&pool).await.unwrap() {
        let name: String = table.get(0);
        if OWN.contains(&name.as_str()) {
            continue;
        }
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT t::text FROM {name} t"))).fetch_all(&pool).await;
        found.extend(rows.unwrap().iter().map(|row| format!("{name}: {}", row.get::<String, _>(0))));
    }
    pool.close().await;
    found
}

/// A hold, a request, a booking with an offer of an earlier time, and somebody on the waiting list: every link of them.
async fn every_link(world: &World) -> Vec<String> {
    officer(world, "Anna", 8).await;
    let desk = &world.desk;
    let secret = |held: &serde_json::Value| held["secret"].as_str().unwrap().to_owned();
    let (_, booked) = api_hold(world, "video", &start(5)).await;
    api_confirm(world, &booked, "booked@example.org").await;
    let booked = secret(&booked);
    let parsed = Secret::parse(&booked).unwrap();
    bookings::wish_earlier(desk, world.now(), &parsed).await.unwrap();
    assert_eq!(bookings::offer_free(desk, world.now()).await.unwrap(), 1);
    let (_, held) = api_hold(world, "telephone", &start(1)).await;
    let held = secret(&held);
    let typed = Typed { name: "Quark".into(), contact: "089 99998 110".into() };
    bookings::describe(desk, world.now(), &Secret::parse(&held).unwrap(), &typed).await.unwrap();
    let rules = Rules { firmness: Firmness::ByMail, ..Rules::default() };
    let karlsruhe = "ka".parse().unwrap();
    bookings::set_rules(desk, world.now(), &Actor::system(), karlsruhe, rules).await.unwrap();
    let (_, asked) = api_hold(world, "video", &start(2)).await;
    api_confirm(world, &asked, "asked@example.org").await;
    let join = Join {
        wish: Wish { office: Some(karlsruhe), ..Wish::new("stalking".parse().unwrap(), Format::Video) },
        language: Language::De,
        last_day: "2026-07-14".parse().unwrap(),
        typed: Typed { name: "Quark".into(), contact: "waits@example.org".into() },
    };
    let (_, waits) = bookings::join_waiting_list(desk, world.now(), &join).await.unwrap();
    let told = mails(world, 5).await;
    let found = |part: &str| link(&told.iter().find(|mail| mail.text.contains(part)).unwrap().text, part);
    let (offer, confirmation) = (found("/angebot/"), found("/bestaetigen/"));

    let mut links = vec![confirmation, "/warteliste?thema=stalking&art=video&stelle=ka".to_owned()];
    for (path, steps) in [
        (format!("/reservierung/{held}"), &["", "/pruefen", "/verlaengern"][..]),
        (format!("/buchung/{booked}"), &["", "/termin.ics", "/absagen", "/verschieben", "/frueher", "/vorschlag"]),
        (format!("/buchung/{}", secret(&asked)), &["", "/zurueck", "/absagen"]),
        (format!("/warteliste/{}", waits.expose()), &["", "/verlassen"]),
        (offer, &["", "/annehmen", "/ablehnen", "/verlassen"]),
    ] {
        links.extend(steps.iter().map(|step| format!("{path}{step}")));
    }
    links
}

#[test]
fn every_link_opened_fifty_times_by_get_and_by_head_changes_nothing() {
    on_both(NOW, async |world| {
        let links = every_link(world).await;
        assert!(links.len() > 18);
        let before = whole_database(world).await;
        assert!(before.iter().any(|row| row.starts_with("waiting_offers: ")), "the copy is not whole");
        for link in &links {
            let mut scanners = tokio::task::JoinSet::new();
            for number in 0..100 {
                let request =
                    if number % 2 == 0 { world.http.get(world.url(link)) } else { world.http.head(world.url(link)) };
                scanners.spawn(async move { request.send().await.unwrap().status().as_u16() });
            }
            let answers = scanners.join_all().await;
            assert!(answers.iter().all(|status| *status < 400), "{link}: {answers:?}");
        }
        let after = whole_database(world).await;
        let changed: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
        assert!(changed.is_empty() && before.len() == after.len(), "{changed:#?}");
    });
}
