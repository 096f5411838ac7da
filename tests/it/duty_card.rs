//! The duty card: what stands on it and when it changes, where it is written, and that a card is always whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path as Name, State};
use axum::routing::put;
use http::{HeaderMap, StatusCode};
use serde_json::json;
use sprechzeit::calls::{renew_cards, verify_card};
use sprechzeit::config::{Config, PhoneText, PublicAddress, SecretText};
use sprechzeit::people::Role;
use tokio::net::TcpListener;

use crate::crash::{Program, send};
use crate::shifts::{page, signed_in};
use crate::telephone::{CITIZEN, HOTLINE, Stage};
use crate::twiml::{self, Element};
use crate::world::{Engine, Place, World, engines, runtime};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const DAY: &str = "2026-11-20";
/// The office's switchboard.
pub const SWITCHBOARD: &str = "+4971154010";

/// A folder of cards, gone with the test.
struct Cards(PathBuf);

impl Cards {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("sprechzeit_cards_{:x}", rand::random::<u64>()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// The cards, without what an interrupted writer left.
    fn files(&self) -> Vec<PathBuf> {
        let paths = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|path| is_card(&path.file_name().unwrap().to_string_lossy())).collect()
    }

    /// The only card, which must be signed and be a document that Twilio takes.
    fn card(&self, world: &World) -> String {
        let files = self.files();
        assert_eq!(files.len(), 1, "{files:?}");
        let (card, signatures) = (read(&files[0]), read(&signature(&files[0])));
        twiml::assert_valid(&card);
        assert!(verify_card(&world.desk.vault, &card, &signatures).is_some(), "{card}{signatures}");
        card
    }

    /// Whom the card rings, after the round that comes next.
    async fn rings(&self, world: &World) -> Vec<String> {
        renew_cards(&world.desk, world.now()).await.unwrap();
        numbers(&self.card(world))
    }
}

