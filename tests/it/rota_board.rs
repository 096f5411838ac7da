//! The board over real HTTP on both engines: a week by form and by drop, published and drafted, two who change the same
//! shift, reasons before a drop, and what is printed and exported with names and without.

use serde_json::{Value, json};
use sprechzeit::kernel::local;
use sprechzeit::people::{Actor, Role};
use sprechzeit::rota::draft::{self, NewDraft};

use crate::shifts::{Office, page, send, signed_in};
use crate::world::{World, on_both};

const MONDAY_MORNING: &str = "2026-11-16T08:00:00Z";
const BOARD: &str = "/dienst/dienstplan";
const WEEK: &str = "/dienst/dienstplan?woche=2026-W47";

/// What the board's data says of the shifts: id, officer, start, what is seen, badges.
async fn shifts(world: &World, cookie: &str, plan: &str) -> Vec<Value> {
    let (status, text) = page(world, cookie, &format!("{BOARD}/tafel?woche=2026-W47&plan={plan}")).await;
    assert_eq!(status, 200, "{text}");
    let data: Value = serde_json::from_str(&text).unwrap();
    let events = data["events"].as_array().unwrap().iter();
    events.filter(|event| event["shift"].is_object()).cloned().collect()
}

/// The fields of a form or a drop.
fn fields<'a>(office: &'a Office, person: &'a str, day: &'a str, times: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    vec![
        ("hotline", office.hotline.as_str()),
        ("woche", "2026-W47"),
        ("tag", day),
        ("von", times.0),
        ("bis", times.1),
        ("person", person),
        ("reihe", "1"),
    ]
}

#[test]
fn a_supervisor_works_on_the_published_week_by_form() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let (_, empty) = page(world, &cookie, WEEK).await;
        assert!(empty.contains("Anna Arnold") && empty.contains("16. bis 22. November 2026"), "{empty}");

        let wrong = fields(&office, &office.anna, "2026-11-17", ("acht", "16:00"));
        let (status, _, faulty) = send(world, &cookie, BOARD, &wrong).await;
        assert!(status == 400 && faulty.contains("value=\"acht\"") && faulty.contains("wann der Dienst beginnt"));
        let new = fields(&office, &office.anna, "2026-11-17", ("08:00", "16:00"));
        let (status, to, _) = send(world, &cookie, BOARD, &new).await;
        assert_eq!(status, 303);
        let (_, shown) = page(world, &cookie, &to).await;
        assert!(shown.contains("Der Dienst ist eingetragen.") && shown.contains("08:00–16:00"), "{shown}");
        let (status, _, busy) = send(world, &cookie, BOARD, &new).await;
        assert!(status == 409 && busy.contains("hat in dieser Zeit schon etwas"), "{busy}");

        let empty_shift = fields(&office, "", "2026-11-18", ("08:00", "16:00"));
        assert_eq!(send(world, &cookie, BOARD, &empty_shift).await.0, 303);
        let (_, shown) = page(world, &cookie, WEEK).await;
        assert!(shown.contains("Offen") && shown.contains("ein Dienst ist offen"), "{shown}");

        let of = |shifts: &[Value], row: &str| shifts.iter().find(|it| it["row"] == row).unwrap().clone();
        let all = shifts(world, &cookie, "").await;
        let vacancy = of(&all, "");
        let (id, stand) = (vacancy["id"].as_str().unwrap().to_owned(), vacancy["shift"]["stand"].to_string());
        let mut fill = fields(&office, &office.bela, "2026-11-18", ("08:00", "16:00"));
        fill.extend([("dienst", id.as_str()), ("stand", stand.as_str()), ("tun", "aendern")]);
        assert_eq!(send(world, &cookie, BOARD, &fill).await.0, 303, "an open shift is given to somebody");
        let all = shifts(world, &cookie, "").await;
        assert_eq!(of(&all, &office.bela)["id"], id.as_str(), "and keeps its id");

        let officer = signed_in(world, "beratung", Role::Officer, None).await;
        let (status, seen) = page(world, &officer, WEEK).await;
        assert!(status == 200 && !seen.contains("Dienst eintragen</"), "who does not plan only looks on");
        assert_eq!(send(world, &officer, BOARD, &new).await.0, 403);
    });
}

