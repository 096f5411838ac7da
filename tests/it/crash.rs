//! The plug is pulled in the middle of 200 bookings: what was confirmed is there, none twice, every mail goes out.
//!
//! The real program, a real signal, a real mail server.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use sprechzeit::kernel::local;
use tokio::task::JoinSet;

use crate::outbox::{MailServer, free_port};
use crate::world::{Engine, Place, engines, runtime};

const BOOKINGS: usize = 200;

/// A `serve` of the real program, restarted on the same database.
pub struct Program {
    environment: Vec<(String, String)>,
    pub address: String,
    child: Option<Child>,
}

impl Program {
    pub fn new(database_url: &str, mail_port: u16) -> Self {
        let port = free_port();
        let key = Command::new(env!("CARGO_BIN_EXE_sprechzeit")).arg("key").output().unwrap();
        let environment = [
            ("SPRECHZEIT_SERVER_LISTEN", format!("127.0.0.1:{port}")),
            ("SPRECHZEIT_SERVER_PUBLIC_ADDRESS", "https://beratung.example.de".into()),
            ("SPRECHZEIT_DATABASE_URL", database_url.to_owned()),
            ("SPRECHZEIT_VAULT_KEYS", String::from_utf8(key.stdout).unwrap().trim().to_owned()),
            ("SPRECHZEIT_MAIL_HOST", "127.0.0.1".into()),
            ("SPRECHZEIT_MAIL_PORT", mail_port.to_string()),
            ("SPRECHZEIT_MAIL_ENCRYPTION", "none".into()),
            ("SPRECHZEIT_MAIL_FROM", "beratung@example.org".into()),
            // Two hundred at once are no attack here.
            ("SPRECHZEIT_BOOKINGS_WORK_ABOVE", "100000".into()),
            ("RUST_LOG", "error".into()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Self { environment, address: format!("http://127.0.0.1:{port}/api/v1"), child: None }
    }

    /// A second program on the same database, with the same keys.
    pub fn beside(&self) -> Self {
        let port = free_port();
        let mut environment = self.environment.clone();
        environment.push(("SPRECHZEIT_SERVER_LISTEN".into(), format!("127.0.0.1:{port}")));
        Self { environment, address: format!("http://127.0.0.1:{port}/api/v1"), child: None }
    }

    /// The log says all it can.
    pub fn log_everything(&mut self) {
        self.environment.retain(|(name, _)| name != "RUST_LOG");
        self.environment.push(("RUST_LOG".into(), "trace,hyper=info,h2=info,mio=info".into()));
    }

    /// One more key of the configuration.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.into(), value.into()));
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sprechzeit"));
        command.args(arguments).envs(self.environment.iter().cloned()).stdout(Stdio::piped());
        command
    }

    pub async fn start(&mut self) {
        self.start_with_log(Stdio::inherit()).await;
    }

    /// With the log going elsewhere.
    pub async fn start_with_log(&mut self, log: Stdio) {
        self.child = Some(self.command(&["serve"]).stdout(Stdio::null()).stderr(log).spawn().unwrap());
        let health = self.address.replace("/api/v1", "/healthz");
        for _ in 0..200 {
            if reqwest::get(&health).await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the program did not start");
    }

    /// A bearer token of an administrator, made on the command line.
    pub fn token(&self) -> String {
        let arguments = ["token", "add", "test", "--role", "administrator", "--office", "lka"];
        let made = self.command(&arguments).output().unwrap();
        String::from_utf8(made.stdout).unwrap().lines().nth(1).unwrap().to_owned()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

pub async fn send(request: reqwest::RequestBuilder) -> Option<(u16, Value)> {
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.json().await.ok()?))
}

/// Twenty officers of Karlsruhe with a consultation hour tomorrow: the starts of their slots.
pub async fn offer(http: &reqwest::Client, program: &Program, token: &str) -> Vec<String> {
    let tomorrow = local::day(sprechzeit::kernel::Clock::default().now()) + chrono::TimeDelta::days(8);
    let weekday = chrono::Datelike::weekday(&tomorrow).to_string().to_lowercase();
    for number in 0..20 {
        let officer = json!({"office": "ka", "name": format!("Officer {number}"), "phone": "+49 89 99998200"});
        let request = http.post(format!("{}/officers", program.address)).bearer_auth(token).json(&officer);
        let (status, officer) = send(request).await.unwrap();
        assert_eq!(status, 201, "{officer}");
        let hour = json!({"officer": officer["id"], "weekday": weekday, "opens": "08:00", "closes": "20:00",
            "first_day": tomorrow.to_string(), "slot_minutes": 60, "formats": ["video"]});
        let request = http.post(format!("{}/consultation-hours", program.address)).bearer_auth(token).json(&hour);
        let (status, hour) = send(request).await.unwrap();
        assert_eq!(status, 201, "{hour}");
    }
    let query = "topic=einbruchschutz&format=video&office=ka";
    let (_, slots) = send(http.get(format!("{}/slots?{query}", program.address))).await.unwrap();
    let list = slots.as_array().or(slots["items"].as_array()).unwrap();
    list.iter().map(|slot| slot["start"].as_str().unwrap().to_owned()).collect()
}

/// One citizen's booking; its reference once the program has said that it is confirmed.
async fn book(http: &reqwest::Client, address: &str, start: &str, number: usize) -> Option<String> {
    let hold = json!({"topic": "einbruchschutz", "format": "video", "office": "ka", "start": start});
    let (_, held) = send(http.post(format!("{address}/holds")).json(&hold)).await?;
    let person = json!({"name": "Zitronenfalter", "contact": format!("citizen{number}@example.org")});
    let confirm = format!("{address}/holds/{}/confirm", held["secret"].as_str()?);
    let (status, booking) = send(http.post(confirm).json(&person)).await?;
    (status == 200).then(|| booking["reference"].as_str().unwrap().to_owned())
}

#[test]
fn the_plug_is_pulled_in_the_middle_of_two_hundred_bookings() {
    for engine in engines() {
        let mail_port = free_port();
        let Some((server, mails)) = MailServer::start(mail_port) else { return };
        let told: BTreeMap<String, String> = runtime().block_on(pull_the_plug(engine, mail_port));
        drop(server);
        let sent: Vec<String> = mails.collect();
        let receivers: BTreeSet<&str> =
            sent.iter().filter_map(|line| line.split("citizen").nth(1)?.split('@').next()).collect();
        for (number, reference) in &told {
            assert!(receivers.contains(number.as_str()), "no mail for {reference} on {engine:?}");
        }
    }
}

/// Which citizens were told that their booking is confirmed, and its reference.
async fn pull_the_plug(engine: Engine, mail_port: u16) -> BTreeMap<String, String> {
    let place = Place::make(engine).await;
    let mut program = Program::new(&place.database_url, mail_port);
    program.start().await;
    let token = program.token();
    let http = client();
    let starts = offer(&http, &program, &token).await;

    let mut crowd = JoinSet::new();
    let mut told = BTreeMap::new();
    for number in 0..BOOKINGS {
        let (http, address) = (http.clone(), program.address.clone());
        let start = starts[number % starts.len()].clone();
        crowd.spawn(async move { (number, book(&http, &address, &start, number).await) });
    }
    let mut pulled = false;
    while let Some(done) = crowd.join_next().await {
        let (number, reference) = done.unwrap();
        told.extend(reference.map(|reference| (number.to_string(), reference)));
        if told.len() >= BOOKINGS / 4 && !pulled {
            program.kill();
            pulled = true;
        }
    }
    assert!(pulled && told.len() < BOOKINGS, "{} were told: the plug was not pulled in the middle", told.len());

    program.start().await;
    // A client without connections to the program that died.
    let kept = every_booking(&client(), &program, &token).await;
    let confirmed: Vec<&Value> = kept.iter().filter(|booking| booking["state"] == "confirmed").collect();
    let references: BTreeSet<&str> = confirmed.iter().map(|b| b["reference"].as_str().unwrap()).collect();
    for reference in told.values() {
        assert!(references.contains(reference.as_str()), "{reference} is lost on {engine:?}");
    }
    let slots: BTreeSet<(String, String)> =
        confirmed.iter().map(|b| (b["officer"].to_string(), b["start"].to_string())).collect();
    assert_eq!(slots.len(), confirmed.len(), "a slot was given twice on {engine:?}");

    // The killed program may have taken messages: after their lease another takes them over.
    for _ in 0..900 {
        let health: Value =
            reqwest::get(program.address.replace("/api/v1", "/healthz")).await.unwrap().json().await.unwrap();
        if health["outbox_waiting"] == 0 {
            return told;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("mails still wait on {engine:?}");
}

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap()
}

pub async fn every_booking(http: &reqwest::Client, program: &Program, token: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let address = format!("{}/bookings?limit=200&offset={}", program.address, all.len());
        let (status, page) = send(http.get(address).bearer_auth(token)).await.unwrap();
        assert_eq!(status, 200, "{page}");
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        if page["next_offset"].is_null() {
            return all;
        }
    }
}
