// The rota as a board: shifts are dragged, stretched and copied with the mouse, or carried with the keyboard. What is
// dropped goes through the form's own change; while it is dragged, the server says what speaks against the place.
// Without this script the table and its form do the same.
"use strict";

const place = document.getElementById("tafel");
const word = document.getElementById("tafel-wort");
const why = document.getElementById("tafel-trotzdem");
const NOBODY = "offen";
const HALF_HOUR = 30 * 60_000;
const DAY = 48 * HALF_HOUR;
// Where the server cannot be waited for, the board looks so often; and so often anyway.
const EVERY = 10_000;
const ANYWAY = 60_000;

// Times on the board are Berlin's wall times, reckoned as if they were UTC. The component is told them as text, and tells
// dates that show them in the browser's own zone, whichever that is.
const wall = (date) => date.toISOString().slice(0, 16);
const asUtc = (date) =>
  new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes()));
const fromBoard = (event) => ({ ...event, start: asUtc(event.start), end: asUtc(event.end) });
const toBoard = (event) => ({ ...event, start: wall(event.start), end: wall(event.end) });
const later = (date, by) => new Date(date.getTime() + by);

/** Says something aloud and in sight; `look` is good, soft or hard. */
function say(text, look = "") {
  word.textContent = text;
  word.dataset.look = look;
}

