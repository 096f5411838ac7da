//! The language in which call stories are told: a hotline with officers, and callers who press keys, over real HTTP.
//!
//! It plays Twilio: forms signed as its documentation says, every answer checked to be TwiML that leaves nobody in
//! silence. One rule: it knows nothing of the program but addresses, and what is in the answers.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use sprechzeit::people::Role;

use crate::twiml::{self, Element, find};
use crate::world::{AUTH_TOKEN, World};

pub const HOTLINE: &str = "+498999998110";
/// The flow of the hotline; a world with flows of its own has one of this name.
pub const FLOW: &str = "beratungstelefon";
/// A caller's number, of a block that belongs to nobody.
pub const CITIZEN: &str = "+493023125042";
pub const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri"];
pub const EVERY_DAY: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A hotline and its officers.
pub struct Stage<'w> {
    pub world: &'w World,
    pub token: String,
    pub hotline: String,
    pub officers: Vec<Colleague>,
}

/// An officer; their telephones are +494066969000, …001 and so on.
#[derive(Clone)]
pub struct Colleague {
    pub name: String,
    pub id: String,
    pub number: String,
}

impl<'w> Stage<'w> {
    /// Open from Monday to Friday, 8 to 18; nobody is planned yet.
    pub async fn open(world: &'w World, names: &[&str]) -> Self {
        Self::open_on(world, names, WEEKDAYS, ("08:00", "18:00")).await
    }

    pub async fn open_on(world: &'w World, names: &[&str], days: &[&str], (opens, closes): (&str, &str)) -> Self {
        let token = world.token(Role::Supervisor, "ka").await;
        let hours: Vec<Value> =
            days.iter().map(|day| json!({"weekday": day, "opens": opens, "closes": closes})).collect();
        let hotline = json!({"name": "Beratungstelefon", "number": HOTLINE, "flow": FLOW, "hours": hours});
        let mut stage = Self { world, token, hotline: String::new(), officers: vec![] };
        stage.hotline = text(&stage.create("/hotlines", hotline).await["id"]);
        for (place, name) in names.iter().enumerate() {
            let number = format!("+49406696900{place}");
            let id = text(&stage.create("/officers", json!({"name": name, "phone": number})).await["id"]);
            stage.officers.push(Colleague { name: (*name).into(), id, number });
        }
        stage
    }

    /// Everybody is on duty on this day, 7 to 19, in the order of their names.
    pub async fn everybody_on(self, day: &str) -> Self {
        for colleague in &self.officers {
            self.plan(&colleague.name, (day, "07:00", "19:00"), 1).await;
        }
        self
    }

    pub async fn plan(&self, name: &str, (day, from, until): (&str, &str, &str), tier: i64) {
        let officer = &self.officer(name).id;
        let shift = json!({"hotline": self.hotline, "officer": officer, "day": day, "from": from, "until": until,
            "tier": tier, "despite_rules": true, "reason": "Calls are told here, no rules of work."});
        self.create("/shifts", shift).await;
    }

    pub async fn create(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.world.api("POST", path, Some(&self.token), Some(body)).await;
        assert_eq!(status, 201, "{path}: {answer}");
        answer
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.world.api("GET", path, Some(&self.token), None).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub fn officer(&self, name: &str) -> &Colleague {
        self.officers.iter().find(|colleague| colleague.name == name).unwrap()
    }

    /// How many calls there are.
    pub async fn calls(&self) -> usize {
        self.get("/calls").await["items"].as_array().unwrap().len()
    }

    /// A call comes in, from a citizen's number.
    pub async fn call(&self) -> Caller<'_> {
        self.call_from(CITIZEN).await
    }

