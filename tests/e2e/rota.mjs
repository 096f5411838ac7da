// The rota's board: by mouse, by keyboard, and without scripts; two supervisors who look on.

import assert from "node:assert/strict";
import { at, inspect, shot, signIn, test, visit, visitor } from "./harness.mjs";
import { SUPERVISOR } from "./logins.mjs";

const BOARD = "/dienst/dienstplan?woche=2026-W44";

/** A board with a shift of its own, far from what other tests look at. */
async function withShift(page, day, [from, until] = ["18:00", "21:00"]) {
  await visit(page, `${BOARD}&tag=${day}&von=${from}&bis=${until}`);
  const people = page.locator("#person");
  const [, first, second] = await people.locator("option").evaluateAll((all) => all.map((it) => it.value));
  await people.selectOption(first);
  await page.getByRole("button", { name: "Dienst eintragen", exact: true }).click();
  await page.getByText("Der Dienst ist eingetragen.").waitFor();
  return [first, second];
}

/** About the height of a row. */
const ROW = 36;

const told = (page, text) => page.locator("#tafel-wort").filter({ hasText: text }).waitFor();
const events = (page) => page.locator("#tafel .sz-event__grip");

test("a shift is planned, changed, copied and removed without scripts", async () => {
  const page = await visitor({ javaScriptEnabled: false });
  await signIn(page, SUPERVISOR);
  await withShift(page, "2026-10-26");
  await inspect(page, "rota-planned");
  await page.locator(".sz-rota .sz-shift a").first().click();
  await page.getByRole("heading", { name: /^Dienst ändern/ }).waitFor();
  await page.waitForLoadState();
  await inspect(page, "rota-shift");
  await page.locator("#bis").fill("elf");
  await page.locator("#tag").fill("2026-10-27");
  await page.getByRole("button", { name: "Als Kopie eintragen" }).click();
  await page.locator(".sz-rota .sz-shift a").first().click();
  await page.getByRole("button", { name: "Dienst entfernen" }).click();
  await page.getByText("Der Dienst ist entfernt.").waitFor();
  await inspect(page, "rota-removed");
  await visit(page, "/dienst/dienstplan?monat=2026-10");
  await visit(page, "/dienst/dienstplan/druck?woche=2026-W43&namen=ohne&format=a3");
  await visit(page, "/dienst/bedarf");
  await page.context().close();
});

/** Holds what is at a place so many pixels away. */
async function hold(page, [x, y], [right, down]) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + right / 2, y + down / 2, { steps: 6 });
  await page.mouse.move(x + right, y + down, { steps: 6 });
  await told(page, /spricht nichts dagegen|zugleich|Ruhezeit|zu |hat dann/);
}

/** Drags what is at a place by so many pixels. */
async function drag(page, from, by) {
  await hold(page, from, by);
  await page.mouse.up();
}

/** Says why, where what was put down is against a hard rule. */
async function insist(page) {
  const reason = page.locator("#tafel-grund");
  const asked = await reason.waitFor({ timeout: 3000 }).then(() => true, () => false);
  if (!asked) return;
  await reason.fill("Großlage");
  await reason.press("Enter");
}

test("a shift is dragged to somebody else, stretched, and copied with the mouse", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  await withShift(page, "2026-10-28");
  const planned = page.locator("#tafel [aria-label*='28. Oktober 2026, 18:00']");
  await planned.first().waitFor();
  await inspect(page, "rota-board");
  await shot(page, "rota-board");
  const label = () => planned.first().getAttribute("aria-label");
  const place = async () => {
    await planned.first().scrollIntoViewIfNeeded();
    return planned.first().boundingBox();
  };
  const before = await label();
  const box = await place();
  // In its last third: that moves it, however short it is.
  const grip = [box.x + box.width * 0.7, box.y + box.height / 2];
  const sent = [];
  page.on("request", (it) => it.method() === "POST" && sent.push(it.url()));
  await hold(page, grip, [0, 2 * ROW]);
  await page.keyboard.press("Escape");
  await told(page, "Abgebrochen");
  await page.mouse.up();
  assert.deepEqual([await label(), sent], [before, []], "given up, it is where it was");
  await drag(page, grip, [0, 2 * ROW]);
  await told(page, "Verschoben");
  const moved = await label();
  assert.notEqual(moved.split(": ")[1], before.split(": ")[1]);
  assert.match(moved, /18:00–21:00/);
  await inspect(page, "rota-dragged");

  await place();
  await planned.first().hover();
  const bar = planned.first().locator("xpath=ancestor::article");
  const [edge, { width }] = await Promise.all([bar.locator(".ec-resizer").boundingBox(), bar.boundingBox()]);
  await drag(page, [edge.x + edge.width / 2, edge.y + edge.height / 2], [width / 3, 0]);
  await insist(page);
  await told(page, "Geändert");
  assert.match(await label(), /^18–22: .*18:00–22:00/, "an hour's width is an hour");

  const from = await place();
  await page.keyboard.down("Control");
  await drag(page, [from.x + from.width / 2, from.y + from.height / 2], [0, ROW]);
  await page.keyboard.up("Control");
  await insist(page);
  await told(page, "Kopiert");
  await page.reload();
  await planned.first().waitFor();
  assert.equal(await planned.count(), 2);
  await page.context().close();
});

