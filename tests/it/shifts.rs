//! A supervisor's day, over real HTTP on both engines: plan, clash, absence, deployment, two who edit the same shift.

use serde_json::{Value, json};
use sprechzeit::kernel::Language;
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::people::{self, NewUser, Role};
use sprechzeit::shifts;

use crate::world::{World, on_both};

const MONDAY_MORNING: &str = "2026-11-16T08:00:00Z";
const PASSWORD: &str = "ein langes Kennwort";

/// A hotline of Karlsruhe with two officers, and a supervisor's token.
pub struct Office {
    pub token: String,
    pub hotline: String,
    pub anna: String,
    pub bela: String,
}

async fn created(world: &World, token: &str, path: &str, body: Value) -> Value {
    let (status, answer) = world.api("POST", path, Some(token), Some(body)).await;
    assert_eq!(status, 201, "{path}: {answer}");
    answer
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Office {
    pub async fn open(world: &World) -> Self {
        let token = world.token(Role::Supervisor, "ka").await;
        let weekdays = ["mon", "tue", "wed", "thu", "fri"];
        let hours: Vec<Value> =
            weekdays.iter().map(|day| json!({"weekday": day, "opens": "08:00", "closes": "18:00"})).collect();
        let hotline = json!({"name": "Beratungstelefon", "number": "+49 89 99998110", "flow": "beratungstelefon",
            "hours": hours});
        let hotline = text(&created(world, &token, "/hotlines", hotline).await["id"]);
        let anna = text(&created(world, &token, "/officers", json!({"name": "Anna Arnold"})).await["id"]);
        let bela = text(&created(world, &token, "/officers", json!({"name": "Bela Bauer"})).await["id"]);
        Self { token, hotline, anna, bela }
    }

    pub fn shift(&self, officer: &str, day: &str, times: (&str, &str), tier: i64) -> Value {
        json!({"hotline": self.hotline, "officer": officer, "day": day, "from": times.0, "until": times.1, "tier": tier})
    }

    pub async fn plan(&self, world: &World, shift: Value) -> Value {
        created(world, &self.token, "/shifts", shift).await
    }

    async fn refused(&self, world: &World, shift: Value) -> (u16, String) {
        let (status, problem) = world.api("POST", "/shifts", Some(&self.token), Some(shift)).await;
        (status, text(&problem["type"]))
    }

    /// Who is on duty, and why not the others.
    async fn duty(&self, world: &World, at: &str) -> (Vec<String>, Vec<(String, String)>) {
        let path = format!("/hotlines/{}/duty?at={at}", self.hotline);
        let (status, duty) = world.api("GET", &path, Some(&self.token), None).await;
        assert_eq!(status, 200, "{duty}");
        let on = duty["on"].as_array().unwrap().iter().map(|on| text(&on["name"])).collect();
        let not = duty["not"].as_array().unwrap().iter().map(|not| (text(&not["name"]), text(&not["reason"])));
        (on, not.collect())
    }
}

/// The cookie of somebody who has signed in.
pub async fn signed_in(world: &World, login: &str, role: Role, officer: Option<OfficerId>) -> String {
    let office = "ka".parse().unwrap();
    let user = NewUser { login: login.into(), role, office, officer };
    people::add_user(&world.desk, world.now(), &user, PASSWORD).await.unwrap();
    let response = world.form("/anmelden", &[("login", login), ("password", PASSWORD), ("weiter", "/dienst")]).await;
    assert_eq!(response.status(), 303);
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

pub async fn page(world: &World, cookie: &str, path: &str) -> (u16, String) {
    let response = world.http.get(world.url(path)).header("cookie", cookie).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Sends a form; status, where to, and the page.
pub async fn send(world: &World, cookie: &str, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
    let request = world.http.post(world.url(path)).header("origin", &world.address).header("cookie", cookie);
    let response = request.form(fields).send().await.unwrap();
    let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status().as_u16(), to, response.text().await.unwrap())
}

#[test]
fn a_planned_shift_puts_an_officer_on_duty_and_takes_their_time() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        let mut whole_day = office.shift(&office.bela, "2026-11-17", ("08:00", "08:00"), 2);
        (whole_day["despite_rules"], whole_day["reason"]) = (json!(true), json!("Großlage"));
        office.plan(world, whole_day).await;
        assert_eq!(office.duty(world, "2026-11-17T10:59:59Z").await.0, ["Anna Arnold", "Bela Bauer"]);
        assert_eq!(office.duty(world, "2026-11-17T11:00:00Z").await.0, ["Bela Bauer"]);

        let clash = office.shift(&office.anna, "2026-11-17", ("11:59", "14:00"), 1);
        assert_eq!(office.refused(world, clash).await, (409, "about:blank#officer-busy".into()));
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("12:00", "14:00"), 1)).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "14:00"), 2)).await;

        let over = office.shift(&office.anna, "2026-11-13", ("08:00", "12:00"), 1);
        assert_eq!(office.refused(world, over).await, (409, "about:blank#over".into()));
        let skipped = office.shift(&office.anna, "2027-03-28", ("02:00", "03:00"), 1);
        assert_eq!(office.refused(world, skipped).await, (400, "about:blank#skipped-hour".into()));
        let tier = office.shift(&office.anna, "2026-11-18", ("08:00", "12:00"), 10);
        assert_eq!(office.refused(world, tier).await.0, 400);
        let far = office.shift(&office.anna, "+262142-12-31", ("08:00", "08:00"), 1);
        assert_eq!(office.refused(world, far).await.0, 400);
    });
}

