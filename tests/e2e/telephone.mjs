// The test telephone: a call from the greeting to the officer who accepts it, and the page that explains it afterwards.

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