#[test]
fn of_two_who_change_the_same_shift_the_later_sees_what_became_of_it() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        let [one, other] = [
            signed_in(world, "eins", Role::Supervisor, None).await,
            signed_in(world, "zwei", Role::Supervisor, None).await,
        ];
        let new = NewDraft {
            office: "ka".parse().unwrap(),
            name: "KW 47".into(),
            first_day: "2026-11-16".parse().unwrap(),
            last_day: "2026-11-22".parse().unwrap(),
        };
        let draft = draft::begin(&world.desk, world.now(), &Actor::system(), &new).await.unwrap().id.to_string();
        for plan in ["", draft.as_str()] {
            let seen = shifts(world, &one, plan).await.remove(0);
            let (id, stand) = (seen["id"].as_str().unwrap().to_owned(), seen["shift"]["stand"].to_string());
            let drop = |from: &'static str| {
                let mut fields = fields(&office, &office.anna, "2026-11-17", (from, "12:00"));
                fields.extend([("plan", plan), ("dienst", id.as_str()), ("stand", stand.as_str()), ("tun", "aendern")]);
                fields
            };
            let (first, second) = (drop("09:00"), drop("10:00"));
            let path = format!("{BOARD}/tafel");
            let (a, b) = tokio::join!(send(world, &one, &path, &first), send(world, &other, &path, &second));
            let mut statuses = [a.0, b.0];
            statuses.sort();
            assert_eq!(statuses, [200, 409], "{plan}: {} {}", a.2, b.2);
            let refused = if a.0 == 409 { a.2 } else { b.2 };
            assert!(refused.contains("Jemand hat diesen Dienst inzwischen ge"), "{plan}: {refused}");
            let (status, _, form) = send(world, &other, BOARD, &drop("11:00")).await;
            assert!(status == 409 && form.contains("value=\"11:00\""), "what was typed stays: {form}");
        }
    });
}

#[test]
fn the_reasons_against_a_place_are_known_before_the_shift_is_dropped_there() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("14:00", "22:00"), 1)).await;
        office.plan(world, office.shift(&office.bela, "2026-11-18", ("07:00", "13:00"), 1)).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let morning =
            shifts(world, &cookie, "").await.into_iter().find(|it| it["row"] == office.bela.as_str()).unwrap();
        let id = morning["id"].as_str().unwrap();
        let check = |person: &str| {
            format!(
                "{BOARD}/tafel/pruefung?hotline={}&woche=2026-W47&dienst={id}&stand=0&tag=2026-11-18&von=07:00&bis=13:00&person={person}&reihe=1&tun=aendern",
                office.hotline
            )
        };
        let (_, said) = page(world, &cookie, &check(&office.anna)).await;
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["hard"], json!(["Ruhezeit 2 Std. zu kurz"]), "{said}");
        let (_, said) = page(world, &cookie, &check(&office.bela)).await;
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["hard"], json!([]), "{said}");
        let officer = signed_in(world, "beratung", Role::Officer, None).await;
        assert_eq!(page(world, &officer, &check(&office.anna)).await.0, 403);
    });
}

#[test]
fn a_shift_that_breaks_a_hard_rule_is_put_down_only_with_a_reason_and_the_reason_is_seen() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("14:00", "22:00"), 1)).await;
        office.plan(world, office.shift(&office.bela, "2026-11-18", ("07:00", "13:00"), 1)).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let belas = shifts(world, &cookie, "").await.into_iter().find(|it| it["row"] == office.bela.as_str()).unwrap();
        let id = belas["id"].as_str().unwrap().to_owned();
        let over = |more: &[(&'static str, &'static str)]| {
            let mut fields = fields(&office, &office.anna, "2026-11-18", ("07:00", "13:00"));
            fields.extend([("dienst", id.as_str()), ("stand", "0"), ("tun", "aendern")]);
            fields.extend(more);
            fields
        };
        let drop = format!("{BOARD}/tafel");
        for fields in [over(&[]), over(&[("grund", "Großlage")])] {
            let (status, _, said) = send(world, &cookie, &drop, &fields).await;
            assert!(status == 409 && said.contains("Ruhezeit 2 Std. zu kurz"), "{said}");
            assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["needs_reason"], true);
        }
        let (status, _, form) = send(world, &cookie, BOARD, &over(&[])).await;
        assert!(status == 409 && form.contains("id=\"trotzdem\"") && form.contains("value=\"07:00\""), "{form}");
        let (status, _, form) = send(world, &cookie, BOARD, &over(&[("trotzdem", "ja")])).await;
        assert!(status == 409 && form.contains("warum es trotzdem sein muss"), "a reason is wanted: {form}");
        let meant = over(&[("grund", "Großlage"), ("trotzdem", "ja")]);
        assert_eq!(send(world, &cookie, &drop, &meant).await.0, 200);
        let (_, shown) = page(world, &cookie, &format!("{WEEK}&dienst={id}")).await;
        assert!(shown.contains("eine begründete Ausnahme") && shown.contains("Trotzdem, weil: Großlage"), "{shown}");
    });
}