#[test]
fn absence_and_deployment_count_at_once_and_the_shift_needs_cover() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        office.plan(world, office.shift(&office.anna, "2026-11-16", ("08:00", "18:00"), 1)).await;
        office.plan(world, office.shift(&office.bela, "2026-11-16", ("08:00", "18:00"), 1)).await;
        let token = &office.token;

        created(world, token, "/deployments", json!({"officer": office.anna})).await;
        let sick =
            json!({"officer": office.bela, "kind": "sick", "start": MONDAY_MORNING, "end": "2026-11-16T12:00:00Z"});
        let sick = created(world, token, "/absences", sick).await;
        let at = "2026-11-16T09:00:00Z";
        let reasons =
            vec![("Anna Arnold".to_owned(), "deployed".to_owned()), ("Bela Bauer".to_owned(), "absent".to_owned())];
        assert_eq!(office.duty(world, at).await, (vec![], reasons));

        let path = format!("/hotlines/{}/coverage?week=2026-W47", office.hotline);
        let (_, coverage) = world.api("GET", &path, Some(token), None).await;
        assert_eq!(coverage["needs_cover"].as_array().unwrap().len(), 2, "{coverage}");
        let causes: Vec<&Value> = coverage["gaps"].as_array().unwrap().iter().map(|gap| &gap["cause"]).collect();
        assert!(causes.contains(&&json!("only_away")) && causes.contains(&&json!("nobody_planned")), "{coverage}");

        let back = format!("/deployments/{}", office.anna);
        assert_eq!(world.api("DELETE", &back, Some(token), None).await.0, 204);
        assert_eq!(world.api("DELETE", &back, Some(token), None).await.0, 409);
        assert_eq!(office.duty(world, at).await.0, ["Anna Arnold"]);
        let withdraw = format!("/absences/{}", text(&sick["id"]));
        assert_eq!(world.api("DELETE", &withdraw, Some(token), None).await.0, 204);
        assert_eq!(office.duty(world, at).await.0, ["Anna Arnold", "Bela Bauer"]);
    });
}

#[test]
fn who_edits_a_shift_that_changed_meanwhile_is_told() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let shift = office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        let (path, token) = (format!("/shifts/{}", text(&shift["id"])), Some(office.token.as_str()));
        let change = |until: &str| Some(json!({"sequence": 0, "until": until}));
        let (status, changed) = world.api("PATCH", &path, token, change("13:00")).await;
        assert_eq!((status, &changed["sequence"]), (200, &json!(1)));
        let (status, problem) = world.api("PATCH", &path, token, change("14:00")).await;
        assert_eq!((status, &problem["type"]), (409, &json!("about:blank#changed-meanwhile")));

        let [a, b, c] = ["09:00", "10:00", "11:00"]
            .map(|from| world.api("PATCH", &path, token, Some(json!({"sequence": 1, "from": from}))));
        let (a, b, c) = tokio::join!(a, b, c);
        let mut statuses = [a.0, b.0, c.0];
        statuses.sort();
        assert_eq!(statuses, [200, 409, 409]);
    });
}

