// A citizen books: with a mouse and JavaScript, without JavaScript, by keyboard alone, with forced colours, with large text,
// in every language; and everything that can go wrong on the way.

import assert from "node:assert/strict";
import ICAL from "ical.js";
import { advance, at, calm, inspect, shot, test, visit, visitor } from "./harness.mjs";

const NAME = "Zitronenfalter Quark";
const PHONE = "030 23125 777";

test("a citizen books, moves and cancels a telephone appointment", () => story("mouse", {}));
test("the same without JavaScript", () => story("nojs", { javaScriptEnabled: false }));
test("the same on a narrow screen", () => story("narrow", { viewport: { width: 320, height: 700 } }));

async function story(name, options) {
  const page = await visitor(options);
  await visit(page, "/");
  await press(page, "Termin buchen");
  await inspect(page, `${name}-topic`);
  await shot(page, `${name}-1-topic`);
  await choose(page, "Einbruchschutz");
  await inspect(page, `${name}-format`);
  await choose(page, "Telefongespräch");
  await inspect(page, `${name}-place`);
  await page.getByLabel("Gemeinde").fill("tuebingen");
  await press(page, "Weiter");
  await heading(page, "Was brauchen Sie für das Gespräch?");
  await inspect(page, `${name}-needs`);
  await shot(page, `${name}-needs`);
  await page.getByLabel("Langsam und deutlich sprechen").check();
  await press(page, "Weiter");
  await inspect(page, `${name}-time`);
  await shot(page, `${name}-2-time`);

  await takeFirstTime(page);
  await inspect(page, `${name}-person`);
  // A mistake, and more time: nothing typed is lost by either.
  await page.getByLabel("Name oder Pseudonym").fill(NAME);
  await page.getByLabel("Telefonnummer").fill("morgen früh");
  await press(page, "Weiter");
  assert.match(await page.title(), /^Fehler: /);
  assert.equal(await page.getByLabel("Telefonnummer").inputValue(), "morgen früh");
  await page.getByLabel("Telefonnummer").fill(PHONE);
  await press(page, "Zeit verlängern");
  assert.equal(await page.getByLabel("Telefonnummer").inputValue(), PHONE);
  await press(page, "Weiter");
  await heading(page, "Stimmt alles?");
  await inspect(page, `${name}-check`);
  await shot(page, `${name}-3-check`);

  // One answer is changed, and the way leads straight back to the summary.
  await page.getByRole("link", { name: /^Ändern Name/ }).click();
  assert.equal(await page.getByLabel("Name oder Pseudonym").inputValue(), NAME);
  await page.getByLabel("Name oder Pseudonym").fill(`${NAME} II`);
  await press(page, "Weiter");
  await page.getByText(`${NAME} II`).waitFor();

  // Another need: the time so far is offered again, and what was typed is still there.
  await page.getByRole("link", { name: /^Ändern Für das Gespräch/ }).click();
  assert.ok(await page.getByLabel("Langsam und deutlich sprechen").isChecked());
  await page.getByLabel("Ich bringe jemanden mit").check();
  await press(page, "Weiter");
  await heading(page, "Wann passt es Ihnen?");
  await inspect(page, `${name}-time-again`);
  await page.locator(".sz-hold .sz-time").click();
  await heading(page, "Stimmt alles?");
  const answers = await page.locator("main").innerText();
  assert.match(answers, /Langsam und deutlich sprechen, Ich bringe jemanden mit/);
  assert.match(answers, new RegExp(`${NAME} II`));

  await press(page, "Termin verbindlich buchen");
  await heading(page, "Ihr Termin ist gebucht");
  await inspect(page, `${name}-booked`);
  await shot(page, `${name}-4-booked`);
  const address = new URL(page.url()).pathname;
  const first = await entry(page, address);
  assert.equal(first.status, "CONFIRMED");
  assert.equal(first.sequence, 0);

  // Back and Reload neither break nor book twice.
  const reference = await page.locator(".sz-code").first().innerText();
  await page.reload();
  assert.equal(await page.locator(".sz-code").first().innerText(), reference);

  await press(page, "Termin verschieben");
  await inspect(page, `${name}-move`);
  await takeFirstTime(page);
  await page.getByText("Der Termin wurde auf diese Zeit verschoben.").waitFor();
  const moved = await entry(page, address);
  assert.equal(moved.uid, first.uid);
  assert.equal(moved.sequence, 1);
  assert.notEqual(moved.start, first.start);

  // A mail scanner follows links: nothing happens by that.
  await page.request.get(at(`${address}/absagen`));
  await press(page, "Termin absagen");
  await inspect(page, `${name}-cancel`);
  await press(page, "Termin absagen");
  await heading(page, "Dieser Termin ist abgesagt");
  await inspect(page, `${name}-cancelled`);
  assert.ok(!(await page.content()).includes(NAME), "the name is gone");
  await page.context().close();
}

