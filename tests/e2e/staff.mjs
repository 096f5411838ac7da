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
  await page.getByRole("link", { name: "Kommende Wochen prüfen" }).click();
  await inspect(page, "proof");
  await shot(page, "proof");
  await page.context().close();
});

test("removing a shift tells whom callers no longer reach", async () => {
  const page = await visitor();
  await signIn(page, SUPERVISOR);
  await visit(page, "/dienst/woche");
  await page.getByRole("link", { name: "Spätere Woche" }).click();
  await page.getByRole("link", { name: /^Entfernen/ }).first().click();
  await page.getByRole("button", { name: "Dienst entfernen" }).click();
  await inspect(page, "shift-removed-with-news");
  await page.getByRole("button", { name: /^Rückgängig/ }).click();
  await inspect(page, "shift-restored");
  await page.context().close();
});

test("a supervisor enters a day off and a hotline, without scripts too", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await visitor({ javaScriptEnabled });
    await signIn(page, SUPERVISOR);
    await visit(page, "/dienst/dienststelle");
    if (javaScriptEnabled) await shot(page, "office");
    const enter = page.getByRole("button", { name: "Tag eintragen" });
    await enter.click();
    await inspect(page, "day-with-faults");
    await page.locator("#datum").fill("2026-12-30");
    await page.locator("#anlass").fill("Inventur");
    await enter.click();
    await inspect(page, "day-entered");
    await page.getByRole("link", { name: /Entfernen.*Inventur/ }).click();
    await inspect(page, "day-to-remove");
    await page.getByRole("button", { name: "Tag entfernen" }).click();
    await inspect(page, "day-removed");
    await page.locator("#von-6").fill("17:00");
    await page.getByRole("button", { name: "Öffnungszeiten speichern" }).click();
    await inspect(page, "hours-with-a-fault");
    await visit(page, "/dienst/beratungstelefone/neu");
    if (javaScriptEnabled) await shot(page, "hotline");
    await page.getByRole("button", { name: "Einrichten" }).click();
    await inspect(page, "hotline-with-faults");
    await visit(page, "/dienst/nachbarn");
    if (javaScriptEnabled) await shot(page, "neighbours");
    await page.locator("#gespraeche").fill("0");
    await page.getByRole("button", { name: "Um Hilfe bitten" }).click();
    await inspect(page, "help-with-faults");
    await visit(page, "/dienst/nachbarn/konto");
    await visit(page, "/dienst/beratungstelefone");
    await page.getByRole("link", { name: /^Schließen/ }).first().click();
    await inspect(page, "hotline-to-close");
    const close = page.getByRole("button", { name: "Schließen", exact: true });
    await close.click();
    await inspect(page, "closure-with-a-fault");
    await page.locator("#grund-de").fill("Heute ist Personalversammlung.");
    await close.click();
    await inspect(page, "hotline-closed");
    await page.getByRole("button", { name: /^Wieder öffnen/ }).click();
    await inspect(page, "hotline-reopened");
    await page.context().close();
  }
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

test("a supervisor changes what callers hear, without scripts too", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await visitor({ javaScriptEnabled });
    await signIn(page, SUPERVISOR);
    await visit(page, "/dienst/ansagen/beratungstelefon");
    await page.getByRole("link", { name: /^Bearbeiten.*greeting$/ }).click();
    await inspect(page, "flow-station");
    const german = page.locator("textarea[lang=de]").first();
    const before = await german.inputValue();
    await german.fill("Drücken Sie {hotlin}.");
    if (javaScriptEnabled) {
      await page.locator("#befunde").getByText(/hotlin/).first().waitFor();
      await inspect(page, "flow-station-checked");
    }
    const save = page.getByRole("button", { name: "Entwurf speichern" });
    await save.click();
    await inspect(page, "flow-draft-with-findings");
    await page.getByRole("link", { name: "Text bearbeiten" }).click();
    await inspect(page, "flow-text-with-findings");
    if (javaScriptEnabled) {
      await page.getByRole("button", { name: /^Zeile \d+ zeigen$/ }).first().click();
      const marked = await page.locator("#text").evaluate((it) => it.value.slice(it.selectionStart, it.selectionEnd));
      assert.match(marked, /hotlin/);
      await shot(page, "flow-text");
    }
    await visit(page, "/dienst/ansagen/beratungstelefon/station?name=greeting");
    await german.fill(`Willkommen. ${before}`);
    await save.click();
    await inspect(page, "flow-draft");
    if (javaScriptEnabled) await shot(page, "flow-draft");
    const publish = page.getByRole("button", { name: "Veröffentlichen" });
    await publish.click();
    await inspect(page, "flow-without-a-reason");
    await page.getByRole("link", { name: "Entwurf verwerfen" }).click();
    await inspect(page, "flow-draft-to-discard");
    await page.getByRole("link", { name: "Abbrechen" }).click();
    await page.locator("#grund").fill("freundlicher");
    await publish.click();
    await inspect(page, "flow-published");
    if (javaScriptEnabled) await shot(page, "flow");
    await page.getByRole("link", { name: "Frühere Fassungen" }).click();
    await inspect(page, "flow-editions");
    await page.getByRole("link", { name: "Fassung 1", exact: true }).click();
    await inspect(page, "flow-edition");
    await page.locator("#grund").fill("war besser");
    await page.getByRole("button", { name: "Diese Fassung wieder veröffentlichen" }).click();
    await inspect(page, "flow-rolled-back");
    await page.context().close();
  }
});
