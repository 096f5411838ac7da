//! Who acts in a story: callers, officers, and between them the provider's network, which reports as Twilio does.
//!
//! Verbs are what people do. One rule: what a verb sends, the provider would have sent; when the last telephone of a ring
//! is silent, the network tells the end of the ring by itself.

use std::cell::{OnceCell, Ref, RefCell};
use std::rc::Rc;

use serde_json::{Value, json};
use sprechzeit::kernel::{Instant, local};
use sprechzeit::people::Role;

use crate::telephone::{self, CITIZEN, Colleague, EVERY_DAY, Request, Ring, Stage, is_bridge};
use crate::world::World;

/// A moment as RFC 3339 says it.
pub fn moment(at: &str) -> Instant {
    Instant::parse(at).unwrap()
}

/// Waits where a story stands, so that stories need no `await`.
pub fn wait<T>(doing: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(doing))
}

/// What a story is told in. Whoever acts in it has a copy of this.
#[derive(Clone)]
pub struct Tale<'w> {
    pub world: &'w World,
    number: usize,
    token: String,
    stage: Rc<OnceCell<&'w Stage<'w>>>,
    lines: Rc<RefCell<Vec<Rc<Line<'w>>>>>,
}

impl<'w> Tale<'w> {
    pub async fn of(world: &'w World, number: usize) -> Self {
        let token = world.token(Role::Supervisor, "ka").await;
        Self { world, number, token, stage: Rc::default(), lines: Rc::default() }
    }

    // ---- the hotline ----

    /// A hotline that is always open, with these officers on duty all day, on the first tier in this order.
    pub fn staffed<const N: usize>(&self, flow: &str, names: [&str; N]) -> [Officer<'w>; N] {
        self.hotline(flow, ("00:00", "24:00"), names).map(Officer::all_day)
    }

    /// A hotline that is open daily in these hours; nobody is on duty yet.
    pub fn hotline<const N: usize>(
        &self,
        flow: &str,
        (opens, closes): (&str, &str),
        names: [&str; N],
    ) -> [Officer<'w>; N] {
        let mut stage =
            Stage { world: self.world, token: self.token.clone(), hotline: String::new(), officers: vec![] };
        let hours: Vec<Value> =
            EVERY_DAY.iter().map(|day| json!({"weekday": day, "opens": opens, "closes": closes})).collect();
        let hotline = json!({"name": "Beratungstelefon", "number": self.number(), "flow": flow, "hours": hours});
        stage.hotline = text(&wait(stage.create("/hotlines", hotline))["id"]);
        for (place, name) in names.iter().enumerate() {
            let number = format!("+494066969{:03}", 5 * self.number + place);
            let officer = wait(stage.create("/officers", json!({"name": name, "phone": number})));
            stage.officers.push(Colleague { name: (*name).into(), id: text(&officer["id"]), number });
        }
        // Callers borrow it for as long as the world is there.
        assert!(self.stage.set(Box::leak(Box::new(stage))).is_ok(), "a story has one hotline");
        names.map(|name| Officer { tale: self.clone(), name: name.to_owned() })
    }

    pub fn stage(&self) -> &'w Stage<'w> {
        self.stage.get().expect("the story has no hotline yet")
    }

    /// The hotline's number.
    pub fn number(&self) -> String {
        format!("+498999998{:03}", self.number)
    }

    /// Changes the hotline's rules.
    pub fn rule(&self, rule: Value) {
        self.patch(&format!("/hotlines/{}", self.stage().hotline), rule);
    }

    /// The hotline is closed by hand until somebody opens it. The closure's id.
    pub fn closes_by_hand(&self, reason: &str) -> String {
        let path = format!("/hotlines/{}/closures", self.stage().hotline);
        text(&wait(self.stage().create(&path, json!({"reason": {"de": reason}})))["id"])
    }

    /// Opens again what was closed by hand.
    pub fn opens_again(&self, closure: &str) {
        let path = format!("/hotlines/{}/closures/{closure}", self.stage().hotline);
        let (status, answer) = wait(self.world.api("DELETE", &path, Some(&self.token), None));
        assert!(status < 300, "{path}: {answer}");
    }

    fn patch(&self, path: &str, body: Value) {
        let (status, answer) = wait(self.world.api("PATCH", path, Some(&self.token), Some(body)));
        assert_eq!(status, 200, "{path}: {answer}");
    }

    pub fn create(&self, path: &str, body: Value) -> Value {
        wait(self.stage().create(path, body))
    }

    pub fn get(&self, path: &str) -> Value {
        wait(self.stage().get(path))
    }

