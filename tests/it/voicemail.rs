//! Messages that callers left: heard, forgotten, and deleted at a provider that is played over real HTTP.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{OriginalUri, State};
use axum::response::IntoResponse;
use http::{HeaderMap, Method, StatusCode};
use sprechzeit::config::PublicAddress;
use sprechzeit::people::{self, NewUser, Role};
use sprechzeit::{calls, rounds};

use crate::callways::Flows;
use crate::telephone::Stage;
use crate::world::{AUTH_TOKEN, World, engines, runtime};

const FRIDAY: &str = "2026-11-20T09:00:00Z";
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const PAGE: &str = "/dienst/sprachnachrichten";
const SOUND: &[u8] = b"ID3 a voice that says nothing";

/// The provider's REST interface, as far as recordings go.
struct Provider {
    address: String,
    /// Method and path of every request that knew the password.
    asked: Mutex<Vec<String>>,
    down: AtomicBool,
}

impl Provider {
    async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let provider = Arc::new(Self { address, asked: Mutex::default(), down: AtomicBool::new(false) });
        let door = axum::Router::new().fallback(Self::answer).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, door).await.unwrap() });
        provider
    }

    async fn answer(
        State(provider): State<Arc<Self>>,
        method: Method,
        OriginalUri(uri): OriginalUri,
        headers: HeaderMap,
    ) -> axum::response::Response {
        use base64::Engine as _;
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:{AUTH_TOKEN}"));
        if headers.get("authorization").is_none_or(|found| *found != format!("Basic {basic}")) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let mut asked = provider.asked.lock().unwrap();
        let known = uri.path().to_owned();
        let is_gone = asked.iter().any(|earlier| *earlier == format!("DELETE {known}"));
        asked.push(format!("{method} {known}"));
        match (provider.down.load(Ordering::Relaxed), method == Method::DELETE) {
            (true, _) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            (false, true) if is_gone => StatusCode::NOT_FOUND.into_response(),
            (false, true) => StatusCode::NO_CONTENT.into_response(),
            (false, false) => SOUND.into_response(),
        }
    }

    /// As a webhook names it.
    fn recording(&self, number: u8) -> String {
        format!("https://{}{}", self.address, Self::path(number))
    }

    fn path(number: u8) -> String {
        format!("/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{number:032x}")
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// A hotline whose flow takes messages, on both engines.
fn on_both(story: impl AsyncFn(&World, &Provider)) {
    let flows = Flows::of(
        "  first:\n    voicemail: { announcement: { de: \"Ihre Nachricht wird aufgenommen. In Notfällen 110.\" }, \
         longest: 2 min, next: goodbye }\n",
    );
    for engine in engines() {
        runtime().block_on(async {
            let provider = Provider::start().await;
            let mut world = World::start_with(engine, FRIDAY, |config| {
                config.telephony.flows = Some(flows.0.clone());
                config.telephony.voicemail = true;
                config.telephony.twilio.account_sid = Some(ACCOUNT.into());
                config.telephony.twilio.api_base = PublicAddress(format!("http://{}", provider.address));
            })
            .await;
            story(&world, &provider).await;
            world.shut_down().await;
        });
    }
}

/// Somebody who is signed in.
struct Staff<'w> {
    world: &'w World,
    cookie: String,
}

impl<'w> Staff<'w> {
    async fn sign_in(world: &'w World, login: &str, office: &str) -> Self {
        let password = "ein langes Kennwort";
        let user = NewUser { login: login.into(), role: Role::Officer, office: office.parse().unwrap(), officer: None };
        people::add_user(&world.desk, world.now(), &user, password).await.unwrap();
        let response = world.form("/anmelden", &[("login", login), ("password", password)]).await;
        let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { world, cookie }
    }

    async fn ask(&self, method: Method, path: &str, range: Option<&str>) -> reqwest::Response {
        let mut request = self.world.http.request(method, self.world.url(path)).header("cookie", &self.cookie);
        request = request.header("origin", &self.world.address);
        if let Some(range) = range {
            request = request.header("range", range);
        }
        request.send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        let response = self.ask(Method::GET, path, None).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    }