#[test]
fn whoever_waits_hears_of_a_change_at_once() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let wait = async |known: &str| {
            let known = format!("{BOARD}/tafel/stand?woche=2026-W47&bekannt={known}");
            tokio::time::timeout(std::time::Duration::from_secs(6), page(world, &cookie, &known)).await
        };
        let (status, mark) = wait("").await.unwrap();
        assert_eq!(status, 200);
        let change = async {
            office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        };
        let (told, ()) = tokio::join!(wait(&mark), change);
        assert_ne!(told.expect("the change was not told in time").1, mark);
    });
}

#[test]
fn who_looks_on_is_told_only_what_changed() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let ask = async |tag: &str| {
            let request = world.http.get(world.url(&format!("{BOARD}/tafel?woche=2026-W47"))).header("cookie", &cookie);
            let answer = request.header("if-none-match", tag).send().await.unwrap();
            (answer.status().as_u16(), answer.headers()["etag"].to_str().unwrap().to_owned())
        };
        let (status, tag) = ask("").await;
        assert_eq!(status, 200);
        assert_eq!(ask(&tag).await.0, 304);
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        assert_eq!(ask(&tag).await.0, 200);
    });
}

#[test]
fn the_plan_on_paper_and_as_a_file_names_people_or_does_not() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("20:00", "06:00"), 1)).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        for (path, named) in
            [("/druck", "Anna Arnold"), ("/dienstplan.csv", ";Anna Arnold"), ("/dienstplan.ics", "Anna Arnold")]
        {
            let (status, text) = page(world, &cookie, &format!("{BOARD}{path}?woche=2026-W47&format=a3")).await;
            assert!(status == 200 && text.contains(named), "{path}: {text}");
            let (_, text) = page(world, &cookie, &format!("{BOARD}{path}?woche=2026-W47&namen=ohne")).await;
            assert!(!text.contains("Arnold") && text.contains("Person "), "{path}: {text}");
        }
        let (_, csv) = page(world, &cookie, &format!("{BOARD}/dienstplan.csv?woche=2026-W47")).await;
        assert!(csv.contains("17.11.2026;Dienstag;20:00;06:00;10,00;Beratungstelefon;1;Anna Arnold\r\n"), "{csv}");
        let (_, month) = page(world, &cookie, &format!("{BOARD}/dienstplan.csv?monat=2026-11")).await;
        assert_eq!(month.lines().count(), 2);
        let monday = local::week_name("2026-11-16".parse().unwrap());
        let (_, ics) = page(world, &cookie, &format!("{BOARD}/dienstplan.ics?woche={monday}")).await;
        assert!(ics.contains("DTSTART;TZID=Europe/Berlin:20261117T200000"), "{ics}");
    });
}

#[test]
fn a_calendar_file_of_the_plan_is_as_old_as_its_shifts_and_not_as_the_file() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let shift = office.plan(world, office.shift(&office.anna, "2026-11-17", ("20:00", "06:00"), 1)).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let path = format!("{BOARD}/dienstplan.ics?woche=2026-W47");
        let (_, first) = page(world, &cookie, &path).await;
        for line in ["SEQUENCE:0", "CREATED:20261116T0800", "LAST-MODIFIED:20261116T0800"] {
            assert!(first.contains(&format!("\r\n{line}")), "{line}: {first}");
        }
        world.advance_minutes(30);
        assert_eq!(page(world, &cookie, &path).await.1, first, "the same shifts make the same file");
        let longer = json!({"sequence": 0, "until": "07:00"});
        let changed = format!("/shifts/{}", shift["id"].as_str().unwrap());
        assert_eq!(world.api("PATCH", &changed, Some(&office.token), Some(longer)).await.0, 200);
        world.advance_minutes(30);
        let (_, second) = page(world, &cookie, &path).await;
        for line in ["SEQUENCE:1", "CREATED:20261116T0800", "LAST-MODIFIED:20261116T083"] {
            assert!(second.contains(&format!("\r\n{line}")), "{line}: {second}");
        }
    });
}