#[test]
fn a_shift_that_is_restored_after_it_would_have_begun_begins_then() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let token = Some(office.token.as_str());
        let shift = office.plan(world, office.shift(&office.anna, "2026-11-16", ("10:00", "14:00"), 1)).await;
        let id = text(&shift["id"]);
        assert!(world.api("DELETE", &format!("/shifts/{id}?sequence=0"), token, None).await.0 < 300);
        world.advance_minutes(120);
        let restore = format!("/shifts/{id}/restore");
        assert_eq!(world.api("POST", &restore, token, Some(json!({"sequence": 1}))).await.0, 200);
        let (_, shift) = world.api("GET", &format!("/shifts/{id}"), token, None).await;
        assert_eq!(shift["start"], "2026-11-16T10:00:00Z", "nobody was on duty by it before: {shift}");
    });
}

#[test]
fn a_removed_shift_frees_the_officer_and_can_be_restored_unless_the_time_is_taken() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let shift = office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        let (id, token) = (text(&shift["id"]), Some(office.token.as_str()));
        let (status, removed) = world.api("DELETE", &format!("/shifts/{id}?sequence=0"), token, None).await;
        assert_eq!((status, &removed["state"], &removed["sequence"]), (200, &json!("removed"), &json!(1)));
        assert!(office.duty(world, "2026-11-17T09:00:00Z").await.0.is_empty());
        let restore = format!("/shifts/{id}/restore");
        assert_eq!(world.api("POST", &restore, token, Some(json!({"sequence": 1}))).await.0, 200);
        assert_eq!(office.duty(world, "2026-11-17T09:00:00Z").await.0, ["Anna Arnold"]);

        world.api("DELETE", &format!("/shifts/{id}?sequence=2"), token, None).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("11:00", "13:00"), 1)).await;
        let (status, problem) = world.api("POST", &restore, token, Some(json!({"sequence": 3}))).await;
        assert_eq!((status, &problem["type"]), (409, &json!("about:blank#officer-busy")));
    });
}

#[test]
fn each_role_sees_and_plans_only_what_is_theirs() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let shift = office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        let path = format!("/shifts/{}", text(&shift["id"]));
        let change = || Some(json!({"sequence": 0, "until": "13:00"}));
        for (role, at, expected) in [
            (Role::Supervisor, "fr", [404, 404, 404]),
            (Role::Officer, "ka", [200, 403, 403]),
            (Role::Administrator, "lka", [200, 200, 201]),
        ] {
            let token = world.token(role, at).await;
            let seen = world.api("GET", &path, Some(&token), None).await.0;
            let changed = world.api("PATCH", &path, Some(&token), change()).await.0;
            let plan = office.shift(&office.bela, "2026-11-18", ("08:00", "12:00"), 1);
            let planned = world.api("POST", "/shifts", Some(&token), Some(plan)).await.0;
            assert_eq!([seen, changed, planned], expected, "{role} at {at}");
        }
        assert_eq!(world.api("GET", &path, None, None).await.0, 401);
        let stranger = world.token(Role::Supervisor, "fr").await;
        let deploy = json!({"officer": office.anna});
        assert_eq!(world.api("POST", "/deployments", Some(&stranger), Some(deploy)).await.0, 404);
        let number = json!({"name": "Zweites", "number": "+49 89 99998110", "flow": "beratungstelefon", "hours": []});
        assert_eq!(world.api("POST", "/hotlines", Some(&stranger), Some(number)).await.0, 409);
    });
}

