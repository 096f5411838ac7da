// Every page that a citizen reaches by links, in every language.

import assert from "node:assert/strict";
import { at, crawl, shot, test, visit, visitor } from "./harness.mjs";

// What must be there even if no link leads to it.
const PUBLIC = ["/", "/en", "/de-simple", "/barrierefreiheit", "/datenschutz", "/cookies", "/echt", "/impressum", "/anmelden"];

test("every public page is accessible, whole and calm", async (t) => {
  const page = await visitor();
  for (const path of PUBLIC) {
    await visit(page, path);
  }
  const seen = await crawl(page, "/");
  t.diagnostic(seen.join(" "));
  await page.context().close();
});

test("the start page and the free times in pictures", async () => {
  const page = await visitor();
  await visit(page, "/");
  await shot(page, "start");
  await visit(page, "/termin/zeit?thema=einbruchschutz&art=telefon&stelle=alle");
  await shot(page, "times");
  await page.context().close();
});

test("an unknown address says so in the page's language", async () => {
  const page = await visitor();
  await visit(page, "/gibt-es-nicht", 404);
  await visit(page, "/en/no-such-page", 404);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.context().close();
});

test("the first Tab leads past the header", async () => {
  const page = await visitor();
  await page.goto(at("/"));
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").getAttribute("href"), "#inhalt");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(":focus").getAttribute("id"), "inhalt");
  await page.context().close();
});
