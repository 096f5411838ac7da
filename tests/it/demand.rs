//! The demand: typed on the page and through the programmer's door, held against the plan, and proposed from calls.

use serde_json::json;
use sprechzeit::people::Role;

use crate::shifts::{Office, page, send, signed_in};
use crate::world::on_both;

const MONDAY_MORNING: &str = "2026-11-16T08:00:00Z";

#[test]
fn a_demand_is_held_against_the_plan_and_against_who_is_there() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let (token, hotline) = (Some(office.token.as_str()), &office.hotline);
        let path = format!("/hotlines/{hotline}/demand");
        let wanted = json!([
            {"weekdays": "12345", "from": "08:00", "until": "12:00", "officers": 2},
            {"weekdays": "2", "from": "08:00", "until": "09:00", "language": "en", "officers": 1},
        ]);
        assert_eq!(world.api("PUT", &path, token, Some(wanted.clone())).await.0, 204);
        assert_eq!(world.api("PUT", &path, token, Some(wanted)).await.0, 204, "again: nothing is doubled");
        let (_, kept) = world.api("GET", &path, token, None).await;
        assert_eq!(kept.as_array().unwrap().len(), 2, "{kept}");

        office.plan(world, office.shift(&office.anna, "2026-11-17", ("08:00", "12:00"), 1)).await;
        office.plan(world, office.shift(&office.bela, "2026-11-17", ("08:00", "12:00"), 1)).await;
        let sick = json!({"officer": office.bela, "kind": "sick", "start": "2026-11-17T09:00:00Z", "end": "2026-11-17T11:00:00Z"});
        assert_eq!(world.api("POST", "/absences", token, Some(sick)).await.0, 201);
        let window = "from=2026-11-17T07:00:00Z&until=2026-11-17T11:00:00Z";
        let (_, found) = world.api("GET", &format!("/hotlines/{hotline}/staffing?{window}"), token, None).await;
        let said: Vec<_> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let text = |key: &str| it[key].as_str().unwrap_or("").to_owned();
                let number = |key: &str| it[key].as_i64().unwrap();
                (text("from"), text("language"), number("wanted"), number("planned"), number("present"))
            })
            .collect();
        let line =
            |from: &str, language: &str, a, b, c| (format!("2026-11-17T{from}:00Z"), language.to_owned(), a, b, c);
        let expected = [
            line("07:00", "", 2, 2, 2),
            line("09:00", "", 2, 2, 1),
            line("07:00", "en", 1, 0, 0),
            line("08:00", "en", 0, 0, 0),
        ];
        assert_eq!(said, expected);
    });
}

#[test]
fn who_plans_enters_a_demand_on_the_page_and_takes_it_back() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let (_, empty) = page(world, &cookie, "/dienst/bedarf").await;
        assert!(empty.contains("ist noch kein Bedarf eingetragen"), "{empty}");
        let hotline = office.hotline.as_str();
        let typed =
            [("hotline", hotline), ("tag", "1"), ("tag", "2"), ("von", "08:00"), ("bis", "12:00"), ("personen", "2")];
        let mut wrong = typed;
        wrong[3].1 = "08:10";
        let (status, _, faulty) = send(world, &cookie, "/dienst/bedarf", &wrong).await;
        assert_eq!(status, 400);
        assert!(faulty.contains("zur vollen oder halben Stunde") && faulty.contains("value=\"08:10\""), "{faulty}");
        let (status, to, _) = send(world, &cookie, "/dienst/bedarf", &typed).await;
        assert_eq!(status, 303);
        let (_, shown) = page(world, &cookie, &to).await;
        assert!(shown.contains("Montag, Dienstag") && shown.contains("2 gebraucht, nur 0 geplant"), "{shown}");
        let line = shown.split("name=\"zeile\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let (status, _, gone) = send(world, &cookie, "/dienst/bedarf/entfernen", &[("zeile", line)]).await;
        assert!(status == 200 && gone.contains("Rückgängig") && gone.contains("noch kein Bedarf"), "{gone}");

        let proposal = format!("/dienst/bedarf/vorschlag?hotline={hotline}&mindestens=2");
        let (_, proposed) = page(world, &cookie, &proposal).await;
        assert!(proposed.contains("niemand angerufen") && proposed.contains("Montag bis Freitag"), "{proposed}");
        let (status, to, _) =
            send(world, &cookie, "/dienst/bedarf/vorschlag", &[("hotline", hotline), ("mindestens", "2")]).await;
        assert_eq!(status, 303);
        assert!(page(world, &cookie, &to).await.1.contains("Der Vorschlag ist übernommen"));

        let officer = signed_in(world, "beratung", Role::Officer, None).await;
        assert_eq!(send(world, &officer, "/dienst/bedarf", &typed).await.0, 403);
        assert!(!page(world, &officer, "/dienst/bedarf").await.1.contains("Bedarf eintragen</h2>"));
    });
}
