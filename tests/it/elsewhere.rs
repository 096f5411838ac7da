//! What other sites get: free times as data, in a frame, as a feed and for search engines; and the official list.

use std::process::{Command, Stdio};

use reqwest::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, SET_COOKIE,
};
use serde_json::{Value, json};
use sprechzeit::bookings::{self, Plan, Window};
use sprechzeit::people::Actor;

use crate::bookings::{book, go, hold, officer};
use crate::world::{World, on_both};

/// A Monday, 08:00 in Berlin.
const NOW: &str = "2026-07-13T06:00:00Z";
const TEN: &str = "2026-07-14T08:00:00Z";

async fn free_times(world: &World, query: &str) -> Value {
    let (status, list) = world.api("GET", &format!("/free-times?{query}"), None, None).await;
    assert_eq!(status, 200, "{list}");
    list
}

#[test]
fn several_officers_who_are_free_at_ten_show_one_ten_and_no_name() {
    on_both(NOW, async |world| {
        for name in ["Anna Ahorn", "Bernd Birke"] {
            officer(world, name).await;
        }
        let list = free_times(world, "office=ka&format=telephone&limit=3").await;
        let day = &list["days"][0];
        assert_eq!(day["name"], "Dienstag, 14. Juli 2026");
        let texts: Vec<&Value> = day["times"].as_array().unwrap().iter().map(|time| &time["text"]).collect();
        assert_eq!(texts, ["10:00", "10:30"]);
        assert_eq!(list["days"].as_array().unwrap().len(), 2, "three times on two days");
        let (_, framed) = world.page("/einbetten/liste?stelle=ka&art=telefon").await;
        let (_, feed) = world.page("/einbetten/termine.atom?stelle=ka").await;
        for shown in [list.to_string(), framed, feed] {
            assert!(!shown.contains("Anna") && !shown.contains("Birke"), "{shown}");
        }
    });
}