impl Drop for Cards {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn is_card(name: &str) -> bool {
    name.starts_with("duty-card-") && name.ends_with(".twilio.xml")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn signature(card: &Path) -> PathBuf {
    PathBuf::from(format!("{}.sig", card.display()))
}

/// The numbers of a document's only `Dial`, which rings them one after another.
pub fn numbers(document: &str) -> Vec<String> {
    let response = twiml::parse(document);
    let dials: Vec<&Element> = response.children.iter().filter(|verb| verb.name == "Dial").collect();
    assert!(dials.len() <= 1, "whoever has talked would be connected again: {document}");
    let Some(dial) = dials.first() else { return vec![] };
    assert_eq!(dial.attributes["sequential"], "true");
    assert_eq!(dial.attributes["callerId"], HOTLINE);
    dial.children.iter().map(|number| number.text.clone()).collect()
}

pub fn with_switchboard(config: &mut Config) {
    config.telephony.duty_card.numbers = vec![PhoneText(SWITCHBOARD.parse().unwrap())];
}

fn on_both(change: impl Fn(&mut Config), story: impl AsyncFn(&mut World)) {
    for engine in engines() {
        runtime().block_on(async {
            let mut world = World::start_with(engine, FRIDAY, |config| {
                with_switchboard(config);
                change(config);
            })
            .await;
            story(&mut world).await;
            world.shut_down().await;
        });
    }
}

#[test]
fn a_card_follows_the_rota_within_one_round() {
    for engine in engines() {
        let cards = Cards::new();
        runtime().block_on(async {
            let mut world = World::start_with(engine, FRIDAY, |config| {
                with_switchboard(config);
                config.telephony.duty_card.folder = Some(cards.0.clone());
            })
            .await;
            follow_the_rota(&world, &cards).await;
            world.shut_down().await;
        });
    }
}

async fn follow_the_rota(world: &World, cards: &Cards) {
    let stage = Stage::open(world, &["Anna", "Ben"]).await;
    let [anna, ben] = ["Anna", "Ben"].map(|name| stage.officer(name).number.clone());
    assert_eq!(cards.rings(world).await, [SWITCHBOARD]);

    stage.plan("Anna", (DAY, "07:00", "14:00"), 1).await;
    assert_eq!(cards.rings(world).await, [anna.as_str(), SWITCHBOARD]);
    stage.plan("Ben", (DAY, "12:00", "19:00"), 2).await;
    assert_eq!(cards.rings(world).await, [anna.as_str(), SWITCHBOARD]);
    assert!(cards.card(world).contains("officers until 2026-11-20T11:00:00Z; valid until 2026-12-04T09:"));

    let officer = json!({"officer": stage.officer("Anna").id});
    stage.create("/deployments", officer).await;
    assert_eq!(cards.rings(world).await, [SWITCHBOARD]);
    let back = format!("/deployments/{}", stage.officer("Anna").id);
    let (status, answer) = world.api("DELETE", &back, Some(&stage.token), None).await;
    assert_eq!(status, 204, "{answer}");
    assert_eq!(cards.rings(world).await, [anna.as_str(), SWITCHBOARD]);

    // At the shift's boundary nobody does anything but the clock.
    world.advance_minutes(119);
    let before = cards.card(world);
    assert_eq!(cards.rings(world).await, [anna.as_str(), SWITCHBOARD]);
    assert_eq!(cards.card(world), before, "what stays as it is is not written again");
    world.advance_minutes(1);
    assert_eq!(cards.rings(world).await, [anna.as_str(), ben.as_str(), SWITCHBOARD]);
    world.advance_minutes(120);
    assert_eq!(cards.rings(world).await, [ben.as_str(), SWITCHBOARD]);

    let call = stage.ringing_call().await;
    call.accepted_by("Ben").await;
    let closure = json!({"reason": {"de": "Die Anlage wird gewartet."}});
    stage.create(&format!("/hotlines/{}/closures", stage.hotline), closure).await;
    assert_eq!(cards.rings(world).await, [SWITCHBOARD]);
    let card = cards.card(world);
    assert!(card.contains("kein Notruf") && card.contains("no emergency line") && card.contains("110"), "{card}");
    assert!(!card.contains(&CITIZEN[1..]), "{card}");

    // Also unchanged it is made anew twice a day, and stays valid for long.
    world.advance_minutes(13 * 60);
    assert_eq!(cards.rings(world).await, [SWITCHBOARD]);
    assert_ne!(cards.card(world), card);
}

/// Another host, which takes files as long as it is up.
#[derive(Clone, Default)]
struct Host(Arc<Mutex<(bool, BTreeMap<String, String>)>>);

impl Host {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/karten", listener.local_addr().unwrap());
        let router = Router::new().route("/karten/{name}", put(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    fn is_up(&self, up: bool) {
        self.0.lock().unwrap().0 = up;
    }

    fn card(&self) -> Option<(String, String)> {
        let files = &self.0.lock().unwrap().1;
        let (name, card) = files.iter().find(|(name, _)| is_card(name))?;
        Some((card.clone(), files[&format!("{name}.sig")].clone()))
    }
}

async fn take(State(host): State<Host>, Name(name): Name<String>, headers: HeaderMap, file: String) -> StatusCode {
    assert_eq!(headers["authorization"], "Bearer geheim");
    let mut host = host.0.lock().unwrap();
    if !host.0 {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    host.1.insert(name, file);
    StatusCode::CREATED
}

#[test]
fn a_host_that_was_down_gets_the_card_when_it_is_up_and_staff_see_it() {
    for engine in engines() {
        runtime().block_on(async {
            let host = Host::default();
            let address = host.start().await;
            let mut world = World::start_with(engine, FRIDAY, |config| {
                with_switchboard(config);
                config.telephony.duty_card.put_url = Some(PublicAddress(address.clone()));
                config.telephony.duty_card.put_token = Some(SecretText("geheim".into()));
            })
            .await;
            let stage = Stage::open(&world, &["Anna"]).await.everybody_on(DAY).await;
            let cookie = signed_in(&world, "planung", Role::Supervisor, None).await;
            let path = format!("/dienst/beratungstelefone/{}", stage.hotline);

            renew_cards(&world.desk, world.now()).await.unwrap();
            assert_eq!(host.card(), None);
            let (_, text) = page(&world, &cookie, &path).await;
            assert!(text.contains("konnte noch nie geschrieben werden"), "{text}");
            assert!(world.page("/healthz").await.1.contains("\"duty_cards_overdue\":1"));

            host.is_up(true);
            renew_cards(&world.desk, world.now()).await.unwrap();
            let (card, signatures) = host.card().unwrap();
            assert_eq!(numbers(&card), [stage.officer("Anna").number.as_str(), SWITCHBOARD]);
            assert!(verify_card(&world.desk.vault, &card, &signatures).is_some());
            let (_, text) = page(&world, &cookie, &path).await;
            assert!(text.contains("Die Dienstkarte ist auf dem Stand von"), "{text}");
            assert!(world.page("/healthz").await.1.contains("\"duty_cards_overdue\":0"));
            world.shut_down().await;
        });
    }
}

#[test]
fn a_hotline_that_goes_out_of_operation_rings_no_officer() {
    let cards = Cards::new();
    on_both(
        |config| config.telephony.duty_card.folder = Some(cards.0.clone()),
        async |world| {
            for file in cards.files() {
                std::fs::remove_file(file).unwrap();
            }
            let stage = Stage::open(world, &["Anna"]).await.everybody_on(DAY).await;
            assert_eq!(cards.rings(world).await, [stage.officer("Anna").number.as_str(), SWITCHBOARD]);
            let change = json!({"active": false, "sequence": 0});
            let (status, answer) =
                world.api("PATCH", &format!("/hotlines/{}", stage.hotline), Some(&stage.token), Some(change)).await;
            assert_eq!(status, 200, "{answer}");
            assert_eq!(cards.rings(world).await, [SWITCHBOARD]);
        },
    );
}

#[test]
fn pulling_the_plug_while_a_card_is_written_leaves_it_whole() {
    let cards = Cards::new();
    runtime().block_on(async {
        let place = Place::make(Engine::Sqlite).await;
        let mut program = Program::new(&place.database_url, 1);
        program.set("SPRECHZEIT_TELEPHONY_DUTY_CARD_FOLDER", &cards.0.display().to_string());
        program.set("SPRECHZEIT_TELEPHONY_DUTY_CARD_NUMBERS", SWITCHBOARD);
        program.start().await;
        let (http, token) = (reqwest::Client::new(), program.token());
        for number in 0..9 {
            let hotline = json!({"office": "ka", "name": format!("Telefon {number}"), "number":
                format!("+49899999811{number}"), "flow": "beratungstelefon", "hours": []});
            let request = http.post(format!("{}/hotlines", program.address)).bearer_auth(&token).json(&hotline);
            let (status, answer) = send(request).await.unwrap();
            assert_eq!(status, 201, "{answer}");
        }
        program.kill();
        // At each start all cards are written anew.
        for milliseconds in (0..12).map(|count| 40 * count) {
            let mut child = program.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            tokio::time::sleep(Duration::from_millis(100 + milliseconds)).await;
            child.kill().unwrap();
            child.wait().unwrap();
            cards.files().iter().for_each(|card| twiml::assert_valid(&read(card)));
        }
        program.start().await;
        for _ in 0..100 {
            if cards.files().len() == 9 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        program.kill();
        assert_eq!(cards.files().len(), 9);
        let card = &cards.files()[0];
        let verified = program.command(&["duty-card", "verify"]).arg(card).output().unwrap();
        assert!(verified.status.success(), "{verified:?}");
        std::fs::write(card, read(card).replace(SWITCHBOARD, "+4971154011")).unwrap();
        let changed = program.command(&["duty-card", "verify"]).arg(card).output().unwrap();
        assert!(!changed.status.success(), "{changed:?}");
        let shown = program.command(&["duty-card", "show", "--hotline", "Telefon 3"]).output().unwrap();
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.contains("+498999998113") && shown.contains(SWITCHBOARD), "{shown}");
    });
}

#[test]
fn who_cannot_be_reached_does_not_stand_on_the_card_until_the_next_shift() {
    let cards = Cards::new();
    on_both(
        |config| config.telephony.duty_card.folder = Some(cards.0.clone()),
        async |world| {
            for file in cards.files() {
                std::fs::remove_file(file).unwrap();
            }
            let stage = Stage::open(world, &["Anna", "Ben"]).await.everybody_on(DAY).await;
            stage.plan("Anna", ("2026-11-21", "07:00", "19:00"), 1).await;
            let [anna, ben] = ["Anna", "Ben"].map(|name| stage.officer(name).number.clone());
            assert_eq!(cards.rings(world).await, [anna.as_str(), ben.as_str(), SWITCHBOARD]);
            for _ in 0..2 {
                let mut call = stage.ringing_call().await;
                call.rings("Anna");
                call.ring_ends("failed").await;
                call.hangs_up().await;
            }
            assert_eq!(cards.rings(world).await, [ben.as_str(), SWITCHBOARD]);
            world.advance_minutes(24 * 60);
            assert_eq!(cards.rings(world).await, [anna.as_str(), SWITCHBOARD]);
        },
    );
}

// ---- over SFTP ----

/// An OpenSSH server of one's own, which knows one key, and whose key is known.
struct Sftp {
    folder: PathBuf,
    port: u16,
    server: std::process::Child,
}

impl Sftp {
    /// None, aloud, where no such server is installed (Debian: openssh-server, openssh-client).
    fn start() -> Option<Self> {
        let [server, client] = ["/usr/sbin/sshd", "/usr/bin/sftp"].map(Path::new);
        if !server.exists() || !client.exists() {
            eprintln!("SKIPPED: OpenSSH's server or sftp is not installed");
            return None;
        }
        let folder = std::env::temp_dir().join(format!("sprechzeit_sftp_{:x}", rand::random::<u64>()));
        for name in ["", "cards", "more"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
        }
        for key in ["host", "user", "stranger"] {
            let mut make = Command::new("ssh-keygen");
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.join(key));
            assert!(make.status().unwrap().success());
        }
        std::fs::copy(folder.join("user.pub"), folder.join("authorized")).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let known = |name: &str| format!("[127.0.0.1]:{port} {}", read(&folder.join(name)));
        std::fs::write(folder.join("hosts"), known("host.pub")).unwrap();
        std::fs::write(folder.join("wrong-hosts"), known("stranger.pub")).unwrap();
        let place = folder.display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {place}/host\nAuthorizedKeysFile {place}/authorized\n\
             PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nSubsystem sftp internal-sftp\n"
        );
        std::fs::write(folder.join("sshd_config"), config).unwrap();
        // Run by root, it wants this folder.
        std::fs::create_dir_all("/run/sshd").ok();
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let mut command = Command::new(server);
        command.args(["-D", "-e", "-f"]).arg(folder.join("sshd_config"));
        let server = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Some(Self { folder, port, server })
    }

    async fn is_up(&self) {
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the SFTP server did not start: {}", read(&self.folder.join("log")));
    }

    fn configure(&self, config: &mut Config, hosts: &str, folder: &str) {
        let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
        let (user, place) = (user.trim(), self.folder.display());
        let card = &mut config.telephony.duty_card;
        card.sftp = Some(format!("sftp://{user}@127.0.0.1:{}{place}/{folder}", self.port).parse().unwrap());
        card.sftp_key = Some(self.folder.join("user"));
        card.sftp_known_hosts = Some(self.folder.join(hosts));
    }
}

impl Drop for Sftp {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

#[test]
fn a_card_is_put_on_another_host_over_sftp_and_replaced_there() {
    let Some(sftp) = Sftp::start() else { return };
    runtime().block_on(async {
        sftp.is_up().await;
        let mut world = World::start_with(Engine::Sqlite, FRIDAY, |config| {
            with_switchboard(config);
            sftp.configure(config, "hosts", "cards");
        })
        .await;
        let cards = Cards(sftp.folder.join("cards"));
        let stage = Stage::open(&world, &["Anna"]).await.everybody_on(DAY).await;
        let anna = stage.officer("Anna").number.clone();
        assert_eq!(cards.rings(&world).await, [anna.as_str(), SWITCHBOARD], "{}", read(&sftp.folder.join("log")));
        // In the place of the card that is there.
        stage.create("/deployments", json!({"officer": stage.officer("Anna").id})).await;
        assert_eq!(cards.rings(&world).await, [SWITCHBOARD]);
        let left: Vec<_> = std::fs::read_dir(&cards.0).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "the card and its signature: {left:?}");
        assert!(world.page("/healthz").await.1.contains("\"duty_cards_overdue\":0"));
        world.shut_down().await;
    });
}

#[test]
fn a_host_that_is_not_known_or_a_folder_that_is_not_there_is_told_and_tried_again() {
    let Some(sftp) = Sftp::start() else { return };
    for (hosts, folder, why) in
        [("wrong-hosts", "cards", "Host key verification failed"), ("hosts", "nowhere", "No such file or directory")]
    {
        runtime().block_on(async {
            sftp.is_up().await;
            let mut world =
                World::start_with(Engine::Sqlite, FRIDAY, |config| sftp.configure(config, hosts, folder)).await;
            let stage = Stage::open(&world, &[]).await;
            assert_eq!(renew_cards(&world.desk, world.now()).await.unwrap(), 0);
            let kept = world.desk.cards.list_of(stage.hotline.parse().unwrap());
            let fault = kept[0].fault.clone().unwrap_or_default();
            assert!(fault.contains(why) || fault.contains("Connection closed"), "{fault}");
            assert!(world.page("/healthz").await.1.contains("\"duty_cards_overdue\":1"));
            assert_eq!(std::fs::read_dir(sftp.folder.join("cards")).unwrap().count(), 0);
            world.shut_down().await;
        });
    }
}
