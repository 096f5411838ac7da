// The test telephone: a call from the greeting to the officer who accepts it, and the page that explains it afterwards;
// a caller who waits; one who hears simple German; and what only the
// tests' own flow does: several telephones, a message, a transfer.

import assert from "node:assert/strict";
import { at, inspect, shot, signIn, test, visitor } from "./harness.mjs";
import { SUPERVISOR } from "./logins.mjs";

test("a citizen calls, an officer accepts with a key, and the call is explained", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  await page.goto(at("/telefon"));
  const caller = page.locator("#caller");
  const officer = page.locator("#officer");

  await caller.getByRole("button", { name: "Anrufen" }).click();
  const heard = caller.locator("[data-part=said]");
  await heard.getByText("110").first().waitFor();
  await heard.getByText(/nicht aufgezeichnet/).first().waitFor();
  await inspect(page, "telephone-greeting");

  await heard.getByText(/drücken Sie die 1/).first().waitFor();
  await caller.locator("[data-key='1']").click();
  await officer.getByRole("button", { name: "Abnehmen" }).click({ timeout: 60_000 });
  await officer.getByRole("button", { name: /Taste 1/ }).click();
  await officer.getByText(/Gespräch|verbunden/i).first().waitFor();
  await inspect(page, "telephone-talking");
  await shot(page, "telephone");

  await officer.getByRole("button", { name: "Auflegen" }).click();
  await page.locator("#explained").click();
  await inspect(page, "call-explained");
  assert.match(await page.locator("main").innerText(), /angenommen/i);
  await shot(page, "call");
  await page.context().close();
});

