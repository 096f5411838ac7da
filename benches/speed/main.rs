//! How fast, against what one would otherwise have: `cargo bench --bench speed [-- bookings | citizens | webhooks | calls | growth |
//! lists | listing | planning | proof | start]`.
//!
//! Each figure stands beside its yardstick from the same run on the same disk, as a ratio. PostgreSQL is measured too
//! where `SPRECHZEIT_TEST_POSTGRES` names a server. Requests are sent by a small client over keep-alive connections to
//! this program on the loopback address; every loop is bounded.
//!
//! `client` sends requests; `listing` measures free times over a long past, `citizens` measures whole bookings, `calls` calls at once,
//! `growth` what a call costs as the tables grow, `planning` the board of the rota over a year's plan.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types, clippy::panic)]

mod calls;
mod citizens;
mod client;
mod listing;
mod planning;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use chrono::{NaiveTime, TimeDelta, Weekday};
use sprechzeit::args;
use sprechzeit::bookings::{self, Ask, Format, Plan, Typed, Window, Wish};
use sprechzeit::config::{Config, KeyText, PublicAddress, SecretText};
use sprechzeit::db::Db;
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::id::{HotlineId, OfficerId, TokenId};
use sprechzeit::kernel::{Clock, Instant, Language, Span, local};
use sprechzeit::offices::{OfficeId, OpeningHours, offices, topics};
use sprechzeit::people::{self, Actor, Officer};
use sprechzeit::shifts::{self, Hotline, ShiftPlan, Tier};
use sprechzeit::vault::Key;
use sprechzeit::{app, feeds};
use tokio::net::TcpListener;

use client::{incoming_call, serve};

const START: &str = "2026-11-16T07:00:00Z";
const TOKEN: &str = "12345";
/// How long one figure is measured.
const SPAN: Duration = Duration::from_secs(4);
const CROWDS: [usize; 3] = [1, 16, 64];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let asked = |part: &str| wanted.is_empty() || wanted.iter().any(|w| w == part);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut urls, mut citizens, mut grown) = (vec![], vec![], vec![]);
        let folder = std::env::temp_dir().join(format!("sprechzeit-speed-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (urls, name) in [(&mut urls, "speed"), (&mut citizens, "citizens"), (&mut grown, "grown")] {
            urls.push(("SQLite", format!("sqlite:{}", folder.join(format!("{name}.sqlite")).display())));
            if let Ok(server) = std::env::var("SPRECHZEIT_TEST_POSTGRES") {
                let name = format!("sprechzeit_{name}_{}", std::process::id());
                let pool = sqlx::PgPool::connect(&server).await.unwrap();
                sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
                urls.push(("PostgreSQL", format!("{}/{name}", server.rsplit_once('/').unwrap().0)));
            }
        }
        let needs_house =
            ["lists", "proof", "bookings", "webhooks", "start", "listing", "planning"].into_iter().any(asked);
        for (engine, url) in urls.into_iter().filter(|_| needs_house) {
            println!("\n## {engine}");
            let house = House::build(&url, Clock::starting_at(Instant::parse(START).unwrap())).await;
            if asked("lists") {
                house.lists().await;
            }
            if asked("proof") {
                house.proof().await;
            }
            if asked("bookings") {
                house.bookings().await;
            }
            if asked("webhooks") {
                house.webhooks().await;
            }
            if asked("start") {
                house.start(&url).await;
            }
            if asked("planning") {
                house.planning().await;
            }
            // Last, since it fills the tables.
            if asked("listing") {
                house.listing(engine, &url).await;
            }
        }
        for (engine, url) in citizens.into_iter().filter(|_| asked("citizens")) {
            println!("\n## {engine}");
            House::build(&url, Clock::default()).await.citizens(&url).await;
        }
        if asked("calls") {
            calls::at_once(&folder).await;
        }
        for (engine, url) in grown.into_iter().filter(|_| asked("growth")) {
            println!("\n## {engine}");
            calls::as_tables_grow(&url).await;
        }
        let _ = std::fs::remove_dir_all(folder);
    });
}

struct House {
    desk: Desk,
    officers: Vec<OfficerId>,
    listener: TcpListener,
}

