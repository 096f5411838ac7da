//! What the board costs with a year's plan of 14 offices and 400 officers behind it.
//!
//! The yardsticks: the week opens in under 100 ms on the server, an edit is checked and saved in under 50 ms. Both are
//! measured on the published rota and in a draft of the whole year.

use axum::body::{Body, to_bytes};
use chrono::{NaiveDate, TimeDelta};
use http::{Request, StatusCode, header};
use sprechzeit::app;
use sprechzeit::args;
use sprechzeit::kernel::id::{HotlineId, OfficerId, ShiftId};
use sprechzeit::kernel::{Instant, Span, local};
use sprechzeit::offices::{OfficeId, OpeningHours, offices};
use sprechzeit::people::{self, Actor, NewUser, Officer, Role};
use sprechzeit::rota::board::{self, Despite, Scale, Seen, Target, Work};
use sprechzeit::rota::draft::{self, NewDraft, Terms};
use sprechzeit::rota::reminders;
use sprechzeit::shifts::direct;
use sprechzeit::shifts::edit::Author;
use sprechzeit::shifts::{self, Hotline, Tier};
use tower::ServiceExt;

use super::{House, median};

/// All over the state.
const OFFICERS: usize = 400;
const DAYS: i64 = 365;
const PASSWORD: &str = "ein langes Kennwort";

const SHIFT: &str = "INSERT INTO shifts
    (id, hotline_id, officer_id, starts_at, ends_at, tier, position, state, sequence, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, 1, 1, 'published', 0, $6, $6)";
const COMMITMENT: &str = "INSERT INTO commitments (id, officer_id, kind, exclusive, starts_at, ends_at)
    VALUES ($1, $2, 'shift', $5, $3, $4)";

/// The office that is looked at.
struct Office {
    id: OfficeId,
    hotline: HotlineId,
    officers: Vec<OfficerId>,
}

impl House {
    pub async fn planning(&self) {
        let mut planned = Vec::new();
        for (place, office) in offices().iter().enumerate() {
            let count = OFFICERS / offices().len() + usize::from(place < OFFICERS % offices().len());
            planned.push(self.a_year(office.id, place, count).await);
        }
        let mut tx = self.desk.db.begin().await.unwrap();
        tx.run("ANALYZE", args![]).await.unwrap();
        tx.commit().await.unwrap();
        let office = &planned[3];
        let cookie = self.sign_in(office.id).await;
        let monday = local::monday(local::day(self.desk.now())) + TimeDelta::weeks(26);
        println!("{OFFICERS} officers, {DAYS} days: {} shifts", self.count_shifts().await);

        self.open("published week", &cookie, office, (monday, "")).await;
        self.edit("published", office, (Target::Published(office.id), monday)).await;
        self.look(office, monday).await;
        self.copy(office).await;

        let first_day = local::day(self.desk.now()) + TimeDelta::days(1);
        let new = NewDraft {
            office: office.id,
            name: "Ein Jahr".into(),
            first_day,
            last_day: first_day + TimeDelta::days(DAYS - 1),
        };
        let watch = std::time::Instant::now();
        let draft = draft::begin(&self.desk, self.desk.now(), &Actor::system(), &new).await.unwrap();
        println!("a draft of the year begun: {:.0} ms", watch.elapsed().as_secs_f64() * 1000.0);
        self.open("week of the year's draft", &cookie, office, (monday, &format!("&plan={}", draft.id))).await;
        self.edit("in the year's draft", office, (Target::Draft(draft.id), monday)).await;
    }

