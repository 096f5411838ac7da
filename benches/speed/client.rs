//! A small client over keep-alive connections, and webhooks as Twilio sends and signs them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use axum::Router;
use base64::Engine as _;
use hmac::{Hmac, Mac};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::TOKEN;

pub const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
pub const VOICE: &str = "/telephony/twilio/voice";

/// What one crowd got.
pub struct Figures {
    pub per_second: f64,
    /// Milliseconds from the first byte sent to the last one read.
    pub median: f64,
    pub percentile_99: f64,
}

/// Serves on a free port of the loopback address.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    at
}

pub fn hello() -> Router {
    Router::new().route("/", axum::routing::get(async || "Hello, World!"))
}

/// A connection that asks one thing after another.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub async fn to(at: SocketAddr) -> Self {
        let stream = TcpStream::connect(at).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 512 * 1024] }
    }

    /// Sends a request and reads the body of its answer, which must be a good one.
    pub async fn ask(&mut self, request: &[u8]) -> &[u8] {
        let (head, end) = self.exchange(request).await;
        let answer = Answer::read(&self.buffer[..head]);
        assert!(matches!(answer.status, 200 | 204), "{}", String::from_utf8_lossy(&self.buffer[..end]));
        &self.buffer[head..end]
    }

    /// Sends a request and reads its answer.
    pub async fn send(&mut self, request: &[u8]) -> Answer {
        let (head, _) = self.exchange(request).await;
        Answer::read(&self.buffer[..head])
    }

    /// Where the head of the answer ends in the buffer, and where its body does.
    async fn exchange(&mut self, request: &[u8]) -> (usize, usize) {
        self.stream.write_all(request).await.unwrap();
        let mut filled = 0;
        loop {
            let count = self.stream.read(&mut self.buffer[filled..]).await.unwrap();
            assert!(count > 0, "the server closed the connection");
            filled += count;
            let Some(head) = self.buffer[..filled].windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let length = header(&self.buffer[..head], "content-length").and_then(|text| text.parse().ok());
            let end = head + 4 + length.unwrap_or(0_usize);
            if filled >= end {
                return (head + 4, end);
            }
        }
    }
}

/// The head of an answer.
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
}

impl Answer {
    fn read(head: &[u8]) -> Self {
        let status = std::str::from_utf8(&head[9..12]).unwrap().parse().unwrap();
        Self { status, location: header(head, "location").map(str::to_owned) }
    }
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let lines = std::str::from_utf8(head).unwrap().lines();
    let mut fields = lines.filter_map(|line| line.split_once(": "));
    fields.find_map(|(field, value)| field.eq_ignore_ascii_case(name).then_some(value))
}

/// So many clients at once, each with one request at a time, for so long; each request is sent once, or again and again
/// where there is only one.
pub async fn crowd(at: SocketAddr, size: usize, span: Duration, requests: Vec<Vec<u8>>) -> Figures {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let watch = Stopwatch::now();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..size {
        let (requests, next) = (requests.clone(), next.clone());
        clients.spawn(async move {
            let (mut line, mut took) = (Line::to(at).await, Vec::new());
            while watch.elapsed() < span {
                let number = next.fetch_add(1, Ordering::Relaxed);
                assert!(number < requests.len() || requests.len() == 1, "there are too few requests for this machine");
                let began = Stopwatch::now();
                line.ask(&requests[number % requests.len()]).await;
                took.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            took
        });
    }
    let mut took = clients.join_all().await.concat();
    let seconds = watch.elapsed().as_secs_f64();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    Figures { per_second: took.len() as f64 / seconds, median: at(0.5), percentile_99: at(0.99) }
}

/// An incoming call as Twilio sends and signs it.
pub fn incoming_call(base: &str, number: usize) -> Vec<u8> {
    webhook(base, VOICE, &call(number, "+498999998110"))
}

/// The fields that all webhooks of a call have.
pub fn call(number: usize, called: &str) -> Vec<(&'static str, String)> {
    vec![
        ("AccountSid", "AC00000000000000000000000000000000".to_owned()),
        ("CallSid", format!("CA{number:032x}")),
        ("CallStatus", "ringing".to_owned()),
        ("Direction", "inbound".to_owned()),
        ("From", "+498999998300".to_owned()),
        ("To", called.to_owned()),
    ]
}

/// A signed webhook: HMAC-SHA1 over the address and the fields in the order of their names.
pub fn webhook(base: &str, path: &str, fields: &[(&'static str, String)]) -> Vec<u8> {
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort();
    let mut mac = <Hmac<sha1::Sha1> as hmac::KeyInit>::new_from_slice(TOKEN.as_bytes()).unwrap();
    mac.update(format!("{base}{path}").as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nx-twilio-signature: {signature}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
