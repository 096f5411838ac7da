// A citizen books, changes their mind, cancels: in a real browser, with and without JavaScript, and by keyboard alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { advance, at, inspect, shot, visit, visitor } from "./harness.mjs";

/** A visitor whose browser runs no scripts. The judges are scripts: they see the same pages with JavaScript. */
async function plainVisitor() {
  return Object.assign(await visitor({ javaScriptEnabled: false }), { isPlain: true });
}

async function judge(page) {
  if (!page.isPlain) await inspect(page, new URL(page.url()).pathname.replace(/[\w-]{43}/, "SECRET"));
}

async function see(page, path, status = 200) {
  if (!page.isPlain) return visit(page, path, status);
  assert.equal((await page.goto(at(path))).status(), status, path);
}

/** Clicks, waits for the page it leads to, and judges that page. */
async function follow(page, role, name) {
  await page.getByRole(role, { name }).first().click();
  await page.waitForLoadState("load");
  await judge(page);
}

const heading = (page) => page.locator("h1").innerText();

/** From the start page to the list of times. */
async function chooseTopic(page, topic, format) {
  await see(page, "/");
  await follow(page, "link", "Termin buchen");
  await page.getByRole("radio", { name: topic }).check();
  await follow(page, "button", "Weiter");
  await page.getByRole("radio", { name: format }).check();
  await follow(page, "button", "Weiter");
}

/** Takes the first free time. */
async function chooseTime(page) {
  await Promise.all([page.waitForURL(/reservierung/), page.locator("button.sz-time").first().click()]);
  await judge(page);
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`a citizen books, moves and cancels ${how}`, async () => {
    const page = await (javaScriptEnabled ? visitor() : plainVisitor());
    await chooseTopic(page, /Einbruchschutz/, /Telefongespräch/);
    await follow(page, "link", "Möchte ich nicht sagen");
    assert.equal(await heading(page), "Wann passt es Ihnen?");
    if (javaScriptEnabled) await shot(page, "times");
    await chooseTime(page);

    // A faulty form comes back whole.
    await page.getByLabel("Name oder Pseudonym").fill("Zitronenfalter Quark");
    await page.getByLabel("Telefonnummer").fill("morgen früh");
    await follow(page, "button", "Weiter");
    assert.match(await page.title(), /^Fehler: /);
    assert.equal(await page.getByLabel("Telefonnummer").inputValue(), "morgen früh");
    if (javaScriptEnabled) {
      assert.equal(await page.locator(":focus").getAttribute("id"), "error-summary");
    }
    await page.getByLabel("Telefonnummer").fill("089 / 99998 200");

    // Extending in the middle loses nothing.
    await follow(page, "button", "Zeit verlängern");
    assert.equal(await page.getByLabel("Telefonnummer").inputValue(), "089 / 99998 200");
    await follow(page, "button", "Weiter");
    assert.equal(await heading(page), "Stimmt alles?");
    if (javaScriptEnabled) await shot(page, "check");
    await follow(page, "button", "Termin verbindlich buchen");
    assert.equal(await heading(page), "Ihr Termin ist gebucht");
    if (javaScriptEnabled) await shot(page, "booked");
    const reference = await page.locator(".sz-panel .sz-code").first().innerText();
    assert.match(reference, /^[2-9A-Z]{3}-[2-9A-Z]{3}$/);

    await follow(page, "link", "Termin verschieben");
    await Promise.all([page.waitForURL(/\/buchung\/[\w-]{43}$/), page.locator("button.sz-time").last().click()]);
    await judge(page);
    assert.equal(await page.locator(".sz-panel .sz-code").first().innerText(), reference);

    await follow(page, "link", "Termin absagen");
    await follow(page, "button", "Termin absagen");
    assert.equal(await heading(page), "Dieser Termin ist abgesagt");
    await page.context().close();
  });

  test(`what cannot be answered gets its own page ${how}`, async () => {
    const page = await (javaScriptEnabled ? visitor() : plainVisitor());
    await see(page, "/termin/art", 400);
    const chosen = "thema=stalking&art=video";
    await see(page, `/termin/ort?${chosen}&ort=Altdorf`);
    await see(page, `/termin/ort?${chosen}&ort=Echterdingen`);
    await see(page, `/termin/ort?${chosen}&ort=`, 400);
    await see(page, "/termin?suche=zauberei");
    await see(page, "/buchung");
    await see(page, `/buchung/${"x".repeat(43)}`, 404);
    await see(page, `/en/termin/zeit?${chosen}&stelle=alle&woche=2026-W43`);
    assert.ok(await page.locator(".sz-exit").isVisible(), "a victims' topic can be left quickly");
    await page.context().close();
  });
}

test("a hold that ran out keeps what was typed", async () => {
  const page = await visitor();
  await visit(page, "/termin/zeit?thema=phishing&art=telefon&stelle=alle");
  await chooseTime(page);
  await page.getByLabel("Name oder Pseudonym").fill("Quark");
  await page.getByLabel("Telefonnummer").fill("089 99998 201");
  await advance(21 * 60);
  await follow(page, "button", "Weiter");
  assert.equal(await heading(page), "Die Reservierung ist abgelaufen");
  await shot(page, "expired");
  await Promise.all([page.waitForURL(/pruefen/), page.locator("button.sz-time").first().click()]);
  await judge(page);
  assert.match(await page.locator("main").innerText(), /089 99998 201/);
  await page.context().close();
});

test("an appointment is booked by keyboard alone", async () => {
  const page = await visitor();
  const press = async (key, times = 1) => {
    for (let n = 0; n < times; n += 1) await page.keyboard.press(key);
  };
  /** Tabs to what `selector` names. */
  const reach = async (selector) => {
    for (let n = 0; n < 120; n += 1) {
      await press("Tab");
      if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    }
    assert.fail(`Tab never reached ${selector}`);
  };
  await page.goto(at("/termin/zeit?thema=phishing&art=video&stelle=alle"));
  await reach("button.sz-time");
  await Promise.all([page.waitForURL(/reservierung/), press("Enter")]);
  await reach("#name");
  await page.keyboard.type("Quark");
  await reach("#kontakt");
  await page.keyboard.type("quark@example.de");
  await Promise.all([page.waitForURL(/pruefen/), press("Enter")]);
  await reach("main button.kern-btn--primary");
  await Promise.all([page.waitForURL(/buchung/), press("Enter")]);
  assert.equal(await heading(page), "Ihr Termin ist gebucht");
  await page.context().close();
});