#[test]
fn an_empty_shift_that_was_removed_comes_back_by_one_button() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let empty = fields(&office, "", "2026-11-18", ("08:00", "16:00"));
        assert_eq!(send(world, &cookie, BOARD, &empty).await.0, 303);
        let shift = shifts(world, &cookie, "").await.remove(0);
        let (id, stand) = (shift["id"].as_str().unwrap(), shift["shift"]["stand"].to_string());
        let remove = [&empty[..], &[("dienst", id), ("stand", stand.as_str()), ("tun", "entfernen")]].concat();
        let (status, to, _) = send(world, &cookie, BOARD, &remove).await;
        assert_eq!(status, 303);
        assert!(shifts(world, &cookie, "").await.is_empty());

        // The button on the page that says it is removed.
        let (_, page_then) = page(world, &cookie, &to).await;
        let form = page_then.split("<form").find(|form| form.contains("value=\"zurueckholen\"")).unwrap();
        let value = |name: &str| {
            let (_, rest) = form.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let fields = ["dienststelle", "woche", "monat", "suche", "dienst", "stand"].map(|name| (name, value(name)));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let back = [&fields[..], &[("tun", "zurueckholen")]].concat();
        let (status, _, text) = send(world, &cookie, BOARD, &back).await;
        assert_eq!(status, 303, "{text}");
        let again = shifts(world, &cookie, "").await;
        assert_eq!((again.len(), again[0]["id"].as_str(), &again[0]["row"]), (1, Some(id), &json!("")));
        // Pressed once more, it is there already.
        assert_eq!(send(world, &cookie, BOARD, &back).await.0, 409);
    });
}

#[test]
fn the_sheet_says_who_is_away_but_neither_why_nor_of_leave_that_is_not_granted() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let asked = json!({"first_day": "2026-11-18", "last_day": "2026-11-18"});
        let path = format!("/officers/{}/leave-requests", office.anna);
        assert_eq!(world.api("POST", &path, Some(&office.token), Some(asked)).await.0, 201);
        let planner = signed_in(world, "planung", Role::Supervisor, None).await;
        let colleague = signed_in(world, "beratung", Role::Officer, None).await;
        let sheet = format!("{BOARD}/druck?woche=2026-W47");
        for who in [&planner, &colleague] {
            let (status, text) = page(world, who, &sheet).await;
            assert!(status == 200 && text.contains("Anna Arnold") && !text.contains("abwesend"), "{text}");
        }
        let path = format!("/officers/{}/sick", office.bela);
        assert_eq!(world.api("POST", &path, Some(&office.token), Some(json!({"until": "2026-11-17"}))).await.0, 201);
        for who in [&planner, &colleague] {
            let (_, text) = page(world, who, &sheet).await;
            assert_eq!(text.matches("abwesend").count(), 2, "Monday and Tuesday: {text}");
            assert!(!text.to_lowercase().contains("krank"), "{text}");
            let (_, text) = page(world, who, &format!("{sheet}&namen=ohne")).await;
            assert!(!text.contains("abwesend"), "who is away would be found out by it: {text}");
        }
    });
}

#[test]
fn what_is_dragged_behind_its_own_shift_or_was_meant_to_stay_is_not_called_free() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        let backup = office.plan(world, office.shift(&office.bela, "2026-11-17", ("08:00", "12:00"), 2)).await;
        let check = async |person: &str, fixed: &str| {
            let (hotline, id) = (&office.hotline, backup["id"].as_str().unwrap());
            let path = format!(
                "{BOARD}/tafel/pruefung?woche=2026-W47&hotline={hotline}&dienst={id}&stand=0&reihe=2&tag=2026-11-17\
                 &von=08:00&bis=12:00&person={person}&fest={fixed}&tun=aendern"
            );
            let (status, text) = page(world, &cookie, &path).await;
            assert_eq!(status, 200, "{text}");
            serde_json::from_str::<Value>(&text).unwrap()["soft"].clone()
        };
        assert_eq!(check(&office.bela, "").await, json!([]));
        assert_eq!(check(&office.anna, "").await, json!(["steht als Vertretung hinter sich selbst"]));
        assert_eq!(check(&office.bela, "ja").await, json!(["ist als „fest“ eingetragen"]));
    });
}
