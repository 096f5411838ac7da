//! The database goes away in the middle of calls and comes back: nobody hears silence, nobody is rung twice.
//!
//! PostgreSQL is behind a wire that is cut; SQLite's file is locked by somebody else.

use std::time::{Duration, Instant};

use sprechzeit::app::{self, Opening};
use sprechzeit::calls::renew_cards;
use sprechzeit::config::PublicAddress;
use sprechzeit::desk::Mode;
use sqlx::{Connection, SqliteConnection};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::duty_card::{SWITCHBOARD, numbers, with_switchboard};
use crate::telephone::{Caller, Stage, is_bridge};
use crate::twiml;
use crate::world::{Engine, Place, World, engines, runtime};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";

/// What keeps the program from its database.
enum Trouble {
    Wire(watch::Sender<bool>),
    Lock(String, Option<SqliteConnection>),
}

impl Trouble {
    async fn begins(&mut self) {
        match self {
            Self::Wire(connected) => connected.send_replace(false),
            Self::Lock(url, lock) => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await.unwrap();
                lock.replace(connection).is_some()
            }
        };
    }

    async fn ends(&mut self) {
        match self {
            Self::Wire(connected) => drop(connected.send_replace(true)),
            Self::Lock(_, lock) => lock.take().unwrap().close().await.unwrap(),
        }
    }
}

/// A wire to a server: an address at which it can be reached as long as nobody cuts it.
async fn wire(server: String) -> (String, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (connected, state) = watch::channel(true);
    tokio::spawn(async move {
        while let Ok((mut here, _)) = listener.accept().await {
            let (server, mut state) = (server.clone(), state.clone());
            tokio::spawn(async move {
                if !*state.borrow_and_update() {
                    return;
                }
                let Ok(mut there) = TcpStream::connect(server).await else { return };
                tokio::select! {
                    _ = copy_bidirectional(&mut here, &mut there) => {}
                    _ = state.changed() => {}
                }
            });
        }
    });
    (address, connected)
}

fn on_both(story: impl AsyncFn(&mut World, &mut Trouble)) {
    let _ = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_test_writer().try_init();
    for engine in engines() {
        runtime().block_on(async {
            let mut place = Place::make(engine).await;
            let mut trouble = match engine {
                Engine::Sqlite => Trouble::Lock(place.database_url.clone(), None),
                Engine::Postgres => {
                    let (before, rest) = place.database_url.split_once('@').unwrap();
                    let (server, name) = rest.split_once('/').unwrap();
                    let (address, connected) = wire(server.to_owned()).await;
                    place.database_url = format!("{before}@{address}/{name}");
                    Trouble::Wire(connected)
                }
            };
            let mut world = World::start_on(place, engine, FRIDAY, with_switchboard).await;
            story(&mut world, &mut trouble).await;
            world.shut_down().await;
        });
    }
}

/// The caller hears the request for patience; the provider comes back to where it says.
async fn comes_back(caller: &mut Caller<'_>) {
    caller.hears("Einen Moment bitte").hears("One moment please");
    assert_eq!(caller.element("Pause").attributes["length"], "4");
    let address = caller.element("Redirect").text;
    let asked = Instant::now();
    caller.tell(&address, &[]).await;
    assert!(asked.elapsed() < Duration::from_secs(5), "a webhook must be answered within five seconds");
}

#[test]
fn a_call_goes_on_where_it_was_when_the_database_is_back() {
    on_both(async |world, trouble| {
        let stage = Stage::open(world, &["Anna", "Ben"]).await.everybody_on(DAY).await;
        let mut call = stage.call().await;
        call.waits().await;

        // A key is pressed while it is away, and is not lost.
        trouble.begins().await;
        call.presses("0").await;
        comes_back(&mut call).await;
        assert!(call.ring().is_none(), "{}", call.document);
        trouble.ends().await;
        comes_back(&mut call).await;
        call.rings("Anna");

        // Nor is how a ring ended; Anna is not rung again.
        trouble.begins().await;
        call.ring_ends("no-answer").await;
        trouble.ends().await;
        comes_back(&mut call).await;
        let ring = call.rings("Ben");
        let asked = call.picks_up(&ring).await;

        // The officer who accepts is asked for patience, too.
        trouble.begins().await;
        let moment = call.officer_presses(&ring, &asked, "1").await;
        assert!(moment.contains("Einen Moment bitte") && !is_bridge(&moment), "{moment}");
        trouble.ends().await;
        assert!(is_bridge(&call.officer_presses(&ring, &moment, "").await));
        call.talk_ends().await;
        call.told().await.ended("person", &[("Anna", "no_answer"), ("Ben", "accepted")]);
    });
}

#[test]
fn a_new_call_waits_and_comes_once() {
    on_both(async |world, trouble| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        trouble.begins().await;
        let mut call = stage.call().await;
        trouble.ends().await;
        comes_back(&mut call).await;
        call.hears("Guten Tag").hears("110").hangs_up().await;
        assert_eq!(stage.calls().await, 1);
    });
}

