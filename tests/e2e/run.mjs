// The browser tests: `node --test-reporter=spec tests/e2e/run.mjs`, after `cargo build`. tests/run does all of it.

import { after, before } from "node:test";
import { checkHtml, start, stop, test } from "./harness.mjs";

before(start);
after(stop);

// The demonstration's own pages move the clock, so they come after the others.
for (const area of ["pages", "booking", "elsewhere", "claims", "staff", "rota", "telephone", "demo"]) {
  await import(`./${area}.mjs`);
}

// Last: it judges what all the others saw.
test("the Nu checker finds no error in any page", async (t) => {
  t.diagnostic(`${await checkHtml()} pages`);
});
