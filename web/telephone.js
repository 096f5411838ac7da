// The test telephone: plays the telephone network between a caller, an officer and the program.
//
// It decides nothing: each answer of the program says what comes next (src/calls/provider/simulated.rs).
"use strict";

const DIALECT = "/telephony/simulated";
/** How many characters are read aloud in a second. */
const READING = 15;
/** A key is waited for at least so long, in seconds: people react at the same speed at every pace. */
const REACTION = 4;
const SECOND = 1000;
/** Nobody talks longer than this, in seconds. */
const LONGEST_TALK = 4 * 3600;

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

const caller = new Phone("caller");
const officer = new Phone("officer");

/** Thrown through the play when somebody hangs up. */
class HungUp extends Error {}

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

  /** Reads the texts aloud until a key is pressed. */
  async listen(speeches) {
    for (const { text, language } of speeches) {
      this.phone.say(text, language);
      const spoken = speak(text, language);
      const listening = this.waitFor(spoken ? 120 : text.length / READING / pace(), () => "Ansage läuft");
      const wait = this.wait;
      spoken?.then(() => wait?.end());
      const pressed = await listening.finally(stopSpeaking);
      if (pressed) {
        return pressed;
      }
    }
    return undefined;
  }

  /** Asks for keys, and gives those that were pressed: none after silence. */
  async collect(ask) {
    Object.assign(this, { ask, keys: "" });
    try {
      let pressed = await this.listen(ask.prompts);
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

// ---- speech ----

const voice = "speechSynthesis" in window ? window.speechSynthesis : null;
document.getElementById("speech-choice").hidden = !voice;

/** Resolves when the text has been read aloud; null where that is not wanted or not possible. */
function speak(text, language) {
  if (!voice || !dial.elements.speech.checked) {
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

function stopSpeaking() {
  voice?.cancel();
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
    Object.assign(this, { from, to });
  }

  /** From the first ring to the end. */
  async play() {
    let step = await this.leg.post(`${DIALECT}/voice`, { from: this.from || null, to: this.to, status: "ringing" });
    caller.state("Verbunden mit der Ansage");
    while (step) {
      await this.leg.listen(step.say);
      step = await this.#next(step.then);
    }
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
    if (then.redirect) {
      return this.leg.post(then.redirect.url);
    }
    return null;
  }

  async #ring(ring) {
    this.rings += 1;
    const leg = new Leg(`${this.leg.id}-${this.rings}`, this.leg.id, officer);
    this.ringing = leg;
    caller.state("Es klingelt bei einer Beraterin oder einem Berater");
    officer.part("said").replaceChildren();
    officer.state(`Telefon ${ring.number} klingelt, angezeigt wird ${ring.caller_id}`);
    officer.controls("ringing");
    try {
      const dialled = await this.#answer(leg, ring);
      if (!this.leg.gone) {
        caller.state("Verbunden mit der Ansage");
      }
      const { sip_code, ...outcome } = dialled;
      return await this.leg.post(ring.action, { dialled: { leg: leg.id, ...outcome }, sip_code });
    } finally {
      this.ringing = null;
      officer.controls("idle");
      officer.state("Es klingelt nicht");
    }
  }

  /** How the ring ended. */
  async #answer(leg, ring) {
    const did = (await leg.waitFor(ring.seconds / pace(), (left) => `klingelt, noch ${left} s`)) ?? "no_answer";
    const outcome = NOT_PICKED_UP[did];
    if (outcome) {
      log(`${ring.number}: ${outcome.words}`);
      await leg.post(ring.status_url, { status: outcome.outcome, sip_code: outcome.sip_code });
      return { outcome: outcome.outcome, bridged: false, sip_code: outcome.sip_code };
    }
    const bridged = await this.#screen(leg, ring).catch(orGone);
    if (this.leg.gone) {
      throw new HungUp();
    }
    if (!bridged) {
      log(`${ring.number}: abgenommen, nicht angenommen`);
      return { outcome: "completed", bridged: false };
    }
    return this.#talk(leg, ring);
  }

  /** The officer hears what it is about and may accept with a key. */
  async #screen(leg, ring) {
    officer.state(`Telefon ${ring.number}: abgenommen`);
    officer.controls("screening");
    let step = await leg.post(ring.screen_url, { status: "in-progress" });
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

  async #talk(leg, ring) {
    log(`${ring.number}: angenommen, verbunden`);
    caller.state("Im Gespräch");
    officer.state(`Telefon ${ring.number}: im Gespräch`);
    officer.controls("talking");
    const began = performance.now();
    await leg.waitFor(LONGEST_TALK, (_, passed) => `verbunden seit ${passed} s`).catch(orGone);
    if (this.leg.gone) {
      throw new HungUp();
    }
    const seconds = Math.round((performance.now() - began) / SECOND);
    log(`Beraterin oder Berater legt nach ${seconds} s auf`);
    return { outcome: "completed", bridged: true, seconds };
  }

  async hangUp() {
    log("Anrufer legt auf");
    this.leg.hangUp();
    this.ringing?.hangUp();
    await post(`${DIALECT}/status`, { leg: this.leg.id, status: "completed" });
  }
}

const NOT_PICKED_UP = {
  busy: { outcome: "busy", words: "besetzt" },
  no_answer: { outcome: "no-answer", words: "nicht abgenommen" },
  failed: { outcome: "failed", words: "nicht erreichbar" },
  bad_number: { outcome: "failed", sip_code: 404, words: "Rufnummer ungültig" },
};

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
  stopSpeaking();
  caller.state("Aufgelegt");
  caller.controls("idle");
}

const CALLER = {
  call: place,
  skip: () => call?.leg.wait?.end(),
  hang_up: () => call?.hangUp().catch((error) => log(error.message)),
};

const OFFICER = {
  pick_up: () => call?.ringing?.wait?.end("pick_up"),
  busy: () => call?.ringing?.wait?.end("busy"),
  no_answer: () => call?.ringing?.wait?.end("no_answer"),
  failed: () => call?.ringing?.wait?.end("failed"),
  bad_number: () => call?.ringing?.wait?.end("bad_number"),
  hang_up: () => call?.ringing?.hangUp(),
};

for (const [phone, actions, leg] of [
  [caller, CALLER, () => call?.leg],
  [officer, OFFICER, () => call?.ringing],
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