test("a citizen chooses the officer by name", async () => {
  const page = await visitor({ viewport: { width: 320, height: 700 } });
  await visit(page, "/termin/zeit?thema=einbruchschutz&art=telefon&stelle=lka&bedarf=");
  const names = page.getByLabel("Bei wem?");
  const name = await names.locator("option").nth(1).innerText();
  await names.selectOption({ label: name });
  await press(page, "Zeiten zeigen");
  assert.equal(await names.locator("option:checked").innerText(), name);
  await inspect(page, "by-name-time");
  await shot(page, "by-name-time");
  await takeFirstTime(page);
  await page.getByLabel("Name oder Pseudonym").fill(NAME);
  await page.getByLabel("Telefonnummer").fill(PHONE);
  await press(page, "Weiter");
  await heading(page, "Stimmt alles?");
  assert.ok((await page.locator("main").innerText()).includes(name));
  await inspect(page, "by-name-check");
  await page.context().close();
});

test("a citizen books by keyboard alone", async () => {
  const page = await visitor();
  await page.goto(at("/"));
  await tabTo(page, page.getByRole("link", { name: "Termin buchen" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator("#thema"));
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator("#art"));
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("link", { name: "Möchte ich nicht sagen" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator("#bedarf-begleitung"));
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator(".sz-time").first());
  await page.keyboard.press("Enter");
  // Sent empty: the reader is taken to what is wrong, and from there to the field.
  await tabTo(page, page.getByRole("button", { name: "Weiter" }));
  await page.keyboard.press("Enter");
  await page.locator("#error-summary:focus").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("#name:focus").waitFor();
  await page.keyboard.type(NAME);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PHONE);
  await page.keyboard.press("Enter");
  await heading(page, "Stimmt alles?");
  await tabTo(page, page.getByRole("button", { name: "Termin verbindlich buchen" }));
  await page.keyboard.press("Enter");
  await heading(page, "Ihr Termin ist gebucht");
  await page.context().close();
});

// Each way of reading with another language: together they cost no more than one each.
const READERS = {
  "in English, in forced colours": ["/en", { forcedColors: "active" }],
  "in simple German, with the text twice as large": ["/de-simple", { twiceAsLarge: true }],
};

for (const [reader, [prefix, { twiceAsLarge, ...options }]] of Object.entries(READERS)) {
  test(`a whole booking ${reader}`, async () => {
    const page = await visitor(options);
    if (twiceAsLarge) await enlarge(page);
    const name = prefix.slice(1);
    const next = () => page.locator("main .sz-form .kern-btn--primary").click();
    const judge = async (step) => {
      await calm(page, `${name}-${step}`);
      await shot(page, `${name}-${step}`);
    };
    await page.goto(at(prefix));
    await judge("1-start");
    await page.locator(`main a[href='${prefix}/termin']`).click();
    await judge("2-topic");
    await page.locator("#thema-einbruchschutz").check();
    await next();
    await page.locator("#art").check();
    await judge("3-format");
    await next();
    await page.locator("#ort").fill("Altdorf");
    await next();
    await judge("4-which-place");
    await page.locator("input[name=stelle][value=rt]").check();
    await next();
    await page.locator("#bedarf-langsam").check();
    await judge("5-needs");
    await next();
    await judge("6-time");
    await takeFirstTime(page);
    await next();
    await page.locator("#error-summary:focus").waitFor();
    await judge("7-mistake");
    await page.locator("#name").fill(NAME);
    await page.locator("#kontakt").fill("+49 30 23125 778");
    await next();
    await judge("8-check");
    await page.locator("main form[action$='/pruefen'] button").click();
    await page.locator(".sz-panel").waitFor();
    await judge("9-booked");
    assert.equal(await page.locator("html").getAttribute("lang"), name);
    await page.context().close();
  });
}