/** Tells the program something in the test telephone's dialect. */
async function tell(address, report) {
  const answer = await fetch(at(new URL(address, at("/")).pathname), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(report),
  });
  assert.ok(answer.ok, `${address}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

/** Calls until every officer of a hotline talks. What ends these talks. */
async function everybodyTalks(to) {
  const talks = [];
  for (;;) {
    const leg = `test-busy-${crypto.randomUUID()}`;
    let step = await tell("/telephony/simulated/voice", { leg, from: null, to, status: "ringing" });
    for (const keys of ["", "1"]) {
      step = await tell(step.then.ask.action, { leg, keys });
    }
    if (!step.then.ring) {
      await tell("/telephony/simulated/status", { leg, status: "completed" });
      return () => Promise.all(talks.map(([address, report]) => tell(address, report)));
    }
    const { telephones: [telephone], action } = step.then.ring;
    const screen = await tell(telephone.screen_url, { leg: `${leg}-1`, parent: leg, status: "in-progress" });
    await tell(screen.then.ask.action, { leg: `${leg}-1`, parent: leg, keys: "1" });
    talks.push([action, { leg, dialled: { outcome: "completed", bridged: true } }]);
  }
}

test("a caller waits, hears the place in the queue, and leaves with the star key", async () => {
  const page = await visitor();
  await page.goto(at("/telefon"));
  const endTalks = await everybodyTalks(await page.locator("#to").inputValue());
  const caller = page.locator("#caller");
  const heard = caller.locator("[data-part=said]");
  await caller.getByRole("button", { name: "Anrufen" }).click();
  await heard.getByText(/drücken Sie die 1/).first().waitFor({ timeout: 30_000 });
  await caller.locator("[data-key='1']").click();
  await heard.getByText(/an erster Stelle/).first().waitFor({ timeout: 30_000 });
  await inspect(page, "telephone-waiting");
  await shot(page, "telephone-waiting");
  // The keyboard's keys are the telephone's.
  await caller.locator("[data-key='*']").focus();
  await page.keyboard.press("*");
  await heard.getByText(/niemand frei/).first().waitFor({ timeout: 30_000 });
  await caller.getByRole("button", { name: "Auflegen" }).click();
  await caller.getByText("Aufgelegt").waitFor();
  await inspect(page, "telephone-left-the-queue");
  await endTalks();
  await page.context().close();
});

test("simple German is shown as such, and read aloud by a German voice", async () => {
  const page = await visitor();
  await page.addInitScript(() => {
    window.spoken = [];
    window.speechSynthesis.speak = (utterance) => {
      window.spoken.push([utterance.lang, utterance.text]);
      setTimeout(() => utterance.onend?.(), 100);
    };
  });
  await page.goto(at("/telefon"));
  const caller = page.locator("#caller");
  const heard = caller.locator("[data-part=said]");
  await page.getByLabel(/Ansagen vorlesen/).check();
  await caller.getByRole("button", { name: "Anrufen" }).click();
  await heard.getByText(/Leichte Sprache drücken Sie die 8/).first().waitFor();
  await caller.locator("[data-key='8']").click();
  await heard.getByText("Was ist Ihr Thema?").waitFor();
  assert.equal(await heard.getByText("Was ist Ihr Thema?").getAttribute("lang"), "de-simple");
  await inspect(page, "telephone-simple-german");
  await shot(page, "telephone-simple");
  await caller.getByRole("button", { name: "Auflegen" }).click();
  const spoken = await page.evaluate(() => window.spoken);
  assert.ok(spoken.some(([language, text]) => language === "de-DE" && /Was ist Ihr Thema/.test(text)), `${spoken}`);
  assert.ok(spoken.every(([language]) => ["de-DE", "en-GB"].includes(language)), `${spoken}`);
  await page.context().close();
});

test("several telephones ring, a message is left, a call is transferred", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  await page.goto(at("/dienst/beratungstelefone/neu"));
  await page.locator("#name").fill("Probe");
  await page.locator("#nummer").fill("+49 89 99998 112");
  await page.locator("#ablauf").selectOption("probe");
  await page.getByRole("button", { name: "Einrichten" }).click();
  await page.goto(at("/telefon"));
  await page.locator("#to").selectOption("+498999998112");
  const caller = page.locator("#caller");
  const other = page.locator("#officer");
  const heard = caller.locator("[data-part=said]");
  const call = async (key) => {
    await caller.getByRole("button", { name: "Anrufen" }).click();
    await heard.getByText("drücken Sie die 3").waitFor({ timeout: 30_000 });
    await caller.locator(`[data-key='${key}']`).click();
  };
  const over = () => caller.getByText("Aufgelegt").waitFor({ timeout: 30_000 });

  await call("3");
  const choices = other.getByRole("radio");
  await choices.first().waitFor();
  const ringing = await choices.count();
  assert.ok(ringing > 1, "several telephones ring");
  await inspect(page, "telephone-many-ring");
  await shot(page, "telephone-many");
  await other.getByRole("button", { name: "Besetzt" }).click();
  if (ringing > 2) {
    await choices.last().check();
  }
  await other.getByRole("button", { name: "Abnehmen" }).click();
  await other.getByRole("button", { name: /Taste 1/ }).click();
  await other.getByText(/verbunden seit/).waitFor();
  await other.getByRole("button", { name: "Auflegen" }).click();
  await over();

  await call("2");
  await other.getByText("Telefon außerhalb").waitFor();
  await shot(page, "telephone-outside");
  await other.getByRole("button", { name: "Abnehmen" }).click();
  await other.getByText(/verbunden seit/).waitFor();
  await inspect(page, "telephone-transferred");
  await caller.getByRole("button", { name: "Auflegen" }).click();
  await over();
  await page.locator("#explained").click();
  await page.locator("main").getByText("weitergeleitet").first().waitFor();

  await page.goto(at("/telefon"));
  await page.locator("#to").selectOption("+498999998112");
  await call("1");
  await caller.getByText("Aufnahme läuft", { exact: true }).waitFor({ timeout: 30_000 });
  await inspect(page, "telephone-recording");
  await shot(page, "telephone-recording");
  await caller.getByRole("button", { name: "Aufnahme beenden" }).click();
  await heard.getByText("Auf Wiederhören").waitFor();
  await over();

  await page.goto(at("/dienst/sprachnachrichten"));
  await page.getByText("etwa nach einem Testanruf").waitFor();
  await inspect(page, "voicemails");
  await shot(page, "voicemails");
  await page.getByRole("button", { name: /^Gehört/ }).click();
  await inspect(page, "voicemail-heard");
  await page.getByRole("link", { name: /^Löschen/ }).click();
  await inspect(page, "voicemail-to-delete");
  await page.getByRole("button", { name: "Nachricht löschen" }).click();
  await page.getByText("Niemand hat").or(page.getByText("mit anderem Zustand")).waitFor();
  await inspect(page, "voicemail-deleted");
  await page.context().close();
});
