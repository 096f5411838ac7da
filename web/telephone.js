// The test telephone: plays the telephone network between a caller, whoever is rung, and the program.
//
// It decides nothing: each answer of the program says what comes next (src/calls/provider/simulated.rs).
"use strict";

const DIALECT = "/telephony/simulated";
/** Where recorded prompts and music are. */
const SOUNDS = "/telephony/sounds/";
/** How many characters are read aloud in a second. */
const READING = 15;
/** A key is waited for at least so long, in seconds: people react at the same speed at every pace. */
const REACTION = 4;
const SECOND = 1000;
/** Nobody talks longer than this, in seconds. */
const LONGEST_TALK = 4 * 3600;
/** How long a recorded prompt or music is taken to be where its length cannot be read, in seconds. */
const USUAL_SOUND = 10;
/** No prompt and no music is longer, in seconds. */
const LONGEST_SOUND = 600;
/** Nothing is recorded here; a message needs an address all the same. */
const NO_SOUND = "https://test.example/none";

const page = document.getElementById("telefon");
const dial = document.getElementById("dial");

/** What one telephone shows. */
class Phone {
  constructor(id) {
    this.root = document.getElementById(id);
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  say(text, language) {
    this.#line(text, "sz-said__line").lang = language;
  }

  /** Something that is heard, and is no words. */
  hears(text) {
    this.#line(text, "sz-said__line").lang = "de";
  }

  pressed(key) {
    this.#line(`Taste ${key}`, "sz-said__line sz-said__line--key");
  }

  #line(text, classes) {
    const line = document.createElement("p");
    line.className = classes;
    line.textContent = text;
    const said = this.part("said");
    said.append(line);
    said.scrollTop = said.scrollHeight;
    return line;
  }

  state(text) {
    this.part("state").textContent = text;
  }

  timer(text) {
    this.part("timer").textContent = text || "\u00a0";
  }

  /** Shows the controls of this situation only; the focus stays on one that is shown. */
  controls(situation) {
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    for (const part of this.root.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(situation);
    }
    if (focused?.closest("[hidden]")) {
      this.root.querySelector("[data-when]:not([hidden]) button")?.focus();
    }
  }
}

/** The telephone of whoever is rung: one of several, or one outside. */
class RungPhone extends Phone {
  /** Shows the telephones that ring, to choose one from; a single one needs no choice. */
  offer(telephones) {
    const choice = this.part("telephones");
    choice.hidden = telephones.length < 2;
    choice.querySelector("[data-part=choices]").replaceChildren(...telephones.map(({ number }, place) => {
      const line = document.createElement("div");
      line.className = "kern-form-check";
      const radio = Object.assign(document.createElement("input"), {
        className: "kern-form-check__radio", type: "radio", name: "telephone", id: `telephone-${place}`, value: number,
        checked: place === 0,
      });
      const label = Object.assign(document.createElement("label"), {
        className: "kern-label", htmlFor: radio.id, textContent: `Telefon ${number}`,
      });
      line.append(radio, label);
      return line;
    }));
  }

  /** The place of the telephone that was chosen. */
  chosen() {
    const radios = [...this.part("telephones").querySelectorAll("input")];
    return Math.max(0, radios.findIndex((radio) => radio.checked));
  }

  title(text) {
    this.root.querySelector("h2").textContent = text;
  }

  /** Nobody is rung any more. */
  rest() {
    this.offer([]);
    this.controls("idle");
    this.title("Beraterin oder Berater");
    this.state("Es klingelt nicht");
  }
}

const caller = new Phone("caller");
const officer = new RungPhone("officer");
const colleague = new Phone("colleague");

/** Thrown through the play when somebody hangs up. */
class HungUp extends Error {}

/** Thrown through the play when an order leads a leg elsewhere. */
class Led extends Error {
  constructor(url) {
    super();
    this.url = url;
  }
}