    pub async fn call_from(&self, from: &str) -> Caller<'_> {
        self.call_to(from, HOTLINE).await
    }

    pub async fn call_to(&self, from: &str, to: &str) -> Caller<'_> {
        let sid = format!("CA{:032x}", rand::random::<u128>());
        let mut caller = Caller {
            stage: self,
            sid,
            from: from.into(),
            to: to.into(),
            document: String::new(),
            last: Request::default(),
            id: None,
        };
        let url = self.world.url("/telephony/twilio/voice");
        caller.tell(&url, &[("CallStatus", "ringing")]).await;
        caller
    }

    /// A call that has come to the ring: greeting, silence, "anything else".
    pub async fn ringing_call(&self) -> Caller<'_> {
        let mut caller = self.call().await;
        caller.waits().await;
        caller.presses("0").await;
        caller
    }
}

/// A webhook that was sent.
#[derive(Clone, Default)]
pub struct Request {
    pub url: String,
    pub form: Vec<(String, String)>,
}

/// The caller's side of a call, and the network in between.
pub struct Caller<'s> {
    stage: &'s Stage<'s>,
    pub sid: String,
    from: String,
    to: String,
    /// The program's last answer on the caller's leg.
    pub document: String,
    /// The webhook that it answered.
    pub last: Request,
    /// The call's id, once it was in an address.
    id: Option<String>,
}

/// The officer's telephone that rings for a call.
#[derive(Clone)]
pub struct Ring {
    pub number: String,
    leg: String,
    screen: String,
    status: String,
}

