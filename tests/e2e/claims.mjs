// The waiting list in every state, and the work that a browser does before a hold in a busy hour.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { at, inspect, shot, test, visit, visitor } from "./harness.mjs";

const TIMES = "/termin/zeit?thema=einbruchschutz&art=telefon&stelle=ka";

test("who finds no time joins the waiting list and leaves it, without scripts too", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await visitor({ javaScriptEnabled, viewport: { width: 320, height: 900 } });
    await visit(page, TIMES);
    await page.getByRole("link", { name: "Auf die Warteliste" }).click();
    await inspect(page, "waiting-join");
    await page.getByRole("button", { name: "Auf die Warteliste setzen" }).click();
    await inspect(page, "waiting-join-error");
    await page.getByLabel("Name oder Pseudonym").fill("Zitronenfalter");
    await page.getByLabel("Mobilnummer").fill("0151 23456789");
    await shot(page, "waiting-join");
    await page.getByRole("button", { name: "Auf die Warteliste setzen" }).click();
    await page.waitForURL("**/warteliste/*");
    await inspect(page, "waiting");
    await shot(page, "waiting");
    await page.getByRole("button", { name: "Warteliste verlassen" }).click();
    await inspect(page, "waiting-left");
    assert.match(await page.locator("h1").innerText(), /nicht mehr/);
    await page.context().close();
  }
});

test("in a busy hour the browser does its work and goes on by itself", async () => {
  const page = await visitor();
  await visit(page, "/termin");
  let sent;
  await page.route("**/termin/reservieren", (route) => {
    sent = new URLSearchParams(route.request().postData());
    return route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html><title>held</title>" });
  });
  const challenge = "AAAAAAAAAAAAAAAAAAAAAA.1784016000.16.15.signature";
  await page.evaluate((work) => {
    document.body.insertAdjacentHTML("beforeend", `<p id="work-status" data-working="arbeitet"></p>
      <form method="post" action="/termin/reservieren" data-work="${work}" data-bits="16"><input type="hidden" name="antwort"></form>`);
  }, challenge);
  await page.addScriptTag({ url: at("/assets/work.js") });
  await page.waitForURL("**/termin/reservieren");
  const hash = createHash("sha256").update(`${challenge}:${sent.get("antwort")}`).digest();
  assert.equal(hash.readUInt16BE(0), 0, "the answer begins with sixteen zero bits");
  await page.context().close();
});

test("a hold says in time that it ends, and a status is heard by screen readers", async () => {
  const page = await visitor();
  await page.clock.install();
  await page.goto(at(TIMES));
  await page.locator(".sz-time").first().click();
  await page.waitForURL("**/reservierung/*");
  const hold = page.getByRole("status");
  assert.match(await hold.innerText(), /Noch (20|19) Minuten/);
  await page.clock.fastForward("15:10");
  assert.match(await hold.innerText(), /Noch 5 Minuten.*Zeit verlängern/);
  await page.clock.fastForward("03:50");
  assert.match(await hold.innerText(), /Noch eine Minute/);
  await page.clock.fastForward("01:10");
  assert.match(await hold.innerText(), /abgelaufen.*bleiben stehen/);
  await page.context().close();
});
