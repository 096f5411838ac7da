//! Calls at once beside "hello" and beside the tutorials' way, and what each webhook of a call costs as the tables grow.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant as Stopwatch};

use chrono::{NaiveTime, TimeDelta, Weekday};
use sprechzeit::app;
use sprechzeit::args;
use sprechzeit::config::{Config, KeyText, PublicAddress, SecretText};
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::id::{HotlineId, OfficerId};
use sprechzeit::kernel::{Clock, Instant, local};
use sprechzeit::offices::{OpeningHours, offices};
use sprechzeit::people::{self, Actor, Officer};
use sprechzeit::shifts::{self, Hotline, ShiftPlan, Tier};
use sprechzeit::vault::Key;

use super::client::{self, Line, VOICE, call, serve, webhook};
use super::{START, TOKEN};

const AT_ONCE: [usize; 3] = [1, 50, 200];
const SPAN: Duration = Duration::from_secs(8);
/// The address that providers know: nobody listens there, it is only signed.
const PUBLIC: &str = "http://sprechzeit.example";
const OFFICERS: usize = 3;
/// Calls of which each figure is the median.
const CALLS: usize = 200;
const PAST: usize = 1_000_000;

/// Signed incoming calls, each answered after one durable commit.
pub async fn at_once(folder: &Path) {
    println!("\n## Calls at once (SQLite)");
    let ours = desk(&format!("sqlite:{}", folder.join("at-once.sqlite").display())).await;
    open_hotlines(&ours, 0..1).await;
    let file = folder.join("tutorial.sqlite");
    let theirs = desk(&format!("sqlite:{}", file.display())).await;
    open_hotlines(&theirs, 0..1).await;
    theirs.db.close().await;
    let tutorial = Tutorial::start(&file);
    if tutorial.is_none() {
        println!("the tutorials' way is NOT MEASURED: npm ci --prefix benches/tutorial");
    }
    let hello_at = serve(client::hello()).await;
    let ours_at = serve(app::router(ours)).await;
    for (round, size) in AT_ONCE.into_iter().enumerate() {
        let calls =
            |from: usize| (from..from + 120_000).map(|n| webhook(PUBLIC, VOICE, &call(n, &number(0)))).collect();
        let hello = client::crowd(hello_at, size, SPAN, vec![client::GET.to_vec()]).await;
        say(size, "axum hello", &hello);
        let ours = client::crowd(ours_at, size, SPAN, calls(round * 1_000_000)).await;
        say(size, "this program", &ours);
        println!("     beside hello: {:.3} of its rate", ours.per_second / hello.per_second);
        if let Some(tutorial) = &tutorial {
            let theirs = client::crowd(tutorial.at, size, SPAN, calls(round * 1_000_000)).await;
            say(size, "the tutorials' way", &theirs);
            println!("     beside the tutorials' way: {:.1} times its rate", ours.per_second / theirs.per_second);
        }
    }
}

fn say(size: usize, what: &str, figures: &client::Figures) {
    let client::Figures { per_second, median, percentile_99 } = figures;
    println!("{size:4} at once, {what}: {per_second:.0}/s, median {median:.2} ms, 99 % within {percentile_99:.2} ms");
}

/// The tutorials' server, as long as this lives.
struct Tutorial {
    child: Child,
    at: SocketAddr,
}

impl Tutorial {
    /// None where its packages are not installed.
    fn start(file: &Path) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/tutorial");
        if !folder.join("node_modules").is_dir() {
            return None;
        }
        let mut command = Command::new("node");
        command.arg(folder.join("server.js")).arg(file).args([TOKEN, PUBLIC]).env("NODE_ENV", "production");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Some(Self { child, at: SocketAddr::from(([127, 0, 0, 1], port.trim().parse().unwrap())) })
    }
}

