//! What an office sets up, over real HTTP on both engines: its hours and own days, its hotlines, and whose right it is.

use serde_json::{Value, json};
use sprechzeit::people::{self, NewUser, Role};

use crate::shifts::{page, send, signed_in};
use crate::telephone::Stage;
use crate::world::{World, on_both};

/// Ten in the morning in Berlin, on a Friday.
const FRIDAY: &str = "2026-11-20T09:00:00Z";
const TODAY: &str = "2026-11-20";
const FLOW: &str = "beratungstelefon";

/// Seven rows of a form, the same hours from Monday to Friday.
fn rows(from: &str, until: &str) -> Vec<(&'static str, String)> {
    let days = (0..7).map(|day| ("tag", day.to_string()));
    let on_weekdays = |name: &'static str, time: &str| {
        (0..7).map(|day| (name, if day < 5 { time.to_owned() } else { String::new() })).collect::<Vec<_>>()
    };
    days.chain(on_weekdays("von", from)).chain(on_weekdays("bis", until)).collect()
}

async fn submit(
    world: &World,
    cookie: &str,
    path: &str,
    fields: &[(&str, &str)],
    rows: &[(&str, String)],
) -> (u16, String, String) {
    let rows = rows.iter().map(|(name, value)| (*name, value.as_str()));
    send(world, cookie, path, &fields.iter().copied().chain(rows).collect::<Vec<_>>()).await
}

async fn stranger(world: &World) -> String {
    let office = "fr".parse().unwrap();
    let user = NewUser { login: "fremd".into(), role: Role::Supervisor, office, officer: None };
    people::add_user(&world.desk, world.now(), &user, "ein langes Kennwort").await.unwrap();
    let fields = [("login", "fremd"), ("password", "ein langes Kennwort"), ("weiter", "/dienst")];
    let response = world.form("/anmelden", &fields).await;
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn a_day_that_is_closed_closes_the_hotline_at_once() {
    on_both(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on(TODAY).await;
        let (token, day) = (Some(stage.token.as_str()), format!("/offices/ka/days/{TODAY}"));
        let duty = format!("/hotlines/{}/duty", stage.hotline);
        assert_eq!(stage.get(&duty).await["open"], json!(true));
        stage.call().await.hears("wählen die 110");

        let closed = json!({"opening": "closed", "name": " Betriebsausflug "});
        let (status, entered) = world.api("PUT", &day, token, Some(closed)).await;
        assert_eq!((status, &entered["name"]), (200, &json!("Betriebsausflug")), "{entered}");
        assert_eq!(stage.get(&duty).await["open"], json!(false));
        let mut call = stage.call().await;
        call.waits().await.hears("nicht besetzt");
        assert_eq!(stage.get("/offices/ka/days").await["items"], json!([entered]));

        assert_eq!(world.api("DELETE", &day, token, None).await.0, 204);
        assert_eq!(stage.get(&duty).await["open"], json!(true));
        let (status, problem) = world.api("DELETE", &day, token, None).await;
        assert_eq!((status, &problem["type"]), (404, &json!("about:blank#no-such-day")));
    });
}

#[test]
fn only_who_plans_an_office_sets_its_hours_and_days() {
    on_both(FRIDAY, async |world| {
        let hours = json!({"hours": [{"weekday": "mon", "opens": "09:00", "closes": "17:00"}]});
        let day = json!({"opening": "closed", "name": "Heiligabend"});
        let path = "/offices/ka/days/2026-12-24";
        for (role, office, set, seen) in [
            (Role::Supervisor, "fr", 403, 403),
            (Role::Officer, "ka", 403, 200),
            (Role::Supervisor, "ka", 200, 200),
            (Role::Administrator, "lka", 200, 200),
        ] {
            let token = world.token(role, office).await;
            let token = Some(token.as_str());
            let told = format!("{role} at {office}");
            assert_eq!(world.api("PUT", "/offices/ka/hours", token, Some(hours.clone())).await.0, set, "{told}");
            assert_eq!(world.api("PUT", path, token, Some(day.clone())).await.0, set, "{told}");
            assert_eq!(world.api("GET", "/offices/ka/days", token, None).await.0, seen, "{told}");
            assert_eq!(world.api("DELETE", path, token, None).await.0, if set == 200 { 204 } else { 403 }, "{told}");
        }
        assert_eq!(world.api("PUT", path, None, Some(day)).await.0, 401);
        let (_, office) = world.api("GET", "/offices/ka", None, None).await;
        assert_eq!(office["announcement"]["de"], json!("Montag von 9 bis 17 Uhr"), "{office}");

        let cookie = stranger(world).await;
        for path in ["/dienst/dienststelle", "/dienst/beratungstelefone"] {
            assert_eq!(page(world, &cookie, path).await.0, 200);
            assert_eq!(page(world, &cookie, &format!("{path}?dienststelle=ka")).await.0, 403);
        }
        let day = [("dienststelle", "ka"), ("datum", "2026-12-24"), ("oeffnung", "closed"), ("anlass", "Heiligabend")];
        assert_eq!(send(world, &cookie, "/dienst/dienststelle/tage", &day).await.0, 403);
        let week = rows("09:00", "17:00");
        assert_eq!(submit(world, &cookie, "/dienst/dienststelle", &[("dienststelle", "ka")], &week).await.0, 403);
        let officer = signed_in(world, "beratung", Role::Officer, None).await;
        for path in ["/dienst/dienststelle", "/dienst/beratungstelefone", "/dienst/verwaltung"] {
            assert_eq!(page(world, &officer, path).await.0, 403);
        }
    });
}