test("the language is chosen in the page head and keeps the page", async () => {
  const page = await visitor();
  await page.goto(at("/termin/art?thema=einbruchschutz"));
  for (const [name, lang] of [["Leichte Sprache", "de-simple"], ["English", "en"], ["Deutsch", "de"]]) {
    await page.locator("header").getByRole("link", { name, exact: true }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    assert.match(page.url(), /\/termin\/art\?thema=einbruchschutz$/);
  }
  await page.context().close();
});

test("where nothing is free, the next free time is one step away, and a full calendar says so", async () => {
  const page = await visitor();
  const times = "/termin/zeit?thema=einbruchschutz&art=telefon&stelle=alle";
  // The demonstration's second day is a week before the first of its offers, or in the past.
  await visit(page, `${times}&woche=2027-W01`);
  await visit(page, "/termin/zeit?thema=einbruchschutz&art=telefon&stelle=alle&bedarf=dgs");
  await shot(page, "full");
  await page.context().close();
});

test("who chooses a time that somebody just took gets the nearest ones", async () => {
  const [first, second] = [await visitor(), await visitor()];
  const times = at("/termin/zeit?thema=einbruchschutz&art=video&stelle=s&bedarf=");
  for (const page of [first, second]) await page.goto(times);
  const wanted = await second.locator(".sz-time").first().getAttribute("value");
  // As many as are free then.
  for (let taken = 0; taken < 10 && (await first.locator(`.sz-time[value='${wanted}']`).count()); taken++) {
    await first.locator(`.sz-time[value='${wanted}']`).click();
    await first.goto(times);
  }
  await second.locator(`.sz-time[value='${wanted}']`).click();
  await heading(second, "Diese Zeit ist nicht mehr frei");
  await inspect(second, "taken");
  await shot(second, "taken");
  for (const page of [first, second]) await page.context().close();
});

test("each mistake is told at its place, and nothing typed is lost", async () => {
  const page = await visitor();
  await page.goto(at("/termin"));
  await press(page, "Weiter");
  await faulty(page, "topic", "Wählen Sie ein Thema.");
  await choose(page, "Einbruchschutz");
  await press(page, "Weiter");
  await faulty(page, "format", "Wählen Sie, wie Sie sprechen möchten.");
  await choose(page, "Videogespräch");

  await press(page, "Weiter");
  await faulty(page, "place", "Geben Sie Ihre Gemeinde ein");
  await page.getByLabel("Gemeinde").fill("Entenhausen");
  await press(page, "Weiter");
  await heading(page, "Diesen Ort kennen wir nicht");
  await inspect(page, "no-place");
  await press(page, "Ort neu eingeben");
  await page.getByLabel("Gemeinde").fill("Sasbach");
  await press(page, "Weiter");
  await heading(page, "Welcher Ort ist gemeint?");
  await inspect(page, "which-place");
  await press(page, "Weiter");
  await faulty(page, "which-place", "Wählen Sie einen der Orte.");

  await anyTime(page, { thema: "einbruchschutz", art: "video" });
  await page.getByLabel("Name oder Pseudonym").fill(NAME);
  await page.getByLabel("E-Mail-Adresse").fill("quark@");
  await press(page, "Weiter");
  await faulty(page, "mail", "Das ist keine E-Mail-Adresse.");
  assert.equal(await page.getByLabel("Name oder Pseudonym").inputValue(), NAME);
  assert.equal(await page.getByLabel("E-Mail-Adresse").inputValue(), "quark@");
  await page.context().close();
});

test("a hold that expired keeps what was typed and offers the nearest times", async () => {
  const page = await visitor();
  await anyTime(page, { thema: "einbruchschutz", art: "telefon" });
  await press(page, "Zeit verlängern");
  await inspect(page, "extended");
  await page.getByLabel("Name oder Pseudonym").fill(NAME);
  await page.getByLabel("Telefonnummer").fill(PHONE);
  await advance(21 * 60);
  await press(page, "Weiter");
  await heading(page, "Die Reservierung ist abgelaufen");
  await inspect(page, "expired");
  await takeFirstTime(page);
  assert.match(await page.locator("main").innerText(), new RegExp(NAME), "the name is still there");
  await page.context().close();
});

test("what a search or a shortened address cannot answer gets its own page", async () => {
  const page = await visitor();
  await visit(page, "/termin?suche=zauberei");
  await visit(page, "/termin/art", 400);
  await visit(page, "/termin/ort?thema=einbruchschutz&art=video&ort=Echterdingen");
  await visit(page, "/en/termin/zeit?thema=stalking&art=video&stelle=alle&woche=2026-W43");
  await page.context().close();
});

test("a victim's topic offers a way out on every page", async () => {
  const page = await visitor();
  await visit(page, "/termin/art?thema=stalking");
  assert.ok(await page.getByRole("link", { name: "Seite schnell verlassen" }).isVisible());
  await shot(page, "quick-exit");
  await page.context().close();
});

test("Shift three times, or the link, leads away at once and not back", async () => {
  for (const leave of [
    async (page) => { for (let n = 0; n < 3; n++) await page.keyboard.press("Shift"); },
    (page) => page.locator(".sz-exit").click(),
  ]) {
    const page = await visitor();
    await page.route("https://www.dwd.de/**", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Wetter</h1>" }));
    await page.goto(at("/"));
    await page.goto(at("/termin/art?thema=stalking"));
    await leave(page);
    await page.waitForURL("https://www.dwd.de/**");
    await page.goBack();
    assert.equal(new URL(page.url()).pathname, "/", "the page about a victim is gone from the history");
    await page.context().close();
  }
});

test("without JavaScript the link still leads away", async () => {
  const page = await visitor({ javaScriptEnabled: false });
  await page.route("https://www.dwd.de/**", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Wetter</h1>" }));
  await page.goto(at("/termin/art?thema=stalking"));
  await page.locator(".sz-exit").click();
  await page.waitForURL("https://www.dwd.de/**");
  await page.context().close();
});

test("a tampered link says so", async () => {
  const page = await visitor();
  await visit(page, "/buchung/verfaelscht", 404);
  await heading(page, "Diesen Termin gibt es nicht");
  await visit(page, "/buchung");
  await page.getByLabel("Link aus der Bestätigung").fill("https://example.org/falsch");
  await press(page, "Termin öffnen");
  await faulty(page, "find", "Zu diesem Link gibt es keinen Termin.");
  await page.context().close();
});

// ---- steps ----

/** The text of every page twice as large (WCAG 2.2, 1.4.4). A style set by script needs no leave of the page's policy. */
const enlarge = (page) => page.addInitScript(() => {
  addEventListener("DOMContentLoaded", () => (document.documentElement.style.fontSize = "200%"));
});

/** Presses the button or follows the link of this name in the page's content. */
async function press(page, name) {
  const main = page.locator("main");
  await main.getByRole("button", { name, exact: true }).or(main.getByRole("link", { name, exact: true })).first().click();
}

async function choose(page, name) {
  await page.getByRole("radio", { name }).check();
  await press(page, "Weiter");
}

async function takeFirstTime(page) {
  const empty = page.locator(".sz-empty a");
  if (await empty.count()) await empty.click();
  await page.locator(".sz-time").first().click();
}

/** Goes to the first free time of any office and takes it. */
async function anyTime(page, answers) {
  await page.goto(at(`/termin/ort?${new URLSearchParams(answers)}`));
  await press(page, "Möchte ich nicht sagen");
  await press(page, "Nichts davon");
  await takeFirstTime(page);
}

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

/** The page tells the mistake in its title, in the summary (which has the focus), and at the field. */
async function faulty(page, name, text) {
  await page.locator("#error-summary:focus").waitFor();
  assert.match(await page.title(), /^Fehler: /);
  assert.match(await page.locator("#error-summary").innerText(), new RegExp(text));
  assert.match(await page.locator(".kern-error").first().innerText(), new RegExp(text));
  await inspect(page, `fault-${name}`);
}

/** Presses Tab until `locator` has the focus; the focus must be visible on the way. */
async function tabTo(page, locator) {
  for (let presses = 0; presses < 80; presses++) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${locator} is not reached by Tab`);
}

/** The calendar file of a booking, read by ical.js. */
async function entry(page, address) {
  const answer = await page.request.get(at(`${address}/termin.ics`));
  assert.equal(answer.status(), 200);
  const event = new ICAL.Component(ICAL.parse(await answer.text())).getFirstSubcomponent("vevent");
  return {
    uid: event.getFirstPropertyValue("uid"),
    sequence: event.getFirstPropertyValue("sequence") ?? 0,
    status: event.getFirstPropertyValue("status"),
    start: event.getFirstPropertyValue("dtstart").toString(),
  };
}