#[test]
fn a_supervisor_plans_a_week_on_the_pages() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let (status, week) = page(world, &cookie, "/dienst/woche").await;
        assert_eq!(status, 200);
        assert!(week.contains("In dieser Woche ist niemand eingeteilt"), "{week}");

        let form = |person: &'static str| {
            let person = if person == "anna" { &office.anna } else { &office.bela };
            [
                ("hotline", office.hotline.as_str()),
                ("woche", "2026-W47"),
                ("tag", "2026-11-17"),
                ("von", "08:00"),
                ("bis", "12:00"),
                ("person", person),
                ("reihe", "1"),
            ]
        };
        let (status, to, _) = send(world, &cookie, "/dienst/woche", &form("anna")).await;
        assert_eq!(status, 303);
        let (_, week) = page(world, &cookie, &to).await;
        assert!(week.contains("Der Dienst ist eingetragen.") && week.contains("Anna Arnold"), "{week}");
        assert!(week.contains("Niemand im Dienst 12:00–18:00, 6 Std.: niemand eingeteilt."), "{week}");

        let (status, _, again) = send(world, &cookie, "/dienst/woche", &form("anna")).await;
        assert_eq!(status, 409);
        assert!(again.contains("Anna Arnold hat in dieser Zeit schon etwas: Dienst am Dienstag, 17. November 2026"));
        let mut unreadable = form("bela");
        unreadable[3].1 = "acht";
        let (status, _, faulty) = send(world, &cookie, "/dienst/woche", &unreadable).await;
        assert_eq!(status, 400);
        assert!(faulty.contains("Geben Sie an, wann der Dienst beginnt") && faulty.contains("value=\"acht\""));

        let next = [("hotline", office.hotline.as_str()), ("woche", "2026-W48")];
        let (_, _, copied) = send(world, &cookie, "/dienst/woche/kopie", &next).await;
        assert!(copied.contains("Vorwoche übernommen: 1 eingetragen"), "{copied}");
        let (_, _, copied) = send(world, &cookie, "/dienst/woche/kopie", &next).await;
        assert!(copied.contains("Alle Dienste der Vorwoche standen hier schon."), "{copied}");
        let (status, english) = page(world, &cookie, "/en/dienst/woche?woche=2026-W48").await;
        assert_eq!(page(world, &cookie, "/dienst/woche?woche=262142-W52").await.0, 404);
        assert_eq!((status, english.contains("/en/dienst/dienste/")), (200, true));
    });
}

#[test]
fn a_supervisor_removes_a_shift_and_takes_that_back() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let shift = office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        let path = format!("/dienst/dienste/{}", text(&shift["id"]));
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let (_, asked) = page(world, &cookie, &format!("{path}/entfernen")).await;
        assert!(asked.contains("Diesen Dienst entfernen?"));
        let (status, to, _) = send(world, &cookie, &format!("{path}/entfernen"), &[("stand", "0")]).await;
        assert_eq!(status, 303);
        let (_, week) = page(world, &cookie, &to).await;
        assert!(week.contains("Der Dienst ist entfernt.") && week.contains("Rückgängig"), "{week}");
        let (_, to, _) = send(world, &cookie, &format!("{path}/wiederherstellen"), &[("stand", "1")]).await;
        assert!(to.contains("meldung=wiederhergestellt"), "{to}");

        let later = [
            ("tag", "2026-11-17"),
            ("von", "08:00"),
            ("bis", "13:00"),
            ("person", &office.anna),
            ("reihe", "1"),
            ("platz", "1"),
            ("stand", "0"),
        ];
        let (status, _, told) = send(world, &cookie, &path, &later).await;
        assert_eq!(status, 409);
        assert!(told.contains("Jemand hat diesen Dienst inzwischen geändert. Jetzt steht da: Anna Arnold"), "{told}");
        assert!(told.contains("value=\"13:00\"") && told.contains("name=\"stand\" value=\"2\""));
    });
}

#[test]
fn an_officer_says_that_they_are_deployed_back_or_sick_and_nothing_else() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        office.plan(world, office.shift(&office.anna, "2026-11-16", ("08:00", "18:00"), 1)).await;
        let cookie = signed_in(world, "anna", Role::Officer, Some(office.anna.parse().unwrap())).await;
        let (_, staff) = page(world, &cookie, "/dienst/personal").await;
        assert!(staff.contains("Im Dienst bis 16.11. 18:00") && !staff.contains("Bela Bauer"), "{staff}");
        let (status, to, _) = send(world, &cookie, &format!("/dienst/personal/{}/einsatz", office.anna), &[]).await;
        assert_eq!((status, to.as_str()), (303, "/dienst/personal?meldung=einsatz"));
        world.advance_minutes(1);
        assert_eq!(office.duty(world, "2026-11-16T08:01:00Z").await.0, Vec::<String>::new());
        let (_, staff) = page(world, &cookie, &to).await;
        assert!(staff.contains("Einsatz seit") && staff.contains("Braucht Vertretung"), "{staff}");
        let (_, day) = page(world, &cookie, "/dienst").await;
        assert!(day.contains("Jetzt nicht: Einsatz"), "{day}");
        let (status, ..) = send(world, &cookie, &format!("/dienst/personal/{}/einsatz", office.bela), &[]).await;
        assert_eq!(status, 403);
        send(world, &cookie, &format!("/dienst/personal/{}/zurueck", office.anna), &[]).await;
        let (_, day) = page(world, &cookie, "/dienst").await;
        assert!(day.contains(">Jetzt<"), "{day}");

        let sick = [("person", office.anna.as_str()), ("art", "sick"), ("von", "2026-11-17"), ("bis", "2026-11-18")];
        let (status, to, _) = send(world, &cookie, "/dienst/personal", &sick).await;
        assert_eq!(status, 303);
        let (_, staff) = page(world, &cookie, &to).await;
        assert!(staff.contains("Krank, 17.11. bis 18.11."), "{staff}");
        let (status, week) = page(world, &cookie, "/dienst/woche").await;
        assert_eq!((status, week.contains("Dienst eintragen")), (200, false));
        let (status, ..) =
            send(world, &cookie, "/dienst/woche/kopie", &[("hotline", &office.hotline), ("woche", "2026-W48")]).await;
        assert_eq!(status, 403);
    });
}