function board() {
  const step = place.dataset.monat ? DAY : HALF_HOUR;
  let known = "";
  let rows = [];
  let carried = null;
  let dragging = false;
  let unreasoned = null;
  let asked = "";
  let letGoAt = -Infinity;
  let abandoned = false;
  let lookedAt = 0;

  const calendar = EventCalendar.create(place, {
    view: place.dataset.monat ? "resourceTimelineMonth" : "resourceTimelineWeek",
    date: place.dataset.erster,
    timeZone: "UTC",
    locale: "de",
    firstDay: 1,
    headerToolbar: { start: "", center: "", end: "" },
    slotDuration: place.dataset.monat ? { days: 1 } : "06:00",
    snapDuration: place.dataset.monat ? { days: 1 } : "00:30",
    slotWidth: place.dataset.monat ? 40 : Math.max(56, Math.floor((place.clientWidth - 178) / 28)),
    slotLabelFormat: (time) => String(time.getHours()),
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "numeric" },
    editable: true,
    eventDragMinDistance: 3,
    resourceLabelContent: ({ resource }) => ({ domNodes: [clipped("sz-event__name", resource.title)] }),
    eventContent: content,
    eventDragStart: begins,
    eventDragStop: ends,
    eventResizeStart: begins,
    eventResizeStop: ends,
    dragConstraint: ({ event, newResource, jsEvent }) => {
      ask(fromBoard(event), newResource?.id ?? event.resourceIds[0], copies(jsEvent) ? "kopieren" : "aendern");
      return true;
    },
    resizeConstraint: ({ event }) => {
      ask(fromBoard(event), event.resourceIds[0], "aendern");
      return true;
    },
    eventDrop: (info) => {
      if (abandoned) return info.revert();
      const copy = copies(info.jsEvent);
      const event = fromBoard(info.event);
      if (copy) info.revert();
      drop(event, event.resourceIds[0], copy ? "kopieren" : "aendern");
    },
    eventResize: (info) => {
      if (abandoned) return info.revert();
      drop(fromBoard(info.event), info.event.resourceIds[0], "aendern", { told: "Geändert" });
    },
  });

  function begins() {
    dragging = true;
    abandoned = false;
    if (unreasoned) putBack();
  }

  // What is let go of is no click.
  function ends() {
    dragging = false;
    letGoAt = performance.now();
  }

  // The component knows no way back: it is told that the button was let go, and what it drops then is put back.
  addEventListener("keydown", (key) => {
    if (!dragging || key.key !== "Escape") return;
    key.preventDefault();
    key.stopPropagation();
    abandoned = true;
    asked = "";
    place.dispatchEvent(new PointerEvent("pointerup", { bubbles: true, isPrimary: true }));
    say("Abgebrochen. Der Dienst steht, wo er war.");
  }, true);

  // The button itself is let go of later, and that is no click either.
  addEventListener("pointerup", (event) => {
    if (abandoned && event.isTrusted) letGoAt = performance.now();
  }, true);

  const copies = (event) => Boolean(event?.ctrlKey || event?.metaKey);

  /** Draws the board anew if it has changed; false where that could not be. */
  async function load(told = "") {
    const text = await read(place.dataset.tafel);
    lookedAt = performance.now();
    if (text === null || dragging || carried || unreasoned) return false;
    if (text === known) {
      if (told) say(told, "good");
      return true;
    }
    const first = known === "";
    known = text;
    const data = JSON.parse(text);
    rows = data.rows.map((row) => ({ id: row.id || NOBODY, title: row.title }));
    calendar.setOption("resources", rows);
    calendar.setOption("events", data.events.map(drawn));
    if (told) say(told, "good");
    else if (!first) say("Jemand hat den Plan geändert. Er ist neu gezeichnet.", "soft");
    if (!first) fresh();
    return true;
  }

  /** What the server answers; null where it is away, or asks to sign in. */
  async function read(address) {
    const answer = await fetch(address, { cache: "no-cache" }).catch(() => null);
    return answer?.ok && !answer.redirected ? answer.text() : null;
  }

  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

  /** Waits with the server for a change, as long as somebody looks. */
  async function watch() {
    let mark = "";
    for (;;) {
      if (document.hidden) await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
      const now = await read(`${place.dataset.stand}&bekannt=${encodeURIComponent(mark)}`);
      if (now === mark && performance.now() - lookedAt < ANYWAY) continue;
      if (now === null) await pause(EVERY);
      if (await load()) mark = now ?? mark;
      else await pause(1000);
    }
  }

  /** The rest of the page anew: table, rules, staffing, and what can be undone. */
  async function fresh() {
    const answer = await fetch(place.dataset.seite).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-fresh]")) {
      const now = page.getElementById(part.id);
      if (now && !part.contains(document.activeElement)) part.replaceChildren(...now.childNodes);
    }
  }

  function drawn(it) {
    const shift = Boolean(it.shift);
    return {
      id: it.id,
      resourceIds: [it.row || NOBODY],
      start: it.start,
      end: it.end,
      title: it.title,
      display: shift ? "auto" : "background",
      editable: shift,
      classNames: ["sz-event", `sz-event--${it.look}`, ...(it.badges.length ? ["sz-event--badged"] : [])],
      extendedProps: it,
    };
  }

  function content({ event }) {
    const { words, badges = [], title } = event.extendedProps;
    if (!event.extendedProps.shift) return { domNodes: [clipped("sz-event__word", title)] };
    const grip = document.createElement("button");
    grip.type = "button";
    grip.className = "sz-event__grip";
    grip.dataset.id = event.id;
    grip.title = [words, ...badges].join("\n");
    grip.textContent = (badges.length ? "! " : "") + short(fromBoard(event));
    grip.setAttribute("aria-label", [`${grip.textContent}: ${words}`, ...badges].join(". "));
    grip.addEventListener("click", () => performance.now() - letGoAt > 300 && open(event));
    return { domNodes: [grip] };
  }

  /** Text that is cut where it has no room, and told in full where somebody points at it. */
  function clipped(name, text) {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = span.title = text;
    return span;
  }

  /** "9–13:30". */
  function short(event) {
    const time = (date) => `${date.getUTCHours()}${date.getUTCMinutes() ? `:${wall(date).slice(14)}` : ""}`;
    return `${time(event.start)}–${time(event.end)}`;
  }

  // The component calls itself a table, in an order that no table has: what is read aloud are names, days and shifts.
  function plain() {
    for (const it of place.querySelectorAll("[role], [aria-colindex], [aria-rowindex], [aria-rowspan]")) {
      for (const name of ["role", "aria-colindex", "aria-rowindex", "aria-rowspan"]) it.removeAttribute(name);
    }
    const scrolled = place.querySelector(".ec-main");
    scrolled?.setAttribute("tabindex", "0");
    scrolled?.setAttribute("role", "group");
    scrolled?.setAttribute("aria-labelledby", "tafel-titel");
  }

  const element = (id) => place.querySelector(`[data-id="${id}"]`);

  function open(event) {
    location.assign(`${place.dataset.seite}&dienst=${event.id}#dienst`);
  }

  /** What the form would send. */
  function form(event, row, what) {
    const fields = new URLSearchParams(place.dataset.tafel.split("?")[1]);
    const { shift } = event.extendedProps;
    const values = {
      dienst: event.id,
      stand: shift.stand,
      hotline: shift.hotline,
      reihe: shift.reihe,
      fest: shift.fest,
      tag: wall(event.start).slice(0, 10),
      von: wall(event.start).slice(11),
      bis: wall(event.end).slice(11),
      person: row === NOBODY ? "" : row,
      tun: what,
    };
    for (const [name, value] of Object.entries(values)) fields.set(name, value);
    return fields;
  }

  const TOLD = { aendern: "Verschoben", kopieren: "Kopiert" };
  const tooLong = (event) => event.end - event.start > DAY;

  /** Asks what speaks against a place, once for each place. */
  async function ask(event, row, what) {
    const fields = form(event, row, what).toString();
    if (fields === asked) return;
    asked = fields;
    const answer = await fetch(`${place.dataset.pruefung}?${fields}`).catch(() => null);
    const found = answer ? await answer.json().catch(() => null) : null;
    if (!found || asked !== fields) return;
    const name = rows.find(({ id }) => id === row)?.title ?? "";
    const where = `${name}, ${event.extendedProps.words ? times(event) : ""}`;
    if (tooLong(event)) say(`${where}: Ein Dienst dauert höchstens einen Tag.`, "hard");
    else if (found.refused) say(`${where}: ${found.refused}`, "hard");
    else if (found.hard.length) say(`${where}: ${[...found.hard, ...found.soft].join(", ")}`, "hard");
    else if (found.soft.length) say(`${where}: ${found.soft.join(", ")}`, "soft");
    else say(`${where}: spricht nichts dagegen${found.healed.length ? `, behebt: ${found.healed.join(", ")}` : ""}`, "good");
  }

  function times(event) {
    const day = event.start.toLocaleDateString("de", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    return `${day}, ${wall(event.start).slice(11)}–${wall(event.end).slice(11)}`;
  }

  /** Sends the change; what is refused goes back to where it was. */
  async function drop(event, row, what, { told = TOLD[what], reason = "" } = {}) {
    asked = "";
    unreasoned = null;
    why.hidden = true;
    let refused = tooLong(event) ? "Ein Dienst dauert höchstens einen Tag." : null;
    if (!refused) {
      const fields = form(event, row, what);
      if (reason) fields.set("trotzdem", "ja");
      fields.set("grund", reason);
      const answer = await fetch(place.dataset.ablegen, { method: "POST", body: fields }).catch(() => null);
      const found = answer ? await answer.json().catch(() => null) : null;
      if (found?.needs_reason) return askWhy({ event, row, what, told }, found.refused);
      if (!answer?.ok || !found) refused = found?.refused ?? "Das ging nicht. Bitte laden Sie die Seite neu.";
    }
    known = refused ? "anew" : known;
    const name = rows.find(({ id }) => id === row)?.title ?? "";
    await load(refused ? "" : `${told}: ${name}, ${times(event)}.`);
    if (refused) say(refused, "hard");
    element(event.id)?.focus();
  }

  /** What breaks a hard rule is put down with a reason, or goes back. */
  function askWhy(dropped, refused) {
    unreasoned = dropped;
    say(`${refused} Schreiben Sie, warum es sein muss, oder legen Sie den Dienst zurück.`, "hard");
    why.reset();
    why.hidden = false;
    why.elements["tafel-grund"].focus();
  }

  async function putBack() {
    const { event } = unreasoned;
    unreasoned = null;
    why.hidden = true;
    known = "anew";
    await load("Zurückgelegt. Der Dienst steht, wo er war.");
    element(event.id)?.focus();
  }

  why.addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = why.elements["tafel-grund"].value.trim();
    const { event: dropped, row, what, told } = unreasoned;
    if (reason) drop(dropped, row, what, { told, reason });
    else why.elements["tafel-grund"].focus();
  });
  document.getElementById("tafel-zurueck").addEventListener("click", putBack);

  // ---- the keyboard ----

  /** Puts what is carried where it would be dropped now. */
  function show() {
    const { event, start, end, row } = carried;
    calendar.updateEvent(toBoard({ ...event, start, end, resourceIds: [row] }));
    requestAnimationFrame(() => element(event.id)?.focus());
    ask({ ...event, start, end }, row, carried.what);
  }

  function take(event) {
    carried = { event, start: event.start, end: event.end, row: event.resourceIds[0], what: "aendern" };
    say(`Aufgenommen: ${event.extendedProps.words}. Pfeile verschieben, Leertaste legt ab.`);
  }

  function move(key, stretches) {
    const by = { ArrowLeft: -step, ArrowRight: step, PageUp: -DAY, PageDown: DAY }[key];
    if (by && stretches) {
      const end = later(carried.end, by);
      if (end > carried.start) carried.end = end;
    } else if (by) {
      carried.start = later(carried.start, by);
      carried.end = later(carried.end, by);
    } else {
      const at = rows.findIndex(({ id }) => id === carried.row) + (key === "ArrowUp" ? -1 : 1);
      carried.row = rows[Math.min(Math.max(at, 0), rows.length - 1)].id;
    }
    show();
  }

  function letGo(drops) {
    const { event, start, end, row, what } = carried;
    carried = null;
    calendar.updateEvent(toBoard(event));
    const moves = start - event.start !== 0 || row !== event.resourceIds[0];
    const lasts = end - start === event.end - event.start;
    if (drops && what === "aendern" && !moves && lasts) {
      asked = "";
      say("Nichts geändert. Der Dienst steht, wo er war.");
      requestAnimationFrame(() => element(event.id)?.focus());
    } else if (drops) {
      drop({ ...event, start, end }, row, what, lasts ? {} : { told: "Geändert" });
    } else {
      asked = "";
      say("Abgebrochen. Der Dienst steht, wo er war.");
      requestAnimationFrame(() => element(event.id)?.focus());
    }
  }

  place.addEventListener("keydown", (key) => {
    const event = key.target.dataset.id && calendar.getEventById(key.target.dataset.id);
    if (!event) return;
    const own = () => {
      key.preventDefault();
      key.stopPropagation();
    };
    if (key.key === " ") {
      own();
      if (carried) letGo(true);
      else take(fromBoard(event));
    } else if (carried && (key.key.startsWith("Arrow") || key.key.startsWith("Page"))) {
      own();
      move(key.key, key.shiftKey);
    } else if (carried && key.key === "Escape") {
      own();
      letGo(false);
    } else if (carried && key.key.toLowerCase() === "k") {
      own();
      carried.what = carried.what === "kopieren" ? "aendern" : "kopieren";
      say(carried.what === "kopieren" ? "Wird als Kopie abgelegt." : "Wird verschoben.");
    } else if (carried && key.key === "Enter") {
      own();
      letGo(true);
    }
  }, true);

  new MutationObserver(plain).observe(place, { childList: true, subtree: true });
  watch();
}

if (place && window.EventCalendar) {
  document.getElementById("tafel-bereich").hidden = false;
  board();
}