impl House {
    /// 14 offices with four officers each, two consultation hours a week each, one hotline with shifts.
    async fn build(url: &str, clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = Config::default();
        let address = format!("http://{}", listener.local_addr().unwrap());
        config.server.public_address = Some(PublicAddress(address));
        config.vault.keys = vec![KeyText(Key::mint())];
        config.telephony.twilio.auth_token = Some(SecretText(TOKEN.into()));
        let desk = app::desk(config, url, clock, Mode::Demo).await.unwrap();
        let (now, actor) = (desk.now(), Actor::system());
        let mut officers = Vec::new();
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        for office in offices() {
            for number in 0..4 {
                let officer = Officer {
                    id: OfficerId::mint(),
                    office: office.id,
                    name: format!("{} {number}", office.seat),
                    active: true,
                    skills: Default::default(),
                };
                let phone = "+498999998200".parse().unwrap();
                people::hire(&desk, now, &actor, &officer, (Some(&phone), None)).await.unwrap();
                for weekday in [Weekday::Mon, Weekday::Thu] {
                    let window = Window { opens: time(8), closes: time(12) };
                    let plan = Plan::weekly(officer.id, weekday, window, local::day(now));
                    bookings::offer_hours(&desk, now, &actor, plan).await.unwrap();
                }
                officers.push(officer.id);
            }
        }
        let hotline = Hotline {
            id: HotlineId::mint(),
            office: OfficeId::STATE,
            name: "Beratungstelefon".into(),
            number: "+498999998110".parse().unwrap(),
            flow: "beratungstelefon".into(),
            hours: OpeningHours::default(),
            ring_seconds: 20,
            rules: Default::default(),
            active: true,
            sequence: 0,
        };
        shifts::open_hotline(&desk, now, &actor, &hotline).await.unwrap();
        for shift in 0..500 {
            // From tomorrow on: in the afternoon, today's would be over.
            let (day, from) = (shift / 2 + 1, if shift % 2 == 0 { 13 } else { 15 });
            let plan = ShiftPlan {
                officer: officers[55],
                day: local::day(now) + TimeDelta::days(day),
                from: time(from),
                until: time(from + 2),
                tier: Tier::FIRST,
                position: None,
            };
            shifts::plan_shift(&desk, now, &actor, hotline.id, plan).await.unwrap();
        }
        Self { desk, officers, listener }
    }

    async fn lists(&self) {
        let now = self.desk.now();
        let four_weeks = Span { start: now, end: now + TimeDelta::weeks(4) };
        for (what, office) in [("one office", Some(offices()[3].id)), ("all 14 offices", None)] {
            let wish = Wish { office, ..Wish::new(topics()[0].id, Format::Video) };
            let mut times = 0;
            let took = median(40, async || {
                let days = bookings::list_free(&self.desk, now, &wish, four_weeks).await.unwrap();
                times = days.iter().map(|day| day.times.len()).sum();
            });
            println!("free times of four weeks, {what} ({times} times): {:.2} ms", took.await);
        }
        let actor = Actor::system();
        let (_, secret) =
            feeds::open_feed(&self.desk, now, &actor, feeds::FeedOf::Office(OfficeId::STATE)).await.unwrap();
        let mut entries = 0;
        let took = median(40, async || {
            let feed = feeds::feed(&self.desk, now, &secret).await.unwrap().unwrap();
            entries = feed.matches("BEGIN:VEVENT").count();
        });
        println!("feed of {entries} entries: {:.2} ms", took.await);
    }