#[test]
fn a_hotline_is_closed_by_hand_with_a_reason_and_opened_again() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let (path, token) = (format!("/hotlines/{}/closures", office.hotline), Some(office.token.as_str()));
        let hotline = office.hotline.parse().unwrap();
        let reason = json!({"de": "Heute ist  Personalversammlung.", "en": "We have a staff meeting today."});
        let close = async |body: Value| world.api("POST", &path, token, Some(body)).await;
        let list = async |query: &str| {
            let (_, listed) = world.api("GET", &format!("{path}{query}"), token, None).await;
            listed["items"].as_array().unwrap().len()
        };
        let open = async |at: &str| {
            let path = format!("/hotlines/{}/duty?at={at}", office.hotline);
            world.api("GET", &path, token, None).await.1["open"].as_bool().unwrap()
        };

        let (status, closure) = close(json!({"reason": reason})).await;
        assert_eq!(status, 201, "{closure}");
        // The clock runs on: to the minute.
        assert_eq!((&text(&closure["start"])[..16], &closure["end"]), (&MONDAY_MORNING[..16], &Value::Null));
        let found = shifts::find_closure(&world.desk.db, hotline, world.now()).await.unwrap().unwrap();
        assert!(found.is_open_ended());
        assert_eq!(found.reason(Language::De), "Heute ist Personalversammlung.");
        assert_eq!(found.reason(Language::Simple), found.reason(Language::De));
        assert_eq!(found.reason(Language::En), "We have a staff meeting today.");
        assert!(!open("2026-11-16T09:00:00Z").await && !open("2026-11-20T09:00:00Z").await);
        let coverage = format!("/hotlines/{}/coverage?week=2026-W47", office.hotline);
        let (_, coverage) = world.api("GET", &coverage, token, None).await;
        assert_eq!(coverage["gaps"].as_array().unwrap().len(), 1, "nobody is missed while it is closed: {coverage}");

        world.advance_minutes(60);
        let ending = format!("{path}/{}", text(&closure["id"]));
        let (status, ended) = world.api("DELETE", &ending, token, None).await;
        assert_eq!((status, &ended["ended_at"]), (200, &ended["end"]));
        let (status, problem) = world.api("DELETE", &ending, token, None).await;
        assert_eq!((status, &problem["type"]), (409, &json!("about:blank#over")));
        assert!(open("2026-11-16T09:30:00Z").await);
        assert_eq!(shifts::find_closure(&world.desk.db, hotline, world.now()).await.unwrap(), None);

        let later = json!({"from": "2026-11-18T09:00:00Z", "until": "2026-11-18T11:00:00Z", "reason": reason});
        let (_, coming) = close(later).await;
        assert_eq!(list("").await, 1);
        assert!(open("2026-11-18T08:59:00Z").await && !open("2026-11-18T09:00:00Z").await);
        assert!(open("2026-11-18T11:00:00Z").await);
        let taking_back = format!("{path}/{}", text(&coming["id"]));
        assert_eq!(world.api("DELETE", &taking_back, token, None).await.0, 200);
        assert!(open("2026-11-18T10:00:00Z").await);
        assert_eq!(list("").await, 0, "what never began is not listed");
        assert_eq!(list(&format!("?from={MONDAY_MORNING}")).await, 1, "what was stays");

        let span = |from: &str, until: &str| json!({"reason": reason, "from": from, "until": until});
        let (bad, over) = ((400, "about:blank#bad-closure"), (409, "about:blank#over"));
        for (body, expected) in [
            (json!({"reason": {"en": "We move"}}), bad),
            (json!({"reason": {"de": "x".repeat(401)}}), bad),
            (span("2026-11-18T09:00:00Z", "2026-11-18T09:00:00Z"), bad),
            (span("2026-11-15T09:00:00Z", "2026-11-15T10:00:00Z"), over),
        ] {
            let (status, problem) = close(body).await;
            assert_eq!((status, problem["type"].as_str().unwrap()), expected);
        }
        for (role, at, expected) in [(Role::Officer, "ka", [200, 403]), (Role::Supervisor, "fr", [404, 404])] {
            let token = world.token(role, at).await;
            let seen = world.api("GET", &path, Some(&token), None).await.0;
            let closed = world.api("POST", &path, Some(&token), Some(json!({"reason": reason}))).await.0;
            assert_eq!([seen, closed], expected, "{role} at {at}");
        }
    });
}