#[test]
fn the_card_passes_over_who_was_rung_in_vain() {
    on_both(async |world, trouble| {
        let stage = Stage::open(world, &["Anna", "Ben"]).await.everybody_on(DAY).await;
        renew_cards(&world.desk, world.now()).await.unwrap();
        let mut call = stage.ringing_call().await;
        call.rings("Anna");
        trouble.begins().await;
        call.ring_ends("no-answer").await;
        world.desk.clock.advance(chrono::TimeDelta::seconds(31));
        comes_back(&mut call).await;
        assert_eq!(numbers(&call.document), [stage.officer("Ben").number.as_str(), SWITCHBOARD]);
        // Another caller has not heard Anna's telephone.
        let mut other = stage.call().await;
        world.desk.clock.advance(chrono::TimeDelta::seconds(31));
        comes_back(&mut other).await;
        assert_eq!(numbers(&other.document)[0], stage.officer("Anna").number);
        trouble.ends().await;
    });
}

// ---- the program starts, and there is no database ----

/// The database cannot be reached; what makes that it can be again.
async fn hide(place: &mut Place, engine: Engine) -> Box<dyn Fn()> {
    match engine {
        Engine::Sqlite => {
            let file = std::path::PathBuf::from(place.database_url.strip_prefix("sqlite:").unwrap());
            let (folder, away) = (file.parent().unwrap().to_owned(), file.parent().unwrap().with_extension("away"));
            std::fs::rename(&folder, &away).unwrap();
            Box::new(move || std::fs::rename(&away, &folder).unwrap())
        }
        Engine::Postgres => {
            let (before, rest) = place.database_url.split_once('@').unwrap();
            let (server, name) = rest.split_once('/').unwrap();
            let (address, connected) = wire(server.to_owned()).await;
            place.database_url = format!("{before}@{address}/{name}");
            connected.send_replace(false);
            Box::new(move || {
                connected.send_replace(true);
            })
        }
    }
}

#[test]
fn a_program_that_starts_without_its_database_answers_with_the_card_and_then_serves() {
    for engine in engines() {
        let cards = std::env::temp_dir().join(format!("sprechzeit_cards_{:x}", rand::random::<u64>()));
        std::fs::create_dir_all(&cards).unwrap();
        runtime().block_on(async {
            let change = |config: &mut sprechzeit::config::Config| {
                with_switchboard(config);
                config.telephony.duty_card.folder = Some(cards.clone());
            };
            let mut place = Place::make(engine).await;
            let mut world = World::start_on(Place::at(&place), engine, FRIDAY, change).await;
            let anna = {
                let stage = Stage::open(&world, &["Anna"]).await.everybody_on(DAY).await;
                renew_cards(&world.desk, world.now()).await.unwrap();
                stage.officer("Anna").number.clone()
            };
            world.shut_down().await;

            let comes_back = hide(&mut place, engine).await;
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            world.address = format!("http://{}", listener.local_addr().unwrap());
            let mut config = (*world.desk.config).clone();
            config.server.public_address = Some(PublicAddress(world.address.clone()));
            let opening =
                Opening { config, url: place.database_url.clone(), clock: world.desk.clock.clone(), mode: Mode::Demo };
            let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
            let listener = listener.into_std().unwrap();
            let program = std::thread::spawn(move || {
                runtime().block_on(async {
                    let listener = TcpListener::from_std(listener).unwrap();
                    let opened = opening.open_in_time(listener, std::future::pending()).await;
                    let (desk, listener) = opened.unwrap().unwrap();
                    app::serve(desk, listener, async { drop(stopped.await) }).await.unwrap();
                });
            });
            // The stage is where it was; the program is another.
            let stage = Stage { world: &world, token: String::new(), hotline: String::new(), officers: vec![] };
            let call = stage.call().await;
            call.hears("Unsere Anlage ist gerade gestört").hears("110");
            assert_eq!(numbers(&call.document), [anna.as_str(), SWITCHBOARD]);
            assert_eq!(call.reports("completed").await, 503, "a report is sent again");
            let unsigned = world.webhook_signed(&call.last, None).await;
            assert_eq!(unsigned.0, 403);
            let (status, health) = world.page("/healthz").await;
            assert!(status == 503 && health.contains("not ready"), "{status} {health}");
            let (status, page) = world.page("/dienst").await;
            assert!(status == 503 && page.contains("<html"), "{status} {page}");
            // The duty stretch of the card is over; the database is still away.
            world.advance_minutes(12 * 60);
            assert_eq!(numbers(&stage.call().await.document), [SWITCHBOARD]);

            comes_back();
            for _ in 0..200 {
                if world.page("/healthz").await.0 == 200 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            stage.call().await.hears("Guten Tag");
            stop.send(()).unwrap();
            tokio::task::spawn_blocking(|| program.join().unwrap()).await.unwrap();
        });
        std::fs::remove_dir_all(&cards).ok();
    }
}

#[test]
fn a_long_outage_ends_at_the_duty_card() {
    on_both(async |world, trouble| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
        renew_cards(&world.desk, world.now()).await.unwrap();
        trouble.begins().await;
        let anna = stage.officer("Anna").number.as_str();
        for (minutes, rung) in [(0, vec![anna, SWITCHBOARD]), (12 * 60, vec![SWITCHBOARD])] {
            // The second call comes when Anna's shift is over, and the database is still away.
            world.advance_minutes(minutes);
            let mut call = stage.call().await;
            call.hears("Einen Moment bitte");
            world.desk.clock.advance(chrono::TimeDelta::seconds(31));
            comes_back(&mut call).await;
            twiml::assert_valid(&call.document);
            call.hears("Unsere Anlage ist gerade gestört").hears("110");
            assert_eq!(numbers(&call.document), rung);
        }
        trouble.ends().await;
    });
}
