// What the browser tests stand on: the demonstration started afresh, a real Chromium, and the judges of a page.
// One rule: every page that a test looks at goes through `inspect`, so that no state of the product escapes the judges.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as runner from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(here, "../../target");
const program = process.env.SPRECHZEIT_BIN ?? join(target, "debug/sprechzeit");
const screens = join(target, "screens");
const axeSource = await readFile(join(here, "node_modules/axe-core/axe.min.js"), "utf8");

/** The instant at which the demonstration's clock starts: a Monday, 9:00 in Berlin. */
export const START = "2026-10-12T07:00:00Z";

// Without these Chromium asks hosts of its maker at every start.
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

// What is off by default: so its pages are judged, too.
const EVERYTHING_ON = {
  SPRECHZEIT_TELEPHONY_VOICEMAIL: "true",
  SPRECHZEIT_TELEPHONY_TRANSFER_NUMBERS: "+49 711 1234567",
};

// What names the program is no key of its configuration.
const { SPRECHZEIT_BIN: _, ...ENVIRONMENT } = process.env;

let product;
let browser;

/** A test that ends by itself. */
export const test = (name, body) => runner.test(name, { timeout: 300_000 }, body);

/** Starts the demonstration in a folder of its own, and the browser. */
export async function start() {
  const data = await mkdtemp(join(tmpdir(), "sprechzeit-e2e-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, ["demo", "--fresh", "--data", data, "--listen", listen, "--at", START], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...ENVIRONMENT, ...EVERYTHING_ON, SPRECHZEIT_TELEPHONY_FLOWS: await flows(data) },
  });
  product = { child, data, origin: `http://${listen}`, said: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => (product.said += bytes));
  }
  await served();
  await rm(screens, { recursive: true, force: true });
  await mkdir(screens, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
    env: { ...process.env, LANGUAGE: "de" }, // the fields for dates and times follow it
  });
}

export async function stop() {
  await browser?.close();
  if (product) {
    product.child.kill("SIGTERM");
    await rm(product.data, { recursive: true, force: true });
  }
}

/** An address of the product. */
export const at = (path) => product.origin + path;

/** What the program printed so far. */
export const said = () => product.said;

/** Moves the product's clock. */
export async function advance(seconds) {
  const answer = await fetch(at("/demo/clock"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advance_seconds: seconds }),
  });
  assert.ok(answer.ok, `POST /demo/clock: ${answer.status} ${await answer.text()}`);
}

/**
 * A new visitor: cookies of their own, German, in Berlin's zone, and a record of everything that went wrong in their browser.
 * `options` are Playwright's, for instance `{ javaScriptEnabled: false }`.
 */
export async function visitor(options = {}) {
  const here = { locale: "de-DE", timezoneId: "Europe/Berlin", viewport: { width: 1280, height: 900 } };
  const context = await browser.newContext({ ...here, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`script: ${error}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && origin !== product.origin) {
      faults.push(`a request left the product: ${request.url()}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== "document") {
      faults.push(`${response.status()} ${response.url()}`);
    }
  });
  page.on("response", (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) {
      page.document = response;
    }
  });
  return Object.assign(page, { faults, runsScripts: options.javaScriptEnabled !== false });
}

/** Signs in at the staff's door. */
export async function signIn(page, login, password = "sprechzeit-demo") {
  await page.goto(at("/anmelden"));
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("main button[type=submit]").click();
  await page.locator("form[action$='/abmelden']").waitFor();
}

/** Goes to `path` and judges what is there; `status` is what the page must answer. */
export async function visit(page, path, status = 200) {
  const response = await page.goto(at(path));
  assert.equal(response.status(), status, `${path} answered ${response.status()}`);
  await inspect(page, path);
}

// ---- the judges ----

/** The page as it stands: accessible, no sideways scrolling at 320 px, one h1, nothing failed. Kept for the HTML checker. */
export async function inspect(page, name = new URL(page.url()).pathname) {
  await calm(page, name);
  await reflows(page, name);
}

/** The same at the width and text size that the page has: nothing is cut off sideways. */
export async function calm(page, name) {
  await keepHtml(page, name);
  assert.deepEqual(page.faults.splice(0).filter((fault) => !expected(fault)), [], `${name}: faults in the browser`);
  assert.equal(await page.locator("h1").count(), 1, `${name}: exactly one h1`);
  // axe is itself a script.
  if (page.runsScripts) await axe(page, name);
  const [width, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width <= shown, `${name}: ${width} px wide in ${shown} px`);
}