    /// What happens by itself every few seconds.
    pub fn round(&self) {
        wait(sprechzeit::rounds::sweep(&self.world.desk));
    }

    // ---- time ----

    pub fn day(&self) -> String {
        local::day(self.world.now()).to_string()
    }

    pub fn seconds(&self, seconds: i64) {
        self.world.desk.clock.advance(chrono::TimeDelta::seconds(seconds));
    }

    pub fn minutes(&self, minutes: i64) {
        self.seconds(60 * minutes);
    }

    /// The clock goes on to this moment.
    pub fn until(&self, at: &str) {
        self.world.desk.clock.advance(moment(at) - self.world.now());
    }

    /// The clock goes on to this time of today, as clocks in Berlin show it.
    pub fn clock(&self, time: &str) {
        let at = local::start(self.day().parse::<chrono::NaiveDate>().unwrap().and_time(local::time(time).unwrap()));
        self.world.desk.clock.advance(at - self.world.now());
    }

    // ---- who acts ----

    pub fn caller(&self) -> Caller<'w> {
        self.caller_from(CITIZEN)
    }

    /// A caller with this number, or `anonymous`.
    pub fn caller_from(&self, number: &str) -> Caller<'w> {
        Caller { tale: self.clone(), number: number.to_owned(), line: OnceCell::new() }
    }

    /// Who is rung now; nobody else is.
    pub fn rung(&self) -> Officer<'w> {
        let ringing: Vec<String> = self.lines.borrow().iter().flat_map(|line| line.ringing()).collect();
        let [number] = ringing.as_slice() else { panic!("{} telephones ring, not one", ringing.len()) };
        let name = self.stage().officers.iter().find(|officer| officer.number == *number).unwrap().name.clone();
        Officer { tale: self.clone(), name }
    }

    /// The call that came last. Empty where there is none.
    fn latest_call(&self) -> String {
        let calls = self.get("/calls");
        let here = |call: &&Value| call["hotline"] == json!(self.stage().hotline);
        let known = |call: &&Value| self.lines.borrow().iter().any(|line| call["id"] == json!(line.id));
        let new = calls["items"].as_array().unwrap().iter().find(|call| here(call) && !known(call));
        new.map(|call| text(&call["id"])).unwrap_or_default()
    }

    fn name_of(&self, id: &str) -> String {
        self.stage().officers.iter().find(|officer| officer.id == id).unwrap().name.clone()
    }
}

/// The network's side of one call.
struct Line<'w> {
    /// The call's id.
    id: String,
    leg: RefCell<telephone::Caller<'w>>,
    rings: RefCell<Vec<Ringing>>,
}

/// One telephone that is rung.
struct Ringing {
    ring: Ring,
    /// What the officer was asked who has picked up.
    asked: Option<String>,
    accepted: bool,
    over: bool,
}

impl<'w> Line<'w> {
    fn new(id: String, leg: telephone::Caller<'w>) -> Self {
        let line = Self { id, leg: RefCell::new(leg), rings: RefCell::default() };
        line.begin_ring();
        line
    }

    /// What the last document rings.
    fn begin_ring(&self) {
        let ringing = |ring| Ringing { ring, asked: None, accepted: false, over: false };
        *self.rings.borrow_mut() = self.leg.borrow().all_rings().into_iter().map(ringing).collect();
    }

    fn ringing(&self) -> Vec<String> {
        let rings = self.rings.borrow();
        rings.iter().filter(|it| !it.over && !it.accepted).map(|it| it.ring.number.clone()).collect()
    }

    fn place(&self, number: &str) -> Option<usize> {
        self.rings.borrow().iter().position(|it| it.ring.number == number && !it.over)
    }

    /// The next document on the caller's leg.
    fn goes_on(&self, what: impl AsyncFnOnce(&mut telephone::Caller<'w>)) {
        wait(what(&mut self.leg.borrow_mut()));
        self.begin_ring();
    }

    fn ring_of(&self, place: usize) -> Ring {
        self.rings.borrow()[place].ring.clone()
    }

    /// A telephone is silent again. After the last one of the ring, the caller's leg is told how it ended.
    fn ends(&self, place: usize, status: &str, sip_code: Option<&str>) {
        let ring = self.ring_of(place);
        let code = sip_code.map(|code| ("SipResponseCode", code));
        let told: Vec<_> = [("CallStatus", status)].into_iter().chain(code).collect();
        wait(self.leg.borrow().leg_reports(&ring, &told));
        self.rings.borrow_mut()[place].over = true;
        if self.rings.borrow().iter().all(|it| it.over) {
            let told = [("DialCallStatus", status), ("DialBridged", "false"), ("CallStatus", "in-progress")];
            let told: Vec<_> = told.into_iter().chain(code).collect();
            self.goes_on(async |leg| {
                leg.ring_ends_with(&told).await;
            });
        }
    }

    /// The network stops the other telephones, since one has accepted.
    fn stops_others(&self, accepted: usize) {
        let rings = self.rings.borrow().len();
        for place in 0..rings {
            if place != accepted && !self.rings.borrow()[place].over {
                let ring = self.ring_of(place);
                wait(self.leg.borrow().leg_reports(&ring, &[("CallStatus", "canceled")]));
                self.rings.borrow_mut()[place].over = true;
            }
        }
    }
}

/// Somebody who calls the hotline.
pub struct Caller<'w> {
    tale: Tale<'w>,
    number: String,
    line: OnceCell<Rc<Line<'w>>>,
}

