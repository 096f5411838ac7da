//! What it costs to list free appointments: before any, and with a million bookings in the past.
//!
//! The past must not matter: both figures stand beside each other, and the yardstick is 50 ms for four weeks of all offices.
//! The second is that of a program that was started on such a database: right after a million rows were written, the
//! write-ahead log is as long as they are.

use chrono::TimeDelta;
use sprechzeit::bookings::{self, Format, TypedCode, Wish};
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::{Clock, Instant, Span};
use sprechzeit::offices::topics;
use sprechzeit::{app, args};

use super::{House, START, median};

/// Bookings in the past.
const PAST: u64 = 1_000_000;

impl House {
    pub async fn listing(&self, engine: &str, url: &str) {
        self.make_firm_bookings_ahead(engine).await;
        let fresh = times(&self.desk, "without a past").await;
        self.make_past(engine).await;
        self.desk.db.close().await;
        let clock = Clock::starting_at(Instant::parse(START).unwrap());
        let again = app::desk(self.desk.config.as_ref().clone(), url, clock, Mode::Demo).await.unwrap();
        let grown = times(&again, "with a million bookings behind").await;
        println!("listing, with a past / without: {:.2} (the yardstick of the figure itself: 50 ms)", grown / fresh);
    }

    /// Each slot that lies ahead is booked, and yet its officer has time: only who looks for bookings finds them.
    async fn make_firm_bookings_ahead(&self, engine: &str) {
        let (id, bytes, reference) = match engine {
            "SQLite" => ("randomblob(16)", "randomblob(32)", "substr(hex(randomblob(4)), 1, 7)"),
            _ => ("gen_random_uuid()", "uuid_send(gen_random_uuid())", "upper(substr(md5(id::text), 1, 7))"),
        };
        let bookings = format!(
            "INSERT INTO bookings (id, office_id, officer_id, slot_id, topic, format, language, state, starts_at, ends_at,
                reference, secret_hash, chosen_why, created_at, updated_at)
            SELECT {id}, office_id, officer_id, id, 'einbruchschutz', 'video', 'de', 'confirmed', starts_at, ends_at,
                {reference}, {bytes}, '', starts_at, starts_at
            FROM slots WHERE true ON CONFLICT DO NOTHING"
        );
        let mut tx = self.desk.db.begin().await.unwrap();
        tx.run(bookings.leak(), args![]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Half-hour consultations without a gap, back from yesterday, spread over all officers.
    async fn make_past(&self, engine: &str) {
        let (id, bytes, analyse) = match engine {
            "SQLite" => ("randomblob(16)", "randomblob(32)", "ANALYZE"),
            _ => ("gen_random_uuid()", "uuid_send(gen_random_uuid())", "ANALYZE"),
        };
        let officers = self.officers.len();
        let yesterday = (self.desk.now() - TimeDelta::days(1)).0;
        let start = format!("{yesterday} - (n / {officers}) * 1800000000");
        let slots = format!(
            "INSERT INTO slots (id, hour_id, office_id, officer_id, starts_at, ends_at, state)
            WITH RECURSIVE numbered (n) AS
                (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM numbered WHERE n < {PAST} - 1)
            SELECT {id}, o.hour_id, o.office_id, o.officer_id, {start}, {start} + 1800000000, 'open'
            FROM numbered JOIN (SELECT officer_id, office_id, hour_id, row_number() OVER (ORDER BY officer_id) AS place
                                FROM (SELECT officer_id, office_id, min(hour_id) AS hour_id FROM slots
                                      GROUP BY officer_id, office_id) each) o
                ON o.place = n % {officers} + 1"
        )
        // PostgreSQL has no smallest of uuids before version 18.
        .replace("min(hour_id)", if engine == "SQLite" { "min(hour_id)" } else { "(min(hour_id::text))::uuid" });
        let bookings = format!(
            "INSERT INTO bookings (id, office_id, officer_id, slot_id, topic, format, language, state, starts_at, ends_at,
                reference, secret_hash, chosen_why, created_at, updated_at)
            SELECT {id}, office_id, officer_id, id, 'einbruchschutz', 'video', 'de', 'attended', starts_at, ends_at,
                'past-' || row_number() OVER (), {bytes}, '', starts_at, starts_at
            FROM slots WHERE starts_at < {yesterday} + 1"
        );
        let commitments = format!(
            "INSERT INTO commitments (id, officer_id, kind, exclusive, starts_at, ends_at)
            SELECT id, officer_id, 'consultation', true, starts_at, ends_at FROM bookings
            WHERE starts_at < {yesterday} + 1"
        );
        let mut tx = self.desk.db.begin().await.unwrap();
        for statement in [slots, bookings, commitments, analyse.to_owned()] {
            tx.run(statement.leak(), args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}

/// Milliseconds for four weeks of all offices.
async fn times(desk: &Desk, when: &str) -> f64 {
    let now = desk.now();
    let wish = Wish::new(topics()[0].id, Format::Video);
    let mut times = 0;
    let list = median(40, async || {
        let four_weeks = Span { start: now, end: now + TimeDelta::weeks(4) };
        let days = bookings::list_free(desk, now, &wish, four_weeks).await.unwrap();
        times = days.iter().map(|day| day.times.len()).sum();
    });
    let list = list.await;
    let next = median(40, async || {
        assert!(bookings::next_free(desk, now, &wish, now).await.unwrap().is_some());
    });
    let next = next.await;
    let named = median(40, async || {
        bookings::list_named(desk, now, &wish).await.unwrap();
    });
    let named = named.await;
    let typed = TypedCode { code: "222333".into(), word: None, caller: None };
    let keys = median(40, async || {
        let mut tx = desk.db.begin().await.unwrap();
        bookings::find_by_keys(&mut tx, desk, now, &typed).await.unwrap();
    });
    println!(
        "{when}: four weeks of all 14 offices ({times} times) {list:.2} ms; next free {next:.2} ms; who can be named \
         {named:.2} ms; a booking by its keys {:.2} ms",
        keys.await
    );
    list
}
