// Free appointments in the page of another site: as an element, as a frame, as a link. That site's own policy is strict.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { at, axe, shot, test, visit, visitor } from "./harness.mjs";

const CHOSEN = 'office="s" format="telephone" topic="einbruchschutz" language="de" limit="4"';

const SITE = (product) => `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Gemeinde</title>
<script src="${product}/einbetten/termine.js" async></script></head><body><main><h1>Gemeinde</h1>
<sprechzeit-termine ${CHOSEN}><a href="${product}/termin?stelle=s">Termin buchen</a></sprechzeit-termine>
<iframe title="Freie Termine" src="${product}/einbetten/liste?stelle=s&amp;art=telefon&amp;thema=einbruchschutz" width="600" height="400"></iframe>
</main></body></html>`;

/** A site of somebody else: its address, and how it is closed. */
async function site() {
  const product = at("");
  const policy = `default-src 'none'; script-src ${product}; connect-src ${product}; frame-src ${product}`;
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
    answer.end(SITE(product));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  // Another host, not only another port: cookies know no ports.
  return { address: `http://localhost:${server.address().port}/`, close: () => server.close() };
}

test("another site shows free appointments without cookies, frames or room to spare", async () => {
  const { address, close } = await site();
  const page = await visitor();
  const cookies = [];
  page.on("response", (response) => cookies.push(response.headers()["set-cookie"]));
  page.on("request", (request) => cookies.push(request.headers().cookie));
  await page.goto(address);
  const list = page.locator("sprechzeit-termine");
  await list.getByRole("heading", { name: /^Freie Beratungstermine: / }).waitFor();
  assert.equal(await list.locator("li a").count(), 4);
  assert.equal(await list.getByText("Termin buchen", { exact: true }).isVisible(), false, "the link gives way to the list");
  const [height, inside] = await list.evaluate((it) => [it.clientHeight, it.shadowRoot.firstElementChild.offsetHeight]);
  assert.ok(Math.abs(height - inside) <= 1, "the height follows the content");
  await page.frameLocator("iframe").getByRole("heading", { name: /^Freie Beratungstermine: / }).waitFor();
  await axe(page, "another site").catch((error) => {
    // axe is a script that the site's policy does not know.
    if (!/Content Security Policy/.test(error.message)) throw error;
  });
  await shot(page, "elsewhere");
  assert.deepEqual(cookies.filter(Boolean), [], "no cookies either way");
  const faults = page.faults.filter((fault) => !fault.startsWith("a request left the product: " + address));
  assert.deepEqual(faults, []);

  // From there it goes on here, on a page with that day.
  await list.locator("li a").first().click();
  await page.getByRole("heading", { level: 1, name: "Wann passt es Ihnen?" }).waitFor();
  assert.ok(await page.locator(new URL(page.url()).hash).isVisible());
  await page.context().close();
  close();
});

test("without JavaScript the link inside the element is there", async () => {
  const { address, close } = await site();
  const page = await visitor({ javaScriptEnabled: false });
  await page.goto(address);
  await page.getByRole("link", { name: "Termin buchen", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Worum geht es?" }).waitFor();
  await page.context().close();
  close();
});

test("the page for webmasters shows what the snippet looks like", async () => {
  const page = await visitor();
  await visit(page, "/einbetten?stelle=s&art=telefon&thema=einbruchschutz");
  await page.locator("sprechzeit-termine").getByRole("heading", { name: /^Freie Beratungstermine: / }).waitFor();
  await visit(page, "/einbetten?stelle=s&art=telefon&thema=einbruchschutz");
  await shot(page, "webmasters");
  await visit(page, "/einbetten/liste?stelle=s&thema=einbruchschutz");
  await visit(page, "/en/einbetten/liste?thema=stalking&art=dienststelle&stelle=lka");
  await page.context().close();
});