#[test]
fn days_and_hours_that_cannot_be_are_refused() {
    on_both(FRIDAY, async |world| {
        let token = world.token(Role::Supervisor, "ka").await;
        let long = "x".repeat(81);
        for (day, name, status, kind) in [
            ("2026-12-24", " ", 400, "bad-day"),
            ("2026-12-24", long.as_str(), 400, "bad-day"),
            ("2026-11-19", "gestern", 409, "over"),
            ("2026-02-30", "nie", 400, "unreadable-request"),
            ("9999-12-24", "fern", 400, "unreadable-request"),
        ] {
            let body = json!({"opening": "closed", "name": name});
            let (got, problem) = world.api("PUT", &format!("/offices/ka/days/{day}"), Some(&token), Some(body)).await;
            assert_eq!((got, &problem["type"]), (status, &json!(format!("about:blank#{kind}"))), "{day} {name}");
        }
        let backwards = json!({"hours": [{"weekday": "mon", "opens": "17:00", "closes": "09:00"}]});
        assert_eq!(world.api("PUT", "/offices/ka/hours", Some(&token), Some(backwards)).await.0, 400);
        assert_eq!(world.api("PUT", "/offices/xx/hours", Some(&token), Some(json!({"hours": []}))).await.0, 404);
    });
}

#[test]
fn a_supervisor_sets_hours_and_days_on_the_page() {
    on_both(FRIDAY, async |world| {
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let path = "/dienst/dienststelle";
        let (status, shown) = page(world, &cookie, path).await;
        assert_eq!((status, shown.contains("Erster Weihnachtsfeiertag")), (200, true), "{shown}");

        let (status, to, _) = submit(world, &cookie, path, &[], &rows("09:00", "17:00")).await;
        assert_eq!((status, to.as_str()), (303, "/dienst/dienststelle?dienststelle=ka&meldung=oeffnungszeiten"));
        let (_, shown) = page(world, &cookie, &to).await;
        assert!(shown.contains("Die Öffnungszeiten sind gespeichert.") && shown.contains("value=\"17:00\""), "{shown}");
        let (status, _, faulty) = submit(world, &cookie, path, &[], &rows("09:00", "08:59")).await;
        assert_eq!(status, 400);
        assert!(faulty.contains("id=\"bis-0-error\"") && faulty.contains("value=\"08:59\""), "{faulty}");
        // A form that was cut short closes nothing.
        assert_eq!(send(world, &cookie, path, &[("tag", "0"), ("von", ""), ("bis", "")]).await.0, 400);
        assert_eq!(send(world, &cookie, path, &[]).await.0, 400);
        let (_, office) = world.api("GET", "/offices/ka", None, None).await;
        assert_eq!(office["announcement"]["de"], json!("Montag bis Freitag von 9 bis 17 Uhr"));

        let day = [("datum", "2026-12-25"), ("oeffnung", "open"), ("anlass", "Aktion <b>")];
        let (status, to, _) = send(world, &cookie, "/dienst/dienststelle/tage", &day).await;
        assert_eq!(status, 303);
        let (_, shown) = page(world, &cookie, &to).await;
        assert!(shown.contains("(Feiertag: Erster Weihnachtsfeiertag)") && !shown.contains("Aktion <b>"), "{shown}");
        for (field, value, fault) in [
            ("datum", "2026-11-19", "Dieser Tag ist vorbei"),
            ("datum", "bald", "Geben Sie den Tag an"),
            ("anlass", "", "1 bis 80 Zeichen"),
        ] {
            let faulty = day.map(|(name, old)| (name, if name == field { value } else { old }));
            let (status, _, told) = send(world, &cookie, "/dienst/dienststelle/tage", &faulty).await;
            assert_eq!((status, told.contains(fault)), (400, true), "{field} {value}: {told}");
        }

        let remove = "/dienst/dienststelle/tage/2026-12-25/entfernen";
        let (status, asked) = page(world, &cookie, remove).await;
        assert_eq!((status, asked.contains("Diesen Tag entfernen?")), (200, true));
        let (_, to, _) = send(world, &cookie, remove, &[]).await;
        assert!(to.ends_with("meldung=tag-entfernt"), "{to}");
        assert_eq!(page(world, &cookie, remove).await.0, 404);
    });
}