/** A wait that a key, a button or a hang-up can end early. */
class Wait {
  /** `tell` makes the words of the timer out of the seconds left and passed. */
  constructor(seconds, phone, tell) {
    this.over = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    const began = performance.now();
    const show = () => {
      const passed = (performance.now() - began) / SECOND;
      if (passed >= seconds) {
        this.end();
      } else {
        phone.timer(tell(Math.ceil(seconds - passed), Math.floor(passed)));
      }
    };
    this.stop = () => {
      clearInterval(ticking);
      phone.timer("");
      this.stop = () => {};
    };
    const ticking = setInterval(show, SECOND / 4);
    show();
  }

  /** Ends with a result; undefined says that the time is over. */
  end(result) {
    this.stop();
    this.resolve(result);
  }

  break(error) {
    this.stop();
    this.reject(error);
  }
}

/** A leg of a call: a telephone, and what is waited for on it. */
class Leg {
  constructor(id, parent, phone) {
    Object.assign(this, { id, parent, phone, wait: null, ask: null, keys: "", gone: false });
  }

  #check() {
    if (this.gone) {
      throw new HungUp();
    }
  }

  async waitFor(seconds, tell) {
    this.#check();
    this.wait = new Wait(seconds, this.phone, tell);
    try {
      return await this.wait.over;
    } finally {
      this.wait = null;
    }
  }

  async post(address, report = {}) {
    const answer = await post(address, { leg: this.id, parent: this.parent, ...report });
    this.#check();
    return answer;
  }

  hangUp() {
    this.gone = true;
    this.wait?.break(new HungUp());
  }

  /** A key: heard where keys are asked for, during the announcement, too. */
  press(key) {
    if (!this.ask || this.gone) {
      return;
    }
    this.phone.pressed(key);
    if (key !== this.ask.finish_on) {
      this.keys += key;
    }
    const complete = key === this.ask.finish_on || this.keys.length >= this.ask.digits;
    this.wait?.end(complete ? "complete" : "key");
  }

  /** Reads the texts aloud until a key is pressed. Each is shown, also where it is a recording. */
  async listen(speeches) {
    for (const { text, language, recording } of speeches) {
      this.phone.say(text, language);
      const spoken = recording ? play(recording) : speak(text, language);
      const pressed = await this.#until(spoken, text.length / READING, "Ansage läuft");
      if (pressed) {
        return pressed;
      }
    }
    return undefined;
  }

  /** Plays music once, until a key is pressed. */
  async enjoy(music) {
    this.phone.hears("Musik läuft");
    return this.#until(play(music), await lengthOf(music), "Musik läuft");
  }

  /** Until the sound is over, or, where none is heard, after so many seconds at the chosen pace. */
  async #until(sound, seconds, words) {
    const listening = this.waitFor(sound ? LONGEST_SOUND : seconds / pace(), () => words);
    const wait = this.wait;
    sound?.then(() => wait?.end());
    return listening.finally(silence);
  }

  /** Takes a message; `recorded` says how many seconds it is long. Only the hash key ends it early, or the button, or hanging up. */
  async record(longest) {
    const began = performance.now();
    const passed = () => (performance.now() - began) / SECOND;
    this.recorded = () => Math.max(1, Math.round(passed()));
    this.ask = { digits: Infinity, finish_on: "#" };
    try {
      let pressed;
      do {
        pressed = await this.waitFor(longest - passed(), (left) => `Aufnahme läuft, noch ${left} s`);
      } while (pressed === "key");
    } finally {
      this.ask = null;
    }
  }

  /** Asks for keys, and gives those that were pressed: none after silence. */
  async collect(ask) {
    Object.assign(this, { ask, keys: "" });
    try {
      let pressed = await this.listen(ask.prompts);
      if (!pressed && ask.music) {
        pressed = await this.enjoy(ask.music);
      }
      do {
        if (pressed !== "complete") {
          pressed = await this.waitFor(reaction(ask.timeout_seconds), (left) => `wartet auf eine Taste, noch ${left} s`);
        }
      } while (pressed === "key");
      return this.keys;
    } finally {
      this.ask = null;
    }
  }
}

function pace() {
  return Number(dial.elements.pace.value);
}

function reaction(seconds) {
  return pace() === 1 ? seconds : Math.max(seconds, REACTION);
}

