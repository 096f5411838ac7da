// The browser tests: `node --test-reporter=spec tests/e2e/run.mjs`, after `cargo build`. tests/run does all of it.

import { after, before, test } from "node:test";
import { checkHtml, start, stop } from "./harness.mjs";

before(start);
after(stop);

await import("./pages.mjs");
await import("./booking.mjs");

// Moves the clock, so it comes after all the others.
await import("./demo.mjs");

// Last: it judges what all the others saw.
test("the Nu checker finds no error in any page", async (t) => {
  t.diagnostic(`${await checkHtml()} pages`);
});
