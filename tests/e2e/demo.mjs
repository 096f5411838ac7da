// The pages that explain the demonstration: the clock, the mailbox.

import assert from "node:assert/strict";
import { inspect, shot, test, visit, visitor } from "./harness.mjs";

test("the demonstration explains itself, and its clock moves by a button", async () => {
  const page = await visitor();
  await visit(page, "/demo");
  await shot(page, "demo");
  await page.getByRole("button", { name: "1 Stunde weiter" }).click();
  await page.waitForURL("**/demo");
  await inspect(page, "/demo an hour later");
  assert.match(await page.locator("main").innerText(), /Hier ist es/);
  await page.context().close();
});

test("the mailbox shows, finds and misses messages", async () => {
  const page = await visitor();
  await visit(page, "/demo/post");
  await page.locator("summary").first().click();
  await inspect(page, "/demo/post with a calendar entry");
  await shot(page, "mailbox");
  await visit(page, "/demo/post?suche=example.org");
  assert.ok((await page.locator("article").count()) > 0);
  await visit(page, "/demo/post?suche=gibt-es-nicht");
  assert.equal(await page.locator("article").count(), 0);
  await page.context().close();
});