    /// Where a form leads.
    async fn send(&self, path: &str) -> String {
        let response = self.ask(Method::POST, path, None).await;
        assert_eq!(response.status(), 303, "{path}");
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn status(&self, path: &str) -> u16 {
        self.ask(Method::GET, path, None).await.status().as_u16()
    }
}

/// Somebody calls and leaves a message whose sound is there.
async fn leave(stage: &Stage<'_>, url: &str) {
    let mut call = stage.call().await;
    call.leaves_message_at(url, 75, "in-progress").await.hears("Auf Wiederhören");
    call.told().await.ended("voicemail", &[]);
}

async fn ids(stage: &Stage<'_>) -> Vec<String> {
    let listed = stage.get("/voicemails").await;
    assert!(!listed.to_string().contains("https"), "the sound's address stays here: {listed}");
    listed["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

async fn audited(world: &World, verb: &str) -> i64 {
    use sprechzeit::db::Read as _;
    let row: Option<(i64,)> = (&world.desk.db)
        .first("SELECT count(*) FROM audit WHERE verb = $1", sprechzeit::args![verb.to_owned()])
        .await
        .unwrap();
    row.unwrap().0
}

#[test]
fn a_message_is_heard_by_its_office_and_who_listened_is_recorded() {
    on_both(async |world, provider| {
        let stage = Stage::open(world, &[]).await;
        let anna = Staff::sign_in(world, "anna", "ka").await;
        assert!(anna.page(PAGE).await.contains("Niemand hat eine Nachricht hinterlassen"));
        leave(&stage, &provider.recording(1)).await;
        let id = ids(&stage).await.remove(0);
        let page = anna.page(PAGE).await;
        for words in ["neu", "1 min 15 s", "Beratungstelefon", "Deutsch", "72 Stunden", "aria-current=\"page\">Sprach"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(page.contains(&format!("src=\"{PAGE}/{id}/ton\"")) && page.contains("preload=\"none\""), "{page}");
        assert_eq!(provider.asked(), [""; 0], "a look at the page fetches nothing");

        let heard = anna.ask(Method::GET, &format!("{PAGE}/{id}/ton"), None).await;
        assert_eq!((heard.status().as_u16(), &heard.headers()["content-type"]), (200, &"audio/mpeg".parse().unwrap()));
        assert_eq!(heard.headers()["cache-control"], "no-store");
        assert_eq!(heard.bytes().await.unwrap(), SOUND);
        assert_eq!(provider.asked(), [format!("GET {}.mp3", Provider::path(1))]);
        assert_eq!(audited(world, "listen_to_voicemail").await, 1);
        let part = anna.ask(Method::GET, &format!("{PAGE}/{id}/ton"), Some("bytes=0-2")).await;
        assert_eq!(part.status(), 206);
        assert_eq!(part.headers()["content-range"], format!("bytes 0-2/{}", SOUND.len()));
        assert_eq!(part.bytes().await.unwrap(), &SOUND[..3]);
        assert_eq!(stage.get("/voicemails").await["items"][0]["state"], "new", "to listen changes nothing");

        assert_eq!(anna.send(&format!("{PAGE}/{id}/gehoert")).await, format!("{PAGE}?meldung=gehoert"));
        assert_eq!(stage.get("/voicemails").await["items"][0]["state"], "heard");
        assert!(anna.page(&format!("{PAGE}?zustand=new")).await.contains("mit anderem Zustand"));

        provider.asked();
        let bela = Staff::sign_in(world, "bela", "s").await;
        assert!(!bela.page(PAGE).await.contains(&id));
        for path in [format!("{PAGE}/{id}/ton"), format!("{PAGE}/{id}/loeschen"), format!("{PAGE}/vcm_0/ton")] {
            assert_eq!(bela.status(&path).await, 404, "{path}");
        }
        assert_eq!(world.get(&format!("{PAGE}/{id}/ton")).await.status(), 303, "a stranger signs in first");
        provider.down.store(true, Ordering::Relaxed);
        assert_eq!(provider.asked(), [""; 0]);
        assert_eq!(anna.status(&format!("{PAGE}/{id}/ton")).await, 503);
    });
}

#[test]
fn a_deleted_message_is_deleted_at_the_provider_however_often_it_fails() {
    on_both(async |world, provider| {
        let stage = Stage::open(world, &[]).await;
        let anna = Staff::sign_in(world, "anna", "ka").await;
        leave(&stage, &provider.recording(1)).await;
        let id = ids(&stage).await.remove(0);
        assert!(anna.page(&format!("{PAGE}/{id}/loeschen")).await.contains("Diese Nachricht löschen?"));
        assert_eq!(anna.send(&format!("{PAGE}/{id}/loeschen")).await, format!("{PAGE}?meldung=geloescht"));
        assert_eq!(anna.send(&format!("{PAGE}/{id}/loeschen")).await, format!("{PAGE}?meldung=schon"));
        assert_eq!(anna.send(&format!("{PAGE}/{id}/gehoert")).await, format!("{PAGE}?meldung=schon"));
        assert_eq!(anna.status(&format!("{PAGE}/{id}/ton")).await, 404);
        assert!(!anna.page(PAGE).await.contains(&id));
        assert!(anna.page(&format!("{PAGE}?zustand=deleted")).await.contains("gelöscht"));
        assert_eq!(provider.asked(), [""; 0]);

        provider.down.store(true, Ordering::Relaxed);
        let delete = format!("DELETE {}.json", Provider::path(1));
        for _ in 0..2 {
            assert_eq!(calls::erase_sounds(&world.desk, world.now()).await.unwrap(), 0);
            assert_eq!(provider.asked(), std::slice::from_ref(&delete));
        }
        provider.down.store(false, Ordering::Relaxed);
        assert_eq!(calls::erase_sounds(&world.desk, world.now()).await.unwrap(), 1);
        assert_eq!(provider.asked(), [delete]);
        assert_eq!(calls::erase_sounds(&world.desk, world.now()).await.unwrap(), 0);
        assert_eq!(provider.asked(), [""; 0], "once is enough");
        assert_eq!(audited(world, "delete_voicemail").await, 1);
    });
}

#[test]
fn a_message_is_forgotten_when_its_time_is_over() {
    on_both(async |world, provider| {
        let stage = Stage::open(world, &[]).await;
        leave(&stage, &provider.recording(1)).await;
        world.advance_minutes(71 * 60);
        leave(&stage, &provider.recording(2)).await;
        rounds::keep(&world.desk).await;
        assert_eq!(provider.asked(), [""; 0]);
        world.advance_minutes(61);
        rounds::keep(&world.desk).await;
        assert_eq!(provider.asked(), [format!("DELETE {}.json", Provider::path(1))]);
        let listed = stage.get("/voicemails").await;
        let states = [0, 1].map(|n| listed["items"][n]["state"].as_str().unwrap().to_owned());
        assert_eq!(states, ["new", "deleted"]);
    });
}

#[test]
fn an_address_that_is_not_the_accounts_own_is_never_asked_for() {
    on_both(async |world, provider| {
        let other = Provider::start().await;
        let stage = Stage::open(world, &[]).await;
        let anna = Staff::sign_in(world, "anna", "ka").await;
        let host = &provider.address;
        let foreign = [
            other.recording(1),
            format!("https://{host}/2010-04-01/Accounts/AC00000000000000000000000000000001/Recordings/RE{:032x}", 1),
            format!("https://{host}/2010-04-01/Accounts/{ACCOUNT}/Messages/RE{:032x}", 1),
            format!("https://{host}@{}{}", other.address, Provider::path(1)),
            format!("{}/../../../{ACCOUNT}/Calls", provider.recording(1)),
            "https://169.254.169.254/latest/meta-data".into(),
        ];
        for url in &foreign {
            leave(&stage, url).await;
        }
        let ids = ids(&stage).await;
        assert_eq!(ids.len(), foreign.len());
        assert!(anna.page(PAGE).await.contains("Kein Ton beim Telefonanbieter"));
        for id in &ids {
            assert_eq!(anna.status(&format!("{PAGE}/{id}/ton")).await, 404);
            anna.send(&format!("{PAGE}/{id}/loeschen")).await;
        }
        assert_eq!(calls::erase_sounds(&world.desk, world.now()).await.unwrap(), foreign.len() as u64);
        assert_eq!((provider.asked(), other.asked()), (vec![], vec![]));
        assert_eq!(audited(world, "listen_to_voicemail").await, 0, "nobody heard anything");
    });
}

#[test]
fn the_test_telephone_cannot_name_a_sound_of_the_account() {
    on_both(async |world, provider| {
        let stage = Stage::open(world, &[]).await;
        let anna = Staff::sign_in(world, "anna", "ka").await;
        let post = async |address: &str, report: serde_json::Value| {
            let path = address.strip_prefix(&world.address).unwrap_or(address);
            let response = world.http.post(world.url(path)).json(&report).send().await.unwrap();
            response.json::<serde_json::Value>().await.unwrap()
        };
        let report = serde_json::json!({"leg": "test-1", "to": crate::telephone::HOTLINE, "status": "ringing"});
        let step = post("/telephony/simulated/voice", report).await;
        let action = step["then"]["record"]["action"].as_str().unwrap().to_owned();
        let recording = serde_json::json!({"url": provider.recording(1), "seconds": 3});
        post(&action, serde_json::json!({"leg": "test-1", "recording": recording})).await;
        let id = ids(&stage).await.remove(0);
        assert!(anna.page(PAGE).await.contains("etwa nach einem Testanruf"));
        assert_eq!(anna.status(&format!("{PAGE}/{id}/ton")).await, 404);
        anna.send(&format!("{PAGE}/{id}/loeschen")).await;
        assert_eq!(calls::erase_sounds(&world.desk, world.now()).await.unwrap(), 1);
        assert_eq!(provider.asked(), [""; 0]);
    });
}
