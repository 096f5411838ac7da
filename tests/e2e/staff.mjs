// The staff's pages, for each role: everything that links reach, and that a stranger reaches none of it.

import assert from "node:assert/strict";
import { at, crawl, inspect, shot, signIn, test, visit, visitor } from "./harness.mjs";
import { ADMINISTRATOR, OFFICER, SUPERVISOR } from "./logins.mjs";

for (const [role, login] of Object.entries({ OFFICER, SUPERVISOR, ADMINISTRATOR })) {
  test(`every page that links reach for ${role.toLowerCase()}`, async (t) => {
    const page = await visitor();
    await signIn(page, login);
    t.diagnostic((await crawl(page, "/dienst")).join(" "));
    await page.context().close();
  });
}

test("the week in pictures", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  await visit(page, "/dienst/woche");
  await shot(page, "week");
  await page.context().close();
});

test("a stranger is asked to sign in, and comes back to the page", async () => {
  const page = await visitor();
  await page.goto(at("/dienst/woche"));
  assert.equal(new URL(page.url()).pathname, "/anmelden");
  await page.locator("#login").fill(SUPERVISOR);
  await page.locator("#password").fill("falsch");
  await page.locator("main button[type=submit]").click();
  await inspect(page, "wrong-password");
  assert.match(await page.title(), /^Fehler/);
  await page.locator("#password").fill("sprechzeit-demo");
  await page.locator("main button[type=submit]").click();
  assert.equal(new URL(page.url()).pathname, "/dienst/woche");
  await page.context().close();
});
