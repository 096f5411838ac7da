//! What every door has in common: headers, languages, bad input, sign-in, repeated requests.

use serde_json::json;
use sprechzeit::people::{self, NewUser, Role};

use crate::world::{World, on_both};

const NOW: &str = "2026-11-20T08:00:00Z";

async fn user(world: &World, login: &str, role: Role, office: &str) {
    let user = NewUser { login: login.into(), role, office: office.parse().unwrap(), officer: None };
    people::add_user(&world.desk, world.now(), &user, "ein langer Satz").await.unwrap();
}

#[test]
fn every_page_carries_the_headers_that_keep_it_private() {
    on_both(NOW, async |world| {
        for path in ["/", "/termin", "/anmelden", "/gibt-es-nicht", "/en/termin", "/healthz"] {
            let response = world.get(path).await;
            let headers = response.headers();
            let read = |name: &str| headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
            assert!(read("content-security-policy").starts_with("default-src 'none'"), "{path}");
            assert_eq!(read("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(read("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(read("cache-control"), "no-store", "{path}");
        }
    });
}

#[test]
fn what_is_not_there_says_so_in_the_pages_language() {
    on_both(NOW, async |world| {
        let (status, german) = world.page("/gibt-es-nicht").await;
        assert_eq!(status, 404);
        assert!(german.contains("lang=\"de\"") && german.contains("Diese Seite gibt es nicht"));
        let (status, english) = world.page("/en/gibt-es-nicht").await;
        assert_eq!(status, 404);
        assert!(english.contains("lang=\"en\""));
        let (status, problem) = world.api("GET", "/bookings/unsinn", None, None).await;
        assert!(matches!(status, 401 | 404), "{status} {problem}");
    });
}

#[test]
fn two_megabytes_are_refused_and_nothing_breaks() {
    on_both(NOW, async |world| {
        let much = "x".repeat(2 * 1024 * 1024);
        let response = world.form("/en/anmelden", &[("login", &much), ("password", "x")]).await;
        assert_eq!(response.status(), 413);
        assert!(response.text().await.unwrap().contains("lang=\"en\""));
        let body = json!({"topic": much, "format": "video", "start": "x"});
        let (status, problem) = world.api("POST", "/holds", None, Some(body)).await;
        assert_eq!((status, problem["status"].as_u64()), (413, Some(413)));
        let response = world.http.post(world.url("/telephony/twilio/voice")).body(much.clone()).send().await.unwrap();
        assert_eq!(response.status(), 413);
    });
}

#[test]
fn a_form_of_another_site_is_not_taken() {
    on_both(NOW, async |world| {
        let post = || world.http.post(world.url("/anmelden")).form(&[("login", "x"), ("password", "y")]);
        let foreign = post().header("origin", "https://boese.example").send().await.unwrap();
        assert_eq!(foreign.status(), 403);
        let foreign = post().header("sec-fetch-site", "cross-site").send().await.unwrap();
        assert_eq!(foreign.status(), 403);
        let own = post().header("sec-fetch-site", "same-origin").send().await.unwrap();
        assert_eq!(own.status(), 400, "own form, wrong password");
    });
}

#[test]
fn signing_in_opens_what_the_role_may_see_and_nothing_else() {
    on_both(NOW, async |world| {
        user(world, "planung", Role::Supervisor, "ka").await;
        let away = world.get("/dienst/woche?woche=2026-W47").await;
        assert_eq!(away.status(), 303);
        let to = away.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(to, "/anmelden?weiter=/dienst/woche%3Fwoche%3D2026-W47");

        let wrong = world.form("/anmelden", &[("login", "planung"), ("password", "falsch")]).await;
        assert_eq!(wrong.status(), 400);
        assert!(wrong.text().await.unwrap().contains("value=\"planung\""), "what was typed stays");

        for elsewhere in ["/\t/boese.example", "/\u{1}"] {
            let fields = [("login", "Planung"), ("password", "ein langer Satz"), ("weiter", elsewhere)];
            assert_eq!(world.form("/anmelden", &fields).await.headers()["location"], "/dienst", "{elsewhere:?}");
        }
        let fields = [("login", "Planung"), ("password", "ein langer Satz"), ("weiter", "//boese.example")];
        let right = world.form("/anmelden", &fields).await;
        assert_eq!(right.status(), 303);
        assert_eq!(right.headers()["location"], "/dienst");
        let cookie = right.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let session = cookie.split(';').next().unwrap().to_owned();
        let get = |path: &str| world.http.get(world.url(path)).header("cookie", &session).send();
        assert_eq!(get("/dienst/woche").await.unwrap().status(), 200);

        world.advance_minutes(11 * 60);
        assert_eq!(get("/dienst/woche").await.unwrap().status(), 303, "ten hours without a request end it");
    });
}

#[test]
fn guessing_passwords_is_slowed_down_for_everybody_but_time_heals() {
    on_both(NOW, async |world| {
        user(world, "land", Role::Administrator, "lka").await;
        for _ in 0..10 {
            assert_eq!(world.form("/anmelden", &[("login", "land"), ("password", "geraten")]).await.status(), 400);
        }
        let right = [("login", "land"), ("password", "ein langer Satz")];
        assert_eq!(world.form("/anmelden", &right).await.status(), 429);
        world.advance_minutes(16);
        assert_eq!(world.form("/anmelden", &right).await.status(), 303);
    });
}

#[test]
fn a_repeated_request_with_the_same_key_does_nothing_twice() {
    on_both(NOW, async |world| {
        let token = world.token(Role::Administrator, "lka").await;
        let post = async |key: &str, name: &str| {
            let request = world.http.post(world.url("/api/v1/officers")).bearer_auth(&token);
            let body = json!({"office": "ka", "name": name});
            let response = request.header("idempotency-key", key).json(&body).send().await.unwrap();
            (response.status().as_u16(), response.json::<serde_json::Value>().await.unwrap())
        };
        let first = post("k1", "Jana Birkmaier").await;
        assert_eq!(first.0, 201, "{}", first.1);
        assert_eq!(post("k1", "Jana Birkmaier").await, first);
        assert_eq!(post("k1", "Timo Ehrlinger").await.0, 409);
        assert_ne!(post("k2", "Jana Birkmaier").await.1["id"], first.1["id"]);
        let (_, officers) = world.api("GET", "/officers?office=ka", Some(&token), None).await;
        assert_eq!(officers["items"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn who_hangs_up_gets_the_answer_with_the_next_try() {
    on_both(NOW, async |world| {
        let token = world.token(Role::Administrator, "lka").await;
        let body = json!({"office": "ka", "name": "Jana Birkmaier"}).to_string();
        let request = async |key: String| {
            let post = world.http.post(world.url("/api/v1/officers")).bearer_auth(&token);
            let json = post.header("content-type", "application/json").body(body.clone());
            json.header("idempotency-key", key).send().await.unwrap().status().as_u16()
        };
        for round in 0..20 {
            let key = format!("k{round}");
            let mut line = tokio::net::TcpStream::connect(world.url("").trim_start_matches("http://")).await.unwrap();
            let head = format!(
                "POST /api/v1/officers HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            tokio::io::AsyncWriteExt::write_all(&mut line, format!("{head}{body}").as_bytes()).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_micros(200 * round)).await;
            drop(line);
            let mut status = request(key.clone()).await;
            for _ in 0..200 {
                if status == 201 {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                status = request(key.clone()).await;
            }
            assert_eq!(status, 201, "{key} is answered");
        }
    });
}

#[test]
fn the_programmers_door_describes_itself_and_guards_what_is_staffs() {
    on_both(NOW, async |world| {
        let (status, openapi) = world.api("GET", "/openapi.json", None, None).await;
        assert_eq!(status, 200);
        assert!(openapi["openapi"].as_str().unwrap().starts_with("3.1"));
        let paths = openapi["paths"].as_object().unwrap();
        for path in [
            "/offices",
            "/places",
            "/topics",
            "/slots",
            "/holds",
            "/officers",
            "/absences",
            "/hotlines",
            "/shifts",
            "/calls",
            "/feeds",
        ] {
            assert!(paths.contains_key(&format!("/api/v1{path}")), "{path} is missing");
        }
        for path in ["/officers", "/absences", "/bookings", "/calls", "/feeds", "/hotlines"] {
            let (status, problem) = world.api("GET", path, None, None).await;
            assert_eq!((status, problem["type"].as_str()), (401, Some("about:blank#unauthorized")), "{path}");
        }
        let (status, _) =
            world.api("GET", "/officers?limit=9000", Some(&world.token(Role::Officer, "ka").await), None).await;
        assert_eq!(status, 400);
    });
}

#[test]
fn editors_find_the_schema_of_call_flows() {
    on_both(NOW, async |world| {
        let response = world.get("/ansagen/flow.schema.json").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/schema+json");
        let schema: serde_json::Value = response.json().await.unwrap();
        assert_eq!(schema, sprechzeit::flows::schema());
    });
}