test("a long name and a long word keep to their places on the board", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  const name = "Donaudampfschifffahrtsgesellschaft".padEnd(80, "ä");
  await page.route("**/dienst/dienstplan/tafel?*", async (route) => {
    const response = await route.fetch();
    const data = await response.json();
    data.rows[1].title = name;
    await route.fulfill({ response, json: data });
  });
  await visit(page, BOARD);
  await events(page).first().waitFor();
  const long = page.locator("#tafel .sz-event__name", { hasText: name });
  assert.equal(await long.getAttribute("title"), name);
  const heads = await page.locator("#tafel .ec-row-head").evaluateAll((all) => all.map((it) => it.clientWidth));
  assert.ok(Math.max(...heads) <= 190, `a name is ${Math.max(...heads)} px wide`);
  const spilt = await events(page).evaluateAll((all) =>
    all.filter((it) => it.getBoundingClientRect().right > it.closest(".ec-event").getBoundingClientRect().right + 1).length);
  assert.equal(spilt, 0, "no label stands over its neighbour");
  await page.context().close();
});

test("a shift is carried, stretched and dropped with the keyboard alone, in whatever zone", async () => {
  const page = await visitor({ timezoneId: "America/New_York" });
  await signIn(page, SUPERVISOR);
  await withShift(page, "2026-10-30");
  const other = await visitor();
  await signIn(other, SUPERVISOR);
  await visit(other, BOARD);
  await events(other).first().waitFor();
  await events(page).first().waitFor();
  const mine = events(page).and(page.locator("[aria-label*='30. Oktober 2026, 18:00']")).first();
  await mine.focus();
  await page.keyboard.press("Space");
  await told(page, "Aufgenommen");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await told(page, "19:00–22:30");
  await page.keyboard.press("Escape");
  await told(page, "Abgebrochen");
  await mine.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await told(page, "Verschoben");
  await inspect(page, "rota-carried");
  await other.locator("#tafel-wort").filter({ hasText: "Jemand hat den Plan geändert" }).waitFor({ timeout: 3000 });
  await inspect(other, "rota-looked-on");
  await page.locator("#tafel [aria-label*='30. Oktober 2026, 18:30']").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/dienst=shf_/);
  assert.equal(await page.locator("#von").inputValue(), "18:30");
  await page.context().close();
  await other.context().close();
});

test("what breaks a hard rule is put down with a reason, or goes back", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  await withShift(page, "2026-10-31");
  await withShift(page, "2026-11-01", ["09:00", "11:00"]);
  const at = (time) => page.locator(`#tafel [aria-label*='1. November 2026, ${time}']`).first();
  const carryBack = async () => {
    await at("09:00").focus();
    await page.keyboard.press("Space");
    for (let n = 0; n < 4; n += 1) await page.keyboard.press("ArrowLeft");
    await told(page, "Ruhezeit");
    await page.keyboard.press("Space");
    await told(page, "Schreiben Sie, warum es sein muss");
    // The refusal is what is wanted here.
    assert.match(page.faults.splice(0).join(), /409 .*\/tafel/);
  };
  await at("09:00").waitFor();
  await carryBack();
  await inspect(page, "rota-unreasoned");
  await page.getByRole("button", { name: "Zurücklegen" }).click();
  await told(page, "Zurückgelegt");
  await at("09:00").waitFor();
  await carryBack();
  await page.locator("#tafel-grund").fill("Großlage");
  await page.getByRole("button", { name: "Trotzdem ablegen" }).click();
  await told(page, "Verschoben");
  await at("07:00").focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/dienst=shf_/);
  await page.locator("#dienst").getByText("Trotzdem, weil: Großlage").waitFor();
  await page.context().close();
});

test("with the keyboard a shift goes a day on, and what is put back where it was is not saved", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  await withShift(page, "2026-10-29");
  const saved = [];
  page.on("request", (request) => request.method() === "POST" && saved.push(request.url()));
  const mine = page.locator("#tafel [aria-label*='29. Oktober 2026, 18:00']").first();
  const take = async () => {
    await mine.focus();
    await page.keyboard.press("Space");
    await told(page, "Aufgenommen");
  };
  await mine.waitFor();
  await take();
  await page.keyboard.press("PageDown");
  await told(page, "Freitag, 30. Oktober, 18:00–21:00");
  await page.keyboard.press("PageUp");
  await told(page, "Donnerstag, 29. Oktober, 18:00–21:00");
  await page.keyboard.press("Space");
  await told(page, "Nichts geändert");
  assert.deepEqual(saved, []);

  await take();
  await page.keyboard.press("Shift+ArrowRight");
  await told(page, "18:00–21:30");
  await page.keyboard.press("Space");
  await insist(page);
  await told(page, /Geändert: .*18:00–21:30/);
  assert.ok(saved.length > 0);
  await page.context().close();
});

/** Paper lying on its side: width and margin in millimetres. */
const PAPER = { a4: [297, 8], a3: [420, 10] };

test("a month on paper has all its days", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  for (const [format, [width, margin]] of Object.entries(PAPER)) {
    const printed = Math.floor(((width - 2 * margin) / 25.4) * 96);
    await visit(page, `/dienst/dienstplan/druck?monat=2026-10&format=${format}`);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: printed, height: printed });
    const sheet = await page.locator(".sz-paper").evaluate((table) => {
      const edges = [...table.rows].map((row) => row.cells[row.cells.length - 1].getBoundingClientRect().right);
      const days = [...table.tHead.rows[0].cells].slice(1);
      return {
        days: days.length,
        narrowest: Math.min(...days.map((day) => day.getBoundingClientRect().width)),
        right: Math.max(...edges),
        cuts: getComputedStyle(table.parentElement).overflowX,
      };
    });
    assert.equal(sheet.days, 31);
    assert.equal(sheet.cuts, "visible");
    assert.ok(sheet.right <= printed, `${format}: ${JSON.stringify(sheet)} on ${printed}`);
    assert.ok(sheet.narrowest > 16, `${format}: ${JSON.stringify(sheet)}`);
    await page.emulateMedia({ media: null });
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  await page.context().close();
});