#[test]
fn a_supervisor_closes_a_hotline_on_its_page() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let path = format!("/dienst/beratungstelefone/{}/schliessungen", office.hotline);
        let (status, fresh) = page(world, &cookie, &path).await;
        assert_eq!(status, 200);
        assert!(fresh.contains("Von Hand ist nichts geschlossen.") && fresh.contains("Leichte Sprache"), "{fresh}");

        let form = |german: &'static str, from: (&'static str, &'static str), until: (&'static str, &'static str)| {
            let texts = [("sprache", "de"), ("grund", german), ("sprache", "en"), ("grund", "We are <moving>.")];
            let times = [("von", from.0), ("von_zeit", from.1), ("bis", until.0), ("bis_zeit", until.1)];
            [&texts[..], &times[..]].concat()
        };
        let nothing = ("", "");
        for (fields, fault) in [
            (form(" ", nothing, nothing), "href=\"#grund-de\""),
            (form("Umzug.", ("morgen", ""), nothing), "href=\"#von\""),
            (form("Umzug.", nothing, ("2026-11-16", "acht")), "href=\"#bis\""),
            (form("Umzug.", ("2026-11-18", ""), ("2026-11-17", "")), "Das Ende muss nach dem Anfang liegen."),
            (form("Umzug.", ("2026-11-14", ""), ("2026-11-14", "")), "Dieses Ende ist schon vorbei."),
        ] {
            let (status, _, told) = send(world, &cookie, &path, &fields).await;
            assert!(status == 400 && told.contains(fault), "{status} {fault} {told}");
            assert!(told.contains("We are &#60;moving&#62;."), "what was typed stays: {told}");
        }

        let (status, to, _) = send(world, &cookie, &path, &form("Wir ziehen um.", nothing, nothing)).await;
        assert_eq!(status, 303);
        let coming = form("Fortbildung.", ("2026-11-20", "12:00"), ("", "14:00"));
        send(world, &cookie, &path, &coming).await;
        let (_, told) = page(world, &cookie, &to).await;
        for text in [
            "Die Schließung ist eingetragen.",
            "Jetzt geschlossen",
            "16.11. 09:00 bis auf Weiteres",
            "Deutsch: „Wir ziehen um.“",
            "20.11. 12:00 bis 20.11. 14:00",
            "Schließung zurücknehmen",
        ] {
            assert!(told.contains(text), "\"{text}\" is missing in {told}");
        }
        let (_, list) = page(world, &cookie, "/dienst/beratungstelefone").await;
        assert!(list.contains("geschlossen, 16.11. 09:00 bis auf Weiteres"), "{list}");

        world.advance_minutes(5);
        let rows = told.split("/schliessungen/").skip(1);
        let ids: Vec<&str> = rows.map(|rest| rest.split('/').next().unwrap()).collect();
        for (id, notice) in [(ids[0], "geoeffnet"), (ids[1], "schliessung-zurueck"), (ids[0], "schon")] {
            let (status, to, _) = send(world, &cookie, &format!("{path}/{id}/beenden"), &[]).await;
            assert_eq!((status, to), (303, format!("{path}?meldung={notice}")));
        }
        let (_, told) = page(world, &cookie, &path).await;
        assert!(told.contains("Von Hand ist nichts geschlossen."), "{told}");
        let officer = signed_in(world, "anna", Role::Officer, Some(office.anna.parse().unwrap())).await;
        assert_eq!(page(world, &officer, &path).await.0, 403);
        assert_eq!(send(world, &officer, &path, &form("Umzug.", nothing, nothing)).await.0, 403);
    });
}