#[test]
fn a_supervisor_sets_up_a_hotline_and_changes_it() {
    on_both(FRIDAY, async |world| {
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let path = "/dienst/beratungstelefone";
        let new = [
            ("name", "Nachttelefon"),
            ("nummer", "+49 89 99998112"),
            ("ablauf", FLOW),
            ("klingeln", "25"),
            ("aktiv", "ja"),
        ];
        let week = rows("20:00", "00:00");
        assert!(page(world, &cookie, &format!("{path}/neu")).await.1.contains("value=\"beratungstelefon\""));
        let (status, to, _) = submit(world, &cookie, path, &new, &week).await;
        assert_eq!((status, to.as_str()), (303, "/dienst/beratungstelefone?dienststelle=ka&meldung=telefon-neu"));
        let (_, list) = page(world, &cookie, &to).await;
        assert!(list.contains("Nachttelefon") && list.contains("Montag bis Freitag von 20 bis 24 Uhr"), "{list}");

        for (field, value, fault) in [
            ("name", " ", "Namen mit 1 bis 120 Zeichen"),
            ("nummer", "keine", "Geben Sie eine Telefonnummer an"),
            ("nummer", "+49 89 99998112", "Diese Nummer hat schon ein anderes"),
            ("ablauf", "gibt-es-nicht", "Diesen Ablauf gibt es nicht"),
            ("klingeln", "4", "Zahl von 5 bis 60"),
            ("klingeln", "lange", "Zahl von 5 bis 60"),
        ] {
            let other = new.map(|(name, old)| (name, if name == "nummer" { "+49 89 99998113" } else { old }));
            let faulty = other.map(|(name, old)| (name, if name == field { value } else { old }));
            let (status, _, told) = submit(world, &cookie, path, &faulty, &week).await;
            assert_eq!((status, told.contains(fault)), (400, true), "{field} {value}: {told}");
            assert!(told.contains("value=\"20:00\""), "what was typed is kept");
        }

        let token = world.token(Role::Supervisor, "ka").await;
        let (_, list) = world.api("GET", "/hotlines", Some(&token), None).await;
        let id = list["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("{path}/{id}");
        assert!(page(world, &cookie, &path).await.1.contains("value=\"Nachttelefon\""));
        // Without "aktiv": the box is not ticked.
        let (status, ..) = submit(world, &cookie, &path, &new[..4], &rows("08:00", "12:00")).await;
        assert_eq!(status, 303);
        let (_, changed) = world.api("GET", &format!("/hotlines/{id}"), Some(&token), None).await;
        assert_eq!((&changed["active"], &changed["hours"][0]["closes"]), (&json!(false), &json!("12:00")));
        let (status, problem): (u16, Value) =
            world.api("PATCH", &format!("/hotlines/{id}"), Some(&token), Some(json!({"flow": "gibt-es-nicht"}))).await;
        assert_eq!((status, &problem["type"]), (400, &json!("about:blank#no-such-flow")));
        assert!(
            problem["detail"].as_str().unwrap().contains("choose one of these: aktionstag, beratungstelefon"),
            "{problem}"
        );
        let other = stranger(world).await;
        assert_eq!(page(world, &other, &path).await.0, 404);
        assert_eq!(submit(world, &other, &path, &new, &week).await.0, 404);
    });
}
