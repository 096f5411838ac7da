//! Twilio's REST interface as its documentation describes it, played by a small server: it notes what it is asked, and
//! answers as the story says. And one leg that begins there: the telephone that rings comes to our webhooks.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::json;
use sprechzeit::config::{PublicAddress, SecretText};
use tokio::net::TcpListener;

use crate::telephone::Request;
use crate::twiml::{self, Element};
use crate::world::{Engine, World, engines, runtime};

/// What the played Twilio does with the next orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// 201 with a new call, 200 for a changed one.
    Carries,
    /// This status, with a complaint.
    Refuses(u16),
    /// Accepts the order, carries it out, and never answers.
    Silent,
}

/// An order that came.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub authorization: String,
    pub form: Vec<(String, String)>,
    /// The call that was made of it, or that it is about.
    pub sid: String,
}

impl Received {
    pub fn value(&self, name: &str) -> &str {
        let found = self.form.iter().find(|(found, _)| found == name);
        found.map_or_else(|| panic!("no {name} in {:?}", self.form), |(_, value)| value)
    }
}

#[derive(Clone)]
pub struct Twilio {
    pub address: String,
    answers: Arc<Mutex<Answers>>,
    received: Arc<Mutex<Vec<Received>>>,
}

pub const ACCOUNT: &str = "AC00000000000000000000000000000001";

impl Twilio {
    pub async fn play() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let twilio = Self { address, answers: Arc::new(Mutex::new(Answers::Carries)), received: Arc::default() };
        let router = Router::new().fallback(order).with_state(twilio.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        twilio
    }

    pub fn answers(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The orders that ring a telephone.
    pub fn rings(&self) -> Vec<Received> {
        self.received().into_iter().filter(|order| order.path.ends_with("/Calls.json")).collect()
    }

    /// The orders about calls that are there.
    pub fn changes(&self) -> Vec<Received> {
        self.received().into_iter().filter(|order| !order.path.ends_with("/Calls.json")).collect()
    }

    /// Waits until so many orders about calls that are there have come: some are sent beside an answer.
    pub async fn settled(&self, changes: usize) {
        let arrived = async {
            while self.changes().len() < changes {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let arrived = tokio::time::timeout(std::time::Duration::from_secs(5), arrived).await;
        assert!(arrived.is_ok(), "only these orders came: {:?}", self.changes());
    }

    /// The telephone that rings last.
    pub fn last_leg<'w>(&self, world: &'w World) -> Leg<'w> {
        let order = self.rings().pop().expect("nothing rings");
        Leg::of(world, &order)
    }
}

async fn order(State(twilio): State<Twilio>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    // Whoever only looks orders nothing.
    if method != Method::POST {
        return StatusCode::NOT_FOUND.into_response();
    }
    let path = uri.path().to_owned();
    let authorization = headers.get("authorization").map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    let form = form_urlencoded::parse(&body).into_owned().collect();
    let named = path.rsplit('/').next().unwrap().trim_end_matches(".json").to_owned();
    let is_new = named == "Calls";
    let sid = if is_new { format!("CA{:032x}", rand::random::<u128>()) } else { named };
    twilio.received.lock().unwrap().push(Received { path, authorization, form, sid: sid.clone() });
    let answers = *twilio.answers.lock().unwrap();
    match answers {
        Answers::Carries => {
            let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
            (status, axum::Json(json!({"sid": sid, "status": "queued"}))).into_response()
        }
        Answers::Refuses(status) => {
            let told = json!({"code": 20003, "message": "Authenticate", "status": status,
                "more_info": "https://www.twilio.com/docs/errors/20003"});
            (StatusCode::from_u16(status).unwrap(), axum::Json(told)).into_response()
        }
        Answers::Silent => std::future::pending().await,
    }
}

/// Tells a story on both engines, with a Twilio to which orders go.
pub fn with_twilio(at: &str, story: impl AsyncFn(&mut World, &Twilio)) {
    with_twilio_on(engines(), at, story);
}

pub fn with_twilio_on(engines: Vec<Engine>, at: &str, story: impl AsyncFn(&mut World, &Twilio)) {
    for engine in engines {
        runtime().block_on(async {
            let twilio = Twilio::play().await;
            let mut world = World::start_with(engine, at, |config| {
                config.telephony.twilio.account_sid = Some(ACCOUNT.into());
                config.telephony.twilio.api_base = PublicAddress(twilio.address.clone());
                config.telephony.twilio.api_key = Some("SK1".into());
                config.telephony.twilio.api_secret = Some(SecretText("geheim".into()));
            })
            .await;
            story(&mut world, &twilio).await;
            world.shut_down().await;
        });
    }
}

/// A telephone that Twilio rings by order, and what it hears.
pub struct Leg<'w> {
    world: &'w World,
    pub sid: String,
    url: String,
    status_url: String,
    pub document: String,
}