#[test]
fn who_edits_a_hotline_that_changed_meanwhile_is_told() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let (path, token) = (format!("/hotlines/{}", office.hotline), Some(office.token.as_str()));
        let change = |name: &str| Some(json!({"sequence": 0, "name": name}));
        let (status, changed) = world.api("PATCH", &path, token, change("Neu")).await;
        assert_eq!((status, &changed["sequence"]), (200, &json!(1)));
        let (status, problem) = world.api("PATCH", &path, token, change("Anders")).await;
        assert_eq!((status, &problem["type"]), (409, &json!("about:blank#changed-meanwhile")));
        let unseen = Some(json!({"name": "Ungesehen"}));
        assert_eq!(world.api("PATCH", &path, token, unseen).await.1["sequence"], json!(2), "as it is now");

        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let address = format!("/dienst/beratungstelefone/{}", office.hotline);
        let (_, shown) = page(world, &cookie, &address).await;
        assert!(shown.contains("name=\"stand\" value=\"2\""), "{shown}");
        let mut fields = vec![
            ("name", "Meines"),
            ("nummer", "+49 89 99998110"),
            ("ablauf", "beratungstelefon"),
            ("klingeln", "20"),
            ("aktiv", "ja"),
            ("stand", "1"),
        ];
        for day in ["0", "1", "2", "3", "4", "5", "6"] {
            fields.extend([("tag", day), ("von", ""), ("bis", "")]);
        }
        let (status, _, told) = send(world, &cookie, &address, &fields).await;
        assert_eq!(status, 409);
        let said = "Jemand hat dieses Beratungstelefon inzwischen geändert. Jetzt steht da, anders als bei Ihnen: Name: \
                    Ungesehen";
        assert!(told.contains(said) && told.contains("Nachbarn nach: 60 Sekunden"), "every field: {told}");
        assert!(!told.contains("Pause: 0"), "but not what is the same: {told}");
        assert!(told.contains("value=\"Meines\"") && told.contains("name=\"stand\" value=\"2\""), "{told}");
        fields[5].1 = "2";
        for (more, said) in [
            (&[("vorrang", "60")][..], "Kreuzen Sie mindestens ein Thema mit Vorrang an"),
            (&[("vorrang", "60"), ("thema", "zauberei")], "Ein Thema ist nicht bekannt"),
        ] {
            let (status, _, told) = send(world, &cookie, &address, &[&fields[..], more].concat()).await;
            assert_eq!(status, 400);
            assert!(told.contains(said), "{told}");
        }
        assert_eq!(send(world, &cookie, &address, &fields).await.0, 303);

        let advice = format!("/dienst/personal/{}/beratung", office.anna);
        let english = [("stand", "0"), ("sprache", "en"), ("thema", "einbruchschutz")];
        let unknown = [("stand", "0"), ("thema", "zauberei")];
        let (status, _, told) = send(world, &cookie, &advice, &unknown).await;
        assert!(status == 400 && told.contains("Ein Thema ist nicht bekannt"), "{told}");
        assert_eq!(send(world, &cookie, &advice, &english).await.0, 303);
        let (status, _, told) = send(world, &cookie, &advice, &english).await;
        assert_eq!(status, 409, "it was not seen so");
        assert!(told.contains("; Deutsch und Englisch; kein Diensttelefon") && told.contains("value=\"1\""), "{told}");

        let mut help = vec![("bittet", office.hotline.as_str()), ("hilft", &office.hotline), ("platz", "0")];
        help.extend([("gespraeche", "viele"), ("thema", "zauberei")]);
        for day in ["0", "1", "2", "3", "4", "5", "6"] {
            help.extend([("tag", day), ("von", "neun"), ("bis", "")]);
        }
        let (status, _, told) = send(world, &cookie, "/dienst/nachbarn", &help).await;
        assert_eq!(status, 400);
        for said in ["hilft sich nicht selbst", "von 1 bis 99", "von 1 bis 100000", "nicht bekannt", "ab wann geholfen"]
        {
            assert!(told.contains(said), "all at once: {said}: {told}");
        }
        let (_, account) = page(world, &cookie, "/dienst/nachbarn/konto?monat=2026-13").await;
        assert!(account.contains("„2026-13“ ist kein Monat"), "{account}");
    });
}