    /// Early and late shifts on every day, five or so a week for each officer, turn by turn.
    async fn a_year(&self, office: OfficeId, place: usize, count: usize) -> Office {
        let (now, actor, desk) = (self.desk.now(), Actor::system(), &self.desk);
        let mut officers = Vec::new();
        for number in 0..count {
            let id = OfficerId::mint();
            let name = format!("Beratung {place}-{number}");
            let officer = Officer { id, office, name, active: true, skills: Default::default() };
            people::hire(desk, now, &actor, &officer, (None, None)).await.unwrap();
            officers.push(id);
        }
        let hotline = Hotline {
            id: HotlineId::mint(),
            office,
            name: "Telefon".into(),
            number: format!("+498999996{place:03}").parse().unwrap(),
            flow: "beratungstelefon".into(),
            hours: OpeningHours::default(),
            ring_seconds: 20,
            rules: Default::default(),
            active: true,
            sequence: 0,
        };
        shifts::open_hotline(desk, now, &actor, &hotline).await.unwrap();
        let mut tx = desk.db.begin().await.unwrap();
        for day in local::day(now).iter_days().skip(1).take(DAYS as usize) {
            for (turn, officer) in officers.iter().enumerate() {
                let Some(span) = span(day, turn) else { continue };
                let (id, exclusive) = (ShiftId::mint(), true);
                tx.run(SHIFT, args![id, hotline.id, *officer, span.start, span.end, now]).await.unwrap();
                tx.run(COMMITMENT, args![id.0, *officer, span.start, span.end, exclusive]).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        Office { id: office, hotline: hotline.id, officers }
    }

    async fn count_shifts(&self) -> i64 {
        use sprechzeit::db::Read;
        (&self.desk.db).first::<(i64,)>("SELECT count(*) FROM shifts", args![]).await.unwrap().unwrap().0
    }

    async fn sign_in(&self, office: OfficeId) -> String {
        let user = NewUser { login: "planung".into(), role: Role::Supervisor, office, officer: None };
        people::add_user(&self.desk, self.desk.now(), &user, PASSWORD).await.unwrap();
        let secret = people::sign_in(&self.desk, self.desk.now(), "planung", PASSWORD).await.unwrap();
        format!("sprechzeit={}", secret.expose())
    }

    /// The whole page through every layer, and the data that the board draws.
    async fn open(&self, what: &str, cookie: &str, office: &Office, (monday, plan): (NaiveDate, &str)) {
        let week = local::week_name(monday);
        for (door, path) in [("page", "/dienst/dienstplan"), ("board's data", "/dienst/dienstplan/tafel")] {
            let address = format!("{path}?dienststelle={}&woche={week}{plan}", office.id);
            let router = app::router(self.desk.clone());
            let mut bytes = 0;
            let took = median(20, async || {
                let request = Request::get(&address).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
                let answer = router.clone().oneshot(request).await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap().len();
            });
            let took = took.await;
            println!("{what}, {door} ({} kB): {took:.1} ms (the yardstick: 100 ms)", bytes / 1000);
        }
    }

    /// What looking costs: of whoever waits for a change, each second, and of the monitor that asks for all offices.
    async fn look(&self, office: &Office, monday: NaiveDate) {
        let actor = Actor::system();
        let days = monday.iter_days().take(7).collect();
        let asked = board::Asked { office: office.id, draft: None, days };
        let took = median(200, async || {
            board::load_mark(&self.desk, &actor, &asked).await.unwrap();
        });
        println!("a glance whether the week has changed: {:.2} ms", took.await);
        let took = median(5, async || {
            reminders::load_all_alarms(&self.desk, self.desk.now()).await.unwrap();
        });
        println!("the alarms of all offices: {:.0} ms", took.await);
    }

    /// The last planned week once more, in one transaction.
    async fn copy(&self, office: &Office) {
        let (now, actor) = (self.desk.now(), Actor::system());
        let monday = local::monday(local::day(now) + TimeDelta::days(DAYS)) + TimeDelta::days(7);
        let watch = std::time::Instant::now();
        let by = Author { now, actor: &actor, reason: "" };
        let copied = direct::copy_week::<Scale>(&self.desk, by, office.hotline, monday).await.unwrap();
        let (planned, skipped, took) = (copied.planned.len(), copied.skipped.len(), watch.elapsed().as_secs_f64());
        println!("a week copied, {planned} shifts, {skipped} left out: {:.0} ms", took * 1000.0);
    }

    /// A shift to and fro between two officers' rows: what speaks against it, and then the change.
    async fn edit(&self, what: &str, office: &Office, (target, monday): (Target, NaiveDate)) {
        let (now, actor) = (self.desk.now(), Actor::system());
        let free = office.officers.iter().enumerate().find(|(turn, _)| span(monday, *turn).is_none()).unwrap().1;
        let other =
            office.officers.iter().enumerate().skip(10).find(|(turn, _)| span(monday, *turn).is_none()).unwrap();
        let terms = Terms {
            hotline: office.hotline,
            officer: Some(*free),
            span: span(monday, 0).unwrap_or_else(|| span(monday, 1).unwrap()),
            tier: Tier::FIRST,
            pinned: false,
        };
        let mut version = 0;
        let asked = board::Asked {
            office: office.id,
            draft: match target {
                Target::Draft(draft) => Some(draft),
                Target::Published(_) => None,
            },
            days: vec![monday],
        };
        if let Target::Draft(id) = target {
            version = draft::load(&self.desk.db, &actor, id).await.unwrap().version;
        }
        let seen = |version| Seen { version, reason: "Messung", despite: Despite::Rules };
        board::put(&self.desk, now, &actor, target, (seen(version), Work::Add(terms))).await.unwrap();
        let mut times = Vec::new();
        for turn in (0..40).map(|n| n % 2 == 0) {
            let (before, after) = if turn { (*free, *other.1) } else { (*other.1, *free) };
            let there = board::load_board(&self.desk, &actor, &asked).await.unwrap();
            let mine = there.shifts.iter().find(|it| it.planned.officer == Some(before)).unwrap();
            let work = Work::Change(mine.planned.id, Terms { officer: Some(after), ..terms });
            let watch = std::time::Instant::now();
            board::preview(&self.desk, &actor, target, work).await.unwrap();
            board::put(&self.desk, now, &actor, target, (seen(mine.seen), work)).await.unwrap();
            times.push(watch.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        println!("an edit {what}, checked and saved: {:.1} ms (the yardstick: 50 ms)", times[times.len() / 2]);
    }
}

/// When somebody works on a day: two early, two late, one off, each in their turn.
fn span(day: NaiveDate, turn: usize) -> Option<Span> {
    let at = |hour: i64| -> Instant { local::whole_day(day).start + TimeDelta::hours(hour) };
    match (day - NaiveDate::default()).num_days().rem_euclid(7) as usize + turn {
        n if n % 7 < 3 => Some(Span { start: at(6), end: at(14) }),
        n if n % 7 < 5 => Some(Span { start: at(14), end: at(22) }),
        _ => None,
    }
}