// Chromium reports a page that answers 4xx on the console; the tests ask for such pages on purpose.
const expected = (fault) => /^console: Failed to load resource: .* status of 4\d\d/.test(fault);

/** No violation of WCAG 2.0, 2.1, 2.2 A and AA, nor of axe's good practice. */
export async function axe(page, name = page.url()) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      rules: { "target-size": { enabled: true } },
    }),
  );
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
  assert.deepEqual(found, [], `${name}: axe`);
}

/** At 320 px nothing makes the page scroll sideways (WCAG 2.2, 1.4.10). */
async function reflows(page, name) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  const culprits = width <= 320 ? [] : await page.evaluate(() =>
    [...document.querySelectorAll("main *, header *, footer *")]
      .filter((element) => element.getBoundingClientRect().right > 321)
      .slice(0, 5)
      .map((element) => element.outerHTML.slice(0, 120)));
  await page.setViewportSize(before);
  assert.ok(width <= 320, `${name}: ${width} px wide at 320 px: ${culprits.join("\n")}`);
}

/** Pictures of the page, wide and narrow, in target/screens. */
export async function shot(page, name) {
  const before = page.viewportSize();
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(screens, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
}

const kept = new Map();

// As it was served: the browser's own reading has repaired it already.
async function keepHtml(page, name) {
  const file = `${kept.size}-${name.replaceAll(/[^\w-]+/g, "_").slice(0, 80)}.html`;
  kept.set(file, await page.document.text());
}

/** Runs the Nu HTML checker once over every page that `inspect` saw. */
export async function checkHtml() {
  const folder = await mkdtemp(join(tmpdir(), "sprechzeit-html-"));
  try {
    for (const [name, html] of kept) {
      await writeFile(join(folder, name), html);
    }
    const jar = join(here, "node_modules/vnu-jar/build/dist/vnu.jar");
    const done = await promisify(execFile)(
      "java", ["-Xss2m", "-jar", jar, "--errors-only", "--format", "json", "--exit-zero-always", folder],
      { maxBuffer: 64 << 20 },
    );
    const errors = JSON.parse(done.stderr).messages.map(
      ({ url, lastLine, message, extract }) => `${url.split("/").pop()}:${lastLine} ${message}: ${extract}`,
    );
    assert.deepEqual(errors, []);
    return kept.size;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Follows every link from `from` within the product, and inspects one page of each kind and language.
 * Addresses that differ only in ids, dates and numbers are of one kind. Everything that is wrong is told at once.
 */
export async function crawl(page, from) {
  const waiting = [from];
  const kinds = new Set();
  const seen = [];
  const wrong = [];
  while (waiting.length > 0) {
    const path = waiting.shift();
    const kind = kindOf(path);
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    const head = await page.request.head(at(path));
    if (head.ok() && !head.headers()["content-type"]?.startsWith("text/html")) continue;
    await visit(page, path).catch((error) => wrong.push(error.message));
    seen.push(path);
    const links = await page.evaluate(() => 
      // In a drawing, a link's address is not a text.
      [...document.querySelectorAll("a[href]")].map((a) => new URL(a.getAttribute("href"), document.baseURI).href));
    waiting.push(...links.map((link) => new URL(link)).filter(isOurs).map((url) => url.pathname + url.search));
  }
  assert.equal(wrong.length, 0, `\n${wrong.join("\n\n")}`);
  return seen;
}

const isOurs = (url) => url.origin === product.origin;

function kindOf(path) {
  const url = new URL(path, product.origin);
  const segments = url.pathname.split("/").map((segment) =>
    /\d|^[a-z]{3}_/.test(segment) ? "…" : segment);
  return `${segments.join("/")}?${[...url.searchParams.keys()].sort().join("&")}`;
}

// ---- starting ----

/** The shipped call flows and the tests' own, in one folder. */
async function flows(data) {
  const folder = join(data, "flows");
  for (const from of [join(here, "../../ivr-flows"), join(here, "flows")]) {
    await cp(from, folder, { recursive: true });
  }
  return folder;
}

async function served() {
  for (let tries = 0; tries < 300; tries++) {
    if (product.child.exitCode !== null) break;
    const answer = await fetch(at("/healthz")).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${program} does not serve:\n${product.said}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
