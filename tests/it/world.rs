//! A whole program for a test: real HTTP, a real database, a clock that is moved.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use sprechzeit::app;
use sprechzeit::config::{Config, KeyText, PublicAddress, SecretText};
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::{Clock, Instant};
use sprechzeit::offices::OfficeId;
use sprechzeit::people::{self, Actor, Role};
use sprechzeit::vault::Key;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The auth token with which tests sign the provider's webhooks.
pub const AUTH_TOKEN: &str = "12345";

/// Which engine a story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A program that serves, until it is dropped.
pub struct World {
    pub desk: Desk,
    pub address: String,
    pub http: reqwest::Client,
    pub engine: Engine,
    place: Place,
    stop: Option<oneshot::Sender<()>>,
    served: Option<tokio::task::JoinHandle<()>>,
}

struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Tells a story on both engines; PostgreSQL is left out aloud where `tests/run` has not started one.
pub fn on_both(at: &str, story: impl AsyncFn(&mut World)) {
    for engine in engines() {
        runtime().block_on(async {
            let mut world = World::start(engine, at).await;
            story(&mut world).await;
            world.shut_down().await;
        });
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    // The tests' own HTTP client wants it before the program has installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// The engines at hand.
pub fn engines() -> Vec<Engine> {
    if postgres().is_some() {
        return vec![Engine::Sqlite, Engine::Postgres];
    }
    eprintln!("SKIPPED on PostgreSQL: SPRECHZEIT_TEST_POSTGRES is not set; tests/run sets it");
    vec![Engine::Sqlite]
}

fn postgres() -> Option<String> {
    std::env::var("SPRECHZEIT_TEST_POSTGRES").ok()
}

impl World {
    pub async fn start(engine: Engine, at: &str) -> Self {
        Self::start_with(engine, at, |_| {}).await
    }

    /// With a changed configuration.
    pub async fn start_with(engine: Engine, at: &str, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(Place::make(engine).await, engine, at, change).await
    }

    /// On a database that is there, or reached in another way.
    pub async fn start_on(place: Place, engine: Engine, at: &str, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let Quiet { desk, place } = Quiet::open_on(place, at, &address, change).await;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = app::serve(desk.clone(), listener, async move { drop(stopped.await) });
        let served = tokio::spawn(async move { serving.await.unwrap() });
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { desk, address, http, engine, place, stop: Some(stop), served: Some(served) }
    }
    /// Where the database is, for a test that drops a guard or reads the bytes.
    pub fn database_url(&self) -> &str {
        &self.place.database_url
    }

    /// Changes the database behind the program's back: a guard is gone, or a table.
    pub async fn alter(&self, statement: &'static str) {
        let url = self.database_url();
        match self.engine {
            Engine::Sqlite => {
                let pool = sqlx::SqlitePool::connect(url).await.unwrap();
                sqlx::query(statement).execute(&pool).await.unwrap();
                pool.close().await;
            }
            Engine::Postgres => {
                let pool = sqlx::PgPool::connect(url).await.unwrap();
                sqlx::query(statement).execute(&pool).await.unwrap();
                pool.close().await;
            }
        }
    }

    /// A column of words, read past the program.
    pub async fn words(&self, statement: &'static str) -> Vec<String> {
        let url = self.database_url();
        match self.engine {
            Engine::Sqlite => {
                let pool = sqlx::SqlitePool::connect(url).await.unwrap();
                sqlx::query_scalar(statement).fetch_all(&pool).await.unwrap()
            }
            Engine::Postgres => {
                let pool = sqlx::PgPool::connect(url).await.unwrap();
                sqlx::query_scalar(statement).fetch_all(&pool).await.unwrap()
            }
        }
    }

    pub fn now(&self) -> Instant {
        self.desk.now()
    }

    pub fn advance_minutes(&self, minutes: i64) {
        self.advance_seconds(minutes * 60);
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.desk.clock.advance(chrono::TimeDelta::seconds(seconds));
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// A page's status and text.
    pub async fn page(&self, path: &str) -> (u16, String) {
        let response = self.get(path).await;
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Sends a form as a browser does from our own page.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        self.http.post(self.url(path)).header("origin", &self.address).form(fields).send().await.unwrap()
    }

    /// JSON to the programmer's door; status and answer.
    pub async fn api(&self, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> (u16, Value) {
        let mut request = self.http.request(method.parse().unwrap(), self.url(&format!("/api/v1{path}")));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A bearer token of a role at an office.
    pub async fn token(&self, role: Role, office: &str) -> String {
        let office: OfficeId = office.parse().unwrap();
        let holder = Actor { name: "test".into(), role, office, ..Actor::system() };
        people::add_token(&self.desk, self.now(), &holder).await.unwrap().1.expose().to_owned()
    }

    /// Stops serving as at a shutdown, and waits for it.
    pub async fn shut_down(&mut self) {
        drop(self.stop.take());
        if let Some(served) = self.served.take() {
            served.await.unwrap();
        }
    }
}

/// An empty database, and a folder that goes with it.
pub struct Place {
    pub database_url: String,
    _folder: Folder,
}

impl Place {
    /// The same place for one more program; who made it takes it away.
    pub fn at(other: &Self) -> Self {
        Self { database_url: other.database_url.clone(), _folder: Folder(std::path::PathBuf::new()) }
    }

    /// A database that is there; who made it takes it away.
    pub fn at_url(url: &str) -> Self {
        Self { database_url: url.to_owned(), _folder: Folder(std::path::PathBuf::new()) }
    }

    pub async fn make(engine: Engine) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sprechzeit_test_{}_{number}", std::process::id());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let database_url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.join("db.sqlite").display()),
            Engine::Postgres => new_postgres_database(&name).await,
        };
        Self { database_url, _folder: Folder(folder) }
    }
}

/// A desk without a door and without rounds: nothing happens by itself.
pub struct Quiet {
    pub desk: Desk,
    pub place: Place,
}

impl Quiet {
    pub async fn open(engine: Engine, at: &str, address: &str, change: impl FnOnce(&mut Config)) -> Self {
        Self::open_on(Place::make(engine).await, at, address, change).await
    }

    pub async fn open_on(place: Place, at: &str, address: &str, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        config.server.public_address = Some(PublicAddress(address.to_owned()));
        config.vault.keys = vec![KeyText(Key::mint())];
        config.telephony.twilio.auth_token = Some(SecretText(AUTH_TOKEN.into()));
        change(&mut config);
        let clock = Clock::starting_at(Instant::parse(at).unwrap());
        let desk = app::desk(config, &place.database_url, clock, Mode::Demo).await.unwrap();
        Self { desk, place }
    }
}

/// A database of its own on the test cluster.
async fn new_postgres_database(name: &str) -> String {
    let url = postgres().unwrap();
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    // The name is made of letters, digits and underscores above.
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
    pool.close().await;
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}
