//! The outbox against a real mail server: told at least once, in spite of pauses, and once by several nodes.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use sprechzeit::config::Encryption;
use sprechzeit::desk::Desk;
use sprechzeit::kernel::id::BookingId;
use sprechzeit::outbox::{self, Mail, Message, Senders};

use crate::world::{Engine, Quiet, engines, runtime};

/// aiosmtpd, a mail server that nobody here wrote: it prints one line a mail, and refuses refused@example.org.
pub struct MailServer {
    child: Child,
    port: u16,
}

const SERVER: &str = r#"
import asyncio, email, json, sys
from aiosmtpd.controller import Controller
class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"
    async def handle_DATA(self, server, session, envelope):
        m = email.message_from_bytes(envelope.content)
        parts = [p.get_content_type() + ";" + str(p.get_param("method")) for p in m.walk()]
        methods = [l.strip() for p in m.walk() if p.get_content_type() == "text/calendar"
                   for l in p.get_payload(decode=True).decode().splitlines() if l.startswith("METHOD:")]
        print(json.dumps({"to": envelope.rcpt_tos, "id": m["Message-ID"], "parts": parts, "methods": methods}), flush=True)
        return "250 OK"
c = Controller(Keep(), hostname="127.0.0.1", port=int(sys.argv[1]))
c.start()
print(c.server.sockets[0].getsockname()[1], flush=True)
sys.stdin.read()
"#;

impl MailServer {
    pub fn start(port: u16) -> Option<(Self, impl Iterator<Item = String>)> {
        let Ok(python) = std::env::var("SPRECHZEIT_TEST_PYTHON") else {
            eprintln!("SKIPPED: SPRECHZEIT_TEST_PYTHON is not set; tests/run sets it");
            return None;
        };
        let mut child = Command::new(python)
            .args(["-c", SERVER, &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.next().unwrap().parse().unwrap();
        Some((Self { child, port }, lines))
    }

    /// Mail goes out by this server.
    pub fn configure(&self, config: &mut sprechzeit::config::Config) {
        config.mail.host = Some("127.0.0.1".into());
        config.mail.port = self.port;
        config.mail.encryption = Encryption::None;
        config.mail.from = "Beratung <beratung@example.org>".into();
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn quiet(engine: Engine, port: u16) -> Quiet {
    Quiet::open(engine, "2026-11-20T08:00:00Z", "http://127.0.0.1", |config| {
        config.mail.host = Some("127.0.0.1".into());
        config.mail.port = port;
        config.mail.encryption = Encryption::None;
        config.mail.from = "Beratung <beratung@example.org>".into();
    })
    .await
}

async fn post(desk: &Desk, to: &str) {
    let mail = Mail { to: to.into(), subject: "Ihr Termin".into(), text: "Grüße".into(), invitation: None };
    let mut tx = desk.db.begin().await.unwrap();
    outbox::post(&mut tx, desk, desk.now(), &BookingId::mint(), &Message::Mail(mail)).await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn a_mail_waits_for_the_server_to_come_back_and_a_refused_one_is_dead() {
    for engine in engines() {
        let port = free_port();
        runtime().block_on(async {
            let Quiet { desk, .. } = &quiet(engine, port).await;
            let senders = Senders::new(desk).unwrap();
            post(desk, "anna@example.org").await;
            post(desk, "refused@example.org").await;
            assert_eq!(outbox::deliver_due(desk, desk.now(), &senders).await.unwrap(), 0, "the server is away");

            let Some((_server, mut lines)) = MailServer::start(port) else { return };
            assert_eq!(outbox::deliver_due(desk, desk.now(), &senders).await.unwrap(), 0, "it is not time yet");
            desk.clock.advance(chrono::TimeDelta::minutes(2));
            assert_eq!(outbox::deliver_due(desk, desk.now(), &senders).await.unwrap(), 1);
            assert!(lines.next().unwrap().contains("anna@example.org"));
            let dead = outbox::list_dead(desk, 10).await.unwrap();
            assert_eq!(dead.len(), 1);
            assert!(dead[0].last_error.contains("550"), "{}", dead[0].last_error);
            let posted = desk.now() - chrono::TimeDelta::minutes(10);
            assert_eq!(outbox::forget_dead(desk, posted).await.unwrap(), 0, "it is younger than that");
            assert!(outbox::revive(desk, desk.now(), dead[0].id).await.unwrap());
            assert_eq!(outbox::count(desk).await.unwrap(), (1, 0));
            outbox::deliver_due(desk, desk.now(), &senders).await.unwrap();
            assert_eq!(outbox::forget_dead(desk, desk.now()).await.unwrap(), 1);
            assert_eq!(outbox::count(desk).await.unwrap(), (0, 0));
        });
    }
}

#[test]
fn several_nodes_share_the_outbox_and_each_mail_goes_out_once() {
    for engine in engines() {
        let Some((server, lines)) = MailServer::start(free_port()) else { return };
        let port = server.port;
        runtime().block_on(async {
            let Quiet { desk, .. } = &quiet(engine, port).await;
            for number in 0..60 {
                post(desk, &format!("citizen{number}@example.org")).await;
            }
            let mut nodes = tokio::task::JoinSet::new();
            for _ in 0..4 {
                let desk = desk.clone();
                nodes.spawn(async move {
                    let senders = Senders::new(&desk).unwrap();
                    while outbox::count(&desk).await.unwrap().0 > 0 {
                        outbox::deliver_due(&desk, desk.now(), &senders).await.unwrap();
                    }
                });
            }
            while let Some(node) = nodes.join_next().await {
                node.unwrap();
            }
        });
        drop(server);
        let mut sent: Vec<String> = lines.collect();
        assert_eq!(sent.len(), 60, "on {engine:?}");
        sent.sort();
        sent.dedup();
        assert_eq!(sent.len(), 60);
    }
}