impl<'w> Caller<'w> {
    // ---- what callers do ----

    pub fn dials(&self) -> &Self {
        let leg = wait(self.tale.stage().call_to(&self.number, &self.tale.number()));
        let line = Rc::new(Line::new(self.tale.latest_call(), leg));
        self.tale.lines.borrow_mut().push(line.clone());
        assert!(self.line.set(line).is_ok(), "a caller calls once");
        self
    }

    /// Presses keys that are asked for; the provider swallows the `#` that ends a number.
    pub fn presses(&self, keys: &str) -> &Self {
        self.line().goes_on(async |leg| {
            leg.presses(keys).await;
        });
        self
    }

    /// Says and presses nothing until the announcement comes to its end.
    pub fn waits(&self) -> &Self {
        self.presses("")
    }

    /// Hangs up, while telephones ring too: the network stops them and tells so.
    pub fn hangs_up(&self) -> &Self {
        let line = self.line();
        wait(line.leg.borrow().hangs_up());
        if line.rings.borrow().iter().any(|it| !it.over) {
            let rings = line.rings.borrow().len();
            for place in 0..rings {
                let ring = line.ring_of(place);
                wait(line.leg.borrow().leg_reports(&ring, &[("CallStatus", "canceled")]));
            }
            let told = [("DialCallStatus", "canceled"), ("DialBridged", "false"), ("CallStatus", "completed")];
            line.goes_on(async |leg| {
                leg.ring_ends_with(&told).await;
            });
        }
        line.rings.borrow_mut().clear();
        self
    }

    /// The connection is gone, and nobody tells so.
    pub fn vanishes(&self) -> &Self {
        self.line().rings.borrow_mut().clear();
        self
    }

    // ---- what callers hear ----

    pub fn hears(&self, words: &str) -> &Self {
        self.leg().hears(words);
        self
    }

    pub fn hears_not(&self, words: &str) -> &Self {
        assert!(!self.leg().said().contains(words), "\"{words}\" is in: {}", self.leg().said());
        self
    }

    pub fn hears_nobody_ring(&self) -> &Self {
        assert!(self.line().ringing().is_empty(), "it rings: {}", self.leg().document);
        self
    }

    // ---- what is told afterwards ----

    /// Who was rung in which order and how that ended, and the call's ending: "Anna declined, Ben accepted; person".
    /// A call that is not over has the ending "none".
    pub fn told(&self, story: &str) -> &Self {
        let told = self.explained();
        let rang = |it: &Value| format!("{} {}", self.tale.name_of(&text(&it["officer"])), text(&it["outcome"]));
        let rang: Vec<String> = told["rang"].as_array().unwrap().iter().map(rang).collect();
        let rang = if rang.is_empty() { "nobody".to_owned() } else { rang.join(", ") };
        let ending = told["ending"].as_str().unwrap_or("none");
        assert_eq!(format!("{rang}; {ending}"), story, "{told:#}");
        self
    }

    /// Why this officer was rung last, in the call's own words.
    pub fn because(&self, name: &str, why: &str) -> &Self {
        assert_eq!(self.why(name), why, "{name}");
        self
    }

    pub fn why(&self, name: &str) -> String {
        let told = self.explained();
        let rang = told["rang"].as_array().unwrap().iter();
        let of = |rang: &&Value| self.tale.name_of(rang["officer"].as_str().unwrap()) == name;
        let last = rang.rev().find(of).unwrap_or_else(|| panic!("{name} was not rung: {told:#}"));
        text(&last["why"])
    }

    /// The call as the programmer's door tells it.
    pub fn explained(&self) -> Value {
        self.tale.get(&format!("/calls/{}", self.line().id))
    }

    // ---- what the network does ----