impl Drop for Tutorial {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One call after another through the whole flow: with one hotline and no past, with a thousand, with a million calls.
pub async fn as_tables_grow(url: &str) {
    let desk = desk(url).await;
    open_hotlines(&desk, 0..1).await;
    let at = serve(app::router(desk.clone())).await;
    let mut first = 0;
    let mut measure = async |what: &str| {
        let took = walk_calls(at, first).await;
        first += 1_000_000;
        let took: Vec<String> = took.iter().map(|(kind, took)| format!("{kind} {took:.2}")).collect();
        println!("{what}: {} (medians of {CALLS}, ms)", took.join(", "));
    };
    measure("1 hotline, no past").await;
    open_hotlines(&desk, 1..1000).await;
    count_rows(&desk).await;
    measure("1,000 hotlines, no past").await;
    record_a_million_calls(&desk).await;
    count_rows(&desk).await;
    measure("1,000 hotlines, 1,000,000 calls").await;
}

/// PostgreSQL counts its tables by itself, within minutes (autovacuum); here nobody waits for that.
async fn count_rows(desk: &Desk) {
    if desk.db.engine() != "SQLite" {
        let mut tx = desk.db.begin().await.unwrap();
        tx.run("ANALYZE", args![]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Each call: announced, no key for the language, the second topic, nobody answers, the caller is gone. Medians in ms.
async fn walk_calls(at: SocketAddr, first: usize) -> Vec<(&'static str, f64)> {
    const KINDS: [&str; 5] = ["announced", "silence", "key, and ring", "nobody answers", "gone"];
    let mut line = Line::to(at).await;
    let mut took = vec![Vec::new(); KINDS.len()];
    for number in first..first + CALLS {
        let mut path = VOICE.to_owned();
        let told = [vec![], vec![], vec![("Digits", "2")], vec![("DialCallStatus", "no-answer")], vec![]];
        for (kind, fields) in told.into_iter().enumerate() {
            let mut all = call(number, &self::number(0));
            all[2].1 = if kind == KINDS.len() - 1 { "completed" } else { "in-progress" }.to_owned();
            all.extend(fields.into_iter().map(|(name, value)| (name, value.to_owned())));
            let request = webhook(PUBLIC, &path, &all);
            let began = Stopwatch::now();
            let answer = String::from_utf8_lossy(line.ask(&request).await).into_owned();
            took[kind].push(began.elapsed().as_secs_f64() * 1000.0);
            assert!(KINDS[kind] != "key, and ring" || answer.contains("<Dial"), "nobody is rung: {answer}");
            path = next_path(&answer).unwrap_or(path);
        }
    }
    let median = |mut took: Vec<f64>| {
        took.sort_by(f64::total_cmp);
        took[took.len() / 2]
    };
    KINDS.into_iter().zip(took.into_iter().map(median)).collect()
}

/// The path to which the provider goes on, as the answer says.
fn next_path(answer: &str) -> Option<String> {
    let start = answer.find("action=\"").map(|at| at + "action=\"".len())?;
    // What stands behind the hash tells the provider how to try again, and is not sent.
    let action = &answer[start..start + answer[start..].find(['"', '#'])?];
    Some(action.strip_prefix(PUBLIC).unwrap_or(action).replace("&amp;", "&"))
}

async fn desk(url: &str) -> Desk {
    let mut config = Config::default();
    config.server.public_address = Some(PublicAddress(PUBLIC.to_owned()));
    config.vault.keys = vec![KeyText(Key::mint())];
    config.telephony.twilio.auth_token = Some(SecretText(TOKEN.into()));
    let clock = Clock::starting_at(Instant::parse(START).unwrap());
    app::desk(config, url, clock, Mode::Demo).await.unwrap()
}

fn number(hotline: usize) -> String {
    format!("+4989999{:05}", 10_000 + hotline)
}

/// Hotlines that are always open, each with three officers on duty today.
async fn open_hotlines(desk: &Desk, which: std::ops::Range<usize>) {
    let (now, actor, midnight) = (desk.now(), Actor::system(), NaiveTime::MIN);
    let week: Vec<Weekday> = (0..7).map(|day| Weekday::try_from(day).unwrap()).collect();
    for place in which {
        let office = offices()[place % offices().len()].id;
        let hotline = Hotline {
            id: HotlineId::mint(),
            office,
            name: format!("Beratungstelefon {place}"),
            number: number(place).parse().unwrap(),
            flow: "beratungstelefon".into(),
            hours: OpeningHours::on(&week, midnight, midnight).unwrap(),
            ring_seconds: 20,
            rules: Default::default(),
            active: true,
            sequence: 0,
        };
        shifts::open_hotline(desk, now, &actor, &hotline).await.unwrap();
        for _ in 0..OFFICERS {
            let (id, skills) = (OfficerId::mint(), Default::default());
            let officer = Officer { id, office, name: "Dienst".into(), active: true, skills };
            let phone = "+498999998200".parse().unwrap();
            people::hire(desk, now, &actor, &officer, (Some(&phone), None)).await.unwrap();
            let day = local::day(now);
            let plan =
                ShiftPlan { officer: id, day, from: midnight, until: midnight, tier: Tier::FIRST, position: None };
            shifts::plan_shift(desk, now, &actor, hotline.id, plan).await.unwrap();
        }
    }
}

/// Calls of the last three months, each with a caller, three webhooks and a talk.
async fn record_a_million_calls(desk: &Desk) {
    let (id, bytes) = match desk.db.engine() {
        "SQLite" => ("randomblob(16)", "randomblob(16)"),
        _ => ("gen_random_uuid()", "uuid_send(gen_random_uuid())"),
    };
    let yesterday = (desk.now() - TimeDelta::days(1)).0;
    let at = format!("{yesterday} - n * 7776000");
    let calls = format!(
        "INSERT INTO calls (id, provider, provider_call, hotline_id, office_id, caller_hash, state, ending, topic, place,
            step, started_at, ended_at, updated_at, flow, flow_version, node)
        WITH RECURSIVE numbered (n) AS
            (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM numbered WHERE n < {PAST} - 1)
        SELECT {id}, 'twilio', 'past-' || n, h.id, h.office_id, {bytes}, 'ended', 'person', 'einbruchschutz', {bytes},
            4, {at}, {at}, {at}, h.flow, 1, 'officers'
        FROM numbered JOIN (SELECT id, office_id, flow, row_number() OVER (ORDER BY number) AS place FROM hotlines) h
            ON h.place = n % 1000 + 1"
    );
    let steps = "INSERT INTO call_steps (call_id, step, at, event, reply, flow, trail)
        SELECT c.id, s.step, c.started_at, 'started', c.place, c.flow, '' FROM calls c
        CROSS JOIN (SELECT 1 AS step UNION ALL SELECT 2 UNION ALL SELECT 3) s WHERE c.ending = 'person'";
    let attempts = format!(
        "INSERT INTO attempts (id, call_id, officer_id, tier, why, outcome, rang_at, accepted_at, ended_at)
        SELECT {id}, c.id, s.officer_id, 1, '', 'accepted', c.started_at, c.started_at, c.started_at FROM calls c
        JOIN (SELECT hotline_id, officer_id, row_number() OVER (PARTITION BY hotline_id ORDER BY id) AS place
              FROM shifts) s
            ON s.hotline_id = c.hotline_id AND s.place = 1
        WHERE c.ending = 'person'"
    );
    let mut tx = desk.db.begin().await.unwrap();
    for statement in [calls, steps.to_owned(), attempts] {
        tx.run(statement.leak(), args![]).await.unwrap();
    }
    tx.commit().await.unwrap();
}