impl<'w> Leg<'w> {
    pub fn of(world: &'w World, order: &Received) -> Self {
        let (url, status_url) = (order.value("Url").to_owned(), order.value("StatusCallback").to_owned());
        Self { world, sid: order.sid.clone(), url, status_url, document: String::new() }
    }

    /// A leg that an order leads elsewhere: it comes there when it "picks up".
    pub fn led(world: &'w World, order: &Received) -> Self {
        Self {
            world,
            sid: order.sid.clone(),
            url: order.value("Url").to_owned(),
            status_url: String::new(),
            document: String::new(),
        }
    }

    pub async fn picks_up(&mut self) -> &mut Self {
        let url = self.url.clone();
        self.tell(&url, &[]).await
    }

    pub async fn presses(&mut self, keys: &str) -> &mut Self {
        let action = self.element("Gather").attributes["action"].clone();
        let told = [("Digits", keys)];
        self.tell(&action, if keys.is_empty() { &[] } else { &told }).await
    }

    /// How dialling somebody from this leg ended.
    pub async fn dial_ends(&mut self, outcome: &str, bridged: bool) -> &mut Self {
        let action = self.element("Dial").attributes["action"].clone();
        let bridged = if bridged { "true" } else { "false" };
        self.tell(&action, &[("DialCallStatus", outcome), ("DialBridged", bridged)]).await
    }

    /// The leg's status callback.
    pub async fn reports(&self, status: &str) -> u16 {
        let request = self.request(&self.status_url, &[("CallStatus", status)]);
        self.world.webhook(&request).await.0
    }

    pub fn hears(&self, words: &str) -> &Self {
        assert!(self.document.contains(words), "\"{words}\" is not in: {}", self.document);
        self
    }

    pub fn element(&self, name: &str) -> Element {
        let response = twiml::parse(&self.document);
        twiml::find(&response, name).unwrap_or_else(|| panic!("no {name}: {}", self.document)).clone()
    }

    pub fn dials(&self) -> String {
        self.element("Number").text
    }

    pub async fn tell(&mut self, url: &str, told: &[(&str, &str)]) -> &mut Self {
        let (status, document) = self.world.webhook(&self.request(url, told)).await;
        assert_eq!(status, 200, "{document}");
        twiml::assert_valid(&document);
        self.document = document;
        self
    }

    fn request(&self, url: &str, told: &[(&str, &str)]) -> Request {
        let url = url.split('#').next().unwrap().to_owned();
        let always = [("CallSid", self.sid.as_str()), ("AccountSid", ACCOUNT), ("Direction", "outbound-api")];
        let status = [("CallStatus", "in-progress")].into_iter().filter(|_| told.iter().all(|it| it.0 != "CallStatus"));
        let form = always.into_iter().chain(status).chain(told.iter().copied());
        Request { url, form: form.map(|(name, value)| (name.into(), value.into())).collect() }
    }
}