    /// The webhook that was sent last on this leg, and the answer to it.
    pub fn last(&self) -> (Request, String) {
        (self.leg().last.clone(), self.leg().document.clone())
    }

    /// Sends a webhook again: the answer.
    pub fn again(&self, request: &Request) -> String {
        let (status, document) = wait(self.tale.world.webhook(request));
        assert_eq!(status, 200, "{document}");
        document
    }

    /// The status callback of the caller's leg.
    pub fn reports(&self, status: &str) -> &Self {
        wait(self.leg().reports(status));
        self
    }

    /// The ring ends, as it is told on the caller's leg alone.
    pub fn ring_ends(&self, told: &[(&str, &str)]) -> &Self {
        self.line().goes_on(async |leg| {
            leg.ring_ends_with(told).await;
        });
        self
    }

    pub fn id(&self) -> &str {
        &self.line().id
    }

    pub fn leg(&self) -> Ref<'_, telephone::Caller<'w>> {
        self.line().leg.borrow()
    }

    fn line(&self) -> &Rc<Line<'w>> {
        self.line.get().expect("the caller has not dialled yet")
    }
}

/// Somebody who answers calls, and their telephone.
#[derive(Clone)]
pub struct Officer<'w> {
    tale: Tale<'w>,
    pub name: String,
}

impl<'w> Officer<'w> {
    // ---- duty ----

    /// On duty today, on the first tier.
    pub fn all_day(self) -> Self {
        self.works("00:00", "24:00", 1);
        self
    }

    pub fn on_tier(self, tier: i64) -> Self {
        self.works("00:00", "24:00", tier);
        self
    }

    /// On duty today between these times, on a tier. The shift's id.
    pub fn works(&self, from: &str, until: &str, tier: i64) -> String {
        self.works_on(&self.tale.day(), (from, until), tier)
    }

    pub fn works_on(&self, day: &str, (from, until): (&str, &str), tier: i64) -> String {
        let shift = json!({"hotline": self.tale.stage().hotline, "officer": self.me().id, "day": day, "from": from,
            "until": if until == "24:00" { "00:00" } else { until }, "tier": tier, "despite_rules": true,
            "reason": "Calls are told here, no rules of work."});
        text(&self.tale.create("/shifts", shift)["id"])
    }

    pub fn is_deployed(&self) -> &Self {
        self.tale.create("/deployments", json!({"officer": self.me().id}));
        self
    }

    pub fn is_back(&self) -> &Self {
        self.delete(&format!("/deployments/{}", self.me().id));
        self
    }

    /// Has these skills: `{"topics": […], "languages": […]}`.
    pub fn can(&self, skills: Value) -> &Self {
        let path = format!("/officers/{}/skills", self.me().id);
        let (status, answer) = wait(self.tale.world.api("PUT", &path, Some(&self.tale.token), Some(skills)));
        assert_eq!(status, 200, "{answer}");
        self
    }

    /// The shift is taken from the rota.
    pub fn signs_off(&self, shift: &str) {
        self.delete(&format!("/shifts/{shift}?sequence=0"));
    }

    fn delete(&self, path: &str) {
        let (status, answer) = wait(self.tale.world.api("DELETE", path, Some(&self.tale.token), None));
        assert!([200, 204].contains(&status), "{path}: {answer}");
    }

    // ---- at the telephone ----

    /// The telephone rings.
    pub fn rings(&self) -> &Self {
        self.line();
        self
    }

    pub fn is_not_rung(&self) -> &Self {
        let number = &self.me().number;
        let rings = self.tale.lines.borrow().iter().any(|line| line.place(number).is_some());
        assert!(!rings, "{} is rung", self.name);
        self
    }

    /// Takes the receiver, and hears what it is about.
    pub fn picks_up(&self) -> &Self {
        let (line, place) = self.line();
        if line.rings.borrow()[place].asked.is_none() {
            let asked = wait(line.leg.borrow().picks_up(&line.ring_of(place)));
            line.rings.borrow_mut()[place].asked = Some(asked);
        }
        self
    }

    /// Having picked up, hears these words.
    pub fn hears(&self, words: &str) -> &Self {
        let heard = self.heard();
        assert!(heard.contains(words), "\"{words}\" is not in: {heard}");
        self
    }

    pub fn heard(&self) -> String {
        self.picks_up();
        let (line, place) = self.line();
        line.rings.borrow()[place].asked.clone().unwrap()
    }

    /// Picks up, presses 1 and is connected; other telephones stop ringing.
    pub fn accepts(&self) -> &Self {
        let answer = self.presses("1");
        assert!(is_bridge(&answer), "{} is not connected: {answer}", self.name);
        self.is_connected()
    }

