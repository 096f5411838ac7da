//! Whole bookings over HTTP, as browsers send them, in the program as it is run: a process of its own with its database.
//!
//! A claim is four requests: the list of times, the hold, name and contact, the confirmation.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use sprechzeit::bookings::{self, Format, Wish};
use sprechzeit::kernel::{Instant, Span};
use sprechzeit::offices::{OfficeId, offices, topics};

use super::House;
use super::client::{Answer, Line};

const CLIENTS: [usize; 3] = [1, 8, 64];
const SPAN: Duration = Duration::from_secs(8);

impl House {
    pub async fn citizens(&self, url: &str) {
        let program = Program::start(self, url);
        let mut line = Line::to(program.at).await;
        let list = list_path(offices()[3].id);
        let mut took = Vec::new();
        for _ in 0..200 {
            let began = Stopwatch::now();
            assert_eq!(line.send(&get(&list)).await.status, 200);
            took.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        println!("page of free times, one client: median {:.1} ms; {} resident", took[100], program.resident());
        let starts = Arc::new(self.starts().await);
        let next = Arc::new(AtomicUsize::new(0));
        for size in CLIENTS {
            let counted = crowd(program.at, size, &starts, &next).await;
            println!(
                "{size:3} clients: {:.0} booked claims/s ({} booked, {} came too late, {} answers of 500 and above); \
                 {} resident",
                counted.booked as f64 / SPAN.as_secs_f64(),
                counted.booked,
                counted.too_late,
                counted.failed,
                program.resident()
            );
        }
    }

    /// What can be booked, the same time as often as somebody is free then.
    async fn starts(&self) -> Vec<(OfficeId, Instant)> {
        let now = self.desk.now();
        let window = Span { start: now, end: now + bookings::AHEAD };
        let mut starts = Vec::new();
        for office in offices() {
            let wish = Wish { office: Some(office.id), ..Wish::new(topics()[0].id, Format::Telephone) };
            for day in bookings::list_free(&self.desk, now, &wish, window).await.unwrap() {
                for time in day.times {
                    starts.extend(std::iter::repeat_n((office.id, time.span.start), time.officers));
                }
            }
        }
        starts.sort_by_key(|(office, start)| (start.0 / 60_000_000 % 7919, *office, *start));
        starts
    }
}

#[derive(Default)]
struct Counted {
    booked: usize,
    too_late: usize,
    failed: usize,
}

async fn crowd(
    at: SocketAddr,
    size: usize,
    starts: &Arc<Vec<(OfficeId, Instant)>>,
    next: &Arc<AtomicUsize>,
) -> Counted {
    let watch = Stopwatch::now();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..size {
        let (starts, next) = (starts.clone(), next.clone());
        clients.spawn(async move {
            let (mut line, mut counted) = (Line::to(at).await, Counted::default());
            while watch.elapsed() < SPAN {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some((office, start)) = starts.get(number) else { break };
                match claim(&mut line, *office, *start, number).await {
                    200 => counted.booked += 1,
                    500.. => counted.failed += 1,
                    _ => counted.too_late += 1,
                }
            }
            counted
        });
    }
    clients.join_all().await.into_iter().fold(Counted::default(), |sum, one| Counted {
        booked: sum.booked + one.booked,
        too_late: sum.too_late + one.too_late,
        failed: sum.failed + one.failed,
    })
}

/// The status of the last page: 200 where it says that the appointment is booked.
async fn claim(line: &mut Line, office: OfficeId, start: Instant, number: usize) -> u16 {
    let listed = line.send(&get(&list_path(office))).await;
    if listed.status != 200 {
        return listed.status;
    }
    let topic = topics()[0].id.to_string();
    let (office, start) = (office.to_string(), start.rfc3339());
    let hold = [("thema", topic.as_str()), ("art", "telefon"), ("stelle", &office), ("bedarf", ""), ("zeit", &start)];
    let held = line.send(&post("/termin/reservieren", &hold)).await;
    let Answer { status: 303, location: Some(form) } = held else { return held.status };
    let contact = format!("+4989{:08}", 10_000_000 + number);
    let described = line.send(&post(&form, &[("name", "Zitronenfalter"), ("kontakt", &contact)])).await;
    let Answer { status: 303, location: Some(check) } = described else { return described.status };
    let confirmed = line.send(&post(&check, &[])).await;
    let Answer { status: 303, location: Some(booked) } = confirmed else { return confirmed.status };
    line.send(&get(&booked)).await.status
}

fn list_path(office: OfficeId) -> String {
    format!("/termin/zeit?thema={}&art=telefon&stelle={office}&bedarf=", topics()[0].id)
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").into_bytes()
}

fn post(path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The program, as long as this lives.
struct Program {
    child: Child,
    at: SocketAddr,
}

impl Program {
    fn start(house: &House, url: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sprechzeit"));
        command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::null());
        let key = house.desk.config.vault.keys[0].0.expose();
        command.env("SPRECHZEIT_DATABASE_URL", url).env("SPRECHZEIT_VAULT_KEYS", key);
        command.env("SPRECHZEIT_SERVER_LISTEN", "127.0.0.1:0");
        // So many claims a second are no attack here.
        command.env("SPRECHZEIT_BOOKINGS_WORK_ABOVE", "100000");
        command.env("SPRECHZEIT_SERVER_PUBLIC_ADDRESS", "http://sprechzeit.example");
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let at = said.trim().rsplit("http://").next().unwrap().parse().unwrap();
        Self { child, at }
    }

    /// Of the program alone; PostgreSQL's processes are others.
    fn resident(&self) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("unknown");
        resident.trim().to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