#[test]
fn any_site_may_read_the_free_times_and_only_the_list_may_be_framed() {
    on_both(NOW, async |world| {
        officer(world, "Anna").await;
        let data = world.get("/api/v1/free-times?office=ka&language=en").await;
        assert_eq!(data.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(data.headers()["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(data.headers()[CACHE_CONTROL], "public, max-age=60");
        assert!(data.headers().get(SET_COOKIE).is_none());
        let list: Value = data.json().await.unwrap();
        let time = &list["days"][0]["times"][0];
        assert_eq!(time["formats"], json!(["video", "telephone", "office"]));
        assert_eq!(list["heading"], "Free appointments for advice: Polizeipräsidium Karlsruhe");

        let policy =
            |response: &reqwest::Response| response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let framed = world.get("/einbetten/liste?stelle=ka").await;
        assert!(policy(&framed).contains("frame-ancestors *") && policy(&framed).contains("form-action 'none'"));
        for path in ["/", "/einbetten", "/termin/zeit?thema=anderes&art=telefon&stelle=ka", "/en/einbetten"] {
            let other = world.get(path).await;
            assert!(policy(&other).contains("frame-ancestors 'none'"), "{path}");
            assert!(other.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).is_none(), "{path}");
        }
        let script = world.get("/einbetten/termine.js").await;
        assert_eq!(script.headers()["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(script.headers()[CONTENT_TYPE], "text/javascript; charset=utf-8");

        // Each link of the list leads to a page on which that time can be chosen.
        let list = free_times(world, "office=ka&format=video&topic=einbruchschutz").await;
        let link = list["days"][0]["times"][0]["link"].as_str().unwrap().strip_prefix(&world.address).unwrap();
        let (status, page) = world.page(link).await;
        assert_eq!(status, 200);
        assert!(page.contains(TEN) && page.contains("id=\"d-2026-07-14\""), "{page}");
    });
}

#[test]
fn a_list_that_cannot_be_is_refused_and_an_empty_one_says_so() {
    on_both(NOW, async |world| {
        for wrong in ["limit=0", "limit=51", "office=zz", "topic=zauberei", "format=brief", "language=xx"] {
            assert_eq!(world.api("GET", &format!("/free-times?{wrong}"), None, None).await.0, 400, "{wrong}");
        }
        let list = free_times(world, "office=ka").await;
        assert_eq!(list["days"], json!([]));
        assert!(list["empty"].as_str().unwrap().contains("kein Termin frei"));
        let (status, framed) = world.page("/einbetten/liste?stelle=ka").await;
        assert!(status == 200 && framed.contains("kein Termin frei"));
    });
}

#[test]
fn a_list_without_a_topic_has_the_times_of_every_topic_and_who_books_is_asked_for_it() {
    on_both(NOW, async |world| {
        let anna = crate::staff::hire(world, "Anna", "ka").await;
        let window = Window::read("10:00", "11:00").unwrap();
        let mut plan = Plan::weekly(anna, chrono::Weekday::Tue, window, "2026-07-01".parse().unwrap());
        plan.terms.topics = vec!["stalking".parse().unwrap()];
        bookings::offer_hours(&world.desk, world.now(), &Actor::system(), plan).await.unwrap();
        for (query, days) in
            [("office=ka", true), ("office=ka&topic=stalking", true), ("office=ka&topic=anderes", false)]
        {
            assert_eq!(free_times(world, query).await["days"] != json!([]), days, "{query}");
        }
        let list = free_times(world, "office=ka&format=telephone").await;
        let link = list["days"][0]["times"][0]["link"].as_str().unwrap();
        assert!(link.ends_with("/termin?art=telefon&stelle=ka"), "the topic is asked first: {link}");
        for path in ["/einbetten/termine.atom", "/einbetten/liste"] {
            let (status, any) = world.page(&format!("{path}?stelle=ka&thema=")).await;
            assert!(status == 200 && any.contains("10:00"), "{any}");
            for (wrong, words) in [("thema=zauberei", "„zauberei“"), ("art=brief", "„brief“"), ("stelle=zz", "„zz“")]
            {
                let (status, text) = world.page(&format!("{path}?{wrong}")).await;
                assert_eq!(status, 400, "{path}?{wrong}");
                assert!(text.contains(words) && !text.contains('<'), "{text}");
            }
        }
        let (_, page) = world.page("/einbetten?stelle=ka").await;
        assert!(page.contains("Alle Themen") && !page.contains("topic=anderes"), "{page}");
    });
}

/// What the Python package `feedparser` makes of a feed; None, aloud, where it is missing.
fn parsed(feed: &str) -> Option<Value> {
    let Ok(python) = std::env::var("SPRECHZEIT_TEST_PYTHON") else {
        eprintln!("SKIPPED reading with feedparser: SPRECHZEIT_TEST_PYTHON is not set; tests/run sets it");
        return None;
    };
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/readers/atom.py");
    let mut child = Command::new(python).arg(reader).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), feed.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    Some(serde_json::from_slice(&done.stdout).unwrap())
}

#[test]
fn the_feed_names_each_free_time_once_and_a_time_given_back_is_new() {
    on_both(NOW, async |world| {
        officer(world, "Anna").await;
        let path = "/einbetten/termine.atom?stelle=ka&art=telefon&thema=einbruchschutz";
        let first = world.get(path).await;
        assert_eq!(first.headers()[CONTENT_TYPE], "application/atom+xml; charset=utf-8");
        assert_eq!(first.headers()[CACHE_CONTROL], "public, max-age=300");
        let tag = first.headers()[ETAG].clone();
        let text = first.text().await.unwrap();
        world.advance_minutes(3);
        let again = world.http.get(world.url(path)).header(IF_NONE_MATCH, &tag).send().await.unwrap();
        assert_eq!(again.status(), 304, "nothing changed in three minutes");

        let Some(before) = parsed(&text) else { return };
        assert_eq!(before["fault"], "", "{text}");
        assert_eq!(before["title"], "Freie Beratungstermine: Polizeipräsidium Karlsruhe");
        assert_eq!(before["self"], world.url(path));
        let id_of_ten = |feed: &Value| {
            let entries = feed["entries"].as_array().unwrap();
            let ten = entries.iter().find(|entry| entry["title"].as_str().unwrap().contains("14. Juli 2026, 10:00"));
            ten.map(|entry| (entry["id"].clone(), entry["updated"].clone()))
        };
        let (id, updated) = id_of_ten(&before).unwrap();

        let booked = book(world, "telefon", TEN, "030 23125 777").await;
        let taken = parsed(&world.page(path).await.1).unwrap();
        assert_eq!(id_of_ten(&taken), None, "a booked time is not offered");
        go(world, &format!("{booked}/absagen"), &[]).await;
        let (new_id, given_back) = id_of_ten(&parsed(&world.page(path).await.1).unwrap()).unwrap();
        assert_ne!(new_id, id);
        assert!(given_back.as_str() > updated.as_str());
        let changed = world.http.get(world.url(path)).header(IF_NONE_MATCH, &tag).send().await.unwrap();
        assert_eq!(changed.status(), 200);
    });
}

/// The data block of a page.
fn linked(page: &str) -> Value {
    let block = page.split("<script type=\"application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    serde_json::from_str(block).unwrap()
}

#[test]
fn search_engines_read_the_service_and_its_free_times_and_nothing_of_a_hold() {
    on_both(NOW, async |world| {
        officer(world, "Anna").await;
        let service = linked(&world.page("/").await.1);
        assert_eq!(service["@type"], "GovernmentService");
        assert_eq!(service["provider"]["@type"], "GovernmentOrganization");

        let times = "/termin/zeit?thema=einbruchschutz&art=telefon&stelle=ka";
        let events = linked(&world.page(times).await.1);
        let event = &events["@graph"][0];
        assert_eq!((&event["@type"], &event["startDate"]), (&json!("Event"), &json!(TEN)));
        assert_eq!((&event["offers"]["price"], &event["offers"]["priceCurrency"]), (&json!("0"), &json!("EUR")));
        let held = hold(world, "telefon", TEN).await;
        let secret = held.rsplit('/').next().unwrap();
        assert!(!world.page(&format!("{times}&statt={secret}")).await.1.contains("ld+json"));
    });
}

#[test]
fn the_page_for_webmasters_has_a_snippet_for_what_was_chosen() {
    on_both(NOW, async |world| {
        let (status, page) = world.page("/einbetten?stelle=ka&art=telefon&thema=stalking").await;
        assert_eq!(status, 200);
        let element = "&#60;sprechzeit-termine office=&#34;ka&#34; format=&#34;telephone&#34; topic=&#34;stalking&#34;";
        assert!(page.contains(element), "{page}");
        assert!(page.contains("/einbetten/termine.atom?thema=stalking&#38;art=telefon&#38;stelle=ka"), "{page}");
    });
}

#[tokio::test]
async fn the_official_list_has_the_configured_contacts_and_our_own() {
    let read = |list: &str| {
        let environment = [("SPRECHZEIT_AUTHORITY_NUMBERS".to_owned(), list.to_owned())];
        sprechzeit::config::Config::read(None, environment.into_iter()).unwrap().authority.numbers
    };
    let numbers = read("Zentrale: +49 89 99998 110, Beratung: 089 99998 110, Notdienst: 030 23125 777");
    let mut world =
        World::start_with(crate::world::Engine::Sqlite, NOW, |config| config.authority.numbers = numbers).await;
    let response = world.get("/api/v1/official").await;
    assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let list: Value = response.json().await.unwrap();
    let named = json!([
        {"name": "Zentrale", "number": "+498999998110"},
        {"name": "Notdienst", "number": "+493023125777"},
    ]);
    assert_eq!(list["numbers"], named, "each number once, under its first name");
    assert_eq!(list["address"], world.address.as_str());
    for (path, text) in
        [("/echt", "Wir verlangen kein Geld"), ("/de-simple/echt", "Legen Sie auf"), ("/en/echt", "Hang up")]
    {
        let (status, page) = world.page(path).await;
        assert!(status == 200 && page.contains(text) && page.contains("tel:+498999998110"), "{path}");
    }
    world.shut_down().await;
}