/** Tells the program something, and gives its answer. Only path and query of an address count: it is this program. */
async function post(address, report) {
  const { pathname, search } = new URL(address, window.location.origin);
  const call = /\/(cal_[0-9a-f]{32})\//.exec(pathname);
  if (call) {
    showRecord(call[1]);
  }
  const answer = await fetch(pathname + search, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(report),
  });
  if (!answer.ok) {
    throw new Error(`Das Programm hat mit ${answer.status} geantwortet.`);
  }
  return answer.status === 204 ? null : answer.json();
}

function showRecord(call) {
  const link = document.getElementById("explained");
  link.href = page.dataset.calls + call;
  link.hidden = false;
}

function log(text) {
  const line = document.createElement("li");
  line.className = "sz-log__line";
  const time = document.createElement("time");
  time.textContent = new Date().toLocaleTimeString("de-DE");
  const what = document.createElement("span");
  what.textContent = text;
  line.append(time, " ", what);
  document.getElementById("log").append(line);
}

// ---- sound ----

const voice = "speechSynthesis" in window ? window.speechSynthesis : null;
const player = new Audio();
document.getElementById("speech-choice").hidden = false;

function isSoundOn() {
  return dial.elements.speech.checked;
}

/** Resolves when the recording is over, or cannot be played; null where no sound is wanted. */
function play(recording) {
  if (!isSoundOn()) {
    return null;
  }
  player.src = SOUNDS + recording;
  return new Promise((resolve) => {
    player.onended = player.onerror = resolve;
    player.play().catch(resolve);
  });
}

/** How long a recording is, in seconds. */
function lengthOf(recording) {
  const sound = new Audio();
  return new Promise((resolve) => {
    sound.onloadedmetadata = () => resolve(Number.isFinite(sound.duration) ? sound.duration : USUAL_SOUND);
    sound.onerror = () => resolve(USUAL_SOUND);
    sound.preload = "metadata";
    sound.src = SOUNDS + recording;
  });
}

/** Resolves when the text has been read aloud; null where that is not wanted or not possible. Simple German is German. */
function speak(text, language) {
  if (!voice || !isSoundOn()) {
    return null;
  }
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = language === "en" ? "en-GB" : "de-DE";
  utterance.rate = pace() === 1 ? 1 : 1.5;
  return new Promise((resolve) => {
    utterance.onend = utterance.onerror = resolve;
    voice.speak(utterance);
  });
}

function silence() {
  voice?.cancel();
  player.pause();
}