    /// The network connects: the others stop ringing.
    pub fn is_connected(&self) -> &Self {
        let (line, place) = self.line();
        line.rings.borrow_mut()[place].accepted = true;
        line.stops_others(place);
        self
    }

    /// Picks up and presses a key. What is answered.
    pub fn presses(&self, key: &str) -> String {
        self.picks_up();
        let (line, place) = self.line();
        let asked = line.rings.borrow()[place].asked.clone().unwrap();
        wait(line.leg.borrow().officer_presses(&line.ring_of(place), &asked, key))
    }

    /// Picks up and presses 2.
    pub fn declines(&self) -> &Self {
        let answer = self.presses("2");
        assert!(!is_bridge(&answer), "{} is connected", self.name);
        self.ends("completed", None)
    }

    /// The officer's mailbox picks up; nobody presses a key.
    pub fn mailbox_answers(&self) -> &Self {
        let answer = self.presses("");
        assert!(!is_bridge(&answer), "the mailbox of {} is connected", self.name);
        self.ends("completed", None)
    }

    /// Lets it ring.
    pub fn does_not_answer(&self) -> &Self {
        self.rings();
        self.tale.seconds(20);
        self.ends("no-answer", None)
    }

    pub fn is_engaged(&self) -> &Self {
        self.ends("busy", None)
    }

    pub fn cannot_be_reached(&self) -> &Self {
        self.ends("failed", None)
    }

    /// The network knows no such number.
    pub fn has_no_such_number(&self) -> &Self {
        self.ends("failed", Some("404"))
    }

    /// Accepts, and is gone before the two are connected.
    pub fn accepts_and_vanishes(&self) -> &Self {
        self.accepts();
        let (line, _) = self.line();
        let told = [("DialCallStatus", "completed"), ("DialBridged", "false"), ("CallStatus", "in-progress")];
        line.goes_on(async |leg| {
            leg.ring_ends_with(&told).await;
        });
        self
    }

    /// Talks with the caller for some minutes, until both hang up.
    pub fn talks(&self, minutes: i64) -> &Self {
        let (line, place) = self.line();
        assert!(line.rings.borrow()[place].accepted, "{} has not accepted", self.name);
        self.tale.minutes(minutes);
        line.goes_on(async |leg| {
            leg.talk_ends().await;
        });
        wait(line.leg.borrow().hangs_up());
        self
    }

    /// The telephone's ring ends in one of Twilio's words.
    pub fn ends(&self, status: &str, sip_code: Option<&str>) -> &Self {
        let (line, place) = self.line();
        line.ends(place, status, sip_code);
        self
    }

    /// A report on this telephone alone.
    pub fn reports(&self, told: &[(&str, &str)]) -> &Self {
        let (line, place) = self.line();
        wait(line.leg.borrow().leg_reports(&line.ring_of(place), told));
        self
    }

    /// The telephone itself, to ring at a time when the story has gone on.
    pub fn telephone(&self) -> Ring {
        let (line, place) = self.line();
        line.ring_of(place)
    }

    /// Both press 1 in the same instant. Who of the two is connected.
    pub fn accepts_together_with<'o>(&'o self, other: &'o Self) -> &'o Self {
        self.picks_up();
        other.picks_up();
        let press = |officer: &Self| {
            let (line, place) = officer.line();
            let asked = line.rings.borrow()[place].asked.clone().unwrap();
            (line.clone(), line.ring_of(place), asked)
        };
        let ((line, mine, asked), (_, theirs, asked_too)) = (press(self), press(other));
        let leg = line.leg.borrow();
        let both = async {
            tokio::join!(leg.officer_presses(&mine, &asked, "1"), leg.officer_presses(&theirs, &asked_too, "1"))
        };
        let (one, two) = wait(both);
        drop(leg);
        let (one, two) = (is_bridge(&one), is_bridge(&two));
        assert!(one != two, "one is connected, and one is not: {one} {two}");
        if one { self.is_connected() } else { other.is_connected() }
    }

    fn line(&self) -> (Rc<Line<'w>>, usize) {
        let number = &self.me().number;
        let lines = self.tale.lines.borrow();
        let found = lines.iter().find_map(|line| Some((line.clone(), line.place(number)?)));
        let heard = || lines.iter().map(|line| line.leg.borrow().document.clone()).collect::<Vec<_>>().join("\n");
        found.unwrap_or_else(|| panic!("{} is not rung: {}", self.name, heard()))
    }

    pub fn me(&self) -> &Colleague {
        self.tale.stage().officer(&self.name)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