impl Caller<'_> {
    /// What the caller hears now.
    pub fn said(&self) -> String {
        said(&twiml::parse(&self.document))
    }

    pub fn hears(&self, words: &str) -> &Self {
        assert!(self.said().contains(words), "\"{words}\" is not in: {}", self.said());
        self
    }

    /// The announcement asks, and the caller stays silent.
    pub async fn waits(&mut self) -> &mut Self {
        self.presses("").await
    }

    /// Presses the keys that are asked for; the provider swallows the `#` that ends a number.
    pub async fn presses(&mut self, keys: &str) -> &mut Self {
        let request = self.pressing(keys);
        self.send(request).await;
        self
    }

    /// The webhook that tells of these keys.
    pub fn pressing(&self, keys: &str) -> Request {
        let response = twiml::parse(&self.document);
        let gather = find(&response, "Gather").unwrap_or_else(|| panic!("no keys are asked for: {}", self.document));
        let digits = [("CallStatus", "in-progress"), ("Digits", keys.trim_end_matches('#'))];
        let told = if keys.is_empty() { &digits[..1] } else { &digits };
        self.request(&gather.attributes["action"], &self.sid, told)
    }

    /// The telephone that rings now, if one does; of several the first.
    pub fn ring(&self) -> Option<Ring> {
        self.all_rings().into_iter().next()
    }

    /// All telephones that ring now.
    pub fn all_rings(&self) -> Vec<Ring> {
        let response = twiml::parse(&self.document);
        let Some(dial) = find(&response, "Dial") else { return vec![] };
        let screened = dial.children.iter().filter(|number| number.attributes.contains_key("url"));
        let ring = |number: &Element| Ring {
            number: number.text.clone(),
            leg: format!("{}{}", self.sid, number.text).replace('+', ""),
            screen: number.attributes["url"].clone(),
            status: number.attributes["statusCallback"].clone(),
        };
        screened.map(ring).collect()
    }

    /// A duty telephone that rings, where no key is asked for.
    pub fn plain_ring(&self) -> Ring {
        let number = self.element("Number");
        assert!(!number.attributes.contains_key("url"), "a key is asked for: {}", self.document);
        Ring {
            leg: format!("{}{}", self.sid, number.text).replace('+', ""),
            screen: String::new(),
            status: number.attributes["statusCallback"].clone(),
            number: number.text,
        }
    }

    /// The element of the program's last answer with this name.
    pub fn element(&self, name: &str) -> Element {
        let response = twiml::parse(&self.document);
        find(&response, name).unwrap_or_else(|| panic!("no {name}: {}", self.document)).clone()
    }

    /// The provider comes back with a message that was recorded.
    pub async fn leaves_message(&mut self, seconds: u32, status: &str) -> &mut Self {
        self.leaves_message_at("https://api.example/Recordings/RE1", seconds, status).await
    }

    /// The same, with the sound at this address.
    pub async fn leaves_message_at(&mut self, url: &str, seconds: u32, status: &str) -> &mut Self {
        let action = self.element("Record").attributes["action"].clone();
        let seconds = seconds.to_string();
        let told = [("RecordingUrl", url), ("RecordingDuration", seconds.as_str()), ("CallStatus", status)];
        self.tell(&action, &told).await;
        self
    }

    /// Rings at this officer and at nobody else.
    pub fn rings(&self, name: &str) -> Ring {
        let ring = self.ring().unwrap_or_else(|| panic!("nobody is rung: {}", self.document));
        assert_eq!(ring.number, self.stage.officer(name).number, "it should ring at {name}");
        ring
    }

    /// The provider tells how the ring ended: `busy`, `no-answer`, `failed`, `canceled`, `completed`.
    pub async fn ring_ends(&mut self, outcome: &str) -> &mut Self {
        self.ring_ends_with(&[("DialCallStatus", outcome), ("DialBridged", "false"), ("CallStatus", "in-progress")])
            .await
    }

    pub async fn ring_ends_with(&mut self, told: &[(&str, &str)]) -> &mut Self {
        let response = twiml::parse(&self.document);
        let action = find(&response, "Dial").expect("nobody is rung").attributes["action"].clone();
        self.tell(&action, told).await;
        self
    }

    /// Both talked, and hung up.
    pub async fn talk_ends(&mut self) -> &mut Self {
        let told = [("DialCallStatus", "completed"), ("DialBridged", "true"), ("DialCallDuration", "42")];
        self.ring_ends_with(&told).await
    }

    /// The officer picks up and hears what it is about. The document on their leg.
    pub async fn picks_up(&self, ring: &Ring) -> String {
        self.on_leg(ring, &ring.screen, &[("CallStatus", "in-progress")]).await
    }

    /// The officer, asked by this document, presses a key, or none.
    pub async fn officer_presses(&self, ring: &Ring, asked: &str, key: &str) -> String {
        let response = twiml::parse(asked);
        let action = find(&response, "Gather").expect("the officer is asked").attributes["action"].clone();
        let told = [("CallStatus", "in-progress"), ("Digits", key)];
        self.on_leg(ring, &action, if key.is_empty() { &told[..1] } else { &told }).await
    }

    /// Picks up and accepts.
    pub async fn accepted_by(&self, name: &str) -> Ring {
        let ring = self.rings(name);
        let asked = self.picks_up(&ring).await;
        let connected = self.officer_presses(&ring, &asked, "1").await;
        assert!(is_bridge(&connected), "the officer is not connected: {connected}");
        ring
    }

    /// A report on the officer's leg.
    pub async fn leg_reports(&self, ring: &Ring, told: &[(&str, &str)]) -> u16 {
        let request = self.request(&ring.status, &ring.leg, told);
        self.stage.world.webhook(&request).await.0
    }

    /// The caller's leg is over, as the provider's status callback tells it.
    pub async fn hangs_up(&self) -> u16 {
        self.reports("completed").await
    }

    pub async fn reports(&self, status: &str) -> u16 {
        let url = self.stage.world.url("/telephony/twilio/status");
        let request = self.request(&url, &self.sid, &[("CallStatus", status)]);
        self.stage.world.webhook(&request).await.0
    }

    /// How the call is told afterwards.
    pub async fn told(&self) -> Told<'_> {
        let told = self.stage.get(&format!("/calls/{}", self.id())).await;
        Told { told, stage: self.stage }
    }

    /// The call's id: it stands in the addresses of its documents and webhooks.
    pub fn id(&self) -> String {
        self.id.clone().unwrap_or_else(|| panic!("there is no call: {}", self.document))
    }

    async fn on_leg(&self, ring: &Ring, url: &str, told: &[(&str, &str)]) -> String {
        let (status, document) = self.stage.world.webhook(&self.request(url, &ring.leg, told)).await;
        assert_eq!(status, 200, "{document}");
        twiml::assert_valid_screening(&document);
        document
    }

    pub async fn tell(&mut self, url: &str, told: &[(&str, &str)]) {
        let request = self.request(url, &self.sid, told);
        self.send(request).await;
    }

    pub async fn send(&mut self, request: Request) {
        let (status, document) = self.stage.world.webhook(&request).await;
        assert_eq!(status, 200, "{document}");
        self.last = request;
        twiml::assert_valid(&document);
        let known = format!("{document}{}", self.last.url);
        self.id = known.find("cal_").map(|at| known[at..at + 36].to_owned()).or(self.id.take());
        self.document = document;
    }

    /// What Twilio sends always, and what it tells now; a fragment of the address stays with Twilio.
    fn request(&self, url: &str, leg: &str, told: &[(&str, &str)]) -> Request {
        let url = url.split('#').next().unwrap().to_owned();
        let mut form = BTreeMap::from([
            ("CallSid", leg),
            ("AccountSid", "AC00000000000000000000000000000001"),
            ("ApiVersion", "2010-04-01"),
            ("CallStatus", "in-progress"),
        ]);
        match leg == self.sid {
            true => form.extend([("From", self.from.as_str()), ("To", &self.to), ("Direction", "inbound")]),
            false => form.extend([("From", self.to.as_str()), ("ParentCallSid", &self.sid), ("To", "+490000000")]),
        }
        form.extend(told.iter().copied());
        Request { url, form: form.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

impl World {
    /// Sends a webhook, signed. Status and document.
    pub async fn webhook(&self, request: &Request) -> (u16, String) {
        self.webhook_signed(request, Some(&sign(request, AUTH_TOKEN))).await
    }

    pub async fn webhook_signed(&self, request: &Request, signature: Option<&str>) -> (u16, String) {
        let mut post = self.http.post(&request.url).form(&request.form);
        if let Some(signature) = signature {
            post = post.header("x-twilio-signature", signature);
        }
        let response = post.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

/// `X-Twilio-Signature`: HMAC-SHA1 with the account's token over the address and the sorted parameters.
pub fn sign(request: &Request, token: &str) -> String {
    let mut form = request.form.clone();
    form.sort();
    let signed: String = form.into_iter().map(|(name, value)| name + &value).collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    mac.update(request.url.as_bytes());
    mac.update(signed.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// A call as the programmer's door explains it.
pub struct Told<'s> {
    pub told: Value,
    stage: &'s Stage<'s>,
}

impl Told<'_> {
    pub fn ending(&self) -> String {
        self.told["ending"].as_str().unwrap_or("none").to_owned()
    }

    /// Who was rung, and how that ended.
    pub fn rang(&self) -> Vec<(String, String)> {
        let rang = self.told["rang"].as_array().unwrap().iter();
        let name = |id: &str| self.stage.officers.iter().find(|c| c.id == id).unwrap().name.clone();
        rang.map(|rang| (name(rang["officer"].as_str().unwrap()), text(&rang["outcome"]))).collect()
    }

    /// Why the last one was rung.
    pub fn why(&self) -> String {
        text(&self.told["rang"].as_array().unwrap().last().unwrap()["why"])
    }

    /// Checks the ending only.
    pub fn ended_in(&self, ending: &str) {
        assert_eq!(self.ending(), ending, "{}", self.told);
    }

    /// Checks the ending and the rings: `[("Anna", "no_answer")]`.
    pub fn ended(&self, ending: &str, rang: &[(&str, &str)]) {
        let expected: Vec<_> = rang.iter().map(|(name, outcome)| ((*name).into(), (*outcome).into())).collect();
        assert_eq!((self.ending().as_str(), self.rang()), (ending, expected), "{}", self.told);
    }
}

fn said(within: &Element) -> String {
    let of = |child: &Element| if child.name == "Say" { child.text.clone() } else { said(child) };
    within.children.iter().map(of).collect::<Vec<_>>().join(" ")
}

/// Whether a document on an officer's leg connects: it ends without a word.
pub fn is_bridge(document: &str) -> bool {
    twiml::parse(document).children.is_empty()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