// ---- a call ----

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `test-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The call under way, if any. */
let call = null;

class Call {
  constructor(from, to) {
    this.leg = new Leg(newId(), undefined, caller);
    this.rings = 0;
    this.ringing = null;
    /** What is still told when the caller hangs up now: the address, and what makes the report. */
    this.parting = null;
    Object.assign(this, { from, to });
  }

  /** From the first ring to the end. */
  async play() {
    let step = await this.leg.post(`${DIALECT}/voice`, { from: this.from || null, to: this.to, status: "ringing" });
    caller.state("Verbunden mit der Ansage");
    while (step) {
      try {
        await this.leg.listen(step.say);
        step = await this.#next(step.then);
      } catch (error) {
        if (!(error instanceof Led)) {
          throw error;
        }
        caller.state("Verbunden mit der Ansage");
        step = await this.leg.post(error.url);
      }
    }
  }

  /** The legs that an order can be about. */
  legs() {
    return [this.leg, this.ringing].filter(Boolean).map(({ id }) => id);
  }

  /** An order leads one of the legs elsewhere: the officer's to a room, then the caller's follows from its ring. */
  lead(id, url) {
    if (id === this.ringing?.id) {
      const { leg } = new Guest(officer, id, url);
      leg.parent = this.leg.id;
      return this.ringing.wait?.end("moved");
    }
    return (this.ringing ?? this.leg).wait?.break(new Led(url));
  }

  /** In a room with officers, until an order leads the caller out or somebody hangs up. */
  async #room(room) {
    caller.state("Im Gespräch zu mehreren");
    await this.leg.waitFor(LONGEST_TALK, (_, passed) => `verbunden seit ${passed} s`);
    return this.leg.post(room.action, { dialled: { outcome: "completed" } });
  }

  /** What the program answers next; null at the end. */
  async #next(then) {
    if (then.ask) {
      const keys = await this.leg.collect(then.ask);
      return this.leg.post(then.ask.action, { keys });
    }
    if (then.ring) {
      return this.#ring(then.ring);
    }
    if (then.transfer) {
      return this.#transfer(then.transfer);
    }
    if (then.record) {
      return this.#record(then.record);
    }
    if (then.room) {
      return this.#room(then.room);
    }
    if (then.redirect) {
      return this.leg.post(then.redirect.url);
    }
    if (then.pause) {
      await new Promise((resume) => setTimeout(resume, then.pause.seconds * 1000));
      return this.leg.post(then.pause.url);
    }
    return null;
  }

  async #ring(ring) {
    caller.state("Es klingelt bei einer Beraterin oder einem Berater");
    return this.#reach(ring, ring.telephones, (leg, telephone) => this.#screen(leg, telephone));
  }

  /** Somebody outside: whoever picks up has the call, nobody asks for a key. */
  async #transfer(transfer) {
    caller.state("Es klingelt bei einer Stelle außerhalb");
    officer.title("Telefon außerhalb");
    return this.#reach(transfer, [{ number: transfer.number }], () => {
      this.parting = [transfer.action, () => ({ dialled: { outcome: "completed", bridged: true } })];
      return true;
    });
  }

  /** Rings telephones until one of them has the call or all have failed, and tells the program how that ended. */
  async #reach(ring, telephones, accepts) {
    this.rings += 1;
    const leg = new Leg(`${this.leg.id}-${this.rings}`, this.leg.id, officer);
    this.ringing = leg;
    officer.part("said").replaceChildren();
    try {
      const { sip_code, ...dialled } = await this.#answer(leg, ring, telephones, accepts);
      if (!this.leg.gone) {
        caller.state("Verbunden mit der Ansage");
      }
      return await this.leg.post(ring.action, { dialled: { leg: leg.id, ...dialled }, sip_code });
    } finally {
      this.ringing = null;
      this.parting = null;
      officer.rest();
    }
  }

  /** How the ring ended. */
  async #answer(leg, ring, telephones, accepts) {
    const lasts = (ring.seconds * SECOND) / pace();
    let left = startTimes(telephones);
    let outcome;
    while (left.length > 0) {
      // When nobody rings any more, the next begins at once.
      const now = performance.now();
      left[0].begins = Math.min(left[0].begins, now);
      const ringing = left.filter(({ begins }) => begins <= now);
      showRinging(ringing, ring.caller_id);
      const next = Math.min(...left.map(({ begins }) => (begins > now ? begins : begins + lasts)));
      const seconds = Math.max(0, (next - now) / SECOND);
      const did = await leg.waitFor(seconds, (remaining) => `klingelt, noch ${remaining} s`);
      const chosen = ringing[officer.chosen()];
      if (did === "pick_up") {
        leg.id = `${leg.id}-${chosen.place}`;
        return this.#pickUp(leg, chosen, accepts);
      }
      const over = did ? [chosen] : ringing.filter(({ begins }) => begins + lasts <= performance.now() + 1);
      outcome = NOT_PICKED_UP[did ?? "no_answer"];
      for (const telephone of over) {
        await this.#notPickedUp(leg, telephone, outcome);
      }
      left = left.filter((telephone) => !over.includes(telephone));
    }
    return { outcome: outcome.outcome, bridged: false, sip_code: outcome.sip_code };
  }

  async #notPickedUp(leg, telephone, { outcome, sip_code, words }) {
    log(`${telephone.number}: ${words}`);
    if (telephone.status_url) {
      await leg.post(telephone.status_url, { status: outcome, sip_code });
    }
  }

  /** Picked up: the others stop ringing. */
  async #pickUp(leg, telephone, accepts) {
    officer.offer([]);
    const bridged = await Promise.resolve(accepts(leg, telephone)).catch(orGone);
    if (this.leg.gone) {
      throw new HungUp();
    }
    if (!bridged) {
      log(`${telephone.number}: abgenommen, nicht angenommen`);
      return { outcome: "completed", bridged: false };
    }
    return this.#talk(leg, telephone);
  }

  /** The officer hears what it is about and may accept with a key; at a duty telephone picking up is enough. */
  async #screen(leg, telephone) {
    if (!telephone.screen_url) {
      await leg.post(telephone.status_url, { status: "in-progress" });
      return true;
    }
    officer.state(`Telefon ${telephone.number}: abgenommen`);
    officer.controls("screening");
    let step = await leg.post(telephone.screen_url, { status: "in-progress" });
    while (step) {
      await leg.listen(step.say);
      if (!step.then.ask) {
        return step.then === "bridge";
      }
      const keys = await leg.collect(step.then.ask);
      step = await leg.post(step.then.ask.action, { keys });
    }
    return false;
  }

  async #record(record) {
    caller.state("Aufnahme läuft");
    caller.hears("Signalton");
    caller.controls("recording");
    const message = () => ({ recording: { url: NO_SOUND, seconds: this.leg.recorded() } });
    try {
      this.parting = [record.action, message];
      await this.leg.record(record.longest_seconds);
      this.parting = null;
      const report = message();
      log(`Nachricht aufgenommen, ${report.recording.seconds} s; beim Testtelefon ohne Ton`);
      caller.state("Verbunden mit der Ansage");
      return await this.leg.post(record.action, report);
    } finally {
      this.parting = null;
      caller.controls("calling");
    }
  }

  async #talk(leg, telephone) {
    log(`${telephone.number}: angenommen, verbunden`);
    caller.state("Im Gespräch");
    officer.state(`Telefon ${telephone.number}: im Gespräch`);
    officer.controls("talking");
    const began = performance.now();
    this.attempt = /att_[0-9a-f]{32}/.exec(telephone.status_url ?? "")?.[0];
    const did = await leg.waitFor(LONGEST_TALK, (_, passed) => `verbunden seit ${passed} s`).catch(orGone);
    this.attempt = null;
    if (this.leg.gone) {
      throw new HungUp();
    }
    if (did === "moved") {
      return { outcome: "completed" };
    }
    const seconds = Math.round((performance.now() - began) / SECOND);
    log(`${telephone.number}: legt nach ${seconds} s auf`);
    return { outcome: "completed", bridged: true, seconds };
  }

  async hangUp() {
    log("Anrufer legt auf");
    const parting = this.parting;
    this.leg.hangUp();
    this.ringing?.hangUp();
    const over = { leg: this.leg.id, status: "completed" };
    if (parting) {
      const [address, report] = parting;
      await post(address, { ...over, ...report() });
    }
    await post(`${DIALECT}/status`, over);
  }
}

// The page goes away, and with it the caller's telephone.
addEventListener("pagehide", () => {
  if (call) {
    const over = JSON.stringify({ leg: call.leg.id, status: "completed" });
    navigator.sendBeacon(`${DIALECT}/status`, new Blob([over], { type: "application/json" }));
  }
});

// ---- orders: what the program wants done by itself ----

/** Who is on a telephone by order: rung, or led to a room. By telephone. */
const guests = new Map();

class Guest {
  constructor(phone, id, url, order) {
    Object.assign(this, { phone, url, order, leg: new Leg(id, undefined, phone) });
    guests.set(phone, this);
    // The telephone is free once the talk that moves has told that it is over.
    setTimeout(() => this.#play().catch((error) => log(error.message)), order ? 0 : SECOND);
  }

  async #play() {
    this.phone.part("said").replaceChildren();
    try {
      await (this.order ? this.#answer() : this.#goOn(await this.leg.post(this.url)));
    } catch (error) {
      if (!(error instanceof HungUp)) {
        throw error;
      }
    } finally {
      guests.delete(this.phone);
      this.phone.controls("idle");
      this.phone.state("Es klingelt nicht");
    }
    if (this.order) {
      await post(this.order.status_url, { leg: this.leg.id, status: this.status ?? "completed" });
    } else if (this.room) {
      await post(this.room.action, { leg: this.leg.id, dialled: { outcome: "completed" } });
    }
  }

  async #answer() {
    const { to, caller_id, seconds, url } = this.order;
    log(`Das Programm ruft ${to} an`);
    this.phone.state(`Telefon ${to} klingelt, angezeigt wird ${caller_id}`);
    this.phone.controls("ringing");
    const did = await this.leg.waitFor(seconds / pace(), (left) => `klingelt, noch ${left} s`);
    if (did !== "pick_up") {
      this.status = NOT_PICKED_UP[did ?? "no_answer"].outcome;
      return;
    }
    this.phone.state(`Telefon ${to}: abgenommen`);
    this.phone.controls("screening");
    await this.#goOn(await this.leg.post(url, { status: "in-progress" }));
  }

  async #goOn(first) {
    let step = first;
    while (step) {
      await this.leg.listen(step.say);
      step = await this.#next(step.then);
    }
  }

  async #next({ ask, transfer, room }) {
    if (ask) {
      return this.leg.post(ask.action, { keys: await this.leg.collect(ask) });
    }
    if (transfer) {
      return this.leg.post(transfer.action, { dialled: await this.#dial(transfer) });
    }
    if (room) {
      this.room = room;
      this.phone.state("Im Gespräch zu mehreren");
      this.phone.controls("talking");
      await this.leg.waitFor(LONGEST_TALK, (_, passed) => `verbunden seit ${passed} s`);
      return this.leg.post(room.action, { dialled: { outcome: "completed" } });
    }
    return null;
  }

  /** Rings the citizen. */
  async #dial({ number, caller_id, seconds }) {
    caller.state(`Telefon ${number} klingelt, angezeigt wird ${caller_id}`);
    caller.controls("called");
    this.phone.state(`Es klingelt bei ${number}`);
    this.phone.controls("talking");
    this.called = new Leg(`${this.leg.id}-1`, this.leg.id, caller);
    try {
      const did = await this.called.waitFor(seconds / pace(), (left) => `klingelt, noch ${left} s`);
      if (did !== "pick_up") {
        return { outcome: NOT_PICKED_UP[did ?? "no_answer"].outcome, bridged: false };
      }
      caller.state("Im Gespräch");
      caller.controls("talking");
      this.phone.state(`Im Gespräch mit ${number}`);
      await this.called.waitFor(LONGEST_TALK, (_, passed) => `verbunden seit ${passed} s`).catch(orGone);
      return { outcome: "completed", bridged: true };
    } finally {
      this.called = null;
      caller.controls("idle");
      caller.state("Aufgelegt");
    }
  }

  hangUp() {
    this.called?.wait?.end();
    this.leg.hangUp();
  }
}

function obey({ leg, order }) {
  if (order.call) {
    const phone = [officer, colleague].find((phone) => !guests.has(phone) && !(phone === officer && call?.ringing));
    return phone ? new Guest(phone, leg, null, order.call) : post(order.call.status_url, { leg, status: "busy" });
  }
  if (order.redirect) {
    return call?.lead(leg, order.redirect.url);
  }
  const guest = [...guests.values()].find((guest) => guest.leg.id === leg);
  return guest ? guest.hangUp() : leg === call?.leg.id && call.hangUp();
}

/** Asks for orders as long as the page can be seen. */
async function askForOrders() {
  if (document.visibilityState === "visible") {
    const legs = [...(call?.legs() ?? []), ...[...guests.values()].map(({ leg }) => leg.id)];
    try {
      for (const order of await post(`${DIALECT}/orders`, { legs })) {
        obey(order);
      }
    } catch {
      // The next time may do.
    }
  }
  setTimeout(askForOrders, 2 * SECOND);
}
askForOrders();

/** Keys that an officer presses while they talk: handed to the program, unlike with most providers. */
function pressInTalk(keys) {
  const guest = guests.get(officer);
  const attempt = call?.attempt ?? /att_[0-9a-f]{32}/.exec(guest?.room?.action ?? "")?.[0];
  const leg = call?.ringing?.id ?? guest?.leg.id;
  if (attempt && leg) {
    log(`Tasten ${keys} im Gespräch`);
    post(`${DIALECT}/keys/${attempt}`, { leg, keys }).catch((error) => log(error.message));
  }
}

/** The telephones with their places, from 1, and the time at which each begins to ring. */
function startTimes(telephones) {
  const now = performance.now();
  const begins = ({ after_seconds: after = 0 }) => now + (after * SECOND) / pace();
  return telephones.map((telephone, place) => ({ ...telephone, place: place + 1, begins: begins(telephone) }));
}

const NOT_PICKED_UP = {
  busy: { outcome: "busy", words: "besetzt" },
  no_answer: { outcome: "no-answer", words: "nicht abgenommen" },
  failed: { outcome: "failed", words: "nicht erreichbar" },
  bad_number: { outcome: "failed", sip_code: 404, words: "Rufnummer ungültig" },
};

function showRinging(telephones, callerId) {
  const numbers = telephones.map(({ number }) => number);
  const ring = numbers.length === 1 ? `Telefon ${numbers[0]} klingelt` : `${numbers.length} Telefone klingeln`;
  officer.state(`${ring}, angezeigt wird ${callerId}`);
  officer.offer(telephones);
  officer.controls("ringing");
}

function orGone(error) {
  if (!(error instanceof HungUp)) {
    throw error;
  }
  return false;
}

async function place() {
  const { from, to } = dial.elements;
  caller.part("said").replaceChildren();
  document.getElementById("log").replaceChildren();
  document.getElementById("explained").hidden = true;
  call = new Call(from.value, to.value);
  caller.controls("calling");
  log(`Anruf von ${from.selectedOptions[0].textContent} bei ${to.selectedOptions[0].textContent}`);
  try {
    await call.play();
    log("Der Anruf ist zu Ende");
  } catch (error) {
    if (!(error instanceof HungUp)) {
      log(`Der Anruf ist abgebrochen: ${error.message}`);
    }
  }
  call = null;
  silence();
  caller.state("Aufgelegt");
  caller.controls("idle");
}

/** Whoever is called back. */
const called = () => [...guests.values()].map((guest) => guest.called).find(Boolean);

const CALLER = {
  call: place,
  pick_up: () => called()?.wait?.end("pick_up"),
  no_answer: () => called()?.wait?.end("no_answer"),
  ring_off: () => called()?.wait?.end(),
  skip: () => call?.leg.wait?.end(),
  stop: () => call?.leg.wait?.end(),
  hang_up: () => call?.hangUp().catch((error) => log(error.message)),
};

/** The buttons of a telephone that is rung. */
function rung(phone) {
  const ends = (word) => () => (guests.get(phone)?.leg ?? (phone === officer ? call?.ringing : null))?.wait?.end(word);
  return {
    pick_up: ends("pick_up"),
    busy: ends("busy"),
    no_answer: ends("no_answer"),
    failed: ends("failed"),
    bad_number: ends("bad_number"),
    hang_up: () => (guests.get(phone) ?? (phone === officer ? call?.ringing : null))?.hangUp(),
    end_abuse: () => pressInTalk("*9"),
    add_officer: () => pressInTalk("*1"),
    requeue: () => pressInTalk("*0"),
  };
}

for (const [phone, actions, leg] of [
  [caller, CALLER, () => call?.leg],
  [officer, rung(officer), () => guests.get(officer)?.leg ?? call?.ringing],
  [colleague, rung(colleague), () => guests.get(colleague)?.leg],
]) {
  phone.root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    actions[button?.dataset.do]?.();
    if (button?.dataset.key) {
      leg()?.press(button.dataset.key);
    }
  });
  // The keys of the keyboard are the telephone's while the focus is in it.
  phone.root.addEventListener("keydown", (event) => {
    if (/^[0-9*#]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      leg()?.press(event.key);
    }
  });
}
dial.addEventListener("submit", (event) => event.preventDefault());