    /// Two hotlines in each office, three shifts a day for twelve weeks in each; some officers are away now and then.
    async fn proof(&self) {
        let (now, actor, time) =
            (self.desk.now(), Actor::system(), |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
        let always = OpeningHours::on(
            &[Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun],
            time(0),
            time(0),
        );
        let mut hotlines = Vec::new();
        for (place, office) in offices().iter().enumerate() {
            let officer = Officer {
                id: OfficerId::mint(),
                office: office.id,
                name: "Nacht".into(),
                active: true,
                skills: Default::default(),
            };
            let phone = "+498999998201".parse().unwrap();
            people::hire(&self.desk, now, &actor, &officer, (Some(&phone), None)).await.unwrap();
            for number in 0..2 {
                let hotline = Hotline {
                    id: HotlineId::mint(),
                    office: office.id,
                    name: format!("Telefon {number}"),
                    number: format!("+498999997{:03}", 2 * place + number).parse().unwrap(),
                    flow: "beratungstelefon".into(),
                    hours: always.clone().unwrap(),
                    ring_seconds: 20,
                    rules: Default::default(),
                    active: true,
                    sequence: 0,
                };
                shifts::open_hotline(&self.desk, now, &actor, &hotline).await.unwrap();
                self.plan_twelve_weeks(&hotline, number, place, officer.id).await;
                hotlines.push(hotline);
            }
        }
        let window = Span { start: now, end: now + TimeDelta::weeks(12) };
        let (mut found, mut stretches) = (0, 0);
        let took = median(20, async || {
            let proofs = shifts::prove(&self.desk, now, hotlines.clone(), window).await.unwrap();
            found = proofs.iter().map(|(_, proof)| proof.found.len()).sum();
            stretches = proofs.iter().map(|(_, proof)| proof.strip.len()).sum();
        });
        println!(
            "proof of twelve weeks, {} hotlines, 3 shifts a day each, database included: {:.1} ms ({found} \
             counter-examples, {stretches} stretches)",
            hotlines.len(),
            took.await
        );
    }

    /// Early, late and night; each hotline has two officers of its own and one who shares the nights.
    async fn plan_twelve_weeks(&self, hotline: &Hotline, number: usize, place: usize, night: OfficerId) {
        let (now, actor) = (self.desk.now(), Actor::system());
        let own = &self.officers[4 * place + 2 * number..][..2];
        for day in 1..85 {
            // The one who has the nights cannot be on two hotlines: every other night has a gap.
            for (from, until, officer) in [(6, 14, own[0]), (14, 22, own[1]), (22, 6, night)] {
                let plan = ShiftPlan {
                    officer,
                    day: local::day(now) + TimeDelta::days(day),
                    from: NaiveTime::from_hms_opt(from, 0, 0).unwrap(),
                    until: NaiveTime::from_hms_opt(until, 0, 0).unwrap(),
                    tier: Tier::FIRST,
                    position: None,
                };
                let _ = shifts::plan_shift(&self.desk, now, &actor, hotline.id, plan).await;
            }
        }
        let away = Span { start: now + TimeDelta::days(20), end: now + TimeDelta::days(27) };
        let _ = people::enter_absence(&self.desk, now, &actor, own[0], (people::AbsenceKind::Leave, away)).await;
    }

    async fn bookings(&self) {
        let now = self.desk.now();
        let slots = self.all_starts(now).await;
        let next = Arc::new(AtomicUsize::new(0));
        for crowd in CROWDS {
            let raw = per_second(crowd, &self.desk, |desk: Desk| async move { raw_commit(&desk.db).await }).await;
            let (slots, next) = (slots.clone(), next.clone());
            let booked = per_second(crowd, &self.desk, move |desk: Desk| {
                let slot = slots.get(next.fetch_add(1, Ordering::Relaxed)).copied();
                async move {
                    match slot {
                        Some((office, start)) => book(&desk, office, start).await,
                        None => false,
                    }
                }
            })
            .await;
            println!(
                "{crowd} clients: {booked:.0} bookings/s (each a hold and a confirmation, {:.0} commits/s); \
                 raw single-row commits {raw:.0}/s; ratio {:.2} in bookings, {:.2} in commits",
                booked * 2.0,
                booked / raw,
                booked * 2.0 / raw
            );
        }
    }

    /// Each office's slot starts, as often as officers are free then, in an order that spreads offices.
    async fn all_starts(&self, now: Instant) -> Arc<Vec<(OfficeId, Instant)>> {
        let window = Span { start: now, end: now + TimeDelta::weeks(12) };
        let mut starts = Vec::new();
        for office in offices() {
            let wish = Wish { office: Some(office.id), ..Wish::new(topics()[0].id, Format::Video) };
            let days = bookings::list_free(&self.desk, now, &wish, window).await.unwrap();
            for time in days.iter().flat_map(|day| &day.times) {
                starts.push((office.id, time.span.start));
            }
        }
        starts.sort_by_key(|(office, start)| (start.0 / 60_000_000 % 7919, *office, *start));
        // Four officers each: everybody's turn comes once before anybody's second.
        Arc::new(starts.repeat(4))
    }

    async fn webhooks(&self) {
        let (hello_at, ours_at) = (serve(client::hello()).await, serve(app::router(self.desk.clone())).await);
        let base = self.desk.config.public_address();
        println!("webhooks ({} officers known):", self.officers.len());
        for crowd in CROWDS {
            let yard = client::crowd(hello_at, crowd, SPAN, vec![client::GET.to_vec()]).await.per_second;
            let signed = (0..120_000).map(|n| incoming_call(&base, crowd * 1_000_000 + n)).collect();
            let calls = client::crowd(ours_at, crowd, SPAN, signed).await.per_second;
            println!(
                "{crowd} clients: {calls:.0} signed incoming calls/s, each durable; axum hello {yard:.0}/s; ratio {:.2}",
                calls / yard
            );
        }
        let _ = &self.listener;
    }

    async fn start(&self, url: &str) {
        let mut times = Vec::new();
        for _ in 0..5 {
            let watch = Stopwatch::now();
            let db = Db::open(url).await.unwrap();
            sprechzeit::offices::seed(&db, self.desk.now()).await.unwrap();
            times.push(watch.elapsed().as_secs_f64() * 1000.0);
            db.close().await;
        }
        times.sort_by(f64::total_cmp);
        println!("opening the existing database, median of 5: {:.0} ms", times[2]);
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let resident = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS: unknown").to_owned();
        println!("resident memory of this bench, client included: {}", resident.trim_start_matches("VmRSS:").trim());
    }
}

async fn raw_commit(db: &Db) -> bool {
    const INSERT: &str = "INSERT INTO tokens (id, name, token_hash, role, office_id, created_at)
        VALUES ($1, 'speed', $2, 'officer', 'ka', 0)";
    // Without our group commit: a connection's own BEGIN and COMMIT, as anybody would write it.
    let id = TokenId::mint();
    let hash = id.0.as_bytes().to_vec();
    match db {
        Db::Sqlite { .. } => RAW_SQLITE.with_connection(id, hash).await,
        Db::Postgres(_) => {
            let mut tx = db.begin().await.unwrap();
            tx.run(INSERT, args![id, hash]).await.unwrap();
            tx.commit().await.unwrap();
            true
        }
    }
}

/// One connection to the same file in the same mode, one row a transaction.
struct RawSqlite(tokio::sync::Mutex<Option<sqlx::SqliteConnection>>);
static RAW_SQLITE: RawSqlite = RawSqlite(tokio::sync::Mutex::const_new(None));

impl RawSqlite {
    async fn with_connection(&self, id: TokenId, hash: Vec<u8>) -> bool {
        use sqlx::ConnectOptions;
        use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
        let mut seat = self.0.lock().await;
        if seat.is_none() {
            let file = std::env::temp_dir().join(format!("sprechzeit-speed-{}/raw.sqlite", std::process::id()));
            let options = SqliteConnectOptions::new()
                .filename(file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            let mut connection = options.connect().await.unwrap();
            sqlx::query("CREATE TABLE row (id BLOB PRIMARY KEY, hash BLOB) STRICT")
                .execute(&mut connection)
                .await
                .unwrap();
            *seat = Some(connection);
        }
        let connection = seat.as_mut().unwrap();
        sqlx::query("INSERT INTO row VALUES ($1, $2)").bind(id.0).bind(hash).execute(connection).await.unwrap();
        true
    }
}

async fn book(desk: &Desk, office: OfficeId, start: Instant) -> bool {
    let now = desk.now();
    let wish = Wish { office: Some(office), ..Wish::new(topics()[0].id, Format::Telephone) };
    let ask = Ask { wish, start, language: Language::De, instead_of: None };
    let Ok((_, secret)) = bookings::hold(desk, now, &ask).await else { return false };
    // One contact has only a few bookings ahead.
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(10_000_000);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let typed = Typed { name: "Zitronenfalter".into(), contact: format!("+4989{number}") };
    bookings::confirm(desk, now, &secret, Some(&typed)).await.unwrap();
    true
}

/// How often a crowd gets something done in a second. Work that answers false does not count; many in a row end it.
async fn per_second<F: Future<Output = bool> + Send>(
    crowd: usize,
    desk: &Desk,
    work: impl Fn(Desk) -> F + Clone + Send + Sync + 'static,
) -> f64 {
    let done = Arc::new(AtomicUsize::new(0));
    let watch = Stopwatch::now();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..crowd {
        let (work, desk, done) = (work.clone(), desk.clone(), done.clone());
        clients.spawn(async move {
            let mut failed = 0;
            while watch.elapsed() < SPAN && failed < 1000 {
                if work(desk.clone()).await {
                    done.fetch_add(1, Ordering::Relaxed);
                    failed = 0;
                } else {
                    failed += 1;
                }
            }
        });
    }
    while clients.join_next().await.is_some() {}
    done.load(Ordering::Relaxed) as f64 / watch.elapsed().as_secs_f64()
}

/// Median of `times` runs in milliseconds, after one to warm up.
async fn median(times: usize, mut work: impl AsyncFnMut()) -> f64 {
    work().await;
    let mut took = Vec::new();
    for _ in 0..times {
        let watch = Stopwatch::now();
        work().await;
        took.push(watch.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    took[times / 2]
}
